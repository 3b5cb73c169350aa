# Lo que comparten el cliente y el servidor: el canal, la forma de un datagrama y los trozos.
import json
import secrets
import socket
import time

GRUPO, PUERTO = "239.255.3.3", 5007
MAXIMO = 1400  # bytes de un datagrama; lo que no cabe se parte
PARTE = 1250  # bytes de cada trozo, que además lleva su cabecera
OLVIDO = 10  # s que se guarda un mensaje a medias
YO = secrets.token_hex(4)  # el «id» de este programa, sólo para los trozos


def unirse():
    canal = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    canal.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    canal.bind(("", PUERTO))
    canal.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GRUPO) + bytes(4))
    canal.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    canal.settimeout(0.4)
    return canal


def juntar(cabecera, cuerpo=b""):
    datos = json.dumps(cabecera, ensure_ascii=False).encode("utf-8")
    return datos + b"\n" + cuerpo if cuerpo else datos


def separar(datos):
    """(cabecera, cuerpo) de un datagrama; (None, b"") si no se entiende."""
    texto, _, cuerpo = datos.partition(b"\n")
    try:
        cabecera = json.loads(texto.decode("utf-8"))
    except (ValueError, RecursionError):
        return None, b""
    if not isinstance(cabecera, dict) or not isinstance(cabecera.get("tipo"), str):
        return None, b""
    return cabecera, cuerpo


class Partidor:
    """Corta lo largo. En cada sala sus trozos se cuentan 1, 2, 3…"""

    def __init__(self):
        self.cuenta = {}

    def partir(self, cabecera, cuerpo=b""):
        entero = juntar(cabecera, cuerpo)
        if len(entero) <= MAXIMO:
            return [entero]
        entero = juntar({**cabecera, "id": YO}, cuerpo)
        partes = [entero[k:k + PARTE] for k in range(0, len(entero), PARTE)]
        sala = cabecera["sala"]
        m = self.cuenta.get(sala, 0) + 1
        self.cuenta[sala] = m + len(partes) - 1
        return [juntar({"tipo": "trozo", "id": YO, "sala": sala, "n": m + i, "m": m, "i": i, "de": len(partes)}, parte)
                for i, parte in enumerate(partes)]


class Unidor:
    """Une los trozos que van llegando."""

    def __init__(self):
        self.medias = {}  # (id, sala, m, de): [hora del primero, {i: parte}]

    def unir(self, trozo, parte):
        """(cabecera, cuerpo) del mensaje que se completó con este trozo, o (None, b"")."""
        ahora = time.monotonic()
        self.medias = {clave: media for clave, media in self.medias.items() if ahora - media[0] < OLVIDO}
        clave = tuple(trozo.get(nombre) for nombre in ("id", "sala", "m", "de"))
        i, de = trozo.get("i"), trozo.get("de")
        if not all(isinstance(algo, (str, int)) for algo in (*clave, i)) or not isinstance(de, int) or clave[0] == YO:
            return None, b""
        partes = self.medias.setdefault(clave, [ahora, {}])[1]
        partes[i] = parte
        if len(partes) < de or any(k not in partes for k in range(de)):
            return None, b""
        del self.medias[clave]
        cabecera, cuerpo = separar(b"".join(partes[k] for k in range(de)))
        if cabecera is None or (cabecera.get("id"), cabecera.get("sala")) != clave[:2]:
            return None, b""
        return cabecera, cuerpo

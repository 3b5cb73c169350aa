"""Mensajes del chat: de diccionario a bytes y al revés, y el socket."""
import json
import socket

GRUPO = "239.255.3.3"
PUERTO = 5007

CLAVES = {
    "inicio": ("user", "sala"),
    "salir": ("user", "sala"),
    "msj": ("user", "sala", "content"),
    "sticker": ("user", "sala", "content"),
    "audio": ("user", "sala", "content"),
}


def codificar(mensaje):
    return json.dumps(mensaje, ensure_ascii=False).encode("utf-8")


def decodificar(datos):
    """Devuelve el diccionario, o None si no es un mensaje que conozcamos."""
    try:
        mensaje = json.loads(datos.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(mensaje, dict):
        return None
    tipo = mensaje.get("tipo")
    if tipo == "usuarios":
        lista = mensaje.get("lista")
        if isinstance(mensaje.get("sala"), str) and isinstance(lista, list) and all(isinstance(u, str) for u in lista):
            return mensaje
        return None
    if tipo == "msj" and mensaje.get("privado") is True:
        claves = ("from", "to", "content")
    elif isinstance(tipo, str) and tipo in CLAVES:
        claves = CLAVES[tipo]
    else:
        return None
    if all(isinstance(mensaje.get(c), str) for c in claves):
        return mensaje
    return None


def crear_socket():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("", PUERTO))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GRUPO) + socket.inet_aton("0.0.0.0"))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    s.settimeout(0.5)
    return s

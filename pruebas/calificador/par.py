"""El par: otro participante de la red, que habla con la entrega y oye todo lo que pasa.

Oye en el cable y no en un socket UDP: así ve cualquier grupo y puerto, sabe por qué equipo
entró cada datagrama y no depende de que la entrega deje compartir el puerto. Donde no hay
equipos (modo sin aislamiento), oye como uno más del grupo.

Todo lo que pasa queda en `historia`; el informe la dibuja como un diagrama de secuencia.
"""

import dataclasses
import os
import pathlib
import random
import socket
import struct
import threading
import time

from calificador import aislamiento
from calificador import mensajes

GRUPO, PUERTO = "239.255.3.3", 5007  # los del enunciado, mientras no se descubran otros
A_CIEGAS = 2.0  # s que se le dan a un programa para estar listo, donde el sistema no lo dice
PAR = "par"
MAX_DATAGRAMAS = 60_000  # de la historia; una entrega que inunda la red no llena la memoria
MAX_BYTES = 128 * 1024 * 1024
BUFER = 32 * 1024 * 1024
TODO = 0x0003  # ETH_P_ALL
SALIENTE = 4  # PACKET_OUTGOING: lo que el puente copia hacia otro equipo
ESCUCHA = "0A"  # TCP_LISTEN, como lo escribe /proc/net/tcp
FORZAR_BUFER = 33  # SO_RCVBUFFORCE


@dataclasses.dataclass
class Datagrama:
    """Algo que pasó por la red."""

    cuando: float  # s, de time.monotonic
    de: str  # "par" o "equipo 3"
    origen: tuple
    destino: tuple
    datos: bytes
    protocolo: str = "udp"

    @property
    def al_grupo(self) -> bool:
        """Si iba a un grupo de multidifusión."""
        return es_de_grupo(self.destino[0])

    @property
    def mensaje(self) -> "mensajes.Mensaje | None":
        """Lo que dice, o None si no se entiende."""
        if not hasattr(self, "_mensaje"):
            self._mensaje = mensajes.leer(self.datos)
        return self._mensaje


class Par:
    """Otro participante, con los nombres que haga falta."""

    def __init__(self, aislado: bool):
        self.grupo, self.puerto = GRUPO, PUERTO
        self.forma = mensajes.JSON
        self.historia: "list[Datagrama]" = []
        self._bytes = 0
        self._novedad = threading.Condition()
        self._aislado = aislado
        self._parar = False
        self._oidos: "dict[tuple, socket.socket]" = {}
        self._salida = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        interfaz = f"{aislamiento.RED}.1" if aislado else ""
        if aislado:
            self._salida.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interfaz))
            cable = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(TODO))
            for opcion in (socket.SO_RCVBUF, FORZAR_BUFER):
                try:
                    cable.setsockopt(socket.SOL_SOCKET, opcion, BUFER)
                except PermissionError:
                    pass  # sin ser root del equipo, el que toque
            self._iniciar(self._oir_cable, cable)
        else:
            self.descubierto(GRUPO, PUERTO)

    def _iniciar(self, oir, oido: socket.socket) -> None:
        oido.settimeout(0.2)
        threading.Thread(target=oir, args=(oido,), daemon=True).start()

    def cerrar(self) -> None:
        """Dejar de oír."""
        self._parar = True
        self._salida.close()

    def descubierto(self, grupo: str, puerto: int) -> None:
        """Usar desde ahora el grupo y el puerto de la entrega."""
        self.grupo, self.puerto = grupo, puerto
        if not self._aislado and (grupo, puerto) not in self._oidos:
            oido = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for opcion in ("SO_REUSEADDR", "SO_REUSEPORT"):
                if hasattr(socket, opcion):
                    oido.setsockopt(socket.SOL_SOCKET, getattr(socket, opcion), 1)
            oido.bind(("", puerto))
            oido.setsockopt(
                socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(grupo) + socket.inet_aton("0.0.0.0")
            )
            self._oidos[grupo, puerto] = oido
            self._iniciar(self._oir_grupo, oido)

    # ---- oír

    def _oir_cable(self, cable: socket.socket) -> None:
        while not self._parar:
            try:
                paquete, (interfaz, _, clase, *_) = cable.recvfrom(70_000)
            except TimeoutError:
                continue
            if interfaz.startswith("v") and clase != SALIENTE:
                self._anotar_paquete(paquete, f"equipo {interfaz[1:]}")
        cable.close()

    def _anotar_paquete(self, paquete: bytes, de: str) -> None:
        if len(paquete) < 20 or paquete[0] >> 4 != 4:
            return
        largo = 4 * (paquete[0] & 15)
        protocolo = {17: "udp", 6: "tcp"}.get(paquete[9])
        if protocolo is None or len(paquete) < largo + 8:
            return
        origen, destino = socket.inet_ntoa(paquete[12:16]), socket.inet_ntoa(paquete[16:20])
        puerto_origen, puerto_destino, tamano = struct.unpack_from(">HHH", paquete, largo)
        datos = paquete[largo + 8:largo + tamano] if protocolo == "udp" else b""
        self._anotar(
            Datagrama(time.monotonic(), de, (origen, puerto_origen), (destino, puerto_destino), datos, protocolo)
        )

    def _oir_grupo(self, oido: socket.socket) -> None:
        destino = (self.grupo, self.puerto)
        while not self._parar:
            try:
                datos, origen = oido.recvfrom(65_535)
            except TimeoutError:
                continue
            if origen[1] != self._salida.getsockname()[1]:
                self._anotar(Datagrama(time.monotonic(), "entrega", origen, destino, datos))
        oido.close()

    def _anotar(self, datagrama: Datagrama) -> None:
        with self._novedad:
            if len(self.historia) < MAX_DATAGRAMAS and self._bytes < MAX_BYTES:
                self.historia.append(datagrama)
                self._bytes += len(datagrama.datos)
            self._novedad.notify_all()

    # ---- hablar

    def enviar_bytes(self, datos: bytes) -> None:
        """Enviar un datagrama cualquiera al grupo."""
        self._anotar(Datagrama(time.monotonic(), PAR, ("", 0), (self.grupo, self.puerto), datos))
        self._salida.sendto(datos, (self.grupo, self.puerto))

    def enviar(self, mensaje: dict, cuerpo: bytes = b"") -> None:
        """Enviar un mensaje en la forma que habla la entrega."""
        self.enviar_bytes(mensajes.escribir(mensaje, self.forma, cuerpo))

    def decir_inicio(self, user: str, sala: str) -> None:
        """Entrar a una sala con un nombre."""
        self.enviar({"tipo": "inicio", "user": user, "sala": sala})

    def decir_salir(self, user: str, sala: str) -> None:
        """Dejar una sala."""
        self.enviar({"tipo": "salir", "user": user, "sala": sala})

    def decir(self, user: str, sala: str, texto: str) -> None:
        """Decir algo en una sala."""
        self.enviar({"tipo": "msj", "user": user, "sala": sala, "content": texto})

    def decir_privado(self, de: str, para: str, texto: str) -> None:
        """Decir algo a una persona."""
        self.enviar({"tipo": "msj", "privado": True, "from": de, "to": para, "content": texto})

    def decir_lista(self, sala: str, lista: "list[str]") -> None:
        """Hacer de servidor: dar la lista de una sala.

        En JSON, que es como la trae el enunciado, y además en la forma de la entrega.
        """
        for forma in dict.fromkeys((mensajes.JSON, self.forma)):
            self.enviar_bytes(mensajes.escribir({"tipo": "usuarios", "sala": sala, "lista": lista}, forma))

    # ---- mirar lo que pasó

    def marca(self) -> int:
        """Un punto de la historia, para mirar sólo lo que pase después."""
        return len(self.historia)

    def oidos(self, desde: int = 0, equipo: "int | None" = None) -> "list[Datagrama]":
        """Los datagramas de la entrega desde esa marca; los de un equipo, si se dice."""
        return [
            uno
            for uno in self.historia[desde:]
            if uno.de != PAR and (equipo is None or uno.de in (f"equipo {equipo}", "entrega"))
        ]

    def mensajes(self, desde: int = 0, equipo: "int | None" = None) -> "list[mensajes.Mensaje]":
        """Los mensajes que se entienden, con los que venían en trozos ya reconstruidos."""
        reconstructor = mensajes.Reconstructor()
        hallados = []
        for datagrama in self.oidos(desde, equipo):
            mensaje = datagrama.mensaje
            if mensaje is not None and mensaje.get("tipo") == "trozo":
                mensaje = reconstructor.agregar(mensaje)
            if mensaje is not None:
                mensaje.destino = datagrama.destino
                hallados.append(mensaje)
        return hallados

    def buscar(self, desde: int = 0, equipo: "int | None" = None, **claves) -> "list[mensajes.Mensaje]":
        """Los mensajes con esas claves; `de` y `para` son from y to."""
        claves = {{"de": "from", "para": "to"}.get(clave, clave): valor for clave, valor in claves.items()}
        return [uno for uno in self.mensajes(desde, equipo) if claves.items() <= uno.items()]

    def esperar_novedad(self, plazo: float) -> None:
        """Esperar a que pase algo por la red, o el plazo."""
        with self._novedad:
            self._novedad.wait(plazo)


def es_de_grupo(direccion: str) -> bool:
    """Si una dirección es de multidifusión."""
    return 224 <= int(direccion.split(".")[0] or 0) <= 239


def descubrir(programa: aislamiento.Programa) -> "set[tuple[str, int]]":
    """Los (grupo, puerto) que un programa usa de verdad, según el núcleo; donde no lo dice, los del enunciado."""
    if not aislamiento.hay_proc():
        return {(GRUPO, PUERTO)} if time.monotonic() - programa.desde > A_CIEGAS else set()
    grupos, puertos = set(), set()
    for pid in programa.pids():
        grupos |= _grupos(pid)
        puertos |= _puertos(pid)
    return {(grupo, puerto) for grupo in grupos for puerto in puertos}


def _grupos(pid: int) -> "set[str]":
    """Los grupos a que se ha unido alguien en la red de ese proceso (/proc/<pid>/net/igmp)."""
    grupos = set()
    for renglon in _renglones(pid, "igmp"):
        palabra = renglon.split()[:1]
        if renglon.startswith("\t\t") and palabra and len(palabra[0]) == 8:
            grupo = socket.inet_ntoa(struct.pack("=I", int(palabra[0], 16)))
            if grupo != "224.0.0.1":  # a ése se une el propio sistema
                grupos.add(grupo)
    return grupos


def _puertos(pid: int, protocolo: str = "udp", estado: "str | None" = None) -> "set[int]":
    """Los puertos abiertos por ese proceso, y no por otro (/proc/<pid>/net/udp y fd)."""
    campos = (renglon.split() for renglon in _renglones(pid, protocolo))
    propios = _sockets(pid)
    uid = None if propios is not None else _uid(pid)
    return {
        int(uno[1].partition(":")[2], 16)
        for uno in campos
        if len(uno) > 9 and estado in (None, uno[3]) and (uno[9] in propios if propios is not None else uno[7] == uid)
    }


def puertos_tcp(programa: aislamiento.Programa) -> "set[int]":
    """Los puertos TCP en que un programa atiende conexiones."""
    return {puerto for pid in programa.pids() for puerto in _puertos(pid, "tcp", ESCUCHA)}


def _uid(pid: int) -> str:
    """De quién es un proceso."""
    try:
        return str(os.stat(f"/proc/{pid}").st_uid)
    except OSError:
        return "no existe"


def _sockets(pid: int) -> "set[str] | None":
    """Los números de los sockets que tiene abiertos un proceso; None si no se nos deja mirar, como en un contenedor."""
    propios = set()
    for descriptor in pathlib.Path(f"/proc/{pid}/fd").glob("*"):
        try:
            enlace = descriptor.readlink().name
        except PermissionError:
            return None
        except OSError:
            continue  # lo cerró mientras tanto
        if enlace.startswith("socket:["):
            propios.add(enlace[8:-1])
    return propios


def _renglones(pid: int, archivo: str) -> "list[str]":
    for red in (f"/proc/{pid}/net", "/proc/self/net"):  # donde no se nos deja mirar la suya, es la nuestra
        try:
            return pathlib.Path(red, archivo).read_text().splitlines()[1:]
        except PermissionError:
            continue
        except OSError:
            break
    return []


def nombre_al_azar(azar: random.Random) -> str:
    """Un nombre que nadie pudo prever y que no aparece por casualidad en ninguna ventana."""
    silabas = [azar.choice("BDFGJLMNPRSTVZ").lower() + azar.choice("aeiou") for _ in range(4)]
    return "".join(silabas).capitalize()


def nombre_dificil(azar: random.Random) -> str:
    """Uno con lo que tienen muchos nombres y salas: espacios, acentos, eñe, mayúsculas y comillas."""
    return f'{nombre_al_azar(azar)} "Ñ{nombre_al_azar(azar)[:4]}" Díaz'


def texto_al_azar(azar: random.Random) -> str:
    """Una frase corta imprevisible."""
    return " ".join(nombre_al_azar(azar).lower() for _ in range(3))

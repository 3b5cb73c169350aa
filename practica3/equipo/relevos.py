"""Hallar un relevo en la red local sin escribir su dirección, aunque filtre la multidifusión.

Se pregunta por difusión (broadcast), que casi toda red deja pasar: sin ella no hay ARP ni DHCP.

    {"tipo":"busca_relevo","id":"0a1b2c3d"} ──▶ 192.168.1.255:5007      de dónde viene lo que
    {"tipo":"relevo","id":"0a1b2c3d"}       ◀── 192.168.1.9:5007        contesta es su dirección

La respuesta es la pregunta, más corta: a nadie se le puede enviar más de lo que él gastó, y a una
respuesta nadie contesta. Si por difusión no contesta nadie, `barrer` le pregunta una vez a cada
equipo de la /24 propia: son 254 datagramas de 40 bytes, con pausas, y sólo si alguien lo pide.
"""

import ipaddress
import secrets
import select
import socket
import time

from equipo import interfaces
import protocolo

MAX_RELEVOS = 16  # que se recuerdan
PREGUNTA, RESPUESTA = b'{"tipo":"busca_relevo"', b'{"tipo":"relevo"'  # cómo empiezan
POR_RED = 24  # bits: los equipos que se barren son los 254 de la propia
ESPERA, PAUSA = 0.25, 0.002  # s: a que contesten, y entre dos preguntas al barrer
VECES = 3  # que se pregunta por difusión: una se puede perder
OFERTA = "La red pierde más de lo que se puede reparar; quizá por un relevo no"


def responder(datagrama: bytes) -> "bytes | None":
    """Lo que un relevo contesta a quien lo busca; None si no es esa pregunta."""
    es_pregunta = datagrama.startswith(PREGUNTA)
    return RESPUESTA + datagrama[len(PREGUNTA):] if es_pregunta else None


class Busqueda:
    """Una pregunta en marcha. No espera: `mirar` dice quién ha contestado hasta ahora."""

    def __init__(self, puerto: int, desde: "list[str]"):
        """`desde`: direcciones de este equipo desde las que preguntar."""
        self.hallados: "list[tuple[str, int]]" = []
        self._puerto = puerto
        self._pregunta = PREGUNTA + b',"id":"%s"}' % secrets.token_hex(4).encode()
        self._sockets = []
        for direccion in desde:
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                s.setblocking(False)
                s.bind((direccion, 0))
                self._sockets.append((s, direccion))
            except OSError:  # esa interfaz ya no está
                s.close()

    def preguntar(self) -> None:
        """Preguntar a todos los de cada red, por difusión."""
        for s, direccion in self._sockets:
            # En la de bucle no hay difusión: sólo está este equipo.
            es_lazo = interfaces.es_lazo(direccion)
            self._enviar(s, direccion if es_lazo else interfaces.difusion_de(direccion))

    def barrer(self):
        """Preguntar a los equipos de cada red, de uno en uno: cada vuelta del generador, a uno."""
        for s, direccion in self._sockets:
            red = ipaddress.IPv4Network(f"{direccion}/{POR_RED}", strict=False)
            if red.is_private and not interfaces.es_lazo(direccion):
                for otro in red.hosts():
                    self._enviar(s, str(otro))
                    yield

    def _enviar(self, s: socket.socket, a_quien: str) -> None:
        try:
            s.sendto(self._pregunta, (a_quien, self._puerto))
        except OSError:  # esa red no deja preguntar: queda la siguiente
            pass

    def mirar(self) -> "list[tuple[str, int]]":
        """Los relevos que han contestado."""
        for s, _ in self._sockets:
            for _ in range(4 * MAX_RELEVOS):
                try:
                    datagrama, direccion = s.recvfrom(protocolo.MAX_DATAGRAMA)
                except OSError:  # nada más
                    break
                es_nuevo = direccion not in self.hallados and len(self.hallados) < MAX_RELEVOS
                if datagrama == responder(self._pregunta) and es_nuevo:
                    self.hallados.append(direccion)
        return self.hallados

    def insistir(self, uno_por_uno: bool = False) -> "list[tuple[str, int]]":
        """Preguntar, por difusión o barriendo, y esperar un poco; los que contestaron."""
        for _ in range(1 if uno_por_uno else VECES):
            if uno_por_uno:
                for _ in self.barrer():
                    time.sleep(PAUSA)  # 254 seguidas llenarían la cola de alguien
            else:
                self.preguntar()
            limite = time.monotonic() + ESPERA
            while not self.mirar() and (resta := limite - time.monotonic()) > 0:
                select.select([s for s, _ in self._sockets], [], [], resta)
            if self.hallados:
                break
        return self.hallados

    def cerrar(self) -> None:
        """Dejar de preguntar."""
        for s, _ in self._sockets:
            s.close()


def buscar(puerto: int, desde: str) -> "list[tuple[str, int]]":
    """Los relevos que contestan por difusión en la red de una dirección; toma menos de 1 s."""
    busqueda = Busqueda(puerto, [desde])
    try:
        return busqueda.insistir()
    finally:
        busqueda.cerrar()

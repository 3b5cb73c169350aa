"""Los sockets con que un relevo atiende de uno en uno, uno por cada dirección de este equipo.

Enlazados a ella, y no a "": así lo que se le envía no le llega a otro programa del equipo que
comparta el puerto, que suele ser el del grupo.
"""

import contextlib
import socket
import struct
import sys

from equipo import enlace
from equipo import interfaces
import protocolo

SEGUIDOS = 256  # datagramas que se leen de un lado antes de mirar los otros
IP_RECVERR = 11  # de <linux/in.h>


class Puertas:
    """Los sockets, por la dirección de este equipo a la que están enlazados."""

    def __init__(self, puerto: int, interfaz: "str | None"):
        """`interfaz`: la única en que se atiende; None, en todas, aunque cambien."""
        self.puerto = puerto
        self._interfaz = interfaz
        self.sockets: "dict[str, socket.socket]" = {}
        self.revisar()

    def revisar(self) -> None:
        """Abrir los de las direcciones nuevas y cerrar los de las que ya no están."""
        todas = [self._interfaz] if self._interfaz else [una for _, una in interfaces.listar()]
        for una in self.sockets.keys() - set(todas):
            self.sockets.pop(una).close()
        for una in set(todas) - self.sockets.keys():
            with contextlib.suppress(OSError):  # acaba de irse, o el puerto está tomado
                self.sockets[una] = _abrir(una, self.puerto)

    def leer(self, puerta: str) -> "list[tuple[bytes, tuple]]":
        """Los datagramas que esperan en una, con la dirección de donde vienen."""
        llegados = []
        for _ in range(SEGUIDOS):
            try:
                llegados.append(self.sockets[puerta].recvfrom(protocolo.MAX_DATAGRAMA))
            except OSError:  # ya no queda nada
                break
        return llegados

    def ausentes(self, puerta: str) -> "list[tuple[str, int]]":
        """Direcciones a las que se envió y en que su equipo dice que nadie escucha (ICMP)."""
        direcciones = []
        while sys.platform == "linux":
            try:
                # Lo que se lee es el principio de lo que no se pudo entregar, y a quién iba.
                _, _, _, direccion = self.sockets[puerta].recvmsg(0, 512, socket.MSG_ERRQUEUE)
            except OSError:
                break
            direcciones.append(direccion)
        return direcciones

    def enviar(self, datagrama: bytes, direccion: "tuple[str, int]", puerta: str = "") -> None:
        """Enviar desde una puerta o, si no se dice, desde la que lleva a esa dirección."""
        puerta = puerta or interfaces.consultar_ruta(*direccion)
        s = self.sockets.get(puerta) or next(iter(self.sockets.values()), None)
        if s is not None:
            with contextlib.suppress(OSError):  # búfer lleno: lo pedirá quien lo eche en falta
                s.sendto(datagrama, direccion)

    def cerrar(self) -> None:
        """Cerrar todos."""
        for s in self.sockets.values():
            s.close()


def _abrir(direccion: str, puerto: int) -> socket.socket:
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, enlace.BUFER_RECEPCION)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform == "linux":  # que se sepa dónde ya no escucha nadie
            s.setsockopt(socket.IPPROTO_IP, IP_RECVERR, struct.pack("i", 1))
        s.setblocking(False)
        s.bind((direccion, puerto))
    except OSError:
        s.close()
        raise
    return s

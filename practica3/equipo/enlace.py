"""Lo que une un socket a un grupo: en qué interfaz, cuál cuando cambia y qué hacer si se cae.

Quien no pide ninguna interfaz usa la que use el sistema, aunque cambie: otro Wi-Fi, un cable
que se conecta. Donde no hay red queda la de bucle.
"""

import errno
import select
import socket
import threading

from equipo import errores
from equipo.interfaces import interfaz_del_sistema

REVISION = 2.0  # s entre miradas a qué interfaz usa el sistema
REINTENTO = 0.5  # s entre intentos cuando la red no deja enviar
BUFER_LLENO = 0.2  # s como máximo esperando a que haya sitio en el búfer de salida…
PAUSA = 0.005  # s: …o sin poder saber si lo hay

# Errores de un datagrama y no de la red: repetirlo no serviría de nada.
DEL_DATAGRAMA = (errno.EMSGSIZE, errno.EINVAL)


def unirse(s: socket.socket, grupo: str, interfaz: str) -> None:
    """Unir el socket al grupo en una interfaz y enviar por ella. Lanza OSError."""
    abandonar(s, grupo, interfaz)  # tras desconectar un cable la unión queda inservible
    miembro = socket.inet_aton(grupo) + socket.inet_aton(interfaz)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, miembro)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interfaz))


def abandonar(s: socket.socket, grupo: str, interfaz: str) -> None:
    """Salir del grupo en una interfaz; si no se estaba, nada."""
    miembro = socket.inet_aton(grupo) + socket.inet_aton(interfaz)
    try:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP, miembro)
    except OSError:
        pass  # no se estaba, o la interfaz ya no existe


class Enlace:
    """Lo que une un socket a su grupo: sigue a la interfaz pedida, o a la del sistema, y espera
    a la red si se cae. Es del hilo que envía.
    """

    def __init__(self, s: socket.socket, grupo: str, puerto: int, pedida: "str | None", contar):
        """Unirse. `contar(estado, texto)`: cómo está la red. Lanza OSError."""
        self.pedida = pedida  # None: la que use el sistema
        self.caido = False
        self._socket, self._grupo, self._puerto = s, grupo, puerto
        self._contar = contar
        self._unida = True
        self._vista = pedida  # la pedida la última vez que se miró
        self._revisar_a_las = 0.0  # s
        self.actual = self._elegir()
        unirse(s, grupo, self.actual)

    def pedir(self, interfaz: "str | None") -> None:
        """Pedir otra interfaz, desde cualquier hilo: sólo se anota, y el que envía pasa a ella."""
        self.pedida = interfaz

    def revisar(self, ahora: float) -> None:
        """Si ya toca mirar, o se pidió otra, pasar a la interfaz que corresponde."""
        if ahora < self._revisar_a_las and self.pedida == self._vista:
            return
        self._vista = self.pedida
        self._revisar_a_las = ahora + REVISION
        cambia = self._elegir() != self.actual
        if (cambia or not self._unida) and self._rehacer() and cambia:
            self._contar("activa", f"Ahora la red es la de la interfaz {self.actual}.")

    def anotar_envio(self) -> None:
        """Un datagrama salió: si la red se había caído, volvió."""
        if self.caido:
            self.caido = False
            self._contar("activa", f"La red volvió (interfaz {self.actual}).")

    def esperar(self, error: OSError, largo: int, cerrando: threading.Event) -> bool:
        """Esperar a que se pueda enviar otra vez un datagrama de `largo` bytes que no salió.

        False si es inútil: el sistema nunca lo dejará salir, o ya hay que cerrar.
        """
        if error.errno in DEL_DATAGRAMA:
            motivo = errores.explicar(error)
            self._contar("error", f"El sistema no deja enviar {largo} bytes juntos: {motivo}.")
            return False
        if isinstance(error, BlockingIOError):  # el búfer de salida, lleno
            select.select([], [self._socket], [], BUFER_LLENO)
        elif error.errno == errno.ENOBUFS:  # también, en macOS
            cerrando.wait(PAUSA)
        else:
            self._esperar_red(error, cerrando)
        return not cerrando.is_set()

    def _esperar_red(self, error: OSError, cerrando: threading.Event) -> None:
        if not self.caido:
            self.caido = True
            motivo = errores.explicar(error)
            queda = "Lo que escribas saldrá cuando vuelva."
            self._contar("caida", f"La red no responde ({motivo}). {queda}")
        cerrando.wait(REINTENTO)
        self._rehacer()

    def _rehacer(self) -> bool:
        """Unirse otra vez, en la interfaz que ahora corresponde; False si todavía no se puede."""
        nueva = self._elegir()
        try:
            unirse(self._socket, self._grupo, nueva)
            self._unida = True
        except OSError:
            self._unida = nueva != self.actual and self._unida
            return False
        if nueva != self.actual:
            abandonar(self._socket, self._grupo, self.actual)
        self.actual = nueva
        return True

    def _elegir(self) -> str:
        return self.pedida or interfaz_del_sistema(self._grupo, self._puerto)

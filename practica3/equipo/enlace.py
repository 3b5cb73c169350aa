"""Lo que une un socket a un grupo: en qué interfaz, cuál cuando cambia y qué hacer si se cae.

Quien habla por un relevo (puente.py) no se une a nada: le envía a él, y sólo a él lo oye.

Quien no pide ninguna interfaz usa la que use el sistema, aunque cambie: otro Wi-Fi, un cable
que se conecta. Quien pide una pide esa tarjeta, tenga la dirección que tenga. Si al empezar no hay
red queda la de bucle, y se dice; la red que se cae no se cambia por ella: se espera a que vuelva.

    quien envía ──▶ ¿hay red? ── sí ──▶ sendto        cada 60 s, decir otra vez que se está en
                        └─ no: esperar                 el grupo (véase RENOVACION)
"""

import contextlib
import errno
import select
import socket
import sys
import threading
import time

from equipo import errores
from equipo import interfaces
import protocolo

REVISION = 2.0  # s entre miradas a qué interfaz usa el sistema
REINTENTO = 0.5  # s entre intentos cuando la red no deja enviar
BUFER_LLENO = 0.2  # s como máximo esperando a que haya sitio en el búfer de salida…
PAUSA = 0.005  # s: …o sin poder saber si lo hay
# S entre renovaciones. Un conmutador que vigila IGMP (snooping) olvida al que no repite que está en
# el grupo, a los 260 s (RFC 2236), y sólo se repite si alguien pregunta: en muchas redes, nadie.
RENOVACION = 60.0
# Salir y volver a entrar perdería lo que llegara en medio. En su lugar se veta, y se perdona, a
# una dirección desde la que nadie envía (RFC 5737): el sistema lo dice (IGMPv3, RFC 3376 §4.2.12) y
# se oye todo. Dice lo que quieren todos sus programas juntos: por eso se hace en punto, según el
# reloj del equipo, y han de coincidir S_VETADA segundos.
NADIE, S_VETADA = "192.0.2.1", 0.05
# IP_BLOCK_SOURCE e IP_UNBLOCK_SOURCE, de los <netinet/in.h>; en socket, desde Python 3.12.
VETAR, PERDONAR = {"linux": (38, 37), "win32": (17, 18)}.get(sys.platform, (72, 73))

BUFER_RECEPCION = 4 * 1024 * 1024  # bytes que se piden; el sistema suele conceder menos
IP_MULTICAST_ALL = getattr(socket, "IP_MULTICAST_ALL", 49)  # de <linux/in.h>; Python, desde 3.13

# Errores de un datagrama y no de la red: repetirlo no serviría de nada. EINVAL es de la red si la
# dirección ya no es de este equipo.
DEL_DATAGRAMA = (errno.EMSGSIZE, errno.EINVAL)
QUEDA = "Lo que escribas saldrá cuando vuelva."
SOLO_AQUI = "Este equipo no tiene red: sólo se oyen entre sí los programas de este equipo."


class ErrorRed(Exception):
    """No se puede usar la red como se pidió; el texto dice por qué y cómo remediarlo."""


def abrir_socket(puerto: int) -> socket.socket:
    """Abrir el socket UDP del chat, que muchos programas de un equipo pueden abrir a la vez.

    Lanza ErrorRed si otro programa tiene el puerto para él solo.
    """
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFER_RECEPCION)
        # IPPROTO_IP y no SOL_IP, que falta en Windows.
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, protocolo.TTL)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
        if sys.platform == "linux":
            # Si no, el socket oye cualquier grupo al que alguien del equipo se uniera.
            s.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)
        enlazar(s, puerto)
        # Sin bloqueo: así ningún hilo cambia el modo del socket mientras el otro lo usa.
        s.setblocking(False)
    except OSError as error:
        s.close()
        motivo = f"{errores.explicar(error)}. Prueba otro con --puerto."
        raise ErrorRed(f"No se puede usar el puerto {puerto}: {motivo}") from error
    return s


def enlazar(s: socket.socket, puerto: int) -> None:
    """Enlazar el socket a un puerto que comparten otros programas. Lanza OSError."""
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sys.platform == "linux":
        # Desde Linux 6.6, entre quienes ponen SO_REUSEPORT se reparte lo que llega de fuera, y a
        # uno le toca lo de otra interfaz o de otro grupo. Sólo se pone si alguien la exige.
        with contextlib.suppress(OSError):
            return s.bind(("", puerto))
    if hasattr(socket, "SO_REUSEPORT"):  # no existe en Windows; macOS la exige
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    s.bind(("", puerto))  # enlazar al grupo mismo falla en Windows


def unirse(s: socket.socket, grupo: str, interfaz: str) -> None:
    """Unir el socket al grupo en una interfaz y enviar por ella. Lanza OSError."""
    abandonar(s, grupo, interfaz)  # tras desconectar un cable la unión queda inservible
    miembro = socket.inet_aton(grupo) + socket.inet_aton(interfaz)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, miembro)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interfaz))


def abandonar(s: socket.socket, grupo: str, interfaz: str) -> None:
    """Salir del grupo en una interfaz; si no se estaba, nada."""
    miembro = socket.inet_aton(grupo) + socket.inet_aton(interfaz)
    with contextlib.suppress(OSError):  # no se estaba, o la interfaz ya no existe
        s.setsockopt(socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP, miembro)


def cambiar_veto(s: socket.socket, grupo: str, interfaz: str, opcion: int) -> None:
    """VETAR a NADIE, o PERDONAR, en un grupo y una interfaz. Lanza OSError si no se está en él."""
    donde = [socket.inet_aton(interfaz), socket.inet_aton(NADIE)]
    if sys.platform != "linux":
        donde.reverse()  # struct ip_mreq_source: en los demás, la interfaz va al final
    s.setsockopt(socket.IPPROTO_IP, opcion, b"".join([socket.inet_aton(grupo), *donde]))


class Enlace:
    """Lo que une un socket a su grupo: sigue a la interfaz pedida, o a la del sistema, y espera
    a la red si se cae. Es del hilo que envía.
    """

    def __init__(self, s: socket.socket, grupo: str, puerto: int, pedida: "str | None", contar,
                 relevo: "tuple[str, int] | None" = None):
        """Unirse. `contar(mensaje)`: uno de tipo "red" que dice cómo está. Lanza OSError."""
        self.pedida = pedida  # None: la que use el sistema
        self.relevo = relevo  # la dirección de aquel con quien se habla, en vez de con el grupo
        self.destino = relevo or (grupo, puerto)  # a dónde va todo
        self.caido = False
        self._socket, self._grupo = s, grupo
        self._decir = contar
        self._unida = True
        self._vista, self._tarjeta = "", None  # la pedida la última vez que se miró, y su nombre
        self._tuvo_red = False  # desde que se pidió, y no sólo la de bucle
        self._revisar_a_las = self._renovar_a_las = 0.0  # s
        self._vetando = False
        self.actual = self._elegir()
        self._unirse(self.actual)

    @property
    def solo_aqui(self) -> bool:
        """Si lo que se envía no sale de este equipo, sin que nadie lo haya pedido."""
        return self.pedida is None and interfaces.es_lazo(self.actual)

    def pedir(self, interfaz: "str | None") -> None:
        """Pedir otra interfaz, desde cualquier hilo: sólo se anota, y el que envía pasa a ella."""
        self.pedida = interfaz

    def presentar(self) -> str:
        """Con quién se habla, en una frase."""
        if self.relevo is None:
            return f"Ahora se habla con el grupo, por {self._nombrar()}."
        return "Ahora se habla por el relevo {}:{}.".format(*self.relevo)

    def admite(self, direccion: "tuple[str, int]") -> bool:
        """Si se oye lo que llega de ahí: de un relevo, sólo lo suyo."""
        return self.relevo in (None, direccion)

    def _unirse(self, interfaz: str) -> None:
        if self.relevo is None:
            unirse(self._socket, self._grupo, interfaz)

    def proximo(self) -> float:
        """A qué hora hay que llamar a `revisar`."""
        return self._renovar_a_las

    def revisar(self, ahora: float) -> None:
        """Renovar la unión al grupo y, si toca mirar o se pidió otra, cambiar de interfaz."""
        if ahora >= self._renovar_a_las:
            self._renovar(ahora)
        if ahora < self._revisar_a_las and self.pedida == self._vista:
            return
        if not self._revisar_a_las and self.solo_aqui:
            self._contar("local", SOLO_AQUI)
        self._revisar_a_las = ahora + REVISION
        nueva = self._elegir()
        cambia = nueva != self.actual
        if not nueva:
            self._caer("se desconectó")
        elif (cambia or not self._unida) and self._rehacer(nueva) and cambia and not self.caido:
            que = SOLO_AQUI if self.solo_aqui else f"Ahora la red es la de {self._nombrar()}."
            self._contar("local" if self.solo_aqui else "activa", que)

    def hay_red(self, cerrando: threading.Event) -> bool:
        """Esperar a que haya por dónde enviar; False si antes hay que cerrar."""
        while self.caido and not cerrando.is_set():
            nueva = self._elegir()
            if nueva and self._rehacer(nueva):
                return True
            cerrando.wait(REINTENTO)
        return not self.caido

    def anotar_envio(self) -> None:
        """Un datagrama salió: si la red se había caído, volvió."""
        if self.caido:
            self.caido = False
            self._contar("activa", f"La red volvió ({self._nombrar()}).")

    def esperar(self, error: OSError, largo: int, cerrando: threading.Event) -> bool:
        """Esperar a que se pueda enviar otra vez un datagrama de `largo` bytes que no salió.

        False si es inútil: el sistema nunca lo dejará salir, o ya hay que cerrar.
        """
        de_la_red = error.errno == errno.EINVAL and not interfaces.tarjeta_de(self.actual)
        if error.errno in DEL_DATAGRAMA and not de_la_red:
            motivo = errores.explicar(error)
            self._contar("error", f"El sistema no deja enviar {largo} bytes juntos: {motivo}.")
            return False
        if isinstance(error, BlockingIOError):  # el búfer de salida, lleno
            select.select([], [self._socket], [], BUFER_LLENO)
        elif error.errno == errno.ENOBUFS:  # también, en macOS
            cerrando.wait(PAUSA)
        else:
            self._caer(errores.explicar(error))
            cerrando.wait(REINTENTO)
        return not cerrando.is_set()

    def _contar(self, estado: str, texto: str) -> None:
        self._decir({"tipo": "red", "estado": estado, "content": texto})

    def _caer(self, motivo: str) -> None:
        if not self.caido:
            self.caido = True
            self._contar("caida", f"La red no responde ({motivo}). {QUEDA}")

    def _renovar(self, ahora: float) -> None:
        """Decir otra vez, en cada minuto en punto, que se está en el grupo."""
        toca = self._renovar_a_las and not self.caido and self.relevo is None
        self._vetando = bool(toca) and not self._vetando
        if toca:
            try:
                opcion = VETAR if self._vetando else PERDONAR
                cambiar_veto(self._socket, self._grupo, self.actual, opcion)
            except OSError:  # ya no se está: se fue el cable, o la interfaz es otra
                self._rehacer(self.actual)
        en_punto = RENOVACION - time.time() % RENOVACION
        self._renovar_a_las = ahora + (S_VETADA if self._vetando else en_punto)

    def _rehacer(self, nueva: str) -> bool:
        """Unirse otra vez, en la interfaz que ahora corresponde; False si todavía no se puede."""
        try:
            self._unirse(nueva)
            self._unida = True
        except OSError:
            self._unida = nueva != self.actual and self._unida
            return False
        if nueva != self.actual:
            abandonar(self._socket, self._grupo, self.actual)
        self.actual = nueva
        return True

    def _elegir(self) -> str:
        """La dirección de la interfaz que corresponde ahora; "" si está sin red."""
        pedida = self.pedida  # otro hilo la cambia
        if pedida != self._vista:
            self._vista, self._tuvo_red = pedida, False
            self._tarjeta = interfaces.tarjeta_de(pedida) if pedida else None
        if pedida is not None:
            return interfaces.direccion_de(self._tarjeta, pedida) if self._tarjeta else pedida
        nueva = interfaces.interfaz_del_sistema(*self.destino)
        es_lazo = interfaces.es_lazo(nueva)
        if es_lazo and self._tuvo_red:
            return ""  # no se cambia por la de bucle: nadie más oiría lo que se diga
        self._tuvo_red = self._tuvo_red or not es_lazo
        return nueva

    def _nombrar(self) -> str:
        tarjeta = interfaces.tarjeta_de(self.actual)
        return f"la interfaz {tarjeta}, {self.actual}" if tarjeta else f"la interfaz {self.actual}"

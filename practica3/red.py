"""El socket multidifusión del chat y los dos hilos que lo comparten.

    hilo de la ventana               hilo enviar                    la red
    ──────────────────               ───────────                    ──────
    red.enviar(mensaje) ──▶ cola ──▶ codificar ──▶ sendto ──┐
                                                        [socket] ⇄ 239.255.3.3:5007
    red.recibir(espera) ◀── cola ◀── decodificar ◀─ recvfrom ┘
                                     hilo recibir

Los dos hilos usan el mismo descriptor a la vez y no les hace falta ningún candado: el
sistema operativo ya serializa `sendto` y `recvfrom`, uno no toca lo del otro, y lo que
debe cruzar de hilo a hilo va por una `queue.Queue`.

Todo datagrama va al grupo, también un mensaje privado: varios programas de un mismo
equipo comparten el puerto, y una respuesta a su dirección llegaría a uno cualquiera.
"""

import errno
import queue
import random
import secrets
import select
import socket
import sys
import threading
import time

import protocolo

GRUPO = "239.255.3.3"  # de ámbito local al sitio (RFC 2365): ningún enrutador la saca
PUERTO = 5007
TTL = 1  # saltos: no sale de la red local
LAZO = "127.0.0.1"  # la interfaz de bucle: sólo este equipo

BUFER_RECEPCION = 4 * 1024 * 1024  # bytes que se piden; el sistema suele conceder menos
MAX_LOTE = 64 * 1024  # bytes leídos de una vez antes de entregarlos
MAX_LOTES = 256  # lotes que esperan a la ventana; con la cola llena se deja de leer
ESPERA = 0.2  # s: lo que un hilo tarda como mucho en ver que hay que cerrar
REINTENTO = 0.5  # s entre intentos cuando la red no deja enviar
REVISION = 2.0  # s entre miradas a qué interfaz usa el sistema
CIERRE = 2.0  # s que se espera a cada hilo al cerrar

# El módulo socket no la trae antes de Python 3.13 (valor de <linux/in.h>).
IP_MULTICAST_ALL = getattr(socket, "IP_MULTICAST_ALL", 49)

# Errores de un datagrama y no de la red: repetirlo no serviría de nada.
ERRORES_DEL_DATAGRAMA = (errno.EMSGSIZE, errno.EINVAL)


class ErrorRed(Exception):
    """No se puede usar la red como se pidió; el texto dice por qué y cómo remediarlo."""


# -------------------------------------------------------------------- el socket


def abrir_socket(puerto: int) -> socket.socket:
    """Abrir el socket UDP del chat, sin unirlo todavía a ningún grupo.

    Muchos programas de un equipo pueden abrirlo a la vez. Lanza ErrorRed si otro
    programa tiene el puerto para él solo.
    """
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_REUSEPORT"):  # no existe en Windows; macOS la exige
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFER_RECEPCION)
        # IPPROTO_IP y no SOL_IP, que falta en Windows.
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, TTL)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
        if sys.platform == "linux":
            # Si no, el socket oye cualquier grupo al que alguien del equipo se uniera.
            s.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)
        s.bind(("", puerto))  # enlazar al grupo mismo falla en Windows
        # Sin bloqueo: así ningún hilo cambia el modo del socket mientras el otro lo usa.
        s.setblocking(False)
    except OSError as error:
        s.close()
        raise ErrorRed(f"No se puede usar el puerto {puerto}: {error.strerror}. Prueba otro con --puerto.") from error
    return s


def interfaz_del_sistema(grupo: str, puerto: int) -> str:
    """Dirección IPv4 de la interfaz por la que el sistema envía al grupo; 127.0.0.1 si no hay red."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect((grupo, puerto))  # en UDP no envía nada: sólo consulta las rutas
            return s.getsockname()[0]
        except OSError:
            return LAZO


def unirse(s: socket.socket, grupo: str, interfaz: str) -> None:
    """Unir el socket al grupo en una interfaz y enviar por ella. Lanza OSError."""
    abandonar(s, grupo, interfaz)  # tras desconectar un cable la unión queda inservible
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(grupo) + socket.inet_aton(interfaz))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interfaz))


def abandonar(s: socket.socket, grupo: str, interfaz: str) -> None:
    """Salir del grupo en una interfaz; si no se estaba, nada."""
    try:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP, socket.inet_aton(grupo) + socket.inet_aton(interfaz))
    except OSError:
        pass  # no se estaba, o la interfaz ya no existe


# -------------------------------------------------------------------- los dos hilos


class Red:
    """El socket compartido y sus dos hilos, enviar y recibir.

    `interfaz` None: la que use el sistema, aunque cambie (otra Wi-Fi). Una red que
    falla no detiene a nadie: se avisa, se reintenta y se avisa al volver.
    """

    def __init__(self, grupo: str = GRUPO, puerto: int = PUERTO, interfaz: "str | None" = None, perdida: float = 0):
        self.grupo = grupo
        self.puerto = puerto
        self.interfaz_pedida = interfaz
        self.interfaz = interfaz or interfaz_del_sistema(grupo, puerto)
        self.perdida = perdida  # % de lo recibido que se tira, para verlo en clase
        self.id = secrets.token_hex(4)  # este programa en marcha, y ningún otro
        self.malformados = 0  # datagramas que no se entendieron
        self._por_enviar = queue.Queue()
        self._recibidos = queue.Queue(MAX_LOTES)
        self._cerrando = threading.Event()
        self._caida = False
        self._socket = abrir_socket(puerto)
        try:
            unirse(self._socket, grupo, self.interfaz)
        except OSError as error:
            self._socket.close()
            raise ErrorRed(f"No se puede usar la interfaz {self.interfaz}: {error.strerror}.") from error
        self.bufer = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)  # lo concedido
        self._hilo_enviar = threading.Thread(target=self._enviar, name="enviar", daemon=True)
        self._hilo_recibir = threading.Thread(target=self._recibir, name="recibir", daemon=True)

    def iniciar(self) -> None:
        """Poner en marcha los dos hilos."""
        self._hilo_enviar.start()
        self._hilo_recibir.start()

    def parar(self) -> None:
        """Enviar lo que quede en la cola, esperar a los dos hilos y cerrar el socket."""
        self._cerrando.set()
        self._por_enviar.put(None)  # despierta al hilo enviar
        for hilo in (self._hilo_enviar, self._hilo_recibir):
            hilo.join(CIERRE)
        # Cerrar antes no despertaría a un hilo que espera en el socket.
        self._socket.close()

    def enviar(self, mensaje: dict) -> None:
        """Dejar un mensaje válido en la cola de salida, sin esperar.

        Lanza ErrorProtocolo si no cabe en un datagrama.
        """
        mensaje = {**mensaje, "id": self.id}
        self._por_enviar.put((mensaje, protocolo.codificar(mensaje)))

    def recibir(self, espera: float = 0.0) -> "list[tuple[dict, tuple | None]]":
        """Sacar lo siguiente que llegó, como pares (mensaje, dirección); [] si no hay nada en `espera` s.

        Con dirección None, es de este mismo programa: el eco de lo ya enviado, o un
        mensaje de tipo "red" que cuenta cómo está la red.
        """
        try:
            return self._recibidos.get(timeout=espera) if espera > 0 else self._recibidos.get_nowait()
        except queue.Empty:
            return []

    def anotar(self, mensaje: dict) -> None:
        """Dejar entre lo recibido un mensaje propio, para quien espera en `recibir`."""
        self._entregar([(mensaje, None)])

    # ---- hilo recibir

    def _recibir(self) -> None:
        while not self._cerrando.is_set():
            if select.select([self._socket], [], [], ESPERA)[0]:
                self._entregar(self._leer_lote())

    def _leer_lote(self) -> list:
        lote = []
        leidos = 0  # bytes
        while leidos < MAX_LOTE:
            try:
                datagrama, direccion = self._socket.recvfrom(protocolo.MAX_DATAGRAMA)
            except BlockingIOError:
                break  # ya no queda nada
            except OSError:
                break  # Windows entrega así el «puerto cerrado» de otro equipo
            leidos += len(datagrama) + 1
            mensaje = self._interpretar(datagrama)
            if mensaje is not None:
                lote.append((mensaje, direccion))
        return lote

    def _interpretar(self, datagrama: bytes) -> "dict | None":
        if self.perdida and random.random() * 100 < self.perdida:
            return None
        try:
            mensaje = protocolo.decodificar(datagrama)
        except protocolo.ErrorProtocolo as error:
            self.malformados += 1
            return self._rechazar(error)
        return mensaje if mensaje.get("id") != self.id else None

    @staticmethod
    def _rechazar(error: protocolo.ErrorProtocolo) -> "dict | None":
        """Un `inicio` que no vale no se tira sin más: el servidor explica el error a quien quiso entrar."""
        if error.mensaje is None or error.mensaje.get("tipo") != "inicio":
            return None
        return {"tipo": "rechazado", "content": str(error), "mensaje": error.mensaje}

    # ---- hilo enviar

    def _enviar(self) -> None:
        revisar = time.monotonic() + REVISION
        while not self._cerrando.is_set() or not self._por_enviar.empty():
            try:
                pedido = self._por_enviar.get(timeout=ESPERA)
            except queue.Empty:
                pedido = None
            if pedido is not None:
                self._enviar_mensaje(*pedido)
            if time.monotonic() > revisar:
                self._seguir_al_sistema()
                revisar = time.monotonic() + REVISION

    def _enviar_mensaje(self, mensaje: dict, datagrama: bytes) -> None:
        """Enviar un datagrama, insistiendo mientras la red no deje; al cerrar, un intento y no más."""
        insistir = True
        while insistir:
            insistir = not self._cerrando.is_set()
            try:
                self._socket.sendto(datagrama, (self.grupo, self.puerto))
            except BlockingIOError:
                select.select([], [self._socket], [], ESPERA)  # búfer de salida lleno
            except OSError as error:
                if error.errno in ERRORES_DEL_DATAGRAMA:
                    texto = f"El sistema no deja enviar {len(datagrama)} bytes juntos: {error.strerror}."
                    self.anotar({"tipo": "red", "estado": "error", "content": texto, "mensaje": mensaje})
                    break
                self._esperar_red(error)
            else:
                self._confirmar(mensaje)
                break

    def _confirmar(self, mensaje: dict) -> None:
        if self._caida:
            self._caida = False
            self._contar("activa", f"La red volvió (interfaz {self.interfaz}).")
        self.anotar(mensaje)

    def _esperar_red(self, error: OSError) -> None:
        if not self._caida:
            self._caida = True
            self._contar("caida", f"La red no responde ({error.strerror}). Lo que escribas saldrá cuando vuelva.")
        self._cerrando.wait(REINTENTO)
        self._cambiar_interfaz(self.interfaz_pedida or interfaz_del_sistema(self.grupo, self.puerto))

    def _seguir_al_sistema(self) -> None:
        """Pasar a la interfaz que el sistema usa ahora, si no se pidió una fija y cambió."""
        actual = self.interfaz_pedida or interfaz_del_sistema(self.grupo, self.puerto)
        if actual != self.interfaz and self._cambiar_interfaz(actual):
            self._contar("activa", f"Ahora la red es la de la interfaz {actual}.")

    def _cambiar_interfaz(self, nueva: str) -> bool:
        if nueva != self.interfaz:
            abandonar(self._socket, self.grupo, self.interfaz)
        try:
            unirse(self._socket, self.grupo, nueva)
        except OSError:
            return False  # todavía no; se volverá a intentar
        self.interfaz = nueva
        return True

    # ---- de los dos

    def _contar(self, estado: str, texto: str) -> None:
        self.anotar({"tipo": "red", "estado": estado, "content": texto})

    def _entregar(self, lote: list) -> None:
        entregado = not lote
        while not entregado:
            try:
                self._recibidos.put(lote, timeout=ESPERA)
                entregado = True
            except queue.Full:
                entregado = self._cerrando.is_set()  # nadie va a leerlo

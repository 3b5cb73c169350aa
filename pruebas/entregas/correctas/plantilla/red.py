"""El socket multidifusión y los dos hilos que lo comparten.

    ventana ── enviar(mensaje) ──▶ por_enviar ──▶ hilo enviar ── sendto ──┐
                                                                      [socket] ⇄ grupo
    ventana ◀── recibidos ◀─────────────────── hilo recibir ── recvfrom ──┘

Los dos hilos usan el mismo socket y nada más en común: lo demás cruza por las colas.
"""

import queue
import socket
import threading

import protocolo


def abrir_socket():
    """Abrir el socket del chat, unido al grupo."""
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "SO_REUSEPORT"):
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    s.bind(("", protocolo.PUERTO))
    miembro = socket.inet_aton(protocolo.GRUPO) + socket.inet_aton("0.0.0.0")
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, miembro)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, protocolo.TTL)
    s.settimeout(0.5)  # s: así el hilo que recibe mira a menudo si hay que terminar
    return s


class Red:
    """Envía y recibe mensajes sin hacer esperar a nadie."""

    def __init__(self):
        self.por_enviar = queue.Queue()  # mensajes
        self.recibidos = queue.Queue()  # mensajes
        self._cerrando = threading.Event()
        self._socket = abrir_socket()

    def iniciar(self):
        """Poner en marcha los dos hilos."""
        self._hilos = [threading.Thread(target=self._enviar), threading.Thread(target=self._recibir)]
        for hilo in self._hilos:
            hilo.start()

    def enviar(self, mensaje):
        """Dejar un mensaje para que el hilo enviar lo mande al grupo."""
        self.por_enviar.put(mensaje)

    def parar(self):
        """Terminar los hilos y cerrar el socket."""
        self._cerrando.set()
        self.por_enviar.put(None)  # despierta al hilo que envía, después de lo último
        for hilo in self._hilos:
            hilo.join(3)
        self._socket.close()

    def _enviar(self):
        while True:
            mensaje = self.por_enviar.get()
            if mensaje is None:
                break
            self._socket.sendto(protocolo.codificar(mensaje), (protocolo.GRUPO, protocolo.PUERTO))

    def _recibir(self):
        while not self._cerrando.is_set():
            try:
                datagrama, _ = self._socket.recvfrom(protocolo.MAX_DATAGRAMA)
            except socket.timeout:
                continue
            mensaje = protocolo.decodificar(datagrama)
            if mensaje is not None:
                self.recibidos.put(mensaje)

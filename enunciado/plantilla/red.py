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
    # PENDIENTE (etapa 1), con el ejemplo 07 a la vista:
    #   1. que otros programas de este equipo puedan usar el mismo puerto, antes de bind;
    #   2. bind al puerto del chat y no a uno cualquiera, que es lo que hace el 0;
    #   3. unirse al grupo;
    #   4. el TTL de lo que se envía.
    s.bind(("", 0))
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
        # PENDIENTE (etapa 1): crear un hilo para _enviar y otro para _recibir, y arrancarlos.

    def enviar(self, mensaje):
        """Dejar un mensaje para que el hilo enviar lo mande al grupo."""
        self.por_enviar.put(mensaje)

    def parar(self):
        """Terminar los hilos y cerrar el socket."""
        self._cerrando.set()
        # PENDIENTE (etapa 1): esperar a los dos hilos (join, con límite) antes de cerrar.
        self._socket.close()

    def _enviar(self):
        # PENDIENTE (etapa 1): mientras no haya que cerrar, tomar un mensaje de por_enviar,
        # codificarlo y mandarlo a (GRUPO, PUERTO). Al cerrar, antes sale lo que quede en la cola.
        pass

    def _recibir(self):
        # PENDIENTE (etapa 1): mientras no haya que cerrar, recibir un datagrama de hasta
        # MAX_DATAGRAMA, decodificarlo y, si es un mensaje, dejarlo en recibidos.
        pass

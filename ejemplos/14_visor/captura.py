"""Oír el grupo en un hilo aparte y dejar lo que llega en una cola, con hora y origen.

La cola tiene un tope: si la ventana no da abasto, lo que no cabe se cuenta y se olvida.
El visor sólo oye; nunca envía nada al grupo.
"""

import queue
import socket
import threading
import time

import grupo

CABEN = 4_000  # datagramas sin mostrar
# bytes que se piden al sistema para no perder una ráfaga; suele conceder menos.
BUFER = 4 * 1024 * 1024
PAUSA = 0.1  # s, si la red falla


class Captura:
    """El socket del visor y su hilo."""

    def __init__(self, elegidas):
        """Abrir el socket; si no se puede, termina el programa diciendo por qué."""
        self.socket, self.destino = grupo.abrir(elegidas)
        self.interfaz = elegidas.interfaz or grupo.interfaz_del_sistema(self.destino)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFER)
        self.sin_mostrar = 0  # los que no cupieron; sólo lo cambia el hilo
        self._cola = queue.Queue(CABEN)
        self._terminar = threading.Event()
        self._hilo = threading.Thread(target=self._oir, name="recibir")

    def iniciar(self):
        """Empezar a oír."""
        self._hilo.start()

    def parar(self):
        """Terminar el hilo y, después, cerrar el socket."""
        self._terminar.set()
        if self._hilo.ident is not None:  # llegó a empezar
            self._hilo.join(4 * grupo.ESPERA)
        self.socket.close()

    def sacar(self, cuantos):
        """Hasta `cuantos` datagramas, como (bytes, hora, origen), sin esperar."""
        return [self._cola.get_nowait() for _ in range(min(cuantos, self._cola.qsize()))]

    def esperar(self, segundos):
        """El siguiente datagrama, o None si no llega en ese tiempo."""
        try:
            return self._cola.get(timeout=segundos)
        except queue.Empty:
            return None

    def _oir(self):
        while not self._terminar.is_set():
            try:
                datagrama, origen = self.socket.recvfrom(grupo.MAX_DATAGRAMA)
            except TimeoutError:
                continue  # nadie habló
            except OSError:  # la red cayó, o Windows cuenta un error de otro equipo
                self._terminar.wait(PAUSA)
                continue
            try:
                self._cola.put_nowait((datagrama, time.time(), origen))
            except queue.Full:
                self.sin_mostrar += 1

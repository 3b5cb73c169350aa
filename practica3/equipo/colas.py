"""Las colas por las que pasa lo que va de un hilo a otro.

Si quien lee se atrasa, quien deja espera, y con él el socket: lo que entonces no quepa en el búfer
del sistema se pierde, y se pide otra vez. Sin ese tope, una ventana ocupada acumularía en memoria
todo lo que llega: a once megas por segundo, un gigabyte en minuto y medio.
"""

import queue
import threading

# Lotes, y bytes, que esperan a quien lee: unos miles de textos, que se muestran en medio segundo.
MAX_LOTES, MAX_BYTES = 256, 4 * 2**20
PAUSA = 0.005  # s entre miradas, con la cola llena


class Buzon:
    """Lotes de mensajes para otro hilo. Leen de él uno, y cualquiera deja."""

    def __init__(self):
        self._cola = queue.SimpleQueue()  # pares (lote, bytes)
        # Los bytes que se dejaron y que se sacaron: cada cuenta la cambia un solo hilo, porque
        # sólo uno deja lotes que pesan.
        self._dejados = self._sacados = 0

    def dejar(self, lote: list, bytes_: int, cerrando: threading.Event) -> None:
        """Dejar un lote que ocupa tanto; si quien lee va muy atrasado, esperarlo."""
        while self._cola.qsize() >= MAX_LOTES or self._dejados - self._sacados > MAX_BYTES:
            if cerrando.wait(PAUSA):
                break
        if bytes_:
            self._dejados += bytes_
        self._cola.put((lote, bytes_))

    def sacar(self, espera: float = 0.0) -> list:
        """El lote siguiente; [] si no hay ninguno, y sigue así `espera` s."""
        lote, bytes_ = sacar(self._cola, espera) or ([], 0)
        self._sacados += bytes_
        return lote


def sacar(cola: queue.SimpleQueue, espera: float = 0.0):
    """Lo siguiente de una cola; None si está vacía, y sigue así `espera` s."""
    try:
        return cola.get(timeout=espera) if espera > 0 else cola.get_nowait()
    except queue.Empty:
        return None

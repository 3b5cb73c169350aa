"""Un ayudante: el hilo que abre lo ajeno, para que nadie espere por una imagen.

    ventana o terminal ── encargar ──▶ ayudante: revisar, encoger, guardar ──▶ recoger ── ventana

Abrir una imagen o comprobar una voz toma décimas de segundo, y quien envía no pregunta si hay
prisa. Lo que espera tiene un tope, de cada quien y en total, en bytes y en número: lo que no cabe
no se hace, y quien encarga lo dice. Y el programa no espera al ayudante para terminar.

Encarga y recoge siempre el mismo hilo, que lleva las cuentas; el ayudante sólo trabaja.
"""

import contextlib
import queue
import threading

BYTES_QUE_ESPERAN, BYTES_DE_UNO = 48 * 2**20, 24 * 2**20
TAREAS_QUE_ESPERAN, TAREAS_DE_UNO = 600, 200
SIN_RECOGER = 8  # tareas hechas: mientras nadie las recoja, el ayudante descansa
AL_CERRAR = 1.0  # s que se espera, al parar, a que acabe lo que hace
DESCARTADO = "Llegó con demasiados otros a la vez: no se conservó."


class Ayudante:
    """Hace tareas de una en una, en otro hilo que nace con la primera."""

    def __init__(self, nombre: str):
        self.descartadas = 0  # tareas que no cupieron
        self._nombre = nombre
        self._hilo: "threading.Thread | None" = None
        self._tareas, self._hechas = queue.SimpleQueue(), queue.Queue(SIN_RECOGER)
        self._de_cada_uno: "dict[str, tuple[int, int]]" = {}  # quién → (tareas, bytes) en espera
        self._cuantas = self._bytes = 0

    def encargar(self, al_estar, tarea, *datos, de: str = "", peso: int = 0) -> bool:
        """Encargar `tarea(*datos)`; False si no cabe. De lo propio, `de` es "", y siempre cabe."""
        tareas, bytes_ = self._de_cada_uno.get(de, (0, 0))
        cabe = (self._cuantas < TAREAS_QUE_ESPERAN and self._bytes + peso <= BYTES_QUE_ESPERAN
                and tareas < TAREAS_DE_UNO and bytes_ + peso <= BYTES_DE_UNO)
        if de and not cabe:
            self.descartadas += 1
            return False
        self._anotar(de, 1, peso)
        if self._hilo is None:
            self._hilo = threading.Thread(target=self._trabajar, name=self._nombre, daemon=True)
            self._hilo.start()
        self._tareas.put((al_estar, tarea, datos, de, peso))
        return True

    def _anotar(self, de: str, tareas: int, bytes_: int) -> None:
        self._cuantas += tareas
        self._bytes += bytes_
        suyas, suyos = self._de_cada_uno.get(de, (0, 0))
        self._de_cada_uno[de] = suyas + tareas, suyos + bytes_
        if self._de_cada_uno[de] == (0, 0):
            del self._de_cada_uno[de]

    def _trabajar(self) -> None:
        """Lo que hace el hilo, hasta que le llega None."""
        while (encargo := self._tareas.get()) is not None:
            al_estar, tarea, datos, de, peso = encargo
            try:
                hecho, error = tarea(*datos), None
            except Exception as suceso:  # lo lanza quien recoge, en su hilo
                hecho, error = None, suceso
            self._hechas.put((al_estar, hecho, error, de, peso))
            del encargo, datos, hecho  # no se guarda la última imagen hasta que llegue otra

    def recoger(self, espera: float = 0.0) -> "tuple | None":
        """Lo siguiente que terminó: (al_estar, resultado, error).

        None si nada acaba en `espera` s.
        """
        try:
            hecha = self._hechas.get(timeout=espera) if espera else self._hechas.get_nowait()
        except queue.Empty:
            return None
        al_estar, hecho, error, de, peso = hecha
        self._anotar(de, -1, -peso)
        return al_estar, hecho, error

    def pendientes(self) -> int:
        """Cuántas tareas no se han recogido."""
        return self._cuantas

    def parar(self) -> None:
        """Olvidar lo encargado; si está a medias de algo largo, no se le espera."""
        if self._hilo is None:
            return
        with contextlib.suppress(queue.Empty):  # él también las saca
            while True:
                self._tareas.get_nowait()
        self._tareas.put(None)
        while self.recoger() is not None:
            pass
        self._hilo.join(AL_CERRAR)

"""Mirar cada tanto la cola de la red, y mientras tanto dejar que la ventana trabaje.

    hilo recibir ─▶ cola ─▶ cada 20 ms, por after: ─▶ Cliente.avanzar ─▶ eventos ─▶ ventanas

La cola se mira, en vez de que el hilo de la red avise con `event_generate`, porque a Tk sólo
lo puede tocar su propio hilo. Cada mirada dura poco: una ráfaga se reparte en muchas y entre
ellas la ventana dibuja y atiende el teclado. Cuando hace rato que no pasa nada se mira con
más calma: despertar a Tk es casi toda la CPU de una ventana quieta.
"""

import collections
import time

PERIODO = 20  # ms entre dos miradas a la cola
PRISA = 5  # ms, si quedó algo por mostrar
CALMA = 60  # ms, si hace rato que no pasa nada: en lo primero que llega no se nota
ACTIVIDAD = 2.0  # s que dura «hace rato»
TIEMPO_DE_MIRADA = 0.008  # s como mucho; el ojo no nota menos de 50 ms
ENTRE_CUADROS = 0.06  # s de un sticker animado
ENTRE_REFRESCOS = 0.5  # s entre dos miradas a salas, servidor y presencia


class Sondeo:
    """Lleva los eventos del cliente a las ventanas, y recuerda lo que se hace cada tanto."""

    def __init__(self, aplicacion, acciones: dict):
        """`acciones`: qué se hace con cada clase de evento."""
        self._aplicacion, self._acciones = aplicacion, acciones
        self.pendientes: "collections.deque" = collections.deque()  # eventos por mostrar
        self._animar_a_las = self._refrescar_a_las = self._calma_a_las = 0.0
        self._siguiente = aplicacion.raiz.after(0, self._mirar)

    def parar(self) -> None:
        """No mirar más."""
        self._aplicacion.raiz.after_cancel(self._siguiente)

    def _mirar(self) -> None:
        app, quedan = self._aplicacion, False
        try:
            self._atender(time.monotonic() + TIEMPO_DE_MIRADA)
            quedan = app.preparador.atender() or bool(self.pendientes)
            ahora = time.monotonic()
            if ahora >= self._animar_a_las:
                self._animar_a_las = ahora + ENTRE_CUADROS
                if app.animar(ahora):
                    self._calma_a_las = ahora + ACTIVIDAD
            if ahora >= self._refrescar_a_las:
                self._refrescar_a_las = ahora + ENTRE_REFRESCOS
                app.refrescar()
        finally:  # pase lo que pase se vuelve a mirar
            periodo = PERIODO if time.monotonic() < self._calma_a_las else CALMA
            self._siguiente = app.raiz.after(PRISA if quedan else periodo, self._mirar)
        if app.terminar:
            # Un diálogo de Tk no dejaría terminar hasta que alguien lo contestara: se cancela.
            app.raiz.tk.eval("set ::tk::Priv(selectFilePath) {}; set ::tk::Priv(button) {}")
            app.raiz.quit()

    def _atender(self, limite: float) -> None:
        app, lote = self._aplicacion, None
        while lote != [] and time.monotonic() < limite:
            while self.pendientes and time.monotonic() < limite:
                evento = self.pendientes.popleft()
                self._acciones[type(evento)](evento)
            if not self.pendientes:
                lote = app.conexion.recibir()
                self.pendientes.extend(app.cliente.avanzar(lote, time.monotonic()))
            if self.pendientes:
                self._calma_a_las = time.monotonic() + ACTIVIDAD

"""Oír los mensajes de voz de las conversaciones, y el aviso de que llegó algo.

Hay un solo reproductor para todas las ventanas: empezar una voz calla la anterior. Cada
tanto se mira por dónde va y se mueve la marca en su globo.
"""

import contextlib
import time
import tkinter as tk

from adjuntos import voz
from adjuntos import wav
from ventanas.globos.mensaje import Mensaje

ENTRE_VISTAZOS = 100  # ms, a lo que suena
ENTRE_AVISOS = 2.0  # s


class Sonido:
    """Lo que suena en este programa."""

    def __init__(self, raiz: tk.Tk, preferencias):
        self._raiz = raiz
        self._preferencias = preferencias
        self._reproductor = voz.Reproductor()
        self._suena: "Mensaje | None" = None
        self._conversacion = None
        self._sondeo: "str | None" = None  # el `after` de la siguiente mirada
        self._avisado = 0.0

    def alternar(self, mensaje: Mensaje, conversacion) -> None:
        """Oír una voz, ponerla en pausa o seguir; si no se puede, decirlo en su conversación."""
        try:
            if mensaje is not self._suena:
                self._empezar(mensaje, conversacion)
            elif self._reproductor.estado == "sonando":
                self._reproductor.pausar()
            else:
                self._reproductor.seguir()
        except (wav.ErrorAudio, OSError) as error:
            self._soltar()
            conversacion.agregar_nota(str(error), True)
            return
        self._mirar()

    def _empezar(self, mensaje: Mensaje, conversacion) -> None:
        adjunto = mensaje.adjunto
        contenido = adjunto.ruta.read_bytes() if adjunto.cuerpo is None else adjunto.cuerpo
        self._soltar()
        self._reproductor.dispositivo = self._preferencias.altavoz or None
        self._reproductor.reproducir(contenido)
        self._suena, self._conversacion = mensaje, conversacion

    def mover(self, mensaje: Mensaje, conversacion, parte: float) -> None:
        """Ir a una parte, de 0 a 1, de una voz; si no sonaba, empieza ahí."""
        if mensaje is not self._suena:
            self.alternar(mensaje, conversacion)
        if mensaje is self._suena:
            self._reproductor.mover(parte * self._reproductor.duracion)
            self._mostrar()

    def callar(self, conversacion=None) -> None:
        """Dejar de oír; con una conversación, sólo si lo que suena es suyo."""
        if conversacion in (None, self._conversacion):
            self._soltar()

    def _soltar(self) -> None:
        self._reproductor.parar()
        if self._suena is not None:
            self._suena.adjunto.sonando, self._suena.adjunto.posicion = False, 0.0
            with contextlib.suppress(tk.TclError):  # su ventana ya se cerró
                self._conversacion.cambiar(self._suena)
        self._suena = self._conversacion = None

    def _mirar(self) -> None:
        if self._sondeo is not None:
            # Una voz que calla a otra hereda su mirada pendiente.
            self._raiz.after_cancel(self._sondeo)
            self._sondeo = None
        if self._suena is None:
            return
        if self._reproductor.estado == "parado":
            conversacion, falla = self._conversacion, self._reproductor.fallo
            self._soltar()
            if falla:
                conversacion.agregar_nota(falla, error=True)
            return
        self._mostrar()
        if self._reproductor.estado == "sonando":
            self._sondeo = self._raiz.after(ENTRE_VISTAZOS, self._mirar)

    def _mostrar(self) -> None:
        adjunto = self._suena.adjunto
        adjunto.sonando = self._reproductor.estado == "sonando"
        adjunto.posicion = self._reproductor.posicion
        self._conversacion.cambiar(self._suena)

    def avisar(self, clave: str) -> None:
        """Hacer sonar que llegó un mensaje, si su conversación suena y no sonó nada hace poco."""
        ahora, preferencias = time.monotonic(), self._preferencias
        suena = not preferencias.silencio and clave not in preferencias.calladas
        if suena and ahora - self._avisado >= ENTRE_AVISOS:
            self._avisado = ahora
            self._raiz.bell()

    def parar(self) -> None:
        """Callar todo."""
        self._reproductor.parar()

"""Oír los mensajes de voz de las conversaciones, y el aviso de que llegó algo.

Hay un solo reproductor para todas las ventanas: empezar una voz calla la anterior. Cada
tanto se mira por dónde va y se mueve la marca en su globo.
"""

import contextlib
import math
import shutil
import struct
import subprocess
import sys
import time
import tkinter as tk

from adjuntos import voz
from equipo import datos
from adjuntos import wav
from ventanas.globos import mensajes

MIRADA = 100  # ms entre dos miradas a lo que suena
ENTRE_AVISOS = 2.0  # s
NOTAS = ((660, 0.09), (880, 0.14))  # Hz y s del aviso
TOCADORES = (("paplay",), ("pw-play",), ("aplay", "-q"))  # en Linux; en los demás suena el aviso del sistema


class Sonido:
    """Lo que suena en este programa."""

    def __init__(self, raiz: tk.Tk, preferencias):
        self._raiz = raiz
        self._preferencias = preferencias
        self._reproductor = voz.Reproductor()
        self._suena: "mensajes.Mensaje | None" = None
        self._conversacion = None
        self._sondeo: "str | None" = None  # el `after` de la siguiente mirada
        self._aviso: "subprocess.Popen | None" = None
        self._avisado = 0.0

    def alternar(self, mensaje: mensajes.Mensaje, conversacion) -> str:
        """Oír una voz, ponerla en pausa o seguir; devuelve por qué no se puede, o nada."""
        try:
            if mensaje is not self._suena:
                self._empezar(mensaje, conversacion)
            elif self._reproductor.estado == "sonando":
                self._reproductor.pausar()
            else:
                self._reproductor.seguir()
        except (wav.ErrorAudio, OSError) as error:
            self._soltar()
            return str(error)
        self._mirar()
        return ""

    def _empezar(self, mensaje: mensajes.Mensaje, conversacion) -> None:
        ficha = mensaje.ficha
        contenido = ficha["contenido"] if "contenido" in ficha else ficha["ruta"].read_bytes()
        self._soltar()
        self._reproductor.dispositivo = self._preferencias.altavoz or None
        self._reproductor.reproducir(contenido)
        self._suena, self._conversacion = mensaje, conversacion

    def mover(self, mensaje: mensajes.Mensaje, conversacion, parte: float) -> str:
        """Ir a una parte, de 0 a 1, de una voz; si no sonaba, empieza ahí."""
        falla = "" if mensaje is self._suena else self.alternar(mensaje, conversacion)
        if not falla:
            self._reproductor.mover(parte * self._reproductor.duracion)
            self._mostrar()
        return falla

    def callar(self, conversacion=None) -> None:
        """Dejar de oír; con una conversación, sólo si lo que suena es suyo."""
        if conversacion in (None, self._conversacion):
            self._soltar()

    def _soltar(self) -> None:
        self._reproductor.parar()
        if self._suena is not None:
            self._suena.ficha.update(sonando=False, posicion=0.0)
            with contextlib.suppress(tk.TclError):  # su ventana ya se cerró
                self._conversacion.cambiar(self._suena)
        self._suena = self._conversacion = None

    def _mirar(self) -> None:
        if self._sondeo is not None:
            self._raiz.after_cancel(self._sondeo)  # una voz que calla a otra hereda su mirada pendiente
            self._sondeo = None
        if self._suena is None:
            return
        if self._reproductor.estado == "parado":
            conversacion, falla = self._conversacion, self._reproductor.fallo
            self._soltar()
            if falla:
                conversacion.agregar_nota(falla, "error")
            return
        self._mostrar()
        if self._reproductor.estado == "sonando":
            self._sondeo = self._raiz.after(MIRADA, self._mirar)

    def _mostrar(self) -> None:
        self._suena.ficha.update(sonando=self._reproductor.estado == "sonando", posicion=self._reproductor.posicion)
        self._conversacion.cambiar(self._suena)

    # ---- el aviso

    def avisar(self) -> None:
        """Hacer sonar que llegó un mensaje, si no está en silencio ni sonó hace nada."""
        ahora = time.monotonic()
        if self._preferencias.silencio or ahora - self._avisado < ENTRE_AVISOS:
            return
        self._avisado = ahora
        tocador = next((orden for orden in TOCADORES if shutil.which(orden[0])), None) if sys.platform == "linux" else None
        if tocador is None:
            self._raiz.bell()
        elif self._aviso is None or self._aviso.poll() is not None:
            nada = subprocess.DEVNULL
            with contextlib.suppress(OSError):
                self._aviso = subprocess.Popen([*tocador, _archivo_de_aviso()], stdin=nada, stdout=nada, stderr=nada)

    def parar(self) -> None:
        """Callar todo."""
        self._reproductor.parar()
        if self._aviso is not None:
            self._aviso.terminate()
            self._aviso.wait()


def _archivo_de_aviso() -> str:
    ruta = datos.carpeta_de_datos() / "aviso.wav"
    if not ruta.exists():
        muestras = b"".join(_tocar(hercios, segundos) for hercios, segundos in NOTAS)
        datos.escribir(ruta, wav.empaquetar(muestras))
    return str(ruta)


def _tocar(hercios: float, segundos: float) -> bytes:
    """Una nota que se apaga, en muestras de 16 bits."""
    total = round(segundos * wav.TASA)
    alturas = (math.sin(2 * math.pi * hercios * i / wav.TASA) * (1 - i / total) * 6_000 for i in range(total))
    return b"".join(struct.pack("<h", round(altura)) for altura in alturas)

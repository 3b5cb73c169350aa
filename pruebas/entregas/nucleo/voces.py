"""Grabar y oír, sin que la ventana espere: cada cosa en su hilo."""

import base64
import io
import threading
import wave

import pyaudio

from piezas import D

FRECUENCIA, FORMATO, ANCHO = (16000, pyaudio.paInt16, 2) if D["calidad"] == 16 else (8000, pyaudio.paUInt8, 1)
BLOQUE = FRECUENCIA // 20
MAX_BLOQUES = 28 if D["calidad"] == 16 else 110  # lo que cabe en un datagrama


class Grabadora:
    def __init__(self, al_terminar):
        """`al_terminar(contenido)` se llama en otro hilo, con el base64 del WAV."""
        self.detener, self.al_terminar = threading.Event(), al_terminar
        self.hilo = threading.Thread(target=self.grabar, daemon=True)
        self.hilo.start()

    def grabar(self):
        audio = pyaudio.PyAudio()
        flujo = audio.open(rate=FRECUENCIA, channels=1, format=FORMATO, input=True, frames_per_buffer=BLOQUE)
        bloques = []
        while not self.detener.is_set() and len(bloques) < MAX_BLOQUES:
            bloques.append(flujo.read(BLOQUE))
        flujo.close()
        audio.terminate()
        archivo = io.BytesIO()
        with wave.open(archivo, "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(ANCHO)
            wav.setframerate(FRECUENCIA)
            wav.writeframes(b"".join(bloques))
        self.al_terminar(base64.b64encode(archivo.getvalue()).decode("ascii"))


def abrir(contenido):
    """El WAV que viene en base64, o None."""
    try:
        return wave.open(io.BytesIO(base64.b64decode(contenido)))
    except (ValueError, EOFError, wave.Error):
        return None


def reproducir(wav):
    threading.Thread(target=_reproducir, args=(wav,), daemon=True).start()


def _reproducir(wav):
    wav.rewind()
    audio = pyaudio.PyAudio()
    formato = audio.get_format_from_width(wav.getsampwidth())
    flujo = audio.open(rate=wav.getframerate(), channels=wav.getnchannels(), format=formato, output=True)
    flujo.write(wav.readframes(wav.getnframes()))
    flujo.stop_stream()
    flujo.close()
    audio.terminate()

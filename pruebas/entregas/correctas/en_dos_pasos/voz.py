"""Grabar y oír."""

import base64
import io
import threading
import wave

import pyaudio

TASA = 16000


def grabar(segundos):
    """Una voz de esos segundos, en WAV y base64."""
    audio = pyaudio.PyAudio()
    flujo = audio.open(format=pyaudio.paInt16, channels=1, rate=TASA, input=True, frames_per_buffer=800)
    muestras = b"".join(flujo.read(800) for _ in range(int(segundos * TASA / 800)))
    flujo.stop_stream()
    flujo.close()
    audio.terminate()
    archivo = io.BytesIO()
    with wave.open(archivo, "wb") as wav:
        wav.setparams((1, 2, TASA, 0, "NONE", ""))
        wav.writeframes(muestras)
    return base64.b64encode(archivo.getvalue()).decode("ascii")


def tocar(contenido):
    try:
        wav = wave.open(io.BytesIO(base64.b64decode(contenido)))
    except (ValueError, EOFError, wave.Error):
        return
    audio = pyaudio.PyAudio()
    flujo = audio.open(
        format=audio.get_format_from_width(wav.getsampwidth()),
        channels=wav.getnchannels(),
        rate=wav.getframerate(),
        output=True,
    )
    flujo.write(wav.readframes(wav.getnframes()))
    flujo.stop_stream()
    flujo.close()
    audio.terminate()


def tocar_aparte(contenido):
    threading.Thread(target=tocar, args=(contenido,), daemon=True).start()

"""Grabar y reproducir con PyAudio. Un sonido es aquí un archivo WAV completo, en bytes.

Los números que importan, para lo que cabe en un datagrama de 65 507 bytes:

    calidad   muestras/s × bytes = bytes/s    en base64 (4 letras cada 3 bytes)   cabe
    buena       16 000   ×   2   = 32 000     42 667                               1.5 s
    larga        8 000   ×   1   =  8 000     10 667                               6.1 s
"""

import array
import contextlib
import io
import os
import wave

try:
    import pyaudio
except ImportError:
    pyaudio = None  # se explica al ir a usarlo

CALIDADES = {"buena": (16_000, 2), "larga": (8_000, 1)}  # muestras por segundo, bytes por muestra
TRAMO = 0.1  # s que se leen o escriben de una vez
MUESTRAS = range(4_000, 48_001)  # por segundo, en un WAV ajeno
MAX_SEGUNDOS = 60


class ErrorSonido(Exception):
    """No se puede grabar o reproducir; el texto dice por qué."""


def grabar(segundos, calidad, al_medir):
    """Grabar del micrófono y devolver un WAV.

    Llama a `al_medir` con el nivel, de 0 a 1, diez veces por segundo.
    """
    muestras, ancho = CALIDADES[calidad]
    grabado = b""
    with _abrir("input", muestras, ancho, 1, "grabar: ¿hay micrófono?") as flujo:
        while (resta := round(segundos * muestras) - len(grabado) // ancho) > 0:
            tramo = flujo.read(min(resta, round(TRAMO * muestras)), exception_on_overflow=False)
            al_medir(_nivel(tramo, ancho))
            grabado += tramo
    salida = io.BytesIO()
    with wave.open(salida, "wb") as wav:
        wav.setparams((1, ancho, muestras, 0, "NONE", ""))
        wav.writeframes(grabado)
    return salida.getvalue()


def revisar(datos):
    """Comprobar que unos bytes ajenos son un WAV que se puede reproducir.

    Devolver cuántos segundos dura.
    """
    try:
        with wave.open(io.BytesIO(datos)) as wav:
            muestras, canales, ancho = wav.getframerate(), wav.getnchannels(), wav.getsampwidth()
            datos = wav.readframes(MAX_SEGUNDOS * MUESTRAS[-1])
            segundos = len(datos) / (muestras * canales * ancho or 1)
    except (wave.Error, EOFError, RuntimeError):  # los tres lanza wave con bytes dañados
        raise ErrorSonido("No es un WAV que se entienda.") from None
    if muestras not in MUESTRAS or canales > 2 or ancho > 2 or not 0 < segundos <= MAX_SEGUNDOS:
        raise ErrorSonido(f"Un WAV que no se reproduce: {muestras} muestras/s, canales: "
                          f"{canales}, {8 * ancho} bits, {segundos:.1f} s")
    return segundos


def reproducir(datos):
    """Reproducir un WAV ya revisado y esperar a que termine."""
    with wave.open(io.BytesIO(datos)) as wav:
        forma = wav.getframerate(), wav.getsampwidth(), wav.getnchannels()
        with _abrir("output", *forma, "reproducir: ¿hay altavoces?") as flujo:
            while tramo := wav.readframes(round(TRAMO * wav.getframerate())):
                flujo.write(tramo)


@contextlib.contextmanager
def _abrir(sentido, muestras, ancho, canales, que):
    if pyaudio is None:
        raise ErrorSonido("Falta PyAudio: pip install pyaudio (en Debian o Ubuntu: "
                          "sudo apt install python3-pyaudio).")
    with _sin_quejas():
        audio = pyaudio.PyAudio()
    # Un WAV de 8 bits va sin signo.
    formato = audio.get_format_from_width(ancho, unsigned=ancho == 1)
    try:
        with _sin_quejas():
            flujo = audio.open(muestras, canales, formato, **{sentido: True},
                               frames_per_buffer=round(TRAMO * muestras))
        yield flujo
        flujo.close()
    except OSError as error:  # PyAudio los lanza todos así, con un número
        raise ErrorSonido(f"No se pudo {que}") from error
    finally:
        audio.terminate()  # cierra también el flujo, si algo falló


@contextlib.contextmanager
def _sin_quejas():
    """Callar la salida de errores: ALSA cuenta en ella todos los aparatos que no encontró."""
    copia, nada = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nada, 2)
    try:
        yield
    finally:
        os.dup2(copia, 2)
        os.close(copia)
        os.close(nada)


def _nivel(tramo, ancho):
    if ancho == 1:  # el silencio es 128
        return max(abs(muestra - 128) for muestra in tramo) / 128
    return max(map(abs, array.array("h", tramo))) / 32_768

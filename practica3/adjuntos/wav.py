"""Archivos WAV: comprobar los que llegan, hacer los propios y dibujar su onda.

    "RIFF" largo "WAVE" │ "fmt " tasa, canales, bits │ "data" largo, muestras…

Un WAV ajeno puede decir cualquier cosa de sí mismo: aquí se compara lo que dice con lo
que trae antes de que nadie lo use. No hace falta PyAudio.
"""

import array
import dataclasses
import io
import math
import pathlib
import sys
import wave

from equipo import datos

TASA = 16_000  # muestras por segundo de lo que grabamos: voz clara en 32 KB por segundo
ANCHO = 2  # bytes por muestra

TASAS = (4_000, 96_000)  # muestras por segundo que se aceptan de otros
MAX_CANALES = 2
MAX_ANCHO = 4
MAX_DURACION = 600.0  # s de una voz ajena
MAX_BYTES = 15 * 2**20  # de un archivo que se va a enviar
MUESTRAS_POR_BARRA = 256  # de la onda: bastan para ver su altura


class ErrorAudio(Exception):
    """No se puede grabar, oír o usar una voz; el texto lo dice en una frase y, si lo hay, el remedio."""


@dataclasses.dataclass(frozen=True)
class Voz:
    """Un WAV ya comprobado: sus medidas y sus muestras, tal como van en el archivo."""

    duracion: float  # s
    tasa: int  # muestras por segundo
    canales: int
    ancho: int  # bytes por muestra
    muestras: bytes = dataclasses.field(repr=False)


def revisar(wav: bytes) -> Voz:
    """Comprobar que unos bytes son un WAV PCM completo y razonable. Lanza ErrorAudio si no."""
    try:
        with wave.open(io.BytesIO(wav)) as archivo:
            canales, ancho, tasa, cuantas = archivo.getparams()[:4]
            _revisar_medidas(canales, ancho, tasa)
            muestras = archivo.readframes(cuantas)
    except (wave.Error, EOFError, RuntimeError):  # RuntimeError: un largo que apunta fuera del archivo
        raise ErrorAudio("No es un archivo WAV sin comprimir.") from None
    dichos, traidos = cuantas * canales * ancho, len(muestras)
    if traidos < dichos:
        raise ErrorAudio(f"El WAV está cortado: dice traer {dichos} bytes de sonido y trae {traidos}.")
    if not cuantas:
        raise ErrorAudio("El WAV no trae ningún sonido.")
    if cuantas / tasa > MAX_DURACION:
        raise ErrorAudio(f"El WAV dura {cuantas / tasa / 60:.0f} minutos; el máximo son {MAX_DURACION / 60:.0f}.")
    return Voz(cuantas / tasa, tasa, canales, ancho, muestras)


def _revisar_medidas(canales: int, ancho: int, tasa: int) -> None:
    if not TASAS[0] <= tasa <= TASAS[1]:
        raise ErrorAudio(f"El WAV dice {tasa} muestras por segundo; se aceptan de {TASAS[0]} a {TASAS[1]}.")
    if canales > MAX_CANALES:
        raise ErrorAudio(f"El WAV dice {canales} canales; se aceptan {MAX_CANALES} como mucho.")
    if ancho > MAX_ANCHO:
        raise ErrorAudio(f"El WAV dice {8 * ancho} bits por muestra; se aceptan {8 * MAX_ANCHO} como mucho.")


def leer(ruta: "str | pathlib.Path") -> "tuple[bytes, Voz]":
    """Leer un archivo WAV del usuario: sus bytes, para enviarlos, y sus medidas. Lanza ErrorAudio."""
    try:
        contenido = datos.leer(ruta, MAX_BYTES)
    except OSError as error:
        raise ErrorAudio(str(error)) from None
    return contenido, revisar(contenido)


def empaquetar(muestras: bytes) -> bytes:
    """Hacer un WAV con muestras de 16 bits, mono, a TASA."""
    salida = io.BytesIO()
    with wave.open(salida, "wb") as archivo:
        archivo.setparams((1, ANCHO, TASA, 0, "NONE", ""))
        archivo.writeframes(muestras)
    return salida.getvalue()


def onda(wav: bytes, n: int) -> "list[float]":
    """La silueta de una voz: n alturas de 0 a 1, donde 1 es lo más fuerte que tiene. Lanza ErrorAudio."""
    muestras = leer_muestras(revisar(wav))
    limites = [i * len(muestras) // n for i in range(n + 1)]
    picos = [medir_pico(muestras[a:max(b, a + 1):max(1, (b - a) // MUESTRAS_POR_BARRA)]) for a, b in zip(limites, limites[1:])]
    mayor = max(picos) or 1.0
    return [pico / mayor for pico in picos]


def leer_muestras(voz: Voz) -> array.array:
    """Las muestras del primer canal como enteros de 16 bits, cualquiera que sea su ancho."""
    paso = voz.canales * voz.ancho
    altos, bajos = voz.muestras[voz.ancho - 1 :: paso], voz.muestras[voz.ancho - 2 :: paso]
    if voz.ancho == 1:  # los de 8 bits, y sólo ellos, van sin signo: el silencio es 128
        altos, bajos = bytes(byte ^ 0x80 for byte in altos), bytes(len(altos))
    pares = bytearray(2 * len(altos))
    pares[0::2], pares[1::2] = bajos[: len(altos)], altos
    return interpretar(bytes(pares))


def interpretar(crudas: bytes) -> array.array:
    """Leer muestras de 16 bits con el byte bajo primero, como van en un WAV."""
    muestras = array.array("h", crudas)
    if sys.byteorder == "big":
        muestras.byteswap()
    return muestras


def medir_pico(muestras: array.array) -> float:
    """La mayor amplitud, de 0 a 1."""
    return max(max(muestras, default=0), -min(muestras, default=0)) / 32_768


def medir_nivel(crudas: bytes) -> float:
    """Cuán fuerte suena un tramo, de 0 a 1, como lo siente el oído: 0 son −60 dB o menos."""
    muestras = interpretar(crudas)
    potencia = sum(muestra * muestra for muestra in muestras) / max(1, len(muestras)) / 32_768**2
    return min(1.0, max(0.0, 1 + math.log10(potencia + 1e-9) / 6))

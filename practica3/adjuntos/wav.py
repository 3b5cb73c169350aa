"""Archivos de voz: comprobar los que llegan, hacer los propios y dibujar su onda.

    "RIFF" largo "WAVE" │ "fmt " codificación, canales, tasa, bits │ "data" largo, muestras…

Un WAV ajeno puede decir cualquier cosa de sí mismo: aquí se compara lo que dice con lo que trae
antes de que nadie lo use. El de muestras enteras, que es el que se envía si alguien no oye Opus,
se lee sin ninguna biblioteca; los demás (coma flotante, comprimidos, FLAC, OGG y MP3), con
comprimidas.py.

Quien escribe un WAV en una tubería no sabe cuánto va a durar, y en los largos pone 0 o lo más
que caben: entonces los datos llegan hasta el final del archivo.
"""

import array
import dataclasses
import functools
import io
import math
import pathlib
import struct
import sys
import typing
import wave

from adjuntos import comprimidas
from adjuntos import velocidad
from adjuntos.comprimidas import ErrorAudio
from equipo import datos

TASA = 16_000  # muestras por segundo de lo que grabamos: voz clara en 32 KB por segundo
ANCHO = 2  # bytes por muestra

TASAS = (4_000, 96_000)  # muestras por segundo que se aceptan de otros
MAX_CANALES = 2
MAX_ANCHO = 4
MAX_DURACION = 600.0  # s de una voz ajena
MAX_WAV = 15 * 2**20  # de un archivo que se va a enviar
MAX_DECODIFICADO = 64 * 2**20  # bytes de sus muestras: un FLAC de silencio crece mil veces
MUESTRAS_POR_BARRA = 256  # de la onda: bastan para ver su altura

PCM, EXTENSIBLE = 1, 0xFFFE  # codificaciones de un WAV; en la segunda, la verdadera va más allá
MAX_PARTES = 1_000  # de un WAV, antes de sus datos: de partes vacías podría traer millones
EN_TUBERIA = 0x7F00_0000  # un largo mayor que éste no es un largo
# Cómo empieza cada formato que lee soundfile: a los demás que conoce, ni se les prueba.
FIRMAS = {b"RIFF": "wav", b"fLaC": "flac", b"OggS": "ogg", b"ID3": "mp3", b"\xff\xfb": "mp3",
          b"\xff\xfa": "mp3", b"\xff\xf3": "mp3", b"\xff\xf2": "mp3"}


@dataclasses.dataclass(frozen=True)
class Voz:
    """Una voz ya comprobada: sus medidas y sus bytes."""

    duracion: float  # s
    tasa: int  # muestras por segundo
    canales: int
    formato: str  # "wav", "flac", "ogg", "mp3"
    sencilla: bool  # la lee hasta el cliente más sencillo: PCM, y con sus largos
    contenido: bytes = dataclasses.field(repr=False)  # el archivo
    decodificar: "typing.Callable[[], bytes]" = dataclasses.field(repr=False, compare=False)

    @functools.cached_property
    def muestras(self) -> bytes:
        """Enteros de 16 bits, con los canales intercalados. Lanza ErrorAudio si está dañada."""
        return self.decodificar()

    def acelerar(self, veces: float) -> "Voz":
        """La misma, para oírla más deprisa."""
        if veces == 1.0 or not velocidad.se_puede():
            return self
        hechas = velocidad.acelerar(self.muestras, self.canales, self.tasa, veces)
        return dataclasses.replace(self, duracion=self.duracion / veces, decodificar=lambda: hechas)


# -------------------------------------------------------------------- comprobar


def leer(ruta: "str | pathlib.Path") -> Voz:
    """Leer un archivo del usuario, para enviarlo. Lanza ErrorAudio."""
    try:
        contenido = datos.leer(ruta, MAX_WAV)
    except OSError as error:
        raise ErrorAudio(str(error)) from None
    voz = revisar(contenido)
    if voz.sencilla:
        return voz
    # Un cliente sencillo sólo lee el WAV más sencillo: de lo demás se envía uno.
    contenido = empaquetar(voz.muestras, voz.tasa, voz.canales)
    if len(contenido) > MAX_WAV:
        raise ErrorAudio(f"El sonido, sin comprimir, pesa más de {MAX_WAV >> 20} MB.")
    return revisar(contenido)


def revisar(contenido: bytes) -> Voz:
    """Comprobar que unos bytes son una voz razonable, sin decodificarla. Lanza ErrorAudio."""
    formato = next((cual for firma, cual in FIRMAS.items() if contenido.startswith(firma)), "")
    if not formato:
        raise ErrorAudio("No es un archivo de sonido WAV, FLAC, OGG o MP3.")
    if formato != "wav":
        return _revisar_con_biblioteca(contenido, contenido, formato)
    partes = _buscar_partes(contenido)
    if partes.codificacion == PCM:
        return _revisar_pcm(contenido, partes)
    return _revisar_con_biblioteca(contenido, _corregir_largos(contenido, partes), formato)


@dataclasses.dataclass(frozen=True)
class _Partes:
    """Lo que dice un WAV de sí mismo, y dónde están sus muestras."""

    codificacion: int
    canales: int
    tasa: int
    bits: int
    datos: int  # en qué byte empiezan
    largo: int  # bytes que hay
    sencillas: bool  # ni EXTENSIBLE ni en una tubería


def _buscar_partes(contenido: bytes) -> _Partes:
    """Recorrer las partes de un WAV hasta sus datos. Lanza ErrorAudio."""
    lugar, medidas, dicha = 12, None, None
    for _ in range(MAX_PARTES):
        if contenido[8:12] != b"WAVE" or lugar + 8 > len(contenido):
            break
        tipo, dichos = struct.unpack_from("<4sI", contenido, lugar)
        lugar += 8
        traidos = len(contenido) - lugar
        if tipo == b"fmt " and dichos >= 16 and traidos >= dichos:
            dicha, canales, tasa, _, _, bits = struct.unpack_from("<HHIIHH", contenido, lugar)
            extendida = dicha == EXTENSIBLE and dichos >= 26
            cual = struct.unpack_from("<H", contenido, lugar + 24)[0] if extendida else dicha
            medidas = cual, canales, tasa, bits
        elif tipo == b"data" and medidas:
            en_tuberia = dichos == 0 or dichos >= EN_TUBERIA
            if dichos > traidos and not en_tuberia:
                raise ErrorAudio(f"El WAV está cortado: dice traer {dichos} bytes de sonido "
                                 f"y trae {traidos}.")
            largo = traidos if en_tuberia else dichos
            en_riff = 8 + int.from_bytes(contenido[4:8], "little")
            return _Partes(*medidas, lugar, largo, dicha == PCM and lugar + largo <= en_riff
                           and not en_tuberia)
        lugar += dichos + dichos % 2
    raise ErrorAudio("El WAV no trae ningún sonido, o no se entiende.")


def _revisar_pcm(contenido: bytes, partes: _Partes) -> Voz:
    ancho = (partes.bits + 7) // 8
    if not 1 <= ancho <= MAX_ANCHO:
        raise ErrorAudio(f"El WAV dice {partes.bits} bits por muestra; se aceptan de 1 a "
                         f"{8 * MAX_ANCHO}.")
    cuadros = partes.largo // (ancho * max(1, partes.canales))
    _revisar_medidas(cuadros, partes.tasa, partes.canales)
    fin = partes.datos + cuadros * ancho * partes.canales
    return Voz(cuadros / partes.tasa, partes.tasa, partes.canales, "wav", partes.sencillas,
               contenido, lambda: _pasar_a_16_bits(contenido[partes.datos : fin], ancho))


def _revisar_medidas(cuadros: int, tasa: int, canales: int) -> None:
    if not TASAS[0] <= tasa <= TASAS[1]:
        raise ErrorAudio(f"El sonido dice {tasa} muestras por segundo; se aceptan de {TASAS[0]} a "
                         f"{TASAS[1]}.")
    if not 1 <= canales <= MAX_CANALES:
        raise ErrorAudio(f"El sonido dice {canales} canales; se aceptan 1 o {MAX_CANALES}.")
    if not cuadros:
        raise ErrorAudio("El archivo no trae ningún sonido.")
    if cuadros / tasa > MAX_DURACION:
        raise ErrorAudio(f"El sonido dura {cuadros / tasa / 60:.0f} minutos; el máximo son "
                         f"{MAX_DURACION / 60:.0f}.")
    if cuadros * canales * ANCHO > MAX_DECODIFICADO:
        raise ErrorAudio(f"El sonido, decodificado, pesa más de {MAX_DECODIFICADO >> 20} MB.")


def _pasar_a_16_bits(crudas: bytes, ancho: int) -> bytes:
    """Dejar de cada muestra sus dos bytes altos; los de 8 bits, y sólo ellos, van sin signo."""
    if ancho == 2:
        return crudas
    pares = bytearray(len(crudas) // ancho * 2)
    pares[1::2] = crudas[ancho - 1 :: ancho] if ancho > 1 else crudas.translate(CON_SIGNO)
    if ancho > 1:
        pares[0::2] = crudas[ancho - 2 :: ancho]
    return bytes(pares)


CON_SIGNO = bytes(byte ^ 0x80 for byte in range(256))


# -------------------------------------------------------------------- con soundfile


def _revisar_con_biblioteca(contenido: bytes, legible: bytes, formato: str) -> Voz:
    """Comprobar lo que dice la cabecera. `legible`: el contenido, con sus largos corregidos."""
    cuadros, tasa, canales = comprimidas.medir(legible)
    if not cuadros:  # un FLAC escrito en una tubería: hay que decodificarlo para saberlo
        _revisar_medidas(1, tasa, canales)
        caben = min(int(MAX_DURACION * tasa), MAX_DECODIFICADO // (ANCHO * canales))
        muestras = comprimidas.decodificar(legible, caben + 1)  # uno de más se nota
        cuadros = len(muestras) // (ANCHO * canales)
    _revisar_medidas(cuadros, tasa, canales)
    return Voz(cuadros / tasa, tasa, canales, formato, False, contenido,
               lambda: comprimidas.decodificar(legible, cuadros))


def _corregir_largos(contenido: bytes, partes: _Partes) -> bytes:
    """El mismo WAV con los largos que son: soundfile no entiende los ceros."""
    return (b"RIFF" + struct.pack("<I", partes.datos + partes.largo - 8)
            + contenido[8 : partes.datos - 4] + struct.pack("<I", partes.largo)
            + contenido[partes.datos : partes.datos + partes.largo])


# -------------------------------------------------------------------- hacer y dibujar


def empaquetar(muestras: bytes, tasa: int = TASA, canales: int = 1) -> bytes:
    """Hacer un WAV con muestras de 16 bits."""
    salida = io.BytesIO()
    with wave.open(salida, "wb") as archivo:
        archivo.setparams((canales, ANCHO, tasa, 0, "NONE", ""))
        archivo.writeframes(muestras)
    return salida.getvalue()


def onda(voz: Voz, n: int) -> "list[float]":
    """La silueta de una voz: n alturas de 0 a 1, donde 1 es lo más fuerte que tiene.

    Lanza ErrorAudio.
    """
    muestras = leer_muestras(voz)
    limites = [i * len(muestras) // n for i in range(n + 1)]
    picos = []
    for a, b in zip(limites, limites[1:]):
        paso = max(1, (b - a) // MUESTRAS_POR_BARRA)
        picos.append(medir_pico(muestras[a : max(b, a + 1) : paso]))
    mayor = max(picos) or 1.0
    return [pico / mayor for pico in picos]


def leer_muestras(voz: Voz) -> array.array:
    """Las muestras de su primer canal. Lanza ErrorAudio."""
    return interpretar(voz.muestras)[:: voz.canales]


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

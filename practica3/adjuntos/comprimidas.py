"""Voces que no son un WAV de muestras enteras: medirlas y decodificarlas con soundfile.

soundfile trae libsndfile, que lee WAV de toda clase, FLAC, OGG (Vorbis y Opus) y MP3. Se importa
la primera vez que hace falta: con numpy tarda 0.1 s, y casi ninguna voz la necesita. Sin ella, o
si le falta su biblioteca de C, lo de aquí lanza ErrorAudio.
"""

import io

TRAMO = 65_536  # cuadros que se decodifican de una vez
SIN_LARGO = 2**62  # cuadros que dice libsndfile, o más, si el archivo no dice cuántos
FALTA = ("No es un WAV sin comprimir: para oírlo hace falta soundfile, la biblioteca que lee los "
         "demás. Instálala con: pip install soundfile.")


class ErrorAudio(Exception):
    """No se puede grabar, oír o usar una voz; una frase lo dice y, si lo hay, el remedio."""


def medir(contenido: bytes) -> "tuple[int, int, int]":
    """Los cuadros que dice traer, o 0 si no lo dice; los que van por segundo; y los canales.

    Lanza ErrorAudio.
    """
    with _abrir(contenido) as archivo:
        if not archivo.frames:
            raise ErrorAudio("El archivo no trae ningún sonido.")
        cuadros = archivo.frames if archivo.frames < SIN_LARGO else 0
        return cuadros, archivo.samplerate, archivo.channels


def decodificar(contenido: bytes, cuadros: int) -> bytes:
    """Sus muestras como enteros de 16 bits, hasta tantos cuadros. Lanza ErrorAudio."""
    tramos = []
    with _abrir(contenido) as archivo:
        while cuadros > 0:
            tramo = _leer_tramo(archivo, min(TRAMO, cuadros))
            if not len(tramo):
                break
            tramos.append(_pasar_a_enteros(tramo))
            cuadros -= len(tramo)
    if not tramos:
        raise ErrorAudio("El archivo de sonido está dañado.")
    return b"".join(tramos)


def _abrir(contenido: bytes) -> "soundfile.SoundFile":
    try:
        import soundfile
    except (ImportError, OSError):
        raise ErrorAudio(FALTA) from None
    try:
        archivo = soundfile.SoundFile(io.BytesIO(contenido))
    except (soundfile.SoundFileError, ValueError, TypeError, OSError):
        raise ErrorAudio("El archivo de sonido está dañado o no se entiende.") from None
    archivo.seekable = lambda: False  # si no, después de cada lectura busca otra vez el lugar
    return archivo


def _leer_tramo(archivo: "soundfile.SoundFile", cuadros: int) -> "numpy.ndarray":
    """Los cuadros que siguen; ninguno, si desde ahí está dañado: vale lo anterior."""
    import numpy
    import soundfile

    tramo = numpy.zeros((cuadros, archivo.channels), "float32")
    try:
        return tramo[: archivo.buffer_read_into(tramo, "float32")]
    except (soundfile.SoundFileError, ValueError, OSError):
        return tramo[:0]


def _pasar_a_enteros(tramo: "numpy.ndarray") -> bytes:
    import numpy

    # En coma flotante puede venir cualquier cosa: también infinito y «no es un número».
    muestras = numpy.nan_to_num(tramo).clip(-1, 1) * 32_768
    return muestras.clip(max=32_767).astype("<i2").tobytes()

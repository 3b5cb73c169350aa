"""De qué está hecha una imagen, contado sin decodificarla.

Los píxeles no dicen lo que cuesta abrirla. Un JPEG progresivo se dibuja en pasadas, que repasan
toda la imagen: lo corriente son diez, y en 132 KB caben ocho mil, que son medio minuto. Y un
archivo hecho de un millón de partes de cuatro bytes se lee parte por parte, en Python.

    JPEG   marcadores, FF xx; los FF DA empiezan una pasada (ITU-T T.81, anexo B)
    PNG    trozos: largo, tipo, datos, CRC (RFC 2083)
    GIF    bloques, y dentro de ellos sub-bloques de 255 bytes como mucho
    WebP   trozos de RIFF: tipo, largo, datos

De un archivo roto se cuenta hasta donde se rompe: que está roto ya lo dirá quien lo abra.
"""

import re
import struct

MARCADOR = re.compile(rb"\xff[\xc0-\xcf\xda-\xfe]")  # en los datos, tras un FF va 00 o D0–D7
PASADA = b"\xff\xda"


def contar(contenido: bytes) -> "tuple[int, int]":
    """De cuántas partes está hecha una imagen, y en cuántas pasadas se dibuja."""
    pasadas = 1
    if contenido.startswith(b"\xff\xd8"):
        partes = sum(1 for _ in MARCADOR.finditer(contenido))
        pasadas = max(1, contenido.count(PASADA))
    elif contenido.startswith(b"\x89PNG"):
        partes = _contar_trozos(contenido, 8, ">I4x", 12)
    elif contenido.startswith(b"RIFF"):
        partes = _contar_trozos(contenido, 12, "<4xI", 8)
    elif contenido.startswith(b"GIF"):
        partes = _contar_en_gif(contenido)
    else:
        partes = 0
    return partes, pasadas


def _contar_trozos(contenido: bytes, desde: int, forma: str, ademas: int) -> int:
    """Los trozos que siguen a una cabecera: 8 bytes de esa forma, y `ademas` de los datos."""
    partes = 0
    while desde + 8 <= len(contenido):
        largo, = struct.unpack_from(forma, contenido, desde)
        desde += ademas + largo + (largo & 1 if forma[0] == "<" else 0)  # RIFF, en pares
        partes += 1
    return partes


def _contar_en_gif(contenido: bytes) -> int:
    """Los bloques y sub-bloques de un GIF."""
    partes = 0
    try:
        lugar = 13 + _largo_de_paleta(contenido[10])
        while contenido[lugar] in b"!,":
            if contenido[lugar] == ord("!"):
                lugar += 2
            else:
                lugar += 11 + _largo_de_paleta(contenido[lugar + 9])
            while largo := contenido[lugar]:
                lugar += 1 + largo
                partes += 1
            lugar += 1
            partes += 1
    except IndexError:
        pass
    return partes


def _largo_de_paleta(banderas: int) -> int:
    """Los bytes de la paleta que anuncian esas banderas."""
    return 3 * 2 ** (banderas % 8 + 1) if banderas & 0x80 else 0

"""Imágenes que se abren despacio: se rechazan antes de decodificarlas, contando de qué están hechas."""

import io
import re
import struct
import time
import zlib

import pytest

pytest.importorskip("PIL")
from PIL import Image

from adjuntos import estructura
from adjuntos import imagenes


def codificar(imagen, formato, **opciones):
    """Una imagen en un formato."""
    salida = io.BytesIO()
    imagen.save(salida, formato, **opciones)
    return salida.getvalue()


def progresivo(veces, lado=256):
    """Un JPEG progresivo con su última pasada repetida `veces`."""
    normal = codificar(Image.effect_noise((lado, lado), 80).convert("RGB"), "JPEG", progressive=True)
    ultima = [caso.start() for caso in re.finditer(b"\xff\xda", normal)][-1]
    # Una pasada que no cambia nada: sólo su cabecera y unos ceros.
    cabecera = normal[ultima:ultima + 2 + struct.unpack_from(">H", normal, ultima + 2)[0]]
    return normal[:-2] + (cabecera + b"\0" * 4) * veces + b"\xff\xd9"


def trozo(tipo, contenido):
    """Un trozo de PNG."""
    return struct.pack(">I", len(contenido)) + tipo + contenido + struct.pack(">I", zlib.crc32(tipo + contenido))


def png_de_trozos(cuantos):
    """Un PNG correcto con miles de trozos vacíos que nadie conoce."""
    normal = codificar(Image.new("RGB", (8, 8)), "PNG")
    return normal[:33] + trozo(b"abCd", b"") * cuantos + normal[33:]


def gif_de_comentarios(cuantos):
    """Un GIF correcto con miles de comentarios de un byte."""
    normal = codificar(Image.new("P", (8, 8)), "GIF")
    return normal[:-1] + b"!\xfe\x01x\x00" * cuantos + b";"


def webp_de_trozos(cuantos):
    """Un WebP con miles de trozos vacíos."""
    normal = codificar(Image.new("RGB", (8, 8)), "WEBP")
    contenido = normal[8:] + b"abcd\0\0\0\0" * cuantos
    return b"RIFF" + struct.pack("<I", len(contenido)) + contenido


LENTAS = {
    "JPEG de ocho mil pasadas": lambda: progresivo(8_000),
    "JPEG de trescientas pasadas, grande": lambda: progresivo(300, 1_000),
    "JPEG de cien mil comentarios": lambda: b"\xff\xd8" + b"\xff\xfe\0\2" * 100_000 + progresivo(0)[2:],
    "PNG de cien mil trozos": lambda: png_de_trozos(100_000),
    "GIF de cien mil comentarios": lambda: gif_de_comentarios(100_000),
    "WebP de cien mil trozos": lambda: webp_de_trozos(100_000),
}


@pytest.mark.parametrize("cual", LENTAS)
def test_una_imagen_que_tardaria_se_rechaza_sin_abrirla(cual, monkeypatch):
    contenido = LENTAS[cual]()
    decodificadas = []
    monkeypatch.setattr(Image.Image, "load", lambda imagen: decodificadas.append(imagen))
    antes = time.process_time()
    with pytest.raises(imagenes.ErrorImagen, match="demasiad[ao]s"):
        imagenes.abrir(contenido, imagenes.AJENA, 256)
    assert not decodificadas
    # Antes, treinta segundos: contar de qué está hecha cuesta menos que abrir una corriente.
    contar = time.process_time() - antes
    monkeypatch.undo()
    corriente = codificar(Image.effect_noise((1_200, 1_200), 80), "PNG")
    antes = time.process_time()
    for _ in range(10):
        imagenes.abrir(corriente, imagenes.AJENA, 256)
    assert contar < time.process_time() - antes


@pytest.mark.parametrize("formato, opciones", [
    ("JPEG", {"progressive": True}), ("JPEG", {}), ("PNG", {}), ("GIF", {}), ("WEBP", {}), ("WEBP", {"lossless": True}),
])
def test_las_corrientes_se_abren_como_siempre(formato, opciones):
    contenido = codificar(Image.effect_noise((800, 800), 80).convert("RGB"), formato, **opciones)
    assert imagenes.abrir(contenido, imagenes.AJENA, 256).cuadros[0].size == (256, 256)
    partes, pasadas = estructura.contar(contenido)
    assert 0 < partes < imagenes.MAX_PARTES and 1 <= pasadas <= 12


@pytest.mark.parametrize("formato", ["GIF", "WEBP", "PNG"])
def test_una_animacion_corriente_tambien(formato):
    cuadros = [Image.effect_noise((200, 200), 80).convert("RGB") for _ in range(40)]
    contenido = codificar(cuadros[0], formato, save_all=True, append_images=cuadros[1:], duration=50)
    assert len(imagenes.abrir(contenido[:2 * 2**20], imagenes.AJENA, 128).cuadros) > 1


def test_la_foto_progresiva_de_un_telefono_se_puede_elegir():
    foto = codificar(Image.effect_noise((4_000, 3_000), 30).convert("RGB"), "JPEG", progressive=True)
    assert imagenes.abrir(foto, imagenes.PROPIA, 256).cuadros

"""El programa que dibuja los stickers del chat, enunciado/dibujos/dibujar.py."""

import pathlib
import shutil
import subprocess
import sys

from adjuntos import stickers
from ayudas import comparar_imagenes
from ayudas import programas
import pytest

image = pytest.importorskip("PIL.Image", reason="falta Pillow: no hay stickers")


def test_el_programa_que_los_dibuja_los_vuelve_a_hacer(tmp_path):
    """Lo guardado es lo que el programa dibuja: quien agregue uno encuentra todo al día."""
    copia = tmp_path / "practica3" / "adjuntos" / "paquete"
    copia.mkdir(parents=True)
    shutil.copytree(programas.RAIZ / "enunciado" / "dibujos", tmp_path / "enunciado" / "dibujos")
    hoja = tmp_path / "hoja.png"
    programa = tmp_path / "enunciado" / "dibujos" / "dibujar.py"
    subprocess.run([sys.executable, str(programa), "bien", "llanto", "--hoja", str(hoja)], check=True,
                   timeout=programas.PLAZO)
    for nombre in ("bien", "llanto"):
        hechos, guardados = (leer_cuadros(lugar / f"{nombre}.png") for lugar in (copia, stickers.CARPETA))
        assert len(hechos) == len(guardados)
        for hecho, guardado in zip(hechos, guardados):
            # De 255: otra versión de Pillow redondea distinto.
            assert comparar_imagenes.medir_diferencia(hecho, guardado) < 2
    with image.open(hoja) as foto:
        assert foto.size == (6 * stickers.LADO, 2 * stickers.LADO)


def leer_cuadros(ruta: pathlib.Path) -> list:
    """Los cuadros de un sticker guardado."""
    return stickers.abrir(ruta.read_bytes()).cuadros

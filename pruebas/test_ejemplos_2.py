"""Los ejemplos 08 a 14: lo que enseñan sus README y lo que aguantan."""

import filecmp
import os
import pathlib
import tempfile

import guiones
import pytest
import red_propia
import tarjeta_falsa

EJEMPLOS = pathlib.Path(__file__).resolve().parent.parent / "ejemplos"


@pytest.fixture(autouse=True)
def red():
    """Los ejemplos usan siempre el mismo puerto: cada prueba, en una red suya."""
    with red_propia.red_propia():
        yield


@pytest.fixture
def tarjeta(monkeypatch):
    """Un micrófono ante el que alguien habla sin parar, y un altavoz."""
    pytest.importorskip("pyaudio")
    if tarjeta_falsa.falta():
        pytest.skip(tarjeta_falsa.falta())
    with tempfile.TemporaryDirectory(prefix="son-") as carpeta, tarjeta_falsa.TarjetaFalsa(pathlib.Path(carpeta)) as falsa:
        for clave in falsa.entorno:
            if clave not in ("PATH", "HOME"):
                monkeypatch.setenv(clave, falsa.entorno[clave])
        yield falsa


def los_de(*numeros):
    """Las conversaciones de los README de unas carpetas, por su número."""
    return [guion for numero in numeros for guion in guiones.reunir(f"{numero}_*")]


@pytest.mark.parametrize("guion", los_de("08", "09", "10", "11", "13", "14"), ids=str)
def test_lo_que_dice_el_readme(guion):
    guiones.representar(guion)


@pytest.mark.parametrize("guion", los_de("12"), ids=str)
def test_lo_que_dice_el_readme_del_sonido(guion, tarjeta):
    tarjeta.emitir(tarjeta_falsa.hacer_tono(30))
    guiones.representar(guion)

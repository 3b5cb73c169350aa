"""Los ejemplos 08 a 14: lo que enseñan sus README y lo que aguantan."""

import pytest

import guiones
import red_propia


@pytest.fixture(autouse=True)
def red():
    """Los ejemplos usan siempre el mismo puerto: cada prueba, en una red suya."""
    with red_propia.red_propia():
        yield


@pytest.mark.parametrize("guion", guiones.reunir("0[89]_*") + guiones.reunir("1[0-4]_*"), ids=str)
def test_lo_que_dice_el_readme(guion):
    guiones.representar(guion)

"""Los accesorios de las pruebas con ventanas: `pantalla`, `abrir` y `entrar_a`."""

import os
import signal

from ayudas import pantalla_tk
from ayudas import programa_gui
import pytest

@pytest.fixture(scope="module")
def pantalla():
    """Una pantalla virtual."""
    with pantalla_tk.PantallaTk(2000, 1300) as virtual, pytest.MonkeyPatch.context() as parche:
        for clave, valor in {**virtual.entorno, "LC_ALL": "C.UTF-8"}.items():
            parche.setenv(clave, valor)
        yield virtual


@pytest.fixture
def abrir(lanzar, pantalla, tmp_path, monkeypatch):
    """Función que abre un cliente con ventanas; cada uno, en una parte de la pantalla."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    abiertos = []

    def abrir_cliente(*argumentos, archivo="cliente_gui.py", **donde):
        gui = lanzar(programa_gui.Ventanas, pantalla, archivo, "--posicion", f"{20 + 980 * (len(abiertos) % 2)},20",
                     *argumentos, **donde)
        abiertos.append(gui)
        return gui

    yield abrir_cliente
    for gui in abiertos:
        for servidor_propio in gui.hijos():  # lo hay si la prueba falló a medias
            os.kill(int(servidor_propio), signal.SIGKILL)
        assert not programa_gui.quejas(gui), "\n".join(gui.lineas)


@pytest.fixture
def ana_en_general(servidor, abrir):
    """Ana, ya en la sala general, y su ventana."""
    ana = abrir("--usuario", "Ana", "--sala", "general")
    return ana, ana.esperar_ventana("general — Ana")

"""Lo que le falta al equipo se dice en la ventana de entrada, que ofrece prepararlo y volver a abrir.

Todo es de verdad: una copia del chat que pide una biblioteca diminuta, «librito», y un pip sin internet.
"""

import os
import shutil
import zipfile

import pytest

from ayudas import programa_gui
from ayudas import programas
from ayudas.ventanas_abiertas import abrir  # noqa: F401
from ayudas.ventanas_abiertas import pantalla  # noqa: F401

programa_gui.exigir()


@pytest.fixture
def copia(tmp_path, monkeypatch):
    """Una copia del chat, sin preparar; devuelve su carpeta."""
    lab, estante = tmp_path / "lab", tmp_path / "estante"
    shutil.copytree(programas.PRACTICA, lab / "practica3", ignore=shutil.ignore_patterns("__pycache__"))
    (lab / "setup.cfg").write_text("[options]\ninstall_requires =\n    librito>=1\n[options.extras_require]\n")
    estante.mkdir()
    datos = "librito-1.0.dist-info/"
    with zipfile.ZipFile(estante / "librito-1.0-py3-none-any.whl", "w") as rueda:
        rueda.writestr("librito.py", "")
        rueda.writestr(datos + "METADATA", "Metadata-Version: 2.1\nName: librito\nVersion: 1.0\n")
        rueda.writestr(datos + "WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        rueda.writestr(datos + "RECORD", "")
    for variable in [uno for uno in os.environ if uno.startswith(("PIP_", "CHAT_", "PYTHON"))]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(estante))
    return lab


def test_se_prepara_desde_la_ventana_y_se_vuelve_a_abrir(abrir, copia, pantalla):
    ana = abrir(archivo=str(copia / "practica3" / "cliente_gui.py"))
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.esperar_que(lambda: "Por ahora no hay librito: falta librito." in ana.rotulos(entrada))
    assert any("practica3 --preparar" in linea for linea in ana.lineas)  # y en la terminal, qué teclear
    ana.pulsar_boton(entrada, "Preparar")
    ana.esperar_que(lambda: "Preparando, paso" in ana.rotulos(entrada), "que diga cómo va")
    for _ in range(4):  # crear un entorno es lento
        if "Ya está preparado" in ana.rotulos(entrada):
            break
        try:
            ana.esperar_que(lambda: "Ya está preparado" in ana.rotulos(entrada))
        except AssertionError:
            assert "Preparando" in ana.rotulos(entrada)
    assert (copia / ".venv" / "sello.json").exists()
    ana.pulsar_boton(entrada, "Volver a abrir")
    otra = int(ana.esperar_que(lambda: next(iter(ana.hijos()), None), "que se abra otra vez"))
    titulo = ana.esperar_que(lambda: pantalla.tcl(otra, "expr {[winfo ismapped .] ? [wm title .] : {}}"))
    assert titulo == "Entrar al chat"
    assert "Preparar" not in str(pantalla.tcl(otra, "set vistos [lmap h [winfo children .] {winfo class $h}]"))
    pantalla.tcl(otra, "after 1 [wm protocol . WM_DELETE_WINDOW]")
    assert ana.esperar_fin() == 0


@pytest.mark.largo
def test_si_no_se_puede_preparar_se_dice_y_se_puede_repetir(abrir, copia, monkeypatch):
    monkeypatch.setenv("PIP_FIND_LINKS", str(copia))  # donde no está
    ana = abrir(archivo=str(copia / "practica3" / "cliente_gui.py"))
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.pulsar_boton(entrada, "Preparar")
    ana.esperar_que(lambda: "Preparando" in ana.rotulos(entrada))
    for _ in range(4):
        try:
            ana.esperar_que(lambda: "pip no pudo instalarla" in ana.rotulos(entrada))
            break
        except AssertionError:
            assert "Preparando" in ana.rotulos(entrada)
    assert "Falta: librito (pip no pudo instalarla)" in ana.rotulos(entrada)
    assert any(ana.tcl(f"{boton} cget -text") == "Preparar" for boton in ana.partes(entrada, "TButton"))

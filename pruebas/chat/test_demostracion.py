"""`python3 practica3`: la demostración, con pantalla y sin ella, ya preparado el entorno."""

import os
import pathlib
import runpy
import shutil
import signal
import subprocess
import sys
import time

import pytest

from ayudas import pantalla_tk
from ayudas import programa_gui
from ayudas.programas import PLAZO
from ayudas.programas import PRACTICA
from equipo import enlace

pytestmark = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="falta Xvfb: sudo apt install xvfb")


@pytest.fixture
def demostrar(puerto, tmp_path):
    """Función que lanza una copia de practica3 con un entorno dado y devuelve el proceso."""
    copia = tmp_path / "practica3"
    shutil.copytree(PRACTICA, copia, ignore=shutil.ignore_patterns("__pycache__"))
    lanzados = []

    def lanzar(**entorno):
        base = {clave: valor for clave, valor in os.environ.items() if clave not in ("DISPLAY", "WAYLAND_DISPLAY")}
        lanzados.append(subprocess.Popen(
            [sys.executable, str(copia)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
            env={**base, "CHAT_PUERTO": str(puerto), "CHAT_PREPARADO": "1", **entorno}, start_new_session=True,
        ))
        return lanzados[-1]

    yield lanzar
    for proceso in lanzados:
        if proceso.poll() is None:
            os.killpg(proceso.pid, signal.SIGKILL)
        proceso.communicate()


def test_sin_pantalla_conversan_solos(demostrar, tmp_path):
    image = pytest.importorskip("PIL.Image", reason="falta Pillow: no hay fotos")
    proceso = demostrar()
    salida, _ = proceso.communicate(timeout=60)
    assert proceso.returncode == 0, salida
    for dicho in ('"tipo":"inicio","user":"Ana"', '"lista":["', '"content":"¡Hola!',
                  '"tipo":"cifrado","to":"Ana"',
                  '"tipo":"sticker","user":"Ana","sala":"general","content":"idea"',
                  '"formato":"wav","duracion":3.0,"id":"', '}  + 96044 bytes'):
        assert dicho in salida, salida
    for nombre in ("1-sala.png", "2-privados.png"):
        with image.open(tmp_path / "capturas" / nombre) as foto:
            assert len(foto.getcolors(1 << 20)) > 100  # una ventana vacía tiene muchos menos


# Qué ventanas hay abiertas y dónde quedó el botón «Enviar» de cada una: [título, x, y, ancho, alto].
VER = programa_gui.BAJO + """
set vistos {}
foreach v [winfo children .] {if {[winfo class $v] eq {Chat} && [winfo ismapped $v]} {
    foreach b [bajo $v TButton] {if {[$b cget -text] eq {Enviar}} {
        lappend vistos [list [wm title $v] [winfo rootx $b] [winfo rooty $b] [winfo width $b] [winfo height $b]]}}}}
set vistos"""


def ver_ventanas(virtual, proceso):
    """Lo que dicen de sí los dos clientes que lanzó la demostración."""
    hijos = pathlib.Path(f"/proc/{proceso.pid}/task/{proceso.pid}/children").read_text().split()
    limite = time.monotonic() + PLAZO
    while True:
        vistos = [visto for hijo in hijos[1:] for visto in virtual.tcl(int(hijo), VER) or ()]
        if len(vistos) == 2:
            return vistos
        assert time.monotonic() < limite, vistos


def test_con_pantalla_abre_dos_ventanas_y_ctrl_c_lo_cierra_todo(demostrar):
    with pantalla_tk.PantallaTk() as virtual:
        proceso = demostrar(**virtual.entorno)
        while "Bryan entró" not in proceso.stdout.readline():
            assert proceso.poll() is None
        titulos = [titulo for titulo, *_ in ver_ventanas(virtual, proceso)]
        assert titulos[0].endswith("general — Ana") and titulos[1].endswith("general — Bryan"), titulos
        os.killpg(proceso.pid, signal.SIGINT)  # como la terminal: llega a todos
        salida, _ = proceso.communicate(timeout=PLAZO)  # termina cuando nadie tiene ya su salida: tampoco los hijos
        assert proceso.returncode == 0 and "terminado" in salida and "Traceback" not in salida, salida


@pytest.mark.skipif(shutil.which("openbox") is None, reason="falta un gestor de ventanas: sudo apt install openbox")
@pytest.mark.parametrize("ancho, alto", [(1366, 768), (1024, 600)])
def test_las_dos_ventanas_caben_en_una_pantalla_chica(demostrar, tmp_path, ancho, alto):
    with pantalla_tk.PantallaTk(ancho, alto) as virtual:
        entorno = {**os.environ, **virtual.entorno, "HOME": str(tmp_path)}
        gestor = subprocess.Popen(["openbox", "--sm-disable"], env=entorno, stderr=subprocess.DEVNULL)
        try:
            proceso = demostrar(**virtual.entorno)
            while "Bryan entró" not in proceso.stdout.readline():
                assert proceso.poll() is None
            medido = ver_ventanas(virtual, proceso)
            os.killpg(proceso.pid, signal.SIGINT)
            proceso.communicate(timeout=PLAZO)
        finally:
            gestor.terminate()
            gestor.wait()
    (de_ana, y_ana, *medidas_ana), (de_bryan, y_bryan, *medidas_bryan) = (
        list(map(int, medidas)) for _, *medidas in medido)
    for x, y, (lado, caida) in ((de_ana, y_ana, medidas_ana), (de_bryan, y_bryan, medidas_bryan)):
        assert 0 <= x and x + lado <= ancho and 0 <= y and y + caida <= alto, (x, y, lado, caida)
    assert de_ana + medidas_ana[0] < ancho // 2 <= de_bryan  # cada una en su mitad: ninguna tapa a la otra


def test_no_se_mezcla_con_otra_demostracion(puerto, capsys):
    demostracion = runpy.run_path(str(PRACTICA / "__main__.py"), run_name="demostracion")
    with enlace.abrir_socket(puerto):
        otro = demostracion["buscar_puerto"](puerto)
    assert puerto < otro < puerto + demostracion["INTENTOS"]
    assert f"Otro chat usa ya el puerto {puerto}" in capsys.readouterr().out


def test_sin_xvfb_lo_explica(demostrar):
    proceso = demostrar(PATH="/nada")
    salida, _ = proceso.communicate(timeout=PLAZO)
    assert proceso.returncode == 1
    assert "xvfb" in salida and "Traceback" not in salida, salida

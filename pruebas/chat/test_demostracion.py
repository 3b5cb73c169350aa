"""`python3 practica3`: la demostración, con pantalla y sin ella, ya preparado el entorno."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from equipo import pantalla
from ayudas.programas import PLAZO
from ayudas.programas import PRACTICA

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
                  '"privado":true,"from":"Bryan","to":"Ana"',
                  '"tipo":"sticker","user":"Ana","sala":"general","content":"idea"',
                  '"formato":"wav","duracion":3.0,"id":"', '}  + 96044 bytes'):
        assert dicho in salida, salida
    for nombre in ("1-sala.png", "2-privados.png"):
        with image.open(tmp_path / "capturas" / nombre) as foto:
            assert len(foto.getcolors(1 << 20)) > 100  # una ventana vacía tiene muchos menos


# En otro proceso: cuando se cierra la pantalla virtual, Xlib termina a quien la tenga abierta.
MIRAR = """
import sys
sys.path.insert(0, sys.argv[1])
from ventanas import guion
escena = guion.Escena()
for titulo in sys.argv[2:]:
    guion.esperar(lambda: escena.buscar(titulo), titulo)
"""


def test_con_pantalla_abre_dos_ventanas_y_ctrl_c_lo_cierra_todo(demostrar):
    with pantalla.PantallaVirtual() as virtual:
        proceso = demostrar(**virtual.entorno)
        while "Bryan entró" not in proceso.stdout.readline():  # antes no: `send` no vuelve de una ventana que se cierra
            assert proceso.poll() is None
        mirar = [sys.executable, "-c", MIRAR, str(PRACTICA), "general — Ana", "general — Bryan"]
        subprocess.run(mirar, env={**os.environ, **virtual.entorno}, check=True, timeout=60)
        os.killpg(proceso.pid, signal.SIGINT)  # como la terminal: llega a todos
        salida, _ = proceso.communicate(timeout=PLAZO)  # termina cuando nadie tiene ya su salida: tampoco los hijos
        assert proceso.returncode == 0 and "terminado" in salida and "Traceback" not in salida, salida


# Dónde quedó el botón «Enviar» de cada ventana: [x, y, ancho, alto] en la pantalla.
MEDIR = MIRAR + """
import json
vistos = []
for titulo in sys.argv[2:]:
    programa, ventana = escena.buscar(titulo)
    boton = escena._buscar_dentro(programa, ventana, "TButton", "-text", "Enviar")
    guion.esperar(lambda: escena._pedir(programa, "winfo", "viewable", boton), "que se vea")
    escena.asentar()
    vistos.append([int(escena._pedir(programa, "winfo", medida, boton))
                   for medida in ("rootx", "rooty", "width", "height")])
print(json.dumps(vistos))
"""


@pytest.mark.skipif(shutil.which("openbox") is None, reason="falta un gestor de ventanas: sudo apt install openbox")
@pytest.mark.parametrize("ancho, alto", [(1366, 768), (1024, 600)])
def test_las_dos_ventanas_caben_en_una_pantalla_chica(demostrar, tmp_path, ancho, alto):
    with pantalla.PantallaVirtual(ancho, alto) as virtual:
        entorno = {**os.environ, **virtual.entorno, "HOME": str(tmp_path)}
        gestor = subprocess.Popen(["openbox", "--sm-disable"], env=entorno, stderr=subprocess.DEVNULL)
        try:
            proceso = demostrar(**virtual.entorno)
            while "Bryan entró" not in proceso.stdout.readline():
                assert proceso.poll() is None
            medir = [sys.executable, "-c", MEDIR, str(PRACTICA), "general — Ana", "general — Bryan"]
            medido = subprocess.run(medir, env=entorno, check=True, capture_output=True, timeout=60).stdout
            os.killpg(proceso.pid, signal.SIGINT)
            proceso.communicate(timeout=PLAZO)
        finally:
            gestor.terminate()
            gestor.wait()
    (de_ana, y_ana, *medidas_ana), (de_bryan, y_bryan, *medidas_bryan) = json.loads(medido)
    for x, y, (lado, caida) in ((de_ana, y_ana, medidas_ana), (de_bryan, y_bryan, medidas_bryan)):
        assert 0 <= x and x + lado <= ancho and 0 <= y and y + caida <= alto, (x, y, lado, caida)
    assert de_ana + medidas_ana[0] < ancho // 2 <= de_bryan  # cada una en su mitad: ninguna tapa a la otra


def test_sin_xvfb_lo_explica(demostrar):
    proceso = demostrar(PATH="/nada")
    salida, _ = proceso.communicate(timeout=PLAZO)
    assert proceso.returncode == 1
    assert "xvfb" in salida and "Traceback" not in salida, salida

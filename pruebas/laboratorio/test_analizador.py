"""La ayuda y los errores de las opciones, en español; lo desconocido no se calla. Y los errores del sistema."""

import errno
import os
import pathlib
import subprocess
import sys

from equipo import analizador
from ayudas import programas
import pytest
from equipo import errores

RAIZ = pathlib.Path(__file__).resolve().parent.parent.parent
INGLES = ("usage:", "error:", "arguments", "argument -", "required", "invalid", "expected", "show this", "options:", "choose")
SIN_RED = {"practica3/servidor.py": [], "practica3/cliente.py": [], "practica3/cliente_gui.py": [], "practica3/diagnostico.py": [],
           "practica3": [], "ejemplos": [], "enunciado": ["--figuras"], "pruebas/calificador": ["--lote=x"], "pruebas/medir": []}


def correr(programa, *argumentos):
    return subprocess.run([sys.executable, str(RAIZ / programa), *argumentos], capture_output=True, encoding="utf-8", timeout=programas.PLAZO,
                          env={**os.environ, "PYTHONIOENCODING": "utf-8"})


@pytest.mark.parametrize("programa", [*SIN_RED, "pruebas"])
def test_la_ayuda_esta_en_espanol(programa):
    hecho = correr(programa, "--help")
    assert hecho.returncode == 0 and "mostrar esta ayuda" in hecho.stdout and hecho.stdout.startswith("uso:   ")
    assert not [palabra for palabra in INGLES if palabra in hecho.stdout], hecho.stdout


@pytest.mark.parametrize("programa", SIN_RED)
def test_los_errores_estan_en_espanol(programa):
    hecho = correr(programa, *SIN_RED[programa], "--no-existe")
    assert hecho.returncode == 2 and hecho.stderr.splitlines()[-1].endswith(": no se entiende: --no-existe")
    assert not [palabra for palabra in INGLES if palabra in hecho.stderr], hecho.stderr


@pytest.fixture
def lector():
    lector = analizador.Analizador(prog="programa.py")
    una = lector.add_mutually_exclusive_group(required=True)
    una.add_argument("--entero", type=int)
    una.add_argument("--decimal", type=float)
    lector.add_argument("--color", choices=["claro", "oscuro"])
    lector.add_argument("--dos", nargs=2)
    lector.add_argument("--varios", nargs="+")
    lector.add_argument("--si", action="store_true")
    lector.add_argument("--codigo", type=bytes.fromhex)
    lector.add_argument("nombre")
    return lector


@pytest.mark.parametrize("argumentos, dice", [
    (["--entero=1"], "falta decir: nombre"), (["Ana"], "hace falta una de estas opciones: --entero --decimal"),
    (["Ana", "--entero"], "--entero: falta su valor"), (["Ana", "--entero=x"], "--entero: 'x' no es un número entero"),
    (["Ana", "--decimal=x"], "--decimal: 'x' no es un número"), (["Ana", "--entero=1", "--decimal=1"], "--decimal: no se puede decir a la vez que --entero"),
    (["Ana", "--entero=1", "--dos", "1"], "--dos: le hacen falta 2 valores"), (["Ana", "--entero=1", "--varios"], "--varios: falta al menos un valor"),
    (["Ana", "--entero=1", "--si=x"], "--si: no lleva valor, y se le dio 'x'"), (["Ana", "--entero=1", "otro"], "no se entiende: otro"),
    (["Ana", "--entero=1", "--codigo=x"], "--codigo: 'x' no vale"), (["Ana", "--d=1"], "--d=1 puede ser cualquiera de éstas: --decimal, --dos"),
    (["Ana", "--entero=1", "--color=rojo"], "--color: 'rojo' no vale; se puede elegir entre ")])
def test_cada_error(lector, capsys, argumentos, dice):
    with pytest.raises(SystemExit) as fin:
        lector.parse_args(argumentos)
    ultimo = capsys.readouterr().err.splitlines()[-1]
    assert fin.value.code == 2 and ultimo.startswith(f"programa.py: {dice}") and not [palabra for palabra in INGLES if palabra in ultimo]


@pytest.mark.parametrize("ingles, espanol", [
    ("argument --color: invalid choice: 'rojo' (choose from 'claro', 'oscuro')", "--color: 'rojo' no vale; se puede elegir entre 'claro', 'oscuro'"),
    ("argument --color: invalid choice: 'rojo' (choose from claro, oscuro)", "--color: 'rojo' no vale; se puede elegir entre claro, oscuro"),
    ("argument -p/--puerto: «x» no es un puerto", "-p/--puerto: «x» no es un puerto"),
    ("unrecognized arguments: a\nb", "no se entiende: a\nb"),
    ("something nobody translated", "something nobody translated"), ("argument --x: something new: 7", "--x: something new: 7"),
    ("--json necesita --usuario", "--json necesita --usuario")])
def test_lo_de_otras_versiones_se_traduce_y_lo_desconocido_se_deja(ingles, espanol):
    assert analizador.traducir(ingles) == espanol


def test_los_renglones_que_siguen_al_uso_conservan_su_sangria():
    lector = analizador.Analizador(prog="programa.py")
    for k in range(12):
        lector.add_argument(f"--opcion-numero-{k}")
    primero, segundo, *_ = lector.format_usage().splitlines()
    assert primero.startswith("uso:   programa.py [") and segundo.index("[") == primero.index("[")


@pytest.mark.parametrize("error, dice", [
    (FileNotFoundError(errno.ENOENT, "No such file or directory"), "no existe"), (OSError(errno.ENOSPC, "No space left on device"), "no queda espacio"),
    (OSError(errno.ENETUNREACH, "Network is unreachable"), "no hay por dónde salir"), (OSError(errno.ELOOP, "Too many levels"), "Too many levels"),
    (OSError("sin número"), "sin número"), (ValueError("otro"), "otro")])
def test_los_errores_del_sistema(error, dice):
    assert errores.explicar(error) == dice


def test_el_puerto_y_la_interfaz_se_explican_en_espanol(puerto):
    ajena = correr("practica3/servidor.py", f"--puerto={puerto}", "--interfaz=192.0.2.1")
    assert (ajena.returncode, ajena.stderr) == (1, "No se puede usar la interfaz 192.0.2.1: esa dirección no es de este equipo.\n")

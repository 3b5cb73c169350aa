"""La ayuda y los errores de las opciones, en español; lo desconocido no se calla. Y los errores del sistema."""

import argparse
import ast
import errno
import inspect
import os
import pathlib
import socket
import subprocess
import sys

from equipo import analizador
from ayudas import programas
import pytest
from equipo import errores

RAIZ = pathlib.Path(__file__).resolve().parent.parent.parent
INGLES = ("usage:", "error:", "arguments", "argument -", "required", "invalid", "expected", "show this", "options:",
          "choose")
SIN_RED = {"practica3/servidor.py": [], "practica3/cliente.py": [], "practica3/cliente_gui.py": [],
           "practica3/diagnostico.py": [],
           "practica3": [], "ejemplos": [], "enunciado": ["--figuras"], "pruebas/calificador": ["--lote=x"],
           "pruebas/medir": []}


def correr(programa, *argumentos):
    return subprocess.run([sys.executable, str(RAIZ / programa), *argumentos], capture_output=True, encoding="utf-8",
                          timeout=programas.PLAZO,
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
    (["Ana", "--decimal=x"], "--decimal: 'x' no es un número"),
    (["Ana", "--entero=1", "--decimal=1"], "--decimal: no se puede decir a la vez que --entero"),
    (["Ana", "--entero=1", "--dos", "1"], "--dos: le hacen falta 2 valores"),
    (["Ana", "--entero=1", "--varios"], "--varios: falta al menos un valor"),
    (["Ana", "--entero=1", "--si=x"], "--si: no lleva valor, y se le dio 'x'"),
    (["Ana", "--entero=1", "otro"], "no se entiende: otro"),
    (["Ana", "--entero=1", "--codigo=x"], "--codigo: 'x' no vale"),
    (["Ana", "--d=1"], "--d=1 puede ser cualquiera de éstas: --decimal, --dos"),
    (["Ana", "--entero=1", "--color=rojo"], "--color: 'rojo' no vale; se puede elegir entre ")])
def test_cada_error(lector, capsys, argumentos, dice):
    with pytest.raises(SystemExit) as fin:
        lector.parse_args(argumentos)
    ultimo = capsys.readouterr().err.splitlines()[-1]
    assert fin.value.code == 2 and ultimo.startswith(f"programa.py: {dice}") and not [
        palabra for palabra in INGLES if palabra in ultimo]


@pytest.mark.parametrize("tipo, dice", [("propio", "--x: «7» no es un puerto"), ("nuevo", "--x: something new: 7")])
def test_lo_que_no_es_de_argparse_y_lo_desconocido_se_dejan(capsys, tipo, dice):
    def leer(texto):
        mensaje = f"«{texto}» no es un puerto" if tipo == "propio" else f"something new: {texto}"
        raise argparse.ArgumentTypeError(mensaje)

    lector = analizador.Analizador(prog="programa.py")
    lector.add_argument("--x", type=leer)
    with pytest.raises(SystemExit):
        lector.parse_args(["--x=7"])
    assert capsys.readouterr().err.splitlines()[-1] == f"programa.py: {dice}"
    assert analizador.traducir("something nobody translated") == "something nobody translated"


def test_los_saltos_de_linea_de_un_argumento_no_impiden_traducir(lector, capsys):
    with pytest.raises(SystemExit):
        lector.parse_args(["Ana", "--entero=1", "a\nb"])
    assert capsys.readouterr().err.endswith("programa.py: no se entiende: a\nb\n")


DE_QUIEN_PROGRAMA = (  # lo que argparse dice de un programa mal escrito: no lo lee quien lo usa
    "__call__", "conflict", "subparser", "parser", "cannot merge", "'required' is", "invalid option string", "dest= is",
    "mutually exclusive", "is not callable", "with mode", "can't open", "unexpected option string",
    "subcommands", "deprecated", "warning", "(default:", "version number", "%(heading)s",
)


def test_todo_lo_que_argparse_dice_a_quien_se_equivoca_esta_en_el_catalogo():
    """De este Python: si uno nuevo dice algo más, esta prueba lo nombra."""
    llamadas = [nodo for nodo in ast.walk(ast.parse(inspect.getsource(argparse)))
                if isinstance(nodo, ast.Call) and getattr(nodo.func, "id", "") in ("_", "ngettext")]
    dichos = {dicho.value for llamada in llamadas for dicho in llamada.args if isinstance(dicho, ast.Constant)}
    assert "unrecognized arguments: %s" in dichos
    faltan = dichos - set(analizador.CATALOGO)
    assert [uno for uno in faltan if not any(parte in uno for parte in DE_QUIEN_PROGRAMA)] == []


def test_los_renglones_que_siguen_al_uso_conservan_su_sangria():
    lector = analizador.Analizador(prog="programa.py")
    for k in range(12):
        lector.add_argument(f"--opcion-numero-{k}")
    primero, segundo, *_ = lector.format_usage().splitlines()
    assert primero.startswith("uso:   programa.py [") and segundo.index("[") == primero.index("[")


@pytest.mark.parametrize("error, dice", [
    (FileNotFoundError(errno.ENOENT, "No such file or directory"), "no existe"),
    (OSError(errno.ENOSPC, "No space left on device"), "no queda espacio"),
    (OSError(errno.ENETUNREACH, "Network is unreachable"), "no hay por dónde salir"),
    (OSError(errno.EDOM, "Out of domain"), "Out of domain"),
    (OSError("sin número"), "sin número"), (ValueError("otro"), "otro")])
def test_los_errores_del_sistema(error, dice):
    assert errores.explicar(error) == dice


# Los que dan open, read, write, mkdir, rename, socket, bind, connect, setsockopt, sendto y recvfrom.
DE_ARCHIVOS_Y_SOCKETS = """
    E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EBADF EBUSY ECONNABORTED ECONNREFUSED ECONNRESET EDQUOT
    EEXIST EFBIG EHOSTUNREACH EINTR EINVAL EIO EISDIR ELOOP EMFILE EMSGSIZE ENAMETOOLONG ENETDOWN ENETRESET ENETUNREACH
    ENFILE ENOBUFS ENODEV ENOENT ENOEXEC ENOMEM ENOPROTOOPT ENOSPC ENOSYS ENOTCONN ENOTDIR ENOTEMPTY ENXIO EOPNOTSUPP
    EPERM EPIPE EPROTONOSUPPORT EROFS ETIMEDOUT ETXTBSY EXDEV"""


@pytest.mark.parametrize("nombre", DE_ARCHIVOS_Y_SOCKETS.split())
def test_los_errores_comunes_no_salen_en_ingles(nombre):
    numero = getattr(errno, nombre)
    assert errores.explicar(OSError(numero, os.strerror(numero))) not in ("", os.strerror(numero))


def test_un_equipo_que_no_existe_no_sale_en_ingles():
    assert "ningún equipo" in errores.explicar(socket.gaierror(socket.EAI_NONAME, "Name or service not known"))


def test_el_puerto_y_la_interfaz_se_explican_en_espanol(puerto):
    ajena = correr("practica3/servidor.py", f"--puerto={puerto}", "--interfaz=192.0.2.1")
    assert (ajena.returncode, ajena.stderr) == (1,
                                                "No se puede usar la interfaz 192.0.2.1: "
                                                "esa dirección no es de este equipo.\n")

"""Los programas sin entrada, sin salida, o cuyo lector se fue: ni trazas, ni uno que no termine."""

import contextlib
import logging
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

from equipo import terminal
from equipo import tuberias

RAIZ = pathlib.Path(__file__).resolve().parent.parent.parent
PLAZO = 60  # s; lo que tarda es importar, y una máquina cargada importa despacio
SERVIDOR = ["practica3/servidor.py"]
CLIENTE = ["practica3/cliente.py", "--usuario", "Ana", "--sala", "general"]
CERRADOS = {"sin entrada": "<&-", "sin salida": ">&-", "sin errores": "2>&-", "sin nada": "<&- >&- 2>&-"}
AYUDAS = [["practica3"], ["practica3/cliente_gui.py"], ["practica3/puente.py"], ["pruebas"], ["enunciado"],
          ["pruebas/calificador"], ["pruebas/medir"]]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="cierra los descriptores con sh y los mira en /proc")


@pytest.fixture(autouse=True)
def sin_salir_del_equipo(puerto, monkeypatch):
    """Lo que hace que un programa de estas pruebas use su puerto, en este equipo."""
    monkeypatch.setenv("CHAT_INTERFAZ", "127.0.0.1")
    monkeypatch.setenv("CHAT_PUERTO", str(puerto))


def iniciar(orden, como: str = "", **donde) -> subprocess.Popen:
    """Un programa con los descriptores que `como` le cierra."""
    donde = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **donde}
    return subprocess.Popen(["sh", "-c", f'exec "$0" "$@" {como}', sys.executable, *orden], cwd=RAIZ,
                            text=True, **donde)


def terminar(programa: subprocess.Popen) -> str:
    """Lo que escribió un programa al que no hay que decirle que termine."""
    with programa:
        try:
            salida, errores = programa.communicate(timeout=PLAZO)
        finally:
            programa.kill()
    return (salida or "") + (errores or "")


def sin_lector(orden) -> "tuple[int, str]":
    """Correr un programa cuya salida ya no lee nadie: el código y lo que dijo por los errores."""
    lee, escribe = os.pipe()
    os.close(lee)
    programa = iniciar(orden, stdout=escribe)
    os.close(escribe)
    return programa.wait(PLAZO), terminar(programa)


@pytest.mark.parametrize("orden", [SERVIDOR, ["practica3/diagnostico.py"], ["ejemplos"], ["ejemplos", "03"], *[
    pytest.param([*orden, "--help"], marks=pytest.mark.largo) for orden in AYUDAS]], ids=" ".join)
def test_quien_leia_se_fue(orden):
    assert sin_lector(orden) == (tuberias.SIN_LECTOR, "")


def test_al_cliente_que_nadie_lee_le_da_tiempo_de_despedirse():
    codigo, errores = sin_lector(CLIENTE)
    assert codigo == 0 and "Traceback" not in errores


@pytest.mark.parametrize("como", CERRADOS)
def test_el_cliente_sin_alguno_de_los_tres_termina(como):
    programa = iniciar(CLIENTE, CERRADOS[como])
    escrito = terminar(programa)
    assert programa.returncode == 0 and "Traceback" not in escrito


@pytest.mark.parametrize("como", ["sin nada", pytest.param("sin salida", marks=pytest.mark.largo)])
def test_el_servidor_sin_terminal_sirve_y_termina_cuando_se_le_pide(como):
    programa = iniciar(SERVIDOR, CERRADOS[como])
    try:
        limite = time.monotonic() + PLAZO
        while not any("socket" in de for de in descriptores(programa.pid).values()):
            assert programa.poll() is None and time.monotonic() < limite
            time.sleep(0.05)
        # Ninguno falta, y ninguno es el socket.
        assert not any("socket" in descriptores(programa.pid)[numero] for numero in "012")
        programa.send_signal(signal.SIGTERM)
        assert "Traceback" not in terminar(programa)
        assert programa.returncode in (0, tuberias.INTERRUMPIDO)  # éste, si aún estaba empezando
    finally:
        programa.kill()


def descriptores(pid: int) -> "dict[str, str]":
    """Los que un programa tiene abiertos, y de qué son; van y vienen."""
    abiertos = {}
    for uno in list(pathlib.Path(f"/proc/{pid}/fd").iterdir()):
        with contextlib.suppress(OSError):
            abiertos[uno.name] = os.readlink(uno)
    return abiertos


@pytest.mark.parametrize("como", [pytest.param(uno, marks=pytest.mark.largo) for uno in CERRADOS])
def test_la_lista_de_ejemplos_no_pregunta_sin_teclado(como):
    programa = iniciar(["ejemplos"], CERRADOS[como])
    assert "Traceback" not in terminar(programa) and programa.returncode == 0


# ---- lo puro


def test_ctrl_c_al_empezar_no_deja_una_traza():
    def empieza():
        raise KeyboardInterrupt

    assert tuberias.tolerar(empieza) == tuberias.INTERRUMPIDO


def test_un_error_que_no_es_de_la_salida_no_se_calla():
    def falla():
        raise FileNotFoundError("otra cosa")

    with pytest.raises(FileNotFoundError):
        tuberias.tolerar(falla)


def test_el_registro_no_cuenta_con_una_traza_que_nadie_lee(capsys):
    class Rota:
        """Una salida sin lector."""

        def write(self, _texto):
            raise BrokenPipeError

        flush = write

    with pytest.raises(BrokenPipeError):
        terminal.Registro(Rota()).emit(logging.LogRecord("x", logging.INFO, "", 0, "hola", (), None))
    assert capsys.readouterr().err == ""

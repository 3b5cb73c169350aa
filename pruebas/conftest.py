"""Lo que comparten las pruebas: un puerto para cada una, programas de verdad, la interfaz de bucle y el calificador.

Ninguna prueba envía nada fuera del equipo: todas usan 127.0.0.1.
"""

import gc
import os
import pathlib
import random
import runpy
import signal
import socket
import types

import pytest

from ayudas import programas
from calificador import aislamiento
from calificador import calificacion
from entregas import catalogo

AQUI = pathlib.Path(__file__).resolve().parent

# Los de Tcl que se crean aquí: si el recolector de basura destruyera uno desde otro hilo, abortaría el proceso
INTERPRETES = []

os.environ["CHAT_INTERFAZ"] = "127.0.0.1"
os.environ.pop("CHAT_GRUPO", None)
# Una orden lanzada en segundo plano hereda SIGINT ignorada, y con ella sus hijos: nadie oiría Ctrl+C.
signal.signal(signal.SIGINT, signal.default_int_handler)
for variable in [una for una in os.environ if una.startswith("PYTHON")]:
    # Un equipo recién hecho no las tiene: con PYTHONUNBUFFERED no se ve lo que se queda en un búfer
    del os.environ[variable]
os.environ["PYTHONWARNINGS"] = "error"  # también en los programas que lanzan las pruebas


@pytest.fixture(autouse=True)
def carpeta_de_datos(tmp_path_factory):
    """Lo que los programas guardan va a una carpeta de cada prueba: ahí está también a quién conocen de otras veces."""
    carpeta = str(tmp_path_factory.mktemp("datos"))
    os.environ.update(XDG_DATA_HOME=carpeta, APPDATA=carpeta)


def buscar_falta_para_los_ejemplos() -> str:
    """Lo que le falta a este sistema, como en un chroot recién hecho, para representar los ejemplos; "" si nada."""
    try:
        socket.gethostbyname("localhost")
    except OSError:
        return "este sistema no sabe qué es localhost: falta en /etc/hosts"
    try:
        for extremo in os.openpty():
            os.close(extremo)
    except (AttributeError, OSError):
        return "aquí no hay pseudoterminales (en un chroot: mount -t devpts devpts /dev/pts)"
    return ""


def pytest_runtest_setup(item):
    """Saltar las pruebas de los ejemplos donde no se pueden representar; en integración continua, fallar."""
    if item.path.name.startswith("test_ejemplos") and (falta := buscar_falta_para_los_ejemplos()):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(falta)


@pytest.fixture
def puerto():
    """Un puerto UDP que nadie usa: las pruebas no se oyen entre sí."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("", 0))
        return s.getsockname()[1]


@pytest.fixture
def lanzar(puerto):
    """Función que lanza programas de practica3 en ese puerto; al acabar la prueba los termina a todos."""
    lanzados = []

    def lanzar_programa(clase, *argumentos, **opciones):
        programa = clase(puerto, *argumentos, **opciones)
        lanzados.append(programa)
        return programa

    yield lanzar_programa
    for programa in lanzados:
        programa.matar()


@pytest.fixture
def servidor(lanzar):
    """Un servidor.py que ya escucha."""
    programa = lanzar(programas.Servidor)
    programa.esperar_linea("Ctrl+C para terminar")
    return programa


@pytest.fixture
def sencillo(lanzar):
    """Función que crea un participante ajeno: sólo conoce los mensajes de la práctica."""
    return lambda: lanzar(programas.Sencillo)


# ---- el calificador


@pytest.fixture(scope="module")
def rubrica():
    """La del enunciado."""
    return calificacion.leer_rubrica()


@pytest.fixture
def criterio(request):
    """Función que da lo que hay en un archivo de criterios, visibles si no se dice."""
    for marca in ("criterio", "escena"):  # las suyas, que aquí nadie declara
        request.config.addinivalue_line("markers", marca)

    def abrir(nombre, carpeta="visibles"):
        return types.SimpleNamespace(**runpy.run_path(str(AQUI / "criterios" / carpeta / f"criterio_{nombre}.py")))

    return abrir


@pytest.fixture
def modo():
    """Cómo se aísla en este equipo."""
    modo = aislamiento.elegir_modo()
    if modo == aislamiento.NINGUNO:
        pytest.skip("hacen falta espacios de nombres (Linux) para calificar el catálogo")
    return modo


@pytest.fixture
def calificar(modo, tmp_path):
    """Función que califica una entrega del catálogo y devuelve su informe."""
    def una(nombre, criterios="", modo=modo, indice=4_000 + os.getpid() % 1_000):
        carpeta = catalogo.construir(nombre, tmp_path / "entregas")
        return calificacion.calificar(
            carpeta, tmp_path / "informes" / nombre, modo, f"prueba-{random.random()}", indice, (), criterios
        )

    return una


@pytest.fixture(scope="session")
def pantalla_del_proceso():
    """DISPLAY y XAUTHORITY de la pantalla de `raiz`.

    Una para todas las pruebas: Tk no suelta la suya ni al destruir la última ventana, y si
    esa pantalla desapareciera la siguiente prueba que usara Tk terminaría el proceso entero.
    """
    from equipo import pantalla

    try:
        with pantalla.PantallaVirtual() as virtual:
            yield virtual.entorno
    except pantalla.ErrorPantalla as error:
        pytest.skip(str(error))


@pytest.fixture
def raiz(pantalla_del_proceso, monkeypatch):
    """Una ventana de Tk de este mismo proceso."""
    tkinter = pytest.importorskip("tkinter")
    # Con screenName, Tk cambiaría DISPLAY por su cuenta y para siempre
    for clave, valor in pantalla_del_proceso.items():
        monkeypatch.setenv(clave, valor)
    ventana = tkinter.Tk()
    INTERPRETES.append(ventana)
    yield ventana
    ventana.destroy()
    gc.collect()  # sus imágenes, en este hilo: si las recogiera otro, Tk no dejaría borrarlas

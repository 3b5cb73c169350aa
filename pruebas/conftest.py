"""Lo que comparten las pruebas: un puerto para cada una, programas de verdad y la interfaz de bucle.

Ninguna prueba envía nada fuera del equipo: todas usan 127.0.0.1.
"""

import os
import signal
import socket

import pytest

import programas

os.environ["CHAT_INTERFAZ"] = "127.0.0.1"
os.environ.pop("CHAT_GRUPO", None)
# Una orden lanzada en segundo plano hereda SIGINT ignorada, y con ella sus hijos: nadie oiría Ctrl+C.
signal.signal(signal.SIGINT, signal.default_int_handler)
os.environ["PYTHONWARNINGS"] = "error"  # también en los programas que lanzan las pruebas


@pytest.fixture(scope="session", autouse=True)
def carpeta_de_datos(tmp_path_factory):
    """Lo que los programas guardan va a una carpeta de las pruebas, y no a la de quien las pasa."""
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

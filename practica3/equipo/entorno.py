"""Prepara lo que el chat necesita: paquetes del sistema, entorno virtual y bibliotecas.

    python3 practica3                                .venv/bin/python practica3
          ▼                                                     ▲ relanzar
      ¿el sello está al día? ── sí ─────────────────────────────┤
          ▼ no                                                  │
      sistema (apt) ──► entorno (venv) ──► bibliotecas (pip) ───┘
      sistema.py

Los demás programas no preparan nada ni cambian de proceso: `usar` les da las bibliotecas del
entorno, que es de su mismo intérprete.

El sello, `sello.json` dentro del entorno, dice con qué intérprete se preparó, qué se revisó y qué
falló. Mientras coincida, arrancar no prepara nada. Lo que falló no detiene a lo demás: se dice en
cada arranque y se intenta otra vez si aparece en el sistema, si cambia setup.cfg, con --preparar o
al día siguiente. Python 3.6 entiende este archivo, para poder decirle que ya no sirve.
"""
import configparser
import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import signal
import site
import subprocess
import sys
import sysconfig
import time

from equipo import sistema
from equipo.sistema import INTERPRETE, correr, decir

# De Python. La primera es la de python_requires, en setup.cfg; con una más nueva que la segunda se
# intenta igual: lo que falte se sabrá al probarlo.
MINIMA, PROBADA = (3, 10), (3, 15)
RAIZ = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # en el paquete de los alumnos
if not os.path.exists(os.path.join(RAIZ, "setup.cfg")):
    RAIZ = os.path.dirname(RAIZ)  # aquí, equipo/ está en practica3/
SIN_ENTORNO = "sin entorno donde instalarla"
SIN_RED = "NewConnectionError|NameResolution|Max retries|timed out"  # como lo dice pip
REINTENTO = 24 * 3600  # s entre intentos de instalar lo que falló
# Los módulos que no se llaman como su biblioteca, en minúsculas.
MODULOS = {"Pillow": "PIL", "PyNaCl": "nacl", "pytest-xdist": "xdist", "pyzmq": "zmq",
           "paho-mqtt": "paho"}
DENTRO = "CHAT_PREPARADO"  # variable con que el hijo sabe que ya corre en el entorno


def usar() -> None:
    """Pone al alcance de este programa las bibliotecas del entorno, si está preparado.

    Basta mirar también en su carpeta: es de este mismo intérprete. Así Ctrl+C, el teclado, el
    código de salida y F5 en IDLE son los de siempre. Quien está en otro entorno sólo lo usa si le
    falta algo.
    """
    with contextlib.suppress(OSError):
        if sys.prefix != sys.base_prefix and not faltantes():
            return
        carpeta = elegir_carpeta(())
        if set(leer_requisitos(())) <= set(leer_sello(carpeta).get("bibliotecas", ())):
            esquema = "nt" if sys.platform == "win32" else "posix_prefix"
            propias = list(sys.path)
            site.addsitedir(sysconfig.get_path("purelib", esquema, {"base": carpeta}))
            nuevas = [una for una in sys.path if una not in propias]
            sys.path[:] = propias[:1] + nuevas + propias[1:]  # ganan a las del sistema


def faltantes() -> list:
    """Devuelve las bibliotecas de setup.cfg que este programa no encuentra, ni su suplente."""
    return [nombre for nombre in map(nombre_de, leer_requisitos(()))
            if not any(importlib.util.find_spec(modulo_de(una))
                       for una in [nombre] + list(filter(None, [suplente_de(nombre)])))]


def contar_faltantes() -> str:
    """Dice qué bibliotecas faltan y para qué; "" si ninguna, o no se puede saber."""
    with contextlib.suppress(OSError):
        faltan = faltantes()
        if faltan:
            sin = dict.fromkeys(sistema.SIN.get(una, una) for una in faltan)
            return "Por ahora no hay {}: falta {}.".format(", ".join(sin), ", ".join(faltan))
    return ""


def orden_de_preparar() -> str:
    """Devuelve lo que se escribe en una terminal para preparar lo que falta."""
    python = "py" if sys.platform == "win32" else sys.executable
    partes = [python, os.path.join(RAIZ, "practica3"), "--preparar"]
    es_windows = sys.platform == "win32"
    return subprocess.list2cmdline(partes) if es_windows else " ".join(map(shlex.quote, partes))


def relanzar(programa: str, argumentos: list, grupos: tuple = (), de_nuevo: bool = False) -> None:
    """Corre `programa` en el entorno y termina con su código; regresa si ya es éste o no lo hay."""
    python = preparar(grupos, de_nuevo)
    if python != sys.executable:
        sys.exit(ejecutar([python, programa] + list(argumentos)))


def preparar(grupos: tuple = (), de_nuevo: bool = False) -> str:
    """Prepara lo que falte, con los extras `grupos` de setup.cfg.

    Devuelve el Python con que correr.
    """
    if not de_nuevo and DENTRO in os.environ and sys.prefix != sys.base_prefix:
        return sys.executable
    try:
        exigir_version()
        carpeta = elegir_carpeta(grupos)
        if de_nuevo or not esta_al_dia(carpeta, grupos):
            preparar_por_turno(carpeta, grupos, de_nuevo)
        decir_lo_que_falta(leer_sello(carpeta))
    except OSError as error:
        decir("No se pudo preparar el entorno ({}). Sigo con lo que hay.".format(error))
        return sys.executable
    except KeyboardInterrupt:
        decir("\nPreparación interrumpida; el próximo arranque la termina.")
        sys.exit(128 + signal.SIGINT)
    return sys.executable if python_de(carpeta) == INTERPRETE else python_de(carpeta)


def ejecutar(orden: list, carpeta: str = None) -> int:
    """Corre `orden` en `carpeta`, espera a que acabe y devuelve su código de salida."""
    # No execv, que en Windows regresa de inmediato. Ctrl+C llega a los dos: lo atiende el hijo.
    ambiente = dict(os.environ, PYTHONNOUSERSITE="1", **{DENTRO: "1"})
    hijo = subprocess.Popen(orden, cwd=carpeta, env=ambiente)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: hijo.terminate())
    codigo = hijo.wait()
    return codigo if codigo >= 0 else 128 - codigo


def exigir_version() -> None:
    """Termina con una frase si este Python es demasiado viejo."""
    if sys.version_info < MINIMA:
        sys.exit("Este programa necesita Python %d.%d o más nuevo y éste es %d.%d. Instala otro "
                 "desde https://www.python.org/downloads/" % (MINIMA + sys.version_info[:2]))


def elegir_carpeta(grupos: tuple) -> str:
    """Devuelve la carpeta del entorno: .venv o, si no se puede escribir, la caché."""
    if os.environ.get("CHAT_ENTORNO"):
        return os.path.abspath(os.path.expanduser(os.environ["CHAT_ENTORNO"]))
    carpeta = os.path.join(RAIZ, ".venv")
    se_puede = os.access(carpeta if os.path.exists(carpeta) else RAIZ, os.W_OK)
    if se_puede or esta_al_dia(carpeta, grupos):
        return carpeta
    cache = os.environ.get("LOCALAPPDATA", os.environ.get("XDG_CACHE_HOME"))
    cual = hashlib.sha1(os.fsencode(RAIZ)).hexdigest()[:8]
    return os.path.join(cache or os.path.expanduser("~/.cache"), "practica3-chat", cual)


def python_de(carpeta: str) -> str:
    """Devuelve el Python del entorno o, si no se ha podido crear, INTERPRETE."""
    partes = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
    python = os.path.join(carpeta, *partes)
    return python if os.path.exists(python) else INTERPRETE


def leer_sello(carpeta: str) -> dict:
    """Lee el sello; vacío si no hay o no es de este intérprete y esta carpeta."""
    try:
        with open(os.path.join(carpeta, "sello.json"), encoding="utf-8") as archivo:
            sello = json.load(archivo)
    except (OSError, ValueError):
        return {}
    return sello if dict(sello, **identidad(carpeta)) == sello else {}


def identidad(carpeta: str) -> dict:
    """Dice de qué carpeta y de qué Python, sin su última cifra, es un entorno."""
    return {"interprete": INTERPRETE, "version": sys.implementation.cache_tag,
            "carpeta": os.path.realpath(carpeta)}


def esta_al_dia(carpeta: str, grupos: tuple) -> bool:
    """Dice si se puede arrancar sin preparar nada. Cuesta unos milisegundos."""
    sello = leer_sello(carpeta)
    vistas, bibliotecas = sello.get("sistema", {}), sello.get("bibliotecas", {})
    conocido = (set(sistema.senales_de(grupos)) <= set(vistas)
                and set(leer_requisitos(grupos)) <= set(bibliotecas))
    igual = all(sistema.esta_presente(senal) == estaba for senal, estaba in vistas.items())
    fallas = not all(vistas.values()) or any(bibliotecas.values())
    return conocido and igual and not (fallas and abs(time.time() - sello["hora"]) > REINTENTO)


def decir_lo_que_falta(sello: dict) -> None:
    """Dice en una línea qué no funciona, qué falta para ello y cómo remediarlo."""
    senales = [senal for senal, esta in sello["sistema"].items() if not esta]
    bibliotecas = {nombre_de(r): por for r, por in sello["bibliotecas"].items() if por}
    faltan = [sistema.paquete_de(senal) or senal.strip("_") for senal in senales] + [
        "{} ({})".format(nombre, por) for nombre, por in bibliotecas.items() if por != SIN_ENTORNO]
    if faltan:
        cosas = senales + list(bibliotecas)
        sin = dict.fromkeys(sistema.SIN.get(cosa, "pruebas") for cosa in cosas)
        decir("Aviso: por ahora no hay {}. Falta: {}. Remedio: {}".format(
            ", ".join(sin), ", ".join(faltan), sistema.remediar(senales)))


def preparar_por_turno(carpeta: str, grupos: tuple, de_nuevo: bool) -> None:
    """Prepara cuando no lo hace nadie más; si otro lo hizo mientras, no hace nada."""
    if os.path.exists(carpeta) and os.listdir(carpeta):
        if not {"candado", "pyvenv.cfg"} & set(os.listdir(carpeta)):
            raise OSError("{} tiene otras cosas y no voy a borrarlas".format(carpeta))
    os.makedirs(carpeta, exist_ok=True)
    with open(os.path.join(carpeta, "candado"), "a") as candado:
        tomar_turno(candado)
        if de_nuevo or not esta_al_dia(carpeta, grupos):
            decir("Preparo el entorno en {} …".format(carpeta))
            preparar_todo(carpeta, grupos)


def tomar_turno(candado) -> None:
    """Espera el turno de preparar. El sistema lo suelta aunque nos maten."""
    if sys.platform == "win32":
        import msvcrt
        while True:
            with contextlib.suppress(OSError):  # se rinde a los 10 s: se pide otra vez
                return msvcrt.locking(candado.fileno(), msvcrt.LK_LOCK, 1)
    import fcntl
    os.set_inheritable(candado.fileno(), True)  # un pip que nos sobreviva lo conserva
    try:
        fcntl.flock(candado, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        decir("Otra preparación está en marcha; espero a que termine.")
        fcntl.flock(candado, fcntl.LOCK_EX)


def preparar_todo(carpeta: str, grupos: tuple) -> None:
    """Instala sistema, entorno y bibliotecas, y lo anota en el sello."""
    if python_de(carpeta) == INTERPRETE or not leer_sello(carpeta):
        vaciar(carpeta)
    requisitos = leer_requisitos(grupos)
    minima = sistema.numeros(next((r for r in requisitos if nombre_de(r) == "PyAudio"), ""))
    falta_voz = version_de(carpeta, "PyAudio") < minima
    presentes = sistema.preparar_sistema(sistema.senales_de(grupos), minima, falta_voz)
    if python_de(carpeta) == INTERPRETE and presentes["ensurepip"]:
        # Con lo del sistema, para ver el PyAudio de apt.
        opciones = ["--system-site-packages"] if sistema.ES_EL_DEL_SISTEMA else []
        if correr([INTERPRETE, "-m", "venv"] + opciones + [carpeta], close_fds=False):
            vaciar(carpeta)  # venv deja media carpeta, que parecería un entorno
    bibliotecas = {requisito: instalar_con_suplente(carpeta, requisito) for requisito in requisitos}
    sello = dict(identidad(carpeta), hora=time.time(), sistema=presentes, bibliotecas=bibliotecas)
    with open(os.path.join(carpeta, "sello.json"), "w", encoding="utf-8") as archivo:
        json.dump(sello, archivo, indent=1)


def vaciar(carpeta: str) -> None:
    """Borra un entorno, el sello primero, menos el candado, que tenemos tomado."""
    for nombre in sorted(set(os.listdir(carpeta)) - {"candado"}, key="sello.json".__ne__):
        ruta = os.path.join(carpeta, nombre)
        (shutil.rmtree if os.path.isdir(ruta) and not os.path.islink(ruta) else os.remove)(ruta)


def leer_requisitos(grupos: tuple) -> list:
    """Devuelve de setup.cfg los requisitos del chat y los de los extras que se piden."""
    configuracion = leer_configuracion()
    textos = [configuracion["options"]["install_requires"]]
    textos += [configuracion["options.extras_require"][grupo] for grupo in grupos]
    return [linea.strip() for linea in "\n".join(textos).splitlines() if linea.strip()]


def leer_configuracion() -> configparser.ConfigParser:
    """Lee setup.cfg."""
    configuracion = configparser.ConfigParser()
    with open(os.path.join(RAIZ, "setup.cfg"), encoding="utf-8") as archivo:
        configuracion.read_file(archivo)
    return configuracion


def nombre_de(requisito: str) -> str:
    """Devuelve el nombre de un requisito: "PyAudio>=0.2.13" es "PyAudio"."""
    return re.match(r"[\w.-]+", requisito).group()


def modulo_de(biblioteca: str) -> str:
    """Devuelve el módulo que se importa de una biblioteca o requisito."""
    nombre = nombre_de(biblioteca)
    return MODULOS.get(nombre, nombre.lower().replace("-", "_"))


def suplente_de(nombre: str) -> str:
    """Devuelve el requisito que suple a una biblioteca, el del extra «sin_» y su nombre, o ""."""
    extras = leer_configuracion()["options.extras_require"]
    return extras.get("sin_" + nombre.lower(), "").strip()


def version_de(carpeta: str, nombre: str) -> tuple:
    """Devuelve la versión que se puede importar en el entorno, o () si ninguna."""
    programa = "import {}, importlib.metadata as m; print(m.version('{}'))".format(
        modulo_de(nombre), nombre)
    hecho = subprocess.run([python_de(carpeta), "-c", programa], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL)
    return sistema.numeros(hecho.stdout.decode())


def instalar_con_suplente(carpeta: str, requisito: str) -> str:
    """Instala una biblioteca o su suplente. Devuelve "", o por qué no se pudo la primera."""
    falla = instalar(carpeta, requisito)
    suplente = suplente_de(nombre_de(requisito))
    if falla and suplente:
        decir("    En su lugar:")
        falla = instalar(carpeta, suplente) and falla
    return falla


def instalar(carpeta: str, requisito: str) -> str:
    """Instala una biblioteca; devuelve "" si quedó bien o por qué no."""
    nombre, python = nombre_de(requisito), python_de(carpeta)
    if python == INTERPRETE:
        return "" if version_de(carpeta, nombre) else SIN_ENTORNO
    decir("    pip install " + requisito)
    for fuerza in ([], ["--force-reinstall", "--no-deps"]):  # lo segundo cura lo que quedó a medias
        orden = [python, "-m", "pip", "install", "--no-input", "--retries=2", "--prefer-binary"]
        if not sistema.se_puede_compilar(nombre):
            orden += ["--only-binary", nombre]
        fallo = correr(orden + fuerza + [requisito], close_fds=False)
        if fallo:
            sin_red = re.search(SIN_RED, fallo)
            return "sin conexión a internet" if sin_red else "pip no pudo instalarla"
        if version_de(carpeta, nombre):
            return ""
    return "está instalada pero no funciona"

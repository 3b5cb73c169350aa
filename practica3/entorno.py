"""Prepara lo que el chat necesita: paquetes del sistema, entorno virtual y bibliotecas.

    python3 practica3                                .venv/bin/python practica3
          ▼                                                     ▲ relanzar
      ¿el sello está al día? ── sí ─────────────────────────────┤
          ▼ no                                                  │
      sistema (apt) ──► entorno (venv) ──► bibliotecas (pip) ───┘

El sello, `sello.json` dentro del entorno, dice con qué intérprete se preparó, qué se revisó y
qué falló. Mientras coincida, arrancar no prepara nada. Lo que falló no detiene a lo demás: se dice
en cada arranque y se intenta otra vez si aparece en el sistema, si cambia setup.cfg, con --preparar
o al día siguiente. Python 3.6 entiende este archivo, para poder decirle que ya no sirve.
"""
import configparser
import contextlib
import glob
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import site
import subprocess
import sys
import sysconfig
import time

# Lo que se pide al sistema: agregar un paquete es agregar una línea. La señal prueba que está:
# una orden, un módulo que este Python puede importar o una cabecera de C. Grupos: «chat», siempre;
# «pantalla», en Linux sin pantalla; «voz», si falta PyAudio; los demás, si un programa los pide.
SISTEMA = (
    # señal         paquete de apt     grupo               sin ello no hay
    ("ensurepip",   "python3-venv",    "chat",             "bibliotecas"),
    ("_tkinter",    "python3-tk",      "chat",             "ventanas"),
    ("Xvfb",        "xvfb",            "pantalla pruebas", "demostración sin pantalla"),
    ("xdotool",     "xdotool",         "pruebas",          "pruebas de las ventanas"),
    ("xauth",       "xauth",           "pruebas",          "pruebas de las ventanas"),
    ("ip",          "iproute2",        "pruebas",          "pruebas entre equipos"),
    ("nft",         "nftables",        "pruebas",          "pruebas entre equipos"),
    ("strace",      "strace",          "pruebas",          "calificación de los dos hilos"),
    ("setpriv",     "util-linux",      "pruebas",          "calificación con cada entrega en su jaula"),
    ("uftp",        "uftp",            "medir",            "comparación con uftp"),
    ("pulseaudio",  "pulseaudio",      "" if shutil.which("pipewire-pulse") else "pruebas", "pruebas de la voz"),  # lo quitaría
    ("espeak-ng",   "espeak-ng",       "pruebas",          "pruebas de la voz"),
    ("pyaudio",     "python3-pyaudio", "voz",              "mensajes de voz"),
    ("gcc",         "gcc",             "voz",              "mensajes de voz"),
    ("stdio.h",     "libc6-dev",       "voz",              "mensajes de voz"),
    ("portaudio.h", "portaudio19-dev", "voz",              "mensajes de voz"),
    ("Python.h",    "python3-dev",     "voz",              "mensajes de voz"),
)
SIN = {senal: consecuencia for senal, _, _, consecuencia in SISTEMA}
SIN.update({"Pillow": "stickers", "PyAudio": "mensajes de voz"})
REMEDIOS = (  # donde no hay apt; sólo con Homebrew se instala por cuenta propia
    ("win32", "abre el instalador de Python, elige «Modify» y marca «tcl/tk and IDLE»"),
    ("darwin", "con Homebrew (https://brew.sh), brew install portaudio python-tk"),
    ("dnf", "sudo dnf install python3-tkinter portaudio-devel gcc python3-devel xorg-x11-server-Xvfb xdotool"),
    ("pacman", "sudo pacman -S --needed tk portaudio gcc xorg-server-xvfb xdotool"),
    ("zypper", "sudo zypper install python3-tk portaudio-devel gcc python3-devel xorg-x11-server-Xvfb xdotool"),
)
MINIMA, PROBADA = (3, 10), (3, 13)  # versiones de Python; las mismas de python_requires en setup.cfg
RAIZ = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INTERPRETE = os.path.realpath(getattr(sys, "_base_executable", sys.executable))  # no el de un entorno
ES_EL_DEL_SISTEMA = INTERPRETE == os.path.realpath("/usr/bin/python3")
CABECERAS = ("/usr/include", "/usr/local/include", "/opt/homebrew/include", sysconfig.get_paths()["include"])
LISTAS_DE_APT = "/var/lib/apt/lists/*Packages*"
ESPERA_DE_APT = "DPkg::Lock::Timeout=300"  # s: otro apt, como el que actualiza el sistema, puede tener el turno
SIN_ENTORNO = "sin entorno donde instalarla"
SIN_RED = "NewConnectionError|NameResolution|Max retries|timed out"  # como lo dice pip
REINTENTO = 24 * 3600  # s entre intentos de instalar lo que falló
DENTRO = "CHAT_PREPARADO"  # variable con que el hijo sabe que ya corre en el entorno


def relanzar(programa: str, argumentos: list, grupos: tuple = (), de_nuevo: bool = False) -> None:
    """Corre `programa` en el entorno y termina con su código; regresa si ya es éste o no lo hay."""
    python = preparar(grupos, de_nuevo)
    if python != sys.executable:
        sys.exit(ejecutar([python, programa] + list(argumentos)))


def preparar(grupos: tuple = (), de_nuevo: bool = False) -> str:
    """Prepara lo que falte, con los extras `grupos` de setup.cfg; devuelve el Python con que correr."""
    if DENTRO in os.environ and sys.prefix != sys.base_prefix:
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
    hijo = subprocess.Popen(orden, cwd=carpeta, env=dict(os.environ, PYTHONNOUSERSITE="1", **{DENTRO: "1"}))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: hijo.terminate())
    codigo = hijo.wait()
    return codigo if codigo >= 0 else 128 - codigo


def exigir_version() -> None:
    """Termina con una frase si este Python es demasiado viejo."""
    if sys.version_info < MINIMA:
        sys.exit("Este programa necesita Python %d.%d o más nuevo y éste es %d.%d. Instala otro desde "
                 "https://www.python.org/downloads/" % (MINIMA + sys.version_info[:2]))
    if sys.version_info[:2] > PROBADA:
        decir("Python %d.%d es más nuevo que los probados; sigo con él." % sys.version_info[:2])


def decir(texto: str) -> None:
    """Avisa por la salida de errores: la otra es del programa."""
    print(texto, file=sys.stderr, flush=True)


def elegir_carpeta(grupos: tuple) -> str:
    """Devuelve la carpeta del entorno: .venv o, si no se puede escribir, la caché."""
    if os.environ.get("CHAT_ENTORNO"):
        return os.path.abspath(os.path.expanduser(os.environ["CHAT_ENTORNO"]))
    carpeta = os.path.join(RAIZ, ".venv")
    if os.access(carpeta if os.path.exists(carpeta) else RAIZ, os.W_OK) or esta_al_dia(carpeta, grupos):
        return carpeta
    cache = os.environ.get("LOCALAPPDATA", os.environ.get("XDG_CACHE_HOME")) or os.path.expanduser("~/.cache")
    return os.path.join(cache, "practica3-chat", hashlib.sha1(os.fsencode(RAIZ)).hexdigest()[:8])


def python_de(carpeta: str) -> str:
    """Devuelve el Python del entorno o, si no se ha podido crear, INTERPRETE."""
    python = os.path.join(carpeta, *(("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")))
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
    """Dice de qué Python (sin su última cifra, que apt cambia sin estorbar) y carpeta es un entorno."""
    return {"interprete": INTERPRETE, "version": sys.implementation.cache_tag, "carpeta": os.path.realpath(carpeta)}


def esta_al_dia(carpeta: str, grupos: tuple) -> bool:
    """Dice si se puede arrancar sin preparar nada. Cuesta unos milisegundos."""
    sello = leer_sello(carpeta)
    sistema, bibliotecas = sello.get("sistema", {}), sello.get("bibliotecas", {})
    conocido = set(senales_de(grupos)) <= set(sistema) and set(leer_requisitos(grupos)) <= set(bibliotecas)
    igual = all(esta_presente(senal) == estaba for senal, estaba in sistema.items())
    fallas = not all(sistema.values()) or any(bibliotecas.values())
    return conocido and igual and not (fallas and abs(time.time() - sello["hora"]) > REINTENTO)


def decir_lo_que_falta(sello: dict) -> None:
    """Dice en una línea qué no funciona, qué falta para ello y cómo remediarlo."""
    sistema = [senal for senal, esta in sello["sistema"].items() if not esta]
    bibliotecas = {nombre_de(r): por for r, por in sello["bibliotecas"].items() if por}
    faltan = [paquete_de(senal) or senal.strip("_") for senal in sistema] + [
        "{} ({})".format(nombre, por) for nombre, por in bibliotecas.items() if por != SIN_ENTORNO]
    if faltan:
        sin = dict.fromkeys(SIN.get(cosa, "pruebas") for cosa in sistema + list(bibliotecas))
        decir("Aviso: por ahora no hay {}. Falta: {}. Remedio: {}".format(
            ", ".join(sin), ", ".join(faltan), remediar(sistema)))


def preparar_por_turno(carpeta: str, grupos: tuple, de_nuevo: bool) -> None:
    """Prepara cuando no lo hace nadie más; si otro lo hizo mientras, no hace nada."""
    if os.path.exists(carpeta) and os.listdir(carpeta):
        if not {"candado", "pyvenv.cfg"} & set(os.listdir(carpeta)):
            raise OSError("{} tiene otras cosas y no voy a borrarlas".format(carpeta))
    os.makedirs(carpeta, exist_ok=True)
    try:
        with open(os.path.join(carpeta, "candado"), "a") as candado:
            tomar_turno(candado)
            if de_nuevo or not esta_al_dia(carpeta, grupos):
                decir("Preparo el entorno en {} …".format(carpeta))
                preparar_todo(carpeta, grupos)
    finally:
        ceder(carpeta)
        ceder(os.path.join(RAIZ, "practica3", "__pycache__"))


def ceder(carpeta: str) -> None:
    """Si corremos con sudo, entrega la carpeta y su contenido a quien lo llamó."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and "SUDO_UID" in os.environ:
        uid, gid = int(os.environ["SUDO_UID"]), int(os.environ.get("SUDO_GID", -1))
        for ruta, carpetas, archivos in os.walk(carpeta):
            for nombre in [""] + carpetas + archivos:
                os.chown(os.path.join(ruta, nombre), uid, gid, follow_symlinks=False)


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
    sistema = preparar_sistema(carpeta, senales_de(grupos), requisitos)
    if python_de(carpeta) == INTERPRETE and sistema["ensurepip"]:
        opciones = ["--system-site-packages"] if ES_EL_DEL_SISTEMA else []  # para ver el PyAudio de apt
        if correr([INTERPRETE, "-m", "venv"] + opciones + [carpeta], close_fds=False):
            vaciar(carpeta)  # venv deja media carpeta, que parecería un entorno
    bibliotecas = {requisito: instalar(carpeta, requisito) for requisito in requisitos}
    sello = dict(identidad(carpeta), hora=time.time(), sistema=sistema, bibliotecas=bibliotecas)
    with open(os.path.join(carpeta, "sello.json"), "w", encoding="utf-8") as archivo:
        json.dump(sello, archivo, indent=1)


def vaciar(carpeta: str) -> None:
    """Borra un entorno, el sello primero, menos el candado, que tenemos tomado."""
    for nombre in sorted(set(os.listdir(carpeta)) - {"candado"}, key="sello.json".__ne__):
        ruta = os.path.join(carpeta, nombre)
        (shutil.rmtree if os.path.isdir(ruta) and not os.path.islink(ruta) else os.remove)(ruta)


def correr(orden: list, close_fds: bool = True) -> str:
    """Corre una orden, sin que pip mire la carpeta personal; devuelve "" o, si falló, lo que dijo."""
    ambiente = dict(os.environ, PIP_USER="0", PYTHONNOUSERSITE="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    hijo = subprocess.Popen(orden, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, env=ambiente, close_fds=close_fds)
    try:
        dicho = hijo.communicate()[0].decode("utf-8", "replace")
    except KeyboardInterrupt:
        hijo.communicate()  # también oyó Ctrl+C: que apt o pip terminen en orden
        raise
    if hijo.returncode:
        decir("\n".join(dicho.splitlines()[-8:]))
    return dicho or "falló sin decir por qué" if hijo.returncode else ""


def senales_de(grupos: tuple) -> list:
    """Devuelve las señales que hay que ver, en este sistema, para estos grupos."""
    pedidos = {"chat"}
    if sys.platform.startswith("linux"):
        pedidos |= set(grupos) if os.environ.get("DISPLAY") else set(grupos) | {"pantalla"}
    return list(dict.fromkeys(senal for senal, _, grupo, _ in SISTEMA if pedidos & set(grupo.split())))


def esta_presente(senal: str) -> bool:
    """Dice si hay tal cabecera, tal orden o tal módulo, y el módulo se deja importar."""
    if senal.endswith(".h"):
        return any(os.path.exists(os.path.join(carpeta, senal)) for carpeta in CABECERAS)
    if shutil.which(senal, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
        return True
    with contextlib.suppress(ImportError):  # también si a un módulo le falta su biblioteca de C
        return bool(importlib.import_module(senal))
    return False


def preparar_sistema(carpeta: str, senales: list, requisitos: list) -> dict:
    """Instala lo que falte del sistema; devuelve si quedó cada señal."""
    faltan = [senal for senal in senales if not esta_presente(senal)]
    minima = numeros(next((r for r in requisitos if nombre_de(r) == "PyAudio"), ""))
    falta_voz = version_de(carpeta, "PyAudio") < minima
    if (faltan or falta_voz) and shutil.which("apt-get") and not glob.glob(LISTAS_DE_APT):
        correr_como_root(["apt-get", "update"])
    if falta_voz:
        faltan += [senal for senal in senales_de_voz(minima) if not esta_presente(senal)]
    instalar_paquetes([paquete_de(senal) for senal in faltan if paquete_de(senal)])
    importlib.invalidate_caches()
    site.addsitepackages(None)  # la carpeta donde apt deja módulos pudo no existir al arrancar
    return {senal: esta_presente(senal) for senal in dict.fromkeys(senales + faltan)}


def paquete_de(senal: str) -> str:
    """Devuelve el paquete que trae la señal a este Python, o "" si no hay tal."""
    if not shutil.which("apt-get"):
        return "portaudio" if (sys.platform, senal) == ("darwin", "portaudio.h") else ""
    paquete = next(fila[1] for fila in SISTEMA if fila[0] == senal)
    if ES_EL_DEL_SISTEMA or not paquete.startswith("python3-"):
        return paquete
    if INTERPRETE.startswith("/usr/bin/"):  # otro de apt, como los de deadsnakes
        return paquete.replace("python3", "python3.%d" % sys.version_info[1])
    # Los demás no se completan con paquetes, salvo los de Docker (python:slim): les falta libtk.
    return "libtk8.6" if senal == "_tkinter" and importlib.util.find_spec(senal) else ""


def senales_de_voz(minima: tuple) -> list:
    """Devuelve lo que pide PyAudio: el de apt si es bastante nuevo, o con qué compilarlo."""
    if not sys.platform.startswith("linux"):
        return ["portaudio.h"] if sys.platform == "darwin" else []  # en Windows viene compilado
    de_apt = shutil.which("apt-get") and ES_EL_DEL_SISTEMA
    if de_apt and numeros(versiones_de_apt(["python3-pyaudio"]).get("python3-pyaudio", "99")) >= minima:
        return ["pyaudio"]
    return [senal for senal, _, grupo, _ in SISTEMA if grupo == "voz" and senal != "pyaudio"]


def versiones_de_apt(paquetes: list) -> dict:
    """Devuelve qué versión instalaría apt de cada paquete, sin los que no conoce."""
    dicho = subprocess.run(["apt-cache", "policy"] + paquetes, stdout=subprocess.PIPE,
                           env=dict(os.environ, LC_ALL="C")).stdout.decode()
    return dict(re.findall(r"^(\S+):\n.*\n +Candidate: (?:\d+:)?(\d\S*)", dicho, re.MULTILINE))


def instalar_paquetes(paquetes: list) -> None:
    """Instala paquetes del sistema, todos en una línea que se muestra antes."""
    if paquetes and shutil.which("apt-get"):
        orden = ["apt-get", "-o", ESPERA_DE_APT, "install", "-y", "--no-install-recommends"]
        fallo = correr_como_root(orden + paquetes)
        if "dpkg --configure -a" in fallo:  # una instalación anterior quedó interrumpida
            correr_como_root(["dpkg", "--configure", "-a"])
        if fallo and not correr_como_root(["apt-get", "update"]) and versiones_de_apt(paquetes):
            correr_como_root(orden + list(versiones_de_apt(paquetes)))
    elif paquetes and shutil.which("brew"):
        decir("    brew install " + " ".join(paquetes))
        correr(["brew", "install"] + paquetes)


def correr_como_root(orden: list) -> str:
    """Muestra y corre una orden como root; sin terminal no espera ninguna contraseña."""
    orden = ["env", "DEBIAN_FRONTEND=noninteractive"] + orden
    if os.geteuid() != 0:
        sudo = ["sudo"] if sys.stdin is not None and sys.stdin.isatty() else ["sudo", "-n"]
        if not shutil.which("sudo") or "-n" in sudo and subprocess.call(sudo + ["true"], stderr=subprocess.DEVNULL):
            return "no somos root"
        orden = sudo + orden
    decir("    " + " ".join(orden))
    return correr(orden)


def remediar(faltan: list) -> str:
    """Dice qué escribir para completar lo que falta del sistema."""
    paquetes = " ".join(paquete_de(senal) for senal in faltan if paquete_de(senal))
    if not faltan:
        return "con internet, repite con --preparar"
    if not shutil.which("apt-get"):
        return next((que for donde, que in REMEDIOS if donde == sys.platform or shutil.which(donde)),
                    "instálalo con el gestor de paquetes de tu sistema")
    if not paquetes:
        return "usa otro Python, por ejemplo /usr/bin/python3: a éste no se le puede agregar"
    sudo = "sudo " if shutil.which("sudo") else ""
    listas = "" if glob.glob(LISTAS_DE_APT) else sudo + "apt-get update && "
    return "escribe{}: {}{}apt-get install -y --no-install-recommends {}".format(
        "" if sudo else " como root", listas, sudo, paquetes)


def leer_requisitos(grupos: tuple) -> list:
    """Devuelve de setup.cfg los requisitos del chat y los de los extras que se piden."""
    configuracion = configparser.ConfigParser()
    with open(os.path.join(RAIZ, "setup.cfg"), encoding="utf-8") as archivo:
        configuracion.read_file(archivo)
    textos = [configuracion["options"]["install_requires"]]
    textos += [configuracion["options.extras_require"][grupo] for grupo in grupos]
    return [linea.strip() for linea in "\n".join(textos).splitlines() if linea.strip()]


def nombre_de(requisito: str) -> str:
    """Devuelve el nombre de un requisito: "PyAudio>=0.2.13" es "PyAudio"."""
    return re.match(r"[\w.-]+", requisito).group()


def numeros(version: str) -> tuple:
    """Devuelve los números de una versión o requisito: (0, 2, 13)."""
    return tuple(int(n) for n in re.findall(r"\d+", version)[:3])


def version_de(carpeta: str, nombre: str) -> tuple:
    """Devuelve la versión que se puede importar en el entorno, o () si ninguna."""
    modulo = {"Pillow": "PIL", "pytest-xdist": "xdist", "pyzmq": "zmq"}.get(nombre, nombre.lower().replace("-", "_"))
    programa = "import {}, importlib.metadata as m; print(m.version('{}'))".format(modulo, nombre)
    return numeros(subprocess.run([python_de(carpeta), "-c", programa], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL).stdout.decode())


def instalar(carpeta: str, requisito: str) -> str:
    """Instala una biblioteca; devuelve "" si quedó bien o por qué no."""
    nombre, python = nombre_de(requisito), python_de(carpeta)
    if python == INTERPRETE:
        return "" if version_de(carpeta, nombre) else SIN_ENTORNO
    decir("    pip install " + requisito)
    for fuerza in ([], ["--force-reinstall", "--no-deps"]):  # lo segundo cura lo que quedó a medias
        orden = [python, "-m", "pip", "install", "--no-input", "--retries=2", "--prefer-binary"]
        fallo = correr(orden + fuerza + [requisito], close_fds=False)
        if fallo:
            return "sin conexión a internet" if re.search(SIN_RED, fallo) else "pip no pudo instalarla"
        if version_de(carpeta, nombre):
            return ""
    return "está instalada pero no funciona"

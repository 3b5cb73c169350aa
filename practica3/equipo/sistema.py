"""Lo que el chat pide al sistema: órdenes, módulos y archivos, y con qué paquete se consiguen.

En Debian y Ubuntu se instala con apt, como root o con sudo, mostrando antes la orden. En los
demás se dice qué escribir. Lo llama entorno.py; como él, lo entiende Python 3.6, para poder
decirle que ya no sirve.
"""
import contextlib
import glob
import importlib.util
import os
import re
import shutil
import site
import subprocess
import sys
import sysconfig

# Lo que se pide al sistema: agregar un paquete es agregar una línea. La señal prueba que está: una
# orden, un módulo que este Python puede importar, una cabecera de C o una letra. Grupos: «chat»,
# siempre; «pantalla», en Linux sin pantalla; «voz», si falta PyAudio; los demás, si un programa los
# pide. Donde está PipeWire no se pide PulseAudio, que lo quitaría.
PULSEAUDIO = "" if shutil.which("pipewire-pulse") else "pruebas"
SISTEMA = (
    # señal         paquete de apt     grupo               sin ello no hay
    ("ensurepip",   "python3-venv",    "chat",             "bibliotecas"),
    ("_tkinter",    "python3-tk",      "chat",             "ventanas"),
    ("Xvfb",        "xvfb",            "pantalla pruebas", "demostración sin pantalla"),
    ("NotoColorEmoji.ttf", "fonts-noto-color-emoji", "pantalla pruebas", "emoji en color"),
    ("xdotool",     "xdotool",         "pruebas",          "pruebas de las ventanas"),
    ("xauth",       "xauth",           "pruebas",          "pruebas de las ventanas"),
    ("ip",          "iproute2",        "pruebas",          "pruebas entre equipos"),
    ("nft",         "nftables",        "pruebas",          "pruebas entre equipos"),
    ("mosquitto",   "mosquitto",       "pruebas",          "pruebas del puente por MQTT"),
    ("openssl",     "openssl",         "pruebas",          "pruebas del puente por MQTT"),
    ("strace",      "strace",          "pruebas",          "calificación de los dos hilos"),
    ("setpriv",     "util-linux",      "pruebas",          "calificación de cada una en su jaula"),
    ("tmux",        "tmux",            "pruebas",          "prueba del menú de ejemplos en tmux"),
    ("tshark",      "tshark",          "pruebas",          "prueba de lo que guarda el visor"),
    ("uftp",        "uftp",            "medir",            "comparación con uftp"),
    ("pulseaudio",  "pulseaudio",      PULSEAUDIO,         "pruebas de la voz"),
    ("espeak-ng",   "espeak-ng",       "pruebas",          "pruebas de la voz"),
    ("pyaudio",     "python3-pyaudio", "voz",              "mensajes de voz"),
    ("gcc",         "gcc",             "voz",              "mensajes de voz"),
    ("stdio.h",     "libc6-dev",       "voz",              "mensajes de voz"),
    ("portaudio.h", "portaudio19-dev", "voz",              "mensajes de voz"),
    ("Python.h",    "python3-dev",     "voz",              "mensajes de voz"),
)
SIN = {senal: consecuencia for senal, _, _, consecuencia in SISTEMA}
SIN.update({"Pillow": "stickers", "PyAudio": "mensajes de voz", "soundfile": "voces comprimidas",
            "psutil": "lista completa de redes", "PyNaCl": "firmas ni privados cifrados",
            "paho-mqtt": "puente por MQTT",
            "pyzmq": "comparación con ZeroMQ", "matplotlib": "gráfica de las mediciones",
            "Markdown": "enunciado para imprimir"})
REMEDIOS = (  # donde no hay apt
    ("win32", "abre el instalador de Python, elige «Modify» y marca «tcl/tk and IDLE»"),
    ("darwin", "con Homebrew (https://brew.sh), brew install python-tk@%d.%d"
               % sys.version_info[:2]),
    ("dnf", "sudo dnf install python3-tkinter portaudio-devel gcc python3-devel "
            "xorg-x11-server-Xvfb xdotool"),
    ("pacman", "sudo pacman -S --needed tk portaudio gcc xorg-server-xvfb xdotool"),
    ("zypper", "sudo zypper install python3-tk portaudio-devel gcc python3-devel "
               "xorg-x11-server-Xvfb xdotool"),
)
# No el de un entorno, sino el que lo hizo.
INTERPRETE = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
ES_EL_DEL_SISTEMA = INTERPRETE == os.path.realpath("/usr/bin/python3")
ARCHIVOS = {  # dónde puede estar una señal que es un archivo
    ".h": ("/usr/include", "/usr/local/include", "/opt/homebrew/include",
           sysconfig.get_paths()["include"]),
    ".ttf": ("/usr/share/fonts/**",),
}
LISTAS_DE_APT = "/var/lib/apt/lists/*Packages*"
ESPERA_DE_APT = "DPkg::Lock::Timeout=300"  # s: otro, el que actualiza el sistema, tiene el turno


def decir(texto: str) -> None:
    """Avisa por la salida de errores: la otra es del programa."""
    print(texto, file=sys.stderr, flush=True)


def correr(orden: list, close_fds: bool = True) -> str:
    """Corre una orden, sin que pip mire la carpeta personal.

    Devuelve "" o, si falló, lo que dijo.
    """
    ambiente = dict(os.environ, PIP_USER="0", PYTHONNOUSERSITE="1",
                    PIP_DISABLE_PIP_VERSION_CHECK="1")
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
    vistas = (senal for senal, _, grupo, _ in SISTEMA if pedidos & set(grupo.split()))
    return list(dict.fromkeys(vistas))


def esta_presente(senal: str) -> bool:
    """Dice si hay tal archivo, tal orden o tal módulo, y el módulo se deja importar."""
    carpetas = ARCHIVOS.get(os.path.splitext(senal)[1])
    if carpetas:
        return any(glob.glob(os.path.join(carpeta, senal), recursive=True) for carpeta in carpetas)
    if shutil.which(senal, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
        return True
    with contextlib.suppress(ImportError):  # también si a un módulo le falta su biblioteca de C
        return bool(importlib.import_module(senal))
    return False


def preparar_sistema(senales: list, minima: tuple, falta_voz: bool) -> dict:
    """Instala lo que falte del sistema y, si falta la voz, lo que pide PyAudio.

    `minima`: la versión de PyAudio que hace falta. Devuelve si quedó cada señal.
    """
    faltan = [senal for senal in senales if not esta_presente(senal)]
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
        return ""
    paquete = next(fila[1] for fila in SISTEMA if fila[0] == senal)
    if ES_EL_DEL_SISTEMA or not paquete.startswith("python3-"):
        return paquete
    if INTERPRETE.startswith("/usr/bin/"):  # otro de apt, como los de deadsnakes
        return paquete.replace("python3", "python3.%d" % sys.version_info[1])
    return ""  # los demás no se completan con paquetes


def senales_de_voz(minima: tuple) -> list:
    """Devuelve lo que pide PyAudio: el de apt si es bastante nuevo, o con qué compilarlo."""
    if not sys.platform.startswith("linux"):
        return []  # viene compilado, o hay que usar otra
    if shutil.which("apt-get") and ES_EL_DEL_SISTEMA:
        version = versiones_de_apt(["python3-pyaudio"]).get("python3-pyaudio", "99")
        if numeros(version) >= minima:
            return ["pyaudio"]
    return [senal for senal, _, grupo, _ in SISTEMA if grupo == "voz" and senal != "pyaudio"]


def se_puede_compilar(nombre: str) -> bool:
    """Dice si vale la pena que pip compile una biblioteca.

    PyAudio, fuera de Linux, sólo si están las cabeceras de PortAudio: en macOS el intento abriría
    un diálogo y en Windows tardaría un minuto en fallar.
    """
    return (nombre != "PyAudio" or sys.platform.startswith("linux")
            or esta_presente("portaudio.h"))


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
        if fallo and not correr_como_root(["apt-get", "update"]) and versiones_de_apt(paquetes):
            correr_como_root(orden + list(versiones_de_apt(paquetes)))


def correr_como_root(orden: list) -> str:
    """Muestra y corre una orden como root; sin terminal no espera ninguna contraseña."""
    orden = ["env", "DEBIAN_FRONTEND=noninteractive"] + orden
    if os.geteuid() != 0:
        sudo = ["sudo"] if sys.stdin is not None and sys.stdin.isatty() else ["sudo", "-n"]
        prueba = sudo + ["true"]
        if not shutil.which("sudo") or (
                "-n" in sudo and subprocess.call(prueba, stderr=subprocess.DEVNULL)):
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
        dichos = (que for donde, que in REMEDIOS if donde == sys.platform or shutil.which(donde))
        return next(dichos, "instálalo con el gestor de paquetes de tu sistema")
    if not paquetes:
        return "usa otro Python, por ejemplo /usr/bin/python3: a éste no se le puede agregar"
    sudo = "sudo " if shutil.which("sudo") else ""
    listas = "" if glob.glob(LISTAS_DE_APT) else sudo + "apt-get update && "
    return "escribe{}: {}{}apt-get install -y --no-install-recommends {}".format(
        "" if sudo else " como root", listas, sudo, paquetes)


def numeros(version: str) -> tuple:
    """Devuelve los números de una versión o requisito: (0, 2, 13)."""
    return tuple(int(n) for n in re.findall(r"\d+", version)[:3])

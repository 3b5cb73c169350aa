"""Lo que el chat pide al sistema: órdenes, módulos y archivos, y con qué paquete se consiguen.

En Debian y Ubuntu se instala con apt, como root o con sudo, mostrando antes la orden; con
Homebrew, también. En los demás se dice qué escribir. Lo llama entorno.py; como él, lo
entiende Python 3.6, para poder decirle que ya no sirve.
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
# orden, un módulo que este Python puede importar, una cabecera de C o una letra. Grupos: «chat», siempre;
# «pantalla», en Linux sin pantalla; «voz», si falta PyAudio; los demás, si un programa los pide.
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
    ("strace",      "strace",          "pruebas",          "calificación de los dos hilos"),
    ("setpriv",     "util-linux",      "pruebas",          "calificación con cada entrega en su jaula"),
    ("tmux",        "tmux",            "pruebas",          "prueba del menú de ejemplos en tmux"),
    ("tshark",      "tshark",          "pruebas",          "prueba de lo que guarda el visor"),
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
SIN.update({"Pillow": "stickers", "PyAudio": "mensajes de voz", "pyzmq": "comparación con ZeroMQ",
            "matplotlib": "gráfica de las mediciones", "Markdown": "enunciado para imprimir"})
REMEDIOS = (  # donde no hay apt; sólo con Homebrew se instala por cuenta propia
    ("win32", "abre el instalador de Python, elige «Modify» y marca «tcl/tk and IDLE»"),
    ("darwin", "con Homebrew (https://brew.sh), brew install portaudio python-tk"),
    ("dnf", "sudo dnf install python3-tkinter portaudio-devel gcc python3-devel xorg-x11-server-Xvfb xdotool"),
    ("pacman", "sudo pacman -S --needed tk portaudio gcc xorg-server-xvfb xdotool"),
    ("zypper", "sudo zypper install python3-tk portaudio-devel gcc python3-devel xorg-x11-server-Xvfb xdotool"),
)
INTERPRETE = os.path.realpath(getattr(sys, "_base_executable", sys.executable))  # no el de un entorno
ES_EL_DEL_SISTEMA = INTERPRETE == os.path.realpath("/usr/bin/python3")
ARCHIVOS = {  # dónde puede estar una señal que es un archivo
    ".h": ("/usr/include", "/usr/local/include", "/opt/homebrew/include", sysconfig.get_paths()["include"]),
    ".ttf": ("/usr/share/fonts/**",),
}
LISTAS_DE_APT = "/var/lib/apt/lists/*Packages*"
ESPERA_DE_APT = "DPkg::Lock::Timeout=300"  # s: otro apt, como el que actualiza el sistema, puede tener el turno


def decir(texto: str) -> None:
    """Avisa por la salida de errores: la otra es del programa."""
    print(texto, file=sys.stderr, flush=True)


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
    """Instala lo que falte del sistema y, si falta la voz, lo que pide PyAudio desde la versión `minima`.

    Devuelve si quedó cada señal.
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


def numeros(version: str) -> tuple:
    """Devuelve los números de una versión o requisito: (0, 2, 13)."""
    return tuple(int(n) for n in re.findall(r"\d+", version)[:3])

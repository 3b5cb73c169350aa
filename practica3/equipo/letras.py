"""Las letras (fuentes) de este equipo con que Pillow dibuja emoji e iniciales.

Tk busca él las suyas; éstas son para lo que no escribe Tk. Sin Pillow no hay ninguna.
"""

import functools
import os
import pathlib
import shutil
import subprocess
import sys

try:
    from PIL import ImageFont
except ImportError:
    ImageFont = None

LADO_EMOJI = 109  # píxeles: el único tamaño de NotoColorEmoji; las demás letras se adaptan
DE_EMOJI = {"win32": ("seguiemj.ttf",), "darwin": ("Apple Color Emoji.ttc",)}.get(
    sys.platform, ("NotoColorEmoji.ttf",))
# Para las iniciales; las últimas, de las escrituras de Asia. En Linux se pregunta a fontconfig.
DE_INICIAL = {
    "win32": ("segoeuib.ttf", "msyhbd.ttc", "YuGothB.ttc", "malgunbd.ttf", "NirmalaB.ttf"),
    "darwin": ("Arial Bold.ttf", "Arial Unicode.ttf", "PingFang.ttc", "AppleSDGothicNeo.ttc"),
}.get(sys.platform, ("DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf"))
MAX_HALLADAS = 20  # que se prueban: preguntar por una toma unos 20 ms
SIN_DIBUJO = "\U0010FFFF"  # nadie la tiene: se ve como toda letra que falta


@functools.lru_cache(maxsize=None)
def de_emoji():
    """La letra de emoji en color; None si no hay. Buscarla cuesta: se hace una vez."""
    # Pillow sólo mira donde dice XDG_DATA_DIRS.
    datos = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    carpetas = (f"{datos}/fonts", "/usr/share/fonts", "/usr/local/share/fonts")
    for archivo in DE_EMOJI:
        halladas = (ruta for una in carpetas for ruta in pathlib.Path(una).glob(f"**/{archivo}"))
        for ruta in (archivo, *halladas):
            if (letra := _abrir(ruta, LADO_EMOJI)) is not None:
                return letra
    return None


def de_inicial(inicial: str, alto: int, halladas: "list[str]"):
    """Una letra de ese alto que sabe dibujar una inicial; None si no hay.

    `halladas`: las que dijo fontconfig otras veces; quizá se agrega una.
    """
    for ruta in (*DE_INICIAL, *halladas):
        if _sabe(ruta, alto, inicial):
            return _abrir(ruta, alto)
    if not inicial or len(halladas) >= MAX_HALLADAS or shutil.which("fc-match") is None:
        return None
    orden = ["fc-match", "--format=%{file}", f":bold:charset={ord(inicial):x}"]
    ruta = subprocess.run(orden, capture_output=True, text=True, errors="replace").stdout
    halladas.append(ruta)  # quizá otra inicial también esté en ella
    return _abrir(ruta, alto) if _sabe(ruta, alto, inicial) else None


@functools.lru_cache(maxsize=64)
def _abrir(ruta: "str | pathlib.Path", alto: int):
    try:
        return ImageFont and ImageFont.truetype(ruta, alto)
    except OSError:
        return None  # en este sistema no está, o no es de las que agrandan


def _sabe(ruta: str, alto: int, texto: str) -> bool:
    letra = _abrir(ruta, alto)
    return bool(letra and texto
                and bytes(letra.getmask(texto)) != bytes(letra.getmask(SIN_DIBUJO)))

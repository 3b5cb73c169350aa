"""Lo copiado que no es texto: una captura de pantalla, o archivos del explorador.

En X11 lo da Tk mismo, también bajo Wayland, y no hace falta ni xclip ni wl-paste; en Windows y
macOS, Pillow.
"""

import base64
import io
import os
import pathlib
import re
import subprocess
import sys
import tkinter as tk
import urllib.parse
import urllib.request

try:
    from PIL import ImageGrab
except ImportError:
    ImageGrab = None

from adjuntos import imagenes

IMAGENES = ("image/png", "image/webp", "image/jpeg", "image/gif")  # en el orden en que se prefieren
ARCHIVOS = "text/uri-list"
EN_BASE64 = "application/x-chat-png-base64"  # entre dos chats: Tk corta sus bytes en el primer cero
UNA_CIFRA = re.compile(r"0x(?=[0-9a-f](?:\s|$))")  # de un byte menor que dieciséis
# Cómo lo hacen los exploradores de archivos: quien copia texto no ofrece ninguna de éstas.
DE_EXPLORADOR = {"x-special/gnome-copied-files", "application/x-kde-cutselection"}
MAX_RUTAS = 20  # que se pegan de una vez
PLAZO = 5.0  # s para que el sistema tome una imagen
# Lo que deja una imagen en el portapapeles; el archivo va como argumento, y no dentro de la orden.
COPIADORES = {
    "win32": ("powershell", "-NoProfile", "-STA", "-Command",
              "& {param($r) Add-Type -A System.Windows.Forms,System.Drawing; "
              "[Windows.Forms.Clipboard]::SetImage([Drawing.Image]::FromFile($r))}"),
    "darwin": ("osascript", "-e", "on run argv", "-e",
               "set the clipboard to (read (POSIX file (item 1 of argv)) as «class PNGf»)",
               "-e", "end run"),
}


def leer(widget: tk.Misc) -> "list[bytes | pathlib.Path]":
    """Las imágenes (bytes) y los archivos (rutas) copiados; [] si no los hay, o si hay texto."""
    if widget.tk.call("tk", "windowingsystem") != "x11":
        return _leer_con_pillow()
    try:
        formas = widget.tk.splitlist(widget.selection_get(selection="CLIPBOARD", type="TARGETS"))
        if ARCHIVOS in formas and DE_EXPLORADOR & set(formas):
            return _leer_rutas(widget.selection_get(selection="CLIPBOARD", type=ARCHIVOS))
        if EN_BASE64 in formas:
            letras = widget.selection_get(selection="CLIPBOARD", type=EN_BASE64)
            return [base64.b64decode(letras[: 2 * imagenes.PROPIA.bytes])]
        forma = next((una for una in IMAGENES if una in formas), None)
        if forma is None or {"UTF8_STRING", "STRING"} & set(formas):
            return []
        return [_leer_cifras(widget.selection_get(selection="CLIPBOARD", type=forma))]
    except (tk.TclError, ValueError):
        return []


def _leer_cifras(dado: str) -> bytes:
    """Los bytes que Tk da como «0x89 0x50 …» o, si quien copió es otro Tk, como letras."""
    dado = dado[: 5 * imagenes.PROPIA.bytes]  # los de más se dejan, y la imagen no se abrirá
    if dado.startswith("0x"):
        return bytes.fromhex(UNA_CIFRA.sub("0", dado).replace("0x", ""))
    return dado.encode("latin-1")


def _leer_rutas(lista: str) -> "list[pathlib.Path]":
    lista, rutas = _leer_cifras(lista).decode("utf-8", "replace"), []
    for renglon in lista.replace("\0", "").splitlines()[:MAX_RUTAS]:
        partes = urllib.parse.urlsplit(renglon.strip())
        if partes.scheme == "file":
            rutas.append(pathlib.Path(urllib.request.url2pathname(partes.path)))
    return rutas


def _leer_con_pillow() -> "list[bytes | pathlib.Path]":
    try:
        copiado = ImageGrab.grabclipboard() if ImageGrab else None
    except (OSError, NotImplementedError, SyntaxError, ValueError):
        return []
    if copiado is None:
        return []
    if isinstance(copiado, list):
        return [pathlib.Path(ruta) for ruta in copiado[:MAX_RUTAS]]
    escrita = io.BytesIO()
    copiado.save(escrita, "PNG", compress_level=1)
    return [escrita.getvalue()]


def copiar_imagen(widget: tk.Misc, png: bytes, ruta: "str | os.PathLike") -> str:
    """Dejar una imagen, también escrita en `ruta`, en el portapapeles; por qué no se pudo."""
    if widget.tk.call("tk", "windowingsystem") == "x11":
        return _ofrecer(widget, png)
    try:
        subprocess.run([*COPIADORES[sys.platform], os.fspath(ruta)], check=True, timeout=PLAZO,
                       capture_output=True, stdin=subprocess.DEVNULL)
    except (OSError, KeyError, subprocess.SubprocessError):
        return "El sistema no dejó copiar la imagen."
    return ""


def _ofrecer(widget: tk.Misc, png: bytes) -> str:
    """En X11 los bytes se entregan cuando otro programa los pega, por partes."""
    formas = {"image/png": png.decode("latin-1"), EN_BASE64: base64.b64encode(png).decode()}
    for forma, letras in formas.items():
        widget.selection_handle(
            lambda desde, cuantos, letras=letras: letras[int(desde) : int(desde) + int(cuantos)],
            selection="CLIPBOARD", type=forma, format="STRING")
    widget.selection_own(selection="CLIPBOARD")
    return ""

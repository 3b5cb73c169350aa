"""Lo que se pide al escritorio de este equipo: abrir un archivo, mostrarlo en su carpeta, avisar.

    Linux      xdg-open · org.freedesktop.FileManager1 · notify-send
    macOS      open · open -R · osascript
    Windows    os.startfile · explorer /select, · un aviso de PowerShell

Son los programas que ya trae cada sistema: una biblioteca haría lo mismo con cinco dependencias
más. Todo va como argumento y nada por un intérprete de órdenes; nadie espera a que terminen.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import threading

from equipo import procesos

MAX_AVISO = 200  # caracteres de lo que dice
PLAZO_DE_AVISO = 10.0  # s para que el escritorio lo tome
GESTOR = ("gdbus", "call", "--session", "--timeout", "3", "--dest",
          "org.freedesktop.FileManager1", "--object-path", "/org/freedesktop/FileManager1",
          "--method", "org.freedesktop.FileManager1.ShowItems")
# En la orden no hay nada ajeno: los textos llegan por el entorno.
TOSTADA = """
$null=[Windows.UI.Notifications.ToastNotificationManager,Windows.UI,ContentType=WindowsRuntime]
$m=[Windows.UI.Notifications.ToastNotificationManager]
$x=$m::GetTemplateContent(1); $t=$x.GetElementsByTagName('text')
$t[0].InnerText=$env:CHAT_TITULO; $t[1].InnerText=$env:CHAT_TEXTO
$n=[Windows.UI.Notifications.ToastNotification]::new($x)
$m::CreateToastNotifier('Microsoft.Windows.Explorer').Show($n)
"""
GUION_DE_MAC = ("on run argv", "display notification (item 2 of argv) with title (item 1 of argv)",
                "end run")


def abrir(ruta: "str | os.PathLike") -> str:
    """Abrir un archivo con su programa; por qué no se pudo, o nada."""
    if sys.platform == "win32":
        try:
            os.startfile(ruta)
        except OSError as error:
            return f"No hay con qué abrirlo: {error.strerror}."
        return ""
    orden = "open" if sys.platform == "darwin" else "xdg-open"
    return _lanzar([orden, os.fspath(ruta)])


def mostrar_en_carpeta(ruta: "str | os.PathLike") -> str:
    """Abrir la carpeta de un archivo con él señalado, si se puede; por qué no se pudo, o nada."""
    ruta = pathlib.Path(ruta)
    if sys.platform == "win32":
        return _lanzar(["explorer", f"/select,{ruta}"])
    if sys.platform == "darwin":
        return _lanzar(["open", "-R", str(ruta)])
    if shutil.which(GESTOR[0]):
        lista = f"['{ruta.as_uri()}']"  # en una dirección las comillas van cifradas: %27
        return _lanzar([*GESTOR, lista, ""], ["xdg-open", str(ruta.parent)])
    return _lanzar(["xdg-open", str(ruta.parent)])


def notificar(titulo: str, texto: str) -> None:
    """Mostrar un aviso en el escritorio; donde no se puede, no pasa nada."""
    titulo, texto = titulo[:MAX_AVISO], texto[:MAX_AVISO]
    if sys.platform == "win32":
        entorno = {**os.environ, "CHAT_TITULO": titulo, "CHAT_TEXTO": texto}
        _lanzar(["powershell", "-NoProfile", "-WindowStyle", "Hidden", "-Command", TOSTADA],
                entorno=entorno)
    elif sys.platform == "darwin":
        guion = [parte for renglon in GUION_DE_MAC for parte in ("-e", renglon)]
        _lanzar(["osascript", *guion, titulo, texto])
    else:
        llano = texto.replace("&", "&amp;").replace("<", "&lt;")  # ahí el texto es marcado
        _lanzar(["notify-send", "--app-name=Chat", "--icon=mail-message-new", "--", titulo, llano])


def _lanzar(orden: "list[str]", si_falla: "list[str] | None" = None,
            entorno: "dict[str, str] | None" = None) -> str:
    """Iniciar un programa sin esperarlo; por qué no se pudo, o nada."""
    if shutil.which(orden[0]) is None:
        return f"En este equipo no está {orden[0]}."
    threading.Thread(target=_correr, args=(orden, si_falla, entorno), daemon=True).start()
    return ""


def _correr(orden: "list[str]", si_falla: "list[str] | None", entorno) -> None:
    try:
        hecho = subprocess.run(orden, env=entorno, stdin=subprocess.DEVNULL, check=False,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               timeout=PLAZO_DE_AVISO, start_new_session=True,
                               creationflags=procesos.SIN_CONSOLA)
        fallo = hecho.returncode != 0
    except subprocess.TimeoutExpired:
        fallo = False
    except OSError:
        fallo = True
    if fallo and si_falla:
        _correr(si_falla, None, entorno)

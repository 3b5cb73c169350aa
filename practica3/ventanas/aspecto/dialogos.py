"""Los diálogos de Tk (elegir archivos, preguntar), en español y sin los archivos ocultos.

Tk los dibuja él en Linux; en Windows y macOS son los del sistema y esto no los cambia.
"""

import tkinter as tk

# El catálogo de Tk se dejó éstos: uno no lo traduce, y del otro espera un espacio, no dos.
FALTAN = {
    'File "%1$s"  does not exist.': "El archivo «%1$s» no existe.",
    "Show &Hidden Files and Directories": "Mostrar archivos &ocultos",
}
# Hasta que se usa por primera vez no existe: con una opción que no hay, se carga y no se abre.
SIN_OCULTOS = """
catch {tk_getOpenFile -ninguna}
catch {set ::tk::dialog::file::showHiddenBtn 1; set ::tk::dialog::file::showHiddenVar 0}
"""


def preparar(raiz: tk.Misc) -> None:
    """Dejarlos así, en toda la aplicación."""
    raiz.tk.eval("::msgcat::mclocale es; ::msgcat::mcload [file join $::tk_library msgs]")
    for original, traducido in FALTAN.items():
        raiz.tk.call("namespace", "eval", "::tk", ["::msgcat::mcset", "es", original, traducido])
    raiz.tk.eval(SIN_OCULTOS)

"""Los campos donde se escribe: su menú y, los de un renglón, sin emoji que Tk no sepa dibujar."""

import tkinter as tk
from tkinter import ttk

from ventanas.aspecto import texto_seguro

TEXTOS = ("UTF8_STRING", "STRING")  # las formas de un texto copiado


def preparar_teclas(raiz: tk.Tk) -> None:
    """Que en todos los campos, también los de los diálogos, valgan las teclas de hoy.

    En X11, Tk conserva las de Emacs: Ctrl+A va al principio del renglón y Ctrl+Retroceso borra
    una letra.
    """
    if raiz.tk.call("tk", "windowingsystem") == "x11":
        raiz.event_delete("<<LineStart>>", "<Control-Key-a>")
        raiz.event_add("<<SelectAll>>", "<Control-Key-a>")
    for clase in ("TEntry", "Entry", "Text"):
        raiz.bind_class(clase, "<Control-BackSpace>", _borrar_palabra)


def _borrar_palabra(evento) -> str:
    """Borrar hasta el principio de la palabra o, si hay algo elegido, eso."""
    campo = evento.widget
    es_texto = campo.winfo_class() == "Text"
    if campo.tag_ranges("sel") if es_texto else campo.selection_present():
        campo.delete("sel.first", "sel.last")
    elif es_texto:
        antes = campo.get("insert linestart", "insert")
        campo.delete(f"insert - {max(1, _letras_de_palabra(antes))} chars", "insert")
    else:
        hasta = campo.index("insert")
        campo.delete(hasta - _letras_de_palabra(campo.get()[:hasta]), hasta)
    return "break"


def _letras_de_palabra(antes: str) -> int:
    """Las que tiene la última palabra de un texto, con los espacios que la siguen."""
    sin_espacios = antes.rstrip()
    return len(antes) - (max(map(sin_espacios.rfind, " \t\n")) + 1)


def poner_menu(campo: tk.Text, tema, *opciones: "tuple[str, str]") -> None:
    """Poner a un campo un menú contextual: pares de rótulo y evento virtual."""
    menu = tk.Menu(campo, tearoff=False)
    for rotulo, suceso in opciones:
        menu.add_command(label=rotulo, command=lambda suceso=suceso: campo.event_generate(suceso))

    def abrir(evento):
        campo.focus_set()
        tema.vestir_menu(menu)
        menu.tk_popup(evento.x_root, evento.y_root)
        return "break"

    # El botón derecho es el 3, y en macOS el 2; la tecla de menú, sólo en X11 y Windows.
    es_mac = campo.tk.call("tk", "windowingsystem") == "aqua"
    campo.bind("<Button-2>" if es_mac else "<Button-3>", abrir)
    campo.bind("<Shift-F10>", abrir)


def leer_seleccion(campo: tk.Misc, cual: str) -> str:
    """El texto copiado ("CLIPBOARD") o elegido ("PRIMARY"); "" si no lo hay o no es texto."""
    try:
        formas = campo.tk.splitlist(campo.selection_get(selection=cual, type="TARGETS"))
    except tk.TclError:  # no es X11, o no hay nada
        formas = TEXTOS
    for forma in TEXTOS:  # Tk daría los bytes de una imagen como cifras hexadecimales
        try:
            if forma in formas:
                return campo.selection_get(selection=cual, type=forma)
        except tk.TclError:
            continue
    return ""


class Texto(tk.StringVar):
    """Lo que dice un campo. Lo que pone el programa se ve limpio y se lee tal cual era."""

    _puesto = ""

    def set(self, texto: str) -> None:
        """Poner un texto cualquiera."""
        self._puesto = texto
        super().set(texto_seguro.limpiar_linea(texto))

    def get(self) -> str:
        """Lo puesto o, si el usuario escribió otra cosa, lo escrito."""
        visto = super().get()
        return self._puesto if visto == texto_seguro.limpiar_linea(self._puesto) else visto


def proteger_campo(campo: ttk.Entry) -> None:
    """No dejar entrar emoji a un campo de un renglón: sería peligroso (texto_seguro.py)."""
    if texto_seguro.HAY_PELIGRO:
        sin_emoji = campo.register(lambda tecleado: texto_seguro.EMOJI.search(tecleado) is None)
        campo.configure(validate="key", validatecommand=(sin_emoji, "%S"))

"""Dónde se pone una ventana y quién tiene el teclado."""

import tkinter as tk

ESCALON = 32  # píxeles que se dejan libres abajo, y entre una ventana y la siguiente


def colocar(ventana, ancho: int, alto: int, esquina=()) -> None:
    """Dar su tamaño a una ventana, sin que se salga de la pantalla, y quizá su lugar."""
    ancho = min(ancho, ventana.winfo_screenwidth())
    alto = min(alto, ventana.winfo_screenheight() - ESCALON)
    ventana.geometry(f"{ancho}x{alto}" + "".join(f"+{lado}" for lado in esquina))


def mostrar_sin_foco(ventana) -> None:
    """Hacer aparecer una ventana sin quitarle el teclado a quien está escribiendo en otra."""
    donde = ventana.tk.call("focus")  # quizá un diálogo de Tk, que tkinter no conoce
    ventana.focusmodel("active")  # al gestor de ventanas: no me des el foco al aparecer
    ventana.deiconify()
    ventana.update_idletasks()
    ventana.after_idle(ventana.focusmodel, "passive")
    if donde:
        ventana.tk.call("focus", "-force", donde)


def tiene_foco(widget: tk.Misc) -> bool:
    """Si un widget tiene el teclado. `focus_get` falla cuando lo tiene un diálogo de Tk."""
    return str(widget.tk.call("focus")) == str(widget)


def contiene_foco(ventana: tk.Misc) -> bool:
    """Si el teclado lo tiene algo de dentro de una ventana, o ella misma."""
    return f"{ventana.tk.call('focus')}.".startswith(f"{ventana}.")

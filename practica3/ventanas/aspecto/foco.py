"""Dónde se pone una ventana y quién tiene el teclado."""

import tkinter as tk

CLASE = "Chat"  # de todas las ventanas: con ella el escritorio las agrupa y les pone nombre
ESCALON = 32  # píxeles entre una ventana y la siguiente
BORDES, BARRAS = 12, 84  # píxeles que se dejan libres: a los lados; el título y la barra de tareas


def colocar(ventana, ancho: int, alto: int, esquina=()) -> None:
    """Dar su tamaño a una ventana y quizá su lugar, sin que se salga de la pantalla."""
    ancho = min(ancho, ventana.winfo_screenwidth() - BORDES)
    alto = min(alto, ventana.winfo_screenheight() - BARRAS)
    lugar = elegir_lugar(ventana, ancho, alto, *esquina) if esquina else ""
    ventana.minsize(*map(min, ventana.minsize(), (ancho, alto)))
    ventana.geometry(f"{ancho}x{alto}{lugar}")


def elegir_lugar(ventana, ancho: int, alto: int, x: int, y: int) -> str:
    """El más cercano a (x, y) en que una ventana de tal tamaño cabe, como lo escribe `geometry`."""
    x = min(x, ventana.winfo_screenwidth() - BORDES - ancho)
    y = min(y, ventana.winfo_screenheight() - BARRAS - alto)
    return f"+{max(0, x)}+{max(0, y)}"


def mostrar_sin_foco(ventana) -> None:
    """Hacer aparecer una ventana sin quitarle el teclado a quien está escribiendo en otra."""
    donde = ventana.tk.call("focus")  # quizá un diálogo de Tk, que tkinter no conoce
    ventana.focusmodel("active")  # al gestor de ventanas: no me des el foco al aparecer
    ventana.state("normal")  # en Windows, `deiconify` además la trae al frente y le da el teclado
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

"""Desplazar con la rueda del ratón o el panel táctil, en todo sistema y versión de Tk.

    Tk 8.6, X11       los botones 4 y 5
    Tk 8.6, Windows   <MouseWheel> de 120 por muesca; en macOS, de 1
    Tk 9              <MouseWheel> de 120 en todos (TIP 474); el panel táctil de macOS envía
                      <TouchpadScroll>, con dos números de 16 bits: x arriba, y abajo (TIP 684)
"""

import tkinter as tk

MUESCA = 120  # lo que dice <MouseWheel> por cada una


def enlazar(widget: tk.Misc, paso: int, desplazar) -> None:
    """Llamar a `desplazar(píxeles)`, positivos hacia abajo; `paso`: los de una muesca."""
    es_nuevo = float(widget.tk.call("set", "tk_version")) >= 9
    es_mac = widget.tk.call("tk", "windowingsystem") == "aqua"
    muesca = 1 if es_mac and not es_nuevo else MUESCA
    widget.bind("<MouseWheel>", lambda evento: desplazar(-round(evento.delta * paso / muesca)))
    if es_nuevo:
        widget.bind("<TouchpadScroll>", lambda evento: desplazar(-leer_vertical(evento.delta)))
    else:
        widget.bind("<Button-4>", lambda _: desplazar(-paso))
        widget.bind("<Button-5>", lambda _: desplazar(paso))


def leer_vertical(delta: int) -> int:
    """Los píxeles en vertical de un <TouchpadScroll>: los 16 bits de abajo, con signo."""
    bajos = delta & 0xFFFF
    return bajos - 0x10000 if bajos & 0x8000 else bajos

"""El diseño elegido (diseno.json) y las piezas con que se arman las ventanas."""

import json
import os
import tkinter as tk
from tkinter import ttk

AQUI = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(AQUI, "diseno.json"), encoding="utf-8") as archivo:
    D = json.load(archivo)


def dice(accion):
    """El rótulo elegido para una acción."""
    return D["rotulos"][accion]


def boton(padre, accion, orden, **opciones):
    clase = ttk.Button if D["familia"] == "ttk" else tk.Button
    if D["sin_letras"] == accion:  # sin texto: se reconoce por el nombre del widget
        return clase(padre, command=orden, name=accion, **opciones)
    return clase(padre, text=dice(accion), command=orden, **opciones)


def entrada(padre, **opciones):
    return ttk.Entry(padre, **opciones) if D["familia"] == "ttk" else tk.Entry(padre, **opciones)


class Hoja:
    """Un formulario de renglones y columnas, con el gestor de geometría elegido."""

    def __init__(self, padre):
        self.marco = tk.Frame(padre, width=420, height=220)
        self.renglones = {}

    def padre(self, fila):
        if D["gestor"] != "pack":
            return self.marco
        if fila not in self.renglones:
            self.renglones[fila] = tk.Frame(self.marco)
            self.renglones[fila].pack(fill="x", anchor="w")
        return self.renglones[fila]

    def poner(self, widget, fila, columna):
        if D["gestor"] == "pack":
            widget.pack(side="left", padx=4, pady=3)
        elif D["gestor"] == "grid":
            widget.grid(row=fila, column=columna, padx=4, pady=3, sticky="w")
        else:
            widget.place(x=8 + 210 * columna, y=8 + 34 * fila)
        return widget

    def campo(self, fila, accion, clase=None, **opciones):
        """Un campo con su rótulo, donde se haya elegido ponerlo; devuelve el campo."""
        donde, letrero = D["rotulo_de_campo"], dice(accion)
        padre = self.padre(fila)
        hacer = clase or entrada
        if donde == "izquierda":
            self.poner(tk.Label(padre, text=letrero), fila, 0)
            return self.poner(hacer(padre, **opciones), fila, 1)
        if donde == "arriba":
            par = tk.Frame(padre)
            tk.Label(par, text=letrero, anchor="w").pack(fill="x")
            campo = hacer(par, **opciones)
            campo.pack()
            self.poner(par, fila, 0)
            return campo
        if donde == "marco":
            marco = tk.LabelFrame(padre, text=letrero)
            campo = hacer(marco, **opciones)
            campo.pack()
            self.poner(marco, fila, 0)
            return campo
        if donde == "nombre":
            return self.poner(hacer(padre, name=accion, **opciones), fila, 0)
        campo = self.poner(hacer(padre, **opciones), fila, 0)
        poner_muestra(campo, letrero)
        return campo


def poner_muestra(campo, letrero):
    """Un texto de muestra dentro del campo, que se borra al entrar en él."""
    campo.muestra = letrero
    campo.insert(0, letrero)
    campo.bind("<FocusIn>", lambda evento: campo.get() == letrero and campo.delete(0, "end"))


def leer(campo):
    """Lo que hay en un campo, sin su texto de muestra."""
    if isinstance(campo, tk.Text):
        return campo.get("1.0", "end-1c").strip()
    texto = campo.get().strip()
    return "" if texto == getattr(campo, "muestra", None) else texto


def vaciar(campo):
    campo.delete("1.0" if isinstance(campo, tk.Text) else 0, "end")


def preguntar(padre, titulo, letrero):
    from tkinter import simpledialog

    return simpledialog.askstring(titulo, letrero, parent=padre)

"""Un lienzo que se desplaza, con una cabecera que se queda arriba y lo sigue de lado."""

import tkinter as tk
from tkinter import ttk

import aspecto


class Desplazable(ttk.Frame):
    """`lienzo` y, encima, `cabeza`, con sus barras y la rueda del ratón."""

    def __init__(self, padre):
        super().__init__(padre)
        self.cabeza = tk.Canvas(self, background=aspecto.PANEL, highlightthickness=0)
        self.lienzo = tk.Canvas(self, background=aspecto.FONDO, highlightthickness=0)
        vertical = ttk.Scrollbar(self, command=self.lienzo.yview)
        horizontal = ttk.Scrollbar(self, orient="horizontal", command=self._mover_x)
        self.lienzo.configure(yscrollcommand=vertical.set, xscrollcommand=horizontal.set)
        vertical.pack(side="right", fill="y")
        horizontal.pack(side="bottom", fill="x")
        self.cabeza.pack(fill="x")
        self.lienzo.pack(fill="both", expand=True)
        self.lienzo.bind("<MouseWheel>", lambda evento: self.lienzo.yview_scroll(
            -1 if evento.delta > 0 else 1, "units"))
        for boton, pasos in (("<Button-4>", -1), ("<Button-5>", 1)):  # así llega la rueda en X11
            self.lienzo.bind(boton, lambda _, pasos=pasos: self.lienzo.yview_scroll(pasos, "units"))

    def medir(self, inicio, fin, ancho):
        """Decir hasta dónde llega lo dibujado; si se miraba el final, se sigue mirando."""
        abajo = self.lienzo.yview()[1] >= 0.999
        self.lienzo.configure(scrollregion=(0, inicio, ancho, fin))
        self.cabeza.configure(scrollregion=(0, 0, ancho, 1))
        if abajo:
            self.lienzo.yview_moveto(1)

    def _mover_x(self, *cuanto):
        self.lienzo.xview(*cuanto)
        self.cabeza.xview_moveto(self.lienzo.xview()[0])

"""La tabla de datagramas, la de participantes y el detalle de un datagrama."""

import tkinter as tk
from tkinter import ttk

import aspecto
import detalle
import filtro

MAX_FILAS = 2_000


class Tabla(ttk.Frame):
    """Un Treeview con su barra y sus columnas."""

    def __init__(self, padre, columnas, alto):
        """`columnas`: (título, letras de ancho, alineación); la última se estira."""
        super().__init__(padre)
        titulos = [titulo for titulo, _, _ in columnas]
        self.arbol = ttk.Treeview(self, columns=titulos, show="headings", height=alto,
                                  selectmode="browse")
        barra = ttk.Scrollbar(self, command=self.arbol.yview)
        self.arbol.configure(yscrollcommand=barra.set)
        barra.pack(side="right", fill="y")
        self.arbol.pack(fill="both", expand=True)
        self.columnas = columnas
        self.arbol.tag_configure("raya", background=aspecto.RAYA)
        for clase, color in aspecto.COLORES.items():
            self.arbol.tag_configure(clase, foreground=color)

    def ajustar(self, letra):
        """Dar a cada columna el ancho de sus letras."""
        for titulo, letras, lado in self.columnas:
            self.arbol.heading(titulo, text=titulo, anchor=lado)
            self.arbol.column(titulo, width=letra.measure("n") * letras, anchor=lado,
                              stretch=titulo == self.columnas[-1][0])


class Datagramas(Tabla):
    """Un renglón por datagrama; el número del datagrama es el identificador del renglón."""

    def __init__(self, padre, al_elegir):
        super().__init__(padre,
                         [("hora", 12, "w"), ("de", 10, "w"), ("para", 13, "w"), ("tipo", 8, "w"),
                          ("bytes", 7, "e"),
                                 ("qué dice", 30, "w")], 12)
        self.arbol.bind("<<TreeviewSelect>>",
                        lambda _: self.arbol.selection()
                        and al_elegir(int(self.arbol.selection()[0])))
        self._rayar = False

    def agregar(self, datos):
        """Añadir renglones al final; si se estaba mirando el final, se sigue mirando."""
        abajo = self.arbol.yview()[1] >= 0.999
        for dato in datos:
            self._rayar = not self._rayar
            valores = (detalle.hora_exacta(dato.hora), dato.de, dato.a_quien(), dato.tipo,
                       len(dato.crudo), dato.resumen)
            etiquetas = (filtro.clase_de(dato.tipo),) + ("raya",) * self._rayar
            self.arbol.insert("", "end", dato.numero, values=valores, tags=etiquetas)
        filas = self.arbol.get_children()
        if len(filas) > MAX_FILAS:
            self.arbol.delete(*filas[:-MAX_FILAS])
        if abajo and filas:
            self.arbol.see(filas[-1])

    def vaciar(self):
        """Quitar todos los renglones."""
        self.arbol.delete(*self.arbol.get_children())

    def elegir(self, numero):
        """Señalar un renglón, si está y no lo estaba ya.

        Señalarlo otra vez volvería a avisar, sin fin.
        """
        if self.arbol.exists(numero) and self.arbol.selection() != (str(numero),):
            self.arbol.selection_set(numero)
            self.arbol.see(numero)


class Participantes(Tabla):
    """Un renglón por participante, con su ritmo y una gráfica de los últimos 20 s."""

    def __init__(self, padre):
        super().__init__(padre,
                         [("quién", 14, "w"), ("datagramas/s", 15, "e"), ("KB/s", 9, "e"),
                          ("total", 9, "e"),
                                 ("últimos 20 s", 34, "w")], 5)

    def mostrar(self, personas, ahora):
        """Poner al día todos los renglones."""
        for nombre in set(self.arbol.get_children()) - {f"p{k}" for k in range(len(personas))}:
            self.arbol.delete(nombre)
        for k, persona in enumerate(personas):
            datagramas, octetos = persona.ritmo(ahora)
            valores = (persona.nombre, f"{datagramas:.1f}", f"{octetos / 1000:.1f}",
                       persona.datagramas, detalle.dibujar(persona.historia(ahora)))
            if self.arbol.exists(f"p{k}"):
                self.arbol.item(f"p{k}", values=valores)
            else:
                self.arbol.insert("", "end", f"p{k}", values=valores, tags="raya" if k % 2 else "")


class Detalle(tk.Text):
    """Un texto que se lee y se copia, pero no se cambia."""

    def __init__(self, padre, letra):
        super().__init__(padre, height=9, width=20, highlightthickness=0, wrap="word", font=letra,
                         background=aspecto.PANEL, foreground=aspecto.TEXTO,
                         relief="flat", padx=10, pady=8)
        self.mostrar("Elige un datagrama en la tabla o en el diagrama para verlo entero.")

    def mostrar(self, texto):
        """Sustituir lo que se lee."""
        self.configure(state="normal")
        self.replace("1.0", "end", texto)
        self.configure(state="disabled")

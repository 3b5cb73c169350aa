"""Dónde se lee lo que se dice: un widget u otro, con la misma interfaz.

escribir(autor, texto, privado=False), imagen(autor, foto), voz(autor, oir) y vaciar().
"""

import tkinter as tk
from tkinter import scrolledtext
from tkinter import ttk

from piezas import D
from piezas import dice


def renglon(autor, texto):
    return D["formato"].format(autor=autor, texto=texto)


class EnTexto:
    """Un Text, con o sin barra, cerrado a las teclas o abierto."""

    imagenes = voces = True

    def __init__(self, padre):
        clase = scrolledtext.ScrolledText if D["charla"] == "scrolled" else tk.Text
        self.texto = self.widget = clase(padre, width=50, height=14, wrap="word")
        self.abierto = D["charla"] == "texto_abierto"
        self.texto.config(state="normal" if self.abierto else "disabled")
        self.texto.tag_configure("privado", foreground="purple")
        self.texto.tag_configure("autor", foreground="navy")

    def insertar(self, *partes):
        self.texto.config(state="normal")
        self.texto.insert("end", *partes)
        self.texto.config(state="normal" if self.abierto else "disabled")
        self.texto.see("end")

    def escribir(self, autor, texto, privado=False):
        self.insertar(renglon(autor, texto) + "\n", ("privado",) if privado else ())

    def imagen(self, autor, foto):
        self.insertar(renglon(autor, ""))
        self.texto.config(state="normal")
        self.texto.image_create("end", image=foto)
        self.texto.insert("end", "\n")
        self.texto.config(state="normal" if self.abierto else "disabled")
        self.texto.see("end")

    def voz(self, autor, oir):
        self.insertar(renglon(autor, "mensaje de voz "))
        if D["oir"] == "marca":
            marca = "voz%d" % len(self.texto.tag_names())
            self.texto.tag_configure(marca, underline=True, foreground="blue")
            self.texto.tag_bind(marca, "<Button-1>", lambda evento: oir())
            self.insertar("▶ " + dice("reproducir"), (marca,))
        else:
            self.texto.window_create("end", window=tk.Button(self.texto, text=dice("reproducir"), command=oir))
        self.insertar("\n")

    def vaciar(self):
        self.texto.config(state="normal")
        self.texto.delete("1.0", "end")
        self.texto.config(state="normal" if self.abierto else "disabled")


class EnLista:
    """Una Listbox o un Treeview: un renglón por mensaje; las voces, con doble clic."""

    imagenes, voces = False, True

    def __init__(self, padre):
        self.de_voz = {}
        if D["charla"] == "listbox":
            self.widget = tk.Listbox(padre, width=60, height=14)
        else:
            self.widget = ttk.Treeview(padre, columns=("quien", "que"), show="headings", height=12)
            self.widget.heading("quien", text="De")
            self.widget.heading("que", text="Dice")
            self.widget.column("que", width=320)
        self.widget.bind("<Double-Button-1>", self.doble)

    def agregar(self, autor, texto, privado=False):
        if D["charla"] == "listbox":
            self.widget.insert("end", renglon(autor, texto))
            if privado:
                self.widget.itemconfig("end", foreground="purple")
            self.widget.see("end")
            return self.widget.size() - 1
        fila = self.widget.insert("", "end", values=(autor, texto), tags=("privado",) if privado else ())
        self.widget.tag_configure("privado", foreground="purple")
        self.widget.see(fila)
        return fila

    escribir = agregar

    def voz(self, autor, oir):
        self.de_voz[self.agregar(autor, "▶ mensaje de voz")] = oir

    def doble(self, evento):
        if D["charla"] == "listbox":
            elegida = self.widget.nearest(evento.y)
        else:
            elegida = self.widget.identify_row(evento.y)
        if elegida in self.de_voz:
            self.de_voz[elegida]()

    def vaciar(self):
        self.de_voz = {}
        if D["charla"] == "listbox":
            self.widget.delete(0, "end")
        else:
            self.widget.delete(*self.widget.get_children())


class EnRotulos:
    """Un rótulo por mensaje, en una hoja que se desplaza; con `globos`, un marco con autor y texto."""

    imagenes = voces = True

    def __init__(self, padre):
        self.widget = tk.Frame(padre)
        self.lienzo = tk.Canvas(self.widget, width=420, height=260)
        self.lienzo.pack(side="left", fill="both", expand=True)
        barra = tk.Scrollbar(self.widget, command=self.lienzo.yview)
        barra.pack(side="right", fill="y")
        self.lienzo.config(yscrollcommand=barra.set)
        self.nueva_hoja()

    def nueva_hoja(self):
        self.hoja = tk.Frame(self.lienzo)
        self.lienzo.create_window(0, 0, window=self.hoja, anchor="nw")
        self.hoja.bind("<Configure>", self.bajar)

    def bajar(self, evento=None):
        self.lienzo.config(scrollregion=self.lienzo.bbox("all"))
        self.lienzo.yview_moveto(1)

    def caja(self, autor, color):
        if D["charla"] == "rotulos":
            marco = tk.Frame(self.hoja)
            marco.pack(anchor="w")
            return marco
        marco = tk.Frame(self.hoja, bg=color, bd=1, relief="solid")
        marco.pack(anchor="w", padx=4, pady=3)
        tk.Label(marco, text=autor, bg=color, font=("", 9, "bold")).pack(anchor="w")
        return marco

    def escribir(self, autor, texto, privado=False):
        color = "plum" if privado else "white"
        marco = self.caja(autor, color)
        dicho = renglon(autor, texto) if D["charla"] == "rotulos" else texto
        tk.Label(marco, text=dicho, bg=color, justify="left", wraplength=380).pack(anchor="w")

    def imagen(self, autor, foto):
        marco = self.caja(autor, "white")
        if D["charla"] == "rotulos":
            tk.Label(marco, text=renglon(autor, "")).pack(anchor="w")
        tk.Label(marco, image=foto).pack(anchor="w")

    def voz(self, autor, oir):
        marco = self.caja(autor, "white")
        if D["charla"] == "rotulos":
            tk.Label(marco, text=renglon(autor, "voz")).pack(side="left")
        tk.Button(marco, text=dice("reproducir"), command=oir).pack(anchor="w")

    def vaciar(self):
        self.hoja.destroy()
        self.lienzo.delete("all")
        self.lienzo.config(scrollregion=(0, 0, 420, 260))
        self.lienzo.yview_moveto(0)
        self.nueva_hoja()


class EnLienzo:
    """Todo dibujado en un Canvas."""

    imagenes = voces = True

    def __init__(self, padre):
        self.lienzo = self.widget = tk.Canvas(padre, width=420, height=300, bg="white")
        self.y = 6

    def dibujar(self, alto, que, **opciones):
        hecho = que(8, self.y, anchor="nw", **opciones)
        caja = self.lienzo.bbox(hecho)
        self.y = max(self.y + alto, caja[3] + 4 if caja else 0)
        self.lienzo.config(scrollregion=(0, 0, 420, self.y))
        self.lienzo.yview_moveto(1)
        return hecho

    def escribir(self, autor, texto, privado=False):
        self.dibujar(18, self.lienzo.create_text, text=renglon(autor, texto), width=400,
                     fill="purple" if privado else "black")

    def imagen(self, autor, foto):
        self.escribir(autor, "")
        self.dibujar(70, self.lienzo.create_image, image=foto)

    def voz(self, autor, oir):
        hecho = self.dibujar(18, self.lienzo.create_text, text=renglon(autor, "▶ voz"), fill="blue")
        self.lienzo.tag_bind(hecho, "<Button-1>", lambda evento: oir())

    def vaciar(self):
        self.lienzo.delete("all")
        self.y = 6


CLASES = {"texto": EnTexto, "texto_abierto": EnTexto, "scrolled": EnTexto, "listbox": EnLista, "treeview": EnLista,
          "rotulos": EnRotulos, "globos": EnRotulos, "lienzo": EnLienzo}


def hacer(padre):
    return CLASES[D["charla"]](padre)

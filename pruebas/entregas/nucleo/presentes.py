"""La lista de quienes están: poner(lista), elegido() y el doble clic."""

import tkinter as tk
from tkinter import ttk

from piezas import D
from piezas import dice


class Presentes:
    def __init__(self, padre, al_elegir):
        """`al_elegir(persona)`: lo que pasa con su doble clic o su botón."""
        self.al_elegir, self.lista = al_elegir, []
        clase = D["presentes"]
        if clase == "listbox":
            self.widget = tk.Listbox(padre, height=10, exportselection=False)
        elif clase == "treeview":
            self.widget = ttk.Treeview(padre, height=10, show="tree")
        elif clase == "texto":
            self.widget = tk.Text(padre, width=18, height=10, state="disabled")
        elif clase == "renglon":
            self.widget = tk.Label(padre, wraplength=200, justify="left")
        else:  # rótulos o filas con botón
            self.widget = tk.LabelFrame(padre, text="En la sala")
        if D["privado"] == "doble_clic":
            self.widget.bind("<Double-Button-1>", lambda evento: self.llamar())
        if D["privado"] == "contextual":
            self.menu = tk.Menu(self.widget, tearoff=D["tearoff"])
            self.menu.add_command(label=dice("privado"), command=self.llamar)
            self.widget.bind("<Button-3>", self.emerger)

    def emerger(self, evento):
        if D["presentes"] == "listbox":
            self.widget.selection_clear(0, "end")
            self.widget.selection_set(self.widget.nearest(evento.y))
        else:
            self.widget.selection_set(self.widget.identify_row(evento.y))
        self.menu.tk_popup(evento.x_root, evento.y_root)

    def llamar(self):
        persona = self.elegido()
        if persona:
            self.al_elegir(persona)

    def adornar(self, persona):
        return D["adorno"].format(persona)

    def poner(self, lista):
        self.lista = list(lista)
        clase = D["presentes"]
        if clase == "listbox":
            self.widget.delete(0, "end")
            for usuario in lista:
                self.widget.insert("end", self.adornar(usuario))
        elif clase == "treeview":
            self.widget.delete(*self.widget.get_children())
            for n, usuario in enumerate(lista):
                self.widget.insert("", "end", iid=str(n), text=self.adornar(usuario))
        elif clase == "texto":
            self.widget.config(state="normal")
            self.widget.delete("1.0", "end")
            self.widget.insert("end", "\n".join(map(self.adornar, lista)))
            self.widget.config(state="disabled")
        elif clase == "renglon":
            self.widget.config(text="En la sala: " + ", ".join(map(self.adornar, lista)))
        else:
            self.poner_rotulos(lista)

    def poner_rotulos(self, lista):
        for uno in self.widget.winfo_children():
            uno.destroy()
        for n, usuario in enumerate(lista):
            rotulo = tk.Label(self.widget, text=self.adornar(usuario))
            rotulo.grid(row=n, column=0, sticky="w")
            if D["privado"] == "doble_clic":
                rotulo.bind("<Double-Button-1>", lambda evento, usuario=usuario: self.al_elegir(usuario))
            if D["privado"] == "por_fila":
                orden = lambda usuario=usuario: self.al_elegir(usuario)  # noqa: E731
                tk.Button(self.widget, text=dice("privado"), command=orden).grid(row=n, column=1)

    def elegido(self):
        if D["presentes"] == "listbox":
            filas = self.widget.curselection()
            return self.lista[filas[0]] if filas and filas[0] < len(self.lista) else None
        if D["presentes"] == "treeview":
            filas = self.widget.selection()
            return self.lista[int(filas[0])] if filas else None
        return None

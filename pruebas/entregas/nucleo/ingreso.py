"""Dónde se piden el nombre y la sala: un formulario, una barra, dos pasos, un cuadro o dos diálogos."""

import tkinter as tk
from tkinter import ttk

from piezas import D
from piezas import Hoja
from piezas import boton
from piezas import leer
from piezas import preguntar


class Ingreso:
    def __init__(self, chat):
        self.chat, self.hoja = chat, None
        hacer = {"formulario": self.formulario, "barra": self.formulario, "dos_pasos": self.pedir_nombre,
                 "cuadro": self.cuadro, "dialogos": self.dialogos}
        hacer[D["ingreso"]]()

    def clase_de_sala(self):
        if not D["sala_desplegable"]:
            return {}
        return {"clase": ttk.Combobox, "values": ["general", "redes"]}

    def formulario(self, padre=None):
        padre = padre or self.chat.raiz
        self.hoja = Hoja(padre)
        self.hoja.marco.pack(side="top", fill="x")
        self.nombre = self.hoja.campo(0, "nombre")
        self.sala = self.hoja.campo(1, "sala", **self.clase_de_sala())
        self.hoja.poner(boton(self.hoja.padre(2), "entrar", self.aceptar), 2, 1)
        if D["ingreso"] != "barra":
            self.sala.bind("<Return>", lambda evento: self.aceptar())

    def aceptar(self):
        if self.chat.entrar(self.chat.usuario or leer(self.nombre), leer(self.sala)):
            self.nombre.config(state="disabled")
            self.terminar()

    def terminar(self):
        """Ya se entró: lo de la entrada se queda o se va."""
        if D["otra"] in ("entrada", "barra"):
            return
        self.hoja.marco.destroy()
        if D["disposicion"] == "ventanas" and D["ingreso"] != "cuadro":
            self.chat.raiz.withdraw()

    # ---- primero el nombre y después la sala

    def pedir_nombre(self):
        self.hoja = Hoja(self.chat.raiz)
        self.hoja.marco.pack()
        self.nombre = self.hoja.campo(0, "nombre")
        self.hoja.poner(ttk.Button(self.hoja.padre(1), text="Continuar", command=self.al_nombrar), 1, 0)

    def al_nombrar(self):
        nombre = leer(self.nombre)
        if not nombre:
            return
        self.chat.usuario = nombre
        self.hoja.marco.destroy()
        self.hoja = Hoja(self.chat.raiz)
        self.hoja.marco.pack()
        self.sala = self.hoja.campo(0, "sala", **self.clase_de_sala())
        self.hoja.poner(boton(self.hoja.padre(1), "entrar", self.al_escoger), 1, 0)

    def al_escoger(self):
        if self.chat.entrar(self.chat.usuario, leer(self.sala)):
            self.terminar()

    # ---- en cuadros aparte

    def cuadro(self):
        self.aparte = tk.Toplevel(self.chat.raiz)
        self.aparte.title("Entrar al chat")
        self.formulario(self.aparte)
        self.aparte.protocol("WM_DELETE_WINDOW", self.chat.cerrar)
        self.aparte.transient(self.chat.raiz)
        self.aparte.after(50, self.aparte.grab_set)
        self.terminar = self.aparte.destroy

    def dialogos(self):
        self.chat.raiz.withdraw()
        self.chat.raiz.after(100, self.preguntar_todo)

    def preguntar_todo(self):
        nombre = ""
        while not nombre:
            nombre = preguntar(self.chat.raiz, "Entrar", "Nombre")
            if nombre is None:
                return self.chat.cerrar()
            nombre = nombre.strip()
        sala = preguntar(self.chat.raiz, "Entrar", "Sala")
        if not sala or not sala.strip():
            return self.chat.cerrar()
        self.chat.entrar(nombre, sala.strip())

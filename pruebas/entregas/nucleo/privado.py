"""Una conversación privada: en su ventana o, donde hay pestañas, en la suya."""

import tkinter as tk

import charlas
from piezas import D
from piezas import boton
from piezas import entrada
from piezas import leer
from piezas import vaciar


class VentanaPrivada:
    def __init__(self, chat, persona, sala=None, padre=None):
        self.chat, self.persona, self.ventana = chat, persona, None
        if padre is None:
            madre = sala.ventana() if sala is not None and D["privado_padre"] == "sala" else chat.raiz
            self.ventana = padre = tk.Toplevel(madre)
            self.ventana.title("Privado con " + persona)
            self.ventana.protocol("WM_DELETE_WINDOW", self.ventana.withdraw)
        else:
            tk.Label(padre, text="En privado con " + persona).pack()
        self.charla = charlas.hacer(padre)
        self.charla.widget.pack(fill="both", expand=True)
        abajo = tk.Frame(padre)
        abajo.pack(fill="x")
        self.campo = entrada(abajo, width=36)
        self.campo.pack(side="left")
        if D["enviar"] != "enter":
            boton(abajo, "enviar", self.enviar).pack(side="left")
        if D["enviar"] != "boton":
            self.campo.bind("<Return>", lambda evento: self.enviar())

    def mostrar(self):
        if self.ventana is not None:
            self.ventana.deiconify()

    def escribir(self, autor, contenido):
        self.charla.escribir(autor, contenido)

    def enviar(self):
        contenido = leer(self.campo)
        if contenido:
            claves = {"from": self.chat.usuario, "to": self.persona}
            self.chat.red.decir(tipo="msj", privado=True, **claves, content=contenido)
            self.escribir(self.chat.usuario, contenido)
            vaciar(self.campo)

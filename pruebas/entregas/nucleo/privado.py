"""Una conversación privada: en su ventana, en su pestaña o en el lugar de las salas, como una más."""

import tkinter as tk

import charlas
from piezas import D
from piezas import boton
from piezas import entrada
from piezas import leer
from piezas import vaciar


def decir(chat, persona, contenido):
    claves = {"from": chat.usuario, "to": persona}
    chat.red.decir(tipo="msj", privado=True, **claves, content=contenido)


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
            decir(self.chat, self.persona, contenido)
            self.escribir(self.chat.usuario, contenido)
            vaciar(self.campo)


class EnLaMisma:
    """Donde se habla en las salas: se pasa a ella con lo mismo con que se pasa de una sala a otra."""

    def __init__(self, lugar, persona):
        self.lugar, self.persona = lugar, persona
        lugar.conocer(persona)

    def mostrar(self):
        self.lugar.mostrar(self.persona)
        self.lugar.refrescar()

    def escribir(self, autor, contenido):
        self.lugar.decir_en_privado(self.persona, autor, contenido)

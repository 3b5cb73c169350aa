"""Bajo el nombre de la sala: si tiene llave, y entonces su contraseña.

    Sala
    [ redes (con llave)           ]
    [x] Con llave                       marcarla escribe «(con llave)» en el nombre, y al revés
    Contraseña
    [ ••••••••                    ]     sólo si la tiene
"""

import tkinter as tk
from tkinter import ttk

from seguridad import llaves
from ventanas.aspecto import campos_de_texto

PUNTO = "•"  # lo que se ve de cada letra


class CampoLlave:
    """Una casilla y, si hace falta, un campo con su error."""

    def __init__(self, madre, tema, sala: campos_de_texto.Texto, al_entrar):
        """`sala`: el nombre escrito. `al_entrar()`: se pulsó Enter en la contraseña."""
        self._sala, self._con_llave = sala, tk.BooleanVar(madre)
        marco = ttk.Frame(madre)
        marco.pack(fill="x")
        self.casilla = ttk.Checkbutton(marco, text="Con llave: hace falta una contraseña",
                                       variable=self._con_llave, command=self._escribir_marca)
        self.casilla.pack(anchor="w")
        self._parte = ttk.Frame(marco)
        ttk.Label(self._parte, text="Contraseña", style="Fuerte.TLabel").pack(anchor="w")
        self.campo = ttk.Entry(self._parte, font=tema.letra, show=PUNTO)
        self.campo.pack(fill="x", pady=(tema.px(4), 0))
        self._error = ttk.Label(self._parte, style="Error.TLabel")
        self._error.pack(anchor="w")
        for tecla in ("<Return>", "<KP_Enter>"):
            self.campo.bind(tecla, lambda _: al_entrar())
        sala.trace_add("write", lambda *_: self._seguir_a_la_sala())

    def _escribir_marca(self) -> None:
        nombre = self._sala.get().strip()
        if self._con_llave.get():
            self._sala.set(f"{nombre} {llaves.MARCA}".strip())
            self.campo.focus_set()
        else:
            self._sala.set(nombre[:-len(llaves.MARCA)].strip())

    def _seguir_a_la_sala(self) -> None:
        tiene = llaves.tiene_llave(self._sala.get())
        self._con_llave.set(tiene)
        if tiene:
            self._parte.pack(fill="x")
        else:
            self._parte.pack_forget()

    def leer(self) -> str:
        """La contraseña escrita."""
        return self.campo.get()

    def olvidar(self) -> None:
        """Borrar la contraseña, y su error."""
        self.campo.delete(0, "end")
        self.poner_error("")

    def poner_error(self, texto: str) -> None:
        """Decir bajo la contraseña qué le pasa; con "", nada."""
        self._error.configure(text=texto)
        self.campo.state(["invalid" if texto else "!invalid"])

    def pedir(self, texto: str) -> None:
        """Llevar el teclado a la contraseña, y decir por qué."""
        self.poner_error(texto)
        self.campo.focus_force()
        self.campo.selection_range(0, "end")

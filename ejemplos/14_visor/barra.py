"""La parte de arriba de la ventana: qué se oye, cuánto va y el filtro."""

import tkinter as tk
from tkinter import ttk

import aspecto
import filtro
import resumen


class Barra(ttk.Frame):
    """Un renglón con el título y las cuentas, y otro con el filtro y los botones."""

    def __init__(self, visor, letras, rotulo, texto, clases):
        super().__init__(visor, style="Panel.TFrame", padding=(12, 8))
        self.texto = tk.StringVar(self, texto)
        self.pausa = tk.BooleanVar(self)
        self.clases = {clase: tk.BooleanVar(self, clase in clases)
                       for clase in (*filtro.CLASES, filtro.RARO)}
        self._poner_titulo(rotulo)
        controles = ttk.Frame(self, style="Panel.TFrame")
        controles.pack(fill="x", pady=(8, 0))
        ttk.Label(controles, text="Filtro", style="Panel.TLabel").pack(side="left", padx=(0, 6))
        # Lo tecleado tampoco debe tumbar a Tk.
        admitir = self.register(lambda texto: texto == resumen.limpiar(texto))
        self.campo = ttk.Entry(controles, textvariable=self.texto, width=22, font=letras.normal,
                               validate="key", validatecommand=(admitir, "%P"))
        self.campo.pack(side="left", padx=(0, 12))
        for clase, variable in self.clases.items():
            aspecto.crear_boton_de_clase(controles, clase, variable, letras,
                                         visor.refiltrar).pack(side="left", padx=(0, 4))
        for rotulo_boton, accion in (("Guardar…", visor.guardar), ("Limpiar", visor.limpiar)):
            ttk.Button(controles, text=rotulo_boton, command=accion).pack(side="right", padx=(6, 0))
        self.boton_pausa = ttk.Button(controles, text="Pausa", command=self._pausar)
        self.boton_pausa.pack(side="right")
        self.texto.trace_add("write", lambda *_: visor.refiltrar())
        self._al_seguir = visor.refiltrar

    def _poner_titulo(self, rotulo):
        cabecera = ttk.Frame(self, style="Panel.TFrame")
        cabecera.pack(fill="x")
        ttk.Label(cabecera, text="Visor del chat", style="Titulo.TLabel").pack(side="left")
        ttk.Label(cabecera, text=rotulo, style="Tenue.TLabel").pack(side="left", padx=12)
        self.cuenta = ttk.Label(cabecera, style="Panel.TLabel")
        self.cuenta.pack(side="right")
        self.aviso = ttk.Label(cabecera, style="Tenue.TLabel")
        self.aviso.pack(side="right", padx=12)

    def filtro(self):
        """Las palabras y las clases elegidas."""
        return self.texto.get(), {clase
                                  for clase, variable in self.clases.items() if variable.get()}

    def en_pausa(self):
        """Si no hay que mostrar lo nuevo, aunque se siga guardando."""
        return self.pausa.get()

    def _pausar(self):
        self.pausa.set(not self.pausa.get())
        self.boton_pausa["text"] = "Seguir" if self.pausa.get() else "Pausa"
        if not self.pausa.get():
            self._al_seguir()

    def contar(self, memoria, sin_mostrar):
        """Poner al día las cuentas."""
        guardado = (f"{memoria.bytes / 1e6:.1f} MB" if memoria.bytes >= 1e6
                    else f"{memoria.bytes / 1000:.0f} KB")
        texto = f"{memoria.total:,} datagramas, {guardado} guardados"
        self.cuenta["text"] = texto + (f", {sin_mostrar:,} sin mostrar" if sin_mostrar else "")

    def decir(self, texto):
        """Mostrar un aviso junto a las cuentas."""
        self.aviso["text"] = texto

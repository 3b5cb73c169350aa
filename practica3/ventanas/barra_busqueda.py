"""La barra para buscar: Enter va al anterior hallado; Mayús+Enter, al siguiente."""

import tkinter as tk
from tkinter import ttk

from ventanas.aspecto import botones
from ventanas.aspecto import campos_de_texto


class BarraDeBusqueda(ttk.Frame):
    """Campo, cuenta de hallados y flechas. Esc la cierra y llama a `al_cerrar()`."""

    def __init__(self, madre, tema, conversacion, al_cerrar):
        super().__init__(madre, padding=(tema.px(12), tema.px(6), tema.px(10), tema.px(6)))
        self._conversacion, self._al_cerrar = conversacion, al_cerrar
        self._hallados: "list[int]" = []
        self._lugar = -1
        self._estaba_al_final = True  # al abrirla: al cerrarla se vuelve ahí
        self.texto = tk.StringVar(self)
        traza = self.texto.trace_add("write", lambda *_: self._buscar())
        # Tcl conservaría la barra y, con ella, toda la charla.
        self.bind("<Destroy>", lambda _: self.texto.trace_remove("write", traza))
        self.campo = ttk.Entry(self, textvariable=self.texto, font=tema.letra)
        self._cuenta = ttk.Label(self, style="Tenue.TLabel", width=14, anchor="e")
        antes = botones.BotonIcono(self, tema, "arriba", "Anterior", lambda: self._mover(-1))
        despues = botones.BotonIcono(self, tema, "abajo", "Siguiente", lambda: self._mover(1))
        cerrar = botones.BotonIcono(self, tema, "cerrar", "Cerrar la búsqueda", self.cerrar)
        self.campo.pack(side="left", fill="x", expand=True)
        for widget in (self._cuenta, antes, despues, cerrar):
            widget.pack(side="left", padx=(tema.px(6), 0))
        campos_de_texto.proteger_campo(self.campo)
        self.campo.bind("<Return>", lambda _: self._mover(-1))
        self.campo.bind("<Shift-Return>", lambda _: self._mover(1))
        self.campo.bind("<Up>", lambda _: self._mover(-1))
        self.campo.bind("<Down>", lambda _: self._mover(1))
        for widget in (self.campo, antes, despues, cerrar):
            widget.bind("<Escape>", lambda _: self.cerrar())

    def abrir(self) -> None:
        """Mostrarse, lista para escribir."""
        self._estaba_al_final = self._conversacion.lista.al_final
        self.grid()
        self.campo.focus_set()
        self.campo.selection_range(0, "end")
        self._buscar()

    def cerrar(self) -> None:
        """Ocultarse y quitar lo resaltado."""
        self.grid_remove()
        self._conversacion.buscar("", lambda _: None)
        if self._estaba_al_final:
            self._conversacion.ir_al_final()
        self._al_cerrar()

    def _buscar(self) -> None:
        self._conversacion.buscar(self.texto.get(), self._al_hallar)

    def _al_hallar(self, hallados: "list[int]") -> None:
        self._hallados, self._lugar = hallados, len(hallados)
        if hallados:
            self._mover(-1)
        else:
            self._cuenta.configure(text="Sin resultados" if self.texto.get().strip() else "")

    def _mover(self, paso: int) -> str:
        if self._hallados:
            self._lugar = (self._lugar + paso) % len(self._hallados)
            self._cuenta.configure(text=f"{self._lugar + 1} de {len(self._hallados)}")
            self._conversacion.mostrar_hallado(self._hallados[self._lugar])
        return "break"

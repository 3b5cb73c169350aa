"""Lo que rodea o encabeza: la tarjeta y la franja de avisos."""

import dataclasses
from tkinter import ttk

from ventanas.aspecto import foco


class Tarjeta(ttk.Frame):
    """Un marco redondeado alrededor de una lista o un texto, encendido si tiene el teclado."""

    def __init__(self, madre, tema):
        super().__init__(madre, style="Tarjeta.TFrame", padding=tema.px(6))

    def rodear(self, widget) -> None:
        """Poner dentro un widget que se desplaza, con su barra."""
        barra = ttk.Scrollbar(self, style="Panel.Vertical.TScrollbar", command=widget.yview)
        widget.configure(yscrollcommand=barra.set)
        barra.pack(side="right", fill="y")
        widget.pack(fill="both", expand=True)
        widget.bind("<FocusIn>", lambda _: self.state(["focus"]), add=True)
        widget.bind("<FocusOut>", lambda _: self.state(["!focus"]), add=True)


@dataclasses.dataclass(frozen=True)
class Aviso:
    """Lo que dice una franja y, si lleva botón, su rótulo y lo que hace."""

    texto: str = ""
    rotulo: str = ""
    orden: object = None
    es_de_la_red: bool = False  # está caída: importa en todas las ventanas


class Franja(ttk.Frame):
    """Un aviso discreto de lado a lado, quizá con un botón. Sin texto no se ve.

    Al quitarse el botón, si tenía el teclado, `ceder_foco()` lo lleva a donde se escribe.
    """

    def __init__(self, madre, tema, ceder_foco):
        super().__init__(madre, style="Franja.TFrame",
                         padding=(tema.px(16), tema.px(6), tema.px(12), tema.px(6)))
        self._ceder_foco = ceder_foco
        self._aviso = Aviso()
        self._texto = ttk.Label(self, style="Franja.TLabel")
        self._boton = ttk.Button(self, style="Franja.TButton")
        self._boton.bind("<Return>", lambda _: self._boton.invoke())
        self._boton.pack(side="right")
        self._texto.pack(side="left", fill="x", expand=True)
        # El texto se parte al ancho que haya.
        self.bind("<Configure>", lambda evento: self._texto.configure(
            wraplength=max(evento.width - tema.px(190), tema.px(120))))

    def poner(self, aviso: Aviso) -> None:
        """Mostrar un aviso, con un botón si hay rótulo; con texto vacío, nada."""
        if aviso == self._aviso:
            return  # se llama a cada rato, y tkinter no olvida ninguna orden que se le dio
        self._aviso = aviso
        self.grid() if aviso.texto else self.grid_remove()
        self._texto.configure(text=aviso.texto)
        if aviso.rotulo:
            self._boton.configure(text=aviso.rotulo, command=aviso.orden)
            self._boton.pack(side="right", before=self._texto)
        elif self._boton.winfo_manager():
            if foco.tiene_foco(self._boton):
                self._ceder_foco()
            self._boton.pack_forget()

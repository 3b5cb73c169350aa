"""Lo que rodea o encabeza: el rótulo que se recorta, la tarjeta y la franja de avisos."""

from tkinter import ttk

from ventanas.aspecto import foco


class Recortado(ttk.Label):
    """Un rótulo de un renglón que, si no cabe entero, acaba en puntos suspensivos."""

    def __init__(self, madre, tema, papel: str, estilo: str, texto: str = ""):
        super().__init__(madre, style=estilo, width=1)  # pide poco: toma el lugar que haya
        self._tema, self._papel, self._texto = tema, papel, texto
        for suceso in ("<Configure>", "<<ThemeChanged>>"):
            self.bind(suceso, lambda _: self._recortar(), add=True)

    def poner(self, texto: str) -> None:
        """Cambiar lo que dice."""
        self._texto = texto
        self._recortar()

    def _recortar(self) -> None:
        visible = self._tema.recortar(self._texto, self._papel, max(1, self.winfo_width()))
        if visible != self["text"]:
            self.configure(text=visible)


class Tarjeta(ttk.Frame):
    """Un marco redondeado alrededor de una lista o un texto, que se enciende cuando tiene el teclado."""

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


class Franja(ttk.Frame):
    """Un aviso discreto de lado a lado, quizá con un botón. Sin texto no se ve.

    Al quitarse el botón, si tenía el teclado, `ceder_foco()` lo lleva a donde se escribe.
    """

    def __init__(self, madre, tema, ceder_foco):
        super().__init__(madre, style="Franja.TFrame", padding=(tema.px(16), tema.px(6), tema.px(12), tema.px(6)))
        self._ceder_foco = ceder_foco
        self._puesto = ("", "")  # el texto y el rótulo de ahora
        self._texto = ttk.Label(self, style="Franja.TLabel")
        self._boton = ttk.Button(self, style="Franja.TButton")
        self._boton.bind("<Return>", lambda _: self._boton.invoke())
        self._boton.pack(side="right")
        self._texto.pack(side="left", fill="x", expand=True)
        # El texto se parte al ancho que haya.
        self.bind("<Configure>", lambda evento: self._texto.configure(wraplength=max(evento.width - tema.px(190), tema.px(120))))

    def poner(self, texto: str, rotulo: str = "", orden=None) -> None:
        """Mostrar un aviso, con un botón si hay rótulo; con texto vacío, nada. Cada rótulo tiene siempre la misma orden."""
        if (texto, rotulo) == self._puesto:
            return  # se llama a cada rato, y tkinter no olvida ninguna orden que se le dio
        self._puesto = (texto, rotulo)
        self.grid() if texto else self.grid_remove()
        self._texto.configure(text=texto)
        if rotulo:
            self._boton.configure(text=rotulo, command=orden)
            self._boton.pack(side="right", before=self._texto)
        elif self._boton.winfo_manager():
            if foco.tiene_foco(self._boton):
                self._ceder_foco()
            self._boton.pack_forget()

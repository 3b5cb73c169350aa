"""El botón con icono y la pista que dice su nombre."""

import tkinter as tk
from tkinter import ttk

ESPERA_DE_PISTA = 500  # ms con el ratón quieto
DURACION_DE_PISTA = 4_000  # ms: después estorbaría
SEPARACION = 20  # píxeles del ratón a la pista


class BotonIcono(ttk.Button):
    """Un botón que muestra un icono; su nombre aparece al señalarlo."""

    def __init__(self, madre, tema, icono: str, nombre: str, orden, estilo: str = "Icono.TButton",
                 color: str = "tenue", breve: str = ""):
        """`breve`: lo que se lee sin Pillow, donde el nombre entero no dejaría sitio a lo demás."""
        super().__init__(madre, text=nombre, style=estilo, command=orden)
        self._tema, self._color, self._breve = tema, color, breve
        self.poner(icono, nombre)
        Pista(self, lambda: self._nombre)
        self.bind("<Return>", lambda _: self.invoke())
        self.bind("<<ThemeChanged>>", lambda _: self.poner(self._icono, self._nombre), add=True)

    def poner(self, icono: str, nombre: str) -> None:
        """Cambiar el icono y el nombre. Sin Pillow se lee el nombre."""
        self._icono, self._nombre = icono, nombre
        imagen = self._tema.icono(icono, self._color)
        self.configure(text=nombre if imagen else self._breve or nombre, image=imagen,
                       compound="image" if imagen else "none")


class Pista:
    """El nombre de un botón o de una fila, en una ventanita junto al ratón quieto."""

    def __init__(self, widget, leer):
        self._widget, self._leer = widget, leer
        self._ventana: "tk.Toplevel | None" = None
        self._espera = ""
        for suceso in ("<Enter>", "<Motion>"):
            widget.bind(suceso, self._esperar, add=True)
        for suceso in ("<Leave>", "<ButtonPress>", "<Unmap>", "<Destroy>", "<KeyPress>"):
            widget.bind(suceso, self._quitar, add=True)

    def _esperar(self, _evento) -> None:
        self._quitar()
        self._espera = self._widget.after(ESPERA_DE_PISTA, self._mostrar)

    def _mostrar(self) -> None:
        widget = self._widget
        self._ventana = ventana = tk.Toplevel(widget)
        ventana.overrideredirect(True)
        rotulo = ttk.Label(ventana, text=self._leer(), style="Pista.TLabel")
        rotulo.pack()
        x, y = widget.winfo_pointerx(), widget.winfo_pointery() + SEPARACION
        x = max(0, min(x, widget.winfo_screenwidth() - rotulo.winfo_reqwidth()))
        if y + rotulo.winfo_reqheight() > widget.winfo_screenheight():
            y -= 2 * SEPARACION + rotulo.winfo_reqheight()
        ventana.geometry(f"+{x}+{y}")
        self._espera = widget.after(DURACION_DE_PISTA, self._quitar)

    def _quitar(self, _evento=None) -> None:
        if self._espera:
            self._widget.after_cancel(self._espera)
            self._espera = ""
        if self._ventana is not None:
            self._ventana.destroy()
            self._ventana = None

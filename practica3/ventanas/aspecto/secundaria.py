"""La forma común de las ventanas que se abren desde otra: preferencias, atajos, diagnóstico."""

import tkinter as tk
from tkinter import ttk

from ventanas.aspecto.foco import CLASE


class VentanaSecundaria:
    """Una ventana secundaria: título, cuerpo y Esc para cerrarla."""

    def __init__(self, aplicacion, titulo: str):
        self.aplicacion, self.tema = aplicacion, aplicacion.tema
        self.ventana = tk.Toplevel(aplicacion.raiz, class_=CLASE,
                                   background=self.tema.colores["fondo"])
        self.ventana.title(titulo)
        px = self.tema.px
        self.cuerpo = ttk.Frame(self.ventana, padding=(px(24), px(20)))
        self.cuerpo.pack(fill="both", expand=True)
        ttk.Label(self.cuerpo, text=titulo,
                  style="Seccion.TLabel").pack(anchor="w", pady=(0, px(14)))
        self.ventana.bind("<Escape>", lambda _: self.ventana.destroy())
        self.ventana.bind(f"<{self.tema.tecla_mando}-w>", lambda _: self.ventana.destroy())
        self.ventana.bind("<<ThemeChanged>>",
                          lambda _: self.ventana.configure(background=self.tema.colores["fondo"]))

    def pasar_a_ella(self) -> bool:
        """Traerla al frente; False si ya se cerró."""
        if not self.ventana.winfo_exists():
            return False
        self.ventana.deiconify()
        self.ventana.lift()
        self.ventana.focus_force()
        return True

    def poner_botones(self, *botones: "tuple[str, object]") -> None:
        """Botones al pie, de derecha a izquierda; el primero toma el foco."""
        pie = ttk.Frame(self.cuerpo)
        pie.pack(side="bottom", fill="x", pady=(self.tema.px(16), 0))
        for numero, (rotulo, orden) in enumerate(botones):
            boton = ttk.Button(pie, text=rotulo, command=orden,
                               style="TButton" if numero else "Acento.TButton")
            boton.bind("<Return>", lambda _, boton=boton: boton.invoke())
            boton.pack(side="right", padx=(self.tema.px(8), 0))
            if not numero:
                boton.focus_set()

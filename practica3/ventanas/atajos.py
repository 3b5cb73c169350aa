"""La ventana con lo que hace cada tecla."""

from tkinter import ttk

from ventanas import ordenes
from ventanas.aspecto import secundaria


class VentanaAtajos(secundaria.VentanaSecundaria):
    """La lista de atajos, que sale de las órdenes."""

    def __init__(self, aplicacion):
        super().__init__(aplicacion, "Atajos de teclado")
        px, tabla = self.tema.px, ttk.Frame(self.cuerpo)
        tabla.pack(fill="both")
        for fila, (teclas, que) in enumerate(ordenes.escribir_atajos(self.tema)):
            rotulo = ttk.Label(tabla, text=teclas, style="Fuerte.TLabel")
            rotulo.grid(row=fila, column=0, sticky="w", pady=px(3))
            ttk.Label(tabla, text=que).grid(row=fila, column=1, sticky="w", padx=(px(24), 0))
        self.poner_botones(("Cerrar", self.ventana.destroy))

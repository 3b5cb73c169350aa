"""Las formas con que se dibuja un mensaje en un Canvas: letras, imágenes y cajas redondas."""

import tkinter as tk

REDONDA, CHICA = 14, 11  # radios a 96 ppp


class Pincel:
    """Dibuja en un Canvas, con los colores y letras de un tema; todo lleva una etiqueta."""

    def __init__(self, lienzo: tk.Canvas, tema, etiqueta: str):
        self._lienzo, self._tema, self.etiqueta = lienzo, tema, etiqueta

    def texto(self, x: float, y: float, texto: str, papel: str, color: str,
              ancla: str = "w") -> None:
        """Un renglón de texto, en una de las letras del tema."""
        self._lienzo.create_text(x, y, text=texto, font=getattr(self._tema, papel), fill=color,
                                 anchor=ancla, tags=(self.etiqueta, "letras"))

    def imagen(self, x: float, y: float, imagen, ancla: str = "nw", otra: str = "") -> None:
        """Una imagen, si la hay; con otra etiqueta además, para poder cambiarla."""
        if imagen:
            etiquetas = (self.etiqueta, otra) if otra else (self.etiqueta,)
            self._lienzo.create_image(x, y, image=imagen, anchor=ancla, tags=etiquetas)

    def icono(self, x: float, y: float, nombre: str, color: str, lado: int,
              ancla: str = "e") -> None:
        """Un icono pequeño, de un color cualquiera."""
        self.imagen(x, y, self._tema.dibujos.icono(nombre, color, lado), ancla)

    def recto(self, x0: float, y0: float, x1: float, y1: float, color: str,
              orilla: str = "") -> None:
        """Un rectángulo sin redondear."""
        self._lienzo.create_rectangle(x0, y0, x1, y1, fill=color, outline=orilla,
                                      width=1 if orilla else 0, tags=self.etiqueta)

    def caja(self, caja: "tuple[int, int, int, int]", color: str, *radios: int) -> None:
        """Un rectángulo redondeado, con un radio para todas las esquinas o uno para cada una."""
        x0, y0, x1, y1 = caja
        radios = radios if len(radios) == 4 else radios * 4
        hacer, (a, b, c, d) = self._tema.dibujos.esquina, radios
        esquinas = (hacer(color, a, "no"), hacer(color, b, "ne"),
                    hacer(color, c, "so"), hacer(color, d, "se"))
        no, ne, so, se = map(self._tema.px, radios) if esquinas[0] else (0, 0, 0, 0)
        self._lienzo.create_polygon(
            x0 + no, y0, x1 - ne, y0, x1 - ne, y0 + ne, x1, y0 + ne,
            x1, y1 - se, x1 - se, y1 - se, x1 - se, y1, x0 + so, y1,
            x0 + so, y1 - so, x0, y1 - so, x0, y0 + no, x0 + no, y0 + no,
            fill=color, tags=self.etiqueta)
        for imagen, x, y, ancla in zip(esquinas, (x0, x1) * 2, (y0, y0, y1, y1),
                                       ("nw", "ne", "sw", "se")):
            self.imagen(x, y, imagen, ancla)

    def pastilla(self, medio: int, y: int, texto: str, fondo: str, color: str) -> None:
        """Un texto breve y centrado, con su fondo redondo."""
        px, letra = self._tema.px, self._tema.letra_chica
        ancho = letra.measure(texto) // 2 + px(12)
        alto = letra.metrics("linespace") + px(6)
        self.caja((medio - ancho, y, medio + ancho, y + alto), fondo, CHICA)
        self.texto(medio, y + alto // 2, texto, "letra_chica", color, "center")

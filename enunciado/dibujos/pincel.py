"""Dibujar con formas suaves: el lienzo con que se hacen los stickers.

Las medidas van de 0 a 256, con el origen arriba a la izquierda. Se dibuja cuatro veces
más grande y se encoge al final: así los bordes salen suaves. Un punto es un número
complejo, x + y·j, porque girar y agrandar un complejo es sólo multiplicarlo.
"""

import cmath
import contextlib
import math

from PIL import Image
from PIL import ImageChops
from PIL import ImageDraw
from PIL import ImageFilter
from PIL import ImageOps

LADO = 256
DETALLE = 4  # píxeles del lienzo por cada uno del sticker
TRAZO = 5.0  # ancho del contorno
TINTA = "#4B1D3F"
ORILLA = 5.5  # ancho del borde blanco, como de calcomanía
MARGEN = 0.93  # lo que se encoge el dibujo
RESERVA = 100  # píxeles de más alrededor, mientras se hace la orilla
PASOS = 10  # segmentos de curva entre dos puntos


def punto(par) -> complex:
    """(x, y) → x + y·j."""
    return complex(*par)


def suavizar(puntos: "list[complex]", cerrada: bool) -> "list[complex]":
    """La curva que pasa por todos los puntos (Catmull-Rom)."""
    vecinos = [puntos[-1], *puntos, *puntos[:2]] if cerrada else [puntos[0], *puntos, puntos[-1]]
    curva = []
    for a, b, c, d in zip(vecinos, vecinos[1:], vecinos[2:], vecinos[3:]):
        for paso in range(PASOS):
            t = paso / PASOS
            curva.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
                                + (3 * b - a - 3 * c + d) * t**3))
    return curva if cerrada else [*curva, puntos[-1]]


def elipse(x: float, y: float, rx: float, ry: "float | None" = None,
           giro: float = 0) -> "list[complex]":
    """El contorno de una elipse, o de un círculo; `giro` en grados."""
    ry = rx if ry is None else ry
    vuelta = cmath.rect(1, math.radians(giro))
    angulos = [2 * math.pi * i / 72 for i in range(72)]
    return [complex(x, y) + vuelta * complex(rx * math.cos(a), ry * math.sin(a)) for a in angulos]


def curva(*pares) -> "list[complex]":
    """El contorno suave y cerrado que pasa por unos puntos."""
    return suavizar([punto(par) for par in pares], cerrada=True)


def recta(*pares) -> "list[complex]":
    """Un contorno de lados rectos."""
    return [punto(par) for par in pares]


def ensanchar(silueta: "Image.Image", ancho: float) -> "Image.Image":
    """Una silueta con el borde corrido tantos píxeles, hacia fuera o adentro, y sin esquinas."""
    # Difuminada, la silueta vale 98 % o 2 % del máximo a dos desviaciones de su borde.
    corte = 5 if ancho > 0 else 250
    return silueta.filter(ImageFilter.GaussianBlur(abs(ancho) / 2)).point(
        lambda alfa: 255 if alfa > corte else 0)


def tapar_huecos(silueta: "Image.Image") -> "Image.Image":
    """La silueta sin agujeros: entre el cuerpo y la cola, por ejemplo, no se ve el fondo."""
    chica = ImageOps.expand(silueta.reduce(DETALLE), 1)
    # 128: lo de fuera, al que se llega desde la esquina.
    ImageDraw.floodfill(chica, (0, 0), 128, thresh=127)
    huecos = ImageOps.crop(chica, 1).point(lambda alfa: 255 if alfa < 127 else 0)
    huecos = huecos.filter(ImageFilter.MaxFilter(3))
    return ImageChops.lighter(silueta, huecos.resize(silueta.size))


class Lienzo:
    """Una imagen en la que se dibuja, y los movimientos con que se dibuja en ella."""

    def __init__(self):
        self.imagen = Image.new("RGBA", (LADO * DETALLE,) * 2)
        self._suelto = self.imagen.copy()  # lo que va detrás, sin orilla
        # Un punto z va al píxel factor·z + suma. Con MARGEN,
        # lo que quede cerca del borde cabe con su orilla.
        self._factor = complex(DETALLE * MARGEN)
        self._suma = complex(LADO / 2, LADO * 0.52) * DETALLE * (1 - MARGEN)

    @contextlib.contextmanager
    def mover(self, dx: float = 0, dy: float = 0, giro: float = 0, escala: float = 1,
              eje=(128, 128)):
        """Lo que se dibuje dentro sale corrido, girado y agrandado alrededor de `eje`.

        El giro, en grados y en el sentido del reloj.
        """
        antes = self._factor, self._suma
        factor = cmath.rect(escala, math.radians(giro))
        suma = punto(eje) + complex(dx, dy) - factor * punto(eje)
        self._factor, self._suma = antes[0] * factor, antes[0] * suma + antes[1]
        yield
        self._factor, self._suma = antes

    @contextlib.contextmanager
    def dentro(self, contorno: "list[complex]"):
        """Lo que se dibuje dentro sólo se ve en el interior de un contorno."""
        fondo = self.imagen.copy()
        yield
        mascara = Image.new("L", self.imagen.size)
        ImageDraw.Draw(mascara).polygon(self._pixeles(contorno), fill=255)
        self.imagen = Image.composite(self.imagen, fondo, mascara)

    @contextlib.contextmanager
    def sin_orilla(self):
        """Lo que se dibuje dentro queda detrás de todo y sin borde blanco."""
        self.imagen, self._suelto = self._suelto, self.imagen
        yield
        self.imagen, self._suelto = self._suelto, self.imagen

    def _pixeles(self, puntos: "list[complex]") -> "list[tuple[float, float]]":
        return [(z.real, z.imag) for z in (self._factor * p + self._suma for p in puntos)]

    def pintar(self, contorno: "list[complex]", color: "str | None", borde: "str | None" = TINTA,
               grosor: float = TRAZO) -> None:
        """Rellenar un contorno y dibujar su borde."""
        if color:
            ImageDraw.Draw(self.imagen).polygon(self._pixeles(contorno), fill=color)
        if borde and grosor:
            self.trazar([*contorno, contorno[0]], borde, grosor)

    def trazar(self, linea: "list[complex]", color: str = TINTA, grosor: float = TRAZO) -> None:
        """Dibujar una línea con las puntas y las esquinas redondas."""
        lapiz, pixeles = ImageDraw.Draw(self.imagen), self._pixeles(linea)
        ancho = round(grosor * abs(self._factor))
        lapiz.line(pixeles, fill=color, width=ancho, joint="curve")
        # Un círculo en cada punto tapa las rendijas; medio píxel menos, y no asoma.
        radio = (ancho - 1) / 2
        for x, y in pixeles:
            lapiz.ellipse((x - radio, y - radio, x + radio, y + radio), fill=color)

    def linea(self, *pares, color: str = TINTA, grosor: float = TRAZO) -> None:
        """Dibujar una curva abierta que pasa por unos puntos."""
        self.trazar(suavizar([punto(par) for par in pares], cerrada=False), color, grosor)

    def sombrear(self, contorno: "list[complex]", color: str, sombra: str, dx: float = -5,
                 dy: float = -7) -> None:
        """Pintar un cuerpo con su lado de abajo más oscuro.

        Del color de la sombra, y encima, corrido, el suyo.
        """
        self.pintar(contorno, sombra, None)
        with self.dentro(contorno):
            self.pintar([z + complex(dx, dy) for z in contorno], color, None)
        self.pintar(contorno, None)

    def terminar(self) -> "Image.Image":
        """El sticker.

        Con orilla blanca y una sombra leve, para que se lea sobre claro y sobre oscuro.
        """
        radio = ORILLA * DETALLE
        # Difuminar en el borde inventa lo de fuera.
        silueta = ImageOps.expand(self.imagen.getchannel("A"), RESERVA)
        orilla = tapar_huecos(ImageOps.crop(ensanchar(ensanchar(silueta, 2.2 * radio),
                                                      -1.2 * radio), RESERVA))
        sombra = Image.new("L", orilla.size)
        sombra.paste(orilla, (0, 2 * DETALLE))
        sombra = sombra.filter(ImageFilter.GaussianBlur(1.5 * DETALLE))
        base, oscura = self._suelto, Image.new("RGBA", self.imagen.size, "#2A1230")
        oscura.putalpha(sombra.point(lambda alfa: alfa * 45 // 100))
        base.alpha_composite(oscura)
        blanca = Image.new("RGBA", self.imagen.size, "white")
        blanca.putalpha(orilla)
        base.alpha_composite(blanca)
        base.alpha_composite(self.imagen)
        return base.reduce(DETALLE)

"""Un lienzo SVG con lo poco que piden las figuras del enunciado: cajas, flechas y textos.

Los colores se distinguen también en una impresión en blanco y negro: los trazos son
oscuros, los rellenos claros, y ningún significado depende sólo del color.
"""

import html
import math

TINTA, TENUE = "#1c2733", "#55606c"
AZUL, MORADO, VERDE, ROJO = "#1a5fb0", "#8d2f87", "#24693b", "#b3261e"
BLANCO, GRIS = "#ffffff", "#eef1f4"
CELESTE, LILA, MENTA, CREMA = "#e4effb", "#f5e6f4", "#e3f3e8", "#fdf3dc"
PUNTA = 12  # píxeles, el largo de la punta de una flecha

ESTILO = """
    text { font-family: Helvetica, Arial, 'DejaVu Sans', sans-serif; font-size: 17px; \
fill: #1c2733; }
    .fijo { font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: 16px; }
    .chico { font-size: 15px; }
    .fuerte { font-weight: bold; }
    .tenue { fill: #55606c; }
"""


class Dibujo:
    """Un SVG que se va llenando; `guardar` lo escribe."""

    def __init__(self, ancho: int, alto: int, titulo: str):
        self.ancho, self.alto = ancho, alto
        self._partes = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {ancho} {alto}" width="{ancho}" '
            f'height="{alto}" role="img">',
            f"  <title>{html.escape(titulo)}</title>",
            f"  <style>{ESTILO}  </style>",
            f'  <rect width="{ancho}" height="{alto}" fill="#ffffff"/>',
        ]

    def texto(self, x: float, y: float, texto: str, clase: str = "", ancla: str = "middle",
              color: str = TINTA) -> None:
        """Escribir los renglones de un texto, centrados en vertical alrededor de `y`."""
        renglones = texto.split("\n")
        for numero, renglon in enumerate(renglones):
            altura = y + 6 + 21 * (numero - (len(renglones) - 1) / 2)
            clases = f' class="{clase}"' if clase else ""
            self._partes.append(
                f'  <text x="{x:g}" y="{altura:g}" text-anchor="{ancla}"{clases} '
                f'style="fill:{color}">{html.escape(renglon)}</text>'
            )

    def caja(self, x: float, y: float, ancho: float, alto: float, texto: str = "",
             relleno: str = BLANCO, borde: str = TINTA,
             clase: str = "", redondo: float = 8, trazos: bool = False) -> None:
        """Un rectángulo con un texto en el centro."""
        punteado = ' stroke-dasharray="7 5"' if trazos else ""
        self._partes.append(
            f'  <rect x="{x:g}" y="{y:g}" width="{ancho:g}" height="{alto:g}" rx="{redondo:g}" '
            f'fill="{relleno}" stroke="{borde}" stroke-width="2"{punteado}/>'
        )
        if texto:
            self.texto(x + ancho / 2, y + alto / 2, texto, clase)

    def linea(self, x1: float, y1: float, x2: float, y2: float, color: str = TINTA,
              trazos: bool = False, grueso: float = 2.2) -> None:
        """Una recta sin punta."""
        punteado = ' stroke-dasharray="6 6"' if trazos else ""
        self._partes.append(
            f'  <line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{color}" '
            f'stroke-width="{grueso:g}"{punteado}/>'
        )

    def flecha(self, x1: float, y1: float, x2: float, y2: float, color: str = TINTA,
               doble: bool = False, trazos: bool = False) -> None:
        """Una recta con punta en el final, o en los dos extremos."""
        angulo = math.atan2(y2 - y1, x2 - x1)
        dx, dy = PUNTA * 0.7 * math.cos(angulo), PUNTA * 0.7 * math.sin(angulo)
        self.linea(x1 + (dx if doble else 0), y1 + (dy if doble else 0), x2 - dx, y2 - dy, color,
                   trazos)
        self.punta(x2, y2, angulo, color)
        if doble:
            self.punta(x1, y1, angulo + math.pi, color)

    def punta(self, x: float, y: float, angulo: float, color: str) -> None:
        """La punta de una flecha que llega a (x, y) con ese ángulo."""
        esquinas = [(x, y)] + [
            (x - PUNTA * math.cos(angulo + giro), y - PUNTA * math.sin(angulo + giro))
            for giro in (0.42, -0.42)
        ]
        puntos = " ".join(f"{px:.1f},{py:.1f}" for px, py in esquinas)
        self._partes.append(f'  <polygon points="{puntos}" fill="{color}"/>')

    def curva(self, x1: float, y1: float, cx1: float, cy1: float, cx2: float, cy2: float, x2: float,
              y2: float, color: str = TINTA) -> None:
        """Una curva de Bézier con punta en el final."""
        self._partes.append(
            f'  <path d="M{x1:g} {y1:g} C{cx1:g} {cy1:g} {cx2:g} {cy2:g} {x2:g} {y2:g}" '
            f'fill="none" stroke="{color}" stroke-width="2.2"/>'
        )
        self.punta(x2, y2, math.atan2(y2 - cy2, x2 - cx2), color)

    def punto(self, x: float, y: float, color: str = TINTA) -> None:
        """Un punto lleno: de aquí sale algo."""
        self._partes.append(f'  <circle cx="{x:g}" cy="{y:g}" r="5.5" fill="{color}"/>')

    def tache(self, x: float, y: float, color: str = ROJO) -> None:
        """Una cruz: aquí se pierde algo."""
        self._partes.append(f'  <circle cx="{x:g}" cy="{y:g}" r="11" fill="#ffffff"/>')
        for signo in (1, -1):
            self.linea(x - 8, y - 8 * signo, x + 8, y + 8 * signo, color, grueso=3.4)

    def svg(self) -> str:
        """El dibujo entero."""
        return "\n".join([*self._partes, "</svg>", ""])


class Secuencia(Dibujo):
    """Un diagrama de secuencia en el que cada envío llega a todos los demás, como en un grupo."""

    def __init__(self, ancho: int, alto: int, titulo: str, quienes: "dict[str, float]"):
        """`quienes`: nombre → x de su línea."""
        super().__init__(ancho, alto, titulo)
        self.quienes = quienes
        for nombre, x in quienes.items():
            self.linea(x, 60, x, alto - 14, TENUE, trazos=True, grueso=1.6)
            self.caja(x - 75, 16, 150, 44, nombre, MENTA if nombre == "servidor" else CELESTE,
                      clase="fuerte")

    def enviar(self, y: float, quien: str, rotulo: str, color: str = AZUL,
               se_pierde: "tuple[str, ...]" = ()) -> None:
        """Un datagrama de uno al grupo; a los de `se_pierde` no les llega."""
        origen = self.quienes[quien]
        for lado in (-1, 1):
            otros = sorted((x for x in self.quienes.values() if (x - origen) * lado > 0),
                           key=lambda x: abs(x - origen))
            if otros:
                self.linea(origen, y, otros[-1] - 8 * lado, y, color)
            for x in otros:
                nombre = next(nombre for nombre, suya in self.quienes.items() if suya == x)
                if nombre in se_pierde:
                    self.tache(x, y)
                else:
                    self.punta(x, y, 0 if lado > 0 else math.pi, color)
        self.punto(origen, y, color)
        vecino = min((x for x in self.quienes.values() if x != origen),
                     key=lambda x: (abs(x - origen), -x))
        self.texto((origen + vecino) / 2, y - 17, rotulo, "fijo chico", color=color)

    def nota(self, y: float, quien: str, texto: str, lado: int = 1) -> None:
        """Lo que hace uno al recibir, junto a su línea."""
        self.texto(self.quienes[quien] + 12 * lado, y, texto, "chico tenue",
                   "start" if lado > 0 else "end", TENUE)

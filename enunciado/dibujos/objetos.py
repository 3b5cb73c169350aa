"""Lo que el ajolote lleva o tiene alrededor: un corazón, un foco, un taco…

Cada función lo dibuja centrado en el 0, 0 o donde se le diga; quien llama lo mueve,
gira y agranda con `Lienzo.mover`.
"""

import cmath
import math

from ajolote import BLANCO
from ajolote import PIEL
from ajolote import PIEL_SOMBRA
from pincel import TINTA
from pincel import Lienzo
from pincel import curva
from pincel import elipse
from pincel import recta

ROJO, ROJO_SOMBRA = "#FF4F6D", "#D92C57"
AMARILLO, AMARILLO_SOMBRA = "#FFD84D", "#F5AE2E"
VERDE, VERDE_SOMBRA = "#4CCB7F", "#2AA567"
AZUL, AZUL_SOMBRA = "#7FD0FF", "#3FA7EA"
GRIS, GRIS_SOMBRA = "#DDE3EE", "#AEB8CC"
CAFE, CAFE_SOMBRA = "#C98A57", "#A3683B"
COLORES = (ROJO, AMARILLO, VERDE, AZUL, "#B98CFF")


def corazon(lienzo: Lienzo, color: str = ROJO, sombra: str = ROJO_SOMBRA,
            brillo: bool = True) -> None:
    """De unos 90 de ancho."""
    contorno = curva((0, -22), (20, -40), (43, -30), (44, -4), (24, 22), (0, 42), (-24, 22),
                     (-44, -4), (-43, -30), (-20, -40))
    lienzo.sombrear(contorno, color, sombra)
    if brillo:
        lienzo.linea((-31, -8), (-30, -19), (-21, -26), color="#FFD3DC", grosor=6)


def puno(lienzo: Lienzo, hacia: int = 1) -> None:
    """Una mano cerrada con el pulgar arriba (1) o abajo (−1), de unos 100 de alto."""
    def contorno(*pares):
        return curva(*((x, y * hacia) for x, y in pares))

    lienzo.sombrear(contorno((-32, -8), (-10, -20), (20, -24), (34, -16), (36, 26), (24, 37),
                             (-8, 38), (-32, 26)), PIEL, PIEL_SOMBRA)
    pulgar = contorno((-32, 4), (-28, -18), (-18, -36), (-12, -54), (0, -61), (11, -52), (11, -34),
                      (6, -18), (10, -8), (2, 10),
                      (-14, 18))
    lienzo.sombrear(pulgar, PIEL, PIEL_SOMBRA, -3, -4)
    with lienzo.dentro(contorno((-29, 0), (-2, 6), (-4, 26), (-29, 22))):
        # El pulgar sale de la palma: sin borde entre los dos.
        lienzo.pintar(elipse(-18, 10 * hacia, 18, 16), PIEL, None)
    for y in (-14, 1, 16, 30):
        dedo = contorno((8, y - 8), (30, y - 9), (42, y - 5), (43, y + 4), (30, y + 8), (8, y + 8),
                        (2, y))
        lienzo.sombrear(dedo, PIEL, PIEL_SOMBRA, -1, -3)


def interrogacion(lienzo: Lienzo, color: str = AMARILLO) -> None:
    """De unos 46 de alto, con contorno."""
    for tinta, grosor in ((TINTA, 18), (color, 9)):
        lienzo.linea((-11, -13), (-6, -22), (4, -23), (12, -15), (9, -5), (1, 2), (0, 8),
                     color=tinta, grosor=grosor)
        lienzo.pintar(elipse(0, 22, grosor / 2 + 1), tinta, None)


def exclamacion(lienzo: Lienzo, color: str = AMARILLO) -> None:
    """De unos 46 de alto, con contorno."""
    for tinta, grosor in ((TINTA, 20), (color, 11)):
        lienzo.linea((0, -20), (0, 6), color=tinta, grosor=grosor)
        lienzo.pintar(elipse(0, 22, grosor / 2 + 1), tinta, None)


def foco(lienzo: Lienzo) -> None:
    """Encendido, con rayos; unos 60 de alto."""
    for angulo in range(-180, 1, 36):
        with lienzo.mover(giro=angulo, eje=(0, -8)):
            lienzo.linea((31, -8), (40, -8), color=AMARILLO_SOMBRA, grosor=6)
    vidrio = curva((0, -31), (18, -24), (23, -7), (14, 8), (9, 18), (-9, 18), (-14, 8), (-23, -7),
                   (-18, -24))
    lienzo.sombrear(vidrio, AMARILLO, AMARILLO_SOMBRA, -3, -3)
    lienzo.linea((-6, 12), (-7, -3), (0, 4), (7, -3), (6, 12), grosor=3)
    lienzo.pintar(curva((-10, 18), (10, 18), (10, 27), (5, 33), (-5, 33), (-10, 27)), GRIS_SOMBRA)


def palomita(lienzo: Lienzo) -> None:
    """Un círculo verde con su palomita, de 84."""
    lienzo.sombrear(elipse(0, 0, 42), VERDE, VERDE_SOMBRA)
    lienzo.linea((-19, 2), (-6, 15), color=BLANCO, grosor=12)
    lienzo.linea((-6, 15), (20, -14), color=BLANCO, grosor=12)


def hoja_con_diez(lienzo: Lienzo) -> None:
    """Un examen con un 10 en rojo, de 96 por 84."""
    lienzo.sombrear(recta((-56, -42), (56, -42), (56, 46), (-56, 46)), BLANCO, GRIS)
    lienzo.linea((-44, -30), (8, -30), color=GRIS_SOMBRA, grosor=4)
    lienzo.trazar(recta((-26, -6), (-15, -14), (-15, 30)), ROJO, 9.5)
    lienzo.trazar([*elipse(14, 8, 14, 21), 28 + 8j], ROJO, 9.5)
    lienzo.pintar(estrella(46, -36, 20), AMARILLO, grosor=4.5)


def estrella(x: float, y: float, radio: float, puntas: int = 5) -> "list[complex]":
    """El contorno de una estrella."""
    vertices = (cmath.rect(radio / (1 + i % 2), math.pi * (i / puntas - 0.5))
                for i in range(2 * puntas))
    return [complex(x, y) + vertice for vertice in vertices]


def gota(lienzo: Lienzo, grosor: float = 4.5) -> None:
    """De sudor, de 30 de alto."""
    lienzo.sombrear(curva((0, -17), (7, -4), (9, 6), (5, 13), (-5, 13), (-9, 6), (-7, -4)), AZUL,
                    AZUL_SOMBRA, -2, -3)


def flor(lienzo: Lienzo) -> None:
    """Un cempasúchil con su tallo."""
    lienzo.linea((0, 0), (4, 30), (0, 58), color=TINTA, grosor=11)
    lienzo.linea((0, 0), (4, 30), (0, 58), color=VERDE_SOMBRA, grosor=5)
    lienzo.pintar(curva((3, 34), (16, 24), (26, 26), (18, 38)), VERDE)
    for radio, petalos, color in ((24, 11, "#F28A1C"), (15, 8, "#FFAA33")):
        onda = [cmath.rect(radio + 3.5 * math.cos(petalos * a), a)
                for a in (math.pi * i / 90 for i in range(180))]
        lienzo.pintar(onda, color, grosor=5 if radio == 24 else 3.5)
    lienzo.pintar(elipse(0, 0, 6), AMARILLO, grosor=3)


def taza(lienzo: Lienzo) -> None:
    """Una taza con un corazón, de unos 70."""
    lienzo.trazar(elipse(36, 4, 13, 15), TINTA, 15)
    lienzo.trazar(elipse(36, 4, 13, 15), AZUL_SOMBRA, 6)
    lienzo.sombrear(curva((-34, -32), (0, -29), (34, -32), (34, 6), (27, 32), (0, 37), (-27, 32),
                          (-34, 6)), AZUL, AZUL_SOMBRA)
    lienzo.pintar(elipse(0, -32, 34, 9), BLANCO)
    lienzo.pintar(elipse(0, -31, 27, 5.5), "#7B4A2A", None)
    with lienzo.mover(dy=6, escala=0.34, eje=(0, 0)):
        corazon(lienzo, BLANCO, BLANCO, brillo=False)


def vapor(lienzo: Lienzo, x: float, y: float, alto: float = 26) -> None:
    """Una voluta que sube."""
    lienzo.linea((x, y), (x + 6, y - alto * 0.33), (x - 4, y - alto * 0.66), (x + 2, y - alto),
                 color=GRIS_SOMBRA, grosor=5.5)


def libro(lienzo: Lienzo) -> None:
    """Abierto, de frente, visto por fuera; de 110 por 62."""
    for lado in (-1, 1):
        lienzo.pintar(recta((0, -24), (52 * lado, -32), (54 * lado, -26), (0, -16)), BLANCO,
                      grosor=4)
        lienzo.sombrear(recta((0, -22), (56 * lado, -29), (56 * lado, 26), (0, 34)), "#7C6CF2",
                        "#5B4BD0", 0, -7)
        lienzo.pintar(recta((16 * lado, -6), (42 * lado, -9), (42 * lado, 3), (16 * lado, 6)),
                      AMARILLO, grosor=4)
    lienzo.linea((0, -24), (0, 34), grosor=7)


def lentes(lienzo: Lienzo, y: float, x_izquierda: float, x_derecha: float) -> None:
    """Redondos, sobre los ojos."""
    for x in (x_izquierda, x_derecha):
        lienzo.trazar([*elipse(x, y, 24), x + 24 + y * 1j], "#5B4BD0", 6)
        lienzo.linea((x - 13, y - 8), (x - 7, y - 15), color=BLANCO, grosor=4)
    lienzo.linea((x_izquierda + 24, y - 3), ((x_izquierda + x_derecha) / 2, y - 8),
                 (x_derecha - 24, y - 3), color="#5B4BD0", grosor=6)


def reloj(lienzo: Lienzo) -> None:
    """Un despertador que suena, de unos 90."""
    for lado in (-1, 1):
        with lienzo.mover(dx=26 * lado, dy=-34, giro=34 * lado, eje=(0, 0)):
            lienzo.sombrear(curva((-17, 6), (-12, -9), (0, -14), (12, -9), (17, 6)), AMARILLO,
                            AMARILLO_SOMBRA, -2, -3)
        lienzo.linea((20 * lado, 32), (28 * lado, 42), grosor=10)
        lienzo.linea((52 * lado, -46), (58 * lado, -36), (57 * lado, -24), color=AMARILLO_SOMBRA,
                     grosor=5)
    lienzo.sombrear(elipse(0, 0, 41), ROJO, ROJO_SOMBRA)
    lienzo.pintar(elipse(0, 0, 29), BLANCO)
    for x, y in ((22, 0), (0, 22), (-22, 0), (0, -22)):
        lienzo.pintar(elipse(x, y, 2.5), TINTA, None)
    lienzo.linea((0, 0), (-8, -16), grosor=5.5)
    lienzo.linea((0, 0), (0, -19), color=ROJO, grosor=4)


def taco(lienzo: Lienzo) -> None:
    """Con carne, lechuga y jitomate; de unos 110 de ancho."""
    lienzo.pintar(curva((-54, 26), (-44, -16), (-10, -42), (26, -38), (50, -8), (54, 26)),
                  AMARILLO_SOMBRA)
    for i, x in enumerate(range(-40, 45, 16)):
        lienzo.pintar(elipse(x, -17 - 13 * math.cos(x / 30), 14, 12), VERDE if i % 2 else CAFE,
                      grosor=4)
    for x, y in ((-22, -29), (8, -35), (32, -22)):
        lienzo.pintar(elipse(x, y, 7), ROJO, grosor=4)
    lienzo.sombrear(curva((-56, 30), (-50, 2), (-30, -18), (0, -25), (30, -18), (50, 2), (56, 30),
                          (0, 34)), AMARILLO, AMARILLO_SOMBRA)
    for x, y in ((-28, 6), (-6, -8), (22, -2), (4, 16), (34, 16), (-38, 20)):
        lienzo.pintar(elipse(x, y, 3.6, 2.6), AMARILLO_SOMBRA, None)


def onda_wifi(lienzo: Lienzo) -> None:
    """La señal de la red inalámbrica, apagada y con una cruz; de unos 100."""
    for radio in (56, 35):
        arco = [30j + cmath.rect(radio, math.radians(grados)) for grados in range(-135, -44, 3)]
        lienzo.trazar(arco, TINTA, 19)
        lienzo.trazar(arco, GRIS_SOMBRA, 10)
    lienzo.pintar(elipse(0, 26, 9), GRIS_SOMBRA)
    for tinta, grosor in ((TINTA, 19), (ROJO, 10)):
        for lado in (-1, 1):
            lienzo.linea((34 - 13 * lado, 8), (34 + 13 * lado, 34), color=tinta, grosor=grosor)


def lupa(lienzo: Lienzo) -> None:
    """El aro y el mango; el vidrio se ve a través."""
    for tinta, grosor in ((TINTA, 19), (CAFE, 10)):
        lienzo.linea((32, 32), (58, 60), color=tinta, grosor=grosor)
    for tinta, grosor in ((TINTA, 15), (GRIS, 6)):
        lienzo.trazar([*elipse(0, 0, 40), 40 + 0j], tinta, grosor)
    lienzo.linea((-24, -12), (-13, -25), color=BLANCO, grosor=5)


def bicho(lienzo: Lienzo) -> None:
    """Un escarabajo de unos 50."""
    for lado in (-1, 1):
        for y, alto in ((-6, -9), (4, 0), (14, 9)):
            lienzo.linea((12 * lado, y), (23 * lado, y + alto * 0.4), (28 * lado, y + alto),
                         grosor=4.5)
        lienzo.linea((4 * lado, -20), (7 * lado, -29), (14 * lado, -32), grosor=4)
    lienzo.pintar(elipse(0, -15, 11, 10), TINTA)
    lienzo.sombrear(elipse(0, 5, 18, 20), VERDE, VERDE_SOMBRA, -3, -4)
    lienzo.linea((0, -13), (0, 24), grosor=4)
    for x, y in ((-9, -1), (9, -1), (-8, 11), (8, 11)):
        lienzo.pintar(elipse(x, y, 3.4), TINTA, None)
    for x in (-4, 4):
        lienzo.pintar(elipse(x, -18, 2.6), BLANCO, None)


def gorro(lienzo: Lienzo) -> None:
    """De fiesta, de unos 60 de alto; el 0, 0 es el centro de su base."""
    cono = curva((-27, 2), (-14, -29), (0, -57), (14, -29), (27, 2), (0, 9))
    lienzo.sombrear(cono, "#B98CFF", "#8F5FE0")
    with lienzo.dentro(cono):
        for x, y, color in ((-10, -8, AMARILLO), (8, -22, BLANCO), (13, -2, ROJO), (-4, -36, AZUL)):
            lienzo.pintar(elipse(x, y, 5.5), color, None)
    lienzo.pintar(cono, None)
    lienzo.pintar(estrella(0, -56, 14), AMARILLO, grosor=4)


def zeta(lienzo: Lienzo) -> None:
    """De dormir, de unos 26."""
    for tinta, grosor in ((TINTA, 14), (AZUL, 6.5)):
        lienzo.trazar(recta((-9, -10), (9, -10), (-9, 10), (9, 10)), tinta, grosor)

"""El personaje de los stickers: un ajolote de frente, con sus caras y sus brazos.

    branquias ─ detrás de la cabeza      cara(ojos, boca, cejas)
    cola ────── detrás del cuerpo        brazo(lado, mano): del hombro a donde esté la mano
"""

import cmath
import math

from pincel import TINTA
from pincel import Lienzo
from pincel import curva
from pincel import elipse
from pincel import suavizar

PIEL, PIEL_SOMBRA, PANZA = "#FFBACB", "#F795B2", "#FFE3E9"
BRANQUIA, BRANQUIA_SOMBRA = "#F4608C", "#C93A6E"
RUBOR, BOCA, LENGUA = "#FF8BA8", "#8A1F47", "#FF7E9B"
ROJO, ROJO_SOMBRA = "#FF7A70", "#E5524E"  # piel, cuando se enoja
BLANCO = "#FFFFFF"

CABEZA = curva((128, 44), (172, 53), (202, 88), (199, 128), (168, 153), (128, 158), (88, 153),
               (57, 128), (54, 88), (84, 53))
CUERPO = curva((128, 136), (158, 158), (168, 192), (161, 226), (128, 236), (95, 226), (88, 192),
               (98, 158))
COLA = curva((148, 216), (182, 225), (204, 212), (212, 194), (227, 203), (225, 226), (203, 243),
             (160, 241))
# Raíz y punta, a la derecha.
BRANQUIAS = (((192, 74), (226, 34)), ((202, 98), (247, 86)), ((199, 122), (239, 138)))
OJOS = (94, 162)  # x de cada uno
ALTURA_OJOS = 102
HOMBROS = (101, 155)
IZQUIERDA, DERECHA = 0, 1


def espejo(par, lado: int):
    """Un punto de la derecha, en su lugar del lado pedido."""
    return par if lado == DERECHA else (256 - par[0], par[1])


def branquia(raiz, punta, ancho: float = 16) -> "list[complex]":
    """El contorno de una branquia: una hoja con olas."""
    a, b = complex(*raiz), complex(*punta)
    normal = (b - a) / abs(b - a) * 1j
    pasos = [i / 60 for i in range(61)]
    hoja = [math.sin(math.pi * (0.2 + 0.8 * t) ** 0.85) for t in pasos]
    olas = [0.86 + 0.2 * abs(math.sin(3.5 * math.pi * t)) for t in pasos]
    medias = [ancho * media * ola for media, ola in zip(hoja, olas)]
    arriba = [a + (b - a) * t + normal * media for t, media in zip(pasos, medias)]
    abajo = [a + (b - a) * t - normal * media for t, media in zip(pasos, medias)]
    return arriba + abajo[::-1]


def branquias(lienzo: Lienzo, caida: float = 0) -> None:
    """Las seis; `caida`, en grados: gachas si es positiva."""
    for lado in (IZQUIERDA, DERECHA):
        for raiz, punta in BRANQUIAS:
            vuelta = cmath.rect(1, math.radians(caida))
            caida_ = complex(*raiz) + (complex(*punta) - complex(*raiz)) * vuelta
            raiz_, punta_ = espejo(raiz, lado), espejo((caida_.real, caida_.imag), lado)
            lienzo.pintar(branquia(raiz_, punta_), BRANQUIA)
            medio = tuple(r + (p - r) * 0.78 for r, p in zip(raiz_, punta_))
            lienzo.linea(raiz_, medio, color=BRANQUIA_SOMBRA, grosor=4)


def tronco(lienzo: Lienzo, piel: str = PIEL, sombra: str = PIEL_SOMBRA) -> None:
    """Cola, cuerpo y pies."""
    lienzo.sombrear(COLA, BRANQUIA, BRANQUIA_SOMBRA, 0, -6)
    for x in (106, 150):
        lienzo.pintar(elipse(x, 234, 17, 10), sombra)
    lienzo.sombrear(CUERPO, piel, sombra)
    with lienzo.dentro(CUERPO):
        lienzo.pintar(elipse(126, 206, 25, 30), PANZA, None)
    lienzo.pintar(CUERPO, None)


def cabeza(lienzo: Lienzo, piel: str = PIEL, sombra: str = PIEL_SOMBRA, caida: float = 0) -> None:
    """Cabeza y branquias, sin cara."""
    branquias(lienzo, caida)
    lienzo.sombrear(CABEZA, piel, sombra)
    with lienzo.dentro(CABEZA):
        lienzo.pintar(elipse(98, 62, 26, 9, -18), "#FFD6E0" if piel == PIEL else "#FF9C92", None)


def brazo(lienzo: Lienzo, lado: int, mano, codo=None, piel: str = PIEL) -> None:
    """Un brazo, del hombro a la mano."""
    hombro = (HOMBROS[lado], 174)
    codo = codo or ((hombro[0] + mano[0]) / 2 + (8 if lado == DERECHA else -8),
                    (hombro[1] + mano[1]) / 2 + 6)
    linea = suavizar([complex(*hombro), complex(*codo), complex(*mano)], cerrada=False)
    lienzo.trazar(linea, TINTA, 25)
    lienzo.pintar(elipse(*mano, 12.5), piel)
    lienzo.trazar(linea, piel, 15)
    lienzo.pintar(elipse(*mano, 10), piel, None)


def palma(lienzo: Lienzo, x: float, y: float) -> None:
    """Una mano sola, sobre algo que sostiene: el brazo queda detrás."""
    lienzo.pintar(elipse(x, y, 12), PIEL)


# -------------------------------------------------------------------- la cara


def cara(lienzo: Lienzo, ojos: str = "abiertos", boca: str = "sonrisa", cejas: str = "",
         rubor: str = RUBOR) -> None:
    """Ojos, boca, cejas y mejillas; cada nombre es una función de este módulo."""
    for x in (76, 180):
        lienzo.pintar(elipse(x, 124, 13, 8), rubor, None)
    for lado, x in enumerate(OJOS):
        OJOS_DE[ojos](lienzo, x, ALTURA_OJOS, lado)
        if cejas:
            CEJAS_DE[cejas](lienzo, x, ALTURA_OJOS, 1 if lado == DERECHA else -1)
    BOCAS_DE[boca](lienzo)


def ojo_abierto(lienzo, x, y, lado):
    lienzo.pintar(elipse(x, y, 13.5, 15), TINTA, None)
    lienzo.pintar(elipse(x - 4, y - 5, 5.2), BLANCO, None)
    lienzo.pintar(elipse(x + 5, y + 6, 2.6), BLANCO, None)


def ojo_tierno(lienzo, x, y, lado):
    lienzo.pintar(elipse(x, y, 17, 18), TINTA, None)
    lienzo.pintar(elipse(x, y + 9, 11, 6), "#8C4A86", None)
    lienzo.pintar(elipse(x - 5, y - 6, 6.5), BLANCO, None)
    lienzo.pintar(elipse(x + 6, y + 5, 3.6), BLANCO, None)


def ojo_feliz(lienzo, x, y, lado):
    lienzo.linea((x - 15, y + 6), (x - 8, y - 4), (x, y - 8), (x + 8, y - 4), (x + 15, y + 6),
                 grosor=6.5)


def ojo_cerrado(lienzo, x, y, lado):
    lienzo.linea((x - 15, y - 2), (x - 8, y + 5), (x, y + 8), (x + 8, y + 5), (x + 15, y - 2),
                 grosor=6.5)


def ojo_apretado(lienzo, x, y, lado):
    hacia = -1 if lado == DERECHA else 1
    lienzo.trazar([complex(x - 12 * hacia, y - 11), complex(x + 11 * hacia, y),
                   complex(x - 12 * hacia, y + 11)], TINTA, 6.5)


def ojo_asombrado(lienzo, x, y, lado):
    lienzo.pintar(elipse(x, y, 19, 20), BLANCO)
    lienzo.pintar(elipse(x, y, 6.5), TINTA, None)
    lienzo.pintar(elipse(x - 2, y - 2.5, 2.2), BLANCO, None)


def ojo_a_medias(lienzo, x, y, lado):
    ojo_abierto(lienzo, x, y + 2, lado)
    with lienzo.dentro(elipse(x, y, 16)):
        lienzo.pintar(curva((x - 18, y - 20), (x + 18, y - 20), (x + 18, y), (x - 18, y)), PIEL,
                      None)
    lienzo.linea((x - 13, y - 1), (x + 13, y - 1), grosor=5)


OJOS_DE = {
    "abiertos": ojo_abierto, "tiernos": ojo_tierno, "felices": ojo_feliz, "cerrados": ojo_cerrado,
    "apretados": ojo_apretado, "asombrados": ojo_asombrado, "a medias": ojo_a_medias,
}


def ceja(dentro: float, fuera: float, alto: float = -24):
    """Una ceja: cuánto sube o baja cada punta."""
    def dibujar(lienzo, x, y, hacia):
        lienzo.linea((x - 12 * hacia, y + alto + dentro), (x + 13 * hacia, y + alto + fuera),
                     grosor=6)

    return dibujar


CEJAS_DE = {"enojadas": ceja(9, -5, -21), "tristes": ceja(-6, 5), "altas": ceja(-3, -1, -29)}


def boca_sonrisa(lienzo):
    lienzo.linea((110, 122), (119, 130), (128, 124), (137, 130), (146, 122))


def boca_abierta(lienzo, ancho=24, alto=24):
    forma = curva((128 - ancho, 119), (128, 121), (128 + ancho, 119),
                  (128 + ancho * 0.75, 119 + alto * 0.72), (128, 119 + alto),
                  (128 - ancho * 0.75, 119 + alto * 0.72))
    lienzo.pintar(forma, BOCA, None)
    with lienzo.dentro(forma):
        lienzo.pintar(elipse(128, 121 + alto, ancho * 0.66, alto * 0.46), LENGUA, None)
    lienzo.pintar(forma, None)


def boca_triste(lienzo):
    lienzo.linea((112, 135), (120, 127), (136, 127), (144, 135))


def boca_llorona(lienzo):
    forma = curva((106, 140), (110, 126), (128, 121), (146, 126), (150, 140), (128, 136))
    lienzo.pintar(forma, BOCA)


def boca_redonda(lienzo, radio=10):
    lienzo.pintar(elipse(128, 133, radio, radio * 1.25), BOCA)


def boca_ondulada(lienzo):
    lienzo.linea((106, 130), (115, 125), (124, 132), (133, 125), (142, 132), (150, 126))


def boca_recta(lienzo):
    lienzo.linea((116, 129), (141, 127))


def boca_dientes(lienzo):
    forma = curva((104, 122), (128, 119), (152, 122), (154, 134), (128, 138), (102, 134))
    lienzo.pintar(forma, BLANCO, None)
    with lienzo.dentro(forma):
        lienzo.linea((100, 129), (156, 129), grosor=3)
        for x in (112, 123, 134, 145):
            lienzo.linea((x, 116), (x, 142), grosor=3)
    lienzo.pintar(forma, None)


BOCAS_DE = {
    "sonrisa": boca_sonrisa, "abierta": boca_abierta, "triste": boca_triste,
    "llorona": boca_llorona, "redonda": boca_redonda,
    "ondulada": boca_ondulada, "recta": boca_recta, "dientes": boca_dientes,
    "carcajada": lambda lienzo: boca_abierta(lienzo, 30, 32),
    "chiquita": lambda lienzo: boca_redonda(lienzo, 5),
}

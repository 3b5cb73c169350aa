"""Dibuja el paquete de stickers. Para volver a hacerlos, o agregar uno:

    python enunciado/dibujos/dibujar.py             todos
    python enunciado/dibujos/dibujar.py hola taco   sólo ésos
    python enunciado/dibujos/dibujar.py --hoja H    además, la hoja de muestra, en H.png

Para agregar uno: una función aquí, que dibuje en un lienzo de 256 × 256 (pincel.py) con
el ajolote (ajolote.py) y lo que lleve (objetos.py); su renglón en STICKERS, abajo; y su
nombre y descripción en PAQUETE, en
adjuntos/stickers.py. Los animados reciben `t`, de 0 a 1: por
dónde va la vuelta.
"""

import argparse
import io
import math
import pathlib
import random

import ajolote
import objetos
import pincel
from ajolote import DERECHA
from ajolote import IZQUIERDA
from PIL import Image
from pincel import TINTA
from pincel import elipse

RAIZ = pathlib.Path(__file__).resolve().parent.parent.parent
CARPETA = RAIZ / "practica3" / "adjuntos" / "paquete"
CUADROS, CUADRO = 12, 80  # de una animación, y ms que dura cada uno
QUIETAS = {IZQUIERDA: (84, 204), DERECHA: (172, 204)}  # las manos, si no hacen nada
FONDOS = ("#FFFFFF", "#17212B")  # de la hoja de muestra: claro y oscuro
COLUMNAS = 6


def vaiven(t: float, veces: int = 1) -> float:
    """De −1 a 1 y de vuelta, tantas veces en cada vuelta."""
    return math.sin(2 * math.pi * t * veces)


def figura(lienzo, ojos, boca, cejas="", abajo=None, arriba=None, caida=0, giro=0,
           piel=ajolote.PIEL, sombra=ajolote.PIEL_SOMBRA,
           rubor=ajolote.RUBOR) -> None:
    """El ajolote entero. `abajo` y `arriba`: las manos, por lado, detrás y delante de la cabeza."""
    ajolote.tronco(lienzo, piel, sombra)
    for lado, mano in (QUIETAS if abajo is None else abajo).items():
        ajolote.brazo(lienzo, lado, mano, piel=piel)
    with lienzo.mover(giro=giro, eje=(128, 156)):
        ajolote.cabeza(lienzo, piel, sombra, caida)
        ajolote.cara(lienzo, ojos, boca, cejas, rubor)
    for lado, mano in (arriba or {}).items():
        ajolote.brazo(lienzo, lado, mano, piel=piel)


def sosteniendo(lienzo, objeto, ojos, boca, manos, cejas="", **lugar) -> None:
    """El ajolote con un objeto delante, entre las dos manos."""
    figura(lienzo, ojos, boca, cejas, abajo=dict(enumerate(manos)))
    poner(lienzo, objeto, **lugar)
    for donde in manos:
        ajolote.palma(lienzo, *donde)


def poner(lienzo, objeto, x, y, giro=0, escala=1.0, **opciones) -> None:
    """Dibujar un objeto en un lugar."""
    with lienzo.mover(dx=x, dy=y, giro=giro, escala=escala, eje=(0, 0)):
        objeto(lienzo, **opciones)


# -------------------------------------------------------------------- uno por uno


def hola(lienzo, t):
    with lienzo.mover(dx=-6, dy=4):
        figura(lienzo, "abiertos", "abierta", abajo={IZQUIERDA: (84, 204)}, giro=-5)
        with lienzo.mover(giro=13 * vaiven(t), eje=(160, 186)):
            ajolote.brazo(lienzo, DERECHA, (222, 120), codo=(208, 168))
            for lado in (-1, 1):
                lienzo.linea((224 + 16 * lado, 98), (224 + 23 * lado, 109), (224 + 23 * lado, 121),
                             color=objetos.AMARILLO_SOMBRA)


def bien(lienzo, t):
    with lienzo.mover(dx=-8, dy=2):
        figura(lienzo, "felices", "abierta", abajo={IZQUIERDA: (84, 204), DERECHA: (180, 204)},
               giro=-4)
    poner(lienzo, objetos.puno, 204, 196, escala=1.08)


def mal(lienzo, t):
    with lienzo.mover(dx=-5, dy=2):
        figura(lienzo, "a medias", "triste", "tristes",
               abajo={IZQUIERDA: (84, 204), DERECHA: (180, 188)}, caida=18, giro=-4)
    poner(lienzo, objetos.puno, 204, 182, escala=1.08, hacia=-1)


def risa(lienzo, t):
    with lienzo.mover(dy=4 * vaiven(t, 2)):
        figura(lienzo, "felices", "carcajada", abajo={IZQUIERDA: (104, 200), DERECHA: (152, 200)},
               giro=4 * vaiven(t))
        for lado in (-1, 1):
            with lienzo.mover(dx=128 + 62 * lado + 4 * lado * vaiven(t, 2), dy=112, giro=-38 * lado,
                              escala=0.95, eje=(0, 0)):
                objetos.gota(lienzo)


def corazon(lienzo, t):
    late = 1 + 0.1 * max(0, vaiven(t)) + 0.05 * max(0, vaiven(t + 0.35))
    sosteniendo(lienzo, objetos.corazon, "felices", "sonrisa", ((80, 208), (176, 208)), x=128,
                y=196, escala=1.16 * late)


def aplauso(lienzo, t):
    abre = 20 * abs(vaiven(t))
    with lienzo.mover(dy=-2 * abs(vaiven(t))):
        figura(lienzo, "felices", "abierta", abajo={}, giro=2 * vaiven(t),
               arriba={IZQUIERDA: (116 - abre, 186), DERECHA: (140 + abre, 186)})
    if abre < 14:
        for x, dx in ((128, 0), (104, -7), (152, 7)):
            lienzo.linea((x, 164), (x + dx, 155), color=TINTA, grosor=11)
            lienzo.linea((x, 164), (x + dx, 155), color=objetos.AMARILLO, grosor=5)


def gracias(lienzo, t):
    with lienzo.mover(dx=-5):
        figura(lienzo, "cerrados", "sonrisa", abajo={IZQUIERDA: (112, 200)}, giro=-5)
    poner(lienzo, objetos.flor, 196, 152, giro=10, escala=1.15)
    with lienzo.mover(dx=-10):
        ajolote.brazo(lienzo, DERECHA, (200, 204))


def perdon(lienzo, t):
    figura(lienzo, "tiernos", "triste", "tristes", abajo={}, caida=26,
           arriba={IZQUIERDA: (118, 190), DERECHA: (138, 190)})
    poner(lienzo, objetos.gota, 196, 66, giro=-12)


def mano(lienzo, t):
    with lienzo.mover(dx=-10, dy=4):
        figura(lienzo, "abiertos", "abierta", "altas", abajo={IZQUIERDA: (84, 204)})
        ajolote.brazo(lienzo, DERECHA, (232, 48), codo=(222, 124))
    for giro in (-40, 0, 40):
        with lienzo.mover(giro=giro, eje=(222, 52)):
            lienzo.linea((222, 26), (222, 15), color=objetos.AMARILLO_SOMBRA, grosor=6)


def duda(lienzo, t):
    with lienzo.mover(dy=16, escala=0.92):
        figura(lienzo, "abiertos", "ondulada", "altas", abajo={IZQUIERDA: (84, 204)}, giro=6,
               arriba={DERECHA: (150, 160)})
    poner(lienzo, objetos.interrogacion, 70, 36, giro=-18, escala=1.05)
    poner(lienzo, objetos.interrogacion, 128, 26, giro=2, escala=0.8, color=objetos.AZUL)
    poner(lienzo, objetos.interrogacion, 190, 34, giro=18, escala=1.05)


def idea(lienzo, t):
    with lienzo.mover(dy=26, escala=0.84):
        figura(lienzo, "abiertos", "abierta", "altas", abajo={IZQUIERDA: (84, 204)})
        ajolote.brazo(lienzo, DERECHA, (228, 128), codo=(208, 172))
    poner(lienzo, objetos.foco, 128, 46, escala=0.96)


def listo(lienzo, t):
    with lienzo.mover(dx=-8):
        figura(lienzo, "felices", "sonrisa", abajo={IZQUIERDA: (84, 204), DERECHA: (176, 196)},
               giro=-3)
    poner(lienzo, objetos.palomita, 198, 200, giro=-4, escala=1.05)


def diez(lienzo, t):
    sosteniendo(lienzo, objetos.hoja_con_diez, "felices", "abierta", ((72, 206), (184, 200)), x=128,
                y=198, giro=-4)


def sorpresa(lienzo, t):
    with lienzo.mover(dy=16, escala=0.92):
        figura(lienzo, "asombrados", "redonda", "altas", abajo={}, caida=-14,
               arriba={IZQUIERDA: (82, 148), DERECHA: (174, 148)})
    for dx, giro in ((-20, -14), (20, 14)):
        poner(lienzo, objetos.exclamacion, 128 + dx, 30, giro=giro, escala=0.95)


def llanto(lienzo, t):
    figura(lienzo, "cerrados", "llorona", "tristes", abajo={}, caida=24)
    for lado, x in enumerate(ajolote.OJOS):
        hacia = 1 if lado == DERECHA else -1
        chorro = pincel.curva((x - 9, 114), (x + 9, 114), (x + 10 + 6 * hacia, 170),
                              (x + 16 + 14 * hacia, 222), (x + 14 * hacia, 232),
                              (x - 16 + 14 * hacia, 222), (x - 10 + 6 * hacia, 170))
        lienzo.pintar(chorro, objetos.AZUL, None)
        with lienzo.dentro(chorro):
            for i in range(-1, 5):
                y = 112 + 32 * (i + t)
                lienzo.linea((x - 3 + 3 * hacia * i, y), (x - 3 + 3 * hacia * i, y + 14),
                             color="#E6F6FF", grosor=6)
        lienzo.pintar(chorro, None)


def enojo(lienzo, t):
    tiembla = 2 * vaiven(t, 3)
    with lienzo.mover(dx=tiembla, dy=8):
        figura(lienzo, "abiertos", "dientes", "enojadas",
               abajo={IZQUIERDA: (88, 210), DERECHA: (168, 210)}, caida=-16,
               piel=ajolote.ROJO, sombra=ajolote.ROJO_SOMBRA, rubor=ajolote.ROJO_SOMBRA)
    for lado in (-1, 1):
        sube = 8 * ((t * 2) % 1)
        for dx, dy, radio in ((0, 0, 13), (15, -6, 11), (4, -15, 11)):
            lienzo.pintar(elipse(128 + lado * (34 + dx), 34 - sube + dy, radio), "#FFFFFF",
                          grosor=4.5)
        for dx, dy, radio in ((0, 0, 11), (15, -6, 9), (4, -15, 9)):
            lienzo.pintar(elipse(128 + lado * (34 + dx), 34 - sube + dy, radio), "#FFFFFF", None)


def sueno(lienzo, t):
    with lienzo.mover(dx=-8, dy=46 + 2 * vaiven(t), giro=8, eje=(128, 156)):
        ajolote.cabeza(lienzo, caida=14)
        ajolote.cara(lienzo, "cerrados", "chiquita")
        globo = 13 + 9 * (0.5 + 0.5 * vaiven(t))
        lienzo.pintar(elipse(134 + globo * 0.8, 132 + globo * 0.6, globo), "#CDEEFF", grosor=4)
        lienzo.pintar(elipse(130 + globo * 0.6, 128 + globo * 0.4, globo * 0.2), "#FFFFFF", None)
    lienzo.sombrear(pincel.recta((2, 198), (254, 198), (254, 226), (2, 226)), objetos.CAFE,
                    objetos.CAFE_SOMBRA, 0, -10)
    for x in (66, 182):
        lienzo.pintar(elipse(x, 199, 19, 12), ajolote.PIEL)
    for i in range(3):
        paso = (t + i) / 3
        crece = 0.45 + 0.75 * paso if paso < 0.85 else (1 - paso) / 0.15 * 1.09
        poner(lienzo, objetos.zeta, 164 + 66 * paso, 80 - 62 * paso, giro=-10 + 20 * paso,
              escala=max(0.05, crece))


def cafe(lienzo, t):
    with lienzo.mover(dx=-12):
        figura(lienzo, "a medias", "sonrisa", abajo={IZQUIERDA: (84, 204), DERECHA: (172, 206)})
    poner(lienzo, objetos.taza, 196, 200, escala=0.95)
    for x in (180, 196, 212):
        objetos.vapor(lienzo, x, 160)
    ajolote.palma(lienzo, 164, 208)


def estudio(lienzo, t):
    sosteniendo(lienzo, objetos.libro, "abiertos", "chiquita", ((68, 210), (188, 210)), x=128,
                y=204, escala=1.08)
    objetos.lentes(lienzo, ajolote.ALTURA_OJOS, *ajolote.OJOS)


def prisa(lienzo, t):
    with lienzo.mover(dx=-5):
        figura(lienzo, "asombrados", "ondulada", "tristes", abajo={IZQUIERDA: (84, 196)}, caida=10,
               giro=-4)
        poner(lienzo, objetos.gota, 66, 62, giro=20)
    with lienzo.mover(dx=193, dy=200, giro=7 * vaiven(t, 3), eje=(0, 0)):
        objetos.reloj(lienzo)


def fiesta(lienzo, t):
    azar = random.Random(5)
    for i in range(34):
        x, y = azar.uniform(6, 250), (azar.uniform(0, 252) + 252 * t) % 252 + 2
        color = objetos.COLORES[i % len(objetos.COLORES)]
        with lienzo.sin_orilla(), lienzo.mover(dx=x, dy=y, giro=i * 50 + 360 * t, eje=(0, 0)):
            lienzo.pintar(pincel.recta((-7, -5), (7, -5), (7, 5), (-7, 5)), color, grosor=3)
    with lienzo.mover(dy=22 - 6 * abs(vaiven(t)), escala=0.88):
        figura(lienzo, "felices", "carcajada", abajo={}, giro=3 * vaiven(t))
        with lienzo.mover(giro=3 * vaiven(t), eje=(128, 156)):
            poner(lienzo, objetos.gorro, 128, 48)
        ajolote.brazo(lienzo, IZQUIERDA, (30, 150), codo=(58, 180))
        ajolote.brazo(lienzo, DERECHA, (226, 150), codo=(198, 180))


def taco(lienzo, t):
    sosteniendo(lienzo, objetos.taco, "felices", "sonrisa", ((70, 210), (187, 204)), x=128, y=198,
                giro=-4, escala=1.08)


def sinred(lienzo, t):
    with lienzo.mover(dy=30, escala=0.8):
        figura(lienzo, "tiernos", "triste", "tristes", caida=26)
    poner(lienzo, objetos.onda_wifi, 128, 38)


def bicho(lienzo, t):
    with lienzo.mover(dx=-4):
        figura(lienzo, "abiertos", "redonda", "altas", abajo={IZQUIERDA: (84, 204)}, giro=-2)
        lienzo.pintar(elipse(166, 104, 40), "#E6F6FF", None)
        with lienzo.mover(escala=1.75, eje=(166, 104)):
            ajolote.ojo_abierto(lienzo, 166, 104, DERECHA)
        poner(lienzo, objetos.lupa, 166, 104)
        ajolote.brazo(lienzo, DERECHA, (214, 158), codo=(184, 186))
    poner(lienzo, objetos.bicho, 54, 206, giro=24, escala=1.05)


# nombre → (quién lo dibuja, si se mueve)
STICKERS = {
    "hola": (hola, True), "bien": (bien, False), "mal": (mal, False), "risa": (risa, True),
    "corazon": (corazon, True), "aplauso": (aplauso, True), "gracias": (gracias, False),
    "perdon": (perdon, False), "mano": (mano, False), "duda": (duda, False),
    "idea": (idea, False), "listo": (listo, False), "diez": (diez, False),
    "sorpresa": (sorpresa, False), "llanto": (llanto, True), "enojo": (enojo, True),
    "sueno": (sueno, True), "cafe": (cafe, False), "estudio": (estudio, False),
    "prisa": (prisa, True), "fiesta": (fiesta, True), "taco": (taco, False),
    "sinred": (sinred, False), "bicho": (bicho, False),
}


def dibujar(nombre: str) -> "list[Image.Image]":
    """Los cuadros de un sticker; uno si no se mueve."""
    funcion, se_mueve = STICKERS[nombre]
    cuadros = []
    for i in range(CUADROS if se_mueve else 1):
        lienzo = pincel.Lienzo()
        funcion(lienzo, i / CUADROS)
        cuadros.append(lienzo.terminar())
    return cuadros


def codificar(cuadros: "list[Image.Image]") -> bytes:
    """Los bytes del archivo: PNG, animado (APNG) si son varios.

    Con 256 colores, los mismos en todos, pesa la tercera parte.
    """
    tira = Image.new("RGBA", (pincel.LADO, pincel.LADO * len(cuadros)))
    for i, cuadro in enumerate(cuadros):
        tira.paste(cuadro, (0, pincel.LADO * i))
    tira = tira.quantize(256, Image.Quantize.FASTOCTREE)
    primero, *otros = [tira.crop((0, y, pincel.LADO, y + pincel.LADO))
                       for y in range(0, tira.height, pincel.LADO)]
    salida = io.BytesIO()
    primero.save(salida, "PNG", optimize=True, save_all=bool(otros), append_images=otros,
                 duration=CUADRO, loop=0)
    return salida.getvalue()


def hacer_hoja(cuadros: "dict[str, Image.Image]") -> "Image.Image":
    """Todos juntos, sobre claro y sobre oscuro."""
    filas = -(-len(cuadros) // COLUMNAS)
    hoja = Image.new("RGBA", (COLUMNAS * pincel.LADO, 2 * filas * pincel.LADO))
    for mitad, fondo in enumerate(FONDOS):
        hoja.paste(fondo,
                   (0, mitad * filas * pincel.LADO, hoja.width, (mitad + 1) * filas * pincel.LADO))
        for i, cuadro in enumerate(cuadros.values()):
            hoja.alpha_composite(cuadro,
                                 (i % COLUMNAS * pincel.LADO,
                                  (mitad * filas + i // COLUMNAS) * pincel.LADO))
    return hoja


def main() -> None:
    """Dibujar los que se pidan."""
    analizador = argparse.ArgumentParser(description="Dibuja el paquete de stickers.")
    analizador.add_argument("nombres", nargs="*", choices=[[], *STICKERS],
                            help="cuáles; sin ninguno, todos")
    analizador.add_argument("--hoja", help="guardar también la hoja de muestra en este archivo PNG")
    elegidos = analizador.parse_args()
    primeros = {}
    for nombre in elegidos.nombres or STICKERS:
        cuadros = dibujar(nombre)
        primeros[nombre] = cuadros[0]
        (CARPETA / f"{nombre}.png").write_bytes(codificar(cuadros))
    if elegidos.hoja:
        hacer_hoja(primeros).save(elegidos.hoja)


if __name__ == "__main__":
    main()

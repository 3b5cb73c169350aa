"""Las figuras del enunciado y del protocolo, y los stickers de la plantilla.

    python3 enunciado --figuras

Cada función dibuja una figura; su nombre es el del archivo en imagenes/. Miden 960 píxeles de
ancho: las letras de 17 se leen en un proyector y, reducidas a una hoja carta, miden 9 puntos.
"""

import pathlib

from svg import AZUL
from svg import BLANCO
from svg import CELESTE
from svg import CREMA
from svg import Dibujo
from svg import GRIS
from svg import LILA
from svg import MENTA
from svg import MORADO
from svg import ROJO
from svg import Secuencia
from svg import TENUE
from svg import TINTA
from svg import VERDE

AQUI = pathlib.Path(__file__).resolve().parent
IMAGENES = AQUI / "imagenes"
PAQUETE_DE_STICKERS = AQUI.parent / "practica3" / "adjuntos" / "paquete"
STICKERS = ("aplauso", "bien", "duda", "gracias")  # los que trae la plantilla


def arquitectura() -> Dibujo:
    d = Dibujo(960, 400, "Tres clientes y un servidor comparten un grupo de multidifusión")
    d.caja(40, 178, 880, 58, "grupo 239.255.3.3, puerto 5007", CREMA, clase="fuerte", redondo=29)
    for x, nombre in ((60, "Ana"), (340, "Bryan"), (620, "Carla")):
        d.caja(x, 24, 180, 66, f"{nombre}\ncliente_gui.py", CELESTE)
        d.flecha(x + 90, 92, x + 90, 176, AZUL, doble=True)
    for x in (262, 542, 822):
        d.texto(x, 134, "inicio  msj  salir\nsticker  audio", "fijo chico", color=AZUL)
    d.caja(340, 312, 180, 66, "servidor.py", MENTA, clase="fuerte")
    d.flecha(400, 238, 400, 310, VERDE)
    d.texto(388, 274, "oye todo", "chico", "end", VERDE)
    d.flecha(460, 310, 460, 238, VERDE)
    d.texto(474, 274, "usuarios", "fijo chico", "start", VERDE)
    d.texto(545, 345, "sólo dice quién está en cada sala;\nno retransmite lo que se habla", "chico",
            "start", TENUE)
    return d


def datagrama() -> Dibujo:
    d = Dibujo(960, 310, "Las partes de un datagrama")
    d.texto(20, 28, "Un mensaje: sólo cabecera", "fuerte", "start")
    d.caja(20, 50, 700, 52, '{"tipo":"msj","user":"Bryan","sala":"general","content":"Hola"}',
           CELESTE, clase="fijo")
    d.texto(20, 152, "Una voz: cabecera, un salto de línea y cuerpo", "fuerte", "start")
    d.caja(20, 174, 566, 52, '{"tipo":"audio", … ,"formato":"wav","duracion":3.2}', CELESTE,
           clase="fijo", redondo=0)
    d.caja(586, 174, 54, 52, "0A", CREMA, clase="fijo", redondo=0)
    d.caja(640, 174, 300, 52, "52 49 46 46 …", LILA, clase="fijo", redondo=0)
    d.texto(303, 250, "un objeto JSON en UTF-8, en una sola línea", "chico tenue", color=TENUE)
    d.texto(613, 250, "salto", "chico tenue", color=TENUE)
    d.texto(790, 250, "los bytes del archivo, tal cual", "chico tenue", color=TENUE)
    d.linea(20, 274, 940, 274, TENUE, grueso=1.4)
    d.texto(480, 293, "en total, 1400 bytes como mucho (se aceptan hasta 65 507)", "chico tenue",
            color=TENUE)
    return d


def secuencia_sala() -> Dibujo:
    s = Secuencia(960, 690, "Entrar, hablar, escribir en privado y salir",
                  {"Ana": 110, "Bryan": 360, "Carla": 610, "servidor": 850})
    s.enviar(110, "Ana", "inicio general")
    s.enviar(170, "servidor", 'usuarios ["Ana"]', VERDE)
    s.enviar(230, "Bryan", "inicio general")
    s.enviar(290, "servidor", 'usuarios ["Ana","Bryan"]', VERDE)
    s.enviar(350, "Ana", 'msj general "Hola"')
    s.nota(370, "Bryan", "lo muestra")
    s.nota(370, "Carla", "lo descarta: no")
    s.nota(391, "Carla", "está en la sala")
    s.nota(370, "servidor", "nada", -1)
    s.enviar(455, "Bryan", 'privado para Ana', MORADO)
    s.nota(475, "Ana", "lo muestra")
    s.nota(475, "Carla", "lo descarta: no")
    s.nota(496, "Carla", "es para ella")
    s.nota(475, "servidor", "nada", -1)
    s.enviar(560, "Bryan", "salir general")
    s.enviar(620, "servidor", 'usuarios ["Ana"]', VERDE)
    s.nota(642, "Ana", "quita a Bryan")
    return s


def secuencia_falta() -> Dibujo:
    s = Secuencia(960, 560, "Una pérdida y su reparación", {"Ana": 130, "Bryan": 480, "Carla": 800})
    s.enviar(112, "Ana", "msj n=7")
    s.nota(132, "Bryan", "entrega el 7")
    s.nota(132, "Carla", "entrega el 7")
    s.enviar(182, "Ana", "msj n=8", se_pierde=("Bryan",))
    s.nota(202, "Carla", "entrega el 8")
    s.enviar(252, "Ana", "msj n=9")
    s.nota(272, "Bryan", "guarda el 9: falta el 8")
    s.nota(272, "Carla", "entrega el 9")
    s.texto(468, 306, "espera al azar, de 2 a 6 ms", "chico", "end", ROJO)
    s.enviar(350, "Bryan", "falta [[8,8]]", ROJO)
    s.nota(372, "Carla", "si le faltara, callaría")
    s.enviar(422, "Ana", "msj n=8, otra vez")
    s.nota(442, "Bryan", "entrega el 8 y el 9")
    s.nota(442, "Carla", "repetido: lo tira")
    s.enviar(502, "Ana", 'latido {"general":9}', VERDE)
    s.nota(522, "Bryan", "no le falta nada")
    s.nota(522, "Carla", "no le falta nada")
    return s


def trozos() -> Dibujo:
    d = Dibujo(960, 340, "Un mensaje largo, cortado en trozos numerados")
    d.texto(20, 26, "El mensaje entero, codificado: 320 000 bytes", "fuerte", "start")
    d.caja(20, 46, 84, 46, "cabecera", CELESTE, clase="chico", redondo=0)
    d.caja(104, 46, 30, 46, "0A", CREMA, clase="fijo chico", redondo=0)
    d.caja(134, 46, 806, 46, "", LILA, redondo=0)
    d.texto(752, 69, "cuerpo")
    for x in (144, 268, 392, 516, 684, 820):
        d.linea(x, 36, x, 102, ROJO, trazos=True)
    d.texto(20, 270, "Lo que sale, un datagrama\ncada uno", "fuerte", "start")
    cajas = [(20, "n=20\nm=20 i=0"), (144, "n=21\nm=20 i=1"), (268, "n=22\nm=20 i=2"),
             (392, "n=23\nm=20 i=3"), (516, "n=24\nmsj Hola"),
             (640, "n=25\nm=20 i=4"), (820, "n=251\nm=20 i=230")]
    for x, rotulo in cajas:
        corto = "msj" in rotulo
        d.caja(x, 172, 116, 66, rotulo, BLANCO if corto else GRIS, AZUL if corto else TINTA,
               "fijo chico")
    for x, arriba in ((78, 82), (202, 206), (326, 330), (450, 454), (698, 600), (878, 880)):
        d.flecha(arriba, 104, x, 168, TENUE)
    d.texto(788, 205, "…", "fuerte")
    d.texto(574, 268, "un texto corto pasa entre\nlos trozos, con su propio n", "chico", color=AZUL)
    d.texto(480, 318, "de=231 en todos · m es el n del trozo 0 · se unen en orden de i",
            "chico tenue", color=TENUE)
    return d


def estados_cliente() -> Dibujo:
    d = Dibujo(960, 380, "Estados de un cliente en una sala")
    for x, nombre, relleno in ((40, "Fuera", GRIS), (395, "Entrando", CREMA),
                               (750, "Dentro", MENTA)):
        d.caja(x, 140, 170, 70, nombre, relleno, clase="fuerte", redondo=35)
    d.flecha(210, 158, 393, 158, AZUL)
    d.texto(302, 136, "el usuario entra\n/ inicio", "chico", color=AZUL)
    d.flecha(395, 194, 212, 194, ROJO)
    d.texto(302, 214, "aviso para mí", "chico", color=ROJO)
    d.flecha(565, 175, 748, 175, VERDE)
    d.texto(656, 143, "la lista me nombra,\no 3 s sin servidor", "chico", color=VERDE)
    d.curva(440, 140, 420, 60, 540, 60, 520, 140, AZUL)
    d.texto(480, 40, "cada 0.5 s, cinco veces; después cada 5 s / inicio", "chico", color=AZUL)
    d.curva(795, 140, 775, 76, 895, 76, 875, 140, AZUL)
    d.texto(835, 68, "lista sin mí / inicio", "chico", color=AZUL)
    d.curva(835, 210, 835, 350, 125, 350, 125, 212, TINTA)
    d.texto(480, 340, "el usuario sale / salir", "chico")
    d.texto(20, 366, "lo que ocurre / lo que se envía", "chico tenue", "start", TENUE)
    return d


def estados_servidor() -> Dibujo:
    d = Dibujo(960, 380, "Estados de una persona en el servidor")
    for x, nombre, relleno in ((40, "Ausente", GRIS), (395, "Presente", MENTA),
                               (750, "En duda", CREMA)):
        d.caja(x, 140, 170, 70, nombre, relleno, clase="fuerte", redondo=35)
    d.flecha(210, 158, 393, 158, AZUL)
    d.texto(302, 126, "inicio / lista", "chico", color=AZUL)
    d.flecha(395, 194, 212, 194, TINTA)
    d.texto(302, 226, "salir de su última\nsala / lista", "chico")
    d.flecha(565, 158, 748, 158, ROJO)
    d.texto(656, 126, "4 s de silencio\n/ quien", "chico", color=ROJO)
    d.flecha(750, 194, 567, 194, VERDE)
    d.texto(656, 226, "un latido suyo", "chico", color=VERDE)
    d.curva(440, 140, 420, 60, 540, 60, 520, 140, AZUL)
    d.texto(480, 52, "otro inicio, o salir de una sala y no de todas / lista", "chico", color=AZUL)
    d.curva(795, 140, 775, 76, 895, 76, 875, 140, ROJO)
    d.texto(835, 80, "cada 150 ms / quien", "chico", color=ROJO)
    d.curva(835, 210, 835, 350, 125, 350, 125, 212, ROJO)
    d.texto(480, 340, "8 s de silencio / las listas, sin él", "chico", color=ROJO)
    d.texto(20, 366, "lo que ocurre / lo que se envía", "chico tenue", "start", TENUE)
    return d


def dos_hilos() -> Dibujo:
    d = Dibujo(960, 380, "Los tres hilos del cliente y el socket que comparten dos de ellos")
    d.caja(20, 20, 690, 340, "", BLANCO, TENUE, trazos=True)
    d.texto(36, 42, "cliente_gui.py, un proceso", "chico tenue", "start", TENUE)
    d.caja(44, 110, 160, 170, "hilo de la\nventana\n\nel único que\ntoca widgets", CELESTE)
    d.caja(262, 92, 110, 56, "cola", GRIS, redondo=0)
    d.caja(262, 242, 110, 56, "cola", GRIS, redondo=0)
    d.caja(430, 84, 130, 72, "hilo\nenviar", CREMA, clase="fuerte")
    d.caja(430, 234, 130, 72, "hilo\nrecibir", CREMA, clase="fuerte")
    d.caja(612, 160, 82, 70, "un\nsocket", LILA, clase="fuerte")
    d.caja(770, 150, 170, 90, "grupo\n239.255.3.3", CREMA, redondo=45)
    d.flecha(204, 130, 260, 122, AZUL)
    d.flecha(372, 120, 428, 120, AZUL)
    d.flecha(560, 128, 636, 158, AZUL)
    d.texto(622, 116, "sendto", "fijo chico", color=AZUL)
    d.flecha(636, 232, 562, 262, VERDE)
    d.texto(634, 282, "recvfrom", "fijo chico", color=VERDE)
    d.flecha(428, 270, 374, 270, VERDE)
    d.flecha(260, 268, 206, 260, VERDE)
    d.flecha(694, 195, 768, 195, TINTA, doble=True)
    d.texto(317, 70, "queue.Queue", "fijo chico", color=AZUL)
    d.texto(317, 320, "queue.Queue", "fijo chico", color=VERDE)
    d.texto(124, 305, "la mira con after,\ncada 20 ms", "chico tenue", color=TENUE)
    return d


def camino() -> Dibujo:
    d = Dibujo(960, 330, "El orden de las etapas: las del centro se pueden repartir en el equipo")
    cajas = [(20, 125, "1. El socket\ny los dos hilos", CELESTE),
             (210, 125, "2. Entrar,\nhablar y salir", CELESTE),
             (400, 40, "3. El servidor", MENTA), (400, 210, "4. La ventana", CREMA)]
    for x, y, rotulo, relleno in cajas:
        d.caja(x, y, 150, 70, rotulo, relleno)
    for y, rotulo in ((125, "5. Varias salas"), (175, "6. Privados"), (225, "7. Stickers"),
                      (275, "8. Voz")):
        d.caja(600, y, 150, 40, rotulo, CREMA)
        d.linea(572, 245, 572, y + 20)
        d.flecha(572, y + 20, 598, y + 20)
    d.caja(800, 125, 150, 70, "9. Que nada\nlo detenga", LILA)
    d.caja(800, 235, 150, 70, "10. Trozos\ny extensiones", BLANCO, trazos=True)
    d.linea(550, 245, 572, 245)
    d.caja(586, 90, 178, 232, "", "none", TENUE, redondo=12, trazos=True)
    d.flecha(170, 160, 208, 160)
    d.flecha(360, 150, 398, 90)
    d.flecha(360, 170, 398, 232)
    d.curva(550, 75, 700, 60, 800, 80, 860, 123)
    d.flecha(764, 160, 798, 160)
    d.flecha(875, 195, 875, 233, trazos=True)
    d.texto(675, 106, "en cualquier orden", "chico tenue", color=TENUE)
    d.texto(475, 135, "a la vez", "chico tenue", color=TENUE)
    d.flecha(475, 122, 475, 112, TENUE)
    d.flecha(475, 150, 475, 208, TENUE)
    return d


def ventana() -> Dibujo:
    d = Dibujo(960, 420, "Lo mínimo que llevan las ventanas")
    d.caja(20, 60, 260, 270, "", BLANCO)
    d.caja(20, 60, 260, 36, "Chat", GRIS, clase="fuerte", redondo=0)
    d.texto(44, 124, "Nombre", ancla="start")
    d.caja(44, 140, 212, 34, "Ana", redondo=3)
    d.texto(44, 200, "Sala", ancla="start")
    d.caja(44, 216, 212, 34, "general", redondo=3)
    d.caja(44, 274, 212, 38, "Entrar", CELESTE, AZUL, "fuerte", 6)
    d.flecha(290, 195, 336, 195)
    d.caja(345, 20, 595, 380, "", BLANCO)
    d.caja(345, 20, 595, 36, "Ana en general", GRIS, clase="fuerte", redondo=0)
    d.caja(365, 72, 390, 190, "", BLANCO, TENUE, redondo=0)
    d.texto(380, 96, "Bryan: ¡Hola!", ancla="start")
    d.texto(380, 124, "Tú: ¿Ya viste la práctica?", ancla="start")
    d.texto(380, 152, "Bryan:", ancla="start")
    d.caja(440, 138, 60, 60, "sticker", CREMA, TENUE, "chico")
    d.texto(380, 228, "Carla: voz, 3 s", ancla="start")
    d.caja(510, 211, 110, 34, "Reproducir", CELESTE, AZUL, redondo=6)
    d.caja(770, 72, 152, 190, "", BLANCO, TENUE, redondo=0)
    for y, nombre in ((96, "Ana"), (124, "Bryan"), (152, "Carla")):
        d.texto(786, y, nombre, ancla="start")
    d.caja(365, 280, 390, 38, "Escribe aquí…", BLANCO, TENUE, redondo=3)
    d.caja(770, 280, 152, 38, "Enviar", CELESTE, AZUL, "fuerte", 6)
    for x, ancho, rotulo in ((365, 100, "Stickers"), (475, 90, "Grabar"), (575, 90, "Privado"),
                             (675, 110, "Otra sala"), (795, 127, "Salir")):
        d.caja(x, 342, ancho, 38, rotulo, BLANCO, TINTA, redondo=6)
    return d


FIGURAS = (arquitectura, camino, datagrama, dos_hilos, estados_cliente, estados_servidor,
           secuencia_falta, secuencia_sala, trozos, ventana)


def dibujar_todas() -> None:
    """Escribir cada figura en imagenes/."""
    for figura in FIGURAS:
        (IMAGENES / f"{figura.__name__}.svg").write_text(figura().svg(), encoding="utf-8",
                                                         newline="\n")


def leer_sticker(archivo: pathlib.Path):
    """El primer cuadro de un sticker, como imagen de Pillow.

    Quieto ocupa poco y cabe en base64 en un datagrama.
    """
    from PIL import Image  # aquí: las figuras no la necesitan

    with Image.open(archivo) as imagen:
        return imagen.convert("RGBA")


def copiar_stickers() -> None:
    """Poner en la plantilla los suyos, del paquete de la solución."""
    carpeta = AQUI / "plantilla" / "stickers"
    carpeta.mkdir(exist_ok=True)
    for nombre in STICKERS:
        leer_sticker(PAQUETE_DE_STICKERS / f"{nombre}.png").save(
            carpeta / f"{nombre}.png", optimize=True)

"""Hacer que cualquier texto se pueda mostrar en una ventana sin peligro.

En algunos sistemas con X11 (libXft anterior a 2.3.5) un programa de Tk termina en el
acto si dibuja un carácter de una letra de colores: un emoji, en un mensaje, un título
o un campo. Por eso ningún texto ajeno o tecleado llega a un widget sin pasar por aquí:

    "¡Hola 👍🏽!\\x1b[2J"  ──limpiar──▶  "¡Hola ‹bien›![2J"

Lo que se envía no cambia nunca; sólo lo que se ve. `partir` conserva las dos formas de
cada trozo, para poder enviar o copiar tal cual lo original, y para que quien pueda dibuje
los emoji con Pillow (dibujos.py), que no corre ese peligro. Aquí no hay ventanas.
"""

import functools
import re
import sys
import unicodedata

MAX_MARCAS = 4  # marcas combinadas sobre una letra; el vietnamita usa 2
MAX_PLEGADAS = 10_000  # letras que se recuerda cómo plegar: en japonés se usan unas 3 000

# Windows y macOS dibujan los emoji sin riesgo.
HAY_PELIGRO = sys.platform not in ("win32", "darwin")

# Todo lo que Unicode llama emoji, salvo cifras, #, *, © y ®, que toda letra normal trae.
_UNO = (
    "[\U0001F000-\U0001FAFF\u203C\u2049\u2122\u2139\u2194-\u2199\u21A9\u21AA\u231A\u231B\u2328"
    "\u23CF\u23E9-\u23F3\u23F8-\u23FA\u24C2\u25AA\u25AB\u25B6\u25C0\u25FB-\u25FE\u2600-\u2604"
    "\u260E\u2611\u2614\u2615\u2618\u261D\u2620\u2622\u2623\u2626\u262A\u262E\u262F\u2638-\u263A"
    "\u2640\u2642\u2648-\u2653\u265F\u2660\u2663\u2665\u2666\u2668\u267B\u267E\u267F\u2692-\u2697"
    "\u2699\u269B\u269C\u26A0\u26A1\u26A7\u26AA\u26AB\u26B0\u26B1\u26BD\u26BE\u26C4\u26C5\u26C8"
    "\u26CE\u26CF\u26D1\u26D3\u26D4\u26E9\u26EA\u26F0-\u26F5\u26F7-\u26FA\u26FD\u2702\u2705"
    "\u2708-\u270D\u270F\u2712\u2714\u2716\u271D\u2721\u2728\u2733\u2734\u2744\u2747\u274C\u274E"
    "\u2753-\u2755\u2757\u2763\u2764\u2795-\u2797\u27A1\u27B0\u27BF\u2934\u2935\u2B05-\u2B07"
    "\u2B1B\u2B1C\u2B50\u2B55\u3030\u303D\u3297\u3299]"
)
# Un emoji entero: con tono de piel, unido a otros (familias), banderas (dos letras), teclas (1⃣).
_ADORNO = "[\uFE0E\uFE0F\u20E3\U0001F3FB-\U0001F3FF\U000E0020-\U000E007F]"
EMOJI = re.compile(
    f"[\U0001F1E6-\U0001F1FF]{{2}}|{_UNO}{_ADORNO}*(?:\u200D{_UNO}{_ADORNO}*)*|[0-9#*]\uFE0F?\u20E3"
)

# De control (menos el salto de línea y el tabulador), direccionales, selectores, etiquetas y
# medios caracteres.
INVISIBLES = re.compile(
    "[\x00-\x08\x0B-\x1F\x7F-\x9F\u061C\u200E\u200F\u2028-\u202E\u2060-\u206F\uFE00-\uFE0F"
    "\uFEFF\uFFF9-\uFFFB\uD800-\uDFFF\U000E0000-\U000E0FFF]"
)

# Miles de emoji seguidos, con sus nombres, serían un renglón tan largo que Tk se detendría en él.
RACHA = re.compile("(?:‹[^‹›]{1,20}›){21,}")
MAX_SEGUIDOS = 20

# Los que más se usan; de los demás se dice sólo que lo son.
NOMBRES_DE_EMOJI = {
    **dict.fromkeys("😀😃😄😁🙂😊☺", "sonrisa"), **dict.fromkeys("😂🤣", "risa"),
    **dict.fromkeys("😢😭", "llanto"), **dict.fromkeys("✅✔", "hecho"), "👍": "bien", "👎": "mal",
    "❤": "corazón", "🎉": "fiesta", "🔥": "fuego", "👏": "aplauso", "🙏": "gracias", "⭐": "estrella",
}


def limpiar(texto: str) -> str:
    """Devolver el texto tal como se puede mostrar."""
    visible = "".join([visible for _, visible in partir(texto)])
    return RACHA.sub(_acortar, visible).replace("\t", "    ")


def _acortar(racha: "re.Match") -> str:
    emojis = racha.group().split("›")[:-1]
    return "›".join(emojis[:MAX_SEGUIDOS]) + f"›… ({len(emojis)} emoji)"


def limpiar_linea(texto: str) -> str:
    """Como `limpiar`, en un solo renglón: para títulos, nombres y listas."""
    return " ".join(limpiar(texto).split())


@functools.lru_cache(MAX_PLEGADAS)
def _plegar_letra(letra: str) -> str:
    return unicodedata.normalize("NFD", letra)[0].lower()[:1] or letra


def plegar(texto: str) -> str:
    """El texto sin acentos ni mayúsculas, con las letras en los mismos lugares: para buscar."""
    return "".join(map(_plegar_letra, texto))


def partir(texto: str) -> "list[tuple[str, str]]":
    """Partir un texto en pares (original, visible); los originales, juntos, son el texto."""
    if texto.isascii() and texto.isprintable():  # lo de casi siempre
        return [(texto, texto)] if texto else []
    trozos = []
    fin = 0
    for emoji in EMOJI.finditer(texto):
        trozos += _partir_normal(texto[fin : emoji.start()])
        visible = nombrar_emoji(emoji.group()) if HAY_PELIGRO else emoji.group()
        trozos.append((emoji.group(), visible))
        fin = emoji.end()
    return trozos + _partir_normal(texto[fin:])


def nombrar_emoji(emoji: str) -> str:
    """Lo que se muestra en lugar de un emoji."""
    if emoji[0] in "0123456789#*":
        return emoji[0]
    if "\U0001F1E6" <= emoji[0] <= "\U0001F1FF":  # una bandera son las dos letras de su país
        return "".join(chr(ord(letra) - 0x1F1E6 + ord("A")) for letra in emoji)
    return f"‹{NOMBRES_DE_EMOJI.get(emoji[0], 'emoji')}›"


def _partir_normal(texto: str) -> "list[tuple[str, str]]":
    return [(texto, _aligerar(INVISIBLES.sub(_cambiar_invisible, texto)))] if texto else []


def _cambiar_invisible(hallado: "re.Match") -> str:
    return "\n" if hallado.group() in "\u2028\u2029" else ""


def _aligerar(texto: str) -> str:
    """Quitar las marcas combinadas de más: taparían los renglones vecinos."""
    if not texto or max(texto) < "\u0300":
        return texto
    visibles = []
    seguidas = 0
    for caracter in texto:
        seguidas = seguidas + 1 if unicodedata.category(caracter) in ("Mn", "Me") else 0
        if seguidas <= MAX_MARCAS:
            visibles.append(caracter)
    return "".join(visibles)

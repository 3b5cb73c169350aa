"""Contar en pocas palabras lo que dice un mensaje ajeno, sin caracteres que estorben."""

import unicodedata

MAX_TEXTO = 80  # letras de un resumen
MAX_NOMBRE = 32  # letras
# Los que Unicode no cuenta entre los símbolos, y lo que hace emoji a una cifra.
EMOJIS = "‼⁉ℹ↔◻◼◽◾⤴⤵〰〽\u20e3\ufe0f"

# Qué dice cada tipo; los que faltan aquí se muestran con su content.
RESUMENES = {
    "inicio": lambda m, n: f"entra a {m['sala']}",
    "salir": lambda m, n: f"sale de {m['sala']}",
    "usuarios": lambda m, n: f"en la sala: {', '.join(map(str, m['lista'][:20])) or 'nadie'}",
    "sticker": lambda m, n: f"sticker {m['content']}" + (f", {n:,} bytes" if n else ""),
    "audio": lambda m, n: f"voz de {m.get('duracion', '?')} s" + (f", {n:,} bytes" if n else ""),
    "cifrado": lambda m, n: f"privado cifrado, {n:,} bytes",
    "trozo": lambda m, n: (
        f"trozo {m['i'] + 1} de {m['de']}" + (f" (nº {m['n']})" if "n" in m else "")),
    "latido": lambda m, n: f"sigo aquí: {_salas(m['salas']) or 'en ninguna sala'}",
    "quien": lambda m, n: "¿sigues ahí?" if "a" in m else "¿quién está?",
    "falta": lambda m, n: _falta(m),
    "paridad": lambda m, n: f"paridad {m['j'] + 1} del bloque {m['bloque'] + 1}",
    "acuse": lambda m, n: f"oí la marca {m['marca']}",
    "perdido": lambda m, n: f"ya no tengo {_rangos(m['n'])}",
}


def resumir(tipo, mensaje, largo):
    """El resumen de un mensaje con `largo` bytes de cuerpo.

    Si le falta algo lanza KeyError, TypeError o ValueError.
    """
    if tipo in RESUMENES:
        return limpiar(RESUMENES[tipo](mensaje, largo))
    return limpiar(f"«{mensaje['content']}»") if "content" in mensaje else ""


def _salas(salas):
    return ", ".join(f"{sala} ({ultimo})" for sala, ultimo in salas.items())


def _falta(mensaje):
    if "bloques" in mensaje and "n" not in mensaje:
        return f"me faltan {sum(cuantos for _, _, cuantos, _ in mensaje['bloques'])} trozos"
    # La de 11 no lleva rangos.
    rangos = mensaje["n"] if "n" in mensaje else [(i, i) for i in mensaje["i"]]
    return f"me falta {_rangos(rangos)}"


def _rangos(rangos):
    dichos = [f"{a}" if a == b else f"{a}–{b}" for a, b in rangos[:8]]
    return ", ".join(dichos) + (" …" if len(rangos) > 8 else "")


def nombre(texto):
    """Un nombre ajeno, corto y sin caracteres que estorben."""
    return limpiar(texto)[:MAX_NOMBRE]


def _se_puede_ver(c):
    return (c.isprintable() and c <= "\uffff" and c not in EMOJIS
            and (c < "\u2100" or unicodedata.category(c) != "So"))


def limpiar(texto):
    """Un texto ajeno en un renglón.

    Corto, sin caracteres de control y sin emojis, que tumban a Tk en algunos sistemas.
    """
    renglones = texto[:MAX_TEXTO + 1].split("\n")
    texto = " ⏎ ".join("".join(c if _se_puede_ver(c) else "�" for c in renglon)
                       for renglon in renglones)
    return texto if len(texto) <= MAX_TEXTO else texto[:MAX_TEXTO - 1] + "…"

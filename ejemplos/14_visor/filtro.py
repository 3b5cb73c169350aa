"""Qué datagramas se ven: los de las clases elegidas que contengan todas las palabras.

    ana -latido      los renglones que dicen «ana» y no dicen «latido»
"""

CLASES = {  # los botones del filtro, y qué tipos abarca cada uno
    "mensajes": {"msj", "sticker", "audio"},
    "salas": {"inicio", "salir", "usuarios", "aviso"},
    "reparación": {"trozo", "falta", "perdido", "paridad"},
    "latidos": {"latido", "quien", "acuse"},
}
RARO = "otros"  # lo desconocido y lo que no se entiende


def clase_de(tipo):
    """A qué botón del filtro pertenece un tipo."""
    return next((clase for clase, tipos in CLASES.items() if tipo in tipos), RARO)


def pasa(dato, texto, clases):
    """Si un dato cumple el filtro.

    Su clase está elegida y contiene cada palabra, y ninguna con «-» delante.
    """
    if clase_de(dato.tipo) not in clases:
        return False
    origen = f"{dato.origen[0]}:{dato.origen[1]}"
    renglon = f"{dato.de} {dato.a_quien()} {dato.tipo} {dato.resumen} {origen}".casefold()
    for palabra in texto.casefold().split():
        quitar = len(palabra) > 1 and palabra.startswith("-")
        if (palabra.lstrip("-") in renglon) == quitar:
            return False
    return True

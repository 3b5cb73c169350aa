"""Lo que se pregunta y se muestra de un privado: si va cifrado, y si el otro es el de siempre.

No hay alarmas que enseñen a cerrarlas sin leer: lo dudoso se marca, y sólo se pregunta antes de
decir algo que otro podría leer. Lo que se contesta se recuerda.
"""

from tkinter import messagebox

from presencia import tratos
from presencia.eventos import ErrorAccion

CERRADO, ABIERTO = "candado", "candado_abierto"
# Cómo se ve cada trato: el candado, su pista y lo que dice bajo el nombre.
ASPECTOS = {
    tratos.CIFRADO: (CERRADO, "Cifrado: sólo lo leen los dos", "privado · cifrado"),
    tratos.CLARO: (ABIERTO, "Sin cifrar: lo puede leer cualquiera de la red",
                   "privado · sin cifrar"),
    tratos.OTRA: (ABIERTO, "No usa el equipo de antes", "privado · otro equipo"),
    tratos.SIN_FIRMA: (ABIERTO, "Antes firmaba, y ahora no", "privado · sin firma"),
    tratos.PROHIBIDO: (ABIERTO, "No es quien comparó sus palabras", "privado · otro equipo"),
}
EN_CLARO = ("El programa de {} no sabe cifrar: lo que le digas lo puede leer cualquiera de la red. "
            "No se preguntará otra vez.")
COMPARAR = ("Así se sabe que nadie se hace pasar por {0}.\n\nTus palabras, para que se las digas:\n"
            "{2}\n\nLas de {0}:\n{1}\n\n¿Son las que te dijo en voz alta?")


def describir(cliente, persona: str) -> "tuple[str, str, str]":
    """El icono del candado, su pista y lo que dice bajo el nombre."""
    return ASPECTOS[cliente.tratos.ver(persona)]


def preguntar(ventana, aplicacion, persona: str) -> bool:
    """Si se puede decir algo en privado a alguien; si hay duda, la persona decide."""
    cliente = aplicacion.cliente
    if cliente.directorio.id_de(persona) is None:
        return True  # no está: eso se explica al no poder enviarlo
    trato = cliente.tratos.ver(persona)
    if trato == tratos.CLARO:
        return _preguntar_en_claro(ventana, aplicacion, persona)
    if trato == tratos.PROHIBIDO:
        return comparar(ventana, cliente, persona)
    if trato == tratos.CIFRADO:
        return True
    palabras = cliente.tratos.palabras(persona)
    detalle = f"Sus palabras son ahora: {palabras}." if palabras else ""
    if messagebox.askyesno(parent=ventana, title="Privado", default="no", icon="warning",
                           message=cliente.tratos.explicar(persona),
                           detail=f"{detalle} ¿Enviarlo de todos modos?".strip()):
        cliente.confiar(persona)
        return True
    return False


def _preguntar_en_claro(ventana, aplicacion, persona: str) -> bool:
    if persona in aplicacion.en_claro:
        return True  # ya se dijo
    if messagebox.askyesno(parent=ventana, title="Privado", message="¿Enviarlo sin cifrar?",
                           detail=EN_CLARO.format(persona), default="yes"):
        aplicacion.en_claro.add(persona)
        return True
    return False


def comparar(ventana, cliente, persona: str) -> bool:
    """Mostrar las palabras de los dos; si se oyeron y coinciden, recordarlo. True si coinciden."""
    palabras = cliente.tratos.palabras(persona)
    if not palabras:
        messagebox.showinfo(parent=ventana, title="Privado",
                            message=f"{persona} no tiene palabras que comparar.",
                            detail="Su programa no firma, o no está.")
        return False
    detalle = COMPARAR.format(persona, palabras, cliente.tratos.palabras(""))
    if not messagebox.askyesno(parent=ventana, title="Comparar", default="no", detail=detalle,
                               message=f"Compara con {persona}, de viva voz."):
        return False
    try:
        cliente.confiar(persona, palabras)
    except ErrorAccion:  # cambió mientras se preguntaba
        return False
    return True

"""Lo que un relevo envía a un cliente sencillo, que sólo conoce los mensajes de la práctica.

No sabe de números, trozos ni latidos, y lee con un búfer de 1024 bytes: un datagrama mayor le
llegaría cortado, así que un texto largo se le dice en varios. Se le da lo que puede leer, con las
claves de la práctica y ninguna más; las que algunos ponen aunque sobren, `privado` en lo público y
`sala` en lo privado, van siempre, porque los que las ponen también las leen.

    {"tipo":"listar_salas"}  →  {"tipo":"salas","lista":["general","redes"]}       lo piden algunos

Va además `"relevo":true`, y lo que lo lleva no se admite de nadie: si alguien hace creer a dos
relevos que el otro es un cliente sencillo, lo que uno diga al otro no vuelve.
"""

import json

import protocolo
from presencia.direcciones import Vecino

CABE = 1_024  # bytes del búfer con que leen los más
PEDIDO_DE_SALAS = "listar_salas"
VUELVEN = ("msj", "sticker")  # lo que a un sencillo le vuelve cuando lo dice
DICEN = {"inicio", "salir", "msj", "sticker", "audio"}  # lo que dice él
SENA = {"relevo": True}
# En el texto de un mensaje no cabe: ahí las comillas van escapadas.
SENA_EN_BYTES = b'"relevo":true'


def pide_salas(datagrama: bytes) -> bool:
    """Si un datagrama pregunta qué salas hay."""
    if PEDIDO_DE_SALAS.encode() not in datagrama:
        return False
    try:
        pedido = json.loads(datagrama)
    except (ValueError, RecursionError):
        return False
    return isinstance(pedido, dict) and pedido.get("tipo") == PEDIDO_DE_SALAS


def escribir_salas(salas) -> bytes:
    """La respuesta: las salas que hay."""
    return _recortar({"tipo": "salas", "lista": sorted(salas)}, "lista")


def escribir(mensaje: dict, uno: Vecino) -> "list[bytes]":
    """Un mensaje como lo entiende un sencillo: en ningún datagrama, en uno o en varios."""
    forma = FORMAS.get(mensaje["tipo"])
    sencillo = forma(mensaje, uno) if forma else None
    if sencillo is None:
        return []
    if mensaje["tipo"] == "usuarios":
        return _escribir_lista(sencillo, uno)
    return _partir(sencillo)


def _escribir_lista(lista: dict, uno: Vecino) -> "list[bytes]":
    """El servidor la dice dos veces, con ids y sin ellos: la segunda no hace falta."""
    datagrama = _recortar(lista, "lista")
    if lista["sala"] not in uno.salas or uno.listas.get(lista["sala"]) == datagrama:
        return []
    uno.listas[lista["sala"]] = datagrama
    return [datagrama]


def _partir(mensaje: dict) -> "list[bytes]":
    """Un texto que no cabe se dice en varios, cortado por los espacios si los hay."""
    datagrama = protocolo.codificar({**mensaje, **SENA})
    if len(datagrama) <= CABE:
        return [datagrama]
    texto = mensaje.get("content", "")
    if mensaje["tipo"] != "msj" or len(texto) < 2:
        return []
    mitad = len(texto) // 2
    corte = texto.rfind(" ", mitad // 2, mitad) + 1 or mitad
    return (_partir({**mensaje, "content": texto[:corte]})
            + _partir({**mensaje, "content": texto[corte:]}))


def _recortar(mensaje: dict, clave: str) -> bytes:
    """Los primeros que quepan; si no caben todos, al final dice cuántos más son."""
    todos = mensaje[clave]
    for cuantos in range(len(todos), -1, -1):
        resto = [f"… y {len(todos) - cuantos} más"] if cuantos < len(todos) else []
        datagrama = protocolo.codificar({**mensaje, clave: todos[:cuantos] + resto, **SENA})
        if len(datagrama) <= CABE:
            break
    return datagrama


def _tomar(*claves: str, **fijas):
    def forma(mensaje: dict, _uno: Vecino) -> dict:
        elegidas = {clave: mensaje[clave] for clave in claves}
        return {"tipo": mensaje["tipo"], **fijas, **elegidas}
    return forma


def _decir_dicho(mensaje: dict, uno: Vecino) -> "dict | None":
    if "cuerpo" in mensaje:
        return None
    if "privado" in mensaje:
        privado = _tomar("from", "to", "content", privado=True)(mensaje, uno)
        return {**privado, "sala": min(uno.salas, default="")}
    return _tomar("user", "sala", "content", privado=False)(mensaje, uno)


def _decir_lista(mensaje: dict, _uno: Vecino) -> dict:
    return {"tipo": "usuarios", "sala": mensaje["sala"], "lista": mensaje["lista"]}


def _decir_aviso(mensaje: dict, uno: Vecino) -> "dict | None":
    mio = mensaje["user"] == uno.user
    return _tomar("sala", "user", "content")(mensaje, uno) if mio else None


def _decir_paso(mensaje: dict, uno: Vecino) -> "dict | None":
    aqui = mensaje["sala"] in uno.salas
    return _tomar("user", "sala")(mensaje, uno) if aqui else None


FORMAS = {
    "msj": _decir_dicho,
    "sticker": _decir_dicho,
    "usuarios": _decir_lista,
    "aviso": _decir_aviso,
    "inicio": _decir_paso,
    "salir": _decir_paso,
}

"""La cabecera de un datagrama: un objeto JSON en UTF-8, de diccionario a bytes y al revés.

Con mensajes cortos, leer y escribir el JSON es la mitad del trabajo de un programa. La
biblioteca orjson lo hace varias veces más rápido que el módulo json; donde no está se usa
éste, que es el que manda: con él se lee también lo largo, donde caben números y anidamientos
enormes, y lo que orjson no acepta. Así un mensaje vale o no vale en todas partes por igual.
"""

import json

from campos import ErrorProtocolo

try:
    import orjson
except ImportError:  # sólo es más lento
    orjson = None

MAX_CIFRAS = 1_000  # de un número: convertir muchas más cuesta tiempo cuadrático
MAX_NIVELES = 500  # de un objeto dentro de otro: los que cualquier Python lee; en MAX_CIFRAS bytes no caben más


def escribir(objeto: dict) -> bytes:
    """Convertir en bytes un objeto ya validado: sin NaN ni medios caracteres."""
    if orjson is not None:
        # Una copia: lo que da orjson ocupa 4 KB hasta que se suelta, y del que envía se guardan miles.
        return b"%b" % orjson.dumps(objeto)
    return _CODIFICADOR.encode(objeto).encode("utf-8")


def leer(cabecera: bytes) -> dict:
    """Inversa de `escribir`. Lanza ErrorProtocolo si no es un objeto JSON y nada más."""
    if orjson is None or len(cabecera) > MAX_CIFRAS:
        objeto = _leer_con_json(cabecera)
    else:
        try:
            objeto = orjson.loads(cabecera)
        except orjson.JSONDecodeError:
            objeto = _leer_con_json(cabecera)
    if not isinstance(objeto, dict):
        raise ErrorProtocolo("se esperaba un objeto JSON y nada más")
    if len(cabecera) > MAX_CIFRAS and cabecera.count(b"[") + cabecera.count(b"{") > MAX_NIVELES:
        _exigir_poco_anidado(objeto)
    return objeto


def _leer_con_json(cabecera: bytes) -> object:
    lector = _LECTOR if len(cabecera) <= MAX_CIFRAS else _LECTOR_CON_TOPE
    try:
        texto = str(cabecera, "utf-8").strip(" \t\r")
        objeto, fin = lector.raw_decode(texto)  # más rápido que decode, que busca espacios
    except ErrorProtocolo:
        raise
    except (ValueError, RecursionError) as error:  # no es UTF-8, no es JSON, muy anidado
        raise ErrorProtocolo(f"no es JSON en UTF-8: {type(error).__name__}") from None
    return objeto if fin == len(texto) else None


def _exigir_poco_anidado(objeto: dict) -> None:
    nivel = [objeto]
    for _ in range(MAX_NIVELES):
        nivel = [hijo for padre in nivel for hijo in (padre.values() if isinstance(padre, dict) else padre) if isinstance(hijo, (dict, list))]
        if not nivel:
            return
    raise ErrorProtocolo(f"más de {MAX_NIVELES} niveles, uno dentro de otro")


def _leer_numero(convertir):
    def leer_cifras(cifras: str):
        if len(cifras) > MAX_CIFRAS:
            raise ErrorProtocolo(f"un número de {len(cifras)} cifras")
        return convertir(cifras)

    return leer_cifras


def _rechazar_constante(nombre: str):
    raise ErrorProtocolo(f"{nombre} no es JSON")


_CODIFICADOR = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"))
_LECTOR = json.JSONDecoder(parse_constant=_rechazar_constante)  # NaN, Infinity
_LECTOR_CON_TOPE = json.JSONDecoder(
    parse_constant=_rechazar_constante, parse_int=_leer_numero(int), parse_float=_leer_numero(float),
)

"""Un sticker: una cabecera JSON en un renglón y, detrás, los bytes de la imagen tal cual.

    {"tipo":"sticker","user":"Ana","sala":"general","content":"corazon","formato":"png"}\\n<bytes>

Sin base64 caben 65 000 bytes y no 49 000.
"""

import json


def codificar(usuario, nombre, formato, datos):
    """Juntar la cabecera y la imagen."""
    mensaje = {"tipo": "sticker", "user": usuario, "sala": "general", "content": nombre,
               "formato": formato}
    cabecera = json.dumps(mensaje, ensure_ascii=False, separators=(",", ":"))
    return cabecera.encode("utf-8", "replace") + b"\n" + datos


def decodificar(datagrama):
    """Devolver (quién lo envía, bytes de la imagen), o None si no es un sticker con su imagen."""
    cabecera, _, datos = datagrama.partition(b"\n")
    try:
        mensaje = json.loads(cabecera.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(mensaje, dict) or mensaje.get("tipo") != "sticker" or not datos:
        return None
    usuario = mensaje.get("user")
    return (usuario[:32], datos) if isinstance(usuario, str) else None

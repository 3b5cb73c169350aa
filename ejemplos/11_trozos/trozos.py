"""Los datagramas de esta carpeta: una cabecera JSON en un renglón y, detrás, los bytes del trozo.

    {"tipo":"trozo","i":3,"de":38,"sha256":"9f86…"}\\n<1024 bytes>    quien envía → todos
    {"tipo":"falta","sha256":"9f86…","i":[3,17]}                      quien recibe → todos

`i` es el número del trozo, desde 0, y `de` cuántos son. El SHA-256 del archivo entero
sirve para dos cosas: reconocer de qué archivo es cada trozo y saber, al final, si lo
recibido es idéntico a lo enviado.
"""

import json

TAMANO = 1_024  # bytes de archivo en cada trozo: con su cabecera cabe en una trama Ethernet (1500)
MAX_TROZOS = 4_096  # 4 MB: nadie nos hace reservar más memoria
MAX_FALTAS = 100  # números en un «falta»: también él debe caber en una trama


def codificar(mensaje, cuerpo=b""):
    """Juntar la cabecera y los bytes."""
    return json.dumps(mensaje, separators=(",", ":")).encode() + b"\n" + cuerpo


def decodificar(datagrama):
    """Devolver (cabecera, bytes), o (None, b"") si no es un datagrama de los nuestros."""
    cabecera, _, cuerpo = datagrama.partition(b"\n")
    try:
        mensaje = json.loads(cabecera.decode("utf-8"))
    except (ValueError, RecursionError):
        return None, b""
    if isinstance(mensaje, dict) and isinstance(mensaje.get("sha256"), str):
        if mensaje.get("tipo") == "trozo" and _vale_trozo(mensaje.get("i"), mensaje.get("de"),
                                                          cuerpo):
            return mensaje, cuerpo
        if mensaje.get("tipo") == "falta" and isinstance(mensaje.get("i"), list):
            return mensaje, b""
    return None, b""


def _vale_trozo(i, de, cuerpo):
    return (type(i) is int and type(de) is int and 0 <= i < de <= MAX_TROZOS
            and 0 < len(cuerpo) <= TAMANO)

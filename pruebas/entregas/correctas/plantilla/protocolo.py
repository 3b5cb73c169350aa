"""Los mensajes: lo que comparten el cliente y el servidor.

Un mensaje es un diccionario dentro del programa y bytes en la red. Aquí no hay sockets ni
ventanas, así que se puede probar solo: véase ../vectores.json.
"""

import json

GRUPO = "239.255.3.3"
PUERTO = 5007
TTL = 1  # saltos: no sale de la red local
MAX_DATAGRAMA = 65_507  # bytes; pedir menos en recvfrom cortaría los mensajes largos

# Las claves que debe traer cada tipo, todas de texto salvo «lista».
CLAVES = {
    "inicio": ("user", "sala"),
    "salir": ("user", "sala"),
    "msj": ("user", "sala", "content"),
    "sticker": ("user", "sala", "content"),
    "audio": ("user", "sala", "content"),
    "usuarios": ("sala",),
}
PRIVADAS = ("from", "to", "content")


def codificar(mensaje):
    """Convertir un diccionario en los bytes de un datagrama."""
    return json.dumps(mensaje, ensure_ascii=False).encode("utf-8")


def decodificar(datagrama):
    """Convertir los bytes de un datagrama en un diccionario; None si no es un mensaje.

    Por aquí entra todo lo ajeno: quien llame a esta función no debe temer a nada.
    """
    try:
        mensaje = json.loads(datagrama.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return mensaje if esta_bien(mensaje) else None


def esta_bien(mensaje):
    """Si es un mensaje de los que entendemos y trae lo que debe."""
    if not isinstance(mensaje, dict) or not isinstance(mensaje.get("tipo"), str):
        return False
    if mensaje["tipo"] not in CLAVES:
        return False
    claves = PRIVADAS if es_privado(mensaje) else CLAVES[mensaje["tipo"]]
    if not all(isinstance(mensaje.get(clave), str) for clave in claves):
        return False
    if mensaje["tipo"] == "usuarios":
        lista = mensaje.get("lista")
        return isinstance(lista, list) and all(isinstance(uno, str) for uno in lista)
    return True


def es_privado(mensaje):
    return mensaje.get("privado") is True

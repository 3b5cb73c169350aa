"""Los mensajes: lo que comparten el cliente y el servidor.

Un mensaje es un diccionario dentro del programa y bytes en la red. Aquí no hay sockets ni
ventanas, así que se puede probar solo: véase ../vectores.json.
"""

GRUPO = "239.255.3.3"
PUERTO = 5007
TTL = 1  # saltos: no sale de la red local
MAX_DATAGRAMA = 65_507  # bytes; pedir menos en recvfrom cortaría los mensajes largos


def codificar(mensaje):
    """Convertir un diccionario en los bytes de un datagrama."""
    # PENDIENTE (etapa 2): en JSON, en una línea y en UTF-8. Que una ñ viaje como ñ.
    return b""


def decodificar(datagrama):
    """Convertir los bytes de un datagrama en un diccionario; None si no es un mensaje.

    Por aquí entra todo lo ajeno: quien llame a esta función no debe temer a nada.
    """
    # PENDIENTE (etapa 2): lo contrario de codificar.
    # PENDIENTE (etapa 9): ¿y si no es JSON? ¿Si es una lista? ¿Si falta «user», o es un número?
    return None

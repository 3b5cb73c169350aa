"""Los privados cifrados: el mensaje entero, con su tipo y su nombre, dentro de otro que los calla.

    {"tipo":"cifrado","to":"Bryan","para":"<id>"}⏎ 24 bytes al azar │ cifrado con Box
                                                   {"tipo":"sticker","privado":true,…}⏎imagen
"""

import protocolo
from seguridad.claves import Sesion


def cifrar(mensaje: dict, sesion: Sesion, clave: bytes) -> dict:
    """El mensaje que lleva dentro un privado, para el programa que tiene esa clave pública."""
    cuerpo = sesion.cifrar(protocolo.codificar(mensaje), clave)
    return {"tipo": "cifrado", "to": mensaje["to"], "para": mensaje["para"], "cuerpo": cuerpo}


def descifrar(cifrado: dict, sesion: Sesion, clave: bytes) -> dict:
    """El privado que va dentro; lanza ErrorProtocolo si no es de esa clave, o no es un privado."""
    try:
        mensaje = protocolo.decodificar(sesion.descifrar(cifrado["cuerpo"], clave))
    except ValueError as error:
        raise protocolo.ErrorProtocolo(f"un privado que no se puede abrir: {error}") from None
    if "privado" not in mensaje or mensaje.get("para") != cifrado["para"]:
        raise protocolo.ErrorProtocolo("dentro no va un privado")
    return {**mensaje, "id": cifrado["id"]}

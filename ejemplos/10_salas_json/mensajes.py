"""Los mensajes de la práctica: un objeto JSON en cada datagrama.

    {"tipo":"inicio","user":"Bryan","sala":"general"}                          cliente → todos
    {"tipo":"msj","user":"Bryan","sala":"general","content":"Hola"}            cliente → la sala
    {"tipo":"msj","privado":true,"from":"Bryan","to":"Ana","content":"Hola"}   cliente → uno
    {"tipo":"salir","user":"Bryan","sala":"general"}                           cliente → todos
    {"tipo":"usuarios","sala":"general","lista":["Ana","Bryan"]}               servidor → la sala

Todos viajan al grupo y todos los reciben: «→ la sala» o «→ uno» quiere decir que los
demás los descartan.
"""

import json

MAX_NOMBRE = 32  # letras de un usuario o de una sala

CLAVES = {
    "inicio": ("user", "sala"),
    "msj": ("user", "sala", "content"),
    "msj privado": ("from", "to", "content"),
    "salir": ("user", "sala"),
    "usuarios": ("sala", "lista"),
}


def codificar(mensaje):
    """Convertir un mensaje en bytes, en un solo renglón y sin espacios de sobra."""
    return json.dumps(mensaje, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def decodificar(datagrama):
    """Convertir bytes en un mensaje; None si no es uno de los nuestros.

    Cualquiera escribe al grupo.
    """
    try:
        mensaje = json.loads(datagrama.decode("utf-8"))
    except (ValueError, RecursionError):  # ni JSON ni UTF-8, o miles de corchetes anidados
        return None
    return mensaje if isinstance(mensaje, dict) and _vale(mensaje) else None


def _vale(mensaje):
    tipo = mensaje.get("tipo")
    claves = (CLAVES.get(f"{tipo} privado" if mensaje.get("privado") is True else tipo)
              if isinstance(tipo, str) else None)
    return claves is not None and all(_vale_campo(clave, mensaje.get(clave)) for clave in claves)


def _vale_campo(clave, valor):
    if clave == "content":
        return isinstance(valor, str)
    if clave == "lista":
        return isinstance(valor, list) and all(map(vale_nombre, valor))
    return vale_nombre(valor)


def vale_nombre(nombre):
    """Si sirve de nombre de usuario o de sala."""
    return (isinstance(nombre, str) and 0 < len(nombre) <= MAX_NOMBRE and nombre.isprintable()
            and not nombre.isspace())

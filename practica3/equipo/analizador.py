"""El analizador de opciones de los programas, en español.

argparse sólo habla inglés, y lo suyo es lo primero que lee quien se equivoca:

    usage: servidor.py [-h] …                  uso:   servidor.py [-h] …
    servidor.py: error: argument --puerto:     servidor.py: --puerto: falta su valor
    expected one argument

Cada cosa que dice la pide antes, sin sus datos, a gettext, con el nombre `_`. Aquí contesta
CATALOGO, sin archivos .mo ni depender del idioma del sistema. Lo que no esté en él sale como
argparse lo dice: ningún error se calla.

Lo entiende Python 3.6, como entorno.py, y sólo usa la biblioteca estándar: también es de los
programas que se corren sin el entorno.
"""

import argparse

CATALOGO = {
    # «uso:» ocupa lo que «usage:»: los renglones que le siguen llevan una sangría de ese ancho.
    "usage: ": "uso:   ",
    "positional arguments": "argumentos",
    "options": "opciones",
    "show this help message and exit": "mostrar esta ayuda y terminar",
    "%(prog)s: error: %(message)s\n": "%(prog)s: %(message)s\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s: %(message)s",
    "the following arguments are required: %s": "falta decir: %s",
    "one of the arguments %s is required": "hace falta una de estas opciones: %s",
    "unrecognized arguments: %s": "no se entiende: %s",
    "ambiguous option: %(option)s could match %(matches)s":
        "%(option)s puede ser cualquiera de éstas: %(matches)s",
    "expected one argument": "falta su valor",
    "expected at most one argument": "lleva un valor como mucho",
    "expected at least one argument": "falta al menos un valor",
    "expected %s argument": "le hace falta %s valor",
    "expected %s arguments": "le hacen falta %s valores",
    "ignored explicit argument %r": "no lleva valor, y se le dio %r",
    "not allowed with argument %s": "no se puede decir a la vez que %s",
    "invalid %(type)s value: %(value)r": "%(value)r no vale",
    "invalid choice: %(value)r (choose from %(choices)s)":
        "%(value)r no vale; se puede elegir entre %(choices)s",
    "invalid choice: %(value)r, maybe you meant %(closest)r? (choose from %(choices)s)":
        "%(value)r no vale, ¿será %(closest)r?; se puede elegir entre %(choices)s",
}


class Analizador(argparse.ArgumentParser):
    """Un ArgumentParser cuya ayuda y cuyos errores salen en español."""

    def __init__(self, **datos):
        argparse._, argparse.ngettext = traducir, traducir_plural
        super().__init__(**datos)
        self.register("type", int, leer_entero)
        self.register("type", float, leer_decimal)

    def error(self, message: str):
        """Decir cómo se usa y qué estuvo mal, y terminar con el código 2."""
        if message.startswith("argument "):  # hasta Python 3.10 esto no lo pide a gettext
            message = message[len("argument "):]
        super().error(message)


def traducir(mensaje: str) -> str:
    """Lo que argparse va a decir, en español; lo que no se conoce, tal cual."""
    return CATALOGO.get(mensaje, mensaje)


def traducir_plural(singular: str, plural: str, cuantos: int) -> str:
    """Lo mismo, de lo que cambia con el número."""
    return traducir(singular if cuantos == 1 else plural)


def leer_entero(texto: str) -> int:
    """Un número entero. Lanza ArgumentTypeError."""
    try:
        return int(texto)
    except ValueError:
        raise argparse.ArgumentTypeError("%r no es un número entero" % texto) from None


def leer_decimal(texto: str) -> float:
    """Un número. Lanza ArgumentTypeError."""
    try:
        return float(texto)
    except ValueError:
        raise argparse.ArgumentTypeError("%r no es un número" % texto) from None

"""El analizador de opciones de los programas, en español.

argparse sólo habla inglés, y lo suyo es lo primero que lee quien se equivoca:

    usage: servidor.py [-h] …                  uso:   servidor.py [-h] …
    servidor.py: error: argument --puerto:     servidor.py: --puerto: falta su valor
    expected one argument

Aquí se traduce lo que ya escribió, por su API pública. Lo que no esté en la tabla sale
como argparse lo dice: ningún error se calla. Lo entiende Python 3.6, como entorno.py, y
sólo usa la biblioteca estándar: también es de los programas que se corren sin el entorno.
"""

import argparse
import re
import sys

# De un Python a otro cambian las comillas de los valores y poco más.
MENSAJES = tuple((re.compile(ingles, re.DOTALL), espanol) for ingles, espanol in (
    (r"the following arguments are required: (.*)", r"falta decir: \1"),
    (r"one of the arguments (.*) is required", r"hace falta una de estas opciones: \1"),
    (r"unrecognized arguments: (.*)", r"no se entiende: \1"),
    (r"ambiguous option: (.*) could match (.*)", r"\1 puede ser cualquiera de éstas: \2"),
    (r"expected one argument", r"falta su valor"),
    (r"expected at most one argument", r"lleva un valor como mucho"),
    (r"expected at least one argument", r"falta al menos un valor"),
    (r"expected (\d+) arguments?", r"le hacen falta \1 valores"),
    (r"ignored explicit argument (.*)", r"no lleva valor, y se le dio \1"),
    (r"not allowed with argument (.*)", r"no se puede decir a la vez que \1"),
    (r"invalid int value: (.*)", r"\1 no es un número entero"),
    (r"invalid float value: (.*)", r"\1 no es un número"),
    (r"invalid \w+ value: (.*)", r"\1 no vale"),
    (r"invalid choice: (.*) \(choose from (.*)\)", r"\1 no vale; se puede elegir entre \2"),
))
# «uso:» ocupa lo que «usage:»: los renglones que le siguen llevan una sangría de ese ancho.
TITULOS = (("usage: ", "uso:   "), ("positional arguments:\n", "argumentos:\n"), ("options:\n", "opciones:\n"))


class Analizador(argparse.ArgumentParser):
    """Un ArgumentParser cuya ayuda y cuyos errores salen en español."""

    def __init__(self, **datos):
        super().__init__(add_help=False, **datos)
        self.add_argument("-h", "--help", action="help", help="mostrar esta ayuda y terminar")

    def format_usage(self) -> str:
        return poner_titulos(super().format_usage())

    def format_help(self) -> str:
        return poner_titulos(super().format_help())

    def error(self, message: str):
        """Decir cómo se usa y qué estuvo mal, y terminar con el código 2."""
        self.print_usage(sys.stderr)
        self.exit(2, "{}: {}\n".format(self.prog, traducir(message)))


def poner_titulos(texto: str) -> str:
    """Los títulos de una ayuda, en español; sólo al principio de un renglón, que es donde van."""
    for ingles, espanol in TITULOS:
        texto = re.sub("^" + ingles, espanol, texto, flags=re.MULTILINE)
    return texto


def traducir(mensaje: str) -> str:
    """Un error de argparse en español; el que no se conoce, tal cual."""
    cual = re.match("argument ([^ ]+): ", mensaje)
    dicho = mensaje[cual.end():] if cual else mensaje
    for ingles, espanol in MENSAJES:
        hallado = ingles.fullmatch(dicho)
        if hallado:
            dicho = hallado.expand(espanol)
            break
    return "{}: {}".format(cual.group(1), dicho) if cual else dicho

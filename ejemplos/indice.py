"""Lo que el README de cada ejemplo dice: título, minutos, qué prepara y qué se ve en cada terminal.

Lo leen el menú (__main__.py) y las pruebas: así nada está escrito dos veces.
"""

import pathlib
import re

CARPETA = pathlib.Path(__file__).resolve().parent
TITULO = re.compile(r"^# (\d\d) · (.+)$", re.MULTILINE)
FICHA = re.compile(r"^> \*\*En clase:\*\* (\d+) minutos · \*\*Prepara:\*\* (.+?)$", re.MULTILINE)
ORDEN = re.compile(r"<!-- orden: (.*?) -->", re.DOTALL)
BLOQUE = re.compile(r"^\*\*(Terminal|Ventana) (\d+)(?:: "
                    r"([^\n]*))?\*\*\n\n```(?:console|ventana)\n(.*?)^```$",
                    re.MULTILINE | re.DOTALL)


class Bloque:
    """Lo que se ve en una terminal o en una ventana."""

    def __init__(self, titulo: str, texto: str):
        self.titulo = titulo
        self.renglones = texto.splitlines()

    @property
    def orden(self) -> str:
        """La orden que lanza un programa de la carpeta, como «python servidor.py».

        La primera, si hay varias.
        """
        return next(renglon[2:]
                    for renglon in self.renglones if renglon.startswith("$ ") and ".py" in renglon)


class Conversacion:
    """Lo que se ve en varias terminales y ventanas, y el orden en que se actúa en ellas."""

    def __init__(self, orden: str, texto: str):
        self.orden = orden.split()
        bloques = {(clase[0].lower() + numero).lstrip("t"): Bloque(titulo, cuerpo)
                   for clase, numero, titulo, cuerpo in BLOQUE.findall(texto)}
        # "1", "2", …
        self.terminales = {clave: bloque for clave, bloque in bloques.items() if clave.isdigit()}
        # "v2", …
        self.ventanas = {clave: bloque for clave, bloque in bloques.items() if not clave.isdigit()}


class Ejemplo:
    """Un ejemplo y lo que dice su README.

    Sin título o sin ficha, lo que se sabe por el nombre de la carpeta.
    """

    def __init__(self, carpeta: pathlib.Path):
        self.carpeta = carpeta
        self.texto = (carpeta / "README.md").read_text(encoding="utf-8")
        self.numero, _, nombre = carpeta.name.partition("_")
        titulo, ficha = TITULO.search(self.texto), FICHA.search(self.texto)
        self.titulo = titulo[2] if titulo else nombre
        self.minutos, self.prepara = (int(ficha[1]), ficha[2]) if ficha else (0, "")
        self.antes_del_orden, *partes = ORDEN.split(self.texto)
        self.conversaciones = [Conversacion(*par) for par in zip(partes[::2], partes[1::2])]


def reunir(patron: str = "[0-9][0-9]_*") -> "list[Ejemplo]":
    """Los ejemplos cuyas carpetas cumplen un patrón, por su número."""
    return [Ejemplo(readme.parent) for readme in sorted(CARPETA.glob(f"{patron}/README.md"))]

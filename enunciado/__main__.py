"""Lo que sale del enunciado: `python3 enunciado`, con una de estas opciones.

    --imprimir     enunciado.html y protocolo.html, para leer e imprimir
    --paquete      practica3-chat.zip, lo que reciben los alumnos
    --rubrica      poner al día las tablas de README.md según rubrica.json
    --figuras      dibujar otra vez las figuras de imagenes/ y los stickers de la plantilla

Las dos primeras escriben en enunciado/salida, o donde diga --en. Los stickers del chat los
dibuja otro programa, dibujos/dibujar.py.
"""

import argparse
import pathlib
import sys

AQUI = pathlib.Path(__file__).resolve().parent
sys.path.append(str(AQUI.parent / "practica3"))

from equipo import entorno
import figuras
import imprimir
import paquete
import rubrica
from equipo import tuberias
from equipo.analizador import Analizador


def main() -> int:
    """Hacer lo que se pide. Devuelve el código de salida."""
    elegidas = leer_opciones()
    if elegidas.rubrica:
        rubrica.escribir_tablas()
        return 0
    entorno.relanzar(__file__, sys.argv[1:], grupos=("enunciado",))
    try:
        print(*hacer(elegidas), sep="\n")
    except (ModuleNotFoundError, OSError) as error:
        print(f"No se pudo: {error}", file=sys.stderr)
        return 1
    return 0


def hacer(elegidas: argparse.Namespace) -> "list[pathlib.Path]":
    """Imprimir, empaquetar o dibujar; devolver lo que se escribió."""
    if elegidas.imprimir:
        return imprimir.imprimir(elegidas.en)
    if elegidas.paquete:
        return [paquete.empaquetar(elegidas.en)]
    figuras.dibujar_todas()
    figuras.copiar_stickers()
    return [figuras.IMAGENES, figuras.AQUI / "plantilla" / "stickers"]


def leer_opciones() -> argparse.Namespace:
    """Leer las opciones de la línea de órdenes; hace falta una."""
    analizador = Analizador(prog="python3 enunciado", description="El enunciado de la práctica.")
    una = analizador.add_mutually_exclusive_group(required=True)
    una.add_argument("--imprimir", action="store_true",
                     help="escribir las páginas HTML, para leer e imprimir")
    una.add_argument("--paquete", action="store_true",
                     help="escribir el .zip que reciben los alumnos")
    una.add_argument("--rubrica", action="store_true", help="poner al día las tablas de README.md")
    una.add_argument("--figuras", action="store_true",
                     help="dibujar otra vez las figuras y los stickers de la plantilla")
    analizador.add_argument("--en", type=pathlib.Path, default=AQUI / "salida", metavar="CARPETA",
                            help="dónde escribir (enunciado/salida)")
    return analizador.parse_args()


if __name__ == "__main__":
    sys.exit(tuberias.tolerar(main))

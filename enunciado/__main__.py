"""Lo que sale del enunciado: `python3 enunciado`, con una de estas opciones.

    --imprimir     enunciado.html y protocolo.html, para leer e imprimir
    --paquete      practica3-chat.zip, lo que reciben los alumnos
    --rubrica      poner al día las tablas de README.md según rubrica.json
    --figuras      dibujar otra vez las figuras de imagenes/

Las dos primeras escriben en enunciado/salida, o donde diga --en.
"""

import argparse
import os
import pathlib
import sys

AQUI = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, os.path.join(AQUI.parent, "practica3"))

import entorno
import figuras
import imprimir
import paquete
import rubrica


def main() -> int:
    """Hacer lo que se pide. Devuelve el código de salida."""
    elegidas = leer_opciones()
    if elegidas.rubrica:
        rubrica.escribir_tablas()
    elif elegidas.figuras:
        figuras.dibujar_todas()
    else:
        entorno.relanzar(__file__, sys.argv[1:], grupos=("enunciado",))
        try:
            escritos = imprimir.imprimir(elegidas.en) if elegidas.imprimir else [paquete.empaquetar(elegidas.en)]
        except (ModuleNotFoundError, OSError) as error:
            print(f"No se pudo: {error}", file=sys.stderr)
            return 1
        print(*escritos, sep="\n")
    return 0


def leer_opciones() -> argparse.Namespace:
    """Leer las opciones de la línea de órdenes; hace falta una."""
    analizador = argparse.ArgumentParser(prog="python3 enunciado", description="El enunciado de la práctica.")
    una = analizador.add_mutually_exclusive_group(required=True)
    una.add_argument("--imprimir", action="store_true", help="escribir las páginas HTML, para leer e imprimir")
    una.add_argument("--paquete", action="store_true", help="escribir el .zip que reciben los alumnos")
    una.add_argument("--rubrica", action="store_true", help="poner al día las tablas de README.md")
    una.add_argument("--figuras", action="store_true", help="dibujar otra vez las figuras")
    analizador.add_argument("--en", type=pathlib.Path, default=AQUI / "salida", metavar="CARPETA", help="dónde escribir (enunciado/salida)")
    return analizador.parse_args()


if __name__ == "__main__":
    sys.exit(main())

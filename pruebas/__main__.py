"""Pasa las pruebas: `python3 pruebas`, desde cualquier carpeta.

    python3 pruebas                     las cortas
    python3 pruebas --todo              también las largas (marca «largo»)
    python3 pruebas --medir             no las pasa: mide (ver pruebas/medir/)
    python3 pruebas --entrega RUTA      no las pasa: califica una entrega (ver pruebas/README.md)
    python3 pruebas --lote CARPETA      o a una clase
    python3 pruebas --paquete gradescope   o hace lo que pide una plataforma
    python3 pruebas -k protocolo -x     lo demás se entrega a pytest tal cual

Prepara antes lo que falte (ver equipo/entorno.py) y corre pytest en el
entorno preparado, con la raíz del repositorio como carpeta de trabajo.
"""
import os
import subprocess
import sys

RAIZ = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Ahí está equipo/; en el paquete de los alumnos, en la raíz.
sys.path += [os.path.join(RAIZ, "practica3"), RAIZ]

from equipo import entorno
from equipo import tuberias
from equipo.analizador import Analizador


def leer_opciones(argumentos: list) -> tuple:
    """Separa nuestras opciones de las que son para pytest."""
    lector = Analizador(
        prog="python3 pruebas", allow_abbrev=False, description="Pasa las pruebas del laboratorio.",
        epilog="Cualquier otra opción se entrega a pytest (por ejemplo: -k protocolo, -x).")
    lector.add_argument("--todo", action="store_true", help="pasa también las pruebas largas")
    lector.add_argument("--medir", action="store_true",
                        help="en vez de pasarlas, mide el chat; con --medir --help, cómo")
    lector.add_argument("--entrega", metavar="RUTA", help="en vez de pasarlas, califica una entrega; con --help, cómo")
    lector.add_argument("--lote", metavar="CARPETA", help="en vez de pasarlas, califica a una clase")
    lector.add_argument("--paquete", choices=["gradescope", "github"],
                        help="en vez de pasarlas, lo que pide una plataforma")
    lector.add_argument("--preparar", action="store_true",
                        help="intenta otra vez instalar lo que no se pudo")
    return lector.parse_known_args(argumentos)


def main() -> int:
    """Prepara el entorno, corre pytest en él y devuelve su código de salida."""
    if "--medir" in sys.argv:
        python = entorno.preparar(grupos=("pruebas", "medir"), de_nuevo="--preparar" in sys.argv)
        para_medir = [uno for uno in sys.argv[1:] if uno not in ("--medir", "--preparar")]
        return entorno.ejecutar([python, os.path.join(RAIZ, "pruebas", "medir"), *para_medir])
    if any(uno.split("=")[0] in ("--entrega", "--lote", "--paquete") for uno in sys.argv[1:]):
        python = entorno.preparar(grupos=("pruebas",), de_nuevo="--preparar" in sys.argv)
        para_calificar = [uno for uno in sys.argv[1:] if uno != "--preparar"]
        return entorno.ejecutar([python, os.path.join(RAIZ, "pruebas", "calificador"), *para_calificar])
    opciones, para_pytest = leer_opciones(sys.argv[1:])
    python = entorno.preparar(grupos=("pruebas",), de_nuevo=opciones.preparar)
    if subprocess.call([python, "-c", "import pytest"], stderr=subprocess.DEVNULL):
        sys.exit("No se pueden pasar las pruebas: falta pytest (el aviso de arriba dice cómo remediarlo).")
    # Las cortas esperan más de lo que calculan: van tres a la vez, y cada una usa un puerto suyo. Los archivos, en su
    # orden: los que más tardan no quedan para el final. Las largas llenan el equipo, y van de una en una.
    a_la_vez = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
    seleccion = [] if opciones.todo else [*a_la_vez, "-m", "not largo"]
    return entorno.ejecutar([python, "-m", "pytest", *seleccion, *para_pytest], carpeta=RAIZ)


if __name__ == "__main__":
    sys.exit(tuberias.tolerar(main))

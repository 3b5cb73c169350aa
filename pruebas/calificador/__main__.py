"""Califica: `python3 pruebas --entrega RUTA` o `python3 pruebas --lote CARPETA`.

Lo llama pruebas/__main__.py, con el entorno ya preparado. La guía está en pruebas/README.md.
"""

import argparse
import pathlib
import secrets
import sys

sys.path[0] = str(pathlib.Path(__file__).resolve().parent.parent)  # se corre la carpeta: así se encuentra el paquete

from calificador import aislamiento
from calificador import calificacion
from calificador import lote
from calificador import nota
from calificador import recepcion
from calificador.plataformas import github
from calificador.plataformas import gradescope
from calificador.plataformas import moodle

# Ahí está equipo/; en el paquete de los alumnos, en la raíz. Detrás: no tapa lo del calificador.
sys.path += [str(calificacion.RAIZ / "practica3"), str(calificacion.RAIZ)]
from equipo import tuberias
from equipo.analizador import Analizador


def leer_opciones(argumentos: "list[str]") -> argparse.Namespace:
    """Leer las opciones de la línea de órdenes."""
    lector = Analizador(prog="python3 pruebas", description="Califica entregas de la práctica.")
    que = lector.add_mutually_exclusive_group(required=True)
    que.add_argument("--entrega", type=pathlib.Path, metavar="RUTA", help="una carpeta o un .zip")
    que.add_argument(
        "--lote", type=pathlib.Path, metavar="CARPETA", help="una clase: una subcarpeta o un .zip por entrega"
    )
    que.add_argument(
        "--paquete", choices=["gradescope", "github"],
        help="no calificar: hacer autograder.zip para Gradescope, o el archivo de GitHub Actions para GitHub Classroom",
    )
    lector.add_argument(
        "--salida",
        type=pathlib.Path,
        default=pathlib.Path("calificaciones"),
        help="dónde quedan los informes (calificaciones)",
    )
    lector.add_argument(
        "--semilla", default="", help="la de otra corrida, para repetirla con los mismos nombres y textos"
    )
    lector.add_argument(
        "--criterios",
        default="",
        metavar="EXPRESIÓN",
        help="sólo éstos, como -k de pytest, y aquellos de que dependen; para probar uno mientras se escribe",
    )
    lector.add_argument(
        "--correcciones",
        type=pathlib.Path,
        help="con --entrega: un CSV de correcciones (con --lote es SALIDA/correcciones.csv)",
    )
    lector.add_argument("--a-la-vez", type=int, default=0, metavar="N", help="con --lote: cuántas entregas a la vez")
    lector.add_argument("--de-nuevo", action="store_true", help="con --lote: calificar también lo que ya tiene nota")
    lector.add_argument(
        "--hoja",
        type=pathlib.Path,
        metavar="CSV",
        help="con --lote: la hoja de calificaciones de Moodle, para llenarla",
    )
    lector.add_argument(
        "--exigir",
        action="store_true",
        help="con --entrega: terminar con 3 si algo falló, y con 4 si algo hay que revisarlo",
    )
    return lector.parse_args(argumentos)


def main(argumentos: "list[str] | None" = None) -> int:
    """Calificar. El código de salida es 0 si hubo nota, 1 si no y 2 si la orden está mal; con --exigir, véase
    nota.exigir."""
    sys.stdout.reconfigure(errors="replace")
    sys.stderr.reconfigure(errors="replace")
    opciones = leer_opciones(argumentos)
    semilla = opciones.semilla or secrets.token_hex(4)
    try:
        if opciones.paquete:
            return empaquetar(opciones)
        return calificar_lote(opciones, semilla) if opciones.lote else calificar_una(opciones, semilla)
    except ValueError as error:  # el archivo de correcciones, o la rúbrica
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def calificar_una(opciones: argparse.Namespace, semilla: str) -> int:
    """Una entrega: la tabla en la terminal y el informe en su carpeta."""
    modo = aislamiento.elegir_modo()
    print(f"Aislamiento: {aislamiento.describir(modo)}. Semilla: {semilla}", file=sys.stderr)
    carpeta = opciones.salida / recepcion.nombre_de(opciones.entrega)
    correcciones = nota.leer_correcciones(opciones.correcciones)
    hecho = calificacion.calificar(opciones.entrega, carpeta, modo, semilla, 0, correcciones, opciones.criterios)
    print(hecho.tabla())
    print(f"\nInforme con capturas: {carpeta / 'informe.html'}   (repetir igual: --semilla {semilla})")
    if opciones.exigir and not hecho.falla:
        return nota.exigir(hecho.resultados)
    return 1 if hecho.falla else 0


def empaquetar(opciones: argparse.Namespace) -> int:
    """Hacer lo que pide una plataforma y decir dónde quedó."""
    hacer = {"gradescope": gradescope.empaquetar, "github": github.escribir}[opciones.paquete]
    print(hacer(opciones.salida))
    return 0


def calificar_lote(opciones: argparse.Namespace, semilla: str) -> int:
    """Una clase: la barra de avance y, al final, dónde está cada cosa."""
    if not opciones.lote.is_dir():
        print(f"{opciones.lote} no es una carpeta", file=sys.stderr)
        return 2
    semilla = opciones.semilla or lote.semilla_guardada(opciones.salida, semilla)
    clase = lote.Lote(opciones.lote, opciones.salida, semilla, opciones.a_la_vez, opciones.de_nuevo)
    print(
        f"{len(clase.entregas)} entregas, {clase.a_la_vez} a la vez. Aislamiento:"
        f" {aislamiento.describir(clase.modo)}. Semilla: {semilla}",
        file=sys.stderr,
    )
    resumenes = clase.calificar()
    sin_nota = [uno["nombre"] for uno in resumenes if uno["falla"]]
    notas, parecidos, correcciones = (
        opciones.salida / f"{nombre}.csv" for nombre in ("calificaciones", "parecidos", "correcciones")
    )
    print(f"La clase: {opciones.salida / 'clase.html'}")
    print(f"Notas: {notas}; parecidos: {parecidos}; para corregir a mano: {correcciones}")
    retroalimentacion = moodle.empaquetar(clase.de_donde, opciones.salida)
    if retroalimentacion:
        print(f"Para subir a Moodle: {retroalimentacion}")
    if opciones.hoja:
        llena = opciones.salida / "moodle" / "hoja.csv"
        sobran = moodle.llenar_hoja(opciones.hoja, clase.por_participante(resumenes), llena)
        print(f"Hoja para Moodle: {llena}{f' (no están en ella: {chr(44).join(sobran)})' if sobran else ''}")
    if sin_nota:
        print(f"Sin nota: {', '.join(sin_nota)}")
    return 1 if sin_nota else 0


if __name__ == "__main__":
    sys.exit(tuberias.tolerar(main))

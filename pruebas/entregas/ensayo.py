"""Ensaya al calificador: califica todo el catálogo y compara cada veredicto con el que debía dar.

    .venv/bin/python pruebas/entregas/ensayo.py --veces 10 --cargadas 3

Cada vuelta usa otra semilla y es un lote de una clase: la solución modelo, las correctas, los
errores y las tramposas. En las últimas `--cargadas` hay además, por cada procesador, un
programa que no descansa. De cada vuelta se anota un renglón en SALIDA/ensayo.csv, y lo que
salió mal se deja con su informe en SALIDA/. Un veredicto equivocado es un error que buscar.
"""

import argparse
import contextlib
import csv
import os
import pathlib
import secrets
import shutil
import subprocess
import sys
import tempfile
import time

AQUI = pathlib.Path(__file__).resolve().parent
PRACTICA = AQUI.parent.parent / "practica3"
MODELO = "modelo"
SIN: "frozenset[str]" = frozenset()
if __name__ == "__main__":
    sys.path[0] = str(AQUI.parent)

from calificador import lote
from calificador import nota
from entregas import catalogo
from entregas import disenos
from entregas.plantados import PLANTADOS

FIJOS_CON_ERROR = {f"{fijo}-{error}": (fijo, error) for fijo, error in disenos.FIJOS_CON_ERROR.items()}
COLUMNAS = ("vuelta", "semilla", "cargada", "segundos", "entregas", "equivocados", "cuáles")


def ensayar(trabajo: pathlib.Path, semilla: str, nombres: "tuple[str, ...]" = ()) -> "dict[str, str]":
    """Calificar el catálogo, o una parte de él, como una clase; devuelve entrega → en qué se equivocó el
    calificador."""
    nombres = nombres or (
        MODELO, *catalogo.CORRECTAS, *disenos.FIJOS, *FIJOS_CON_ERROR, *(error.nombre for error in catalogo.ERRORES),
        *catalogo.TRAMPAS,
    )
    for nombre in nombres:
        _construir(nombre, trabajo / "clase")
    resumenes = {uno["nombre"]: uno for uno in lote.Lote(trabajo / "clase", trabajo / "notas", semilla).calificar()}
    equivocados = {nombre: revisar(nombre, resumenes[nombre], trabajo / "notas" / nombre) for nombre in nombres}
    return {nombre: que for nombre, que in equivocados.items() if que}


def _construir(nombre: str, clase: pathlib.Path) -> None:
    if nombre in disenos.FIJOS:
        disenos.construir(nombre, clase, fijas=disenos.FIJOS[nombre])
    elif nombre in FIJOS_CON_ERROR:
        fijo, error = FIJOS_CON_ERROR[nombre]
        disenos.construir(fijo, clase, error, disenos.FIJOS[fijo])
    elif nombre == MODELO:
        shutil.copytree(PRACTICA, clase / MODELO, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        catalogo.construir(nombre, clase)


def revisar(nombre: str, resumen: dict, informe: pathlib.Path) -> str:
    """En qué difiere lo calificado de lo que debía ser; "" si en nada."""
    if resumen["falla"]:
        return resumen["falla"]
    if nombre in catalogo.TRAMPAS:
        # Éstas terminan si logran lo que quieren; si no, son un servidor correcto: 100 dice que no lo lograron.
        if any(estado == nota.ERROR for estado in resumen["estados"].values()):
            return "logró que pareciera un error del calificador"
        return (
            ""
            if (resumen["base"] == 100) == (nombre in ("lee_al_calificador", "espacio_propio"))
            else f"sacó {resumen['base']}"
        )
    error = next((uno for uno in catalogo.ERRORES if uno.nombre == nombre), None)
    if nombre in FIJOS_CON_ERROR:
        error = PLANTADOS[FIJOS_CON_ERROR[nombre][1]]
    que = comparar(resumen, informe, error.pierde, error.quiza, error.duda) if error else comparar(resumen, informe)
    if not que and nombre == MODELO and resumen["extra"] != 20:
        return f"sacó {resumen['extra']} de extra"
    return que


def comparar(
    resumen: dict, informe: pathlib.Path, debe: "set[str]" = SIN, quiza: "set[str]" = SIN, duda: "set[str]" = SIN
) -> str:
    """En qué difiere lo que perdió una entrega, o quedó por revisar, de lo que debía; "" si en nada."""
    if resumen["falla"]:
        return resumen["falla"]
    perdio = perdidos(informe)
    de_mas, de_menos = perdio - debe - quiza, debe - perdio
    if de_mas or de_menos:
        return f"perdió de más {sorted(de_mas)} y no perdió {sorted(de_menos)}"
    por_revisar = {clave for clave, estado in resumen["estados"].items() if estado in nota.DUDAS}
    if por_revisar - {clave for clave in por_revisar if clave.startswith("extra_")} != set(duda):
        return f"quedó por revisar {sorted(por_revisar)}, y no {sorted(duda)}"
    if not debe and not quiza and not duda and resumen["base"] != 100:
        return f"sacó {resumen['base']}"
    return ""


def perdidos(informe: pathlib.Path) -> "set[str]":
    """Los criterios que una entrega perdió por sí misma, en todo o en parte, sin contar los extras."""
    pruebas, _ = nota.leer(informe / "resultados.jsonl")
    return {
        uno["criterio"] for uno in pruebas if uno["estado"] == nota.FALLADO and not uno["criterio"].startswith("extra_")
    }


@contextlib.contextmanager
def cargar_el_equipo(por_procesador: int):
    """Ocupar cada procesador con esos programas que no descansan."""
    ocupados = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(por_procesador * (os.cpu_count() or 1))
    ]
    try:
        yield
    finally:
        for proceso in ocupados:
            proceso.kill()
            proceso.wait()


def dar_vuelta(numero: int, cargada: bool, salida: pathlib.Path, nombres: "tuple[str, ...]") -> dict:
    """Una vuelta completa; devuelve su renglón."""
    semilla, inicio = secrets.token_hex(4), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ensayo-") as temporal, cargar_el_equipo(int(cargada)):
        trabajo = pathlib.Path(temporal)
        equivocados = ensayar(trabajo, semilla, nombres)
        entregas = len(list((trabajo / "clase").iterdir()))
        for nombre in equivocados:
            shutil.copytree(trabajo / "notas" / nombre, salida / f"{numero:02d}-{nombre}", dirs_exist_ok=True)
    cuales = "; ".join(f"{nombre}: {que}" for nombre, que in equivocados.items())
    return dict(
        zip(
            COLUMNAS,
            (
                numero,
                semilla,
                "sí" if cargada else "no",
                round(time.monotonic() - inicio),
                entregas,
                len(equivocados),
                cuales,
            ),
        )
    )


def main() -> int:
    """Dar las vueltas y anotarlas; 1 si hubo algún veredicto equivocado."""
    lector = argparse.ArgumentParser(description="Ensaya al calificador con su catálogo.")
    lector.add_argument("--veces", type=int, default=1, help="vueltas (1)")
    lector.add_argument("--cargadas", type=int, default=0, help="cuántas de ellas, las últimas, con el equipo cargado")
    lector.add_argument(
        "--salida", type=pathlib.Path, default=pathlib.Path("ensayo"), help="dónde queda ensayo.csv (ensayo)"
    )
    lector.add_argument("nombres", nargs="*", help="sólo estas entregas del catálogo")
    opciones = lector.parse_args()
    opciones.salida.mkdir(parents=True, exist_ok=True)
    total = 0
    with open(opciones.salida / "ensayo.csv", "a", encoding="utf-8", newline="") as archivo:
        tabla = csv.DictWriter(archivo, COLUMNAS)
        if not archivo.tell():
            tabla.writeheader()
        for numero in range(1, opciones.veces + 1):
            renglon = dar_vuelta(
                numero, numero > opciones.veces - opciones.cargadas, opciones.salida, tuple(opciones.nombres)
            )
            tabla.writerow(renglon)
            archivo.flush()
            print(renglon, flush=True)
            total += renglon["equivocados"]
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())

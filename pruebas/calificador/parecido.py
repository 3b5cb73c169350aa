"""Qué pares de entregas se parecen, sin veredicto: el profesor mira y decide.

De cada programa se quitan nombres, textos y comentarios: quedan las palabras y los signos de
Python, que no cambian al renombrar variables. Se comparan las series de K piezas que hay en los dos
(huellas, como en Schleimer, Wilkerson y Aiken, «Winnowing», 2003). Lo que viene en la plantilla y los
ejemplos, y lo que tiene un tercio de la clase, no cuenta.
"""

import csv
import io
import itertools
import keyword
import pathlib
import sys
import tempfile
import token
import tokenize

from calificador import recepcion
from calificador.nota import celda

K = 18  # piezas de una huella: un par de renglones
VENTANA = 8  # de cada tantas huellas seguidas se guarda la menor
COMUN = 1 / 3  # parte de la clase que basta para no contar una huella
MAX_FUENTES = 2**20  # bytes por entrega; a mano no se escribe tanto, y leerlo tardaría minutos
MENOS = 4  # con menos entregas que éstas no hay «lo común»
RAIZ = pathlib.Path(__file__).resolve().parent.parent.parent
PUBLICO = ("enunciado/plantilla", "ejemplos")


def piezas(fuente: str) -> "list[str]":
    """Un programa sin nombres, textos ni comentarios. Lo que no se puede leer, hasta donde se pueda."""
    hallado = []
    try:
        for uno in tokenize.generate_tokens(io.StringIO(fuente).readline):
            if uno.type == token.NAME:
                hallado.append(uno.string if keyword.iskeyword(uno.string) else "n")
            elif uno.type in (token.NUMBER, token.STRING):
                hallado.append("v")
            elif uno.type == token.OP:
                hallado.append(uno.string)
    except (tokenize.TokenError, SyntaxError):
        pass  # a medias también se puede comparar
    return hallado


def huellas(carpeta: pathlib.Path) -> "set[int]":
    """Las huellas de los programas de una carpeta; los que pasan de MAX_FUENTES, no."""
    halladas: "set[int]" = set()
    resta = MAX_FUENTES
    for ruta in sorted(
        recepcion.programas(carpeta), key=lambda ruta: (ruta.name not in recepcion.PARECIDOS, ruta.stat().st_size)
    ):
        if ruta.stat().st_size > resta:
            continue
        resta -= ruta.stat().st_size
        serie = piezas(ruta.read_text(encoding="utf-8", errors="replace"))
        todas = [hash(tuple(serie[k:k + K])) for k in range(len(serie) - K + 1)]
        halladas |= {min(todas[k:k + VENTANA]) for k in range(max(1, len(todas) - VENTANA + 1)) if todas}
    return halladas


def comparar(entregas: "dict[str, pathlib.Path]", destino: pathlib.Path) -> "list[tuple[str, str, float]]":
    """Escribir en un CSV los pares, el más parecido primero: qué parte de las huellas de la menor está en la otra."""
    de_cada_una = {}
    for nombre, ruta in entregas.items():
        with tempfile.TemporaryDirectory(prefix="comparar-") as temporal:
            try:
                de_cada_una[nombre] = huellas(recepcion.recibir(ruta, pathlib.Path(temporal)).carpeta)
            except recepcion.Rechazada:
                continue  # ya se dijo en su informe
            except Exception as error:  # lo que le pase a una no deja a las demás sin comparar
                print(
                    f"{ascii(nombre)[1:-1] if not nombre.isprintable() else nombre} no se comparó:"
                    f" {type(error).__name__}: {error}",
                    file=sys.stderr,
                )
    publicas = set().union(*(huellas(RAIZ / carpeta) for carpeta in PUBLICO if (RAIZ / carpeta).is_dir()), set())
    cuenta: "dict[int, int]" = {}
    for una in itertools.chain.from_iterable(de_cada_una.values()):
        cuenta[una] = cuenta.get(una, 0) + 1
    tope = max(MENOS, COMUN * len(de_cada_una))
    propias = {nombre: {una for una in suyas - publicas if cuenta[una] < tope} for nombre, suyas in de_cada_una.items()}
    pares = []
    for uno, otro in itertools.combinations(propias, 2):
        menor = min(len(propias[uno]), len(propias[otro]))
        if menor:
            pares.append((uno, otro, round(100 * len(propias[uno] & propias[otro]) / menor, 1)))
    pares.sort(key=lambda par: -par[2])
    with open(destino, "w", encoding="utf-8-sig", newline="") as archivo:
        tabla = csv.writer(archivo)
        tabla.writerow(["una", "otra", "% en común"])
        tabla.writerows((celda(uno), celda(otro), parte) for uno, otro, parte in pares[:500])
    return pares

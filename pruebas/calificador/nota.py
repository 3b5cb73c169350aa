"""De los resultados a la nota: puntos parciales, bloqueos, correcciones del profesor.

Aquí no se corre nada: entran los renglones que escribió complemento.py y la rúbrica.
"""

import csv
import dataclasses
import json
import pathlib

SUPERADO, FALLADO, BLOQUEADO, PARCIAL, SIN_PROBAR = "superado", "fallado", "bloqueado", "parcial", "sin probar"
NO_SUPE, NO_LO_INTENTA = "no supe usar tu ventana", "no lo intentaste"
NO_COMPROBABLE, ERROR = "no comprobable aquí", "error del calificador"
DUDAS = (ERROR, NO_SUPE, NO_COMPROBABLE)  # no son un 0: lo mira una persona
COLUMNAS = ("entrega", "criterio", "puntos", "motivo")


@dataclasses.dataclass
class Resultado:
    """Cómo quedó un criterio."""

    clave: str
    criterio: dict
    estado: str
    puntos: float
    pruebas: "list[dict]"
    motivo: str = ""  # del profesor, si lo corrigió

    @property
    def observado(self) -> "list[str]":
        """Lo que se vio en las pruebas que no se superaron."""
        return [prueba["observado"] for prueba in self.pruebas if prueba["observado"]]

    @property
    def propio(self) -> str:
        """El primer renglón de lo que se vio al perderse por sí mismo; "" si sólo lo perdió por depender de otro."""
        suyas = (uno for uno in self.pruebas if uno["observado"] and uno["estado"] not in (SUPERADO, BLOQUEADO))
        return next((uno["observado"].splitlines()[0] for uno in suyas), "")


def leer(ruta: pathlib.Path) -> "tuple[list[dict], dict | None]":
    """(pruebas, final) del registro.

    Sin el renglón final, o si no cuadra, la calificación no terminó: final es None.
    """
    pruebas, final = [], None
    if ruta.exists():
        for renglon in ruta.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                datos = json.loads(renglon)
            except ValueError:
                break  # se cortó a medio renglón
            if "fin" in datos:
                final = datos
            else:
                pruebas.append(datos)
    if final is not None and (final["fin"] != len(pruebas) or not pruebas):
        final = None
    return pruebas, final


def juzgar(rubrica: dict, pruebas: "list[dict]") -> "list[Resultado]":
    """El resultado de cada criterio de la rúbrica, en su orden."""
    resultados = []
    for criterio in rubrica["criterios"]:
        suyas = [prueba for prueba in pruebas if prueba["criterio"] == criterio["clave"]]
        estado, parte = _estado(suyas)
        resultados.append(Resultado(criterio["clave"], criterio, estado, round(parte * criterio["puntos"], 2), suyas))
    return resultados


def _estado(suyas: "list[dict]") -> "tuple[str, float]":
    if not suyas:
        return SIN_PROBAR, 0.0
    estados = [prueba["estado"] for prueba in suyas]
    total = sum(prueba["peso"] for prueba in suyas)
    parte = sum(prueba["peso"] for prueba in suyas if prueba["estado"] == SUPERADO) / total
    if parte == 1:
        return SUPERADO, 1.0
    for estado in DUDAS:
        if estado in estados:
            return estado, parte
    if parte > 0:
        return PARCIAL, parte
    return (estados[0] if set(estados) in ({BLOQUEADO}, {NO_LO_INTENTA}) else FALLADO), 0.0


def sumar(resultados: "list[Resultado]") -> "tuple[float, float]":
    """(puntos de los 100, puntos extra)."""
    base = sum(uno.puntos for uno in resultados if uno.criterio["punto"] != "extra")
    return round(base, 2), round(sum(uno.puntos for uno in resultados if uno.criterio["punto"] == "extra"), 2)


def exigir(resultados: "list[Resultado]") -> int:
    """El código de salida de --exigir: 0 si pasó todo lo que se probó, 3 si algo falló, 4 si sólo hay algo por revisar.

    Los extra no se exigen.
    """
    estados = {uno.estado for uno in resultados if uno.criterio["punto"] != "extra"}
    if estados & {FALLADO, PARCIAL, BLOQUEADO}:
        return 3
    return 4 if estados & set(DUDAS) else 0


def corregir(resultados: "list[Resultado]", entrega: str, correcciones: "list[dict]") -> None:
    """Aplicar lo que el profesor corrigió a mano.

    El estado no cambia: se ve qué dijo el programa y qué, el profesor.
    """
    for correccion in correcciones:
        for uno in resultados:
            if correccion["entrega"] in (entrega, celda(entrega)) and correccion["criterio"] == uno.clave:
                uno.puntos = min(max(float(correccion["puntos"]), 0.0), float(uno.criterio["puntos"]))
                uno.motivo = correccion["motivo"] or "corregido por el profesor"


def celda(texto: str) -> str:
    """Un texto ajeno en una hoja de cálculo, sin que nada de él se tome por fórmula.

    No basta con su principio: donde se separa con «;», una comilla y un «;» dentro del texto empiezan otra celda.
    """
    llano = " ".join(texto.replace('"', "'").replace(";", ",").split())
    return "'" + llano if llano.startswith(tuple("=+-@|%")) else llano


def leer_correcciones(ruta: "pathlib.Path | None") -> "list[dict]":
    """Las correcciones de un CSV con columnas entrega, criterio, puntos y motivo. Lanza ValueError con el renglón."""
    if ruta is None or not ruta.exists():
        return []
    with open(ruta, encoding="utf-8-sig", newline="") as archivo:
        filas = list(csv.DictReader(archivo))
    for numero, fila in enumerate(filas, 2):
        try:
            float(fila["puntos"])
            fila["motivo"] = (fila["motivo"] or "").strip()
            fila["entrega"], fila["criterio"] = fila["entrega"].strip(), fila["criterio"].strip()
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ValueError(
                f"{ruta}, renglón {numero}: se esperaban las columnas {', '.join(COLUMNAS)}, y un número en puntos"
            ) from None
    return filas

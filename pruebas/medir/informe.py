"""El resultado: una tabla en Markdown, los números en JSON y una gráfica."""

import json
import os
import pathlib
import platform

from medir import grafica
from medir import ventanas

SIN_DATO = "—"


def describir_equipo() -> str:
    """En qué se midió."""
    return f"{os.cpu_count()} núcleos, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def escribir(resultado: dict, carpeta: pathlib.Path) -> None:
    """Dejar en la carpeta lo medido."""
    carpeta.mkdir(parents=True, exist_ok=True)
    (carpeta / "mediciones.json").write_text(json.dumps(resultado, ensure_ascii=False, indent=1), encoding="utf-8")
    secciones = [SECCIONES[parte](resultado[parte]) for parte in SECCIONES if parte in resultado]
    texto = f"# Mediciones\n\n{resultado['equipo']}.\n\n" + "\n".join(secciones)
    if grafica.dibujar(resultado, carpeta / "mediciones.png"):
        texto += "\n![Gráfica](mediciones.png)\n"
    (carpeta / "mediciones.md").write_text(texto, encoding="utf-8")


def tabla(titulos: "list[str]", filas: "list[list[str]]") -> str:
    """Una tabla de Markdown, con las columnas alineadas."""
    anchos = [max(len(fila[i]) for fila in [titulos, *filas]) for i in range(len(titulos))]
    renglones = [titulos, ["-" * ancho for ancho in anchos], *filas]
    return "".join("| " + " | ".join(celda.ljust(ancho) for celda, ancho in zip(fila, anchos)) + " |\n"
                   for fila in renglones)


def numero(valor: "float | None", decimales: int = 0, unidad: str = "") -> str:
    """Un número como se lee; sin dato, una raya."""
    return SIN_DATO if valor is None else f"{valor:,.{decimales}f}{unidad}"


def porciento(parte: "float | None", todo: "float | None") -> str:
    """Qué parte es de un todo."""
    return SIN_DATO if not parte or not todo else f"{100 * parte / todo:.0f} %"


def redactar_mensajes(filas: "list[dict]") -> str:
    """Las dos tablas de los mensajes cortos."""
    deprisa = [fila for fila in filas if fila["modo"] == "a toda prisa"]
    con_calma = [fila for fila in filas if fila["modo"] != "a toda prisa"]
    secciones = ["## Mensajes cortos, de uno a K clientes de un mismo equipo\n"]
    if deprisa:
        secciones += ["A toda prisa (cada cliente es un proceso; medianas, y la peor pérdida). "
                      "El bucle pelado, `recv` y "
                      "`json.loads`,\nno cuida de no perder; frenado es el mismo con un emisor que adivina cuánto "
                      "llevan los demás:\n", _tabla_deprisa(deprisa)]
    if con_calma:
        secciones += ["A 200 por segundo, la demora de ida, hasta que el hilo que lee tiene el mensaje y hasta que lo "
                      "tiene el principal,\n"
                      "y la CPU de quien envía y del servidor:\n", _tabla_con_calma(con_calma)]
    return "\n".join(secciones)


def _de(filas: "list[dict]", clientes: int, sistema: str, clave: str) -> "float | None":
    return next((fila.get(clave) for fila in filas if (fila["clientes"], fila["sistema"]) == (clientes, sistema)), None)


def _tabla_deprisa(filas: "list[dict]") -> str:
    titulos = ["K", "sistema", "por segundo, a cada uno", "% del bucle pelado", "% del frenado", "entregas/s",
               "perdido",
               "saltos", "repetido", "CPU emisor + servidor, ms/mil entregas", "CPU receptores, ms/mil", "fallos"]
    return tabla(titulos, [[
        str(fila["clientes"]), fila["sistema"], numero(fila.get("por_segundo")),
        *(porciento(fila.get("por_segundo"), _de(filas, fila["clientes"], pelado, "por_segundo"))
          for pelado in ("recv + json.loads", "recv + json.loads, frenado")),
        numero(fila["por_segundo"] * fila["clientes"] if "por_segundo" in fila else None),
        numero(100 * fila["perdidos"], 2, " %") if "perdidos" in fila else SIN_DATO, numero(fila.get("saltos")),
        numero(100 * fila["reparados"], 2, " %") if "reparados" in fila else SIN_DATO,
        numero(fila.get("cpu_emisor"), 1), numero(fila.get("cpu_receptores"), 1), "; ".join(fila["fallos"]),
    ] for fila in filas])


def _tabla_con_calma(filas: "list[dict]") -> str:
    titulos = ["K", "sistema", "p50, ms", "p99, ms", "p50 en el principal", "p99 en el principal",
               "CPU emisor + servidor, µs/mensaje", "% de la de TCP", "del servidor, µs",
               "CPU receptores, ms/mil entregas", "perdido", "fallos"]
    return tabla(titulos, [[
        str(fila["clientes"]), fila["sistema"],
        *(numero(fila.get(clave), 2) for clave in ("p50", "p99", "p50_principal", "p99_principal")),
        numero(fila.get("cpu_mensaje")),
        porciento(fila.get("cpu_mensaje"), _de(filas, fila["clientes"], "TCP, un hilo por cliente", "cpu_mensaje")),
        numero(fila.get("cpu_servidor")),
        numero(fila.get("cpu_receptores"), 1),
        numero(100 * fila["perdidos"], 2, " %") if "perdidos" in fila else SIN_DATO, "; ".join(fila["fallos"]),
    ] for fila in filas])


def redactar_archivos(filas: "list[dict]") -> str:
    """La tabla de lo largo."""
    titulos = ["Mb/s", "a cuántos", "KB", "pérdida", "sistema", "s, mediana", "s, peor", "s, la línea",
               "s, con registro", "UDP / carga", "enlace / carga", "piso de repetir", "texto p95, s", "idénticos"]
    return "## Algo largo, a muchos equipos que pierden\n\n" + tabla(titulos, [[
        numero(fila["enlace"] or None), str(fila["receptores"]), str(fila["bytes"] // 1024), f"{fila['perdida']} %",
        fila["sistema"], numero(fila.get("segundos"), 3), numero(fila.get("peor"), 3), numero(fila["linea"], 2),
        numero(fila.get("con_registro"), 3), numero(fila.get("udp"), 2), numero(fila.get("enlace_carga"), 2),
        numero(fila["piso"], 2), numero(fila.get("texto"), 3),
        f"{fila['buenas']} de {fila['vueltas']}",
    ] for fila in filas])


def redactar_reposo(filas: "list[dict]") -> str:
    """La CPU en reposo."""
    return "## En reposo\n\n" + tabla(["programa", "% de un núcleo"],
                                      [[fila["programa"], numero(fila["nucleo"], 2)] for fila in filas])


def redactar_listas(filas: "list[dict]") -> str:
    """Los bytes de las listas."""
    titulos = ["entradas", "todos en la lista, s", "listas", "bytes", "lista entera a cada entrada", "% de eso",
               "ídem con ids", "latidos de todos"]
    return "## Listas: muchos entran a una sala en 8 s\n\n" + tabla(titulos, [[
        numero(fila["entradas"]), numero(fila["segundos"], 1), numero(fila["listas"]), numero(fila["bytes"]),
        numero(fila["ingenuo"]),
        porciento(fila["bytes"], fila["ingenuo"]), numero(fila["ingenuo_con_ids"]), numero(fila["latidos"]),
    ] for fila in filas])


def redactar_ventanas(filas: "list[dict]") -> str:
    """Lo que hacen las ventanas: una fila por medida."""
    titulos = ["medida", "CPU, s", "reloj, s", "% de un núcleo", "MB", "disco, MB", "cuadros/s",
               "95 %, ms", "retrasos mientras llegan, ms (CPU, espera)", "después"]
    return "## Ventanas\n\n" + tabla(titulos, [[
        fila["medida"], numero(fila.get("cpu"), 2), numero(fila.get("reloj", fila.get("segundos")), 2),
        numero(fila.get("nucleo"), 2),
        *(numero(fila[cual] / 2**20 if cual in fila else None) for cual in ("memoria", "disco")),
        numero(fila.get("cuadros")), numero(fila.get("p95")),
        *(ventanas.escribir_retrasos(fila[cuando]) if cuando in fila else SIN_DATO
          for cuando in ("llegando", "despues")),
    ] for fila in filas])


def redactar_recorrido(filas: "list[dict]") -> str:
    """En cuántas funciones entra un mensaje, y cuáles, en orden."""
    titulos = ["mensaje", "funciones", "archivos", "sin las de ventanas", "archivos"]
    claves = ("funciones", "archivos", "sin_ventanas", "archivos_sin_ventanas")
    listas = "".join(f"\n{fila['caso']}:\n\n" + "\n".join(f"    {una}" for una in fila["recorrido"]) + "\n"
                     for fila in filas)
    return "## Recorrido\n\n" + tabla(titulos, [
        [fila["caso"], *(numero(fila[clave]) for clave in claves)] for fila in filas]) + listas


def redactar_relevo(medido: dict) -> str:
    """El relevo junto a TCP, y lo que añade el puente."""
    titulos = ["clientes", "sistema", "demora p50, ms", "p99", "CPU del servidor, µs por mensaje", "% de un núcleo",
               "perdido", "fallos"]
    filas = [[str(fila["clientes"]), fila["sistema"], numero(fila.get("p50"), 2), numero(fila.get("p99"), 2),
              numero(fila.get("cpu_servidor")), numero(fila.get("cpu_servidor", 0) * fila["ritmo"] / 1e4, 1, " %"),
              numero(100 * fila.get("perdidos", 0), 2, " %"), "; ".join(fila["fallos"])] for fila in medido["relevo"]]
    ritmo = medido["relevo"][0]["ritmo"]
    texto = (f"## El relevo y el puente\n\nA {ritmo} mensajes por segundo, de uno a todos. De los 200, tres son de "
             "verdad, y los demás sólo laten y tiran lo que oyen:\n\n" + tabla(titulos, filas))
    uno = medido["puente"]
    if "anade" in uno:
        texto += (f"\nPor el puente salen {uno['por_segundo']:.0f} por segundo: en la misma red tardan "
                  f"{uno['cerca']:.2f} ms; pasar a la otra añade {uno['anade']:.2f} ms de mediana y "
                  f"{uno['anade_p99']:.2f} en el p99; perdido, {100 * uno['perdidos']:.2f} %; "
                  f"CPU de los dos puentes, {uno['cpu']:.0f} µs por mensaje.\n")
    return texto


SECCIONES = {"mensajes": redactar_mensajes, "archivos": redactar_archivos, "reposo": redactar_reposo,
             "listas": redactar_listas,
             "ventanas": redactar_ventanas, "recorrido": redactar_recorrido, "relevo": redactar_relevo}

"""Decir al alumno por qué su programa no hizo lo que debía."""

import re
import signal

from calificador.espera import esperar

LINEAS, LINEAS_DE_HILOS = 12, 80
# Funciones en que un hilo se detiene
ESPERAS = ("wait", "get", "acquire", "join", "recvfrom", "recv", "_call", "sleep")


class NoHay(AssertionError):
    """Lo que se esperaba de la entrega no está; el texto lo dice para el alumno."""


def ultimas_lineas(programa) -> str:
    """Lo último que escribió un programa."""
    lineas = [linea for linea in programa.salida.splitlines() if "runpy" not in linea and "lanzador.py" not in linea]
    return "\nLo último que escribió:\n" + "\n".join(lineas[-LINEAS:]) if lineas else ""


def donde_esta(programa, oyente) -> str:
    """Dónde está cada hilo de un programa: se lo pregunta a faulthandler, que puso el lanzador."""
    antes = len(programa.salida)
    programa.senalar(signal.SIGUSR1)
    esperar(lambda: "most recent call first" in programa.salida[antes:], 1.0, oyente)
    lineas = [_traducir(linea) for linea in programa.salida[antes:].splitlines()]
    return (
        "\nDónde estaba cada hilo (lo último, arriba):\n" + "\n".join(filter(None, lineas[-LINEAS_DE_HILOS:]))
        if lineas
        else ""
    )


def _traducir(linea: str) -> str:
    """Un renglón de faulthandler, si es de la entrega o dice en qué hilo: lo de dentro de Python sobra, salvo en
    qué se espera."""
    lugar = re.match(r'\s*File "(.*)", line (\d+) in (\w+)', linea)
    if lugar is None:
        return "" if not linea.strip() else "Hilo de la ventana:" if linea.startswith("Current") else "Otro hilo:"
    archivo, numero, funcion = lugar.groups()
    if not archivo.startswith("/") or archivo.startswith("/entrega/"):
        return f"    {archivo.removeprefix('/entrega/')}, renglón {numero}, en {funcion}"
    return f"    (espera en {funcion})" if funcion in ESPERAS else ""

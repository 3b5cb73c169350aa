"""Decir al alumno por qué su programa no hizo lo que debía."""

import re
import signal

from calificador.espera import esperar

LINEAS, LINEAS_DE_EXCEPCION, LINEAS_DE_HILOS = 12, 25, 80
CITA = 200  # bytes de un datagrama que se citan
# Funciones en que un hilo se detiene
ESPERAS = ("wait", "get", "acquire", "join", "recvfrom", "recv", "_call", "sleep")


class NoHay(AssertionError):
    """El programa falló: lo que se esperaba de él no pasó. El texto le dice al alumno qué se hizo y qué se vio."""


class Detenida(NoHay):
    """La ventana no contesta. No es que llegue tarde: a la segunda no se le perdona."""


class NoSupe(AssertionError):
    """No se supo usar la ventana: el texto dice qué se buscó y qué se vio. No es un fallo: lo mira una persona."""


def no_supe(dicho: str, retrato, programa) -> AssertionError:
    """NoSupe, con lo que se ve; si ya no hay ninguna ventana es que el programa falló."""
    if retrato.titulos():
        return NoSupe(f"{dicho}\n{retrato.describir()}{ultimas_lineas(programa)}")
    como = "el programa terminó" if not programa.vivo else "no hay ninguna ventana a la vista"
    return NoHay(f"{como}, y {dicho}{ultimas_lineas(programa)}")


class NoLoIntenta(AssertionError):
    """Un extra que la entrega no trae."""


def ultimas_lineas(programa) -> str:
    """Lo último que escribió un programa; si hubo una excepción, también en un hilo, toda ella."""
    lineas = [linea for linea in programa.salida.splitlines() if "runpy" not in linea and "lanzador.py" not in linea]
    if not lineas:
        return ""
    excepciones = [k for k, linea in enumerate(lineas) if linea.startswith(("Traceback", "Exception in"))]
    if excepciones:
        desde = excepciones[-2] if excepciones[-2:-1] == [excepciones[-1] - 1] else excepciones[-1]
        return "\nEscribió esta excepción:\n" + "\n".join(lineas[desde:desde + LINEAS_DE_EXCEPCION])
    return "\nLo último que escribió:\n" + "\n".join(lineas[-LINEAS:])


def decir_datagrama(datagrama) -> str:
    """Un datagrama en palabras: su texto o, si no lo es, qué es."""
    datos = datagrama.datos[:CITA]
    corte = "…" if len(datagrama.datos) > CITA else ""
    try:
        datagrama.datos.partition(b"\n")[0].decode()
    except UnicodeDecodeError:
        return f"un datagrama de {len(datagrama.datos)} bytes que no es UTF-8: {datos!r}{corte}"
    texto = datos.decode("utf-8", "replace").replace("\n", "⏎")
    return f"«{texto}{corte}»" + ("" if datagrama.mensaje is not None else ", que no es un mensaje")


def donde_esta(programa, oyente) -> str:
    """Dónde está cada hilo de un programa, para el alumno."""
    lineas = [_traducir(linea) for linea in _preguntar_donde(programa, oyente)]
    return (
        "\nDónde estaba cada hilo (lo último, arriba):\n" + "\n".join(filter(None, lineas[-LINEAS_DE_HILOS:]))
        if lineas
        else ""
    )


def espera_la_ventana(programa, oyente) -> str:
    """Dónde espera el hilo de la ventana, si espera a algo que no es la propia ventana; "" si no.

    Dentro de Tk espera a la pantalla o a quien la usa. En una función de la entrega también se espera: la de
    `time.sleep`, que no es de Python, no sale en la lista.
    """
    hilos = "\n".join(_preguntar_donde(programa, oyente)).split("\n\n")
    suyo = next((hilo.splitlines() for hilo in hilos if hilo.startswith("Current thread")), [])
    hondo = re.search(r'File "(.*)", line \d+ in (\w+)', suyo[1]) if len(suyo) > 1 else None
    if hondo is None or "/tkinter/" in hondo[1]:
        return ""
    if hondo[2] not in (*ESPERAS, "read", "write", "_dormir_hasta") and not programa.ventana_dormida():
        return ""
    return "\n".join(filter(None, map(_traducir, suyo)))


def _preguntar_donde(programa, oyente) -> "list[str]":
    """Lo que contesta faulthandler, que puso el lanzador."""
    antes = len(programa.salida)
    programa.senalar(signal.SIGUSR1)
    esperar(lambda: "most recent call first" in programa.salida[antes:], 1.0, oyente)
    return programa.salida[antes:].splitlines()


def _traducir(linea: str) -> str:
    """Un renglón de faulthandler, si es de la entrega o dice en qué hilo: lo de dentro de Python sobra, salvo en
    qué se espera."""
    lugar = re.match(r'\s*File "(.*)", line (\d+) in (\w+)', linea)
    if lugar is None:
        return "" if not linea.strip() else "Hilo de la ventana:" if linea.startswith("Current") else "Otro hilo:"
    archivo, numero, funcion = lugar.groups()
    if archivo.startswith("<"):
        return ""  # lo de dentro de Python: <frozen runpy>
    if not archivo.startswith("/") or archivo.startswith("/entrega/"):
        return f"    {archivo.removeprefix('/entrega/')}, renglón {numero}, en {funcion}"
    return f"    (espera en {funcion})" if funcion in ESPERAS else ""

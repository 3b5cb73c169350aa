"""Escribir en una terminal lo que llegó de la red, sin sorpresas, y despedirse de ella bien.

Un mensaje ajeno puede traer secuencias de escape (borrar la pantalla, cambiar el
título) o letras que la terminal no sabe escribir (Windows con cp1252).
"""

import logging
import signal
import sys
import unicodedata

SENALES_DE_FIN = [signal.SIGINT, signal.SIGTERM]
if hasattr(signal, "SIGHUP"):  # en Windows no la hay
    SENALES_DE_FIN.append(signal.SIGHUP)
# Los caracteres que invierten el sentido del texto.
DIRECCIONALES = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def preparar_salida(codificacion: "str | None" = None) -> None:
    """Hacer que escribir no falle nunca: lo que no se puede representar sale como «?»."""
    for salida in (sys.stdout, sys.stderr):
        _reconfigurar(salida, encoding=codificacion, errors="replace", line_buffering=True)


class Registro(logging.StreamHandler):
    """El que escribe lo que anota un servidor; si ya nadie lo lee, lanza BrokenPipeError."""

    def handleError(self, record):  # el nombre es de logging
        """Lo mismo que con `print`: logging lo contaría, con una traza, y seguiría."""
        if isinstance(sys.exc_info()[1], OSError):
            raise
        super().handleError(record)


def preparar_entrada(codificacion: "str | None" = None) -> None:
    """Hacer que leer el teclado no falle por una letra que no se entiende."""
    _reconfigurar(sys.stdin, encoding=codificacion, errors="replace")


def _reconfigurar(flujo, **como) -> None:
    # Con pythonw no hay terminal, y la de IDLE ya escribe de todo.
    if hasattr(flujo, "reconfigure"):
        flujo.reconfigure(**como)


def oir_el_fin(al_terminar=signal.default_int_handler) -> None:
    """Que kill, o cerrar la terminal, sea como pulsar Ctrl+C.

    Lanza KeyboardInterrupt, o llama a `al_terminar(senal, marco)`.
    """
    for senal in SENALES_DE_FIN:
        if signal.getsignal(senal) != signal.SIG_IGN:  # con nohup se pidió sobrevivir a la terminal
            signal.signal(senal, al_terminar)


def cerrar_en_paz() -> None:
    """Desde aquí nada de eso interrumpe la despedida, que dura poco."""
    for senal in SENALES_DE_FIN:
        signal.signal(senal, signal.SIG_IGN)


def limpiar(texto: str) -> str:
    """Cambiar por «�» los caracteres de control y direccionales.

    Los saltos de línea, con sangría.
    """
    return "".join(map(_limpiar_caracter, texto)).replace("\n", "\n    ")


def _limpiar_caracter(caracter: str) -> str:
    if caracter == "\n":
        return caracter
    estorba = unicodedata.category(caracter) == "Cc" or caracter in DIRECCIONALES
    return "�" if estorba else caracter

"""Un programa al que le cerraron la entrada o la salida, o cuyo lector se fue antes que él.

    python cliente.py <&-               sin entrada: como si el teclado se hubiera acabado
    python servidor.py >&-              sin salida: lo que escribe se pierde, y sigue
    python diagnostico.py | head -1     quien leía ya no está: termina, sin quejarse

Si falta el descriptor 0, 1 o 2 no basta con que Python no falle: el primer socket que se abriera
tomaría ese número, y lo que una biblioteca escribe a ciegas en el 2 saldría por la red.

Lo entiende Python 3.6, como entorno.py: también es de los programas que se corren sin el entorno.
"""

import errno
import os
import sys

# Códigos de salida: 128 más el número de la señal, que es lo que una terminal espera.
SIN_LECTOR, INTERRUMPIDO = 128 + 13, 128 + 2  # SIGPIPE, SIGINT


def tolerar(programa) -> int:
    """Correr `programa()`, que da el código de salida, y devolverlo.

    SIN_LECTOR si ya nadie lee; INTERRUMPIDO si se pulsó Ctrl+C cuando aún no lo esperaba.
    """
    _abrir_los_que_faltan()
    try:
        try:
            return programa()
        finally:
            sys.stdout.flush()  # aquí: al terminar Python, ya sólo podría quejarse
    except KeyboardInterrupt:
        return INTERRUMPIDO
    except OSError as error:
        if not _sin_lector(error):
            raise
        # Lo que quede por escribir no tiene a dónde ir.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return SIN_LECTOR


def _abrir_los_que_faltan() -> None:
    """Poner la nada donde no hay entrada, salida o errores; con pythonw no hay ninguna."""
    for numero, (nombre, modo) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, nombre) is None:
            setattr(sys, nombre, os.fdopen(_abrir_la_nada(numero), modo, encoding="utf-8"))


def _abrir_la_nada(numero: int) -> int:
    """Abrirla con ese descriptor, o con otro si el sistema no deja; devuelve con cuál."""
    nada = os.open(os.devnull, os.O_RDWR)
    if nada != numero:
        try:
            os.dup2(nada, numero)
        except OSError:
            return nada
        os.close(nada)
    os.set_inheritable(numero, True)  # también para los programas que éste inicie
    return numero


def _sin_lector(error: OSError) -> bool:
    """Si un error es que nadie lee la salida; Windows lo dice de otro modo."""
    if os.name == "nt" and error.errno == errno.EINVAL:
        return True
    return isinstance(error, BrokenPipeError)

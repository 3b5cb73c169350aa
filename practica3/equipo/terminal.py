"""Escribir en una terminal lo que llegó de la red, sin sorpresas, y despedirse de ella bien.

Un mensaje ajeno puede traer secuencias de escape (borrar la pantalla, cambiar el
título) o letras que la terminal no sabe escribir (Windows con cp1252). Y los errores del
sistema vienen en su idioma, casi siempre inglés: aquí se dicen los comunes en español.
"""

import errno
import signal
import sys
import unicodedata

SENALES_DE_FIN = [getattr(signal, senal) for senal in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, senal)]  # en Windows no hay SIGHUP
DIRECCIONALES = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # invierten el texto
MOTIVOS = {  # los números cambian de un sistema a otro; sus nombres, no
    errno.ENOENT: "no existe", errno.EEXIST: "ya existe", errno.EISDIR: "es una carpeta", errno.ENOTDIR: "no es una carpeta",
    errno.EACCES: "no hay permiso", errno.EPERM: "no hay permiso", errno.EROFS: "ahí no se puede escribir",
    errno.ENOSPC: "no queda espacio", errno.ENAMETOOLONG: "el nombre es demasiado largo", errno.EMFILE: "hay demasiados archivos abiertos",
    errno.EADDRINUSE: "otro programa lo usa", errno.EADDRNOTAVAIL: "esa dirección no es de este equipo",
    errno.ENODEV: "esa dirección no es de este equipo", errno.ENETUNREACH: "no hay por dónde salir", errno.ENETDOWN: "está desconectada",
    errno.EHOSTUNREACH: "no se llega hasta ahí", errno.EMSGSIZE: "no caben en un datagrama",
}


def explicar(error: Exception) -> str:
    """El motivo de un error del sistema, en español si es de los comunes y, si no, como él lo diga."""
    return MOTIVOS.get(getattr(error, "errno", None)) or getattr(error, "strerror", None) or str(error)


def explicar_pantalla(error: Exception) -> str:
    """El motivo por el que Tk no abre una ventana; ninguno, si es que no hay pantalla."""
    return "" if "display" in str(error) else str(error)


def preparar_salida(codificacion: "str | None" = None) -> None:
    """Hacer que escribir no falle nunca: lo que no se puede representar sale como «?»."""
    for salida in (sys.stdout, sys.stderr):
        _reconfigurar(salida, encoding=codificacion, errors="replace", line_buffering=True)


def preparar_entrada(codificacion: "str | None" = None) -> None:
    """Hacer que leer el teclado no falle por una letra que no se entiende."""
    _reconfigurar(sys.stdin, encoding=codificacion, errors="replace")


def _reconfigurar(flujo, **como) -> None:
    if hasattr(flujo, "reconfigure"):  # con pythonw no hay terminal, y la de IDLE ya escribe de todo
        flujo.reconfigure(**como)


def oir_el_fin(al_terminar=signal.default_int_handler) -> None:
    """Que kill, o cerrar la terminal, sea como pulsar Ctrl+C: lanzar KeyboardInterrupt o llamar a `al_terminar(senal, marco)`."""
    for senal in SENALES_DE_FIN:
        if signal.getsignal(senal) != signal.SIG_IGN:  # con nohup se pidió sobrevivir a la terminal
            signal.signal(senal, al_terminar)


def cerrar_en_paz() -> None:
    """Desde aquí nada de eso interrumpe la despedida, que dura poco."""
    for senal in SENALES_DE_FIN:
        signal.signal(senal, signal.SIG_IGN)


def limpiar(texto: str) -> str:
    """Cambiar por «�» los caracteres de control y direccionales; los saltos de línea, con sangría."""
    return "".join(map(_limpiar_caracter, texto)).replace("\n", "\n    ")


def _limpiar_caracter(caracter: str) -> str:
    if caracter == "\n" or (unicodedata.category(caracter) != "Cc" and caracter not in DIRECCIONALES):
        return caracter
    return "�"

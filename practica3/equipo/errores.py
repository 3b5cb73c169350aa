"""El motivo de un error del sistema, en español.

El sistema los dice en su idioma, casi siempre inglés. Aquí están los que pueden dar un archivo, un
socket, un programa o un aparato; los demás salen como él los diga: ninguno se calla.
"""

import errno
import socket
import sys

MOTIVOS = {  # los números cambian de un sistema a otro; sus nombres, no
    "ENOENT": "no existe",
    "EEXIST": "ya existe",
    "EISDIR": "es una carpeta",
    "ENOTDIR": "no es una carpeta",
    "ENOTEMPTY": "la carpeta no está vacía",
    "EACCES EPERM": "no hay permiso",
    "EROFS": "ahí no se puede escribir",
    "ENOSPC EDQUOT": "no queda espacio",
    "EFBIG": "el archivo es demasiado grande",
    "ENAMETOOLONG": "el nombre es demasiado largo",
    "ELOOP": "es un enlace que da vueltas",
    "EXDEV": "está en otro disco",
    "EMFILE ENFILE": "hay demasiados archivos abiertos",
    "EBUSY ETXTBSY": "está en uso",
    "EIO": "falla el disco o el aparato",
    "ENXIO": "ese aparato no está",
    "ESTALE": "la carpeta de red ya no está",
    "ENOEXEC": "no es un programa",
    "E2BIG": "son demasiados argumentos",
    "ENOMEM": "no queda memoria",
    "EAGAIN": "por ahora no se puede",
    "EINTR": "se interrumpió",
    "EINVAL ENOSYS ENOTSUP EOPNOTSUPP ENOPROTOOPT EPROTONOSUPPORT": "el sistema no lo admite",
    "EAFNOSUPPORT": "el sistema no admite esa clase de direcciones",
    "EBADF": "ya está cerrado",
    "EPIPE": "el otro lado se cerró",
    "EADDRINUSE": "otro programa lo usa",
    "EADDRNOTAVAIL ENODEV": "esa dirección no es de este equipo",
    "ENETUNREACH": "no hay por dónde salir",
    "ENETDOWN": "está desconectada",
    "ENETRESET": "la red se interrumpió",
    "EHOSTUNREACH": "no se llega hasta ahí",
    "EHOSTDOWN": "ese equipo está apagado",
    "ECONNREFUSED": "nadie contesta en ese puerto",
    "ECONNRESET": "el otro lado cortó",
    "ECONNABORTED": "se cortó la conexión",
    "ENOTCONN": "no hay conexión",
    "ETIMEDOUT": "nadie contestó a tiempo",
    "EMSGSIZE": "no caben en un datagrama",
    "ENOBUFS": "la red no da abasto",
}
POR_NUMERO = {getattr(errno, nombre): motivo for nombres, motivo in MOTIVOS.items()
              for nombre in nombres.split() if hasattr(errno, nombre)}
SIN_PERMISO_DE_RED = "macOS no deja que este programa use la red local"


def explicar(error: Exception) -> str:
    """El motivo de un error, en español si se conoce y, si no, como el sistema lo diga."""
    if isinstance(error, socket.gaierror):  # sus números son otros
        return "no se conoce ningún equipo con ese nombre"
    if falta_permiso_de_red(error):
        return SIN_PERMISO_DE_RED
    motivo = POR_NUMERO.get(getattr(error, "errno", None))
    return motivo or getattr(error, "strerror", None) or str(error)


def falta_permiso_de_red(error: Exception) -> bool:
    """Si es lo que da macOS, desde el 15, al enviar a la red local sin permiso de la persona."""
    return sys.platform == "darwin" and getattr(error, "errno", None) == errno.EHOSTUNREACH


def explicar_pantalla(error: Exception) -> str:
    """El motivo por el que Tk no abre una ventana; ninguno, si es que no hay pantalla."""
    return "" if "display" in str(error) else str(error)

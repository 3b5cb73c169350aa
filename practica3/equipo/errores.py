"""El motivo de un error del sistema, en español.

El sistema los dice en su idioma, casi siempre inglés. Aquí están los comunes, de la red y del
disco; los demás salen como él los diga: ninguno se calla.
"""

import errno

MOTIVOS = {  # los números cambian de un sistema a otro; sus nombres, no
    errno.ENOENT: "no existe",
    errno.EEXIST: "ya existe",
    errno.EISDIR: "es una carpeta",
    errno.ENOTDIR: "no es una carpeta",
    errno.EACCES: "no hay permiso",
    errno.EPERM: "no hay permiso",
    errno.EROFS: "ahí no se puede escribir",
    errno.ENOSPC: "no queda espacio",
    errno.ENAMETOOLONG: "el nombre es demasiado largo",
    errno.EMFILE: "hay demasiados archivos abiertos",
    errno.EADDRINUSE: "otro programa lo usa",
    errno.EADDRNOTAVAIL: "esa dirección no es de este equipo",
    errno.ENODEV: "esa dirección no es de este equipo",
    errno.ENETUNREACH: "no hay por dónde salir",
    errno.ENETDOWN: "está desconectada",
    errno.EHOSTUNREACH: "no se llega hasta ahí",
    errno.EMSGSIZE: "no caben en un datagrama",
}


def explicar(error: Exception) -> str:
    """El motivo de un error, en español si es de los comunes y, si no, como el sistema lo diga."""
    motivo = MOTIVOS.get(getattr(error, "errno", None))
    return motivo or getattr(error, "strerror", None) or str(error)


def explicar_pantalla(error: Exception) -> str:
    """El motivo por el que Tk no abre una ventana; ninguno, si es que no hay pantalla."""
    return "" if "display" in str(error) else str(error)

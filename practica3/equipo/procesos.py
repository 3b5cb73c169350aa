"""Un programa del chat que otro pone en marcha sin que se vea: ni consola ni lo que escriba."""

import pathlib
import subprocess
import sys

PROGRAMAS = pathlib.Path(__file__).resolve().parent.parent
# En Windows, sin esto, a cada uno se le abriría una consola negra.
SIN_CONSOLA = getattr(subprocess, "CREATE_NO_WINDOW", 0)


def lanzar_oculto(
    archivo: str, argumentos: "list[str]", salida=subprocess.DEVNULL, avisos=subprocess.DEVNULL,
) -> subprocess.Popen:
    """Arrancar un programa de practica3/; lo que escriba va a `salida`, y sus errores a `avisos`.

    Lanza OSError.
    """
    return subprocess.Popen(
        [sys.executable, str(PROGRAMAS / archivo), *argumentos], stdin=subprocess.DEVNULL,
        stdout=salida, stderr=avisos, creationflags=SIN_CONSOLA,
    )

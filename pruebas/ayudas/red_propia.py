"""Una red de bucle para una prueba sola: los ejemplos usan siempre el mismo puerto y no deben estorbarse.

Donde se puede (root en Linux), un espacio de red nuevo, con su propia interfaz de bucle, para este hilo y
los programas que lance. Donde no, un candado: las pruebas que lo usan esperan su turno.
"""

import contextlib
import ctypes
import os
import pathlib
import subprocess
import sys
import tempfile

# Una interfaz que no lleva a ninguna parte hace de tarjeta de red: la de bucle no sirve para probar IP_MULTICAST_LOOP.
ORDENES = (
    "ip link set lo up multicast on",
    "ip link add red type veth peer name cable",
    "ip link set cable up",
    "ip addr add 192.168.1.20/24 dev red",
    "ip link set red up multicast on",
    "ip route add default via 192.168.1.1",
)
CLONE_NEWNET = 0x4000_0000  # de <linux/sched.h>


@contextlib.contextmanager
def red_propia():
    """Dentro de este contexto los puertos son sólo de esta prueba."""
    with _espacio_de_red() if hay_espacios() else _turno():
        yield


def hay_espacios() -> bool:
    """Si el sistema deja crear espacios de red y configurarlos; lo prueba otro proceso."""
    if sys.platform != "linux":
        return False
    with contextlib.suppress(FileNotFoundError):
        orden = ["unshare", "--net", *ORDENES[1].split()]  # en un chroot se puede lo primero y no lo segundo
        return subprocess.run(orden, capture_output=True).returncode == 0
    return False


@contextlib.contextmanager
def _espacio_de_red():
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/thread-self/ns/net") as anterior:
        _exigir(libc.unshare(CLONE_NEWNET))
        try:
            for orden in ORDENES:
                subprocess.run(orden.split(), check=True, capture_output=True)
            yield
        finally:
            _exigir(libc.setns(anterior.fileno(), CLONE_NEWNET))


def _exigir(resultado: int) -> None:
    if resultado:
        raise OSError(ctypes.get_errno(), "no se pudo cambiar de espacio de red")


@contextlib.contextmanager
def _turno():
    import fcntl  # aquí: no existe en Windows

    with open(pathlib.Path(tempfile.gettempdir(), f"ejemplos-{os.getuid()}.turno"), "w") as candado:
        fcntl.flock(candado, fcntl.LOCK_EX)  # al cerrarse el archivo, el turno es de otra
        yield

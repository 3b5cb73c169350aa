"""Que la entrega no pueda hacerse espacios de nombres: dentro de uno de usuario sería root, con medio núcleo a su
alcance.

Es un filtro de seccomp (BPF clásico, <linux/filter.h>), que hereda todo lo que el programa lance y nadie puede quitar:

    unshare, setns           EPERM
    clone con CLONE_NEWUSER  EPERM
    clone3                   ENOSYS, y la biblioteca de C usa clone: el filtro no puede leer sus opciones
    otra arquitectura        EPERM
"""

import ctypes
import errno
import platform
import struct

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, CON_FILTRO = 38, 22, 2  # <linux/prctl.h>, <linux/seccomp.h>
CARGAR, SI_ES_IGUAL, SI_ES_MAYOR_O_IGUAL, SI_TIENE, DEVOLVER = 0x20, 0x15, 0x35, 0x45, 0x06
PERMITIR, NEGAR = 0x7FFF0000, 0x00050000  # más el número de error
NUMERO, ARQUITECTURA, ARGUMENTO = 0, 4, 16  # lugar en struct seccomp_data
CLONE_NEWUSER = 0x10000000
X32 = 0x40000000  # la otra interfaz de x86_64
# Arquitectura (AUDIT_ARCH_…) y números de unshare, setns, clone y clone3.
MAQUINAS = {"x86_64": (0xC000003E, 272, 308, 56, 435), "aarch64": (0xC00000B7, 97, 268, 220, 435)}


def filtro(arquitectura: int, unshare: int, setns: int, clone: int, clone3: int) -> bytes:
    """Las instrucciones: código, saltos si sí y si no, y valor."""
    no_se_puede, no_existe = NEGAR | errno.EPERM, NEGAR | errno.ENOSYS
    pasos = [
        (CARGAR, 0, 0, ARQUITECTURA),
        (SI_ES_IGUAL, 1, 0, arquitectura),
        (DEVOLVER, 0, 0, no_se_puede),
        (CARGAR, 0, 0, NUMERO),
        (SI_ES_MAYOR_O_IGUAL, 0, 1, X32),
        (DEVOLVER, 0, 0, no_se_puede),
        (SI_ES_IGUAL, 0, 1, clone3),
        (DEVOLVER, 0, 0, no_existe),
        (SI_ES_IGUAL, 1, 0, unshare),
        (SI_ES_IGUAL, 0, 1, setns),
        (DEVOLVER, 0, 0, no_se_puede),
        (SI_ES_IGUAL, 0, 3, clone),
        (CARGAR, 0, 0, ARGUMENTO),
        (SI_TIENE, 0, 1, CLONE_NEWUSER),
        (DEVOLVER, 0, 0, no_se_puede),
        (DEVOLVER, 0, 0, PERMITIR),
    ]
    return b"".join(struct.pack("=HBBI", *paso) for paso in pasos)


class Programa(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = [("cuantas", ctypes.c_ushort), ("instrucciones", ctypes.c_char_p)]


def cerrar() -> bool:
    """Poner el filtro; False si aquí no se puede."""
    maquina = MAQUINAS.get(platform.machine())
    if maquina is None or platform.system() != "Linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    instrucciones = filtro(*maquina)
    programa = Programa(len(instrucciones) // 8, instrucciones)
    puesto = libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    return puesto and libc.prctl(PR_SET_SECCOMP, CON_FILTRO, ctypes.byref(programa), 0, 0) == 0

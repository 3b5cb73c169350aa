"""El interior de la jaula donde corre una entrega: sólo lo que necesita, casi todo de sólo lectura.

Corre como proceso 1 de sus espacios de nombres, con un pedido en JSON como argumento; monta,
cambia la raíz y se queda esperando. Al morir él, el núcleo mata a todos los de dentro.

    /usr, /lib, el intérprete y su entorno     de sólo lectura; nada más del equipo
    /entrega                                   copia de la entrega, en memoria y con tope
    /tmp, /home, /dev/shm                      vacíos, en memoria y con tope
    /calificador                               lanzador, pyaudio simulado, galleta de la pantalla
    /calificador/sonido                        lo que se reproduce
"""

import ctypes
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys

# <sys/mount.h>
SOLO_LECTURA, SIN_SETUID, SIN_DISPOSITIVOS, REMONTAR, ENLAZAR, RECURSIVO = 1, 2, 4, 32, 4096, 16384
DESPRENDER = 2
PIVOT_ROOT = {
    "x86_64": 155,
    "aarch64": 41,
    "riscv64": 41,
    "loongarch64": 41,
    "ppc64le": 203,
    "s390x": 217,
}  # <asm/unistd.h>
DISPOSITIVOS = ("null", "zero", "full", "random", "urandom")
TOPES = {"entrega": 64, "tmp": 64, "home": 64, "dev/shm": 16, "calificador/sonido": 32}  # MB
CASAS = 12  # carpetas personales: una por programa que se lance
libc = ctypes.CDLL(None, use_errno=True)


def montar(origen: str, destino: str, clase: str, opciones: int, datos: str = "") -> None:
    """mount(2)."""
    if libc.mount(origen.encode(), destino.encode(), clase.encode(), ctypes.c_ulong(opciones), datos.encode()):
        raise OSError(ctypes.get_errno(), f"montar {destino}: {os.strerror(ctypes.get_errno())}")


def enlazar(origen: str, destino: pathlib.Path) -> None:
    """Hacer visible un archivo o una carpeta del equipo, de sólo lectura."""
    if os.path.isdir(origen):
        destino.mkdir(parents=True, exist_ok=True)
    else:
        destino.parent.mkdir(parents=True, exist_ok=True)
        destino.touch()
    montar(origen, str(destino), "", ENLAZAR | RECURSIVO)
    # Sin ser root del equipo, las restricciones que ya tenía no se pueden quitar: se repiten.
    antes = os.statvfs(destino).f_flag & (SIN_SETUID | SIN_DISPOSITIVOS | os.ST_NOEXEC | os.ST_NOATIME)
    montar("", str(destino), "", REMONTAR | ENLAZAR | SOLO_LECTURA | antes)


def memoria(destino: pathlib.Path, megas: int, uid: int) -> None:
    """Una carpeta en memoria, de tamaño limitado, para la entrega."""
    destino.mkdir(parents=True, exist_ok=True)
    montar(
        "memoria",
        str(destino),
        "tmpfs",
        SIN_SETUID | SIN_DISPOSITIVOS,
        f"size={megas}m,nr_inodes=20000,mode=700,uid={uid},gid={uid}",
    )


def pivotar(nueva: bytes, anterior: bytes) -> None:
    """pivot_root(2): ninguna biblioteca de C la ofrece, y hay sistemas que ya no traen el programa."""
    numero = PIVOT_ROOT.get(platform.machine())
    if numero is None or sys.maxsize < 2**32:
        subprocess.run(["pivot_root", nueva, anterior], check=True)
    elif libc.syscall(numero, nueva, anterior):
        raise OSError(ctypes.get_errno(), f"pivot_root: {os.strerror(ctypes.get_errno())}")


def construir(pedido: dict) -> None:
    """Montar todo bajo `pedido["raiz"]` y pasar a vivir allí."""
    raiz, uid = pathlib.Path(pedido["raiz"]), pedido["uid"]
    montar("jaula", str(raiz), "tmpfs", SIN_SETUID | SIN_DISPOSITIVOS, "size=8m,mode=755")
    for nombre, megas in TOPES.items():
        memoria(raiz / nombre, megas, uid)
    for ruta in pedido["visibles"]:  # después: el entorno puede estar bajo /tmp o /home
        if os.path.islink(ruta):  # como /lib → usr/lib
            (raiz / ruta[1:]).parent.mkdir(parents=True, exist_ok=True)
            (raiz / ruta[1:]).symlink_to(os.readlink(ruta))
        else:
            enlazar(ruta, raiz / ruta[1:])
    for nombre, destino in pedido["calificador"].items():
        enlazar(destino, raiz / "calificador" / nombre)
    for nombre in DISPOSITIVOS:
        (raiz / "dev" / nombre).touch()
        montar(f"/dev/{nombre}", str(raiz / "dev" / nombre), "", ENLAZAR)
    copiar_entrega(pedido["copia"], raiz / "entrega", uid)
    for numero in range(CASAS):
        (raiz / "home" / str(numero)).mkdir(mode=0o700)
        os.chown(raiz / "home" / str(numero), uid, uid)
    if pedido["pantalla"]:
        enlazar(pedido["pantalla"], raiz / "tmp" / ".X11-unix")  # conectarse a un socket no es escribir en su carpeta
    for nombre, texto in pedido["etc"].items():
        (raiz / "etc" / nombre).write_text(texto)
    mudarse(raiz)


def copiar_entrega(copia: str, destino: pathlib.Path, uid: int) -> None:
    """La copia que la entrega puede ensuciar."""
    shutil.copytree(copia, destino, dirs_exist_ok=True)
    os.chmod(destino, 0o700)
    for carpeta, _, archivos in os.walk(destino):
        for ruta in [carpeta, *(os.path.join(carpeta, archivo) for archivo in archivos)]:
            os.chown(ruta, uid, uid)


def mudarse(raiz: pathlib.Path) -> None:
    """Cambiar la raíz y desprender la anterior: desde dentro no hay cómo volver."""
    (raiz / "proc").mkdir()
    montar("proc", str(raiz / "proc"), "proc", SIN_SETUID | SIN_DISPOSITIVOS)
    (raiz / "anterior").mkdir()
    os.chdir(raiz)
    pivotar(b".", b"anterior")
    os.chdir("/")
    if libc.umount2(b"/anterior", DESPRENDER):
        raise OSError(ctypes.get_errno(), "no se pudo desprender la raíz anterior")
    os.rmdir("/anterior")
    montar("", "/", "", REMONTAR | SOLO_LECTURA | SIN_SETUID | SIN_DISPOSITIVOS, "size=8m,mode=755")


if __name__ == "__main__":
    construir(json.loads(sys.argv[1]))
    print("lista", flush=True)
    # Quien ignora SIGCHLD no deja difuntos: los huérfanos de dentro no llenan su tope de procesos.
    os.execv("/bin/sh", ["sh", "-c", "trap '' CHLD; exec sleep infinity"])

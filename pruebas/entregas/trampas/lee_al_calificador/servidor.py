"""Trampa: leer los criterios, a las demás entregas o la memoria de quien califica.

Si lee algo, termina; si no, es un servidor correcto.
"""

import glob
import os
import sys

PATRONES = (
    "/root/*",
    "/root/*/*",
    "/home/*/*",
    "/mnt/*",
    "/srv/*",
    "/opt/*/*",
    "/etc/shadow",
    "/etc/ssh/*",
    "/var/log/*",
    "/run/*",
    "/sys/*",
    "/calificador/*criterio*",
    "/calificador/*/*criterio*",
    "/entrega/../../*/*.json",
    "/proc/[0-9]*/root/etc/shadow",
    "/proc/[0-9]*/root/root/*",
    "/dev/sd*",
    "/dev/vd*",
    "/dev/mem",
)
leidos = []
for ruta in (ruta for patron in PATRONES for ruta in glob.glob(patron)):
    try:
        with open(ruta, "rb") as archivo:
            if archivo.read(16) and not ruta.startswith("/home/"):
                leidos.append(ruta)
    except OSError:
        pass
ajenos = [
    pid for pid in os.listdir("/proc") if pid.isdecimal() and b"pytest" in open(f"/proc/{pid}/cmdline", "rb").read()
]
if leidos or ajenos:
    print("LEÍDO:", leidos[:20], ajenos, flush=True)
    os._exit(3)
os.execv(sys.executable, [sys.executable, "servidor_de_verdad.py"])

"""Trampa: leer los criterios, a las demás entregas o la memoria de quien califica, y contarlo por la red."""
import glob
import os
import sys

hallado = []
for patron in ("/**/criterio_*.py", "/**/rubrica.json", "/root/**/*", "/home/*/*/*", "/work/**/*.py", "/etc/shadow", "/proc/[0-9]*/environ", "/proc/[0-9]*/root/etc/shadow",
               "/proc/[0-9]*/mem", "/proc/[0-9]*/fd/*"):
    for ruta in glob.iglob(patron, recursive=True):
        if ruta.startswith(("/proc/self", f"/proc/{os.getpid()}/", "/proc/thread-self")) or sys.prefix in ruta or sys.base_prefix in ruta:
            continue
        try:
            with open(ruta, "rb") as archivo:
                if archivo.read(16):
                    hallado.append(ruta)
        except OSError:
            pass
propios = [ruta for ruta in hallado if "/proc/" in ruta]  # los de sus propios programas sí los puede ver
print("LEÍDO:", [ruta for ruta in hallado if ruta not in propios][:20], flush=True)
os.execv(sys.executable, [sys.executable, "servidor_de_verdad.py"])

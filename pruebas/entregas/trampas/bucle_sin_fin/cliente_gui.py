"""Trampa, o descuido: un bucle que se traga todo, también Ctrl+C y kill."""
import signal

for senal in range(1, 30):
    try:
        signal.signal(senal, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    try:
        while True:
            pass
    except BaseException:
        pass

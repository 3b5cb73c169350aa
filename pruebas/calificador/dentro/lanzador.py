"""Corre un programa de la entrega con un PyAudio simulado. Está fuera de su alcance: es de sólo lectura.

El simulado se pone en `sys.modules` antes que nada, porque un `pyaudio.py` de la propia
entrega ganaría a PYTHONPATH. Además, con SIGUSR1 escribe dónde está cada hilo: es
lo que se le muestra al alumno cuya ventana no contesta.
"""

import faulthandler
import os
import runpy
import signal
import sys

aqui = os.path.dirname(os.path.abspath(__file__))
sys.path[0] = aqui
import cerrojo
import pyaudio_simulado

sys.modules["pyaudio"] = pyaudio_simulado
cerrojo.cerrar()
if hasattr(signal, "SIGUSR1"):
    faulthandler.register(signal.SIGUSR1)
sys.argv = sys.argv[1:]
sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
# Entera, como python: hay quien hace chdir a dirname(__file__)
runpy.run_path(os.path.abspath(sys.argv[0]), run_name="__main__")

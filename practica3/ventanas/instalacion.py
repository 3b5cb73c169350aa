"""Preparar desde la ventana de entrada lo que le falta a este equipo, mientras se conversa.

Lo hace otro programa, `python3 practica3 --preparar`. Lo que va diciendo llega a un archivo
temporal, que se mira cada tanto.
"""

import subprocess
import tempfile
import tkinter as tk

from equipo import entorno
from equipo import errores
from equipo import procesos
from ventanas.aspecto import texto_seguro
from ventanas.aspecto.marcos import Aviso

ENTRE_MIRADAS = 300  # ms


class Instalacion:
    """Qué falta, y la preparación en marcha. `al_acabar`: abrir el programa otra vez."""

    def __init__(self, raiz: tk.Tk, al_acabar):
        self._raiz = raiz
        self._proceso: "subprocess.Popen | None" = None
        faltan = entorno.contar_faltantes()
        self.aviso = Aviso(faltan, "Preparar", self.iniciar) if faltan else Aviso()
        self._listo = Aviso("Ya está preparado: falta volver a abrir.", "Volver a abrir", al_acabar)

    def iniciar(self) -> None:
        """Empezar, y decir cómo va en `aviso`."""
        self._salida = tempfile.TemporaryFile()
        try:
            self._proceso = procesos.lanzar_oculto("__main__.py", ["--preparar"],
                                                   avisos=self._salida)
        except OSError as error:
            self._salida.close()
            self.aviso = Aviso(f"No se pudo preparar: {errores.explicar(error)}.")
            return
        self._mirar()

    def _mirar(self) -> None:
        self._salida.seek(0)
        dicho = self._salida.read().decode("utf-8", "replace").split("\n")
        ultimo = texto_seguro.limpiar_linea(([uno for uno in dicho if uno.strip()] or [""])[-1])
        if self._proceso.poll() is None:
            hechas = sum("pip install" in uno for uno in dicho)
            self.aviso = Aviso(f"Preparando, paso {hechas + 1}… {ultimo.strip()}")
            self._raiz.after(ENTRE_MIRADAS, self._mirar)
            return
        self.terminar()
        entorno.usar()
        faltan = entorno.contar_faltantes()
        self.aviso = Aviso(ultimo or faltan, "Preparar", self.iniciar) if faltan else self._listo

    def terminar(self) -> None:
        """Dejarla, aunque no haya acabado: el próximo arranque la termina."""
        if self._proceso is not None:
            self._proceso.terminate()
            self._proceso.wait()
            self._proceso = None
            self._salida.close()

"""Un servidor iniciado desde las ventanas, cuando no se oye ninguno."""

import os
import subprocess

import red
from equipo import errores
from equipo import interfaces
from equipo import opciones
from equipo import procesos
from presencia.servidor_oido import FALTA_SERVIDOR

SIN_RED = ("No se oye ningún servidor. Los mensajes sólo llegan a los programas de este equipo: "
           "no se está usando ninguna red.")


class ServidorPropio:
    """Un servidor.py que este programa inicia, con la misma red, y que termina con él."""

    def __init__(self, conexion: red.Red):
        self._conexion = conexion
        self._proceso: "subprocess.Popen | None" = None
        self._salientes: "list[subprocess.Popen]" = []  # los que se están despidiendo
        self.queja = ""  # por qué no está

    def iniciar(self) -> None:
        """Ponerlo en marcha."""
        conexion = self._conexion
        # Sin interfaz pedida también él usa la del sistema, aunque cambie.
        argumentos = opciones.escribir_opciones(
            conexion.grupo, conexion.puerto, conexion.enlace.pedida)
        if os.name == "posix":  # en Windows un proceso no se entera de que murió quien lo inició
            argumentos += ["--padre", str(os.getpid())]
        self.queja = ""
        try:
            self._proceso = procesos.lanzar_oculto("servidor.py", argumentos)
        except OSError as error:
            self.queja = f"No se pudo iniciar el servidor: {errores.explicar(error)}."

    def cambiar_de_red(self) -> None:
        """Seguir a este programa a la red que acaba de elegir."""
        if self.en_marcha():
            self._proceso.terminate()
            self._salientes.append(self._proceso)
            self.iniciar()

    def en_marcha(self) -> bool:
        """Si se inició y no ha terminado."""
        return self._proceso is not None

    def vigilar(self) -> None:
        """Ver si terminó sin que se le pidiera."""
        self._salientes = [uno for uno in self._salientes if uno.poll() is None]
        if self._proceso is not None and self._proceso.poll() is not None:
            codigo = self._proceso.returncode
            self.queja = f"El servidor que inició este programa terminó (código {codigo})."
            self._proceso = None

    def describir(self, hay: "bool | None") -> str:
        """Cómo está el servidor, en una frase."""
        if self.en_marcha() and hay:
            return "Servidor en marcha: se cierra con este programa"
        if hay is None:
            return "Buscando un servidor…"
        return "Servidor en marcha" if hay else "No hay servidor que nos oiga"

    def avisar(self, falta: str) -> str:
        """Lo que hay que avisar en las ventanas; "" si nada. `falta`: por qué no hay servidor."""
        if self.en_marcha() and falta == FALTA_SERVIDOR:
            return "Iniciando el servidor…"
        if falta == FALTA_SERVIDOR and self._conexion.enlace.actual == interfaces.LAZO:
            falta = SIN_RED
        return self.queja or falta if falta else ""

    def terminar(self) -> None:
        """Terminarlo, si lo hay."""
        if self._proceso is not None:
            self._proceso.terminate()
            self._salientes.append(self._proceso)
            self._proceso = None
        for uno in self._salientes:
            uno.wait()

"""Avisar de lo que llega a una conversación que no se está mirando: sonido, escritorio y barra.

    de una sala    todo · sólo si me mencionan · nada
    de un privado  todo · nada

De lo que se tiene delante no se avisa, ni de lo que se dijo hace rato y llega al entrar.
"""

import time

from equipo import escritorio
from ventanas.aspecto import atencion
from ventanas.aspecto import texto_seguro
from ventanas.globos.mensaje import Mensaje, resumir

ENTRE_NOTAS = 4.0  # s entre dos avisos de una conversación, salvo el sonido, que lleva su cuenta
RECIENTE = 60.0  # s desde que se dijo


class Avisos:
    """Qué se avisa de cada conversación."""

    def __init__(self, preferencias, sonido):
        self._preferencias, self._sonido = preferencias, sonido
        self._notados: "dict[str, float]" = {}  # conversación → cuándo se avisó de ella

    def interesa(self, clave: str, mensaje: Mensaje) -> bool:
        """Si de un mensaje de «#sala» o de «@persona» se quiere saber."""
        if clave in self._preferencias.calladas:
            return False
        return mensaje.para_mi or clave not in self._preferencias.solo_menciones

    def avisar(self, clave: str, mensaje: Mensaje, ventana) -> None:
        """Hacer notar que llegó algo a la conversación de una ventana que no tiene el teclado."""
        ahora = time.time()
        if not self.interesa(clave, mensaje) or abs(ahora - mensaje.hora) > RECIENTE:
            return
        self._sonido.avisar(clave, para_mi=mensaje.para_mi or clave[0] == "@")
        if 0 <= ahora - self._notados.get(clave, 0.0) < ENTRE_NOTAS:
            return
        self._notados[clave] = ahora
        atencion.pedir(ventana)
        if self._preferencias.avisos:
            donde = f" en {clave[1:]}" if clave[0] == "#" else ""
            escritorio.notificar(texto_seguro.limpiar_linea(f"{mensaje.autor}{donde}"),
                                 texto_seguro.limpiar_linea(resumir(mensaje)))

    def alternar_silencio(self, clave: str) -> None:
        """Que lo nuevo de una conversación suene, o ya no."""
        self._preferencias.poner(calladas=alternar(self._preferencias.calladas, clave))

    def alternar_menciones(self, clave: str) -> None:
        """Avisar de una sala sólo si me mencionan, o de todo."""
        otras = alternar(self._preferencias.solo_menciones, clave)
        calladas = [una for una in self._preferencias.calladas if una != clave]
        self._preferencias.poner(solo_menciones=otras, calladas=calladas)


def alternar(claves: "list[str]", clave: str) -> "list[str]":
    """Unas claves sin ésa o, si no estaba, con ella."""
    otras = [una for una in claves if una != clave]
    return otras if len(otras) < len(claves) else [*otras, clave]

"""Contestar a un mensaje, y borrar uno propio para todos.

    «Responder» ─▶ la cita se ve sobre el redactor ─▶ el texto sale con ella: user, hora, content
    «Borrar»    ─▶ sale «borrar» con la hora del mensaje ─▶ en cada ventana dice que se borró

Quien guardó una copia la conserva: borrar es pedirlo.
"""

from tkinter import messagebox

import campos
from fiabilidad.recientes import Recientes
from presencia import eventos
from ventanas.globos.mensaje import APLAZADO, ESPERA, FALLO, Mensaje, Nota, resumir

BORRADO = "Se borró este mensaje"
AVISO = "Desaparecerá de las ventanas de todos. Quien lo haya guardado lo conserva."
MAX_BORRADOS = 5_000  # que se recuerdan, por si el mensaje llega otra vez


class Respuestas:
    """Lo que una charla hace con las citas y los borrados."""

    def __init__(self, charla):
        self._charla, self._conversacion = charla, charla.conversacion
        self._borrados = Recientes(MAX_BORRADOS)  # autor y hora → None

    def citar(self, mensaje: "Mensaje | Nota | None") -> "dict | None":
        """La cita de un mensaje; None si no se le puede contestar."""
        if not isinstance(mensaje, Mensaje) or mensaje.borrado:
            return None
        return {"user": mensaje.autor, "hora": mensaje.hora,
                "content": resumir(mensaje)[:campos.MAX_CITA]}

    def borrar(self, mensaje: "Mensaje | Nota | None") -> None:
        """Pedir a todos que borren un mensaje propio, si la persona lo confirma."""
        if not isinstance(mensaje, Mensaje) or not mensaje.propio or mensaje.borrado:
            return
        if messagebox.askyesno(parent=self._conversacion, title="Borrar", default="no",
                               message="¿Borrar este mensaje para todos?", detail=AVISO):
            if mensaje.estado in (ESPERA, FALLO, APLAZADO):  # nadie más lo tiene
                self._charla.retirar(mensaje)
            else:
                self._charla.pedir_borrar(mensaje.hora)
            self._marcar(mensaje)

    def recibir(self, dicho: eventos.Dicho) -> None:
        """Alguien borró un mensaje suyo."""
        self.recordar(dicho.autor, dicho.borrada)
        for mensaje in reversed(self._conversacion.todos()):
            if self.se_borro(mensaje):
                self._marcar(mensaje)
                break

    def recordar(self, autor: str, hora: float) -> None:
        """Anotar que se borró lo que alguien dijo a esa hora, aunque llegue después."""
        self._borrados[autor, hora] = None

    def se_borro(self, dicho) -> bool:
        """Si lo que alguien dijo ya se borró."""
        return (getattr(dicho, "autor", ""), dicho.hora) in self._borrados

    def _marcar(self, mensaje: Mensaje) -> None:
        if not mensaje.borrado:
            self._conversacion.cambiar(mensaje, tipo="msj", content=BORRADO, adjunto=None,
                                       cita=None, borrado=True, para_mi=False)

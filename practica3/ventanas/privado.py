"""La ventana de una conversación con una persona."""

import time
from tkinter import ttk

from ventanas import ventana_charla
from ventanas.aspecto import marcos
from ventanas.aspecto import texto_seguro

AVATAR_EN_TITULO = 30  # píxeles a 96 ppp


class VentanaPrivado(ventana_charla.VentanaCharla):
    """Lo que se dice entre dos."""

    def __init__(self, aplicacion, persona: str):
        def enviar(content, tipo, **adjunto):
            return aplicacion.cliente.decir_privado(
                persona, content, time.monotonic(), tipo, **adjunto)

        super().__init__(aplicacion, persona, f"@{persona}", enviar)

    def _construir(self) -> None:
        self.conversacion.lista.medidor.privado = True
        super()._construir()

    def _construir_cabeza(self, cabeza: ttk.Frame) -> None:
        visible = texto_seguro.limpiar_linea(self.nombre)
        avatar = ttk.Label(cabeza, image=self.tema.avatar(visible, AVATAR_EN_TITULO))
        avatar.pack(side="left", padx=(0, self.tema.px(10)))
        super()._construir_cabeza(cabeza)

    def poner_presencia(self, esta: bool) -> None:
        """Decir si la otra persona está conectada."""
        self._detalle.poner("privado · en línea" if esta else "privado · no está en línea")

    def refrescar(self, aviso: marcos.Aviso) -> None:
        """Poner al día lo que cambia sin que haya un evento."""
        # Que falte el servidor no importa aquí.
        super().refrescar(marcos.Aviso(aviso.texto if aviso.es_de_la_red else ""))

    def _dejar(self) -> None:
        self.aplicacion.privados.dejar(self)

"""Lo largo que va saliendo o llegando, y lo que se perdió por el camino."""

from presencia.directorio import Directorio
from presencia.eventos import Cancelado, Error, Perdido, Progreso
from presencia.por_salir import PorSalir
from presencia.transferencias import Transferencias


class Avances:
    """Cuenta cuánto va de lo largo, propio y ajeno, que la red mide en trozos."""

    def __init__(self, directorio: Directorio, por_salir: PorSalir,
                 transferencias: Transferencias, contar):
        """`contar(evento)`: algo que mostrar."""
        self._directorio, self._contar = directorio, contar
        self._por_salir, self._transferencias = por_salir, transferencias

    def leer_avance(self, avance: dict) -> None:
        """Va saliendo algo largo propio."""
        mensaje = avance["mensaje"]
        dicho = self._por_salir.buscar(mensaje) or self._transferencias.buscar(mensaje)
        if dicho is not None:
            llegados, de = avance["llegados"], avance["de"]
            self._contar(Progreso(dicho.autor, llegados, de, dicho.sala, dicho))

    def leer_progreso(self, mensaje: dict, ahora: float) -> None:
        """Va llegando algo largo; no se sabe qué hasta que está completo. De un servidor, no.

        De quien aún no se sabe quién es no se dice: cuando se supiera, parecería que son dos cosas.
        """
        if self._directorio.conoce(mensaje["id"]):
            autor = self._directorio.nombre_de(mensaje["id"])
            llegados, de, sala = mensaje["llegados"], mensaje["de"], mensaje.get("sala")
            pedido = self._transferencias.anotar_llegada(autor, sala, ahora)
            sala = pedido.sala if pedido else sala
            self._contar(Progreso(autor, llegados, de, sala, pedido))

    def leer_perdida(self, mensaje: dict, ahora: float) -> None:
        """Algo se perdió sin remedio. De una lista no importa: llegará otra."""
        autor, sala = self._directorio.nombre_de(mensaje["id"]), mensaje.get("sala")
        pedido = self._transferencias.anotar_llegada(autor, sala, ahora)  # de eso, se pide otra vez
        if not self._directorio.es_servidor(mensaje["id"]) and not (pedido and sala):
            self._contar(Perdido(autor, mensaje["cuantos"], sala))

    def leer_cancelado(self, mensaje: dict, ahora: float) -> None:
        """Alguien deja a la mitad lo que enviaba; si era lo que se pidió, no se pide más."""
        autor, sala = self._directorio.nombre_de(mensaje["id"]), mensaje.get("sala")
        pedido = self._transferencias.anotar_llegada(autor, sala, ahora)
        if pedido and sala:
            self._transferencias.abandonar(pedido)
            self._contar(Error(f"{autor} ya no envía «{pedido.nombre}».", pedido))
        elif self._directorio.conoce(mensaje["id"]):
            self._contar(Cancelado(autor, sala))

"""De qué servidor se cree quién está: de uno, y no del que más grite.

    rango 2   firma, y se le seguía otros días        entre iguales, el que se oyó primero; y al que
    rango 1   firma                                   se sigue no se le deja mientras hable
    rango 0   no firma: se le cree si no hay otro

Un id bajo, o hablar mucho, no da autoridad: eso lo hace cualquiera. Sólo decide: ni envía ni lee el
reloj.
"""

import dataclasses

from presencia.eleccion import MAX_SERVIDORES, SILENCIO, SUPLENCIA
from seguridad import confianza
from seguridad.claves import SERVIDOR

A_PRUEBA = 60.0  # s que se sigue a uno nuevo hasta recordarlo


@dataclasses.dataclass
class Oido:
    """Un servidor que firma."""

    rango: int
    identidad: str
    desde: float  # s: cuándo se le oyó por primera vez
    visto: float = 0.0
    habla: bool = False  # si da listas


class Autoridad:
    """Los servidores que firman, y al que se sigue."""

    def __init__(self, recuerdos: confianza.Confianza):
        self._recuerdos = recuerdos
        self._oidos: "dict[str, Oido]" = {}
        self.seguido = ""  # su id; "" mientras no se oiga a ninguno que firme
        self._seguido_desde = 0.0  # s

    def anotar(self, latido: dict, ahora: float, hora: float) -> None:
        """Anotar un latido de servidor; `hora`: la de aquí, desde 1970."""
        quien = latido["id"]
        if "identidad" not in latido:  # no firma, o este programa no lo puede comprobar
            return
        if quien not in self._oidos:
            trato = self._recuerdos.ver(SERVIDOR, latido["identidad"], hora)
            rango = 1 if trato == confianza.OTRA else 2
            self._oidos[quien] = Oido(rango, latido["identidad"], ahora)
        oido = self._oidos[quien]
        oido.visto, oido.habla = ahora, bool(latido["salas"])
        if len(self._oidos) > MAX_SERVIDORES:
            sobra = min(self._oidos, key=lambda uno: (uno == self.seguido, *self._orden(uno)))
            del self._oidos[sobra]
        self._elegir(ahora)

    def _orden(self, quien: str) -> "tuple[int, float]":
        return self._oidos[quien].rango, -self._oidos[quien].desde

    def _elegir(self, ahora: float) -> None:
        hablan = [quien for quien, oido in self._oidos.items()
                  if oido.habla and ahora - oido.visto < SUPLENCIA]
        if not hablan:
            return
        mejor = max(hablan, key=self._orden)
        if (otra_vez := next(filter(self._es_el_mismo, hablan), None)) is not None:
            self._seguir(otra_vez, ahora)
            return
        rango = self._oidos[self.seguido].rango if self.seguido in hablan else -1
        if rango < self._oidos[mejor].rango:
            self._seguir(mejor, ahora)

    def _es_el_mismo(self, quien: str) -> bool:
        """Si es el que se seguía, que murió y vuelve a empezar."""
        antes, otro = self._oidos.get(self.seguido), self._oidos[quien]
        return antes is not None and antes.identidad == otro.identidad and antes.visto < otro.desde

    def _seguir(self, quien: str, ahora: float) -> None:
        self.seguido, self._seguido_desde = quien, ahora

    def vale(self, quien: "str | None") -> bool:
        """Si hay que hacer caso de una lista o un aviso de ese id."""
        return quien == self.seguido or not self.seguido

    def relevar(self, quien: "str | None", ahora: float) -> bool:
        """Seguir a otro, porque él sí me nombra y el que se seguía no; False si es de menos."""
        otro, seguido = self._oidos.get(quien), self._oidos.get(self.seguido)
        if otro is None or seguido is not None and otro.rango < seguido.rango:
            return False
        self._seguir(quien, ahora)
        return True

    def vencer(self, ahora: float, hora: float) -> None:
        """Olvidar a los que callan; recordar para otro día al que se sigue hace rato."""
        self._oidos = {quien: oido for quien, oido in self._oidos.items()
                       if ahora - oido.visto < SILENCIO}
        if self.seguido not in self._oidos:
            self.seguido = ""
        elif self._oidos[self.seguido].rango == 1 and ahora - self._seguido_desde > A_PRUEBA:
            oido = self._oidos[self.seguido]
            self._recuerdos.aceptar(SERVIDOR, oido.identidad, hora)
            oido.rango = 2

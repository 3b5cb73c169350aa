"""Los saltos de un flujo: cuándo creer que quien habla va ya por un número mayor.

Un datagrama con el id de otro lo escribe cualquiera. Con uno solo, de n enorme, todos creerían que
Ana va por ahí, y lo que ella dijera después, con números menores, sería «repetido»: nadie la
oiría más. Pero la Ana de verdad late, y sus latidos no pueden decir menos que lo ya dicho:

    llega n = 9 000           de Ana se llevaba hasta 18: es un salto, y se anota
    latido 19, latido 21      más de un segundo después: lo desmienten
    a los 3.5 s               el flujo vuelve a los 18, y se pide a Ana lo que dijo entretanto

Si nadie lo desmiente, era verdad: se perdieron muchos. Un salto de más de MAX_SALTO ni se sigue
hasta entonces. Así un datagrama ajeno cuesta unos segundos, y no el resto de la clase.

Es del hilo recibir.
"""

import dataclasses

MAX_SALTO = 65_536  # números: más allá no se pide lo que falte, ni se cree a la primera
EN_DUDA = 3.5  # s que un salto está en duda: los latidos van de 2 en 2, y alguno se pierde
# S: antes, lo que dice menos pudo salir antes que el salto, y llegar después.
DESORDEN = 1.0


@dataclasses.dataclass
class Salto:
    """De qué número a cuál, desde cuándo se duda, y qué dicen los latidos que lo desmienten."""

    antes: "int | None"  # el mayor de los que se sabía; None si el flujo empezó así
    hasta: int
    desde: float  # s
    menor: int = 0  # de los latidos que lo desmienten; 0 si ninguno
    mayor: int = 0

    def oir(self, ultimo: int, ahora: float) -> None:
        """Anotar que un latido dice ese último número."""
        # Quien late siempre 0 no lleva la cuenta: de él no se sabe nada.
        puede_ser = max(1, self.antes or 0) <= ultimo < self.hasta
        if puede_ser and ahora - self.desde > DESORDEN:
            self.menor = min(self.menor or ultimo, ultimo)
            self.mayor = max(self.mayor, ultimo)


class Saltos:
    """Los de un flujo que aún están en duda: uno, y lo que saltó mientras se decide."""

    def __init__(self):
        self._dudoso: "Salto | None" = None
        self._siguiente: "Salto | None" = None

    def anotar(self, antes: "int | None", hasta: int, ahora: float) -> None:
        """El flujo pasa de `antes` a `hasta` sin que se oiga lo de en medio."""
        if self._dudoso is None:
            self._dudoso = Salto(antes, hasta, ahora)
        elif self._siguiente is None:
            self._siguiente = Salto(antes, hasta, ahora)
        else:
            self._siguiente.hasta = max(self._siguiente.hasta, hasta)
            self._siguiente.desde = ahora

    def decidir(self, ultimo: int, ahora: float) -> "Salto | None":
        """Con lo que dice un latido, el salto del que ya se sabe: desmentido, si tiene `menor`."""
        if self._dudoso is None:
            return None
        self._dudoso.oir(ultimo, ahora)
        if ahora - self._dudoso.desde < EN_DUDA:
            return None
        decidido, self._dudoso = self._dudoso, self._siguiente
        self._siguiente = None
        if decidido.menor:
            self._dudoso = None  # lo que saltó después partía de un número falso
        return decidido

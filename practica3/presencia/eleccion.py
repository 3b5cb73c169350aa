"""Qué servidor habla, cuando hay varios: una elección de líder (leader election).

Habla uno; los demás escuchan, y otro toma su lugar si a ése deja de oírsele. Ante uno que no nos
oye no se calla nadie: tampoco oirá a los clientes. Habla:

    firman los dos     el más antiguo: al que ya estaba cuando éste arrancó, éste le cede
    sólo firma uno     ése
    no firma ninguno   el de menor id, pasado su arranque

A quien llega después no se le cede, diga la antigüedad que diga: quitarle la palabra al que la
tiene costaría un datagrama. Sólo decide: ni envía ni lee el reloj.
"""

import dataclasses

import campos

ARRANQUE = 0.9  # s: tiempo de oír los latidos de quienes ya estaban, antes de dar listas
ESTRENO = 5.0  # s desde el arranque en que se puede descubrir que otro ya estaba
SUPLENCIA = 3.0  # s sin oír al servidor que hablaba: habla el siguiente
SILENCIO = 10.0  # s sin oír a un servidor: ya no se dice que se le oye
MAX_SERVIDORES = 64
MAX_OYE = 30  # que se nombran en un latido: unos 600 bytes


@dataclasses.dataclass
class Otro:
    """Otro servidor que se oye."""

    desde: float  # s: cuándo se le oyó por primera vez
    edad: float  # s que dijo entonces que llevaba en marcha
    visto: float = 0.0  # s
    me_oye: bool = False


class Eleccion:
    """Los otros servidores que se oyen, y si éste habla."""

    def __init__(self, propio: str, ahora: float):
        self.propio = propio
        self.habla = True
        self.otros: "dict[str, Otro]" = {}  # por id
        self._creado = ahora

    def anotar(self, latido: dict, ahora: float) -> bool:
        """Anotar que se oyó a otro servidor; True si es nuevo."""
        quien = latido["id"]
        nuevo = quien not in self.otros
        if nuevo and not self._hacer_sitio(quien):
            return False
        edad = latido.get("hora", 0.0) - latido.get("arranque", latido.get("hora", 0.0))
        otro = self.otros.setdefault(quien, Otro(ahora, edad))
        otro.visto = ahora
        otro.me_oye = self.propio in latido.get("oye", (self.propio,))  # uno ajeno no lo dice
        return nuevo

    def _hacer_sitio(self, quien: str) -> bool:
        """Si cabe otro; uno que firma desplaza a uno que no."""
        if len(self.otros) < MAX_SERVIDORES:
            return True
        sobra = next((uno for uno in self.otros if not campos.es_protegido(uno)), None)
        if sobra is None or not campos.es_protegido(quien):
            return False
        del self.otros[sobra]
        return True

    def oidos(self) -> "list[str]":
        """Los id de los que se dice que se oyen; primero, los que firman."""
        return sorted(self.otros, key=lambda quien: not campos.es_protegido(quien))[:MAX_OYE]

    def decidir(self, ahora: float) -> bool:
        """Ver a quién le toca hablar; True si éste acaba de tomar la palabra."""
        oidos = self.otros.items()
        self.otros = {uno: otro for uno, otro in oidos if ahora - otro.visto < SILENCIO}
        antes = self.habla
        self.habla = not any(
            otro.me_oye and ahora - otro.desde > ARRANQUE and ahora - otro.visto < SUPLENCIA
            and self._cede(quien, otro)
            for quien, otro in self.otros.items()
        )
        return self.habla and not antes

    def _cede(self, quien: str, otro: Otro) -> bool:
        firma, firmo = campos.es_protegido(quien), campos.es_protegido(self.propio)
        if not (firma and firmo):
            return firma if firma != firmo else quien < self.propio
        mia = otro.desde - self._creado  # s que llevaba éste en marcha cuando oyó al otro
        return mia <= ESTRENO and (otro.edad, quien) > (mia, self.propio)

"""Presupuestos: cuánto se gasta por lo que otros piden, y quién se lo gasta.

Una `falta` de 79 bytes puede pedir mil datagramas de 1400: sin un tope, con cincuenta se le hace
enviar a otro 39 MB. Lo que se repite se paga de un presupuesto que se llena con el tiempo y con lo
que uno mismo dice: quien perdió un tercio de lo dicho lo recupera al ritmo de siempre, y quien pide
sin haber perdido nada lo agota en un instante. Es una cubeta de fichas (token bucket).

Quien pide un archivo que ya va saliendo no perdió nada, y le falta todo lo que salió: sin que se le
ampliara el suyo, 4 MB más tarde seguiría al ritmo con que vuelve, medio minuto.

Cuentas es del hilo enviar; un Presupuesto lo tiene también cada vecino de un relevo
(presencia/direcciones.py). La hora llega como `ahora` (s).
"""

import dataclasses

from fiabilidad.recientes import Recientes

DE_UNO = 4 * 2**20, 128 * 1024  # bytes que caben en el de cada uno, y que vuelven por segundo
EN_COMUN = 8 * 2**20, 512 * 1024  # ídem, en el que comparten
VECES = 3  # lo dicho, que pueden pedir entre todos
MAX_CUENTAS = 256  # de quienes piden; después se olvida la de quien más tiempo lleva sin pedir


@dataclasses.dataclass
class Presupuesto:
    """Bytes que se pueden gastar: `caben` como mucho, y `por_segundo` que vuelven."""

    caben: float
    por_segundo: float
    quedan: float
    recarga: float  # s: cuándo se llenó por última vez
    ampliado: "set[str]" = dataclasses.field(default_factory=set)  # por qué archivos, sus salas

    @classmethod
    def lleno(cls, caben: float, por_segundo: float, ahora: float) -> "Presupuesto":
        """Uno sin gastar."""
        return cls(caben, por_segundo, caben, ahora)

    def ingresar(self, bytes_: float, ahora: float) -> None:
        """Poner tantos más, y los del tiempo que pasó, hasta los que caben."""
        bytes_ += self.por_segundo * (ahora - self.recarga)
        self.quedan, self.recarga = min(self.caben, self.quedan + bytes_), ahora

    def gastar(self, bytes_: float, ahora: float) -> bool:
        """Gastar tantos; False, y ninguno, si no alcanza."""
        self.ingresar(0, ahora)
        alcanza = self.quedan >= bytes_
        self.quedan -= bytes_ * alcanza
        return alcanza


class Cuentas:
    """El presupuesto de cada uno de los que piden, y el que comparten los que no firman."""

    def __init__(self, ahora: float, conocidos=()):
        """`conocidos`: los ids de quien se sabe quién es: a ésos no los deja nadie sin lo suyo."""
        self._conocidos = conocidos
        self._comun = Presupuesto.lleno(*EN_COMUN, ahora)
        # Id → su presupuesto, y lo que iba dicho la última vez que pidió.
        self._de_cada_uno = Recientes(MAX_CUENTAS)
        self._dicho = 0  # bytes que había dicho este programa la última vez que alguien pidió

    def deja(self, quien: str, dicho: int, ahora: float) -> bool:
        """Si se atiende a quien pide. `dicho`: los bytes nuevos que van dichos; cada uno puede
        pedir otro tanto, y entre todos algo más.
        """
        suyo, antes = self._abrir(quien, dicho, ahora)
        suyo.ingresar(dicho - antes, ahora)
        self._comun.ingresar(VECES * (dicho - self._dicho), ahora)
        self._dicho = dicho
        self._de_cada_uno[quien] = suyo, dicho
        return suyo.quedan > 0 and (self._comun.quedan > 0 or quien in self._conocidos)

    def _abrir(self, quien: str, dicho: int, ahora: float) -> "tuple[Presupuesto, int]":
        """Su presupuesto, desde ahora el último que se olvidaría, y lo dicho hasta que pidió."""
        nuevo = Presupuesto.lleno(*DE_UNO, ahora), dicho
        self._de_cada_uno[quien] = cuenta = self._de_cada_uno.get(quien, nuevo)
        return cuenta

    def ampliar(self, quien: str, sala: str, bytes_: int, dicho: int, ahora: float) -> None:
        """A quien pide un archivo que va saliendo a esa sala, lo que ya salió; una sola vez.

        Lo que comparten los que no firman no crece: un id inventado no trae más consigo.
        """
        suyo, _ = self._abrir(quien, dicho, ahora)
        if sala not in suyo.ampliado:
            suyo.ampliado.add(sala)
            suyo.caben += bytes_
            suyo.quedan += bytes_

    def cobrar(self, quien: str, bytes_: int) -> None:
        """Descontar lo que se le repetirá; si es más de lo que quedaba, lo debe."""
        self._de_cada_uno[quien][0].quedan -= bytes_
        if quien not in self._conocidos:
            self._comun.quedan -= bytes_

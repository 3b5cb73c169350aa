"""Las direcciones que inundan: cuánto tiempo se lleva cada una sin firmar, y cuándo no oírla.

Leer y entender un datagrama cuesta decenas de microsegundos. Quien envía cien mil por segundo se
lleva todo el tiempo del hilo recibir, y los demás esperan. Por eso a cada dirección se le lleva una
cuenta: lo que costó lo suyo, que se va borrando a razón de una décima de segundo por segundo.

    cuesta 0.02 s cada segundo    una voz, una clase que charla: la cuenta no sube de cero
    cuesta 0.9 s cada segundo     a los 1.3 s pasa de AGUANTE: se deja de oír CALLADA s, y se dice

Lo bien firmado no cuenta, ni se calla lo de quien firma desde ahí: contarlo dejaría que otro, con
la dirección de alguien, lo silenciara; y una dirección no dice quién es nadie, pero sí de dónde
viene una inundación. De quien aún no se presenta se oyen unos pocos datagramas por segundo.

Es del hilo recibir. No lee el reloj: la hora y lo que costó llegan de fuera, en segundos.
"""

import dataclasses

from fiabilidad.presupuesto import Presupuesto
from fiabilidad.recientes import Recientes

FIN_DE_ID = len(b'{"id":"0123456789abcdef')  # donde acaba un id de 16 cifras: lo de quien firma
PARTE = 0.1  # del tiempo del hilo recibir, sin firmar, de una misma dirección
AGUANTE = 1.0  # s de cuenta que se toleran: lo largo de verdad se acaba antes
ATRASADO = 20  # veces lo gastado, que como mucho se carga cuando no se da abasto
CALLADA = 5.0  # s que no se oye a quien se pasa
# Datagramas por segundo que se atienden, desde las calladas, de programas que aún no se presentan:
# inventarlos no cuesta nada, y uno quizá es de verdad.
SIN_PRESENTAR = 20
REINCIDENTE = 0.1  # s de cuenta que le quedan por gastar al que se vuelve a oír
MAX_FUENTES = 256  # de las que se lleva cuenta
MAX_FIRMAN = 5_000  # programas de los que se sabe la dirección
ENTRE_AVISOS = 30.0  # s entre dos avisos de la misma


@dataclasses.dataclass
class Fuente:
    """La cuenta de una dirección."""

    cuenta: float = 0.0  # s
    visto: float = 0.0  # s: cuándo se anotó por última vez
    callada: float = 0.0  # s: hasta cuándo no se la oye
    avisada: float = float("-inf")  # s: cuándo se dijo


class Fuentes:
    """Las cuentas de las direcciones que se oyen."""

    def __init__(self):
        self.callados = 0  # datagramas que se tiraron sin leerlos
        self._fuentes: "dict[str, Fuente]" = Recientes(MAX_FUENTES)
        self._sin_firmar: "dict[str, int]" = {}  # dirección → datagramas del lote que se lee
        # Id → de dónde llegó lo último que firmó.
        self._firman: "dict[bytes, str]" = Recientes(MAX_FIRMAN)
        self._calladas: "list[str]" = []  # las últimas que se dijeron
        self._gastado = self._ahora = 0.0  # s: los que dijo el hilo la última vez, y cuándo
        self._sin_presentar = Presupuesto.lleno(SIN_PRESENTAR, SIN_PRESENTAR, 0.0)  # datagramas
        self._hasta = 0.0  # s: cuándo acaba de no oírse la última que se calló

    def anotar(self, direccion: str) -> None:
        """Llegó algo sin firmar de una dirección, y se atendió."""
        self._sin_firmar[direccion] = self._sin_firmar.get(direccion, 0) + 1

    def anotar_firma(self, quien: str, direccion: str) -> None:
        """Llegó algo bien firmado por un programa, desde una dirección."""
        self._firman[quien.encode()] = direccion

    def cobrar(self, gastado: float, leidos: int, al_dia: bool, ahora: float) -> "list[str]":
        """Repartir entre quienes envían lo que costó lo leído desde la última vez.

        `gastado`: s de procesador que lleva el hilo; `leidos`, cuántos datagramas, y si ya no hay
        más. Devuelve lo que hay que decir si alguien se calla.
        """
        frases, costo, paso = [], gastado - self._gastado, ahora - self._ahora
        self._gastado, self._ahora = gastado, ahora
        # Si no da abasto cuesta todo el tiempo que pasó, aunque el procesador fuera de otros. Pero
        # de una ventana que se quedó quieta no tiene la culpa quien habla.
        costo = costo if al_dia else min(paso, ATRASADO * costo)
        for direccion, cuantos in self._sin_firmar.items():
            frases += self._cobrar_a(direccion, costo * cuantos / max(1, leidos), ahora)
        self._sin_firmar.clear()
        return frases

    def _cobrar_a(self, direccion: str, segundos: float, ahora: float) -> "list[str]":
        self._fuentes[direccion] = fuente = self._fuentes.get(direccion) or Fuente(visto=ahora)
        fuente.cuenta = max(0.0, fuente.cuenta - PARTE * (ahora - fuente.visto)) + segundos
        fuente.visto = ahora
        if fuente.cuenta <= AGUANTE:
            return []
        fuente.callada, fuente.cuenta = ahora + CALLADA, AGUANTE - REINCIDENTE
        self._hasta = fuente.callada
        if ahora - fuente.avisada < ENTRE_AVISOS:
            return []
        fuente.avisada = ahora
        return [f"De {direccion} llega más de lo que se puede atender: "
                "a ratos no se oye lo que viene de ahí sin firmar."]

    def calla(self, direccion: str, datagrama: bytes, ahora: float) -> bool:
        """Si un datagrama no se lee, porque es de una dirección que ahora no se oye."""
        if direccion not in self._calladas:
            return False
        if datagrama[FIN_DE_ID : FIN_DE_ID + 1] == b'"':
            # El id de alguien que firma desde otra dirección es prestado; comprobarlo cuesta caro.
            quien = datagrama[FIN_DE_ID - 16 : FIN_DE_ID]
            de_donde = self._firman.get(quien)
            if (de_donde == direccion
                    or de_donde is None and self._sin_presentar.gastar(1, ahora)):
                return False
        fuente = self._fuentes.get(direccion)
        callada = fuente is not None and ahora < fuente.callada
        self.callados += callada
        return callada

    def cambiar(self, ahora: float) -> "list[str] | None":
        """Las que ahora no se oyen, si no son las mismas que la última vez; None si lo son."""
        if not self._calladas and ahora >= self._hasta:
            return None
        calladas = [cual for cual in self._fuentes if ahora < self._fuentes[cual].callada]
        if calladas == self._calladas:
            return None
        self._calladas = calladas
        return calladas

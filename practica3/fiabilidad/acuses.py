"""Lo que dice de la red quien acusa recibo: cuánta cola hay en el camino, y cuánto da el enlace.

Entre los trozos van preguntas, un `quien` con una marca, a uno de los que escuchan; contesta en el
acto con un `acuse` que dice a qué hora de su reloj la oyó:

    Ana     trozo trozo trozo trozo quien(Bryan, marca 7)        a las s7
    Bryan                                     acuse(marca 7)     la oyó a las t7, de su reloj

Los relojes no concuerdan, pero t − s sólo cambia con la cola: lo que pasa de lo menos que se ha
visto es lo que se esperó en ella. Y entre dos acuses, los bytes que pasaron y el tiempo que
tardaron en llegar son lo que da el enlace, que así se averigua con unos cuantos datagramas
seguidos. Uno acusa por todos, como en PGMCC; la cola se mide como en LEDBAT (RFC 6817).

Es del hilo enviar.
"""

import collections
import dataclasses

from fiabilidad.recientes import Recientes

CADA, AL_EMPEZAR = 8, 4  # datagramas largos entre dos preguntas
MENOS_PAUSA, MAS_PAUSA = 0.004, 0.02  # s entre ellas como mínimo, salvo al empezar, y como máximo
SIN_CONTESTAR = 6  # preguntas seguidas sin acuse tras las que se pregunta a otro
TURNO = 12  # preguntas seguidas a uno: cada quien ve la cola de su lado
MAX_OYENTES, MAX_DONDE = 16, 64  # que se conocen de cada flujo, y de cuántos flujos
AUSENTE = 7.0  # s sin un latido de alguien tras los que no se le pregunta
MAX_SIN_ACUSE = 64  # preguntas de las que se espera acuse
PERIODO = 20.0  # s: lo menos que se vio vale dos de éstos, porque los relojes se alejan
TRAMO, TRAMO_MINIMO = 0.05, 0.002  # s sobre los que se mide lo que da el enlace
VUELTA = 0.01  # s que tarda la red en ir y volver, mientras no se sabe
FRESCO = 1.0  # s que vale la última medida


@dataclasses.dataclass
class Medida:
    """Lo que se sabe por un acuse."""

    salida: float  # s: cuándo salió la pregunta
    cola: float  # s que esperó en el camino
    enlace: "float | None"  # bytes/s que llegan, si ya se sabe


class Minimo:
    """Lo menos que se ha visto en los dos últimos periodos."""

    def __init__(self):
        self._menores = [float("inf"), float("inf")]
        self._cambio = 0.0  # s

    def comparar(self, valor: float, ahora: float) -> float:
        """Cuánto pasa un valor de lo menos que se ha visto."""
        if ahora - self._cambio > PERIODO:
            self._menores, self._cambio = [float("inf"), self._menores[0]], ahora
        self._menores[0] = min(self._menores[0], valor)
        return valor - min(self._menores)


class Acuses:
    """A quién se pregunta, qué se le ha preguntado y qué se sabe por lo que contesta."""

    def __init__(self):
        self.recibido = 0  # bytes largos que habían salido con la última pregunta acusada
        self.oido = float("-inf")  # s: cuándo llegó el último acuse
        self._oyentes = Recientes(MAX_DONDE)  # clave del flujo → {id: cuándo latió}
        self._minimos = Recientes(MAX_OYENTES * 4)  # id → Minimo
        self._marcas = Recientes(MAX_SIN_ACUSE)  # marca → (salida, bytes, id)
        self._marca = 0
        self._desde_la_ultima = 0  # datagramas
        self._ultima = float("-inf")  # s
        self._sin_contestar, self._turno = 0, TURNO
        self._cola, self._vuelta = 0.0, VUELTA  # s: lo último que se midió
        self._llegadas = collections.deque(maxlen=32)  # (bytes, a qué hora), en el reloj de aquí

    # ---- a quién se pregunta

    def conocer(self, quien: str, claves, ahora: float) -> None:
        """Anotar que alguien escucha en unos flujos, porque late."""
        for clave in claves:
            suyos = self._oyentes.setdefault(clave, {})
            if len(suyos) >= MAX_OYENTES and quien not in suyos:
                self._olvidar_idos(suyos, ahora)
            if len(suyos) < MAX_OYENTES or quien in suyos:
                suyos[quien] = ahora

    @staticmethod
    def _olvidar_idos(suyos: dict, ahora: float) -> None:
        for ido in [quien for quien, oido in suyos.items() if ahora - oido > AUSENTE]:
            del suyos[ido]

    def preguntar(self, clave: "tuple[str, str]", empezando: bool, ahora: float) -> "dict | None":
        """La pregunta que toca tras un datagrama largo de un flujo, si toca."""
        self._desde_la_ultima += 1
        pasaron = ahora - self._ultima
        bastan = self._desde_la_ultima >= (AL_EMPEZAR if empezando else CADA)
        if not (bastan and (empezando or pasaron > MENOS_PAUSA) or pasaron > MAS_PAUSA):
            return None
        quien = clave[1] if clave[0] == "para" else self._elegir(clave, ahora)
        if quien is None:
            return None
        self._desde_la_ultima, self._ultima = 0, ahora
        self._marca += 1
        vuelta = round(self.vuelta(ahora), 4)
        return {"tipo": "quien", "a": quien, "marca": self._marca, "vuelta": vuelta}

    def _elegir(self, clave: "tuple[str, str]", ahora: float) -> "str | None":
        oyentes = self._oyentes.get(clave, {})
        self._olvidar_idos(oyentes, ahora)
        if not oyentes:
            return None
        self._sin_contestar += 1
        self._turno -= 1
        if self._sin_contestar > SIN_CONTESTAR or self._turno < 0:  # se fue, o ya acusó mucho
            self._sin_contestar, self._turno = 0, TURNO
            anterior = next(iter(oyentes))
            oyentes[anterior] = oyentes.pop(anterior)
        return next(iter(oyentes))

    def salir(self, pregunta: dict, enviado: int, ahora: float) -> None:
        """La pregunta sale ahora, cuando ya salieron tantos bytes largos."""
        self._marcas[pregunta["marca"]] = ahora, enviado, pregunta["a"]

    # ---- qué se sabe

    def medir(self, acuse: dict, ahora: float) -> "Medida | None":
        """Lo que dice un acuse; None si no es de una pregunta que se hizo a quien lo envía."""
        salida, enviado, quien = self._marcas.pop(acuse["marca"], (0.0, 0, None))
        if quien != acuse["id"]:
            return None
        # La ida no tarda más que la ida y vuelta, digan lo que digan los relojes.
        self._cola = min(self._medir_cola(quien, acuse["t"] - salida, ahora), ahora - salida)
        self._vuelta, self.oido, self._sin_contestar = ahora - salida, ahora, 0
        if enviado <= self.recibido:
            return Medida(salida, self._cola, None)
        self.recibido = enviado
        self._llegadas.append((enviado, salida + self._cola))
        return Medida(salida, self._cola, self._medir_enlace())

    def _medir_cola(self, quien: str, diferencia: float, ahora: float) -> float:
        if quien not in self._minimos:
            self._minimos[quien] = Minimo()
            # A quien acusa por primera vez se le supone la cola que ya se conocía.
            conocida = self._cola if ahora - self.oido < FRESCO else 0.0
            self._minimos[quien].comparar(diferencia - conocida, ahora)
        return self._minimos[quien].comparar(diferencia, ahora)

    def _medir_enlace(self) -> "float | None":
        enviado, llegada = self._llegadas[-1]
        antes, desde = next(uno for uno in self._llegadas if llegada - uno[1] <= TRAMO)
        return (enviado - antes) / (llegada - desde) if llegada - desde > TRAMO_MINIMO else None

    def olvidar(self) -> None:
        """Se vuelve a enviar tras una pausa: lo que llegó antes de ella no mide nada."""
        self._llegadas.clear()

    def vuelta(self, ahora: float) -> float:
        """Lo que tarda la red en ir y volver (s): lo medido, menos la cola que ya se vació."""
        vaciada = min(max(0.0, ahora - self.oido), self._cola)
        return self._vuelta - vaciada

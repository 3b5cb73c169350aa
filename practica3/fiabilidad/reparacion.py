"""Repetir lo que alguien pide con un acuse negativo, la `falta` (en inglés, NACK).

La repetición va al grupo: la aprovechan todos los que perdieron lo mismo. Una falta puede llegar
cuando lo que pide ya va en camino, así que nada se repite antes de lo que tarda la red; y si algo
se pide ya muchas veces, la pausa crece como una espera exponencial.

De lo largo no se repite nada, a quien sabe de paridad: se envía tanta como le falta al que más
(bloques_propios.py), y a cada quien le repara lo suyo.

Es del hilo enviar.
"""

import collections

import protocolo
from fiabilidad import ritmo
from fiabilidad.congestion import Congestion
from fiabilidad.flujos_propios import PESO_GUARDADO, FlujoPropio, FlujosPropios, clave_de
from fiabilidad.presupuesto import Cuentas

MAX_PEDIDOS = 1_024  # números que se repiten por cada falta
REPETICION, REPETICION_MAXIMA = 0.006, 0.5  # s, los topes de la pausa entre dos envíos de lo mismo
SEGUIDAS, DUPLICAR = 6, 4  # repeticiones tras las que la pausa menor se duplica, y cuántas veces
VIEJO, DUPLICAR_VIEJO = 5.0, 7  # s desde que salió algo; de lo viejo, hasta la pausa mayor
DEMASIADAS = 8  # de lo mismo: se piden más deprisa de lo que llegan, y se va más despacio
ADELANTO = 8_192  # números: a más de éstos de lo que alguien pide, lo nuevo espera…
FRENO, RESPIRO = 0.05, 0.01  # s: …esto, y después pasa un rato: quien pide sin fin no calla a nadie


class Reparacion:
    """Lo que hay que repetir y la paridad que hay que enviar, en el orden en que se pidió."""

    def __init__(self, flujos: FlujosPropios, congestion: Congestion, ahora: float, conocidos=()):
        """`conocidos`, como en Cuentas."""
        self.ultima_falta = ahora  # s: cuándo pidió alguien algo
        self.freno = 0.0  # s: hasta cuándo espera lo nuevo
        self.cuentas = Cuentas(ahora, conocidos)
        self._flujos, self._congestion = flujos, congestion
        self._cronometro = ritmo.Cronometro()
        self.pedidos = collections.OrderedDict()  # por repetir: (flujo, n) → None
        self.bloques = collections.OrderedDict()  # por reparar: (clave, m, bloque) → None

    def sacar_paridad(self, ahora: float) -> "tuple[bytes, tuple] | None":
        """El siguiente datagrama de paridad, y la clave de su flujo; los bloques se turnan."""
        while self.bloques:
            (clave, *cual), _ = self.bloques.popitem(last=False)
            flujo = self._flujos.buscar(clave)
            bloque = flujo.bloques.get(tuple(cual))
            datagrama = bloque.sacar(flujo.guardados, ahora) if bloque is not None else None
            if datagrama is not None:
                if bloque.pendiente():
                    self.bloques[(clave, *cual)] = None
                return datagrama, clave
        return None

    def sacar(self, ahora: float) -> "bytes | None":
        """El siguiente datagrama que se repite; None si no hay."""
        while self.pedidos:
            (flujo, n), _ = self.pedidos.popitem(last=False)
            if n in flujo.guardados:  # no se olvidó entretanto
                flujo.repetidos[n] = ahora, flujo.repetidos.get(n, (0.0, 0))[1] + 1
                return flujo.guardados[n][0]
        return None

    def atender(self, falta: dict, ahora: float) -> "dict | None":
        """Anotar lo que pide una falta; devuelve el `perdido` de lo que ya no se tiene."""
        self.ultima_falta = ahora
        if not self.cuentas.deja(falta["id"], self._flujos.bytes_dichos, ahora):
            return None  # pidió más de lo que pudo perder: que lo pida más despacio
        clave = clave_de(falta)
        flujo = self._flujos.buscar(clave)
        coste = 0  # bytes que saldrán por esto
        for m, lugar, faltan, vistos in falta.get("bloques", ())[: protocolo.MAX_RANGOS]:
            bloque = flujo.bloques.get((m, lugar))
            tardanza = self._congestion.vuelta(ahora)
            hasta = bloque.hasta if bloque is not None else 0
            if coste > MAX_PEDIDOS * protocolo.MAX_ENVIO:
                break
            if bloque is not None and bloque.pedir(faltan, vistos, tardanza, ahora):
                self.bloques[clave, m, lugar] = None
                coste += protocolo.MAX_ENVIO * (bloque.hasta - hasta)
        perdidos = []
        por_ver = MAX_PEDIDOS
        for desde, hasta in falta.get("n", ())[: protocolo.MAX_RANGOS]:
            hasta = min(hasta, flujo.n)
            if desde <= min(hasta, flujo.primero - 1):
                perdidos.append([desde, min(hasta, flujo.primero - 1)])
            desde = max(desde, flujo.primero)
            if desde <= hasta:
                self._medir(flujo, desde, hasta, ahora)
            for n in range(desde, min(hasta + 1, desde + por_ver)):
                por_ver -= 1
                coste += self._pedir(flujo, n, ahora)
        self.cuentas.cobrar(falta["id"], coste)
        return {"tipo": "perdido", **dict([clave]), "n": perdidos} if perdidos else None

    def ampliar(self, peticion: dict, sala: str, ahora: float) -> None:
        """Contar con que a quien pide un archivo que ya va saliendo le falta lo que salió."""
        flujo = self._flujos.buscar(("sala", sala))
        if salio := (protocolo.MAX_ENVIO + PESO_GUARDADO) * len(flujo.guardados):
            self.cuentas.ampliar(peticion["id"], sala, salio, self._flujos.bytes_dichos, ahora)

    def _medir(self, flujo: FlujoPropio, desde: int, hasta: int, ahora: float) -> None:
        """Control de congestión: lo que un rango que falta dice de la red."""
        if flujo.n - desde > ADELANTO and ahora > self.freno + RESPIRO:
            self.freno = ahora + FRENO
        self._congestion.quejarse(hasta - desde + 1, flujo.guardados[desde][1], ahora)
        if hasta not in flujo.repetidos and (flujo, hasta) not in self.pedidos:
            self._cronometro.medir(ahora - flujo.guardados[hasta][1], ahora)

    def _pedir(self, flujo: FlujoPropio, n: int, ahora: float) -> int:
        """Poner un número entre los que se repiten, si toca; los bytes que por eso saldrán."""
        datagrama, dicho = flujo.guardados[n]
        salio, veces = flujo.repetidos.get(n, (dicho, 0))
        duplicar = DUPLICAR if ahora - dicho < VIEJO else DUPLICAR_VIEJO
        insistencia = REPETICION * 2 ** min(max(0, veces - SEGUIDAS), duplicar)
        pausa = max(insistencia, self._cronometro.tardanza(ahora))
        if ahora - salio < min(pausa, REPETICION_MAXIMA) or (flujo, n) in self.pedidos:
            return 0
        self.pedidos[flujo, n] = None
        # Una vez por datagrama: quien pide siempre uno no calla a nadie.
        if veces == DEMASIADAS:
            self._congestion.bajar(salio, ahora)
        return len(datagrama) + PESO_GUARDADO

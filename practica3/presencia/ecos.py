"""Que nada dé vueltas entre dos redes unidas por un puente, ni pase dos veces sin falta.

Lo que un puente pone en una red lo oye él también, y los demás puentes que haya en ella. La regla
que lo impide todo: de cada datagrama se recuerda un rato, por su huella, **de quién llegó
primero**, que es una dirección del grupo, otro puente del canal o un vecino del relevo; el mismo
llegado de otro es un eco y se tira. Repetido por el mismo, pasa: es la respuesta a quien no lo
recibió. Así el camino de un datagrama es un árbol, en que cada puente lo toma sólo de quien se lo
dio primero: no hay vueltas, sean los que sean, y en cualquier orden.

Y de los latidos, que en reposo son casi todo lo que viaja, pasan los que dicen algo nuevo, tres
veces por si se pierden, y los demás de vez en cuando.
"""

import collections
import hashlib

from fiabilidad.recientes import Recientes

RECUERDO = 10.0  # s que se recuerda de quién vino algo: lo que puede tardar un eco en volver
MAX_HUELLAS = 100_000
COPIAS = 3  # de un latido con algo nuevo…
# …y s entre dos del mismo: quien habla late con cada frase, y basta el último. Por vecino, s más.
ENTRE_NUEVOS, NUEVOS_POR_VECINO = 0.1, 0.002
ENTRE_LATIDOS_IGUALES = 1.9  # s; en reposo, un cliente late cada 2
POR_VECINO = 0.02  # s por cada uno a quien hay que dárselos, si son más de 95…
MAS_DESPACIO = 3.9  # …y como mucho éstos: a los 8 se olvida a quien no late
DE_SERVIDOR = 0.9  # s: late cada 1, y si calla 3 le preguntan todos
MAX_LATIENTES = 5_000


class Ecos:
    """De quién vino cada datagrama de los últimos segundos."""

    def __init__(self):
        self._vistos = collections.OrderedDict()  # huella → (de quién, cuándo), en su orden

    def es_eco(self, datagrama: bytes, de: tuple, ahora: float) -> bool:
        """Si un datagrama que llega de alguien había llegado de otro; si no, se anota."""
        huella = hashlib.blake2b(datagrama, digest_size=12).digest()
        antes = self._vistos.get(huella)
        if antes is not None and antes[0] != de and ahora - antes[1] < RECUERDO:
            return True
        self.anotar(datagrama, de, ahora, huella)
        return False

    def anotar(self, datagrama: bytes, de: tuple, ahora: float, huella: bytes = b"") -> None:
        """Recordar de quién llegó, aunque antes llegara de otro."""
        huella = huella or hashlib.blake2b(datagrama, digest_size=12).digest()
        self._vistos[huella] = de, ahora
        self._vistos.move_to_end(huella)
        while self._vistos:
            primera = next(iter(self._vistos))
            if len(self._vistos) <= MAX_HUELLAS and ahora - self._vistos[primera][1] < RECUERDO:
                break
            del self._vistos[primera]


class Latidos:
    """Qué latidos pasan a un lado."""

    def __init__(self):
        # Id → (lo que dijo, copias que pasaron, cuándo pasó la última).
        self._dichos: "dict[str, tuple]" = Recientes(MAX_LATIENTES)
        self._llegado = float("-inf")  # s: cuándo llegó alguien

    def notar(self, mensaje: dict, ahora: float) -> None:
        """Si alguien llega o pregunta a todos quién está, lo que ya se sabía es nuevo para él."""
        if mensaje["tipo"] == "inicio" or (mensaje["tipo"] == "quien" and "a" not in mensaje):
            self._llegado = ahora
        elif mensaje["tipo"] == "quien" and "marca" not in mensaje:
            self._dichos.pop(mensaje["a"], None)  # lo que conteste es nuevo para quien pregunta

    def pasa(self, latido: dict, vecinos: int, ahora: float) -> bool:
        """Si un latido ha de pasar, a tantos vecinos."""
        # Su hora y su cuenta cambian siempre.
        dice = {clave: valor for clave, valor in latido.items() if clave not in ("hora", "cuenta")}
        antes, copias, cuando = self._dichos.get(latido["id"], (None, 0, 0.0))
        copias = copias if dice == antes else 0
        cada = min(max(ENTRE_LATIDOS_IGUALES, POR_VECINO * vecinos), MAS_DESPACIO)
        if "servidor" in latido:
            cada = DE_SERVIDOR
        pronto = ahora - cuando < max(ENTRE_NUEVOS, NUEVOS_POR_VECINO * vecinos)
        nuevo = copias < COPIAS and not pronto
        pasa = nuevo or ahora - cuando > cada or cuando < self._llegado
        self._dichos[latido["id"]] = (dice, copias + pasa, ahora if pasa else cuando)
        return pasa

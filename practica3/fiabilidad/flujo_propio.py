"""Un flujo propio: lo dicho en una sala o a una persona, y lo que se guarda para repetirlo.

    1 2 3 4 5 6 7 8 9        n = 9         el último que salió
    ░ ░ ░ ▓ ▓ ▓ ▓ ▓ ▓        primero = 4   lo anterior se olvidó; desde él, todo está en `guardados`
          └msj┘ └ voz ┘      historia = [(4, …), (7, …)]   dónde empieza cada mensaje reciente

Es del hilo enviar. Qué sale y cuándo se decide en emisor.py; lo que otros dicen, en flujo_ajeno.py.
"""

import collections

import protocolo

PESO_GUARDADO = 100  # bytes que cuesta guardar un datagrama, además de los suyos
HISTORIA_BYTES = 256 * 1024  # de la historia de una sala que se da a quien entra


class FlujoPropio:
    """Los números de un flujo propio y sus datagramas; de las listas, sólo los de la última."""

    def __init__(self, n: int = 0):
        self.n = n  # el último que salió
        self.primero = n + 1  # el primero que se guarda
        self.ultima = 0.0  # s: cuándo salió el último
        # (primer n, bytes) de los últimos mensajes.
        self.historia = collections.deque(maxlen=protocolo.HISTORIA)
        self.guardados = {}  # n → (datagrama, cuándo salió), por si hay que repetirlo
        self.bloques = {}  # (m, bloque) → BloquePropio de lo largo que aún se guarda
        self.repetidos = {}  # n → (cuándo se repitió, cuántas veces)

    def desde(self) -> "int | None":
        """El n en que empieza lo que se da a quien entra; None si nada."""
        desde, ocupado = None, 0
        for n, largo in reversed(self.historia):
            ocupado += largo
            if ocupado > HISTORIA_BYTES:
                break
            desde = n
        return desde

    def guardar(self, datagrama: bytes, ahora: float) -> int:
        """Anotar que sale un datagrama, con el número siguiente; los bytes que ocupa."""
        self.n += 1
        self.ultima = ahora
        self.guardados[self.n] = datagrama, ahora
        return len(datagrama) + PESO_GUARDADO

    def olvidar_primero(self) -> int:
        """Dejar de guardar el datagrama más viejo; los bytes que ocupaba."""
        if self.primero > self.n:
            return 0
        datagrama, _ = self.guardados.pop(self.primero)
        self.repetidos.pop(self.primero, None)
        self.primero += 1
        self._olvidar_bloques()
        return len(datagrama) + PESO_GUARDADO

    def _olvidar_bloques(self) -> None:
        """Los que empiezan antes de lo que se guarda ya no sirven; están en orden."""
        while self.bloques:
            primero = next(iter(self.bloques.values()))
            if not primero.numeros or primero.numeros[0] >= self.primero:
                break
            del self.bloques[next(iter(self.bloques))]

    def vaciar(self) -> int:
        """Dejar de guardar todo, también para la historia; los bytes que ocupaba."""
        self.historia.clear()
        return sum(self.olvidar_primero() for _ in range(self.primero, self.n + 1))

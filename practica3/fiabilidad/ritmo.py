"""Cuánto se puede enviar ya: una cubeta de fichas, y un cronómetro.

Enviar un byte gasta una ficha; las fichas vuelven a `tasa` por segundo, la que decide el control
de congestión (congestion.py), y caben pocas: lo que sale de golpe se queda en la cola de alguien.

El cronómetro mide lo que tarda la red. En una lenta, lo que alguien pide otra vez suele ir
ya en camino, y repetirlo sólo la haría más lenta.
"""

import collections

RAFAGA = 32  # datagramas seguidos: un búfer de recepción corriente aguanta 92 llenos
COSTE = 300  # bytes que pesa un datagrama además de los suyos: atenderlo cuesta aunque sea corto
PESO_LLENO = 1_400 + COSTE  # bytes
HONDURA = 0.003  # s de fichas que caben, entre dos datagramas y una ráfaga
TASA_INICIAL = 4e6  # bytes/s
TASA_MINIMA = 60e3  # bytes/s: medio megabit
TASA_MAXIMA = 100e6  # bytes/s: más no da un enlace de un gigabit
# S: con la cubeta vacía se espera a las fichas de un rato; datagrama a datagrama, despertar
# costaría más que enviar.
ACOPIO = 0.0005
MEMORIA = 1.0  # s que vale una medida del cronómetro
# S: quien se queja de algo anterior acaba de llegar o estuvo sordo, y no dice nada de la red.
TARDE = 2.0


class Cubeta:
    """La cubeta de fichas. La hora llega como `ahora` (s)."""

    def __init__(self, ahora: float):
        self.tasa = TASA_INICIAL
        self.abierta = True  # si se puede enviar
        self.agotada = False  # si faltaron fichas; lo borra quien lo mira
        self._fichas = float(self._caben())
        self._recarga = ahora
        self.abre = ahora  # s: cuándo se podrá

    def _caben(self) -> float:
        return max(2 * PESO_LLENO, min(RAFAGA * PESO_LLENO, HONDURA * self.tasa))

    def recargar(self, ahora: float) -> None:
        """Poner las fichas del tiempo que pasó."""
        llegan = self.tasa * (ahora - self._recarga)
        self._fichas = min(self._caben(), self._fichas + llegan)
        self._recarga = ahora
        self.abierta = ahora >= self.abre

    def gastar(self, largo: int) -> None:
        """Anotar un datagrama enviado de `largo` bytes."""
        self._fichas -= largo + COSTE
        if self._fichas <= 0:
            self.agotada, self.abierta = True, False
            # Con sitio de sobra: a quien llega tarde no se le pierden fichas.
            acopio = min(ACOPIO * self.tasa, self._caben() / 2)
            self.abre = self._recarga + (acopio - self._fichas) / self.tasa


class Cronometro:
    """Lo que tarda la red en llevar algo y traer la queja: lo menos que se midió hace poco.

    Lo menos, y no la media: una queja tarda además si otra se perdió, o si alguien llegó tarde.
    """

    def __init__(self):
        # (cuándo, tardanza), las dos crecientes: una mayor que otra más nueva ya no cuenta.
        self._medidas = collections.deque()

    def medir(self, tardanza: float, ahora: float) -> None:
        """Anotar que llegó una queja de algo que salió, la primera vez, `tardanza` s antes."""
        if tardanza > TARDE:
            return
        while self._medidas and self._medidas[-1][1] >= tardanza:
            self._medidas.pop()
        self._medidas.append((ahora, tardanza))

    def tardanza(self, ahora: float) -> float:
        """En s; 0 si no se sabe."""
        while self._medidas and self._medidas[0][0] < ahora - MEMORIA:
            self._medidas.popleft()
        return self._medidas[0][1] if self._medidas else 0.0

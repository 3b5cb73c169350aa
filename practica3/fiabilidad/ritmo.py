"""A qué ritmo se envía y se repite, o control de congestión: una cubeta de fichas y un cronómetro.

Enviar un byte gasta una ficha; las fichas vuelven a `tasa` por segundo y caben las de
una ráfaga. El ritmo baja cuando alguien pierde ocho datagramas seguidos, que es un búfer
lleno, o pide lo que ya se repitió mucho, que es una red que no da más: las pérdidas sueltas
de la radio no se curan yendo más despacio.

El cronómetro mide lo que tarda la red. En una lenta, lo que alguien pide otra vez suele ir
ya en camino, y repetirlo sólo la haría más lenta.
"""

import collections

RAFAGA = 32  # datagramas seguidos: un búfer de recepción corriente aguanta 92 llenos
FICHAS_MAXIMAS = RAFAGA * 1_400  # bytes
COSTE = 300  # bytes que pesa un datagrama además de los suyos: atenderlo cuesta aunque sea corto
# Bytes/s: medido, con el búfer de recepción de un sistema corriente se pierde poco.
TASA_INICIAL = 16e6
TASA_MINIMA = 125e3  # bytes/s: 1 Mb/s
TASA_MAXIMA = 100e6  # bytes/s: más no da un enlace de un gigabit
# S: con la cubeta vacía se espera a las fichas de un rato; datagrama a datagrama, despertar
# costaría más que enviar.
ACOPIO = 0.0005
AJUSTE = 0.05  # s entre cambios de ritmo
QUEJA = 8  # números seguidos
MEMORIA = 1.0  # s que vale una medida del cronómetro
# S: quien se queja de algo anterior acaba de llegar o estuvo sordo, y no dice nada de la red.
TARDE = 2.0


class Cubeta:
    """La cubeta de fichas. La hora llega como `ahora` (s)."""

    def __init__(self, ahora: float):
        self.tasa = TASA_INICIAL
        self._fichas = float(FICHAS_MAXIMAS)
        self._recarga = ahora
        self.abierta = True  # si se puede enviar
        self._abre = ahora  # s: cuándo se podrá
        self._agotada = False  # si se gastaron todas desde el último cambio
        self._subida = self._bajada = ahora  # s: los últimos cambios de ritmo

    def recargar(self, ahora: float) -> None:
        """Poner las fichas del tiempo que pasó; si no bastan y nadie se queja, subir un 10 %."""
        self._fichas = min(FICHAS_MAXIMAS, self._fichas + self.tasa * (ahora - self._recarga))
        self._recarga = ahora
        self.abierta = ahora >= self._abre
        if self._agotada and ahora - max(self._subida, self._bajada) >= AJUSTE:
            self.tasa, self._subida, self._agotada = min(self.tasa * 1.1, TASA_MAXIMA), ahora, False

    def quejarse(self, seguidos: int, salio: float, ahora: float) -> None:
        """Bajar el ritmo si a alguien le faltan muchos seguidos.

        `salio`: a qué hora salieron la primera vez.
        """
        if seguidos >= QUEJA:
            self.bajar(salio, ahora)

    def bajar(self, salio: float, ahora: float) -> None:
        """Bajar el ritmo porque falta algo que salió a la hora `salio`.

        Lo que salió antes de la última bajada ya se castigó: que siga faltando no dice nada nuevo.
        """
        if salio > self._bajada and ahora - self._bajada >= AJUSTE:
            self.tasa, self._bajada = max(self.tasa * 0.7, TASA_MINIMA), ahora

    def gastar(self, largo: int) -> None:
        """Anotar un datagrama enviado de `largo` bytes."""
        self._fichas -= largo + COSTE
        if self._fichas <= 0:
            self._agotada, self.abierta = True, False
            # Con sitio de sobra: a quien llega tarde no se le pierden fichas.
            acopio = min(ACOPIO * self.tasa, FICHAS_MAXIMAS / 2)
            self._abre = self._recarga + (acopio - self._fichas) / self.tasa

    def cuando(self) -> float:
        """A qué hora se podrá enviar."""
        return self._abre


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

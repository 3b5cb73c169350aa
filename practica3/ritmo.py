"""A qué ritmo se envía: una cubeta de fichas que se ajusta con las quejas.

Enviar un byte gasta una ficha; las fichas vuelven a `tasa` por segundo y caben las de
una ráfaga. El ritmo baja sólo cuando alguien pierde ocho datagramas seguidos, que es un
búfer lleno: las pérdidas sueltas de la radio no se curan yendo más despacio.
"""

RAFAGA = 32  # datagramas seguidos: un búfer de recepción corriente aguanta 92 llenos
FICHAS_MAXIMAS = RAFAGA * 1_400  # bytes
COSTE = 300  # bytes que pesa un datagrama además de los suyos: atenderlo cuesta aunque sea corto
TASA_INICIAL = 25e6  # bytes/s
TASA_MINIMA = 125e3  # bytes/s: 1 Mb/s
TASA_MAXIMA = 100e6  # bytes/s: más no da un enlace de un gigabit
AJUSTE = 0.05  # s entre cambios de ritmo
QUEJA = 8  # números seguidos


class Cubeta:
    """La cubeta de fichas. La hora llega como `ahora` (s)."""

    def __init__(self, ahora: float):
        self.tasa = TASA_INICIAL
        self._fichas = float(FICHAS_MAXIMAS)
        self._recarga = ahora
        self._subida = self._bajada = self._queja = ahora  # s: los últimos cambios de ritmo, y la última queja

    def recargar(self, ahora: float) -> None:
        """Poner las fichas del tiempo que pasó y, si nadie se queja, subir el ritmo un 10 %."""
        self._fichas = min(FICHAS_MAXIMAS, self._fichas + self.tasa * (ahora - self._recarga))
        self._recarga = ahora
        if ahora - max(self._subida, self._queja) >= AJUSTE:
            self.tasa, self._subida = min(self.tasa * 1.1, TASA_MAXIMA), ahora

    def quejarse(self, seguidos: int, ahora: float) -> None:
        """Bajar el ritmo si a alguien le faltan muchos seguidos; como mucho una vez por ajuste."""
        if seguidos < QUEJA:
            return
        self._queja = ahora
        if ahora - self._bajada >= AJUSTE:
            self.tasa, self._bajada = max(self.tasa * 0.7, TASA_MINIMA), ahora

    def hay(self) -> bool:
        """Si se puede enviar."""
        return self._fichas > 0

    def gastar(self, largo: int) -> None:
        """Anotar un datagrama enviado de `largo` bytes."""
        self._fichas -= largo + COSTE

    def cuando(self) -> float:
        """A qué hora se podrá enviar."""
        return self._recarga + max(0.0, 1 - self._fichas) / self.tasa

"""Un participante del chat visto desde fuera: cuánto envía y en qué salas está."""

import collections

LAPSO = 20  # s de historia que se recuerdan
RECIENTES = 5  # s con los que se calcula el ritmo


class Persona:
    """Un participante: cuánto ha enviado, y cuánto en cada uno de los últimos segundos."""

    def __init__(self, nombre):
        self.nombre = nombre
        self.datagramas = self.bytes = 0
        self.salas = set()
        self._segundos = collections.Counter()  # segundo → datagramas
        self._bytes = collections.Counter()

    def anotar(self, hora, largo):
        """Contar un datagrama suyo."""
        self.datagramas += 1
        self.bytes += largo
        self._segundos[int(hora)] += 1
        self._bytes[int(hora)] += largo
        for viejo in [uno for uno in self._segundos if uno <= hora - LAPSO]:
            del self._segundos[viejo], self._bytes[viejo]

    def ritmo(self, ahora):
        """Datagramas/s y bytes/s en los últimos segundos."""
        lapso = range(int(ahora) - RECIENTES, int(ahora))
        return tuple(sum(cuenta[uno] for uno in lapso) / RECIENTES
                     for cuenta in (self._segundos, self._bytes))

    def historia(self, ahora):
        """Datagramas en cada segundo, del más antiguo al último completo."""
        return [self._segundos[uno] for uno in range(int(ahora) - LAPSO, int(ahora))]

"""Los bloques de lo largo que uno envía: qué trozos tienen y cuánta paridad se ha pedido de ellos.

Nadie pide un trozo de paridad en concreto. Quien perdió dice cuántos le faltan y cuántos ha visto
salir, y con eso se sabe hasta cuál enviar, lo pida quien lo pida y cuantas veces lo pida:

    a Bryan le faltan 3 y no ha visto ninguno       ──▶ salen el 0, el 1 y el 2
    a Carla le faltan 5 y no ha visto ninguno       ──▶ salen además el 3 y el 4
    a Bryan le falta 1 y ha visto 3                 ──▶ nada: el 3 ya salió
    a Carla le falta 1 y ha visto 5                 ──▶ sale el 5

Ninguno sale dos veces, y a cada quien le sirve cualquiera. Es del hilo enviar.
"""

import dataclasses

import protocolo
from fiabilidad import paridad
from fiabilidad.rangos import agrupar

EN_CAMINO = 0.01  # s como mínimo hasta creer que se perdió el último que salió
ENTRE_PARIDADES = 0.5  # s, de un bloque del que ya salió toda la paridad distinta que hay


@dataclasses.dataclass(eq=False)
class BloquePropio:
    """Un bloque que ya salió, o va saliendo."""

    comun: dict  # lo que dicen todos sus datagramas de paridad
    cuantos: int  # trozos
    numeros: "list[int]" = dataclasses.field(default_factory=list)  # los n de los que ya salieron
    salidos: int = 0  # trozos de paridad que ya salieron
    hasta: int = 0  # cuántos han de salir
    ultimo: float = 0.0  # s: cuándo salió el último
    # Mientras se hace paridad: sus trozos, los bytes del mayor, y sus números como rangos.
    _enteros: "list[int]" = dataclasses.field(default_factory=list)
    _largo: int = 0
    _rangos: "list[list[int]]" = dataclasses.field(default_factory=list)

    def le_faltan(self) -> bool:
        """Si alguno de sus trozos no ha salido."""
        return len(self.numeros) < self.cuantos

    def pedir(self, faltan: int, vistos: int, tardanza: float, ahora: float) -> bool:
        """Anotar que a alguien le faltan tantos; True si por eso hay que enviar más.

        `tardanza`: s que tarda la red en llevar algo y traer la queja.
        """
        faltan, vistos = min(faltan, self.cuantos), min(vistos, self.salidos)
        if self.salidos >= paridad.MAX_PARIDAD and ahora - self.ultimo < ENTRE_PARIDADES:
            return False
        if vistos + faltan > self.salidos:
            self.hasta = max(self.hasta, vistos + faltan)
        elif self.hasta == self.salidos and ahora - self.ultimo > max(EN_CAMINO, tardanza):
            self.hasta += faltan  # los que iban en camino ya habrían llegado
        return self.pendiente()

    def pendiente(self) -> bool:
        """Si ha de salir paridad, y ya salieron los trozos con que se hace."""
        return self.hasta > self.salidos and not self.le_faltan()

    def sacar(self, guardados: dict, ahora: float) -> "bytes | None":
        """El siguiente datagrama de paridad; None si de algún trozo ya no se guarda nada."""
        if self.numeros[0] not in guardados:
            self.hasta, self._enteros = self.salidos, []
            return None
        if not self._enteros:  # se leen una vez para toda una tanda
            trozos = [guardados[n][0].partition(b"\n")[2] for n in self.numeros]
            self._largo, self._enteros = max(map(len, trozos)), paridad.leer(trozos)
            self._rangos = agrupar(self.numeros)
        j = self.salidos % paridad.MAX_PARIDAD
        self.salidos += 1
        self.ultimo = ahora
        cuales = {"n": self._rangos, "j": j, "salidos": self.salidos, "hasta": self.hasta}
        cuerpo = paridad.sumar(self._enteros, j, self._largo)
        if not self.pendiente():
            self._enteros = []
        return protocolo.codificar({**self.comun, **cuales, "cuerpo": cuerpo})

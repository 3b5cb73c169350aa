"""De qué salas hay que dar la lista, y cuándo: ni una por cada entrada, ni tarde.

Las de una sala se separan tanto más cuanto más ocupan y cuantas más salas cambian a la vez: entre
todas no pasan de un ritmo. Sólo decide: ni envía ni lee el reloj.
"""

from presencia.tabla import MAX_SALAS, Miembro, Tabla

ENTRE_LISTAS = 0.1  # s como mínimo entre dos listas de una sala
RITMO_LISTAS = 32 * 1024  # bytes/s como máximo de listas, entre todas las salas
PESO_DE_UNO = 22  # bytes de un usuario en una lista, además de su nombre: comillas, comas, id


class ListasPendientes:
    """Las salas cuya lista hay que enviar, en orden."""

    def __init__(self, tabla: Tabla):
        self._tabla = tabla
        self.pendientes: "dict[str, None]" = {}
        self._descanso: "dict[str, float]" = {}  # sala → hasta cuándo no se envía otra suya

    def anotar(self, *salas: str) -> None:
        """Anotar que cambió la lista de unas salas."""
        self.pendientes.update(dict.fromkeys(salas))
        if len(self.pendientes) > 2 * MAX_SALAS:  # casi todas ya no existen
            vivas = self._tabla.salas
            self.pendientes = {una: None for una in self.pendientes if una in vivas}

    def tocan(self, ahora: float) -> "list[str]":
        """Las salas cuya lista ya se puede enviar."""
        self._descanso = {sala: a for sala, a in self._descanso.items() if ahora < a}
        return [sala for sala in self.pendientes if sala not in self._descanso]

    def sacar(self, sala: str, ahora: float) -> "list[Miembro]":
        """Los miembros de una sala, cuya lista se envía ahora."""
        del self.pendientes[sala]
        miembros = self._tabla.en(sala)
        largo = sum(len(miembro.user.encode()) + PESO_DE_UNO for miembro in miembros)  # bytes
        cambian = 1 + len(self.pendientes.keys() | self._descanso.keys())
        self._descanso[sala] = ahora + max(ENTRE_LISTAS, largo * cambian / RITMO_LISTAS)
        return miembros

"""Quién está en qué sala, según el servidor: la tabla, sin red ni reloj.

    salas      "general" → {"Ana": Miembro, "Bryan": Miembro}     en orden de entrada
    miembros   "Ana" → Miembro(id="0a1b2c3d", salas={"general", "redes"})

Un nombre es de un solo programa en todas las salas, y un programa tiene un solo nombre.
Todo tiene tope: por mucho que alguien invente nombres y salas, la memoria no se llena.
"""

import dataclasses

MAX_MIEMBROS = 5_000  # usuarios a la vez: más es un ataque, no una clase
MAX_SALAS = 1_000
MAX_SALAS_DE_UNO = 64  # salas de un mismo usuario
MAX_ENTRADAS = 20_000  # pares (usuario, sala)


@dataclasses.dataclass
class Miembro:
    """Un usuario: su programa y en qué salas está."""

    user: str
    id: str  # "" en un cliente sencillo
    direccion: tuple  # sólo para el registro: una dirección no identifica a nadie
    visto: float  # s, reloj monótono: la última señal de vida
    preguntado: float = 0.0  # s: cuándo se le preguntó si sigue ahí
    salas: "set[str]" = dataclasses.field(default_factory=set)


class Salas:
    """La tabla de salas y miembros. La cambia sólo el hilo del servidor."""

    def __init__(self):
        self.miembros: "dict[str, Miembro]" = {}  # por nombre
        self.por_id: "dict[str, Miembro]" = {}  # los que tienen id
        self.salas: "dict[str, dict[str, Miembro]]" = {}
        self.entradas = 0  # pares (usuario, sala)

    def cabe(self, user: str, sala: str) -> bool:
        """Si ese usuario está ya en esa sala o hay sitio para que entre."""
        miembro = self.miembros.get(user)
        return user in self.salas.get(sala, ()) or (
            self.entradas < MAX_ENTRADAS
            and (miembro is None or len(miembro.salas) < MAX_SALAS_DE_UNO)
            and (miembro is not None or len(self.miembros) < MAX_MIEMBROS)
            and (sala in self.salas or len(self.salas) < MAX_SALAS)
        )

    def meter(self, nuevo: Miembro, sala: str) -> bool:
        """Poner a un miembro en una sala; False si ya estaba. Su nombre ha de estar libre o ser suyo."""
        miembro = self.miembros.setdefault(nuevo.user, nuevo)
        if miembro.id:
            self.por_id[miembro.id] = miembro
        if sala in miembro.salas:
            return False
        miembro.salas.add(sala)
        self.salas.setdefault(sala, {})[miembro.user] = miembro
        self.entradas += 1
        return True

    def sacar(self, miembro: Miembro, sala: str) -> bool:
        """Quitar a un miembro de una sala; False si no estaba.

        Un cliente sencillo sin salas se olvida: no dará otra señal de vida. Los demás
        conservan su nombre mientras vivan.
        """
        if sala not in miembro.salas:
            return False
        miembro.salas.discard(sala)
        del self.salas[sala][miembro.user]
        self.entradas -= 1
        if not self.salas[sala]:
            del self.salas[sala]
        if not miembro.salas and not miembro.id:
            self.olvidar(miembro)
        return True

    def olvidar(self, miembro: Miembro) -> None:
        """Dejar libre el nombre de un miembro que ya no está en ninguna sala."""
        self.miembros.pop(miembro.user, None)
        self.por_id.pop(miembro.id, None)

    def en(self, sala: str) -> "list[Miembro]":
        """Los miembros de una sala, en orden de entrada; [] si no hay nadie."""
        return list(self.salas.get(sala, {}).values())

"""Quién está en qué sala, según el servidor: la tabla, sin red ni reloj.

    salas      "general" → {"Ana": Miembro, "Bryan": Miembro}     en orden de entrada
    miembros   "Ana" → Miembro(id="0a1b2c3d", salas={"general", "redes"})

Un nombre es de un solo programa en todas las salas, y un programa tiene un solo nombre.
Todo tiene tope: por mucho que alguien invente nombres y salas, la memoria no se llena.
"""

import dataclasses
import itertools

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


class Tabla:
    """La tabla de salas y miembros. La cambia sólo el hilo del servidor."""

    def __init__(self, contar):
        """`contar(miembro, hecho, sala)`: a quién decir cada entrada y cada salida."""
        self._contar = contar
        self.miembros: "dict[str, Miembro]" = {}  # por nombre
        self.por_id: "dict[str, Miembro]" = {}  # los que tienen id
        self.salas: "dict[str, dict[str, Miembro]]" = {}
        self.entradas = 0  # pares (usuario, sala)

    def comparar(self, latido: dict) -> "tuple[set[str], set[str]]":
        """Las salas que un latido nombra y en que su usuario no está, y las que dejó."""
        # Una de más que las que caben: para avisar que no caben.
        salas = set(itertools.islice(latido["salas"], MAX_SALAS_DE_UNO + 1))
        miembro = self.miembros.get(latido["user"])
        if miembro is None or miembro.id != latido["id"]:
            return salas, set()
        omitidas = miembro.salas - salas
        if "parte" in latido:
            omitidas = miembro.salas & set(latido.get("dejadas", ()))
        return salas - miembro.salas, omitidas

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
        """Poner a un miembro, cuyo nombre está libre o es suyo, en una sala; False si no cabe."""
        if not self.cabe(nuevo.user, sala):
            return False
        anterior = self.por_id.get(nuevo.id)
        if anterior is not None and anterior.user != nuevo.user:
            self.despedir(anterior, "cambió de nombre")
        miembro = self.miembros.setdefault(nuevo.user, nuevo)
        if miembro.id:
            self.por_id[miembro.id] = miembro
        if sala not in miembro.salas:
            miembro.salas.add(sala)
            self.salas.setdefault(sala, {})[miembro.user] = miembro
            self.entradas += 1
            self._contar(miembro, "entró", sala)
        return True

    def sacar(self, miembro: Miembro, sala: str, motivo: str) -> None:
        """Quitar a un miembro de una sala, si estaba.

        Un cliente sencillo sin salas se olvida: no dará otra señal de vida. Los demás conservan
        su nombre mientras vivan.
        """
        if sala not in miembro.salas:
            return
        miembro.salas.discard(sala)
        del self.salas[sala][miembro.user]
        self.entradas -= 1
        if not self.salas[sala]:
            del self.salas[sala]
        if not miembro.salas and not miembro.id:
            self._olvidar(miembro)
        self._contar(miembro, motivo, sala)

    def despedir(self, miembro: Miembro, motivo: str) -> None:
        """Quitar a un miembro de todas sus salas y dejar libre su nombre."""
        for sala in sorted(miembro.salas):
            self.sacar(miembro, sala, motivo)
        self._olvidar(miembro)

    def _olvidar(self, miembro: Miembro) -> None:
        self.miembros.pop(miembro.user, None)
        self.por_id.pop(miembro.id, None)

    def en(self, sala: str) -> "list[Miembro]":
        """Los miembros de una sala, en orden de entrada; [] si no hay nadie."""
        return list(self.salas.get(sala, {}).values())

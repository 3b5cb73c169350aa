"""Quién está en qué sala, según el servidor: la tabla, sin red ni reloj.

    salas      "general" → {"Ana": Miembro, "Bryan": Miembro}     en orden de entrada
    miembros   "ana" → Miembro("Ana", id="0a1b2c3d", salas={"general", "redes"})

Un nombre es de un solo programa en todas las salas, y un programa tiene un solo nombre: se busca
por su forma comparable y se muestra como lo escribió quien lo tiene. Una sala, como la escribió
el primero que entró en ella.
Todo tiene tope: por mucho que alguien invente nombres y salas, la memoria no se llena.
"""

import dataclasses
import itertools

import campos
from presencia.procedencias import Procedencias

MAX_MIEMBROS = 5_000  # usuarios a la vez: más es un ataque, no una clase
MAX_SALAS = 1_000
MAX_SALAS_DE_UNO = 64  # salas de un mismo usuario
MAX_ENTRADAS = 20_000  # pares (usuario, sala)
MAX_ESCRITAS = 2 * MAX_SALAS  # salas, también vacías, que se recuerda cómo se escriben
MAX_FORMAS = 8  # otros modos de escribir una sala, de clientes sencillos


@dataclasses.dataclass
class Miembro:
    """Un usuario: su programa y en qué salas está."""

    user: str
    id: str  # "" en un cliente sencillo
    direccion: tuple  # para el registro y los topes: una dirección no identifica a nadie
    visto: float  # s, reloj monótono: la última señal de vida
    preguntado: float = 0.0  # s: cuándo se le preguntó si sigue ahí
    salas: "set[str]" = dataclasses.field(default_factory=set)

    def es(self, user: str, quien: str) -> bool:
        """Si quien dice tener su nombre es él: su programa o, sin id, quien lo escribe igual."""
        return self.id == quien and (bool(quien) or self.user == user)


class Tabla:
    """La tabla de salas y miembros. La cambia sólo el hilo del servidor."""

    def __init__(self, contar, conocidos=()):
        """`contar(miembro, hecho, sala)`: a quién decir cada entrada y cada salida.

        `conocidos`, como en Procedencias.
        """
        self._procedencias = Procedencias(conocidos)
        self._contar = contar
        self.miembros: "dict[str, Miembro]" = {}  # por la forma comparable de su nombre
        self.por_id: "dict[str, Miembro]" = {}  # los que tienen id
        self.salas: "dict[str, dict[str, Miembro]]" = {}
        self.entradas = 0  # pares (usuario, sala)
        self._escritas: "dict[str, str]" = {}  # forma comparable de una sala → cómo se escribe
        # Sala → de qué otros modos la escriben los clientes sencillos, que no saben que es ésa.
        self._formas: "dict[str, set[str]]" = {}

    def dueno(self, user: str) -> "Miembro | None":
        """Quien tiene ese nombre, lo escriba como lo escriba."""
        return self.miembros.get(campos.comparable(user))

    def unificar(self, mensaje: dict) -> dict:
        """Un mensaje, con el nombre de cada sala escrito como lo escribió el primero."""
        unificado = campos.unificar_salas(mensaje, self._escritas)
        sala = unificado.get("sala")
        if sala in self.salas and "id" not in mensaje and sala != mensaje["sala"]:
            formas = self._formas.setdefault(sala, set())
            if len(formas) < MAX_FORMAS:
                formas.add(mensaje["sala"])
        return unificado

    def formas(self, sala: str) -> "list[str]":
        """Cómo escriben el nombre de una sala los clientes sencillos que están en ella."""
        return [sala, *sorted(self._formas.get(sala, ()))]

    def comparar(self, latido: dict) -> "tuple[set[str], set[str]]":
        """Las salas que un latido nombra y en que su usuario no está, y las que dejó."""
        # Una de más que las que caben: para avisar que no caben.
        salas = set(itertools.islice(latido["salas"], MAX_SALAS_DE_UNO + 1))
        miembro = self.dueno(latido["user"])
        if miembro is None or (miembro.id, miembro.user) != (latido["id"], latido["user"]):
            return salas, set()
        omitidas = miembro.salas - salas
        if "parte" in latido:
            omitidas = miembro.salas & set(latido.get("dejadas", ()))
        return salas - miembro.salas, omitidas

    def cabe(self, nuevo: Miembro, sala: str) -> bool:
        """Si alguien está ya en esa sala o hay sitio para que entre."""
        miembro = self.dueno(nuevo.user)
        de_su_direccion = (sala in self.salas or self._procedencias.cabe_sala(nuevo)) and (
            miembro is not None or self._procedencias.cabe_nombre(nuevo))
        return (miembro is not None and sala in miembro.salas) or (
            de_su_direccion
            and self.entradas < MAX_ENTRADAS
            and (miembro is None or len(miembro.salas) < MAX_SALAS_DE_UNO)
            and (miembro is not None or len(self.miembros) < MAX_MIEMBROS)
            and (sala in self.salas or len(self.salas) < MAX_SALAS)
        )

    def meter(self, nuevo: Miembro, sala: str) -> bool:
        """Poner a un miembro, cuyo nombre está libre o es suyo, en una sala; False si no cabe."""
        if not self.cabe(nuevo, sala):
            return False
        anterior = self.por_id.get(nuevo.id)
        if anterior is not None and anterior.user != nuevo.user:
            self.despedir(anterior, "cambió de nombre")
        if self.dueno(nuevo.user) is None:
            self._procedencias.anotar_nombre(nuevo)
        miembro = self.miembros.setdefault(campos.comparable(nuevo.user), nuevo)
        if miembro.id:
            self.por_id[miembro.id] = miembro
        if sala not in miembro.salas:
            miembro.salas.add(sala)
            if sala not in self.salas:
                self._procedencias.anotar_sala(sala, nuevo)
            self.salas.setdefault(sala, {})[miembro.user] = miembro
            self._recordar(sala)
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
            self._procedencias.olvidar_sala(sala)
            self._formas.pop(sala, None)
        if not miembro.salas and not miembro.id:
            self._olvidar(miembro)
        self._contar(miembro, motivo, sala)

    def _recordar(self, sala: str) -> None:
        """Recordar cómo se escribe una sala, que es siempre igual aunque quede vacía un rato."""
        self._escritas.setdefault(campos.comparable(sala), sala)
        if len(self._escritas) > MAX_ESCRITAS:
            vivas = self._escritas.items()
            self._escritas = {clave: una for clave, una in vivas if una in self.salas}

    def despedir(self, miembro: Miembro, motivo: str) -> None:
        """Quitar a un miembro de todas sus salas y dejar libre su nombre."""
        for sala in sorted(miembro.salas):
            self.sacar(miembro, sala, motivo)
        self._olvidar(miembro)

    def _olvidar(self, miembro: Miembro) -> None:
        if self.miembros.pop(campos.comparable(miembro.user), None) is not None:
            self._procedencias.anotar_nombre(miembro, -1)
        self.por_id.pop(miembro.id, None)

    def en(self, sala: str) -> "list[Miembro]":
        """Los miembros de una sala, en orden de entrada; [] si no hay nadie."""
        return list(self.salas.get(sala, {}).values())

"""De dónde viene cada nombre y cada sala: ninguna dirección llena la tabla ella sola.

Una dirección no dice quién es nadie, y toda una clase puede hablar desde un mismo equipo. Pero
inventar mil nombres cuesta un instante, y tener mil direcciones no.
"""

import collections

# De una misma dirección: nombres, los que no tienen id, y salas que alguien de ahí abrió.
MAX_NOMBRES_DE_UNA, MAX_SENCILLOS_DE_UNA, MAX_SALAS_DE_UNA = 2_000, 100, 200


class Procedencias:
    """Cuántos nombres y salas hay en una tabla de cada dirección."""

    def __init__(self, conocidos=()):
        """`conocidos`: los ids de quien se sabe quién es; a ésos no los cuenta nadie."""
        self._conocidos = conocidos
        self._cuantos: "collections.Counter[tuple]" = collections.Counter()
        self._abrio: "dict[str, str]" = {}  # sala → la dirección de quien la abrió

    def cabe_nombre(self, miembro) -> bool:
        """Si desde la dirección de un miembro cabe su nombre, que es nuevo."""
        ip = miembro.direccion[0]
        sencillos = self._cuantos[ip, "sencillo"]
        todos = sencillos + self._cuantos[ip, "con id"]
        con_id = bool(miembro.id)
        return miembro.id in self._conocidos or (
            todos < MAX_NOMBRES_DE_UNA and (con_id or sencillos < MAX_SENCILLOS_DE_UNA))

    def cabe_sala(self, miembro) -> bool:
        """Si desde la dirección de un miembro se puede abrir una sala más."""
        abiertas = self._cuantos[miembro.direccion[0], "sala"]
        return miembro.id in self._conocidos or abiertas < MAX_SALAS_DE_UNA

    def anotar_nombre(self, miembro, cuantos: int = 1) -> None:
        """Anotar que hay un nombre más o, con −1, uno menos."""
        self._sumar((miembro.direccion[0], "con id" if miembro.id else "sencillo"), cuantos)

    def anotar_sala(self, sala: str, miembro) -> None:
        """Anotar que alguien abrió una sala."""
        self._abrio[sala] = miembro.direccion[0]
        self._sumar((miembro.direccion[0], "sala"), 1)

    def olvidar_sala(self, sala: str) -> None:
        """Anotar que una sala se cerró."""
        self._sumar((self._abrio.pop(sala), "sala"), -1)

    def _sumar(self, clave: "tuple[str, str]", cuantos: int) -> None:
        self._cuantos[clave] += cuantos
        if not self._cuantos[clave]:
            del self._cuantos[clave]

"""De quién es un nombre cuando dos programas lo quieren.

    Ana (dueña)                 servidor                     otra Ana
        ◀──────── quien ──────────  ◀──────── inicio ───────────
        ───────── latido ─────────▶  ──────── aviso ───────────▶     sigue ahí: nombre ocupado
        (calla 1 s)                  el nombre pasa a la otra Ana

Sólo decide: ni envía ni lee el reloj.
"""

import dataclasses

import campos
from presencia.tabla import Miembro

PLAZO = 1.0  # s que tiene el dueño de un nombre para decir que sigue ahí
ENTRE_PREGUNTAS = 0.05  # s
MAX_DISPUTAS = 64  # a la vez; a las demás les toca en su siguiente `inicio`


@dataclasses.dataclass
class Disputa:
    """Un programa que pide el nombre que tiene otro, mientras se averigua si el otro vive."""

    nuevo: Miembro  # todavía no está en ninguna lista
    desde: float  # s
    preguntado: float = 0.0  # s

    @property
    def nombre(self) -> str:
        """El disputado, en su forma comparable."""
        return campos.comparable(self.nuevo.user)

    def vencida(self, ahora: float) -> bool:
        """Si el dueño ya calló bastante."""
        return ahora >= self.desde + PLAZO

    def toca_preguntar(self, ahora: float) -> bool:
        """Si hay que preguntarle otra vez; se anota que se hizo."""
        toca = ahora >= self.preguntado + ENTRE_PREGUNTAS
        if toca:
            self.preguntado = ahora
        return toca


class Disputas:
    """Las que están abiertas."""

    def __init__(self):
        self.abiertas: "dict[tuple[str, str], Disputa]" = {}  # por nombre e id de quien lo pide

    def abrir(self, nuevo: Miembro, ahora: float) -> None:
        """Anotar que un programa pide un nombre que tiene otro."""
        clave = campos.comparable(nuevo.user), nuevo.id
        if clave in self.abiertas:
            self.abiertas[clave].nuevo.salas |= nuevo.salas
        elif len(self.abiertas) < MAX_DISPUTAS:
            self.abiertas[clave] = Disputa(nuevo, ahora)

    def cerrar(self, disputa: Disputa) -> None:
        """Olvidar una disputa ya resuelta."""
        del self.abiertas[disputa.nombre, disputa.nuevo.id]

    def perder(self, user: str, ahora: float) -> "list[Miembro]":
        """El dueño de un nombre dio señales de vida: cerrar las suyas y decir quiénes lo pedían."""
        # Lo que se oyó antes de la petición, o a la vez, no dice nada.
        abiertas = self.abiertas.values()
        nombre = campos.comparable(user)
        suyas = [una for una in abiertas if una.nombre == nombre and ahora > una.desde]
        for disputa in suyas:
            self.cerrar(disputa)
        return [disputa.nuevo for disputa in suyas]

    def recomenzar(self, ahora: float, user: "str | None" = None) -> None:
        """Volver a contar el plazo: de las de un nombre, que cambió de dueño, o de todas."""
        for disputa in self.abiertas.values():
            if user is None or disputa.nombre == campos.comparable(user):
                disputa.desde = ahora

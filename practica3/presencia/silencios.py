"""A quién hay que preguntar si sigue ahí, y a quién dar por ido.

Al que calla se le pregunta (`quien`) y, si no contesta, a los 8 s se le saca de las listas. Un
cliente sencillo no sabe contestar: se le cree media hora desde lo último que dijo, y si sigue ahí
vuelve a la lista con su siguiente mensaje. Sólo decide: ni envía ni lee el reloj.
"""

from presencia.tabla import Miembro, Tabla

SOSPECHA = 4.0  # s sin oír a un programa: se le pregunta
AUSENCIA = 8.0  # s sin oírlo: se fue
CADUCIDAD = 1_800.0  # s sin oír a un cliente sencillo: se olvida
ENTRE_SENCILLOS = 5.0  # s entre miradas a los clientes sencillos
ENTRE_QUIEN = 0.15  # s entre preguntas a uno que calla
# Preguntas, cada tantos s: a la tasa mínima queda sitio para las listas.
MAX_PREGUNTAS, ENTRE_TANDAS = 25, 0.1
# S entre dos miradas: quien no miraba era este equipo, que estuvo suspendido o sin aliento.
SIN_MIRAR = 2.0


class Silencios:
    """Los miembros de una tabla que callan."""

    def __init__(self, tabla: Tabla):
        self._tabla = tabla
        self._tanda = 0.0  # s: cuándo se puede preguntar otra vez
        self._repaso = 0.0  # s: cuándo mirar otra vez a los clientes sencillos
        self._mirado = 0.0  # s: cuándo se miró por última vez

    def ausentes(self, ahora: float) -> "list[Miembro]":
        """Quienes llevan tanto callados que se fueron."""
        if ahora - self._mirado > SIN_MIRAR:
            self.detener(ahora)
        self._mirado = ahora
        todos = self._tabla.por_id.values()
        idos = [miembro for miembro in todos if ahora - miembro.visto >= AUSENCIA]
        if ahora >= self._repaso:
            self._repaso = ahora + ENTRE_SENCILLOS
            idos += [miembro for miembro in self._tabla.miembros.values()
                     if not miembro.id and ahora - miembro.visto >= CADUCIDAD]
        return idos

    def dudosos(self, ahora: float) -> "list[Miembro]":
        """A quienes toca preguntar; se anota que se hizo."""
        if ahora < self._tanda:
            return []
        dudosos = [
            miembro
            for miembro in self._tabla.por_id.values()
            if ahora - miembro.visto >= SOSPECHA and ahora >= miembro.preguntado + ENTRE_QUIEN
        ]
        if dudosos:
            self._tanda = ahora + ENTRE_TANDAS
        elegidos = sorted(dudosos, key=lambda miembro: miembro.preguntado)[:MAX_PREGUNTAS]
        for miembro in elegidos:
            miembro.preguntado = ahora
        return elegidos

    def detener(self, ahora: float) -> None:
        """Mientras no se puede preguntar, callar no cuenta: a nadie se le saca."""
        for miembro in self._tabla.por_id.values():
            miembro.visto = max(miembro.visto, ahora - SOSPECHA)

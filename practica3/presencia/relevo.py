"""Qué servidor habla, cuando hay varios.

Habla el de menor id, pasado su arranque; los demás escuchan, y toman el relevo si a ése deja de
oírsele. Sólo decide: ni envía ni lee el reloj.
"""

ARRANQUE = 0.9  # s: tiempo de oír los latidos de quienes ya estaban, antes de dar listas
RELEVO = 3.0  # s sin oír al servidor que hablaba: habla el siguiente
MAX_SERVIDORES = 64


class Relevo:
    """Los otros servidores que se oyen, y si éste habla."""

    def __init__(self, propio: str):
        self.propio = propio
        self.habla = True
        self.otros: "dict[str, tuple[float, float]]" = {}  # id → primera y última vez oídos

    def anotar(self, quien: str, ahora: float) -> bool:
        """Anotar que se oyó a otro servidor; True si es nuevo."""
        nuevo = quien not in self.otros
        if nuevo and len(self.otros) >= MAX_SERVIDORES:
            return False
        self.otros[quien] = (self.otros.get(quien, (ahora, ahora))[0], ahora)
        return nuevo

    def decidir(self, ahora: float) -> bool:
        """Ver a quién le toca hablar; True si éste acaba de tomar el relevo."""
        self.otros = {uno: oido for uno, oido in self.otros.items() if ahora - oido[1] < RELEVO}
        antes = self.habla
        self.habla = not any(
            quien < self.propio and ahora - desde > ARRANQUE
            for quien, (desde, _) in self.otros.items()
        )
        return self.habla and not antes

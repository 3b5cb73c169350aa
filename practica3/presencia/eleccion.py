"""Qué servidor habla, cuando hay varios: una elección de líder (leader election).

Habla el de menor id, pasado su arranque; los demás escuchan, y el siguiente toma su lugar si a ése
deja de oírsele. Ante uno que no nos oye no se calla nadie: tampoco oirá a los clientes. Sólo
decide: ni envía ni lee el reloj.
"""

ARRANQUE = 0.9  # s: tiempo de oír los latidos de quienes ya estaban, antes de dar listas
SUPLENCIA = 3.0  # s sin oír al servidor que hablaba: habla el siguiente
SILENCIO = 10.0  # s sin oír a un servidor: ya no se dice que se le oye
MAX_SERVIDORES = 64


class Eleccion:
    """Los otros servidores que se oyen, y si éste habla."""

    def __init__(self, propio: str):
        self.propio = propio
        self.habla = True
        # Id → primera y última vez oído, y si él oye a éste.
        self.otros: "dict[str, tuple[float, float, bool]]" = {}

    def anotar(self, latido: dict, ahora: float) -> bool:
        """Anotar que se oyó a otro servidor; True si es nuevo."""
        quien = latido["id"]
        nuevo = quien not in self.otros
        if nuevo and len(self.otros) >= MAX_SERVIDORES:
            return False
        me_oye = self.propio in latido.get("oye", (self.propio,))  # uno ajeno no dice a quién oye
        self.otros[quien] = (self.otros.get(quien, (ahora,))[0], ahora, me_oye)
        return nuevo

    def decidir(self, ahora: float) -> bool:
        """Ver a quién le toca hablar; True si éste acaba de tomar la palabra."""
        self.otros = {uno: oido for uno, oido in self.otros.items() if ahora - oido[1] < SILENCIO}
        antes = self.habla
        self.habla = not any(
            quien < self.propio and me_oye
            and ahora - desde > ARRANQUE and ahora - visto < SUPLENCIA
            for quien, (desde, visto, me_oye) in self.otros.items()
        )
        return self.habla and not antes

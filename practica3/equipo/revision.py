"""Lo que diagnostico.py ve de cada cosa: lo escribe él y lo muestra su ventana."""

import dataclasses

BIEN, AVISO, MAL = "bien", "aviso", "mal"
SIGNOS = {BIEN: "[bien] ", AVISO: "[ojo]  ", MAL: "[falla]"}


@dataclasses.dataclass(frozen=True)
class Resultado:
    """Lo que se vio de una cosa. `remedio`: qué hacer, con la orden exacta si la hay."""

    estado: str
    que: str
    detalle: str = ""
    remedio: str = ""


def escribir(resultado: Resultado) -> str:
    """Un resultado en palabras."""
    detalle = f": {resultado.detalle}" if resultado.detalle else ""
    remedio = f"\n          → {resultado.remedio}" if resultado.remedio else ""
    return f"{SIGNOS[resultado.estado]} {resultado.que}{detalle}{remedio}"

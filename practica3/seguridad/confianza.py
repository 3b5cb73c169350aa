"""Confianza al primer uso: qué identidad es la de cada nombre, según lo que se ha oído aquí.

    Bryan   k7Qd…   desde el 3 de marzo, oída por última vez hoy; comparada en voz alta
            9fWx…   la de su otra máquina, que se aceptó

La primera de un nombre se recuerda sin preguntar; otra, cuando alguien la acepta. Lo guarda
confianza.json, con tope: lo que se oyó un solo día se olvida antes que lo de siempre, y lo
comparado al final; así, quien inventa nombres no desplaza a los de verdad.
"""

import dataclasses
import json

import campos
from equipo import datos

ARCHIVO = "confianza.json"
MAX_ARCHIVO = 4 * 2**20  # bytes
MAX_IDENTIDADES = 4_000  # en todo el archivo; si se pasan, se olvida la décima parte
ENTRE_ESCRITURAS = 5.0  # s como mínimo: quien inventa nombres no hace trabajar al disco
DIA = 86_400.0  # s
NUEVA, CONOCIDA, COMPARADA, OTRA = "nueva", "conocida", "comparada", "otra"


@dataclasses.dataclass
class Recuerdo:
    """Lo que se sabe de una identidad de un nombre."""

    primera: float  # s desde 1970: cuándo se oyó
    ultima: float
    comparada: bool = False


class Confianza:
    """Nombre, en su forma comparable → identidad (en base64) → Recuerdo."""

    def __init__(self, guardar: bool = True):
        """`guardar`: si se conserva de una vez a otra."""
        self.nombres: "dict[str, dict[str, Recuerdo]]" = {}
        self._cuantas = 0
        self._conserva = guardar
        self._cambio, self._proxima = False, 0.0  # s: cuándo se puede escribir otra vez
        if guardar:
            self._leer()

    def ver(self, user: str, identidad: str, hora: float) -> str:
        """Qué es para un nombre la identidad que se le oye ahora; si es la primera, se recuerda."""
        suyas = self.nombres.get(campos.comparable(user), {})
        recuerdo = suyas.get(identidad)
        if recuerdo is None and suyas:
            return OTRA
        if recuerdo is None:
            self.aceptar(user, identidad, hora)
            return NUEVA
        if hora - recuerdo.ultima > DIA:
            recuerdo.ultima, self._cambio = hora, True
        return COMPARADA if recuerdo.comparada else CONOCIDA

    def aceptar(self, user: str, identidad: str, hora: float, comparada: bool = False) -> None:
        """Recordar que una identidad es de ese nombre; `comparada`: en voz alta."""
        self._anotar(user, identidad, Recuerdo(hora, hora, comparada))
        self._cambio = True
        if self._cuantas > MAX_IDENTIDADES:
            self._hacer_sitio()

    def _anotar(self, user: str, identidad: str, nuevo: Recuerdo) -> None:
        suyas = self.nombres.setdefault(campos.comparable(user), {})
        viejo = suyas.get(identidad, nuevo)
        self._cuantas += identidad not in suyas
        primera, ultima = min(viejo.primera, nuevo.primera), max(viejo.ultima, nuevo.ultima)
        suyas[identidad] = Recuerdo(primera, ultima, viejo.comparada or nuevo.comparada)

    def recuerda(self, user: str) -> bool:
        """Si de ese nombre se conoce alguna identidad."""
        return campos.comparable(user) in self.nombres

    def se_comparo(self, user: str) -> bool:
        """Si alguna de las suyas se comparó en voz alta."""
        suyas = self.nombres.get(campos.comparable(user), {})
        return any(recuerdo.comparada for recuerdo in suyas.values())

    def _hacer_sitio(self) -> None:
        todas = [(recuerdo.comparada, recuerdo.ultima - recuerdo.primera, user, identidad)
                 for user, suyas in self.nombres.items() for identidad, recuerdo in suyas.items()]
        for _, _, user, identidad in sorted(todas)[: len(todas) - MAX_IDENTIDADES * 9 // 10]:
            del self.nombres[user][identidad]
            self._cuantas -= 1
            if not self.nombres[user]:
                del self.nombres[user]

    # ---- el archivo

    def _leer(self) -> None:
        try:
            contenido = datos.leer(datos.carpeta_de_datos() / ARCHIVO, MAX_ARCHIVO)
            for user, suyas in json.loads(contenido).items():
                for identidad, partes in suyas.items():
                    primera, ultima, comparada = partes
                    leido = Recuerdo(float(primera), float(ultima), comparada is True)
                    self._anotar(user, identidad, leido)
        except (OSError, ValueError, AttributeError, TypeError, LookupError, RecursionError):
            pass  # no lo hay todavía, o alguien lo estropeó: se empieza de nuevo

    def guardar(self, ahora: float = float("inf")) -> None:
        """Escribir lo que cambió, si ya toca, con lo que otro programa de aquí haya escrito."""
        if not (self._conserva and self._cambio and ahora >= self._proxima):
            return
        self._cambio, self._proxima = False, ahora + ENTRE_ESCRITURAS
        self._leer()
        contenido = {user: {una: dataclasses.astuple(recuerdo) for una, recuerdo in suyas.items()}
                     for user, suyas in self.nombres.items()}
        try:
            escrito = json.dumps(contenido, ensure_ascii=False).encode("utf-8")
            datos.escribir(datos.carpeta_de_datos() / ARCHIVO, escrito)
        except OSError:
            pass  # sin disco, se recuerda mientras viva el programa

"""El latido: cuándo decir que se sigue aquí, y hasta qué número se habló en cada flujo.

Perder lo último que se dijo no deja hueco: lo delata el siguiente latido. Tras hablar se late a
los 10, 20, 40… ms, una espera exponencial hasta la de reposo; y antes si alguien pregunta.

Es del hilo enviar.
"""

import campos
import protocolo
from fiabilidad.recientes import Recientes

PRONTO, ENTRE_LATIDOS = 0.01, 2.0  # s: tras hablar, y en reposo
POR_PARTE = 0.02  # s como mínimo hasta el siguiente, por cada datagrama que ocupó el anterior
DEJADA, MAX_DEJADAS = 10.0, 1_000  # s que se nombra una sala que se dejó, y cuántas como mucho
PRIVADO_RECIENTE = 30.0  # s que se sigue nombrando un privado
RESTO = 220  # bytes de un latido para sus claves y su firma, además de lo que no se reparte
MAPAS = ("salas", "desde", "dejadas", "privados")


class Latido:
    """Cuándo toca latir y qué se dice entonces."""

    def __init__(self, ahora: float, entre_latidos: float, hora=None):
        """`entre_latidos`: s, en reposo. `hora()`: la del reloj de este equipo, si se dice."""
        self._hora = hora
        self.estado = None  # el latido sin números: quién soy y en qué salas
        self.ultimo = ahora  # s: cuándo se latió
        self.proximo = float("inf")  # a qué hora toca; nunca, si no se sabe todavía quién soy
        self._entre_latidos = self._espera = entre_latidos
        self._respiro = 0.0  # s como mínimo hasta el siguiente
        self._dejadas = Recientes(MAX_DEJADAS)  # sala → hasta cuándo nombrarla

    def cambiar(self, estado: dict, ahora: float) -> None:
        """Decir desde ahora otra cosa: otro nombre, otras salas."""
        for sala in (self.estado or estado)["salas"].keys() - estado["salas"].keys():
            self._dejadas[sala] = ahora + DEJADA
        self.estado = estado
        self.apurar(ahora)

    def apurar(self, cuando: float) -> None:
        """Latir a más tardar a esa hora, o en cuanto pase un respiro desde el anterior."""
        if self.estado:
            self.proximo = min(self.proximo, max(cuando, self.ultimo + self._respiro))

    def reiniciar(self, ahora: float) -> None:
        """Se acaba de hablar: latir en cuanto se calle o, si no se calla, cuando tocaba."""
        self._espera = PRONTO
        if self.estado:
            cuando_tocaba = self.ultimo + self._entre_latidos
            self.proximo = min(cuando_tocaba, max(ahora + PRONTO, self.ultimo + self._respiro))

    def escribir(self, flujos, ahora: float) -> "list[dict]":
        """El latido que toca, con el último número de cada uno de los FlujosPropios."""
        partes = partir(self._numerar(flujos, ahora))
        self._respiro = POR_PARTE * len(partes)
        self.ultimo, self.proximo = ahora, float("inf")
        self.apurar(ahora + self._espera)
        self._espera = min(2 * self._espera, self._entre_latidos)
        return partes

    def _numerar(self, flujos, ahora: float) -> dict:
        for sala in [sala for sala, hasta in self._dejadas.items() if ahora >= hasta]:
            del self._dejadas[sala]
        salas = {sala: flujos.buscar(("sala", sala)) for sala in self.estado["salas"]}
        desde = {sala: flujo.desde() for sala, flujo in salas.items()}
        return {
            **self.estado,
            **({"hora": campos.acotar_hora(self._hora())} if self._hora else {}),
            "salas": {sala: flujo.n for sala, flujo in salas.items()},
            "desde": {sala: n for sala, n in desde.items() if n is not None},
            "dejadas": {
                sala: flujos[clave].n if (clave := ("sala", sala)) in flujos else 0
                for sala in self._nombrar_dejadas(flujos, ahora)
                if sala not in salas
            },
            "privados": {
                para: flujo.n
                for (clase, para), flujo in flujos.items()
                if clase == "para" and ahora - flujo.ultima < PRIVADO_RECIENTE
            },
        }

    def _nombrar_dejadas(self, flujos, ahora: float) -> "set[str]":
        """Las salas que se dejaron, y las de los archivos que se envían sin estar en ellas."""
        return self._dejadas.keys() | {
            sala
            for (clase, sala), flujo in flujos.items()
            if clase == "sala" and ahora - flujo.ultima < PRIVADO_RECIENTE
        }


def partir(latido: dict) -> "list[dict]":
    """Repartir un latido en los que hagan falta para no pasar de MAX_ENVIO cada uno.

    Si son varios, cada uno dice "parte": lo que omite no significa nada.
    """
    latido = {"tipo": "latido", **latido}
    fijo = {clave: valor for clave, valor in latido.items() if clave not in MAPAS}
    cabe = protocolo.MAX_ENVIO - RESTO - len(protocolo.codificar(fijo))
    partes, ocupado = [{}], 0  # ocupado, en bytes
    for entrada in _entradas(latido):
        largo = sum(len(protocolo.codificar({clave: valor})) for _, clave, valor in entrada)
        if ocupado + largo > cabe:
            partes.append({})
            ocupado = 0
        for mapa, clave, valor in entrada:
            partes[-1].setdefault(mapa, {})[clave] = valor
        ocupado += largo
    extra = {"parte": True} if len(partes) > 1 else {}
    return [{**fijo, "salas": {}, **parte, **extra} for parte in partes]


def _entradas(latido: dict):
    """Lo que ha de ir junto, como listas de (mapa, clave, valor): una sala con su `desde`."""
    for sala, ultimo in latido["salas"].items():
        desde = latido.get("desde", {}).get(sala)
        yield [("salas", sala, ultimo)] + [("desde", sala, desde)] * (desde is not None)
    for mapa in ("dejadas", "privados"):
        for clave, ultimo in latido.get(mapa, {}).items():
            yield [(mapa, clave, ultimo)]

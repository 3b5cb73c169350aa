"""Lo elegido de una conversación: un mensaje con el foco, parte de uno o varios enteros.

    de un mensaje    desde y hasta qué letra: (renglón, tramo, letra)
    de varios        del primero al último, enteros
"""

import dataclasses

from ventanas.globos.mensaje import Serie, escribir_mensaje


@dataclasses.dataclass(frozen=True, slots=True)
class Eleccion:
    """De qué mensaje a qué mensaje, y de qué letra a cuál si es uno solo."""

    desde: int
    hasta: int
    inicio: "tuple[int, int, int] | None" = None
    fin: "tuple[int, int, int] | None" = None


class Seleccion:
    """Qué mensaje tiene el foco y qué está elegido."""

    def __init__(self, serie: Serie):
        self._serie = serie
        self.foco: "int | None" = None  # el número del mensaje que lo tiene
        self.eleccion: "Eleccion | None" = None

    def soltar_quitados(self) -> None:
        """Olvidar el foco y lo elegido si son de mensajes que ya no se conservan."""
        una, primero = self.eleccion, self._serie.primero
        if self.foco is not None and self.foco < primero:
            self.foco = None
        if una is not None and min(una.desde, una.hasta) < primero:
            self.eleccion = None

    def elegir(self, *datos) -> None:
        """Elegir lo que dice una Eleccion; sin datos, nada."""
        self.eleccion = Eleccion(*datos) if datos else None

    def elegir_todo(self) -> None:
        """Todos los mensajes; si es uno solo, como con las flechas: dándole el foco."""
        self.elegir()
        if len(self._serie) == 1:
            self.foco = self._serie.primero
        elif len(self._serie):
            self.elegir(self._serie.primero, self._serie.ultimo)

    def elegir_palabra(self, numero: int, donde: "tuple[int, int, int] | None") -> bool:
        """La palabra que está en esa letra; False si ahí no hay ninguna."""
        lineas = _lineas_de(self._serie[numero])
        if donde is None or not lineas or donde[1] >= len(lineas[donde[0]]):
            return False
        visible = lineas[donde[0]][donde[1]].visible
        desde = hasta = min(donde[2], len(visible))
        while desde > 0 and visible[desde - 1].isalnum():
            desde -= 1
        while hasta < len(visible) and visible[hasta].isalnum():
            hasta += 1
        self.elegir(numero, numero, (*donde[:2], desde), (*donde[:2], hasta))
        return True

    def de(self, numero: int) -> "tuple | None":
        """Lo elegido de un mensaje: posiciones inicial y final."""
        una = self.eleccion
        if una is None or not min(una.desde, una.hasta) <= numero <= max(una.desde, una.hasta):
            return None
        if una.desde == una.hasta:
            inicio, fin = una.inicio, una.fin
            return tuple(sorted((inicio, fin))) if inicio and fin and inicio != fin else None
        lineas = _lineas_de(self._serie[numero])  # de varios mensajes, enteros
        return (0, 0, 0), ((len(lineas) - 1, len(lineas[-1]), 0) if lineas else (0, 0, 0))

    def leer(self) -> str:
        """El texto original de lo elegido; de varios mensajes, cada uno con su hora y su autor."""
        una = self.eleccion
        if una is None:
            return self._serie[self.foco].content if self.foco is not None else ""
        if una.desde == una.hasta:
            tramo = self.de(una.desde)
            return copiar_tramo(self._serie[una.desde], *tramo) if tramo else ""
        desde, hasta = sorted((una.desde, una.hasta))
        return "\n".join(map(escribir_mensaje, self._serie.tramo(desde, hasta)))


def copiar_tramo(mensaje, desde: tuple, hasta: tuple) -> str:
    """El texto original de un mensaje entre dos posiciones."""
    lineas, partes = _lineas_de(mensaje), []
    if not lineas:
        return mensaje.content
    for r in range(desde[0], hasta[0] + 1):
        for t, tramo in enumerate(lineas[r]):
            if desde[:2] <= (r, t) <= hasta[:2]:
                inicio = desde[2] if (r, t) == desde[:2] else 0
                fin = hasta[2] if (r, t) == hasta[:2] else len(tramo.original)
                if tramo.es_indivisible:
                    partes.append(tramo.original if fin > inicio else "")
                else:
                    partes.append(tramo.original[inicio:fin])
    return "".join(partes)


def _lineas_de(mensaje) -> list:
    medidas = mensaje.medidas
    return medidas.acomodo.renglones if medidas is not None and medidas.acomodo is not None else []

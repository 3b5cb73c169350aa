"""Rangos de números, [[primero, último], …], como los de una `falta`: de menor a mayor."""

import protocolo


def agrupar(numeros) -> "list[list[int]]":
    """En rangos, unos números en orden: 5, 6, 7, 9 → [[5, 7], [9, 9]]."""
    rangos = []
    for n in numeros:
        if rangos and rangos[-1][1] == n - 1:
            rangos[-1][1] = n
        else:
            rangos.append([n, n])
    return rangos


def desplegar(rangos: "list[list[int]]", maximo: int) -> "list[int]":
    """Inversa de `agrupar`; [] si son más de `maximo`."""
    if sum(ultimo - primero + 1 for primero, ultimo in rangos) > maximo:
        return []
    return [n for primero, ultimo in rangos for n in range(primero, ultimo + 1)]


def cortar(rangos: "list[list[int]]", limite: int) -> "list[list[int]]":
    """Lo que hay en unos rangos antes de un número."""
    if not rangos or rangos[-1][1] < limite:
        return rangos
    antes = [rango for rango in rangos if rango[0] < limite]
    return [[primero, min(ultimo, limite - 1)] for primero, ultimo in antes]


def quitar(rangos: "list[list[int]]", sobran: "set[int]") -> "list[list[int]]":
    """Lo que queda de unos rangos sin unos números; los primeros, si son muchos."""
    if not sobran:
        return rangos[: protocolo.MAX_RANGOS]
    quedan = []
    for primero, ultimo in rangos:
        if ultimo - primero > 2 * len(sobran):  # enorme: recorrerlo costaría más que pedir de más
            quedan.append([primero, ultimo])
        else:
            quedan += agrupar(n for n in range(primero, ultimo + 1) if n not in sobran)
        if len(quedan) >= protocolo.MAX_RANGOS:
            break
    return quedan[: protocolo.MAX_RANGOS]


def cubren(rangos: "list[list[int]]", otros: "list[list[int]]") -> bool:
    """Si unos rangos contienen a todos los otros."""
    i = 0
    for primero, ultimo in otros:
        while i < len(rangos) and rangos[i][1] < ultimo:
            i += 1
        if i == len(rangos) or rangos[i][0] > primero:
            return False
    return True

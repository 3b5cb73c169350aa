"""Paridad: trozos de más con los que cada quien rehace los que perdió, sean cuales sean.

Con tres trozos a, b, c y uno de paridad p = a ⊕ b ⊕ c (el bit a bit «o uno u otro»), quien perdió b
lo saca de los demás, b = a ⊕ c ⊕ p, y a quien perdió c le sirve el mismo p. Con una sola suma no se
rehacen dos perdidos: hacen falta sumas distintas, y para eso cada trozo se multiplica antes por
un coeficiente, otro en cada suma. Dos sumas son dos ecuaciones con dos incógnitas.

    trozos      t0 t1 t2 … t59        un bloque: 64 como mucho
    paridad     p0 = c00·t0 ⊕ c01·t1 ⊕ …        hasta 192, y cada una sólo si alguien la pide
                p1 = c10·t0 ⊕ c11·t1 ⊕ …

De un bloque de k trozos bastan k cualesquiera, suyos o de paridad: es el código de Reed–Solomon
(RFC 5510), con una matriz de Cauchy, de la que cualquier parte cuadrada tiene solución.

Las cuentas son byte a byte en GF(256), donde todo número menos el 0 tiene inverso y el resultado
siempre cabe en un byte: sumar es ⊕, y multiplicar por c es mirar una tabla de 256. Justo lo que
hacen, a la velocidad de C, `bytes.translate` y el ⊕ de dos enteros: un trozo de paridad de 64 de
1300 bytes cuesta 0.1 ms, la mitad que con numpy.
"""

import functools

from campos import MAX_BLOQUE, MAX_PARIDAD

POLINOMIO = 0x11D  # x⁸ + x⁴ + x³ + x² + 1, el de RFC 5510
# El doble de cada byte; lo que pasa de un byte se reduce con el polinomio.
DOBLE = bytes(2 * v ^ (POLINOMIO if v >= 128 else 0) for v in range(256))


def contar_bloques(de: int, k: int) -> int:
    """En cuántos bloques van `de` trozos: los menos, de k como mucho."""
    return -(-de // k)


def indices(lugar: int, de: int, k: int) -> range:
    """Los i de los trozos de un bloque; todos miden casi lo mismo (RFC 5052, 9.1)."""
    cuantos = contar_bloques(de, k)
    return range(de * lugar // cuantos, de * (lugar + 1) // cuantos)


def hacer(trozos: "list[bytes]", j: int) -> bytes:
    """El trozo de paridad `j` de un bloque; a los más cortos se les suponen ceros al final."""
    terminos = [(_coeficiente(j, i), trozo) for i, trozo in enumerate(trozos)]
    return _sumar(terminos, max(map(len, trozos)))


def rehacer(
    trozos: "dict[int, bytes]", paridad: "dict[int, bytes]", cuantos: int
) -> "dict[int, bytes]":
    """Los trozos que faltan de un bloque de `cuantos`, por i; hay tanta paridad como faltan.

    Cada trozo de paridad es una ecuación. Se le resta lo que sí se tiene, y las que quedan se
    resuelven por Gauss-Jordan, con los coeficientes delante de cada renglón:

        c03 c07 │ p0 − lo que se tiene            1 0 │ t3
        c13 c17 │ p1 − lo que se tiene     ──▶    0 1 │ t7
    """
    faltan = [i for i in range(cuantos) if i not in trozos]
    renglones = []
    for j, suma in list(paridad.items())[: len(faltan)]:
        terminos = [(1, suma)] + [(_coeficiente(j, i), trozo) for i, trozo in trozos.items()]
        coeficientes = bytes(_coeficiente(j, i) for i in faltan)
        renglones.append(coeficientes + _sumar(terminos, len(suma)))
    for columna in range(len(faltan)):
        pivote = next(n for n in range(columna, len(faltan)) if renglones[n][columna])
        renglones[columna], renglones[pivote] = renglones[pivote], renglones[columna]
        uno = _multiplicar(renglones[columna], _inverso(renglones[columna][columna]))
        for n, renglon in enumerate(renglones):
            renglones[n] = _sumar([(1, renglon), (renglon[columna], uno)], len(uno))
        renglones[columna] = uno
    return {i: renglon[len(faltan) :] for i, renglon in zip(faltan, renglones)}


# ---- las cuentas en GF(256)


def _sumar(terminos, largo: int) -> bytes:
    """La suma de unos trozos, de `largo` bytes como mucho, cada uno por lo suyo: (c, trozo)."""
    suma = 0
    for c, trozo in terminos:
        suma ^= int.from_bytes(_multiplicar(trozo, c), "little")
    return suma.to_bytes(largo, "little")


def _multiplicar(trozo: bytes, c: int) -> bytes:
    return trozo.translate(_tabla(c)) if c != 1 else trozo


@functools.lru_cache(maxsize=None)
def _tabla(c: int) -> bytes:
    """Lo que da cada byte por c: el doble que por su mitad y, si es impar, una vez más."""
    if c < 2:
        return bytes(256) if c == 0 else bytes(range(256))
    if c % 2:
        return _sumar([(1, _tabla(c - 1)), (1, _tabla(1))], 256)
    return _tabla(c // 2).translate(DOBLE)


@functools.lru_cache(maxsize=None)
def _inverso(c: int) -> int:
    return _tabla(c).index(1)


@functools.lru_cache(maxsize=None)
def _coeficiente(j: int, i: int) -> int:
    """El del trozo i en la paridad j: 1 / (x + y), donde ninguna x es ninguna y (Cauchy)."""
    return _inverso((MAX_BLOQUE + j) ^ i)

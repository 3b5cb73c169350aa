"""Paridad: un trozo de más por grupo, con el que cada quien rehace el que perdió, sea cual sea.

    python paridad.py foto.bmp
    python paridad.py foto.bmp --receptores 5 --perdida 10 --grupo 4

    paridad = t0 ⊕ t1 ⊕ … ⊕ t7        y, a quien le falta t2:   t2 = t0 ⊕ t1 ⊕ t3 ⊕ … ⊕ t7 ⊕ paridad

Sin red: los receptores, y lo que cada uno pierde, están dentro de este programa.
"""

import argparse
import hashlib
import pathlib
import random
import sys

import grupo
import trozos


def sumar(partes):
    """La suma bit a bit, ⊕ («o uno u otro»), de unos trozos; al más corto se le suponen ceros."""
    suma = 0
    for parte in partes:
        suma ^= int.from_bytes(parte, "little")
    return suma.to_bytes(trozos.TAMANO, "little")


def perder(azar, cuantos, perdida):
    """Los números, de 0 a cuantos − 1, que no llegaron."""
    return {i for i in range(cuantos) if azar.random() * 100 < perdida}


def reparar(partes, perdidos, grupos, de_paridad, sin_paridad):
    """Rehacer lo que se pueda: (lo que se tiene al final, lo que hay que pedir que se repita)."""
    tiene = {i: parte for i, parte in enumerate(partes) if i not in perdidos}
    pedidos = set()
    for g, numeros in enumerate(grupos):
        faltan = [i for i in numeros if i in perdidos]
        # Con una suma se rehace uno. Si faltan más se piden todos menos uno; y sin ella, todos.
        rehace = len(faltan) - (g not in sin_paridad)
        pedidos.update(faltan[:max(0, rehace)])
        tiene.update((i, partes[i]) for i in faltan[:max(0, rehace)])
        for i in faltan[max(0, rehace):]:
            otros = [tiene[k] for k in numeros if k != i]
            tiene[i] = sumar([*otros, de_paridad[g]])[:len(partes[i])]
    return tiene, pedidos


def main():
    analizador = argparse.ArgumentParser(description="Compara repetir con enviar paridad.")
    analizador.add_argument("archivo", type=pathlib.Path)
    analizador.add_argument("--receptores", type=int, default=30)
    analizador.add_argument("--perdida", type=float, default=5, metavar="N", help="%% que pierden")
    analizador.add_argument("--grupo", type=int, default=8, help="trozos por cada uno de paridad")
    elegidas = analizador.parse_args()
    try:
        contenido = elegidas.archivo.read_bytes()
    except OSError as error:
        sys.exit(f"No se puede leer {elegidas.archivo}: {grupo.explicar(error)}")
    # Paso 1: cortar, agrupar, y sumar cada grupo.
    partes = [contenido[k:k + trozos.TAMANO] for k in range(0, len(contenido), trozos.TAMANO)]
    cuantos, lado = len(partes), max(1, elegidas.grupo)
    grupos = [range(k, min(k + lado, cuantos)) for k in range(0, cuantos, lado)]
    de_paridad = [sumar(partes[i] for i in numeros) for numeros in grupos]
    print(f"{elegidas.archivo}: {cuantos} trozos, en {len(grupos)} grupos de hasta {lado}")
    # Paso 2: a cada quien le faltan los suyos.
    azar = random.Random(17)
    faltan = [perder(azar, cuantos, elegidas.perdida) for _ in range(elegidas.receptores)]
    print(f"{elegidas.receptores} receptores que pierden el {elegidas.perdida:g} %")
    # Paso 3: sin paridad se repite todo lo que alguien perdió.
    print(f"Repitiendo: {len(set().union(*faltan))} trozos más")
    # Paso 4: con ella, sólo lo que a alguien no le basta.
    pedidos, identicos = set(), 0
    for perdidos in faltan:
        sin_paridad = perder(azar, len(grupos), elegidas.perdida)
        tiene, suyos = reparar(partes, perdidos, grupos, de_paridad, sin_paridad)
        pedidos |= suyos
        entero = b"".join(tiene[i] for i in range(cuantos))
        identicos += hashlib.sha256(entero).digest() == hashlib.sha256(contenido).digest()
    print(f"Con paridad: {len(grupos)} de paridad y {len(pedidos)} repetidos, "
          f"{len(grupos) + len(pedidos)} más")
    print(f"Idénticos al original: {identicos} de {elegidas.receptores}")


if __name__ == "__main__":
    main()

"""El visor en una terminal: un renglón por datagrama."""

import time

import detalle
import filtro
import grupo


def mirar(captura, memoria, texto, clases, segundos):
    """Mostrar lo que llega durante unos segundos; con None, hasta Ctrl+C."""
    limite = time.monotonic() + segundos if segundos is not None else float("inf")
    print(f"Oyendo {captura.destino[0]}:{captura.destino[1]} por la interfaz {captura.interfaz}. "
          "Ctrl+C para terminar.")
    while time.monotonic() < limite:
        llegado = captura.esperar(min(grupo.ESPERA, max(0.0, limite - time.monotonic())))
        if llegado is not None:
            dato = memoria.agregar(*llegado)
            if filtro.pasa(dato, texto, clases):
                print(renglon(dato))


def renglon(dato):
    """12:34:56.789  Ana → sala general  msj  92 B  «Hola»"""
    return (f"{detalle.hora_exacta(dato.hora)}  {dato.de:>12} → {dato.a_quien():<16} {dato.tipo:<9}"
            f"{len(dato.crudo):>6} B  {dato.resumen}")

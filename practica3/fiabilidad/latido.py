"""Repartir en varios un latido que no cabe en un datagrama."""

import protocolo

RESTO = 300  # bytes de un latido aparte de sus salas: claves y un nombre de usuario
MAPAS = ("salas", "desde", "dejadas", "privados")


def partir_latido(latido: dict) -> "list[dict]":
    """Repartir un latido en los que hagan falta para no pasar de MAX_ENVIO cada uno.

    Si son varios, cada uno dice "parte": lo que omite no significa nada.
    """
    latido = {"tipo": "latido", **latido}
    fijo = {clave: valor for clave, valor in latido.items() if clave not in MAPAS}
    partes, ocupado = [{}], 0  # ocupado, en bytes
    for entrada in _entradas(latido):
        largo = sum(len(protocolo.codificar({clave: valor})) for _, clave, valor in entrada)
        if ocupado + largo > protocolo.MAX_ENVIO - RESTO:
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

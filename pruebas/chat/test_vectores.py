"""Los vectores de enunciado/vectores.json, contra protocolo.py y fiabilidad.py: el papel y el código dicen lo mismo."""

import json
import pathlib

import pytest

from fiabilidad import paridad
from fiabilidad import receptor as modulo_receptor
import protocolo

ARCHIVO = pathlib.Path(__file__).resolve().parent.parent.parent / "enunciado" / "vectores.json"
VECTORES = json.loads(ARCHIVO.read_text(encoding="utf-8"))


def leer_bytes(vector: dict) -> bytes:
    """Los bytes literales de un vector."""
    return vector.get("texto", "").encode("utf-8") + bytes.fromhex(vector.get("hex", ""))


def leer_mensaje(vector: dict) -> dict:
    """El mensaje esperado, con su cuerpo como bytes."""
    mensaje = dict(vector["mensaje"])
    if "cuerpo" in mensaje:
        mensaje["cuerpo"] = bytes.fromhex(mensaje["cuerpo"])
    return mensaje


def cada(*listas: str):
    """Una prueba por vector, con el nombre que el archivo le da."""
    vectores = [vector for lista in listas for vector in VECTORES[lista]]
    return pytest.mark.parametrize("vector", vectores, ids=[vector["que"] for vector in vectores])


@cada("ida_y_vuelta", "lectura")
def test_leer(vector):
    assert protocolo.decodificar(leer_bytes(vector)) == leer_mensaje(vector)


@cada("ida_y_vuelta")
def test_escribir(vector):
    assert protocolo.codificar(protocolo.validar(leer_mensaje(vector))) == leer_bytes(vector)


@cada("ocupan_lugar")
def test_ocupar_lugar(vector):
    assert protocolo.decodificar(leer_bytes(vector)) == {"tipo": None, **leer_mensaje(vector)}


@cada("desconocidos")
def test_desconocido(vector):
    assert protocolo.decodificar(leer_bytes(vector)) == {"tipo": None}


@cada("mal_hechos")
def test_mal_hecho(vector):
    with pytest.raises(protocolo.ErrorProtocolo):
        protocolo.decodificar(leer_bytes(vector))


@cada("paridad")
def test_paridad(vector):
    trozos = [bytes.fromhex(trozo) for trozo in vector["trozos"]]
    hecha = paridad.hacer(trozos, vector["j"])
    assert hecha.hex() == vector["paridad"]
    resto = dict(list(enumerate(trozos))[1:])
    rehecho = paridad.rehacer(resto, {vector["j"]: hecha}, len(trozos))[0]
    assert rehecho[: len(trozos[0])] == trozos[0]


@cada("flujos")
def test_flujo(vector):
    """Cada paso del vector: qué se entrega y qué se pide, con la menor de las esperas al azar."""
    receptor = modulo_receptor.Receptor(vector["propio"], lambda minimo, maximo: minimo)
    receptor.seguir(vector["sala"])
    for paso in vector["pasos"]:
        llega = paso.get("llega")
        entregados = receptor.recibir(protocolo.decodificar(leer_bytes(llega)), paso["hora"]) if llega else []
        faltas, resueltos = receptor.vencer(paso["hora"])
        vistos = [mensaje for mensaje in entregados + resueltos if mensaje["tipo"] in ("msj", "perdidos")]
        assert [mostrar(mensaje) for mensaje in vistos] == paso["entrega"], paso
        for clave, en_el_papel in (("n", "pide"), ("bloques", "pide_bloques")):
            pedidos = [falta[clave] for falta in faltas if clave in falta]
            assert pedidos == ([paso[en_el_papel]] if en_el_papel in paso else []), paso


def mostrar(mensaje: dict) -> str:
    """Lo que vería una persona."""
    return mensaje["content"] if mensaje["tipo"] == "msj" else f"(se perdió {mensaje['cuantos']})"


def test_hay_vectores_de_cada_tipo():
    assert {vector["mensaje"]["tipo"] for vector in VECTORES["ida_y_vuelta"]} == protocolo.TIPOS

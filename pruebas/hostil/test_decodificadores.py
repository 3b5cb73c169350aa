"""Bytes al azar, y mensajes casi buenos, a todo lo que lee algo ajeno: nada lanza, nada crece sin tope.

    python3 pruebas --todo -k datagramas      un millón
"""

import json
import random

import hypothesis
from hypothesis import strategies as st
import pytest

from adjuntos import estructura
from ayudas import programas
from fiabilidad import emisor
from fiabilidad import flujos_ajenos
from fiabilidad import receptor as modulo_receptor
from presencia import eventos
from presencia import usuario
import protocolo
import servidor as modulo_servidor

VECTORES = json.loads((programas.RAIZ / "enunciado" / "vectores.json").read_text(encoding="utf-8"))
LISTAS = ("ida_y_vuelta", "lectura", "ocupan_lugar", "desconocidos", "mal_hechos")
BUENOS = [uno.get("texto", "").encode() + bytes.fromhex(uno.get("hex", ""))
          for lista in LISTAS for uno in VECTORES[lista]]
RAROS = [0, 1, -1, 2**53 - 1, 2**53, 2**64, 1e300, True, None, "", "x" * 40, "\u202e", "general", "Ana", [], {},
         [[1, 2]], [[1, 2**53 - 1]], [[5, 1]], ["0a1b2c3d"], {"general": 3}, {"general": 2**53 - 1}, "0a1b2c3d",
         "bbbbbbbb", [None]]
CLAVES = ["tipo", "id", "a", "n", "m", "i", "de", "k", "bloque", "j", "salidos", "hasta", "ultimo", "sala", "para",
          "user", "from", "to", "content", "lista", "ids", "salas", "desde", "dejadas", "privados", "recibidos", "oye",
          "hora", "bloques", "formato", "duracion", "privado", "servidor", "parte", "marca", "vuelta", "t",
          "nombre", "bytes"]


def revolver(azar: random.Random, datagrama: bytes) -> bytes:
    """Un datagrama bueno, con algo cambiado; o cualquier cosa."""
    que = azar.randrange(6)
    if que == 0:
        return azar.randbytes(azar.randrange(200))
    if que == 1 and datagrama:
        lugar = azar.randrange(len(datagrama))
        return datagrama[:lugar] + azar.randbytes(azar.randrange(4)) + datagrama[lugar + azar.randrange(3):]
    cabecera, salto, cuerpo = datagrama.partition(b"\n")
    try:
        mensaje = json.loads(cabecera)
        for _ in range(azar.randrange(4)):
            mensaje[azar.choice(CLAVES)] = azar.choice(RAROS)
        if que > 3:
            mensaje["n"], mensaje["id"] = azar.randrange(1, 60), azar.choice(("0a1b2c3d", "aaaaaaaa", "cccccccc"))
        return json.dumps(mensaje).encode() + salto + cuerpo
    except (ValueError, TypeError, RecursionError):
        return datagrama


class Todos:
    """Lo que lee lo ajeno: quien recibe, quien envía, el servidor y el cliente, con un reloj de mentira."""

    id, sesion, conocidos = "bbbbbbbb", None, frozenset()

    def __init__(self, azar: random.Random):
        self.ahora = 1.0
        self.receptor = modulo_receptor.Receptor(self.id, azar.uniform)
        self.emisor = emisor.Emisor(self.id, 0.0, azar.uniform)
        self.enviar = lambda mensaje: self.emisor.decir(dict(mensaje), self.ahora)
        self.seguir, self.dejar = self.receptor.seguir, self.receptor.dejar
        self.por_salir = self.emisor.por_salir
        self.servidor = modulo_servidor.Servidor(self, 0.0)
        self.cliente = usuario.Cliente(self, 0.0, lambda: 1.7e9 + self.ahora)
        self.cliente.presentarse("Bryan")
        self.cliente.entrar("general", 0.0)

    def leer(self, datagrama: bytes, paso: float) -> None:
        """Lo que hace un programa con un datagrama."""
        self.ahora += paso
        try:
            mensaje = protocolo.decodificar(datagrama)
        except protocolo.ErrorProtocolo as error:
            llegados = error.rechazar()
        else:
            if emisor.se_contesta(mensaje, self.id):
                self.emisor.contestar(mensaje, self.ahora)
            llegados = self.receptor.recibir(mensaje, self.ahora)
        lote = [(uno, ("10.0.0.9", 5007)) for uno in llegados]
        for uno, direccion in lote:
            self.servidor.atender(uno, direccion, self.ahora)
        for evento in self.cliente.avanzar(lote, self.ahora):
            if isinstance(evento, eventos.Dicho) and evento.cuerpo:
                estructura.contar(evento.cuerpo)

    def vencer(self) -> None:
        """Lo que hace con el paso del tiempo."""
        faltas, _ = self.receptor.vencer(self.ahora)
        for falta in faltas:
            self.emisor.decir(falta, self.ahora)
        self.servidor.vencer(self.ahora)
        assert all(len(datagrama) <= protocolo.MAX_DATAGRAMA for datagrama, _ in self.emisor.siguientes(self.ahora))
        assert self.receptor.cuenta.esperando <= 2 * flujos_ajenos.MAX_ESPERANDO
        assert len(self.receptor._flujos) <= flujos_ajenos.MAX_AJENOS


def leer_muchos(semilla: int, cuantos: int) -> None:
    """Leer tantos datagramas, con esa semilla."""
    azar = random.Random(semilla)
    todos = Todos(azar)
    for i in range(cuantos):
        todos.leer(revolver(azar, azar.choice(BUENOS)), azar.choice((0.0, 0.0001, 0.01)))
        if i % 50 == 0:
            todos.vencer()


@hypothesis.settings(max_examples=10, deadline=None)
@hypothesis.given(st.integers(0, 2**32))
def test_nada_de_lo_que_llegue_detiene_a_nadie(semilla):
    leer_muchos(semilla, 300)


@pytest.mark.largo
@pytest.mark.timeout(3_600)
@hypothesis.settings(max_examples=1_000, deadline=None, database=None)
@hypothesis.given(st.integers(0, 2**32))
def test_ni_un_millon_de_datagramas(semilla):
    leer_muchos(semilla, 1_000)


FIRMAS = [b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP"]


@hypothesis.given(st.binary(max_size=300), st.sampled_from(FIRMAS))
def test_de_unos_bytes_cualesquiera_se_cuentan_las_partes(bytes_, firma):
    partes, pasadas = estructura.contar(firma + bytes_)
    assert 0 <= partes <= len(bytes_) + 1 and pasadas >= 1

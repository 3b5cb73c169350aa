"""Muchos usuarios en un solo proceso, para llenar una sala del servidor de verdad.

Cada uno es un Emisor de verdad, con su id: dice `inicio` cada medio segundo mientras la
lista no lo nombre, late, y contesta como los demás a quien llega o pregunta. Comparten un
socket, y una sola Red oye por todos las listas.
"""

import json
import random
import select
import time

from fiabilidad import emisor
import protocolo
from equipo import interfaces
import red
from equipo import enlace

SALA = "general"
PASO = 0.01  # s entre miradas a quién tiene algo que decir
INICIO, INICIOS_SEGUIDOS, INICIO_LENTO = 0.5, 5, 5.0  # como los de cliente.py


class Usuario:
    """Uno de la multitud."""

    def __init__(self, i: int, llegada: float):
        self.id = f"{i:08x}"
        self.user = f"usuario{i:04d}"
        self.inicios, self.proximo_inicio = 0, llegada
        self.emisor = emisor.Emisor(self.id, llegada, random.uniform)
        self.presente = False  # ya dijo que está

    def pasar(self, ahora: float) -> "list[bytes]":
        """Los datagramas que envía ahora."""
        if ahora >= self.proximo_inicio:
            if not self.presente:
                self.emisor.decir({"tipo": "latido", "user": self.user, "salas": {SALA: 0}}, ahora)
                self.presente = True
            self.emisor.decir({"tipo": "inicio", "user": self.user, "sala": SALA}, ahora)
            self.inicios += 1
            self.proximo_inicio = ahora + (INICIO if self.inicios < INICIOS_SEGUIDOS else INICIO_LENTO)
        return [datagrama for datagrama, _ in self.emisor.siguientes(ahora)] if ahora >= self.emisor.proximo() else []


class Multitud:
    """Tantos usuarios, que llegan repartidos en un tiempo."""

    def __init__(self, puerto: int, cuantos: int, durante: float):
        """`durante`: s en que llegan todos."""
        self.puerto = puerto
        self.inicio = time.monotonic()
        self.usuarios = [Usuario(i, self.inicio + durante * i / cuantos) for i in range(cuantos)]
        self.bytes_de_listas = 0
        self.listas = 0
        self.latidos = 0  # enviados entre todos
        self.lista: "list[str]" = []  # la última
        self._nombres = set()  # los de la última
        self._socket = enlace.abrir_socket(puerto)
        enlace.unirse(self._socket, protocolo.GRUPO, interfaces.LAZO)
        self._oyente = red.Red(puerto=puerto, interfaz=interfaces.LAZO)
        self._oyente.iniciar()
        self._oyente.seguir(SALA, cuantos)

    def entrar(self, plazo: float) -> float:
        """Hasta que la lista los nombre a todos: cuántos segundos pasaron. AssertionError si se agota el plazo."""
        while len(self.lista) < len(self.usuarios):
            ahora = time.monotonic()
            assert ahora - self.inicio < plazo, f"la lista tiene {len(self.lista)} de {len(self.usuarios)}"
            self.pasar(ahora)
        return time.monotonic() - self.inicio

    def pasar(self, ahora: float) -> None:
        """Enviar lo que toque, y oír durante un paso."""
        for usuario in self.usuarios:
            for datagrama in usuario.pasar(ahora):
                self.latidos += b'"tipo":"latido"' in datagrama
                self._socket.sendto(datagrama, (protocolo.GRUPO, self.puerto))
        while (resta := ahora + PASO - time.monotonic()) > 0:
            if select.select([self._socket], [], [], resta)[0]:
                self._oir(self._socket.recv(65_535), time.monotonic())
        while lote := self._oyente.recibir():
            for mensaje, _ in lote:
                if mensaje["tipo"] == "usuarios":
                    self._anotar(mensaje["lista"])

    def _oir(self, datagrama: bytes, ahora: float) -> None:
        mensaje = json.loads(datagrama.split(b"\n", 1)[0])
        if mensaje["tipo"] in ("usuarios", "trozo"):
            self.bytes_de_listas += len(datagrama)
        elif mensaje["tipo"] in ("inicio", "quien"):
            for usuario in self.usuarios:
                if usuario.presente and usuario.id != mensaje["id"] and emisor.se_contesta(mensaje, usuario.id):
                    usuario.emisor.contestar(mensaje, ahora)

    def _anotar(self, lista: "list[str]") -> None:
        self.lista, self.listas = lista, self.listas + 1
        nombres = set(lista)
        for usuario in self.usuarios:
            if usuario.user in nombres:
                usuario.proximo_inicio = float("inf")

    def __enter__(self) -> "Multitud":
        return self

    def __exit__(self, *_error) -> None:
        """Irse sin despedirse."""
        self._oyente.parar()
        self._socket.close()


def sumar_ingenuo(cuantos: int, con_ids: bool = False) -> int:
    """Bytes de enviar la lista entera a cada entrada."""
    usuarios = [Usuario(i, 0.0) for i in range(cuantos)]
    total = 0
    for hasta in range(1, cuantos + 1):
        lista = {"tipo": "usuarios", "sala": SALA, "lista": [usuario.user for usuario in usuarios[:hasta]]}
        if con_ids:
            lista["ids"] = [usuario.id for usuario in usuarios[:hasta]]
        total += len(json.dumps(lista, separators=(",", ":")))
    return total

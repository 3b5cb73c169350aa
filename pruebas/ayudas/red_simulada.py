"""Una red simulada: emisores y receptores de verdad, con bytes de verdad y un reloj de mentira.

La red pierde, repite y desordena lo que cada quien recibe, con una semilla fija, y puede ser lenta y
compartida, como un Wi-Fi. El reloj salta de suceso en suceso: diez segundos se simulan en un instante.
"""

import heapq
import itertools
import math
import random

from fiabilidad import emisor
from fiabilidad import receptor as modulo_receptor
import protocolo

LATENCIA = 0.0002  # s
CABECERAS = 66  # bytes de un datagrama en el cable: Ethernet, IP y UDP
VOZ = {"tipo": "audio", "user": "Ana", "sala": "g", "content": "", "formato": "wav"}


class Nodo:
    """Un programa: su emisor, su receptor y lo que entregó."""

    def __init__(self, propio, red, conocidos=()):
        self.id = propio
        self.red = red
        self.emisor = emisor.Emisor(propio, red.ahora, red.azar.uniform, conocidos=conocidos)
        self.receptor = modulo_receptor.Receptor(propio, red.azar.uniform)
        self.entregado = []
        self.sordo = False

    def entrar(self, sala="g", miembros=6):
        """Estar en una sala y latir."""
        self.receptor.seguir(sala, miembros)
        self.emisor.decir({"tipo": "latido", "user": f"u{self.id}", "salas": {sala: 0}}, self.red.ahora)

    def decir(self, texto, sala="g"):
        """Decir algo en una sala."""
        self.emisor.decir({"tipo": "msj", "user": "Ana", "sala": sala, "content": texto}, self.red.ahora)

    def recibir(self, datagrama):
        """Lo que hace el hilo recibir con un datagrama."""
        self.tomar(protocolo.decodificar(datagrama))

    def tomar(self, mensaje):
        """Ídem, con el mensaje ya leído."""
        if emisor.se_contesta(mensaje, self.emisor.propio):
            self.emisor.contestar(mensaje, self.red.ahora)
        self.entregado += self.receptor.recibir(mensaje, self.red.ahora)

    def vencer(self):
        """Lo que hacen los dos hilos cuando vence un plazo."""
        faltas, resueltos = self.receptor.vencer(self.red.ahora)
        self.entregado += resueltos
        for falta in faltas:
            self.emisor.decir(falta, self.red.ahora)
        if self.emisor.proximo() <= self.red.ahora:
            for datagrama, _ in self.emisor.siguientes(self.red.ahora):
                self.red.repartir(datagrama, self)

    def de(self, *tipos):
        """Lo entregado de esos tipos."""
        return [mensaje for mensaje in self.entregado if mensaje["tipo"] in tipos]

    def textos(self):
        """Lo que mostró, en orden."""
        return [mensaje.get("content", mensaje.get("cuantos")) for mensaje in self.de("msj", "perdidos")]


class RedFalsa:
    """Los nodos y lo que viaja entre ellos."""

    def __init__(self, cuantos, perdida=0.0, repetidos=0.0, desorden=0.0, capacidad=float("inf"), cola=float("inf"),
                 semilla=1, tic=0.0, conocidos=()):
        """Cada probabilidad, de 0 a 1, se aplica a cada quien que recibe.

        Lo de todos pasa por un mismo enlace, de `capacidad` bytes/s, con una cola de `cola` s: lo que no cabe se tira.
        Con `tic` (s), una espera acaba sólo en uno de los pasos de su equipo, como en Windows; lo que llega la corta.
        `conocidos`: los ids de quienes firman.
        """
        self.azar = random.Random(semilla)
        self.ahora = 100.0
        self.perdida, self.repetidos, self.desorden = perdida, repetidos, desorden
        self.capacidad, self.cola = capacidad, cola
        self._libre = self.ahora  # s: cuándo acaba de pasar lo que hay en la cola
        self.espera = 0.0  # s: lo más que algo ha esperado en la cola del enlace
        self.dicho = []  # (hora, id, mensaje): todo lo que se envió
        self.bytes = 0
        self.tic = tic
        self._viajando = []
        self._orden = itertools.count()
        self.nodos = [Nodo(f"{i + 1:08x}", self, conocidos) for i in range(cuantos)]

    def repartir(self, datagrama, de=None):
        """Hacer que un datagrama viaje hacia todos los demás."""
        self.bytes += len(datagrama)
        mensaje = protocolo.decodificar(datagrama)
        self.dicho.append((self.ahora, de and de.id, mensaje))
        self.espera = max(self.espera, self._libre - self.ahora)
        if self._libre > self.ahora + self.cola:
            return
        self._libre = max(self._libre, self.ahora) + (CABECERAS + len(datagrama)) / self.capacidad
        for nodo in self.nodos:
            for _ in range(1 + (self.azar.random() < self.repetidos) if nodo is not de else 0):
                if self.azar.random() >= self.perdida:
                    demora = LATENCIA + (self.azar.uniform(0, 0.01) if self.azar.random() < self.desorden else 0)
                    heapq.heappush(self._viajando, (self._libre + demora, next(self._orden), nodo, dict(mensaje)))

    def pasar(self, segundos, hasta=lambda: False, cada=200):
        """Dejar correr el tiempo, o hasta que se cumpla algo, que se mira `cada` tantos sucesos."""
        fin = self.ahora + segundos
        for paso in itertools.count():
            plazos = {nodo: self._en_un_paso(nodo) for nodo in self.nodos}
            siguiente = min([*plazos.values(), *[llegada[0] for llegada in self._viajando[:1]]])
            if siguiente > fin or (paso % cada == 0 and hasta()):
                break
            self.ahora = max(self.ahora, siguiente)
            while self._viajando and self._viajando[0][0] <= self.ahora:
                _, _, nodo, mensaje = heapq.heappop(self._viajando)
                if not nodo.sordo:
                    nodo.tomar(mensaje)
                    plazos[nodo] = self.ahora
            for nodo, plazo in plazos.items():
                if plazo <= self.ahora or not self.tic:
                    nodo.vencer()
        self.ahora = fin if siguiente > fin else self.ahora

    def _en_un_paso(self, nodo):
        """Cuándo despierta un nodo si no le llega nada."""
        plazo = min(nodo.emisor.proximo(), nodo.receptor.proximo())
        if not self.tic or plazo <= self.ahora or plazo == float("inf"):
            return plazo
        fase = self.tic * self.nodos.index(nodo) / len(self.nodos)
        return max(plazo, fase + self.tic * math.ceil((plazo - fase) / self.tic))


def montar(cuantos, **probabilidades):
    """Una red cuyos nodos están todos en la sala g desde hace un rato."""
    red = RedFalsa(cuantos, **probabilidades)
    for nodo in red.nodos:
        nodo.entrar()
    red.pasar(3)
    return red


def crudo(n, content, **mas):
    """Los bytes de un mensaje de aaaaaaaa en la sala g."""
    return protocolo.codificar({"tipo": "msj", "user": "Ana", "sala": "g", "content": content, "id": "aaaaaaaa", "n": n,
                                **mas})

"""Un aula simulada: servidores y clientes de verdad, con una red y un reloj de mentira.

Lo que uno envía pasa por bytes y llega a todos los demás; el tiempo avanza de 10 en 10 ms,
mucho más aprisa que el real. Con `perdida` cada uno pierde ese porcentaje de lo que recibe.
"""

import contextlib
import random

from presencia import eleccion
from presencia import eventos
from presencia import usuario
from fiabilidad import emisor
from fiabilidad import latido
from fiabilidad import receptor
import protocolo
from seguridad import claves
from seguridad import sesiones
from seguridad.entrada import Entrada
import servidor

PASO = 0.01  # s: cuánto avanza el reloj cada vez
DIRECCION = ("127.0.0.1", 5007)


class Participante:
    """Un cliente o un servidor del aula, con su emisor y su receptor, y lo que ha contado."""

    def __init__(self, aula, propio: "str | claves.Sesion", clase, adelanto: float = 0.0):
        """`propio`: el id de quien va sin proteger, o la sesión de quien firma."""
        self.aula = aula
        self.sesion = None if isinstance(propio, str) else propio
        self.id = propio = self.sesion.id if self.sesion else propio
        conocidas = sesiones.abrir_sesiones(self.sesion)
        self.eventos: list = []
        self.por_llegar: "list[bytes]" = []
        self.dichos: "list[dict]" = []
        self.vivo, self.sordo = True, False
        entre_latidos = servidor.LATIDO_DE_SERVIDOR if clase is servidor.Servidor else latido.ENTRE_LATIDOS
        self.hora = lambda: aula.hora() + adelanto
        self.emisor = emisor.Emisor(propio, aula.ahora, aula.azar.uniform, entre_latidos, self.hora,
                                    conocidas, self.sesion and self.sesion.firmar)
        self.receptor = receptor.Receptor(propio, aula.azar.uniform, conocidas)
        self.entrada = Entrada(conocidas, self.receptor, aula.azar.uniform)
        self.seguir, self.dejar = self.receptor.seguir, self.receptor.dejar
        if clase is usuario.Cliente:
            self.objeto = clase(self, aula.ahora, self.hora)
        else:
            presentacion = {**self.sesion.avalar(""), "arranque": self.hora()} if self.sesion else None
            self.objeto = clase(self, aula.ahora, presentacion)

    def enviar(self, mensaje: dict) -> None:
        """Lo que hace Red.enviar, sin hilos."""
        self.emisor.decir(mensaje, self.aula.ahora)

    def por_salir(self) -> int:
        """Lo que hace Red.por_salir."""
        return self.emisor.por_salir()

    def pasar(self, ahora: float) -> None:
        """Lo que hacen los dos hilos de Red, y después el programa."""
        lote = []
        llegados, self.por_llegar = self.por_llegar, []
        for datagrama in llegados:
            mensaje, entregables = self.entrada.leer(datagrama, ahora)
            lote += [(uno, DIRECCION) for uno in entregables]
            if mensaje and emisor.se_contesta(mensaje, self.id):
                self.emisor.contestar(mensaje, ahora)
        faltas, resueltos = self.receptor.vencer(ahora)
        for pedido in faltas + self.entrada.preguntar(ahora):
            self.emisor.decir(pedido, ahora)
        dichos, self.dichos = self.dichos, []
        self._atender(lote + [(uno, DIRECCION) for uno in resueltos] + [(uno, None) for uno in dichos], ahora)
        if self.emisor.proximo() <= ahora:
            for datagrama, mensaje in self.emisor.siguientes(ahora):
                self.aula.repartir(datagrama, self)
                self.dichos += [mensaje] if mensaje else []

    def _atender(self, lote: "list[tuple]", ahora: float) -> None:
        if isinstance(self.objeto, usuario.Cliente):
            self.eventos += self.objeto.avanzar(lote, ahora)
            return
        for mensaje, direccion in lote:
            if direccion is not None:
                self.objeto.atender(mensaje, direccion, ahora)
        self.objeto.vencer(ahora)

    def de(self, clase: type, **datos) -> list:
        """Los eventos de una clase, con esos datos."""
        return [uno for uno in self.eventos if isinstance(uno, clase) and datos.items() <= vars(uno).items()]

    def oidos(self) -> "list[str]":
        """Lo que ha leído de los demás y de sí mismo, en orden."""
        return [dicho.content for dicho in self.de(eventos.Dicho)]

    def lista(self, sala: str) -> "list[str]":
        """La última lista que mostró de una sala, en orden alfabético."""
        return sorted(([[]] + [e.lista for e in self.de(eventos.Usuarios, sala=sala)])[-1])


class Aula:
    """Todos los participantes y el reloj."""

    def __init__(self, perdida: float = 0, semilla: int = 1, paso: float = PASO):
        self.ahora = 1000.0  # s
        self.perdida = perdida
        self.paso = paso
        self.azar = random.Random(semilla)
        self.participantes: "list[Participante]" = []
        self.dicho: "list[dict]" = []  # todo lo que pasó por la red

    def hora(self) -> float:
        """La hora del aula, en segundos desde 1970."""
        return 1.7e9 + self.ahora

    def poner_servidor(self, propio: "str | claves.Sesion" = "00000001") -> Participante:
        """Añadir un servidor."""
        return self._poner(Participante(self, propio, servidor.Servidor))

    def poner_cliente(self, propio: "str | claves.Sesion", user: str, *salas: str,
                      adelanto: float = 0.0) -> Participante:
        """Añadir un cliente y pedirle que entre a unas salas; `adelanto`: s que su reloj va mal."""
        nuevo = self._poner(Participante(self, propio, usuario.Cliente, adelanto))
        nuevo.objeto.presentarse(user)
        for sala in salas:
            nuevo.objeto.entrar(sala, self.ahora)
        return nuevo

    @classmethod
    def con_servidor(cls, **como) -> "Aula":
        """Una en que hay un servidor que ya arrancó; `como`, lo de Aula."""
        aula = cls(**como)
        aula.poner_servidor()
        aula.pasar(eleccion.ARRANQUE)
        return aula

    def _poner(self, nuevo: Participante) -> Participante:
        self.participantes.append(nuevo)
        return nuevo

    def repartir(self, datagrama: bytes, de: "Participante | None" = None) -> None:
        """Hacer llegar un datagrama a todos menos a quien lo envía."""
        with contextlib.suppress(protocolo.ErrorProtocolo):
            self.dicho.append(protocolo.decodificar(datagrama))
        for otro in self.participantes:
            if otro is not de and otro.vivo and not otro.sordo and self.azar.random() * 100 >= self.perdida:
                otro.por_llegar.append(datagrama)

    def pasar(self, segundos: float) -> None:
        """Dejar correr el tiempo."""
        fin = self.ahora + segundos
        while self.ahora < fin:
            self.ahora += self.paso
            for uno in self.participantes:
                if uno.vivo:
                    uno.pasar(self.ahora)

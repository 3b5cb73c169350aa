"""Cuatro maneras de llevar un mensaje corto de uno a muchos, con la misma cara.

    Chat       lo nuestro: Red, con su orden y sus repeticiones
    Pelado     sendto a un grupo y, en cada uno, recv + json.loads: lo más que da Python, sin garantías
    Tcp        un servidor con un hilo por cliente, que reenvía a todos
    ZeroMQ     PUB/SUB, de la biblioteca pyzmq

De cada una hay un `emisor`, en un proceso, y un `receptor` en el proceso de cada cliente.
Sólo el nuestro paga por codificar: a los demás se les dan ya los bytes, del mismo largo.

Un programa con ventana no puede esperar a la red en su hilo principal: otro hilo lee y le
pasa los mensajes por una cola. El nuestro siempre lo hace así; TCP y ZeroMQ se miden sin
ese paso y con él, porque es el mismo para todos y cuesta tanto como leer.
"""

import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time

import protocolo
import red
from equipo import enlace
from seguridad import claves
import servidor

try:
    import zmq
except ImportError:  # sin ella se mide lo demás
    zmq = None

LAZO = "127.0.0.1"
SALA = "general"
# Mensajes propios que esperan a salir, en el chat: enviar() nunca detiene; tantos caben en la caché del procesador.
FUERA = 256
VENTANA = 400  # mensajes sin recibir todavía, donde nadie más lo cuida: caben en un búfer corriente
VENTANA_ZMQ = 10_000  # ídem en ZeroMQ, que los guarda en memoria
REVISION = 16  # mensajes entre miradas a lo que llevan los demás
PLANTILLA = ('{"tipo":"msj","user":"Ana","sala":"general","content":"%09d %.6f",'
             '"hora":1700000000.5,"id":"0a1b2c3d","n":%d}')

dormir = threading.Event().wait


def escribir_contenido(n: int) -> str:
    """El contenido del mensaje n: su número y la hora en que se envía."""
    return f"{n:09d} {time.monotonic():.6f}"


def leer_contenido(contenido: str) -> "tuple[int, float]":
    """Inversa de `escribir_contenido`."""
    return int(contenido[:9]), float(contenido[10:])


def codificar(n: int) -> bytes:
    """El mensaje n, como el que envía el chat."""
    return (PLANTILLA % (n, time.monotonic(), n + 1)).encode()


class Sistema:
    """Lo común: el emisor llama a `abrir_emisor`, `enviar` y `esperar`; cada cliente recorre `recibir`."""

    nombre = ""
    pierde = False  # si al ir a toda prisa se pierden mensajes

    def __init__(self, tablero, puerto: int):
        """`tablero`: lo que cada receptor lleva contado (ver mensajes.py)."""
        self.tablero = tablero
        self.puerto = puerto

    def lanzar_servidor(self, lanzar) -> "list[int]":
        """Poner en marcha el servidor, si lo hay; los ids de sus procesos. `lanzar`: de mensajes.py."""
        return []

    def parar_servidor(self) -> None:
        """Pararlo."""

    def esperar(self, hasta: float) -> None:
        """Esperar, en el emisor, hasta una hora."""
        dormir(max(0.0, hasta - time.monotonic()))

    def recibir(self, i: int):
        """Los mensajes que le llegan al cliente i, y a qué hora los tuvo el hilo que lee."""
        raise NotImplementedError

    def frenar(self, n: int, ventana: int) -> None:
        """Esperar, en el emisor, a que el más lento vaya a menos de `ventana` mensajes de n."""
        while n - min(self.tablero.recibidos) > ventana:
            dormir(0.0005)


# -------------------------------------------------------------------- el chat


class RedFechada(red.Red):
    """Red, con la hora en que cada mensaje estuvo listo en lugar de la dirección de la que vino."""

    def _entregar(self, lote: list, *lo_demas) -> None:
        listo = time.monotonic()
        super()._entregar([(mensaje, de and listo) for mensaje, de in lote], *lo_demas)


class Chat(Sistema):
    """Red, por su cara pública. Lleva al lado un servidor.py, que no interviene en los mensajes."""

    nombre = "chat"
    con_servidor = False
    firma = True
    relevo = None  # por el que se habla, en vez de con el grupo

    def lanzar_servidor(self, lanzar) -> "list[int]":
        if not self.con_servidor:
            return []
        orden = [sys.executable, servidor.__file__, f"--puerto={self.puerto}", f"--interfaz={LAZO}"]
        self._servidor = subprocess.Popen(orden, stdout=subprocess.DEVNULL)
        return [self._servidor.pid]

    def parar_servidor(self) -> None:
        if self.con_servidor:
            self._servidor.kill()
            self._servidor.wait()

    def _abrir(self, user: str) -> red.Red:
        sesion = claves.abrir_sesion() if self.firma else None
        conexion = RedFechada(puerto=self.puerto, interfaz=LAZO, sesion=sesion, relevo=self.relevo)
        conexion.iniciar()
        conexion.seguir(SALA, len(self.tablero.recibidos) + 1)
        conexion.enviar({"tipo": "latido", "user": user, "salas": {SALA: 0}, **presentar(conexion, user)})
        return conexion

    def abrir_emisor(self) -> None:
        self._red = self._abrir("Ana")
        self._fuera = 0  # mensajes que aún no salen

    def enviar(self, n: int) -> None:
        while self._fuera >= FUERA:
            self._recoger(0.2)
        contenido = escribir_contenido(n)
        self._red.enviar({"tipo": "msj", "user": "Ana", "sala": SALA, "content": contenido, "hora": 1700000000.5})
        self._fuera += 1

    def esperar(self, hasta: float) -> None:
        super().esperar(hasta)
        self._recoger()

    def _recoger(self, espera: float = 0.0) -> None:
        """Contar los ecos, los mensajes que ya salieron, sin esperar, como una ventana, o esperando al primero."""
        while lote := self._red.recibir(espera):
            self._fuera -= sum(de is None and mensaje["tipo"] == "msj" for mensaje, de in lote)
            espera = 0.0

    def recibir(self, i: int):
        conexion = self._abrir(f"U{i}")
        while True:
            for mensaje, listo in conexion.recibir(1.0):
                if mensaje["tipo"] == "msj":
                    yield mensaje, listo
            self.tablero.reparados[i] = conexion.cuenta()["reparados"]


def presentar(conexion: red.Red, user: str) -> dict:
    """Lo que el latido de quien firma dice además; con una identidad para esta vez."""
    return conexion.sesion.avalar(user, os.urandom(claves.LARGO)) if conexion.sesion else {}


class ChatSinFirma(Chat):
    """El mismo, entre quienes no firman."""

    nombre = "chat, sin firma"
    firma = False


class ChatConServidor(Chat):
    """El chat completo, con el servidor de la práctica en marcha."""

    con_servidor = True

    def abrir_emisor(self) -> None:
        super().abrir_emisor()
        # Hasta que el servidor dice quién está: lo que le cuesta arrancar no es de los mensajes.
        while not any(mensaje["tipo"] == "usuarios" for mensaje, _ in self._red.recibir(0.2)):
            pass


class ChatConServidorSinFirma(ChatConServidor):
    """El mismo, entre quienes no firman."""

    nombre = ChatSinFirma.nombre
    firma = False


# -------------------------------------------------------------------- los demás


class Pelado(Sistema):
    """Sin garantías y a toda prisa: pierde lo que no cabe en los búferes."""

    nombre = "recv + json.loads"
    pierde = True

    def abrir_emisor(self) -> None:
        self._socket = self._abrir()

    def _abrir(self) -> socket.socket:
        s = enlace.abrir_socket(self.puerto)
        enlace.unirse(s, protocolo.GRUPO, LAZO)
        s.setblocking(True)
        return s

    def enviar(self, n: int) -> None:
        self._socket.sendto(codificar(n), (protocolo.GRUPO, self.puerto))

    def recibir(self, i: int):
        s = self._abrir()
        while True:
            yield json.loads(s.recv(65_507)), time.monotonic()


class PeladoFrenado(Pelado):
    """Lo mismo, pero el emisor ve, por memoria compartida, cuánto llevan los demás, y así no pierde nada."""

    nombre = "recv + json.loads, frenado"
    pierde = False

    def enviar(self, n: int) -> None:
        if n % REVISION == 0:
            self.frenar(n, VENTANA)
        super().enviar(n)


class Tcp(Sistema):
    """Renglones de JSON a un servidor con un hilo por cliente."""

    nombre = "TCP, un hilo por cliente"

    def lanzar_servidor(self, lanzar) -> "list[int]":
        entrada = socket.create_server((LAZO, self.puerto), backlog=128)
        self._servidor = lanzar(servir_tcp, entrada)
        entrada.close()
        return [self._servidor.pid]

    def parar_servidor(self) -> None:
        self._servidor.kill()
        self._servidor.join()

    def _conectar(self) -> socket.socket:
        conexion = socket.create_connection((LAZO, self.puerto))
        conexion.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return conexion

    def abrir_emisor(self) -> None:
        self._conexion = self._conectar()

    def enviar(self, n: int) -> None:
        self._conexion.sendall(codificar(n) + b"\n")

    def recibir(self, i: int):
        for linea in self._conectar().makefile("rb"):
            yield json.loads(linea), time.monotonic()


def servir_tcp(entrada: socket.socket) -> None:
    """El servidor: cada hilo lee de un cliente y reenvía a los demás."""
    clientes = []
    turno = threading.Lock()

    def atender(conexion):
        for linea in conexion.makefile("rb"):
            with turno:
                for otra in clientes:
                    if otra is not conexion:
                        otra.sendall(linea)

    while True:
        conexion, _ = entrada.accept()
        conexion.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with turno:
            clientes.append(conexion)
        threading.Thread(target=atender, args=(conexion,), daemon=True).start()


class ZeroMQ(Sistema):
    """PUB/SUB sobre TCP, sin tope de mensajes en espera; el emisor se frena, porque si no llenaría la memoria."""

    nombre = "ZeroMQ PUB/SUB"

    def abrir_emisor(self) -> None:
        self._pub = zmq.Context().socket(zmq.PUB)
        self._pub.sndhwm = 0
        self._pub.bind(f"tcp://{LAZO}:{self.puerto}")

    def enviar(self, n: int) -> None:
        if n % REVISION == 0:
            self.frenar(n, VENTANA_ZMQ)
        self._pub.send(codificar(n))

    def recibir(self, i: int):
        sub = zmq.Context().socket(zmq.SUB)
        sub.rcvhwm = 0
        sub.subscribe(b"")
        sub.connect(f"tcp://{LAZO}:{self.puerto}")
        while True:
            yield json.loads(sub.recv()), time.monotonic()


# -------------------------------------------------------------------- con el paso al hilo principal


class ConCola(Sistema):
    """Lo mismo que otro sistema, pero lo lee un hilo y llega al principal por una cola, como en el chat."""

    def recibir(self, i: int):
        cola = queue.SimpleQueue()

        def leer() -> None:
            for par in super(ConCola, self).recibir(i):
                cola.put(par)

        threading.Thread(target=leer, daemon=True).start()
        while True:
            yield cola.get()


class TcpConCola(ConCola, Tcp):
    nombre = f"{Tcp.nombre}, y cola"


class ZeroMQConCola(ConCola, ZeroMQ):
    nombre = f"{ZeroMQ.nombre}, y cola"

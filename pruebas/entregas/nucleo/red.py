"""El socket y sus dos hilos: uno envía, otro recibe."""

import queue
import threading

from protocolo import GRUPO
from protocolo import PUERTO
from protocolo import codificar
from protocolo import crear_socket
from protocolo import decodificar


class Red:
    def __init__(self):
        self.salida = queue.Queue()
        self.entrada = queue.Queue()
        self.terminar = threading.Event()
        self.socket = crear_socket()
        self.hilos = [threading.Thread(target=self.enviar), threading.Thread(target=self.recibir)]
        for hilo in self.hilos:
            hilo.start()

    def decir(self, **mensaje):
        self.salida.put(codificar(mensaje))

    def enviar(self):
        while True:
            datos = self.salida.get()
            if datos is None:
                return
            try:
                self.socket.sendto(datos, (GRUPO, PUERTO))
            except OSError as error:
                print("No se pudo enviar:", error)

    def recibir(self):
        while not self.terminar.is_set():
            try:
                datos, _ = self.socket.recvfrom(65535)
            except TimeoutError:
                continue
            mensaje = decodificar(datos)
            if mensaje is not None:
                self.entrada.put(mensaje)

    def cerrar(self):
        self.salida.put(None)
        self.hilos[0].join(2)
        self.terminar.set()
        self.hilos[1].join(2)
        self.socket.close()

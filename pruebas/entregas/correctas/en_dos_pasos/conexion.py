"""El socket y sus dos hilos."""

import json
import socket
import struct
import threading

GRUPO = "239.255.3.3"
PUERTO = 5007


def abrir_socket():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("", PUERTO))
    s.setsockopt(
        socket.IPPROTO_IP,
        socket.IP_ADD_MEMBERSHIP,
        struct.pack("4s4s", socket.inet_aton(GRUPO), socket.inet_aton("0.0.0.0")),
    )
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    s.settimeout(0.5)
    return s


class Conexion:
    def __init__(self, salida, entrada):
        self.salida, self.entrada = salida, entrada
        self.socket = abrir_socket()
        self.abierta = True
        self.hilos = [threading.Thread(target=self.enviar), threading.Thread(target=self.recibir)]
        for hilo in self.hilos:
            hilo.start()

    def enviar(self):
        for mensaje in iter(self.salida.get, None):
            try:
                self.socket.sendto(json.dumps(mensaje).encode(), (GRUPO, PUERTO))
            except OSError as error:
                print("No salió:", error)

    def recibir(self):
        while self.abierta:
            try:
                self.entrada.put(self.socket.recv(65535))
            except socket.timeout:
                pass

    def cerrar(self):
        self.salida.put(None)
        self.hilos[0].join(2)
        self.abierta = False
        self.hilos[1].join(2)
        self.socket.close()

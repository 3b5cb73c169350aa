"""La red: un socket, dos hilos."""
import queue
import socket
import threading

import protocolo

DESTINO = ("239.255.3.3", 5007)


class Red:
    def __init__(self, al_recibir):
        self.al_recibir = al_recibir
        self.cola = queue.Queue()
        self.s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for opcion in ("SO_REUSEADDR", "SO_REUSEPORT"):
            if hasattr(socket, opcion):
                self.s.setsockopt(socket.SOL_SOCKET, getattr(socket, opcion), 1)
        self.s.bind(("", DESTINO[1]))
        self.s.setsockopt(
            socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(DESTINO[0]) + socket.inet_aton("0.0.0.0")
        )
        self.s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        self.s.settimeout(0.4)
        self.abierta = True
        self.hilos = [threading.Thread(target=self._enviar), threading.Thread(target=self._recibir)]
        for hilo in self.hilos:
            hilo.start()

    def enviar(self, mensaje):
        self.cola.put(mensaje)

    def cerrar(self):
        self.cola.put(None)
        self.hilos[0].join(2)
        self.abierta = False
        self.hilos[1].join(2)
        self.s.close()

    def _enviar(self):
        for mensaje in iter(self.cola.get, None):
            try:
                self.s.sendto(mensaje.a_bytes(), DESTINO)
            except OSError as error:
                print(error)

    def _recibir(self):
        while self.abierta:
            try:
                self.al_recibir(protocolo.leer(self.s.recvfrom(65535)[0]))
            except (TimeoutError, ValueError, RecursionError):
                pass

"""Un puente que estorba: entrega cada trama a los demás equipos, algunas dos veces y otras tarde.

    ip netns exec … python mensajero.py p1 p2 p3        las interfaces de su lado, una por equipo

Corre en lugar del puente de hosts.py. Lo que llega tarde queda detrás de lo que salió
después: así se desordena. Termina cuando se cierra su entrada estándar.
"""

import heapq
import itertools
import random
import select
import socket
import sys
import time

REPETIR = 0.2  # proporción de tramas que a un equipo le llegan dos veces
RETRASAR = 0.3  # de copias que llegan tarde
RETRASO = 0.020  # s como máximo
ETH_P_ALL = 0x0003  # todas las tramas (valor de <linux/if_ether.h>)
MAX_TRAMA = 2048  # bytes: más que una de Ethernet
BUFER = 4 * 1024 * 1024  # bytes
UDP_EN_IPV4 = (b"\x08\x00\x45", 17)  # tipo de la trama y comienzo de IP sin opciones; protocolo


def abrir(interfaz: str) -> socket.socket:
    """Un socket por el que pasan las tramas enteras de una interfaz."""
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFER)
    s.bind((interfaz, 0))
    return s


def leer(s: socket.socket) -> "bytes | None":
    """La siguiente trama que llegó; None si es una de las que enviamos nosotros."""
    trama, direccion = s.recvfrom(MAX_TRAMA)
    if direccion[2] == socket.PACKET_OUTGOING:
        return None
    if trama[12:15] == UDP_EN_IPV4[0] and trama[23] == UDP_EN_IPV4[1]:
        # Quien envía deja la suma de UDP para la tarjeta de red, que aquí no hay: 0 es «sin suma».
        trama = trama[:40] + b"\0\0" + trama[42:]
    return trama


def elegir_retrasos() -> "list[float]":
    """Cuánto tarda cada copia de una trama en llegar a un equipo."""
    copias = 2 if random.random() < REPETIR else 1
    return [random.uniform(0, RETRASO) if random.random() < RETRASAR else 0.0 for _ in range(copias)]


def main() -> None:
    """Llevar tramas de cada interfaz a las demás."""
    puertos = [abrir(interfaz) for interfaz in sys.argv[1:]]
    orden = itertools.count()  # desempata las que salen a la misma hora
    por_salir = []  # (hora, orden, puerto, trama)
    print("listo", flush=True)
    while True:
        espera = max(0.0, por_salir[0][0] - time.monotonic()) if por_salir else None
        hay = select.select([*puertos, sys.stdin], [], [], espera)[0]
        if sys.stdin in hay:
            return
        ahora = time.monotonic()
        for llega in hay:
            trama = leer(llega)
            for puerto in puertos if trama is not None else ():
                for retraso in elegir_retrasos() if puerto is not llega else ():
                    heapq.heappush(por_salir, (ahora + retraso, next(orden), puerto, trama))
        while por_salir and por_salir[0][0] <= ahora:
            _, _, puerto, trama = heapq.heappop(por_salir)
            puerto.send(trama)


if __name__ == "__main__":
    main()

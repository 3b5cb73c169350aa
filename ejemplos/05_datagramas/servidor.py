"""Servidor de eco por UDP, en una red que pierde: cada datagrama llega entero o no llega.

    python servidor.py             en este equipo
    python servidor.py 0.0.0.0     también para los demás equipos de la red
"""

import random
import socket
import sys

ANFITRION = sys.argv[1] if len(sys.argv) > 1 else "localhost"
PUERTO = 65436
MAX_DATAGRAMA = 65_507  # bytes: lo más que cabe en uno (RFC 768 sobre IPv4)
PERDIDA = 0.5  # parte de lo recibido que se tira a propósito: dentro de un equipo no se pierde nada


def main():
    azar = random.Random(0)  # siempre la misma suerte, para que en clase salga como en el README
    # Paso 1: un socket de datagramas (SOCK_DGRAM). No
    # hay listen ni accept: UDP no tiene conexiones.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind((ANFITRION, PUERTO))
        s.settimeout(1)  # s: en Windows, Ctrl+C no interrumpe a recvfrom
        print(f"Esperando datagramas en {ANFITRION}:{PUERTO} (Ctrl+C para terminar)")
        while True:
            try:
                # Paso 2: un recvfrom, un datagrama, y de quién es. Un solo socket oye a todos.
                datagrama, (ip, puerto) = s.recvfrom(MAX_DATAGRAMA)
            except (TimeoutError, ConnectionResetError):
                # Nadie habló; o Windows cuenta que un cliente al que se contestó ya no estaba.
                continue
            # Paso 3: lo que una red de verdad hace sin avisar.
            if azar.random() < PERDIDA:
                print(f"{ip}:{puerto} {datagrama} perdido")
                continue
            print(f"{ip}:{puerto} {datagrama} contestado")
            # Paso 4: contestar a esa dirección.
            s.sendto(datagrama, (ip, puerto))


if __name__ == "__main__":
    try:
        main()
    except socket.gaierror:
        sys.exit(f"No hay ningún equipo que se llame {ANFITRION}.")
    except OSError as error:
        sys.exit(f"No se puede usar {ANFITRION}:{PUERTO}. ¿Hay otro servidor en marcha? "
                 f"(error {error.errno})")
    except KeyboardInterrupt:
        print("\nFin del servidor")

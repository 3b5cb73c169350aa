"""Servidor de eco: devuelve cada byte que recibe, a un cliente tras otro.

    python servidor.py             en este equipo
    python servidor.py 0.0.0.0     también para los demás equipos de la red
"""

import socket
import sys

ANFITRION = sys.argv[1] if len(sys.argv) > 1 else "localhost"
PUERTO = 65432
# bytes por recv: tan pocos, a propósito, para ver que TCP no entrega mensajes sino bytes.
TROZO = 16


def main():
    # Paso 1: pedir al sistema un socket IPv4 (AF_INET) de TCP (SOCK_STREAM).
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as oyente:
        if sys.platform != "win32":
            # Para volver a usar el puerto justo después de cerrar. En Windows significa otra cosa.
            oyente.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Paso 2: ocupar un puerto y empezar a escuchar en él.
        oyente.bind((ANFITRION, PUERTO))
        oyente.listen()
        print(f"Escuchando en {ANFITRION}:{PUERTO} (Ctrl+C para terminar)")
        while True:
            # Paso 3: esperar a un cliente. accept devuelve otro socket, sólo para hablar con él.
            conexion, (ip, puerto) = oyente.accept()
            print(f"{ip}:{puerto} se ha conectado")
            with conexion:
                atender(conexion)
            print(f"{ip}:{puerto} se ha desconectado")


def atender(conexion):
    try:
        # Paso 4: recibir lo que haya; nada (b"") quiere decir que el cliente cerró.
        while datos := conexion.recv(TROZO):
            print(f"{len(datos):2} bytes: {datos}")
            # Paso 5: devolverlo todo; send podría enviar sólo una parte.
            conexion.sendall(datos)
    except ConnectionError:
        print("El cliente se fue sin despedirse")


if __name__ == "__main__":
    try:
        main()
    except socket.gaierror:
        sys.exit(f"No hay ningún equipo que se llame {ANFITRION}.")
    except OSError as error:
        sys.exit(f"No se puede escuchar en {ANFITRION}:{PUERTO}. ¿Hay otro servidor en marcha? "
                 f"(error {error.errno})")
    except KeyboardInterrupt:
        print("\nFin del servidor")

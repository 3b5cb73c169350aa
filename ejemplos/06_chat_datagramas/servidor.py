"""Servidor del chat por datagramas: reenvía lo que llega a todos los clientes registrados.

    cliente → servidor                          servidor → cliente
    ENTRAR Ana    me registro, y sigo aquí      REGISTRADOS Ana, Bryan
    DECIR Hola                                  MENSAJE Ana: Hola
    SALIR                                       ERROR Ese nombre no se puede usar…

    python servidor.py             en este equipo
    python servidor.py 0.0.0.0     también para los demás equipos de la red
"""

import socket
import sys
import time

ANFITRION = sys.argv[1] if len(sys.argv) > 1 else "localhost"
PUERTO = 65437
MAX_DATAGRAMA = 65_507  # bytes
MAX_NOMBRE = 20  # letras
MAX_CLIENTES = 100
# s sin oír a un cliente para darlo por ido: en UDP nadie avisa de que se cortó la luz.
SILENCIO = 10

clientes = {}  # (ip, puerto) → [nombre, cuándo se le oyó]


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind((ANFITRION, PUERTO))
        s.settimeout(1)  # s: aunque nadie hable, hay que ver quién calla
        print(f"Chat por datagramas en {ANFITRION}:{PUERTO} (Ctrl+C para terminar)")
        while True:
            try:
                # Paso 1: recibir de cualquiera, y separar la primera palabra.
                datagrama, direccion = s.recvfrom(MAX_DATAGRAMA)
                orden, _, resto = datagrama.decode("utf-8", errors="replace").partition(" ")
                atender(s, direccion, orden, "".join(filter(str.isprintable, resto)).strip())
            except (TimeoutError, ConnectionResetError):
                pass  # nadie habló; o Windows avisa de que un cliente ya no está
            # Paso 5: olvidar a quien lleva mucho callado.
            ahora = time.monotonic()
            for callado in [c for c, (_, oido) in clientes.items() if ahora - oido > SILENCIO]:
                salir(s, callado, "ha dejado de responder")


def atender(s, direccion, orden, resto):
    if orden == "ENTRAR":
        entrar(s, direccion, resto[:MAX_NOMBRE])
    elif orden == "DECIR" and direccion in clientes and resto:
        # Paso 3: quién lo dice no lo dice él: lo sabe el servidor, por la dirección.
        difundir(s, f"{clientes[direccion][0]}: {resto}")
    elif orden == "SALIR" and direccion in clientes:
        salir(s, direccion, "ha salido")


def entrar(s, direccion, nombre):
    # Paso 2: registrar la dirección. Se repite cada 2 s: si un datagrama se pierde, otro llegará.
    if direccion in clientes:
        clientes[direccion][1] = time.monotonic()
    elif (not nombre or len(clientes) == MAX_CLIENTES
          or nombre in [uno for uno, _ in clientes.values()]):
        return enviar(s, direccion,
                      "ERROR Ese nombre no se puede usar: "
                      "está vacío u ocupado, o el chat está lleno.")
    else:
        clientes[direccion] = [nombre, time.monotonic()]
        difundir(s, f">>> {nombre} se ha unido al chat")
    enviar(s, direccion, "REGISTRADOS " + ", ".join(nombre for nombre, _ in clientes.values()))


def salir(s, direccion, como):
    nombre, _ = clientes.pop(direccion)
    difundir(s, f">>> {nombre} {como}")


def difundir(s, texto):
    """Paso 4: un datagrama para cada cliente registrado, también para quien lo dijo."""
    print(texto)
    for direccion in clientes:
        enviar(s, direccion, f"MENSAJE {texto}")


def enviar(s, direccion, texto):
    try:
        s.sendto(texto.encode(), direccion)
    except OSError:
        pass  # a ése no se le puede enviar: los demás no tienen la culpa


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):  # en IDLE no hace falta
        # Una terminal que no sabe escribir una letra pone «?».
        sys.stdout.reconfigure(errors="replace")
    try:
        main()
    except socket.gaierror:
        sys.exit(f"No hay ningún equipo que se llame {ANFITRION}.")
    except OSError as error:
        sys.exit(f"No se puede usar {ANFITRION}:{PUERTO}. ¿Hay otro servidor en marcha? "
                 f"(error {error.errno})")
    except KeyboardInterrupt:
        print("\nFin del servidor")

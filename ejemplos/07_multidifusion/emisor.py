"""Emisor: envía a un grupo de multidifusión. Sale una vez y llega a cuantos estén en el grupo.

    python emisor.py
    python emisor.py --ttl 0            que no salga de este equipo
    python emisor.py --sin-vuelta       que no lo reciba este equipo
"""

import argparse
import errno
import os
import socket
import sys

GRUPO = "239.255.3.3"
PUERTO = 5007


def main(elegidas):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        # Paso 1: por qué interfaz sale. El grupo no está
        # en ninguna: no se puede deducir de la dirección.
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(elegidas.interfaz))
        # Paso 2: cuántos saltos da. 1: lo oye la red local, ningún enrutador lo pasa a otra.
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, elegidas.ttl)
        # Paso 3: si el sistema nos devuelve una copia a los programas de este equipo.
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0 if elegidas.sin_vuelta else 1)
        if elegidas.sin_vuelta and sys.platform == "win32":
            print("En Windows eso lo decide quien recibe: python receptor.py --sin-vuelta")
        # Paso 4: enviar. No hace falta unirse al grupo para hablarle.
        while (texto := input("Mensaje: ")) != "salir":
            try:
                s.sendto(texto.encode("utf-8", errors="replace"), (GRUPO, PUERTO))
            except OSError as error:
                if error.errno != errno.EMSGSIZE:
                    raise
                print("El mensaje no cabe en un datagrama.")


if __name__ == "__main__":
    if hasattr(sys.stdin, "reconfigure"):  # en IDLE no hace falta
        # Una letra que la terminal no sabe leer sale como «�».
        sys.stdin.reconfigure(errors="replace")
    opciones = argparse.ArgumentParser(description="Envía al grupo lo que se teclea.")
    opciones.add_argument("--interfaz", default=os.environ.get("CHAT_INTERFAZ", "0.0.0.0"),
                          help="su dirección (la que elija el sistema)")
    opciones.add_argument("--ttl", type=int, default=1, choices=range(256), metavar="N",
                          help="saltos, de 0 a 255 (1)")
    opciones.add_argument("--sin-vuelta", action="store_true",
                          help="no lo reciben los programas de este equipo")
    elegidas = opciones.parse_args()
    try:
        main(elegidas)
    except OSError as error:  # sin número: ni siquiera es una dirección
        porque = (f"error {error.errno}" if error.errno
                  else f"«{elegidas.interfaz}» no es una dirección")
        sys.exit(f"No se puede enviar al grupo {GRUPO}:{PUERTO} ({porque}). "
                 "Sin red, prueba --interfaz 127.0.0.1")
    except (KeyboardInterrupt, EOFError):
        print("\nHasta luego")

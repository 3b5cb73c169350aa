"""Receptor: se une a un grupo de multidifusión y muestra lo que cualquiera envíe a él.

    python receptor.py                              por la interfaz que elija el sistema
    python receptor.py --interfaz 192.168.1.20      por la que tiene esa dirección
    python receptor.py --interfaz 127.0.0.1         sólo lo de este equipo
    python receptor.py --sin-vuelta                 en Windows, sólo lo de los demás equipos
"""

import argparse
import os
import socket
import sys

GRUPO = "239.255.3.3"  # 239.x.x.x: para uso de cada organización (RFC 2365)
PUERTO = 5007
MAX_DATAGRAMA = 65_507  # bytes


def main(interfaz, sin_vuelta):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        # Paso 1: compartir el puerto con otros receptores de este equipo. macOS pide además
        # SO_REUSEPORT; en Linux no se pone: repartiría entre ellos lo que llega.
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform == "darwin":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        # Paso 2: el puerto, en cualquier dirección. Enlazar a la del grupo falla en Windows.
        s.bind(("", PUERTO))
        # Paso 3: unirse al grupo en una interfaz. El sistema
        # lo cuenta a la red (IGMP) y desde ahora llega.
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                     socket.inet_aton(GRUPO) + socket.inet_aton(interfaz))
        # Si llega lo que se envía desde este mismo equipo. En Windows lo decide quien recibe; en
        # los demás, quien envía, y esta opción no cambia nada.
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0 if sin_vuelta else 1)
        s.settimeout(1)  # s: en Windows, Ctrl+C no interrumpe a recvfrom
        print(f"En el grupo {GRUPO}:{PUERTO} (Ctrl+C para salir)")
        while True:
            try:
                # Paso 4: recibir como en 05. Quien envía no sabe que existimos.
                datagrama, (ip, puerto) = s.recvfrom(MAX_DATAGRAMA)
                print(f"{ip}:{puerto} dice: {limpiar(datagrama)}")
            except TimeoutError:
                pass  # nadie habló


def limpiar(datagrama):
    """Texto sin lo que no se ve, con que alguien podría borrarnos la pantalla."""
    return "".join(filter(str.isprintable, datagrama.decode("utf-8", errors="replace")))


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):  # en IDLE no hace falta
        # Una terminal que no sabe escribir una letra pone «?».
        sys.stdout.reconfigure(errors="replace")
    opciones = argparse.ArgumentParser(description="Muestra lo que se envía al grupo.")
    opciones.add_argument("--interfaz", default=os.environ.get("CHAT_INTERFAZ", "0.0.0.0"),
                          help="su dirección (la que elija el sistema)")
    opciones.add_argument("--sin-vuelta", action="store_true",
                          help="en Windows, no recibir lo de este equipo")
    elegidas = opciones.parse_args()
    interfaz = elegidas.interfaz
    try:
        main(interfaz, elegidas.sin_vuelta)
    except OSError as error:  # sin número: ni siquiera es una dirección
        porque = f"error {error.errno}" if error.errno else f"«{interfaz}» no es una dirección"
        sys.exit(f"No se puede oír al grupo {GRUPO}:{PUERTO} ({porque}). "
                 "Sin red, prueba --interfaz 127.0.0.1")
    except KeyboardInterrupt:
        print("\nFuera del grupo")

"""Un cliente de las dos primeras etapas, escrito sólo con enunciado/README.md y protocolo.md a la vista.

No usa nada de practica3/: si el texto no bastara, este programa no conversaría con el servidor.
Cada renglón que se le escribe se dice en la sala; «salir» lo termina.
"""

import argparse
import json
import queue
import socket
import sys
import threading

GRUPO = "239.255.3.3"
TTL = 1


def abrir_socket(puerto, interfaz):
    """Protocolo, sección 1."""
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sys.platform == "darwin":
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    s.bind(("", puerto))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, TTL)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interfaz))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GRUPO) + socket.inet_aton(interfaz))
    s.settimeout(0.5)
    return s


def decodificar(datagrama):
    """Secciones 2 y 13: la primera línea, un objeto JSON en UTF-8; None si no lo es."""
    try:
        mensaje = json.loads(datagrama.partition(b"\n")[0].decode("utf-8"))
    except ValueError:
        return None
    return mensaje if isinstance(mensaje, dict) else None


def enviar(s, puerto, cola):
    """El hilo que envía."""
    while (mensaje := cola.get()) is not None:
        s.sendto(json.dumps(mensaje, ensure_ascii=False, separators=(",", ":")).encode("utf-8"), (GRUPO, puerto))


def recibir(s, sala, cerrando):
    """El hilo que recibe: muestra la lista de su sala y lo que se dice en ella."""
    while not cerrando.is_set():
        try:
            mensaje = decodificar(s.recvfrom(65_535)[0]) or {}
        except socket.timeout:
            continue
        if mensaje.get("sala") == sala and mensaje.get("tipo") == "usuarios":
            print("lista:", *mensaje.get("lista", []), flush=True)
        elif mensaje.get("sala") == sala and mensaje.get("tipo") == "msj":
            print(f"{mensaje.get('user')}: {mensaje.get('content')}", flush=True)


def main():
    opciones = argparse.ArgumentParser()
    opciones.add_argument("--puerto", type=int, default=5007)
    opciones.add_argument("--interfaz", default="127.0.0.1")
    opciones.add_argument("user")
    opciones.add_argument("sala")
    elegidas = opciones.parse_args()
    yo = {"user": elegidas.user, "sala": elegidas.sala}
    cola, cerrando = queue.Queue(), threading.Event()
    s = abrir_socket(elegidas.puerto, elegidas.interfaz)
    hilo_enviar = threading.Thread(target=enviar, args=(s, elegidas.puerto, cola))
    hilo_recibir = threading.Thread(target=recibir, args=(s, elegidas.sala, cerrando))
    hilo_enviar.start()
    hilo_recibir.start()
    cola.put({"tipo": "inicio", **yo})
    for linea in map(str.strip, sys.stdin):
        if linea == "salir":
            break
        cola.put({"tipo": "msj", **yo, "content": linea})
    cola.put({"tipo": "salir", **yo})
    cola.put(None)
    hilo_enviar.join()
    cerrando.set()
    hilo_recibir.join()
    s.close()


if __name__ == "__main__":
    main()

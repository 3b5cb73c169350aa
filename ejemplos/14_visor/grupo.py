"""El socket del grupo: lo que se vio en 07, apartado aquí para que estorbe lo menos posible.

Es el mismo archivo en las carpetas 08 a 14.

    elegidas = grupo.crear_analizador("Qué hace el programa").parse_args()
    s, destino = grupo.abrir(elegidas)
"""

import argparse
import errno
import ipaddress
import os
import socket
import sys

GRUPO = "239.255.3.3"
PUERTO = 5007
LAZO = "127.0.0.1"  # la interfaz de bucle: sólo este equipo
MAX_DATAGRAMA = 65_507  # bytes: 65 535 menos las cabeceras de IP (20) y de UDP (8)
ESPERA = 0.5  # s: lo que se espera un datagrama antes de volver a mirar si hay que terminar
# De <linux/in.h>; Python lo trae desde 3.13.
IP_MULTICAST_ALL = getattr(socket, "IP_MULTICAST_ALL", 49)
MOTIVOS = {  # los errores más comunes: sus números cambian de un sistema a otro, sus nombres no
    errno.EADDRINUSE: "otro programa usa ese puerto",
    errno.ENODEV: "esa interfaz no es de este equipo",
    errno.EADDRNOTAVAIL: "esa interfaz no es de este equipo",
    errno.EMSGSIZE: "no caben en un datagrama", errno.ENETUNREACH: "no hay red",
    errno.ENOENT: "no existe", errno.EACCES: "no hay permiso", errno.EISDIR: "es una carpeta",
    errno.ENOSPC: "no hay espacio"}


def crear_analizador(descripcion):
    """Las opciones --grupo, --puerto e --interfaz.

    Sin ellas valen CHAT_GRUPO, CHAT_PUERTO y CHAT_INTERFAZ.
    """
    analizador = argparse.ArgumentParser(description=descripcion)
    analizador.add_argument("--grupo", default=os.environ.get("CHAT_GRUPO") or GRUPO)
    analizador.add_argument("--puerto", type=int, default=os.environ.get("CHAT_PUERTO") or PUERTO)
    analizador.add_argument("--interfaz", default=os.environ.get("CHAT_INTERFAZ"),
                            help=f"{LAZO}: sólo este equipo")
    return analizador


def abrir(elegidas):
    """Abrir el socket, ya unido al grupo: (socket, destino).

    Si no se puede, termina el programa diciendo por qué.
    """
    for flujo in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(flujo, "reconfigure"):  # en IDLE no hace falta
            # Lo que la terminal no sepa leer será «�»; lo que no sepa escribir, «?».
            flujo.reconfigure(errors="replace", line_buffering=True)
    destino = (elegidas.grupo, elegidas.puerto)
    interfaz = elegidas.interfaz or interfaz_del_sistema(destino)
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        ipaddress.IPv4Address(interfaz)
        if not ipaddress.IPv4Address(elegidas.grupo).is_multicast:
            raise ValueError("un grupo va de 224.0.0.0 a 239.255.255.255")
        _unir(s, destino, interfaz)
    except (OSError, OverflowError, ValueError) as error:
        # Puerto ocupado, fuera de rango, dirección mal escrita.
        s.close()
        sys.exit(f"No se puede usar el grupo {elegidas.grupo}:{elegidas.puerto} por la interfaz "
                 f"{interfaz}: {explicar(error)}")
    return s, destino


def explicar(error):
    """El motivo de un error; en español, si es de los comunes."""
    if isinstance(error, ipaddress.AddressValueError):
        return "una dirección son cuatro números, como 192.168.1.20"
    if isinstance(error, OverflowError):
        return "un puerto va de 1 a 65535"
    return MOTIVOS.get(getattr(error, "errno", None), str(error))


def _unir(s, destino, interfaz):
    # Varios programas de un equipo, en el mismo puerto.
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sys.platform == "darwin":  # macOS pide ésta además; en Linux repartiría lo que llega
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if sys.platform == "linux":  # si no, se oye cualquier grupo al que alguien del equipo se uniera
        s.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)
    s.bind(("", destino[1]))
    por = socket.inet_aton(interfaz)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(destino[0]) + por)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, por)
    s.settimeout(ESPERA)  # una vez y antes de que haya hilos: el socket es de los dos


def interfaz_del_sistema(destino):
    """La dirección desde la que el sistema envía al grupo; la de bucle si no hay red."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(destino)  # en UDP no envía nada: sólo consulta las rutas
            return s.getsockname()[0]
        except (OSError, OverflowError):  # sin red; un puerto de más de 65 535 lo dirá `abrir`
            return LAZO


def recibir(s):
    """El siguiente datagrama, o None si nadie habló en ESPERA s."""
    try:
        return s.recvfrom(MAX_DATAGRAMA)[0]
    except OSError:  # TimeoutError; Windows cuenta así además los errores de otros equipos
        return None


def enviar(s, datagrama, destino):
    """Enviar un datagrama al grupo; si no se puede, decirlo y seguir."""
    try:
        s.sendto(datagrama, destino)
    except OSError as error:  # sin red, o más de 65 507 bytes
        print(f"No se pudieron enviar {len(datagrama)} bytes: {explicar(error)}")


def mostrar(texto, pregunta=""):
    """Escribir un renglón y repetir debajo la pregunta.

    Lo que una terminal obedecería (borrarse, subir) sale como «�».
    """
    limpio = "".join(c if c.isprintable() else "�" for c in texto)
    print(f"\r{limpio:<40}\n{pregunta}", end="", flush=True)  # \r: encima de la pregunta

"""Las opciones de red que comparten todos los programas del chat.

    --grupo 239.255.3.3     CHAT_GRUPO       el grupo de multidifusión
    --puerto 5007           CHAT_PUERTO      el puerto UDP
    --interfaz 127.0.0.1    CHAT_INTERFAZ    por qué interfaz; sin ella, la que use el sistema
    --perdida 20                             tirar el 20 % de lo que se recibe

La variable de entorno vale cuando falta la opción, y se revisa igual que ella.
"""

import argparse
import ipaddress
import os

import red


def agregar_opciones(opciones: argparse.ArgumentParser) -> None:
    """Añadir --grupo, --puerto, --interfaz y --perdida; sin ellas valen CHAT_GRUPO, CHAT_PUERTO, CHAT_INTERFAZ."""
    entorno = os.environ.get
    opciones.add_argument("--grupo", type=leer_grupo, default=entorno("CHAT_GRUPO") or red.GRUPO,
                          help=f"grupo de multidifusión ({red.GRUPO})")
    opciones.add_argument("--puerto", type=leer_puerto, default=entorno("CHAT_PUERTO") or str(red.PUERTO),
                          help=f"puerto UDP ({red.PUERTO})")
    opciones.add_argument("--interfaz", type=leer_interfaz, default=entorno("CHAT_INTERFAZ") or None,
                          help=f"dirección IPv4 de la interfaz de red; {red.LAZO}: sólo este equipo (la que use el sistema)")
    opciones.add_argument("--perdida", type=leer_porcentaje, default=0, metavar="N",
                          help="tirar el N %% de lo que se recibe, para verlo en clase")


def abrir_red(opciones: argparse.Namespace, **ritmo) -> red.Red:
    """Crear la Red que piden las opciones de `agregar_opciones`. Lanza ErrorRed."""
    return red.Red(opciones.grupo, opciones.puerto, opciones.interfaz, opciones.perdida, **ritmo)


def leer_grupo(texto: str) -> str:
    """Comprobar un grupo de multidifusión IPv4 (224.0.0.0 a 239.255.255.255)."""
    direccion = leer_interfaz(texto)
    if not ipaddress.IPv4Address(direccion).is_multicast:
        raise argparse.ArgumentTypeError(f"{texto} no es un grupo de multidifusión (de 224.0.0.0 a 239.255.255.255)")
    return direccion


def leer_interfaz(texto: str) -> str:
    """Comprobar una dirección IPv4."""
    try:
        return str(ipaddress.IPv4Address(texto))
    except ValueError:
        raise argparse.ArgumentTypeError(f"«{texto}» no es una dirección IPv4, como 192.168.1.20") from None


def leer_puerto(texto: str) -> int:
    """Comprobar un puerto UDP (1 a 65535)."""
    if not texto.isdecimal() or not 1 <= int(texto) <= 65_535:
        raise argparse.ArgumentTypeError(f"«{texto}» no es un puerto (de 1 a 65535)")
    return int(texto)


def leer_porcentaje(texto: str) -> float:
    """Comprobar un porcentaje de 0 a 100."""
    try:
        valor = float(texto)
    except ValueError:
        valor = -1.0
    if not 0 <= valor <= 100:
        raise argparse.ArgumentTypeError(f"«{texto}» no es un porcentaje (de 0 a 100)")
    return valor

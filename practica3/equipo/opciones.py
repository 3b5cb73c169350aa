"""Las opciones de red que comparten todos los programas del chat.

    --grupo 239.255.3.3     CHAT_GRUPO       el grupo de multidifusión
    --puerto 5007           CHAT_PUERTO      el puerto UDP
    --interfaz 127.0.0.1    CHAT_INTERFAZ    por qué interfaz; sin ella, la que use el sistema
    --perdida 20                             tirar el 20 % de lo que se recibe
    --servidor 192.168.1.9  CHAT_SERVIDOR    hablar por un relevo, puente.py: sólo los clientes

La variable de entorno vale cuando falta la opción, y se revisa igual que ella.
"""

import argparse
import ipaddress
import os
import socket

from equipo import interfaces
import protocolo


def agregar_opciones(analizador: argparse.ArgumentParser, es_cliente: bool = False) -> None:
    """Añadir las opciones de red, que sin decirse valen lo que sus variables de entorno."""
    variable = os.environ.get
    if es_cliente:
        analizador.add_argument(
            "--servidor", type=leer_direccion, default=variable("CHAT_SERVIDOR") or None,
            metavar="EQUIPO[:PUERTO]",
            help="hablar por el relevo (puente.py --relevo) que hay en ese equipo, donde la red "
                 "no deja pasar la multidifusión")
    analizador.add_argument(
        "--grupo", type=leer_grupo, default=variable("CHAT_GRUPO") or protocolo.GRUPO,
        help=f"grupo de multidifusión ({protocolo.GRUPO})")
    analizador.add_argument(
        "--puerto", type=leer_puerto, default=variable("CHAT_PUERTO") or str(protocolo.PUERTO),
        help=f"puerto UDP ({protocolo.PUERTO})")
    analizador.add_argument(
        "--interfaz", type=leer_interfaz, default=variable("CHAT_INTERFAZ") or None,
        help="dirección IPv4 de la interfaz de red; "
             f"{interfaces.LAZO}: sólo este equipo (la que use el sistema)")
    analizador.add_argument(
        "--perdida", type=leer_porcentaje, default=0, metavar="N",
        help="tirar el N %% de lo que se recibe, para verlo en clase")


def elegir_red(elegidas: argparse.Namespace) -> dict:
    """De las opciones leídas, las que pide red.Red."""
    pedidas = {una: getattr(elegidas, una) for una in ("grupo", "puerto", "interfaz", "perdida")}
    return {**pedidas, "relevo": getattr(elegidas, "servidor", None)}


def escribir_opciones(
    grupo: str, puerto: int, interfaz: "str | None" = None, perdida: float = 0,
) -> "list[str]":
    """Las opciones con que otro programa usa la misma red."""
    escritas = [f"--grupo={grupo}", f"--puerto={puerto}", f"--perdida={perdida:g}"]
    return escritas + [f"--interfaz={interfaz}"] * (interfaz is not None)


def leer_grupo(texto: str) -> str:
    """Comprobar un grupo de multidifusión IPv4 (224.0.0.0 a 239.255.255.255)."""
    direccion = leer_interfaz(texto)
    if not ipaddress.IPv4Address(direccion).is_multicast:
        raise argparse.ArgumentTypeError(
            f"{texto} no es un grupo de multidifusión (de 224.0.0.0 a 239.255.255.255)")
    return direccion


def leer_interfaz(texto: str) -> str:
    """Comprobar una dirección IPv4."""
    try:
        return str(ipaddress.IPv4Address(texto))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"«{texto}» no es una dirección IPv4, como 192.168.1.20") from None


def leer_puerto(texto: str) -> int:
    """Comprobar un puerto UDP (1 a 65535)."""
    if not texto.isdecimal() or not 1 <= int(texto) <= 65_535:
        raise argparse.ArgumentTypeError(f"«{texto}» no es un puerto (de 1 a 65535)")
    return int(texto)


def leer_direccion(texto: str) -> "tuple[str, int]":
    """Comprobar un equipo, por su nombre o dirección, con puerto o sin él: «10.1.2.3:5007»."""
    equipo, _, puerto = texto.partition(":")
    try:
        return socket.gethostbyname(equipo), leer_puerto(puerto or str(protocolo.PUERTO))
    except (OSError, UnicodeError):
        raise argparse.ArgumentTypeError(f"no se encuentra el equipo «{equipo}»") from None


def escribir_direccion(direccion: "tuple[str, int]") -> str:
    """Lo contrario de `leer_direccion`."""
    return "{}:{}".format(*direccion)


def leer_porcentaje(texto: str) -> float:
    """Comprobar un porcentaje de 0 a 100."""
    try:
        valor = float(texto)
    except ValueError:
        valor = -1.0
    if not 0 <= valor <= 100:
        raise argparse.ArgumentTypeError(f"«{texto}» no es un porcentaje (de 0 a 100)")
    return valor

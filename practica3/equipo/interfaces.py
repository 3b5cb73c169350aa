"""Las interfaces de red de este equipo y cuál de ellas usa el sistema."""

import ipaddress
import socket

import protocolo

LAZO = "127.0.0.1"  # la interfaz de bucle: sólo este equipo


def interfaz_del_sistema(
    grupo: str = protocolo.GRUPO, puerto: int = protocolo.PUERTO,
) -> str:
    """La dirección IPv4 de la interfaz por la que el sistema envía al grupo; LAZO sin red."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect((grupo, puerto))  # en UDP no envía nada: sólo consulta las rutas
            return s.getsockname()[0]
        except OSError:
            return LAZO


def listar() -> "list[tuple[str, str]]":
    """Nombre y dirección IPv4 de cada interfaz en marcha; la de bucle, al final.

    Sin psutil sólo se ven dos: la que usa el sistema y la de bucle.
    """
    try:
        import psutil  # aquí: es de las bibliotecas sin las que el chat también funciona
    except ImportError:
        actual = interfaz_del_sistema()
        return [("del sistema", actual)] * (actual != LAZO) + [("bucle", LAZO)]
    en_marcha = {nombre for nombre, estado in psutil.net_if_stats().items() if estado.isup}
    todas = [(nombre, una.address)
             for nombre, direcciones in psutil.net_if_addrs().items() if nombre in en_marcha
             for una in direcciones if una.family == socket.AF_INET]
    return sorted(todas, key=lambda par: ipaddress.IPv4Address(par[1]).is_loopback)

"""Las interfaces de red de este equipo y cuál de ellas usa el sistema."""

import ipaddress
import socket
import struct

import protocolo

LAZO = "127.0.0.1"  # la interfaz de bucle: sólo este equipo


def es_lazo(direccion: str) -> bool:
    """Si lo que sale por esa dirección no sale de este equipo."""
    return ipaddress.IPv4Address(direccion).is_loopback


def interfaz_del_sistema(
    grupo: str = protocolo.GRUPO, puerto: int = protocolo.PUERTO,
) -> str:
    """La dirección IPv4 de la interfaz por la que enviar al grupo; LAZO sin red.

    Es la que el sistema use o, si no tiene ruta (una red sin puerta de enlace: un conmutador, un
    cable directo) o ésa no sirve, la primera que esté en marcha y tenga multidifusión.
    """
    sirven = [direccion for _, direccion in _buscar(con_grupos=True) if not es_lazo(direccion)]
    ruta = consultar_ruta(grupo, puerto)
    if ruta in sirven:
        return ruta
    return sirven[0] if sirven else LAZO


def listar() -> "list[tuple[str, str]]":
    """Nombre y dirección IPv4 de cada interfaz en marcha; la de bucle, al final."""
    return sorted(_buscar(), key=lambda par: es_lazo(par[1]))


def tarjeta_de(direccion: str) -> "str | None":
    """El nombre de la interfaz que tiene esa dirección: con DHCP ella cambia, y el nombre no."""
    return next((nombre for nombre, suya in _buscar() if suya == direccion), None)


def direccion_de(tarjeta: str, direccion: str) -> str:
    """La dirección que tiene ahora una interfaz: ésa, si todavía la tiene; "" si ninguna."""
    suyas = [suya for nombre, suya in _buscar() if nombre == tarjeta]
    return direccion if direccion in suyas else (suyas or [""])[0]


def difusion_de(direccion: str) -> str:
    """La dirección con que se habla a todos los equipos de la red de una interfaz (broadcast)."""
    try:
        import psutil
    except ImportError:  # lo más común: una red de 254 equipos
        return str(ipaddress.IPv4Network(f"{direccion}/24", strict=False).broadcast_address)
    todas = (una for suyas in psutil.net_if_addrs().values() for una in suyas)
    suya = next((una for una in todas if una.address == direccion), None)
    mascara = suya.netmask if suya and suya.netmask else 24
    return str(ipaddress.IPv4Network(f"{direccion}/{mascara}", strict=False).broadcast_address)


def _buscar(con_grupos: bool = False) -> "list[tuple[str, str]]":
    """Nombre y dirección de las que están en marcha; `con_grupos`: y admiten multidifusión."""
    try:
        import psutil  # aquí: es de las bibliotecas sin las que el chat también funciona
    except ImportError:
        return _buscar_sin_psutil()
    estados = psutil.net_if_stats()
    sirven = {nombre for nombre, uno in estados.items() if uno.isup and (
        # Windows no da estas señas, ni los psutil viejos.
        not con_grupos or "multicast" in (getattr(uno, "flags", "") or "multicast"))}
    return [(nombre, una.address) for nombre, suyas in psutil.net_if_addrs().items()
            if nombre in sirven for una in suyas if una.family == socket.AF_INET]


def _buscar_sin_psutil() -> "list[tuple[str, str]]":
    """Lo mismo, preguntando por cada interfaz con qué dirección se enviaría al grupo desde ella."""
    halladas = []
    for indice, nombre in socket.if_nameindex():
        por = struct.pack("4s4si", b"", b"", indice)  # struct ip_mreqn
        direccion = consultar_ruta(protocolo.GRUPO, protocolo.PUERTO, por)
        if direccion not in ("", "0.0.0.0"):
            halladas.append((nombre, direccion))
    ruta = consultar_ruta(protocolo.GRUPO, protocolo.PUERTO)  # en Windows, lo único que se sabe
    conocidas = {direccion for _, direccion in halladas}
    halladas += [("del sistema", ruta)] * (ruta not in ("", *conocidas))
    return halladas + [("bucle", LAZO)] * (LAZO not in conocidas | {ruta})


def consultar_ruta(grupo: str, puerto: int, por: bytes = b"") -> str:
    """Desde qué dirección se enviaría al grupo; "" si no hay por dónde."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            if por:
                s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, por)
            s.connect((grupo, puerto))  # en UDP no envía nada: sólo consulta las rutas
            return s.getsockname()[0]
        except OSError:
            return ""

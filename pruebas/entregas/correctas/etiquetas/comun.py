import socket

GRUPO = "239.255.3.3"
PUERTO = 5007


def abrir():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("", PUERTO))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GRUPO) + socket.inet_aton("0.0.0.0"))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    s.settimeout(0.5)
    return s


def unir(*campos):
    return "".join("<" + c + ">" for c in campos).encode("utf-8")


def partir(datos):
    """<a><b><c> → [a, b, c]; el último de un mensaje puede llevar > y <. Vacío si no se entiende."""
    try:
        t = datos.decode("utf-8")
    except UnicodeDecodeError:
        return []
    if len(t) < 3 or t[0] != "<" or t[-1] != ">":
        return []
    tipo = t[1:].split(">")[0]
    cuantos = {"inicio": 2, "salir": 2, "msj": 3, "sticker": 3, "audio": 3}.get(tipo, -1)
    if t.startswith("<msj><privado>"):
        cuantos = 4
    return t[1:-1].split("><", cuantos)

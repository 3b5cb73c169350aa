"""Servidor del chat: lleva la cuenta de quién está en cada sala."""
import json
import socket

GRUPO, PUERTO = "239.255.3.3", 5007


def abrir():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("", PUERTO))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GRUPO) + socket.inet_aton("0.0.0.0"))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    return s


def leer(datos):
    """(tipo, usuario, sala) de un mensaje que interesa, o None."""
    try:
        m = json.loads(datos.decode("utf-8"))
        tipo, user, sala = m["tipo"], m["user"], m["sala"]
    except (ValueError, KeyError, TypeError):
        return None
    if tipo not in ("inicio", "salir") or not isinstance(user, str) or not isinstance(sala, str) or not user:
        return None
    return tipo, user, sala


salas = {}
s = abrir()
print("Servidor listo")
try:
    while True:
        leido = leer(s.recvfrom(65535)[0])
        if leido is None:
            continue
        tipo, user, sala = leido
        quienes = salas.setdefault(sala, [])
        if tipo == "inicio" and user not in quienes:
            quienes.append(user)
        if tipo == "salir" and user in quienes:
            quienes.remove(user)
        respuesta = {"tipo": "usuarios", "sala": sala, "lista": quienes}
        s.sendto(json.dumps(respuesta, ensure_ascii=False).encode("utf-8"), (GRUPO, PUERTO))
except KeyboardInterrupt:
    print("Adiós")

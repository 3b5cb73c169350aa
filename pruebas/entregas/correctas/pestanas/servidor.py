import json
import socket
import struct

GRUPO = "239.255.3.3"
PUERTO = 5007

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_UDP)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind(("", PUERTO))
sock.setsockopt(
    socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack("4sl", socket.inet_aton(GRUPO), socket.INADDR_ANY)
)
sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)

usuarios = {}  # sala -> conjunto de nombres

while True:
    try:
        m = json.loads(sock.recvfrom(65535)[0])
        tipo, user, sala = m["tipo"], m["user"], m["sala"]
        if tipo == "inicio" and user and isinstance(user, str):
            usuarios.setdefault(sala, set()).add(user)
        elif tipo == "salir":
            usuarios.get(sala, set()).discard(user)
        else:
            continue
        respuesta = {"tipo": "usuarios", "sala": sala, "lista": sorted(usuarios.get(sala, ()))}
        sock.sendto(json.dumps(respuesta).encode(), (GRUPO, PUERTO))
    except (ValueError, KeyError, TypeError):
        print("datagrama ignorado")
    except KeyboardInterrupt:
        break

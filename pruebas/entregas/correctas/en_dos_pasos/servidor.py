"""Servidor: quién está en cada sala."""

import json
from collections import defaultdict

from conexion import GRUPO
from conexion import PUERTO
from conexion import abrir_socket

salas = defaultdict(dict)  # sala → usuario → nada: un dict conserva el orden de llegada
s = abrir_socket()
while True:
    try:
        mensaje = json.loads(s.recv(65535))
        if mensaje["tipo"] == "inicio" and isinstance(mensaje["user"], str) and mensaje["user"]:
            salas[mensaje["sala"]][mensaje["user"]] = None
        elif mensaje["tipo"] == "salir":
            salas[mensaje["sala"]].pop(mensaje["user"], None)
        else:
            continue
        lista = {"tipo": "usuarios", "sala": mensaje["sala"], "lista": list(salas[mensaje["sala"]])}
        s.sendto(json.dumps(lista).encode(), (GRUPO, PUERTO))
    except TimeoutError:
        continue
    except (ValueError, KeyError, TypeError):
        continue
    except KeyboardInterrupt:
        break

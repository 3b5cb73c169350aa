# Servidor del chat. Sólo anota quién está en cada sala y avisa cuando eso cambia.
from mensajes import *

salas = {}  # sala: lista de nombres, como fueron llegando


def atender(mensaje):
    """La sala que cambió, o None si el mensaje no era para el servidor."""
    sala, quien = mensaje.get("sala"), mensaje.get("user")
    if not isinstance(sala, str) or not isinstance(quien, str):
        return None
    presentes = salas.setdefault(sala, [])
    if mensaje["tipo"] == "inicio":
        if quien not in presentes:
            presentes.append(quien)
        return sala
    if mensaje["tipo"] == "salir":
        salas[sala] = [otro for otro in presentes if otro != quien]
        return sala
    return None


if __name__ == "__main__":
    canal = unirse()
    print("Dando listas en", GRUPO, PUERTO)
    try:
        while True:
            try:
                mensaje, _ = separar(canal.recv(65535))
            except TimeoutError:
                continue
            cambio = atender(mensaje) if mensaje else None
            if cambio is not None:
                canal.sendto(juntar({"tipo": "usuarios", "sala": cambio, "lista": salas[cambio]}), (GRUPO, PUERTO))
    except KeyboardInterrupt:
        canal.close()

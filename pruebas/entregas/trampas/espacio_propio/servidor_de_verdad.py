"""Servidor del chat: sólo da la lista de usuarios de cada sala."""
from protocolo import GRUPO
from protocolo import PUERTO
from protocolo import codificar
from protocolo import crear_socket
from protocolo import decodificar


def main():
    s = crear_socket()
    salas = {}
    print("Servidor listo en", GRUPO, PUERTO)
    while True:
        try:
            datos, _ = s.recvfrom(65535)
        except TimeoutError:
            continue
        mensaje = decodificar(datos)
        if mensaje is None or mensaje["tipo"] not in ("inicio", "salir"):
            continue
        sala, user = mensaje["sala"], mensaje["user"]
        usuarios = salas.setdefault(sala, [])
        if mensaje["tipo"] == "inicio" and user not in usuarios:
            usuarios.append(user)
        elif mensaje["tipo"] == "salir" and user in usuarios:
            usuarios.remove(user)
        print(mensaje["tipo"], user, sala)
        s.sendto(codificar({"tipo": "usuarios", "sala": sala, "lista": usuarios}), (GRUPO, PUERTO))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("Adiós")

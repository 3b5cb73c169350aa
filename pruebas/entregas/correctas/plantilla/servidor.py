"""El servidor: dice a cada sala quién está en ella, y nada más.

    python servidor.py
"""

import protocolo
import red


class Servidor:
    """Quién está en cada sala."""

    def __init__(self, enviar):
        """`enviar`: la función que manda un mensaje al grupo."""
        self.enviar = enviar
        self.salas = {}  # sala → usuarios, en orden de entrada

    def atender(self, mensaje):
        """Hacer lo que toca con un mensaje recibido."""
        if mensaje["tipo"] not in ("inicio", "salir"):
            return
        user, sala = mensaje["user"], mensaje["sala"]
        usuarios = self.salas.setdefault(sala, [])
        if mensaje["tipo"] == "inicio":
            if user not in usuarios:
                usuarios.append(user)
        elif user in usuarios:
            usuarios.remove(user)
        self.enviar({"tipo": "usuarios", "sala": sala, "lista": usuarios[:]})


def main():
    conexion = red.Red()
    conexion.iniciar()
    servidor = Servidor(conexion.enviar)
    try:
        print(f"Servidor del grupo {protocolo.GRUPO}, puerto {protocolo.PUERTO}. Ctrl+C para terminar.")
        while True:
            servidor.atender(conexion.recibidos.get())
    except KeyboardInterrupt:
        print("Servidor terminado.")
    finally:
        conexion.parar()


if __name__ == "__main__":
    main()

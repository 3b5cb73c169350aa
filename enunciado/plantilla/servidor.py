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
        # PENDIENTE (etapa 3): «inicio» mete al usuario en la sala y «salir» lo saca; después de
        # cada uno, la lista de esa sala. Todo lo demás no es asunto del servidor.


def main():
    conexion = red.Red()
    conexion.iniciar()
    servidor = Servidor(conexion.enviar)
    try:
        print(f"Servidor del grupo {protocolo.GRUPO}, puerto {protocolo.PUERTO}. "
              "Ctrl+C para terminar.")
        while True:
            servidor.atender(conexion.recibidos.get())
    except KeyboardInterrupt:
        print("Servidor terminado.")
    finally:
        conexion.parar()


if __name__ == "__main__":
    main()

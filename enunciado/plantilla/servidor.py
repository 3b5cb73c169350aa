"""El servidor: dice a cada sala quién está en ella, y nada más.

    python servidor.py
"""

import queue

import protocolo
import red

ESPERA = 0.5  # s: en Windows, Ctrl+C no interrumpe a un get sin plazo

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
            try:
                mensaje = conexion.recibidos.get(timeout=ESPERA)
            except queue.Empty:
                continue
            servidor.atender(mensaje)
    except KeyboardInterrupt:
        print("Servidor terminado.")
    finally:
        conexion.parar()


if __name__ == "__main__":
    main()

import queue
from collections import defaultdict

import protocolo
import red


class Servidor:
    def __init__(self):
        self.salas = defaultdict(dict)
        self.llegados = queue.Queue()
        self.red = red.Red(self.llegados.put)

    def correr(self):
        while True:
            m = self.llegados.get()
            if isinstance(m, protocolo.Publico) and m.tipo in ("inicio", "salir"):
                if m.tipo == "inicio":
                    self.salas[m.sala][m.user] = True
                else:
                    self.salas[m.sala].pop(m.user, None)
                self.red.enviar(protocolo.Usuarios(m.sala, list(self.salas[m.sala])))


if __name__ == "__main__":
    servidor = Servidor()
    try:
        servidor.correr()
    finally:
        servidor.red.cerrar()

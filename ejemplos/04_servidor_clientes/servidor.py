"""Servidor que conecta a diversos clientes, que se comunican entre ellos y con él.

Qué se hace en la sala está en sala.py.

    python servidor.py             en este equipo
    python servidor.py 0.0.0.0     también para los demás equipos de la red
"""

import queue
import select
import signal
import socket
import sys
import threading

import sala

ANFITRION = sys.argv[1] if len(sys.argv) > 1 else "localhost"
PUERTO = 65435
MAX_RENGLON = 8000  # bytes
MAX_CLIENTES = 100
MAX_COLA = 200  # envíos que se guardan a quien lee despacio
ESPERA = 2  # s para enviar lo pendiente antes de cerrar

fin = threading.Event()


class Cliente:
    """Una conexión y sus dos hilos, recibir y enviar, que comparten el socket."""

    def __init__(self, conexion, direccion):
        self.conexion = conexion
        self.direccion = "{}:{}".format(*direccion)
        self.entrada = conexion.makefile("rb")
        self.salida = queue.Queue(MAX_COLA)
        self.nombre = ""  # vacío: aún no se presenta

    def recibir(self):
        # Paso 3: el hilo recibir lee órdenes, una por renglón, hasta que el cliente se va.
        remitente = threading.Thread(target=self.enviar)
        remitente.start()
        motivo = "se despidió"
        with self.conexion, self.entrada:
            try:
                while renglon := self.entrada.readline(MAX_RENGLON):
                    sala.atender(self, limpiar(renglon))
            except (OSError, ValueError) as error:
                motivo = f"se cortó: {error}"
            sala.salir(self, motivo)
            # Paso 5: dejar que salga lo pendiente, y cerrar.
            self.entregar(None)
            remitente.join(ESPERA)
            self.colgar()
            remitente.join()
        sala.registrar(f"fin de la conexión: {self.direccion}")

    def enviar(self):
        # Paso 4: el hilo enviar vacía la cola. Si el cliente no lee, sólo este hilo se detiene.
        try:
            while (datos := self.salida.get()) is not None:
                self.conexion.sendall(datos)
        except OSError:
            self.colgar()

    def entregar(self, datos):
        """Dejar unos bytes en la cola, sin esperar; None: ya no habrá más.

        Quien no lee acaba por llenarla.
        """
        try:
            self.salida.put_nowait(datos)
        except queue.Full:
            self.colgar()

    def colgar(self):
        try:
            self.conexion.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # colgó antes


def main():
    signal.signal(signal.SIGINT, lambda *_: fin.set())  # Ctrl+C, sin que corte nada por la mitad
    # Si no existe, se sabe: create_server no lo distingue de un puerto ocupado.
    socket.gethostbyname(ANFITRION)
    # Paso 1: escuchar por IPv4 (dominio PF_INET, que en Python se llama AF_INET).
    with socket.create_server((ANFITRION, PUERTO), family=socket.AF_INET) as oyente:
        sala.registrar(f"inicio: escuchando en {ANFITRION}:{PUERTO} (Ctrl+C para terminar)")
        while not fin.is_set():
            if select.select([oyente], [], [], 0.5)[0]:  # s: accept a secas no vería el fin
                aceptar(*oyente.accept())
        print()
        sala.registrar("fin: se cierran todas las conexiones")
        for cliente in list(sala.clientes):
            cliente.colgar()


def aceptar(conexion, direccion):
    # Paso 2: dos hilos para cada cliente; éste vuelve a esperar al siguiente.
    if len(sala.clientes) == MAX_CLIENTES:
        return conexion.close()
    cliente = Cliente(conexion, direccion)
    sala.entrar(cliente)
    threading.Thread(target=cliente.recibir).start()


def limpiar(renglon):
    """Quitar el fin de renglón y lo que no se ve, que podría borrarle la pantalla a otro."""
    return "".join(filter(str.isprintable, renglon.decode("utf-8", errors="replace"))).strip()


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):  # en IDLE no hace falta
        # Una terminal que no sabe escribir una letra pone «?».
        sys.stdout.reconfigure(errors="replace")
    try:
        main()
    except socket.gaierror:
        sys.exit(f"No hay ningún equipo que se llame {ANFITRION}.")
    except OSError as error:
        sys.exit(f"No se puede escuchar en {ANFITRION}:{PUERTO}. ¿Hay otro servidor en marcha? "
                 f"(error {error.errno})")

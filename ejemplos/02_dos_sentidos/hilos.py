"""La misma plática con dos hilos: uno espera al teclado y otro a la red, cada cual a lo suyo.

    python hilos.py                  espera a que alguien llame
    python hilos.py localhost        llama a este equipo (o al que se diga)
"""

import socket
import threading

import turnos

ESPERA = 2  # s: en Windows, Ctrl+C no interrumpe a un join sin plazo
despedida = threading.Event()  # yo dije «salir»: el silencio de la red ya no es noticia


def main():
    with turnos.conectar() as conexion:
        # Paso 1: un hilo nuevo escucha. Los dos usan el
        # mismo socket: uno sólo recibe y otro sólo envía.
        # daemon: si este hilo falla, aquél no impide que el programa termine.
        oyente = threading.Thread(target=escuchar, args=(conexion,), daemon=True)
        oyente.start()
        try:
            # Paso 2: el hilo principal se queda con el teclado.
            escribir(conexion, oyente)
        finally:
            # Paso 4: shutdown despierta al que espera en
            # recv (close no lo haría), y join lo espera.
            despedida.set()
            colgar(conexion)
            oyente.join(ESPERA)


def escuchar(conexion):
    """Paso 3: mostrar lo que llega en cuanto llega."""
    try:
        with conexion.makefile(encoding="utf-8", errors="replace") as lectura:
            while renglon := lectura.readline(turnos.MAX_RENGLON):
                # \r vuelve al principio, lo recibido tapa
                # la pregunta y se pregunta otra vez debajo.
                print(f"\rRecibido: {turnos.limpiar(renglon):<40}\nTú: ", end="", flush=True)
    except OSError:
        pass  # se cortó sin despedirse: es lo mismo que colgar
    if not despedida.is_set():
        print("\rLa otra persona colgó. Pulsa Enter. ", end="", flush=True)


def escribir(conexion, oyente):
    while oyente.is_alive() and (texto := input("\rTú: ")) != "salir":
        conexion.sendall(f"{texto}\n".encode("utf-8", errors="replace"))


def colgar(conexion):
    try:
        conexion.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # la otra persona colgó antes


if __name__ == "__main__":
    turnos.empezar(main)

"""Cliente del chat: un hilo escucha al servidor y el principal, al teclado.

    python cliente.py                  al servidor de este equipo
    python cliente.py 192.168.1.20     al de otro
"""

import socket
import sys
import threading

SERVIDOR = sys.argv[1] if len(sys.argv) > 1 else "localhost"
PUERTO = 65434
MAX_RENGLON = 1000  # letras
ESPERA = 2  # s: en Windows, Ctrl+C no interrumpe a un join sin plazo
DESPEDIDAS = ("salir", "exit", "quit")

despedida = threading.Event()  # dije «salir»: que el servidor cuelgue ya no es noticia


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as conexion:
        # Paso 1: conectarse y decir el nombre; el servidor contesta si lo admite.
        conexion.connect((SERVIDOR, PUERTO))
        enviar(conexion, input("Ingresa tu nombre: "))
        with conexion.makefile(encoding="utf-8", errors="replace") as lectura:
            respuesta = lectura.readline(MAX_RENGLON).strip()
            print(respuesta or "El servidor no admite a nadie más.")
            if respuesta.startswith("Bienvenido"):
                conversar(conexion, lectura)


def conversar(conexion, lectura):
    # Paso 2: un hilo que escucha…
    oyente = threading.Thread(target=escuchar, args=(lectura,), daemon=True)
    oyente.start()
    try:
        # Paso 3: …y éste, para el teclado.
        while oyente.is_alive() and (texto := input("\rTú: ").strip()).lower() not in DESPEDIDAS:
            if texto:
                enviar(conexion, texto)
    finally:
        # Paso 5: shutdown despierta al hilo que escucha, y join lo espera.
        despedida.set()
        try:
            conexion.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # el servidor colgó antes
        oyente.join(ESPERA)


def escuchar(lectura):
    """Paso 4: mostrar lo que llega.

    \\r vuelve al principio: se tapa la pregunta y se repite debajo.
    """
    try:
        while renglon := lectura.readline(MAX_RENGLON):
            print(f"\r{renglon.strip():<40}\nTú: ", end="", flush=True)
    except OSError:
        pass  # se cortó sin despedirse: es lo mismo que colgar
    if not despedida.is_set():
        print("\rEl servidor ya no está. Pulsa Enter. ", end="", flush=True)


def enviar(conexion, texto):
    conexion.sendall(f"{texto}\n".encode("utf-8", errors="replace"))


if __name__ == "__main__":
    for flujo in (sys.stdin, sys.stdout):
        if hasattr(flujo, "reconfigure"):  # en IDLE no hace falta
            # Una letra que la terminal no sabe leer o escribir se cambia por otra.
            flujo.reconfigure(errors="replace")
    try:
        main()
    except ConnectionRefusedError:
        sys.exit(f"No hay ningún servidor en {SERVIDOR}:{PUERTO}. ¿Lo iniciaste?")
    except ConnectionError:
        sys.exit("Se perdió la conexión con el servidor.")
    except OSError:
        sys.exit(f"No se puede llegar a {SERVIDOR}. ¿Está bien escrito, y en la misma red?")
    except (KeyboardInterrupt, EOFError):
        print("\nHasta luego")

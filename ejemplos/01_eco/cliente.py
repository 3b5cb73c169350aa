"""Cliente de eco: envía lo que se teclea y muestra lo que vuelve.

    python cliente.py                  al servidor de este equipo
    python cliente.py 192.168.1.20     al de otro
"""

import socket
import sys

SERVIDOR = sys.argv[1] if len(sys.argv) > 1 else "localhost"
PUERTO = 65432
# bytes: si no cupiera en los búferes, él y el servidor se esperarían uno al otro para siempre.
MAX_MENSAJE = 10_000


def main():
    # Paso 1: un socket igual que el del servidor; el puerto propio lo elige el sistema.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as conexion:
        conexion.connect((SERVIDOR, PUERTO))
        # Paso 2: por la red viajan bytes, no letras. Al enviar se codifica…
        while (texto := input("Mensaje: ")) != "salir":
            datos = texto.encode("utf-8", errors="replace")
            if len(datos) > MAX_MENSAJE:
                print(f"Son {len(datos)} bytes; aquí, {MAX_MENSAJE} como mucho.")
                continue
            conexion.sendall(datos)
            # Paso 3: …y al recibir se decodifica, cuando ya está todo.
            print("Eco:", recibir(conexion, len(datos)).decode("utf-8"))


def recibir(conexion, cuantos):
    """Recibir ese número de bytes: recv puede dar menos, hasta media letra."""
    datos = b""
    while len(datos) < cuantos:
        llegado = conexion.recv(cuantos - len(datos))
        if not llegado:
            raise ConnectionResetError
        datos += llegado
    return datos


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

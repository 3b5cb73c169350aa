"""Plática por turnos, con un solo hilo: mientras se teclea no se oye, y al revés.

    python turnos.py                  espera a que alguien llame
    python turnos.py localhost        llama a este equipo (o al que se diga) y habla primero
"""

import socket
import sys

PUERTO = 65433
MAX_RENGLON = 1000  # letras: uno más largo se lee en partes; así nadie nos llena la memoria


def main():
    with conectar() as conexion:
        # Paso 2: TCP trae bytes sin separar. makefile los junta
        # en renglones, lleguen a medias o varios a la vez.
        with conexion.makefile(encoding="utf-8", errors="replace") as lectura:
            mi_turno = len(sys.argv) > 1
            while True:
                if mi_turno:
                    # Paso 3: input no vuelve hasta que se pulsa
                    # Enter. Entretanto no se recibe nada.
                    texto = input("Tú: ")
                    if texto == "salir":
                        break
                    conexion.sendall(f"{texto}\n".encode("utf-8", errors="replace"))
                else:
                    # Paso 4: readline no vuelve hasta que llega
                    # un renglón. Entretanto no se teclea nada.
                    renglon = lectura.readline(MAX_RENGLON)
                    if not renglon:
                        print("La otra persona colgó.")
                        break
                    print("Recibido:", limpiar(renglon))
                mi_turno = not mi_turno


def conectar():
    """Paso 1: llamar, o esperar una llamada.

    Después ya no hay servidor ni cliente: los dos hacen lo mismo.
    """
    if len(sys.argv) > 1:
        return socket.create_connection((sys.argv[1], PUERTO))
    with socket.create_server(("", PUERTO)) as oyente:
        print(f"Espero una llamada en el puerto {PUERTO} (Ctrl+C para terminar)")
        return oyente.accept()[0]


def limpiar(renglon):
    """Quitar lo que no se ve.

    El fin de renglón, y las órdenes con que alguien podría borrarnos la pantalla.
    """
    return "".join(filter(str.isprintable, renglon))


def empezar(programa):
    """Correr un programa y explicar en español lo que salga mal."""
    for flujo in (sys.stdin, sys.stdout):
        if hasattr(flujo, "reconfigure"):  # en IDLE no hace falta
            # Una letra que la terminal no sabe leer o escribir se cambia por otra.
            flujo.reconfigure(errors="replace")
    try:
        programa()
    except ConnectionRefusedError:
        sys.exit(f"Nadie espera una llamada en {sys.argv[1]}:{PUERTO}.")
    except ConnectionError:
        sys.exit("Se cortó la conexión.")
    except OSError as error:
        sys.exit(f"No se puede usar el puerto {PUERTO}, o no se puede llegar a ese equipo. "
                 f"¿Hay otro programa esperando? (error {error.errno})")
    except (KeyboardInterrupt, EOFError):
        print("\nHasta luego")


if __name__ == "__main__":
    empezar(main)

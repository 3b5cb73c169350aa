"""Cliente de la sala: mensajes a todos o a uno, y archivos que van al servidor y vienen de él.

    python cliente.py                  al servidor de este equipo
    python cliente.py 192.168.1.20     al de otro
"""

import os
import socket
import sys
import threading

SERVIDOR = sys.argv[1] if len(sys.argv) > 1 else "localhost"
PUERTO = 65435
MAX_RENGLON = 10_000  # bytes
MAX_ENVIO = 8_000  # bytes: un renglón más largo, el servidor lo lee como si fueran varios
MAX_ARCHIVO = 1_000_000  # bytes
ESPERA = 2  # s: en Windows, Ctrl+C no interrumpe a un join sin plazo
AYUDA = "Escribe para todos, o /para Carlos hola, /subir notas.txt, /bajar notas.txt, salir"
DESPEDIDAS = ("salir", "exit", "quit")

despedida = threading.Event()  # dije «salir»: que el servidor cuelgue ya no es noticia
pedidos = set()  # archivos que quiero bajar: otros no se aceptan


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as conexion:
        conexion.connect((SERVIDOR, PUERTO))
        print(AYUDA)
        # Paso 1: dos hilos comparten el socket, también aquí.
        oyente = threading.Thread(target=escuchar, args=(conexion,), daemon=True)
        enviar(conexion, "NOMBRE " + input("Tu nombre: "))
        oyente.start()
        try:
            while (oyente.is_alive()
                   and (texto := input("\rTú: ").strip()).lower() not in DESPEDIDAS):
                ejecutar(conexion, texto)
        finally:
            despedida.set()
            try:
                conexion.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # el servidor colgó antes
            oyente.join(ESPERA)


def ejecutar(conexion, texto):
    """Paso 2: lo tecleado se vuelve una orden para el servidor."""
    orden, _, resto = texto.partition(" ")
    if orden == "/para" and resto:
        enviar(conexion, f"PARA {resto}")
    elif orden == "/subir" and resto:
        subir(conexion, resto)
    elif orden == "/bajar" and resto:
        pedidos.add(resto)
        enviar(conexion, f"BAJAR {resto}")
    elif orden == "/nombre" and resto:
        enviar(conexion, f"NOMBRE {resto}")
    elif orden.startswith("/"):
        print(AYUDA)  # mal escrita: que un «/pra Carlos» no lo lean todos
    elif texto:
        enviar(conexion, f"TODOS {texto}")


def subir(conexion, ruta):
    """Paso 3: primero cuántos bytes son, después los bytes: así el servidor sabe dónde acaban."""
    try:
        with open(ruta, "rb") as archivo:
            datos = archivo.read(MAX_ARCHIVO + 1)
    except OSError:
        return print(f"\rNo se puede leer {ruta}")
    if len(datos) > MAX_ARCHIVO:
        return print(f"\r{ruta} pasa de {MAX_ARCHIVO} bytes.")
    conexion.sendall(
        f"SUBIR {len(datos)} {os.path.basename(ruta)}\n".encode("utf-8", errors="replace") + datos)


def escuchar(conexion):
    try:
        with conexion.makefile("rb") as entrada:
            while renglon := entrada.readline(MAX_RENGLON).decode("utf-8", errors="replace"):
                orden, _, resto = renglon.strip().partition(" ")
                if orden == "ARCHIVO":
                    tamano, _, nombre = resto.partition(" ")
                    resto = bajar(nombre, entrada.read(min(int(tamano), MAX_ARCHIVO)))
                print(f"\r{resto:<40}\nTú: ", end="", flush=True)
    except (OSError, ValueError):
        pass  # se cortó, o ya no se entiende lo que llega
    if not despedida.is_set():
        print("\rEl servidor ya no está. Pulsa Enter. ", end="", flush=True)


def bajar(nombre, datos):
    """Paso 4: guardar un archivo pedido. «x» no escribe nunca encima de otro."""
    if nombre not in pedidos:
        return f"Llegó un archivo que nadie pidió: {nombre}"
    pedidos.discard(nombre)
    copia = "copia_de_" + os.path.basename(nombre)
    try:
        with open(copia, "xb") as archivo:
            archivo.write(datos)
        return f"Guardado: {copia}, {len(datos)} bytes"
    except OSError:
        return f"No se puede guardar {copia}: ¿ya existe?"


def enviar(conexion, texto):
    renglon = f"{texto}\n".encode("utf-8", errors="replace")
    if len(renglon) > MAX_ENVIO:
        return print(f"\rSon {len(renglon)} bytes; en un mensaje caben {MAX_ENVIO}.")
    conexion.sendall(renglon)


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

"""Servidor de chat: un hilo por cliente; lo que dice uno se envía a los demás.

    python servidor.py             en este equipo
    python servidor.py 0.0.0.0     también para los demás equipos de la red
"""

import select
import signal
import socket
import sys
import threading

ANFITRION = sys.argv[1] if len(sys.argv) > 1 else "localhost"
PUERTO = 65434
MAX_RENGLON = 400  # letras: uno más largo se lee en partes
MAX_NOMBRE = 20  # letras
MAX_CLIENTES = 100

clientes = {}  # conexión → nombre; "" mientras no lo dice
# Lo toma quien lea o cambie `clientes`. R: el hilo que lo tiene puede volver a tomarlo.
candado = threading.RLock()
fin = threading.Event()


def main():
    signal.signal(signal.SIGINT, lambda *_: fin.set())  # Ctrl+C, sin que corte nada por la mitad
    # Si no existe, se sabe: create_server no lo distingue de un puerto ocupado.
    socket.gethostbyname(ANFITRION)
    # Paso 1: create_server hace socket, bind y listen.
    with socket.create_server((ANFITRION, PUERTO)) as oyente:
        print(f"Servidor de chat escuchando en {ANFITRION}:{PUERTO}\nEsperando conexiones...\n")
        while not fin.is_set():
            if select.select([oyente], [], [], 0.5)[0]:  # s: accept a secas no vería el fin
                aceptar(*oyente.accept())
        print("\nCerrando el chat...")
        # Paso 6: despertar a los hilos, que esperan en recv. Python los aguarda antes de terminar.
        with candado:
            for conexion in clientes:
                colgar(conexion)


def aceptar(conexion, direccion):
    """Paso 2: un hilo para cada cliente; éste vuelve enseguida a esperar al siguiente."""
    with candado:
        if len(clientes) == MAX_CLIENTES:
            return conexion.close()
        clientes[conexion] = ""
    threading.Thread(target=atender, args=(conexion, "({}, {})".format(*direccion))).start()


def atender(conexion, direccion):
    """El hilo de un cliente, de principio a fin."""
    with conexion:
        try:
            # Paso 3: TCP trae bytes; makefile los junta en
            # renglones, lleguen a medias o varios a la vez.
            with conexion.makefile(encoding="utf-8", errors="replace") as lectura:
                nombre = limpiar(lectura.readline(MAX_RENGLON))[:MAX_NOMBRE]
                if admitir(conexion, nombre, direccion):
                    while renglon := lectura.readline(MAX_RENGLON):
                        texto = f"{nombre}: {limpiar(renglon)}"
                        difundir(texto, texto, conexion)
        except OSError:
            pass  # se cortó sin despedirse: es lo mismo que salir
        with candado:  # antes de cerrarla: nadie debe encontrar en `clientes` una conexión cerrada
            nombre = clientes.pop(conexion)
        if nombre:
            difundir(f"{nombre} {direccion} se ha desconectado", f">>> {nombre} ha salido del chat",
                     conexion)


def admitir(conexion, nombre, direccion):
    with candado:  # mirar si el nombre está libre y apuntarlo ha de ser una sola cosa
        if not nombre or nombre in clientes.values():
            enviar(conexion, "Ese nombre ya está en uso." if nombre else "Hace falta un nombre.")
            return False
        clientes[conexion] = nombre
        enviar(conexion, f"Bienvenido al chat, {nombre}!")
        difundir(f"{nombre} {direccion} se ha conectado", f">>> {nombre} se ha unido al chat",
                 conexion)
        return True


def difundir(anotacion, texto, autor):
    """Paso 4: anotar aquí y enviar a los demás, con el candado tomado.

    Todos lo ven en el mismo orden.
    """
    with candado:
        print(anotacion)
        for conexion, nombre in clientes.items():
            if nombre and conexion is not autor:
                enviar(conexion, texto)


def enviar(conexion, texto):
    """Paso 5: enviar sin esperar.

    A quien no lee, y ya tiene su búfer lleno, se le cuelga: no ha de detener a los demás.
    """
    try:
        if select.select([], [conexion], [], 0)[1]:
            conexion.sendall(f"{texto}\n".encode())
        else:
            colgar(conexion)
    except OSError:
        pass  # ya se fue; su hilo se enterará


def colgar(conexion):
    try:
        conexion.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # colgó antes


def limpiar(renglon):
    """Quitar el fin de renglón y lo que no se ve, que podría borrarle la pantalla a otro."""
    return "".join(filter(str.isprintable, renglon)).strip()


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

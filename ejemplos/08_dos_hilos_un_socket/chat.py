"""Un chat sin servidor: dos hilos, enviar y recibir, comparten el mismo socket.

    python chat.py Ana

    teclado ──▶ hilo principal ──▶ cola ──▶ hilo enviar ──▶ sendto ──┐
                                                                  [socket] ⇄ grupo
    pantalla ◀──────────────────────────── hilo recibir ◀─ recvfrom ─┘
"""

import queue
import threading

import grupo

DESPEDIDAS = ("salir", "exit", "quit")
PREGUNTA = "Tú: "


def enviar(s, destino, cola):
    """El hilo enviar: saca de la cola y envía, hasta encontrar None."""
    while (texto := cola.get()) is not None:  # Paso 3: aquí duerme, sin gastar nada
        grupo.enviar(s, texto.encode("utf-8", "replace"), destino)


def recibir(s, nombre, terminar):
    """El hilo recibir: muestra lo que llega hasta que se levanta la bandera `terminar`."""
    while not terminar.is_set():
        datagrama = grupo.recibir(s)  # Paso 4: espera medio segundo como mucho
        if datagrama is None:
            continue  # nadie habló: otra mirada a la bandera
        texto = datagrama.decode("utf-8", "replace")
        if not texto.startswith(f"{nombre}: "):  # lo propio también vuelve: el grupo nos incluye
            grupo.mostrar(texto, PREGUNTA)


def main():
    analizador = grupo.crear_analizador("Chat por multidifusión: dos hilos y un socket.")
    analizador.add_argument("nombre")
    elegidas = analizador.parse_args()

    # Paso 1: un solo socket.
    s, destino = grupo.abrir(elegidas)

    # Paso 2: dos hilos que lo comparten, sin candado: el sistema ya ordena sendto y recvfrom.
    cola, terminar = queue.Queue(), threading.Event()
    hilo_enviar = threading.Thread(target=enviar, name="enviar", args=(s, destino, cola))
    hilo_recibir = threading.Thread(target=recibir, name="recibir",
                                    args=(s, elegidas.nombre, terminar))
    try:
        print(f"{elegidas.nombre}, ya estás en el grupo. Con «salir» terminas.")
        hilo_enviar.start()
        hilo_recibir.start()
        while (linea := input("\r" + PREGUNTA)).strip().lower() not in DESPEDIDAS:
            cola.put(f"{elegidas.nombre}: {linea}")
    except (KeyboardInterrupt, EOFError):
        print()  # Ctrl+C o Ctrl+D: otra forma de irse
    finally:
        # Paso 5: pase lo que pase, avisar a los hilos, esperarlos y sólo entonces cerrar el socket.
        cola.put(f"{elegidas.nombre}: (salió del grupo)")
        cola.put(None)
        terminar.set()
        hilo_enviar.join(2 * grupo.ESPERA)
        hilo_recibir.join(2 * grupo.ESPERA)
        s.close()
        print("Socket cerrado; los dos hilos terminaron.")


if __name__ == "__main__":
    main()

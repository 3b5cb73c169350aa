"""El cliente: salas y mensajes privados. La red es la de 08; lo que decide está en usuario.py.

    python cliente.py Ana general

    teclado ─▶ hilo principal ─ usuario.obedecer ─▶ cola ─▶ hilo enviar ─▶ sendto ──┐
                                                                                 [socket] ⇄ grupo
    pantalla ◀───────────────── usuario.contar ◀──────── hilo recibir ◀─ recvfrom ──┘
"""

import queue
import sys
import threading

import grupo
import mensajes
from usuario import Usuario

DESPEDIDAS = ("salir", "exit", "quit")


def enviar(s, destino, cola):
    """El hilo enviar de 08; ahora lo que sale son mensajes."""
    while (mensaje := cola.get()) is not None:
        grupo.enviar(s, mensajes.codificar(mensaje), destino)


def recibir(s, usuario, terminar):
    """El hilo recibir de 08; ahora lo que llega son mensajes, y no todos son para mí."""
    while not terminar.is_set():
        datagrama = grupo.recibir(s)
        mensaje = mensajes.decodificar(datagrama) if datagrama is not None else None
        texto = usuario.contar(mensaje) if mensaje is not None else None
        if texto is not None:
            grupo.mostrar(texto, usuario.pregunta())


def main():
    analizador = grupo.crear_analizador("Cliente de salas; /entrar, /privado, /salir.")
    analizador.add_argument("nombre")
    analizador.add_argument("sala")
    elegidas = analizador.parse_args()
    cola, terminar = queue.Queue(), threading.Event()
    usuario = Usuario(elegidas.nombre, cola.put)
    if not mensajes.vale_nombre(elegidas.nombre) or not usuario.entrar(elegidas.sala):
        sys.exit(f"El nombre y la sala llevan de 1 a {mensajes.MAX_NOMBRE} letras.")
    s, destino = grupo.abrir(elegidas)
    hilos = [threading.Thread(target=enviar, name="enviar", args=(s, destino, cola)),
             threading.Thread(target=recibir, name="recibir", args=(s, usuario, terminar))]
    try:
        for hilo in hilos:
            hilo.start()
        while (usuario.salas
               and (linea := input("\r" + usuario.pregunta())).strip().lower() not in DESPEDIDAS):
            usuario.obedecer(linea)
    except (KeyboardInterrupt, EOFError):
        print()  # Ctrl+C o Ctrl+D: otra forma de irse
    finally:
        while usuario.salas:
            usuario.salir()
        cola.put(None)
        terminar.set()
        for hilo in hilos:
            hilo.join(2 * grupo.ESPERA)
        s.close()


if __name__ == "__main__":
    main()

"""Un chat con ventana, bien hecho: la red y la ventana se hablan por colas.

    python bien.py Ana

    hilo de la ventana                                       la red
    ──────────────────                                       ──────
    campo ──────────▶ por_enviar ──▶ hilo enviar ──▶ sendto ──┐
                                                           [socket] ⇄ grupo
    texto ◀─ after ◀─ recibidos ◀── hilo recibir ◀─ recvfrom ─┘

Cada hilo espera en lo suyo. El de la ventana no espera nunca: cada 50 ms mira si hay
algo en la cola, y ningún otro hilo toca un widget.
"""

import queue
import threading

import grupo
from ventana import Ventana

CADENCIA = 50  # ms entre dos miradas a la cola: para una persona, al instante
TANDA = 50  # mensajes por mirada: una avalancha no congela la ventana
CABEN = 1_000  # mensajes sin mostrar; con la cola llena se pierden, como en el búfer de UDP


def enviar(s, destino, por_enviar):
    """El hilo enviar, el mismo de 08."""
    while (texto := por_enviar.get()) is not None:
        grupo.enviar(s, texto.encode("utf-8", "replace"), destino)


def recibir(s, recibidos, terminar):
    """El hilo recibir: en lugar de mostrar, deja en la cola."""
    while not terminar.is_set():
        datagrama = grupo.recibir(s)
        if datagrama is not None and not recibidos.full():
            recibidos.put(datagrama.decode("utf-8", "replace"))


def vaciar(ventana, recibidos):
    """Mostrar lo que haya en la cola, sin esperar, y volver a mirar dentro de CADENCIA ms."""
    for _ in range(min(TANDA, recibidos.qsize())):
        ventana.mostrar(recibidos.get_nowait())
    ventana.after(CADENCIA, vaciar, ventana, recibidos)


def main():
    analizador = grupo.crear_analizador("Un chat con ventana, bien hecho.")
    analizador.add_argument("nombre")
    elegidas = analizador.parse_args()
    s, destino = grupo.abrir(elegidas)
    por_enviar, recibidos, terminar = queue.Queue(), queue.Queue(CABEN), threading.Event()
    hilos = [threading.Thread(target=enviar, name="enviar", args=(s, destino, por_enviar)),
             threading.Thread(target=recibir, name="recibir", args=(s, recibidos, terminar))]
    with s:
        ventana = Ventana(f"bien — {elegidas.nombre}",
                          lambda texto: por_enviar.put(f"{elegidas.nombre}: {texto}"))
        vaciar(ventana, recibidos)
        try:
            for hilo in hilos:
                hilo.start()
            ventana.mainloop()
        finally:  # se cerró la ventana o se pulsó Ctrl+C
            print(ventana.informe())
            por_enviar.put(None)
            terminar.set()
            for hilo in hilos:
                hilo.join(2 * grupo.ESPERA)


if __name__ == "__main__":
    main()

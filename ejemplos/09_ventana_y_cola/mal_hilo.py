"""MAL A PROPÓSITO: el hilo recibir toca los widgets. Parece que funciona… hasta que se cierra.

    python mal_hilo.py Ana

    hilo de la ventana:   mainloop ──────────────▶ se cierra la ventana ──▶ join, espera al hilo
                             ▲                                                 ✗
    hilo recibir:   recvfrom ┴ ventana.mostrar(…) … … … … … … … … ──▶ ventana.mostrar(…)

Tk sólo corre en el hilo de mainloop: lo que otro hilo le pide espera turno ahí dentro,
y en una ventana que se está cerrando ya no hay turnos. Compáralo con bien.py.
"""

import threading

import grupo
from ventana import Ventana


def recibir(s, ventana, terminar):
    """El hilo recibir: muestra él mismo lo que llega."""
    while not terminar.is_set():
        datagrama = grupo.recibir(s)
        if datagrama is not None:
            ventana.mostrar(datagrama.decode("utf-8", "replace"))  # ← el error, aunque se vea bien
    try:
        ventana.mostrar("(desconectado)")  # ← el mismo error, y aquí ya se nota
    except RuntimeError as error:
        print(f"El hilo recibir no pudo tocar la ventana: {error}")


def main():
    analizador = grupo.crear_analizador("Un chat con ventana, mal hecho: "
                                        "el hilo recibir toca la ventana.")
    analizador.add_argument("nombre")
    elegidas = analizador.parse_args()
    s, destino = grupo.abrir(elegidas)
    terminar = threading.Event()
    with s:
        def enviar(texto):
            dicho = f"{elegidas.nombre}: {texto}"
            grupo.enviar(s, dicho.encode("utf-8", "replace"), destino)

        ventana = Ventana(f"mal_hilo — {elegidas.nombre}", enviar)
        hilo = threading.Thread(target=recibir, name="recibir", args=(s, ventana, terminar))
        ventana.after(0, hilo.start)
        try:
            ventana.mainloop()
        finally:
            print(ventana.informe())
            terminar.set()
            hilo.join()


if __name__ == "__main__":
    main()

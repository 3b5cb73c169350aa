"""Stickers por multidifusión, con ventana.

    python stickers.py Ana

    botón ──▶ por_enviar ──▶ hilo enviar ──▶ sendto ──────────────────────┐
                                                                       [socket] ⇄ grupo
    ventana ◀─ after ◀─ recibidos ◀── hilo recibir: revisar ◀─ recvfrom ──┘

Los hilos y las colas son los de 09. La imagen se revisa y se decodifica en el hilo
recibir, que puede tardar; a la ventana llega ya lista.
"""

import pathlib
import queue
import threading

import grupo
import imagenes
import mensajes
from ventana import Ventana

PAQUETE = pathlib.Path(__file__).resolve().parent / "paquete"
CADENCIA = 50  # ms
CABEN = 100  # imágenes sin mostrar


def preparar(usuario, ruta):
    """El datagrama con la imagen de un archivo. Lanza OSError o ErrorImagen."""
    ruta = pathlib.Path(ruta)
    datos = ruta.read_bytes()
    imagenes.revisar(datos)  # lo que no aceptaríamos, tampoco lo enviamos
    return mensajes.codificar(usuario, ruta.stem, imagenes.formato(datos), datos)


def enviar(s, destino, por_enviar):
    while (datagrama := por_enviar.get()) is not None:
        grupo.enviar(s, datagrama, destino)


def recibir(s, recibidos, terminar):
    while not terminar.is_set():
        datagrama = grupo.recibir(s)
        sticker = mensajes.decodificar(datagrama) if datagrama is not None else None
        if sticker is None or recibidos.full():
            continue
        usuario, datos = sticker
        try:
            recibidos.put((usuario, imagenes.revisar(datos)))
        except imagenes.ErrorImagen as error:
            recibidos.put((f"De {usuario}, algo que no se muestra: {error}", None))


def vaciar(ventana, recibidos):
    for _ in range(recibidos.qsize()):
        ventana.mostrar(*recibidos.get_nowait())
    ventana.after(CADENCIA, vaciar, ventana, recibidos)


def main():
    analizador = grupo.crear_analizador("Stickers por multidifusión.")
    analizador.add_argument("nombre")
    elegidas = analizador.parse_args()
    nombre = elegidas.nombre
    s, destino = grupo.abrir(elegidas)
    por_enviar, recibidos, terminar = queue.Queue(), queue.Queue(CABEN), threading.Event()

    def elegir(ruta):
        try:
            por_enviar.put(preparar(nombre, ruta))
        except (OSError, imagenes.ErrorImagen) as error:
            ventana.mostrar(
                f"No se puede enviar {pathlib.Path(ruta).name}: {grupo.explicar(error)}")

    hilos = [threading.Thread(target=enviar, name="enviar", args=(s, destino, por_enviar)),
             threading.Thread(target=recibir, name="recibir", args=(s, recibidos, terminar))]
    with s:
        ventana = Ventana(f"stickers — {nombre}", sorted(PAQUETE.glob("*.png")), elegir)
        vaciar(ventana, recibidos)
        try:
            for hilo in hilos:
                hilo.start()
            ventana.mainloop()
        finally:
            por_enviar.put(None)
            terminar.set()
            for hilo in hilos:
                hilo.join(2 * grupo.ESPERA)


if __name__ == "__main__":
    main()

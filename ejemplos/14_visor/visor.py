"""El visor: qué datagramas pasan por el grupo del chat, quién los envía y para quién son.

    python visor.py                                   con ventana
    python visor.py --texto --filtro ana              en la terminal, lo que diga «ana»
    python visor.py --texto --guardar clase.pcap      y al terminar, para Wireshark

    socket ─▶ hilo recibir ─▶ cola ─▶ Estado ─▶ filtro ─▶ tabla, detalle y diagrama
             (captura.py)            (lectura.py)           (o consola.py)

Sólo oye. Lo que llega, por raro que sea, se muestra y no lo detiene.
"""

import sys

import captura
import consola
import filtro
import grupo
import guardar
from estado import Estado

SIN_PANTALLA = "No hay pantalla donde abrir la ventana{}: sigo en la terminal."


def leer_opciones():
    analizador = grupo.crear_analizador("Visor de los datagramas del chat.")
    analizador.add_argument("--texto", action="store_true", help="en la terminal, sin ventana")
    analizador.add_argument("--filtro", default="",
                            help="palabras que deben estar; con «-» delante, que no deben")
    analizador.add_argument("--todo", action="store_true",
                            help="también los latidos, que llenan la pantalla")
    analizador.add_argument("--segundos", type=float,
                            help="terminar pasado ese tiempo; sólo con --texto")
    analizador.add_argument("--guardar", metavar="ARCHIVO",
                            help="al terminar, guardar lo capturado: .pcap o .json")
    return analizador.parse_args()


def abrir_ventana(*partes):
    """La ventana, o None si aquí no se puede."""
    try:
        import tkinter  # aquí: sin Tkinter queda el modo de texto

        import ventana
    except ImportError as error:
        print(f"Falta {error.name}, con el que se hacen las ventanas: sigo en la terminal.")
        return None
    try:
        return ventana.Visor(*partes)
    except tkinter.TclError as error:
        print(SIN_PANTALLA.format("" if "display" in str(error) else f" ({error})"))
        return None


def main():
    elegidas = leer_opciones()
    clases = {*filtro.CLASES, filtro.RARO} - (set() if elegidas.todo else {"latidos"})
    oido, memoria = captura.Captura(elegidas), Estado()
    oido.iniciar()
    try:
        ventana = None if elegidas.texto else abrir_ventana(oido, memoria, elegidas.filtro, clases)
        if ventana is not None:
            ventana.mainloop()
        else:
            consola.mirar(oido, memoria, elegidas.filtro, clases, elegidas.segundos)
    except KeyboardInterrupt:
        print()
    finally:
        oido.parar()
    if elegidas.guardar:
        try:
            guardar.guardar(memoria.datos, oido.destino, elegidas.guardar)
            print(f"{guardar.contar(memoria.datos)} en {elegidas.guardar}")
        except OSError as error:
            sys.exit(f"No se pudo guardar {elegidas.guardar}: {grupo.explicar(error)}")


if __name__ == "__main__":
    main()

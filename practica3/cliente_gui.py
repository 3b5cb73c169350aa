"""El chat con ventanas.

    python cliente_gui.py
    python cliente_gui.py --usuario Ana --sala general --sala redes

Aquí sólo se empieza y se termina: abre la red y la pantalla y las entrega a la aplicación
(aplicacion.py), donde está todo lo demás. Lo que impide empezar se dice también en una ventana:
quien lo abrió con un doble clic, o sin consola, no ve otra cosa.
"""

import argparse
import gc
import sys

from equipo import entorno
entorno.usar()  # antes de importar lo que busca sus bibliotecas

from equipo import errores
from equipo import opciones
from equipo import sistema
from equipo import terminal
from equipo import tuberias
from equipo.analizador import Analizador
import red
from seguridad import claves

try:
    import tkinter as tk
    from tkinter import messagebox

    from ventanas import aplicacion
    from ventanas.aspecto import foco
    from ventanas.aspecto import tema
except ModuleNotFoundError as error:
    if error.name not in ("tkinter", "_tkinter"):
        raise
    sys.exit(f"Falta Tkinter: {sistema.remediar(['_tkinter'])}. "
             "O usa python cliente.py, en la terminal.")

# Cuánto puede tener un hilo el intérprete si otro lo pide: con 5 ms la ventana esperaría más.
TURNO = 0.002  # s


def main(argumentos: "list[str] | None" = None) -> int:
    """Abrir las ventanas y atenderlas hasta que se cierren. Devuelve el código de salida."""
    elegidas = leer_opciones(argumentos)
    terminal.preparar_salida()
    tema.preparar_pantalla()
    try:
        raiz = tk.Tk(className=foco.CLASE)
        raiz.withdraw()
        conexion = red.Red(**opciones.elegir_red(elegidas), sesion=claves.abrir_sesion())
    except red.ErrorRed as error:
        print(error, file=sys.stderr)
        messagebox.showerror("Chat", str(error))
        return 1
    except tk.TclError as error:
        motivo = errores.explicar_pantalla(error)
        print(f"No hay pantalla para las ventanas{motivo and f' ({motivo})'}. "
              "En la terminal: python cliente.py", file=sys.stderr)
        return 1
    if faltan := entorno.contar_faltantes():
        print(faltan, "Para prepararlo:", entorno.orden_de_preparar(), file=sys.stderr)
    sys.setswitchinterval(TURNO)
    conexion.iniciar()
    programa = aplicacion.Aplicacion(raiz, conexion, elegidas)
    terminal.oir_el_fin(lambda *_: setattr(programa, "terminar", True))
    # ⌘Q: si no, Tk termina el programa sin despedirse.
    raiz.createcommand("::tk::mac::Quit", raiz.quit)
    programa.empezar(elegidas.usuario, elegidas.sala)
    # Lo hecho al abrir dura lo que el programa: que el recolector de basura no lo recorra otra vez,
    # que son 40 ms con la ventana parada.
    gc.collect()
    gc.freeze()
    try:
        raiz.mainloop()
    finally:  # también si algo de la pantalla falla
        programa.despedirse()
    if programa.otra_vez:
        return entorno.ejecutar([sys.executable, __file__, *sys.argv[1:]])
    return 0


def leer_opciones(argumentos: "list[str] | None") -> argparse.Namespace:
    """Leer las opciones de la línea de órdenes."""
    analizador = Analizador(prog="cliente_gui.py", description="Cliente del chat, con ventanas.")
    analizador.add_argument("--usuario", help="tu nombre")
    analizador.add_argument("--sala", action="append", default=[],
                            help="sala a la que entrar; se puede repetir")
    analizador.add_argument("--tema", choices=sorted(tema.COLORES),
                            help="colores de las ventanas; si no se dice, los de la última vez")
    analizador.add_argument("--sin-historial", action="store_true",
                            help="no mostrar ni guardar las conversaciones")
    # Para la demostración, que pone varios programas en una misma pantalla.
    analizador.add_argument("--posicion", type=leer_posicion, metavar="X,Y[,ANCHO]",
                            help=argparse.SUPPRESS)
    opciones.agregar_opciones(analizador, es_cliente=True)
    return analizador.parse_args(argumentos)


def leer_posicion(texto: str) -> "tuple[int, ...]":
    """Leer la esquina de la primera ventana y quizá el ancho que le toca, en píxeles."""
    partes = texto.split(",")
    if not (len(partes) in (2, 3) and all(parte.isdecimal() for parte in partes)):
        raise argparse.ArgumentTypeError(f"«{texto}» no es una posición, como 40,60")
    return tuple(map(int, partes))


if __name__ == "__main__":
    sys.exit(tuberias.tolerar(main))

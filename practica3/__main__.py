"""La demostración: prepara lo que falte y abre el servidor y dos clientes, Ana y Bryan.

    python3 practica3                              todo en este equipo (interfaz de bucle)
    python3 practica3 --interfaz 192.168.1.20      en la red de esa interfaz
    python3 practica3 --preparar                   sólo preparar lo que falte

Con pantalla deja las ventanas abiertas para conversar; al cerrarlas, o con Ctrl+C,
termina todo; cada programa es un proceso aparte, como lo sería en equipos distintos. Sin
pantalla conversan solas en una pantalla virtual (ventanas/guion.py), se imprime lo que viaja por
la red y quedan fotos en capturas/.
"""

import argparse
import os
import pathlib
import socket
import subprocess
import sys
import tempfile

from equipo import entorno
from equipo import interfaces
from equipo import opciones
from equipo import pantalla
from equipo import terminal
from equipo import tuberias
from equipo.analizador import Analizador
import protocolo
import red

CARPETA = pathlib.Path(__file__).resolve().parent
CLIENTES = ("Ana", "Bryan")  # de izquierda a derecha
ESQUINA, COLUMNA = (20, 60), 860  # píxeles: la de la primera ventana, y lo que le toca a cada una
MEDIDAS = (1760, 1330)  # píxeles de la pantalla virtual: dos salas arriba y dos privados abajo
INTENTOS = 20  # puertos que se prueban, si el de siempre está en uso
CIERRE = 5.0  # s que se espera a cada programa al terminar
SIN_TKINTER = """Sin Tkinter no hay ventanas. Para conversar en terminales:
python practica3/servidor.py y, en otras,
python practica3/cliente.py --usuario Ana --sala general"""


def main() -> int:
    """Preparar el entorno y representar la demostración. Devuelve el código de salida."""
    elegidas = leer_opciones()
    if elegidas.preparar:
        entorno.preparar(de_nuevo=True)
        return 0
    entorno.relanzar(__file__, sys.argv[1:])
    terminal.preparar_salida()
    terminal.oir_el_fin()
    if elegidas.interfaz == interfaces.LAZO and elegidas.puerto == protocolo.PUERTO:
        elegidas.puerto = buscar_puerto(elegidas.puerto)
    try:
        demostrar = demostrar_en_pantalla if hay_pantalla() else demostrar_sin_pantalla
        return demostrar(elegidas)
    except ModuleNotFoundError as error:
        if error.name not in ("tkinter", "_tkinter"):
            raise
        print(SIN_TKINTER, file=sys.stderr)
    except (pantalla.ErrorPantalla, red.ErrorRed) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    return 1


def leer_opciones() -> argparse.Namespace:
    """Leer las opciones de la línea de órdenes."""
    analizador = Analizador(
        prog="python3 practica3",
        description="Demostración del chat: un servidor y dos clientes, Ana y Bryan.")
    analizador.add_argument("--preparar", action="store_true",
                            help="sólo preparar, también lo que antes no se pudo")
    opciones.agregar_opciones(analizador)
    elegidas = analizador.parse_args()
    # Si no se pide, la demostración no sale del equipo.
    elegidas.interfaz = elegidas.interfaz or interfaces.LAZO
    return elegidas


def buscar_puerto(pedido: int) -> int:
    """Un puerto que nadie use en este equipo, desde el que se pide.

    Otra demostración, u otro chat abierto, se mezclaría con ésta: nada impide compartir el puerto.
    """
    for puerto in range(pedido, pedido + INTENTOS):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as prueba:
            try:
                prueba.bind(("", puerto))  # sin SO_REUSEADDR: falla si alguien lo tiene
            except OSError:
                continue
        if puerto != pedido:
            print(f"Otro chat usa ya el puerto {pedido}; para no mezclarse, ésta usa el {puerto}.")
        return puerto
    return pedido


def hay_pantalla() -> bool:
    """Si se pueden abrir ventanas aquí. Lanza ModuleNotFoundError si falta Tkinter."""
    import tkinter  # aquí: sin él, la demostración lo explica en vez de fallar al empezar

    try:
        tkinter.Tk().destroy()
    except tkinter.TclError:
        return False
    return True


# -------------------------------------------------------------------- con pantalla


def escribir_red(elegidas: argparse.Namespace) -> "list[str]":
    """Las opciones con que los demás programas usan la red que se pidió; aquí no hay relevo."""
    return opciones.escribir_opciones(
        elegidas.grupo, elegidas.puerto, elegidas.interfaz, elegidas.perdida)


def demostrar_en_pantalla(elegidas: argparse.Namespace) -> int:
    """Abrir los tres programas y esperar a que se cierren las ventanas."""
    misma_red = escribir_red(elegidas)
    carla = [sys.executable, str(CARPETA / "cliente_gui.py"), "--usuario Carla --sala general"]
    print("Un servidor, Ana y Bryan, en la sala general. "
          "Cierra sus ventanas o pulsa Ctrl+C para terminar.\n"
          "Para que entre alguien más, en otra terminal:\n"
          f"  {' '.join(carla + misma_red)}\n", flush=True)
    programas = [lanzar("servidor.py", misma_red)]
    try:
        for usuario, posicion in repartir_pantalla().items():
            suyas = ["--usuario", usuario, "--sala", "general", "--sin-historial",
                     "--posicion", ",".join(map(str, posicion))]
            programas.append(lanzar("cliente_gui.py", suyas + misma_red))
        return max(cliente.wait() for cliente in programas[1:])
    finally:
        terminar(programas)


def lanzar(archivo: str, argumentos: "list[str]", **flujos) -> subprocess.Popen:
    """Arrancar un programa de esta carpeta."""
    return subprocess.Popen([sys.executable, str(CARPETA / archivo), *argumentos], **flujos)


def repartir_pantalla() -> "dict[str, tuple[int, int, int]]":
    """De cada usuario, la esquina de su primera ventana y el ancho que le toca."""
    columna = min(COLUMNA, medir_pantalla() // len(CLIENTES))
    x, y = ESQUINA
    return {usuario: (x + lugar * columna, y, columna - x - 10)
            for lugar, usuario in enumerate(CLIENTES)}


def medir_pantalla() -> int:
    """El ancho de la pantalla, en píxeles."""
    import tkinter  # aquí: sin él, la demostración lo explica en vez de fallar al empezar

    raiz = tkinter.Tk()
    ancho = raiz.winfo_screenwidth()
    raiz.destroy()
    return ancho


def terminar(programas: "list[subprocess.Popen]") -> None:
    """Cerrar los programas que sigan abiertos, los clientes antes que el servidor."""
    terminal.cerrar_en_paz()
    for programa in reversed(programas):
        programa.terminate()
        try:
            programa.wait(CIERRE)
        except subprocess.TimeoutExpired:
            programa.kill()
            programa.wait()


# -------------------------------------------------------------------- sin pantalla


def demostrar_sin_pantalla(elegidas: argparse.Namespace) -> int:
    """Representar el guion en una pantalla virtual; imprimir lo que viaja y guardar fotos."""
    print("No hay pantalla: Ana y Bryan conversan solos en una pantalla virtual. "
          "Esto es lo que viaja por la red.\n")
    pedida = opciones.elegir_red(elegidas)
    misma_red = escribir_red(elegidas)
    virtual = pantalla.PantallaVirtual(*MEDIDAS)
    with virtual, tempfile.TemporaryDirectory(prefix="chat-") as datos:
        # Para este programa y los que lance. Lo que reciban no se mezcla con lo del usuario.
        os.environ.update(virtual.entorno, XDG_DATA_HOME=datos)
        testigo = red.Red(**{**pedida, "perdida": 0})  # lo oye todo
        testigo.iniciar()
        programas = []
        try:
            programas.append(lanzar("servidor.py", misma_red, stdout=subprocess.DEVNULL))
            carla = lanzar("cliente.py", ["--usuario", "Carla", "--sala", "general", *misma_red],
                           stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, encoding="utf-8")
            programas.append(carla)
            return representar_guion(testigo, virtual, carla, pedida, pathlib.Path(datos))
        finally:
            terminar(programas)
            testigo.parar()


def representar_guion(
    testigo: red.Red, virtual: pantalla.PantallaVirtual, carla: subprocess.Popen, pedida: dict,
    carpeta: pathlib.Path,
) -> int:
    """Decir el guion y contar dónde quedaron las fotos."""
    from ventanas import guion  # aquí: necesita Tkinter

    capturas = preparar_capturas()

    def teclear(linea: str) -> None:
        print(linea, file=carla.stdin, flush=True)

    def fotografiar(nombre: str, *alto: int) -> None:
        virtual.fotografiar(capturas / f"{nombre}.png", *alto)

    escritorio = guion.pintar_escritorio()
    escena = guion.Escena(guion.Testigo(testigo), pedida, repartir_pantalla())
    try:
        guion.representar(escena, teclear, carpeta, fotografiar)
    except guion.ErrorGuion as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        escena.cerrar()
        escritorio.destroy()
    print(f"\nFotos de las ventanas: {capturas}")
    return 0


def preparar_capturas() -> pathlib.Path:
    """La carpeta de las fotos: en la raíz o, si no se puede escribir ahí, en la de temporales."""
    capturas = CARPETA.parent / "capturas"
    try:
        capturas.mkdir(exist_ok=True)
        tempfile.TemporaryFile(dir=capturas).close()
    except OSError:
        return pathlib.Path(tempfile.mkdtemp(prefix="capturas-"))
    return capturas


if __name__ == "__main__":
    sys.exit(tuberias.tolerar(main))

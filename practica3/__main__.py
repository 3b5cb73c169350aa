"""La demostración: prepara lo que falte y abre el servidor y dos clientes, Ana y Bryan.

    python3 practica3                              todo en este equipo (interfaz de bucle)
    python3 practica3 --interfaz 192.168.1.20      en la red de esa interfaz

Con pantalla deja las ventanas abiertas para conversar; al cerrarlas, o con Ctrl+C,
termina todo. Sin pantalla conversan solas en una pantalla virtual (guion.py), se
imprime lo que viaja por la red y quedan fotos en capturas/.

Cada programa es un proceso aparte, como lo sería en equipos distintos.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

from equipo import entorno
from equipo import opciones
from equipo import pantalla
from equipo import interfaces
import red
from equipo import terminal
from equipo.analizador import Analizador

CARPETA = pathlib.Path(__file__).resolve().parent
CLIENTES = (("Ana", "40,60"), ("Bryan", "900,60"))  # usuario y esquina de su ventana, en píxeles
MEDIDAS = (1760, 1330)  # píxeles de la pantalla virtual: dos salas arriba y dos privados abajo
CIERRE = 5.0  # s que se espera a cada programa al terminar


def main() -> int:
    """Preparar el entorno y representar la demostración. Devuelve el código de salida."""
    elegidas = leer_opciones()
    entorno.relanzar(__file__, sys.argv[1:], de_nuevo=elegidas.preparar)
    terminal.preparar_salida()
    try:
        return demostrar_en_pantalla(elegidas) if hay_pantalla() else demostrar_sin_pantalla(elegidas)
    except ModuleNotFoundError as error:
        if error.name not in ("tkinter", "_tkinter"):
            raise
        print("Sin Tkinter no hay ventanas. Para conversar en terminales: python practica3/servidor.py y, en otras,\n"
              "python practica3/cliente.py --usuario Ana --sala general", file=sys.stderr)
    except (pantalla.ErrorPantalla, red.ErrorRed) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    return 1


def leer_opciones() -> argparse.Namespace:
    """Leer las opciones de la línea de órdenes."""
    analizador = Analizador(
        prog="python3 practica3", description="Demostración del chat: un servidor y dos clientes, Ana y Bryan."
    )
    analizador.add_argument("--preparar", action="store_true", help="intentar otra vez instalar lo que no se pudo")
    opciones.agregar_opciones(analizador)
    elegidas = analizador.parse_args()
    elegidas.interfaz = elegidas.interfaz or interfaces.LAZO  # la demostración no sale del equipo si no se pide
    return elegidas


def hay_pantalla() -> bool:
    """Si se pueden abrir ventanas aquí. Lanza ModuleNotFoundError si falta Tkinter."""
    import tkinter  # aquí: sin él, la demostración lo explica en vez de fallar al empezar

    try:
        tkinter.Tk().destroy()
    except tkinter.TclError:
        return False
    return True


# -------------------------------------------------------------------- con pantalla


def demostrar_en_pantalla(elegidas: argparse.Namespace) -> int:
    """Abrir los tres programas y esperar a que se cierren las ventanas."""
    otro = f"--usuario Carla --sala general {' '.join(opciones_de_red(elegidas))}"
    print("Un servidor, Ana y Bryan, en la sala general. Cierra sus ventanas o pulsa Ctrl+C para terminar.")
    print(f"Para que entre alguien más, en otra terminal:\n  {sys.executable} {CARPETA / 'cliente_gui.py'} {otro}\n", flush=True)
    programas = [lanzar("servidor.py", elegidas)]
    try:
        programas += [lanzar_cliente(usuario, esquina, elegidas) for usuario, esquina in CLIENTES]
        for cliente in programas[1:]:
            cliente.wait()
    finally:
        terminar(programas)
    return max(cliente.returncode for cliente in programas[1:])


def opciones_de_red(elegidas: argparse.Namespace) -> "list[str]":
    """Las opciones con que un programa se une a esta demostración."""
    return [f"--grupo={elegidas.grupo}", f"--puerto={elegidas.puerto}", f"--interfaz={elegidas.interfaz}",
            f"--perdida={elegidas.perdida:g}"]


def lanzar(archivo: str, elegidas: argparse.Namespace, *mas: str, **datos) -> subprocess.Popen:
    """Arrancar un programa de esta carpeta."""
    return subprocess.Popen([sys.executable, str(CARPETA / archivo), *opciones_de_red(elegidas), *mas], **datos)


def lanzar_cliente(usuario: str, esquina: str, elegidas: argparse.Namespace, **datos) -> subprocess.Popen:
    """Arrancar un cliente con ventanas, ya en la sala general."""
    return lanzar("cliente_gui.py", elegidas, "--usuario", usuario, "--sala", "general", "--sin-historial", "--posicion", esquina, **datos)


def terminar(programas: "list[subprocess.Popen]") -> None:
    """Cerrar los programas que sigan abiertos, los clientes antes que el servidor."""
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
    print("No hay pantalla: Ana y Bryan conversan solos en una pantalla virtual. Esto es lo que viaja por la red.\n")
    with pantalla.PantallaVirtual(*MEDIDAS) as virtual, tempfile.TemporaryDirectory(prefix="chat-") as datos:
        # Para nosotros y para los programas que lancemos. Lo que reciban no se mezcla con lo del usuario.
        os.environ.update(virtual.entorno, XDG_DATA_HOME=datos)
        conexion = opciones.abrir_red(argparse.Namespace(**{**vars(elegidas), "perdida": 0}))  # el testigo lo oye todo
        conexion.iniciar()
        programas = []
        try:
            programas.append(lanzar("servidor.py", elegidas, stdout=subprocess.DEVNULL))
            programas += [lanzar_cliente(usuario, esquina, elegidas) for usuario, esquina in CLIENTES]
            programas.append(lanzar("cliente.py", elegidas, "--usuario", "Carla", "--sala", "general",
                                    stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, encoding="utf-8"))
            return representar_guion(conexion, virtual, programas[-1], pathlib.Path(datos))
        finally:
            terminar(programas)
            conexion.parar()


def representar_guion(conexion: red.Red, virtual: pantalla.PantallaVirtual, carla: subprocess.Popen, carpeta: pathlib.Path) -> int:
    """Decir el guion y contar dónde quedaron las fotos."""
    from ventanas import guion  # aquí: necesita Tkinter

    capturas = preparar_capturas()
    escena = guion.Escena()
    try:
        guion.representar(
            escena, guion.Testigo(conexion), lambda linea: print(linea, file=carla.stdin, flush=True), carpeta,
            lambda nombre, *alto: virtual.fotografiar(capturas / f"{nombre}.png", *alto),
        )
    except guion.ErrorGuion as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        escena.cerrar()
    print(f"\nFotos de las ventanas: {capturas}")
    return 0


def preparar_capturas() -> pathlib.Path:
    """Crear la carpeta de las fotos: en la raíz o, si no se puede escribir ahí, en la de temporales."""
    capturas = CARPETA.parent / "capturas"
    try:
        capturas.mkdir(exist_ok=True)
        (capturas / "prueba").touch()
        (capturas / "prueba").unlink()
    except OSError:
        capturas = pathlib.Path(tempfile.mkdtemp(prefix="capturas-"))
    return capturas


if __name__ == "__main__":
    sys.exit(main())

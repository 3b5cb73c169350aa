"""Mide el chat y lo pone junto a otros: `python3 pruebas --medir`.

    python3 pruebas --medir                     todo: unos 35 minutos
    python3 pruebas --medir mensajes --rapido   sólo una parte, y con menos vueltas

Las partes: mensajes (cortos, de uno a muchos), archivos (lo largo, entre equipos que pierden), reposo
(CPU sin hacer nada), listas (bytes de listas cuando entran muchos), ventanas (arranque, una
ráfaga de mensajes y otra de imágenes a una sala abierta, reposo), recorrido (en cuántas funciones
entra un mensaje) y relevo (por un relevo, junto a TCP, y de una red a otra por MQTT). Deja
en `mediciones/` una tabla (Markdown y JSON) y una gráfica. No son pruebas con plazo: dependen del
equipo y de lo que haga a la vez; lo que se compara se mide por turnos, en la misma vuelta.
"""

import argparse
import pathlib
import sys

PRUEBAS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:1] = [str(PRUEBAS), str(PRUEBAS.parent / "practica3")]

if sys.platform != "linux":
    sys.exit("Sólo se mide en Linux: hacen falta fork, espacios de red y el reloj de CPU de otros procesos.")

from equipo import tuberias
from equipo.analizador import Analizador
from medir import archivos
from medir import informe
from medir import listas
from medir import mensajes
from medir import recorrido
from medir import relevo
from medir import reposo
from medir import ventanas
from medir.progreso import Progreso

PARTES = {"mensajes": mensajes.medir, "archivos": archivos.medir, "reposo": reposo.medir, "listas": listas.medir,
          "ventanas": ventanas.medir, "recorrido": recorrido.medir, "relevo": relevo.medir}


def leer_opciones() -> argparse.Namespace:
    """Lo que se pide en la línea de órdenes."""
    lector = Analizador(prog="python3 pruebas --medir", description="Mide el chat y lo compara.")
    lector.add_argument("partes", nargs="*", metavar="parte", help="de " + ", ".join(PARTES) + "; si no se dice, todas")
    lector.add_argument("--rapido", action="store_true", help="menos vueltas, y más cortas")
    lector.add_argument("--veces", type=int, default=0, help="vueltas de cada medida")
    lector.add_argument("--carpeta", type=pathlib.Path, default=PRUEBAS.parent / "mediciones",
                        help="dónde dejar el resultado")
    lector.add_argument("--clientes", type=int, nargs="+", default=mensajes.CLIENTES, help="en mensajes: a cuántos")
    lector.add_argument("--sistemas", nargs="+", help="en mensajes: sólo éstos (chat, pelado, tcp, zeromq)")
    lector.add_argument("--largos", type=int, nargs="+", help="en archivos: de cuántos KB")
    lector.add_argument("--perdidas", type=int, nargs="+", help="en archivos: con qué %% de pérdida")
    lector.add_argument("--enlaces", type=float, nargs="+", help="en archivos: de cuántos Mb/s; 0, sin tope")
    lector.add_argument("--clases", type=int, nargs="+", help="en archivos: a cuántos receptores")
    lector.add_argument("--sin-uftp", action="store_true", help="en archivos: sólo el chat, sin uftp ni NORM")
    lector.add_argument("--practica", type=pathlib.Path, default=PRUEBAS.parent / "practica3",
                        help="en recorrido: otra carpeta practica3, para comparar")
    lector.add_argument("--modo", choices=("a", "200"), help="en mensajes: sólo «a toda prisa», o «200 por segundo»")
    opciones = lector.parse_args()
    for parte in opciones.partes:
        if parte not in PARTES:
            lector.error(f"no hay parte «{parte}»; son {', '.join(PARTES)}")
    return opciones


def main() -> int:
    """Medir lo pedido y escribir el resultado; con Ctrl+C, el de las partes terminadas."""
    opciones = leer_opciones()
    progreso = Progreso()
    resultado = {"equipo": informe.describir_equipo()}
    try:
        for parte in opciones.partes or PARTES:
            resultado[parte] = PARTES[parte](progreso, opciones)
    except KeyboardInterrupt:
        progreso.avisar("\nMedición interrumpida.")
    informe.escribir(resultado, opciones.carpeta)
    print((opciones.carpeta / "mediciones.md").read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(tuberias.tolerar(main))

"""La CPU de los programas del chat cuando nadie dice nada, en % de un núcleo.

Corren de verdad, en la misma sala: un servidor, un cliente de terminal y uno con ventanas,
éste en una pantalla virtual.
"""

import contextlib
import os
import subprocess
import sys
import time

from medir import mensajes
from equipo import pantalla
from equipo import interfaces
import servidor
from medir import sistemas

ARRANQUE = 8.0  # s: que entren y se calmen
CARPETA = os.path.dirname(servidor.__file__)
PROGRAMAS = {
    "servidor.py": (),
    "cliente.py": ("--json", "--usuario=Ana", "--sala=general"),
    "cliente_gui.py": ("--usuario=Bryan", "--sala=general"),
}


def medir(progreso, opciones) -> "list[dict]":
    """Una fila por programa; todos a la vez."""
    segundos = 10.0 if opciones.rapido else 30.0
    progreso.empezar("reposo", 1)
    progreso.decir(f"servidor, cliente y ventanas, {segundos:.0f} s")
    with contextlib.ExitStack() as abiertos:
        ambiente = dict(os.environ)
        try:
            ambiente.update(abiertos.enter_context(pantalla.PantallaVirtual()).entorno)
        except pantalla.ErrorPantalla as error:
            progreso.avisar(f"Sin ventanas: {error}")
        procesos = lanzar(ambiente, con_ventanas="DISPLAY" in ambiente)
        try:
            filas = medir_reposo(procesos, segundos)
        finally:
            for proceso in procesos.values():
                proceso.kill()
                proceso.communicate()
    progreso.resultado(", ".join(f"{fila['programa']} {fila['nucleo']:.2f} %" for fila in filas))
    return filas


def lanzar(ambiente: dict, con_ventanas: bool) -> "dict[str, subprocess.Popen]":
    """Los programas en marcha, con la entrada abierta: un cliente de terminal termina si se le cierra."""
    puerto = mensajes.buscar_puerto()
    red_ = (f"--puerto={puerto}", f"--interfaz={interfaces.LAZO}")
    return {archivo: subprocess.Popen([sys.executable, os.path.join(CARPETA, archivo), *red_, *argumentos],
                                      env=ambiente,
                                      stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            for archivo, argumentos in PROGRAMAS.items() if con_ventanas or archivo != "cliente_gui.py"}


def medir_reposo(procesos: "dict[str, subprocess.Popen]", segundos: float) -> "list[dict]":
    """Dejarlos en paz y ver cuánta CPU gastan."""
    sistemas.dormir(ARRANQUE)
    antes = {nombre: mensajes.leer_cpu([proceso.pid]) for nombre, proceso in procesos.items()}
    inicio = time.monotonic()
    sistemas.dormir(segundos)
    pasaron = time.monotonic() - inicio
    caidos = [nombre for nombre, proceso in procesos.items() if proceso.poll() is not None]
    if caidos:
        raise RuntimeError(f"terminó antes de tiempo: {', '.join(caidos)}")
    return [{"programa": nombre, "nucleo": 100 * (mensajes.leer_cpu([proceso.pid]) - antes[nombre]) / pasaron}
            for nombre, proceso in procesos.items()]

"""Los ejemplos de clase: los enumera e inicia cualquiera con sus terminales ya dispuestas.

    python3 ejemplos                        la lista; pregunta cuál iniciar
    python3 ejemplos 03                     el 03, con lo que su README enseña primero
    python3 ejemplos 02 2                   la segunda conversación de su README
    python3 ejemplos 03 --en texto          sólo decir qué escribir en cada terminal

Las terminales son, lo primero que haya: divisiones de tmux; ventanas de la terminal del
sistema (Linux con pantalla, Windows, macOS); o, sin nada de eso, las órdenes escritas.
"""

import argparse
import importlib.util
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
import time

import indice

# Ahí está equipo/; en el paquete de los alumnos, en la raíz.
sys.path += [str(indice.CARPETA.parent / "practica3"), str(indice.CARPETA.parent)]
from equipo import tuberias
from equipo.analizador import Analizador

# s entre dos terminales: la primera suele ser un servidor, y ha de escuchar antes de que lo llamen.
PAUSA = 1.0
# Lo que no trae todo Python y con qué se ve si está.
MODULOS = {"tkinter": "_tkinter", "PIL": "PIL", "pyaudio": "pyaudio"}
DE_TODAS = ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")  # en el PATH de toda terminal
EMULADORES = (  # de Linux: programa, opciones, y tras ellas la orden
    ("gnome-terminal", "--title", "{titulo}", "--"),
    ("konsole", "-p", "tabtitle={titulo}", "-e"),
    ("xfce4-terminal", "--title", "{titulo}", "-x"),
    ("xterm", "-T", "{titulo}", "-e"),
    ("x-terminal-emulator", "-e"),
)


def main() -> int:
    """Elegir un ejemplo e iniciarlo."""
    elegidas = leer_opciones()
    try:
        ejemplo = elegir(indice.reunir(), elegidas.numero)
        if ejemplo is None:
            return 0
        if not 1 <= elegidas.conversacion <= len(ejemplo.conversaciones):
            sys.exit(f"El ejemplo {ejemplo.numero} tiene {len(ejemplo.conversaciones)} "
                     "conversaciones.")
        iniciar(ejemplo, ejemplo.conversaciones[elegidas.conversacion - 1], elegidas.en)
    except (KeyboardInterrupt, EOFError):
        print()
    return 0


def leer_opciones() -> argparse.Namespace:
    """Leer las opciones de la línea de órdenes."""
    opciones = Analizador(prog="python3 ejemplos",
                          description="Enumera los ejemplos e inicia cualquiera.")
    opciones.add_argument("numero", nargs="?", help="el número del ejemplo, como 03")
    opciones.add_argument("conversacion", nargs="?", type=int, default=1,
                          help="cuál de las de su README (la primera)")
    opciones.add_argument("--en", choices=DONDE,
                          help="dónde abrir las terminales (lo primero que haya)")
    return opciones.parse_args()


def elegir(ejemplos: "list[indice.Ejemplo]", numero: "str | None") -> "indice.Ejemplo | None":
    """El ejemplo de ese número; sin número, enumerarlos y preguntar."""
    if numero is None:
        ancho = max(len(uno.titulo) for uno in ejemplos) + 2
        resto = shutil.get_terminal_size((160, 40)).columns - ancho - 10
        print(f"{'':4}{'min':>4}  {'ejemplo':{ancho}}prepara")
        for uno in ejemplos:
            prepara = textwrap.shorten(uno.prepara, max(resto, 20), placeholder="…")
            print(f"{uno.numero:4}{uno.minutos:4}  {uno.titulo:{ancho}}{prepara}")
        print(f"{sum(uno.minutos for uno in ejemplos):8}  minutos en total")
        pregunta = "\n¿Cuál inicio? (su número; Enter para salir) "
        numero = input(pregunta).strip() if sys.stdin.isatty() else ""
        if not numero:
            return None
    hallado = next((uno for uno in ejemplos if uno.numero == numero.zfill(2)), None)
    if hallado is None:
        sys.exit(f"No hay ejemplo {numero}. Los hay del {ejemplos[0].numero} al "
                 f"{ejemplos[-1].numero}.")
    return hallado


def iniciar(ejemplo: indice.Ejemplo, conversacion: indice.Conversacion,
            donde: "str | None") -> None:
    """Abrir las terminales de una conversación, cada una con su programa."""
    abrir = DONDE[donde or buscar_donde()]
    bloques = list(conversacion.terminales.values())
    print(f"{ejemplo.numero} · {ejemplo.titulo}. "
          f"Lo que se escribe en cada una está en {ejemplo.carpeta / 'README.md'}", flush=True)
    python = nombrar(python_para(ejemplo.carpeta))
    ordenes = [re.sub("^python3?", lambda _: python, bloque.orden) for bloque in bloques]
    abrir(ejemplo.carpeta, [(bloque.titulo, orden) for bloque, orden in zip(bloques, ordenes)])


def nombrar(python: str) -> str:
    """Cómo se escribe ese Python en otra terminal: por su nombre, si también ahí es ése.

    Un entorno sólo está activado en esta: las que abra tmux o el sistema tienen su propio PATH.
    """
    for nombre in ("python", "python3"):
        hallado = shutil.which(nombre)
        es_ese = hallado and os.path.abspath(hallado) == os.path.abspath(python)
        if es_ese and (os.name == "nt" or os.path.dirname(hallado) in DE_TODAS):
            return nombre
    return shlex.quote(python) if os.name == "posix" else f'"{python}"'


def python_para(carpeta: pathlib.Path) -> str:
    """El Python con que correr un ejemplo.

    Si éste no tiene lo que hace falta, el del entorno de la práctica.
    """
    programas = "".join(uno.read_text(encoding="utf-8") for uno in carpeta.glob("*.py"))
    usados = set(re.findall(r"\b(tkinter|PIL|pyaudio)\b", programas))
    if all(importlib.util.find_spec(MODULOS[uno]) for uno in usados):
        return sys.executable
    from equipo import entorno  # aquí: prepara lo que falte, y puede tardar

    return entorno.preparar()


# -------------------------------------------------------------------- dónde


def buscar_donde() -> str:
    """Dónde se pueden abrir terminales aquí."""
    if "TMUX" in os.environ or (shutil.which("tmux") and sys.stdin.isatty()):
        return "tmux"
    hay_pantalla = (os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}
                    and any(shutil.which(uno[0]) for uno in EMULADORES))
    return "ventanas" if sys.platform in ("win32", "darwin") or hay_pantalla else "texto"


def abrir_en_tmux(carpeta: pathlib.Path, ordenes: "list[tuple[str, str]]") -> None:
    """Una ventana de tmux dividida.

    Cada parte es una terminal de verdad, con la orden ya tecleada.
    """
    dentro = "TMUX" in os.environ
    ventana = tmux("new-window" if dentro else "new-session",
                   *(() if dentro else ("-d", "-x", "200", "-y", "50")),
                   "-n", carpeta.name, "-c", str(carpeta), "-P", "-F",
                   "#{session_name}:#{window_id}")
    partes = [tmux("display-message", "-p", "-t", ventana, "#{pane_id}")]
    while len(partes) < len(ordenes):
        partes.append(tmux("split-window", "-t", ventana, "-c", str(carpeta), "-P", "-F",
                           "#{pane_id}"))
        tmux("select-layout", "-t", ventana, "tiled")
    tmux("set-option", "-w", "-t", ventana, "pane-border-status", "top")
    for parte, (titulo, orden) in zip(partes, ordenes):
        tmux("select-pane", "-t", parte, "-T", titulo)
        tmux("send-keys", "-t", parte, "-l", orden)
        tmux("send-keys", "-t", parte, "Enter")
        time.sleep(PAUSA)
    if not dentro:
        print("Ctrl+B y una flecha cambia de terminal; Ctrl+B y & las cierra todas.", flush=True)
        subprocess.call(["tmux", "attach", "-t", ventana])


def tmux(*orden: str) -> str:
    """Dar una orden a tmux y devolver lo que contesta."""
    return subprocess.run(["tmux",
                           *orden], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def abrir_en_ventanas(carpeta: pathlib.Path, ordenes: "list[tuple[str, str]]") -> None:
    """Una ventana de la terminal del sistema para cada programa.

    Al acabar el programa no se cierra.
    """
    for titulo, orden in ordenes:
        if sys.platform == "win32":
            subprocess.Popen(f'start "{titulo}" /D "{carpeta}" cmd /k "{orden}"', shell=True)
        elif sys.platform == "darwin":
            guion = f"cd {shlex.quote(str(carpeta))} && {orden}"
            guion = guion.replace("\\", "\\\\").replace('"', '\\"')
            pedido = f'tell application "Terminal" to do script "{guion}"'
            subprocess.run(["osascript", "-e", pedido], check=True, stdout=subprocess.DEVNULL)
        else:
            programa, *opciones = next(uno for uno in EMULADORES if shutil.which(uno[0]))
            opciones = [opcion.format(titulo=titulo) for opcion in opciones]
            subprocess.Popen([programa, *opciones, "sh", "-c", f'{orden}; exec "${{SHELL:-sh}}"'],
                             cwd=carpeta, start_new_session=True)
        time.sleep(PAUSA)


def decir(carpeta: pathlib.Path, ordenes: "list[tuple[str, str]]") -> None:
    """Escribir qué hay que teclear en cada terminal."""
    for numero, (titulo, orden) in enumerate(ordenes, 1):
        lugar = shlex.quote(str(carpeta)) if os.name == "posix" else f'/d "{carpeta}"'
        print(f"\nTerminal {numero}: {titulo}\n  cd {lugar}\n  {orden}")


DONDE = {"tmux": abrir_en_tmux, "ventanas": abrir_en_ventanas, "texto": decir}


if __name__ == "__main__":
    sys.exit(tuberias.tolerar(main))

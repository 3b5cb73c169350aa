"""La terminal de un README: el programa de verdad en una pseudoterminal, y lo que el README dice que muestra."""

import codecs
import fcntl
import os
import pathlib
import pty
import re
import select
import shlex
import struct
import subprocess
import sys
import termios
import time

PLAZO = 20.0  # s: de sobra en un equipo cargado; sólo se agota cuando algo falla
ANCHO = 160  # columnas
MI_DIRECCION = "192.168.1.20"  # la que un README da a este equipo, y la que tiene en red_propia
CTRL_C = "^C"
ENTER = "⏎"  # así se escribe un renglón vacío, para que se vea
QUEJAS = ("Traceback", "Warning", "Exception ignored")
# Un programa sólo oye Ctrl+C si la terminal es la suya; no puede pedirlo pytest, que tiene hilos.
ADOPTAR = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
VARIABLE = re.compile(
    r"…|\b192\.168\.1\.20\b|\b\d\d:\d\d(?::\d\d)?\b|\b\d+[.,]\d+(?= (?:m?s|[KM]B|[KM]b/s)\b)|\b\d{5}\b")


class Pantalla:
    """Lo que se lee en una terminal.

    Entiende \\r, \\b y borrar hasta el fin del renglón, que es lo que usan los ejemplos.
    """

    def __init__(self):
        self.lineas = [""]
        self._columna = 0

    def escribir(self, texto: str) -> None:
        """Pintar lo que escribió un programa."""
        for parte in re.findall(r"\x1b\[[\d;?]*[A-Za-z]|.", texto, re.DOTALL):
            linea = self.lineas[-1]
            if parte == "\n":
                self.lineas.append("")
                self._columna = 0
            elif parte == "\r":
                self._columna = 0
            elif parte == "\b":
                self._columna = max(0, self._columna - 1)
            elif parte in ("\x1b[K", "\x1b[0K"):
                self.lineas[-1] = linea[:self._columna]
            elif not parte.startswith("\x1b"):
                self.lineas[-1] = linea[:self._columna].ljust(self._columna) + parte + linea[self._columna + 1:]
                self._columna += 1


class Terminal:
    """Una pseudoterminal con el programa que corre en ella, y lo que el README dice que muestra."""

    def __init__(self, guion, renglones: "list[str]", carpeta: pathlib.Path, entorno: "dict[str, str]"):
        self.guion = guion
        self.renglones = renglones
        self._carpeta = carpeta
        self._entorno = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", **entorno}
        self.vistos = 0  # renglones por los que ya se ha pasado
        self.pantalla = Pantalla()
        self.proceso = None
        self._decodificador = codecs.getincrementaldecoder("utf-8")("replace")
        self.maestro, self._esclavo = pty.openpty()
        fcntl.ioctl(self._esclavo, termios.TIOCSWINSZ, struct.pack("HHHH", 40, ANCHO, 0, 0))

    # ---- leer

    def leer(self) -> None:
        """Pintar lo que haya escrito el programa."""
        self.pantalla.escribir(self._decodificador.decode(os.read(self.maestro, 65_536)))

    def completos(self) -> int:
        """Cuántos renglones ha acabado de escribir. Lanza AssertionError si alguno no es el del README."""
        acabados = self.pantalla.lineas[:-1]
        iguales = self.iguales(acabados, {})
        assert iguales == len(acabados), f"lo primero que no es como en el README: {acabados[iguales]!r}"
        return iguales

    def iguales(self, lineas: "list[str]", valores: "dict[str, str]") -> int:
        """Cuántos renglones, desde el primero, son como en el README.

        Lo que cambia, según `valores`, que se completa.
        """
        pares = zip(self.renglones, lineas)
        return next((n for n, (uno, otro) in enumerate(pares) if not coincide(uno, otro.rstrip(), self.guion, valores)),
                    min(len(self.renglones), len(lineas)))

    def pregunta(self, *preguntas: str) -> bool:
        """Si el último renglón, todavía abierto, está vacío o es una de esas preguntas."""
        return self.pantalla.lineas[-1].rstrip() in {una.rstrip() for una in preguntas}

    # ---- actuar

    def accion(self) -> "tuple[int, str, str]":
        """La acción siguiente: en qué renglón está, la pregunta que contesta y lo que se teclea."""
        for numero in range(self.vistos, len(self.renglones)):
            renglon = self.renglones[numero]
            if renglon.startswith("$ ") or renglon == CTRL_C:
                return numero, "", renglon
            for pregunta in self.guion.preguntas:
                if renglon.startswith(pregunta):
                    return numero, pregunta, renglon[len(pregunta):]
        raise AssertionError(f"{self.guion}: el orden pide más acciones de las que hay en una terminal que empieza por "
                             f"{self.renglones[0]}")

    def actuar(self, tecleado: str) -> None:
        """Lanzar un programa, pulsar Ctrl+C o teclear un renglón."""
        if tecleado.startswith("$ "):
            self.lanzar(tecleado[2:])
        elif tecleado == CTRL_C:
            self.interrumpir()
        else:
            self.teclear(tecleado.removesuffix(ENTER) + "\r")

    def lanzar(self, orden: str) -> None:
        """Arrancar un programa de la carpeta del ejemplo.

        El renglón con la orden lo pinta el intérprete, que aquí no hay.
        """
        self.esperar_fin()
        self.pantalla.escribir(f"$ {orden}\n")
        python, *argumentos = shlex.split(orden)
        assert python in ("python", "python3"), f"no sé lanzar {orden}"
        programa = [sys.executable, "-W", "error", "-X", "dev", *argumentos]
        self.proceso = subprocess.Popen(
            [sys.executable, "-S", "-c", ADOPTAR, *programa], cwd=self._carpeta, start_new_session=True,
            stdin=self._esclavo, stdout=self._esclavo, stderr=self._esclavo, env=self._entorno)

    def teclear(self, texto: str) -> None:
        """Pulsar teclas: la terminal hace el eco."""
        os.write(self.maestro, texto.encode())

    def interrumpir(self) -> None:
        """Pulsar Ctrl+C cuando el programa espera: entre preguntar y esperar la respuesta, Python no lo oiría."""
        estado = pathlib.Path(f"/proc/{self.proceso.pid}/stat")  # sólo en Linux; en macOS se confía
        limite = time.monotonic() + PLAZO
        while estado.exists() and ") R " in estado.read_text() and time.monotonic() < limite:
            select.select([], [], [], 0.01)
        self.teclear("\x03")

    def esperar_fin(self) -> None:
        """Esperar a que el programa termine; mientras, se lee lo que escribe."""
        limite = time.monotonic() + PLAZO
        while self.proceso is not None and self.proceso.poll() is None:
            assert time.monotonic() < limite, f"{self.guion}: no termina; se ve\n" + "\n".join(self.pantalla.lineas)
            if select.select([self.maestro], [], [], 0.02)[0]:
                self.leer()
        while select.select([self.maestro], [], [], 0)[0]:
            self.leer()

    def despedir(self) -> None:
        """Pulsar Ctrl+C si el programa sigue en marcha: ha de terminar sin quejarse."""
        if self.proceso is not None and self.proceso.poll() is None:
            self.interrumpir()
            self.esperar_fin()
        quejas = [linea for linea in self.pantalla.lineas if any(queja in linea for queja in QUEJAS)]
        assert not quejas, f"{self.guion}: al terminar se queja:\n" + "\n".join(self.pantalla.lineas)

    def cerrar(self) -> None:
        """Terminar por la fuerza lo que quede."""
        if self.proceso is not None:
            self.proceso.kill()
            self.proceso.wait()
        os.close(self.maestro)
        os.close(self._esclavo)


def coincide(esperado: str, visto: str, guion, valores: "dict[str, str]") -> bool:
    """Si un renglón es el del README, salvo lo que cambia de una vez a otra."""
    esperado = esperado.removesuffix(ENTER).rstrip()
    if esperado == visto:
        return True
    expresion, fin, puertos = "", 0, []
    for hallado in VARIABLE.finditer(esperado):
        expresion += re.escape(esperado[fin:hallado.start()])
        fin = hallado.end()
        expresion += _expresion(hallado.group(), guion.carpeta, puertos)
    igual = re.fullmatch(expresion + re.escape(esperado[fin:]), visto)
    return igual is not None and all(valores.setdefault(p, v) == v for p, v in zip(puertos, igual.groups()))


def _expresion(variable: str, carpeta: pathlib.Path, puertos: "list[str]") -> str:
    if variable == "…":
        return ".*"
    if variable == MI_DIRECCION:
        return r"[\d.]+"
    if any(variable in programa.read_text(encoding="utf-8") for programa in carpeta.glob("*.py")):
        return re.escape(variable)
    if not variable.isdigit():
        return r"\d+".join(re.escape(fijo) for fijo in re.split(r"\d+", variable))
    puertos.append(variable)
    return r"(\d+)"

"""Representa lo que enseñan los README de ejemplos/ con los programas de verdad: la documentación no puede mentir.

Un README muestra lo que se ve en cada terminal, tal cual:

    <!-- preguntas: «Tu nombre: » «Tú: » -->
    <!-- orden: 1 2 2 1+2 1 -->

    **Terminal 1: servidor**

    ```console
    $ python servidor.py
    Escuchando en localhost:65434
    Ana (127.0.0.1, 54321) se ha conectado
    ^C
    ```

    **Terminal 2: Ana**

    ```console
    $ python cliente.py
    Tu nombre: Ana
    ```

y dos comentarios que el lector no ve:

- `preguntas`, uno por README: las preguntas que escriben los programas. Lo que sigue a una es lo tecleado.
- `orden`, uno delante de cada conversación: en qué orden se actúa.
  `2` es la acción siguiente de la terminal 2. Son acciones `$ orden` (lanzar un programa; puede haber otra
  más abajo, si el anterior ya terminó), lo tecleado tras una pregunta, con Enter, y `^C`, solo o tras una pregunta.
  Antes de actuar se espera a que esa terminal muestre justamente los renglones anteriores, y la pregunta;
  después de lanzar un programa, a que escriba algo (un servidor ha de decir que ya escucha). Un Enter sin nada
  se escribe `⏎`.
  `1+2` espera a que la terminal 1 muestre 2 renglones más que hasta ahora: sólo hace falta cuando lo que
  otra terminal haga después depende de ello y no se ve en la suya. `2?` espera a que la 2 esté preguntando algo.

Una ventana se escribe en un bloque `ventana`, tras la terminal que la abre y con su mismo número:

    **Ventana 2: Ana**

    ```ventana
    [Ana] (Entrar)
    Te uniste a la sala
    [Hola a todos!] ⏎
    Ana: Hola a todos!
    ```

  `[texto]` se escribe en el campo que tiene el teclado, `(Entrar)` es un clic en el botón que dice eso y `⏎`
  la tecla Enter; un renglón con algo así es una acción y en `orden` se nombra `v2`. Los demás renglones han de
  leerse en la ventana, por orden (en sus textos, rótulos y listas). `(×)` cierra la ventana, y `v2+1` espera.

Al final cada terminal debe mostrar exactamente lo escrito (salvo una última pregunta sin contestar). Con lo que
siga en marcha se pulsa entonces Ctrl+C: ha de terminar sin quejarse. Todo corre con `python -W error -X dev`
en una copia de la carpeta del ejemplo: lo que un programa guarde no queda en ella.

Cambia de una vez a otra y por eso vale cualquiera, si no está escrito tal cual en los programas de la carpeta: un número
de cinco cifras (los puertos que da el sistema: el mismo en el README ha de ser el mismo siempre), una hora 12:34 o
12:34:56, la dirección 192.168.1.20 (la de este equipo), un número con decimales seguido de una unidad (0.25 s, 3.1 KB) y lo que ocupe el lugar de «…».
"""

import codecs
import contextlib
import fcntl
import os
import pathlib
import pty
import re
import select
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time

import pytest

from ayudas import red_propia
from ayudas import ventanas_de_guiones as ventanas

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent.parent / "ejemplos"))
import indice  # el mismo con que el menú de los ejemplos lee los README

PLAZO = 20.0  # s: de sobra en un equipo cargado; sólo se agota cuando algo falla
CALMA = 0.15  # s que se mira, al final, si alguien escribe algo de más
ANCHO = 160  # columnas
MI_DIRECCION = "192.168.1.20"  # la que un README da a este equipo, y la que tiene en red_propia
CTRL_C = "^C"
ENTER = "⏎"  # así se escribe un renglón vacío, para que se vea
QUEJAS = ("Traceback", "Warning", "Exception ignored")
# Un programa sólo oye Ctrl+C si la terminal es la suya; no puede pedirlo pytest, que tiene hilos.
ADOPTAR = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"

PREGUNTAS = re.compile(r"<!-- preguntas: (.*?) -->", re.DOTALL)
VARIABLE = re.compile(r"…|\b192\.168\.1\.20\b|\b\d\d:\d\d(?::\d\d)?\b|\b\d+[.,]\d+(?= (?:m?s|[KM]B|[KM]b/s)\b)|\b\d{5}\b")


class Guion:
    """Una conversación de un README, y las preguntas que escriben sus programas."""

    def __init__(self, ejemplo: indice.Ejemplo, numero: int):
        self.carpeta = ejemplo.carpeta
        self.numero = numero
        self.conversacion = ejemplo.conversaciones[numero - 1]
        self.preguntas = [una for lista in PREGUNTAS.findall(ejemplo.texto) for una in re.findall("«(.*?)»", lista)]

    def __str__(self) -> str:
        return f"{self.carpeta.name}-{self.numero}"


def reunir(patron: str) -> "list[Guion]":
    """Las conversaciones de los README de las carpetas de ejemplos que cumplen un patrón, como "0[1-7]_*"."""
    return [Guion(ejemplo, numero + 1) for ejemplo in indice.reunir(patron) for numero in range(len(ejemplo.conversaciones))]


# -------------------------------------------------------------------- una terminal


class Pantalla:
    """Lo que se lee en una terminal: entiende \\r, \\b y borrar hasta el fin del renglón, que es lo que usan los ejemplos."""

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

    def __init__(self, guion: Guion, renglones: "list[str]", carpeta: pathlib.Path, entorno: "dict[str, str]"):
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
        """Cuántos renglones, desde el primero, son como en el README; lo que cambia, según `valores`, que se completa."""
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
        raise AssertionError(f"{self.guion}: el orden pide más acciones de las que hay en una terminal que empieza por {self.renglones[0]}")

    def actuar(self, tecleado: str) -> None:
        """Lanzar un programa, pulsar Ctrl+C o teclear un renglón."""
        if tecleado.startswith("$ "):
            self.lanzar(tecleado[2:])
        elif tecleado == CTRL_C:
            self.interrumpir()
        else:
            self.teclear(tecleado.removesuffix(ENTER) + "\r")

    def lanzar(self, orden: str) -> None:
        """Arrancar un programa de la carpeta del ejemplo; el renglón con la orden lo pinta el intérprete, que aquí no hay."""
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


def coincide(esperado: str, visto: str, guion: Guion, valores: "dict[str, str]") -> bool:
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


# -------------------------------------------------------------------- la conversación


class Representacion:
    """Una conversación en marcha."""

    def __init__(self, guion: Guion):
        self.guion = guion
        self.hecho: "list[str]" = []  # para explicar un fallo
        self._por_cerrar = contextlib.ExitStack()
        copia = pathlib.Path(self._por_cerrar.enter_context(tempfile.TemporaryDirectory(prefix="guion-")), guion.carpeta.name)
        shutil.copytree(guion.carpeta, copia, ignore=shutil.ignore_patterns("__pycache__"))
        entorno = {}
        if guion.conversacion.ventanas:
            escenario = self._por_cerrar.enter_context(ventanas.Escenario())
            entorno = escenario.entorno
        self.terminales = {n: Terminal(guion, bloque.renglones, copia, entorno) for n, bloque in guion.conversacion.terminales.items()}
        self.ventanas = {n: ventanas.Ventana(escenario, self.terminales[n[1:]], bloque.renglones)
                         for n, bloque in guion.conversacion.ventanas.items()}

    def representar(self) -> None:
        """Hacer lo que dice el orden y comprobar que al final se ve todo."""
        for ficha in self.guion.conversacion.orden:
            numero, _, mas = ficha.partition("+")
            if numero in self.ventanas:
                self.pasar_ventana(numero, int(mas or 0))
            elif numero.endswith("?"):
                terminal = self.terminales[numero[:-1]]
                self.esperar(numero[:-1], lambda: terminal.pregunta(*self.guion.preguntas))
            elif mas:
                terminal = self.terminales[numero]
                terminal.vistos += int(mas)
                self.esperar(numero, lambda: terminal.completos() >= terminal.vistos)
            else:
                self.actuar(numero, *self.terminales[numero].accion())
        self.comprobar_final()

    def pasar_ventana(self, numero: str, mas: int) -> None:
        """Esperar a que en una ventana se lean unos renglones más o, sin ellos, hacer su acción siguiente."""
        ventana = self.ventanas[numero]
        meta = ventana.vistos + mas if mas else ventana.accion()
        self.esperar(numero, lambda: ventana.avanzar(meta, self.coincide))
        if not mas:
            self.hecho.append(f"ventana {numero}: {ventana.renglones[ventana.vistos]}")
            ventana.actuar()

    def coincide(self, esperado: str, visto: str) -> bool:
        """Si un renglón de una ventana es el del README."""
        return coincide(esperado, visto, self.guion, {})

    def actuar(self, numero: str, renglon: int, pregunta: str, tecleado: str) -> None:
        """Esperar a que la terminal llegue a una acción, y hacerla."""
        terminal = self.terminales[numero]
        self.esperar(numero, lambda: terminal.completos() == renglon and terminal.pregunta(pregunta))
        self.hecho.append(f"terminal {numero}: {tecleado}")
        terminal.actuar(tecleado)
        terminal.vistos = renglon + 1
        if tecleado.startswith("$ ") and len(terminal.renglones) > terminal.vistos:
            self.esperar(numero, lambda: terminal.completos() > renglon + 1 or terminal.pantalla.lineas[-1])

    def esperar(self, numero: str, condicion) -> None:
        """Esperar a que una función diga que sí; si no, explicar qué se ve en las terminales."""
        limite = time.monotonic() + PLAZO
        try:
            while not condicion():
                assert time.monotonic() < limite, f"pasaron {PLAZO:g} s"
                self.leer_todas(0.2)
        except AssertionError as error:
            raise AssertionError(self.explicar(numero, error)) from None

    def leer_todas(self, espera: float) -> None:
        """Leer lo que escriba cualquiera: quien no es leído acaba por detenerse."""
        por_descriptor = {terminal.maestro: terminal for terminal in self.terminales.values()}
        for descriptor in select.select(list(por_descriptor), [], [], espera)[0]:
            por_descriptor[descriptor].leer()

    def comprobar_final(self) -> None:
        """Cada terminal muestra lo escrito y nada más, los puertos concuerdan y todo termina bien."""
        for numero, terminal in self.terminales.items():
            self.esperar(numero, lambda: terminal.completos() == len(terminal.renglones) and terminal.pregunta("", *self.guion.preguntas))
        for numero, ventana in self.ventanas.items():
            total = len(ventana.renglones)
            self.esperar(numero, lambda: ventana.vistos == total or ventana.avanzar(total, self.coincide))
        limite = time.monotonic() + CALMA
        while time.monotonic() < limite:
            self.leer_todas(CALMA / 3)
        valores: "dict[str, str]" = {}
        for numero, terminal in self.terminales.items():
            total = len(terminal.renglones)
            self.esperar(numero, lambda: terminal.completos() == total)
            acabados = terminal.pantalla.lineas[:-1]
            assert terminal.iguales(acabados, valores) == total, self.explicar(numero, "un puerto no es el mismo en todas partes")
        assert len(set(valores.values())) == len(valores), f"{self.guion}: dos puertos del README son el mismo: {valores}"
        for terminal in reversed(list(self.terminales.values())):  # los servidores suelen ser los primeros
            terminal.despedir()

    def explicar(self, numero: str, error: object) -> str:
        """Qué se hizo, qué se esperaba y qué se ve."""
        que = "ventana" if numero in self.ventanas else "terminal"
        partes = [f"{self.guion}: la {que} {numero} no muestra lo que dice el README: {error}", "Se hizo:", *self.hecho]
        for otra, una in self.terminales.items():
            partes += [f"Se ve en la terminal {otra}:", *(f"    {linea}" for linea in una.pantalla.lineas)]
        for otra, una in self.ventanas.items():
            partes += [f"Se lee en la ventana {otra}:", *(f"    {renglon}" for _, renglon in una.leer())]
        return "\n".join(partes)

    def cerrar(self) -> None:
        """Terminar todos los programas."""
        for terminal in self.terminales.values():
            terminal.cerrar()
        self._por_cerrar.close()


def representar(guion: Guion) -> None:
    """Representar una conversación de un README y comprobar que es como dice."""
    if guion.conversacion.ventanas and ventanas.falta():
        pytest.skip(ventanas.falta())
    if any(MI_DIRECCION in bloque.orden for bloque in guion.conversacion.terminales.values()):
        if not red_propia.hay_espacios():
            pytest.skip("hace falta una interfaz de red que no lleve a ninguna parte: ser root en Linux")
    representacion = Representacion(guion)
    try:
        representacion.representar()
    finally:
        representacion.cerrar()

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

Cambia de una vez a otra y por eso vale cualquiera, si no está escrito tal cual en los programas de la carpeta:
un número de cinco cifras (los puertos que da el sistema: el mismo en el README ha de ser el mismo siempre), una
hora 12:34 o 12:34:56, la dirección 192.168.1.20 (la de este equipo), un número con decimales seguido de una
unidad (0.25 s, 3.1 KB) y lo que ocupe el lugar de «…».
"""

import contextlib
import pathlib
import re
import select
import shutil
import sys
import tempfile
import time

import pytest

from ayudas import pantalla_tk
from ayudas import red_propia
from ayudas import terminal_de_readme
from ayudas import ventana_de_readme

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent.parent / "ejemplos"))
import indice  # el mismo con que el menú de los ejemplos lee los README

PLAZO = 20.0  # s: de sobra en un equipo cargado; sólo se agota cuando algo falla
CALMA = 0.15  # s que se mira, al final, si alguien escribe algo de más

PREGUNTAS = re.compile(r"<!-- preguntas: (.*?) -->", re.DOTALL)


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
    return [Guion(ejemplo, numero + 1) for ejemplo in indice.reunir(patron)
            for numero in range(len(ejemplo.conversaciones))]


# -------------------------------------------------------------------- la conversación


class Representacion:
    """Una conversación en marcha."""

    def __init__(self, guion: Guion):
        self.guion = guion
        self.hecho: "list[str]" = []  # para explicar un fallo
        self._por_cerrar = contextlib.ExitStack()
        copia = pathlib.Path(self._por_cerrar.enter_context(tempfile.TemporaryDirectory(prefix="guion-")),
                             guion.carpeta.name)
        shutil.copytree(guion.carpeta, copia, ignore=shutil.ignore_patterns("__pycache__"))
        entorno = {}
        if guion.conversacion.ventanas:
            pantalla = self._por_cerrar.enter_context(pantalla_tk.PantallaTk())
            entorno = pantalla.entorno
        self.terminales = {n: terminal_de_readme.Terminal(guion, bloque.renglones, copia, entorno)
                           for n, bloque in guion.conversacion.terminales.items()}
        self.ventanas = {
            n: ventana_de_readme.Ventana(pantalla, self.terminales[n[1:]], bloque.renglones, lugar)
            for lugar, (n, bloque) in enumerate(guion.conversacion.ventanas.items())
        }

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
        return terminal_de_readme.coincide(esperado, visto, self.guion, {})

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
            self.esperar(numero,
                         lambda: terminal.completos() == len(terminal.renglones)
                         and terminal.pregunta("", *self.guion.preguntas))
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
            assert terminal.iguales(acabados, valores) == total, self.explicar(
                numero, "un puerto no es el mismo en todas partes")
        distintos = len(set(valores.values())) == len(valores)
        assert distintos, f"{self.guion}: dos puertos del README son el mismo: {valores}"
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
    if guion.conversacion.ventanas and pantalla_tk.falta():
        pytest.skip(pantalla_tk.falta())
    if any(terminal_de_readme.MI_DIRECCION in bloque.orden for bloque in guion.conversacion.terminales.values()):
        if not red_propia.hay_espacios():
            pytest.skip("hace falta una interfaz de red que no lleve a ninguna parte: ser root en Linux")
    representacion = Representacion(guion)
    try:
        representacion.representar()
    finally:
        representacion.cerrar()

"""Por cuántas funciones pasa un mensaje: `python3 pruebas --medir recorrido`.

    texto    de la tecla Enter de Ana a la ventana de Bryan    cliente_gui.py, dos veces
    texto, sin dibujar; voz                                     cliente.py --json, dos veces
    inicio   de que Ana pide entrar a que ya está en la sala    cliente.py --json y servidor.py

Los programas son los de verdad, con rastreo.py dentro. Se cuenta lo que el mensaje causa: una vuelta de un hilo
(lo que se entra desde su bucle, o desde el de Tk) cuenta entera si en ella se entra a algo a lo que nunca se entra
en reposo, y si no, es sondeo y no cuenta. Una función entra una vez, aunque sea en varios programas.
"""

import contextlib
import json
import os
import pathlib
import sys
import tempfile
import time
import wave

from ayudas import pantalla_tk
from ayudas import programa_gui
from ayudas import programas
from medir import mensajes
from medir import sistemas
from medir import ventanas

RASTREO = pathlib.Path(__file__).with_name("rastreo.py")
REPOSO = 6.0  # s: tres latidos
DESPUES = 0.3  # s que se sigue anotando: que terminen las vueltas en marcha
PLAZO = 120.0  # s: con el rastreo todo va despacio
SALA = "general"


class Rastreado:
    """Un programa en marcha y lo que va anotando."""

    def __init__(self, clase, carpeta: pathlib.Path, practica: pathlib.Path, *argumentos, **opciones):
        """`clase`: de `ayudas`, construida con esos argumentos; se le cambia la carpeta del programa."""
        self._tubo = carpeta / f"tubo{len(list(carpeta.iterdir()))}"
        os.mkfifo(self._tubo)
        prefijo = (sys.executable, "-c", REEMPLAZO, str(RASTREO), str(self._tubo), str(practica))
        self.programa = clase(*argumentos, prefijo=prefijo, **opciones)
        self._pedidos = open(self._tubo, "w", encoding="utf-8", buffering=1)
        self._cuantos = 0
        self._en_reposo: "set[tuple]" = set()
        self._bases: "dict[int, int]" = {}  # hilo → hondura de las vueltas de su bucle

    def leer(self) -> "list[tuple]":
        """Lo anotado desde la última vez."""
        self._cuantos += 1
        archivo = self._tubo.with_name(f"{self._tubo.name}.{self._cuantos}")
        self._pedidos.write(f"{archivo}\n")
        esperar(archivo.exists)
        return [(cuando, hilo, hondura, tuple(funcion))
                for cuando, hilo, hondura, funcion in json.loads(archivo.read_text(encoding="utf-8"))]

    def anotar_reposo(self) -> None:
        """Tomar lo anotado desde la última vez como lo que se hace en reposo."""
        for _, hilo, hondura, funcion in self.leer():
            self._en_reposo.add(funcion)
            self._bases[hilo] = min(hondura, self._bases.get(hilo, hondura))

    def leer_causado(self) -> "list[tuple]":
        """Pares (cuándo, función) de las vueltas que no son de reposo."""
        vueltas: "dict[int, list[list]]" = {}
        for cuando, hilo, hondura, funcion in self.leer():
            de_este_hilo = vueltas.setdefault(hilo, [])
            if hondura <= self._bases.get(hilo, 1) or not de_este_hilo:
                de_este_hilo.append([])
            de_este_hilo[-1].append((cuando, funcion))
        return [una for hilo in vueltas.values() for vuelta in hilo
                if not {funcion for _, funcion in vuelta} <= self._en_reposo for una in vuelta]

    def cerrar(self) -> None:
        """Terminar el programa."""
        self.programa.matar()
        self._pedidos.close()


# Quita de la orden el intérprete y sus opciones, y cambia la carpeta del programa por la que se mide.
REEMPLAZO = ("import os, sys; rastreo, tubo, practica, *orden = sys.argv[1:]; "
             "i = next(i for i, uno in enumerate(orden) if uno.endswith('.py')); "
             "programa = os.path.join(practica, os.path.basename(orden[i])); "
             "os.execv(sys.executable, [sys.executable, rastreo, tubo, programa, *orden[i + 1:]])")


class Medida:
    """Los programas de una medida, que terminan con ella."""

    def __init__(self, practica: pathlib.Path):
        self._practica = practica
        self._abiertos = contextlib.ExitStack()
        self._rastreados: "list[Rastreado]" = []
        self.puerto = mensajes.buscar_puerto()

    def __enter__(self) -> "Medida":
        self._carpeta = pathlib.Path(self._abiertos.enter_context(tempfile.TemporaryDirectory(prefix="recorrido-")))
        self._abiertos.enter_context(_entorno(XDG_DATA_HOME=str(self._carpeta / "datos")))
        return self

    def __exit__(self, *error) -> None:
        self._abiertos.close()

    def pantalla(self) -> pantalla_tk.PantallaTk:
        """Una pantalla en la que abrir ventanas."""
        pantalla = self._abiertos.enter_context(pantalla_tk.PantallaTk())
        self._abiertos.enter_context(_entorno(**pantalla.completo()))
        return pantalla

    def lanzar(self, clase, *argumentos):
        """Poner en marcha un programa rastreado."""
        rastreado = Rastreado(clase, self._carpeta, self._practica, self.puerto, *argumentos)
        self._rastreados.append(rastreado)
        self._abiertos.callback(rastreado.cerrar)
        return rastreado.programa

    def olvidar(self) -> None:
        """No contar lo anotado hasta ahora."""
        for rastreado in self._rastreados:
            rastreado.leer()

    def lanzar_servidor(self) -> None:
        """Un servidor que no se rastrea, para entrar a las salas."""
        self._abiertos.callback(programas.Servidor(self.puerto).matar)

    def contar(self, hacer, llego) -> "list[tuple]":
        """Las funciones en que se entra, en orden, desde que se hace algo hasta que se ve que llegó.

        La primera vez se llenan los recuerdos (medidas de letras, flujos abiertos); se cuenta la segunda.
        """
        for vez in (1, 2):
            self.olvidar()
            sistemas.dormir(REPOSO)
            for rastreado in self._rastreados:
                rastreado.anotar_reposo()
            hacer(vez)
            llego(vez)
            fin = time.monotonic()
            sistemas.dormir(DESPUES)
            causadas = sorted(una for rastreado in self._rastreados for una in rastreado.leer_causado()
                              if una[0] < fin)
        return list(dict.fromkeys(funcion for _, funcion in causadas))

    def escribir_voz(self, segundos: int) -> str:
        """Ese silencio en un WAV; dónde está."""
        ruta = self._carpeta / f"voz{segundos}.wav"
        with wave.open(str(ruta), "wb") as voz:
            voz.setparams((1, 2, 16_000, 0, "NONE", ""))
            voz.writeframes(bytes(32_000 * segundos))
        return str(ruta)


@contextlib.contextmanager
def _entorno(**nuevos: str):
    antes = dict(os.environ)
    os.environ.update(nuevos)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(antes)


def esperar(condicion):
    """Esperar a que una función dé algo cierto, y devolverlo."""
    dicho = None

    def probar() -> bool:
        nonlocal dicho
        with contextlib.suppress(IndexError, ValueError):  # la ventana aún no está completa
            dicho = condicion()
        return bool(dicho)

    if not mensajes.esperar(probar, PLAZO):
        raise RuntimeError(f"no pasó a tiempo: {dicho!r}")
    return dicho


def medir_ventanas(medida: Medida) -> "list[tuple]":
    """Un texto, de la tecla Enter de una ventana al dibujo de otra."""
    pantalla = medida.pantalla()
    medida.lanzar_servidor()
    ana, bryan = (medida.lanzar(programa_gui.Ventanas, pantalla, "cliente_gui.py", f"--usuario={uno}", f"--sala={SALA}")
                  for uno in ("Ana", "Bryan"))
    salas = [esperar(lambda uno=uno: uno.tcl(ventanas.SALA)) for uno in (ana, bryan)]
    for uno, sala in zip((ana, bryan), salas):
        esperar(lambda uno=uno, sala=sala: len(uno.personas(sala)) == 2)
    campo = esperar(lambda: ana.partes(salas[0], "Text"))[0]
    ana.tcl(f"focus -force {campo}")

    def escribir(vez: int) -> None:
        ana.tcl(f"{campo} insert end {{texto número {vez}}}; update")
        medida.olvidar()  # lo que causó teclearlo
        ana.tcl(f"event generate {campo} <Return>")

    return medida.contar(escribir, lambda vez: esperar(lambda: bryan.dice(salas[1], f"texto número {vez}")))


def abrir_clientes(medida: Medida):
    """Ana y Bryan en la misma sala, sin ventanas."""
    medida.lanzar_servidor()
    ana, bryan = (medida.lanzar(programas.Cliente, uno, SALA) for uno in ("Ana", "Bryan"))
    for uno in (ana, bryan):
        uno.esperar_lista(SALA, "Ana", "Bryan")
    return ana, bryan


def medir_texto(medida: Medida) -> "list[tuple]":
    """Un texto, sin ventanas."""
    ana, bryan = abrir_clientes(medida)
    return medida.contar(lambda vez: ana.hacer("mensaje", sala=SALA, content=f"texto {vez}"),
                         lambda vez: bryan.esperar("mensaje", content=f"texto {vez}"))


def medir_voz(medida: Medida) -> "list[tuple]":
    """Una voz, sin ventanas."""
    ana, bryan = abrir_clientes(medida)
    return medida.contar(lambda vez: ana.hacer("audio", sala=SALA, archivo=medida.escribir_voz(vez)),
                         lambda vez: bryan.esperar("audio", duracion=float(vez)))


def medir_inicio(medida: Medida) -> "list[tuple]":
    """Entrar a una sala, con servidor."""
    medida.lanzar(programas.Servidor)
    ana = medida.lanzar(programas.Cliente, "Ana", "otra")
    ana.esperar("listo")
    return medida.contar(lambda vez: ana.hacer("entrar", sala=f"sala {vez}"),
                         lambda vez: ana.esperar("listo", sala=f"sala {vez}"))


CASOS = {"texto, con ventanas": medir_ventanas, "texto": medir_texto, "voz": medir_voz, "inicio": medir_inicio}


def medir(progreso, opciones) -> "list[dict]":
    """Una fila por caso: cuántas funciones, en cuántos archivos, y cuáles, en orden."""
    progreso.empezar("recorrido", len(CASOS))
    filas = []
    for nombre, medir_caso in CASOS.items():
        progreso.decir(nombre)
        with Medida(opciones.practica.resolve()) as medida:
            recorrido = medir_caso(medida)
        filas.append({"caso": nombre, **resumir(recorrido)})
        progreso.resultado("{funciones} funciones en {archivos} archivos; "
                           "sin ventanas, {sin_ventanas} en {archivos_sin_ventanas}".format(**filas[-1]))
    return filas


def resumir(recorrido: "list[tuple]") -> dict:
    """Cuántas funciones y archivos hay en un recorrido."""
    sin = [una for una in recorrido if not una[0].startswith(("ventanas", "cliente_gui"))]
    return {
        "funciones": len(recorrido), "archivos": len({archivo for archivo, _, _ in recorrido}),
        "sin_ventanas": len(sin), "archivos_sin_ventanas": len({archivo for archivo, _, _ in sin}),
        "recorrido": [f"{archivo}:{renglon} {nombre}" for archivo, nombre, renglon in recorrido],
    }

"""Las ventanas: lo que tardan en abrirse, lo que se detienen con una ráfaga y lo que gastan quietas.

    cliente.py, 10,000 mensajes, o 500 imágenes ──▶ sala abierta en cliente_gui.py ◀── metrónomo, cada 10 ms

El programa es el de verdad, en una pantalla virtual y con el historial encendido. El metrónomo
es un `after` que se le pone desde fuera con `send`: si la ventana está ocupada, llega tarde.
De cada retraso se anota cuánto fue esperar turno en un núcleo (/proc/…/schedstat), que es culpa
del equipo y no del programa.
"""

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from medir import mensajes
from equipo import interfaces
import servidor
from medir import sistemas
from ayudas import pantalla_tk
from PIL import Image

CARPETA = os.path.dirname(servidor.__file__)
RAFAGA = 10_000  # mensajes
IMAGENES, POCAS_IMAGENES = 500, 20  # las segundas, con --rapido
DISTINTAS, FOTO = 10, (1280, 960)  # fotos de las que se envían, y sus píxeles
PLAZO_DE_IMAGENES = 300.0  # s
DESPUES = 60.0  # s que se sigue mirando: el historial se escribe poco a poco
QUIETA = 60.0  # s que se mide una ventana en reposo
CALMA = 8.0  # s: que entre y se asiente
PLAZO = 60.0  # s
MIRADA = 0.05  # s
TANDA, ENTRE_TANDAS = 100, 0.03  # mensajes, y s entre una y otra, cuando se mueve la rueda: unos 3,000 por segundo
GIROS = 20  # muescas de la rueda de cada tirón; primero arriba y luego abajo
ENTRE_GIROS = "25"  # ms
TARDE = 25.0  # ms de retraso del metrónomo que se anotan
LIMITE = 50.0  # ms: lo que el ojo empieza a notar
COLUMNAS = ("retraso", "cpu", "espera")

METRONOMO = """
set lienzo %(lienzo)s
set barra [winfo parent $lienzo].!scrollbar
proc leer_turnos {} { set f [open /proc/self/task/[pid]/schedstat]; set d [read $f]; close $f; return $d }
proc metronomo {} {
    global antes turnos tarde cuadros pasos vista barra
    set ahora [clock microseconds]
    set nuevos [leer_turnos]
    set retraso [expr {($ahora - $antes) / 1000.0 - 10}]
    if {$retraso > %(tarde)s} {
        set cpu [expr {([lindex $nuevos 0] - [lindex $turnos 0]) / 1e6}]
        set espera [expr {([lindex $nuevos 1] - [lindex $turnos 1]) / 1e6}]
        lappend tarde "[format %%.0f $retraso] [format %%.0f $cpu] [format %%.0f $espera]"
    }
    incr pasos
    if {[$barra get] ne $vista} { incr cuadros; set vista [$barra get] }
    set antes $ahora
    set turnos $nuevos
    after 10 metronomo
}
set antes [clock microseconds]
set turnos [leer_turnos]
set tarde {}
set cuadros 0
set pasos 0
set vista {}
metronomo
"""
RECOGER = 'set salida "$cuadros;$pasos;[join $tarde ,]"; set tarde {}; set cuadros 0; set pasos 0; set salida'
SALA = ("set h {}; foreach v [winfo children .] "
        "{if {[winfo class $v] eq {Chat} && [winfo ismapped $v]} {set h $v}}; set h")
LIENZO = ("proc bajo v {foreach h [winfo children $v] {if {[winfo class $h] eq {Canvas} && [$h cget -takefocus] eq 1} "
          "{return $h}; "
          "set r [bajo $h]; if {$r ne {}} {return $r}}}; bajo %s")
ULTIMO = ("expr {[llength [lsearch -all "
          "[lmap i [$lienzo find withtag letras] {$lienzo itemcget $i -text}] {*mensaje %d*}]] > 0}")


def medir(progreso, opciones) -> "list[dict]":
    """Una fila por medida: arranques, ráfagas y reposos."""
    veces = opciones.veces or (1 if opciones.rapido else 3)
    despues, quieta = (5.0, 10.0) if opciones.rapido else (DESPUES, QUIETA)
    progreso.empezar("ventanas", 2 * veces + 4)
    progreso.decir("arranque")
    filas = [medir_arranque(3 * veces)]
    progreso.resultado(f"{filas[0]['cpu']:.2f} s de CPU, {filas[0]['reloj']:.2f} s")
    for desplazando in (False, True):
        for _ in range(veces):
            progreso.decir(f"{RAFAGA:,} mensajes" + (", moviendo la rueda" if desplazando else ""))
            filas.append(medir_rafaga(desplazando, despues))
            progreso.resultado(describir(filas[-1]))
    imagenes = POCAS_IMAGENES if opciones.rapido else IMAGENES
    progreso.decir(f"{imagenes} imágenes")
    filas.append(medir_imagenes(imagenes, despues))
    progreso.resultado(describir(filas[-1]))
    for donde, argumentos in (("la entrada", ()), ("una sala", ("--usuario=Bryan", "--sala=general"))):
        progreso.decir(f"reposo, {donde}")
        filas.append(medir_reposo(donde, argumentos, quieta))
        progreso.resultado(f"{filas[-1]['nucleo']:.2f} % de un núcleo")
    return filas


class Ventanas:
    """Un servidor y cliente_gui.py en una pantalla virtual, con su propia carpeta de datos."""

    def __init__(self, *argumentos: str):
        self._argumentos = argumentos
        self._puerto = mensajes.buscar_puerto()

    def __enter__(self) -> "Ventanas":
        self._abiertos = contextlib.ExitStack()
        with contextlib.ExitStack() as si_falla:
            si_falla.push(self._abiertos)
            self.pantalla = self._abiertos.enter_context(pantalla_tk.PantallaTk())
            self.carpeta = self._abiertos.enter_context(tempfile.TemporaryDirectory(prefix="medir-"))
            self._entorno = {**self.pantalla.completo(), "XDG_DATA_HOME": self.carpeta}
            self.lanzar("servidor.py")
            self.inicio = time.monotonic()
            self.proceso = self.lanzar("cliente_gui.py", *self._argumentos)
            si_falla.pop_all()
        return self

    def __exit__(self, *error) -> None:
        self._abiertos.close()

    def lanzar(self, archivo: str, *argumentos: str) -> subprocess.Popen:
        """Poner en marcha un programa del chat, que termina con esta medida."""
        orden = [sys.executable, os.path.join(CARPETA, archivo), f"--puerto={self._puerto}",
                 f"--interfaz={interfaces.LAZO}", *argumentos]
        proceso = subprocess.Popen(orden, env=self._entorno, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   encoding="utf-8")
        self._abiertos.callback(_terminar, proceso)
        return proceso

    def tcl(self, guion: str) -> str:
        """Evaluar Tcl en la ventana."""
        return self.pantalla.tcl(self.proceso.pid, guion) or ""

    def esperar(self, guion: str, valor: str = "") -> str:
        """Esperar a que un guion dé un valor o, si no se dice cuál, algo."""
        dicho = ""

        def listo() -> bool:
            nonlocal dicho
            dicho = self.tcl(guion)
            return dicho == valor if valor else bool(dicho)

        if not mensajes.esperar(listo, PLAZO, MIRADA):
            raise RuntimeError(f"la ventana no llegó a {guion!r}: {dicho!r}")
        return dicho

    def poner_metronomo(self) -> str:
        """Empezar a anotar retrasos; el lienzo de la sala."""
        sala = self.esperar(SALA)
        sistemas.dormir(CALMA)
        lienzo = self.esperar(LIENZO % sala)
        self.tcl(METRONOMO % {"lienzo": lienzo, "tarde": TARDE})
        return lienzo

    def recoger(self) -> "tuple[int, int, list[dict]]":
        """Cuadros dibujados, pasos del metrónomo y los que se retrasaron, desde la última vez."""
        cuadros, pasos, retrasos = self.tcl(RECOGER).split(";")
        return int(cuadros), int(pasos), [dict(zip(COLUMNAS, map(float, uno.split())))
                                          for uno in retrasos.split(",") if uno]

    def memoria(self) -> int:
        """Los bytes que más ha llegado a ocupar."""
        with open(f"/proc/{self.proceso.pid}/status", encoding="ascii") as archivo:
            return next(int(linea.split()[1]) * 1024 for linea in archivo if linea.startswith("VmHWM"))


def _terminar(proceso: subprocess.Popen) -> None:
    proceso.kill()
    proceso.communicate()


# -------------------------------------------------------------------- arrancar


def medir_arranque(veces: int) -> dict:
    """CPU y reloj desde que se lanza hasta que la entrada tiene el foco: la mediana."""
    vueltas = []
    for _ in range(veces):
        with Ventanas() as ventanas:
            ventanas.esperar("expr {[winfo viewable .] && [focus] ne {}}", "1")
            vueltas.append((mensajes.leer_cpu([ventanas.proceso.pid]), time.monotonic() - ventanas.inicio))
    cpu, reloj = map(statistics.median, zip(*vueltas))
    return {"medida": "arranque", "cpu": cpu, "reloj": reloj}


# -------------------------------------------------------------------- la ráfaga


def medir_rafaga(desplazando: bool, despues: float) -> dict:
    """Diez mil mensajes a una sala abierta: retrasos mientras llegan y después, y memoria."""
    with Ventanas("--usuario=Bryan", "--sala=general") as ventanas:
        lienzo = ventanas.poner_metronomo()
        emisor = ventanas.lanzar("cliente.py", "--json", "--usuario=Ana", "--sala=general")
        inicio = time.monotonic()
        hilo = threading.Thread(target=enviar, args=(emisor, desplazando))
        hilo.start()
        if desplazando:
            girar(ventanas, lienzo)
        hilo.join()
        ventanas.esperar(ULTIMO % RAFAGA, "1")
        segundos = time.monotonic() - inicio
        cuadros, _, llegando = ventanas.recoger()
        sistemas.dormir(despues)
        _, _, luego = ventanas.recoger()
        return {"medida": "ráfaga" + (", moviendo la rueda" if desplazando else ""), "segundos": segundos,
                "cuadros": cuadros / segundos,
                "llegando": llegando, "despues": luego, "memoria": ventanas.memoria()}


def medir_imagenes(cuantas: int, despues: float) -> dict:
    """Una ráfaga de imágenes a una sala abierta; además, el disco que más ocupan y el paso mayor que 95 de cada 100."""
    with Ventanas("--usuario=Bryan", "--sala=general") as ventanas, tempfile.TemporaryDirectory() as fotos:
        ventanas.poner_metronomo()
        hacer_fotos(fotos)
        emisor = ventanas.lanzar("cliente.py", "--json", "--usuario=Ana", "--sala=general")
        inicio = time.monotonic()
        for n in range(1, cuantas + 1):
            emisor.stdin.write(f'{{"accion":"imagen","sala":"general","archivo":"{fotos}/{n % DISTINTAS}.jpg",'
                               f'"content":"Este es el mensaje {n}, con su imagen"}}\n')
        emisor.stdin.flush()
        disco = 0

        def llegaron() -> bool:
            nonlocal disco
            disco = max(disco, medir_disco(ventanas.carpeta))
            return ventanas.tcl(ULTIMO % cuantas) == "1"

        if not mensajes.esperar(llegaron, PLAZO_DE_IMAGENES, 0.5):
            raise RuntimeError("no llegaron todas las imágenes")
        segundos = time.monotonic() - inicio
        cuadros, pasos, llegando = ventanas.recoger()
        sistemas.dormir(despues)
        _, _, luego = ventanas.recoger()
        retrasos = sorted((uno["retraso"] for uno in llegando), reverse=True)
        return {"medida": f"{cuantas} imágenes", "segundos": segundos, "cuadros": cuadros / segundos,
                "llegando": llegando, "despues": luego, "memoria": ventanas.memoria(),
                "disco": max(disco, medir_disco(ventanas.carpeta)),
                "p95": retrasos[pasos // 20] if len(retrasos) > pasos // 20 else TARDE}


def hacer_fotos(carpeta: str) -> None:
    """Unas fotos que se comprimen como las de una cámara: formas, y ruido."""
    ancho, alto = FOTO
    for n in range(DISTINTAS):
        forma = Image.radial_gradient("L").resize(FOTO).rotate(36 * n)
        ruido = Image.effect_noise((ancho // 2, alto // 2), 60).resize(FOTO)
        Image.merge("RGB", (forma, Image.blend(forma, ruido, 0.3), ruido)).save(f"{carpeta}/{n}.jpg", quality=88)


def medir_disco(carpeta: str) -> int:
    """Los bytes que ocupan los archivos de una carpeta; alguno puede irse mientras se mira."""
    ocupa = 0
    for madre, _, nombres in os.walk(carpeta):
        for nombre in nombres:
            with contextlib.suppress(FileNotFoundError):
                ocupa += os.path.getsize(os.path.join(madre, nombre))
    return ocupa


def enviar(emisor: subprocess.Popen, con_calma: bool) -> None:
    """Decir todos los mensajes, de golpe o, para que dé tiempo de mover la rueda, en unos segundos."""
    for n in range(1, RAFAGA + 1):
        emisor.stdin.write(f'{{"accion":"mensaje","sala":"general","content":"Este es el mensaje {n} de la ráfaga"}}\n')
        if con_calma and n % TANDA == 0:
            emisor.stdin.flush()
            sistemas.dormir(ENTRE_TANDAS)
    emisor.stdin.flush()


def girar(ventanas: Ventanas, lienzo: str) -> None:
    """Mover la rueda arriba y abajo mientras llegan, y volver al final."""
    x, y = (int(ventanas.tcl(f"winfo {medida} {lienzo}")) for medida in ("rootx", "rooty"))
    ventanas.pantalla.xdotool("mousemove", str(x + 200), str(y + 200))
    for boton in ("4", "5", "4", "4", "5", "4"):
        ventanas.pantalla.xdotool("click", "--repeat", str(GIROS), "--delay", ENTRE_GIROS, boton)
    ventanas.tcl(f"focus -force {lienzo}; event generate {lienzo} <End>")


def describir(fila: dict) -> str:
    """Una ráfaga, en un renglón."""
    de_imagenes = (f"disco {fila['disco'] / 2**20:.0f} MB, 95 % de los pasos en {fila['p95']:.0f} ms o menos; "
                   if "disco" in fila else "")
    return (f"{fila['segundos']:.1f} s, {fila['memoria'] / 2**20:.0f} MB, "
            f"{fila['cuadros']:.0f} cuadros/s; {de_imagenes}"
            "retrasos, ms (CPU, espera): "
            f"llegando {escribir_retrasos(fila['llegando'])}; después {escribir_retrasos(fila['despues'])}")


def escribir_retrasos(retrasos: "list[dict]") -> str:
    """Los tres peores y cuántos pasan del límite."""
    peores = sorted(retrasos, key=lambda uno: -uno["retraso"])[:3]
    pasan = sum(uno["retraso"] > LIMITE for uno in retrasos)
    visto = (", ".join(f"{uno['retraso']:.0f} ({uno['cpu']:.0f}, {uno['espera']:.0f})" for uno in peores)
             or f"menos de {TARDE:.0f}")
    return f"{visto}{f'; {pasan} de más de {LIMITE:.0f}' if pasan else ''}"


# -------------------------------------------------------------------- el reposo


def medir_reposo(donde: str, argumentos: "tuple[str, ...]", segundos: float) -> dict:
    """La CPU que gasta una ventana cuando nadie hace nada, en % de un núcleo."""
    with Ventanas(*argumentos) as ventanas:
        ventanas.esperar(SALA if argumentos else "winfo viewable .", "" if argumentos else "1")
        sistemas.dormir(CALMA)
        antes, inicio = mensajes.leer_cpu([ventanas.proceso.pid]), time.monotonic()
        sistemas.dormir(segundos)
        gastada = mensajes.leer_cpu([ventanas.proceso.pid]) - antes
        return {"medida": f"reposo, {donde}", "nucleo": 100 * gastada / (time.monotonic() - inicio)}

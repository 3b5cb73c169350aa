"""Las ventanas de verdad: programas lanzados en una pantalla virtual, con teclas y clics de xdotool.

Lo que se ve se pregunta con `send`, la orden de Tk para evaluar Tcl en otro programa de la
misma pantalla: así el programa probado es exactamente el que se usa, sin nada añadido.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import tkinter

import pytest

import pantalla
import programas
import tema
import texto_seguro
import ventana_charla

if sys.platform != "linux" or shutil.which("Xvfb") is None or shutil.which("xdotool") is None:
    pytest.skip("estas pruebas necesitan Linux, Xvfb y xdotool: sudo apt install xvfb xdotool", allow_module_level=True)

PLAZO = programas.PLAZO
CADENCIA = 15  # ms entre dos preguntas a una ventana
ENTRADA = "."


@pytest.fixture(scope="module")
def mando():
    """Una pantalla virtual y un Tk nuestro en ella, desde el que se pregunta a los demás."""
    with pantalla.PantallaVirtual(2000, 1300) as virtual, pytest.MonkeyPatch.context() as parche:
        for clave, valor in {**virtual.entorno, "LC_ALL": "C.UTF-8"}.items():
            parche.setenv(clave, valor)
        raiz = tkinter.Tk(className="mando")
        raiz.withdraw()
        yield raiz
        raiz.destroy()


@pytest.fixture
def abrir(lanzar, mando):
    """Función que abre un cliente con ventanas; cada uno, en una parte de la pantalla."""
    abiertos = []

    def abrir_cliente(*argumentos, archivo="cliente_gui.py"):
        ventanas = lanzar(Ventanas, mando, archivo, "--posicion", f"{20 + 980 * len(abiertos)},20", *argumentos)
        abiertos.append(ventanas)
        return ventanas

    yield abrir_cliente
    for ventanas in abiertos:
        for servidor_propio in hijos(ventanas.proceso.pid):  # lo hay si la prueba falló a medias
            os.kill(int(servidor_propio), signal.SIGKILL)
        quejas = [linea for linea in ventanas.lineas if "Traceback" in linea or "Warning" in linea]
        assert not quejas, "\n".join(ventanas.lineas)


class Ventanas(programas.Programa):
    """cliente_gui.py en marcha, visto desde fuera."""

    def __init__(self, puerto: int, mando: tkinter.Tk, archivo: str, *argumentos: str):
        super().__init__(puerto, archivo, *argumentos)
        self._mando = mando
        self._nombre = None  # con el que Tk lo conoce en la pantalla

    # ---- preguntar

    def tcl(self, guion: str) -> str:
        """Evaluar Tcl en el programa; "" si todavía no está o la ventana ya no existe."""
        with contextlib.suppress(tkinter.TclError):
            if self._nombre is None:
                self._nombre = next(uno for uno in self._mando.winfo_interps() if self._es(uno))
            return str(self._mando.tk.call("send", self._nombre, guion))
        return ""

    def _es(self, nombre: str) -> bool:
        with contextlib.suppress(tkinter.TclError):  # uno que ya terminó
            return nombre != "mando" and str(self._mando.tk.call("send", nombre, "pid")) == str(self.proceso.pid)
        return False

    def esperar_que(self, condicion, que: str = "") -> object:
        """Esperar a que una función dé algo cierto y devolverlo; con plazo."""
        limite = time.monotonic() + PLAZO
        hallado = self._probar(condicion)
        while not hallado:
            assert time.monotonic() < limite, f"no pasó {que or condicion}; ventanas: {self.titulos()}; salida: {self.lineas}"
            self._mando.after(CADENCIA, self._mando.setvar, "pausa", "")
            self._mando.wait_variable("pausa")
            hallado = self._probar(condicion)
        return hallado

    @staticmethod
    def _probar(condicion):
        with contextlib.suppress(StopIteration, IndexError):  # el programa, o la ventana, aún no está completo
            return condicion()
        return None

    def esperar_tcl(self, guion: str, valor: str) -> None:
        """Esperar a que un guion dé un valor."""
        self.esperar_que(lambda: self.tcl(guion) == valor, f"{guion} = {valor}")

    def titulos(self) -> "dict[str, str]":
        """Título → ventana, de las que están a la vista."""
        pares = self.tcl('lmap v [concat . [lmap h [winfo children .] {expr {[winfo class $h] eq "Toplevel" ? $h : [continue]}}]] '
                         '{expr {[wm state $v] eq "normal" ? [list [wm title $v] $v] : [continue]}}')
        return dict(map(self._mando.tk.splitlist, self._mando.tk.splitlist(pares)))

    def esperar_ventana(self, titulo: str) -> str:
        """Esperar a que haya una ventana con ese título y devolver su nombre de Tk."""
        return self.esperar_que(lambda: self.titulos().get(titulo), f"la ventana «{titulo}»")

    def partes(self, ventana: str, clase: str) -> "list[str]":
        """Los widgets de una clase dentro de una ventana, de arriba abajo."""
        guion = ("proc bajo {v c} {set r {}; foreach h [winfo children $v] {if {[winfo class $h] ne {Toplevel}} {"
                 "if {[winfo class $h] eq $c && [winfo ismapped $h]} {lappend r $h}; lappend r {*}[bajo $h $c]}}; return $r}; "
                 f"bajo {ventana} {clase}")
        return list(self._mando.tk.splitlist(self.tcl(guion)))

    def parte(self, ventana: str, clase: str, numero: int = 0) -> str:
        """Esperar a que se vea uno de ellos."""
        return self.esperar_que(lambda: self.partes(ventana, clase)[numero], f"{clase} número {numero}")

    def conversacion(self, ventana: str) -> str:
        """Lo que se lee en una charla."""
        return self.tcl(f"{self.partes(ventana, 'Text')[0]} get 1.0 end")

    def personas(self, ventana: str) -> "list[str]":
        """La lista de una sala o, en la entrada, la de salas."""
        lista = self.partes(ventana, "Treeview")[0]
        filas = self._mando.tk.splitlist(self.tcl(f"lmap f [{lista} children {{}}] {{{lista} item $f -text}}"))
        return [fila.strip() for fila in filas]

    def rotulos(self, ventana: str) -> str:
        """Los textos sueltos que se ven en una ventana."""
        return " | ".join(self.tcl(f"{uno} cget -text") for uno in self.partes(ventana, "TLabel"))

    def esperar_texto(self, ventana: str, texto: str) -> None:
        self.esperar_que(lambda: texto in self.conversacion(ventana), f"«{texto[:60]}»")

    def esperar_personas(self, ventana: str, *personas: str) -> None:
        self.esperar_que(lambda: sorted(self.personas(ventana)) == sorted(personas), f"las personas {personas}")

    # ---- hacer

    def enfocar(self, ventana: str) -> None:
        """Dar el teclado a una ventana, como un clic en su título."""
        xdotool("windowfocus", "--sync", self.marco(ventana))
        self.esperar_que(lambda: self.tcl("focus").startswith(ventana.rstrip(".") + "."), "tener el foco")

    def marco(self, ventana: str) -> str:
        """El número con que X conoce una ventana, el que recibe las teclas."""
        titulo = re.sub("[^A-Za-z0-9 ]+", ".+", self.tcl(f"wm title {ventana}"))  # xdotool compara bytes, no letras
        return xdotool("search", "--onlyvisible", "--name", f"^{titulo}$").split()[0]

    def teclear(self, ventana: str, texto: str, *teclas: str) -> None:
        """Escribir en una ventana y después pulsar unas teclas."""
        self.enfocar(ventana)
        xdotool("type", "--delay", "2", texto)
        for tecla in teclas:
            xdotool("key", tecla)

    def pegar(self, ventana: str, texto: str) -> None:
        """Pegar con Ctrl+V algo copiado en otro programa."""
        self._mando.clipboard_clear()
        self._mando.clipboard_append(texto)
        self._mando.update()
        campo = self.parte(ventana, "Text", 1)
        self.enfocar(ventana)
        xdotool("key", "ctrl+v")
        # Quien copió (este programa) tiene que seguir atendiendo mientras el otro pega.
        self.esperar_que(lambda: self.tcl(f"{campo} get 1.0 end-1c"), "lo pegado")

    def pulsar(self, widget: str, veces: int = 1, dx: int = -1, dy: int = -1) -> None:
        """Hacer clic en un widget: en su centro o a unos píxeles de su esquina."""
        self.tcl("update idletasks")
        x, y, ancho, alto = (int(self.tcl(f"winfo {medida} {widget}")) for medida in ("rootx", "rooty", "width", "height"))
        x, y = x + (ancho // 2 if dx < 0 else dx), y + (alto // 2 if dy < 0 else dy)
        xdotool("mousemove", str(x), str(y), "click", "--repeat", str(veces), "--delay", "40", "1")

    def pulsar_boton(self, ventana: str, rotulo: str) -> None:
        """Hacer clic en el botón que dice eso."""
        boton = self.esperar_que(lambda: next((b for b in self.partes(ventana, "TButton") if self.tcl(f"{b} cget -text") == rotulo), None),
                                 f"el botón «{rotulo}»")
        self.pulsar(boton)

    def pulsar_persona(self, ventana: str, persona: str) -> None:
        """Doble clic en una persona de la sala."""
        lista = self.parte(ventana, "Treeview")
        fila = self.personas(ventana).index(persona)
        self.tcl("update")
        x, y, ancho, alto = map(int, self.tcl(f"{lista} bbox [lindex [{lista} children {{}}] {fila}]").split())
        self.pulsar(lista, 2, x + ancho // 3, y + alto // 2)


def xdotool(*argumentos: str) -> str:
    """Teclas y ratón de verdad, por el servidor X."""
    return subprocess.run(["xdotool", *argumentos], check=True, capture_output=True, text=True, timeout=PLAZO).stdout


# -------------------------------------------------------------------- entrar


def test_entrar_tecleando(servidor, lanzar, abrir):
    lanzar(programas.Cliente, "Bryan", "redes").esperar("listo")
    ana = abrir()
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.esperar_que(lambda: "redes" in ana.personas(entrada), "que la entrada muestre las salas que existen")
    ana.esperar_que(lambda: "Servidor en marcha" in ana.rotulos(entrada))
    assert {"Tu nombre", "Sala"} <= set(ana.rotulos(entrada).split(" | "))
    ana.teclear(entrada, "Ana", "Tab")
    xdotool("type", "general")
    xdotool("key", "Return")
    sala = ana.esperar_ventana("general — Ana")
    ana.esperar_personas(sala, "Ana (tú)")
    ana.esperar_que(lambda: list(ana.titulos()) == ["general — Ana"], "que se oculte la entrada")


def test_sin_nombre_no_se_entra(servidor, abrir):
    ana = abrir()
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.enfocar(entrada)
    ana.pulsar_boton(entrada, "Entrar")
    ana.esperar_que(lambda: "El nombre de usuario está vacío." in ana.rotulos(entrada))
    ana.teclear(entrada, "privado", "Return")
    ana.esperar_que(lambda: "«privado» es una palabra del protocolo" in ana.rotulos(entrada))


def test_nombre_ocupado(servidor, lanzar, abrir):
    lanzar(programas.Cliente, "Ana", "general").esperar("listo")
    otra = abrir("--usuario", "Ana", "--sala", "general")
    entrada = otra.esperar_ventana("Entrar al chat")
    otra.esperar_que(lambda: "El nombre Ana ya está en uso" in otra.rotulos(entrada))
    otra.teclear(entrada, "Anabel", "Return")  # el nombre está seleccionado: lo sustituye
    otra.esperar_personas(otra.esperar_ventana("general — Anabel"), "Ana", "Anabel (tú)")


# -------------------------------------------------------------------- conversar


def test_conversar_y_no_leidos(servidor, abrir):
    ana, bryan = (abrir("--usuario", nombre, "--sala", "general") for nombre in ("Ana", "Bryan"))
    de_ana, de_bryan = ana.esperar_ventana("general — Ana"), bryan.esperar_ventana("general — Bryan")
    ana.esperar_personas(de_ana, "Ana (tú)", "Bryan")
    bryan.esperar_personas(de_bryan, "Ana", "Bryan (tú)")
    ana.teclear(de_ana, "Hola Bryan", "Return")
    bryan.esperar_texto(de_bryan, "Hola Bryan")
    ana.esperar_texto(de_ana, "Hola Bryan")
    assert "Tú" in ana.conversacion(de_ana) and "Ana" in bryan.conversacion(de_bryan)
    bryan.esperar_ventana("(1) general — Bryan")
    ana.teclear(de_ana, "sigues ahí?", "Return")
    bryan.esperar_ventana("(2) general — Bryan")
    bryan.enfocar(de_bryan)
    bryan.esperar_ventana("general — Bryan")


def test_mayus_enter_es_otro_renglon(servidor, sencillo, abrir):
    oyente = sencillo()
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.enfocar(sala)
    ana.pulsar(ana.parte(sala, "Text"))  # desde la conversación también se escribe
    ana.teclear(sala, "uno", "shift+Return")
    xdotool("type", "dos")
    xdotool("key", "Return")
    oyente.esperar(tipo="msj", content="uno\ndos")
    ana.esperar_texto(sala, "uno\ndos")


def test_privado_con_doble_clic(servidor, abrir):
    ana, bryan = (abrir("--usuario", nombre, "--sala", "general") for nombre in ("Ana", "Bryan"))
    de_ana, de_bryan = ana.esperar_ventana("general — Ana"), bryan.esperar_ventana("general — Bryan")
    ana.esperar_personas(de_ana, "Ana (tú)", "Bryan")
    ana.pulsar_persona(de_ana, "Bryan")
    con_bryan = ana.esperar_ventana("Bryan — Ana")
    ana.teclear(con_bryan, "solo para ti", "Return")
    con_ana = bryan.esperar_ventana("(1) Ana — Bryan")  # se abre sola…
    bryan.esperar_texto(con_ana, "solo para ti")
    assert xdotool("getwindowfocus").strip() == ana.marco(con_bryan)  # …y no quita el teclado
    assert "solo para ti" not in ana.conversacion(de_ana) + bryan.conversacion(de_bryan)


def test_privado_con_el_teclado(servidor, sencillo, abrir):
    oyente = sencillo()
    oyente.enviar(tipo="inicio", user="Zoe", sala="general")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.esperar_personas(sala, "Zoe", "Ana (tú)")
    ana.enfocar(sala)
    lista = ana.parte(sala, "Treeview")
    for _ in range(8):  # más de los que hay
        if ana.tcl("focus") != lista:
            antes = ana.tcl("focus")
            xdotool("key", "Tab")
            ana.esperar_que(lambda: ana.tcl("focus") != antes, "que Tab lleve a otra parte")
    assert ana.tcl("focus") == lista
    xdotool("key", "Return")
    ana.teclear(ana.esperar_ventana("Zoe — Ana"), "psst", "Return")
    oyente.esperar(tipo="msj", privado=True, to="Zoe", content="psst")


def test_cerrar_la_ventana_deja_la_sala(servidor, lanzar, abrir):
    bryan = lanzar(programas.Cliente, "Bryan", "general", "redes")
    bryan.esperar("listo")
    ana = abrir("--usuario", "Ana", "--sala", "general", "--sala", "redes")
    general, redes = ana.esperar_ventana("general — Ana"), ana.esperar_ventana("redes — Ana")
    bryan.esperar_lista("general", "Ana", "Bryan")
    bryan.hacer("mensaje", sala="redes", content="sólo en redes")
    ana.esperar_texto(redes, "sólo en redes")
    assert "sólo en redes" not in ana.conversacion(general)
    ana.enfocar(general)
    xdotool("key", "ctrl+w")
    bryan.esperar_lista("general", "Bryan")
    ana.esperar_que(lambda: len(ana.titulos()) == 1)
    ana.enfocar(redes)
    xdotool("key", "ctrl+w")  # la última: el programa termina
    bryan.esperar_lista("redes", "Bryan")
    assert ana.esperar_fin() == 0


def test_otra_sala(servidor, abrir):
    ana = abrir("--usuario", "Ana", "--sala", "general")
    general = ana.esperar_ventana("general — Ana")
    ana.enfocar(general)
    ana.pulsar_boton(general, "Otra sala")
    entrada = ana.esperar_ventana("Entrar al chat")
    assert "disabled" in ana.tcl(f"{ana.parte(entrada, 'TEntry')} state")  # el nombre ya no se cambia
    ana.teclear(entrada, "redes", "Return")
    ana.esperar_personas(ana.esperar_ventana("redes — Ana"), "Ana (tú)")


# -------------------------------------------------------------------- cuando algo falta


def test_enter_dos_veces_entra_una_y_no_atasca(abrir):  # sin servidor se entra a los 3 s: da tiempo de pulsar
    ana = abrir()
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.teclear(entrada, "Ana", "Return", "Return", "Return")
    sala = ana.esperar_ventana("general — Ana")
    ana.esperar_que(lambda: list(ana.titulos()) == ["general — Ana"], "que se oculte la entrada")
    ana.teclear(sala, "sigo en la sala", "Return")
    ana.esperar_texto(sala, "sigo en la sala")


def test_sin_servidor(lanzar, abrir):
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.esperar_que(lambda: "No se oye ningún servidor" in ana.rotulos(sala))
    ana.teclear(sala, "hay alguien", "Return")
    bryan.esperar("mensaje", content="hay alguien")
    ana.pulsar_boton(sala, "Iniciar servidor")
    ana.esperar_que(lambda: "No se oye" not in ana.rotulos(sala) and "Iniciando" not in ana.rotulos(sala))
    bryan.esperar_lista("general", "Ana", "Bryan")
    (propio,) = hijos(ana.proceso.pid)
    ana.enfocar(sala)
    xdotool("key", "ctrl+w")
    assert ana.esperar_fin() == 0
    assert not pathlib.Path(f"/proc/{propio}").exists()  # el servidor termina con quien lo inició


def test_privado_a_quien_ya_no_esta(servidor, sencillo, abrir):
    carla = sencillo()
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    carla.enviar(tipo="inicio", user="Carla", sala="general")
    ana.esperar_personas(sala, "Ana (tú)", "Carla")
    ana.pulsar_persona(sala, "Carla")
    con_carla = ana.esperar_ventana("Carla — Ana")
    carla.enviar(tipo="salir", user="Carla", sala="general")
    ana.esperar_personas(sala, "Ana (tú)")
    ana.esperar_que(lambda: "no está en línea" in ana.rotulos(con_carla))
    ana.teclear(con_carla, "te alcanzo", "Return")
    ana.esperar_texto(con_carla, "No hay nadie que se llame Carla")
    campo = ana.parte(con_carla, "Text", 1)
    ana.esperar_tcl(f"{campo} get 1.0 end-1c", "te alcanzo")  # lo escrito no se pierde


@pytest.mark.parametrize("entorno, argumentos, queja", [
    ({"DISPLAY": ""}, [], "No hay pantalla"),
    ({}, ["--interfaz", "203.0.113.9"], "No se puede usar la interfaz 203.0.113.9"),
])
def test_lo_que_impide_empezar(mando, puerto, entorno, argumentos, queja):
    orden = [sys.executable, str(programas.PRACTICA / "cliente_gui.py"), "--puerto", str(puerto), *argumentos]
    fin = subprocess.run(orden, env={**os.environ, **entorno}, capture_output=True, text=True, timeout=PLAZO)
    assert fin.returncode == 1
    assert queja in fin.stderr and "Traceback" not in fin.stderr


def test_sin_tkinter(puerto, tmp_path):
    (tmp_path / "tkinter.py").write_text("raise ModuleNotFoundError('No module named _tkinter', name='_tkinter')")
    orden = [sys.executable, str(programas.PRACTICA / "cliente_gui.py"), "--puerto", str(puerto)]
    fin = subprocess.run(orden, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, timeout=PLAZO)
    assert (fin.returncode, fin.stderr.strip()) == (1, "Falta Tkinter: sudo apt install python3-tk, o usa python cliente.py en la terminal")


# -------------------------------------------------------------------- textos difíciles

HOSTILES = [
    "👍🏽👨‍👩‍👧‍👦🇲🇽1️⃣⌚⏰✅❌⭐❤️🫠",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!",
    "مرحبا بالعالم \u202eoidem la otxet\u202c ‎‏",
    "\x1b[2J\x00\x07\r\n\t\x9b31m",
    "𝒜𝓃𝒶 \U000F0000 \uFFFE ﷽ \u2028 \u0600",
    "%s {llave} [exit] $env(HOME) \\ \" ; #",
    "a" * 8_000,
    "\n" * 3_000 + "fin",
    "\u0301" * 8_000,
    "😀🎉" * 2_000,
]


def test_textos_hostiles(servidor, sencillo, abrir):
    hostil = sencillo()
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    for texto in HOSTILES:
        hostil.enviar(tipo="msj", user="Carla", sala="general", content=texto)
    hostil.enviar(tipo="inicio", user="😈{x}", sala="general")
    hostil.enviar(tipo="inicio", user="Beto", sala="🎉 fiesta [exit]")
    hostil.enviar(tipo="msj", privado=True, de="👻", to="Ana", content="bu 👻")
    ana.esperar_que(lambda: any("‹emoji› — Ana" in titulo for titulo in ana.titulos()), "la ventana del privado")
    ana.esperar_que(lambda: "‹emoji›{x}" in ana.personas(sala))
    hostil.enviar(tipo="msj", user="Carla", sala="general", content="y todo sigue")
    ana.esperar_texto(sala, "y todo sigue")
    visto = ana.conversacion(sala).replace("\t", "")  # los tabuladores son nuestros, de las cabeceras
    assert not texto_seguro.EMOJI.search(visto) and not texto_seguro.INVISIBLES.search(visto)


def test_emoji_pegado_se_envia_tal_cual(servidor, sencillo, abrir):
    oyente = sencillo()
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    for texto, visible in (("va 👍🏽 y 🎉🎉😂 ya\x07", "va ‹bien› y ‹fiesta›‹fiesta›‹risa› ya"), ("🎉" * 250, "‹fiesta›" * 250)):
        ana.pegar(sala, texto)
        campo = ana.parte(sala, "Text", 1)
        ana.esperar_tcl(f"{campo} get 1.0 end-1c", visible)
        xdotool("key", "Return")
        oyente.esperar(tipo="msj", content=texto)
        ana.esperar_tcl(f"{campo} get 1.0 end-1c", "")


def test_mensaje_demasiado_largo(servidor, lanzar, abrir):
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    bryan.esperar("listo")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.pegar(sala, "x" * 8_001)
    ana.esperar_que(lambda: "8,001 de 8,000 caracteres. No se puede enviar" in ana.rotulos(sala))
    xdotool("key", "Return")
    campo = ana.parte(sala, "Text", 1)
    ana.esperar_tcl(f"string length [{campo} get 1.0 end-1c]", "8001")
    ana.teclear(sala, "", "BackSpace", "Return")
    bryan.esperar("mensaje", user="Ana", content="x" * 8_000)


# -------------------------------------------------------------------- por dentro

# El programa de siempre, que además escribe cada tanto qué hilos tiene y cuánto tarda.
CON_MEDIDAS = """
import json, sys, threading, time, tkinter
sys.path.insert(0, {practica!r})
import cliente_gui

mainloop = tkinter.Tk.mainloop

def medir(raiz):
    antes = [time.thread_time()]
    lapsos = []  # s de CPU de la ventana entre un latido y otro

    def latir():
        ahora = time.thread_time()
        lapsos.append(ahora - antes[0])
        antes[0] = ahora
        raiz.after(10, latir)

    def contar():
        hilos = sorted((hilo.name, hilo.native_id) for hilo in threading.enumerate() if hilo.name != "MainThread")
        print(json.dumps({{"hilos": hilos, "lapsos": lapsos}}), flush=True)
        lapsos.clear()
        raiz.after(300, contar)

    raiz.after(0, latir)
    raiz.after(700, contar)
    mainloop(raiz)

tkinter.Tk.mainloop = medir
sys.exit(cliente_gui.main())
"""


@pytest.fixture
def abrir_con_medidas(abrir, tmp_path):
    """Función que abre un cliente que además escribe sus medidas."""
    guion = tmp_path / "con_medidas.py"
    guion.write_text(CON_MEDIDAS.format(practica=str(programas.PRACTICA)), encoding="utf-8")
    return lambda *argumentos: abrir(*argumentos, archivo=str(guion))


def test_dos_hilos_y_un_socket(servidor, abrir_con_medidas):
    ana = abrir_con_medidas("--usuario", "Ana", "--sala", "general")
    ana.esperar_ventana("general — Ana")
    medidas = json.loads(ana.esperar_linea("hilos"))
    assert [nombre for nombre, _ in medidas["hilos"]] == ["enviar", "recibir"]
    assert len({ana.proceso.pid, *(numero for _, numero in medidas["hilos"])}) == 3  # los tres, hilos distintos
    assert len(sockets_udp(ana.proceso.pid)) == 1


def test_rafaga(servidor, sencillo, abrir_con_medidas):
    """Diez mil mensajes seguidos no ocupan a la ventana de un tirón: entre ellos sigue atendiendo."""
    ana = abrir_con_medidas("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ajeno = sencillo()
    ana.esperar_que(lambda: len(ana.lineas) > 1)  # lo que costó arrancar ya se contó
    antes = len(ana.lineas)
    for numero in range(10_000):
        ajeno.enviar(tipo="msj", user=f"Autor {numero // 4 % 7}", sala="general", content=f"mensaje {numero}")
    ajeno.enviar(tipo="inicio", user="Carla", sala="general")
    ana.esperar_personas(sala, *{f"Autor {n}" for n in range(7)}, "Ana (tú)", "Carla")
    assert len(ana.conversacion(sala).splitlines()) > 2_000  # sin reparación, el búfer del sistema puede perder parte
    despues = len(ana.lineas)
    ana.esperar_que(lambda: len(ana.lineas) > despues + 1)
    lapsos = sorted(lapso for linea in ana.lineas[antes:] for lapso in json.loads(linea)["lapsos"])
    # Sin rondas breves, la ráfaga entera sería un solo lapso.
    assert len(lapsos) > 20 and lapsos[-1] < sum(lapsos) / 4, lapsos[-5:]


def hijos(pid: int) -> "list[str]":
    """Los procesos que inició otro."""
    with contextlib.suppress(OSError):  # ya terminó
        return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return []


def sockets_udp(pid: int) -> "set[str]":
    """Los sockets UDP que tiene abiertos un proceso, por su inodo."""
    renglones = pathlib.Path(f"/proc/{pid}/net/udp").read_text().splitlines()[1:]
    existentes = {renglon.split()[9] for renglon in renglones}
    enlaces = {os.readlink(uno) for uno in pathlib.Path(f"/proc/{pid}/fd").iterdir()}
    return {inodo for inodo in existentes if f"socket:[{inodo}]" in enlaces}


# -------------------------------------------------------------------- sin ventanas


@pytest.mark.parametrize("texto, visible", [
    ("¡Niño, 3 × 4 ≠ 11 — ©!", "¡Niño, 3 × 4 ≠ 11 — ©!"),
    ("👍", "‹bien›"),
    ("👍🏽", "‹bien›"),
    ("👨‍👩‍👧", "‹emoji›"),
    ("🇲🇽", "MX"),
    ("🎉" * 20, "‹fiesta›" * 20),
    ("va " + "🎉" * 8_000, "va " + "‹fiesta›" * 20 + "… (8000 emoji)"),
    ("1️⃣", "1"),
    ("❤️ ⌚ ⭐", "‹corazón› ‹emoji› ‹estrella›"),
    ("✓ → ↓", "✓ → ↓"),
    ("a\u202eb\x00\x1b[1m\ud800c", "ab[1mc"),
    ("n" + "\u0303" * 50, "n" + "\u0303" * texto_seguro.MAX_MARCAS),
    ("a\tb\r\nc\u2028d", "a    b\nc\nd"),
    ("नमस्ते สวัสดี Việt", "नमस्ते สวัสดี Việt"),
])
def test_limpiar(texto, visible):
    assert texto_seguro.limpiar(texto) == visible
    assert "".join(original for original, _ in texto_seguro.partir(texto)) == texto


@pytest.mark.parametrize("nombre", tema.COLORES)
def test_contraste(nombre):
    """Todo texto se distingue de su fondo, 4.5:1 o más (WCAG 2.1, nivel AA)."""
    c = tema.COLORES[nombre]
    parejas = [(c[color], c[fondo]) for color in ("texto", "tenue") for fondo in ("fondo", "panel", "propio")]
    parejas += [(c["sobre_acento"], c["acento"]), (c["sobre_franja"], c["franja"]), (c["texto"], c["suave"]), (c["texto"], c["seleccion"])]
    parejas += [(c[color], c["fondo"]) for color in ("error", "bien")]
    parejas += [(color, c[fondo]) for color in tema.AUTORES[nombre] for fondo in ("fondo", "propio")]
    parejas += [("#FFFFFF", color) for color in tema.AUTORES["claro"]]  # la inicial de los avatares
    assert [pareja for pareja in parejas if contraste(*pareja) < 4.5] == []


def contraste(uno: str, otro: str) -> float:
    """Razón de contraste de WCAG 2.1 entre dos colores #RRGGBB."""
    claro, oscuro = sorted(map(luminancia, (uno, otro)), reverse=True)
    return (claro + 0.05) / (oscuro + 0.05)


def luminancia(color: str) -> float:
    canales = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    lineales = [canal / 12.92 if canal <= 0.03928 else ((canal + 0.055) / 1.055) ** 2.4 for canal in canales]
    return 0.2126 * lineales[0] + 0.7152 * lineales[1] + 0.0722 * lineales[2]


def test_enumerar():
    assert ventana_charla.enumerar(["Ana"]) == "Ana"
    assert ventana_charla.enumerar(["Ana", "Beto", "Carla"]) == "Ana, Beto y Carla"
    assert ventana_charla.enumerar(list("ABCDEF")) == "A, B, C y 3 personas más"

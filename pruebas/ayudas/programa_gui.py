"""cliente_gui.py en marcha en una pantalla virtual, visto y manejado desde fuera.

Teclas y clics son de xdotool, por el servidor X. Lo que se ve se pregunta con `send` desde
otro proceso (pantalla_tk.py): así el programa probado es exactamente el que se usa.
"""

import contextlib
import re
import subprocess
import sys
import threading
import time

import pytest

from ayudas import programas
from ayudas import pantalla_tk

PLAZO = programas.PLAZO
CADENCIA = 0.02  # s entre dos preguntas a una ventana
# Los widgets de una clase que se ven en una ventana, de arriba abajo.
BAJO = ("proc bajo {v c} {set r {}; foreach h [winfo children $v] {if {[winfo class $h] ne {Chat}} {"
        "if {[winfo class $h] eq $c && [winfo ismapped $h]} {lappend r $h}; lappend r {*}[bajo $h $c]}}; return $r}; ")
TITULOS = ("proc abiertas {v} {set r [expr {$v eq {.} || [winfo class $v] eq {Chat} ? [list $v] : {}}]; "
           "foreach h [winfo children $v] {if {$v eq {.} || [winfo class $h] eq {Chat}} {lappend r {*}[abiertas "
           "$h]}}; return $r}; "
           "set vistos [lmap v [abiertas .] {expr {[wm state $v] eq {normal} && [winfo ismapped $v] ? "
           "[list [wm title $v] $v] : [continue]}}]")
# Un programa que deja algo en el portapapeles y lo ofrece mientras viva.
COPIAR = ("import sys, tkinter; r = tkinter.Tk(); r.withdraw(); r.clipboard_append(sys.argv[1]); r.update(); "
          "print('listo', flush=True); r.mainloop()")
# Lo mismo con una imagen, como una herramienta de capturas: sus bytes, que Tk lleva de uno en uno.
COPIAR_IMAGEN = ("import pathlib, sys, tkinter; r = tkinter.Tk(); r.withdraw(); "
                 "d = ''.join('0x%02x ' % b for b in pathlib.Path(sys.argv[1]).read_bytes()); "
                 "r.selection_handle(lambda i, n: d[int(i):int(i) + int(n)], selection='CLIPBOARD', type='image/png', "
                 "format='image/png'); r.selection_own(selection='CLIPBOARD'); r.update(); "
                 "print('listo', flush=True); r.mainloop()")
PEGAR = ("import sys, tkinter; r = tkinter.Tk(); r.withdraw(); "
         "sys.stdout.buffer.write(r.clipboard_get(type='UTF8_STRING').encode())")


def exigir() -> None:
    """Saltar el módulo de pruebas donde no se pueden abrir ventanas."""
    if sys.platform != "linux" or pantalla_tk.falta():
        pytest.skip(pantalla_tk.falta() or "estas pruebas usan X11", allow_module_level=True)


class Ventanas(programas.Programa):
    """Un cliente con ventanas."""

    def __init__(self, puerto: int, pantalla: pantalla_tk.PantallaTk, archivo: str, *argumentos: str, **donde):
        super().__init__(puerto, archivo, *argumentos, **donde)
        self._pantalla = pantalla
        self._copiador: "subprocess.Popen | None" = None

    def matar(self) -> None:
        """Terminar el programa, y lo que esta prueba tuviera copiado."""
        if self.proceso.poll() is None:
            # Lo borra de la lista de la pantalla: nadie preguntará ya a quien no puede contestar.
            self.tcl("rename send {}")
        if self._copiador is not None:
            self._copiador.kill()
            self._copiador.communicate()
        super().matar()

    # ---- preguntar

    def tcl(self, guion: str) -> str:
        """Evaluar Tcl en el programa; "" si todavía no está o la ventana ya no existe."""
        return self._pantalla.tcl(self.proceso.pid, guion) or ""

    def lista(self, guion: str) -> "list[str]":
        """Evaluar Tcl que da una lista."""
        dicho = self._pantalla.tcl(self.proceso.pid, f"set vistos [lmap uno [{guion}] {{list $uno}}]") or []
        return [uno[0] if uno else "" for uno in dicho]

    def esperar_que(self, condicion, que: str = "") -> object:
        """Esperar a que una función dé algo cierto y devolverlo; con plazo."""
        limite = time.monotonic() + PLAZO
        hallado = self._probar(condicion)
        pausa = threading.Event()
        while not hallado:
            assert time.monotonic() < limite, f"no pasó {que or condicion}; {self.contar()}"
            pausa.wait(CADENCIA)
            hallado = self._probar(condicion)
        return hallado

    def contar(self) -> str:
        """Lo que se ve, para cuando algo no pasa: de cada ventana, sus rótulos, sus listas y el final de lo dicho."""
        visto = {titulo: {"rótulos": self.rotulos(ventana),
                          "personas": self._probar(lambda ventana=ventana: self.personas(ventana)),
                          "lienzos": [self.lista(f"lmap i [{uno} find withtag letras] {{{uno} itemcget $i -text}}")[-9:]
                                      for uno in self.partes(ventana, "Canvas")]}
                 for titulo, ventana in self.titulos().items()}
        return f"ventanas: {visto}; salida: {self.lineas}"

    @staticmethod
    def _probar(condicion):
        # El programa, o la ventana, aún no está completo.
        with contextlib.suppress(StopIteration, IndexError, ValueError):
            return condicion()
        return None

    def esperar_tcl(self, guion: str, valor: str) -> None:
        """Esperar a que un guion dé un valor."""
        self.esperar_que(lambda: self.tcl(guion) == valor, f"{guion} = {valor}, sino {self.tcl(guion)!r}")

    def contestar(self, tecla: str = "Return") -> None:
        """Contestar lo que se pregunta en un cuadro; Enter es lo que viene elegido."""
        self.esperar_que(lambda: "messagebox" in self.tcl("focus"), "que se pregunte")
        self.teclas(tecla)
        self.esperar_que(lambda: "messagebox" not in self.tcl("focus"), "que se quite la pregunta")

    def titulos(self) -> "dict[str, str]":
        """Título → ventana, de las que están a la vista."""
        return dict(self._pantalla.tcl(self.proceso.pid, TITULOS) or [])

    def esperar_ventana(self, titulo: str) -> str:
        """Esperar a que haya una ventana con ese título y devolver su nombre de Tk."""
        return self.esperar_que(lambda: self.titulos().get(titulo), f"la ventana «{titulo}»")

    def esperar_abierta(self, titulo: str) -> str:
        """Esperar a que una ventana se abra y tome el teclado; antes, se lo quitaría después a la de otro programa."""
        ventana = self.esperar_ventana(titulo)
        self.esperar_que(lambda: self.tcl("focus").startswith(f"{ventana}."), f"que «{titulo}» tome el teclado")
        return ventana

    def partes(self, ventana: str, clase: str) -> "list[str]":
        """Los widgets de una clase dentro de una ventana, de arriba abajo."""
        return self.tcl(f"{BAJO} bajo {ventana} {clase}").split()

    def parte(self, ventana: str, clase: str, numero: int = 0) -> str:
        """Esperar a que se vea uno de ellos."""
        return self.esperar_que(lambda: self.partes(ventana, clase)[numero], f"{clase} número {numero}")

    def campo(self, ventana: str) -> str:
        """El campo de escribir de una charla."""
        return self.parte(ventana, "Text")

    def escrito(self, ventana: str) -> str:
        """Lo que hay en él."""
        return self.tcl(f"{self.campo(ventana)} get 1.0 end-1c")

    def lienzo(self, ventana: str) -> str:
        """El Canvas de la conversación."""
        return self.esperar_que(lambda: next(uno
                                             for uno in self.partes(ventana, "Canvas")
                                             if self.tcl(f"{uno} cget -takefocus") == "1"))

    def conversacion(self, ventana: str) -> str:
        """Lo que se lee en una charla, sin espacios: los renglones parten el texto por ellos."""
        lienzo = self.lienzo(ventana)
        return "".join(
            "".join(self.lista(f"lmap i [{lienzo} find withtag letras] {{{lienzo} itemcget $i -text}}")).split())

    def dice(self, ventana: str, texto: str) -> bool:
        """Si en una charla se lee ese texto."""
        return "".join(texto.split()) in self.conversacion(ventana)

    def esperar_texto(self, ventana: str, texto: str) -> None:
        """Esperar a que se lea en una charla."""
        self.esperar_que(lambda: self.dice(ventana, texto), f"«{texto[:60]}», sino {self.conversacion(ventana)[-300:]}")

    def personas(self, ventana: str) -> "list[str]":
        """La lista de una sala o, en la entrada, la de salas."""
        lista = self.partes(ventana, "Treeview")[0]
        return [fila.strip() for fila in self.lista(f"lmap f [{lista} children {{}}] {{{lista} item $f -text}}")]

    def esperar_personas(self, ventana: str, *personas: str) -> None:
        """Esperar a que la lista sea ésa, en cualquier orden."""
        self.esperar_que(lambda: sorted(self.personas(ventana)) == sorted(personas), f"las personas {personas}")

    def rotulos(self, ventana: str) -> str:
        """Los textos sueltos que se ven en una ventana."""
        return " | ".join(self.lista(f"lmap r [{BAJO[:-2]}; bajo {ventana} TLabel] {{$r cget -text}}"))

    # ---- hacer

    def xdotool(self, *argumentos: str) -> str:
        """Teclas y ratón de verdad, por el servidor X."""
        return subprocess.run(["xdotool", *argumentos], check=True, capture_output=True, text=True, timeout=PLAZO,
                              env=self._pantalla.completo()).stdout

    def enfocar(self, ventana: str) -> None:
        """Dar el teclado a una ventana, como un clic en su título."""
        self.xdotool("windowfocus", "--sync", self.marco(ventana))
        self.esperar_que(lambda: self.tcl("focus").startswith(ventana.rstrip(".") + "."), "tener el foco")

    def marco(self, ventana: str) -> str:
        """El número con que X conoce una ventana, el que recibe las teclas."""
        titulo = re.sub("[^A-Za-z0-9 ]+", ".+", self.tcl(f"wm title {ventana}"))  # xdotool compara bytes, no letras
        return self.xdotool("search", "--onlyvisible", "--name", f"^{titulo}$").split()[0]

    def teclas(self, *teclas: str) -> None:
        """Pulsar unas teclas donde esté el foco."""
        for tecla in teclas:
            self.xdotool("key", tecla)

    def escribir(self, texto: str) -> None:
        """Teclear un texto donde esté el foco."""
        self.xdotool("type", "--delay", "2", texto)

    def teclear(self, ventana: str, texto: str, *teclas: str) -> None:
        """Escribir en una ventana y después pulsar unas teclas."""
        self.enfocar(ventana)
        self.escribir(texto)
        self.teclas(*teclas)

    def copiar_fuera(self, texto: str, programa: str = COPIAR) -> None:
        """Copiar algo en otro programa; con COPIAR_IMAGEN, la de un archivo."""
        if self._copiador is not None:
            self._copiador.kill()
            self._copiador.communicate()
        self._copiador = subprocess.Popen([sys.executable, "-c", programa, texto], stdout=subprocess.PIPE,
                                          env=self._pantalla.completo())
        assert self._copiador.stdout.readline()

    def copiado(self) -> str:
        """Lo que pegaría otro programa."""
        fin = subprocess.run([sys.executable, "-c", PEGAR], capture_output=True, timeout=PLAZO,
                             env=self._pantalla.completo())
        return fin.stdout.decode()

    def pegar(self, ventana: str, texto: str) -> None:
        """Pegar con Ctrl+V algo copiado en otro programa."""
        self.copiar_fuera(texto)
        self.enfocar(ventana)
        self.teclas("ctrl+v")
        campo = self.campo(ventana)
        self.esperar_que(lambda: self.tcl(f"{campo} count -indices 1.0 end-1c") not in ("", "0"), "lo pegado")

    def pulsar(self, widget: str, veces: int = 1, dx: int = -1, dy: int = -1, boton: str = "1") -> None:
        """Hacer clic en un widget: en su centro o a unos píxeles de su esquina."""
        self.tcl("update idletasks")
        x, y, ancho, alto = (int(self.tcl(f"winfo {medida} {widget}"))
                             for medida in ("rootx", "rooty", "width", "height"))
        x, y = x + (ancho // 2 if dx < 0 else dx), y + (alto // 2 if dy < 0 else dy)
        self.xdotool("mousemove", str(x), str(y), "click", "--repeat", str(veces), "--delay", "40", boton)

    def pulsar_boton(self, ventana: str, rotulo: str) -> None:
        """Hacer clic en el botón que dice eso."""
        boton = self.esperar_que(lambda: next(b
                                              for b in self.partes(ventana, "TButton")
                                              if self.tcl(f"{b} cget -text") == rotulo), f"el botón «{rotulo}»")
        self.pulsar(boton)

    def abrir_privado(self, yo: str, persona: str) -> str:
        """Ir, desde la sala general, a la conversación con quien entre o ya esté en ella; su ventana."""
        sala = self.esperar_ventana(f"general — {yo}")
        self.esperar_personas(sala, f"{yo} (tú)", persona)
        self.pulsar_persona(sala, persona)
        return self.esperar_ventana(f"{persona} — {yo}")

    def pulsar_persona(self, ventana: str, persona: str) -> None:
        """Doble clic en una persona de la sala."""
        lista = self.parte(ventana, "Treeview")
        fila = self.personas(ventana).index(persona)
        self.tcl("update")
        x, y, ancho, alto = map(int, self.tcl(f"{lista} bbox [lindex [{lista} children {{}}] {fila}]").split())
        self.pulsar(lista, 2, x + ancho // 3, y + alto // 2)

    def pulsar_texto(self, ventana: str, texto: str, boton: str = "1") -> None:
        """Hacer clic en un texto de la conversación."""
        lienzo = self.lienzo(ventana)
        buscar = (f"set h {{}}; foreach i [{lienzo} find withtag letras] "
                  f"{{if {{[string first {{{texto}}} [{lienzo} itemcget $i -text]] >= 0}} "
                  f"{{set h [{lienzo} bbox $i]}}}}; set h")
        x0, y0, x1, y1 = self.esperar_que(lambda: [int(n) for n in self.tcl(buscar).split()], f"«{texto}» a la vista")
        self.pulsar(lienzo, 1, (x0 + x1) // 2, (y0 + y1) // 2, boton)

    def tabular_hasta(self, widget: str) -> None:
        """Llegar a un widget con la tecla Tab."""
        for _ in range(16):  # más de los que hay
            antes = self.tcl("focus")
            if antes == widget:
                return
            self.teclas("Tab")
            self.esperar_que(lambda: self.tcl("focus") != antes, "que Tab lleve a otra parte")
        raise AssertionError(f"Tab no llega a {widget}")

    def hijos(self) -> "list[str]":
        """Los procesos que inició."""
        with contextlib.suppress(OSError):  # ya terminó
            with open(f"/proc/{self.proceso.pid}/task/{self.proceso.pid}/children", encoding="ascii") as archivo:
                return archivo.read().split()
        return []


def quejas(programa: Ventanas) -> "list[str]":
    """Los renglones que un programa sano no escribe."""
    return [linea for linea in programa.lineas if "Traceback" in linea or "Warning" in linea]

"""Fotografías de todas las ventanas, en claro y oscuro, a 100 % y 200 %.

    python3 pruebas/ayudas/galeria.py CARPETA              todas
    python3 pruebas/ayudas/galeria.py CARPETA oscuro 200   sólo éstas
    python3 pruebas/ayudas/galeria.py --readme             las del README, en enunciado/imagenes/

Son los programas de verdad en una pantalla virtual: un servidor, cuatro compañeros que
conversan (cliente.py --json) y la ventana de Ana, que se maneja con teclas. Las fotos del
README salen de aquí.
"""

import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

RAIZ = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(RAIZ / "pruebas"), str(RAIZ / "practica3")]

from ayudas import programa_gui  # noqa: E402
from ayudas import programas  # noqa: E402
from ayudas import tarjeta_falsa  # noqa: E402
from ayudas import pantalla_tk  # noqa: E402
from PIL import Image  # noqa: E402
from PIL import ImageGrab  # noqa: E402
from equipo import letras  # noqa: E402

ESPERA = 0.15  # s entre dos miradas
LAZO = "127.0.0.1"
REPOSO = threading.Event()  # nadie lo avisa: sirve para dejar que las ventanas acaben de dibujarse
DEL_README = {"sala": "sala-claro-100", "sala-oscura": "sala-oscuro-100", "stickers": "stickers-claro-100",
              "entrada": "entrada-claro-100"}
# (quién, qué, contenido); «voz» y «propio» llevan un archivo.
CHARLA = (
    ("Bryan", "mensaje", "¡Hola a todos! 👋 ¿Ya probaron la práctica 3?"),
    ("Bryan", "mensaje", "La guía está en https://docs.python.org/3/library/socket.html"),
    ("Carla", "mensaje",
     "Sí, y con 20 % de pérdida llega todo 🎉 Cada quien numera lo suyo, y quien nota un hueco pide sólo lo que falta."),
    ("Diego", "sticker", "aplauso"),
    ("Ana", "mensaje", "¿Entonces un privado también va al grupo?"),
    ("Carla", "audio", "voz"),
    ("Diego", "mensaje", "@Ana mándame tu captura de Wireshark 🙏🏽"),
    ("Ana", "mensaje", "Va, en cuanto acabe"),
)


class Galeria:
    """Una tanda de fotos: un tema y unos puntos por pulgada."""

    def __init__(self, carpeta: pathlib.Path, tema: str, porcentaje: int):
        self.carpeta, self.tema, self.escala = carpeta, tema, porcentaje / 100
        self.sufijo = f"{tema}-{porcentaje}"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as libre:
            libre.bind(("", 0))
            self.puerto = libre.getsockname()[1]
        self.programas = []

    def lanzar(self, clase, *datos, **donde):
        self.programas.append(clase(self.puerto, *datos, **donde))
        return self.programas[-1]

    def tomar(self) -> None:
        """Abrir todo, conversar y tomar cada foto."""
        ppp = round(96 * self.escala)
        pantalla = pantalla_tk.PantallaTk(13 * ppp, 10 * ppp, ppp)
        with tempfile.TemporaryDirectory(prefix="g") as temporal, pantalla as virtual:
            self.virtual = virtual
            voz = pathlib.Path(temporal, "voz.wav")
            voz.write_bytes(hacer_voz())
            sonido = tarjeta_falsa.TarjetaFalsa(pathlib.Path(temporal)) if not tarjeta_falsa.falta() else None
            entorno = {**virtual.entorno, "CHAT_INTERFAZ": LAZO, "XDG_DATA_HOME": temporal}
            if sonido:
                entorno.update({clave: valor
                                for clave, valor in sonido.__enter__().entorno.items()
                                if clave not in ("PATH", "HOME")})
            try:
                os.environ.update(entorno)  # para los programas que se lancen
                self._fotografiar_todo(voz, sonido)
            finally:
                for programa in reversed(self.programas):
                    programa.matar()
                if sonido:
                    sonido.__exit__()

    def _fotografiar_todo(self, voz: pathlib.Path, sonido) -> None:
        self.lanzar(programas.Servidor).esperar_linea("Ctrl+C")
        otros = {nombre: self.lanzar(programas.Cliente, nombre, "general", *mas) for nombre, *mas in
                 (("Bryan", "redes"), ("Carla",), ("Diego", "proyecto final"), ("Elena", "redes"))}
        for otro in otros.values():
            otro.esperar("listo")
        self.ana = self.lanzar(programas.Programa, "cliente_gui.py", "--tema", self.tema, "--posicion", "20,20")
        self.esperar("winfo ismapped .", lambda visto: visto == "1")
        self.virtual.xdotool("mousemove", "0", "0")  # que nada esté señalado
        self.enfocar(".")
        self.teclear("Ana")
        REPOSO.wait(2.5)  # latidos de todos
        self.foto(".", "entrada")
        self.tecla("Return")
        sala = self.esperar_ventana("general")
        for quien, que, contenido in CHARLA:
            self.decir(otros, sala, quien, que, contenido, voz)
        REPOSO.wait(1.2)
        self.foto(sala, "sala")
        self._fotografiar_funciones(sala, otros, voz, sonido)

    def _fotografiar_funciones(self, sala: str, otros: dict, voz: pathlib.Path, sonido) -> None:
        self.tecla("ctrl+f")
        self.teclear("guia")
        REPOSO.wait(0.5)
        self.foto(sala, "busqueda")
        self.tecla("Escape")
        self.tecla("ctrl+e")
        REPOSO.wait(1.5)
        self.tecla("Right")
        self.foto(sala, "stickers", con_todo=True)
        self.tecla("Escape")
        self.enfocar(sala)
        if sonido:
            self.tecla("ctrl+r")
            sonido.emitir(voz.read_bytes())
            REPOSO.wait(2.2)
            self.foto(sala, "grabacion")
            self.tecla("Escape")
        self.enfocar(sala)
        self.teclear("@c")
        REPOSO.wait(0.3)
        self.foto(sala, "menciones")
        self.tecla("ctrl+a")
        self.tecla("BackSpace")
        self.enfocar(sala)
        otros["Elena"].hacer("privado", to="Ana", content="¿Me explicas lo de IP_MULTICAST_LOOP?")
        privado = self.esperar_ventana("Elena")
        self.enfocar(privado)
        REPOSO.wait(0.5)
        for texto in ("Claro: con 1, lo que envías vuelve a tu equipo.", "Por eso cada quien tira lo que lleva su id."):
            self.teclear(texto)
            self.tecla("Return")
        REPOSO.wait(0.3)
        otros["Elena"].hacer("privado", to="Ana", content="¡Gracias! ❤️")
        otros["Elena"].hacer("sticker", to="Ana", content="gracias")
        REPOSO.wait(1.0)
        self.foto(privado, "privado")
        for atajo, nombre, titulo, espera in (("ctrl+comma", "preferencias", "Preferencias", 1.5),
                                              ("F1", "atajos", "Atajos de teclado", 0.5),
                                              ("ctrl+i", "diagnostico", "Diagnóstico", 9)):
            self.enfocar(privado)
            self.tecla(atajo)
            ventana = self.esperar_ventana(titulo)
            REPOSO.wait(espera)
            self.foto(ventana, nombre)
            self.tcl(f"destroy {ventana}")
        self._fotografiar_adjuntos(sala, otros, voz.parent)
        self._fotografiar_conversaciones(sala, privado, otros, sonido)

    def _fotografiar_adjuntos(self, sala: str, otros: dict, carpeta: pathlib.Path) -> None:
        """Imágenes y archivos: en la sala, en grande, antes de enviarlos, y la pregunta antes de abrir un programa."""
        hacer_archivos(carpeta)
        for tipo, nombre, content in (("archivo", "tarea.py", ""), ("archivo", "instalar.sh", "con esto queda"),
                                      ("imagen", "captura.png", "La captura")):
            otros["Bryan"].hacer(tipo, sala="general", archivo=str(carpeta / nombre), content=content)
            REPOSO.wait(1.0)
        self.enfocar(sala)
        self.foto(sala, "adjuntos")
        self.tecla("F6")
        self.tecla("Return")
        visor = self.esperar("set h {}; foreach v [winfo children %s] {if {[winfo class $v] eq {Chat} && "
                             "[winfo ismapped $v]} {set h $v}}; set h" % sala, bool)
        REPOSO.wait(1.0)
        self.foto(visor, "visor")
        self.tcl(f"destroy {visor}")
        self.enfocar(sala)
        self.tecla("F6")
        self.tecla("Up")
        self.tecla("Return")
        REPOSO.wait(0.7)
        self.foto(sala, "programa", con_todo=True)
        self.tecla("Escape")
        copiador = subprocess.Popen([sys.executable, "-c", programa_gui.COPIAR_IMAGEN, str(carpeta / "chica.png")],
                                    stdout=subprocess.PIPE)
        copiador.stdout.readline()
        self.enfocar(sala)
        self.tecla("ctrl+v")
        envio = self.esperar_ventana("Enviar una imagen")
        REPOSO.wait(1.0)
        self.foto(envio, "envio")
        self.tcl(f"destroy {envio}")
        copiador.kill()
        copiador.communicate()

    def _fotografiar_conversaciones(self, sala: str, privado: str, otros: dict, sonido) -> None:
        """Emoji, responder, oír la voz antes de enviarla, lo que está sin leer, y lo que espera a quien no está."""
        self.enfocar(sala)
        self.teclear(":cor")
        REPOSO.wait(0.4)
        self.foto(sala, "emoji", con_todo=True)
        self.tecla("ctrl+a")
        self.tecla("BackSpace")
        self.tecla("ctrl+shift+r")
        self.foto(sala, "responder")
        self.tecla("Escape")
        if sonido:
            self.enfocar(sala)
            self.tecla("ctrl+r")
            REPOSO.wait(1.5)
            self.tecla("ctrl+r")
            REPOSO.wait(0.7)
            self.foto(sala, "oir-antes")
            self.tecla("Escape")
        self.enfocar(privado)
        for texto in ("¿Alguien tiene la guía?", "@Ana ¿tú?"):
            otros["Carla"].hacer("mensaje", sala="general", content=texto)
        REPOSO.wait(0.7)
        self.foto(sala, "sin-leer")
        otros["Elena"].matar()
        REPOSO.wait(12)
        self.enfocar(privado)
        self.teclear("Mañana te cuento")
        self.tecla("Return")
        REPOSO.wait(4)
        self.foto(privado, "espera")
        self.tecla("ctrl+k")
        lista = self.esperar_ventana("Conversaciones")
        REPOSO.wait(0.5)
        self.foto(lista, "conversaciones")

    # ---- manejar

    def tcl(self, guion: str):
        return self.virtual.tcl(self.ana.proceso.pid, guion)

    def esperar(self, guion: str, condicion):
        limite = time.monotonic() + 15
        while not condicion(valor := self.tcl(guion)):
            if time.monotonic() > limite:
                ImageGrab.grab(xdisplay=self.virtual.entorno["DISPLAY"]).save(self.carpeta / "fallo.png")
                raise TimeoutError(f"{guion}: {valor}\n" + "\n".join(self.ana.lineas))
            REPOSO.wait(ESPERA)
        return valor

    def esperar_ventana(self, titulo: str) -> str:
        guion = ('set h {}; foreach v [winfo children .] {if {[winfo class $v] eq {Chat} && [winfo ismapped $v] && '
                 f'[string match "*{titulo}*" [wm title $v]]}} {{set h $v}}}}; set h')
        return self.esperar(guion, bool)

    def enfocar(self, ventana: str) -> None:
        self.tcl(f"raise {ventana}; update")
        titulo = re.sub("[^A-Za-z0-9 ]+", ".+", self.tcl(f"wm title {ventana}"))  # xdotool compara bytes, no letras
        self.virtual.xdotool("search", "--onlyvisible", "--name", f"^{titulo}$", "windowfocus", "--sync")
        REPOSO.wait(0.1)

    def tecla(self, tecla: str) -> None:
        self.virtual.xdotool("key", tecla)
        REPOSO.wait(0.25)

    def teclear(self, texto: str) -> None:
        self.virtual.xdotool("type", "--delay", "4", texto)
        REPOSO.wait(0.2)

    def decir(self, otros: dict, sala: str, quien: str, que: str, contenido: str, voz: pathlib.Path) -> None:
        if quien == "Ana":
            campo = self.tcl(f"focus -lastfor {sala}")
            self.tcl(f"{campo} insert end {{{contenido}}}")
            self.tecla("Return")
        elif que == "audio":
            otros[quien].hacer("audio", sala="general", archivo=str(voz))
        else:
            otros[quien].hacer(que, sala="general", content=contenido)
        REPOSO.wait(0.25)

    def foto(self, ventana: str, nombre: str, con_todo: bool = False) -> None:
        """Guardar lo que se ve de una ventana; con_todo, también lo que tiene encima."""
        self.tcl(f"{'' if con_todo else f'raise {ventana};'} update")
        x, y, ancho, alto = (int(self.tcl(f"winfo {medida} {ventana}"))
                             for medida in ("rootx", "rooty", "width", "height"))
        os.environ["XAUTHORITY"] = self.virtual.entorno["XAUTHORITY"]
        pantalla = ImageGrab.grab(xdisplay=self.virtual.entorno["DISPLAY"])
        recorte = pantalla.crop((x, y, min(x + ancho, pantalla.width), min(y + alto, pantalla.height)))
        recorte.save(self.carpeta / f"{nombre}-{self.sufijo}.png", optimize=True)


def hacer_voz() -> bytes:
    """Unos segundos con altibajos, como una voz."""
    import math
    from adjuntos import wav
    muestras = bytearray()
    for i in range(round(7.4 * wav.TASA)):
        t = i / wav.TASA
        fuerza = abs(math.sin(2.1 * t) * math.sin(5.3 * t + 1)) ** 0.8
        muestras += round(14_000 * fuerza * math.sin(2 * math.pi * 190 * t)).to_bytes(2, "little", signed=True)
    return wav.empaquetar(bytes(muestras))


def hacer_archivos(carpeta: pathlib.Path) -> None:
    """Una captura, un programa en Python y un guion de órdenes."""
    captura = Image.linear_gradient("L").resize((1280, 800)).convert("RGB")
    captura.paste((30, 90, 160), (90, 90, 700, 420))
    captura.save(carpeta / "captura.png")
    chica = Image.new("P", (320, 200), 0)  # de menos de 800 bytes: Tk, al darla, no pasa de ahí
    chica.paste(255, (40, 30, 200, 120))
    chica.save(carpeta / "chica.png")
    (carpeta / "tarea.py").write_text("import socket\n\n\ndef abrir(puerto):\n    uno = socket.socket()\n"
                                      "    uno.bind(('', puerto))\n    return uno\n")
    (carpeta / "instalar.sh").write_text("#!/bin/sh\necho hola\n")


def hacer_las_del_readme() -> None:
    """Tomar las fotos del README y guardarlas con pocos colores: pesan la tercera parte."""
    with tempfile.TemporaryDirectory(prefix="galeria-") as temporal:
        for tema in ("claro", "oscuro"):
            Galeria(pathlib.Path(temporal), tema, 100).tomar()
        for nombre, foto in DEL_README.items():
            with Image.open(pathlib.Path(temporal, f"{foto}.png")) as entera:
                pocos = entera.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
                pocos.save(programas.RAIZ / "enunciado" / "imagenes" / f"{nombre}.png", optimize=True)


def main() -> int:
    """Tomar las fotos que se piden."""
    if not letras.de_emoji():
        sys.exit("Sin emoji en color las fotos desmerecen: sudo apt install fonts-noto-color-emoji")
    if sys.argv[1:] == ["--readme"]:
        hacer_las_del_readme()
        return 0
    carpeta = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "galeria")
    carpeta.mkdir(parents=True, exist_ok=True)
    for tema in sys.argv[2:3] or ["claro", "oscuro"]:
        for porcentaje in map(int, sys.argv[3:4] or [100, 200]):
            print(f"{tema}, {porcentaje} %", flush=True)
            Galeria(carpeta, tema, porcentaje).tomar()
    return 0


if __name__ == "__main__":
    sys.exit(main())

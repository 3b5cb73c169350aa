"""La demostración sin pantalla: una conversación escrita de antemano, en ventanas de verdad.

Las ventanas están en una pantalla virtual. Se encuentran y se usan desde fuera, con el
`send` de Tk: se busca la ventana por su título, se escribe en su campo y se pulsa su
botón «Enviar», como haría una persona. Carla no tiene ventana: es un cliente.py en una
terminal. Mientras tanto un testigo escucha el grupo e imprime lo que pasa por la red.
"""

import json
import math
import pathlib
import struct
import time
import tkinter as tk

import campos
import red
from adjuntos import wav
from ventanas.aspecto import foco

PLAZO = 20.0  # s que se espera a que pase lo que tiene que pasar
ENTRE_MIRADAS = 0.02  # s entre dos miradas a las ventanas; mientras, se escucha la red

FONDO = "#4A6178"  # color del escritorio
ALTO_DE_LAS_SALAS = 740  # píxeles desde arriba
LUGAR_DE_LOS_PRIVADOS = {"Bryan — Ana": "+220+720", "Ana — Bryan": "+1080+720"}  # bajo cada sala

LAS_SALAS = ("general — Ana", "general — Bryan")
# (título de la ventana, lo que se escribe en ella)
EN_LA_SALA = (
    ("general — Ana", "¡Hola! ¿Ya viste lo de la multidifusión?"),
    ("general — Bryan", "Sí: un solo sendto y le llega a toda la sala."),
    ("general — Ana", "¿Entonces un privado también va al grupo?"),
    ("general — Bryan",
     "También. Cada quien descarta lo que no es suyo.\nPor eso no mandes contraseñas. 😅"),
)
STICKER = ("general — Ana", "idea")
VOZ = "voz.wav"
# Hz y s: la «voz» de Carla.
MELODIA = ((523, 0.3), (659, 0.3), (784, 0.3), (1047, 0.6), (784, 0.3), (1047, 1.2))
EN_PRIVADO = (
    ("Bryan — Ana", "Esto sólo lo muestra tu ventana."),
    ("Ana — Bryan", "Pero el testigo lo ve pasar, como cualquiera de la red."),
)


class ErrorGuion(Exception):
    """Algo del guion no llegó a pasar; el texto dice qué."""


class Escena:
    """El escritorio de la pantalla de DISPLAY y las ventanas que otros programas abren en él."""

    def __init__(self):
        self._raiz = tk.Tk()
        self._raiz.configure(background=FONDO)
        self._raiz.overrideredirect(True)
        ancho, alto = self._raiz.winfo_screenwidth(), self._raiz.winfo_screenheight()
        self._raiz.geometry(f"{ancho}x{alto}+0+0")
        self._raiz.lower()
        self._raiz.update()

    def cerrar(self) -> None:
        """Dejar de mirar la pantalla."""
        self._raiz.destroy()

    def _pedir(self, programa: str, *orden: str) -> str:
        """Evaluar una orden de Tcl en otro programa."""
        return self._raiz.tk.call("send", programa, orden)

    def _programas(self) -> "list[str]":
        propio = self._raiz.tk.call("tk", "appname")
        todos = self._raiz.tk.splitlist(self._raiz.tk.call("winfo", "interps"))
        return [uno for uno in todos if uno != propio]

    def asentar(self) -> None:
        """Esperar a que todas las ventanas estén dibujadas."""
        for programa in self._programas():
            self._pedir(programa, "update")

    def buscar(self, titulo: str) -> "tuple[str, str] | None":
        """Programa y ventana a la vista que llevan ese título, haya o no mensajes sin leer."""
        for programa in self._programas():
            for ventana in self._raiz.tk.splitlist(self._pedir(programa, "winfo", "children", ".")):
                if (self._pedir(programa, "winfo", "class", ventana) == foco.CLASE
                        and self._pedir(programa, "wm", "title", ventana).endswith(titulo)
                        and self._pedir(programa, "winfo", "ismapped", ventana)):
                    return programa, ventana
        return None

    def _descendientes(self, programa: str, ventana: str):
        for hija in self._raiz.tk.splitlist(self._pedir(programa, "winfo", "children", ventana)):
            yield hija
            yield from self._descendientes(programa, hija)

    def escribir(self, titulo: str, texto: str) -> None:
        """Escribir en el campo de una ventana y pulsar «Enviar»."""
        programa, ventana = esperar(lambda: self.buscar(titulo), f"la ventana «{titulo}»")
        campo = self._buscar_dentro(programa, ventana, "Text", "-state", "normal")
        boton = self._buscar_dentro(programa, ventana, "TButton", "-text", "Enviar")
        self._pedir(programa, campo, "insert", "end", texto)
        self._pedir(programa, boton, "invoke")

    def abrir_privado(self, titulo: str, persona: str) -> None:
        """Hacer doble clic en una persona de la lista de una sala."""
        programa, ventana = esperar(lambda: self.buscar(titulo), f"la ventana «{titulo}»")
        lista = self._buscar_dentro(programa, ventana, "Treeview", "-selectmode", "browse")
        filas = self._raiz.tk.splitlist(self._pedir(programa, lista, "children", ""))
        fila = next(una for una in filas
                    if self._pedir(programa, lista, "item", una, "-text").strip() == persona)
        x, y, _, alto = self._raiz.tk.splitlist(self._pedir(programa, lista, "bbox", fila))
        donde = ("-x", x, "-y", str(int(y) + int(alto) // 2))
        for suceso in ("<ButtonPress-1>", "<ButtonRelease-1>") * 2:
            self._pedir(programa, "event", "generate", lista, suceso, *donde)

    def elegir_sticker(self, titulo: str, nombre: str) -> None:
        """Abrir el selector de stickers, llegar a uno con las flechas y pulsar Enter."""
        programa, ventana = self.buscar(titulo)
        boton = self._buscar_dentro(programa, ventana, "TButton", "-text", "Stickers")
        self._pedir(programa, boton, "invoke")
        selector = next(una for una in self._descendientes(programa, ventana)
                        if self._pedir(programa, "winfo", "class", una) == foco.CLASE)
        cuadricula = self._buscar_dentro(programa, selector, "Canvas", "-takefocus", "1")
        rotulo = self._buscar_dentro(programa, selector, "TLabel", "-style", "Tenue.TLabel")
        for tecla in ("<Home>", *["<Right>"] * 100):
            self._pedir(programa, "event", "generate", cuadricula, tecla)
            if str(self._pedir(programa, rotulo, "cget", "-text")).startswith(f"{nombre}:"):
                break
        self._pedir(programa, "event", "generate", cuadricula, "<Return>")

    def mover(self, titulo: str, lugar: str) -> None:
        """Llevar una ventana a un lugar de la pantalla ("+x+y")."""
        programa, ventana = esperar(lambda: self.buscar(titulo), f"la ventana «{titulo}»")
        self._pedir(programa, "wm", "geometry", ventana, lugar)

    def muestra(self, titulo: str, texto: str) -> bool:
        """Si una ventana muestra ya ese texto en su conversación."""
        visto = "".join(letras for _, letras in self._dibujado(titulo))
        # Los renglones parten el texto por los espacios.
        return "".join(texto.split()) in "".join(visto.split())

    def muestra_sticker(self, titulo: str) -> bool:
        """Si una ventana muestra ya un sticker en su conversación."""
        return any("foto-" in etiquetas for etiquetas, _ in self._dibujado(titulo))

    def _dibujado(self, titulo: str):
        """Lo que hay en la conversación de una ventana, como pares (etiquetas, letras)."""
        hallada = self.buscar(titulo)
        if hallada is None:
            return
        programa, ventana = hallada
        lienzo = self._buscar_dentro(programa, ventana, "Canvas", "-takefocus", "1")
        for cosa in self._raiz.tk.splitlist(self._pedir(programa, lienzo, "find", "all")):
            es_texto = self._pedir(programa, lienzo, "type", cosa) == "text"
            letras = self._pedir(programa, lienzo, "itemcget", cosa, "-text") if es_texto else ""
            yield str(self._pedir(programa, lienzo, "gettags", cosa)), str(letras)

    def _buscar_dentro(self, programa: str, ventana: str, clase: str, opcion: str,
                       valor: str) -> str:
        for cosa in self._descendientes(programa, ventana):
            if self._pedir(programa, "winfo", "class", cosa) == clase:
                if str(self._pedir(programa, cosa, "cget", opcion)) == valor:
                    return cosa
        raise ErrorGuion(f"En la ventana no hay {clase} con {opcion} {valor}")


class Testigo:
    """Un oyente más del grupo: imprime lo que viaja."""

    def __init__(self, conexion: red.Red):
        self._conexion = conexion
        # Los textos que han pasado, y los tipos de lo que no lleva.
        self._vistos: "set[str]" = set()
        conexion.seguir("general")

    def escuchar(self, espera: float) -> None:
        """Imprimir lo que llegue en `espera` s, menos latidos y preguntas, que son constantes."""
        while lote := self._conexion.recibir(espera):
            for mensaje, direccion in lote:
                if direccion is not None and mensaje["tipo"] not in ("latido", "quien", "progreso"):
                    self._vistos.add(mensaje.get("content") or mensaje["tipo"])
                    print(" ", resumir(mensaje))

    def vio(self, texto: str) -> bool:
        """Si ese texto, o algo sin texto de ese tipo, ya pasó por la red."""
        return texto in self._vistos


def resumir(mensaje: dict) -> str:
    """El JSON del datagrama, primero las claves de la práctica, y cuántos bytes lo siguen."""
    agregables = (*campos.DE_TODOS, "cuerpo")
    de_la_practica = [clave for clave in mensaje if clave not in agregables]
    agregadas = [clave for clave in campos.DE_TODOS if clave in mensaje]
    cabecera = {clave: mensaje[clave] for clave in de_la_practica + agregadas}
    bytes_ = f"  + {len(mensaje['cuerpo'])} bytes" if "cuerpo" in mensaje else ""
    return json.dumps(cabecera, ensure_ascii=False, separators=(",", ":")) + bytes_


def esperar(condicion, que: str):
    """Mirar hasta que `condicion()` dé algo cierto y devolverlo; si no llega, ErrorGuion."""
    limite = time.monotonic() + PLAZO
    while not (valor := condicion()):
        if time.monotonic() > limite:
            raise ErrorGuion(f"No llegó a pasar: {que}")
    return valor


def representar(escena: Escena, testigo: Testigo, teclear, carpeta: pathlib.Path,
                fotografiar) -> None:
    """Decir el guion entero.

    `teclear(linea)` escribe en la terminal de Carla, `carpeta` es para su voz, y
    `fotografiar(nombre, alto=None)` guarda lo que se ve.
    """
    for titulo, texto in EN_LA_SALA:
        decir(escena, testigo, titulo, texto, LAS_SALAS)
    mandar_sticker(escena, testigo, *STICKER)
    mandar_voz(escena, testigo, teclear, carpeta / VOZ)
    escena.asentar()
    fotografiar("1-sala", ALTO_DE_LAS_SALAS)
    escena.abrir_privado("general — Ana", "Bryan")
    for titulo, texto in EN_PRIVADO:
        decir(escena, testigo, titulo, texto, LUGAR_DE_LOS_PRIVADOS)
    for titulo, lugar in LUGAR_DE_LOS_PRIVADOS.items():
        escena.mover(titulo, lugar)
    escena.asentar()
    fotografiar("2-privados")


def decir(escena: Escena, testigo: Testigo, titulo: str, texto: str, ventanas) -> None:
    """Escribir en una ventana y esperar a que se vea en todas las que deben mostrarlo."""
    aguardar(testigo, lambda: escena.buscar(titulo), f"la ventana «{titulo}»")
    print(f"\n{titulo.split(' — ')[1]} escribe en «{titulo}»:")
    escena.escribir(titulo, texto)
    aguardar(testigo, lambda: testigo.vio(texto), f"«{texto}» en la red")
    principio = texto.split("\n")[0]
    for ventana in ventanas:
        aguardar(testigo, lambda: escena.muestra(ventana, principio),
                 f"«{principio}» en «{ventana}»")


def mandar_sticker(escena: Escena, testigo: Testigo, titulo: str, nombre: str) -> None:
    """Elegir un sticker en una ventana y esperar a que se vea en las dos."""
    print(f"\n{titulo.split(' — ')[1]} elige un sticker:")
    escena.elegir_sticker(titulo, nombre)
    aguardar(testigo, lambda: testigo.vio(nombre), f"el sticker «{nombre}» en la red")
    for ventana in LAS_SALAS:
        aguardar(testigo, lambda: escena.muestra_sticker(ventana), f"el sticker en «{ventana}»")


def mandar_voz(escena: Escena, testigo: Testigo, teclear, ruta: pathlib.Path) -> None:
    """Enviar una voz desde la terminal de Carla y esperar a que se vea en las dos ventanas."""
    ruta.write_bytes(componer())
    print(f"\nCarla, en una terminal, escribe: /audio {ruta.name}")
    teclear(f"/audio {ruta}")
    aguardar(testigo, lambda: testigo.vio("audio"), "la voz de Carla en la red")
    segundos = f"0:{sum(segundos for _, segundos in MELODIA):02.0f}"
    for ventana in LAS_SALAS:
        aguardar(testigo, lambda: escena.muestra(ventana, segundos), f"la voz en «{ventana}»")


def componer() -> bytes:
    """La voz de Carla: unas notas, en WAV. En un equipo sin pantalla no suele haber micrófono."""
    muestras = b""
    for hercios, segundos in MELODIA:
        total = round(segundos * wav.TASA)
        alturas = (12_000 * (1 - i / total) * math.sin(2 * math.pi * hercios * i / wav.TASA)
                   for i in range(total))
        muestras += b"".join(struct.pack("<h", round(altura)) for altura in alturas)
    return wav.empaquetar(muestras)


def aguardar(testigo: Testigo, condicion, que: str):
    """Esperar a que pase algo, imprimiendo mientras lo que viaja."""
    return esperar(lambda: testigo.escuchar(ENTRE_MIRADAS) or condicion(), que)

"""La demostración sin pantalla: una conversación escrita de antemano, en ventanas de verdad.

Las ventanas de Ana y Bryan están en una pantalla virtual, cada una con su socket y sus hilos,
como las de cliente_gui.py; aquí se escribe en sus campos y se pulsan sus botones. Carla no tiene
ventana: es un cliente.py en una terminal. Mientras tanto un testigo escucha el grupo e imprime lo
que pasa por la red.
"""

import argparse
import json
import math
import pathlib
import struct
import time
import tkinter as tk

import campos
import red
from adjuntos import wav
from seguridad import claves
from ventanas import aplicacion
from ventanas.aspecto import foco
from ventanas.globos.mensaje import AdjuntoSticker, AdjuntoVoz
from ventanas.ventana_charla import VentanaCharla

CONSTANTES = ("latido", "quien", "acuse", "progreso")  # no se imprimen: taparían lo demás
PLAZO = 20.0  # s que se espera a que pase lo que tiene que pasar
ENTRE_MIRADAS = 0.02  # s entre dos miradas a las ventanas; mientras, se escucha la red

SALA, PRIVADO = "#", "@"  # cómo empieza la clave de una charla
FONDO = "#4A6178"  # color del escritorio
ALTO_DE_LAS_SALAS = 740  # píxeles desde arriba
LUGAR_DE_LOS_PRIVADOS = {"Ana": "+220+720", "Bryan": "+1080+720"}  # bajo cada sala

# Quién lo dice, y qué.
EN_LA_SALA = (
    ("Ana", "¡Hola! ¿Ya viste lo de la multidifusión?"),
    ("Bryan", "Sí: un solo sendto y le llega a toda la sala."),
    ("Ana", "¿Entonces un privado también va al grupo?"),
    ("Bryan", "También, pero cifrado:\nlo oyen todos y sólo lo puede leer uno. 😅"),
)
STICKER = "idea"
VOZ = "voz.wav"
# Hz y s: la «voz» de Carla.
MELODIA = ((523, 0.3), (659, 0.3), (784, 0.3), (1047, 0.6), (784, 0.3), (1047, 1.2))
EN_PRIVADO = (
    ("Ana", "Esto sólo lo puede leer tu programa."),
    ("Bryan", "Y el testigo, que lo ve pasar, no sabe ni si es un texto."),
)


class ErrorGuion(Exception):
    """Algo del guion no llegó a pasar; el texto dice qué."""


class Persona:
    """Alguien con sus ventanas: la de la sala y la del privado con la otra persona."""

    def __init__(self, user: str, pedida: dict, posicion: "tuple[int, ...]"):
        """`pedida`: lo que pide red.Red; `posicion`: como la de cliente_gui.py."""
        self.user = user
        raiz = tk.Tk(className=foco.CLASE)
        conexion = red.Red(**pedida, sesion=claves.abrir_sesion())
        conexion.iniciar()
        self.aplicacion = aplicacion.Aplicacion(raiz, conexion, argparse.Namespace(
            tema=None, sin_historial=True, posicion=posicion))
        self.aplicacion.empezar(user, ["general"])

    def ventana(self, de: str) -> "VentanaCharla | None":
        """La de la SALA o la del PRIVADO, si está a la vista."""
        return next((una for clave, una in self.aplicacion.charlas.items()
                     if clave[0] == de and una.esta_a_la_vista()), None)

    def muestra(self, de: str, condicion) -> bool:
        """Si en una ventana se ve un mensaje que la cumpla."""
        una = self.ventana(de)
        return una is not None and any(map(condicion, una.conversacion.visibles()))


class Escena:
    """Ana y Bryan, con sus ventanas, y un testigo de lo que viaja."""

    def __init__(self, testigo: "Testigo", pedida: dict, posiciones: dict):
        self._testigo = testigo
        self.personas = {user: Persona(user, pedida, posicion)
                         for user, posicion in posiciones.items()}

    def cerrar(self) -> None:
        """Quitar las ventanas y dejar la sala."""
        for persona in self.personas.values():
            persona.aplicacion.despedirse()

    def aguardar(self, condicion, que: str):
        """Atender las ventanas e imprimir lo que viaja hasta que `condicion()` dé algo cierto.

        Lo devuelve; si no llega, lanza ErrorGuion.
        """
        limite = time.monotonic() + PLAZO
        while not (valor := condicion()):
            if time.monotonic() > limite:
                raise ErrorGuion(f"No llegó a pasar: {que}")
            self._testigo.escuchar(ENTRE_MIRADAS)
            self.asentar()
        return valor

    def asentar(self) -> None:
        """Atender todas las ventanas, hasta que estén dibujadas."""
        for persona in self.personas.values():
            persona.aplicacion.raiz.update()

    def decir(self, donde: str, quien: str, texto: str) -> None:
        """Escribir en una ventana, de la SALA o de un PRIVADO, y ver que llega."""
        ventana = self.aguardar(lambda: self.personas[quien].ventana(donde),
                                f"la ventana de {quien}")
        print(f"\n{quien} escribe en «{ventana.nombre} — {quien}»:")
        ventana.redactor.poner(texto)
        ventana.redactor.boton.invoke()
        cifrado = donde == PRIVADO and ventana.aplicacion.conexion.sesion
        self.ver(donde, "cifrado" if cifrado else texto, texto,
                 lambda mensaje: mensaje.content == texto)

    def ver(self, donde: str, en_la_red: str, que: str, condicion) -> None:
        """Esperar a que algo pase por la red y se vea en las ventanas de los dos."""
        self.aguardar(lambda: self._testigo.vio(en_la_red), f"«{que}» en la red")
        for persona in self.personas.values():
            self.aguardar(lambda: persona.muestra(donde, condicion),
                          f"«{que}» en la ventana de {persona.user}")


def pintar_escritorio() -> tk.Tk:
    """Un fondo para toda la pantalla."""
    raiz = tk.Tk()
    raiz.configure(background=FONDO)
    raiz.overrideredirect(True)
    raiz.geometry(f"{raiz.winfo_screenwidth()}x{raiz.winfo_screenheight()}+0+0")
    raiz.lower()
    raiz.update()
    return raiz


class Testigo:
    """Un oyente más del grupo: imprime lo que viaja."""

    def __init__(self, conexion: red.Red):
        self._conexion = conexion
        # Los textos que han pasado, y los tipos de lo que no lleva.
        self._vistos: "set[str]" = set()
        conexion.seguir("general")

    def escuchar(self, espera: float) -> None:
        """Imprimir lo que llegue en `espera` s, menos lo constante."""
        while lote := self._conexion.recibir(espera):
            for mensaje, direccion in lote:
                if direccion is not None and mensaje["tipo"] not in CONSTANTES:
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


def representar(escena: Escena, teclear, carpeta: pathlib.Path, fotografiar) -> None:
    """Decir el guion entero.

    `teclear(linea)` escribe en la terminal de Carla, `carpeta` es para su voz, y
    `fotografiar(nombre, alto=None)` guarda lo que se ve.
    """
    ana = escena.personas["Ana"]
    for quien, texto in EN_LA_SALA:
        escena.decir(SALA, quien, texto)
    print("\nAna elige un sticker:")
    ana.ventana(SALA).charla.decir(STICKER, "sticker")
    escena.ver(SALA, STICKER, STICKER, lambda mensaje: isinstance(
        mensaje.adjunto, AdjuntoSticker) and mensaje.adjunto.imagen)
    (carpeta / VOZ).write_bytes(componer())
    print(f"\nCarla, en una terminal, escribe: /audio {VOZ}")
    teclear(f"/audio {carpeta / VOZ}")
    escena.ver(SALA, "audio", "la voz de Carla", lambda mensaje: isinstance(
        mensaje.adjunto, AdjuntoVoz) and mensaje.adjunto.onda)
    escena.asentar()
    fotografiar("1-sala", ALTO_DE_LAS_SALAS)
    ana.aplicacion.abrir_privado("Bryan")
    for quien, texto in EN_PRIVADO:
        escena.decir(PRIVADO, quien, texto)
    for quien, lugar in LUGAR_DE_LOS_PRIVADOS.items():
        escena.personas[quien].ventana(PRIVADO).ventana.geometry(lugar)
    escena.asentar()
    fotografiar("2-privados")


def componer() -> bytes:
    """La voz de Carla: unas notas, en WAV. En un equipo sin pantalla no suele haber micrófono."""
    muestras = b""
    for hercios, segundos in MELODIA:
        total = round(segundos * wav.TASA)
        alturas = (12_000 * (1 - i / total) * math.sin(2 * math.pi * hercios * i / wav.TASA)
                   for i in range(total))
        muestras += b"".join(struct.pack("<h", round(altura)) for altura in alturas)
    return wav.empaquetar(muestras)

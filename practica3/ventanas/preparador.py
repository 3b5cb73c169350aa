"""Preparar stickers y voces para mostrarlos, sin detener la ventana.

Abrir una imagen ajena, comprobar un WAV o medir su onda puede tomar décimas de segundo.
Eso lo hace un ayudante aparte, que sólo recibe bytes y devuelve bytes:

    ventana ── bytes, ruta ──▶ ayudante: revisar, encoger, guardar ── fichas ──▶ cola ──▶ ventana

El ayudante nace con el primer adjunto. Nunca toca una ventana ni el socket.
"""

import collections
import concurrent.futures
import hashlib
import pathlib
import queue
import tempfile
import time
import tkinter as tk

from equipo import datos
from adjuntos import imagenes
from adjuntos import stickers
from adjuntos import wav
from ventanas.globos import mensajes

LADO = 168  # píxeles a 96 ppp con que se muestra un sticker en la conversación
MAX_ARCHIVO = 32 * 2**20  # bytes que se leen de un archivo guardado
MAX_PIXELES = 1_500_000  # de todos los cuadros de un sticker animado: si no caben, se saltan algunos
MAX_RECORDADOS = 12_000_000  # píxeles, de 4 bytes, de todos los stickers preparados: unas ocho animaciones
RONDA = 0.006  # s por mirada para convertir cuadros en imágenes de Tk


class Adjuntos:
    """Encarga al ayudante y, con `atender`, recoge lo que terminó."""

    def __init__(self, raiz: tk.Tk, escala: float):
        self._raiz, self._escala = raiz, escala
        self.conservar = True  # False: lo recibido se borra al cerrar
        self._temporal: "tempfile.TemporaryDirectory | None" = None
        self._ayudante: "concurrent.futures.ThreadPoolExecutor | None" = None
        self._hechos: "queue.SimpleQueue" = queue.SimpleQueue()
        self._por_convertir: "collections.deque" = collections.deque()
        self._fotos: "collections.OrderedDict[tuple, dict]" = collections.OrderedDict()

    def pedir_sticker(self, origen: "str | bytes | pathlib.Path", al_estar, lado: int = LADO, animado: bool = True) -> None:
        """Preparar un sticker del paquete (str), recibido (bytes) o guardado (ruta); `al_estar(ficha)` después."""
        clave = (hashlib.sha256(origen).digest() if isinstance(origen, bytes) else origen, lado)
        if clave in self._fotos:
            self._fotos.move_to_end(clave)
            al_estar(self._fotos[clave])
        else:
            self._encargar(_preparar_sticker, al_estar, clave, origen, round(lado * self._escala), animado)

    def pedir_voz(self, origen: "bytes | pathlib.Path", al_estar) -> None:
        """Comprobar una voz recibida o guardada; `al_estar(ficha)` con su duración, su onda y su ruta."""
        self._encargar(_preparar_voz, al_estar, None, origen, self._carpeta())

    def guardar(self, contenido: bytes, extension: str, al_estar) -> None:
        """Conservar unos bytes ya comprobados; `al_estar(ficha)` con su ruta."""
        self._encargar(_guardar, al_estar, None, contenido, extension, self._carpeta())

    def agregar_propio(self, ruta: str, al_estar) -> None:
        """Poner una imagen del usuario entre sus stickers; `al_estar(ficha)` con lo que «falta», si no se pudo."""
        self._encargar(_agregar_propio, al_estar, None, ruta)

    def _carpeta(self) -> "pathlib.Path | None":
        if self.conservar:
            return None
        self._temporal = self._temporal or tempfile.TemporaryDirectory(prefix="chat-")
        return pathlib.Path(self._temporal.name)

    def _encargar(self, tarea, al_estar, clave, *datos_) -> None:
        if self._ayudante is None:
            self._ayudante = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="adjuntos")
        futuro = self._ayudante.submit(tarea, *datos_)
        futuro.add_done_callback(lambda hecho: self._hechos.put((hecho, al_estar, clave)))

    def atender(self) -> bool:
        """Entregar lo terminado, un poco cada vez. Devuelve si queda algo."""
        limite = time.perf_counter() + RONDA
        while not self._hechos.empty():
            futuro, al_estar, clave = self._hechos.get()
            ficha = futuro.result()
            if "cuadros" in ficha:
                self._por_convertir.append((ficha, al_estar, clave))
            else:
                al_estar(ficha)
        while self._por_convertir and time.perf_counter() < limite:
            ficha, al_estar, clave = self._por_convertir[0]
            ficha["fotos"].append(tk.PhotoImage(master=self._raiz, data=ficha["cuadros"].pop(0)))
            if not ficha["cuadros"]:
                self._por_convertir.popleft()
                self._fotos[clave] = ficha
                self._hacer_lugar(ficha)
                al_estar(ficha)
        return bool(self._por_convertir)

    def _hacer_lugar(self, nueva: dict) -> None:
        """Soltar los stickers que hace más que no se piden; quien los muestre los pedirá de nuevo.

        Lo que está a la vista no se suelta: se pediría otra vez en seguida, sin fin. Si aun así no cabe, el nuevo se
        queda quieto mientras esté a la vista.
        """
        sobran = sum(una["pixeles"] for una in self._fotos.values()) - MAX_RECORDADOS
        for clave, una in list(self._fotos.items()):
            if una is not nueva and (sobran > 0 or "quieta" in una) and not self._esta_a_la_vista(una):
                sobran -= una["pixeles"]
                del self._fotos[clave]
                una["fotos"].clear()
        if sobran > 0 and len(nueva["fotos"]) > 1:
            nueva.update(quieta=True, pixeles=nueva["pixeles"] // len(nueva["fotos"]))
            del nueva["fotos"][1:], nueva["lapsos"][1:]

    def _esta_a_la_vista(self, ficha: dict) -> bool:
        return any(self._raiz.tk.getboolean(self._raiz.tk.call("image", "inuse", foto)) for foto in ficha["fotos"])

    def parar(self) -> None:
        """Despedir al ayudante y borrar lo que no se conserva."""
        if self._ayudante is not None:
            self._ayudante.shutdown(wait=True, cancel_futures=True)
        if self._temporal is not None:
            self._temporal.cleanup()


# -------------------------------------------------------------------- lo que hace el ayudante


def _preparar_sticker(origen: "str | bytes | pathlib.Path", lado: int, animado: bool) -> dict:
    try:
        sticker = stickers.abrir(datos.leer(origen, MAX_ARCHIVO) if isinstance(origen, pathlib.Path) else origen)
    except (stickers.ErrorSticker, OSError) as error:
        return {"falta": str(error)}
    primero = sticker.cuadros[0]
    razon = lado / max(primero.size)
    medida = (max(1, round(primero.width * razon)), max(1, round(primero.height * razon)))
    paso = -(-len(sticker.cuadros) * medida[0] * medida[1] // MAX_PIXELES) if animado else len(sticker.cuadros)
    try:
        cuadros = [imagenes.codificar_medida(cuadro, medida) for cuadro in sticker.cuadros[::paso]]
    except imagenes.ErrorImagen as error:
        return {"falta": str(error)}
    lapsos = [sum(sticker.duraciones[i : i + paso]) for i in range(0, len(sticker.duraciones), paso)]
    return {"cuadros": cuadros, "fotos": [], "lapsos": lapsos, "medida": medida, "formato": sticker.formato,
            "pixeles": len(cuadros) * medida[0] * medida[1]}


def _agregar_propio(ruta: str) -> dict:
    try:
        stickers.agregar(ruta)
    except stickers.ErrorSticker as error:
        return {"falta": str(error)}
    return {}


def _preparar_voz(origen: "bytes | pathlib.Path", carpeta: "pathlib.Path | None") -> dict:
    try:
        contenido = datos.leer(origen, MAX_ARCHIVO) if isinstance(origen, pathlib.Path) else origen
        ficha = {"duracion": wav.revisar(contenido).duracion, "onda": wav.onda(contenido, mensajes.BARRAS)}
    except (wav.ErrorAudio, OSError) as error:
        return {"falla": str(error)}
    return {**ficha, "ruta": origen} if isinstance(origen, pathlib.Path) else {**ficha, **_guardar(contenido, "wav", carpeta)}


def _guardar(contenido: bytes, extension: str, carpeta: "pathlib.Path | None") -> dict:
    try:
        return {"ruta": datos.guardar_recibido(contenido, extension, carpeta)[0]}
    except OSError:
        return {"contenido": contenido}  # sin disco: mientras viva el programa

"""Preparar stickers, voces, imágenes y archivos, sin detener la ventana.

Abrir una imagen ajena, comprobar un WAV o medir su onda puede tomar décimas de segundo.
Eso lo hace un ayudante aparte, que nunca toca una ventana ni el socket:

    ventana ── bytes, ruta ──▶ ayudante: revisar, encoger, guardar ──▶ cola ──▶ ventana

Lo que se pide llega después a `al_estar(resultado, falla)`: el resultado, o por qué no lo hay.
Lo que espera al ayudante, y lo que sin disco se queda en memoria, tiene un tope. En todo lo que se
pide, `de` es quién envía los bytes, si no son de este equipo.
"""

import collections
import hashlib
import pathlib
import tempfile
import time
import tkinter as tk

import campos
from adjuntos import archivos
from adjuntos import ayudante
from adjuntos import contenido
from adjuntos import imagenes
from adjuntos import stickers
from adjuntos import wav
from equipo import datos
from equipo import errores
from ventanas.aspecto.dibujos import FotosRecordadas
from ventanas.globos.mensaje import AdjuntoVoz, ImagenDeTk

LADO_STICKER = 168  # píxeles a 96 ppp con que se muestra un sticker en la conversación
BARRAS_DE_ONDA = 42  # de la onda de una voz
MAX_LEIDO = 32 * 2**20  # bytes que se leen de un archivo guardado
# Píxeles de todos los cuadros de un sticker animado: si no caben, se saltan algunos.
MAX_PIXELES = 1_500_000
# De todos los stickers preparados, a 4 bytes por píxel: unas ocho animaciones.
MAX_RECORDADOS = 12_000_000
MAX_EN_MEMORIA = 32 * 2**20  # bytes de adjuntos que no se pudieron guardar en el disco
SIN_CONVERTIR = 4  # imágenes preparadas que esperan a ser de Tk: cada una son varios megas
TIEMPO_DE_CONVERTIR = 0.006  # s por mirada para hacer de los cuadros imágenes de Tk
RADIO = 10  # píxeles a 96 ppp, de las esquinas de una imagen
FALLAS = (*contenido.ERRORES, campos.ErrorProtocolo, OSError)


class Preparador:
    """Encarga al ayudante y, con `atender`, recoge lo que terminó."""

    def __init__(self, raiz: tk.Tk, escala: float):
        self._raiz, self._escala = raiz, escala
        self.conservar = True  # False: lo recibido se borra al cerrar
        self._temporal: "tempfile.TemporaryDirectory | None" = None
        self._ayudante = ayudante.Ayudante("adjuntos")
        self._en_memoria: "collections.deque" = collections.deque()  # adjuntos, del más viejo
        self._por_convertir: "collections.deque" = collections.deque()
        self._imagenes = FotosRecordadas(raiz, MAX_RECORDADOS, lambda una: una.fotos,
                                         lambda una: una.pixeles)

    def pedir_sticker(self, origen: "str | bytes | pathlib.Path", al_estar,
                      lado: int = LADO_STICKER, animado: bool = True, de: str = "") -> None:
        """Preparar un sticker del paquete (str), recibido (bytes) o guardado: una ImagenDeTk."""
        clave = (hashlib.sha256(origen).digest() if isinstance(origen, bytes) else origen, lado)
        self._pedir(clave, al_estar, _preparar_sticker, origen, round(lado * self._escala), animado,
                    de=de)

    def pedir_imagen(self, origen: "bytes | pathlib.Path", al_estar, lado: int,
                     animado: bool = True, propia: bool = False, de: str = "") -> None:
        """Preparar una imagen recibida o guardada, o `propia`, que se va a enviar."""
        contenido_ = hashlib.sha256(origen).digest() if isinstance(origen, bytes) else origen
        limites = imagenes.PROPIA if propia else imagenes.RECIBIDA
        self._pedir(("imagen", contenido_, lado, animado), al_estar, _preparar_imagen, origen,
                    limites, lado, self._escala, animado, de=de)

    def _pedir(self, clave: tuple, al_estar, tarea, *datos_, de: str = "") -> None:
        if (imagen := self._imagenes.pedir(clave)) is not None:
            al_estar(imagen, "")
            return

        def convertir(imagen, falla):
            if falla:
                al_estar(None, falla)
            else:
                self._por_convertir.append((clave, imagen, al_estar))

        self.encargar(convertir, tarea, *datos_, de=de)

    def abrir_imagen(self, origen: "bytes | pathlib.Path", al_estar) -> None:
        """Abrir una imagen para verla en grande: una imagenes.Imagen."""
        self.encargar(al_estar, _abrir_imagen, origen)

    def escribir_png(self, cuadro, al_estar) -> None:
        """Pasar un cuadro a PNG, para copiarlo: sus bytes, y un archivo con ellos."""
        self.encargar(al_estar, _escribir_png, cuadro, self._carpeta_temporal())

    def leer_png(self, origen: "bytes | pathlib.Path", al_estar) -> None:
        """Lo mismo, de una imagen recibida o guardada."""
        self.encargar(al_estar, _leer_png, origen, self._carpeta_temporal())

    def guardar_archivo(self, contenido_: bytes, nombre: str, autor: str, al_estar) -> None:
        """Conservar un archivo que alguien envió: su ruta."""
        self.encargar(al_estar, _guardar_archivo, contenido_, nombre, autor, self._carpeta(),
                      de=autor)

    def pedir_voz(self, origen: "bytes | pathlib.Path", al_estar, de: str = "") -> None:
        """Comprobar una voz recibida o guardada: un AdjuntoVoz."""
        self.encargar(al_estar, _preparar_voz, origen, self._carpeta(), de, de=de)

    def abrir_voz(self, origen: "bytes | pathlib.Path", veces: float, al_estar) -> None:
        """Decodificar una voz que se va a oír, tantas veces más deprisa: una wav.Voz."""
        self.encargar(al_estar, _abrir_voz, origen, veces)

    def guardar(self, contenido: bytes, extension: str, al_estar, de: str = "") -> None:
        """Conservar unos bytes ya comprobados: su ruta."""
        self.encargar(al_estar, _guardar, contenido, extension, self._carpeta(), de, de=de)

    def retener(self, adjunto) -> None:
        """Contar los bytes de un adjunto que no tiene archivo; los más viejos se sueltan."""
        self._en_memoria.append(adjunto)
        ocupado = sum(len(uno.cuerpo or b"") for uno in self._en_memoria)
        while ocupado > MAX_EN_MEMORIA:
            viejo = self._en_memoria.popleft()
            ocupado -= len(viejo.cuerpo or b"")
            viejo.cuerpo = None

    def agregar_propio(self, ruta: str, al_estar) -> None:
        """Poner una imagen del usuario entre sus stickers."""
        self.encargar(al_estar, stickers.agregar, ruta)

    def _carpeta(self) -> "pathlib.Path | None":
        if self.conservar:
            return None
        return self._carpeta_temporal()

    def _carpeta_temporal(self) -> pathlib.Path:
        self._temporal = self._temporal or tempfile.TemporaryDirectory(prefix="chat-")
        return pathlib.Path(self._temporal.name)

    def encargar(self, al_estar, tarea, *datos_, de: str = "") -> None:
        """Que el ayudante haga `tarea(*datos_)`."""
        peso = sum(len(uno) for uno in datos_ if isinstance(uno, bytes))
        if not self._ayudante.encargar(al_estar, tarea, *datos_, de=de, peso=peso):
            al_estar(None, ayudante.DESCARTADO)

    def atender(self) -> bool:
        """Entregar lo terminado, un poco cada vez. Devuelve si queda algo."""
        limite = time.perf_counter() + TIEMPO_DE_CONVERTIR
        while len(self._por_convertir) < SIN_CONVERTIR and time.perf_counter() < limite:
            hecha = self._ayudante.recoger()
            if hecha is None:
                break
            al_estar, hecho, error = hecha
            if error is not None and not isinstance(error, FALLAS):
                raise error
            al_estar(hecho, str(error or ""))
        while self._por_convertir and time.perf_counter() < limite:
            clave, imagen, al_estar = self._por_convertir[0]
            cuadro = imagen.por_convertir.pop(0)
            imagen.fotos.append(tk.PhotoImage(master=self._raiz, data=cuadro))
            if not imagen.por_convertir:
                self._por_convertir.popleft()
                self._recordar(clave, imagen)
                al_estar(imagen, "")
        return bool(self._por_convertir or self._ayudante.pendientes())

    def _recordar(self, clave, imagen: ImagenDeTk) -> None:
        """Guardar la imagen, y soltar las que no quepan; quien las muestre las pedirá de nuevo.

        Lo que está a la vista no se suelta: se pediría otra vez en seguida, sin fin. Si aun así
        no cabe, la nueva se queda quieta mientras esté a la vista.
        """
        soltadas = self._imagenes.soltar_si(lambda una: una.quieta)
        sobran, mas = self._imagenes.recordar(clave, imagen)
        for una in soltadas + mas:
            una.fotos.clear()
        if sobran > 0 and len(imagen.fotos) > 1:
            imagen.quieta = True
            del imagen.fotos[1:], imagen.lapsos[1:]

    def parar(self) -> None:
        """Despedir al ayudante y borrar lo que no se conserva."""
        self._ayudante.parar()
        if self._temporal is not None:
            self._temporal.cleanup()


# -------------------------------------------------------------------- lo que hace el ayudante


def _preparar_sticker(origen: "str | bytes | pathlib.Path", lado: int, animado: bool) -> ImagenDeTk:
    if isinstance(origen, pathlib.Path):
        origen = datos.leer(origen, MAX_LEIDO)
    sticker = stickers.abrir(origen)
    return _medir_y_codificar(sticker, lado / max(sticker.cuadros[0].size), animado)


def _abrir_imagen(origen: "bytes | pathlib.Path",
                  limites: imagenes.Limites = imagenes.RECIBIDA,
                  lado: int = imagenes.LADO_FOTO) -> imagenes.Imagen:
    contenido_ = origen if isinstance(origen, bytes) else imagenes.leer(origen, limites)
    return imagenes.abrir(contenido_, limites, lado)


def _preparar_imagen(origen: "bytes | pathlib.Path", limites: imagenes.Limites, lado: int,
                     escala: float, animado: bool) -> ImagenDeTk:
    imagen = _abrir_imagen(origen, limites, round(lado * escala))
    razon = min(escala, lado * escala / max(imagen.cuadros[0].size))  # una chica no se agranda
    return _medir_y_codificar(imagen, razon, animado, round(RADIO * escala))


def _medir_y_codificar(imagen: imagenes.Imagen, razon: float, animado: bool,
                       radio: int = 0) -> ImagenDeTk:
    """Sus cuadros, tantas veces mayores, en PNG; los que quepan en MAX_PIXELES, o el primero."""
    primero, cuantos = imagen.cuadros[0], len(imagen.cuadros)
    medida = (max(1, round(primero.width * razon)), max(1, round(primero.height * razon)))
    paso = -(-cuantos * medida[0] * medida[1] // MAX_PIXELES) if animado else cuantos
    radio = min(radio, min(medida) // 3)
    cuadros = [imagenes.codificar_medida(cuadro, medida, radio)
               for cuadro in imagen.cuadros[::paso]]
    lapsos = [sum(imagen.duraciones[i : i + paso]) for i in range(0, cuantos, paso)]
    return ImagenDeTk(medida, imagen.formato, lapsos, por_convertir=cuadros)


def _leer_png(origen: "bytes | pathlib.Path", carpeta: pathlib.Path) -> "tuple[bytes, str]":
    return _escribir_png(_abrir_imagen(origen).cuadros[0], carpeta)


def _escribir_png(cuadro, carpeta: pathlib.Path) -> "tuple[bytes, str]":
    png = imagenes.codificar_medida(cuadro, cuadro.size)
    ruta = carpeta / "copiada.png"
    datos.escribir(ruta, png)
    return png, str(ruta)


def _guardar_archivo(contenido_: bytes, nombre: str, autor: str,
                     carpeta: "pathlib.Path | None") -> pathlib.Path:
    try:
        return archivos.guardar(contenido_, nombre, autor, carpeta)[0]
    except OSError as error:
        motivo = errores.explicar(error)
        raise OSError(f"No se pudo guardar «{nombre}»: {motivo}.") from None


def _preparar_voz(origen: "bytes | pathlib.Path", carpeta: "pathlib.Path | None",
                  de: str) -> AdjuntoVoz:
    guardada = isinstance(origen, pathlib.Path)
    contenido = datos.leer(origen, MAX_LEIDO) if guardada else origen
    oida = wav.revisar(contenido)
    voz = AdjuntoVoz(oida.duracion, wav.onda(oida, BARRAS_DE_ONDA))
    voz.ruta = origen if guardada else _guardar(contenido, oida.formato, carpeta, de)
    if voz.ruta is None:
        voz.cuerpo = contenido  # sin disco: mientras viva el programa
    return voz


def _abrir_voz(origen: "bytes | pathlib.Path", veces: float) -> wav.Voz:
    guardada = isinstance(origen, pathlib.Path)
    voz = wav.revisar(datos.leer(origen, MAX_LEIDO) if guardada else origen).acelerar(veces)
    voz.muestras  # se decodifican aquí, y quedan en ella
    return voz


def _guardar(contenido: bytes, extension: str, carpeta: "pathlib.Path | None",
             de: str) -> "pathlib.Path | None":
    """La ruta donde quedó; None si no hay disco."""
    try:
        return datos.guardar_recibido(contenido, extension, carpeta, archivos.carpeta_de(de))[0]
    except OSError:
        return None

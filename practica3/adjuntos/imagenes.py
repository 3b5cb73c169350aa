"""Imágenes: comprobar las ajenas, abrirlas, encogerlas y volverlas a codificar, con Pillow.

    bytes ─▶ abrir ─▶ Imagen: cuadros RGBA, encogidos ─▶ codificar_quieta    PNG con paleta
             │                                         ├▶ codificar_animada   WebP
             │                                         └▶ codificar_foto      WebP o JPEG
             └─ de los cuatro formatos que se usan, y dentro de unos Limites

Una imagen ajena puede ser enorme, mentir o estar rota: se limita en bytes, en píxeles y en partes
(estructura.py) antes de abrirla. Cualquier cosa que lance Pillow, al leer o al escribir, es un
ErrorImagen. De una imagen rota vale lo que se usa: de una foto, la primera; de una animación, los
cuadros que estén bien.

Sin Pillow este módulo también se importa: `por_que_no` lo dice, y abrir lanza ErrorImagen.
"""

import contextlib
import dataclasses
import io
import pathlib

from adjuntos import estructura
from equipo import datos

try:
    from PIL import Image
    from PIL import ImageChops
    from PIL import ImageDraw
    from PIL import ImageOps
    from PIL import features
except ImportError:
    Image = None

FORMATOS = {"PNG": "png", "JPEG": "jpeg", "GIF": "gif", "WEBP": "webp"}  # Pillow: el protocolo
MAX_CUADROS = 120
# Partes de un archivo; las que llevan datos llevan cientos o miles de bytes.
MAX_PARTES, BYTES_POR_PARTE = 4_000, 100
DURACIONES = (20, 10_000)  # ms que puede durar un cuadro
DURACION = 100  # ms, si no lo dice
COLORES = 256  # de una imagen quieta que se codifica: PNG con paleta, unos 40 KB
CALIDAD = 75  # de 100, de un WebP
# Lado y cuadros de una animación: los primeros con que quepa.
INTENTOS = ((256, 60), (192, 40), (128, 20), (96, 10))
LADO_FOTO, LADO_ANIMADA = 2_560, 640  # píxeles de una imagen que se envía
INTENTOS_FOTO = ((640, 120), (480, 80), (320, 60), (256, 30))
MAX_FOTO = 2 * 2**20  # bytes de una imagen que se envía
MAX_SIN_PERDIDA = 2**20  # bytes de una captura que se envía tal cual; si pesa más, con pérdida
CALIDADES = (85, 70, 50)  # con pérdida: la primera con que quepa


class ErrorImagen(Exception):
    """Una imagen que no se puede usar; el texto lo explica en una frase."""


@dataclasses.dataclass(frozen=True)
class Limites:
    """Lo que puede medir una imagen para que se abra."""

    bytes: int
    pixeles: int  # de todos sus cuadros
    lado: int  # píxeles de cada medida
    trabajo: int  # píxeles, contados una vez por pasada


AJENA = Limites(2 * 2**20, 4 * 10**6, 2_048, 80 * 10**6)
# La que alguien envía para verla en grande.
RECIBIDA = Limites(4 * 2**20, 16 * 10**6, 4_096, 200 * 10**6)
# La que elige el usuario: cabe la foto de un teléfono.
PROPIA = Limites(64 * 2**20, 80 * 10**6, 20_000, 2 * 10**9)


@dataclasses.dataclass(frozen=True)
class Imagen:
    """Una imagen lista para mostrar: sus cuadros en RGBA, uno si no se mueve, y lo que duran."""

    cuadros: "list[Image.Image]"
    duraciones: "list[int]"  # ms
    formato: str  # el verdadero: "png", "jpeg", "gif", "webp"


def por_que_no() -> str:
    """Por qué no se pueden mostrar imágenes; "" si se puede."""
    return "" if Image else "Falta Pillow, la biblioteca de imágenes: pip install Pillow."


# -------------------------------------------------------------------- leer


def leer(ruta: "str | pathlib.Path", limites: Limites) -> bytes:
    """Los bytes de un archivo, si no son demasiados. Lanza ErrorImagen."""
    try:
        return datos.leer(ruta, limites.bytes)
    except OSError as error:
        raise ErrorImagen(str(error)) from None


def abrir(contenido: bytes, limites: Limites, lado: int) -> Imagen:
    """Abrir una imagen, encogida a `lado` píxeles. Lanza ErrorImagen."""
    if Image is None:
        raise ErrorImagen(por_que_no())
    if len(contenido) > limites.bytes:
        pesa, maximo = len(contenido) / 2**20, limites.bytes >> 20
        raise ErrorImagen(f"La imagen pesa {pesa:.1f} MB; el máximo son {maximo}.")
    partes, pasadas = estructura.contar(contenido)
    if partes > MAX_PARTES + len(contenido) // BYTES_POR_PARTE:
        raise ErrorImagen(f"La imagen está hecha de {partes} partes, demasiadas.")
    with _explicar_a_pillow("La imagen está dañada"):
        # El freno de Pillow, que actúa al doble, ya en medio de un GIF que crece. Es uno para
        # todo el programa: en las ventanas sólo abre imágenes el ayudante de adjuntos.py.
        Image.MAX_IMAGE_PIXELS = min(limites.pixeles, limites.lado**2)
        with Image.open(io.BytesIO(contenido), formats=list(FORMATOS)) as imagen:
            return _Lectura(imagen, limites, lado, pasadas).leer()


def revisar(contenido: bytes) -> str:
    """Comprobar una imagen que alguien envía; su formato verdadero. Lanza ErrorImagen."""
    return abrir(contenido, RECIBIDA, LADO_ANIMADA).formato


@contextlib.contextmanager
def _explicar_a_pillow(que: str):
    """Lo que lance Pillow, que ante bytes rotos es cualquier cosa, es un ErrorImagen."""
    try:
        yield
    except ErrorImagen:
        raise
    except Image.UnidentifiedImageError:
        raise ErrorImagen("No es una imagen PNG, JPEG, GIF o WebP.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ErrorImagen("La imagen tiene demasiados píxeles.") from None
    except Exception as error:  # SyntaxError, struct.error, KeyError, SystemError…
        raise ErrorImagen(f"{que} ({type(error).__name__}).") from None


class _Lectura:
    """Los cuadros de una imagen abierta, hasta MAX_CUADROS o tantos píxeles: después se corta."""

    def __init__(self, imagen: "Image.Image", limites: Limites, lado: int, pasadas: int):
        self._imagen, self._limites, self._lado = imagen, limites, lado
        self._pasadas = pasadas
        self._cuadros, self._duraciones, self._gastado = [], [], 0

    def leer(self) -> Imagen:
        """Todos los que se usan, de uno en uno, y con ellos la imagen."""
        # Pillow llama MPO al JPEG con varias imágenes que hacen muchos teléfonos: la foto es la
        # primera, y las demás ni se tocan, que pueden faltar.
        formato = FORMATOS.get(self._imagen.format, "jpeg")
        # La primera de un PNG animado puede ser sólo para quien no lo sabe animar.
        de_reserva = getattr(self._imagen, "default_image", False)
        if formato != "jpeg" and getattr(self._imagen, "is_animated", False):
            self._lado = min(self._lado, LADO_ANIMADA)  # son muchos cuadros en la memoria
        self._leer_desde(1 if de_reserva else 0, 1 if formato == "jpeg" else MAX_CUADROS)
        if not self._cuadros:
            self._leer_desde(0, 1)
        return Imagen(self._cuadros, self._duraciones, formato)

    def _leer_desde(self, primero: int, maximo: int) -> None:
        for numero in range(primero, primero + maximo):
            try:
                self._revisar_medidas()  # en cada cuadro, y antes de buscarlo: un GIF puede crecer
                self._imagen.seek(numero)
                self._revisar_medidas()
                if not self._leer_cuadro():
                    return
            except EOFError:
                return  # ya no hay más
            except (ErrorImagen, Image.DecompressionBombError, Image.DecompressionBombWarning):
                raise
            except Exception:
                if numero == 0:
                    raise
                return  # de una animación rota a la mitad se ven los cuadros que están bien

    def _revisar_medidas(self) -> None:
        ancho, alto = self._imagen.size
        if ancho * alto > self._limites.pixeles or max(ancho, alto) > self._limites.lado:
            raise ErrorImagen(f"La imagen mide {ancho} × {alto} píxeles, demasiados.")
        if ancho * alto * self._pasadas > self._limites.trabajo:
            raise ErrorImagen(f"La imagen se dibuja en {self._pasadas} pasadas, demasiadas.")

    def _leer_cuadro(self) -> bool:
        """Agregar el cuadro en que está la imagen, si con él no son demasiados píxeles."""
        self._imagen.draft("RGB", (2 * self._lado,) * 2)  # de una foto JPEG enorme se lee menos
        self._gastado += self._imagen.width * self._imagen.height
        if self._cuadros and self._gastado > self._limites.pixeles:
            return False
        self._imagen.load()
        cuadro = _pasar_a_rgba(_enderezar(self._imagen))
        cuadro.thumbnail((self._lado, self._lado), Image.Resampling.LANCZOS)
        self._duraciones.append(_leer_duracion(self._imagen))
        self._cuadros.append(cuadro)
        return True


def _enderezar(imagen: "Image.Image") -> "Image.Image":
    """Como se tomó la foto; si los datos que lo dicen están rotos, como esté."""
    try:
        return ImageOps.exif_transpose(imagen)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise
    except Exception:
        return imagen


def _pasar_a_rgba(cuadro: "Image.Image") -> "Image.Image":
    if cuadro.mode.startswith("I"):
        # Grises de 16 bits: convert no los divide, los recorta, y salen blancos.
        cuadro = cuadro.convert("I").point(lambda gris: gris / 256).convert("L")
    return cuadro.convert("RGBA")


def _leer_duracion(imagen: "Image.Image") -> int:
    duracion = imagen.info.get("duration") or DURACION
    return round(min(max(duracion, DURACIONES[0]), DURACIONES[1]))


# -------------------------------------------------------------------- escribir


def codificar_quieta(cuadro: "Image.Image") -> bytes:
    """Un PNG con paleta. Lanza ErrorImagen."""
    salida = io.BytesIO()
    with _explicar_a_pillow("La imagen no se pudo codificar"):
        cuadro.quantize(COLORES, Image.Quantize.FASTOCTREE).save(salida, "PNG", optimize=True)
    return salida.getvalue()


def recortar(cuadro: "Image.Image", escala: float, desde: "tuple[float, float]",
             cabe: "tuple[int, int]") -> "tuple[bytes, tuple[int, int]]":
    """Lo que se ve de una imagen en una ventana, como un PPM, y dónde cae su esquina.

    `escala`: píxeles de la ventana por uno de la imagen; `desde`: el de ésta que está en la
    esquina de la ventana, negativo si sobra ventana.
    """
    caja = [max(0.0, inicio) for inicio in desde]
    caja += [min(lado, inicio + hay / escala)
             for lado, inicio, hay in zip(cuadro.size, desde, cabe)]
    medida = [max(1, round((fin - inicio) * escala)) for inicio, fin in zip(caja, caja[2:])]
    visible = cuadro.resize(medida, Image.Resampling.BILINEAR, box=caja, reducing_gap=2.0)
    fondo = Image.new("RGB", visible.size, "white")
    fondo.paste(visible, (0, 0), visible)
    salida = io.BytesIO()
    fondo.save(salida, "PPM")  # Tk lo lee mucho más aprisa que un PNG
    return salida.getvalue(), tuple(max(0, round(-inicio * escala)) for inicio in desde)


def codificar_medida(cuadro: "Image.Image", medida: "tuple[int, int]", radio: int = 0) -> bytes:
    """Un PNG de esa medida, hecho aprisa: el que se muestra en la ventana. Lanza ErrorImagen.

    `radio`: píxeles de sus esquinas.
    """
    salida = io.BytesIO()
    with _explicar_a_pillow("La imagen no se pudo codificar"):
        encogido = cuadro.resize(medida, Image.Resampling.LANCZOS)
        if radio:
            mascara = Image.new("L", medida)
            caja = (0, 0, medida[0] - 1, medida[1] - 1)
            ImageDraw.Draw(mascara).rounded_rectangle(caja, radio, 255)
            alfa = encogido.getchannel("A")
            encogido.putalpha(ImageChops.multiply(alfa, mascara))
        encogido.save(salida, "PNG", compress_level=1)
    return salida.getvalue()


def preparar_foto(contenido: bytes) -> "tuple[bytes, str]":
    """Lo que se envía de una imagen del usuario: encogida y sin decir dónde ni cuándo se tomó.

    Devuelve sus bytes, MAX_FOTO como mucho, y su formato. Lanza ErrorImagen.
    """
    original = abrir(contenido, PROPIA, LADO_FOTO)
    if len(original.cuadros) > 1:
        return codificar_animada(original, MAX_FOTO, INTENTOS_FOTO), "webp"
    with _explicar_a_pillow("La imagen no se pudo codificar"):
        return codificar_foto(original.cuadros[0], exacta=original.formato != "jpeg")


def codificar_foto(cuadro: "Image.Image", exacta: bool) -> "tuple[bytes, str]":
    """Un WebP o, si este Pillow no sabe, un JPEG; y cuál. `exacta`: sin pérdida, si pesa poco."""
    con_webp = features.check("webp")
    # Nada de lo que decía la original: ni la posición, ni la cámara, ni una miniatura.
    limpio = Image.new("RGBA", cuadro.size, "white")
    limpio.paste(cuadro, (0, 0), None if con_webp else cuadro)
    if not con_webp or cuadro.getextrema()[3] == (255, 255):
        limpio = limpio.convert("RGB")
    if con_webp and exacta:
        contenido = _guardar(limpio, "WEBP", lossless=True, method=1)
        if len(contenido) <= MAX_SIN_PERDIDA:
            return contenido, "webp"
    formato = "WEBP" if con_webp else "JPEG"
    for calidad in CALIDADES:
        contenido = _guardar(limpio, formato, quality=calidad)
        if len(contenido) <= MAX_FOTO:
            return contenido, formato.lower()
    raise ErrorImagen("La imagen tiene demasiado detalle; envíala como archivo.")


def _guardar(cuadro: "Image.Image", formato: str, **opciones) -> bytes:
    salida = io.BytesIO()
    cuadro.save(salida, formato, **opciones)
    return salida.getvalue()


def codificar_animada(original: Imagen, maximo: int, intentos: tuple = INTENTOS) -> bytes:
    """Un WebP de tantos bytes como mucho, con el tamaño que haga falta. Lanza ErrorImagen."""
    with _explicar_a_pillow("La animación no se pudo codificar"):
        for lado, cuadros in intentos:
            contenido = _codificar_webp(original, lado, -(-len(original.cuadros) // cuadros))
            if len(contenido) <= maximo:
                return contenido
    raise ErrorImagen("La animación es demasiado compleja.")


def _codificar_webp(original: Imagen, lado: int, paso: int) -> bytes:
    """La animación con uno de cada `paso` cuadros; cada uno dura lo que los que sustituye."""
    cuadros = [cuadro.copy() for cuadro in original.cuadros[::paso]]
    for cuadro in cuadros:
        cuadro.thumbnail((lado, lado), Image.Resampling.LANCZOS)
    duraciones = original.duraciones
    sumas = [sum(duraciones[i : i + paso]) for i in range(0, len(duraciones), paso)]
    salida = io.BytesIO()
    try:
        cuadros[0].save(salida, "WEBP", save_all=True, append_images=cuadros[1:],
                        duration=sumas, loop=0, quality=CALIDAD)
    except KeyError:
        raise ErrorImagen("Este Pillow no tiene WebP: sin él no hay animaciones.") from None
    return salida.getvalue()

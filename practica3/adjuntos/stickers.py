"""Los stickers: el paquete que todos tienen, los propios, y comprobar las imágenes ajenas.

    del paquete   viaja su nombre, «aplauso»; cada quien tiene la imagen en stickers/
    propio        viajan sus bytes: una imagen del usuario, encogida a 256 px

Una imagen ajena puede ser enorme, mentir o estar rota: se limita en bytes y en píxeles
antes de abrirla, y sólo de los cuatro formatos que se usan. Los nombres que llegan se
buscan en el paquete y nunca son parte de una ruta.

Sin Pillow este módulo también se importa: `por_que_no` lo dice, y abrir lanza ErrorSticker.
"""

import contextlib
import dataclasses
import hashlib
import io
import json
import pathlib
import unicodedata

import campos
from equipo import datos
from equipo import terminal

try:
    from PIL import Image
    from PIL import ImageOps
except ImportError:
    Image = None

CARPETA = pathlib.Path(__file__).with_name("paquete")  # cómo se dibujan: enunciado/dibujos/dibujar.py

# Los del paquete, en el orden en que se ofrecen, y lo que se ve en cada uno.
PAQUETE = {
    "hola": "saluda con la mano",
    "bien": "pulgar arriba",
    "mal": "pulgar abajo",
    "risa": "llora de risa",
    "corazon": "un corazón que late",
    "aplauso": "aplaude",
    "gracias": "da las gracias con una flor",
    "perdon": "pide perdón, con ojos tiernos",
    "mano": "levanta la mano para hablar",
    "duda": "no entendió: signos de interrogación",
    "idea": "se le prendió el foco",
    "listo": "terminó: una palomita verde",
    "diez": "sacó diez",
    "sorpresa": "boquiabierto",
    "llanto": "llora a mares",
    "enojo": "rojo de enojo",
    "sueno": "se durmió en clase",
    "cafe": "toma café",
    "estudio": "estudia con lentes",
    "prisa": "se acaba el tiempo",
    "fiesta": "celebra con confeti",
    "taco": "come un taco",
    "sinred": "se quedó sin red",
    "bicho": "encontró un bicho en el programa",
}

LADO = 256  # píxeles de un sticker, como mucho
FORMATOS = {"PNG": "png", "JPEG": "jpeg", "GIF": "gif", "WEBP": "webp"}  # según Pillow, y en el protocolo
MAX_BYTES = 2 * 2**20  # de un sticker ajeno
MAX_LADO = 2_048  # píxeles de uno ajeno
MAX_PIXELES = 4 * 10**6  # de todos los cuadros de uno ajeno
MAX_CUADROS = 120
MAX_BYTES_PROPIO = 64 * 2**20  # de la imagen que elige el usuario, antes de encogerla…
MAX_PIXELES_PROPIO, MAX_LADO_PROPIO = 80 * 10**6, 20_000  # …y sus píxeles: cabe la foto de un teléfono
MAX_ENVIADO = 256 * 1024  # bytes de un sticker propio, ya encogido
COLORES = 256  # de un sticker propio sin animar: PNG con paleta, unos 40 KB
INTENTOS = ((256, 60), (192, 40), (128, 20), (96, 10))  # lado y cuadros de uno animado: hasta que quepa
DURACIONES = (20, 10_000)  # ms que puede durar un cuadro
DURACION = 100  # ms, si no lo dice
MAX_PROPIOS = 200  # stickers propios guardados
PROPIOS, USOS = "stickers", "usos.json"  # en la carpeta de datos


class ErrorSticker(Exception):
    """Una imagen que no se puede usar, o un nombre que no está en el paquete; el texto lo explica."""


@dataclasses.dataclass(frozen=True)
class Sticker:
    """Una imagen lista para mostrar: sus cuadros en RGBA, uno si no se mueve, y cuánto dura cada uno."""

    cuadros: "list[Image.Image]"
    duraciones: "list[int]"  # ms
    formato: str  # el verdadero: "png", "jpeg", "gif", "webp"


@dataclasses.dataclass(frozen=True)
class Ficha:
    """Un sticker que se puede enviar."""

    nombre: str
    ruta: pathlib.Path
    propio: bool

    @property
    def descripcion(self) -> str:
        """Lo que se ve en él, en palabras."""
        return self.nombre if self.propio else PAQUETE[self.nombre]


def por_que_no() -> str:
    """Por qué no se pueden mostrar imágenes; "" si se puede."""
    return "" if Image else "Falta Pillow, la biblioteca de imágenes: pip install Pillow."


# -------------------------------------------------------------------- el paquete


def nombre_en_paquete(nombre: str) -> str:
    """El nombre con que está en el paquete, aunque venga con acentos o mayúsculas. Lanza ErrorSticker."""
    separado = unicodedata.normalize("NFD", nombre.strip().casefold())
    llano = "".join(letra for letra in separado if not unicodedata.combining(letra))
    if llano not in PAQUETE:
        raise ErrorSticker(f"No hay ningún sticker «{nombre[:campos.MAX_NOMBRE]}» en el paquete.")
    return llano


def ruta_de(nombre: str) -> pathlib.Path:
    """La imagen de un sticker del paquete. Lanza ErrorSticker."""
    return CARPETA / f"{nombre_en_paquete(nombre)}.png"


# -------------------------------------------------------------------- abrir y comprobar


def abrir(cual: "str | bytes") -> Sticker:
    """Abrir un sticker del paquete, por su nombre, o unos bytes ajenos. Lanza ErrorSticker."""
    if isinstance(cual, str):
        cual = _leer(ruta_de(cual), MAX_BYTES)
    if len(cual) > MAX_BYTES:
        raise ErrorSticker(f"La imagen pesa {len(cual) / 2**20:.1f} MB; el máximo son {MAX_BYTES >> 20}.")
    return _decodificar(cual, MAX_PIXELES, MAX_LADO)


def revisar(contenido: bytes) -> str:
    """Comprobar una imagen ajena y devolver su formato verdadero. Lanza ErrorSticker."""
    return abrir(contenido).formato


def _leer(ruta: pathlib.Path, maximo: int) -> bytes:
    try:
        return datos.leer(ruta, maximo)
    except OSError as error:
        raise ErrorSticker(str(error)) from None


def _decodificar(contenido: bytes, pixeles: int, lado: int) -> Sticker:
    """Leer una imagen, encogida a LADO, si no pasa de tantos píxeles en total ni de `lado` en cada medida."""
    if Image is None:
        raise ErrorSticker(por_que_no())
    try:
        # El freno de Pillow, que actúa al doble, ya en medio de un GIF que crece. Es uno para todo el programa: en las
        # ventanas sólo abre imágenes el ayudante de adjuntos.py.
        Image.MAX_IMAGE_PIXELS = min(pixeles, lado**2)
        with Image.open(io.BytesIO(contenido), formats=list(FORMATOS)) as imagen:
            return _leer_cuadros(imagen, pixeles, lado)
    except ErrorSticker:
        raise
    except Image.UnidentifiedImageError:
        raise ErrorSticker("No es una imagen PNG, JPEG, GIF o WebP.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ErrorSticker("La imagen tiene demasiados píxeles.") from None
    except Exception as error:  # ante bytes rotos Pillow lanza de todo: SyntaxError, struct.error, KeyError…
        raise ErrorSticker(f"La imagen está dañada ({type(error).__name__}).") from None


def _revisar_medidas(ancho: int, alto: int, pixeles: int, lado: int) -> None:
    if ancho * alto > pixeles or max(ancho, alto) > lado:
        raise ErrorSticker(f"La imagen mide {ancho} × {alto} píxeles, demasiados para un sticker.")


def _leer_cuadros(imagen: "Image.Image", pixeles: int, lado: int) -> Sticker:
    """Los primeros cuadros, hasta MAX_CUADROS o tantos píxeles en total: una animación más larga se corta."""
    # Pillow llama MPO al JPEG con varias imágenes que hacen muchos teléfonos: la foto es la primera.
    formato = "jpeg" if imagen.format == "MPO" else FORMATOS[imagen.format]
    maximo = 1 if formato == "jpeg" else MAX_CUADROS
    leidos, duraciones, gastado = [], [], 0
    while len(leidos) < maximo:
        _revisar_medidas(*imagen.size, pixeles, lado)  # en cada cuadro: un GIF puede crecer a la mitad
        imagen.draft("RGB", (2 * LADO, 2 * LADO))  # de una foto JPEG enorme se lee menos
        gastado += imagen.width * imagen.height
        if leidos and gastado > pixeles:
            break
        cuadro = _pasar_a_rgba(ImageOps.exif_transpose(imagen))
        cuadro.thumbnail((LADO, LADO), Image.Resampling.LANCZOS)
        leidos.append(cuadro)
        duraciones.append(_leer_duracion(imagen))
        try:
            imagen.seek(len(leidos))
        except EOFError:
            break  # era el último
    return Sticker(leidos, duraciones, formato)


def _pasar_a_rgba(cuadro: "Image.Image") -> "Image.Image":
    if cuadro.mode.startswith("I"):  # grises de 16 bits: convert no los divide, los recorta, y salen blancos
        cuadro = cuadro.convert("I").point(lambda gris: gris / 256).convert("L")
    return cuadro.convert("RGBA")


def _leer_duracion(imagen: "Image.Image") -> int:
    duracion = imagen.info.get("duration") or DURACION
    return round(min(max(duracion, DURACIONES[0]), DURACIONES[1]))


# -------------------------------------------------------------------- los propios


def preparar(ruta: "str | pathlib.Path") -> "tuple[str, bytes, str]":
    """Encoger una imagen del usuario; devuelve el nombre, los bytes y el formato con que viajará. Lanza ErrorSticker."""
    original = _decodificar(_leer(pathlib.Path(ruta), MAX_BYTES_PROPIO), MAX_PIXELES_PROPIO, MAX_LADO_PROPIO)
    if len(original.cuadros) == 1:
        return _nombrar(ruta), _codificar_quieto(original.cuadros[0]), "png"
    return _nombrar(ruta), _codificar_animado(original), "webp"


def _nombrar(ruta: "str | pathlib.Path") -> str:
    """Un nombre válido en el protocolo, y en un archivo de cualquier sistema, a partir del de un archivo."""
    letras = "".join(letra if letra.isalnum() else " " for letra in unicodedata.normalize("NFC", pathlib.Path(ruta).stem))
    return " ".join(letras.split())[: campos.MAX_NOMBRE].strip() or "sticker"


def _codificar_quieto(cuadro: "Image.Image") -> bytes:
    salida = io.BytesIO()
    cuadro.quantize(COLORES, Image.Quantize.FASTOCTREE).save(salida, "PNG", optimize=True)
    return salida.getvalue()


def _codificar_animado(original: Sticker) -> bytes:
    """Un WebP que no pase de MAX_ENVIADO, con los cuadros y el tamaño que hagan falta. Lanza ErrorSticker."""
    for lado, maximo in INTENTOS:
        paso = -(-len(original.cuadros) // maximo)
        cuadros = [cuadro.copy() for cuadro in original.cuadros[::paso]]
        for cuadro in cuadros:
            cuadro.thumbnail((lado, lado), Image.Resampling.LANCZOS)
        duraciones = [sum(original.duraciones[i : i + paso]) for i in range(0, len(original.duraciones), paso)]
        salida = io.BytesIO()
        try:
            cuadros[0].save(salida, "WEBP", save_all=True, append_images=cuadros[1:], duration=duraciones, loop=0, quality=75)
        except KeyError:
            raise ErrorSticker("Esta instalación de Pillow no tiene WebP, y sin él no hay stickers animados propios.") from None
        if len(salida.getvalue()) <= MAX_ENVIADO:
            return salida.getvalue()
    raise ErrorSticker("La animación es demasiado compleja para un sticker.")


def agregar(ruta: "str | pathlib.Path") -> Ficha:
    """Guardar una imagen del usuario entre sus stickers. Lanza ErrorSticker."""
    nombre, contenido, formato = preparar(ruta)
    try:
        carpeta = datos.carpeta_de_datos(PROPIOS)
        if len(propios()) >= MAX_PROPIOS:
            raise ErrorSticker(f"Ya tienes {MAX_PROPIOS} stickers propios; quita alguno antes.")
        # El SHA-256 delante: ni dos iguales, ni nombres que Windows reserva, como con.png.
        archivo = carpeta / f"{hashlib.sha256(contenido).hexdigest()[:12]} {nombre}.{formato}"
        datos.escribir(archivo, contenido)
    except OSError as error:
        raise ErrorSticker(f"No se pudo guardar el sticker: {terminal.explicar(error)}.") from None
    return Ficha(nombre, archivo, True)


def quitar(ficha: Ficha) -> None:
    """Borrar un sticker propio; si otro programa lo tiene abierto, ahí sigue."""
    with contextlib.suppress(OSError):
        ficha.ruta.unlink()


def propios() -> "list[Ficha]":
    """Los stickers del usuario, del más nuevo al más viejo."""
    rutas = [ruta for ruta in datos.carpeta_de_datos(PROPIOS).iterdir() if " " in ruta.stem and ruta.suffix[1:] in FORMATOS.values()]
    rutas.sort(key=lambda ruta: ruta.stat().st_mtime_ns, reverse=True)
    return [Ficha(ruta.stem.partition(" ")[2], ruta, True) for ruta in rutas]


def mensaje_de(ficha: Ficha) -> dict:
    """Lo que de un sticker va en su mensaje: content y, si es propio, formato y cuerpo. Lanza ErrorSticker."""
    if not ficha.propio:
        return {"content": ficha.nombre}
    return {"content": ficha.nombre, "formato": ficha.ruta.suffix[1:], "cuerpo": _leer(ficha.ruta, MAX_BYTES)}


# -------------------------------------------------------------------- los más usados


def catalogo() -> "list[Ficha]":
    """Todos los stickers que se pueden enviar: los más usados, los propios y el paquete, en ese orden."""
    del_paquete = [Ficha(nombre, CARPETA / f"{nombre}.png", False) for nombre in PAQUETE]
    try:
        todos = propios() + del_paquete
    except OSError:
        todos = del_paquete  # sin carpeta de datos el paquete funciona igual
    usos = _leer_usos()
    return sorted(todos, key=lambda ficha: -usos.get(ficha.ruta.name, 0))


def anotar_uso(ficha: Ficha) -> None:
    """Contar que se envió un sticker; si no se puede guardar la cuenta, no pasa nada."""
    usos = _leer_usos()
    usos[ficha.ruta.name] = usos.get(ficha.ruta.name, 0) + 1
    conocidos = {una.ruta.name for una in catalogo()}
    usos = {archivo: veces for archivo, veces in usos.items() if archivo in conocidos}
    with contextlib.suppress(OSError):
        datos.escribir(datos.carpeta_de_datos() / USOS, json.dumps(usos, ensure_ascii=False, indent=1).encode())


def _leer_usos() -> "dict[str, int]":
    try:
        usos = json.loads((datos.carpeta_de_datos() / USOS).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    validos = usos.items() if isinstance(usos, dict) else ()
    return {archivo: veces for archivo, veces in validos if type(veces) is int}

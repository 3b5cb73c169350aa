"""Los stickers: el paquete que todos tienen y los propios de cada quien.

    del paquete   viaja su nombre, «aplauso»; cada quien tiene la imagen en paquete/
    propio        viajan sus bytes: una imagen del usuario, encogida a 256 px

Los nombres que llegan se buscan en el paquete y nunca son parte de una ruta. Las imágenes las
comprueba y las abre imagenes.py; sin Pillow el paquete se ofrece igual, por sus nombres.
"""

import contextlib
import dataclasses
import hashlib
import pathlib
import unicodedata

import campos
from adjuntos import imagenes
from adjuntos.imagenes import ErrorImagen
from equipo import datos
from equipo import errores

CARPETA = pathlib.Path(__file__).with_name("paquete")  # los dibuja enunciado/dibujos/dibujar.py

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
MAX_STICKER = 256 * 1024  # bytes de un sticker propio, ya encogido
MAX_GUARDADOS = 200  # stickers propios guardados
PROPIOS = "stickers"  # en la carpeta de datos


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


# -------------------------------------------------------------------- el paquete


def nombre_en_paquete(nombre: str) -> str:
    """El nombre con que está en el paquete, con acentos o mayúsculas o sin ellos.

    Lanza ErrorImagen.
    """
    separado = unicodedata.normalize("NFD", nombre.strip().casefold())
    llano = "".join(letra for letra in separado if not unicodedata.combining(letra))
    if llano not in PAQUETE:
        raise ErrorImagen(f"No hay ningún sticker «{nombre[:campos.MAX_NOMBRE]}» en el paquete.")
    return llano


def ruta_de(nombre: str) -> pathlib.Path:
    """La imagen de un sticker del paquete. Lanza ErrorImagen."""
    return CARPETA / f"{nombre_en_paquete(nombre)}.png"


# -------------------------------------------------------------------- abrir y comprobar


def abrir(cual: "str | bytes") -> imagenes.Imagen:
    """Abrir un sticker del paquete, por su nombre, o unos bytes ajenos. Lanza ErrorImagen."""
    if isinstance(cual, str):
        cual = imagenes.leer(ruta_de(cual), imagenes.AJENA)
    return imagenes.abrir(cual, imagenes.AJENA, LADO)


def revisar(contenido: bytes) -> str:
    """Comprobar una imagen ajena y devolver su formato verdadero. Lanza ErrorImagen."""
    return abrir(contenido).formato


# -------------------------------------------------------------------- los propios


def preparar(ruta: "str | pathlib.Path") -> "tuple[str, bytes, str]":
    """Encoger una imagen del usuario: el nombre, los bytes y el formato con que viajará.

    Lanza ErrorImagen.
    """
    original = imagenes.abrir(imagenes.leer(ruta, imagenes.PROPIA), imagenes.PROPIA, LADO)
    if len(original.cuadros) == 1:
        return _nombrar(ruta), imagenes.codificar_quieta(original.cuadros[0]), "png"
    return _nombrar(ruta), imagenes.codificar_animada(original, MAX_STICKER), "webp"


def _nombrar(ruta: "str | pathlib.Path") -> str:
    """Un nombre válido en el protocolo y en un archivo de cualquier sistema."""
    # No `stem`: de «....png» cada versión de Python dice una cosa.
    archivo = pathlib.Path(ruta).name
    nombre, punto, _extension = archivo.rpartition(".")
    nombre = unicodedata.normalize("NFC", nombre if punto else archivo)
    letras = "".join(letra if _es_de_palabra(letra) else " " for letra in nombre)
    return " ".join(letras.split())[: campos.MAX_NOMBRE].strip() or "sticker"


def _es_de_palabra(letra: str) -> bool:
    """Si es letra, cifra o una de las marcas que en hindi o tailandés son parte de la letra."""
    return letra.isalnum() or unicodedata.category(letra) in ("Mn", "Mc")


def agregar(ruta: "str | pathlib.Path") -> Ficha:
    """Guardar una imagen del usuario entre sus stickers. Lanza ErrorImagen."""
    nombre, contenido, formato = preparar(ruta)
    try:
        carpeta = datos.carpeta_de_datos(PROPIOS)
        if len(propios()) >= MAX_GUARDADOS:
            raise ErrorImagen(f"Ya tienes {MAX_GUARDADOS} stickers propios; quita alguno antes.")
        # El SHA-256 delante: ni dos iguales, ni nombres que Windows reserva, como con.png.
        archivo = carpeta / f"{hashlib.sha256(contenido).hexdigest()[:12]} {nombre}.{formato}"
        datos.escribir(archivo, contenido)
    except OSError as error:
        raise ErrorImagen(f"No se pudo guardar el sticker: {errores.explicar(error)}.") from None
    return Ficha(nombre, archivo, True)


def quitar(ficha: Ficha) -> None:
    """Borrar un sticker propio; si otro programa lo tiene abierto, ahí sigue."""
    with contextlib.suppress(OSError):
        ficha.ruta.unlink()


def propios() -> "list[Ficha]":
    """Los stickers del usuario, del más nuevo al más viejo."""
    rutas = [ruta for ruta in datos.carpeta_de_datos(PROPIOS).iterdir()
             if " " in ruta.stem and ruta.suffix[1:] in imagenes.FORMATOS.values()]
    rutas.sort(key=lambda ruta: ruta.stat().st_mtime_ns, reverse=True)
    return [Ficha(ruta.stem.partition(" ")[2], ruta, True) for ruta in rutas]


def mensaje_de(ficha: Ficha) -> dict:
    """Lo que va en su mensaje: content y, si es propio, formato y cuerpo. Lanza ErrorImagen."""
    if not ficha.propio:
        return {"content": ficha.nombre}
    cuerpo = imagenes.leer(ficha.ruta, imagenes.AJENA)
    return {"content": ficha.nombre, "formato": ficha.ruta.suffix[1:], "cuerpo": cuerpo}


def catalogo() -> "list[Ficha]":
    """Todos los que se pueden enviar: los propios y el paquete."""
    del_paquete = [Ficha(nombre, CARPETA / f"{nombre}.png", False) for nombre in PAQUETE]
    try:
        return propios() + del_paquete
    except OSError:
        return del_paquete  # sin carpeta de datos el paquete funciona igual

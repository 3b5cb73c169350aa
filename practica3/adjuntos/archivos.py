"""Archivos de cualquier clase: leer el que se envía, y guardar el ajeno con un nombre que no dañe.

    nombre que llega          con el que se guarda
    ../../.bashrc             bashrc
    tarea.py.                 tarea.py
    CON.txt                   _CON.txt          en Windows sería la consola
    foto‮gpj.exe              foto gpj.exe      el signo escondido haría leer «fotoexe.jpg»
    clave.lnk                 clave.lnk.txt     el Explorador abre un acceso directo con sólo verlo

Van en recibidos/, en una carpeta por persona, y nada de aquí los abre. Dos que se llamen igual,
también con otras mayúsculas, son «tarea.py» y «tarea (2).py». Lo que se guarda tiene un tope por
persona y otro entre todas (equipo/datos.py); lo que el usuario copia fuera no cuenta ni se quita.
"""

import contextlib
import hashlib
import os
import pathlib
import re
import time
import unicodedata

import campos
from equipo import datos

SIN_PEDIR = 2 * 2**20  # bytes de un archivo que se envía sin que nadie lo pida
MAX_BYTES_DE_NOMBRE = 120  # en UTF-8: bajo la carpeta más honda cabe en los 260 de Windows
MAX_BYTES_DE_EXTENSION = 20
MAX_IGUALES = 200  # archivos con el mismo nombre en una carpeta
PROHIBIDOS = re.compile(r'[<>:"/\\|?*]')  # en Windows; «/», en todos
# Windows los toma por aparatos, con la extensión que sea.
APARATOS = {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$",
            *(f"{puerto}{n}" for puerto in ("com", "lpt") for n in "0123456789¹²³")}
# Lo que un administrador de archivos lee o sigue aunque nadie lo abra.
ATAJOS = {".lnk", ".url", ".scf", ".pif", ".desktop", ".webloc", ".inf", ".ini", ".library-ms",
          ".search-ms", ".searchconnector-ms", ".theme"}
# Lo que hace algo en el equipo si se abre: antes se pregunta.
PROGRAMAS = {".exe", ".msi", ".bat", ".cmd", ".com", ".scr", ".ps1", ".psm1", ".vbs", ".vbe",
             ".js", ".jse", ".wsf", ".wsh", ".hta", ".jar", ".reg", ".cpl", ".dll", ".msc",
             ".sh", ".bash", ".zsh", ".fish", ".run", ".bin", ".appimage", ".deb", ".rpm",
             ".snap", ".app", ".pkg", ".dmg", ".command", ".workflow", ".scpt", ".py", ".pyw",
             ".pyz", ".pl", ".rb", ".php", ".html", ".htm", ".xhtml", ".svg", ".chm", ".iso",
             ".docm", ".xlsm", ".pptm", ".xll", ".jnlp", ".gadget", ".application"} | ATAJOS
# Los que son texto: se ven sus primeros renglones.
DE_TEXTO = {".py", ".c", ".h", ".cpp", ".hpp", ".java", ".js", ".ts", ".txt", ".md", ".csv",
            ".json", ".html", ".css", ".xml", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".sh",
            ".bat", ".sql", ".tex", ".m", ".r", ".rs", ".go", ".log"}
RENGLONES_DE_MUESTRA, LETRAS_DE_MUESTRA = 6, 200
UNIDADES = ((2**20, "MB"), (2**10, "KB"))


class ErrorArchivo(Exception):
    """Un archivo que no se puede leer, enviar o guardar; el texto lo explica en una frase."""


# -------------------------------------------------------------------- nombres


def limpiar_nombre(nombre: str) -> str:
    """Un nombre de archivo que vale en cualquier sistema y no es más que un nombre."""
    nombre = unicodedata.normalize("NFC", re.split(r"[/\\]", nombre)[-1])
    # Cc, Cf, Cs, Co, Cn, Zl, Zp: invisibles, al revés, o que no existen.
    visibles = (letra if unicodedata.category(letra)[0] != "C"
                and unicodedata.category(letra) not in ("Zl", "Zp") else " " for letra in nombre)
    nombre = " ".join(PROHIBIDOS.sub("_", "".join(visibles)).split())
    tronco, extension = separar_extension(nombre.strip(" .~"))
    if tronco.partition(".")[0].strip().casefold() in APARATOS:
        tronco = f"_{tronco}"
    if extension.casefold() in ATAJOS:
        extension += ".txt"
    tronco = _recortar(tronco, MAX_BYTES_DE_NOMBRE - len(extension.encode())).rstrip(" .")
    return f"{tronco or 'archivo'}{extension}"


def separar_extension(nombre: str) -> "tuple[str, str]":
    """«tarea.tar.gz» → «tarea.tar» y «.gz»; sin extensión, o si es larguísima, ""."""
    tronco, punto, extension = nombre.rpartition(".")
    larga = len(extension.encode()) > MAX_BYTES_DE_EXTENSION or " " in extension
    return (nombre, "") if not (punto and tronco) or larga else (tronco, f".{extension}")


def _recortar(texto: str, maximo: int) -> str:
    """Los primeros caracteres que caben en tantos bytes de UTF-8."""
    return texto.encode()[:maximo].decode("utf-8", "ignore")


def es_programa(nombre: str) -> bool:
    """Si abrirlo puede hacer algo en el equipo, y no sólo mostrarlo."""
    return separar_extension(nombre)[1].casefold() in PROGRAMAS


def es_texto(nombre: str) -> bool:
    """Si por su nombre es texto, o código."""
    return separar_extension(nombre)[1].casefold() in DE_TEXTO


def escribir_peso(cuantos: int) -> str:
    """Cuánto pesa, para una persona: «12.0 MB»."""
    for unidad, letras in UNIDADES:
        if cuantos >= unidad:
            return f"{cuantos / unidad:.1f} {letras}"
    return f"{cuantos} bytes"


# -------------------------------------------------------------------- enviar


def preparar(ruta: "str | os.PathLike") -> dict:
    """Lo que lleva el mensaje de un archivo del usuario. Lanza ErrorArchivo.

    Con sus bytes o, si pesa más de SIN_PEDIR, sólo cuántos son y su SHA-256: se ofrece.
    """
    contenido = leer(ruta)
    # En el protocolo un nombre no lleva caracteres de control, y en Linux un archivo puede.
    nombre = "".join(letra for letra in pathlib.Path(ruta).name if letra.isprintable())
    adjunto = {"nombre": nombre[:campos.MAX_NOMBRE_DE_ARCHIVO].strip() or "archivo"}
    if len(contenido) <= SIN_PEDIR:
        return {**adjunto, "cuerpo": contenido}
    return {**adjunto, "bytes": len(contenido), "sha256": hashlib.sha256(contenido).hexdigest()}


def leer(ruta: "str | os.PathLike") -> bytes:
    """Los bytes de un archivo que se puede enviar. Lanza ErrorArchivo."""
    try:
        if not pathlib.Path(ruta).is_file():  # de una tubería no se acabaría de leer
            raise OSError(f"No hay ningún archivo {ruta}.")
        contenido = datos.leer(ruta, campos.MAX_ARCHIVO)
    except (OSError, ValueError) as error:
        raise ErrorArchivo(str(error)) from None
    if not contenido:
        raise ErrorArchivo("El archivo está vacío.")
    return contenido


class Ofrecidos:
    """Dónde están los archivos que se ofrecieron, por su SHA-256."""

    def __init__(self):
        self._rutas: "dict[str, str]" = {}

    def anotar(self, sha256: str, ruta: "str | os.PathLike") -> None:
        """Recordar de dónde leer uno."""
        self._rutas[sha256] = os.path.abspath(ruta)

    def leer(self, sha256: str) -> bytes:
        """Los bytes de uno, si son los mismos que cuando se ofreció. Lanza ErrorArchivo."""
        if sha256 not in self._rutas:
            raise ErrorArchivo("Ese archivo ya no se ofrece.")
        contenido = leer(self._rutas[sha256])
        if hashlib.sha256(contenido).hexdigest() != sha256:
            nombre = pathlib.Path(self._rutas[sha256]).name
            raise ErrorArchivo(f"«{nombre}» cambió desde que lo enviaste: envíalo otra vez.")
        return contenido


# -------------------------------------------------------------------- guardar


def guardar(contenido: bytes, nombre: str, autor: str,
            carpeta: "pathlib.Path | None" = None) -> "tuple[pathlib.Path, str]":
    """Guardar un archivo recibido; devuelve su ruta y su SHA-256. Lanza OSError.

    Si ahí estaba el mismo, es ése. `carpeta`: en lugar de recibidos/.
    """
    raiz = carpeta or datos.carpeta_de_datos(datos.RECIBIDOS)
    suya = raiz / limpiar_nombre(autor)
    suya.mkdir(exist_ok=True)
    ruta = _elegir_ruta(suya, limpiar_nombre(nombre), contenido)
    if ruta.exists():
        with contextlib.suppress(OSError):
            os.utime(ruta)  # lo que llega otra vez es reciente
    else:
        datos.escribir(ruta, contenido)
    datos.limitar_recibidos(raiz, suya)
    return ruta, hashlib.sha256(contenido).hexdigest()


def carpeta_de(autor: str) -> str:
    """Cómo se llama la carpeta de lo que envía una persona; "" si es propio."""
    return autor and limpiar_nombre(autor)


def _elegir_ruta(carpeta: pathlib.Path, nombre: str, contenido: bytes) -> pathlib.Path:
    """La primera libre, o en que está lo mismo: «tarea.py», «tarea (2).py»…"""
    hay = {unicodedata.normalize("NFC", uno).casefold(): uno for uno in os.listdir(carpeta)}
    tronco, extension = separar_extension(nombre)
    for cual in range(1, MAX_IGUALES):
        uno = nombre if cual == 1 else f"{tronco} ({cual}){extension}"
        if uno.casefold() not in hay:
            return carpeta / uno
        if _contiene(carpeta / hay[uno.casefold()], contenido):
            return carpeta / hay[uno.casefold()]
    return carpeta / f"{hashlib.sha256(contenido).hexdigest()[:16]}{extension}"


def _contiene(ruta: pathlib.Path, contenido: bytes) -> bool:
    try:
        regular = ruta.is_file() and not ruta.is_symlink()
        return regular and ruta.stat().st_size == len(contenido) and ruta.read_bytes() == contenido
    except OSError:
        return False


def nombrar_imagen(hora: float, formato: str) -> str:
    """Con qué nombre se guarda una imagen que se dijo a esa hora, que no trae ninguno."""
    return time.strftime(f"imagen %Y-%m-%d %H.%M.%S.{formato}", time.gmtime(hora))


def mirar(ruta: pathlib.Path) -> "tuple[int, list[str]]":
    """Lo que pesa un archivo y, si es texto, sus primeros renglones. Lanza OSError."""
    pesa = ruta.stat().st_size
    if not es_texto(ruta.name) or not ruta.is_file():
        return pesa, []
    with open(ruta, "rb") as archivo:
        principio = archivo.read(RENGLONES_DE_MUESTRA * LETRAS_DE_MUESTRA)
    if b"\0" in principio:  # dice ser texto y no lo es
        return pesa, []
    renglones = principio.decode("utf-8", "replace").splitlines()[:RENGLONES_DE_MUESTRA]
    renglones = [renglon.expandtabs(4).rstrip()[:LETRAS_DE_MUESTRA] for renglon in renglones]
    return pesa, renglones if any(renglones) else []


def describir(nombre: str, cuantos: int) -> str:
    """Un archivo en un renglón: «tarea.py» (2.1 KB)."""
    return f"«{nombre}» ({escribir_peso(cuantos)})"

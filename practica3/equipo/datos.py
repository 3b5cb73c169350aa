"""La carpeta de datos del usuario: lo que el chat conserva entre una vez y otra.

    Linux      ~/.local/share/practica3-chat, o bajo XDG_DATA_HOME
    macOS      ~/Library/Application Support/practica3-chat
    Windows    %APPDATA%\\practica3-chat

Es lo que platformdirs dice de Linux y macOS; en Windows él usa otra, y quienes ya chatean tienen
aquí lo suyo. Y así `python cliente.py` corre donde no se ha instalado nada.

Los nombres de archivo los ponemos siempre nosotros: nada que haya llegado de la red, ni
el nombre de un usuario o de un sticker, forma parte de una ruta. Salvo el de un archivo que
alguien envía y el de quien lo envía, después de limpiarlos (adjuntos/archivos.py).
"""

import contextlib
import hashlib
import os
import pathlib
import sys
import tempfile

from equipo import errores

NOMBRE = "practica3-chat"
RECIBIDOS = "recibidos"
MAX_RECIBIDOS = 256 * 2**20  # bytes en la carpeta de recibidos: después se va lo más viejo
MAX_DE_UNO = 96 * 2**20  # bytes de los archivos que envió una persona
MAX_ARCHIVOS = 1_000  # archivos en ella


def carpeta_del_usuario(cual: str) -> str:
    """Dónde guarda una persona sus «PICTURES» o «DOCUMENTS»; si no se sabe, su carpeta personal.

    En Linux lo dice ~/.config/user-dirs.dirs (xdg-user-dirs), en el idioma de cada quien.
    """
    casa = os.path.expanduser("~")
    configuracion = os.environ.get("XDG_CONFIG_HOME") or os.path.join(casa, ".config")
    dicha = os.path.join(casa, cual.capitalize())  # en Windows y macOS
    try:
        with open(os.path.join(configuracion, "user-dirs.dirs"), encoding="utf-8") as archivo:
            for linea in archivo:
                if linea.startswith(f"XDG_{cual}_DIR="):
                    dicha = linea.partition("=")[2].strip().strip('"').replace("$HOME", casa)
    except (OSError, UnicodeError):
        pass
    return dicha if os.path.isdir(dicha) else casa


def carpeta_de_datos(*partes: str) -> pathlib.Path:
    """Devolver la carpeta del chat, o una de dentro; la crea si no existe. Lanza OSError.

    Sólo su dueño entra: ahí están sus conversaciones, también las privadas.
    """
    if sys.platform == "win32":
        base = os.environ.get("APPDATA") or "~\\AppData\\Roaming"
    elif sys.platform == "darwin":
        base = "~/Library/Application Support"
    else:
        base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    try:
        raiz = pathlib.Path(base).expanduser() / NOMBRE
    except RuntimeError as error:  # sin HOME y de un usuario que el sistema no conoce
        raise FileNotFoundError("no se sabe cuál es la carpeta personal") from error
    raiz.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):  # es de otro, o en un disco sin permisos: se usa como esté
        raiz.chmod(0o700)  # también la que hizo una versión anterior; en Windows ya es así
    carpeta = raiz.joinpath(*partes)
    carpeta.mkdir(parents=True, exist_ok=True)
    return carpeta


def leer(ruta: "str | pathlib.Path", maximo: int) -> bytes:
    """Leer un archivo que no pase de tantos bytes. Lanza OSError, con una frase que lo explica."""
    try:
        with open(ruta, "rb") as archivo:
            contenido = archivo.read(maximo + 1)
    except (OSError, ValueError) as error:  # ValueError: un nombre imposible
        raise OSError(f"No se puede leer {ruta}: {errores.explicar(error)}.") from None
    if len(contenido) > maximo:
        raise OSError(f"El archivo pesa más de {maximo >> 20} MB.")
    return contenido


def escribir(ruta: pathlib.Path, contenido: bytes) -> None:
    """Escribir un archivo entero o nada: quien lo lea no lo verá a medias. Lanza OSError."""
    descriptor, provisional = tempfile.mkstemp(dir=ruta.parent, prefix=".")
    try:
        with open(descriptor, "wb") as archivo:
            archivo.write(contenido)
        os.replace(provisional, ruta)
    except BaseException:
        os.unlink(provisional)
        raise


def guardar_recibido(
    contenido: bytes, extension: str, carpeta: "pathlib.Path | None" = None, de: str = "",
) -> "tuple[pathlib.Path, str]":
    """Guardar unos bytes recibidos, en su carpeta o en otra; devuelve su ruta y su SHA-256.

    Lanza OSError. El nombre sale del SHA-256: lo mismo recibido dos veces ocupa un solo archivo.
    `extension` la pone el programa según lo que reconoció, no quien lo envió. `de`: la carpeta,
    dentro de ésa, de lo que envía una persona, que cuenta para su tope; "" si es propio.
    """
    sha256 = hashlib.sha256(contenido).hexdigest()
    carpeta = carpeta or carpeta_de_datos(RECIBIDOS)
    suya = carpeta / de
    suya.mkdir(exist_ok=True)
    ruta = suya / f"{sha256[:16]}.{extension}"
    escribir(ruta, contenido)
    limitar_recibidos(carpeta, suya if de else None)
    return ruta, sha256


def borrar_recibidos() -> None:
    """Quitar todo lo recibido que se pueda. Lanza OSError si algo queda."""
    falla = None
    for carpeta, _, archivos in os.walk(carpeta_de_datos(RECIBIDOS), topdown=False):
        for nombre in archivos:
            try:
                pathlib.Path(carpeta, nombre).unlink(missing_ok=True)
            except OSError as error:  # en Windows, uno abierto: los demás se quitan igual
                falla = error
        with contextlib.suppress(OSError):  # queda algo dentro
            os.rmdir(carpeta)
    if falla is not None:
        raise falla


def limitar_recibidos(carpeta: pathlib.Path, de_uno: "pathlib.Path | None" = None) -> None:
    """Quitar lo más viejo mientras pase de los topes: de una persona, y de todas."""
    if de_uno is not None:
        limitar(de_uno, MAX_DE_UNO)
    limitar(carpeta, MAX_RECIBIDOS)


def limitar(carpeta: pathlib.Path, maximo: int) -> None:
    """Quitar los archivos más viejos, también de las carpetas de dentro.

    Mientras pesen más de `maximo` bytes, o sean más de MAX_ARCHIVOS.
    """
    ocupado = 0
    for cuantos, (_, largo, ruta) in enumerate(sorted(_listar(carpeta), reverse=True), 1):
        ocupado += largo
        if ocupado > maximo or cuantos > MAX_ARCHIVOS:
            with contextlib.suppress(OSError):  # otro se adelantó, o lo tiene abierto
                os.unlink(ruta)
                if pathlib.Path(ruta).parent != carpeta:
                    os.rmdir(os.path.dirname(ruta))  # si con él se vació


def _listar(carpeta: "pathlib.Path | str") -> "list[tuple[int, int, str]]":
    """De cada archivo, cuándo se escribió, sus bytes y su ruta."""
    fichas = []
    with contextlib.suppress(OSError), os.scandir(carpeta) as entradas:
        for una in entradas:
            with contextlib.suppress(OSError):  # otro programa de la persona lo acaba de cambiar
                if una.is_dir(follow_symlinks=False):
                    fichas += _listar(una.path)
                elif una.is_file(follow_symlinks=False):
                    fichas.append((una.stat().st_mtime_ns, una.stat().st_size, una.path))
    return fichas

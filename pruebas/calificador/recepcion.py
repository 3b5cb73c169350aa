"""Recibir una entrega como la exportan Moodle, Classroom o Teams: carpetas, .zip y .zip dentro de carpetas.

Nada de lo recibido decide dónde se escribe: cada nombre se revisa, y tamaño, cantidad y
hondura tienen tope. Lo que se elige o se arregla se dice en `avisos`; lo que no se puede
recibir lanza Rechazada, con la razón en palabras.
"""

import codecs
import dataclasses
import hashlib
import os
import pathlib
import re
import shutil
import stat
import tokenize
import zipfile
import zlib

MAX_BYTES = 60 * 1024 * 1024  # de toda la entrega, ya descomprimida
MAX_ARCHIVOS = 3_000
MAX_HONDURA = 3  # .zip dentro de .zip
BLOQUE = 2**16  # bytes
SOBRAN = {
    "__MACOSX",
    "__pycache__",
    ".git",
    ".venv",
    "venv",
    "env",
    ".idea",
    ".vscode",
    "site-packages",
    ".DS_Store",
    "Thumbs.db",
}
NO_SE_ABREN = (".rar", ".7z", ".tar", ".gz", ".tgz", ".xz")
# Hay otros con nombre de código que comprimen, o que tardan minutos en leer un archivo: bz2, punycode…
CODIGOS = ("utf-8", "utf_8", "ascii", "iso8859", "latin", "cp12", "cp4", "cp8", "mac-", "koi8")
SERVIDOR, CLIENTE = "servidor.py", "cliente_gui.py"
PARECIDOS = {
    SERVIDOR: ("server.py", "servidor_chat.py", "chat_servidor.py"),
    CLIENTE: ("cliente.py", "gui.py", "cliente_chat.py", "client_gui.py", "chat.py", "client.py"),
}


class Rechazada(Exception):
    """La entrega no se puede recibir; el texto dice por qué y qué pedir."""


class NoSeAbre(Rechazada):
    """Un archivo comprimido que no se puede abrir."""


@dataclasses.dataclass
class Entrega:
    """Una entrega lista para calificar."""

    nombre: str
    carpeta: pathlib.Path
    avisos: "list[str]"
    integrantes: "list[str]"
    huella: str


def recibir(ruta: pathlib.Path, destino: pathlib.Path) -> Entrega:
    """Copiar en `destino` lo que sirve de una carpeta o un .zip."""
    if not ruta.exists():
        raise Rechazada(f"no existe {ruta}")
    todo = destino / "todo"
    avisos: "list[str]" = []
    cuenta = Cuenta(avisos)
    if ruta.is_dir():
        copiar(ruta, todo, cuenta, 0)
    else:
        abrir(ruta, todo, cuenta, 0)
    elegida = elegir(todo, avisos)
    carpeta = destino / "entrega"
    elegida.rename(carpeta)
    shutil.rmtree(todo, ignore_errors=True)
    nombrar(carpeta, avisos)
    recodificar(carpeta, avisos)
    return Entrega(nombre_de(ruta), carpeta, avisos, leer_equipo(carpeta, avisos), huella_de(carpeta))


def nombre_de(ruta: pathlib.Path) -> str:
    """Cómo se llama una entrega: su carpeta o su .zip, sin lo que agrega Moodle."""
    nombre = ruta.resolve().stem if ruta.is_file() else ruta.resolve().name
    return re.sub(r"_\d+_assignsubmission_\w+$", "", legible(nombre))


def legible(nombre: "str | pathlib.Path") -> str:
    """El nombre de un archivo para escribirlo en un informe: hay discos que los traen en Latin-1, y eso no es texto."""
    return os.fsencode(nombre).decode("utf-8", "replace")


class Cuenta:
    """Lo que se lleva recibido, y los avisos de lo que se dejó fuera."""

    def __init__(self, avisos: "list[str]"):
        self.bytes = self.archivos = 0
        self.avisos = avisos

    def sumar(self, cuantos: int) -> None:
        """Anotar un archivo; lanza Rechazada al pasar un tope."""
        self.bytes += cuantos
        self.archivos += 1
        if self.bytes > MAX_BYTES:
            raise Rechazada(f"descomprimida pasa de {MAX_BYTES // 2**20} MB: ¿trae un entorno virtual o videos?")
        if self.archivos > MAX_ARCHIVOS:
            raise Rechazada(f"trae más de {MAX_ARCHIVOS} archivos: ¿trae un entorno virtual?")


def sirve(partes: "tuple[str, ...]") -> bool:
    """Si una ruta no es de las que agregan los sistemas y los editores."""
    return not any(parte in SOBRAN or parte.startswith("._") for parte in partes)


def copiar(origen: pathlib.Path, destino: pathlib.Path, cuenta: Cuenta, hondura: int) -> None:
    """Copiar una carpeta sin enlaces, y abrir los .zip que traiga."""
    comprimidos = []
    for carpeta, carpetas, archivos in os.walk(origen):
        carpetas[:] = [uno for uno in carpetas if sirve((uno,)) and not os.path.islink(os.path.join(carpeta, uno))]
        for archivo in archivos:
            ruta = pathlib.Path(carpeta, archivo)
            if not sirve((archivo,)) or not stat.S_ISREG(ruta.lstat().st_mode):
                continue
            nueva = destino / ruta.relative_to(origen)
            nueva.parent.mkdir(parents=True, exist_ok=True)
            if esta_comprimido(ruta):
                comprimidos.append((ruta, nueva))
            else:
                cuenta.sumar(ruta.stat().st_size)
                shutil.copyfile(ruta, nueva)
    for ruta, nueva in comprimidos:
        abrir_interior(ruta, nueva, cuenta, hondura + 1)


def esta_comprimido(ruta: pathlib.Path) -> bool:
    """Si un archivo trae otros."""
    return ruta.suffix.lower() in (".zip", *NO_SE_ABREN)


def abrir_interior(ruta: pathlib.Path, nueva: pathlib.Path, cuenta: Cuenta, hondura: int) -> None:
    """Abrir junto a `nueva` un comprimido que venía dentro.

    Si no se puede se deja fuera y se dice: quizá no haga falta.
    """
    suelto = nueva.with_suffix("")  # macOS comprime un archivo suelto como servidor.py.zip
    destino = suelto.with_suffix("") if suelto.suffix.lower() == ".py" else suelto
    while destino.exists():  # chat.zip y, al lado, la carpeta chat/
        destino = destino.with_name(f"{destino.name}_")
    try:
        abrir(ruta, destino, cuenta, hondura)
    except NoSeAbre as error:
        shutil.rmtree(destino, ignore_errors=True)  # lo que salió antes del daño no es lo que se entregó
        cuenta.avisos.append(f"Se dejó fuera {legible(ruta.name)}: {error}.")
    if (destino / suelto.name).is_file() and not suelto.exists():
        (destino / suelto.name).rename(suelto)


def abrir(ruta: pathlib.Path, destino: pathlib.Path, cuenta: Cuenta, hondura: int) -> None:
    """Descomprimir un .zip, revisando cada nombre y contando cada byte."""
    if ruta.suffix.lower() in NO_SE_ABREN:
        raise NoSeAbre(f"{legible(ruta.name)} viene en {ruta.suffix}: pide que la entreguen en .zip")
    if hondura > MAX_HONDURA:
        raise NoSeAbre(f"{legible(ruta.name)} es un .zip dentro de otros, demasiadas veces")
    comprimidos: "list[pathlib.Path]" = []
    try:
        with zipfile.ZipFile(ruta) as paquete:
            for entrada in paquete.infolist():
                if not entrada.is_dir():
                    sacar(paquete, entrada, destino, cuenta, comprimidos)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise NoSeAbre(
            f"{legible(ruta.name)} no se puede abrir como .zip ({error}): pide que la vuelvan a subir"
        ) from error
    for nueva in comprimidos:
        abrir_interior(nueva, nueva, cuenta, hondura + 1)
        nueva.unlink(missing_ok=True)


def sacar(
    paquete: zipfile.ZipFile,
    entrada: zipfile.ZipInfo,
    destino: pathlib.Path,
    cuenta: Cuenta,
    comprimidos: "list[pathlib.Path]",
) -> None:
    """Escribir un archivo del .zip.

    Si trae otros se anota en `comprimidos`; si además no se va a abrir, ni se escribe.
    """
    partes = tuple(parte for parte in descifrar_nombre(entrada).replace("\\", "/").split("/") if parte not in ("", "."))
    if ".." in partes or entrada.filename.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", entrada.filename):
        raise Rechazada(f"el .zip trae un archivo que se sale de su carpeta: {entrada.filename!r}")
    if not partes or not sirve(partes) or stat.S_ISLNK(entrada.external_attr >> 16):
        return
    nueva = destino.joinpath(*(re.sub(r'[\0-\x1f<>:"|?*]', "_", parte)[:120] for parte in partes))
    if esta_comprimido(nueva):
        comprimidos.append(nueva)
        if nueva.suffix.lower() in NO_SE_ABREN:
            return
    nueva.parent.mkdir(parents=True, exist_ok=True)
    with paquete.open(entrada) as origen, open(nueva, "wb") as copia:
        cuenta.sumar(0)
        cuenta.archivos -= 1
        while parte := origen.read(BLOQUE):  # contado al leer: el tamaño que dice el .zip puede mentir
            cuenta.sumar(len(parte))
            cuenta.archivos -= 1
            copia.write(parte)
    cuenta.archivos += 1


def descifrar_nombre(entrada: zipfile.ZipInfo) -> str:
    """El nombre de un archivo del .zip. Sin la marca de UTF-8 hay quien lo escribe así de todos modos."""
    if entrada.flag_bits & 0x800:
        return entrada.filename
    try:
        return entrada.filename.encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entrada.filename


def programas(carpeta: pathlib.Path) -> "list[pathlib.Path]":
    """Los fuentes de Python de una carpeta y de las que tiene dentro, en orden."""
    return sorted(ruta for ruta in carpeta.rglob("*.py") if ruta.is_file())


def elegir(todo: pathlib.Path, avisos: "list[str]") -> pathlib.Path:
    """La carpeta donde están los programas; de varias, la que tiene los dos y está más arriba."""
    candidatas: "dict[pathlib.Path, int]" = {}
    for ruta in programas(todo):
        nombre = ruta.name.lower()
        valor = (
            10 if nombre in (SERVIDOR, CLIENTE) else 1 if any(nombre in otros for otros in PARECIDOS.values()) else 0
        )
        if valor:
            candidatas[ruta.parent] = candidatas.get(ruta.parent, 0) + valor
    if not candidatas:
        raise Rechazada(" ".join([f"no trae {SERVIDOR} ni {CLIENTE}.", *avisos]))
    orden = sorted(candidatas, key=lambda carpeta: (-candidatas[carpeta], len(carpeta.parts), str(carpeta)))
    if len(orden) > 1:
        elegida, *otras = (f"«{legible(una.relative_to(todo))}»" for una in orden[:4])
        avisos.append(f"Hay programas en varias carpetas; se califica {elegida} y no {', '.join(otras)}.")
    return orden[0]


def nombrar(carpeta: pathlib.Path, avisos: "list[str]") -> None:
    """Que los dos programas se llamen como dice el enunciado."""
    archivos = {ruta.name.lower(): ruta for ruta in carpeta.glob("*.py")}
    for nombre, otros in PARECIDOS.items():
        if not (carpeta / nombre).exists():
            hallado = next((archivos[otro] for otro in (nombre, *otros) if otro in archivos), None)
            if hallado is None:
                avisos.append(f"Falta {nombre}.")
            else:
                shutil.copyfile(hallado, carpeta / nombre)
                avisos.append(f"Falta {nombre}; se califica «{hallado.name}» en su lugar.")


def recodificar(carpeta: pathlib.Path, avisos: "list[str]") -> None:
    """Pasar a UTF-8 los fuentes que no lo son ni lo declaran: Python no los leería."""
    for ruta in programas(carpeta):
        try:
            with open(ruta, "rb") as archivo:
                codigo, _ = tokenize.detect_encoding(archivo.readline)
            if not codecs.lookup(codigo).name.startswith(CODIGOS):
                avisos.append(
                    f"{legible(ruta.name)} declara el código «{codigo[:30]}», que no es para escribir programas: no se"
                    " revisó."
                )
                continue
            ruta.read_bytes().decode(codigo)
        except LookupError:  # desde Python 3.14: no es un código de texto, como «hex»
            avisos.append(f"{legible(ruta.name)} declara un código que no es para escribir programas: no se revisó.")
        except (SyntaxError, UnicodeDecodeError):
            datos = ruta.read_bytes()
            ruta.write_bytes(datos.decode("cp1252", "replace").encode())
            avisos.append(
                f"{legible(ruta.name)} no está en UTF-8 ni lo declara: se convirtió desde Latin-1. Así como está,"
                " Python no lo corre."
            )


def leer_equipo(carpeta: pathlib.Path, avisos: "list[str]") -> "list[str]":
    """Los integrantes, de equipo.txt."""
    ruta = carpeta / "equipo.txt"
    if not ruta.is_file():
        avisos.append("Falta equipo.txt: la calificación no tiene dueño.")
        return []
    renglones = ruta.read_bytes()[:4096].decode("utf-8-sig", "replace").splitlines()
    return [renglon.strip() for renglon in renglones if renglon.strip() and not renglon.startswith("#")][:6]


def huella_de(carpeta: pathlib.Path) -> str:
    """Un resumen del contenido: con la misma huella no hace falta volver a calificar."""
    suma = hashlib.sha256()
    for ruta in sorted(uno for uno in carpeta.rglob("*") if uno.is_file()):
        sumar_archivo(suma, ruta.relative_to(carpeta), ruta)
    return suma.hexdigest()


def sumar_archivo(suma, nombre: "str | pathlib.Path", ruta: pathlib.Path) -> None:
    """Añadir un archivo a un resumen de hashlib, por partes: lo que entregan puede no caber en la memoria."""
    suma.update(os.fsencode(nombre) + f"\0{ruta.stat().st_size}\0".encode())
    with open(ruta, "rb") as archivo:
        while parte := archivo.read(BLOQUE):
            suma.update(parte)

"""Lo que lleva un mensaje además de su texto: de un archivo del usuario, o hacia uno guardado.

    gato.png, voz.wav, tarea.py ──▶ LECTORES[tipo] ──▶ {"formato":…, "cuerpo":…}     se envía
    un Dicho con cuerpo ──▶ conservar: comprobar, guardar ──▶ archivo y sha256       se recibió
"""

import hashlib

from adjuntos import archivos
from adjuntos import imagenes
from adjuntos import stickers
from adjuntos import wav
from equipo import datos
from equipo import errores

# Lo que no se puede leer, enviar o guardar, y por qué.
ERRORES = (archivos.ErrorArchivo, imagenes.ErrorImagen, wav.ErrorAudio)


class ErrorAdjunto(Exception):
    """Los bytes que llegaron no se pueden usar o guardar; el texto lo cuenta."""


# -------------------------------------------------------------------- lo que se envía


def elegir_sticker(nombre: str) -> dict:
    """Lo que lleva un mensaje con un sticker del paquete. Lanza ErrorImagen."""
    return {"content": stickers.nombre_en_paquete(nombre)}


def leer_sticker(ruta: str) -> dict:
    """Lo que lleva un mensaje con un sticker propio. Lanza ErrorImagen."""
    nombre, cuerpo, formato = stickers.preparar(ruta)
    return {"content": nombre, "formato": formato, "cuerpo": cuerpo}


def leer_audio(ruta: str) -> dict:
    """Lo que lleva un mensaje de voz. Lanza ErrorAudio."""
    voz = wav.leer(ruta)
    duracion = round(voz.duracion, 3)
    return {"content": "", "formato": voz.formato, "duracion": duracion, "cuerpo": voz.contenido}


def leer_imagen(origen: "str | bytes") -> dict:
    """Lo que lleva un mensaje con una imagen, que se encoge: un archivo, o la que se copió.

    Lanza ErrorImagen.
    """
    original = origen if isinstance(origen, bytes) else imagenes.leer(origen, imagenes.PROPIA)
    cuerpo, formato = imagenes.preparar_foto(original)
    return {"content": "", "formato": formato, "cuerpo": cuerpo}


def leer_archivo(ruta: str) -> dict:
    """Lo que lleva un mensaje con un archivo, o con su oferta. Lanza ErrorArchivo."""
    return {"content": "", **archivos.preparar(ruta)}


LECTORES = {"sticker": leer_sticker, "audio": leer_audio, "imagen": leer_imagen,
            "archivo": leer_archivo}


# -------------------------------------------------------------------- lo que se recibe


def conservar(dicho) -> dict:
    """Comprobar y guardar lo que trae un Dicho: archivo, sha256 y lo suyo; {} si no trae.

    De un archivo que se ofrece, o propio, que ya está donde está, lo que se dice de él.
    Lanza ErrorAdjunto.
    """
    if dicho.tipo == "archivo" and dicho.propio and dicho.cuerpo is not None:
        return {"nombre": dicho.nombre, "sha256": hashlib.sha256(dicho.cuerpo).hexdigest()}
    if dicho.cuerpo is None:
        claves = ("nombre", "bytes", "sha256") if dicho.tipo == "archivo" else ()
        return {clave: getattr(dicho, clave) for clave in claves}
    try:
        lo_suyo, ruta, sha256 = _guardar(dicho)
    except ERRORES as error:
        que = f"un {dicho.tipo} que no se puede usar"
        raise ErrorAdjunto(f"{dicho.autor} envió {que}. {error}") from None
    except OSError as error:
        motivo = errores.explicar(error)
        raise ErrorAdjunto(f"No se pudo guardar un {dicho.tipo}: {motivo}.") from None
    return {"archivo": str(ruta), "sha256": sha256, **lo_suyo}


def _guardar(dicho) -> tuple:
    """Lo que se sabe de él además, su ruta y su SHA-256."""
    de = archivos.carpeta_de("" if dicho.propio else dicho.autor)
    if dicho.tipo == "archivo":
        return {"nombre": dicho.nombre}, *archivos.guardar(dicho.cuerpo, dicho.nombre, dicho.autor)
    if dicho.tipo == "audio":
        voz = wav.revisar(dicho.cuerpo)
        lo_suyo = {"duracion": round(voz.duracion, 3)}
        return lo_suyo, *datos.guardar_recibido(dicho.cuerpo, voz.formato, de=de)
    if dicho.tipo == "imagen":
        nombre = archivos.nombrar_imagen(dicho.hora, imagenes.revisar(dicho.cuerpo))
        return {}, *archivos.guardar(dicho.cuerpo, nombre, dicho.autor)
    formato = stickers.revisar(dicho.cuerpo)
    return {}, *datos.guardar_recibido(dicho.cuerpo, formato, de=de)

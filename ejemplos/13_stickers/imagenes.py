"""Revisar una imagen ajena antes de decodificarla: los bytes los escribió cualquiera.

    bytes ─▶ ¿cuántos son? ─▶ ¿PNG, JPEG, GIF? ─▶ ¿cuántos píxeles? ─▶ decodificar ─▶ reducir
             MAX_BYTES        sólo la cabecera    MAX_PIXELES

Una imagen de 90 bytes puede decir que mide 9000 × 9000 píxeles y ocupar 324 MB al
decodificarla. Pillow sólo se niega a partir de 178 millones de píxeles.
"""

import io

try:
    from PIL import Image
except ImportError:
    raise SystemExit("Falta Pillow, con el que se leen las imágenes: pip install Pillow "
                     "(en Debian o Ubuntu: sudo apt install python3-pil.imagetk)") from None

FORMATOS = ("PNG", "JPEG", "GIF")  # Pillow conoce 40 más que no nos hacen falta
MAX_BYTES = 60_000  # con su cabecera cabe en un datagrama de 65 507
MAX_PIXELES = 1_000_000  # 4 MB ya decodificada
LADO = 128  # píxeles con los que se muestra


class ErrorImagen(Exception):
    """Una imagen que no se va a mostrar; el texto dice por qué."""


def formato(datos):
    """Cómo se llama en el protocolo el formato de una imagen ya revisada.

    La extensión (.JPG, ninguna) no siempre lo dice.
    """
    return Image.open(io.BytesIO(datos), formats=FORMATOS).format.lower()


def revisar(datos):
    """Devolver la imagen, de LADO píxeles como mucho; ErrorImagen si no es de fiar."""
    if len(datos) > MAX_BYTES:
        raise ErrorImagen(f"son {len(datos)} bytes; se admiten {MAX_BYTES}")
    try:
        imagen = Image.open(io.BytesIO(datos), formats=FORMATOS)  # lee sólo la cabecera
        ancho, alto = imagen.size
        if ancho * alto <= MAX_PIXELES:
            imagen.thumbnail((LADO, LADO))  # aquí se decodifica
            return imagen.convert("RGBA")
    except Exception as error:  # con bytes dañados Pillow lanza errores de todas clases
        raise ErrorImagen(f"no es una imagen que se pueda leer ({type(error).__name__})") from None
    raise ErrorImagen(f"dice medir {ancho} × {alto} píxeles")

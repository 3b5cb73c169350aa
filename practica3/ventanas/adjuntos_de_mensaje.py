"""Lo que un mensaje lleva además de su texto: como llega, como se guardó, y como se envía.

    Dicho ──▶ adjunto_de ──▶ AdjuntoSticker, AdjuntoVoz, AdjuntoArchivo ──▶ por_enviar ──▶ Cliente
    Fila del historial ──▶ adjunto_guardado ──▶ lo mismo, que se abrirá cuando esté a la vista
"""

import pathlib

from adjuntos import archivos
from presencia import eventos
from ventanas.globos.mensaje import AdjuntoArchivo, AdjuntoSticker, AdjuntoVoz, Mensaje
from ventanas.guardado.historial import Fila

PERDIDO = "Ya no se conserva"  # lo que dice el globo de un adjunto cuyo archivo ya no está
YA_NO = "Ya no se ofrece"  # y de un archivo de otras veces que no se descargó


def adjunto_de(dicho: eventos.Dicho) -> "AdjuntoSticker | AdjuntoVoz | AdjuntoArchivo | None":
    """Lo que un mensaje muestra además de su texto, todavía sin preparar."""
    if dicho.tipo == "archivo":
        pesa = dicho.bytes or len(dicho.cuerpo or b"")
        return AdjuntoArchivo(dicho.nombre, pesa, dicho, cuerpo=dicho.cuerpo)
    if dicho.tipo in ("sticker", "imagen"):
        return AdjuntoSticker(cuerpo=dicho.cuerpo, formato=dicho.formato or "")
    if dicho.tipo == "audio":
        formato = dicho.formato or "wav"
        return AdjuntoVoz(dicho.duracion or 0.0, cuerpo=dicho.cuerpo, formato=formato)
    return None


def adjunto_guardado(fila: Fila) -> "AdjuntoSticker | AdjuntoVoz | AdjuntoArchivo | None":
    """El adjunto de un mensaje del historial, que se abrirá cuando esté a la vista."""
    ruta = pathlib.Path(fila.archivo) if fila.archivo else None
    if fila.tipo == "archivo":
        nombre = ruta.name if ruta else "archivo"
        if ruta is None or not ruta.is_absolute():
            return AdjuntoArchivo(nombre, aviso=YA_NO)
        return AdjuntoArchivo(nombre, ruta=ruta, por_abrir=True)
    if fila.tipo == "imagen" and ruta is None:
        return AdjuntoSticker(aviso=f"Imagen. {PERDIDO}.")
    if fila.tipo in ("sticker", "imagen"):
        return AdjuntoSticker(ruta=ruta, por_abrir=True)
    if fila.tipo == "audio" and ruta is None:
        return AdjuntoVoz(aviso=PERDIDO)
    if fila.tipo == "audio":
        return AdjuntoVoz(fila.duracion or 0.0, ruta=ruta, por_abrir=True)
    return None


def por_enviar(mensaje: Mensaje) -> dict:
    """Lo que se envía con un mensaje además de su texto. Lanza OSError si ya no está."""
    adjunto = mensaje.adjunto
    if isinstance(adjunto, AdjuntoArchivo):
        return archivos.preparar(adjunto.ruta or "")
    if adjunto is None or (mensaje.tipo == "sticker" and not (adjunto.ruta or adjunto.cuerpo)):
        return {}
    if adjunto.cuerpo is None and adjunto.ruta is None:
        raise FileNotFoundError(PERDIDO)
    formato = adjunto.ruta.suffix[1:] if adjunto.ruta else adjunto.formato
    cuerpo = adjunto.ruta.read_bytes() if adjunto.cuerpo is None else adjunto.cuerpo
    duracion = {"duracion": round(adjunto.duracion, 3)} if mensaje.tipo == "audio" else {}
    return {"formato": formato, "cuerpo": cuerpo, **duracion}

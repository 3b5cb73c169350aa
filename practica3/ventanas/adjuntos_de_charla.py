"""Los adjuntos de una charla: prepararlos para que se vean u oigan, y guardar los que llegan.

    Charla ─▶ preparar ─▶ ayudante de preparador.py: abrir, descomprimir ─▶ el globo cambia
    lo de otras veces, o que se soltó para no ocupar memoria: se abre cuando está a la vista
"""

import os
import pathlib

from adjuntos import archivos
from adjuntos.ayudante import DESCARTADO
from ventanas.adjuntos_de_mensaje import PERDIDO
from ventanas.globos.mensaje import (
    AdjuntoArchivo, AdjuntoSticker, AdjuntoVoz, ImagenDeTk, Mensaje)


class AdjuntosDeCharla:
    """Los stickers, las voces y las imágenes de una charla."""

    def __init__(self, charla):
        self._charla, self._conversacion = charla, charla.conversacion
        self._preparador = charla.aplicacion.preparador

    def preparar(self, mensaje: Mensaje, origen: "bytes | pathlib.Path | None") -> None:
        """Preparar lo que un adjunto muestra; cuando esté, se ve."""
        if mensaje.tipo in ("imagen", "archivo"):
            self._charla.archivos.preparar(mensaje)
        elif mensaje.tipo == "sticker":
            self._preparador.pedir_sticker(
                mensaje.content if origen is None else origen,
                lambda imagen, falla: self.al_estar_imagen(mensaje, imagen, falla),
                de=mensaje.ajeno_de)
        elif origen is not None:
            self._preparador.pedir_voz(
                origen, lambda voz, falla: self._al_estar_voz(mensaje, voz, falla),
                de=mensaje.ajeno_de)

    def al_estar_imagen(self, mensaje: Mensaje, imagen: "ImagenDeTk | None", falla: str) -> None:
        """Mostrar un sticker o una imagen que ya se preparó, y guardar lo que llegó."""
        if not self._conversacion.winfo_exists():
            return
        sticker = mensaje.adjunto
        sticker.imagen = imagen
        if falla:
            es_sticker = mensaje.tipo == "sticker"
            que = f"Sticker «{mensaje.content}»" if es_sticker else "Imagen"
            sticker.aviso = f"{que} (no se puede mostrar)"
            self._quejarse(mensaje, "un sticker" if es_sticker else "una imagen", falla)
        elif sticker.cuerpo is not None and sticker.ruta is None and mensaje.tipo == "imagen":
            self._preparador.guardar_archivo(
                sticker.cuerpo, archivos.nombrar_imagen(mensaje.hora, imagen.formato),
                mensaje.autor, lambda ruta, _: self._al_guardar(mensaje, ruta))
        elif sticker.cuerpo is not None and sticker.ruta is None:
            self._preparador.guardar(
                sticker.cuerpo, imagen.formato, lambda ruta, _: self._al_guardar(mensaje, ruta),
                de=mensaje.ajeno_de)
        self._conversacion.cambiar(mensaje)

    def _al_guardar(self, mensaje: Mensaje, ruta: "pathlib.Path | None") -> None:
        mensaje.adjunto.ruta = ruta
        if ruta is not None:
            mensaje.adjunto.cuerpo = None
        elif not mensaje.propio:
            self._preparador.retener(mensaje.adjunto)
        self._charla.anotar(mensaje)

    def _al_estar_voz(self, mensaje: Mensaje, voz: "AdjuntoVoz | None", falla: str) -> None:
        if not self._conversacion.winfo_exists():
            return
        if falla:
            mensaje.adjunto.aviso = "No se puede oír"
            self._quejarse(mensaje, "un mensaje de voz", falla)
            self._conversacion.cambiar(mensaje)
        else:
            guardada = mensaje.adjunto.ruta is not None
            self._conversacion.cambiar(mensaje, adjunto=voz)
            if voz.cuerpo is not None and not mensaje.propio:
                self._preparador.retener(voz)
            if not guardada:  # si no, ya estaba en el historial
                self._charla.anotar(mensaje)

    def _quejarse(self, mensaje: Mensaje, que: str, falla: str) -> None:
        if mensaje.propio:
            return
        mensaje.adjunto.cuerpo = None  # lo que no se puede mostrar no se conserva
        if falla != DESCARTADO:  # de ésos basta el globo: las notas serían otra inundación
            self._conversacion.agregar_nota(
                f"{mensaje.autor} envió {que} que no se puede usar. {falla}", True)

    def preparar_visibles(self) -> None:
        """Abrir los adjuntos a la vista sin abrir, o que se soltaron para no ocupar memoria."""
        for mensaje in self._conversacion.visibles():
            adjunto = getattr(mensaje, "adjunto", None)
            if adjunto is None:
                continue
            if getattr(adjunto, "se_solto", False):
                # Con la misma medida, y ya pedida.
                adjunto.imagen = ImagenDeTk(adjunto.imagen.medida, "", [], fotos=None)
                adjunto.por_abrir = True
            if adjunto.por_abrir:
                adjunto.por_abrir = False
                self._abrir_guardado(mensaje)

    def _abrir_guardado(self, mensaje: Mensaje) -> None:
        """Abrir un adjunto de otras veces.

        Si ya no está, lo quitó este programa para no llenar el disco (datos.limitar): nadie falló.
        """
        adjunto = mensaje.adjunto
        if adjunto.ruta is None or os.path.exists(adjunto.ruta):
            self.preparar(mensaje, adjunto.ruta or adjunto.cuerpo)
        elif mensaje.tipo == "audio":
            self._conversacion.cambiar(mensaje, adjunto=AdjuntoVoz(aviso=PERDIDO))
        elif mensaje.tipo == "archivo":
            perdido = AdjuntoArchivo(adjunto.nombre, aviso=PERDIDO)
            self._conversacion.cambiar(mensaje, adjunto=perdido)
        else:
            que = f"Sticker «{mensaje.content}»" if mensaje.tipo == "sticker" else "Imagen"
            aviso = f"{que}. {PERDIDO}."
            self._conversacion.cambiar(mensaje, adjunto=AdjuntoSticker(aviso=aviso))

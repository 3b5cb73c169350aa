"""Lo que se dice en una charla: mostrarlo, confirmar que salió, recordarlo.

    eventos del cliente ──▶ Dialogo ──▶ Conversacion (globos), historial, adjuntos
    lo que se escribe   ──▶ Dialogo ──▶ cliente; en la conversación, «en espera» hasta que sale

Un mensaje propio se ve y se guarda en cuanto se dice, con un reloj; al salir a la red el reloj
es una palomita, y si no pudo salir queda marcado y se puede reintentar, también otro día.
"""

import collections
import contextlib
import os
import pathlib
import time
from tkinter import filedialog

import campos
from equipo import errores
from presencia import eventos
from presencia import usuario
from ventanas.globos import mensajes
from ventanas.aspecto import texto_seguro

RECUERDO = 2_000  # mensajes del historial que se muestran al abrir
MAX_CLAVES = 5_000  # mensajes recientes que se reconocen si llegan otra vez
PERDIDO = "Ya no se conserva"  # lo que dice el globo de un adjunto cuyo archivo ya no está
SUSTITUIDO = "reintentado"  # estado, en el historial, de lo que no salió y se dijo otra vez: no se muestra
CLASES = {"msj": "texto", "sticker": "sticker", "audio": "audio"}  # tipo → clase de mensaje
ERRORES = (campos.ErrorProtocolo, usuario.ErrorAccion)  # lo que se quiso decir no se puede


class Dialogo:
    """Lo dicho en una sala o con una persona, entre el cliente y su conversación."""

    def __init__(self, aplicacion, conversacion, charla: str, enviar, al_llegar):
        """`charla`: «#sala» o «@persona»; `enviar(texto, tipo, **adjunto)` da el Dicho o lanza ERRORES; `al_llegar(mensaje)`, lo ajeno."""
        self.aplicacion = aplicacion
        self.conversacion = conversacion
        self._charla, self._decir, self._al_llegar = charla, enviar, al_llegar
        self._en_espera: "dict[eventos.Dicho, mensajes.Mensaje]" = {}  # propios que aún no salen a la red
        self._llegando: "dict[str, mensajes.Mensaje]" = {}  # de quién → lo largo que está llegando
        self._borrador = ("", "")  # lo último que se recordó, o se leyó, de lo escrito sin enviar, y de quién es
        self._claves: "collections.OrderedDict[tuple, None]" = collections.OrderedDict()

    # ---- lo que llega

    def recibir(self, dicho: eventos.Dicho) -> None:
        """Mostrar un mensaje, un sticker o una voz; de los propios, que ya salieron."""
        clase = CLASES[dicho.tipo]
        if dicho in self._en_espera:
            self._confirmar(self._en_espera.pop(dicho))
            return
        if not self._es_nuevo((dicho.autor, dicho.hora, clase, dicho.content)):
            return  # ya está, en el historial
        mensaje = self._llegando.pop(dicho.autor, None) if dicho.cuerpo is not None else None
        if mensaje is None:
            estado = "enviado" if dicho.propio else ""
            mensaje = mensajes.Mensaje(clase, dicho.autor, dicho.content, dicho.hora, dicho.propio, estado)
            self._agregar(mensaje)
        else:
            mensaje.ficha.clear()
            self.conversacion.cambiar(mensaje, clase=clase, contenido=dicho.content, hora=dicho.hora)
        self._adjuntar(mensaje, dicho.cuerpo)
        if dicho.cuerpo is None:
            self._anotar(mensaje)

    def _agregar(self, mensaje: mensajes.Mensaje) -> None:
        mio = self.aplicacion.cliente.user
        mensaje.para_mi = not mensaje.propio and f"@{texto_seguro.plegar(mio)}" in texto_seguro.plegar(mensaje.contenido)
        if not mensaje.propio:
            self._al_llegar(mensaje)
        self.conversacion.agregar(mensaje)

    def _es_nuevo(self, clave: tuple) -> bool:
        nuevo = clave not in self._claves
        self._claves[clave] = None
        if len(self._claves) > MAX_CLAVES:
            self._claves.popitem(last=False)
        return nuevo

    def recibir_progreso(self, autor: str, parte: float) -> None:
        """Mostrar cuánto ha llegado, de 0 a 1, de algo largo que alguien envía."""
        mensaje = self._llegando.get(autor)
        if mensaje is None:
            mensaje = self._llegando[autor] = mensajes.Mensaje("audio", autor, "", time.time())
            self._agregar(mensaje)
        mensaje.ficha["progreso"] = parte
        self.conversacion.cambiar(mensaje)

    def anotar_perdida(self, autor: str, cuantos: int) -> None:
        """Decir que algo se perdió sin remedio."""
        mensaje = self._llegando.pop(autor, None)
        if mensaje is not None:
            mensaje.ficha = {"falla": "No llegó completo"}
            self.conversacion.cambiar(mensaje)
        self.conversacion.agregar_nota(f"{contar_perdidos(cuantos)} de {autor}", "error")

    def _adjuntar(self, mensaje: mensajes.Mensaje, origen) -> None:
        """Preparar lo que un sticker o una voz muestran; cuando esté, se ve."""
        adjuntos = self.aplicacion.adjuntos
        if mensaje.clase == "sticker":
            adjuntos.pedir_sticker(mensaje.contenido if origen is None else origen, lambda ficha: self._al_estar(mensaje, ficha, origen))
        elif mensaje.clase == "audio" and origen is not None:
            adjuntos.pedir_voz(origen, lambda ficha: self._al_estar(mensaje, ficha, origen))

    def _al_estar(self, mensaje: mensajes.Mensaje, ficha: dict, origen) -> None:
        if not self.conversacion.winfo_exists():
            return
        if "falla" in ficha or "falta" in ficha:
            que = "un mensaje de voz" if mensaje.clase == "audio" else "un sticker"
            if not mensaje.propio:
                self.conversacion.agregar_nota(f"{mensaje.autor} envió {que} que no se puede usar. {ficha.get('falla') or ficha['falta']}", "error")
            ficha = {"falla": "No se puede oír"} if mensaje.clase == "audio" else {"falta": f"Sticker «{mensaje.contenido}» (no se puede mostrar)"}
        mensaje.ficha.update(ficha)
        self.conversacion.cambiar(mensaje)
        if isinstance(origen, bytes) and "formato" in ficha:
            self.aplicacion.adjuntos.guardar(origen, ficha["formato"], lambda lista: self._al_guardar(mensaje, lista))
        elif isinstance(origen, bytes) and "ruta" in ficha:
            self._al_guardar(mensaje, ficha)
        elif isinstance(origen, pathlib.Path) and "formato" in ficha:
            mensaje.ficha["ruta"] = origen  # y no se anota: ya estaba en el historial

    def _al_guardar(self, mensaje: mensajes.Mensaje, ficha: dict) -> None:
        mensaje.ficha["ruta"] = ficha.get("ruta")
        self._anotar(mensaje)

    # ---- el historial

    def _anotar(self, mensaje: mensajes.Mensaje) -> None:
        archivo = mensaje.ficha.get("ruta")
        self.aplicacion.historial.anotar(
            mensaje.autor if mensaje.propio else self.aplicacion.cliente.user, self._charla, autor=mensaje.autor, clase=mensaje.clase,
            contenido=mensaje.contenido, hora=mensaje.hora, propio=mensaje.propio,
            estado=mensaje.estado, archivo=str(archivo) if archivo else None, duracion=mensaje.ficha.get("duracion"))

    def recordar(self) -> None:
        """Poner lo que se dijo otras veces."""
        por_salir = {dicho.hora: dicho for dicho in self.aplicacion.cliente.sin_salir()}
        for fila in self.aplicacion.historial.leer(self.aplicacion.cliente.user, self._charla, RECUERDO):
            if fila["estado"] == SUSTITUIDO:
                continue
            mensaje = mensajes.Mensaje(fila["clase"], fila["autor"], fila["contenido"], fila["hora"], bool(fila["propio"]), fila["estado"])
            if mensaje.estado == "espera" and mensaje.hora in por_salir:  # de una ventana que se cerró y se abre otra vez
                self._en_espera[por_salir[mensaje.hora]] = mensaje
            elif mensaje.estado == "espera":  # no se supo que saliera
                mensaje.estado = "fallo"
            self._claves[fila["autor"], fila["hora"], fila["clase"], fila["contenido"]] = None
            self.conversacion.agregar(mensaje)
            if fila["archivo"] or mensaje.clase == "sticker":
                mensaje.ficha["por_preparar"] = fila["archivo"]
            elif mensaje.clase == "audio":
                mensaje.ficha["falla"] = PERDIDO

    def dejar_borrador(self, texto: str) -> None:
        """Recordar lo escrito y no enviado, si cambió."""
        if (self.aplicacion.cliente.user, texto) != self._borrador:
            self._borrador = (self.aplicacion.cliente.user, texto)
            self.aplicacion.historial.guardar_borrador(self.aplicacion.cliente.user, self._charla, texto)

    def leer_borrador(self) -> str:
        """Lo que se dejó sin enviar."""
        texto = self.aplicacion.historial.leer_borrador(self.aplicacion.cliente.user, self._charla)
        self._borrador = (self.aplicacion.cliente.user, texto)
        return texto

    def preparar_visibles(self) -> None:
        """Abrir los adjuntos a la vista que aún no se abrieron, o que se soltaron para no ocupar memoria."""
        for _, mensaje in self.conversacion.visibles():
            if mensaje.clase == "sticker" and mensaje.ficha.get("fotos") == []:
                del mensaje.ficha["fotos"]  # ya está pedido
                self._preparar(mensaje, mensaje.ficha.get("ruta"))
            if "por_preparar" in mensaje.ficha:
                self._preparar(mensaje, mensaje.ficha.pop("por_preparar"))

    def _preparar(self, mensaje: mensajes.Mensaje, archivo: "str | pathlib.Path | None") -> None:
        """Abrir lo guardado. Si ya no está, lo quitó este programa para no llenar el disco (véase datos.limitar): nadie falló."""
        if archivo and not os.path.exists(archivo):
            mensaje.ficha = {"falla": PERDIDO} if mensaje.clase == "audio" else {"falta": f"Sticker «{mensaje.contenido}». {PERDIDO}."}
            self.conversacion.cambiar(mensaje)
        else:
            self._adjuntar(mensaje, pathlib.Path(archivo) if archivo else None)

    # ---- lo que se dice

    def decir(self, contenido: str, tipo: str, **adjunto) -> bool:
        """Enviar algo y mostrarlo; False, y se explica, si no se puede ni pedir. Una voz queda ahí para reintentarlo."""
        try:
            dicho = self._decir(contenido, tipo, **adjunto)
        except ERRORES as error:
            explicacion = str(error)
            self.conversacion.agregar_nota(explicacion[:1].upper() + explicacion[1:], "error")
            if tipo == "audio":
                self._poner_propio(tipo, contenido, round(time.time(), 3), "fallo", adjunto)
            return False
        self._en_espera[dicho] = self._poner_propio(tipo, contenido, dicho.hora, "espera", adjunto)
        return True

    def _poner_propio(self, tipo: str, contenido: str, hora: float, estado: str, adjunto: dict) -> mensajes.Mensaje:
        ficha = {"adjunto": adjunto} if adjunto else {}
        mensaje = mensajes.Mensaje(CLASES[tipo], self.aplicacion.cliente.user, contenido, hora, True, estado, ficha=ficha)
        self.conversacion.agregar(mensaje)
        self._anotar(mensaje)
        self._adjuntar(mensaje, adjunto.get("cuerpo"))
        return mensaje

    def _confirmar(self, mensaje: mensajes.Mensaje) -> None:
        """Anotar que salió algo que ya está a la vista."""
        mensaje.ficha.pop("adjunto", None)
        self.conversacion.cambiar(mensaje, estado="enviado")
        self._anotar(mensaje)

    def fallar(self, explicacion: str, dicho: eventos.Dicho) -> None:
        """Marcar como no enviado lo que no pudo salir, y decir por qué."""
        mensaje = self._en_espera.pop(dicho, None)
        if mensaje is None:  # se dijo en una ventana que ya se cerró
            adjunto = {clave: valor for clave in ("formato", "duracion", "cuerpo") if (valor := getattr(dicho, clave)) is not None}
            self._poner_propio(dicho.tipo, dicho.content, dicho.hora, "fallo", adjunto)
        else:
            self.conversacion.cambiar(mensaje, estado="fallo")
            self._anotar(mensaje)
        self.conversacion.agregar_nota(explicacion, "error")

    def _reintentar(self, mensaje: mensajes.Mensaje) -> None:
        tipo = {"texto": "msj"}.get(mensaje.clase, mensaje.clase)
        try:
            dicho = self._decir(mensaje.contenido, tipo, **self._adjunto_de(mensaje))
        except OSError:
            self.conversacion.agregar_nota(f"No se puede enviar otra vez. {PERDIDO}.", "error")
            return
        except ERRORES as error:
            self.conversacion.agregar_nota(str(error), "error")
            return
        mensaje.estado = SUSTITUIDO
        self._anotar(mensaje)  # el de antes: éste tiene otra hora, y quizá otro nombre
        mensaje.autor = self.aplicacion.cliente.user
        self.conversacion.cambiar(mensaje, estado="espera", hora=dicho.hora)
        self._en_espera[dicho] = mensaje
        self._anotar(mensaje)

    @staticmethod
    def _adjunto_de(mensaje: mensajes.Mensaje) -> dict:
        """Lo que se envía con un mensaje además de su texto; de uno de otra vez, lo guardado. Lanza OSError."""
        ruta = mensaje.ficha.get("ruta") or mensaje.ficha.get("por_preparar")
        if "adjunto" in mensaje.ficha or not (ruta or mensaje.clase == "audio"):
            return mensaje.ficha.get("adjunto", {})
        if not ruta:
            raise FileNotFoundError(PERDIDO)
        ruta = pathlib.Path(ruta)
        duracion = {"duracion": round(mensaje.ficha["duracion"], 3)} if mensaje.clase == "audio" else {}
        return {"formato": ruta.suffix[1:], **duracion, "cuerpo": ruta.read_bytes()}

    # ---- lo que se pide en la conversación

    def actuar(self, accion: str, mensaje: mensajes.Mensaje, dato) -> "list[tuple[str, str]] | None":
        """Hacer lo que se pidió con un mensaje; con «ofrecer», decir qué se puede: pares de rótulo y acción."""
        if accion == "ofrecer":
            return self._ofrecer(mensaje)
        sonido, falla = self.aplicacion.sonido, ""
        if accion == "tocar" and ("ruta" in mensaje.ficha or "contenido" in mensaje.ficha):
            falla = sonido.alternar(mensaje, self.conversacion)
        elif accion == "mover" and "ruta" in mensaje.ficha:
            falla = sonido.mover(mensaje, self.conversacion, dato)
        elif accion == "adelantar" and mensaje.ficha.get("duracion") and "ruta" in mensaje.ficha:
            parte = (mensaje.ficha.get("posicion", 0.0) + dato) / mensaje.ficha["duracion"]
            falla = sonido.mover(mensaje, self.conversacion, max(0.0, min(parte, 1.0)))
        elif accion == "reintentar" and mensaje.estado == "fallo":
            self._reintentar(mensaje)
        elif accion == "guardar":
            self._guardar_adjunto(mensaje)
        elif accion == "privado":
            self.aplicacion.abrir_privado(mensaje.autor)
        if falla:
            self.conversacion.agregar_nota(falla, "error")
        return None

    def _ofrecer(self, mensaje: mensajes.Mensaje) -> "list[tuple[str, str]]":
        opciones = []
        if mensaje.clase == "audio" and mensaje.ficha.get("ruta"):
            opciones += [("Pausar" if mensaje.ficha.get("sonando") else "Oír", "tocar"), ("Guardar .wav…", "guardar")]
        elif mensaje.clase == "sticker" and mensaje.ficha.get("ruta"):
            opciones.append(("Guardar imagen…", "guardar"))
        if mensaje.estado == "fallo":
            opciones.append(("Reintentar", "reintentar"))
        if not mensaje.propio and not mensaje.es_nota and not self.conversacion.pintor.privado:
            opciones.append(("Escribir en privado", "privado"))
        return opciones

    def _guardar_adjunto(self, mensaje: mensajes.Mensaje) -> None:
        origen = mensaje.ficha["ruta"]
        que = "voz" if mensaje.clase == "audio" else "sticker"
        nombre = time.strftime(f"{que} %Y-%m-%d %H.%M", time.localtime(mensaje.hora)) + origen.suffix
        ruta = filedialog.asksaveasfilename(parent=self.conversacion, initialfile=nombre, defaultextension=origen.suffix)
        if ruta:
            self.escribir(ruta, origen.read_bytes)

    def escribir(self, ruta: str, leer) -> None:
        """Escribir en un archivo del usuario los bytes que da `leer()`, y decir cómo fue."""
        parcial = f"{ruta}.parcial"  # entero o nada: si algo falla, lo que ya había sigue ahí
        try:
            contenido = leer()
            with open(parcial, "wb") as archivo:
                archivo.write(contenido)
            os.replace(parcial, ruta)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.unlink(parcial)
            self.conversacion.agregar_nota(f"No se pudo guardar en {ruta}: {errores.explicar(error)}.", "error")
        else:
            self.conversacion.agregar_nota(f"Guardado en {ruta}")


def contar_perdidos(cuantos: int) -> str:
    """Decir cuántos mensajes se perdieron."""
    return "Se perdió un mensaje" if cuantos == 1 else f"Se perdieron {cuantos} mensajes"

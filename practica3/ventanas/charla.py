"""Lo que se dice en una sala o con una persona: mostrarlo, confirmar que salió, recordarlo.

    eventos del cliente ──▶ Charla ──▶ Conversacion (globos), historial, preparador
    lo que se escribe   ──▶ Charla ──▶ cliente; en la conversación, «en espera» hasta que sale

Un mensaje propio se ve y se guarda en cuanto se dice, con un reloj; al salir a la red el reloj
es una palomita, y si no pudo salir queda marcado y se puede reintentar, también otro día.
"""

import pathlib
import time

import campos
from adjuntos import archivos
from equipo import datos
from equipo import errores
from fiabilidad.recientes import Recientes
from presencia import eventos
from ventanas import adjuntos_de_charla
from ventanas import adjuntos_de_mensaje as adjuntos
from ventanas import archivos_de_charla
from ventanas import respuestas
from ventanas.aspecto import texto_seguro
from ventanas.adjuntos_de_mensaje import PERDIDO
from ventanas.globos.mensaje import (
    APLAZADO, ENTREGADO, ENVIADO, ESPERA, FALLO, LOCAL, MARCAS, NO_LLEGO, AdjuntoArchivo,
    AdjuntoVoz, Mensaje, Nota)
from ventanas.guardado.historial import Fila

RECUERDO = 2_000  # mensajes del historial que se muestran al abrir
MAX_CLAVES = 5_000  # mensajes recientes que se reconocen si llegan otra vez
SUSTITUIDO = "reintentado"  # en el historial, lo que no salió y se dijo otra vez: no se muestra
ERRORES = (campos.ErrorProtocolo, eventos.ErrorAccion)  # lo que se quiso decir no se puede


class Charla:
    """Lo dicho en una sala o con una persona, entre el cliente y su conversación."""

    def __init__(self, aplicacion, conversacion, clave: str, enviar, al_llegar):
        """`clave`: «#sala» o «@persona», como la conoce el historial.

        `enviar(content, tipo, **adjunto)` da el Dicho o lanza ERRORES; `al_llegar(mensaje)` se
        llama con lo ajeno.
        """
        self.aplicacion, self.conversacion = aplicacion, conversacion
        self._clave, self._enviar, self._al_llegar = clave, enviar, al_llegar
        # Los propios que aún no salen a la red.
        self._en_espera: "dict[eventos.Dicho, Mensaje]" = {}
        self._por_llegar: "dict[eventos.Dicho, Mensaje]" = {}  # privados sin acuse todavía
        self._llegando: "dict[str, Mensaje]" = {}  # de quién → lo largo que está llegando
        # De lo reciente, por si llega otra vez; de un archivo, además, su mensaje.
        self._claves: "dict[tuple, Mensaje | None]" = Recientes(MAX_CLAVES)
        self.archivos = archivos_de_charla.ArchivosDeCharla(self)
        self.adjuntos = adjuntos_de_charla.AdjuntosDeCharla(self)
        self.respuestas = respuestas.Respuestas(self)
        self.al_responder = None  # la ventana pone la cita en su redactor

    # ---- lo que llega

    def recibir(self, dicho: eventos.Dicho) -> None:
        """Mostrar un mensaje, un sticker o una voz; de los propios, que ya salieron."""
        if dicho in self._en_espera:
            mensaje = self._en_espera.pop(dicho)
            estado = LOCAL if self.aplicacion.cliente.solo_aqui else ENVIADO
            self.conversacion.cambiar(mensaje, estado=estado)
            self.anotar(mensaje)
            self.archivos.terminar(dicho)
            if dicho.privado:
                self._por_llegar[dicho] = mensaje
            return
        if dicho.tipo == "borrar":
            self._al_borrar(dicho)
            return
        clave = (dicho.autor, dicho.hora, dicho.tipo, dicho.content)
        if self.respuestas.se_borro(dicho):
            return
        if clave in self._claves:  # ya está, en el historial
            if dicho.ofrecido:
                self.archivos.ofrecer_otra_vez(self._claves[clave], dicho)
            return
        self._claves[clave] = None
        mensaje = self._llegando.pop(dicho.autor, None) if dicho.cuerpo is not None else None
        if mensaje is None:
            mensaje = Mensaje(dicho.tipo, dicho.autor, dicho.content, dicho.hora, dicho.propio,
                              ENVIADO if dicho.propio else "", adjuntos.adjunto_de(dicho),
                              dicho.duda)
            mensaje.cita = dicho.cita
            self._agregar(mensaje)
        else:
            self.conversacion.cambiar(mensaje, tipo=dicho.tipo, content=dicho.content,
                                      hora=dicho.hora, adjunto=adjuntos.adjunto_de(dicho),
                                      duda=dicho.duda)
        if mensaje.adjunto is not None:
            self.adjuntos.preparar(mensaje, dicho.cuerpo)
        if dicho.cuerpo is None:
            self.anotar(mensaje)

    def _agregar(self, mensaje: Mensaje) -> None:
        if not mensaje.propio:
            mensaje.para_mi = menciona(mensaje.content, self.aplicacion.cliente.user)
            self._al_llegar(mensaje)
        self.conversacion.agregar(mensaje)

    def recibir_progreso(self, evento: eventos.Progreso) -> None:
        """Mostrar cuánto ha llegado de algo largo que alguien envía."""
        if evento.dicho is not None:
            self.archivos.avanzar(evento)
            return
        mensaje = self._llegando.get(evento.autor)
        if mensaje is None:
            mensaje = Mensaje("audio", evento.autor, "", time.time(), adjunto=AdjuntoVoz())
            self._llegando[evento.autor] = mensaje
            self._agregar(mensaje)
        mensaje.adjunto.progreso = evento.llegados / evento.de
        self.conversacion.cambiar(mensaje)

    def anotar_perdida(self, evento: eventos.Perdido) -> None:
        """Decir que algo se perdió sin remedio."""
        mensaje = self._llegando.pop(evento.autor, None)
        if mensaje is not None:
            self.conversacion.cambiar(mensaje, adjunto=AdjuntoVoz(aviso="No llegó completo"))
        self.conversacion.agregar_nota(f"{contar_perdidos(evento.cuantos)} de {evento.autor}", True)

    def anotar_cancelado(self, evento: eventos.Cancelado) -> None:
        """Decir que lo que iba llegando ya no llegará, porque así lo quiso quien lo enviaba."""
        mensaje = self._llegando.pop(evento.autor, None)
        if mensaje is not None:
            self.conversacion.cambiar(mensaje, adjunto=AdjuntoVoz(aviso="Canceló el envío"))

    # ---- el historial

    def anotar(self, mensaje: Mensaje) -> None:
        """Recordar un mensaje, como está ahora."""
        adjunto, mio = mensaje.adjunto, self.aplicacion.cliente.user
        ruta = adjunto.ruta if adjunto else None
        if ruta is None and isinstance(adjunto, AdjuntoArchivo):
            ruta = archivos.limpiar_nombre(adjunto.nombre)  # sin carpeta: aún no está en ninguna
        fila = Fila(mensaje.tipo, mensaje.autor, mensaje.content, mensaje.hora, mensaje.propio,
                    mensaje.estado or mensaje.duda, str(ruta) if ruta else None,
                    getattr(adjunto, "duracion", None), mensaje.cita)
        de_quien = mensaje.autor if mensaje.propio else mio
        self.aplicacion.historial.anotar(de_quien, self._clave, fila)

    def recordar(self) -> None:
        """Poner lo que se dijo otras veces."""
        mio = self.aplicacion.cliente.user
        por_salir = {dicho.hora: dicho for dicho in self.aplicacion.cliente.sin_salir()}
        for fila in self.aplicacion.historial.leer(mio, self._clave, RECUERDO):
            if fila.tipo == "borrar":
                self.respuestas.recordar(fila.autor, float(fila.content))
            if fila.tipo == "borrar" or fila.estado == SUSTITUIDO:
                continue
            estado, duda = (fila.estado, "") if fila.propio else ("", fila.estado)
            mensaje = Mensaje(fila.tipo, fila.autor, fila.content, fila.hora, fila.propio,
                              estado, adjuntos.adjunto_guardado(fila),
                              duda if duda in MARCAS else "")
            mensaje.cita = fila.cita
            if mensaje.estado == ESPERA and mensaje.hora in por_salir:
                # De una ventana que se cerró y se abre otra vez.
                self._en_espera[por_salir[mensaje.hora]] = mensaje
            elif mensaje.estado == ESPERA:  # no se supo que saliera
                mensaje.estado = FALLO
            clave = (fila.autor, fila.hora, fila.tipo, fila.content)
            self._claves[clave] = mensaje if fila.tipo == "archivo" else None
            self.conversacion.agregar(mensaje)

    # ---- lo que se dice

    def decir(self, content: str, tipo: str = "msj", **adjunto) -> "Mensaje | None":
        """Enviar algo y mostrarlo; None, y se explica, si no se puede ni pedir.

        Una voz que no se pudo ni pedir queda ahí, para reintentarlo.
        """
        try:
            dicho = self._enviar(content, tipo, **adjunto)
        except ERRORES as error:
            explicacion = str(error)
            self.conversacion.agregar_nota(explicacion[:1].upper() + explicacion[1:], True)
            if tipo == "audio":
                dicho = eventos.Dicho(tipo, self.aplicacion.cliente.user, content,
                                      round(time.time(), 3), propio=True, **adjunto)
                self._poner_propio(dicho, FALLO)
            return None
        mensaje = self._en_espera[dicho] = self._poner_propio(dicho, ESPERA)
        return mensaje

    def _poner_propio(self, dicho: eventos.Dicho, estado: str) -> Mensaje:
        mensaje = Mensaje(dicho.tipo, self.aplicacion.cliente.user, dicho.content, dicho.hora,
                          True, estado, adjuntos.adjunto_de(dicho))
        mensaje.cita = dicho.cita
        self.conversacion.agregar(mensaje)
        self.anotar(mensaje)
        if mensaje.adjunto is not None:
            self.adjuntos.preparar(mensaje, dicho.cuerpo)
        return mensaje

    def pedir_borrar(self, hora: float) -> None:
        """Pedir a todos que borren lo propio que se dijo a esa hora."""
        try:
            self._al_borrar(self._enviar("", "borrar", borrada=hora))
        except ERRORES as error:
            self.conversacion.agregar_nota(str(error), True)

    def retirar(self, mensaje: Mensaje) -> None:
        """Borrar lo propio que aún no sale: no saldrá, ni hoy ni cuando alguien vuelva."""
        for dicho in [uno for uno, suyo in self._en_espera.items() if suyo is mensaje]:
            del self._en_espera[dicho]
            self.aplicacion.cliente.cancelar(dicho)
        mensaje.estado = SUSTITUIDO
        self.anotar(mensaje)
        mensaje.estado = ""

    def _al_borrar(self, dicho: eventos.Dicho) -> None:
        if dicho.duda:
            return  # quizá no es quien dice: tampoco se borra al abrirla otro día
        self.respuestas.recibir(dicho)
        mio = self.aplicacion.cliente.user
        fila = Fila("borrar", dicho.autor, str(dicho.borrada), dicho.hora, dicho.propio, "")
        self.aplicacion.historial.anotar(dicho.autor if dicho.propio else mio, self._clave, fila)

    def entregar(self, dicho: eventos.Dicho) -> None:
        """Marcar que un privado llegó."""
        if (mensaje := self._por_llegar.pop(dicho, None)) is not None:
            self.conversacion.cambiar(mensaje, estado=ENTREGADO)
            self.anotar(mensaje)

    def fallar(self, explicacion: str, dicho: eventos.Dicho, ausente: bool = False) -> None:
        """Marcar como no enviado lo que no pudo salir, y decir por qué.

        `ausente`: su destinatario no está; saldrá cuando vuelva, también otro día.
        """
        if not dicho.propio:
            self.archivos.fallar(explicacion, dicho)
            return
        estado = NO_LLEGO if dicho in self._por_llegar else APLAZADO if ausente else FALLO
        mensaje = self._en_espera.pop(dicho, None) or self._por_llegar.pop(dicho, None)
        if mensaje is None:  # se dijo en una ventana que ya se cerró
            self._poner_propio(dicho, estado)
        else:
            self.conversacion.cambiar(mensaje, estado=estado)
            self.anotar(mensaje)
        if ausente:
            self.conversacion.agregar_nota(f"{dicho.to} no está: se le enviará cuando vuelva.")
        else:
            self.conversacion.agregar_nota(explicacion, True)

    # ---- lo que se pide de un mensaje

    def reintentar(self, mensaje: Mensaje) -> None:
        """Decir otra vez algo que no salió; lo que espera a que alguien vuelva, cancelarlo."""
        if mensaje.estado == APLAZADO:
            self.conversacion.cambiar(mensaje, estado=FALLO)
            self.anotar(mensaje)
        elif mensaje.fracaso:
            self._decir_otra_vez(mensaje)

    def enviar_aplazados(self) -> None:
        """Volvió la otra persona: decirle lo que la esperaba."""
        for mensaje in self.conversacion.todos():
            if mensaje.estado == APLAZADO:
                self._decir_otra_vez(mensaje)

    def _decir_otra_vez(self, mensaje: Mensaje) -> None:
        try:
            dicho = self._enviar(mensaje.content, mensaje.tipo, **adjuntos.por_enviar(mensaje))
        except (OSError, archivos.ErrorArchivo):
            self.conversacion.agregar_nota(f"No se puede enviar otra vez. {PERDIDO}.", True)
            return
        except ERRORES as error:
            self.conversacion.agregar_nota(str(error), True)
            return
        mensaje.estado = SUSTITUIDO
        self.anotar(mensaje)  # el de antes: éste tiene otra hora, y quizá otro nombre
        mensaje.autor = self.aplicacion.cliente.user
        if isinstance(mensaje.adjunto, AdjuntoArchivo):
            self.archivos.decir_otra_vez(mensaje, dicho)
        self.conversacion.cambiar(mensaje, estado=ESPERA, hora=dicho.hora)
        self._en_espera[dicho] = mensaje
        self.anotar(mensaje)

    def olvidar(self, dicho: eventos.Dicho) -> None:
        """Se canceló algo propio: si no había salido, no saldrá."""
        if (mensaje := self._en_espera.pop(dicho, None)) is not None:
            self.conversacion.cambiar(mensaje, estado=FALLO)
            self.anotar(mensaje)

    def responder(self, mensaje: Mensaje) -> None:
        """Contestar a un mensaje: su cita se pone sobre el redactor."""
        if self.al_responder is not None:
            self.al_responder(self.respuestas.citar(mensaje))

    def borrar(self, mensaje: "Mensaje | Nota | None") -> None:
        """Borrar un mensaje propio para todos."""
        self.respuestas.borrar(mensaje)

    def usar(self, mensaje: Mensaje) -> None:
        """Lo que hace un clic en una imagen o en un archivo."""
        self.archivos.usar(mensaje)

    def oir(self, mensaje: Mensaje) -> None:
        """Oír una voz, o ponerla en pausa."""
        if mensaje.adjunto.se_puede_oir:
            self.aplicacion.sonido.alternar(mensaje, self.conversacion)

    def mover_voz(self, mensaje: Mensaje, parte: float) -> None:
        """Ir a una parte de una voz, de 0 a 1."""
        if mensaje.adjunto.se_puede_oir:
            self.aplicacion.sonido.mover(mensaje, self.conversacion, parte)

    def adelantar_voz(self, mensaje: "Mensaje | Nota", segundos: float) -> None:
        """Mover una voz desde donde va."""
        voz = getattr(mensaje, "adjunto", None)
        if isinstance(voz, AdjuntoVoz) and voz.duracion:
            self.mover_voz(mensaje, max(0.0, min((voz.posicion + segundos) / voz.duracion, 1.0)))

    def opciones_de(self, mensaje: "Mensaje | Nota") -> "list[tuple[str, object]]":
        """Lo que se puede hacer con un mensaje: pares de rótulo y función."""
        opciones = []
        if isinstance(mensaje, Nota) or mensaje.borrado:
            return opciones
        adjunto = mensaje.adjunto
        if isinstance(adjunto, AdjuntoVoz) and adjunto.se_puede_oir:
            opciones.append(("Pausar" if adjunto.sonando else "Oír", self.oir))
        if mensaje.tipo in ("imagen", "archivo") and adjunto is not None:
            opciones += self.archivos.opciones_de(mensaje)
        elif adjunto is not None and adjunto.ruta is not None and not adjunto.aviso:
            es_voz = mensaje.tipo == "audio"
            rotulo = f"Guardar {adjunto.ruta.suffix}…" if es_voz else "Guardar imagen…"
            opciones.append((rotulo, self.archivos.guardar_como))
        opciones.append(("Responder", self.responder))
        if mensaje.fracaso:
            rotulo = "Cancelar el envío" if mensaje.estado == APLAZADO else "Reintentar"
            opciones.append((rotulo, self.reintentar))
        if mensaje.propio:
            opciones.append(("Borrar para todos…", self.borrar))
        if not mensaje.propio and self._clave.startswith("#"):
            opciones.append(("Escribir en privado",
                             lambda de: self.aplicacion.abrir_privado(de.autor)))
        return opciones

    def escribir(self, ruta: str, leer) -> None:
        """Escribir en un archivo del usuario los bytes que da `leer()`, y decir cómo fue."""
        try:
            datos.escribir(pathlib.Path(ruta), leer())
        except OSError as error:
            motivo = errores.explicar(error)
            self.conversacion.agregar_nota(f"No se pudo guardar en {ruta}: {motivo}.", True)
        else:
            self.conversacion.agregar_nota(f"Guardado en {ruta}")


def menciona(texto: str, user: str) -> bool:
    """Si en un texto se menciona a alguien, con acentos y mayúsculas o sin ellos."""
    nombre, texto = (campos.plegar_texto(uno) for uno in (f"@{user}", texto))
    return texto_seguro.plegar(nombre) in texto_seguro.plegar(texto)


def contar_perdidos(cuantos: int) -> str:
    """Decir cuántos mensajes se perdieron."""
    return "Se perdió un mensaje" if cuantos == 1 else f"Se perdieron {cuantos} mensajes"

"""Las imágenes y los archivos de una charla: enviarlos, pedirlos, verlos y guardarlos.

    elegidos, pegados ─▶ VentanaEnvio ─▶ ayudante: encoger, leer ─▶ Charla.decir
    un archivo que se ofrece ─▶ su tarjeta, «Descargar 12 MB» ─▶ Cliente.descargar
        ─▶ Progreso… Descargado ─▶ ayudante: guardar ─▶ la tarjeta: Abrir, Mostrar en la carpeta

Nada se abre por sí mismo, y un programa pregunta antes.

No se sueltan sobre la ventana: Tk no sabe recibirlos. tkinterdnd2 (0.7, que se probó) le añade una
biblioteca compilada por sistema y versión de Tk, y no trae la de todos: le faltan Tk 9 en las Mac
con Intel y en Windows para ARM, y lo que no use glibc. Cargada en este mismo proceso, lo que falle
en ella lo termina, y sólo en Linux se podría probar aquí. Copiar y pegar hace lo mismo.
"""

import pathlib
import time
from tkinter import filedialog
from tkinter import messagebox

from adjuntos import archivos
from adjuntos import contenido
from equipo import datos
from equipo import escritorio
from presencia import eventos
from ventanas import envio
from ventanas import portapapeles
from ventanas import visor
from ventanas.globos.mensaje import AdjuntoArchivo, AdjuntoSticker, Mensaje

LADO_IMAGEN = 320  # píxeles a 96 ppp con que se ve una imagen en la conversación, como mucho
# De lo que no trae nombre, cómo empieza el del archivo en que se guarda.
SIN_NOMBRE = {"audio": "voz", "sticker": "sticker", "imagen": "imagen"}
ES_PROGRAMA = ("Abrirlo puede ejecutar algo en este equipo. Ábrelo sólo si confías en quien lo "
               "envió y esperabas este archivo.")


class ArchivosDeCharla:
    """Lo que una charla hace con imágenes y archivos."""

    def __init__(self, charla):
        self._charla, self._aplicacion = charla, charla.aplicacion
        self._conversacion = charla.conversacion
        self._de_dicho: "dict[eventos.Dicho, Mensaje]" = {}  # los que pueden ir o venir

    # ---- enviar

    def elegir(self) -> None:
        """Elegir archivos del equipo y enseñarlos antes de enviarlos."""
        rutas = filedialog.askopenfilenames(
            parent=self._conversacion, title="Enviar imágenes o archivos",
            initialdir=datos.carpeta_del_usuario("DOCUMENTS"))
        self._mostrar_envio([pathlib.Path(ruta) for ruta in rutas])

    def pegar(self) -> bool:
        """Enseñar, para enviarlo, lo copiado que no es texto; False si no lo hay."""
        copiado = portapapeles.leer(self._conversacion)
        self._mostrar_envio(copiado)
        return bool(copiado)

    def _mostrar_envio(self, origenes: "list[bytes | pathlib.Path]") -> None:
        if origenes:
            envio.VentanaEnvio(self._aplicacion, self._conversacion, origenes, self.enviar)

    def enviar(self, tipo: str, origen: "bytes | pathlib.Path", content: str) -> None:
        """Enviar una imagen o un archivo; leerlo, o encogerla, lo hace el ayudante."""
        self._aplicacion.preparador.encargar(
            lambda lleva, falla: self._al_leer(tipo, origen, content, lleva, falla),
            contenido.LECTORES[tipo], origen)

    def _al_leer(self, tipo: str, origen, content: str, lleva: "dict | None", falla: str) -> None:
        if lleva is None:
            self._conversacion.agregar_nota(falla, True)
            return
        mensaje = self._charla.decir(tipo=tipo, **{**lleva, "content": content})
        if mensaje and tipo == "archivo":
            mensaje.adjunto.ruta = origen.absolute()
            self.decir_otra_vez(mensaje, mensaje.adjunto.dicho)
            self._charla.anotar(mensaje)

    def decir_otra_vez(self, mensaje: Mensaje, dicho: eventos.Dicho) -> None:
        """Un archivo propio sale ahora con este Dicho; si se ofrece, de ahí se leerá."""
        adjunto = mensaje.adjunto
        adjunto.dicho, adjunto.aviso = dicho, ""
        if dicho.sha256:
            self._aplicacion.descargas.ofrecidos.anotar(dicho.sha256, adjunto.ruta)
        self.preparar(mensaje)

    # ---- lo que se ve

    def preparar(self, mensaje: Mensaje) -> None:
        """Preparar lo que se ve de una imagen o de un archivo, y guardar lo que llegó."""
        adjunto, preparador = mensaje.adjunto, self._aplicacion.preparador
        if isinstance(adjunto, AdjuntoSticker):
            lado = min(LADO_IMAGEN, self._conversacion.lista.medidor.ancho_de_imagen())
            preparador.pedir_imagen(
                adjunto.ruta or adjunto.cuerpo,
                lambda imagen, falla: self._charla.adjuntos.al_estar_imagen(
                    mensaje, imagen, falla), lado,
                de=mensaje.ajeno_de)
            return
        if adjunto.dicho is not None:
            self._de_dicho[adjunto.dicho] = mensaje
        if adjunto.ruta is not None:
            preparador.encargar(lambda visto, _: self._al_ver(mensaje, visto),
                                archivos.mirar, adjunto.ruta)
        elif adjunto.cuerpo is not None and not mensaje.propio:
            self._guardar(mensaje, adjunto.cuerpo)

    def _al_ver(self, mensaje: Mensaje, visto) -> None:
        if visto is not None and self._conversacion.winfo_exists():
            mensaje.adjunto.bytes, mensaje.adjunto.muestra = visto
            self._conversacion.cambiar(mensaje)

    def _guardar(self, mensaje: Mensaje, cuerpo: bytes) -> None:
        self._aplicacion.preparador.guardar_archivo(
            cuerpo, mensaje.adjunto.nombre, mensaje.autor,
            lambda ruta, falla: self._al_guardar(mensaje, ruta, falla))

    def _al_guardar(self, mensaje: Mensaje, ruta: "pathlib.Path | None", falla: str) -> None:
        if not self._conversacion.winfo_exists():
            return
        adjunto = mensaje.adjunto
        adjunto.ruta, adjunto.progreso = ruta, None
        if ruta is None:
            adjunto.aviso = "No se pudo guardar"
            self._conversacion.agregar_nota(falla, True)
        else:
            adjunto.cuerpo = None
            self.preparar(mensaje)
        self._charla.anotar(mensaje)
        self._conversacion.cambiar(mensaje)

    def ofrecer_otra_vez(self, mensaje: "Mensaje | None", dicho: eventos.Dicho) -> None:
        """Lo de otras veces, que llega de nuevo con la historia de la sala, se puede pedir."""
        if mensaje is not None and mensaje.adjunto.ruta is None:
            mensaje.adjunto = AdjuntoArchivo(dicho.nombre, dicho.bytes, dicho)
            self._de_dicho[dicho] = mensaje
            self._conversacion.cambiar(mensaje)

    # ---- lo que pasa

    def avanzar(self, evento: eventos.Progreso) -> None:
        """Mostrar cuánto va de lo que sale, o de lo que se pidió."""
        mensaje = self._de_dicho.get(evento.dicho)
        if mensaje is not None and isinstance(mensaje.adjunto, AdjuntoArchivo):
            acabo = evento.llegados >= evento.de
            mensaje.adjunto.progreso = None if acabo else evento.llegados / evento.de
            self._conversacion.cambiar(mensaje)

    def recibir(self, evento: eventos.Descargado) -> None:
        """Guardar lo que se pidió y llegó."""
        mensaje = self._de_dicho.get(evento.dicho)
        if mensaje is not None:
            mensaje.adjunto.progreso = 1.0
            self._guardar(mensaje, evento.cuerpo)

    def fallar(self, explicacion: str, dicho: eventos.Dicho) -> None:
        """Decir que lo que se pidió no llegará; se puede pedir otra vez."""
        mensaje = self._de_dicho.get(dicho)
        if mensaje is not None:
            mensaje.adjunto.progreso = None
            self._conversacion.cambiar(mensaje)
        self._conversacion.agregar_nota(explicacion, True)

    def terminar(self, dicho: eventos.Dicho) -> None:
        """Ya salió entero lo propio: no hay progreso que mostrar."""
        self.avanzar(eventos.Progreso(dicho.autor, 1, 1, dicho.sala, dicho))

    # ---- lo que se pide de un mensaje

    def usar(self, mensaje: Mensaje) -> None:
        """Lo que hace un clic: verla en grande, descargarlo, cancelar o abrirlo."""
        adjunto = mensaje.adjunto
        if isinstance(adjunto, AdjuntoSticker):
            self.ver(mensaje)
        elif adjunto.progreso is not None:
            self.cancelar(mensaje)
        elif adjunto.ofrecido:
            self.descargar(mensaje)
        elif adjunto.ruta is not None:
            self.abrir(mensaje)

    def ver(self, mensaje: Mensaje) -> None:
        """Ver una imagen en grande."""
        origen = mensaje.adjunto.ruta or mensaje.adjunto.cuerpo
        if origen is not None:
            titulo = mensaje.content or f"Imagen de {mensaje.autor}"
            visor.Visor(self._aplicacion, self._conversacion, titulo, origen,
                        lambda: self.guardar_como(mensaje))

    def descargar(self, mensaje: Mensaje) -> None:
        """Pedir un archivo que se ofreció."""
        try:
            self._aplicacion.cliente.descargar(mensaje.adjunto.dicho, time.monotonic())
        except eventos.ErrorAccion as error:
            self._conversacion.agregar_nota(str(error), True)
            return
        mensaje.adjunto.progreso = 0.0
        self._conversacion.cambiar(mensaje)

    def cancelar(self, mensaje: Mensaje) -> None:
        """No seguir enviando, o descargando, un archivo."""
        self._aplicacion.cliente.cancelar(mensaje.adjunto.dicho)
        mensaje.adjunto.progreso = None
        if mensaje.propio:
            mensaje.adjunto.aviso = "Cancelado"
            self._charla.olvidar(mensaje.adjunto.dicho)
        self._conversacion.cambiar(mensaje)

    def abrir(self, mensaje: Mensaje) -> None:
        """Abrir un archivo con su programa; si puede ejecutar algo, preguntando antes."""
        ruta = mensaje.adjunto.ruta
        if not ruta.exists():
            self._conversacion.cambiar(mensaje, adjunto=AdjuntoArchivo(
                mensaje.adjunto.nombre, aviso="Ya no está en el equipo"))
        elif not archivos.es_programa(ruta.name) or messagebox.askyesno(
                parent=self._conversacion, title="Abrir", message=f"¿Abrir «{ruta.name}»?",
                detail=ES_PROGRAMA, icon="warning", default="no"):
            self._quejarse(escritorio.abrir(ruta))

    def mostrar_en_carpeta(self, mensaje: Mensaje) -> None:
        """Abrir la carpeta en que está."""
        self._quejarse(escritorio.mostrar_en_carpeta(mensaje.adjunto.ruta))

    def copiar(self, mensaje: Mensaje) -> None:
        """Dejar una imagen en el portapapeles."""
        self._aplicacion.preparador.leer_png(mensaje.adjunto.ruta or mensaje.adjunto.cuerpo,
                                             self._al_leer_png)

    def _al_leer_png(self, hecho, falla: str) -> None:
        if self._conversacion.winfo_exists():
            self._quejarse(falla or portapapeles.copiar_imagen(self._conversacion, *hecho))

    def _quejarse(self, falla: str) -> None:
        if falla:
            self._conversacion.agregar_nota(falla, True)

    def guardar_como(self, mensaje: Mensaje) -> None:
        """Copiar su adjunto donde diga el usuario: de ahí nadie lo quita."""
        origen = mensaje.adjunto.ruta
        if origen is None:
            return
        que = SIN_NOMBRE.get(mensaje.tipo)
        nombre = time.strftime(f"{que} %Y-%m-%d %H.%M", time.localtime(mensaje.hora))
        es_imagen = isinstance(mensaje.adjunto, AdjuntoSticker)
        ruta = filedialog.asksaveasfilename(
            parent=self._conversacion, defaultextension=origen.suffix,
            initialdir=datos.carpeta_del_usuario("PICTURES" if es_imagen else "DOCUMENTS"),
            initialfile=nombre + origen.suffix if que else origen.name)
        if ruta:
            self._charla.escribir(ruta, origen.read_bytes)

    def opciones_de(self, mensaje: Mensaje) -> "list[tuple[str, object]]":
        """Lo que se puede hacer con su adjunto: pares de rótulo y función."""
        adjunto = mensaje.adjunto
        hay = adjunto.ruta is not None and not adjunto.aviso
        if isinstance(adjunto, AdjuntoSticker):
            return [("Ver en grande", self.ver), ("Copiar imagen", self.copiar),
                    ("Guardar imagen…", self.guardar_como)] * hay
        if adjunto.progreso is not None:
            return [("Cancelar", self.cancelar)]
        if adjunto.ofrecido:
            return [(f"Descargar {archivos.escribir_peso(adjunto.bytes)}", self.descargar)]
        return [("Abrir", self.abrir), ("Mostrar en la carpeta", self.mostrar_en_carpeta),
                ("Guardar como…", self.guardar_como)] * hay

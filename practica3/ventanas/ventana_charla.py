"""La ventana donde se conversa, igual en una sala que con una persona.

    ┌ (3) general — Ana ─────────────────────────────────┐
    │ general                        [buscar] [sonido] [⋮] │
    │ 4 personas                                           │
    │ ▒ La red no responde…  (franja, si hace falta) ▒   │
    │  conversación                         │ EN LA SALA │
    │                                       │ (A) Ana    │
    │ [☺] [ Escribe un mensaje…  ] [mic] [Enviar]        │
    └────────────────────────────────────────────────────┘

Aquí está lo común; lo de cada una, en sala.py y privados.py. Lo que se dice lo lleva charla.py.
"""

import time
import tkinter as tk
from tkinter import filedialog
from tkinter import messagebox
from tkinter import ttk

from adjuntos import imagenes
from adjuntos import opus
from adjuntos import stickers
from adjuntos import wav
from equipo import datos
from ventanas import ajustes
from ventanas import barra_busqueda
from ventanas import barra_grabacion
from ventanas import charla as modulo_charla
from ventanas import ordenes
from ventanas import redactor
from ventanas import selector_stickers
from ventanas.aspecto import botones
from ventanas.aspecto import foco
from ventanas.aspecto import marcos
from ventanas.aspecto import texto_seguro
from ventanas.globos import conversacion
from ventanas.globos.mensaje import Mensaje, escribir_mensaje

MEDIDAS_CHARLA = (470, 560)  # píxeles a 96 ppp


class VentanaCharla:
    """Lo común a las dos clases de ventana."""

    MEDIDAS = MEDIDAS_CHARLA
    clase = "privado"  # con qué nombre se recuerdan sus medidas
    DESPEDIDA = "Cerrar"

    def __init__(self, aplicacion, nombre: str, clave: str, enviar):
        """`clave`: «#sala» o «@persona»; `enviar`: de charla.Charla."""
        self.aplicacion, self.tema, self.nombre = aplicacion, aplicacion.tema, nombre
        self._clave = clave
        self._sin_leer = 0
        self._con_foco = False
        self._selector: "selector_stickers.SelectorDeStickers | None" = None
        self.ventana = tk.Toplevel(aplicacion.raiz, class_=foco.CLASE)
        self.ventana.withdraw()  # hasta que esté completa y colocada
        self.conversacion = conversacion.Conversacion(self.ventana, self.tema)
        self.charla = modulo_charla.Charla(aplicacion, self.conversacion, clave, enviar,
                                           self._contar_nuevo)
        self.conversacion.acciones = self.charla
        self._construir()
        self.charla.recordar()
        self.redactor.poner(aplicacion.borradores.pop((aplicacion.cliente.user, clave), ""))
        self.mostrar_silencio()
        self._enlazar()
        self.ventana.minsize(self.tema.px(360), self.tema.px(340))
        aplicacion.colocar(self.ventana, self.clase, self.MEDIDAS)

    # ---- construir

    def _construir(self) -> None:
        ventana, px = self.ventana, self.tema.px
        ventana.columnconfigure(0, weight=1)
        ventana.rowconfigure(4, weight=1)
        cabeza = ttk.Frame(ventana, padding=(px(16), px(6), px(10), px(6)))
        raya = ttk.Frame(ventana, style="Borde.TFrame", height=1)
        self._construir_botones(cabeza)
        self._construir_cabeza(cabeza)
        self.franja = marcos.Franja(ventana, self.tema, self._enfocar_campo)
        self.busqueda = barra_busqueda.BarraDeBusqueda(
            ventana, self.tema, self.conversacion, self._enfocar_campo)
        for fila, parte in enumerate((cabeza, raya, self.franja, self.busqueda)):
            parte.grid(row=fila, column=0, columnspan=2, sticky="ew")
        self.franja.grid_remove()
        self.busqueda.grid_remove()
        self.conversacion.grid(row=4, column=0, sticky="nsew")
        self.redactor = redactor.Redactor(ventana, self.tema, self.charla.decir, self.grabar,
                                          self.elegir_sticker, self.charla.archivos.elegir,
                                          self.charla.archivos.pegar)
        self.charla.al_responder = self.redactor.citar
        self.redactor.grid(row=5, column=0, sticky="ew")
        self.grabacion = barra_grabacion.BarraDeGrabacion(
            ventana, self.tema, self.aplicacion.sonido, self._al_grabar)
        self.conversacion.lienzo.bind("<KeyPress>", self.redactor.seguir_tecleando)
        self.conversacion.lienzo.bind("<<Paste>>", lambda _: self.redactor.seguir_pegando())

    def _construir_botones(self, cabeza: ttk.Frame) -> None:
        self._boton_menu = botones.BotonIcono(cabeza, self.tema, "menu", "Menú", self.abrir_menu)
        self.menu = tk.Menu(self.ventana, tearoff=False)
        self._boton_sonido = botones.BotonIcono(cabeza, self.tema, "campana", "Silenciar",
                                                self.alternar_silencio)
        self._boton_buscar = botones.BotonIcono(cabeza, self.tema, "buscar", "Buscar",
                                                lambda: self.busqueda.abrir())
        for boton in (self._boton_menu, self._boton_sonido, self._boton_buscar):
            boton.pack(side="right", padx=self.tema.px(1))

    def _construir_cabeza(self, cabeza: ttk.Frame) -> None:
        """El nombre y, debajo, cuántos hay en la sala o si la persona está en línea."""
        # De un renglón: lo que no quepa no se ve, y piden poco para tomar el lugar que haya.
        nombre = ttk.Label(cabeza, text=texto_seguro.limpiar_linea(self.nombre),
                           style="Seccion.TLabel", width=1)
        self._detalle = ttk.Label(cabeza, style="Detalle.TLabel", width=1)
        for rotulo in (nombre, self._detalle):
            rotulo.pack(fill="x")

    def _enlazar(self) -> None:
        ventana = self.ventana
        ventana.protocol("WM_DELETE_WINDOW", self.cerrar)
        ordenes.enlazar(self)
        ventana.bind("<FocusIn>", self._al_enfocar)
        ventana.bind("<FocusOut>", lambda _: self._cambiar_foco(False))
        ventana.bind("<<ThemeChanged>>", self._vestir)

    def _vestir(self, evento) -> None:
        """Tras cambiar el tema o la letra."""
        if evento.widget is self.ventana:
            self.ventana.configure(background=self.tema.colores["fondo"])
            self.conversacion.vestir()
            self.redactor.vestir()
            self.tema.vestir_menu(self.menu)

    def cambiar_de_zona(self) -> None:
        """Pasar del redactor a la conversación, o de vuelta."""
        if foco.tiene_foco(self.conversacion.lienzo):
            self._enfocar_campo()
        else:
            self.conversacion.lienzo.focus_set()
            self.conversacion.enfocar(0)

    def abrir_menu(self) -> None:
        """Mostrar el menú bajo su botón."""
        ordenes.llenar_menu(self.menu, self)
        self.tema.vestir_menu(self.menu)
        boton = self._boton_menu
        x = boton.winfo_rootx() + boton.winfo_width() - self.menu.winfo_reqwidth()
        self.menu.tk_popup(x, boton.winfo_rooty() + boton.winfo_height())

    # ---- mostrarse

    def mostrar(self, con_foco: bool = True) -> None:
        """Poner la ventana a la vista; con `con_foco`, lista para escribir en ella."""
        self._poner_titulo()  # quizá se volvió a entrar con otro nombre
        if con_foco:
            self.ventana.deiconify()
            self.ventana.lift()
            self._donde_se_escribe().focus_force()
        else:
            foco.mostrar_sin_foco(self.ventana)

    def _donde_se_escribe(self) -> tk.Misc:
        """Lo que ha de tener el teclado: el redactor o, si se graba, el botón que envía."""
        grabando = self.grabacion.winfo_ismapped()
        return self.grabacion.boton if grabando else self.redactor.campo

    def _enfocar_campo(self) -> None:
        self._donde_se_escribe().focus_set()

    def esta_a_la_vista(self) -> bool:
        """Si su ventana se mostró ya, aunque esté minimizada."""
        return self.ventana.state() != "withdrawn"

    def cerrar(self) -> None:
        """Cerrar la ventana; si hay una voz a medio grabar, sólo si la persona dice que sí."""
        if self.grabacion.winfo_ismapped() and not messagebox.askyesno(
                parent=self.ventana, title="Cerrar", message="Hay un mensaje de voz sin enviar.",
                detail="¿Cerrar y olvidarlo?", icon="warning", default="no"):
            return
        # Lo escrito y no enviado estará ahí al volver.
        clave = (self.aplicacion.cliente.user, self._clave)
        self.aplicacion.borradores[clave] = self.redactor.leer()
        self.grabacion.cancelar()
        self.aplicacion.sonido.callar(self.conversacion)
        self.aplicacion.recordar_medidas(self.ventana, self.clase)
        self.ventana.destroy()
        self.aplicacion.al_cerrar_charla(self._clave)

    def refrescar(self, aviso) -> None:
        """Poner al día lo que cambia sin que haya un evento."""
        self.franja.poner(aviso)
        self.charla.adjuntos.preparar_visibles()

    def alternar_silencio(self) -> None:
        """Que lo nuevo de ella suene, o ya no; si nada suena, ver dónde se cambia."""
        if self.aplicacion.preferencias.silencio:
            self.aplicacion.abrir(ajustes.VentanaAjustes)
            return
        self.aplicacion.avisos.alternar_silencio(self._clave)
        self.mostrar_silencio()

    def responder(self) -> None:
        """Contestar al mensaje que tiene el foco o, si ninguno, a lo último que dijo otro."""
        ajenos = (uno for uno in reversed(self.conversacion.todos())
                  if isinstance(uno, Mensaje) and not uno.propio)
        cual = self.conversacion.enfocado() or next(ajenos, None)
        self.redactor.citar(self.charla.respuestas.citar(cual))

    def alternar_menciones(self) -> None:
        """Avisar de esta sala sólo si me mencionan, o de todo."""
        self.aplicacion.avisos.alternar_menciones(self._clave)
        self.mostrar_silencio()

    def rotular_menciones(self) -> str:
        """Cómo lo llama el menú."""
        solo = self._clave in self.aplicacion.preferencias.solo_menciones
        return "Avisar de todo" if solo else "Avisar sólo si me mencionan"

    def mostrar_silencio(self) -> None:
        """Mostrar en el botón si lo nuevo suena."""
        if self.aplicacion.preferencias.silencio:
            self._boton_sonido.poner("sin_sonido", "Sin sonido: se cambia en Preferencias")
        elif self._clave in self.aplicacion.preferencias.calladas:
            self._boton_sonido.poner("sin_sonido", "Activar el sonido")
        elif self._clave in self.aplicacion.preferencias.solo_menciones:
            self._boton_sonido.poner("menciones", "Silenciar")
        else:
            self._boton_sonido.poner("campana", "Silenciar")

    def _poner_titulo(self) -> None:
        cuenta = f"({self._sin_leer}) " if self._sin_leer else ""
        titulo = f"{cuenta}{self.nombre} — {self.aplicacion.cliente.user}"
        self.ventana.title(texto_seguro.limpiar_linea(titulo))

    def _al_enfocar(self, evento) -> None:
        # El foco llegó a la ventana misma: lo quiere el redactor, si no hay un diálogo encima. Y
        # si no se fue ya: de dos que se muestran a la vez, cada una lo tomaría al ver que lo tuvo
        # la otra, sin fin.
        ventana = self.ventana
        hay_dialogo = ventana.tk.call("grab", "current", ventana)
        if evento.widget is ventana and foco.contiene_foco(ventana) and not hay_dialogo:
            self._enfocar_campo()
        self._cambiar_foco(True)

    def _cambiar_foco(self, con_foco: bool) -> None:
        self._con_foco = con_foco
        if con_foco and self._sin_leer:
            self._sin_leer = 0
            self._poner_titulo()

    def _contar_nuevo(self, mensaje: Mensaje) -> None:
        if not self._con_foco:
            if not self._sin_leer:
                self.conversacion.marcar_nuevos(mensaje)
            self._sin_leer += 1
            self._poner_titulo()
            self.aplicacion.avisos.avisar(self._clave, mensaje, self.ventana)

    # ---- lo que se hace en ella

    def guardar_conversacion(self) -> None:
        """Escribir la conversación en un archivo de texto."""
        ruta = filedialog.asksaveasfilename(
            parent=self.ventana, title="Guardar conversación", defaultextension=".txt",
            initialdir=datos.carpeta_del_usuario("DOCUMENTS"),
            initialfile=time.strftime("chat %Y-%m-%d.txt"),
            filetypes=[("Texto", "*.txt"), ("Todos los archivos", "*")])
        if ruta:
            lineas = [f"{escribir_mensaje(uno)}\n" for uno in self.conversacion.todos()]
            self.charla.escribir(ruta, lambda: "".join(lineas).encode("utf-8", "replace"))

    def elegir_sticker(self) -> None:
        """Abrir el selector de stickers, o cerrarlo."""
        if not self.cerrar_selector():
            self._selector = selector_stickers.SelectorDeStickers(
                self.ventana, self.tema, self.aplicacion.preparador, self._enviar_sticker)

    def cerrar_selector(self) -> bool:
        """Cerrar el selector de stickers; si estaba abierto."""
        abierto = self._selector is not None and self._selector.ventana.winfo_exists()
        if abierto:
            self._selector.cerrar()
        return abierto

    def _enviar_sticker(self, ficha: stickers.Ficha) -> None:
        self.redactor.campo.focus_force()
        try:
            lleva = stickers.mensaje_de(ficha)
        except imagenes.ErrorImagen as error:
            self.conversacion.agregar_nota(str(error), True)
        else:
            self.charla.decir(lleva.pop("content"), "sticker", **lleva)

    def grabar(self) -> None:
        """Cambiar el redactor por la barra de grabación y empezar; otra vez, oír lo grabado."""
        if self.grabacion.winfo_ismapped():
            self.grabacion.oir()
        else:
            self.redactor.grid_remove()
            self.grabacion.grid(row=5, column=0, sticky="ew")
            self.grabacion.empezar(self.aplicacion.preferencias.microfono)

    def _al_grabar(self, voz: "wav.Voz | None", comprimida: bytes, nota: str = "") -> None:
        self.grabacion.grid_remove()
        self.redactor.grid()
        self.redactor.campo.focus_set()
        if nota:
            self.conversacion.agregar_nota(nota, True)
        if voz is not None:
            donde = {"sala" if self._clave[0] == "#" else "to": self.nombre}
            formato, cuerpo = voz.formato, voz.contenido
            if comprimida and self.aplicacion.cliente.oyen_ogg(**donde):
                formato, cuerpo = opus.FORMATO, comprimida
            self.charla.decir("", "audio", formato=formato, duracion=round(voz.duracion, 3),
                              cuerpo=cuerpo)

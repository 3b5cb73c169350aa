"""La ventana donde se conversa, igual en una sala que con una persona.

    ┌ (3) general — Ana ─────────────────────────────────┐
    │ general                          [buscar] [sonido] [⋮] │
    │ 4 personas                                             │
    │ ▒ La red no responde…  (franja, si hace falta) ▒   │
    │  conversación                         │ EN LA SALA │
    │                                       │ (A) Ana    │
    │ [☺] [ Escribe un mensaje…  ] [mic] [Enviar]        │
    └────────────────────────────────────────────────────┘

`Charla` es lo común; las dos clases de ventana están en sala.py. Una charla no
conoce la red ni el cliente: pide lo que quiere a la aplicación (`decir`, `dejar_charla`,
`abrir_privado`…), que también le trae los eventos del cliente.
"""

import time
import tkinter as tk
from tkinter import filedialog
from tkinter import messagebox
from tkinter import ttk

from adjuntos import stickers
from adjuntos import wav
from ventanas import barra_busqueda
from presencia import eventos
from ventanas.globos import conversacion
from ventanas import dialogo
from ventanas import barra_grabacion
from ventanas.globos import mensajes
from ventanas.aspecto import botones
from ventanas.aspecto import foco
from ventanas.aspecto import marcos
from ventanas import redactor
from ventanas.aspecto import texto_seguro
from ventanas import selector_stickers

MEDIDAS = (470, 560)  # píxeles a 96 ppp


class Charla:
    """Lo común a las dos clases de ventana."""

    MEDIDAS = MEDIDAS

    def __init__(self, aplicacion, nombre: str, charla: str):
        """`charla`: como la conoce el historial, «#sala» o «@persona»."""
        self.aplicacion = aplicacion
        self.tema = aplicacion.tema
        self.nombre = nombre
        self._sin_leer = 0
        self._con_foco = False
        self._selector: "selector_stickers.VentanaStickers | None" = None
        self.ventana = tk.Toplevel(aplicacion.raiz)
        self.ventana.withdraw()  # hasta que esté completa y colocada
        self._construir()
        self.dialogo = dialogo.Dialogo(aplicacion, self.conversacion, charla, self._decir, self._contar_nuevo)
        self.dialogo.recordar()
        self.redactor.poner(self.dialogo.leer_borrador())
        self.poner_silencio(aplicacion.preferencias.silencio)
        self._enlazar()
        self.ventana.minsize(self.tema.px(360), self.tema.px(340))
        aplicacion.colocar(self.ventana, *map(self.tema.px, self.MEDIDAS))

    # ---- construir

    def _construir(self) -> None:
        ventana, px = self.ventana, self.tema.px
        ventana.columnconfigure(0, weight=1)
        ventana.rowconfigure(4, weight=1)
        cabeza = ttk.Frame(ventana, padding=(px(16), px(6), px(10), px(6)))
        cabeza.grid(row=0, column=0, columnspan=2, sticky="ew")
        self._construir_botones(cabeza)
        self._construir_cabeza(cabeza)
        ttk.Frame(ventana, style="Borde.TFrame", height=1).grid(row=1, column=0, columnspan=2, sticky="ew")
        self.franja = marcos.Franja(ventana, self.tema, lambda: self.redactor.campo.focus_set())
        self.franja.grid(row=2, column=0, columnspan=2, sticky="ew")
        self.franja.grid_remove()
        self.conversacion = conversacion.Conversacion(ventana, self.tema, lambda *que: self.dialogo.actuar(*que))
        self.busqueda = barra_busqueda.BarraDeBusqueda(ventana, self.tema, self.conversacion, lambda: self.redactor.campo.focus_set())
        self.busqueda.grid(row=3, column=0, columnspan=2, sticky="ew")
        self.busqueda.grid_remove()
        self.conversacion.grid(row=4, column=0, sticky="nsew")
        self.redactor = redactor.Redactor(ventana, self.tema, self._enviar, self.grabar, self.elegir_sticker)
        self.redactor.grid(row=5, column=0, sticky="ew")
        self.grabacion = barra_grabacion.BarraDeGrabacion(ventana, self.tema, self._al_grabar)
        self.conversacion.lienzo.bind("<KeyPress>", self.redactor.seguir_tecleando)

    def _construir_botones(self, cabeza: ttk.Frame) -> None:
        self._boton_menu = botones.BotonIcono(cabeza, self.tema, "menu", "Menú", self._abrir_menu)
        self.menu = tk.Menu(self.ventana, tearoff=False)
        self._boton_sonido = botones.BotonIcono(cabeza, self.tema, "campana", "Silenciar", self.aplicacion.alternar_silencio)
        self._boton_buscar = botones.BotonIcono(cabeza, self.tema, "buscar", "Buscar", self.buscar)
        for boton in (self._boton_menu, self._boton_sonido, self._boton_buscar):
            boton.pack(side="right", padx=self.tema.px(1))

    def _construir_cabeza(self, cabeza: ttk.Frame) -> None:
        """El nombre y, debajo, cómo está: cuántos hay en la sala, o si la persona está en línea."""
        marcos.Recortado(cabeza, self.tema, "letra_seccion", "Seccion.TLabel", texto_seguro.limpiar_linea(self.nombre)).pack(fill="x")
        self._detalle = marcos.Recortado(cabeza, self.tema, "letra_chica", "Detalle.TLabel")
        self._detalle.pack(fill="x")

    def _enlazar(self) -> None:
        ventana, app, mando = self.ventana, self.aplicacion, self.tema.tecla_mando
        ventana.protocol("WM_DELETE_WINDOW", self.cerrar)
        for tecla, orden in (
            ("w", self.cerrar), ("f", self.buscar), ("n", app.entrada.mostrar), ("s", self.guardar_conversacion), ("e", self.elegir_sticker),
            ("r", self.grabar), ("d", app.alternar_tema), ("m", app.alternar_silencio), ("plus", lambda: app.cambiar_letra(1)),
            ("equal", lambda: app.cambiar_letra(1)), ("KP_Add", lambda: app.cambiar_letra(1)), ("minus", lambda: app.cambiar_letra(-1)),
            ("KP_Subtract", lambda: app.cambiar_letra(-1)), ("0", lambda: app.cambiar_letra(0)), ("Tab", lambda: app.pasar_de_ventana(self)),
            ("comma", app.abrir_preferencias), ("i", app.abrir_diagnostico),
        ):
            ventana.bind(f"<{mando}-{tecla}>", lambda _, orden=orden: orden() or "break")
        ventana.bind("<F10>", lambda _: self._abrir_menu() or "break")
        ventana.bind("<F1>", lambda _: app.mostrar_atajos() or "break")
        ventana.bind("<Escape>", lambda _: self._cerrar_selector())
        ventana.bind("<F6>", lambda _: self._cambiar_de_zona())
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

    def _cambiar_de_zona(self) -> str:
        """F6: del redactor a la conversación y de vuelta."""
        destino = self._donde_se_escribe() if foco.tiene_foco(self.conversacion.lienzo) else self.conversacion.lienzo
        destino.focus_set()
        if destino is self.conversacion.lienzo:
            self.conversacion.enfocar(0)
        return "break"

    def _abrir_menu(self) -> None:
        menu, mando = self.menu, "⌘" if self.tema.tecla_mando == "Command" else "Ctrl+"
        menu.delete(0, "end")
        opciones = (("Otra sala…", "N", self.aplicacion.entrada.mostrar), ("Buscar", "F", self.buscar),
                    ("Guardar conversación…", "S", self.guardar_conversacion), None,
                    ("Tema oscuro" if self.tema.nombre == "claro" else "Tema claro", "D", self.aplicacion.alternar_tema),
                    ("Letra más grande", "+", lambda: self.aplicacion.cambiar_letra(1)),
                    ("Letra más chica", "−", lambda: self.aplicacion.cambiar_letra(-1)),
                    ("Preferencias…", ",", self.aplicacion.abrir_preferencias), None,
                    ("Diagnóstico…", "I", self.aplicacion.abrir_diagnostico), ("Atajos de teclado", "", self.aplicacion.mostrar_atajos), None,
                    (self.DESPEDIDA, "W", self.cerrar))
        for opcion in opciones:
            if opcion is None:
                menu.add_separator()
            else:
                rotulo, tecla, orden = opcion
                # Después: al cerrarse, el menú devuelve el foco a donde estaba.
                menu.add_command(label=rotulo, accelerator=f"{mando}{tecla}" if tecla else "F1", command=lambda orden=orden: menu.after_idle(orden))
        self.tema.vestir_menu(menu)
        boton = self._boton_menu
        ancho = menu.winfo_reqwidth()
        menu.tk_popup(boton.winfo_rootx() + boton.winfo_width() - ancho, boton.winfo_rooty() + boton.winfo_height())

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
        return self.grabacion.boton if self.grabacion.winfo_ismapped() else self.redactor.campo

    def esta_a_la_vista(self) -> bool:
        """Si su ventana se mostró ya, aunque esté minimizada."""
        return self.ventana.state() != "withdrawn"

    def cerrar(self) -> None:
        """Cerrar la ventana y dejar lo que en ella se hacía; una voz a medio grabar, sólo si la persona dice que sí."""
        if self.grabacion.winfo_ismapped() and not messagebox.askyesno(
                parent=self.ventana, title="Cerrar", message="Hay un mensaje de voz sin enviar.", detail="¿Cerrar y olvidarlo?", icon="warning", default="no"):
            return
        self.dejar_borrador()
        self.grabacion.cancelar()
        self.aplicacion.sonido.callar(self.conversacion)
        self.aplicacion.dejar_charla(self)
        self.ventana.destroy()

    def dejar_borrador(self) -> None:
        """Recordar lo escrito y no enviado: estará ahí al volver."""
        self.dialogo.dejar_borrador(self.redactor.leer())

    def poner_silencio(self, silencio: bool) -> None:
        """Mostrar en el botón si los mensajes nuevos suenan."""
        self._boton_sonido.poner("sin_sonido" if silencio else "campana", "Activar el sonido" if silencio else "Silenciar")

    def _poner_titulo(self) -> None:
        cuenta = f"({self._sin_leer}) " if self._sin_leer else ""
        titulo = f"{cuenta}{self.nombre} — {self.aplicacion.cliente.user}"
        self.ventana.title(texto_seguro.limpiar_linea(titulo))

    def _al_enfocar(self, evento) -> None:
        # El foco llegó a la ventana misma: lo quiere el redactor, si no hay un diálogo encima. Y si no se fue
        # ya: de dos que se muestran a la vez, cada una lo tomaría al ver que lo tuvo la otra, sin fin.
        if evento.widget is self.ventana and foco.contiene_foco(self.ventana) and not self.ventana.tk.call("grab", "current", self.ventana):
            self._donde_se_escribe().focus_set()
        self._cambiar_foco(True)

    def _cambiar_foco(self, con_foco: bool) -> None:
        self._con_foco = con_foco
        if con_foco and self._sin_leer:
            self._sin_leer = 0
            self._poner_titulo()

    def _contar_nuevo(self, mensaje: mensajes.Mensaje) -> None:
        if not self._con_foco:
            if not self._sin_leer:
                self.conversacion.marcar_nuevos(mensaje)
            self._sin_leer += 1
            self._poner_titulo()
            self.aplicacion.sonido.avisar()

    # ---- lo que se dice

    def _decir(self, texto: str, tipo: str = "msj", **adjunto) -> eventos.Dicho:
        """Pedir que se envíe. Lanza los ERRORES de dialogo.py si no se puede."""
        raise NotImplementedError

    def _enviar(self, texto: str) -> bool:
        return self.dialogo.decir(texto, "msj")

    def guardar_conversacion(self) -> None:
        """Escribir la conversación en un archivo de texto."""
        ruta = filedialog.asksaveasfilename(parent=self.ventana, title="Guardar conversación", defaultextension=".txt",
                                            initialfile=time.strftime("chat %Y-%m-%d.txt"),
                                            filetypes=[("Texto", "*.txt"), ("Todos los archivos", "*")])
        if ruta:
            todos = self.conversacion.todos()
            self.dialogo.escribir(ruta, lambda: "".join(f"{conversacion.escribir_mensaje(uno)}\n" for uno in todos).encode("utf-8", "replace"))

    def buscar(self) -> None:
        """Abrir la búsqueda."""
        self.busqueda.abrir()

    # ---- stickers y voz

    def elegir_sticker(self) -> None:
        """Abrir el selector de stickers, o cerrarlo."""
        if not self._cerrar_selector():
            self._selector = selector_stickers.VentanaStickers(self.ventana, self.tema, self.aplicacion.adjuntos, self._enviar_sticker)

    def _cerrar_selector(self) -> bool:
        abierto = self._selector is not None and self._selector.ventana.winfo_exists()
        if abierto:
            self._selector.cerrar()
        return abierto

    def _enviar_sticker(self, ficha: stickers.Ficha) -> None:
        self.redactor.campo.focus_force()
        try:
            datos = stickers.mensaje_de(ficha)
        except stickers.ErrorSticker as error:
            self.conversacion.agregar_nota(str(error), "error")
            return
        if self.dialogo.decir(datos.pop("content"), "sticker", **datos):
            stickers.anotar_uso(ficha)

    def grabar(self) -> None:
        """Cambiar el redactor por la barra de grabación y empezar."""
        if not self.grabacion.winfo_ismapped():
            self.redactor.grid_remove()
            self.grabacion.grid(row=5, column=0, sticky="ew")
            self.grabacion.empezar(self.aplicacion.preferencias.microfono)

    def _al_grabar(self, voz: "bytes | None", nota: str = "") -> None:
        self.grabacion.grid_remove()
        self.redactor.grid()
        self.redactor.campo.focus_set()
        if nota:
            self.conversacion.agregar_nota(nota, "error")
        if voz is not None:
            self.dialogo.decir("", "audio", formato="wav", duracion=round(wav.revisar(voz).duracion, 3), cuerpo=voz)

"""Las ventanas donde se conversa: una por sala y una por conversación privada.

    Charla ─────────── título con cuenta de no leídos, franja de avisos, conversación, redactor
      ├─ CharlaSala ─────── además, quién está, «Otra sala», y quién entra y sale
      └─ CharlaPrivada ──── con una persona

    ┌ (3) general — Ana ───────────────────────────────┐
    │ general   4 personas               [ Otra sala ] │
    │ ▒ La red no responde…  (franja, si hace falta) ▒ │
    │  conversación                       │ EN LA SALA │
    │                                     │ (A) Ana    │
    │ [ Escribe un mensaje…   ] [ Enviar ]│ (B) Bryan  │
    └──────────────────────────────────────────────────┘

Una charla no conoce la red ni el cliente: pide lo que quiere a la aplicación
(`decir`, `dejar_charla`, `abrir_privado`), que también le trae lo que pasa.
"""

import tkinter as tk
from tkinter import ttk

import conversacion
import texto_seguro

MAX_FILAS = 300  # personas a la vista en la lista de una sala: ponerlas toma tiempo
RESTO = "resto"  # la fila que dice cuántas más hay
AUSENCIA = 3_000  # ms: quien vuelve antes no salió, fue la Wi-Fi
MEDIDAS_SALA = (820, 620)  # píxeles a 96 ppp
MEDIDAS_PRIVADA = (460, 560)
ANCHO_PERSONAS = 210
ESTRECHA = 540  # con menos ancho, la lista de personas deja su lugar a la conversación


class Charla:
    """Lo común a las dos clases de ventana."""

    MEDIDAS = MEDIDAS_PRIVADA

    def __init__(self, aplicacion, nombre: str):
        self.aplicacion = aplicacion
        self.tema = aplicacion.tema
        self.nombre = nombre
        self._sin_leer = 0
        self._con_foco = False
        self.ventana = tk.Toplevel(aplicacion.raiz, background=self.tema.colores["fondo"])
        self.ventana.withdraw()  # hasta que esté completa y colocada
        self._construir()
        self.ventana.protocol("WM_DELETE_WINDOW", self.cerrar)
        self.ventana.bind(f"<{self.tema.tecla_mando}-w>", lambda _: self.cerrar())
        self.ventana.bind("<FocusIn>", self._al_enfocar)
        self.ventana.bind("<FocusOut>", lambda _: self._cambiar_foco(False))
        self.ventana.minsize(self.tema.px(340), self.tema.px(320))
        aplicacion.colocar(self.ventana, *map(self.tema.px, self.MEDIDAS))

    def _construir(self) -> None:
        ventana, px = self.ventana, self.tema.px
        ventana.columnconfigure(0, weight=1)
        ventana.rowconfigure(3, weight=1)
        cabeza = ttk.Frame(ventana, padding=(px(16), px(10), px(12), px(10)))
        cabeza.grid(row=0, column=0, columnspan=2, sticky="ew")
        self._construir_cabeza(cabeza)
        ttk.Frame(ventana, style="Borde.TFrame", height=1).grid(row=1, column=0, columnspan=2, sticky="ew")
        self.franja = Franja(ventana, self.tema)
        self.franja.grid(row=2, column=0, columnspan=2, sticky="ew")
        self.franja.grid_remove()
        self.conversacion = conversacion.Conversacion(ventana, self.tema)
        self.conversacion.grid(row=3, column=0, sticky="nsew")
        self.redactor = conversacion.Redactor(ventana, self.tema, self._enviar)
        self.redactor.grid(row=4, column=0, sticky="ew")
        self.conversacion.texto.bind("<KeyPress>", self.redactor.seguir_tecleando)

    def mostrar(self, con_foco: bool = True) -> None:
        """Poner la ventana a la vista; con `con_foco`, lista para escribir en ella."""
        self._poner_titulo()  # quizá se volvió a entrar con otro nombre
        if con_foco:
            self.ventana.deiconify()
            self.ventana.lift()
            self.redactor.campo.focus_force()
        else:
            self._mostrar_sin_foco()

    def _mostrar_sin_foco(self) -> None:
        """Aparecer sin quitarle el teclado a quien está escribiendo en otra ventana."""
        donde = self.ventana.focus_displayof()
        self.ventana.focusmodel("active")  # al gestor de ventanas: no me des el foco al aparecer
        self.ventana.deiconify()
        self.ventana.update_idletasks()
        self.ventana.after_idle(self.ventana.focusmodel, "passive")
        if donde is not None:
            donde.focus_force()

    def cerrar(self) -> None:
        """Cerrar la ventana y dejar lo que en ella se hacía."""
        self.aplicacion.dejar_charla(self)
        self.ventana.destroy()

    # ---- título y lo no leído

    def _poner_titulo(self) -> None:
        cuenta = f"({self._sin_leer}) " if self._sin_leer else ""
        titulo = f"{cuenta}{self.nombre} — {self.aplicacion.cliente.user}"
        self.ventana.title(texto_seguro.limpiar_linea(titulo))

    def _al_enfocar(self, evento) -> None:
        if evento.widget is self.ventana:  # el foco llegó a la ventana misma: lo quiere el redactor
            self.redactor.campo.focus_set()
        self._cambiar_foco(True)

    def _cambiar_foco(self, con_foco: bool) -> None:
        self._con_foco = con_foco
        if con_foco and self._sin_leer:
            self._sin_leer = 0
            self._poner_titulo()

    def _contar_nuevo(self, propio: bool) -> None:
        if not self._con_foco and not propio:
            if not self._sin_leer:
                self.conversacion.marcar_nuevos()
            self._sin_leer += 1
            self._poner_titulo()

    # ---- lo que se dice

    def agregar(self, autor: str, contenido: str, hora: float, propio: bool) -> None:
        """Mostrar un mensaje; propio, si salió de este programa."""
        self._contar_nuevo(propio)
        self.conversacion.agregar_mensaje(autor, contenido, hora, propio)

    def agregar_error(self, explicacion: str, mensaje: "dict | None") -> None:
        """Contar lo que no se pudo y devolver el mensaje que no salió, para no perderlo."""
        self.conversacion.agregar_nota(explicacion, "error")
        contenido = (mensaje or {}).get("content", "")
        if contenido and not self.redactor.leer():
            self.redactor.poner(contenido)
        elif contenido:
            self.conversacion.agregar_nota(f"Decía: {contenido}")

    def _enviar(self, texto: str) -> bool:
        explicacion = self._decir(texto)
        if explicacion:
            self.conversacion.agregar_nota(explicacion, "error")
        return not explicacion


class CharlaSala(Charla):
    """La ventana de una sala."""

    MEDIDAS = MEDIDAS_SALA

    def __init__(self, aplicacion, sala: str):
        self._lista: "list[str] | None" = None
        self._ausentes: "dict[str, str]" = {}  # quien falta desde hace poco → su `after`
        super().__init__(aplicacion, sala)
        self._construir_personas()

    def _construir_cabeza(self, cabeza: ttk.Frame) -> None:
        ttk.Label(cabeza, text=texto_seguro.limpiar_linea(self.nombre), style="Seccion.TLabel").pack(side="left")
        self._cuantos = ttk.Label(cabeza, style="Tenue.TLabel")
        self._cuantos.pack(side="left", padx=self.tema.px(10))
        ttk.Button(cabeza, text="Otra sala", command=self.aplicacion.entrada.mostrar).pack(side="right")

    def _construir_personas(self) -> None:
        px = self.tema.px
        self._panel = panel = ttk.Frame(self.ventana, style="Panel.TFrame", width=px(ANCHO_PERSONAS))
        panel.grid(row=3, column=1, rowspan=2, sticky="ns")
        self.ventana.bind("<Configure>", self._al_cambiar_ancho)
        panel.pack_propagate(False)
        ttk.Label(panel, text="En la sala", style="TenuePanel.TLabel").pack(anchor="w", padx=px(14), pady=(px(12), px(4)))
        self.personas = ttk.Treeview(panel, show="tree", selectmode="browse")
        barra = ttk.Scrollbar(panel, style="Panel.Vertical.TScrollbar", command=self.personas.yview)
        self.personas.configure(yscrollcommand=barra.set)
        self._cuenta = ttk.Label(panel, style="TenuePanel.TLabel", font=self.tema.letra_chica, wraplength=px(ANCHO_PERSONAS - 28))
        self._cuenta.pack(side="bottom", anchor="w", padx=px(14), pady=px(10))
        barra.pack(side="right", fill="y")
        self.personas.pack(fill="both", expand=True)
        self.personas.bind("<Double-1>", lambda evento: self._abrir_privado(self.personas.identify_row(evento.y)))
        self.personas.bind("<Return>", lambda _: self._abrir_privado(self.personas.focus()))
        self.personas.bind("<FocusIn>", self._marcar_primera)

    def _al_cambiar_ancho(self, evento) -> None:
        if evento.widget is self.ventana:  # también llegan los de lo que contiene
            self._panel.grid_remove() if evento.width < self.tema.px(ESTRECHA) else self._panel.grid()

    def _marcar_primera(self, _evento) -> None:
        if not self.personas.selection() and self.personas.get_children():
            primera = self.personas.get_children()[0]
            self.personas.focus(primera)
            self.personas.selection_set(primera)

    def poner_cuenta(self, cuenta: "dict[str, int]") -> None:
        """Decir, discretamente, qué tal está la red: lo perdido, lo reparado y lo repetido."""
        nombres = {"perdidos": "perdidos", "reparados": "recuperados", "duplicados": "repetidos"}
        partes = [f"{cuenta[clave]} {nombre}" for clave, nombre in nombres.items() if cuenta.get(clave)]
        self._cuenta.configure(text="Datagramas: " + ", ".join(partes) if partes else "")

    # ---- quién está

    def poner_lista(self, lista: "list[str]") -> None:
        """Mostrar quién está y, si cambió, quién entró y quién salió."""
        elegida = self.personas.selection()
        quien = self._quien(elegida[0]) if elegida and elegida[0] != RESTO else None  # antes de cambiar la lista: es una fila de la vieja
        antes, self._lista = self._lista, lista
        if antes is not None:
            self._anunciar_cambios(antes, lista)
        self._cuantos.configure(text="1 persona" if len(lista) == 1 else f"{len(lista)} personas")
        self.personas.delete(*self.personas.get_children())
        for numero, persona in enumerate(lista[:MAX_FILAS]):
            self._poner_persona(numero, persona)
            if persona == quien:
                self.personas.selection_set(str(numero))
                self.personas.focus(str(numero))
        if len(lista) > MAX_FILAS:
            self.personas.insert("", "end", iid=RESTO, text=f"   … y {len(lista) - MAX_FILAS} personas más")

    def _poner_persona(self, numero: int, persona: str) -> None:
        visible = texto_seguro.limpiar_linea(persona)
        tu = " (tú)" if persona == self.aplicacion.cliente.user else ""
        # El nombre no sirve de identificador: dos distintos podrían verse igual.
        self.personas.insert("", "end", iid=str(numero), text=f"   {visible}{tu}", image=self.tema.avatar(visible, conversacion.AVATAR))

    def _quien(self, fila: str) -> str:
        return self._lista[int(fila)]

    def _anunciar_cambios(self, antes: "list[str]", ahora: "list[str]") -> None:
        estaban = set(antes)
        entraron = [uno for uno in ahora if uno not in estaban]
        nuevos = [uno for uno in entraron if uno not in self._ausentes]
        for uno in set(entraron) - set(nuevos):
            self.ventana.after_cancel(self._ausentes.pop(uno))  # volvió: no hay nada que contar
        if nuevos:
            self.conversacion.agregar_nota(f"{enumerar(nuevos)} {'entró' if len(nuevos) == 1 else 'entraron'}")
        for uno in estaban - set(ahora):
            self._ausentes[uno] = self.ventana.after(AUSENCIA, self._anunciar_salida, uno)

    def _anunciar_salida(self, persona: str) -> None:
        del self._ausentes[persona]
        self.conversacion.agregar_nota(f"{persona} salió")

    def _abrir_privado(self, fila: str) -> None:
        if fila and fila != RESTO:
            self.aplicacion.abrir_privado(self._quien(fila))

    def _decir(self, texto: str) -> str:
        return self.aplicacion.decir(self.nombre, texto)


class CharlaPrivada(Charla):
    """La ventana de una conversación con una persona."""

    def _construir_cabeza(self, cabeza: ttk.Frame) -> None:
        visible = texto_seguro.limpiar_linea(self.nombre)
        ttk.Label(cabeza, image=self.tema.avatar(visible, conversacion.AVATAR)).pack(side="left", padx=(0, self.tema.px(10)))
        ttk.Label(cabeza, text=visible, style="Seccion.TLabel").pack(side="left")
        self._presencia = ttk.Label(cabeza, style="Tenue.TLabel")
        self._presencia.pack(side="left", padx=self.tema.px(10))

    def poner_presencia(self, esta: bool) -> None:
        """Decir si la otra persona está conectada."""
        self._presencia.configure(text="privado · en línea" if esta else "privado · no está en línea")

    def _decir(self, texto: str) -> str:
        return self.aplicacion.decir_privado(self.nombre, texto)


class Franja(ttk.Frame):
    """Un aviso discreto de lado a lado, quizá con un botón. Sin texto no se ve."""

    def __init__(self, madre, tema):
        super().__init__(madre, style="Franja.TFrame", padding=(tema.px(16), tema.px(6), tema.px(12), tema.px(6)))
        self._texto = ttk.Label(self, style="Franja.TLabel")
        self._boton = ttk.Button(self, style="Franja.TButton")
        self._boton.pack(side="right")
        self._texto.pack(side="left", fill="x", expand=True)
        # El texto se parte al ancho que haya.
        self.bind("<Configure>", lambda evento: self._texto.configure(wraplength=max(evento.width - tema.px(190), tema.px(120))))

    def poner(self, texto: str, rotulo: str = "", orden=None) -> None:
        """Mostrar un aviso, con un botón si hay rótulo; con texto vacío, nada."""
        self.grid() if texto else self.grid_remove()
        self._texto.configure(text=texto)
        if rotulo:
            self._boton.configure(text=rotulo, command=orden)
            self._boton.pack(side="right", before=self._texto)
        else:
            self._boton.pack_forget()


def enumerar(nombres: "list[str]") -> str:
    """["Ana", "Beto", "Carla"] → "Ana, Beto y Carla"; de más de cuatro, los primeros tres."""
    if len(nombres) > 4:
        return f"{', '.join(nombres[:3])} y {len(nombres) - 3} personas más"
    return " y ".join(filter(None, [", ".join(nombres[:-1]), nombres[-1]]))

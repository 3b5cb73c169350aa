"""La ventana de entrada: quién eres y a qué sala vas.

    ┌ Entrar al chat ──────────┐
    │ Tu nombre                │    Abajo, las salas que existen y cuántas personas hay
    │ [ Ana                  ] │    en cada una, al momento. Doble clic en una: entrar.
    │ Sala                     │
    │ [ general              ] │    Mientras se entra: «Entrando…» y Cancelar. Si el
    │ [        Entrar        ] │    nombre está ocupado, aquí se explica por qué.
    │ Salas abiertas           │
    │   general     3 personas │    Al pie, el servidor y la red que se usa.
    └──────────────────────────┘

Como las charlas, sólo conoce a la aplicación: le pide entrar y cancelar.
"""

import tkinter as tk
from tkinter import ttk

import campos
import texto_seguro
import ventana_charla

MEDIDAS = (400, 600)  # píxeles a 96 ppp
SALA_HABITUAL = "general"
MAX_SALAS_A_LA_VISTA = 200


class VentanaEntrada:
    """La ventana raíz de la aplicación."""

    def __init__(self, aplicacion):
        self.aplicacion = aplicacion
        self.tema = aplicacion.tema
        self.ventana = aplicacion.raiz
        self._salas: "list[tuple[str, int]]" = []  # las filas de la lista, en su orden
        self.nombre = tk.StringVar(self.ventana)
        self.sala = tk.StringVar(self.ventana, SALA_HABITUAL)
        self.ventana.title("Entrar al chat")
        self.ventana.minsize(self.tema.px(340), self.tema.px(480))
        self._construir()
        self.ventana.protocol("WM_DELETE_WINDOW", aplicacion.cerrar_entrada)
        self.ventana.bind(f"<{self.tema.tecla_mando}-w>", lambda _: aplicacion.cerrar_entrada())
        aplicacion.colocar(self.ventana, *map(self.tema.px, MEDIDAS))

    # ---- construir

    def _construir(self) -> None:
        px = self.tema.px
        cuerpo = ttk.Frame(self.ventana, padding=(px(28), px(22), px(28), px(8)))
        ttk.Label(cuerpo, text="Entrar al chat", style="Titulo.TLabel").pack(anchor="w", pady=(0, px(14)))
        self.campo_nombre, self._error_nombre = self._construir_campo(cuerpo, "Tu nombre", self.nombre)
        self.campo_sala, self._error_sala = self._construir_campo(cuerpo, "Sala", self.sala)
        self.boton = ttk.Button(cuerpo, text="Entrar", style="Acento.TButton", command=self._pedir_entrar)
        self.boton.pack(fill="x", pady=(px(8), 0))
        self.boton.bind("<Return>", lambda _: self.boton.invoke())
        self._construir_salas(cuerpo)
        self.franja = ventana_charla.Franja(self.ventana, self.tema)
        self.ventana.columnconfigure(0, weight=1)
        self.ventana.rowconfigure(1, weight=1)
        self.franja.grid(row=0, sticky="ew")
        self.franja.grid_remove()
        cuerpo.grid(row=1, sticky="nsew")
        self._construir_pie().grid(row=2, sticky="ew")

    def _construir_campo(self, madre, rotulo: str, variable: tk.StringVar) -> "tuple[ttk.Entry, ttk.Label]":
        px = self.tema.px
        ttk.Label(madre, text=rotulo, style="Fuerte.TLabel").pack(anchor="w")
        sin_emoji = (self.ventana.register(lambda tecleado: texto_seguro.EMOJI.search(tecleado) is None), "%S")
        campo = ttk.Entry(madre, textvariable=variable, font=self.tema.letra)
        if texto_seguro.HAY_PELIGRO:
            campo.configure(validate="key", validatecommand=sin_emoji)
        campo.pack(fill="x", pady=(px(4), 0))
        campo.bind("<Return>", lambda _: self._pedir_entrar())
        campo.bind("<KP_Enter>", lambda _: self._pedir_entrar())
        error = ttk.Label(madre, style="Error.TLabel", wraplength=px(MEDIDAS[0] - 60))
        error.pack(anchor="w", pady=(px(2), px(6)))
        return campo, error

    def _construir_salas(self, madre) -> None:
        px = self.tema.px
        ttk.Label(madre, text="Salas abiertas", style="Fuerte.TLabel").pack(anchor="w", pady=(px(20), px(6)))
        marco = ttk.Frame(madre, style="Panel.TFrame", padding=px(4))
        marco.pack(fill="both", expand=True)
        self.lista = ttk.Treeview(marco, columns=("cuantos",), show="tree", selectmode="browse", height=4)
        self.lista.column("#0", width=px(180), stretch=True)
        self.lista.column("cuantos", width=px(100), stretch=False, anchor="e")
        barra = ttk.Scrollbar(marco, style="Panel.Vertical.TScrollbar", command=self.lista.yview)
        self.lista.configure(yscrollcommand=barra.set)
        barra.pack(side="right", fill="y")
        self.lista.pack(fill="both", expand=True)
        self._vacio = ttk.Label(self.lista, text="Todavía no hay ninguna.\nEntra y abre la primera.", style="Panel.TLabel",
                                foreground=self.tema.colores["tenue"], justify="center")
        self.lista.bind("<<TreeviewSelect>>", self._al_elegir)
        self.lista.bind("<Double-1>", lambda evento: self.lista.identify_row(evento.y) and self._pedir_entrar())
        self.lista.bind("<Return>", lambda _: self._pedir_entrar())

    def _construir_pie(self) -> ttk.Frame:
        px = self.tema.px
        pie = ttk.Frame(self.ventana, padding=(px(28), px(6), px(28), px(14)))
        self._servidor = ttk.Label(pie, style="Tenue.TLabel", font=self.tema.letra_chica)
        self._servidor.pack(anchor="w")
        self._red = ttk.Label(pie, style="Tenue.TLabel", font=self.tema.letra_chica)
        self._red.pack(anchor="w")
        return pie

    # ---- mostrarse

    def mostrar(self) -> None:
        """Poner la ventana a la vista, con el foco donde falta escribir."""
        self.ventana.deiconify()
        self.ventana.lift()
        fijo = self.aplicacion.tiene_nombre_fijo()
        self.campo_nombre.state(["disabled" if fijo else "!disabled"])
        if fijo:
            self.nombre.set(self.aplicacion.cliente.user)
        campo = self.campo_sala if fijo or self.nombre.get() else self.campo_nombre
        campo.focus_force()
        campo.selection_range(0, "end")

    def ocultar(self) -> None:
        """Quitar la ventana de la vista."""
        self._poner_errores()
        self.ventana.withdraw()

    def esperar(self, esperando: bool) -> None:
        """Mostrar que se está entrando, o que ya no."""
        estado = "disabled" if esperando else "!disabled"
        self.campo_sala.state([estado])
        self.campo_nombre.state(["disabled" if esperando or self.aplicacion.tiene_nombre_fijo() else "!disabled"])
        if esperando:
            self.boton.configure(text="Entrando…  (Cancelar)", style="TButton", command=self.aplicacion.cancelar_entrada)
        else:
            self.boton.configure(text="Entrar", style="Acento.TButton", command=self._pedir_entrar)

    def rechazar(self, explicacion: str, sala: str) -> None:
        """Explicar junto al nombre por qué no se pudo entrar, y dejarlo elegido para cambiarlo."""
        self.sala.set(texto_seguro.limpiar_linea(sala))
        self.mostrar()
        self._poner_errores(nombre=_explicar(explicacion))
        self.campo_nombre.focus_force()
        self.campo_nombre.selection_range(0, "end")

    def _poner_errores(self, nombre: str = "", sala: str = "") -> None:
        for campo, rotulo, texto in ((self.campo_nombre, self._error_nombre, nombre), (self.campo_sala, self._error_sala, sala)):
            rotulo.configure(text=texto_seguro.limpiar(texto))
            campo.state(["invalid" if texto else "!invalid"])

    # ---- lo que está pasando

    def actualizar(self, salas: "dict[str, int]", red: str, servidor: str, hay: "bool | None") -> None:
        """Mostrar las salas que existen, la red y el estado del servidor."""
        self._red.configure(text=red)
        self._servidor.configure(text=servidor, style={True: "Bien.TLabel", False: "Error.TLabel", None: "Tenue.TLabel"}[hay])
        filas = sorted(salas.items(), key=lambda fila: (-fila[1], fila[0]))[:MAX_SALAS_A_LA_VISTA]
        if filas != self._salas:
            self._poner_filas(filas)
        if filas:
            self._vacio.place_forget()
        else:
            self._vacio.place(relx=0.5, rely=0.5, anchor="center")

    def _poner_filas(self, filas: "list[tuple[str, int]]") -> None:
        elegida = self._salas[int(self.lista.selection()[0])][0] if self.lista.selection() else None
        self._salas = filas
        self.lista.delete(*self.lista.get_children())
        for numero, (sala, cuantos) in enumerate(filas):
            personas = "1 persona" if cuantos == 1 else f"{cuantos} personas"
            self.lista.insert("", "end", iid=str(numero), text=f"  {texto_seguro.limpiar_linea(sala)}", values=(personas,))
            if sala == elegida:
                self.lista.selection_set(str(numero))
                self.lista.focus(str(numero))

    # ---- entrar

    def _al_elegir(self, _evento) -> None:
        if self.lista.selection() and self.boton["text"] == "Entrar":
            self.sala.set(texto_seguro.limpiar_linea(self._salas[int(self.lista.selection()[0])][0]))

    def _sala_pedida(self) -> str:
        """Lo escrito o, si se eligió de la lista, el nombre verdadero de esa sala."""
        escrita = self.sala.get()
        return next((sala for sala, _ in self._salas if texto_seguro.limpiar_linea(sala) == escrita), escrita)

    def _pedir_entrar(self) -> None:
        self._poner_errores()
        try:
            campos.validar_usuario(self.nombre.get())
        except campos.ErrorProtocolo as error:
            self._poner_errores(nombre=_explicar(str(error)))
            self.campo_nombre.focus_set()
            return
        try:
            sala = campos.validar_sala(self._sala_pedida())
        except campos.ErrorProtocolo as error:
            self._poner_errores(sala=_explicar(str(error)))
            self.campo_sala.focus_set()
            return
        self.aplicacion.entrar(self.nombre.get(), [sala])


def _explicar(explicacion: str) -> str:
    return explicacion[:1].upper() + explicacion[1:].rstrip(".") + "."

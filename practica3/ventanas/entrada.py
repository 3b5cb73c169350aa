"""La ventana de entrada: quién eres y a qué sala vas.

    ┌ Entrar al chat ────[pulso][luna]┐
    │ Tu nombre                       │    En la lista, las salas que existen y cuántas
    │ [ Ana                         ] │    personas hay en cada una, al momento. Doble clic
    │ Sala                            │    o Enter en una: entrar. Escribir otra: crearla.
    │ [ general                     ] │
    │ [           Entrar            ] │    Mientras se entra: «Entrando…» y Cancelar. Si el
    │ Salas abiertas                  │    nombre está ocupado, aquí se explica por qué.
    │   general            3 personas │
    │ Red  [ Automática (192.168…) ▾] │    Al pie, la red que se usa, con las demás a elegir,
    │ ● Servidor en marcha            │    y el servidor.
    └─────────────────────────────────┘

Como las charlas, sólo conoce a la aplicación: le pide entrar y cancelar.
"""

from tkinter import ttk

import campos
from equipo import interfaces
from seguridad import llaves
from ventanas import ordenes
from ventanas.aspecto import botones
from ventanas.aspecto import campos_de_texto
from ventanas.aspecto import foco
from ventanas.aspecto import marcos
from ventanas.aspecto import plurales
from ventanas.aspecto import texto_seguro
from ventanas.campo_llave import CampoLlave
from ventanas.informe_diagnostico import VentanaDiagnostico

MEDIDAS_ENTRADA = (430, 680)  # píxeles a 96 ppp
SALA_HABITUAL = "general"
MAX_SALAS_A_LA_VISTA = 200
ICONOS_DE_SERVIDOR = {True: ("bien", "bien"), False: ("mal", "error"), None: ("espera", "tenue")}


class VentanaEntrada:
    """La ventana raíz de la aplicación."""

    def __init__(self, aplicacion):
        self.aplicacion = aplicacion
        self.tema = aplicacion.tema
        self.ventana = aplicacion.raiz
        self._salas: "list[tuple[str, int]]" = []  # las filas de la lista, en su orden
        self.nombre = campos_de_texto.Texto(self.ventana)
        self.sala = campos_de_texto.Texto(self.ventana, SALA_HABITUAL)
        self.ventana.title("Entrar al chat")
        self.ventana.minsize(self.tema.px(340), self.tema.px(480))
        self._construir()
        self.ventana.protocol("WM_DELETE_WINDOW", self.cerrar)
        aplicacion.colocar(self.ventana, "entrada", MEDIDAS_ENTRADA)

    def cerrar(self) -> None:
        """Cerrarla: con charlas abiertas sólo se oculta; sin ellas, es el fin."""
        self.aplicacion.salas.cancelar()
        if self.aplicacion.hay_a_la_vista():
            self.ocultar()
        else:
            self.ventana.quit()

    # ---- construir

    def _construir(self) -> None:
        px = self.tema.px
        cuerpo = ttk.Frame(self.ventana, padding=(px(28), px(18), px(28), px(8)))
        self._construir_cabeza(cuerpo)
        self.campo_nombre, self._error_nombre = self._construir_campo(
            cuerpo, "Tu nombre", self.nombre)
        self.campo_sala, self._error_sala = self._construir_campo(cuerpo, "Sala", self.sala)
        self.llave = CampoLlave(cuerpo, self.tema, self.sala, self._pedir_entrar)
        self.boton = ttk.Button(cuerpo, text="Entrar", style="Acento.TButton",
                                command=self._pedir_entrar)
        self.boton.pack(fill="x", pady=(px(6), 0))
        self.boton.bind("<Return>", lambda _: self.boton.invoke())
        self._construir_salas(cuerpo)
        self.franja = marcos.Franja(self.ventana, self.tema, self._enfocar)
        self.ventana.columnconfigure(0, weight=1)
        self.ventana.rowconfigure(1, weight=1)
        self.franja.grid(row=0, sticky="ew")
        self.franja.grid_remove()
        cuerpo.grid(row=1, sticky="nsew")
        self._construir_pie().grid(row=2, sticky="ew")
        self.faltantes = marcos.Franja(self.ventana, self.tema, self._enfocar)
        self.faltantes.grid(row=3, sticky="ew")
        self.faltantes.grid_remove()

    def _construir_cabeza(self, madre) -> None:
        px, app = self.tema.px, self.aplicacion
        cabeza = ttk.Frame(madre)
        cabeza.pack(fill="x", pady=(0, px(14)))
        self._globo = ttk.Label(cabeza)
        self._globo.pack(side="left", padx=(0, px(12)))
        ttk.Label(cabeza, text="Entrar al chat", style="Titulo.TLabel").pack(side="left")
        self._boton_tema = botones.BotonIcono(cabeza, self.tema, "luna", "Tema oscuro",
                                              app.alternar_tema)
        self._boton_tema.pack(side="right")
        diagnostico = botones.BotonIcono(cabeza, self.tema, "diagnostico", "Diagnóstico",
                                         lambda: app.abrir(VentanaDiagnostico))
        diagnostico.pack(side="right")
        self.ventana.bind("<<ThemeChanged>>", self._al_cambiar_tema)
        ordenes.enlazar(self, ordenes.EN_LAS_DOS)
        self._vestir()

    def _al_cambiar_tema(self, evento) -> None:
        if evento.widget is self.ventana:
            self._vestir()
            self._poner_filas(self._salas)  # su candado es de otro color

    def _vestir(self) -> None:
        claro = self.tema.nombre == "claro"
        self._boton_tema.poner("luna" if claro else "sol", "Tema oscuro" if claro else "Tema claro")
        self._globo.configure(image=self.tema.dibujos.globo(self.tema.colores["acento"], 40))

    def _construir_campo(self, madre, rotulo: str,
                         variable: campos_de_texto.Texto) -> "tuple[ttk.Entry, ttk.Label]":
        px = self.tema.px
        ttk.Label(madre, text=rotulo, style="Fuerte.TLabel").pack(anchor="w")
        campo = ttk.Entry(madre, textvariable=variable, font=self.tema.letra)
        campos_de_texto.proteger_campo(campo)
        campo.pack(fill="x", pady=(px(4), 0))
        campo.bind("<Return>", lambda _: self._pedir_entrar())
        campo.bind("<KP_Enter>", lambda _: self._pedir_entrar())
        error = ttk.Label(madre, style="Error.TLabel", wraplength=px(MEDIDAS_ENTRADA[0] - 60))
        error.pack(anchor="w", pady=(px(2), px(4)))
        return campo, error

    def _construir_salas(self, madre) -> None:
        px = self.tema.px
        rotulo = ttk.Label(madre, text="Salas abiertas", style="Fuerte.TLabel")
        rotulo.pack(anchor="w", pady=(px(16), px(6)))
        tarjeta = marcos.Tarjeta(madre, self.tema)
        tarjeta.pack(fill="both", expand=True)
        self.lista = ttk.Treeview(tarjeta, columns=("cuantos",), show="tree", selectmode="browse",
                                  height=3)
        self.lista.column("#0", width=px(180), stretch=True)
        self.lista.column("cuantos", width=px(100), stretch=False, anchor="e")
        tarjeta.rodear(self.lista)
        self._vacio = ttk.Label(self.lista,
                                text="Todavía no hay ninguna.\nEntra y abre la primera.",
                                style="VacioPanel.TLabel", justify="center")
        self.lista.bind("<<TreeviewSelect>>", self._al_elegir)
        self.lista.bind("<Double-1>",
                        lambda evento: self.lista.identify_row(evento.y) and self._pedir_entrar())
        self.lista.bind("<Return>", lambda _: self._pedir_entrar())

    def _construir_pie(self) -> ttk.Frame:
        px = self.tema.px
        pie = ttk.Frame(self.ventana, padding=(px(28), px(8), px(28), px(16)))
        pie.columnconfigure(1, weight=1)
        rotulo = ttk.Label(pie, text="Red", style="Fuerte.TLabel")
        rotulo.grid(row=0, column=0, sticky="w", padx=(0, px(12)))
        self.redes = ttk.Combobox(pie, state="readonly", font=self.tema.letra,
                                  postcommand=self._buscar_redes)
        self.redes.bind("<<ComboboxSelected>>", self._al_elegir_red)
        self.redes.grid(row=0, column=1, sticky="ew")
        self._servidor = ttk.Label(pie, style="Tenue.TLabel")
        self._servidor.grid(row=1, column=0, columnspan=2, sticky="w", pady=(px(10), 0))
        self._buscar_redes()
        return pie

    # ---- la red

    def _buscar_redes(self) -> None:
        """Poner en el desplegable las redes que hay ahora."""
        conexion = self.aplicacion.conexion
        automatica = interfaces.interfaz_del_sistema(conexion.grupo, conexion.puerto)
        es_lazo = automatica == interfaces.LAZO
        self._redes = [("", "Sólo este equipo" if es_lazo else f"Automática ({automatica})")]
        self._redes += [(direccion, _nombrar_red(nombre, direccion))
                        for nombre, direccion in interfaces.listar()]
        actual = conexion.enlace.actual
        if actual not in [direccion for direccion, _ in self._redes]:
            self._redes.append((actual, actual))
        self.redes.configure(
            values=[texto_seguro.limpiar_linea(rotulo) for _, rotulo in self._redes])
        self.mostrar_red()

    def mostrar_red(self) -> None:
        """Decir por qué red se habla, o por qué relevo."""
        if relevo := self.aplicacion.conexion.enlace.relevo:
            self.redes.set("Por el relevo {}:{}".format(*relevo))
            return
        actual = self.aplicacion.conexion.enlace.pedida or ""
        rotulo = next((rotulo for direccion, rotulo in self._redes if direccion == actual), actual)
        self.redes.set(texto_seguro.limpiar_linea(rotulo))

    def _al_elegir_red(self, _evento) -> None:
        self.redes.selection_clear()
        self.aplicacion.elegir_red(self._redes[self.redes.current()][0])

    # ---- mostrarse

    def mostrar(self, con_foco: bool = True) -> None:
        """Poner la ventana a la vista; con `con_foco`, con el teclado donde falta escribir."""
        fijo = self.aplicacion.salas.tiene_nombre_fijo()
        self.campo_nombre.state(["disabled" if fijo else "!disabled"])
        if fijo:
            self.nombre.set(self.aplicacion.cliente.user)
        if con_foco:
            self.ventana.deiconify()
            self._enfocar()
        else:
            foco.mostrar_sin_foco(self.ventana)
        self.ventana.lift()

    def _enfocar(self) -> None:
        """Llevar el teclado a donde falta escribir."""
        hay_nombre = self.aplicacion.salas.tiene_nombre_fijo() or self.nombre.get()
        campo = self.campo_sala if hay_nombre else self.campo_nombre
        campo.focus_force()
        campo.selection_range(0, "end")

    def ocultar(self) -> None:
        """Quitar la ventana de la vista."""
        self._poner_errores()
        self.llave.olvidar()
        self.ventana.withdraw()

    def esperar(self, esperando: bool) -> None:
        """Mostrar que se está entrando, o que ya no."""
        estado = "disabled" if esperando else "!disabled"
        self.campo_sala.state([estado])
        fijo = esperando or self.aplicacion.salas.tiene_nombre_fijo()
        self.campo_nombre.state(["disabled" if fijo else "!disabled"])
        if esperando:
            self.boton.configure(text="Entrando…  (Cancelar)", style="TButton",
                                 command=self.aplicacion.salas.cancelar)
        else:
            self.boton.configure(text="Entrar", style="Acento.TButton", command=self._pedir_entrar)

    def rechazar(self, explicacion: str, sala: str, con_foco: bool = True) -> None:
        """Explicar junto al nombre por qué no se pudo entrar, y dejarlo elegido para cambiarlo."""
        self.sala.set(sala)
        self.mostrar(con_foco)
        self._poner_errores(nombre=_explicar(explicacion))
        self.campo_nombre.selection_range(0, "end")
        if con_foco:
            self.campo_nombre.focus_force()

    def pedir_contrasena(self, sala: str, falla: str = "") -> None:
        """Ponerse a la vista para que se escriba la de una sala."""
        self.sala.set(sala)
        self.mostrar()
        self.llave.pedir(_explicar(falla) if falla else "Escribe la contraseña de la sala.")

    def _poner_errores(self, nombre: str = "", sala: str = "") -> None:
        for campo, rotulo, texto in ((self.campo_nombre, self._error_nombre, nombre),
                                     (self.campo_sala, self._error_sala, sala)):
            rotulo.configure(text=texto_seguro.limpiar(texto))
            campo.state(["invalid" if texto else "!invalid"])
        self.llave.poner_error("")

    # ---- lo que está pasando

    def refrescar(self, aviso: marcos.Aviso, hay: "bool | None") -> None:
        """Mostrar las salas que existen y el estado del servidor; `hay`: si se oye uno."""
        self.franja.poner(aviso)
        if self.ventana.state() in ("normal", "zoomed"):  # maximizada, en Windows y macOS
            self._mostrar_salas(self.aplicacion.cliente.directorio.salas())
            self._mostrar_servidor(self.aplicacion.servidor.describir(hay), hay)

    def _mostrar_servidor(self, servidor: str, hay: "bool | None") -> None:
        icono, color = ICONOS_DE_SERVIDOR[hay]
        self._servidor.configure(text=f" {servidor}", image=self.tema.icono(icono, color, 16),
                                 compound="left")

    def _mostrar_salas(self, salas: "dict[str, int]") -> None:
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
        candado = self.tema.icono("candado", "tenue", 16)
        for numero, (sala, cuantos) in enumerate(filas):
            personas = plurales.contar(cuantos, "persona")
            self.lista.insert("", "end", iid=str(numero),
                              text=f"  {texto_seguro.limpiar_linea(sala)}", values=(personas,),
                              image=candado if llaves.tiene_llave(sala) else "")
            # Elegirla la escribe en el campo, que quizá ya dice otra cosa.
            if sala == elegida == self._sala_pedida():
                self.lista.selection_set(str(numero))
                self.lista.focus(str(numero))

    # ---- entrar

    def _al_elegir(self, _evento) -> None:
        if self.lista.selection() and self.boton["text"] == "Entrar":
            self.sala.set(self._salas[int(self.lista.selection()[0])][0])

    def _sala_pedida(self) -> str:
        """Lo escrito; si no es ninguna sala pero así se ve una de la lista, ésa."""
        escrita, salas = self.sala.get(), [sala for sala, _ in self._salas]
        vistas = (sala for sala in salas if texto_seguro.limpiar_linea(sala) == escrita)
        return escrita if escrita in salas else next(vistas, escrita)

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
        self.aplicacion.preferencias.poner(nombre=self.nombre.get().strip())
        self.aplicacion.salas.entrar(self.nombre.get(), [sala], self.llave.leer())


def _explicar(explicacion: str) -> str:
    return explicacion[:1].upper() + explicacion[1:].rstrip(".") + "."


def _nombrar_red(nombre: str, direccion: str) -> str:
    return f"{'Sólo este equipo' if direccion == interfaces.LAZO else nombre} ({direccion})"


def si_existe(interfaz: str) -> "str | None":
    """La dirección de la red que se eligió la última vez, si este equipo todavía la tiene."""
    return interfaz if interfaz in [direccion for _, direccion in interfaces.listar()] else None

"""La ventana de una sala: la conversación y la lista de quién está."""

import functools
import time
import tkinter as tk
from tkinter import ttk

import campos
from seguridad import llaves
from ventanas import ventana_charla
from ventanas.aspecto import botones
from ventanas.aspecto import campos_de_texto
from ventanas.aspecto import marcos
from ventanas.aspecto import texto_seguro
from ventanas.aspecto.plurales import contar, enumerar
from ventanas.globos.mensaje import MARCAS

CON_FILTRO = 15  # personas desde las que se puede buscar a una en la lista
MAX_PERSONAS = 300  # personas a la vista en la lista de una sala: ponerlas toma tiempo
RESTO = "resto"  # la fila que dice cuántas más hay
# S que puede tardar en ponerse una lista sin que haya que descansar, y cuántas veces lo que tardó.
TARDA, DESCANSOS = 0.015, 10
MAX_MOVIDOS = 1_000  # personas que nombra un renglón que cuenta quién entró o salió
AUSENCIA = 3_000  # ms: quien vuelve antes no salió, fue el Wi-Fi
MEDIDAS_SALA = (830, 640)  # píxeles a 96 ppp
ANCHO_PERSONAS, MAS_POR_PUNTO = 220, 8  # y lo que crece con cada punto de letra
# Con menos ancho la lista de personas sólo se ve si se pide; y lo que crece por punto de letra.
ESTRECHA, MAS_ESTRECHA = 600, 12
AVATAR_EN_LISTA = 30
# De cada cuenta de la red que dice algo a quien lee la sala, cómo se cuenta uno y cómo varios.
CUENTAS = {
    "perdidos": ("datagrama no llegó", "datagramas no llegaron"),
    "reparados": ("datagrama faltaba y se pidió otra vez",
                  "datagramas faltaban y se pidieron otra vez"),
    "descartados": ("datagrama se tiró: alguien envía demasiados",
                    "datagramas se tiraron: alguien envía demasiados"),
}


class VentanaSala(ventana_charla.VentanaCharla):
    """Lo que se dice en una sala, y entre quiénes."""

    MEDIDAS = MEDIDAS_SALA
    clase = "sala"
    DESPEDIDA = "Salir de la sala"

    def __init__(self, aplicacion, sala: str):
        self._lista: "list[str] | None" = None
        self._marcas: "dict[str, str]" = {}  # las que se ven
        self._por_poner: "list[str] | None" = None  # la última que llegó mientras se descansa
        self._ausentes: "dict[str, str]" = {}  # quien falta desde hace poco → su `after`
        self._nota = None  # el último renglón que cuenta quién entró y quién salió…
        # …y a quiénes nombra: («entró», «entraron») → {persona: None}.
        self._movidos: "dict[tuple[str, str], dict[str, None]]" = {}
        self._estrecha = False
        self._pedida = False  # la lista, en una ventana estrecha
        enviar = functools.partial(aplicacion.cliente.decir, sala)
        super().__init__(aplicacion, sala, f"#{sala}", enviar)
        self._construir_personas()
        self._mostrar_personas()
        self.ventana.bind("<Configure>", self._al_cambiar_ancho)

    def _construir_botones(self, cabeza: ttk.Frame) -> None:
        super()._construir_botones(cabeza)
        self._boton_personas = botones.BotonIcono(cabeza, self.tema, "personas", "Personas",
                                                  self._alternar_personas)

    def _construir_personas(self) -> None:
        px = self.tema.px
        self._panel = panel = ttk.Frame(self.ventana, style="Panel.TFrame",
                                        width=self._ancho_de_personas())
        panel.pack_propagate(False)
        rotulo = ttk.Label(panel, text="En la sala", style="RotuloPanel.TLabel")
        rotulo.pack(anchor="w", padx=px(10), pady=(px(12), px(4)))
        self._filtro = tk.StringVar(self.ventana)
        self._campo_filtro = ttk.Entry(panel, textvariable=self._filtro)
        campos_de_texto.proteger_campo(self._campo_filtro)
        self._filtro.trace_add("write", lambda *_: self._poner_filas(self._elegida()))
        self._campo_filtro.bind("<Escape>", lambda _: self._filtro.set("") or "break")
        self._campo_filtro.bind("<Down>", lambda _: self.personas.focus_set())
        self.personas = ttk.Treeview(panel, show="tree", selectmode="browse")
        self._barra_de_personas = barra = ttk.Scrollbar(
            panel, style="Panel.Vertical.TScrollbar", command=self.personas.yview)
        self.personas.configure(yscrollcommand=barra.set)
        self._cuenta = ttk.Label(panel, style="TenuePanel.TLabel",
                                 wraplength=px(ANCHO_PERSONAS - 28))
        self._cuenta.pack(side="bottom", anchor="w", padx=px(10), pady=px(10))
        barra.pack(side="right", fill="y")
        self.personas.pack(fill="both", expand=True)
        botones.Pista(self.personas, self._escribir_pista)
        self.personas.bind("<Double-1>", lambda evento: self._abrir_privado(
            self.personas.identify_row(evento.y)))
        self.personas.bind("<Return>", lambda _: self._abrir_privado(self.personas.focus()))
        self.personas.bind("<FocusIn>", self._marcar_primera)

    def _al_cambiar_ancho(self, evento) -> None:
        if evento.widget is self.ventana:  # también llegan los de lo que contiene
            self._ajustar_a(evento.width)

    def _ajustar_a(self, ancho: int) -> None:
        hace_falta = ESTRECHA + MAS_ESTRECHA * max(0, self.tema.aumento)
        self._estrecha = ancho < self.tema.px(hace_falta)
        self._mostrar_personas()

    def _alternar_personas(self) -> None:
        self._pedida = not self._pedida
        self._mostrar_personas()
        self._poner_filas(self._elegida())  # los nombres tienen otro ancho
        (self.personas if self._pedida else self.redactor.campo).focus_set()

    def _mostrar_personas(self) -> None:
        """A un lado o, en una ventana estrecha, sobre la conversación y sólo si se pidió."""
        if not self._estrecha:
            self._pedida = False
            self._boton_personas.pack_forget()
            self._panel.grid(row=4, column=1, rowspan=2, sticky="ns")
            return
        self._boton_personas.pack(side="right", padx=self.tema.px(1), after=self._boton_buscar)
        if self._pedida:
            self._panel.grid(row=4, column=0, rowspan=1, sticky="nsew")
        else:
            self._panel.grid_remove()

    def _escribir_pista(self) -> str:
        y = self.personas.winfo_pointery() - self.personas.winfo_rooty()
        fila, que = self.personas.identify_row(y), "Doble clic o Enter: escribir en privado"
        if not fila or fila == RESTO:
            return que
        # El nombre también: en la lista quizá no cabe.
        return f"{texto_seguro.limpiar_linea(self._quien(fila))} · {que}"

    def _vestir(self, evento) -> None:
        super()._vestir(evento)
        if evento.widget is self.ventana:
            self._panel.configure(width=self._ancho_de_personas())
            if self.ventana.winfo_width() > 1:  # con la letra más grande, el mismo ancho es menos
                self._ajustar_a(self.ventana.winfo_width())
            self._poner_filas(self._elegida())

    def _ancho_de_personas(self) -> int:
        return self.tema.px(ANCHO_PERSONAS + MAS_POR_PUNTO * max(0, self.tema.aumento))

    def _marcar_primera(self, _evento) -> None:
        if not self.personas.selection() and self.personas.get_children():
            primera = self.personas.get_children()[0]
            self.personas.focus(primera)
            self.personas.selection_set(primera)

    def refrescar(self, aviso: marcos.Aviso) -> None:
        """Poner al día también, discretamente, lo que la red perdió."""
        super().refrescar(aviso)
        if self._marcar() != self._marcas:
            self._poner_filas(self._elegida())
        self._cuenta.configure(text=escribir_cuentas(self.aplicacion.conexion.cuenta()))

    # ---- quién está

    def poner_lista(self, lista: "list[str]") -> None:
        """Mostrar quién está y, si cambió, quién entró y quién salió.

        Si las listas llegan más aprisa de lo que se pueden poner, se pone sólo la última.
        """
        if self._por_poner is not None:
            self._por_poner = lista
            return
        antes = time.perf_counter()
        self._poner_ya(lista)
        tardo = time.perf_counter() - antes
        if tardo > TARDA:
            self._por_poner = lista
            self.ventana.after(round(1000 * tardo * DESCANSOS), self._poner_la_ultima)

    def _poner_la_ultima(self) -> None:
        lista, self._por_poner = self._por_poner, None
        if self.ventana.winfo_exists() and lista != self._lista:
            self.poner_lista(lista)

    def _poner_ya(self, lista: "list[str]") -> None:
        elegida = self._elegida()  # antes de cambiar la lista: es una fila de la vieja
        antes, self._lista = self._lista, lista
        if antes is not None:
            self._anunciar_cambios(antes, lista)
        cifrada = " · cifrada" if llaves.tiene_llave(self.nombre) else ""
        self._detalle.configure(text=contar(len(lista), "persona") + cifrada)
        mio = self.aplicacion.cliente.user
        self.redactor.nombres = [persona for persona in lista if persona != mio]
        self.conversacion.resaltar(lista[:MAX_PERSONAS])
        self._mostrar_filtro(len(lista) >= CON_FILTRO)
        self._poner_filas(elegida)

    def _mostrar_filtro(self, hace_falta: bool) -> None:
        """Con mucha gente, un campo con que buscar a alguien en la lista."""
        if hace_falta and not self._campo_filtro.winfo_manager():
            self._campo_filtro.pack(fill="x", padx=self.tema.px(8), pady=(0, self.tema.px(6)),
                                    before=self._barra_de_personas)
        elif not hace_falta and self._campo_filtro.winfo_manager():
            self._campo_filtro.pack_forget()
            self._filtro.set("")

    def _elegida(self) -> "str | None":
        fila = self.personas.selection()
        return self._quien(fila[0]) if fila and fila[0] != RESTO else None

    def _marcar(self) -> "dict[str, str]":
        """Persona → la marca de quien quizá no es quien dice, de las que están a la vista."""
        oidas, tratos = self.aplicacion.conectados, self.aplicacion.cliente.tratos
        marcas = {}
        for persona in (self._lista or [])[:MAX_PERSONAS]:
            _, quien = oidas.get(campos.comparable(persona), ("", None))
            if quien is not None and (marca := MARCAS[tratos.dudar(persona, quien)]):
                marcas[persona] = marca
        return marcas

    def _poner_filas(self, elegida: "str | None" = None) -> None:
        lista, self._marcas = self._lista or [], self._marcar()
        self.personas.delete(*self.personas.get_children())
        filtro = texto_seguro.plegar(self._filtro.get().strip())
        quienes = [(numero, persona) for numero, persona in enumerate(lista)
                   if not filtro or filtro in texto_seguro.plegar(persona)]
        for numero, persona in quienes[:MAX_PERSONAS]:
            self._poner_persona(numero, persona)
            if persona == elegida:
                self.personas.selection_set(str(numero))
                self.personas.focus(str(numero))
        if len(quienes) > MAX_PERSONAS:
            resto = f"   … y {contar(len(quienes) - MAX_PERSONAS, 'persona')} más"
            self.personas.insert("", "end", iid=RESTO, text=resto)

    def _poner_persona(self, numero: int, persona: str) -> None:
        px, visible = self.tema.px, texto_seguro.limpiar_linea(persona)
        # Lo que va junto al nombre no se recorta: es lo que no se puede dejar de ver.
        tu = " (tú)" if persona == self.aplicacion.cliente.user else self._marcas.get(persona, "")
        ancho = self.ventana.winfo_width() if self._pedida else self._ancho_de_personas()
        libre = ancho - px(AVATAR_EN_LISTA + 44) - self.tema.letra.measure(tu)
        cabe = self.tema.recortar(visible, "letra", libre)
        # El nombre no sirve de identificador: dos distintos podrían verse igual.
        self.personas.insert("", "end", iid=str(numero), text=f"   {cabe}{tu}",
                             image=self.tema.avatar(visible, AVATAR_EN_LISTA))

    def _quien(self, fila: str) -> str:
        return self._lista[int(fila)]

    def _anunciar_cambios(self, antes: "list[str]", ahora: "list[str]") -> None:
        estaban = set(antes)
        entraron = [uno for uno in ahora if uno not in estaban]
        nuevos = [uno for uno in entraron if uno not in self._ausentes]
        for uno in set(entraron) - set(nuevos):
            self.ventana.after_cancel(self._ausentes.pop(uno))  # volvió: no hay nada que contar
        if nuevos:
            self._anunciar(nuevos, "entró", "entraron")
        for uno in estaban - set(ahora):
            self._ausentes[uno] = self.ventana.after(AUSENCIA, self._anunciar_salida, uno)

    def _anunciar_salida(self, persona: str) -> None:
        del self._ausentes[persona]
        self._anunciar([persona], "salió", "salieron")

    def _anunciar(self, personas: "list[str]", uno: str, varios: str) -> None:
        """Contar quién entró o salió, en el mismo renglón mientras no se diga otra cosa."""
        serie, movidos = self.conversacion.serie, self._movidos
        sigue = len(serie) and serie[serie.ultimo] is self._nota
        if not sigue or any(len(quienes) > MAX_MOVIDOS for quienes in movidos.values()):
            movidos.clear()
        movidos.setdefault((uno, varios), {}).update(dict.fromkeys(personas))
        dicho = " · ".join(f"{enumerar(list(quienes))} {verbos[len(quienes) > 1]}"
                           for verbos, quienes in movidos.items())
        if sigue:
            self._nota.content = dicho
            self._nota.version += 1
            self.conversacion.lista.pedir_pintura()
        else:
            self.conversacion.agregar_nota(dicho)
            self._nota = serie[serie.ultimo]

    def _abrir_privado(self, fila: str) -> None:
        if fila and fila != RESTO:
            self.aplicacion.abrir_privado(self._quien(fila))


def escribir_cuentas(cuentas: "dict[str, int]") -> str:
    """Lo que la red perdió, un renglón por cuenta; nada, si no hay nada que contar.

    Lo que llegó dos veces no se cuenta: así es pedir otra vez, y nadie lo lee repetido.
    """
    hay = [una for una in CUENTAS if cuentas.get(una)]
    return "\n".join(contar(cuentas[una], *CUENTAS[una]) for una in hay)

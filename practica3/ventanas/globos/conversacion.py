"""La conversación de una sala o con una persona: el widget donde se lee.

    Conversacion ─┬─ Serie       los mensajes
                  ├─ Seleccion   el que tiene el foco y lo elegido
                  ├─ Busqueda    lo que se busca
                  └─ Lista       los que están a la vista, dibujados

Con el ratón se elige texto dentro de un mensaje, o varios mensajes; con las flechas se va
de uno en uno. Enter, o un clic, abre enlaces y toca lo que suena; Ctrl+C copia siempre lo
original, emoji incluidos.
"""

import tkinter as tk
from tkinter import ttk

from ventanas.aspecto import rueda
from ventanas.globos import busqueda as modulo_busqueda
from ventanas.globos import globo
from ventanas.globos import lista as modulo_lista
from ventanas.globos import mensaje as mensajes
from ventanas.globos import renglones
from ventanas.globos import seleccion as modulo_seleccion
from ventanas.globos.medidor import LETRAS_POR_RENGLON
from ventanas.globos.mensaje import Mensaje, Nota, Serie
from ventanas.globos.menu import MenuDeMensaje, abrir_enlace

PASO_RUEDA = 60  # píxeles a 96 ppp
PASO_VOZ = 2.0  # s que una flecha adelanta o atrasa una voz
COPIADO = 1_500  # ms que una palomita dice que el código se copió
CON_ENTER = (globo.OIR, globo.USAR, globo.ABRIR, globo.REINTENTAR, globo.DESPLEGAR, globo.COPIAR,
             globo.IR)
TIRON = 60  # píxeles que como mucho se desplaza cada vez, al arrastrar fuera de la ventana


class Conversacion(ttk.Frame):
    """Lo dicho en una sala o con una persona.

    `acciones`: quien hace lo que se pide de un mensaje; sus métodos `oir`, `usar`, `mover_voz`,
    `adelantar_voz`, `reintentar` y `opciones_de`.
    """

    def __init__(self, madre, tema, acciones=None):
        super().__init__(madre)
        self.tema, self.acciones = tema, acciones
        self.lienzo = tk.Canvas(self, width=1, height=1, borderwidth=0, takefocus=True,
                                highlightthickness=tema.px(2), cursor="arrow")
        self.serie = Serie()
        self.seleccion = modulo_seleccion.Seleccion(self.serie)
        self.busqueda = modulo_busqueda.Busqueda(self.serie, self.after)
        self.lista = modulo_lista.Lista(self.lienzo, tema, self.serie, self.seleccion,
                                        self.busqueda, self._al_pintar)
        self._sin_ver = 0  # llegados mientras se mira más arriba
        self._por_entregar = ""  # lo elegido, mientras otro programa lo pega por partes
        self._barra = ttk.Scrollbar(self, style="Charla.Vertical.TScrollbar",
                                    command=self._al_mover_barra)
        self._nuevos = ttk.Button(self, style="Nuevos.TButton", command=self.ir_al_final)
        self.menu = MenuDeMensaje(self, tema, self.copiar,
                                  lambda mensaje: self.acciones.opciones_de(mensaje))
        self._barra.pack(side="right", fill="y")
        self.lienzo.pack(side="left", fill="both", expand=True)
        self._enlazar()
        self.vestir()

    def _enlazar(self) -> None:
        lienzo, mando, lista = self.lienzo, self.tema.tecla_mando, self.lista
        sistema = lienzo.tk.call("tk", "windowingsystem")
        for suceso, orden in (
            ("<Configure>", lambda _: lista.olvidar_dibujos()),
            ("<Home>", lambda _: self.ir_a(self.serie.primero)),
            ("<End>", lambda _: self.ir_al_final()),
            ("<Prior>", lambda _: self._paginar(-1)),
            ("<Next>", lambda _: self._paginar(1)),
            ("<Button-1>", self._al_pulsar),
            ("<B1-Motion>", self._al_arrastrar),
            ("<Double-Button-1>", self._al_pulsar_dos_veces),
            ("<Motion>", self._al_pasar),
            ("<Up>", lambda _: self.enfocar(-1)),
            ("<Down>", lambda _: self.enfocar(1)),
            ("<Shift-Up>", lambda _: self._extender(-1)),
            ("<Shift-Down>", lambda _: self._extender(1)),
            ("<Left>", lambda _: self._adelantar(-PASO_VOZ)),
            ("<Right>", lambda _: self._adelantar(PASO_VOZ)),
            ("<Return>", lambda _: self._usar_enfocado()),
            ("<space>", lambda _: self._usar_enfocado()),
            (f"<{mando}-c>", lambda _: self.copiar()),
            (f"<{mando}-a>", lambda _: self._elegir_todo()),
            ("<Escape>", lambda _: self._olvidar_eleccion()),
            ("<Delete>", lambda _: self.acciones.borrar(self.enfocado())),
            ("<FocusIn>", lambda _: lista.pedir_pintura()),
            ("<FocusOut>", lambda _: lista.pedir_pintura()),
            ("<<TraverseIn>>", lambda _: self.enfocar(0)),
            ("<Button-2>" if sistema == "aqua" else "<Button-3>", self._abrir_menu),
            ("<Shift-F10>", self._abrir_menu_con_tecla),
        ):
            lienzo.bind(suceso, orden)
        rueda.enlazar(lienzo, self.tema.px(PASO_RUEDA), lista.desplazar)
        if sistema == "x11":
            lienzo.bind("<Menu>", self._abrir_menu_con_tecla)
        lienzo.selection_handle(self._entregar_seleccion, selection="PRIMARY")

    def vestir(self) -> None:
        """Ponerse los colores y letras del tema, que quizá cambiaron."""
        fondo = self.tema.colores["charla"]
        self.lienzo.configure(background=fondo, highlightbackground=fondo, highlightcolor=fondo)
        self._nuevos.configure(image=self.tema.icono("abajo", "enlace", 16), compound="left")
        self.lista.medidor.olvidar()
        self.lista.olvidar_dibujos()

    # ---- lo que se agrega y se cambia

    def agregar(self, mensaje: "Mensaje | Nota") -> None:
        """Poner un mensaje al final."""
        mensaje.alto = self.lista.medidor.estimar(mensaje)
        if self.serie.agregar(mensaje):
            self.seleccion.soltar_quitados()
        if isinstance(mensaje, Mensaje):
            self._sin_ver += not self.lista.al_final
            if mensaje.propio:
                self.lista.primer_nuevo = None  # quien contesta ya leyó
                self.ir_al_final()
        self.lista.pedir_pintura()

    def agregar_nota(self, nota: str, error: bool = False) -> None:
        """Poner un renglón discreto y centrado; de un error, con otro color y un triángulo."""
        self.agregar(Nota(nota, error=error))

    def cambiar(self, mensaje: Mensaje, **datos) -> None:
        """Cambiar algo de un mensaje y mostrarlo."""
        mensaje.cambiar(**datos)
        self.lista.pedir_pintura()

    def marcar_nuevos(self, mensaje: Mensaje) -> None:
        """Poner la raya de «mensajes nuevos» antes de uno, y quitar la anterior."""
        # En una charla vacía todo es nuevo.
        self.lista.primer_nuevo = mensaje if len(self.serie) else None
        self.lista.pedir_pintura()

    def resaltar(self, nombres) -> None:
        """Desde ahora, resaltar las menciones a estos nombres."""
        self.lista.medidor.patron = renglones.preparar_patron(nombres)

    def todos(self) -> "list[Mensaje | Nota]":
        """Todo lo que se conserva, del más viejo al más nuevo."""
        return self.serie.tramo(self.serie.primero, self.serie.ultimo)

    def visibles(self) -> "list[Mensaje | Nota]":
        """Lo que está a la vista."""
        return [self.serie[numero] for numero in self.lista.numeros_a_la_vista()]

    # ---- por dónde se mira

    def _al_pintar(self) -> None:
        self._barra.set(*self.lista.partes())
        if self.lista.al_final:
            self._sin_ver = 0
            self._nuevos.place_forget()
        else:
            px = self.tema.px
            self._nuevos.configure(
                text=f" {self._sin_ver} sin ver" if self._sin_ver else " Al final")
            self._nuevos.place(in_=self.lienzo, relx=1.0, rely=1.0, x=-px(14), y=-px(12),
                               anchor="se")

    def _al_mover_barra(self, orden: str, cuanto: str, unidad: str = "") -> None:
        if orden != "scroll":
            self.lista.mirar_parte(float(cuanto))
        elif unidad == "pages":
            self._paginar(int(cuanto))
        else:  # Tk 9 dice también partes de una unidad
            self.lista.desplazar(round(float(cuanto) * self.tema.px(PASO_RUEDA)))

    def _paginar(self, paginas: int) -> None:
        self.lista.desplazar(paginas * self.lienzo.winfo_height() * 9 // 10)

    def ir_al_final(self) -> None:
        """Mostrar lo último."""
        self.lista.al_final = True
        self.lista.pedir_pintura()

    def ir_a_lo_nuevo(self) -> None:
        """Mostrar lo primero que no se ha leído; si todo se leyó, el final."""
        nuevo, todos = self.lista.primer_nuevo, self.todos()
        if nuevo in todos:
            self.ir_a(self.serie.primero + todos.index(nuevo))
        else:
            self.ir_al_final()

    def ir_a(self, numero: int) -> None:
        """Mostrar un mensaje cerca del centro."""
        self.lista.mirar(numero, self.lienzo.winfo_height() // 3)

    # ---- el teclado

    def enfocar(self, paso: int) -> str:
        """Pasar el foco al mensaje siguiente (1) o anterior (-1); con 0, al último visible."""
        if len(self.serie):
            numero = self._desde_donde(paso) + paso
            numero = max(self.serie.primero, min(numero, self.serie.ultimo))
            self.seleccion.foco = numero
            self.seleccion.elegir()
            self.lista.asomar(numero, hacia_arriba=paso < 0)
            self.lista.pedir_pintura()
        return "break"

    def _desde_donde(self, paso: int) -> int:
        """Del que se parte: el que tiene el foco o, si no está a la vista, uno que sí."""
        a_la_vista = self.lista.numeros_a_la_vista() or [self.serie.ultimo]
        if paso and self.seleccion.foco in a_la_vista:
            return self.seleccion.foco
        return a_la_vista[-1] if paso <= 0 else a_la_vista[0] - 1

    def _extender(self, paso: int) -> str:
        """Elegir también el mensaje siguiente (1) o el anterior (-1)."""
        foco, eleccion = self.seleccion.foco, self.seleccion.eleccion
        if foco is not None:
            desde = eleccion.desde if eleccion is not None else foco
            self.enfocar(paso)
            if desde != self.seleccion.foco:
                self.seleccion.elegir(desde, self.seleccion.foco)
        return "break"

    def _usar_enfocado(self) -> str:
        numero = self.seleccion.foco
        puesto = self.lista.puesto_de(numero)
        zonas = puesto.zonas if puesto else ()
        for zona in sorted(zonas, key=lambda una: una.accion == globo.IR):  # lo citado, al final
            if zona.accion in CON_ENTER:
                self._usar(zona, self.serie[numero])
                break
        return "break"

    def _adelantar(self, segundos: float) -> str:
        if self.lista.puesto_de(self.seleccion.foco):
            self.acciones.adelantar_voz(self.serie[self.seleccion.foco], segundos)
        return "break"

    def _olvidar_eleccion(self) -> None:
        self.seleccion.elegir()
        self.lista.pedir_pintura()

    def _elegir_todo(self) -> str:
        self.seleccion.elegir_todo()
        self.lista.pedir_pintura()
        return "break"

    # ---- el ratón

    def _en(self, evento) -> "tuple[int | None, globo.Zona | None]":
        """El mensaje que está donde el ratón y la zona de él."""
        numero = self.lista.numero_en(evento.y)
        puesto = self.lista.puesto_de(numero)
        return numero, puesto and puesto.zona_en(evento.x, evento.y)

    def _al_pasar(self, evento) -> None:
        _, zona = self._en(evento)
        cursor = "arrow"
        if zona is not None:
            cursor = "xterm" if zona.accion == globo.ELEGIR else "hand2"
        if self.lienzo["cursor"] != cursor:
            self.lienzo.configure(cursor=cursor)

    def _al_pulsar(self, evento) -> None:
        self.lienzo.focus_set()
        numero, zona = self._en(evento)
        self.seleccion.elegir()
        self.seleccion.foco = None
        if zona is not None and zona.accion != globo.ELEGIR:
            self._usar(zona, self.serie[numero], evento.x)
        elif numero is not None:
            donde = self._posicion(numero, evento)
            self.seleccion.elegir(numero, numero, donde, donde)
        self.lista.pedir_pintura()

    def _posicion(self, numero: int, evento) -> "tuple[int, int, int] | None":
        """La letra de un mensaje que está donde el ratón."""
        puesto = self.lista.puesto_de(numero)
        return self.lista.medidor.posicion_en(
            self.serie[numero], evento.x - puesto.x_texto, evento.y - puesto.y - puesto.y_texto)

    def _al_arrastrar(self, evento) -> None:
        una = self.seleccion.eleccion
        if una is None:
            return
        alto = self.lienzo.winfo_height()
        if not 0 <= evento.y < alto:  # fuera de la ventana: se sigue eligiendo y se desplaza
            fuera = evento.y if evento.y < 0 else evento.y - alto
            self.lista.desplazar(max(-TIRON, min(TIRON, fuera)))
        numero = self.lista.numero_en(max(0, min(evento.y, alto - 1)))
        if numero is not None:
            self.seleccion.elegir(una.desde, numero, una.inicio, self._posicion(numero, evento))
            self.lienzo.selection_own(selection="PRIMARY")
            self.lista.pedir_pintura()

    def _al_pulsar_dos_veces(self, evento) -> None:
        numero, _ = self._en(evento)
        if numero is None:
            return
        if self.seleccion.elegir_palabra(numero, self._posicion(numero, evento)):
            self.lienzo.selection_own(selection="PRIMARY")
            self.lista.pedir_pintura()

    def _usar(self, zona: globo.Zona, mensaje: Mensaje, x: int = 0) -> None:
        """Hacer lo que corresponde a una zona."""
        if zona.accion == globo.ABRIR:
            abrir_enlace(zona.objetivo)
        elif zona.accion == globo.COPIAR:
            self._copiar_codigo(mensaje, zona.objetivo)
        elif zona.accion == globo.DESPLEGAR:
            self.lista.al_final = False  # lo que crece, que crezca hacia abajo
            self.cambiar(mensaje, maximo=mensaje.maximo + mensajes.TANDA)
        elif zona.accion == globo.OIR:
            self.acciones.oir(mensaje)
        elif zona.accion == globo.USAR:
            self.acciones.usar(mensaje)
        elif zona.accion == globo.IR:
            self._ir_a_lo_citado(mensaje.cita)
        elif zona.accion == globo.MOVER:
            self.acciones.mover_voz(mensaje, (x - zona.x0) / max(1, zona.x1 - zona.x0))
        elif zona.accion == globo.REINTENTAR:
            self.acciones.reintentar(mensaje)

    def enfocado(self) -> "Mensaje | Nota | None":
        """El mensaje que tiene el foco, si está a la vista."""
        foco = self.seleccion.foco
        return self.serie[foco] if self.lista.puesto_de(foco) else None

    def _ir_a_lo_citado(self, cita: dict) -> None:
        """Mostrar el mensaje a que se contesta; de dos iguales, el de esa hora."""
        suyos = [numero for numero in range(self.serie.primero, self.serie.ultimo + 1)
                 if getattr(self.serie[numero], "autor", "") == cita["user"]
                 and mensajes.resumir(self.serie[numero]).startswith(cita["content"][:40])]
        if suyos:
            self.mostrar_hallado(min(
                suyos, key=lambda numero: abs(self.serie[numero].hora - cita["hora"])))

    # ---- copiar y el menú de un mensaje

    def _entregar_seleccion(self, desde: str, cuantos: str) -> str:
        """Lo pide Tk, por partes y desde la primera letra: sólo entonces se arma el texto."""
        if int(desde) == 0:
            self._por_entregar = self.seleccion.leer()
        return self._por_entregar[int(desde) : int(desde) + int(cuantos)]

    def copiar(self, texto: str = "") -> str:
        """Copiar lo elegido, o el mensaje que tiene el foco."""
        texto = texto or self.seleccion.leer()
        if texto:
            self.clipboard_clear()
            self.clipboard_append(texto)
        return "break"

    def _copiar_codigo(self, mensaje: Mensaje, codigo: str) -> None:
        """Copiar un bloque, y señalarlo un momento."""
        self.copiar(codigo)
        self.cambiar(mensaje, copiado=codigo)
        self.after(COPIADO, lambda: self.cambiar(mensaje, copiado=""))

    def _abrir_menu(self, evento) -> str:
        self.lienzo.focus_set()
        numero, zona = self._en(evento)
        if numero is not None:
            self.seleccion.foco = numero
            self._ofrecer(zona, evento.x_root, evento.y_root)
        return "break"

    def _abrir_menu_con_tecla(self, _evento) -> str:
        puesto, px = self.lista.puesto_de(self.seleccion.foco), self.tema.px
        if puesto:
            zona = next((zona for zona in puesto.zonas if zona.accion == globo.ABRIR), None)
            self._ofrecer(zona, self.lienzo.winfo_rootx() + px(80),
                          self.lienzo.winfo_rooty() + max(0, puesto.y) + px(20))
        return "break"

    def _ofrecer(self, zona: "globo.Zona | None", x: int, y: int) -> None:
        """Mostrar lo que se puede hacer con el mensaje que tiene el foco, y con esa zona."""
        foco = self.seleccion.foco
        elegido = self.seleccion.leer() if self.seleccion.eleccion is not None else ""
        zonas = self.lista.puesto_de(foco).zonas
        self.menu.mostrar(self.serie[foco], zonas, zona, elegido, (x, y))
        self.lista.pedir_pintura()

    # ---- buscar

    def buscar(self, texto: str, al_terminar) -> None:
        """Resaltar lo que se busca; al final, `al_terminar(números de mensaje)`."""
        self.busqueda.empezar(texto, al_terminar)
        self.lista.pedir_pintura()

    def mostrar_hallado(self, numero: int) -> None:
        """Ir a uno de los hallados y señalarlo."""
        self.busqueda.actual = numero
        if numero in self.serie:
            self.seleccion.foco = numero
            mensaje = self.serie[numero]
            lejos = len(mensaje.content) > mensajes.PLEGADO * LETRAS_POR_RENGLON
            if lejos and mensaje.maximo == mensajes.PLEGADO:  # que lo hallado no quede plegado
                mensaje.cambiar(maximo=mensajes.PLEGADO + mensajes.TANDA)
            self.ir_a(numero)
        self.lista.pedir_pintura()

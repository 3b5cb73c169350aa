"""Piezas pequeñas que comparten las ventanas: botón con icono, pista, tarjeta, franja de avisos, ventana secundaria y menús."""

import tkinter as tk
from tkinter import ttk

from ventanas import texto_seguro

ESPERA_DE_PISTA = 500  # ms con el ratón quieto
DURACION_DE_PISTA = 4_000  # ms: después estorbaría
SEPARACION, GRANDE = 4, 120  # píxeles
ESCALON = 32  # píxeles que se dejan libres abajo, y entre una ventana y la siguiente


class BotonIcono(ttk.Button):
    """Un botón que muestra un icono; su nombre aparece al señalarlo o llegar a él con el teclado."""

    def __init__(self, madre, tema, icono: str, nombre: str, orden, estilo: str = "Icono.TButton", color: str = "tenue"):
        super().__init__(madre, text=nombre, style=estilo, command=orden)
        self._tema, self._color = tema, color
        self.poner(icono, nombre)
        Pista(self, lambda: str(self["text"]))
        self.bind("<Return>", lambda _: self.invoke())
        self.bind("<<ThemeChanged>>", lambda _: self.poner(self._icono, str(self["text"])), add=True)

    def poner(self, icono: str, nombre: str) -> None:
        """Cambiar el icono y el nombre. Sin Pillow se lee el nombre."""
        self._icono = icono
        imagen = self._tema.icono(icono, self._color)
        self.configure(text=nombre, image=imagen, compound="image" if imagen else "none")


class Pista:
    """El nombre de un botón, en una ventanita junto a él."""

    def __init__(self, widget, leer):
        self._widget, self._leer = widget, leer
        self._ventana: "tk.Toplevel | None" = None
        self._espera = ""
        widget.bind("<Enter>", self._esperar, add=True)
        widget.bind("<Motion>", self._al_moverse, add=True)
        for suceso in ("<Leave>", "<ButtonPress>", "<Unmap>", "<Destroy>", "<KeyPress>"):
            widget.bind(suceso, self._quitar, add=True)

    def _esperar(self, _evento) -> None:
        self._quitar()
        self._espera = self._widget.after(ESPERA_DE_PISTA, self._mostrar)

    def _al_moverse(self, evento) -> None:
        if self._widget.winfo_height() > GRANDE:  # una lista: la pista es de la fila donde se quede el ratón
            self._esperar(evento)

    def _mostrar(self) -> None:
        widget = self._widget
        self._ventana = ventana = tk.Toplevel(widget)
        ventana.overrideredirect(True)
        rotulo = ttk.Label(ventana, text=self._leer(), style="Pista.TLabel")
        rotulo.pack()
        x = widget.winfo_rootx() + (widget.winfo_width() - rotulo.winfo_reqwidth()) // 2
        x = max(0, min(x, widget.winfo_screenwidth() - rotulo.winfo_reqwidth()))
        encima = widget.winfo_rooty() - rotulo.winfo_reqheight() - SEPARACION
        debajo = widget.winfo_rooty() + widget.winfo_height() + SEPARACION
        en_el_raton = widget.winfo_pointery() + 5 * SEPARACION  # de algo tan grande como una lista, junto al ratón
        ventana.geometry(f"+{x}+{en_el_raton if widget.winfo_height() > GRANDE else encima if encima > 0 else debajo}")
        self._espera = widget.after(DURACION_DE_PISTA, self._quitar)

    def _quitar(self, _evento=None) -> None:
        if self._espera:
            self._widget.after_cancel(self._espera)
            self._espera = ""
        if self._ventana is not None:
            self._ventana.destroy()
            self._ventana = None


class Recortado(ttk.Label):
    """Un rótulo de un renglón que, si no cabe entero, acaba en puntos suspensivos."""

    def __init__(self, madre, tema, papel: str, estilo: str, texto: str = ""):
        super().__init__(madre, style=estilo, width=1)  # pide poco: toma el lugar que haya
        self._tema, self._papel, self._texto = tema, papel, texto
        for suceso in ("<Configure>", "<<ThemeChanged>>"):
            self.bind(suceso, lambda _: self._recortar(), add=True)

    def poner(self, texto: str) -> None:
        """Cambiar lo que dice."""
        self._texto = texto
        self._recortar()

    def _recortar(self) -> None:
        visible = self._tema.recortar(self._texto, self._papel, max(1, self.winfo_width()))
        if visible != self["text"]:
            self.configure(text=visible)


class Tarjeta(ttk.Frame):
    """Un marco redondeado alrededor de una lista o un texto, que se enciende cuando tiene el teclado."""

    def __init__(self, madre, tema):
        super().__init__(madre, style="Tarjeta.TFrame", padding=tema.px(6))

    def rodear(self, widget) -> None:
        """Poner dentro un widget que se desplaza, con su barra."""
        barra = ttk.Scrollbar(self, style="Panel.Vertical.TScrollbar", command=widget.yview)
        widget.configure(yscrollcommand=barra.set)
        barra.pack(side="right", fill="y")
        widget.pack(fill="both", expand=True)
        widget.bind("<FocusIn>", lambda _: self.state(["focus"]), add=True)
        widget.bind("<FocusOut>", lambda _: self.state(["!focus"]), add=True)


class Franja(ttk.Frame):
    """Un aviso discreto de lado a lado, quizá con un botón. Sin texto no se ve.

    Al quitarse el botón, si tenía el teclado, `ceder_foco()` lo lleva a donde se escribe.
    """

    def __init__(self, madre, tema, ceder_foco):
        super().__init__(madre, style="Franja.TFrame", padding=(tema.px(16), tema.px(6), tema.px(12), tema.px(6)))
        self._ceder_foco = ceder_foco
        self._puesto = ("", "")  # el texto y el rótulo de ahora
        self._texto = ttk.Label(self, style="Franja.TLabel")
        self._boton = ttk.Button(self, style="Franja.TButton")
        self._boton.bind("<Return>", lambda _: self._boton.invoke())
        self._boton.pack(side="right")
        self._texto.pack(side="left", fill="x", expand=True)
        # El texto se parte al ancho que haya.
        self.bind("<Configure>", lambda evento: self._texto.configure(wraplength=max(evento.width - tema.px(190), tema.px(120))))

    def poner(self, texto: str, rotulo: str = "", orden=None) -> None:
        """Mostrar un aviso, con un botón si hay rótulo; con texto vacío, nada. Cada rótulo tiene siempre la misma orden."""
        if (texto, rotulo) == self._puesto:
            return  # se llama a cada rato, y tkinter no olvida ninguna orden que se le dio
        self._puesto = (texto, rotulo)
        self.grid() if texto else self.grid_remove()
        self._texto.configure(text=texto)
        if rotulo:
            self._boton.configure(text=rotulo, command=orden)
            self._boton.pack(side="right", before=self._texto)
        elif self._boton.winfo_manager():
            if tiene_foco(self._boton):
                self._ceder_foco()
            self._boton.pack_forget()


class Ventana:
    """Una ventana secundaria: título, cuerpo y Esc para cerrarla."""

    def __init__(self, aplicacion, titulo: str):
        self.aplicacion, self.tema = aplicacion, aplicacion.tema
        self.ventana = tk.Toplevel(aplicacion.raiz, background=self.tema.colores["fondo"])
        self.ventana.title(titulo)
        px = self.tema.px
        self.cuerpo = ttk.Frame(self.ventana, padding=(px(24), px(20)))
        self.cuerpo.pack(fill="both", expand=True)
        ttk.Label(self.cuerpo, text=titulo, style="Seccion.TLabel").pack(anchor="w", pady=(0, px(14)))
        self.ventana.bind("<Escape>", lambda _: self.ventana.destroy())
        self.ventana.bind(f"<{self.tema.tecla_mando}-w>", lambda _: self.ventana.destroy())
        self.ventana.bind("<<ThemeChanged>>", lambda _: self.ventana.configure(background=self.tema.colores["fondo"]))

    def poner_botones(self, *botones: "tuple[str, object]") -> None:
        """Botones al pie, de derecha a izquierda; el primero toma el foco."""
        pie = ttk.Frame(self.cuerpo)
        pie.pack(side="bottom", fill="x", pady=(self.tema.px(16), 0))
        for numero, (rotulo, orden) in enumerate(botones):
            boton = ttk.Button(pie, text=rotulo, command=orden, style="TButton" if numero else "Acento.TButton")
            boton.bind("<Return>", lambda _, boton=boton: boton.invoke())
            boton.pack(side="right", padx=(self.tema.px(8), 0))
            if not numero:
                boton.focus_set()


def colocar(ventana, ancho: int, alto: int, esquina=()) -> None:
    """Dar su tamaño a una ventana, sin que se salga de la pantalla, y quizá su lugar."""
    ancho, alto = min(ancho, ventana.winfo_screenwidth()), min(alto, ventana.winfo_screenheight() - ESCALON)
    ventana.geometry(f"{ancho}x{alto}" + "".join(f"+{lado}" for lado in esquina))


def mostrar_sin_foco(ventana) -> None:
    """Hacer aparecer una ventana sin quitarle el teclado a quien está escribiendo en otra."""
    donde = ventana.tk.call("focus")  # quizá un diálogo de Tk, que tkinter no conoce
    ventana.focusmodel("active")  # al gestor de ventanas: no me des el foco al aparecer
    ventana.deiconify()
    ventana.update_idletasks()
    ventana.after_idle(ventana.focusmodel, "passive")
    if donde:
        ventana.tk.call("focus", "-force", donde)


def tiene_foco(widget: tk.Misc) -> bool:
    """Si un widget tiene el teclado. `focus_get` de tkinter falla cuando lo tiene un diálogo de Tk, como el de guardar."""
    return str(widget.tk.call("focus")) == str(widget)


def contiene_foco(ventana: tk.Misc) -> bool:
    """Si el teclado lo tiene algo de dentro de una ventana, o ella misma."""
    return f"{ventana.tk.call('focus')}.".startswith(f"{ventana}.")


def poner_menu(campo: tk.Text, tema, *opciones: "tuple[str, str]") -> None:
    """Poner a un campo un menú contextual: pares de rótulo y evento virtual."""
    menu = tk.Menu(campo, tearoff=False)
    for rotulo, suceso in opciones:
        menu.add_command(label=rotulo, command=lambda suceso=suceso: campo.event_generate(suceso))

    def abrir(evento):
        campo.focus_set()
        tema.vestir_menu(menu)
        menu.tk_popup(evento.x_root, evento.y_root)
        return "break"

    # El botón derecho es el 3, y en macOS el 2; la tecla de menú, sólo en X11 y Windows.
    campo.bind("<Button-2>" if campo.tk.call("tk", "windowingsystem") == "aqua" else "<Button-3>", abrir)
    campo.bind("<Shift-F10>", abrir)


class Texto(tk.StringVar):
    """Lo que dice un campo. Lo que le pone el programa se ve limpio y, si nadie lo cambia, se lee tal cual era."""

    _puesto = ""

    def set(self, texto: str) -> None:
        """Poner un texto cualquiera."""
        self._puesto = texto
        super().set(texto_seguro.limpiar_linea(texto))

    def get(self) -> str:
        """Lo puesto o, si el usuario escribió otra cosa, lo escrito."""
        visto = super().get()
        return self._puesto if visto == texto_seguro.limpiar_linea(self._puesto) else visto


def proteger_campo(campo: ttk.Entry) -> None:
    """No dejar entrar emoji a un campo de un renglón, donde dibujarlos es peligroso (véase texto_seguro.py)."""
    if texto_seguro.HAY_PELIGRO:
        sin_emoji = campo.register(lambda tecleado: texto_seguro.EMOJI.search(tecleado) is None)
        campo.configure(validate="key", validatecommand=(sin_emoji, "%S"))

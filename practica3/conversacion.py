"""Las dos piezas de toda charla: lo que se ha dicho, y el campo donde se escribe.

    ┌ Conversacion ───────────────┐   Un tk.Text de sólo lectura. Los mensajes seguidos
    │ (B) Bryan  10:42            │   de un autor van juntos bajo su nombre; los propios,
    │     Hola                    │   bajo «Tú» y sobre un fondo de otro tono.
    │     ¿Trajiste el cable?     │
    │       ── Carla entró ──     │   Avanza sola mientras se mira el final; si no, un
    │      [ ↓ mensajes nuevos ]  │   botón lleva a él.
    ├ Redactor ───────────────────┤
    │ Escribe un mensaje…         │   Enter envía; Mayús+Enter, otro renglón.
    └─────────────────────────────┘

Las usa el hilo de la ventana, como todo lo de Tk. Ningún texto llega a un widget sin
pasar por `texto_seguro`.
"""

import time
import tkinter as tk
from tkinter import ttk

import campos
import texto_seguro

AGRUPAR = 300  # s: mensajes de un autor con menos tiempo entre sí van bajo un solo nombre
MAX_RENGLONES = 5_000  # que conserva la ventana; al pasar se quitan los más viejos
SOBRANTE = 500  # renglones de más que se toleran: quitarlos de uno en uno sería lento
AVATAR = 28  # píxeles a 96 ppp
AVISAR_LARGO = 500  # caracteres que faltan para el límite cuando aparece la cuenta
INVISIBLE = "·"  # en el campo, por lo tecleado que no se puede ver: así no se pierde
MODIFICADORES = 0x4 | 0x8  # Control, y Alt o ⌘, en `state` de una tecla
MAX_ALTO = 7  # renglones que crece el campo de escribir
MAX_PEGADO = 10 * campos.MAX_TEXTO  # caracteres; algo mayor no se podría ni recortar a mano


class Conversacion(ttk.Frame):
    """Lo dicho en una sala o con una persona."""

    def __init__(self, madre, tema):
        super().__init__(madre)
        self.tema = tema
        self._ultimo = ("", 0.0)  # autor y hora del último mensaje, si lo siguiente puede agruparse
        self._fecha = time.strftime("%d/%m/%Y")
        self._al_final = True
        self.texto = tk.Text(self, wrap="word", state="disabled", cursor="arrow", borderwidth=0, highlightthickness=1,
                             width=20, height=5, padx=0, pady=tema.px(8), yscrollcommand=self._al_moverse)
        self._barra = ttk.Scrollbar(self, command=self.texto.yview)
        self._nuevos = ttk.Button(self, text="↓ mensajes nuevos", command=self.ir_al_final)
        self._barra.pack(side="right", fill="y", padx=tema.px(2), pady=tema.px(2))
        self.texto.pack(side="left", fill="both", expand=True)
        self._vestir()
        poner_menu(self.texto, ("Copiar", "<<Copy>>"), ("Seleccionar todo", "<<SelectAll>>"))
        # Un Text desactivado no toma el foco con un clic, y sin él Ctrl+C no le llega.
        self.texto.bind("<Button-1>", lambda _: self._tomar_foco(tema.colores["fondo"]))
        self.texto.bind("<<TraverseIn>>", lambda _: self._tomar_foco(tema.colores["acento"]))  # con Tab: que se vea
        self.texto.bind("<Configure>", lambda _: self._al_final and self.texto.see("end"))

    def _vestir(self) -> None:
        c, px, texto = self.tema.colores, self.tema.px, self.texto
        texto.configure(background=c["fondo"], foreground=c["texto"], font=self.tema.letra, takefocus=True,
                        highlightbackground=c["fondo"],
                        selectbackground=c["seleccion"], selectforeground=c["texto"], inactiveselectbackground=c["seleccion"])
        margen = px(16)
        sangria = margen + px(AVATAR + 10)
        texto.tag_configure("cabecera", lmargin1=margen, spacing1=px(10), spacing3=px(1), tabs=(sangria,))
        texto.tag_configure("nombre", font=self.tema.letra_fuerte)
        texto.tag_configure("hora", font=self.tema.letra_chica, foreground=c["tenue"])
        texto.tag_configure("dicho", lmargin1=sangria, lmargin2=sangria, rmargin=px(24), spacing1=px(1), spacing2=px(2), spacing3=px(5))
        texto.tag_configure("centro", justify="center", font=self.tema.letra_chica, foreground=c["tenue"],
                            lmargin1=px(24), lmargin2=px(24), rmargin=px(24), spacing1=px(8), spacing3=px(8))
        texto.tag_configure("error", foreground=c["error"])
        texto.tag_configure("marca", foreground=c["enlace"])
        texto.tag_configure("propio", background=c["propio"])
        texto.tag_raise("sel")

    # ---- lo que se agrega

    def agregar_mensaje(self, autor: str, contenido: str, hora: float, propio: bool) -> None:
        """Poner un mensaje al final, bajo el nombre de su autor o del anterior si es del mismo."""
        fondo = ("propio",) if propio else ()
        self._poner_fecha(hora)
        junto = autor == self._ultimo[0] and abs(hora - self._ultimo[1]) < AGRUPAR
        self._ultimo = (autor, hora)
        self.texto.configure(state="normal")
        if not junto:
            self._poner_cabecera(autor, hora, propio, fondo)
        self.texto.insert("end", texto_seguro.limpiar(contenido).strip("\n") + "\n", ("dicho", *fondo))
        self._terminar()

    def _poner_cabecera(self, autor: str, hora: float, propio: bool, fondo: tuple) -> None:
        visible = texto_seguro.limpiar_linea(autor)
        color = "autor " + self.tema.color_de(autor)
        self.texto.tag_configure(color, foreground=self.tema.color_de(autor))
        avatar = self.tema.avatar(visible, AVATAR)
        if avatar:
            self.texto.image_create("end", image=avatar)
            self.texto.tag_add("cabecera", "end-2c")
            for etiqueta in fondo:
                self.texto.tag_add(etiqueta, "end-2c")
        self.texto.insert("end", "\t" + ("Tú" if propio else visible), ("cabecera", "nombre", color, *fondo))
        self.texto.insert("end", time.strftime("   %H:%M\n", time.localtime(hora)), ("cabecera", "hora", *fondo))

    def marcar_nuevos(self) -> None:
        """Poner la raya de «mensajes nuevos» al final, y quitar la anterior."""
        anterior = self.texto.tag_ranges("marca")
        if anterior:
            self.texto.configure(state="normal")
            self.texto.delete(*anterior)
        if self.texto.compare("end-1c", ">", "1.0"):  # en una charla vacía todo es nuevo
            self.agregar_nota("— mensajes nuevos —", "marca")

    def agregar_nota(self, nota: str, clase: str = "nota") -> None:
        """Poner un renglón discreto y centrado; de clase «error», en su color."""
        self._ultimo = ("", 0.0)
        self.texto.configure(state="normal")
        self.texto.insert("end", texto_seguro.limpiar(nota) + "\n", ("centro", clase))
        self._terminar()

    def _poner_fecha(self, hora: float) -> None:
        fecha = time.strftime("%d/%m/%Y", time.localtime(hora))
        if fecha != self._fecha:
            self._fecha = fecha
            self.agregar_nota(fecha)

    def _terminar(self) -> None:
        sobran = int(self.texto.index("end-1c").partition(".")[0]) - 1 - MAX_RENGLONES
        if sobran > SOBRANTE:
            self.texto.delete("1.0", f"{sobran + 1}.0")
        self.texto.configure(state="disabled")
        if self._al_final:
            self.texto.see("end")
        else:
            self._nuevos.place(in_=self.texto, relx=0.5, rely=1.0, y=-self.tema.px(12), anchor="s")

    # ---- por dónde se mira

    def _tomar_foco(self, orilla: str) -> None:
        self.texto.configure(highlightcolor=orilla)
        self.texto.focus_set()

    def _al_moverse(self, primero: str, ultimo: str) -> None:
        self._barra.set(primero, ultimo)
        self._al_final = float(ultimo) >= 1.0
        if self._al_final:
            self._nuevos.place_forget()

    def ir_al_final(self) -> None:
        """Mostrar lo último."""
        self.texto.see("end")


class Redactor(ttk.Frame):
    """El campo de escribir. Llama a `al_enviar(texto)` con lo tecleado, tal cual.

    Un emoji tecleado o pegado no se dibuja: en su lugar va su nombre, con una etiqueta
    que recuerda el original.
    """

    def __init__(self, madre, tema, al_enviar):
        super().__init__(madre, padding=(tema.px(16), tema.px(8), tema.px(16), tema.px(14)))
        self._tema = tema
        self._al_enviar = al_enviar
        self._originales: "dict[str, tuple[str, str]]" = {}  # etiqueta → (visible, original)
        c = tema.colores
        self._cuenta = ttk.Label(self, style="Error.TLabel")
        self._marco = ttk.Frame(self, style="Campo.TFrame", padding=(tema.px(12), tema.px(9)))
        self.campo = tk.Text(self._marco, height=1, width=20, wrap="word", undo=True, borderwidth=0, highlightthickness=0,
                             font=tema.letra, background=c["fondo"], foreground=c["texto"], insertbackground=c["texto"],
                             selectbackground=c["seleccion"], selectforeground=c["texto"], insertwidth=tema.px(2))
        self._muestra = tk.Label(self.campo, text="Escribe un mensaje…", font=tema.letra, foreground=c["tenue"],
                                 background=c["fondo"], borderwidth=0, padx=0, pady=0, cursor="xterm")
        self.boton = ttk.Button(self, text="Enviar", style="Acento.TButton", command=self.enviar)
        self._colocar()
        self._enlazar()

    def _colocar(self) -> None:
        self.columnconfigure(0, weight=1)
        self._cuenta.grid(row=0, column=0, columnspan=2, sticky="w", pady=(0, self._tema.px(6)))
        self._cuenta.grid_remove()
        self._marco.grid(row=1, column=0, sticky="nsew")
        self.campo.pack(fill="both", expand=True)
        self._muestra.place(x=self._tema.px(2), y=0)
        self.boton.grid(row=1, column=1, sticky="s", padx=(self._tema.px(10), 0))

    def _enlazar(self) -> None:
        campo = self.campo
        campo.bind("<Return>", lambda _: self.enviar())
        campo.bind("<KP_Enter>", lambda _: self.enviar())
        campo.bind("<Shift-Return>", lambda _: None)  # más específico que <Return>: queda el salto de línea
        campo.bind(f"<{self._tema.tecla_mando}-a>", self._seleccionar_todo)
        campo.bind("<Tab>", lambda _: self._pasar(campo.tk_focusNext()))
        campo.bind("<Shift-Tab>", lambda _: self._pasar(campo.tk_focusPrev()))
        campo.bind("<KeyPress>", self._al_teclear)
        campo.bind("<<Paste>>", lambda _: self._pegar("CLIPBOARD"))
        campo.bind("<<PasteSelection>>", lambda _: self._pegar("PRIMARY"))
        campo.bind("<<Modified>>", self._al_cambiar)
        campo.bind("<Configure>", lambda _: self._ajustar_alto())
        campo.bind("<FocusIn>", lambda _: self._marco.state(["focus"]))
        campo.bind("<FocusOut>", lambda _: self._marco.state(["!focus"]))
        self._muestra.bind("<Button-1>", lambda _: campo.focus_set())
        poner_menu(campo, ("Cortar", "<<Cut>>"), ("Copiar", "<<Copy>>"), ("Pegar", "<<Paste>>"), ("Seleccionar todo", "<<SelectAll>>"))

    # ---- lo escrito

    def leer(self) -> str:
        """Lo tecleado, tal cual: con los emoji originales en su lugar."""
        if not self._originales:
            return self.campo.get("1.0", "end-1c")
        tramos: "list[list[str]]" = []  # [etiqueta, texto]; un emoji repetido es un solo tramo
        activas = {""}  # de las etiquetas que recuerdan un original; en cada letra hay una a lo sumo
        for clave, valor, _ in self.campo.dump("1.0", "end-1c", text=True, tag=True):
            if clave != "text" and valor in self._originales:
                (activas.add if clave == "tagon" else activas.discard)(valor)
            elif clave == "text" and tramos and tramos[-1][0] == max(activas):
                tramos[-1][1] += valor  # Tk parte el texto por donde le conviene
            elif clave == "text":
                tramos.append([max(activas), valor])
        return "".join(texto.replace(*self._originales[etiqueta]) if etiqueta else texto for etiqueta, texto in tramos)

    def poner(self, texto: str) -> None:
        """Cambiar lo escrito."""
        self.campo.delete("1.0", "end")
        self._originales.clear()
        self._insertar(texto)

    def seguir_tecleando(self, tecla) -> "str | None":
        """Recibir una letra tecleada fuera del campo: se sigue escribiendo en él."""
        if tecla.char.isprintable() and tecla.char and not tecla.state & MODIFICADORES:
            self.campo.focus_set()
            self._insertar(tecla.char)
            return "break"
        return None

    def enviar(self) -> str:
        """Entregar lo escrito y vaciar el campo. Lo que pasa del límite se queda como está."""
        texto = self.leer()
        if texto.strip() and len(texto) <= campos.MAX_TEXTO and self._al_enviar(texto):
            self.poner("")
        self.campo.focus_set()
        return "break"  # que Tk no inserte además el salto de línea

    def _insertar(self, texto: str) -> None:
        if self.campo.tag_ranges("sel"):
            self.campo.delete("sel.first", "sel.last")
        piezas = []  # texto, etiquetas, texto, etiquetas…: todo en una sola orden, o cada pieza avisaría de un cambio
        for original, visible in texto_seguro.partir(texto):
            visible = visible or INVISIBLE
            piezas += [visible, () if original == visible else (self._recordar(visible, original),)]
        if piezas:
            self.campo.insert("insert", *piezas)
        self.campo.see("insert")

    def _recordar(self, visible: str, original: str) -> str:
        """La etiqueta de un original: una para todas sus veces, que con miles de ellas Tk se arrastra."""
        etiqueta = f"original {original}"
        self._originales[etiqueta] = (visible, original)
        return etiqueta

    def _al_teclear(self, tecla) -> "str | None":
        if texto_seguro.EMOJI.search(tecla.char):
            self._insertar(tecla.char)
            return "break"
        return None

    def _pegar(self, seleccion: str) -> str:
        try:
            pegado = self.campo.selection_get(selection=seleccion)
        except tk.TclError:
            return "break"  # no hay nada copiado, o no es texto
        if len(pegado) > MAX_PEGADO:  # Tk tardaría muchos segundos en acomodarlo
            self._mostrar_cuenta(f"Lo copiado tiene {len(pegado):,} caracteres, demasiados: no se pegó.", "Error.TLabel")
        else:
            self._insertar(pegado)
        return "break"

    def _seleccionar_todo(self, _tecla) -> str:
        self.campo.tag_add("sel", "1.0", "end-1c")
        return "break"  # en X11, Ctrl+A iría al principio del renglón

    def _pasar(self, siguiente) -> str:
        self.tk.call("tk::TabToWindow", siguiente)
        return "break"  # que Tk no inserte un tabulador

    def _al_cambiar(self, _evento) -> None:
        self.campo.edit_modified(False)
        largo = len(self.leer())
        self._mostrar_cuenta(self._contar(largo), "Error.TLabel" if largo > campos.MAX_TEXTO else "Tenue.TLabel")
        self._marco.state(["invalid" if largo > campos.MAX_TEXTO else "!invalid"])
        self._muestra.place_forget() if largo else self._muestra.place(x=self._tema.px(2), y=0)
        self._ajustar_alto()

    def _mostrar_cuenta(self, texto: str, estilo: str) -> None:
        self._cuenta.configure(text=texto, style=estilo)
        self._cuenta.grid() if texto else self._cuenta.grid_remove()

    @staticmethod
    def _contar(largo: int) -> str:
        if largo <= campos.MAX_TEXTO - AVISAR_LARGO:
            return ""
        sobran = largo - campos.MAX_TEXTO
        cuenta = f"{largo:,} de {campos.MAX_TEXTO:,} caracteres."
        return f"{cuenta} No se puede enviar: acórtalo en {sobran:,}." if sobran > 0 else cuenta

    def _ajustar_alto(self) -> None:
        renglones = self.campo.count("1.0", "end", "displaylines")
        # tkinter devuelve una tupla hasta Python 3.12 y, desde 3.13, el número.
        alto = min(max(renglones[0] if isinstance(renglones, tuple) else renglones or 1, 1), MAX_ALTO)
        if alto != self.campo["height"]:
            self.campo.configure(height=alto)


def poner_menu(texto: tk.Text, *opciones: "tuple[str, str]") -> None:
    """Poner a un Text un menú contextual: pares de rótulo y evento virtual."""
    menu = tk.Menu(texto, tearoff=False)
    for rotulo, evento in opciones:
        menu.add_command(label=rotulo, command=lambda evento=evento: texto.event_generate(evento))

    def abrir(evento):
        texto.focus_set()
        menu.tk_popup(evento.x_root, evento.y_root)
        return "break"

    # El botón derecho es el 3, y en macOS el 2; la tecla de menú, sólo en X11 y Windows.
    texto.bind("<Button-2>" if texto.tk.call("tk", "windowingsystem") == "aqua" else "<Button-3>", abrir)
    texto.bind("<Shift-F10>", abrir)

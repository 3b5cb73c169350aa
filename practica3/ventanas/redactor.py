"""Donde se escribe: el campo que crece, los emoji, los nombres que se completan y los botones.

    ╭──────────────────────────────────────────╮
    │ [☺]  Escribe un mensaje…  [clip] [mic] [Enviar] │   Enter envía; Mayús+Enter, otro renglón.
    ╰──────────────────────────────────────────╯   «@» ofrece nombres, y «:» emoji; Tab completa.

Un emoji tecleado o pegado no llega a Tk: en su lugar se incrusta su dibujo o, si no hay con
qué dibujarlo, un rótulo con su nombre. Al leer o copiar se recupera el original.
"""

import re
import sys
import tkinter as tk
from tkinter import ttk

import campos
from ventanas.aspecto import botones
from ventanas.aspecto import campos_de_texto
from ventanas.aspecto import emojis
from ventanas.aspecto import foco
from ventanas.aspecto import marcos
from ventanas.aspecto import texto_seguro

AVISAR_LARGO = 500  # caracteres que faltan para el límite cuando aparece la cuenta
# Control, y Alt o ⌘, en `state` de una tecla; en Windows 0x8 es Bloq Núm.
MODIFICADORES = 0x4 | (0x20000 if sys.platform == "win32" else 0x8)
MAX_ALTO = 7  # renglones que crece el campo
MUY_LARGO = 2_000  # caracteres: ya no se cuentan sus renglones, que a Tk le cuesta
MAX_PEGADO = 10 * campos.MAX_TEXTO  # caracteres; algo mayor no se podría ni recortar a mano
MAX_INCRUSTADOS = 100  # emoji dibujados en el campo: a Tk le cuesta cada uno
AVATAR_OFRECIDO = 28  # píxeles a 96 ppp
MAX_OFRECIDOS = 6  # nombres a la vez
A_MEDIAS = re.compile(r"@([^@\n]{0,32})$")  # un nombre que se está escribiendo
EMOJI_A_MEDIAS = re.compile(r"(?:^|\s):(\w{2,20})$")  # «:cora»; con una letra sería «:D»
EMPEZADA = re.compile(r"[^\s@]{2,32}$")


class Redactor(ttk.Frame):
    """El campo de escribir y sus botones.

    Llama a `al_enviar(texto)` con lo tecleado, tal cual; `al_pegar()` dice si lo copiado era una
    imagen o un archivo.
    """

    def __init__(self, madre, tema, al_enviar, al_grabar, al_elegir_sticker, al_adjuntar, al_pegar):
        super().__init__(madre, padding=(tema.px(10), tema.px(8), tema.px(10), tema.px(10)))
        self._tema = tema
        self._al_enviar, self._al_pegar = al_enviar, al_pegar
        self._incrustados: "dict[str, str]" = {}  # imagen o ventana del campo → lo que representa
        self._largo = 0  # caracteres escritos
        self.nombres: "list[str]" = []  # los que «@» puede ofrecer…
        # Lo que se ofrece ahora: lo que se pone si se elige, y lo que se lee.
        self._ofrecidos: "list[tuple[str, str]]" = []
        self._cuenta = ttk.Label(self, style="Error.TLabel")
        self._cita: "dict | None" = None  # a qué se contesta
        self._marco_cita = ttk.Frame(self)
        self._a_quien = ttk.Label(self._marco_cita, style="Fuerte.TLabel")
        self._citado = ttk.Label(self._marco_cita, style="Tenue.TLabel", width=1)
        self._sin_cita = botones.BotonIcono(self._marco_cita, tema, "cerrar", "No contestar",
                                            lambda: self.citar(None))
        self._marco = ttk.Frame(self, style="Campo.TFrame", padding=(tema.px(12), tema.px(9)))
        self.campo = tk.Text(self._marco, height=1, width=20, wrap="word", undo=True, borderwidth=0,
                             highlightthickness=0, insertwidth=tema.px(2))
        self._muestra = tk.Label(self.campo, text="Escribe un mensaje…", borderwidth=0, padx=0,
                                 pady=0, cursor="xterm")
        self.stickers = botones.BotonIcono(self, tema, "sticker", "Stickers", al_elegir_sticker)
        self.microfono = botones.BotonIcono(self, tema, "microfono", "Grabar un mensaje de voz",
                                            al_grabar, breve="Voz")
        self.adjuntar = botones.BotonIcono(self, tema, "adjuntar", "Enviar imágenes o archivos",
                                           al_adjuntar, breve="Archivo")
        self.boton = ttk.Button(self, text="Enviar", style="Acento.TButton", command=self.enviar)
        self.boton.bind("<Return>", lambda _: self.boton.invoke())
        self._marco_oferta = marcos.Tarjeta(madre, tema)
        self._oferta = ttk.Treeview(self._marco_oferta, show="tree", selectmode="none",
                                    takefocus=False)
        self._oferta.pack(fill="both", expand=True)
        self._colocar()
        self._enlazar()
        self.vestir()

    def vestir(self) -> None:
        """Ponerse los colores y letras del tema, que quizá cambiaron."""
        c, tema = self._tema.colores, self._tema
        self.campo.configure(font=tema.letra, background=c["fondo"], foreground=c["texto"],
                             insertbackground=c["texto"], selectbackground=c["seleccion"],
                             selectforeground=c["texto"], tabs=tema.letra.measure("0000"))
        self._muestra.configure(font=tema.letra, foreground=c["tenue"], background=c["fondo"])
        self._ajustar_alto()

    def _colocar(self) -> None:
        px = self._tema.px
        self.columnconfigure(1, weight=1)
        self._marco_cita.grid(row=0, column=0, columnspan=5, sticky="ew", pady=(0, px(6)))
        self._marco_cita.grid_remove()
        self._sin_cita.pack(side="right")
        self._a_quien.pack(side="left", padx=(px(4), px(8)))
        self._citado.pack(side="left", fill="x", expand=True)
        self._cuenta.grid(row=1, column=0, columnspan=5, sticky="w", pady=(0, px(6)))
        self._cuenta.grid_remove()
        self.stickers.grid(row=2, column=0, sticky="s", padx=(0, px(4)), pady=px(1))
        self._marco.grid(row=2, column=1, sticky="nsew")
        self.campo.pack(fill="both", expand=True)
        self._muestra.place(x=px(2), y=0)
        self.adjuntar.grid(row=2, column=2, sticky="s", padx=(px(4), 0), pady=px(1))
        self.microfono.grid(row=2, column=3, sticky="s", padx=(0, px(4)), pady=px(1))
        self.boton.grid(row=2, column=4, sticky="s", pady=(0, px(2)))
        for widget in (self.microfono, self.adjuntar, self.stickers):
            widget.lower(self._marco)  # con Tab: campo, stickers, micrófono, Enviar

    def _enlazar(self) -> None:
        campo = self.campo
        # Los atajos de la ventana van antes que los de Text, que tiene los de Emacs.
        campo.bindtags((str(campo), str(campo.winfo_toplevel()), "Text", "all"))
        campo.event_delete("<<Cut>>", "<Control-Key-w>")  # el de Emacs: aquí Ctrl+W cierra
        for suceso, orden in (
            ("<Return>", lambda _: self._completar() or self.enviar()),
            ("<KP_Enter>", lambda _: self.enviar()),
            ("<Shift-Return>", lambda _: self._insertar("\n") or "break"),
            (f"<{self._tema.tecla_mando}-a>", self._seleccionar_todo),
            ("<Tab>", self._al_tabular),
            ("<Shift-Tab>", lambda _: self._pasar(campo.tk_focusPrev())),
            ("<Up>", lambda _: self._mover_oferta(-1)),
            ("<Down>", lambda _: self._mover_oferta(1)),
            ("<Escape>", lambda _: self._cerrar_oferta() or self._dejar_de_citar()),
            ("<KeyPress>", self._al_teclear),
            ("<KeyRelease>", self._al_soltar),
            ("<ButtonRelease-1>", self._al_soltar),
            ("<<Paste>>", lambda _: self._pegar("CLIPBOARD")),
            ("<<PasteSelection>>", lambda _: self._pegar("PRIMARY")),
            ("<<Copy>>", lambda _: self._copiar()),
            ("<<Cut>>", lambda _: self._copiar(cortar=True)),
            ("<<Modified>>", self._al_cambiar),
            ("<Configure>", lambda _: self._ajustar_alto()),
            ("<FocusIn>", lambda _: self._marco.state(["focus"])),
            ("<FocusOut>", self._al_perder_foco),
        ):
            campo.bind(suceso, orden)
        self._muestra.bind("<Button-1>", lambda _: campo.focus_set())
        self._oferta.bind("<Button-1>",
                          lambda suceso: self._completar(self._oferta.identify_row(suceso.y)))
        campos_de_texto.poner_menu(campo, self._tema, ("Cortar", "<<Cut>>"), ("Copiar", "<<Copy>>"),
                                   ("Pegar", "<<Paste>>"), ("Seleccionar todo", "<<SelectAll>>"))

    # ---- lo escrito

    def leer(self, desde: str = "1.0", hasta: str = "end-1c") -> str:
        """Lo tecleado, tal cual: con los emoji originales en su lugar."""
        if not self._incrustados:
            return self.campo.get(desde, hasta)
        partes = self.campo.dump(desde, hasta, text=True, image=True, window=True)
        return "".join(valor if clave == "text" else self._incrustados.get(valor, "")
                       for clave, valor, _ in partes)

    def poner(self, texto: str) -> None:
        """Cambiar lo escrito."""
        self.campo.delete("1.0", "end")
        self._incrustados.clear()
        self._insertar(texto)
        self.campo.edit_reset()  # Ctrl+Z no ha de traer pedazos de lo que ya se envió

    def seguir_tecleando(self, tecla) -> "str | None":
        """Recibir una letra tecleada fuera del campo: se sigue escribiendo en él."""
        letra = tecla.char
        se_ve = letra and letra.isprintable() and not letra.isspace()
        if se_ve and not tecla.state & MODIFICADORES:
            self.campo.focus_set()
            self._insertar(letra)
            return "break"
        return None

    def seguir_pegando(self) -> str:
        """Recibir lo que se pega fuera del campo, como si se pegara en él."""
        self.campo.focus_set()
        return self._pegar("CLIPBOARD")

    def enviar(self) -> str:
        """Entregar lo escrito y vaciar el campo. Lo que pasa del límite se queda como está."""
        texto = self.leer()
        cita = {"cita": self._cita} if self._cita else {}
        if texto.strip() and len(texto) <= campos.MAX_TEXTO and self._al_enviar(texto, **cita):
            self.poner("")
            self.citar(None)
        self.campo.focus_set()
        return "break"  # que Tk no inserte además el salto de línea

    def citar(self, cita: "dict | None") -> None:
        """Que lo que se escriba conteste a un mensaje, o con None a ninguno."""
        self._cita = cita
        if cita is None:
            self._marco_cita.grid_remove()
            return
        self._a_quien.configure(text=f"Respuesta a {texto_seguro.limpiar_linea(cita['user'])}")
        self._citado.configure(text=texto_seguro.limpiar_linea(cita["content"]))
        self._marco_cita.grid()
        self.campo.focus_set()

    def _dejar_de_citar(self) -> "str | None":
        if self._cita is None:
            return None
        self.citar(None)
        return "break"

    def _insertar(self, texto: str) -> None:
        if self.campo.tag_ranges("sel"):
            self.campo.delete("sel.first", "sel.last")
        pares = texto_seguro.partir(texto)
        for numero, (original, visible) in enumerate(pares):
            if not texto_seguro.EMOJI.fullmatch(original):
                self.campo.insert("insert", visible)  # lo que no se ve tampoco se envía
            elif len(self._incrustados) < MAX_INCRUSTADOS:
                self._incrustar(original, visible)
            else:
                resto = "".join(original for original, _ in pares[numero:])
                self._incrustar(resto, f"‹y {len(resto):,} caracteres más›")
                break
        self.campo.see("insert")

    def _incrustar(self, original: str, visible: str) -> None:
        """Poner en el campo, como una sola pieza, algo que Tk no debe o no sabe mostrar."""
        foto, alto = "", self._tema.letra.metrics("linespace")
        if texto_seguro.EMOJI.fullmatch(original):
            foto = self._tema.dibujos.emoji(original, alto)
        if foto:
            clave = self.campo.image_create("insert", image=foto)
        else:
            c = self._tema.colores
            clave = tk.Label(self.campo, text=visible, font=self._tema.letra_chica,
                             background=c["suave"], foreground=c["texto"], padx=1, pady=0)
            self.campo.window_create("insert", window=clave)
        self._incrustados[str(clave)] = original
        self.campo.edit_modified(True)  # una imagen no cuenta como cambio

    def _al_teclear(self, tecla) -> "str | None":
        if texto_seguro.EMOJI.search(tecla.char):
            self._insertar(tecla.char)
            return "break"
        return None

    def _copiar(self, cortar: bool = False) -> str:
        if self.campo.tag_ranges("sel"):
            self.clipboard_clear()
            self.clipboard_append(self.leer("sel.first", "sel.last"))
            if cortar:
                self.campo.delete("sel.first", "sel.last")
        return "break"

    def _pegar(self, seleccion: str) -> str:
        if seleccion == "CLIPBOARD" and self._al_pegar():
            return "break"
        pegado = campos_de_texto.leer_seleccion(self.campo, seleccion)
        if len(pegado) > MAX_PEGADO:  # Tk tardaría muchos segundos en acomodarlo
            self._mostrar_cuenta(
                f"Lo copiado tiene {len(pegado):,} caracteres, demasiados: no se pegó.",
                "Error.TLabel")
        elif pegado:
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
        self._largo = largo = len(self.leer())
        self._mostrar_cuenta(self._contar(largo),
                             "Error.TLabel" if largo > campos.MAX_TEXTO else "Tenue.TLabel")
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
        renglones = MAX_ALTO
        if self._largo < MUY_LARGO:
            contados = self.campo.count("1.0", "end", "displaylines")
            # tkinter devuelve una tupla hasta Python 3.12 y, desde 3.13, el número.
            renglones = contados[0] if isinstance(contados, tuple) else contados or 1
        alto = min(max(renglones, 1), MAX_ALTO)
        if alto != self.campo["height"]:
            self.campo.configure(height=alto)

    # ---- completar nombres

    def _al_soltar(self, _evento) -> None:
        """Tras cada tecla: ofrecer los nombres que empiezan como «@nom», o emoji como «:cora»."""
        _, hallados = self._buscar_oferta()
        if not hallados or not foco.tiene_foco(self.campo):
            self._cerrar_oferta()
            return
        if hallados != self._ofrecidos or not self._oferta.winfo_ismapped():
            self._ofrecidos = hallados
            self._oferta.delete(*self._oferta.get_children())
            for numero, (puesto, leido) in enumerate(hallados):
                visible = texto_seguro.limpiar_linea(leido)
                foto = self._tema.avatar(visible, AVATAR_OFRECIDO)
                if not puesto.startswith("@"):
                    foto = self._tema.dibujos.emoji(puesto, self._tema.px(AVATAR_OFRECIDO))
                self._oferta.insert("", "end", iid=str(numero), text=f"   {visible}", image=foto)
            self._oferta.configure(height=len(hallados))
            self._oferta.selection_set("0")
            self._marco_oferta.place(in_=self._marco, bordermode="outside", x=0,
                                     y=-self._tema.px(6), anchor="sw", width=self._tema.px(260))
            self._marco_oferta.lift()

    def _buscar_oferta(self) -> "tuple[int, list[tuple[str, str]]]":
        """Cuántas letras se sustituirían, y lo que se puede poner en su lugar."""
        antes = self.campo.get("insert linestart", "insert")
        if empezado := A_MEDIAS.search(antes):
            nombres = self._que_empiezan(empezado.group(1))
            return len(empezado.group()), [(f"@{nombre} ", nombre) for nombre in nombres]
        if empezado := EMOJI_A_MEDIAS.search(antes):
            return len(empezado.group(1)) + 1, emojis.buscar(empezado.group(1), MAX_OFRECIDOS)
        return 0, []

    def _que_empiezan(self, principio: str) -> "list[str]":
        plegado = texto_seguro.plegar(principio)
        hallados = [nombre for nombre in self.nombres if nombre != principio
                    and texto_seguro.plegar(nombre).startswith(plegado)]
        return hallados[:MAX_OFRECIDOS]

    def _cerrar_oferta(self) -> "str | None":
        if self._oferta.winfo_ismapped():
            self._marco_oferta.place_forget()
            return "break"
        return None

    def _mover_oferta(self, paso: int) -> "str | None":
        if not self._oferta.winfo_ismapped():
            return None
        elegido = (int(self._oferta.selection()[0]) + paso) % len(self._ofrecidos)
        self._oferta.selection_set(str(elegido))
        return "break"

    def _completar(self, fila: str = "") -> "str | None":
        """Poner en lugar de lo empezado lo elegido, o lo de una fila."""
        if not self._oferta.winfo_ismapped():
            return None
        letras, _ = self._buscar_oferta()
        elegido, _ = self._ofrecidos[int(fila or self._oferta.selection()[0])]
        self._cerrar_oferta()
        if not letras:
            return None
        self._sustituir(letras, elegido)
        return "break"

    def _sustituir(self, letras: int, elegido: str) -> None:
        self.campo.delete(f"insert - {letras} chars", "insert")
        self._insertar(elegido)
        self.campo.focus_set()

    def _al_tabular(self, tecla) -> "str | None":
        if tecla.state & MODIFICADORES:
            return None  # Ctrl+Tab es de la ventana
        if self._completar():
            return "break"
        palabra = EMPEZADA.search(self.campo.get("insert linestart", "insert"))
        hallados = self._que_empiezan(palabra.group()) if palabra else []
        if hallados:
            self._sustituir(len(palabra.group()), f"@{hallados[0]} ")
            return "break"
        return self._pasar(self.campo.tk_focusNext())

    def _al_perder_foco(self, _evento) -> None:
        self._marco.state(["!focus"])
        self.after(150, self._cerrar_oferta)  # un clic en la oferta también quita el foco

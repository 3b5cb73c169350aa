"""Dónde está cada sala: en su ventana, en una pestaña, en un marco que se alza o se quita, o todas en un mismo lugar.

Todos saben abrir(sala), quitar(sala), atender(mensaje), actual(), privado(persona), persona() y sin_salas().
"""

import tkinter as tk
from tkinter import ttk

from piezas import D
from piezas import Hoja
from piezas import boton
from piezas import dice
from piezas import leer
from privado import EnLaMisma
from privado import VentanaPrivada
from sala import Sala


def poner_menu(chat, ventana, sala_actual):
    """La barra de menús de una ventana, con lo que no tenga botón."""
    acciones = []
    if D["otra"] == "menu":
        acciones.append((dice("otra_sala"), lambda: chat.entrar_a_otra(ventana)))
    if D["grabar"] == "menu":
        acciones.append((dice("grabar"), lambda: sala_actual().al_grabar()))
        acciones.append((dice("detener"), lambda: sala_actual().al_detener()))
    if D["privado"] == "menu":
        acciones.append((dice("privado"), lambda: sala_actual().privado_con_elegido()))
    if D["dejar"] == "menu":
        acciones.append(None)
        acciones.append((dice("salir"), lambda: sala_actual().pedir_salir()))
    barra = tk.Menu(ventana)
    sala = tk.Menu(barra, tearoff=D["tearoff"])
    for accion in acciones:
        if accion is None:
            sala.add_separator()
        else:
            sala.add_command(label=accion[0], command=accion[1])
    if acciones:
        barra.add_cascade(label="Sala" if D["tearoff"] else "Chat", menu=sala)
    if D["stickers"] == "menu":
        stickers = tk.Menu(barra, tearoff=D["tearoff"])
        for nombre, foto in chat.fotos.items():
            orden = lambda nombre=nombre: sala_actual().enviar_sticker(nombre)  # noqa: E731
            stickers.add_command(label=nombre, image=foto, compound="left", command=orden)
        barra.add_cascade(label=dice("sticker"), menu=stickers)
    if acciones or D["stickers"] == "menu":
        ventana.config(menu=barra)


def poner_otra(chat, marco):
    """El botón, o lo que sea, con que se entra a otra sala."""
    otra = D["otra"]
    ventana = marco.winfo_toplevel()
    if otra == "boton_dialogo":
        boton(marco, "otra_sala", lambda: chat.entrar_a_otra(ventana)).pack(side="left")
    elif otra == "boton_cuadro":
        boton(marco, "otra_sala", lambda: abrir_cuadro(chat, ventana)).pack(side="left")
    elif otra == "campo":
        tk.Label(marco, text=dice("sala")).pack(side="left")
        campo = tk.Entry(marco, width=14)
        campo.pack(side="left")
        boton(marco, "otra_sala", lambda: chat.entrar(chat.usuario, leer(campo))).pack(side="left")
    elif otra == "menubutton":
        mando = tk.Menubutton(marco, text="Opciones", relief="raised")
        mando["menu"] = opciones = tk.Menu(mando, tearoff=D["tearoff"])
        opciones.add_command(label=dice("otra_sala"), command=lambda: chat.entrar_a_otra(ventana))
        mando.pack(side="left")


def abrir_cuadro(chat, ventana):
    cuadro = tk.Toplevel(ventana)
    cuadro.title("Otra sala")
    hoja = Hoja(cuadro)
    hoja.marco.pack()
    campo = hoja.campo(0, "sala")

    def aceptar():
        if chat.entrar(chat.usuario, leer(campo)):
            cuadro.destroy()

    hoja.poner(boton(hoja.padre(1), "entrar", aceptar), 1, 0)


class EnVentanas:
    """Una ventana por sala."""

    def __init__(self, chat):
        self.chat, self.ventanas = chat, {}

    def abrir(self, sala):
        ventana = tk.Toplevel(self.chat.raiz)
        ventana.title(D["titulo_sala"].format(sala))
        ventana.geometry(D["medida"])
        self.ventanas[sala] = ventana
        hecha = Sala(self.chat, ventana, sala)
        poner_otra(self.chat, hecha.marco)
        poner_menu(self.chat, ventana, lambda: hecha)
        ventana.protocol("WM_DELETE_WINDOW", lambda: self.chat.salir(sala))
        return hecha

    def quitar(self, sala):
        self.ventanas.pop(sala).destroy()

    def atender(self, mensaje):
        self.chat.salas[mensaje["sala"]].atender(mensaje)

    def actual(self):
        return next(iter(self.chat.salas.values()))

    def privado(self, persona):
        return None

    def persona(self):
        """Con quién se habla en privado donde se habla en las salas; None si con nadie."""
        return None

    def sin_salas(self):
        if not self.chat.raiz.winfo_viewable():
            self.chat.cerrar()


class EnUna(EnVentanas):
    """Todas en una ventana: la principal u otra."""

    def __init__(self, chat):
        super().__init__(chat)
        self.activa, self.marcos = None, {}
        self.ventana = None

    def preparar(self):
        """La ventana con su barra, la primera vez."""
        if self.ventana is not None:
            return
        self.ventana = self.chat.raiz
        if D["aparte"]:
            self.chat.raiz.withdraw()
            self.ventana = tk.Toplevel(self.chat.raiz)
            self.ventana.title(D["titulo"])
            self.ventana.protocol("WM_DELETE_WINDOW", self.chat.cerrar)
        self.ventana.deiconify()
        self.ventana.geometry(D["medida"])
        self.barra = tk.Frame(self.ventana)
        self.barra.pack(side="top", fill="x")
        poner_otra(self.chat, self.barra)
        if D["dejar"] == "boton_fuera":
            boton(self.barra, "salir", lambda: self.actual().pedir_salir()).pack(side="right")
        poner_menu(self.chat, self.ventana, self.actual)
        self.poner_lugar()

    def actual(self):
        return self.chat.salas[self.activa]

    def sin_salas(self):
        self.activa = None
        if D["otra"] not in ("barra",):
            self.chat.cerrar()


class EnPestanas(EnUna):
    def poner_lugar(self):
        self.cuaderno = ttk.Notebook(self.ventana)
        self.cuaderno.pack(fill="both", expand=True)

    def abrir(self, sala):
        self.preparar()
        marco = tk.Frame(self.cuaderno)
        self.marcos[sala] = marco
        self.cuaderno.add(marco, text=D["adorno_sala"].format(sala))
        self.cuaderno.select(marco)
        return Sala(self.chat, marco, sala)

    def quitar(self, sala):
        marco = self.marcos.pop(sala)
        self.cuaderno.forget(marco)
        marco.destroy()

    def actual(self):
        elegida = self.cuaderno.select()
        suya = next((sala for sala, marco in self.marcos.items() if str(marco) == elegida), next(iter(self.marcos)))
        return self.chat.salas[suya]

    def privado(self, persona):
        if D["privado_abre"] != "pestana":
            return None
        marco = tk.Frame(self.cuaderno)
        self.cuaderno.add(marco, text=persona)
        return VentanaPrivada(self.chat, persona, padre=marco)


class ConSelector(EnUna):
    """Una sala a la vez, y con qué se pasa de una a otra."""

    def poner_lugar(self):
        self.centro = tk.Frame(self.ventana)
        self.selector = tk.Frame(self.ventana)
        lado = "left" if D["selector"] in ("listbox", "arbol") else "top"
        self.selector.pack(side=lado, fill="both", padx=4)
        self.centro.pack(side="left", fill="both", expand=True)
        self.centro.grid_rowconfigure(0, weight=1)
        self.elegida = tk.StringVar(self.ventana)
        modo, al_elegir = D["selector"], "<Double-Button-1>"
        if modo == "listbox":
            self.lista = tk.Listbox(self.selector, width=16, exportselection=False)
            al_elegir = "<<ListboxSelect>>" if D["gesto"] == "clic" else al_elegir
        elif modo == "arbol":
            self.lista = ttk.Treeview(self.selector, show="tree", selectmode="browse")
            al_elegir = "<<TreeviewSelect>>" if D["gesto"] == "clic" else al_elegir
        elif modo == "combo":
            self.lista = ttk.Combobox(self.selector, textvariable=self.elegida, state="readonly")
            al_elegir = "<<ComboboxSelected>>"
        else:
            self.lista = tk.Frame(self.selector)
        self.lista.pack(fill="both", expand=True)
        if modo in ("listbox", "arbol", "combo") and D["gesto"] == "boton":
            tk.Button(self.selector, text="Cambiar", command=self.al_marcar).pack()
        elif modo in ("listbox", "arbol", "combo"):
            self.lista.bind(al_elegir, self.al_marcar)

    def al_marcar(self, evento=None):
        nombres = self.nombres()
        if D["selector"] == "combo":
            sala = self.elegida.get()
        elif D["selector"] == "listbox":
            filas = self.lista.curselection()
            sala = nombres[filas[0]] if filas and filas[0] < len(nombres) else None
        else:
            filas = self.lista.selection()
            sala = filas[0].partition("/")[0] if filas else None
        if sala in nombres and sala != self.activa:
            self.mostrar(sala)

    def nombres(self):
        """Lo que hay en el selector."""
        return list(self.chat.salas)

    def refrescar(self):
        """El selector, con las salas de hoy."""
        salas, modo = self.nombres(), D["selector"]
        if modo == "listbox":
            self.lista.delete(0, "end")
            for sala in salas:
                self.lista.insert("end", D["adorno_sala"].format(sala))
            if self.activa in salas:
                self.lista.selection_set(salas.index(self.activa))
        elif modo == "arbol":
            for viejo in self.lista.get_children():
                self.lista.delete(viejo)
            for sala in salas:
                self.lista.insert("", "end", iid=sala, text=D["adorno_sala"].format(sala), open=True)
        elif modo == "combo":
            self.lista.config(values=salas)
        else:
            self.poner_mandos(salas)
        self.elegida.set(self.activa or "")

    def poner_mandos(self, salas):
        for uno in self.lista.winfo_children():
            uno.destroy()
        if D["selector"] == "opciones":
            if salas:
                tk.OptionMenu(self.lista, self.elegida, *salas, command=self.mostrar).pack()
            return
        for sala in salas:
            if D["selector"] == "radios":
                tk.Radiobutton(self.lista, text=sala, value=sala, variable=self.elegida,
                               command=lambda sala=sala: self.mostrar(sala)).pack(side="left")
            else:
                orden = lambda sala=sala: self.mostrar(sala)  # noqa: E731
                tk.Button(self.lista, text=D["adorno_sala"].format(sala), command=orden).pack(side="left")

    def abrir(self, sala):
        self.preparar()
        hecha = self.hacer_sala(sala)
        self.chat.salas[sala] = hecha
        self.mostrar(sala)
        self.refrescar()
        return hecha

    def mostrar(self, sala):
        self.activa = sala
        self.elegida.set(sala)
        self.ponerla_a_la_vista(sala)


class Apiladas(ConSelector):
    """Un marco por sala, en el mismo lugar: se alza el de la elegida, o se quita el otro."""

    def hacer_sala(self, sala):
        self.marcos[sala] = tk.Frame(self.centro)
        return Sala(self.chat, self.marcos[sala], sala)

    def ponerla_a_la_vista(self, sala):
        if D["disposicion"] == "apiladas":
            self.marcos[sala].grid(row=0, column=0, sticky="nsew")
            self.marcos[sala].tkraise()
        else:
            for otra, marco in self.marcos.items():
                if otra != sala:
                    marco.pack_forget()
            self.marcos[sala].pack(fill="both", expand=True)

    def quitar(self, sala):
        self.marcos.pop(sala).destroy()
        if self.chat.salas:
            self.mostrar(next(iter(self.chat.salas)))
            self.refrescar()


class Compartida(ConSelector):
    """Un solo juego de widgets, que muestra lo de la sala elegida."""

    def __init__(self, chat):
        super().__init__(chat)
        self.unica, self.dichos, self.listas = None, {}, {}
        self.personas = []

    def actual(self):
        return self.unica

    def nombres(self):
        return list(self.chat.salas) + self.personas

    def privado(self, persona):
        return EnLaMisma(self, persona) if D["privado_abre"] == "misma" else None

    def persona(self):
        return self.activa if self.activa in self.personas else None

    def conocer(self, persona):
        """Que una persona con quien se habla en privado esté en el selector."""
        if persona not in self.personas:
            self.personas.append(persona)
            self.dichos[persona], self.listas[persona] = [], []
            self.refrescar()

    def decir_en_privado(self, persona, autor, contenido):
        mensaje = {"tipo": "msj", "user": autor, "sala": persona, "content": contenido}
        self.dichos[persona].append(mensaje)
        if persona == self.activa:
            self.pintar(mensaje)

    def hacer_sala(self, sala):
        self.dichos[sala], self.listas[sala] = [], []
        if self.unica is None:
            self.unica = Sala(self.chat, self.centro, sala)
        return self.unica

    def ponerla_a_la_vista(self, sala):
        self.unica.sala = sala
        if D["titulo_en"] == "rotulo":
            self.unica.letrero.config(text=("En privado con " if sala in self.personas else "Sala: ") + sala)
        self.unica.charla.vaciar()
        self.unica.pie.config(image="", text="")
        self.unica.listar(self.listas[sala])
        for mensaje in self.dichos[sala]:
            self.pintar(mensaje)

    def pintar(self, mensaje):
        if mensaje["tipo"] == "msj":
            self.unica.charla.escribir(mensaje["user"], mensaje["content"])
        elif mensaje["tipo"] == "sticker":
            self.unica.poner_sticker(mensaje)
        else:
            self.unica.poner_audio(mensaje)

    def atender(self, mensaje):
        sala = mensaje["sala"]
        if mensaje["tipo"] == "usuarios":
            self.listas[sala] = mensaje["lista"]
        elif mensaje["tipo"] in ("msj", "sticker", "audio"):
            self.dichos[sala] = (self.dichos[sala] + [mensaje])[-300:]
        if sala == self.activa:
            self.unica.atender(mensaje)

    def quitar(self, sala):
        del self.dichos[sala], self.listas[sala]
        if self.chat.salas:
            self.mostrar(next(iter(self.chat.salas)))
            self.refrescar()


LUGARES = {"ventanas": EnVentanas, "pestanas": EnPestanas, "apiladas": Apiladas, "quitadas": Apiladas,
           "compartida": Compartida}

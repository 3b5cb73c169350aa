"""Los stickers: leerlos, y elegir uno del modo que se haya decidido."""

import base64
import os
import tkinter as tk
from tkinter import filedialog
from tkinter import ttk

from piezas import AQUI
from piezas import D
from piezas import boton
from piezas import dice

CARPETA = os.path.join(AQUI, "stickers")


def leer():
    """{nombre: imagen} de la carpeta."""
    fotos = {}
    for archivo in sorted(os.listdir(CARPETA)):
        nombre, extension = os.path.splitext(archivo)
        if extension == ".png":
            fotos[nombre] = tk.PhotoImage(file=os.path.join(CARPETA, archivo))
    return fotos


def poner_boton(padre, ventana, fotos, enviar):
    """El botón, o lo que sea, con que se envía uno; `enviar(nombre)` o `enviar(nombre, bytes)`. Devuelve el widget."""
    modo = D["stickers"]
    if modo == "menu_boton":
        mando = tk.Menubutton(padre, text=dice("sticker"), relief="raised")
        mando["menu"] = llenar(tk.Menu(mando, tearoff=D["tearoff"]), fotos, enviar)
        return mando
    if modo == "combo":
        marco = tk.Frame(padre)
        nombres = ttk.Combobox(marco, values=list(fotos), state="readonly", width=10)
        nombres.current(0)
        nombres.pack(side="left")
        boton(marco, "sticker", lambda: enviar(nombres.get())).pack(side="left")
        return marco
    abrir = {"ventana": en_ventana, "lista": en_lista, "lienzo": en_lienzo, "emergente": en_menu, "panel": en_panel,
             "archivo": de_archivo}[modo]
    mando = boton(padre, "sticker", lambda: abrir(mando, ventana(), fotos, enviar))
    return mando


def llenar(menu, fotos, enviar):
    for nombre, foto in fotos.items():
        menu.add_command(label=nombre, image=foto, compound="left", command=lambda nombre=nombre: enviar(nombre))
    return menu


def en_menu(mando, ventana, fotos, enviar):
    menu = llenar(tk.Menu(ventana, tearoff=D["tearoff"]), fotos, enviar)
    menu.tk_popup(mando.winfo_rootx(), mando.winfo_rooty() + mando.winfo_height())


def en_ventana(mando, ventana, fotos, enviar):
    cuadro = tk.Toplevel(ventana)
    cuadro.title("Elige")
    for n, (nombre, foto) in enumerate(fotos.items()):
        orden = lambda nombre=nombre: (cuadro.destroy(), enviar(nombre))  # noqa: E731
        texto = {"text": nombre, "compound": "top"} if D["adorno"] != "{}" else {}
        tk.Button(cuadro, image=foto, command=orden, **texto).grid(row=n // 2, column=n % 2)


def en_panel(mando, ventana, fotos, enviar):
    if getattr(mando, "panel", None) is not None:
        mando.panel.destroy()
        mando.panel = None
        return
    mando.panel = tk.Frame(mando.master.master)
    for nombre, foto in fotos.items():
        tk.Button(mando.panel, image=foto, command=lambda nombre=nombre: enviar(nombre)).pack(side="left")
    mando.panel.pack(side="bottom", fill="x")


def en_lista(mando, ventana, fotos, enviar):
    cuadro = tk.Toplevel(ventana)
    cuadro.title("Elige un sticker")
    lista = tk.Listbox(cuadro)
    lista.pack()
    for nombre in fotos:
        lista.insert("end", nombre)

    def elegir(evento=None):
        filas = lista.curselection()
        if filas:
            nombre = lista.get(filas[0])
            cuadro.destroy()
            enviar(nombre)

    if D["familia"] == "ttk":
        ttk.Button(cuadro, text="Aceptar", command=elegir).pack()
    else:
        lista.bind("<Double-Button-1>", elegir)


def en_lienzo(mando, ventana, fotos, enviar):
    cuadro = tk.Toplevel(ventana)
    cuadro.title("Elige")
    lienzo = tk.Canvas(cuadro, width=90 * len(fotos), height=90)
    lienzo.pack()
    for n, (nombre, foto) in enumerate(fotos.items()):
        hecho = lienzo.create_image(10 + 90 * n, 10, image=foto, anchor="nw")
        lienzo.tag_bind(hecho, "<Button-1>", lambda evento, nombre=nombre: (cuadro.destroy(), enviar(nombre)))


def de_archivo(mando, ventana, fotos, enviar):
    ruta = filedialog.askopenfilename(parent=ventana, filetypes=[("Imágenes", "*.png")])
    if ruta:
        with open(ruta, "rb") as archivo:
            datos = archivo.read()
        if len(datos) < 40_000:
            enviar(os.path.splitext(os.path.basename(ruta))[0], datos)


def foto_de(mensaje, fotos):
    """La imagen de un sticker que llegó: de la carpeta o de sus bytes; None si no se puede."""
    if "formato" in mensaje:
        try:
            return tk.PhotoImage(data=base64.b64encode(base64.b64decode(mensaje["content"])))
        except (ValueError, tk.TclError):
            return None
    return fotos.get(mensaje["content"])

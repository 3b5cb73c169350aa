"""Colores y letras del visor.

Claros, con contraste de 4.5:1 o más, para verse desde la última fila.
"""

import tkinter as tk
import tkinter.font
from tkinter import ttk

FONDO = "#FFFFFF"
PANEL = "#F0F3F7"
TEXTO = "#16202B"
TENUE = "#56616D"
RAYA = "#F5F8FB"  # uno de cada dos renglones
HILO = "#C3CCD6"  # los carriles del diagrama
SELECCION = "#D6E8FA"

COLORES = {"mensajes": "#1A5FB4", "salas": "#1B6E3C", "reparación": "#A04A00", "latidos": "#56616D",
           "otros": "#B3261E"}

TAMANO = 11  # puntos
TAMANOS = range(8, 25)


class Letras:
    """Las letras de la ventana, que crecen y se encogen juntas con Ctrl + y Ctrl −."""

    def __init__(self, raiz):
        familia = tkinter.font.nametofont("TkDefaultFont", raiz).actual("family")
        fija = tkinter.font.nametofont("TkFixedFont", raiz).actual("family")
        self.normal = tkinter.font.Font(raiz, family=familia, size=TAMANO)
        self.fuerte = tkinter.font.Font(raiz, family=familia, size=TAMANO, weight="bold")
        self.chica = tkinter.font.Font(raiz, family=familia, size=TAMANO - 2)
        self.titulo = tkinter.font.Font(raiz, family=familia, size=TAMANO + 4, weight="bold")
        self.fija = tkinter.font.Font(raiz, family=fija, size=TAMANO - 1)

    def cambiar(self, puntos):
        """Hacer todas las letras tantos puntos más grandes."""
        if self.normal["size"] + puntos in TAMANOS:
            for letra in (self.normal, self.fuerte, self.chica, self.titulo, self.fija):
                letra["size"] += puntos


def preparar(raiz, letras):
    """Dar estilo a los widgets de ttk. Se vuelve a llamar cuando cambian las letras."""
    raiz.configure(background=FONDO)
    estilo = ttk.Style(raiz)
    estilo.theme_use("clam")
    estilo.configure(".", background=FONDO, foreground=TEXTO, font=letras.normal, bordercolor=HILO,
                     lightcolor=FONDO, darkcolor=FONDO)
    estilo.configure("Panel.TFrame", background=PANEL)
    estilo.configure("Panel.TLabel", background=PANEL)
    estilo.configure("Titulo.TLabel", background=PANEL, font=letras.titulo)
    estilo.configure("Tenue.TLabel", background=PANEL, foreground=TENUE)
    estilo.configure("Seccion.TLabel", foreground=TENUE, font=letras.fuerte)
    estilo.configure("TButton", padding=(10, 4), background=PANEL)
    estilo.configure("TEntry", padding=4)
    estilo.configure("Sash", sashthickness=8)
    estilo.configure("TPanedwindow", background=HILO)
    alto = letras.normal.metrics("linespace") + 6
    estilo.configure("Treeview", rowheight=alto, background=FONDO, fieldbackground=FONDO,
                     borderwidth=0)
    estilo.configure("Treeview.Heading", font=letras.fuerte, background=PANEL, foreground=TENUE,
                     relief="flat", padding=(6, 4))
    estilo.map("Treeview", background=[("selected", SELECCION)], foreground=[("selected", TEXTO)])
    estilo.map("Treeview.Heading", background=[("active", PANEL)])


def atar_teclas(visor):
    """Ctrl con + o −: el tamaño de las letras. Ctrl+F: filtrar. Ctrl+S: guardar."""
    for tecla, puntos in (("plus", 1), ("KP_Add", 1), ("minus", -1), ("KP_Subtract", -1)):
        visor.bind_all(f"<Control-{tecla}>", lambda _, puntos=puntos: visor.agrandar(puntos))
    visor.bind_all("<Control-f>", lambda _: visor.barra.campo.focus_set())
    visor.bind_all("<Control-s>", lambda _: visor.guardar())


def crear_boton_de_clase(padre, clase, variable, letras, al_cambiar):
    """Un botón que se queda pulsado, del color de su clase."""
    boton = tk.Checkbutton(padre, text=clase, variable=variable, command=lambda: cambiar(),
                           indicatoron=False, font=letras.normal,
                           relief="flat", borderwidth=0, padx=10, pady=4, highlightthickness=1,
                           highlightcolor=TEXTO)

    def cambiar():
        pintar()
        al_cambiar()

    def pintar():
        puesto = variable.get()
        fondo, letra = (COLORES[clase], FONDO) if puesto else ("#E1E6EC", TENUE)
        boton.configure(selectcolor=fondo, background=fondo, activebackground=fondo,
                        foreground=letra, activeforeground=letra)

    pintar()
    return boton

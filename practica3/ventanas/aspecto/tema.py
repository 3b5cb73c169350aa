"""El aspecto de las ventanas: un solo lenguaje de colores, letras, medidas y formas.

    tema.colores["acento"]           un color, por lo que significa
    tema.px(8)                       una medida: 8 píxeles de una pantalla de 96 ppp
    tema.letra, letra_fuerte, …      las letras
    "Acento.TButton", "Panel.TFrame" los estilos de ttk que usan las ventanas (estilos.py)

Hay dos temas de ttk, hijos de «clam», con los mismos estilos: claro y oscuro. Al cambiar de
uno a otro, Tk avisa a todas las ventanas con <<ThemeChanged>>; lo que no es de ttk (Text,
Canvas) se viste entonces de nuevo. Cambiar el tamaño de la letra avisa igual.

Todos los textos tienen contraste de 4.5:1 o más con su fondo (WCAG 2.1, nivel AA).
"""

import ctypes
import shutil
import subprocess
import sys
import tkinter as tk
import tkinter.font
import zlib
from tkinter import ttk

from ventanas.aspecto import dibujos
from ventanas.aspecto import estilos

COLORES = {
    "claro": {
        "fondo": "#FFFFFF", "panel": "#F4F6F9", "texto": "#16202B", "tenue": "#566372",
        "borde": "#D3DAE2", "suave": "#E9EEF4", "vivo": "#DCE4ED", "enlace": "#1563B0",
        "acento": "#1A6FC4", "acento_vivo": "#155CA4", "sobre_acento": "#FFFFFF",
        "seleccion": "#CFE3F8", "error": "#B3261E", "bien": "#1E7B45", "aviso": "#8A5A00",
        "franja": "#FFF3D6", "sobre_franja": "#5C4400", "charla": "#E4EAF1", "ajeno": "#FFFFFF",
        "propio": "#D3E8FF", "nota": "#D3DDE8", "sobre_nota": "#3F4C59", "hora": "#5B6875",
        "hora_propio": "#3E6288", "elegido": "#A9CCF3", "hallado": "#FFE08A", "actual": "#FFB84D",
        "pulgar": "#AEBBC9", "codigo": "#EDF1F6",
    },
    "oscuro": {
        "fondo": "#17212B", "panel": "#131C26", "texto": "#EEF2F6", "tenue": "#98A8B8",
        "borde": "#34424F", "suave": "#243240", "vivo": "#2F4052", "enlace": "#74BDF9",
        "acento": "#2B74B3", "acento_vivo": "#2E79B8", "sobre_acento": "#FFFFFF",
        "seleccion": "#2C4A66", "error": "#FFA198", "bien": "#6FD39A", "aviso": "#F2C14E",
        "franja": "#3A3114", "sobre_franja": "#FFE08A", "charla": "#0E1620", "ajeno": "#1D2935",
        "propio": "#24476B", "nota": "#1D2935", "sobre_nota": "#B9C6D3", "hora": "#93A3B3",
        "hora_propio": "#A9CBEA", "elegido": "#3E6FA3", "hallado": "#6B5516", "actual": "#85590E",
        "pulgar": "#3A4A5A", "codigo": "#121A24",
    },
}
# Para el nombre de cada autor. Los claros son además el fondo de los avatares en los dos temas.
AUTORES = {
    "claro": ("#B3372E", "#1769BA", "#A33A9B", "#A04F08", "#0A7365", "#756000", "#5B54C6",
              "#3A731B", "#B4286B", "#4B6584"),
    "oscuro": ("#FF8E85", "#6CB8F6", "#F08FE4", "#F2A35E", "#5FD3C0", "#E3C04F", "#B3ADFF",
               "#8FD16B", "#FF8DB8", "#A9BDD3"),
}
NOMBRES_DE_TEMAS = {"claro": "Claro", "oscuro": "Oscuro"}

FAMILIAS = {
    "win32": ("Segoe UI",),
    "darwin": ("SF Pro Text", "Helvetica Neue"),
    "linux": ("Inter", "Cantarell", "Noto Sans", "Ubuntu", "Open Sans", "DejaVu Sans"),
}
TAMANO = 13 if sys.platform == "darwin" else 10  # puntos; macOS cuenta 72 por pulgada y no 96
AUMENTOS = (-2, 10)  # puntos que la letra puede bajar o subir, con Ctrl − y Ctrl +
# Papel de cada letra: puntos sobre TAMANO y su aspecto.
LETRAS = {
    "letra": (0, {}), "letra_fuerte": (0, {"weight": "bold"}),
    "letra_enlace": (0, {"underline": True}), "letra_chica": (-1, {}),
    "letra_seccion": (2, {"weight": "bold"}), "letra_titulo": (9, {"weight": "bold"}),
    "letra_codigo": (-1, {}),  # de ancho fijo
}


def preparar_pantalla() -> None:
    """Pedir a Windows píxeles de verdad; si no, agranda la ventana como una foto borrosa."""
    if sys.platform == "win32":
        ctypes.windll.shcore.SetProcessDpiAwareness(1)


class Tema:
    """Los colores, letras, medidas y dibujos de una aplicación."""

    def __init__(self, raiz: tk.Tk, nombre: str = "claro", aumento: int = 0):
        self.escala = _ajustar_escala(raiz)
        self.dibujos = dibujos.Dibujos(raiz, self.escala)
        self.px = self.dibujos.px
        self._raiz = raiz
        self._holgura = tk.PhotoImage(master=raiz)  # una imagen vacía
        self.estilo = ttk.Style(raiz)
        es_mac = raiz.tk.call("tk", "windowingsystem") == "aqua"
        self.tecla_mando = "Command" if es_mac else "Control"  # como la llama Tk
        self.mando = "⌘" if es_mac else "Ctrl+"  # como se lee
        self._preparar_letras()
        self.poner_aumento(aumento)
        self.poner(nombre)

    def poner(self, nombre: str) -> None:
        """Pasar a un tema, ahora mismo, en todas las ventanas."""
        self.nombre = nombre
        self.colores = COLORES[nombre]
        if f"chat {nombre}" not in self.estilo.theme_names():
            self.estilo.theme_create(f"chat {nombre}", parent="clam")
            self.estilo.theme_use(f"chat {nombre}")
            estilos.Estilos(self).preparar()
        self.estilo.theme_use(f"chat {nombre}")
        self._ajustar_filas()
        self._preparar_desplegables()
        self._raiz.configure(background=self.colores["fondo"])
        icono = self.dibujos.globo(self.colores["acento"])
        if icono:
            self._raiz.iconphoto(True, icono)

    def poner_aumento(self, aumento: int) -> int:
        """Agrandar o achicar todas las letras tantos puntos; devuelve los que quedaron."""
        self.aumento = max(AUMENTOS[0], min(aumento, AUMENTOS[1]))
        for papel, (mas, _) in LETRAS.items():
            getattr(self, papel).configure(size=TAMANO + mas + self.aumento)
        if self.estilo.theme_use().startswith("chat "):
            self.estilo.theme_use(self.estilo.theme_use())  # avisa a todas las ventanas
            self._ajustar_filas()
        return self.aumento

    @property
    def porcentaje(self) -> int:
        """El tamaño de la letra, comparado con el habitual."""
        return round(100 * (TAMANO + self.aumento) / TAMANO)

    def recortar(self, texto: str, papel: str, ancho: int) -> str:
        """El texto o, si no cabe en tantos píxeles, lo que quepa de él y puntos suspensivos."""
        medir = getattr(self, papel).measure
        if medir(texto) <= ancho:
            return texto
        while texto and medir(f"{texto}…") > ancho:
            texto = texto[:-1]
        return f"{texto.rstrip()}…"

    def color_de(self, autor: str) -> str:
        """El color del nombre de alguien: siempre el mismo, en todos los equipos."""
        return AUTORES[self.nombre][_numero_de(autor)]

    def avatar(self, autor: str, lado: int) -> "tk.PhotoImage | str":
        """Un círculo con la inicial de alguien y su color."""
        return self.dibujos.avatar(autor, AUTORES["claro"][_numero_de(autor)], lado)

    def icono(self, nombre: str, color: str = "tenue", lado: int = 20) -> "tk.PhotoImage | str":
        """Un icono, en uno de los colores del tema."""
        return self.dibujos.icono(nombre, self.colores[color], lado, self.colores["fondo"])

    # ---- letras y lo que no es de ttk

    def _preparar_letras(self) -> None:
        base = tkinter.font.nametofont("TkDefaultFont", self._raiz)
        disponibles = set(tkinter.font.families(self._raiz))
        preferidas = FAMILIAS.get(sys.platform, FAMILIAS["linux"])
        hay = (una for una in preferidas if una in disponibles)
        familia = next(hay, base.actual("family"))
        for papel, (_, aspecto) in LETRAS.items():
            setattr(self, papel, tkinter.font.Font(self._raiz, family=familia, **aspecto))
        fija = tkinter.font.nametofont("TkFixedFont", self._raiz)
        self.letra_codigo.configure(family=fija.actual("family"))

    def _ajustar_filas(self) -> None:
        alto = self.letra.metrics("linespace") + self.px(14)
        self.estilo.configure("Treeview", rowheight=max(self.px(40), alto))

    def _preparar_desplegables(self) -> None:
        """Las listas de los desplegables se visten con lo que lean al crearse."""
        c = self.colores
        for opcion, valor in (
                ("background", c["fondo"]), ("foreground", c["texto"]), ("font", self.letra),
                ("selectBackground", c["acento"]), ("selectForeground", c["sobre_acento"])):
            self._raiz.option_add(f"*TCombobox*Listbox.{opcion}", valor)

    def vestir_menu(self, menu: tk.Menu) -> None:
        """Poner a un menú ya lleno su aspecto de ahora y, en X11, renglones más holgados."""
        c = self.colores
        menu.configure(background=c["fondo"], foreground=c["texto"], activebackground=c["acento"],
                       activeforeground=c["sobre_acento"], disabledforeground=c["tenue"],
                       selectcolor=c["texto"], font=self.letra, borderwidth=1,
                       activeborderwidth=0, relief="raised")
        ultimo = menu.index("end")
        if menu.tk.call("tk", "windowingsystem") == "x11" and ultimo is not None:
            alto = self.letra.metrics("linespace") + self.px(12)
            self._holgura.configure(width=self.px(8), height=alto)
            for numero in range(ultimo + 1):
                if menu.type(numero) == "command":  # Tk no tiene otro modo de dar alto a un renglón
                    menu.entryconfigure(numero, image=self._holgura, compound="left")
        menu.update_idletasks()  # para que diga cuánto mide


def _numero_de(autor: str) -> int:
    # crc32 y no hash(): hash cambia en cada arranque.
    return zlib.crc32(autor.encode("utf-8", "replace")) % len(AUTORES["claro"])


def _ajustar_escala(raiz: tk.Tk) -> float:
    """Hacer que Tk use los ppp que eligió la persona; devolver cuántas veces 96."""
    if raiz.tk.call("tk", "windowingsystem") == "x11":
        ppp = _leer_ppp_de_x11() or raiz.winfo_fpixels("1i")
        raiz.tk.call("tk", "scaling", ppp / 72)
    if sys.platform == "darwin":
        return 1.0  # macOS ya trabaja en puntos
    return max(1.0, raiz.winfo_fpixels("1i") / 96)


def _leer_ppp_de_x11() -> "float | None":
    """Los ppp elegidos en el escritorio (recurso Xft.dpi), que Tk 8.6 no mira."""
    if shutil.which("xrdb") is None:
        return None
    dicho = subprocess.run(["xrdb", "-query"], capture_output=True, text=True, errors="replace")
    lineas = dicho.stdout.splitlines()
    valores = [linea.split()[-1] for linea in lineas if linea.startswith("Xft.dpi:")]
    return float(valores[0]) if valores and valores[0].replace(".", "", 1).isdigit() else None

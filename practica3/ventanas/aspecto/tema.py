"""El aspecto de las ventanas: un solo lenguaje de colores, letras, medidas y formas.

    tema.colores["acento"]           un color, por lo que significa
    tema.px(8)                       una medida: 8 píxeles de una pantalla de 96 ppp
    tema.letra, letra_fuerte, …      las letras
    "Acento.TButton", "Panel.TFrame" los estilos de ttk que usan las ventanas

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

COLORES = {
    "claro": {
        "fondo": "#FFFFFF", "panel": "#F4F6F9", "texto": "#16202B", "tenue": "#566372", "borde": "#D3DAE2",
        "suave": "#E9EEF4", "vivo": "#DCE4ED", "enlace": "#1563B0", "acento": "#1A6FC4", "acento_vivo": "#155CA4",
        "sobre_acento": "#FFFFFF", "seleccion": "#CFE3F8", "error": "#B3261E", "bien": "#1E7B45", "aviso": "#8A5A00",
        "franja": "#FFF3D6", "sobre_franja": "#5C4400",
        "charla": "#E4EAF1", "ajeno": "#FFFFFF", "propio": "#D3E8FF", "nota": "#D3DDE8", "sobre_nota": "#3F4C59",
        "hora": "#5B6875", "hora_propio": "#3E6288", "elegido": "#A9CCF3", "hallado": "#FFE08A", "actual": "#FFB84D",
        "pulgar": "#AEBBC9",
    },
    "oscuro": {
        "fondo": "#17212B", "panel": "#131C26", "texto": "#EEF2F6", "tenue": "#98A8B8", "borde": "#34424F",
        "suave": "#243240", "vivo": "#2F4052", "enlace": "#74BDF9", "acento": "#2B74B3", "acento_vivo": "#2E79B8",
        "sobre_acento": "#FFFFFF", "seleccion": "#2C4A66", "error": "#FFA198", "bien": "#6FD39A", "aviso": "#F2C14E",
        "franja": "#3A3114", "sobre_franja": "#FFE08A",
        "charla": "#0E1620", "ajeno": "#1D2935", "propio": "#24476B", "nota": "#1D2935", "sobre_nota": "#B9C6D3",
        "hora": "#93A3B3", "hora_propio": "#A9CBEA", "elegido": "#3E6FA3", "hallado": "#6B5516", "actual": "#85590E",
        "pulgar": "#3A4A5A",
    },
}
# Para el nombre de cada autor. Los claros sirven además de fondo de los avatares en los dos temas.
AUTORES = {
    "claro": ("#B3372E", "#1769BA", "#A33A9B", "#A04F08", "#0A7365", "#756000", "#5B54C6", "#3A731B", "#B4286B", "#4B6584"),
    "oscuro": ("#FF8E85", "#6CB8F6", "#F08FE4", "#F2A35E", "#5FD3C0", "#E3C04F", "#B3ADFF", "#8FD16B", "#FF8DB8", "#A9BDD3"),
}
NOMBRES = {"claro": "Claro", "oscuro": "Oscuro"}

FAMILIAS = {
    "win32": ("Segoe UI",),
    "darwin": ("SF Pro Text", "Helvetica Neue"),
    "linux": ("Inter", "Cantarell", "Noto Sans", "Ubuntu", "Open Sans", "DejaVu Sans"),
}
TAMANO = 13 if sys.platform == "darwin" else 10  # puntos; macOS cuenta 72 por pulgada y no 96
AUMENTOS = (-2, 10)  # puntos que la letra puede bajar o subir, con Ctrl − y Ctrl +
# Papel de cada letra: puntos sobre TAMANO y su aspecto.
LETRAS = {
    "letra": (0, {}), "letra_fuerte": (0, {"weight": "bold"}), "letra_enlace": (0, {"underline": True}), "letra_chica": (-1, {}),
    "letra_seccion": (2, {"weight": "bold"}), "letra_titulo": (9, {"weight": "bold"}),
}
RADIO = 8  # píxeles a 96 ppp, de las esquinas de botones y campos


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
        # En macOS los atajos van con ⌘, y en los demás sistemas con Ctrl.
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
            self._preparar_estilos()
        self.estilo.theme_use(f"chat {nombre}")
        self._ajustar_filas()
        self._preparar_sueltos()
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
        sistema = sys.platform if sys.platform in FAMILIAS else "linux"
        familia = next((una for una in FAMILIAS[sistema] if una in disponibles), base.actual("family"))
        for papel, (_, aspecto) in LETRAS.items():
            setattr(self, papel, tkinter.font.Font(self._raiz, family=familia, **aspecto))

    def _ajustar_filas(self) -> None:
        self.estilo.configure("Treeview", rowheight=max(self.px(40), self.letra.metrics("linespace") + self.px(14)))

    def _preparar_sueltos(self) -> None:
        """Menús y la lista de los desplegables: se visten con las opciones que lean al crearse."""
        c = self.colores
        menu = {"background": c["fondo"], "foreground": c["texto"], "activeBackground": c["acento"], "selectColor": c["texto"],
                "activeForeground": c["sobre_acento"], "disabledForeground": c["tenue"], "font": self.letra, "borderWidth": 1,
                "activeBorderWidth": 0, "relief": "raised"}
        lista = {"background": c["fondo"], "foreground": c["texto"], "selectBackground": c["acento"], "selectForeground": c["sobre_acento"],
                 "font": self.letra}
        for prefijo, aspecto in (("*Menu.", menu), ("*TCombobox*Listbox.", lista)):
            for opcion, valor in aspecto.items():
                self._raiz.option_add(prefijo + opcion, valor)

    def vestir_menu(self, menu: tk.Menu) -> None:
        """Poner a un menú ya lleno los colores de ahora y, donde los dibuja Tk, renglones más holgados."""
        c = self.colores
        menu.configure(background=c["fondo"], foreground=c["texto"], activebackground=c["acento"], activeforeground=c["sobre_acento"],
                       disabledforeground=c["tenue"], selectcolor=c["texto"])
        if menu.tk.call("tk", "windowingsystem") == "x11" and menu.index("end") is not None:
            self._holgura.configure(width=self.px(8), height=self.letra.metrics("linespace") + self.px(12))
            for numero in range(menu.index("end") + 1):
                if menu.type(numero) == "command":  # Tk no tiene otro modo de dar alto a un renglón
                    menu.entryconfigure(numero, image=self._holgura, compound="left")
        menu.update_idletasks()  # para que diga cuánto mide

    # ---- estilos

    def _preparar_estilos(self) -> None:
        c = self.colores
        estilo = self.estilo
        estilo.configure(".", background=c["fondo"], foreground=c["texto"], font=self.letra, bordercolor=c["borde"],
                         lightcolor=c["fondo"], darkcolor=c["fondo"], troughcolor=c["fondo"], focuscolor=c["acento"],
                         selectbackground=c["seleccion"], selectforeground=c["texto"], insertcolor=c["texto"])
        # clam pinta de gris la selección de un campo sin foco.
        estilo.map(".", selectbackground=[], selectforeground=[], foreground=[("disabled", c["tenue"])])
        for prefijo, fondo, color in (("", c["fondo"], c["texto"]), ("Panel.", c["panel"], c["texto"]),
                                      ("Franja.", c["franja"], c["sobre_franja"])):
            estilo.configure(f"{prefijo}TFrame", background=fondo)
            estilo.configure(f"{prefijo}TLabel", background=fondo, foreground=color)
        estilo.configure("Borde.TFrame", background=c["borde"])
        estilo.configure("Titulo.TLabel", font=self.letra_titulo)
        estilo.configure("Seccion.TLabel", font=self.letra_seccion)
        estilo.configure("Fuerte.TLabel", font=self.letra_fuerte)
        estilo.configure("Tenue.TLabel", foreground=c["tenue"])
        estilo.configure("Detalle.TLabel", foreground=c["tenue"], font=self.letra_chica)
        estilo.configure("TenuePanel.TLabel", foreground=c["tenue"], background=c["panel"], font=self.letra_chica)
        estilo.configure("RotuloPanel.TLabel", foreground=c["tenue"], background=c["panel"], font=self.letra_fuerte)
        estilo.configure("VacioPanel.TLabel", foreground=c["tenue"], background=c["panel"])
        estilo.configure("Pista.TLabel", background=c["texto"], foreground=c["fondo"], font=self.letra_chica, padding=(self.px(8), self.px(4)))
        estilo.configure("Error.TLabel", foreground=c["error"])
        self._preparar_campos()
        self._preparar_botones()
        self._preparar_listas()
        self._preparar_barras()

    def _preparar_campos(self) -> None:
        c, estilo = self.colores, self.estilo
        normal = (c["fondo"], c["borde"], 1)
        variantes = [("disabled", (c["suave"], c["borde"], 1)), ("invalid", (c["fondo"], c["error"], 2)),
                     ("focus", (c["fondo"], c["acento"], 2))]
        redondo = self._crear_elemento("campo", normal, variantes)
        for clase in ("TEntry", "TCombobox"):
            estilo.configure(clase, fieldbackground=c["fondo"], padding=(self.px(11), self.px(8)), arrowcolor=c["tenue"],
                             arrowsize=self.px(14), background=c["fondo"])
            estilo.map(clase, bordercolor=[("invalid", c["error"]), ("focus", c["acento"])], lightcolor=[("focus", c["acento"])],
                       fieldbackground=[("disabled", c["suave"]), ("readonly", c["fondo"])], foreground=[("disabled", c["tenue"])])
        if not redondo:
            for nombre in ("Campo.TFrame", "Tarjeta.TFrame"):
                estilo.configure(nombre, borderwidth=1, relief="solid")
                estilo.map(nombre, bordercolor=[("invalid", c["error"]), ("focus", c["acento"])])
            return
        self._crear_elemento("tarjeta", (c["panel"], c["borde"], 1), [("focus", (c["panel"], c["acento"], 2))])
        estilo.layout("Tarjeta.TFrame", [("tarjeta", {"sticky": "nswe"})])
        estilo.layout("TEntry", [("campo", {"sticky": "nswe", "children": [
            ("Entry.padding", {"sticky": "nswe", "children": [("Entry.textarea", {"sticky": "nswe"})]})]})])
        estilo.layout("Campo.TFrame", [("campo", {"sticky": "nswe"})])
        flecha = self.icono("abajo", "tenue", 18)
        estilo.element_create("flecha", "image", flecha, padding=0, sticky="")
        estilo.layout("TCombobox", [("campo", {"sticky": "nswe", "children": [
            ("Combobox.padding", {"sticky": "nswe", "children": [
                ("flecha", {"side": "right", "sticky": "ns"}), ("Combobox.textarea", {"sticky": "nswe"})]})]})])

    def _preparar_botones(self) -> None:
        c, px = self.colores, self.px
        # Nombre, relleno, con el ratón encima, borde, color, letra, margen.
        casos = (
            ("TButton", c["suave"], c["vivo"], c["suave"], c["texto"], self.letra, (18, 8)),
            ("Acento.TButton", c["acento"], c["acento_vivo"], c["acento"], c["sobre_acento"], self.letra_fuerte, (18, 8)),
            ("Franja.TButton", c["franja"], c["fondo"], c["sobre_franja"], c["sobre_franja"], self.letra_fuerte, (14, 5)),
            ("Icono.TButton", c["fondo"], c["suave"], c["fondo"], c["texto"], self.letra, (7, 7)),
            ("Nuevos.TButton", c["fondo"], c["suave"], c["borde"], c["enlace"], self.letra_fuerte, (12, 7)),
        )
        for nombre, relleno, vivo, borde, color, letra, margen in casos:
            detras = c["franja"] if nombre.startswith("Franja") else c["charla"] if nombre.startswith("Nuevos") else c["fondo"]
            self.estilo.configure(nombre, background=detras if dibujos.Image else relleno, foreground=color, font=letra,
                                  padding=tuple(map(px, margen)), anchor="center", borderwidth=0, relief="flat")
            self.estilo.map(nombre, background=[] if dibujos.Image else [("active", vivo)], foreground=[("disabled", c["tenue"])])
            orilla = c["texto"] if relleno == c["acento"] else c["acento"]
            variantes = [("disabled", (c["suave"], c["suave"], 1)), ("pressed", (vivo, borde, 1)),
                         ("focus", (vivo, orilla, 2)), ("active", (vivo, vivo if borde == relleno else borde, 1))]
            radio = 16 if nombre == "Nuevos.TButton" else RADIO
            elemento = nombre.replace(".", "").lower()
            if self._crear_elemento(elemento, (relleno, borde, 1), variantes, radio):
                self.estilo.layout(nombre, [(elemento, {"sticky": "nswe", "children": [
                    ("Button.padding", {"sticky": "nswe", "children": [("Button.label", {"sticky": "nswe"})]})]})])

    def _preparar_listas(self) -> None:
        c, estilo = self.colores, self.estilo
        estilo.configure("Treeview", background=c["panel"], fieldbackground=c["panel"], borderwidth=0, indent=0)
        estilo.map("Treeview", background=[("selected focus", c["elegido"]), ("selected", c["seleccion"])], foreground=[])
        estilo.layout("Treeview", [("Treeview.treearea", {"sticky": "nswe"})])
        # Sin la flecha de desplegar: son listas planas.
        estilo.layout("Treeview.Item", [("Treeitem.padding", {"sticky": "nswe", "children": [
            ("Treeitem.image", {"side": "left", "sticky": ""}), ("Treeitem.text", {"side": "left", "sticky": ""})]})])
        estilo.configure("Treeview.Item", padding=(self.px(10), 0))
        estilo.map("TCheckbutton", background=[("active", c["fondo"])])
        casillas = [self.dibujos.icono(nombre, c[color], 22, c["sobre_acento"]) for nombre, color in (("libre", "tenue"), ("marcada", "acento"))]
        if casillas[0]:
            estilo.element_create("casilla", "image", casillas[0], ("selected", casillas[1]), width=self.px(30), sticky="w")
            estilo.layout("TCheckbutton", [("Checkbutton.padding", {"sticky": "nswe", "children": [
                ("casilla", {"side": "left", "sticky": ""}), ("Checkbutton.focus", {"side": "left", "sticky": "w", "children": [
                    ("Checkbutton.label", {"sticky": "nswe"})]})]})])
            estilo.configure("TCheckbutton", padding=(0, self.px(2)))

    def _preparar_barras(self) -> None:
        c, estilo = self.colores, self.estilo
        for prefijo, fondo in (("", c["fondo"]), ("Panel.", c["panel"]), ("Charla.", c["charla"])):
            nombre = f"{prefijo}Vertical.TScrollbar"
            estilo.layout(nombre, [("Vertical.Scrollbar.trough", {"sticky": "ns", "children": [
                ("Vertical.Scrollbar.thumb", {"sticky": "nswe"})]})])
            pulgar = c["pulgar"] if prefijo == "Charla." else c["borde"]
            estilo.configure(nombre, troughcolor=fondo, background=pulgar, bordercolor=fondo, lightcolor=pulgar,
                             darkcolor=pulgar, gripcount=0, width=self.px(8), arrowsize=self.px(8))
            for opcion in ("background", "lightcolor", "darkcolor"):
                estilo.map(nombre, **{opcion: [("disabled", fondo), ("active", c["tenue"])]})

    def _crear_elemento(self, nombre: str, normal: tuple, variantes: list, radio: int = RADIO) -> bool:
        """Crear un elemento de ttk de esquinas redondeadas; False si no hay con qué dibujarlo."""
        caja = self.dibujos.caja(*normal, radio)
        if not caja:
            return False
        imagenes = [(estado, self.dibujos.caja(*aspecto, radio)) for estado, aspecto in variantes]
        minimo = 2 * self.px(radio) + 2  # la imagen es mayor que lo más pequeño que puede ser el elemento
        self.estilo.element_create(nombre, "image", caja, *imagenes, border=self.px(radio), padding=0, width=minimo, height=minimo, sticky="nswe")
        return True


def _numero_de(autor: str) -> int:
    # crc32 y no hash(): hash cambia en cada arranque.
    return zlib.crc32(autor.encode("utf-8", "replace")) % len(AUTORES["claro"])


def _ajustar_escala(raiz: tk.Tk) -> float:
    """Hacer que Tk use los puntos por pulgada que eligió la persona; devolver cuántas veces 96."""
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
    recursos = subprocess.run(["xrdb", "-query"], capture_output=True, text=True, errors="replace").stdout
    valores = [linea.split()[-1] for linea in recursos.splitlines() if linea.startswith("Xft.dpi:")]
    return float(valores[0]) if valores and valores[0].replace(".", "", 1).isdigit() else None

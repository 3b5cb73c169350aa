"""El aspecto de las ventanas: un solo lenguaje de colores, letras, medidas y formas.

    COLORES["claro"]["acento"]       un color, por lo que significa
    tema.px(8)                       una medida: 8 píxeles de una pantalla de 96 ppp
    tema.letra, letra_fuerte, …      las letras
    "Acento.TButton", "Panel.TFrame" los estilos de ttk que usan las ventanas

Parte del tema «clam» de ttk. Con Pillow se le ponen esquinas redondeadas: una imagen
cuadrada de la que ttk estira el centro y respeta las esquinas (9-patch):

    ╭─┬───┬─╮
    ├─┼───┼─┤     Se dibuja al tamaño exacto de la pantalla, así que también es
    ╰─┴───┴─╯     nítida a 192 ppp. Sin Pillow las esquinas quedan rectas.

Todos los textos tienen contraste de 4.5:1 o más con su fondo (WCAG 2.1, nivel AA).
"""

import ctypes
import io
import shutil
import subprocess
import sys
import tkinter as tk
import tkinter.font
import unicodedata
import zlib
from tkinter import ttk

try:
    from PIL import Image
    from PIL import ImageDraw
    from PIL import ImageFont
except ImportError:
    Image = None  # sin Pillow: esquinas rectas y sin avatares

COLORES = {
    "claro": {
        "fondo": "#FFFFFF", "panel": "#F3F5F8", "texto": "#16202B", "tenue": "#5A6672", "borde": "#D3DAE2",
        "suave": "#E7ECF2", "enlace": "#1A6FC4", "acento": "#1A6FC4", "acento_vivo": "#155CA4", "sobre_acento": "#FFFFFF",
        "propio": "#E8F2FD", "seleccion": "#CFE3F8", "error": "#B3261E", "bien": "#1E7B45",
        "franja": "#FFF3D6", "sobre_franja": "#5C4400",
    },
    "oscuro": {
        "fondo": "#17212B", "panel": "#0F1822", "texto": "#EEF2F6", "tenue": "#93A3B3", "borde": "#34424F",
        "suave": "#243240", "enlace": "#6CB8F6", "acento": "#2B74B3", "acento_vivo": "#3682C4", "sobre_acento": "#FFFFFF",
        "propio": "#203549", "seleccion": "#2C4A66", "error": "#FF8A80", "bien": "#6FD39A",
        "franja": "#3A3114", "sobre_franja": "#FFE08A",
    },
}
# Para el nombre de cada autor. Los claros sirven además de fondo de los avatares en los dos temas.
AUTORES = {
    "claro": ("#B3372E", "#1C6FB5", "#A33A9B", "#A6540B", "#0B7A6B", "#7A6400", "#5B54C6", "#3F7A1E", "#B4286B", "#4B6584"),
    "oscuro": ("#FF8E85", "#6CB8F6", "#F08FE4", "#F2A35E", "#5FD3C0", "#E3C04F", "#A9A2FF", "#8FD16B", "#FF8DB8", "#A9BDD3"),
}

FAMILIAS = {
    "win32": ("Segoe UI",),
    "darwin": ("SF Pro Text", "Helvetica Neue"),
    "linux": ("Inter", "Cantarell", "Noto Sans", "Ubuntu", "Open Sans", "DejaVu Sans"),
}
TAMANOS = {"darwin": 13}  # puntos; macOS cuenta 72 por pulgada y no 96
TAMANO = 10
ARCHIVOS_DE_LETRA = ("DejaVuSans-Bold.ttf", "segoeuib.ttf", "Arial Bold.ttf", "LiberationSans-Bold.ttf")

RADIO = 8  # píxeles a 96 ppp, de las esquinas
FINURA = 4  # se dibuja 4 veces mayor y se reduce: bordes suaves


def preparar_pantalla() -> None:
    """Pedir a Windows píxeles de verdad; si no, agranda la ventana como una foto borrosa."""
    if sys.platform == "win32":
        ctypes.windll.shcore.SetProcessDpiAwareness(1)


class Tema:
    """Los colores, letras, medidas y dibujos de una aplicación."""

    def __init__(self, raiz: tk.Tk, nombre: str = "claro"):
        self.nombre = nombre
        self.colores = COLORES[nombre]
        self.escala = _ajustar_escala(raiz)
        self._raiz = raiz
        self._imagenes: "dict[tuple, tk.PhotoImage]" = {}  # Tk no las conserva por sí mismo
        self._preparar_letras()
        self._preparar_estilos()
        # En macOS los atajos van con ⌘, y en los demás sistemas con Ctrl.
        self.tecla_mando = "Command" if raiz.tk.call("tk", "windowingsystem") == "aqua" else "Control"
        raiz.configure(background=self.colores["fondo"])
        self._preparar_menus()
        if Image is not None:
            raiz.iconphoto(True, self._dibujar_icono())

    def px(self, pixeles: float) -> int:
        """Pasar una medida de 96 ppp a la de esta pantalla."""
        return round(pixeles * self.escala)

    def color_de(self, autor: str) -> str:
        """El color del nombre de alguien: siempre el mismo, en todos los equipos."""
        return AUTORES[self.nombre][_numero_de(autor)]

    def _preparar_menus(self) -> None:
        c = self.colores
        aspecto = {"background": c["fondo"], "foreground": c["texto"], "activeBackground": c["acento"],
                   "activeForeground": c["sobre_acento"], "font": self.letra, "borderWidth": 1, "relief": "flat"}
        for opcion, valor in aspecto.items():
            self._raiz.option_add(f"*Menu.{opcion}", valor)

    # ---- letras

    def _preparar_letras(self) -> None:
        base = tkinter.font.nametofont("TkDefaultFont", self._raiz)
        disponibles = set(tkinter.font.families(self._raiz))
        sistema = sys.platform if sys.platform in FAMILIAS else "linux"
        familia = next((una for una in FAMILIAS[sistema] if una in disponibles), base.actual("family"))
        tamano = TAMANOS.get(sys.platform, TAMANO)

        def crear(puntos, peso="normal"):
            return tkinter.font.Font(self._raiz, family=familia, size=puntos, weight=peso)

        self.letra = crear(tamano)
        self.letra_fuerte = crear(tamano, "bold")
        self.letra_chica = crear(tamano - 1)
        self.letra_seccion = crear(tamano + 2, "bold")
        self.letra_titulo = crear(tamano + 9, "bold")

    # ---- estilos

    def _preparar_estilos(self) -> None:
        c = self.colores
        self.estilo = estilo = ttk.Style(self._raiz)
        estilo.theme_use("clam")
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
        estilo.configure("TenuePanel.TLabel", foreground=c["tenue"], background=c["panel"], font=self.letra_fuerte)
        estilo.configure("Error.TLabel", foreground=c["error"])
        estilo.configure("Bien.TLabel", foreground=c["bien"])
        self._preparar_campos()
        self._preparar_botones()
        self._preparar_listas()
        self._preparar_barra()

    def _preparar_campos(self) -> None:
        c = self.colores
        self.estilo.configure("TEntry", fieldbackground=c["fondo"], padding=(self.px(11), self.px(9)))
        self.estilo.map("TEntry", bordercolor=[("invalid", c["error"]), ("focus", c["acento"])],
                        lightcolor=[("focus", c["acento"])], fieldbackground=[("disabled", c["suave"])],
                        foreground=[("disabled", c["tenue"])])
        normal = (c["fondo"], c["borde"], 1)
        variantes = [("disabled", (c["suave"], c["borde"], 1)), ("invalid", (c["fondo"], c["error"], 2)),
                     ("focus", (c["fondo"], c["acento"], 2))]
        if self._crear_elemento("campo", c["fondo"], normal, variantes):
            self.estilo.layout("TEntry", [("campo", {"sticky": "nswe", "children": [
                ("Entry.padding", {"sticky": "nswe", "children": [("Entry.textarea", {"sticky": "nswe"})]})]})])
            self.estilo.layout("Campo.TFrame", [("campo", {"sticky": "nswe"})])
        else:
            self.estilo.configure("Campo.TFrame", borderwidth=1, relief="solid")
            self.estilo.map("Campo.TFrame", bordercolor=[("invalid", c["error"]), ("focus", c["acento"])])

    def _preparar_botones(self) -> None:
        c = self.colores
        medidas = {"padding": (self.px(18), self.px(9)), "anchor": "center", "borderwidth": 0, "relief": "flat"}
        casos = {
            "TButton": (c["fondo"], c["suave"], c["suave"], c["borde"], c["texto"], self.letra),
            "Acento.TButton": (c["fondo"], c["acento"], c["acento_vivo"], c["acento"], c["sobre_acento"], self.letra_fuerte),
            "Franja.TButton": (c["franja"], c["franja"], c["fondo"], c["sobre_franja"], c["sobre_franja"], self.letra_fuerte),
        }
        for nombre, (detras, relleno, vivo, borde, color, letra) in casos.items():
            self.estilo.configure(nombre, background=relleno, foreground=color, font=letra, **medidas)
            self.estilo.map(nombre, background=[("active", vivo)], foreground=[("disabled", c["tenue"])])
            variantes = [("disabled", (c["suave"], c["suave"], 1)), ("pressed", (borde, borde, 1)),
                         ("focus", (vivo, c["texto"], 2)), ("active", (vivo, borde, 1))]
            elemento = nombre.replace("TButton", "boton")
            if self._crear_elemento(elemento, detras, (relleno, relleno if nombre != "Franja.TButton" else borde, 1), variantes):
                self.estilo.layout(nombre, [(elemento, {"sticky": "nswe", "children": [
                    ("Button.padding", {"sticky": "nswe", "children": [("Button.label", {"sticky": "nswe"})]})]})])

    def _preparar_listas(self) -> None:
        c = self.colores
        self.estilo.configure("Treeview", background=c["panel"], fieldbackground=c["panel"], borderwidth=0,
                              rowheight=self.px(40), indent=0)
        self.estilo.map("Treeview", background=[("selected focus", c["acento"]), ("selected", c["seleccion"])],
                        foreground=[("selected focus", c["sobre_acento"])])
        self.estilo.layout("Treeview", [("Treeview.treearea", {"sticky": "nswe"})])
        # Sin la flecha de desplegar: son listas planas.
        self.estilo.layout("Treeview.Item", [("Treeitem.padding", {"sticky": "nswe", "children": [
            ("Treeitem.image", {"side": "left", "sticky": ""}), ("Treeitem.text", {"side": "left", "sticky": ""})]})])
        self.estilo.configure("Treeview.Item", padding=(self.px(10), 0))

    def _preparar_barra(self) -> None:
        c = self.colores
        for prefijo, fondo in (("", c["fondo"]), ("Panel.", c["panel"])):
            nombre = f"{prefijo}Vertical.TScrollbar"
            self.estilo.layout(nombre, [("Vertical.Scrollbar.trough", {"sticky": "ns", "children": [
                ("Vertical.Scrollbar.thumb", {"sticky": "nswe"})]})])
            self.estilo.configure(nombre, troughcolor=fondo, background=c["borde"], bordercolor=fondo, lightcolor=c["borde"],
                                  darkcolor=c["borde"], gripcount=0, width=self.px(8), arrowsize=self.px(8))
            self.estilo.map(nombre, background=[("disabled", fondo), ("active", c["tenue"])],
                            lightcolor=[("disabled", fondo), ("active", c["tenue"])],
                            darkcolor=[("disabled", fondo), ("active", c["tenue"])])

    # ---- dibujos

    def _crear_elemento(self, nombre: str, detras: str, normal: tuple, variantes: list) -> bool:
        """Crear un elemento de ttk de esquinas redondeadas; False si no hay con qué dibujarlo."""
        if Image is None:
            return False
        imagenes = [(estado, self._dibujar_caja(detras, *aspecto)) for estado, aspecto in variantes]
        self.estilo.element_create(nombre, "image", self._dibujar_caja(detras, *normal), *imagenes,
                                   border=self.px(RADIO), padding=0, sticky="nswe")
        return True

    def _dibujar_caja(self, detras: str, relleno: str, borde: str, grosor: float) -> tk.PhotoImage:
        lado = 2 * self.px(RADIO) + 2

        def dibujar(lapiz, fin):
            fin -= 1
            orilla = round(grosor * self.escala) * FINURA
            lapiz.rounded_rectangle((0, 0, fin, fin), self.px(RADIO) * FINURA, fill=relleno, outline=borde, width=orilla)

        return self._dibujar(("caja", detras, relleno, borde, grosor), lado, detras, dibujar)

    def avatar(self, autor: str, lado: int, detras: str = "") -> "tk.PhotoImage | str":
        """Un círculo con la inicial de alguien, de `lado` píxeles a 96 ppp; "" sin Pillow."""
        if Image is None:
            return ""
        inicial = unicodedata.normalize("NFC", autor[:1].upper())[:1]
        color = AUTORES["claro"][_numero_de(autor)]

        def dibujar(lapiz, fin):
            lapiz.ellipse((0, 0, fin - 1, fin - 1), fill=color)
            lapiz.text((fin / 2, fin / 2), inicial, fill="#FFFFFF", font=_letra_de_dibujo(fin // 2), anchor="mm")

        return self._dibujar(("avatar", color, inicial, lado), self.px(lado), None, dibujar)

    def _dibujar_icono(self) -> tk.PhotoImage:
        """Un globo de texto, para la barra de tareas."""
        def dibujar(lapiz, fin):
            lapiz.rounded_rectangle((0, fin * 0.05, fin - 1, fin * 0.78), fin // 5, fill=self.colores["acento"])
            lapiz.polygon([(fin * 0.18, fin * 0.7), (fin * 0.18, fin * 0.98), (fin * 0.5, fin * 0.7)], fill=self.colores["acento"])
            for x in (0.28, 0.5, 0.72):
                lapiz.ellipse((fin * (x - 0.06), fin * 0.36, fin * (x + 0.06), fin * 0.48), fill="#FFFFFF")

        return self._dibujar(("icono",), 64, None, dibujar)

    def _dibujar(self, clave: tuple, lado: int, detras: "str | None", dibujar) -> tk.PhotoImage:
        if clave not in self._imagenes:
            lienzo = Image.new("RGBA", (lado * FINURA, lado * FINURA), detras or (0, 0, 0, 0))
            dibujar(ImageDraw.Draw(lienzo), lado * FINURA)
            archivo = io.BytesIO()
            lienzo.resize((lado, lado), Image.Resampling.LANCZOS).save(archivo, "PNG")
            self._imagenes[clave] = tk.PhotoImage(master=self._raiz, data=archivo.getvalue())
        return self._imagenes[clave]


def _numero_de(autor: str) -> int:
    # crc32 y no hash(): hash cambia en cada arranque.
    return zlib.crc32(autor.encode("utf-8", "replace")) % len(AUTORES["claro"])


def _letra_de_dibujo(alto: int):
    for archivo in ARCHIVOS_DE_LETRA:
        try:
            return ImageFont.truetype(archivo, alto)
        except OSError:
            continue  # en este sistema no está
    return ImageFont.load_default(alto)


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

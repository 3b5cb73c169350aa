"""Los estilos de ttk de un tema: qué color, letra y forma tiene cada clase de widget.

Las formas redondeadas son imágenes (dibujos.py) que ttk agranda; sin Pillow quedan rectas.
"""

import dataclasses

from ventanas.aspecto import dibujos

RADIO = 8  # píxeles a 96 ppp, de las esquinas de botones y campos
ESTIRADO = {"sticky": "nswe"}


@dataclasses.dataclass(frozen=True)
class Boton:
    """Cómo es una clase de botón; los colores, por su nombre en el tema."""

    estilo: str
    relleno: str
    vivo: str  # con el ratón encima
    borde: str
    color: str
    letra: str
    margen: "tuple[int, int]"
    detras: str = "fondo"
    con_foco: str = "acento"  # su orilla
    radio: int = RADIO


BOTONES = (
    Boton("TButton", "suave", "vivo", "suave", "texto", "letra", (18, 8)),
    Boton("Acento.TButton", "acento", "acento_vivo", "acento", "sobre_acento", "letra_fuerte",
          (18, 8), con_foco="texto"),
    Boton("Franja.TButton", "franja", "fondo", "sobre_franja", "sobre_franja", "letra_fuerte",
          (14, 5), detras="franja"),
    Boton("Icono.TButton", "fondo", "suave", "fondo", "texto", "letra", (7, 7)),
    Boton("Nuevos.TButton", "fondo", "suave", "borde", "enlace", "letra_fuerte", (12, 7),
          detras="charla", radio=16),
)
# Estilo: color, letra y fondo de cada clase de rótulo.
ROTULOS = {
    "TLabel": ("texto", "letra", "fondo"),
    "Panel.TLabel": ("texto", "letra", "panel"),
    "Franja.TLabel": ("sobre_franja", "letra", "franja"),
    "Titulo.TLabel": ("texto", "letra_titulo", "fondo"),
    "Seccion.TLabel": ("texto", "letra_seccion", "fondo"),
    "Fuerte.TLabel": ("texto", "letra_fuerte", "fondo"),
    "Tenue.TLabel": ("tenue", "letra", "fondo"),
    "Detalle.TLabel": ("tenue", "letra_chica", "fondo"),
    "TenuePanel.TLabel": ("tenue", "letra_chica", "panel"),
    "RotuloPanel.TLabel": ("tenue", "letra_fuerte", "panel"),
    "VacioPanel.TLabel": ("tenue", "letra", "panel"),
    "Pista.TLabel": ("fondo", "letra_chica", "texto"),
    "Error.TLabel": ("error", "letra", "fondo"),
}
MARCOS = {"TFrame": "fondo", "Panel.TFrame": "panel", "Franja.TFrame": "franja",
          "Borde.TFrame": "borde"}
# Prefijo de cada barra de desplazamiento: su fondo y lo que se arrastra.
BARRAS = {"": ("fondo", "borde"), "Panel.": ("panel", "borde"), "Charla.": ("charla", "pulgar")}


class Estilos:
    """Pone en el tema de ttk que está en uso los estilos de un Tema."""

    def __init__(self, tema):
        self._tema, self._c, self._px, self._estilo = tema, tema.colores, tema.px, tema.estilo

    def preparar(self) -> None:
        """Definirlos todos."""
        c, estilo, tema = self._c, self._estilo, self._tema
        estilo.configure(".", background=c["fondo"], foreground=c["texto"], font=tema.letra,
                         bordercolor=c["borde"], lightcolor=c["fondo"], darkcolor=c["fondo"],
                         troughcolor=c["fondo"], focuscolor=c["acento"], insertcolor=c["texto"],
                         selectbackground=c["seleccion"], selectforeground=c["texto"])
        # clam pinta de gris la selección de un campo sin foco.
        estilo.map(".", selectbackground=[], selectforeground=[],
                   foreground=[("disabled", c["tenue"])])
        for nombre, fondo in MARCOS.items():
            estilo.configure(nombre, background=c[fondo])
        for nombre, (color, letra, fondo) in ROTULOS.items():
            estilo.configure(nombre, foreground=c[color], background=c[fondo],
                             font=getattr(tema, letra))
        estilo.configure("Pista.TLabel", padding=(self._px(8), self._px(4)))
        self._preparar_campos()
        for boton in BOTONES:
            self._preparar_boton(boton)
        self._preparar_listas()
        self._preparar_casillas()
        self._preparar_barras()

    def _preparar_campos(self) -> None:
        c, px, estilo = self._c, self._px, self._estilo
        for clase in ("TEntry", "TCombobox"):
            estilo.configure(clase, fieldbackground=c["fondo"], background=c["fondo"],
                             padding=(px(11), px(8)), arrowcolor=c["tenue"], arrowsize=px(14))
            estilo.map(clase, bordercolor=[("invalid", c["error"]), ("focus", c["acento"])],
                       lightcolor=[("focus", c["acento"])], foreground=[("disabled", c["tenue"])],
                       fieldbackground=[("disabled", c["suave"]), ("readonly", c["fondo"])])
        redondo = self._crear_caja("campo", dibujos.Caja(c["fondo"], c["borde"]), {
            "disabled": dibujos.Caja(c["suave"], c["borde"]),
            "invalid": dibujos.Caja(c["fondo"], c["error"], 2),
            "focus": dibujos.Caja(c["fondo"], c["acento"], 2)})
        if not redondo:
            for nombre in ("Campo.TFrame", "Tarjeta.TFrame"):
                estilo.configure(nombre, borderwidth=1, relief="solid")
                estilo.map(nombre, bordercolor=[("invalid", c["error"]), ("focus", c["acento"])])
            return
        self._crear_caja("tarjeta", dibujos.Caja(c["panel"], c["borde"]),
                         {"focus": dibujos.Caja(c["panel"], c["acento"], 2)})
        flecha = self._tema.icono("abajo", "tenue", 18)
        estilo.element_create("flecha", "image", flecha, padding=0, sticky="")
        al_lado = ("flecha", {"side": "right", "sticky": "ns"})
        self._acomodar("Tarjeta.TFrame", "tarjeta")
        self._acomodar("Campo.TFrame", "campo")
        self._acomodar("TEntry", "campo", "Entry.padding", "Entry.textarea")
        self._acomodar("TCombobox", "campo", "Combobox.padding", al_lado, "Combobox.textarea")

    def _acomodar(self, nombre: str, *elementos) -> None:
        """Decir de qué elementos se compone un estilo, cada uno dentro del anterior.

        Un elemento que trae sus opciones no rodea al siguiente: va a su lado.
        """
        dentro: list = []
        for elemento in reversed(elementos):
            if isinstance(elemento, tuple):
                dentro = [elemento, *dentro]
            else:
                opciones = {**ESTIRADO, "children": dentro} if dentro else ESTIRADO
                dentro = [(elemento, opciones)]
        self._estilo.layout(nombre, dentro)

    def _preparar_boton(self, boton: Boton) -> None:
        c = self._c
        relleno, vivo, borde = c[boton.relleno], c[boton.vivo], c[boton.borde]
        con_imagen = dibujos.Image is not None
        self._estilo.configure(
            boton.estilo, background=c[boton.detras] if con_imagen else relleno,
            foreground=c[boton.color], font=getattr(self._tema, boton.letra), anchor="center",
            padding=tuple(map(self._px, boton.margen)), borderwidth=0, relief="flat")
        self._estilo.map(boton.estilo, background=[] if con_imagen else [("active", vivo)],
                         foreground=[("disabled", c["tenue"])])
        elemento = boton.estilo.replace(".", "").lower()
        if self._crear_caja(elemento, dibujos.Caja(relleno, borde), {
                "disabled": dibujos.Caja(c["suave"], c["suave"]),
                "pressed": dibujos.Caja(vivo, borde),
                "focus": dibujos.Caja(vivo, c[boton.con_foco], 2),
                "active": dibujos.Caja(vivo, vivo if borde == relleno else borde)}, boton.radio):
            self._acomodar(boton.estilo, elemento, "Button.padding", "Button.label")

    def _preparar_listas(self) -> None:
        c, estilo = self._c, self._estilo
        estilo.configure("Treeview", background=c["panel"], fieldbackground=c["panel"],
                         borderwidth=0, indent=0)
        estilo.map("Treeview", foreground=[],
                   background=[("selected focus", c["elegido"]), ("selected", c["seleccion"])])
        self._acomodar("Treeview", "Treeview.treearea")
        # Sin la flecha de desplegar: son listas planas.
        imagen = ("Treeitem.image", {"side": "left", "sticky": ""})
        texto = ("Treeitem.text", {"side": "left", "sticky": ""})
        self._acomodar("Treeview.Item", "Treeitem.padding", imagen, texto)
        estilo.configure("Treeview.Item", padding=(self._px(10), 0))

    def _preparar_casillas(self) -> None:
        c, px, estilo = self._c, self._px, self._estilo
        estilo.map("TCheckbutton", background=[("active", c["fondo"])])
        libre, marcada = (self._tema.dibujos.icono(nombre, c[color], 22, c["sobre_acento"])
                          for nombre, color in (("libre", "tenue"), ("marcada", "acento")))
        if libre:
            estilo.element_create("casilla", "image", libre, ("selected", marcada), width=px(30),
                                  sticky="w")
            rotulo = [("Checkbutton.label", ESTIRADO)]
            foco = ("Checkbutton.focus", {"side": "left", "sticky": "w", "children": rotulo})
            casilla = ("casilla", {"side": "left", "sticky": ""})
            self._acomodar("TCheckbutton", "Checkbutton.padding", casilla, foco)
            estilo.configure("TCheckbutton", padding=(0, px(2)))

    def _preparar_barras(self) -> None:
        c, px, estilo = self._c, self._px, self._estilo
        for prefijo, (fondo, pulgar) in BARRAS.items():
            nombre, fondo, pulgar = f"{prefijo}Vertical.TScrollbar", c[fondo], c[pulgar]
            estilo.layout(nombre, [("Vertical.Scrollbar.trough", {"sticky": "ns", "children": [
                ("Vertical.Scrollbar.thumb", ESTIRADO)]})])
            estilo.configure(nombre, troughcolor=fondo, background=pulgar, bordercolor=fondo,
                             lightcolor=pulgar, darkcolor=pulgar, gripcount=0, width=px(8),
                             arrowsize=px(8))
            for opcion in ("background", "lightcolor", "darkcolor"):
                estilo.map(nombre, **{opcion: [("disabled", fondo), ("active", c["tenue"])]})

    def _crear_caja(self, nombre: str, normal: dibujos.Caja, segun_estado: dict,
                    radio: int = RADIO) -> bool:
        """Crear un elemento de esquinas redondeadas; False si no hay con qué dibujarlo."""
        dibujar, px = self._tema.dibujos.caja, self._px
        imagen = dibujar(normal, radio)
        if imagen:
            variantes = [(estado, dibujar(caja, radio)) for estado, caja in segun_estado.items()]
            minimo = 2 * px(radio) + 2  # la imagen es mayor que lo más pequeño que puede ser
            self._estilo.element_create(nombre, "image", imagen, *variantes, border=px(radio),
                                        padding=0, width=minimo, height=minimo, sticky="nswe")
        return bool(imagen)

"""Lo que hay en una ventana: sus partes, y qué dicen sus rótulos.

Una parte se reconoce por lo que es y lo que dice (los textos de enunciado/rubrica.json), nunca por su lugar.
"""

import dataclasses
import functools
import re
import unicodedata

CAMPOS = ("Entry", "TEntry", "TCombobox", "Spinbox", "TSpinbox")
BOTONES = (
    "Button",
    "TButton",
    "Menubutton",
    "TMenubutton",
    "Checkbutton",
    "TCheckbutton",
    "Radiobutton",
    "TRadiobutton",
)
INTERRUPTORES = ("Checkbutton", "TCheckbutton")
OPCIONES = ("Radiobutton", "TRadiobutton")
LISTAS = ("Listbox", "Treeview")
CON_TEXTO = ("Text", "Canvas", *LISTAS)
CLIC = {"<Button-1>", "<ButtonPress-1>", "<ButtonRelease-1>", "<1>", "<Button>", "<ButtonRelease>"}
MARCOS = ("Frame", "TFrame", "Labelframe", "TLabelframe", "Canvas")
ORDENES = ("command", "radiobutton", "checkbutton")  # las entradas de un menú que hacen algo
PULSAR = {"<Button-1>", "<ButtonPress-1>", "<1>"}
SOLTAR = {"<ButtonRelease-1>"}
DE_CAMPO = ("nombre", "sala", "para")  # lo que dice el rótulo de un campo; lo demás son botones


@dataclasses.dataclass
class Elemento:
    """Una parte de una ventana."""

    programa: str
    ruta: str
    clase: str
    datos: "dict[str, str]"
    filas: "list[tuple[str, str]]"  # de listas, menús, pestañas y lienzos: (texto, identificador)

    def __getattr__(self, nombre: str) -> str:
        return self.datos.get(nombre, "")

    def __hash__(self) -> int:
        return hash((self.programa, self.ruta))

    def __eq__(self, otro) -> bool:
        return isinstance(otro, Elemento) and (self.programa, self.ruta) == (otro.programa, otro.ruta)

    @functools.cached_property
    def caja(self) -> "tuple[int, int, int, int]":
        """Izquierda, arriba, derecha y abajo en la pantalla."""
        x, y = int(self.x), int(self.y)
        return x, y, x + int(self.ancho), y + int(self.alto)

    @property
    def a_la_vista(self) -> bool:
        """Si se ve, o está en una pestaña que se puede elegir."""
        return self.visible == "1"

    @property
    def escribible(self) -> bool:
        """Si se puede escribir en él."""
        return (self.campo == "1" and self.estado in ("", "normal") and self.clase in CAMPOS) or (
            self.clase == "Text" and self.estado == "normal"
        )

    @property
    def es_boton(self) -> bool:
        """Si se puede pulsar, sea un botón o algo que responde al clic."""
        return self.clase in BOTONES or (
            self.clase not in (*CAMPOS, *CON_TEXTO) and bool(CLIC & set(self.atado.split()))
        )

    @property
    def encendido(self) -> bool:
        """Si un botón responde, ahora, a quien lo pulsa."""
        return self.estado != "disabled"

    @property
    def textos(self) -> "list[str]":
        """Todo lo que dice: su rótulo, su contenido y sus filas; un lienzo, de corrido."""
        propios = [self.texto, self.dicho if self.clase in ("Text", "Canvas") else ""]
        return [uno for uno in [*propios, *(fila for fila, _ in self.filas if self.clase != "Canvas")] if uno]

    @property
    def fotos(self) -> "list[str]":
        """Los nombres de las imágenes que muestra."""
        return [*self.imagenes.split(), *([self.imagen] if self.imagen else [])]


@dataclasses.dataclass(frozen=True)
class Mando:
    """Algo que hace una cosa: un botón o, con `fila`, una entrada de un menú."""

    elemento: Elemento
    fila: "int | None" = None

    @property
    def texto(self) -> str:
        """Lo que dice."""
        return self.elemento.texto if self.fila is None else self.elemento.filas[self.fila][0]

    @property
    def nombre(self) -> str:
        """Cómo nombrarlo al alumno: lo que dice o, si no lleva letras, el nombre de su widget."""
        return self.texto.strip() or self.elemento.ruta.rpartition(".")[2]

    @property
    def submenu(self) -> str:
        """La ruta del menú que abre; "" si no abre ninguno."""
        return self.elemento.menu if self.fila is None else self.elemento.datos.get(f"m{self.fila}", "")


@functools.lru_cache(4096)  # de los mismos rótulos se pregunta muchas veces en cada mirada
def normalizar(texto: str) -> str:
    """Sólo letras y cifras, sin acentos ni mayúsculas: «¡Enviar ➤!» → «enviar»."""
    sin_acentos = (c for c in unicodedata.normalize("NFD", texto.lower()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", "".join(sin_acentos)).split())


def dice(texto: str, aceptados: "list[str]") -> int:
    """Qué tanto un rótulo dice una de esas cosas: 3 igual, 2 como palabras enteras, 0 nada."""
    dicho = normalizar(texto)
    if not dicho or len(dicho) > 60:
        return 0
    claves = [normalizar(uno) for uno in aceptados]
    if dicho in claves:
        return 3
    return 2 if any(re.search(rf"\b{clave}\b", dicho) for clave in claves) else 0


def accion_de(texto: str, textos: "dict[str, list[str]]", entre: "tuple[str, ...]") -> "tuple[str, int]":
    """La acción que dice un rótulo y qué tanto; si caben dos, gana el texto más largo: «Enviar sticker»."""
    mejor, largo = ("", 0), 0
    for accion in entre:
        for aceptado in textos[accion]:
            puntos = dice(texto, [aceptado])
            if puntos and len(normalizar(aceptado)) > largo:
                mejor, largo = (accion, puntos), len(normalizar(aceptado))
    return mejor

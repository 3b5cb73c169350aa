"""Acomodar un texto en renglones que quepan en un globo.

    "Mira https://… @Ana 👍 ¿ya?"

    fragmentar ─▶ «Mira» · « » · enlace «https://…» · « » · mención «@Ana» · « » · emoji · …
    Acomodo    ─▶ [[Tramo, Tramo], [Tramo, …], …]      un renglón es una lista de tramos

Un tramo se dibuja de una vez: es lo más largo que en un renglón tiene un solo aspecto. De
cada uno se conserva el original, para copiar exactamente lo que se recibió; si no es lo que se
ve (un emoji, un tabulador), el tramo se elige entero.

Aquí no hay Tk: cuánto mide un texto lo dice la función `medir` de quien llama. Medir letras
raras es lento (hay que buscar en qué archivo de letras están), así que el trabajo se puede
dejar a medias y continuar después.
"""

import dataclasses
import re
import unicodedata

import campos
from ventanas.aspecto import texto_seguro

TEXTO, ENLACE, MENCION, UN_EMOJI = "texto", "enlace", "mencion", "emoji"
CODIGO, CABEZA = "codigo", "cabeza"  # entre ```, y el renglón que lo encabeza
# La letra del tema con que se escribe cada clase de tramo.
PAPELES = {TEXTO: "letra", ENLACE: "letra_enlace", MENCION: "letra_fuerte", UN_EMOJI: "letra",
           CODIGO: "letra_codigo", CABEZA: "letra_chica"}
BLOQUE = re.compile(r"```(?:([\w+#.-]{0,20})[ \t\r]*\n)?(.+?)((?:\r?\n)?```[ \t\r]*\n?)", re.DOTALL)
# Los enlaces acaban antes de la puntuación que los siga.
PATRON_ENLACE = r"(?:https?://|www\.)[^\s<>\"«»‹›]{1,2000}(?<![.,;:!?)\]}'…])"
PALABRA = re.compile(r"\n|\t|[^\S\n\t]+|\S+")
TABULADOR = 4  # columnas
LARGA = 32  # letras: una palabra mayor se parte donde el renglón se llene


@dataclasses.dataclass(slots=True)
class Tramo:
    """Un trozo de renglón con un solo aspecto."""

    x: int  # píxeles desde el principio del renglón
    ancho: int
    visible: str
    original: str
    clase: str
    objetivo: str  # el enlace o el código completos, aunque el renglón sólo tenga una parte

    @property
    def es_indivisible(self) -> bool:
        """Si se elige entero o nada: un emoji, un tabulador, la cabeza de un código."""
        return self.clase == UN_EMOJI or self.original != self.visible


def preparar_patron(nombres) -> "re.Pattern":
    """El patrón de lo que se resalta: enlaces y menciones a esos nombres, el más largo primero."""
    # También en su forma comparable: lo que no se ve de un nombre no hay que escribirlo.
    modos = {modo for nombre in nombres for modo in (nombre, campos.comparable(nombre))}
    menciones = "|".join(re.escape(modo) for modo in sorted(modos, key=len, reverse=True))
    quienes = rf"|(?<!\w)@(?P<quien>{menciones})(?!\w)" if menciones else ""
    return re.compile(f"(?P<enlace>{PATRON_ENLACE}){quienes}", re.IGNORECASE)


def fragmentar(texto: str, patron: "re.Pattern"):
    """Partir un texto en piezas: (original, visible, clase, palabra entera), según se piden.

    Una pieza es una palabra o parte de ella, un espacio, un salto de renglón o un emoji; de un
    bloque de código, además, su cabeza: un renglón con el nombre del lenguaje, y el código.
    """
    fin = 0
    for bloque in BLOQUE.finditer(texto):
        yield from _fragmentar_llano(texto[fin : bloque.start()], patron)
        if texto[fin : bloque.start()].strip("\n") and texto[bloque.start() - 1] != "\n":
            yield "", "\n", TEXTO, ""
        lenguaje, codigo, cierre = bloque.groups()
        apertura = texto[bloque.start() : bloque.start(2)]
        yield apertura.rstrip("\n"), lenguaje or "código", CABEZA, codigo
        yield "" if lenguaje is None else "\n", "\n", CABEZA, ""
        for original, visible in texto_seguro.partir(codigo):
            if texto_seguro.EMOJI.fullmatch(original):
                yield original, visible, UN_EMOJI, visible
            else:
                yield from _partir_en_palabras(visible, CODIGO)
        fin = bloque.end()
        yield cierre, "\n" if fin < len(texto) else "", CODIGO, ""
    yield from _fragmentar_llano(texto[fin:], patron)


def _fragmentar_llano(texto: str, patron: "re.Pattern"):
    for original, visible in texto_seguro.partir(texto):
        if texto_seguro.EMOJI.fullmatch(original):
            yield original, visible, UN_EMOJI, visible
            continue
        fin = 0
        for hallado in patron.finditer(visible):
            yield from _partir_en_palabras(visible[fin : hallado.start()], TEXTO)
            clase = ENLACE if hallado.group("enlace") else MENCION
            yield from _partir_en_palabras(hallado.group(), clase)
            fin = hallado.end()
        yield from _partir_en_palabras(visible[fin:], TEXTO)


def _partir_en_palabras(visible: str, clase: str):
    for palabra in PALABRA.findall(visible):
        for desde in range(0, len(palabra), LARGA):
            pieza = palabra[desde : desde + LARGA]
            yield pieza, pieza, clase, palabra


class Acomodo:
    """Los renglones de un texto, que se van llenando: `avanzar` hasta que no esté `pendiente`."""

    def __init__(self, piezas, ancho: int, medir, ancho_emoji: int, maximo: int):
        """`medir(texto, clase)` da píxeles; con `ancho_emoji` 0 se escribe el nombre."""
        self.renglones: "list[list[Tramo]]" = [[]]
        self.maximo = maximo  # renglones; se puede subir y seguir avanzando
        self.pendiente = True  # falta texto que acomodar, y hay dónde
        self.cortado = False  # falta texto, y ya no hay dónde
        self._ancho, self._medir, self._ancho_emoji = max(1, ancho), medir, ancho_emoji
        self._x = self._columna = 0  # píxeles y letras del último renglón
        self._piezas = piezas
        self._siguiente = next(self._piezas, None)

    def avanzar(self, seguir=lambda: True) -> None:
        """Acomodar hasta acabar, llenar `maximo` renglones o que `seguir()` diga que no."""
        while self._siguiente is not None and self._poner(*self._siguiente):
            self._siguiente = next(self._piezas, None)
            if not seguir():
                break
        self.cortado = self._siguiente is not None and len(self.renglones) >= self.maximo
        self.pendiente = self._siguiente is not None and not self.cortado

    def _poner(self, original: str, visible: str, clase: str, entero: str) -> bool:
        """Poner una pieza donde quepa; False si ya no hay dónde."""
        if visible == "\n":
            return self._saltar(original, clase)
        if original == "\t":
            visible = " " * (TABULADOR - self._columna % TABULADOR)
        ancho = self._ancho_emoji if clase == UN_EMOJI else 0
        ancho = ancho or self._medir(visible, clase)
        if self._x + ancho <= self._ancho or visible.isspace():
            # El espacio que no cabe, no ocupa.
            self._anotar(original, visible, clase, min(ancho, self._ancho - self._x), entero)
            return True
        if clase in (UN_EMOJI, CABEZA) or (ancho <= self._ancho and len(entero) <= LARGA):
            if self._x and not self._saltar():
                return False
            self._anotar(original, visible, clase, min(ancho, self._ancho), entero)
            return True
        return self._poner_por_letras(visible, clase, entero)

    def _poner_por_letras(self, palabra: str, clase: str, entero: str) -> bool:
        desde = 0
        libre = self._ancho - self._x
        for i, letra in enumerate(palabra):
            ancho = 0 if unicodedata.combining(letra) else self._medir(letra, clase)
            if ancho > libre and i > desde:
                self._anotar(palabra[desde:i], palabra[desde:i], clase,
                             self._ancho - self._x - libre, entero)
                desde = i
            if ancho > libre and self._x and not self._saltar():
                self._siguiente = (palabra[desde:], palabra[desde:], clase, entero)
                return False
            libre = self._ancho - ancho if ancho > libre else libre - ancho
        self._anotar(palabra[desde:], palabra[desde:], clase, self._ancho - self._x - libre, entero)
        return True

    def _anotar(self, original: str, visible: str, clase: str, ancho: int, entero: str) -> None:
        renglon = self.renglones[-1]
        ultimo = renglon[-1] if renglon else None
        objetivo = entero if clase in (ENLACE, MENCION, CABEZA) else ""
        if (ultimo is not None and clase == ultimo.clase and clase in (TEXTO, CODIGO)
                and original == visible and not ultimo.es_indivisible):
            ultimo.visible += visible
            ultimo.original += original
            ultimo.ancho += ancho
        else:
            renglon.append(Tramo(self._x, ancho, visible, original, clase, objetivo))
        self._x += ancho
        self._columna += len(visible)

    def _saltar(self, original: str = "", clase: str = TEXTO) -> bool:
        """Empezar otro renglón; del que acaba se recuerda con qué, para copiarlo."""
        if len(self.renglones) >= self.maximo:
            return False
        if original:
            renglon = self.renglones[-1]
            renglon.append(Tramo(ancho_de(renglon), 0, "", original, clase, ""))
        self.renglones.append([])
        self._x = self._columna = 0
        return True


def es_codigo(renglon: "list[Tramo]") -> bool:
    """Si un renglón es de un bloque de código."""
    return any(tramo.clase in (CODIGO, CABEZA) for tramo in renglon)


def ancho_de(renglon: "list[Tramo]") -> int:
    """Los píxeles que ocupa un renglón; los espacios del final no cuentan."""
    for tramo in reversed(renglon):
        if not tramo.visible.isspace():
            return tramo.x + tramo.ancho
    return 0

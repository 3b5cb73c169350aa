"""Un mensaje de la conversación: qué es, cuánto mide y qué letra hay en cada punto.

Se mide sin dibujar: la lista (conversacion.py) mide lo que va a la vista y sólo eso dibuja
(pintor.py). Las medidas se guardan en el mensaje mientras valgan. Medir un texto largo o
de letras raras se reparte en varias rondas, para que la ventana no se detenga.
"""

import bisect
import dataclasses
import time

from ventanas.aspecto import dibujos
from ventanas.globos import renglones
from ventanas.aspecto import texto_seguro

AGRUPAR = 300  # s: mensajes de un autor con menos tiempo entre sí forman un grupo
AVATAR = 34  # píxeles a 96 ppp, como todas las medidas que siguen
LADO = 14  # a los lados de la conversación
HUECO = 8  # entre el avatar y el globo
RELLENO = (12, 7)  # dentro del globo
RADIO, RADIO_UNIDO = 14, 5  # esquinas de un globo, y las que tocan a otro del mismo grupo
ENTRE_GRUPOS, ENTRE_GLOBOS = 10, 3
MIN_ANCHO, MAX_ANCHO = 120, 500  # de un globo: los renglones muy largos cansan
OTRO_LADO = 30  # libre, como mínimo, al otro lado de un globo
ANCHO_AUDIO, ALTO_ONDA = 250, 26
BARRAS = 42  # de la onda de una voz
BOTON = 40  # el de oír un mensaje de voz
PLEGADO, TANDA = 24, 120  # renglones que se ven de un mensaje largo, y los que agrega «Mostrar más»
MAS = "Mostrar más"
MAX_GRANDES = 3  # un mensaje de sólo emoji, y no más de éstos, se ve en grande
MEMORIA = 20_000  # medidas de palabras que se recuerdan
SEGURO = "?"  # por si una letra no sabe medir lo que recibe

DIAS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MESES = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre")


@dataclasses.dataclass(eq=False, slots=True)
class Mensaje:
    """Algo de la conversación: un mensaje de alguien o una nota del programa."""

    clase: str  # "texto", "sticker", "audio", "nota" o "error"
    autor: str
    contenido: str
    hora: float  # s desde 1970
    propio: bool = False
    estado: str = ""  # de los propios: "espera", "enviado" o "fallo"
    para_mi: bool = False  # me menciona
    ficha: dict = dataclasses.field(default_factory=dict)  # lo de un sticker o un audio
    maximo: int = PLEGADO  # renglones que se muestran
    version: int = 0  # cambia cuando hay que dibujarlo de nuevo
    medidas: "Medidas | None" = None

    @property
    def es_nota(self) -> bool:
        return self.clase in ("nota", "error")

    def cambiar(self, **datos) -> None:
        """Cambiar algo que se ve."""
        for clave, valor in datos.items():
            setattr(self, clave, valor)
        self.version += 1


@dataclasses.dataclass(slots=True)
class Medidas:
    """Lo que ocupa un mensaje, sin contar encabezado, nombre ni separación."""

    clave: tuple  # con qué se midió: si algo de esto cambia, ya no vale
    ancho: int
    alto: int
    acomodo: "renglones.Acomodo | None" = None
    hora_aparte: bool = False  # la hora no cupo en el último renglón
    emoji: int = 0  # píxeles de lado


@dataclasses.dataclass(frozen=True)
class Lugar:
    """Cómo está un mensaje entre los demás; si cambia, se dibuja de nuevo."""

    primero: bool
    ultimo: bool
    dia: str
    nuevos: bool
    elegido: "tuple | None"  # posiciones inicial y final de lo elegido
    enfocado: bool
    buscado: str
    es_actual: bool  # de los hallados, aquel en que se está
    renglones: "tuple[int, int]"  # los que caen a la vista


@dataclasses.dataclass(slots=True)
class Puesto:
    """Un mensaje ya dibujado."""

    y: int
    alto: int
    firma: tuple
    zonas: "list[tuple]"  # (x0, y0, x1, y1, acción, dato), con y desde la del mensaje
    x_texto: int = 0
    y_texto: int = 0


class Medidor:
    """Mide mensajes con las letras de un tema y para el ancho de una conversación."""

    def __init__(self, tema):
        self.tema = tema
        self.patron = renglones.preparar_patron(())
        self.generacion = 0  # cambia con las letras y los nombres que se mencionan
        self.ancho = 0  # del lienzo
        self.privado = False  # entre dos no hacen falta avatares ni nombres
        self.seguir = lambda: True  # si queda tiempo para dibujar en esta ronda
        self.a_medias = False  # algo quedó sin dibujar por falta de tiempo
        self._largos: "dict[tuple[str, str], int]" = {}

    # ---- medir

    def olvidar_medidas(self) -> None:
        """Tras cambiar letras o nombres, medir todo otra vez."""
        self.generacion += 1
        self._largos.clear()

    def medir_texto(self, texto: str, clase: str = renglones.TEXTO) -> int:
        """Los píxeles de un texto en una sola línea."""
        papel = "letra_fuerte" if clase == renglones.MENCION else clase if clase.startswith("letra") else "letra"
        largo = self._largos.get((papel, texto))
        if largo is None:
            if len(self._largos) > MEMORIA:
                self._largos.clear()
            largo = self._largos[papel, texto] = getattr(self.tema, papel).measure(texto)
        return largo

    @property
    def alto_renglon(self) -> int:
        return self.tema.letra.metrics("linespace") + self.tema.px(3)

    @property
    def alto_chico(self) -> int:
        return self.tema.letra_chica.metrics("linespace")

    def medir(self, mensaje: Mensaje) -> Medidas:
        """Las medidas de un mensaje; las de un texto largo se completan en varias llamadas."""
        ficha = mensaje.ficha
        clave = (self.ancho, self.generacion, ficha.get("falta"), mensaje.maximo, mensaje.clase, mensaje.estado == "fallo", ficha.get("medida"))
        medidas = mensaje.medidas
        if medidas is None or medidas.clave != clave:
            medidas = mensaje.medidas = self._empezar(mensaje, clave, medidas)
        if medidas.acomodo is not None and medidas.acomodo.pendiente:
            if self.seguir():
                medidas.acomodo.avanzar(self.seguir)
            self._cerrar(mensaje, medidas)
            self.a_medias = self.a_medias or medidas.acomodo.pendiente
        return medidas

    def _empezar(self, mensaje: Mensaje, clave: tuple, antes: "Medidas | None") -> Medidas:
        px = self.tema.px
        if mensaje.clase == "audio":
            alto = px(BOTON) + 2 * px(RELLENO[1]) + px(4) + self._alto_falla(mensaje)
            return Medidas(clave, min(px(ANCHO_AUDIO), self._ancho_maximo()), alto)
        if self._es_foto(mensaje):
            ancho, alto = mensaje.ficha["medida"]
            return Medidas(clave, ancho, alto + self._alto_falla(mensaje))
        if antes is not None and antes.acomodo is not None and antes.clave[:3] == clave[:3]:
            antes.acomodo.maximo, antes.acomodo.pendiente = mensaje.maximo, True  # «Mostrar más»: se continúa
            return Medidas(clave, 0, 0, antes.acomodo, emoji=antes.emoji)
        texto = self._texto_de(mensaje)
        emoji = 0
        if dibujos.hay_emoji():
            grande = not mensaje.es_nota and len(texto) < 40 and _es_solo_emoji(texto)
            emoji = self.alto_renglon * 2 if grande else round(self.alto_renglon * 0.95)
        ancho = self._ancho_maximo() - 2 * px(RELLENO[0])
        medir = (lambda t, _: self.medir_texto(t, "letra_chica")) if mensaje.es_nota else self.medir_texto
        fragmentos = renglones.fragmentar(texto, self.patron)
        acomodo = renglones.Acomodo(fragmentos, ancho, medir, emoji and emoji + px(2), mensaje.maximo)
        return Medidas(clave, 0, 0, acomodo, emoji=emoji)

    @staticmethod
    def _texto_de(mensaje: Mensaje) -> str:
        if mensaje.clase == "sticker":
            return mensaje.ficha.get("falta") or f"Sticker «{mensaje.contenido}»"
        return mensaje.contenido.strip("\n") or SEGURO

    def _ancho_maximo(self) -> int:
        px = self.tema.px
        cabe = self.ancho - 2 * px(LADO) - px(OTRO_LADO + (0 if self.privado else AVATAR + HUECO))
        return max(px(MIN_ANCHO), min(round(px(MAX_ANCHO) * (1 + self.tema.aumento / 12)), cabe))

    def _cerrar(self, mensaje: Mensaje, medidas: Medidas) -> None:
        """Con los renglones que ya hay, lo que ocupa el globo."""
        px, lineas = self.tema.px, medidas.acomodo.renglones
        if mensaje.es_nota:
            medidas.ancho = max(map(renglones.ancho_de, lineas)) + 2 * px(RELLENO[0])
            medidas.alto = len(lineas) * self.alto_chico + px(8)
            return
        hora = self._ancho_hora(mensaje)
        ultimo, maximo = renglones.ancho_de(lineas[-1]), self._ancho_maximo() - 2 * px(RELLENO[0])
        medidas.hora_aparte = ultimo + px(10) + hora > maximo or medidas.acomodo.cortado
        junto = self.medir_texto(MAS, "letra_chica") if medidas.acomodo.cortado else ultimo  # a la izquierda de la hora
        pie = hora if medidas.hora_aparte and not medidas.acomodo.cortado else junto + px(10) + hora
        contenido = max([*map(renglones.ancho_de, lineas), pie])
        if not mensaje.propio and not self.privado:
            nombre = self.medir_texto(texto_seguro.limpiar_linea(mensaje.autor), "letra_fuerte")
            contenido = min(max(contenido, nombre), maximo)
        medidas.ancho = contenido + 2 * px(RELLENO[0])
        medidas.alto = len(lineas) * self._alto_de_renglon(medidas) + 2 * px(RELLENO[1]) + self._alto_falla(mensaje)
        medidas.alto += self.alto_chico * medidas.hora_aparte

    def _alto_de_renglon(self, medidas: Medidas) -> int:
        return max(self.alto_renglon, medidas.emoji)

    def _alto_falla(self, mensaje: Mensaje) -> int:
        return self.alto_chico + self.tema.px(4) if mensaje.estado == "fallo" else 0

    def _ancho_hora(self, mensaje: Mensaje) -> int:
        icono = self.tema.px(16) if mensaje.estado else 0
        return self.medir_texto(escribir_hora(mensaje.hora), "letra_chica") + icono

    def alto_total(self, mensaje: Mensaje, primero: bool, dia: str, nuevos: bool) -> int:
        """Lo que ocupa de alto un mensaje con todo: encabezados, separación y nombre."""
        return self._alto_antes(mensaje, primero, dia, nuevos) + self.medir(mensaje).alto

    def _alto_antes(self, mensaje: Mensaje, primero: bool, dia: str, nuevos: bool) -> int:
        px = self.tema.px
        pastilla = self.alto_chico + px(8) + px(ENTRE_GRUPOS)
        alto = pastilla * (bool(dia) + nuevos) + px(ENTRE_GRUPOS if primero or mensaje.es_nota else ENTRE_GLOBOS)
        return alto + (self.alto_renglon if self._lleva_nombre(mensaje, primero) else 0)

    def _lleva_nombre(self, mensaje: Mensaje, primero: bool) -> bool:
        return primero and not (mensaje.propio or mensaje.es_nota or self.privado)

    @staticmethod
    def _es_foto(mensaje: Mensaje) -> bool:
        return mensaje.clase == "sticker" and "medida" in mensaje.ficha

    # ---- señalar

    def posicion_en(self, mensaje: Mensaje, puesto: Puesto, x: int, y: int) -> "tuple[int, int, int] | None":
        """La letra que está en un punto: (renglón, tramo, letra); None en lo que no es texto."""
        medidas = mensaje.medidas
        if medidas is None or medidas.acomodo is None or mensaje.es_nota:
            return None
        lineas = medidas.acomodo.renglones
        numero = (y - puesto.y - puesto.y_texto) // self._alto_de_renglon(medidas)
        if numero < 0:
            return 0, 0, 0
        if numero >= len(lineas):
            return len(lineas) - 1, len(lineas[-1]), 0
        x -= puesto.x_texto
        for indice, tramo in enumerate(lineas[numero]):
            if x < tramo.x + tramo.ancho:
                return numero, indice, self._letra_en(tramo, x - tramo.x)
        return numero, len(lineas[numero]), 0

    def _letra_en(self, tramo: "renglones.Tramo", x: int) -> int:
        if tramo.clase == renglones.EMOJI:
            return int(x > tramo.ancho // 2)
        medidas = range(len(tramo.visible) + 1)
        letra = bisect.bisect_left(medidas, x, key=lambda n: self.medir_texto(tramo.visible[:n], tramo.clase))
        return max(0, letra - 1)


def copiar_tramo(mensaje: Mensaje, elegido: "tuple | None") -> str:
    """El texto original de lo elegido en un mensaje; sin elección, entero."""
    if elegido is None or mensaje.medidas is None or mensaje.medidas.acomodo is None:
        return mensaje.contenido
    partes = []
    (r0, t0, l0), (r1, t1, l1) = elegido
    for r in range(r0, r1 + 1):
        for t, tramo in enumerate(mensaje.medidas.acomodo.renglones[r]):
            if (r0, t0) <= (r, t) <= (r1, t1):
                desde = l0 if (r, t) == (r0, t0) else 0
                hasta = l1 if (r, t) == (r1, t1) else len(tramo.original)
                entero = tramo.clase == renglones.EMOJI
                partes.append((tramo.original if hasta > desde else "") if entero else tramo.original[desde:hasta])
    return "".join(partes)


def son_grupo(uno: Mensaje, otro: Mensaje) -> bool:
    """Si dos mensajes seguidos van juntos, bajo un solo nombre."""
    return (uno.autor == otro.autor and uno.propio == otro.propio and not uno.es_nota and not otro.es_nota
            and abs(otro.hora - uno.hora) < AGRUPAR)


def escribir_hora(hora: float) -> str:
    """La hora del día, «10:42»."""
    return time.strftime("%H:%M", time.localtime(hora))


def escribir_lapso(segundos: float) -> str:
    """Un lapso, «0:07»."""
    return f"{int(segundos) // 60}:{int(segundos) % 60:02}"


def escribir_dia(hora: float, ahora: float) -> str:
    """«Hoy», «Ayer» o «martes 4 de marzo»; de otros años, con el año."""
    dia, hoy, ayer = (time.localtime(cuando) for cuando in (hora, ahora, ahora - 86_400))
    if dia[:3] == hoy[:3]:
        return "Hoy"
    if dia[:3] == ayer[:3]:
        return "Ayer"
    escrito = f"{DIAS[dia.tm_wday]} {dia.tm_mday} de {MESES[dia.tm_mon - 1]}"
    return escrito if dia.tm_year == hoy.tm_year else f"{escrito} de {dia.tm_year}"


def _es_solo_emoji(texto: str) -> bool:
    emojis = texto_seguro.EMOJI.findall(texto)
    return 0 < len(emojis) <= MAX_GRANDES and not texto_seguro.EMOJI.sub("", texto).strip()

"""Cuánto mide cada mensaje, y qué letra hay en cada punto.

Se mide sin dibujar: la lista mide lo que va a la vista y sólo eso dibuja (globo.py). Las
medidas se guardan en el mensaje mientras valgan. Medir un texto largo o de letras raras se
reparte en varias rondas, para que la ventana no se detenga.
"""

import bisect
import dataclasses
import time

from equipo import letras
from ventanas.aspecto import texto_seguro
from ventanas.globos import renglones
from ventanas.globos.mensaje import (
    AdjuntoArchivo, AdjuntoSticker, AdjuntoVoz, Mensaje, Nota, escribir_hora)

AVATAR = 34  # píxeles a 96 ppp, como todas las medidas que siguen
A_LOS_LADOS = 14  # a los lados de la conversación
HUECO = 8  # entre el avatar y el globo
RELLENO = (12, 7)  # dentro del globo
ENTRE_GRUPOS, ENTRE_GLOBOS = 10, 3
MIN_ANCHO, MAX_ANCHO = 120, 500  # de un globo: los renglones muy largos cansan
OTRO_LADO = 30  # libre, como mínimo, al otro lado de un globo
ANCHO_VOZ, ALTO_ONDA = 250, 26
ANCHO_CITA = 190  # de lo que se contesta, como mínimo
ANCHO_ARCHIVO, BORDE_FOTO = 290, 3  # de la tarjeta de un archivo; alrededor de una imagen
BOTON = 40  # el de oír un mensaje de voz
SITIO_DE_COPIAR = 28  # el que se deja a la derecha del código
MAS = "Mostrar más"
MAX_GRANDES = 3  # un mensaje de sólo emoji, y no más de éstos, se ve en grande
MEMORIA = 20_000  # medidas de palabras que se recuerdan
LETRAS_POR_RENGLON = 55  # para estimar


@dataclasses.dataclass(slots=True)
class Medidas:
    """Lo que ocupa un mensaje, sin contar encabezado, nombre ni separación."""

    clave: tuple  # con qué se midió: si algo de esto cambia, ya no vale
    ancho: int
    alto: int
    acomodo: "renglones.Acomodo | None" = None
    emoji: int = 0  # píxeles de lado
    bloque: "tuple[int, int]" = (0, 0)  # lo que va encima del texto: una imagen, una tarjeta


@dataclasses.dataclass(frozen=True, slots=True)
class Vecinos:
    """Lo que un mensaje lleva por estar donde está entre los demás."""

    primero: bool  # de su grupo
    con_nombre: bool  # encima dice de quién es
    con_avatar: bool
    dia: str  # el que encabeza, o ""
    nuevos: bool  # lleva encima la raya de «mensajes nuevos»


class Medidor:
    """Mide mensajes con las letras de un tema y para el ancho de una conversación."""

    def __init__(self, tema):
        self.tema = tema
        self.patron = renglones.preparar_patron(())
        self.privado = False  # entre dos no hacen falta avatares ni nombres
        self.ancho = 0  # del lienzo
        self.a_medias = False  # algo quedó sin medir o dibujar por falta de tiempo
        self._limite = float("inf")  # hasta cuándo dura la ronda
        self._generacion = 0  # cambia con las letras
        self._largos: "dict[tuple[str, str], int]" = {}
        self.olvidar()

    def empezar_ronda(self, ancho: int, segundos: float) -> None:
        """Desde ahora medir y dibujar para este ancho, y no más que ese tiempo."""
        self.ancho, self.a_medias = ancho, False
        self._limite = time.perf_counter() + segundos

    def hay_tiempo(self) -> bool:
        """Si queda tiempo en esta ronda; el resto, en la siguiente."""
        return time.perf_counter() < self._limite

    def olvidar(self) -> None:
        """Tras cambiar letras, medir todo otra vez."""
        self._generacion += 1
        self._largos.clear()
        px, tema = self.tema.px, self.tema
        self.alto_renglon = tema.letra.metrics("linespace") + px(3)
        self.alto_chico = tema.letra_chica.metrics("linespace")
        self.alto_codigo = tema.letra_codigo.metrics("linespace")
        self.alto_falla = self.alto_chico + px(4)  # de «No se envió»

    def medir_texto(self, texto: str, papel: str = "letra") -> int:
        """Los píxeles de un texto en una línea, con una de las letras del tema."""
        largo = self._largos.get((papel, texto))
        if largo is None:
            if len(self._largos) > MEMORIA:
                self._largos.clear()
            largo = self._largos[papel, texto] = getattr(self.tema, papel).measure(texto)
        return largo

    def alto_de_archivo(self) -> int:
        """Lo que ocupan el botón de una tarjeta y, a su lado, el nombre y lo que dice debajo."""
        return max(self.tema.px(BOTON), self.alto_renglon + self.alto_chico)

    def alto_de_voz(self) -> int:
        """Lo que ocupan el botón de oír y, a su lado, la onda; la duración baja un poco más."""
        return max(self.tema.px(BOTON), self.tema.px(ALTO_ONDA - 4) + self.alto_chico)

    def estimar(self, mensaje: "Mensaje | Nota") -> int:
        """El alto aproximado de algo, sin medirlo."""
        cuantos = min(len(mensaje.content) // LETRAS_POR_RENGLON, mensaje.maximo)
        return self.tema.px(36) + self.alto_renglon * cuantos

    def medir(self, mensaje: "Mensaje | Nota") -> Medidas:
        """Las medidas de un mensaje; las de un texto largo se completan en varias llamadas."""
        texto, medidas = _texto_de(mensaje), mensaje.medidas
        clave = (self.ancho, self._generacion, texto, mensaje.maximo, mensaje.fracaso,
                 type(mensaje.adjunto), self._medir_bloque(mensaje))
        if medidas is None or medidas.clave != clave:
            medidas = mensaje.medidas = self._empezar(mensaje, clave, medidas)
        if medidas.acomodo is not None and medidas.acomodo.pendiente:
            if self.hay_tiempo():
                medidas.acomodo.avanzar(self.hay_tiempo)
            self._cerrar(mensaje, medidas)
            self.a_medias = self.a_medias or medidas.acomodo.pendiente
        return medidas

    def _empezar(self, mensaje, clave: tuple, antes: "Medidas | None") -> Medidas:
        px, texto, es_nota = self.tema.px, clave[2], isinstance(mensaje, Nota)
        if isinstance(mensaje.adjunto, AdjuntoVoz):
            alto = self.alto_de_voz() + 2 * px(RELLENO[1]) + px(4)
            return Medidas(clave, min(px(ANCHO_VOZ), self._ancho_maximo()), alto)
        bloque = clave[-1]
        if any(bloque) and not lleva_texto(mensaje):
            return Medidas(clave, *bloque)
        if antes is not None and antes.acomodo is not None and antes.clave[:3] == clave[:3]:
            # «Mostrar más»: se continúa.
            antes.acomodo.maximo, antes.acomodo.pendiente = mensaje.maximo, True
            return Medidas(clave, 0, 0, antes.acomodo, antes.emoji, bloque)
        emoji = 0
        if letras.de_emoji() is not None:
            corto = len(texto) < 40 and not texto.isascii()
            grande = corto and not es_nota and _es_solo_emoji(texto)
            emoji = self.alto_renglon * 2 if grande else round(self.alto_renglon * 0.95)
        papeles = dict.fromkeys(renglones.PAPELES, "letra_chica") if es_nota else renglones.PAPELES
        acomodo = renglones.Acomodo(
            renglones.fragmentar(texto, self.patron),
            (bloque[0] or self._ancho_maximo()) - 2 * px(RELLENO[0]),
            lambda visible, clase: self.medir_texto(visible, papeles[clase]),
            emoji and emoji + px(2), mensaje.maximo)
        return Medidas(clave, 0, 0, acomodo, emoji, bloque)

    def _medir_bloque(self, mensaje) -> "tuple[int, int]":
        """Lo que ocupa, además de su texto, una imagen o la tarjeta de un archivo."""
        px, adjunto = self.tema.px, mensaje.adjunto
        if isinstance(adjunto, AdjuntoArchivo):
            muestra = len(adjunto.muestra) * self.alto_codigo + px(12) * bool(adjunto.muestra)
            alto = self.alto_de_archivo() + 2 * px(RELLENO[1]) + px(6) + muestra
            return min(self._crecer(ANCHO_ARCHIVO), self._ancho_maximo()), alto
        if getattr(mensaje, "cita", None):
            return 0, self.alto_renglon + self.alto_chico + px(8)
        medida = medida_de_imagen(mensaje)
        if medida is None or not lleva_texto(mensaje):
            return medida or (0, 0)
        return max(medida[0] + 2 * px(BORDE_FOTO), px(MIN_ANCHO)), medida[1] + px(BORDE_FOTO)

    def ancho_de_imagen(self) -> int:
        """Los píxeles a 96 ppp que caben a lo ancho; sin ventana todavía, los de un globo."""
        ancho = self._ancho_maximo() if self.ancho > 1 else self.tema.px(MAX_ANCHO)
        return round(ancho / self.tema.escala)

    def _ancho_maximo(self) -> int:
        px = self.tema.px
        otro_lado = OTRO_LADO + (0 if self.privado else AVATAR + HUECO)
        cabe = self.ancho - 2 * px(A_LOS_LADOS) - px(otro_lado)
        return max(px(MIN_ANCHO), min(self._crecer(MAX_ANCHO), cabe))

    def _crecer(self, ancho: int) -> int:
        return round(self.tema.px(ancho) * (1 + self.tema.aumento / 12))

    def _cerrar(self, mensaje, medidas: Medidas) -> None:
        """Con los renglones que ya hay, lo que ocupa el globo."""
        px, lineas, cortado = self.tema.px, medidas.acomodo.renglones, medidas.acomodo.cortado
        margen = 2 * px(RELLENO[0])
        anchos = [renglones.ancho_de(renglon) + px(SITIO_DE_COPIAR) * renglones.es_codigo(renglon)
                  for renglon in lineas]
        if isinstance(mensaje, Nota):
            medidas.ancho = max(anchos) + margen
            medidas.alto = len(lineas) * self.alto_chico + px(8)
            return
        ancho, alto = medidas.bloque
        hora, maximo = self.ancho_hora(mensaje), (ancho or self._ancho_maximo()) - margen
        con_hora = px(10) + hora + (
            self.medir_texto(MAS, "letra_chica") if cortado else anchos[-1])
        # No cabe en el último renglón, o es de código.
        hora_aparte = cortado or con_hora > maximo or renglones.es_codigo(lineas[-1])
        anchos.append(hora if hora_aparte and not cortado else con_hora)
        contenido = min(max(anchos), maximo)
        if not mensaje.propio and (mensaje.duda or not self.privado):
            autor = texto_seguro.limpiar_linea(mensaje.nombre)
            contenido = max(contenido, min(self.medir_texto(autor, "letra_fuerte"), maximo))
        if getattr(mensaje, "cita", None):
            autor = self.medir_texto(mensaje.cita["user"], "letra_fuerte") + px(12)
            contenido = max(contenido, min(max(autor, px(ANCHO_CITA)), maximo))
        if mensaje.fracaso:
            fracaso = self.medir_texto(mensaje.fracaso, "letra_chica")
            contenido = max(contenido, min(fracaso, maximo))
        medidas.ancho = max(contenido + margen, ancho)
        renglon = max(self.alto_renglon, medidas.emoji)
        medidas.alto = (alto + len(lineas) * renglon + 2 * px(RELLENO[1])
                        + self.alto_chico * hora_aparte)

    def ancho_hora(self, mensaje: Mensaje) -> int:
        """Lo que ocupan la hora y, de los propios, el icono de su estado."""
        icono = self.tema.px(16) if mensaje.estado else 0
        return self.medir_texto(escribir_hora(mensaje.hora), "letra_chica") + icono

    def alto_total(self, mensaje, vecinos: Vecinos) -> int:
        """Lo que ocupa de alto un mensaje con todo: encabezados, separación y nombre."""
        px, suelta = self.tema.px, vecinos.primero or isinstance(mensaje, Nota)
        pastilla = self.alto_chico + px(8) + px(ENTRE_GRUPOS)
        return (self.medir(mensaje).alto + pastilla * (bool(vecinos.dia) + vecinos.nuevos)
                + px(ENTRE_GRUPOS if suelta else ENTRE_GLOBOS)
                + self.alto_renglon * vecinos.con_nombre
                + self.alto_falla * bool(mensaje.fracaso))

    # ---- señalar

    def posicion_en(self, mensaje, x: int, y: int) -> "tuple[int, int, int] | None":
        """La letra que está en un punto del texto: (renglón, tramo, letra); None si no es texto."""
        medidas = mensaje.medidas
        if medidas is None or medidas.acomodo is None or isinstance(mensaje, Nota):
            return None
        lineas = medidas.acomodo.renglones
        numero = y // max(self.alto_renglon, medidas.emoji)
        if numero < 0:
            return 0, 0, 0
        if numero >= len(lineas):
            return len(lineas) - 1, len(lineas[-1]), 0
        for indice, tramo in enumerate(lineas[numero]):
            if x < tramo.x + tramo.ancho:
                return numero, indice, self._letra_en(tramo, x - tramo.x)
        return numero, len(lineas[numero]), 0

    def _letra_en(self, tramo: renglones.Tramo, x: int) -> int:
        if tramo.es_indivisible:
            return int(x > tramo.ancho // 2)
        papel = renglones.PAPELES[tramo.clase]
        letra = bisect.bisect_left(range(len(tramo.visible) + 1), x,
                                   key=lambda n: self.medir_texto(tramo.visible[:n], papel))
        return max(0, letra - 1)

    def x_en(self, renglon: "list[renglones.Tramo]", indice: int, letra: int) -> int:
        """Los píxeles a que está una letra de un tramo del renglón."""
        if indice >= len(renglon):
            return renglones.ancho_de(renglon)
        tramo = renglon[indice]
        if tramo.es_indivisible or letra >= len(tramo.visible):
            return tramo.x + (tramo.ancho if letra else 0)
        return tramo.x + self.medir_texto(tramo.visible[:letra], renglones.PAPELES[tramo.clase])


def medida_de_imagen(mensaje) -> "tuple[int, int] | None":
    """El tamaño de la imagen que se ve en lugar de un globo, si es un sticker y la hay."""
    imagen = getattr(mensaje.adjunto, "imagen", None)
    return imagen.medida if imagen is not None else None


def lleva_texto(mensaje) -> bool:
    """Si debajo de su imagen, de su tarjeta o de una cita va lo que se dijo."""
    con_adjunto = getattr(mensaje, "tipo", "") in ("imagen", "archivo")
    return con_adjunto and bool(mensaje.content.strip()) or bool(getattr(mensaje, "cita", None))


def _texto_de(mensaje) -> str:
    if isinstance(mensaje.adjunto, AdjuntoSticker) and mensaje.adjunto.imagen is None:
        que = f"Sticker «{mensaje.content}»" if mensaje.tipo == "sticker" else "Imagen…"
        return mensaje.adjunto.aviso or que
    return mensaje.content.strip("\n") or "?"


def _es_solo_emoji(texto: str) -> bool:
    emojis = texto_seguro.EMOJI.findall(texto)
    return 0 < len(emojis) <= MAX_GRANDES and not texto_seguro.EMOJI.sub("", texto).strip()

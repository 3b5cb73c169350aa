"""Cómo se dibuja un mensaje en un Canvas.

          ┌─ Hoy ─┐                      encabezado: el día, la raya de «mensajes nuevos»
        ╭──────────────╮
        │ Bryan        │                 el nombre, sólo en el primero de un grupo
        │ Hola   10:42 │                 la hora, en el último renglón si cabe
    (B) ╰──────────────╯                 el avatar, junto al último del grupo
                  ╭────────────────╮
                  │ ¿Qué tal? 10:43 ✓     los propios, a la derecha, con su estado
                  ╰────────────────╯

Cuánto mide cada cosa lo dice medidor.py. Todo texto pasa por texto_seguro; los emoji se
dibujan con Pillow.
"""

import dataclasses
import itertools

from ventanas.aspecto import texto_seguro
from ventanas.globos import medidor as medidas_
from ventanas.globos import renglones
from ventanas.globos import tarjeta
from ventanas.globos.medidor import (
    ALTO_ONDA, AVATAR, BORDE_FOTO, BOTON, ENTRE_GRUPOS, HUECO, A_LOS_LADOS, MAS, RELLENO)
from ventanas.globos.mensaje import (
    APLAZADO, ESPERA, FALLO, AdjuntoArchivo, AdjuntoSticker, AdjuntoVoz, Mensaje, Nota,
    escribir_hora, escribir_lapso)
from ventanas.globos.pincel import CHICA, REDONDA, Pincel

UNIDA = 5  # radio de las esquinas que tocan a otro globo del mismo grupo
SIN_ONDA = [0.05] * 42
# Lo que hace un clic en una zona.
ELEGIR, ABRIR, DESPLEGAR, REINTENTAR, OIR, MOVER, COPIAR, USAR, IR = range(9)


@dataclasses.dataclass(frozen=True, slots=True)
class Zona:
    """Una parte de un mensaje en que se puede hacer clic; con y desde la del mensaje."""

    x0: float
    y0: float
    x1: float
    y1: float
    accion: int
    objetivo: str = ""  # el enlace, o el código


@dataclasses.dataclass(slots=True)
class Puesto:
    """Un mensaje ya dibujado."""

    y: int
    alto: int
    zonas: "list[Zona]" = dataclasses.field(default_factory=list)
    x_texto: int = 0
    y_texto: int = 0  # desde la del mensaje
    firma: tuple = ()  # con qué se dibujó: si cambia, se dibuja de nuevo

    def zona_en(self, x: int, y: int) -> "Zona | None":
        """La zona que está en un punto del lienzo."""
        y -= self.y
        return next((zona for zona in self.zonas
                     if zona.x0 <= x < zona.x1 and zona.y0 <= y < zona.y1), None)


@dataclasses.dataclass(frozen=True, slots=True)
class Lugar:
    """Cómo está un mensaje ahora; si cambia, se dibuja de nuevo."""

    vecinos: medidas_.Vecinos
    elegido: "tuple | None"  # posiciones inicial y final de lo elegido
    enfocado: bool
    buscado: str
    es_actual: bool  # de los hallados, aquel en que se está
    renglones: "tuple[int, int]"  # los que caen a la vista


class Globo:
    """El dibujo de un mensaje, con su borde de arriba en y."""

    def __init__(self, pincel: Pincel, medidor: medidas_.Medidor, mensaje: "Mensaje | Nota",
                 lugar: Lugar, y: int):
        self._pincel, self._medidor, self._mensaje, self._lugar = pincel, medidor, mensaje, lugar
        self._tema = medidor.tema
        self._px, self._colores = self._tema.px, self._tema.colores
        self._tenue = self._colores["hora_propio" if mensaje.propio else "hora"]
        self._medidas = mensaje.medidas
        self._puesto = Puesto(y, mensaje.alto)

    def dibujar(self) -> Puesto:
        """Dibujarlo, ya medido; devuelve dónde quedó."""
        if self._lugar.vecinos.dia or self._lugar.vecinos.nuevos:
            self._dibujar_encabezados()
        if isinstance(self._mensaje, Nota):
            self._dibujar_nota()
        else:
            self._dibujar_mensaje()
        return self._puesto

    def _dibujar_encabezados(self) -> None:
        c, vecinos = self._colores, self._lugar.vecinos
        y = self._puesto.y + self._px(ENTRE_GRUPOS)
        for texto, fondo, color in (
                (vecinos.dia, c["nota"], c["sobre_nota"]),
                ("Mensajes nuevos" if vecinos.nuevos else "", c["acento"], c["sobre_acento"])):
            if texto:
                self._pincel.pastilla(self._medidor.ancho // 2, y, texto, fondo, color)
                y += self._medidor.alto_chico + self._px(8) + self._px(ENTRE_GRUPOS)

    def _marcar_zona(self, caja, accion: int, objetivo: str = "") -> None:
        x0, y0, x1, y1 = caja
        y = self._puesto.y
        self._puesto.zonas.append(Zona(x0, y0 - y, x1, y1 - y, accion, objetivo))

    def _dibujar_nota(self) -> None:
        px, c, mal = self._px, self._colores, self._mensaje.error
        icono = px(20) if mal else 0
        abajo, ancho = self._puesto.y + self._puesto.alto, self._medidas.ancho + icono
        x0, y0 = (self._medidor.ancho - ancho) // 2, abajo - self._medidas.alto
        caja = (x0, y0, x0 + ancho, abajo)
        if self._lugar.enfocado:
            self._dibujar_foco(caja)
        fondo, color = c["franja" if mal else "nota"], c["sobre_franja" if mal else "sobre_nota"]
        self._pincel.caja(caja, fondo, min(CHICA, self._medidas.alto // 3))
        if mal:
            aviso = self._tema.dibujos.icono("aviso", color, 15, fondo)
            self._pincel.imagen(x0 + px(9), y0 + px(4), aviso)
        for numero, renglon in enumerate(self._medidas.acomodo.renglones):
            texto = "".join(tramo.visible for tramo in renglon)
            y = y0 + px(4) + self._medidor.alto_chico * (numero + 0.5)
            self._pincel.texto(x0 + icono + px(RELLENO[0]), y, texto, "letra_chica", color)
        self._marcar_zona(caja, ELEGIR)

    # ---- el globo

    def _dibujar_mensaje(self) -> None:
        px, mensaje, vecinos = self._px, self._mensaje, self._lugar.vecinos
        abajo, ancho = self._puesto.y + self._puesto.alto, self._medidas.ancho
        nombre = self._medidor.alto_renglon * vecinos.con_nombre
        falla = self._medidor.alto_falla * bool(mensaje.fracaso)
        x0 = px(A_LOS_LADOS) if self._medidor.privado else px(A_LOS_LADOS + AVATAR + HUECO)
        if mensaje.propio:
            x0 = self._medidor.ancho - px(A_LOS_LADOS) - ancho
        caja = (x0, abajo - self._medidas.alto - nombre - falla, x0 + ancho, abajo)
        dentro = (x0, caja[1] + nombre, caja[2], abajo - falla)
        con_foto = medidas_.medida_de_imagen(mensaje) is not None
        es_foto = con_foto and not medidas_.lleva_texto(mensaje)
        autor = texto_seguro.limpiar_linea(mensaje.autor)
        if vecinos.con_avatar:
            self._pincel.imagen(px(A_LOS_LADOS), abajo - px(AVATAR),
                                self._tema.avatar(autor, AVATAR))
        if self._lugar.enfocado:
            self._dibujar_foco(caja)
        if not es_foto:
            self._dibujar_fondo(caja)
        if nombre:
            x, y = (px(4), 0) if es_foto else map(px, RELLENO)
            color = self._colores["error"] if mensaje.duda else self._tema.color_de(mensaje.autor)
            self._pincel.texto(x0 + x, caja[1] + y + nombre // 2,
                               texto_seguro.limpiar_linea(mensaje.nombre), "letra_fuerte", color)
        if es_foto:
            self._dibujar_imagen(mensaje.adjunto, dentro)
        elif isinstance(mensaje.adjunto, AdjuntoVoz):
            self._dibujar_voz(mensaje.adjunto, dentro)
        else:
            fin = dentro[1] + self._medidas.bloque[1]
            if con_foto:
                self._dibujar_foto(mensaje.adjunto, dentro)
            elif isinstance(mensaje.adjunto, AdjuntoArchivo):
                self._dibujar_archivo(dentro)
            elif mensaje.cita:
                self._dibujar_cita(mensaje.cita, dentro)
            if self._medidas.acomodo is not None:
                self._dibujar_texto((dentro[0], fin, *dentro[2:]))
        if falla:
            y = abajo - px(RELLENO[1]) - self._medidor.alto_chico // 2 + px(2)
            color = self._colores["enlace" if mensaje.estado == APLAZADO else "error"]
            self._pincel.texto(caja[2] - px(RELLENO[0]), y, mensaje.fracaso, "letra_chica",
                               color, "e")
            self._marcar_zona((x0, dentro[3], caja[2], abajo), REINTENTAR)
        self._marcar_zona(caja, ELEGIR)

    def _dibujar_fondo(self, caja) -> None:
        px, c, propio = self._px, self._colores, self._mensaje.propio
        arriba = REDONDA if self._lugar.vecinos.primero else UNIDA
        radios = (arriba, REDONDA, UNIDA, REDONDA)
        if propio:
            radios = (REDONDA, arriba, REDONDA, UNIDA)
        self._pincel.caja(caja, c["propio" if propio else "ajeno"], *radios)
        if self._mensaje.para_mi:
            x0, y0, _, y1 = caja
            self._pincel.recto(x0 + px(5), y0 + px(9), x0 + px(8), y1 - px(9), c["enlace"])

    def _dibujar_foco(self, caja) -> None:
        """Una orilla alrededor de la caja, que se dibuja encima."""
        x0, y0, x1, y1 = caja
        m = self._px(2)
        orilla = (x0 - m, y0 - m, x1 + m, y1 + m)
        self._pincel.caja(orilla, self._colores["enlace"], REDONDA + 2)
        self._pincel.caja(caja, self._colores["charla"], REDONDA)  # un sticker no tapa el centro

    def _dibujar_hora(self, derecha: int, y: int, color: str) -> None:
        mensaje = self._mensaje
        mal = mensaje.fracaso and mensaje.estado != APLAZADO
        color = self._colores["error"] if mal else color
        if mensaje.estado:
            icono = FALLO if mal else ESPERA if mensaje.fracaso else mensaje.estado
            self._pincel.icono(derecha, y, icono, color, 13)
            derecha -= self._px(16)
        self._pincel.texto(derecha, y, escribir_hora(mensaje.hora), "letra_chica", color, "e")

    # ---- texto

    def _dibujar_texto(self, caja) -> None:
        px, medidor, acomodo = self._px, self._medidor, self._medidas.acomodo
        alto = max(medidor.alto_renglon, self._medidas.emoji)
        x, y = caja[0] + px(RELLENO[0]), caja[1] + px(RELLENO[1])
        self._puesto.x_texto, self._puesto.y_texto = x, y - self._puesto.y
        desde, hasta = self._lugar.renglones
        a_la_vista = range(desde, min(hasta, len(acomodo.renglones)))
        for es_codigo, grupo in itertools.groupby(
                a_la_vista, lambda numero: renglones.es_codigo(acomodo.renglones[numero])):
            numeros = list(grupo)
            if es_codigo:
                bloque = (x - px(6), y + alto * numeros[0],
                          caja[2] - px(RELLENO[0] - 6), y + alto * (numeros[-1] + 1))
                self._pincel.caja(bloque, self._colores["codigo"], UNIDA)
            for numero in numeros:
                self._dibujar_renglon(numero, x, y + alto * numero, alto)
                if es_codigo:
                    self._dibujar_cabeza(acomodo.renglones[numero][0], bloque, y + alto * numero)
        abajo = caja[3] - px(RELLENO[1]) - medidor.alto_chico // 2
        if acomodo.cortado:
            self._pincel.texto(x, abajo, MAS, "letra_chica", self._colores["enlace"])
            fin = x + medidor.medir_texto(MAS, "letra_chica")
            self._marcar_zona((x, abajo - px(12), fin, abajo + px(12)), DESPLEGAR)
        self._dibujar_hora(caja[2] - px(RELLENO[0]), abajo + px(2), self._tenue)

    def _dibujar_renglon(self, numero: int, x: int, y: int, alto: int) -> None:
        c, renglon = self._colores, self._medidas.acomodo.renglones[numero]
        if self._lugar.buscado or self._lugar.elegido:
            for x0, x1, color in self._fondos(renglon, numero):
                self._pincel.recto(x + x0, y, x + x1, y + alto, c[color])
        for tramo in renglon:
            if tramo.clase == renglones.UN_EMOJI and self._medidas.emoji:
                # Dibujarlo cuesta: sin tiempo, queda para la siguiente ronda.
                foto = self._tema.dibujos.emoji(tramo.original, self._medidas.emoji,
                                                self._medidor.hay_tiempo())
                self._medidor.a_medias = self._medidor.a_medias or not foto
                self._pincel.imagen(x + tramo.x + self._px(1), y + alto // 2, foto, "w")
            elif tramo.visible.strip():
                color = c["enlace" if tramo.objetivo else "texto"]
                color = self._tenue if self._mensaje.borrado else color
                self._pincel.texto(x + tramo.x, y + alto // 2, tramo.visible,
                                   renglones.PAPELES[tramo.clase], color)
            if tramo.clase == renglones.ENLACE:
                zona = (x + tramo.x, y, x + tramo.x + tramo.ancho, y + alto)
                self._marcar_zona(zona, ABRIR, tramo.objetivo)

    def _dibujar_cabeza(self, tramo: renglones.Tramo, bloque, y: int) -> None:
        """Si lo es de un bloque de código, lo que lo copia: todo el renglón."""
        if tramo.clase == renglones.CABEZA:
            px, alto = self._px, self._medidor.alto_renglon
            icono = "enviado" if self._mensaje.copiado == tramo.objetivo else "copiar"
            self._pincel.icono(bloque[2] - px(6), y + alto // 2, icono, self._colores["enlace"], 14)
            self._marcar_zona((bloque[0], y, bloque[2], y + alto), COPIAR, tramo.objetivo)

    def _fondos(self, renglon: list, numero: int):
        """Lo que en un renglón va resaltado: (x inicial, x final, color)."""
        lugar, x_en = self._lugar, self._medidor.x_en
        if lugar.buscado:
            visible = "".join(tramo.visible for tramo in renglon)
            plegado, desde = texto_seguro.plegar(visible), 0
            while (desde := plegado.find(lugar.buscado, desde)) >= 0:
                fin = desde + len(lugar.buscado)
                color = "actual" if lugar.es_actual else "hallado"
                yield self._x_de(renglon, desde), self._x_de(renglon, fin), color
                desde = fin
        if lugar.elegido:
            (r0, t0, l0), (r1, t1, l1) = lugar.elegido
            if r0 <= numero <= r1:
                inicio = x_en(renglon, t0, l0) if numero == r0 else 0
                fin = x_en(renglon, t1, l1) if numero == r1 else renglones.ancho_de(renglon)
                yield inicio, fin, "elegido"

    def _x_de(self, renglon: list, letra: int) -> int:
        for indice, tramo in enumerate(renglon):
            if letra <= len(tramo.visible):
                return self._medidor.x_en(renglon, indice, letra)
            letra -= len(tramo.visible)
        return renglones.ancho_de(renglon)

    # ---- stickers y voz

    def _dibujar_imagen(self, sticker: AdjuntoSticker, caja) -> None:
        px = self._px
        self._poner_foto(sticker, caja[0], caja[1])
        alto, abajo = self._medidor.alto_chico, caja[3] - px(2)
        izquierda = caja[2] - self._medidor.ancho_hora(self._mensaje) - px(14)
        fondo = (izquierda, abajo - alto - px(4), caja[2], abajo)
        self._pincel.caja(fondo, self._colores["nota"], 9)
        self._dibujar_hora(caja[2] - px(7), abajo - alto // 2 - px(2), self._colores["sobre_nota"])

    def _poner_foto(self, sticker: AdjuntoSticker, x: int, y: int) -> None:
        fotos, (ancho, alto) = sticker.imagen.fotos, sticker.imagen.medida
        if fotos:  # si no, se soltaron para no ocupar memoria y se preparan otra vez
            self._pincel.imagen(x, y, fotos[sticker.cuadro % len(fotos)],
                                otra=f"foto-{self._pincel.etiqueta}")
        if self._mensaje.tipo == "imagen":
            self._marcar_zona((x, y, x + ancho, y + alto), USAR)

    def _dibujar_foto(self, foto: AdjuntoSticker, caja) -> None:
        """Una imagen con lo que se dijo de ella, dentro del globo."""
        ancho = foto.imagen.medida[0]
        self._poner_foto(foto, (caja[0] + caja[2] - ancho) // 2, caja[1] + self._px(BORDE_FOTO))

    def _dibujar_cita(self, cita: dict, caja) -> None:
        """A qué contesta: un clic lleva ahí."""
        px, c, tema = self._px, self._colores, self._tema
        x, y, fin = caja[0] + px(RELLENO[0]), caja[1] + px(RELLENO[1]), caja[2] - px(RELLENO[0])
        alto = self._medidas.bloque[1] - px(RELLENO[1])
        autor, color = texto_seguro.limpiar_linea(cita["user"]), tema.color_de(cita["user"])
        self._pincel.recto(x, y, x + px(3), y + alto, color)
        x0, medio = x + px(10), self._medidor.alto_renglon // 2
        que = texto_seguro.limpiar_linea(cita["content"])
        for texto, papel, altura, tinta in (
                (autor, "letra_fuerte", y + medio, color),
                (que, "letra_chica", y + self._medidor.alto_renglon + medio - px(2), c["texto"])):
            self._pincel.texto(x0, altura, tema.recortar(texto, papel, fin - x0), papel, tinta)
        self._marcar_zona((caja[0], y, caja[2], y + alto), IR)

    def _dibujar_archivo(self, caja) -> None:
        fin = tarjeta.dibujar(self._pincel, self._medidor, self._mensaje, caja)
        con_hora = self._medidas.acomodo is None
        if con_hora:
            self._dibujar_hora(caja[2] - self._px(RELLENO[0]), fin, self._tenue)
        abajo = caja[3] if con_hora else caja[1] + self._medidas.bloque[1]
        self._marcar_zona((*caja[:3], abajo), USAR)

    def _dibujar_voz(self, voz: AdjuntoVoz, caja) -> None:
        px, c = self._px, self._colores
        x, y, fin = caja[0] + px(RELLENO[0]), caja[1] + px(RELLENO[1]), caja[2] - px(RELLENO[0])
        icono = "pausar" if voz.sonando else "tocar"
        if voz.aviso or voz.progreso is not None:
            icono = "fallo" if voz.aviso else "espera"
        disco = self._tema.dibujos.disco(c["acento"], BOTON, icono, c["sobre_acento"])
        self._pincel.imagen(x, y, disco)
        self._marcar_zona((x, y, x + px(BOTON), y + px(BOTON)), OIR)
        x0, medio = x + px(BOTON + 10), y + px(ALTO_ONDA) // 2
        if voz.progreso is None:
            self._dibujar_onda(voz, x0, fin, medio)
            self._marcar_zona((x0, y, fin, y + px(ALTO_ONDA)), MOVER)
        else:
            m = px(3)
            self._pincel.recto(x0, medio - m, fin, medio + m, c["suave"], c["hora"])
            hecho = x0 + (fin - x0) * voz.progreso
            self._pincel.recto(x0, medio - m, hecho, medio + m, c["enlace"])
        pie = y + self._medidor.alto_de_voz() - self._medidor.alto_chico // 2 + px(4)
        color = c["error"] if voz.aviso else self._tenue
        self._pincel.texto(x0, pie, voz.aviso or _describir(voz), "letra_chica", color)
        self._dibujar_hora(fin, pie, self._tenue)

    def _dibujar_onda(self, voz: AdjuntoVoz, x0: int, x1: int, medio: int) -> None:
        px, c = self._px, self._colores
        onda = voz.onda or SIN_ONDA
        paso, oido = (x1 - x0) / len(onda), voz.posicion / (voz.duracion or 1.0)
        for i, altura in enumerate(onda):
            mitad, x = max(px(1.5), altura * px(ALTO_ONDA) / 2), x0 + i * paso
            color = c["enlace"] if i / len(onda) < oido else self._tenue
            fin = x + max(1, paso - px(1.6))
            self._pincel.recto(x, medio - mitad, fin, medio + mitad, color)
        if oido:  # además del color, una marca en el lugar
            x, mitad = x0 + oido * (x1 - x0), px(ALTO_ONDA) // 2
            self._pincel.recto(x - px(1), medio - mitad, x + px(1), medio + mitad, c["texto"])


def _describir(voz: AdjuntoVoz) -> str:
    if voz.progreso is not None:
        return f"Recibiendo {voz.progreso:.0%}"
    total = escribir_lapso(voz.duracion)
    if not voz.posicion:
        return total
    deprisa = f" · {voz.velocidad:.2g}×" if voz.velocidad > 1.05 else ""
    return f"{escribir_lapso(voz.posicion)} / {total}{deprisa}"

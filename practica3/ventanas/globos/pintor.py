"""Cómo se dibuja un mensaje en un Canvas.

          ┌─ Hoy ─┐                      encabezado: el día, la raya de «mensajes nuevos»
        ╭──────────────╮
        │ Bryan        │                 el nombre, sólo en el primero de un grupo
        │ Hola   10:42 │                 la hora, en el último renglón si cabe
    (B) ╰──────────────╯                 el avatar, junto al último del grupo
                  ╭────────────────╮
                  │ ¿Qué tal? 10:43 ✓     los propios, a la derecha, con su estado
                  ╰────────────────╯

Cuánto mide cada cosa lo dice mensajes.py. Todo texto pasa por texto_seguro; los emoji se
dibujan con Pillow.
"""

import tkinter as tk

from ventanas.globos import renglones
from ventanas.aspecto import texto_seguro
from ventanas.globos.mensajes import (
    ALTO_ONDA, AVATAR, BARRAS, BOTON, ENTRE_GRUPOS, HUECO, LADO, Lugar, MAS, Medidas, Medidor, Mensaje, Puesto,
    RADIO, RADIO_UNIDO, RELLENO, escribir_hora, escribir_lapso,
)


class Pintor(Medidor):
    """Dibuja mensajes en un Canvas, con los colores y letras de un tema."""

    def __init__(self, lienzo: tk.Canvas, tema):
        super().__init__(tema)
        self.lienzo = lienzo

    def pintar(self, mensaje: Mensaje, y: int, etiqueta: str, lugar: Lugar) -> Puesto:
        """Dibujar un mensaje con su borde de arriba en y."""
        px, c = self.tema.px, self.tema.colores
        medidas = self.medir(mensaje)
        puesto = Puesto(y, self.alto_total(mensaje, lugar.primero, lugar.dia, lugar.nuevos), (), [])
        arriba = y + px(ENTRE_GRUPOS)
        for texto, fondo, color in ((lugar.dia, c["nota"], c["sobre_nota"]),
                                    ("Mensajes nuevos" if lugar.nuevos else "", c["acento"], c["sobre_acento"])):
            if texto:
                self.pintar_pastilla(texto, arriba, fondo, color, etiqueta)
                arriba += self.alto_chico + px(8) + px(ENTRE_GRUPOS)
        abajo = y + puesto.alto
        if mensaje.es_nota:
            self._pintar_nota(mensaje, medidas, abajo - medidas.alto, etiqueta, puesto, lugar)
            return puesto
        nombre = self.alto_renglon if self._lleva_nombre(mensaje, lugar.primero) else 0
        izquierda = px(LADO) if self.privado else px(LADO + AVATAR + HUECO)
        x0 = self.ancho - px(LADO) - medidas.ancho if mensaje.propio else izquierda
        caja = (x0, abajo - medidas.alto - nombre, x0 + medidas.ancho, abajo)
        if not mensaje.propio and lugar.ultimo and not self.privado:
            self._imagen(px(LADO), abajo - px(AVATAR), self.tema.avatar(texto_seguro.limpiar_linea(mensaje.autor), AVATAR), etiqueta)
        if lugar.enfocado:
            self._pintar_foco(caja, etiqueta)
        if not self._es_foto(mensaje):
            self._pintar_globo(caja, c["propio" if mensaje.propio else "ajeno"], mensaje.propio, lugar, etiqueta)
            if mensaje.para_mi:
                self.lienzo.create_rectangle(x0 + px(5), caja[1] + px(9), x0 + px(8), abajo - px(9), fill=c["enlace"], width=0, tags=etiqueta)
        if nombre:
            self._pintar_nombre(mensaje, caja, etiqueta)
        pintar = {"audio": self._pintar_audio, "sticker": self._pintar_sticker}.get(mensaje.clase, self._pintar_texto)
        pintar(mensaje, medidas, (caja[0], caja[1] + nombre, caja[2], caja[3] - self._alto_falla(mensaje)), etiqueta, puesto, lugar)
        self._pintar_falla(mensaje, caja, etiqueta, puesto)
        puesto.zonas.append((caja[0], caja[1] - y, caja[2], caja[3] - y, "mensaje", ""))
        return puesto

    def _texto(self, x: float, y: float, texto: str, papel: str, color: str, etiqueta: str, ancla: str = "w") -> None:
        self.lienzo.create_text(x, y, text=texto, font=getattr(self.tema, papel), fill=color, anchor=ancla, tags=(etiqueta, "letras"))

    def _imagen(self, x: float, y: float, imagen, *etiquetas: str, ancla: str = "nw") -> None:
        if imagen:
            self.lienzo.create_image(x, y, image=imagen, anchor=ancla, tags=etiquetas)

    def _pintar_globo(self, caja: tuple, color: str, propio: bool, lugar: Lugar, etiqueta: str) -> None:
        normal, unido = RADIO, RADIO_UNIDO
        lado_arriba = normal if lugar.primero else unido
        radios = (normal, lado_arriba, normal, unido) if propio else (lado_arriba, normal, unido, normal)
        self._pintar_caja(caja, color, radios, etiqueta)

    def _pintar_caja(self, caja: tuple, color: str, radios: tuple, etiqueta: str) -> None:
        """Un rectángulo con un radio para cada esquina: no, ne, so, se."""
        x0, y0, x1, y1 = caja
        dibujos = self.tema.dibujos
        esquinas = [dibujos.esquina(color, radio, cual) for radio, cual in zip(radios, ("no", "ne", "so", "se"))]
        a, b, d, e = (esquina.width() if esquina else 0 for esquina in esquinas)
        self.lienzo.create_polygon(x0 + a, y0, x1 - b, y0, x1 - b, y0 + b, x1, y0 + b, x1, y1 - e, x1 - e, y1 - e, x1 - e, y1,
                                   x0 + d, y1, x0 + d, y1 - d, x0, y1 - d, x0, y0 + a, x0 + a, y0 + a, fill=color, tags=etiqueta)
        for imagen, x, y, ancla in zip(esquinas, (x0, x1, x0, x1), (y0, y0, y1, y1), ("nw", "ne", "sw", "se")):
            self._imagen(x, y, imagen, etiqueta, ancla=ancla)

    def pintar_pastilla(self, texto: str, y: int, fondo: str, color: str, etiqueta: str) -> None:
        """Dibujar un texto breve y centrado, con su fondo redondo."""
        medio, ancho = self.ancho // 2, self.medir_texto(texto, "letra_chica") // 2 + self.tema.px(12)
        alto = self.alto_chico + self.tema.px(6)
        self._pintar_caja((medio - ancho, y, medio + ancho, y + alto), fondo, (11,) * 4, etiqueta)
        self._texto(medio, y + alto // 2, texto, "letra_chica", color, etiqueta, "center")

    def _pintar_nota(self, mensaje: Mensaje, medidas: Medidas, y: int, etiqueta: str, puesto: Puesto, lugar: Lugar) -> None:
        c, px = self.tema.colores, self.tema.px
        mal = mensaje.clase == "error"
        icono = px(20) if mal else 0
        x0 = (self.ancho - medidas.ancho - icono) // 2
        caja = (x0, y, x0 + medidas.ancho + icono, y + medidas.alto)
        if lugar.enfocado:
            self._pintar_foco(caja, etiqueta)
        self._pintar_caja(caja, c["franja" if mal else "nota"], (min(11, medidas.alto // 3),) * 4, etiqueta)
        if mal:
            self._imagen(x0 + px(9), y + px(4), self.tema.dibujos.icono("aviso", c["sobre_franja"], 15, c["franja"]), etiqueta)
        color = c["sobre_franja" if mal else "sobre_nota"]
        for numero, renglon in enumerate(medidas.acomodo.renglones):
            texto = "".join(tramo.visible for tramo in renglon)
            self._texto(x0 + icono + px(RELLENO[0]), y + px(4) + self.alto_chico * (numero + 0.5), texto, "letra_chica", color, etiqueta)
        puesto.zonas.append((caja[0], caja[1] - puesto.y, caja[2], caja[3] - puesto.y, "mensaje", ""))

    def _pintar_nombre(self, mensaje: Mensaje, caja: tuple, etiqueta: str) -> None:
        px = self.tema.px
        visible = texto_seguro.limpiar_linea(mensaje.autor)
        x, y = (caja[0] + px(4), caja[1]) if self._es_foto(mensaje) else (caja[0] + px(RELLENO[0]), caja[1] + px(RELLENO[1]))
        self._texto(x, y + self.alto_renglon // 2, visible, "letra_fuerte", self.tema.color_de(mensaje.autor), etiqueta)

    def _pintar_texto(self, mensaje: Mensaje, medidas: Medidas, caja: tuple, etiqueta: str, puesto: Puesto, lugar: Lugar) -> None:
        px = self.tema.px
        alto = self._alto_de_renglon(medidas)
        x, y = caja[0] + px(RELLENO[0]), caja[1] + px(RELLENO[1])
        puesto.x_texto, puesto.y_texto = x, y - puesto.y
        desde, hasta = lugar.renglones
        for numero in range(desde, min(hasta, len(medidas.acomodo.renglones))):
            self._pintar_renglon(mensaje, medidas, numero, (x, y + alto * numero, alto), etiqueta, puesto, lugar)
        if medidas.acomodo.cortado:
            abajo = caja[3] - px(RELLENO[1]) - self.alto_chico // 2
            color = self.tema.colores["enlace"]
            self._texto(x, abajo, MAS, "letra_chica", color, etiqueta)
            puesto.zonas.append((x, abajo - px(12) - puesto.y, x + self.medir_texto(MAS, "letra_chica"), abajo + px(12) - puesto.y, "desplegar", ""))
        self._pintar_hora(mensaje, caja[2] - px(RELLENO[0]), caja[3] - px(RELLENO[1]) - self.alto_chico // 2 + px(2), etiqueta)

    def _pintar_renglon(self, mensaje: Mensaje, medidas: Medidas, numero: int, donde: tuple, etiqueta: str, puesto: Puesto, lugar: Lugar) -> None:
        x, y, alto = donde
        c = self.tema.colores
        renglon = medidas.acomodo.renglones[numero]
        for x0, x1, color in self._fondos(renglon, numero, lugar):
            self.lienzo.create_rectangle(x + x0, y, x + x1, y + alto, fill=c[color], width=0, tags=etiqueta)
        for tramo in renglon:
            if tramo.clase == renglones.EMOJI and medidas.emoji:
                foto = self._pedir_emoji(tramo.original, medidas.emoji)
                self._imagen(x + tramo.x + self.tema.px(1), y + alto // 2, foto, etiqueta, ancla="w")
            elif tramo.visible:
                papel, color = {renglones.ENLACE: ("letra_enlace", c["enlace"]), renglones.MENCION: ("letra_fuerte", c["enlace"])}.get(
                    tramo.clase, ("letra", c["texto"]))
                self._texto(x + tramo.x, y + alto // 2, tramo.visible, papel, color, etiqueta)
            if tramo.clase == renglones.ENLACE:
                zona = (x + tramo.x, y - puesto.y, x + tramo.x + tramo.ancho, y + alto - puesto.y)
                puesto.zonas.append((*zona, "enlace", tramo.objetivo))

    def _pedir_emoji(self, emoji: str, lado: int):
        """El dibujo de un emoji; dibujarlo cuesta, y sin tiempo queda para la siguiente ronda."""
        foto = self.tema.dibujos.emoji(emoji, lado, self.seguir())
        self.a_medias = self.a_medias or not foto
        return foto

    def _fondos(self, renglon: list, numero: int, lugar: Lugar):
        """Lo que en un renglón va resaltado: (x inicial, x final, color)."""
        if lugar.buscado:
            visible = "".join(tramo.visible for tramo in renglon)
            doblado, desde = texto_seguro.plegar(visible), 0
            while (desde := doblado.find(lugar.buscado, desde)) >= 0:
                fin = desde + len(lugar.buscado)
                yield self._x_de(renglon, desde), self._x_de(renglon, fin), "actual" if lugar.es_actual else "hallado"
                desde = fin
        if lugar.elegido:
            (r0, t0, l0), (r1, t1, l1) = lugar.elegido
            if r0 <= numero <= r1:
                inicio = self._x_en(renglon, t0, l0) if numero == r0 else 0
                yield inicio, self._x_en(renglon, t1, l1) if numero == r1 else renglones.ancho_de(renglon), "elegido"

    def _x_de(self, renglon: list, letra: int) -> int:
        for indice, tramo in enumerate(renglon):
            if letra <= len(tramo.visible):
                return self._x_en(renglon, indice, letra)
            letra -= len(tramo.visible)
        return renglones.ancho_de(renglon)

    def _x_en(self, renglon: list, indice: int, letra: int) -> int:
        if indice >= len(renglon):
            return renglones.ancho_de(renglon)
        tramo = renglon[indice]
        if tramo.clase == renglones.EMOJI:
            return tramo.x + (tramo.ancho if letra else 0)
        return tramo.x + (tramo.ancho if letra >= len(tramo.visible) else self.medir_texto(tramo.visible[:letra], tramo.clase))

    def _pintar_hora(self, mensaje: Mensaje, derecha: int, y: int, etiqueta: str) -> None:
        c, px = self.tema.colores, self.tema.px
        color = c["error"] if mensaje.estado == "fallo" else c["hora_propio" if mensaje.propio else "hora"]
        if mensaje.estado:
            self._imagen(derecha, y, self.tema.dibujos.icono(mensaje.estado, color, 13), etiqueta, ancla="e")
            derecha -= px(16)
        self._texto(derecha, y, escribir_hora(mensaje.hora), "letra_chica", color, etiqueta, "e")

    def _pintar_falla(self, mensaje: Mensaje, caja: tuple, etiqueta: str, puesto: Puesto) -> None:
        if mensaje.estado != "fallo":
            return
        px = self.tema.px
        y = caja[3] - px(RELLENO[1]) - self.alto_chico // 2 + px(2)
        self._texto(caja[2] - px(RELLENO[0]), y, "No se envió · Reintentar", "letra_chica", self.tema.colores["error"], etiqueta, "e")
        puesto.zonas.append((caja[0], caja[3] - self._alto_falla(mensaje) - puesto.y, caja[2], caja[3] - puesto.y, "reintentar", ""))

    def _pintar_foco(self, caja: tuple, etiqueta: str) -> None:
        """Una orilla alrededor de la caja, que se dibuja encima."""
        x0, y0, x1, y1 = caja
        m = self.tema.px(2)
        self._pintar_caja((x0 - m, y0 - m, x1 + m, y1 + m), self.tema.colores["enlace"], (RADIO + 2,) * 4, etiqueta)
        self._pintar_caja(caja, self.tema.colores["charla"], (RADIO,) * 4, etiqueta)  # un sticker no tapa el centro

    # ---- stickers y voz

    def _pintar_sticker(self, mensaje: Mensaje, medidas: Medidas, caja: tuple, etiqueta: str, puesto: Puesto, lugar: Lugar) -> None:
        if not self._es_foto(mensaje):
            self._pintar_texto(mensaje, medidas, caja, etiqueta, puesto, lugar)
            return
        c, px = self.tema.colores, self.tema.px
        fotos = mensaje.ficha.get("fotos")
        if fotos:  # si no, se soltó para no ocupar memoria y se está preparando otra vez
            self._imagen(caja[0], caja[1], fotos[mensaje.ficha.get("cuadro", 0) % len(fotos)], etiqueta, f"foto-{etiqueta}")
        ancho = self._ancho_hora(mensaje) + px(14)
        y1 = caja[3] - px(2)
        self._pintar_caja((caja[2] - ancho, y1 - self.alto_chico - px(4), caja[2], y1), c["nota"], (9,) * 4, etiqueta)
        color = c["error"] if mensaje.estado == "fallo" else c["sobre_nota"]
        derecha, medio = caja[2] - px(7), y1 - self.alto_chico // 2 - px(2)
        if mensaje.estado:
            self._imagen(derecha, medio, self.tema.dibujos.icono(mensaje.estado, color, 13), etiqueta, ancla="e")
            derecha -= px(16)
        self._texto(derecha, medio, escribir_hora(mensaje.hora), "letra_chica", color, etiqueta, "e")

    def _pintar_audio(self, mensaje: Mensaje, medidas: Medidas, caja: tuple, etiqueta: str, puesto: Puesto, lugar: Lugar) -> None:
        c, px, ficha = self.tema.colores, self.tema.px, mensaje.ficha
        x, y = caja[0] + px(RELLENO[0]), caja[1] + px(RELLENO[1])
        tenue = c["hora_propio" if mensaje.propio else "hora"]
        fallo = ficha.get("falla", "")
        icono = "fallo" if fallo else "espera" if "progreso" in ficha else "pausar" if ficha.get("sonando") else "tocar"
        self._imagen(x, y, self.tema.dibujos.disco(c["acento"], BOTON, icono, c["sobre_acento"]), etiqueta)
        puesto.zonas.append((x, y - puesto.y, x + px(BOTON), y + px(BOTON) - puesto.y, "tocar", ""))
        x0, x1 = x + px(BOTON + 10), caja[2] - px(RELLENO[0])
        if "progreso" in ficha:
            self._pintar_progreso(x0, x1, y + px(ALTO_ONDA) // 2, ficha["progreso"], etiqueta)
        else:
            self._pintar_onda(mensaje, x0, x1, y + px(ALTO_ONDA) // 2, etiqueta)
            puesto.zonas.append((x0, y - puesto.y, x1, y + px(ALTO_ONDA) - puesto.y, "mover", (x0, x1)))
        pie = y + px(BOTON) - self.alto_chico // 2 + px(4)
        self._texto(x0, pie, fallo or self._describir_audio(ficha), "letra_chica", c["error"] if fallo else tenue, etiqueta)
        self._pintar_hora(mensaje, x1, pie, etiqueta)

    @staticmethod
    def _describir_audio(ficha: dict) -> str:
        if "progreso" in ficha:
            return f"Recibiendo {ficha['progreso']:.0%}"
        posicion, total = ficha.get("posicion", 0.0), ficha.get("duracion", 0.0)
        return f"{escribir_lapso(posicion)} / {escribir_lapso(total)}" if posicion else escribir_lapso(total)

    def _pintar_onda(self, mensaje: Mensaje, x0: int, x1: int, medio: int, etiqueta: str) -> None:
        c, px, ficha = self.tema.colores, self.tema.px, mensaje.ficha
        onda = ficha.get("onda") or [0.05] * BARRAS
        paso = (x1 - x0) / len(onda)
        oido = ficha.get("posicion", 0.0) / (ficha.get("duracion") or 1.0)
        apagada = c["hora_propio" if mensaje.propio else "hora"]
        for i, altura in enumerate(onda):
            mitad = max(px(1.5), altura * px(ALTO_ONDA) / 2)
            x = x0 + i * paso
            color = c["enlace"] if i / len(onda) < oido else apagada
            self.lienzo.create_rectangle(x, medio - mitad, x + max(1, paso - px(1.6)), medio + mitad, fill=color, width=0, tags=etiqueta)
        if oido:  # además del color, una marca en el lugar
            x, mitad = x0 + oido * (x1 - x0), px(ALTO_ONDA) // 2
            self.lienzo.create_rectangle(x - px(1), medio - mitad, x + px(1), medio + mitad, fill=c["texto"], width=0, tags=etiqueta)

    def _pintar_progreso(self, x0: int, x1: int, medio: int, hecho: float, etiqueta: str) -> None:
        c, m = self.tema.colores, self.tema.px(3)
        self.lienzo.create_rectangle(x0, medio - m, x1, medio + m, fill=c["suave"], outline=c["hora"], tags=etiqueta)
        self.lienzo.create_rectangle(x0, medio - m, x0 + (x1 - x0) * hecho, medio + m, fill=c["enlace"], width=0, tags=etiqueta)

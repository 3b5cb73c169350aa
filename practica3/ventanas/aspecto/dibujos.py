"""Los dibujos de las ventanas, hechos con Pillow: cajas redondeadas, avatares, iconos y emoji.

Todo se dibuja 4 veces mayor y se reduce, al tamaño exacto de la pantalla: los bordes son
suaves también a 192 ppp. Un icono es una lista de trazos en una cuadrícula de 24 × 24:

    "buscar": circulo (10, 10) de radio 6, línea (15, 15)–(21, 21)

Sin Pillow cada función devuelve "", que para Tk es «sin imagen»: las esquinas quedan
rectas y los botones llevan su nombre. No hay letras de Tk aquí: los emoji los dibuja Pillow
con la letra de color del sistema, y así Tk nunca ve uno (véase texto_seguro.py).
"""

import collections
import dataclasses
import io
import tkinter as tk
import unicodedata

try:
    from PIL import Image
    from PIL import ImageDraw
    from PIL import features
except ImportError:
    Image = None

from equipo import letras

FINURA = 4  # se dibuja 4 veces mayor y se reduce
REJILLA = 24  # unidades de lado de un icono
GROSOR = 2  # unidades de sus trazos
CENTRO = (96, 24)  # píxeles a 96 ppp que ttk repite en el centro de una caja
MAX_HECHOS = 1_000  # dibujos que se recuerdan: los emoji y las iniciales los ponen otros

CAMPANA = (("linea", 5, 17, 19, 17, 17, 14, 17, 10), ("linea", 5, 17, 7, 14, 7, 10),
           ("arco", 7, 5, 17, 15, 180, 360))
CASILLA = ("linea", 5, 4, 19, 4, 20, 5, 20, 19, 19, 20, 5, 20, 4, 19, 4, 5, 5, 4)
# Trazos: línea (abierta), forma (rellena), disco y aro (x, y, radio), arco (caja, ángulos).
CANDADO = [("forma", 4.5, 11, 19.5, 11, 19.5, 21.5, 4.5, 21.5), ("linea", 7.5, 9.5, 7.5, 12)]
ICONOS = {
    "microfono": [("barra", 12, 6, 12, 11, 7), ("arco", 5.5, 4.5, 18.5, 17.5, 0, 180),
                  ("linea", 12, 17.5, 12, 21), ("linea", 8.5, 21, 15.5, 21)],
    "sticker": [("linea", 13, 21, 6, 21, 3, 18, 3, 6, 6, 3, 18, 3, 21, 6, 21, 13, 13, 21),
                ("linea", 13, 21, 13, 16, 16, 13, 21, 13), ("disco", 8.5, 9, 1.3),
                ("disco", 15.5, 9, 1.3), ("arco", 7.5, 7.5, 14.5, 15, 60, 165)],
    "candado": [*CANDADO, ("arco", 7.5, 3, 16.5, 17, 180, 360)],
    "candado_abierto": [*CANDADO, ("arco", 7.5, 1.5, 16.5, 15.5, 180, 335)],
    "buscar": [("aro", 10.5, 10.5, 6.5), ("linea", 15.5, 15.5, 20.5, 20.5)],
    "menu": [("disco", 12, 5, 1.8), ("disco", 12, 12, 1.8), ("disco", 12, 19, 1.8)],
    "campana": [*CAMPANA, ("linea", 11, 20.5, 13, 20.5)],
    "menciones": [("aro", 12, 12, 4), ("arco", 3, 3, 21, 21, 60, 360),
                  ("linea", 16, 8, 16, 13), ("arco", 16, 9, 21, 16, 0, 180)],
    "sin_sonido": [*CAMPANA, ("linea", 4, 3, 20, 21)],
    "luna": [("arco", 4, 4, 20, 20, 20, 250), ("arco", 8.5, 1.5, 21, 15, 60, 190)],
    "sol": [("aro", 12, 12, 4), ("linea", 12, 2.5, 12, 4.5), ("linea", 12, 19.5, 12, 21.5),
            ("linea", 2.5, 12, 4.5, 12), ("linea", 19.5, 12, 21.5, 12),
            ("linea", 5.3, 5.3, 6.7, 6.7), ("linea", 17.3, 17.3, 18.7, 18.7),
            ("linea", 5.3, 18.7, 6.7, 17.3), ("linea", 17.3, 6.7, 18.7, 5.3)],
    "personas": [("disco", 9, 8, 4), ("arco", 12.5, 4, 20, 12, 250, 110),
                 ("forma", 1.5, 20, 2, 17, 4, 14.5, 9, 13.5, 14, 14.5, 16, 17, 16.5, 20),
                 ("linea", 17.5, 14.5, 20.5, 16.5, 21.5, 20)],
    "persona": [("disco", 12, 7.5, 4.5),
                ("forma", 3, 21, 3.5, 18, 6, 15, 12, 14, 18, 15, 20.5, 18, 21, 21)],
    "copiar": [("linea", 9, 9, 20, 9, 20, 20, 9, 20, 9, 9),
               ("linea", 5.5, 15, 4, 15, 4, 4, 15, 4, 15, 5.5)],
    "adjuntar": [("linea", 6, 9, 6, 15.5), ("arco", 5, 9, 19, 22, 0, 180),
                 ("linea", 18, 15.5, 18, 6.5), ("arco", 10, 2, 19, 11, 180, 360),
                 ("linea", 11, 6.5, 11, 15)],
    "archivo": [("linea", 14, 3, 6, 3, 6, 21, 18, 21, 18, 7, 14, 3, 14, 7, 18, 7)],
    "descargar": [("linea", 12, 4, 12, 15), ("linea", 7, 10.5, 12, 15.5, 17, 10.5),
                  ("linea", 5, 20, 19, 20)],
    "cerrar": [("linea", 6, 6, 18, 18), ("linea", 18, 6, 6, 18)],
    "arriba": [("linea", 6, 15, 12, 9, 18, 15)],
    "abajo": [("linea", 6, 9, 12, 15, 18, 9)],
    "tocar": [("forma", 8, 5, 19, 12, 8, 19)],
    "pausar": [("barra", 8.5, 6.5, 8.5, 17.5, 3.5), ("barra", 15.5, 6.5, 15.5, 17.5, 3.5)],
    "papelera": [("linea", 4.5, 6.5, 19.5, 6.5), ("linea", 9, 6.5, 9, 3.5, 15, 3.5, 15, 6.5),
                 ("linea", 6.5, 6.5, 7.5, 20.5, 16.5, 20.5, 17.5, 6.5)],
    "diagnostico": [("linea", 2.5, 12, 7, 12, 10, 5, 14, 19, 17, 12, 21.5, 12)],
    "espera": [("aro", 12, 12, 8), ("linea", 12, 7, 12, 12, 15.5, 14)],
    "enviado": [("linea", 5, 12.5, 10, 17.5, 19.5, 7)],
    "entregado": [("linea", 2, 12.5, 7, 17.5, 16.5, 7), ("linea", 11, 16, 12.5, 17.5, 22, 7)],
    "local": [("linea", 4, 5, 20, 5, 20, 16, 4, 16, 4, 5), ("linea", 8, 20, 16, 20)],
    "fallo": [("aro", 12, 12, 9), ("linea", 12, 7, 12, 13), ("disco", 12, 16.8, 1.4)],
    "libre": [CASILLA],
    "marcada": [CASILLA, ("forma", 5, 5, 19, 5, 19, 19, 5, 19),
                ("hueco", 7.5, 12.5, 10.7, 15.7, 16.5, 8.5)],
    "bien": [("disco", 12, 12, 10), ("hueco", 7, 12.5, 10.7, 16, 17, 8.5)],
    "mal": [("disco", 12, 12, 10), ("hueco", 8.5, 8.5, 15.5, 15.5),
            ("hueco", 15.5, 8.5, 8.5, 15.5)],
    "aviso": [("forma", 12, 2, 23, 21.5, 1, 21.5), ("hueco", 12, 9, 12, 14.5),
              ("hueco", 12, 18, 12, 18.1)],
}


@dataclasses.dataclass(frozen=True)
class Caja:
    """El aspecto de un rectángulo redondeado."""

    relleno: str
    borde: str
    grosor: float = 1  # del borde, en píxeles a 96 ppp


class FotosRecordadas:
    """Al pasar del máximo se suelta lo que hace más que no se pide, si no está a la vista.

    Soltar una imagen a la vista dejaría un hueco en su lugar: Tk no las conserva por sí mismo.
    """

    def __init__(self, raiz: tk.Tk, maximo: int, fotos_de=lambda foto: [foto],
                 pesar=lambda foto: 1):
        """`fotos_de(valor)`: sus imágenes de Tk; `pesar(valor)`: cuánto ocupa."""
        self._raiz, self._maximo, self._fotos_de, self._pesar = raiz, maximo, fotos_de, pesar
        self._valores: "collections.OrderedDict[object, object]" = collections.OrderedDict()

    def __len__(self) -> int:
        return len(self._valores)

    def pedir(self, clave):
        """Lo que se recuerda con esa clave, o None."""
        if clave in self._valores:
            self._valores.move_to_end(clave)
        return self._valores.get(clave)

    def recordar(self, clave, valor) -> "tuple[int, list]":
        """Guardar algo; devuelve cuánto sobra aún, si no se pudo hacer sitio, y lo que se soltó."""
        self._valores[clave] = valor
        sobran, soltados = sum(map(self._pesar, self._valores.values())) - self._maximo, []
        for otra, uno in list(self._valores.items()):
            if sobran <= 0:
                break
            if uno is not valor and not self._esta_a_la_vista(uno):
                sobran -= self._pesar(uno)
                soltados.append(self._valores.pop(otra))
        return sobran, soltados

    def soltar_si(self, condicion) -> list:
        """Soltar, de lo que no está a la vista, lo que cumpla una condición; devuelve qué."""
        sobra = [clave for clave, uno in self._valores.items()
                 if condicion(uno) and not self._esta_a_la_vista(uno)]
        return [self._valores.pop(clave) for clave in sobra]

    def _esta_a_la_vista(self, valor) -> bool:
        return any(self._raiz.tk.call("image", "inuse", foto) for foto in self._fotos_de(valor))


class Dibujos:
    """Las imágenes de una aplicación, cada una dibujada una sola vez."""

    def __init__(self, raiz: tk.Tk, escala: float):
        self._raiz = raiz
        self._escala = escala
        self._hechos = FotosRecordadas(raiz, MAX_HECHOS)
        self._letras: "list[str]" = []  # las que dijo fontconfig

    def px(self, pixeles: float) -> int:
        """Pasar una medida de 96 ppp a la de esta pantalla."""
        return round(pixeles * self._escala)

    def caja(self, caja: Caja, radio: int) -> "tk.PhotoImage | str":
        """Un rectángulo redondeado que ttk agranda por el centro sin tocar las esquinas (9-patch).

        El centro ya es amplio porque ttk no lo estira, lo repite, y cada copia es un viaje de
        ida y vuelta al servidor X: con uno de 2 píxeles, el parpadeo del cursor eran mil.
        """
        ancho, alto = (2 * self.px(radio) + self.px(lado) for lado in CENTRO)

        def dibujar(lapiz, fin):
            lapiz.rounded_rectangle((0, 0, fin - 1, alto * FINURA - 1), self.px(radio) * FINURA,
                                    fill=caja.relleno, outline=caja.borde,
                                    width=round(caja.grosor * self._escala) * FINURA)

        return self._dibujar(("caja", caja, radio), ancho, dibujar, alto)

    def esquina(self, color: str, radio: int, cual: str) -> "tk.PhotoImage | str":
        """Una esquina de globo: un cuarto de disco. `cual`: "no", "ne", "so" o "se"."""
        def dibujar(lapiz, fin):
            x, y = -fin * cual.endswith("e"), -fin * cual.startswith("s")
            lapiz.ellipse((x, y, x + 2 * fin - 1, y + 2 * fin - 1), fill=color)

        return self._dibujar(("esquina", color, radio, cual), max(1, self.px(radio)), dibujar)

    def avatar(self, autor: str, color: str, lado: int) -> "tk.PhotoImage | str":
        """Un círculo con la inicial de alguien, de `lado` píxeles a 96 ppp."""
        inicial = unicodedata.normalize("NFC", autor.lstrip("‹@ ")[:1].upper())[:1]

        def dibujar(lapiz, fin):
            lapiz.ellipse((0, 0, fin - 1, fin - 1), fill=color)
            letra = letras.de_inicial(inicial, fin * 9 // 20, self._letras)
            if letra is None:  # en este sistema nada sabe dibujarla
                _trazar(lapiz, "persona", fin * 0.64, fin * 0.18, "#FFFFFF", color)
            else:
                lapiz.text((fin / 2, fin / 2), inicial, fill="#FFFFFF", font=letra, anchor="mm")

        return self._dibujar(("avatar", color, inicial, lado), self.px(lado), dibujar)

    def disco(self, color: str, lado: int, nombre: str, sobre: str) -> "tk.PhotoImage | str":
        """Un botón redondo con un icono en medio."""
        def dibujar(lapiz, fin):
            lapiz.ellipse((0, 0, fin - 1, fin - 1), fill=color)
            _trazar(lapiz, nombre, fin * 0.54, fin * 0.23, sobre, color)

        return self._dibujar(("disco", color, lado, nombre, sobre), self.px(lado), dibujar)

    def icono(self, nombre: str, color: str, lado: int = 20,
              hueco: str = "#FFFFFF") -> "tk.PhotoImage | str":
        """Un icono de ICONOS, de `lado` píxeles a 96 ppp."""
        return self._dibujar(("icono", nombre, color, lado, hueco), self.px(lado),
                             lambda lapiz, fin: _trazar(lapiz, nombre, fin, 0, color, hueco))

    def globo(self, color: str, lado: int = 56) -> "tk.PhotoImage | str":
        """El icono del programa: un globo de texto."""
        def dibujar(lapiz, fin):
            lapiz.rounded_rectangle((0, fin * 0.05, fin - 1, fin * 0.78), fin // 5, fill=color)
            pico = [(0.18, 0.7), (0.18, 0.98), (0.5, 0.7)]
            lapiz.polygon([(fin * x, fin * y) for x, y in pico], fill=color)
            for x in (0.28, 0.5, 0.72):
                punto = (fin * (x - 0.06), fin * 0.36, fin * (x + 0.06), fin * 0.48)
                lapiz.ellipse(punto, fill="#FFFFFF")

        return self._dibujar(("globo", color, lado), self.px(lado), dibujar)

    def emoji(self, emoji: str, alto: int, hacerlo: bool = True) -> "tk.PhotoImage | str":
        """Un emoji, de `alto` píxeles de esta pantalla; "" si no está hecho o no hay con qué."""
        clave, letra = ("emoji", emoji, alto), letras.de_emoji()
        foto = self._hechos.pedir(clave)
        if foto is None and letra is not None and hacerlo:
            foto = self._hacer_foto(_pintar_emoji(emoji, letra, alto))
            self._hechos.recordar(clave, foto)
        return foto or ""

    def _dibujar(self, clave: tuple, ancho: int, dibujar,
                 alto: int = 0) -> "tk.PhotoImage | str":
        """Lo que traza `dibujar(lápiz, ancho ampliado)`; es cuadrado si no se da el alto."""
        if Image is None:
            return ""
        foto = self._hechos.pedir(clave)
        if foto is None:
            medida = (ancho, alto or ancho)
            lienzo = Image.new("RGBA", [lado * FINURA for lado in medida], (0, 0, 0, 0))
            dibujar(ImageDraw.Draw(lienzo), ancho * FINURA)
            foto = self._hacer_foto(lienzo.resize(medida, Image.Resampling.BOX))
            self._hechos.recordar(clave, foto)
        return foto

    def _hacer_foto(self, imagen) -> tk.PhotoImage:
        archivo = io.BytesIO()  # y no ImageTk, que en Debian es un paquete aparte
        imagen.save(archivo, "PNG", compress_level=1)
        return tk.PhotoImage(master=self._raiz, data=archivo.getvalue())


def _trazar(lapiz, nombre: str, fin: float, margen: float, color: str, hueco: str) -> None:
    """Trazar un icono en un cuadrado de `fin` píxeles; «hueco»: una línea del color del fondo."""
    u = fin / REJILLA
    for clase, *numeros in ICONOS.get(nombre, ()):
        puntos = [numero * u + margen for numero in numeros]
        pares = list(zip(puntos[::2], puntos[1::2]))
        if clase == "forma":
            lapiz.polygon(pares, fill=color)
        elif clase in ("disco", "aro"):
            (x, y), radio = pares[0], numeros[2] * u
            relleno, ancho = (color, 0) if clase == "disco" else (None, round(GROSOR * u))
            lapiz.ellipse((x - radio, y - radio, x + radio, y + radio), relleno, color, ancho)
        elif clase == "arco":
            lapiz.arc([*pares[0], *pares[1]], *numeros[4:], fill=color, width=round(GROSOR * u))
        else:
            ancho = (numeros[4] if clase == "barra" else GROSOR) * u
            pares = pares[:2] if clase == "barra" else pares
            _trazar_linea(lapiz, pares, ancho, hueco if clase == "hueco" else color)


def _trazar_linea(lapiz, pares: list, ancho: float, color: str) -> None:
    lapiz.line(pares, fill=color, width=round(ancho))
    for x, y in pares:  # extremos y codos redondos
        lapiz.ellipse((x - ancho / 2, y - ancho / 2, x + ancho / 2, y + ancho / 2), fill=color)


def _pintar_emoji(emoji: str, letra, alto: int):
    """Un emoji en un cuadrado; el que la letra no sepa unir, sólo con su primera parte."""
    visible = emoji if features.check("raqm") else emoji[0]
    lienzo = Image.new("RGBA", (2 * letras.LADO_EMOJI, 2 * letras.LADO_EMOJI), (0, 0, 0, 0))
    lapiz = ImageDraw.Draw(lienzo)
    lapiz.text((4, 4), visible, font=letra, embedded_color=True, fill="#5A6672")
    recorte = lienzo.crop(lienzo.getbbox() or (0, 0, letras.LADO_EMOJI, letras.LADO_EMOJI))
    recorte.thumbnail((alto, alto), Image.Resampling.LANCZOS)
    final = Image.new("RGBA", (alto, alto), (0, 0, 0, 0))
    final.paste(recorte, ((alto - recorte.width) // 2, (alto - recorte.height) // 2))
    return final

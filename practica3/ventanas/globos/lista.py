"""Qué mensajes están a la vista y dónde cae cada uno: sólo de ésos existe dibujo.

    serie      [ 0, 1, 2, … 19 999 ]      Todos, como datos. De alto se les estima lo que
                     ┌───────┐            midan hasta que les toca estar a la vista.
    ancla ─▶ (812, y)│ 812   │
                     │ 813   │            A la vista: unos veinte, dibujados. Un mensaje
                     │ 814   │            nuevo es añadir a la serie y pedir otra pintura;
                     └───────┘            mil de golpe cuestan lo mismo de dibujar que uno.

Mientras se mira el final, avanza sola. La usa el hilo de la ventana, como todo lo de Tk.
"""

import bisect
import itertools
import time
import tkinter as tk

from ventanas.aspecto import foco
from ventanas.globos import busqueda as modulo_busqueda
from ventanas.globos import medidor as modulo_medidor
from ventanas.globos import seleccion as modulo_seleccion
from ventanas.globos.globo import Globo, Lugar, Puesto
from ventanas.globos.mensaje import Mensaje, Serie, escribir_dia, hora_local, son_grupo
from ventanas.globos.pincel import Pincel

CUADRO = 16  # ms entre dos pinturas, si una no cuesta más; la primera, que abre las letras, sí…
MAX_ESPERA = 150  # …y no por eso ha de tardar la segunda
TIEMPO_DE_PINTURA = 0.010  # s para medir y dibujar emoji; el resto, en la siguiente
ORILLA = 10  # píxeles libres arriba y abajo
VACIO = "Todavía no hay mensajes"
ENTERO = (0, 10**9)  # los renglones a la vista de un mensaje que cabe


class Lista:
    """Los globos que se ven de una serie de mensajes, y por dónde se mira."""

    def __init__(self, lienzo: tk.Canvas, tema, serie: Serie,
                 seleccion: modulo_seleccion.Seleccion, busqueda: modulo_busqueda.Busqueda,
                 al_pintar):
        self._lienzo, self._tema = lienzo, tema
        self._serie, self._seleccion, self._busqueda = serie, seleccion, busqueda
        self._al_pintar = al_pintar
        self.medidor = modulo_medidor.Medidor(tema)
        self.al_final = True  # se mira lo último
        self.primer_nuevo: "Mensaje | None" = None  # el que lleva la raya de «mensajes nuevos»
        self._puestos: "dict[int, Puesto]" = {}
        self._ancla = (0, 0)  # un mensaje y dónde cae su borde de arriba
        self._pintura = ""  # el `after` de la siguiente pintura
        self._costo = 0.0  # s de la última

    # ---- pintar

    def pedir_pintura(self) -> None:
        """Dibujar en el siguiente cuadro lo que haya cambiado."""
        if not self._pintura:
            # En una ráfaga, que dibujar no lo ocupe todo.
            espera = max(CUADRO, min(round(3000 * self._costo), MAX_ESPERA))
            self._pintura = self._lienzo.after(espera, self._pintar)

    def pintar_ya(self) -> None:
        """Dibujar sin esperar al siguiente cuadro: para que lo que se arrastra no se retrase."""
        if self._pintura:
            self._lienzo.after_cancel(self._pintura)
        self._pintar()

    def olvidar_dibujos(self) -> None:
        """Dibujar todo otra vez: cambió el ancho, el tema o la letra."""
        self._lienzo.delete("all")
        self._puestos.clear()
        self.pedir_pintura()

    def _pintar(self) -> None:
        self._pintura = ""
        ancho, alto = self._lienzo.winfo_width(), self._lienzo.winfo_height()
        if ancho <= 1 or not self._lienzo.winfo_viewable():
            return  # <Configure> volverá a pedirlo
        inicio = time.perf_counter()
        self.medidor.empezar_ronda(ancho, TIEMPO_DE_PINTURA)
        visibles = self._repartir(alto)
        for numero in self._puestos.keys() - visibles.keys():
            self._lienzo.delete(f"m{numero}")
            del self._puestos[numero]
        for numero, y in visibles.items():
            self._poner(numero, y, alto)
        self._lienzo.delete("vacio")
        if not visibles:
            nota, sobre = self._tema.colores["nota"], self._tema.colores["sobre_nota"]
            pincel = Pincel(self._lienzo, self._tema, "vacio")
            pincel.pastilla(ancho // 2, alto // 2, VACIO, nota, sobre)
        self._al_pintar()
        self._costo = time.perf_counter() - inicio
        if self.medidor.a_medias:
            self.pedir_pintura()

    def _repartir(self, alto: int) -> "dict[int, int]":
        """Qué mensajes se ven y dónde cae cada uno."""
        visibles = {} if self.al_final else self._repartir_desde_ancla(alto)
        if not visibles:
            self.al_final, y = True, alto - self._tema.px(ORILLA)
            for numero in range(self._serie.ultimo, self._serie.primero - 1, -1):
                y -= self._medir(numero)
                visibles[numero] = y
                if y < 0:
                    break
        ancla = (self._serie.primero, 0)
        for numero in sorted(visibles):  # el primero que asoma
            if visibles[numero] + self._serie[numero].alto > 0:
                ancla = (numero, visibles[numero])
                break
        self._ancla = ancla
        return visibles

    def _repartir_desde_ancla(self, alto: int) -> "dict[int, int]":
        """Lo mismo, mirando más arriba del final; nada, si ya se llegó a él."""
        orilla, (numero, arriba) = self._tema.px(ORILLA), self._ancla
        if numero not in self._serie:  # ya no se conserva
            numero, arriba = self._serie.primero, 0
        visibles, abajo = self._apilar(numero, arriba, alto)
        while numero > self._serie.primero and arriba > 0:
            numero -= 1
            arriba -= self._medir(numero)
            visibles[numero] = arriba
        if arriba > orilla:  # se pasó del principio
            visibles, abajo = self._apilar(self._serie.primero, orilla, alto)
        return visibles if abajo > alto - orilla else {}

    def _apilar(self, numero: int, y: int, alto: int) -> "tuple[dict[int, int], int]":
        """Dónde cae cada mensaje desde uno, hacia abajo, y dónde acaba el último."""
        visibles = {}
        while numero in self._serie and y < alto:
            visibles[numero] = y
            y += self._medir(numero)
            numero += 1
        return visibles, y

    def _vecinos(self, numero: int) -> modulo_medidor.Vecinos:
        serie, este = self._serie, self._serie[numero]
        antes = serie[numero - 1] if numero - 1 in serie else None
        despues = serie[numero + 1] if numero + 1 in serie else None
        dia, nuevos = "", este is self.primer_nuevo
        if antes is None or hora_local(antes.hora)[:3] != hora_local(este.hora)[:3]:
            dia = escribir_dia(este.hora, time.time())
        primero = bool(antes is None or dia or nuevos or not son_grupo(antes, este))
        ultimo = despues is None or despues is self.primer_nuevo or not son_grupo(este, despues)
        ajeno = isinstance(este, Mensaje) and not este.propio and not self.medidor.privado
        con_nombre = primero and (ajeno or bool(getattr(este, "duda", "")))
        return modulo_medidor.Vecinos(primero, con_nombre, ajeno and ultimo, dia, nuevos)

    def _medir(self, numero: int) -> int:
        mensaje = self._serie[numero]
        mensaje.alto = self.medidor.alto_total(mensaje, self._vecinos(numero))
        return mensaje.alto

    def _poner(self, numero: int, y: int, alto: int) -> None:
        """Dibujar un mensaje o, si ya lo está igual, moverlo a su lugar."""
        mensaje, a_la_vista = self._serie[numero], ENTERO
        if mensaje.alto > alto:  # más alto que la ventana: sólo lo que se ve de él
            renglon = self.medidor.alto_renglon
            desde = max(0, -y // renglon // 8 * 8 - 16)
            a_la_vista = (desde, desde + alto // renglon + 40)
        enfocado = numero == self._seleccion.foco and foco.tiene_foco(self._lienzo)
        lugar = Lugar(self._vecinos(numero), self._seleccion.de(numero), enfocado,
                      self._busqueda.buscado, numero == self._busqueda.actual, a_la_vista)
        firma = (lugar, mensaje.version, mensaje.alto, mensaje.medidas)
        puesto, etiqueta = self._puestos.get(numero), f"m{numero}"
        if puesto is not None and puesto.firma == firma and not self.medidor.a_medias:
            if puesto.y != y:
                self._lienzo.move(etiqueta, 0, y - puesto.y)
                puesto.y = y
            return
        self._lienzo.delete(etiqueta)
        pincel = Pincel(self._lienzo, self._tema, etiqueta)
        self._puestos[numero] = puesto = Globo(pincel, self.medidor, mensaje, lugar, y).dibujar()
        puesto.firma = firma if not self.medidor.a_medias else ()

    # ---- lo que está a la vista

    def numeros_a_la_vista(self) -> "list[int]":
        """Los de los mensajes dibujados, de arriba abajo."""
        return sorted(numero for numero in self._puestos if numero in self._serie)

    def puesto_de(self, numero: "int | None") -> "Puesto | None":
        """Dónde está dibujado un mensaje; None si no está a la vista."""
        return self._puestos.get(numero) if numero in self._serie else None

    def numero_en(self, y: int) -> "int | None":
        """El mensaje que está a esa altura."""
        return next((numero for numero in self.numeros_a_la_vista()
                     if 0 <= y - self._puestos[numero].y < self._puestos[numero].alto), None)

    def animar(self, ahora: float) -> bool:
        """Mostrar el cuadro que toca de los stickers animados a la vista; si hay alguno."""
        hay = False
        for numero in self.numeros_a_la_vista():
            imagen = getattr(self._serie[numero].adjunto, "imagen", None)
            if imagen is not None and len(imagen.fotos or ()) > 1:
                fines = list(itertools.accumulate(imagen.lapsos))
                cuadro = bisect.bisect_right(fines, ahora * 1000 % fines[-1]) % len(imagen.fotos)
                self._serie[numero].adjunto.cuadro, hay = cuadro, True
                self._lienzo.itemconfigure(f"foto-m{numero}", image=imagen.fotos[cuadro])
        return hay

    # ---- por dónde se mira

    def mirar(self, numero: int, y: int) -> None:
        """Poner el borde de arriba de un mensaje en y."""
        self._ancla, self.al_final = (numero, y), False
        self.pintar_ya()

    def desplazar(self, pixeles: int) -> None:
        """Bajar tantos píxeles; negativos, subir."""
        if len(self._serie) and (pixeles < 0 or not self.al_final):
            self.mirar(self._ancla[0], self._ancla[1] - pixeles)

    def mirar_parte(self, parte: float) -> None:
        """Ir a una parte del total, de 0 a 1: lo que pide la barra al arrastrarla."""
        if len(self._serie):
            altura = parte * self._serie.alto_hasta(self._serie.ultimo + 1)
            numero, empieza = self._serie.en_altura(altura)
            self.mirar(numero, round(empieza - altura))

    def partes(self) -> "tuple[float, float]":
        """Desde qué parte del total se mira y hasta cuál, de 0 a 1."""
        alto = self._lienzo.winfo_height()
        total = self._serie.alto_hasta(self._serie.ultimo + 1) + 2 * self._tema.px(ORILLA)
        total, arriba = max(total, alto), self._serie.alto_hasta(self._ancla[0]) - self._ancla[1]
        fin = 1.0 if self.al_final else min(1.0, (arriba + alto) / total)
        return max(0.0, arriba / total), fin

    def asomar(self, numero: int, hacia_arriba: bool) -> None:
        """Hacer que un mensaje quede a la vista."""
        puesto, orilla = self.puesto_de(numero), self._tema.px(ORILLA)
        alto = self._lienzo.winfo_height()
        if puesto is None or puesto.y < 0:
            self.mirar(numero, orilla if hacia_arriba else alto // 2)
        elif puesto.y + puesto.alto > alto:
            self.desplazar(puesto.y + puesto.alto - alto + orilla)

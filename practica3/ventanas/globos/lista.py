"""La lista de la conversación: globos dibujados en un Canvas, de los que sólo existe lo que se ve.

    mensajes   [ 0, 1, 2, … 19 999 ]      Todos, como datos. De alto se les estima lo que
                     ┌───────┐            midan hasta que les toca estar a la vista.
    ancla ─▶ (812, y)│ 812   │
                     │ 813   │            A la vista: unos veinte, dibujados. Un mensaje
                     │ 814   │            nuevo es añadir a la lista y pedir otra pintura;
                     └───────┘            mil de golpe cuestan lo mismo de dibujar que uno.

Mientras se mira el final, avanza sola. Elegir, copiar y buscar están en conversacion.py.
La usa el hilo de la ventana, como todo lo de Tk.
"""

import bisect
import itertools
import time
import tkinter as tk
from tkinter import ttk

from ventanas.globos import pintor
from ventanas.globos import mensajes
from ventanas.aspecto import foco
from ventanas.globos import renglones

MAX_MENSAJES = 20_000  # que conserva la ventana; al pasar se quitan los más viejos
MAX_LETRAS = 8_000_000  # de todos ellos
SOBRANTE = 1_000  # mensajes que se quitan de una vez
CUADRO = 16  # ms entre dos pinturas, si una no cuesta más
RONDA = 0.010  # s que una pintura dedica a medir y a dibujar emoji; el resto, en la siguiente
PASO_RUEDA = 60  # píxeles a 96 ppp
ORILLA = 10  # píxeles libres arriba y abajo
LETRAS_POR_RENGLON = 55  # para estimar
VACIO = "Todavía no hay mensajes"


class Lista(ttk.Frame):
    """Los mensajes, su desplazamiento y su dibujo."""

    def __init__(self, madre, tema):
        super().__init__(madre)
        self.tema = tema
        self.lienzo = tk.Canvas(self, width=1, height=1, borderwidth=0, takefocus=True, highlightthickness=tema.px(2), cursor="arrow")
        self.pintor = pintor.Pintor(self.lienzo, tema)
        self._barra = ttk.Scrollbar(self, style="Charla.Vertical.TScrollbar", command=self._al_mover_barra)
        self._nuevos = ttk.Button(self, style="Nuevos.TButton", command=self.ir_al_final)
        self._mensajes: "list[mensajes.Mensaje]" = []
        self._altos: "list[int]" = []
        self._base = 0  # número del primero que se conserva
        self._letras = 0
        self._puestos: "dict[int, mensajes.Puesto]" = {}
        self._ancla = (0, 0)  # un mensaje y dónde cae su borde de arriba
        self._al_final = True
        self._primer_nuevo: "mensajes.Mensaje | None" = None
        self._sin_ver = 0  # llegados mientras se mira más arriba
        self._enfocado: "int | None" = None
        self._eleccion: "tuple | None" = None  # (número, posición) de dónde a dónde se arrastró
        self._aguja, self._hallado = "", -1
        self._pintura = ""  # el `after` de la siguiente pintura
        self._costo = 0.0  # s de la última
        self._barra.pack(side="right", fill="y")
        self.lienzo.pack(side="left", fill="both", expand=True)
        for suceso, orden in (
            ("<Configure>", self._al_cambiar_tamano), ("<MouseWheel>", self._al_girar), ("<End>", lambda _: self.ir_al_final()),
            ("<Button-4>", lambda _: self.desplazar(-tema.px(PASO_RUEDA))), ("<Button-5>", lambda _: self.desplazar(tema.px(PASO_RUEDA))),
            ("<Home>", lambda _: self.ir_a(self._base)), ("<Prior>", lambda _: self._paginar(-1)), ("<Next>", lambda _: self._paginar(1)),
        ):
            self.lienzo.bind(suceso, orden)

    def vestir(self) -> None:
        """Ponerse los colores y letras del tema, que quizá cambiaron."""
        c = self.tema.colores
        self.lienzo.configure(background=c["charla"], highlightbackground=c["charla"], highlightcolor=c["charla"])
        self._nuevos.configure(image=self.tema.icono("abajo", "enlace", 16), compound="left")
        self.pintor.olvidar_medidas()
        self._borrar_puestos()
        self._pedir_pintura()

    # ---- lo que se agrega y se cambia

    def agregar(self, mensaje: mensajes.Mensaje) -> None:
        """Poner un mensaje al final."""
        self._mensajes.append(mensaje)
        self._altos.append(self.tema.px(36) + self.pintor.alto_renglon * min(len(mensaje.contenido) // LETRAS_POR_RENGLON, mensaje.maximo))
        self._letras += len(mensaje.contenido)
        if len(self._mensajes) > MAX_MENSAJES or self._letras > MAX_LETRAS:
            self._quitar_viejos()
        if not self._al_final and not mensaje.es_nota:
            self._sin_ver += 1
        if mensaje.propio:
            self._primer_nuevo = None  # quien contesta ya leyó
            self.ir_al_final()
        self._pedir_pintura()

    def agregar_nota(self, nota: str, clase: str = "nota", hora: "float | None" = None) -> None:
        """Poner un renglón discreto y centrado; de clase «error», con otro color y un triángulo."""
        self.agregar(mensajes.Mensaje(clase, "", nota, time.time() if hora is None else hora))

    def cambiar(self, mensaje: mensajes.Mensaje, **datos) -> None:
        """Cambiar algo de un mensaje y mostrarlo."""
        mensaje.cambiar(**datos)
        self._pedir_pintura()

    def marcar_nuevos(self, mensaje: "mensajes.Mensaje | None") -> None:
        """Poner la raya de «mensajes nuevos» antes de uno, y quitar la anterior."""
        self._primer_nuevo = mensaje if self._mensajes else None  # en una charla vacía todo es nuevo
        self._pedir_pintura()

    def resaltar(self, nombres) -> None:
        """Desde ahora, resaltar las menciones a estos nombres."""
        self.pintor.patron = renglones.preparar_patron(nombres)

    def _quitar_viejos(self) -> None:
        sobran = min(SOBRANTE, len(self._mensajes) // 2)
        self._letras -= sum(len(mensaje.contenido) for mensaje in self._mensajes[:sobran])
        del self._mensajes[:sobran], self._altos[:sobran]
        self._base += sobran
        for numero in [numero for numero in self._puestos if numero < self._base]:
            self._borrar_puesto(numero)
        if self._ancla[0] < self._base:
            self._ancla = (self._base, 0)
        if self._enfocado is not None and self._enfocado < self._base:
            self._enfocado = None
        self._eleccion = None

    def todos(self) -> "list[mensajes.Mensaje]":
        """Todo lo que se conserva, del más viejo al más nuevo."""
        return self._mensajes

    # ---- pintar

    def _pedir_pintura(self) -> None:
        if not self._pintura:
            espera = max(CUADRO, round(3000 * self._costo))  # en una ráfaga, que dibujar no lo ocupe todo
            self._pintura = self.after(espera, self._pintar)

    def pintar_ya(self) -> None:
        """Dibujar sin esperar al siguiente cuadro: para que lo que se arrastra no se retrase."""
        if self._pintura:
            self.after_cancel(self._pintura)
        self._pintar()

    def _pintar(self) -> None:
        self._pintura = ""
        ancho, alto = self.lienzo.winfo_width(), self.lienzo.winfo_height()
        if ancho <= 1 or not self.winfo_viewable():
            return  # <Configure> volverá a pedirlo
        inicio = time.perf_counter()
        self.pintor.ancho, self.pintor.a_medias = ancho, False
        self.pintor.seguir = lambda: time.perf_counter() - inicio < RONDA
        self._mostrar_vacio(alto)
        visibles = self._repartir(alto)
        for numero in self._puestos.keys() - visibles.keys():
            self._borrar_puesto(numero)
        for numero, y in visibles.items():
            self._poner(numero, y, alto)
        self._mover_barra(alto)
        self._mostrar_boton()
        self._costo = time.perf_counter() - inicio
        if self.pintor.a_medias:
            self._pedir_pintura()

    def _mostrar_vacio(self, alto: int) -> None:
        self.lienzo.delete("vacio")
        if not self._mensajes:
            self.pintor.pintar_pastilla(VACIO, alto // 2, self.tema.colores["nota"], self.tema.colores["sobre_nota"], "vacio")

    def _repartir(self, alto: int) -> "dict[int, int]":
        """Qué mensajes se ven y dónde cae cada uno."""
        orilla = self.tema.px(ORILLA)
        if not self._al_final:
            numero, arriba = self._ancla
            visibles, y = self._apilar(numero, arriba, alto)
            while numero > self._base and arriba > 0:
                numero -= 1
                arriba -= self._medir(numero)
                visibles[numero] = arriba
            if visibles and arriba > orilla:  # se pasó del principio
                visibles, y = self._apilar(self._base, orilla, alto)
            if y > alto - orilla and visibles:
                self._ancla = min(((n, tope) for n, tope in visibles.items() if tope + self._altos[n - self._base] > 0), default=self._ancla)
                return visibles
            self._al_final, self._sin_ver = True, 0
        visibles, y = {}, alto - orilla
        for numero in reversed(range(self._base, self._base + len(self._mensajes))):
            y -= self._medir(numero)
            visibles[numero] = y
            if y < 0:
                break
        self._ancla = min(visibles.items(), default=(self._base, 0))
        return visibles

    def _apilar(self, numero: int, y: int, alto: int) -> "tuple[dict[int, int], int]":
        """Dónde cae cada mensaje desde uno, hacia abajo, y dónde acaba el último."""
        visibles = {}
        while numero < self._base + len(self._mensajes) and y < alto:
            visibles[numero] = y
            y += self._medir(numero)
            numero += 1
        return visibles, y

    def _vecinos(self, numero: int) -> "tuple[bool, bool, str, bool]":
        """Si es el primero y el último de su grupo, el día que encabeza y si lleva la raya de nuevos."""
        i = numero - self._base
        este = self._mensajes[i]
        antes = self._mensajes[i - 1] if i else None
        despues = self._mensajes[i + 1] if i + 1 < len(self._mensajes) else None
        nuevo_dia = antes is None or time.localtime(antes.hora)[:3] != time.localtime(este.hora)[:3]
        dia = mensajes.escribir_dia(este.hora, time.time()) if nuevo_dia else ""
        nuevos = este is self._primer_nuevo
        primero = antes is None or bool(dia) or nuevos or not mensajes.son_grupo(antes, este)
        return primero, despues is None or despues is self._primer_nuevo or not mensajes.son_grupo(este, despues), dia, nuevos

    def _medir(self, numero: int) -> int:
        primero, _, dia, nuevos = self._vecinos(numero)
        alto = self.pintor.alto_total(self._mensajes[numero - self._base], primero, dia, nuevos)
        self._altos[numero - self._base] = alto
        return alto

    def _poner(self, numero: int, y: int, alto: int) -> None:
        mensaje = self._mensajes[numero - self._base]
        renglones_vistos = (0, 10**9)
        if self._altos[numero - self._base] > alto:  # más alto que la ventana: sólo lo que se ve de él
            desde = max(0, -y // self.pintor.alto_renglon // 8 * 8 - 16)
            renglones_vistos = (desde, desde + alto // self.pintor.alto_renglon + 40)
        enfocado = numero == self._enfocado and foco.tiene_foco(self.lienzo)
        lugar = mensajes.Lugar(*self._vecinos(numero), self._elegido_en(numero), enfocado,
                               self._aguja, numero == self._hallado, renglones_vistos)
        firma = (lugar, mensaje.version, self._altos[numero - self._base], mensaje.medidas)
        puesto = self._puestos.get(numero)
        if puesto is not None and puesto.firma == firma and not self.pintor.a_medias:
            if puesto.y != y:
                self.lienzo.move(f"m{numero}", 0, y - puesto.y)
                puesto.y = y
            return
        self.lienzo.delete(f"m{numero}")
        self._puestos[numero] = puesto = self.pintor.pintar(mensaje, y, f"m{numero}", lugar)
        puesto.firma = firma if not self.pintor.a_medias else ()

    def _borrar_puesto(self, numero: int) -> None:
        self.lienzo.delete(f"m{numero}")
        del self._puestos[numero]

    def _borrar_puestos(self) -> None:
        self.lienzo.delete("all")
        self._puestos.clear()

    def _al_cambiar_tamano(self, _evento) -> None:
        self._borrar_puestos()
        self._pedir_pintura()

    def visibles(self) -> "list[tuple[int, mensajes.Mensaje]]":
        """Los mensajes que están a la vista, con su número."""
        return [(numero, self._mensajes[numero - self._base]) for numero in sorted(self._puestos)]

    def animar(self, ahora: float) -> bool:
        """Mostrar el cuadro que toca de los stickers animados que están a la vista; si hay alguno."""
        hay = False
        for numero, mensaje in self.visibles():
            fotos = mensaje.ficha.get("fotos", ())
            if mensaje.clase == "sticker" and len(fotos) > 1:
                lapsos = list(itertools.accumulate(mensaje.ficha["lapsos"]))
                cuadro = bisect.bisect_right(lapsos, ahora * 1000 % lapsos[-1]) % len(fotos)
                mensaje.ficha["cuadro"] = cuadro
                self.lienzo.itemconfigure(f"foto-m{numero}", image=fotos[cuadro])
                hay = True
        return hay

    # ---- por dónde se mira

    def _mover_barra(self, alto: int) -> None:
        total = sum(self._altos) + 2 * self.tema.px(ORILLA)
        arriba = sum(self._altos[: self._ancla[0] - self._base]) - self._ancla[1]
        self._barra.set(max(0.0, arriba / max(total, alto)), 1.0 if self._al_final else min(1.0, (arriba + alto) / max(total, alto)))

    def _al_mover_barra(self, orden: str, cuanto: str, unidad: str = "") -> None:
        if orden == "scroll":
            self.desplazar(int(cuanto) * (self.lienzo.winfo_height() * 9 // 10 if unidad == "pages" else self.tema.px(PASO_RUEDA)))
            return
        lejos = float(cuanto) * sum(self._altos)
        sumas = list(itertools.accumulate(self._altos))
        i = min(bisect.bisect_right(sumas, lejos), max(0, len(sumas) - 1))
        self._mirar(self._base + i, round((sumas[i - 1] if i else 0) - lejos) if sumas else 0)

    def _mirar(self, numero: int, y: int) -> None:
        self._ancla, self._al_final = (numero, y), False
        self.pintar_ya()

    def desplazar(self, pixeles: int) -> None:
        """Bajar tantos píxeles; negativos, subir."""
        if self._mensajes and (pixeles < 0 or not self._al_final):
            self._mirar(self._ancla[0], self._ancla[1] - pixeles)

    def _al_girar(self, evento) -> None:
        muesca = 1 if self.tk.call("tk", "windowingsystem") == "aqua" else 120
        self.desplazar(-round(evento.delta / muesca * self.tema.px(PASO_RUEDA)))

    def _paginar(self, sentido: int) -> None:
        self.desplazar(sentido * self.lienzo.winfo_height() * 9 // 10)

    def ir_al_final(self) -> None:
        """Mostrar lo último."""
        self._al_final, self._sin_ver = True, 0
        self._pedir_pintura()

    def esta_al_final(self) -> bool:
        """Si se está mirando lo último."""
        return self._al_final

    def ir_a(self, numero: int) -> None:
        """Mostrar un mensaje cerca del centro."""
        self._mirar(numero, self.lienzo.winfo_height() // 3)

    def _mostrar_boton(self) -> None:
        if self._al_final:
            self._nuevos.place_forget()
            return
        self._nuevos.configure(text=f" {self._sin_ver} sin ver" if self._sin_ver else " Al final")
        self._nuevos.place(in_=self.lienzo, relx=1.0, rely=1.0, x=-self.tema.px(14), y=-self.tema.px(12), anchor="se")

    # ---- lo que añade Conversacion

    def _elegido_en(self, numero: int) -> "tuple | None":
        return None

"""Una imagen en grande: se acerca, se mueve, se guarda y se copia.

    rueda o + −    acercar y alejar, hacia donde está el ratón
    arrastrar      moverla, si no cabe; también las flechas
    0              toda, en la ventana; 1, a su tamaño
    Ctrl+S Ctrl+C  guardarla, copiarla

De una imagen enorme se prepara sólo lo que cabe en la ventana. Abrirla puede tomar una décima de
segundo: lo hace el ayudante de preparador.py.
"""

import dataclasses
import pathlib
import tkinter as tk
from tkinter import ttk

from adjuntos import imagenes
from ventanas import portapapeles
from ventanas.aspecto import foco
from ventanas.aspecto import rueda
from ventanas.aspecto import texto_seguro

MARGEN = 0.85  # de la pantalla que ocupa la ventana como mucho
MINIMO = (360, 300)  # píxeles a 96 ppp
PASO, MAXIMO = 1.25, 8.0  # por cuánto acerca cada paso, y hasta cuánto
PASO_FLECHA = 60  # píxeles a 96 ppp


@dataclasses.dataclass
class Vista:
    """Qué parte de la imagen se ve: cuántos píxeles de pantalla por uno suyo, y desde dónde."""

    escala: float = 1.0
    x: float = 0.0  # píxeles de la imagen, en la esquina de la ventana
    y: float = 0.0

    def acotar(self, imagen: "tuple[int, int]", ventana: "tuple[int, int]") -> None:
        """Que no se vea más allá de la imagen; lo que sobre de ventana, a partes iguales."""
        for eje, lado, cabe in zip("xy", imagen, ventana):
            sobra = cabe / self.escala - lado
            valor = -sobra / 2 if sobra >= 0 else min(max(getattr(self, eje), 0.0), -sobra)
            setattr(self, eje, valor)

    def acercar(self, cuanto: float, x: int, y: int) -> None:
        """Cambiar la escala sin que se mueva lo que está en un punto de la ventana."""
        antes, self.escala = self.escala, self.escala * cuanto
        self.x += x / antes - x / self.escala
        self.y += y / antes - y / self.escala


class Visor:
    """La ventana de una imagen."""

    def __init__(self, aplicacion, madre: tk.Misc, titulo: str, origen: "bytes | pathlib.Path",
                 guardar):
        """`guardar()`: lo que hace Guardar."""
        self._aplicacion, self.tema, self._guardar = aplicacion, aplicacion.tema, guardar
        self._cuadros: list = []
        self._duraciones: "list[int]" = []
        self._cual, self._vista, self._entera = 0, Vista(), True
        self._foto: "tk.PhotoImage | None" = None
        self._arrastre: "tuple[int, int] | None" = None
        madre = madre.winfo_toplevel()
        self.ventana = tk.Toplevel(madre, class_=foco.CLASE, background="#000000")
        self.ventana.title(texto_seguro.limpiar_linea(titulo))
        self.ventana.transient(madre.winfo_toplevel())
        self.lienzo = tk.Canvas(self.ventana, background="#000000", highlightthickness=0,
                                borderwidth=0, takefocus=True)
        self._pie = ttk.Frame(self.ventana, padding=self.tema.px(6))
        self._pie.pack(side="bottom", fill="x")
        self.lienzo.pack(fill="both", expand=True)
        for rotulo, orden in (("Guardar…", guardar), ("Copiar", self.copiar),
                              ("Cerrar", self.ventana.destroy)):
            boton = ttk.Button(self._pie, text=rotulo, command=orden)
            boton.bind("<Return>", lambda _, boton=boton: boton.invoke())
            boton.pack(side="right", padx=(self.tema.px(8), 0))
        self._detalle = ttk.Label(self._pie, style="Tenue.TLabel", text="Abriendo…")
        self._detalle.pack(side="left")
        self._enlazar()
        foco.colocar(self.ventana, *map(self.tema.px, MINIMO))
        self.lienzo.focus_force()
        aplicacion.preparador.abrir_imagen(origen, self._al_abrir)

    def _enlazar(self) -> None:
        px, mando = self.tema.px, self.tema.tecla_mando
        for suceso, orden in (
            ("<Escape>", lambda _: self.ventana.destroy()),
            (f"<{mando}-w>", lambda _: self.ventana.destroy()),
            (f"<{mando}-s>", lambda _: self._guardar()),
            (f"<{mando}-c>", lambda _: self.copiar()),
        ):
            self.ventana.bind(suceso, orden)
        for suceso, orden in (
            ("<plus>", lambda _: self._acercar(PASO)),
            ("<equal>", lambda _: self._acercar(PASO)),
            ("<KP_Add>", lambda _: self._acercar(PASO)),
            ("<minus>", lambda _: self._acercar(1 / PASO)),
            ("<KP_Subtract>", lambda _: self._acercar(1 / PASO)),
            ("<Key-0>", lambda _: self._ver_entera()),
            ("<Key-1>", lambda _: self._acercar(1 / self._vista.escala)),
            ("<Left>", lambda _: self._mover(-px(PASO_FLECHA), 0)),
            ("<Right>", lambda _: self._mover(px(PASO_FLECHA), 0)),
            ("<Up>", lambda _: self._mover(0, -px(PASO_FLECHA))),
            ("<Down>", lambda _: self._mover(0, px(PASO_FLECHA))),
            ("<Configure>", lambda _: self._ver_entera() if self._entera else self._pintar()),
            ("<Button-1>", self._al_pulsar),
            ("<B1-Motion>", self._al_arrastrar),
            ("<Double-Button-1>", lambda suceso: self._alternar(suceso.x, suceso.y)),
        ):
            self.lienzo.bind(suceso, orden)
        rueda.enlazar(self.lienzo, 1, self._al_girar)

    def _al_abrir(self, imagen: "imagenes.Imagen | None", falla: str) -> None:
        if not self.ventana.winfo_exists():
            return
        if imagen is None:
            self._detalle.configure(text=falla, style="Error.TLabel")
            return
        self._cuadros, self._duraciones = imagen.cuadros, imagen.duraciones
        ancho, alto = self._medida()
        self._detalle.configure(text=f"{ancho} × {alto}")
        cabe = (self.ventana.winfo_screenwidth() * MARGEN,
                self.ventana.winfo_screenheight() * MARGEN - self._pie.winfo_reqheight())
        razon = min(1.0, cabe[0] / ancho, cabe[1] / alto)
        medidas = [max(self.tema.px(minimo), round(lado * razon))
                   for minimo, lado in zip(MINIMO, (ancho, alto))]
        foco.colocar(self.ventana, medidas[0], medidas[1] + self._pie.winfo_reqheight())
        self._ver_entera()
        if len(self._cuadros) > 1 and not self._aplicacion.preferencias.quieto:
            self.ventana.after(self._duraciones[0], self._avanzar)

    def _medida(self) -> "tuple[int, int]":
        return self._cuadros[0].size

    def _cabe(self) -> "tuple[int, int]":
        return max(1, self.lienzo.winfo_width()), max(1, self.lienzo.winfo_height())

    # ---- por dónde se mira

    def _ver_entera(self) -> None:
        if self._cuadros:
            razones = [cabe / lado for cabe, lado in zip(self._cabe(), self._medida())]
            self._vista, self._entera = Vista(min(1.0, *razones)), True
            self._pintar()

    def _acercar(self, cuanto: float, x: "int | None" = None, y: "int | None" = None) -> None:
        if not self._cuadros:
            return
        ancho, alto = self._cabe()
        minima = min(1.0, *(cabe / lado for cabe, lado in zip(self._cabe(), self._medida())))
        cuanto = min(max(cuanto, minima / self._vista.escala), MAXIMO / self._vista.escala)
        self._vista.acercar(cuanto, ancho // 2 if x is None else x, alto // 2 if y is None else y)
        self._entera = False
        self._pintar()

    def _alternar(self, x: int, y: int) -> None:
        """Con doble clic, de verla toda a su tamaño, y al revés."""
        if self._entera:
            self._acercar(1 / self._vista.escala if self._vista.escala < 1 else 2.0, x, y)
        else:
            self._ver_entera()

    def _al_girar(self, pasos: int) -> None:
        x = self.lienzo.winfo_pointerx() - self.lienzo.winfo_rootx()
        y = self.lienzo.winfo_pointery() - self.lienzo.winfo_rooty()
        self._acercar(PASO if pasos < 0 else 1 / PASO, x, y)

    def _mover(self, dx: int, dy: int) -> None:
        self._vista.x += dx / self._vista.escala
        self._vista.y += dy / self._vista.escala
        self._pintar()

    def _al_pulsar(self, suceso) -> None:
        self.lienzo.focus_set()
        self._arrastre = suceso.x, suceso.y

    def _al_arrastrar(self, suceso) -> None:
        if self._arrastre is not None:
            x, y = self._arrastre
            self._arrastre = suceso.x, suceso.y
            self._mover(x - suceso.x, y - suceso.y)

    # ---- dibujar

    def _pintar(self) -> None:
        if not self._cuadros:
            return
        vista = self._vista
        vista.acotar(self._medida(), self._cabe())
        ppm, esquina = imagenes.recortar(self._cuadros[self._cual], vista.escala,
                                         (vista.x, vista.y), self._cabe())
        self._foto = tk.PhotoImage(master=self.ventana, data=ppm)
        self.lienzo.delete("all")
        self.lienzo.create_image(*esquina, anchor="nw", image=self._foto)

    def _avanzar(self) -> None:
        """El cuadro siguiente de una animación."""
        if self.ventana.winfo_exists():
            self._cual = (self._cual + 1) % len(self._cuadros)
            self._pintar()
            self.ventana.after(self._duraciones[self._cual], self._avanzar)

    def copiar(self) -> None:
        """Dejar la imagen en el portapapeles."""
        if self._cuadros:
            self._aplicacion.preparador.escribir_png(self._cuadros[self._cual], self._al_escribir)

    def _al_escribir(self, hecho, falla: str) -> None:
        if self.ventana.winfo_exists():
            png, ruta = hecho or (b"", "")
            falla = falla or portapapeles.copiar_imagen(self.ventana, png, ruta)
            self._detalle.configure(text=falla or "Copiada",
                                    style="Error.TLabel" if falla else "Tenue.TLabel")

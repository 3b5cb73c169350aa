"""La barra que ocupa el lugar del redactor mientras se graba un mensaje de voz.

    [x]  ● 0:07 / 1:00  ▁▂▅▇▃▂▁▁▂▄▆…   [Enviar]      Esc cancela; Enter envía.

El nivel se dibuja como barras que avanzan: si todas son bajas, el micrófono no oye. Al
llegar al límite, o si el micrófono deja de responder, ya no se graba y se espera a que la
persona decida.
"""

import tkinter as tk
from tkinter import ttk

from adjuntos import opus
from adjuntos import voz
from adjuntos import wav
from ventanas.globos.mensaje import escribir_lapso
from ventanas.aspecto import botones

ENTRE_NIVELES = 50  # ms, al nivel
ENTRE_MIRADAS = 5  # ms, al terminar, a si ya se codificó lo último
ANCHO_BARRA = 4  # píxeles a 96 ppp, con su separación
ALTO = 30
FINES = {"completa": "Completa", "muda": "Sin micrófono"}  # lo que puede parar una grabación


class BarraDeGrabacion(ttk.Frame):
    """Graba y, al terminar, llama a `al_terminar(voz, comprimida)`, la misma en WAV y en Ogg Opus.

    Si no se pudo comprimir, b""; y si no se pudo grabar, `al_terminar(None, b"", explicación)`.
    """

    def __init__(self, madre, tema, al_terminar):
        super().__init__(madre, padding=(tema.px(10), tema.px(8), tema.px(10), tema.px(10)))
        self._tema = tema
        self._al_terminar = al_terminar
        self._grabadora: "voz.Grabadora | None" = None
        self._codificador: "opus.Codificador | None" = None
        self._niveles: "list[float]" = []
        self.columnconfigure(3, weight=1)
        self._cancelar = botones.BotonIcono(self, tema, "papelera", "Cancelar la grabación",
                                            self.cancelar)
        self._punto = ttk.Label(self, style="Error.TLabel", width=2)
        # Como mínimo: al parar dice algo más.
        self._tiempo = ttk.Label(self, style="Fuerte.TLabel", width=-14)
        self._onda = tk.Canvas(self, height=tema.px(ALTO), width=1, borderwidth=0,
                               highlightthickness=0)
        self.boton = ttk.Button(self, text="Enviar", style="Acento.TButton", command=self.terminar)
        partes = (self._cancelar, self._punto, self._tiempo, self._onda, self.boton)
        for columna, widget in enumerate(partes):
            widget.grid(row=0, column=columna, sticky="ew", padx=tema.px(4))
        for widget in (self._cancelar, self.boton):
            widget.bind("<Escape>", lambda _: self.cancelar())
        self.boton.bind("<Return>", lambda _: self.terminar())

    def empezar(self, microfono: str) -> None:
        """Empezar a grabar; si no se puede, se explica."""
        self._codificador = opus.Codificador()
        self._grabadora = voz.Grabadora(microfono or None, self._codificador.agregar)
        self._niveles.clear()
        try:
            self._grabadora.iniciar()
        except wav.ErrorAudio as error:
            self._fallar(error)
            return
        self.boton.focus_set()
        self._dibujar()
        self._mirar()

    def _mirar(self) -> None:
        if self._grabadora is None or not self.winfo_exists():
            return
        fin = FINES.get(self._grabadora.estado, "")
        lapso = f"{escribir_lapso(self._grabadora.segundos)} / {escribir_lapso(voz.MAX_SEGUNDOS)}"
        self._punto.configure(text="" if fin else "●")
        self._tiempo.configure(text=f"{fin} {lapso}".strip())
        if not fin:
            self._niveles.append(self._grabadora.nivel)
            self._dibujar()
            self._root().after(ENTRE_NIVELES, self._mirar)

    def _dibujar(self) -> None:
        lienzo, px, c = self._onda, self._tema.px, self._tema.colores
        paso, medio = px(ANCHO_BARRA), px(ALTO) // 2
        caben = max(1, lienzo.winfo_width() // paso)
        lienzo.configure(background=c["fondo"])
        lienzo.delete("all")
        for i, nivel in enumerate(self._niveles[-caben:]):
            mitad = max(px(1), nivel * medio)
            lienzo.create_rectangle(i * paso, medio - mitad, i * paso + paso - px(1.5),
                                    medio + mitad, fill=c["acento"], width=0)

    def cancelar(self) -> None:
        """Dejar de grabar y olvidarlo."""
        if self._grabadora is not None:
            self._grabadora.cancelar()
            self._fallar("")

    def _fallar(self, explicacion: "wav.ErrorAudio | str") -> None:
        self._grabadora = None
        self._codificador.terminar()
        self._al_terminar(None, b"", str(explicacion))

    def terminar(self) -> str:
        """Dejar de grabar y entregar la voz."""
        grabadora, self._grabadora = self._grabadora, None
        if grabadora is not None:
            try:
                grabada = grabadora.terminar()
            except wav.ErrorAudio as error:
                self._fallar(error)
            else:
                self._codificador.terminar()
                self._entregar(grabada)
        return "break"

    def destroy(self) -> None:
        """Soltar el micrófono, si al programa lo cierran a media grabación."""
        if self._grabadora is not None:
            self._grabadora.cancelar()
            self._codificador.terminar()
        super().destroy()

    def _entregar(self, grabada: wav.Voz) -> None:
        if not self._codificador.acabo():
            # De la raíz: un `after` de esta barra fallaría si entretanto cierran su ventana.
            self._root().after(ENTRE_MIRADAS, self._entregar, grabada)
        elif self.winfo_exists():
            self._al_terminar(grabada, self._codificador.contenido())

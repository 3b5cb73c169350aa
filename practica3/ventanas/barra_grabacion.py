"""La barra que ocupa el lugar del redactor mientras se graba un mensaje de voz.

    [x]  ● 0:07 / 1:00  ▁▂▅▇▃▂▁▁▂▄▆…  [▶] [Enviar]      Esc cancela; Enter envía;
                                                           Ctrl+R la hace oír.

El nivel se dibuja como barras que avanzan: si todas son bajas, el micrófono no oye. Al
llegar al límite, o si el micrófono deja de responder, ya no se graba y se espera a que la
persona decida. También al oírla: lo que sigue es enviarla o no.
"""

import tkinter as tk
from tkinter import ttk

from adjuntos import opus
from adjuntos import voz
from adjuntos import wav
from ventanas.globos.mensaje import escribir_lapso
from ventanas.aspecto import botones

ENTRE_NIVELES = 50  # ms, al nivel, y a por dónde va lo que se oye
ENTRE_MIRADAS = 5  # ms, al terminar, a si ya se codificó lo último
ANCHO_BARRA = 4  # píxeles a 96 ppp, con su separación
ALTO = 30
FINES = {"completa": "Completa", "muda": "Sin micrófono"}  # lo que puede parar una grabación


class BarraDeGrabacion(ttk.Frame):
    """Graba y, al terminar, llama a `al_terminar(voz, comprimida)`, la misma en WAV y en Ogg Opus.

    Si no se pudo comprimir, b""; y si no se pudo grabar, `al_terminar(None, b"", explicación)`.
    """

    def __init__(self, madre, tema, sonido, al_terminar):
        super().__init__(madre, padding=(tema.px(10), tema.px(8), tema.px(10), tema.px(10)))
        self._tema, self._sonido = tema, sonido
        self._reproductor = voz.Reproductor()
        self._grabada: "wav.Voz | None" = None  # cuando se quiso oír
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
        self._oir = botones.BotonIcono(self, tema, "tocar", "Oírla antes de enviarla", self.oir)
        self.boton = ttk.Button(self, text="Enviar", style="Acento.TButton", command=self.terminar)
        partes = (self._cancelar, self._punto, self._tiempo, self._onda, self._oir, self.boton)
        for columna, widget in enumerate(partes):
            widget.grid(row=0, column=columna, sticky="ew", padx=tema.px(4))
        for widget in (self._cancelar, self._oir, self.boton):
            widget.bind("<Escape>", lambda _: self.cancelar())
        self.boton.bind("<Return>", lambda _: self.terminar())

    def empezar(self, microfono: str) -> None:
        """Empezar a grabar; si no se puede, se explica."""
        self._codificador = opus.Codificador()
        self._grabadora = voz.Grabadora(microfono or None, self._codificador.agregar)
        self._niveles.clear()
        self._oir.poner("tocar", "Oírla antes de enviarla")
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
        lapso = f"{escribir_lapso(self._grabadora.segundos)} / {escribir_lapso(voz.MAX_GRABACION)}"
        self._punto.configure(text="" if fin else "●")
        self._tiempo.configure(text=f"{fin} {lapso}".strip())
        if not fin:
            self._niveles.append(self._grabadora.nivel)
            self._dibujar()
            self._root().after(ENTRE_NIVELES, self._mirar)

    # ---- oírla

    def oir(self) -> None:
        """Dejar de grabar y oír lo grabado; o ponerlo en pausa, o seguir."""
        if self._grabadora is not None:
            grabada = self._parar_de_grabar()
            if grabada is None:
                return
            self._grabada = grabada
        try:
            self._alternar()
        except (wav.ErrorAudio, OSError) as error:
            self._tiempo.configure(text=str(error))
        else:
            self._mirar_lo_que_suena()

    def _alternar(self) -> None:
        estado = self._reproductor.estado
        if estado == "sonando":
            self._reproductor.pausar()
        elif estado == "pausado":
            self._reproductor.seguir()
        else:
            self._reproductor.dispositivo = self._sonido.preparar_prueba()
            self._reproductor.reproducir(self._grabada)

    def _mirar_lo_que_suena(self) -> None:
        if self._grabada is None or not self.winfo_exists():
            return
        suena, total = self._reproductor.estado == "sonando", self._grabada.duracion
        lugar = self._reproductor.posicion
        self._punto.configure(text="")
        self._tiempo.configure(text=f"{escribir_lapso(lugar)} / {escribir_lapso(total)}")
        self._oir.poner("pausar" if suena else "tocar", "Pausar" if suena else "Oírla otra vez")
        self._dibujar(lugar / total)
        if suena:
            self._root().after(ENTRE_NIVELES, self._mirar_lo_que_suena)

    def _dibujar(self, oido: "float | None" = None) -> None:
        """La onda: lo último que se graba o, al oírla, toda, con otro color lo que falta."""
        lienzo, px, c = self._onda, self._tema.px, self._tema.colores
        paso, medio = px(ANCHO_BARRA), px(ALTO) // 2
        caben = max(1, lienzo.winfo_width() // paso)
        lienzo.configure(background=c["fondo"])
        lienzo.delete("all")
        niveles = self._niveles[-caben:]
        if oido is not None and len(self._niveles) > caben:
            niveles = [self._niveles[i * len(self._niveles) // caben] for i in range(caben)]
        for i, nivel in enumerate(niveles):
            mitad = max(px(1), nivel * medio)
            ya = oido is None or i < oido * len(niveles)
            lienzo.create_rectangle(i * paso, medio - mitad, i * paso + paso - px(1.5),
                                    medio + mitad, fill=c["acento" if ya else "tenue"], width=0)

    def cancelar(self) -> None:
        """Dejar de grabar y olvidarlo."""
        if self._grabadora is not None:
            self._grabadora.cancelar()
        if self._grabadora is not None or self._grabada is not None:
            self._fallar("")

    def _fallar(self, explicacion: "wav.ErrorAudio | str") -> None:
        self._olvidar()
        self._codificador.terminar()
        self._al_terminar(None, b"", str(explicacion))

    def terminar(self) -> str:
        """Dejar de grabar y entregar la voz."""
        grabada = self._grabada or self._parar_de_grabar()
        if grabada is not None:
            self._olvidar()
            self._codificador.terminar()
            self._entregar(grabada)
        return "break"

    def _parar_de_grabar(self) -> "wav.Voz | None":
        grabadora, self._grabadora = self._grabadora, None
        try:
            return grabadora and grabadora.terminar()
        except wav.ErrorAudio as error:
            self._fallar(error)
            return None

    def _olvidar(self) -> None:
        self._reproductor.parar()
        self._grabadora = self._grabada = None

    def destroy(self) -> None:
        """Soltar el micrófono, si al programa lo cierran a media grabación."""
        if self._grabadora is not None:
            self._grabadora.cancelar()
        if self._grabadora is not None or self._grabada is not None:
            self._codificador.terminar()
        self._reproductor.parar()
        super().destroy()

    def _entregar(self, grabada: wav.Voz) -> None:
        if not self._codificador.acabo():
            # De la raíz: un `after` de esta barra fallaría si entretanto cierran su ventana.
            self._root().after(ENTRE_MIRADAS, self._entregar, grabada)
        elif self.winfo_exists():
            self._al_terminar(grabada, self._codificador.contenido())

"""Oír los mensajes de voz de las conversaciones, y el aviso de que llegó algo.

Hay un solo reproductor para todas las ventanas: empezar una voz calla la anterior. Cada
tanto se mira por dónde va y se mueve la marca en su globo. Decodificar un minuto de Opus toma
0.1 s: lo hace el ayudante del preparador, y suena en cuanto está. Todas suenan a la velocidad que
se eligió, y lo que cada globo muestra son los segundos de la voz, no los que se tarda en oírla.
"""

import contextlib
import time
import tkinter as tk

from adjuntos import velocidad
from adjuntos import voz
from adjuntos import wav
from ventanas.globos.mensaje import AdjuntoVoz, Mensaje

ENTRE_VISTAZOS = 100  # ms, a lo que suena
ENTRE_AVISOS = 2.0  # s
ENTRE_TOQUES = 180  # ms, de los dos con que suena lo que es para mí


class Sonido:
    """Lo que suena en este programa."""

    def __init__(self, raiz: tk.Tk, preferencias, preparador):
        self._raiz = raiz
        self._preferencias = preferencias
        self._preparador = preparador
        self._reproductor = voz.Reproductor()
        self._pedida: "Mensaje | None" = None  # la que sonará en cuanto esté decodificada
        self._suena: "Mensaje | None" = None
        self._conversacion = None  # la de cualquiera de las dos
        self._sondeo: "str | None" = None  # el `after` de la siguiente mirada
        # S: cuándo sonó por última vez un mensaje cualquiera, y uno para mí.
        self._avisado = self._avisado_a_mi = -ENTRE_AVISOS

    def alternar(self, mensaje: Mensaje, conversacion) -> None:
        """Oír una voz, ponerla en pausa o seguir; si no se puede, decirlo en su conversación."""
        if mensaje is not self._suena:
            self._pedir(mensaje, conversacion, 0.0)
        elif self._reproductor.estado == "sonando":
            self._reproductor.pausar()
            self._mirar()
        else:
            self._sonar(self._reproductor.seguir)

    def _pedir(self, mensaje: Mensaje, conversacion, parte: float) -> None:
        """Que se decodifique una voz, y entonces suene desde una parte, de 0 a 1."""
        self._soltar()
        self._pedida, self._conversacion = mensaje, conversacion
        adjunto = mensaje.adjunto
        origen = adjunto.ruta if adjunto.cuerpo is None else adjunto.cuerpo
        self._preparador.abrir_voz(
            origen, self.veces,
            lambda abierta, falla: self._empezar(mensaje, parte, abierta, falla))

    def _empezar(self, mensaje: Mensaje, parte: float, abierta: "wav.Voz | None",
                 falla: str) -> None:
        if mensaje is not self._pedida:
            return  # entretanto se pidió otra, o callar
        if falla:
            self._decir(falla)
            return
        self._pedida, self._suena = None, mensaje
        mensaje.adjunto.oida = True
        mensaje.adjunto.velocidad = self.veces
        self._reproductor.dispositivo = self._preferencias.altavoz or None
        self._sonar(lambda: self._reproductor.reproducir(abierta), parte)

    def _sonar(self, empezar, parte: float = 0.0) -> None:
        try:
            empezar()
        except (wav.ErrorAudio, OSError) as error:
            self._decir(str(error))
            return
        if parte:
            self._reproductor.mover(parte * self._reproductor.duracion)
        self._mirar()

    def _decir(self, falla: str) -> None:
        conversacion = self._conversacion
        self._soltar()
        conversacion.agregar_nota(falla, error=True)

    def mover(self, mensaje: Mensaje, conversacion, parte: float) -> None:
        """Ir a una parte, de 0 a 1, de una voz; si no sonaba, empieza ahí."""
        if mensaje is not self._suena:
            self._pedir(mensaje, conversacion, parte)
        else:
            self._reproductor.mover(parte * self._reproductor.duracion)
            self._mostrar()

    @property
    def veces(self) -> float:
        """Cuánto más deprisa se oyen las voces."""
        elegida = self._preferencias.velocidad
        return elegida if elegida in velocidad.VELOCIDADES and velocidad.se_puede() else 1.0

    def cambiar_velocidad(self, conversacion) -> None:
        """Pasar a la velocidad siguiente; lo que suena sigue en su lugar."""
        todas = velocidad.VELOCIDADES
        self._preferencias.poner(velocidad=todas[(todas.index(self.veces) + 1) % len(todas)])
        if not velocidad.se_puede():
            conversacion.agregar_nota("Para oír más deprisa hace falta numpy.", error=True)
        elif (mensaje := self._suena) is None:
            conversacion.agregar_nota(f"Las voces se oirán a {self.veces:g}×.")
        else:
            parte = mensaje.adjunto.posicion / (mensaje.adjunto.duracion or 1.0)
            self._pedir(mensaje, self._conversacion, parte)

    def preparar_prueba(self) -> "str | None":
        """Callar lo que suena porque se va a oír lo recién grabado; por qué altavoz."""
        self._soltar()
        return self._preferencias.altavoz or None

    def callar(self, conversacion=None) -> None:
        """Dejar de oír; con una conversación, sólo si lo que suena es suyo."""
        if conversacion in (None, self._conversacion):
            self._soltar()

    def _soltar(self) -> None:
        self._reproductor.parar()
        if self._suena is not None:
            self._suena.adjunto.sonando, self._suena.adjunto.posicion = False, 0.0
            with contextlib.suppress(tk.TclError):  # su ventana ya se cerró
                self._conversacion.cambiar(self._suena)
        self._pedida = self._suena = self._conversacion = None

    def _mirar(self) -> None:
        if self._sondeo is not None:
            # Una voz que calla a otra hereda su mirada pendiente.
            self._raiz.after_cancel(self._sondeo)
            self._sondeo = None
        if self._suena is None:
            return
        if self._reproductor.estado == "parado":
            if falla := self._reproductor.fallo:
                self._decir(falla)
            else:
                acabada, conversacion = self._suena, self._conversacion
                self._soltar()
                self._seguir_con_otra(acabada, conversacion)
            return
        self._mostrar()
        if self._reproductor.estado == "sonando":
            self._sondeo = self._raiz.after(ENTRE_VISTAZOS, self._mirar)

    def _seguir_con_otra(self, acabada: Mensaje, conversacion) -> None:
        """Tras oír una voz ajena, la siguiente que no se ha oído."""
        todos = conversacion.todos()
        desde = todos.index(acabada) + 1 if acabada in todos and not acabada.propio else len(todos)
        for mensaje in todos[desde:]:
            voz = mensaje.adjunto
            if isinstance(voz, AdjuntoVoz) and not mensaje.propio and not voz.oida:
                if voz.se_puede_oir:
                    self._pedir(mensaje, conversacion, 0.0)
                break

    def _mostrar(self) -> None:
        adjunto = self._suena.adjunto
        adjunto.sonando = self._reproductor.estado == "sonando"
        adjunto.posicion = self._reproductor.posicion * adjunto.velocidad
        self._conversacion.cambiar(self._suena)

    def avisar(self, clave: str, para_mi: bool = False) -> None:
        """Hacer sonar que llegó un mensaje, si su conversación suena y no sonó nada hace poco.

        `para_mi`: me menciona o es privado; suena distinto, y aunque otro acabe de sonar.
        """
        ahora, preferencias = time.monotonic(), self._preferencias
        suena = not preferencias.silencio and clave not in preferencias.calladas
        ultimo = self._avisado_a_mi if para_mi else max(self._avisado, self._avisado_a_mi)
        if not suena or ahora - ultimo < ENTRE_AVISOS:
            return
        self._raiz.bell()
        if para_mi:
            self._avisado_a_mi = ahora
            self._raiz.after(ENTRE_TOQUES, self._raiz.bell)
        else:
            self._avisado = ahora

"""La voz: grabar del micrófono y oír por el altavoz.

    micrófono ─▶ Grabadora ─▶ WAV u Opus ─▶ red ─▶ revisar ─▶ Reproductor ─▶ altavoz

Nada de aquí espera. PortAudio, que está debajo de aparatos.py, trae el sonido y lo pide desde un
hilo suyo, llamando a un método cada 0.1 s; ese método sólo copia bytes y no toca ventanas. Quien
quiera saber cómo va mira `nivel`, `segundos`, `posicion` o `estado` cada tanto (las ventanas, con
`after`).

Sólo suena o se graba una cosa a la vez: empezar a oír otra voz calla la anterior, grabar
pone en pausa lo que suena, y mientras se graba no se puede oír.
"""

import contextlib
import time

from adjuntos import portaudio
from adjuntos import wav
from adjuntos.aparatos import SONIDO
from adjuntos.portaudio import ENTRADA
from adjuntos.portaudio import SALIDA

MAX_GRABACION = 60.0  # s de una grabación
# s sin que PortAudio llame: el aparato ya no responde. Un altavoz Bluetooth tarda en despertar.
SILENCIO = 4.0


class Grabadora:
    """Graba una voz: `iniciar`, mirar `nivel` y `segundos`, y `terminar` o `cancelar`."""

    def __init__(self, dispositivo: "int | str | None" = None, codificar=None):
        """`dispositivo`: índice o nombre de una entrada de `dispositivos`; None, la habitual.

        `codificar(muestras)` se llama con cada tramo, en el hilo de PortAudio: no ha de esperar.
        """
        self.dispositivo = dispositivo
        self._codificar = codificar
        self.nivel = 0.0  # de 0 a 1, lo que se oye ahora
        self._tramos: "list[bytes]" = []
        self._muestras = 0
        self._flujo: "portaudio.Flujo | None" = None
        self._ultima = 0.0  # s: cuándo llamó PortAudio por última vez

    @property
    def segundos(self) -> float:
        """Lo grabado hasta ahora."""
        return self._muestras / wav.TASA

    @property
    def estado(self) -> str:
        """"parada", "grabando", "completa" (llegó a MAX_GRABACION) o "muda" (ya no responde)."""
        if self._flujo is None:
            return "parada"
        if self.segundos >= MAX_GRABACION:
            return "completa"
        return "grabando" if _responde(self._flujo, self._ultima) else "muda"

    def iniciar(self) -> None:
        """Empezar a grabar; lo que suene se pone en pausa. Lanza ErrorAudio."""
        if isinstance(SONIDO.en_uso, Grabadora):
            raise wav.ErrorAudio("Ya se está grabando otra voz.")
        if SONIDO.en_uso is not None:
            SONIDO.en_uso.pausar()
        self._tramos, self._muestras, self.nivel = [], 0, 0.0
        self._flujo = SONIDO.abrir(ENTRADA, self.dispositivo, wav.TASA, 1, self._al_oir)
        self._ultima = time.monotonic()
        SONIDO.en_uso = self

    def _al_oir(self, crudas: bytes) -> bool:
        """Lo llama PortAudio, en su hilo, con cada tramo; devuelve si se sigue."""
        self._ultima = time.monotonic()
        caben = round(MAX_GRABACION * wav.TASA) - self._muestras
        crudas = crudas[: caben * wav.ANCHO]
        self._tramos.append(crudas)
        self._muestras += len(crudas) // wav.ANCHO
        if self._codificar is not None:
            self._codificar(crudas)
        self.nivel = wav.medir_nivel(crudas)
        return self.segundos < MAX_GRABACION

    def terminar(self) -> wav.Voz:
        """Dejar de grabar y devolver la voz. Lanza ErrorAudio si no se oyó nada."""
        self._cerrar()
        muestras = b"".join(self._tramos)
        if not muestras.strip(b"\0"):
            raise wav.ErrorAudio("El micrófono no entregó ningún sonido: revisa que no esté "
                                 "silenciado y que haya permiso de usarlo.")
        return wav.revisar(wav.empaquetar(muestras))

    def cancelar(self) -> None:
        """Dejar de grabar y olvidar lo grabado."""
        self._cerrar()
        self._tramos, self._muestras = [], 0

    def _cerrar(self) -> None:
        if self._flujo is not None:
            flujo, self._flujo = self._flujo, None
            _cerrar(flujo)


class Reproductor:
    """Hace oír voces, una a la vez: `reproducir`, `pausar`, `seguir`, `mover`, `parar`."""

    def __init__(self, dispositivo: "int | str | None" = None):
        """`dispositivo`: índice o nombre de una salida de `dispositivos`; None, la habitual."""
        self.dispositivo = dispositivo
        self.fallo = ""  # por qué se calló, si fue sin querer
        self._voz: "wav.Voz | None" = None
        self._muestras = b""
        self._lugar = 0  # bytes ya entregados a PortAudio
        self._marca = (0.0, 0)  # a qué hora, del reloj del flujo, suena qué byte
        self._flujo: "portaudio.Flujo | None" = None
        self._ultima = 0.0  # s: cuándo pidió PortAudio por última vez

    @property
    def duracion(self) -> float:
        """Los segundos de la voz que suena o está en pausa."""
        return len(self._muestras) / self._por_segundo if self._voz else 0.0

    @property
    def _cuadro(self) -> int:
        """Los bytes de una muestra de todos los canales."""
        return wav.ANCHO * self._voz.canales

    @property
    def _por_segundo(self) -> int:
        return self._cuadro * self._voz.tasa

    @property
    def posicion(self) -> float:
        """El segundo que se está oyendo: PortAudio va unas décimas por delante."""
        if self._voz is None:
            return 0.0
        entregado = self._lugar / self._por_segundo
        if self._flujo is None:
            return entregado
        hora, byte = self._marca
        try:
            segundo = byte / self._por_segundo + self._flujo.get_time() - hora
            return min(max(0.0, segundo), entregado)
        except OSError:  # sin altavoz, PortAudio no sabe qué hora es
            return entregado

    @property
    def estado(self) -> str:
        """"sonando", "pausado" o "parado": también al acabar, o si el altavoz no responde."""
        if self._flujo is not None:
            acabo = self.posicion >= self.duracion
            if acabo or not _responde(self._flujo, self._ultima):
                self.parar()
                self.fallo = "" if acabo else "El altavoz dejó de responder."
        if self._voz is None:
            return "parado"
        return "pausado" if self._flujo is None else "sonando"

    def reproducir(self, voz: "wav.Voz | bytes") -> None:
        """Oír una voz, o un archivo, desde el principio; si sonaba otra, se calla.

        Lanza ErrorAudio.
        """
        voz = wav.revisar(voz) if isinstance(voz, bytes) else voz
        muestras = voz.muestras  # aquí, no en el hilo de PortAudio, se sabe si está dañada
        self.parar()
        self._voz, self._muestras = voz, muestras
        try:
            self.seguir()
        except wav.ErrorAudio:
            self._voz = None
            raise

    def seguir(self) -> None:
        """Continuar donde se quedó. Lanza ErrorAudio."""
        if self._voz is None or self._flujo is not None:
            return
        if isinstance(SONIDO.en_uso, Grabadora):
            raise wav.ErrorAudio("Termina primero de grabar.")
        if SONIDO.en_uso is not None:
            SONIDO.en_uso.parar()
        self.fallo = ""
        self._ultima = time.monotonic()
        self._flujo = SONIDO.abrir(SALIDA, self.dispositivo, self._voz.tasa, self._voz.canales,
                                    self._al_sonar)
        SONIDO.en_uso = self

    def _al_sonar(self, cuadros: int, hora: float) -> bytes:
        """Lo llama PortAudio, en su hilo, cuando necesita el tramo siguiente."""
        self._ultima = time.monotonic()
        largo = cuadros * self._cuadro
        tramo = self._muestras[self._lugar : self._lugar + largo]
        if tramo:
            self._marca = (hora, self._lugar)
            self._lugar += len(tramo)
        # Al final, silencio hasta que `estado` vea que ya sonó todo: cerrar antes lo cortaría.
        return tramo + bytes(largo - len(tramo))

    def pausar(self) -> None:
        """Callar sin perder el lugar."""
        if self._flujo is not None:
            self.mover(self.posicion)  # lo entregado que no llegó a sonar se dará otra vez
            flujo, self._flujo = self._flujo, None
            _cerrar(flujo)

    def mover(self, segundos: float) -> None:
        """Ir a un segundo de la voz que suena o está en pausa."""
        if self._voz is not None:
            lugar = round(max(0.0, segundos) * self._voz.tasa) * self._cuadro
            self._lugar = min(lugar, len(self._muestras) - self._cuadro)

    def parar(self) -> None:
        """Callar y olvidar la voz."""
        self.pausar()
        self._voz, self._lugar = None, 0


def _responde(flujo: "portaudio.Flujo", ultima: float) -> bool:
    """Si el aparato sigue ahí; `ultima`: cuándo llamó PortAudio por última vez."""
    try:
        return flujo.is_active() and time.monotonic() - ultima < SILENCIO
    except OSError:  # sin aparato, hasta preguntar falla
        return False


def _cerrar(flujo: "portaudio.Flujo") -> None:
    SONIDO.en_uso = None
    with contextlib.suppress(OSError):
        flujo.close()

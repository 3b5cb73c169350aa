"""La voz: grabar del micrófono y oír por el altavoz, con PyAudio.

    micrófono ─▶ Grabadora ─▶ WAV ─▶ red ─▶ revisar ─▶ Reproductor ─▶ altavoz

Nada de aquí espera. PortAudio, la biblioteca en C que hay debajo, trae el sonido y lo
pide desde un hilo suyo, llamando a un método cada 0.1 s; ese método sólo copia bytes y
no toca ventanas. Quien quiera saber cómo va mira `nivel`, `segundos`, `posicion` o
`estado` cada tanto (las ventanas, con `after`).

Sólo suena o se graba una cosa a la vez: empezar a oír otra voz calla la anterior, grabar
pone en pausa lo que suena, y mientras se graba no se puede oír.

Sin PyAudio, sin micrófono o sin altavoz este módulo también se importa: lo que no se
puede hacer lanza wav.ErrorAudio, que dice qué falta.
"""

import contextlib
import os
import sys
import time

from adjuntos import wav

try:
    import pyaudio
except ImportError as error:
    pyaudio = None
    FALTA = f"PyAudio, la biblioteca de sonido, no se puede usar ({error})."
else:
    FALTA = ""

MAX_SEGUNDOS = 60.0  # s de una grabación
TRAMO = 0.1  # s de sonido por llamada de PortAudio, que guarda unos cuatro: aguanta los tirones de un equipo ocupado
SILENCIO = 4.0  # s (un altavoz Bluetooth tarda en despertar) sin que PortAudio llame: el aparato ya no responde
ENTRADA, SALIDA = "entrada", "salida"
APARATO = {ENTRADA: "micrófono", SALIDA: "altavoz"}
REMEDIO = "Instálala con: pip install PyAudio (en Debian y Ubuntu: sudo apt install python3-pyaudio)."
# Errores de PortAudio que una persona puede remediar.
CAUSAS = {
    -9985: "lo está usando otro programa, o no hay permiso",  # paDeviceUnavailable
    -9996: "ya no está",  # paInvalidDevice
    -9997: "no admite esa calidad de sonido",  # paInvalidSampleRate
    -9998: "no admite esos canales",  # paInvalidChannelCount
}


class _Sonido:
    """PortAudio, encendido la primera vez que hace falta, y quién lo está usando."""

    def __init__(self):
        self.en_uso: "Grabadora | Reproductor | None" = None
        self._portaudio: "pyaudio.PyAudio | None" = None

    def encender(self, de_nuevo: bool = False) -> "pyaudio.PyAudio":
        """Devolver PortAudio encendido; `de_nuevo`, para que vea los aparatos recién conectados."""
        if pyaudio is None:
            raise wav.ErrorAudio(f"{FALTA} {REMEDIO}")
        if de_nuevo and self._portaudio is not None and self.en_uso is None:
            self._portaudio.terminate()
            self._portaudio = None
        if self._portaudio is None:
            with _callar_al_sistema():
                try:
                    self._portaudio = pyaudio.PyAudio()
                except OSError as error:
                    raise wav.ErrorAudio(f"El sistema de sonido no arranca ({_explicar(error)}).") from None
        return self._portaudio

    def abrir(self, sentido: str, dispositivo: "int | str | None", tasa: int, **formato) -> "pyaudio.Stream":
        """Abrir un flujo de sonido. Si falla, otra vez por si cambiaron los aparatos. Lanza ErrorAudio."""
        for intento in (1, 2):
            self.encender(de_nuevo=intento == 2)
            indice = _buscar(sentido, dispositivo)  # quizá enciende de nuevo
            aparato = {"input": True, "input_device_index": indice} if sentido == ENTRADA else {
                "output": True, "output_device_index": indice}
            try:
                with _callar_al_sistema():
                    return self._portaudio.open(rate=tasa, frames_per_buffer=round(tasa * TRAMO), **formato, **aparato)
            except (OSError, ValueError) as error:
                fallo = error
        raise wav.ErrorAudio(f"No se puede usar el {APARATO[sentido]}: {_explicar(fallo)}.") from None


_sonido = _Sonido()


@contextlib.contextmanager
def _callar_al_sistema():
    """ALSA y JACK escriben decenas de quejas en la salida de errores al buscar aparatos."""
    try:
        copia = os.dup(2) if sys.platform == "linux" else None
    except OSError:
        copia = None  # el programa corre sin salida de errores
    if copia is None:
        yield
        return
    nada = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nada, 2)
    try:
        yield
    finally:
        os.dup2(copia, 2)
        os.close(copia)
        os.close(nada)


def _explicar(error: Exception) -> str:
    codigo = next((dato for dato in error.args if isinstance(dato, int)), None)
    return CAUSAS.get(codigo) or str(error.args[0] if codigo is None and error.args else error.args[-1])


def _formato(ancho: int) -> "int | None":
    """Cómo llama PyAudio a las muestras de tantos bytes. (La suya para esto da, con 4, coma flotante.)"""
    return pyaudio and {1: pyaudio.paUInt8, 2: pyaudio.paInt16, 3: pyaudio.paInt24, 4: pyaudio.paInt32}[ancho]


def dispositivos() -> "dict[str, list[tuple[int, str]]]":
    """Los aparatos que sirven: {"entrada": [(índice, nombre)…], "salida": […]}. Lanza ErrorAudio."""
    portaudio = _sonido.encender(de_nuevo=True)
    hallados = {ENTRADA: [], SALIDA: []}
    with _callar_al_sistema(), contextlib.suppress(OSError):  # desconectan uno mientras se miran: los que ya se vieron
        for indice in range(portaudio.get_device_count()):
            ficha = portaudio.get_device_info_by_index(indice)
            for sentido in hallados:
                if _sirve(portaudio, ficha, sentido):
                    hallados[sentido].append((indice, ficha["name"]))
    return hallados


def _sirve(portaudio, ficha: dict, sentido: str) -> bool:
    """Si el aparato admite nuestra voz. En Windows cada uno aparece una vez por sistema de sonido: sólo el habitual."""
    lado = "input" if sentido == ENTRADA else "output"
    if ficha["hostApi"] != portaudio.get_default_host_api_info()["index"] or not ficha[f"max{lado.title()}Channels"]:
        return False
    prueba = {f"{lado}_device": ficha["index"], f"{lado}_channels": 1, f"{lado}_format": pyaudio.paInt16}
    try:
        return portaudio.is_format_supported(wav.TASA, **prueba)
    except (ValueError, OSError):
        return False


def _buscar(sentido: str, dispositivo: "int | str | None") -> "int | None":
    """El índice de un aparato dado por su índice o su nombre; None, el habitual, si no está."""
    if dispositivo is None:
        return None
    # Se busca también el índice: con uno que no existe, PyAudio aborta el programa.
    return next((ficha[0] for ficha in dispositivos()[sentido] if dispositivo in ficha), None)


def _responde(flujo: "pyaudio.Stream", ultima: float) -> bool:
    """Si el aparato de un flujo sigue ahí; `ultima`: cuándo llamó PortAudio por última vez."""
    try:
        return flujo.is_active() and time.monotonic() - ultima < SILENCIO
    except OSError:  # sin aparato, PyAudio lanza hasta por cerrar
        return False


def _cerrar(flujo: "pyaudio.Stream") -> None:
    _sonido.en_uso = None
    with contextlib.suppress(OSError):
        flujo.close()


class Grabadora:
    """Graba una voz: `iniciar`, mirar `nivel` y `segundos`, y `terminar` o `cancelar`."""

    def __init__(self, dispositivo: "int | str | None" = None):
        """`dispositivo`: índice o nombre de una entrada de `dispositivos`; None, la habitual."""
        self.dispositivo = dispositivo
        self.nivel = 0.0  # de 0 a 1, lo que se oye ahora
        self._tramos: "list[bytes]" = []
        self._muestras = 0
        self._flujo: "pyaudio.Stream | None" = None
        self._ultima = 0.0  # s: cuándo llamó PortAudio por última vez

    @property
    def segundos(self) -> float:
        """Lo grabado hasta ahora."""
        return self._muestras / wav.TASA

    @property
    def estado(self) -> str:
        """"parada", "grabando", "completa" (llegó a MAX_SEGUNDOS) o "muda" (el micrófono dejó de responder)."""
        if self._flujo is None:
            return "parada"
        if self.segundos >= MAX_SEGUNDOS:
            return "completa"
        return "grabando" if _responde(self._flujo, self._ultima) else "muda"

    def iniciar(self) -> None:
        """Empezar a grabar; lo que suene se pone en pausa. Lanza ErrorAudio."""
        if isinstance(_sonido.en_uso, Grabadora):
            raise wav.ErrorAudio("Ya se está grabando otra voz.")
        if _sonido.en_uso is not None:
            _sonido.en_uso.pausar()
        self._tramos, self._muestras, self.nivel = [], 0, 0.0
        self._flujo = _sonido.abrir(ENTRADA, self.dispositivo, wav.TASA, channels=1, format=_formato(wav.ANCHO),
                                    stream_callback=self._al_oir)
        self._ultima = time.monotonic()
        _sonido.en_uso = self

    def _al_oir(self, crudas: bytes, _cuantas, _tiempos, _banderas) -> tuple:
        """Lo llama PortAudio, en su hilo, con cada tramo."""
        self._ultima = time.monotonic()
        caben = round(MAX_SEGUNDOS * wav.TASA) - self._muestras
        crudas = crudas[: caben * wav.ANCHO]
        self._tramos.append(crudas)
        self._muestras += len(crudas) // wav.ANCHO
        self.nivel = wav.medir_nivel(crudas)
        return None, pyaudio.paContinue if self.segundos < MAX_SEGUNDOS else pyaudio.paComplete

    def terminar(self) -> bytes:
        """Dejar de grabar y devolver el WAV. Lanza ErrorAudio si no se oyó nada."""
        self._cerrar()
        muestras = b"".join(self._tramos)
        if not muestras.strip(b"\0"):
            raise wav.ErrorAudio("El micrófono no entregó ningún sonido: revisa que no esté silenciado y que haya permiso de usarlo.")
        return wav.empaquetar(muestras)

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
        self._lugar = 0  # bytes ya entregados a PortAudio
        self._marca = (0.0, 0)  # a qué hora, del reloj del flujo, suena qué byte
        self._flujo: "pyaudio.Stream | None" = None
        self._ultima = 0.0  # s: cuándo pidió PortAudio por última vez

    @property
    def duracion(self) -> float:
        """Los segundos de la voz que suena o está en pausa."""
        return self._voz.duracion if self._voz else 0.0

    @property
    def posicion(self) -> float:
        """El segundo que se está oyendo: PortAudio va unas décimas por delante."""
        if self._voz is None:
            return 0.0
        por_segundo = self._voz.tasa * self._voz.ancho * self._voz.canales
        entregado = self._lugar / por_segundo
        if self._flujo is None:
            return entregado
        hora, byte = self._marca
        try:
            return min(max(0.0, byte / por_segundo + self._flujo.get_time() - hora), entregado)
        except OSError:  # sin altavoz, PortAudio no sabe qué hora es
            return entregado

    @property
    def estado(self) -> str:
        """"parado", "sonando" o "pausado". Al acabar la voz, o si el altavoz deja de responder, "parado"."""
        if self._flujo is not None:
            acabo = self.posicion >= self._voz.duracion
            if acabo or not _responde(self._flujo, self._ultima):
                self.parar()
                self.fallo = "" if acabo else "El altavoz dejó de responder."
        if self._voz is None:
            return "parado"
        return "pausado" if self._flujo is None else "sonando"

    def reproducir(self, contenido: bytes) -> None:
        """Oír un WAV desde el principio; si sonaba otro, se calla. Lanza ErrorAudio."""
        voz = wav.revisar(contenido)
        self.parar()
        self._voz = voz
        try:
            self.seguir()
        except wav.ErrorAudio:
            self._voz = None
            raise

    def seguir(self) -> None:
        """Continuar donde se quedó. Lanza ErrorAudio."""
        if self._voz is None or self._flujo is not None:
            return
        if isinstance(_sonido.en_uso, Grabadora):
            raise wav.ErrorAudio("Termina primero de grabar.")
        if _sonido.en_uso is not None:
            _sonido.en_uso.parar()
        self.fallo = ""
        self._ultima = time.monotonic()
        self._flujo = _sonido.abrir(SALIDA, self.dispositivo, self._voz.tasa, channels=self._voz.canales,
                                   format=_formato(self._voz.ancho), stream_callback=self._al_sonar)
        _sonido.en_uso = self

    def _al_sonar(self, _nada, cuantas: int, tiempos: dict, _banderas) -> tuple:
        """Lo llama PortAudio, en su hilo, cuando necesita el tramo siguiente."""
        self._ultima = time.monotonic()
        cuadro = self._voz.ancho * self._voz.canales
        tramo = self._voz.muestras[self._lugar : self._lugar + cuantas * cuadro]
        if tramo:
            self._marca = (tiempos["output_buffer_dac_time"] or tiempos["current_time"], self._lugar)
            self._lugar += len(tramo)
        # Al final se sigue con silencio hasta que `estado` vea que ya sonó todo: cerrar antes lo cortaría.
        return tramo + (b"\x80" if self._voz.ancho == 1 else b"\0") * (cuantas * cuadro - len(tramo)), pyaudio.paContinue

    def pausar(self) -> None:
        """Callar sin perder el lugar."""
        if self._flujo is not None:
            self.mover(self.posicion)  # lo entregado que no llegó a sonar se dará otra vez
            flujo, self._flujo = self._flujo, None
            _cerrar(flujo)

    def mover(self, segundos: float) -> None:
        """Ir a un segundo de la voz que suena o está en pausa."""
        if self._voz is not None:
            cuadro = self._voz.ancho * self._voz.canales
            lugar = round(max(0.0, segundos) * self._voz.tasa) * cuadro
            self._lugar = min(lugar, len(self._voz.muestras) - cuadro)

    def parar(self) -> None:
        """Callar y olvidar la voz."""
        self.pausar()
        self._voz, self._lugar = None, 0

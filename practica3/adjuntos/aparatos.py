"""Los micrófonos y altavoces de este equipo, y quién los está usando.

PortAudio se enciende la primera vez que hace falta, con PyAudio o, si no está, con sounddevice
(ver portaudio.py). Sin ninguna de las dos, o sin aparatos, este módulo también se importa: lo que
no se puede hacer lanza ErrorAudio, que dice qué falta.
"""

import contextlib
import os
import sys
import typing

from adjuntos import portaudio
from adjuntos import wav
from adjuntos.portaudio import ENTRADA
from adjuntos.portaudio import SALIDA
from adjuntos.wav import ErrorAudio

BIBLIOTECAS = (portaudio.ConPyAudio, portaudio.ConSounddevice)  # en el orden en que se intentan
FALTA = ("Falta PyAudio, la biblioteca de sonido. Instálala con: pip install PyAudio (en Debian y "
         "Ubuntu: sudo apt install python3-pyaudio) o, si no se deja, pip install sounddevice.")
APARATO = {ENTRADA: "micrófono", SALIDA: "altavoz"}
# Errores de PortAudio que una persona puede remediar.
CAUSAS = {
    -9985: "lo está usando otro programa, o no hay permiso",  # paDeviceUnavailable
    -9996: "no se encontró ninguno",  # paInvalidDevice
    -9997: "no admite esa calidad de sonido",  # paInvalidSampleRate
    -9998: "no admite esos canales",  # paInvalidChannelCount
}


class Sonido:
    """PortAudio, encendido la primera vez que hace falta, y quién lo está usando."""

    def __init__(self):
        self.en_uso = None  # una Grabadora o un Reproductor, de voz.py
        self._portaudio: "portaudio.PortAudio | None" = None

    def encender(self, de_nuevo: bool = False) -> "portaudio.PortAudio":
        """Devolver PortAudio encendido; `de_nuevo`, para que vea los aparatos recién conectados.

        Lanza ErrorAudio.
        """
        if de_nuevo and self.en_uso is None:
            self.apagar()
        if self._portaudio is None:
            try:
                with _callar_al_sistema():
                    self._portaudio = _encender()
            except OSError as error:
                raise ErrorAudio(
                    f"El sistema de sonido no arranca ({_explicar(error)}).") from None
        return self._portaudio

    def apagar(self) -> None:
        """Soltar PortAudio, si estaba encendido."""
        anterior, self._portaudio = self._portaudio, None
        if anterior is not None:
            with contextlib.suppress(OSError):
                anterior.apagar()

    def abrir(self, sentido: str, dispositivo: "int | str | None", tasa: int, canales: int,
              atender: typing.Callable) -> "portaudio.Flujo":
        """Abrir un flujo. Si falla, otra vez por si cambiaron los aparatos. Lanza ErrorAudio."""
        for intento in (1, 2):
            self.encender(de_nuevo=intento == 2)
            indice = self._buscar(sentido, dispositivo)  # quizá enciende de nuevo
            try:
                with _callar_al_sistema():
                    return self._portaudio.abrir(sentido, indice, tasa, canales, atender)
            except OSError as error:
                fallo = error
        raise ErrorAudio(f"No se puede usar el {APARATO[sentido]}: {_explicar(fallo)}.")

    def dispositivos(self) -> "dict[str, list[tuple[int, str]]]":
        """Los aparatos que sirven: {"entrada": [(índice, nombre)…], "salida": […]}.

        Lanza ErrorAudio.
        """
        encendido = self.encender(de_nuevo=True)
        with _callar_al_sistema():
            return {cual: encendido.listar(cual, wav.TASA) for cual in (ENTRADA, SALIDA)}

    def _buscar(self, sentido: str, dispositivo: "int | str | None") -> "int | None":
        """El índice de un aparato dado por su índice o su nombre; None, el habitual, si no está."""
        if dispositivo is None:
            return None
        # Se busca también el índice: con uno que no existe, PyAudio aborta el programa.
        hay = self.dispositivos()[sentido]
        return next((ficha[0] for ficha in hay if dispositivo in ficha), None)


def _encender() -> "portaudio.PortAudio":
    for biblioteca in BIBLIOTECAS:
        with contextlib.suppress(ImportError):
            return biblioteca()
    raise ErrorAudio(FALTA)


def _explicar(error: OSError) -> str:
    dicho = str(error.strerror or error)
    # sounddevice lo dice sin número, y con −1 por el aparato habitual, que no hay.
    return CAUSAS.get(-9996 if "device -1" in dicho else error.errno, dicho)


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


SONIDO = Sonido()  # el de este programa

"""Un PyAudio con la interfaz del verdadero, sin tarjeta de sonido.

El micrófono oye una serie de tonos que el calificador eligió al azar (CALIFICADOR_VOZ), al ritmo
de la realidad; lo que se reproduce queda guardado, al mismo ritmo, en CALIFICADOR_SONIDO:

    <base>-grabado            segundos leídos del micrófono
    <base>-salida-0.json      frecuencia, canales y formato de lo reproducido
    <base>-salida-0.pcm       sus bytes
"""

import itertools
import json
import math
import os
import struct
import threading
import time

__version__ = "0.2.14"
# Los valores de <portaudio.h>.
paFloat32, paInt32, paInt24, paInt16, paInt8, paUInt8, paCustomFormat = 1, 2, 4, 8, 16, 32, 65536
paContinue, paComplete, paAbort = 0, 1, 2
paInputUnderflow, paInputOverflow, paOutputUnderflow, paOutputOverflow, paPrimingOutput = 1, 2, 4, 8, 16
paNoDevice, paFramesPerBufferUnspecified = -1, 0
(paInDevelopment, paDirectSound, paMME, paASIO, paSoundManager, paCoreAudio) = range(6)
(paOSS, paALSA, paAL, paBeOS, paWDMKS, paJACK, paWASAPI) = range(7, 14)
paNoError, paNotInitialized, paUnanticipatedHostError, paInvalidChannelCount, paInvalidSampleRate, paInvalidDevice = (
    0,
    *range(-10000, -9995),
)
(
    paInvalidFlag,
    paSampleFormatNotSupported,
    paBadIODeviceCombination,
    paInsufficientMemory,
    paBufferTooBig,
    paBufferTooSmall,
    paNullCallback,
    paBadStreamPtr,
    paTimedOut,
    paInternalError,
    paDeviceUnavailable,
    paIncompatibleHostApiSpecificStreamInfo,
    paStreamIsStopped,
    paStreamIsNotStopped,
    paInputOverflowed,
    paOutputUnderflowed,
    paHostApiNotFound,
    paInvalidHostApi,
    paCanNotReadFromACallbackStream,
    paCanNotWriteToACallbackStream,
    paCanNotReadFromAnOutputOnlyStream,
    paCanNotWriteToAnInputOnlyStream,
    paIncompatibleStreamHostApi,
) = range(-9995, -9972)
ANCHOS = {paFloat32: 4, paInt32: 4, paInt24: 3, paInt16: 2, paInt8: 1, paUInt8: 1}
TONO = 0.12  # s que dura cada tono
VOLUMEN = 0.5
MAX_GUARDADO = 8 * 1024 * 1024  # bytes de lo que se reproduce
TONOS = [int(uno) for uno in os.environ.get("CALIFICADOR_VOZ", "440,880").split(",")]  # Hz
BASE = os.environ.get("CALIFICADOR_SONIDO", "")
_numeros = itertools.count()
APARATO = {
    "index": 0,
    "structVersion": 2,
    "name": "simulado",
    "hostApi": 0,
    "maxInputChannels": 2,
    "maxOutputChannels": 2,
    "defaultLowInputLatency": 0.01,
    "defaultLowOutputLatency": 0.01,
    "defaultHighInputLatency": 0.03,
    "defaultHighOutputLatency": 0.03,
    "defaultSampleRate": 44100.0,
}


def get_format_from_width(width, unsigned=True):
    """El formato de muestras de ese ancho en bytes."""
    formatos = {1: paUInt8 if unsigned else paInt8, 2: paInt16, 3: paInt24, 4: paFloat32}
    if width not in formatos:
        raise ValueError(f"Invalid width: {width}")
    return formatos[width]


def get_sample_size(format):
    """Bytes de una muestra."""
    if format not in ANCHOS:
        raise ValueError(-9994, "Sample format not supported")
    return ANCHOS[format]


def get_portaudio_version():
    """Versión de PortAudio."""
    return 1246720


def get_portaudio_version_text():
    """Versión de PortAudio, en texto."""
    return "PortAudio simulado"


def _muestra(formato, valor):
    if formato == paFloat32:
        return struct.pack("<f", valor)
    if formato == paUInt8:
        return bytes([int(128 + 127 * valor)])
    ancho = ANCHOS[formato]
    return int(valor * (2 ** (8 * ancho - 1) - 1)).to_bytes(ancho, "little", signed=True)


def _voz(formato, canales, rate, desde, cuantas):
    """Las muestras `desde`… de la voz del micrófono."""
    bloques = []
    for k in range(desde, desde + cuantas):
        segundo = k / rate
        tono = TONOS[int(segundo / TONO) % len(TONOS)]
        bloques.append(_muestra(formato, VOLUMEN * math.sin(2 * math.pi * tono * segundo)) * canales)
    return b"".join(bloques)


class PyAudio:
    """La entrada a los flujos de sonido."""

    class Stream:
        """Un flujo de entrada o de salida."""

        _grabado = 0.0  # s que se han leído, entre todos los flujos

        def __init__(
            self,
            PA_manager,
            rate,
            channels,
            format,
            input=False,
            output=False,
            input_device_index=None,
            output_device_index=None,
            frames_per_buffer=paFramesPerBufferUnspecified,
            start=True,
            input_host_api_specific_stream_info=None,
            output_host_api_specific_stream_info=None,
            stream_callback=None,
        ):
            if not (input or output):
                raise ValueError("Must specify an input or output stream.")
            if not 1 <= channels <= 2:
                raise OSError(paInvalidChannelCount, "Invalid number of channels")
            if not 1000 <= rate <= 192000:
                raise OSError(paInvalidSampleRate, "Invalid sample rate")
            self._padre, self._rate, self._canales, self._formato = PA_manager, int(rate), channels, format
            self._ancho = get_sample_size(format) * channels
            self._entrada, self._salida = input, output
            self._por_bufer = frames_per_buffer or 1024
            self._funcion = stream_callback
            self._andando = self._cerrado = False
            self._terminado = threading.Event()
            self._hilo = None
            self._leidas = self._escritas = 0
            if output and BASE:
                self._archivo = f"{BASE}-salida-{next(_numeros)}"
                with open(self._archivo + ".json", "w") as archivo:
                    json.dump({"rate": self._rate, "canales": channels, "formato": format}, archivo)
            if start:
                self.start_stream()

        def start_stream(self):
            """Ponerlo en marcha."""
            if self._cerrado:
                raise OSError("Stream closed")
            if self._andando:
                return
            self._inicio, self._leidas_antes, self._escritas_antes = time.monotonic(), self._leidas, self._escritas
            self._andando = True
            self._terminado.clear()
            if self._funcion is not None:
                self._hilo = threading.Thread(target=self._llamar, daemon=True)
                self._hilo.start()

        def stop_stream(self):
            """Pararlo, cuando acabe de sonar lo escrito."""
            if self._cerrado:
                raise OSError("Stream closed")
            if self._salida and self._andando and self._funcion is None:
                self._dormir_hasta(self._inicio + (self._escritas - self._escritas_antes) / self._rate)
            self._andando = False
            if self._hilo is not None and self._hilo is not threading.current_thread():
                self._hilo.join()
                self._hilo = None

        def close(self):
            """Soltarlo."""
            if not self._cerrado:
                self._andando = False
                if self._hilo is not None and self._hilo is not threading.current_thread():
                    self._hilo.join()
                self._cerrado = True
                self._padre._flujos.discard(self)

        def is_active(self):
            """Si está sonando o grabando."""
            self._exigir_abierto()
            return self._andando and not self._terminado.is_set()

        def is_stopped(self):
            """Si está parado."""
            self._exigir_abierto()
            return not self._andando

        def read(self, num_frames, exception_on_overflow=True):
            """Leer del micrófono; espera lo que tarda en decirse."""
            self._exigir_abierto()
            if not self._entrada:
                raise OSError("Not input stream", -9975)
            if not self._andando:
                raise OSError(paStreamIsStopped, "Stream is stopped")
            self._dormir_hasta(self._inicio + (self._leidas - self._leidas_antes + num_frames) / self._rate)
            return self._grabar(num_frames)

        def write(self, frames, num_frames=None, exception_on_underflow=False):
            """Reproducir; espera cuando lleva medio segundo por delante."""
            self._exigir_abierto()
            if not self._salida:
                raise OSError("Not output stream", -9974)
            if not self._andando:
                raise OSError(paStreamIsStopped, "Stream is stopped")
            frames = bytes(frames)
            if num_frames is not None:
                frames = frames[:num_frames * self._ancho]
            self._guardar(frames)
            self._dormir_hasta(self._inicio + (self._escritas - self._escritas_antes) / self._rate - 0.1)

        def get_read_available(self):
            """Muestras que ya se pueden leer."""
            return (
                max(0, int((time.monotonic() - self._inicio) * self._rate) - (self._leidas - self._leidas_antes))
                if self._andando
                else 0
            )

        def get_write_available(self):
            """Muestras que caben."""
            return self._por_bufer

        def get_input_latency(self):
            """Segundos."""
            return 0.01

        def get_output_latency(self):
            """Segundos."""
            return 0.01

        def get_time(self):
            """Segundos del reloj del flujo."""
            return time.monotonic()

        def get_cpu_load(self):
            """De 0 a 1."""
            return 0.0

        def _exigir_abierto(self):
            if self._cerrado:
                raise OSError(-9988, "Stream closed")

        @staticmethod
        def _dormir_hasta(cuando):
            time.sleep(max(0.0, cuando - time.monotonic()))

        def _grabar(self, cuantas):
            datos = _voz(self._formato, self._canales, self._rate, self._leidas, cuantas)
            self._leidas += cuantas
            PyAudio.Stream._grabado += cuantas / self._rate
            if BASE:
                with open(BASE + "-grabado", "w") as archivo:
                    archivo.write(str(PyAudio.Stream._grabado))
            return datos

        def _guardar(self, datos):
            self._escritas += len(datos) // self._ancho
            if BASE and self._escritas * self._ancho <= MAX_GUARDADO:
                with open(self._archivo + ".pcm", "ab") as archivo:
                    archivo.write(datos)

        def _llamar(self):
            """Lo que en el verdadero hace el hilo de PortAudio."""
            hechas, sigue = 0, paContinue
            while self._andando and sigue == paContinue:
                hechas += self._por_bufer
                self._dormir_hasta(self._inicio + hechas / self._rate)
                if not self._andando:
                    return
                leido = self._grabar(self._por_bufer) if self._entrada else None
                horas = {
                    "input_buffer_adc_time": time.monotonic(),
                    "current_time": time.monotonic(),
                    "output_buffer_dac_time": time.monotonic(),
                }
                dicho, sigue = self._funcion(leido, self._por_bufer, horas, 0)
                if self._salida and dicho:
                    self._guardar(bytes(dicho)[:self._por_bufer * self._ancho])
                    if len(dicho) < self._por_bufer * self._ancho:
                        break
            self._terminado.set()

    def __init__(self):
        self._flujos = set()

    def open(self, *args, **kwargs):
        """Abrir un flujo."""
        flujo = PyAudio.Stream(self, *args, **kwargs)
        self._flujos.add(flujo)
        return flujo

    def close(self, stream):
        """Cerrar un flujo de los abiertos aquí."""
        if stream not in self._flujos:
            raise ValueError(f"Stream {stream!r} not found")
        stream.close()

    def terminate(self):
        """Cerrar todos."""
        for flujo in list(self._flujos):
            flujo.close()

    def get_sample_size(self, format):
        """Bytes de una muestra."""
        return get_sample_size(format)

    def get_format_from_width(self, width, unsigned=True):
        """El formato de muestras de ese ancho en bytes."""
        return get_format_from_width(width, unsigned)

    def is_format_supported(
        self,
        rate,
        input_device=None,
        input_channels=None,
        input_format=None,
        output_device=None,
        output_channels=None,
        output_format=None,
    ):
        """Si se puede abrir así; si no, ValueError."""
        if not 1000 <= rate <= 192000:
            raise ValueError(paInvalidSampleRate, "Invalid sample rate")
        return True

    def get_device_count(self):
        """Cuántos aparatos hay."""
        return 1

    def get_device_info_by_index(self, device_index):
        """Datos de un aparato."""
        if device_index != 0:
            raise OSError(paInvalidDevice, "Invalid device")
        return dict(APARATO)

    def get_default_input_device_info(self):
        """El micrófono."""
        return dict(APARATO)

    def get_default_output_device_info(self):
        """El altavoz."""
        return dict(APARATO)

    def get_device_info_by_host_api_device_index(self, host_api_index, host_api_device_index):
        """Datos de un aparato."""
        return self.get_device_info_by_index(host_api_device_index)

    def get_host_api_count(self):
        """Cuántos sistemas de sonido hay."""
        return 1

    def get_host_api_info_by_index(self, host_api_index):
        """Datos de un sistema de sonido."""
        if host_api_index != 0:
            raise OSError(-9979, "Invalid host API")
        return {
            "index": 0,
            "structVersion": 1,
            "type": 8,
            "name": "simulado",
            "deviceCount": 1,
            "defaultInputDevice": 0,
            "defaultOutputDevice": 0,
        }

    def get_host_api_info_by_type(self, host_api_type):
        """Datos de un sistema de sonido."""
        return self.get_host_api_info_by_index(0)

    def get_default_host_api_info(self):
        """Datos del sistema de sonido habitual."""
        return self.get_host_api_info_by_index(0)


Stream = PyAudio.Stream

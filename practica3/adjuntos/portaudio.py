"""PortAudio, la biblioteca en C que habla con los aparatos, por PyAudio o por sounddevice.

    ConPyAudio        la que usan los alumnos, y la primera que se intenta
    ConSounddevice    donde no se puede instalar: trae a PortAudio para Windows y macOS

Las dos dan lo mismo: `listar`, `abrir` y `apagar`, y sus flujos, `is_active`, `get_time` y
`close`. Lo que falle es un OSError(código de PortAudio, texto). Los métodos que se pasan a `abrir`
los llama PortAudio desde un hilo suyo:

    de ENTRADA   al_oir(muestras) → si se sigue
    de SALIDA    al_sonar(cuadros, hora en que sonarán) → sus muestras, todas

Las muestras son enteros de 16 bits.
"""

import contextlib
import locale
import typing

TRAMO = 0.1  # s por llamada de PortAudio, que guarda unos cuatro: aguanta tirones del equipo
ENTRADA, SALIDA = "entrada", "salida"
LADO = {ENTRADA: "input", SALIDA: "output"}  # como los llaman las bibliotecas


def reparar_nombre(nombre: "str | bytes") -> str:
    """El nombre de un aparato, que PortAudio da en UTF-8.

    En Windows PyAudio lo lee con la página de códigos del sistema, y de «Micrófono» hace
    «MicrÃ³fono»; si no lo logra, entrega los bytes.
    """
    if isinstance(nombre, bytes):
        return nombre.decode("utf-8", "replace")
    for codigo in (locale.getpreferredencoding(False), "cp1252"):
        with contextlib.suppress(UnicodeError, LookupError):
            reparado = nombre.encode(codigo).decode("utf-8")
            if reparado != nombre:
                return reparado
    return nombre


# -------------------------------------------------------------------- con PyAudio


class ConPyAudio:
    """PortAudio, por PyAudio."""

    def __init__(self):
        """Lanza ImportError si no está, y OSError si el sistema de sonido no arranca."""
        import pyaudio

        self._pyaudio = pyaudio
        self._portaudio = pyaudio.PyAudio()

    def apagar(self) -> None:
        """Soltar PortAudio; al encender otra vez verá los aparatos recién conectados."""
        self._portaudio.terminate()

    def listar(self, sentido: str, tasa: int) -> "list[tuple[int, str]]":
        """Los aparatos que admiten esa voz: (índice, nombre)."""
        hallados = []
        with contextlib.suppress(OSError):  # desconectan uno mientras se miran
            for indice in range(self._portaudio.get_device_count()):
                ficha = self._portaudio.get_device_info_by_index(indice)
                if self._sirve(ficha, LADO[sentido], tasa):
                    hallados.append((indice, reparar_nombre(ficha["name"])))
        return hallados

    def _sirve(self, ficha: dict, lado: str, tasa: int) -> bool:
        # En Windows cada aparato aparece una vez por sistema de sonido: sólo el habitual.
        if ficha["hostApi"] != self._portaudio.get_default_host_api_info()["index"]:
            return False
        prueba = {f"{lado}_device": ficha["index"], f"{lado}_channels": 1,
                  f"{lado}_format": self._pyaudio.paInt16}
        try:
            return (ficha[f"max{lado.title()}Channels"] > 0
                    and self._portaudio.is_format_supported(tasa, **prueba))
        except (ValueError, OSError):
            return False

    def abrir(self, sentido: str, indice: "int | None", tasa: int, canales: int,
              atender: typing.Callable) -> "Flujo":
        """Abrir un flujo, que empieza en seguida; `indice`: None, el aparato habitual."""
        seguir, acabar = self._pyaudio.paContinue, self._pyaudio.paComplete

        def al_oir(muestras, _cuadros, _tiempos, _banderas):
            return None, seguir if atender(muestras) else acabar

        def al_sonar(_nada, cuadros, tiempos, _banderas):
            hora = tiempos["output_buffer_dac_time"] or tiempos["current_time"]
            return atender(cuadros, hora), seguir

        lado = LADO[sentido]
        try:
            return self._portaudio.open(
                rate=tasa, channels=canales, format=self._pyaudio.paInt16,
                frames_per_buffer=round(tasa * TRAMO),
                stream_callback=al_oir if sentido == ENTRADA else al_sonar,
                **{lado: True, f"{lado}_device_index": indice})
        except ValueError as error:
            raise OSError(0, str(error)) from None


# -------------------------------------------------------------------- con sounddevice


class ConSounddevice:
    """PortAudio, por sounddevice."""

    def __init__(self):
        """Lanza ImportError si no está, y OSError si el sistema de sonido no arranca."""
        try:
            import sounddevice
        except OSError as error:  # está, y le falta PortAudio
            raise ImportError(str(error)) from None

        self._sounddevice = sounddevice
        if not sounddevice._initialized:  # al importarse ya encendió
            with _como_pyaudio(sounddevice):
                sounddevice._initialize()

    def apagar(self) -> None:
        """Soltar PortAudio; al encender otra vez verá los aparatos recién conectados."""
        with _como_pyaudio(self._sounddevice):
            self._sounddevice._terminate()

    def listar(self, sentido: str, tasa: int) -> "list[tuple[int, str]]":
        """Los aparatos que admiten esa voz: (índice, nombre)."""
        hallados = []
        with contextlib.suppress(OSError), _como_pyaudio(self._sounddevice):
            habitual = self._sounddevice.default.hostapi
            for indice in self._sounddevice.query_hostapis(habitual)["devices"]:
                if self._sirve(indice, sentido, tasa):
                    hallados.append((indice, self._nombre_de(indice)))
        return hallados

    def _sirve(self, indice: int, sentido: str, tasa: int) -> bool:
        entrada, salida = (self._sounddevice.check_input_settings,
                           self._sounddevice.check_output_settings)
        try:
            (entrada if sentido == ENTRADA else salida)(indice, 1, "int16", None, tasa)
        except (self._sounddevice.PortAudioError, ValueError):
            return False
        return True

    def _nombre_de(self, indice: int) -> str:
        try:
            return self._sounddevice.query_devices(indice)["name"]
        except UnicodeError as error:
            return reparar_nombre(error.object)

    def abrir(self, sentido: str, indice: "int | None", tasa: int, canales: int,
              atender: typing.Callable) -> "Flujo":
        """Abrir un flujo, que empieza en seguida; `indice`: None, el aparato habitual."""
        def al_oir(muestras, _cuadros, _tiempos, _banderas):
            if not atender(bytes(muestras)):
                raise self._sounddevice.CallbackStop

        def al_sonar(salida, cuadros, tiempos, _banderas):
            salida[:] = atender(cuadros, tiempos.outputBufferDacTime or tiempos.currentTime)

        clase, atencion = ((self._sounddevice.RawInputStream, al_oir) if sentido == ENTRADA
                           else (self._sounddevice.RawOutputStream, al_sonar))
        with _como_pyaudio(self._sounddevice):
            flujo = clase(samplerate=tasa, blocksize=round(tasa * TRAMO), device=indice,
                          channels=canales, dtype="int16", callback=atencion)
            flujo.start()
        return Flujo(self._sounddevice, flujo)


class Flujo:
    """Un sonido que entra o que sale, con los nombres del `Stream` de PyAudio."""

    def __init__(self, sounddevice, flujo):
        self._sounddevice, self._flujo = sounddevice, flujo

    def is_active(self) -> bool:
        """Si el aparato sigue llamando."""
        with _como_pyaudio(self._sounddevice):
            return self._flujo.active

    def get_time(self) -> float:
        """Los segundos de su reloj."""
        with _como_pyaudio(self._sounddevice):
            return self._flujo.time

    def close(self) -> None:
        """Dejar de grabar o de sonar."""
        with _como_pyaudio(self._sounddevice):
            self._flujo.close()


@contextlib.contextmanager
def _como_pyaudio(sounddevice):
    """Sus errores, con la forma que les da PyAudio."""
    try:
        yield
    except sounddevice.PortAudioError as error:
        texto, codigo, *_ = *error.args, 0, 0
        raise OSError(codigo, texto) from None
    except ValueError as error:
        raise OSError(0, str(error)) from None


PortAudio = typing.Union[ConPyAudio, ConSounddevice]

"""Una tarjeta de sonido de mentira: PulseAudio, con un micrófono y un altavoz que son dos sumideros nulos.

    espeak-ng ─▶ microfono ─▶ (monitor) ─▶ el programa que graba
    el programa que suena ─▶ altavoz ─▶ (monitor) ─▶ parec ─▶ las muestras que se comparan

    with tarjeta_falsa.TarjetaFalsa(carpeta) as tarjeta:
        subprocess.Popen(orden, env={**os.environ, **tarjeta.entorno})
        dicho = tarjeta.hablar("hola")

Es un PulseAudio propio de la prueba, con su carpeta y su socket: no toca el sonido del equipo.
"""

import array
import cmath
import io
import math
import os
import pathlib
import random
import shutil
import subprocess
import time
import wave

import pytest

from adjuntos import wav
from ayudas.programas import PLAZO

NECESARIOS = {"pulseaudio": "pulseaudio", "pactl": "pulseaudio-utils", "parec": "pulseaudio-utils",
              "espeak-ng": "espeak-ng"}
MODULOS_DE_ALSA = ("/usr/lib", "/usr/lib64")  # donde está el que lleva de ALSA a PulseAudio
# Lo que ALSA ofrece a PortAudio: sólo un aparato, el de PulseAudio.
ALSA = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"
SIN_DEMORA = "norewinds=1"  # si no, un sumidero nulo avanza de 2 en 2 s
PRISA = "--latency-msec=100"  # de parec: lo que puede faltar al final
FRASE = "Hola Bryan, ¿me oyes bien?"
# De `parecido`: lo mismo, aun con cortes, y otra cosa.
IGUALES, DISTINTOS = 0.8, 0.4
TASA = 4_000  # muestras por segundo con que se comparan dos sonidos: basta para la voz


def falta() -> str:
    """Qué hay que instalar para estas pruebas; "" si nada."""
    paquetes = {paquete for orden, paquete in NECESARIOS.items() if shutil.which(orden) is None}
    if not any(next(pathlib.Path(raiz).glob("**/alsa-lib/libasound_module_pcm_pulse.so"), None)
               for raiz in MODULOS_DE_ALSA):
        paquetes.add("libasound2-plugins")
    return f"sudo apt install {' '.join(sorted(paquetes))}" if paquetes else ""


con_sonido = pytest.mark.skipif(bool(falta()), reason=falta())


class TarjetaFalsa:
    """PulseAudio en marcha. `entorno`: con qué variables la usa un programa."""

    def __init__(self, carpeta: pathlib.Path):
        """`carpeta`: una vacía, de ruta corta, que será de PulseAudio."""
        self._carpeta = carpeta
        self._procesos: "list[subprocess.Popen]" = []
        enchufe = carpeta / "enchufe"
        (carpeta / "alsa.conf").write_text(ALSA)
        self.entorno = {
            "XDG_RUNTIME_DIR": str(carpeta), "PULSE_RUNTIME_PATH": str(carpeta), "PULSE_SERVER": f"unix:{enchufe}",
            "ALSA_CONFIG_PATH": str(carpeta / "alsa.conf"), "PULSE_COOKIE": str(carpeta / "galleta"),
        }
        self._propio = {**os.environ, **self.entorno, "HOME": str(carpeta)}  # el de PulseAudio y sus herramientas
        self._orden = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1",
                       "--disable-shm=yes",
                       "-L", f"module-native-protocol-unix socket={enchufe} auth-anonymous=1",
                       "-L", f"module-null-sink sink_name=altavoz {SIN_DEMORA}", "-L",
                       f"module-null-sink sink_name=microfono {SIN_DEMORA}"]

    def __enter__(self) -> "TarjetaFalsa":
        self.pulseaudio = self._lanzar(*self._orden)
        limite = time.monotonic() + PLAZO
        while subprocess.run(["pactl", "info"], env=self._propio, capture_output=True).returncode:
            assert time.monotonic() < limite and self.pulseaudio.poll() is None, "PulseAudio no arrancó"
        for orden in (["set-default-sink", "altavoz"], ["set-default-source", "microfono.monitor"]):
            subprocess.run(["pactl", *orden], env=self._propio, check=True)
        return self

    def __exit__(self, *_error) -> None:
        for proceso in reversed(self._procesos):
            proceso.kill()
            proceso.wait()

    def _lanzar(self, *orden: str) -> subprocess.Popen:
        nada = subprocess.DEVNULL
        self._procesos.append(subprocess.Popen(orden, env=self._propio, stdin=nada, stdout=nada, stderr=nada))
        return self._procesos[-1]

    def hablar(self, texto: str) -> array.array:
        """Decir algo ante el micrófono, hasta el final; devuelve lo dicho, a TASA."""
        archivo = self._carpeta / "dicho.wav"
        subprocess.run(["espeak-ng", "-v", "es", "-w", str(archivo), texto], check=True, timeout=PLAZO)
        self.emitir(archivo.read_bytes()).wait(PLAZO)
        return leer(archivo.read_bytes())

    def emitir(self, contenido: bytes) -> subprocess.Popen:
        """Empezar a hacer sonar un WAV ante el micrófono."""
        archivo = self._carpeta / "emitido.wav"
        archivo.write_bytes(contenido)
        return self._lanzar("paplay", "--device=microfono", str(archivo))

    def escuchar(self) -> "Escucha":
        """Empezar a tomar lo que suene en el altavoz."""
        archivo = self._carpeta / "oido.wav"
        orden = ["parec", "--device=altavoz.monitor", "--rate=16000", "--channels=1", PRISA, "--file-format=wav",
                 str(archivo)]
        return Escucha(self._lanzar(*orden), archivo)


class Escucha:
    """Lo que va sonando en el altavoz."""

    def __init__(self, proceso: subprocess.Popen, archivo: pathlib.Path):
        self._proceso, self._archivo = proceso, archivo

    def terminar(self) -> array.array:
        """Dejar de tomarlo; devuelve lo oído, a TASA."""
        self._proceso.terminate()  # parec cierra el archivo en orden
        self._proceso.wait(PLAZO)
        return leer(self._archivo.read_bytes())


# -------------------------------------------------------------------- comparar


def leer(contenido: bytes) -> array.array:
    """Las muestras de un WAV, a TASA: cada una, el promedio de las que abarca."""
    voz = wav.revisar(contenido)
    originales, paso = wav.leer_muestras(voz), voz.tasa / TASA
    limites = [round(i * paso) for i in range(int(len(originales) / paso) + 1)]
    return array.array("d", (sum(originales[a:b]) / (b - a) for a, b in zip(limites, limites[1:])))


def hacer_tono(segundos: float, hercios: float = 440, **medidas) -> bytes:
    """Un WAV con un tono; `medidas`: canales, ancho y tasa, si no son los de una voz."""
    canales, ancho, tasa = (medidas.get(clave, valor)
                            for clave, valor in (("canales", 1), ("ancho", 2), ("tasa", wav.TASA)))
    muestras = (math.sin(2 * math.pi * hercios * i / tasa) for i in range(round(segundos * tasa)))
    if ancho == 1:
        crudas = b"".join(bytes([round(128 + 100 * m)]) * canales for m in muestras)
    else:
        crudas = b"".join(round(m * 0.8 * 2 ** (8 * ancho - 1)).to_bytes(ancho, "little", signed=True) * canales
                          for m in muestras)
    return empaquetar(crudas, canales, ancho, tasa)


def empaquetar(crudas: bytes, canales: int, ancho: int, tasa: int) -> bytes:
    """Un WAV con esas muestras."""
    salida = io.BytesIO()
    with wave.open(salida, "wb") as archivo:
        archivo.setparams((canales, ancho, tasa, 0, "NONE", ""))
        archivo.writeframes(crudas)
    return salida.getvalue()


def parecido(uno: array.array, otro: array.array) -> float:
    """Correlación cruzada normalizada: 1 si uno está en el otro, no importa dónde ni cuán fuerte; 0 si nada que ver."""
    n = 1 << (len(uno) + len(otro)).bit_length()
    a, b = (transformar([*señal, *[0.0] * (n - len(señal))]) for señal in (uno, otro))
    cruzada = transformar([x.conjugate() * y for x, y in zip(a, b)])  # salvo el orden, es la inversa
    energia = math.sqrt(sum(x * x for x in uno) * sum(y * y for y in otro))
    return max(abs(z) for z in cruzada) / n / energia if energia else 0.0


def transformar(valores: list) -> "list[complex]":
    """Transformada rápida de Fourier de 2^k valores (Cooley y Tukey, 1965)."""
    n = len(valores)
    if n == 1:
        return [complex(valores[0])]
    pares, nones = transformar(valores[0::2]), transformar(valores[1::2])
    giros = [cmath.rect(1, -2 * math.pi * k / n) * impar for k, impar in enumerate(nones)]
    return [p + g for p, g in zip(pares, giros)] + [p - g for p, g in zip(pares, giros)]


def hacer_voz(segundos: float = 0.5) -> bytes:
    """Una voz que no se parece a ninguna otra: ruido."""
    return wav.empaquetar(random.Random(1).randbytes(round(segundos * wav.TASA) * wav.ANCHO))

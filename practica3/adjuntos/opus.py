"""Una voz en Ogg Opus según se graba: un minuto son 0.2 MB, y en WAV, 1.9.

    Grabadora ─▶ bloque de 0.1 s ─▶ ayudante: lo codifica ─▶ … ─▶ al terminar, el archivo

Codificar un minuto cuesta 1.5 s de CPU: hecho al final, se esperaría para enviarlo. Lo hace un
ayudante, bloque por bloque, mientras se graba; al terminar sólo falta el último, unos milisegundos.
Opus trabaja de 20 en 20 ms, así que no importa en qué bloques le llegue.

Lo escribe soundfile (libsndfile). Sin ella, o si algo falla, no hay archivo: se envía el WAV.
"""

import concurrent.futures
import contextlib
import importlib.util
import io

from adjuntos import wav

FORMATO = "ogg"  # como se llama en el protocolo
# De 0 a 1, lo que pide libsndfile. Medido con un minuto de voz y ruido de fondo: 0.85 pesa 329 KB;
# 0.9, 235 KB, y a los 7 kHz baja 3 dB; con 1 nada pasa de los 4 kHz, que es un teléfono.
COMPRESION = 0.9


def hay() -> bool:
    """Si está lo que lee y escribe Opus. No lo importa, que con numpy tarda 0.1 s."""
    return all(map(importlib.util.find_spec, ("soundfile", "numpy")))


class Codificador:
    """Codifica lo que se le da con `agregar` hasta `terminar`. Ninguno de los dos espera."""

    def __init__(self):
        self._salida = io.BytesIO()
        self._archivo: "soundfile.SoundFile | None" = None
        # Un solo hilo: los bloques se escriben en orden.
        self._ayudante = concurrent.futures.ThreadPoolExecutor(1, "opus")
        self._tareas = [self._ayudante.submit(self._abrir)]

    def agregar(self, muestras: bytes) -> None:
        """Tomar lo siguiente que se grabó, en enteros de 16 bits. Se llama desde cualquier hilo."""
        # RuntimeError: ya se terminó. Un micrófono que no se deja cerrar sigue llamando.
        with contextlib.suppress(RuntimeError):
            self._tareas.append(self._ayudante.submit(self._escribir, muestras))

    def terminar(self) -> None:
        """No tomar más; lo que falte por codificar sigue. También si no se va a usar."""
        self._tareas.append(self._ayudante.submit(self._cerrar))
        self._ayudante.shutdown(wait=False)

    def acabo(self) -> bool:
        """Si después de `terminar` ya se codificó todo."""
        return self._tareas[-1].done()

    def contenido(self) -> bytes:
        """El archivo, cuando acabó; b"" si algo falló."""
        if any(tarea.exception() for tarea in self._tareas):
            return b""
        return self._salida.getvalue()

    # ---- del ayudante

    def _abrir(self) -> None:
        import soundfile

        self._archivo = soundfile.SoundFile(
            self._salida, "w", wav.TASA, 1, "OPUS", format="OGG", compression_level=COMPRESION)

    def _escribir(self, muestras: bytes) -> None:
        if self._archivo is not None:
            self._archivo.buffer_write(muestras, "int16")

    def _cerrar(self) -> None:
        if self._archivo is not None:
            self._archivo.close()

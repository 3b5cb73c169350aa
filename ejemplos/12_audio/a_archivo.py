"""Graba del micrófono a voz.wav y lo reproduce. Sin red: primero, el sonido solo.

    python a_archivo.py --segundos 3

    micrófono ──▶ grabar ──▶ bytes (un WAV) ──▶ voz.wav ──▶ reproducir ──▶ altavoz
"""

import argparse
import pathlib
import sys

import sonido

ARCHIVO = pathlib.Path("voz.wav")
BARRA = 20  # letras del medidor


class Medidor:
    """Una barra que se mueve con la voz, y el nivel más alto que alcanzó."""

    maximo = 0.0

    def medir(self, nivel):
        self.maximo = max(self.maximo, nivel)
        print(f"\rGrabando {'█' * round(nivel * BARRA):<{BARRA}}", end="", flush=True)


def main():
    analizador = argparse.ArgumentParser(description="Graba y reproduce un archivo WAV.")
    analizador.add_argument("--segundos", type=float, default=3)
    analizador.add_argument("--calidad", choices=sonido.CALIDADES, default="buena")
    elegidas = analizador.parse_args()
    if hasattr(sys.stdout, "reconfigure"):  # en IDLE no hace falta
        sys.stdout.reconfigure(errors="replace")
    medidor = Medidor()
    try:
        datos = sonido.grabar(min(sonido.MAX_SEGUNDOS, elegidas.segundos), elegidas.calidad,
                              medidor.medir)
        ARCHIVO.write_bytes(datos)
        print(f"\r{f'{ARCHIVO}: {len(datos)} bytes, {sonido.revisar(datos):.1f} s':<40}")
        print("No se oyó nada: ¿está silenciado el micrófono?" if medidor.maximo < 0.01
              else "Reproduciendo…")
        sonido.reproducir(datos)
    except sonido.ErrorSonido as error:
        sys.exit(f"\r{error}")
    except OSError:
        sys.exit(f"\rNo se pudo guardar {ARCHIVO}: ¿se puede escribir en esta carpeta?")
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()

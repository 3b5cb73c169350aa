"""Una pantalla virtual en la que se pregunta y se actúa en los programas de Tk que tenga abiertos.

Se actúa con teclas y clics de xdotool, por el servidor X. Lo que se ve se pregunta con `send`, la orden de
Tk para evaluar Tcl en otro programa de la pantalla; como contra un programa que termina se queda esperando
para siempre, pregunta otro proceso (preguntar_tk.py), que se desecha si no contesta. Así el programa
probado es exactamente el que se usa.

    programa_gui.py          nuestro cliente con ventanas, en esta pantalla
    ventana_de_readme.py     la ventana de cualquier ejemplo, como la cuenta su README
"""

import json
import os
import pathlib
import select
import shutil
import subprocess
import sys

from equipo import pantalla

AYUDANTE = pathlib.Path(__file__).with_name("preguntar_tk.py")
RESPUESTA = 3.0  # s que se espera a que un programa conteste
XDOTOOL = 10.0  # s
# Un teclado con á, ñ y ¿, y sin teclas muertas salvo con AltGr. Con otro, xdotool cambia el teclado entero para
# cada letra que éste no tiene y luego lo devuelve: la que el programa lee tarde se pierde, o llega sin mayúscula.
TECLADO = ["setxkbmap", "-layout", "us", "-variant", "altgr-intl"]


def falta() -> str:
    """Qué hace falta para abrir ventanas en las pruebas; "" si nada."""
    ausentes = [programa for programa in ("Xvfb", "xdotool") if shutil.which(programa) is None]
    return f"estas pruebas necesitan {' y '.join(ausentes)}: sudo apt install xvfb xdotool" if ausentes else ""


class PantallaTk(pantalla.PantallaVirtual):
    """Una pantalla virtual en la que preguntar a los programas."""

    def __init__(self, ancho: int = 2560, alto: int = 900, ppp: int = 96):
        super().__init__(ancho, alto, ppp)
        self._ayudante: "subprocess.Popen | None" = None

    def __enter__(self) -> "PantallaTk":
        super().__enter__()
        subprocess.run(TECLADO, check=True, capture_output=True, timeout=XDOTOOL, env=self.completo())
        return self

    def __exit__(self, *error) -> None:
        self._desechar()
        super().__exit__(*error)

    def tcl(self, pid: int, guion: str) -> "list | str | None":
        """Evaluar Tcl en un programa; None si no está o no contesta.

        Un guion con «set vistos» llega como lista de listas.
        """
        if self._ayudante is None:
            self._ayudante = subprocess.Popen([sys.executable, str(AYUDANTE)], env=self.completo(),
                                              stdin=subprocess.PIPE,
                                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
        self._ayudante.stdin.write(json.dumps([pid, guion]) + "\n")
        self._ayudante.stdin.flush()
        if select.select([self._ayudante.stdout], [], [], RESPUESTA)[0]:
            if respuesta := self._ayudante.stdout.readline():
                return json.loads(respuesta)
        self._desechar()
        return None

    def completo(self) -> "dict[str, str]":
        """El entorno para un programa que abra ventanas aquí."""
        return {**os.environ, **self.entorno, "LC_ALL": "C.UTF-8"}

    def xdotool(self, *argumentos: str) -> None:
        """Teclas y ratón de verdad, por el servidor X."""
        subprocess.run(["xdotool", *argumentos], check=True, capture_output=True, timeout=XDOTOOL, env=self.completo())

    def _desechar(self) -> None:
        if self._ayudante is not None:
            self._ayudante.kill()
            self._ayudante.wait()
            self._ayudante.stdin.close()
            self._ayudante.stdout.close()
            self._ayudante = None

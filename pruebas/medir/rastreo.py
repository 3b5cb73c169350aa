"""Corre un programa de practica3 y anota las funciones suyas en que entra; lo usa recorrido.py.

    python rastreo.py TUBO practica3/cliente.py --json --usuario Ana …

De cada entrada se anota cuándo, en qué hilo, a qué hondura (cuántas funciones de practica3 la esperan) y cuál es.
Por cada renglón de TUBO, el nombre de un archivo, se deja en él lo anotado desde el anterior.
"""

import json
import os
import pathlib
import runpy
import sys
import threading
import time

NO_SON_FUNCIONES = ("<module>", "<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>")


class Rastreo:
    """Lo anotado en todos los hilos de un programa."""

    def __init__(self, carpeta: str):
        self._carpeta = carpeta + os.sep
        self._hondura = threading.local()
        self._entradas: "list[tuple]" = []
        self._nombres: "dict[object, list | None]" = {}  # código → [archivo, función, renglón]; None: no es nuestra

    def anotar(self, marco, suceso: str, _) -> None:
        """La función que se da a `sys.setprofile`."""
        if suceso not in ("call", "return"):
            return
        codigo = marco.f_code
        if codigo not in self._nombres:
            self._nombres[codigo] = self._nombrar(codigo)
        funcion = self._nombres[codigo]
        if funcion is None:
            return
        hondura = getattr(self._hondura, "valor", 0)
        if suceso == "call":
            self._entradas.append((time.monotonic(), threading.get_ident(), hondura, funcion))
            self._hondura.valor = hondura + 1
        else:
            self._hondura.valor = hondura - 1

    def _nombrar(self, codigo) -> "list | None":
        ruta = os.path.abspath(codigo.co_filename)
        if not ruta.startswith(self._carpeta) or codigo.co_name in NO_SON_FUNCIONES:
            return None
        return [ruta[len(self._carpeta):], codigo.co_name, codigo.co_firstlineno]

    def obedecer(self, tubo: str) -> None:
        """Dejar lo anotado en cada archivo que se pida."""
        with open(tubo, encoding="utf-8") as pedidos:
            for renglon in pedidos:
                entradas, self._entradas = self._entradas, []
                parcial = pathlib.Path(renglon.strip() + ".parcial")
                parcial.write_text(json.dumps(entradas), encoding="utf-8")
                parcial.rename(renglon.strip())  # entero o nada


def main() -> None:
    """Correr el programa como si se hubiera lanzado él."""
    tubo, programa = sys.argv[1], os.path.abspath(sys.argv[2])
    sys.argv[:] = sys.argv[2:]
    sys.path[0] = os.path.dirname(programa)
    rastreo = Rastreo(os.path.dirname(programa))
    threading.Thread(target=rastreo.obedecer, args=(tubo,), daemon=True).start()
    threading.setprofile(rastreo.anotar)
    sys.setprofile(rastreo.anotar)
    runpy.run_path(programa, run_name="__main__")


if __name__ == "__main__":
    main()

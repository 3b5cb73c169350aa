"""Pregunta a los programas de Tk de una pantalla: por cada renglón [pid, guion de Tcl], uno con lo que vale.

Lo lanza pantalla_tk.py, y lo mata si un programa no contesta. `null`: ese programa no está, o el guion falló.
"""

import json
import sys
import tkinter


def main() -> None:
    """Contestar hasta que se cierre la entrada."""
    raiz = tkinter.Tk(className="preguntar")
    raiz.withdraw()
    nombres: "dict[int, str]" = {}  # proceso → nombre con que Tk lo conoce
    for linea in sys.stdin:
        pid, guion = json.loads(linea)
        try:
            if pid not in nombres:
                nombres[pid] = next(uno for uno in raiz.winfo_interps() if es(raiz, uno, pid))
            respuesta = convertir(raiz, raiz.tk.call("send", nombres[pid], guion), "set vistos" in guion)
        except (tkinter.TclError, StopIteration):
            respuesta = None
        print(json.dumps(respuesta), flush=True)


def es(raiz: tkinter.Tk, nombre: str, pid: int) -> bool:
    """Si el programa de ese nombre es el de ese proceso; preguntarse a uno mismo no acabaría nunca."""
    try:
        return nombre != raiz.tk.call("tk", "appname") and str(raiz.tk.call("send", nombre, "pid")) == str(pid)
    except tkinter.TclError:
        return False  # uno que ya terminó


def convertir(raiz: tkinter.Tk, valor: object, son_pares: bool) -> "str | list[list[str]]":
    """Pasar un valor de Tcl a algo que JSON sepa escribir."""
    if not son_pares:
        return str(valor)
    return [list(map(str, raiz.tk.splitlist(par))) for par in raiz.tk.splitlist(valor)]


if __name__ == "__main__":
    main()

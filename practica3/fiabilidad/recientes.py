"""Un diccionario con tope: lo que llega de la red no llena la memoria, digan lo que digan.

    maximo = 3    {a, b, c}  ── poner d ──▶  {b, c, d}  ── poner b otra vez ──▶  {c, d, b}

Al final, lo último que se puso; al pasar del tope se olvida el primero.
"""

import collections


class Recientes(collections.OrderedDict):
    """Las últimas `maximo` claves que se pusieron; leer una no la hace más reciente.

    De un dict corriente quitar el primero cuesta cada vez más, hasta que se reacomoda.
    """

    def __init__(self, maximo: int):
        super().__init__()
        self._maximo = maximo

    def __setitem__(self, clave, valor) -> None:
        super().__setitem__(clave, valor)
        self.move_to_end(clave)
        if len(self) > self._maximo:
            self.popitem(last=False)

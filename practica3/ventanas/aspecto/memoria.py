"""Las imágenes de Tk que se recuerdan para no hacerlas otra vez, con un tope."""

import collections
import tkinter as tk


class FotosRecordadas:
    """Al pasar del máximo se suelta lo que hace más que no se pide, si no está a la vista.

    Soltar una imagen a la vista dejaría un hueco en su lugar: Tk no las conserva por sí mismo.
    """

    def __init__(self, raiz: tk.Tk, maximo: int, fotos_de=lambda foto: [foto],
                 pesar=lambda foto: 1):
        """`fotos_de(valor)`: sus imágenes de Tk; `pesar(valor)`: cuánto ocupa."""
        self._raiz, self._maximo, self._fotos_de, self._pesar = raiz, maximo, fotos_de, pesar
        self._valores: "collections.OrderedDict[object, object]" = collections.OrderedDict()

    def __len__(self) -> int:
        return len(self._valores)

    def pedir(self, clave):
        """Lo que se recuerda con esa clave, o None."""
        if clave in self._valores:
            self._valores.move_to_end(clave)
        return self._valores.get(clave)

    def recordar(self, clave, valor) -> "tuple[int, list]":
        """Guardar algo; devuelve cuánto sobra aún, si no se pudo hacer sitio, y lo que se soltó."""
        self._valores[clave] = valor
        sobran, soltados = sum(map(self._pesar, self._valores.values())) - self._maximo, []
        for otra, uno in list(self._valores.items()):
            if sobran <= 0:
                break
            if uno is not valor and not self._esta_a_la_vista(uno):
                sobran -= self._pesar(uno)
                soltados.append(self._valores.pop(otra))
        return sobran, soltados

    def soltar_si(self, condicion) -> list:
        """Soltar, de lo que no está a la vista, lo que cumpla una condición; devuelve qué."""
        sobra = [clave for clave, uno in self._valores.items()
                 if condicion(uno) and not self._esta_a_la_vista(uno)]
        return [self._valores.pop(clave) for clave in sobra]

    def _esta_a_la_vista(self, valor) -> bool:
        return any(self._raiz.tk.call("image", "inuse", foto) for foto in self._fotos_de(valor))

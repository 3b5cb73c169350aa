"""Los mensajes que una conversación conserva, cada uno con un número que no cambia.

Al pasar del tope se quitan los más viejos; los demás siguen con su número.
"""

import bisect
import itertools

MAX_MENSAJES = 20_000
MAX_LETRAS = 8_000_000  # de todos ellos
SOBRANTE = 1_000  # mensajes que se quitan de una vez


class Serie:
    """Mensajes y notas, numerados."""

    def __init__(self):
        self.primero = 0  # número del más viejo
        self._elementos = []
        self._letras = 0

    def __len__(self) -> int:
        return len(self._elementos)

    def __getitem__(self, numero: int):
        return self._elementos[numero - self.primero]

    def __contains__(self, numero: "int | None") -> bool:
        return numero is not None and self.primero <= numero <= self.ultimo

    @property
    def ultimo(self) -> int:
        """El número del más nuevo; uno menos que `primero`, si no hay ninguno."""
        return self.primero + len(self._elementos) - 1

    def agregar(self, elemento) -> None:
        """Poner uno al final; quizá se quiten los más viejos."""
        self._elementos.append(elemento)
        self._letras += len(elemento.content)
        if len(self._elementos) > MAX_MENSAJES or self._letras > MAX_LETRAS:
            sobran = min(SOBRANTE, len(self._elementos) // 2)
            self._letras -= sum(len(uno.content) for uno in self._elementos[:sobran])
            del self._elementos[:sobran]
            self.primero += sobran

    def tramo(self, desde: int, hasta: int) -> list:
        """Los que van de un número a otro, los dos incluidos."""
        return self._elementos[max(0, desde - self.primero) : hasta - self.primero + 1]

    def alto_hasta(self, numero: int) -> int:
        """El alto de todos los anteriores a uno."""
        return sum([uno.alto for uno in self._elementos[: numero - self.primero]])

    def en_altura(self, altura: float) -> "tuple[int, int]":
        """El número que está a tantos píxeles del principio, y a cuántos empieza."""
        sumas = [0, *itertools.accumulate(uno.alto for uno in self._elementos)]
        i = max(0, min(bisect.bisect_right(sumas, altura) - 1, len(self) - 1))
        return self.primero + i, sumas[i]

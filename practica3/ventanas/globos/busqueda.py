"""Buscar sin distinguir acentos ni mayúsculas, por tandas que no detienen la ventana."""

from ventanas.aspecto import texto_seguro
from ventanas.globos.mensaje import Nota, Serie

POR_TANDA = 500  # mensajes que se miran de un tirón
NINGUNO = -1


class Busqueda:
    """Lo que se busca y, de lo hallado, lo que se señala."""

    def __init__(self, serie: Serie, despues):
        """`despues(ms, función, *datos)`: el `after` de un widget."""
        self._serie, self._despues = serie, despues
        self.buscado = ""  # plegado
        self.actual = NINGUNO  # el número del mensaje en que se está

    def empezar(self, texto: str, al_terminar) -> None:
        """Buscar un texto; al final, `al_terminar(números)`."""
        self.buscado, self.actual = texto_seguro.plegar(texto.strip()), NINGUNO
        self._seguir(self.buscado, self._serie.primero, [], al_terminar)

    def _seguir(self, buscado: str, desde: int, hallados: "list[int]", al_terminar) -> None:
        if buscado != self.buscado:
            return  # ya se busca otra cosa
        desde = max(desde, self._serie.primero)
        tanda = self._serie.tramo(desde, desde + POR_TANDA - 1) if buscado else []
        hallados += [desde + i for i, uno in enumerate(tanda) if not isinstance(uno, Nota)
                     and buscado in texto_seguro.plegar(uno.content)]
        if tanda:
            self._despues(1, self._seguir, buscado, desde + len(tanda), hallados, al_terminar)
        else:
            al_terminar(hallados)

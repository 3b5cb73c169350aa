"""Ofrecer un relevo: se busca solo cuando no se oye a nadie, o cuando algo se perdió sin remedio.

Preguntar y mirar quién contestó no esperan: es un datagrama por difusión cada pocos segundos.
"""

from equipo import opciones
from equipo import relevos
from ventanas.aspecto.marcos import Aviso

ENTRE_PREGUNTAS = 5.0  # s; y lo que hace que no se oye a nadie, antes de la primera
SIN_MULTIDIFUSION = "No se oye a nadie, y hay un relevo: esta red quizá filtra la multidifusión."


class RelevoOfrecido:
    """El relevo que se halló, si hace falta alguno."""

    def __init__(self, aplicacion):
        self.hallado: "tuple[str, int] | None" = None
        self._aplicacion = aplicacion
        self._se_pierde = False  # algo, sin remedio, desde que se habla así
        self._busqueda: "relevos.Busqueda | None" = None
        self._proxima = float("inf")  # s: cuándo se puede preguntar otra vez

    def anotar_perdida(self) -> None:
        """Algo se perdió sin remedio."""
        self._se_pierde, self._proxima = True, 0.0

    def mirar(self, hay_servidor: "bool | None", ahora: float) -> None:
        """Buscar uno, si hace falta y no se habla ya por ninguno."""
        app = self._aplicacion
        a_solas = hay_servidor is False and not app.conectados.keys() - {app.cliente.user}
        if app.conexion.enlace.relevo is not None or not (a_solas or self._se_pierde):
            self.cerrar()
            return
        self._proxima = min(self._proxima, ahora + ENTRE_PREGUNTAS)
        if ahora >= self._proxima:
            self._proxima = ahora + ENTRE_PREGUNTAS
            if self._busqueda is None:
                actual = app.conexion.enlace.actual
                self._busqueda = relevos.Busqueda(app.conexion.puerto, [actual])
            self._busqueda.preguntar()
        if self._busqueda is not None:
            self.hallado = next(iter(self._busqueda.mirar()), None)

    def avisar(self) -> "Aviso | None":
        """La oferta, para la franja de las ventanas; None si no hay relevo o no hace falta."""
        if self.hallado is None:
            return None
        porque = f"{relevos.OFERTA}." if self._se_pierde else SIN_MULTIDIFUSION
        return Aviso(porque, "Hablar por el relevo", self.usar)

    def usar(self, direccion: str = "") -> None:
        """Hablar por el que hay en esa dirección o, si no se dice, por el que se halló."""
        elegido = opciones.leer_direccion(direccion) if direccion else self.hallado
        self._aplicacion.conexion.hablar_por(elegido)
        self._se_pierde = False
        self.cerrar()
        self._aplicacion.refrescar()

    def cerrar(self) -> None:
        """Dejar de buscar."""
        if self._busqueda is not None:
            self._busqueda.cerrar()
        self._busqueda, self.hallado, self._proxima = None, None, float("inf")

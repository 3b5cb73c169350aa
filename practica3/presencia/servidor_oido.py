"""Si hay un servidor que diga quién está, como lo ve un usuario: preguntarle, y decir si falta.

Que se le oiga no prueba que oiga: su cortafuegos puede no dejarle llegar nada. Por eso también
falta si se le oye, pero en ninguna sala nombra a este usuario.
"""

from presencia.directorio import Directorio
from presencia.eventos import HayServidor

# S, al servidor que calla: menos que entre sus latidos, que contestar retrasa.
ENTRE_SONDEOS = 0.25

PROVISIONAL = "Los mensajes no pasan por él; la lista de personas es provisional."
FALTA_SERVIDOR = f"No se oye ningún servidor. {PROVISIONAL}"


class ServidorOido:
    """Lo que se sabe del servidor, y lo que de él ya se contó."""

    def __init__(self, directorio: Directorio, enviar, contar, ahora: float):
        """`enviar(mensaje)`: darlo a la red. `contar(evento)`: algo que mostrar."""
        self._directorio, self._enviar, self._contar = directorio, enviar, contar
        self.falta = ""  # por qué no hay quien diga quién está; "" si lo hay
        self._falta_contada = ""
        self._direccion = ""  # del último que se oyó, para quien lo remedie
        self._proxima_pregunta = ahora  # s: cuándo se le puede preguntar si sigue ahí

    def anotar(self, mensaje: dict, direccion: tuple) -> None:
        """Recordar de dónde llega lo que dice un servidor."""
        if "servidor" in mensaje or mensaje["tipo"] == "usuarios":
            self._direccion = direccion[0] or self._direccion

    def anotar_pregunta(self, mensaje: dict, ahora: float) -> None:
        """Alguien le pregunta ya: lo que conteste se oirá también aquí."""
        if self._directorio.es_servidor(mensaje.get("a")):
            self._proxima_pregunta = ahora + ENTRE_SONDEOS

    def preguntar(self, ahora: float) -> None:
        """Preguntar a los que callan si siguen ahí, cuando toca."""
        if ahora >= self._proxima_pregunta:
            for quien in self._directorio.servidores_callados(ahora):
                self._enviar({"tipo": "quien", "a": quien})
            self._proxima_pregunta = ahora + ENTRE_SONDEOS

    def revisar(self, hay: "bool | None", en_salas: int, sin_lista: int) -> None:
        """Contar si falta, o si ya lo hay, a quien está en tantas salas y en tantas sin lista."""
        self.falta = ""
        if hay is False:
            self.falta = FALTA_SERVIDOR
        elif sin_lista and sin_lista == en_salas:
            self.falta = (f"El servidor que se oye, en {self._direccion}, no oye a este equipo. "
                          f"{PROVISIONAL} En el equipo del servidor, python diagnostico.py dice "
                          "cómo se remedia: suele ser su cortafuegos.")
        if self.falta != self._falta_contada and en_salas:
            self._falta_contada = self.falta
            self._contar(HayServidor(not self.falta, self.falta or "Ya hay servidor."))

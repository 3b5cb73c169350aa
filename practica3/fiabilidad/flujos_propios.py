"""Los flujos propios y lo que se guarda de ellos: una memoria fija, se diga lo que se diga.

De lo dicho se guardan los datagramas, por si alguien los pide otra vez, hasta MAX_ENVIADO bytes
entre todos: después se olvida lo más viejo. Es del hilo enviar.
"""

import collections

from fiabilidad.flujo_propio import FlujoPropio

MAX_ENVIADO = 32 * 2**20  # bytes que se guardan por si hay que repetirlos
MAX_PROPIOS = 4_096  # flujos: un servidor tiene uno por cada sala que hubo


def clave_de(mensaje: dict) -> "tuple[str, str] | None":
    """A qué flujo va un mensaje: ("sala", nombre) o ("para", id); None si a ninguno."""
    if "sala" in mensaje:
        return "sala", mensaje["sala"]
    return ("para", mensaje["para"]) if "para" in mensaje else None


class FlujosPropios(dict):
    """Por clave: ("sala", nombre) o ("para", id)."""

    def __init__(self):
        super().__init__()
        self.dichos = self.bytes_dichos = 0  # datagramas numerados hasta ahora, y sus bytes
        self._suelo = 0  # el mayor n de los flujos que se olvidaron
        self._guardado = 0  # bytes
        # El flujo de cada datagrama guardado, del más viejo al más nuevo; sin los de las listas.
        self._orden = collections.deque()

    def buscar(self, clave: tuple) -> FlujoPropio:
        """El flujo con esa clave; si no lo hay, uno en que todavía no se ha dicho nada."""
        return self.get(clave) or FlujoPropio(self._suelo)

    def abrir(self, clave: tuple, vivas: "set[tuple]") -> FlujoPropio:
        """El flujo con esa clave, que si no lo había empieza. `vivas`: los que no se olvidan.

        Si ya son muchos se olvidan los que llevan más tiempo callados. Quien vuelva a hablar en
        uno de ésos seguirá en números más altos que todos ellos: n nunca vuelve a empezar.
        """
        if clave not in self:
            if len(self) >= MAX_PROPIOS:
                callados = sorted(self.keys() - vivas, key=lambda vieja: self[vieja].ultima)
                self._olvidar(callados[: MAX_PROPIOS // 2])
            self[clave] = FlujoPropio(self._suelo)
        return self[clave]

    def _olvidar(self, claves: "list[tuple]") -> None:
        for clave in claves:
            flujo = self.pop(clave)
            self._guardado -= flujo.vaciar()
            self._suelo = max(self._suelo, flujo.n)
        self._orden = collections.deque(flujo for flujo in self._orden if flujo.guardados)

    def olvidar_todo(self) -> None:
        """No guardar nada de lo dicho hasta ahora."""
        for flujo in self.values():
            self._guardado -= flujo.vaciar()
        self._orden.clear()

    def empezar(self, flujo: FlujoPropio, tipo: str, largo: int) -> None:
        """Anotar en la historia de un flujo que aquí empieza un mensaje de tantos bytes."""
        if tipo == "usuarios":  # de una lista sólo importa la última
            self._guardado -= flujo.vaciar()
        flujo.historia.append((flujo.n + 1, largo))

    def guardar(self, flujo: FlujoPropio, tipo: str, datagrama: bytes, ahora: float) -> None:
        """Guardar un datagrama que sale, con el número siguiente del flujo."""
        self._guardado += flujo.guardar(datagrama, ahora)
        self.dichos += 1
        self.bytes_dichos += len(datagrama)
        if tipo != "usuarios":
            self._orden.append(flujo)
        while self._guardado > MAX_ENVIADO and self._orden:
            self._guardado -= self._orden.popleft().olvidar_primero()

"""Los flujos propios: lo dicho en cada sala y a cada persona, y lo que se guarda para repetirlo.

    1 2 3 4 5 6 7 8 9        n = 9         el último que salió
    ░ ░ ░ ▓ ▓ ▓ ▓ ▓ ▓        primero = 4   lo anterior se olvidó; desde él, todo está en `guardados`
          └msj┘ └ voz ┘      historia = [(4, …), (7, …)]   dónde empieza cada mensaje reciente

De lo dicho se guardan los datagramas, por si alguien los pide otra vez, hasta MAX_ENVIADO bytes
entre todos los flujos: después se olvida lo más viejo. Es del hilo enviar. Qué sale y cuándo se
decide en emisor.py; lo que otros dicen, en flujo_ajeno.py.
"""

import collections

import protocolo

MAX_ENVIADO = 32 * 2**20  # bytes que se guardan por si hay que repetirlos
PESO_GUARDADO = 100  # bytes que cuesta guardar un datagrama, además de los suyos
MAX_PROPIOS = 4_096  # flujos: un servidor tiene uno por cada sala que hubo
HISTORIA_BYTES = 256 * 1024  # de la historia de una sala que se da a quien entra


def clave_de(mensaje: dict) -> "tuple[str, str] | None":
    """A qué flujo va un mensaje: ("sala", nombre) o ("para", id); None si a ninguno."""
    if "sala" in mensaje:
        return "sala", mensaje["sala"]
    return ("para", mensaje["para"]) if "para" in mensaje else None


class FlujoPropio:
    """Los números de un flujo propio y sus datagramas; de las listas, sólo los de la última."""

    def __init__(self, n: int = 0):
        self.n = n  # el último que salió
        self.primero = n + 1  # el primero que se guarda
        self.ultima = 0.0  # s: cuándo salió el último
        # (primer n, bytes) de los últimos mensajes.
        self.historia = collections.deque(maxlen=protocolo.HISTORIA)
        self.guardados = {}  # n → (datagrama, cuándo salió), por si hay que repetirlo
        self.bloques = {}  # (m, bloque) → BloquePropio de lo largo que aún se guarda
        self.repetidos = {}  # n → (cuándo se repitió, cuántas veces)

    def desde(self) -> "int | None":
        """El n en que empieza lo que se da a quien entra; None si nada."""
        desde, ocupado = None, 0
        for n, largo in reversed(self.historia):
            ocupado += largo
            if ocupado > HISTORIA_BYTES:
                break
            desde = n
        return desde

    def guardar(self, datagrama: bytes, ahora: float) -> int:
        """Anotar que sale un datagrama, con el número siguiente; los bytes que ocupa."""
        self.n += 1
        self.ultima = ahora
        self.guardados[self.n] = datagrama, ahora
        return len(datagrama) + PESO_GUARDADO

    def olvidar_primero(self) -> int:
        """Dejar de guardar el datagrama más viejo; los bytes que ocupaba."""
        if self.primero > self.n:
            return 0
        datagrama, _ = self.guardados.pop(self.primero)
        self.repetidos.pop(self.primero, None)
        self.primero += 1
        self._olvidar_bloques()
        return len(datagrama) + PESO_GUARDADO

    def _olvidar_bloques(self) -> None:
        """Los que empiezan antes de lo que se guarda ya no sirven; están en orden."""
        while self.bloques:
            primero = next(iter(self.bloques.values()))
            if not primero.numeros or primero.numeros[0] >= self.primero:
                break
            del self.bloques[next(iter(self.bloques))]

    def vaciar(self) -> int:
        """Dejar de guardar todo, también para la historia; los bytes que ocupaba."""
        self.historia.clear()
        return sum(self.olvidar_primero() for _ in range(self.primero, self.n + 1))


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

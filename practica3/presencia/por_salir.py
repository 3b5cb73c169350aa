"""Lo que este usuario dijo y aún no sale a la red: lo que se muestra, y el mensaje que lo lleva.

    decir ──▶ anotar     ──▶ espera a estar en la sala, a su destinatario o a la red
    red   ──▶ sacar      ◀── el eco: ya salió
    cifrar ─▶ sustituir      lo que sale de un privado es otro mensaje, con él dentro

Cada mensaje se distingue por ser el mismo objeto: dos textos iguales son dos mensajes.
"""

from presencia.eventos import Dicho


class PorSalir:
    """Pares de mensaje y Dicho, en el orden en que se dijeron."""

    def __init__(self):
        self._pares: "list[tuple[dict, Dicho]]" = []

    def anotar(self, mensaje: dict, dicho: Dicho) -> None:
        """Empezar a esperar que salga un mensaje."""
        self._pares.append((mensaje, dicho))

    def sustituir(self, mensaje: dict, otro: dict) -> None:
        """Anotar que lo que sale en el lugar de un privado es otro, cifrado."""
        for i, (uno, dicho) in enumerate(self._pares):
            if uno is mensaje:
                dicho.cifrado = otro is not mensaje
                self._pares[i] = otro, dicho

    def sacar(self, mensaje: dict) -> "Dicho | None":
        """Lo dicho con ese mensaje, que ya salió o no saldrá."""
        for i, (uno, dicho) in enumerate(self._pares):
            if uno is mensaje:
                del self._pares[i]
                return dicho
        return None

    def buscar(self, mensaje: dict) -> "Dicho | None":
        """Lo dicho con ese mensaje, que sigue saliendo."""
        return next((dicho for uno, dicho in self._pares if uno is mensaje), None)

    def mensajes_de(self, dicho: Dicho) -> "list[dict]":
        """Los mensajes que llevan algo dicho: ninguno, si ya salió."""
        return [mensaje for mensaje, suyo in self._pares if suyo is dicho]

    def dichos(self) -> "list[Dicho]":
        """Lo dicho que aún no sale."""
        return [dicho for _, dicho in self._pares]

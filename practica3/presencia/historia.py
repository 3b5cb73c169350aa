"""Lo dicho en una sala antes de llegar uno: en el orden en que se dijo, y no por quién lo dijo.

    de Eli: 1 3 5 7 ─┐
    de Fer: 2 4 6 ───┴─▶ espera a que acabe de llegar ─▶ 1 2 3 4 5 6 7, y después lo de ahora

Cada programa da lo suyo, con la hora de su reloj, que puede ir horas mal: se corrige con lo que
difiere del de aquí, y lo de cada uno conserva siempre su orden.
"""

import dataclasses

from presencia.eventos import Dicho

CONTESTAN = 0.3  # s desde entrar en que los demás dicen que tienen historia
LLEGADA = 1.0  # s desde entrar que se esperan, si la hay
QUIETUD, MAX_ESPERA = 0.3, 3.0  # s sin que llegue más, y desde que llegó lo primero
# Mensajes, y bytes de todo: más no es la historia de una clase, y se muestra sin esperar.
MAX_EN_ESPERA, BYTES_EN_ESPERA = 5_000, 16 * 2**20


@dataclasses.dataclass
class Historia:
    """Lo que llega al entrar a una sala y todavía no se muestra."""

    desde: float = 0.0  # s: cuándo se entró
    _antes: "list[tuple[float, Dicho]]" = dataclasses.field(default_factory=list)
    _despues: "list[Dicho]" = dataclasses.field(default_factory=list)
    _horas: "dict[str, float]" = dataclasses.field(default_factory=dict)  # id → la última
    _primero: float = 0.0  # s: cuándo llegó lo primero
    _ultimo: float = 0.0  # s: cuándo llegó lo último de antes
    _bytes: int = 0

    def recibir(self, dicho: Dicho, mensaje: dict, desfase: float, ahora: float) -> None:
        """Guardar algo que llegó, hasta `sacar`."""
        self._primero = self._primero or ahora
        self._bytes += dicho.pesar()
        if "de_antes" not in mensaje or len(self._antes) >= MAX_EN_ESPERA:
            self._despues.append(dicho)
            return
        self._ultimo = ahora
        quien = mensaje["id"]
        hora = mensaje.get("hora", 0.0) + desfase
        # Nunca antes que lo anterior del mismo: un reloj se puede poner en hora a media charla.
        hora = self._horas[quien] = max(hora, self._horas.get(quien, hora))
        self._antes.append((hora, dicho))

    def sacar(self, ahora: float) -> "list[Dicho]":
        """Lo que ya se puede mostrar, en orden."""
        plazo = self.desde + (LLEGADA if self._antes else CONTESTAN)
        lista = (ahora >= max(plazo, self._ultimo + QUIETUD) or ahora - self._primero > MAX_ESPERA
                 or self._bytes > BYTES_EN_ESPERA)
        if not lista or not (self._antes or self._despues):
            return []
        antes = sorted(self._antes, key=lambda par: par[0])
        salida = [dicho for _, dicho in antes] + self._despues
        self._antes, self._despues, self._horas, self._primero = [], [], {}, 0.0
        self._bytes = 0
        return salida

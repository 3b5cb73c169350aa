"""Los privados que salieron y los que llegaron: quién acusó recibo de qué.

    Ana ── msj privado, "hora":1767225600.25 ──▶ Bryan
    Ana ◀── latido, "recibidos":{"<Ana>":1767225600.25} ── Bryan      llegó, con todo lo anterior

El flujo de un privado llega en orden: basta acusar lo último. El acuse va en el latido, que se
repite: no hay que acusar el acuse. Sólo decide: ni envía ni lee el reloj.
"""

from fiabilidad.recientes import Recientes
from presencia.eventos import Dicho

RECIENTE = 30.0  # s que se acusa un privado, lo que dura su flujo en los latidos de quien lo envía
MAX_ACUSES = 20  # en un latido, los últimos: unos 700 bytes
SIN_ACUSE = 8.0  # s desde que salió: antes, no oír a alguien no dice que se haya ido
MAX_ESPERADOS = 1_000


class Entregas:
    """Lo que hay que acusar, y lo que otros han de acusar."""

    def __init__(self):
        # Id → hora del último privado suyo, y cuándo llegó.
        self._recibidos: "dict[str, tuple[float, float]]" = Recientes(MAX_ACUSES)
        # Id, lo que se le dijo, y cuándo salió; en orden.
        self._esperados: "list[tuple[str, Dicho, float]]" = []

    def recibir(self, privado: dict, ahora: float) -> bool:
        """Anotar que llegó un privado; False si no hay modo de acusarlo."""
        if "id" not in privado or "hora" not in privado:
            return False
        self._recibidos[privado["id"]] = privado["hora"], ahora
        return True

    def escribir(self) -> "dict[str, float]":
        """Lo que se acusa en el latido."""
        return {quien: hora for quien, (hora, _) in self._recibidos.items()}

    def esperar(self, para: str, dicho: Dicho, ahora: float) -> None:
        """Esperar a que un programa acuse algo que ya salió."""
        if len(self._esperados) < MAX_ESPERADOS:
            self._esperados.append((para, dicho, ahora))

    def leer(self, quien: str, hora: float) -> "list[Dicho]":
        """Lo que queda acusado porque un programa dice que le llegó lo de esa hora."""
        suyos = [dicho for para, dicho, _ in self._esperados if para == quien]
        llegaron = next((suyos[: i + 1] for i, uno in enumerate(suyos) if uno.hora == hora), [])
        self._esperados = [uno for uno in self._esperados if uno[1] not in llegaron]
        return llegaron

    def vencer(self, se_oye, ahora: float) -> "tuple[bool, list[Dicho]]":
        """Si hay acuses que ya no hace falta repetir, y lo dicho a quien ya no se oye.

        De quien se supo por la lista quizá aún no llegó ningún latido: se le da tiempo.
        """
        viejos = [de for de, (_, llego) in self._recibidos.items() if ahora - llego > RECIENTE]
        for quien in viejos:
            del self._recibidos[quien]
        perdidos = [uno for uno in self._esperados
                    if ahora - uno[2] > SIN_ACUSE and not se_oye(uno[0])]
        self._esperados = [uno for uno in self._esperados if uno not in perdidos]
        return bool(viejos), [dicho for _, dicho, _ in perdidos]

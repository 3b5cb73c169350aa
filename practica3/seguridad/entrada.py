"""La entrada: lo que se hace con cada datagrama que llega, antes de que cambie nada.

    bytes ──▶ ¿se entiende? ──▶ ¿ya se tiene? ──▶ ¿es de quien dice? ──▶ Receptor ──▶ se entrega

Es del hilo recibir.
"""

import campos
import protocolo


class Entrada:
    """Da al Receptor sólo lo que es de quien dice."""

    def __init__(self, conocidas, receptor):
        """`conocidas`: unas Sesiones, o SinComprobar; `receptor`: un Receptor de fiabilidad/."""
        self.malformados = 0  # datagramas que no se entendieron
        self._sesiones, self._receptor = conocidas, receptor

    def leer(self, datagrama: bytes, ahora: float) -> "tuple[dict | None, list[dict]]":
        """El mensaje que es un datagrama, None si no vale; y lo que gracias a él se entrega."""
        try:
            mensaje = self._receptor.unificar(protocolo.decodificar(datagrama))
        except protocolo.ErrorProtocolo as error:
            self.malformados += 1
            # Quien firma no se equivoca: eso lo dice otro.
            rechazados = error.rechazar()
            return None, [uno for uno in rechazados if not campos.es_protegido(uno.get("id"))]
        # De lo que ya se tiene no hace falta mirar la firma: no cambia nada. Y lo que no vale, si
        # era bueno y aún no se sabía, se pedirá otra vez.
        if self._receptor.es_copia(mensaje) or not self._sesiones.admitir(mensaje, datagrama):
            return None, []
        recibidos = self._receptor.recibir(mensaje, ahora)
        return mensaje, [uno for uno in recibidos if self._sesiones.es_suyo(uno)]

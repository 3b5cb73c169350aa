"""La entrada: lo que se hace con cada datagrama que llega, antes de que cambie nada.

    bytes ──▶ ¿son propios, o de quien inunda?
          ──▶ ¿se entiende? ──▶ ¿hace falta? ──▶ ¿es de quien dice? ──▶ Receptor ──▶ se entrega

Es del hilo recibir.
"""

import campos
import protocolo
from seguridad.fuentes import Fuentes

# S al azar antes de preguntar a alguien quién es, por si se presenta o le pregunta otro.
DEMORA_DE_PREGUNTA = 0.01, 0.05
ENTRE_PREGUNTAS_A_UNO, ENTRE_PREGUNTAS_A_TODOS = 0.1, 0.02  # s
MAX_ASOMADOS = 4  # datagramas que se guardan de uno, para comprobarlos cuando se presente
MAX_VECES, MAX_POR_PREGUNTAR = 20, 64  # a uno, y a cuántos: inventarlos no cuesta nada


class Entrada:
    """Da al Receptor sólo lo que es de quien dice."""

    def __init__(self, conocidas, receptor, azar):
        """`conocidas`: unas Sesiones, o SinComprobar; `receptor` y `azar`, los de fiabilidad/."""
        self._azar = azar
        # Id de quien habla y no se ha presentado → cuándo preguntarle quién es, y cuántas van.
        self._por_preguntar: "dict[str, tuple[float, int]]" = {}
        self._proxima = 0.0  # s: cuándo se puede preguntar otra vez
        self._asomados: "dict[str, list[bytes]]" = {}  # id → lo primero que se le oyó
        self.malformados = 0  # datagramas que no se entendieron
        self._sesiones, self._receptor = conocidas, receptor
        self.fuentes = Fuentes()
        self._mio = b'"id":"%s"' % receptor.propio.encode()

    def oir(self, datagrama: bytes, direccion: str,
            ahora: float) -> "tuple[dict | None, list[dict]]":
        """Como `leer`, si no es propio ni de una dirección que inunda; y llevarle la cuenta."""
        if self._mio in datagrama.partition(b"\n")[0]:
            return None, []  # lo que este programa envió le vuelve también a él
        if self.fuentes.calla(direccion, datagrama, ahora):
            return None, []
        mensaje, entregables = self.leer(datagrama, ahora)
        if mensaje is None or mensaje.get("id") not in self._sesiones:
            self.fuentes.anotar(direccion)
        else:
            self.fuentes.anotar_firma(mensaje["id"], direccion)
        return mensaje, entregables

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
        if self._receptor.es_copia(mensaje) or not self._receptor.interesa(mensaje, ahora):
            return None, []
        if not self._sesiones.admitir(mensaje, datagrama):
            self._asomar(mensaje, datagrama, ahora)
            return None, []
        if self._asomados:
            self._creer_lo_asomado(mensaje.get("id"))
        recibidos = self._receptor.recibir(mensaje, ahora)
        return mensaje, [uno for uno in recibidos if self._sesiones.es_suyo(uno)]

    def _asomar(self, mensaje: dict, datagrama: bytes, ahora: float) -> None:
        """Lo que dice quien no se ha presentado no se cree, pero tampoco se olvida que lo dijo."""
        quien = mensaje["id"]
        es_a_mi = mensaje.get("a") == self._receptor.propio
        if quien in self._sesiones or not (self._receptor.sigue(mensaje) or es_a_mi):
            return
        if quien in self._por_preguntar or len(self._por_preguntar) < MAX_POR_PREGUNTAR:
            self._por_preguntar.setdefault(quien, (ahora + self._azar(*DEMORA_DE_PREGUNTA), 0))
            guardados = self._asomados.setdefault(quien, [])
            if len(guardados) < MAX_ASOMADOS:
                guardados.append(datagrama)

    def _creer_lo_asomado(self, quien: "str | None") -> None:
        """De quien se acaba de presentar, comprobar lo que ya se le había oído."""
        for datagrama in self._asomados.pop(quien, ()):
            mensaje = self._receptor.unificar(protocolo.decodificar(datagrama))
            if self._sesiones.admitir(mensaje, datagrama):
                self._receptor.asomar(mensaje)

    def preguntar(self, ahora: float) -> "list[dict]":
        """La pregunta que toca, a quien habla y aún no se sabe quién es."""
        if ahora < self._proxima or not self._por_preguntar:
            return []
        for quien, (cuando, veces) in list(self._por_preguntar.items()):
            if quien in self._sesiones or veces == MAX_VECES:
                del self._por_preguntar[quien]  # ya se presentó, o no contesta nadie
                self._asomados.pop(quien, None)
            elif ahora >= cuando:
                self._por_preguntar[quien] = ahora + ENTRE_PREGUNTAS_A_UNO, veces + 1
                self._proxima = ahora + ENTRE_PREGUNTAS_A_TODOS
                return [{"tipo": "quien", "a": quien}]
        return []

"""Los privados que todavía no se envían: a quién buscan, y por qué no salen.

    ¿se conoce a alguien así? ──▶ ¿se sabe con qué clave? ──▶ ¿es el de siempre? ──▶ sale cifrado
      no: BUSQUEDA s, y Error       no: igual                   no: Error, y se pregunta
"""

import campos
import protocolo
from presencia.directorio import Directorio
from presencia.por_salir import PorSalir
from presencia.tratos import Tratos

BUSQUEDA = 2.5  # s que aguarda un privado a que aparezca su destinatario: un latido y algo más


class PrivadosPendientes:
    """Los privados que esperan a que se conozca a su destinatario."""

    def __init__(self, directorio: Directorio, tratos: Tratos, por_salir: PorSalir, enviar,
                 fallar):
        """`enviar(mensaje)`: darlo a la red. `fallar(mensaje, explicacion, ausente)`: no saldrá,
        quizá porque no está quien firma con ese nombre.
        """
        self._directorio, self._tratos, self._por_salir = directorio, tratos, por_salir
        self._enviar, self._fallar = enviar, fallar
        self._pendientes: "list[tuple[float, dict]]" = []  # hasta cuándo se espera a quién

    def agregar(self, mensaje: dict, ahora: float) -> None:
        """Enviar un privado en cuanto se conozca a su destinatario."""
        self._pendientes.append((ahora + BUSQUEDA, mensaje))
        self.revisar(ahora)

    def quitar(self, mensaje: dict) -> None:
        """Ya no enviar un privado."""
        self._pendientes = [par for par in self._pendientes if par[1] is not mensaje]

    def hay(self) -> bool:
        """Si alguno espera."""
        return bool(self._pendientes)

    def revisar(self, ahora: float) -> None:
        """Enviar los que ya se puede; de los que no, decirlo cuando se les acabe el tiempo."""
        personas = self._directorio.personas() if self._pendientes else {}
        self._pendientes = [(vence, mensaje) for vence, mensaje in self._pendientes
                            if not self._resolver(mensaje, personas, ahora >= vence)]

    def _resolver(self, mensaje: dict, personas: dict, vencido: bool) -> bool:
        """Enviar un privado o, si no se puede, decirlo; False si puede esperar."""
        persona = personas.get(campos.comparable(mensaje["to"]))
        if persona is None:
            if vencido:
                self._fallar(mensaje, f"No hay nadie que se llame {mensaje['to']}; no se envió.",
                             ausente=self._tratos.recuerda(mensaje["to"]))
            return vencido
        mensaje["to"], quien = persona  # un cliente sencillo espera el suyo, exacto
        if not self._tratos.se_conoce(mensaje["to"], quien):
            if vencido:
                motivo = "aún no dice con qué clave cifrarle; no se envió."
                self._fallar(mensaje, f"El programa de {mensaje['to']} {motivo}")
            return vencido
        if duda := self._tratos.explicar(mensaje["to"]):
            self._fallar(mensaje, f"No se envió: {duda}")
        elif not quien and len(protocolo.codificar(mensaje)) > protocolo.MAX_DATAGRAMA:
            motivo = "no recibe mensajes tan largos; no se envió."
            self._fallar(mensaje, f"El programa de {mensaje['to']} {motivo}")
        else:
            self._cerrar_y_enviar(mensaje, quien)
        return True

    def _cerrar_y_enviar(self, mensaje: dict, quien: str) -> None:
        if quien:
            mensaje["para"] = quien
        cerrado = self._tratos.cerrar(mensaje)  # lo que de verdad sale: cifrado, si se puede
        self._por_salir.sustituir(mensaje, cerrado)
        self._enviar(cerrado)

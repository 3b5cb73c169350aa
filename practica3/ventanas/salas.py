"""Las salas en que se está y aquellas a las que se está entrando.

    pedida ──▶ entrando ──▶ abierta, con su ventana        el servidor contesta, o no lo hay
                  └───────▶ rechazada: otro tiene el nombre; se pide otra vez con uno distinto
"""

import contextlib
import time

import campos
from presencia import eventos
from ventanas import sala as modulo_sala
from ventanas.charla import ERRORES

MAX_ADELANTADOS = 1_000  # mensajes de una sala que llegan antes que su ventana


class Salas:
    """Entra a las salas, abre sus ventanas y les lleva lo que pasa en ellas."""

    def __init__(self, aplicacion):
        self.aplicacion = aplicacion
        self.abiertas: "dict[str, modulo_sala.VentanaSala]" = {}
        self._entrando: "list[str]" = []  # pedidas que aún no contestan
        self._rechazadas: "list[str]" = []  # a las que no se pudo entrar con ese nombre
        self._adelantados: "list[eventos.Dicho]" = []  # lo reciente de aquellas a que se entra

    def esta_entrando(self) -> bool:
        """Si hay alguna pedida que no contesta."""
        return bool(self._entrando)

    def tiene_nombre_fijo(self) -> bool:
        """Si el nombre ya no se puede cambiar: hay que salir antes de todas las salas."""
        return any(sala not in self._entrando for sala in self.aplicacion.cliente.salas)

    def entrar(self, user: str, salas: "list[str]") -> bool:
        """Entrar a unas salas con un nombre, y a las que lo rechazaron antes.

        False si no se puede ni pedir.
        """
        try:
            self.aplicacion.cliente.presentarse(user)
            pedidas = [campos.validar_sala(sala) for sala in salas]
        except ERRORES as error:
            self.aplicacion.entrada.rechazar(str(error), salas[0])
            return False
        if set(pedidas) & set(self._rechazadas):
            pedidas += self._rechazadas
        self._rechazadas.clear()
        for sala in dict.fromkeys(pedidas):
            self._pedir(sala)
        self._seguir_entrando()
        return True

    def _pedir(self, sala: str) -> None:
        cliente = self.aplicacion.cliente
        if sala in cliente.salas and sala in self.abiertas:
            self.abiertas[sala].mostrar()
        elif sala not in self._entrando:  # Enter pulsado dos veces la pide dos veces
            self._entrando.append(cliente.entrar(sala, time.monotonic()))

    def _seguir_entrando(self) -> None:
        entrada = self.aplicacion.entrada
        entrada.esperar(self.esta_entrando())
        if not self._entrando and not self._rechazadas:
            entrada.ocultar()

    def cancelar(self) -> None:
        """Dejar de intentar."""
        for sala in self._entrando:
            with contextlib.suppress(*ERRORES):
                self.aplicacion.cliente.salir(sala)
        self._entrando.clear()
        self.aplicacion.entrada.esperar(False)

    def dejar(self, ventana: modulo_sala.VentanaSala) -> None:
        """Salir de la sala de una ventana que se cierra."""
        del self.abiertas[ventana.nombre]
        if ventana.nombre in self.aplicacion.cliente.salas:
            self.aplicacion.cliente.salir(ventana.nombre)

    # ---- lo que pasa en ellas

    def al_listo(self, evento: eventos.Listo) -> None:
        """Abrir la ventana de una sala en la que ya se está."""
        sala = evento.sala
        if sala in self._entrando:
            self._entrando.remove(sala)
        if sala not in self.abiertas:
            self.abiertas[sala] = modulo_sala.VentanaSala(self.aplicacion, sala)
        self.abiertas[sala].mostrar()
        suyos = [uno for uno in self._adelantados if uno.sala == sala]
        self._adelantados = [uno for uno in self._adelantados if uno.sala in self._entrando]
        for uno in suyos:
            self.abiertas[sala].charla.recibir(uno)
        self._seguir_entrando()
        self.aplicacion.refrescar()

    def al_rechazo(self, evento: eventos.Rechazo) -> None:
        """Explicar por qué no se está en una sala y ofrecer otro nombre."""
        sala = evento.sala
        self._rechazadas.append(sala)
        if sala in self._entrando:
            self._entrando.remove(sala)
        estaba = sala in self.abiertas
        if estaba:
            explicacion = f"Ya no estás en la sala. {evento.content}"
            self.abiertas[sala].conversacion.agregar_nota(explicacion, True)
        self.aplicacion.entrada.esperar(self.esta_entrando())
        # Quien escribía en la sala seguiría en el nombre.
        self.aplicacion.entrada.rechazar(evento.content, sala, con_foco=not estaba)

    def recibir(self, dicho: eventos.Dicho) -> None:
        """Mostrar algo dicho en una sala."""
        if dicho.sala in self.abiertas:
            self.abiertas[dicho.sala].charla.recibir(dicho)
        elif dicho.sala in self._entrando and len(self._adelantados) < MAX_ADELANTADOS:
            self._adelantados.append(dicho)

"""La entrada a las salas: las pedidas, las que rechazaron el nombre, y cuándo abrir su ventana.

    pedida ──▶ entrando ──▶ abierta, con su ventana        el servidor contesta, o no lo hay
                  └───────▶ rechazada: otro tiene el nombre; se pide otra vez con uno distinto
"""

import contextlib
import functools
import time

from presencia import eventos
from seguridad import llaves
from ventanas import sala as modulo_sala
from ventanas.charla import ERRORES

# De lo que llega antes que la ventana de su sala: mensajes, bytes de todo, y de cada quien.
MAX_ADELANTADOS, BYTES_ADELANTADOS, BYTES_DE_UN_AUTOR = 1_000, 32 * 2**20, 17 * 2**20


class Salas:
    """Entra a las salas y abre sus ventanas."""

    def __init__(self, aplicacion):
        self.aplicacion = aplicacion
        self._entrando: "list[str]" = []  # pedidas que aún no contestan
        self._rechazadas: "list[str]" = []  # a las que no se pudo entrar con ese nombre
        self._sin_contrasena = ""  # la que se pidió, y hace falta que la escriban
        self._sin_sitio = 0  # mensajes que no cupieron
        self._adelantados: "list[eventos.Dicho]" = []  # lo reciente de aquellas a que se entra

    def esta_entrando(self) -> bool:
        """Si hay alguna pedida que no contesta."""
        return bool(self._entrando)

    def tiene_nombre_fijo(self) -> bool:
        """Si el nombre ya no se puede cambiar: hay que salir antes de todas las salas."""
        return any(sala not in self._entrando for sala in self.aplicacion.cliente.salas)

    def entrar(self, user: str, salas: "list[str]", contrasena: str = "") -> bool:
        """Entrar a unas salas con un nombre, y a las que lo rechazaron antes.

        `contrasena`: la de la primera, si tiene llave. False si no se puede ni pedir.
        """
        try:
            self.aplicacion.cliente.presentarse(user)
            pedidas = [self.aplicacion.cliente.escribir_sala(sala) for sala in salas]
        except ERRORES as error:
            self.aplicacion.entrada.rechazar(str(error), salas[0])
            return False
        if set(pedidas) & set(self._rechazadas):
            pedidas += self._rechazadas
        self._rechazadas.clear()
        for sala in dict.fromkeys(pedidas):
            self._pedir(sala, contrasena if sala == pedidas[0] else "")
        self._seguir_entrando()
        return True

    def _pedir(self, sala: str, contrasena: str) -> None:
        cliente, ventana = self.aplicacion.cliente, self.aplicacion.charlas.get(f"#{sala}")
        if sala in cliente.salas and ventana is not None:
            ventana.mostrar()
        elif sala in self._entrando:
            return  # Enter pulsado dos veces la pide dos veces
        elif contrasena and llaves.tiene_llave(sala):
            self._entrando.append(sala)
            self.aplicacion.preparador.encargar(functools.partial(self._al_derivar, sala),
                                                llaves.derivar, sala, contrasena)
        elif cliente.llaves.falta(sala):
            self._sin_contrasena = sala
        else:
            self._entrando.append(cliente.entrar(sala, time.monotonic()))

    def _al_derivar(self, sala: str, llave: "bytes | None", falla: str) -> None:
        """Ya se sabe la llave de una sala: entrar, si no se canceló mientras tanto."""
        if sala not in self._entrando:
            return
        if llave is None:
            self._entrando.remove(sala)
            self.aplicacion.entrada.esperar(self.esta_entrando())
            self.aplicacion.entrada.pedir_contrasena(sala, falla)
            return
        self.aplicacion.cliente.llaves.poner(sala, llave)
        self.aplicacion.cliente.entrar(sala, time.monotonic())

    def _seguir_entrando(self) -> None:
        entrada = self.aplicacion.entrada
        entrada.esperar(self.esta_entrando())
        if self._sin_contrasena:
            sala, self._sin_contrasena = self._sin_contrasena, ""
            entrada.pedir_contrasena(sala)
        elif not self._entrando and not self._rechazadas:
            entrada.ocultar()

    def cancelar(self) -> None:
        """Dejar de intentar."""
        for sala in self._entrando:
            with contextlib.suppress(*ERRORES):
                self.aplicacion.cliente.salir(sala)
        self._entrando.clear()
        self.aplicacion.entrada.esperar(False)

    # ---- lo que pasa en ellas

    def al_listo(self, evento: eventos.Listo) -> None:
        """Abrir la ventana de una sala en la que ya se está."""
        sala, charlas = evento.sala, self.aplicacion.charlas
        if sala in self._entrando:
            self._entrando.remove(sala)
        if f"#{sala}" not in charlas:
            charlas[f"#{sala}"] = modulo_sala.VentanaSala(self.aplicacion, sala)
        ventana = charlas[f"#{sala}"]
        ventana.mostrar()
        suyos = [uno for uno in self._adelantados if uno.sala == sala]
        self._adelantados = [uno for uno in self._adelantados if uno.sala in self._entrando]
        for uno in suyos:
            ventana.charla.recibir(uno)
        if self._sin_sitio:
            no_cupo = f"Mientras se entraba llegó demasiado: {self._sin_sitio} sin mostrar."
            ventana.conversacion.agregar_nota(no_cupo, True)
            self._sin_sitio = 0
        self._seguir_entrando()
        self.aplicacion.refrescar()

    def al_rechazo(self, evento: eventos.Rechazo) -> None:
        """Explicar por qué no se está en una sala y ofrecer otro nombre."""
        sala = evento.sala
        self._rechazadas.append(sala)
        if sala in self._entrando:
            self._entrando.remove(sala)
        ventana = self.aplicacion.charlas.get(f"#{sala}")
        if ventana is not None:
            explicacion = f"Ya no estás en la sala. {evento.content}"
            ventana.conversacion.agregar_nota(explicacion, True)
        self.aplicacion.entrada.esperar(self.esta_entrando())
        # Quien escribía en la sala seguiría en el nombre.
        self.aplicacion.entrada.rechazar(evento.content, sala, con_foco=ventana is None)

    def adelantar(self, dicho: eventos.Dicho) -> None:
        """Recordar lo que se dice en una sala a la que se entra, para cuando haya ventana."""
        if dicho.sala not in self._entrando:
            return
        if self._cabe(dicho):
            self._adelantados.append(dicho)
        else:
            self._sin_sitio += 1

    def _cabe(self, dicho: eventos.Dicho) -> bool:
        if len(self._adelantados) >= MAX_ADELANTADOS:
            return False
        todos = [*self._adelantados, dicho]
        suyos = sum(uno.pesar() for uno in todos if uno.autor == dicho.autor)
        return (suyos <= BYTES_DE_UN_AUTOR
                and sum(uno.pesar() for uno in todos) <= BYTES_ADELANTADOS)

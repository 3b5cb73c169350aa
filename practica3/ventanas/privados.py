"""Las conversaciones con una persona: su ventana, y cuántas pueden abrir otros escribiendo."""

import time
from tkinter import ttk

import campos
from presencia import eventos
from presencia.tratos import CIFRADO
from presencia.eventos import ErrorAccion
from ventanas import confidencia
from ventanas import ventana_charla
from ventanas.aspecto import botones
from ventanas.aspecto import marcos
from ventanas.aspecto import texto_seguro
from ventanas.globos.mensaje import APLAZADO

MAX_PRIVADOS = 20  # ventanas que otros pueden abrir escribiendo en privado…
MAX_OCULTOS = 100  # …y conversaciones, con las que se guardan sin mostrar su ventana
AVATAR_EN_TITULO = 30  # píxeles a 96 ppp


class VentanaPrivado(ventana_charla.VentanaCharla):
    """Lo que se dice entre dos."""

    def __init__(self, aplicacion, persona: str):
        def enviar(content, tipo, **adjunto):
            if not confidencia.preguntar(self.ventana, aplicacion, persona):
                raise ErrorAccion("No se envió.")
            return aplicacion.cliente.decir_privado(
                persona, content, time.monotonic(), tipo, **adjunto)

        super().__init__(aplicacion, persona, clave_de(persona), enviar)

    def _construir(self) -> None:
        self.conversacion.lista.medidor.privado = True
        super()._construir()

    def _construir_botones(self, cabeza: ttk.Frame) -> None:
        super()._construir_botones(cabeza)
        self._candado = botones.BotonIcono(cabeza, self.tema, "candado", "", self.comparar)
        self._candado.pack(side="right", padx=self.tema.px(1))

    def comparar(self) -> None:
        """Comparar las palabras de la otra persona con las que diga en voz alta."""
        confidencia.comparar(self.ventana, self.aplicacion.cliente, self.nombre)

    def _construir_cabeza(self, cabeza: ttk.Frame) -> None:
        visible = texto_seguro.limpiar_linea(self.nombre)
        avatar = ttk.Label(cabeza, image=self.tema.avatar(visible, AVATAR_EN_TITULO))
        avatar.pack(side="left", padx=(0, self.tema.px(10)))
        super()._construir_cabeza(cabeza)

    def refrescar(self, aviso: marcos.Aviso) -> None:
        """Poner al día también si la otra persona está conectada."""
        # Que falte el servidor no importa aquí.
        super().refrescar(marcos.Aviso(aviso.texto if aviso.es_de_la_red else ""))
        esta = campos.comparable(self.nombre) in self.aplicacion.conectados
        icono, pista, detalle = confidencia.describir(self.aplicacion.cliente, self.nombre)
        self._candado.poner(icono, pista)
        self._detalle.configure(text=f"{detalle} · en línea" if esta
                                else "privado · no está en línea")


def clave_de(persona: str) -> str:
    """La de la conversación con alguien, se escriba como se escriba su nombre."""
    return f"@{campos.comparable(persona)}"


def ventana_de(aplicacion, persona: str) -> VentanaPrivado:
    """La ventana de alguien; se hace, sin mostrarla, si no la hay."""
    clave = clave_de(persona)
    if clave not in aplicacion.charlas:
        aplicacion.charlas[clave] = VentanaPrivado(aplicacion, persona)
        aplicacion.refrescar()
    return aplicacion.charlas[clave]


def recibir(aplicacion, dicho: eventos.Dicho) -> None:
    """Mostrar algo dicho en privado si su ventana no está a la vista; quizá en una nueva."""
    persona = dicho.persona
    todas = [una for una in aplicacion.charlas.values() if isinstance(una, VentanaPrivado)]
    nueva = clave_de(persona) not in aplicacion.charlas
    if nueva and len(todas) >= MAX_OCULTOS:
        aplicacion.anotar_en_todas(f"{persona}, en privado: {dicho.content}")
        return
    cabe = dicho.propio or sum(una.esta_a_la_vista() for una in todas) < MAX_PRIVADOS
    if nueva and not cabe:  # una ventana más sería una molestia: espera en la conversación
        aplicacion.anotar_en_todas(f"{persona} te escribió en privado")
    ventana = ventana_de(aplicacion, persona)
    ventana.charla.recibir(dicho)
    if cabe:
        ventana.mostrar(con_foco=False)


def fallar(aplicacion, error: eventos.Error) -> None:
    """Decir que algo dicho en privado no salió."""
    ventana = ventana_de(aplicacion, error.dicho.to)
    if error.ausente:
        aplicacion.aplazados.claves.add(clave_de(error.dicho.to))
    ventana.charla.fallar(error.content, error.dicho, error.ausente)
    ventana.mostrar(con_foco=False)


class Aplazados:
    """Con quién hay privados que esperan a que vuelva. Están en el historial, con su estado."""

    def __init__(self, aplicacion):
        self._aplicacion = aplicacion
        self._de_quien = ""  # el usuario de quien ya se leyeron
        self.claves: "set[str]" = set()

    def enviar(self) -> None:
        """Decir lo que esperaba a quien volvió, si es el de siempre; si no, decide la persona."""
        cliente = self._aplicacion.cliente
        if cliente.user and cliente.user != self._de_quien:
            self._de_quien = cliente.user
            self.claves |= self._aplicacion.historial.leer_charlas(cliente.user, APLAZADO)
        for clave in [una for una in self.claves if una[1:] in self._aplicacion.conectados]:
            persona, quien = self._aplicacion.conectados[clave[1:]]
            tratos = cliente.tratos
            if quien and tratos.se_conoce(persona, quien) and tratos.ver(persona) == CIFRADO:
                self.claves.discard(clave)
                ventana_de(self._aplicacion, persona).charla.enviar_aplazados()

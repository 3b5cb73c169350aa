"""Las conversaciones con una persona: las que se abren y las que otros abren escribiendo."""

from presencia import eventos
from ventanas import privado as modulo_privado

MAX_PRIVADOS = 20  # ventanas que otros pueden abrir escribiendo en privado…
MAX_OCULTOS = 100  # …y conversaciones, con las que se guardan sin mostrar su ventana


class Privados:
    """Abre las ventanas de los privados y les lleva lo que se dice en ellos."""

    def __init__(self, aplicacion):
        self.aplicacion = aplicacion
        self.abiertas: "dict[str, modulo_privado.VentanaPrivado]" = {}

    def abrir(self, persona: str) -> None:
        """Abrir la conversación con una persona y pasar a ella."""
        if persona != self.aplicacion.cliente.user:
            self.ventana_de(persona).mostrar()

    def ventana_de(self, persona: str) -> modulo_privado.VentanaPrivado:
        """La ventana de alguien; se hace si no la hay."""
        if persona not in self.abiertas:
            self.abiertas[persona] = modulo_privado.VentanaPrivado(self.aplicacion, persona)
            self.aplicacion.refrescar()
        return self.abiertas[persona]

    def dejar(self, ventana: modulo_privado.VentanaPrivado) -> None:
        """Olvidar una ventana que se cierra."""
        del self.abiertas[ventana.nombre]

    def recibir(self, dicho: eventos.Dicho) -> None:
        """Mostrar algo dicho en privado; quizá en una ventana nueva."""
        persona = dicho.persona
        nueva = persona not in self.abiertas
        if nueva and len(self.abiertas) >= MAX_OCULTOS:
            self.aplicacion.anotar_en_todas(f"{persona}, en privado: {dicho.content}")
            return
        a_la_vista = sum(una.esta_a_la_vista() for una in self.abiertas.values())
        cabe = dicho.propio or a_la_vista < MAX_PRIVADOS
        if nueva and not cabe:  # una ventana más sería una molestia: espera en la conversación
            self.aplicacion.anotar_en_todas(f"{persona} te escribió en privado")
        ventana = self.ventana_de(persona)
        ventana.charla.recibir(dicho)
        if cabe and not ventana.esta_a_la_vista():
            ventana.mostrar(con_foco=False)

    def fallar(self, error: eventos.Error) -> None:
        """Decir que algo dicho en privado no salió."""
        ventana = self.ventana_de(error.dicho.to)
        ventana.charla.fallar(error.content, error.dicho)
        ventana.mostrar(con_foco=False)

    def refrescar(self) -> None:
        """Decir en cada ventana si la persona está conectada."""
        personas = self.aplicacion.cliente.directorio.personas() if self.abiertas else {}
        for persona, ventana in self.abiertas.items():
            ventana.poner_presencia(persona in personas)

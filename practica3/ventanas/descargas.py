"""Los archivos que se ofrecieron en las ventanas: darlos a quien los pide, y recibir los ajenos."""

from adjuntos import archivos
from presencia import eventos


class Descargas:
    """De dónde se leen los propios, y qué ventana espera los ajenos."""

    def __init__(self, aplicacion):
        self._aplicacion = aplicacion
        self.ofrecidos = archivos.Ofrecidos()

    def al_pedido(self, evento: eventos.Pedido) -> None:
        """Alguien pide un archivo que se ofreció: lo lee el ayudante, y va."""
        dicho = evento.dicho
        self._aplicacion.preparador.encargar(
            lambda cuerpo, falla: self._al_leer(dicho, cuerpo, falla),
            self.ofrecidos.leer, dicho.sha256)

    def _al_leer(self, dicho: eventos.Dicho, cuerpo: "bytes | None", falla: str) -> None:
        if cuerpo is not None:
            self._aplicacion.cliente.entregar(dicho, cuerpo)
            return
        self._aplicacion.cliente.cancelar(dicho)
        self._aplicacion.anotar_en_todas(falla, True)

    def al_descargado(self, evento: eventos.Descargado) -> None:
        """Llegó lo que se pidió; si su ventana se cerró, queda en la carpeta."""
        dicho = evento.dicho
        ventana = self._aplicacion.charla_de(evento)
        if ventana is not None:
            ventana.charla.archivos.recibir(evento)
        else:
            self._aplicacion.preparador.guardar_archivo(
                evento.cuerpo, dicho.nombre, dicho.autor, lambda ruta, falla: None)

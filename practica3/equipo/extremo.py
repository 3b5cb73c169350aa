"""El extremo de la conversación que está en este equipo: un socket, su filtro y su enlace.

Se puede cambiar por otro mientras se usa: quien habla con el grupo puede pasar a hablar por un
relevo, que pide un puerto propio, y volver. Dos hilos comparten un extremo, y ninguno espera al
otro:

    hilo enviar     enviar, revisar ──▶ abre el socket nuevo y lo pone en el lugar del viejo
    hilo recibir    esperar, leer   ──▶ deja el viejo y, cuando ya no espera en él, lo cierra
"""

import select
import socket
import threading

from equipo import errores
from equipo import filtro
from equipo.enlace import Enlace, ErrorRed, abrir_socket


class Extremo:
    """Un socket abierto, con el grupo o con un relevo."""

    def __init__(self, grupo: str, puerto: int, interfaz: "str | None",
                 relevo: "tuple[str, int] | None", no_oir: "list[bytes]", contar):
        """Abrirlo. Lanza ErrorRed.

        `no_oir`: cómo empieza lo que no hace falta recibir (véase filtro.muestras).
        `contar(mensaje)`: uno de tipo "red", que dice cómo está.
        """
        self._grupo, self._puerto, self._no_oir, self._contar = grupo, puerto, no_oir, contar
        self._abrir(interfaz, relevo)
        self._pedido = relevo  # por dónde se quiere hablar
        self._viejo: "socket.socket | None" = None  # el que se dejó de usar

    def _abrir(self, interfaz: "str | None", relevo: "tuple[str, int] | None") -> None:
        """Abrir el que habla con el grupo o, en un puerto sólo suyo, con un relevo.

        Si no se puede lanza ErrorRed, y sigue el de antes.
        """
        s = abrir_socket(0 if relevo else self._puerto)
        filtrado = relevo is not None or self._filtrar(s)
        try:
            enlace = Enlace(s, self._grupo, self._puerto, interfaz, self._contar, relevo)
        except OSError as error:
            s.close()
            motivo = errores.explicar(error)
            raise ErrorRed(f"No se puede usar la interfaz {interfaz}: {motivo}.") from error
        self.socket, self.enlace = s, enlace
        self.leer = s.recvfrom if filtrado else filtro.elegir_lector(s, self._grupo)

    def _filtrar(self, s: socket.socket, calladas=()) -> bool:
        """Que el núcleo no deje pasar lo que no hace falta oír; False si no sabe."""
        return filtro.no_oir(s, *self._no_oir, grupo=self._grupo, calladas=calladas)

    def hablar_por(self, relevo: "tuple[str, int] | None") -> None:
        """Pedir, desde cualquier hilo, hablar por un relevo o, con None, con el grupo."""
        self._pedido = relevo

    def cerrar(self) -> None:
        """Cerrar el socket; antes deben acabar los hilos: no despertaría al que espera en él."""
        self.socket.close()

    # ---- del hilo enviar

    def enviar(self, datagrama: bytes, cerrando: threading.Event) -> bool:
        """Enviar un datagrama, insistiendo mientras la red no deje; False si no salió."""
        while self.enlace.hay_red(cerrando):
            try:
                self.socket.sendto(datagrama, self.enlace.destino)
                self.enlace.anotar_envio()
                return True
            except OSError as error:
                if not self.enlace.esperar(error, len(datagrama), cerrando):
                    break
        return False

    def revisar(self, ahora: float) -> None:
        """Seguir unido al grupo (véase Enlace.revisar) y, si se pidió, hablar por otro sitio."""
        self.enlace.revisar(ahora)
        if self._pedido != self.enlace.relevo:
            self._cambiar()

    def _cambiar(self) -> None:
        viejo = self.socket
        try:
            self._abrir(self.enlace.pedida, self._pedido)
            self._viejo = viejo
            noticia = {"estado": "activa", "content": self.enlace.presentar()}
        except ErrorRed as error:
            self._pedido = self.enlace.relevo
            noticia = {"estado": "error", "content": str(error)}
        self._contar({"tipo": "red", **noticia})

    # ---- del hilo recibir

    def esperar(self, segundos: float) -> bool:
        """Esperar a que haya algo que leer, con `leer(maximo)`; False si no llegó nada."""
        hay = bool(select.select([self.socket], [], [], segundos)[0])
        if self._viejo is not None:  # ya nadie espera en él
            self._viejo = self._viejo.close()
        return hay

    def callar(self, calladas: "list[str]") -> None:
        """No recibir, donde el núcleo sepa hacerlo, lo que no firman esas direcciones."""
        self._filtrar(self.socket, calladas)

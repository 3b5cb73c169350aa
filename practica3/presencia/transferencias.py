"""Enviar y recibir los archivos grandes: pedir los ajenos, y dar los propios a quien los pide.

Quién pidió qué, y si ya toca enviarlo, lo lleva ofertas.py; aquí se dice a la red y se cuenta.
"""

import campos
import protocolo
from presencia.directorio import Directorio
from presencia.eventos import Descargado, Dicho, Error, ErrorAccion, Pedido, Progreso
from presencia.ofertas import Ofertas
from presencia.tratos import Tratos
from seguridad.llaves import Llaves


class Transferencias:
    """Los archivos que se ofrecen, los que se piden y los que van saliendo."""

    def __init__(self, conexion, directorio: Directorio, tratos: Tratos, llaves: Llaves, contar):
        """`conexion`: la de Cliente. `contar(evento)`: algo que mostrar."""
        self._llaves = llaves
        self._conexion, self._contar = conexion, contar
        self._directorio, self._tratos = directorio, tratos
        self._ofertas = Ofertas()
        self._entregando: "dict[str, dict]" = {}  # SHA-256 → el archivo ofrecido que va saliendo

    # ---- lo que ofrezco

    def ofrecer(self, dicho: Dicho) -> None:
        """Anotar un archivo propio que se ofrece."""
        self._ofertas.ofrecer(dicho)

    def atender(self, peticion: dict, ahora: float) -> None:
        """Alguien pide un archivo: si es mío y toca enviarlo, contar que hay que entregarlo."""
        if peticion["a"] == self._conexion.id:
            dicho = self._ofertas.atender(peticion, self._directorio.id_de, ahora)
            if dicho is not None:
                self._contar(Pedido(dicho))

    def entregar(self, dicho: Dicho, cuerpo: bytes, user: str) -> None:
        """Enviar, con el nombre que se tiene, los bytes de un archivo propio que alguien pidió."""
        de = {"user": user, "sala": campos.sala_de_archivo(dicho.sha256)}
        if dicho.privado and self._tratos.explicar(dicho.to):
            return  # quien lo pide ya no es quien era
        if dicho.privado:
            de = {"privado": True, "from": user, "to": dicho.to,
                  "para": self._directorio.id_de(dicho.to)}
        archivo = {"content": dicho.content, "nombre": dicho.nombre, "cuerpo": cuerpo}
        mensaje = protocolo.validar({"tipo": "archivo", **de, **archivo, "hora": dicho.hora})
        cerrado = self._tratos.cerrar(mensaje) if dicho.privado else \
            self._llaves.cerrar(mensaje, dicho.sala)
        self._entregando[dicho.sha256] = cerrado
        self._conexion.enviar(cerrado)

    def retirar(self, dicho: Dicho) -> None:
        """Dejar de ofrecer un archivo propio, y de enviarlo."""
        self._ofertas.retirar(dicho.sha256)
        if (mensaje := self._entregando.pop(dicho.sha256, None)) is not None:
            self._conexion.enviar({"tipo": "cancelar", "mensaje": mensaje})

    def buscar(self, mensaje: dict) -> "Dicho | None":
        """La oferta cuyos bytes van saliendo en ese mensaje."""
        return self._ofertas.mia_entre(
            sha256 for sha256, suyo in self._entregando.items() if suyo is mensaje)

    def anotar_salida(self, mensaje: dict, ahora: float) -> None:
        """Un mensaje salió entero a la red: si era un archivo que se pidió, contarlo."""
        for sha256 in [uno for uno, suyo in self._entregando.items() if suyo is mensaje]:
            del self._entregando[sha256]
            if (dicho := self._ofertas.anotar_salida(sha256, ahora)) is not None:
                self._contar(Progreso(dicho.autor, 1, 1, dicho.sala, dicho))

    # ---- lo que pido

    def descargar(self, dicho: Dicho, ahora: float) -> None:
        """Pedir un archivo que alguien ofreció. Lanza ErrorAccion."""
        quien = self._directorio.id_de(dicho.autor)
        if not quien:
            raise ErrorAccion(f"{dicho.autor} ya no está: su archivo no se puede descargar.")
        if not self._ofertas.pedir(dicho, quien, ahora):
            raise ErrorAccion("Ya se descargan muchos archivos: espera a que termine alguno.")
        if not dicho.privado:
            self._conexion.seguir(campos.sala_de_archivo(dicho.sha256), entera=True)

    def abandonar(self, dicho: Dicho) -> None:
        """Dejar de pedir un archivo."""
        self._ofertas.olvidar(dicho.sha256)
        self._conexion.dejar(campos.sala_de_archivo(dicho.sha256))

    def anotar_llegada(self, autor: str, sala: "str | None", ahora: float) -> "Dicho | None":
        """Lo que se pidió y va llegando, de alguien a una sala o, sin ella, en privado."""
        return self._ofertas.anotar_llegada(autor, sala, ahora)

    def recibir(self, mensaje: dict) -> bool:
        """Si un mensaje trae lo que se pidió, contarlo."""
        dicho = self._ofertas.recibir(mensaje)
        if dicho is not None:
            self._conexion.dejar(campos.sala_de_archivo(dicho.sha256))
            self._contar(Descargado(dicho, mensaje["cuerpo"]))
        return dicho is not None

    def vencer(self, ahora: float) -> None:
        """Pedir otra vez lo que no llega, y decir qué ya no vendrá."""
        peticiones, perdidos = self._ofertas.vencer(ahora)
        for peticion in peticiones:
            self._conexion.enviar(peticion)
        for dicho in perdidos:
            self.abandonar(dicho)
            self._contar(Error(f"{dicho.autor} ya no envía «{dicho.nombre}».", dicho))

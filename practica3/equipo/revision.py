"""Lo que el diagnóstico ve de cada cosa, y a quién oye por una interfaz.

    quien ──▶ grupo ──▶ contestan con un latido los clientes y los servidores

Un servidor late cada segundo aunque no oiga nada; si además contesta, oye.

Lo escribe diagnostico.py y lo muestra su ventana.
"""

import dataclasses
import secrets
import select
import socket
import time

import protocolo

BIEN, AVISO, MAL = "bien", "aviso", "mal"
SIGNOS = {BIEN: "[bien] ", AVISO: "[ojo]  ", MAL: "[falla]"}
ESCUCHA = 1.2  # s: los latidos llegan cada 2 s, y a `quien` se contesta en 0.2
REPETIR, INSISTIR = 0.3, 0.1  # s entre dos preguntas: a todos, y a cada servidor
MAX_PREGUNTADOS = 16  # servidores
SIN_CONTESTAR = 2  # latidos de un servidor en ese tiempo, los de siempre: no contesta
MAX_OIDOS = 300  # programas que se cuentan
DE_CUALQUIERA = ("quien", "falta", "perdido")  # mensajes que no dicen quién los envía


@dataclasses.dataclass(frozen=True)
class Resultado:
    """Lo que se vio de una cosa. `remedio`: qué hacer, con la orden exacta si la hay.

    `relevo`: la dirección de uno por el que se puede hablar ya.
    """

    estado: str
    que: str
    detalle: str = ""
    remedio: str = ""
    relevo: str = ""


def escribir(resultado: Resultado) -> str:
    """Un resultado en palabras."""
    detalle = f": {resultado.detalle}" if resultado.detalle else ""
    remedio = f"\n          → {resultado.remedio}" if resultado.remedio else ""
    return f"{SIGNOS[resultado.estado]} {resultado.que}{detalle}{remedio}"


@dataclasses.dataclass
class Oido:
    """Lo que se oyó por una interfaz; `falla`, por qué no se pudo usar."""

    propio: bool = False
    falla: "OSError | None" = None
    personas: "set[str]" = dataclasses.field(default_factory=set)
    servidores: "set[str]" = dataclasses.field(default_factory=set)
    otros_equipos: "set[str]" = dataclasses.field(default_factory=set)
    latidos: "dict[tuple[str, str], int]" = dataclasses.field(default_factory=dict)

    def sordos(self) -> "set[str]":
        """Las direcciones de los servidores que laten y no contestan: no nos oyen."""
        return {de for (_, de), cuantos in self.latidos.items() if cuantos <= SIN_CONTESTAR}


def preguntar(s: socket.socket, destino: "tuple[str, int]", propias: "set[str]") -> Oido:
    """Preguntar con un socket ya unido al grupo; `propias`, las direcciones de este equipo.

    Toma ESCUCHA segundos. Lanza OSError si no se puede enviar.
    """
    oido = Oido()
    propio = secrets.token_hex(4)
    fin = time.monotonic() + ESCUCHA
    a_todos = a_servidores = 0.0
    while (ahora := time.monotonic()) < fin:
        if ahora >= a_todos:
            _enviar(s, destino, {"tipo": "quien", "id": propio})
            a_todos = ahora + REPETIR
        if ahora >= a_servidores:
            for servidor, _ in oido.latidos:
                _enviar(s, destino, {"tipo": "quien", "id": propio, "a": servidor})
            a_servidores = ahora + INSISTIR
        if not select.select([s], [], [], min(fin, a_todos, a_servidores) - ahora)[0]:
            continue
        try:
            datagrama, (direccion, _) = s.recvfrom(protocolo.MAX_DATAGRAMA)
            mensaje = protocolo.decodificar(datagrama)
        except (OSError, protocolo.ErrorProtocolo):
            continue
        if mensaje.get("id") == propio:
            oido.propio = True
        else:
            _anotar(mensaje, direccion, direccion in propias, oido)
    return oido


def _enviar(s: socket.socket, destino: "tuple[str, int]", mensaje: dict) -> None:
    s.sendto(protocolo.codificar(mensaje), destino)


def _anotar(mensaje: dict, direccion: str, es_de_aqui: bool, oido: Oido) -> None:
    """Anotar de quién es un mensaje ajeno."""
    if not es_de_aqui and len(oido.otros_equipos) < MAX_OIDOS:
        oido.otros_equipos.add(direccion)
    de_servidor = "servidor" in mensaje or mensaje["tipo"] == "usuarios"
    clave = mensaje.get("id"), direccion
    if "servidor" in mensaje and (clave in oido.latidos or len(oido.latidos) < MAX_PREGUNTADOS):
        oido.latidos[clave] = oido.latidos.get(clave, 0) + 1
    donde = oido.servidores if de_servidor else oido.personas
    if mensaje["tipo"] not in DE_CUALQUIERA and len(donde) < MAX_OIDOS:
        quien = mensaje.get("user") or mensaje.get("from") or direccion
        donde.add(direccion if de_servidor else quien)

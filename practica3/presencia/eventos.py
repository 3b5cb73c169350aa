"""Lo que le pasa a un usuario: los eventos que da `Cliente.avanzar` y que se muestran.

    Listo               ya estoy en una sala           Rechazo      el servidor no me deja entrar
    Dicho               lo que alguien dice            Error        algo no se pudo, o no salió
    Entregado           un privado llegó               Usuarios     quién está en una sala
    Progreso  Perdido   algo que llega, o que no       EstadoRed    la red se cayó, o volvió
    Pedido              alguien pide lo que ofrecí     HayServidor  se oye un servidor, o ya no
    Descargado          llegó lo que pedí              Cancelado    alguien dejó de enviar algo

Los nombres y los valores son los del protocolo: `tipo` es "msj", "sticker"… De lo que
va a una sala se dice `sala`; de lo privado, `to`. Quien lo dijo, "user" o "from", es el `autor`.
"""

from dataclasses import dataclass

DE_ADJUNTO = ("formato", "duracion", "cuerpo", "nombre", "bytes", "sha256", "cita", "borrada")

PESO_DE_UN_DICHO = 500  # bytes, además de su texto y su cuerpo


class ErrorAccion(ValueError):
    """Lo que este usuario pidió no se puede hacer; el texto dice por qué."""


@dataclass(frozen=True)
class Listo:
    """Ya estoy en una sala: se puede hablar en ella."""

    sala: str
    user: str


@dataclass(eq=False)
class Dicho:
    """Un texto, un sticker, una voz, una imagen o un archivo.

    De lo propio, también es su asa: lo que devuelve `decir`.

    El evento que cuenta que salió a la red es ese mismo objeto, y el Error que cuenta que no
    pudo salir lo trae en `dicho`; así quien lo mostró en espera sabe cuál era.
    """

    tipo: str  # uno de protocolo.HABLADOS
    autor: str
    content: str
    hora: float  # s desde 1970
    sala: "str | None" = None
    to: "str | None" = None  # a quién, si es privado
    formato: "str | None" = None  # de los bytes del cuerpo
    duracion: "float | None" = None  # s, la que dice quien envía una voz
    cuerpo: "bytes | None" = None
    nombre: "str | None" = None  # de un archivo, el que dice quien lo envía
    bytes: "int | None" = None  # lo que pesa un archivo que se ofrece
    sha256: "str | None" = None  # y cuál es
    cita: "dict | None" = None  # a qué contesta: user, hora y content
    borrada: "float | None" = None  # de «borrar», la hora del mensaje propio que se borra
    propio: bool = False
    cifrado: bool = False  # sólo lo pudo leer su destinatario; de lo propio se sabe al salir
    duda: str = ""  # por qué dudar de que es de quien dice: véase presencia/tratos.py
    de_antes: bool = False  # se dijo antes de entrar yo a la sala

    @classmethod
    def leer(cls, mensaje: dict, hora: float, propio: bool = False, duda: str = "") -> "Dicho":
        """Lo que dice un mensaje del protocolo; si no trae su hora, es ésa."""
        adjunto = {una: mensaje[una] for una in DE_ADJUNTO if una in mensaje}
        sala, to = mensaje.get("sala"), mensaje.get("to")
        autor = mensaje["from" if sala is None else "user"]
        hora = mensaje.get("hora", hora)
        content = mensaje["content"]
        como = {"propio": propio, "cifrado": "cifrado" in mensaje, "duda": duda}
        return cls(mensaje["tipo"], autor, content, hora, sala, to, **como, **adjunto)

    def pesar(self) -> int:
        """Los bytes que ocupa en memoria, más o menos."""
        return PESO_DE_UN_DICHO + len(self.cuerpo or b"") + 4 * len(self.content)

    @property
    def ofrecido(self) -> bool:
        """Si es un archivo que no viene: hay que pedirlo."""
        return self.tipo == "archivo" and self.cuerpo is None

    @property
    def privado(self) -> bool:
        """Si es para una persona y no para una sala."""
        return self.sala is None

    @property
    def persona(self) -> "str | None":
        """La otra persona de un privado."""
        return self.to if self.propio else self.autor


@dataclass(frozen=True)
class Entregado:
    """Un privado propio llegó al programa de su destinatario."""

    dicho: Dicho


@dataclass(frozen=True)
class Pedido:
    """Alguien pide un archivo propio que se ofreció: falta dar sus bytes."""

    dicho: Dicho


@dataclass(frozen=True)
class Descargado:
    """Llegó, y es el que se ofreció, un archivo que se pidió."""

    dicho: Dicho
    cuerpo: bytes


@dataclass(frozen=True)
class Progreso:
    """Va llegando, o saliendo, algo largo; lo que no se pidió no se sabe qué es hasta el final."""

    autor: str
    llegados: int
    de: int  # trozos
    sala: "str | None" = None  # None: en privado
    dicho: "Dicho | None" = None  # lo propio que sale, o lo que se pidió


@dataclass(frozen=True)
class Perdido:
    """Algo se perdió sin remedio."""

    autor: str
    cuantos: int
    sala: "str | None" = None  # None: en privado


@dataclass(frozen=True)
class Cancelado:
    """Alguien dejó a la mitad lo que enviaba."""

    autor: str
    sala: "str | None" = None  # None: en privado


@dataclass(frozen=True)
class Usuarios:
    """Quién está en una sala."""

    sala: str
    lista: "list[str]"
    provisional: bool = False  # según ellos mismos: no hay servidor que lo diga


@dataclass(frozen=True)
class Rechazo:
    """El servidor no me deja estar en una sala con ese nombre."""

    sala: str
    user: str
    content: str


@dataclass(frozen=True)
class EstadoRed:
    """La red dejó de responder ("caida"), volvió o es otra ("activa"), o no la hay ("local")."""

    estado: str
    content: str


@dataclass(frozen=True)
class HayServidor:
    """Se oye un servidor, o se dejó de oír al que había."""

    hay: bool
    content: str


@dataclass(frozen=True)
class Error:
    """Algo no se pudo hacer; si es que no salió algo dicho, cuál."""

    content: str
    dicho: "Dicho | None" = None
    ausente: bool = False  # no salió porque su destinatario no está: puede esperar a que vuelva

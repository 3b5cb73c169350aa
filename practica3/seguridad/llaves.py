"""Las salas con llave: lo que se dice en ellas lo lee sólo quien sabe su contraseña.

    contraseña ──▶ Argon2id (RFC 9106), con el nombre de la sala por sal ──▶ llave, 32 bytes

    {"id":…,"tipo":"cifrado","user":"Ana","sala":"redes (con llave)","n":7}⏎ nonce │ SecretBox
                     {"tipo":"msj","user":"Ana","sala":"redes (con llave)","content":"Hola"}

Que una sala tiene llave lo dice su nombre. Así lo ve también quien no sabe de esto, nadie puede
cerrar ni abrir la sala de otros con un datagrama, y nadie habla en claro donde creía que no.
"""

import hashlib
import unicodedata

import campos
import protocolo
from seguridad import claves

MARCA = "(con llave)"  # con que acaba el nombre de una sala que la tiene
CONTEXTO_SAL = b"practica3-chat sala\n"
LARGO_SAL = 16  # bytes, los que pide Argon2id
DE_FUERA = ("id", "n", "sala", "de_antes")  # lo que de un mensaje dice el que lo lleva


def tiene_llave(sala: "str | None") -> bool:
    """Si para entrar a una sala hace falta una contraseña."""
    return sala is not None and campos.comparable(sala).rstrip().endswith(MARCA)


def calcular_sal(sala: str) -> bytes:
    """La de una sala: la misma en todos los equipos, y distinta de la de otra sala."""
    nombre = CONTEXTO_SAL + campos.comparable(sala).encode()
    return hashlib.blake2b(nombre, digest_size=LARGO_SAL).digest()


def derivar(sala: str, contrasena: str) -> bytes:
    """La llave de una sala. Toma décimas de segundo y 64 MB: es lo que cuesta probar otra.

    Lanza ErrorProtocolo si aquí no hay con qué.
    """
    escrita = unicodedata.normalize("NFC", contrasena).encode("utf-8", "surrogatepass")
    return claves.derivar(escrita, calcular_sal(sala))


class Llaves:
    """Las que se saben, por la forma comparable del nombre de su sala."""

    def __init__(self):
        self._llaves: "dict[str, bytes]" = {}

    def poner(self, sala: str, llave: bytes) -> None:
        """Usar una llave en una sala desde ahora."""
        self._llaves[campos.comparable(sala)] = llave

    def falta(self, sala: str) -> bool:
        """Si una sala tiene llave y no se sabe cuál."""
        return tiene_llave(sala) and campos.comparable(sala) not in self._llaves

    def cerrar(self, mensaje: dict, sala: str) -> dict:
        """Lo que de verdad sale de algo dicho en una sala: cifrado si tiene llave; si no, él."""
        if not tiene_llave(sala):
            return mensaje
        cuerpo = claves.cifrar(protocolo.codificar(mensaje), self._leer(sala))
        return {"tipo": "cifrado", "user": mensaje["user"], "sala": mensaje["sala"],
                "cuerpo": cuerpo}

    def abrir(self, cifrado: dict, sala: str) -> dict:
        """Lo que se dijo; lanza ErrorProtocolo si se cerró con otra llave que la de esa sala."""
        try:
            dentro = protocolo.decodificar(claves.descifrar(cifrado["cuerpo"], self._leer(sala)))
        except ValueError as error:
            raise protocolo.ErrorProtocolo(f"no se puede abrir: {error}") from None
        lugar = dentro.get("user"), campos.comparable(dentro.get("sala", ""))
        if (dentro["tipo"] not in protocolo.HABLADOS
                or lugar != (cifrado["user"], campos.comparable(cifrado["sala"]))):
            raise protocolo.ErrorProtocolo("lo de dentro es de otro, o de otra sala")
        dentro = {clave: valor for clave, valor in dentro.items() if clave not in DE_FUERA}
        fuera = {clave: cifrado[clave] for clave in DE_FUERA if clave in cifrado}
        return {**dentro, **fuera, "cifrado": True}

    def _leer(self, sala: str) -> bytes:
        if self.falta(sala) or not tiene_llave(sala):
            raise protocolo.ErrorProtocolo(f"no se sabe la contraseña de {sala}")
        return self._llaves[campos.comparable(sala)]

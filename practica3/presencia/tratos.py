"""Cómo se trata a cada persona: si es la de siempre, y si lo que se le diga irá cifrado.

    CIFRADO     firma, y es la de siempre          los privados van cifrados
    CLARO       no firma, ni nunca lo hizo         van en claro: cualquiera los lee
    OTRA        firma, pero es otra identidad      van cifrados, si se acepta que es ella
    SIN_FIRMA   firmaba, y ahora no                van en claro, si se acepta
    PROHIBIDO   otra, y la de siempre se comparó   no van, hasta comparar ésta

Otra identidad no es una alarma: quien cambia de equipo o lo reinstala la tiene. Por eso se marca, y
sólo se pregunta antes de decirle algo en privado. Mientras se oye a la de siempre, el nombre es
suyo.
"""

import secrets

import campos
import protocolo
from presencia.directorio import Directorio, Presentado
from seguridad import cifrado
from seguridad import confianza
from seguridad import firma
from seguridad.palabras import resumir

CIFRADO, CLARO, PROHIBIDO = "cifrado", "claro", "prohibido"
OTRA, SIN_FIRMA = "otra", "sin_firma"
SIN_CIFRAR = "sin_cifrar"  # lo que alguien dice en claro en una sala con llave
# Como se leen junto a un nombre.
DUDAS = {OTRA: "otro equipo", SIN_FIRMA: "sin firma", SIN_CIFRAR: "sin cifrar"}
ENTRE_PRUEBAS = 1.0  # s
EXPLICACIONES = {
    OTRA: "{} no usa el equipo de antes: quizá es otra persona.",
    SIN_FIRMA: "{} antes firmaba y ahora no: quizá es otra persona, y le iría en claro.",
    PROHIBIDO: "{} no es quien comparó contigo sus palabras: pídele que las diga otra vez.",
}


def sortear_marca() -> int:
    """Una que nadie pueda adivinar: quien la devuelve prueba que está ahí."""
    return 1 + secrets.randbelow(campos.MAX_ENTERO)


class Tratos:
    """Lo que se decide de cada persona con lo que se oye y lo que se recuerda."""

    def __init__(self, sesion, directorio: Directorio, recuerdos: confianza.Confianza):
        """`sesion`: las claves propias; None si este programa va sin proteger."""
        self._sesion, self._directorio, self._recuerdos = sesion, directorio, recuerdos
        self.propia = ""  # la identidad de este usuario, en base64
        self._aceptados: "set[tuple[str, str]]" = set()  # (user, id) a quienes se dijo que sí

    def ver(self, user: str, quien: "str | None" = None) -> str:
        """Cómo se trata a una persona: CIFRADO, CLARO, OTRA, SIN_FIRMA o PROHIBIDO."""
        quien = (self._directorio.id_de(user) or "") if quien is None else quien
        presentado = self._presentado(user, quien)
        if presentado is None and not self.se_conoce(user, quien):
            return CIFRADO  # lo será: en claro no le sale nada
        if presentado is None:
            dudoso = self._recuerdos.recuerda(user) and (user, quien) not in self._aceptados
            return SIN_FIRMA if dudoso else CLARO
        if presentado.trato != confianza.OTRA:
            return CIFRADO
        if self._recuerdos.se_comparo(user):
            return PROHIBIDO
        return CIFRADO if (user, quien) in self._aceptados else OTRA

    def _presentado(self, user: str, quien: str) -> "Presentado | None":
        presentado = self._directorio.presentados.get(quien)
        suyo = presentado is not None and \
            campos.comparable(presentado.user) == campos.comparable(user)
        return presentado if suyo and self._sesion else None

    def dudar(self, user: str, quien: "str | None" = None) -> str:
        """Por qué dudar de que alguien, quizá con ese id, es la persona de siempre.

        OTRA, SIN_FIRMA, o "" si por nada.
        """
        trato = self.ver(user, quien)
        return {OTRA: OTRA, PROHIBIDO: OTRA, SIN_FIRMA: SIN_FIRMA}.get(trato, "")

    def explicar(self, user: str) -> str:
        """Por qué no sale un privado sin preguntar; "" si sale."""
        return EXPLICACIONES.get(self.ver(user), "").format(user)

    def recuerda(self, user: str) -> bool:
        """Si alguien con ese nombre firmó alguna vez: cuando vuelva se sabrá si es él."""
        return self._sesion is not None and self._recuerdos.recuerda(user)

    # ---- si está de verdad

    def probar(self, quien: str, ahora: float) -> "dict | None":
        """La pregunta que sólo contesta quien está; None si a ése no le toca."""
        presentado = self._directorio.presentados.get(quien)
        if presentado is None or presentado.vivo or not presentado.dudoso:
            return None
        if ahora < presentado.preguntado + ENTRE_PRUEBAS:
            return None
        presentado.preguntado = ahora
        presentado.marca = presentado.marca or sortear_marca()
        return {"tipo": "quien", "a": quien, "marca": presentado.marca}

    def leer_acuse(self, acuse: dict) -> None:
        """Anotar que alguien contesta a `probar`: está, y su reloj va mal."""
        presentado = self._directorio.presentados.get(acuse["id"])
        if presentado is not None and presentado.marca == acuse["marca"]:
            presentado.vivo = True

    # ---- lo que la persona decide

    def palabras(self, user: str) -> str:
        """Las cuatro palabras de alguien, o de uno mismo si es ""; "" si no firma."""
        if not user:
            return resumir(firma.leer_base64(self.propia)) if self.propia else ""
        quien = self._directorio.id_de(user) or ""
        presentado = self._presentado(user, quien)
        return resumir(firma.leer_base64(presentado.identidad)) if presentado else ""

    def aceptar(self, user: str, hora: float, comparada: bool = False) -> bool:
        """Tratar con alguien aunque no sea quien era; False si primero hay que comparar."""
        quien = self._directorio.id_de(user) or ""
        presentado = self._presentado(user, quien)
        if self.ver(user, quien) == PROHIBIDO and not comparada:
            return False
        self._aceptados.add((user, quien))
        if presentado is not None:
            self._recuerdos.aceptar(user, presentado.identidad, hora, comparada)
            presentado.trato = self._recuerdos.ver(user, presentado.identidad, hora)
        return True

    # ---- los privados

    def cerrar(self, mensaje: dict) -> dict:
        """Lo que de verdad sale de un privado: cifrado si se puede; si no, él mismo."""
        presentado = self._presentado(mensaje.get("to", ""), mensaje.get("para", ""))
        if presentado is None:  # o es público
            return mensaje
        return cifrado.cifrar(mensaje, self._sesion, firma.leer_base64(presentado.clave))

    def abrir(self, mensaje: dict) -> dict:
        """El privado que va dentro de otro; lanza ErrorProtocolo si no es de quien lo envía."""
        presentado = self._directorio.presentados.get(mensaje["id"])
        if presentado is None or self._sesion is None:
            raise protocolo.ErrorProtocolo("un privado cifrado de quien no se ha presentado")
        privado = cifrado.descifrar(mensaje, self._sesion, firma.leer_base64(presentado.clave))
        if privado["from"] != presentado.user:
            raise protocolo.ErrorProtocolo("un privado con el nombre de otro")
        return {**privado, "cifrado": True}

    def se_conoce(self, user: str, quien: str) -> bool:
        """Si ya se sabe cómo tratar a ese programa: el que firma ha de presentarse antes."""
        return not (self._sesion and campos.es_protegido(quien)) or \
            self._presentado(user, quien) is not None

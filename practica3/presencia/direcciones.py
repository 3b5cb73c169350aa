"""Quién habla con un relevo: qué hay tras cada dirección, qué le toca oír y cuánto se le da.

Por multidifusión una dirección no identifica a nadie. Con un relevo (puente.py) cada programa tiene
la suya, y quien envía un datagrama pudo escribir en él la de otro: si el relevo contestara con más
de lo que recibe, serviría para inundar a ese otro. Por eso a una dirección, mientras no se
prueba que ahí hay alguien, no se le da en total ni un byte más de los que vinieron de ella:

    con id      se le pregunta `quien` con una `marca` al azar y ha de devolverla en un `acuse`
    sin id      no sabe contestar: se le envía un datagrama menor que el suyo y se le da un momento.
                Si ahí no escucha nadie, el sistema de ese equipo lo dice (ICMP, puerto
                inalcanzable). Sólo de direcciones privadas (RFC 1918): de más lejos, no se admite

Lo que dicen mientras tanto aguarda. Sólo decide: ni envía ni lee el reloj.
"""

import dataclasses
import ipaddress

import campos
import protocolo
from fiabilidad.presupuesto import Presupuesto
from fiabilidad.ritmo import COSTE
from presencia.silencios import CADUCIDAD
from presencia.tabla import MAX_SALAS_DE_UNO

MAX_DIRECCIONES, MAX_SIN_PROBAR = 1_000, 200
MAX_AGUARDAN = 16  # datagramas de una dirección sin probar
PRUEBA = 0.3  # s que se da al equipo de un sencillo para decir que ahí no hay nadie
SIN_PROBAR = 5.0  # s: quien no se prueba se olvida
CALLADO = 15.0  # s sin oír a un programa con id, que late cada 2: ya no está
ENTRADA, SALIDA = (1e6, 2e6), (2e6, 4e6)  # bytes juntos, y por segundo, de cada dirección
SALIDA_DE_SENCILLO = (64e3, 64e3)  # de lo suyo se sabe menos, y sólo se le dan textos cortos


@dataclasses.dataclass
class Vecino:
    """Un programa que habla con el relevo."""

    direccion: "tuple[str, int]"
    desde: float  # s: cuándo se le oyó por primera vez
    visto: float  # s: y la última
    entrada: Presupuesto
    salida: Presupuesto
    puerta: str = ""  # la dirección de este equipo a la que habla
    id: str = ""  # "" si es un cliente sencillo
    user: str = ""
    salas: "set[str]" = dataclasses.field(default_factory=set)
    probado: bool = False
    presentado: bool = False  # si ya se contó que entró
    marca: int = 0  # la que ha de devolver; 0 si no se le ha pedido ninguna
    recibidos: int = 0  # bytes
    dados: int = 0  # bytes
    aguardan: "list[tuple[bytes, dict]]" = dataclasses.field(default_factory=list)
    listas: "dict[str, bytes]" = dataclasses.field(default_factory=dict)  # la última, de cada sala


class Direcciones:
    """Los vecinos de un relevo, por su dirección."""

    def __init__(self, azar):
        """`azar()`: una marca que nadie pueda adivinar."""
        self.vecinos: "dict[tuple[str, int], Vecino]" = {}
        self._azar = azar

    def oir(self, direccion: "tuple[str, int]", largo: int, ahora: float) -> "Vecino | None":
        """Anotar que llegó un datagrama; None si pasa de su presupuesto o no se le admite."""
        uno = self.vecinos.get(direccion)
        if uno is None:
            uno = Vecino(direccion, ahora, ahora, Presupuesto.lleno(*ENTRADA, ahora),
                         Presupuesto.lleno(*SALIDA, ahora))
            if not self._hacer_sitio():
                return None
            self.vecinos[direccion] = uno
        if not uno.entrada.gastar(largo + COSTE, ahora):
            return None
        uno.visto, uno.recibidos = ahora, uno.recibidos + largo
        return uno

    def _hacer_sitio(self) -> bool:
        """Los que no se han probado se echan unos a otros; a los demás no los echa nadie."""
        sin_probar = [uno for uno in self.vecinos.values() if not uno.probado]
        if len(sin_probar) >= MAX_SIN_PROBAR:
            del self.vecinos[min(sin_probar, key=lambda uno: uno.desde).direccion]
        return len(self.vecinos) < MAX_DIRECCIONES

    def leer(self, uno: Vecino, mensaje: dict) -> None:
        """Aprender de un vecino por lo que él dice."""
        tipo = mensaje["tipo"]
        if "id" in mensaje and not uno.probado:
            uno.id = mensaje["id"]
        uno.user = mensaje.get("user") or mensaje.get("from") or uno.user
        if tipo == "latido":
            nombradas = set(list(mensaje["salas"])[:MAX_SALAS_DE_UNO])
            uno.salas = uno.salas | nombradas if "parte" in mensaje else nombradas
        elif tipo == "salir":
            uno.salas.discard(mensaje["sala"])
        elif tipo in ("inicio", "msj", "sticker", "audio") and "sala" in mensaje:
            if len(uno.salas) < MAX_SALAS_DE_UNO:
                uno.salas.add(mensaje["sala"])
        if tipo == "inicio":
            uno.listas.pop(mensaje["sala"], None)  # pregunta otra vez: que se le vuelva a dar

    # ---- probar que ahí hay alguien

    def preguntar(self, uno: Vecino, propio: str) -> "dict | None":
        """Qué enviar a un vecino sin probar; None si ya se hizo, o todavía no se puede."""
        if uno.marca or not (uno.id or es_privada(uno.direccion[0])):
            return None
        if not uno.id:
            uno.marca = self._azar()
            return {"tipo": "quien"}
        pregunta = {"tipo": "quien", "id": propio, "a": uno.id, "marca": self._azar()}
        if len(protocolo.codificar(pregunta)) > uno.recibidos - uno.dados:
            return None  # cuando haya dicho más
        uno.marca = pregunta["marca"]
        return pregunta

    def contestar(self, uno: Vecino, acuse: dict) -> bool:
        """Un acuse de su marca lo prueba; True si acaba de probarse."""
        if uno.probado or acuse["marca"] != uno.marca or acuse.get("id") != uno.id:
            return False
        uno.probado = True
        return True

    def puede(self, uno: Vecino, largo: int, ahora: float) -> bool:
        """Si se le puede enviar un datagrama de tantos bytes; y entonces, se anota."""
        if not uno.probado and uno.dados + largo > uno.recibidos:
            return False
        if not uno.salida.gastar(largo + COSTE, ahora):
            return False
        uno.dados += largo
        return True

    def vencer(self, ahora: float) -> "tuple[list[Vecino], list[Vecino]]":
        """Los que acaban de darse por probados, y los que ya no están."""
        probados, idos = [], []
        for uno in list(self.vecinos.values()):
            calla = CALLADO if uno.id else CADUCIDAD
            if ahora - uno.visto > calla or (not uno.probado and ahora - uno.desde > SIN_PROBAR):
                idos.append(self.vecinos.pop(uno.direccion))
            elif not (uno.probado or uno.id) and uno.marca and ahora - uno.desde > PRUEBA:
                uno.probado, uno.salida = True, Presupuesto.lleno(*SALIDA_DE_SENCILLO, ahora)
                probados.append(uno)
        return probados, idos

    def ausentar(self, direccion: "tuple[str, int]") -> None:
        """Anotar que en una dirección ya no escucha nadie: al vencer, se va."""
        if direccion in self.vecinos:
            self.vecinos[direccion].visto = float("-inf")

    # ---- qué le toca a cada quien

    def destinatarios(self, mensaje: dict, de: "Vecino | None") -> "list[Vecino]":
        """A qué vecinos les toca un mensaje; `de`: el que lo dijo, si fue uno de ellos."""
        return [uno for uno in self.vecinos.values()
                if uno.probado and uno is not de and interesa(uno, mensaje)]


def interesa(uno: Vecino, mensaje: dict) -> bool:
    """Si un mensaje es para un vecino: de sus salas, para él, o de los que oyen todos."""
    if "a" in mensaje or "para" in mensaje:
        return uno.id == mensaje.get("a", mensaje.get("para"))
    if "privado" in mensaje:
        return campos.comparable(uno.user) == campos.comparable(mensaje["to"])
    if "sala" in mensaje and mensaje["tipo"] not in ("usuarios", "salir", "inicio"):
        return campos.comparable(mensaje["sala"]) in map(campos.comparable, uno.salas)
    return True


def nombrar(uno: Vecino) -> str:
    """Quién es, para el registro."""
    equipo, puerto = uno.direccion
    return f"{uno.user} ({uno.id or 'sencillo'}), desde {equipo}:{puerto}"


def es_privada(direccion: str) -> bool:
    """Si es de una red que no sale a internet (RFC 1918), o de este mismo equipo."""
    return ipaddress.IPv4Address(direccion).is_private

"""Las sesiones ajenas: qué datagramas son de verdad del id que dicen.

    latido con clave, identidad y aval ──▶ se comprueban los tres ──▶ ese id queda presentado
    otro datagrama de ese id ──▶ ¿está presentado, y la firma es suya? ── no ──▶ no existe

Es del hilo recibir. Quien tiene un id de 8 cifras, o ninguno, va sin proteger: pasa, como siempre.
"""

import dataclasses

import campos
from fiabilidad.recientes import Recientes
from seguridad import claves
from seguridad import firma

MAX_SESIONES = 5_000  # después se olvida la que más lleva callada
MAX_NOMBRES = 8  # con que se ha presentado una sesión
PRESENTACION = ("clave", "identidad", "aval")


@dataclasses.dataclass
class Ajena:
    """Un programa ajeno que firma."""

    clave: bytes
    # Nombre → con qué se presentó.
    avales: "dict[str, tuple]" = dataclasses.field(default_factory=lambda: Recientes(MAX_NOMBRES))
    cuenta: int = 0  # la de lo último sin n que se le oyó


class Sesiones:
    """Las que se han presentado, por id."""

    def __init__(self):
        self._ajenas: "dict[str, Ajena]" = Recientes(MAX_SESIONES)
        self.falsos = 0  # datagramas que no eran de quien decían

    def __contains__(self, quien: str) -> bool:
        return quien in self._ajenas

    def admitir(self, mensaje: dict, datagrama: bytes) -> bool:
        """Si un mensaje es de quien dice; una presentación que vale se anota."""
        quien = mensaje.get("id")
        if not campos.es_protegido(quien):
            olvidar_presentacion(mensaje)
            return True
        if quien not in self._ajenas and mensaje["tipo"] == "quien":
            del mensaje["id"]  # aún no se presenta, pero preguntar puede cualquiera
            return True
        admitido = self._comprobar(mensaje, datagrama)
        self.falsos += not admitido
        return admitido

    def _comprobar(self, mensaje: dict, datagrama: bytes) -> bool:
        quien = mensaje["id"]
        ajena = self._ajenas.get(quien) or leer_clave(mensaje)
        firmado, hecha = firma.separar(datagrama)
        if ajena is None or not claves.es_firma(ajena.clave, firma.CONTEXTO + firmado, hecha):
            return False
        if mensaje["tipo"] == "latido" and not leer_aval(ajena, mensaje):
            return False
        # Lo que no lleva n y se repite tal cual es de alguien que lo grabó, o llega tarde.
        cuenta = mensaje.get("cuenta", ajena.cuenta + 1)
        if not es_de(ajena, mensaje) or cuenta <= ajena.cuenta:
            return False
        ajena.cuenta = mensaje.get("cuenta", ajena.cuenta)
        self._ajenas[quien] = ajena
        return True

    def es_suyo(self, mensaje: dict) -> bool:
        """Si algo que ya se entrega, quizá hecho de trozos, da un nombre de su sesión."""
        ajena = self._ajenas.get(mensaje.get("id"))
        return ajena is None or es_de(ajena, mensaje)


class SinComprobar:
    """Lo que hay en lugar de Sesiones donde no se puede comprobar nada: se cree a todos."""

    falsos = 0

    def __contains__(self, _quien: str) -> bool:
        return False

    def admitir(self, mensaje: dict, _datagrama: bytes) -> bool:
        """Que sí; pero lo que dice de sí mismo quien firma no significa nada."""
        olvidar_presentacion(mensaje)
        return True

    def es_suyo(self, _mensaje: dict) -> bool:
        """Que sí."""
        return True


def abrir_sesiones(propia) -> "Sesiones | SinComprobar":
    """Dónde anotar las ajenas, si este programa firma con una propia."""
    return Sesiones() if propia else SinComprobar()


def olvidar_presentacion(mensaje: dict) -> None:
    """Quitar de un mensaje lo que sin firma no significa nada."""
    for parte in PRESENTACION:
        mensaje.pop(parte, None)


def es_de(ajena: Ajena, mensaje: dict) -> bool:
    """Si el nombre que da un mensaje, si da alguno, es uno con que esa sesión se presentó."""
    nombrado = mensaje["tipo"] != "aviso" and mensaje.get("from", mensaje.get("user"))
    return not nombrado or nombrado in ajena.avales


def leer_clave(latido: dict) -> "Ajena | None":
    """La sesión que se presenta por primera vez; None si su id no es el de su clave."""
    clave = firma.leer_base64(latido.get("clave", ""))
    es_suya = len(clave) == claves.LARGO and claves.calcular_id(clave) == latido["id"]
    return Ajena(clave) if es_suya else None


def leer_aval(ajena: Ajena, latido: dict) -> bool:
    """Si la identidad que dice un latido avala de verdad su sesión y su nombre; se anota."""
    user = latido.get("user", claves.SERVIDOR)
    presentacion = tuple(latido.get(parte, "") for parte in PRESENTACION)
    if ajena.avales.get(user) == presentacion:
        return True
    clave, identidad, aval = map(firma.leer_base64, presentacion)
    avalado = claves.contenido_del_aval(ajena.clave, user)
    if clave != ajena.clave or not claves.es_firma(identidad, avalado, aval):
        return False
    ajena.avales[user] = presentacion
    return True

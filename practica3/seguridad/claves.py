"""Las claves propias: la identidad de un nombre, que se guarda, y la sesión de este programa.

    identidades/4f0c….clave   32 bytes, legible sólo para su dueño: la de un nombre en este equipo
    sesión                    nace y muere con el programa; de ella sale su id

La identidad no firma mensajes: sólo dice «esta sesión es mía, y se llama así» (el aval). Todo lo
que hace PyNaCl se le pide desde aquí.
"""

import hashlib
import logging
import os
import time

import campos
from equipo import datos
from seguridad import firma

try:
    import nacl.exceptions
    import nacl.public
    import nacl.pwhash.argon2id
    import nacl.secret
    import nacl.signing
except ImportError:  # se chatea igual, sin proteger
    nacl = None

CARPETA = "identidades"
LARGO = 32  # bytes de cualquiera de estas claves
# De Argon2id: 3 pasadas por 64 MB, lo que RFC 9106 recomienda donde no sobra la memoria.
PASADAS, MEMORIA = 3, 2**26
CONTEXTO_AVAL = b"practica3-chat aval\n"
SERVIDOR = ""  # el nombre con que se avala un servidor

registro = logging.getLogger(__name__)


def calcular_id(clave: bytes) -> str:
    """El id de la sesión que tiene esa clave pública."""
    return hashlib.blake2b(clave, digest_size=8).hexdigest()


def contenido_del_aval(clave: bytes, user: str) -> bytes:
    """Lo que firma una identidad para avalar una sesión con un nombre."""
    return CONTEXTO_AVAL + clave + user.encode()


def es_firma(clave: bytes, contenido: bytes, hecha: bytes) -> bool:
    """Si una firma es de la clave pública que se dice, y de ese contenido."""
    try:
        nacl.signing.VerifyKey(clave).verify(contenido, hecha)
    except (nacl.exceptions.CryptoError, ValueError):  # ValueError: no miden lo que deben
        return False
    return True


def derivar(contrasena: bytes, sal: bytes) -> bytes:
    """La clave que sale de una contraseña; lanza ErrorProtocolo si aquí no hay con qué."""
    if nacl is None:
        raise campos.ErrorProtocolo("para las salas con llave hace falta PyNaCl")
    try:
        return nacl.pwhash.argon2id.kdf(LARGO, contrasena, sal, PASADAS, MEMORIA)
    except nacl.exceptions.CryptoError:
        mb = MEMORIA // 2**20
        raise campos.ErrorProtocolo(f"no hay {mb} MB para comprobar la contraseña") from None


def cifrar(contenido: bytes, clave: bytes) -> bytes:
    """Lo que sólo puede abrir quien tiene esa clave, que es de varios: 24 bytes al azar y él."""
    return bytes(nacl.secret.SecretBox(clave).encrypt(contenido))


def descifrar(cifrado: bytes, clave: bytes) -> bytes:
    """Inversa de `cifrar`; lanza ValueError si no se cifró con esa clave."""
    try:
        return nacl.secret.SecretBox(clave).decrypt(cifrado)
    except nacl.exceptions.CryptoError as error:
        raise ValueError(str(error)) from None


class Sesion:
    """La sesión de este programa: firma lo que envía, y cifra y abre los privados."""

    def __init__(self, semilla: "bytes | None" = None):
        """`semilla`: 32 bytes; una prueba sabe así qué claves salen."""
        semilla = semilla or os.urandom(LARGO)
        self._secreta = secreta = nacl.signing.SigningKey(semilla)
        self._para_cifrar = secreta.to_curve25519_private_key()
        self.clave = bytes(secreta.verify_key)
        self.id = calcular_id(self.clave)

    def firmar(self, datagrama: bytes) -> bytes:
        """El datagrama, con la firma de esta sesión."""
        return firma.poner(datagrama, self._secreta.sign(firma.CONTEXTO + datagrama).signature)

    def avalar(self, user: str, identidad: "bytes | None" = None) -> "dict[str, str]":
        """Lo que un latido dice para presentar esta sesión con ese nombre.

        `identidad`: su semilla; sin ella, la que este equipo guarda para el nombre.
        """
        secreta = nacl.signing.SigningKey(identidad or leer_identidad(user))
        aval = secreta.sign(contenido_del_aval(self.clave, user)).signature
        partes = {"clave": self.clave, "identidad": bytes(secreta.verify_key), "aval": aval}
        return {nombre: firma.escribir_base64(parte) for nombre, parte in partes.items()}

    def cifrar(self, contenido: bytes, para: bytes) -> bytes:
        """Lo que sólo puede abrir la sesión que tiene esa clave pública: 24 bytes al azar y él."""
        return bytes(self._caja(para).encrypt(contenido))

    def descifrar(self, cifrado: bytes, de: bytes) -> bytes:
        """Lo que cifró la sesión que tiene esa clave pública; lanza ValueError si no fue ella."""
        try:
            return self._caja(de).decrypt(cifrado)
        except nacl.exceptions.CryptoError as error:
            raise ValueError(str(error)) from None

    def _caja(self, clave: bytes) -> "nacl.public.Box":
        ajena = nacl.signing.VerifyKey(clave).to_curve25519_public_key()
        return nacl.public.Box(self._para_cifrar, ajena)


def abrir_sesion() -> "Sesion | None":
    """La sesión de este programa; None si aquí no hay con qué firmar."""
    return Sesion() if nacl else None


def presentar_servidor(sesion: "Sesion | None") -> dict:
    """Lo que dice el latido de un servidor: quién es, y desde cuándo; nada, si no firma."""
    if sesion is None:
        return {}
    return {**sesion.avalar(SERVIDOR), "arranque": campos.acotar_hora(time.time())}


def leer_identidad(user: str) -> bytes:
    """La semilla que este equipo guarda para un nombre; si no la hay, se hace.

    Si no se puede guardar, la de esta vez: los demás verán otra identidad la próxima.
    """
    nueva = os.urandom(LARGO)
    try:
        # El nombre no forma parte de la ruta: podría ser «../../.bashrc».
        ruta = datos.carpeta_de_datos(CARPETA) / f"{calcular_id(user.encode())}.clave"
        if not ruta.exists() or ruta.stat().st_size != LARGO:
            datos.escribir(ruta, nueva)  # entera o nada; mkstemp la hace 0600
        return datos.leer(ruta, LARGO)  # no `nueva`: otro programa pudo hacer la suya a la vez
    except OSError as error:
        registro.warning("La identidad de %s no se conserva: %s", user, error)
        return nueva

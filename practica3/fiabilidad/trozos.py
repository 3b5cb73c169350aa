"""Cortar en trozos un mensaje que no cabe en un datagrama, y volver a juntarlo.

    mensaje codificado, 3 MB  ──▶  trozo i=0 de=2500 │ trozo i=1 │ … │ trozo i=2499

Cada trozo es un datagrama numerado como los demás (n); `m` es el n de su trozo 0, e
identifica al mensaje dentro del flujo. Llegan aquí ya en orden.

Quien deja de enviarlo a la mitad lo dice con otro trozo del mismo `m`, vacío y único (i=0 de=1): lo
que se llevaba junto se tira, también donde no sepan que eso es cancelar.
"""

import protocolo
from fiabilidad import paridad
from fiabilidad.bloques_propios import BloquePropio

MAX_MENSAJE = 16 * 2**20  # bytes: caben holgados en los 16 384 trozos que admite el protocolo
PARTES = 25  # en que se cuenta cómo va saliendo uno
MAX_ABIERTOS = 4  # mensajes a medio juntar en un flujo; quien abre más pierde el más viejo


def exigir_que_quepa(mensaje: dict) -> None:
    """Lanzar ErrorProtocolo si un mensaje es demasiado largo aun en trozos."""
    largo = len(mensaje.get("cuerpo", b""))
    if largo > MAX_MENSAJE:
        raise protocolo.ErrorProtocolo(f"son {largo:,} bytes; el máximo es {MAX_MENSAJE:,}")


def es_cancelacion(trozo: dict) -> bool:
    """Si un trozo dice que el mensaje que empezó en su `m` no va a terminar."""
    return trozo["tipo"] == "trozo" and trozo["de"] == 1 and not trozo["cuerpo"]


class Corte:
    """Un mensaje largo que va saliendo."""

    def __init__(self, mensaje: dict, entero: bytes, propio: str, m: int, firmar=bytes):
        """`entero`: el mensaje codificado; `m`: el n que llevará el trozo 0.

        `firmar`: lo que se hace con cada datagrama antes de que salga.
        """
        self.mensaje = mensaje
        self._entero, self._firmar = entero, firmar
        flujo = {clave: mensaje[clave] for clave in ("sala", "para", "to") if clave in mensaje}
        self._cabecera = {"id": propio, "tipo": "trozo", **flujo}
        self._m = m
        self._i = 0
        self._k = {"k": paridad.MAX_BLOQUE}
        mayor = {**self._cabecera, "n": 10 * m + 10**6, "m": m, "i": 10**5, "de": 10**5, **self._k}
        # Bytes de cuerpo en cada trozo.
        self._largo = protocolo.MAX_ENVIO - len(firmar(protocolo.codificar(mayor))) - 1
        self._de = -(-len(entero) // self._largo)
        self.bloques = self._repartir()
        self._bloques_por_llenar = list(self.bloques.values())

    def _repartir(self) -> "dict[tuple, BloquePropio]":
        """Los bloques en que van sus trozos, por (m, bloque)."""
        ultimo = len(self._entero) - (self._de - 1) * self._largo
        comun = {**self._cabecera, "tipo": "paridad", "m": self._m, "de": self._de, **self._k}
        comun.pop("to", None)
        bloques = {}
        for lugar in range(paridad.contar_bloques(self._de, paridad.MAX_BLOQUE)):
            cuantos = len(paridad.indices(lugar, self._de, paridad.MAX_BLOQUE))
            suyo = {**comun, "bloque": lugar, "ultimo": ultimo}
            bloques[self._m, lugar] = BloquePropio(suyo, cuantos)
        return bloques

    def sacar(self, n: int) -> bytes:
        """El datagrama del siguiente trozo, con ese número."""
        cuerpo = self._entero[self._i * self._largo : (self._i + 1) * self._largo]
        numeros = {"n": n, "m": self._m, "i": self._i, "de": self._de, **self._k}
        self._i += 1
        bloque = self._bloques_por_llenar[0]
        bloque.numeros.append(n)
        if len(bloque.numeros) == bloque.cuantos:
            self._bloques_por_llenar.pop(0)
        return self._firmar(protocolo.codificar({**self._cabecera, **numeros, "cuerpo": cuerpo}))

    def contar(self) -> "list[dict]":
        """La noticia de que salió otra parte de las PARTES, si con el último trozo se completó."""
        antes, van = (PARTES * i // self._de for i in (self._i - 1, self._i))
        avance = {"tipo": "avance", "mensaje": self.mensaje, "llegados": self._i, "de": self._de}
        return [avance] if van > antes else []

    def cancelar(self) -> dict:
        """El trozo, aún sin número, que dice que no saldrá entero."""
        return {**self._cabecera, "m": self._m, "i": 0, "de": 1}

    def terminado(self) -> bool:
        """Si ya salió entero."""
        return self._i == self._de


class Juntador:
    """Los mensajes de un flujo que van llegando en trozos."""

    def __init__(self):
        self.ocupado = 0  # bytes
        self._abiertos: "dict[int, list[bytes]]" = {}  # m → cuerpos

    def juntar(self, trozo: dict) -> "bytes | None":
        """Añadir un trozo; devolver el mensaje codificado si con él se completa.

        Si falta alguno anterior (se perdió, o ya había empezado cuando llegamos), nada.
        """
        m, i = trozo["m"], trozo["i"]
        if i == 0:
            self._abrir(m)
        partes = self._abiertos.get(m, ())
        # Nadie hace trozos tan grandes y tantos.
        demasiado = trozo["de"] * len(trozo["cuerpo"]) > 2 * MAX_MENSAJE
        if m not in self._abiertos or len(partes) != i or demasiado:
            self.cerrar(m)
            return None
        partes.append(trozo["cuerpo"])
        self.ocupado += len(trozo["cuerpo"])
        return b"".join(self.cerrar(m)) if i + 1 == trozo["de"] else None

    def cerrar(self, m: int) -> "list[bytes]":
        """Olvidar un mensaje; devuelve lo que se tenía de él."""
        partes = self._abiertos.pop(m, [])
        self.ocupado -= sum(map(len, partes))
        return partes

    def _abrir(self, m: int) -> None:
        self.cerrar(m)
        if len(self._abiertos) >= MAX_ABIERTOS:
            self.cerrar(next(iter(self._abiertos)))
        self._abiertos[m] = []

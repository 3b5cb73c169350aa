"""Leer y escribir los mensajes de la práctica, en JSON y en etiquetas, sin nada de la solución modelo.

Al leer se es tolerante: lo que no se entiende es None, y se muestra en la historia tal cual.
"""

import base64
import binascii
import json

JSON, ETIQUETAS = "json", "etiquetas"
MAX_RECONSTRUIDO = 4 * 1024 * 1024  # bytes de un mensaje en trozos


class Mensaje(dict):
    """Las claves de un mensaje; en `forma`, cómo venía escrito; en `cuerpo`, sus bytes, y en `trozo`, el mayor de
    los que lo traían."""

    forma = JSON
    cuerpo = b""
    trozo: "Mensaje | None" = None
    destino: tuple = ("", 0)  # a dónde iba el datagrama que lo traía


def leer(datos: bytes) -> "Mensaje | None":
    """Interpretar un datagrama; None si no es un mensaje."""
    inicio = datos[:1]
    try:
        if inicio == b"<":
            return _leer_etiquetas(datos.rstrip(b"\0\r\n ").decode())
        cabecera, _, cuerpo = datos.partition(b"\n")
        try:
            objeto = json.loads(cabecera)
        except ValueError:
            objeto, cuerpo = json.loads(datos.rstrip(b"\0")), b""  # JSON con sangrías
    except (ValueError, RecursionError):
        return None
    if not isinstance(objeto, dict):
        return None
    mensaje = Mensaje(objeto)
    mensaje.cuerpo = cuerpo
    return mensaje


def _leer_etiquetas(texto: str) -> "Mensaje | None":
    if not texto.endswith(">"):
        return None
    campos = texto[1:-1].split("><")
    tipo = campos[0]
    if tipo == "usuarios" and len(campos) >= 2:
        mensaje = Mensaje(tipo=tipo, sala=campos[1], lista=[uno for uno in campos[2:] if uno])
    elif tipo in ("inicio", "salir") and len(campos) == 3:
        mensaje = Mensaje(tipo=tipo, user=campos[1], sala=campos[2])
    elif tipo in ("msj", "sticker", "audio") and len(campos) >= 5 and campos[1] == "privado":
        mensaje = Mensaje(
            {"tipo": tipo, "privado": True, "from": campos[2], "to": campos[3], "content": "><".join(campos[4:])}
        )
    elif tipo in ("msj", "sticker", "audio") and len(campos) >= 4:
        mensaje = Mensaje(tipo=tipo, user=campos[1], sala=campos[2], content="><".join(campos[3:]))
    else:
        return None
    mensaje.forma = ETIQUETAS
    return mensaje


def escribir(mensaje: dict, forma: str, cuerpo: bytes = b"") -> bytes:
    """Codificar un mensaje en esa forma."""
    if forma == ETIQUETAS:
        return _escribir_etiquetas(mensaje)
    return json.dumps(mensaje, ensure_ascii=False).encode() + (b"\n" + cuerpo if cuerpo else b"")


def _escribir_etiquetas(mensaje: dict) -> bytes:
    if mensaje["tipo"] == "usuarios":
        campos = ["usuarios", mensaje["sala"], *mensaje["lista"]]
    elif mensaje.get("privado"):
        campos = [mensaje["tipo"], "privado", mensaje["from"], mensaje["to"], mensaje["content"]]
    else:
        campos = [mensaje[clave] for clave in ("tipo", "user", "sala", "content") if clave in mensaje]
    return "".join(f"<{campo}>" for campo in campos).encode()


def partir(mensaje: dict, cuerpo: bytes, como: Mensaje, cambios: dict) -> "list[bytes]":
    """Los datagramas de un mensaje en trozos como ése, con esos cambios; quien los dice no había dicho otros."""
    datos, largo = escribir(mensaje, JSON, cuerpo), len(como.cuerpo)
    partes = [datos[k:k + largo] for k in range(0, len(datos), largo)]
    cuentas = [{"n": i + 1, "m": 1, "i": i, "de": len(partes)} for i in range(len(partes))]
    return [
        escribir({clave: {**como, **cambios, **cuenta}[clave] for clave in como}, JSON, parte)
        for cuenta, parte in zip(cuentas, partes)
    ]


def es_privado(mensaje: dict) -> bool:
    """Si dice ser privado."""
    return mensaje.get("privado") is True


def bytes_de(mensaje: Mensaje) -> bytes:
    """Los bytes que trae un sticker o un audio: su cuerpo o, si no, el base64 de content."""
    if mensaje.cuerpo:
        return mensaje.cuerpo
    contenido = mensaje.get("content")
    if not isinstance(contenido, str):
        return b""
    try:
        return base64.b64decode("".join(contenido.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


class Reconstructor:
    """Junta los trozos de quien los envía (protocolo.md, sección 9)."""

    def __init__(self):
        self._partes: "dict[tuple, dict[int, Mensaje]]" = {}

    def agregar(self, trozo: Mensaje) -> "Mensaje | None":
        """Anotar un trozo; devuelve el mensaje si con él quedó completo."""
        clave = tuple(str(trozo.get(campo)) for campo in ("id", "sala", "para", "m", "de"))
        i, de = trozo.get("i"), trozo.get("de")
        if not (isinstance(i, int) and isinstance(de, int) and 0 <= i < de <= 16_384):
            return None
        partes = self._partes.setdefault(clave, {})
        partes[i] = trozo
        if len(partes) < de or sum(len(uno.cuerpo) for uno in partes.values()) > MAX_RECONSTRUIDO:
            return None
        del self._partes[clave]
        mensaje = leer(b"".join(partes[j].cuerpo for j in range(de)))
        if mensaje is not None:
            mensaje.trozo = max(partes.values(), key=lambda uno: len(uno.cuerpo))
        return mensaje

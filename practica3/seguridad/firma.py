"""La firma de un datagrama: dónde va, y de qué bytes es.

    {"id":"…","tipo":"msj",…,"content":"Hola","firma":"zK3…86 caracteres…Q"}⏎cuerpo
    └──────────── lo firmado ──────────────┘└──────── se quita ─────────┘└──────┘

Es de los bytes tal como viajan, sin esa clave: no hay que ponerse de acuerdo en cómo escribir JSON.
"""

import base64
import binascii

CONTEXTO = b"practica3-chat datagrama\n"  # lo que se firma empieza así
ANTES, DESPUES = b',"firma":"', b'"}'
LARGO_BASE64 = 86  # caracteres: 64 bytes, sin el relleno
LARGO = len(ANTES) + LARGO_BASE64 + len(DESPUES)


def escribir_base64(contenido: bytes) -> str:
    """Bytes en base64 (RFC 4648), sin relleno."""
    return base64.b64encode(contenido).rstrip(b"=").decode()


def leer_base64(texto: "str | bytes") -> bytes:
    """Inversa de `escribir_base64`; b"" si no es base64."""
    try:
        return base64.b64decode(texto + ("=" if isinstance(texto, str) else b"=") * 2)
    except (binascii.Error, ValueError):
        return b""


def poner(datagrama: bytes, firma: bytes) -> bytes:
    """El datagrama con su firma, al final de la cabecera."""
    cabecera, salto, cuerpo = datagrama.partition(b"\n")
    escrita = ANTES + escribir_base64(firma).encode() + DESPUES
    return cabecera[:-1] + escrita + salto + cuerpo


def separar(datagrama: bytes) -> "tuple[bytes, bytes]":
    """Lo firmado y la firma, b"" si no la lleva; inversa de `poner`."""
    fin = datagrama.find(b"\n")
    fin = len(datagrama) if fin < 0 else fin
    inicio = fin - LARGO
    cierra = datagrama.startswith(ANTES, max(0, inicio)) and datagrama.endswith(DESPUES, 0, fin)
    if inicio < 0 or not cierra:
        return datagrama, b""
    firma = leer_base64(datagrama[inicio + len(ANTES) : fin - len(DESPUES)])
    return datagrama[:inicio] + b"}" + datagrama[fin:], firma

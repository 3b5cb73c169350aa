"""Entender un datagrama del chat, venga como venga: nada de lo que llegue detiene al visor.

    bytes ──▶ leer ──▶ Dato: tipo, autor, a quién, en qué sala y un resumen en español

Se entienden el JSON de la práctica, con cuerpo o sin él, y las etiquetas <msj><Ana>….
Del datagrama se guardan los bytes, no lo decodificado, que ocupa varias veces más.
"""

import dataclasses
import json

import resumen
from resumen import nombre

SERVIDOR = "servidor"  # el nombre con el que se muestra
MAX_LISTA = 100  # salas de un latido o personas de una lista que se miran
ETIQUETAS = {"inicio": ("user", "sala"), "salir": ("user", "sala"),
             "msj": ("user", "sala", "content"),
             "privado": ("from", "to", "content"), "usuarios": ("sala", "lista")}


@dataclasses.dataclass
class Dato:
    """Un datagrama y lo que se entendió de él."""

    hora: float  # s desde 1970
    origen: tuple  # dirección y puerto de quien lo envió
    crudo: bytes
    tipo: str = "¿?"
    autor: str = ""  # nombre, si lo dice
    id: str = ""  # el programa que lo envió, si lo dice
    para: str = ""  # nombre de a quién va
    para_id: str = ""  # o su id
    sala: str = ""
    salas: "tuple | None" = None  # todas las de su autor, en un latido
    lista: "tuple | None" = None  # quiénes están en la sala, en un usuarios
    resumen: str = ""
    numero: int = 0  # los tres últimos los pone estado.py
    de: str = ""
    destinos: "tuple | None" = None  # para quiénes es; None: para todos

    def a_quien(self):
        """A quién va, como se lee en la tabla."""
        return self.para or self.para_id or (f"sala {self.sala}" if self.sala else "todos")


def leer(crudo, hora, origen):
    """Convertir un datagrama en un Dato.

    Si no se entiende, de tipo «¿?» y con el motivo en el resumen.
    """
    dato = Dato(hora, origen, crudo)
    try:
        mensaje, cuerpo = decodificar(crudo)
        _llenar(dato, mensaje, len(cuerpo))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        dato.resumen = resumen.limpiar(f"no se entiende: {_motivo(error)}")
    return dato


def decodificar(crudo):
    """Devolver (mensaje, cuerpo).

    Lanza ValueError o RecursionError si no es un objeto JSON ni etiquetas.
    """
    if crudo[:1] == b"<":
        return _leer_etiquetas(crudo.decode("utf-8").strip()), b""
    cabecera, _, cuerpo = crudo.partition(b"\n")
    mensaje = json.loads(cabecera.decode("utf-8"))
    if not isinstance(mensaje, dict):
        raise ValueError("no es un objeto JSON")
    return mensaje, cuerpo


def _motivo(error):
    if isinstance(error, UnicodeDecodeError):
        return "no es UTF-8"
    if isinstance(error, json.JSONDecodeError):
        return f"no es JSON a partir de la letra {error.pos + 1}"
    if isinstance(error, KeyError):
        return f"le falta «{error.args[0]}»"
    if isinstance(error, RecursionError):
        return "demasiado anidado"
    return str(error) if type(error) is ValueError else "un campo no es lo que debería"


def _leer_etiquetas(texto):
    partes = texto[1:-1].split("><")
    privado = partes[:2] == ["msj", "privado"]
    claves = ETIQUETAS.get("privado" if privado else partes[0])
    valores = partes[2:] if privado else partes[1:]
    if claves is None or len(valores) < len(claves):
        raise ValueError("etiquetas desconocidas o incompletas")
    if claves[-1] == "content":
        valores[len(claves) - 1:] = ["><".join(valores[len(claves) - 1:])]
    mensaje = {"tipo": partes[0], **dict(zip(claves, valores)),
               **({"privado": True} if privado else {})}
    return {**mensaje, "lista": valores[1:]} if partes[0] == "usuarios" else mensaje


def _llenar(dato, mensaje, largo):
    def tomar(*claves):
        textos = [mensaje[clave] for clave in claves if isinstance(mensaje.get(clave), str)]
        return nombre(textos[0]) if textos else ""

    dato.tipo = tomar("tipo") or "¿?"
    dato.id, dato.sala = tomar("id"), tomar("sala")
    dato.para, dato.para_id = tomar("to"), tomar("a", "para")
    dato.autor = tomar("from", "user")
    if dato.tipo in ("usuarios", "aviso") or mensaje.get("servidor") is True:
        dato.para, dato.autor = dato.autor, SERVIDOR  # el «user» de un aviso es a quien se avisa
    if dato.tipo == "latido":
        dato.salas = tuple(map(nombre, list(mensaje["salas"])[:MAX_LISTA]))
    if dato.tipo == "usuarios":
        dato.lista = tuple(nombre(uno)
                           for uno in mensaje["lista"][:MAX_LISTA] if isinstance(uno, str))
    dato.resumen = resumen.resumir(dato.tipo, mensaje, largo)

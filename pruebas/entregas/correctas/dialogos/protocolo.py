"""Mensajes como clases: cada una sabe escribirse; leer() da la que corresponde o lanza ValueError."""
import json
from dataclasses import dataclass


@dataclass
class Publico:
    tipo: str  # inicio, salir, msj, sticker o audio
    user: str
    sala: str
    content: str = ""

    def a_bytes(self):
        d = {"tipo": self.tipo, "user": self.user, "sala": self.sala}
        if self.tipo not in ("inicio", "salir"):
            d["content"] = self.content
        return json.dumps(d, ensure_ascii=False).encode()


@dataclass
class Privado:
    de: str
    para: str
    content: str

    def a_bytes(self):
        return json.dumps(
            {"tipo": "msj", "privado": True, "from": self.de, "to": self.para, "content": self.content},
            ensure_ascii=False,
        ).encode()


@dataclass
class Usuarios:
    sala: str
    lista: list

    def a_bytes(self):
        return json.dumps({"tipo": "usuarios", "sala": self.sala, "lista": self.lista}, ensure_ascii=False).encode()


def leer(datos):
    d = json.loads(datos)
    if not isinstance(d, dict):
        raise ValueError("no es un objeto")

    def texto(clave):
        if not isinstance(d.get(clave), str):
            raise ValueError("falta " + clave)
        return d[clave]

    tipo = texto("tipo")
    if tipo == "usuarios":
        lista = d.get("lista")
        if not isinstance(lista, list) or any(not isinstance(x, str) for x in lista):
            raise ValueError("lista mala")
        return Usuarios(texto("sala"), lista)
    if tipo == "msj" and d.get("privado") is True:
        return Privado(texto("from"), texto("to"), texto("content"))
    if tipo in ("inicio", "salir"):
        return Publico(tipo, texto("user"), texto("sala"))
    if tipo in ("msj", "sticker", "audio"):
        return Publico(tipo, texto("user"), texto("sala"), texto("content"))
    raise ValueError("tipo desconocido")

"""Los eventos como los lee una persona en la terminal: renglones.

    Dicho       [general] Ana: Hola        (privado) Ana → Bryan: hola
                [general] (de antes) Ana: Hola, lo que se dijo antes de entrar
    Usuarios    → Bryan entró a general    ← Ana salió de general
    lo demás    * Se perdió un mensaje de Ana, sin remedio.
"""

import dataclasses

from presencia import tratos
from presencia.eventos import (
    Descargado, Dicho, Entregado, Listo, Perdido, Rechazo, Usuarios
)

MAX_CAMBIOS = 40  # entradas y salidas que se cuentan una por una


class Redaccion:
    """Pone los eventos en renglones; recuerda las listas, para decir quién entra y quién sale."""

    def __init__(self, cliente, conservar, describir):
        """`conservar(dicho)` guarda los bytes de algo dicho y da las claves que dicen en qué
        archivo; `describir(nombre, bytes)`: un archivo, en pocas palabras.
        """
        self._cliente, self._conservar, self._describir = cliente, conservar, describir
        self._listas: "dict[str, list[str]]" = {}  # sala → los últimos que dijo el servidor

    def redactar(self, evento) -> "list[str]":
        """Un evento, en uno o varios renglones, o en ninguno."""
        if isinstance(evento, Dicho):
            solo = " (sólo en este equipo)" * (evento.propio and self._cliente.solo_aqui)
            return [self._redactar_dicho(evento) + solo]
        if isinstance(evento, Descargado):
            return [self._redactar_dicho(dataclasses.replace(evento.dicho, cuerpo=evento.cuerpo))]
        if isinstance(evento, Entregado):
            return []  # que salió ya se escribió; sólo es noticia que no llegue
        if isinstance(evento, Listo):
            con = "Con /ayuda se ven las órdenes."
            return [f"Estás en {evento.sala} como {evento.user}. {con}"]
        if isinstance(evento, Usuarios):
            return self._redactar_cambios(evento.sala, evento.lista)
        if isinstance(evento, Perdido):
            uno = evento.cuantos == 1
            cuantos = "Se perdió un mensaje" if uno else f"Se perdieron {evento.cuantos} mensajes"
            return [f"* {cuantos} de {evento.autor}, sin remedio."]
        otro = " Prueba con /nombre y otro." if isinstance(evento, Rechazo) else ""
        return [f"* {evento.content}{otro}"]

    def _redactar_dicho(self, dicho: Dicho) -> str:
        que = self._decir_que(dicho)
        if dicho.privado:
            privado = "privado" if dicho.cifrado else "privado, sin cifrar"
            return f"({privado}) {escribir_nombre(dicho.autor, dicho.duda)} → {dicho.to}: {que}"
        antes = "(de antes) " * dicho.de_antes
        return f"[{dicho.sala}] {antes}{escribir_nombre(dicho.autor, dicho.duda)}: {que}"

    def _decir_que(self, dicho: Dicho) -> str:
        guardado = self._conservar(dicho)
        donde = f": {guardado['archivo']}" if "archivo" in guardado else ""
        if dicho.tipo == "borrar":
            return "(borró un mensaje suyo)"
        if dicho.tipo == "sticker":
            return f"sticker «{dicho.content}»{donde}"
        if dicho.tipo == "audio":
            return f"voz de {guardado['duracion']:.0f} s{donde}"
        if dicho.tipo == "imagen":
            return f"imagen{donde} {dicho.content}".rstrip()
        if dicho.tipo == "archivo":
            pesa = len(dicho.cuerpo or b"") or dicho.bytes
            pedir = "" if donde or dicho.propio else f": /descargar {dicho.nombre}"
            return (f"archivo {self._describir(dicho.nombre, pesa)}{donde}{pedir} "
                    f"{dicho.content}")
        if dicho.cita:
            return f"(a {dicho.cita['user']}: «{dicho.cita['content']}») {dicho.content}"
        return dicho.content

    # ---- quién está

    def listar(self) -> "list[str]":
        """Quién está en cada una de mis salas."""
        return [self._redactar_lista(sala) for sala in self._listas if sala in self._cliente.salas]

    def _redactar_lista(self, sala: str) -> str:
        return f"En {sala}: {', '.join(map(self._marcar, self._listas[sala]))}"

    def _marcar(self, user: str) -> str:
        return escribir_nombre(user, self._cliente.tratos.dudar(user))

    def _redactar_cambios(self, sala: str, lista: "list[str]") -> "list[str]":
        antes = self._listas.get(sala)
        self._listas[sala] = lista
        if antes is None:
            return [self._redactar_lista(sala)]
        estaban, estan = set(antes), set(lista)
        entraron = [uno for uno in lista if uno not in estaban]
        salieron = [uno for uno in antes if uno not in estan]
        if len(entraron) + len(salieron) > MAX_CAMBIOS:
            return [f"En {sala} entraron {len(entraron)} y salieron {len(salieron)}."]
        return [*(f"→ {self._marcar(uno)} entró a {sala}" for uno in entraron),
                *(f"← {uno} salió de {sala}" for uno in salieron)]


def escribir_nombre(user: str, duda: str) -> str:
    """Alguien y, si quizá no es quien dice, por qué."""
    return f"{user} ({tratos.DUDAS[duda]})" if duda else user

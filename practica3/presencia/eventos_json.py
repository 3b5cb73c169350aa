"""Los eventos como los da `cliente.py --json`: un diccionario con las claves del protocolo."""

import dataclasses

from presencia.eventos import (
    Descargado, Dicho, Entregado, Error, EstadoRed, HayServidor, Listo, Perdido, Rechazo, Usuarios
)

EVENTOS = {
    Listo: "listo", Usuarios: "usuarios", Perdido: "perdido", Error: "error",
    Rechazo: "aviso", EstadoRed: "aviso", HayServidor: "aviso",
}


def escribir_evento(evento, conservar) -> dict:
    """Un evento, para otro programa.

    `conservar(dicho)` guarda los bytes de algo dicho, y da las claves que dicen en qué archivo.
    """
    if isinstance(evento, Dicho):
        return {**escribir_dicho(evento), **conservar(evento)}
    if isinstance(evento, Descargado):
        completo = dataclasses.replace(evento.dicho, cuerpo=evento.cuerpo)
        return escribir_evento(completo, conservar)
    if isinstance(evento, Entregado):
        return {**escribir_dicho(evento.dicho), "evento": "entregado"}
    datos = {clave: valor for clave, valor in vars(evento).items() if valor or valor == []}
    escrito = {"evento": EVENTOS[type(evento)], **datos}
    if isinstance(evento, Perdido):
        escrito["user" if evento.sala else "from"] = escrito.pop("autor")
    elif isinstance(evento, Error) and evento.dicho is not None:
        escrito["mensaje"] = {"tipo": evento.dicho.tipo, **escribir_dicho(escrito.pop("dicho"))}
    elif isinstance(evento, EstadoRed):
        escrito["red"] = escrito.pop("estado")
    elif isinstance(evento, HayServidor):
        escrito["servidor"] = escrito.pop("hay", False)
    return escrito


def escribir_dicho(dicho: Dicho) -> dict:
    """Lo dicho, sin sus bytes."""
    evento = {"msj": "privado" if dicho.privado else "mensaje"}.get(dicho.tipo, dicho.tipo)
    de = {"sala": dicho.sala, "user": dicho.autor}
    if dicho.privado:
        de = {"from": dicho.autor, "to": dicho.to}
    propio = {"propio": True} if dicho.propio else {}
    propio |= {clave: valor for clave in ("duda", "cita", "borrada")
               if (valor := getattr(dicho, clave))}
    return {"evento": evento, **de, "content": dicho.content, "hora": dicho.hora, **propio}

"""Lo que un grupo de multidifusión puede traer y nadie debería sufrir: etapa 9 del enunciado."""

import json


def basura(azar, user: str, sala: str) -> "list[bytes]":
    """Datagramas malos: bytes al azar, JSON cortado, otros tipos, claves que faltan o valen otra cosa."""
    entero = json.dumps({"tipo": "msj", "user": user, "sala": sala, "content": "hola"}).encode()
    objetos = [
        {"tipo": 5},
        {"tipo": "msj"},
        {"tipo": "desconocido", "user": user, "sala": sala},
        {"tipo": None, "sala": sala},
        {"tipo": ["msj"]},
        {"tipo": "msj", "user": 7, "sala": sala, "content": None},
        {"tipo": "msj", "user": user, "sala": sala},
        {"tipo": "msj", "user": user, "sala": [sala], "content": "x"},
        {"tipo": "msj", "user": user, "sala": sala, "content": {"a": 1}},
        {"tipo": "inicio", "user": user},
        {"tipo": "inicio", "sala": sala},
        {"tipo": "salir"},
        {"tipo": "inicio", "user": None, "sala": None},
        {"tipo": "inicio", "user": [user], "sala": {}},
        {"tipo": "salir", "user": {}, "sala": []},
        {"tipo": "usuarios", "sala": sala, "lista": 5},
        {"tipo": "usuarios", "sala": sala},
        {"tipo": "usuarios", "sala": sala, "lista": [1, None]},
        {"tipo": "msj", "privado": True},
        {"tipo": "msj", "privado": True, "from": user, "to": 3, "content": "x"},
        {"tipo": "sticker", "user": user, "sala": sala},
        {"tipo": "audio", "user": user, "sala": sala, "content": "%%no es base64%%"},
        {"tipo": "latido", "id": "0a1b2c3d", "user": user, "salas": {sala: 1}},
        {"user": user, "clave": "rara"},
    ]
    crudos = [
        b"",
        b"{",
        b"[1]",
        b"null",
        b"7",
        b'"hola"',
        b"\xff\xfe\x00",
        b"<",
        b"<>",
        b"<msj>",
        b"<msj><a>",
        b"<inicio><a",
        b"<usuarios>",
        b"\0" * 40,
        entero[: len(entero) // 2],
        entero[:-1],
        *(azar.randbytes(azar.randint(1, 900)) for _ in range(8)),
    ]
    return crudos + [json.dumps(objeto).encode() for objeto in objetos]

"""Envía al grupo tres stickers de los que no hay que fiarse. stickers.py debe seguir como si nada.

    python trampas.py
"""

import struct
import zlib

import grupo
import mensajes

FIRMA = b"\x89PNG\r\n\x1a\n"


def bloque(tipo, datos):
    """Un bloque de un PNG: largo, tipo, datos y su suma de comprobación."""
    return (struct.pack(">I", len(datos)) + tipo + datos
            + struct.pack(">I", zlib.crc32(tipo + datos)))


def bomba(lado):
    """Un PNG de pocos bytes que dice medir lado × lado píxeles."""
    cabecera = struct.pack(">IIBBBBB", lado, lado, 8, 6, 0, 0, 0)  # 8 bits por color, RGBA
    pixeles = zlib.compress(bytes(10_000))
    return FIRMA + bloque(b"IHDR", cabecera) + bloque(b"IDAT", pixeles) + bloque(b"IEND", b"")


TRAMPAS = {
    "una bomba de 9000 × 9000 píxeles": bomba(9_000),
    "un PNG cortado a la mitad": bomba(100)[:40],
    "texto con nombre de imagen": "Esto no es un PNG".encode(),
}


def main():
    s, destino = grupo.abrir(grupo.crear_analizador("Envía tres stickers tramposos.").parse_args())
    with s:
        for nombre, datos in TRAMPAS.items():
            print(f"Va {nombre}: {len(datos)} bytes")
            grupo.enviar(s, mensajes.codificar("Trampas", nombre, "png", datos), destino)


if __name__ == "__main__":
    main()

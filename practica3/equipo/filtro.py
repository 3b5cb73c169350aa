"""Un filtro en el núcleo: que a un programa no lo despierte lo que no es para él.

Por multidifusión, lo que alguien envía llega a todos los sockets unidos al grupo, también al
suyo. Quien habla mucho despertaría por cada datagrama propio, y el servidor por cada frase de
una conversación que no es con él, sólo para tirarlos. Linux deja que un socket filtre lo que
recibe con un programa de BPF, el lenguaje de tcpdump (`man bpf`): unas órdenes de ocho bytes,
con saltos sólo hacia adelante, que corren antes de despertar a nadie.

    ld len;  jge 24, sigue, otra          ¿es tan largo como la cabecera UDP y la muestra?
    ldb [8]; jeq «{», sigue, otra         ¿empieza igual? byte por byte
    …
    ret 0                                 es como la muestra: se tira
    otra: …                               lo mismo, con la muestra siguiente
    ret 4294967295                        no es como ninguna: se entrega entero

En otros sistemas todo llega, y se tira al leerlo.
"""

import ctypes
import socket
import struct
import sys

SO_ATTACH_FILTER = 26  # valor de <asm/socket.h>
LARGO, CARGAR, DEVOLVER = 0x80, 0x30, 0x06  # ld len, ldb [k], ret k: de <linux/bpf_common.h>
AL_MENOS, IGUAL = 0x35, 0x15  # jge y jeq: k, y cuántas órdenes saltar si sí y si no
CABECERA_UDP = 8  # bytes
CUALQUIERA = ord("?")  # en una muestra, un byte que puede ser otro


def no_oir(s: socket.socket, *muestras: bytes) -> None:
    """Que no le llegue a un socket UDP lo que empieza como una muestra, de 100 bytes como mucho.

    En ella «?» es un byte cualquiera. Donde el sistema no lo sabe hacer, no pasa nada.
    """
    if sys.platform != "linux":
        return
    programa = b"".join(struct.pack("HBBI", *orden) for orden in escribir_programa(muestras))
    en_memoria = ctypes.create_string_buffer(programa)
    orden = struct.pack("HP", len(programa) // 8, ctypes.addressof(en_memoria))
    try:
        s.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, orden)
    except OSError:
        pass  # un Linux sin filtros, o que los prohíbe


def muestras(propio: str, tipos: "tuple[str, ...]") -> "list[bytes]":
    """Cómo empieza lo propio, y los mensajes de esos tipos de cualquier programa con id.

    Vale porque el Emisor escribe siempre "id" y "tipo" al principio; si no, sólo se oiría de más.
    """
    ajenos = [b'{"id":"????????","tipo":"%s"' % tipo.encode() for tipo in tipos]
    return [b'{"id":"%s"' % propio.encode(), *ajenos]


def escribir_programa(muestras: "tuple[bytes, ...]") -> "list[tuple[int, int, int, int]]":
    """Las órdenes del filtro, como (orden, saltar si sí, saltar si no, k)."""
    ordenes = []
    for muestra in muestras:
        fijos = [(i, byte) for i, byte in enumerate(muestra) if byte != CUALQUIERA]
        hasta_otra = 2 * len(fijos) + 1  # dos órdenes por byte, y tirarlo
        ordenes += [(LARGO, 0, 0, 0), (AL_MENOS, 0, hasta_otra, CABECERA_UDP + len(muestra))]
        for i, byte in fijos:
            hasta_otra -= 2
            ordenes += [(CARGAR, 0, 0, CABECERA_UDP + i), (IGUAL, 0, hasta_otra, byte)]
        ordenes.append((DEVOLVER, 0, 0, 0))
    return [*ordenes, (DEVOLVER, 0, 0, 2**32 - 1)]

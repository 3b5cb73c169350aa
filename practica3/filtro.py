"""Un filtro en el núcleo: que lo que un programa envía al grupo no le vuelva a él.

Por multidifusión, lo enviado llega a todos los sockets unidos al grupo, también al propio.
Quien habla mucho despertaría por cada datagrama suyo sólo para tirarlo. Linux deja que un
socket filtre lo que recibe con un programa de BPF, el lenguaje de tcpdump (`man bpf`): unas
órdenes de ocho bytes, con saltos sólo hacia adelante, que corren antes de despertar a nadie.

    ld len; jge 24, sigue, acepta         ¿es tan largo como la cabecera UDP y el principio?
    ld [8];  jeq «{"id», sigue, acepta    ¿empieza igual? cuatro bytes cada vez
    …
    ret 0                                 es mío: se tira
    acepta: ret 4294967295                no lo es: se entrega entero

En otros sistemas lo propio llega, y red.py lo tira al leerlo.
"""

import ctypes
import socket
import struct
import sys

SO_ATTACH_FILTER = 26  # valor de <asm/socket.h>
LARGO, CARGAR, DEVOLVER = 0x80, 0x20, 0x06  # ld len, ld [k], ret k: valores de <linux/bpf_common.h>
AL_MENOS, IGUAL = 0x35, 0x15  # jge y jeq: k, y cuántas órdenes saltar si sí y si no
CABECERA_UDP = 8  # bytes
PALABRA = 4  # bytes que compara cada orden


def no_oir(s: socket.socket, principio: bytes) -> None:
    """Que no le llegue a un socket UDP lo que empieza así; el largo ha de ser múltiplo de 4.

    Donde el sistema no lo sabe hacer, no pasa nada.
    """
    if sys.platform != "linux":
        return
    programa = b"".join(struct.pack("HBBI", *orden) for orden in escribir_programa(principio))
    en_memoria = ctypes.create_string_buffer(programa)
    try:
        s.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(programa) // 8, ctypes.addressof(en_memoria)))
    except OSError:
        pass  # un Linux sin filtros, o que los prohíbe


def escribir_programa(principio: bytes) -> "list[tuple[int, int, int, int]]":
    """Las órdenes del filtro, como (orden, saltar si sí, saltar si no, k)."""
    ordenes = [(LARGO, 0, 0, 0), (AL_MENOS, 0, len(principio) // 2 + 1, CABECERA_UDP + len(principio))]
    for i in range(0, len(principio), PALABRA):
        palabra = int.from_bytes(principio[i : i + PALABRA], "big")
        hasta_aceptar = (len(principio) - i) // 2 - 1  # dos órdenes por palabra
        ordenes += [(CARGAR, 0, 0, CABECERA_UDP + i), (IGUAL, 0, hasta_aceptar, palabra)]
    return [*ordenes, (DEVOLVER, 0, 0, 0), (DEVOLVER, 0, 0, 2**32 - 1)]

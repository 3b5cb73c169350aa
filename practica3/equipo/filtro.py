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

También pide que el destino sea el grupo: lo demás, como un datagrama enviado a la dirección de este
equipo, puede venir de otra red, y saltarse así el TTL de 1. Y no deja entrar lo que no va firmado
de quien está inundando (seguridad/fuentes.py): leerlo para tirarlo ya sería hacerle caso.

En otros sistemas se lee a qué dirección venía cada uno (IP_PKTINFO), y se tira al leerlo. En
Windows, Python no lo sabe preguntar: ahí se oye también lo que no venía al grupo.
"""

import ctypes
import socket
import struct
import sys

SO_ATTACH_FILTER = 26  # valor de <asm/socket.h>
# De <linux/bpf_common.h>: ld len, ldb [k] (un byte), ld [k] (cuatro) y ret k.
LARGO, CARGAR, CARGAR_CUATRO, DEVOLVER = 0x80, 0x30, 0x20, 0x06
EN_IP = 2**32 - 0x10_0000  # desde aquí, k cuenta desde la cabecera IP (SKF_NET_OFF)
ORIGEN, DESTINO = EN_IP + 12, EN_IP + 16  # direcciones, en la cabecera IP (RFC 791)
AL_MENOS, IGUAL = 0x35, 0x15  # jge y jeq: k, y cuántas órdenes saltar si sí y si no
CABECERA_UDP = 8  # bytes
CUALQUIERA = ord("?")  # en una muestra, un byte que puede ser otro


# IP_PKTINFO, de <linux/in.h>, e IP_RECVDSTADDR, de BSD: que se diga a qué dirección venía algo.
PEDIR_DESTINO = {"linux": 8, "darwin": 7}
COMIENZO_FIRMADO = b'{"id":"################"'  # un id de 16 cifras es de quien firma


def no_oir(s: socket.socket, *muestras: bytes, grupo: "str | None" = None, calladas=()) -> bool:
    """Que no le llegue a un socket UDP lo que empieza como una muestra, de 100 bytes como mucho.

    En ella «?» es un byte cualquiera. Ni lo que no viene a `grupo`, si se dice, ni lo que no firman
    las direcciones `calladas`. Donde el sistema no lo sabe hacer no pasa nada, y devuelve False.
    """
    if sys.platform != "linux":
        return False
    ordenes = exigir_destino(grupo) if grupo else []
    ordenes += [orden for una in calladas for orden in callar(una)] + escribir_programa(muestras)
    programa = b"".join(struct.pack("HBBI", *orden) for orden in ordenes)
    en_memoria = ctypes.create_string_buffer(programa)
    orden = struct.pack("HP", len(programa) // 8, ctypes.addressof(en_memoria))
    try:
        s.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, orden)
    except OSError:
        return False  # un Linux sin filtros, o que los prohíbe
    return True


def exigir_destino(grupo: str) -> "list[tuple[int, int, int, int]]":
    """Las órdenes que tiran lo que no viene a un grupo."""
    return [(CARGAR_CUATRO, 0, 0, DESTINO), (IGUAL, 1, 0, a_entero(grupo)), (DEVOLVER, 0, 0, 0)]


def callar(direccion: str) -> "list[tuple[int, int, int, int]]":
    """Las órdenes que tiran lo que viene de una dirección, si no empieza como lo firmado."""
    ultimo = len(COMIENZO_FIRMADO) - 1
    return [
        (CARGAR_CUATRO, 0, 0, ORIGEN), (IGUAL, 0, 5, a_entero(direccion)),
        (LARGO, 0, 0, 0), (AL_MENOS, 0, 2, CABECERA_UDP + len(COMIENZO_FIRMADO)),
        (CARGAR, 0, 0, CABECERA_UDP + ultimo), (IGUAL, 1, 0, COMIENZO_FIRMADO[ultimo]),
        (DEVOLVER, 0, 0, 0),
    ]


def a_entero(direccion: str) -> int:
    """Una dirección IPv4 como la compara el filtro."""
    return int.from_bytes(socket.inet_aton(direccion), "big")


def elegir_lector(s: socket.socket, grupo: str):
    """Cómo leer de un socket al que el núcleo no le filtra: `leer(maximo)`, como su recvfrom.

    Lo que no venía al grupo llega como b"", que nadie entiende.
    """
    try:
        s.setsockopt(socket.IPPROTO_IP, PEDIR_DESTINO[sys.platform], 1)
    except (KeyError, OSError):
        return s.recvfrom
    esperado = socket.inet_aton(grupo)

    def leer(maximo: int) -> "tuple[bytes, tuple]":
        datagrama, anexos, _, direccion = s.recvmsg(maximo, 64)
        # La dirección son los últimos cuatro bytes, en los dos sistemas.
        es_del_grupo = any(dato[-4:] == esperado for _, _, dato in anexos)
        return (datagrama if es_del_grupo else b""), direccion

    return leer


def muestras(propio: str, tipos: "tuple[str, ...]") -> "list[bytes]":
    """Cómo empieza lo propio, y los mensajes de esos tipos de cualquier programa con id.

    Vale porque el Emisor escribe siempre "id" y "tipo" al principio; si no, sólo se oiría de más.
    """
    ids = b"?" * 8, b"?" * 16  # de quien no firma y de quien sí
    ajenos = [b'{"id":"%s","tipo":"%s"' % (uno, tipo.encode()) for tipo in tipos for uno in ids]
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

"""Archivos WAV: rotos u hostiles, que se rechazan, y los que hacen otros programas, que han de sonar."""

import array
import struct

from ayudas import tarjeta_falsa


def cabecera(formato=1, canales=1, tasa=16_000, ancho=2, datos=b"\0\0" * 100, dichos=None) -> bytes:
    """Un WAV byte por byte; `dichos`: los bytes de sonido que dice traer."""
    fmt = struct.pack("<HHIIHH", formato, canales, tasa, tasa * ancho * canales & 0xFFFFFFFF, ancho * canales & 0xFFFF,
                      8 * ancho)
    dichos = len(datos) if dichos is None else dichos
    return (b"RIFF" + struct.pack("<I", 36 + dichos & 0xFFFFFFFF) + b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt
            + b"data" + struct.pack("<I", dichos) + datos)


HOSTILES = {
    "vacío": b"",
    "sólo RIFF": b"RIFF",
    "un PNG": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "un MP3": b"ID3\x04" + bytes(2000),
    "sin datos": cabecera(datos=b""),
    "cortado": cabecera(datos=bytes(3200))[:-1000],
    "cortado, de coma flotante": cabecera(formato=3, ancho=4, datos=bytes(3200))[:-1000],
    "en una tubería que no trajo nada": cabecera(datos=b"", dichos=0xFFFFFFFF),
    "tasa 0": cabecera(tasa=0),
    "tasa de 4 GHz": cabecera(tasa=4_000_000_000),
    "sin canales": cabecera(canales=0),
    "65 535 canales": cabecera(canales=65_535),
    "sin bits": cabecera(ancho=0),
    "muestras de 8 bytes": cabecera(ancho=8, datos=bytes(800)),
    "comprimido": cabecera(formato=85),
    "una hora": cabecera(tasa=4_000, ancho=1, datos=bytes(4_000 * 3_600)),
    "un millón de partes vacías":
        b"RIFF" + struct.pack("<I", 8 * 10**6) + b"WAVE" + bytes(8 * 10**6) + cabecera()[12:],
    "fmt después": b"RIFF" + struct.pack("<I", 100) + b"WAVEdata" + struct.pack("<I", 50) + bytes(50),
}


# Lo que escriben en una tubería, donde no se sabe cuánto va a durar: GStreamer, espeak-ng, sox, arecord y ffmpeg.
EN_TUBERIA = (0, 0x7FFFF000, 0x7FFFFFFE, 0x80000000, 0xFFFFFFFF)
MEDIO = tarjeta_falsa.hacer_tono(0.5)[44:]  # medio segundo, en enteros de 16 bits
EN_COMA_FLOTANTE = array.array("f", (muestra / 32_768 for muestra in array.array("h", MEDIO))).tobytes()


def extensible(contenido: bytes) -> bytes:
    """El mismo WAV, con su codificación al final de un «fmt » más largo: WAVE_FORMAT_EXTENSIBLE."""
    mas = (
        struct.pack("<HHI", 22, 8 * contenido[32], 4) + contenido[20:22] + bytes.fromhex(
            "000000001000800000aa00389b71"))
    return contenido[:16] + struct.pack("<IH", 40, 0xFFFE) + contenido[22:36] + mas + contenido[36:]


ENTEROS = {f"de {dichos:#x} bytes": cabecera(datos=MEDIO, dichos=dichos) for dichos in EN_TUBERIA}
ENTEROS |= {f"extensible {que}": extensible(wav_)
            for que, wav_ in {**ENTEROS, "con sus largos": cabecera(datos=MEDIO)}.items()}
FLOTANTES = {f"flotante {dichos}": cabecera(formato=3, ancho=4, datos=EN_COMA_FLOTANTE, dichos=dichos)
             for dichos in (None, *EN_TUBERIA)}
FLOTANTES |= {f"extensible {que}": extensible(wav_) for que, wav_ in FLOTANTES.items()}

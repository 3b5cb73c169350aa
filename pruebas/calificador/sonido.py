"""La voz que oye el micrófono simulado, y reconocerla en lo que se envía o se reproduce.

La voz es una serie de tonos al azar. Reconocer tonos, y no bytes, permite que la entrega
grabe a la frecuencia que quiera, cambie el volumen o recorte los extremos.
"""

import io
import json
import math
import os
import pathlib
import random
import stat
import struct
import wave

TONOS = (400, 500, 620, 760, 920, 1100, 1300, 1550)  # Hz; separados más de lo que se equivoca la medida
CUANTOS = 40  # tonos de una voz: 4.8 s, y vuelve a empezar
DURACION = 0.12  # s de cada tono, como en dentro/pyaudio_simulado.py
VOLUMEN = 0.5
VENTANA = 0.02  # s en que se mide un tono
SEGUIDOS = 5  # tonos iguales y en orden que prueban que es la misma voz: uno entre 16 000 por azar
MAX_ARCHIVO = 16 * 1024 * 1024  # bytes
ENTEROS, FLOTANTES, SIN_SIGNO = "entero", "flotante", "sin signo"
FORMATOS = {
    1: (FLOTANTES, 4),
    2: (ENTEROS, 4),
    4: (ENTEROS, 3),
    8: (ENTEROS, 2),
    16: (ENTEROS, 1),
    32: (SIN_SIGNO, 1),
}  # de PyAudio


def inventar_voz(azar: random.Random) -> "list[int]":
    """Una serie de tonos en que nunca se repiten dos seguidos."""
    voz = [azar.choice(TONOS)]
    while len(voz) < CUANTOS:
        voz.append(azar.choice([tono for tono in TONOS if tono != voz[-1]]))
    return voz


def decir(voz: "list[int]", rate: int, canales: int, ancho: int, muestras: int) -> bytes:
    """Las muestras de una voz, como van en un WAV."""
    partes = []
    for k in range(muestras):
        segundo = k / rate
        valor = VOLUMEN * math.sin(2 * math.pi * voz[int(segundo / DURACION) % len(voz)] * segundo)
        una = (
            bytes([int(128 + 127 * valor)])
            if ancho == 1
            else int(valor * (2 ** (8 * ancho - 1) - 1)).to_bytes(ancho, "little", signed=True)
        )
        partes.append(una * canales)
    return b"".join(partes)


def reconocer(datos: bytes, rate: int, canales: int, clase: str, ancho: int) -> "list[int]":
    """Los tonos que suenan en unas muestras, en orden."""
    muestras = _muestras(datos, canales, clase, ancho)
    largo = max(1, int(rate * VENTANA))
    oidos: "list[int | None]" = []
    for k in range(0, len(muestras) - largo + 1, largo):
        oidos.append(_tono(muestras[k:k + largo], rate))
    tonos: "list[int]" = []
    for k in range(2, len(oidos)):
        firme = oidos[k] is not None and oidos[k] == oidos[k - 1] == oidos[k - 2]
        if firme and (not tonos or tonos[-1] != oidos[k]):
            tonos.append(oidos[k])
    return tonos


def _muestras(datos: bytes, canales: int, clase: str, ancho: int) -> "list[float]":
    paso = ancho * canales
    datos = datos[:len(datos) // paso * paso]
    if clase == FLOTANTES:
        return list(struct.unpack(f"<{len(datos) // 4}f", datos))[::canales]
    if clase == SIN_SIGNO:
        return [muestra - 128 for muestra in datos[::canales]]
    if ancho == 2:
        return list(struct.unpack(f"<{len(datos) // 2}h", datos))[::canales]
    return [int.from_bytes(datos[k:k + ancho], "little", signed=True) for k in range(0, len(datos), paso)]


def _tono(muestras: "list[float]", rate: int) -> "int | None":
    """El tono de una ventana, por los cruces por cero; None si es silencio o no es un tono."""
    media = sum(muestras) / len(muestras)
    if max(muestras) - min(muestras) < 1e-4 * max(1.0, abs(media)):
        return None
    signos = [muestra > media for muestra in muestras]
    cruces = [k for k in range(1, len(signos)) if signos[k] != signos[k - 1]]
    if len(cruces) < 4:
        return None
    hertz = (len(cruces) - 1) / 2 * rate / (cruces[-1] - cruces[0])
    cercano = min(TONOS, key=lambda tono: abs(tono - hertz))
    return cercano if abs(cercano - hertz) < 0.09 * cercano else None


def es_la_voz(tonos: "list[int]", voz: "list[int]") -> bool:
    """Si en esos tonos se reconoce la voz."""
    vuelta = voz + voz[:SEGUIDOS]
    series = {tuple(vuelta[k:k + SEGUIDOS]) for k in range(len(voz))}
    return any(tuple(tonos[k:k + SEGUIDOS]) in series for k in range(len(tonos) - SEGUIDOS + 1))


def tonos_de_wav(datos: bytes) -> "list[int]":
    """Los tonos de un archivo WAV; ninguno si no lo es."""
    try:
        with wave.open(io.BytesIO(datos)) as archivo:
            ancho, canales, rate = archivo.getsampwidth(), archivo.getnchannels(), archivo.getframerate()
            muestras = archivo.readframes(archivo.getnframes())
    except (wave.Error, EOFError, ZeroDivisionError, struct.error):
        return []
    return reconocer(muestras, rate, canales, SIN_SIGNO if ancho == 1 else ENTEROS, ancho)


def tonos_de_bytes(datos: bytes) -> "list[list[int]]":
    """Los tonos de unos bytes que pueden ser un WAV o muestras sueltas a alguna frecuencia común."""
    if datos[:4] == b"RIFF":
        return [tonos_de_wav(datos)]
    crudas = [(ENTEROS, 2), (SIN_SIGNO, 1), (FLOTANTES, 4)]
    return [
        reconocer(datos, rate, 1, clase, ancho)
        for clase, ancho in crudas
        for rate in (8000, 11025, 16000, 22050, 44100, 48000)
    ]


# ---- lo que guarda el PyAudio simulado de un programa


def grabado(base: pathlib.Path) -> float:
    """Segundos que un programa ha leído del micrófono."""
    try:
        return float(_leer(pathlib.Path(f"{base}-grabado")) or 0)
    except ValueError:
        return 0.0


def reproducidos(base: pathlib.Path) -> "list[list[int]]":
    """Los tonos de cada cosa que un programa ha reproducido."""
    hallados = []
    for numero in range(64):
        descripcion = _leer(pathlib.Path(f"{base}-salida-{numero}.json"))
        if not descripcion:
            break
        try:
            datos = json.loads(descripcion)
            clase, ancho = FORMATOS[datos["formato"]]
            hallados.append(
                reconocer(
                    _leer(pathlib.Path(f"{base}-salida-{numero}.pcm")),
                    int(datos["rate"]),
                    int(datos["canales"]),
                    clase,
                    ancho,
                )
            )
        except (ValueError, KeyError, TypeError):
            continue  # está a medio escribir, o la entrega lo tocó
    return hallados


def _leer(ruta: pathlib.Path) -> bytes:
    """Leer un archivo de la jaula sin seguir enlaces: los puso la entrega."""
    try:
        descriptor = os.open(ruta, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return b""
    with open(descriptor, "rb") as archivo:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return b""
        return archivo.read(MAX_ARCHIVO)

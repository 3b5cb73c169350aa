"""Los ataques, como programas: unos pocos renglones de Python desde la misma red.

    python pruebas/hostil/ataques.py                      dice cuáles hay
    python pruebas/hostil/ataques.py textos --segundos 5   lo hace contra los programas que haya en este equipo

Cada uno es una función que va dando datagramas. Salen de 127.0.0.2, otra dirección de este mismo equipo, y sólo por
la interfaz de bucle: de aquí no salen. Los de una sola vez acaban solos; las inundaciones, cuando se diga.
"""

import argparse
import base64
import contextlib
import io
import itertools
import json
import pathlib
import random
import socket
import sys
import time
import wave

if __name__ == "__main__":
    sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[2] / "practica3")]

import protocolo

EXTRANO, LAZO = "127.0.0.2", "127.0.0.1"
ENORME = 2**53 - 1
SALA = "general"


def json_de(**mensaje) -> bytes:
    """Un datagrama, con json.dumps, como lo haría cualquiera."""
    cuerpo = mensaje.pop("cuerpo", b"")
    return json.dumps(mensaje, ensure_ascii=False, separators=(",", ":")).encode() + (b"\n" + cuerpo if cuerpo else b"")


def inventar_id() -> str:
    """Un id que nadie tiene."""
    return f"{random.getrandbits(32):08x}"


def inventar_firma() -> str:
    """Una que hay que comprobar entera: lo que no es de la curva se descubre sin calcular nada."""
    return base64.b64encode(random.randbytes(63) + b"\0").rstrip(b"=").decode()


# ---- de una sola vez, con el id de otra


def veneno(ana: str, n: int = ENORME):
    """Decir por Ana que ya va por un número enorme, de todas las maneras."""
    yield json_de(tipo="msj", id=ana, user="Ana", sala=SALA, content="falso", n=n)
    yield json_de(tipo="latido", id=ana, user="Ana", salas={SALA: n}, desde={SALA: n})
    yield json_de(tipo="latido", id=ana, user="Ana", salas={SALA: 0}, parte=True, dejadas={SALA: n})
    yield json_de(tipo="trozo", id=ana, sala=SALA, n=n, m=n, i=0, de=1, cuerpo=b"x")


def faltas(ana: str):
    """Pedir a Ana, cincuenta veces, todo lo que ha dicho."""
    for i in range(50):
        yield json_de(tipo="falta", id=inventar_id(), a=ana, sala=SALA, n=[[1 + i * 1_000, ENORME]])


def inicios():
    """Seis mil nombres sin programa, y cuarenta programas en sesenta y cuatro salas."""
    for i in range(6_000):
        yield json_de(tipo="inicio", user=f"x{i}", sala=SALA)
    for i in range(40):
        yield json_de(tipo="latido", id=inventar_id(), user=f"y{i}", salas={f"{i}-{k}": 0 for k in range(64)})


# ---- inundaciones


def textos():
    """Textos de nadie, sin número: nada los frena."""
    for i in itertools.count():
        yield json_de(tipo="msj", user=f"x{i % 500}", sala=SALA, content=f"inundación {i}")


def programas():
    """Mensajes de programas inventados, todos con un hueco delante."""
    while True:
        yield json_de(tipo="msj", id=inventar_id(), user="x", sala=SALA, content="y" * 900, n=40)


def firmas(ana: str = "0123456789abcdef"):
    """Mensajes con el id de otra y una firma cualquiera: comprobarla es lo que más cuesta."""
    for i in itertools.count(1):
        mensaje = {"id": ana, "tipo": "msj", "user": "Ana", "sala": SALA, "content": f"falso {i}", "n": 1 + i % 50_000}
        yield json_de(**mensaje, firma=inventar_firma())


def desconocidos():
    """Mensajes de programas inventados que parecen firmar: uno de ellos quizá se presenta."""
    while True:
        propio = f"{random.getrandbits(64):016x}"
        yield json_de(id=propio, tipo="msj", user="x", sala=SALA, content="falso", n=1, firma=inventar_firma())


def trozos():
    """Trozos grandes de mensajes que nunca acaban."""
    cuerpo = bytes(1_300)
    for i in itertools.count():
        yield json_de(tipo="trozo", id=f"{i % 3_000:08x}", sala=SALA, n=40 + i // 3_000, m=40, i=0, de=16_384,
                      cuerpo=cuerpo)


def basura():
    """Bytes al azar, y JSON a medias."""
    while True:
        yield random.choice((random.randbytes(300), b'{"tipo":"msj",' + b"[" * 200, b"<msj><" + b"x" * 500))


def listas():
    """Listas de 1 900 nombres, cada vez otros."""
    for i in itertools.count():
        yield json_de(tipo="usuarios", id="00000000", sala=SALA, lista=[f"n{i}-{k}" for k in range(1_900)],
                      ids=[f"{k:08x}" for k in range(1_900)], n=i + 1)


def latidos():
    """Latidos de tres mil salas."""
    for i in itertools.count():
        salas = {f"sala {i}-{k}": 1 for k in range(3_000)}
        yield json_de(tipo="latido", id=f"{i % 50:08x}", user=f"x{i % 50}", salas=salas)


def voces():
    """Voces de dos kilobytes, cada una distinta."""
    archivo = io.BytesIO()
    with wave.open(archivo, "wb") as voz:
        voz.setparams((1, 2, 8_000, 0, "NONE", ""))
        voz.writeframes(bytes(2_000))
    cabeza = archivo.getvalue()[:44]
    while True:
        cuerpo = cabeza + random.randbytes(2_000)
        yield json_de(tipo="audio", user="x", sala=SALA, content="", formato="wav", cuerpo=cuerpo)


DE_UNA_VEZ = {"veneno": veneno, "faltas": faltas, "inicios": inicios}
INUNDACIONES = {una.__name__: una for una in (
    textos, programas, firmas, desconocidos, trozos, basura, listas, latidos, voces)}
# Datagramas por segundo con que ya hacían daño; las demás, tan aprisa como se pueda.
RITMOS = {"listas": 30, "latidos": 60, "voces": 5_500}


def enviar(datagramas, puerto: int, segundos: float = float("inf"), ritmo: float = float("inf")) -> int:
    """Enviar al grupo lo que dé un ataque, un rato; cuántos salieron."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(LAZO))
        with contextlib.suppress(OSError):  # donde no hay 127.0.0.2, como en macOS, se sale de la de siempre
            s.bind((EXTRANO, 0))
        salidos, empezo = 0, time.monotonic()
        for datagrama in datagramas:
            transcurrido = time.monotonic() - empezo
            if transcurrido > segundos:
                break
            if salidos > ritmo * transcurrido:
                time.sleep(salidos / ritmo - transcurrido)
            with contextlib.suppress(OSError):
                s.sendto(datagrama, (protocolo.GRUPO, puerto))
            salidos += 1
        return salidos


def main() -> int:
    """Hacer el ataque que se pida."""
    lector = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    lector.add_argument("cual", nargs="?", choices=[*DE_UNA_VEZ, *INUNDACIONES])
    lector.add_argument("--id", default="00000000", help="de quién, si es con el id de otra")
    lector.add_argument("--puerto", type=int, default=protocolo.PUERTO)
    lector.add_argument("--segundos", type=float, default=5.0)
    elegidas = lector.parse_args()
    if elegidas.cual is None:
        for nombre, ataque in {**DE_UNA_VEZ, **INUNDACIONES}.items():
            print(f"{nombre:10} {ataque.__doc__}")
        return 0
    todos = {**DE_UNA_VEZ, **INUNDACIONES}
    con_id = elegidas.cual in ("veneno", "faltas", "firmas")
    datagramas = todos[elegidas.cual](elegidas.id) if con_id else todos[elegidas.cual]()
    print(enviar(datagramas, elegidas.puerto, elegidas.segundos, RITMOS.get(elegidas.cual, float("inf"))), "datagramas")
    return 0


if __name__ == "__main__":
    sys.exit(main())

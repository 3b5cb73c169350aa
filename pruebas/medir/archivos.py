"""Algo largo, de un equipo a otros que pierden: cuánto tarda y cuánto se envía.

    equipo 1: emisor ──┐
    equipos 2 … N ─────┴─ puente            espacios de red de esta máquina (../ayudas/hosts.py)

Todos pierden al azar el mismo porcentaje de lo que reciben, también el que envía: una queja
que no llega cuesta tiempo. Con un enlace de 6 Mb/s y 24 equipos es un aula en un Wi-Fi, donde la
multidifusión va al ritmo más lento. Se turnan el chat, el chat con el búfer de recepción que
concede un sistema corriente, y uftp y NORM (puestos.py), a los que se les dice el ritmo.
El tiempo va desde que se pide enviar hasta que lo tiene entero el último.
"""

import itertools
import json
import statistics
import subprocess

from ayudas import hosts
from medir import puestos
from medir import sistemas
from equipo.enlace import BUFER_RECEPCION

LARGOS = (64 * 1024, 320 * 1024, 2 * 1024 * 1024)  # bytes
PERDIDAS = (0, 5, 10, 20, 30)  # %
AULAS = ((0, 5), (6, 12), (6, 24), (1, 12))  # Mb/s del enlace (0: sin tope) y receptores
VOZ, PERDIDAS_AULA = 320 * 1024, (0, 10, 30)  # bytes y % que se miden donde el enlace tiene tope
EMISORES, OYENTES, PERDIDA_A_LA_VEZ = 3, 12, 10  # que hablan a la vez, a cuántos, y % que pierden
BUFER_CORRIENTE = 212_992  # bytes: el tope de net.core.rmem_max en un Linux recién instalado
CABECERAS = 14 + 20 + 8  # bytes de Ethernet, IP y UDP en cada trama
REPOSO = 0.15  # s tras cada envío: que salgan las repeticiones que aún se debían


def calcular_piso(perdida: int, receptores: int = 5) -> float:
    """Cuántas veces se envía cada datagrama si sólo se repite: el máximo esperado de unas geométricas."""
    p = perdida / 100
    return sum(1 - (1 - p**vez) ** receptores for vez in range(200))


def calcular_linea(enlace: float, largo: int, perdida: int) -> "float | None":
    """Los s que ocupa el enlace un código ideal, con sus cabeceras; None si el enlace no tiene tope."""
    return largo * 1.1 / (enlace * 125_000) / (1 - perdida / 100) if enlace else None


def leer_enviado(equipo: hosts.Equipo) -> "tuple[int, int]":
    """Bytes y tramas que ha enviado la interfaz de un equipo."""
    orden = ["ip", "-n", equipo.nombre, "-s", "-j", "link", "show", "v0"]
    tx = json.loads(subprocess.run(orden, capture_output=True, check=True).stdout)[0]["stats64"]["tx"]
    return tx["bytes"], tx["packets"]


def elegir_casos(opciones) -> "list[tuple]":
    """Lo que hay que medir: (enlace, receptores, pérdida, largos)."""
    casos = []
    aulas = AULAS
    if opciones.enlaces or opciones.clases:
        aulas = tuple(itertools.product(opciones.enlaces or [0], opciones.clases or [5]))
    for enlace, receptores in aulas:
        perdidas = opciones.perdidas or (PERDIDAS_AULA if enlace else PERDIDAS)
        largos = [1024 * largo for largo in opciones.largos or ()] or ([VOZ] if enlace else LARGOS)
        casos += [(enlace, receptores, perdida, largos) for perdida in perdidas]
    return casos


def medir(progreso, opciones) -> "list[dict]":
    """Todas las combinaciones de enlace, receptores, pérdida y largo; una fila por cada una y cada sistema."""
    if impedimento := hosts.buscar_impedimento():
        progreso.avisar(f"No se miden los archivos: {impedimento}.")
        return []
    hosts.Hosts.desmontar()
    ajenos = puestos.elegir_ajenos(opciones, progreso)
    casos = elegir_casos(opciones)
    veces = opciones.veces or (3 if opciones.rapido else 7)
    total = sum(len(caso[3]) * veces * (1 + (not caso[0]) + len(ajenos)) for caso in casos)
    con_tope = [enlace for enlace in opciones.enlaces or (6,) if enlace]
    progreso.empezar("archivos", total + 2 * veces * len(con_tope))
    filas = []
    for enlace, receptores, perdida, largos in casos:
        entre = {"enlace": enlace, "receptores": receptores, "perdida": perdida}
        for fila in medir_caso(progreso, largos, veces, ajenos, **entre):
            linea = calcular_linea(enlace, fila["bytes"], perdida)
            filas.append({**entre, "piso": calcular_piso(perdida, receptores), "linea": linea, **fila})
    return filas + medir_a_la_vez(progreso, veces, con_tope)


def medir_caso(progreso, largos, veces: int, ajenos: list,
               enlace: float, receptores: int, perdida: int) -> "list[dict]":
    """Las filas de todos los largos y sistemas, entre unos equipos que pierden lo mismo."""
    try:
        hosts.buscar_impedimento()  # crea el espacio del puente
        equipos = hosts.Hosts(receptores + 1, perdida, enlace=enlace).equipos
        abiertos = [puestos.Chat(equipos, "chat", BUFER_RECEPCION)]
        if not enlace:
            abiertos.append(puestos.Chat(equipos, "chat, búfer corriente", BUFER_CORRIENTE))
            abiertos.append(puestos.Chat(equipos, "chat, sin firma", BUFER_RECEPCION, firma=False))
        abiertos += [clase(equipos, enlace) for clase in ajenos]
        vueltas = {}
        try:
            for largo, _, puesto in itertools.product(largos, range(veces), abiertos):
                donde = f"a {receptores}, {perdida} % de pérdida, {enlace or '∞'} Mb/s"
                progreso.decir(f"{largo // 1024} KB {donde}, {puesto.nombre}")
                vuelta = medir_envio(puesto, equipos[0], largo)
                progreso.resultado(describir(vuelta))
                vueltas.setdefault((largo, puesto.nombre), []).append(vuelta)
        finally:
            for puesto in abiertos:
                puesto.parar()
    finally:
        hosts.Hosts.desmontar()
    return [{"bytes": largo, "sistema": nombre, **resumir(suyas)} for (largo, nombre), suyas in vueltas.items()]


def describir(vuelta: dict) -> str:
    """Un envío, en pocas palabras."""
    if "fallo" in vuelta:
        return vuelta["fallo"]
    texto = f", un texto tardó {vuelta['texto']:.3f} s (p95)" if "texto" in vuelta else ""
    return f"{vuelta['segundos']:.3f} s, se envió {vuelta['udp']:.2f} veces{texto}"


def medir_a_la_vez(progreso, veces: int, enlaces: "list[float]") -> "list[dict]":
    """Uno y varios que envían a la vez por un enlace con tope; mientras, otro dice textos."""
    filas = []
    for enlace, emisores in itertools.product(enlaces, (1, EMISORES)):
        try:
            hosts.buscar_impedimento()
            equipos = hosts.Hosts(OYENTES + 1, PERDIDA_A_LA_VEZ, enlace=enlace).equipos
            puesto = puestos.Chat(equipos, f"chat, {emisores} a la vez", BUFER_RECEPCION, emisores)
            vueltas = []
            try:
                for _ in range(veces):
                    progreso.decir(f"{VOZ // 1024} KB, {puesto.nombre}, {enlace} Mb/s, y textos")
                    puesto.conversar(True)
                    vueltas.append(medir_envio(puesto, equipos[0], VOZ))
                    demoras = sorted(puesto.conversar(False)) or [0.0]
                    vueltas[-1]["texto"] = demoras[int(0.95 * len(demoras))]
                    progreso.resultado(describir(vueltas[-1]))
            finally:
                puesto.parar()
        finally:
            hosts.Hosts.desmontar()
        linea = calcular_linea(enlace, VOZ * emisores, PERDIDA_A_LA_VEZ)
        piso = calcular_piso(PERDIDA_A_LA_VEZ, OYENTES)
        entre = {"enlace": enlace, "receptores": OYENTES, "perdida": PERDIDA_A_LA_VEZ, "piso": piso, "linea": linea}
        filas.append({**entre, "bytes": VOZ, "sistema": puesto.nombre, **resumir(vueltas)})
    return filas


def medir_envio(puesto, emisor: hosts.Equipo, largo: int) -> dict:
    """Un envío, y lo que pesó en el enlace del emisor: con las cabeceras de red y sin ellas."""
    bytes_antes, tramas_antes = leer_enviado(emisor)
    vuelta = puesto.enviar(largo)
    sistemas.dormir(REPOSO)
    bytes_, tramas = (despues - antes for despues, antes in zip(leer_enviado(emisor), (bytes_antes, tramas_antes)))
    return {**vuelta, "enlace_carga": bytes_ / largo, "udp": (bytes_ - CABECERAS * tramas) / largo}


def resumir(vueltas: "list[dict]") -> dict:
    """La mediana de cada número, y el peor tiempo."""
    buenas = [vuelta for vuelta in vueltas if "fallo" not in vuelta]
    resumen = {clave: statistics.median(vuelta[clave] for vuelta in buenas) for clave in (buenas[0] if buenas else ())}
    if buenas:
        resumen["peor"] = max(vuelta["segundos"] for vuelta in buenas)
    return {**resumen, "buenas": len(buenas), "vueltas": len(vueltas)}

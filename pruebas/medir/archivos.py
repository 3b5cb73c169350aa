"""Algo largo, de un equipo a otros cinco que pierden: cuánto tarda y cuánto se envía.

    equipo 1: emisor ──┐
    equipos 2 … 6 ─────┴─ puente            espacios de red de esta máquina (../hosts.py)

Los seis pierden al azar el mismo porcentaje de lo que reciben, también el que envía: una queja
que no llega cuesta tiempo. Se turnan el chat, el chat con el búfer de recepción que concede un
sistema corriente, y uftp, que es de lo mejor que hay para enviar un archivo a muchos.
El tiempo va desde que se pide enviar hasta que lo tiene entero el último.
"""

import ctypes
import hashlib
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import tempfile
import time

from ayudas import hosts
from medir import mensajes
import red
from medir import sistemas

LARGOS = (64 * 1024, 320 * 1024, 2 * 1024 * 1024)  # bytes
PERDIDAS = (0, 5, 10, 20, 30)  # %
RECEPTORES = 5
BUFER_CORRIENTE = 212_992  # bytes: el tope de net.core.rmem_max en un Linux recién instalado
CABECERAS = 14 + 20 + 8  # bytes de Ethernet, IP y UDP en cada trama
CLONE_NEWNET = 0x40000000  # de <sched.h>
PLAZO = 60.0  # s
PLAZO_UFTP = 15.0  # s: si a alguien lo dio por ausente, el archivo no llega nunca
REPOSO = 0.15  # s tras cada envío: que salgan las repeticiones que aún se debían
MAX_ENVIOS = 1_000  # por cada juego de procesos
SALA = "general"


def calcular_piso(perdida: int, receptores: int = RECEPTORES) -> float:
    """Cuántas veces se envía cada datagrama si sólo se repite: el máximo esperado de unas geométricas."""
    p = perdida / 100
    return sum(1 - (1 - p**vez) ** receptores for vez in range(200))


def entrar_en(equipo: hosts.Equipo) -> None:
    """Pasar este proceso a la red de un equipo."""
    with open(f"/run/netns/{equipo.nombre}") as espacio:
        if ctypes.CDLL(None, use_errno=True).setns(espacio.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")


def leer_enviado(equipo: hosts.Equipo) -> "tuple[int, int]":
    """Bytes y tramas que ha enviado la interfaz de un equipo."""
    orden = ["ip", "-n", equipo.nombre, "-s", "-j", "link", "show", "v0"]
    tx = json.loads(subprocess.run(orden, capture_output=True, check=True).stdout)[0]["stats64"]["tx"]
    return tx["bytes"], tx["packets"]


class Chat:
    """Un emisor y cinco receptores, con Red; se entienden con el programa por memoria compartida."""

    def __init__(self, equipos: "list[hosts.Equipo]", nombre: str, bufer: int):
        self.nombre = nombre
        self._puerto = mensajes.buscar_puerto()
        self._oyen = mensajes.contexto.RawArray("b", RECEPTORES)
        self._pedido = mensajes.contexto.RawArray("q", 2)  # qué envío toca, y sus bytes
        self._salida = mensajes.contexto.RawValue("d", 0)
        self._llegadas = mensajes.contexto.RawArray("d", RECEPTORES * MAX_ENVIOS)
        self._malos = mensajes.contexto.RawValue("q", 0)  # los que no llegaron idénticos
        antes, red.BUFER_RECEPCION = red.BUFER_RECEPCION, bufer
        papeles = [self._emitir] + [self._recibir] * RECEPTORES
        self._procesos = [mensajes.lanzar(papel, equipo, i - 1) for i, (papel, equipo) in enumerate(zip(papeles, equipos))]
        red.BUFER_RECEPCION = antes
        if not mensajes.esperar(lambda: all(self._oyen), PLAZO):
            raise TimeoutError("los receptores no oyen al emisor")

    def enviar(self, largo: int) -> dict:
        """Enviar tantos bytes; en cuánto los tuvo el último."""
        self._pedido[1] = largo
        self._pedido[0] += 1
        llegadas = slice((self._pedido[0] - 1) * RECEPTORES, self._pedido[0] * RECEPTORES)
        if not mensajes.esperar(lambda: all(self._llegadas[llegadas]), PLAZO):
            return {"fallo": f"llegó a {sum(map(bool, self._llegadas[llegadas]))} de {RECEPTORES}"}
        if self._malos.value:
            return {"fallo": "llegó distinto"}
        return {"segundos": max(self._llegadas[llegadas]) - self._salida.value}

    def parar(self) -> None:
        """Terminar los seis procesos."""
        for proceso in self._procesos:
            proceso.kill()
            proceso.join()

    def _abrir(self, equipo: hosts.Equipo, user: str) -> red.Red:
        entrar_en(equipo)
        conexion = red.Red(puerto=self._puerto, interfaz=equipo.direccion)
        conexion.iniciar()
        conexion.seguir(SALA, RECEPTORES + 1)
        conexion.enviar({"tipo": "latido", "user": user, "salas": {SALA: 0}})
        return conexion

    def _emitir(self, equipo: hosts.Equipo, _) -> None:
        conexion = self._abrir(equipo, "Ana")
        hechos = 0
        while True:
            conexion.recibir(0.002 if all(self._oyen) else 0.1)
            if not all(self._oyen):
                conexion.enviar({"tipo": "msj", "user": "Ana", "sala": SALA, "content": "¿me oyen?"})
            elif self._pedido[0] > hechos:
                hechos += 1
                cuerpo = random.randbytes(self._pedido[1])
                contenido = f"{hechos} {hashlib.sha256(cuerpo).hexdigest()}"
                self._salida.value = time.monotonic()
                conexion.enviar({"tipo": "audio", "user": "Ana", "sala": SALA, "content": contenido, "formato": "wav", "cuerpo": cuerpo})

    def _recibir(self, equipo: hosts.Equipo, i: int) -> None:
        conexion = self._abrir(equipo, f"U{i}")
        while True:
            for mensaje, _ in conexion.recibir(1.0):
                ahora = time.monotonic()
                if mensaje["tipo"] == "msj":
                    self._oyen[i] = 1
                elif mensaje["tipo"] == "audio":
                    cual, huella = mensaje["content"].split()
                    self._malos.value += hashlib.sha256(mensaje["cuerpo"]).hexdigest() != huella
                    self._llegadas[(int(cual) - 1) * RECEPTORES + i] = ahora


class Uftp:
    """uftp con grupo cerrado, a 100 Mb/s. Con su `-r` por omisión tarda más: se le da el que mejor le va."""

    nombre = "uftp"
    GRUPO, PRIVADO = "239.255.3.7", "239.255.3.8"

    def __init__(self, equipos: "list[hosts.Equipo]"):
        self._emisor, receptores = equipos[0], equipos[1:]
        self._raiz = tempfile.TemporaryDirectory()
        self._origen = pathlib.Path(self._raiz.name) / "envio"
        self._destinos, self._demonios = [], []
        for i, equipo in enumerate(receptores):
            final, temporal = (pathlib.Path(self._raiz.name) / f"{clase}{i}" for clase in ("final", "temporal"))
            final.mkdir()
            temporal.mkdir()
            self._destinos.append(final / self._origen.name)
            orden = ["uftpd", "-d", "-I", "v0", "-M", self.GRUPO, "-D", str(final), "-T", str(temporal), "-q"]
            self._demonios.append(subprocess.Popen([*equipo.prefijo, *orden], stderr=subprocess.DEVNULL))
        self._ids = ",".join("0x{:02X}{:02X}{:02X}{:02X}".format(*map(int, e.direccion.split("."))) for e in receptores)

    def enviar(self, largo: int) -> dict:
        """Enviar tantos bytes: lo que uftp dice que tardó el archivo, y con el registro de los receptores."""
        self._origen.write_bytes(random.randbytes(largo))
        for destino in self._destinos:
            destino.unlink(missing_ok=True)
        orden = ["uftp", "-M", self.GRUPO, "-P", self.PRIVADO, "-I", "v0", "-R", "100000", "-r", "0.01",
                 "-H", self._ids, self._origen.name]
        inicio = time.monotonic()
        proceso = subprocess.Popen([*self._emisor.prefijo, *orden], cwd=self._raiz.name, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        # Puede terminar antes que el último uftpd: el archivo aparece, entero, cuando éste lo cambia de carpeta.
        mensajes.esperar(lambda: all(destino.exists() for destino in self._destinos), PLAZO_UFTP, 0.001)
        total = time.monotonic() - inicio
        dicho = proceso.communicate(timeout=PLAZO)[0]
        iguales = [destino.exists() and destino.read_bytes() == self._origen.read_bytes() for destino in self._destinos]
        tardo = re.search(r"Total elapsed time: ([\d.]+)", dicho)
        if not all(iguales) or not tardo:
            return {"fallo": f"llegó a {sum(iguales)} de {RECEPTORES}"}
        return {"segundos": float(tardo[1]), "con_registro": total}

    def parar(self) -> None:
        """Terminar los uftpd."""
        for demonio in self._demonios:
            demonio.kill()
            demonio.wait()
        self._raiz.cleanup()


def medir(progreso, opciones) -> "list[dict]":
    """Todas las combinaciones de largo y pérdida; una fila por cada una y cada sistema."""
    if impedimento := hosts.buscar_impedimento():
        progreso.avisar(f"No se miden los archivos: {impedimento}.")
        return []
    hosts.Hosts.desmontar()
    con_uftp = shutil.which("uftp") is not None and not opciones.sin_uftp
    if not con_uftp and not opciones.sin_uftp:
        progreso.avisar("Falta uftp (sudo apt install uftp): se mide sin él.")
    largos = [1024 * largo for largo in opciones.largos]
    veces = opciones.veces or (3 if opciones.rapido else 7)
    progreso.empezar("archivos", len(opciones.perdidas) * len(largos) * veces * (3 if con_uftp else 2))
    filas = []
    for perdida in opciones.perdidas:
        try:
            hosts.buscar_impedimento()  # crea el espacio del puente
            equipos = hosts.Hosts(RECEPTORES + 1, perdida).equipos
            filas += medir_perdida(progreso, equipos, perdida, largos, veces, con_uftp)
        finally:
            hosts.Hosts.desmontar()
    return filas


def medir_perdida(progreso, equipos: "list[hosts.Equipo]", perdida: int, largos: "list[int]", veces: int, con_uftp: bool):
    """Las filas de todos los largos, entre unos equipos que pierden lo mismo."""
    puestos = [Chat(equipos, "chat", red.BUFER_RECEPCION), Chat(equipos, "chat, búfer corriente", BUFER_CORRIENTE)]
    puestos += [Uftp(equipos)] if con_uftp else []
    vueltas = {}
    try:
        for largo, _, puesto in itertools.product(largos, range(veces), puestos):
            progreso.decir(f"{largo // 1024} KB, {perdida} % de pérdida, {puesto.nombre}")
            vuelta = medir_envio(puesto, equipos[0], largo)
            progreso.resultado(vuelta.get("fallo") or f"{vuelta['segundos']:.3f} s, se envió {vuelta['udp']:.2f} veces")
            vueltas.setdefault((largo, puesto.nombre), []).append(vuelta)
    finally:
        for puesto in puestos:
            puesto.parar()
    return [{"bytes": largo, "perdida": perdida, "sistema": nombre, "piso": calcular_piso(perdida), **resumir(suyas)}
            for (largo, nombre), suyas in vueltas.items()]


def medir_envio(puesto, emisor: hosts.Equipo, largo: int) -> dict:
    """Un envío, y lo que pesó en el enlace del emisor: con las cabeceras de red y sin ellas."""
    bytes_antes, tramas_antes = leer_enviado(emisor)
    vuelta = puesto.enviar(largo)
    sistemas.dormir(REPOSO)
    bytes_, tramas = (despues - antes for despues, antes in zip(leer_enviado(emisor), (bytes_antes, tramas_antes)))
    return {**vuelta, "enlace": bytes_ / largo, "udp": (bytes_ - CABECERAS * tramas) / largo}


def resumir(vueltas: "list[dict]") -> dict:
    """La mediana de cada número, y el peor tiempo."""
    buenas = [vuelta for vuelta in vueltas if "fallo" not in vuelta]
    resumen = {clave: statistics.median(vuelta[clave] for vuelta in buenas) for clave in (buenas[0] if buenas else ())}
    if buenas:
        resumen["peor"] = max(vuelta["segundos"] for vuelta in buenas)
    return {**resumen, "buenas": len(buenas), "vueltas": len(vueltas)}

"""El puente: lo que cuesta el relevo, junto a un servidor TCP, y lo que añade pasar a otra red por MQTT.

    relevo   emisor ──▶ puente.py --relevo ──▶ K clientes      50 de verdad (Red) y 200 simulados
    tcp      emisor ──▶ un hilo por cliente ──▶ K clientes
    puente   emisor ──▶ red A ──▶ puente ──▶ Mosquitto con TLS ──▶ puente ──▶ red B
                          └─▶ quien la oye en A: la diferencia es lo que añade el camino

Todo en la interfaz de bucle; las dos redes son dos puertos.
"""

import itertools
import json
import os
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import time

from ayudas import intermediario
from ayudas import programas
from medir import mensajes
from medir import sistemas

REALES, SIMULADOS = 50, 200
RITMO, RITMO_DEL_PUENTE = 40, 300  # mensajes por segundo
SEGUNDOS = 5.0
OYENTES = 3  # en cada red, al medir el puente
LATIDO = 2.0  # s


class Relevo(sistemas.Chat):
    """El chat por un relevo: cada cliente, un Red de verdad."""

    nombre = "chat por el relevo"

    def lanzar_servidor(self, lanzar) -> "list[int]":
        self.relevo = sistemas.LAZO, self.puerto
        orden = [sys.executable, str(programas.PRACTICA / "puente.py"), f"--relevo={self.puerto}",
                 f"--puerto={mensajes.buscar_puerto()}", f"--interfaz={sistemas.LAZO}"]
        self._puente = subprocess.Popen(orden, stdout=subprocess.PIPE, text=True)
        self._puente.stdout.readline()
        return [self._puente.pid]

    def parar_servidor(self) -> None:
        self._puente.terminate()
        self._puente.communicate()


class RelevoSimulado(Relevo):
    """Lo mismo, con clientes que sólo laten, prueban que están y leen: doscientos caben en un equipo."""

    nombre = "chat por el relevo, clientes simulados"

    def recibir(self, i: int):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.connect((sistemas.LAZO, self.puerto))
        s.settimeout(0.5)
        propio, late_a_las = f"{i + 1:08x}", 0.0
        latido = {"tipo": "latido", "id": propio, "user": f"U{i}", "salas": {sistemas.SALA: 0}}
        while True:
            if time.monotonic() >= late_a_las:
                s.send(json.dumps(latido).encode())
                # No todos a la vez: como quien llega a una clase.
                late_a_las = time.monotonic() + random.uniform(0.9, 1.1) * LATIDO
            try:
                mensaje = json.loads(s.recv(65_507).partition(b"\n")[0])
            except OSError:
                continue
            if mensaje["tipo"] == "quien" and mensaje.get("a") == propio:
                acuse = {"tipo": "acuse", "id": propio, "a": mensaje["id"], "marca": mensaje["marca"], "t": 1.0}
                s.send(json.dumps(acuse).encode())
            elif mensaje["tipo"] == "msj":
                yield mensaje, time.monotonic()


class DeDosRedes(sistemas.Chat):
    """Quien envía, en una red; los oyentes, la mitad en ella y la mitad en otra, unida por MQTT."""

    nombre = "puente por MQTT"

    def __init__(self, tablero, puerto: int, broker: intermediario.Intermediario):
        super().__init__(tablero, puerto)
        self._broker, self._procesos = broker, []

    def lanzar_servidor(self, lanzar) -> "list[int]":
        for isla in range(2):
            orden = [sys.executable, str(programas.PRACTICA / "puente.py"), f"--mqtt={self._broker.url}",
                     f"--ca={self._broker.ca}", f"--puerto={self.puerto + isla}", f"--interfaz={sistemas.LAZO}"]
            self._procesos.append(subprocess.Popen(orden, stdout=subprocess.PIPE, text=True))
        return [proceso.pid for proceso in self._procesos]

    def parar_servidor(self) -> None:
        for proceso in self._procesos:
            proceso.terminate()
            proceso.communicate()

    def recibir(self, i: int):
        self.puerto += i % 2  # cada oyente es un proceso: sólo cambia el suyo
        yield from super().recibir(i)


def medir(progreso, opciones) -> dict:
    """El relevo junto a TCP, y el puente."""
    veces = opciones.veces or (1 if opciones.rapido else 3)
    casos = [(REALES, Relevo), (REALES, sistemas.TcpConCola), (SIMULADOS, RelevoSimulado),
             (SIMULADOS, sistemas.Tcp)]
    progreso.empezar("relevo", veces * (len(casos) + 1))
    filas: "dict[tuple, list]" = {}
    for _, (clientes, clase) in itertools.product(range(veces), casos):
        progreso.decir(f"{clientes} clientes, {clase.nombre}")
        vuelta = mensajes.medir_uno(clase, clientes, SEGUNDOS, RITMO)
        progreso.resultado(vuelta.get("fallo") or mensajes.describir(vuelta))
        filas.setdefault((clientes, clase.nombre), []).append(vuelta)
    del_relevo = [{"clientes": clientes, "sistema": nombre, "ritmo": RITMO, **mensajes.medianas(vueltas)}
                  for (clientes, nombre), vueltas in filas.items()]
    puentes = []
    if intermediario.buscar("mosquitto") is None:
        progreso.avisar("Falta mosquitto (sudo apt install mosquitto): no se mide el puente.")
        return {"relevo": del_relevo, "puente": {}}
    for _ in range(veces):
        progreso.decir(f"puente por MQTT, {RITMO_DEL_PUENTE} por segundo")
        puentes.append(medir_puente())
        progreso.resultado(str(puentes[-1]))
    return {"relevo": del_relevo, "puente": mensajes.medianas([{"saltos": 0, **uno} for uno in puentes])}


def medir_puente() -> dict:
    """Una vuelta por el puente: cuánto añade a la demora, y su CPU."""
    os.environ["CHAT_MQTT_CLAVE"] = intermediario.CLAVE
    tablero = mensajes.Tablero(2 * OYENTES, int(SEGUNDOS * RITMO_DEL_PUENTE))
    with tempfile.TemporaryDirectory() as carpeta:
        broker = intermediario.Intermediario(pathlib.Path(carpeta))
        sistema = DeDosRedes(tablero, mensajes.buscar_puerto(), broker)
        pids = sistema.lanzar_servidor(mensajes.lanzar)
        procesos = [mensajes.lanzar(mensajes.recibir, sistema, i) for i in range(2 * OYENTES)]
        procesos.append(mensajes.lanzar(mensajes.emitir, sistema, SEGUNDOS, RITMO_DEL_PUENTE))
        try:
            if not mensajes.esperar(lambda: all(tablero.oyen), mensajes.ARRANQUE):
                return {"fallo": f"sólo oyen {sum(tablero.oyen)} de {2 * OYENTES}"}
            antes = mensajes.leer_cpu(pids)
            tablero.vamos.value = 1
            mensajes.esperar_entrega(tablero, SEGUNDOS, mensajes.SIN_AVANCE)
            cpu = mensajes.leer_cpu(pids) - antes
            return resumir_puente(tablero, cpu)
        finally:
            for proceso in procesos:
                proceso.kill()
                proceso.join()
            sistema.parar_servidor()
            broker.matar()


def resumir_puente(tablero: mensajes.Tablero, cpu: float) -> dict:
    """Los números de una vuelta por el puente."""
    por_red = [[], []]
    for i in range(2 * OYENTES):
        casilla = tablero.demoras[i * tablero.cuantos:(i + 1) * tablero.cuantos]
        por_red[i % 2] += [demora for demora in casilla if demora]
    cerca, lejos = map(sorted, por_red)
    enviados = tablero.total.value
    if not (cerca and lejos):
        return {"fallo": "no llegó nada"}
    return {"perdidos": 1 - sum(tablero.recibidos) / (2 * OYENTES) / enviados, "cerca": 1000 * mediana(cerca),
            "anade": 1000 * (mediana(lejos) - mediana(cerca)), "anade_p99": 1000 * (
                lejos[int(0.99 * len(lejos))] - cerca[int(0.99 * len(cerca))]),
            "por_segundo": enviados / (max(tablero.ultimo) - tablero.inicio.value), "cpu": 1e6 * cpu / enviados}


def mediana(ordenados: "list[float]") -> float:
    """La de una lista ya ordenada."""
    return ordenados[len(ordenados) // 2]


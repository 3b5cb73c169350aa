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
import select
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
RITMO, RITMO_DEL_PUENTE = 20, 300  # mensajes por segundo
SEGUNDOS = 5.0
OYENTES = 3  # los que se miden entre doscientos, y en cada red del puente
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


class RelevoLleno(Relevo):
    """Lo mismo, con otros doscientos que laten, prueban que están y tiran lo que les llega, en un solo proceso."""

    nombre = "chat por el relevo"

    def lanzar_servidor(self, lanzar) -> "list[int]":
        pids = super().lanzar_servidor(lanzar)
        self._multitud = lanzar(latir, self.puerto)
        return pids

    def parar_servidor(self) -> None:
        self._multitud.kill()
        self._multitud.join()
        super().parar_servidor()


class TcpLleno(sistemas.TcpConCola):
    """El de siempre, con otros doscientos que tiran lo que les llega, en un solo proceso."""

    nombre = sistemas.TcpConCola.nombre

    def lanzar_servidor(self, lanzar) -> "list[int]":
        pids = super().lanzar_servidor(lanzar)
        self._multitud = lanzar(oir_tcp, self.puerto)
        return pids

    def parar_servidor(self) -> None:
        self._multitud.kill()
        self._multitud.join()
        super().parar_servidor()


def latir(puerto: int) -> None:
    """El proceso de los simulados del relevo."""
    todos = {}
    for i in range(SIMULADOS):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.connect((sistemas.LAZO, puerto))
        s.setblocking(False)
        todos[s] = f"{i + 1:08x}"
    poll = select.epoll()
    por_fd = {s.fileno(): s for s in todos}
    for fd in por_fd:
        poll.register(fd, select.EPOLLIN)
    turnos = itertools.cycle(todos.items())
    proximo = time.monotonic()
    while True:
        while time.monotonic() >= proximo:  # repartidos: como quien fue llegando a una clase
            s, propio = next(turnos)
            s.send(json.dumps({"tipo": "latido", "id": propio, "user": f"S{propio}", "salas": {"general": 0}}).encode())
            proximo += LATIDO / SIMULADOS
        for fd, _ in poll.poll(max(0.0, proximo - time.monotonic())):
            contestar(por_fd[fd], todos[por_fd[fd]])


def contestar(s: socket.socket, propio: str) -> None:
    """Leer lo que espera en un socket; sólo se mira si es la pregunta que prueba que ahí hay alguien."""
    try:
        while datagrama := s.recv(65_507):
            if b'"marca"' in datagrama[:200] and propio.encode() in datagrama:
                pregunta = json.loads(datagrama)
                s.send(json.dumps({"tipo": "acuse", "id": propio, "a": pregunta["id"], "marca": pregunta["marca"],
                                   "t": 1.0}).encode())
    except BlockingIOError:
        pass


def oir_tcp(puerto: int) -> None:
    """El proceso de los simulados de TCP."""
    poll = select.epoll()
    todos = [socket.create_connection((sistemas.LAZO, puerto)) for _ in range(SIMULADOS)]
    por_fd = {s.fileno(): s for s in todos}
    for fd in por_fd:
        poll.register(fd, select.EPOLLIN)
    while True:
        for fd, _ in poll.poll():
            por_fd[fd].recv(65_507)


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
    # De los doscientos, se mide lo que tardan en tenerlo los que son de verdad.
    # Sin relevo, lo que tardan los cincuenta en un solo equipo: comprobar firmas es casi todo.
    casos = [(REALES, REALES, Relevo), (REALES, REALES, sistemas.Chat),
             (REALES, REALES, sistemas.TcpConCola), (SIMULADOS, OYENTES, RelevoLleno), (SIMULADOS, OYENTES, TcpLleno)]
    progreso.empezar("relevo", veces * (len(casos) + 1))
    filas: "dict[tuple, list]" = {}
    for _, (clientes, reales, clase) in itertools.product(range(veces), casos):
        progreso.decir(f"{clientes} clientes, {clase.nombre}")
        vuelta = mensajes.medir_uno(clase, reales, SEGUNDOS, RITMO)
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


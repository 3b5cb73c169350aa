"""Varios equipos en uno: espacios de red unidos por un puente, con pérdida de verdad.

    equipo 1 ── v0 ─┐
    equipo 2 ── v0 ─┼─ puente          10.66.0.1, 10.66.0.2, …
    equipo 3 ── v0 ─┘

Cada equipo tira al azar, con nftables, parte de lo que recibe. En lugar del puente puede ir
mensajero.py, que además repite y desordena. Nada sale de esta máquina.
Hace falta ser root; fuera de integración continua, sin ello las pruebas se saltan y dicen por qué.
"""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

RED = "10.66.0"
PREFIJO = f"chat-{os.getpid()}"  # dos pruebas a la vez no se estorban
PUENTE = f"{PREFIJO}-puente"


def exigir_hosts() -> None:
    """Crear el espacio del puente; si aquí no se puede, saltar la prueba o, en integración continua, fallar."""
    falta = buscar_impedimento()
    if falta and os.environ.get("CI"):
        pytest.fail(falta)
    if falta:
        pytest.skip(falta)


def buscar_impedimento() -> str:
    """Por qué no se pueden crear equipos aquí; "" si ya existe el espacio del puente."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "hace falta ser root en Linux"
    if not (shutil.which("ip") and shutil.which("nft")):
        return "faltan ip y nft: sudo apt install iproute2 nftables"
    for orden in (f"ip netns add {PUENTE}", f"ip -n {PUENTE} link set lo up"):  # en un chroot falla lo segundo
        hecho = subprocess.run(orden.split(), capture_output=True, text=True)
        if hecho.returncode:
            return f"aquí no se puede: {orden}: {hecho.stderr.strip()}"
    return ""


def ordenar(orden: str) -> None:
    """Correr una orden de administración; si falla, decir cuál y por qué."""
    hecho = subprocess.run(orden.split(), capture_output=True, text=True)
    assert hecho.returncode == 0, f"{orden}: {hecho.stderr}"


class Equipo:
    """Un equipo con su dirección."""

    def __init__(self, numero: int):
        self.direccion = f"{RED}.{numero}"
        self.nombre = f"{PREFIJO}-{numero}"
        self.interfaz = f"p{numero}"  # la de su lado del puente
        ordenar(f"ip netns add {self.nombre}")
        ordenar(f"ip link add v0 netns {self.nombre} type veth peer name {self.interfaz} netns {PUENTE}")
        ordenar(f"ip -n {PUENTE} link set {self.interfaz} up")
        ordenar(f"ip -n {self.nombre} addr add {self.direccion}/24 dev v0")
        for interfaz in ("lo", "v0"):
            ordenar(f"ip -n {self.nombre} link set {interfaz} up")
        ordenar(f"ip -n {self.nombre} route add 224.0.0.0/4 dev v0")

    def ensordecer(self) -> None:
        """Un cortafuegos que no deja entrar nada de otros equipos; entre los programas de éste no estorba."""
        reglas = f"add rule inet t p ip saddr != {{ {self.direccion}, 127.0.0.1 }} drop"
        ordenar(f"ip netns exec {self.nombre} nft {reglas}")

    def filtrar_multidifusion(self, *companeros: "Equipo", y_difusion: bool = False) -> None:
        """No oír por multidifusión sino a los de su isla: a los demás, sólo de uno en uno."""
        suyos = ", ".join(uno.direccion for uno in (self, *companeros))
        filtradas = "{ 224.0.0.0/4 }" if not y_difusion else f"{{ 224.0.0.0/4, {RED}.255 }}"
        reglas = f"add rule inet t p ip daddr {filtradas} ip saddr != {{ {suyos}, 127.0.0.1 }} drop"
        ordenar(f"ip netns exec {self.nombre} nft {reglas}")

    def oir(self) -> None:
        """Quitar el cortafuegos."""
        ordenar(f"ip netns exec {self.nombre} nft flush chain inet t p")

    def perder(self, porcentaje: int) -> None:
        """Tirar desde ahora ese porcentaje de lo que reciba."""
        reglas = (
            "add table inet t\nadd chain inet t p { type filter hook prerouting priority -300; }\n"
            f"add rule inet t p meta nfproto ipv4 numgen random mod 100 < {porcentaje} counter drop\n"
        )
        subprocess.run(["ip", "netns", "exec", self.nombre, "nft", "-f", "-"], input=reglas, text=True, check=True)

    def perder_multidifusion(self, porcentaje: int) -> None:
        """Tirar ese porcentaje de lo que reciba por multidifusión; lo demás, TCP incluido, llega."""
        reglas = f"add rule inet t p ip daddr 224.0.0.0/4 numgen random mod 100 < {porcentaje} drop"
        ordenar(f"ip netns exec {self.nombre} nft {reglas}")

    def limitar(self, mbit: float) -> None:
        """Poner a su enlace, en los dos sentidos, un ritmo (Mb/s) y una cola como la de un punto de acceso."""
        cola = f"tbf rate {mbit}mbit burst 16k latency 200ms"
        ordenar(f"tc -n {self.nombre} qdisc add dev v0 root {cola}")
        ordenar(f"tc -n {PUENTE} qdisc add dev {self.interfaz} root {cola}")

    @property
    def prefijo(self) -> "tuple[str, ...]":
        """Con qué empieza una orden para que corra en este equipo."""
        return ("ip", "netns", "exec", self.nombre)


class Hosts:
    """Los equipos y lo que los une."""

    def __init__(self, cuantos: int, perdida: int = 0, revuelto: bool = False, enlace: float = 0):
        """`perdida`: % que pierde cada uno. `revuelto`: con mensajero.py. `enlace`: Mb/s, o 0 si no tiene tope.

        El espacio del puente ya existe (`exigir_hosts`).
        """
        self.equipos = [Equipo(numero + 1) for numero in range(cuantos)]
        for equipo in self.equipos:
            equipo.perder(perdida)
            if enlace:
                equipo.limitar(enlace)
        interfaces = [equipo.interfaz for equipo in self.equipos]
        self._mensajero = self._lanzar_mensajero(interfaces) if revuelto else self._tender_puente(interfaces)

    @staticmethod
    def _tender_puente(interfaces: "list[str]") -> None:
        ordenar(f"ip -n {PUENTE} link add puente type bridge mcast_snooping 0")
        ordenar(f"ip -n {PUENTE} link set puente up")
        for interfaz in interfaces:
            ordenar(f"ip -n {PUENTE} link set {interfaz} master puente")

    @staticmethod
    def _lanzar_mensajero(interfaces: "list[str]") -> subprocess.Popen:
        programa = pathlib.Path(__file__).with_name("mensajero.py")
        orden = ["ip", "netns", "exec", PUENTE, sys.executable, str(programa), *interfaces]
        proceso = subprocess.Popen(orden, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert proceso.stdout.readline() == "listo\n"
        return proceso

    def parar(self) -> None:
        """Terminar el mensajero, si lo hay."""
        if self._mensajero is not None:
            self._mensajero.communicate()  # cierra su entrada

    @staticmethod
    def desmontar() -> None:
        """Quitar todos los equipos, también los que dejó una prueba a la que mataron."""
        existentes = subprocess.run(["ip", "netns"], capture_output=True, text=True).stdout
        for nombre, pid in re.findall(r"^(chat-(\d+)-\w+)", existentes, re.MULTILINE):
            if int(pid) == os.getpid() or not os.path.exists(f"/proc/{pid}"):
                subprocess.run(["ip", "netns", "del", nombre], capture_output=True)


@contextlib.contextmanager
def montar(cuantos: int, perdida: int = 0, revuelto: bool = False):
    """Los equipos de unos Hosts, que al acabar se desmontan; donde no se pueden crear, se salta la prueba."""
    try:
        Hosts.desmontar()
        exigir_hosts()
        juntos = Hosts(cuantos, perdida, revuelto)
        yield juntos.equipos
        juntos.parar()
    finally:
        Hosts.desmontar()


@contextlib.contextmanager
def montar_sin_multidifusion(cuantos: int):
    """Equipos que se oyen de uno en uno, y no por multidifusión."""
    with montar(cuantos) as equipos:
        for uno in equipos:
            uno.filtrar_multidifusion()
        yield equipos

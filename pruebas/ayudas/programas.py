"""Los programas de la práctica, lanzados de verdad, y un participante ajeno con quien hablar.

Un hilo lee la salida de cada programa; la prueba espera en una condición, con plazo:

    ana = lanzar(programas.Cliente, "Ana", "general")
    ana.esperar("listo")
    ana.hacer("mensaje", sala="general", content="Hola")
    bryan.esperar("mensaje", content="Hola")
"""

import contextlib
import json
import pathlib
import select
import signal
import socket
import subprocess
import sys
import threading
import time

RAIZ = pathlib.Path(__file__).resolve().parent.parent.parent
PRACTICA = RAIZ / "practica3"
GRUPO = "239.255.3.3"
PLAZO = 30.0  # s: de sobra en un equipo cargado; sólo se agota cuando algo falla


class Proceso:
    """Un programa en marcha y todo lo que ha escrito, por renglones."""

    def __init__(self, orden: "list[str]", carpeta: "pathlib.Path | None" = None):
        self.lineas: "list[str]" = []
        self._novedad = threading.Condition()
        self._fin = False
        self.proceso = subprocess.Popen(
            orden, cwd=carpeta, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", errors="replace"
        )
        self._lector = threading.Thread(target=self._leer, daemon=True)
        self._lector.start()

    def _leer(self) -> None:
        for linea in self.proceso.stdout:
            with self._novedad:
                self.lineas.append(linea.rstrip("\n"))
                self._novedad.notify_all()
        with self._novedad:
            self._fin = True
            self._novedad.notify_all()

    def esperar_linea(self, texto: str, plazo: float = PLAZO) -> str:
        """Esperar un renglón que contenga `texto` y devolverlo."""
        return self._esperar(lambda: next((linea for linea in self.lineas if texto in linea), None), plazo, repr(texto))

    def _esperar(self, buscar, plazo: float, que: str):
        with self._novedad:
            self._novedad.wait_for(lambda: buscar() is not None or self._fin, plazo)
            hallado = buscar()
            assert hallado is not None, f"no llegó {que}; se vio:\n" + "\n".join(self.lineas[-40:])
            return hallado

    def escribir(self, linea: str) -> None:
        """Teclear un renglón; si el programa ya terminó no lo lee nadie, como en una terminal."""
        with contextlib.suppress(BrokenPipeError):
            self.proceso.stdin.write(linea + "\n")
            self.proceso.stdin.flush()

    def interrumpir(self) -> int:
        """Como Ctrl+C; devuelve el código de salida."""
        self.proceso.send_signal(signal.SIGINT)
        return self.esperar_fin()

    def esperar_fin(self) -> int:
        """Esperar a que termine por sí mismo."""
        codigo = self.proceso.wait(PLAZO)
        self._lector.join(PLAZO)
        return codigo

    def matar(self) -> None:
        """Como kill -9."""
        self.proceso.kill()
        self.proceso.wait()
        self._lector.join(PLAZO)
        with contextlib.suppress(BrokenPipeError):  # quedó algo tecleado que ya no leyó
            self.proceso.stdin.close()
        self.proceso.stdout.close()


class Programa(Proceso):
    """Un programa de practica3 en marcha."""

    def __init__(self, puerto: int, archivo: str, *argumentos: str, prefijo: "tuple[str, ...]" = (),
                 interfaz: str = "127.0.0.1"):
        """`prefijo`: lo que va delante de la orden, como `ip netns exec …`."""
        orden = [sys.executable, "-X", "dev", str(PRACTICA / archivo), f"--puerto={puerto}", f"--interfaz={interfaz}",
                 *argumentos]
        super().__init__([*prefijo, *orden])


class Servidor(Programa):
    """servidor.py"""

    def __init__(self, puerto: int, *argumentos: str, **donde):
        super().__init__(puerto, "servidor.py", *argumentos, **donde)


class Puente(Programa):
    """puente.py"""

    def __init__(self, puerto: int, *argumentos: str, **donde):
        super().__init__(puerto, "puente.py", *argumentos, **donde)


class Cliente(Programa):
    """cliente.py --json"""

    def __init__(self, puerto: int, usuario: str, *salas: str, perdida: int = 0, relevo: str = "", **donde):
        self._eventos: "list[dict]" = []
        self._leidas = 0  # líneas que ya están en _eventos
        argumentos = [f"--sala={sala}" for sala in salas] + [f"--perdida={perdida}"]
        argumentos += [f"--servidor={relevo}"] * bool(relevo)
        super().__init__(puerto, "cliente.py", "--json", "--usuario", usuario, *argumentos, **donde)

    def hacer(self, accion: str, **datos) -> None:
        """Pedir una acción."""
        self.escribir(json.dumps({"accion": accion, **datos}))

    @property
    def eventos(self) -> "list[dict]":
        """Todo lo que ha contado, en orden. Cada línea se interpreta una vez: pueden ser miles."""
        nuevas = self.lineas[self._leidas:]
        self._leidas += len(nuevas)
        self._eventos += [json.loads(linea) for linea in nuevas if linea.startswith("{")]
        return self._eventos

    def esperar(self, evento: str, plazo: float = PLAZO, **datos) -> dict:
        """Esperar un evento con esos datos y devolverlo."""
        buscado = {"evento": evento, **datos}.items()
        vistos, hallado = 0, None

        def buscar():
            nonlocal vistos, hallado
            if hallado is None:
                nuevos = self.eventos[vistos:]
                vistos += len(nuevos)
                hallado = next((e for e in nuevos if buscado <= e.items()), None)
            return hallado

        return self._esperar(buscar, plazo, f"{evento} {datos}")

    def esperar_varios(self, evento: str, cuantos: int) -> "list[dict]":
        """Esperar a que los de ese evento sean tantos y devolverlos."""
        def buscar():
            hallados = [uno for uno in self.eventos if uno["evento"] == evento]
            return hallados if len(hallados) >= cuantos else None

        return self._esperar(buscar, PLAZO, f"{cuantos} veces {evento}")

    def esperar_lista(self, sala: str, *usuarios: str, plazo: float = PLAZO) -> None:
        """Esperar a que la última lista de la sala sea ésa, en cualquier orden."""
        def buscar():
            listas = [e["lista"] for e in self.eventos if e["evento"] == "usuarios" and e["sala"] == sala]
            return True if listas and sorted(listas[-1]) == sorted(usuarios) else None

        self._esperar(buscar, plazo, f"la lista {usuarios} de {sala}")

    def dichos(self, sala: str) -> "list[str]":
        """Los textos que ha mostrado de una sala."""
        return [e["content"] for e in self.eventos if e["evento"] == "mensaje" and e["sala"] == sala]


class Sencillo:
    """Un participante que sólo conoce la práctica, escrito sin nada nuestro: json.dumps y un socket."""

    def __init__(self, puerto: int):
        self.destino = (GRUPO, puerto)
        self.recibidos: "list[bytes]" = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform == "darwin":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.socket.bind(("", puerto))
        lazo = socket.inet_aton("127.0.0.1")
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GRUPO) + lazo)
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, lazo)

    def enviar(self, **mensaje) -> None:
        """Enviar un mensaje como lo haría un alumno: json.dumps, sin id ni nada más."""
        if "de" in mensaje:
            mensaje["from"] = mensaje.pop("de")
        self.enviar_bytes(json.dumps(mensaje).encode())

    def enviar_bytes(self, datagrama: bytes) -> None:
        """Enviar un datagrama cualquiera."""
        self.socket.sendto(datagrama, self.destino)

    def esperar(self, plazo: float = PLAZO, **datos) -> dict:
        """Esperar un mensaje con esos datos (JSON en un datagrama, sin cuerpo) y devolverlo."""
        limite = time.monotonic() + plazo
        while True:
            for recibido in self.mensajes():
                if datos.items() <= recibido.items():
                    return recibido
            resta = limite - time.monotonic()
            assert resta > 0, f"no llegó {datos}; se vio: {self.mensajes()[-20:]}"
            if select.select([self.socket], [], [], resta)[0]:
                self.recibidos.append(self.socket.recv(65_535))

    def mensajes(self) -> "list[dict]":
        """Lo recibido que es JSON de un renglón."""
        return [json.loads(datagrama)
                for datagrama in self.recibidos if datagrama.startswith(b"{") and b"\n" not in datagrama]

    def matar(self) -> None:
        """Cerrar el socket."""
        self.socket.close()


class SencilloConServidor(Sencillo):
    """Uno que no sabe de grupos: le habla, desde un puerto cualquiera, a la dirección de un servidor."""

    def __init__(self, _puerto: int, relevo: "tuple[str, int]"):
        self.destino = relevo
        self.recibidos: "list[bytes]" = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def entrar(lanzar, usuario, *salas, **opciones):
    """Lanzar un cliente y esperar a que esté dentro de sus salas."""
    uno = lanzar(Cliente, usuario, *salas, **opciones)
    for sala in salas:
        uno.esperar("listo", sala=sala, user=usuario)
    return uno

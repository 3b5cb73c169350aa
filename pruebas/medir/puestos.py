"""Quiénes llevan algo largo de uno a muchos equipos: el chat, uftp y NORM, con la misma cara.

    puesto.enviar(largo)  →  {"segundos": …} desde que se pide hasta que lo tiene entero el último,
                             o {"fallo": por qué}

Cada programa corre en su equipo (../ayudas/hosts.py). A uftp y a NORM se les dice a qué ritmo
enviar y se les ponen las opciones con que mejor les va; el chat lo averigua solo.
"""

import ctypes
import hashlib
import pathlib
import random
import re
import select
import shutil
import subprocess
import tempfile
import time

from ayudas import hosts
from medir import mensajes
from medir import sistemas
import red
from equipo import enlace
from seguridad import claves

CLONE_NEWNET = 0x40000000  # de <sched.h>
PLAZO = 60.0  # s
PLAZO_UFTP = 15.0  # s: si a alguien lo dio por ausente, el archivo no llega nunca
MIRADA = 0.001  # s
ENTRE_TEXTOS = 0.05  # s
MAX_TEXTOS = 4_000  # cuyas demoras se guardan, por equipo
SALA = "general"
VOZ = {"tipo": "audio", "sala": SALA, "formato": "wav"}
RITMO_LIBRE = 100.0  # Mb/s que se dicen a los demás donde el enlace no tiene tope


def entrar_en(equipo: hosts.Equipo) -> None:
    """Pasar este proceso a la red de un equipo."""
    with open(f"/run/netns/{equipo.nombre}") as espacio:
        if ctypes.CDLL(None, use_errno=True).setns(espacio.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")


class Chat:
    """Una Red por equipo; los primeros envían, todos reciben y el último dice textos mientras tanto.

    Se entienden con este programa por memoria compartida.
    """

    def __init__(self, equipos: "list[hosts.Equipo]", nombre: str, bufer: int, emisores: int = 1,
                 firma: bool = True):
        self.nombre, self._firma = nombre, firma
        self._puerto = mensajes.buscar_puerto()
        self._cuantos, self._emisores = len(equipos), emisores
        self._oyen = mensajes.contexto.RawArray("b", emisores * len(equipos))  # por emisor y equipo
        self._llegadas = mensajes.contexto.RawArray("d", emisores * len(equipos))  # s, ídem
        self._salidas = mensajes.contexto.RawArray("d", emisores)  # s
        self._propias = [emisor * len(equipos) + emisor for emisor in range(emisores)]  # a uno mismo no le llega
        self._pedido = mensajes.contexto.RawArray("q", 2)  # qué envío toca, y sus bytes
        self._malos = mensajes.contexto.RawValue("q", 0)  # los que no llegaron idénticos
        self._conversan = mensajes.contexto.RawValue("b", 0)  # si se dicen textos
        self._demoras = mensajes.contexto.RawArray("d", len(equipos) * MAX_TEXTOS)  # s, de cada texto
        for propia in self._propias:
            self._oyen[propia] = 1
        antes, enlace.BUFER_RECEPCION = enlace.BUFER_RECEPCION, bufer
        self._procesos = [mensajes.lanzar(self._participar, equipo, i) for i, equipo in enumerate(equipos)]
        enlace.BUFER_RECEPCION = antes
        if not mensajes.esperar(lambda: all(self._oyen), PLAZO):
            raise TimeoutError("los receptores no oyen a quien envía")

    def enviar(self, largo: int) -> dict:
        """Enviar tantos bytes, todos los emisores a la vez; en cuánto los tuvo el último."""
        self._llegadas[:] = [0.0] * len(self._llegadas)
        for propia in self._propias:
            self._llegadas[propia] = -1.0
        self._pedido[1] = largo
        self._pedido[0] += 1
        if not mensajes.esperar(lambda: all(self._llegadas), PLAZO, MIRADA):
            return {"fallo": f"faltó en {self._llegadas[:].count(0.0)} de {len(self._llegadas) - self._emisores}"}
        if self._malos.value:
            return {"fallo": "llegó distinto"}
        return {"segundos": max(self._llegadas) - min(self._salidas)}

    def conversar(self, si: bool) -> "list[float]":
        """Empezar o dejar de decir textos; las demoras (s) de los que han llegado, y se olvidan."""
        self._conversan.value = si
        demoras = [demora for demora in self._demoras if demora]
        self._demoras[:] = [0.0] * len(self._demoras)
        return demoras

    def parar(self) -> None:
        """Terminar todos los procesos."""
        for proceso in self._procesos:
            proceso.kill()
            proceso.join()

    # ---- en el proceso de cada equipo

    def _participar(self, equipo: hosts.Equipo, i: int) -> None:
        entrar_en(equipo)
        sesion = claves.abrir_sesion() if self._firma else None
        conexion = red.Red(puerto=self._puerto, interfaz=equipo.direccion, sesion=sesion)
        conexion.iniciar()
        conexion.seguir(SALA, self._cuantos)
        latido = {"tipo": "latido", "user": f"U{i}", "salas": {SALA: 0}}
        conexion.enviar({**latido, **sistemas.presentar(conexion, f"U{i}")})
        habla, hechos, proximo = i < self._emisores or i == self._cuantos - 1, 0, 0.0
        textos = 0
        while True:
            for mensaje, de in conexion.recibir(0.002 if habla else 1.0):
                if de is not None:
                    textos = self._atender(mensaje, i, textos)
            ahora = time.monotonic()
            presenta = i < self._emisores and not all(self._oyen)
            conversa = i == self._cuantos - 1 and self._conversan.value
            if ahora >= proximo and (presenta or conversa):
                conexion.enviar({"tipo": "msj", "user": f"U{i}", "sala": SALA, "content": repr(ahora)})
                proximo = ahora + ENTRE_TEXTOS
            if i < self._emisores and self._pedido[0] > hechos:
                hechos = self._pedido[0]
                self._hablar(conexion, i, hechos)

    def _hablar(self, conexion: red.Red, i: int, cual: int) -> None:
        cuerpo = random.randbytes(self._pedido[1])
        contenido = f"{cual} {hashlib.sha256(cuerpo).hexdigest()}"
        self._salidas[i] = time.monotonic()
        conexion.enviar({**VOZ, "user": f"U{i}", "content": contenido, "cuerpo": cuerpo})

    def _atender(self, mensaje: dict, i: int, textos: int) -> int:
        """Anotar lo que llegó al equipo i, que lleva oídos tantos textos; los que lleva con éste."""
        ahora = time.monotonic()
        emisor = int(mensaje["user"][1:]) if mensaje["tipo"] in ("msj", "audio") else self._emisores
        if mensaje["tipo"] == "msj":
            if emisor < self._emisores:
                self._oyen[emisor * self._cuantos + i] = 1
            if self._conversan.value:
                self._demoras[i * MAX_TEXTOS + textos % MAX_TEXTOS] = ahora - float(mensaje["content"])
                return textos + 1
        elif mensaje["tipo"] == "audio":
            cual, huella = mensaje["content"].split()
            self._malos.value += hashlib.sha256(mensaje["cuerpo"]).hexdigest() != huella
            if int(cual) == self._pedido[0]:
                self._llegadas[emisor * self._cuantos + i] = ahora
        return textos


class Uftp:
    """uftp con grupo cerrado, al ritmo que se le dice, y con el `-r` que mejor le va."""

    nombre = "uftp"
    GRUPO, PRIVADO = "239.255.3.7", "239.255.3.8"

    def __init__(self, equipos: "list[hosts.Equipo]", ritmo: float):
        """`ritmo`: Mb/s."""
        self._emisor, receptores = equipos[0], equipos[1:]
        self._kbit = str(int(1000 * (ritmo or RITMO_LIBRE)))
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
        orden = ["uftp", "-M", self.GRUPO, "-P", self.PRIVADO, "-I", "v0", "-R", self._kbit, "-r", "0.01",
                 "-H", self._ids, self._origen.name]
        inicio = time.monotonic()
        proceso = subprocess.Popen([*self._emisor.prefijo, *orden], cwd=self._raiz.name, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        # Puede terminar antes que el último uftpd: el archivo aparece, entero, cuando éste lo cambia de carpeta.
        mensajes.esperar(lambda: all(destino.exists() for destino in self._destinos), PLAZO_UFTP, MIRADA)
        total = time.monotonic() - inicio
        dicho = proceso.communicate(timeout=PLAZO)[0]
        iguales = [destino.exists() and destino.read_bytes() == self._origen.read_bytes() for destino in self._destinos]
        tardo = re.search(r"Total elapsed time: ([\d.]+)", dicho)
        if not all(iguales) or not tardo:
            return {"fallo": f"llegó a {sum(iguales)} de {len(iguales)}"}
        return {"segundos": float(tardo[1]), "con_registro": total}

    def parar(self) -> None:
        """Terminar los uftpd."""
        for demonio in self._demonios:
            demonio.kill()
            demonio.wait()
        self._raiz.cleanup()


class Norm:
    """NORM, con paridad, al ritmo que se le dice (norm.cpp)."""

    nombre = "NORM"
    GRUPO = "239.255.3.9"

    def __init__(self, equipos: "list[hosts.Equipo]", ritmo: float):
        """`ritmo`: Mb/s. Lanza CalledProcessError si no se puede compilar."""
        self._carpeta = tempfile.TemporaryDirectory()
        programa = pathlib.Path(self._carpeta.name) / "norm"
        fuente = pathlib.Path(__file__).with_name("norm.cpp")
        subprocess.run(["g++", "-O2", "-o", programa, fuente, "-lnorm"], check=True, capture_output=True)
        bits = str(0.95e6 * (ritmo or RITMO_LIBRE))  # sin contar las cabeceras de cada trama, que no cuenta
        self._procesos = []
        for i, equipo in enumerate(equipos):
            orden = [programa, "recibe" if i else "envia", self.GRUPO, "v0", str(i + 1), *([] if i else [bits])]
            self._procesos.append(subprocess.Popen([*equipo.prefijo, *orden], stdin=subprocess.PIPE,
                                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True))

    @staticmethod
    def falta() -> bool:
        """Si no hay con qué compilarlo."""
        return not (shutil.which("g++") and pathlib.Path("/usr/include/normApi.h").exists())

    def enviar(self, largo: int) -> dict:
        """Enviar tantos bytes; en cuánto los tuvo el último."""
        emisor, *receptores = self._procesos
        emisor.stdin.write(f"{largo}\n")
        emisor.stdin.flush()
        salida, suma = emisor.stdout.readline().split()
        limite = time.monotonic() + PLAZO
        llegadas = []
        for receptor in receptores:
            if not select.select([receptor.stdout], [], [], max(0.0, limite - time.monotonic()))[0]:
                return {"fallo": f"llegó a {len(llegadas)} de {len(receptores)}"}
            llegadas.append(receptor.stdout.readline().split())
        if any(llegada[1] != suma for llegada in llegadas):
            return {"fallo": "llegó distinto"}
        return {"segundos": max(float(llegada[0]) for llegada in llegadas) - float(salida)}

    def parar(self) -> None:
        """Terminar todos los procesos."""
        for proceso in self._procesos:
            proceso.kill()
            proceso.communicate()
        self._carpeta.cleanup()


def elegir_ajenos(opciones, progreso) -> list:
    """Las clases de los demás que se pueden medir aquí; si falta alguno, se dice cómo ponerlo."""
    if opciones.sin_uftp:
        return []
    if not shutil.which("uftp"):
        progreso.avisar("Falta uftp (sudo apt install uftp): se mide sin él.")
    if Norm.falta():
        progreso.avisar("Falta NORM (sudo apt install libnorm-dev g++): se mide sin él.")
    return [Uftp] * bool(shutil.which("uftp")) + [Norm] * (not Norm.falta())

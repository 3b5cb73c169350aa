"""Una red y unos equipos de mentira, con la entrega encerrada en ellos.

    espacios del calificador (PID, red, montajes)     mueren con él, con todo lo de dentro
    ┌───────────────────────────────────────────────────────────────────────────────┐
    │ pytest, Xvfb        puente «aula» 10.77.0.1                                   │
    │                  ┌──────────────┼──────────────┐                              │
    │ ┌ jaula (PID, montajes; uid 60000 + i) ──────────────────────────────────┐    │
    │ │   equipo 2  10.77.0.2    equipo 3  10.77.0.3    equipo 4  10.77.0.4    │    │
    │ │   servidor.py            cliente_gui.py         otro cliente           │    │
    │ └────────────────────────────────────────────────────────────────────────┘    │
    └───────────────────────────────────────────────────────────────────────────────┘

Cada programa puede correr en su propio equipo: así se sabe, por el cable y sin creerle a nadie,
de quién es cada datagrama. El grupo y el puerto de fábrica valen para todas las entregas a la
vez, porque ninguna ve la red de otra.

Sin ser root se hace lo mismo dentro de un espacio de usuario. Donde tampoco eso se permite,
no hay jaula ni equipos: los programas corren en éste, de uno en uno, y el informe lo dice.
"""

import contextlib
import functools
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import threading
import time

from calificador import sonido

AQUI = pathlib.Path(__file__).resolve().parent
RED = "10.77.0"
PUENTE = "aula"
MTU = 65_535  # bytes: el datagrama más grande cabe en una trama y el oyente lo ve entero
UID = 60_000  # más el número de entrega: el tope de procesos se cuenta por uid
ROOT, USUARIO, NINGUNO = "root", "usuario", "ninguno"
DESCRIPCION = {
    ROOT: "cada entrega en su jaula, con usuario, red y procesos propios",
    USUARIO: "cada entrega en su jaula, en un espacio de nombres de usuario (sin ser root)",
    NINGUNO: "SIN AISLAMIENTO: este equipo no permite espacios de nombres; una por una y con nuestros permisos",
}
CON_OTRO_USUARIO = (
    "sin espacios de nombres: una por una, con otro usuario, que no lee los criterios ni escribe su nota; pero en la"
    " misma red y la misma pantalla que quien califica, sin saber de qué programa es cada datagrama y sin pérdida de"
    " datagramas"
)
SIN_PODERES = ["--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
ESPACIOS = ["--net", "--pid", "--mount", "--ipc", "--fork", "--kill-child", "--mount-proc"]
# Topes de cada programa (setrlimit). NPROC cuenta todos los del uid, hilos incluidos.
TOPES = ["--nproc=80", "--as=3221225472", "--fsize=33554432", "--nofile=512", "--cpu=120", "--core=0"]
MEMORIA = 2 * 1024**3  # bytes para toda una calificación, con la pantalla
# Grupos de control: la versión 2 tiene una sola jerarquía; la 1, una por recurso. El peso es diez veces el de
# cualquier otro programa.
GRUPOS = (
    ("/sys/fs/cgroup", {"memory.max": MEMORIA, "cpu.weight": 1000}),
    ("/sys/fs/cgroup/memory", {"memory.limit_in_bytes": MEMORIA}),
    ("/sys/fs/cgroup/cpu", {"cpu.shares": 10_240}),
)
QUITAR = 2.0  # s
ENCHUFE = 10.0  # s
MUERTE = 5.0  # s como máximo hasta que un programa matado cierra lo suyo
DE_WINDOWS = ("SYSTEMROOT",)  # sin ella, Python no puede abrir ahí un socket
MAX_SALIDA = 200_000  # bytes que se guardan de lo que escribe un programa
DEL_SISTEMA = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/nix/store",
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/localtime",
    "/var/cache/fontconfig",
)


def elegir_modo() -> str:
    """Cuánto se puede aislar en este equipo."""
    if not sys.platform.startswith("linux") or not all(
        map(shutil.which, ("unshare", "nsenter", "setpriv", "prlimit", "ip"))
    ):
        return NINGUNO
    for modo in (ROOT, USUARIO):
        if (modo == USUARIO or os.geteuid() == 0) and funciona(modo):
            return modo
    return NINGUNO


def describir(modo: str) -> str:
    """Cómo se aísla, y lo que cuesta."""
    return CON_OTRO_USUARIO if modo == NINGUNO and cambia_de_usuario() else DESCRIPCION[modo]


@functools.cache
def cambia_de_usuario() -> bool:
    """Si, aun sin espacios de nombres, la entrega puede correr con otro usuario: como en el contenedor de Gradescope.

    Hace falta que ese usuario alcance el intérprete, que puede estar en la carpeta de root.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("setpriv"):
        return False
    quien = ["setpriv", "--reuid", str(UID), "--regid", str(UID), *SIN_PODERES]
    # Con env en medio: el primero que se ejecuta lo alcanza setpriv, que todavía es root.
    prueba = subprocess.run(
        [*quien, "env", sys.executable, "-c", ""], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return prueba.returncode == 0


def funciona(modo: str) -> bool:
    """Si este equipo permite aislar así."""
    prueba = f"ip link add {PUENTE} type bridge && mount -t tmpfs prueba /mnt"
    hecho = subprocess.run([*envoltura(modo), "sh", "-c", prueba], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return hecho.returncode == 0


def envoltura(modo: str) -> "list[str]":
    """Con qué empieza la orden que corre al calificador en sus propios espacios."""
    if modo == NINGUNO:
        return []
    return ["unshare", *(["--user", "--map-root-user"] if modo == USUARIO else []), *ESPACIOS, "--"]


@contextlib.contextmanager
def en_su_grupo(nombre: str):
    """Un grupo de control para una calificación entera: un tope de memoria, y el procesador repartido por igual entre
    las que corren.

    Da el prefijo de su orden, vacío donde no se puede. Sin él, los cien procesos de una tramposa dejan sin turno a
    las demás.
    """
    carpetas = list(filter(None, (_crear_grupo(pathlib.Path(base) / nombre, ajustes) for base, ajustes in GRUPOS)))
    try:
        unirse = "".join(f'echo $$ > "{carpeta}/cgroup.procs" && ' for carpeta in carpetas)
        yield ["sh", "-c", f'{unirse}exec "$@"', "sh"] if carpetas else []
    finally:
        for carpeta in carpetas:
            _quitar_grupo(carpeta)


def _crear_grupo(carpeta: pathlib.Path, ajustes: "dict[str, int]") -> "pathlib.Path | None":
    """La carpeta del grupo, si ahí hay grupos de control y aceptan alguno de los ajustes."""
    # Con la versión 1 es una carpeta cualquiera, y la escribiríamos en vano
    if not (carpeta.parent / "cgroup.procs").exists():
        return None
    aceptados = 0
    with contextlib.suppress(OSError):
        carpeta.mkdir()
    for archivo, valor in ajustes.items():
        with contextlib.suppress(OSError):
            (carpeta / archivo).write_text(str(valor))
            aceptados += 1
    if aceptados:
        return carpeta
    with contextlib.suppress(OSError):
        carpeta.rmdir()
    return None


def _quitar_grupo(carpeta: pathlib.Path) -> None:
    """Borrar un grupo; sus procesos, ya muertos, tardan un poco en salir de él."""
    limite = time.monotonic() + QUITAR
    while time.monotonic() < limite:
        try:
            carpeta.rmdir()
            return
        except OSError:
            time.sleep(0.01)


class Jaula:
    """Donde corre una entrega. Con modo NINGUNO sólo es una carpeta."""

    def __init__(
        self,
        modo: str,
        copia: pathlib.Path,
        trabajo: pathlib.Path,
        indice: int,
        pantalla: "pathlib.Path | None",
        galleta: "pathlib.Path | None",
    ):
        """`copia`: la entrega ya recibida; `trabajo`: carpeta nuestra, fuera de su alcance."""
        self.modo, self.copia, self.trabajo = modo, copia, trabajo
        self.uid = UID + indice if modo == ROOT or (modo == NINGUNO and cambia_de_usuario()) else 0
        self._pantalla, self._galleta = pantalla, galleta
        self._equipos: "dict[int, subprocess.Popen]" = {}
        self._dueno: "subprocess.Popen | None" = None
        self._casas = 0
        self.programas: "list[Programa]" = []
        if modo != NINGUNO:
            _red(f"link add {PUENTE} type bridge mcast_snooping 0", f"link set {PUENTE} mtu {MTU} up",
                 f"addr add {RED}.1/24 dev {PUENTE}", "link set lo up", f"route add 224.0.0.0/4 dev {PUENTE}")
        self.abrir()

    def abrir(self) -> None:
        """Construirla, vacía de procesos y con la entrega intacta."""
        self.cerrar()
        self._casas = 0
        self.sonido = self.trabajo / "sonido"
        self.dentro = {
            "entrega": self.trabajo / "entrega",
            "calificador": AQUI / "dentro",
            "casas": self.trabajo / "casas",
            "sonido": self.sonido,
        }
        if self.modo == NINGUNO:
            for carpeta in ("entrega", "casas", "sonido", "dentro"):
                shutil.rmtree(self.trabajo / carpeta, ignore_errors=True)
            shutil.copytree(self.copia, self.trabajo / "entrega")
            shutil.copytree(AQUI / "dentro", self.trabajo / "dentro")  # la carpeta del calificador no es suya
            self.dentro["calificador"] = self.trabajo / "dentro"
            for carpeta in ("sonido", "casas"):
                (self.trabajo / carpeta).mkdir()
            if self.uid:
                self._dar_a_la_entrega("entrega", "casas", "sonido")
            return
        raiz = self.trabajo / "raiz"
        raiz.mkdir(exist_ok=True)
        construir = [sys.executable, "-I", str(AQUI / "jaula.py"), json.dumps(self._pedido(raiz))]
        orden = ["unshare", "--pid", "--mount", "--ipc", "--fork", "--kill-child", *construir]
        self._dueno = subprocess.Popen(orden, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        if self._dueno.stdout.readline() != "lista\n":
            raise RuntimeError("no se pudo construir la jaula de la entrega")
        self._primero = _hijo(self._dueno.pid)
        self.sonido = pathlib.Path(f"/proc/{self._primero}/root/calificador/sonido")
        self.dentro = {
            clave: pathlib.Path(ruta)
            for clave, ruta in {
                "entrega": "/entrega",
                "calificador": "/calificador/dentro",
                "casas": "/home",
                "sonido": "/calificador/sonido",
            }.items()
        }

    def _dar_a_la_entrega(self, *carpetas: str) -> None:
        for carpeta in carpetas:
            for donde, _, archivos in os.walk(self.trabajo / carpeta):
                for ruta in [donde, *(os.path.join(donde, archivo) for archivo in archivos)]:
                    os.chown(ruta, self.uid, self.uid)

    def _pedido(self, raiz: pathlib.Path) -> dict:
        equipos = "".join(f"{RED}.{numero} equipo{numero}\n" for numero in range(2, 12))
        return {
            "raiz": str(raiz),
            "uid": self.uid,
            "copia": str(self.copia),
            "visibles": _visibles(),
            "calificador": {
                "dentro": str(AQUI / "dentro"),
                **({"galleta": str(self._galleta)} if self._galleta else {}),
            },
            "pantalla": str(self._pantalla) if self._pantalla else None,
            "etc": {
                "hosts": "127.0.0.1 localhost\n" + equipos,
                "passwd": f"root:x:0:0::/:/bin/sh\nalumno:x:{self.uid}:{self.uid}::/home/0:/bin/sh\n",
                "group": f"root:x:0:\nalumno:x:{self.uid}:\n",
                "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
            },
        }

    def cerrar(self) -> None:
        """Matar todo lo que hay dentro."""
        for programa in self.programas:
            programa.matar()
        self.programas.clear()
        if self._equipos:  # el núcleo tardaría en quitarlos, y los nuevos se llaman igual
            _red(*(f"link del v{numero}" for numero in self._equipos))
        for proceso in [*self._equipos.values(), *([self._dueno] if self._dueno else [])]:
            proceso.kill()
            proceso.wait()
            if proceso.stdout:
                proceso.stdout.close()
        self._equipos.clear()
        self._dueno = None

    # ---- los equipos

    def _equipo(self, numero: int) -> int:
        """El pid que sostiene la red de un equipo; lo conecta si hace falta."""
        if numero not in self._equipos:
            orden = [
                "unshare",
                "--net",
                "--uts",
                "--kill-child",
                "--fork",
                "sh",
                "-c",
                f"hostname equipo{numero}; echo; exec sleep infinity",
            ]
            proceso = subprocess.Popen(orden, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
            proceso.stdout.readline()
            self._equipos[numero] = proceso
            dentro = _hijo(proceso.pid)
            _red(
                f"link add v{numero} mtu {MTU} type veth peer name eth0 mtu {MTU} netns {dentro}",
                f"link set v{numero} master {PUENTE} up",
            )
            _red(
                "link set lo up",
                f"addr add {RED}.{numero}/24 dev eth0",
                "link set eth0 up",
                "route add 224.0.0.0/4 dev eth0",
                f"route add default via {RED}.1",
                prefijo=["nsenter", "-t", str(dentro), "-n"],
            )
            _esperar_enchufe(f"v{numero}")
        return _hijo(self._equipos[numero].pid)

    def perder(self, numero: int, porcentaje: int) -> bool:
        """Que un equipo pierda al azar parte de lo que recibe. False si aquí no se puede."""
        if self.modo == NINGUNO or not shutil.which("nft"):
            return False
        reglas = (
            "add table inet perdida\ndelete table inet perdida\nadd table inet perdida\n"
            "add chain inet perdida p { type filter hook prerouting priority -300; }\n"
            f"add rule inet perdida p meta nfproto ipv4 iifname eth0 numgen random mod 100 < {porcentaje} drop\n"
        )
        orden = ["nsenter", "-t", str(self._equipo(numero)), "-n", "nft", "-f", "-"]
        return subprocess.run(orden, input=reglas, text=True, capture_output=True).returncode == 0

    # ---- los programas

    def lanzar(
        self, archivo: str, equipo: int, *argumentos: str, prefijo: "tuple[str, ...]" = (), **entorno: str
    ) -> "Programa":
        """Poner en marcha un programa de la entrega. `prefijo`: lo que va delante de todo, como strace."""
        casa, self._casas = self._casas, self._casas + 1
        variables = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PYTHONNOUSERSITE": "1",
            "HOME": str(self.dentro["casas"] / str(casa)),
            "CALIFICADOR_SONIDO": str(self.dentro["sonido"] / str(casa)),
            **entorno,
        }
        if self._pantalla:
            galleta = "/calificador/galleta" if self.modo != NINGUNO else str(self._galleta)
            variables.update(
                DISPLAY=":0" if self.modo != NINGUNO else os.environ["CALIFICADOR_DISPLAY"], XAUTHORITY=galleta
            )
        if self.modo == NINGUNO:
            pathlib.Path(variables["HOME"]).mkdir(parents=True, exist_ok=True)
            if self.uid:
                os.chown(variables["HOME"], self.uid, self.uid)
        python = [sys.executable, str(self.dentro["calificador"] / "lanzador.py"), archivo, *argumentos]
        if self.modo == NINGUNO:
            variables.update({clave: os.environ[clave] for clave in DE_WINDOWS if clave in os.environ})
            donde = {"cwd": self.dentro["entrega"], "env": variables}
        else:  # la carpeta es de dentro de la jaula: se pasa a ella después de entrar
            donde = {}
            python = [
                "env",
                "-i",
                "-C",
                str(self.dentro["entrega"]),
                *(f"{clave}={valor}" for clave, valor in variables.items()),
                *python,
            ]
        programa = Programa([*prefijo, *self._hacia(equipo), *python], self, archivo, equipo, casa, **donde)
        self.programas.append(programa)
        return programa

    def _hacia(self, equipo: int) -> "list[str]":
        if self.modo == NINGUNO:
            usuario = ["--reuid", str(self.uid), "--regid", str(self.uid), *SIN_PODERES]
            quien = ["setpriv", *usuario] if self.uid else []
            return [*quien, *(["prlimit", *TOPES[2:], "--"] if shutil.which("prlimit") else [])]
        red = self._equipo(equipo)
        espacios = [f"--net=/proc/{red}/ns/net", f"--uts=/proc/{red}/ns/uts", "--ipc", "--mount", "--pid", "--root"]
        quien = ["--reuid", str(self.uid), "--regid", str(self.uid), "--clear-groups"] if self.modo == ROOT else []
        sin_poderes = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
        # Si falta memoria, que muera la entrega
        primero_ella = ["choom", "-n", "1000", "--"] if shutil.which("choom") else []
        return [
            "nsenter",
            f"--target={self._primero}",
            *espacios,
            "--",
            "setpriv",
            *quien,
            *sin_poderes,
            "prlimit",
            *TOPES,
            "--",
            *primero_ella,
        ]


class Programa:
    """Un programa de la entrega en marcha."""

    def __init__(self, orden: "list[str]", jaula: Jaula, archivo: str, equipo: int, casa: int, **donde):
        """`donde`: la carpeta y el entorno, si no los pone la propia orden."""
        self.jaula, self.archivo, self.equipo = jaula, archivo, equipo
        self.desde = time.monotonic()
        self.sonido = jaula.sonido / str(casa)
        self._salida = bytearray()
        self.proceso = subprocess.Popen(
            orden,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **donde,
        )
        self._lector = threading.Thread(target=self._leer, daemon=True)
        self._lector.start()

    def _leer(self) -> None:
        with self.proceso.stdout as salida:
            for parte in iter(lambda: salida.read1(65_536), b""):
                self._salida = (self._salida + parte)[-MAX_SALIDA:]

    @property
    def salida(self) -> str:
        """Lo último que ha escrito, en la salida o en la de errores."""
        return bytes(self._salida).decode("utf-8", "replace")

    @property
    def vivo(self) -> bool:
        """Si sigue en marcha."""
        return self.proceso.poll() is None

    def pids(self) -> "list[int]":
        """Los procesos de la sesión de este programa, vistos desde aquí; sin nsenter ni strace."""
        hallados = [pid for pid, sesion in _sesiones() if sesion == self.proceso.pid]
        return (
            [pid for pid in hallados if len(_nspid(pid)) > len(_nspid(os.getpid()))]
            if self.jaula.modo != NINGUNO
            else hallados
        )

    def pids_dentro(self) -> "set[int]":
        """Los mismos, como se ven desde dentro de la jaula: así los dice Tk."""
        return {_nspid(pid)[-1] for pid in self.pids() if _nspid(pid)}

    def trabaja(self) -> bool:
        """Si alguno de sus hilos está usando el procesador, esperando turno para usarlo o detenido un momento por
        strace."""
        return any(
            _estado(tarea) in ("R", "t") for pid in self.pids() for tarea in pathlib.Path(f"/proc/{pid}/task").glob("*")
        )

    def ventana_dormida(self) -> bool:
        """Si el hilo principal, que es el de la ventana, está dormido: espera a algo, y no turno en el procesador."""
        return any(_estado(pathlib.Path(f"/proc/{pid}/task/{pid}")) == "S" for pid in self.pids()[:1])

    def senalar(self, senal: int) -> None:
        """Enviar una señal al programa."""
        for pid in self.pids()[:1]:
            _matar(pid, senal)

    def grabado(self) -> float:
        """Segundos que ha leído del micrófono simulado."""
        return sonido.grabado(self.sonido)

    def reproducidos(self) -> "list[list[int]]":
        """Los tonos de cada cosa que ha reproducido."""
        return sonido.reproducidos(self.sonido)

    def matar(self) -> None:
        """Como kill -9, a todos sus procesos."""
        pids = self.pids()
        for pid in pids:
            _matar(pid, signal.SIGKILL)
        self.proceso.kill()
        self.proceso.wait()
        # Mientras no mueran del todo, su red sigue unida al grupo y parecería que lo está quien venga después.
        for pid in pids:
            _esperar_muerte(pid)
        self._lector.join(2)  # un nieto puede conservar abierta la salida
        self.proceso.stdin.close()


def _matar(pid: int, senal: int) -> None:
    try:
        os.kill(pid, senal)
    except ProcessLookupError:
        pass  # ya terminó


def _esperar_muerte(pid: int) -> None:
    """Esperar a que un proceso ajeno, ya matado, haya cerrado todo lo suyo."""
    try:
        testigo = os.pidfd_open(pid)
    except (ProcessLookupError, AttributeError):  # ya no existe, o no es Linux
        return
    try:
        select.select([testigo], [], [], MUERTE)
    finally:
        os.close(testigo)


def _red(*ordenes: str, prefijo: "list[str]" = ()) -> None:
    hecho = subprocess.run([*prefijo, "ip", "-batch", "-"], input="\n".join(ordenes), text=True, capture_output=True)
    if hecho.returncode:
        raise RuntimeError(f"ip: {hecho.stderr.strip()}")


def _esperar_enchufe(interfaz: str) -> None:
    """Esperar a que el puente reparta por una interfaz: el núcleo puede tardar un segundo en ver que hay cable, y
    lo enviado antes se pierde."""
    limite = time.monotonic() + ENCHUFE
    while time.monotonic() < limite:
        visto = subprocess.run(["ip", "-json", "-details", "link", "show", interfaz], capture_output=True, text=True)
        if '"state":"forwarding"' in visto.stdout.replace(" ", ""):
            return
        time.sleep(0.01)
    raise RuntimeError(f"el puente no reparte por {interfaz} después de {ENCHUFE:.0f} s")


def _hijo(pid: int) -> int:
    return int(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def _visibles() -> "list[str]":
    """Lo que la entrega ve del equipo: el sistema, el intérprete y su entorno."""
    interprete = [sys.base_prefix, sys.prefix]
    rutas = [*DEL_SISTEMA, *interprete, *map(os.path.realpath, interprete)]  # .venv puede ser un enlace
    unicas = [ruta for ruta in dict.fromkeys(rutas) if os.path.lexists(ruta)]
    return [ruta for ruta in unicas if not any(ruta.startswith(otra + "/") for otra in unicas)]


def _leer_proc(ruta: str) -> str:
    try:
        return pathlib.Path(ruta).read_text(errors="replace")
    except OSError:  # el proceso terminó mientras tanto
        return ""


def hay_proc() -> bool:
    """Si el sistema dice en /proc qué hace cada programa: en macOS y Windows, no."""
    return os.path.isdir("/proc")


def _sesiones() -> "list[tuple[int, int]]":
    """(pid, sesión) de cada proceso."""
    if not hay_proc():
        return []
    pares = []
    for nombre in filter(str.isdecimal, os.listdir("/proc")):
        campos = _leer_proc(f"/proc/{nombre}/stat").rpartition(")")[2].split()
        if len(campos) > 3:
            pares.append((int(nombre), int(campos[3])))
    return pares


def _nspid(pid: int) -> "list[int]":
    for linea in _leer_proc(f"/proc/{pid}/status").splitlines():
        if linea.startswith("NSpid:"):
            return [int(parte) for parte in linea.split()[1:]]
    return []


def _estado(tarea: pathlib.Path) -> str:
    campos = _leer_proc(f"{tarea}/stat").rpartition(")")[2].split()
    return campos[0] if campos else ""

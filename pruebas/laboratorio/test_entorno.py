"""Pruebas de practica3/equipo/entorno.py: preparar una máquina y relanzar en el entorno.

Todo es de verdad, menos apt-get y sudo: entornos, sellos, procesos y un pip sin
internet que instala una biblioteca diminuta, «librito», construida aquí mismo.

    laboratorio/             copia de lo que entorno.py necesita
      setup.cfg              pide librito
      practica3/             equipo/entorno.py y programa.py, que se relanza
    estante/                 librito-1.0.whl, librito-2.0.whl
    ordenes/                 apt-get, dpkg y sudo de mentira, que anotan lo que se les pide
"""
import ast
import configparser
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile

import pytest

from equipo import entorno
from equipo import sistema

pty = pytest.importorskip("pty", reason="usa órdenes de sh y terminales de Unix")

PLAZO = 60  # s: más que lo que tarda la preparación más lenta
NADIE = 65534  # uid de «nobody»
ES_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

PROGRAMA = """\
import os, signal, sys
from equipo import entorno

entorno.relanzar(__file__, sys.argv[1:], de_nuevo="--preparar" in sys.argv)
if "--esperar" in sys.argv:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
    try:
        print("listo", flush=True)
        signal.pause()
    except KeyboardInterrupt:
        print("adiós", flush=True)
        sys.exit(4)
try:
    import librito
except ImportError:
    librito = None
print(sys.prefix, librito and librito.VERSION, sys.argv[1:])
sys.exit(7)
"""

BACKEND = """\
import os, zipfile
def build_wheel(carpeta, *_):
    if "FIFO" in os.environ:
        open(os.environ["FIFO"], "w").close()  # espera a que la prueba lo abra
        open(os.environ["FIFO"]).close()       # y a que lo suelte
    nombre = "librito-3.0-py3-none-any.whl"
    os.link(os.path.join(os.path.dirname(__file__), nombre), os.path.join(carpeta, nombre))
    return nombre
"""


def construir_librito(carpeta, version):
    """Escribe en `carpeta` la rueda de librito y devuelve su ruta."""
    ruta = carpeta / "librito-{}-py3-none-any.whl".format(version)
    datos = "librito-{}.dist-info/".format(version)
    with zipfile.ZipFile(ruta, "w") as rueda:
        rueda.writestr("librito.py", "VERSION = {!r}\n".format(version))
        rueda.writestr(datos + "METADATA", "Metadata-Version: 2.1\nName: librito\nVersion: {}\n".format(version))
        rueda.writestr(datos + "WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        rueda.writestr(datos + "RECORD", "")
    return ruta


def escribir_orden(carpeta, nombre, texto):
    """Escribe una orden de sh."""
    (carpeta / nombre).write_text("#!/bin/sh\n" + texto)
    (carpeta / nombre).chmod(0o755)


class Laboratorio:
    """Una copia del repositorio, con lo justo, en una carpeta que cualquiera puede leer."""

    def __init__(self, carpeta):
        carpeta.chmod(0o755)
        self.raiz, self.ordenes, self.estante = carpeta / "lab", carpeta / "ordenes", carpeta / "estante"
        for nueva in (self.raiz / "practica3" / "equipo", self.ordenes, self.estante):
            nueva.mkdir(parents=True)
        for modulo in (entorno, sistema):
            shutil.copy(modulo.__file__, self.raiz / "practica3" / "equipo")
        (self.raiz / "practica3" / "programa.py").write_text(PROGRAMA)
        self.pedir("librito>=1")
        construir_librito(self.estante, "1.0")
        escribir_orden(self.ordenes, "apt-get", "exit 1\n")
        escribir_orden(self.ordenes, "sudo", "exit 1\n")

    def pedir(self, *requisitos):
        """Escribe setup.cfg con estos requisitos."""
        lista = "".join("\n    " + requisito for requisito in requisitos)
        (self.raiz / "setup.cfg").write_text(
            "[options]\ninstall_requires ={}\n[options.extras_require]\n".format(lista))

    def ambiente(self, **mas):
        """Devuelve las variables: sin internet y con nuestras órdenes delante."""
        ambiente = {clave: valor for clave, valor in os.environ.items()
                    if not clave.startswith(("PIP_", "SUDO_", "CHAT_", "PYTHON"))}
        ambiente.update(PATH="{}:{}".format(self.ordenes, os.environ["PATH"]), DISPLAY=":0", PIP_NO_INDEX="1",
                        PIP_FIND_LINKS=str(self.estante), PYTHONDONTWRITEBYTECODE="1")
        return dict(ambiente, **mas)

    def lanzar(self, *argumentos, **mas):
        """Lanza programa.py con el Python de la máquina y devuelve el proceso."""
        return subprocess.Popen([entorno.INTERPRETE, str(self.raiz / "practica3" / "programa.py"), *argumentos],
                                env=self.ambiente(**mas), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True)

    def correr(self, *argumentos, **mas):
        """Corre programa.py hasta el final; devuelve (código, salida, avisos)."""
        with self.lanzar(*argumentos, **mas) as proceso:
            salida, avisos = proceso.communicate(timeout=PLAZO)
            return proceso.returncode, salida, avisos

    @property
    def venv(self):
        return self.raiz / ".venv"

    @property
    def sello(self):
        return json.loads((self.venv / "sello.json").read_text(encoding="utf-8"))


@pytest.fixture
def lab():
    """Un laboratorio sin preparar."""
    with tempfile.TemporaryDirectory() as carpeta:
        yield Laboratorio(pathlib.Path(carpeta))


@pytest.fixture(scope="module")
def preparado():
    """Un laboratorio preparado una sola vez."""
    with tempfile.TemporaryDirectory() as carpeta:
        laboratorio = Laboratorio(pathlib.Path(carpeta))
        inicio = time.monotonic()
        laboratorio.primera = laboratorio.correr("uno", "dos y tres")
        laboratorio.preparar = time.monotonic() - inicio  # s
        yield laboratorio


@pytest.fixture
def listo(preparado):
    """El laboratorio preparado, que otra vez pide lo mismo."""
    preparado.pedir("librito>=1")
    return preparado


# --- Relanzar ---------------------------------------------------------------------

def test_prepara_y_relanza_con_su_código_y_sus_argumentos(listo):
    codigo, salida, avisos = listo.primera
    assert salida == "{} 1.0 ['uno', 'dos y tres']\n".format(listo.venv)
    assert codigo == 7
    assert "Preparo el entorno en {}".format(listo.venv) in avisos


def test_el_segundo_arranque_no_prepara_nada_y_es_inmediato(listo):
    antes, inicio = (listo.venv / "sello.json").stat().st_mtime_ns, time.monotonic()
    codigo, _, avisos = listo.correr()
    assert time.monotonic() - inicio < listo.preparar / 3  # medido: 40 veces menos; con el equipo cargado, 9
    assert (codigo, avisos) == (7, "")
    assert (listo.venv / "sello.json").stat().st_mtime_ns == antes


def test_el_python_del_entorno_no_se_relanza(listo):
    orden = [str(listo.venv / "bin" / "python"), str(listo.raiz / "practica3" / "programa.py")]
    dicho = subprocess.run(orden, env=listo.ambiente(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert (dicho.returncode, dicho.stderr) == (7, "")
    assert dicho.stdout.startswith(str(listo.venv))


def test_ctrl_c_lo_atiende_el_programa_sin_traza(listo):
    with listo.lanzar("--esperar") as proceso:
        assert proceso.stdout.readline() == "listo\n"
        os.killpg(proceso.pid, signal.SIGINT)
        salida, avisos = proceso.communicate(timeout=PLAZO)
    assert (proceso.returncode, salida, avisos) == (4, "adiós\n", "")


def test_sigterm_llega_al_programa(listo):
    with listo.lanzar("--esperar") as proceso:
        assert proceso.stdout.readline() == "listo\n"
        proceso.terminate()
        assert proceso.wait(timeout=PLAZO) == 5


def test_un_programa_que_muere_por_una_señal_da_128_y_su_número():
    hijo = "import os; os.kill(os.getpid(), 9)"
    programa = ("import sys; from equipo import entorno; "
                "sys.exit(entorno.ejecutar([sys.executable, '-c', {!r}]))".format(hijo))
    assert subprocess.call([sys.executable, "-c", programa], cwd=os.path.join(entorno.RAIZ, "practica3")) == 137


# --- Los demás programas: usar lo preparado, sin preparar nada -----------------------

QUE_USA = """\
import os, sys
from equipo import entorno
entorno.usar()
try:
    import librito
except ImportError:
    librito = None
try:
    print(os.getpid(), librito and librito.VERSION, entorno.contar_faltantes(), flush=True)
    print(input())
except KeyboardInterrupt:
    sys.exit(4)
sys.exit(7)
"""


def usar(lab, *opciones, python=entorno.INTERPRETE):
    """Corre un programa que sólo usa lo preparado; lo devuelve en marcha, y lo que dijo."""
    (lab.raiz / "practica3" / "usa.py").write_text(QUE_USA)
    proceso = subprocess.Popen([str(python), *opciones, str(lab.raiz / "practica3" / "usa.py")], text=True,
                               env=lab.ambiente(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    return proceso, proceso.stdout.readline().split(" ", 2)


def test_un_programa_usa_el_entorno_sin_cambiar_de_proceso(listo):
    """Así el teclado, el código de salida, Ctrl+C e IDLE son los suyos."""
    proceso, (pid, version, faltan) = usar(listo)
    assert (int(pid), version, faltan.strip()) == (proceso.pid, "1.0", "")
    salida, avisos = proceso.communicate("tecleado\n", timeout=PLAZO)
    assert (salida, avisos, proceso.returncode) == ("tecleado\n", "", 7)


def test_ctrl_c_llega_al_que_usa_el_entorno(listo):
    proceso, _ = usar(listo)
    proceso.send_signal(signal.SIGINT)
    assert (proceso.communicate(timeout=PLAZO)[1], proceso.returncode) == ("", 4)


def test_sin_entorno_empieza_igual_y_sabe_qué_falta(lab):
    proceso, (_, version, faltan) = usar(lab)
    assert version == "None" and "falta librito" in faltan
    proceso.communicate("\n", timeout=PLAZO)
    assert proceso.returncode == 7 and not lab.venv.exists()


def test_un_entorno_al_que_le_falta_lo_que_ahora_se_pide_no_se_usa(listo):
    listo.pedir("librito>=1", "otra>=1")
    proceso, (_, version, _) = usar(listo)
    proceso.communicate("\n", timeout=PLAZO)
    assert version == "None"


def test_en_otro_entorno_que_tiene_lo_necesario_no_se_usa_el_preparado(listo, tmp_path):
    subprocess.run([entorno.INTERPRETE, "-m", "venv", "--without-pip", str(tmp_path / "mio")], check=True)
    python = tmp_path / "mio" / "bin" / "python"
    proceso, (_, version, _) = usar(listo, python=python)
    proceso.communicate("\n", timeout=PLAZO)
    assert version == "1.0"  # le falta: sí
    (carpeta,) = (tmp_path / "mio" / "lib").glob("python3*/site-packages")
    (carpeta / "librito.py").write_text("VERSION = 'mía'")
    proceso, (_, version, _) = usar(listo, python=python)
    proceso.communicate("\n", timeout=PLAZO)
    assert version == "mía"


@pytest.mark.parametrize("programa", ["servidor.py", "cliente.py", "cliente_gui.py", "diagnostico.py"])
def test_cada_programa_usa_el_entorno_con_el_python_del_sistema(programa):
    if entorno.leer_sello(sys.prefix) == {}:
        pytest.skip("estas pruebas no corren en el entorno preparado")
    guion = ("import atexit, runpy, sys; sys.argv[0] = sys.argv[1]; del sys.argv[1]\n"
             "sys.path[0] = sys.argv[0].rpartition('/')[0]\n"
             "atexit.register(lambda: print(*sys.path, sep=chr(10)))\n"
             "runpy.run_path(sys.argv[0], run_name='__main__')")
    ruta = os.path.join(entorno.RAIZ, "practica3", programa)
    dicho = subprocess.run([entorno.INTERPRETE, "-c", guion, ruta, "--help"], stdout=subprocess.PIPE, text=True,
                           env=dict(os.environ, CHAT_ENTORNO=sys.prefix), timeout=PLAZO)
    assert any(linea.startswith(sys.prefix) for linea in dicho.stdout.splitlines()), dicho.stdout


# --- El sello: cuándo se prepara otra vez -------------------------------------------

def test_cambiar_un_requisito_lo_instala(listo):
    construir_librito(listo.estante, "2.0")
    listo.pedir("librito>=2")
    _, salida, avisos = listo.correr()
    assert " 2.0 " in salida and "pip install librito>=2" in avisos
    assert listo.correr()[2] == ""


@pytest.mark.parametrize("clave", ["interprete", "version", "carpeta"])
def test_el_sello_de_otro_intérprete_o_carpeta_no_vale(tmp_path, clave):
    sello = dict(entorno.identidad(str(tmp_path)), sistema={}, bibliotecas={})
    (tmp_path / "sello.json").write_text(json.dumps(sello))
    assert entorno.leer_sello(str(tmp_path)) == sello
    (tmp_path / "sello.json").write_text(json.dumps(dict(sello, **{clave: "otro"})))
    assert entorno.leer_sello(str(tmp_path)) == {}


@pytest.mark.largo
def test_media_preparación_se_cura(lab):
    """Lo que dejan un corte de luz y el venv de Debian sin ensurepip."""
    (lab.venv / "bin").mkdir(parents=True)
    (lab.venv / "bin" / "python").symlink_to(entorno.INTERPRETE)
    (lab.venv / "pyvenv.cfg").touch()
    (lab.venv / "sello.json").write_text('{"interprete": ')
    codigo, salida, _ = lab.correr()
    assert (codigo, " 1.0 " in salida) == (7, True)
    assert (lab.venv / "bin" / "pip").exists() and lab.correr()[2] == ""


@pytest.mark.largo
def test_varias_a_la_vez_aunque_maten_a_la_primera(lab):
    """Las otras esperan al pip que dejó corriendo la primera, y sólo una prepara."""
    fifo = str(lab.estante / "fifo")
    os.mkfifo(fifo)
    construir_librito(lab.estante, "3.0")
    (lab.estante / "backend.py").write_text(BACKEND)
    (lab.estante / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n')
    lab.pedir("librito @ file://{}".format(lab.estante))
    with lab.lanzar(FIFO=fifo) as primera:
        open(fifo).close()  # regresa cuando su pip ya está construyendo
        primera.kill()
        with lab.lanzar() as segunda, lab.lanzar() as tercera:
            for proceso in (segunda, tercera):
                assert "Otra preparación está en marcha" in proceso.stderr.readline()
            open(fifo, "w").close()
            dichos = [proceso.communicate(timeout=PLAZO) for proceso in (segunda, tercera)]
    assert (segunda.returncode, tercera.returncode) == (7, 7)
    assert all(" 3.0 " in salida for salida, _ in dichos)
    assert "".join(avisos for _, avisos in dichos).count("Preparo el entorno") == 1


# --- Lo que no se puede preparar -----------------------------------------------------

@pytest.mark.largo
def test_lo_que_falla_no_detiene_a_lo_demás_y_se_dice_cada_vez(listo):
    listo.pedir("inexistente>=1", "librito>=1")
    codigo, salida, _ = listo.correr()
    assert (codigo, "None" in salida) == (7, False)
    segundo = listo.correr()[2]
    assert "Falta: inexistente" in segundo and "--preparar" in segundo
    assert len(segundo.splitlines()) == 1  # una línea, y sin intentarlo otra vez
    assert "pip install inexistente" in listo.correr("--preparar")[2]

    sello = dict(listo.sello, hora=listo.sello["hora"] - entorno.REINTENTO - 1)
    (listo.venv / "sello.json").write_text(json.dumps(sello))
    assert "pip install inexistente" in listo.correr()[2]


@pytest.mark.largo
def test_la_que_no_se_puede_instalar_tiene_suplente(lab):
    """Como PyAudio, que no está para todos los Python: lo dice el intento, no la versión."""
    lab.pedir("PyAudio>=1")
    with open(str(lab.raiz / "setup.cfg"), "a") as archivo:
        archivo.write("sin_pyaudio =\n    librito>=1\n")
    _, salida, avisos = lab.correr()
    assert " 1.0 " in salida and avisos.index("pip install PyAudio") < avisos.index("pip install librito")
    assert lab.sello["bibliotecas"] == {"PyAudio>=1": ""} and "Falta" not in avisos
    assert lab.correr()[2] == ""  # y no se intenta otra vez


@pytest.mark.largo
def test_si_tampoco_se_puede_el_suplente_se_dice_la_primera(lab):
    lab.pedir("PyAudio>=1")
    with open(str(lab.raiz / "setup.cfg"), "a") as archivo:
        archivo.write("sin_pyaudio =\n    tampoco>=1\n")
    avisos = lab.correr()[2]
    assert "no hay mensajes de voz. Falta: PyAudio (pip no pudo instalarla)" in avisos


@pytest.mark.parametrize("plataforma, hay_cabeceras, se_puede", [
    ("linux", False, True), ("darwin", False, False), ("darwin", True, True), ("win32", False, False)])
def test_pyaudio_no_se_compila_donde_no_va_a_poder(monkeypatch, plataforma, hay_cabeceras, se_puede):
    monkeypatch.setattr(sistema, "esta_presente", lambda senal: hay_cabeceras)
    monkeypatch.setattr(sistema.sys, "platform", plataforma)
    assert sistema.se_puede_compilar("PyAudio") is se_puede and sistema.se_puede_compilar("Pillow")


def test_setup_cfg_trae_la_suplente_de_pyaudio():
    assert "sounddevice" in entorno.leer_configuracion()["options.extras_require"]["sin_pyaudio"]


@pytest.mark.largo
def test_una_biblioteca_a_medias_se_reinstala(listo):
    for ruta in listo.venv.glob("lib/python3*/site-packages/librito.py"):
        ruta.unlink()
    assert "None" not in listo.correr("--preparar")[1]


def test_una_carpeta_con_otras_cosas_no_se_borra(lab):
    ajena = lab.raiz / "tareas"
    ajena.mkdir()
    (ajena / "tesis.txt").write_text("única copia")
    codigo, salida, avisos = lab.correr(CHAT_ENTORNO=str(ajena))
    assert (codigo, " None " in salida) == (7, True)
    assert os.listdir(str(ajena)) == ["tesis.txt"]
    assert "tiene otras cosas" in avisos


def test_sin_setup_cfg_se_sigue_con_lo_que_hay(lab):
    (lab.raiz / "setup.cfg").unlink()
    codigo, _, avisos = lab.correr()
    assert codigo == 7 and "setup.cfg" in avisos and "Traceback" not in avisos


def test_un_python_viejo_se_dice_con_una_frase(lab):
    programa = "from equipo import entorno; entorno.MINIMA = (9, 0); entorno.preparar()"
    dicho = subprocess.run([entorno.INTERPRETE, "-c", programa], cwd=str(lab.raiz / "practica3"),
                           env=lab.ambiente(), stderr=subprocess.PIPE, text=True)
    assert dicho.returncode == 1
    assert dicho.stderr.startswith("Este programa necesita Python 9.0") and "Traceback" not in dicho.stderr


@pytest.mark.parametrize("modulo", [entorno, sistema])
def test_python_3_6_entiende_el_archivo(modulo):
    with open(modulo.__file__, encoding="utf-8") as archivo:
        ast.parse(archivo.read(), feature_version=(3, 6))


def test_setup_cfg_dice_lo_mismo_y_no_instala_nada_nuestro():
    configuracion = configparser.ConfigParser()
    configuracion.read(os.path.join(entorno.RAIZ, "setup.cfg"), encoding="utf-8")
    assert configuracion["options"]["packages"] == ""
    assert configuracion["options"]["python_requires"] == ">={}.{}".format(*entorno.MINIMA)


@pytest.mark.largo
def test_un_python_más_nuevo_que_los_probados_se_intenta(lab):
    programa = "from equipo import entorno; entorno.PROBADA = (3, 9); print(entorno.preparar())"
    dicho = subprocess.run([entorno.INTERPRETE, "-c", programa], cwd=str(lab.raiz / "practica3"),
                           env=lab.ambiente(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert dicho.returncode == 0 and dicho.stdout.startswith(str(lab.venv))
    assert "pip install librito" in dicho.stderr and "probad" not in dicho.stderr


# --- Paquetes del sistema --------------------------------------------------------------

APT = """\
echo "$(basename "$0") $*" >> "$ORDENES/anotado"
if [ -e "$ORDENES/falla" ]; then cat "$ORDENES/falla"; rm "$ORDENES/falla"; exit 100; fi
case "$*" in *inventado*) ln -sf /bin/true "$ORDENES/orden-inventada";; esac
"""
SUDO = """\
echo "sudo $*" >> "$ORDENES/anotado"
if [ "$1" = -n ]; then [ -e "$ORDENES/pide-clave" ] && exit 1; shift; fi
exec "$@"
"""
CHISPA = """\
import os, sys; from equipo import sistema
sistema.SISTEMA += (("orden-inventada", "inventado", "prueba", "magia"),)
if sys.argv[1] == "usuario" and os.geteuid() == 0:
    os.setuid(65534)
sistema.instalar_paquetes(["inventado"])
quedo = sistema.esta_presente("orden-inventada")
print(quedo, sistema.remediar([] if quedo else ["orden-inventada"]))
"""
INSTALAR = "apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends inventado"
SOLO_ROOT = pytest.mark.skipif(not ES_ROOT, reason="hay que ser root")


@pytest.fixture
def apt(lab):
    """Un laboratorio cuyos apt-get, dpkg y sudo anotan lo que se les pide."""
    if not sys.platform.startswith("linux"):
        pytest.skip("apt es de Linux")
    lab.ordenes.chmod(0o777)
    for nombre, texto in (("apt-get", APT), ("dpkg", APT), ("sudo", SUDO)):
        escribir_orden(lab.ordenes, nombre, texto)
    escribir_orden(lab.ordenes, "apt-cache", 'printf "inventado:\\n  Installed: x\\n  Candidate: 1:2.0-1\\n"\n')
    (lab.raiz / "practica3" / "chispa.py").write_text(CHISPA)
    return lab


def instalar_como(lab, quien, entrada=subprocess.DEVNULL, **mas):
    """Pide el paquete inventado; devuelve (si quedó y el remedio, órdenes que se corrieron)."""
    with open(str(lab.ordenes / "dicho"), "w") as avisos:
        hecho = subprocess.run([sys.executable, "chispa.py", quien], cwd=str(lab.raiz / "practica3"),
                               env=lab.ambiente(ORDENES=str(lab.ordenes), **mas), stdin=entrada,
                               stdout=subprocess.PIPE, stderr=avisos, text=True, timeout=PLAZO)
    anotado = lab.ordenes / "anotado"
    return hecho.stdout.strip(), anotado.read_text().splitlines() if anotado.exists() else []


@SOLO_ROOT
def test_root_instala_en_una_línea_sin_sudo(apt):
    quedo, ordenes = instalar_como(apt, "root")
    assert (quedo.split()[0], ordenes) == ("True", [INSTALAR])


def test_la_línea_se_muestra_antes_de_correr(apt):
    escribir_orden(apt.ordenes, "apt-get", 'cp "$ORDENES/dicho" "$ORDENES/dicho-antes"\n')
    instalar_como(apt, "usuario")
    assert INSTALAR in (apt.ordenes / "dicho-antes").read_text()


def test_sin_terminal_sudo_no_espera_contraseña(apt):
    quedo, ordenes = instalar_como(apt, "usuario")
    assert quedo.startswith("True")
    assert ordenes == ["sudo -n true", "sudo -n env DEBIAN_FRONTEND=noninteractive " + INSTALAR, INSTALAR]


def test_si_sudo_pide_contraseña_y_no_hay_terminal_se_dice_qué_escribir(apt):
    (apt.ordenes / "pide-clave").touch()
    quedo, ordenes = instalar_como(apt, "usuario")
    assert quedo.startswith("False escribe: sudo apt-get")
    assert quedo.endswith("apt-get install -y --no-install-recommends inventado")
    assert set(ordenes) == {"sudo -n true"}
    assert (apt.ordenes / "dicho").read_text() == ""


def test_con_terminal_sudo_puede_pedirla(apt):
    try:
        maestro, esclavo = pty.openpty()
    except OSError:
        pytest.skip("aquí no hay terminales: una jaula sin /dev/pts")
    try:
        _, ordenes = instalar_como(apt, "usuario", entrada=esclavo)
    finally:
        os.close(maestro)
        os.close(esclavo)
    assert ordenes == ["sudo env DEBIAN_FRONTEND=noninteractive " + INSTALAR, INSTALAR]


def test_sin_sudo_la_línea_es_para_root(apt):
    (apt.ordenes / "sudo").unlink()
    quedo, ordenes = instalar_como(apt, "usuario", PATH=str(apt.ordenes))
    assert quedo.startswith("False escribe como root: apt-get") and ordenes == []


@SOLO_ROOT
def test_si_apt_falla_se_actualizan_las_listas_y_se_repite(apt):
    (apt.ordenes / "falla").write_text("E: 404 Not Found")
    quedo, ordenes = instalar_como(apt, "root")
    assert (quedo.split()[0], ordenes) == ("True", [INSTALAR, "apt-get update", INSTALAR])


@pytest.mark.parametrize("interprete, senal, paquete", [
    ("/usr/bin/python3", "ensurepip", "python3-venv"),
    ("/usr/bin/python3.x", "ensurepip", "python3.{}-venv".format(sys.version_info[1])),
    ("/root/.pyenv/versions/3.12.1/bin/python3.12", "ensurepip", ""),
    ("/root/.pyenv/versions/3.12.1/bin/python3.12", "gcc", "gcc"),
])
def test_paquete_de_cada_intérprete(apt, monkeypatch, interprete, senal, paquete):
    monkeypatch.setenv("PATH", str(apt.ordenes))
    monkeypatch.setattr(sistema, "INTERPRETE", interprete)
    monkeypatch.setattr(sistema, "ES_EL_DEL_SISTEMA", interprete == "/usr/bin/python3")
    assert sistema.paquete_de(senal) == paquete


@pytest.mark.parametrize("version, senales", [
    ("0.2.13-1+b1", ["pyaudio"]),  # Debian 12
    ("0.2.11-1.3ubuntu1", ["gcc", "stdio.h", "portaudio.h", "Python.h"]),  # Ubuntu 22.04
])
def test_un_pyaudio_de_apt_demasiado_viejo_se_compila(apt, monkeypatch, version, senales):
    escribir_orden(apt.ordenes, "apt-cache",
                   'printf "python3-pyaudio:\\n  Installed: (none)\\n  Candidate: {}\\n"\n'.format(version))
    monkeypatch.setenv("PATH", "{}:{}".format(apt.ordenes, os.environ["PATH"]))
    monkeypatch.setattr(sistema, "ES_EL_DEL_SISTEMA", True)
    assert sistema.senales_de_voz((0, 2, 13)) == senales


# --- De quién es y dónde está -------------------------------------------------------------

def test_una_copia_de_sólo_lectura_usa_la_caché_del_usuario(lab):
    lab.raiz.chmod(0o555)
    programa = ("import os; from equipo import entorno\nif os.geteuid() == 0: os.setuid({})\n"
                "print(entorno.elegir_carpeta(()))".format(NADIE))
    dicho = subprocess.check_output([sys.executable, "-c", programa], cwd=str(lab.raiz / "practica3"),
                                    env=lab.ambiente(XDG_CACHE_HOME="/cache"), text=True)
    lab.raiz.chmod(0o755)
    assert dicho.startswith("/cache/practica3-chat/")


def test_chat_entorno_elige_la_carpeta(monkeypatch, tmp_path):
    monkeypatch.setenv("CHAT_ENTORNO", str(tmp_path / "otra"))
    assert entorno.elegir_carpeta(()) == str(tmp_path / "otra")


# --- Larga: con internet y los requisitos de verdad ------------------------------------

@pytest.mark.largo
def test_los_requisitos_de_verdad_se_instalan(lab):
    shutil.copy(os.path.join(entorno.RAIZ, "setup.cfg"), str(lab.raiz))
    de_pip = {clave: valor for clave, valor in os.environ.items() if clave.startswith("PIP_")}
    codigo, _, avisos = lab.correr(**dict(de_pip, PIP_NO_INDEX="0"))
    assert codigo == 7
    assert set(lab.sello["bibliotecas"].values()) == {""}, avisos

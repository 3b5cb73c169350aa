"""El calificador, calificado: entregas correctas, con un error y tramposas; sus criterios y la jaula en que corren.

Lo que las entregas del catálogo deben sacar está en entregas/catalogo.py. Aquí se califican unas
pocas; todas, con la marca «largo».
"""

import contextlib
import json
import os
import pathlib
import random
import re
import select
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import types

import pytest

from calificador import aislamiento
from calificador import calificacion
from calificador import elementos
from calificador import espera
from calificador import informe
from calificador import mensajes
from calificador import nota
from calificador import par
from calificador import retrato
from calificador.explicar import NoHay
from entregas import catalogo
from entregas import disenos
from entregas import ensayo
from entregas import plantados

AQUI = pathlib.Path(__file__).resolve().parent.parent


def perdidos(hecho):
    """Los criterios que una entrega perdió por sí misma, en todo o en parte, sin contar los extras."""
    return {uno.clave for uno in hecho.resultados
            if uno.estado in (nota.FALLADO, nota.PARCIAL) and uno.criterio["punto"] != "extra"
            and any(prueba["estado"] == nota.FALLADO for prueba in uno.pruebas)}


def revisar_bloqueados(hecho, fallas):
    """Todo lo bloqueado depende, directa o indirectamente, de lo que se perdió."""
    for uno in hecho.resultados:
        for prueba in uno.pruebas:
            if prueba["estado"] == nota.BLOQUEADO:
                assert any(
                    f"«{otro.criterio['titulo']}»" in prueba["observado"]
                    for otro in hecho.resultados if otro.clave in fallas or otro.estado == nota.BLOQUEADO
                )


# ---- de punta a punta

SIN_EXTRAS = "not extra_"
CORTAS = ("servidor_retransmite",)


@pytest.mark.parametrize("nombre", ["a_su_manera"])
def test_una_entrega_correcta_saca_100(calificar, nombre):
    hecho = calificar(nombre, SIN_EXTRAS)
    assert (hecho.base, hecho.falla) == (100, ""), hecho.tabla()


@pytest.mark.parametrize("nombre", CORTAS)
def test_un_error_pierde_lo_suyo_y_nada_mas(calificar, nombre):
    hecho = calificar(nombre, SIN_EXTRAS)
    esperado = next(error.pierde for error in catalogo.ERRORES if error.nombre == nombre)
    assert perdidos(hecho) == esperado, hecho.tabla()
    revisar_bloqueados(hecho, esperado)


def test_lo_oculto_se_dice_en_la_tabla_y_en_el_total():
    """Un alumno sólo tiene los visibles: su informe dice qué falta y por qué, y no parece que perdiera puntos."""
    rubrica = calificacion.leer_rubrica()
    pruebas = [{"criterio": uno["clave"], "estado": nota.SUPERADO, "peso": 1, "observado": ""}
               for uno in rubrica["criterios"] if uno["visible"] and uno["punto"] != "extra"]
    hecho = informe.Informe("mía", [], [], nota.juzgar(rubrica, pruebas), {}, 1.0, "")
    assert hecho.calificacion == "69 de 69 (faltan 31, ocultos)"
    assert hecho.tabla().count("oculto: se prueba al calificar") == sum(
        not uno["visible"] for uno in rubrica["criterios"]
    )


@pytest.mark.largo
def test_una_tramposa_no_gana_nada(calificar):
    hecho = calificar("parchea_pytest", SIN_EXTRAS)
    assert hecho.base <= 1 and not hecho.falla, hecho.tabla()


@pytest.mark.largo
@pytest.mark.timeout(2400)
def test_todo_el_catalogo_en_un_lote(tmp_path):
    assert ensayo.ensayar(tmp_path, f"catalogo-{random.random()}") == {}


@pytest.mark.largo
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("con_error", [False, True])
def test_disenos_al_azar_correctos_y_con_un_error(tmp_path, con_error):
    """Cada vez otros, salvo con PRUEBAS_SEMILLA: lo que salga mal queda en la carpeta de la prueba, con su semilla."""
    azar = random.Random(f"{os.environ['PRUEBAS_SEMILLA']} {con_error}" if "PRUEBAS_SEMILLA" in os.environ else None)
    semillas = [f"{azar.getrandbits(32):08x}" for _ in range(12)]
    errores = {semilla: azar.choice(sorted(plantados.PLANTADOS)) for semilla in semillas} if con_error else {}
    assert disenos.ensayar(semillas, tmp_path, tmp_path / "mal", errores) == {}


@pytest.mark.largo
@pytest.mark.timeout(900)
def test_con_el_equipo_cargado_no_hay_veredictos_falsos(calificar):
    with ensayo.cargar_el_equipo(por_procesador=2):
        for nombre in ("sencilla", "etiquetas", "listado_dos_veces"):
            hecho = calificar(nombre, SIN_EXTRAS)
            esperado = next((error.pierde for error in catalogo.ERRORES if error.nombre == nombre), set())
            assert perdidos(hecho) == esperado, hecho.tabla()


@pytest.mark.largo
@pytest.mark.timeout(400)
def test_sin_ser_root_se_califica_igual(calificar):
    if not aislamiento.funciona(aislamiento.USUARIO):
        pytest.skip("este equipo no permite espacios de usuario")
    hecho = calificar("sencilla", SIN_EXTRAS, modo=aislamiento.USUARIO)
    assert (hecho.base, hecho.falla) == (100, ""), hecho.tabla()


CRITERIO_QUE_CUENTA = """
import pytest
VECES = []
@pytest.mark.criterio("servidor_arranca")
@pytest.mark.escena("servidor")
def criterio_contado(aula):
    VECES.append(1)
    assert len(VECES) > {fallan}, f"a la {{len(VECES)}}.ª no"
"""


@pytest.mark.parametrize("fallan, estado, observado", [
    (0, nota.SUPERADO, ""), (1, nota.SUPERADO, "A la primera no salió y a la segunda, sí. a la 1.ª no"),
    (2, nota.FALLADO, "a la 1.ª no"),
])
def test_nada_se_niega_por_verlo_fallar_una_vez(calificar, tmp_path, monkeypatch, fallan, estado, observado):
    criterios = tmp_path / "criterios"
    criterios.mkdir()
    (criterios / "pytest.ini").write_bytes((calificacion.CRITERIOS / "pytest.ini").read_bytes())
    (criterios / "criterio_contado.py").write_text(CRITERIO_QUE_CUENTA.format(fallan=fallan), encoding="utf-8")
    monkeypatch.setattr(calificacion, "CRITERIOS", criterios)
    [prueba] = [prueba for uno in calificar("plantilla").resultados for prueba in uno.pruebas]
    assert (prueba["estado"], prueba["observado"]) == (estado, observado)


# ---- los criterios


def test_cada_criterio_de_la_rubrica_tiene_su_prueba_en_su_carpeta(rubrica):
    for criterio in rubrica["criterios"]:
        carpeta = "visibles" if criterio["visible"] else "ocultos"
        for nombre in ("visibles", "ocultos"):
            textos = "".join(
                ruta.read_text(encoding="utf-8") for ruta in (AQUI / "criterios" / nombre).glob("criterio_*.py")
            )
            assert (f'criterio("{criterio["clave"]}"' in textos) == (nombre == carpeta), criterio["clave"]


def test_los_errores_del_catalogo_dicen_criterios_que_existen(rubrica):
    claves = {criterio["clave"] for criterio in rubrica["criterios"]}
    for error in catalogo.ERRORES:
        assert error.pierde | error.quiza <= claves, error.nombre
    assert len(catalogo.ERRORES) >= 30 and len(catalogo.CORRECTAS) >= 4


@pytest.mark.parametrize(
    "cambio, dice",
    [
        ({"depende_de": ["entrar_ventana", "saludo"]}, "lista_en_ventana».*depende de «saludo», que no está"),
        (
            {"depende_de": ["lista_en_ventana"]},
            "«lista_en_ventana» → «lista_en_ventana» dependen unos de otros en círculo",
        ),
        ({"punto": "9"}, "lista_en_ventana».*«punto» es «9»"),
        ({"seccion": None}, "lista_en_ventana».*falta seccion"),
    ],
)
def test_de_una_rubrica_a_medias_se_dice_que_le_falta(rubrica, tmp_path, cambio, dice):
    criterios = [
        {**criterio, **(cambio if criterio["clave"] == "lista_en_ventana" else {})} for criterio in rubrica["criterios"]
    ]
    criterios = [{campo: valor for campo, valor in criterio.items() if valor is not None} for criterio in criterios]
    ruta = tmp_path / "rubrica.json"
    ruta.write_text(json.dumps({**rubrica, "criterios": criterios}), encoding="utf-8")
    with pytest.raises(ValueError, match=dice):
        calificacion.leer_rubrica(ruta)


def test_un_criterio_solo_corre_con_aquellos_de_que_depende(calificar):
    hecho = calificar("sencilla", "recibir_audio")
    estados = {uno.clave: uno.estado for uno in hecho.resultados if uno.pruebas}
    assert estados == dict.fromkeys(["entrar_ventana", "enviar_audio", "recibir_audio"], nota.SUPERADO), hecho.tabla()


def test_sin_pantalla_lo_de_las_ventanas_no_es_comprobable_y_nada_se_pierde(monkeypatch, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "sh").symlink_to("/bin/sh")  # para el grupo de control
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    carpeta = catalogo.construir("sencilla", tmp_path)
    hecho = calificacion.calificar(carpeta, tmp_path / "nota", aislamiento.NINGUNO, "s", 0, (), "nombre_primero")
    estados = {uno.clave: uno.estado for uno in hecho.resultados if uno.pruebas}
    assert estados == dict.fromkeys(("entrar_ventana", "nombre_primero"), nota.NO_COMPROBABLE), hecho.tabla()


@pytest.mark.parametrize(
    "texto",
    [
        "Ese nombre ya está en uso",
        "El nombre Ana ya está en uso. Elige otro.",
        "Nombre ocupado",
        "Ya existe ese nombre",
        "Elige otro nombre",
        "Ana no está disponible",
        "Ya hay alguien con ese nombre",
        "El usuario ya existe",
        "Ya existe un usuario llamado Ana",
        "Ana ya está en la sala",
        "Usuario ya conectado",
        "Nombre de usuario repetido",
        "Error: usuario duplicado",
    ],
)
def test_se_reconoce_que_un_nombre_esta_en_uso(criterio, texto):
    assert criterio("extras").dice_ocupado(texto, "Ana")


@pytest.mark.parametrize(
    "texto",
    [
        "Ya estás en la sala",
        "Bienvenida, Ana: ya estás en la sala",
        "Ya hay 3 usuarios en la sala",
        "Ya está todo listo",
        "Mensajes repetidos: 0",
        "2 duplicados",
    ],
)
def test_entrar_no_es_decir_que_el_nombre_esta_en_uso(criterio, texto):
    assert not criterio("extras").dice_ocupado(texto, "Ana")


INICIO = '            self.decir(tipo="inicio", user=nombre, sala=sala)\n'


@pytest.mark.largo
@pytest.mark.parametrize(
    "dice, observa", [("Ya estás en la sala", "no se leyó que"), ("El nombre ya está en uso", "pero entró")]
)
def test_quien_entra_con_el_nombre_de_otro_no_da_el_extra_diga_lo_que_diga(modo, tmp_path, dice, observa):
    carpeta = catalogo.construir("sencilla", tmp_path)
    catalogo.cambiar(
        carpeta / "cliente_gui.py", INICIO, f'{INICIO}            self.salas[sala].escribir("Chat", "{dice}")\n'
    )
    hecho = calificacion.calificar(
        carpeta,
        tmp_path / "nota",
        modo,
        f"prueba-{random.random()}",
        4_000 + os.getpid() % 1_000,
        (),
        "extra_nombre_ocupado",
    )
    assert any(
        observa in uno.observado[0] for uno in hecho.resultados if uno.clave == "extra_nombre_ocupado"
    ), hecho.tabla()


@pytest.mark.timeout(120)
def test_lo_que_se_mata_al_limite_no_deja_nada_en_tmp(calificar, monkeypatch):
    monkeypatch.setattr(calificacion, "LIMITE", 4.0)
    monkeypatch.setattr(calificacion, "INTENTOS", 1)
    with tempfile.TemporaryDirectory() as corta:  # la ruta de un socket tiene tope
        monkeypatch.setenv("TMPDIR", corta)
        monkeypatch.setattr(tempfile, "tempdir", None)
        assert "no terminó en 4 s" in calificar("sencilla").falla
        assert os.listdir(corta) == []


class Reloj:
    """Un reloj que sólo avanza cuando se le dice, y un oyente que espera con él."""

    def __init__(self):
        self.hora = 0.0

    def monotonic(self):
        return self.hora

    def esperar_novedad(self, plazo):
        self.hora += plazo


class Programa:
    """Uno que trabaja siempre, o nunca."""

    equipo, salida = 2, ""

    def __init__(self, trabaja):
        self.trabaja = lambda: trabaja


class AulaConGuion:
    """Un aula en que el servidor ha enviado una lista más cada vez que se le mira."""

    def __init__(self, reloj, listas):
        self.par, self.listas, self.miradas = self, listas, 0
        self.nombre = iter(("sala", "ana", "bryan")).__next__
        self.esperar_novedad = reloj.esperar_novedad

    def marca(self):
        return 0

    def decir_inicio(self, user, sala):
        pass

    decir_salir = decir_inicio

    def mensajes(self, desde, equipo):
        self.miradas += 1
        dichos = [mensajes.Mensaje(tipo="usuarios", sala="sala", lista=uno) for uno in self.listas[:self.miradas]]
        for uno in dichos:
            uno.destino = (par.GRUPO, par.PUERTO)
        return dichos


@pytest.mark.parametrize("ultimas, bien", [
    ([["bryan"], ["bryan", "ana"]], True),
    ([["ana", "bryan"], ["bryan"], ["bryan", "ana"]], True),
    ([["bryan"]], False),
    ([["ana", "ana", "bryan"]], False),
])
def test_una_lista_a_medio_camino_no_es_en_la_que_quedo_la_sala(criterio, monkeypatch, ultimas, bien):
    """Un servidor puede atender un «salir» y un «inicio» con un momento de por medio, y entonces se le mira."""
    reloj = Reloj()
    monkeypatch.setattr(espera, "time", reloj)
    monkeypatch.syspath_prepend(str(AQUI / "criterios" / "ocultos"))
    juzgar = criterio("servidor", "ocultos").criterio_lista_sin_repetidos
    aula = AulaConGuion(reloj, [["ana"], [], ["ana"], *ultimas])
    with contextlib.nullcontext() if bien else pytest.raises(NoHay, match=re.escape(f"fue {ultimas[-1]}")):
        juzgar(aula, Programa(False), "volver")


@pytest.mark.parametrize(
    "trabaja, lenta, minimo, maximo", [(False, 0, 2, 2.2), (True, 0, 6, 6.2), (False, 0.3, 4, 10.5), (True, 60, 60, 61)]
)
def test_de_lo_que_no_paso_se_da_fe_a_su_tiempo(monkeypatch, trabaja, lenta, minimo, maximo):
    reloj = Reloj()
    monkeypatch.setattr(espera, "time", reloj)

    def mirada():
        reloj.hora += lenta

    assert espera.esperar(mirada, 2.0, reloj, (Programa(trabaja),)) is None
    assert minimo <= reloj.hora <= maximo


def test_a_quien_se_tarda_en_mirar_se_le_deja_tiempo_de_hacer_lo_suyo(monkeypatch):
    reloj, quitado = Reloj(), 0.0
    monkeypatch.setattr(espera, "time", reloj)

    def mirada():
        nonlocal quitado
        if reloj.hora - quitado >= 1.5:  # s que le bastan, si no se le está mirando
            return True
        reloj.hora += 0.9
        quitado += 0.9

    assert espera.esperar(mirada, 2.0, reloj, (Programa(True),))


@pytest.mark.parametrize("lugar, encima, tapados", [
    ("place", (0, 0, 100, 100), [0]), ("place", (0, 90, 100, 190), []), ("pack", (0, 0, 100, 100), [])])
def test_un_marco_tapa_a_sus_hermanos_si_los_cubre_y_no_se_ponen_en_fila(lugar, encima, tapados):
    def marco(n, x, y, derecha, abajo):
        datos = {"x": str(x), "y": str(y), "ancho": str(derecha - x), "alto": str(abajo - y), "lugar": lugar}
        return elementos.Elemento("chat", f".m{n}", "Frame", datos, [])

    juntos = [marco(0, 0, 0, 100, 100), marco(1, *encima)]
    assert retrato._cubiertos(juntos) == [("chat", f".m{n}") for n in tapados]


def test_cada_calificacion_corre_en_su_grupo_de_control_y_no_deja_rastro():
    nombre = f"calificador-prueba-{os.getpid()}"
    with aislamiento.en_su_grupo(nombre) as prefijo:
        if not prefijo:
            pytest.skip("aquí no se pueden crear grupos de control: hacen falta root y /sys/fs/cgroup")
        assert nombre in subprocess.check_output([*prefijo, "cat", "/proc/self/cgroup"], text=True)
    assert not [base for base, _ in aislamiento.GRUPOS if pathlib.Path(base, nombre).exists()]


# -------------------------------------------------------------------- la jaula

DESDE_DENTRO = """
import os, socket
s = socket.socket(socket.AF_UNIX)
try:
    s.connect("/tmp/.X11-unix/X0")
    print("conecta")
except OSError as error:
    print("no conecta", error)
try:
    open("/tmp/.X11-unix/basura", "wb")
    print("escribe")
except OSError:
    print("no escribe")
try:
    os.remove("/tmp/.X11-unix/X0")
    print("borra")
except OSError:
    print("no borra")
"""
CORRER_DENTRO = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
from calificador import aislamiento
trabajo = pathlib.Path(sys.argv[3])
jaula = aislamiento.Jaula(sys.argv[2], trabajo / "copia", trabajo, 0, trabajo / "x11", None)
programa = jaula.lanzar("servidor.py", 2)
programa.proceso.wait(30)
programa.matar()
print(programa.salida)
jaula.cerrar()
"""


def test_desde_la_jaula_se_usa_la_pantalla_y_no_su_carpeta(modo):
    # La ruta de un socket ha de ser corta
    with tempfile.TemporaryDirectory(prefix="jaula-") as carpeta, socket.socket(socket.AF_UNIX) as pantalla:
        trabajo = pathlib.Path(carpeta)
        for nombre in ("copia", "x11"):
            (trabajo / nombre).mkdir()
        (trabajo / "x11").chmod(0o777)
        (trabajo / "copia" / "servidor.py").write_text(DESDE_DENTRO)
        pantalla.bind(str(trabajo / "x11" / "X0"))
        (trabajo / "x11" / "X0").chmod(0o777)
        pantalla.listen()
        orden = [*aislamiento.envoltura(modo), sys.executable, "-c", CORRER_DENTRO, str(AQUI), modo, carpeta]
        hecho = subprocess.run(orden, capture_output=True, text=True, timeout=60)
    assert hecho.stdout.split("\n")[:3] == ["conecta", "no escribe", "no borra"], hecho.stdout + hecho.stderr


# -------------------------------------------------------------------- los programas

DONDE_ESTOY = "import os, time; print(os.path.basename(os.getcwd()), sorted(os.environ), flush=True); time.sleep(60)"


def test_sin_proc_ni_env_tambien_se_prueba_un_servidor(monkeypatch, tmp_path):
    """Como en macOS o en Windows: se corre en su carpeta y su entorno, y se le supone en el grupo del enunciado."""
    listar, es_carpeta = os.listdir, os.path.isdir

    def listdir(ruta):
        if ruta == "/proc":
            raise FileNotFoundError(ruta)
        return listar(ruta)

    monkeypatch.setattr(os, "listdir", listdir)
    monkeypatch.setattr(os.path, "isdir", lambda ruta: ruta != "/proc" and es_carpeta(ruta))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SECRETO", "no es suyo")
    (tmp_path / "copia").mkdir()
    (tmp_path / "copia" / "servidor.py").write_text(DONDE_ESTOY)
    programa = aislamiento.Jaula(aislamiento.NINGUNO, tmp_path / "copia", tmp_path, 0, None, None).lanzar(
        "servidor.py", 2
    )
    try:
        assert par.descubrir(programa) == set() and not programa.trabaja()
        plazo = time.monotonic() + 20
        while not (programa.salida.endswith("\n") and par.descubrir(programa)) and time.monotonic() < plazo:
            select.select([], [], [], 0.05)
        assert programa.salida.startswith("entrega ") and "HOME" in programa.salida and "SECRETO" not in programa.salida
        assert par.descubrir(programa) == {(par.GRUPO, par.PUERTO)}
    finally:
        programa.matar()
    assert not programa.vivo


TARDA_EN_MORIR = """
import signal, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
memoria = bytearray(b"x") * 600_000_000  # soltarla tarda, y el socket se cierra después
print(s.getsockname()[1], flush=True)
signal.pause()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="sólo Linux deja esperar a la muerte de un proceso ajeno")
def test_al_matar_un_programa_ya_cerro_sus_sockets(tmp_path):
    jaula = types.SimpleNamespace(modo=aislamiento.NINGUNO, sonido=tmp_path)
    dicho = tmp_path / "puerto"  # y no en su salida, que quien mata espera a que se cierre
    nieto = f"{shlex.quote(sys.executable)} -c {shlex.quote(TARDA_EN_MORIR)} >{shlex.quote(str(dicho))} 2>&1 & wait"
    programa = aislamiento.Programa(["sh", "-c", nieto], jaula, "programa.py", 2, 0)
    plazo = time.monotonic() + 20
    while not (dicho.exists() and dicho.read_text().endswith("\n")) and time.monotonic() < plazo:
        select.select([], [], [], 0.02)
    puerto = int(dicho.read_text())
    programa.matar()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as otro:
        otro.bind(("127.0.0.1", puerto))  # lanza OSError si aún lo tiene

"""El complemento de pytest con que corre un criterio: qué puede pedir y qué se anota de él.

    @pytest.mark.criterio("lista_al_entrar")
    def criterio_lista_al_entrar(aula, servidor):
        ...

Un criterio de la rúbrica puede tener varias pruebas, cada una con su `peso`: así hay puntos
parciales. El orden y lo que depende de qué salen de enunciado/rubrica.json. Un AssertionError
es un fallo de la entrega; cualquier otra excepción, un error nuestro, y así se anota.

Nada se niega por haberlo visto una vez: lo que falla se prueba otra, desde limpio. En un equipo cargado
un programa correcto puede llegar tarde una vez; dos, muy raramente.

Los resultados se escriben uno por renglón según salen. El último renglón dice cuántos son: si
falta, es que la calificación no terminó, y eso nunca es una nota.
"""

import json
import pathlib
import random
import shutil
import sys
import tempfile
import time

import pytest
from _pytest.runner import runtestprotocol

from calificador import aula as aula_
from calificador import diagrama
from calificador import x11
from calificador.explicar import Detenida
from calificador.explicar import NoLoIntenta
from calificador.explicar import NoSupe
from calificador.nota import BLOQUEADO
from calificador.nota import DUDAS
from calificador.nota import ERROR
from calificador.nota import FALLADO
from calificador.nota import NO_COMPROBABLE
from calificador.nota import NO_LO_INTENTA
from calificador.nota import NO_SUPE
from calificador.nota import SUPERADO

# Lo que usa los mismos programas va seguido: así casi nada se arranca dos veces.
# Estar en varias salas, después: quien las confunde sólo pierde eso
ESCENAS = ("servidor", "ventanas", "salas", "juntos")
SEGUNDAS = 6  # en una entrega; a quien más le falla, no le falla por casualidad


def pytest_addoption(parser):
    """Lo que el calificador dice a pytest."""
    for opcion in ("--copia", "--resultado", "--semilla", "--modo", "--rubrica"):
        parser.addoption(opcion)
    parser.addoption("--indice", type=int, default=0)


def pytest_configure(config):
    """Abrir el registro."""
    config.addinivalue_line(
        "markers", "criterio(clave, peso=1, tras=()): una entrada de enunciado/rubrica.json, y de qué más depende"
    )
    config.addinivalue_line(
        "markers", "escena(nombre): servidor (sin pantalla), ventanas (si no se dice), salas o juntos"
    )
    config.rubrica = aula_.leer_rubrica(pathlib.Path(config.getoption("--rubrica")))
    config.criterios = {criterio["clave"]: criterio for criterio in config.rubrica["criterios"]}
    config.registro = Registro(pathlib.Path(config.getoption("--resultado")) / "resultados.jsonl")


class Registro:
    """Lo que va resultando, en un archivo que la entrega no alcanza."""

    def __init__(self, ruta: pathlib.Path):
        self._archivo = open(ruta, "w", encoding="utf-8")
        self.estados: "dict[str, list[str]]" = {}
        self.cuantos = 0
        self.segundas = SEGUNDAS  # pruebas que aún se pueden repetir

    def anotar(self, **datos) -> None:
        """Un renglón."""
        self._archivo.write(json.dumps(datos, ensure_ascii=False) + "\n")
        self._archivo.flush()
        if "criterio" in datos:
            self.cuantos += 1
            self.estados.setdefault(datos["criterio"], []).append(datos["estado"])

    def terminar(self, **datos) -> None:
        """El último."""
        self.anotar(fin=self.cuantos, **datos)
        self._archivo.close()

    def impide(self, clave: str) -> str:
        """Si algo de un criterio no se superó: BLOQUEADO o, si no falló y está por revisar, NO_SUPE; "" si nada."""
        estados = set(self.estados.get(clave, [])) - {SUPERADO}
        return "" if not estados else NO_SUPE if estados <= set(DUDAS) else BLOQUEADO


def marca(item):
    """La entrada de la rúbrica de una prueba."""
    return item.get_closest_marker("criterio")


def escena(item) -> str:
    """Qué programas usa una prueba."""
    dicha = item.get_closest_marker("escena")
    return dicha.args[0] if dicha else "ventanas"


def necesita(item) -> "list[str]":
    """Los criterios de que depende una prueba."""
    return [*item.config.criterios[marca(item).args[0]]["depende_de"], *marca(item).kwargs.get("tras", ())]


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config, items):
    """Poner los criterios en orden: por escena, y cada uno después de los que necesita."""
    for item in items:
        if marca(item) is None or marca(item).args[0] not in config.criterios:
            raise pytest.UsageError(f"{item.nodeid}: falta @pytest.mark.criterio con una clave de la rúbrica")
        for otra in set(necesita(item)) - set(config.criterios):
            raise pytest.UsageError(f"{item.nodeid}: depende de «{otra}», que no está en la rúbrica")
    todos = list(items)
    yield  # aquí pytest deja los que se pidieron con -k
    items[:] = _con_lo_que_necesitan(items, todos)
    orden = list(config.criterios)

    def lugar(item):
        clave = marca(item).args[0]
        hondura = max(
            [_hondura(config.criterios, clave), *(1 + _hondura(config.criterios, otra) for otra in necesita(item))]
        )
        return ESCENAS.index(escena(item)), hondura, orden.index(clave)

    items.sort(key=lugar)


def _con_lo_que_necesitan(pedidos: list, todos: list) -> list:
    """Los pedidos y aquéllos sin los que no se pueden juzgar: quien oye una voz usa la que otro grabó."""
    elegidos, faltan = set(pedidos), list(pedidos)
    while faltan:
        claves = necesita(faltan.pop())
        nuevos = [item for item in todos if marca(item).args[0] in claves and item not in elegidos]
        elegidos.update(nuevos)
        faltan += nuevos
    return [item for item in todos if item in elegidos]


def _hondura(criterios: dict, clave: str) -> int:
    return max((1 + _hondura(criterios, otra) for otra in criterios[clave]["depende_de"]), default=0)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """Correr una prueba y anotar cómo resultó; si falla, correrla otra vez, por si a la segunda sale."""
    registro = item.config.registro
    resultados, reportes = _correr(item, nextitem, 1)
    if item.otra_vez and registro.segundas:
        registro.segundas -= 1
        segundos, otros = _correr(item, nextitem, 2)
        if segundos[0]["estado"] == SUPERADO:
            segundos[0]["observado"] = f"A la primera no salió y a la segunda, sí. {resultados[0]['observado']}"
            resultados, reportes = segundos, otros
    if nextitem is None:
        item.session._setupstate.teardown_exact(None)
    for resultado in resultados:
        registro.anotar(**resultado)
    for reporte in reportes:
        item.ihook.pytest_runtest_logreport(report=reporte)
    return True


def _correr(item, nextitem, vez: int) -> "tuple[list[dict], list]":
    item.vez = vez  # cada una con otros nombres: los de la primera, el par ya los oyó
    item.cuanto, item.resultados, item.fallo, item.otra_vez, item.se_intento = 0.0, [], False, False, False
    # Tras la última no se cierra el aula, sólo lo suyo: quizá se corra otra vez.
    reportes = runtestprotocol(item, log=False, nextitem=nextitem or item.parent)
    return item.resultados, reportes


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Guardar cómo resultó."""
    informe = yield
    item.cuanto += call.duration
    if call.when == "call" or (call.when == "setup" and call.excinfo is not None):
        estado, observado = _juzgar(call.excinfo)
        item.resultados.append(_describir(item, estado, observado))
        item.fallo = estado in (FALLADO, NO_SUPE, NO_LO_INTENTA)
        detenida = estado == FALLADO and isinstance(call.excinfo.value, (Detenida, x11.SinRespuesta, x11.Expulsado))
        item.otra_vez = item.se_intento and estado in (FALLADO, NO_SUPE) and not detenida
    elif call.when == "teardown" and call.excinfo is not None:
        item.resultados.append(_describir(item, ERROR, str(call.excinfo.value)))
    return informe


def _juzgar(excinfo) -> "tuple[str, str]":
    if excinfo is None:
        return SUPERADO, ""
    error = excinfo.value
    if isinstance(error, pytest.skip.Exception):
        return (BLOQUEADO if error.msg.startswith("bloqueado") else NO_COMPROBABLE), error.msg
    if isinstance(error, NoSupe):
        return NO_SUPE, str(error)
    if isinstance(error, NoLoIntenta):
        return NO_LO_INTENTA, str(error)
    if isinstance(error, (AssertionError, x11.SinRespuesta, x11.Expulsado)):
        return FALLADO, str(error).split("\nassert ")[0]
    return (
        ERROR,
        f"{type(error).__name__}: {error} ({excinfo.traceback[-1].path.name}:{excinfo.traceback[-1].lineno + 1})",
    )


def _describir(item, estado: str, observado: str) -> dict:
    el_aula = item.config.__dict__.get("el_aula")
    datos = {
        "criterio": marca(item).args[0],
        "prueba": item.name,
        "peso": marca(item).kwargs.get("peso", 1),
        "estado": estado,
        "observado": observado,
        "que": " ".join((item.function.__doc__ or "").split()),
        "segundos": round(item.cuanto, 2),
    }
    if el_aula is not None and estado != BLOQUEADO:
        if escena(item) != "servidor":
            el_aula.fotografiar(item.name.removeprefix("criterio_"))
        datos["fotos"] = el_aula.fotos[getattr(item, "fotos_antes", 0):]
        if estado in (FALLADO, NO_SUPE):
            datos["historia"] = diagrama.dibujar(el_aula.par.historia[getattr(item, "desde", 0):])
    return datos


@pytest.fixture(autouse=True)
def _en_orden(request):
    """No intentar lo que depende de algo que no se superó; tras un fallo, empezar con todo limpio."""
    config, aula = request.config, request.getfixturevalue("aula")
    if aula.pantalla is None and escena(request.node) != "servidor":
        pytest.skip(
            "no comprobable aquí: las ventanas se prueban en Linux con Xvfb (sudo apt install xvfb), o en Windows con"
            " WSL2"
        )
    for otra in necesita(request.node):
        impide = config.registro.impide(otra)
        if impide == NO_SUPE:
            raise NoSupe(f"hace falta «{config.criterios[otra]['titulo']}», que está por revisar a mano")
        if impide:
            pytest.skip(f"bloqueado por «{config.criterios[otra]['titulo']}»")
    request.node.se_intento = True
    request.node.desde, request.node.fotos_antes = aula.par.marca(), len(aula.fotos)
    aula.azar = random.Random(f"{config.getoption('--semilla')} {request.node.name} {request.node.vez}")
    yield
    if request.node.fallo:
        aula.limpiar()


@pytest.fixture(scope="session")
def aula(request):
    """La entrega en su jaula, la pantalla y el par."""
    opcion = request.config.getoption
    copia = pathlib.Path(opcion("--copia"))
    # Si nos matan, lo borra quien borre la copia
    trabajo = pathlib.Path(tempfile.mkdtemp(prefix="trabajo-", dir=copia.parent))
    for carpeta in (trabajo, copia.parent):
        carpeta.chmod(0o711)  # la entrega, con su propio usuario, pasa por ellas sin ver qué hay
    una = aula_.Aula(opcion("--modo"), copia, trabajo, pathlib.Path(opcion("--resultado")), opcion("--indice"),
                     opcion("--semilla"), request.config.rubrica)
    request.config.el_aula = una
    yield una
    una.cerrar()
    shutil.rmtree(trabajo, ignore_errors=True)


@pytest.fixture
def servidor(aula):
    """El servidor de la entrega, en marcha."""
    return aula.servidor()


@pytest.fixture
def ana(aula):
    """Una persona ante cliente_gui.py, que ya entró a una sala (ana.nombre, ana.sala)."""
    alguien = aula.ana()
    alguien.volver()
    return alguien


def pytest_sessionfinish(session, exitstatus):
    """Cerrar el registro, sólo si de verdad se llegó al final."""
    if int(exitstatus) in (0, 1) and session.testscollected:
        session.config.registro.terminar(
            cuando=time.time(),
            python=sys.version.split()[0],
            semilla=session.config.getoption("--semilla"),
            modo=session.config.getoption("--modo"),
        )

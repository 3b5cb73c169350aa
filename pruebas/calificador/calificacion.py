"""Calificar una entrega: recibirla, correr los criterios en sus propios espacios y hacer el informe."""

import graphlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from calificador import aislamiento
from calificador import aula
from calificador import informe
from calificador import nota
from calificador import recepcion

AQUI = pathlib.Path(__file__).resolve().parent
RAIZ = AQUI.parent.parent
CRITERIOS = AQUI.parent / "criterios"
RUBRICA = RAIZ / "enunciado" / "rubrica.json"
LIMITE = 300.0  # s para toda una entrega; lo usual es menos de uno por criterio
INTENTOS = 2  # un error del calificador, y no de la entrega, se intenta otra vez
MAX_REGISTRO = 200_000  # bytes de lo que escribió pytest
DE_UN_CRITERIO = ("clave", "punto", "puntos", "titulo", "comprueba", "seccion", "ejemplo", "depende_de", "visible")


def leer_rubrica(ruta: pathlib.Path = RUBRICA) -> dict:
    """La rúbrica, revisada. Lanza ValueError con lo que le falte a un criterio."""
    rubrica = aula.leer_rubrica(ruta)
    claves = {criterio.get("clave") for criterio in rubrica["criterios"]}
    for criterio in rubrica["criterios"]:
        cual = f"{ruta.name}, criterio «{criterio.get('clave', '?')}»"
        faltan = [campo for campo in DE_UN_CRITERIO if campo not in criterio]
        if faltan:
            raise ValueError(f"{cual}: falta {', '.join(faltan)}")
        if criterio["punto"] not in informe.PUNTOS:
            raise ValueError(f"{cual}: «punto» es «{criterio['punto']}» y debe ser uno de {', '.join(informe.PUNTOS)}")
        for otra in criterio["depende_de"]:
            if otra not in claves:
                raise ValueError(f"{cual}: depende de «{otra}», que no está en la rúbrica; quítalo de su «depende_de»")
    try:
        graphlib.TopologicalSorter(
            {criterio["clave"]: criterio["depende_de"] for criterio in rubrica["criterios"]}
        ).prepare()
    except graphlib.CycleError as error:
        raise ValueError(
            f"{ruta.name}: {' → '.join(f'«{clave}»' for clave in error.args[1])} dependen unos de otros en círculo; "
            "quita uno de su «depende_de»"
        ) from None
    return rubrica


def calificar(
    ruta: pathlib.Path,
    carpeta: pathlib.Path,
    modo: str,
    semilla: str,
    indice: int = 0,
    correcciones: "list[dict]" = (),
    criterios: str = "",
) -> informe.Informe:
    """Calificar una carpeta o un .zip y escribir el informe en `carpeta`, que se llama como la entrega.

    Lo que salga mal queda en el informe, no se lanza.
    """
    carpeta.mkdir(parents=True, exist_ok=True)
    rubrica = leer_rubrica()
    inicio = time.monotonic()
    # Lo matado al límite puede estar muriendo aún
    with tempfile.TemporaryDirectory(prefix="entrega-", ignore_cleanup_errors=True) as temporal:
        try:
            entrega = recepcion.recibir(ruta, pathlib.Path(temporal))
        except recepcion.Rechazada as error:
            hecho = informe.Informe(
                carpeta.name, [], [], nota.juzgar(rubrica, []), None, 0.0, "", f"no se pudo recibir: {error}"
            )
            guardar(hecho, carpeta, "")
            return hecho
        for _ in range(INTENTOS):
            falla = correr(entrega.carpeta, carpeta, modo, semilla, indice, criterios)
            pruebas, final = nota.leer(carpeta / "resultados.jsonl")
            if final is not None and not any(prueba["estado"] == nota.ERROR for prueba in pruebas):
                break
    if final is None and not falla:
        falla = "el registro de la calificación está incompleto"
    resultados = nota.juzgar(rubrica, pruebas)
    nota.corregir(resultados, carpeta.name, correcciones)
    segundos = time.monotonic() - inicio
    hecho = informe.Informe(
        carpeta.name,
        entrega.integrantes,
        entrega.avisos,
        resultados,
        final,
        segundos,
        aislamiento.describir(modo),
        falla if final is None else "",
    )
    guardar(hecho, carpeta, entrega.huella)
    return hecho


def correr(copia: pathlib.Path, carpeta: pathlib.Path, modo: str, semilla: str, indice: int, criterios: str) -> str:
    """Correr los criterios; devuelve por qué no terminaron, o nada."""
    shutil.rmtree(carpeta / "fotos", ignore_errors=True)
    (carpeta / "resultados.jsonl").unlink(missing_ok=True)
    opciones = {
        "copia": copia,
        "resultado": carpeta.resolve(),
        "semilla": semilla,
        "modo": modo,
        "rubrica": RUBRICA,
        "indice": indice,
    }
    orden = [
        *aislamiento.envoltura(modo),
        sys.executable,
        "-m",
        "pytest",
        "-c",
        str(CRITERIOS / "pytest.ini"),
        "-p",
        "calificador.complemento",
        *(f"--{nombre}={valor}" for nombre, valor in opciones.items()),
        *(["-k", criterios] if criterios else []),
        str(CRITERIOS),
    ]
    limpio = {
        clave: valor
        for clave, valor in os.environ.items()
        if not clave.startswith(("PYTHON", "PYTEST", "COV_", "CHAT_"))
    }
    limpio.update(PYTHONPATH=str(AQUI.parent), PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_PLUGINS="pytest_timeout")
    with tempfile.TemporaryFile() as dicho, aislamiento.en_su_grupo(f"calificador-{os.getpid()}-{indice}") as grupo:
        # Si nos matan, que no quede nada corriendo
        atada = ["setpriv", "--pdeathsig", "KILL"] if modo != aislamiento.NINGUNO else []
        proceso = subprocess.Popen(
            [*atada, *grupo, *orden],
            cwd=AQUI.parent,
            env=limpio,
            stdin=subprocess.DEVNULL,
            stdout=dicho,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            codigo = proceso.wait(LIMITE)
        except subprocess.TimeoutExpired:
            codigo = None
        finally:
            if proceso.poll() is None:
                os.killpg(proceso.pid, signal.SIGKILL)  # muere unshare y, con él, todo lo de dentro
                proceso.wait()
        dicho.seek(0)
        (carpeta / "registro.txt").write_bytes(dicho.read(MAX_REGISTRO))
    if codigo is None:
        return f"no terminó en {LIMITE:.0f} s"
    return "" if codigo in (0, 1) else f"pytest terminó con el código {codigo}; véase registro.txt"


def guardar(hecho: informe.Informe, carpeta: pathlib.Path, huella: str) -> None:
    """Escribir el informe y su resumen."""
    hecho.escribir(carpeta)
    resumen = {
        "nombre": hecho.nombre,
        "integrantes": hecho.integrantes,
        "calificacion": hecho.calificacion,
        "base": hecho.base,
        "extra": hecho.extra,
        "falla": hecho.falla,
        "segundos": round(hecho.segundos, 1),
        "huella": huella,
        "avisos": hecho.avisos,
        "puntos": {uno.clave: uno.puntos for uno in hecho.resultados},
        "estados": {uno.clave: uno.estado for uno in hecho.resultados},
        "observado": {uno.clave: uno.propio for uno in hecho.resultados if uno.propio},
    }
    (carpeta / "resumen.json").write_text(json.dumps(resumen, ensure_ascii=False, indent=1), encoding="utf-8")

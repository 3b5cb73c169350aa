"""Donde se califica: la página de la clase, Moodle, Gradescope y GitHub Classroom."""

import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

import pytest

from calificador import aislamiento
from calificador import clase
from calificador import nota
from calificador.plataformas import github
from calificador.plataformas import gradescope
from calificador.plataformas import moodle
from entregas import catalogo

RAIZ = pathlib.Path(__file__).resolve().parent.parent.parent
HOJA = [
    [
        "Identificador",
        "Nombre completo",
        "Estado",
        "Calificación",
        "Calificación máxima",
        "Última modificación (calificación)",
        "Comentarios de retroalimentación",
    ],
    ["Participante 77", "Ana López", "Enviado", "", "100.00", "-", ""],
    ["Participante 91", "Ana López", "Enviado", "", "100.00", "-", ""],
    ["Participante 13", "Beto", "Sin entrega", "", "100.00", "-", "falta"],
]


def resumen(nombre, base=80.0, falla="", **estados):
    """El resumen de una entrega."""
    return {
        "nombre": nombre,
        "base": base,
        "extra": 3.0,
        "falla": falla,
        "calificacion": f"{base:g} de 100",
        "avisos": [],
        "estados": estados,
        "observado": {clave: f"se vio <b>{clave}</b>" for clave in estados},
    }


# ---- Moodle


def test_la_hoja_de_moodle_vuelve_con_sus_columnas_y_cada_nota_en_su_participante(tmp_path):
    with open(tmp_path / "hoja.csv", "w", encoding="utf-8-sig", newline="") as archivo:
        csv.writer(archivo).writerows(HOJA)
    resumenes = {"77": resumen("Ana López"), "91": resumen("Ana López (2)", 55.5), "500": resumen("Otra")}
    assert moodle.llenar_hoja(tmp_path / "hoja.csv", resumenes, tmp_path / "llena.csv") == ["500"]
    with open(tmp_path / "llena.csv", encoding="utf-8-sig", newline="") as archivo:
        cabeza, *filas = csv.reader(archivo)
    assert cabeza == HOJA[0] and [fila[3] for fila in filas] == ["83", "58.5", ""]
    assert [fila[6] for fila in filas] == ["80 de 100", "55.5 de 100", "falta"]


def test_quien_no_tiene_nota_no_recibe_un_cero_en_la_hoja(tmp_path):
    with open(tmp_path / "hoja.csv", "w", encoding="utf-8", newline="") as archivo:
        csv.writer(archivo).writerows([["Identifier", "Grade", "Feedback comments"], ["Participant 7", "", ""]])
    moodle.llenar_hoja(tmp_path / "hoja.csv", {"7": resumen("x", 0.0, "no se pudo recibir")}, tmp_path / "llena.csv")
    assert (tmp_path / "llena.csv").read_text(encoding="utf-8-sig").splitlines()[1].startswith("Participant 7,,")


def test_lo_que_no_es_una_hoja_de_moodle_se_dice(tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="Identificador y Calificación"):
        moodle.llenar_hoja(tmp_path / "x.csv", {}, tmp_path / "llena.csv")


def test_cada_informe_va_en_la_carpeta_que_moodle_reconoce(tmp_path):
    de_donde = {
        "Ana López": "Ana López_77_assignsubmission_file_",
        "Ana López (2)": "Ana López_91_assignsubmission_file",
        "suelta": "suelta",
    }
    for nombre in de_donde:
        (tmp_path / nombre / "fotos").mkdir(parents=True)
        (tmp_path / nombre / "informe.html").write_text(nombre)
        (tmp_path / nombre / "fotos" / "00.png").write_bytes(b"x")
    with zipfile.ZipFile(moodle.empaquetar(de_donde, tmp_path)) as paquete:
        assert sorted(paquete.namelist()) == sorted(
            f"{carpeta}/{archivo}"
            for carpeta in list(de_donde.values())[:2]
            for archivo in ("informe.html", "fotos/00.png")
        )
        assert paquete.read("Ana López_91_assignsubmission_file/informe.html").decode() == "Ana López (2)"
    assert moodle.empaquetar({"suelta": "suelta"}, tmp_path) is None


# ---- la clase


def test_la_pagina_de_la_clase_dice_como_fue_cada_criterio_y_a_quien_mirar(rubrica):
    resumenes = [
        resumen("uno", 95, enviar_sticker=nota.SUPERADO, enviar_privado=nota.FALLADO),
        resumen("dos", 40, enviar_sticker=nota.NO_SUPE, enviar_privado=nota.FALLADO),
        resumen("<tres>", 0, "no se pudo recibir: <x>"),
    ]
    pagina = clase.pagina(resumenes, rubrica, [("uno", "dos", 88.0), ("uno", "<tres>", 10.0)])
    assert "3 entregas" in pagina and "2 con nota; media 67.5" in pagina
    assert (
        "por revisar: Enviar un sticker" in pagina
        and "88 % en común con dos" in pagina and "10 % en común" not in pagina
    )
    assert "sin nota: no se pudo recibir: &lt;x&gt;" in pagina and "<tres>" not in pagina and "<b>" not in pagina
    fallos = pagina[pagina.index("Lo que más se falló"):]
    assert "Enviar un privado" in fallos and "<td class=n>2</td>" in fallos and "Enviar un sticker" not in fallos


# ---- GitHub Classroom


@pytest.mark.parametrize(
    "estados, codigo",
    [
        ([nota.SUPERADO, nota.SIN_PROBAR], 0),
        ([nota.SUPERADO, nota.PARCIAL], 3),
        ([nota.NO_SUPE, nota.FALLADO], 3),
        ([nota.SUPERADO, nota.NO_SUPE], 4),
        ([nota.NO_COMPROBABLE], 4),
    ],
)
def test_el_codigo_de_salida_distingue_lo_que_fallo_de_lo_que_hay_que_revisar(estados, codigo):
    resultados = [
        nota.Resultado(str(k), {"punto": "1", "puntos": 1}, estado, 0, []) for k, estado in enumerate(estados)
    ]
    resultados.append(nota.Resultado("x", {"punto": "extra", "puntos": 5}, nota.FALLADO, 0, []))
    assert nota.exigir(resultados) == codigo


def test_el_flujo_de_github_corre_lo_que_corre_un_alumno(tmp_path):
    ruta = github.escribir(tmp_path)
    assert ruta.relative_to(tmp_path).as_posix() == ".github/workflows/calificar.yml"
    assert 'python3 pruebas --entrega "$ENTREGA" --salida calificaciones --exigir' in ruta.read_text(encoding="utf-8")


# ---- Gradescope


def test_el_autograder_trae_lo_que_hace_falta_y_nada_de_la_solucion(tmp_path):
    with zipfile.ZipFile(gradescope.empaquetar(tmp_path)) as paquete:
        nombres = set(paquete.namelist())
        for nombre in ("setup.sh", "run_autograder"):
            assert paquete.getinfo(nombre).external_attr >> 16 & 0o111, nombre
        for nombre in ("setup.sh", "run_autograder"):
            hecho = subprocess.run(["bash", "-n"], input=paquete.read(nombre), capture_output=True)
            assert hecho.returncode == 0, hecho.stderr
    assert {
        "pruebas/calificador/__main__.py",
        "pruebas/criterios/ocultos/criterio_cliente.py",
        "enunciado/rubrica.json",
    } <= nombres
    assert not [
        nombre for nombre in nombres if nombre.startswith("practica3/") and not nombre.startswith("practica3/equipo/")
    ]
    assert not [nombre for nombre in nombres if "/entregas/" in nombre or nombre.endswith(".pyc")]


SIN_ESPACIOS = """
ip link set lo up && ip route add 224.0.0.0/4 dev lo
chmod 755 "$1" && cd "$1/fuente" && chmod 700 "$1/fuente"
PATH="$1/bin" exec "$2" pruebas/calificador --entrega "$1/submission" --salida "$1/notas" --criterios "$3"
"""


@pytest.mark.largo
@pytest.mark.timeout(400)
@pytest.mark.parametrize("nombre", ["sencilla", "lee_los_criterios"])
def test_el_autograder_califica_sin_espacios_de_nombres_y_con_otro_usuario(tmp_path_factory, nombre):
    """Como en el contenedor de Gradescope: se califica lo mismo, la entrega no lee los criterios y se dice lo que
    cuesta."""
    if os.geteuid() or not shutil.which("unshare"):
        pytest.skip("hace falta ser root, para que la multidifusión no salga de una red propia")
    if not aislamiento.cambia_de_usuario():
        pytest.skip("otro usuario no alcanza este intérprete")
    aqui = pathlib.Path(tmp_path_factory.mktemp("gs"))
    with zipfile.ZipFile(gradescope.empaquetar(aqui)) as paquete:
        paquete.extractall(aqui / "fuente")
    entrega = catalogo.construir("sencilla", aqui / "clase")
    if nombre != "sencilla":
        espia = f"import glob, os\nif glob.glob('{aqui}/fuente/*'):\n    os._exit(3)\n"
        (entrega / "servidor.py").write_text(
            espia + (entrega / "servidor.py").read_text(encoding="utf-8"), encoding="utf-8"
        )
    entrega.rename(aqui / "submission")
    (aqui / "bin").mkdir()
    for orden in ("sh", "ip", "setpriv", "prlimit", "Xvfb", "xkbcomp", "strace"):  # ni unshare ni nsenter
        if shutil.which(orden):
            (aqui / "bin" / orden).symlink_to(shutil.which(orden))
    for carpeta in aqui.parents:
        if carpeta.stat().st_uid == os.geteuid() and carpeta.name.startswith("pytest"):
            carpeta.chmod(0o755)
    criterios = "not extra_" if nombre == "sencilla" else "lista_al_entrar"
    orden = ["unshare", "--net", "bash", "-c", SIN_ESPACIOS, "bash", str(aqui), sys.executable, criterios]
    hecho = subprocess.run(orden, capture_output=True, text=True, timeout=380)
    assert "con otro usuario" in hecho.stderr, hecho.stderr[-2000:]
    notas = json.loads((aqui / "notas" / "submission" / "results.json").read_text(encoding="utf-8"))
    mal = [prueba for prueba in notas["tests"] if prueba["status"] != "passed"]
    assert not mal and (nombre != "sencilla" or notas["score"] == 100), hecho.stdout[-4000:]

"""El autograder.zip de Gradescope.

    /autograder/source        este .zip, descomprimido          cerrado a la entrega (chmod 700)
    /autograder/submission    lo que subió el alumno
    /autograder/results       results.json, que escribe run_autograder

Su contenedor no deja crear espacios de nombres. Se califica igual, con la entrega bajo otro usuario: no lee los
criterios ni escribe su nota, pero comparte la red y la pantalla con quien la califica, así que no se sabe de qué
programa es cada datagrama ni se puede perder parte de ellos. Lo que eso cuesta se dice en el informe.
"""

import pathlib
import stat
import zipfile

RAIZ = pathlib.Path(__file__).resolve().parent.parent.parent.parent
CONTENIDO = (
    "setup.cfg",
    "LICENSE",
    "enunciado/rubrica.json",
    "practica3/equipo/__init__.py",
    "practica3/equipo/analizador.py",
    "practica3/equipo/tuberias.py",
    "pruebas/calificador/**/*",
    "pruebas/criterios/**/*",
)
FECHA = (1980, 1, 1, 0, 0, 0)  # la menor que admite un .zip: con los mismos archivos, los mismos bytes
SETUP = """#!/usr/bin/env bash
# Prepara la imagen, una vez: lo que hace falta para correr las entregas con ventanas y sin pantalla.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends python3 python3-venv python3-tk \\
    xvfb fonts-dejavu-core strace iproute2 util-linux
python3 -m venv /autograder/entorno
/autograder/entorno/bin/pip install "pytest>=8" "pytest-timeout>=2.3" "Pillow>=10"
"""
RUN = """#!/usr/bin/env bash
# Califica una entrega y deja /autograder/results/results.json. Sin él, Gradescope dice que el calificador falló.
cd /autograder/source
chmod 700 /autograder/source /autograder/results  # la entrega corre con otro usuario, que no ha de leer los criterios
mkdir -p /autograder/results
# Sin red que salga del contenedor, la multidifusión va por la de bucle.
ip route add 224.0.0.0/4 dev lo 2>/dev/null || true
/autograder/entorno/bin/python pruebas/calificador --entrega /autograder/submission --salida /tmp/calificaciones
cp /tmp/calificaciones/submission/results.json /autograder/results/results.json
"""


def empaquetar(destino: pathlib.Path) -> pathlib.Path:
    """Escribir autograder.zip en una carpeta; devolver su ruta."""
    destino.mkdir(parents=True, exist_ok=True)
    ruta = destino / "autograder.zip"
    with zipfile.ZipFile(ruta, "w", zipfile.ZIP_DEFLATED) as paquete:
        _agregar(paquete, "setup.sh", SETUP.encode(), 0o755)
        _agregar(paquete, "run_autograder", RUN.encode(), 0o755)
        for archivo in _reunir():
            _agregar(paquete, archivo.relative_to(RAIZ).as_posix(), archivo.read_bytes(), 0o644)
    return ruta


def _reunir() -> "list[pathlib.Path]":
    archivos = {ruta for patron in CONTENIDO for ruta in RAIZ.glob(patron) if ruta.is_file()}
    return sorted(ruta for ruta in archivos if "__pycache__" not in ruta.parts)


def _agregar(paquete: zipfile.ZipFile, nombre: str, datos: bytes, permisos: int) -> None:
    entrada = zipfile.ZipInfo(nombre, FECHA)
    entrada.compress_type = zipfile.ZIP_DEFLATED
    entrada.external_attr = (stat.S_IFREG | permisos) << 16
    paquete.writestr(entrada, datos)

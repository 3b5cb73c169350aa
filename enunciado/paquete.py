"""El .zip que reciben los alumnos: `python3 enunciado --paquete`.

    practica3-chat/
      LEEME.md      por dónde empezar
      enunciado/    este texto, el protocolo, la rúbrica, los vectores y la plantilla
      ejemplos/     todos
      pruebas/      los criterios visibles y lo que hace falta para correrlos
      equipo/       lo que usan sus programas: leer las opciones e instalar lo que falte

Qué entra son las listas CONTENIDO y MUDADOS y nada más: un archivo nuevo queda fuera mientras
nadie lo ponga en ellas. Nunca entran la solución modelo, los criterios ocultos ni las entregas
de muestra.
"""

import pathlib
import stat
import zipfile

import imprimir

AQUI = pathlib.Path(__file__).resolve().parent
RAIZ = AQUI.parent
NOMBRE = "practica3-chat"
# La menor que admite un .zip: con los mismos archivos, los mismos bytes.
FECHA = (1980, 1, 1, 0, 0, 0)

CONTENIDO = (  # patrones desde la raíz; de cada uno ha de haber algo
    "setup.cfg",
    "LICENSE",
    "enunciado/README.md",
    "enunciado/protocolo.md",
    "enunciado/rubrica.json",
    "enunciado/vectores.json",
    "enunciado/imagenes/*.png",
    "enunciado/imagenes/*.svg",
    "enunciado/plantilla/**/*",
    "ejemplos/**/*",
    "pruebas/__main__.py",
    "pruebas/calificador/**/*",
    "pruebas/criterios/pytest.ini",
    "pruebas/criterios/visibles/**/*",
)
SOBRAN = ("__pycache__", ".pytest_cache")
MUDADOS = {  # lo que en el paquete va en otro lugar: de practica3/ sólo salen estos tres
    "enunciado/LEEME.md": "LEEME.md",
    "practica3/equipo/analizador.py": "equipo/analizador.py",
    "practica3/equipo/entorno.py": "equipo/entorno.py",
    "practica3/equipo/sistema.py": "equipo/sistema.py",
    "practica3/equipo/tuberias.py": "equipo/tuberias.py",
}


def empaquetar(carpeta: pathlib.Path) -> pathlib.Path:
    """Escribir el .zip en una carpeta; devolver su ruta.

    Lanza FileNotFoundError si falta algo de CONTENIDO.
    """
    archivos = {ruta.relative_to(RAIZ).as_posix(): ruta for ruta in reunir()}
    archivos.update((destino, RAIZ / origen) for origen, destino in MUDADOS.items())
    archivos.update((f"enunciado/{pagina.name}", pagina) for pagina in imprimir.imprimir(carpeta))
    destino = carpeta / f"{NOMBRE}.zip"
    with zipfile.ZipFile(destino, "w", zipfile.ZIP_DEFLATED) as paquete:
        for nombre in sorted(archivos):
            entrada = zipfile.ZipInfo(f"{NOMBRE}/{nombre}", FECHA)
            entrada.compress_type = zipfile.ZIP_DEFLATED
            entrada.external_attr = (stat.S_IFREG | 0o644) << 16
            paquete.writestr(entrada, archivos[nombre].read_bytes())
    return destino


def reunir() -> "list[pathlib.Path]":
    """Los archivos del repositorio que van en el paquete."""
    reunidos = []
    for patron in CONTENIDO:
        hallados = [ruta for ruta in RAIZ.glob(patron)
                    if ruta.is_file() and not set(SOBRAN) & set(ruta.parts)]
        if not hallados:
            raise FileNotFoundError(f"al paquete le falta {patron}")
        reunidos += hallados
    return reunidos

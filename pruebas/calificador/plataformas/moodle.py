"""Lo que se sube a Moodle tras calificar lo que se bajó de él.

    bajado «Descargar todas las entregas»      Ana López_77_assignsubmission_file/chat.zip
    subido «Cargar hoja de calificaciones»     moodle/hoja.csv: la misma que dio Moodle, con nota y comentario
    subido «Subir múltiples retroalimentaciones en un .zip»
                                               moodle/retroalimentacion.zip: Ana López_77_assignsubmission_file/…

Las carpetas del .zip se llaman como las bajó Moodle, porque su número de participante dice de quién es cada una. En la
hoja se reconoce a cada quien por ese mismo número; sus columnas se llaman según el idioma del curso.
"""

import csv
import pathlib
import re
import zipfile

DE_MOODLE = re.compile(r"^(?P<nombre>[^_]*)_(?P<numero>\d+)_assign(?:submission|feedback)_\w+$")
NUMERO = re.compile(r"(\d+)\s*$")  # «Participante 77»
IDENTIDAD = ("identificador", "identifier")
CALIFICACION = ("calificación", "calificacion", "grade")
COMENTARIOS = ("comentarios de retroalimentación", "comentarios", "retroalimentación", "feedback comments", "feedback")


def participante(carpeta: str) -> str:
    """El número de participante con que Moodle nombró una carpeta; "" si no la nombró él."""
    hallado = DE_MOODLE.match(carpeta)
    return hallado["numero"] if hallado else ""


def empaquetar(de_donde: "dict[str, str]", salida: pathlib.Path) -> "pathlib.Path | None":
    """El .zip de retroalimentación.

    `de_donde`: nombre de la entrega → la carpeta que bajó Moodle. None si ninguna es suya.
    """
    suyas = {nombre: carpeta for nombre, carpeta in de_donde.items() if participante(carpeta)}
    if not suyas:
        return None
    ruta = salida / "moodle" / "retroalimentacion.zip"
    ruta.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(ruta, "w", zipfile.ZIP_DEFLATED) as paquete:
        for nombre, carpeta in suyas.items():
            informe = salida / nombre
            for archivo in [informe / "informe.html", *sorted((informe / "fotos").glob("*.png"))]:
                if archivo.is_file():
                    paquete.write(archivo, f"{carpeta}/{archivo.relative_to(informe).as_posix()}")
    return ruta


def llenar_hoja(hoja: pathlib.Path, resumenes: "dict[str, dict]", destino: pathlib.Path) -> "list[str]":
    """Copiar la hoja que dio Moodle con la nota y el comentario de cada participante que se calificó.

    `resumenes`: número de participante → resumen. Lo que no tiene nota se deja como venía. Devuelve los números que
    no estaban en la hoja. Lanza ValueError si no es una hoja de calificaciones de Moodle.
    """
    with open(hoja, encoding="utf-8-sig", newline="") as archivo:
        renglones = list(csv.reader(archivo))
    cabeza = [titulo.strip().lower() for titulo in renglones[0]] if renglones else []
    quien, nota, comentario = (_columna(cabeza, titulos) for titulos in (IDENTIDAD, CALIFICACION, COMENTARIOS))
    if quien is None or nota is None:
        raise ValueError(
            f"{hoja}: no parece la hoja de calificaciones de Moodle; faltan las columnas Identificador y Calificación"
        )
    sobran = set(resumenes)
    for renglon in renglones[1:]:
        hallado = NUMERO.search(renglon[quien]) if len(renglon) > quien else None
        resumen = resumenes.get(hallado[1]) if hallado else None
        if resumen is None:
            continue
        sobran.discard(hallado[1])
        if not resumen["falla"]:
            renglon[nota] = f"{resumen['base'] + resumen['extra']:g}"
        if comentario is not None:
            renglon[comentario] = resumen["calificacion"]
    destino.parent.mkdir(parents=True, exist_ok=True)
    with open(destino, "w", encoding="utf-8-sig", newline="") as archivo:
        csv.writer(archivo).writerows(renglones)
    return sorted(sobran)


def _columna(cabeza: "list[str]", titulos: "tuple[str, ...]") -> "int | None":
    return next((cabeza.index(titulo) for titulo in titulos if titulo in cabeza), None)

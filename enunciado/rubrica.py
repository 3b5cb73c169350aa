"""La rúbrica, rubrica.json, y las tablas del enunciado que salen de ella.

    python3 enunciado --rubrica      vuelve a escribir las tablas de README.md

Cada tabla vive en README.md entre dos comentarios, <!-- nombre --> y <!-- /nombre -->.
Lo demás del texto se escribe a mano.
"""

import json
import pathlib
import re

AQUI = pathlib.Path(__file__).resolve().parent
ENUNCIADO = AQUI / "README.md"
PUNTOS = {
    "1": "1. El servidor sólo da listas",
    "2": "2. Salas",
    "3": "3. Tres maneras de hablar",
    "4": "4. Salir",
    "5": "5. Privados",
    "robustez": "Robustez",
    "estructura": "Estructura",
    "extra": "Extras, por encima de los 100",
}


def leer_rubrica() -> dict:
    """Lo que dice rubrica.json: plazos (s), etapas, textos de las ventanas y criterios."""
    return json.loads((AQUI / "rubrica.json").read_text(encoding="utf-8"))


def escribir_tablas() -> None:
    """Poner al día las tablas de README.md."""
    texto = actualizar(ENUNCIADO.read_text(encoding="utf-8"), leer_rubrica())
    ENUNCIADO.write_text(texto, encoding="utf-8", newline="\n")


def actualizar(texto: str, rubrica: dict) -> str:
    """El enunciado con sus tablas al día."""
    for nombre, tabla in (("textos", tabla_de_textos), ("etapas", tabla_de_etapas),
                          ("resumen", resumen), ("rubrica", tabla_de_criterios)):
        abre, cierra = f"<!-- {nombre} -->\n", f"<!-- /{nombre} -->"
        antes, _, resto = texto.partition(abre)
        texto = antes + abre + tabla(rubrica) + cierra + resto.partition(cierra)[2]
    return texto


def tabla_de_textos(rubrica: dict) -> str:
    """Qué textos se aceptan en cada botón y campo."""
    filas = ["| Para | Texto, uno de estos | También vale |", "|---|---|---|"]
    for texto in rubrica["textos"]:
        acepta = ", ".join([f"**{texto['acepta'][0]}**"] + texto["acepta"][1:])
        filas.append(f"| {texto['que']} | {acepta} | {texto['tambien']} |")
    return "\n".join(filas) + "\n"


def tabla_de_etapas(rubrica: dict) -> str:
    """Qué da cada etapa, cuánto tarda y qué ejemplos la preparan."""
    filas = ["| Etapa | Horas | Puntos | Ejemplos que la preparan |", "|---|---|---|---|"]
    for etapa in rubrica["etapas"]:
        puntos = sum(criterio["puntos"]
                     for criterio in rubrica["criterios"]
                     if criterio["seccion"] == etapa["seccion"])
        extra = all(criterio["punto"] == "extra"
                    for criterio in rubrica["criterios"] if criterio["seccion"] == etapa["seccion"])
        ejemplos = ", ".join(map(enlazar_ejemplo, etapa["ejemplos"]))
        filas.append(f"| [{etapa['seccion']}](#{ancla(etapa['seccion'])}) "
                     f"| {etapa['horas']:g} | {puntos}{' extra' if extra else ''} | {ejemplos} |")
    return "\n".join(filas) + "\n"


def resumen(rubrica: dict) -> str:
    """Cuántos criterios hay y cuántos son ocultos."""
    base = [criterio for criterio in rubrica["criterios"] if criterio["punto"] != "extra"]
    extras = [criterio for criterio in rubrica["criterios"] if criterio["punto"] == "extra"]
    ocultos = [criterio for criterio in base if not criterio["visible"]]
    return (
        f"Son {len(base)} criterios que suman {sumar(base)} puntos: "
        f"{len(base) - len(ocultos)} visibles y {len(ocultos)} ocultos, "
        f"que valen {sumar(ocultos)}.\nOtros {len(extras)}, todos visibles, dan hasta "
        f"{sumar(extras)} puntos extra.\n"
    )


def tabla_de_criterios(rubrica: dict) -> str:
    """Todos los criterios, por punto de la práctica."""
    partes = []
    for punto, titulo in PUNTOS.items():
        criterios = [criterio for criterio in rubrica["criterios"] if criterio["punto"] == punto]
        partes += [f"### {titulo}: {sumar(criterios)} puntos", "",
                   "| Criterio | Puntos | Qué se comprueba | Ayuda |", "|---|---|---|---|"]
        partes += [fila_de_criterio(criterio) for criterio in criterios]
        partes.append("")
    return "\n" + "\n".join(partes)


def fila_de_criterio(criterio: dict) -> str:
    """Un renglón de la tabla de criterios."""
    oculto = "" if criterio["visible"] else " *(oculto)*"
    seccion = criterio["seccion"].partition(".")[0]
    ayuda = f"[{seccion}](#{ancla(criterio['seccion'])}), {enlazar_ejemplo(criterio['ejemplo'])}"
    titulo = f"**{criterio['titulo']}**{oculto}"
    return f"| {titulo} | {criterio['puntos']} | {criterio['comprueba']} | {ayuda} |"


def enlazar_ejemplo(ejemplo: str) -> str:
    """El enlace a la carpeta de un ejemplo."""
    return f"[`{ejemplo[:2]}`](../ejemplos/{ejemplo}/)"


def sumar(criterios: "list[dict]") -> int:
    """Los puntos de unos criterios."""
    return sum(criterio["puntos"] for criterio in criterios)


def ancla(titulo: str) -> str:
    """El nombre con que se enlaza un título, como lo forma GitHub."""
    return re.sub(r"[^\w\- ]", "", titulo.lower()).replace(" ", "-")

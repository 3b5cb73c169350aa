"""La página de una clase: cómo se repartieron las notas, qué falló más, y a quién hay que mirar a mano."""

import collections
import csv
import html
import pathlib

from calificador import nota
from calificador.informe import ESTILO
from calificador.informe import PUNTOS
from calificador.informe import SIGNO

TRAMOS = ((0, 50), (50, 60), (60, 70), (70, 80), (80, 90), (90, 100), (100, 101))
ESTADOS = (nota.SUPERADO, nota.PARCIAL, nota.FALLADO, nota.BLOQUEADO, nota.NO_SUPE, nota.NO_COMPROBABLE, nota.ERROR)
COLORES = {
    nota.SUPERADO: "bien", nota.PARCIAL: "medio", nota.FALLADO: "mal", nota.BLOQUEADO: "gris",
    **dict.fromkeys(nota.DUDAS, "duda"),
}
COMUNES = 12  # fallos que se cuentan
CITADOS = 8  # entregas que se nombran en cada uno
PARECIDO = 60.0  # % en común desde el que un par se señala
PROPIO = """
.barra{display:flex;height:1.1rem;border-radius:.2rem;overflow:hidden;background:var(--panel)}
.barra i{display:block;height:100%}.c-bien{background:#2e9e5b}.c-medio{background:#d9a514}.c-mal{background:#c9463d}
.c-gris{background:#9aa7b3}.c-duda{background:#5b7fd6}
table{border-collapse:collapse;width:100%}
td,th{padding:.25rem .5rem;text-align:left;border-bottom:1px solid var(--linea);
vertical-align:top}td.n{text-align:right;white-space:nowrap}
td.que{width:40%}
.cols{display:grid;grid-template-columns:repeat(7,1fr);gap:.5rem;align-items:end;height:9rem;margin:1rem 0}
.cols div{display:flex;flex-direction:column;justify-content:flex-end;height:100%;text-align:center;font-size:.85rem}
.cols i{display:block;background:#2e9e5b;border-radius:.2rem .2rem 0 0;min-height:1px}
.leyenda span{margin-right:1rem;white-space:nowrap}
.leyenda i{display:inline-block;width:.8rem;height:.8rem;margin-right:.3rem}
"""


def escribir(resumenes: "list[dict]", rubrica: dict, salida: pathlib.Path) -> pathlib.Path:
    """Escribir clase.html; devolver su ruta."""
    ruta = salida / "clase.html"
    ruta.write_text(pagina(resumenes, rubrica, _leer_parecidos(salida / "parecidos.csv")), encoding="utf-8")
    return ruta


def pagina(resumenes: "list[dict]", rubrica: dict, parecidos: "list[tuple[str, str, float]]") -> str:
    """La página."""
    con_nota = [uno for uno in resumenes if not uno["falla"]]
    notas = sorted(uno["base"] for uno in con_nota)
    media = f"media {sum(notas) / len(notas):.1f}, mediana {notas[len(notas) // 2]:g}" if notas else "sin notas"
    partes = [
        (
            "<!doctype html><html lang=es><meta charset=utf-8><meta name=viewport content='width=device-width'>"
            f"<title>La clase</title><style>{ESTILO}{PROPIO}</style>"
        ),
        (
            f"<h1>La clase</h1><p class=nota>{len(resumenes)} entregas</p><p class=tenue>{len(con_nota)} con nota;"
            f" {media}</p>"
        ),
        _histograma(notas),
        _a_mano(resumenes, rubrica, parecidos),
        _por_criterio(con_nota, rubrica),
        _fallos(con_nota, rubrica),
    ]
    return "\n".join([*partes, "</html>"])


def _histograma(notas: "list[float]") -> str:
    cuentas = [sum(desde <= nota_ < hasta for nota_ in notas) for desde, hasta in TRAMOS]
    mayor = max([*cuentas, 1])
    columnas = "".join(
        f"<div>{cuenta or ''}<i"
        f" style='height:{75 * cuenta / mayor:.0f}%'></i>{desde if desde == 100 else f'{desde}–{hasta}'}</div>"
        for cuenta, (desde, hasta) in zip(cuentas, TRAMOS)
    )
    return f"<h2>Notas, de 100</h2><div class=cols>{columnas}</div>"


def _a_mano(resumenes: "list[dict]", rubrica: dict, parecidos: "list[tuple[str, str, float]]") -> str:
    """A quién mirar: sin nota, con algo por revisar, sin dueño, o muy parecido a otro."""
    titulos = {uno["clave"]: uno["titulo"] for uno in rubrica["criterios"]}
    filas = []
    for uno in resumenes:
        dudas = [titulos.get(clave, clave) for clave, estado in uno.get("estados", {}).items() if estado in nota.DUDAS]
        if uno["falla"]:
            filas.append((uno["nombre"], f"sin nota: {uno['falla']}"))
        if dudas:
            filas.append((uno["nombre"], f"por revisar: {', '.join(dudas)}"))
        filas += [(uno["nombre"], aviso) for aviso in uno.get("avisos", [])]
    filas += [(uno, f"{parte:g} % en común con {otro}") for uno, otro, parte in parecidos if parte >= PARECIDO]
    cuerpo = "".join(f"<tr><td>{_enlace(nombre)}</td><td>{html.escape(que)}</td></tr>" for nombre, que in filas)
    return f"<h2>A quién mirar a mano</h2><table>{cuerpo or '<tr><td>A nadie.</td></tr>'}</table>"


def _enlace(nombre: str) -> str:
    return f"<a href='{html.escape(nombre, quote=True)}/informe.html'>{html.escape(nombre)}</a>"


def _por_criterio(con_nota: "list[dict]", rubrica: dict) -> str:
    """De cada criterio, cuántas entregas en cada estado."""
    leyenda = "".join(f"<span><i class='c-{COLORES[estado]}'></i>{SIGNO[estado]} {estado}</span>" for estado in ESTADOS)
    partes = [f"<h2>Criterio por criterio</h2><p class=leyenda>{leyenda}</p>"]
    for punto, titulo in PUNTOS.items():
        filas = []
        for criterio in (uno for uno in rubrica["criterios"] if uno["punto"] == punto):
            cuenta = collections.Counter(uno["estados"].get(criterio["clave"]) for uno in con_nota)
            probadas = sum(cuenta[estado] for estado in ESTADOS)
            barra = "".join(
                f"<i class='c-{COLORES[estado]}' style='width:{100 * cuenta[estado] / probadas:.1f}%' title='{estado}:"
                f" {cuenta[estado]}'></i>"
                for estado in ESTADOS
                if cuenta[estado]
            )
            cuantas = f"{cuenta[nota.SUPERADO]} de {probadas}" if probadas else "—"
            filas.append(
                f"<tr><td class=que>{html.escape(criterio['titulo'])}</td><td style='width:45%'><div"
                f" class=barra>{barra}</div></td><td class=n>{cuantas}</td></tr>"
            )
        partes.append(f"<h3>{html.escape(titulo)}</h3><table>{''.join(filas)}</table>")
    return "".join(partes)


def _fallos(con_nota: "list[dict]", rubrica: dict) -> str:
    """Lo que más se falló, con lo que se vio en una de las entregas y quiénes; no, lo que sólo quedó bloqueado."""
    titulos = {uno["clave"]: uno["titulo"] for uno in rubrica["criterios"] if uno["punto"] != "extra"}
    quienes: "dict[str, list[str]]" = collections.defaultdict(list)
    for uno in con_nota:
        for clave, estado in uno["estados"].items():
            if clave in titulos and estado in (nota.FALLADO, nota.PARCIAL) and uno.get("observado", {}).get(clave):
                quienes[clave].append(uno["nombre"])
    ejemplo = {clave: dicho for uno in con_nota for clave, dicho in uno.get("observado", {}).items()}
    filas = []
    for clave, nombres in sorted(quienes.items(), key=lambda par: -len(par[1]))[:COMUNES]:
        quien = ", ".join(map(_enlace, nombres[:CITADOS])) + ("…" if len(nombres) > CITADOS else "")
        visto = f"<span class=tenue>{html.escape(ejemplo.get(clave, '')[:300])}</span>"
        celdas = f"<td>{html.escape(titulos[clave])}<br>{visto}</td><td>{quien}</td><td class=n>{len(nombres)}</td>"
        filas.append(f"<tr>{celdas}</tr>")
    return f"<h2>Lo que más se falló</h2><table>{''.join(filas) or '<tr><td>Nada.</td></tr>'}</table>"


def _leer_parecidos(ruta: pathlib.Path) -> "list[tuple[str, str, float]]":
    if not ruta.exists():
        return []
    with open(ruta, encoding="utf-8-sig", newline="") as archivo:
        return [(uno, otro, float(parte)) for uno, otro, parte in list(csv.reader(archivo))[1:]]

"""Lo que se entrega de una calificación: tabla en la terminal, página HTML, results.json (Gradescope) y JUnit."""

import html
import json
import pathlib
import xml.etree.ElementTree as xml

from calificador import nota

SIGNO = {
    nota.SUPERADO: "✔",
    nota.PARCIAL: "◐",
    nota.FALLADO: "✘",
    nota.BLOQUEADO: "⊘",
    nota.NO_COMPROBABLE: "?",
    nota.NO_SUPE: "?",
    nota.NO_LO_INTENTA: "–",
    nota.ERROR: "!",
    nota.SIN_PROBAR: "·",
}
SALTADOS = (nota.BLOQUEADO, nota.NO_SUPE, nota.NO_LO_INTENTA, nota.NO_COMPROBABLE)  # para JUnit
PUNTOS = {
    "1": "1. El servidor",
    "2": "2. Salas",
    "3": "3. Mensajes, stickers y voz",
    "4": "4. Salir",
    "5": "5. Privados",
    "robustez": "Robustez",
    "estructura": "Estructura",
    "extra": "Extras",
}
ESTILO = (pathlib.Path(__file__).parent / "informe.css").read_text(encoding="utf-8")


class Informe:
    """Todo lo que se sabe de una entrega calificada."""

    def __init__(
        self,
        nombre: str,
        integrantes: "list[str]",
        avisos: "list[str]",
        resultados: "list[nota.Resultado]",
        final: "dict | None",
        segundos: float,
        modo: str,
        falla: str = "",
    ):
        """`final`: el último renglón del registro; sin él no hay nota. `falla`: por qué no la hay."""
        self.nombre, self.integrantes, self.avisos, self.resultados = nombre, integrantes, avisos, resultados
        self.final, self.segundos, self.modo, self.falla = final, segundos, modo, falla
        self.base, self.extra = nota.sumar(resultados)
        self.dudas = [
            uno
            for uno in resultados
            if uno.estado in nota.DUDAS and not uno.motivo and uno.criterio["punto"] != "extra"
        ]

    @property
    def calificacion(self) -> str:
        """En una frase."""
        if self.falla:
            return f"sin nota: {self.falla}"
        extra = f" + {self.extra:g} extra" if self.extra else ""
        dudas = (
            f" (faltan por revisar a mano {sum(uno.criterio['puntos'] for uno in self.dudas):g})" if self.dudas else ""
        )
        faltan = [uno for uno in self.resultados if uno.estado == nota.SIN_PROBAR and uno.criterio["punto"] != "extra"]
        puntos = sum(uno.criterio["puntos"] for uno in faltan)
        que = "sin probar" if any(uno.criterio["visible"] for uno in faltan) else "ocultos"
        return f"{self.base:g} de {100 - puntos:g}{f' (faltan {puntos:g}, {que})' if faltan else ''}{extra}{dudas}"

    # ---- terminal

    def tabla(self) -> str:
        """Para la terminal: un renglón por criterio y, de lo que no se superó, qué pasó y qué sigue."""
        renglones = [f"{self.nombre}: {self.calificacion}", *(f"  {aviso}" for aviso in self.avisos), ""]
        for uno in self.resultados:
            puntos = "" if uno.estado == nota.SIN_PROBAR else f"{uno.puntos:g}"
            renglones.append(
                f" {SIGNO[uno.estado]} {uno.criterio['titulo']:<34}{puntos:>5} / {uno.criterio['puntos']:<3}"
                f" {self._nota_al_margen(uno)}"
            )
        for uno in self.resultados:
            # Lo que nadie pidió ni se intentó no hay que explicarlo.
            if uno.observado and uno.estado not in (nota.SUPERADO, nota.BLOQUEADO, nota.NO_LO_INTENTA):
                renglones += ["", *self._explicar(uno)]
        return para_terminal("\n".join(renglones))

    @staticmethod
    def _nota_al_margen(uno: "nota.Resultado") -> str:
        if uno.motivo:
            return f"profesor: {uno.motivo}"
        if uno.estado == nota.BLOQUEADO:
            return uno.observado[0]
        if uno.estado == nota.SIN_PROBAR and not uno.criterio["visible"]:
            return "oculto: se prueba al calificar"
        return "" if uno.estado == nota.SUPERADO else uno.estado

    @staticmethod
    def _explicar(uno: "nota.Resultado") -> "list[str]":
        renglones = [f"── {uno.criterio['titulo']} ({uno.clave})", f"   Se esperaba: {uno.criterio['comprueba']}"]
        for prueba in uno.pruebas:
            if prueba["estado"] != nota.SUPERADO:
                renglones += [
                    f"   Se hizo: {prueba['que']}",
                    *(f"   {linea}" for linea in f"Se observó: {prueba['observado']}".splitlines()[:14]),
                ]
                renglones += (
                    ["   La red:", *(f"   {linea}" for linea in prueba.get("historia", [])[-10:])]
                    if prueba.get("historia")
                    else []
                )
        return renglones + [f"   Sigue: enunciado, «{uno.criterio['seccion']}», y ejemplos/{uno.criterio['ejemplo']}"]

    # ---- archivos

    def escribir(self, carpeta: pathlib.Path) -> None:
        """Guardar informe.html, results.json y junit.xml."""
        (carpeta / "informe.html").write_text(self.pagina(), encoding="utf-8")
        (carpeta / "results.json").write_text(
            json.dumps(self.gradescope(), ensure_ascii=False, indent=1), encoding="utf-8"
        )
        xml.ElementTree(self.junit()).write(carpeta / "junit.xml", encoding="utf-8", xml_declaration=True)

    def pagina(self) -> str:
        """La página HTML."""
        e = html.escape
        partes = [
            (
                "<!doctype html><html lang=es><meta charset=utf-8><meta name=viewport"
                f" content='width=device-width'><title>{e(self.nombre)}</title><style>{ESTILO}</style>"
            ),
            (
                f"<h1>{e(self.nombre)}</h1><p class=nota>{e(self.calificacion)}</p><p"
                f" class=tenue>{e(' · '.join(self.integrantes) or 'sin firma')}</p>"
            ),
            "".join(f"<p>⚠ {e(aviso)}</p>" for aviso in self.avisos),
        ]
        for punto, titulo in PUNTOS.items():
            suyos = [uno for uno in self.resultados if uno.criterio["punto"] == punto]
            if suyos:
                partes.append(
                    f"<h2>{e(titulo)} <span class=tenue>{sum(u.puntos for u in suyos):g} de"
                    f" {sum(u.criterio['puntos'] for u in suyos):g}</span></h2>"
                )
                partes += [self._fila(uno) for uno in suyos]
        pie = (
            f"Semilla {self.final['semilla']}, Python {self.final['python']}, {self.segundos:.0f} s. {self.modo}."
            if self.final
            else self.modo
        )
        return "\n".join([*partes, f"<p class=tenue>{e(pie)}</p></html>"])

    def _fila(self, uno: "nota.Resultado") -> str:
        e = html.escape
        cabeza = (
            f"<span class='{uno.estado.split()[0]}'>{SIGNO[uno.estado]}</span><span>{e(uno.criterio['titulo'])} <span"
            f" class=tenue>{e(self._nota_al_margen(uno))}</span></span><span class=p>{uno.puntos:g} /"
            f" {uno.criterio['puntos']:g}</span>"
        )
        if uno.estado == nota.SIN_PROBAR:
            return f"<div class=fila>{cabeza}</div>"
        cuerpo = [f"<dt>Qué comprueba</dt><dd>{e(uno.criterio['comprueba'])}</dd>"]
        if 0 < uno.puntos < uno.criterio["puntos"] and not uno.motivo:
            cuerpo.append(
                f"<dt>Por qué {uno.puntos:g} de {uno.criterio['puntos']:g}</dt><dd>{e(_explicar_parcial(uno))}</dd>"
            )
        for prueba in uno.pruebas:
            cuerpo.append(f"<dt>{SIGNO[prueba['estado']]} {e(prueba['que'])}</dt>")
            if prueba["observado"]:
                cuerpo.append(f"<dd>Se observó:<pre>{e(prueba['observado'])}</pre></dd>")
            if prueba.get("historia"):
                cuerpo.append(f"<dd>Lo que pasó por la red:<pre>{e(chr(10).join(prueba['historia']))}</pre></dd>")
            cuerpo += [
                f"<dd><a href='fotos/{e(foto)}'><img loading=lazy src='fotos/{e(foto)}' alt='la pantalla al terminar"
                " esta prueba'></a></dd>"
                for foto in prueba.get("fotos", [])[:3]
            ]
        if uno.estado not in (nota.SUPERADO,):
            cuerpo.append(
                f"<dt>Qué sigue</dt><dd>Enunciado, «{e(uno.criterio['seccion'])}», y"
                f" <code>ejemplos/{e(uno.criterio['ejemplo'])}</code>.</dd>"
            )
        abierto = " open" if uno.estado in (nota.FALLADO, nota.PARCIAL, *nota.DUDAS) else ""
        return f"<details{abierto}><summary>{cabeza}</summary><dl>{''.join(cuerpo)}</dl></details>"

    def gradescope(self) -> dict:
        """results.json, como lo lee Gradescope."""
        pruebas = []
        for uno in self.resultados:
            if uno.estado != nota.SIN_PROBAR:
                pruebas.append(
                    {
                        "name": uno.criterio["titulo"],
                        "number": uno.clave,
                        "score": uno.puntos,
                        "max_score": uno.criterio["puntos"] if uno.criterio["punto"] != "extra" else 0,
                        "status": "passed" if uno.estado == nota.SUPERADO else "failed",
                        "visibility": "visible" if uno.criterio["visible"] else "after_published",
                        "output": "\n".join(self._explicar(uno)) if uno.estado != nota.SUPERADO else "",
                    }
                )
        if self.falla:
            # Sin «score» Gradescope lo marca como error
            return {"output": f"Error del calificador: {self.falla}. No es una calificación.", "tests": []}
        return {
            "score": round(self.base + self.extra, 2),
            "execution_time": round(self.segundos),
            "output": "\n".join([self.calificacion, *self.avisos]),
            "tests": pruebas,
        }

    def junit(self) -> "xml.Element":
        """JUnit XML: una prueba por criterio."""
        casos = [uno for uno in self.resultados if uno.estado != nota.SIN_PROBAR]
        cuenta = {estado: sum(uno.estado == estado for uno in casos) for estado in SIGNO}
        raiz = xml.Element(
            "testsuite",
            name=self.nombre,
            tests=str(len(casos)),
            failures=str(cuenta[nota.FALLADO] + cuenta[nota.PARCIAL]),
            errors=str(cuenta[nota.ERROR] + bool(self.falla)),
            skipped=str(sum(cuenta[estado] for estado in SALTADOS)),
        )
        for uno in casos:
            caso = xml.SubElement(
                raiz,
                "testcase",
                classname=uno.criterio["punto"],
                name=uno.clave,
                time=str(sum(prueba["segundos"] for prueba in uno.pruebas)),
            )
            clase = {
                nota.FALLADO: "failure",
                nota.PARCIAL: "failure",
                nota.ERROR: "error",
                **dict.fromkeys(SALTADOS, "skipped"),
            }.get(uno.estado)
            if clase:
                xml.SubElement(caso, clase, message=_para_xml(uno.observado[0][:300])).text = _para_xml(
                    "\n".join(uno.observado)
                )
        if self.falla:
            xml.SubElement(
                xml.SubElement(raiz, "testcase", classname="calificador", name="calificacion"),
                "error",
                message=self.falla,
            )
        return raiz


def _explicar_parcial(uno: nota.Resultado) -> str:
    """De dónde salen los puntos de un criterio que se superó en parte."""
    pasaron = [prueba for prueba in uno.pruebas if prueba["estado"] == nota.SUPERADO]
    peso, total = (sum(prueba["peso"] for prueba in unas) for unas in (pasaron, uno.pruebas))
    pesan = f", que pesan {peso:g} de {total:g}" if len({prueba["peso"] for prueba in uno.pruebas}) > 1 else ""
    cuantas = "se superó 1" if len(pasaron) == 1 else f"se superaron {len(pasaron)}"
    return f"Tiene {len(uno.pruebas)} pruebas y {cuantas}{pesan}; los puntos van en proporción."


def para_terminal(texto: str) -> str:
    """Sin lo que una terminal obedece: una entrega podría borrar la pantalla de quien califica y escribir su nota."""
    return "".join(c if c.isprintable() or c in "\n\t" else "·" for c in texto)


def _para_xml(texto: str) -> str:
    """Sin los caracteres de control que XML no admite."""
    return "".join(c if c in "\n\t" or c >= " " else "·" for c in texto)

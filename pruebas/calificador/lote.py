"""Calificar a una clase: varias entregas a la vez, con avance a la vista, y seguir donde se quedó.

    CARPETA/                        calificaciones/
      equipo1.zip                     calificaciones.csv     una fila por entrega
      Ana López_77_assign…/     ──▶   parecidos.csv          pares de entregas, sin veredicto
        chat.zip                      correcciones.csv       lo que el profesor corrige a mano
      equipo3/                        equipo1/informe.html …
"""

import concurrent.futures
import csv
import hashlib
import json
import os
import pathlib
import sys
import threading
import time

from calificador import aislamiento
from calificador import calificacion
from calificador import clase
from calificador import informe
from calificador import nota
from calificador import parecido
from calificador import recepcion
from calificador.plataformas import moodle

POR_PROCESADOR = 3  # entregas a la vez: casi todo el tiempo se espera a la red y a las ventanas
ANCHO = 24  # de la barra


def reunir(carpeta: pathlib.Path) -> "list[pathlib.Path]":
    """Las entregas de una carpeta: cada subcarpeta y cada archivo comprimido."""
    comprimidos = (".zip", *recepcion.NO_SE_ABREN)
    return sorted(
        uno
        for uno in carpeta.iterdir()
        if recepcion.sirve((uno.name,))
        and not uno.name.startswith(".")
        and (uno.is_dir() or uno.suffix.lower() in comprimidos)
    )


class Lote:
    """Una clase."""

    def __init__(
        self,
        carpeta: pathlib.Path,
        salida: pathlib.Path,
        semilla: str,
        a_la_vez: int = 0,
        de_nuevo: bool = False,
        criterios: str = "",
    ):
        self.entregas = [uno for uno in reunir(carpeta) if uno.resolve() != salida.resolve()]
        self.salida, self.semilla, self.de_nuevo, self.criterios = salida, semilla, de_nuevo, criterios
        self.rubrica = calificacion.leer_rubrica()
        self.modo = aislamiento.elegir_modo()
        self.a_la_vez = 1 if self.modo == aislamiento.NINGUNO else a_la_vez or POR_PROCESADOR * (os.cpu_count() or 1)
        salida.mkdir(parents=True, exist_ok=True)
        ruta = salida / "correcciones.csv"
        if not ruta.exists():
            ruta.write_text(",".join(nota.COLUMNAS) + "\n", encoding="utf-8")
        self.correcciones = nota.leer_correcciones(ruta)
        nombres = _sin_repetir([recepcion.nombre_de(uno) for uno in self.entregas])
        self.de_donde = dict(zip(nombres, (uno.stem if uno.is_file() else uno.name for uno in self.entregas)))
        self._candado = threading.Lock()
        self._hechas = 0
        self._inicio = time.monotonic()

    def calificar(self) -> "list[dict]":
        """Calificar a todos; devuelve los resúmenes. Lo que le pase a una no les pasa a las demás."""
        nombres = list(self.de_donde)
        with concurrent.futures.ThreadPoolExecutor(self.a_la_vez) as quienes:
            futuros = [
                quienes.submit(self._una, ruta, nombre, k)
                for k, (ruta, nombre) in enumerate(zip(self.entregas, nombres))
            ]
            try:
                resumenes = [futuro.result() for futuro in futuros]
            except KeyboardInterrupt:
                quienes.shutdown(wait=False, cancel_futures=True)
                print("\nInterrumpido. La misma orden sigue donde se quedó.", file=sys.stderr)
                raise
        self._escribir_tabla(resumenes)
        parecido.comparar({nombre: ruta for nombre, ruta in zip(nombres, self.entregas)}, self.salida / "parecidos.csv")
        clase.escribir(resumenes, self.rubrica, self.salida)
        return resumenes

    def por_participante(self, resumenes: "list[dict]") -> "dict[str, dict]":
        """Número de participante de Moodle → resumen, de las entregas que se bajaron de él."""
        numeros = {nombre: moodle.participante(carpeta) for nombre, carpeta in self.de_donde.items()}
        return {numeros[uno["nombre"]]: uno for uno in resumenes if numeros.get(uno["nombre"])}

    def _una(self, ruta: pathlib.Path, nombre: str, indice: int) -> dict:
        carpeta = self.salida / nombre
        try:
            sello = self._sello(ruta)
            resumen = None if self.de_nuevo else self._ya_hecha(carpeta, sello)
            if resumen is None:
                calificacion.calificar(
                    ruta, carpeta, self.modo, self.semilla, indice, self.correcciones, self.criterios
                )
                (carpeta / "sello").write_text(sello)
                resumen = json.loads((carpeta / "resumen.json").read_text(encoding="utf-8"))
        except Exception as error:  # un error nuestro con una entrega no deja a las demás sin nota
            resumen = {
                "nombre": nombre,
                "calificacion": f"sin nota: {type(error).__name__}: {error}",
                "falla": str(error) or type(error).__name__,
            }
            carpeta.mkdir(parents=True, exist_ok=True)
            (carpeta / "resumen.json").write_text(json.dumps(resumen, ensure_ascii=False), encoding="utf-8")
        self._avanzar(resumen)
        return resumen

    def _ya_hecha(self, carpeta: pathlib.Path, sello: str) -> "dict | None":
        """El resumen de una entrega que ya se calificó así; con las correcciones de hoy."""
        try:
            resumen = json.loads((carpeta / "resumen.json").read_text(encoding="utf-8"))
            if resumen["falla"] or (carpeta / "sello").read_text() != sello:
                return None
        except (OSError, ValueError, KeyError):
            return None
        pruebas, final = nota.leer(carpeta / "resultados.jsonl")
        if final is None:
            return None
        resultados = nota.juzgar(self.rubrica, pruebas)
        nota.corregir(resultados, carpeta.name, self.correcciones)
        hecho = informe.Informe(
            carpeta.name,
            resumen["integrantes"],
            resumen["avisos"],
            resultados,
            final,
            resumen["segundos"],
            aislamiento.describir(self.modo),
        )
        calificacion.guardar(hecho, carpeta, resumen["huella"])
        return json.loads((carpeta / "resumen.json").read_text(encoding="utf-8"))

    def _sello(self, ruta: pathlib.Path) -> str:
        """Cambia si cambia la entrega, la rúbrica o un criterio: entonces hay que volver a calificar."""
        suma = hashlib.sha256(self.semilla.encode())
        archivos = (
            [ruta]
            if ruta.is_file()
            else sorted(uno for uno in ruta.rglob("*") if uno.is_file() and not uno.is_symlink())
        )
        for uno in [*archivos, calificacion.RUBRICA, *sorted(calificacion.CRITERIOS.rglob("*.py"))]:
            recepcion.sumar_archivo(suma, uno.name, uno)
        return suma.hexdigest()

    def _avanzar(self, resumen: dict) -> None:
        with self._candado:
            self._hechas += 1
            total = len(self.entregas)
            llenos = ANCHO * self._hechas // total
            resta = (time.monotonic() - self._inicio) / self._hechas * (total - self._hechas)
            barra = "█" * llenos + "·" * (ANCHO - llenos)
            linea = (
                f"[{barra}] {self._hechas}/{total}, faltan {resta / 60:.0f} min  {resumen['nombre']}:"
                f" {resumen['calificacion']}"
            )
            print(informe.para_terminal(linea), file=sys.stderr, flush=True)

    def _escribir_tabla(self, resumenes: "list[dict]") -> None:
        claves = [criterio["clave"] for criterio in self.rubrica["criterios"]]
        # Con la marca, Excel lee los acentos
        with open(self.salida / "calificaciones.csv", "w", encoding="utf-8-sig", newline="") as archivo:
            tabla = csv.writer(archivo)
            tabla.writerow(["entrega", "integrantes", "nota", "extra", "observación", *claves])
            for uno in resumenes:
                observacion = uno["falla"] or " ".join(uno.get("avisos", []))
                puntos = {} if uno["falla"] else {"nota": uno["base"], "extra": uno["extra"], **uno["puntos"]}
                tabla.writerow([
                    nota.celda(uno["nombre"]),
                    nota.celda(" / ".join(uno.get("integrantes", []))),
                    puntos.get("nota", ""),
                    puntos.get("extra", ""),
                    nota.celda(observacion),
                    *(puntos.get(clave, "") for clave in claves),
                ])


def semilla_guardada(salida: pathlib.Path, nueva: str) -> str:
    """La semilla con que empezó este lote: al reanudarlo, todos se califican igual."""
    ruta = salida / "semilla.txt"
    if not ruta.exists():
        salida.mkdir(parents=True, exist_ok=True)
        ruta.write_text(nueva)
    return ruta.read_text().strip()


def _sin_repetir(nombres: "list[str]") -> "list[str]":
    """Nombres de carpeta distintos entre sí."""
    unicos: "list[str]" = []
    for nombre in nombres:
        unico, veces = nombre, 1
        while unico in unicos:
            veces += 1
            unico = f"{nombre} ({veces})"
        unicos.append(unico)
    return unicos

"""Las inundaciones contra una ventana de verdad: que siga atendiendo, que no se llene, y que se pueda cerrar."""

import json
import pathlib
import statistics
import subprocess
import sys
import time

import psutil
import pytest

from ayudas import programa_gui
from ayudas import programas
from hostil import ataques

pytestmark = pytest.mark.largo
programa_gui.exigir()
from ayudas.ventanas_abiertas import abrir, pantalla, ana_en_general  # noqa: E402, F401

MB = 2**20
DURA = 20.0  # s


@pytest.mark.parametrize("cual", ["textos", "voces", "listas", "latidos", "trozos", "firmas"])
def test_la_ventana_sigue_atendiendo_y_no_se_llena(cual, ana_en_general, lanzar, puerto, sencillo, tmp_path):
    ana, sala = ana_en_general
    programas.entrar(lanzar, "Bryan", "general")
    de_bryan = sencillo().esperar(tipo="latido", user="Bryan")["id"]
    yo = psutil.Process(ana.proceso.pid)
    orden = [sys.executable, str(pathlib.Path(ataques.__file__)), cual, f"--puerto={puerto}", f"--segundos={DURA}",
             f"--id={de_bryan}"]
    inundacion = subprocess.Popen(orden, stdout=subprocess.PIPE, text=True)
    pasos, pico = [], 0
    while inundacion.poll() is None:
        antes = time.monotonic()
        assert ana.tcl("expr 1") == "1"
        pasos.append(time.monotonic() - antes)
        pico = max(pico, yo.memory_info().rss)
        time.sleep(0.05)  # el ritmo de quien mira
    antes = time.monotonic()
    ana.interrumpir()
    cierre = time.monotonic() - antes
    disco = sum(uno.stat().st_size for uno in tmp_path.rglob("*") if uno.is_file())
    print(json.dumps({"ataque": cual, "enviados": inundacion.communicate()[0].strip(), "miradas": len(pasos),
                      "mediana_ms": round(1_000 * statistics.median(pasos)), "peor_ms": round(1_000 * max(pasos)),
                      "memoria_MB": round(pico / MB), "disco_MB": round(disco / MB), "cierre_s": round(cierre, 1)}))
    assert pico < 300 * MB and disco < 300 * MB and cierre < programas.PLAZO

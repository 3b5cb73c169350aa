"""El programa que mide: sus cuentas, y que de punta a punta entregue un resultado creíble."""

import json
import pathlib
import subprocess
import sys

import pytest

from ayudas import hosts
from ayudas import intermediario
from ayudas import pantalla_tk

if sys.platform != "linux":
    pytest.skip("sólo se mide en Linux", allow_module_level=True)

from medir import archivos

MEDIR = pathlib.Path(__file__).parent.with_name("medir")


@pytest.mark.parametrize("perdida, piso", [(0, 1.0), (10, 1.46), (30, 2.39)])
def test_el_piso_es_el_maximo_esperado_de_cinco_geometricas(perdida, piso):
    assert archivos.calcular_piso(perdida) == pytest.approx(piso, abs=0.005)


def test_a_toda_prisa_el_chat_no_pierde_ni_desordena_ningun_mensaje(tmp_path):
    orden = [sys.executable, MEDIR, "mensajes", "--rapido", "--veces=1", "--modo=a", "--clientes", "3", "--sistemas",
             "chat", f"--carpeta={tmp_path}"]
    subprocess.run(orden, check=True, timeout=100)
    filas = json.loads((tmp_path / "mediciones.json").read_text(encoding="utf-8"))["mensajes"]
    assert [fila["sistema"] for fila in filas] == ["chat", "chat, sin firma"]
    for fila in filas:
        assert not fila["fallos"]
        assert (fila["perdidos"], fila["saltos"]) == (0, 0)
        assert fila["por_segundo"] > 100  # un aula entera escribe mucho menos
    assert "| chat" in (tmp_path / "mediciones.md").read_text(encoding="utf-8")


@pytest.mark.largo
@pytest.mark.skipif(bool(pantalla_tk.falta()), reason=pantalla_tk.falta())
@pytest.mark.timeout(200)  # más que lo que se espera al programa que mide
def test_las_ventanas_se_miden_con_todo_lo_que_llega(tmp_path):
    subprocess.run([sys.executable, MEDIR, "ventanas", "--rapido", f"--carpeta={tmp_path}"], check=True, timeout=170)
    filas = {fila["medida"]: fila
             for fila in json.loads((tmp_path / "mediciones.json").read_text(encoding="utf-8"))["ventanas"]}
    assert list(filas) == ["arranque", "ráfaga", "ráfaga, moviendo la rueda", "20 imágenes", "reposo, la entrada",
                           "reposo, una sala"]
    assert filas["arranque"]["cpu"] > 0 and filas["reposo, una sala"]["nucleo"] > 0
    assert filas["ráfaga, moviendo la rueda"]["cuadros"] > 1  # se vio mover
    assert filas["20 imágenes"]["disco"] > 20 * 10_000
    assert "| ráfaga" in (tmp_path / "mediciones.md").read_text(encoding="utf-8")


def test_por_un_enlace_con_tope_nada_llega_antes_de_lo_que_el_enlace_permite(tmp_path):
    hosts.exigir_hosts()
    hosts.Hosts.desmontar()
    orden = [sys.executable, MEDIR, "archivos", "--largos=320", "--perdidas=0", "--enlaces=6", "--clases=3",
             "--sin-uftp",
             "--veces=1", f"--carpeta={tmp_path}"]
    subprocess.run(orden, check=True, timeout=170)
    filas = json.loads((tmp_path / "mediciones.json").read_text(encoding="utf-8"))["archivos"]
    quienes = [(fila["sistema"], fila["receptores"]) for fila in filas]
    assert quienes == [("chat", 3), ("chat, 1 a la vez", 12), ("chat, 3 a la vez", 12)]
    assert all(fila["buenas"] == 1 and fila["segundos"] > 0.4 for fila in filas)  # 320 KB a 6 Mb/s, menos la ráfaga
    assert all(fila["texto"] > 0 for fila in filas[1:])  # se dijeron textos, y llegaron


@pytest.mark.largo
@pytest.mark.timeout(300)  # más que lo que se espera al programa que mide
def test_el_relevo_y_el_puente_se_miden_sin_perder_nada(tmp_path):
    intermediario.exigir()
    subprocess.run([sys.executable, MEDIR, "relevo", "--rapido", f"--carpeta={tmp_path}"], check=True, timeout=250)
    medido = json.loads((tmp_path / "mediciones.json").read_text(encoding="utf-8"))["relevo"]
    assert [fila["clientes"] for fila in medido["relevo"]] == [50, 50, 50, 200, 200]
    assert not any(fila["fallos"] for fila in medido["relevo"])
    assert medido["relevo"][0]["perdidos"] == 0 and medido["puente"]["perdidos"] == 0
    assert medido["puente"]["anade"] > 0
    assert "| chat por el relevo" in (tmp_path / "mediciones.md").read_text(encoding="utf-8")

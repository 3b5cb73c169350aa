"""Los ataques de ataques.py contra el servidor, las terminales y una ventana, todos de verdad.

Con «-s» dicen lo que midieron: cuánto tardó un texto, cuánta memoria y cuánto disco.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import time

import psutil
import pytest

from ayudas import programas
from hostil import ataques

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="salen de 127.0.0.2, que sólo hay en Linux")
GUION = pathlib.Path(ataques.__file__)
DURA = 20.0  # s de cada inundación
MB = 2**20


@pytest.fixture
def clase(servidor, lanzar, tmp_path, monkeypatch):
    """Ana y Bryan en la sala general, el servidor, y el id de Ana."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    ana, bryan = (programas.entrar(lanzar, uno, "general") for uno in ("Ana", "Bryan"))
    ana.esperar_lista("general", "Ana", "Bryan")
    return servidor, ana, bryan


@pytest.fixture
def id_de_ana(clase, sencillo):
    """El que se lee en sus latidos, como lo leería cualquiera."""
    oido = sencillo()
    return oido.esperar(tipo="latido", user="Ana")["id"]


def contar(ana, bryan, cuantos, cada):
    """Que Ana diga tantos textos; lo que tardó en llegar cada uno a Bryan (s)."""
    tardanzas = []
    for i in range(cuantos):
        antes = time.monotonic()
        ana.hacer("mensaje", sala="general", content=f"texto {antes} {i}")
        bryan.esperar("mensaje", plazo=30, content=f"texto {antes} {i}")
        tardanzas.append(time.monotonic() - antes)
        time.sleep(max(0.0, cada - tardanzas[-1]))  # el ritmo de quien habla
    return tardanzas


def memoria(programa):
    """Los bytes de un programa en marcha."""
    return psutil.Process(programa.proceso.pid).memory_info().rss


@pytest.mark.largo
def test_el_veneno_no_calla_a_ana_mas_que_unos_segundos(clase, id_de_ana, puerto):
    _, ana, bryan = clase
    contar(ana, bryan, 3, 0.1)
    ataques.enviar(ataques.veneno(id_de_ana), puerto)
    ataques.enviar(ataques.veneno(id_de_ana, 3_000), puerto)
    tardanzas = contar(ana, bryan, 3, 0.5)
    print(f"veneno: el primer texto tardó {tardanzas[0]:.1f} s; antes, para siempre")
    assert tardanzas[0] < 10 and tardanzas[-1] < 1


@pytest.mark.largo
def test_con_cincuenta_faltas_de_79_bytes_no_se_envian_39_megas(clase, id_de_ana, puerto, tmp_path):
    _, ana, bryan = clase
    for i in range(400):
        ana.hacer("mensaje", sala="general", content=f"{i} " + "x" * 7_900)
    bryan.esperar("mensaje", content="399 " + "x" * 7_900, plazo=60)
    red = psutil.net_io_counters(pernic=True)["lo"].bytes_sent
    ataques.enviar(ataques.faltas(id_de_ana), puerto)
    contar(ana, bryan, 20, 0.1)
    enviados = psutil.net_io_counters(pernic=True)["lo"].bytes_sent - red
    print(f"faltas: por 4 KB salieron {enviados / MB:.1f} MB por la interfaz de bucle, con todo lo demás; antes, 39")
    assert enviados < 20 * MB


@pytest.mark.largo
def test_los_inicios_no_llenan_el_servidor(clase, lanzar, puerto):
    servidor, ana, bryan = clase
    ataques.enviar(ataques.inicios(), puerto)
    carla = programas.entrar(lanzar, "Carla", "otra sala")
    carla.esperar_lista("otra sala", "Carla")
    assert memoria(servidor) < 100 * MB


@pytest.mark.largo
@pytest.mark.parametrize("cual", ataques.INUNDACIONES)
def test_durante_una_inundacion_se_sigue_hablando(cual, clase, id_de_ana, puerto, tmp_path):
    servidor, ana, bryan = clase
    contar(ana, bryan, 30, 0.2)  # una clase que lleva un rato: quien acaba de aparecer va detrás de los demás
    orden = [sys.executable, str(GUION), cual, f"--puerto={puerto}", f"--segundos={DURA}", f"--id={id_de_ana}"]
    inundacion = subprocess.Popen(orden, stdout=subprocess.PIPE, text=True)
    tardanzas, pico = [], 0
    while inundacion.poll() is None:
        tardanzas += contar(ana, bryan, 1, 0.2)
        pico = max(pico, *map(memoria, (servidor, ana, bryan)))
    despues = contar(ana, bryan, 5, 0.2)
    disco = sum(uno.stat().st_size for uno in tmp_path.rglob("*") if uno.is_file())
    p95 = statistics.quantiles(tardanzas, n=20)[-1] if len(tardanzas) > 1 else tardanzas[0]
    print(json.dumps({"ataque": cual, "enviados": inundacion.communicate()[0].strip(), "textos": len(tardanzas),
                      "mediana_s": round(statistics.median(tardanzas), 3), "p95_s": round(p95, 3),
                      "peor_s": round(max(tardanzas), 3), "despues_s": round(max(despues), 3),
                      "memoria_MB": round(pico / MB), "disco_MB": round(disco / MB)}, ensure_ascii=False))
    assert pico < 300 * MB and disco < 300 * MB
    assert min(despues) < 1  # y después todo sigue

"""Con ventanas, en una red que filtra la multidifusión: con un clic se habla por el relevo que se halló."""

import pytest

from ayudas import hosts
from ayudas import programa_gui
from ayudas import programas
from ayudas.ventanas_abiertas import abrir, pantalla  # noqa: F401

programa_gui.exigir()
pytestmark = pytest.mark.largo


@pytest.fixture
def equipos():
    """Tres equipos que se oyen de uno en uno, y no por multidifusión; en el primero hay un relevo."""
    with hosts.montar_sin_multidifusion(3) as juntos:
        yield juntos


@pytest.fixture
def donde(equipos, lanzar, puerto):
    """En qué equipo corre cada quien, con el relevo ya en marcha."""
    sitios = [{"prefijo": uno.prefijo, "interfaz": uno.direccion} for uno in equipos]
    lanzar(programas.Puente, f"--relevo={puerto}", **sitios[0]).esperar_linea("Ctrl+C para terminar")
    return sitios


def conversar(ana, lanzar, puerto, equipos, donde):
    """Ana, que ya habla por el relevo, entra, y Bryan, del otro lado, la lee y le contesta."""
    relevo = f"{equipos[0].direccion}:{puerto}"
    bryan = programas.entrar(lanzar, "Bryan", "general", relevo=relevo, **donde[2])
    entrada = ana.titulos().get("Entrar al chat")
    if entrada:
        ana.enfocar(entrada)
        ana.pulsar_boton(entrada, "Entrar")
    sala = ana.esperar_ventana("general — Ana")
    ana.esperar_que(lambda: sorted(ana.personas(sala)) == ["Ana (tú)", "Bryan"], "que la lista los nombre")
    ana.teclear(sala, "ya te oigo", "Return")
    bryan.esperar("mensaje", user="Ana", content="ya te oigo")
    bryan.hacer("mensaje", sala="general", content="y yo a ti")
    ana.esperar_texto(sala, "y yo a ti")


def test_la_entrada_ofrece_sola_el_relevo(abrir, lanzar, puerto, equipos, donde):  # noqa: F811
    ana = abrir("--usuario", "Ana", **donde[1])
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.esperar_que(lambda: "hay un relevo" in ana.rotulos(entrada))
    ana.pulsar_boton(entrada, "Hablar por el relevo")
    conversar(ana, lanzar, puerto, equipos, donde)


def test_el_diagnostico_ofrece_el_relevo(abrir, lanzar, puerto, equipos, donde):  # noqa: F811
    ana = abrir("--usuario", "Ana", **donde[1])
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.enfocar(entrada)
    ana.teclas("ctrl+i")
    informe = ana.esperar_abierta("Diagnóstico")
    ana.esperar_que(lambda: any(ana.tcl(f"{b} cget -text") == "Hablar por este relevo"
                                for b in ana.partes(informe, "TButton")), "que el diagnóstico lo ofrezca")
    ana.pulsar_boton(informe, "Hablar por este relevo")
    ana.esperar_que(lambda: "Diagnóstico" not in ana.titulos(), "que se cierre el diagnóstico")
    conversar(ana, lanzar, puerto, equipos, donde)

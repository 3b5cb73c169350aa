"""De qué se avisa, y lo que se le pide al escritorio."""

import os
import shutil
import stat
import subprocess
import sys
import threading
import time
import types

import pytest

from equipo import escritorio
from ayudas import pantalla_tk
from ayudas.ventanas_abiertas import abrir  # noqa: F401
from ayudas.ventanas_abiertas import ana_en_general  # noqa: F401
from ayudas.ventanas_abiertas import pantalla  # noqa: F401
from ventanas import avisos
from ventanas.aspecto import atencion
from ventanas.globos.mensaje import Mensaje

SIN_GESTOR = pantalla_tk.falta() or shutil.which("openbox") is None or shutil.which("xprop") is None


@pytest.fixture
def pedidos(monkeypatch):
    """Lo que se le pidió al escritorio y al sonido."""
    hechos = []
    monkeypatch.setattr(escritorio, "notificar", lambda titulo, texto: hechos.append((titulo, texto)))
    monkeypatch.setattr(atencion, "pedir", lambda ventana: None)
    return hechos


def hacer_avisos(sonados=None, **otras):
    """Unos Avisos con esas preferencias."""
    preferencias = types.SimpleNamespace(**{"calladas": [], "solo_menciones": [], "avisos": True, **otras})
    preferencias.poner = preferencias.__dict__.update
    suena = types.SimpleNamespace(avisar=lambda clave, para_mi: (sonados or []).append(clave))
    return avisos.Avisos(preferencias, suena)


def decir(content="Hola", **otras):
    return Mensaje("msj", "Bryan", content, time.time(), **otras)


def test_se_avisa_una_vez_y_de_lo_reciente(pedidos):
    sonados = ["antes"]
    unos = hacer_avisos(sonados)
    for mensaje in (decir(), decir("otra"), Mensaje("msj", "Bryan", "de ayer", time.time() - 90_000)):
        unos.avisar("#general", mensaje, None)
    unos.avisar("@Bryan", decir("en privado\n\x1b[2J <b>"), None)
    assert pedidos[0] == ("Bryan en general", "Hola") and pedidos[1][0] == "Bryan" and len(pedidos) == 2
    assert "\x1b" not in pedidos[1][1] and "\n" not in pedidos[1][1]
    assert sonados == ["antes", "#general", "#general", "@Bryan"]


def test_cada_sala_avisa_de_lo_que_se_quiere(pedidos):
    unos = hacer_avisos(calladas=["#ruido"], solo_menciones=["#redes"])
    assert not unos.interesa("#ruido", decir(para_mi=True)) and not unos.interesa("#redes", decir())
    assert unos.interesa("#redes", decir(para_mi=True)) and unos.interesa("#general", decir())
    unos.alternar_menciones("#redes")
    unos.alternar_menciones("#ruido")
    unos.alternar_silencio("#voces")
    assert not unos.interesa("#voces", decir())
    unos.alternar_silencio("#voces")
    assert unos.interesa("#voces", decir())
    assert unos.interesa("#redes", decir()) and unos.interesa("#ruido", decir(para_mi=True))
    assert not unos.interesa("#ruido", decir())
    hacer_avisos(avisos=False).avisar("#general", decir(), None)
    assert pedidos == []


@pytest.mark.skipif(sys.platform != "linux", reason="en otros sistemas es otro programa")
def test_al_escritorio_le_llega_el_texto_y_no_una_orden(tmp_path, monkeypatch):
    (tmp_path / "notify-send").write_text(f'#!/bin/sh\nfor uno in "$@"; do echo "$uno"; done > {tmp_path}/dicho.tmp\n'
                                          f"mv {tmp_path}/dicho.tmp {tmp_path}/dicho\n")
    (tmp_path / "notify-send").chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    escritorio.notificar("-h", "$(reboot) <img src=x> & más")
    limite, pausa = time.monotonic() + 10, threading.Event()
    while not (tmp_path / "dicho").exists() and time.monotonic() < limite:
        pausa.wait(0.02)
    assert (tmp_path / "dicho").read_text().splitlines()[-3:] == ["--", "-h", "$(reboot) &lt;img src=x> &amp; más"]


def test_sin_con_que_abrir_se_dice(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert escritorio.abrir(tmp_path / "x.pdf") == "En este equipo no está xdg-open."
    assert "xdg-open" in escritorio.mostrar_en_carpeta(tmp_path / "x.pdf")
    escritorio.notificar("Bryan", "Hola")  # y no pasa nada


@pytest.fixture
def gestor(pantalla, tmp_path):  # noqa: F811
    """Un gestor de ventanas en la pantalla, antes de que se abra ninguna."""
    entorno = {**os.environ, **pantalla.entorno, "HOME": str(tmp_path)}
    proceso = subprocess.Popen(["openbox", "--sm-disable"], env=entorno, stderr=subprocess.DEVNULL)
    yield proceso
    proceso.terminate()
    proceso.wait()


@pytest.mark.skipif(sys.platform != "linux" or SIN_GESTOR, reason="falta un gestor: sudo apt install openbox x11-utils")
def test_la_barra_de_tareas_senala_la_ventana_hasta_que_se_la_mira(gestor, ana_en_general, sencillo):  # noqa: F811
    ana, sala = ana_en_general
    marco = ana.marco(sala)

    def se_senala() -> bool:
        visto = subprocess.run(["xprop", "-id", marco, "_NET_WM_STATE"], env=ana._pantalla.completo(), timeout=10,
                               capture_output=True, text=True, check=True)
        return "DEMANDS_ATTENTION" in visto.stdout

    ana.enfocar(sala)
    carla = sencillo()
    carla.enviar(tipo="msj", user="Carla", sala="general", content="delante")
    ana.esperar_texto(sala, "delante")
    ana.tcl(f"wm iconify {sala}")
    ana.esperar_que(lambda: ana.tcl("focus") == "", "que deje de tener el teclado")
    assert not se_senala()  # lo que llegó se estaba mirando
    carla.enviar(tipo="msj", user="Carla", sala="general", content="detrás")
    ana.esperar_que(se_senala, "que se señale")
    ana.xdotool("windowactivate", marco)
    ana.esperar_que(lambda: not se_senala(), "que deje de señalarse")

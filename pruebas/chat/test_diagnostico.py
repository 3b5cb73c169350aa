"""El diagnóstico: lo que dice de este equipo es verdad, y lo que remedia está escrito."""

import argparse
import errno
import json
import os
import platform
import pathlib
import socket
import subprocess
import sys
import tempfile
import types

import diagnostico
from ayudas import programa_gui
from ayudas import programas
from ayudas import tarjeta_falsa
import pytest
from equipo import cortafuegos
from equipo import interfaces
from equipo import errores
from equipo import revision
from ayudas.ventanas_abiertas import abrir  # noqa: F401
from ayudas.ventanas_abiertas import ana_en_general  # noqa: F401
from ayudas.ventanas_abiertas import pantalla  # noqa: F401

PROGRAMA = programas.PRACTICA / "diagnostico.py"


def diagnosticar(puerto: int, *argumentos: str, **entorno) -> "list[dict]":
    """Lo que escribe `diagnostico.py --json`."""
    orden = [sys.executable, str(PROGRAMA), "--json", f"--puerto={puerto}", "--interfaz=127.0.0.1", *argumentos]
    fin = subprocess.run(orden, env={**os.environ, **entorno}, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in fin.stderr, fin.stderr
    return [json.loads(linea) for linea in fin.stdout.splitlines()]


def test_oye_al_servidor_y_a_los_participantes(servidor, lanzar, puerto):
    lanzar(programas.Cliente, "Bryan", "general").esperar("listo")
    dicho = {uno["que"]: uno for uno in diagnosticar(puerto)}
    assert dicho["Servidor"]["estado"] == dicho["Participantes"]["estado"] == "bien"
    assert "Bryan" in dicho["Participantes"]["detalle"]
    (de_la_red,) = [uno for que, uno in dicho.items() if que.startswith("Red ")]
    assert de_la_red["estado"] == "bien" and "Se envía y se recibe" in de_la_red["detalle"]


@pytest.mark.parametrize("servidores, dicho", [
    ([{"a"}], "Se oye uno: a."), ([{"a"}, {"b", "a"}], "Se oyen 2: a, b."),
    ([set()], "Los mensajes llegan igual; falta la lista de quién está."), ([], "")])
def test_cuantos_servidores_se_oyen(servidores, dicho):
    oidos = {str(k): revision.Oido(propio=True, servidores=unos) for k, unos in enumerate(servidores)}
    oidos["caída"] = revision.Oido(falla=OSError(errno.ENETUNREACH, "unreachable"))  # por ella no llega nada
    assert diagnostico.contar_servidores(oidos).detalle == dicho


@pytest.mark.parametrize("vuelven, dicho", [
    ({interfaces.LAZO}, "Los mensajes sólo llegan a los programas de este equipo; falta la lista de quién está."),
    ({interfaces.LAZO, "10.0.0.1"}, "Los mensajes llegan igual; falta la lista de quién está."), (set(), "")])
def test_sin_red_no_se_dice_que_los_mensajes_llegan_igual(vuelven, dicho):
    oidos = {una: revision.Oido(propio=una in vuelven) for una in (interfaces.LAZO, "10.0.0.1")}
    assert diagnostico.contar_servidores(oidos).detalle == dicho


@pytest.mark.parametrize("minima, probada, estado, dice", [
    ((3, 10), (9, 0), "bien", platform.system()), ((3, 0), (3, 9), "bien", "se ha probado hasta con 3.9"),
    ((9, 0), (9, 1), "mal", "necesita 9.0")])
def test_un_python_mas_nuevo_que_los_probados_no_es_una_falla(monkeypatch, minima, probada, estado, dice):
    monkeypatch.setattr(diagnostico.entorno, "MINIMA", minima)
    monkeypatch.setattr(diagnostico.entorno, "PROBADA", probada)
    resultado = diagnostico.revisar_python()
    assert resultado.estado == estado and dice in resultado.detalle and bool(resultado.remedio) == (estado == "mal")


def test_sin_nadie_dice_que_hacer(puerto):
    dicho = {uno["que"]: uno for uno in diagnosticar(puerto)}
    assert "python servidor.py" in dicho["No se oye ningún servidor"]["remedio"]
    assert dicho["No se oye a ningún participante"]["estado"] == "aviso"


def test_lo_que_falta_trae_su_remedio(puerto, tmp_path):
    for nombre in ("PIL", "pyaudio", "sounddevice", "tkinter", "psutil", "nacl"):
        (tmp_path / f"{nombre}.py").write_text(f"raise ImportError('No module named {nombre}')")
    dichos = diagnosticar(puerto, PYTHONPATH=str(tmp_path))
    fallas = [uno for uno in dichos if uno["estado"] == "mal"]
    assert len(fallas) == 3 and all(uno["remedio"] for uno in fallas)  # sin psutil sólo se ven menos interfaces
    firmas = next(uno for uno in dichos if "PyNaCl" in uno["que"])  # sin ella se chatea, sin proteger
    assert firmas["estado"] == "aviso" and firmas["remedio"].endswith("practica3 --preparar")
    # El pip de un Python de Debian o de Homebrew se niega a instalar fuera de un entorno.
    assert sum(uno["remedio"].endswith("practica3 --preparar") for uno in fallas) == 2


def test_el_microfono_y_el_altavoz_se_prueban_de_verdad(puerto):
    if tarjeta_falsa.falta():
        pytest.skip(tarjeta_falsa.falta())
    with tempfile.TemporaryDirectory(prefix="pa-") as carpeta, \
            tarjeta_falsa.TarjetaFalsa(pathlib.Path(carpeta)) as tarjeta:
        callado = {uno["que"]: uno["estado"] for uno in diagnosticar(puerto, **tarjeta.entorno)}
        tarjeta.emitir(tarjeta_falsa.hacer_tono(30))
        sonando = {uno["que"]: uno["estado"] for uno in diagnosticar(puerto, **tarjeta.entorno)}
    assert callado["Altavoz"] == callado["Micrófono"] == "bien"
    assert callado["El micrófono graba, pero sólo silencio"] == "aviso" and sonando["El micrófono graba"] == "bien"


def test_una_red_que_no_existe_se_dice(puerto):
    dichos = diagnosticar(puerto, "--interfaz=203.0.113.9")
    assert any(uno["estado"] == "mal" and "203.0.113.9" in uno["que"] for uno in dichos)


def test_un_puerto_ocupado_por_otro_se_dice(puerto):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as egoista:  # sin SO_REUSEADDR
        egoista.bind(("", puerto))
        dichos = diagnosticar(puerto)
    (de_la_red,) = [uno for uno in dichos if uno["que"].startswith("Red ")]
    assert f"puerto {puerto}: otro programa lo usa" in de_la_red["detalle"] and ".." not in de_la_red["detalle"]
    assert "--puerto" in de_la_red["remedio"] and "interfaz" not in de_la_red["remedio"]


def test_en_la_terminal_se_lee(puerto):
    fin = subprocess.run([sys.executable, str(PROGRAMA), f"--puerto={puerto}", "--interfaz=127.0.0.1"],
                         capture_output=True, text=True, timeout=60)
    assert "[bien]  Python" in fin.stdout and "→ En cualquier equipo de la red: python servidor.py" in fin.stdout


def test_interfaces_estan_la_de_bucle_y_la_del_sistema():
    direcciones = [direccion for _, direccion in interfaces.listar()]
    assert interfaces.LAZO in direcciones and interfaces.interfaz_del_sistema() in direcciones


@pytest.mark.parametrize("oido, esperados", [
    (revision.Oido(propio=True), ["No se oye a ningún otro equipo"]),
    (revision.Oido(propio=True, otros_equipos={"192.0.2.7"}), []),
])
def test_que_parece_un_punto_de_acceso_que_filtra(oido, esperados):
    hallados = [uno.que for uno in diagnostico.explicar_filtros(5007, {"192.0.2.1": oido})]
    assert [que for que in hallados if "cortafuegos" not in que] == esperados


def revisar_con(monkeypatch, oidos, **elegidas):
    """Lo que dice de la red en un equipo con una interfaz virtual delante del Wi-Fi."""
    todas = [("vEthernet", "192.0.2.1"), ("Wi-Fi", "192.0.2.9"), ("bucle", interfaces.LAZO)]
    monkeypatch.setattr(diagnostico.interfaces, "listar", lambda: todas)
    monkeypatch.setattr(diagnostico.interfaces, "interfaz_del_sistema", lambda *_: "192.0.2.1")
    monkeypatch.setattr(diagnostico, "escuchar", lambda grupo, puerto, interfaz, propias: oidos[interfaz])
    de_la_red = argparse.Namespace(**{"grupo": "239.255.3.3", "puerto": 5007, "interfaz": None, **elegidas})
    return {uno.que: uno for uno in diagnostico.revisar_red(de_la_red)}


@pytest.mark.parametrize("interfaz", [None, "192.0.2.1"])
def test_a_los_demas_se_les_oye_por_otra_interfaz(monkeypatch, interfaz):
    solo, con_otros = revision.Oido(propio=True), revision.Oido(propio=True, otros_equipos={"192.0.2.40"})
    dicho = revisar_con(monkeypatch, {"192.0.2.1": solo, "192.0.2.9": con_otros, interfaces.LAZO: solo},
                        interfaz=interfaz)
    elegir = dicho["Los demás están en otra red de este equipo"]
    assert elegir.estado == "mal" and "Elige Wi-Fi (192.0.2.9)" in elegir.remedio
    assert "No se oye a ningún otro equipo" not in dicho
    bien = revisar_con(monkeypatch, {"192.0.2.1": con_otros, "192.0.2.9": con_otros, interfaces.LAZO: solo})
    assert not [que for que in bien if que.startswith("Los demás")]


def test_quien_pide_la_de_bucle_no_sale_de_este_equipo(monkeypatch):
    dicho = revisar_con(monkeypatch, {interfaces.LAZO: revision.Oido(propio=True)}, interfaz=interfaces.LAZO)
    assert [que for que in dicho if que.startswith("Red ")] == ["Red elegida (127.0.0.1), la que se usa"]


def test_el_permiso_de_red_local_de_macos_se_nombra(monkeypatch):
    sin_permiso = revision.Oido(falla=OSError(errno.EHOSTUNREACH, "No route to host"))
    monkeypatch.setattr(errores, "sys", types.SimpleNamespace(platform="linux"))
    assert "Red local" not in diagnostico.contar_interfaz("Red en0", True, 5007, sin_permiso).remedio
    monkeypatch.setattr(errores, "sys", types.SimpleNamespace(platform="darwin"))
    dicho = diagnostico.contar_interfaz("Red en0", True, 5007, sin_permiso)
    assert "macOS no deja" in dicho.detalle and "Privacidad y seguridad → Red local" in dicho.remedio


def test_en_windows_el_remedio_quita_la_regla_que_bloquea(monkeypatch):
    monkeypatch.setattr(cortafuegos, "sys", types.SimpleNamespace(platform="win32"))
    monkeypatch.setattr(cortafuegos, "INTERPRETE", r"C:\Python\python.exe")  # no el de un entorno: lo lanza él
    _, quitar, permitir = cortafuegos.orden_para_abrir(5007).splitlines()
    assert quitar == r'netsh advfirewall firewall delete rule name=all dir=in program="C:\Python\python.exe"'
    assert "add rule" in permitir and "action=allow" in permitir and "localport=5007" in permitir


def test_homebrew_se_pide_con_su_version(puerto, tmp_path):
    (tmp_path / "tkinter.py").write_text("raise ImportError('No module named tkinter')")
    programa = ("import diagnostico, shutil, sys; sys.platform = 'darwin'; shutil.which = lambda *_, **__: None\n"
                "print(diagnostico.revisar_ventanas().remedio)")
    dicho = subprocess.run([sys.executable, "-c", programa], cwd=programas.PRACTICA, capture_output=True, text=True,
                           env={**os.environ, "PYTHONPATH": str(tmp_path)}, timeout=60)
    assert "brew install python-tk@{}.{}\n".format(*sys.version_info) in dicho.stdout, dicho.stderr


@pytest.mark.parametrize("dicho, nombre", [
    ("State                                 ON\r\nOk.\r\n", "el de Windows"),
    ("State                                 OFF\r\nOk.\r\n", ""),
    ("Configuraci\ufffdn de Perfil p\ufffdblico:\r\n-----\r\nEstado                                "
     "ACTIVAR\r\nAceptar\r\n", "el de Windows"),
    ("Configuraci\ufffdn de Perfil p\ufffdblico:\r\n-----\r\nEstado                                "
     "DESACTIVAR\r\nAceptar\r\n", ""),
    ("", ""),
])
def test_el_cortafuegos_de_windows_en_ingles_y_en_espanol(monkeypatch, dicho, nombre):
    monkeypatch.setattr(cortafuegos, "sys", types.SimpleNamespace(platform="win32"))
    monkeypatch.setattr(cortafuegos, "_correr", lambda *_: dicho)
    assert cortafuegos.nombre_del_activo() == nombre


def test_ventana_y_copiar_como_texto(ana_en_general):
    programa_gui.exigir()
    ana, sala = ana_en_general
    ana.enfocar(sala)
    ana.teclas("ctrl+i")
    ventana = ana.esperar_ventana("Diagnóstico")
    ana.esperar_que(lambda: "aviso" in ana.rotulos(ventana) or "funciona" in ana.rotulos(ventana)
                    or "falla" in ana.rotulos(ventana), "que termine")
    ana.enfocar(ventana)
    copiar = ana.esperar_que(lambda: next(b
                                          for b in ana.partes(ventana, "TButton")
                                          if ana.tcl(f"{b} cget -text") == "Copiar"))
    ana.tabular_hasta(copiar)
    ana.teclas("Return")
    ana.esperar_que(lambda: "Copiado." in ana.rotulos(ventana))
    copiado = ana.copiado()
    assert "[bien]  Python" in copiado and "Participantes: 1: Ana" in copiado

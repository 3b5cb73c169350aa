"""De dónde llega lo que se oye: sólo lo que viene al grupo, y a quien inunda se le deja de oír un rato."""

import socket
import sys
import threading

import pytest

from equipo import colas
from equipo import enlace
from equipo import filtro
from equipo import interfaces
from seguridad import fuentes
import protocolo
import red


def test_quien_se_lleva_mas_de_una_decima_del_tiempo_se_calla_unos_segundos_y_se_dice_una_vez():
    todas = fuentes.Fuentes()
    frases, calladas, gastado = [], 0, 0.0
    for decima in range(600):
        ahora = decima / 10
        for direccion, costo in (("10.0.0.9", 0.09), ("10.0.0.2", 0.009)):
            if not todas.calla(direccion, b"{}", ahora):
                todas.anotar(direccion)
                gastado += costo
                frases += todas.cobrar(gastado, 1, True, ahora)
            else:
                assert direccion == "10.0.0.9"
                calladas += 1
        todas.cambiar(ahora)
    assert 350 < calladas < 540  # tras los primeros segundos, casi siempre
    assert len(frases) == 2 and all("10.0.0.9" in frase for frase in frases)  # una cada medio minuto
    todas.cambiar(70.0)
    assert not todas.calla("10.0.0.9", b"{}", 70.0)  # y se la vuelve a oír


def test_una_voz_larga_sin_firmar_no_calla_a_nadie():
    todas = fuentes.Fuentes()
    for decima in range(20):  # 16 MB de una vez: medio segundo de trabajo, en dos
        todas.anotar("10.0.0.2")
        assert todas.cobrar(0.03 * decima, 1, True, decima / 10) == []
    assert todas.cambiar(2.0) is None


def test_que_la_ventana_se_quede_quieta_no_es_culpa_de_quien_habla():
    todas = fuentes.Fuentes()
    for minuto in range(10):
        todas.anotar("10.0.0.2")
        assert todas.cobrar(0.001 * minuto, 1, False, 60.0 * minuto) == []


@pytest.fixture
def oido(puerto):
    """Un socket del chat, unido al grupo por la interfaz de bucle."""
    with enlace.abrir_socket(puerto) as s:
        enlace.unirse(s, protocolo.GRUPO, interfaces.LAZO)
        yield s


def leer_con(leer):
    """Los datagramas que ya están en un socket: por el bucle, sendto los deja allí antes de volver."""
    leidos = []
    try:
        while True:
            leidos.append(leer(65_507)[0])
    except BlockingIOError:
        return leidos


def enviar_a_los_dos(puerto):
    """Un datagrama al grupo y otro a la dirección de este equipo."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interfaces.LAZO))
        s.sendto(b"al grupo", (protocolo.GRUPO, puerto))
        s.sendto(b"a ti", (interfaces.LAZO, puerto))
        s.sendto(b'{"id":"0123456789abcdef","firmado"', (protocolo.GRUPO, puerto))


@pytest.mark.skipif(sys.platform != "linux", reason="sólo Linux filtra antes de entregar")
def test_lo_que_no_viene_al_grupo_no_se_oye(oido, puerto):
    assert filtro.no_oir(oido, b'{"id":"0a1b2c3d"', grupo=protocolo.GRUPO)
    enviar_a_los_dos(puerto)
    assert leer_con(oido.recvfrom) == [b"al grupo", b'{"id":"0123456789abcdef","firmado"']


@pytest.mark.skipif(sys.platform not in filtro.PEDIR_DESTINO, reason="aquí el sistema no dice a dónde venía")
def test_donde_el_nucleo_no_filtra_se_pregunta_a_donde_venia(oido, puerto):
    leer = filtro.elegir_lector(oido, protocolo.GRUPO)
    enviar_a_los_dos(puerto)
    assert leer_con(leer) == [b"al grupo", b"", b'{"id":"0123456789abcdef","firmado"']


@pytest.mark.skipif(sys.platform != "linux", reason="sólo Linux filtra antes de entregar")
def test_de_una_direccion_callada_el_nucleo_solo_deja_pasar_lo_que_parece_firmado(oido, puerto):
    assert filtro.no_oir(oido, grupo=protocolo.GRUPO, calladas=[interfaces.LAZO, "10.0.0.9"])
    enviar_a_los_dos(puerto)
    assert leer_con(oido.recvfrom) == [b'{"id":"0123456789abcdef","firmado"']
    assert filtro.no_oir(oido, grupo=protocolo.GRUPO, calladas=["10.0.0.9"])
    enviar_a_los_dos(puerto)
    assert len(leer_con(oido.recvfrom)) == 2


def test_a_quien_inunda_un_programa_de_verdad_lo_deja_de_oir_y_despues_lo_vuelve_a_oir(puerto, monkeypatch):
    """Con plazos cortos: tres segundos de inundación costarían seis de prueba."""
    monkeypatch.setattr(fuentes, "AGUANTE", 0.2)
    monkeypatch.setattr(fuentes, "REINCIDENTE", 0.05)
    monkeypatch.setattr(fuentes, "CALLADA", 1.0)
    uno = red.Red(puerto=puerto, interfaz=interfaces.LAZO)
    uno.iniciar()
    hecho = threading.Event()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interfaces.LAZO))
            dichas = []

            def inundar():
                while not hecho.is_set():
                    s.sendto(b'{"tipo":"msj","user":"x","sala":"general","content":"y"}', (protocolo.GRUPO, puerto))

            hilo = threading.Thread(target=inundar)
            hilo.start()
            limite = red.reloj() + 30
            while not dichas and red.reloj() < limite:
                dichas = [m for m, de in uno.recibir(0.1) if de is None]
            hecho.set()
            hilo.join()
            assert "llega más de lo que se puede atender" in dichas[0]["content"]
            vueltas = []
            while not vueltas and red.reloj() < limite:
                s.sendto(b'{"tipo":"msj","user":"Ana","sala":"general","content":"hola"}', (protocolo.GRUPO, puerto))
                vueltas = [m for m, de in uno.recibir(0.1) if m.get("user") == "Ana"]
            assert vueltas
    finally:
        hecho.set()
        uno.parar()


def test_lo_que_espera_a_una_ventana_ocupada_tiene_un_tope_en_bytes(monkeypatch):
    monkeypatch.setattr(colas, "MAX_BYTES", 1_000_000)
    buzon, cerrando = colas.Buzon(), threading.Event()
    hilo = threading.Thread(target=lambda: [buzon.dejar([i], 300_000, cerrando) for i in range(20)])
    hilo.start()
    sacados = []
    while len(sacados) < 20:
        assert buzon._dejados - buzon._sacados <= 1_300_000
        sacados += buzon.sacar(0.05)
    hilo.join()
    assert sacados == list(range(20))

"""Lo ajeno se abre en otro hilo: lo que espera tiene un tope, y nadie espera por él para hablar ni para cerrar."""

import threading
import time
import types

import pytest

from adjuntos import ayudante
from adjuntos import contenido
from ayudas import programas
from presencia import eventos
from presencia import historia
import cliente
import red


@pytest.fixture
def lento():
    """Un ayudante al que se le deja hacer una tarea cuando se dice, y lo que lo suelta."""
    uno, soltar = ayudante.Ayudante("adjuntos"), threading.Event()
    yield uno, soltar
    soltar.set()
    uno.parar()


def test_lo_que_espera_tiene_un_tope_de_cada_quien_y_en_total(lento):
    uno, soltar = lento
    cabian = {}
    for i in range(40):
        de = f"autor {i % 4}"
        cabian[de] = cabian.get(de, 0) + uno.encargar(None, soltar.wait, 60, de=de, peso=4 * 2**20)
    assert sum(cabian.values()) * 4 * 2**20 <= ayudante.BYTES_QUE_ESPERAN
    assert uno.descartadas == 40 - sum(cabian.values())
    assert uno.encargar(None, len, b"propio", de="", peso=2**30)  # lo propio siempre cabe
    soltar.set()
    recogidas = 0
    while uno.recoger(programas.PLAZO) is not None:
        recogidas += 1
        if not uno.pendientes():
            break
    assert recogidas == sum(cabian.values()) + 1 and uno._de_cada_uno == {}
    assert all(uno.encargar(None, len, b"", de="uno", peso=0) for _ in range(ayudante.TAREAS_DE_UNO))
    assert not uno.encargar(None, len, b"", de="uno", peso=0)


def test_cerrar_no_espera_a_que_acabe(lento):
    uno, soltar = lento
    empezo = threading.Event()
    uno.encargar(None, lambda: (empezo.set(), soltar.wait(60)), de="x")
    for _ in range(100):
        uno.encargar(None, soltar.wait, 60, de="x")
    assert empezo.wait(programas.PLAZO)
    antes = time.monotonic()
    uno.parar()
    assert time.monotonic() - antes < 5 * ayudante.AL_CERRAR


def test_una_imagen_que_tarda_no_detiene_la_terminal(monkeypatch, capsys, puerto):
    """Antes, treinta segundos sin leer la red ni el teclado."""
    soltar, hilos = threading.Event(), []

    def conservar(dicho):
        if dicho.cuerpo is None:
            return {}
        hilos.append(threading.current_thread())
        assert soltar.wait(60)
        return {"archivo": "gato.png"}

    monkeypatch.setattr(contenido, "conservar", conservar)
    conexion = red.Red(puerto=puerto, interfaz="127.0.0.1")
    consola = cliente.ConsolaTexto(conexion)
    gato = eventos.Dicho("sticker", "Bryan", "gato", 1.0, "general", formato="png", cuerpo=b"x")
    hola = eventos.Dicho("msj", "Bryan", "hola", 2.0, "general")
    consola.cliente = types.SimpleNamespace(avanzar=lambda lote, ahora: lote, solo_aqui=False)
    for evento in (gato, hola):
        consola._presentar(evento)
    assert capsys.readouterr().out == "[general] Bryan: hola\n"
    soltar.set()
    consola.mostrar_lo_hecho(programas.PLAZO)
    assert "gato.png" in capsys.readouterr().out and hilos[0] is not threading.main_thread()
    conexion._extremo.cerrar()


def test_lo_que_llega_al_entrar_no_llena_la_memoria():
    una = historia.Historia(0.0)
    mostrados = ocupado = 0
    for i in range(60):
        voz = eventos.Dicho("audio", "Bryan", "", float(i), "general", formato="wav", cuerpo=bytes(2**20))
        una.recibir(voz, {"id": "aaaaaaaa", "hora": float(i), "de_antes": True}, 0.0, 0.1)
        mostrados += len(una.sacar(0.1))
        ocupado = max(ocupado, una._bytes)
    assert mostrados >= 40 and ocupado <= historia.BYTES_EN_ESPERA + 2**21

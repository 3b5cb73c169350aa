"""El chat entre equipos distintos, con pérdida de verdad en cada uno."""

import time

import pytest

import hosts
import programas

CUANTOS = 5
PERDIDA = 30  # %


@pytest.fixture
def equipos():
    """Equipos unidos por un puente, que pierden el 30 % de lo que reciben."""
    try:
        hosts.Hosts.desmontar()
        hosts.exigir_hosts()
        yield hosts.Hosts(CUANTOS, PERDIDA).equipos
    finally:
        hosts.Hosts.desmontar()


@pytest.fixture
def lanzar_en(equipos, lanzar):
    """Función que lanza un programa en el equipo de ese número."""
    def lanzar_uno(numero, clase, *argumentos):
        equipo = equipos[numero]
        return lanzar(clase, *argumentos, prefijo=equipo.prefijo, interfaz=equipo.direccion)

    return lanzar_uno


def entrar_todos(lanzar_en):
    """Un servidor en el primer equipo y un cliente en cada uno, ya en la sala."""
    servidor = lanzar_en(0, programas.Servidor)
    clientes = [lanzar_en(i, programas.Cliente, f"U{i}", "general") for i in range(CUANTOS)]
    usuarios = [f"U{i}" for i in range(CUANTOS)]
    for uno in clientes:
        uno.esperar_lista("general", *usuarios)
    return servidor, clientes, usuarios


def test_con_30_por_ciento_de_perdida_llega_todo_una_vez_y_en_orden(lanzar_en):
    _, clientes, _ = entrar_todos(lanzar_en)
    for k in range(100):
        for i, uno in enumerate(clientes):
            uno.hacer("mensaje", sala="general", content=f"{i}:{k}")
    largo = "ñ" * 8_000  # 16 000 bytes: en trozos
    clientes[0].hacer("mensaje", sala="general", content=largo)
    clientes[1].hacer("privado", to="U2", content=largo)
    clientes[2].esperar("privado", plazo=30, content=largo, **{"from": "U1"})
    for uno in clientes:
        uno.esperar("mensaje", plazo=30, user="U0", content=largo)
        for i in range(CUANTOS):
            uno.esperar("mensaje", plazo=30, user=f"U{i}", content=f"{i}:99")
            de_uno = [e["content"] for e in uno.eventos if e["evento"] == "mensaje" and e["user"] == f"U{i}" and e["content"] != largo]
            assert de_uno == [f"{i}:{k}" for k in range(100)]
        assert not [e for e in uno.eventos if e["evento"] in ("perdido", "error")]


def test_un_servidor_que_muere_y_vuelve_arregla_las_listas_en_3_segundos(lanzar_en):
    servidor, clientes, usuarios = entrar_todos(lanzar_en)
    servidor.matar()
    clientes[0].hacer("salir", sala="general")  # nadie lleva la lista: el que vuelva lo ha de saber
    nuevo = lanzar_en(1, programas.Servidor)
    nuevo.esperar_linea("Ctrl+C para terminar")
    antes = time.monotonic()
    for uno in clientes[1:]:
        uno.esperar_lista("general", *usuarios[1:], plazo=10)
    assert time.monotonic() - antes < 3


def test_quien_muere_desaparece_de_todas_las_listas_en_10_segundos(lanzar_en):
    _, clientes, usuarios = entrar_todos(lanzar_en)
    clientes[4].matar()
    antes = time.monotonic()
    for uno in clientes[:4]:
        uno.esperar_lista("general", *usuarios[:4])
    assert time.monotonic() - antes < 10

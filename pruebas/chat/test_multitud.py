"""Muchos: una sala llena con el servidor de verdad, y una clase larga con el reloj simulado."""

import pytest

from ayudas import aula
from ayudas import multitud


@pytest.mark.parametrize("cuantos, durante, plazo, parte", [
    pytest.param(200, 2.0, 30.0, 1 / 3, id="200"),
    pytest.param(1_000, 8.0, 30.0, 1 / 10, id="1000", marks=pytest.mark.largo),
])
def test_una_sala_se_llena_a_tiempo_y_las_listas_pesan_mucho_menos_que_repetirlas_enteras(
        servidor, puerto, cuantos, durante, plazo, parte):
    with multitud.Multitud(puerto, cuantos, durante) as todos:
        todos.entrar(plazo)
        assert sorted(todos.lista) == [usuario.user for usuario in todos.usuarios]
        assert todos.bytes_de_listas < multitud.sumar_ingenuo(cuantos) * parte


@pytest.mark.largo
@pytest.mark.timeout(600)  # simula mil doscientos segundos de cincuenta: un minuto, o varios en un equipo cargado
@pytest.mark.parametrize("semilla", range(4))
def test_en_veinte_minutos_con_30_por_ciento_de_perdida_a_nadie_se_le_da_por_ido(semilla):
    clase = aula.Aula(perdida=30, semilla=semilla, paso=0.05)
    el_servidor = clase.poner_servidor()
    alumnos = [clase.poner_cliente(f"{i + 16:08x}", f"U{i}", "general") for i in range(50)]
    clase.pasar(10)
    todos = sorted(alumno.objeto.user for alumno in alumnos)
    assert all(alumno.lista("general") == todos for alumno in alumnos)
    for alumno in alumnos:
        alumno.eventos.clear()
    for _ in range(20 * 60):
        clase.pasar(1)
        clase.dicho.clear()
        assert sorted(uno.user for uno in el_servidor.objeto.tabla.miembros.values()) == todos
    assert not any(alumno.eventos for alumno in alumnos)  # nadie vio cambiar la lista, ni dejó de oír al servidor

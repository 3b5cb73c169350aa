"""Que no se pierda nada: emisores y receptores con un reloj y una red de mentira, y bytes de verdad.

La red simulada pierde, repite y desordena lo que cada quien recibe, con una semilla fija.
El reloj salta de suceso en suceso: diez segundos se simulan en un instante.
"""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayudas.red_simulada import VOZ, Nodo, crudo, montar
from fiabilidad import emisor
from fiabilidad import flujo_ajeno
from fiabilidad import receptor as modulo_receptor
from fiabilidad import flujos_ajenos
from fiabilidad import flujos_propios
from fiabilidad import recientes
from fiabilidad import reparacion
import protocolo
from fiabilidad import ritmo
from fiabilidad import trozos


# ------------------------------------------------------------------ todo junto


def test_diez_mil_mensajes_con_perdida_repeticion_y_desorden():
    red = montar(6, perdida=0.3, repetidos=0.2, desorden=0.3)
    ana, *otros = red.nodos
    for i in range(10_000):
        ana.decir(str(i))
    red.pasar(60, hasta=lambda: all(len(otro.textos()) >= 10_000 for otro in otros))
    for otro in otros:
        assert otro.textos() == [str(i) for i in range(10_000)]


def test_todos_hablan_a_la_vez_en_salas_y_en_privado():
    red = montar(5, perdida=0.3, desorden=0.2)
    for i, nodo in enumerate(red.nodos):
        for k in range(40):
            nodo.decir(f"{i}:{k}")
            otro = red.nodos[(i + 1) % 5]
            nodo.emisor.decir({"tipo": "msj", "privado": True, "from": "A", "to": "B", "para": otro.id,
                               "content": f"{k}"}, red.ahora)
            red.pasar(0.01)
    red.pasar(5)
    for i, nodo in enumerate(red.nodos):
        for j, otro in enumerate(red.nodos):
            dichos = [m["content"] for m in nodo.de("msj") if m["id"] == otro.id and "sala" in m]
            assert dichos == ([] if i == j else [f"{j}:{k}" for k in range(40)])
        privados = [m["content"] for m in nodo.de("msj") if m.get("para") == nodo.id]
        assert privados == [str(k) for k in range(40)]


# Esperanza del máximo de cinco geométricas.
def test_quien_llega_tarde_recibe_la_historia_enseguida_aunque_se_pierda():
    tiempos = []
    for semilla in range(20):
        red = montar(2, perdida=0.3, semilla=semilla)
        for i in range(20):
            red.nodos[0].decir(str(i))
        red.pasar(60)  # lo que tardan en pedirlo no es lo que tarda la red
        nuevo = Nodo("cccccccc", red)
        red.nodos.append(nuevo)
        nuevo.entrar()
        red.pasar(10, hasta=nuevo.textos, cada=1)
        desde = red.ahora
        red.pasar(10, hasta=lambda nuevo=nuevo: len(nuevo.textos()) == 20, cada=1)
        tiempos.append(red.ahora - desde)
    assert sorted(tiempos)[10] < 0.2, tiempos


def test_cuarenta_que_esperan_a_un_muerto_no_piden_todos_a_la_vez():
    red = montar(41)
    for nodo in red.nodos[1:]:
        nodo.recibir(crudo(1, "uno"))
        nodo.recibir(crudo(3, "tres"))
    red.pasar(9.5)
    pedidas = [mensaje for _, _, mensaje in red.dicho if mensaje["tipo"] == "falta"]
    assert len(pedidas) < 400  # si pidieran todos cada vez, serían mil y pico


@pytest.mark.largo
def test_si_todos_hablan_a_la_vez_una_red_lenta_se_recupera():
    red = montar(5, perdida=0.3, repetidos=0.2, desorden=0.3, capacidad=500e3)
    desde = red.ahora
    for i in range(400):
        for nodo in red.nodos:
            nodo.decir(str(i))
    red.pasar(60, hasta=lambda: all(len(nodo.de("msj")) == 4 * 400 for nodo in red.nodos), cada=20)
    assert red.ahora - desde < 15  # sin nada de eso pasa de 30
    for nodo in red.nodos:
        for otro in red.nodos:
            assert [m["content"] for m in nodo.de("msj") if m["id"] == otro.id] == (
                [] if nodo is otro else [str(i) for i in range(400)])


def test_dieciseis_megabytes_llegan_y_un_texto_se_adelanta():
    red = montar(2, perdida=0.05)
    voz = bytes(16 * 2**20)
    red.nodos[0].emisor.decir({**VOZ, "cuerpo": voz}, red.ahora)
    red.pasar(0.1)
    red.nodos[0].decir("con permiso")
    red.pasar(30, hasta=lambda: red.nodos[1].de("audio"))
    assert [m["tipo"] for m in red.nodos[1].de("msj", "audio")] == ["msj", "audio"]
    assert red.nodos[1].de("audio")[0]["cuerpo"] == voz


def test_el_ultimo_mensaje_perdido_se_nota_enseguida():
    red = montar(2)
    ana, bryan = red.nodos
    bryan.sordo = True
    ana.decir("¿me oyes?")
    red.pasar(0.001)
    bryan.sordo = False
    red.pasar(0.05)
    assert bryan.textos() == ["¿me oyes?"]


def test_quien_llega_recibe_la_historia_reciente_y_no_las_perdidas_viejas():
    red = montar(2)
    for i in range(50):
        red.nodos[0].decir(str(i))
    red.pasar(1)
    nuevo = Nodo("cccccccc", red)
    red.nodos.append(nuevo)
    nuevo.entrar()
    red.pasar(3)
    assert nuevo.textos() == [str(i) for i in range(30, 50)]


def test_al_volver_a_una_sala_se_sigue_donde_se_estaba():
    red = montar(2)
    ana, bryan = red.nodos
    ana.decir("antes")
    red.pasar(1)
    bryan.receptor.dejar("g")
    for i in range(3):
        ana.decir(f"mientras {i}")
    red.pasar(1)
    assert bryan.textos() == ["antes"]
    bryan.entrar()
    red.pasar(3)
    assert bryan.textos() == ["antes", "mientras 0", "mientras 1", "mientras 2"]


def test_lo_que_se_pierda_en_una_sala_que_se_dejo_no_importa_hasta_volver():
    red = montar(2)
    ana, bryan = red.nodos
    ana.decir("1")
    red.pasar(1)
    bryan.recibir(crudo(5, "5", id=ana.id))
    bryan.receptor.dejar("g")
    bryan.recibir(protocolo.codificar({"tipo": "perdido", "id": ana.id, "sala": "g", "n": [[2, 2]]}))  # lo pidió otro
    antes = len(red.dicho)
    red.pasar(flujos_ajenos.MAX_HUECO + 1)
    assert not [mensaje for _, _, mensaje in red.dicho[antes:] if mensaje["tipo"] == "falta"]
    assert bryan.textos() == ["1"]


def test_quien_se_queda_sordo_un_rato_lo_recupera_todo():
    red = montar(3)
    ana, bryan, carla = red.nodos
    for i in range(500):
        bryan.sordo = 100 < i < 400
        ana.decir(str(i))
        red.pasar(0.01)
    red.pasar(5)
    assert bryan.textos() == carla.textos() == [str(i) for i in range(500)]


def test_lo_que_ya_no_se_guarda_se_da_por_perdido_y_se_dice(monkeypatch):
    monkeypatch.setattr(flujos_propios, "MAX_ENVIADO", 5_000)
    red = montar(2)
    ana, bryan = red.nodos
    bryan.sordo = True
    for i in range(200):
        ana.decir(str(i))
    red.pasar(1)
    bryan.sordo = False
    ana.decir("fin")
    red.pasar(3)
    perdidos, *textos = bryan.textos()
    assert textos == [str(i) for i in range(perdidos, 200)] + ["fin"] and 100 < perdidos < 200
    assert bryan.receptor.cuenta.perdidos == perdidos


def test_quien_muere_a_medias_no_atasca():
    red = montar(2)
    bryan = red.nodos[1]
    bryan.recibir(crudo(1, "uno"))
    bryan.recibir(crudo(3, "tres"))
    red.pasar(flujos_ajenos.MAX_SILENCIO - 0.5)
    assert bryan.textos() == ["uno"]
    red.pasar(1)
    assert bryan.textos() == ["uno", 1, "tres"]
    pedidas = [mensaje for _, quien, mensaje in red.dicho if mensaje["tipo"] == "falta"]
    assert 40 < len(pedidas) < 100  # a los 16, 16, 16, 32, 64… ms; después, cada 250


def test_las_quejas_se_callan_si_otro_pide_lo_mismo():
    red = montar(40, semilla=3)
    ana, *otros = red.nodos
    for otro in otros:
        otro.sordo = True
    ana.decir("perdido para todos")
    red.pasar(0.001)
    for otro in otros:
        otro.sordo = False
    ana.decir("siguiente")
    red.pasar(1)
    faltas = [mensaje for _, _, mensaje in red.dicho if mensaje["tipo"] == "falta"]
    assert all(otro.textos() == ["perdido para todos", "siguiente"] for otro in otros)
    assert len(faltas) < len(otros) / 2, len(faltas)


@pytest.mark.largo
def test_si_no_hay_sitio_para_todo_llega_de_uno_en_uno(monkeypatch):
    monkeypatch.setattr(flujos_ajenos, "MAX_ESPERANDO", 300_000)
    red = montar(6, perdida=0.05)
    ana, *otros = red.nodos
    for otro in otros:
        otro.emisor.decir({**VOZ, "cuerpo": bytes(400_000)}, red.ahora)
    red.pasar(25, hasta=lambda: len(ana.de("audio")) == 5)
    assert len(ana.de("audio")) == 5 and not ana.de("perdidos")


def test_nunca_salen_mas_datagramas_seguidos_de_los_que_caben_en_un_bufer():
    red = montar(2)
    red.nodos[0].emisor.decir({**VOZ, "cuerpo": bytes(10**6)}, red.ahora)
    assert len(red.nodos[0].emisor.siguientes(red.ahora)) <= ritmo.RAFAGA
    assert len(red.nodos[0].emisor.siguientes(red.ahora)) <= 2  # la cubeta quedó vacía


def test_de_una_lista_solo_se_repite_la_ultima():
    red = montar(2)
    servidor, ana = red.nodos
    ana.sordo = True
    for i in range(5):
        servidor.emisor.decir({"tipo": "usuarios", "sala": "g", "lista": ["x"] * i, "ids": [""] * i}, red.ahora)
        red.pasar(0.2)
    ana.sordo = False
    red.pasar(3)
    assert [len(mensaje["lista"]) for mensaje in ana.de("usuarios")] == [4]


def test_una_lista_nueva_sustituye_a_las_que_no_salieron_y_no_se_adelanta():
    red = montar(2)
    servidor, ana = red.nodos
    larga, corta = ([f"usuario {i}" for i in range(cuantos)] for cuantos in (1_000, 3))
    servidor.emisor.decir({**VOZ, "cuerpo": bytes(10**6)}, red.ahora)
    for lista in (larga, corta, larga, corta):
        servidor.emisor.decir({"tipo": "usuarios", "sala": "g", "lista": lista, "ids": [""] * len(lista)}, red.ahora)
        servidor.emisor.siguientes(red.ahora)
    red.pasar(3)
    assert [len(mensaje["lista"]) for mensaje in ana.de("usuarios")][-1:] == [3]


def test_quien_se_despide_no_se_adelanta_a_lo_largo_que_dijo():
    red = montar(2, perdida=0.2)
    ana, bryan = red.nodos
    ana.emisor.decir({**VOZ, "cuerpo": bytes(10**5)}, red.ahora)
    red.pasar(0.001)
    ana.emisor.decir({"tipo": "salir", "user": "Ana", "sala": "g"}, red.ahora)
    red.pasar(3)
    assert [mensaje["tipo"] for mensaje in bryan.de("audio", "salir")] == ["audio", "salir"]


def test_lo_que_se_recuerda_de_las_listas_viejas_no_crece():
    red = montar(1)
    uno = red.nodos[0].emisor
    for i in range(500):
        uno.decir({"tipo": "usuarios", "sala": "g", "lista": [str(i)], "ids": [""]}, red.ahora)
        red.pasar(0.01)
    assert sum(len(flujo.guardados) for flujo in uno._flujos.values()) < 10


# ------------------------------------------------------------------ con bytes literales


def entregar(receptor, *datagramas, ahora=1.0):
    """Los contenidos que entrega un receptor al recibir unos bytes."""
    salida = []
    for datagrama in datagramas:
        salida += receptor.recibir(protocolo.decodificar(datagrama), ahora)
    return [mensaje.get("content", mensaje["tipo"]) for mensaje in salida]


@pytest.fixture
def receptor():
    """Un receptor en la sala g, cuyo azar es siempre el mínimo."""
    uno = modulo_receptor.Receptor("bbbbbbbb", lambda a, b: a)
    uno.seguir("g", 2)
    return uno


@pytest.mark.parametrize("llegada, entregas", [
    ((1, 2, 3), "abc"), ((1, 3, 2), "abc"), ((3, 2, 1), "abc"), ((1, 1, 2, 2, 3, 3, 1), "abc"), ((2, 3), ""),
    ((1, 3), "a"),
])
def test_en_orden_y_una_sola_vez(receptor, llegada, entregas):
    assert entregar(receptor, *[crudo(n, "abc"[n - 1]) for n in llegada]) == list(entregas)


def test_pide_lo_que_falta_tras_la_demora(receptor):
    entregar(receptor, crudo(1, "a"), crudo(4, "d"), crudo(6, "f"))
    assert receptor.vencer(1.001) == ([], [])
    faltas, _ = receptor.vencer(1.0021)
    assert faltas == [{"tipo": "falta", "sala": "g", "a": "aaaaaaaa", "n": [[2, 3], [5, 5]]}]
    assert receptor.vencer(1.01) == ([], [])
    assert receptor.vencer(1.015)[0] == faltas
    assert entregar(receptor, crudo(2, "b"), crudo(3, "c"), crudo(5, "e"), ahora=1.02) == list("bcdef")
    assert receptor.proximo() == float("inf")


def test_lo_que_no_se_entiende_ocupa_su_lugar(receptor):
    raro = b'{"tipo":"novedad","id":"aaaaaaaa","sala":"g","n":2}'
    malo = b'{"tipo":"msj","id":"aaaaaaaa","sala":"g","n":3,"user":5}'
    assert entregar(receptor, crudo(1, "a"), raro, malo, crudo(4, "d")) == ["a", "d"]


def test_de_otras_salas_y_de_privados_ajenos_no_se_guarda_nada(receptor):
    otra = crudo(1, "x").replace(b'"g"', b'"h"')
    ajeno = b'{"tipo":"trozo","id":"aaaaaaaa","para":"cccccccc","to":"Z","n":1,"m":1,"i":0,"de":2}\nx'
    assert entregar(receptor, otra, ajeno) == []
    assert not receptor._flujos


def test_un_trozo_dentro_de_otro_no_vale(receptor):
    dentro = b'{"tipo":"trozo","id":"aaaaaaaa","sala":"g","n":1,"m":1,"i":0,"de":1}\nx'
    ajeno = b'{"tipo":"msj","id":"dddddddd","user":"Ana","sala":"g","content":"falso"}'
    for n, contenido in enumerate((dentro, ajeno, b"basura", b""), 1):
        trozo = b'{"tipo":"trozo","id":"aaaaaaaa","sala":"g","n":%d,"m":%d,"i":0,"de":1}\n' % (n, n)
        assert entregar(receptor, trozo + contenido) == []
    assert entregar(receptor, crudo(5, "sigue")) == ["sigue"]


@pytest.mark.parametrize("hostil", [
    lambda i: crudo(i + 10, "x" * 900, id="%08x" % i),  # flujos sin fin
    lambda i: crudo(2 * i + 50, "x" * 900),  # huecos sin fin
    lambda i: crudo(i * 70_000 + 1, "x"),  # saltos
    lambda i: b'{"tipo":"latido","id":"%08x","user":"u","salas":{"g":9007199254740991},"desde":{"g":1}}' % i,
    lambda i: (b'{"tipo":"trozo","id":"aaaaaaaa","sala":"g","n":%d,"m":%d,"i":0,"de":16384}\n' % (i + 1, i + 1)
               + b"x" * 60_000),
    lambda i: b'{"tipo":"trozo","id":"%08x","sala":"g","n":1,"m":1,"i":0,"de":16384}\n' % i + b"x" * 60_000,
    lambda i: b'{"tipo":"perdido","id":"aaaaaaaa","sala":"g","n":[[%d,9007199254740991]]}' % (i + 1),
])
def test_un_hostil_cuesta_un_maximo_fijo(receptor, hostil, monkeypatch):
    monkeypatch.setattr(flujos_ajenos, "MAX_ESPERANDO", 2**20)
    monkeypatch.setattr(flujos_ajenos, "MAX_AJENOS", 100)
    entregar(receptor, crudo(1, "hola"), crudo(40, "lejos"))
    for i in range(3_000):
        receptor.recibir(protocolo.decodificar(hostil(i)), 1.0 + i / 1000)
        assert receptor.cuenta.esperando <= 2**20 + 70_000 and len(receptor._flujos) <= 100
    assert len(receptor._flujos._oidos) <= 100 and len(receptor._flujos.incompletos) <= 100
    faltas, _ = receptor.vencer(5.0)
    assert all(len(protocolo.codificar({**falta, "id": "bbbbbbbb"})) <= protocolo.MAX_ENVIO for falta in faltas)
    for clave in list(receptor._flujos):
        receptor._flujos.olvidar(clave)
    assert receptor.cuenta.esperando == 0  # la cuenta cuadra


@pytest.mark.parametrize("donde", ['"sala":"g"', '"para":"bbbbbbbb"'])
def test_un_flujo_que_no_cupo_no_se_entrega_dos_veces(receptor, donde, monkeypatch):
    monkeypatch.setattr(flujos_ajenos, "MAX_AJENOS", 2)
    decir = '{"tipo":"msj","id":"%s",' + donde + ',"privado":%s,"user":"A","from":"A","to":"B","content":"%s","n":%d}'
    privado = "true" if "para" in donde else "false"
    for n in (1, 2, 3):
        for quien in ("aaaaaaaa", "cccccccc", "dddddddd", "eeeeeeee"):
            crudo_suyo = (decir % (quien, privado, quien[0], n)).encode()
            assert entregar(receptor, crudo_suyo, crudo_suyo) == [quien[0]]
            assert receptor.vencer(9.0) == ([], [])  # y no pide lo que ya entregó


def test_pedir_lo_imposible_no_cuesta_nada():
    uno = emisor.Emisor("bbbbbbbb", 0.0, lambda a, b: a)
    uno.decir({"tipo": "msj", "user": "Ana", "sala": "g", "content": "x"}, 0.0)
    uno.siguientes(0.0)
    for rangos in ([[1, 2**53 - 1]] * 60, [[5, 2**53 - 1]], [[2**52, 2**53 - 1]]):
        uno.contestar({"tipo": "falta", "id": "aaaaaaaa", "a": "bbbbbbbb", "sala": "g", "n": rangos}, 1.0)
        uno.contestar({"tipo": "falta", "id": "aaaaaaaa", "a": "bbbbbbbb", "sala": "otra", "n": rangos}, 1.0)
    assert len(uno.siguientes(1.0)) == 1  # el único que existe, una vez


def test_pedir_sin_fin_lo_olvidado_no_llena_la_cola(monkeypatch):
    monkeypatch.setattr(flujos_propios, "MAX_ENVIADO", 500)
    uno = emisor.Emisor("bbbbbbbb", 0.0, lambda a, b: a)
    for _ in range(100):
        uno.decir({"tipo": "msj", "user": "Ana", "sala": "g", "content": "x"}, 0.0)
    uno.siguientes(0.0)
    for _ in range(50_000):
        uno.contestar({"tipo": "falta", "id": "aaaaaaaa", "a": "bbbbbbbb", "sala": "g", "n": [[1, 1]]}, 1.0)
    assert len(uno._avisos) <= emisor.MAX_AVISOS


def test_preguntar_sin_fin_quien_esta_no_llena_la_cola():
    """Se pregunta a cada rato, y las fichas se agotan: cada respuesta se da una vez."""
    uno = emisor.Emisor("bbbbbbbb", 0.0, lambda a, b: a)
    uno.decir({"tipo": "latido", "user": "Ana", "salas": {f"sala {i}": 0 for i in range(2_000)}}, 0.0)
    salidos = 0
    for i in range(5_000):
        ahora = 1 + i / 50_000  # s: en una décima
        uno.contestar({"tipo": "quien", "id": "aaaaaaaa", "a": "bbbbbbbb"}, ahora)
        salidos += len(uno.siguientes(ahora))
    assert uno.por_salir() + salidos < 200


def test_un_latido_de_muchos_datagramas_no_se_repite_tan_pronto():
    """Tras hablar se late a los 10, 20, 40… ms; con mil salas serían miles de datagramas por segundo."""
    uno = emisor.Emisor("bbbbbbbb", 0.0, lambda a, b: a)
    uno.decir({"tipo": "latido", "servidor": True, "salas": {f"sala {i}": 0 for i in range(1_000)}}, 0.0)
    salidos = 0
    for i in range(200):  # en un segundo, diez listas
        if i % 20 == 0:
            uno.decir({"tipo": "usuarios", "sala": "sala 1", "lista": ["Ana"], "ids": ["aaaaaaaa"]}, i / 200)
        salidos += len(uno.siguientes(i / 200))
    assert 20 < salidos < 130  # uno por cada 20 ms, y las listas


def test_de_muchos_flujos_se_olvidan_los_callados_y_sus_numeros_no_se_repiten(monkeypatch):
    monkeypatch.setattr(flujos_propios, "MAX_PROPIOS", 100)
    red = montar(2)
    uno, otro = red.nodos
    otro.receptor.seguir("vieja", 2)
    uno.decir("hola")
    uno.decir("de antes", sala="vieja")
    for i in range(1_000):
        uno.decir("x", sala=f"sala {i}")
        red.pasar(0.01)
    uno.decir("adiós")  # en g sigo: no se olvida
    uno.decir("de nuevo", sala="vieja")
    red.pasar(3)
    assert len(uno.emisor._flujos) <= 100 and uno.emisor.por_salir() == 0
    numerados = [(mensaje["sala"], mensaje["n"])
                 for _, quien, mensaje in red.dicho if quien == uno.id and mensaje["tipo"] == "msj"]
    assert len(set(numerados)) == len(numerados)
    assert [m["content"] for m in otro.de("msj") if m["sala"] == "g"] == ["hola", "adiós"]
    assert [m["content"] for m in otro.de("msj") if m["sala"] == "vieja"] == ["de antes", "de nuevo"]
    assert [m["sala"] for m in otro.de("perdidos")] == ["vieja"]  # de lo que en ella se numeró y ya no se tiene


def test_lo_que_se_dice_en_un_sitio_nuevo_no_parece_perdido_por_haber_olvidado_otros(monkeypatch):
    monkeypatch.setattr(flujos_propios, "MAX_PROPIOS", 10)
    uno = emisor.Emisor("aaaaaaaa", 0.0, random.uniform)
    for i in range(1_000):  # mucho en la primera sala; después otras diez, para olvidarla
        uno.decir({"tipo": "msj", "user": "Ana", "sala": f"s{max(0, i - 989)}", "content": "x"}, i / 100)
        uno.siguientes(i / 100)
    uno.decir({"tipo": "latido", "user": "Ana", "salas": {"nueva": 0}}, 20.0)
    uno.decir({"tipo": "msj", "user": "Ana", "sala": "nueva", "content": "hola"}, 20.0)
    quien_llega = modulo_receptor.Receptor("bbbbbbbb", random.uniform)
    quien_llega.seguir("nueva", 2)
    llegan = [protocolo.decodificar(datagrama) for datagrama, _ in uno.siguientes(20.0)]
    assert [mensaje["tipo"] for mensaje in llegan] == ["latido", "msj"] and llegan[1]["n"] > 900
    entregados = [entregado for mensaje in llegan for entregado in quien_llega.recibir(mensaje, 20.0)]
    assert [mensaje["tipo"] for mensaje in entregados] == ["latido", "msj"] and quien_llega.proximo() == float("inf")
    # A quien aún espera algo de la olvidada se le dice que ya no está.
    uno.contestar({"tipo": "falta", "id": "bbbbbbbb", "a": "aaaaaaaa", "sala": "s0", "n": [[5, 9]]}, 20.1)
    assert {"tipo": "perdido", "sala": "s0", "n": [[5, 9]]} in [mensaje for _, mensaje in uno.siguientes(20.1)]


def test_los_huecos_de_muchos_esperan_su_turno(receptor):
    """Tres mil flujos inventados no dejan sin pedir lo de quien habla de verdad."""
    for i in range(3_000):
        receptor.recibir({"tipo": "latido", "id": f"{i:08x}", "user": "u", "salas": {"g": 9}, "desde": {"g": 1}}, 1.0)
    entregar(receptor, crudo(1, "1"), crudo(3, "3"))
    ahora, pedidos = 1.0, set()
    while "aaaaaaaa" not in pedidos and ahora < 10:
        ahora = max(ahora + 0.001, receptor.proximo())
        pedidos |= {falta["a"] for falta in receptor.vencer(ahora)[0]}
    assert ahora < 4


def test_cada_perdido_cuesta_poco(receptor):
    entregar(receptor, crudo(1, "1"), crudo(60_000, "lejos"))
    receptor.recibir({"tipo": "perdido", "id": "aaaaaaaa", "sala": "g",
                      "n": [[900 * k + 3, 900 * k + 800] for k in range(60)]}, 1.0)
    assert receptor.cuenta.esperando < (modulo_receptor.MAX_PERDIDOS + 5) * 1_000


def test_los_trozos_caben_en_1400_bytes_y_se_juntan():
    for nombre in ("g", "g" + '"\\' * 15, "g" + "😀" * 31):
        mensaje = {**VOZ, "sala": nombre, "cuerpo": random.Random(1).randbytes(50_000)}
        entero = protocolo.codificar({**mensaje, "id": "aaaaaaaa"})
        corte, juntador = trozos.Corte(mensaje, entero, "aaaaaaaa", 10**9), trozos.Juntador()
        for n in itertools.count(10**9):
            trozo = corte.sacar(n)
            assert len(trozo) <= protocolo.MAX_ENVIO
            junto = juntador.juntar(protocolo.decodificar(trozo))
            if corte.terminado():
                break
            assert junto is None
        assert junto == entero and juntador.ocupado == 0


@pytest.mark.parametrize("semilla", range(5))
def test_nada_de_lo_que_llegue_lo_detiene(semilla, monkeypatch):
    """Miles de mensajes válidos pero sin sentido, entrando y saliendo de salas.

    Ni una excepción, y la cuenta cuadra.
    """
    monkeypatch.setattr(flujos_ajenos, "MAX_ESPERANDO", 50_000)
    monkeypatch.setattr(flujos_ajenos, "MAX_AJENOS", 6)
    azar = random.Random(semilla)
    receptor = modulo_receptor.Receptor("bbbbbbbb", azar.uniform)
    uno = emisor.Emisor("bbbbbbbb", 0.0, azar.uniform)
    ahora = 0.0
    for _ in range(8_000):
        ahora += azar.choice((0.0, 0.001, 0.02, 0.3, 12.0) if azar.random() < 0.1 else (0.0, 0.001))
        n = azar.choice((azar.randrange(1, 40), azar.randrange(1, 40), 10**6, 2**53 - 1))
        m = azar.randrange(1, min(n, 40) + 1)
        rangos = [sorted((azar.randrange(1, 60), azar.choice((azar.randrange(1, 60), 2**53 - 1)))) for _ in range(3)]
        base = {"id": azar.choice(("aaaaaaaa", "cccccccc", "dddddddd")), "n": n}
        donde = azar.choice(({"sala": "g"}, {"sala": "h"}, {"para": "bbbbbbbb"}))
        mensaje = {**base, **donde, **azar.choice((
            {"tipo": "msj", "user": "A", "content": "x",
             **({"privado": True, "from": "A", "to": "B"} if "para" in donde else {})},
            {"tipo": "trozo", "to": "B", "m": m, "i": min(n - m, azar.randrange(4)), "de": 4,
             "cuerpo": bytes(azar.randrange(3_000))},
            {"tipo": "perdido", "n": rangos},
            {"tipo": "falta", "a": azar.choice(("aaaaaaaa", "bbbbbbbb")), "n": rangos},
            {"tipo": "latido", "user": "A", "salas": {"g": n}, "desde": {"g": m}, "dejadas": {"h": n},
             "privados": {"bbbbbbbb": n % 99}},
            {"tipo": None}, {"tipo": "inicio", "user": "A"}, {"tipo": "usuarios", "lista": ["A"], "ids": [""]},
        ))}
        receptor.recibir(mensaje, ahora)
        if mensaje["tipo"] == "falta":
            uno.contestar(mensaje, ahora)
        uno.decir({"tipo": azar.choice(("msj", "salir")), "user": "B", "sala": "g",
                   "content": "y" * azar.choice((1, 5_000))}, ahora)
        uno.siguientes(ahora)
        if azar.random() < 0.2:
            azar.choice((receptor.seguir, receptor.dejar))(azar.choice("gh"))
        receptor.vencer(ahora)
    for clave in list(receptor._flujos):
        receptor._flujos.olvidar(clave)
    assert receptor.cuenta.esperando == 0


@given(st.lists(st.one_of(st.tuples(st.just("llega"), st.integers(1, 60)),
                          st.tuples(st.just("alcanza"), st.integers(1, 60)),
                          st.tuples(st.just("salta"), st.integers(1, 60))), max_size=60))
def test_cada_numero_esta_entregado_esperando_o_en_un_hueco(pasos):
    flujo = flujo_ajeno.FlujoAjeno("0a1b2c3d", {"sala": "x"}, 0, 0, 0)
    for paso, n in pasos:
        if paso == "salta":
            flujo.saltar(n)
            flujo.esperando = {uno: None for uno in flujo.esperando if uno > n}
        elif n > flujo.entregado and n not in flujo.esperando:
            flujo.alcanzar(n)
            if paso == "llega":
                flujo.tapar(n)
                flujo.esperando[n] = None
        en_huecos = [uno for primero, ultimo in flujo.huecos for uno in range(primero, ultimo + 1)]
        assert sorted([*en_huecos, *flujo.esperando]) == list(range(flujo.entregado + 1, flujo.mayor + 1))
        assert en_huecos == sorted(en_huecos)


def test_por_mucho_que_se_hable_lo_que_alguien_pide_tambien_sale():
    uno = emisor.Emisor("0a1b2c3d", 0.0, random.uniform)
    texto = {"tipo": "msj", "user": "Ana", "sala": "g", "content": "x"}
    uno.decir(texto, 0.0)
    (primero, _), = uno.siguientes(0.0)
    for _ in range(100):
        uno.decir(texto, 0.1)
    uno.contestar({"tipo": "falta", "id": "ffffffff", "a": uno.propio, "sala": "g", "n": [[1, 1]]}, 0.1)
    assert primero in [datagrama for datagrama, _ in uno.siguientes(0.1)[:2]]


def test_lo_que_va_en_camino_no_se_repite_otra_vez():
    uno = emisor.Emisor("0a1b2c3d", 0.0, random.uniform)
    for texto in "xy":
        uno.decir({"tipo": "msj", "user": "Ana", "sala": "g", "content": texto}, 0.0)
    primero, _ = (datagrama for datagrama, _ in uno.siguientes(0.0))

    def pedir(ahora, n):
        uno.contestar({"tipo": "falta", "id": "ffffffff", "a": uno.propio, "sala": "g", "n": [[1, n]]}, ahora)
        return [datagrama for datagrama, _ in uno.siguientes(ahora)].count(primero)

    # La red tarda 0.3 s; al segundo, lo que se midió ya no vale.
    assert [pedir(ahora, 1) for ahora in (0.3, 0.4, 0.59, 0.61, 0.7, 1.29)] == [1, 0, 0, 1, 0, 1]
    assert [pedir(ahora, 1) for ahora in (1.31, 1.32)] == [1, 1]
    assert [pedir(ahora, 2) for ahora in (60.0, 60.1, 60.2)] == [1, 1, 1]  # pedir tarde no dice nada de la red


def test_si_algo_se_repite_demasiado_se_va_mas_despacio():
    """Una vez por datagrama: pedir siempre el mismo no deja a nadie en la tasa mínima."""
    uno = emisor.Emisor("0a1b2c3d", 0.0, random.uniform)
    for texto in "xy":
        uno.decir({"tipo": "msj", "user": "Ana", "sala": "g", "content": texto}, 0.0)
    uno.siguientes(0.0)
    tasas, ahora = {1: [], 2: []}, 0.01
    for n, de_este in tasas.items():
        for _ in range(20):
            uno.contestar({"tipo": "falta", "id": "ffffffff", "a": uno.propio, "sala": "g", "n": [[n, n]]}, ahora)
            uno.siguientes(ahora)
            de_este.append(uno._cubeta.tasa)
            ahora += 0.2
        assert de_este[0] == de_este[reparacion.DEMASIADAS - 1] > de_este[reparacion.DEMASIADAS + 1] == de_este[-1]
    assert tasas[1][0] == ritmo.TASA_INICIAL and tasas[2][0] == tasas[1][-1]


def test_el_cronometro_da_la_menor_medida_del_ultimo_segundo():
    cronometro = ritmo.Cronometro()
    assert cronometro.tardanza(0.0) == 0.0
    for ahora, tardanza in ((0.0, 0.2), (0.1, 0.05), (0.2, 0.3), (0.9, 0.1)):
        cronometro.medir(tardanza, ahora)
    assert [cronometro.tardanza(ahora) for ahora in (0.9, 1.05, 1.15, 1.95)] == [0.05, 0.05, 0.1, 0.0]


def test_lo_nuevo_espera_a_quien_va_muy_atras_pero_no_a_quien_pide_sin_fin():
    uno = emisor.Emisor("0a1b2c3d", 0.0, random.uniform)
    texto = {"tipo": "msj", "user": "Ana", "sala": "g", "content": "x"}
    pedir = {"tipo": "falta", "id": "ffffffff", "a": uno.propio, "sala": "g", "n": [[1, 1]]}
    ahora, salieron = 0.0, {True: 0, False: 0}  # ¿alguien pide? → mensajes nuevos en 2 s
    for alguien_pide in (False, True):
        for _ in range(2_000):
            ahora += 0.001
            for _ in range(12):
                uno.decir(texto, ahora)
            if alguien_pide:
                uno.contestar(pedir, ahora)
            salieron[alguien_pide] += sum(mensaje is texto for _, mensaje in uno.siguientes(ahora))
    assert salieron[False] > reparacion.ADELANTO
    assert 0.05 < salieron[True] / salieron[False] < 0.5


def test_lo_que_quedo_a_medias_se_suelta_y_se_dice(receptor):
    trozo = {"tipo": "trozo", "id": "aaaaaaaa", "sala": "g", "n": 2, "m": 2, "i": 0, "de": 3, "cuerpo": b"x"}
    entregar(receptor, crudo(1, "a"), protocolo.codificar(trozo))
    assert receptor.vencer(5.0)[1] == []
    # Vive, pero no sigue.
    receptor.recibir({"tipo": "latido", "id": "aaaaaaaa", "user": "Ana", "salas": {"g": 2}}, 31.0)
    perdidos, = receptor.vencer(32.0)[1]
    assert perdidos["tipo"] == "perdidos" and perdidos["cuantos"] == 1
    assert receptor.proximo() == float("inf")


def test_aunque_falte_en_mil_flujos_las_quejas_salen_por_tandas(receptor):
    for i in range(1_000):
        receptor.recibir({"tipo": "latido", "id": f"{i:08x}", "user": "X", "salas": {"g": 9}, "desde": {"g": 1}}, 1.0)
    faltas = sum(len(receptor.vencer(1.1 + 0.001 * paso)[0]) for paso in range(100))
    assert 0 < faltas <= modulo_receptor.TANDA * (0.1 / modulo_receptor.PASO + 1)


def test_rendirse_con_miles_de_huecos_no_tarda(receptor):
    for n in range(1, 40_000, 2):
        receptor.recibir(protocolo.decodificar(crudo(n, "x")), 1.0)
    _, entregado = receptor.vencer(1.0 + flujos_ajenos.MAX_HUECO + 1)
    # Con tiempo cuadrático, vence el plazo de la prueba.
    assert sum(mensaje["tipo"] == "msj" for mensaje in entregado) > 19_000


def test_un_desde_cero_vale_como_uno(receptor):
    receptor.recibir({"tipo": "latido", "id": "aaaaaaaa", "user": "Ana", "salas": {"g": 2}, "desde": {"g": 0}}, 1.0)
    assert receptor.vencer(1.1)[0][0]["n"] == [[1, 2]]


def test_quien_se_despide_no_se_adelanta_a_su_voz():
    uno = emisor.Emisor("0a1b2c3d", 0.0, random.uniform)
    uno.decir({**VOZ, "cuerpo": bytes(5_000)}, 0.0)
    uno.decir({"tipo": "salir", "user": "Ana", "sala": "g"}, 0.0)
    assert [mensaje["tipo"] for _, mensaje in uno.siguientes(0.0) if mensaje] == ["audio", "salir"]


# ------------------------------------------------------------------ lo último de algo, con tope


@pytest.mark.parametrize("puestas, quedan", [
    ("abc", "abc"), ("abcd", "bcd"), ("abcad", "cad"), ("aaaa", "a"),
])
def test_de_lo_reciente_se_olvida_lo_que_hace_mas_que_no_se_pone(puestas, quedan):
    ultimas = recientes.Recientes(3)
    for clave in puestas:
        ultimas[clave] = clave
    assert "".join(ultimas) == quedan


def test_preguntar_por_lo_reciente_no_lo_conserva_y_lo_que_falta_se_pone_con_tope():
    ultimas = recientes.Recientes(2)
    ultimas.update(a=1, b=2)
    assert ultimas.get("a") == ultimas.setdefault("a", 9) == 1
    assert ultimas.setdefault("c", 3) == 3
    assert dict(ultimas) == {"b": 2, "c": 3}

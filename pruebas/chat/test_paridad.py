"""Lo largo en un grupo: paridad, bloques y ritmo. Qué cuesta, que llegue siempre, y que nadie pueda abusar."""

import ctypes
import random
import types

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ayudas.red_simulada import VOZ, montar
from equipo import reloj
from fiabilidad import acuses
from fiabilidad import bloques_ajenos
from fiabilidad import bloques_propios
from fiabilidad import congestion
from fiabilidad import emisor
from fiabilidad import flujos_ajenos
from fiabilidad import paridad
from fiabilidad import rangos
from fiabilidad import receptor as modulo_receptor
from fiabilidad import ritmo
import protocolo

WIFI = 750e3  # bytes/s: 6 Mb/s
ANA, BRYAN = "0a1b2c3d", "4e5f6a7b"


def decir_voz(red, largo=320_000, semilla=2, de=0):
    """Decir una voz, y esperar a que la tengan todos: los s que tardó y las veces que se enviaron sus bytes."""
    voz = random.Random(semilla).randbytes(largo)
    antes, desde = red.bytes, red.ahora
    oyentes = [nodo for nodo in red.nodos if nodo is not red.nodos[de]]
    llevan = [len(nodo.de("audio")) for nodo in oyentes]
    red.nodos[de].emisor.decir({**VOZ, "cuerpo": voz}, red.ahora)
    red.pasar(60, hasta=lambda: all(len(n.de("audio")) > ll for n, ll in zip(oyentes, llevan)), cada=1)
    assert all(nodo.de("audio")[-1]["cuerpo"] == voz for nodo in oyentes)
    return red.ahora - desde, (red.bytes - antes) / largo


# ------------------------------------------------------------------ las cuentas


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 64), st.integers(1, 40), st.randoms(use_true_random=False))
def test_con_tantos_como_son_cualesquiera_se_rehace_el_bloque(k, largo, azar):
    trozos = [azar.randbytes(largo) for _ in range(k)]
    trozos[-1] = trozos[-1][: azar.randint(1, largo)]
    llegaron = {i: trozos[i] for i in azar.sample(range(k), azar.randint(0, k))}
    cuales = azar.sample(range(paridad.MAX_PARIDAD), k - len(llegaron))
    rehechos = paridad.rehacer(llegaron, {j: paridad.hacer(trozos, j) for j in cuales}, k)
    assert rehechos.keys() | llegaron.keys() == set(range(k))
    for i, cuerpo in rehechos.items():
        assert cuerpo == trozos[i].ljust(max(map(len, trozos)), b"\0")


@settings(deadline=None)  # un equipo cargado
@given(st.integers(1, 16_384), st.integers(1, 64))
def test_los_bloques_se_reparten_todos_los_trozos_y_miden_casi_lo_mismo(de, k):
    repartidos = [paridad.indices(lugar, de, k) for lugar in range(paridad.contar_bloques(de, k))]
    assert [i for indices in repartidos for i in indices] == list(range(de))
    medidas = [len(indices) for indices in repartidos]
    assert max(medidas) <= k and max(medidas) - min(medidas) <= 1
    largo = bloques_ajenos.Largo(1, de, k)
    for i in (0, de // 3, de // 2, de - 1):
        assert i in repartidos[largo.cual(i)]


@settings(deadline=None)
@given(st.lists(st.integers(1, 80), unique=True).map(sorted), st.sets(st.integers(1, 80)), st.integers(1, 90))
def test_las_operaciones_con_rangos_son_las_de_conjuntos(numeros, otros, limite):
    agrupados = rangos.agrupar(numeros)
    assert rangos.desplegar(agrupados, 100) == numeros
    assert rangos.desplegar(rangos.cortar(agrupados, limite), 100) == [n for n in numeros if n < limite]
    quedan = set(rangos.desplegar(rangos.quitar(agrupados, otros), 100))
    assert set(numeros) - otros <= quedan <= set(numeros)
    assert rangos.cubren(agrupados, agrupados) and rangos.cubren(agrupados, [])


# ------------------------------------------------------------------ lo que cuesta


@pytest.mark.parametrize("oyentes, perdida, tope, plazo", [
    (40, 0.1, 1.45, 1.0),
    pytest.param(40, 0.3, 2.0, 2.5, marks=pytest.mark.largo),
    pytest.param(80, 0.1, 1.6, 1.2, marks=pytest.mark.largo),
    pytest.param(80, 0.3, 2.2, 2.5, marks=pytest.mark.largo),
])
def test_lo_que_cuesta_una_voz_casi_no_depende_de_cuantos_escuchan(oyentes, perdida, tope, plazo):
    """Por un enlace de 6 Mb/s. Repitiendo cada pérdida serían diez veces la voz, y treinta."""
    red = montar(oyentes + 1, perdida=perdida, capacidad=WIFI, cola=1.0)
    for nodo in red.nodos:
        nodo.receptor.seguir("g", oyentes + 1)
    segundos, veces = decir_voz(red)
    assert veces < tope, veces
    assert segundos < plazo, segundos  # del reloj simulado


@pytest.mark.parametrize("perdida, tope", [(0.0, 1.15), (0.1, 1.4), (0.3, 1.9)])
def test_sin_tope_un_mensaje_largo_cuesta_lo_mismo_y_llega_enseguida(perdida, tope):
    medidas = sorted(decir_voz(montar(6, perdida=perdida, semilla=semilla)) for semilla in range(5))
    assert sorted(veces for _, veces in medidas)[2] < tope, medidas
    assert medidas[2][0] < 0.25, medidas


@pytest.mark.parametrize("mbit", [1, 6, 50])
def test_el_ritmo_es_el_del_enlace_sin_que_nadie_lo_diga(mbit):
    """La segunda voz ya va a lo que da, y la cola apenas se llena."""
    red = montar(6, capacidad=mbit * 125e3, cola=1.0)
    decir_voz(red)
    red.pasar(1)
    red.espera = 0.0
    segundos, _ = decir_voz(red)
    linea = 320_000 * 1.12 / (mbit * 125e3)
    assert segundos < 1.25 * linea, (segundos, linea)
    assert red.espera < 0.1 + 30_000 / (mbit * 125e3), red.espera


def test_un_texto_no_espera_mucho_tras_la_voz_de_otro():
    red = montar(7, perdida=0.1, capacidad=WIFI, cola=1.0)
    decir_voz(red)
    demoras = []
    red.nodos[0].emisor.decir({**VOZ, "cuerpo": bytes(320_000)}, red.ahora)
    for i in range(12):
        red.nodos[1].decir(str(i))
        desde = red.ahora
        red.pasar(1, hasta=lambda i=i: all(str(i) in n.textos() for n in red.nodos if n is not red.nodos[1]), cada=1)
        demoras.append(red.ahora - desde)
        red.pasar(0.03)
    assert sorted(demoras)[6] < 0.05 and max(demoras) < 0.25, demoras


# ------------------------------------------------------------------ que llegue siempre


def olvidar_la_paridad(nodo):
    """Hacer de un nodo uno que no sabe de paridad ni de acuses: ignora lo que no conoce."""
    tomar = nodo.tomar

    def tomar_lo_conocido(mensaje):
        if mensaje["tipo"] in ("paridad", "acuse"):
            return
        tomar({clave: valor for clave, valor in mensaje.items() if clave not in ("k", "marca", "vuelta", "bloques")}
              if mensaje["tipo"] != "falta" or "n" in mensaje else {"tipo": None})

    nodo.tomar = tomar_lo_conocido


@pytest.mark.parametrize("viejos", [1, 5])
def test_a_quien_no_sabe_de_paridad_se_le_repite_lo_suyo(viejos):
    red = montar(6, perdida=0.2, capacidad=WIFI, cola=1.0)
    for nodo in red.nodos[1 : 1 + viejos]:
        olvidar_la_paridad(nodo)
    decir_voz(red)


def test_a_quien_no_sabe_hacerla_se_le_pide_uno_a_uno():
    red = montar(6, perdida=0.2)
    repartir = red.repartir
    red.repartir = lambda datagrama, de=None: repartir(datagrama.replace(b',"k":64}', b"}"), de)
    decir_voz(red)
    assert not [mensaje for _, _, mensaje in red.dicho if mensaje["tipo"] == "paridad" or "bloques" in mensaje]


def test_llega_con_repetidos_y_desorden_en_sala_y_en_privado():
    red = montar(5, perdida=0.2, repetidos=0.3, desorden=0.3)
    decir_voz(red)
    para = red.nodos[2]
    voz = {"tipo": "audio", "privado": True, "from": "Ana", "to": "Bryan", "content": "", "formato": "wav",
           "para": para.id, "cuerpo": random.Random(3).randbytes(200_000)}
    red.nodos[0].emisor.decir(voz, red.ahora)
    red.pasar(20, hasta=lambda: len(para.de("audio")) == 2, cada=1)
    assert para.de("audio")[1]["cuerpo"] == voz["cuerpo"]
    assert all(len(nodo.de("audio")) == 1 for nodo in red.nodos[1:] if nodo is not para)


@pytest.mark.parametrize("semilla", range(1, 6))
@pytest.mark.parametrize("texto", [True, False])
def test_lo_que_se_cancela_a_la_mitad_no_detiene_lo_que_sigue(semilla, texto):
    """Con uno de cada cinco perdidos, también de los del final: se dice una vez, y no queda nada esperando."""
    red = montar(5, perdida=0.2, capacidad=2_000_000, semilla=semilla)
    ana, *otros = red.nodos
    voz = {**VOZ, "cuerpo": bytes(2**20)}
    ana.emisor.decir(voz, red.ahora)
    red.pasar(5, lambda: red.dicho[-1][2].get("i", 0) > 300, cada=1)  # de 780, a la mitad de un bloque
    ana.emisor.decir({"tipo": "cancelar", "mensaje": voz}, red.ahora)
    if texto:
        ana.decir("después")
    red.pasar(3)
    for nodo in otros:
        assert len(nodo.de("cancelado")) == 1 and not nodo.de("audio")
        assert nodo.textos() == ["después"] * texto
        assert nodo.receptor.cuenta.esperando == 0
    assert ana.emisor.ocioso()


def test_tres_a_la_vez_con_textos_por_medio_y_ninguno_se_queda_atras():
    red = montar(8, perdida=0.1, capacidad=WIFI, cola=1.0)
    voces = [random.Random(i).randbytes(100_000) for i in range(3)]
    for i, voz in enumerate(voces):
        red.nodos[i].emisor.decir({**VOZ, "cuerpo": voz}, red.ahora)
        red.nodos[i].decir(f"texto {i}")
    desde = red.ahora
    red.pasar(30, hasta=lambda: all(len(n.de("audio")) == (2 if n in red.nodos[:3] else 3) for n in red.nodos), cada=1)
    for nodo in red.nodos:
        esperadas = {voz for i, voz in enumerate(voces) if nodo is not red.nodos[i]}
        assert {mensaje["cuerpo"] for mensaje in nodo.de("audio")} == esperadas
    assert red.ahora - desde < 2.5 * 300_000 * 1.1 / WIFI


def test_tras_una_pausa_se_empieza_a_la_mitad_y_aunque_se_diga_poco_no_cada_vez_a_menos():
    red = montar(6, capacidad=WIFI, cola=1.0)
    control = red.nodos[0].emisor._congestion
    decir_voz(red)
    daba = control._recordada
    assert daba > 0.7 * WIFI
    for _ in range(6):
        red.pasar(1)
        decir_voz(red, largo=20_000)
    assert control._recordada > 0.7 * daba
    red.pasar(1)
    red.nodos[0].emisor.decir({**VOZ, "cuerpo": bytes(320_000)}, red.ahora)
    red.pasar(0.005)
    assert red.nodos[0].emisor._cubeta.tasa == pytest.approx(control._recordada / 2)


def test_tres_que_empiezan_a_la_vez_no_llenan_la_cola():
    """La de cualquiera, que a cada quien le daba el enlace entero: juntos enviarían el triple."""
    red = montar(7, capacidad=WIFI, cola=1.0)
    for i in range(3):
        decir_voz(red, largo=100_000, de=i)
    red.pasar(1)
    red.espera = 0.0
    for nodo in red.nodos[:3]:
        nodo.emisor.decir({**VOZ, "cuerpo": bytes(200_000)}, red.ahora)
    red.pasar(10, hasta=lambda: all(len(n.de("audio")) == 6 - 2 * (n in red.nodos[:3]) for n in red.nodos), cada=1)
    assert red.espera < 0.15, red.espera


# ------------------------------------------------------------------ esperas de 15.6 ms


def tardanza(tic):
    """Los s que tarda una voz por un Wi-Fi que pierde el 10 %, si las esperas van de tic en tic."""
    red = montar(4, perdida=0.1, capacidad=WIFI, cola=0.2, tic=tic)
    desde = red.ahora
    red.nodos[0].emisor.decir({**VOZ, "cuerpo": bytes(100_000)}, red.ahora)
    red.nodos[0].vencer()
    red.pasar(30, hasta=lambda: all(nodo.de("audio") for nodo in red.nodos[1:]), cada=1)
    assert all(nodo.de("audio") for nodo in red.nodos[1:])
    return red.ahora - desde


def test_con_los_pasos_de_windows_llega_todo_y_de_milisegundo_en_milisegundo_no_tarda_mas():
    exactas = tardanza(0.0)
    assert tardanza(0.001) < 1.5 * exactas
    assert tardanza(0.015625) < 6 * exactas


def test_en_windows_se_piden_esperas_de_un_milisegundo(monkeypatch):
    pedidos = []
    winmm = types.SimpleNamespace(timeBeginPeriod=pedidos.append)
    monkeypatch.setattr(reloj.sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "windll", types.SimpleNamespace(winmm=winmm), raising=False)
    reloj.afinar_esperas()
    monkeypatch.setattr(ctypes, "windll", types.SimpleNamespace(), raising=False)  # un Windows sin winmm
    reloj.afinar_esperas()
    assert pedidos == [1]


# ------------------------------------------------------------------ bloques


def test_se_envia_lo_que_falta_al_que_mas_y_nada_dos_veces():
    bloque = bloques_propios.BloquePropio({"tipo": "paridad"}, 10, list(range(1, 11)))

    def sacar(cuantos):
        for _ in range(cuantos):
            bloque.salidos += 1
            bloque.ultimo = 1.0

    assert bloque.pedir(3, 0, 0.0, 1.0) and bloque.hasta == 3
    assert bloque.pedir(5, 0, 0.0, 1.0) and bloque.hasta == 5
    assert bloque.pedir(2, 0, 0.0, 1.0) and bloque.hasta == 5
    sacar(5)
    assert not bloque.pedir(2, 3, 0.5, 1.1)  # van en camino
    assert bloque.pedir(1, 5, 0.5, 1.1) and bloque.hasta == 6
    sacar(1)
    assert bloque.pedir(2, 3, 0.5, 1.6) and bloque.hasta == 8  # ya habrían llegado
    assert bloque.pedir(2**53 - 1, 2**53 - 1, 0.5, 1.6) and bloque.hasta == 6 + 10  # y nadie pide más de los que hay


def test_pedir_sin_fin_paridad_cuesta_un_maximo_fijo():
    uno = emisor.Emisor(ANA, 0.0, random.uniform)
    uno.decir({**VOZ, "cuerpo": bytes(320_000)}, 0.0)
    uno._congestion._tope = float("inf")
    ahora, hasta, de_paridad = 0.0, 4.0, 0
    while ahora < hasta:
        bloques = [[1, lugar, 64, random.choice((0, 5, 2**53 - 1))] for lugar in range(64)]
        uno.contestar({"tipo": "falta", "id": BRYAN, "a": ANA, "sala": "g", "bloques": bloques}, ahora)
        salen = [protocolo.decodificar(datagrama) for datagrama, _ in uno.siguientes(ahora)]
        de_paridad += sum(mensaje["tipo"] == "paridad" for mensaje in salen)
        ahora += 0.001
    tandas = hasta / bloques_propios.ENTRE_PARIDADES
    assert de_paridad <= 4 * (paridad.MAX_PARIDAD + 64 * (tandas + 1))
    uno.contestar({"tipo": "falta", "id": BRYAN, "a": ANA, "sala": "otra", "bloques": [[1, 0, 1, 0]]}, ahora)
    uno.contestar({"tipo": "falta", "id": BRYAN, "a": ANA, "sala": "g", "bloques": [[7, 9, 1, 0]]}, ahora)


def falsear(i, **cambios):
    """Un trozo de paridad que no es de nada."""
    azar = random.Random(i)
    base = {"tipo": "paridad", "id": ANA, "sala": "g", "n": [[1 + i, 3 + i]], "m": 1 + i, "de": 3, "k": 64, "bloque": 0,
            "j": azar.randrange(192), "salidos": 1, "hasta": 1, "ultimo": 3}
    return {**base, "cuerpo": azar.randbytes(azar.randrange(60_000)), **cambios}


@pytest.mark.parametrize("cambiar", [
    lambda i: {},
    lambda i: {"de": 16_384, "k": 1, "bloque": i % 16_384, "n": [[1 + i, 1 + i]], "m": 1},
    lambda i: {"de": 16_384, "bloque": i % 256, "n": [[1 + i, 64 + i]], "m": 1},
    lambda i: {"m": 1, "n": [[1, 3]]},
    lambda i: {"m": 1, "n": [[2**53 - 2, 2**53 - 1]], "de": 2},
    lambda i: {"m": 1, "n": [[3, 3], [2, 2], [1, 1]], "cuerpo": b""},
])
def test_la_paridad_falsa_cuesta_un_maximo_fijo_y_no_detiene_nada(cambiar, monkeypatch):
    monkeypatch.setattr(flujos_ajenos, "MAX_ESPERANDO", 2**20)
    receptor = modulo_receptor.Receptor(BRYAN, random.uniform)
    receptor.seguir("g")
    trozo = {"tipo": "trozo", "id": ANA, "sala": "g", "n": 2, "m": 1, "i": 1, "de": 3, "k": 64, "cuerpo": bytes(9)}
    receptor.recibir(trozo, 0.0)
    for i in range(600):
        receptor.recibir(falsear(i, **cambiar(i)), 0.01 * i)
        receptor.vencer(0.01 * i)
    assert receptor.cuenta.esperando < 3 * 2**20
    texto = {"tipo": "msj", "user": "Bryan", "sala": "g", "content": "sigo", "id": "ffffffff", "n": 1}
    assert receptor.recibir(texto, 7.0) == [texto]


# ------------------------------------------------------------------ el ritmo


def montar_congestion():
    cubeta = ritmo.Cubeta(0.0)
    return congestion.Congestion(cubeta, acuses.Acuses(), 0.0), cubeta


def test_las_perdidas_sueltas_no_bajan_el_ritmo_y_un_bufer_lleno_si():
    control, cubeta = montar_congestion()
    control.quejarse(congestion.QUEJA - 1, 0.99, 1.0)
    assert cubeta.tasa == ritmo.TASA_INICIAL
    for i in range(20):
        control.quejarse(congestion.QUEJA, 1.0 + 0.01 * i, 1.001 + 0.01 * i)
    assert cubeta.tasa == pytest.approx(ritmo.TASA_INICIAL * 0.7**4)  # una vez cada 50 ms, y no veinte
    for i in range(10_000):
        control.quejarse(1000, 10.0 + i, 10.0 + i)
    assert cubeta.tasa == ritmo.TASA_MINIMA


def test_lo_que_salio_antes_de_bajar_el_ritmo_no_lo_baja_otra_vez():
    control, cubeta = montar_congestion()
    for i in range(100):
        control.quejarse(2_000, 0.9, 1.0 + 0.1 * i)  # lo mismo, que aún no se repite
    assert cubeta.tasa == pytest.approx(ritmo.TASA_INICIAL * 0.7)


def test_si_nadie_acusa_se_sigue_a_ciegas_y_el_ritmo_sube_mientras_haga_falta():
    uno = emisor.Emisor(ANA, 0.0, random.uniform)
    uno.decir({**VOZ, "cuerpo": bytes(3_000_000)}, 0.0)
    ahora, salidos, tasas = 0.0, 0, []
    while not uno.ocioso() and ahora < 10:
        ahora = max(ahora, uno.proximo())
        salidos += len(uno.siguientes(ahora))
        tasas.append(uno._cubeta.tasa)
    assert salidos > 3_000_000 / 1_400
    assert tasas[-1] > congestion.TASA_A_CIEGAS


def test_si_se_pierden_los_acuses_del_primer_tren_se_arranca_otra_vez():
    """Al 30 % pasa una vez de cada diez. Antes lo demás iba a poco más de ese ritmo."""
    cubeta, suyos = ritmo.Cubeta(0.0), acuses.Acuses()
    control = congestion.Congestion(cubeta, suyos, 0.0)
    suyos.conocer(BRYAN, [("sala", "g")], 0.9)
    suyos.oido = 0.5  # acusó hace poco

    def enviar_un_tren(ahora):
        control.revisar(True, ahora)
        preguntas = []
        while control.deja():
            control.enviar(1_400)
            pregunta = suyos.preguntar(("sala", "g"), control.arrancando, ahora)
            if pregunta:
                suyos.salir(pregunta, control.enviado, ahora)
                preguntas.append(pregunta)
        return preguntas

    assert enviar_un_tren(1.0) and enviar_un_tren(1.05) == []
    tasa = cubeta.tasa
    preguntas = enviar_un_tren(1.2)  # otro, más despacio
    assert preguntas and cubeta.tasa < tasa
    for pregunta in preguntas:
        control.oir({"id": BRYAN, "marca": pregunta["marca"], "t": 1.201}, 1.202)
    assert cubeta.tasa > 1.3 * tasa and len(enviar_un_tren(1.203)) > len(preguntas)


def test_a_ciegas_el_ritmo_no_sube_si_alguien_se_queja_ni_si_no_hace_falta():
    control, cubeta = montar_congestion()
    control.revisar(True, 4.8)
    control.enviar(10**6)
    control.revisar(True, 5.0)  # nadie acusa
    assert cubeta.tasa == congestion.TASA_A_CIEGAS
    for i in range(1, 100):
        ahora = 5.0 + 0.01 * i
        cubeta.gastar(10**6)
        control.revisar(True, ahora)
        control.quejarse(100, ahora - 0.001, ahora)
    baja = cubeta.tasa
    assert baja < congestion.TASA_A_CIEGAS
    cubeta.agotada = False
    control.revisar(True, 7.0)
    assert cubeta.tasa == baja  # nadie se queja, pero tampoco se ha enviado tanto como permite
    cubeta.gastar(10**6)
    control.revisar(True, 8.0)
    assert cubeta.tasa > baja


def test_a_quien_se_fue_no_se_le_pregunta_mas_y_quien_llega_ocupa_su_lugar():
    suyos = acuses.Acuses()
    for i in range(100):  # llegan y se van, como en muchas clases seguidas
        suyos.conocer(f"{i:08x}", [("sala", "g")], 10.0 * i)
    elegidos = set()
    for _ in range(40 * acuses.CADA):
        pregunta = suyos.preguntar(("sala", "g"), True, 990.0)
        elegidos |= {pregunta["a"]} if pregunta else set()
    assert elegidos == {f"{99:08x}"}
    assert not any(suyos.preguntar(("sala", "g"), True, 1000.0) for _ in range(40))  # ya no queda nadie


def test_si_se_fueron_todos_lo_largo_no_se_queda_casi_parado():
    red = montar(3)
    ana, *otros = red.nodos
    decir_voz(red)
    for otro in otros:
        otro.sordo, otro.tomar = True, lambda mensaje: None
        red.nodos.remove(otro)
    red.pasar(20)
    desde = red.ahora
    ana.emisor.decir({**VOZ, "cuerpo": bytes(2_000_000)}, red.ahora)
    red.pasar(20, hasta=ana.emisor.ocioso, cada=1)
    assert red.ahora - desde < 3


def test_un_acuse_que_nadie_pidio_no_dice_nada():
    control, cubeta = montar_congestion()
    control.oir({"tipo": "acuse", "id": BRYAN, "a": ANA, "marca": 1, "t": 5.0}, 1.0)
    assert cubeta.tasa == ritmo.TASA_INICIAL and control.arrancando

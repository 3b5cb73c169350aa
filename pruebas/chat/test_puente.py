"""El puente: el relevo de uno en uno, y sus cuentas con un reloj que no corre solo."""

import functools
import json
import random
import re
import socket
import subprocess
import sys
import time
import types

import pytest

from ayudas import archivos_wav
from ayudas import hosts
from ayudas import intermediario
from ayudas import programas
from equipo import canal
from equipo import relevos
from presencia import direcciones
from presencia import ecos
from presencia import relevo
from presencia import sencillos
import campos
import protocolo

ANA, BRYAN = ("10.0.0.2", 4001), ("10.0.0.3", 4002)
DE_ID = {"tipo": "latido", "id": "0a1b2c3d", "user": "Ana", "salas": {"general": 0}}
INICIO = {"tipo": "inicio", "user": "Bryan", "sala": "general"}
HOLA = {"tipo": "msj", "user": "Bryan", "sala": "general", "content": "Hola"}


class Mesa:
    """Un relevo sin red: lo que envía queda en `enviados`, como pares (dirección, bytes)."""

    def __init__(self):
        self.enviados: "list[tuple]" = []
        self.relevo = relevo.Relevo("ffff0000", lambda: 7, self._mandar, lambda texto: None)
        self.ahora = 100.0

    def _mandar(self, datagrama, uno):
        self.enviados.append((uno.direccion, datagrama))

    def decir(self, direccion, mensaje):
        """Un vecino envía un mensaje: lo que ya se puede llevar a los demás."""
        datagrama = mensaje if isinstance(mensaje, bytes) else protocolo.codificar(mensaje)
        return self.relevo.recibir(datagrama, direccion, "10.0.0.1", self.ahora)

    def repartir(self, mensaje, de=None):
        """Algo llega de otro lado."""
        self.enviados.clear()
        self.relevo.repartir(protocolo.codificar(mensaje), mensaje, de, self.ahora)
        return self.enviados

    def pasar(self, segundos):
        """Corre el tiempo."""
        self.ahora += segundos
        return self.relevo.vencer(self.ahora)

    def probar(self):
        """Ana, con id, y Bryan, sencillo, ya probados."""
        self.decir(ANA, DE_ID)
        self.decir(ANA, {"tipo": "acuse", "id": "0a1b2c3d", "a": "ffff0000", "marca": 7, "t": 1.0})
        self.decir(BRYAN, INICIO)
        self.pasar(direcciones.PRUEBA + 0.01)
        return [self.relevo.tabla.vecinos[una] for una in (ANA, BRYAN)]


@pytest.fixture
def mesa():
    return Mesa()


def test_a_quien_no_se_ha_probado_no_se_le_da_un_byte_mas_de_los_que_vinieron_de_el(mesa):
    corto = {"tipo": "quien", "id": "0a1b2c3d"}
    for _ in range(40):
        mesa.decir(ANA, corto)
        mesa.decir(BRYAN, b"<inicio><B><g>")
        mesa.repartir({"tipo": "msj", "user": "Otro", "sala": "g", "content": "x" * 900})
        for uno in mesa.relevo.tabla.vecinos.values():
            assert uno.dados <= uno.recibidos
    assert mesa.relevo.tabla.vecinos[ANA].dados  # se le preguntó


def test_lo_que_dice_quien_no_se_ha_probado_aguarda_y_no_se_pierde(mesa):
    assert mesa.decir(ANA, DE_ID) == []
    acuse = {"tipo": "acuse", "id": "0a1b2c3d", "a": "ffff0000", "t": 1.0}
    assert mesa.decir(ANA, {**acuse, "marca": 8}) == []  # adivinó mal
    [(datagrama, mensaje, uno)] = mesa.decir(ANA, {**acuse, "marca": 7})
    assert datagrama == protocolo.codificar(DE_ID) and mensaje["user"] == "Ana" and uno.probado


def test_un_sencillo_de_internet_no_entra_ni_se_le_envia_nada(mesa):
    de_lejos = ("8.8.8.8", 53)
    mesa.decir(de_lejos, INICIO)
    probados, idos = mesa.pasar(direcciones.SIN_PROBAR + 0.1)
    assert not mesa.enviados and not probados and len(idos) == 1


def test_donde_nadie_escucha_no_se_prueba_nadie(mesa):
    mesa.decir(BRYAN, INICIO)
    mesa.relevo.tabla.ausentar(BRYAN)  # lo dijo su equipo
    probados, idos = mesa.pasar(direcciones.PRUEBA + 0.01)
    assert not probados and [uno.direccion for uno in idos] == [BRYAN]


def test_cada_quien_recibe_lo_de_sus_salas_y_sus_privados(mesa):
    ana, bryan = mesa.probar()
    del_grupo = {**HOLA, "user": "Carla", "id": "cccccccc", "n": 3, "hora": 5.0}
    a_ana, a_bryan = mesa.repartir(del_grupo)
    assert a_ana == (ANA, protocolo.codificar(del_grupo))
    assert json.loads(a_bryan[1]) == {"tipo": "msj", "privado": False, "user": "Carla", "sala": "general",
                                      "content": "Hola", "relevo": True}
    assert mesa.repartir({**del_grupo, "sala": "redes", "n": 1}) == []
    para_ana = {"tipo": "msj", "privado": True, "from": "Carla", "to": "Ana", "content": "p", "id": "cccccccc",
                "para": "0a1b2c3d", "n": 1}
    assert [a_quien for a_quien, _ in mesa.repartir(para_ana)] == [ANA]
    para_bryan = {"tipo": "msj", "privado": True, "from": "Carla", "to": "Bryan", "content": "p", "id": "cccccccc"}
    [(a_quien, datagrama)] = mesa.repartir(para_bryan)
    assert a_quien == BRYAN and json.loads(datagrama)["sala"] == "general" and "id" not in json.loads(datagrama)
    assert mesa.repartir({"tipo": "falta", "id": "cccccccc", "a": "0a1b2c3d", "sala": "general", "n": [[1, 2]]})
    # A quien lo dijo no le vuelve, salvo a un sencillo.
    assert [a_quien for a_quien, _ in mesa.repartir(HOLA, bryan)] == [ANA, BRYAN]
    assert [a_quien for a_quien, _ in mesa.repartir({**HOLA, "id": "0a1b2c3d", "n": 1}, ana)] == [BRYAN]


@pytest.mark.parametrize("texto", ["ñ" * campos.MAX_TEXTO, "una palabra y otra " * 400, '"\\' * 700, "a" * 1_100])
def test_un_texto_largo_se_le_dice_a_un_sencillo_en_varios(mesa, texto):
    mesa.probar()
    largo = {**HOLA, "user": "Carla", "id": "cccccccc", "n": 3, "content": texto}
    datagramas = [datagrama for a_quien, datagrama in mesa.repartir(largo) if a_quien == BRYAN]
    partes = [json.loads(datagrama)["content"] for datagrama in datagramas]
    assert len(partes) > 1 and max(map(len, datagramas)) <= sencillos.CABE
    assert "".join(partes) == texto
    assert " " not in texto or all(parte.endswith(" ") for parte in partes)  # las palabras, enteras


@pytest.mark.parametrize("mensaje", [
    DE_ID, {"tipo": "quien", "id": "0a1b2c3d"},
    {"tipo": "trozo", "id": "0a1b2c3d", "sala": "general", "n": 1, "m": 1, "i": 0, "de": 2, "cuerpo": b"x"},
    {"tipo": "audio", "user": "Ana", "sala": "general", "content": "", "formato": "wav", "cuerpo": b"x" * 50},
])
def test_a_un_sencillo_no_le_llega_lo_que_no_puede_leer(mesa, mensaje):
    mesa.probar()
    assert BRYAN not in [a_quien for a_quien, _ in mesa.repartir(mensaje)]


def test_la_lista_de_una_clase_le_cabe_a_un_sencillo_y_no_se_le_dice_dos_veces(mesa):
    _, bryan = mesa.probar()
    todos = [f"Persona número {i}" for i in range(200)]
    lista = {"tipo": "usuarios", "sala": "general", "lista": todos, "ids": [f"{i:08x}" for i in range(200)]}
    primera = dict(mesa.repartir({**lista, "id": "00000001", "n": 1}))[BRYAN]
    leida = json.loads(primera)["lista"]
    assert len(primera) <= sencillos.CABE and leida[:-1] == todos[:len(leida) - 1]
    assert leida[-1] == f"… y {200 - len(leida) + 1} más"
    assert BRYAN not in dict(mesa.repartir({"tipo": "usuarios", "sala": "general", "lista": todos}))
    mesa.decir(BRYAN, INICIO)  # vuelve a preguntar
    assert BRYAN in dict(mesa.repartir({"tipo": "usuarios", "sala": "general", "lista": todos}))


def test_quien_calla_se_va_y_por_un_sencillo_se_dice_que_salio(mesa):
    _, bryan = mesa.probar()
    assert relevo.despedidas(bryan) == [{"tipo": "salir", "user": "Bryan", "sala": "general"}]
    _, idos = mesa.pasar(direcciones.CALLADO + 1)
    assert [uno.user for uno in idos] == ["Ana"] and relevo.despedidas(idos[0]) == []
    mesa.relevo.tabla.ausentar(BRYAN)
    assert [uno.user for uno in mesa.pasar(0.1)[1]] == ["Bryan"]


def test_un_vecino_no_habla_por_otro_y_en_su_puerto_puede_haber_luego_otro_programa(mesa):
    mesa.probar()
    de_otro = {**HOLA, "id": "99999999", "n": 1}
    assert mesa.decir(ANA, de_otro) == []
    mesa.pasar(0.1)
    assert mesa.decir(ANA, {**DE_ID, "id": "99999999"}) == []  # aguarda a probarse
    acuse = {"tipo": "acuse", "id": "99999999", "a": "ffff0000", "marca": 7, "t": 1.0}
    assert len(mesa.decir(ANA, acuse)) == 1 and mesa.decir(ANA, de_otro)
    # A un sencillo que pone id sólo en sus trozos se le sigue tratando como sencillo.
    assert mesa.decir(BRYAN, {**HOLA, "id": "88888888", "n": 1})
    assert not mesa.relevo.tabla.vecinos[BRYAN].id


def test_una_inundacion_de_direcciones_no_echa_a_los_probados_ni_llena_la_memoria(mesa):
    mesa.probar()
    for i in range(1_500):
        mesa.decir((f"10.1.{i // 250}.{i % 250}", 1000 + i), INICIO)
    vecinos = mesa.relevo.tabla.vecinos
    assert {ANA, BRYAN} <= vecinos.keys() and len(vecinos) <= direcciones.MAX_SIN_PROBAR + 2
    mesa.repartir({**HOLA, "user": "Carla"})
    assert {a_quien for a_quien, _ in mesa.enviados} == {ANA, BRYAN}


def test_lo_que_pasa_del_presupuesto_no_se_lleva(mesa):
    mesa.probar()
    largo = protocolo.codificar({**HOLA, "id": "0a1b2c3d", "content": "x" * 1_200})
    llevados = sum(bool(mesa.decir(ANA, largo)) for _ in range(5_000))
    assert 300 < llevados < 1_000 and mesa.relevo.de_mas == 5_000 - llevados
    mesa.pasar(1.0)
    assert mesa.decir(ANA, largo)  # vuelve a poder


@pytest.mark.parametrize("datagrama, pide", [
    (b'{"tipo":"listar_salas"}', True), (b'{"tipo": "listar_salas", "user": "Ana"}', True),
    (b'{"tipo":"msj","content":"listar_salas"}', False), (b"listar_salas", False), (b'["listar_salas"]', False),
])
def test_pedir_las_salas(datagrama, pide):
    assert sencillos.pide_salas(datagrama) is pide


def test_lo_que_vino_de_un_lado_no_vuelve_a_el_y_repetido_del_mismo_pasa():
    memoria = ecos.Ecos()
    assert not memoria.es_eco(b"uno", ("grupo", 1), 1.0)
    assert not memoria.es_eco(b"uno", ("grupo", 1), 1.1)  # una repetición, que alguien pidió
    assert memoria.es_eco(b"uno", ("canal", 2), 1.2)
    assert not memoria.es_eco(b"uno", ("canal", 2), 1.2 + ecos.RECUERDO)  # ya no: quien lo dice cambió de red
    memoria.anotar(b"dos", ("relevo", 3), 2.0)
    assert memoria.es_eco(b"dos", ("grupo", 1), 2.0)


def test_el_latido_de_aquel_a_quien_se_pregunta_pasa_aunque_diga_lo_mismo():
    """Quien no oyó con qué clave firma alguien se lo pregunta; si no pasara, no le creería nada."""
    latidos, latido = ecos.Latidos(), {"id": "0a1b2c3d4e5f6a7b", "user": "Ana", "salas": {}, "hora": 1.0}
    ahora = 100.0
    while latidos.pasa(latido, 1, ahora):
        ahora += 1.01 * ecos.ENTRE_NUEVOS
    latidos.notar({"tipo": "quien", "a": latido["id"], "marca": 7}, ahora)  # eso sólo mide la red
    assert not latidos.pasa(latido, 1, ahora)
    latidos.notar({"tipo": "quien", "a": latido["id"]}, ahora)
    assert latidos.pasa(latido, 1, ahora)


@pytest.mark.parametrize("orden", range(6))
def test_nada_da_vueltas_aunque_en_cada_red_lleven_dos_puentes_a_la_vez(orden):
    """Lo peor: en dos redes, dos puentes que no se saludan. El aire y el canal entregan en cualquier orden."""
    azar = random.Random(orden)
    memorias = {(isla, cual): ecos.Ecos() for isla in "AB" for cual in (1, 2)}
    pendientes = [(uno, ("grupo", "Ana"), i) for uno in memorias if uno[0] == "A" for i in range(20)]
    llevados = 0
    while pendientes:
        uno, de, i = pendientes.pop(azar.randrange(len(pendientes)))
        if memorias[uno].es_eco(b"%d" % i, de, 1.0):
            continue
        llevados += 1
        assert llevados <= 4 * 20  # cada puente, cada datagrama, una vez
        if de[0] == "grupo":
            pendientes += [(otro, ("canal", uno), i) for otro in memorias if otro != uno]
        else:
            pendientes += [(otro, ("grupo", uno), i) for otro in memorias if otro[0] == uno[0]]


def test_dos_relevos_a_los_que_se_hace_creer_que_el_otro_es_un_sencillo_no_se_hablan_sin_fin():
    uno, otro = Mesa(), Mesa()
    for mesa in (uno, otro):
        mesa.decir(ANA, INICIO)  # con la dirección del otro, que alguien falsificó
        mesa.pasar(direcciones.PRUEBA + 0.01)
    [(_, dicho)] = uno.repartir({**HOLA, "user": "Carla"})
    assert otro.decir(ANA, dicho) == [] and not otro.repartir(HOLA, otro.relevo.tabla.vecinos[ANA])[1:]
    assert relevos.responder(relevos.PREGUNTA + b',"id":"0a1b2c3d"}') == b'{"tipo":"relevo","id":"0a1b2c3d"}'
    assert relevos.responder(b'{"tipo":"relevo","id":"0a1b2c3d"}') is None


def test_lo_que_no_dice_un_sencillo_no_lo_prueba_ni_llena_la_memoria(mesa):
    for raro in (b'{"tipo":"relevo","id":"x"}', b'{"tipo":"quien"}', b'{"tipo":"otro"}', protocolo.codificar(
            {**HOLA, "content": "x" * 7_000})):
        for i in range(200):
            mesa.decir((f"10.2.0.{i}", 9), raro)
    assert not [uno for uno in mesa.relevo.tabla.vecinos.values() if uno.marca and uno.recibidos < 7_000]
    assert sum(len(datagrama) for uno in mesa.relevo.tabla.vecinos.values() for datagrama, _ in uno.aguardan) < 100_000


def test_de_los_latidos_pasan_los_que_dicen_algo_y_los_demas_de_vez_en_cuando():
    latidos = ecos.Latidos()
    iguales = [latidos.pasa({**DE_ID, "hora": i}, 10, 100 + i * 0.11) for i in range(15)]
    assert iguales == [True] * ecos.COPIAS + [False] * (15 - ecos.COPIAS)
    # Quien habla sin parar late con cada frase: pasan unos pocos por segundo, y al callar, el último.
    hablando = [latidos.pasa({**DE_ID, "salas": {"general": i}}, 10, 102 + i / 100) for i in range(100)]
    assert 8 <= sum(hablando) <= 11
    assert latidos.pasa({**DE_ID, "salas": {"general": 99}}, 10, 103.1)
    assert [latidos.pasa(DE_ID, 10, 105 + 2 * i) for i in range(6)] == [True] * 6
    servidor = {"tipo": "latido", "id": "00000001", "servidor": True, "salas": {}}
    assert all(latidos.pasa(servidor, 200, 100.0 + i) for i in range(10))
    latidos.notar(INICIO, 115.5)
    assert latidos.pasa(DE_ID, 10, 115.6)


# ---- con programas de verdad


@pytest.fixture
def con_relevo(lanzar, tmp_path):
    """La dirección de un relevo en marcha, y su programa."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        suyo = s.getsockname()[1]
    programa = lanzar(programas.Puente, f"--relevo={suyo}", f"--registro={tmp_path / 'registro'}")
    programa.esperar_linea("Ctrl+C para terminar")
    return "127.0.0.1", suyo


def test_por_el_relevo_se_entra_se_habla_y_se_sale_como_en_el_grupo(lanzar, servidor, con_relevo, tmp_path):
    ana = programas.entrar(lanzar, "Ana", "general")
    carla = programas.entrar(lanzar, "Carla", "general", relevo="{}:{}".format(*con_relevo))
    simon = lanzar(programas.SencilloConServidor, con_relevo)
    simon.enviar(tipo="listar_salas")
    assert simon.esperar(tipo="salas")["lista"] == ["general"]
    simon.enviar(tipo="inicio", user="Simón", sala="general")
    simon.esperar(tipo="usuarios", sala="general", lista=["Ana", "Carla", "Simón"])
    for uno in (ana, carla):
        uno.esperar_lista("general", "Ana", "Carla", "Simón")
    carla.hacer("mensaje", sala="general", content="desde el relevo")
    ana.esperar("mensaje", user="Carla", content="desde el relevo")
    simon.esperar(tipo="msj", privado=False, user="Carla", sala="general", content="desde el relevo")
    simon.enviar(tipo="msj", privado=False, user="Simón", sala="general", content="soy sencillo")
    for uno in (ana, carla):
        uno.esperar("mensaje", user="Simón", content="soy sencillo")
    ana.hacer("privado", to="Carla", content="sólo a ti")
    carla.esperar("privado", content="sólo a ti", **{"from": "Ana"})
    simon.enviar(tipo="msj", privado=True, de="Simón", to="Carla", sala="general", content="en privado")
    carla.esperar("privado", content="en privado", **{"from": "Simón"})
    carla.hacer("privado", to="Simón", content="te contesto")
    simon.esperar(tipo="msj", privado=True, to="Simón", content="te contesto")
    largo = "ñ" * 8_000  # en trozos
    carla.hacer("mensaje", sala="general", content=largo)
    ana.esperar("mensaje", content=largo)
    # En marcha, Ana se pasa al relevo y vuelve, con la conversación a medias.
    for i, servidor_ in enumerate(("{}:{}".format(*con_relevo), "")):
        carla.hacer("mensaje", sala="general", content=f"antes {i}")
        ana.hacer("mensaje", sala="general", content=f"mío {i}")
        ana.hacer("relevo", servidor=servidor_)
        ana.esperar("aviso", red="activa")
        carla.hacer("mensaje", sala="general", content=f"después {i}")
        ana.hacer("mensaje", sala="general", content=f"mío después {i}")
        ana.esperar("mensaje", user="Carla", content=f"después {i}")
        carla.esperar("mensaje", user="Ana", content=f"mío después {i}")
    simon.matar()  # sin despedirse: lo dice su equipo
    ana.hacer("mensaje", sala="general", content="¿sigues?")
    for uno in (ana, carla):
        uno.esperar_lista("general", "Ana", "Carla")
    assert not [evento for uno in (ana, carla) for evento in uno.eventos if evento["evento"] in ("perdido", "error")]
    anotado = (tmp_path / "registro").read_text(encoding="utf-8")
    assert "Entra Carla (" in anotado and "Se fue Simón (sencillo)" in anotado
    de_carla = [evento["content"] for evento in ana.eventos if evento.get("user") == "Carla" and "hora" in evento]
    assert de_carla == ["desde el relevo", largo, "antes 0", "después 0", "antes 1", "después 1"]
    assert not [datagrama for datagrama in simon.recibidos if len(datagrama) > sencillos.CABE]


# ---- dos redes, unidas por un intermediario


@pytest.fixture
def broker(tmp_path, monkeypatch):
    """Un Mosquitto con TLS."""
    intermediario.exigir()
    monkeypatch.setenv("CHAT_MQTT_CLAVE", intermediario.CLAVE)
    uno = intermediario.Intermediario(tmp_path)
    yield uno
    uno.matar()


@pytest.fixture
def lanzar_en_isla(lanzar, puerto):
    """Función que lanza un programa en una isla: en la de bucle, cada puerto es una red aparte."""
    def lanzar_uno(isla, clase, *argumentos, **opciones):
        return lanzar(functools.partial(con_puerto, clase, puerto + isla), *argumentos, **opciones)

    return lanzar_uno


def con_puerto(clase, elegido, _puerto, *argumentos, **opciones):
    """Un programa en un puerto que no es el de la prueba."""
    return clase(elegido, *argumentos, **opciones)


def unir(lanzar_en_isla, isla, broker, canal="escuela/redes"):
    """Un puente entre una isla y el canal, ya conectado."""
    programa = lanzar_en_isla(isla, programas.Puente, f"--mqtt={broker.url}", f"--canal={canal}", f"--ca={broker.ca}")
    programa.esperar_linea("Ctrl+C para terminar")
    return programa


def test_dos_redes_unidas_por_mqtt_son_una_y_lo_siguen_siendo_si_muere_el_intermediario(lanzar_en_isla, broker):
    puentes = [unir(lanzar_en_isla, isla, broker) for isla in (0, 1, 1)]  # en la segunda, dos
    lanzar_en_isla(0, programas.Servidor)
    ana, bryan = (lanzar_en_isla(isla, programas.Cliente, user, "general")
                  for isla, user in enumerate(("Ana", "Bryan")))
    for uno in (ana, bryan):
        uno.esperar_lista("general", "Ana", "Bryan")
    ana.hacer("mensaje", sala="general", content="¿me oyes?")
    bryan.esperar("mensaje", content="¿me oyes?")
    dichos = ["¿me oyes?", *(f"mensaje {i}" for i in range(60))]
    for i, dicho in enumerate(dichos[1:]):
        if i == 20:
            broker.matar()
        if i == 40:
            broker.iniciar()
        ana.hacer("mensaje", sala="general", content=dicho)
    ana.hacer("privado", to="Bryan", content="ñ" * 4_000)
    bryan.esperar("privado", content="ñ" * 4_000, plazo=30)
    bryan.esperar("mensaje", content=dichos[-1], plazo=30)
    assert bryan.dichos("general") == dichos
    assert not [evento for uno in (ana, bryan) for evento in uno.eventos if evento["evento"] in ("perdido", "error")]
    estados = [terminar(uno) for uno in puentes[1:] + puentes[:1]]
    assert sum("en espera" in estado for estado in estados[:2]) == 1  # lleva sólo uno
    assert int(re.search(r"(\d+) publicados", estados[2])[1]) < 10 * len(dichos)  # y nada da vueltas


def terminar(puente) -> str:
    """Ctrl+C en un puente: cómo dice que le fue."""
    puente.interrumpir()
    return puente.esperar_linea("Puente terminado")


@pytest.mark.parametrize("url, nombre, ca, queja", [
    ("mqtts://127.0.0.1", "a/#", None, "no lleva"), ("http://x", "chat", None, "no es la dirección"),
    ("mqtts://127.0.0.1", "chat", "/no/existe", "certificado"), ("mqtt://:0", "chat", None, "no es la dirección"),
])
def test_lo_que_no_se_puede_pedir_se_dice(url, nombre, ca, queja):
    pytest.importorskip("paho.mqtt.client")
    with pytest.raises(canal.ErrorCanal, match=queja):
        canal.Canal("0a1b2c3d", url, nombre, ca)


def test_con_un_intermediario_que_no_es_el_de_la_escuela_no_se_habla_y_se_dice(lanzar_en_isla, broker):
    programa = lanzar_en_isla(0, programas.Puente, f"--mqtt={broker.url}")  # sin --ca: su certificado no vale
    programa.esperar_linea("Ctrl+C para terminar")
    programa.esperar_linea("no se puede conectar")


# ---- entre equipos, en una red que filtra la multidifusión


@pytest.fixture
def equipos():
    """Tres equipos que se oyen de uno en uno, y no por multidifusión."""
    with hosts.montar_sin_multidifusion(3) as juntos:
        yield juntos


@pytest.mark.largo
@pytest.mark.parametrize("sin_difusion", [False, True])
def test_el_diagnostico_halla_un_relevo_y_por_el_se_conversa(equipos, lanzar, puerto, sin_difusion):
    if sin_difusion:
        equipos[0].filtrar_multidifusion(y_difusion=True)
    programa = lanzar(programas.Puente, f"--relevo={puerto}", prefijo=equipos[0].prefijo,
                      interfaz=equipos[0].direccion)
    programa.esperar_linea("Ctrl+C para terminar")
    orden = [*equipos[1].prefijo, sys.executable, str(programas.PRACTICA / "diagnostico.py"), "--json",
             f"--puerto={puerto}", f"--interfaz={equipos[1].direccion}"]
    dicho = subprocess.run(orden, capture_output=True, encoding="utf-8", timeout=60).stdout
    [hallado] = [r for r in map(json.loads, dicho.splitlines()) if r["relevo"]]
    assert hallado["relevo"] == f"{equipos[0].direccion}:{puerto}" and hallado["relevo"] in hallado["remedio"]
    ana, bryan = (lanzar(programas.Cliente, user, "general", prefijo=equipo.prefijo, interfaz=equipo.direccion,
                         relevo=hallado["relevo"]) for user, equipo in zip(("Ana", "Bryan"), equipos[1:]))
    for uno in (ana, bryan):
        uno.esperar_lista("general", "Ana", "Bryan")  # el relevo puso el servidor que faltaba
    ana.hacer("mensaje", sala="general", content="¿me oyes?")
    bryan.esperar("mensaje", user="Ana", content="¿me oyes?")


@pytest.fixture
def islas(tmp_path, monkeypatch):
    """Cinco equipos en tres redes sin multidifusión entre ellas, que pierden el 20 %: A (0 y 1), B (2 y 3) y C (4)."""
    intermediario.exigir()
    monkeypatch.setenv("CHAT_MQTT_CLAVE", intermediario.CLAVE)
    with hosts.montar(5) as equipos:
        for i, equipo in enumerate(equipos):
            equipo.filtrar_multidifusion(*equipos[i // 2 * 2:i // 2 * 2 + 2])
            equipo.perder_multidifusion(20)
        uno = intermediario.Intermediario(tmp_path, equipos[0].direccion, equipos[0].prefijo)
        try:
            yield equipos, uno
        finally:
            uno.matar()


@pytest.mark.largo
def test_entre_tres_redes_que_pierden_y_un_relevo_llega_todo_aunque_muera_el_intermediario(islas, lanzar, tmp_path):
    equipos, broker = islas

    def en(i, clase, *argumentos, **opciones):
        return lanzar(clase, *argumentos, prefijo=equipos[i].prefijo, interfaz=equipos[i].direccion, **opciones)

    al_canal = f"--mqtt={broker.url}", "--canal=escuela", f"--ca={broker.ca}"
    puentes = [en(i, programas.Puente, *al_canal, *con)
               for i, con in ((0, ("--relevo=5900",)), (2, ()), (3, ()), (4, ()))]
    for uno in puentes:
        uno.esperar_linea("Ctrl+C para terminar")
    en(1, programas.Servidor)
    en(3, programas.Servidor)
    ana, bryan = en(1, programas.Cliente, "Ana", "general"), en(3, programas.Cliente, "Bryan", "general")
    # Carla está en la red de B, sin multidifusión, y habla por el relevo de A.
    carla = en(2, programas.Cliente, "Carla", "general", relevo=f"{equipos[0].direccion}:5900")
    diego = en(4, programas.Cliente, "Diego", "general")
    todos = ana, bryan, carla, diego
    for uno in todos:
        uno.esperar_lista("general", "Ana", "Bryan", "Carla", "Diego", plazo=30)
    voz = tmp_path / "voz.wav"
    voz.write_bytes(archivos_wav.cabecera(datos=random.randbytes(30 * 32_000)))  # 30 s
    ana.hacer("audio", sala="general", archivo=str(voz))
    for i in range(40):
        if i == 15:
            broker.matar()
        if i == 25:
            broker.iniciar()
        for uno, user in zip(todos, "ABCD"):
            uno.hacer("mensaje", sala="general", content=f"{user}{i}")
        time.sleep(0.05)  # que el corte caiga a media conversación
    ana.hacer("privado", to="Bryan", content="de A a B")
    bryan.hacer("privado", to="Carla", content="de B al relevo")
    carla.hacer("sticker", sala="general", content="aplauso")
    bryan.esperar("privado", content="de A a B", plazo=60)
    carla.esperar("privado", content="de B al relevo", plazo=60)
    [recibido] = {uno.esperar("audio", plazo=90)["sha256"] for uno in todos}
    assert recibido
    for uno in todos:
        uno.esperar("sticker", content="aplauso", plazo=60)
        for user in "ABCD":
            uno.esperar("mensaje", content=f"{user}39", plazo=60)
        for user in "ABCD":
            assert [d for d in uno.dichos("general") if d[0] == user] == [f"{user}{i}" for i in range(40)]
        uno.esperar_lista("general", "Ana", "Bryan", "Carla", "Diego", plazo=30)
    # De los dos puentes de B muere el que lleva, el de menor id; el otro sigue.
    min(puentes[1:3], key=lambda uno: uno.esperar_linea("Ctrl+C para terminar").split()[1]).matar()
    ana.hacer("mensaje", sala="general", content="¿siguen?")
    bryan.esperar("mensaje", content="¿siguen?", plazo=9)  # 3 s, y lo que se tarde en pedirlo
    for uno in todos:
        assert not [evento for evento in uno.eventos if evento["evento"] in ("perdido", "error")]


# ---- ofrecerlo


@pytest.fixture
def buscado():
    """Un relevo de mentira que contesta a quien lo busca en la de bucle: su dirección y `contestar`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        s.settimeout(5)

        def contestar():
            datagrama, direccion = s.recvfrom(1024)
            s.sendto(relevos.responder(datagrama), direccion)

        yield types.SimpleNamespace(direccion=s.getsockname(), contestar=contestar)


@pytest.mark.parametrize("perdida, oye, hay_servidor, oferta", [
    (False, {"Ana": "a"}, False, "No se oye a nadie"),
    (True, {"Ana": "a", "Bryan": "b"}, True, "pierde más de lo que se puede reparar"),
    (False, {"Ana": "a", "Bryan": "b"}, False, ""),  # se oye a alguien: no se filtra
    (False, {}, True, ""),
])
def test_el_relevo_se_busca_y_se_ofrece_solo_si_hace_falta(buscado, perdida, oye, hay_servidor, oferta):
    relevo_ofrecido = pytest.importorskip("ventanas.relevo_ofrecido")
    pedidos = []
    conexion = types.SimpleNamespace(puerto=buscado.direccion[1], hablar_por=pedidos.append,
                                     enlace=types.SimpleNamespace(relevo=None, actual="127.0.0.1"))
    app = types.SimpleNamespace(conexion=conexion, conectados=oye, cliente=types.SimpleNamespace(user="Ana"),
                                refrescar=lambda: None)
    ofrecido = relevo_ofrecido.RelevoOfrecido(app)
    if perdida:
        ofrecido.anotar_perdida()
    for ahora in (100.0, 100.0 + relevo_ofrecido.ENTRE_PREGUNTAS):
        ofrecido.mirar(hay_servidor, ahora)
    if oferta:
        buscado.contestar()
        limite = time.monotonic() + 5
        while ofrecido.avisar() is None and time.monotonic() < limite:
            ofrecido.mirar(hay_servidor, ahora)
        assert oferta in ofrecido.avisar().texto
        ofrecido.usar()
        assert pedidos == [buscado.direccion]
    assert ofrecido.avisar() is None
    ofrecido.cerrar()

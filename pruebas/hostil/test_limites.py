"""Lo que un extraño puede hacer con unos datagramas, y lo más que cuesta: sin red y con un reloj de mentira."""

import json

import pytest

from ayudas.red_simulada import VOZ, crudo, montar
from fiabilidad import emisor
from fiabilidad import flujos_ajenos
from fiabilidad import receptor as modulo_receptor
from presencia import directorio
from presencia import procedencias
from presencia import silencios
import campos
import protocolo
from seguridad import confianza
import servidor as modulo_servidor

ENORME = 2**53 - 1


def de_ana(ana, n, **mas):
    """Un mensaje que dice ser de Ana, y no lo es."""
    dicho = {"id": ana.id, "tipo": "msj", "user": "Ana", "sala": "g", "content": "falso", "n": n}
    return protocolo.codificar({**dicho, **mas})


VENENOS = {
    "msj": lambda ana, n: de_ana(ana, n),
    "desconocido": lambda ana, n: de_ana(ana, n, tipo="encuesta"),
    "trozo": lambda ana, n: b'{"tipo":"trozo","id":"%s","sala":"g","n":%d,"m":%d,"i":0,"de":9}\nx' % (
        ana.id.encode(), n, n),
    "paridad": lambda ana, n: (b'{"tipo":"paridad","id":"%s","sala":"g","n":[[%d,%d]],"m":%d,"de":1,"k":64,"bloque":0,'
                               b'"j":0,"salidos":1,"hasta":1,"ultimo":9}\nx' % (ana.id.encode(), n, n, n)),
    "latido": lambda ana, n: b'{"tipo":"latido","id":"%s","user":"Ana","salas":{"g":%d},"desde":{"g":%d}}' % (
        ana.id.encode(), n, n),
    "dejadas": lambda ana, n: b'{"tipo":"latido","id":"%s","user":"Ana","salas":{},"parte":true,"dejadas":{"g":%d}}' % (
        ana.id.encode(), n),
}


@pytest.mark.parametrize("n", [60, 9_000, ENORME])
@pytest.mark.parametrize("veneno", VENENOS)
@pytest.mark.parametrize("antes", [0, 5], ids=["sin-haberla-oido", "oida"])
def test_un_datagrama_con_el_id_de_otra_no_la_calla_mas_que_unos_segundos(veneno, n, antes):
    red = montar(2, perdida=0.1)
    ana, bryan = red.nodos
    if not antes:
        bryan.receptor._flujos.clear()
    for i in range(antes):
        ana.decir(f"antes {i}")
    red.pasar(1)
    bryan.recibir(VENENOS[veneno](ana, n))
    for i in range(8):
        ana.decir(f"durante {i}")
        red.pasar(1)
    ana.decir("después")
    red.pasar(1)
    textos = [texto for texto in bryan.textos() if texto != "falso"]
    assert textos == [f"antes {i}" for i in range(antes)] + [f"durante {i}" for i in range(8)] + ["después"]


def test_a_un_privado_tampoco():
    red = montar(2)
    ana, bryan = red.nodos
    privado = {"privado": True, "from": "Ana", "to": "Bryan", "para": bryan.id}
    falso = {"tipo": "msj", "id": ana.id, "content": "falso", "n": ENORME, **privado}
    bryan.recibir(protocolo.codificar(falso))
    bryan.recibir(protocolo.codificar({**falso, "n": 300}))
    for i in range(8):
        ana.emisor.decir({"tipo": "msj", "content": f"{i}", **privado}, red.ahora)
        red.pasar(1)
    assert [texto for texto in bryan.textos() if texto != "falso"] == [f"{i}" for i in range(8)]


def test_mientras_se_insista_no_se_calla_a_nadie_para_siempre():
    """Un salto cada décima, durante diez segundos: al acabar, todo llega."""
    red = montar(2, perdida=0.1)
    ana, bryan = red.nodos
    for i in range(100):
        bryan.recibir(de_ana(ana, 1_000 + 700 * i))
        bryan.recibir(VENENOS["latido"](ana, 1_500 + 700 * i))
        if i % 10 == 0:
            ana.decir(f"{i}")
        red.pasar(0.1)
    red.pasar(8)
    ana.decir("fin")
    red.pasar(2)
    textos = bryan.textos()
    assert textos[-1] == "fin"


def test_un_salto_de_verdad_se_cree_a_los_pocos_segundos_y_se_dice():
    red = montar(2)
    ana, bryan = red.nodos
    ana.decir("uno")
    red.pasar(1)
    ana.emisor._flujos["sala", "g"].n += 200_000
    ana.emisor._flujos["sala", "g"].primero += 200_000
    for i in range(10):
        ana.decir(f"{i}")
        red.pasar(1)
    textos = bryan.textos()
    assert textos[0] == "uno" and textos[1] >= 200_000 and textos[-1] == "9"


def test_quien_late_siempre_cero_se_oye_como_antes():
    """Hay clientes ajenos que numeran lo que dicen y en el latido no llevan la cuenta."""
    red = montar(1)
    bryan, = red.nodos
    for n in range(1, 60):
        bryan.recibir(b'{"tipo":"latido","id":"aaaaaaaa","user":"Ana","salas":{"g":0}}')
        if n != 7:
            bryan.recibir(crudo(n, f"{n}"))
        red.pasar(1)
    assert [texto for texto in bryan.textos() if texto != 1] == [f"{n}" for n in range(1, 60) if n != 7]


# ---- la memoria de lo que espera


def inventar(i, n, **mas):
    """Un mensaje de un programa inventado, que no es el siguiente."""
    return crudo(n, "x" * 900, id=f"{0xc0000000 + i:08x}", **mas)


def trozo_suelto(i, n):
    """Un trozo grande de un programa inventado, con un hueco delante."""
    return b'{"tipo":"trozo","id":"%08x","sala":"g","n":%d,"m":%d,"i":0,"de":16384}\n' % (0xc0000000 + i, n, n) + bytes(
        20_000)


@pytest.mark.parametrize("hostil", [
    lambda i: inventar(i, 40),
    lambda i: trozo_suelto(i, 40),
    lambda i: trozo_suelto(i % 40, 40 + 2 * i),
    lambda i: trozo_suelto(1, 40 + 2 * i),
], ids=["textos", "trozos", "trozos-de-cuarenta", "trozos-de-uno"])
def test_aunque_inventen_miles_de_programas_no_se_pierde_un_texto(hostil):
    red = montar(2, perdida=0.3)
    ana, bryan = red.nodos
    ana.decir("hola")
    red.pasar(6)
    for i in range(40):
        ana.decir(f"{i}")
        for k in range(100):
            bryan.recibir(hostil(100 * i + k))
        red.pasar(0.25)
    red.pasar(3)
    suyos = [mensaje["content"] for mensaje in bryan.de("msj") if mensaje["id"] == ana.id]
    assert suyos == ["hola"] + [f"{i}" for i in range(40)]
    assert not [mensaje for mensaje in bryan.de("perdidos") if mensaje["id"] == ana.id]


def test_lo_de_quien_firma_se_suelta_al_final(monkeypatch):
    monkeypatch.setattr(flujos_ajenos, "MAX_AJENOS", 50)
    receptor = modulo_receptor.Receptor("bbbbbbbb", lambda a, b: a, conocidos={"aaaaaaaa"})
    receptor.seguir("g")
    receptor.recibir(protocolo.decodificar(crudo(1, "hola")), 1.0)
    for i in range(500):  # siguen ahí mucho rato: ya no son recién aparecidos
        for ahora in (2.0 + i / 100, 9.0 + i / 100):
            receptor.recibir(protocolo.decodificar(inventar(i % 100, 1 + i // 100)), ahora)
    assert ("aaaaaaaa", "g") in receptor._flujos and len(receptor._flujos) == 50


# ---- lo que otros hacen enviar


def hablar(uno, cuanto, hasta):
    """Que un emisor envíe `cuanto` de una vez, hasta esa hora; lo que salió."""
    uno.decir({**VOZ, "cuerpo": bytes(cuanto)}, 0.0)
    return salir(uno, 0.0, hasta)


def salir(uno, desde, hasta):
    """Los bytes que un emisor envía entre dos horas, con toda la prisa que se le deja."""
    bytes_, ahora = 0, desde
    while ahora < hasta:
        bytes_ += sum(len(datagrama) for datagrama, _ in uno.siguientes(ahora))
        ahora += 0.001
    return bytes_


@pytest.mark.parametrize("pedido", [
    {"n": [[1, ENORME]]},
    {"n": [[5_000, ENORME]]},
    {"bloques": [[1, lugar, 64, 0] for lugar in range(64)]},
    {"bloques": [[1, lugar, 64, ENORME] for lugar in range(64)]},
], ids=["lo-primero", "lo-último", "paridad", "más-paridad"])
@pytest.mark.parametrize("quienes", [1, 50])
def test_con_cincuenta_faltas_no_se_hace_enviar_cuarenta_megas(pedido, quienes):
    """Antes, 39 MB por 4 KB."""
    uno = emisor.Emisor("bbbbbbbb", 0.0, lambda a, b: a)
    hablar(uno, 14 * 2**20, 20.0)
    salio = 0
    for i in range(50):
        falta = {"tipo": "falta", "id": f"{i % quienes:08x}", "a": "bbbbbbbb", "sala": "g", **pedido}
        uno.contestar(falta, 20 + i / 10)
        salio += salir(uno, 20 + i / 10, 20.1 + i / 10)
    assert salio < (6 if quienes == 1 else 13) * 2**20


def test_quien_estuvo_sordo_ocho_segundos_en_medio_de_una_voz_la_recibe_entera():
    red = montar(3)
    ana, bryan, _ = red.nodos
    ana.emisor.decir({**VOZ, "cuerpo": bytes(8 * 2**20)}, red.ahora)
    red.pasar(0.2)
    bryan.sordo = True
    red.pasar(8)
    bryan.sordo = False
    red.pasar(20, hasta=lambda: bryan.de("audio"))
    assert len(bryan.de("audio")) == 1 and not bryan.de("perdidos")


# ---- la tabla del servidor y lo que sabe cada cliente


class SinRed:
    """Lo que un servidor o un cliente necesita de la red, sin red."""

    id = "bbbbbbbb"
    conocidos = frozenset()

    def __init__(self):
        self.enviados = []
        self.enviar = self.enviados.append
        self.seguir = self.dejar = lambda *_: None

    def por_salir(self):
        """Nada."""
        return 0


@pytest.fixture
def central():
    """Un servidor que ya arrancó, en el que está Ana, y con quien hablar desde otra dirección."""
    central = modulo_servidor.Servidor(SinRed(), 0.0)
    central.atender({"tipo": "inicio", "user": "Ana", "sala": "general", "id": "aaaaaaaa"}, ("10.0.0.2", 1), 1.0)
    return central


def nombres(central):
    """Los de quienes están, según un servidor."""
    return {miembro.user for miembro in central.tabla.miembros.values()}


def test_quien_inventa_nombres_o_salas_no_llena_el_servidor(central):
    """Antes bastaban 5 000 `inicio` sin id, o 16 latidos de 64 salas."""
    for i in range(6_000):
        central.atender({"tipo": "inicio", "user": f"x{i}", "sala": "general"}, ("10.0.0.9", 1), 2.0)
    for i in range(40):
        salas = {f"{i}-{k}": 0 for k in range(64)}
        latido = {"tipo": "latido", "user": f"y{i}", "id": f"{i:08x}", "salas": salas}
        central.atender(protocolo.validar(latido), ("10.0.0.9", 1), 2.0)
    for i in range(60):  # la clase, desde otras direcciones o todos en un mismo equipo
        otra = {"tipo": "inicio", "user": f"U{i}", "sala": f"equipo {i}", "id": f"{i:08d}"}
        central.atender(otra, ("10.0.0.3", 1), 3.0)
    sencillo = {"tipo": "inicio", "user": "Sencillo", "sala": "general"}
    central.atender(sencillo, ("10.0.0.4", 1), 3.0)
    assert {f"U{i}" for i in range(60)} | {"Ana", "Sencillo"} <= nombres(central)
    assert len(central.tabla.salas) <= 1 + 60 + procedencias.MAX_SALAS_DE_UNA
    for miembro in list(central.tabla.miembros.values()):
        central.tabla.despedir(miembro, "salió")
    assert not central.tabla._procedencias._cuantos  # la cuenta cuadra


def test_los_nombres_sin_id_caducan_y_quien_sigue_ahi_vuelve(central):
    for user in ("Eli", "Fer"):
        central.atender({"tipo": "inicio", "user": user, "sala": "general"}, ("10.0.0.4", 1), 2.0)
    hablar_fer = {"tipo": "msj", "user": "Fer", "sala": "general", "content": "sigo"}
    central.atender(hablar_fer, ("10.0.0.4", 1), 1_000.0)
    fin = 2.0 + silencios.CADUCIDAD + silencios.ENTRE_SENCILLOS
    for paso in range(10):
        central.vencer(fin + paso)
    assert nombres(central) == {"Fer"}  # Ana, que tiene id, calló más de 8 s
    central.atender({**hablar_fer, "user": "Eli"}, ("10.0.0.4", 1), 2_000.0)
    assert "Eli" in nombres(central)


def test_de_un_latido_de_tres_mil_salas_no_se_miran_tres_mil():
    salas = {f"sala {i}": 1 for i in range(3_000)}
    latido = protocolo.decodificar(json.dumps({"tipo": "latido", "id": "aaaaaaaa", "user": "x", "salas": salas,
                                               "desde": salas, "oye": ["aaaaaaaa"] * 5_000}).encode())
    assert len(latido["salas"]) == len(latido["desde"]) == campos.MAX_EN_LATIDO
    falta = protocolo.decodificar(json.dumps({"tipo": "falta", "id": "aaaaaaaa", "a": "bbbbbbbb", "sala": "g",
                                              "n": [[1, 2]] * 5_000, "bloques": [[1, 0, 1, 0]] * 4_000}).encode())
    assert len(falta["n"]) == len(falta["bloques"]) == campos.MAX_RANGOS


def test_un_cliente_no_recuerda_mas_nombres_sin_programa_que_los_que_caben_ni_para_siempre():
    oido = directorio.Directorio(0.0, confianza.Confianza(guardar=False), {"aaaaaaaa"})
    for i in range(3_000):
        oido.anotar_sencillo({"tipo": "msj", "user": f"x{i}", "sala": "general"}, 1.0)
    assert len(oido.presentes_en("general")) == directorio.MAX_SENCILLOS
    for i in range(6_000):
        oido.anotar_latido({"id": f"{i:08x}", "user": f"y{i}", "salas": {"general": 0}}, 1.0, 0.0)
    oido.anotar_latido({"id": "aaaaaaaa", "user": "Ana", "salas": {"general": 0}}, 2.0, 0.0)
    assert "Ana" in oido.presentes_en("general")  # de ella se sabe quién es
    assert len(oido.presentes_en("general")) <= directorio.MAX_PRESENTES
    oido.vencer(2.0 + directorio.CADUCIDAD, 0.0)
    assert not oido.presentes_en("general")

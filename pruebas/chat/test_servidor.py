"""Quién está en qué sala y quién sigue ahí: el servidor y los clientes, con un reloj de mentira."""

import functools
import json
import types

import pytest

from presencia import directorio
from presencia import disputas
from presencia import entregas
from presencia import listas as modulo_listas
from presencia import eleccion
from presencia import silencios
from presencia import eventos
from presencia import eventos_texto
from fiabilidad import flujos_propios
from fiabilidad import latido
import protocolo
from presencia import tabla as modulo_tabla
from seguridad import confianza
import servidor
from ayudas.aula import Aula

AVISOS = (eventos.Rechazo, eventos.EstadoRed, eventos.HayServidor)


@pytest.fixture
def aula():
    """Un aula con un servidor que ya arrancó."""
    return Aula.con_servidor()


def listas(aula, sala="general"):
    """Las listas de esa sala que pasaron por la red, sin contar las repetidas."""
    numeradas = {(m["id"], m["n"]): m["lista"]
                 for m in aula.dicho if m["tipo"] == "usuarios" and m["sala"] == sala and "n" in m}
    return list(numeradas.values())


def test_lista_al_entrar_y_al_salir(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(0.5)
    bryan = aula.poner_cliente("b0000000", "Bryan", "general")
    aula.pasar(0.5)
    assert ana.lista("general") == bryan.lista("general") == ["Ana", "Bryan"]
    assert [e.sala for e in bryan.de(eventos.Listo)] == ["general"]
    bryan.objeto.salir("general")
    aula.pasar(0.5)
    assert listas(aula) == [["Ana"], ["Ana", "Bryan"], ["Ana"]]  # una por cambio, en orden de entrada
    assert ana.lista("general") == ["Ana"]


def test_la_ultima_persona_deja_una_lista_vacia(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(0.5)
    ana.objeto.salir("general")
    aula.pasar(0.5)
    assert listas(aula)[-1] == []
    assert aula.participantes[0].objeto.tabla.salas == {}


def test_el_servidor_no_retransmite(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    bryan = aula.poner_cliente("b0000000", "Bryan", "general")
    aula.pasar(0.5)
    ana.objeto.decir("general", "Hola")
    ana.objeto.decir_privado("Bryan", "oye", aula.ahora)
    aula.pasar(0.5)
    assert [(e.content, e.privado) for e in bryan.de(eventos.Dicho)] == [("Hola", False), ("oye", True)]
    del_servidor = {mensaje["tipo"] for mensaje in aula.dicho if mensaje.get("id") == "00000001"}
    assert del_servidor <= {"usuarios", "latido", "quien"}


def test_las_salas_son_independientes(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general", "redes")
    bryan = aula.poner_cliente("b0000000", "Bryan", "redes")
    aula.pasar(0.5)
    ana.objeto.decir("general", "sólo aquí")
    ana.objeto.decir("redes", "en redes")
    aula.pasar(0.5)
    assert (ana.lista("general"), ana.lista("redes")) == (["Ana"], ["Ana", "Bryan"])
    assert bryan.oidos() == ["en redes"]
    ana.objeto.salir("redes")
    aula.pasar(0.5)
    assert ana.lista("general") == ["Ana"] and bryan.lista("redes") == ["Bryan"]


def test_nombre_ocupado_y_otro_nombre(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(1)
    otra = aula.poner_cliente("b0000000", "Ana", "general", "redes")
    otra.objeto.decir("general", "no debe salir")
    aula.pasar(1)
    assert {(e.sala, e.user) for e in otra.de(eventos.Rechazo)} == {("general", "Ana"), ("redes", "Ana")}
    assert "Ana" in otra.de(eventos.Rechazo)[0].content and not otra.de(eventos.Listo)
    assert [e.content for e in otra.de(eventos.Error)] == ["No se envió a general: no debe salir"]
    assert not ana.de(AVISOS) and not ana.oidos() and ana.lista("general") == ["Ana"]
    otra.objeto.presentarse("Anita")
    otra.objeto.entrar("general", aula.ahora)
    aula.repartir(
        b'{"tipo":"aviso","sala":"general","user":"Ana","a":"b0000000","content":"tarde: ya no se llama Ana"}')
    aula.pasar(1)
    assert ana.lista("general") == otra.lista("general") == ["Ana", "Anita"]


def test_quien_se_cae_recupera_su_nombre_en_uno_o_dos_segundos(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(1)
    ana.vivo = False
    otra_vez = aula.poner_cliente("b0000000", "Ana", "general")
    aula.pasar(1.5)
    assert otra_vez.de(eventos.Listo) and otra_vez.lista("general") == ["Ana"]
    assert aula.participantes[0].objeto.tabla.dueno("Ana").id == "b0000000"


def test_quien_calla_desaparece_a_los_8_segundos_y_no_antes(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    bryan = aula.poner_cliente("b0000000", "Bryan", "general")
    aula.pasar(2)
    bryan.vivo = False
    aula.pasar(silencios.AUSENCIA - 2)
    assert ana.lista("general") == ["Ana", "Bryan"]
    aula.pasar(2.5)
    assert ana.lista("general") == ["Ana"]


def test_si_es_el_servidor_el_que_estuvo_parado_no_saca_a_nadie(aula):
    """Un equipo que se suspende y vuelve: los demás hablaron, y nadie leía."""
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.poner_cliente("b0000000", "Bryan", "general")
    aula.pasar(2)
    aula.participantes[0].objeto.vencer(aula.ahora + 3 * silencios.AUSENCIA)
    assert {uno.user for uno in aula.participantes[0].objeto.tabla.miembros.values()} == {"Ana", "Bryan"}
    aula.pasar(1)
    assert ana.lista("general") == ["Ana", "Bryan"]


def test_un_cliente_sencillo_es_miembro_y_no_se_le_saca_por_callar(aula):
    aula.repartir(b'{"tipo": "inicio", "user": "Sim", "sala": "general"}')
    aula.pasar(0.05)
    assert listas(aula) == [["Sim"]]
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(60)
    assert ana.lista("general") == ["Ana", "Sim"]
    aula.repartir(b"<salir><Sim><general>")
    aula.pasar(0.5)
    assert ana.lista("general") == ["Ana"]


def test_un_cliente_sencillo_entra_al_hablar_y_no_dos_veces(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(0.5)
    for datagrama in (b"<msj><Sim><general><Hola>", b"<inicio><Sim><general>", b"<inicio><Sim><general>"):
        aula.repartir(datagrama)
        aula.pasar(0.5)
    assert ana.lista("general") == ["Ana", "Sim"]
    assert ana.oidos() == ["Hola"]


def test_un_sencillo_no_saca_a_otro_ni_le_quita_el_nombre(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(0.5)
    aula.repartir(b"<salir><Ana><general>")
    aula.repartir(b"<inicio><Ana><general>")
    aula.pasar(1.5)
    avisos = [mensaje for mensaje in aula.dicho if mensaje["tipo"] == "aviso"]
    assert [(aviso["user"], "a" in aviso) for aviso in avisos] == [("Ana", False)]
    assert ana.lista("general") == ["Ana"] and not ana.de(AVISOS)


@pytest.mark.parametrize("user, dice", [("privado", "palabra del protocolo"), ("x" * 40, "40 caracteres"), (" ", None)])
def test_nombre_imposible(aula, user, dice):
    rechazado = {"tipo": "inicio", "user": user, "sala": "general"}
    with pytest.raises(protocolo.ErrorProtocolo) as error:
        protocolo.decodificar(json.dumps(rechazado).encode())
    for mensaje in error.value.rechazar():
        aula.participantes[0].objeto.atender(mensaje, ("127.0.0.1", 1), aula.ahora)
    aula.pasar(0.1)
    avisos = [mensaje["content"] for mensaje in aula.dicho if mensaje["tipo"] == "aviso"]
    assert len(avisos) == (dice is not None) and all(dice in aviso for aviso in avisos)


def test_un_nombre_muy_hondo_no_detiene_al_servidor(aula):
    user = functools.reduce(lambda dentro, _: [dentro], range(10_000), "Ana")  # tanto que no se puede ni escribir
    error = protocolo.ErrorProtocolo("no vale")
    error.mensaje = {"tipo": "inicio", "user": user, "sala": "general", "id": [user]}
    for mensaje in error.rechazar():
        aula.participantes[0].objeto.atender(mensaje, ("127.0.0.1", 1), aula.ahora)
    aula.pasar(0.1)
    assert not [mensaje for mensaje in aula.dicho if mensaje["tipo"] == "aviso"]


def test_un_servidor_que_arranca_aprende_de_los_latidos():
    aula = Aula()
    viejo = aula.poner_servidor("00000001")
    aula.pasar(1)
    clientes = [aula.poner_cliente(f"a{i:07}", f"U{i}", "general", f"sala{i % 3}") for i in range(9)]
    aula.pasar(1)
    viejo.vivo = False
    aula.pasar(1)
    aula.dicho.clear()
    nuevo = aula.poner_servidor("00000009")
    aula.pasar(3)
    assert sorted(nuevo.objeto.tabla.salas["general"]) == sorted(f"U{i}" for i in range(9))
    assert all(uno.lista("general") == sorted(f"U{i}" for i in range(9)) for uno in clientes)
    assert all(len(lista) == 9 for lista in listas(aula))  # nunca una lista a medias


def test_de_dos_servidores_habla_el_de_menor_id_y_hay_relevo():
    aula = Aula()
    primero = aula.poner_servidor("00000005")
    aula.pasar(1)
    aula.repartir(b"<inicio><Sim><general>")
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(1)
    segundo = aula.poner_servidor("00000003")
    aula.pasar(3)
    assert list(primero.objeto.tabla.salas["general"]) == ["Sim", "Ana"]
    assert sorted(segundo.objeto.tabla.salas["general"]) == ["Ana", "Sim"]
    aula.dicho.clear()
    aula.poner_cliente("b0000000", "Bryan", "general")
    aula.pasar(1)
    assert {mensaje["id"] for mensaje in aula.dicho if mensaje["tipo"] == "usuarios"} == {"00000003"}
    segundo.vivo = False
    aula.pasar(5)
    aula.poner_cliente("c0000000", "Carla", "general")
    aula.pasar(1)
    assert ana.lista("general") == ["Ana", "Bryan", "Carla", "Sim"]


def test_un_servidor_que_no_oye_no_detiene_a_nadie_ni_calla_a_otro():
    aula = Aula()
    sordo = aula.poner_servidor("00000001")
    sordo.sordo = True
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    ana.objeto.decir("general", "¿hay alguien?")
    aula.pasar(4.5)
    assert not ana.de(eventos.Listo)
    aula.pasar(1)
    assert ana.de(eventos.Listo) and [m["content"] for m in aula.dicho if m["tipo"] == "msj"] == ["¿hay alguien?"]
    assert "no oye a este equipo" in ana.de(AVISOS)[-1].content and ana.de(eventos.Usuarios)[-1].provisional
    bueno = aula.poner_servidor("00000002")
    aula.pasar(8)
    assert bueno.objeto.eleccion.habla and ana.de(AVISOS)[-1].hay and ana.lista("general") == ["Ana"]
    sordo.sordo = False
    aula.pasar(3)
    assert not bueno.objeto.eleccion.habla and ana.lista("general") == ["Ana"] and ana.de(AVISOS)[-1].hay


def test_sin_servidor_se_entra_igual_y_despues_se_arregla():
    aula = Aula()
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    bryan = aula.poner_cliente("b0000000", "Bryan", "general")
    ana.objeto.decir("general", "¿hay alguien?")
    aula.pasar(2.5)
    assert not ana.de(eventos.Listo)
    aula.pasar(1)
    assert ana.de(eventos.Listo) and ana.lista("general") == ["Ana", "Bryan"]
    assert ana.de(eventos.Usuarios)[-1].provisional and "servidor" in ana.de(AVISOS)[0].content
    assert bryan.oidos() == ["¿hay alguien?"]
    aula.poner_servidor()
    aula.pasar(8)
    assert ana.de(AVISOS)[-1].hay is True
    assert not ana.de(eventos.Usuarios)[-1].provisional and ana.lista("general") == ["Ana", "Bryan"]
    assert sorted(aula.participantes[-1].objeto.tabla.salas["general"]) == ["Ana", "Bryan"]


def lista_sencilla(aula, sala, *usuarios):
    """La lista que daría el servidor de un alumno: sin ids y sin latidos."""
    aula.repartir(protocolo.codificar({"tipo": "usuarios", "sala": sala, "lista": list(usuarios)}))


@pytest.mark.parametrize("sala", ["general", "otra"])
def test_de_un_servidor_sencillo_que_ya_no_contesta_se_duda(sala):
    aula = Aula()
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    lista_sencilla(aula, sala, "Ana")  # y ahí terminó
    aula.pasar(2)
    assert [e.sala for e in ana.de(eventos.Listo)] == ["general"][: sala == "general"]
    ana.objeto.entrar("redes", aula.ahora)
    ana.objeto.decir("redes", "¿hay alguien?")
    aula.pasar(16)  # s: 10 sin contestar, y lo que falte para el siguiente `inicio`
    assert ana.de(eventos.Listo)[-1].sala == "redes" and "No se oye ningún servidor" in ana.de(AVISOS)[-1].content
    assert [m["content"] for m in aula.dicho if m["tipo"] == "msj"] == ["¿hay alguien?"]
    lista_sencilla(aula, "redes", "Ana", "Eva")  # vuelve
    aula.pasar(1)
    assert ana.de(AVISOS)[-1].content == "Ya hay servidor." and ana.lista("redes") == ["Ana", "Eva"]


def test_a_un_servidor_que_late_le_sigue_uno_sencillo(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(1)
    aula.participantes[0].vivo = False
    aula.pasar(11)
    antes = len(ana.de(eventos.Usuarios))
    for _ in range(5):
        lista_sencilla(aula, "general", "Ana", "Callado")
        aula.pasar(1)
    assert [e.lista for e in ana.de(eventos.Usuarios)[antes:]] == [["Ana", "Callado"]]


def test_una_lista_vieja_no_basta_para_que_una_sala_exista(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general", "redes")
    bryan = aula.poner_cliente("b0000000", "Bryan", "redes")
    aula.pasar(1)
    ana.objeto.salir("redes")
    aula.pasar(1)
    ana.vivo = False  # no oye la última lista, y nadie se la repetirá: ya no está en la sala
    bryan.objeto.salir("redes")
    aula.pasar(3)
    ana.vivo = True
    aula.pasar(10)
    assert ana.objeto.directorio.salas() == {"general": 1}


def test_de_dos_que_quieren_el_nombre_de_un_muerto_lo_tiene_uno(aula):
    muerto = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(1)
    muerto.vivo = False
    otras = [aula.poner_cliente(f"{letra}0000000", "Ana", "general") for letra in "bc"]
    aula.pasar(4)
    assert sorted((len(otra.de(eventos.Listo)), len(otra.de(AVISOS)) > 0) for otra in otras) == [(0, True), (1, False)]


def test_un_latido_en_partes_tambien_deja_salas(aula):
    ana = aula.poner_cliente("a0000000", "Ana", *[f"sala número {i} de nombre largo" for i in range(40)])
    bryan = aula.poner_cliente("b0000000", "Bryan", "sala número 7 de nombre largo")
    aula.pasar(1)
    assert bryan.lista("sala número 7 de nombre largo") == ["Ana", "Bryan"]
    aula.perdida = 100  # su `salir` no lo oye nadie
    ana.objeto.salir("sala número 7 de nombre largo")
    aula.pasar(0.1)
    aula.perdida = 0
    aula.pasar(4)
    assert bryan.lista("sala número 7 de nombre largo") == ["Bryan"]


def test_un_privado_no_va_al_programa_muerto_de_una_lista_vieja(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    bryan = aula.poner_cliente("b0000000", "Bryan", "general")
    aula.pasar(1)
    aula.participantes[0].vivo = bryan.vivo = False  # muere también el servidor: nadie corrige la lista
    vuelto = aula.poner_cliente("c0000000", "Bryan", "general")
    aula.pasar(15)
    ana.objeto.decir_privado("Bryan", "¿me oyes?", aula.ahora)
    aula.pasar(1)
    assert vuelto.oidos() == ["¿me oyes?"]


def test_nadie_ocupa_todas_las_salas(aula):
    salas_ = {f"s{i}": 0 for i in range(900)}
    aula.repartir(protocolo.codificar({"tipo": "latido", "id": "dddddddd", "user": "Acaparador", "salas": salas_}))
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(1)
    assert ana.de(eventos.Listo) and len(aula.participantes[0].objeto.tabla.salas) <= modulo_tabla.MAX_SALAS_DE_UNO + 1
    assert len([mensaje for mensaje in aula.dicho if mensaje["tipo"] == "aviso"]) == 1


def test_las_listas_van_espaciadas(aula):
    for i in range(50):
        aula.poner_cliente(f"a{i:07}", f"U{i}", "general")
        aula.pasar(0.02)
    aula.pasar(1)
    assert len(listas(aula)[-1]) == 50
    assert len(listas(aula)) <= 1 + 1.0 / modulo_listas.ENTRE_LISTAS + 2


def test_con_perdida_del_30_por_ciento_todos_acaban_en_la_lista():
    aula = Aula(perdida=30)
    aula.poner_servidor()
    clientes = [aula.poner_cliente(f"a{i:07}", f"U{i}", "general") for i in range(10)]
    aula.pasar(30)
    assert all(uno.lista("general") == sorted(f"U{i}" for i in range(10)) for uno in clientes)
    assert not any(uno.de(AVISOS) for uno in clientes)


@pytest.mark.parametrize("inundacion", [
    lambda i: b'{"tipo":"inicio","user":"u%d","sala":"s%d"}' % (i, i),
    lambda i: b'{"tipo":"inicio","user":"u","sala":"s%d"}' % i,
    lambda i: b'{"tipo":"inicio","user":"Ana","sala":"g","id":"%08x"}' % i,
    lambda i: b'{"tipo":"latido","user":"u%d","id":"%08x","salas":{"g%d":0}}' % (i, i, i),
    lambda i: b'{"tipo":"latido","servidor":true,"id":"f%07x","salas":{"g%d":0}}' % (i, i),
    lambda i: b'{"tipo":"usuarios","sala":"g%d","lista":["u%d"],"ids":[""]}' % (i, i),
])
def test_una_inundacion_tiene_tope(inundacion):
    aula = Aula()
    central = aula.poner_servidor().objeto
    ana = aula.poner_cliente("a0000000", "Ana", "g")
    aula.pasar(1)
    for i in range(25_000):
        aula.repartir(inundacion(i))
        if i % 1000 == 0:
            aula.dicho.clear()
            aula.pasar(0.01)
    tabla = central.tabla
    assert len(tabla.miembros) <= modulo_tabla.MAX_MIEMBROS and len(tabla.salas) <= modulo_tabla.MAX_SALAS
    assert tabla.entradas <= modulo_tabla.MAX_ENTRADAS and len(central.disputas.abiertas) <= disputas.MAX_DISPUTAS
    assert len(central.eleccion.otros) <= eleccion.MAX_SERVIDORES
    assert len(ana.objeto.directorio.personas()) <= 12_000 and len(ana.objeto.directorio.salas()) <= 8_000
    assert "Ana" in tabla.salas["g"]


def test_salas_que_nacen_y_mueren_sin_fin_no_llenan_la_memoria_ni_la_red(monkeypatch):
    monkeypatch.setattr(flujos_propios, "MAX_PROPIOS", 200)
    monkeypatch.setattr(latido, "MAX_DEJADAS", 50)
    aula = Aula()
    central = aula.poner_servidor()
    ana = aula.poner_cliente("a0000000", "Ana", "g")
    aula.pasar(1)
    aula.dicho.clear()
    for i in range(3_000):
        aula.repartir(b'{"tipo":"inicio","user":"M","sala":"s%d","id":"11111111"}' % i)
        aula.repartir(b'{"tipo":"salir","user":"M","sala":"s%d","id":"11111111","n":1}' % max(0, i - 5))
        if i % 5 == 0:
            aula.pasar(0.01)
    de_lo_suyo = [mensaje for mensaje in aula.dicho if mensaje["id"] == central.id]
    assert len(de_lo_suyo) < 2 * len(aula.dicho) / 3  # de cada sala, una lista; y los latidos, con calma
    assert len(central.emisor._flujos) <= 200 and len(central.emisor._latido._dejadas) <= 50
    assert (central.por_salir() < servidor.MAX_POR_SALIR
            and len(central.objeto.listas.pendientes) <= 2 * modulo_tabla.MAX_SALAS)
    bryan = aula.poner_cliente("b0000000", "Bryan", "g")
    aula.pasar(1)
    assert ana.lista("g") == bryan.lista("g") == ["Ana", "Bryan"]


class Conexion:
    """Lo que un servidor pide a la red, con una cola tan larga como se diga."""

    id = "00000001"

    def __init__(self):
        self.dicho, self.cola = [], 0

    def enviar(self, mensaje: dict) -> None:
        self.dicho.append(mensaje)

    def por_salir(self) -> int:
        return self.cola


def test_con_la_red_atascada_no_se_amontona_lo_que_decir_y_despues_se_dice():
    conexion = Conexion()
    central = servidor.Servidor(conexion, 0.0)
    central.vencer(1.0)
    conexion.dicho.clear()
    conexion.cola = servidor.MAX_POR_SALIR
    for i in range(9_000):
        central.atender({"tipo": "inicio", "user": f"u{i % 3_000}", "sala": f"s{i}", "id": f"{i % 3_000:08x}"},
                        ("10.0.0.1", 5007), 1.0)
        central.atender({"tipo": "inicio", "user": "u0", "sala": "s1", "id": "ffffffff"}, ("10.0.0.1", 5007), 1.0)
    for i in range(5_000):
        central.atender({"tipo": "salir", "user": "u0", "sala": f"s{3_000 * (i - 1)}", "id": "00000000"},
                        ("10.0.0.1", 5007), 1.0)
        central.atender({"tipo": "inicio", "user": "u0", "sala": f"s{3_000 * i}", "id": "00000000"}, ("10.0.0.1", 5007),
                        1.0)
    assert len(central.listas.pendientes) <= 2 * modulo_tabla.MAX_SALAS
    central.vencer(6.0)  # callan todos, y el nombre está en disputa
    assert {mensaje["tipo"] for mensaje in conexion.dicho} <= {"latido"}
    conexion.cola = 0
    central.vencer(6.2)
    assert "s1" in {mensaje["sala"] for mensaje in conexion.dicho if mensaje["tipo"] == "usuarios"}
    assert (sum(mensaje["tipo"] == "quien" for mensaje in conexion.dicho)
            <= silencios.MAX_PREGUNTAS + disputas.MAX_DISPUTAS)


def test_mientras_no_se_puede_preguntar_nadie_pierde_su_nombre_ni_su_sitio():
    conexion = Conexion()
    central = servidor.Servidor(conexion, 0.0)
    entrar = {"tipo": "inicio", "user": "Ana", "sala": "g", "id": "aaaaaaaa"}
    central.atender(entrar, ("10.0.0.1", 5007), 1.0)
    central.atender({**entrar, "id": "ffffffff"}, ("10.0.0.2", 5007), 1.0)  # otro quiere el nombre
    conexion.cola = servidor.MAX_POR_SALIR
    for decimas in range(10, 300):
        central.vencer(decimas / 10)
    assert central.tabla.dueno("Ana").id == "aaaaaaaa" and central.tabla.en("g")
    conexion.cola = 0
    conexion.dicho.clear()
    ahora = 30.0
    while central.tabla.dueno("Ana").id == "aaaaaaaa" and ahora < 32.0:
        central.vencer(ahora)
        ahora += 0.05
    assert central.tabla.dueno("Ana").id == "ffffffff"  # ahora sí se le preguntó, y calló
    assert sum(mensaje.get("a") == "aaaaaaaa" for mensaje in conexion.dicho) > 10


def test_la_lista_de_una_sala_nueva_sale_aunque_haya_muchas_muertas_pendientes():
    conexion = Conexion()
    central = servidor.Servidor(conexion, 0.0)
    for i in range(2 * modulo_tabla.MAX_SALAS):
        central.atender({"tipo": "inicio", "user": "M", "sala": f"s{i}", "id": "11111111"}, ("10.0.0.1", 5007), 0.1)
        central.atender({"tipo": "salir", "user": "M", "sala": f"s{i}", "id": "11111111"}, ("10.0.0.1", 5007), 0.1)
    central.atender({"tipo": "inicio", "user": "Sim", "sala": "g"}, ("10.0.0.2", 5007), 0.1)
    central.vencer(1.0)
    assert "g" in {mensaje["sala"] for mensaje in conexion.dicho if mensaje["tipo"] == "usuarios"}


def test_preguntar_a_muchos_que_callan_deja_sitio_en_la_red():
    conexion = Conexion()
    central = servidor.Servidor(conexion, 0.0)
    for i in range(900):
        central.atender({"tipo": "inicio", "user": f"u{i}", "sala": "g", "id": f"{i:08x}"}, ("10.0.0.1", 5007), 0.0)
    central.vencer(1.0)
    conexion.dicho.clear()
    for milesimas in range(5_000, 6_000):  # con cada lote que llega se mira quién calla
        central.vencer(milesimas / 1_000)
    preguntas = [mensaje["a"] for mensaje in conexion.dicho if mensaje["tipo"] == "quien"]
    # Por turno.
    assert len(preguntas) == len(set(preguntas)) == pytest.approx(
        silencios.MAX_PREGUNTAS / silencios.ENTRE_TANDAS, rel=0.1)


def test_las_listas_falsas_y_enormes_tienen_tope():
    oido = directorio.Directorio(0.0, confianza.Confianza(guardar=False))
    for i in range(100):
        lista = [f"u{i}-{j}" for j in range(1_000)]
        assert oido.anotar_lista({"tipo": "usuarios", "sala": f"s{i}", "lista": lista, "ids": [""] * 1_000}, float(i))
    assert sum(map(len, oido.listas.values())) <= directorio.MAX_NOMBRES
    assert "s99" in oido.listas and "s0" not in oido.listas  # queda lo último que se oyó


def test_una_lista_vacia_no_hace_dejar_la_sala(aula):
    """La de un servidor que dejó de oír, y despidió a todos."""
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    bryan = aula.poner_cliente("b0000000", "Bryan", "general")
    aula.pasar(1)
    vacia = {"tipo": "usuarios", "sala": "general", "lista": [], "ids": [], "id": "00000000"}
    aula.repartir(protocolo.codificar(vacia))
    bryan.objeto.decir("general", "sigo aquí")
    aula.pasar(0.02)
    assert "sigo aquí" in ana.oidos()


@pytest.mark.parametrize("perdida", [0, 30])
@pytest.mark.parametrize("de_eli, de_fer", [(0, 0), (-5 * 3600, 0), (7200, -86_400), (3, -3)])
def test_quien_llega_lee_lo_de_antes_en_el_orden_en_que_se_dijo(perdida, de_eli, de_fer):
    aula = Aula(perdida=perdida)
    aula.poner_servidor()
    eli = aula.poner_cliente("e0000000", "Eli", "general", adelanto=de_eli)
    fer = aula.poner_cliente("f0000000", "Fer", "general", adelanto=de_fer)
    aula.pasar(2)
    for k in range(8):
        (eli, fer)[k % 2].objeto.decir("general", str(k))
        aula.pasar(1)
    aula.pasar(60)
    dora = aula.poner_cliente("d0000000", "Dora", "general")
    aula.pasar(0.5)
    eli.objeto.decir("general", "8")
    aula.pasar(3)
    assert dora.oidos() == [str(k) for k in range(9)]
    assert [dicho.de_antes for dicho in dora.de(eventos.Dicho)] == [True] * 8 + [False]
    assert not any(dicho.de_antes for dicho in (*eli.de(eventos.Dicho), *fer.de(eventos.Dicho)))
    for k, dicho in enumerate(dora.de(eventos.Dicho)):  # a la hora del reloj de Dora, al minuto
        dijo = aula.hora() - (3.5 + 60 + 8 - k if k < 8 else 3)
        assert abs(dicho.hora - dijo) <= 31


@pytest.mark.parametrize("de_antes, renglon", [
    (True, "[general] (de antes) Eli: hola"), (False, "[general] Eli: hola")])
def test_la_terminal_marca_lo_de_antes(de_antes, renglon):
    redaccion = eventos_texto.Redaccion(types.SimpleNamespace(), lambda dicho: {}, None)
    assert redaccion.redactar(eventos.Dicho("msj", "Eli", "hola", 1.0, "general", de_antes=de_antes)) == [renglon]


@pytest.mark.parametrize("hora", [5e9, -3e8, 4e9 + 1])
def test_lo_propio_se_ve_una_vez_con_cualquier_reloj(aula, hora):
    ana = aula.poner_cliente("a0000000", "Ana", "general", adelanto=hora - aula.hora())
    bryan = aula.poner_cliente("b0000000", "Bryan", "general")
    aula.pasar(1)
    asa = ana.objeto.decir("general", "¿qué hora es?")
    aula.pasar(1)
    assert ana.de(eventos.Dicho) == [asa] and bryan.oidos() == ["¿qué hora es?"]
    assert abs(bryan.de(eventos.Dicho)[0].hora - aula.hora()) < 62 and ana.de(eventos.Dicho)[0] is asa


@pytest.mark.parametrize("perdida", [0, 30])
def test_de_un_privado_se_sabe_si_llego(perdida):
    aula = Aula(perdida=perdida)
    aula.poner_servidor()
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    bryan = aula.poner_cliente("b0000000", "Bryan", "general")
    aula.pasar(3)
    uno = ana.objeto.decir_privado("Bryan", "uno", aula.ahora)
    largo = ana.objeto.decir_privado("Bryan", "x" * 5_000, aula.ahora)
    aula.pasar(3)
    assert [e.dicho for e in ana.de(eventos.Entregado)] == [uno, largo]
    bryan.vivo = False  # se fue hace un momento: todavía se le conoce
    aula.pasar(1)
    tarde = ana.objeto.decir_privado("Bryan", "tarde", aula.ahora)
    aula.pasar(1)
    assert ana.de(eventos.Dicho)[-1] is tarde and not ana.de(eventos.Error)
    aula.pasar(9)
    assert [e.dicho for e in ana.de(eventos.Error)] == [tarde]
    assert "No llegó a Bryan" in ana.de(eventos.Error)[0].content
    assert [e.dicho for e in ana.de(eventos.Entregado)] == [uno, largo]
    aula.dicho.clear()
    aula.pasar(31)
    assert not [m for m in aula.dicho if "recibidos" in m]


def test_a_quien_solo_se_conoce_por_la_lista_se_le_da_tiempo_de_acusar():
    """Su primer latido puede tardar, o perderse: que aún no se le oiga no dice que se haya ido."""
    esperadas = entregas.Entregas()
    esperadas.esperar("b0000000", "un privado", 10.0)
    assert esperadas.vencer(lambda _: False, 11.0) == (False, [])
    assert esperadas.vencer(lambda _: False, 10.1 + entregas.SIN_ACUSE) == (False, ["un privado"])


def test_a_la_lista_de_otro_servidor_que_no_me_nombra_se_le_contesta(aula):
    """Aunque siga valiendo la del anterior: si acaba de morir, el nuevo ha de saber cuanto antes quién está."""
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(2)
    aula.participantes[0].vivo = False
    aula.dicho.clear()
    sin_ana = {"tipo": "usuarios", "sala": "general", "lista": ["Eva"], "ids": ["e0000000"], "id": "ffffffff"}
    aula.repartir(protocolo.codificar(sin_ana))
    aula.pasar(0.1)
    assert [m for m in aula.dicho if m["tipo"] == "inicio"] and ana.lista("general") == ["Ana"]

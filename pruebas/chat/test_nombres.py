"""Cuándo dos nombres son el mismo: una regla, que guardan el servidor y los clientes, para personas y para salas."""

import sqlite3

import pytest

import campos
import protocolo
from ayudas.aula import Aula
from equipo import datos
from presencia import eventos
from ventanas import charla as modulo_charla
from ventanas.globos import renglones
from ventanas.guardado import historial

ANCHO_CERO = "\u200b"
DE_ANCHO_ENTERO = "\uff21na"  # «Ana» con la A ancha de los textos chinos y japoneses
IGUALES = ["ana", "ANA", DE_ANCHO_ENTERO, f"An{ANCHO_CERO}a", f"Ana{ANCHO_CERO}", "\u2066Ana\u2069", "A\u00adna\ufe0f"]
EN_BLANCO = [ANCHO_CERO, "\u3164", "\u115f\u1160", "\u00ad", "\ufe0f\u200d", "\u2800", "\u0301", "---", "¿?"]


@pytest.fixture
def aula():
    """Un aula con un servidor que ya arrancó."""
    return Aula.con_servidor()


def decir(aula, **mensaje) -> None:
    """Lo que envía un cliente sencillo: sin id."""
    aula.repartir(protocolo.codificar(protocolo.validar(mensaje)))
    aula.pasar(0.3)


# ---- la regla


@pytest.mark.parametrize("otro", IGUALES)
def test_es_el_mismo_nombre(otro):
    assert campos.comparable(otro) == campos.comparable("Ana")


@pytest.mark.parametrize("uno, otro", [
    ("Ana", "Aná"), ("Ana", "Аna"), ("José", "Jose"), ("Ana", "Ana 2"), ("कि", "की"), ("Ana B", "AnaB"),
])
def test_es_otro_nombre(uno, otro):  # Unicode no iguala acentos, ni el alfabeto cirílico con el nuestro
    assert campos.comparable(uno) != campos.comparable(otro)


@pytest.mark.parametrize("uno, otro", [
    ("Straße", "STRASSE"), ("José", "JOSE\u0301"), ("ﬁn", "FIN"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("①", "1"),
    ("Ana\u00a0B", "ana b"),
])
def test_es_el_mismo_en_otros_alfabetos(uno, otro):
    assert campos.comparable(uno) == campos.comparable(otro)


def test_lo_ignorable_es_lo_que_dice_unicode():
    """Los 4174 de DerivedCoreProperties.txt; y comparar dos veces da lo mismo, sea la letra que sea."""
    todas = "".join(chr(uno) for uno in range(0x110000) if not 0xD800 <= uno <= 0xDFFF)
    assert len(campos.PATRON_IGNORABLE.findall(todas)) == 4174
    # Las que NFKC o plegar cambian están en los dos primeros planos, y al final del tercero.
    plegadas = campos.plegar_texto("\n".join(todas[:0x1F800] + todas[0x2F000:0x2FA00]))
    assert campos.plegar_texto(plegadas) == plegadas
    assert not campos.PATRON_IGNORABLE.search(plegadas)


@pytest.mark.parametrize("nombre", EN_BLANCO)
@pytest.mark.parametrize("validar", [campos.validar_usuario, campos.validar_sala])
def test_un_nombre_ha_de_verse(validar, nombre):
    with pytest.raises(campos.ErrorProtocolo):
        validar(nombre)


@pytest.mark.parametrize("nombre", ["Ana", "José Luis", "小明", "ก้อง", "हिन्दी", "7", "Ana 🐍", "O'Hara", "½"])
def test_los_que_se_ven_valen_como_se_escribieron(nombre):
    assert campos.validar_usuario(nombre) == campos.validar_sala(nombre) == nombre


@pytest.mark.parametrize("nombre", ["privado", "Privado", f"privado{ANCHO_CERO}"])
def test_privado_no_vale_se_escriba_como_se_escriba(nombre):
    with pytest.raises(campos.ErrorProtocolo):
        campos.validar_usuario(nombre)


def test_de_una_lista_se_quita_quien_no_se_ve():
    lista = protocolo.decodificar(
        '{"tipo":"usuarios","sala":"g","lista":["Ana","\u200b","Bryan"],"ids":["aaaaaaaa","","bbbbbbbb"]}'.encode())
    assert lista["lista"] == ["Ana", "Bryan"] and lista["ids"] == ["aaaaaaaa", "bbbbbbbb"]
    assert protocolo.decodificar('<usuarios><g><Ana><\u3164>'.encode())["lista"] == ["Ana"]


# ---- personas


@pytest.mark.parametrize("otro", IGUALES)
def test_el_servidor_niega_el_nombre_que_es_el_mismo(aula, otro):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(0.5)
    otra = aula.poner_cliente("b0000000", otro, "general", "redes")
    aula.pasar(2)
    assert otra.de(eventos.Rechazo) and not otra.de(eventos.Listo)
    assert ana.lista("general") == ["Ana"] and not ana.de(eventos.Rechazo)


def test_quien_se_cae_recupera_su_nombre_escrito_de_otro_modo(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(1)
    ana.vivo = False
    otra_vez = aula.poner_cliente("b0000000", "ana", "general")
    aula.pasar(1.5)
    assert otra_vez.lista("general") == ["ana"]


def test_quien_corrige_su_nombre_se_ve_como_lo_escribio(aula):
    ana = aula.poner_cliente("a0000000", "ana", "general")
    aula.pasar(0.5)
    ana.objeto.despedirse()
    ana.objeto.presentarse("Ana")
    ana.objeto.entrar("general", aula.ahora)
    aula.pasar(0.5)
    assert ana.lista("general") == ["Ana"]


def test_dos_clientes_sencillos(aula):
    """El que llega con el mismo nombre recibe un aviso, y con su salir no saca al otro."""
    decir(aula, tipo="inicio", user="Ana", sala="general")
    decir(aula, tipo="inicio", user="ana", sala="general")
    assert [m["user"] for m in aula.dicho if m["tipo"] == "aviso"] == ["ana"]
    decir(aula, tipo="salir", user="ana", sala="general")
    assert [uno.user for uno in aula.participantes[0].objeto.tabla.en("general")] == ["Ana"]


@pytest.mark.parametrize("nombre", [ANCHO_CERO, "\u3164"])
def test_quien_no_se_ve_recibe_un_aviso_y_no_entra(nombre):
    with pytest.raises(campos.ErrorProtocolo) as error:
        protocolo.decodificar(b'{"tipo":"inicio","user":"%s","sala":"general"}' % nombre.encode())
    rechazado, = error.value.rechazar()
    aula = Aula()
    central = aula.poner_servidor().objeto
    central.atender(rechazado, ("127.0.0.1", 1), aula.ahora)
    aula.pasar(0.1)
    aviso, = [m for m in aula.dicho if m["tipo"] == "aviso"]
    assert aviso["user"] == nombre and "letra" in aviso["content"] and not central.tabla.miembros


def test_sin_servidor_la_lista_tampoco_repite():
    aula = Aula()
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.poner_cliente("b0000000", "ANA", "general")
    aula.poner_cliente("c0000000", "Bryan", "general")
    aula.pasar(5)
    assert ana.lista("general") == ["Ana", "Bryan"]


@pytest.mark.parametrize("escrito", IGUALES)
def test_un_privado_llega_se_escriba_como_se_escriba(aula, escrito):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    bryan = aula.poner_cliente("b0000000", "Bryan", "general")
    aula.pasar(0.5)
    bryan.objeto.decir_privado(escrito, "oye", aula.ahora)
    aula.pasar(0.5)
    assert ana.oidos() == ["oye"]
    assert [m["to"] for m in aula.dicho if m.get("privado")] == ["Ana"]  # uno sencillo lo espera exacto


def test_nadie_se_escribe_a_si_mismo(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    with pytest.raises(ValueError):
        ana.objeto.decir_privado(DE_ANCHO_ENTERO, "yo", aula.ahora)


@pytest.mark.parametrize("texto, es", [
    ("hola @ana", True), (f"hola @{DE_ANCHO_ENTERO}", True), (f"@An{ANCHO_CERO}a", True), ("@bryan", False),
    ("ana", False),
])
@pytest.mark.parametrize("mio", ["Ana", f"An{ANCHO_CERO}a"])
def test_mencionar(texto, es, mio):
    assert modulo_charla.menciona(texto, mio) == es


def test_se_resalta_el_nombre_aunque_tenga_algo_que_no_se_ve():
    patron = renglones.preparar_patron([f"An{ANCHO_CERO}a", DE_ANCHO_ENTERO + "bel"])
    hallados = [hallado.group("quien") for hallado in patron.finditer("@ana y @Anabel")]
    assert hallados == ["ana", "Anabel"]


# ---- salas


@pytest.mark.parametrize("como", ["General", f"gene{ANCHO_CERO}ral", "\uff47eneral"])
def test_es_la_misma_sala(aula, como):
    """También si las dos entran a la vez, sin saber una de otra: se leen, y están en una lista."""
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    bryan = aula.poner_cliente("b0000000", "Bryan", como)
    aula.pasar(1)
    for uno, sala, texto in ((ana, "general", "hola"), (bryan, como, "qué tal"), (ana, "general", "bien")):
        uno.objeto.decir(sala, texto)
        aula.pasar(0.2)
    assert ana.oidos() == bryan.oidos() == ["hola", "qué tal", "bien"]
    assert ana.lista("general") == bryan.lista(como) == ["Ana", "Bryan"]
    assert [dicho.sala for dicho in bryan.de(eventos.Dicho)] == [como] * 3
    assert list(aula.participantes[0].objeto.tabla.salas) == ["general"]
    assert len(ana.objeto.directorio.salas()) == 1
    ana.objeto.decir("general", "largo " * 1_000)  # en trozos
    aula.pasar(1)
    assert len(bryan.oidos()) == 4


def test_en_la_misma_sala_se_repite_lo_perdido():
    aula = Aula.con_servidor(perdida=30)
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    bryan = aula.poner_cliente("b0000000", "Bryan", "GENERAL")
    aula.pasar(5)
    for numero in range(30):
        ana.objeto.decir("general", str(numero))
    aula.pasar(10)
    assert bryan.oidos() == [str(numero) for numero in range(30)]


def test_a_una_sala_conocida_se_entra_como_la_escriben_los_demas(aula):
    aula.poner_cliente("a0000000", "Ana", "Redes 2")
    aula.pasar(0.5)
    bryan = aula.poner_cliente("b0000000", "Bryan")
    aula.pasar(2.5)
    assert bryan.objeto.entrar("REDES 2", aula.ahora) == "Redes 2"
    aula.pasar(0.5)
    bryan.objeto.decir("redes 2", "ya")
    assert bryan.lista("Redes 2") == ["Ana", "Bryan"]
    bryan.objeto.salir("redes 2")
    assert not bryan.objeto.salas


def test_a_un_cliente_sencillo_se_le_da_la_lista_con_su_nombre_de_la_sala(aula):
    ana = aula.poner_cliente("a0000000", "Ana", "general")
    aula.pasar(0.5)
    decir(aula, tipo="inicio", user="Beto", sala="General")
    decir(aula, tipo="msj", user="Beto", sala="General", content="hola")
    sencillas = [m for m in aula.dicho if m["tipo"] == "usuarios" and "ids" not in m]
    assert {m["sala"] for m in sencillas} == {"general", "General"}
    assert all(m["lista"] == ["Ana", "Beto"] for m in sencillas)
    assert ana.oidos() == ["hola"] and ana.lista("general") == ["Ana", "Beto"]


# ---- lo guardado


def test_el_historial_es_de_quien_es_aunque_se_escriba_de_otro_modo():
    guardado = historial.Historial()
    guardado.anotar("Ana", "@Bryan", historial.Fila("msj", "Bryan", "hola", 1.0, False, ""))
    guardado.usar(False)
    otro = historial.Historial()
    assert [fila.content for fila in otro.leer("ANA", f"@Bry{ANCHO_CERO}an", 9)] == ["hola"]
    otro.usar(False)


def test_el_historial_de_antes_se_encuentra():
    guardado = historial.Historial()
    guardado.anotar("Eli", "#General", historial.Fila("msj", "Bryan", "hola", 1.0, False, ""))
    guardado.usar(False)
    base = sqlite3.connect(datos.carpeta_de_datos() / historial.ARCHIVO)
    base.execute("UPDATE mensajes SET usuario = 'Eli', charla = '#General' WHERE usuario = 'eli'")  # como se guardaba
    base.execute("PRAGMA user_version = 0")
    base.commit()
    base.close()
    otro = historial.Historial()
    assert [fila.content for fila in otro.leer("Eli", "#General", 9)] == ["hola"]
    otro.usar(False)

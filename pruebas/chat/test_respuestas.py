"""Contestar a un mensaje y borrar uno propio, en la ventana de verdad y con otro programa."""

import types

import pytest

from ayudas import programa_gui
from ayudas import programas
from ayudas.ventanas_abiertas import abrir  # noqa: F401
from ayudas.ventanas_abiertas import pantalla  # noqa: F401
from ventanas import sonido
from ventanas.aspecto import emojis
from ventanas.aspecto import texto_seguro
from ventanas.globos.mensaje import AdjuntoVoz, Mensaje

programa_gui.exigir()


def test_contestar_y_borrar(servidor, lanzar, abrir):
    bryan = programas.entrar(lanzar, "Bryan", "general")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    bryan.hacer("mensaje", sala="general", content="¿Me oyen?")
    ana.esperar_texto(sala, "¿Me oyen?")
    ana.enfocar(sala)
    ana.teclas("ctrl+shift+r")
    ana.esperar_que(lambda: "Respuesta a Bryan | ¿Me oyen?" in ana.rotulos(sala), "la cita sobre el redactor")
    ana.teclas("Escape")
    ana.esperar_que(lambda: "Respuesta a" not in ana.rotulos(sala), "que Esc la quite")
    ana.teclas("ctrl+shift+r")
    ana.teclear(sala, "fuerte y claro", "Return")
    dicho = bryan.esperar("mensaje", content="fuerte y claro")
    assert (dicho["cita"]["user"], dicho["cita"]["content"]) == ("Bryan", "¿Me oyen?")
    ana.esperar_que(lambda: ana.conversacion(sala).count("¿Meoyen?") == 2, "la cita en su globo")
    ana.teclas("F6", "Delete")
    ana.esperar_que(lambda: ana.tcl("grab current"), "la pregunta")
    ana.tabular_hasta(ana.tcl("grab current") + ".yes")
    ana.teclas("Return")
    bryan.esperar("borrar", user="Ana", borrada=dicho["hora"])
    ana.esperar_texto(sala, "Se borró este mensaje")
    bryan.hacer("mensaje", sala="general", content="un error")
    suyo = bryan.esperar("mensaje", content="un error")
    ana.esperar_texto(sala, "un error")
    bryan.hacer("borrar", sala="general", borrada=suyo["hora"])
    ana.esperar_que(lambda: not ana.dice(sala, "un error"), "que se borre también aquí")
    ana.teclear(sala, "sigo aquí", "Return")
    otro = bryan.esperar("mensaje", content="sigo aquí")
    bryan.hacer("borrar", sala="general", borrada=otro["hora"])  # lo de otro no se borra
    bryan.hacer("mensaje", sala="general", content="fin")
    ana.esperar_texto(sala, "fin")
    assert ana.dice(sala, "sigo aquí")


def test_los_emoji_se_buscan_en_espanol():
    def hallar(principio):
        return [emoji for emoji, _ in emojis.buscar(principio, 6)]

    assert hallar("corazon")[0] == "❤️" and "💔" in hallar("corazón") and hallar("APLA") == ["👏"]
    assert len(hallar("c")) == 6 and hallar("xyz") == []
    assert all(texto_seguro.EMOJI.fullmatch(emoji) and palabras for emoji, palabras in emojis.POR_NOMBRE)


def test_un_emoji_por_su_nombre(servidor, lanzar, abrir):
    bryan = programas.entrar(lanzar, "Bryan", "general")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.teclear(sala, "va :apla")
    ana.esperar_que(lambda: ana.tcl(f"{ofertas(ana, sala)} item 0 -text").strip() == "aplauso bravo", "la oferta")
    ana.teclas("Return", "Return")  # elegirlo, y enviar
    bryan.esperar("mensaje", content="va 👏")


def ofertas(ana, sala) -> str:
    """La lista que se abre sobre el redactor."""
    return ana.esperar_que(lambda: next(uno for uno in reversed(ana.partes(sala, "Treeview"))
                                        if ana.tcl(f"{uno} exists 0") == "1"), "la lista")


def test_con_mucha_gente_se_busca_a_alguien(servidor, sencillo, abrir):
    ajeno = sencillo()
    for numero in range(14):
        ajeno.enviar(tipo="inicio", user=f"Persona {numero}", sala="general")
    ajeno.enviar(tipo="inicio", user="José Ángel", sala="general")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.esperar_que(lambda: len(ana.personas(sala)) == 16, "que estén todos")
    ana.pulsar(ana.parte(sala, "TEntry"))
    ana.escribir("angel")
    ana.esperar_personas(sala, "José Ángel")
    ana.teclas("Escape")
    ana.esperar_que(lambda: len(ana.personas(sala)) == 16, "que vuelvan todos")


def test_tras_una_voz_suena_la_siguiente_que_no_se_ha_oido():
    voces = [Mensaje("audio", quien, "", 1.0, propio=quien == "Ana", adjunto=AdjuntoVoz(1.0, [1.0], cuerpo=b"x"))
             for quien in ("Bryan", "Ana", "Bryan", "Carla")]
    voces[2].adjunto.oida = True
    pedidas = []
    uno = object.__new__(sonido.Sonido)
    uno._pedir = lambda mensaje, _conversacion, _parte: pedidas.append(mensaje)
    conversacion = types.SimpleNamespace(todos=lambda: voces)
    uno._seguir_con_otra(voces[0], conversacion)
    assert pedidas == [voces[3]]
    for acabada in (voces[1], voces[3]):  # una propia, o la última: nada
        uno._seguir_con_otra(acabada, conversacion)
    assert pedidas == [voces[3]]


def test_la_conversacion_con_quien_no_esta_se_abre_desde_la_lista(servidor, lanzar, abrir):
    """Ni su ventana ni él están: Ctrl+K, su nombre y Enter; y lo que se le escriba lo espera."""
    bryan = programas.entrar(lanzar, "Bryan", "general")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    bryan.hacer("privado", to="Ana", content="hola, Ana")
    con_bryan = ana.esperar_ventana("(1) Bryan — Ana")
    ana.esperar_texto(con_bryan, "hola, Ana")
    bryan.hacer("terminar")
    assert bryan.esperar_fin() == 0
    ana.enfocar(con_bryan)
    ana.teclas("ctrl+w")
    ana.esperar_que(lambda: "Bryan — Ana" not in ana.titulos(), "que se cierre")
    ana.enfocar(sala)
    ana.teclas("ctrl+k")
    lista = ana.esperar_abierta("Conversaciones")
    arbol = ana.parte(lista, "Treeview")
    ana.esperar_que(lambda: len(ana.lista(f"{arbol} children {{}}")) == 2, "la sala y Bryan")
    ana.escribir("bry")
    ana.esperar_que(lambda: [ana.tcl(f"{arbol} item {una} -text").strip()
                             for una in ana.lista(f"{arbol} children {{}}")] == ["Bryan"], "que se filtre")
    ana.teclas("Return")
    con_bryan = ana.esperar_ventana("Bryan — Ana")
    ana.esperar_texto(con_bryan, "hola, Ana")


@pytest.mark.largo
def test_un_privado_espera_a_quien_no_esta(servidor, lanzar, abrir):
    pytest.importorskip("nacl")
    bryan = programas.entrar(lanzar, "Bryan", "general")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    con_bryan = ana.abrir_privado("Ana", "Bryan")
    ana.teclear(con_bryan, "hola", "Return")
    bryan.esperar("privado", content="hola")
    bryan.hacer("terminar")
    assert bryan.esperar_fin() == 0
    ana.esperar_que(lambda: "no está en línea" in ana.rotulos(con_bryan), "que se sepa que salió")
    for texto in ("cuando vuelvas", "borrado", "esto no"):
        ana.teclear(con_bryan, texto, "Return")
    ana.esperar_que(lambda: ana.conversacion(con_bryan).count("Cancelar") == 3, "los tres esperan")
    ana.teclas("F6", "Up", "Up", "Up", "Return")  # el último; debajo están las tres notas
    ana.esperar_que(lambda: ana.dice(con_bryan, "No se envió · Reintentar"), "que se cancele")
    ana.teclas("Up", "Delete")
    ana.esperar_que(lambda: ana.tcl("grab current"), "la pregunta")
    ana.tabular_hasta(ana.tcl("grab current") + ".yes")
    ana.teclas("Return")
    ana.esperar_texto(con_bryan, "Se borró este mensaje")
    for ventana in (con_bryan, ana.esperar_ventana("general — Ana")):
        ana.enfocar(ventana)
        ana.teclas("ctrl+w")
    assert ana.esperar_fin() == 0
    ana = abrir("--usuario", "Ana", "--sala", "general")
    ana.esperar_ventana("general — Ana")
    bryan = programas.entrar(lanzar, "Bryan", "general")
    bryan.esperar("privado", content="cuando vuelvas")
    assert not [e for e in bryan.eventos if e["evento"] == "privado" and e["content"] in ("esto no", "borrado")]

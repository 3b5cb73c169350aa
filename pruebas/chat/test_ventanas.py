"""Las ventanas de verdad: entrar, conversar y lo que pasa cuando algo falta."""

import contextlib
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import time
import types

from ayudas import programa_gui
from ayudas import programas
import pytest
from adjuntos import wav
from presencia import eventos
from ventanas import entrada as modulo_entrada
from ventanas import aplicacion
from ventanas import charla as modulo_charla
from ventanas.aspecto import marcos
from ventanas.globos import mensaje
from ayudas.ventanas_abiertas import abrir  # noqa: F401
from ayudas.ventanas_abiertas import ana_en_general  # noqa: F401
from ayudas.ventanas_abiertas import pantalla  # noqa: F401

programa_gui.exigir()
PLAZO = programas.PLAZO


# -------------------------------------------------------------------- entrar


def test_entrar_tecleando_y_recordar_el_nombre(servidor, lanzar, abrir):
    bryan = lanzar(programas.Cliente, "Bryan", "redes")
    bryan.esperar("listo")
    ana = abrir()
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.esperar_que(lambda: "redes" in ana.personas(entrada), "que la entrada muestre las salas que existen")
    ana.esperar_que(lambda: "Servidor en marcha" in ana.rotulos(entrada))
    assert {"Tu nombre", "Sala"} <= set(ana.rotulos(entrada).split(" | "))
    bryan.hacer("entrar", sala="proyecto")
    ana.esperar_que(lambda: "proyecto" in ana.personas(entrada), "que aparezca la sala nueva")
    ana.teclear(entrada, "Ana", "Tab")
    ana.escribir("general")
    ana.teclas("Return")
    sala = ana.esperar_ventana("general — Ana")
    ana.esperar_personas(sala, "Ana (tú)")
    ana.esperar_que(lambda: list(ana.titulos()) == ["general — Ana"], "que se oculte la entrada")
    ana.enfocar(sala)
    ana.teclas("ctrl+w")
    assert ana.esperar_fin() == 0
    otra = abrir()
    entrada = otra.esperar_ventana("Entrar al chat")
    otra.esperar_tcl(f"{otra.parte(entrada, 'TEntry')} get", "Ana")


def test_las_redes_se_ofrecen_por_nombre_y_direccion(abrir):
    ana = abrir()
    entrada = ana.esperar_ventana("Entrar al chat")
    redes = ana.lista(f"{ana.parte(entrada, 'TCombobox')} cget -values")
    assert "Sólo este equipo (127.0.0.1)" in redes
    dichas = json.loads(subprocess.run(["ip", "-j", "-4", "addr", "show",
                                        "up"], capture_output=True, check=True).stdout)
    de_verdad = {f"{una['ifname']} ({una['addr_info'][0]['local']})"
                 for una in dichas if una["ifname"] != "lo" and una["addr_info"]}
    assert de_verdad <= set(redes)


def test_una_red_guardada_que_ya_no_existe_se_olvida():
    assert modulo_entrada.si_existe("203.0.113.9") is None and modulo_entrada.si_existe("") is None
    assert modulo_entrada.si_existe("127.0.0.1") == "127.0.0.1"


def test_sin_nombre_no_se_entra(servidor, abrir):
    ana = abrir()
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.enfocar(entrada)
    ana.pulsar_boton(entrada, "Entrar")
    ana.esperar_que(lambda: "El nombre de usuario está vacío." in ana.rotulos(entrada))
    ana.teclear(entrada, "privado", "Return")
    ana.esperar_que(lambda: "«privado» es una palabra del protocolo" in ana.rotulos(entrada))


def test_nombre_ocupado(servidor, lanzar, abrir):
    lanzar(programas.Cliente, "Ana", "general").esperar("listo")
    otra = abrir("--usuario", "Ana", "--sala", "general")
    entrada = otra.esperar_ventana("Entrar al chat")
    otra.esperar_que(lambda: "El nombre Ana ya está en uso" in otra.rotulos(entrada))
    otra.teclear(entrada, "Anabel", "Return")  # el nombre está seleccionado: lo sustituye
    otra.esperar_personas(otra.esperar_ventana("general — Anabel"), "Ana", "Anabel (tú)")


def test_la_sala_que_se_escribe_no_la_cambia_la_lista(servidor, lanzar, abrir):
    lanzar(programas.Cliente, "Bryan", "redes").esperar("listo")
    ana = abrir("--usuario", "Ana")
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.esperar_que(lambda: ana.personas(entrada) == ["redes"], "la sala")
    lista, campo = ana.parte(entrada, "Treeview"), ana.parte(entrada, "TEntry", 1)
    ana.tcl(f"{lista} selection set 0")
    ana.esperar_tcl(f"{campo} get", "redes")
    lanzar(programas.Cliente, "Carla", "redes").esperar("listo")
    ana.esperar_tcl(f"{lista} item 0 -values", "{2 personas}")
    ana.esperar_tcl(f"{lista} selection", "0")
    ana.tcl(f"{campo} delete 0 end; focus -force {campo}")
    ana.escribir("mi equipo")
    ana.esperar_tcl(f"{campo} get", "mi equipo")
    lanzar(programas.Cliente, "Diego", "redes").esperar("listo")
    ana.esperar_tcl(f"{lista} item 0 -values", "{3 personas}")
    ana.tcl("update")
    assert ana.tcl(f"{campo} get") == "mi equipo"


def test_un_nombre_con_emoji_se_ve_sin_peligro_y_se_usa_tal_cual(servidor, lanzar, abrir):
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    bryan.esperar("listo")
    ana = abrir("--usuario", "Ana 😀")
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.esperar_tcl(f"{ana.parte(entrada, 'TEntry')} get", "Ana ‹sonrisa›")
    ana.enfocar(entrada)
    ana.teclas("Return")
    bryan.esperar_lista("general", "Ana 😀", "Bryan")


@pytest.mark.parametrize("elegir, una, otra, sala, estaban", [
    ("", "general", "g\u0435neral", "general", ["Bryan"]),  # la otra, con una «е» rusa
    ("selection set 0", "Sala 1", "Sala  1", "Sala  1", ["Bryan", "Carla"]),
    ("selection set 1", "Sala 1", "Sala  1", "Sala 1", ["Bryan"]),
])
def test_de_dos_salas_que_se_ven_igual_se_entra_a_la_pedida(servidor, lanzar, abrir, elegir, una, otra, sala, estaban):
    bryan = lanzar(programas.Cliente, "Bryan", una, otra)
    lanzar(programas.Cliente, "Carla", otra)
    bryan.esperar_lista(otra, "Bryan", "Carla")
    ana = abrir("--usuario", "Ana")
    entrada = ana.esperar_ventana("Entrar al chat")
    lista = ana.parte(entrada, "Treeview")
    ana.esperar_tcl(f"lmap f [{lista} children {{}}] {{{lista} item $f -values}}", "{{2 personas}} {{1 persona}}")
    ana.tcl(f"{lista} {elegir}; update" if elegir else "update")
    ana.enfocar(entrada)
    ana.teclas("Return")
    bryan.esperar_lista(sala, "Ana", *estaban)


def test_a_una_sala_con_llave_se_entra_con_su_contrasena_y_otra_se_abre_marcando_la_casilla(
        servidor, lanzar, abrir, monkeypatch):
    monkeypatch.setenv("CHAT_CONTRASENA", "secreto 1")
    bryan = programas.entrar(lanzar, "Bryan", "redes (con llave)")
    ana = abrir("--usuario", "Ana")
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.esperar_que(lambda: ana.personas(entrada) == ["redes (con llave)"], "la sala")
    lista = ana.parte(entrada, "Treeview")
    assert ana.tcl(f"{lista} item 0 -image") != "" and len(ana.partes(entrada, "TEntry")) == 2
    ana.tcl(f"{lista} selection set 0")
    campo = ana.parte(entrada, "TEntry", 2)  # aparece el de la contraseña
    assert "Contraseña" in ana.rotulos(entrada) and ana.tcl(f"{campo} cget -show") == "•"
    ana.enfocar(entrada)
    ana.pulsar_boton(entrada, "Entrar")
    ana.esperar_que(lambda: "Escribe la contraseña de la sala." in ana.rotulos(entrada))
    ana.escribir("secreto 1")  # el teclado ya está ahí
    ana.teclas("Return")
    sala = ana.esperar_abierta("redes (con llave) — Ana")
    ana.esperar_que(lambda: "2 personas · cifrada" in ana.rotulos(sala))
    ana.teclear(sala, "hola", "Return")
    bryan.esperar("mensaje", user="Ana", sala="redes (con llave)", content="hola")
    bryan.hacer("mensaje", sala="redes (con llave)", content="te leo")
    ana.esperar_texto(sala, "te leo")
    carla = abrir("--usuario", "Carla")
    entrada = carla.esperar_ventana("Entrar al chat")
    carla.enfocar(entrada)
    casilla = carla.parte(entrada, "TCheckbutton")
    carla.tcl(f"{casilla} invoke")
    carla.esperar_tcl(f"{carla.parte(entrada, 'TEntry', 1)} get", "general (con llave)")
    carla.esperar_que(lambda: carla.tcl("focus") == carla.parte(entrada, "TEntry", 2), "el teclado en la contraseña")
    carla.escribir("otra")
    carla.teclas("Return")
    carla.esperar_ventana("general (con llave) — Carla")


# -------------------------------------------------------------------- conversar


def test_conversar_y_no_leidos(servidor, abrir):
    ana, bryan = (abrir("--usuario", nombre, "--sala", "general") for nombre in ("Ana", "Bryan"))
    de_ana, de_bryan = ana.esperar_ventana("general — Ana"), bryan.esperar_ventana("general — Bryan")
    ana.esperar_personas(de_ana, "Ana (tú)", "Bryan")
    bryan.esperar_personas(de_bryan, "Ana", "Bryan (tú)")
    bryan.enfocar(de_bryan)  # que el teclado lo tenga de verdad antes de perderlo
    ana.teclear(de_ana, "Hola Bryan", "Return")
    bryan.esperar_texto(de_bryan, "Hola Bryan")
    ana.esperar_texto(de_ana, "Hola Bryan")
    # Los propios van sin nombre.
    assert bryan.dice(de_bryan, "Ana Hola Bryan") and not ana.dice(de_ana, "Ana Hola Bryan")
    bryan.esperar_ventana("(1) general — Bryan")
    ana.teclear(de_ana, "sigues ahi?", "Return")
    bryan.esperar_ventana("(2) general — Bryan")
    bryan.enfocar(de_bryan)
    bryan.esperar_ventana("general — Bryan")


def test_privado_con_doble_clic(servidor, abrir):
    ana, bryan = (abrir("--usuario", nombre, "--sala", "general") for nombre in ("Ana", "Bryan"))
    de_ana, de_bryan = ana.esperar_ventana("general — Ana"), bryan.esperar_ventana("general — Bryan")
    ana.esperar_personas(de_ana, "Ana (tú)", "Bryan")
    ana.pulsar_persona(de_ana, "Bryan")
    con_bryan = ana.esperar_ventana("Bryan — Ana")
    ana.teclear(con_bryan, "solo para ti", "Return")
    con_ana = bryan.esperar_ventana("(1) Ana — Bryan")  # se abre sola…
    bryan.esperar_texto(con_ana, "solo para ti")
    assert ana.xdotool("getwindowfocus").strip() == ana.marco(con_bryan)  # …y no quita el teclado
    assert not ana.dice(de_ana, "solo para ti") and not bryan.dice(de_bryan, "solo para ti")
    ana.esperar_que(lambda: "privado · cifrado · en línea" in ana.rotulos(con_bryan))


@pytest.mark.largo
def test_quien_no_firma_se_ve_y_se_pregunta_una_vez_antes_de_decirle_algo(servidor, abrir, sencillo):
    """También quien toma el nombre de alguien que sí firma: entonces se pregunta de otro modo, y lo elegido es no."""
    ana, bryan = (abrir("--usuario", nombre, "--sala", "general") for nombre in ("Ana", "Bryan"))
    de_ana, carla = ana.esperar_ventana("general — Ana"), sencillo()
    ana.esperar_personas(de_ana, "Ana (tú)", "Bryan")
    con_carla = abrir_con_carla(ana, de_ana, carla, "Bryan")
    for texto in ("uno", "dos"):
        ana.teclear(con_carla, texto, "Return")
        if texto == "uno":
            ana.contestar()
        carla.esperar(tipo="msj", privado=True, to="Carla", content=texto)
    cerrar(bryan, bryan.esperar_ventana("general — Bryan"))
    ana.esperar_personas(de_ana, "Ana (tú)", "Carla")
    carla.enviar(tipo="msj", user="Bryan", sala="general", content="soy Bryan")
    ana.esperar_texto(de_ana, "Bryan · sin firma")
    ana.esperar_texto(de_ana, "Bryan salió")
    ana.enfocar(de_ana)
    ana.teclas("F6", "Up", "shift+F10", "Down", "Down", "Down", "Return")  # del mensaje, Escribir en privado
    con_bryan = ana.esperar_ventana("Bryan — Ana")
    ana.esperar_que(lambda: "privado · sin firma · en línea" in ana.rotulos(con_bryan))  # del de verdad ya no se sabe
    ana.teclear(con_bryan, "secreto", "Return")
    ana.contestar()
    ana.esperar_texto(con_bryan, "No se envió.")
    ana.teclear(con_carla, "tres", "Return")
    carla.esperar(content="tres")
    assert not [uno for uno in carla.mensajes() if uno.get("content") == "secreto"]


def test_cerrar_la_ventana_deja_la_sala(servidor, lanzar, abrir):
    bryan = lanzar(programas.Cliente, "Bryan", "general", "redes")
    bryan.esperar("listo")
    ana = abrir("--usuario", "Ana", "--sala", "general", "--sala", "redes")
    general, redes = ana.esperar_ventana("general — Ana"), ana.esperar_ventana("redes — Ana")
    bryan.esperar_lista("general", "Ana", "Bryan")
    bryan.hacer("mensaje", sala="redes", content="sólo en redes")
    ana.esperar_texto(redes, "sólo en redes")
    assert not ana.dice(general, "sólo en redes")
    ana.enfocar(general)
    ana.teclas("ctrl+w")
    bryan.esperar_lista("general", "Bryan")
    ana.esperar_que(lambda: len(ana.titulos()) == 1)
    ana.enfocar(redes)
    ana.teclas("ctrl+w")  # la última: el programa termina
    bryan.esperar_lista("redes", "Bryan")
    assert ana.esperar_fin() == 0


def test_una_mencion_se_resalta(ana_en_general, sencillo):
    ana, sala = ana_en_general
    sencillo().enviar(tipo="msj", user="Carla", sala="general", content="oye @ana, mira https://ejemplo.mx/a.")
    ana.esperar_texto(sala, "@ana")
    ana.esperar_personas(sala, "Ana (tú)", "Carla")
    lienzo = ana.lienzo(sala)
    aspectos = ana.lista(f"lmap i [{lienzo} find withtag letras] "
                         f"{{list [{lienzo} itemcget $i -text] [font actual [{lienzo} itemcget $i -font] -weight] "
                         f"[font actual [{lienzo} itemcget $i -font] -underline]}}")
    assert "@ana bold 0" in aspectos
    assert "https://ejemplo.mx/a normal 1" in aspectos  # un enlace va subrayado, sin el punto final


def test_elegir_con_el_raton_y_copiar(ana_en_general, sencillo):
    ana, sala = ana_en_general
    otro = sencillo()
    otro.enviar(tipo="inicio", user="Carla", sala="general")
    ana.esperar_texto(sala, "Carla entró")
    for texto in ("primero", "segundo 🎉 mensaje", "tercero"):
        otro.enviar(tipo="msj", user="Carla", sala="general", content=texto)
    ana.esperar_texto(sala, "tercero")
    ana.enfocar(sala)
    ana.pulsar_texto(sala, "segundo")  # dos clics eligen una palabra
    ana.xdotool("click", "--repeat", "2", "--delay", "40", "1")
    ana.teclas("ctrl+c")
    ana.esperar_que(lambda: ana.copiado() == "segundo", "la palabra")
    ana.pulsar_texto(sala, "primero")
    ana.xdotool("mousedown", "1", "mousemove_relative", "0", "20", "mousemove_relative", "0", "20",
                "mousemove_relative", "0", "30", "mouseup", "1")
    ana.teclas("ctrl+c")
    ana.esperar_que(lambda: ana.copiado().endswith("Carla: tercero"), "los tres mensajes")
    assert "Carla: segundo 🎉 mensaje\n" in ana.copiado() and ana.copiado().startswith("[")
    assert ana.tcl("selection get") == ana.copiado()  # y el botón de en medio pega lo mismo


# -------------------------------------------------------------------- cuando algo falta


def test_enter_dos_veces_entra_una_y_no_atasca(abrir):  # sin servidor se entra a los 3 s: da tiempo de pulsar
    ana = abrir()
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.teclear(entrada, "Ana", "Return", "Return", "Return")
    sala = ana.esperar_ventana("general — Ana")
    ana.esperar_que(lambda: list(ana.titulos()) == ["general — Ana"], "que se oculte la entrada")
    ana.teclear(sala, "sigo en la sala", "Return")
    ana.esperar_texto(sala, "sigo en la sala")


def test_sin_servidor(lanzar, abrir):
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.esperar_que(lambda: "No se oye ningún servidor" in ana.rotulos(sala))
    assert "sólo llegan a los programas de este equipo" in ana.rotulos(sala)  # por el lazo no se llega a otros
    cuenta, desde = "llength [info commands *iniciar_servidor]", time.monotonic()
    ordenes = ana.tcl(cuenta)
    ana.teclear(sala, "hay alguien", "Return")
    bryan.esperar("mensaje", content="hay alguien")
    ana.esperar_que(lambda: time.monotonic() > desde + 3 * aplicacion.ENTRE_REFRESCOS, "que se refresque")
    assert ana.tcl(cuenta) == ordenes  # el botón no recibe su orden otra vez cada vez
    ana.enfocar(sala)
    ana.tabular_hasta(next(b for b in ana.partes(sala, "TButton") if ana.tcl(f"{b} cget -text") == "Iniciar servidor"))
    ana.teclas("Return")
    ana.esperar_que(lambda: "No se oye" not in ana.rotulos(sala) and "Iniciando" not in ana.rotulos(sala))
    assert ana.tcl("focus") == ana.campo(sala)  # el botón ya no está: se puede seguir escribiendo
    bryan.esperar_lista("general", "Ana", "Bryan")
    (propio,) = ana.hijos()
    ana.enfocar(sala)
    ana.teclas("ctrl+w")
    assert ana.esperar_fin() == 0
    assert not pathlib.Path(f"/proc/{propio}").exists()  # el servidor termina con quien lo inició


def test_el_servidor_propio_no_sobrevive_a_quien_lo_inicio(abrir):
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.pulsar_boton(sala, "Iniciar servidor")
    ana.esperar_que(lambda: "No se oye" not in ana.rotulos(sala) and "Iniciando" not in ana.rotulos(sala))
    (propio,) = ana.hijos()
    ana.matar()  # como cuando se pierde la pantalla: no puede despedirse
    ana.esperar_que(lambda: not pathlib.Path(f"/proc/{propio}/cmdline").exists()
                    or not pathlib.Path(f"/proc/{propio}/cmdline").read_bytes())


@pytest.mark.parametrize("fin", ["la terminal se cierra", "⌘Q", "kill, con un diálogo abierto"])
def test_se_despide_tambien_cuando(servidor, lanzar, abrir, fin):
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    bryan.esperar_lista("general", "Ana", "Bryan")
    ana.teclear(sala, "a medias")
    if fin == "⌘Q":
        ana.tcl("after idle ::tk::mac::Quit")
    elif "kill" in fin:
        ana.teclas("ctrl+s")
        ana.esperar_que(lambda: "Entry" in ana.tcl("winfo class [focus]"), "el diálogo")
        ana.proceso.terminate()
    else:
        ana.proceso.send_signal(signal.SIGHUP)
    assert ana.esperar_fin() == 0
    bryan.esperar_lista("general", "Bryan", plazo=4)  # s: a quien se va sin decir nada se le espera 8


def test_lo_que_no_se_envio_se_ve_y_se_reintenta(ana_en_general, sencillo):
    ana, sala = ana_en_general
    carla = sencillo()
    carla.enviar(tipo="inicio", user="Carla", sala="general")
    ana.esperar_personas(sala, "Ana (tú)", "Carla")
    ana.pulsar_persona(sala, "Carla")
    con_carla = ana.esperar_ventana("Carla — Ana")
    carla.enviar(tipo="salir", user="Carla", sala="general")
    ana.esperar_personas(sala, "Ana (tú)")
    ana.esperar_que(lambda: "no está en línea" in ana.rotulos(con_carla))
    ana.teclear(con_carla, "te alcanzo", "Return")
    ana.esperar_texto(con_carla, "No hay nadie que se llame Carla")
    ana.esperar_texto(con_carla, "No se envió")
    carla.enviar(tipo="inicio", user="Carla", sala="general")
    ana.esperar_personas(sala, "Ana (tú)", "Carla")
    ana.pulsar_texto(con_carla, "No se envió")
    ana.contestar()  # sin cifrar, sí
    carla.esperar(tipo="msj", privado=True, to="Carla", content="te alcanzo")
    ana.esperar_que(lambda: not ana.dice(con_carla, "No se envió · Reintentar"))


def test_lo_que_no_salio_se_puede_reintentar_otro_dia(servidor, abrir, sencillo):
    carla, ana = sencillo(), abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    con_carla = abrir_con_carla(ana, sala, carla)
    carla.enviar(tipo="salir", user="Carla", sala="general")
    ana.esperar_que(lambda: "no está en línea" in ana.rotulos(con_carla))
    ana.teclear(con_carla, "te alcanzo", "Return")
    ana.esperar_texto(con_carla, "No se envió · Reintentar")
    cerrar(ana, con_carla, sala)
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    con_carla = abrir_con_carla(ana, sala, carla)
    ana.pulsar_texto(con_carla, "No se envió")
    ana.contestar()  # sin cifrar, sí
    carla.esperar(tipo="msj", privado=True, to="Carla", content="te alcanzo")
    ana.esperar_que(lambda: not ana.dice(con_carla, "Reintentar"))
    cerrar(ana, con_carla, sala)
    ana = abrir("--usuario", "Ana", "--sala", "general")
    con_carla = abrir_con_carla(ana, ana.esperar_ventana("general — Ana"), carla)
    ana.esperar_texto(con_carla, "te alcanzo")
    assert ana.conversacion(con_carla).count("tealcanzo") == 1 and not ana.dice(con_carla, "Reintentar")


def test_de_un_privado_se_ve_si_salio_si_llego_y_si_no():
    agregados, notas = [], []
    conversacion = types.SimpleNamespace(agregar=agregados.append, agregar_nota=lambda nota, _: notas.append(nota),
                                         cambiar=lambda mensaje, **datos: mensaje.cambiar(**datos))
    ana = types.SimpleNamespace(cliente=types.SimpleNamespace(user="Ana", solo_aqui=False), preparador=None,
                                historial=types.SimpleNamespace(anotar=lambda *_: None))
    dichos = [eventos.Dicho("msj", "Ana", "hola", 1.0 + i, to="Bryan", propio=True) for i in range(3)]
    una = modulo_charla.Charla(ana, conversacion, "@bryan", lambda *_, **__: dichos[len(agregados)], notas.append)
    for _ in dichos:
        una.decir("hola")
    una.recibir(dichos[0])
    una.recibir(dichos[1])
    una.entregar(dichos[0])
    una.fallar("No llegó a Bryan: ya no está. Reintenta.", dichos[1])
    una.fallar("No hay nadie que se llame Bryan; no se envió.", dichos[2])
    assert [uno.estado for uno in agregados] == [mensaje.ENTREGADO, mensaje.NO_LLEGO, mensaje.FALLO]
    assert [uno.fracaso for uno in agregados] == ["", "No llegó · Reintentar", "No se envió · Reintentar"]
    assert "[no llegó]" in mensaje.escribir_mensaje(agregados[1])


@pytest.mark.largo  # a quien deja de oírse se le esperan 8 s
def test_un_privado_a_quien_se_fue_sin_despedirse_dice_que_no_llego_y_se_reintenta(servidor, lanzar, abrir, tmp_path):
    bryan, ana = lanzar(programas.Cliente, "Bryan", "general"), abrir("--usuario", "Ana", "--sala", "general")
    con_bryan = ana.abrir_privado("Ana", "Bryan")
    ana.teclear(con_bryan, "¿vienes?", "Return")
    bryan.esperar("privado", content="¿vienes?")
    ana.esperar_que(lambda: estados(tmp_path) == {"¿vienes?": "entregado"})
    bryan.proceso.kill()  # como un Wi-Fi que se va: no se despide
    ana.teclear(con_bryan, "ya empezó", "Return")
    ana.esperar_que(lambda: estados(tmp_path).get("ya empezó") == "enviado")
    limite = time.monotonic() + 2 * PLAZO
    while not ana.dice(con_bryan, "No llegó · Reintentar"):
        assert time.monotonic() < limite, ana.contar()
        time.sleep(0.1)
    assert not ana.dice(con_bryan, "No se envió")
    otro = lanzar(programas.Cliente, "Bryan", "general")
    otro.esperar("listo")
    ana.esperar_que(lambda: "no está en línea" not in ana.rotulos(con_bryan))
    ana.pulsar_texto(con_bryan, "No llegó")
    otro.esperar("privado", content="ya empezó")
    ana.esperar_que(lambda: not ana.dice(con_bryan, "Reintentar"))


def estados(tmp_path) -> "dict[str, str]":
    """De lo guardado, en qué quedó cada texto."""
    archivo, = tmp_path.rglob("historial.sqlite3")
    with contextlib.closing(sqlite3.connect(f"file:{archivo}?mode=ro", uri=True)) as base:
        return dict(base.execute("SELECT contenido, estado FROM mensajes WHERE propio AND estado != 'reintentado'"))


def abrir_con_carla(ana, sala: str, carla, *otros: str) -> str:
    """Entra Carla, y Ana abre la conversación con ella."""
    carla.enviar(tipo="inicio", user="Carla", sala="general")
    ana.esperar_personas(sala, "Ana (tú)", *otros, "Carla")
    ana.pulsar_persona(sala, "Carla")
    return ana.esperar_ventana("Carla — Ana")


def cerrar(ana, *ventanas: str) -> None:
    """Cerrar todas las ventanas de un programa, con el teclado."""
    for ventana in ventanas:
        ana.enfocar(ventana)
        ana.teclas("ctrl+w")
    assert ana.esperar_fin() == 0


def test_lo_dicho_justo_antes_de_cerrar_se_recuerda(servidor, lanzar, abrir):
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.esperar_personas(sala, "Ana (tú)", "Bryan")
    ana.teclear(sala, "me voy")
    campo = ana.campo(sala)
    # De un tirón: sin tiempo de verlo salir.
    ana.tcl(f"event generate {campo} <Return>; event generate {campo} <Control-w>")
    assert ana.esperar_fin() == 0
    bryan.esperar("mensaje", content="me voy")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.esperar_texto(sala, "me voy")
    assert not ana.dice(sala, "No se envió")


def test_lo_perdido_se_dice(servidor, abrir, sencillo):
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    otro = sencillo()
    latido = {"tipo": "latido", "id": "0badcafe", "user": "Otto", "desde": {"general": 1}}
    otro.enviar(**latido, salas={"general": 0})
    otro.enviar(tipo="inicio", user="Otto", sala="general", id="0badcafe")
    ana.esperar_personas(sala, "Ana (tú)", "Otto")
    otro.enviar(tipo="msj", user="Otto", sala="general", id="0badcafe", n=1, content="uno")
    otro.enviar(tipo="msj", user="Otto", sala="general", id="0badcafe", n=4, content="cuatro")
    otro.enviar(tipo="perdido", id="0badcafe", sala="general", n=[[2, 3]])
    ana.esperar_texto(sala, "cuatro")
    ana.esperar_texto(sala, "Se perdieron 2 mensajes de Otto")
    de_ana = otro.esperar(tipo="latido", user="Ana")["id"]
    otro.enviar(**latido, salas={"general": 4}, privados={de_ana: 3})
    otro.enviar(tipo="perdido", id="0badcafe", para=de_ana, n=[[1, 3]])
    ana.esperar_texto(sala, "Se perdieron 3 mensajes de Otto, en privado")  # aunque no haya ventana con él


def dejar_entrar(servidor, user: str, *salas: str) -> None:
    """Como un servidor sencillo: dar a quien entra la lista de cada sala."""
    for sala in salas:
        servidor.esperar(tipo="inicio", user=user, sala=sala)
        servidor.enviar(tipo="usuarios", sala=sala, lista=[user])


def test_a_quien_sacan_de_dos_salas_no_le_quitan_el_teclado_y_vuelve_con_otro_nombre(abrir, sencillo):
    uno = sencillo()  # el servidor, que no firma: con uno que firma, nadie más saca a nadie
    ana = abrir("--usuario", "Ana", "--sala", "general", "--sala", "redes")
    dejar_entrar(uno, "Ana", "general", "redes")
    general = ana.esperar_ventana("general — Ana")
    ana.esperar_personas(ana.esperar_ventana("redes — Ana"), "Ana (tú)")
    de_ana = uno.esperar(tipo="latido", user="Ana")["id"]
    ana.teclear(general, "voy a ")
    for sala in ("general", "redes"):
        uno.enviar(tipo="aviso", sala=sala, user="Ana", content="El nombre Ana ya es de otra persona.", a=de_ana)
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.escribir("llegar tarde")
    ana.esperar_que(lambda: ana.escrito(general) == "voy a llegar tarde", "que se siga escribiendo en la sala")
    ana.pulsar(ana.parte(entrada, "TEntry"), 3)  # elige todo el nombre
    ana.escribir("Eva")
    ana.teclas("Return")
    dejar_entrar(uno, "Eva", "general", "redes")
    general = ana.esperar_ventana("general — Eva")
    ana.esperar_ventana("redes — Eva")
    ana.teclear(general, ".", "Return")  # sus dos ventanas no se disputan el teclado
    uno.esperar(tipo="msj", user="Eva", sala="general", content="voy a llegar tarde.")


def test_cerrar_una_conversacion_no_deja_ordenes_en_tcl(ana_en_general, sencillo):
    ana, sala = ana_en_general
    sencillo().enviar(tipo="inicio", user="Bryan", sala="general")
    ana.esperar_personas(sala, "Ana (tú)", "Bryan")
    ordenes = []
    for _ in range(4):
        ana.pulsar_persona(sala, "Bryan")
        ana.enfocar(ana.esperar_ventana("Bryan — Ana"))
        ana.teclas("ctrl+w")
        ana.esperar_que(lambda: list(ana.titulos()) == ["general — Ana"], "que se cierre")
        ordenes.append(int(ana.tcl("llength [info commands *<lambda>]")))  # las de `after`, que van y vienen, no
    assert ordenes[-1] == ordenes[1], ordenes  # la primera vez hay cosas que se hacen una sola vez


POCOS_PRIVADOS = """
import sys
sys.path.insert(0, {practica!r})
import cliente_gui
from ventanas import privados

privados.MAX_PRIVADOS, privados.MAX_OCULTOS = 1, 2
sys.exit(cliente_gui.main())
"""


def test_los_privados_que_no_caben_se_guardan_sin_abrir_otra_ventana(servidor, abrir, sencillo, tmp_path):
    (tmp_path / "pocos.py").write_text(POCOS_PRIVADOS.format(practica=str(programas.PRACTICA)))
    ana, otro = abrir("--usuario", "Ana", "--sala", "general", archivo=str(tmp_path / "pocos.py")), sencillo()
    sala = ana.esperar_ventana("general — Ana")

    def escribir(de: str, texto: str) -> None:
        otro.enviar(tipo="msj", privado=True, de=de, to="Ana", content=texto)

    escribir("Beto", "uno")
    con_beto = ana.esperar_ventana("(1) Beto — Ana")
    cabecera = b'{"tipo":"audio","privado":true,"from":"Carla","to":"Ana","content":"","formato":"wav","duracion":1}\n'
    otro.enviar_bytes(cabecera + wav.empaquetar(bytes(2 * wav.TASA)))  # un segundo
    ana.esperar_texto(sala, "Carla te escribió en privado")
    escribir("Carla", "dos")
    escribir("Diego", "tres")
    ana.esperar_texto(sala, "Diego, en privado: tres")  # ya son demasiadas conversaciones
    assert not [titulo for titulo in ana.titulos() if "Carla" in titulo]
    ana.enfocar(con_beto)
    ana.teclas("ctrl+w")
    ana.esperar_que(lambda: con_beto not in ana.titulos().values())
    escribir("Carla", "cuatro")
    con_carla = ana.esperar_ventana("(3) Carla — Ana")
    for texto in ("0:01", "dos", "cuatro"):
        ana.esperar_texto(con_carla, texto)
    escribir("Diego", "cinco")
    ana.esperar_texto(sala, "Diego te escribió en privado")
    for ventana in (con_carla, sala):
        ana.enfocar(ventana)
        ana.teclas("ctrl+w")
    assert ana.esperar_fin() == 0  # la de Diego no está a la vista: nadie la podría cerrar
    otra = abrir("--usuario", "Ana", "--sala", "general")
    sala = otra.esperar_ventana("general — Ana")
    otro.enviar(tipo="inicio", user="Diego", sala="general")
    otra.esperar_personas(sala, "Ana (tú)", "Diego")
    otra.pulsar_persona(sala, "Diego")
    otra.esperar_texto(otra.esperar_ventana("Diego — Ana"), "cinco")


@pytest.mark.parametrize("estado, se_actualiza", [("normal", True), ("zoomed", True), ("withdrawn", False)])
def test_la_entrada_a_la_vista_se_actualiza(estado, se_actualiza):
    vistas = []
    app = types.SimpleNamespace(
        cliente=types.SimpleNamespace(directorio=types.SimpleNamespace(salas=lambda: {"general": 1})),
        servidor=types.SimpleNamespace(describir=lambda _: "En marcha"))
    entrada = types.SimpleNamespace(
        aplicacion=app, ventana=types.SimpleNamespace(state=lambda: estado),
        franja=types.SimpleNamespace(poner=lambda _: None),
        _mostrar_salas=vistas.append, _mostrar_servidor=lambda *que: vistas.append(que))
    modulo_entrada.VentanaEntrada.refrescar(entrada, marcos.Aviso(), True)
    assert vistas == [{"general": 1}, ("En marcha", True)] * se_actualiza


@pytest.mark.parametrize("entorno, argumentos, queja", [
    ({"DISPLAY": ""}, [], "No hay pantalla"),
    ({}, ["--interfaz", "203.0.113.9"], "No se puede usar la interfaz 203.0.113.9"),
])
def test_lo_que_impide_empezar(abrir, monkeypatch, entorno, argumentos, queja):
    for variable, valor in entorno.items():
        monkeypatch.setenv(variable, valor)
    ana = abrir(*argumentos)
    if "DISPLAY" not in entorno:  # también en una ventana: quien lo abrió con un doble clic no ve otra cosa
        ana.esperar_que(lambda: queja in ana.tcl(".__tk__messagebox.msg cget -text"))
        ana.tcl(".__tk__messagebox.ok invoke")
    assert ana.esperar_fin() == 1
    assert any(queja in linea for linea in ana.lineas)


def test_sin_tkinter(puerto, tmp_path):
    (tmp_path / "tkinter.py").write_text("raise ModuleNotFoundError('No module named _tkinter', name='_tkinter')")
    orden = [sys.executable, str(programas.PRACTICA / "cliente_gui.py"), "--puerto", str(puerto)]
    fin = subprocess.run(orden, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True,
                         timeout=PLAZO)
    assert fin.returncode == 1 and fin.stderr.startswith("Falta Tkinter: ") and "python cliente.py" in fin.stderr
    assert "Traceback" not in fin.stderr


def test_sin_pillow_ni_psutil_ni_pyaudio_todo_lo_demas_funciona(servidor, abrir, sencillo, tmp_path, monkeypatch):
    for nombre in ("PIL", "psutil", "pyaudio", "sounddevice"):
        (tmp_path / f"{nombre}.py").write_text(f"raise ImportError('No module named {nombre}')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    oyente = sencillo()
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.teclear(sala, "sin nada", "Return")
    oyente.esperar(tipo="msj", content="sin nada")
    oyente.enviar(tipo="msj", user="Carla", sala="general", content="hola 👍")
    ana.esperar_texto(sala, "hola‹bien›")
    oyente.enviar(tipo="sticker", user="Carla", sala="general", content="aplauso")
    ana.esperar_texto(sala, "Sticker «aplauso»")
    ana.teclas("ctrl+r")
    ana.esperar_texto(sala, "Falta PyAudio, la biblioteca de sonido. Instálala con: pip install PyAudio")


# -------------------------------------------------------------------- por dentro


HILOS = """
import sys, threading, tkinter
sys.path.insert(0, {practica!r})
import cliente_gui
mainloop = tkinter.Tk.mainloop

def contar(raiz):
    raiz.after(1500, lambda: print("hilos", *sorted(hilo.name for hilo in threading.enumerate()), flush=True))
    mainloop(raiz)

tkinter.Tk.mainloop = contar
sys.exit(cliente_gui.main())
"""


def test_dos_hilos_y_un_socket(servidor, abrir, tmp_path):
    (tmp_path / "hilos.py").write_text(HILOS.format(practica=str(programas.PRACTICA)))
    ana = abrir("--usuario", "Ana", "--sala", "general", archivo=str(tmp_path / "hilos.py"))
    ana.esperar_ventana("general — Ana")
    assert ana.esperar_linea("hilos").split() == ["hilos", "MainThread", "enviar", "recibir"]
    assert len(sockets_udp(ana.proceso.pid)) == 1


def sockets_udp(pid: int) -> "set[str]":
    """Los sockets UDP que tiene abiertos un proceso, por su inodo."""
    renglones = pathlib.Path(f"/proc/{pid}/net/udp").read_text().splitlines()[1:]
    existentes = {renglon.split()[9] for renglon in renglones}
    enlaces = set()
    for uno in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # se cerró mientras tanto
            enlaces.add(os.readlink(uno))
    return {inodo for inodo in existentes if f"socket:[{inodo}]" in enlaces}

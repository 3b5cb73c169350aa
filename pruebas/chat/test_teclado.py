"""Todo se puede hacer sin ratón: cada función de las ventanas, con teclas de verdad."""

import json
import os
import subprocess
import types

from ayudas import programa_gui
from ayudas import programas
import pytest
import protocolo
from ayudas import red_propia
from adjuntos import stickers
from ventanas.globos import conversacion as modulo_conversacion
from ventanas.globos import globo
from ventanas import charla as modulo_charla
from ventanas import ordenes
from ventanas import sonido
from ventanas.globos import seleccion
from ventanas.globos import mensaje as modulo_mensaje
from ventanas.globos.mensaje import AdjuntoArchivo, Mensaje
from ventanas.aspecto import dialogos
from ventanas.aspecto import foco
from ventanas.aspecto import rueda
from ventanas.aspecto import tema
from ayudas.ventanas_abiertas import abrir  # noqa: F401
from ayudas.ventanas_abiertas import ana_en_general  # noqa: F401
from ayudas.ventanas_abiertas import pantalla  # noqa: F401

programa_gui.exigir()


def test_mayus_enter_es_otro_renglon_y_desde_la_conversacion_se_escribe(ana_en_general, sencillo):
    oyente = sencillo()
    ana, sala = ana_en_general
    ana.enfocar(sala)
    ana.teclas("F6")  # a la conversación
    ana.esperar_tcl("focus", ana.lienzo(sala))
    ana.escribir("uno")
    ana.teclas("shift+Return")
    ana.escribir("dos")
    ana.teclas("Return")
    oyente.esperar(tipo="msj", content="uno\ndos")
    ana.esperar_texto(sala, "uno dos")


def test_privado_desde_la_lista(ana_en_general, sencillo):
    oyente = sencillo()
    oyente.enviar(tipo="inicio", user="Zoe", sala="general")
    ana, sala = ana_en_general
    ana.esperar_personas(sala, "Zoe", "Ana (tú)")
    ana.enfocar(sala)
    lista = ana.parte(sala, "Treeview")
    ana.tabular_hasta(lista)
    ana.teclas("Home", *["Down"] * ana.personas(sala).index("Zoe"), "Return")
    ana.teclear(ana.esperar_ventana("Zoe — Ana"), "psst", "Return")
    ana.contestar()  # sin cifrar, sí
    oyente.esperar(tipo="msj", privado=True, to="Zoe", content="psst")


def test_otra_sala_y_pasar_de_una_a_otra(ana_en_general):
    ana, general = ana_en_general
    ana.enfocar(general)
    ana.teclas("ctrl+n")
    entrada = ana.esperar_ventana("Entrar al chat")
    assert "disabled" in ana.tcl(f"{ana.parte(entrada, 'TEntry')} state")  # el nombre ya no se cambia
    ana.teclear(entrada, "redes", "Return")
    redes = ana.esperar_ventana("redes — Ana")
    ana.esperar_personas(redes, "Ana (tú)")
    ana.enfocar(redes)
    ana.teclas("ctrl+Tab")
    ana.esperar_que(lambda: ana.tcl("focus").startswith(general + "."), "pasar a la otra sala")


def test_tema_y_letra_al_momento_y_recordados(ana_en_general, abrir):
    ana, sala = ana_en_general
    ana.enfocar(sala)
    lienzo, campo = ana.lienzo(sala), ana.campo(sala)
    antes, alto = ana.tcl(f"{lienzo} cget -background"), int(ana.tcl(f"font metrics [{campo} cget -font] -linespace"))
    ana.teclas("ctrl+d", "ctrl+plus", "ctrl+plus", "ctrl+plus", "ctrl+minus")
    ana.esperar_que(lambda: ana.tcl(f"{lienzo} cget -background") != antes, "que cambie el fondo")
    ana.esperar_que(lambda: int(ana.tcl(f"font metrics [{campo} cget -font] -linespace")) > alto, "que crezca la letra")
    fondo, crecida = ana.tcl(f"{lienzo} cget -background"), ana.tcl(f"font metrics [{campo} cget -font] -linespace")
    otra = abrir("--usuario", "Otra", "--sala", "general")
    suya = otra.esperar_ventana("general — Otra")
    assert ((otra.tcl(f"{otra.lienzo(suya)} cget -background"),
             otra.tcl(f"font metrics [{otra.campo(suya)} cget -font] -linespace"))
            == (fondo, crecida))
    ana.enfocar(sala)
    ana.teclas("ctrl+0")
    ana.esperar_tcl(f"font metrics [{campo} cget -font] -linespace", str(alto))


def test_completar_nombres(ana_en_general, sencillo):
    oyente = sencillo()
    for nombre in ("Juan Pérez", "Juana"):
        oyente.enviar(tipo="inicio", user=nombre, sala="general")
    ana, sala = ana_en_general
    ana.esperar_personas(sala, "Juan Pérez", "Juana", "Ana (tú)")
    ana.teclear(sala, "hola @jua")
    ana.esperar_que(lambda: len(ana.partes(sala, "Treeview")) == 2, "la lista de nombres")
    oferta = ana.partes(sala, "Treeview")[-1]  # la que está encima
    ofrecidos = [fila.strip() for fila in ana.lista(f"lmap f [{oferta} children {{}}] {{{oferta} item $f -text}}")]
    assert sorted(ofrecidos) == ["Juan Pérez", "Juana"]
    ana.teclas(*["Down"] * ofrecidos.index("Juan Pérez"), "Return")
    ana.esperar_tcl(f"{ana.campo(sala)} get 1.0 end-1c", "hola @Juan Pérez ")
    ana.escribir("y juana")
    ana.teclas("Tab")  # sin @ también
    ana.esperar_que(lambda: ana.escrito(sala).startswith("hola @Juan Pérez y @Juan"), "que Tab complete")
    ana.teclas("Return")
    oyente.esperar(tipo="msj", user="Ana")


def test_buscar(ana_en_general, sencillo):
    otro = sencillo()
    ana, sala = ana_en_general
    for numero in range(60):
        otro.enviar(tipo="msj", user="Bryan", sala="general",
                    content=f"La canción {numero}" if numero in (3, 40) else f"otra cosa {numero}")
    ana.esperar_texto(sala, "otra cosa 59")
    assert not ana.dice(sala, "La canción 3")
    ana.enfocar(sala)
    ana.teclas("ctrl+f")
    ana.esperar_que(lambda: ana.tcl("winfo class [focus]") == "TEntry", "el campo de buscar")
    ana.escribir("CANCION")  # sin acento ni mayúsculas
    ana.esperar_que(lambda: "2 de 2" in ana.rotulos(sala))
    ana.esperar_texto(sala, "La canción 40")
    ana.teclas("Return")
    ana.esperar_que(lambda: "1 de 2" in ana.rotulos(sala))
    ana.esperar_texto(sala, "La canción 3")
    ana.teclas("BackSpace", "z")
    ana.esperar_que(lambda: "Sin resultados" in ana.rotulos(sala))
    ana.teclas("Escape")
    ana.esperar_texto(sala, "otra cosa 59")  # vuelve al final, donde estaba


def test_copiar_un_mensaje_da_el_original(ana_en_general, sencillo):
    ana, sala = ana_en_general
    otro = sencillo()
    otro.enviar(tipo="inicio", user="Bryan", sala="general")
    ana.esperar_texto(sala, "Bryan entró")
    for texto in ("bravo 👏🏽 ya", "lo siguiente"):
        otro.enviar(tipo="msj", user="Bryan", sala="general", content=texto)
    ana.esperar_texto(sala, "lo siguiente")
    ana.enfocar(sala)
    ana.teclas("F6", "Up", "ctrl+c")
    ana.esperar_que(lambda: ana.copiado() == "bravo 👏🏽 ya", "la copia")
    ana.teclas("shift+F10")
    ana.esperar_que(lambda: ana.tcl(f"winfo ismapped {ana.tcl(menu_de(ana, sala))}") == "1", "el menú del mensaje")
    ana.teclas("Escape")


def test_si_no_se_puede_guardar_lo_que_habia_sigue_ahi(tmp_path):
    ruta, notas = tmp_path / "charla.txt", []
    ruta.write_text("lo de antes")
    conversacion = types.SimpleNamespace(agregar_nota=lambda *nota: notas.append(nota))

    def leer():
        raise FileNotFoundError(2, "No such file or directory")

    modulo_charla.Charla.escribir(types.SimpleNamespace(conversacion=conversacion), str(ruta), leer)
    assert ruta.read_text() == "lo de antes" and list(tmp_path.iterdir()) == [ruta]
    assert notas == [(f"No se pudo guardar en {ruta}: no existe.", True)]


def menu_de(ana, sala: str) -> str:
    """El guion que da el menú de la conversación."""
    return f"lsearch -inline [winfo children [winfo parent {ana.lienzo(sala)}]] *menu*"


def test_guardar_la_conversacion(ana_en_general, sencillo, tmp_path):
    ana, sala = ana_en_general
    sencillo().enviar(tipo="msj", user="Bryan", sala="general", content="queda escrito ✍🏽", hora=1_700_000_000)
    ana.esperar_texto(sala, "queda escrito")
    ana.enfocar(sala)
    ana.teclas("ctrl+s")
    ana.esperar_que(lambda: "Entry" in ana.tcl("winfo class [focus]"), "el diálogo")
    ana.teclas("ctrl+a", "ctrl+slash")  # elegir todo, según la versión de Tk
    ana.escribir(str(tmp_path / "charla.txt"))
    ana.teclas("Return")
    ana.esperar_texto(sala, "Guardado en")
    texto = (tmp_path / "charla.txt").read_text(encoding="utf-8")
    assert "Bryan: queda escrito ✍🏽\n" in texto and "2023" in texto


def test_stickers_con_flechas(ana_en_general, sencillo):
    oyente = sencillo()
    ana, sala = ana_en_general
    ana.enfocar(sala)
    ana.teclas("ctrl+e")
    selector = ana.esperar_ventana("Stickers")
    ana.esperar_que(lambda: ana.tcl("focus").startswith(selector), "que el selector tenga el teclado")
    nombres = list(stickers.PAQUETE)
    ana.teclas("Down", "Right", "Return")  # la cuadrícula es de cinco columnas
    oyente.esperar(tipo="sticker", user="Ana", content=nombres[6])
    ana.esperar_que(lambda: "Stickers" not in ana.titulos(), "que se cierre")
    ana.enfocar(sala)
    ana.teclas("ctrl+e")
    selector = ana.esperar_ventana("Stickers")
    ana.esperar_que(lambda: ana.tcl("focus").startswith(selector), "que el selector tenga el teclado")
    ana.teclas("Escape")
    ana.esperar_que(lambda: "Stickers" not in ana.titulos(), "que Esc lo cierre")


def test_menu_preferencias_atajos_y_diagnostico(ana_en_general):
    ana, sala = ana_en_general
    for tecla, titulo in (("ctrl+comma", "Preferencias"), ("F1", "Atajos de teclado"), ("ctrl+i", "Diagnóstico")):
        ana.enfocar(sala)
        ana.teclas(tecla)
        ventana = ana.esperar_ventana(titulo)
        ana.enfocar(sala)
        ana.teclas(tecla)  # otra vez: se pasa a la que está abierta
        ana.esperar_que(lambda ventana=ventana: ana.tcl("focus").startswith(ventana), f"pasar a {titulo}")
        ana.teclas("Escape")
        ana.esperar_que(lambda titulo=titulo: titulo not in ana.titulos(), f"que Esc cierre {titulo}")
    ana.enfocar(sala)
    ana.teclas("F10")
    ana.esperar_que(lambda: ana.tcl(f"winfo ismapped [lsearch -inline [winfo children {sala}] *menu*]") == "1",
                    "el menú")
    ana.teclas("Escape")


def test_los_atajos_que_no_caben_se_desplazan(ana_en_general):
    ana, sala = ana_en_general
    ana.enfocar(sala)
    ana.teclas("F1")
    ventana = ana.esperar_abierta("Atajos de teclado")
    texto, cerrar = ana.parte(ventana, "Text"), ana.parte(ventana, "TButton")
    ana.esperar_tcl(f"{texto} yview", "0.0 1.0")  # caben todos
    ana.tcl(f"wm geometry {ventana} 420x300")
    ana.esperar_que(lambda: float(ana.tcl(f"lindex [{texto} yview] 1")) < 1, "que ya no quepan")
    fondo = f"expr {{[winfo rooty {cerrar}] + [winfo height {cerrar}] <= [winfo rooty {ventana}] + 300}}"
    assert ana.tcl(fondo) == "1"  # el botón se sigue viendo
    ana.teclas("Down")
    ana.esperar_que(lambda: float(ana.tcl(f"lindex [{texto} yview] 0")) > 0, "que bajen con la flecha")
    ana.teclas(*["Next"] * 20)
    ana.esperar_que(lambda: ana.tcl(f"lindex [{texto} yview] 1") == "1.0", "llegar al último")


def test_el_silencio_es_de_una_sala_y_se_recuerda(servidor, abrir):
    ana = abrir("--usuario", "Ana", "--sala", "general", "--sala", "redes")
    general, redes = ana.esperar_ventana("general — Ana"), ana.esperar_ventana("redes — Ana")

    def botones(de, ventana) -> "list[str]":
        return [de.tcl(f"{b} cget -text") for b in de.partes(ventana, "TButton")]

    ana.enfocar(general)
    ana.teclas("ctrl+m")
    ana.esperar_que(lambda: "Activar el sonido" in botones(ana, general), "el botón")
    assert "Silenciar" in botones(ana, redes)
    otra = abrir("--usuario", "Eva", "--sala", "general")
    sala = otra.esperar_ventana("general — Eva")
    otra.esperar_que(lambda: "Activar el sonido" in botones(otra, sala), "que se recuerde")
    otra.enfocar(sala)
    otra.teclas("ctrl+m")
    otra.esperar_que(lambda: "Silenciar" in botones(otra, sala), "que vuelva a sonar")


@pytest.mark.parametrize("silencio, calladas, suenan", [(False, ["#redes"], ["#general"]), (True, [], [])])
def test_solo_suena_la_conversacion_que_no_se_callo(silencio, calladas, suenan):
    oidos = []
    for clave in ("#redes", "#general"):
        de_una = sonido.Sonido(types.SimpleNamespace(bell=lambda clave=clave: oidos.append(clave)),
                               types.SimpleNamespace(silencio=silencio, calladas=calladas), None)
        de_una.avisar(clave)
    assert oidos == suenan


def test_lo_que_es_para_mi_suena_distinto_y_aunque_otro_acabe_de_sonar(monkeypatch):
    toques, despues = [], []
    raiz = types.SimpleNamespace(bell=lambda: toques.append(1), after=lambda _, orden: despues.append(orden))
    suena = sonido.Sonido(raiz, types.SimpleNamespace(silencio=False, calladas=[]), None)
    for ahora, para_mi, esperados in ((0, False, (1, 0)), (1, False, (1, 0)), (1, True, (2, 1)), (1.5, True, (2, 1)),
                                      (2.5, False, (2, 1)), (4, False, (3, 1))):
        monkeypatch.setattr(sonido.time, "monotonic", lambda ahora=ahora: ahora)
        suena.avisar("#general", para_mi)
        assert (len(toques), len(despues)) == esperados
    despues[0]()
    assert len(toques) == 4


def test_las_teclas_de_hoy_en_los_campos_de_la_entrada(servidor, abrir):
    ana = abrir()
    entrada = ana.esperar_ventana("Entrar al chat")
    sala = ana.esperar_que(lambda: ana.partes(entrada, "TEntry")[1])
    ana.enfocar(entrada)
    ana.tabular_hasta(sala)
    ana.teclas("End", "ctrl+a")
    ana.escribir("redes de hoy")
    ana.esperar_tcl(f"{sala} get", "redes de hoy")  # no «generalredes de hoy»
    ana.teclas("ctrl+BackSpace")
    ana.esperar_tcl(f"{sala} get", "redes de ")
    ana.teclas("ctrl+BackSpace")
    ana.esperar_tcl(f"{sala} get", "redes ")
    ana.teclas("ctrl+a", "ctrl+BackSpace")
    ana.esperar_tcl(f"{sala} get", "")


def test_borrar_palabras_y_deshacer_en_el_campo(ana_en_general, sencillo):
    oyente = sencillo()
    ana, sala = ana_en_general
    ana.teclear(sala, "uno dos", "ctrl+BackSpace")
    ana.esperar_que(lambda: ana.escrito(sala) == "uno ", "que se borre una palabra")
    ana.teclas("Return")
    oyente.esperar(tipo="msj", user="Ana")
    ana.esperar_que(lambda: ana.escrito(sala) == "", "que se vacíe")
    ana.teclas("ctrl+z", "ctrl+z")
    ana.escribir("x")
    ana.esperar_que(lambda: ana.escrito(sala).endswith("x"), "la letra")
    assert ana.escrito(sala) == "x"  # de lo enviado no vuelve nada


def test_sesenta_que_entran_son_un_renglon(ana_en_general, sencillo):
    ana, sala = ana_en_general
    otro = sencillo()
    for numero in range(60):
        otro.enviar(tipo="inicio", user=f"P{numero:02}", sala="general")
        if numero in (0, 1, 2, 30):  # en varias listas, no en una
            ana.esperar_que(lambda numero=numero: f"P{numero:02}" in ana.personas(sala), "que entre")
    ana.esperar_texto(sala, "P00, P01, P02 y 57 personas más entraron")
    assert ana.conversacion(sala).count("entr") == 1
    otro.enviar(tipo="salir", user="P07", sala="general")
    ana.esperar_texto(sala, "y 57 personas más entraron · P07 salió")
    otro.enviar(tipo="msj", user="P01", sala="general", content="hola")
    ana.esperar_texto(sala, "hola")
    otro.enviar(tipo="inicio", user="Zoe", sala="general")
    ana.esperar_texto(sala, "Zoe entró")  # tras un mensaje, un renglón nuevo


def test_todas_las_ventanas_son_del_chat(ana_en_general):
    ana, sala = ana_en_general
    ana.enfocar(sala)
    ana.teclas("ctrl+comma")
    preferencias = ana.esperar_ventana("Preferencias")
    for ventana in (sala, preferencias):
        assert ana.marco(ventana) in ana.xdotool("search", "--class", "^Chat$").split()
    ana.enfocar(sala)
    ana.teclas("ctrl+e")
    assert ana.tcl(f"winfo class {ana.esperar_ventana('Stickers')}") == "Chat"


def test_las_ventanas_recuerdan_su_tamano(servidor, lanzar, pantalla, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for vez in range(2):
        ana = lanzar(programa_gui.Ventanas, pantalla, "cliente_gui.py", "--usuario", "Ana", "--sala", "general")
        sala = ana.esperar_ventana("general — Ana")
        if vez:
            ana.esperar_tcl(f"list [winfo width {sala}] [winfo height {sala}]", "700 500")
        ana.tcl(f"wm geometry {sala} 700x500")
        ana.esperar_tcl(f"list [winfo width {sala}] [winfo height {sala}]", "700 500")
        ana.enfocar(sala)
        ana.teclas("ctrl+w")
        assert ana.esperar_fin() == 0
        assert not programa_gui.quejas(ana)


@pytest.mark.parametrize("guardadas", ["[]", '{"sala": [1, 1]}', '{"sala": [99999, "x"]}', '{"sala": [90000, 90000]}',
                                       '{"sala": [9000, 9000]}'])
def test_unas_medidas_raras_no_estorban(servidor, lanzar, pantalla, tmp_path, monkeypatch, guardadas):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    (tmp_path / "practica3-chat").mkdir()
    (tmp_path / "practica3-chat" / "preferencias.json").write_text(f'{{"medidas": {guardadas}}}')
    ana = lanzar(programa_gui.Ventanas, pantalla, "cliente_gui.py", "--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ancho, alto = (int(ana.tcl(f"winfo {lado} {sala}")) for lado in ("width", "height"))
    assert 340 <= ancho <= 2000 and 340 <= alto <= 1300 and not programa_gui.quejas(ana)


def test_mostrarse_sin_foco_no_lo_pide():
    """En Windows `wm deiconify` trae la ventana al frente y le da el teclado; `wm state normal`, no (tkWinWm.c)."""
    hecho = []
    ventana = types.SimpleNamespace(
        tk=types.SimpleNamespace(call=lambda *orden: ""), focusmodel=lambda modelo: None, update_idletasks=lambda: None,
        after_idle=lambda *que: None, state=lambda cual: hecho.append(cual),
        deiconify=lambda: hecho.append("deiconify"))
    foco.mostrar_sin_foco(ventana)
    assert hecho == ["normal"]


def test_tab_pasa_por_todo_y_el_foco_se_ve(ana_en_general):
    ana, sala = ana_en_general
    ana.enfocar(sala)
    recorridos = []
    for _ in range(12):
        recorridos.append(ana.tcl("focus"))
        ana.teclas("Tab")
        ana.esperar_que(lambda: ana.tcl("focus") != recorridos[-1], "que Tab avance")
        if ana.tcl("focus") == recorridos[0]:
            break
    clases = [ana.tcl(f"winfo class {uno}") for uno in recorridos]
    assert {"Text", "Canvas", "Treeview"} <= set(clases) and clases.count("TButton") >= 6, clases


def test_reintentar_lo_que_no_salio(ana_en_general, sencillo):
    ana, sala = ana_en_general
    carla = sencillo()
    carla.enviar(tipo="inicio", user="Carla", sala="general")
    ana.esperar_personas(sala, "Ana (tú)", "Carla")
    ana.enfocar(sala)
    ana.tabular_hasta(ana.parte(sala, "Treeview"))
    ana.teclas("Home", *["Down"] * ana.personas(sala).index("Carla"), "Return")
    con_carla = ana.esperar_ventana("Carla — Ana")
    carla.enviar(tipo="salir", user="Carla", sala="general")
    ana.esperar_que(lambda: "no está en línea" in ana.rotulos(con_carla))
    ana.teclear(con_carla, "te alcanzo", "Return")
    ana.esperar_texto(con_carla, "No se envió")
    carla.enviar(tipo="inicio", user="Carla", sala="general")
    ana.esperar_que(lambda: "privado · sin cifrar · en línea" in ana.rotulos(con_carla))
    ana.teclas("F6", "Up", "Return")  # lo último es la explicación; antes, el mensaje
    ana.contestar()  # sin cifrar, sí
    carla.esperar(tipo="msj", privado=True, to="Carla", content="te alcanzo")
    ana.esperar_que(lambda: not ana.dice(con_carla, "No se envió · Reintentar"))


def test_enlaces_y_mensajes_largos(servidor, abrir, sencillo, tmp_path, monkeypatch):
    abierto = tmp_path / "abierto"
    navegador = tmp_path / "navegador"
    navegador.write_text(f'#!/bin/sh\nread seguir < {tmp_path}/turno\necho "$1" > {abierto}.parte && mv '
                         f'{abierto}.parte {abierto}\n')
    os.mkfifo(tmp_path / "turno")  # un navegador que tarda en abrirse hasta que se le deja
    navegador.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{navegador} %s")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    otro = sencillo()
    otro.enviar(tipo="inicio", user="Bryan", sala="general")
    ana.esperar_texto(sala, "Bryan entró")
    otro.enviar(tipo="msj", user="Bryan", sala="general", content="mira https://ejemplo.mx/guia.")
    ana.esperar_texto(sala, "ejemplo.mx")
    ana.enfocar(sala)
    ana.teclas("F6", "Return")
    with open(tmp_path / "turno", "w"):
        otro.enviar(tipo="msj", user="Bryan", sala="general", content="mientras")
        ana.esperar_texto(sala, "mientras")  # la ventana no lo espera
    ana.esperar_que(abierto.exists, "que se abra")
    assert abierto.read_text() == "https://ejemplo.mx/guia\n"
    ana.teclas("shift+F10", "Down", "Down", "Return")  # Abrir enlace, Copiar enlace
    ana.esperar_que(lambda: ana.copiado() == "https://ejemplo.mx/guia", "la copia del enlace")
    otro.enviar(tipo="msj", user="Bryan", sala="general",
                content="\n".join(f"renglón {numero}" for numero in range(60)))
    ana.esperar_texto(sala, "Mostrar más")
    ana.enfocar(sala)
    ana.teclas("F6", "Return")
    ana.esperar_que(lambda: not ana.dice(sala, "Mostrar más"), "que se despliegue")


def test_elegir_varios_y_copiarlos(ana_en_general, sencillo):
    ana, sala = ana_en_general
    otro = sencillo()
    otro.enviar(tipo="inicio", user="Bryan", sala="general")
    ana.esperar_texto(sala, "Bryan entró")
    for texto in ("uno", "dos", "tres"):
        otro.enviar(tipo="msj", user="Bryan", sala="general", content=texto)
        ana.esperar_texto(sala, texto)
    ana.enfocar(sala)
    ana.teclas("F6", "shift+Up", "ctrl+c")
    ana.esperar_que(
        lambda: [linea.partition("] ")[2] for linea in ana.copiado().splitlines()] == ["Bryan: dos", "Bryan: tres"],
        "los dos últimos")
    ana.teclas("ctrl+a", "ctrl+c")
    ana.esperar_que(lambda: len(ana.copiado().splitlines()) >= 4, "todo")


def test_privado_desde_un_mensaje(ana_en_general, sencillo):
    ana, sala = ana_en_general
    otro = sencillo()
    otro.enviar(tipo="inicio", user="Bryan", sala="general")
    ana.esperar_texto(sala, "Bryan entró")
    otro.enviar(tipo="msj", user="Bryan", sala="general", content="hola")
    ana.esperar_texto(sala, "hola")
    ana.enfocar(sala)
    ana.teclas("F6", "shift+F10", "Down", "Down", "Down", "Return")  # Copiar mensaje, Responder, Escribir en privado
    ana.esperar_ventana("Bryan — Ana")


def test_la_lista_de_personas_en_una_ventana_estrecha(ana_en_general, sencillo):
    ana, sala = ana_en_general
    otro = sencillo()
    otro.enviar(tipo="inicio", user="Bryan", sala="general")
    ana.esperar_personas(sala, "Ana (tú)", "Bryan")
    ana.enfocar(sala)
    ana.tcl(f"wm geometry {sala} 420x500")
    boton = ana.esperar_que(lambda: next(b
                                         for b in ana.partes(sala, "TButton")
                                         if ana.tcl(f"{b} cget -text") == "Personas"), "el botón Personas")
    assert not ana.partes(sala, "Treeview")
    ana.tabular_hasta(boton)
    ana.teclas("Return")
    lista = ana.parte(sala, "Treeview")
    ana.esperar_tcl("focus", lista)
    ana.teclas("Home", *["Down"] * ana.personas(sala).index("Bryan"), "Return")
    ana.teclear(ana.esperar_ventana("Bryan — Ana"), "psst", "Return")
    ana.contestar()  # sin cifrar, sí
    otro.esperar(tipo="msj", privado=True, to="Bryan", content="psst")


def test_lo_escrito_sin_enviar_sigue_ahi_al_volver(ana_en_general, sencillo):
    sencillo().enviar(tipo="inicio", user="Zoe", sala="general")
    ana, sala = ana_en_general
    ana.esperar_personas(sala, "Zoe", "Ana (tú)")
    ana.pulsar_persona(sala, "Zoe")
    con_zoe = ana.esperar_ventana("Zoe — Ana")
    ana.teclear(con_zoe, "a medias")
    ana.esperar_que(lambda: ana.escrito(con_zoe) == "a medias")
    ana.teclas("ctrl+w")
    ana.esperar_que(lambda: "Zoe — Ana" not in ana.titulos(), "que se cierre")
    ana.pulsar_persona(sala, "Zoe")
    ana.esperar_que(lambda: ana.escrito(ana.esperar_ventana("Zoe — Ana")) == "a medias", "lo que se dejó")


def test_la_ventana_de_entrada(servidor, abrir):
    ana = abrir()
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.enfocar(entrada)
    campo = ana.parte(entrada, "TEntry")
    alto, fondo = int(ana.tcl(f"font metrics [{campo} cget -font] -linespace")), ana.tcl(". cget -background")
    ana.teclas("ctrl+d", "ctrl+plus")
    ana.esperar_que(lambda: ana.tcl(". cget -background") != fondo, "que cambie el tema")
    ana.esperar_que(lambda: int(ana.tcl(f"font metrics [{campo} cget -font] -linespace")) > alto, "que crezca la letra")
    for tecla, titulo in (("F1", "Atajos de teclado"), ("ctrl+i", "Diagnóstico"), ("ctrl+comma", "Preferencias")):
        ana.enfocar(entrada)
        ana.teclas(tecla)
        ventana = ana.esperar_ventana(titulo)
        ana.enfocar(ventana)
        ana.teclas("Escape")
        ana.esperar_que(lambda titulo=titulo: titulo not in ana.titulos(), f"que Esc cierre {titulo}")


def test_elegir_la_red(pantalla, abrir, tmp_path, monkeypatch):  # noqa: F811
    if not red_propia.hay_espacios():
        pytest.skip("aquí no se pueden crear espacios de red")
    monkeypatch.delenv("CHAT_INTERFAZ")
    with red_propia.red_propia():
        ana = abrir("--interfaz=127.0.0.1")
        entrada = ana.esperar_ventana("Entrar al chat")
        redes = ana.parte(entrada, "TCombobox")
        ana.enfocar(entrada)
        ana.tabular_hasta(redes)
        ofrecidas = ana.lista(f"{redes} cget -values")
        pasos = ofrecidas.index("red (192.168.1.20)") - int(ana.tcl(f"{redes} current"))
        ana.teclas("Down", *(["Down"] * pasos if pasos > 0 else ["Up"] * -pasos), "Return")
        ana.esperar_que(
            lambda: protocolo.GRUPO in subprocess.run(["ip", "maddr", "show", "dev",
                                                       "red"], capture_output=True, text=True).stdout,
                        "que el programa se una al grupo en esa red")
    assert json.loads((tmp_path / "practica3-chat" / "preferencias.json").read_text())["interfaz"] == "192.168.1.20"


def test_preferencias(ana_en_general, tmp_path):
    ana, sala = ana_en_general
    ana.enfocar(sala)
    fondo = ana.tcl(f"{sala} cget -background")
    ana.teclas("ctrl+comma")
    ventana = ana.esperar_ventana("Preferencias")
    ana.enfocar(ventana)
    ana.tabular_hasta(ana.parte(ventana, "TCombobox"))
    ana.teclas("Down", "Down", "Return")
    ana.esperar_que(lambda: ana.tcl(f"{sala} cget -background") != fondo, "el tema oscuro")
    for numero, clave in enumerate(("silencio", "avisos", "quieto", "historial")):
        casilla = ana.parte(ventana, "TCheckbutton", numero)
        ana.tabular_hasta(casilla)
        ana.teclas("space")
        ana.esperar_que(lambda casilla=casilla: "selected" not in ana.tcl(f"{casilla} state"), f"la casilla de {clave}")
    mas = next(b for b in ana.partes(ventana, "TButton") if ana.tcl(f"{b} cget -text") == "+")
    ana.tabular_hasta(mas)
    ana.teclas("space")
    ana.esperar_que(lambda: "110 %" in ana.rotulos(ventana), "que la letra crezca")
    guardado = json.loads((tmp_path / "practica3-chat" / "preferencias.json").read_text())
    esperado = {"tema": "oscuro", "silencio": True, "avisos": False, "quieto": True, "historial": False, "aumento": 1}
    assert {clave: guardado[clave] for clave in esperado} == esperado


# El programa de siempre, en un equipo con estos altavoces.
CON_ALTAVOCES = """
import sys
sys.path.insert(0, {practica!r})
from adjuntos import aparatos
aparatos.SONIDO.dispositivos = lambda: {{"entrada": [], "salida": [(0, "Audífonos 🎧"), (1, "Audífonos 🎤\a")]}}
"""


def test_elegir_un_altavoz_con_emoji_en_el_nombre(servidor, abrir, tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text(CON_ALTAVOCES.format(practica=str(programas.PRACTICA)))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.enfocar(sala)
    ana.teclas("ctrl+comma")
    ventana = ana.esperar_ventana("Preferencias")
    altavoz = ana.parte(ventana, "TCombobox", 2)  # colores, micrófono, altavoz
    assert ana.lista(f"{altavoz} cget -values") == ["El habitual del sistema"] + ["Audífonos ‹emoji›"] * 2
    ana.enfocar(ventana)
    ana.tabular_hasta(altavoz)
    ana.teclas("Down", "Down", "Down", "Return")  # abrir la lista y bajar dos
    preferencias = tmp_path / "practica3-chat" / "preferencias.json"
    ana.esperar_que(lambda: preferencias.exists()
                    and json.loads(preferencias.read_text())["altavoz"] == "Audífonos 🎤\a", "que se guarde el segundo")
    ana.teclas("Escape")
    ana.esperar_que(lambda: "Preferencias" not in ana.titulos())
    ana.enfocar(sala)
    ana.teclas("ctrl+comma")
    altavoz = ana.parte(ana.esperar_ventana("Preferencias"), "TCombobox", 2)
    assert ana.tcl(f"{altavoz} current") == "2"


# ---- una conversación sin lo demás, para llenarla


@pytest.fixture
def charla(raiz):
    """Una conversación vacía, a la vista y con el teclado."""
    una = modulo_conversacion.Conversacion(raiz, tema.Tema(raiz))
    una.pack(fill="both", expand=True)
    raiz.geometry("600x500")
    una.lienzo.focus_force()
    raiz.update()
    return una


def llenar(charla, *textos: str) -> None:
    """Que Bryan diga algo y se vea."""
    for texto in textos:
        charla.agregar(Mensaje("msj", "Bryan", texto, 1.0))
    charla.lista.pintar_ya()


def test_el_foco_de_un_mensaje_que_ya_no_se_conserva_no_pasa_a_otro(charla, monkeypatch):
    monkeypatch.setattr(modulo_mensaje, "MAX_MENSAJES", 20)
    monkeypatch.setattr(modulo_mensaje, "SOBRANTE", 10)
    llenar(charla, *(f"mensaje {numero}" for numero in range(20)))
    charla.enfocar(0)
    for numero in range(20, 60):
        assert charla.seleccion.leer() == ("mensaje 19" if numero <= 30 else "")
        llenar(charla, f"mensaje {numero}")


def test_elegir_todo_y_copiar_cuando_todo_es_un_mensaje(charla):
    llenar(charla, "único 👍")
    for tecla in ("<Control-a>", "<Control-c>"):
        charla.lienzo.event_generate(tecla)
    assert charla.clipboard_get() == "único 👍"


CODIGO = "if listo:\n\tprint(1)"


def test_copiar_un_bloque_de_codigo_con_el_teclado_y_con_el_raton(charla):
    llenar(charla, f"mira:\n```python\n{CODIGO}\n```\n¿ves?")
    puesto = charla.lista.puesto_de(0)
    zona, = (una for una in puesto.zonas if una.accion == globo.COPIAR)
    assert str(charla.tema.letra_codigo) in {charla.lienzo.itemcget(uno, "font")
                                             for uno in charla.lienzo.find_withtag("letras")}
    charla.enfocar(0)
    for hacer in (lambda: charla.lienzo.event_generate("<Return>"),
                  lambda: charla.lienzo.event_generate("<Button-1>", x=zona.x0 + 3, y=puesto.y + zona.y0 + 3)):
        charla.clipboard_clear()
        hacer()
        assert charla.clipboard_get() == CODIGO and charla.serie[0].copiado == CODIGO
    charla.enfocar(0)
    charla.acciones = types.SimpleNamespace(opciones_de=lambda _: [])
    charla.menu.menu.tk_popup = lambda *_: None
    charla.lienzo.event_generate("<Shift-F10>")
    charla.clipboard_clear()
    charla.menu.menu.invoke("Copiar código")
    assert charla.clipboard_get() == CODIGO
    charla.copiar(charla.serie[0].content)
    assert charla.clipboard_get() == f"mira:\n```python\n{CODIGO}\n```\n¿ves?"


@pytest.mark.parametrize("sistema, version, suceso, delta, pixeles", [
    ("x11", "8.6", "<Button-4>", 0, -60), ("x11", "8.6", "<Button-5>", 0, 60),
    ("win32", "8.6", "<MouseWheel>", 120, -60), ("win32", "8.6", "<MouseWheel>", -30, 15),
    ("aqua", "8.6", "<MouseWheel>", 1, -60),
    ("aqua", "9.0", "<MouseWheel>", 120, -60), ("x11", "9.0", "<MouseWheel>", -240, 120),
    ("aqua", "9.0", "<TouchpadScroll>", 7, -7), ("aqua", "9.0", "<TouchpadScroll>", 0x0003FFFB, 5),
    ("aqua", "9.0", "<TouchpadScroll>", -(2 << 16) + 9, -9), ("aqua", "9.0", "<TouchpadScroll>", -4, 4),
])
def test_la_rueda_y_el_panel_tactil_de_cada_sistema(charla, sistema, version, suceso, delta, pixeles):
    """Los valores de TIP 474 y 684, con lo que de verdad desplaza la conversación."""
    llenar(charla, *(f"mensaje {numero}" for numero in range(60)))
    charla.lista.mirar(30, 100)
    ordenes = {}
    lienzo = types.SimpleNamespace(bind=ordenes.__setitem__, tk=types.SimpleNamespace(
        call=lambda orden, _: {"set": version, "tk": sistema}[orden]))
    rueda.enlazar(lienzo, 60, charla.lista.desplazar)
    ordenes[suceso](types.SimpleNamespace(delta=delta))
    assert charla.lista.puesto_de(30).y == 100 - pixeles
    assert ("<Button-4>" in ordenes) == (version == "8.6")  # en Tk 9 son otros botones del ratón


def test_la_barra_atiende_lo_que_dice_tk_9(charla):
    llenar(charla, *(f"mensaje {numero}" for numero in range(60)))
    charla.lista.mirar(30, 100)
    charla._barra.tk.call(charla._barra["command"], "scroll", "-0.5", "units")
    assert charla.lista.puesto_de(30).y == 100 + round(0.5 * charla.tema.px(60))


def test_pegar_con_el_boton_central_no_arma_el_texto_por_cada_parte(charla, monkeypatch):
    escritos = []
    escribir = seleccion.escribir_mensaje
    monkeypatch.setattr(seleccion, "escribir_mensaje", lambda mensaje: escritos.append(mensaje) or escribir(mensaje))
    for cuantos in (30, 60):  # 30 más la segunda vez: lo que se pega es lo elegido ahora
        llenar(charla, *(f"{numero}{'á' * 1_000}" for numero in range(30)))
        charla.lienzo.event_generate("<Control-a>")
        charla.lienzo.selection_own(selection="PRIMARY")
        escritos.clear()
        pegado = charla.selection_get(selection="PRIMARY")
        assert len(escritos) == cuantos
        assert pegado == charla.seleccion.leer() and len(pegado.splitlines()) == cuantos


@pytest.mark.parametrize("tecla", ["ctrl+w", "ctrl+d", "ctrl+e"])
def test_los_atajos_no_escriben_ni_borran(ana_en_general, sencillo, tecla):
    oyente = sencillo()
    ana, sala = ana_en_general
    ana.teclear(sala, "a medias", "Home")
    if tecla == "ctrl+w":
        ana.teclas(tecla)
        assert ana.esperar_fin() == 0
        return
    ana.teclas(tecla)
    if tecla == "ctrl+e":
        ana.esperar_ventana("Stickers")
        ana.teclas("Escape")
        ana.esperar_que(lambda: "Stickers" not in ana.titulos())
    ana.enfocar(sala)
    ana.teclas("End", "Return")
    oyente.esperar(tipo="msj", user="Ana", content="a medias")


def test_ninguna_tecla_hace_dos_cosas_en_la_lista_de_atajos():
    renglones = ordenes.escribir_atajos(types.SimpleNamespace(mando="Ctrl+"))
    dichas = [tecla for teclas, _ in renglones for tecla in teclas.split(" · ") if tecla.startswith("Ctrl+")]
    assert len(dichas) == len(set(dichas)) and "Ctrl+M" in dichas and "Ctrl+Mayús+M" in dichas


def test_los_dialogos_de_tk_en_espanol_y_sin_los_ocultos(raiz):
    dialogos.preparar(raiz)
    for original, traducido in dialogos.FALTAN.items():
        assert raiz.tk.call("namespace", "eval", "::tk", ["::msgcat::mc", original]) == traducido
    assert str(raiz.tk.eval("set ::tk::dialog::file::showHiddenVar")) == "0"


@pytest.mark.parametrize("aumento", [0, *tema.AUMENTOS])
def test_la_tarjeta_de_un_archivo_no_se_encima_con_ninguna_letra(charla, aumento):
    charla.tema.poner_aumento(aumento)
    charla.vestir()
    nombre = "notas_de_la_practica_3_con_un_nombre_muy_largo.pdf"
    charla.agregar(Mensaje("archivo", "Bryan", "", 1.0, adjunto=AdjuntoArchivo(nombre, bytes=300_000)))
    charla.lista.pintar_ya()
    lienzo = charla.lienzo
    textos = {lienzo.itemcget(uno, "text"): lienzo.bbox(uno) for uno in lienzo.find_all() if lienzo.type(uno) == "text"}
    (arriba,) = (caja for texto, caja in textos.items() if texto.endswith(".pdf"))
    (abajo,) = (caja for texto, caja in textos.items() if texto.endswith("KB"))
    assert arriba[3] <= abajo[1] + 2  # el hueco de los renglones de una letra

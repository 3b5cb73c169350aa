"""Stickers y voz en las ventanas de verdad, con sonido de verdad (el PulseAudio de tarjeta_falsa.py)."""

import hashlib
import io
import os
import pathlib
import re
import tempfile
import threading
import time
import tkinter as tk
import types

from ayudas import programa_gui
from ayudas import programas
import pytest
from adjuntos import imagenes
from adjuntos import stickers
from ayudas import tarjeta_falsa
from adjuntos import wav
from PIL import Image
from PIL import ImageChops
from PIL import ImageGrab
from PIL import ImageStat
from ventanas import preparador
from ventanas.globos.mensaje import AdjuntoVoz
from ventanas.globos.mensaje import Mensaje
from ventanas import sonido
from ventanas import selector_stickers
from ayudas.ventanas_abiertas import abrir  # noqa: F401
from ayudas.ventanas_abiertas import ana_en_general  # noqa: F401
from ayudas.ventanas_abiertas import pantalla  # noqa: F401

programa_gui.exigir()
LADO = 168  # píxeles con que se muestra un sticker
IGUALES = 0.8  # de tarjeta_falsa.parecido
REPOSO = threading.Event()  # nadie lo avisa: sirve para esperar una mirada
VOZ = r"(?<!\d)0:0\d"  # lo que dura una de segundos; «10:05» es una hora


def lugar_del_sticker(ana, sala: str) -> "tuple[int, int, int, int]":
    """Dónde está, en la pantalla, el sticker que se ve."""
    lienzo = ana.lienzo(sala)
    guion = (f"set h {{}}; foreach i [{lienzo} find all] "
             f"{{if {{[{lienzo} type $i] eq {{image}} && [image width [{lienzo} itemcget $i -image]] > 120}} "
             f"{{set h [{lienzo} bbox $i]}}}}; set h")
    caja = ana.esperar_que(lambda: [int(n) for n in ana.tcl(guion).split()], "el sticker")
    x, y = int(ana.tcl(f"winfo rootx {lienzo}")), int(ana.tcl(f"winfo rooty {lienzo}"))
    return caja[0] + x, caja[1] + y, caja[2] + x, caja[3] + y


@pytest.mark.parametrize("nombre", ["hola", "taco"])
def test_un_sticker_se_ve_como_en_el_paquete(ana_en_general, sencillo, pantalla, nombre):
    ana, sala = ana_en_general
    ana.enfocar(sala)
    sencillo().enviar(tipo="sticker", user="Carla", sala="general", content=nombre)
    lugar = lugar_del_sticker(ana, sala)
    ana.esperar_texto(sala, "Carla entró")  # ya no se mueve
    lugar = lugar_del_sticker(ana, sala)
    fondo = ana.tcl(f"{ana.lienzo(sala)} cget -background")
    esperados = []
    for cuadro in stickers.abrir(nombre).cuadros:  # de los que se mueven, cualquiera de sus cuadros
        esperado = Image.new("RGB", (LADO, LADO), fondo)
        encogido = cuadro.resize((LADO, LADO), Image.Resampling.LANCZOS)
        esperado.paste(encogido, (0, 0), encogido)
        esperados.append(esperado.crop((0, 0, LADO, LADO - 40)))  # abajo va la hora

    def se_parece() -> bool:
        visto = ImageGrab.grab(lugar, xdisplay=pantalla.entorno["DISPLAY"]).convert("RGB").crop((0, 0, LADO, LADO - 40))
        return min(sum(ImageStat.Stat(ImageChops.difference(visto, uno)).mean) / 3 for uno in esperados) < 6  # de 255

    ana.esperar_que(se_parece, "que se vea igual")


def test_sticker_propio_de_un_archivo(servidor, lanzar, abrir, tmp_path, monkeypatch):
    (tmp_path / "Mis fotos").mkdir()
    (tmp_path / "user-dirs.dirs").write_text(f'XDG_PICTURES_DIR="{tmp_path}/Mis fotos"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    Image.new("RGB", (900, 600), "#22AA55").save(tmp_path / "Mis fotos" / "mi dibujo.jpg")
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    bryan.esperar("listo")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.enfocar(sala)
    ana.teclas("ctrl+e")
    selector = ana.esperar_ventana("Stickers")
    ana.esperar_que(lambda: ana.tcl("focus").startswith(selector), "que el selector tenga el teclado")
    ana.teclas("Return")
    bryan.esperar("sticker", user="Ana")
    ana.esperar_que(lambda: "Stickers" not in ana.titulos(), "que se cierre")
    ana.enfocar(sala)
    ana.teclas("ctrl+e")
    selector = ana.esperar_ventana("Stickers")
    agregar = ana.esperar_que(lambda: next(b
                                           for b in ana.partes(selector, "TButton")
                                           if "Agregar" in ana.tcl(f"{b} cget -text")))
    ana.enfocar(selector)
    ana.tabular_hasta(agregar)
    ana.teclas("Return")
    ana.esperar_que(lambda: "Entry" in ana.tcl("winfo class [focus]"), "el diálogo")
    assert ana.tcl("set ::tk::dialog::file::__tk_filedialog(selectPath)") == f"{tmp_path}/Mis fotos"
    ana.escribir("mi dibujo.jpg")
    ana.teclas("Return")
    ana.esperar_que(lambda: "mi dibujo: " in ana.rotulos(selector), "que quede elegido")
    ana.esperar_que(lambda: ana.tcl("winfo class [focus]") == "Canvas", "que el teclado vuelva a los stickers")
    ana.teclas("Return")
    llegado = bryan.esperar("sticker", user="Ana", content="mi dibujo")
    with Image.open(llegado["archivo"]) as imagen:
        assert imagen.size == (256, 171)


def test_lo_que_se_agrega_lo_abre_el_ayudante_y_no_la_ventana(monkeypatch):
    hilos, cargas, rotulos = [], [], []

    def agregar(ruta):
        hilos.append(threading.current_thread().name)
        if ruta == "rota.png":
            raise imagenes.ErrorImagen("La imagen está dañada.")

    monkeypatch.setattr(stickers, "agregar", agregar)
    selector = object.__new__(selector_stickers.SelectorDeStickers)
    selector.ventana = types.SimpleNamespace(winfo_exists=lambda: True)
    selector._nombre = types.SimpleNamespace(configure=lambda text, style: rotulos.append(text))
    selector._cargar = lambda _agregada: cargas.append(1)
    selector.lienzo = types.SimpleNamespace(focus_force=lambda: None)
    selector._preparador = preparador.Preparador(None, 1)
    for ruta in ("rota.png", "foto.png"):
        monkeypatch.setattr(selector_stickers.filedialog, "askopenfilename", lambda ruta=ruta, **_: ruta)
        selector.agregar()
    limite = time.monotonic() + programas.PLAZO
    while not cargas and time.monotonic() < limite:
        selector._preparador.atender()
    assert hilos == ["adjuntos"] * 2 and cargas == [1]
    assert rotulos == ["Agregando…", "Agregando…", "La imagen está dañada."]


@pytest.fixture
def sitio_para_tres(raiz, monkeypatch):
    """Un Preparador en el que caben tres animaciones de `hacer_gif`, cuántas prepararon, y un lienzo donde verlas."""
    monkeypatch.setattr(preparador, "MAX_RECORDADOS", 3 * 4 * 20 * 20)
    encargos = []
    uno = preparador.Preparador(raiz, 1)
    encargar = uno.encargar
    monkeypatch.setattr(uno, "encargar", lambda *datos, **de: (encargos.append(datos), encargar(*datos, **de)))
    yield uno, encargos, tk.Canvas(raiz)
    uno.parar()


def hacer_gif(numero: int) -> bytes:
    """Una animación de cuatro cuadros, distinta de las demás."""
    salida = io.BytesIO()
    cuadros = [Image.new("RGB", (20, 20), (numero, 50 * n, 99)) for n in range(4)]
    cuadros[0].save(salida, "GIF", save_all=True, append_images=cuadros[1:], duration=80)
    return salida.getvalue()


def preparar(uno, origen: bytes, lienzo=None):
    """Lo preparado de un sticker, ya puesto en un lienzo si se dice en cuál."""
    llegadas = []
    uno.pedir_sticker(origen, lambda imagen, _: llegadas.append(imagen), lado=20)
    limite = time.monotonic() + programas.PLAZO
    while not llegadas:
        assert time.monotonic() < limite, "no se preparó"
        if not uno.atender():
            REPOSO.wait(programa_gui.CADENCIA)
    if lienzo is not None:
        lienzo.create_image(0, 0, image=llegadas[0].fotos[0])
    return llegadas[0]


def test_las_animaciones_a_la_vista_no_se_sueltan_aunque_no_quepan(sitio_para_tres):
    """Se pedían otra vez en seguida, y sin fin. La que ya no cabe se ve, aunque quieta."""
    uno, encargos, lienzo = sitio_para_tres
    vistas = [preparar(uno, hacer_gif(numero), lienzo) for numero in range(6)]
    assert [len(una.fotos) for una in vistas] == [len(una.lapsos) for una in vistas] == [4, 4, 4, 1, 1, 1]
    for numero in range(6):
        assert preparar(uno, hacer_gif(numero)) is vistas[numero]
    assert len(encargos) == 6
    lienzo.delete("all")
    otra = preparar(uno, hacer_gif(6), lienzo)
    assert len(otra.fotos) == 4 and not any(una.fotos for una in vistas[3:])  # lo quieto no se recuerda
    assert len(preparar(uno, hacer_gif(5), lienzo).fotos) == 4


class RaizFalsa(dict):
    """El `after` de Tk: lo pedido, por su identificador."""

    def after(self, _milisegundos, orden):
        self[f"after#{len(self)}"] = orden
        return list(self)[-1]

    def after_cancel(self, cual):
        self.pop(cual, None)  # cancelar lo que ya se hizo no es un error


@pytest.fixture
def oyente(monkeypatch):
    """Un Sonido con reproductor falso, que decodifica en el acto; su raíz y una conversación que anota sus notas."""
    reproductor = types.SimpleNamespace(estado="parado", fallo="", posicion=0.0)
    reproductor.reproducir = lambda _: setattr(reproductor, "estado", "sonando")
    reproductor.parar = lambda: setattr(reproductor, "estado", "parado")
    monkeypatch.setattr(sonido.voz, "Reproductor", lambda: reproductor)
    raiz, notas = RaizFalsa(), []
    conversacion = types.SimpleNamespace(cambiar=lambda _: None, todos=list,
                                         agregar_nota=lambda nota, error: notas.append((nota, error)), notas=notas)
    decodificador = types.SimpleNamespace(abrir_voz=lambda origen, veces, al_estar: al_estar(origen, ""))
    return sonido.Sonido(raiz, types.SimpleNamespace(altavoz="", velocidad=1.0), decodificador), raiz, conversacion


def hacer_voz() -> Mensaje:
    """Una voz recién llegada."""
    return Mensaje("audio", "Bryan", "", 1.0, adjunto=AdjuntoVoz(cuerpo=b""))


def test_oir_una_voz_tras_otra_deja_una_sola_mirada(oyente):
    suena, raiz, conversacion = oyente
    for _ in range(10):
        suena.alternar(hacer_voz(), conversacion)
    assert len(raiz) == 1 and not conversacion.notas
    suena.callar()
    raiz.popitem()[1]()
    assert not raiz


def test_si_mientras_se_decodifica_se_pide_otra_o_callar_no_suena(oyente):
    suena, raiz, conversacion = oyente
    abiertas, oidas = [], []
    suena._preparador.abrir_voz = lambda origen, veces, al_estar: abiertas.append(al_estar)
    suena._reproductor.reproducir = oidas.append
    for _ in range(2):
        suena.alternar(hacer_voz(), conversacion)
    abiertas[0]("la primera", "")
    assert oidas == []
    abiertas[1]("la segunda", "")
    assert oidas == ["la segunda"]
    suena.alternar(hacer_voz(), conversacion)
    suena.callar(conversacion)
    abiertas[2]("la tercera", "")
    suena.alternar(hacer_voz(), conversacion)
    abiertas[3](None, "El archivo de sonido está dañado.")
    assert oidas == ["la segunda"] and conversacion.notas == [("El archivo de sonido está dañado.", True)]


@pytest.mark.parametrize("fallo, notas",
                         [("", []), ("El altavoz dejó de responder.", [("El altavoz dejó de responder.", True)])])
def test_lo_que_calla_una_voz_se_dice(oyente, fallo, notas):
    suena, raiz, conversacion = oyente
    suena.alternar(hacer_voz(), conversacion)
    suena._reproductor.estado, suena._reproductor.fallo = "parado", fallo
    raiz.popitem()[1]()
    assert conversacion.notas == notas and not raiz


def hostiles() -> "list[tuple[str, bytes]]":
    """Adjuntos que no son lo que dicen."""
    bomba = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomba, "PNG")
    tono = tarjeta_falsa.hacer_tono(0.5)
    return [
        ("audio", b"RIFF"), ("audio", tono[:-4_000]), ("audio", b"\x89PNG\r\n\x1a\n" + bytes(64)),
        ("audio", b"\0" * 5_000),
        ("audio", tono[:40] + b"\xff\xff\xff\x7e" + tono[44:]), ("audio", b"fLaC" + bytes(500)),
        ("audio", b"OggS" + bytes(500)),
        ("sticker", b"GIF89a"), ("sticker", bomba.getvalue()), ("sticker", b"no es una imagen"), ("sticker", tono),
        ("sticker", b"<svg/>"),
    ]


def test_adjuntos_hostiles_se_rechazan_con_un_aviso(ana_en_general, sencillo, tmp_path):
    ana, sala = ana_en_general
    otro = sencillo()
    antes = {ruta for ruta in tmp_path.rglob("*") if "historial" not in ruta.name}
    for numero, (tipo, cuerpo) in enumerate(hostiles()):
        formato = {"audio": "wav", "sticker": "png"}[tipo]
        cabecera = (f'{{"tipo":"{tipo}","user":"Carla","sala":"general","content":"../../x{numero}",'
                    f'"formato":"{formato}","duracion":1}}')
        otro.enviar_bytes(cabecera.encode() + b"\n" + cuerpo)
        otro.enviar(tipo="msj", user="Carla", sala="general", content=f"van {numero}")
        ana.esperar_texto(sala, f"van {numero}")
        ana.esperar_texto(sala, "que no se puede usar")
    otro.enviar(tipo="sticker", user="Carla", sala="general", content="../../etc/passwd")
    otro.enviar(tipo="msj", user="Carla", sala="general", content="y sigue")
    ana.esperar_texto(sala, "y sigue")
    nuevos = {ruta for ruta in tmp_path.rglob("*") if "historial" not in ruta.name} - antes
    assert {ruta.name for ruta in nuevos} <= {"preferencias.json", "aviso.wav"}, nuevos


@pytest.fixture
def tarjeta(monkeypatch):
    """Un micrófono y un altavoz de mentira para los programas que se lancen."""
    if tarjeta_falsa.falta():
        pytest.skip(tarjeta_falsa.falta())
    with tempfile.TemporaryDirectory(prefix="pa") as carpeta, \
            tarjeta_falsa.TarjetaFalsa(pathlib.Path(carpeta)) as falsa:
        for clave, valor in falsa.entorno.items():
            if clave not in ("PATH", "HOME"):
                monkeypatch.setenv(clave, valor)
        yield falsa


@pytest.mark.parametrize("perdida", ["0", "20"])
def test_lo_que_ana_dice_se_oye_en_el_altavoz_de_bryan(tarjeta, servidor, abrir, perdida):
    bryan = abrir("--usuario", "Bryan", "--sala", "general", f"--perdida={perdida}")
    de_bryan = bryan.esperar_abierta("general — Bryan")
    ana = abrir("--usuario", "Ana", "--sala", "general", f"--perdida={perdida}")
    de_ana = ana.esperar_abierta("general — Ana")
    ana.esperar_personas(de_ana, "Ana (tú)", "Bryan")
    grabar(ana, de_ana)
    dicho = tarjeta.hablar("Hola Bryan, ¿me oyes bien?")
    ana.teclas("Return")
    ana.esperar_que(lambda: re.search(VOZ, ana.conversacion(de_ana)), "que salga")
    bryan.esperar_que(lambda: re.search(VOZ, bryan.conversacion(de_bryan)), "la voz")
    escucha = tarjeta.escuchar()
    bryan.enfocar(de_bryan)
    bryan.teclas("F6")
    bryan.esperar_que(lambda: bryan.tcl("focus") == bryan.lienzo(de_bryan))
    bryan.teclas("Return")  # oír
    bryan.esperar_que(lambda: re.search(r"0:0\d/0:0\d", bryan.conversacion(de_bryan)), "que avance")
    bryan.esperar_que(lambda: not re.search(r"0:0\d/0:0\d", bryan.conversacion(de_bryan)), "que acabe")
    assert tarjeta_falsa.parecido(dicho, escucha.terminar()) > IGUALES


def test_una_voz_se_oye_antes_de_enviarla_y_despues_mas_deprisa(tarjeta, ana_en_general):
    ana, sala = ana_en_general
    grabar(ana, sala)
    dicho = tarjeta.hablar("Hola, ¿me oyes bien?")
    escucha = tarjeta.escuchar()
    ana.teclas("ctrl+r")
    ana.esperar_que(lambda: re.search(r"0:0[1-9] / 0:0[1-9]", ana.rotulos(sala)), "que avance")
    ana.esperar_que(lambda: re.search(r"0:00 / 0:0[1-9]", ana.rotulos(sala)), "que acabe")
    assert tarjeta_falsa.parecido(dicho, escucha.terminar()) > IGUALES
    assert not re.search(VOZ, ana.conversacion(sala))
    ana.teclas("Return")
    ana.esperar_que(lambda: re.search(VOZ, ana.conversacion(sala)), "que salga")
    ana.teclas("ctrl+l", "ctrl+l")
    ana.esperar_texto(sala, "Las voces se oirán a 2×.")
    ana.teclas("F6")
    ana.esperar_que(lambda: ana.tcl("focus") == ana.lienzo(sala))
    ana.teclas("Up", "Up", "Return")
    ana.esperar_que(lambda: "·2×" in ana.conversacion(sala), "que suene")
    ana.esperar_que(lambda: "·2×" not in ana.conversacion(sala), "que acabe")


def test_oir_pausar_guardar_y_cancelar(tarjeta, servidor, lanzar, abrir, tmp_path):
    voz = tmp_path / "voz.wav"
    voz.write_bytes(tarjeta_falsa.hacer_tono(6))
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    bryan.esperar("listo")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    bryan.hacer("audio", sala="general", archivo=str(voz))
    ana.esperar_texto(sala, "0:06")
    ana.enfocar(sala)
    ana.teclas("F6", "Return")
    ana.esperar_texto(sala, "/0:06")
    ana.teclas("space")  # pausa
    quieto = ana.esperar_que(lambda: re.search(r"\d:\d\d/0:06", ana.conversacion(sala)))
    ana.teclas("Right")
    ana.esperar_que(lambda: va_por(ana, sala) >= 2, "que la flecha adelante")
    adelantada = va_por(ana, sala)
    ana.teclas("Left")
    ana.esperar_que(lambda: va_por(ana, sala) < adelantada, "que la flecha atrase")
    ana.teclas("shift+F10")
    ana.teclas("Down", "Down", "Return")  # Oír, Guardar .wav…
    ana.esperar_que(lambda: "Entry" in ana.tcl("winfo class [focus]"), "el diálogo")
    ana.teclas("ctrl+slash")
    ana.escribir(str(tmp_path / "copia.wav"))
    ana.teclas("Return")
    ana.esperar_texto(sala, "Guardado en")
    assert (tmp_path / "copia.wav").read_bytes() == voz.read_bytes() and quieto
    ana.enfocar(sala)
    ana.teclas("ctrl+r")
    ana.esperar_que(lambda: "/ 1:00" in ana.rotulos(sala), "que grabe")
    ana.teclas("Escape")
    ana.esperar_que(lambda: "/ 1:00" not in ana.rotulos(sala), "que cancele")
    assert len([e for e in bryan.eventos if e["evento"] == "audio"]) == 1


def test_grabando_se_va_a_otra_ventana_y_al_volver_enter_envia(tarjeta, servidor, lanzar, abrir):
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    ana = abrir("--usuario", "Ana", "--sala", "general", "--sala", "redes")
    general, redes = ana.esperar_ventana("general — Ana"), ana.esperar_ventana("redes — Ana")
    bryan.esperar_lista("general", "Ana", "Bryan")
    grabar(ana, general)
    tarjeta.hablar("Hola")
    ana.teclas("ctrl+Tab")
    ana.esperar_que(lambda: ana.tcl("focus") == ana.campo(redes), "pasar a redes")
    ana.teclas("ctrl+Tab")
    ana.esperar_que(lambda: ana.tcl("winfo toplevel [focus]") == general, "volver a general")
    ana.teclas("Return")
    llegada = bryan.esperar("audio", user="Ana")
    archivo = pathlib.Path(llegada["archivo"])
    assert archivo.suffix == ".ogg" and hashlib.sha256(archivo.read_bytes()).hexdigest() == llegada["sha256"]
    assert llegada["duracion"] == round(wav.revisar(archivo.read_bytes()).duracion, 3) > 0.3


def test_una_voz_que_no_se_pudo_enviar_se_reintenta(tarjeta, lanzar, abrir, sencillo):
    uno = sencillo()  # el servidor, que no firma: con uno que firma, nadie más saca a nadie
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    uno.esperar(tipo="inicio", user="Ana")
    uno.enviar(tipo="usuarios", sala="general", lista=["Ana", "Bryan"])
    sala = ana.esperar_ventana("general — Ana")
    bryan.esperar_lista("general", "Ana", "Bryan")
    de_ana = uno.esperar(tipo="latido", user="Ana")["id"]
    grabar(ana, sala)
    tarjeta.hablar("Hola")
    uno.enviar(tipo="aviso", sala="general", user="Ana", content="El nombre Ana ya es de otra persona.", a=de_ana)
    entrada = ana.esperar_ventana("Entrar al chat")
    ana.teclas("Return")
    ana.esperar_texto(sala, "No se envió · Reintentar")
    ana.pulsar(ana.parte(entrada, "TEntry"), 3)
    ana.escribir("Eva")
    ana.teclas("Return")
    uno.esperar(tipo="inicio", user="Eva")
    uno.enviar(tipo="usuarios", sala="general", lista=["Eva", "Bryan"])
    ana.esperar_que(lambda: list(ana.titulos()) == ["general — Eva"], "que se oculte la entrada")
    ana.esperar_texto(sala, "Ana salió")  # lo último que mueve la conversación
    ana.pulsar_texto(sala, "No se envió")
    bryan.esperar("audio", user="Eva")


def grabar(ana, sala: str) -> None:
    """Empezar a grabar."""
    ana.enfocar(sala)
    ana.teclas("ctrl+r")
    ana.esperar_que(lambda: "/ 1:00" in ana.rotulos(sala), "que grabe")


def test_cerrar_a_medio_grabar_se_pregunta(tarjeta, ana_en_general):
    ana, sala = ana_en_general
    grabar(ana, sala)
    ana.teclas("ctrl+w")
    ana.esperar_que(lambda: "messagebox" in ana.tcl("focus"), "que se pregunte")
    ana.teclas("Return")  # no
    ana.esperar_que(lambda: "messagebox" not in ana.tcl("focus"))
    assert "/ 1:00" in ana.rotulos(sala)


MUDA = """
import sys
sys.path.insert(0, {practica!r})
from adjuntos import voz
import cliente_gui

voz.Grabadora.estado = property(lambda grabadora: "muda")  # el micrófono deja de responder
sys.exit(cliente_gui.main())
"""


def test_si_el_micro_deja_de_responder_la_persona_decide(tarjeta, servidor, lanzar, abrir, tmp_path):
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    (tmp_path / "muda.py").write_text(MUDA.format(practica=str(programas.PRACTICA)))
    ana = abrir("--usuario", "Ana", "--sala", "general", archivo=str(tmp_path / "muda.py"))
    sala = ana.esperar_ventana("general — Ana")
    bryan.esperar_lista("general", "Ana", "Bryan")
    ana.enfocar(sala)
    ana.teclas("ctrl+r")
    ana.esperar_que(lambda: "Sin micrófono" in ana.rotulos(sala))
    ana.teclas("Escape")
    ana.esperar_que(lambda: "Sin micrófono" not in ana.rotulos(sala))
    ana.teclear(sala, "mejor escribo", "Return")
    bryan.esperar("mensaje", content="mejor escribo")
    assert not [evento for evento in bryan.eventos if evento["evento"] == "audio"]


# El programa de siempre, con un PyAudio que lanza en los métodos que diga un archivo, como sin altavoz.
CON_ALTAVOZ_ROTO = """
import pathlib
import pyaudio
rotos = pathlib.Path({rotos!r})

def romper(metodo):
    hacer = getattr(pyaudio.PyAudio.Stream, metodo)

    def lanzar(flujo):
        hecho = hacer(flujo)
        if metodo in rotos.read_text().split():
            raise OSError(-9986, "Internal Error")
        return hecho

    setattr(pyaudio.PyAudio.Stream, metodo, lanzar)

for metodo in ("get_time", "is_active", "close"):
    romper(metodo)
"""


def test_sin_altavoz_a_media_voz_se_dice_se_vuelve_a_oir_y_al_cerrar_se_sale(
    tarjeta, servidor, lanzar, abrir, tmp_path, monkeypatch):
    rotos, voz = tmp_path / "rotos", tmp_path / "voz.wav"
    rotos.write_text("")
    voz.write_bytes(tarjeta_falsa.hacer_tono(30))
    (tmp_path / "sitecustomize.py").write_text(CON_ALTAVOZ_ROTO.format(rotos=str(rotos)))
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    bryan.esperar("listo")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    bryan.hacer("audio", sala="general", archivo=str(voz))
    ana.esperar_texto(sala, "0:30")
    ana.enfocar(sala)
    ana.teclas("F6", "Return")
    ana.esperar_texto(sala, "/0:30")
    rotos.write_text("get_time is_active close")
    ana.esperar_texto(sala, "El altavoz dejó de responder")
    rotos.write_text("")
    ana.teclas("Return")
    ana.esperar_texto(sala, "/0:30")
    rotos.write_text("close")
    ana.teclas("ctrl+w")
    assert ana.esperar_fin() == 0
    bryan.esperar_lista("general", "Bryan")


def va_por(ana, sala: str) -> int:
    """El segundo por el que va la voz que se oye."""
    return int(re.search(r"0:(\d\d)/0:06", ana.conversacion(sala)).group(1))


def test_un_minuto_de_voz_llega_entero(servidor, lanzar, abrir, tmp_path):
    voz = tmp_path / "minuto.wav"
    voz.write_bytes(wav.empaquetar(os.urandom(2 * 60 * wav.TASA)))
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    bryan.esperar("listo")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    bryan.hacer("audio", sala="general", archivo=str(voz))
    ana.esperar_texto(sala, "1:00")
    guardados = list((tmp_path / "practica3-chat" / "recibidos").rglob("*.wav"))
    assert voz.read_bytes() in [uno.read_bytes() for uno in guardados]

"""De punta a punta con dos ventanas de verdad, cada una con sus datos: la voz, byte por byte y en el altavoz.

Los stickers.
"""

import pathlib
import tempfile

from ayudas import programa_gui
from ayudas import programas
import pytest
from ayudas import tarjeta_falsa
from ayudas.ventanas_abiertas import abrir  # noqa: F401
from ayudas.ventanas_abiertas import pantalla  # noqa: F401

from adjuntos import stickers

programa_gui.exigir()


@pytest.fixture
def tarjeta(monkeypatch):
    """Un micrófono y un altavoz de mentira para los programas que lance la prueba."""
    with tempfile.TemporaryDirectory(prefix="voz-") as carpeta, \
            tarjeta_falsa.TarjetaFalsa(pathlib.Path(carpeta)) as una:
        for clave, valor in una.entorno.items():
            monkeypatch.setenv(clave, valor)
        yield una


@pytest.fixture
def dos(servidor, abrir, tmp_path, monkeypatch):  # noqa: F811
    """Función que abre a Ana y a Bryan, cada quien con su carpeta de datos.

    Devuelve (programa, ventana) de cada uno.
    """
    def abrir_dos(*opciones):
        abiertos, ventanas = [], []
        for quien in ("Ana", "Bryan"):
            monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / quien))
            abiertos.append(abrir("--usuario", quien, "--sala", "general", *opciones))
            ventanas.append(abiertos[-1].esperar_abierta(f"general — {quien}"))
        abiertos[0].esperar_personas(ventanas[0], "Ana (tú)", "Bryan")
        return zip(abiertos, ventanas)

    return abrir_dos


def recibidos(carpeta: pathlib.Path) -> "list[pathlib.Path]":
    """Lo que un cliente ha guardado, sin lo que esté a medio escribir."""
    return [ruta for ruta in carpeta.glob("practica3-chat/recibidos/**/*")
            if ruta.is_file() and not ruta.name.startswith(".")]


@tarjeta_falsa.con_sonido
@pytest.mark.parametrize("perdida", [0, 20])
def test_lo_que_ana_dice_en_su_ventana_suena_en_la_de_bryan(tarjeta, dos, tmp_path, perdida):
    (ana, de_ana), (bryan, de_bryan) = dos(f"--perdida={perdida}")
    ana.pulsar_boton(de_ana, "Grabar un mensaje de voz")
    ana.esperar_que(lambda: "● | 0:0" in ana.rotulos(de_ana), "que se esté grabando")
    dicho = tarjeta.hablar(tarjeta_falsa.FRASE)
    ana.pulsar_boton(de_ana, "Enviar")
    guardado, = bryan.esperar_que(lambda: recibidos(tmp_path / "Bryan"), "que Bryan guarde la voz")
    propio, = ana.esperar_que(lambda: recibidos(tmp_path / "Ana"))
    assert guardado.read_bytes() == propio.read_bytes() and guardado.suffix == ".ogg"
    bryan.esperar_que(lambda: bryan.dice(de_bryan, "0:0"), "la voz en su ventana")
    escucha = tarjeta.escuchar()
    bryan.enfocar(de_bryan)
    bryan.teclas("F6", "Return")
    bryan.esperar_que(lambda: bryan.dice(de_bryan, "/"), "que suene")
    bryan.esperar_que(lambda: not bryan.dice(de_bryan, "/"), "que acabe")
    assert tarjeta_falsa.parecido(dicho, escucha.terminar()) > tarjeta_falsa.IGUALES


def test_sin_microfono_se_dice_y_se_sigue_conversando(dos, tmp_path, monkeypatch):
    (tmp_path / "alsa.conf").write_text(tarjeta_falsa.ALSA)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "alsa.conf"))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/no-hay")
    (ana, de_ana), (bryan, de_bryan) = dos()
    ana.pulsar_boton(de_ana, "Grabar un mensaje de voz")
    ana.esperar_que(lambda: ana.dice(de_ana, "micrófono") or ana.dice(de_ana, "PyAudio"), "que lo diga")
    ana.teclear(de_ana, "sigo aqui", "Return")
    bryan.esperar_texto(de_bryan, "sigo aqui")


def test_una_voz_larga_se_ve_llegar(dos, lanzar, tmp_path, monkeypatch):
    """Con muchas pérdidas tarda lo bastante para ver cuánto lleva."""
    (tmp_path / "voz.wav").write_bytes(tarjeta_falsa.hacer_voz(60))
    (ana, de_ana), (bryan, de_bryan) = dos("--perdida=45")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "Carla"))
    carla = lanzar(programas.Cliente, "Carla", "general", perdida=45)
    carla.esperar("listo")
    carla.hacer("audio", sala="general", archivo=str(tmp_path / "voz.wav"))
    bryan.esperar_que(lambda: bryan.dice(de_bryan, "Recibiendo"), "que se vea cuánto lleva")
    for uno, ventana in ((ana, de_ana), (bryan, de_bryan)):
        uno.esperar_texto(ventana, "1:00")
        assert not uno.dice(ventana, "Recibiendo")
    guardadas = [ruta.read_bytes() for quien in ("Ana", "Bryan") for ruta in recibidos(tmp_path / quien)]
    assert guardadas == [tarjeta_falsa.hacer_voz(60)] * 2


def test_elegir_un_sticker_con_el_teclado(servidor, lanzar, abrir):  # noqa: F811
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    de_ana = ana.esperar_ventana("general — Ana")
    ana.enfocar(de_ana)
    ana.teclas("ctrl+e")
    selector = ana.esperar_que(lambda: selectores(ana)[0], "el selector de stickers")
    ana.enfocar(selector)
    pasos = [*stickers.PAQUETE].index("taco")
    ana.teclas("Home", *["Right"] * pasos)
    ana.esperar_que(lambda: "taco: come un taco" in ana.rotulos(selector), "llegar al taco")
    ana.teclas("Return")
    bryan.esperar("sticker", user="Ana", content="taco")


def selectores(programa) -> "list[str]":
    """Los selectores de stickers abiertos."""
    hijas = " ".join(programa.lista("lmap v [winfo children .] {winfo children $v}")).split()
    return [una
            for una in hijas if programa.tcl(f"winfo class {una}") == "Chat"
            and programa.tcl(f"wm title {una}") == "Stickers"]

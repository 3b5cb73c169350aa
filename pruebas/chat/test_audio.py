"""La voz: WAV ajenos y propios, y grabar y oír con sonido de verdad (el PulseAudio de tarjeta_falsa.py)."""

import array
import hashlib
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import threading
import time

from adjuntos import voz as modulo_voz
from ayudas import programas
import pytest
from ayudas import tarjeta_falsa
from adjuntos import wav
from hypothesis import given
from hypothesis import strategies as st
from test_chat import entrar

FRASE = "Hola Bryan, ¿me oyes bien?"
MIRADA = 0.01  # s entre dos miradas
REPOSO = threading.Event()  # nadie lo avisa: sirve para esperar una mirada
IGUALES, DISTINTOS = 0.8, 0.4  # de `tarjeta_falsa.parecido`: lo mismo, aun con cortes, y otra cosa


# -------------------------------------------------------------------- archivos WAV


@pytest.mark.parametrize("canales, ancho, tasa", [(1, 2, 16_000), (1, 1, 8_000), (2, 2, 44_100), (1, 3, 48_000), (2, 4, 96_000)])
def test_un_wav_razonable_vale(canales, ancho, tasa):
    voz = wav.revisar(tarjeta_falsa.hacer_tono(0.25, canales=canales, ancho=ancho, tasa=tasa))
    assert (voz.duracion, voz.tasa, voz.canales, voz.ancho) == (0.25, tasa, canales, ancho)
    muestras = wav.leer_muestras(voz)
    assert len(muestras) == tasa // 4 and 0.75 < wav.medir_pico(muestras) < 0.85


def cabecera(formato=1, canales=1, tasa=16_000, ancho=2, datos=b"\0\0" * 100, dichos=None) -> bytes:
    """Un WAV byte por byte; `dichos`: los bytes de sonido que dice traer."""
    fmt = struct.pack("<HHIIHH", formato, canales, tasa, tasa * ancho * canales & 0xFFFFFFFF, ancho * canales & 0xFFFF, 8 * ancho)
    dichos = len(datos) if dichos is None else dichos
    return (b"RIFF" + struct.pack("<I", 36 + dichos & 0xFFFFFFFF) + b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt
            + b"data" + struct.pack("<I", dichos) + datos)


HOSTILES = {
    "vacío": b"",
    "sólo RIFF": b"RIFF",
    "un PNG": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "un MP3": b"ID3\x04" + bytes(2000),
    "sin datos": cabecera(datos=b""),
    "cortado": cabecera(datos=bytes(3200))[:-1000],
    "dice 4 GB": cabecera(dichos=0xFFFFFFFF),
    "dice 2 GB": cabecera(dichos=0x7FFFFFFE),
    "tasa 0": cabecera(tasa=0),
    "tasa de 4 GHz": cabecera(tasa=4_000_000_000),
    "sin canales": cabecera(canales=0),
    "65 535 canales": cabecera(canales=65_535),
    "sin bits": cabecera(ancho=0),
    "muestras de 8 bytes": cabecera(ancho=8, datos=bytes(800)),
    "coma flotante": cabecera(formato=3, ancho=4),
    "comprimido": cabecera(formato=85),
    "una hora": cabecera(tasa=4_000, ancho=1, datos=bytes(4_000 * 3_600)),
    "fmt después": b"RIFF" + struct.pack("<I", 100) + b"WAVEdata" + struct.pack("<I", 50) + bytes(50),
}


@pytest.mark.parametrize("caso", HOSTILES)
def test_un_wav_roto_u_hostil_se_rechaza_con_una_frase(caso):
    with pytest.raises(wav.ErrorAudio) as error:
        wav.revisar(HOSTILES[caso])
    assert str(error.value).endswith(".") and "Error" not in str(error.value)


@given(st.data())
def test_ningun_byte_cambiado_lanza_otra_cosa(data):
    bueno = tarjeta_falsa.hacer_tono(0.01)
    roto = bytearray(bueno)
    for _ in range(data.draw(st.integers(1, 6))):
        roto[data.draw(st.integers(0, 60))] = data.draw(st.integers(0, 255))
    try:
        assert wav.revisar(bytes(roto[: data.draw(st.integers(0, len(roto)))])).duracion > 0
    except wav.ErrorAudio:
        pass


def test_la_onda_dibuja_donde_suena():
    silencio = array.array("h", [0] * 8_000).tobytes()
    tono = wav.revisar(tarjeta_falsa.hacer_tono(0.5)).muestras
    for canales in (1, 2):
        crudas = silencio + tono + silencio
        alturas = wav.onda(tarjeta_falsa.empaquetar(crudas * canales, 1, 2, 16_000), 30 * canales)
        assert [round(altura) for altura in alturas] == ([0] * 10 + [1] * 10 + [0] * 10) * canales
    assert wav.onda(tarjeta_falsa.empaquetar(silencio, 1, 2, 16_000), 5) == [0.0] * 5
    assert len(wav.onda(tarjeta_falsa.empaquetar(tono[:4], 1, 2, 16_000), 50)) == 50  # más barras que muestras


def test_leer(tmp_path):
    contenido = tarjeta_falsa.hacer_tono(0.1)
    (tmp_path / "voz.wav").write_bytes(contenido)
    assert wav.leer(tmp_path / "voz.wav") == (contenido, wav.revisar(contenido))
    for imposible in (tmp_path, tmp_path / "no.wav", "con\0nulo"):
        with pytest.raises(wav.ErrorAudio, match="No se puede leer"):
            wav.leer(imposible)
    (tmp_path / "grande").write_bytes(bytes(wav.MAX_BYTES + 1))
    with pytest.raises(wav.ErrorAudio, match="15 MB"):
        wav.leer(tmp_path / "grande")


# -------------------------------------------------------------------- sin sonido


def correr(programa: str, **entorno) -> "list[str]":
    """Lo que imprime un programa aparte; falla si se queda colgado o se queja de otra cosa."""
    base = {**os.environ, "PYTHONPATH": f"{programas.PRACTICA}{os.pathsep}{pathlib.Path(__file__).parent}{os.pathsep}{programas.RAIZ / 'pruebas'}", **entorno}
    hecho = subprocess.run([sys.executable, "-c", programa], env=base, capture_output=True, encoding="utf-8", timeout=programas.PLAZO)
    assert hecho.returncode == 0, hecho.stderr
    return hecho.stdout.splitlines()


SIN_SONIDO = """
from adjuntos import voz, wav
for intento in (voz.Grabadora().iniciar, lambda: voz.Reproductor().reproducir(wav.empaquetar(b"x" * 3200)), voz.dispositivos):
    try:
        print(intento())
    except wav.ErrorAudio as error:
        print(error)
"""


def test_sin_salida_de_errores_tambien_funciona():
    """Como en `2>&-`: callar a ALSA no debe fallar porque no haya a quién callar."""
    assert len(correr(f"import os\nos.close(2)\n{SIN_SONIDO}")) == 3


def test_sin_pyaudio_lo_dice_y_lo_demas_funciona():
    dicho = correr("import sys\nsys.modules['pyaudio'] = None\n" + SIN_SONIDO)
    assert len(dicho) == 3 and all("pip install PyAudio" in linea for linea in dicho), dicho


@pytest.mark.skipif(modulo_voz.pyaudio is None or sys.platform != "linux", reason="hace falta PyAudio, y ALSA para quitarle los aparatos")
def test_sin_tarjeta_de_sonido_lo_dice_y_lo_demas_funciona(tmp_path):
    (tmp_path / "alsa.conf").write_text(tarjeta_falsa.ALSA)
    nadie = {"PULSE_SERVER": f"unix:{tmp_path}/no-hay", "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    grabar, oir, hay = correr(SIN_SONIDO, ALSA_CONFIG_PATH=str(tmp_path / "alsa.conf"), **nadie)
    assert grabar.startswith("No se puede usar el micrófono:") and oir.startswith("No se puede usar el altavoz:")
    assert hay == "{'entrada': [], 'salida': []}"


# -------------------------------------------------------------------- con sonido

con_sonido = pytest.mark.skipif(bool(tarjeta_falsa.falta()) or modulo_voz.pyaudio is None, reason=tarjeta_falsa.falta() or "falta PyAudio")


@pytest.fixture(scope="module")
def tarjeta():
    """Un micrófono y un altavoz de mentira, para esta prueba y los programas que lance."""
    antes = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="sonido-") as carpeta, tarjeta_falsa.TarjetaFalsa(pathlib.Path(carpeta)) as una:
        os.environ.update(una.entorno)
        yield una
    os.environ.clear()
    os.environ.update(antes)


def esperar(condicion) -> None:
    """Mirar hasta que pase lo que debe, como hacen las ventanas."""
    limite = time.monotonic() + programas.PLAZO
    while not condicion():
        assert time.monotonic() < limite, "no llegó a pasar"
        REPOSO.wait(MIRADA)


@pytest.fixture
def grabadora(tarjeta):
    una = modulo_voz.Grabadora()
    yield una
    una.cancelar()


@pytest.fixture
def reproductor(tarjeta):
    uno = modulo_voz.Reproductor()
    yield uno
    uno.parar()


def grabar(tarjeta, grabadora, frase: str) -> "tuple[bytes, array.array]":
    """Grabar una frase; devuelve el WAV y lo que se dijo."""
    grabadora.iniciar()
    esperar(lambda: grabadora.segundos > 0)
    dicho = tarjeta.hablar(frase)
    return grabadora.terminar(), dicho


def oir(tarjeta, reproductor, contenido: bytes) -> array.array:
    """Lo que suena en el altavoz al oír un WAV entero."""
    escucha = tarjeta.escuchar()
    reproductor.reproducir(contenido)
    esperar(lambda: reproductor.estado == "parado")
    assert reproductor.fallo == ""
    return escucha.terminar()


@con_sonido
def test_hay_aparatos(tarjeta):
    assert modulo_voz.dispositivos() == {"entrada": [(0, "default")], "salida": [(0, "default")]}


@con_sonido
def test_lo_grabado_es_lo_dicho_y_lo_oido_lo_grabado(tarjeta, grabadora, reproductor):
    contenido, dicho = grabar(tarjeta, grabadora, FRASE)
    voz = wav.revisar(contenido)
    assert (voz.tasa, voz.canales, voz.ancho) == (16_000, 1, 2)
    assert tarjeta_falsa.parecido(dicho, tarjeta_falsa.leer(contenido)) > IGUALES
    oido = oir(tarjeta, reproductor, contenido)
    assert tarjeta_falsa.parecido(dicho, oido) > IGUALES
    assert tarjeta_falsa.parecido(tarjeta.hablar("Mañana no hay examen."), oido) < DISTINTOS


@con_sonido
@pytest.mark.parametrize("canales, ancho, tasa", [(1, 1, 8_000), (2, 2, 44_100), (2, 3, 48_000), (1, 4, 22_050)])
def test_se_oyen_wav_de_otras_medidas(tarjeta, reproductor, canales, ancho, tasa):
    contenido = tarjeta_falsa.hacer_tono(0.5, 330, canales=canales, ancho=ancho, tasa=tasa)
    assert tarjeta_falsa.parecido(tarjeta_falsa.leer(contenido), oir(tarjeta, reproductor, contenido)) > IGUALES


@con_sonido
def test_nivel_segundos_y_tope(tarjeta, grabadora, monkeypatch):
    monkeypatch.setattr(modulo_voz, "MAX_SEGUNDOS", 1.0)
    assert grabadora.estado == "parada"
    grabadora.iniciar()
    esperar(lambda: grabadora.segundos > 0)
    assert grabadora.estado == "grabando" and grabadora.nivel == 0
    tarjeta.hablar("aaa")
    esperar(lambda: grabadora.estado == "completa")
    assert wav.revisar(grabadora.terminar()).duracion == 1.0 and grabadora.estado == "parada"


@con_sonido
def test_el_nivel_sube_al_hablar(tarjeta, grabadora):
    grabadora.iniciar()
    esperar(lambda: grabadora.segundos > 0)
    tarjeta.emitir(tarjeta_falsa.hacer_tono(1.0))
    esperar(lambda: grabadora.nivel > 0.8)
    esperar(lambda: grabadora.nivel < 0.1)


@con_sonido
def test_un_microfono_en_silencio_lo_dice(grabadora):
    grabadora.iniciar()
    esperar(lambda: grabadora.segundos > 0.2)
    with pytest.raises(wav.ErrorAudio, match="permiso"):
        grabadora.terminar()


@con_sonido
def test_cancelar_olvida_y_se_puede_grabar_otra_vez(tarjeta, grabadora):
    grabadora.iniciar()
    esperar(lambda: grabadora.segundos > 0)
    grabadora.cancelar()
    assert (grabadora.estado, grabadora.segundos) == ("parada", 0)
    contenido, dicho = grabar(tarjeta, grabadora, "Otra vez")
    assert tarjeta_falsa.parecido(dicho, tarjeta_falsa.leer(contenido)) > IGUALES


@con_sonido
def test_pausar_seguir_y_mover(reproductor):
    reproductor.reproducir(tarjeta_falsa.hacer_tono(10))
    esperar(lambda: reproductor.posicion > 0.1)
    reproductor.pausar()
    en = reproductor.posicion
    assert reproductor.estado == "pausado" and 0.1 < en < 5 and reproductor.duracion == 10
    reproductor.mover(6.5)
    assert reproductor.posicion == pytest.approx(6.5) and reproductor.estado == "pausado"
    reproductor.seguir()
    assert reproductor.estado == "sonando"
    esperar(lambda: reproductor.posicion > 6.6)
    reproductor.mover(1e9)
    esperar(lambda: reproductor.estado == "parado")
    reproductor.mover(3)  # ya no hay nada que mover
    reproductor.seguir()
    assert (reproductor.estado, reproductor.posicion, reproductor.fallo) == ("parado", 0, "")


@con_sonido
def test_dos_cosas_a_la_vez_no_chocan(tarjeta, grabadora, reproductor):
    otro = modulo_voz.Reproductor()
    reproductor.reproducir(tarjeta_falsa.hacer_tono(20))
    otro.reproducir(tarjeta_falsa.hacer_tono(20))
    assert (reproductor.estado, otro.estado) == ("parado", "sonando")
    grabadora.iniciar()
    assert otro.estado == "pausado"
    with pytest.raises(wav.ErrorAudio, match="Termina primero de grabar"):
        otro.seguir()
    with pytest.raises(wav.ErrorAudio, match="Ya se está grabando"):
        modulo_voz.Grabadora().iniciar()
    with pytest.raises(wav.ErrorAudio, match="Termina primero de grabar"):
        reproductor.reproducir(tarjeta_falsa.hacer_tono(1))
    assert grabadora.estado == "grabando" and reproductor.estado == "parado"
    grabadora.cancelar()
    otro.seguir()
    assert otro.estado == "sonando"
    otro.parar()


@con_sonido
@pytest.mark.parametrize("recordado", ["default", "unos audífonos que se quedaron en casa", 0, 9_999])
def test_el_aparato_recordado_que_ya_no_esta_es_el_habitual(tarjeta, recordado):
    grabadora = modulo_voz.Grabadora(recordado)
    grabadora.iniciar()
    assert grabadora.estado == "grabando"
    grabadora.cancelar()


DESCONECTAR = """
import os, pathlib, sys, tempfile
from ayudas import tarjeta_falsa
from test_audio import esperar
with tempfile.TemporaryDirectory() as carpeta, tarjeta_falsa.TarjetaFalsa(pathlib.Path(carpeta)) as tarjeta:
    os.environ.update(tarjeta.entorno)
    from adjuntos import voz
    from adjuntos import wav
    grabadora, reproductor = voz.Grabadora(), voz.Reproductor()
    if sys.argv[1:] == ["grabar"]:
        grabadora.iniciar()
        tarjeta.emitir(tarjeta_falsa.hacer_tono(5))
        esperar(lambda: grabadora.nivel > 0.5)
        tarjeta.pulseaudio.kill()
        esperar(lambda: grabadora.estado != "grabando")
        print(grabadora.estado, wav.revisar(grabadora.terminar()).duracion > 0)
    else:
        reproductor.reproducir(tarjeta_falsa.hacer_tono(30))
        esperar(lambda: reproductor.posicion > 0)
        tarjeta.pulseaudio.kill()
        esperar(lambda: reproductor.estado != "sonando")
        print(reproductor.estado, reproductor.fallo)
    print(voz.dispositivos())
"""


@con_sonido
@pytest.mark.parametrize("que, dice", [("grabar", "muda True"), ("oir", "parado El altavoz dejó de responder.")])
def test_un_aparato_que_se_desconecta_a_la_mitad(que, dice):
    """Lo grabado hasta entonces no se pierde, y nada se queda colgado."""
    programa = f"import sys\nsys.argv = ['', '{que}']\n{DESCONECTAR}"
    assert correr(programa) == [dice, "{'entrada': [], 'salida': []}"]


def romper(monkeypatch, *metodos: str) -> None:
    """Que los flujos de PyAudio hagan lo suyo y lancen, además, lo que lanzan cuando el aparato ya no está."""
    for metodo in metodos:
        def lanzar(flujo, hacer=getattr(modulo_voz.pyaudio.PyAudio.Stream, metodo)):
            hacer(flujo)
            raise OSError(-9986, "Internal Error")

        monkeypatch.setattr(modulo_voz.pyaudio.PyAudio.Stream, metodo, lanzar)


@con_sonido
@pytest.mark.parametrize("metodos, dice", [
    (("get_time", "is_active", "close"), "El altavoz dejó de responder."), (("is_active",), "El altavoz dejó de responder."),
    (("close",), ""), (("get_time",), ""),  # sin la hora aún se sabe cuándo se entregó todo
])
def test_si_pyaudio_lanza_a_media_voz_se_dice_y_otra_si_suena(tarjeta, reproductor, monkeypatch, metodos, dice):
    with monkeypatch.context() as roto:
        reproductor.reproducir(tarjeta_falsa.hacer_tono(20 if dice else 1))
        esperar(lambda: reproductor.posicion > 0.1)
        romper(roto, *metodos)
        assert 0 < reproductor.posicion < 20
        esperar(lambda: reproductor.estado == "parado")
        assert reproductor.fallo == dice
    contenido = tarjeta_falsa.hacer_tono(0.5, 330)
    assert tarjeta_falsa.parecido(tarjeta_falsa.leer(contenido), oir(tarjeta, reproductor, contenido)) > IGUALES


@con_sonido
def test_si_pyaudio_lanza_tambien_se_puede_pausar_y_parar(tarjeta, reproductor, monkeypatch):
    """Al cerrar el programa se para lo que suena: una excepción aquí dejaba a los demás sin su «salir»."""
    for callar in (reproductor.pausar, reproductor.parar):
        with monkeypatch.context() as roto:
            reproductor.reproducir(tarjeta_falsa.hacer_tono(20))
            romper(roto, "get_time", "is_active", "close")
            callar()
        assert reproductor.estado != "sonando"


@con_sonido
@pytest.mark.parametrize("metodos, estado", [(("is_active", "close"), "muda"), (("close",), "grabando")])
def test_si_pyaudio_lanza_al_grabar_se_conserva_lo_grabado(tarjeta, grabadora, monkeypatch, metodos, estado):
    with monkeypatch.context() as roto:
        grabadora.iniciar()
        tono = tarjeta.emitir(tarjeta_falsa.hacer_tono(1))
        esperar(lambda: grabadora.nivel > 0.5)
        romper(roto, *metodos)
        assert grabadora.estado == estado
        assert wav.revisar(grabadora.terminar()).duracion > 0
    tono.wait(programas.PLAZO)  # que no se oiga en la prueba siguiente
    grabadora.iniciar()  # y se puede grabar otra vez
    assert grabadora.estado == "grabando"


# -------------------------------------------------------------------- de punta a punta


@con_sonido
def test_lo_que_ana_dice_lo_oye_bryan(tarjeta, grabadora, reproductor, lanzar, servidor, tmp_path, monkeypatch):
    """Del micrófono de Ana al altavoz de Bryan, por multidifusión y con pérdidas. Con ventanas, en test_voz.py."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    ana, bryan = (entrar(lanzar, quien, "general", perdida=20) for quien in ("Ana", "Bryan"))
    contenido, dicho = grabar(tarjeta, grabadora, FRASE)
    (tmp_path / "voz.wav").write_bytes(contenido)
    ana.hacer("audio", sala="general", archivo=str(tmp_path / "voz.wav"))
    llegado = bryan.esperar("audio", sala="general", user="Ana", sha256=hashlib.sha256(contenido).hexdigest())
    assert llegado["duracion"] == pytest.approx(wav.revisar(contenido).duracion, abs=0.001)
    recibido = pathlib.Path(llegado["archivo"]).read_bytes()
    assert recibido == contenido
    assert tarjeta_falsa.parecido(dicho, oir(tarjeta, reproductor, recibido)) > IGUALES


@pytest.mark.parametrize("perdida", [0, 20])
def test_una_voz_de_un_minuto_llega_entera_a_cinco(lanzar, servidor, tmp_path, monkeypatch, perdida):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    contenido = wav.empaquetar(random.Random(1).randbytes(60 * wav.TASA * wav.ANCHO))  # ruido: no se parece a nada anterior
    (tmp_path / "voz.wav").write_bytes(contenido)
    ana, *cinco = [entrar(lanzar, quien, "general", perdida=perdida) for quien in ("Ana", "Bryan", "Carla", "Dora", "Eva", "Fer")]
    ana.hacer("audio", sala="general", archivo=str(tmp_path / "voz.wav"))
    for uno in cinco:
        uno.esperar("audio", plazo=60, user="Ana", sha256=hashlib.sha256(contenido).hexdigest(), duracion=60.0)

"""La voz: WAV ajenos y propios, y grabar y oír con sonido de verdad (el PulseAudio de tarjeta_falsa.py)."""

import array
import hashlib
import io
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
import wave

from adjuntos import aparatos
from adjuntos import comprimidas
from adjuntos import portaudio
from adjuntos import velocidad
from adjuntos import voz as modulo_voz
from ayudas import archivos_wav
from ayudas import programas
import pytest
from ayudas import tarjeta_falsa
from adjuntos import wav
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

MIRADA = 0.01  # s entre dos miradas
REPOSO = threading.Event()  # nadie lo avisa: sirve para esperar una mirada


# -------------------------------------------------------------------- archivos WAV


@pytest.mark.parametrize("canales, ancho, tasa",
                         [(1, 2, 16_000), (1, 1, 8_000), (2, 2, 44_100), (1, 3, 48_000), (2, 4, 96_000)])
def test_un_wav_razonable_vale(canales, ancho, tasa):
    voz = wav.revisar(tarjeta_falsa.hacer_tono(0.25, canales=canales, ancho=ancho, tasa=tasa))
    assert (voz.duracion, voz.tasa, voz.canales, voz.formato, voz.sencilla) == (0.25, tasa, canales, "wav", True)
    muestras = wav.leer_muestras(voz)
    assert len(muestras) == tasa // 4 and 0.75 < wav.medir_pico(muestras) < 0.85


@pytest.mark.parametrize("caso", archivos_wav.HOSTILES)
def test_un_wav_roto_u_hostil_se_rechaza_con_una_frase(caso):
    with pytest.raises(wav.ErrorAudio) as error:
        wav.revisar(archivos_wav.HOSTILES[caso])
    assert str(error.value).endswith(".") and "Error" not in str(error.value)


@pytest.mark.parametrize("caso", archivos_wav.ENTEROS)
def test_un_wav_de_los_que_hacen_otros_programas_suena(caso, tmp_path):
    """Sin ninguna biblioteca, y se envía como lo entiende cualquiera."""
    voz = wav.revisar(archivos_wav.ENTEROS[caso])
    assert (voz.duracion, voz.tasa, voz.canales, voz.muestras) == (0.5, 16_000, 1, archivos_wav.MEDIO)
    enviar_como_uno_sencillo(archivos_wav.ENTEROS[caso], tmp_path)


@pytest.mark.parametrize("caso", archivos_wav.FLOTANTES)
def test_un_wav_de_coma_flotante_suena(caso, tmp_path):
    pytest.importorskip("soundfile", exc_type=ImportError)
    voz = wav.revisar(archivos_wav.FLOTANTES[caso])
    assert (voz.duracion, voz.tasa, voz.canales, voz.muestras) == (0.5, 16_000, 1, archivos_wav.MEDIO)
    enviar_como_uno_sencillo(archivos_wav.FLOTANTES[caso], tmp_path)


def enviar_como_uno_sencillo(contenido: bytes, carpeta: pathlib.Path) -> None:
    """Lo que se envía de un archivo lo lee el módulo wave de este Python, y suena igual."""
    (carpeta / "voz").write_bytes(contenido)
    enviada = wav.leer(carpeta / "voz")
    assert enviada.sencilla and enviada.formato == "wav" and enviada.muestras == wav.revisar(contenido).muestras
    with wave.open(io.BytesIO(enviada.contenido)) as archivo:
        assert archivo.getparams()[:3] == (1, 2, 16_000)
        assert archivo.readframes(archivo.getnframes()) == enviada.muestras


def test_un_numero_que_no_lo_es_se_oye_como_silencio():
    pytest.importorskip("soundfile", exc_type=ImportError)
    raras = array.array("f", [float("nan"), float("inf"), float("-inf"), 1e30, -7.0, 0.5]).tobytes()
    muestras = wav.leer_muestras(wav.revisar(archivos_wav.cabecera(formato=3, ancho=4, datos=raras)))
    assert list(muestras) == [0, 32_767, -32_768, 32_767, -32_768, 16_384]


@pytest.mark.parametrize("orden", [
    "espeak-ng -v es --stdout hola", "ffmpeg -v error -f lavfi -i sine=d=0.5:r=16000 -f wav -",
    "sox -n -r 16000 -t wav - synth 0.5 sine 440",
    "ffmpeg -v error -f lavfi -i sine=d=0.5:r=16000 -c:a pcm_f32le -f wav -",
    "ffmpeg -v error -f lavfi -i sine=d=0.5:r=16000 -f flac -",
])
def test_lo_que_un_programa_escribe_en_una_tuberia_suena(orden, tmp_path):
    if shutil.which(orden.split()[0]) is None:
        pytest.skip(f"falta {orden.split()[0]}")
    dicho = subprocess.run(orden.split(), stdout=subprocess.PIPE, check=True, timeout=programas.PLAZO).stdout
    voz = wav.revisar(dicho)
    assert wav.medir_pico(wav.leer_muestras(voz)) > 0.05 and voz.duracion == len(voz.muestras) / voz.tasa / 2 > 0.2
    (tmp_path / "voz").write_bytes(dicho)
    assert wav.leer(tmp_path / "voz").sencilla


COMPRIMIDAS = (("FLAC", "PCM_16", "flac"), ("OGG", "VORBIS", "ogg"), ("OGG", "OPUS", "ogg"),
               ("MP3", "MPEG_LAYER_III", "mp3"), ("WAV", "ULAW", "wav"),
               ("WAV", "IMA_ADPCM", "wav"), ("WAV", "DOUBLE", "wav"))


def comprimir(formato: str, clase: str, segundos=0.5, tasa=16_000, canales=1) -> bytes:
    """Un tono en otro formato."""
    soundfile = pytest.importorskip("soundfile", exc_type=ImportError)
    muestras = array.array("h", tarjeta_falsa.hacer_tono(segundos, canales=canales, tasa=tasa)[44:])
    salida = io.BytesIO()
    with soundfile.SoundFile(salida, "w", tasa, canales, clase, format=formato) as archivo:
        archivo.buffer_write(muestras, "int16")
    return salida.getvalue()


@pytest.mark.parametrize("tasa, canales", [(8_000, 1), (16_000, 1), (44_100, 2)])
@pytest.mark.parametrize("veces", [1.5, 2.0])
def test_mas_deprisa_dura_menos_y_no_suena_mas_aguda(tasa, canales, veces):
    """Un tono de 220 Hz sigue en 220 Hz, y casi toda su energía también: los tramos se montan sin estorbarse."""
    numpy = pytest.importorskip("numpy")
    tono = 9_000 * numpy.sin(2 * numpy.pi * 220 * numpy.arange(3 * tasa) / tasa)
    crudas = numpy.repeat(tono.astype("<i2")[:, None], canales, axis=1).tobytes()
    voz = wav.revisar(wav.empaquetar(crudas, tasa, canales)).acelerar(veces)
    oida = numpy.frombuffer(voz.muestras, "<i2").reshape(-1, canales)
    assert abs(len(oida) / tasa - voz.duracion) < 0.1 and abs(voz.duracion - 3 / veces) < 0.001
    energia = numpy.abs(numpy.fft.rfft(oida[:, -1] * numpy.hanning(len(oida)))) ** 2
    cerca = abs(numpy.fft.rfftfreq(len(oida), 1 / tasa) - 220) < 10
    assert energia[cerca].sum() / energia.sum() > 0.99


@pytest.mark.parametrize("cuantas", [0, 1, 100, 480, 900, 2_000])
def test_una_voz_de_un_instante_tambien_se_oye_deprisa(cuantas):
    pytest.importorskip("numpy")
    oida = velocidad.acelerar(bytes(2 * cuantas), 1, 16_000, 2.0)
    assert len(oida) % 2 == 0 and len(oida) <= 2 * cuantas and bool(oida) == bool(cuantas)


@pytest.mark.parametrize("formato, clase, extension", COMPRIMIDAS)
def test_un_archivo_de_los_que_la_gente_tiene_suena(formato, clase, extension, tmp_path):
    contenido = comprimir(formato, clase)
    voz = wav.revisar(contenido)
    assert (voz.duracion, voz.tasa, voz.canales, voz.formato) == (pytest.approx(0.5, abs=0.02), 16_000, 1, extension)
    tono = tarjeta_falsa.leer(tarjeta_falsa.hacer_tono(0.5))
    assert not voz.sencilla and tarjeta_falsa.parecido(tono, tarjeta_falsa.leer(contenido)) > 0.9
    (tmp_path / "voz").write_bytes(contenido)
    enviada = wav.leer(tmp_path / "voz")
    assert enviada.sencilla and enviada.muestras == voz.muestras


def decir_cuadros(flac: bytes, cuadros: int) -> bytes:
    """Un FLAC que dice en su cabecera traer tantos."""
    return flac[:21] + bytes([flac[21] & 0xF0 | cuadros >> 32]) + struct.pack(">I", cuadros & 0xFFFFFFFF) + flac[26:]


def test_un_flac_escrito_en_una_tuberia_se_mide_oyendolo():
    voz = wav.revisar(decir_cuadros(comprimir("FLAC", "PCM_16"), 0))
    assert voz.duracion == 0.5 and len(voz.muestras) == 16_000


@pytest.mark.parametrize("cuadros, tasa, canales",
                         [(96_000 * 590, 96_000, 2), (16_000 * 3_600, 16_000, 1), (2**36 - 1, 16_000, 1)])
def test_uno_comprimido_que_crece_demasiado_se_rechaza_sin_decodificarlo(monkeypatch, cuadros, tasa, canales):
    enorme = decir_cuadros(comprimir("FLAC", "PCM_16", tasa=tasa, canales=canales), cuadros)
    monkeypatch.setattr(comprimidas, "decodificar", None)
    with pytest.raises(wav.ErrorAudio, match="minutos|MB"):
        wav.revisar(enorme)


def test_uno_comprimido_que_ya_no_cabe_no_se_envia(tmp_path, monkeypatch):
    (tmp_path / "voz").write_bytes(comprimir("FLAC", "PCM_16"))
    monkeypatch.setattr(wav, "MAX_WAV", 16_000)
    with pytest.raises(wav.ErrorAudio, match="sin comprimir"):
        wav.leer(tmp_path / "voz")


@pytest.mark.parametrize("tope, valor, dice", [("MAX_DURACION", 2.0, "minutos"), ("MAX_DECODIFICADO", 64_000, "MB")])
def test_uno_comprimido_sin_largo_no_pasa_del_tope(monkeypatch, tope, valor, dice):
    largo = decir_cuadros(comprimir("FLAC", "PCM_16", 3.0), 0)
    monkeypatch.setattr(wav, tope, valor)
    decodificados = []
    decodificar = comprimidas.decodificar
    monkeypatch.setattr(comprimidas, "decodificar", lambda *donde: decodificados.append(decodificar(*donde)) or
                        decodificados[0])
    with pytest.raises(wav.ErrorAudio, match=dice):
        wav.revisar(largo)
    assert len(decodificados[0]) <= 64_000 + wav.ANCHO


SIN_SOUNDFILE = """
import sys
sys.modules["soundfile"] = None
from adjuntos import wav
from ayudas import archivos_wav
for contenido in (*archivos_wav.ENTEROS.values(), *archivos_wav.FLOTANTES.values(), b"fLaC" + bytes(100)):
    try:
        print(wav.revisar(contenido).duracion)
    except wav.ErrorAudio as error:
        print(error)
"""


def test_sin_soundfile_lo_dice_y_los_wav_de_enteros_suenan():
    dicho = correr(SIN_SOUNDFILE)
    assert dicho[: len(archivos_wav.ENTEROS)] == ["0.5"] * len(archivos_wav.ENTEROS)
    assert all("pip install soundfile" in linea for linea in dicho[len(archivos_wav.ENTEROS):]) and len(dicho) > len(
        archivos_wav.ENTEROS)


BUENAS = [tarjeta_falsa.hacer_tono(0.01), *archivos_wav.ENTEROS.values(), *archivos_wav.FLOTANTES.values()]


@settings(deadline=None)
@given(st.data())
def test_ningun_byte_cambiado_lanza_otra_cosa(data):
    """Ni al revisar ni al decodificar, y lo que sale mide lo que cabe."""
    if len(BUENAS) == 1 + len(archivos_wav.ENTEROS) + len(archivos_wav.FLOTANTES):
        BUENAS.extend(comprimir(formato, clase, 0.2) for formato, clase, _ in COMPRIMIDAS)
    roto = bytearray(data.draw(st.sampled_from(BUENAS)))
    for _ in range(data.draw(st.integers(1, 6))):
        roto[data.draw(st.integers(0, min(len(roto) - 1, 400)))] = data.draw(st.integers(0, 255))
    try:
        voz = wav.revisar(bytes(roto[: data.draw(st.integers(0, len(roto)))]))
        assert 0 < voz.duracion <= wav.MAX_DURACION and 0 < len(voz.muestras) <= wav.MAX_DECODIFICADO
        assert len(voz.muestras) % (2 * voz.canales) == 0
    except wav.ErrorAudio:
        pass


def test_la_onda_dibuja_donde_suena():
    silencio = array.array("h", [0] * 8_000).tobytes()
    tono = wav.revisar(tarjeta_falsa.hacer_tono(0.5)).muestras
    for canales in (1, 2):
        crudas = silencio + tono + silencio
        alturas = dibujar(crudas * canales, 30 * canales)
        assert [round(altura) for altura in alturas] == ([0] * 10 + [1] * 10 + [0] * 10) * canales
    assert dibujar(silencio, 5) == [0.0] * 5
    assert len(dibujar(tono[:4], 50)) == 50  # más barras que muestras


def dibujar(muestras: bytes, n: int) -> "list[float]":
    """La onda de unas muestras."""
    return wav.onda(wav.revisar(wav.empaquetar(muestras)), n)


def test_leer(tmp_path):
    contenido = tarjeta_falsa.hacer_tono(0.1)
    (tmp_path / "voz.wav").write_bytes(contenido)
    leida = wav.leer(tmp_path / "voz.wav")
    assert leida == wav.revisar(contenido) and leida.contenido == contenido
    for imposible in (tmp_path, tmp_path / "no.wav", "con\0nulo"):
        with pytest.raises(wav.ErrorAudio, match="No se puede leer"):
            wav.leer(imposible)
    (tmp_path / "grande").write_bytes(bytes(wav.MAX_WAV + 1))
    with pytest.raises(wav.ErrorAudio, match="15 MB"):
        wav.leer(tmp_path / "grande")


# -------------------------------------------------------------------- sin sonido


def correr(programa: str, **entorno) -> "list[str]":
    """Lo que imprime un programa aparte; falla si se queda colgado o se queja de otra cosa."""
    carpetas = (programas.PRACTICA, pathlib.Path(__file__).parent, programas.RAIZ / "pruebas")
    base = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, carpetas)), **entorno}
    hecho = subprocess.run([sys.executable, "-c", programa], env=base, capture_output=True, encoding="utf-8",
                           timeout=programas.PLAZO)
    assert hecho.returncode == 0, hecho.stderr
    return hecho.stdout.splitlines()


def exigir(modulo: str) -> None:
    """Saltar la prueba donde no está.

    Importarlo aquí no: enciende a ALSA, que ya no vería los aparatos de la prueba.
    """
    if subprocess.run([sys.executable, "-c", f"import {modulo}"], capture_output=True).returncode:
        pytest.skip(f"falta {modulo}")


SIN_SONIDO = """
from adjuntos import aparatos, voz, wav
for intento in (voz.Grabadora().iniciar, lambda: voz.Reproductor().reproducir(wav.empaquetar(b"x" * 3200)),
                aparatos.SONIDO.dispositivos):
    try:
        print(intento())
    except wav.ErrorAudio as error:
        print(error)
"""


def test_sin_salida_de_errores_tambien_funciona():
    """Como en `2>&-`: callar a ALSA no debe fallar porque no haya a quién callar."""
    assert len(correr(f"import os\nos.close(2)\n{SIN_SONIDO}")) == 3


def test_sin_pyaudio_lo_dice_y_lo_demas_funciona():
    dicho = correr("import sys\nsys.modules['pyaudio'] = sys.modules['sounddevice'] = None\n" + SIN_SONIDO)
    assert len(dicho) == 3 and all("pip install PyAudio" in linea for linea in dicho), dicho


@pytest.mark.skipif(sys.platform != "linux", reason="hace falta ALSA para quitarle los aparatos")
@pytest.mark.parametrize("sin", ["sounddevice", "pyaudio"])
def test_sin_tarjeta_de_sonido_lo_dice_y_lo_demas_funciona(tmp_path, sin):
    exigir({"pyaudio": "sounddevice", "sounddevice": "pyaudio"}[sin])
    (tmp_path / "alsa.conf").write_text(tarjeta_falsa.ALSA)
    nadie = {"PULSE_SERVER": f"unix:{tmp_path}/no-hay", "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    grabar, oir, hay = correr(f"import sys\nsys.modules['{sin}'] = None\n{SIN_SONIDO}",
                              ALSA_CONFIG_PATH=str(tmp_path / "alsa.conf"), **nadie)
    assert grabar.startswith("No se puede usar el micrófono:") and oir.startswith("No se puede usar el altavoz:")
    assert hay == "{'entrada': [], 'salida': []}"


# -------------------------------------------------------------------- con sonido

@pytest.fixture(scope="module", params=[portaudio.ConPyAudio,
                                        pytest.param(portaudio.ConSounddevice, marks=pytest.mark.largo)],
                ids=lambda clase: clase.__name__)
def biblioteca(request):
    """Cada prueba de sonido se pasa con PyAudio y, entre las largas, con sounddevice."""
    exigir({portaudio.ConPyAudio: "pyaudio", portaudio.ConSounddevice: "sounddevice"}[request.param])
    return request.param


@pytest.fixture(scope="module")
def tarjeta(biblioteca):
    """Un micrófono y un altavoz de mentira, para esta prueba y los programas que lance."""
    antes = dict(os.environ)
    with (tempfile.TemporaryDirectory(prefix="sonido-") as carpeta,
          tarjeta_falsa.TarjetaFalsa(pathlib.Path(carpeta)) as una):
        os.environ.update(una.entorno)
        aparatos.BIBLIOTECAS, todas = (biblioteca,), aparatos.BIBLIOTECAS
        aparatos.SONIDO = modulo_voz.SONIDO = aparatos.Sonido()
        yield una
        aparatos.BIBLIOTECAS = todas
        aparatos.SONIDO.apagar()
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
    return grabadora.terminar().contenido, dicho


def oir(tarjeta, reproductor, contenido: bytes) -> array.array:
    """Lo que suena en el altavoz al oír un WAV entero."""
    escucha = tarjeta.escuchar()
    reproductor.reproducir(contenido)
    esperar(lambda: reproductor.estado == "parado")
    assert reproductor.fallo == ""
    return escucha.terminar()


# -------------------------------------------------------------------- los nombres de los aparatos


@pytest.mark.parametrize("pagina", ["cp1252", "UTF-8", "cp1251", "ascii", "no existe"])
@pytest.mark.parametrize("como_viene, nombre", [
    ("MicrÃ³fono (Realtek)", "Micrófono (Realtek)"), ("AurÃ­culares", "Aurículares"), ("Micrófono", "Micrófono"),
    ("Speakers", "Speakers"),
    (b"Micr\xc3\xb3fono", "Micrófono"), (b"Micr\xf3fono", "Micr\ufffdfono"), (b"\xff\xfe\x00", "\ufffd\ufffd\0"),
    ("", ""), ("麦克风", "麦克风"), ("\udcff", "\udcff"),
])
def test_el_nombre_de_un_aparato_se_repara(monkeypatch, pagina, como_viene, nombre):
    monkeypatch.setattr("locale.getpreferredencoding", lambda *_: pagina)
    assert portaudio.reparar_nombre(como_viene) == nombre


@pytest.mark.parametrize("pagina", ["cp1252", "cp1251", "cp932", "cp1250"])
@settings(deadline=None)
@given(nombre=st.text(st.characters(categories=["L", "Nd", "Zs"]), min_size=1, max_size=20))
def test_se_repara_todo_lo_que_lee_mal_pyaudio(pagina, nombre):
    try:
        mal_leido = nombre.encode().decode(pagina)
    except UnicodeDecodeError:
        mal_leido = nombre  # entonces PyAudio lo lee como UTF-8
    with pytest.MonkeyPatch.context() as sustituto:
        sustituto.setattr("locale.getpreferredencoding", lambda *_: pagina)
        if mal_leido.encode(pagina, "replace").decode("utf-8", "replace") == nombre:
            assert portaudio.reparar_nombre(mal_leido) == nombre


class PortAudioDeWindows:
    """Un módulo pyaudio cuyos aparatos se llaman como llegan en Windows."""

    paInt16 = 8
    NOMBRES = ("MicrÃ³fono", b"Micr\xf3fono", "Altavoces")

    def PyAudio(self):
        return self

    def get_device_count(self):
        return len(self.NOMBRES)

    def get_device_info_by_index(self, indice):
        return {"index": indice, "name": self.NOMBRES[indice], "hostApi": 0, "maxInputChannels": 2,
                "maxOutputChannels": 2}

    def get_default_host_api_info(self):
        return {"index": 0}

    def is_format_supported(self, *_tasa, **_prueba):
        return True

    def terminate(self):
        pass


def test_los_aparatos_de_windows_se_listan_por_su_nombre(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyaudio", PortAudioDeWindows())
    nombres = [nombre for _, nombre in aparatos.Sonido().dispositivos()["entrada"]]
    assert nombres == ["Micrófono", "Micr\ufffdfono", "Altavoces"]


@tarjeta_falsa.con_sonido
def test_hay_aparatos(tarjeta):
    assert aparatos.SONIDO.dispositivos() == {"entrada": [(0, "default")], "salida": [(0, "default")]}


@tarjeta_falsa.con_sonido
def test_lo_grabado_es_lo_dicho_y_lo_oido_lo_grabado(tarjeta, grabadora, reproductor):
    contenido, dicho = grabar(tarjeta, grabadora, tarjeta_falsa.FRASE)
    voz = wav.revisar(contenido)
    assert (voz.tasa, voz.canales, voz.sencilla) == (16_000, 1, True)
    assert tarjeta_falsa.parecido(dicho, tarjeta_falsa.leer(contenido)) > tarjeta_falsa.IGUALES
    oido = oir(tarjeta, reproductor, contenido)
    assert tarjeta_falsa.parecido(dicho, oido) > tarjeta_falsa.IGUALES
    assert tarjeta_falsa.parecido(tarjeta.hablar("Mañana no hay examen."), oido) < tarjeta_falsa.DISTINTOS


@tarjeta_falsa.con_sonido
@pytest.mark.parametrize("canales, ancho, tasa", [(1, 1, 8_000), (2, 2, 44_100), (2, 3, 48_000), (1, 4, 22_050)])
def test_se_oyen_wav_de_otras_medidas(tarjeta, reproductor, canales, ancho, tasa):
    contenido = tarjeta_falsa.hacer_tono(0.5, 330, canales=canales, ancho=ancho, tasa=tasa)
    oido = oir(tarjeta, reproductor, contenido)
    assert tarjeta_falsa.parecido(tarjeta_falsa.leer(contenido), oido) > tarjeta_falsa.IGUALES


@tarjeta_falsa.con_sonido
def test_se_oye_una_voz_comprimida_que_dice_durar_mas(tarjeta, reproductor):
    """Sin fin se quedaría quien esperara lo que dice la cabecera."""
    contenido = decir_cuadros(comprimir("FLAC", "PCM_16"), 16_000 * 60)
    assert wav.revisar(contenido).duracion == 60
    oido = oir(tarjeta, reproductor, contenido)
    assert tarjeta_falsa.parecido(tarjeta_falsa.leer(tarjeta_falsa.hacer_tono(0.5)), oido) > tarjeta_falsa.IGUALES


@tarjeta_falsa.con_sonido
def test_nivel_segundos_y_tope(tarjeta, grabadora, monkeypatch):
    monkeypatch.setattr(modulo_voz, "MAX_GRABACION", 1.0)
    assert grabadora.estado == "parada"
    grabadora.iniciar()
    esperar(lambda: grabadora.segundos > 0)
    assert grabadora.estado == "grabando" and grabadora.nivel == 0
    tarjeta.hablar("aaa")
    esperar(lambda: grabadora.estado == "completa")
    assert grabadora.terminar().duracion == 1.0 and grabadora.estado == "parada"


@tarjeta_falsa.con_sonido
def test_el_nivel_sube_al_hablar(tarjeta, grabadora):
    grabadora.iniciar()
    esperar(lambda: grabadora.segundos > 0)
    tarjeta.emitir(tarjeta_falsa.hacer_tono(1.0))
    esperar(lambda: grabadora.nivel > 0.8)
    esperar(lambda: grabadora.nivel < 0.1)


@tarjeta_falsa.con_sonido
def test_un_microfono_en_silencio_lo_dice(grabadora):
    grabadora.iniciar()
    esperar(lambda: grabadora.segundos > 0.2)
    with pytest.raises(wav.ErrorAudio, match="permiso"):
        grabadora.terminar()


@tarjeta_falsa.con_sonido
def test_cancelar_olvida_y_se_puede_grabar_otra_vez(tarjeta, grabadora):
    grabadora.iniciar()
    esperar(lambda: grabadora.segundos > 0)
    grabadora.cancelar()
    assert (grabadora.estado, grabadora.segundos) == ("parada", 0)
    contenido, dicho = grabar(tarjeta, grabadora, "Otra vez")
    assert tarjeta_falsa.parecido(dicho, tarjeta_falsa.leer(contenido)) > tarjeta_falsa.IGUALES


@tarjeta_falsa.con_sonido
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


@tarjeta_falsa.con_sonido
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


@tarjeta_falsa.con_sonido
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
    from adjuntos import aparatos
    from adjuntos import voz
    grabadora, reproductor = voz.Grabadora(), voz.Reproductor()
    if sys.argv[1:] == ["grabar"]:
        grabadora.iniciar()
        tarjeta.emitir(tarjeta_falsa.hacer_tono(5))
        esperar(lambda: grabadora.nivel > 0.5)
        tarjeta.pulseaudio.kill()
        esperar(lambda: grabadora.estado != "grabando")
        print(grabadora.estado, grabadora.terminar().duracion > 0)
    else:
        reproductor.reproducir(tarjeta_falsa.hacer_tono(30))
        esperar(lambda: reproductor.posicion > 0)
        tarjeta.pulseaudio.kill()
        esperar(lambda: reproductor.estado != "sonando")
        print(reproductor.estado, reproductor.fallo)
    print(aparatos.SONIDO.dispositivos())
"""


@tarjeta_falsa.con_sonido
@pytest.mark.parametrize("que, dice", [("grabar", "muda True"), ("oir", "parado El altavoz dejó de responder.")])
def test_un_aparato_que_se_desconecta_a_la_mitad(biblioteca, que, dice):
    """Lo grabado hasta entonces no se pierde, y nada se queda colgado."""
    sin = {"ConPyAudio": "sounddevice", "ConSounddevice": "pyaudio"}[biblioteca.__name__]
    programa = f"import sys\nsys.modules['{sin}'] = None\nsys.argv = ['', '{que}']\n{DESCONECTAR}"
    assert correr(programa) == [dice, "{'entrada': [], 'salida': []}"]


def romper(monkeypatch, biblioteca, *metodos: str) -> None:
    """Que los flujos hagan lo suyo y lancen, además, lo que lanzan cuando el aparato ya no está."""
    if biblioteca is portaudio.ConPyAudio:
        import pyaudio
        clase, error = pyaudio.PyAudio.Stream, OSError(-9986, "Internal Error")
    else:
        import sounddevice
        clase, error = sounddevice.RawInputStream.__mro__[-2], sounddevice.PortAudioError("Internal Error", -9986)
        metodos = [{"is_active": "active", "get_time": "time"}.get(metodo, metodo) for metodo in metodos]
    for metodo in metodos:
        original = getattr(clase, metodo)

        def lanzar(flujo, hacer=getattr(original, "fget", original)):
            hacer(flujo)
            raise error

        monkeypatch.setattr(clase, metodo, property(lanzar) if isinstance(original, property) else lanzar)


@tarjeta_falsa.con_sonido
@pytest.mark.parametrize("metodos, dice", [
    (("get_time", "is_active", "close"), "El altavoz dejó de responder."),
    (("is_active",), "El altavoz dejó de responder."),
    (("close",), ""), (("get_time",), ""),  # sin la hora aún se sabe cuándo se entregó todo
])
def test_si_portaudio_lanza_a_media_voz_se_dice_y_otra_si_suena(
    biblioteca, tarjeta, reproductor, monkeypatch, metodos, dice):
    with monkeypatch.context() as roto:
        reproductor.reproducir(tarjeta_falsa.hacer_tono(20 if dice else 1))
        esperar(lambda: reproductor.posicion > 0.1)
        romper(roto, biblioteca, *metodos)
        assert 0 < reproductor.posicion < 20
        esperar(lambda: reproductor.estado == "parado")
        assert reproductor.fallo == dice
    contenido = tarjeta_falsa.hacer_tono(0.5, 330)
    oido = oir(tarjeta, reproductor, contenido)
    assert tarjeta_falsa.parecido(tarjeta_falsa.leer(contenido), oido) > tarjeta_falsa.IGUALES


@tarjeta_falsa.con_sonido
def test_si_portaudio_lanza_tambien_se_puede_pausar_y_parar(biblioteca, tarjeta, reproductor, monkeypatch):
    """Al cerrar el programa se para lo que suena: una excepción aquí dejaba a los demás sin su «salir»."""
    for callar in (reproductor.pausar, reproductor.parar):
        with monkeypatch.context() as roto:
            reproductor.reproducir(tarjeta_falsa.hacer_tono(20))
            romper(roto, biblioteca, "get_time", "is_active", "close")
            callar()
        assert reproductor.estado != "sonando"


@tarjeta_falsa.con_sonido
@pytest.mark.parametrize("metodos, estado", [(("is_active", "close"), "muda"), (("close",), "grabando")])
def test_si_portaudio_lanza_al_grabar_se_conserva_lo_grabado(
    biblioteca, tarjeta, grabadora, monkeypatch, metodos, estado):
    with monkeypatch.context() as roto:
        grabadora.iniciar()
        tono = tarjeta.emitir(tarjeta_falsa.hacer_tono(1))
        esperar(lambda: grabadora.nivel > 0.5)
        romper(roto, biblioteca, *metodos)
        assert grabadora.estado == estado
        assert grabadora.terminar().duracion > 0
    tono.wait(programas.PLAZO)  # que no se oiga en la prueba siguiente
    grabadora.iniciar()  # y se puede grabar otra vez
    assert grabadora.estado == "grabando"


# -------------------------------------------------------------------- de punta a punta


@tarjeta_falsa.con_sonido
def test_lo_que_ana_dice_lo_oye_bryan(tarjeta, grabadora, reproductor, lanzar, servidor, tmp_path, monkeypatch):
    """Del micrófono de Ana al altavoz de Bryan, por multidifusión y con pérdidas. Con ventanas, en test_voz.py."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    ana, bryan = (programas.entrar(lanzar, quien, "general", perdida=20) for quien in ("Ana", "Bryan"))
    contenido, dicho = grabar(tarjeta, grabadora, tarjeta_falsa.FRASE)
    (tmp_path / "voz.wav").write_bytes(contenido)
    ana.hacer("audio", sala="general", archivo=str(tmp_path / "voz.wav"))
    llegado = bryan.esperar("audio", sala="general", user="Ana", sha256=hashlib.sha256(contenido).hexdigest())
    assert llegado["duracion"] == pytest.approx(wav.revisar(contenido).duracion, abs=0.001)
    recibido = pathlib.Path(llegado["archivo"]).read_bytes()
    assert recibido == contenido
    assert tarjeta_falsa.parecido(dicho, oir(tarjeta, reproductor, recibido)) > tarjeta_falsa.IGUALES


@pytest.mark.parametrize("perdida", [pytest.param(0, marks=pytest.mark.largo), 20])
def test_una_voz_de_un_minuto_llega_entera_a_cinco(lanzar, servidor, tmp_path, monkeypatch, perdida):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    # Ruido: no se parece a nada anterior.
    contenido = wav.empaquetar(random.Random(1).randbytes(60 * wav.TASA * wav.ANCHO))
    (tmp_path / "voz.wav").write_bytes(contenido)
    ana, *cinco = [programas.entrar(lanzar, quien, "general", perdida=perdida)
                   for quien in ("Ana", "Bryan", "Carla", "Dora", "Eva", "Fer")]
    ana.hacer("audio", sala="general", archivo=str(tmp_path / "voz.wav"))
    for uno in cinco:
        uno.esperar("audio", plazo=60, user="Ana", sha256=hashlib.sha256(contenido).hexdigest(), duracion=60.0)


@pytest.mark.parametrize("falla", [OSError(-9996, "Invalid device"), OSError("Error querying device -1")])
def test_donde_nunca_hubo_microfono_se_dice_que_no_se_encontro(falla):
    """El primero es de PyAudio; el segundo, de sounddevice, que no da número."""
    assert aparatos._explicar(falla) == "no se encontró ninguno"

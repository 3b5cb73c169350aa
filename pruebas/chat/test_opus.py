"""La voz en Ogg Opus: lo que pesa y lo que conserva, cuándo se envía, y la ajena, acotada antes de decodificarla."""

import array
import io
import math
import random
import sys
import time

import pytest

from adjuntos import comprimidas
from adjuntos import opus
from adjuntos import wav
from ayudas import programas
from ayudas import tarjeta_falsa
from ayudas.aula import Aula

numpy = pytest.importorskip("numpy")
soundfile = pytest.importorskip("soundfile", exc_type=ImportError)

BLOQUE = 3_200  # bytes: 0.1 s, lo que da el micrófono cada vez
MINUTO = 300_000  # bytes que puede pesar uno


def codificar(muestras: bytes) -> bytes:
    """El Ogg Opus de unas muestras, dadas como las da el micrófono."""
    codificador = opus.Codificador()
    for desde in range(0, len(muestras), BLOQUE):
        codificador.agregar(muestras[desde : desde + BLOQUE])
    codificador.terminar()
    return esperar(codificador)


def esperar(codificador) -> bytes:
    """El archivo, en cuanto esté."""
    limite = time.monotonic() + programas.PLAZO
    while not codificador.acabo():
        assert time.monotonic() < limite
    return codificador.contenido()


def hacer_ruido(segundos: float) -> bytes:
    """Ruido blanco: tiene de todas las frecuencias por igual, y es lo que peor se comprime."""
    azar = random.Random(1)
    return array.array("h", (round(azar.gauss(0, 3_000)) for _ in range(round(segundos * wav.TASA)))).tobytes()


def medir_bandas(muestras: bytes) -> "list[float]":
    """La potencia (dB) de cada kHz, de 0 a 8."""
    señal = numpy.frombuffer(muestras, "<i2")[: len(muestras) // 1_024 * 512].astype(float)
    espectro = abs(numpy.fft.rfft(señal.reshape(-1, 512) * numpy.hanning(512))) ** 2
    return [10 * math.log10(banda.mean()) for banda in numpy.split(espectro[:, :256], 8, axis=1)]


def test_un_minuto_pesa_poco_y_conserva_los_siete_kilohercios():
    ruido = hacer_ruido(6)
    comprimida = codificar(ruido)
    voz = wav.revisar(comprimida)
    assert (voz.duracion, voz.tasa, voz.canales, voz.formato) == (6.0, wav.TASA, 1, opus.FORMATO)
    assert 10 * len(comprimida) < MINUTO
    bandas = zip(medir_bandas(ruido), medir_bandas(voz.muestras))
    assert all(abs(antes - despues) < 5 for antes, despues in bandas)


@pytest.mark.parametrize("segundos", [0.02, 0.33, 2.5])
def test_lo_codificado_es_lo_grabado(segundos):
    tono = tarjeta_falsa.hacer_tono(segundos)
    voz = wav.revisar(codificar(wav.revisar(tono).muestras))
    assert voz.duracion == wav.revisar(tono).duracion
    assert tarjeta_falsa.parecido(tarjeta_falsa.leer(tono), tarjeta_falsa.leer(voz.contenido)) > 0.9


def test_si_algo_falla_no_hay_archivo_y_seguir_grabando_no_falla(monkeypatch):
    monkeypatch.setitem(sys.modules, "soundfile", None)
    assert not opus.hay() and codificar(bytes(BLOQUE)) == b""
    monkeypatch.undo()
    assert opus.hay()
    monkeypatch.setattr(wav, "TASA", 12_345)  # Opus no la admite
    assert codificar(bytes(BLOQUE)) == b""


def test_lo_que_el_microfono_da_despues_de_terminar_se_olvida():
    codificador = opus.Codificador()
    codificador.terminar()
    vacio = esperar(codificador)
    codificador.agregar(bytes(BLOQUE))
    assert esperar(codificador) == vacio != b""


# -------------------------------------------------------------------- la ajena


def escribir(segundos: float, tasa=16_000, canales=1) -> bytes:
    """Un Ogg Opus de silencio, como lo haría otro programa."""
    salida = io.BytesIO()
    with soundfile.SoundFile(salida, "w", tasa, canales, "OPUS", format="OGG") as archivo:
        archivo.buffer_write(bytes(2 * canales * round(segundos * tasa)), "int16")
    return salida.getvalue()


@pytest.mark.parametrize("tope, valor, medidas, dice", [
    ("MAX_DURACION", 2.0, (3.0,), "minutos"), ("MAX_CANALES", 2, (0.5, 48_000, 3), "canales"),
    ("TASAS", (16_000, 96_000), (0.5, 8_000), "muestras por segundo"),
    ("MAX_DECODIFICADO", 100_000, (1.0, 48_000, 2), "pesa"),
])
def test_la_ajena_que_pasa_de_un_tope_se_rechaza_sin_decodificarla(monkeypatch, tope, valor, medidas, dice):
    monkeypatch.setattr(wav, tope, valor)
    monkeypatch.setattr(comprimidas, "decodificar", None)
    with pytest.raises(wav.ErrorAudio, match=dice):
        wav.revisar(escribir(*medidas))


def test_de_la_que_trae_mas_de_lo_que_dice_solo_se_decodifica_lo_que_dice():
    entera = codificar(hacer_ruido(2))
    voz = wav.revisar(entera + entera)  # dos, una tras otra: una cadena, que Ogg admite
    assert len(voz.muestras) <= round(voz.duracion * wav.TASA) * wav.ANCHO


# -------------------------------------------------------------------- cuándo se envía


@pytest.mark.parametrize("sabe_bryan, sabe_carla, en_sala, a_bryan",
                         [(True, True, True, True), (True, False, False, True), (False, True, False, False)])
@pytest.mark.parametrize("con_servidor", [True, False])
def test_se_envia_si_lo_oyen_todos_los_de_la_sala(con_servidor, sabe_bryan, sabe_carla, en_sala, a_bryan):
    aula = Aula()
    if con_servidor:
        aula.poner_servidor()
    ana, bryan, carla = (aula.poner_cliente(letra * 8, user, "general")
                         for letra, user in (("a", "Ana"), ("b", "Bryan"), ("c", "Carla")))
    assert not ana.objeto.oyen_ogg(to="Bryan")  # todavía no se sabe
    for uno, sabe in ((bryan, sabe_bryan), (carla, sabe_carla)):
        if sabe:
            uno.objeto.anunciar_ogg()
    aula.pasar(4)
    assert ana.objeto.oyen_ogg("general") == en_sala and ana.objeto.oyen_ogg(to="Bryan") == a_bryan
    carla.objeto.salir("general")
    aula.pasar(1)
    assert ana.objeto.oyen_ogg("general") == sabe_bryan


@pytest.mark.parametrize("con_servidor", [True, False])
def test_con_un_cliente_sencillo_en_la_sala_no_se_envia(con_servidor):
    aula = Aula()
    if con_servidor:
        aula.poner_servidor()
    ana, bryan = (aula.poner_cliente(letra * 8, user, "general") for letra, user in (("a", "Ana"), ("b", "Bryan")))
    bryan.objeto.anunciar_ogg()
    aula.pasar(4)
    assert ana.objeto.oyen_ogg("general") and not ana.objeto.oyen_ogg(to="Nadie")
    for datagrama in (b'{"tipo":"inicio","user":"Dora","sala":"general"}',
                      b'{"tipo":"msj","user":"Dora","sala":"general","content":"hola"}'):
        aula.repartir(datagrama)
    aula.pasar(1)
    assert not ana.objeto.oyen_ogg("general") and not ana.objeto.oyen_ogg(to="Dora")
    assert ana.objeto.oyen_ogg(to="Bryan")
    aula.repartir(b'{"tipo":"salir","user":"Dora","sala":"general"}')
    aula.pasar(1)
    assert ana.objeto.oyen_ogg("general")


def test_quien_esta_solo_no_espera_a_nadie():
    aula = Aula()
    aula.poner_servidor()
    ana = aula.poner_cliente("a" * 8, "Ana", "general")
    aula.pasar(2)
    assert ana.objeto.oyen_ogg("general")

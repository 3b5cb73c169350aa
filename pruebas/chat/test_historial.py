"""Lo que se conserva de una vez a otra: conversaciones y preferencias."""

import contextlib
import dataclasses
import os
import pathlib
import sqlite3
import subprocess
import sys
import threading
import time
import types

from equipo import datos
from equipo import letras
from ayudas import programa_gui
from ayudas import programas
import pytest
from adjuntos import stickers
from adjuntos import wav
from presencia import eventos
from ventanas import preparador
from ventanas import charla as modulo_charla
from ventanas.guardado import historial
from ventanas.globos import medidor
from ventanas.globos.mensaje import APLAZADO
from ventanas.globos.mensaje import ENVIADO
from ventanas.globos.mensaje import ESPERA
from ventanas.globos.mensaje import FALLO
from ventanas.globos.mensaje import AdjuntoSticker
from ventanas.globos.mensaje import Mensaje
from ventanas.guardado import preferencias
from ayudas.ventanas_abiertas import abrir  # noqa: F401
from ayudas.ventanas_abiertas import pantalla  # noqa: F401

FILA = historial.Fila("msj", "Bryan", "hola", 1.5, False, "")
CITA = {"user": "Ana", "hora": 1.0, "content": "¿Me oyen?"}


def fila(**cambios) -> historial.Fila:
    """Una fila como FILA, con algo distinto."""
    return dataclasses.replace(FILA, **cambios)


@pytest.fixture
def carpeta(tmp_path, monkeypatch):
    """Una carpeta de datos vacía."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / datos.NOMBRE


def test_lo_anotado_se_lee_otra_vez_y_no_se_repite(carpeta):
    uno = historial.Historial()
    for numero in range(1_000):
        uno.anotar("Ana", "#general", fila(hora=numero, content=f"mensaje {numero} 👍"))
    uno.anotar("Ana", "#general", fila(hora=999, content="mensaje 999 👍"))  # llegó otra vez de la red
    uno.anotar("Beto", "#general", FILA)
    uno.anotar("Ana", "@Bryan", FILA)
    uno.usar(False)
    otro = historial.Historial()
    leidas = otro.leer("Ana", "#general", 5_000)
    assert [fila.content for fila in leidas] == [f"mensaje {numero} 👍" for numero in range(1_000)]
    assert [fila.content for fila in otro.leer("Ana", "#general", 2)] == ["mensaje 998 👍", "mensaje 999 👍"]
    assert len(otro.leer("Beto", "#general", 10)) == len(otro.leer("Ana", "@Bryan", 10)) == 1
    otro.borrar()
    assert otro.leer("Ana", "#general", 10) == []
    otro.usar(False)


def test_lo_que_llega_otra_vez_no_cambia_de_lugar(carpeta):
    h = historial.Historial()
    for hora in (1, 2, 1):
        h.anotar("Ana", "#general", fila(hora=hora, archivo="voz.wav", duracion=hora))
    h.anotar("Ana", "#general", fila(hora=1, archivo="otra.wav"))
    assert [(fila.hora, fila.archivo) for fila in h.leer("Ana", "#general", 10)] == [(1, "otra.wav"), (2, "voz.wav")]
    h.usar(False)


def test_un_archivo_de_una_version_anterior_se_abre_y_se_borra_entero(carpeta):
    """Con sus clases, que no son los tipos del protocolo, y con su tabla de borradores."""
    carpeta.mkdir()
    with contextlib.closing(sqlite3.connect(carpeta / historial.ARCHIVO)) as base:
        base.executescript("""
            CREATE TABLE mensajes (
               numero INTEGER PRIMARY KEY, usuario TEXT, charla TEXT, autor TEXT, clase TEXT, contenido TEXT,
               hora REAL, propio INTEGER, estado TEXT, archivo TEXT, duracion REAL,
               UNIQUE (usuario, charla, hora, autor, clase, contenido));
            CREATE TABLE borradores (usuario TEXT, charla TEXT, texto TEXT, PRIMARY KEY (usuario, charla));
            INSERT INTO mensajes VALUES (1, 'Ana', '#general', 'Bryan', 'texto', 'hola', 1.5, 0, '', NULL, NULL);
            INSERT INTO mensajes VALUES (2, 'Ana', '#general', 'Ana', 'audio', '', 2.5, 1, 'enviado', 'voz.wav', 3.0);
            INSERT INTO borradores VALUES ('Ana', '#general', 'secreto');""")
    h = historial.Historial()
    de_voz = historial.Fila("audio", "Ana", "", 2.5, True, "enviado", "voz.wav", 3.0)
    assert h.leer("Ana", "#general", 10) == [FILA, de_voz]
    h.anotar("Ana", "#general", FILA)  # llega otra vez de la red
    assert h.leer("Ana", "#general", 10) == [FILA, de_voz]
    con_cita = historial.Fila("msj", "Ana", "sí", 3.5, True, "enviado", cita=CITA)
    h.anotar("Ana", "#general", con_cita)
    assert h.leer("Ana", "#general", 10) == [FILA, de_voz, con_cita]
    h.anotar("Ana", "#general", historial.Fila("borrar", "Ana", "3.5", 4.5, True, ""))
    assert [fila.tipo for fila in h.leer("Ana", "#general", 10)] == ["msj", "audio", "borrar"]
    assert h.borrar() == ""
    h.usar(False)
    assert not [ruta for ruta in carpeta.iterdir() if ruta.is_file() and b"secreto" in ruta.read_bytes()]


def test_un_volcado_escribe_poco_y_con_el_archivo_ocupado_insiste(carpeta):
    h = historial.Historial()
    for numero in range(3 * historial.LOTE):
        h.anotar("Ana", "#general", fila(hora=numero))
    otro = sqlite3.connect(carpeta / historial.ARCHIVO, isolation_level=None)
    h.volcar()
    assert otro.execute("SELECT count(*) FROM mensajes").fetchone() == (historial.LOTE,)
    otro.execute("BEGIN IMMEDIATE")  # otro programa escribe
    h.volcar()
    assert not h.falla
    otro.execute("ROLLBACK")
    h.usar(False)
    assert otro.execute("SELECT count(*) FROM mensajes").fetchone() == (3 * historial.LOTE,)
    otro.close()


def estropear(carpeta, como: str) -> bytes:
    """Dejar un archivo que SQLite no puede leer; devuelve lo que tiene."""
    archivo = carpeta / historial.ARCHIVO
    if como == "entero":
        carpeta.mkdir()
        archivo.write_bytes(b"esto no es una base de datos" * 100)
    else:  # se abre bien; las páginas del medio ya no dicen nada
        h = historial.Historial()
        for numero in range(2_000):
            h.anotar("Ana", "#general", fila(hora=numero))
        h.usar(False)
        sano = archivo.read_bytes()
        archivo.write_bytes(sano[:16_384] + b"\xa5" * (len(sano) - 16_384))
    return archivo.read_bytes()


@pytest.mark.parametrize("como", ["entero", "por dentro"])
def test_un_archivo_estropeado_se_aparta_se_dice_y_se_empieza_otro(carpeta, como):
    era = estropear(carpeta, como)
    h = historial.Historial()
    h.anotar("Ana", "#general", FILA)
    h.leer("Ana", "#general", 10)  # aquí se descubre lo que sólo por dentro está mal
    (aparte,) = carpeta.glob(historial.APARTADOS)
    assert "estropeado" in h.falla and str(aparte) in h.falla and aparte.read_bytes() == era
    h.anotar("Ana", "#general", fila(hora=2))
    assert 2 in horas(h)
    h.usar(False)
    h = historial.Historial()  # otro día no hay nada que decir
    assert not h.falla and 2 in horas(h)
    assert h.borrar() == "" and list(carpeta.glob(historial.APARTADOS)) == []
    h.usar(False)


@pytest.mark.parametrize("usar", [True, False])
def test_se_puede_borrar_un_historial_estropeado(carpeta, usar):
    estropear(carpeta, "entero")
    h = historial.Historial(usar)
    assert h.borrar() == h.falla == ""
    assert not [uno for uno in carpeta.iterdir() if uno.is_file() and b"no es una base" in uno.read_bytes()]
    h.usar(False)


def test_lo_que_otro_programa_ya_aparto_no_se_aparta_otra_vez(carpeta):
    estropear(carpeta, "por dentro")
    ana, otra = historial.Historial(), historial.Historial()  # las dos tienen abierto el estropeado
    for una in (ana, otra):
        una.anotar("Ana", "#general", fila(hora=7, autor=f"{id(una)}"))
        una.leer("Ana", "#general", 10)
    assert len(list(carpeta.glob(historial.APARTADOS))) == 1
    una = historial.Historial()
    una.anotar("Ana", "#general", fila(hora=8))
    assert horas(una)[-1] == 8 and len(list(carpeta.glob(historial.APARTADOS))) == 1
    for una in (ana, otra, una):
        una.usar(False)


def test_un_corte_de_luz_no_estropea_el_archivo(carpeta):
    h = historial.Historial()
    # 1, NORMAL: con WAL basta para que el archivo siga entero (sqlite.org/pragma.html#pragma_synchronous).
    assert h._base.execute("PRAGMA synchronous").fetchone() == (1,)
    assert h._base.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    h.usar(False)


def test_solo_quedan_los_mas_nuevos(carpeta, monkeypatch):
    monkeypatch.setattr(historial, "MAX_FILAS", 10)
    h = historial.Historial()
    for numero in range(50):
        h.anotar("Ana", "#general", fila(hora=numero))
    h.usar(False)
    h = historial.Historial()
    assert [fila.hora for fila in h.leer("Ana", "#general", 100)] == list(range(40, 50))
    h.usar(False)


def test_lo_guardado_tiene_un_tope_de_bytes_tambien_mientras_se_usa(carpeta, monkeypatch):
    monkeypatch.setattr(historial, "MAX_BASE", 2**20)
    monkeypatch.setattr(historial, "LOTE", 10)
    h = historial.Historial()
    for numero in range(1_000):
        h.anotar("Ana", "#general", fila(hora=numero, content="x" * 7_900))  # 8 MB
    h.volcar(todo=True)
    # Con lo que aún está en el registro.
    assert sum(archivo.stat().st_size for archivo in carpeta.iterdir()) < 3 * 2**20
    horas = [fila.hora for fila in h.leer("Ana", "#general", 1_000)]
    assert 20 < len(horas) and horas == list(range(1_000 - len(horas), 1_000))
    h.usar(False)


def test_leer_el_final_de_una_charla_larga_cuesta_como_el_de_una_corta(carpeta):
    h = historial.Historial()
    for charla, cuantos in (("#corta", 100), ("#larga", 5_000)):
        for numero in range(cuantos):
            h.anotar("Ana", charla, fila(hora=numero))
    h.usar(False)
    with contextlib.closing(sqlite3.connect(carpeta / historial.ARCHIVO)) as base:
        base.execute("DROP INDEX IF EXISTS mensajes_por_charla")  # un archivo de antes
    h, pasos = historial.Historial(), {}
    for charla in ("#corta", "#larga"):
        pasos[charla] = 0

        def contar(charla=charla):
            pasos[charla] += 1

        h._base.set_progress_handler(contar, 10)  # instrucciones de SQLite: un trabajo que no depende del equipo
        assert len(h.leer("Ana", charla, 50)) == 50
    h.usar(False)
    assert pasos["#larga"] < 2 * pasos["#corta"], pasos


# -------------------------------------------------------------------- con otros programas


@pytest.fixture
def otro(carpeta):
    """Función que abre el mismo archivo desde otro programa, y lo ocupa; sin esperar a nadie."""
    with contextlib.ExitStack() as pila:

        def ocupar():
            base = pila.enter_context(contextlib.closing(
                sqlite3.connect(datos.carpeta_de_datos() / historial.ARCHIVO, isolation_level=None, timeout=0,
                                check_same_thread=False)))
            base.execute("BEGIN EXCLUSIVE")
            return base

        yield ocupar


def conservar_una(**cambios):
    """Guardar un mensaje y cerrar."""
    h = historial.Historial()
    h.anotar("Ana", "#general", fila(**cambios))
    h.usar(False)


def soltar_pronto(ocupado):
    """Dejar el archivo libre dentro de un rato, más largo que ESPERA."""
    hilo = threading.Timer(0.2, ocupado.execute, ["ROLLBACK"])
    hilo.start()
    return hilo


def horas(h):
    """Lo guardado en la sala, por su hora."""
    return [fila.hora for fila in h.leer("Ana", "#general", 10)]


def test_con_otro_programa_escribiendo_se_abre_se_lee_y_se_guarda_despues(otro):
    conservar_una(hora=1)
    ocupado = otro()
    h = historial.Historial()
    assert not h.falla and horas(h) == [1]
    h.anotar("Ana", "#general", fila(hora=2))
    h.volcar()
    assert not h.falla and horas(h) == [1]
    ocupado.execute("ROLLBACK")
    assert horas(h) == [1, 2]
    h.usar(False)


def test_si_no_se_pudo_abrir_a_tiempo_se_abre_despues(otro, monkeypatch):
    monkeypatch.setattr(historial, "ESPERA_LARGA", 0.05)
    ocupado = otro()  # un archivo nuevo, sin tablas: no hay modo de prepararlo
    h = historial.Historial()
    h.anotar("Ana", "#general", FILA)
    h.volcar()
    assert not h.falla and horas(h) == []
    ocupado.execute("ROLLBACK")
    h.usar(False)
    h = historial.Historial()
    assert horas(h) == [FILA.hora]
    h.usar(False)


def test_al_cerrar_se_espera_a_quien_escribe(otro, monkeypatch):
    monkeypatch.setattr(historial, "ESPERA_LARGA", programas.PLAZO)
    conservar_una(hora=1)
    h = historial.Historial()
    ocupado = otro()
    h.anotar("Ana", "#general", fila(hora=2))
    hilo = soltar_pronto(ocupado)
    h.usar(False)
    hilo.join()
    h = historial.Historial()
    assert horas(h) == [1, 2]
    h.usar(False)


ESTRENAR = """
import sys
sys.path.insert(0, sys.argv[1])
from ventanas.guardado import historial
print("listo", flush=True)
sys.stdin.readline()
h = historial.Historial()
h.anotar("Ana", "#general", historial.Fila("msj", "Bryan", "hola", float(sys.argv[2]), False, ""))
h.usar(False)
print(h.falla, flush=True)
"""


def test_varios_programas_estrenan_la_carpeta_a_la_vez(tmp_path, monkeypatch):
    orden = [sys.executable, "-c", ESTRENAR, str(programas.PRACTICA)]
    for vez in range(3):
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / str(vez)))
        estrenan = [subprocess.Popen([*orden, str(numero)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                    for numero in range(4)]
        for uno in estrenan:
            assert uno.stdout.readline() == "listo\n"
        for uno in estrenan:
            uno.stdin.write("\n")
            uno.stdin.flush()
        assert [uno.communicate(timeout=programas.PLAZO)[0].strip() for uno in estrenan] == [""] * 4
        h = historial.Historial()
        assert sorted(horas(h)) == [0, 1, 2, 3]
        h.usar(False)


def test_al_cerrar_se_insiste_tambien_cuando_sqlite_no_espera(carpeta, monkeypatch):
    h = historial.Historial()
    h.anotar("Ana", "#general", fila(hora=7))
    abrir, ocupado = h._abrir, iter([True, True, True])

    def abrir_a_la_cuarta(espera):
        if next(ocupado, False):
            # Lo que dice, sin esperar, si otro estrena el archivo a la vez.
            raise sqlite3.OperationalError("database is locked")
        return abrir(espera)

    monkeypatch.setattr(h, "_abrir", abrir_a_la_cuarta)
    h.usar(False)
    h = historial.Historial()
    assert horas(h) == [7]
    h.usar(False)


def test_una_ruta_que_no_es_utf8_se_conserva(carpeta):
    ruta = "/home/jos\udce9/voz.wav"  # como la da el sistema
    conservar_una(archivo=ruta)
    h = historial.Historial()
    assert [fila.archivo for fila in h.leer("Ana", "#general", 10)] == [ruta]
    h.usar(False)


def test_lo_que_falla_no_deja_el_archivo_ocupado(otro):
    h = historial.Historial()
    h.anotar("Ana", "#general", FILA)
    h.anotar("Ana", "#general", fila(content="\ud800"))
    h.volcar()
    assert "No se puede guardar el historial" in h.falla
    otro().execute("ROLLBACK")
    h.usar(True)  # se intenta otra vez
    h.anotar("Ana", "#general", FILA)
    assert horas(h) == [FILA.hora] and not h.falla
    h.usar(False)


# -------------------------------------------------------------------- borrar


@pytest.mark.parametrize("usar", [True, False])
def test_borrar_no_deja_nada(carpeta, usar):
    conservar_una(content="secreto")
    datos.guardar_recibido(b"una voz", "wav")
    abierto = historial.Historial()  # otro programa de la misma persona
    abierto.anotar("Ana", "#general", fila(content="secreto de otro"))
    abierto.volcar()
    h = historial.Historial(usar=usar)
    h.anotar("Ana", "#general", fila(content="secreto"))
    motivo = h.borrar()
    assert ([archivo.name for archivo in carpeta.rglob("*") if archivo.is_file() and b"secreto" in archivo.read_bytes()]
            == [])
    assert list(datos.carpeta_de_datos(datos.RECIBIDOS).iterdir()) == []
    assert motivo == h.falla == ""
    h.usar(True)
    assert horas(h) == horas(abierto) == []
    h.usar(False)
    abierto.usar(False)


def test_borrar_espera_a_quien_escribe_y_si_no_se_puede_lo_dice(otro, monkeypatch):
    conservar_una(hora=1)
    h = historial.Historial()
    ocupado = otro()
    monkeypatch.setattr(historial, "ESPERA_LARGA", 0.05)
    motivo = h.borrar()
    h.anotar("Ana", "#general", fila(hora=2))  # y se sigue guardando
    ocupado.execute("ROLLBACK")
    assert horas(h) == [1, 2] and motivo == "No se pudo borrar todo el historial: otro programa lo está usando."
    monkeypatch.setattr(historial, "ESPERA_LARGA", programas.PLAZO)
    ocupado.execute("BEGIN IMMEDIATE")
    hilo = soltar_pronto(ocupado)
    assert h.borrar() == ""
    hilo.join()
    assert horas(h) == []
    h.usar(False)


# -------------------------------------------------------------------- la carpeta y las preferencias


def test_las_conversaciones_guardadas_de_la_ultima_a_la_primera(carpeta):
    uno = historial.Historial()
    for charla, autor, propio in (("@bryan", "BRYAN", False), ("#general", "Eva", False), ("@carla", "Ana", True),
                                  ("@bryan", "Bryan", False), ("@bryan", "Ana", True)):
        uno.anotar("Ana", charla, historial.Fila("msj", autor, charla, 100.0 + len(charla), propio, ""))
    uno.anotar("Otra", "@david", historial.Fila("msj", "David", "no", 5.0, False, ""))
    assert uno.leer_conversaciones("ANA", 9) == [
        ("@bryan", "Bryan", 106.0), ("@carla", None, 106.0), ("#general", "Eva", 108.0)]
    assert len(uno.leer_conversaciones("ana", 2)) == 2
    uno.usar(False)


@pytest.mark.skipif(os.name != "posix", reason="permisos de Unix")
def test_nadie_mas_entra_en_la_carpeta(carpeta, monkeypatch):
    carpeta.mkdir()
    carpeta.chmod(0o755)  # la de una versión anterior
    assert datos.carpeta_de_datos("stickers").is_dir() and carpeta.stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("XDG_DATA_HOME", str(carpeta / "nueva"))
    datos.carpeta_de_datos("stickers")
    assert datos.carpeta_de_datos().stat().st_mode & 0o777 == 0o700


def test_sin_carpeta_personal_todo_funciona_y_nada_se_guarda(monkeypatch):
    pwd = pytest.importorskip("pwd")

    def desconocido(_):
        raise KeyError("no hay tal usuario")

    monkeypatch.setattr(pwd, "getpwuid", desconocido)  # un contenedor con --user
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    p = preferencias.Preferencias()
    p.poner(silencio=True)
    assert p.silencio and stickers.catalogo()
    assert historial.Historial().falla == "No se puede guardar el historial: no se sabe cuál es la carpeta personal."
    monkeypatch.setattr(letras, "DE_EMOJI", ("esta letra no existe",))
    assert letras.de_emoji.__wrapped__() is None


def test_preferencias_que_ya_no_se_pueden_leer_no_se_olvidan(carpeta):
    p = preferencias.Preferencias()
    p.poner(silencio=True, microfono="USB")
    (carpeta / preferencias.ARCHIVO).write_text("{")  # un disco lleno, un programa de más
    p.poner(tema="oscuro")
    for una in (p, preferencias.Preferencias()):
        assert (una.silencio, una.microfono, una.tema) == (True, "USB", "oscuro")


def test_preferencias_que_no_se_pueden_guardar_valen_mientras_tanto(tmp_path, monkeypatch):
    (tmp_path / "archivo").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "archivo"))  # no es una carpeta
    p = preferencias.Preferencias()
    p.poner(silencio=True, microfono="USB")
    p.poner(tema="oscuro")
    assert (p.silencio, p.microfono, p.tema) == (True, "USB", "oscuro")


@pytest.mark.parametrize("guardado", [
    "", "[]", "{", '{"tema": "azul"}', '{"tema": 5, "aumento": "grande", "silencio": 1, "nombre": "Eva", "otra": {}}',
    '{"nombre": "Eva"}',
])
def test_preferencias_raras_no_estorban(carpeta, guardado):
    carpeta.mkdir()
    (carpeta / preferencias.ARCHIVO).write_text(guardado)
    p = preferencias.Preferencias()
    assert (p.tema, p.aumento, p.silencio) == ("claro", 0, False)
    p.poner(tema="oscuro")
    p.poner(aumento=2)
    otra = preferencias.Preferencias()
    assert (otra.tema, otra.aumento, otra.nombre) == ("oscuro", 2, "Eva" if "Eva" in guardado else "")


# -------------------------------------------------------------------- los adjuntos de otras veces


class ConversacionFalsa(list):
    """Los mensajes de una conversación, todos a la vista; las notas, aparte."""

    def __init__(self):
        self.notas = []
        self.agregar = self.append

    def agregar_nota(self, nota, _error=False):
        self.notas.append(nota)

    def cambiar(self, mensaje, **datos_):
        mensaje.cambiar(**datos_)

    def winfo_exists(self):
        return True

    def visibles(self):
        return list(self)


class PreparadorFalso:
    """El de verdad, sin ayudante ni Tk: lo pedido está en el acto."""

    def pedir_sticker(self, origen, al_estar, de=""):
        imagen = preparador._preparar_sticker(origen, 20, True)
        imagen.fotos += imagen.por_convertir
        al_estar(imagen, "")

    def pedir_voz(self, origen, al_estar, de=""):
        al_estar(preparador._preparar_voz(origen, None, de), "")

    def guardar(self, contenido, extension, al_estar, de=""):
        al_estar(preparador._guardar(contenido, extension, None, de), "")


@pytest.fixture
def abrir_charla(carpeta):
    """Función que abre la conversación de Ana, con lo de otras veces.

    La primera vez ya llegaron una voz, un sticker y un texto.
    """
    guardado = historial.Historial()
    app = types.SimpleNamespace(cliente=types.SimpleNamespace(user="Ana", sin_salir=list), historial=guardado,
                                preparador=PreparadorFalso())

    def abrir_otra_vez():
        d = modulo_charla.Charla(app, ConversacionFalsa(), "#general", None, lambda mensaje: None)
        d.recordar()
        return d

    primera = abrir_otra_vez()
    voz, gato = wav.empaquetar(bytes(wav.TASA)), stickers.ruta_de("taco").read_bytes()
    primera.recibir(eventos.Dicho("audio", "Bryan", "", 1.0, "general", cuerpo=voz))
    primera.recibir(eventos.Dicho("sticker", "Bryan", "gato", 2.0, "general", cuerpo=gato))
    primera.recibir(eventos.Dicho("msj", "Bryan", "hola", 3.0, "general"))
    yield abrir_otra_vez
    guardado.usar(False)


def test_lo_que_no_se_conserva_tambien_tiene_tope(monkeypatch):
    monkeypatch.setattr(datos, "MAX_ARCHIVOS", 5)
    guardados = []
    de_verdad = preparador.Preparador(None, 1.0)
    de_verdad.conservar = False
    for numero in range(20):
        de_verdad.guardar(bytes([numero]), "png", lambda ruta, _: guardados.append(ruta))
    limite = time.monotonic() + programas.PLAZO
    while len(guardados) < 20 and time.monotonic() < limite:
        de_verdad.atender()
    assert [ruta for ruta in guardados if ruta.exists()] == guardados[-5:]
    de_verdad.parar()
    assert not guardados[-1].parent.exists()


def test_ver_lo_de_otras_veces_no_lo_cambia_de_lugar(abrir_charla):
    for _ in range(3):
        d = abrir_charla()
        assert [mensaje.tipo for mensaje in d.conversacion] == ["audio", "sticker", "msj"]
        d.adjuntos.preparar_visibles()


def test_un_sticker_propio_de_otras_veces_se_guarda_y_vuelve_de_la_memoria(abrir_charla):
    d = abrir_charla()
    d.adjuntos.preparar_visibles()
    _, sticker, _ = d.conversacion
    assert "Guardar imagen…" in dict(d.opciones_de(sticker))
    sticker.adjunto.imagen.fotos.clear()  # preparador.py lo soltó
    d.adjuntos.preparar_visibles()
    assert sticker.adjunto.imagen.fotos and not sticker.adjunto.aviso and not d.conversacion.notas


def test_lo_que_ya_no_se_conserva_no_es_culpa_de_quien_lo_envio(abrir_charla, carpeta):
    soltado = abrir_charla()
    soltado.adjuntos.preparar_visibles()
    soltado.conversacion[1].adjunto.imagen.fotos.clear()
    for archivo in pathlib.Path(carpeta, datos.RECIBIDOS).rglob("*.*"):
        archivo.unlink()  # como datos.limitar
    for d in (abrir_charla(), soltado):
        d.adjuntos.preparar_visibles()
        assert "Ya no se conserva" in d.conversacion[1].adjunto.aviso and not d.conversacion.notas
    voz = abrir_charla()
    voz.adjuntos.preparar_visibles()
    perdida = voz.conversacion[0]
    assert perdida.adjunto.aviso == "Ya no se conserva" and not perdida.adjunto.se_puede_oir
    assert list(dict(voz.opciones_de(perdida))) == ["Responder", "Escribir en privado"]


def hacer_medidor() -> medidor.Medidor:
    """Un medidor para el que toda letra mide 10 × 20."""
    letra = types.SimpleNamespace(measure=lambda texto: 10 * len(texto), metrics=lambda _: 20)
    mide = medidor.Medidor(types.SimpleNamespace(px=round, aumento=0, letra=letra, letra_chica=letra,
                                                 letra_fuerte=letra, letra_codigo=letra))
    mide.ancho = 800
    return mide


def test_lo_que_se_dice_de_un_mensaje_que_no_sale_cabe_en_su_globo():
    mide, mensaje = hacer_medidor(), Mensaje("msj", "Ana", "Va", 1.0, True, ESPERA)
    assert mide.medir(mensaje).ancho < 200
    for mensaje.estado in (FALLO, APLAZADO):
        assert mide.medir(mensaje).ancho > 10 * len(mensaje.fracaso)
    mensaje.estado = ENVIADO
    assert mide.medir(mensaje).ancho < 200


def test_el_globo_ya_medido_dice_que_ya_no_se_conserva():
    mide = hacer_medidor()
    mensaje = Mensaje("sticker", "Bryan", "gato", 1.0, adjunto=AdjuntoSticker())
    mide.medir(mensaje)
    mensaje.adjunto.aviso = "Sticker «gato». Ya no se conserva."
    medido = mide.medir(mensaje)
    assert "".join(tramo.visible for renglon in medido.acomodo.renglones for tramo in renglon) == mensaje.adjunto.aviso


# -------------------------------------------------------------------- con ventanas


@pytest.mark.largo
def test_se_ve_lo_de_otras_veces_y_se_puede_apagar(pantalla, servidor, lanzar, abrir):
    programa_gui.exigir()
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    bryan.esperar("listo")
    for vez in (1, 2):
        ana = abrir("--usuario", "Ana", "--sala", "general")
        sala = ana.esperar_ventana("general — Ana")
        bryan.hacer("mensaje", sala="general", content=f"vez {vez}")
        ana.esperar_texto(sala, f"vez {vez}")
        ana.teclear(sala, f"respuesta {vez}", "Return")
        ana.esperar_texto(sala, f"respuesta {vez}")
        ana.teclas("ctrl+w")
        assert ana.esperar_fin() == 0
        bryan.esperar_lista("general", "Bryan")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    for texto in ("vez 1", "respuesta 1", "vez 2", "respuesta 2"):  # lo de Bryan llega otra vez de la red: no se repite
        ana.esperar_texto(sala, texto)
        assert ana.conversacion(sala).count(texto.replace(" ", "")) == 1
    ana.enfocar(sala)
    ana.teclas("ctrl+comma")
    ajustes = ana.esperar_ventana("Preferencias")
    ana.enfocar(ajustes)
    casilla = next(c for c in ana.partes(ajustes, "TCheckbutton") if "Conservar" in ana.tcl(f"{c} cget -text"))
    ana.tabular_hasta(casilla)
    ana.teclas("space", "Escape")
    ana.teclear(sala, "esto no se guarda", "Return")
    ana.esperar_texto(sala, "esto no se guarda")
    ana.teclas("ctrl+w")
    assert ana.esperar_fin() == 0
    bryan.esperar_lista("general", "Bryan")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.esperar_texto(sala, "vez 2")  # de Bryan, que aún la repite
    assert not ana.dice(sala, "respuesta 1") and not ana.dice(sala, "esto no se guarda")


def test_que_no_se_guarde_se_dice_una_vez(servidor, abrir, tmp_path):
    programa_gui.exigir()
    (tmp_path / datos.NOMBRE / historial.ARCHIVO).mkdir(parents=True)  # no es un archivo
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.esperar_texto(sala, "No se puede guardar el historial: no se puede abrir su archivo.")
    ana.teclear(sala, "y sigue", "Return")
    ana.esperar_texto(sala, "y sigue")
    assert ana.conversacion(sala).count("Nosepuede") == 1


def test_borrar_desde_las_preferencias(servidor, abrir, otro, tmp_path, monkeypatch):
    programa_gui.exigir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    conservar_una()
    ocupado = otro()
    ana = abrir("--usuario", "Ana", "--sala", "general", "--sin-historial")
    ana.enfocar(ana.esperar_ventana("general — Ana"))
    ana.teclas("ctrl+comma")
    ajustes = ana.esperar_ventana("Preferencias")
    cuadro = f"{ajustes}.__tk__messagebox"

    def elegir(ventana, rotulo):
        boton = ana.esperar_que(lambda: next(b
                                             for b in ana.partes(ventana, "TButton")
                                             if ana.tcl(f"{b} cget -text") == rotulo), rotulo)
        ana.enfocar(ventana)
        ana.tabular_hasta(boton)
        ana.teclas("space")

    elegir(ajustes, "Borrar el historial…")
    elegir(cuadro, "Sí")
    ana.esperar_que(lambda: "No se pudo borrar todo el historial: otro programa lo está usando." in ana.rotulos(cuadro),
                    "que se diga")
    ocupado.execute("ROLLBACK")
    ana.enfocar(cuadro)
    ana.teclas("Escape")
    ana.esperar_tcl(f"winfo exists {cuadro}", "0")
    elegir(ajustes, "Borrar el historial…")
    elegir(cuadro, "Sí")
    ana.esperar_que(lambda: ocupado.execute("SELECT count(*) FROM mensajes").fetchone() == (0,), "que se borre")

"""Lo que se conserva de una vez a otra: conversaciones y preferencias."""

import sqlite3

import datos
import programa_gui
import programas
import pytest
from ventanas import historial
from ventanas import preferencias
from ventanas_abiertas import abrir  # noqa: F401
from ventanas_abiertas import pantalla  # noqa: F401

FILA = {"autor": "Bryan", "clase": "texto", "contenido": "hola", "hora": 1.5, "propio": False, "estado": "", "archivo": None, "duracion": None}


@pytest.fixture
def carpeta(tmp_path, monkeypatch):
    """Una carpeta de datos vacía."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / datos.NOMBRE


def test_lo_anotado_se_lee_otra_vez_y_no_se_repite(carpeta):
    uno = historial.Historial()
    for numero in range(1_000):
        uno.anotar("Ana", "#general", **{**FILA, "hora": numero, "contenido": f"mensaje {numero} 👍"})
    uno.anotar("Ana", "#general", **{**FILA, "hora": 999, "contenido": "mensaje 999 👍"})  # llegó otra vez de la red
    uno.anotar("Beto", "#general", **FILA)
    uno.anotar("Ana", "@Bryan", **FILA)
    uno.usar(False)
    otro = historial.Historial()
    leidas = otro.leer("Ana", "#general", 5_000)
    assert [fila["contenido"] for fila in leidas] == [f"mensaje {numero} 👍" for numero in range(1_000)]
    assert [fila["contenido"] for fila in otro.leer("Ana", "#general", 2)] == ["mensaje 998 👍", "mensaje 999 👍"]
    assert len(otro.leer("Beto", "#general", 10)) == len(otro.leer("Ana", "@Bryan", 10)) == 1
    otro.borrar()
    assert otro.leer("Ana", "#general", 10) == []
    otro.usar(False)


def test_lo_que_no_se_envio_se_recuerda_de_una_vez_a_otra(carpeta):
    uno = historial.Historial()
    uno.guardar_borrador("Ana", "#general", "a medias 👍")
    uno.guardar_borrador("Ana", "@Bryan", "otra cosa")
    uno.guardar_borrador("Ana", "@Bryan", "")  # ya se envió
    uno.usar(False)
    assert uno.leer_borrador("Ana", "#general") == "a medias 👍"  # sin conservar, mientras viva el programa
    otro = historial.Historial()
    assert [otro.leer_borrador(*donde) for donde in (("Ana", "#general"), ("Ana", "@Bryan"), ("Beto", "#general"))] == ["a medias 👍", "", ""]
    otro.borrar()
    assert otro.leer_borrador("Ana", "#general") == ""
    otro.usar(False)


def test_un_volcado_escribe_poco_y_con_el_archivo_ocupado_insiste(carpeta):
    h = historial.Historial()
    for numero in range(3 * historial.LOTE):
        h.anotar("Ana", "#general", **{**FILA, "hora": numero})
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


def test_un_archivo_estropeado_se_dice_y_no_detiene(carpeta):
    carpeta.mkdir()
    (carpeta / historial.ARCHIVO).write_bytes(b"esto no es una base de datos" * 100)
    h = historial.Historial()
    h.anotar("Ana", "#general", **FILA)
    assert "No se puede guardar el historial" in h.falla and h.leer("Ana", "#general", 10) == []
    h.usar(False)


def test_solo_quedan_los_mas_nuevos(carpeta, monkeypatch):
    monkeypatch.setattr(historial, "MAX_FILAS", 10)
    h = historial.Historial()
    for numero in range(50):
        h.anotar("Ana", "#general", **{**FILA, "hora": numero})
    h.usar(False)
    h = historial.Historial()
    assert [fila["hora"] for fila in h.leer("Ana", "#general", 100)] == list(range(40, 50))
    h.usar(False)


@pytest.mark.parametrize("guardado", ["", "[]", "{", '{"tema": 5, "aumento": "grande", "silencio": 1, "nombre": "Eva", "otra": {}}', '{"nombre": "Eva"}'])
def test_preferencias_raras_no_estorban(carpeta, guardado):
    carpeta.mkdir()
    (carpeta / preferencias.ARCHIVO).write_text(guardado)
    p = preferencias.Preferencias()
    assert (p.tema, p.aumento, p.silencio) == ("claro", 0, False)
    p.poner(tema="oscuro")
    p.poner(aumento=2)
    otra = preferencias.Preferencias()
    assert (otra.tema, otra.aumento, otra.nombre) == ("oscuro", 2, "Eva" if "Eva" in guardado else "")


# -------------------------------------------------------------------- con ventanas


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

"""De punta a punta: servidor.py y cliente.py de verdad, en multidifusión de verdad."""

import base64
import hashlib
import io
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import time

import pytest

from ayudas import aula
from presencia import servidor_oido
from presencia import directorio
from presencia import eventos
from ayudas import programas
from ayudas import tarjeta_falsa
from ayudas import archivos_wav
import protocolo
from equipo import interfaces
import red
from adjuntos import stickers
from equipo import terminal
from adjuntos import wav
from ayudas.programas import PLAZO
from ventanas import servidor_propio


def test_tres_clientes_dos_salas_privados_y_salidas(lanzar, servidor):
    ana = programas.entrar(lanzar, "Ana", "general", "redes")
    bryan = programas.entrar(lanzar, "Bryan", "general")
    carla = programas.entrar(lanzar, "Carla", "redes")
    ana.esperar_lista("general", "Ana", "Bryan")
    ana.esperar_lista("redes", "Ana", "Carla")
    ana.hacer("mensaje", sala="general", content="¿Quién está? 🎉")
    ana.hacer("mensaje", sala="redes", content="hola, redes")
    bryan.esperar("mensaje", sala="general", user="Ana", content="¿Quién está? 🎉")
    carla.esperar("mensaje", sala="redes", user="Ana", content="hola, redes")
    bryan.hacer("privado", to="Carla", content="sólo para ti")  # no comparten sala
    carla.esperar("privado", **{"from": "Bryan", "to": "Carla", "content": "sólo para ti"})
    bryan.esperar("privado", content="sólo para ti")  # el eco de lo enviado
    ana.hacer("salir", sala="redes")
    carla.esperar_lista("redes", "Carla")
    carla.hacer("entrar", sala="general")
    ana.esperar_lista("general", "Ana", "Bryan", "Carla")
    carla.esperar("mensaje", sala="general", user="Ana", content="¿Quién está? 🎉")  # lo reciente, aunque llegó después
    carla.hacer("terminar")
    assert carla.esperar_fin() == 0
    ana.esperar_lista("general", "Ana", "Bryan")
    assert ana.dichos("general") == ["¿Quién está? 🎉"]
    assert not [e for e in ana.eventos if e["evento"] == "privado"]


def test_un_cliente_muerto_no_detiene_a_los_demas(lanzar, servidor):
    ana, bryan = programas.entrar(lanzar, "Ana", "general"), programas.entrar(lanzar, "Bryan", "general")
    muerto = programas.entrar(lanzar, "Carla", "general")
    muerto.matar()
    ana.hacer("mensaje", sala="general", content="seguimos")
    bryan.esperar("mensaje", content="seguimos")
    ana.esperar_lista("general", "Ana", "Bryan", plazo=12)  # s: 8 de silencio y margen


def test_quien_muere_vuelve_con_su_nombre_enseguida(lanzar, servidor):
    programas.entrar(lanzar, "Ana", "general").matar()
    antes = time.monotonic()
    programas.entrar(lanzar, "Ana", "general")
    assert time.monotonic() - antes < 5  # 1 s de disputa; lejos de los 8 de quien calla


def test_nombre_ocupado(lanzar, servidor):
    ana = programas.entrar(lanzar, "Ana", "general")
    otra = lanzar(programas.Cliente, "Ana", "general")
    assert "Ana" in otra.esperar("aviso", sala="general")["content"]
    otra.hacer("nombre", user="Anita")
    otra.esperar("listo", sala="general", user="Anita")
    ana.esperar_lista("general", "Ana", "Anita")


def test_dos_servidores_dan_la_misma_lista(lanzar, servidor, sencillo):
    ajeno = sencillo()
    ajeno.enviar(tipo="inicio", user="Sim", sala="general")
    ana = programas.entrar(lanzar, "Ana", "general")
    segundo = lanzar(programas.Servidor)
    segundo.esperar_linea("Sim entró")
    segundo.esperar_linea("Ana entró")
    bryan = programas.entrar(lanzar, "Bryan", "general")
    for uno in (ana, bryan):
        uno.esperar_lista("general", "Ana", "Bryan", "Sim")
    servidor.matar()
    carla = programas.entrar(lanzar, "Carla", "general")
    for uno in (ana, bryan, carla):
        uno.esperar_lista("general", "Ana", "Bryan", "Carla", "Sim")


def test_un_servidor_que_renace_recupera_las_listas(lanzar, servidor):
    ana, bryan = programas.entrar(lanzar, "Ana", "general"), programas.entrar(lanzar, "Bryan", "general", "redes")
    servidor.matar()
    ana.hacer("mensaje", sala="general", content="sin servidor también")
    bryan.esperar("mensaje", content="sin servidor también")
    nuevo = lanzar(programas.Servidor)
    for hecho in ("Ana entró: sala general", "Bryan entró: sala general", "Bryan entró: sala redes"):
        nuevo.esperar_linea(hecho, plazo=3)
    carla = programas.entrar(lanzar, "Carla", "general")
    for uno in (ana, bryan, carla):
        uno.esperar_lista("general", "Ana", "Bryan", "Carla")


def test_un_cliente_que_sólo_conoce_la_practica(lanzar, servidor, sencillo):
    """Ve la lista, se le ve y se le oye; en JSON y en etiquetas."""
    ajeno = sencillo()
    ana = programas.entrar(lanzar, "Ana", "general")
    ajeno.enviar(tipo="inicio", user="Sim", sala="general")
    ajeno.esperar(tipo="usuarios", sala="general", lista=["Ana", "Sim"])
    ana.esperar_lista("general", "Ana", "Sim")
    ajeno.enviar(tipo="msj", user="Sim", sala="general", content="Hola desde fuera")
    ana.esperar("mensaje", user="Sim", content="Hola desde fuera")
    ana.hacer("mensaje", sala="general", content="Bienvenido")
    assert ajeno.esperar(tipo="msj", user="Ana", sala="general", content="Bienvenido")
    ajeno.enviar(tipo="msj", privado=True, de="Sim", to="Ana", content="en secreto")
    ana.esperar("privado", content="en secreto", **{"from": "Sim"})
    ana.hacer("privado", to="Sim", content="recibido")
    assert ajeno.esperar(tipo="msj", privado=True, to="Sim", content="recibido")["from"] == "Ana"
    ajeno.enviar_bytes("<msj><Sim><general><también así: <b>ñ</b>>".encode())
    ana.esperar("mensaje", user="Sim", content="también así: <b>ñ</b>")
    ajeno.enviar(tipo="salir", user="Sim", sala="general")
    ana.esperar_lista("general", "Ana")


def test_a_un_cliente_sencillo_se_le_niega_un_nombre_ocupado(lanzar, servidor, sencillo):
    programas.entrar(lanzar, "Ana", "general")
    ajeno = sencillo()
    ajeno.enviar(tipo="inicio", user="Ana", sala="general")
    assert "Ana" in ajeno.esperar(tipo="aviso", user="Ana", sala="general")["content"]
    ajeno.enviar(tipo="inicio", user="privado", sala="general")
    assert "privado" in ajeno.esperar(tipo="aviso", user="privado", sala="general")["content"]


def test_sin_servidor_los_mensajes_llegan(lanzar):
    ana, bryan = programas.entrar(lanzar, "Ana", "general"), programas.entrar(lanzar, "Bryan", "general")
    assert ana.esperar("aviso", servidor=False)
    ana.hacer("mensaje", sala="general", content="sin servidor")
    bryan.esperar("mensaje", content="sin servidor")
    ana.esperar_lista("general", "Ana", "Bryan")
    lanzar(programas.Servidor).esperar_linea("Ana entró")


def test_servidor_sencillo_sin_ids(lanzar, sencillo):
    """Con el servidor de un alumno, que sólo manda `usuarios`, también se entra."""
    alumno = sencillo()
    ana = lanzar(programas.Cliente, "Ana", "general")
    alumno.esperar(tipo="inicio", user="Ana", sala="general")
    alumno.enviar(tipo="usuarios", sala="general", lista=["Ana"])
    ana.esperar("listo", sala="general")
    alumno.enviar(tipo="usuarios", sala="general", lista=["Ana", "Beto"])
    ana.esperar_lista("general", "Ana", "Beto")
    ana.hacer("privado", to="Beto", content="hola")
    alumno.esperar(tipo="msj", privado=True, to="Beto", content="hola")
    alumno.enviar(tipo="usuarios", sala="general", lista=["Beto"])  # perdió a Ana: ella insiste
    alumno.recibidos.clear()
    alumno.esperar(tipo="inicio", user="Ana", sala="general")


BASURA = [
    b"", b"\n", b"\0" * 1400, b"\xff\xfe\xfd", bytes(range(256)), b"x" * 65_507, b"{" * 60_000, b"[" * 60_000,
    b'{"a":' * 10_000, b'{"tipo":', b'{"tipo":"msj"', b"null", b"[]", b"3", b'"msj"', b"{}", b'{"tipo":null}',
    b'{"tipo":["msj"]}', b'{"tipo":{"a":1}}', b'{"tipo":"msj","user":{},"sala":[],"content":null}',
    b'{"tipo":"msj","user":"Ana","sala":"general","content":NaN}',
    b'{"tipo":"latido","id":"00000000","salas":{"g":NaN}}',
    b'{"tipo":"inicio","user":"\\ud800","sala":"general"}',
    b'{"tipo":"inicio","user":"' + b"A" * 60_000 + b'","sala":"g"}',
    b'{"tipo":"inicio","user":7,"sala":"general"}', b'{"tipo":"inicio","sala":"general"}',
    b'{"tipo":"inicio","user":"privado"}',
    b'{"tipo":"usuarios","sala":"general","lista":"Ana"}', b'{"tipo":"usuarios","sala":"otra","lista":[["Ana"]]}',
    b'{"tipo":"usuarios","sala":"general","lista":["Ana"],"ids":[]}', b'{"tipo":"falta","n":[[1,9007199254740991]]}',
    b'{"tipo":"trozo","id":"12345678","sala":"general","n":1,"m":1,"i":0,"de":16384}\nx',
    b'{"x":' + b"7" * 60_000 + b"}",
    b'{"tipo":"aviso","sala":"general","user":"Ana"}', b'{"tipo":"audio","user":"Z","sala":"general","content":"%%%"}',
    b"<", b"<<<<>>>>", b"<msj>", b"<msj><privado>", b"<inicio><Ana", b"<msj><\xff><general><x>",
    b"<usuarios>" + b"<>" * 10_000,
    b'{"tipo":"rechazado"}', b'{"tipo":"red","estado":"caida","content":"x"}', b'{"tipo":"teclado","linea":"salir"}',
]


def test_la_basura_no_detiene_a_nadie(lanzar, servidor, sencillo):
    ana, bryan = programas.entrar(lanzar, "Ana", "general"), programas.entrar(lanzar, "Bryan", "general")
    ajeno = sencillo()
    azar = random.Random(3)
    for datagrama in BASURA + [azar.randbytes(azar.randrange(1, 1400)) for _ in range(200)]:
        ajeno.enviar_bytes(datagrama)
    ana.hacer("mensaje", sala="general", content="después de la basura")
    bryan.esperar("mensaje", user="Ana", content="después de la basura")
    programas.entrar(lanzar, "Carla", "general")  # el servidor también sigue
    ana.esperar_lista("general", "Ana", "Bryan", "Carla")
    for uno in (ana, bryan):
        assert not [e for e in uno.eventos if e["evento"] in ("aviso", "error")], uno.eventos
        assert all(linea.startswith("{") for linea in uno.lineas), uno.lineas
    assert all(re.match(r"\d\d:\d\d:\d\d ", linea) for linea in servidor.lineas), servidor.lineas


def test_acciones_que_no_se_entienden(lanzar, servidor):
    ana = programas.entrar(lanzar, "Ana", "general")
    malas = ["basura", "[]", "3", '{"accion":5}', '{"accion":[]}', '{"accion":"volar"}', '{"accion":"mensaje"}',
             "[" * 9000,
             '{"accion":"mensaje","sala":"otra","content":"x"}', '{"accion":"mensaje","sala":5,"content":"x"}',
             '{"accion":"mensaje","sala":"general","content":null}', '{"accion":"privado","to":"Ana","content":"x"}',
             '{"accion":"privado","to":"Nadie","content":"x"}', '{"accion":"entrar","sala":""}',
             '{"accion":"salir","sala":"x"}',
             json.dumps({"accion": "mensaje", "sala": "general", "content": "x" * 8001}),
             '{"accion":"sticker","sala":"general"}', '{"accion":"sticker","sala":"general","content":"nada"}',
             '{"accion":"sticker","content":"taco"}', '{"accion":"sticker","sala":"general","content":["taco"]}',
             '{"accion":"sticker","sala":"general","archivo":"/no/hay.png"}',
             '{"accion":"sticker","sala":"general","archivo":"a\\u0000"}',
             '{"accion":"sticker","sala":"general","archivo":null}',
             '{"accion":"audio","sala":"general","content":"voz"}',
             '{"accion":"audio","sala":"general","archivo":"/no/hay.wav"}',
             '{"accion":"audio","to":7,"archivo":"/etc/hostname"}']
    for mala in malas:
        ana.escribir(mala)
    ana.esperar("error", content="No hay nadie que se llame Nadie; no se envió.")
    ana.hacer("mensaje", sala="general", content="x" * 8000)
    ana.esperar("mensaje", content="x" * 8000)
    assert len([e for e in ana.eventos if e["evento"] == "error"]) == len(malas)
    assert any("8001" in e["content"] for e in ana.eventos if e["evento"] == "error")


def test_el_registro_del_servidor(lanzar, servidor):
    programas.entrar(lanzar, "Ana", "general")
    bryan = programas.entrar(lanzar, "Bryan", "general")
    bryan.hacer("salir", sala="general")
    salida = servidor.esperar_linea("Bryan salió")
    assert re.fullmatch(r"\d\d:\d\d:\d\d Bryan salió: sala general, desde 127\.0\.0\.1:\d+; en la sala: 1", salida)
    assert re.fullmatch(r"\d\d:\d\d:\d\d Ana entró: .*; en la sala: 1", servidor.esperar_linea("Ana entró"))
    assert servidor.interrumpir() == 0
    assert "terminado" in servidor.lineas[-1]


class EnIdle(io.TextIOBase):
    """Una terminal como la de IDLE (F5): se escribe en ella y no se puede cambiar cómo."""


def test_con_la_terminal_de_idle_tambien_se_empieza(monkeypatch):
    for flujo in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, flujo, EnIdle())
    terminal.preparar_salida()
    terminal.preparar_entrada()


def test_el_cliente_en_la_terminal(lanzar, servidor):
    bryan = programas.entrar(lanzar, "Bryan María", "general")
    ana = lanzar(programas.Programa, "cliente.py", "--usuario", "Ana", "--sala", "general")
    ana.esperar_linea("Estás en general como Ana")
    ana.escribir("¡Hola!")
    bryan.esperar("mensaje", user="Ana", content="¡Hola!")
    ana.escribir("/privado Bryan María oye, tú")
    bryan.esperar("privado", content="oye, tú")
    bryan.hacer("mensaje", sala="general", content="\x1b[2Jborrado\u202eal revés")
    assert ana.esperar_linea("[general] Bryan María: ") == "[general] Bryan María: \ufffd[2Jborrado\ufffdal revés"
    ana.escribir("/entrar redes")
    ana.esperar_linea("Estás en redes")
    ana.escribir("/volar")
    ana.esperar_linea("No existe /volar")
    bryan.hacer("salir", sala="general")
    ana.esperar_linea("← Bryan María salió de general")
    ana.escribir("exit")
    assert ana.esperar_fin() == 0
    servidor.esperar_linea("Ana salió: sala redes")


def test_lo_escrito_antes_de_entrar_no_se_pierde(lanzar, servidor):
    """Como en `echo hola | python cliente.py …`: la entrada termina antes de estar dentro."""
    bryan = programas.entrar(lanzar, "Bryan", "general")
    ana = lanzar(programas.Programa, "cliente.py", "--usuario", "Ana", "--sala", "general")
    ana.escribir("desde una tubería")
    ana.proceso.stdin.close()
    bryan.esperar("mensaje", user="Ana", content="desde una tubería")
    assert ana.esperar_fin() == 0
    ana.esperar_linea("[general] Ana: desde una tubería")
    bryan.esperar_lista("general", "Bryan")


def test_letras_que_no_son_utf_8_no_ensordecen_al_teclado(lanzar, servidor):
    ana = lanzar(programas.Programa, "cliente.py", "--usuario", "Ana", "--sala", "general")
    ana.esperar_linea("Estás en general")
    ana.proceso.stdin.buffer.write(b"adi\xf3s\n")
    ana.escribir("sigo")
    ana.esperar_linea("[general] Ana: sigo")
    ana.escribir("salir")
    assert ana.esperar_fin() == 0


def test_si_nadie_lee_lo_que_escribe_se_despide(lanzar, servidor, puerto):
    bryan = programas.entrar(lanzar, "Bryan", "general")
    cliente = [sys.executable, str(programas.PRACTICA / "cliente.py"), "--json", "--usuario", "Ana",
               "--sala", "general"]
    red = [f"--puerto={puerto}", "--interfaz=127.0.0.1"]
    with subprocess.Popen([*cliente, *red], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as ana:
        assert ana.stdout.readline()
        ana.stdout.close()  # como `… | head -n 1`
        bryan.hacer("mensaje", sala="general", content="¿sigues ahí?")
        assert ana.wait(PLAZO) == 0 and ana.stderr.read() == b""
    bryan.esperar_lista("general", "Bryan")


def test_ctrl_c_se_despide(lanzar, servidor):
    bryan, ana = programas.entrar(lanzar, "Bryan", "general"), programas.entrar(lanzar, "Ana", "general")
    assert ana.interrumpir() == 0
    bryan.esperar_lista("general", "Bryan")
    assert not any("Traceback" in linea for linea in ana.lineas)


@pytest.mark.parametrize("archivo, argumentos, dice", [
    ("servidor.py", ("--interfaz", "192.0.2.1"), "192.0.2.1"),
    ("cliente.py", ("--usuario", "privado"), "palabra del protocolo"),
    ("cliente.py", ("--usuario", "Ana", "--grupo", "10.0.0.1"), "no es un grupo"),
    ("cliente.py", ("--json",), "--json necesita --usuario"),
])
def test_argumentos_que_no_valen(lanzar, archivo, argumentos, dice):
    programa = lanzar(programas.Programa, archivo, *argumentos)
    assert programa.esperar_fin() != 0
    programa.esperar_linea(dice)
    assert not any("Traceback" in linea for linea in programa.lineas)


@pytest.mark.largo
@pytest.mark.timeout(400)  # cincuenta que comprueban las firmas de cincuenta, en dos núcleos: un minuto
def test_veinte_salas_con_cincuenta_clientes(lanzar, servidor):
    salas = [f"sala {i}" for i in range(20)]
    usuarios = [f"U{i:02}" for i in range(50)]
    clientes = [lanzar(programas.Cliente, usuario, *salas) for usuario in usuarios]
    for uno in clientes:
        for sala in salas:
            uno.esperar("listo", plazo=120, sala=sala)
    for uno in clientes:
        for sala in salas:
            uno.esperar_lista(sala, *usuarios, plazo=120)
    clientes[0].hacer("mensaje", sala="sala 7", content="a los cincuenta")
    for uno in clientes:
        uno.esperar("mensaje", plazo=120, sala="sala 7", content="a los cincuenta")


@pytest.mark.parametrize("senal", [signal.SIGTERM, signal.SIGHUP])
def test_con_kill_y_al_cerrar_la_terminal_tambien_se_despide(lanzar, servidor, senal):
    bryan, ana = programas.entrar(lanzar, "Bryan", "general"), programas.entrar(lanzar, "Ana", "general")
    os.kill(ana.proceso.pid, senal)
    assert ana.esperar_fin() == 0
    bryan.esperar_lista("general", "Bryan", plazo=4)  # s: a quien se va sin decir nada se le espera 8


# -------------------------------------------------------------------- stickers y voces


@pytest.fixture
def datos(tmp_path, monkeypatch):
    """La carpeta de datos de los clientes que lance la prueba."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "datos"))
    return tmp_path


def leer(evento: dict) -> bytes:
    """Los bytes que dice un evento, comprobado su SHA-256."""
    contenido = pathlib.Path(evento["archivo"]).read_bytes()
    assert hashlib.sha256(contenido).hexdigest() == evento["sha256"]
    return contenido


@pytest.mark.parametrize("perdida", [0, 20])
def test_stickers_y_voces_en_salas_y_en_privado(lanzar, servidor, datos, perdida):
    (datos / "voz.wav").write_bytes(tarjeta_falsa.hacer_voz())
    ana, bryan, carla = (programas.entrar(lanzar, quien, "general", perdida=perdida)
                         for quien in ("Ana", "Bryan", "Carla"))
    ana.hacer("sticker", sala="general", content="Corazón")
    ana.hacer("sticker", sala="general", archivo=str(stickers.ruta_de("taco")))
    ana.hacer("audio", sala="general", archivo=str(datos / "voz.wav"))
    for uno in (ana, bryan, carla):  # también quien lo envió
        assert "archivo" not in uno.esperar("sticker", sala="general", user="Ana", content="corazon")
        propio = leer(uno.esperar("sticker", sala="general", user="Ana", content="taco"))
        assert stickers.abrir(propio).cuadros[0].size == (256, 256)
        assert leer(uno.esperar("audio", sala="general", user="Ana", duracion=0.5)) == tarjeta_falsa.hacer_voz()
    quienes = {"from": "Bryan", "to": "Carla"}
    bryan.hacer("sticker", to="Carla", content="risa")
    bryan.hacer("audio", to="Carla", archivo=str(datos / "voz.wav"))
    carla.esperar("sticker", content="risa", **quienes)
    assert leer(carla.esperar("audio", **quienes)) == tarjeta_falsa.hacer_voz()
    bryan.hacer("audio", to="Nadie", archivo=str(datos / "voz.wav"))
    assert bryan.esperar("error")["mensaje"]["to"] == "Nadie"
    assert not [e for e in ana.eventos if "to" in e]


def test_se_sabe_como_va_llegando_una_voz_larga():
    """Sin red y con el reloj de mentira: veinticinco noticias como mucho, de 0 a 1, y la voz."""
    una = aula.Aula(perdida=20)
    una.poner_servidor()
    ana, bryan = (una.poner_cliente(f"0000000{i}", quien, "general") for i, quien in enumerate(("Ana", "Bryan"), 2))
    una.pasar(3)
    voz = wav.empaquetar(bytes(60 * wav.TASA * wav.ANCHO))
    ana.objeto.decir("general", "", tipo="audio", formato="wav", cuerpo=voz)
    ana.objeto.decir_privado("Bryan", "", una.ahora, tipo="audio", formato="wav", cuerpo=voz)
    una.pasar(6)
    for sala in ("general", None):
        suyos = bryan.de((eventos.Progreso, eventos.Dicho), autor="Ana", sala=sala)
        partes = [e.llegados / e.de for e in suyos[:-1]]
        assert len(partes) == 24 and partes == sorted(partes) and 0 < partes[0] < 0.1 and 0.9 < partes[-1] < 1
        assert suyos[-1].tipo == "audio" and suyos[-1].cuerpo == voz
    assert not ana.de(eventos.Progreso)


def test_cancelar_lo_que_ya_va_saliendo_se_sabe_en_la_sala_y_en_privado():
    una = aula.Aula(perdida=20)
    una.poner_servidor()
    ana, bryan = (una.poner_cliente(f"0000000{i}", quien, "general") for i, quien in enumerate(("Ana", "Bryan"), 2))
    una.pasar(3)
    voz = {"tipo": "audio", "formato": "wav", "cuerpo": wav.empaquetar(bytes(60 * wav.TASA * wav.ANCHO))}
    for sala, decir in (("general", lambda: ana.objeto.decir("general", "", **voz)),
                        (None, lambda: ana.objeto.decir_privado("Bryan", "", una.ahora, **voz))):
        dicho = decir()
        while not bryan.de(eventos.Progreso, sala=sala):
            una.pasar(0.01)
        ana.objeto.cancelar(dicho)
        una.pasar(2)
        assert len(bryan.de(eventos.Cancelado, autor="Ana", sala=sala)) == 1
        assert not bryan.de((eventos.Dicho, eventos.Perdido)) and not ana.de(eventos.Dicho)
        assert bryan.receptor.cuenta.esperando == 0


def callar_al_servidor() -> tuple:
    """Un aula en que el servidor acaba de callar, el servidor, y Bryan, que lo oía."""
    una = aula.Aula(perdida=0)
    el_servidor = una.poner_servidor()
    bryan = una.poner_cliente("00000002", "Bryan", "general")
    una.pasar(5)
    una.dicho.clear()
    el_servidor.vivo = False
    return una, el_servidor, bryan


def test_al_servidor_que_calla_se_le_pregunta_antes_de_darlo_por_ido():
    una, _, bryan = callar_al_servidor()
    calla, preguntas = una.ahora, []
    while not bryan.de(eventos.HayServidor):
        una.pasar(0.5)
        preguntas += [una.ahora - calla for uno in una.dicho if uno["tipo"] == "quien" and "a" in uno]
        una.dicho.clear()
        assert una.ahora - calla < 15
    assert len(preguntas) >= 3 and directorio.PREGUNTAR_TRAS - 1.5 < preguntas[0] < directorio.PREGUNTAR_TRAS + 1.5


def test_si_otro_pregunta_ya_al_servidor_no_se_le_pregunta_otra_vez():
    una, el_servidor, bryan = callar_al_servidor()
    while not bryan.de(eventos.HayServidor):
        una.repartir(b'{"tipo":"quien","id":"00000003","a":"%s"}' % el_servidor.id.encode())
        una.pasar(servidor_oido.ENTRE_SONDEOS / 2)
    assert not [uno for uno in una.dicho if uno["tipo"] == "quien" and uno["id"] == bryan.id]


def test_sin_servidor_las_listas_provisionales_se_hacen_cada_tanto(monkeypatch):
    """Con miles de personas y diez salas, hacerlas cada vez que se mira ocupaba la ventana."""
    una = aula.Aula(perdida=0)
    salas = ["general", "redes"]
    ana = una.poner_cliente("00000002", "Ana", *salas)
    una.pasar(5)
    hechas = []
    de_ana = ana.objeto.directorio
    presentes_en = de_ana.presentes_en
    monkeypatch.setattr(de_ana, "presentes_en", lambda sala: hechas.append(sala) or presentes_en(sala))
    for _ in range(100):
        una.pasar(0.01)
    assert 0 < len(hechas) <= 3 * len(salas)  # en un segundo
    ana.objeto.entrar("otra", una.ahora)
    una.pasar(0.02)
    assert ana.lista("otra") == ["Ana"]  # la primera de una sala no espera
    una.poner_cliente("00000003", "Bryan", "general")
    una.pasar(1)
    assert ana.lista("general") == ["Ana", "Bryan"] and ana.lista("redes") == ["Ana"]


def test_como_va_llegando_una_voz_se_dice_de_quien_se_sabe_quien_es():
    una = aula.Aula(perdida=0)
    una.poner_servidor()
    bryan = una.poner_cliente("00000002", "Bryan", "general")
    una.pasar(3)

    def avanzar(llegados):
        noticia = {"tipo": "progreso", "id": "0000000c", "sala": "general", "llegados": llegados, "de": 100}
        bryan._atender([(noticia, aula.DIRECCION)], una.ahora)
        return [(e.autor, e.llegados) for e in bryan.de(eventos.Progreso)]

    assert avanzar(4) == []
    latido = {"tipo": "latido", "id": "0000000c", "user": "Carla", "salas": {"general": 0}}
    bryan._atender([(latido, aula.DIRECCION)], una.ahora)
    assert avanzar(8) == [("Carla", 8)]
    una.pasar(directorio.OLVIDO + 2)  # Carla murió, pero lo que falte sigue siendo de ella
    assert avanzar(12)[-1] == ("Carla", 12)


def test_lo_perdido_se_dice_de_quien_es_y_lo_de_un_servidor_no_se_dice():
    una = aula.Aula(perdida=0)
    el_servidor = una.poner_servidor()
    bryan = una.poner_cliente("00000002", "Bryan", "general")
    una.poner_cliente("00000003", "Carla", "general")
    una.pasar(3)
    el_servidor.vivo = False
    una.pasar(directorio.OLVIDO + 2)  # ya no se le oye, pero lo suyo sigue siendo suyo
    for de_quien in ("00000001", "00000003", "0000000d"):
        perdidos = {"tipo": "perdidos", "id": de_quien, "sala": "general", "cuantos": 1}
        bryan._atender([(perdidos, aula.DIRECCION)], una.ahora)
    assert [e.autor for e in bryan.de(eventos.Perdido)] == ["Carla", "alguien"]


def test_un_privado_va_a_quien_tiene_el_nombre_y_no_a_quien_se_le_nego():
    una = aula.Aula(perdida=0)
    una.poner_servidor()
    ana = una.poner_cliente("00000002", "Ana", "general")
    bryan = una.poner_cliente("00000003", "Bryan", "general")
    una.pasar(3)
    otro = una.poner_cliente("00000004", "Bryan", "general")
    una.pasar(4)  # avisado, sigue con la ventana de entrada abierta y latiendo con ese nombre
    assert otro.de(eventos.Rechazo) and not otro.objeto.salas
    for n in range(8):
        ana.objeto.decir_privado("Bryan", f"hola {n}", una.ahora)
        una.pasar(0.55)
    assert bryan.oidos() == [f"hola {n}" for n in range(8)] and not otro.oidos()


def test_una_voz_que_no_cabe_para_un_cliente_sencillo_no_se_envia_y_se_dice_cual():
    una = aula.Aula(perdida=0)
    una.poner_servidor()
    ana = una.poner_cliente("00000002", "Ana", "general")
    una.pasar(3)
    una.repartir(protocolo.codificar({"tipo": "inicio", "user": "Otto", "sala": "general"}))
    una.pasar(1)
    dicho = ana.objeto.decir_privado("Otto", "", una.ahora, tipo="audio", formato="wav", cuerpo=bytes(100_000))
    una.pasar(1)
    error, = ana.de(eventos.Error)
    assert error.dicho is dicho and "tan largos" in error.content


def test_lo_demasiado_largo_se_rechaza_al_pedirlo():
    """También lo que se dice antes de entrar: aguarda, y después ya no habría a quién avisar."""
    una = aula.Aula()
    una.poner_servidor()
    ana = una.poner_cliente("00000002", "Ana", "general")
    for _ in range(2):
        with pytest.raises(protocolo.ErrorProtocolo, match="bytes"):
            ana.objeto.decir("general", "", tipo="audio", formato="wav", cuerpo=bytes(17 * 2**20))
        una.pasar(2)
    assert not ana.objeto.sin_salir()


def test_lo_que_vuelve_de_la_historia_no_se_anuncia_como_que_va_llegando():
    una = aula.Aula(perdida=0)
    una.poner_servidor()
    ana = una.poner_cliente("00000002", "Ana", "general")
    una.pasar(2)
    ana.objeto.decir("general", "", tipo="audio", formato="wav", cuerpo=wav.empaquetar(bytes(4 * wav.TASA * wav.ANCHO)))
    una.pasar(2)
    bryan = una.poner_cliente("00000003", "Bryan", "general")
    una.pasar(3)
    assert bryan.de(eventos.Dicho, tipo="audio") and not bryan.de(eventos.Progreso)


@pytest.mark.parametrize("deja, queda", [("redes", "general"), ("general", "python")])
def test_dejar_otra_sala_no_cambia_aquella_en_que_se_habla(lanzar, servidor, deja, queda):
    ana = lanzar(programas.Programa, "cliente.py", "--usuario", "Ana",
                 "--sala", "general", "--sala", "redes", "--sala", "python")
    ana.esperar_linea("Estás en python como Ana")
    ana.escribir("/entrar general")
    ana.escribir(f"/salir {deja}")
    ana.escribir("¿dónde estoy?")
    ana.esperar_linea(f"[{queda}] Ana: ¿dónde estoy?")


def test_stickers_y_voces_en_la_terminal(lanzar, servidor, datos):
    (datos / "mi voz.wav").write_bytes(tarjeta_falsa.hacer_voz(1.0))
    bryan = programas.entrar(lanzar, "Bryan", "general")
    ana = lanzar(programas.Programa, "cliente.py", "--usuario", "Ana", "--sala", "general")
    ana.esperar_linea("Estás en general como Ana")
    for linea in ("/sticker aplauso", f"/sticker {stickers.ruta_de('hola')}", f"/audio {datos / 'mi voz.wav'}",
                  "/privado Bryan /sticker taco", f"/privado Bryan /audio {datos / 'mi voz.wav'}"):
        ana.escribir(linea)
    bryan.esperar("sticker", sala="general", content="aplauso")
    assert stickers.abrir(leer(bryan.esperar("sticker", sala="general", content="hola"))).formato == "webp"  # se mueve
    assert leer(bryan.esperar("audio", sala="general", duracion=1.0)) == tarjeta_falsa.hacer_voz(1.0)
    bryan.esperar("sticker", to="Bryan", content="taco")
    bryan.esperar("audio", to="Bryan", duracion=1.0)
    ana.esperar_linea("[general] Ana: sticker «aplauso»")
    bryan.hacer("sticker", to="Ana", content="bicho")
    ana.esperar_linea("(privado) Bryan → Ana: sticker «bicho»")
    bryan.hacer("audio", sala="general", archivo=str(datos / "mi voz.wav"))
    guardado = ana.esperar_linea("[general] Bryan: voz de 1 s: ").rpartition(": ")[2]
    assert pathlib.Path(guardado).read_bytes() == tarjeta_falsa.hacer_voz(1.0)
    for linea, dice in (("/sticker", "hola, bien, mal"), ("/sticker pizza", "No hay ningún sticker «pizza»"),
                        ("/audio", "/audio voz.wav"),
                        ("/sticker ./no.png", "No se puede leer"), ("/audio no.wav", "No se puede leer no.wav")):
        ana.escribir(linea)
        ana.esperar_linea(dice)


def test_lo_que_manda_un_cliente_sencillo(lanzar, servidor, sencillo, datos):
    """En base64, sin formato ni duración, y con los bytes detrás."""
    ana, ajeno = programas.entrar(lanzar, "Ana", "general"), sencillo()
    imagen, voz = stickers.ruta_de("bien").read_bytes(), tarjeta_falsa.hacer_voz()
    ajeno.enviar(tipo="audio", user="Sim", sala="general", content=base64.b64encode(voz).decode())
    assert leer(ana.esperar("audio", user="Sim", duracion=0.5)) == voz
    ajeno.enviar(tipo="sticker", user="Sim", sala="general", content=base64.b64encode(imagen).decode(), formato="png")
    assert leer(ana.esperar("sticker", user="Sim", content="")) == imagen
    cabecera = b'{"tipo":"sticker","privado":true,"from":"Sim","to":"Ana","content":"mano","formato":"png"}'
    ajeno.enviar_bytes(cabecera + b"\n" + imagen)
    assert leer(ana.esperar("sticker", content="mano", to="Ana")) == imagen
    ajeno.enviar(tipo="sticker", user="Sim", sala="general", content="de otro paquete")
    ana.esperar("sticker", content="de otro paquete")


def hostiles() -> "list[bytes]":
    """Datagramas con imágenes y voces rotas, con mentiras o con nombres que son rutas."""
    import test_stickers

    sticker = b'{"tipo":"sticker","user":"Malo","sala":"general","content":"../../x","formato":"png"}\n'
    voz = (b'{"tipo":"audio","user":"Malo","sala":"general","content":"../../../tmp/x.wav",'
           b'"formato":"wav","duracion":1e9}\n')
    imagenes = [sticker + test_stickers.crear(caso) for caso in test_stickers.HOSTILES if test_stickers.crear(caso)]
    voces = [voz + contenido for contenido in archivos_wav.HOSTILES.values() if contenido]
    return [datagrama for datagrama in imagenes + voces if len(datagrama) < 65_000]


def test_imagenes_y_voces_hostiles_se_rechazan_con_un_aviso(lanzar, servidor, sencillo, datos):
    ana, ajeno = programas.entrar(lanzar, "Ana", "general"), sencillo()
    enviados = hostiles()
    assert len(enviados) > 25
    for i, datagrama in enumerate(enviados):
        ajeno.enviar_bytes(datagrama)
        ajeno.enviar(tipo="msj", user="Malo", sala="general", content=f"van {i}")
        ana.esperar("mensaje", content=f"van {i}")  # de uno en uno: es otra prueba la que llena los búferes
    avisos = ana.esperar_varios("aviso", len(enviados))  # se abren aparte, y se dice después
    assert all(aviso["content"].startswith("Malo envió un ") for aviso in avisos), avisos
    assert not [e for e in ana.eventos if e["evento"] in ("sticker", "audio", "error")]
    recibidos = datos / "datos" / "practica3-chat" / "recibidos"
    assert not list(recibidos.glob("*"))
    bueno = stickers.ruta_de("mal").read_bytes()
    cabecera = b'{"tipo":"sticker","user":"Malo","sala":"general","content":"../../x","formato":"png"}'
    ajeno.enviar_bytes(cabecera + b"\n" + bueno)
    guardado = pathlib.Path(ana.esperar("sticker", content="../../x")["archivo"])
    assert list(recibidos.rglob("*.png")) == [guardado] and list(recibidos.iterdir()) == [guardado.parent]
    assert guardado.resolve().parent == recibidos.resolve() / "Malo"


def test_el_servidor_de_un_cliente_lo_sigue_a_otra_red(puerto):
    conexion = red.Red(puerto=puerto, interfaz=interfaces.LAZO)
    conexion.iniciar()
    propio = servidor_propio.ServidorPropio(conexion)

    def oir_otro(que=()):
        limite = time.monotonic() + PLAZO
        while time.monotonic() < limite:
            for mensaje, _ in conexion.recibir(0.5):
                if "servidor" in mensaje and mensaje["id"] not in que:
                    return mensaje["id"]
        raise AssertionError("no se oye ningún servidor nuevo")

    try:
        propio.iniciar()
        primero = oir_otro()
        viejo = propio._proceso
        propio.cambiar_de_red()
        assert oir_otro({primero}) and propio.en_marcha()
    finally:
        propio.terminar()
        conexion.parar()
    assert viejo.poll() is not None and not propio.en_marcha()

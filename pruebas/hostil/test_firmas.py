"""Un atacante en la misma red contra programas de verdad que firman: ni habla, ni calla, ni lee por otro.

Escucha todo, como Wireshark, y envía lo que quiere: es un socket y json.dumps, sin nada nuestro.
"""

import os
import pathlib

from PIL import Image
import pytest

from ayudas import archivos_wav
from ayudas import programas

MAYOR = 2**53 - 1


@pytest.fixture
def atacante(puerto, lanzar):
    """El socket del atacante."""
    uno = programas.Sencillo(puerto)
    yield uno
    uno.matar()


@pytest.fixture
def ana_y_bryan(lanzar, atacante):
    """Los dos en la sala general, con un servidor; los tres firman."""
    lanzar(programas.Servidor)
    ana, bryan = (programas.entrar(lanzar, user, "general") for user in ("Ana", "Bryan"))
    for uno in (ana, bryan):
        uno.esperar_lista("general", "Ana", "Bryan")
    return ana, bryan


def leer_id(atacante: programas.Sencillo, **de_quien) -> str:
    """El id de un programa, que el atacante aprende de su latido."""
    propio = atacante.esperar(tipo="latido", **de_quien)["id"]
    assert len(propio) == 16
    return propio


def decir(de: programas.Cliente, a: programas.Cliente, texto: str) -> None:
    """Decir algo en la sala, y que llegue."""
    de.hacer("mensaje", sala="general", content=texto)
    a.esperar("mensaje", content=texto)


def test_con_el_id_de_otro_no_se_le_calla_ni_se_habla_por_el(ana_y_bryan, atacante):
    ana, bryan = ana_y_bryan
    suyo = {"id": leer_id(atacante, user="Ana"), "user": "Ana"}
    para = {"id": suyo["id"], "to": "Bryan", "para": leer_id(atacante, user="Bryan")}
    decir(ana, bryan, "antes")
    atacante.enviar(**suyo, tipo="msj", sala="general", content="falso", n=MAYOR)
    atacante.enviar(**suyo, tipo="latido", salas={"general": MAYOR}, privados={para["para"]: MAYOR})
    atacante.enviar(**suyo, tipo="latido", salas={}, dejadas={"general": MAYOR})
    atacante.enviar(**para, tipo="msj", privado=True, de="Ana", content="falso", n=MAYOR)
    for n in range(2, 10):
        atacante.enviar(id=suyo["id"], tipo="invisible", sala="general", n=n)
        atacante.enviar(**suyo, tipo="msj", sala="general", content="falso", n=n)
        atacante.enviar(**suyo, tipo="salir", sala="general", n=n)
    atacante.enviar(id=suyo["id"], tipo="perdido", sala="general", n=[[1, 20]])
    for texto in ("uno", "dos", "tres"):
        decir(ana, bryan, texto)
    ana.hacer("privado", to="Bryan", content="a solas")
    bryan.esperar("privado", content="a solas")
    assert bryan.dichos("general") == ["antes", "uno", "dos", "tres"]
    assert not [evento for evento in bryan.eventos if evento["evento"] == "perdido"]
    bryan.esperar_lista("general", "Ana", "Bryan")


def test_lo_privado_no_se_lee_en_el_cable(ana_y_bryan, atacante, tmp_path):
    ana, bryan = ana_y_bryan
    ana.hacer("privado", to="Bryan", content="nadie más lo lee")
    ana.hacer("sticker", to="Bryan", content="aplauso")
    bryan.esperar("privado", content="nadie más lo lee")
    bryan.esperar("sticker", content="aplauso")
    ana.hacer("mensaje", sala="general", content="esto sí")
    atacante.esperar(tipo="msj", content="esto sí")
    viajo = b"".join(atacante.recibidos)
    assert b"cifrado" in viajo and not [uno for uno in (b"nadie", b"aplauso", b"sticker") if uno in viajo]
    # A quien no firma, en claro.
    atacante.enviar(tipo="inicio", user="Carla", sala="general")
    ana.esperar_lista("general", "Ana", "Bryan", "Carla")
    ana.hacer("privado", to="Carla", content="hola, Carla")
    atacante.esperar(tipo="msj", privado=True, to="Carla", content="hola, Carla")


def leer_guardado(evento: dict) -> bytes:
    """Los bytes de lo que llegó."""
    return pathlib.Path(evento["archivo"]).read_bytes()


def hay_algo_de(contenido: bytes, viajo: bytes) -> bool:
    """Si en lo que viajó hay 24 bytes seguidos de los de un archivo, sin su cabecera."""
    return any(contenido[i : i + 16] in viajo for i in range(64, len(contenido) - 16, 8))


def test_ni_los_bytes_de_una_voz_o_una_imagen_privadas_van_por_el_cable(ana_y_bryan, atacante, tmp_path):
    ana, bryan = ana_y_bryan
    (tmp_path / "voz.wav").write_bytes(archivos_wav.cabecera(datos=os.urandom(12_000)))
    Image.frombytes("RGB", (64, 64), os.urandom(64 * 64 * 3)).save(tmp_path / "oculto.png")
    ruta = {"audio": "voz.wav", "imagen": "oculto.png", "sticker": "oculto.png", "archivo": "oculto.png"}
    llegados = []
    for tipo, nombre in ruta.items():
        ana.hacer(tipo, to="Bryan", archivo=str(tmp_path / nombre))
        llegados.append(leer_guardado(bryan.esperar(tipo, **{"from": "Ana"})))
    ana.hacer("mensaje", sala="general", content="ya")
    atacante.esperar(tipo="msj", content="ya")
    viajo = b"".join(atacante.recibidos)
    assert len(viajo) > sum(map(len, llegados)) and all(len(uno) > 2_000 for uno in llegados)
    assert not [uno for uno in llegados if hay_algo_de(uno, viajo)] and b"oculto" not in viajo
    # En la sala, en cambio, cualquiera la oye.
    ana.hacer("audio", sala="general", archivo=str(tmp_path / "voz.wav"))
    voz = leer_guardado(bryan.esperar("audio", sala="general"))
    ana.hacer("mensaje", sala="general", content="y ya")
    atacante.esperar(tipo="msj", content="y ya")
    assert hay_algo_de(voz, b"".join(atacante.recibidos))


def test_en_una_sala_con_llave_leen_quienes_saben_la_contrasena_y_un_sencillo_sigue_pudiendo_entrar(
        lanzar, atacante, monkeypatch):
    sala = "redes (con llave)"
    lanzar(programas.Servidor)
    monkeypatch.setenv("CHAT_CONTRASENA", "pájaro azul")
    ana, bryan = (programas.entrar(lanzar, user, sala) for user in ("Ana", "Bryan"))
    monkeypatch.setenv("CHAT_CONTRASENA", "otra")
    eva = programas.entrar(lanzar, "Eva", sala)
    monkeypatch.delenv("CHAT_CONTRASENA")
    carla = programas.entrar(lanzar, "Carla", "general")
    carla.hacer("entrar", sala=sala)
    carla.esperar("error", content=f"Para entrar a {sala} hace falta su contraseña.")
    carla.hacer("entrar", sala=sala, contrasena="pájaro azul")
    atacante.enviar(tipo="inicio", user="Simple", sala=sala)
    for uno in (ana, bryan, carla):
        uno.esperar_lista(sala, "Ana", "Bryan", "Carla", "Eva", "Simple")
    ana.hacer("mensaje", sala=sala, content="nadie más lo lee")
    for uno in (ana, bryan, carla):
        uno.esperar("mensaje", sala=sala, content="nadie más lo lee")
    eva.esperar("error", content=f"Lo que dice Ana en {sala} no se puede leer: otra contraseña.")
    atacante.enviar(tipo="msj", user="Simple", sala=sala, content="¿qué dicen?")
    ana.esperar("mensaje", sala=sala, user="Simple", content="¿qué dicen?", duda="sin_cifrar")
    atacante.esperar(tipo="latido", user="Ana", salas={sala: 1})  # y con él, todo lo anterior
    viajo = b"".join(atacante.recibidos)
    assert b'"tipo":"cifrado","user":"Ana"' in viajo and b"nadie" not in viajo


def test_un_servidor_y_un_aviso_falsos_no_sacan_a_nadie_ni_desvian_nada(ana_y_bryan, atacante):
    ana, bryan = ana_y_bryan
    suyo = leer_id(atacante, user="Ana")
    falso = {"id": "00000000", "tipo": "usuarios", "sala": "general"}
    for n in range(1, 6):
        atacante.enviar(id="00000000", tipo="latido", servidor=True, salas={"general": n}, oye=[])
        atacante.enviar(**falso, lista=["Ana", "Bryan"], ids=[suyo, "eeeeeeee"], n=n)
        atacante.enviar(id="eeeeeeee", tipo="latido", user="Bryan", salas={"general": 0})
        for a in ({"a": suyo, "id": "00000000"}, {"a": suyo}, {}):
            atacante.enviar(tipo="aviso", sala="general", user="Ana", content="fuera", **a)
    ana.hacer("privado", to="Bryan", content="sólo a él")
    bryan.esperar("privado", content="sólo a él")
    decir(ana, bryan, "y aquí sigo")
    assert "sólo a él".encode() not in b"".join(atacante.recibidos)
    assert not [evento for evento in ana.eventos if evento["evento"] == "aviso"]


def test_quien_habla_sin_firma_con_el_nombre_de_otro_se_ve(ana_y_bryan, atacante, lanzar, puerto):
    ana, bryan = ana_y_bryan
    atacante.enviar(tipo="msj", user="Ana", sala="general", content="soy Ana")
    atacante.enviar(tipo="msj", privado=True, de="Ana", to="Bryan", content="créeme")
    for evento, texto in (("mensaje", "soy Ana"), ("privado", "créeme")):
        assert bryan.esperar(evento, content=texto)["duda"] == "sin_firma"
    decir(ana, bryan, "la de verdad")
    assert "duda" not in bryan.esperar("mensaje", content="la de verdad")
    assert ana.esperar("mensaje", content="soy Ana")["duda"] == "sin_firma"


def test_lo_grabado_y_vuelto_a_enviar_no_hace_nada(ana_y_bryan, atacante):
    ana, bryan = ana_y_bryan
    decir(ana, bryan, "una vez")
    ana.hacer("salir", sala="general")
    bryan.esperar_lista("general", "Bryan")
    ana.hacer("entrar", sala="general")
    bryan.esperar_lista("general", "Ana", "Bryan")
    decir(ana, bryan, "ya volví")
    atacante.esperar(tipo="msj", content="ya volví")
    listas = sum(evento["evento"] == "usuarios" for evento in bryan.eventos)
    for datagrama in list(atacante.recibidos):
        atacante.enviar_bytes(datagrama)
    decir(ana, bryan, "y ya")
    assert bryan.dichos("general") == ["una vez", "ya volví", "y ya"]
    assert sum(evento["evento"] == "usuarios" for evento in bryan.eventos) == listas


def test_en_la_terminal_se_comparan_las_palabras_y_se_ve_lo_que_va_sin_cifrar(lanzar, atacante):
    lanzar(programas.Servidor)
    bryan = programas.entrar(lanzar, "Bryan", "general")
    ana = lanzar(programas.Programa, "cliente.py", "--usuario=Ana", "--sala=general")
    ana.esperar_linea("En general: Bryan, Ana")
    bryan.hacer("mensaje", sala="general", content="hola")
    ana.esperar_linea("[general] Bryan: hola")  # ya se presentó
    ana.escribir("/palabras Bryan")
    palabras = ana.esperar_linea("Las palabras de Bryan: ").partition(": ")[2]
    ana.escribir("/confiar Bryan sol luna mar tierra")
    ana.esperar_linea("no es quien dice")
    ana.escribir(f"/confiar Bryan {palabras}")
    ana.esperar_linea("Se recordará a Bryan; ya se compararon")
    ana.escribir("/privado Bryan a solas")
    ana.esperar_linea("(privado) Ana → Bryan: a solas")
    bryan.esperar("privado", content="a solas")
    atacante.enviar(tipo="msj", privado=True, de="Bryan", to="Ana", content="soy yo")
    ana.esperar_linea("(privado, sin cifrar) Bryan (sin firma) → Ana: soy yo")


def test_sin_pynacl_se_chatea_igual_sin_proteger_y_se_dice(lanzar, atacante, tmp_path, monkeypatch):
    """Con uno que firma: cada quien ve lo del otro, y los privados van en claro."""
    (tmp_path / "nacl.py").write_text("raise ImportError('aquí no hay PyNaCl')")
    lanzar(programas.Servidor)
    ana = programas.entrar(lanzar, "Ana", "general")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    bryan = programas.entrar(lanzar, "Bryan", "general")
    assert len(atacante.esperar(tipo="latido", user="Bryan")["id"]) == 8
    decir(ana, bryan, "hola")
    decir(bryan, ana, "qué tal")
    for de, a, texto in ((ana, bryan, "de Ana"), (bryan, ana, "de Bryan")):
        de.hacer("privado", to="Bryan" if de is ana else "Ana", content=texto)
        a.esperar("privado", content=texto)
        atacante.esperar(tipo="msj", privado=True, content=texto)

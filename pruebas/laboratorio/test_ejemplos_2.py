"""Los ejemplos 08 a 14: lo que enseñan sus README y lo que aguantan."""

import contextlib
import hashlib
import importlib.util
import io
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import types

from ayudas import guiones
from ayudas import programas
import pytest
from ayudas import red_propia
from ayudas import tarjeta_falsa
from ayudas import pantalla_tk
from ayudas import terminal_de_readme
from ayudas import ventana_de_readme
from ayudas import archivos_wav
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from PIL import Image

# Los últimos, de otros programas.
WAV_HOSTILES = {**archivos_wav.HOSTILES, **archivos_wav.ENTEROS, **archivos_wav.FLOTANTES}
EJEMPLOS = pathlib.Path(__file__).resolve().parent.parent.parent / "ejemplos"
CARPETAS = {carpeta.name[:2]: carpeta for carpeta in EJEMPLOS.glob("[01][0-9]_*")}
# Juntos caben en el búfer de un socket: así ninguno empuja fuera a lo que se envía después.
HOSTILES = [b"", b"\n", b"\x00\xff\xfe", b"{", b"[]", b"1", b"null", b"<", b"<>", b"<msj>", b"[" * 20_000,
            b'{"n":' + b"9" * 20_000 + b"}",
            b'{"tipo":[]}', b'{"tipo":"msj"}', b'{"tipo":"msj","privado":true}',
            b'{"tipo":"inicio","user":1,"sala":{}}',
            b'{"tipo":"msj","user":"\\ud800","sala":"general","content":"\\ud800"}',
            b'{"tipo":"usuarios","sala":"general","lista":[1,null]}',
            b'{"tipo":"trozo","sha256":"x","i":-1,"de":1}\nx',
            b'{"tipo":"trozo","sha256":"x","i":0,"de":1000000000}\nx',
            b'{"tipo":"trozo","sha256":7,"i":0,"de":1}\nx', b'{"tipo":"falta","sha256":"x","i":[[]]}',
            b'{"tipo":"latido","salas":7}',
            b'{"tipo":"audio","user":"X","content":"%%%"}', b'{"tipo":"audio","user":"X","content":"UklGRg=="}',
            b'{"tipo":"sticker","user":"X"}\n\x89PNG', b'{"tipo":"sticker","user":7}\nGIF89a',
            b"\x1b[2J\x1b]0;titulo\x07" * 10, bytes(range(256)) * 80]


@pytest.fixture(autouse=True)
def aislada(tmp_path, monkeypatch):
    """Cada prueba, en una red y una carpeta suyas: los README usan siempre el mismo puerto."""
    monkeypatch.chdir(tmp_path)
    with red_propia.red_propia():
        yield


@pytest.fixture
def correr(lanzar):
    """Función que lanza un programa de una carpeta, por su número; al terminar no debe haberse quejado."""
    lanzados = []

    def correr_programa(numero, archivo, *argumentos, **donde):
        lanzados.append(lanzar(programas.Programa, str(CARPETAS[numero] / archivo), *argumentos, **donde))
        return lanzados[-1]

    yield correr_programa
    quejas = [linea for uno in lanzados
              for linea in uno.lineas if any(queja in linea for queja in terminal_de_readme.QUEJAS)]
    assert not quejas, [uno.lineas for uno in lanzados]


@pytest.fixture
def tarjeta(monkeypatch):
    """PulseAudio con un micrófono y un altavoz de mentira, para los programas que se lancen."""
    pytest.importorskip("pyaudio")
    if tarjeta_falsa.falta():
        pytest.skip(tarjeta_falsa.falta())
    with tempfile.TemporaryDirectory(prefix="son-") as carpeta, \
            tarjeta_falsa.TarjetaFalsa(pathlib.Path(carpeta)) as falsa:
        for clave, valor in falsa.entorno.items():
            monkeypatch.setenv(clave, valor)
        yield falsa


# -------------------------------------------------------------------- los README


def los_de(*numeros):
    """Las conversaciones de los README de unas carpetas, por su número."""
    return [guion for numero in numeros for guion in guiones.reunir(f"{numero}_*")]


@pytest.mark.parametrize("guion", los_de("08", "09", "10", "11", "13", "14"), ids=str)
def test_lo_que_dice_el_readme(guion):
    guiones.representar(guion)


@pytest.mark.parametrize("guion", los_de("12"), ids=str)
def test_lo_que_dice_el_readme_del_sonido(guion, tarjeta):
    tarjeta.emitir(tarjeta_falsa.hacer_tono(30))
    guiones.representar(guion)


def test_el_socket_del_grupo_es_el_mismo_en_todas():
    copias = {(carpeta / "grupo.py").read_bytes() for numero, carpeta in CARPETAS.items() if numero >= "08"}
    assert len(copias) == 1


# -------------------------------------------------------------------- lo que aguantan todos

SIN_VENTANA = [("08", "chat.py", "Ana"), ("10", "servidor.py"), ("10", "cliente.py", "Ana", "general"),
               ("11", "recibir.py"),
               ("12", "escuchar.py"), ("14", "visor.py", "--texto", "--todo")]
CON_VENTANA = [("09", "bien.py", "Ana"), ("09", "mal_espera.py", "Ana"), ("09", "mal_hilo.py", "Ana"),
               ("13", "stickers.py", "Ana")]
LISTOS = {"chat.py": "ya estás", "servidor.py": "Servidor", "recibir.py": "Esperando", "escuchar.py": "Escuchando",
          "visor.py": "Oyendo"}
ULTIMOS = {"chat.py": "Bryan: sigo aquí", "servidor.py": "Ana entró a general", "cliente.py": "en la sala: Ana, Bryan",
           "escuchar.py": "No es un WAV", "visor.py": "en la sala: Ana, Bryan"}


@pytest.mark.parametrize("orden",
                         SIN_VENTANA + CON_VENTANA
                         + [("11", "enviar.py", "x"), ("12", "hablar.py", "Ana"), ("13", "trampas.py")],
                         ids=lambda orden: orden[1])
def test_un_puerto_ocupado_se_dice(orden, correr, puerto):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ocupado:
        ocupado.bind(("", puerto))
        programa = correr(*orden)
        assert programa.esperar_fin() == 1
    assert re.fullmatch(rf"No se puede usar el grupo 239.255.3.3:{puerto} por la interfaz 127.0.0.1: .+",
                        programa.lineas[-1])


@pytest.mark.parametrize("orden", CON_VENTANA, ids=lambda orden: orden[1])
def test_sin_pantalla_se_dice(orden, correr, monkeypatch):
    monkeypatch.setenv("DISPLAY", "")
    programa = correr(*orden)
    assert programa.esperar_fin() == 1
    assert programa.lineas[-1].startswith("No hay pantalla donde abrir la ventana")


def test_sin_pantalla_el_visor_sigue_en_la_terminal(correr, monkeypatch):
    monkeypatch.setenv("DISPLAY", "")
    visor = correr("14", "visor.py")
    visor.esperar_linea("Oyendo")
    assert visor.lineas[0].startswith("No hay pantalla") and visor.interrumpir() == 0


@pytest.mark.parametrize("orden", SIN_VENTANA, ids=lambda orden: orden[1])
def test_lo_malformado_no_lo_detiene_y_ctrl_c_si(orden, correr, sencillo):
    ajeno = sencillo()
    programa = correr(*orden)
    if orden[1] in LISTOS:
        programa.esperar_linea(LISTOS[orden[1]])
    else:
        ajeno.esperar(tipo="inicio")  # lo suyo es una pregunta, que no acaba en un salto de línea
    for datagrama in HOSTILES:
        ajeno.enviar_bytes(datagrama)
    ajeno.enviar_bytes("Bryan: sigo aquí".encode())
    ajeno.enviar(tipo="inicio", user="Ana", sala="general")
    ajeno.enviar(tipo="usuarios", sala="general", lista=["Ana", "Bryan"])
    ajeno.enviar(tipo="audio", user="Bryan", content="UklGRg==")
    if orden[1] in ULTIMOS:
        programa.esperar_linea(ULTIMOS[orden[1]])
    assert programa.interrumpir() == 0
    assert not any("\x1b" in linea or "\x07" in linea for linea in programa.lineas)


@pytest.mark.parametrize("opcion, porque", [("--interfaz=abc", "una dirección son cuatro números, como 192.168.1.20"),
                                            ("--grupo=abc", "una dirección son cuatro números, como 192.168.1.20"),
                                            ("--interfaz=192.0.2.1", "esa interfaz no es de este equipo"),
                                            ("--puerto=70000", "un puerto va de 1 a 65535")])
def test_lo_que_no_se_puede_usar_se_dice_en_espanol(opcion, porque, correr):
    programa = correr("10", "servidor.py", opcion)
    assert programa.esperar_fin() == 1 and programa.lineas[-1].endswith(f": {porque}")


@pytest.mark.parametrize("orden", [("08", "chat.py", "Ana"), ("10", "cliente.py", "Ana", "general")],
                         ids=lambda orden: orden[1])
def test_una_letra_ilegible_del_teclado_no_lo_cuelga(orden, correr, sencillo, monkeypatch):
    """Un teclado en Latin-1 y Python en UTF-8: la ñ llega como un byte F1."""
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    programa = correr(*orden)
    programa.proceso.stdin.buffer.write(b"\xf1\nsalir\n")
    programa.proceso.stdin.flush()
    assert programa.esperar_fin() == 0


def test_lo_que_no_cabe_se_dice_en_espanol(correr):
    ana = correr("08", "chat.py", "Ana")
    for tecleado in ("x" * 70_000, "salir"):
        ana.escribir(tecleado)
    ana.esperar_linea("No se pudieron enviar 70005 bytes: no caben en un datagrama")
    assert ana.esperar_fin() == 0


@pytest.mark.parametrize("archivo", ["09", "13", "14"])
def test_ningun_emoji_llega_a_un_widget(archivo, visor, correr, sencillo, monkeypatch):
    """Los de Unicode 1.1 (✅ ⌚ ☕ ❤) también son emoji, y no pasan de U+FFFF."""
    if archivo == "14":
        import resumen
        limpio = resumen.limpiar("ñ€→ 5° ✅⌚☕❤️ 1️⃣ ‼👍\nfin")
        assert limpio == "ñ€→ 5° ����� 1�� �� ⏎ fin"
        return
    if pantalla_tk.falta():
        pytest.skip(pantalla_tk.falta())
    with pantalla_tk.PantallaTk() as escenario:
        for clave, valor in escenario.entorno.items():
            monkeypatch.setenv(clave, valor)
        programa = correr(*{"09": ("09", "bien.py", "Ana"), "13": ("13", "stickers.py", "Ana")}[archivo])
        programa.esperar_linea("Ventana abierta")
        ajeno, dicho = sencillo(), "ñ€ ✅⌚☕❤‼👍 fin"
        datagrama = (dicho.encode() if archivo == "09"
                     else json.dumps({"tipo": "sticker", "user": dicho}).encode() + b"\nGIF89a")
        esperar_que(lambda: ajeno.enviar_bytes(datagrama)
                    or "ñ€ ������ fin" in str(escenario.tcl(programa.proceso.pid, ventana_de_readme.LEER)))
        if archivo == "09":
            escenario.tcl(programa.proceso.pid,
                          "focus -force [focus -lastfor .]; [focus -lastfor .] insert end \\u2705")
            escenario.tcl(programa.proceso.pid, "[focus -lastfor .] insert end hola")
            assert escenario.tcl(programa.proceso.pid, "[focus -lastfor .] get") == "hola"
        assert programa.interrumpir() == 0


def test_sin_red_hablan_por_la_interfaz_de_bucle(correr, monkeypatch):
    if not red_propia.hay_espacios():
        pytest.skip("para quedarse sin red hace falta ser root en Linux")
    monkeypatch.delenv("CHAT_INTERFAZ")
    subprocess.run("ip route flush table main".split(), check=True)
    ana, bryan = (correr("08", "chat.py", nombre, interfaz="") for nombre in ("Ana", "Bryan"))
    for uno in (ana, bryan):
        uno.esperar_linea("ya estás")
    ana.escribir("sin red también")
    bryan.esperar_linea("Ana: sin red también")


# -------------------------------------------------------------------- uno por uno


def test_diez_en_un_chat_y_ninguno_pierde_nada(correr):
    todos = [correr("08", "chat.py", f"p{k}") for k in range(10)]
    for uno in todos:
        uno.esperar_linea("ya estás")
    for uno in todos:
        uno.escribir("hola")
    for k, uno in enumerate(todos):
        for otro in set(range(10)) - {k}:
            uno.esperar_linea(f"p{otro}: hola")
        uno.escribir("salir")
        assert uno.esperar_fin() == 0


def test_las_salas_se_entienden_con_la_solucion_modelo(correr, lanzar, servidor):
    """El cliente de 10 con el servidor y un cliente de practica3."""
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    bryan.esperar("listo")
    ana = correr("10", "cliente.py", "Ana", "general")
    bryan.esperar_lista("general", "Ana", "Bryan")
    ana.esperar_linea("en la sala: Bryan, Ana")
    bryan.hacer("mensaje", sala="general", content="hola, ejemplo")
    ana.esperar_linea("[general] Bryan: hola, ejemplo")
    ana.escribir("hola, modelo")
    bryan.esperar("mensaje", user="Ana", content="hola, modelo")
    ana.escribir("/privado Bryan en secreto")
    bryan.esperar("privado", content="en secreto")
    bryan.hacer("privado", to="Ana", content="recibido")
    ana.esperar_linea("(privado) Bryan: recibido")
    ana.escribir("salir")
    bryan.esperar_lista("general", "Bryan")


def test_el_servidor_de_salas_atiende_a_la_solucion_modelo(correr, lanzar):
    correr("10", "servidor.py").esperar_linea("Servidor de salas")
    ana, bryan = (lanzar(programas.Cliente, nombre, "general") for nombre in ("Ana", "Bryan"))
    for uno in (ana, bryan):
        uno.esperar_lista("general", "Ana", "Bryan")


def test_mil_nombres_inventados_no_llenan_el_servidor(correr, sencillo):
    servidor_de_salas = correr("10", "servidor.py")
    servidor_de_salas.esperar_linea("Servidor de salas")
    ajeno = sencillo()
    for k in range(1_002):
        ajeno.enviar(tipo="inicio", user=f"u{k}", sala=f"s{k}")
        servidor_de_salas.esperar_linea(f"u{k} entró a s{k}: " + (f"u{k}" if k < 1_000 else "vacía"))


def test_dos_que_pierden_distinto_reciben_lo_mismo(correr, lanzar, tmp_path):
    original = os.urandom(100_000)
    (tmp_path / "original").write_bytes(original)
    suma = f"SHA-256 {hashlib.sha256(original).hexdigest()}"
    receptores = []
    for semilla in ("1", "2"):
        carpeta = tmp_path / semilla
        carpeta.mkdir()
        os.chdir(carpeta)
        receptores.append(correr("11", "recibir.py", "--perdida=40", "--reparar", f"--semilla={semilla}"))
        receptores[-1].esperar_linea("Esperando")
    emisor = correr("11", "enviar.py", str(tmp_path / "original"))
    emisor.esperar_linea(suma)
    for receptor in receptores:
        receptor.esperar_linea(suma)
        assert receptor.esperar_fin() == 0 and "Idéntico al original." in receptor.lineas
    assert emisor.esperar_fin() == 0
    assert [(tmp_path / semilla / "recibido.bmp").read_bytes() for semilla in ("1", "2")] == [original, original]


def test_la_foto_sin_reparar_tiene_franjas_negras(correr, tmp_path):
    receptor = correr("11", "recibir.py", "--perdida=20")
    receptor.esperar_linea("Esperando")
    correr("11", "enviar.py", str(CARPETAS["11"] / "foto.bmp"))
    assert receptor.esperar_fin() == 0 and "NO es el original." in receptor.lineas
    with Image.open(tmp_path / "recibido.bmp") as rota, Image.open(CARPETAS["11"] / "foto.bmp") as entera:
        negros = [imagen.convert("L").histogram()[0] for imagen in (rota, entera)]
    assert negros[1] == 0 and 6 * 1024 // 3 - 12 <= negros[0] <= 6 * 1024 // 3  # 6 trozos, a 3 bytes por píxel


@pytest.mark.parametrize("perdida, lado", [("0", "8"), ("5", "8"), ("40", "3"), ("20", "1"), ("100", "50")])
def test_con_paridad_todos_tienen_el_archivo_y_a_muchos_cuesta_menos(tmp_path, perdida, lado):
    (tmp_path / "original").write_bytes(os.urandom(60_001))
    orden = [sys.executable, str(CARPETAS["11"] / "paridad.py"), str(tmp_path / "original"), "--perdida", perdida,
             "--grupo", lado]
    *_, repitiendo, con_paridad, identicos = subprocess.run(
        orden, capture_output=True, check=True, text=True, encoding="utf-8", timeout=programas.PLAZO,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"}).stdout.splitlines()
    assert identicos == "Idénticos al original: 30 de 30"
    if perdida == "5":
        assert int(con_paridad.split()[-2]) < int(repitiendo.split()[1]) / 2


# -------------------------------------------------------------------- el sonido


def test_la_voz_llega_por_el_grupo_y_suena(correr, sencillo, tarjeta):
    oyente = correr("12", "escuchar.py")
    oyente.esperar_linea("Escuchando")
    escucha = tarjeta.escuchar()
    quien_habla = correr("12", "hablar.py", "Ana", "--calidad=larga", "--segundos=3")
    quien_habla.esperar_linea("Habla")
    dicho = tarjeta.hablar("Buenos días")
    quien_habla.esperar_linea("Datagrama:")
    oyente.esperar_linea("Ana dice algo: 3.0 s")
    sencillo().enviar(tipo="audio", user="Bryan", content="UklGRg==")
    oyente.esperar_linea("No es un WAV")  # ya acabó de reproducir lo anterior
    assert tarjeta_falsa.parecido(dicho, escucha.terminar()) > 0.8


@pytest.mark.parametrize("archivo, argumentos", [("a_archivo.py", []), ("hablar.py", ["Ana"])])
@pytest.mark.parametrize("falta, frase", [("modulo", "Falta PyAudio"), ("micrófono", "No se pudo grabar")])
def test_sin_sonido_se_dice(archivo, argumentos, falta, frase, tmp_path, monkeypatch):
    if falta == "modulo":
        (tmp_path / "pyaudio.py").write_text("raise ImportError")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    else:
        pytest.importorskip("pyaudio")
        (tmp_path / "alsa.conf").write_text("pcm.!default { type hw card 9 }")  # un aparato que no hay
        monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "alsa.conf"))
    orden = [sys.executable, "-X", "dev", str(CARPETAS["12"] / archivo), *argumentos]
    hecho = subprocess.run(orden, capture_output=True, text=True, timeout=programas.PLAZO)
    assert hecho.returncode == 1
    assert hecho.stderr.strip().startswith(frase) and len(hecho.stderr.strip().splitlines()) == 1, hecho.stderr


@pytest.mark.parametrize("archivo, argumentos", [("a_archivo.py", []), ("hablar.py", ["Ana"])])
def test_segundos_que_no_son_un_numero(archivo, argumentos, tmp_path):
    """«nan» es un float para argparse; se graba lo que quepa, como si no se hubiera dicho."""
    (tmp_path / "pyaudio.py").write_text("raise ImportError")
    orden = [sys.executable, "-c",
             f"import sys; sys.path.insert(0, {str(CARPETAS['12'])!r}); import sonido, {archivo[:-3]} as programa; "
             "sonido.grabar = lambda segundos, *_: sys.exit(f'grabar {segundos:.0f}'); programa.main()", *argumentos,
             "--segundos=nan"]
    hecho = subprocess.run(orden, capture_output=True, text=True, timeout=programas.PLAZO)
    assert hecho.stderr.strip() == ("grabar 60" if archivo == "a_archivo.py" else "grabar 2")


@pytest.mark.parametrize("caso", WAV_HOSTILES)
def test_un_wav_hostil_se_rechaza(caso):
    sonido = cargar("12", "sonido")
    try:
        assert 0 < sonido.revisar(WAV_HOSTILES[caso]) <= sonido.MAX_SEGUNDOS
    except sonido.ErrorSonido as error:
        assert str(error)


# -------------------------------------------------------------------- las imágenes


def cargar(numero, nombre):
    """Un módulo de una carpeta que no usa otros de ella."""
    especificacion = importlib.util.spec_from_file_location(f"ejemplo_{numero}_{nombre}",
                                                            CARPETAS[numero] / f"{nombre}.py")
    modulo = importlib.util.module_from_spec(especificacion)
    especificacion.loader.exec_module(modulo)
    return modulo


def hacer_png(ancho, alto, **datos):
    salida = io.BytesIO()
    Image.new("RGB", (ancho, alto), "red").save(salida, "PNG", **datos)
    return salida.getvalue()


def test_un_sticker_razonable_vale_y_se_reduce():
    imagenes = cargar("13", "imagenes")
    assert imagenes.revisar(hacer_png(1_000, 500)).size == (128, 64)
    for archivo in (CARPETAS["13"] / "paquete").glob("*.png"):
        assert imagenes.revisar(archivo.read_bytes()).size == (128, 128)


@pytest.mark.parametrize("datos, motivo", [
    (hacer_png(1_001, 1_000), "1001 × 1000"), (bytes(60_001), "60001 bytes"), (b"", "leer"),
    (hacer_png(50, 50)[:-40], "leer"),
    (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "leer"), (b"P6 9 9 255\n" + bytes(243), "leer")],
    ids=["muchos píxeles", "muchos bytes", "nada", "cortado", "PostScript", "PPM"])
def test_un_sticker_que_no_es_de_fiar_se_rechaza(datos, motivo):
    imagenes = cargar("13", "imagenes")
    with pytest.raises(imagenes.ErrorImagen, match=motivo):
        imagenes.revisar(datos)


@pytest.mark.parametrize("archivo, formato, esperado",
                         [("foto.JPG", "JPEG", "jpeg"), ("foto", "PNG", "png"), ("foto.png", "GIF", "gif")])
def test_el_formato_de_un_sticker_lo_dicen_sus_bytes(archivo, formato, esperado):
    salida = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(salida, formato)
    assert cargar("13", "imagenes").formato(salida.getvalue()) == esperado, archivo


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 150), st.binary(min_size=1, max_size=8))
def test_un_sticker_dañado_da_una_imagen_o_un_error_suyo(lugar, basura):
    imagenes = cargar("13", "imagenes")
    sano = hacer_png(20, 20)
    with contextlib.suppress(imagenes.ErrorImagen):
        assert max(imagenes.revisar(sano[:lugar] + basura + sano[lugar + len(basura):]).size) <= 128


# -------------------------------------------------------------------- el visor


@pytest.fixture
def visor(monkeypatch):
    """Los módulos del visor: algunos se llaman como los de practica3 o los de las pruebas."""
    nombres = [archivo.stem for archivo in CARPETAS["14"].glob("*.py")]
    for nombre in nombres:
        monkeypatch.delitem(sys.modules, nombre, raising=False)
    monkeypatch.syspath_prepend(CARPETAS["14"])
    yield types.SimpleNamespace(**{nombre: importlib.import_module(nombre)
                                   for nombre in ("estado", "filtro", "guardar", "consola", "detalle")})
    for nombre in nombres:
        sys.modules.pop(nombre, None)


@pytest.fixture
def estado(visor):
    """Lo que recuerda un visor que acaba de empezar."""
    return visor.estado.Estado()


def anotar(estado, mensaje, origen=("127.0.0.1", 5007)):
    crudo = mensaje if isinstance(mensaje, bytes) else json.dumps(mensaje).encode()
    return estado.agregar(crudo, time.time(), origen)


def test_el_visor_sabe_de_quien_es_y_para_quien(estado):
    anotar(estado, {"tipo": "quien", "id": "0a1b2c3d"})
    assert [dato.de for dato in estado.datos] == ["0a1b2c3d"]
    anotar(estado, {"tipo": "latido", "id": "0a1b2c3d", "user": "Ana", "salas": {"general": 1}})
    # Ya sabe quién era.
    assert [dato.de for dato in estado.datos] == ["Ana", "Ana"] and list(estado.personas) == ["Ana"]
    anotar(estado, {"tipo": "inicio", "user": "Bryan", "sala": "general"})
    anotar(estado, {"tipo": "inicio", "user": "Carla", "sala": "redes"})
    casos = [({"tipo": "msj", "user": "Ana", "sala": "general", "content": "x"}, "Ana", ("Bryan",), "«x»"),
             ({"tipo": "msj", "privado": True, "from": "Bryan", "to": "Ana", "content": "x"}, "Bryan", ("Ana",), "«x»"),
             (b"<msj><privado><Ana><Carla><a><b>>", "Ana", ("Carla",), "«a><b>»"),
             ({"tipo": "falta", "id": "ffffffff", "a": "0a1b2c3d", "sala": "general", "n": [[5, 9], [12, 12]]},
              "ffffffff", ("Ana",),
              "me falta 5–9, 12"),
             ({"tipo": "usuarios", "sala": "redes", "lista": ["Carla"]}, "servidor", ("Carla",), "en la sala: Carla"),
             ({"tipo": "aviso", "sala": "general", "user": "Ana", "content": "ocupado"}, "servidor", ("Ana",),
              "«ocupado»"),
             ({"tipo": "salir", "user": "Ana", "sala": "general"}, "Ana", None, "sale de general"),
             (b"\xff", "127.0.0.1:5007", None, "no se entiende: no es UTF-8")]
    for mensaje, de, destinos, resumen in casos:
        dato = anotar(estado, mensaje)
        assert (dato.de, dato.destinos, dato.resumen) == (de, destinos, resumen)
    # Ana ya salió.
    assert anotar(estado, {"tipo": "msj", "user": "Bryan", "sala": "general", "content": "x"}).destinos == ()


def test_el_visor_entiende_las_peticiones_de_11_y_sabe_contar(visor, estado):
    anotar(estado, {"tipo": "falta", "sha256": "x", "i": [7, 18]})
    assert estado.datos[0].resumen == "me falta 7, 18"
    assert visor.guardar.contar(estado.datos) == "1 datagrama" and visor.guardar.contar([]) == "0 datagramas"


def test_el_filtro_del_visor(visor, estado):
    dato = anotar(estado, {"tipo": "msj", "user": "Ana", "sala": "general", "content": "Hola"})
    for texto, pasa in (("", True), ("ana", True), ("ANA hola", True), ("-ana", False), ("hola -latido", True),
                        ("adios", False), ("-", True)):
        assert visor.filtro.pasa(dato, texto, {"mensajes"}) is pasa, texto
    assert not visor.filtro.pasa(dato, "", {"salas", "latidos"})


def test_el_ritmo_de_cada_quien(estado):
    for k in range(30):
        estado.agregar(b"<msj><Ana><general><x>", 1_000 + k, ("127.0.0.1", 1))
    ana = estado.personas["Ana"]
    assert ana.ritmo(1_030) == (1.0, 22.0) and ana.historia(1_030) == [1] * 20
    assert ana.ritmo(1_100) == (0.0, 0.0) and ana.datagramas == 30


CAMPOS = ["tipo", "id", "a", "para", "user", "from", "to", "sala", "salas", "lista", "content", "n", "i", "de",
          "servidor", "privado"]
VALORES = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.sampled_from(
    ["inicio", "msj", "latido", "usuarios", "falta", "perdido", "trozo", "audio", "sticker", "aviso", "salir", "quien",
     "0a1b2c3d", "Ana"]),
    lambda hijos: st.lists(hijos, max_size=3) | st.dictionaries(st.text(max_size=5), hijos, max_size=3), max_leaves=5)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200),
                 st.text(max_size=60).map(lambda texto: f"<{texto}>".encode("utf-8", "replace")),
                 st.dictionaries(st.sampled_from(CAMPOS), VALORES, max_size=8).map(
                     lambda mensaje: json.dumps(mensaje).encode())))
def test_nada_detiene_al_visor(visor, estado, crudo):
    dato = anotar(estado, crudo)
    for texto in (dato.de, dato.resumen, dato.a_quien(), visor.consola.renglon(dato), visor.detalle.explicar(dato)):
        texto.encode()  # se puede escribir
        assert all(letra.isprintable() or letra == "\n" for letra in texto)
    json.loads(visor.guardar.a_json([dato], ("239.255.3.3", 5007)))
    assert visor.guardar.a_pcap([dato], ("239.255.3.3", 5007)).endswith(crudo)


def test_la_memoria_del_visor_tiene_un_tope(estado):
    for k in range(6_000):
        anotar(estado, {"tipo": "latido", "id": f"{k:08x}", "user": f"u{k}", "salas": {f"s{k}": 1}})
    assert (estado.total, len(estado.datos), len(estado.personas), len(estado._nombres)) == (6_000, 5_000, 25, 1_000)
    for k in range(600):
        anotar(estado, bytes(65_507))
    assert 32e6 < estado.bytes == sum(len(dato.crudo) for dato in estado.datos) <= 32 * 1024 * 1024
    estado.olvidar()
    assert (estado.bytes, len(estado.datos), len(estado.personas)) == (0, 0, 25)


def test_el_pcap_lo_entiende_wireshark(correr, sencillo, tmp_path):
    if shutil.which("tshark") is None:
        pytest.skip("hace falta tshark: sudo apt install tshark")
    visor = correr("14", "visor.py", "--texto", f"--guardar={tmp_path / 'clase.pcap'}")
    visor.esperar_linea("Oyendo")
    ajeno = sencillo()
    enviados = [b'{"tipo":"msj","user":"Ana","sala":"general","content":"Hola"}', b"impar", b"", bytes(65_507)]
    for datagrama in enviados:
        ajeno.enviar_bytes(datagrama)
    visor._esperar(lambda: True if len(visor.lineas) > len(enviados) else None, programas.PLAZO, "los cuatro")
    assert visor.interrumpir() == 0
    puerto = str(ajeno.destino[1])
    campos = ["ip.src", "ip.dst", "udp.srcport", "udp.dstport", "udp.length", "ip.ttl", "ip.checksum.status",
              "udp.checksum.status", "json.value.string"]
    orden = ["tshark", "-r", "clase.pcap", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-d",
             f"udp.port=={puerto},json",
             "-T", "fields", *(parte for campo in campos for parte in ("-e", campo))]
    leido = subprocess.run(orden, capture_output=True, text=True, check=True, timeout=60).stdout
    filas = [linea.split("\t") for linea in leido.splitlines()]
    assert [fila[:8] for fila in filas] == [["127.0.0.1", "239.255.3.3", puerto, puerto, str(8 + len(d)), "1", "1", "1"]
                                            for d in enviados]
    assert filas[0][8] == "msj,Ana,general,Hola"


def test_el_visor_oye_el_chat_de_verdad(correr, lanzar, tmp_path):
    visor = correr("14", "visor.py", "--texto", "--todo", f"--guardar={tmp_path / 'clase.json'}")
    visor.esperar_linea("Oyendo")
    lanzar(programas.Servidor).esperar_linea("Ctrl+C para terminar")
    ana = lanzar(programas.Cliente, "Ana", "general")
    bryan = lanzar(programas.Cliente, "Bryan", "general", perdida=30)
    for uno in (ana, bryan):
        uno.esperar_lista("general", "Ana", "Bryan")
    ana.hacer("mensaje", sala="general", content="hola," * 1_000)
    ana.hacer("privado", to="Bryan", content="en secreto")
    bryan.esperar("privado", content="en secreto")
    bryan.esperar("mensaje", content="hola," * 1_000)
    visor.esperar_linea("privado cifrado")  # que lo hubo se ve; lo que decía, no
    assert visor.interrumpir() == 0
    assert not [linea for linea in visor.lineas if "en secreto" in linea]
    capturado = json.loads((tmp_path / "clase.json").read_text(encoding="utf-8"))["datagramas"]
    hechos = {(dato["de"], dato["para"], dato["tipo"]) for dato in capturado}
    assert {("Ana", "sala general", "inicio"), ("servidor", "sala general", "usuarios"), (
        "Ana", "sala general", "trozo"),
            ("Ana", "Bryan", "cifrado")} <= hechos
    assert {de for de, _, _ in hechos} == {"Ana", "Bryan", "servidor"}
    assert not [dato for dato in capturado if dato["resumen"].startswith("no se entiende")]


def test_una_avalancha_no_congela_la_ventana_del_visor(correr, sencillo, monkeypatch):
    if pantalla_tk.falta():
        pytest.skip(pantalla_tk.falta())
    with pantalla_tk.PantallaTk() as escenario:
        for clave, valor in escenario.entorno.items():
            monkeypatch.setenv(clave, valor)
        visor = correr("14", "visor.py", "--todo")
        ajeno = sencillo()
        esperar_que(lambda: escenario.tcl(visor.proceso.pid, "winfo ismapped .") == "1")
        for k in range(3_000):
            ajeno.enviar_bytes(HOSTILES[k % len(HOSTILES)][:2_000])
            ajeno.enviar(tipo="msj", user=f"u{k % 40} {{[$", sala="general", content="}\\")
        # Se repite, porque lo primero pudo no caber en el búfer; si la ventana no atendiera no se vería nunca.
        esperar_que(lambda: ajeno.enviar(tipo="msj", user="Ana", sala="general", content="la ultima")
                    or "la ultima" in str(escenario.tcl(visor.proceso.pid, ventana_de_readme.LEER)))
        assert visor.interrumpir() == 0


def esperar_que(condicion):
    limite = time.monotonic() + programas.PLAZO
    while not condicion():
        assert time.monotonic() < limite, "no pasó a tiempo"

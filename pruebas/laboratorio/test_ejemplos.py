"""Los ejemplos 01 a 07: lo que enseñan sus README, lo que aguantan y el menú que los inicia.

Cada prueba habla con los programas de verdad por sockets de verdad. Una persona mala, lenta o que se va
sin despedirse es aquí un socket nuestro; ningún ejemplo ha de detenerse por ella ni quejarse al terminar.
"""

import contextlib
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import pytest

from ayudas import guiones
import indice
from ayudas import programas
from ayudas import red_propia
from ayudas import pantalla_tk
from ayudas import terminal_de_readme
from ayudas import ventana_de_readme

PLAZO = programas.PLAZO
ECO, PLATICA, CHAT, SALA, ECO_UDP, CHAT_UDP = range(65432, 65438)
GRUPO = ("239.255.3.3", 5007)
CORTAR = struct.pack("ii", 1, 0)  # SO_LINGER: al cerrar, RST en vez de una despedida


@pytest.fixture(autouse=True)
def red():
    """Los ejemplos usan siempre el mismo puerto: cada prueba, en una red suya."""
    with red_propia.red_propia():
        yield


@pytest.fixture
def correr():
    """Función que lanza un programa de un ejemplo y espera a que escriba algo.

    Al final lo interrumpe, y no ha de quejarse.
    """
    procesos = []

    def lanzar(ruta, *argumentos, hasta="", en=None):
        carpeta, programa = ruta.split("/")
        # -u: por una tubería no saldría renglón a renglón, como en la terminal de quien lo prueba.
        orden = [sys.executable, "-u", "-W", "error", "-X", "dev", programa, *argumentos]
        procesos.append(programas.Proceso(orden, en or indice.CARPETA / carpeta))
        if hasta:
            procesos[-1].esperar_linea(hasta)
        return procesos[-1]

    yield lanzar
    try:
        for proceso in reversed(procesos):
            if proceso.proceso.poll() is None:
                interrumpir(proceso)
    finally:
        for proceso in procesos:
            proceso.matar()
    for proceso in procesos:
        assert not [linea
                    for linea in proceso.lineas
                    if any(queja in linea for queja in terminal_de_readme.QUEJAS)], "\n".join(proceso.lineas)


def interrumpir(proceso):
    """Pulsar Ctrl+C, y otra vez si no se oyó: le pasa a Python cuando llega justo antes de ponerse a esperar."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        proceso.proceso.send_signal(signal.SIGINT)
        proceso.proceso.wait(PLAZO / 5)
    return proceso.esperar_fin() if proceso.proceso.poll() is not None else proceso.interrumpir()


@pytest.fixture
def conectar():
    """Función que conecta un socket TCP nuestro con un servidor de aquí y, si se dice, envía lo primero."""
    with contextlib.ExitStack() as por_cerrar:
        def nuevo(puerto, primero=""):
            return por_cerrar.enter_context(Persona(puerto, primero))

        yield nuevo


class Persona:
    """Alguien conectado por TCP a un servidor, sin usar su cliente."""

    def __init__(self, puerto, primero=""):
        self.socket = socket.create_connection(("127.0.0.1", puerto), PLAZO)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._recibido = b""
        if primero:
            self.decir(primero)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.socket.close()

    def decir(self, *renglones):
        """Enviar renglones enteros, todos juntos."""
        self.socket.sendall("".join(f"{renglon}\n" for renglon in renglones).encode())

    def oir(self, texto):
        """Esperar a que llegue un texto, quitar de lo recibido todo hasta él y devolverlo."""
        buscado = texto.encode()
        while buscado not in self._recibido:
            llegado = self.socket.recv(65_536)
            assert llegado, f"se cortó sin que llegara {texto!r}; llegó {self._recibido[-500:]!r}"
            self._recibido += llegado
        antes, _, self._recibido = self._recibido.partition(buscado)
        return (antes + buscado).decode()

    def cortar(self):
        """Irse de golpe, como al desenchufar."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, CORTAR)
        self.socket.close()

    def oir_fin(self):
        """Esperar a que cuelguen; devuelve lo último que llegó."""
        with contextlib.suppress(ConnectionResetError):
            while llegado := self.socket.recv(65_536):
                self._recibido += llegado
        return self._recibido.decode(errors="replace")


@contextlib.contextmanager
def servidor_falso(puerto, atender):
    """Un servidor TCP nuestro que atiende a un solo cliente con una función."""
    def servir():
        conexion = oyente.accept()[0]
        with conexion:
            conexion.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            conexion.settimeout(PLAZO)
            atender(conexion)

    with socket.create_server(("127.0.0.1", puerto)) as oyente:
        oyente.settimeout(PLAZO)
        hilo = threading.Thread(target=servir)
        hilo.start()
        yield
        hilo.join(PLAZO)


# -------------------------------------------------------------------- los README


@pytest.mark.parametrize("guion", guiones.reunir("0[1-7]_*"), ids=str)
def test_lo_que_dice_el_readme(guion):
    guiones.representar(guion)


@pytest.mark.parametrize("ejemplo", indice.reunir("0[1-7]_*"), ids=lambda ejemplo: ejemplo.carpeta.name)
def test_cada_readme_tiene_todas_sus_partes(ejemplo):
    assert ejemplo.titulo != ejemplo.carpeta.name and ejemplo.minutos and ejemplo.prepara
    assert not indice.BLOQUE.search(ejemplo.antes_del_orden), "hay una terminal sin <!-- orden: … --> delante"
    partes = re.findall("^## (.*)$", ejemplo.texto, re.MULTILINE)
    assert partes == ["En el pizarrón", "Cómo se corre", "Prueba esto", "Errores comunes",
                      "Qué cambia respecto al anterior"]
    assert ejemplo.texto.count("<details>") == ejemplo.texto.count("</details>") >= 2
    programas_suyos = {uno.name for uno in ejemplo.carpeta.glob("*.py")}
    assert programas_suyos <= set(re.findall(r"\w+\.py", ejemplo.texto)), "hay un programa del que no se habla"


def test_la_tabla_dice_lo_que_los_readme():
    tabla = (indice.CARPETA / "README.md").read_text(encoding="utf-8")
    filas = re.findall(r"^\| \[(\d\d_\w+)\]\(\1/README\.md\) \| (.+?) \| (\d+) \| (.+?) \|$", tabla, re.MULTILINE)
    suyos = [(uno.carpeta.name, uno.titulo, str(uno.minutos), uno.prepara) for uno in indice.reunir()]
    assert filas == suyos


def test_los_ejemplos_no_se_necesitan_entre_si():
    for programa in indice.CARPETA.glob("0[1-7]_*/*.py"):
        suyos = {uno.stem for uno in programa.parent.glob("*.py")}
        importados = set(re.findall(r"^(?:import|from) (\w+)", programa.read_text(encoding="utf-8"), re.MULTILINE))
        assert importados <= suyos | set(sys.stdlib_module_names), programa


def test_el_03_es_el_del_documento():
    """Lo que se ve en cada terminal, tal como está impreso en la descripción original de 03_chat."""
    readme = (indice.CARPETA / "03_chat" / "README.md").read_text(encoding="utf-8")
    for impreso in (
        "Servidor de chat escuchando en localhost:65434\nEsperando conexiones...\n\n"
        "Ana (127.0.0.1, 54321) se ha conectado\nCarlos (127.0.0.1, 54322) se ha conectado\n"
        "Ana: Hola a todos!\nCarlos: Hola Ana, ¿cómo estás?\n",
        "Ingresa tu nombre: Ana\nBienvenido al chat, Ana!\n>>> Carlos se ha unido al chat\nTú: Hola a todos!\n"
        "Carlos: Hola Ana, ¿cómo estás?\nTú: Muy bien, gracias!\n",
        "Ingresa tu nombre: Carlos\nBienvenido al chat, Carlos!\nAna: Hola a todos!\n"
        "Tú: Hola Ana, ¿cómo estás?\nAna: Muy bien, gracias!\n",
    ):
        assert impreso in readme


# -------------------------------------------------------------------- la maquinaria de los guiones


OTRA = "```\n\n**Terminal 2: otra**\n\n```console\n$ python x.py\n"


def escribir_ejemplo(carpeta, programa, orden, visto):
    carpeta = carpeta / "01_x"
    carpeta.mkdir()
    (carpeta / "x.py").write_text(programa, encoding="utf-8")
    (carpeta / "README.md").write_text(
        f"# 01 · X\n\n<!-- preguntas: «> » -->\n<!-- orden: {orden} -->\n\n**Terminal 1: "
        f"x**\n\n```console\n$ python x.py\n{visto}```\n", encoding="utf-8"
    )
    return guiones.Guion(indice.Ejemplo(carpeta), 1)


@pytest.mark.parametrize(("programa", "orden", "visto"), [
    ('print("uno")', "1", "uno\n"),
    ('print("puerto 40000, y otra vez 40000")', "1", "puerto 54321, y otra vez 54321\n"),
    ('print("a las 10:20:30, en 3.21 s")', "1", "a las 01:02:03, en 0.10 s\n"),
    ('print(input("> ") * 2)', "1 1", "> eco\necoeco\n"),
    ('print("borrado\\rb", end="\\x1b[K\\n")', "1", "b\n"),
    ('try: input("> ")\nexcept KeyboardInterrupt: pass', "1", ""),
    ('try: input("> ")\nexcept KeyboardInterrupt: print("\\nfin")', "1 1", "> ^C\nfin\n"),
    ('try: print("listo"); input()\nexcept KeyboardInterrupt: print("\\nfin")', "1 1", "listo\n^C\nfin\n"),
])
def test_un_readme_verdadero_pasa(tmp_path, programa, orden, visto):
    guiones.representar(escribir_ejemplo(tmp_path, programa, orden, visto))


@pytest.mark.parametrize(("programa", "orden", "visto", "error"), [
    ('print("dos")', "1", "uno\n", "lo primero que no es como en el README: 'dos'"),
    ('print("uno\\ndos")', "1", "uno\n", "'dos'"),
    ('print("uno", flush=True)\nimport time; time.sleep(0.08)\nprint("tarde")\ninput()', "1", "uno\n", "tarde"),
    ('print("puerto 40000\\ny otra vez 40001")', "1", "puerto 54321\ny otra vez 54321\n", "'y otra vez 40001'"),
    ('import os; print(10000 + os.getpid() % 50000)', "1 2", f"54321\n{OTRA}54321\n",
     "un puerto no es el mismo en todas partes"),
    ('print("puertos 40000 y 40000")', "1", "puertos 54321 y 54322\n", "dos puertos del README son el mismo"),
    ('x = 65434; print("puerto 65430")', "1", "puerto 65434\n", "puerto 65430"),
    ('print(input("> "))', "1", "> eco\neco\n", "terminal 1 no muestra"),
    ('print(input("> "))', "1 1 1", "> eco\neco\n", "más acciones de las que hay"),
    ('import socket; s = socket.socket(); print("uno"); del s', "1", "uno\n", "Exception ignored"),
    ('try: input("> ")\nexcept KeyboardInterrupt: raise ValueError', "1", "", "Traceback"),
])
def test_un_readme_falso_no_pasa(tmp_path, monkeypatch, programa, orden, visto, error):
    monkeypatch.setattr(guiones, "PLAZO", 2.0)
    with pytest.raises(AssertionError, match=re.escape(error)):
        guiones.representar(escribir_ejemplo(tmp_path, programa, orden, visto))


def test_sin_espacios_de_red_las_pruebas_se_turnan(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # un candado aparte del que esta prueba tenga ya
    monkeypatch.setattr(red_propia, "hay_espacios", lambda: False)
    esperando = threading.Event()
    with red_propia.red_propia():
        otra = threading.Thread(target=lambda: red_propia.red_propia().__enter__() or esperando.set(), daemon=True)
        otra.start()
        assert not esperando.wait(0.2)
    assert esperando.wait(PLAZO)
    otra.join(PLAZO)


# -------------------------------------------------------------------- 01 y 02


def test_01_el_eco_vuelve_entero_aunque_llegue_byte_a_byte(correr):
    def devolver_de_uno_en_uno(conexion):
        for byte in conexion.recv(1000):
            conexion.sendall(bytes([byte]))

    with servidor_falso(ECO, devolver_de_uno_en_uno):
        cliente = correr("01_eco/cliente.py")
        cliente.escribir("ñandú, ¿qué tal?")
        cliente.esperar_linea("Eco: ñandú, ¿qué tal?")
        cliente.escribir("salir")
        assert cliente.esperar_fin() == 0


def test_01_el_servidor_cuelga_a_medio_eco(correr):
    with servidor_falso(ECO, lambda conexion: conexion.sendall(conexion.recv(1000)[:3])):
        cliente = correr("01_eco/cliente.py")
        cliente.escribir("¿Hola?")
        cliente.esperar_linea("Se perdió la conexión con el servidor.")
        assert cliente.esperar_fin() == 1


def test_01_un_mensaje_enorme_no_los_deja_esperandose(correr):
    """Con 20 MB, el servidor no puede devolver más y deja de leer: los dos se quedaban en sendall."""
    correr("01_eco/servidor.py", hasta="Escuchando")
    cliente = correr("01_eco/cliente.py")
    cliente.escribir("x" * 20_000_000)
    cliente.escribir("corto")
    cliente.esperar_linea("Eco: corto")
    assert "Son 20000000 bytes" in cliente.lineas[0]


def test_01_un_cliente_que_se_corta_no_detiene_al_servidor(correr, conectar):
    servidor = correr("01_eco/servidor.py", hasta="Escuchando")
    malo = conectar(ECO, "hola")
    malo.oir("hola")
    malo.cortar()
    bueno = conectar(ECO, "sigo aquí")
    bueno.oir("sigo aquí")
    servidor.esperar_linea("se ha desconectado")


@pytest.mark.parametrize("programa", ["turnos.py", "hilos.py"])
def test_02_renglones_juntos_partidos_y_con_media_letra(correr, conectar, programa):
    espera = correr(f"02_dos_sentidos/{programa}", hasta="Espero una llamada")
    otra = conectar(PLATICA)
    partes = [b"uno\ndos\nna", b"ranja \xc3", b"\xb1\n", b"\x1b[2Jborrar\n", b"\xff\xfe\n"]
    for parte in partes:
        otra.socket.sendall(parte)
        espera.escribir("")  # en turnos.py, para que llegue su turno; y lo nuestro se lee por separado
        otra.oir("\n")
    for texto in ("uno", "dos", "naranja ñ", "[2Jborrar", "��"):
        espera.esperar_linea(f"Recibido: {texto}")
    assert "\x1b" not in "".join(espera.lineas)
    otra.cortar()
    if programa == "hilos.py":
        espera.escribir("")  # turnos.py estaba leyendo: lo nota y termina sin que se teclee nada
    assert espera.esperar_fin() in (0, 1)


# -------------------------------------------------------------------- 03: el chat


@pytest.fixture
def chat(correr):
    """El servidor de 03, que ya escucha."""
    return correr("03_chat/servidor.py", hasta="Esperando conexiones...")


def entrar(conectar, nombre):
    """Una persona que ya está en el chat de 03."""
    persona = conectar(CHAT, nombre)
    persona.oir(f"Bienvenido al chat, {nombre}!\n")
    return persona


def test_03_varios_mensajes_en_un_recv(chat, conectar):
    ana = entrar(conectar, "Ana")
    conectar(CHAT).decir("Beto", "uno", "dos", "tres")  # también el nombre, todo en un segmento
    assert ana.oir("tres\n") == ">>> Beto se ha unido al chat\nBeto: uno\nBeto: dos\nBeto: tres\n"


def test_03_medio_mensaje_y_media_letra_en_un_recv(chat, conectar):
    ana, beto = entrar(conectar, "Ana"), entrar(conectar, "Beto")
    ana.oir("Beto se ha unido al chat\n")
    for parte in (b"ma", b"\xc3", b"\xb1ana es otro d", b"\xc3\xada\n"):
        beto.socket.sendall(parte)
        ana.decir("¿y?")
        beto.oir("Ana: ¿y?\n")  # ida y vuelta: el servidor ya leyó la parte
    assert ana.oir("\n") == "Beto: mañana es otro día\n"


def test_03_cincuenta_clientes(chat, conectar):
    personas = [entrar(conectar, f"p{numero}") for numero in range(50)]
    personas[0].oir(">>> p49 se ha unido al chat\n")
    for numero, persona in enumerate(personas):
        persona.decir(f"soy {numero}")
    for numero, persona in enumerate(personas):
        oidos = [persona.oir("\n") for _ in range(49 + 49 - numero if numero else 49)]
        assert sorted(oidos[-49:]) == sorted(f"p{otro}: soy {otro}\n" for otro in range(50) if otro != numero)
    assert chat.interrumpir() == 0  # con los cincuenta dentro
    assert all(persona.oir_fin() is not None for persona in personas)


def test_03_todos_ven_lo_mismo_en_el_mismo_orden(chat, conectar):
    ana, beto, carla = (entrar(conectar, nombre) for nombre in ("Ana", "Beto", "Carla"))
    hilos = [threading.Thread(target=quien.decir, args=[f"{n}" for n in range(300)]) for quien in (ana, beto)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    de_carla = [carla.oir("\n") for _ in range(600)]
    assert [uno for uno in de_carla if uno.startswith("Ana")] == [f"Ana: {n}\n" for n in range(300)]
    esperar(lambda: len(chat.lineas) >= 606)
    assert [linea for linea in chat.lineas if re.match(r"(Ana|Beto): ", linea)] == [uno.strip() for uno in de_carla]


def test_03_quien_no_lee_no_detiene_a_los_demas(chat, conectar):
    entrar(conectar, "Dormida")
    ana, beto = entrar(conectar, "Ana"), entrar(conectar, "Beto")
    relleno = "x" * 390
    for tanda in range(400):  # 16 MB: más de lo que cabe en los búferes
        beto.decir(*[relleno] * 100, f"fin de la tanda {tanda}")
        ana.oir(f"Beto: fin de la tanda {tanda}\n")
        if any("Dormida" in linea and "desconectado" in linea for linea in chat.lineas):
            break
    chat.esperar_linea("se ha desconectado")
    assert "Dormida (127" in chat.esperar_linea("se ha desconectado")
    beto.decir("¿sigues?")
    ana.oir("Beto: ¿sigues?\n")


def test_03_desconexion_brusca(chat, conectar):
    ana, beto = entrar(conectar, "Ana"), entrar(conectar, "Beto")
    beto.cortar()
    ana.oir(">>> Beto ha salido del chat\n")
    entrar(conectar, "Beto")  # su nombre quedó libre


def test_03_lo_que_llega_no_puede_nada(chat, conectar):
    ana = entrar(conectar, "Ana")
    for primero in (b"\xff\xfe\x00\n", b"\n", b"Ana\n", b"x" * 1_000_000, "‮\n".encode()):
        malo = conectar(CHAT)
        with contextlib.suppress(ConnectionError):
            malo.socket.sendall(primero + b"hola\n")
        malo.socket.close()
    beto = conectar(CHAT, "\x1b[2JBeto" + "o" * 50)
    beto.oir("Bienvenido")
    beto.decir("\x1b]0;título\x07Hola", "Ana: mentira")
    oido = ana.oir("mentira\n")
    assert "\x1b" not in oido and "\x07" not in oido
    apodo = "[2JBeto" + "o" * 13  # lo que cabe; y el nombre lo pone el servidor, no quien habla
    assert f"\n{apodo}: ]0;títuloHola\n" in oido and f"\n{apodo}: Ana: mentira\n" in oido


def test_03_lleno(chat, conectar):
    callados = [conectar(CHAT) for _ in range(100)]
    callados[0].decir("Ana")
    callados[0].oir("Bienvenido")
    for _ in range(3):
        assert conectar(CHAT).oir_fin() == ""
    callados[1].cortar()
    limite = time.monotonic() + PLAZO
    while not admiten(conectar):
        assert time.monotonic() < limite, "se fue uno y no cabe nadie más"


def admiten(conectar):
    """Si hay sitio para alguien más en el chat de 03."""
    with contextlib.suppress(AssertionError, ConnectionError):
        return entrar(conectar, "Beto")


def test_03_el_cliente_junta_lo_que_llega_partido(correr):
    def hablar(conexion):
        conexion.recv(1000)
        for parte in (b"Bienve", b"nido al chat, Ana!\nuno\ndos\nma\xc3", b"\xb1ana\n"):
            conexion.sendall(parte)
            select.select([], [], [], 0.05)  # que lleguen en recv distintos
        conexion.recv(1000)

    with servidor_falso(CHAT, hablar):
        ana = correr("03_chat/cliente.py")
        ana.escribir("Ana")
        ana.esperar_linea("mañana")
        assert [linea.strip() for linea in ana.lineas if not linea.startswith(("Tú:", "Ingresa"))][-3:] == [
            "uno", "dos", "mañana"]
        ana.escribir("EXIT")
        assert ana.esperar_fin() == 0


@pytest.mark.parametrize("despedida", ["salir", "exit", "quit"])
def test_03_tres_maneras_de_despedirse(chat, correr, despedida):
    ana = correr("03_chat/cliente.py")
    ana.escribir("Ana")
    ana.esperar_linea("Bienvenido al chat, Ana!")
    ana.escribir(despedida)
    assert ana.esperar_fin() == 0
    chat.esperar_linea("se ha desconectado")


# -------------------------------------------------------------------- 04: servidor y clientes


@pytest.fixture
def sala(correr):
    """El servidor de 04, que ya escucha."""
    return correr("04_servidor_clientes/servidor.py", hasta="escuchando")


def presentarse(conectar, nombre):
    """Una persona que ya está en la sala de 04."""
    persona = conectar(SALA, f"NOMBRE {nombre}")
    persona.oir(f"Te damos la bienvenida, {nombre}.")
    persona.oir("\n")
    return persona


def test_04_un_archivo_va_y_vuelve_igual_aunque_llegue_en_pedazos(sala, conectar):
    ana, beto = presentarse(conectar, "Ana"), presentarse(conectar, "Beto")
    datos = os.urandom(500_000) + b"\nTODOS esto no es una orden\n"
    ana.socket.sendall(f"SUBIR {len(datos)} fo".encode())
    ana.socket.sendall(b"to.png\n" + datos[:7])
    ana.socket.sendall(datos[7:] + "PARA Beto ahí va\n".encode())
    beto.oir("subió foto.png, 500028 bytes")
    beto.oir("TEXTO Ana (sólo a ti): ahí va\n")
    beto.decir("BAJAR foto.png")
    beto.oir("ARCHIVO 500028 foto.png\n")
    recibido = beto._recibido
    while len(recibido) < len(datos):
        recibido += beto.socket.recv(65_536)
    assert recibido == datos


def test_04_lo_privado_no_llega_a_otros(sala, conectar):
    ana, beto, carla = (presentarse(conectar, nombre) for nombre in ("Ana", "Beto", "Carla"))
    ana.decir("PARA Beto secreto", "TODOS adiós")
    beto.oir("Ana (sólo a ti): secreto\n")
    assert "secreto" not in carla.oir("Ana: adiós\n")


def test_04_ordenes_malas(sala, conectar):
    ana = presentarse(conectar, "Ana")
    for orden, respuesta in (("BAILAR", "No entiendo"), ("PARA", "No hay nadie"),
                             ("BAJAR ../servidor.py", "No hay ningún archivo"),
                             ("NOMBRE Otra", "No entiendo"), ("\x1b[2J", "No entiendo")):
        ana.decir(orden)
        ana.oir(respuesta)
    conectar(SALA, "NOMBRE Ana").oir("está en uso")
    conectar(SALA, "TODOS sin presentarme").oir("No entiendo")
    for orden in ("SUBIR 9999999999 x", "SUBIR -1 x", "SUBIR x", "SUBIR 1000001 x", "SUBIR ² x"):
        assert "Te damos" in conectar(SALA, f"NOMBRE Malo\n{orden}").oir_fin()
    conectar(SALA, "NOMBRE Mala\nSUBIR 50 x").cortar()
    sala.esperar_linea("se cortó: archivo demasiado grande")
    ana.decir("TODOS sigo aquí")
    sala.esperar_linea("Ana → todos: sigo aquí")


def test_04_quien_no_lee_no_detiene_a_los_demas(sala, conectar):
    dormida = presentarse(conectar, "Dormida")
    ana, beto = presentarse(conectar, "Ana"), presentarse(conectar, "Beto")
    ana.socket.sendall(b"SUBIR 1000000 grande\n" + bytes(1_000_000))
    ana.oir("Guardado: grande, 1000000 bytes\n")
    dormida.decir(*["BAJAR grande"] * 150)  # 150 MB que no va a leer
    for numero in range(300):
        ana.decir(f"TODOS {numero}")
        beto.oir(f"Ana: {numero}\n")
    sala.esperar_linea("cierre: Dormida")


def test_04_cincuenta_clientes(sala, conectar):
    personas = [presentarse(conectar, f"p{numero}") for numero in range(50)]
    personas[0].decir("TODOS hola a los 49")
    for persona in personas[1:]:
        persona.oir("TEXTO p0: hola a los 49\n")
    assert sala.interrumpir() == 0
    assert sum("fin de la conexión" in linea for linea in sala.lineas) == 50


def test_04_desconexion_brusca(sala, conectar):
    ana, beto = presentarse(conectar, "Ana"), presentarse(conectar, "Beto")
    beto.cortar()
    ana.oir(">>> Beto ha salido\n")
    assert "Beto" in sala.esperar_linea("se cortó")


def test_04_una_orden_mal_escrita_no_se_publica(sala, correr, conectar):
    carlos = conectar(SALA, "NOMBRE Carlos")
    ana = correr("04_servidor_clientes/cliente.py")
    for tecleado in ("Ana", "/pra Carlos secreto", "/subir", "ñ" * 5_000, "fin"):
        ana.escribir(tecleado)
    oido = carlos.oir("TEXTO Ana: fin")
    assert "secreto" not in oido and "ñ" not in oido
    ana.esperar_linea("Son 10007 bytes; en un mensaje caben 8000.")
    assert sum("/para Carlos hola" in linea for linea in ana.lineas) == 3  # al empezar y por cada orden mala
    assert not [linea for linea in ana.lineas if "No se puede leer" in linea or "No entiendo" in linea]


def test_04_el_cliente_no_guarda_lo_que_no_pidio(correr, tmp_path):
    def tramposo(conexion):
        conexion.recv(1000)
        conexion.sendall(b"TEXTO hola\nARCHIVO 3 ../../malo.txt\nabcTEXTO fin\nARCHIVO mucho x\n")

    copia = shutil.copytree(indice.CARPETA / "04_servidor_clientes", tmp_path / "04")
    with servidor_falso(SALA, tramposo):
        ana = correr("04_servidor_clientes/cliente.py", en=copia)
        ana.escribir("Ana")
        ana.esperar_linea("Llegó un archivo que nadie pidió: ../../malo.txt")
        ana.esperar_linea("fin")
        ana.escribir("salir")
        assert ana.esperar_fin() == 0
    assert not list(tmp_path.rglob("*malo*"))


# -------------------------------------------------------------------- 05, 06 y 07: datagramas


@pytest.fixture
def hablante():
    """Función que crea un socket UDP que habla con un puerto de aquí."""
    with contextlib.ExitStack() as por_cerrar:
        def nuevo(puerto, *primeros):
            s = por_cerrar.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            s.settimeout(PLAZO)
            s.connect(("127.0.0.1", puerto))
            for uno in primeros:
                s.send(uno.encode())
            return s

        yield nuevo


def oir(s, texto):
    """Esperar un datagrama con ese texto y devolverlo."""
    visto = []
    limite = time.monotonic() + PLAZO
    while not visto or texto not in visto[-1]:
        assert time.monotonic() < limite, f"no llegó {texto!r}; llegó {visto}"
        visto.append(s.recv(65_535).decode())
    return visto[-1]


def test_05_un_eco_atrasado_no_se_toma_por_otro(correr, hablante):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as falso:
        falso.bind(("127.0.0.1", ECO_UDP))
        falso.settimeout(PLAZO)
        cliente = correr("05_datagramas/cliente.py")
        cliente.escribir("uno")
        primero, direccion = falso.recvfrom(100)
        for datagrama in (primero, primero, b"", b"\xff\xfe"):  # repetido, vacío y malo, además de bueno
            falso.sendto(datagrama, direccion)
        cliente.esperar_linea("Eco: 1 uno")
        cliente.escribir("dos")
        segundo = falso.recv(100)
        falso.sendto(primero, direccion)
        falso.sendto(segundo, direccion)
        cliente.esperar_linea("Eco: 2 dos")
        assert sum("Eco" in linea for linea in cliente.lineas) == 2


def test_05_datagramas_raros(correr, hablante):
    servidor = correr("05_datagramas/servidor.py", hasta="Esperando datagramas")
    raro = hablante(ECO_UDP)
    for datagrama in (b"", b"\xff\x00\x1b[2J", bytes(65_507)):
        raro.send(datagrama)
        assert raro.recv(65_535) == datagrama if datagrama != bytes(65_507) else True
    servidor.esperar_linea("\\xff\\x00\\x1b[2J' contestado")
    servidor.esperar_linea("perdido")


@pytest.fixture
def registro(correr):
    """El servidor de 06, que ya escucha."""
    return correr("06_chat_datagramas/servidor.py", hasta="Chat por datagramas")


def test_06_se_reenvia_a_todos_los_registrados_y_solo_a_ellos(registro, hablante):
    registrados = [hablante(CHAT_UDP, f"ENTRAR p{numero}") for numero in range(50)]
    for uno in registrados:
        oir(uno, "REGISTRADOS")
    ajeno = hablante(CHAT_UDP, "DECIR no estoy registrado")
    registrados[7].send("DECIR Hola a los 50".encode())
    for uno in registrados:
        assert "no estoy" not in oir(uno, "MENSAJE p7: Hola a los 50")
    ajeno.setblocking(False)
    with pytest.raises(BlockingIOError):
        ajeno.recv(100)


def test_06_quien_no_lee_no_detiene_a_los_demas(registro, hablante):
    dormida, ana, beto = (hablante(CHAT_UDP, f"ENTRAR {nombre}") for nombre in ("Dormida", "Ana", "Beto"))
    for uno in (ana, beto):
        oir(uno, "REGISTRADOS")
    for numero in range(1000):  # 1 MB: varias veces lo que cabe en el búfer de Dormida
        ana.send(f"DECIR {numero} {'x' * 1000}".encode())
        oir(beto, f"MENSAJE Ana: {numero} ")
        oir(ana, f"MENSAJE Ana: {numero} ")
    assert "Ana: 0 " in oir(dormida, "MENSAJE Ana: 0 ")  # lo que cupo le sigue ahí; lo demás se tiró


def test_06_datagramas_raros(registro, hablante):
    ana = hablante(CHAT_UDP, "ENTRAR Ana")
    oir(ana, "REGISTRADOS Ana")
    for datagrama in (b"", b"\xff\xfe\x00", b"ENTRAR", b"ENTRAR  ", b"ENTRAR Ana", b"SALIR", b"DECIR", b"BAILAR x",
                      bytes(65_507)):
        hablante(CHAT_UDP).send(datagrama)
    ana.send("DECIR \x1b[2JHola\nAdiós".encode())
    assert oir(ana, "Hola") == "MENSAJE Ana: [2JHolaAdiós"
    ana.send(b"DECIR " + b"x" * 65_501)  # con «MENSAJE Ana: » ya no cabe: no se puede reenviar
    ana.send(b"SALIR")
    registro.esperar_linea(">>> Ana ha salido")


def test_06_quien_calla_deja_de_estar(registro, hablante):
    oir(hablante(CHAT_UDP, "ENTRAR Callada"), "REGISTRADOS")
    viva = hablante(CHAT_UDP, "ENTRAR Viva")
    viva.settimeout(1)  # s: con qué frecuencia dice que sigue ahí
    empezo = time.monotonic()
    visto = ""
    while "Callada ha dejado de responder" not in visto:
        assert time.monotonic() < empezo + PLAZO
        with contextlib.suppress(TimeoutError):
            visto = viva.recv(1000).decode()
            continue
        viva.send(b"ENTRAR Viva")
    assert time.monotonic() - empezo > 9, "no se esperó lo suficiente"
    oir(hablante(CHAT_UDP, "ENTRAR Callada"), "REGISTRADOS Viva, Callada")  # su nombre quedó libre


@pytest.mark.skipif(bool(pantalla_tk.falta()), reason=pantalla_tk.falta() or "-")
def test_06_la_ventana_aguanta_emojis_y_renglones_enormes(registro, hablante, tmp_path):
    guion = guiones.Guion(indice.Ejemplo(indice.CARPETA / "06_chat_datagramas"), 1)
    with pantalla_tk.PantallaTk() as escenario:
        terminal = terminal_de_readme.Terminal(guion, ["$ python cliente.py"], guion.carpeta, escenario.entorno)
        try:
            terminal.lanzar("python cliente.py")
            ventana = ventana_de_readme.Ventana(escenario, terminal, ["[Ana] ⏎", "Registrados: Ana"])
            esperar(lambda: ventana.avanzar(0, str.__eq__))
            ventana.actuar()
            esperar(lambda: ventana.avanzar(2, str.__eq__))
            malo = hablante(CHAT_UDP, "ENTRAR 👩‍🏫", "DECIR 👍 ‼️ 1️⃣ \u202e \x1b[2J", "DECIR " + "x" * 60_000,
                            "DECIR fin")
            oir(malo, "fin")
            esperar(lambda: any(texto.endswith(": fin") for _, texto in ventana.leer()))
            assert any(re.fullmatch(r"\?+: [?1 \[2J]+", texto) for _, texto in ventana.leer())
            assert max(len(texto) for _, texto in ventana.leer()) <= 1000
            terminal.despedir()
        finally:
            terminal.cerrar()


def esperar(condicion):
    """Esperar a que una función diga que sí."""
    limite = time.monotonic() + PLAZO
    while not condicion():
        assert time.monotonic() < limite, "no llegó lo que se esperaba"
        threading.Event().wait(0.05)  # s entre dos miradas: que no le quite el procesador a quien ha de contestar


def test_06_el_servidor_anota_cualquier_nombre_en_cualquier_terminal(correr, hablante, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")  # la de muchos Windows no sabe escribir en ruso
    servidor = correr("06_chat_datagramas/servidor.py", hasta="Chat por datagramas")
    oir(hablante(CHAT_UDP, "ENTRAR Иван"), "REGISTRADOS Иван")
    servidor.esperar_linea(">>> ???? se ha unido al chat")


def test_06_sin_tkinter_se_dice(correr, tmp_path, monkeypatch):
    (tmp_path / "tkinter.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    cliente = correr("06_chat_datagramas/cliente.py")
    assert cliente.esperar_fin() == 1 and cliente.lineas == ["Falta Tkinter, con el que se hacen las ventanas. "
                                                             "En Debian o Ubuntu: sudo apt install python3-tk"]


@pytest.mark.parametrize("orden",
                         [("05_datagramas/cliente.py",), ("07_multidifusion/emisor.py", "--interfaz=127.0.0.1")],
                         ids=lambda orden: orden[0])
def test_lo_que_no_cabe_en_un_datagrama_se_dice_y_se_sigue(correr, orden):
    correr("05_datagramas/servidor.py", hasta="Esperando")
    programa = correr(*orden)
    for tecleado in ("x" * 70_000, "salir"):
        programa.escribir(tecleado)
    assert programa.esperar_fin() == 0
    assert "El mensaje no cabe en un datagrama." in programa.lineas[0] and len(programa.lineas) <= 2


@pytest.mark.parametrize("programa", ["emisor.py", "receptor.py"])
def test_07_una_interfaz_que_no_es_una_direccion(correr, programa):
    lanzado = correr(f"07_multidifusion/{programa}", "--interfaz=abc")
    assert lanzado.esperar_fin() == 1 and "(«abc» no es una dirección)" in lanzado.lineas[-1]


def test_07_el_receptor_aguanta_cualquier_datagrama(correr):
    receptor = correr("07_multidifusion/receptor.py", hasta="En el grupo")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        for datagrama in (b"", b"\xff\x1b[2J", bytes(60_000), "bien".encode()):
            s.sendto(datagrama, GRUPO)
    receptor.esperar_linea("dice: bien")
    assert "\x1b" not in "".join(receptor.lineas)
    assert receptor.interrumpir() == 0
    assert receptor.lineas[-1] == "Fuera del grupo"


# -------------------------------------------------------------------- todos


SERVIDORES = ["01_eco/servidor.py", "02_dos_sentidos/turnos.py", "02_dos_sentidos/hilos.py", "03_chat/servidor.py",
              "04_servidor_clientes/servidor.py", "05_datagramas/servidor.py", "06_chat_datagramas/servidor.py"]


@pytest.mark.parametrize("programa", SERVIDORES)
def test_puerto_ocupado(correr, programa):
    primero = correr(programa, hasta="65")
    segundo = correr(programa)
    assert segundo.esperar_fin() == 1
    assert re.fullmatch(r"No se puede (escuchar|usar) .*654\d\d.*¿Hay otro .*\(error \d+\)",
                        segundo.lineas[-1]), segundo.lineas
    assert interrumpir(primero) == 0


@pytest.mark.parametrize("programa", [uno for uno in SERVIDORES if uno.endswith("servidor.py")])
def test_un_anfitrion_que_no_existe(correr, programa):
    servidor = correr(programa, "no existe")
    assert servidor.esperar_fin() == 1 and servidor.lineas == ["No hay ningún equipo que se llame no existe."]


TECLADOS = [("01_eco/servidor.py", "01_eco/cliente.py"),
            ("02_dos_sentidos/hilos.py", "02_dos_sentidos/hilos.py", "localhost"),
            ("03_chat/servidor.py", "03_chat/cliente.py"),
            ("04_servidor_clientes/servidor.py", "04_servidor_clientes/cliente.py"),
            ("05_datagramas/servidor.py", "05_datagramas/cliente.py"),
            ("07_multidifusion/receptor.py", "07_multidifusion/emisor.py")]


@pytest.mark.parametrize(("servidor", "cliente", "argumentos"), [(uno, otro, mas) for uno, otro, *mas in TECLADOS],
                         ids=lambda uno: str(uno))
def test_una_letra_ilegible_del_teclado_no_lo_detiene(correr, monkeypatch, servidor, cliente, argumentos):
    """Un teclado en Latin-1 y Python en UTF-8: la ñ llega como un byte F1."""
    monkeypatch.setenv("CHAT_INTERFAZ", "127.0.0.1")
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    correr(servidor, hasta="5007" if "07" in servidor else "654")
    programa = correr(cliente, *argumentos)
    programa.proceso.stdin.buffer.write(b"Ana\n\xf1\nsalir\n")
    programa.proceso.stdin.flush()
    assert programa.esperar_fin() == 0


@pytest.mark.parametrize("programa",
                         ["01_eco/cliente.py", "02_dos_sentidos/hilos.py", "03_chat/cliente.py",
                          "04_servidor_clientes/cliente.py", "05_datagramas/cliente.py"])
@pytest.mark.parametrize(("servidor", "se_dice"),
                         [("127.0.0.1", "No hay ningún servidor|Nadie espera"), ("255.255.255.255", "No se puede")])
def test_servidor_ausente(correr, programa, servidor, se_dice):
    cliente = correr(programa, servidor)
    with contextlib.suppress(BrokenPipeError):
        cliente.escribir("Hola")
    assert cliente.esperar_fin() == 1
    assert re.search(f"({se_dice}).*[.?]", cliente.lineas[-1]), cliente.lineas


@pytest.mark.parametrize("programa", SERVIDORES)
def test_se_puede_volver_a_iniciar_enseguida(correr, conectar, programa):
    """Con un cliente conectado al cerrar, el puerto queda en TIME_WAIT: no ha de estorbar."""
    primero = correr(programa, hasta="65")
    numero = int(re.search(r"654\d\d", primero.lineas[-1] if "654" in primero.lineas[-1] else primero.lineas[0])[0])
    with contextlib.suppress(ConnectionRefusedError):  # los de datagramas
        conectar(numero, "NOMBRE Ana")
        primero.esperar_linea("Ana")  # ya lo atiende
    interrumpir(primero)
    correr(programa, hasta="65")


# -------------------------------------------------------------------- el menú


def menu(*argumentos, **opciones):
    return subprocess.run([sys.executable, "-W", "error", "-X", "dev", str(indice.CARPETA), *argumentos],
                          capture_output=True,
                          text=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=PLAZO, **opciones)


def test_el_menu_los_enumera_todos():
    hecho = menu()
    assert hecho.returncode == 0 and not hecho.stderr
    for ejemplo in indice.reunir():
        assert re.search(rf"^{ejemplo.numero} +{ejemplo.minutos}  {re.escape(ejemplo.titulo)} ", hecho.stdout,
                         re.MULTILINE), ejemplo.carpeta


@pytest.mark.parametrize("ejemplo", indice.reunir(), ids=lambda ejemplo: ejemplo.carpeta.name)
def test_el_menu_dice_que_escribir_en_cada_terminal(ejemplo):
    hecho = menu(ejemplo.numero, "--en", "texto")
    assert hecho.returncode == 0, hecho.stderr
    ordenes = re.findall(r"^Terminal \d+: .*\n  cd (.*)\n  (\S+) (.*)$", hecho.stdout, re.MULTILINE)
    esperadas = [bloque.orden.split(" ", 1)[1] for bloque in ejemplo.conversaciones[0].terminales.values()]
    assert [resto for _, _, resto in ordenes] == esperadas
    for carpeta, python, resto in ordenes:
        assert pathlib.Path(carpeta, resto.split()[0]).is_file() and shutil.which(python)


@pytest.mark.parametrize(("argumentos", "dice"),
                         [(["33"], "No hay ejemplo 33."), (["3", "9"], "tiene 3 conversaciones"),
                          (["x"], "No hay ejemplo x.")])
def test_el_menu_explica_lo_que_no_hay(argumentos, dice):
    hecho = menu(*argumentos)
    assert hecho.returncode == 1 and dice in hecho.stderr


@pytest.mark.skipif(shutil.which("tmux") is None, reason="hace falta tmux")
def test_el_menu_abre_las_terminales_en_tmux(tmp_path, monkeypatch):
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setenv("TMUX_TMPDIR", str(tmp_path))  # otro tmux, aparte del de quien pasa las pruebas
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    tmux = ["tmux", "-f", os.devnull]
    subprocess.run([*tmux, "new-session", "-d", "-s", "clase", "-x", "150", "-y", "50"], check=True)
    try:
        orden = [*tmux, "new-window", f"{sys.executable} {indice.CARPETA} 03; cat"]
        subprocess.run(orden, check=True)

        def se_ve():
            partes = subprocess.run([*tmux, "list-panes", "-s", "-F",
                                     "#{pane_id} #{pane_title}"], capture_output=True, text=True).stdout
            return {titulo: subprocess.run([*tmux, "capture-pane", "-p", "-t",
                                            parte], capture_output=True, text=True).stdout
                    for parte, titulo in (renglon.split(" ", 1) for renglon in partes.splitlines())}

        esperar(lambda: "Esperando conexiones..." in se_ve().get("servidor", ""))
        esperar(lambda: all("Ingresa tu nombre:" in se_ve().get(quien, "") for quien in ("Ana", "Carlos")))
    finally:
        subprocess.run([*tmux, "kill-server"], check=True)


def test_el_entorno_activado_no_se_pierde_en_otra_terminal(tmp_path):
    """Las que abre tmux o el sistema tienen su propio PATH: ahí «python» sería otro."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "activado")], check=True)
    bin_ = tmp_path / "activado" / ("Scripts" if os.name == "nt" else "bin")
    activado = {**os.environ, "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(bin_.parent)}
    hecho = subprocess.run([str(bin_ / "python"), str(indice.CARPETA), "05", "--en", "texto"], env=activado,
                           capture_output=True, text=True, timeout=PLAZO)
    escritos = re.findall(r"^  (\S+) \S+\.py", hecho.stdout, re.MULTILINE)
    assert escritos and set(escritos) == {str(bin_ / "python")}, hecho.stdout + hecho.stderr


def test_sin_vuelta_en_windows_la_decide_quien_recibe():
    """Ahí IP_MULTICAST_LOOP es de quien recibe: el emisor lo dice, y el receptor tiene la opción."""
    carpeta = next(indice.CARPETA.glob("07_*"))
    guion = ("import runpy, shutil, sys; sys.platform = sys.argv.pop(1); sys.argv[:] = sys.argv[1:]\n"
             "runpy.run_path(sys.argv[0], run_name='__main__')")

    def emisor(sistema):
        orden = [sys.executable, "-c", guion, sistema, "emisor.py", "--interfaz=127.0.0.1", "--sin-vuelta"]
        return subprocess.run(orden, cwd=carpeta, input="salir\n", capture_output=True, text=True, timeout=PLAZO).stdout

    assert "python receptor.py --sin-vuelta" in emisor("win32") and "receptor" not in emisor("linux")
    ayuda = subprocess.run([sys.executable, "receptor.py", "--help"], cwd=carpeta, capture_output=True, text=True)
    assert "--sin-vuelta" in ayuda.stdout


# Con F5 en IDLE, la entrada y las salidas son objetos suyos, que saben poco más que leer y escribir.
COMO_EN_IDLE = """
import io, runpy, sys

class DeIdle(io.TextIOBase):
    def __init__(self, flujo):
        self.write, self.readline, self.flush = flujo.write, flujo.readline, flujo.flush

sys.argv = sys.argv[1:]
sys.path[0] = sys.argv[0].rpartition("/")[0]
sys.stdin, sys.stdout, sys.stderr = map(DeIdle, (sys.stdin, sys.stdout, sys.stderr))
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.parametrize(("programa", "argumentos", "fin"), [
    ("01_eco/cliente.py", ["127.0.0.1"], "No hay ningún servidor"),
    ("02_dos_sentidos/hilos.py", ["127.0.0.1"], "Nadie espera"),
    ("03_chat/cliente.py", ["127.0.0.1"], "No hay ningún servidor"),
    ("03_chat/servidor.py", ["no existe"], "No hay ningún equipo"),
    ("04_servidor_clientes/cliente.py", ["127.0.0.1"], "No hay ningún servidor"),
    ("04_servidor_clientes/servidor.py", ["no existe"], "No hay ningún equipo"),
    ("05_datagramas/cliente.py", ["127.0.0.1"], "Hasta luego"),
    ("06_chat_datagramas/servidor.py", ["no existe"], "No hay ningún equipo"),
    ("07_multidifusion/emisor.py", ["--interfaz=127.0.0.1"], "Hasta luego"),
    ("07_multidifusion/receptor.py", ["--interfaz=abc"], "no es una dirección"),
    ("08_dos_hilos_un_socket/chat.py", ["Ana", "--interfaz=127.0.0.1"], "los dos hilos terminaron"),
])
def test_tambien_se_corre_en_idle(programa, argumentos, fin):
    orden = [sys.executable, "-c", COMO_EN_IDLE, str(indice.CARPETA / programa), *argumentos]
    dicho = subprocess.run(orden, input="", capture_output=True, text=True, encoding="utf-8", timeout=PLAZO)
    assert fin in dicho.stdout + dicho.stderr and "Traceback" not in dicho.stderr, dicho

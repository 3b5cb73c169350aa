"""El chat entre equipos distintos, con pérdida de verdad en cada uno."""

import hashlib
import json
import pathlib
import subprocess
import sys
import threading
import time

import pytest

from ayudas import hosts
from ayudas import programas
from ayudas import tarjeta_falsa

ALUMNO = str(pathlib.Path(__file__).parent.with_name("ayudas") / "alumno.py")
REPOSO = threading.Event()  # nadie lo avisa: sirve para esperar una mirada
CUANTOS = 5
PERDIDA = 30  # %
REVUELTO = pytest.mark.parametrize("equipos", [True], ids=["revuelto"], indirect=True)


@pytest.fixture
def equipos(request):
    """Equipos que pierden el 30 % de lo que reciben. Con REVUELTO, además les llega repetido y desordenado."""
    with hosts.montar(CUANTOS, PERDIDA, revuelto=getattr(request, "param", False)) as juntos:
        yield juntos


@pytest.fixture
def lanzar_en(equipos, lanzar):
    """Función que lanza un programa en el equipo de ese número."""
    def lanzar_uno(numero, clase, *argumentos):
        equipo = equipos[numero]
        return lanzar(clase, *argumentos, prefijo=equipo.prefijo, interfaz=equipo.direccion)

    return lanzar_uno


def entrar_todos(lanzar_en):
    """Un servidor en el primer equipo y un cliente en cada uno, ya en la sala."""
    servidor = lanzar_en(0, programas.Servidor)
    clientes = [lanzar_en(i, programas.Cliente, f"U{i}", "general") for i in range(CUANTOS)]
    usuarios = [f"U{i}" for i in range(CUANTOS)]
    for uno in clientes:
        uno.esperar_lista("general", *usuarios)
    return servidor, clientes, usuarios


def test_con_30_por_ciento_de_perdida_llega_todo_una_vez_y_en_orden(lanzar_en):
    _, clientes, _ = entrar_todos(lanzar_en)
    for k in range(100):
        for i, uno in enumerate(clientes):
            uno.hacer("mensaje", sala="general", content=f"{i}:{k}")
    largo = "ñ" * 8_000  # 16 000 bytes: en trozos
    clientes[0].hacer("mensaje", sala="general", content=largo)
    clientes[1].hacer("privado", to="U2", content=largo)
    clientes[2].esperar("privado", plazo=30, content=largo, **{"from": "U1"})
    for uno in clientes:
        uno.esperar("mensaje", plazo=30, user="U0", content=largo)
        for i in range(CUANTOS):
            uno.esperar("mensaje", plazo=30, user=f"U{i}", content=f"{i}:99")
            de_uno = [e["content"]
                      for e in uno.eventos if e["evento"] == "mensaje" and e["user"] == f"U{i}"
                      and e["content"] != largo]
            assert de_uno == [f"{i}:{k}" for k in range(100)]
        assert not [e for e in uno.eventos if e["evento"] in ("perdido", "error")]


def test_un_servidor_que_muere_y_vuelve_arregla_las_listas_en_3_segundos(lanzar_en):
    servidor, clientes, usuarios = entrar_todos(lanzar_en)
    servidor.matar()
    clientes[0].hacer("salir", sala="general")  # nadie lleva la lista: el que vuelva lo ha de saber
    nuevo = lanzar_en(1, programas.Servidor)
    nuevo.esperar_linea("Ctrl+C para terminar")
    antes = time.monotonic()
    for uno in clientes[1:]:
        uno.esperar_lista("general", *usuarios[1:], plazo=10)
    assert time.monotonic() - antes < 3


def test_quien_muere_desaparece_de_todas_las_listas_en_10_segundos(lanzar_en):
    _, clientes, usuarios = entrar_todos(lanzar_en)
    clientes[4].matar()
    antes = time.monotonic()
    for uno in clientes[:4]:
        uno.esperar_lista("general", *usuarios[:4])
    assert time.monotonic() - antes < 10


UNIRSE = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 5007))
miembro = socket.inet_aton("239.255.3.3") + socket.inet_aton(sys.argv[1])
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, miembro)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(sys.argv[1]))
print("listo", flush=True)
"""
OIR = UNIRSE + """
while True:
    print(s.recv(100).decode(), flush=True)
"""
# De cien en cien, y no más hasta que se oiga el final: en el búfer de quien oye no caben los dos mil.
CONTAR = UNIRSE + """
for primero in map(int, sys.stdin):
    for n in [*range(primero, primero + 100), *[f"fin {primero}"] * 30]:
        s.sendto(str(n).encode(), ("239.255.3.3", 5007))
"""


@REVUELTO
def test_sin_el_chat_esos_equipos_pierden_repiten_y_desordenan(equipos):
    oyente, contador = (subprocess.Popen([*equipo.prefijo, sys.executable, "-c", codigo, equipo.direccion], text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                        for equipo, codigo in zip(equipos, (OIR, CONTAR)))
    try:
        assert oyente.stdout.readline() == contador.stdout.readline() == "listo\n"
        leidos = []
        for primero in range(0, 2_000, 100):
            print(primero, file=contador.stdin, flush=True)
            leidos += iter(oyente.stdout.readline, f"fin {primero}\n")
    finally:
        for uno in (oyente, contador):
            uno.kill()
            uno.communicate()
    oidos = [int(leido) for leido in leidos if not leido.startswith("fin")]
    assert len(set(oidos)) < 1_800  # de 2 000
    assert len(oidos) > len(set(oidos)) + 100
    assert sum(a > b for a, b in zip(oidos, oidos[1:])) > 100


@REVUELTO
@pytest.mark.parametrize("cuantos", [pytest.param(1_000), pytest.param(10_000, marks=pytest.mark.largo)])
def test_perdidos_repetidos_y_desordenados_los_mensajes_llegan_a_todos_una_vez_y_en_orden(lanzar_en, cuantos):
    _, clientes, usuarios = entrar_todos(lanzar_en)
    de_cada_uno = [str(k) for k in range(cuantos // CUANTOS)]
    for content in de_cada_uno:
        for uno in clientes:
            uno.hacer("mensaje", sala="general", content=content)
    for uno in clientes:
        for user in usuarios:
            uno.esperar("mensaje", plazo=60, user=user, content=de_cada_uno[-1])
            assert [e["content"] for e in uno.eventos if e["evento"] == "mensaje" and e["user"] == user] == de_cada_uno
        assert not [e for e in uno.eventos if e["evento"] in ("perdido", "error")]


def abrir_alumno(puerto: int, *argumentos: str, prefijo=(), interfaz: str = "") -> programas.Proceso:
    """El cliente más sencillo, en un equipo."""
    return programas.Proceso([*prefijo, sys.executable, ALUMNO, f"--puerto={puerto}", f"--interfaz={interfaz}",
                              *argumentos])


@REVUELTO
@pytest.mark.largo
def test_mientras_viaja_una_voz_un_cliente_sencillo_conversa_y_a_nadie_le_falta_nada(lanzar_en, tmp_path):
    _, clientes, usuarios = entrar_todos(lanzar_en)
    alumno = lanzar_en(3, abrir_alumno, "Dora", "general")
    limite = time.monotonic() + programas.PLAZO
    while not any("Dora" in e["lista"] for e in clientes[2].eventos if e["evento"] == "usuarios"):
        assert time.monotonic() < limite, alumno.lineas
        alumno.escribir("ya llegué")  # hasta que al servidor le llegue alguno
        REPOSO.wait(0.1)
    voz = tarjeta_falsa.hacer_voz(20)
    (tmp_path / "voz.wav").write_bytes(voz)
    clientes[0].hacer("audio", sala="general", archivo=str(tmp_path / "voz.wav"))
    textos = [str(k) for k in range(20)]
    for content in textos:
        alumno.escribir(content)
        clientes[1].hacer("mensaje", sala="general", content=content)
    for uno in clientes:
        uno.esperar("audio", plazo=30, user="U0", sha256=hashlib.sha256(voz).hexdigest())
        uno.esperar("mensaje", plazo=30, user="U1", content=textos[-1])
        suyos = [e["content"] for e in uno.eventos if e["evento"] == "mensaje" and e["user"] == "U1"]
        oidos = {e["content"] for e in uno.eventos if e["evento"] == "mensaje" and e["user"] == "Dora"}
        assert suyos == textos and len(oidos) > 3  # a quien no tiene número no se le puede pedir que repita
        assert not [e for e in uno.eventos if e["evento"] in ("perdido", "error")]
    assert sum(linea.startswith("U1: ") for linea in alumno.lineas) > 3


@pytest.mark.largo
def test_320_kb_llegan_identicos_a_cinco_equipos_con_30_por_ciento_de_perdida(tmp_path):
    hosts.exigir_hosts()
    hosts.Hosts.desmontar()
    medir = pathlib.Path(__file__).parent.with_name("medir")
    orden = [sys.executable, medir, "archivos", "--largos=320", "--perdidas=30", "--enlaces=0", "--sin-uftp",
             "--veces=10", f"--carpeta={tmp_path}"]
    subprocess.run(orden, check=True, timeout=100)
    filas = json.loads((tmp_path / "mediciones.json").read_text(encoding="utf-8"))["archivos"]
    # Con su búfer, con uno corriente, y sin firmar.
    assert [fila["buenas"] for fila in filas] == [10] * 3

"""Redes que no son como deberían: los programas de verdad, cada uno en su equipo."""

import contextlib
import functools
import select
import socket
import subprocess
import sys
import time

import pytest

from ayudas import hosts
from ayudas import programas
from equipo import enlace

LAZO = "127.0.0.1"
NO_OYE = "no oye a este equipo"


UNIRSE = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", int(sys.argv[2])))
por = socket.inet_aton(sys.argv[1])
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.255.3.3") + por)
print("listo", flush=True)
"""


@pytest.fixture
def equipos():
    """Tres equipos unidos por un puente, sin pérdida."""
    with hosts.montar(3) as juntos:
        yield juntos


@pytest.fixture
def lanzar_en(equipos, lanzar):
    """Función que lanza un programa en el equipo de ese número, por su tarjeta o por la que él elija."""
    def lanzar_uno(numero, clase, *argumentos, interfaz=None):
        equipo = equipos[numero]
        return lanzar(clase, *argumentos, prefijo=equipo.prefijo, interfaz=interfaz or equipo.direccion)

    return lanzar_uno


def diagnosticar(equipo, puerto) -> str:
    """Lo que dice diagnostico.py en un equipo, de la red."""
    orden = [*equipo.prefijo, sys.executable, str(programas.PRACTICA / "diagnostico.py"), f"--puerto={puerto}",
             f"--interfaz={equipo.direccion}"]
    dicho = subprocess.run(orden, capture_output=True, encoding="utf-8", timeout=60).stdout
    return dicho[dicho.index("Red "):]


# ---- un servidor al que se oye y que no oye


def test_con_un_servidor_que_no_oye_se_entra_igual_se_habla_y_se_dice_por_que(equipos, lanzar_en, puerto):
    equipos[0].ensordecer()
    servidor = lanzar_en(0, programas.Servidor)
    ana, bryan = (lanzar_en(i, programas.Cliente, user, "general") for i, user in ((1, "Ana"), (2, "Bryan")))
    ana.hacer("mensaje", sala="general", content="¿Me oyen?")
    bryan.esperar("mensaje", user="Ana", content="¿Me oyen?")
    for uno in (ana, bryan):
        uno.esperar_lista("general", "Ana", "Bryan")
        aviso = uno.esperar("aviso")
        assert NO_OYE in aviso["content"] and equipos[0].direccion in aviso["content"]
    assert str(puerto) in servidor.esperar_linea("no se oye a ningún otro equipo")  # la orden que abre el cortafuegos
    dicho = diagnosticar(equipos[1], puerto)
    assert f"Un servidor no nos oye: {equipos[0].direccion}" in dicho and "[BIEN] Servidor" not in dicho
    equipos[0].oir()
    ana.esperar("aviso", content="Ya hay servidor.")
    ana.esperar_lista("general", "Ana", "Bryan")


def test_un_servidor_que_no_oye_no_calla_al_que_oye(equipos, lanzar_en):
    """Cuál tiene el menor id es al azar: tres sordos, y con uno basta para callar al bueno."""
    equipos[0].ensordecer()
    for _ in range(3):
        lanzar_en(0, programas.Servidor).esperar_linea("Ctrl+C para terminar")
    local = lanzar_en(0, programas.Cliente, "Local", "general")  # los sordos sí oyen a éste, y lo ponen en sus listas
    local.esperar_lista("general", "Local")
    bueno = lanzar_en(1, programas.Servidor)
    bueno.esperar_linea("Ctrl+C para terminar")
    ana, bryan = (lanzar_en(i, programas.Cliente, user, "general") for i, user in ((1, "Ana"), (2, "Bryan")))
    for uno in (ana, bryan):
        uno.esperar_lista("general", "Ana", "Bryan", "Local")
    with contextlib.suppress(AssertionError):
        ana.esperar("aviso", plazo=6)
    assert not [e for uno in (ana, bryan) for e in uno.eventos if e["evento"] == "aviso"]


@pytest.mark.largo
def test_si_el_cortafuegos_se_cierra_a_media_clase_la_lista_pasa_a_ser_provisional(equipos, lanzar_en):
    lanzar_en(0, programas.Servidor).esperar_linea("Ctrl+C para terminar")
    ana, bryan = (lanzar_en(i, programas.Cliente, user, "general") for i, user in ((1, "Ana"), (2, "Bryan")))
    ana.esperar_lista("general", "Ana", "Bryan")
    equipos[0].ensordecer()
    assert NO_OYE in ana.esperar("aviso", plazo=25)["content"]
    ana.esperar_lista("general", "Ana", "Bryan")
    bryan.hacer("mensaje", sala="general", content="Sigo aquí")
    ana.esperar("mensaje", content="Sigo aquí")


# ---- varios programas en un puerto


@pytest.mark.largo
@pytest.mark.parametrize("quien", ["el servidor", "un cliente"])
def test_lo_que_llega_de_fuera_no_se_lo_lleva_un_programa_de_otra_interfaz(equipos, lanzar_en, quien):
    """Con la demostración abierta en la interfaz de bucle, quien está en la de verdad oye a todos.

    Él solo: si en esa interfaz hay dos, el núcleo reparte a todos y no se equivoca.
    """
    for user in ("Demo", "Otra"):
        programas.entrar(functools.partial(lanzar_en, 0, interfaz=LAZO), user, "general")
    for _ in range(2):
        lanzar_en(0, programas.Servidor, interfaz=LAZO)
    lanzar_en(0 if quien == "el servidor" else 1, programas.Servidor).esperar_linea("Ctrl+C para terminar")
    oye = programas.entrar(functools.partial(lanzar_en, 1 if quien == "el servidor" else 0), "Oye", "general")
    usuarios = [f"U{i}" for i in range(4)]
    for i, user in enumerate(usuarios):
        uno = lanzar_en(1 + i % 2, programas.Cliente, user, "general")
        uno.hacer("mensaje", sala="general", content=f"soy {user}")
    for user in usuarios:
        oye.esperar("mensaje", user=user, content=f"soy {user}")
    limite = time.monotonic() + programas.PLAZO
    while not servida(oye, "Oye", *usuarios):
        assert time.monotonic() < limite, oye.lineas[-9:]
        time.sleep(0.1)


def servida(uno, *usuarios) -> bool:
    """Si la última lista que muestra es de un servidor, y nombra a todos."""
    listas = [evento for evento in uno.eventos if evento["evento"] == "usuarios"]
    return bool(listas) and "provisional" not in listas[-1] and sorted(listas[-1]["lista"]) == sorted(usuarios)


SOLO_REUSEPORT = UNIRSE.replace("s.bind", "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1); s.bind") + """
sys.stdin.read()
"""


def test_se_convive_con_un_programa_que_solo_puso_reuseport(equipos, lanzar_en, puerto):
    orden = [*equipos[0].prefijo, sys.executable, "-c", SOLO_REUSEPORT, LAZO, str(puerto)]
    with subprocess.Popen(orden, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as ajeno:
        assert ajeno.stdout.readline() == "listo\n"
        lanzar_en(0, programas.Servidor).esperar_linea("Ctrl+C para terminar")
        programas.entrar(functools.partial(lanzar_en, 0), "Ana", "general").esperar_lista("general", "Ana")
        ajeno.stdin.close()


# ---- sin red, sin ruta, y otra dirección


def entrar_en(equipo, puerto, lanzar, user, **opciones):
    """Un cliente que elige él la interfaz, ya en la sala."""
    uno = lanzar(ClienteLibre, user, "general", prefijo=equipo.prefijo, **opciones)
    uno.esperar("listo", sala="general")
    return uno


class ClienteLibre(programas.Cliente):
    """cliente.py --json, sin decirle la interfaz."""

    def __init__(self, puerto, usuario, *salas, prefijo, codigo=""):
        argumentos = ["cliente.py", f"--puerto={puerto}", "--json", f"--usuario={usuario}",
                      *[f"--sala={sala}" for sala in salas]]
        arrancar = f"import sys; sys.path.insert(0, {str(programas.PRACTICA)!r}); sys.argv = {argumentos!r}; {codigo}\n"
        orden = [*prefijo, "env", "-u", "CHAT_INTERFAZ", sys.executable, "-c",
                 arrancar + "import cliente; cliente.main()"]
        self._eventos, self._leidas = [], 0
        programas.Proceso.__init__(self, orden)


SIN_PSUTIL = "sys.modules['psutil'] = None"


@pytest.mark.parametrize("codigo", ["", SIN_PSUTIL], ids=["con psutil", "sin psutil"])
def test_en_una_red_sin_ruta_no_se_queda_en_la_de_bucle(equipos, lanzar, puerto, codigo):
    """Un conmutador de laboratorio, un cable directo: hay dirección y no hay puerta de enlace."""
    for equipo in equipos[:2]:
        hosts.ordenar(f"ip -n {equipo.nombre} route del 224.0.0.0/4 dev v0")
    ana, bryan = (entrar_en(equipo, puerto, lanzar, user, codigo=codigo)
                  for equipo, user in zip(equipos, ("Ana", "Bryan")))
    ana.hacer("mensaje", sala="general", content="por el cable")
    bryan.esperar("mensaje", content="por el cable")
    assert not [e for e in ana.eventos if "red" in e]


def test_con_el_wifi_apagado_lo_dicho_espera_y_no_se_toma_la_de_bucle_por_la_red(equipos, lanzar, puerto):
    ana, bryan = (entrar_en(equipo, puerto, lanzar, user) for equipo, user in zip(equipos, ("Ana", "Bryan")))
    hosts.ordenar(f"ip -n {equipos[0].nombre} link set v0 down")
    ana.esperar("aviso", red="caida")
    ana.hacer("mensaje", sala="general", content="sin red")
    with pytest.raises(AssertionError):
        ana.esperar("mensaje", content="sin red", plazo=4)
    assert not [e for e in ana.eventos if e.get("red") == "activa"]
    hosts.ordenar(f"ip -n {equipos[0].nombre} link set v0 up")
    hosts.ordenar(f"ip -n {equipos[0].nombre} route add 224.0.0.0/4 dev v0")
    bryan.esperar("mensaje", content="sin red")
    ana.esperar("aviso", red="activa")


def test_quien_empieza_sin_red_lo_dice_y_pasa_a_la_que_llegue(equipos, lanzar, puerto):
    hosts.ordenar(f"ip -n {equipos[0].nombre} link set v0 down")
    ana = entrar_en(equipos[0], puerto, lanzar, "Ana")
    assert "no tiene red" in ana.esperar("aviso", red="local")["content"]
    ana.hacer("mensaje", sala="general", content="sólo aquí")
    ana.esperar("mensaje", content="sólo aquí", propio=True, solo_aqui=True)
    bryan = entrar_en(equipos[1], puerto, lanzar, "Bryan")
    hosts.ordenar(f"ip -n {equipos[0].nombre} link set v0 up")
    ana.esperar("aviso", red="activa")
    bryan.esperar("mensaje", content="sólo aquí")
    ana.hacer("mensaje", sala="general", content="ya con red")
    assert "solo_aqui" not in ana.esperar("mensaje", content="ya con red", propio=True)


def test_la_interfaz_pedida_es_una_tarjeta_aunque_dhcp_le_cambie_la_direccion(equipos, lanzar_en):
    servidor = lanzar_en(0, programas.Servidor)
    servidor.esperar_linea("Ctrl+C para terminar")
    ana, bryan = (lanzar_en(i, programas.Cliente, user, "general") for i, user in ((0, "Ana"), (1, "Bryan")))
    ana.esperar_lista("general", "Ana", "Bryan")
    hosts.ordenar(f"ip -n {equipos[0].nombre} addr del {equipos[0].direccion}/24 dev v0")
    hosts.ordenar(f"ip -n {equipos[0].nombre} addr add {hosts.RED}.77/24 dev v0")
    subprocess.run(["ip", "-n", equipos[0].nombre, "route", "add", "224.0.0.0/4", "dev", "v0"], capture_output=True)
    ana.hacer("mensaje", sala="general", content="con otra dirección")
    bryan.esperar("mensaje", content="con otra dirección")
    bryan.hacer("mensaje", sala="general", content="te oigo")
    ana.esperar("mensaje", content="te oigo")
    assert f"{hosts.RED}.77" in ana.esperar("aviso", red="activa")["content"]
    servidor.esperar_linea(f"{hosts.RED}.77")
    assert not [e for e in ana.eventos if e["evento"] == "error"]


# ---- un conmutador que olvida a quien no repite que está en el grupo

RENOVAR_PRONTO = "from equipo import enlace; enlace.RENOVACION = 2.0"


def test_se_renueva_la_union_al_grupo_aunque_haya_varios_programas_en_el_equipo(equipos, lanzar, puerto):
    """El sistema dice lo que quieren todos juntos, no cada programa."""
    ana = entrar_en(equipos[0], puerto, lanzar, "Ana", codigo=RENOVAR_PRONTO)
    entrar_en(equipos[0], puerto, lanzar, "Otra", codigo=RENOVAR_PRONTO)
    bryan = entrar_en(equipos[1], puerto, lanzar, "Bryan", codigo=RENOVAR_PRONTO)
    # Desde ahora el puente vigila IGMP, y de lo que se dijo antes no sabe nada; nadie pregunta.
    hosts.ordenar(f"ip -n {hosts.PUENTE} link set puente type bridge mcast_snooping 1 mcast_querier 0")
    esperar_que(lambda: "239.255.3.3" in uniones(equipos[0]), 30)
    bryan.hacer("mensaje", sala="general", content="sigo")
    ana.esperar("mensaje", content="sigo")


def test_mientras_se_renueva_se_oye_todo():
    """A quien sólo conoce los mensajes de la práctica nadie le pide que repita."""
    ahora, oidos, enviados = 0.0, 0, 0
    with enlace.abrir_socket(0) as uno, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as otro:
        puerto = uno.getsockname()[1]
        otro.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        suyo = enlace.Enlace(uno, "239.255.3.3", puerto, "127.0.0.1", print)
        while ahora < 2.5 * enlace.RENOVACION:
            suyo.revisar(ahora)
            otro.sendto(b"x", ("239.255.3.3", puerto))
            enviados += 1
            oidos += bool(select.select([uno], [], [], 1.0)[0] and uno.recv(10))
            ahora = suyo.proximo()
    assert enviados > 4 and oidos == enviados


def uniones(equipo) -> str:
    """Los grupos que el puente cree que oye un equipo."""
    orden = ["bridge", "-n", hosts.PUENTE, "mdb", "show", "dev", "puente"]
    dicho = subprocess.run(orden, capture_output=True, text=True).stdout
    return "".join(renglon for renglon in dicho.splitlines(True) if f"port {equipo.interfaz} " in renglon)


def esperar_que(condicion, plazo: float) -> None:
    """Mirar una condición cada tanto, con plazo."""
    limite = time.monotonic() + plazo
    while not condicion():
        assert time.monotonic() < limite
        time.sleep(0.05)

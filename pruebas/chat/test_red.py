"""El socket compartido y sus dos hilos, con sockets de verdad sobre la interfaz de bucle."""

import argparse
import contextlib
import json
import os
import pathlib
import socket
import sys
import threading
import time

import pytest

from equipo import opciones
import protocolo
import red
import servidor
from equipo import colas
from equipo import enlace
from equipo import filtro
from equipo import interfaces
from ayudas.programas import PLAZO


@pytest.fixture
def abrir(puerto):
    """Función que abre redes en marcha en el puerto de la prueba y las cierra al final."""
    abiertas = []

    def abrir_una(**datos):
        una = red.Red(puerto=puerto, interfaz=interfaces.LAZO, **datos)
        abiertas.append(una)
        una.iniciar()
        una.seguir("general")
        una.seguir("x")
        return una

    yield abrir_una
    for una in abiertas:
        una.parar()


def leer(conexion, cuantos):
    """Esperar a que lleguen tantos mensajes y devolverlos con su dirección."""
    recibidos = []
    limite = time.monotonic() + PLAZO
    while len(recibidos) < cuantos and time.monotonic() < limite:
        recibidos += [par for par in conexion.recibir(0.5) if par[0]["tipo"] != "latido"]
    assert len(recibidos) == cuantos, recibidos
    return recibidos


def decir(conexion, texto):
    conexion.enviar({"tipo": "msj", "user": "Ana", "sala": "general", "content": texto})


def test_todos_reciben_y_quien_envia_sólo_su_eco(abrir):
    ana, bryan, carla = abrir(), abrir(), abrir()
    decir(ana, "Hola")
    eco, = leer(ana, 1)
    assert eco == ({"tipo": "msj", "user": "Ana", "sala": "general", "content": "Hola"}, None)
    for otra in (bryan, carla):
        (mensaje, direccion), = leer(otra, 1)
        assert mensaje == {**eco[0], "id": ana.id, "n": 1} and direccion[0] == interfaces.LAZO
    decir(bryan, "Adiós")  # lo siguiente que oye Ana es esto: lo suyo no le volvió
    assert leer(ana, 1)[0][0]["content"] == "Adiós"


def test_los_ids_son_distintos_y_hexadecimales(abrir):
    ids = {abrir().id for _ in range(5)}
    assert len(ids) == 5 and all(len(uno) == 8 and int(uno, 16) >= 0 for uno in ids)


def test_dos_hilos_un_socket_udp(abrir):
    antes = set(threading.enumerate())
    sockets = contar_sockets_udp()
    una = abrir()
    assert sorted(hilo.name for hilo in set(threading.enumerate()) - antes) == ["enviar", "recibir"]
    if sockets is not None:
        assert contar_sockets_udp() == sockets + 1
    una.parar()
    assert set(threading.enumerate()) == antes


def contar_sockets_udp():
    """Los sockets UDP de este proceso, según el núcleo; None fuera de Linux."""
    if sys.platform != "linux":
        return None
    inodos = {linea.split()[9] for linea in pathlib.Path("/proc/self/net/udp").read_text().splitlines()[1:]}
    abiertos = [os.readlink(ruta) for ruta in pathlib.Path("/proc/self/fd").iterdir() if ruta.is_symlink()]
    return sum(f"socket:[{inodo}]" in abiertos for inodo in inodos)


@pytest.mark.skipif(sys.platform != "linux", reason="sólo Linux filtra antes de entregar")
def test_lo_filtrado_no_despierta_a_nadie(puerto):
    una, otra = enlace.abrir_socket(puerto), enlace.abrir_socket(puerto)
    with una, otra:
        for s in (una, otra):
            enlace.unirse(s, protocolo.GRUPO, interfaces.LAZO)
        filtro.no_oir(una, b'{"id":"0a1b2c3d"', b'{"id":"????????","tipo":"msj"')
        filtrados = [b'{"id":"0a1b2c3d"', b'{"id":"0a1b2c3d","n":1}', b'{"id":"99999999","tipo":"msj"',
                     b'{"id":"ffffffff","tipo":"msj","n":1}']
        demas = [b"<salir><A><b>", b'{"id":"0a1b2c3e","n":1}', b'{"id":"1a1b2c3d"', b'{"id":"0a1b2c3', b"",
                 b"x" * 60_000,
                 b'{"id":"99999999","tipo":"msk"}', b'{"id":"99999999","tipo":"msj', b'{"tipo":"msj","user":"Ana"}']
        for datagrama in filtrados + demas:
            otra.sendto(datagrama, (protocolo.GRUPO, puerto))
        assert leer_todo(una) == demas
        assert leer_todo(otra) == filtrados + demas


def leer_todo(s):
    """Los datagramas que ya están en un socket: por el bucle, sendto los deja allí antes de volver."""
    datagramas = []
    with contextlib.suppress(BlockingIOError):
        while True:
            datagramas.append(s.recv(65_507))
    return datagramas


@pytest.mark.skipif(sys.platform != "linux", reason="sólo Linux filtra antes de entregar")
def test_al_servidor_no_lo_despierta_la_conversacion(puerto, abrir):
    ana, bryan, oido = abrir(), abrir(), enlace.abrir_socket(puerto)
    with oido:
        enlace.unirse(oido, protocolo.GRUPO, interfaces.LAZO)
        filtro.no_oir(oido, *filtro.muestras("ffffffff", servidor.SIN_OIR))
        for dicho in ({"tipo": "msj", "content": "ñ"}, {"tipo": "msj", "content": "ñ" * 2_000},
                      {"tipo": "sticker", "content": "aplauso"},
                      {"tipo": "audio", "content": "", "formato": "wav", "cuerpo": b"x" * 500}):
            ana.enviar(protocolo.validar({"user": "Ana", "sala": "x", **dicho}))
        ana.enviar({"tipo": "salir", "user": "Ana", "sala": "x"})
        assert sorted(mensaje["tipo"] for mensaje, _ in leer(bryan, 5)) == ["audio", "msj", "msj", "salir", "sticker"]
        assert [json.loads(datagrama)["tipo"] for datagrama in leer_todo(oido)] == ["salir"]


@pytest.mark.skipif(sys.platform != "linux", reason="IP_MULTICAST_ALL sólo existe en Linux")
def test_no_oye_otros_grupos_del_mismo_puerto(abrir, puerto):
    ana = abrir()
    otro = red.Red(grupo="239.255.3.4", puerto=puerto, interfaz=interfaces.LAZO)
    otro.iniciar()
    decir(otro, "para otro grupo")
    leer(otro, 1)
    otro.parar()
    bryan = abrir()
    decir(bryan, "para éste")
    assert leer(ana, 1)[0][0]["content"] == "para éste"


def test_un_mensaje_largo_viaja_en_trozos(abrir):
    ana, bryan = abrir(), abrir()
    voz = bytes(range(256)) * 4000  # 1 MB
    ana.enviar({"tipo": "audio", "user": "Ana", "sala": "x", "content": "", "formato": "wav", "cuerpo": voz})
    *avances, entera = [mensaje for mensaje, _ in leer(bryan, 25)]
    assert entera["cuerpo"] == voz
    partes = [avance["llegados"] / avance["de"]
              for avance in avances if avance["tipo"] == "progreso" and avance["sala"] == "x"]
    assert partes == pytest.approx([i / 25 for i in range(1, 25)], abs=0.01)  # se sabe cómo va llegando


def test_lo_malformado_se_cuenta_y_no_detiene(abrir, sencillo):
    ana, ajeno = abrir(), sencillo()
    basura = [b"", b"\xff", b"{", b"[" * 60_000, b"x" * 65_507, b'{"tipo":"msj"}', b'{"tipo":NaN}', b"\0" * 1400]
    for datagrama in basura:
        ajeno.enviar_bytes(datagrama)
    ajeno.enviar(tipo="msj", user="Sim", sala="general", content="sigo aquí")
    assert leer(ana, 1)[0][0]["content"] == "sigo aquí"
    assert ana.entrada.malformados == len(basura)


def test_con_la_mitad_perdida_a_propósito_llega_todo_y_en_orden(abrir):
    ana, mitad, sorda = abrir(), abrir(perdida=50), abrir(perdida=100)
    ana.enviar({"tipo": "latido", "user": "Ana", "salas": {"general": 0}})
    for i in range(400):
        decir(ana, str(i))
    assert [mensaje["content"] for mensaje, _ in leer(mitad, 400)] == [str(i) for i in range(400)]
    assert 120 < mitad.cuenta()["reparados"] < 280  # 200 ± 8 desviaciones
    assert sorda.recibir() == []


def test_al_parar_sale_lo_que_estaba_en_la_cola(abrir):
    ana, bryan = abrir(), abrir()
    for i in range(50):
        decir(ana, str(i))
    ana.parar()
    assert [mensaje["content"] for mensaje, _ in leer(bryan, 50)] == [str(i) for i in range(50)]


def test_una_ventana_que_no_lee_no_llena_la_memoria(abrir, monkeypatch):
    monkeypatch.setattr(colas, "MAX_LOTES", 4)
    dormida, ana = abrir(), abrir()
    for i in range(300):
        ana.enviar({"tipo": "audio", "user": "Ana", "sala": "x", "content": "", "formato": "wav",
                    "cuerpo": bytes(60_000)})
        while not any(mensaje["tipo"] == "audio" for mensaje, _ in ana.recibir(PLAZO)):
            pass  # de uno en uno: cada datagrama, su lote
    assert dormida._recibidos._cola.qsize() <= 4
    dormida.parar()  # y se puede cerrar aunque el hilo recibir espere sitio
    assert not dormida._hilo_recibir.is_alive()


def test_a_quien_pregunta_sin_fin_no_se_le_guarda_todo(abrir, monkeypatch):
    monkeypatch.setattr(red, "MAX_ENCARGOS", 50)
    atascada = red.Red(puerto=abrir().puerto, interfaz=interfaces.LAZO)  # sus hilos no corren: nadie vacía la cola
    for _ in range(500):
        atascada._interpretar(b'{"id":"aaaaaaaa","tipo":"quien"}', red.PROPIA)
    assert atascada.por_salir() == 50
    atascada._extremo.cerrar()


def test_entre_lo_que_otros_piden_se_sigue_enviando(abrir):
    atascada = red.Red(puerto=abrir().puerto, interfaz=interfaces.LAZO)  # sus hilos no corren
    pregunta, contestadas = ({"tipo": "quien", "a": atascada.id}, red.PROPIA), []

    def contestar(mensaje, ahora):
        contestadas.append(mensaje)
        if len(contestadas) < 10_000:  # llegan más deprisa de lo que se contestan
            atascada._encargos.put(pregunta)
            atascada._encargos.put(pregunta)

    atascada._emisor.contestar = contestar
    atascada._encargos.put(pregunta)
    for veces in range(1, 21):
        atascada._tomar_encargos(0.0)
        assert len(contestadas) <= veces * (1 + red.ENCARGOS_SEGUIDOS)
    atascada._extremo.cerrar()


def test_lo_que_se_lee_de_una_vez_no_pasa_de_unos_bytes(abrir, monkeypatch):
    monkeypatch.setattr(red, "MAX_LOTE", 1_500)
    ana = abrir()
    quieta = red.Red(puerto=ana.puerto, interfaz=interfaces.LAZO)  # sus hilos no corren: lee quien la llama
    for _ in range(3):
        ana._extremo.socket.sendto(b'{"tipo":"msj","user":"Ana","sala":"general","content":"%s"}' % (b"x" * 1_000),
                           (ana.grupo, ana.puerto))
    lote, leidos, al_dia = quieta._leer()
    assert len(lote) == leidos == 2 and not al_dia
    lote, leidos, al_dia = quieta._leer()
    assert len(lote) == leidos == 1 and al_dia
    quieta._extremo.cerrar()


class SocketSinRed:
    """El socket de verdad, salvo que `sendto` falla mientras `error` no sea None."""

    def __init__(self, verdadero, error):
        self._verdadero = verdadero
        self.error = error

    def __getattr__(self, nombre):
        return getattr(self._verdadero, nombre)

    def sendto(self, *datos):
        if self.error is not None:
            raise self.error
        return self._verdadero.sendto(*datos)


def test_si_la_red_falla_lo_dice_reintenta_y_se_recupera(abrir, monkeypatch):
    monkeypatch.setattr(enlace, "REINTENTO", 0.02)
    ana, bryan = abrir(), abrir()
    ana._extremo.socket = SocketSinRed(ana._extremo.socket, OSError(101, "Network is unreachable"))
    decir(ana, "uno")
    decir(ana, "dos")
    (caida, _), = leer(ana, 1)
    assert caida["tipo"] == "red" and caida["estado"] == "caida"
    assert bryan.recibir(0.1) == []
    ana._extremo.socket.error = None
    vuelta = [mensaje for mensaje, _ in leer(ana, 3)]
    assert [mensaje.get("estado", mensaje.get("content")) for mensaje in vuelta] == ["activa", "uno", "dos"]
    assert [mensaje["content"] for mensaje, _ in leer(bryan, 2)] == ["uno", "dos"]


@pytest.mark.skipif(sys.platform != "linux", reason="sólo Linux tiene más direcciones de bucle sin pedirlas")
def test_se_puede_pasar_a_otra_interfaz(abrir):
    ana = abrir()
    ana.enlace.pedir("127.0.0.2")
    (noticia, _), = leer(ana, 1)
    assert noticia["estado"] == "activa" and "127.0.0.2" in noticia["content"]
    decir(ana, "Sigo aquí")
    assert leer(ana, 1)[0][0]["content"] == "Sigo aquí"


def test_un_datagrama_que_el_sistema_no_admite_no_atasca_a_los_demas(abrir):
    ana = abrir()
    ana._extremo.socket = SocketSinRed(ana._extremo.socket, OSError(90, "Message too long"))
    decir(ana, "largo")
    assert leer(ana, 1)[0][0]["estado"] == "error"
    ana._extremo.socket.error = None
    decir(ana, "corto")
    assert leer(ana, 1)[0][0]["content"] == "corto"


def test_puerto_ocupado_por_otro_programa(puerto):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ajeno:
        ajeno.bind(("", puerto))
        with pytest.raises(red.ErrorRed, match=f"puerto {puerto}"):
            red.Red(puerto=puerto, interfaz=interfaces.LAZO)


def test_interfaz_que_este_equipo_no_tiene(puerto):
    with pytest.raises(red.ErrorRed, match="192.0.2.1"):
        red.Red(puerto=puerto, interfaz="192.0.2.1")


def leer_opciones(*argumentos):
    analizador = argparse.ArgumentParser(exit_on_error=False)
    opciones.agregar_opciones(analizador)
    return analizador.parse_args(argumentos)


def test_opciones_y_variables_de_entorno(monkeypatch):
    for nombre in ("CHAT_GRUPO", "CHAT_PUERTO", "CHAT_INTERFAZ"):
        monkeypatch.delenv(nombre, raising=False)
    assert vars(leer_opciones()) == {"grupo": "239.255.3.3", "puerto": 5007, "interfaz": None, "perdida": 0}
    monkeypatch.setenv("CHAT_GRUPO", "239.1.2.3")
    monkeypatch.setenv("CHAT_PUERTO", "6000")
    monkeypatch.setenv("CHAT_INTERFAZ", "127.0.0.1")
    assert vars(leer_opciones()) == {"grupo": "239.1.2.3", "puerto": 6000, "interfaz": "127.0.0.1", "perdida": 0}
    elegidas = leer_opciones("--grupo", "239.255.3.9", "--puerto", "7000", "--interfaz", "127.0.0.2", "--perdida", "20")
    assert vars(elegidas) == {"grupo": "239.255.3.9", "puerto": 7000, "interfaz": "127.0.0.2", "perdida": 20}


@pytest.mark.parametrize("argumentos", [
    ("--grupo", "10.0.0.1"), ("--grupo", "hola"), ("--puerto", "0"), ("--puerto", "70000"), ("--puerto", "-1"),
    ("--puerto", "²"), ("--interfaz", "eth0"), ("--interfaz", "1.2.3"), ("--perdida", "101"), ("--perdida", "nan"),
])
def test_opciones_que_no_valen(argumentos):
    with pytest.raises(argparse.ArgumentError):
        leer_opciones(*argumentos)

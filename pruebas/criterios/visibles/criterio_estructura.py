"""Cómo está hecho por dentro, visto en los programas en marcha y no en su código."""

import pytest

from calificador import traza
from calificador.aula import JUNTOS
from calificador.aula import PLAZO
from calificador.espera import esperar
from calificador.explicar import NoHay
from calificador.explicar import ultimas_lineas
from calificador.par import puertos_tcp

pytestmark = pytest.mark.escena("juntos")


@pytest.mark.criterio("multidifusion")
def criterio_multidifusion(aula):
    """Se mira a dónde va cada datagrama del cliente y del servidor: todos, al grupo."""
    servidor = aula.servidor()
    desde = aula.par.marca()
    aula.par.decir_inicio(aula.nombre(), aula.nombre())
    assert esperar(
        lambda: aula.par.oidos(desde, servidor.equipo), PLAZO, aula.par, (servidor,)
    ), f"alguien dijo «inicio» y en {PLAZO:.0f} s el servidor no envió ningún datagrama.{ultimas_lineas(servidor)}"
    sin_tcp(servidor)
    ana = aula.ana()
    sin_tcp(ana.programa)
    for uno in aula.par.oidos():
        al_grupo = uno.protocolo == "udp" and 224 <= int(uno.destino[0].split(".")[0]) <= 239
        propio = uno.destino[0].startswith("10.77.") or uno.destino[0].endswith(".255")
        que = "segmento de TCP" if uno.protocolo == "tcp" else "datagrama"
        assert al_grupo or not propio, f"salió un {que} a {uno.destino[0]}:{uno.destino[1]}, no al grupo"


def sin_tcp(programa):
    """Que un programa no atienda por TCP."""
    puertos = puertos_tcp(programa)
    assert not puertos, f"{programa.archivo} atiende conexiones TCP en el puerto {sorted(puertos)}"


@pytest.fixture
def llamadas(aula):
    """Lo que cada hilo del cliente pidió al núcleo sobre sus sockets, mientras enviaba y recibía."""
    if aula.trazado is None:
        aula.trazado = traza.observar(aula)
    return aula.trazado


@pytest.mark.criterio("dos_hilos", peso=3)
def criterio_dos_hilos_un_socket(llamadas):
    """Con strace se ve qué hilo envía y cuál recibe, y con qué descriptor: hilos distintos, el mismo descriptor."""
    comunes = [fd for fd in llamadas.envian if fd in llamadas.reciben]
    assert comunes, f"mientras se miraba, por ningún descriptor se envió al grupo y también se recibió: {llamadas}"
    bien = [fd for fd in comunes for uno in llamadas.envian[fd] for otro in llamadas.reciben[fd] if uno != otro]
    assert bien, f"el mismo hilo envía y recibe: {llamadas}"


@pytest.mark.criterio("dos_hilos", peso=1)
def criterio_hilos_aparte_de_la_ventana(llamadas):
    """Ni el que envía ni el que recibe es el hilo de la ventana."""
    for que, uso in (("envía al grupo", llamadas.envian), ("recibe del grupo", llamadas.reciben)):
        hilos = {hilo for de_uno in uso.values() for hilo in de_uno}
        assert hilos, f"no se vio qué hilo {que}: {llamadas}"
        assert hilos != {
            llamadas.principal
        }, f"el único hilo que {que} es el de la ventana ({llamadas.principal}): {llamadas}"


@pytest.mark.criterio("varios_en_un_equipo")
def criterio_varios_en_un_equipo(aula):
    """El servidor y dos clientes en el mismo equipo: arrancan los tres y los clientes se leen."""
    aula.soltar_servidor()
    aula.profesor.parar()
    sala = aula.nombre()
    servidor = aula.lanzar_servidor(JUNTOS)
    dos = [aula.entrar(aula.lanzar_cliente(JUNTOS), sala) for _ in range(2)]
    try:
        for uno, otro in (dos, dos[::-1]):
            texto = aula.texto()
            uno.decir(sala, texto)
            if not otro.hasta(lambda retrato: retrato.se_lee(texto), PLAZO):
                raise NoHay(
                    "con dos clientes en un mismo equipo, lo que dice uno no lo ve el"
                    f" otro.\n{otro.mirar().describir()}"
                )
        for uno in dos:
            nombres = [alguien.nombre for alguien in dos]
            juntos = uno.hasta(lambda retrato: all(retrato.se_lee(nombre) for nombre in nombres), PLAZO)
            dicho = f"en la ventana de «{uno.nombre}» no se leen los dos nombres, {nombres}"
            assert juntos, f"{dicho}.\n{uno.mirar().describir()}"
        assert servidor.vivo, f"el servidor terminó.{ultimas_lineas(servidor)}"
    finally:
        for programa in (servidor, *(uno.programa for uno in dos)):
            programa.matar()

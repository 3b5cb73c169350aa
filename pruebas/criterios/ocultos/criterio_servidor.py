"""El servidor: no repite a nadie, no retransmite, no se detiene."""

import pytest
from basura import basura

from calificador.aula import PLAZO
from calificador.espera import esperar
from calificador.explicar import NoHay
from calificador.explicar import decir_datagrama
from calificador.explicar import ultimas_lineas
from calificador.par import es_de_grupo

pytestmark = pytest.mark.escena("servidor")

RETRANSMITIBLES = ("msj", "sticker", "audio", "inicio", "salir", "trozo")


def ultima_lista(aula, servidor, sala, desde):
    """La lista de nombres más reciente de una sala que el servidor envió al grupo, o None."""
    listas = [uno for uno in aula.par.mensajes(desde, servidor.equipo) if uno.get("tipo") == "usuarios"]
    suyas = [uno.get("lista") for uno in listas if uno.get("sala") == sala and es_de_grupo(uno.destino[0])]
    buenas = [lista for lista in suyas if isinstance(lista, list) and all(isinstance(uno, str) for uno in lista)]
    return buenas[-1] if buenas else None


def esperar_ultima(aula, servidor, sala, condicion, que, desde):
    """Esperar a que la última lista cumpla la condición. Lanza NoHay si acaba el plazo y la última no la cumple.

    Lo que se le pida a una lista va en la condición, y no se mira después: entre dos miradas puede llegar otra, y la
    que hay a medio camino no es en la que quedó la sala.
    """
    def cumple():
        lista = ultima_lista(aula, servidor, sala, desde)
        return lista is not None and condicion(lista)

    if not esperar(cumple, PLAZO, aula.par, (servidor,)):
        lista = ultima_lista(aula, servidor, sala, desde)
        dicho = "no envió ninguna al grupo" if lista is None else f"la última que envió fue {lista}"
        raise NoHay(f"se esperaba {que}; en {PLAZO:.0f} s {dicho}{ultimas_lineas(servidor)}")


@pytest.mark.criterio("lista_sin_repetidos")
@pytest.mark.parametrize("repetir", ["inicio", "volver"])
def criterio_lista_sin_repetidos(aula, servidor, repetir):
    """Alguien repite su «inicio», o sale y vuelve: su nombre está una sola vez."""
    sala, user, testigo, desde = aula.nombre(), aula.nombre(), aula.nombre(), aula.par.marca()
    aula.par.decir_inicio(user, sala)
    esperar_ultima(aula, servidor, sala, lambda lista: user in lista, f"la lista con «{user}»", desde)
    if repetir == "volver":
        aula.par.decir_salir(user, sala)
    aula.par.decir_inicio(user, sala)
    aula.par.decir_inicio(testigo, sala)
    esperar_ultima(
        aula,
        servidor,
        sala,
        lambda lista: testigo in lista and lista.count(user) == 1,
        f"la lista con «{testigo}» y, una sola vez, con «{user}», que"
        f" {'repitió su «inicio»' if repetir == 'inicio' else 'salió y volvió'}",
        desde,
    )


@pytest.mark.criterio("servidor_solo_listas")
def criterio_servidor_solo_listas(aula, servidor):
    """Se dice de todo en una sala: del servidor sólo salen listas."""
    sala, user, testigo = aula.nombre(), aula.nombre(), aula.nombre()
    aula.par.decir_inicio(user, sala)
    esperar_ultima(aula, servidor, sala, lambda lista: user in lista, f"la lista con «{user}»", 0)
    desde, texto = aula.par.marca(), aula.texto()
    aula.par.decir(user, sala, texto)
    aula.par.decir_privado(user, testigo, texto)
    aula.par.enviar({"tipo": "sticker", "user": user, "sala": sala, "content": "aplauso"})
    aula.par.enviar({"tipo": "audio", "user": user, "sala": sala, "content": "UklGRiQAAABXQVZFZm10IA=="})
    aula.par.decir_inicio(testigo, sala)  # cuando llegue su lista, lo anterior ya fue atendido
    esperar_ultima(aula, servidor, sala, lambda lista: testigo in lista, f"la lista con «{testigo}»", desde)
    for datagrama in aula.par.oidos(desde, servidor.equipo):
        mensaje = datagrama.mensaje or {}
        repite = texto.encode() in datagrama.datos
        que = "repitió lo que alguien dijo" if repite else "envió algo que no es una lista"
        bien = not repite and mensaje.get("tipo") not in RETRANSMITIBLES
        assert bien, f"el servidor {que}: {decir_datagrama(datagrama)}"


@pytest.mark.criterio("salir_de_una")
def criterio_salir_de_una_en_el_servidor(aula, servidor):
    """Alguien está en dos salas y sale de una: sigue en la lista de la otra."""
    sala_1, sala_2, user, testigo = (aula.nombre() for _ in range(4))
    for sala in (sala_1, sala_2):
        aula.par.decir_inicio(user, sala)
    aula.par.decir_salir(user, sala_1)
    desde = aula.par.marca()
    aula.par.decir_inicio(testigo, sala_2)
    esperar_ultima(
        aula,
        servidor,
        sala_2,
        lambda lista: {user, testigo} <= set(lista),
        f"la lista de «{sala_2}» con «{testigo}» y con «{user}», que también estaba en «{sala_1}» y sólo salió de ésa",
        desde,
    )


@pytest.mark.criterio("servidor_basura")
def criterio_servidor_basura(aula, servidor):
    """Llega basura de toda clase; después alguien entra y se espera su lista."""
    sala, user = aula.nombre(), aula.nombre()
    for datos in basura(aula.azar, user, sala):
        aula.par.enviar_bytes(datos)
    desde, nuevo = aula.par.marca(), aula.nombre()
    aula.par.decir_inicio(nuevo, sala)
    esperar_ultima(
        aula, servidor, sala, lambda lista: nuevo in lista, f"después de la basura, la lista con «{nuevo}»", desde
    )


@pytest.mark.criterio("mensaje_fiel", tras=("lista_al_entrar",))
def criterio_nombres_fieles_en_la_lista(aula, servidor):
    """Entra alguien con espacios, acentos y comillas en su nombre y en el de su sala: la lista los trae tal cual."""
    user, sala, desde = aula.nombre_dificil(), aula.nombre_dificil(), aula.par.marca()
    aula.par.decir_inicio(user, sala)
    esperar_ultima(aula, servidor, sala, lambda lista: user in lista, f"la lista de «{sala}» con «{user}»", desde)

"""El servidor: arranca solo y da las listas."""

import pytest

from calificador import mensajes
from calificador.aula import PLAZO
from calificador.espera import esperar
from calificador.explicar import NoHay
from calificador.explicar import decir_datagrama
from calificador.explicar import ultimas_lineas
from calificador.par import es_de_grupo

pytestmark = pytest.mark.escena("servidor")


def esperar_lista(aula, servidor, sala, condicion, que, desde):
    """La primera lista de esa sala, enviada al grupo, que cumple la condición; si no llega, explica qué llegó."""
    def buscar():
        return any(condicion(lista) for lista in listas_al_grupo(aula, servidor, sala, desde))

    if not esperar(buscar, PLAZO, aula.par, (servidor,)):
        raise NoHay(f"se esperaba {que}, enviada al grupo; en {PLAZO:.0f} s {lo_que_envio(aula, servidor, desde)}")


def listas_al_grupo(aula, servidor, sala, desde):
    """Las listas de una sala que el servidor envió al grupo."""
    listas = [uno for uno in aula.par.mensajes(desde, servidor.equipo) if uno.get("tipo") == "usuarios"]
    suyas = [uno["lista"] for uno in listas if uno.get("sala") == sala and es_de_grupo(uno.destino[0])]
    return [lista for lista in suyas if isinstance(lista, list) and all(isinstance(uno, str) for uno in lista)]


def lo_que_envio(aula, servidor, desde):
    """En palabras, lo último que envió el servidor y a dónde, y lo último que escribió."""
    oidos = aula.par.oidos(desde, servidor.equipo)[-5:]
    dichos = [f"{decir_datagrama(uno)}{'' if uno.al_grupo else f', a {uno.destino[0]} y no al grupo'}" for uno in oidos]
    return f"el servidor {'envió: ' + '; '.join(dichos) if dichos else 'no envió nada'}{ultimas_lineas(servidor)}"


@pytest.mark.criterio("servidor_arranca")
def criterio_servidor_arranca(aula, servidor):
    """Se corre «python servidor.py» y se mira si se une a un grupo y sigue en marcha."""
    esperar(lambda: not servidor.vivo, 0.5, aula.par)
    assert servidor.vivo, f"servidor.py terminó poco después de arrancar.{ultimas_lineas(servidor)}"


@pytest.mark.criterio("lista_al_entrar")
def criterio_lista_al_entrar(aula, servidor):
    """Alguien dice «inicio»: se espera la lista de su sala, con él en ella."""
    for forma in (aula.par.forma, mensajes.ETIQUETAS, mensajes.JSON):
        user, sala, desde = aula.nombre(), aula.nombre(), aula.par.marca()
        aula.par.forma = forma
        aula.par.decir_inicio(user, sala)
        try:
            esperar_lista(
                aula,
                servidor,
                sala,
                lambda lista: user in lista,
                f"«usuarios» de la sala «{sala}» con «{user}» en «lista»",
                desde,
            )
            aula.formas["servidor"] = forma
            return
        except NoHay as error:
            ultimo = error  # la última forma es JSON
    aula.par.forma = mensajes.JSON
    raise ultimo


@pytest.mark.criterio("lista_de_todos")
def criterio_lista_de_todos(aula, servidor):
    """Hay alguien en otra sala y entran tres a una: la lista las tiene a las tres, una vez cada una."""
    aula.par.decir_inicio(aula.nombre(), aula.nombre())
    sala, desde = aula.nombre(), aula.par.marca()
    tres = [aula.nombre() for _ in range(3)]
    for uno in tres:
        aula.par.decir_inicio(uno, sala)
    esperar_lista(aula, servidor, sala, lambda lista: sorted(lista) == sorted(tres), f"la lista {tres}", desde)


@pytest.mark.criterio("lista_por_sala")
def criterio_lista_por_sala(aula, servidor):
    """Uno entra a una sala, otro a otra y un tercero a las dos: cada lista tiene a los suyos."""
    sala_1, sala_2, desde = aula.nombre(), aula.nombre(), aula.par.marca()
    uno, otro, ambas = aula.nombre(), aula.nombre(), aula.nombre()
    for user, sala in ((uno, sala_1), (otro, sala_2), (ambas, sala_1), (ambas, sala_2)):
        aula.par.decir_inicio(user, sala)
    esperar_lista(
        aula,
        servidor,
        sala_1,
        lambda lista: sorted(lista) == sorted([uno, ambas]),
        f"en «{sala_1}», {[uno, ambas]}",
        desde,
    )
    esperar_lista(
        aula,
        servidor,
        sala_2,
        lambda lista: sorted(lista) == sorted([otro, ambas]),
        f"en «{sala_2}», {[otro, ambas]}",
        desde,
    )


@pytest.mark.criterio("lista_al_salir")
def criterio_lista_al_salir(aula, servidor):
    """De dos que están en una sala uno dice «salir»: se espera la lista sin él y con el otro."""
    sala, sale, queda = aula.nombre(), aula.nombre(), aula.nombre()
    for user in (sale, queda):
        aula.par.decir_inicio(user, sala)
    esperar_lista(aula, servidor, sala, lambda lista: {sale, queda} <= set(lista), f"la lista con {[sale, queda]}", 0)
    desde = aula.par.marca()
    aula.par.decir_salir(sale, sala)
    esperar_lista(
        aula,
        servidor,
        sala,
        lambda lista: queda in lista and sale not in lista,
        f"la lista con «{queda}» y sin «{sale}»",
        desde,
    )

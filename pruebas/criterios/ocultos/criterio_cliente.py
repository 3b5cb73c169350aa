"""Las ventanas del cliente: los casos en que se equivocan muchos."""

import pytest
from basura import basura

from calificador.aula import PLAZO
from calificador.comprobar import esperar_mensaje
from calificador.comprobar import esperar_texto
from calificador.espera import esperar
from calificador.explicar import NoHay
from calificador.explicar import ultimas_lineas
from calificador.x11 import SinRespuesta

DIFICIL = '¿Qué tal, "Íñigo"? <ñ> \\n {0} %s & 100% [x] $y \'z\' /'
RAFAGA = 400  # mensajes
DETENIDA = 3.0  # s sin contestar: se nota
CIERRE = 5.0  # s


@pytest.mark.criterio("nombre_primero")
def criterio_nombre_primero(aula):
    """Se pulsa «Entrar» sin nombre: no sale nada. Después, con nombre, se entra."""
    aula.ana()
    aula.soltar_ana()
    alguien, sala, desde = aula.lanzar_cliente(), aula.nombre(), aula.par.marca()
    alguien.entrar_sin_nombre(sala)
    esperar(lambda: aula.par.oidos(desde, alguien.programa.equipo), 0.8, aula.par, (alguien.programa,))
    dichos = [
        dict(uno) for uno in aula.par.mensajes(desde, alguien.programa.equipo) if uno.get("tipo") in ("inicio", "msj")
    ]
    assert not dichos, f"sin escribir ningún nombre, salió {dichos[:2]}"
    assert alguien.programa.vivo, "al pulsar «Entrar» sin nombre el programa terminó"
    alguien.cerrar_avisos()
    aula.entrar(alguien, sala)
    alguien.programa.matar()


@pytest.mark.criterio("salas_separadas", peso=2)
@pytest.mark.escena("salas")
def criterio_salas_separadas_al_enviar(aula, ana):
    """En dos salas, lo que se escribe en cada una sale con su nombre."""
    otra = ana.otra_sala or aula.nombre()
    if not ana.otra_sala:
        ana.entrar_a_otra(otra)
    for sala in (ana.sala, otra, ana.sala):
        texto, desde = aula.texto(), aula.par.marca()
        ana.decir(sala, texto)
        esperar_mensaje(aula, ana, f"al escribir en «{sala}»", desde, tipo="msj", sala=sala, content=texto)


@pytest.mark.criterio("salas_separadas")
@pytest.mark.escena("salas")
def criterio_salas_separadas_al_recibir(aula, ana):
    """Lo que se dice en una sala ajena no se muestra."""
    ajena, autor, secreto, comun = aula.nombre(), aula.nombre(), aula.texto(), aula.texto()
    aula.par.decir(autor, ajena, secreto)
    aula.par.decir(autor, ana.sala, comun)
    ana.mirar_sala(ana.sala, comun, PLAZO)
    retrato = ana.asentar()
    assert not retrato.se_lee(
        secreto
    ), f"se ve lo dicho en «{ajena}», una sala en que no se está.\n{retrato.describir()}"


@pytest.mark.criterio("mensaje_fiel")
def criterio_mensaje_fiel_al_enviar(aula, ana):
    """Un texto con acentos y signos sale tal cual."""
    texto, desde = f"{aula.nombre()} {DIFICIL}", aula.par.marca()
    ana.decir(ana.sala, texto)
    esperar_mensaje(aula, ana, "al enviar acentos y signos", desde, tipo="msj", content=texto)


@pytest.mark.criterio("mensaje_fiel")
def criterio_mensaje_fiel_al_recibir(aula, ana):
    """Un texto con acentos y signos se muestra tal cual, y uno largo, entero."""
    texto = f"{aula.nombre()} {DIFICIL}"
    aula.par.decir(aula.nombre(), ana.sala, texto)
    esperar_texto(ana, texto, "llegó un texto con acentos y signos")
    # Más de 1024 bytes, y sin llegar a lo que un cliente cuidadoso pliega
    largo = " ".join(aula.nombre() for _ in range(118))
    aula.par.decir(aula.nombre(), ana.sala, largo)
    entero = ana.hasta(lambda retrato: retrato.se_lee(largo[-40:]), PLAZO)
    if not entero:
        retrato = ana.mirar()
        visto = "se ve el principio y no el final" if retrato.se_lee(largo[:40]) else "no se ve nada"
        raise NoHay(
            f"llegó un mensaje de {len(largo)} caracteres y en {PLAZO:.0f} s {visto}. Una causa posible, que desde"
            " fuera no se ve: un recvfrom con un búfer menor que el datagrama."
            f"{ultimas_lineas(ana.programa)}\n{retrato.describir()}"
        )


@pytest.mark.criterio("mensaje_una_vez", peso=2)
def criterio_mensaje_una_vez(aula, ana):
    """Lo que uno envía se ve exactamente una vez."""
    texto, testigo = aula.texto(), aula.texto()
    ana.decir(ana.sala, texto)
    esperar_texto(ana, texto, "se envió un mensaje")
    aula.par.decir(aula.nombre(), ana.sala, testigo)  # cuando se vea, el propio ya tuvo tiempo de volver
    esperar_texto(ana, testigo, "llegó un mensaje a la sala")
    ana.asentar()

    def veces(retrato):
        return retrato.contar_en(retrato.recipiente(texto, testigo), texto)

    una_vez = ana.hasta(lambda retrato: veces(retrato) == 1, PLAZO)
    retrato = ana.mirar()
    assert una_vez, (
        f"se envió una vez «{texto}» y en la conversación se lee {veces(retrato)} veces.\n{retrato.describir()}"
    )


@pytest.mark.criterio("mensaje_una_vez", tras=("enviar_sticker", "recibir_sticker"))
def criterio_el_sticker_propio_se_ve(aula):
    """Al enviar un sticker, algo de él aparece en la ventana de quien lo envía."""
    assert aula.guardado["se ve el sticker propio"], (
        "salió el sticker y en 2 s no apareció nada en las ventanas de quien lo envió: ni una imagen ni un texto que"
        " antes no estuviera"
    )


@pytest.mark.criterio("mensaje_una_vez", tras=("enviar_audio", "recibir_audio"))
def criterio_la_voz_propia_se_ve(aula):
    """Al enviar una voz, algo de ella aparece en la ventana de quien la envía."""
    assert aula.guardado[
        "se ve la voz propia"
    ], (
        "salió la voz y en 2 s no apareció nada en las ventanas de quien la envió: ni un texto ni un botón que antes no"
        " estuviera"
    )


@pytest.mark.criterio("mensaje_fiel")
def criterio_nombres_fieles(aula):
    """Nombre y sala con espacios, acentos y comillas: se entra con ellos, y los de otros se ven tal cual."""
    aula.ana()
    aula.soltar_ana()
    alguien, sala, otro, texto = aula.lanzar_cliente(), aula.nombre_dificil(), aula.nombre_dificil(), aula.texto()
    aula.entrar(alguien, sala, aula.nombre_dificil())
    try:
        aula.profesor.poner(sala, otro)
        aula.par.decir(otro, sala, texto)
        esperar_texto(alguien, texto, f"«{otro}» dijo algo en la sala «{sala}»")
        esperar_texto(alguien, otro, f"«{otro}» está en la lista y dijo algo en la sala «{sala}»")
    finally:
        alguien.programa.matar()


@pytest.mark.criterio("lista_baja_en_ventana")
def criterio_lista_baja_en_ventana(aula, ana):
    """Llega una lista sin alguien que estaba: su nombre deja de verse entre los presentes."""
    queda, sale_, autor, textos = aula.nombre(), aula.nombre(), aula.nombre(), [aula.texto(), aula.texto()]
    for texto in textos:
        aula.par.decir(autor, ana.sala, texto)
        retrato = esperar_texto(ana, texto, "llegó un mensaje a la sala")
    charla = retrato.recipiente(*textos)
    aula.profesor.poner(ana.sala, queda, sale_)
    esperar_texto(ana, sale_, "llegó la lista de la sala")
    aula.profesor.quitar(ana.sala, sale_)

    def ya_no(retrato):
        presentes = [
            dicho
            for uno, dicho in retrato.textos_de()
            if not retrato.esta_en(uno, charla) and queda in dicho or sale_ in dicho
        ]
        fuera = [dicho for uno, dicho in retrato.textos_de(sin=(charla,)) if sale_ in dicho]
        dentro = [
            renglon
            for uno, dicho in retrato.textos_de()
            if retrato.esta_en(uno, charla)
            for renglon in dicho.splitlines()
            if queda in renglon
        ]
        aparte = [dicho for uno, dicho in retrato.textos_de(sin=(charla,)) if queda in dicho]
        return presentes and not fuera and (aparte or (dentro and sale_ not in dentro[-1]))

    if not ana.hasta(ya_no, PLAZO + 3.5):  # quien espera un poco antes de dar a alguien por ido no se equivoca
        retrato = ana.mirar()
        sigue = retrato.se_lee(sale_)
        quedo = f"«{sale_}» se sigue leyendo" if sigue else f"entre los presentes tampoco se lee «{queda}»"
        raise NoHay(f"llegó una lista con «{queda}» y sin «{sale_}», y {quedo}.\n{retrato.describir()}")


@pytest.mark.criterio("salir_de_una", tras=("varias_salas",))
@pytest.mark.escena("salas")
def criterio_salir_de_una_en_la_ventana(aula, ana):
    """Se está en dos salas y se sale de la segunda: en la primera se sigue conversando."""
    otra = aula.nombre()
    ana.entrar_a_otra(otra)
    desde = aula.par.marca()
    ana.salir(otra)
    esperar_mensaje(aula, ana, "al dejar la segunda sala", desde, tipo="salir", user=ana.nombre, sala=otra)
    texto = aula.texto()
    ana.decir(ana.sala, texto)
    esperar_mensaje(
        aula, ana, "al escribir en la primera tras dejar la segunda", desde, tipo="msj", sala=ana.sala, content=texto
    )
    salidas = aula.par.buscar(desde, ana.programa.equipo, tipo="salir", sala=ana.sala)
    assert not salidas, f"al dejar la segunda sala salió también {dict(salidas[0])}"


@pytest.mark.criterio("privado_ajeno")
def criterio_privado_ajeno(aula, ana):
    """Pasa un privado entre otras dos personas: no se muestra."""
    uno, otro, secreto, testigo = aula.nombre(), aula.nombre(), aula.texto(), aula.texto()
    aula.profesor.poner(ana.sala, uno, otro)
    aula.par.decir_privado(uno, otro, secreto)
    aula.par.decir(uno, ana.sala, testigo)
    esperar_texto(ana, testigo, "llegó un mensaje a la sala")
    retrato = ana.asentar()
    assert not retrato.se_lee(secreto), f"se ve un privado de «{uno}» para «{otro}».\n{retrato.describir()}"


@pytest.mark.criterio("cliente_basura")
def criterio_cliente_basura(aula, ana):
    """Llega basura de toda clase; después se sigue viendo lo que llega y enviando."""
    autor, texto, dicho = aula.nombre(), aula.texto(), aula.texto()
    for datos in basura(aula.azar, aula.nombre(), ana.sala):
        aula.par.enviar_bytes(datos)
    aula.par.decir(autor, ana.sala, texto)
    esperar_texto(ana, texto, "después de la basura llegó un mensaje")
    desde = aula.par.marca()
    ana.decir(ana.sala, dicho)
    esperar_mensaje(aula, ana, "después de la basura, al enviar", desde, tipo="msj", content=dicho)


@pytest.mark.criterio("red_mala")
def criterio_red_mala(aula, ana):
    """Llegan mensajes salteados, repetidos y en desorden: los que llegaron se ven y nada se detiene."""
    autor = aula.nombre()
    textos = [f"{aula.texto()} {k}" for k in range(12)]
    envios = [texto for texto in textos for _ in range(aula.azar.choice((1, 1, 2, 3)))]
    aula.azar.shuffle(envios)
    aula.par.decir_salir(autor, ana.sala)
    for texto in envios:
        aula.par.decir(autor, ana.sala, texto)
        aula.par.decir_inicio(autor, ana.sala)
    faltan = list(textos)

    def completo(retrato):
        faltan[:] = [texto for texto in faltan if not retrato.se_lee(texto)]
        return not faltan

    assert ana.hasta(
        completo, PLAZO
    ), f"de {len(textos)} mensajes repetidos y en desorden, que se enviaron todos, no se ven {len(faltan)}"
    texto, desde = aula.texto(), aula.par.marca()
    ana.decir(ana.sala, texto)
    esperar_mensaje(aula, ana, "después, al enviar", desde, tipo="msj", content=texto)


@pytest.mark.criterio("ventana_responde")
def criterio_ventana_responde(aula, ana):
    """Llegan cientos de mensajes seguidos: la ventana no deja de contestar y al final se ve el último."""
    autor, ultimo = aula.nombre(), aula.texto()
    nombre = next(iter(ana.ventanas.nombres()))
    for k in range(RAFAGA):
        aula.par.decir(autor, ana.sala, f"mensaje {k} de la ráfaga")
        if k % 20 == 19:
            aula.par.esperar_novedad(0.01)
        if k % 100 == 99:
            preguntar(ana, nombre, k + 1)
    esperar(lambda: not ana.programa.trabaja(), PLAZO, aula.par)
    aula.par.decir(autor, ana.sala, ultimo)
    esperar_texto(ana, ultimo, f"después de {RAFAGA} mensajes seguidos llegó uno más")


@pytest.mark.criterio("ventana_responde", tras=("enviar_audio",))
def criterio_la_ventana_atiende_mientras_graba(aula):
    """Mientras se graba una voz se le pregunta algo a la ventana: contesta."""
    donde = aula.guardado["detenida al grabar"]
    assert not donde, f"se pulsó grabar y, mientras se leía del micrófono, la ventana no contestó.\n{donde}"


def preguntar(alguien, nombre, enviados):
    """Que la ventana conteste, o NoHay; si el equipo está cargado se le espera más."""
    for _ in range(3):
        try:
            alguien.ventanas.tcl(nombre, "list 1", DETENIDA)
            return
        except SinRespuesta:
            if not alguien.programa.trabaja():
                break
    raise NoHay(
        f"tras {enviados} mensajes seguidos, la ventana estuvo más de {DETENIDA:.0f} s sin contestar.{alguien.donde()}"
    )


@pytest.mark.criterio("cierre_limpio")
def criterio_cierre_limpio(aula, ana):
    """Se cierran sus ventanas: el programa termina en 5 s como mucho."""
    ana.cerrar_todo()
    fin = esperar(lambda: not ana.programa.vivo, CIERRE, aula.par)
    donde = "" if fin else ana.donde()
    aula.soltar_ana()
    assert (
        fin
    ), f"se cerraron sus ventanas y en {CIERRE:.0f} s el programa no terminó.{donde}"

"""Las ventanas del cliente: entrar, hablar, salas y privados."""

import re

import pytest

from calificador.aula import PLAZO
from calificador.comprobar import esperar_mensaje
from calificador.comprobar import esperar_texto
from calificador.elementos import BOTONES
from calificador.espera import esperar
from calificador.explicar import NoHay


@pytest.mark.criterio("entrar_ventana")
def criterio_entrar_ventana(aula, ana):
    """Se abre cliente_gui.py, se escriben nombre y sala y se pulsa «Entrar»: sale «inicio» con los dos."""
    esperar_mensaje(aula, ana, "al entrar", 0, tipo="inicio", user=ana.nombre, sala=ana.sala)


@pytest.mark.criterio("lista_en_ventana")
def criterio_lista_en_ventana(aula, ana):
    """Llega la lista de la sala con dos personas más: sus nombres se ven."""
    presentes = [aula.nombre(), aula.nombre()]
    aula.profesor.poner(ana.sala, *presentes)
    for uno in presentes:
        esperar_texto(ana, uno, "llegó la lista de la sala")


@pytest.mark.criterio("varias_salas")
@pytest.mark.escena("salas")
def criterio_varias_salas(aula, ana):
    """Sin dejar la primera sala se entra a otra; lo que se dice en las dos se ve."""
    otra, autor, desde = aula.nombre(), aula.nombre(), aula.par.marca()
    ana.entrar_a_otra(otra)
    for sala in (ana.sala, otra):
        texto = aula.texto()
        aula.par.decir(autor, sala, texto)
        ana.mirar_sala(sala, texto, PLAZO)
    salidas = aula.par.buscar(desde, ana.programa.equipo, tipo="salir")
    assert not salidas, f"nadie dejó ninguna sala y, al entrar a la segunda, salió {dict(salidas[0])}"


@pytest.mark.criterio("enviar_mensaje")
def criterio_enviar_mensaje(aula, ana):
    """Se escribe un texto y se envía: sale «msj» con el usuario, la sala y el texto."""
    texto, desde = aula.texto(), aula.par.marca()
    ana.decir(ana.sala, texto)
    esperar_mensaje(aula, ana, "al enviar", desde, tipo="msj", user=ana.nombre, sala=ana.sala, content=texto)


@pytest.mark.criterio("recibir_mensaje")
def criterio_recibir_mensaje(aula, ana):
    """Otra persona dice algo en la sala: se ve, con quién lo dijo."""
    autor, texto = aula.nombre(), aula.texto()
    aula.par.decir(autor, ana.sala, texto)
    esperar_texto(ana, texto, "llegó un mensaje a la sala")
    firmado = ana.hasta(lambda retrato: retrato.se_lee(autor), PLAZO)
    assert firmado, f"se ve el texto pero no quién lo dijo, «{autor}».\n{ana.mirar().describir()}"


@pytest.mark.criterio("salir_de_sala", peso=2)
def criterio_salir_de_sala(aula, ana):
    """Se deja la sala con su botón o su menú, si lo hay: sale «salir» con el usuario y la sala."""
    dejar(aula, ana, "al dejar la sala", ana.salir)


@pytest.mark.criterio("salir_de_sala")
def criterio_salir_con_la_cruz(aula, ana):
    """Se cierra con la cruz la ventana de la sala: sale «salir» con el usuario y la sala."""
    dejar(aula, ana, "al cerrar con la cruz la ventana de la sala", ana.salir_con_la_cruz)


def dejar(aula, alguien, que, como):
    """Dejar la primera sala de ese modo y ver que salga su «salir»; quizá el programa termina con ello."""
    desde, sala = aula.par.marca(), alguien.sala
    como(sala)
    try:
        esperar_mensaje(aula, alguien, que, desde, tipo="salir", user=alguien.nombre, sala=sala)
    finally:
        aula.soltar_ana()


@pytest.mark.criterio("salir_de_sala", tras=("varias_salas",))
@pytest.mark.escena("salas")
def criterio_salir_al_cerrar_el_programa(aula, ana):
    """Se está en dos salas y se cierran las ventanas: sale un «salir» por cada sala."""
    if not ana.otra_sala:
        ana.entrar_a_otra(aula.nombre())
    desde, dos = aula.par.marca(), (ana.sala, ana.otra_sala)
    ana.cerrar_todo()
    try:
        for sala in dos:
            que = f"al cerrar el programa, estando en {dos[0]} y {dos[1]}"
            esperar_mensaje(aula, ana, que, desde, tipo="salir", user=ana.nombre, sala=sala)
    finally:
        aula.soltar_ana()


@pytest.mark.criterio("enviar_privado")
def criterio_enviar_privado(aula, ana):
    """Se escribe en privado a alguien de la lista: sale «msj» con «privado», «from» y «to», y no además a la sala."""
    para, texto, desde = aula.nombre(), aula.texto(), aula.par.marca()
    aula.profesor.poner(ana.sala, para)
    esperar_texto(ana, para, "llegó la lista de la sala")
    como = ana.decir_privado(ana.sala, para, texto)
    esperar_mensaje(
        aula, ana, "al escribir en privado", desde, tipo="msj", privado=True, de=ana.nombre, para=para, content=texto
    )
    testigo = aula.texto()
    ana.decir(ana.sala, testigo)  # cuando salga, lo anterior ya salió
    esperar(lambda: aula.par.buscar(desde, ana.programa.equipo, content=testigo), PLAZO, aula.par, (ana.programa,))
    publicos = [
        uno
        for uno in aula.par.mensajes(desde, ana.programa.equipo)
        if texto in str(uno.get("content")) and uno.get("privado") is not True
    ]
    assert not publicos, f"para escribir en privado {como}; salió además a la sala: {publicos}"


@pytest.mark.criterio("recibir_privado")
def criterio_recibir_privado(aula, ana):
    """Llega un privado: se ve, con quién lo envía, y se distingue de lo dicho en la sala."""
    autor, comunes, privado = aula.nombre(), [aula.texto(), aula.texto()], aula.texto()
    for comun in comunes:
        aula.par.decir(autor, ana.sala, comun)
        esperar_texto(ana, comun, "llegó un mensaje a la sala")
    aula.par.decir_privado(autor, ana.nombre, privado)
    if not ana.hasta(lambda retrato: retrato.se_lee(privado), PLAZO):
        ana.buscar_privado(autor, privado)
    firmado = ana.hasta(lambda retrato: dice_quien(retrato, privado, autor), PLAZO)
    assert firmado, f"se ve el privado pero no quién lo envía, «{autor}».\n{ana.mirar().describir()}"
    distinto = ana.hasta(lambda retrato: se_distingue(retrato, privado, comunes), PLAZO)
    vistos = [dicho[-400:] for _, dicho in ana.mirar().se_lee(privado)[-1:]]
    assert distinto, "\n".join([
        "el privado se ve donde lo dicho en la sala, y no se encontró con qué se distinga: ni «privado» o algo así"
        " junto a él, ni otro color, ni otra letra.", *vistos])


def dice_quien(retrato, texto, autor):
    """Si se lee un texto y, en él o en su ventana, quién lo dijo."""
    for lugar, dicho in retrato.se_lee(texto)[-1:]:
        ventana = retrato.ventana_de(lugar)
        return autor in dicho or autor in ventana.titulo or bool(retrato.se_lee(autor, ventana))
    return False


def se_distingue(retrato, privado, comunes):
    """Si un privado se lee fuera de la conversación de la sala, o en ella y marcado."""
    charla = retrato.recipiente(*comunes)
    return any(
        charla is None or lugar not in retrato.dentro(charla) or marcado(retrato, charla, privado, comunes)
        for lugar, _ in retrato.se_lee(privado)[-1:]
    )


def marcado(retrato, charla, privado, comunes):
    """Si un texto de una conversación lleva al lado algo que dice que es privado, o no se muestra como ninguno de
    los comunes."""
    if re.search(r"priv|secret|susurr|direct|🔒|✉|\bmp\b|\bdm\b", cerca_de(retrato, charla, privado), re.IGNORECASE):
        return True
    return aspecto(retrato, charla, privado) not in [
        aspecto(retrato, charla, comun) for comun in comunes if retrato.se_lee(comun, charla)
    ]


def cerca_de(retrato, charla, texto):
    """Lo que se lee junto a un texto: lo demás de su globo o, si no está en uno, su renglón y el anterior.

    Los botones no cuentan.
    """
    lugar = retrato.se_lee(texto, charla)[-1][0]
    parte = retrato.parte_de(lugar, charla)
    dichos = [
        dicho for uno, dicho in retrato.textos_de(charla if parte == lugar else parte) if uno.clase not in BOTONES
    ]
    renglones = "\n".join(dichos).splitlines()
    k = next((n for n in range(len(renglones) - 1, -1, -1) if texto in renglones[n]), 0)
    return " ".join(renglones[max(0, k - 1):k + 1] if parte == lugar else dichos).replace(texto, "")


def aspecto(retrato, charla, texto):
    """Con qué colores y letra se muestra un texto y, si está en un globo, lo demás de él."""
    parte = retrato.parte_de(retrato.se_lee(texto, charla)[-1][0], charla)
    return {(uno.clase, uno.aspecto, retrato.ventanas.aspecto_de(uno, texto)) for uno in retrato.dentro(parte)}

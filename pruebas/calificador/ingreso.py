"""Entrar a una sala: encontrar dónde se piden el nombre y la sala, escribirlos y pulsar «Entrar»."""

from calificador.dialogos import ACEPTAR
from calificador.dialogos import EFECTO
from calificador.dialogos import abrir_menus
from calificador.dialogos import botones_que_dicen
from calificador.dialogos import cerrar_avisos
from calificador.dialogos import hay_aviso
from calificador.dialogos import huella
from calificador.elementos import dice
from calificador.espera import esperar
from calificador.explicar import NoHay
from calificador.explicar import no_supe
from calificador.explicar import ultimas_lineas
from calificador.zonas import buscar_zonas

INTENTOS = 5  # ventanas seguidas que puede haber hasta entrar: una para el nombre, otra para la sala…
REMATE = 0.3  # s para que salga el «inicio» tras verse un cambio


def entrar(alguien, sala: str, retrato) -> None:
    """Llenar lo que se pida hasta que salga el «inicio» de esa sala. Lanza NoHay."""
    pulsados: set = set()
    usados: set = set()  # lo que se encontró donde escribir: nombre, sala
    for intento in range(INTENTOS):
        if alguien.inicios(sala):
            return
        if hay_aviso(retrato):
            cerrar_avisos(alguien)  # uno que tardó en aparecer
            retrato = alguien.mirar()
        roles, boton = buscar_formulario(retrato, alguien.textos, pulsados)
        if not roles and intento:
            break
        pulsados.add(boton)
        usados |= set(roles)
        llenar(alguien, roles, {"nombre": alguien.nombre, "sala": sala}, boton)
        antes = huella(retrato)
        # «Conectar» y luego «Unirse»
        queda_otro = buscar_formulario(retrato, alguien.textos, pulsados)[1] not in pulsados
        plazo = EFECTO / 2 if queda_otro else 2 * EFECTO
        esperar(
            lambda: alguien.inicios(sala) or huella(alguien.mirar()) != antes, plazo, alguien.par, (alguien.programa,)
        )
        esperar(lambda: alguien.inicios(sala), REMATE, alguien.par, (alguien.programa,))
        retrato = alguien.mirar()
    if not esperar(lambda: alguien.inicios(sala), 2 * EFECTO, alguien.par, (alguien.programa,)):
        faltan = [f"«{que.capitalize()}»" for que in ("nombre", "sala") if que not in usados]
        if "sala" not in usados and not alguien.par.buscar(0, alguien.programa.equipo, tipo="inicio"):
            dicho = f"no se encontró dónde escribir {' ni '.join(faltan)}: se buscó un campo de texto con ese rótulo."
            raise no_supe(dicho, retrato, alguien.programa)
        oidos = alguien.par.buscar(0, alguien.programa.equipo, tipo="inicio")
        dicho = f"salió {dict(oidos[-1])}" if oidos else "no salió ningún «inicio»"
        escrito = " y ".join([f"«{alguien.nombre}»"] * ("nombre" in usados) + [f"«{sala}»"] * ("sala" in usados))
        raise NoHay(f"tras escribir {escrito or 'nada'} y aceptar, {dicho}.\n"
                    f"{retrato.describir()}{ultimas_lineas(alguien.programa)}")


def pedir_otra(alguien, sala: str) -> None:
    """Llegar a donde se pide otra sala, si la ventana de entrada ya no está a la vista."""
    retrato = alguien.mirar()
    mandos = retrato.mandos("otra_sala")
    if buscar_formulario(retrato, alguien.textos)[1] is not None and not mandos:
        return
    mandos = mandos or abrir_menus(alguien, "otra_sala", retrato)
    if not mandos:
        dicho = (
            "no se encontró cómo entrar a otra sala: se buscó un botón o un menú «Otra sala», o los campos de la"
            " entrada."
        )
        raise no_supe(dicho, retrato, alguien.programa)
    ventana = retrato.ventana_de(mandos[0].elemento)
    campo = retrato.campo_de("sala", ventana) if mandos[0].fila is None else None  # quizá está junto al botón
    if campo is not None:
        alguien.ventanas.escribir(campo, sala)
    alguien.ventanas.accionar(mandos[0])

    def se_pide():
        return campo is None and "sala" in buscar_formulario(alguien.mirar(), alguien.textos)[0]

    esperar(lambda: alguien.inicios(sala) or se_pide(), EFECTO, alguien.par, (alguien.programa,))


def buscar_formulario(retrato, textos: "dict[str, list[str]]", pulsados: "frozenset | set" = frozenset()) -> tuple:
    """({papel: campo}, botón) de la ventana donde se piden nombre o sala; ({}, None) si no hay.

    De varios botones, uno no pulsado.
    """
    mejor = ({}, None)
    ventanas = retrato.titulos()
    zonas = buscar_zonas(retrato)
    for ventana in [uno for uno in ventanas if uno.modal == "1"] or ventanas:
        botones = [
            uno
            for uno in retrato.botones("entrar", ventana, apagados=True)
            if uno.encendido or _falta_llenar(retrato, ventana)
        ]
        se_conversa = any(zona.raiz.tope == ventana.ruta and zona.raiz.programa == ventana.programa for zona in zonas)
        roles = _repartir_papeles(retrato, ventana, textos, bool(botones) and not se_conversa)
        aceptar = [] if se_conversa else botones_que_dicen(retrato, ventana, ACEPTAR)
        posibles = botones or aceptar or [None]
        boton = next((uno for uno in posibles if uno not in pulsados), posibles[0])
        if (boton is not None or ventana.modal == "1") and len(roles) > len(mejor[0]):
            mejor = (roles, boton)
    return mejor


def _falta_llenar(retrato, ventana) -> bool:
    """Si hay un campo vacío: su «Entrar» puede estar apagado hasta que se escriba."""
    return any(not campo.dicho for campo in retrato.campos(ventana))


def _repartir_papeles(retrato, ventana, textos: "dict[str, list[str]]", por_orden: bool) -> dict:
    """Qué campo es el nombre y cuál la sala: por su rótulo o, si no dice nada, por su orden."""
    campos = [uno for uno in retrato.campos(ventana) if uno.clase != "Text"]
    roles: dict = {}
    for campo in sorted(campos, key=lambda uno: -retrato.papel_de(uno)[1]):
        papel, puntos = retrato.papel_de(campo)
        if puntos and papel in ("nombre", "sala") and papel not in roles:
            roles[papel] = campo
    dicho = " ".join([ventana.titulo, *(texto for _, texto in retrato.textos_de(ventana))])
    for papel in ("nombre", "sala"):
        libres = [campo for campo in campos if campo not in roles.values()]
        lo_dice = len(campos) == 1 and dice(dicho[:60], textos[papel])
        if papel not in roles and libres and (lo_dice or (por_orden and len(campos) == 2)):
            roles[papel] = libres[0]
    return roles


def llenar(alguien, roles: dict, valores: "dict[str, str]", boton) -> None:
    """Escribir en cada campo lo suyo y pulsar el botón o, si no hay, Enter."""
    for papel, campo in roles.items():
        alguien.ventanas.escribir(campo, valores[papel])
    if boton is not None:
        alguien.ventanas.pulsar(boton)
    elif roles:
        alguien.ventanas.enter(list(roles.values())[-1])

"""Lo que se abre al pulsar algo: notar que cambió, aceptar avisos y contestar cuadros de diálogo."""

import collections
import re

from calificador.elementos import ORDENES
from calificador.elementos import dice
from calificador.elementos import normalizar
from calificador.espera import esperar
from calificador.explicar import NoHay
from calificador.zonas import ROTULOS
from calificador.zonas import buscar_zonas
from calificador.zonas import nombre_de_zona

EFECTO = 1.2  # s para que un clic haga algo visible
APARECER = 2.0  # s para que se vea lo que uno envía: el plazo de toda ventana
ACEPTAR = [
    "OK",
    "Aceptar",
    "Continuar",
    "Enviar",
    "Mandar",
    "Abrir",
    "Open",
    "Elegir",
    "Seleccionar",
    "Listo",
    "Sí",
    "Yes",
    "Iniciar",
    "Crear",
]
MENUS = ["Menú", "Opciones", "Más", "Salas", "Sala", "Archivo"]
PIDE_PERSONA = re.compile(r"\b(quien|para|destinatario|usuario|nombre)\b")
SALIR = 0.5  # s para que salga lo que ya se envió: no se escribe otra vez, y en la sala, lo que era privado
LA_MISMA = "la misma ventana, que pasó a nombrarle"
EN_UN_MENU = 12  # letras que una entrada puede llevar además de un nombre: «🟢 Ana (en línea)»
EN_UN_ROTULO = 26  # y un rótulo: «Conversación privada con Ana»
PIDE_TEXTO = re.compile(r"\b(mensaje|texto)\b")


def huella(retrato) -> tuple:
    """Lo que cambia cuando se abre o cierra algo, o cambia lo que se puede hacer."""
    return tuple((uno.programa, uno.ruta, uno.titulo, uno.texto if uno.es_boton else "", uno.estado)
                 for uno in retrato.alcanzables if uno.clase != "Menu")


def lo_que_aparece(alguien, antes, medio) -> bool:
    """Si tras enviar algo se ve algo que no se veía antes ni mientras se elegía o grababa; los botones no cuentan."""
    vistos = cosas_a_la_vista(antes) | cosas_a_la_vista(medio)  # de cada cosa, las veces que más
    return bool(alguien.hasta(lambda retrato: cosas_a_la_vista(retrato) - vistos, APARECER))


def cosas_a_la_vista(retrato) -> collections.Counter:
    """Lo que se lee y las imágenes que se ven, dónde y cuántas veces; y los botones que hay, sin lo que dicen."""
    cosas: collections.Counter = collections.Counter()
    for uno in retrato.alcanzables:
        lugar = (uno.programa, uno.ruta)
        if uno.es_boton:
            cosas[lugar] += 1
        elif uno.campo != "1" and uno.clase != "Menu":
            cosas.update((*lugar, texto) for texto in uno.textos)
            cosas.update((*lugar, "imagen", foto) for foto in uno.fotos)
    return cosas


def botones_que_dicen(retrato, ventana, textos: "list[str]") -> list:
    """Los botones de una ventana que dicen una de esas cosas."""
    return [uno for uno in retrato.dentro(ventana) if uno.es_boton and dice(uno.texto, textos)]


def _avisos(retrato) -> "list[tuple]":
    """(ventana, botón de aceptar) de las que no piden nada."""
    return [(ventana, boton) for ventana in retrato.titulos() if not retrato.campos(ventana) and ventana.ruta != "."
            for boton in botones_que_dicen(retrato, ventana, [*ACEPTAR, "Cerrar"])]


def hay_aviso(retrato) -> bool:
    """Si hay un cuadro que no pide nada y no deja seguir hasta que se acepte."""
    return any(ventana.modal == "1" for ventana, _ in _avisos(retrato))


def cerrar_avisos(alguien) -> None:
    """Aceptar los avisos que estén a la vista."""
    for _ in range(3):
        avisos = _avisos(alguien.mirar())
        if not avisos:
            return
        aviso, boton = avisos[0]
        alguien.ventanas.pulsar(boton)
        # Recién abierto, un messagebox no oye el primer clic
        alguien.hasta(lambda retrato: aviso not in retrato.titulos(), EFECTO)


def confirmar(alguien, antes, listo) -> None:
    """Si se pregunta «¿Seguro?», sí."""
    def preguntado():
        if not alguien.programa.vivo or listo():
            return True
        retrato = alguien.mirar()
        nuevas = [uno for uno in retrato.titulos() if uno not in antes.titulos()]
        return [uno for ventana in nuevas for uno in botones_que_dicen(retrato, ventana, [*ACEPTAR, "Salir"])]

    try:
        hallado = esperar(preguntado, EFECTO, alguien.par, (alguien.programa,))
    except NoHay:
        return  # ya no contesta: se está cerrando
    if isinstance(hallado, list) and hallado:
        alguien.ventanas.pulsar(hallado[0])


def abrir_menus(alguien, accion: str, retrato) -> list:
    """Las entradas que dicen una acción en los menús que se abren con un botón."""
    for boton in [uno for uno in retrato.alcanzables if uno.es_boton and dice(uno.texto, MENUS)]:
        alguien.ventanas.pulsar(boton)
        menus = alguien.hasta(lambda nuevo: nuevo.menus(accion), EFECTO)
        if menus:
            return menus
    return []


def contestar(alguien, retrato, ventana, valores: "dict[str, str]") -> None:
    """Llenar un diálogo con lo que pida (`para`, `texto` o `archivo`) y aceptarlo."""
    campos = retrato.campos(ventana)
    todo = " ".join([ventana.titulo, *(texto for _, texto in retrato.textos_de(ventana))])
    for campo in campos:
        alguien.ventanas.escribir(campo, _lo_que_pide(retrato.rotulo_de(campo) or todo, todo, campo, campos, valores))
    botones = botones_que_dicen(retrato, ventana, ACEPTAR + alguien.textos["privado"])
    if botones:
        alguien.ventanas.pulsar(botones[0])
    elif campos:
        alguien.ventanas.enter(campos[-1])


def _lo_que_pide(rotulo: str, todo: str, campo, campos: list, valores: "dict[str, str]") -> str:
    if "archivo" in valores:
        return valores["archivo"]
    if len(campos) == 1 and valores["para"] in todo:
        return valores["texto"]  # «Para Ana:» ya sabe para quién
    dicho = normalizar(rotulo)
    pide_persona = PIDE_PERSONA.search(dicho) and not PIDE_TEXTO.search(dicho)
    return valores["para"] if pide_persona or (len(campos) > 1 and campo == campos[0]) else valores["texto"]


def seguir(alguien, antes, valores: "dict[str, str]", listo, en_la_misma: bool = True) -> "tuple[bool, str]":
    """Contestar lo que se vaya abriendo desde `antes` hasta que `listo()`; (si se logró, dónde se escribió).

    `en_la_misma`: si la conversación pudo ocupar el lugar de la sala.
    """
    tocados: dict = {} if en_la_misma else {LA_MISMA: ""}  # lo usado, y cómo se llama
    claves = {zona.clave for zona in buscar_zonas(antes)}

    def dar_un_paso():
        if not listo():
            _usar_lo_nuevo(alguien, antes, alguien.mirar(), claves, tocados, valores, listo)
        return listo()

    nada = len(tocados)
    esperar(lambda: dar_un_paso() or len(tocados) > nada, 2 * EFECTO, alguien.par, (alguien.programa,))
    logrado = esperar(dar_un_paso, 4 * EFECTO, alguien.par, (alguien.programa,)) if len(tocados) > nada else listo()
    return bool(logrado), ", ".join(filter(None, tocados.values()))


def _usar_lo_nuevo(alguien, antes, retrato, claves: set, tocados: dict, valores: "dict[str, str]", listo) -> None:
    """Usar lo que haya aparecido: una conversación, un diálogo o la misma ventana, que pasó a hablar con esa
    persona."""
    zonas = buscar_zonas(retrato)
    nuevas = [zona for zona in zonas if zona.clave not in claves and zona.clave not in tocados]
    cuadros = [uno for uno in retrato.titulos() if uno not in antes.titulos() and uno not in tocados
               and any(otro.escribible or otro.es_boton for otro in retrato.dentro(uno))]
    cambiadas = [
        zona for zona in zonas if zona.clave in claves and _paso_a_nombrar(valores["para"], zona, antes, retrato)
    ]
    menus = [uno for uno in retrato.alcanzables if uno.clase == "Menu" and uno.a_la_vista and uno not in tocados]
    entradas = [
        (menu, n) for menu in menus for n, (texto, clase) in enumerate(menu.filas)
        if clase in ORDENES and _dice_solo(valores["para"], texto, EN_UN_MENU)
    ]
    if nuevas:
        ventana = retrato.ventana_de(nuevas[-1].campo)
        tocados.update({nuevas[-1].clave: f"lo que se abrió en la ventana «{ventana.titulo}»", ventana: ""})
        alguien.enviar_en(nuevas[-1], valores["texto"])
    elif entradas:  # «Privado» abrió un menú con los nombres
        menu, fila = entradas[-1]
        tocados[menu] = ""
        alguien.ventanas.elegir(menu, fila)
    elif cuadros:
        hay = retrato.campos(cuadros[-1])
        tocados[cuadros[-1]] = f"el cuadro «{cuadros[-1].titulo}»" if hay else ""
        contestar(alguien, retrato, cuadros[-1], valores)
    elif cambiadas and LA_MISMA not in tocados and not esperar(listo, SALIR, alguien.par, (alguien.programa,)):
        tocados[LA_MISMA] = LA_MISMA
        alguien.enviar_en(cambiadas[0], valores["texto"])


def _dice_solo(nombre: str, texto: str, adorno: int) -> bool:
    return nombre in texto and len(texto) <= len(nombre) + adorno


def _paso_a_nombrar(persona: str, zona, antes, retrato) -> bool:
    """Si donde se conversa dice ahora que es con esa persona: en el título de su ventana, o en un rótulo que ya estaba
    y decía otra cosa. Uno nuevo puede ser un mensaje, o su nombre entre los presentes."""
    def rotulos(cual):
        return {uno: texto for uno, texto in cual.textos_de(zona.raiz) if uno.clase in ROTULOS}

    decian = rotulos(antes)
    ahora_lo_dice = any(
        decian.get(uno, texto) != texto and persona not in decian[uno] and _dice_solo(persona, texto, EN_UN_ROTULO)
        for uno, texto in rotulos(retrato).items()
    )
    return ahora_lo_dice or persona in nombre_de_zona(retrato, zona).split(" · ")[0]

"""Encontrar en un retrato dónde se conversa: un campo, su botón de enviar y lo que contiene a ambos.

Aquí no se pulsa nada: sólo se mira.
"""

import dataclasses

from calificador.elementos import CAMPOS
from calificador.elementos import CON_TEXTO
from calificador.elementos import INTERRUPTORES
from calificador.elementos import OPCIONES
from calificador.elementos import Elemento
from calificador.elementos import dice

ROTULOS = ("Label", "TLabel", "Labelframe", "TLabelframe", "Message")


@dataclasses.dataclass
class Zona:
    """Donde se conversa."""

    campo: Elemento
    boton: "Elemento | None"
    raiz: Elemento  # lo que los contiene, y a la conversación

    @property
    def clave(self) -> tuple:
        """Con qué se reconoce entre dos retratos: el campo es siempre el mismo, aunque alrededor se abran otras
        cosas."""
        return (self.campo.programa, self.campo.ruta)


def buscar_zonas(retrato) -> "list[Zona]":
    """Todos los lugares donde se puede escribir un mensaje; no, los formularios que son sólo para privados."""
    zonas = _con_boton(retrato)
    privadas = [zona for zona in zonas if _es_de_privados(retrato, zona, zonas)]
    # Donde «Para» está junto al campo de la sala, o la ventana es la de un privado, no hay otra en que hablar.
    zonas = [zona for zona in zonas if zona not in privadas or not _hay_otra(retrato, zona, zonas, privadas)]
    for ventana in retrato.titulos():
        for lugar in _paginas(retrato, ventana) or [ventana]:
            if not any(retrato.esta_en(zona.campo, lugar) and zona.campo.tope == lugar.tope for zona in zonas):
                zonas += _zona_sin_boton(retrato, lugar)
    crecidas = [_crecer(retrato, zona, zonas) for zona in zonas]
    return list({zona.clave: zona for zona in reversed(crecidas)}.values())[::-1]


def zonas_de_privados(retrato) -> "list[Zona]":
    """Los formularios que son sólo para privados: un campo, su botón y, en el mismo marco, a quién va."""
    de_sala = {zona.clave for zona in buscar_zonas(retrato)}
    con_enviar = [zona for zona in _con_boton(retrato) if zona.clave not in de_sala and _es_de_privados(retrato, zona)]
    con_privado = [
        zona for zona in (_zona_de(retrato, boton) for boton in _botones_de_privado(retrato)) if zona is not None
    ]
    return con_enviar + [zona for zona in con_privado if zona.clave not in de_sala]


def _con_boton(retrato) -> "list[Zona]":
    zonas = (_zona_de(retrato, boton) for boton in retrato.botones("enviar", apagados=True))
    return [zona for zona in zonas if zona is not None]


def _botones_de_privado(retrato) -> list:
    return [uno for uno in retrato.botones("privado", apagados=True) if uno.clase not in INTERRUPTORES + OPCIONES]


def _es_de_privados(retrato, zona: Zona, todas: "list[Zona]" = ()) -> bool:
    """Si en el marco de una zona se dice a quién va lo que se escribe, o que es privado.

    De varias en un mismo marco, la que está junto a «Para».
    """
    marco = zona.raiz
    if retrato.botones("privado", marco, apagados=True) and retrato.botones("enviar", marco, apagados=True):
        return False  # se escribe una vez, y se envía a la sala o en privado
    titulo = marco.texto if marco.clase in ("Labelframe", "TLabelframe") else ""
    if dice(titulo, retrato.textos["privado"]):
        return True
    para = [uno for uno in retrato.dentro(marco) if uno.clase in CAMPOS and retrato.papel_de(uno)[0] == "para"]
    juntas = [otra for otra in todas if retrato.esta_en(otra.raiz, marco)] or [zona]
    return bool(para) and min(juntas, key=lambda otra: lejania(otra.campo, para[0])) is zona


def _hay_otra(retrato, zona: Zona, zonas: "list[Zona]", privadas: "list[Zona]") -> bool:
    """Si en su ventana se puede hablar en otro sitio que no es para privados: con botón, o con Enter."""
    if any(otra not in privadas and otra.raiz.tope == zona.raiz.tope for otra in zonas):
        return True
    fuera = [campo for campo in retrato.campos(retrato.ventana_de(zona.campo))
             if retrato.papel_de(campo)[1] < 3 and not any(retrato.esta_en(campo, otra.raiz) for otra in privadas)]
    return bool(fuera)


def nombre_de_zona(retrato, zona: Zona) -> str:
    """Lo que dice de qué es una zona: el título de su ventana, su pestaña y sus rótulos."""
    ventana = retrato.ventana_de(zona.campo)
    compartida = sum(retrato.ventana_de(otra.campo) == ventana for otra in buscar_zonas(retrato)) > 1
    pestanas = [
        texto
        for cuaderno in retrato.elementos
        if cuaderno.clase == "TNotebook" and cuaderno.programa == zona.campo.programa
        for texto, ruta in cuaderno.filas
        if zona.raiz.ruta == ruta or zona.raiz.ruta.startswith(ruta + ".")
    ]
    rotulos = [texto for uno, texto in retrato.textos_de(zona.raiz) if uno.clase in ROTULOS]
    return " · ".join([ventana.titulo if ventana and not compartida else "", *pestanas, *rotulos])


def _zona_de(retrato, boton) -> "Zona | None":
    """La de un botón de enviar: lo más chico que también contiene un campo."""
    elemento = retrato.madre(boton)
    while elemento is not None:
        campos = _campos_de_mensaje(retrato, elemento)
        if campos:
            return Zona(min(campos, key=lambda uno: lejania(uno, boton)), boton, elemento)
        if elemento.ruta == elemento.tope:
            return None
        elemento = retrato.madre(elemento)
    return None


def _zona_sin_boton(retrato, ventana) -> "list[Zona]":
    """La de una ventana en que se envía con Enter."""
    con_boton = [_zona_de(retrato, boton) for boton in _botones_de_privado(retrato)] + _con_boton(retrato)
    de_privados = {zona.campo for zona in con_boton if zona is not None and _es_de_privados(retrato, zona)}
    campos = _campos_de_mensaje(retrato, ventana, de_privados) or _campos_de_mensaje(retrato, ventana)
    # Una conversación abierta a las teclas también parece un campo; pero Enter no hace nada en ella.
    con_enter = [uno for uno in campos if "<Key-Return>" in uno.atado.split()]
    campo = max(con_enter or campos, key=lambda uno: uno.caja[3], default=None)
    muestra = [uno for uno in retrato.dentro(ventana) if uno.clase in CON_TEXTO and uno != campo]
    se_entra = retrato.botones("entrar", ventana, apagados=True)
    if campo is None or not muestra or (se_entra and not _hay_de_entrada(retrato, ventana)):
        return []
    return [Zona(campo, None, ventana)]


def _paginas(retrato, ventana) -> list:
    """Las páginas de los cuadernos de una ventana en que se puede escribir."""
    cuadernos = [uno for uno in retrato.dentro(ventana) if uno.clase == "TNotebook"]
    paginas = (retrato.elemento(cuaderno.programa, ruta) for cuaderno in cuadernos for _, ruta in cuaderno.filas)
    return [pagina for pagina in paginas if pagina is not None and _campos_de_mensaje(retrato, pagina)]


def _hay_de_entrada(retrato, ventana) -> bool:
    """Si el nombre o la sala se piden en la misma ventana, en campos que lo dicen: los demás no son para eso."""
    return any(retrato.papel_de(uno)[1] >= 3 for uno in retrato.campos(ventana))


def _campos_de_mensaje(retrato, zona, salvo: "set | frozenset" = frozenset()) -> list:
    """Los campos que no son para otra cosa; si hay de un renglón, ésos."""
    campos = [uno for uno in retrato.campos(zona) if retrato.papel_de(uno)[1] < 3 and uno not in salvo]
    return [uno for uno in campos if uno.clase != "Text"] or campos


def _crecer(retrato, zona: Zona, todas: "list[Zona]") -> Zona:
    """Llevar la raíz de la zona hasta lo más grande que no contenga a otra."""
    raiz = zona.raiz
    while raiz.ruta != raiz.tope:
        madre = retrato.madre(raiz)
        if madre is None or madre.clase == "TNotebook":
            break
        ajenas = (otra.campo for otra in todas if otra.campo != zona.campo and otra.campo.tope == madre.tope)
        if any(retrato.esta_en(campo, madre) for campo in ajenas):
            break
        raiz = madre
    return Zona(zona.campo, zona.boton, raiz)


def lejania(uno, otro) -> tuple:
    """Qué tan lejos están dos elementos; los que comparten renglón, primero."""
    a, b = uno.caja, otro.caja
    mismo = min(a[3], b[3]) - max(a[1], b[1]) > 0
    return (not mismo, abs((a[1] + a[3]) - (b[1] + b[3])) + abs((a[0] + a[2]) - (b[0] + b[2])))

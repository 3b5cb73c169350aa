"""Encontrar en un retrato dónde se conversa: un campo, su botón de enviar y lo que contiene a ambos.

Aquí no se pulsa nada: sólo se mira.
"""

import dataclasses

from calificador.elementos import CON_TEXTO
from calificador.elementos import Elemento

ROTULOS = ("Label", "TLabel", "Labelframe", "TLabelframe", "Message")


@dataclasses.dataclass
class Zona:
    """Donde se conversa."""

    campo: Elemento
    boton: "Elemento | None"
    raiz: Elemento  # lo que los contiene, y a la conversación

    @property
    def clave(self) -> tuple:
        """Con qué se reconoce entre dos retratos."""
        return (self.raiz.programa, self.raiz.ruta)


def buscar_zonas(retrato) -> "list[Zona]":
    """Todos los lugares donde se puede escribir un mensaje."""
    zonas = [
        zona
        for zona in (_zona_de(retrato, boton) for boton in retrato.botones("enviar", apagados=True))
        if zona is not None
    ]
    for ventana in retrato.titulos():
        if not any(zona.raiz.tope == ventana.ruta and zona.raiz.programa == ventana.programa for zona in zonas):
            zonas += _zona_sin_boton(retrato, ventana)
    crecidas = [_crecer(retrato, zona, zonas) for zona in zonas]
    return list({zona.clave: zona for zona in reversed(crecidas)}.values())[::-1]


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
            return Zona(min(campos, key=lambda uno: _lejania(uno, boton)), boton, elemento)
        if elemento.ruta == elemento.tope:
            return None
        elemento = retrato.madre(elemento)
    return None


def _zona_sin_boton(retrato, ventana) -> "list[Zona]":
    """La de una ventana en que se envía con Enter."""
    campo = max(_campos_de_mensaje(retrato, ventana), key=lambda uno: uno.caja[3], default=None)
    muestra = [uno for uno in retrato.dentro(ventana) if uno.clase in CON_TEXTO and uno != campo]
    if campo is None or not muestra or retrato.botones("entrar", ventana, apagados=True):
        return []
    return [Zona(campo, None, ventana)]


def _campos_de_mensaje(retrato, zona) -> list:
    """Los campos que no son para otra cosa; si hay de un renglón, ésos."""
    campos = [uno for uno in retrato.campos(zona) if retrato.papel_de(uno)[1] < 3]
    return [uno for uno in campos if uno.clase != "Text"] or campos


def _crecer(retrato, zona: Zona, todas: "list[Zona]") -> Zona:
    """Llevar la raíz de la zona hasta lo más grande que no contenga a otra."""
    raiz = zona.raiz
    while raiz.ruta != raiz.tope:
        madre = retrato.madre(raiz)
        if madre is None or madre.clase == "TNotebook":
            break
        if any(otra.campo != zona.campo and retrato.esta_en(otra.campo, madre) for otra in todas):
            break
        raiz = madre
    return Zona(zona.campo, zona.boton, raiz)


def _lejania(uno, otro) -> tuple:
    """Qué tan lejos están dos elementos; los que comparten renglón, primero."""
    a, b = uno.caja, otro.caja
    mismo = min(a[3], b[3]) - max(a[1], b[1]) > 0
    return (not mismo, abs((a[1] + a[3]) - (b[1] + b[3])) + abs((a[0] + a[2]) - (b[0] + b[2])))

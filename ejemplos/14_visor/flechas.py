"""Dibujar un datagrama como flechas entre carriles.

    12:34:56.789      «Hola a todos»
              ◀───────────●───────────▶      color pleno: para quién es
              ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄▶      puntos: a quién más le llega, porque va al grupo
"""

import aspecto
import detalle
import filtro

PUNTA = (10, 12, 5)  # píxeles: largo, largo con la base, media anchura
PUNTO = 5  # píxeles de radio, de donde sale


def dibujar(lienzo, letras, dato, y, alto, lugares, etiqueta):
    """Dibujar en el renglón que empieza en `y`; `lugares`: la x de cada carril, por nombre."""
    color = aspecto.COLORES[filtro.clase_de(dato.tipo)]
    desde, suelo = lugares[dato.de], y + alto * 0.78
    hasta = [lugares[nombre]
             for nombre in (lugares if dato.destinos is None else dato.destinos)
             if nombre != dato.de]
    extremos = (min(lugares.values()), max(lugares.values()))
    lienzo.create_text(6, suelo, anchor="w", text=detalle.hora_exacta(dato.hora), font=letras.chica,
                       fill=aspecto.TENUE, tags=etiqueta)
    if dato.destinos is not None:
        lienzo.create_line(extremos[0], suelo, extremos[1], suelo, fill=aspecto.HILO, dash=(2, 4),
                           tags=etiqueta)
    for x in hasta:
        lienzo.create_line(desde, suelo, x, suelo, fill=color, width=2, arrow="last",
                           arrowshape=PUNTA, tags=etiqueta)
    lienzo.create_oval(desde - PUNTO, suelo - PUNTO, desde + PUNTO, suelo + PUNTO, fill=color,
                       width=0, tags=etiqueta)
    _rotular(lienzo, letras, dato, (desde, *hasta), extremos, y + alto * 0.34, color, etiqueta)


def _rotular(lienzo, letras, dato, equis, extremos, y, color, etiqueta):
    """Escribir el resumen sobre la flecha, sin salirse del diagrama."""
    texto = acortar(dato.resumen or dato.tipo, letras.normal, extremos[1] - extremos[0] + 120)
    medio = letras.normal.measure(texto) / 2
    # A mitad de la única flecha, o sobre quien habla.
    centro = sum(equis) / 2 if len(equis) == 2 else equis[0]
    centro = min(max(centro, extremos[0] - 60 + medio),
                 max(extremos[1] + 60 - medio, extremos[0] - 60 + medio))
    caja = letras.normal.metrics("linespace") / 2
    lienzo.create_rectangle(centro - medio - 3, y - caja, centro + medio + 3, y + caja,
                            fill=aspecto.FONDO, width=0, tags=(etiqueta, "tapa"))
    lienzo.create_text(centro, y, text=texto, font=letras.normal, fill=color, tags=etiqueta)


def acortar(texto, letra, ancho):
    """Cortar un texto para que quepa en unos píxeles."""
    if letra.measure(texto) <= ancho:
        return texto
    while texto and letra.measure(texto + "…") > ancho:
        texto = texto[:-1]
    return texto + "…"

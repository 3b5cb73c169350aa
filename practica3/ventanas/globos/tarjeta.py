"""La tarjeta de un archivo: qué es, cuánto pesa o cuánto va y, si es texto, cómo empieza.

    (↓)  clase.zip                 (✕)  clase.zip                    (▤)  tarea.py
         Descargar 12.0 MB              Recibiendo 40 % de 12 MB          2.1 KB
                                        ▓▓▓▓▓▓▓░░░░░░░░░░                 │ import socket
"""

from adjuntos import archivos
from ventanas.aspecto import texto_seguro
from ventanas.globos.medidor import BOTON, RELLENO, Medidor
from ventanas.globos.mensaje import AdjuntoArchivo, Mensaje
from ventanas.globos.pincel import Pincel

ESQUINA = 5  # radio de las de la muestra


def dibujar(pincel: Pincel, medidor: Medidor, mensaje: Mensaje, caja) -> int:
    """Dibujarla arriba de una caja; devuelve a qué altura va la hora, si va en ella."""
    tema, archivo = medidor.tema, mensaje.adjunto
    px, c = tema.px, tema.colores
    x, y, fin = caja[0] + px(RELLENO[0]), caja[1] + px(RELLENO[1]), caja[2] - px(RELLENO[0])
    disco = tema.dibujos.disco(c["acento"], BOTON, icono_de(archivo), c["sobre_acento"])
    pincel.imagen(x, y, disco)
    x0 = x + px(BOTON + 10)
    # Por en medio: la extensión dice qué es, y no se ha de esconder.
    tronco, extension = archivos.separar_extension(texto_seguro.limpiar_linea(archivo.nombre))
    sitio = fin - x0 - medidor.medir_texto(extension, "letra_fuerte")
    visible = tema.recortar(tronco, "letra_fuerte", sitio) + extension
    pincel.texto(x0, y + medidor.alto_renglon // 2, visible, "letra_fuerte", c["texto"])
    abajo = y + medidor.alto_de_archivo()
    pie = abajo - medidor.alto_chico // 2
    color = c["error"] if archivo.aviso else c["hora_propio" if mensaje.propio else "hora"]
    sitio = fin - x0 - medidor.ancho_hora(mensaje) - px(10)
    detalle = tema.recortar(describir(archivo), "letra_chica", sitio)
    pincel.texto(x0, pie, detalle, "letra_chica", color)
    if archivo.progreso is not None:
        raya = abajo + px(4)
        pincel.recto(x, raya, fin, raya + px(3), c["suave"], c["hora"])
        pincel.recto(x, raya, x + (fin - x) * archivo.progreso, raya + px(3), c["enlace"])
    if archivo.muestra:
        _dibujar_muestra(pincel, medidor, archivo, (x - px(6), abajo + px(10), fin + px(6)))
    return pie


def _dibujar_muestra(pincel: Pincel, medidor: Medidor, archivo: AdjuntoArchivo, lugar) -> None:
    tema, alto, (x0, y, x1) = medidor.tema, medidor.alto_codigo, lugar
    px, c = tema.px, tema.colores
    pincel.caja((x0, y, x1, y + alto * len(archivo.muestra) + px(4)), c["codigo"], ESQUINA)
    for numero, renglon in enumerate(archivo.muestra):
        sangria = len(renglon) - len(renglon.lstrip())
        limpio = "\u00a0" * sangria + texto_seguro.limpiar_linea(renglon)
        visible = tema.recortar(limpio, "letra_codigo", x1 - x0 - px(12))
        medio = y + px(2) + alto * numero + alto // 2
        pincel.texto(x0 + px(6), medio, visible, "letra_codigo", c["texto"])


def icono_de(archivo: AdjuntoArchivo) -> str:
    """Lo que hará un clic en ella, como icono."""
    if archivo.progreso is not None:
        return "cerrar"
    if archivo.aviso:
        return "fallo"
    return "descargar" if archivo.ofrecido else "archivo"


def describir(archivo: AdjuntoArchivo) -> str:
    """Lo que dice debajo del nombre."""
    pesa = archivos.escribir_peso(archivo.bytes) if archivo.bytes else ""
    if archivo.aviso:
        return archivo.aviso
    if archivo.progreso is not None:
        enviando = archivo.dicho is not None and archivo.dicho.propio
        que = "Enviando" if enviando else "Recibiendo"
        return f"{que} {round(archivo.progreso * 100)} %"
    return f"Descargar {pesa}" if archivo.ofrecido else pesa

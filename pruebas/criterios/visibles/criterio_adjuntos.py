"""Stickers y voces: se envían, y lo que otro envía en esa misma forma se ve o suena."""

import base64
import glob
import io
import os
import random
import time
import wave

import pytest

from calificador import mensajes
from calificador import sonido
from calificador.aula import PLAZO
from calificador.comprobar import esperar_mensaje
from calificador.comprobar import esperar_texto
from calificador.espera import esperar
from calificador.explicar import NoHay
from calificador.explicar import ultimas_lineas

IMAGEN = 20  # píxeles de lado desde los que algo es un sticker y no un adorno
IMAGENES = (".png", ".gif", ".jpg", ".jpeg", ".webp", ".ppm")
SEGUIDOS, RESPIRO = 32, 0.01  # trozos que se envían sin pausa, y la pausa, en s (protocolo.md, sección 9)


@pytest.mark.criterio("enviar_sticker")
def criterio_enviar_sticker(aula, ana):
    """Se pulsa el botón de stickers y se elige uno: sale «sticker» a la sala."""
    desde = aula.par.marca()
    ana.enviar_sticker(ana.sala, aula.azar)
    claves = {"tipo": "sticker", "user": ana.nombre, "sala": ana.sala}
    enviado = esperar_mensaje(aula, ana, "al elegir un sticker", desde, **claves)
    assert enviado.get("content") or enviado.cuerpo, f"salió un sticker sin nombre y sin imagen: {dict(enviado)}"
    aula.guardado.update({"sticker": enviado, "se ve el sticker propio": ana.propio})


@pytest.mark.criterio("recibir_sticker")
def criterio_recibir_sticker(aula, ana):
    """Otra persona envía un sticker como los que envía la entrega: aparece una imagen."""
    autor, vistas = aula.nombre(), [imagenes(ana.asentar())]
    for texto in (aula.texto(), aula.texto()):
        aula.par.decir(autor, ana.sala, texto)
        esperar_texto(ana, texto, "antes del sticker, la misma persona dijo algo")
        vistas.append(imagenes(ana.asentar()))
    antes = vistas[-1]
    # Lo que aparece con cada mensaje común, como el retrato de su autor, no es un sticker; con uno solo, quizá el
    # propio, que tardó en verse.
    comunes = aparecidas(*vistas[:2]) & aparecidas(*vistas[1:])
    # Si no se sabe cómo los envía, en JSON, que es como van aunque el resto vaya en etiquetas.
    original = aula.guardado.get("sticker") or mensajes.Mensaje(tipo="sticker", user="x", sala="x", content="aplauso")
    cambios, cuerpo = otro_sticker(original, aula)
    repetir(aula, original, autor, ana.sala, cuerpo, **cambios)

    def nueva(retrato):
        nuevas = aparecidas(antes, imagenes(retrato)) - comunes
        return [foto for foto in nuevas if min(ana.ventanas.tamano_de_imagen(*foto)) >= IMAGEN]

    if not ana.hasta(nueva, PLAZO):
        raise NoHay(
            f"llegó un «sticker» a la sala y en {PLAZO:.0f} s no apareció ninguna imagen de {IMAGEN} píxeles o"
            f" más.{ultimas_lineas(ana.programa)}\n{ana.mirar().describir()}"
        )


def otro_sticker(original, aula):
    """(cambios, cuerpo) para que no sea el que quizá ya se ve: hay quien sólo muestra el último."""
    crudo = mensajes.bytes_de(original)
    if crudo[:4] == b"\x89PNG":
        imagen = dibujar(aula.azar)
        return ({}, imagen) if original.cuerpo else ({"content": base64.b64encode(imagen).decode()}, None)
    nombre, extension = os.path.splitext(str(original.get("content")))
    suyos = sorted(ruta for ruta in aula.copia.rglob(f"{glob.escape(nombre)}.*") if ruta.suffix.lower() in IMAGENES)
    otros = sorted(
        ruta.stem for ruta in (suyos[0].parent.iterdir() if suyos else ())
        if ruta.suffix == suyos[0].suffix and ruta.stem != nombre
    )
    return ({"content": aula.azar.choice(otros) + extension} if otros else {}), None


def dibujar(azar):
    """Los bytes de una imagen PNG que nadie tiene."""
    from PIL import Image

    archivo = io.BytesIO()
    Image.new("RGB", (64, 64), tuple(azar.randrange(256) for _ in range(3))).save(archivo, "PNG")
    return archivo.getvalue()


def imagenes(retrato):
    """{lugar: imagen} de las que se ven. Un lugar es un elemento y la cuenta de las veces que la muestra.

    No basta con contarlas: al llegar un sticker puede salir de la vista el rótulo de otro igual.
    """
    vistas = {}
    for uno in retrato.alcanzables:
        for k, foto in enumerate(uno.fotos):
            vistas[uno.programa, uno.ruta, foto, uno.fotos[:k].count(foto)] = (uno.programa, foto)
    return vistas


def aparecidas(antes, ahora):
    """Las imágenes que se ven donde antes no."""
    return {ahora[lugar] for lugar in set(ahora) - set(antes)}


def repetir(aula, original, autor, sala, cuerpo=None, **cambios):
    """Enviar a la sala lo que envió la entrega, dicho por otra persona; si venía en trozos, en trozos como ésos."""
    fuera = ("id", "n", "para", "hora", "a", "m", "i", "de")
    copia = {clave: valor for clave, valor in original.items() if clave not in fuera}
    copia.update(user=autor, sala=sala, **cambios)
    copia, cuerpo = {"tipo": copia.pop("tipo"), **copia}, original.cuerpo if cuerpo is None else cuerpo
    if original.trozo is None:
        aula.par.enviar_bytes(mensajes.escribir(copia, original.forma, cuerpo))
        return
    suyas = {"user": autor, "sala": sala, "id": f"{aula.azar.getrandbits(32):08x}"}
    copia.update({clave: suyas[clave] for clave in suyas if clave in original})
    for k, datagrama in enumerate(mensajes.partir(copia, cuerpo, original.trozo, suyas)):
        if k % SEGUIDOS == SEGUIDOS - 1:
            aula.par.esperar_novedad(RESPIRO)
        aula.par.enviar_bytes(datagrama)


@pytest.mark.criterio("enviar_audio")
def criterio_enviar_audio(aula, ana):
    """Se graba ante el micrófono (simulado): sale «audio» a la sala, con lo que se dijo."""
    desde = aula.par.marca()
    ana.grabar(ana.sala)
    claves = {"tipo": "audio", "user": ana.nombre, "sala": ana.sala}
    enviado = esperar_mensaje(aula, ana, "tras grabar y terminar", desde, **claves)
    assert lleva_la_voz(enviado, aula.voz), (
        f"salió «audio» ({len(str(enviado.get('content')))} caracteres en content, {len(enviado.cuerpo)} bytes de"
        " cuerpo), pero en él no se reconoce lo que se dijo ante el micrófono"
    )
    aula.guardado.update({
        "audio": enviado, "se ve la voz propia": ana.propio, "detenida al grabar": ana.detenida_al_grabar,
    })


def lleva_la_voz(mensaje, voz):
    """Si en los bytes de un audio se reconoce una voz."""
    return any(sonido.es_la_voz(tonos, voz) for tonos in sonido.tonos_de_bytes(mensajes.bytes_de(mensaje)))


@pytest.mark.criterio("recibir_audio")
def criterio_recibir_audio(aula, ana):
    """Otra persona envía una voz como las que envía la entrega: se puede reproducir y suena eso."""
    original, antes, ya = aula.guardado["audio"], ana.asentar(), len(ana.programa.reproducidos())
    voz, cambios, cuerpo = otra_voz(original, aula)
    repetir(aula, original, aula.nombre(), ana.sala, cuerpo, **cambios)
    ana.reproducir(antes, ya, voz, PLAZO)


def otra_voz(original, aula):
    """(tonos, cambios, cuerpo) para decir otra cosa en la misma forma; si no es un WAV, lo mismo que se dijo."""
    crudo = mensajes.bytes_de(original)
    if crudo[:4] != b"RIFF":
        return aula.voz, {}, None
    voz = sonido.inventar_voz(random.Random(f"{aula.voz} {time.monotonic()}"))
    with wave.open(io.BytesIO(crudo)) as viejo:
        parametros, muestras = viejo.getparams(), viejo.getnframes()
    archivo = io.BytesIO()
    with wave.open(archivo, "wb") as nuevo:
        nuevo.setparams(parametros)
        nuevo.writeframes(sonido.decir(voz, parametros.framerate, parametros.nchannels, parametros.sampwidth, muestras))
    if original.cuerpo:
        return voz, {}, archivo.getvalue()
    return voz, {"content": base64.b64encode(archivo.getvalue()).decode()}, None

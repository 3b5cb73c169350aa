"""Grabar una voz y enviarla, y oír la que llega."""

import contextlib
import re

from calificador import sonido
from calificador import x11
from calificador.dialogos import EFECTO
from calificador.dialogos import cosas_a_la_vista
from calificador.dialogos import lo_que_aparece
from calificador.elementos import LISTAS
from calificador.elementos import PULSAR
from calificador.elementos import SOLTAR
from calificador.elementos import Mando
from calificador.elementos import dice
from calificador.espera import esperar
from calificador.explicar import NoHay
from calificador.explicar import espera_la_ventana
from calificador.explicar import no_supe
from calificador.explicar import ultimas_lineas

REPRODUCIBLE = re.compile(r"[▶►⏵🔊🎵]|\bplay\b|reprod|escuch|o[íi]r|\bvoz\b|audio|\d:\d\d|\d ?s\b", re.IGNORECASE)
INTENTOS_DE_OIR = 12  # cosas nuevas que se pulsan para oír una voz
VOZ_FIJA = 7.0  # s que puede durar una grabación sin botón de detener
EMPEZAR = 4.0  # s, además de lo grabado, para abrir el micrófono
CODIFICAR = 5.0  # s para que salga una voz ya grabada
ATIENDE = 0.8  # s en que contesta una ventana desocupada; la grabación más corta dura poco más
SUENA = 6.0  # s para que una voz corta suene hasta reconocerla


# ---- grabar


def grabar(alguien, sala: str, segundos: float) -> None:
    """Grabar una voz ante el micrófono simulado y enviarla. Lanza NoSupe o NoHay."""
    zona, antes, desde = alguien.zona_de_sala(sala), alguien.mirar(), alguien.par.marca()
    mandos = antes.mandos_de("grabar", zona.raiz)
    if not mandos:
        dicho = "no se encontró cómo grabar una voz: se buscó un botón o un menú «Grabar», «Voz», «Micrófono»…"
        raise no_supe(dicho, antes, alguien.programa)
    # Donde hay «Grabar» y «Enviar audio», el segundo es para después.
    mando = min(mandos, key=lambda uno: dice(uno.texto, alguien.textos["enviar"]))
    boton, ya = mando.elemento, alguien.programa.grabado()
    ataduras = set(boton.atado.split()) if mando.fila is None else set()
    mantener = bool(ataduras & PULSAR and ataduras & SOLTAR)

    def enviada():
        return [uno for uno in alguien.par.mensajes(desde, alguien.programa.equipo) if uno.get("tipo") == "audio"]

    def grabado():
        return alguien.programa.grabado() - ya

    alguien.ventanas.apretar(boton) if mantener else alguien.ventanas.accionar(mando)
    esperar(lambda: enviada() or grabado() >= segundos / 4, EMPEZAR, alguien.par, (alguien.programa,))
    alguien.detenida_al_grabar = "" if enviada() or not grabado() else ventana_detenida(alguien)
    medio = antes
    with contextlib.suppress(x11.SinRespuesta):
        medio = antes if enviada() else alguien.ventanas.mirar()  # lo que se ve mientras se graba
    if not esperar(lambda: enviada() or grabado() >= segundos, EMPEZAR + segundos, alguien.par, (alguien.programa,)):
        que = (
            f"sólo se leyeron {grabado():.1f} s del micrófono"
            if grabado()
            else "no se leyó nada del micrófono con PyAudio"
        )
        raise NoHay(
            f"tras pulsar «{mando.nombre}», {que}.\n{alguien.mirar().describir()}{ultimas_lineas(alguien.programa)}"
        )
    if mantener:
        alguien.ventanas.apretar(boton, soltar=True)
    else:
        _detener(alguien, antes, mando, enviada)
    if esperar(enviada, CODIFICAR, alguien.par, (alguien.programa,)):
        alguien.propio = lo_que_aparece(alguien, antes, medio)


def ventana_detenida(alguien) -> str:
    """Dónde espera el hilo de la ventana mientras se graba; "" si la ventana atiende."""
    for nombre in alguien.ventanas.nombres():
        try:
            alguien.ventanas.tcl(nombre, "list 1", ATIENDE)
        except x11.SinRespuesta:
            return espera_la_ventana(alguien.programa, alguien.par)
    return ""


def _detener(alguien, antes, mando, enviada) -> None:
    """Terminar de grabar por el camino que haya: «Detener», el mismo botón o, si dura un tiempo fijo, esperar.

    Lanza NoSupe si se acaban los caminos.
    """
    boton = mando.elemento
    try:
        retrato = alguien.ventanas.mirar()
    except x11.SinRespuesta:
        esperar(enviada, VOZ_FIJA, alguien.par, (alguien.programa,))  # graba en el hilo de la ventana
        return
    igual = next((uno for uno in retrato.alcanzables if uno == boton and uno.estado != "disabled"), None)
    detener = [Mando(uno) for uno in _botones_de_detener(retrato, antes, boton)] or retrato.menus("detener")
    cambio = igual is not None and mando.fila is None and (igual.texto, igual.fotos) != (boton.texto, boton.fotos)
    if detener:
        alguien.ventanas.accionar(detener[0])
    elif cambio:
        alguien.ventanas.pulsar(igual)
    elif not esperar(enviada, VOZ_FIJA, alguien.par, (alguien.programa,)) and igual is not None:
        alguien.ventanas.accionar(mando)
    if esperar(enviada, 2 * EFECTO, alguien.par, (alguien.programa,)):
        return
    enviar = _botones_de_enviar_la_voz(alguien.mirar(), antes, boton)
    for uno in enviar[:1]:
        alguien.ventanas.pulsar(uno)
    if not esperar(enviada, CODIFICAR, alguien.par, (alguien.programa,)) and not (detener or cambio or enviar):
        dicho = (
            f"se grabó, pero no se encontró cómo terminar: se buscó un botón «Detener», se esperó {VOZ_FIJA:.0f} s y se"
            f" pulsó otra vez «{mando.nombre}»."
        )
        raise no_supe(dicho, alguien.mirar(), alguien.programa)


def _botones_de_detener(retrato, antes, boton) -> list:
    """Los que dicen detener, los nuevos primero; si no, un «Enviar» que antes no estaba."""
    detener = retrato.botones("detener")
    nuevos = [uno for uno in detener if uno == boton or uno not in antes.alcanzables]
    enviar = [uno for uno in _botones_de_enviar_la_voz(retrato, antes, boton) if uno not in antes.alcanzables]
    return nuevos or [uno for uno in detener if uno.tope == boton.tope] or enviar


def _botones_de_enviar_la_voz(retrato, antes, boton) -> list:
    """Un «Enviar» que antes no estaba, o que nombra la voz: «Enviar audio» dice también la acción de grabar, y se
    busca por su texto.

    El que se pulsó para grabar no lo es mientras diga lo mismo: volvería a grabar.
    """
    nuevos = [uno for uno in retrato.botones("enviar") if uno not in antes.alcanzables]
    return nuevos + [
        uno
        for uno in retrato.alcanzables
        if uno.es_boton
        and uno.estado != "disabled"
        and uno.texto != boton.texto
        and dice(uno.texto, retrato.textos["enviar"])
        and re.search("voz|audio", uno.texto.lower())
    ]


# ---- oír


def reproducir(alguien, antes, ya: int, voz: "list[int]", plazo: float) -> None:
    """Pulsar lo que vaya apareciendo desde `antes`, cuando ya habían sonado `ya` cosas, hasta que suene una voz.

    El «Reproducir» de otra voz, quizá de la que se acaba de enviar, puede aparecer después de `antes`, y el de la que
    se busca tardar en verse: se vuelve a mirar hasta que venza el plazo. Lanza NoHay si no llega a sonar.
    """
    pulsados: set = set()
    escuchadas = 0

    def oidas():
        return alguien.programa.reproducidos()[ya:]

    def suena():
        return any(sonido.es_la_voz(tonos, voz) for tonos in oidas())

    def escuchar():
        """Si suena la que se busca; a lo que acaba de empezar se le da tiempo de reconocerse."""
        nonlocal escuchadas
        if len(oidas()) > escuchadas:
            esperar(suena, SUENA, alguien.par, (alguien.programa,))
            escuchadas = len(oidas())
        return suena()

    def pulsar_algo(con_los_de_siempre: bool):
        """Lo más probable de lo que haya ahora y no se haya pulsado."""
        if escuchar():
            return True
        nuevos = [par for par in _reproductores(alguien, antes, con_los_de_siempre) if par[0] not in pulsados]
        if not nuevos or len(pulsados) >= INTENTOS_DE_OIR:
            return False
        clave, accion = nuevos[0]
        pulsados.add(clave)
        accion()
        esperar(lambda: len(oidas()) > escuchadas, EFECTO, alguien.par, (alguien.programa,))
        return escuchar()

    # Un «Reproducir» que ya estaba puede ser el de otra voz: sólo se prueba si lo que llegó no trae el suyo.
    if not esperar(lambda: pulsar_algo(False), plazo, alguien.par, (alguien.programa,)):
        esperar(lambda: pulsar_algo(True), EFECTO, alguien.par, (alguien.programa,))
    if suena():
        return
    retrato = alguien.mirar()
    dicho = f"{ultimas_lineas(alguien.programa)}\n{retrato.describir()}"
    if oidas():
        raise NoHay(f"sonó algo, pero en ello no se reconoce la voz que llegó.{dicho}")
    if pulsados:
        raise NoHay(f"llegó un «audio», se pulsó {_nombrar(pulsados, retrato)} y no sonó nada.{dicho}")
    if not cosas_a_la_vista(retrato) - cosas_a_la_vista(antes):
        raise NoHay(f"llegó un «audio», en las ventanas no apareció nada nuevo y no sonó nada.{dicho}")
    no_hay = "llegó un «audio» y no se encontró cómo oírlo: se buscó «Reproducir», «Escuchar», ▶…; tampoco suena solo."
    raise no_supe(no_hay, retrato, alguien.programa)


def _nombrar(pulsados: set, retrato) -> str:
    """Lo que se pulsó, como lo diría quien lo ve."""
    textos = [
        uno.texto for clave in pulsados if (uno := retrato.elemento(*clave[:2])) is not None and uno.texto.strip()
    ]
    return ", ".join(f"«{texto}»" for texto in dict.fromkeys(textos)) or "lo que apareció"


def _reproductores(alguien, antes, con_los_de_siempre: bool) -> "list[tuple]":
    """(clave, acción) de lo que puede hacer sonar una voz, lo más probable primero."""
    retrato = alguien.mirar()
    nuevos = [uno for uno in retrato.alcanzables if uno not in antes.alcanzables and uno.es_boton]
    lo_dicen = [uno for uno in nuevos if REPRODUCIBLE.search(uno.texto)][::-1]
    con_foto = [uno for uno in nuevos if uno.fotos][::-1]
    siempre = [uno for uno in retrato.botones("reproducir") if con_los_de_siempre or uno not in antes.alcanzables][-1:]
    seguros = [
        ((uno.programa, uno.ruta), lambda uno=uno: alguien.ventanas.pulsar(uno))
        for uno in dict.fromkeys(lo_dicen + con_foto + siempre)
    ]
    otros = [
        ((uno.programa, uno.ruta), lambda uno=uno: alguien.ventanas.pulsar(uno))
        for uno in nuevos[::-1]
        if uno not in lo_dicen + con_foto
    ]
    return seguros + [par for uno in retrato.alcanzables for par in _reproductores_dentro(alguien, antes, uno)] + otros


def _reproductores_dentro(alguien, antes, uno) -> "list[tuple]":
    """Donde la voz es un renglón o un dibujo: doble clic en la fila, o clic en el texto o el dibujo que responde a
    él."""
    usar, acciones = alguien.ventanas, []
    filas = [n for n, (texto, _) in enumerate(uno.filas) if REPRODUCIBLE.search(texto)][::-1]
    if uno.clase in LISTAS and filas:
        acciones.append((("fila", filas[0]), lambda: usar.elegir(uno, filas[0], doble=True)))
    elif uno.clase == "Text" and uno.marcas:
        acciones.append((("marca", uno.marcas), lambda: usar.clic_en_marca(uno)))
    elif uno.clase == "Canvas":
        viejas = {
            pieza
            for otro in antes.alcanzables
            if otro == uno
            for pieza in [*otro.piezas.split(), *(fila for _, fila in otro.filas)]
        }
        dibujos = dict.fromkeys([*uno.piezas_imagen.split()[::-1], *uno.piezas.split()[::-1]])
        acciones += [
            (("pieza", pieza), lambda pieza=pieza: usar.clic_en_pieza(uno, pieza))
            for pieza in dibujos
            if pieza not in viejas
        ]
        acciones += [
            (("texto", uno.filas[n][1]), lambda n=n: usar.elegir(uno, n))
            for n in filas
            if uno.filas[n][1] not in viejas
        ]
    return [((uno.programa, uno.ruta, *clave), accion) for clave, accion in acciones]

"""Escribir en privado, por el camino que ofrezca la entrega: un botón, doble clic en el nombre o un menú."""

from calificador.dialogos import EFECTO
from calificador.dialogos import LA_MISMA
from calificador.dialogos import seguir
from calificador.elementos import BOTONES
from calificador.elementos import INTERRUPTORES
from calificador.elementos import LISTAS
from calificador.elementos import OPCIONES
from calificador.explicar import NoHay
from calificador.explicar import no_supe
from calificador.explicar import ultimas_lineas
from calificador.zonas import lejania
from calificador.zonas import zonas_de_privados

ADORNO = 16  # letras que una fila puede llevar además del nombre: «🟢 Ana (conectada)»


def decir(alguien, sala: str, para: str, texto: str) -> str:
    """Decir algo en privado a quien está en la lista de una sala; devuelve cómo se hizo."""
    desde = alguien.par.marca()

    def enviado():
        return [uno for uno in alguien.par.mensajes(desde, alguien.programa.equipo)
                if texto in str(uno.get("content", ""))]

    zona, intentos = alguien.zona_de_sala(sala), []
    for camino in (_por_formulario, _por_boton, _por_doble_clic, _por_menu):
        antes = alguien.mirar()
        hecho = camino(alguien, antes, zona, para, texto)
        if not hecho:
            continue
        valores, en_la_misma = {"para": para, "texto": texto}, camino is not _por_formulario
        logrado, escrito = seguir(alguien, antes, valores, enviado, en_la_misma)
        if logrado:
            _devolver(alguien, antes)
            if LA_MISMA in escrito:  # la conversación privada ocupa el lugar de la sala
                alguien.volver()
            return hecho + (f" y se escribió en {escrito}" if escrito else "")
        intentos.append(hecho + (f" y se escribió en {escrito}" if escrito else "; no se abrió dónde escribir"))
        if escrito or camino is _por_formulario:
            raise NoHay(
                f"se quiso escribir «{texto}» en privado a «{para}»: {'; '.join(intentos)}. No salió nada con ese"
                f" texto.{ultimas_lineas(alguien.programa)}\n{alguien.mirar().describir()}"
            )
    buscado = "; ".join(intentos) or f"se buscó un botón o un menú «Privado», y «{para}» en una lista"
    raise no_supe(f"no se encontró cómo escribir en privado a «{para}»: {buscado}.", alguien.mirar(), alguien.programa)


def _por_formulario(alguien, antes, zona, para: str, texto: str) -> str:
    """Donde hay un formulario sólo para privados: a quién, el texto y su botón."""
    formularios = [uno for uno in zonas_de_privados(antes) if uno.raiz.tope == zona.campo.tope]
    for formulario in formularios[:1]:
        if not _decir_para_quien(alguien, antes, formulario, para):
            continue
        alguien.enviar_en(formulario, texto)
        return f"se escribió en el formulario de «{formulario.boton.texto}»"
    return ""


def _decir_para_quien(alguien, antes, formulario, para: str) -> bool:
    """Escribir o elegir a quién va, en el formulario o junto a él; False si no se dice ahí."""
    ventana = antes.ventana_de(formulario.campo)
    for desplegable in _desplegables(antes, para, ventana)[:1]:
        alguien.ventanas.elegir(*desplegable)
        return True
    campo = antes.campo_de("para", ventana)
    if campo is not None and campo != formulario.campo:
        alguien.ventanas.escribir(campo, para)
        return True
    return False


def _por_boton(alguien, antes, zona, para: str, texto: str) -> str:
    """Un botón o un menú «Privado»: con el texto ya escrito, o para que lo pida; con el nombre elegido antes."""
    mandos = [uno for uno in antes.mandos_de("privado", zona.raiz, apagados=True) if para not in uno.texto]
    if not mandos:
        return ""
    lugares = _lugares(antes, para)
    for lugar in lugares[:1]:
        _clic_en(alguien, lugar)
    _decir_para_quien(alguien, antes, zona, para)
    alguien.ventanas.escribir(zona.campo, texto)
    mando = _el_de(mandos, lugares)
    alguien.ventanas.accionar(mando)
    if mando.elemento.clase in INTERRUPTORES + OPCIONES:
        alguien.enviar_en(zona, texto)
    return f"se eligió su nombre y se pulsó «{mando.nombre}»"


def _el_de(mandos: list, lugares: "list[tuple]"):
    """De varios «Privado», el del renglón en que está el nombre."""
    sueltos = [uno for uno in mandos if uno.fila is None]
    rotulos = [elemento for elemento, fila in lugares if fila is None]
    if len(sueltos) < 2 or not rotulos:
        return mandos[0]
    return min(sueltos, key=lambda uno: lejania(uno.elemento, rotulos[0]))


def _desplegables(retrato, para: str, ventana=None) -> "list[tuple]":
    """(elemento, fila) donde un nombre es una de las opciones que se despliegan."""
    botones = [uno for uno in retrato.alcanzables if uno.clase in ("Menubutton", "TMenubutton")]
    menus = {uno.menu for uno in botones if ventana is None or uno.tope == ventana.tope}
    return [
        (uno, fila)
        for uno in retrato.alcanzables
        if (uno.clase == "TCombobox" and (ventana is None or uno.tope == ventana.tope)) or uno.ruta in menus
        for fila, (texto, _) in enumerate(uno.filas)
        if para in texto and len(texto) < len(para) + ADORNO
    ]


def _devolver(alguien, antes) -> None:
    """Dejar lo marcado y lo elegido como estaba: si no, lo siguiente que se dijera en la sala también iría en
    privado."""
    habia = {uno: uno for uno in antes.alcanzables}
    retrato = alguien.mirar()
    for uno in retrato.alcanzables:
        viejo = habia.get(uno)
        if viejo is None:
            continue
        if uno.clase in INTERRUPTORES and uno.marcado != viejo.marcado:
            alguien.ventanas.pulsar(uno)
        elif uno.clase in OPCIONES and uno.marcado != viejo.marcado == uno.valor:
            alguien.ventanas.pulsar(uno)
        elif uno.clase == "TCombobox" and uno.dicho != viejo.dicho:
            alguien.ventanas.escribir(uno, viejo.dicho)


def _por_doble_clic(alguien, antes, zona, para: str, texto: str) -> str:
    lugares = _lugares(antes, para)
    for lugar in lugares[:1]:
        _clic_en(alguien, lugar, doble=True)
    return "se hizo doble clic en su nombre" if lugares else ""


def _por_menu(alguien, antes, zona, para: str, texto: str) -> str:
    """El menú que se abre con el otro botón del ratón sobre el nombre."""
    lugares = _lugares(antes, para)
    for lugar in lugares[:1]:
        _clic_en(alguien, lugar)
        _clic_en(alguien, lugar, boton=3)
    menus = lugares and alguien.hasta(lambda retrato: retrato.menus("privado"), EFECTO)
    for menu in (menus or [])[:1]:
        alguien.ventanas.accionar(menu)
    return "se eligió «Privado» en el menú de su nombre" if menus else ""


def _lugares(retrato, para: str) -> "list[tuple]":
    """(elemento, fila) donde aparece un nombre en una lista de presentes; la fila es None si es un rótulo o un
    botón."""
    hallados = []
    for uno in retrato.alcanzables:
        for fila, (texto, _) in enumerate(uno.filas):
            if uno.clase in (*LISTAS, "Canvas") and para in texto and len(texto) < len(para) + ADORNO:
                hallados.append((uno, fila))
        if uno.clase in ("Label", "TLabel", *BOTONES) and para in uno.texto and len(uno.texto) < len(para) + ADORNO:
            hallados.append((uno, None))
    return sorted(hallados, key=lambda par: par[0].clase not in LISTAS)


def _clic_en(alguien, lugar: tuple, doble: bool = False, boton: int = 1) -> None:
    elemento, fila = lugar
    if fila is None:
        elemento.filas.append(("", ""))
        fila = len(elemento.filas) - 1
    alguien.ventanas.elegir(elemento, fila, doble, boton)

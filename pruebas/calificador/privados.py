"""Escribir en privado, por el camino que ofrezca la entrega: un botón, doble clic en el nombre o un menú."""

from calificador.dialogos import EFECTO
from calificador.dialogos import seguir
from calificador.elementos import BOTONES
from calificador.elementos import LISTAS
from calificador.explicar import NoHay

INTERRUPTORES = ("Checkbutton", "TCheckbutton")
OPCIONES = ("Radiobutton", "TRadiobutton")
ADORNO = 16  # letras que una fila puede llevar además del nombre: «🟢 Ana (conectada)»


def decir(alguien, sala: str, para: str, texto: str) -> None:
    """Decir algo en privado a quien está en la lista de una sala."""
    desde = alguien.par.marca()

    def enviado():
        return [
            uno for uno in alguien.par.mensajes(desde, alguien.programa.equipo) if texto in str(uno.get("content", ""))
        ]

    zona = alguien.zona_de_sala(sala)
    for camino in (_por_boton, _por_doble_clic, _por_menu):
        antes = alguien.mirar()
        if camino(alguien, antes, zona, para, texto) and seguir(
            alguien, antes, {"para": para, "texto": texto}, enviado
        ):
            _devolver(alguien, antes)
            return
    raise NoHay(
        f"no se encontró cómo escribir en privado a «{para}»: ni doble clic en su nombre ni un botón «Privado».\n"
        f"{alguien.mirar().describir()}"
    )


def _por_boton(alguien, antes, zona, para: str, texto: str) -> bool:
    botones = antes.botones("privado", antes.ventana_de(zona.campo), apagados=True) or antes.botones(
        "privado", apagados=True
    )
    botones = [uno for uno in botones if para not in uno.texto]
    if not botones:
        return False
    for lugar in _lugares(antes, para)[:1]:
        _clic_en(alguien, lugar)
    campo_para = antes.campo_de("para")
    if campo_para is not None and campo_para != zona.campo:
        alguien.ventanas.escribir(campo_para, para)
    for desplegable in _desplegables(antes, para)[:1]:
        alguien.ventanas.elegir(*desplegable)
    alguien.ventanas.escribir(zona.campo, texto)
    alguien.ventanas.pulsar(botones[0])
    if botones[0].clase in INTERRUPTORES + OPCIONES and zona.boton is not None:
        alguien.ventanas.pulsar(zona.boton)
    return True


def _desplegables(retrato, para: str) -> "list[tuple]":
    """(elemento, fila) donde un nombre es una de las opciones que se despliegan."""
    menus = {uno.menu for uno in retrato.alcanzables if uno.clase in ("Menubutton", "TMenubutton")}
    return [(uno, fila) for uno in retrato.alcanzables if uno.clase == "TCombobox" or uno.ruta in menus
            for fila, (texto, _) in enumerate(uno.filas) if para in texto and len(texto) < len(para) + ADORNO]


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


def _por_doble_clic(alguien, antes, zona, para: str, texto: str) -> bool:
    lugares = _lugares(antes, para)
    for lugar in lugares[:1]:
        _clic_en(alguien, lugar, doble=True)
    return bool(lugares)


def _por_menu(alguien, antes, zona, para: str, texto: str) -> bool:
    for lugar in _lugares(antes, para)[:1]:
        _clic_en(alguien, lugar)
        _clic_en(alguien, lugar, boton=3)
    menus = alguien.hasta(lambda retrato: retrato.menus("privado"), EFECTO)
    for menu in menus[:1]:
        alguien.ventanas.elegir(*menu)
    return bool(menus)


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

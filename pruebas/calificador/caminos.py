"""Pasar de una sala a otra, o a una conversación, con lo que la nombre: una pestaña, un botón, la fila de una lista…"""

from calificador.elementos import BOTONES
from calificador.elementos import LISTAS
from calificador.elementos import OPCIONES
from calificador.elementos import accion_de
from calificador.elementos import dice
from calificador.retrato import Retrato
from calificador.zonas import buscar_zonas
from calificador.zonas import lejania

ADORNO = 12  # letras que una fila o un botón puede llevar además del nombre de una sala
CIERRA = "✕✖✗✘×❌🗙"  # un botón así deja la sala que nombra
CON_FILAS = ("Listbox", "Treeview", "TNotebook")
# Con qué se pasa de una sala a otra, de lo más a lo menos probable: un árbol puede ser sólo para mirar.
PASAR = ["Cambiar", "Cambiar de sala", "Cambiar a la sala", "Ir", "Ir a la sala", "Ver", "Ver sala"]
ORDEN_DE_CAMINOS = ("TNotebook", "Radiobutton", "TCombobox", "Listbox", "Button", "Menu", "Treeview", "Label")


def elegir_sala(alguien, sala: str) -> bool:
    """Pasar a una sala, o a una conversación, con lo que la nombre; False si nada la nombra.

    Puede nombrarla más de una cosa, y no todas sirven para pasar a ella: se prueban, de la más a la menos
    probable, hasta que algo de lo que se veía ya no se vea. Si nada se quita, ya era la elegida.
    """
    retrato = alguien.asentar()
    caminos = caminos_a(alguien, sala, retrato)
    suya = alguien.salas.get(sala) in {zona.clave for zona in buscar_zonas(retrato)}
    insistir = not suya or alguien.comparte_lugar(sala)
    for accion in caminos + (caminos_con_insistencia(alguien, sala) if insistir else []):
        antes = lo_que_se_ve(alguien.mirar())
        accion()
        if _se_quito_algo(antes, lo_que_se_ve(alguien.asentar())):
            break
    return bool(caminos)


def caminos_a(alguien, sala: str, retrato) -> list:
    """Con qué se pasaría a una sala: acciones sin argumentos, la más probable primero."""
    caminos = []
    for uno in retrato.alcanzables:
        if uno.clase == "Menu":
            caminos += [
                (ORDEN_DE_CAMINOS.index("Menu"), lambda mando=mando: alguien.ventanas.accionar(mando))
                for mando in retrato.entradas(uno) if _nombra(mando.texto, sala) and not _deja(mando.texto, retrato)
            ]
        elif (uno.clase in CON_FILAS or uno.campo == "1") and not uno.es_boton:
            clase = uno.clase if uno.clase in CON_FILAS else "TCombobox"
            caminos += [
                (ORDEN_DE_CAMINOS.index(clase), lambda uno=uno, n=n: alguien.ventanas.elegir(uno, n))
                for n, (texto, _) in enumerate(uno.filas) if _nombra(texto, sala)
            ]
        elif _lleva_a(sala, uno, retrato):
            clase = "Radiobutton" if uno.clase in OPCIONES else "Button" if uno.clase in BOTONES else "Label"
            caminos.append((ORDEN_DE_CAMINOS.index(clase), lambda uno=uno: alguien.ventanas.pulsar(uno)))
    return [accion for _, accion in sorted(caminos, key=lambda par: par[0])]


def caminos_con_insistencia(alguien, sala: str) -> list:
    """Donde no basta con señalar la fila que la nombra: un botón «Cambiar» junto a su lista, o doble clic."""
    retrato = alguien.mirar()
    filas = [
        (uno, n) for uno in retrato.alcanzables if (uno.clase in LISTAS or uno.campo == "1") and not uno.es_boton
        for n, (texto, _) in enumerate(uno.filas) if _nombra(texto, sala)
    ]
    pasar = [uno for uno in retrato.alcanzables if uno.es_boton and not retrato.accion_de_boton(uno)[0]
             and dice(uno.texto, PASAR) == 3]

    def senalar_y_pulsar(uno, n, boton):
        alguien.ventanas.elegir(uno, n)
        alguien.ventanas.pulsar(boton)

    return [lambda uno=uno, n=n: senalar_y_pulsar(uno, n, min(pasar, key=lambda boton: lejania(uno, boton)))
            for uno, n in filas if pasar] + [
        lambda uno=uno, n=n: alguien.ventanas.elegir(uno, n, doble=True) for uno, n in filas if uno.clase in LISTAS
    ]


def _lleva_a(sala: str, uno, retrato) -> bool:
    """Si es un botón que pasa a una sala, y no uno para dejarla ni uno que despliega un menú."""
    nombra = uno.es_boton and not uno.menu and _nombra(uno.texto, sala)
    return nombra and not retrato.accion_de_boton(uno)[0] and not _deja(uno.texto, retrato)


def lo_que_se_ve(retrato: Retrato) -> "dict[tuple, str]":
    """Lo que dice y muestra cada cosa, sin lo que hay en los campos."""
    return {
        (uno.programa, uno.ruta, que): "\n".join(cosas)
        for uno in retrato.alcanzables if uno.campo != "1"
        for que, cosas in (("textos", uno.textos), ("fotos", uno.fotos))
    }


def _se_quito_algo(antes: "dict[tuple, str]", ahora: "dict[tuple, str]") -> bool:
    """Si algo que se veía ya no se ve. Que se vea algo más no dice nada: puede ser un mensaje que llegó entretanto."""
    return any(not ahora.get(clave, "").startswith(dicho) for clave, dicho in antes.items())


def _nombra(texto: str, sala: str) -> bool:
    return sala in texto and len(texto) < len(sala) + ADORNO


def _deja(texto: str, retrato: Retrato) -> bool:
    """Si un rótulo dice que deja o cierra lo que nombra."""
    return bool(set(CIERRA) & set(texto)) or accion_de(texto, retrato.textos, ("salir", "entrar"))[0] != ""

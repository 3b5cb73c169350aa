"""Enviar un sticker, se elija como se elija: con un botón, de un menú, de una lista, de un cuadro de archivos…"""

from calificador.dialogos import ACEPTAR
from calificador.dialogos import EFECTO
from calificador.dialogos import contestar
from calificador.dialogos import huella
from calificador.dialogos import lo_que_aparece
from calificador.elementos import LISTAS
from calificador.elementos import ORDENES
from calificador.elementos import dice
from calificador.espera import esperar
from calificador.explicar import NoHay
from calificador.explicar import no_supe
from calificador.explicar import ultimas_lineas

NO_SON_STICKERS = ["Cancelar", "Cerrar", "Cancel", "Salir", "Buscar", "Agregar", "Añadir", *ACEPTAR]
INTENTOS_DE_STICKER = 4


def enviar_sticker(alguien, sala: str, azar) -> None:
    """Enviar un sticker cualquiera a una sala. Lanza NoSupe si no se sabe cómo, y NoHay si el programa no hace nada."""
    zona, antes, desde = alguien.zona_de_sala(sala), alguien.mirar(), alguien.par.marca()

    def enviado():
        return alguien.par.buscar(desde, alguien.programa.equipo, tipo="sticker")

    mandos = antes.mandos_de("sticker", zona.raiz)
    if not mandos:
        raise no_supe(
            "no se encontró cómo enviar un sticker: se buscó un botón o un menú «Stickers».", antes, alguien.programa
        )
    menu = antes.elemento(mandos[0].elemento.programa, mandos[0].submenu) if mandos[0].submenu else None
    entradas = antes.entradas(menu) if menu is not None else []
    elegidos = 0
    medio = antes
    alguien.ventanas.accionar(azar.choice(entradas) if entradas else mandos[0])
    for intento in range(INTENTOS_DE_STICKER):
        if (
            esperar(lambda: enviado() or _stickers(alguien, antes), 2 * EFECTO, alguien.par, (alguien.programa,))
            and enviado()
        ):
            break
        # Lo que se veía antes de elegir: después puede estar ya el sticker.
        medio = medio if elegidos else alguien.mirar()
        hay = _stickers(alguien, antes)
        if not hay and not intento and menu is None:
            alguien.ventanas.accionar(mandos[0])  # lo que se abre y se cierra con el mismo botón pudo estar abierto
            continue
        if not hay:
            break
        elegidos += 1
        azar.choice(hay)()
        if esperar(enviado, EFECTO, alguien.par, (alguien.programa,)):
            break
        retrato = alguien.mirar()
        nuevos = [uno for uno in retrato.alcanzables if uno not in antes.alcanzables and uno.es_boton]
        for boton in [uno for uno in nuevos if dice(uno.texto, ACEPTAR)][:1]:
            alguien.ventanas.pulsar(boton)
    if not esperar(enviado, EFECTO, alguien.par, (alguien.programa,)) and not elegidos and not entradas:
        despues = alguien.mirar()
        dicho = f"se pulsó «{mandos[0].nombre}» y no salió ningún sticker"
        if huella(despues) == huella(antes):
            raise NoHay(
                f"{dicho}; tampoco cambió nada en la ventana.{ultimas_lineas(alguien.programa)}\n{despues.describir()}"
            )
        raise no_supe(f"{dicho}; algo cambió, pero no se encontró qué elegir.", despues, alguien.programa)
    alguien.propio = lo_que_aparece(alguien, antes, medio)


def _stickers(alguien, antes) -> list:
    """Lo que se puede elegir y no estaba antes de pulsar «Stickers»: acciones sin argumentos."""
    nuevos = [uno for uno in alguien.mirar().alcanzables if uno not in antes.alcanzables]
    cuadro = [uno for uno in nuevos if uno.clase == "TkFDialog"]
    if cuadro:
        ruta = str(alguien.programa.jaula.dentro["calificador"] / "prueba.png")
        return [lambda: contestar(alguien, alguien.mirar(), cuadro[0], {"archivo": ruta})]
    fotos = [uno for uno in nuevos if uno.es_boton and uno.fotos]
    if fotos:  # donde hay imágenes, los stickers son ellas
        return [lambda uno=uno: alguien.ventanas.pulsar(uno) for uno in fotos]
    dibujados = [
        (uno, pieza) for uno in nuevos if uno.clase == "Canvas" and uno.fotos for pieza in uno.piezas_imagen.split()
    ]
    return [lambda par=par: alguien.ventanas.clic_en_pieza(*par) for par in dibujados] or _stickers_con_letras(
        alguien, nuevos
    )


def _stickers_con_letras(alguien, nuevos: list) -> list:
    acciones = []
    for uno in nuevos:
        if uno.clase == "Menu":
            acciones += [
                lambda uno=uno, n=n: alguien.ventanas.elegir(uno, n)
                for n, (_, clase) in enumerate(uno.filas) if clase in ORDENES
            ]
        elif uno.clase in LISTAS and uno.filas:
            acciones += [
                lambda uno=uno, n=n: alguien.ventanas.elegir(uno, n, doble=True) for n in range(len(uno.filas))
            ]
        elif uno.es_boton and uno.texto and not dice(uno.texto, NO_SON_STICKERS + alguien.textos["enviar"]):
            acciones.append(lambda uno=uno: alguien.ventanas.pulsar(uno))
    return acciones

"""Lo que los criterios comprueban una y otra vez: que algo se vea, que algo salga.

Y decir, si no, qué se vio y qué salió.
"""

from calificador.aula import PLAZO
from calificador.espera import esperar
from calificador.explicar import NoHay
from calificador.explicar import decir_datagrama
from calificador.explicar import ultimas_lineas

ULTIMOS = 4  # datagramas que se citan


def esperar_texto(alguien, texto: str, que: str):
    """Esperar a que un texto se lea en las ventanas de alguien; devuelve el retrato. Lanza NoHay."""
    retrato = alguien.hasta(lambda retrato: retrato if retrato.se_lee(texto) else None, PLAZO)
    if not retrato:
        raise NoHay(f"{que} y en {PLAZO:.0f} s no se vio «{texto}».{ultimas_lineas(alguien.programa)}\n"
                    f"{alguien.mirar().describir()}")
    return retrato


def esperar_mensaje(aula, alguien, que: str, desde: int, **claves):
    """Esperar a que salga por la red un mensaje con esas claves; devuelve el último. Lanza NoHay."""
    equipo = alguien.programa.equipo
    hallado = esperar(lambda: aula.par.buscar(desde, equipo, **claves), PLAZO, aula.par, (alguien.programa,))
    if not hallado:
        raise NoHay(f"{que}, en {PLAZO:.0f} s se esperaba {decir_claves(claves)}; {lo_que_salio(aula, alguien, desde)}")
    return hallado[-1]


def decir_claves(claves: dict) -> str:
    """Las claves de un mensaje, como irían en él."""
    nombres = {"de": "from", "para": "to"}
    return "{" + ", ".join(f'"{nombres.get(clave, clave)}": {_valor(valor)}' for clave, valor in claves.items()) + "}"


def _valor(valor) -> str:
    return {True: "true", False: "false"}[valor] if isinstance(valor, bool) else f'"{valor}"'


def lo_que_salio(aula, alguien, desde: int) -> str:
    """En palabras, lo último que salió del programa de alguien, lo último que escribió y lo que muestra."""
    programa = alguien.programa
    oidos = [uno for uno in aula.par.oidos(desde, programa.equipo) if (uno.mensaje or {}).get("tipo") != "latido"]
    dicho = "salió " + "; ".join(map(decir_datagrama, oidos[-ULTIMOS:])) if oidos else "no salió ningún datagrama"
    fin = "" if programa.vivo else f" El programa terminó (código {programa.proceso.returncode})."
    visto = f"\n{alguien.mirar().describir()}" if programa.vivo else ""
    return f"{dicho}.{fin}{ultimas_lineas(programa)}{visto}"

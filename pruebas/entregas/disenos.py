"""Diseños al azar: las mismas piezas correctas (nucleo/), armadas de cualquiera de los modos que un alumno escogería.

De una semilla sale un diseño: qué widgets, qué gestor de geometría, una ventana o varias, cómo se entra, se pasa de
sala, se habla en privado, se graba; en qué orden, con qué rótulos de los permitidos y cuándo aparece cada cosa. Todos
son correctos por construcción, así que todo lo que pierda uno es un error del calificador. A cualquiera se le puede
plantar un error de los del catálogo, y entonces ha de perder su criterio y ningún otro.

    .venv/bin/python pruebas/entregas/disenos.py --cuantos 60            # correctos
    .venv/bin/python pruebas/entregas/disenos.py --cuantos 50 --errores  # con un error plantado en cada uno
"""

import json
import pathlib
import random
import shutil
import sys

AQUI = pathlib.Path(__file__).resolve().parent
if __name__ == "__main__":
    sys.path[0] = str(AQUI.parent)

from entregas import catalogo
from entregas.plantados import PLANTADOS
from entregas.plantados import Plantado

NUCLEO = AQUI / "nucleo"
RUBRICA = AQUI.parent.parent / "enunciado" / "rubrica.json"
# Cada decisión y entre qué se escoge; lo que va repetido sale más.
OPCIONES = {
    "disposicion": ("ventanas", "ventanas", "pestanas", "apiladas", "quitadas", "compartida"),
    "selector": ("listbox", "arbol", "combo", "opciones", "radios", "botones"),
    "gesto": ("clic", "clic", "doble", "boton"),
    "aparte": (False, False, True),
    "ingreso": ("formulario", "formulario", "barra", "dos_pasos", "cuadro", "dialogos"),
    "otra": ("entrada", "boton_dialogo", "boton_cuadro", "campo", "menu", "menubutton"),
    "dejar": ("boton", "boton", "boton_fuera", "menu", "cerrar"),
    "privado": (
        "doble_clic",
        "doble_clic",
        "boton_lista",
        "boton_dialogo",
        "boton_sala",
        "boton_pregunta",
        "formulario",
        "formulario_marco",
        "casilla",
        "radios",
        "por_fila",
        "contextual",
        "menu",
        "menubutton",
    ),
    "privado_abre": ("ventana", "ventana", "dialogo", "pestana", "misma"),
    "privado_padre": ("raiz", "sala"),
    "recibe": ("ventana", "marcado", "color"),
    "presentes": ("listbox", "treeview", "rotulos", "texto", "renglon"),
    "charla": ("texto", "texto", "texto_abierto", "scrolled", "listbox", "treeview", "rotulos", "globos", "lienzo"),
    "campo": ("renglon", "renglon", "texto"),
    "enviar": ("boton", "enter", "los dos"),
    "stickers": ("ventana", "menu_boton", "combo", "lista", "lienzo", "emergente", "panel", "archivo", "menu"),
    "sticker_aparte": (False, False, True),
    "grabar": ("alterna", "dos", "tres", "fija", "mantener", "cuadro", "menu"),
    "oir": ("boton", "marca", "unico", "sola"),
    "calidad": (8, 16),
    "familia": ("tk", "ttk"),
    "gestor": ("pack", "grid", "place"),
    "rotulo_de_campo": ("izquierda", "izquierda", "arriba", "marco", "dentro", "nombre"),
    "sala_desplegable": (False, False, True),
    "para": ("combo", "escrito"),
    "titulo_en": ("ventana", "rotulo"),
    "titulo": ("Chat", "Práctica 3", "Mi mensajero"),
    "titulo_sala": ("Sala {}", "{}", "Chat - {}"),
    "orden": ("abajo", "abajo", "arriba"),
    "lado": ("left", "right"),
    "boton_al_reves": (False, True),
    "formato": (
        "{autor}: {texto}",
        "<{autor}> {texto}",
        "[{autor}] {texto}",
        "{autor} dice: {texto}",
        "{autor}\n{texto}",
    ),
    "adorno": ("{}", "{}", "🟢 {}", "• {}", "{} (en línea)"),
    "adorno_sala": ("{}", "{}", "# {}", "Sala {}"),
    "eco": ("local", "vuelta"),
    "tearoff": (0, 1),
    "retardo": (0, 0, 300),
    "bienvenida": (False, False, False, True),
    "confirma": (False, False, True),
    "apagado": (False, False, True),
    "paneles": (False, False, True),
    "medida": ("", "", "", "480x320"),  # una fija, en que no cabe todo
    "sin_letras": ("", "", "enviar", "sticker", "salir", "privado", "otra_sala", "entrar"),
}
ADORNOS = ("{}", "{}", "{}", "✉ {}", "{} ➤", "{}…", "¡{}!")
# Diseños que el calificador no supo usar alguna vez; con su nombre por semilla, siempre son los mismos.
EN_UNA = {"aparte": False, "ingreso": "formulario", "otra": "boton_cuadro"}
FIJOS = {
    "privado_hijo_de_la_principal": {
        "disposicion": "compartida",
        **EN_UNA,
        "privado": "doble_clic",
        "presentes": "listbox",
        "privado_abre": "ventana",
        "privado_padre": "raiz",
        "recibe": "ventana",
    },
    "formulario_de_privados": {"privado": "formulario", "enviar": "enter", "campo": "renglon"},
    "formulario_en_un_marco": {"privado": "formulario_marco", "enviar": "enter", "campo": "texto"},
    "un_privado_por_renglon": {"privado": "por_fila", "presentes": "filas"},
    "salas_apiladas_y_un_arbol": {"disposicion": "apiladas", **EN_UNA, "selector": "arbol", "titulo_en": "ventana"},
    "salas_en_un_desplegable": {"disposicion": "compartida", **EN_UNA, "selector": "combo", "titulo_en": "ventana"},
    "todo_en_menus": {
        "disposicion": "ventanas",
        "otra": "menu",
        "dejar": "menu",
        "privado": "menu",
        "presentes": "listbox",
        "stickers": "menu",
        "grabar": "menu",
        "tearoff": 1,
    },
    "privados_entre_las_salas": {
        "disposicion": "compartida",
        **EN_UNA,
        "selector": "listbox",
        "gesto": "clic",
        "privado": "boton_lista",
        "presentes": "listbox",
        "privado_abre": "misma",
    },
    "ventana_en_que_no_cabe_todo": {"disposicion": "pestanas", "aparte": False, "medida": "480x320", "dejar": "boton"},
    "salas_en_un_desplegable_con_boton": {
        "disposicion": "apiladas",
        **EN_UNA,
        "selector": "combo",
        "gesto": "boton",
        "titulo_en": "ventana",
        "privado": "menubutton",
    },
    "solo_el_ultimo_sticker": {"sticker_aparte": True, "charla": "texto", "stickers": "ventana"},
    "dos_textos_en_que_se_puede_escribir": {
        "charla": "texto_abierto",
        "campo": "texto",
        "enviar": "enter",
        "orden": "arriba",
    },
    "globos_y_campos_encima": {
        "disposicion": "pestanas",
        "aparte": False,
        "otra": "campo",
        "orden": "arriba",
        "charla": "globos",
        "rotulo_de_campo": "arriba",
    },
}
# El error que pasaba por bueno donde el calificador no sabía usar ese diseño.
FIJOS_CON_ERROR = {
    "privado_hijo_de_la_principal": "la_ventana_privada_habla_en_la_sala",
    "formulario_de_privados": "el_formulario_no_mira_para_quien",
    "un_privado_por_renglon": "el_renglon_escribe_al_de_arriba",
    "salas_apiladas_y_un_arbol": "el_selector_no_pasa_de_sala",
    "todo_en_menus": "el_menu_se_va_sin_avisar",
    "privados_entre_las_salas": "la_ventana_privada_habla_en_la_sala",
    "salas_en_un_desplegable_con_boton": "el_selector_no_pasa_de_sala",
    "solo_el_ultimo_sticker": "el_sticker_ajeno_no_se_ve",
}
CON_ELEGIDO = ("boton_lista", "boton_dialogo", "boton_sala", "menu", "contextual")


def elegir(semilla: str, **fijas) -> dict:
    """El diseño de una semilla, con esas decisiones fijas."""
    azar = random.Random(f"diseño {semilla}")
    diseno = {clave: azar.choice(entre) for clave, entre in OPCIONES.items()}
    diseno["rotulos"] = _rotulos(azar)
    diseno.update(fijas)
    _hacer_posible(diseno, azar, fijas)
    return diseno


def _rotulos(azar: random.Random) -> "dict[str, str]":
    """Un rótulo de los permitidos para cada acción, dicho de cualquier modo que el enunciado acepta."""
    rotulos = {}
    for texto in json.loads(RUBRICA.read_text(encoding="utf-8"))["textos"]:
        dicho = azar.choice(texto["acepta"])
        dicho = azar.choice((str, str, str, str.upper, str.lower))(dicho)
        rotulos[texto["accion"]] = azar.choice(ADORNOS).format(dicho)
    return rotulos


def _hacer_posible(diseno: dict, azar: random.Random, fijas: dict) -> None:
    """Cambiar lo que no va con lo demás: un doble clic necesita una lista."""
    def fijar(clave, *entre):
        if diseno[clave] not in entre:
            diseno[clave] = azar.choice(entre)

    if diseno["disposicion"] == "ventanas":
        diseno["aparte"] = False
        fijar("dejar", "boton", "menu", "cerrar")
    else:
        fijar("otra", "boton_dialogo", "boton_cuadro", "campo", "menu", "menubutton")
        fijar("dejar", "boton", "boton_fuera", "menu")
    if diseno["otra"] == "entrada":
        fijar("ingreso", "formulario", "dos_pasos")
    if diseno["ingreso"] == "barra" and not diseno["aparte"]:
        diseno["otra"] = "barra"
    elif diseno["ingreso"] == "barra":
        diseno["ingreso"] = "formulario"
    if diseno["privado"] in CON_ELEGIDO:
        fijar("presentes", "listbox", "treeview")
    elif diseno["privado"] == "doble_clic":
        fijar("presentes", "listbox", "treeview", "rotulos")
    elif diseno["privado"] == "por_fila":
        diseno["presentes"] = "filas"
    if diseno["disposicion"] == "compartida":
        fijar("privado_abre", "ventana", "dialogo", "misma")
    elif diseno["disposicion"] == "pestanas":
        fijar("privado_abre", "ventana", "dialogo", "pestana")
    else:
        fijar("privado_abre", "ventana", "dialogo")
    if diseno["privado"] == "boton_dialogo":
        diseno["privado_abre"] = "dialogo"
    if diseno["privado_abre"] == "misma":
        diseno["titulo_en"], diseno["recibe"] = "rotulo", "ventana"
    if diseno["privado_abre"] == "dialogo":
        fijar("recibe", "marcado", "color")
    if not diseno["charla"].startswith(("texto", "scrolled")):
        fijar("oir", "boton", "unico", "sola")
    if diseno["disposicion"] == "compartida":
        fijar("oir", "boton", "unico")  # al volver a una sala se pinta otra vez lo dicho, y no ha de sonar
    if diseno["charla"] in ("listbox", "treeview", "lienzo") and diseno["formato"].count("\n"):
        diseno["formato"] = "{autor}: {texto}"
    if diseno["grabar"] == "tres":
        diseno["rotulos"]["grabar"] = "Grabar"
    if diseno["grabar"] in ("mantener", "fija") and diseno["familia"] == "ttk":
        diseno["familia"] = "tk"


def construir(semilla: str, destino: pathlib.Path, error: str = "", fijas: "dict | None" = None) -> pathlib.Path:
    """Dejar en `destino` la entrega de esa semilla, con ese error plantado si se dice uno y esas decisiones fijas."""
    carpeta = destino / (f"{semilla}-{error}" if error else semilla)
    plantado = PLANTADOS[error] if error else Plantado()
    shutil.copytree(NUCLEO, carpeta)
    for comun in ("protocolo.py", "servidor.py"):
        shutil.copyfile(AQUI / "correctas" / catalogo.BASE / comun, carpeta / comun)
    for cambio in plantado.cambios:
        catalogo.cambiar(carpeta / cambio[0], *cambio[1:])
    diseno = json.dumps(elegir(semilla, **{**plantado.exige, **(fijas or {})}), ensure_ascii=False, indent=1)
    (carpeta / "diseno.json").write_text(diseno, encoding="utf-8")
    (carpeta / "equipo.txt").write_text("2026630001, Ana López\n", encoding="utf-8")
    catalogo.dibujar_stickers(carpeta / "stickers")
    return carpeta


def ensayar(
    semillas: "list[str]", trabajo: pathlib.Path, salida: pathlib.Path, errores: "dict[str, str]", **opciones
) -> "dict[str, str]":
    """Calificar los diseños de esas semillas; devuelve semilla → en qué se equivocó el calificador.

    Lo que falla se guarda.
    """
    from calificador import lote
    from entregas import ensayo

    clase, notas, equivocados = trabajo / "clase", trabajo / "notas", {}
    carpetas = {semilla: construir(semilla, clase, errores.get(semilla, "")) for semilla in semillas}
    una = lote.Lote(clase, notas, f"diseños {semillas[0]}", criterios="not extra_", **opciones)
    resumenes = {uno["nombre"]: uno for uno in una.calificar()}
    for semilla, carpeta in carpetas.items():
        plantado = PLANTADOS.get(errores.get(semilla, ""), Plantado())
        que = ensayo.comparar(
            resumenes[carpeta.name], notas / carpeta.name, plantado.pierde, plantado.quiza, plantado.duda
        )
        if que:
            equivocados[semilla] = que
            shutil.copytree(carpeta, salida / carpeta.name / "entrega", dirs_exist_ok=True)
            shutil.copytree(notas / carpeta.name, salida / carpeta.name / "nota", dirs_exist_ok=True)
    return equivocados


def main() -> int:
    """Ensayar; 1 si hubo algún veredicto equivocado."""
    import argparse
    import secrets
    import tempfile

    from entregas import ensayo

    lector = argparse.ArgumentParser(
        description="Califica diseños al azar y dice en cuáles se equivocó el calificador."
    )
    lector.add_argument("--cuantos", type=int, default=20, help="diseños (20)")
    lector.add_argument("--semillas", nargs="*", default=[], help="éstas, en vez de unas al azar")
    lector.add_argument("--errores", action="store_true", help="con un error plantado en cada uno")
    lector.add_argument("--error", default="", help="éste en todos")
    lector.add_argument("--a-la-vez", type=int, default=0, help="cuántas entregas a la vez")
    lector.add_argument("--cargada", action="store_true", help="con un programa que no descansa en cada procesador")
    lector.add_argument(
        "--salida", type=pathlib.Path, default=pathlib.Path("ensayo"), help="dónde queda lo que salió mal (ensayo)"
    )
    opciones = lector.parse_args()
    semillas = opciones.semillas or [secrets.token_hex(4) for _ in range(opciones.cuantos)]
    todos = [opciones.error] if opciones.error else sorted(PLANTADOS) if opciones.errores else []
    inicio = random.randrange(len(todos)) if todos else 0
    errores = {semilla: todos[(inicio + k) % len(todos)] for k, semilla in enumerate(semillas) if todos}
    with tempfile.TemporaryDirectory(prefix="diseños-") as temporal, ensayo.cargar_el_equipo(int(opciones.cargada)):
        mal = ensayar(semillas, pathlib.Path(temporal), opciones.salida, errores, a_la_vez=opciones.a_la_vez)
    for semilla, que in mal.items():
        print(semilla, errores.get(semilla, ""), que)
    print(f"{len(semillas)} diseños, {len(mal)} equivocados")
    return 1 if mal else 0


if __name__ == "__main__":
    sys.exit(main())

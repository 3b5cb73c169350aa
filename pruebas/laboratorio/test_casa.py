"""La casa: qué hay en practica3/, qué importa a qué, y hasta dónde llega un renglón.

    campos ← protocolo ← fiabilidad, presencia, seguridad, equipo ← red ← servidor, cliente, diagnostico
    adjuntos ← cliente, ventanas                                         ← ventanas ← cliente_gui, __main__

Lo que se importa se lee del código, también lo que se importa dentro de una función.
"""

import ast
import collections
import pathlib

import pytest

RAIZ = pathlib.Path(__file__).resolve().parent.parent.parent
PRACTICA = RAIZ / "practica3"
CARPETAS = {ruta.name for ruta in PRACTICA.iterdir() if (ruta / "__init__.py").exists()}
PROGRAMAS = {"servidor", "cliente", "cliente_gui", "diagnostico", "puente", "__main__"}

# Cada parte sólo importa de las anteriores, y de sí misma.
CAPAS = [
    {"campos"},
    {"protocolo"},
    {"fiabilidad", "presencia", "seguridad", "equipo", "adjuntos"},
    {"red"},
    {"servidor", "cliente", "diagnostico", "puente"},
    {"ventanas"},
    {"cliente_gui", "__main__"},
]
# Entre las de una misma capa: quién puede importar a quién.
ENTRE_IGUALES = {
    ("presencia", "fiabilidad"), ("presencia", "seguridad"), ("adjuntos", "equipo"), ("seguridad", "equipo"),
    ("seguridad", "fiabilidad"),
}
IMPUROS = {
    "socket", "select", "threading", "queue", "tkinter", "time", "datetime", "random", "asyncio",
}

# Hasta dónde llega un renglón: lo que leen los alumnos, y las pruebas.
ANCHOS = {"practica3": 100, "ejemplos": 100, "enunciado": 100, "pruebas": 120}


def modulos() -> "dict[str, pathlib.Path]":
    """Todos los de practica3, por su nombre con puntos."""
    rutas = sorted(PRACTICA.rglob("*.py"))
    return {".".join(ruta.relative_to(PRACTICA).with_suffix("").parts): ruta for ruta in rutas}


def leer_importados(ruta: pathlib.Path) -> "set[str]":
    """Lo que importa un archivo, también dentro de sus funciones: nombres con puntos."""
    nombres = set()
    for nodo in ast.walk(ast.parse(ruta.read_text(encoding="utf-8"))):
        if isinstance(nodo, ast.Import):
            nombres |= {uno.name for uno in nodo.names}
        elif isinstance(nodo, ast.ImportFrom):
            nombres |= {f"{nodo.module}.{uno.name}" for uno in nodo.names}
    return nombres


def leer_flechas() -> "dict[str, set[str]]":
    """De cada módulo, los otros de practica3 que importa."""
    todos = modulos()
    flechas = {}
    for nombre, ruta in todos.items():
        importados = set()
        for uno in leer_importados(ruta):
            corto = uno.rpartition(".")[0]
            importados |= {cual for cual in (uno, corto) if cual in todos}
        flechas[nombre] = importados - {nombre}
    return flechas


def parte(modulo: str) -> str:
    """La parte de la casa a que pertenece: su carpeta, o él mismo."""
    return modulo.partition(".")[0]


def capa(modulo: str) -> int:
    """La capa de un módulo. AssertionError si no está en ninguna."""
    cuales = [i for i, partes in enumerate(CAPAS) if parte(modulo) in partes]
    assert cuales, f"{modulo} no está en ninguna capa"
    return cuales[0]


def test_lo_que_se_ve_al_listar_la_carpeta():
    entradas = {ruta.name for ruta in PRACTICA.iterdir() if ruta.name != "__pycache__"}
    assert len(entradas) <= 15, sorted(entradas)
    assert {"servidor.py", "cliente_gui.py", "protocolo.py"} <= entradas


def test_las_flechas_van_en_un_solo_sentido():
    malas = []
    for modulo, importados in leer_flechas().items():
        for otro in importados:
            de, a = parte(modulo), parte(otro)
            if de != a and capa(otro) >= capa(modulo) and (de, a) not in ENTRE_IGUALES:
                malas.append(f"{modulo} importa {otro}")
    assert not malas, sorted(malas)


def test_nadie_importa_un_programa():
    sueltos = [
        f"{modulo} importa {otro}"
        for modulo, importados in leer_flechas().items()
        for otro in importados
        if otro in PROGRAMAS
    ]
    assert not sueltos, sueltos


def buscar_circulo(flechas: "dict[str, set[str]]") -> "list[str]":
    """Un círculo de módulos que se importan; [] si no lo hay."""
    terminados = set()

    def seguir(modulo: str, camino: "list[str]") -> "list[str]":
        if modulo in camino:
            return [*camino[camino.index(modulo):], modulo]
        if modulo not in terminados:
            for otro in flechas[modulo]:
                if circulo := seguir(otro, [*camino, modulo]):
                    return circulo
        terminados.add(modulo)
        return []

    return next(filter(None, (seguir(modulo, []) for modulo in flechas)), [])


def test_ningun_circulo():
    assert buscar_circulo({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert buscar_circulo(leer_flechas()) == []


@pytest.mark.parametrize("modulo", [
    uno for uno in modulos() if parte(uno) in {"campos", "protocolo", "fiabilidad", "presencia"}
])
def test_lo_puro_no_toca_la_red_ni_el_reloj(modulo):
    importados = {parte(uno) for uno in leer_importados(modulos()[modulo])}
    assert not importados & IMPUROS


def test_el_corazon_se_lee_en_veinte_minutos():
    nombres = ("servidor.py", "protocolo.py", "red.py")
    textos = {uno: (PRACTICA / uno).read_text(encoding="utf-8") for uno in nombres}
    largos = {uno: len(texto.splitlines()) for uno, texto in textos.items()}
    assert sum(largos.values()) <= 850, largos


@pytest.mark.parametrize("carpeta, ancho", ANCHOS.items())
def test_los_renglones_caben(carpeta, ancho):
    rutas = list((RAIZ / carpeta).rglob("*.py"))
    assert rutas
    largos = [
        f"{ruta.relative_to(RAIZ)}:{numero}"
        for ruta in rutas
        for numero, renglon in enumerate(ruta.read_text(encoding="utf-8").splitlines(), 1)
        if len(renglon) > ancho
    ]
    assert not largos, largos


def leer_constantes(ruta: pathlib.Path) -> "dict[str, str]":
    """Las constantes que define un módulo, con su valor como está escrito."""
    constantes = {}
    for nodo in ast.parse(ruta.read_text(encoding="utf-8")).body:
        if not isinstance(nodo, ast.Assign):
            continue
        for blanco in nodo.targets:
            nombres = blanco.elts if isinstance(blanco, ast.Tuple) else [blanco]
            varios = isinstance(blanco, ast.Tuple) and isinstance(nodo.value, ast.Tuple)
            valores = nodo.value.elts if varios else [nodo.value] * len(nombres)
            for nombre, valor in zip(nombres, valores):
                if isinstance(nombre, ast.Name) and nombre.id.isupper() and nombre.id[0] != "_":
                    constantes[nombre.id] = ast.unparse(valor)
    return constantes


PARTES_CON_NOMBRES_PROPIOS = {
    "campos", "protocolo", "red", "servidor", "cliente", "fiabilidad", "presencia",
}


def test_una_constante_no_tiene_dos_valores():
    valores = collections.defaultdict(dict)
    for modulo, ruta in modulos().items():
        if parte(modulo) in PARTES_CON_NOMBRES_PROPIOS:
            for nombre, valor in leer_constantes(ruta).items():
                valores[nombre][modulo] = valor
    assert not {nombre: en for nombre, en in valores.items() if len(set(en.values())) > 1}

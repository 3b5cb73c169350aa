"""Ctrl+C siempre se oye: en el hilo principal nada espera sin plazo.

En Windows, Ctrl+C no interrumpe a un get, un join, un wait, un acquire o un result sin plazo, a un
select de tres argumentos ni a un accept o un recvfrom de un socket sin plazo. Un hilo aparte sí
puede esperar así: el principal sigue oyendo.
"""

import ast
import pathlib

import pytest

RAIZ = pathlib.Path(__file__).resolve().parent.parent.parent
COLAS = {"Queue", "SimpleQueue", "LifoQueue", "PriorityQueue"}
SIN_PLAZO = {"join", "wait", "acquire", "result"}  # sin argumentos
DE_SOCKET = {"accept", "recv", "recvfrom", "recvmsg", "recv_into"}
CON_PLAZO = ("settimeout", "setblocking(False)", "select.select")  # de un socket, en su archivo
EXCEPCIONES = {  # (archivo, función): por qué no estorba
    ("ejemplos/01_eco/servidor.py", "main"): "su README dice que en Windows es Ctrl+Pausa",
    ("ejemplos/01_eco/servidor.py", "atender"): "su README dice que en Windows es Ctrl+Pausa",
    ("ejemplos/01_eco/cliente.py", "recibir"): "el eco no se hace esperar",
    ("ejemplos/02_dos_sentidos/turnos.py", "conectar"): "enseña qué es esperar con un solo hilo",
    ("ejemplos/09_ventana_y_cola/mal_hilo.py", "main"): "mal a propósito",
    ("practica3/equipo/entorno.py", "ejecutar"): "un proceso de la misma consola oye Ctrl+C",
    ("practica3/__main__.py", "demostrar_en_pantalla"): "procesos de la misma consola",
    ("practica3/__main__.py", "terminar"): "tras kill",
    ("practica3/equipo/pantalla.py", "__exit__"): "tras terminate; en Windows no la hay",
    ("practica3/ventanas/informe_diagnostico.py", "_parar"): "tras kill",
    ("practica3/ventanas/servidor_propio.py", "terminar"): "tras terminate",
    ("practica3/ventanas/instalacion.py", "terminar"): "tras terminate",
    ("practica3/equipo/filtro.py", "leer"): "el socket del chat no bloquea",
    ("practica3/puente.py", "cerrar"): "tras terminate",
    ("practica3/red.py", "_seguir_salas"): "del hilo recibir",
    ("practica3/red.py", "_tomar_encargos"): "del hilo enviar",
}


def archivos() -> "list[pathlib.Path]":
    """El código que corre la gente."""
    return [ruta for carpeta in ("practica3", "ejemplos", "enunciado/plantilla")
            for ruta in sorted((RAIZ / carpeta).rglob("*.py"))]


def nombre_final(nodo) -> str:
    """«c» de a.b.c, y de c."""
    return getattr(nodo, "attr", "") or getattr(nodo, "id", "")


def nombres_de_colas(arboles) -> "set[str]":
    """Las variables y atributos a los que en algún lugar se asigna una cola; y «cola»."""
    nombres = {"cola"}
    for nodo in (nodo for arbol in arboles for nodo in ast.walk(arbol)):
        if isinstance(nodo, (ast.Assign, ast.AnnAssign)):
            blancos = nodo.targets if isinstance(nodo, ast.Assign) else [nodo.target]
            for blanco in blancos:
                varios = isinstance(blanco, ast.Tuple) and isinstance(nodo.value, ast.Tuple)
                pares = zip(blanco.elts, nodo.value.elts) if varios else [(blanco, nodo.value)]
                nombres |= {nombre_final(a) for a, valor in pares
                            if isinstance(valor, ast.Call) and nombre_final(valor.func) in COLAS}
    return nombres


def esperas(arbol, texto: str, colas: "set[str]"):
    """Cada (función, renglón) en que se puede esperar sin fin, fuera de los hilos aparte."""
    de_hilos = {nombre_final(dato.value) for nodo in ast.walk(arbol) if isinstance(nodo, ast.Call)
                for dato in nodo.keywords if dato.arg == "target"}
    sin_plazo = not any(uno in texto for uno in CON_PLAZO)

    def recorrer(nodo, funcion):
        if isinstance(nodo, (ast.FunctionDef, ast.Lambda)):
            funcion = getattr(nodo, "name", funcion)
        if isinstance(nodo, ast.Call) and isinstance(nodo.func, ast.Attribute):
            que, solo = nodo.func.attr, not nodo.args and not nodo.keywords
            if (solo and que in SIN_PLAZO
                    or solo and que == "get" and nombre_final(nodo.func.value) in colas
                    or que == "select" and len(nodo.args) == 3
                    or que in DE_SOCKET and sin_plazo):
                yield funcion, nodo.lineno
        for hijo in ast.iter_child_nodes(nodo):
            yield from recorrer(hijo, funcion)

    return [(funcion, linea) for funcion, linea in recorrer(arbol, "") if funcion not in de_hilos]


def buscar(rutas) -> "dict[tuple[str, str], int]":
    """De cada (archivo, función) que puede esperar sin fin, en qué renglón."""
    textos = {ruta: ruta.read_text(encoding="utf-8") for ruta in rutas}
    arboles = {ruta: ast.parse(texto) for ruta, texto in textos.items()}
    colas = nombres_de_colas(arboles.values())
    return {(ruta.relative_to(RAIZ).as_posix() if RAIZ in ruta.parents else ruta.name, funcion): linea
            for ruta in rutas for funcion, linea in esperas(arboles[ruta], textos[ruta], colas)}


def test_en_el_hilo_principal_nada_espera_sin_plazo():
    halladas = buscar(archivos())
    assert {cual: linea for cual, linea in halladas.items() if cual not in EXCEPCIONES} == {}
    assert set(EXCEPCIONES) == set(halladas), "sobran excepciones"


@pytest.mark.parametrize("codigo, se_halla", [
    ("cola.get()", True), ("cola.get(timeout=1)", False), ("cola.get_nowait()", False), ("datos.get()", False),
    ("a, b = queue.Queue(), 3\nx.a.get()", True), ("hilo.join()", True), ("hilo.join(2)", False),
    ("','.join(x)", False), ("select.select([s], [], [])", True), ("select.select([s], [], [], 1)", False),
    ("s.accept()", True), ("s.settimeout(1)\ns.accept()", False), ("fin.wait()", True), ("cerrojo.acquire()", True),
    ("def f():\n    cola.get()\nthreading.Thread(target=f)", False),
    ("class A:\n    def f(self):\n        cola.get()\n    def g(self):\n        Thread(target=self.f)", False),
])
def test_lo_que_se_busca(tmp_path, codigo, se_halla):
    ruta = tmp_path / "uno.py"
    ruta.write_text(codigo)
    assert bool(buscar([ruta])) == se_halla

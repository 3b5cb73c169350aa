"""El calificador, calificado: entregas correctas, con un error y tramposas, y cada una de sus partes.

Lo que las entregas del catálogo deben sacar está en entregas/catalogo.py. Aquí se califican unas
pocas; todas, con la marca «largo».
"""

import csv
import importlib.util
import json
import os
import pathlib
import random
import runpy
import select
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import tkinter
import types
import zipfile
from tkinter import ttk

import pytest

AQUI = pathlib.Path(__file__).resolve().parent
PARTES = [str(AQUI / "calificador"), str(AQUI / "calificador" / "dentro"), str(AQUI / "entregas")]
PROPIOS = {ruta.stem for parte in PARTES for ruta in pathlib.Path(parte).glob("*.py")}


@pytest.fixture(scope="module", autouse=True)
def partes():
    """Los módulos del calificador, que se importan planos; algunos se llaman como otros de practica3 o de estas pruebas."""
    guardados = {nombre: sys.modules.pop(nombre) for nombre in PROPIOS if nombre in sys.modules}
    sys.path[:0] = PARTES
    import adjuntos
    import aislamiento
    import calificar
    import catalogo
    import diagrama
    import dialogos
    import ensayo
    import espera
    import informe
    import lote
    import mensajes
    import nota
    import par
    import parecido
    import persona
    import recepcion
    import sonido
    import ventanas

    yield type("Partes", (), dict(locals()))
    for ruta in PARTES:
        sys.path.remove(ruta)
    for nombre in PROPIOS:
        sys.modules.pop(nombre, None)
    sys.modules.update(guardados)


@pytest.fixture(scope="module")
def rubrica(partes):
    """La del enunciado."""
    return partes.calificar.leer_rubrica()


@pytest.fixture
def criterio(partes, monkeypatch):
    """Función que da lo que hay en un archivo de criterios visibles."""
    monkeypatch.setattr(pytest.mark, "_config", None)  # sus marcas son de otro pytest.ini

    def abrir(nombre):
        return types.SimpleNamespace(**runpy.run_path(str(AQUI / "criterios" / "visibles" / f"criterio_{nombre}.py")))

    return abrir


@pytest.fixture
def modo(partes):
    """Cómo se aísla en este equipo."""
    modo = partes.aislamiento.elegir_modo()
    if modo == partes.aislamiento.NINGUNO:
        pytest.skip("hacen falta espacios de nombres (Linux) para calificar el catálogo")
    return modo


@pytest.fixture
def calificar(partes, modo, tmp_path):
    """Función que califica una entrega del catálogo y devuelve su informe."""
    def una(nombre, criterios="", modo=modo, indice=4_000 + os.getpid() % 1_000):
        carpeta = partes.catalogo.construir(nombre, tmp_path / "entregas")
        return partes.calificar.calificar(carpeta, tmp_path / "informes" / nombre, modo, f"prueba-{random.random()}", indice, (), criterios)

    return una


def perdidos(informe, partes):
    """Los criterios que una entrega perdió por sí misma, en todo o en parte, sin contar los extras."""
    return {uno.clave for uno in informe.resultados
            if uno.estado in (partes.nota.FALLADO, partes.nota.PARCIAL) and uno.criterio["punto"] != "extra"
            and any(prueba["estado"] == partes.nota.FALLADO for prueba in uno.pruebas)}


def revisar_bloqueados(informe, partes, fallas):
    """Todo lo bloqueado depende, directa o indirectamente, de lo que se perdió."""
    for uno in informe.resultados:
        for prueba in uno.pruebas:
            if prueba["estado"] == partes.nota.BLOQUEADO:
                assert any(otra in prueba["observado"] for otra in {*fallas, *(r.clave for r in informe.resultados if r.estado == partes.nota.BLOQUEADO)})


# ---- de punta a punta

SIN_EXTRAS = "not extra_"
CORTAS = ("bufer_de_512", "servidor_retransmite", "privado_a_la_vista_de_todos")


@pytest.mark.parametrize("nombre", ["sencilla", "a_su_manera"])
def test_una_entrega_correcta_saca_100(calificar, nombre):
    hecho = calificar(nombre, SIN_EXTRAS)
    assert (hecho.base, hecho.falla) == (100, ""), hecho.tabla()


@pytest.mark.parametrize("nombre", CORTAS)
def test_un_error_pierde_lo_suyo_y_nada_mas(calificar, partes, nombre):
    hecho = calificar(nombre, SIN_EXTRAS)
    esperado = next(error.pierde for error in partes.catalogo.ERRORES if error.nombre == nombre)
    assert perdidos(hecho, partes) == esperado, hecho.tabla()
    revisar_bloqueados(hecho, partes, esperado)


def test_una_tramposa_no_gana_nada(calificar):
    hecho = calificar("parchea_pytest", SIN_EXTRAS)
    assert hecho.base <= 1 and not hecho.falla, hecho.tabla()


@pytest.mark.largo
@pytest.mark.timeout(2400)
def test_todo_el_catalogo_en_un_lote(partes, tmp_path):
    assert partes.ensayo.ensayar(tmp_path, f"catalogo-{random.random()}") == {}


@pytest.mark.largo
@pytest.mark.timeout(900)
def test_con_el_equipo_cargado_no_hay_veredictos_falsos(calificar, partes):
    with partes.ensayo.cargar_el_equipo(por_procesador=2):
        for nombre in ("sencilla", "etiquetas", "listado_dos_veces"):
            hecho = calificar(nombre, SIN_EXTRAS)
            esperado = next((error.pierde for error in partes.catalogo.ERRORES if error.nombre == nombre), set())
            assert perdidos(hecho, partes) == esperado, hecho.tabla()


@pytest.mark.largo
@pytest.mark.timeout(400)
def test_sin_ser_root_se_califica_igual(calificar, partes):
    if not partes.aislamiento.funciona(partes.aislamiento.USUARIO):
        pytest.skip("este equipo no permite espacios de usuario")
    hecho = calificar("sencilla", SIN_EXTRAS, modo=partes.aislamiento.USUARIO)
    assert (hecho.base, hecho.falla) == (100, ""), hecho.tabla()


# ---- los criterios


def test_cada_criterio_de_la_rubrica_tiene_su_prueba_en_su_carpeta(rubrica):
    for criterio in rubrica["criterios"]:
        carpeta = "visibles" if criterio["visible"] else "ocultos"
        for nombre in ("visibles", "ocultos"):
            textos = "".join(ruta.read_text(encoding="utf-8") for ruta in (AQUI / "criterios" / nombre).glob("criterio_*.py"))
            assert (f'criterio("{criterio["clave"]}"' in textos) == (nombre == carpeta), criterio["clave"]


def test_los_errores_del_catalogo_dicen_criterios_que_existen(partes, rubrica):
    claves = {criterio["clave"] for criterio in rubrica["criterios"]}
    for error in partes.catalogo.ERRORES:
        assert error.pierde <= claves, error.nombre
    assert len(partes.catalogo.ERRORES) >= 30 and len(partes.catalogo.CORRECTAS) >= 4


@pytest.mark.parametrize("cambio, dice", [({"depende_de": ["entrar_ventana", "saludo"]}, "lista_en_ventana».*depende de «saludo», que no está"),
                                          ({"punto": "9"}, "lista_en_ventana».*«punto» es «9»"), ({"seccion": None}, "lista_en_ventana».*falta seccion")])
def test_de_una_rubrica_a_medias_se_dice_que_le_falta(partes, rubrica, tmp_path, cambio, dice):
    criterios = [{**criterio, **(cambio if criterio["clave"] == "lista_en_ventana" else {})} for criterio in rubrica["criterios"]]
    criterios = [{campo: valor for campo, valor in criterio.items() if valor is not None} for criterio in criterios]
    ruta = tmp_path / "rubrica.json"
    ruta.write_text(json.dumps({**rubrica, "criterios": criterios}), encoding="utf-8")
    with pytest.raises(ValueError, match=dice):
        partes.calificar.leer_rubrica(ruta)


def test_un_criterio_solo_corre_con_aquellos_de_que_depende(calificar, partes):
    hecho = calificar("sencilla", "recibir_audio")
    estados = {uno.clave: uno.estado for uno in hecho.resultados if uno.pruebas}
    assert estados == dict.fromkeys(["entrar_ventana", "enviar_audio", "recibir_audio"], partes.nota.SUPERADO), hecho.tabla()


def test_sin_pantalla_lo_de_las_ventanas_no_es_comprobable_y_nada_se_pierde(partes, monkeypatch, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "sh").symlink_to("/bin/sh")  # para el grupo de control
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    carpeta = partes.catalogo.construir("sencilla", tmp_path)
    hecho = partes.calificar.calificar(carpeta, tmp_path / "nota", partes.aislamiento.NINGUNO, "s", 0, (), "nombre_primero")
    estados = {uno.clave: uno.estado for uno in hecho.resultados if uno.pruebas}
    assert estados == dict.fromkeys(("entrar_ventana", "nombre_primero"), partes.nota.NO_COMPROBABLE), hecho.tabla()


@pytest.fixture(scope="module")
def extras(partes, request):
    """El módulo de los criterios extra."""
    for marca in ("criterio", "escena"):  # las suyas, que aquí nadie declaró
        request.config.addinivalue_line("markers", marca)
    ruta = AQUI / "criterios" / "visibles" / "criterio_extras.py"
    especificacion = importlib.util.spec_from_file_location(ruta.stem, ruta)
    modulo = importlib.util.module_from_spec(especificacion)
    especificacion.loader.exec_module(modulo)
    return modulo


@pytest.mark.parametrize("texto", ["Ese nombre ya está en uso", "El nombre Ana ya está en uso. Elige otro.", "Nombre ocupado", "Ya existe ese nombre", "Elige otro nombre", "Ana no está disponible",
                                   "Ya hay alguien con ese nombre", "El usuario ya existe", "Ya existe un usuario llamado Ana", "Ana ya está en la sala", "Usuario ya conectado",
                                   "Nombre de usuario repetido", "Error: usuario duplicado"])
def test_se_reconoce_que_un_nombre_esta_en_uso(extras, texto):
    assert extras.dice_ocupado(texto, "Ana")


@pytest.mark.parametrize("texto", ["Ya estás en la sala", "Bienvenida, Ana: ya estás en la sala", "Ya hay 3 usuarios en la sala", "Ya está todo listo", "Mensajes repetidos: 0", "2 duplicados"])
def test_entrar_no_es_decir_que_el_nombre_esta_en_uso(extras, texto):
    assert not extras.dice_ocupado(texto, "Ana")


INICIO = '            self.decir(tipo="inicio", user=nombre, sala=sala)\n'


@pytest.mark.largo
@pytest.mark.parametrize("dice, observa", [("Ya estás en la sala", "no se le dijo"), ("El nombre ya está en uso", "pero entró")])
def test_quien_entra_con_el_nombre_de_otro_no_da_el_extra_diga_lo_que_diga(partes, modo, tmp_path, dice, observa):
    carpeta = partes.catalogo.construir("sencilla", tmp_path)
    partes.catalogo.cambiar(carpeta / "cliente_gui.py", INICIO, f'{INICIO}            self.salas[sala].escribir("Chat", "{dice}")\n')
    hecho = partes.calificar.calificar(carpeta, tmp_path / "nota", modo, f"prueba-{random.random()}", 4_000 + os.getpid() % 1_000, (), "extra_nombre_ocupado")
    assert any(observa in uno.observado[0] for uno in hecho.resultados if uno.clave == "extra_nombre_ocupado"), hecho.tabla()


@pytest.mark.timeout(120)
def test_lo_que_se_mata_al_limite_no_deja_nada_en_tmp(calificar, partes, monkeypatch):
    monkeypatch.setattr(partes.calificar, "LIMITE", 4.0)
    monkeypatch.setattr(partes.calificar, "INTENTOS", 1)
    with tempfile.TemporaryDirectory() as corta:  # la ruta de un socket tiene tope
        monkeypatch.setenv("TMPDIR", corta)
        monkeypatch.setattr(tempfile, "tempdir", None)
        assert "no terminó en 4 s" in calificar("sencilla").falla
        assert os.listdir(corta) == []


# ---- recibir


def comprimir(ruta, archivos):
    """Un .zip con esos archivos: nombre → texto."""
    with zipfile.ZipFile(ruta, "w") as paquete:
        for nombre, texto in archivos.items():
            paquete.writestr(nombre, texto)
    return ruta


def test_recibe_lo_que_exporta_moodle(partes, tmp_path):
    carpeta = tmp_path / "José Núñez_12345_assignsubmission_file_"
    carpeta.mkdir()
    comprimir(carpeta / "práctica.zip", {"chat/servidor.py": "1", "chat/cliente_gui.py": "# ñ", "__MACOSX/chat/._servidor.py": "x", "chat/equipo.txt": "1, José"})
    entrega = partes.recepcion.recibir(carpeta, tmp_path / "copia")
    assert (entrega.nombre, entrega.integrantes) == ("José Núñez", ["1, José"])
    assert sorted(ruta.name for ruta in entrega.carpeta.iterdir()) == ["cliente_gui.py", "equipo.txt", "servidor.py"]


def test_de_varias_candidatas_dice_cual_eligio(partes, tmp_path):
    ruta = comprimir(tmp_path / "e.zip", {"v1/servidor.py": "", "final/servidor.py": "2", "final/cliente_gui.py": "2"})
    entrega = partes.recepcion.recibir(ruta, tmp_path / "copia")
    assert (entrega.carpeta / "servidor.py").read_text() == "2" and "«final»" in entrega.avisos[0]


def test_convierte_los_fuentes_en_latin_1_y_lo_dice(partes, tmp_path):
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "servidor.py").write_bytes("print('señal')".encode("latin-1"))
    entrega = partes.recepcion.recibir(tmp_path / "e", tmp_path / "copia")
    assert (entrega.carpeta / "servidor.py").read_text(encoding="utf-8") == "print('señal')"
    assert any("Latin-1" in aviso for aviso in entrega.avisos)


@pytest.mark.parametrize("nombre", ["../fuera.py", "/etc/x.py", "a/../../x.py", "C:\\x.py", "..\\x.py"])
def test_rechaza_lo_que_se_sale_de_su_carpeta(partes, tmp_path, nombre):
    ruta = comprimir(tmp_path / "e.zip", {"servidor.py": "", nombre: ""})
    with pytest.raises(partes.recepcion.Rechazada, match="se sale"):
        partes.recepcion.recibir(ruta, tmp_path / "copia")


def test_rechaza_una_bomba_sin_llenar_el_disco(partes, tmp_path):
    with zipfile.ZipFile(tmp_path / "e.zip", "w", zipfile.ZIP_DEFLATED) as paquete:
        for k in range(8):
            paquete.writestr(f"{k}.py", b"\0" * 20_000_000)
    with pytest.raises(partes.recepcion.Rechazada, match="60 MB"):
        partes.recepcion.recibir(tmp_path / "e.zip", tmp_path / "copia")


@pytest.mark.parametrize("nombre", ["e.rar", "e.7z"])
def test_rechaza_otros_formatos_y_dice_que_pedir(partes, tmp_path, nombre):
    (tmp_path / nombre).write_bytes(b"Rar!")
    with pytest.raises(partes.recepcion.Rechazada, match=r"pide que la entreguen en \.zip"):
        partes.recepcion.recibir(tmp_path / nombre, tmp_path / "copia")


def test_no_sigue_enlaces(partes, tmp_path):
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "servidor.py").write_text("")
    (tmp_path / "e" / "secreto.py").symlink_to("/etc/passwd")
    entrega = partes.recepcion.recibir(tmp_path / "e", tmp_path / "copia")
    assert not (entrega.carpeta / "secreto.py").exists()


@pytest.mark.parametrize("sobra", ["respaldo.rar", "datos.gz", "viejo.7z", "roto.zip"])
def test_un_comprimido_de_sobra_que_no_se_abre_se_deja_fuera_y_se_dice(partes, tmp_path, sobra):
    carpeta = tmp_path / "e"
    carpeta.mkdir()
    for nombre in ("servidor.py", "cliente_gui.py", sobra):
        (carpeta / nombre).write_text("1")
    suelta = partes.recepcion.recibir(carpeta, tmp_path / "copia1")
    dentro = partes.recepcion.recibir(comprimir(tmp_path / "e.zip", {ruta.name: "1" for ruta in carpeta.iterdir()}), tmp_path / "copia2")
    for entrega in (suelta, dentro):
        assert sorted(ruta.name for ruta in entrega.carpeta.iterdir()) == ["cliente_gui.py", "servidor.py"]
        assert any("Se dejó fuera" in aviso and sobra in aviso for aviso in entrega.avisos)


def test_sin_programas_se_rechaza_y_se_dice_lo_que_se_dejo_fuera(partes, tmp_path):
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "todo.rar").write_bytes(b"Rar!")
    with pytest.raises(partes.recepcion.Rechazada, match=r"no trae servidor\.py.*todo\.rar.*pide que la entreguen en \.zip"):
        partes.recepcion.recibir(tmp_path / "e", tmp_path / "copia")


def danar(ruta):
    """Un .zip con los programas y sus datos comprimidos estropeados: el índice se lee; lo que trae, no."""
    with zipfile.ZipFile(ruta, "w", zipfile.ZIP_DEFLATED) as paquete:
        paquete.writestr("servidor.py", "1" * 10)
        paquete.writestr("cliente_gui.py", random.Random(1).randbytes(300).hex() * 20)
    datos = bytearray(ruta.read_bytes())
    for k in range(110, 160):
        datos[k] ^= 0xFF
    ruta.write_bytes(datos)
    return ruta


def test_de_un_zip_danado_no_se_califica_la_mitad(partes, tmp_path):
    with pytest.raises(partes.recepcion.Rechazada, match="no se puede abrir"):
        partes.recepcion.recibir(danar(tmp_path / "e.zip"), tmp_path / "copia1")
    (tmp_path / "e").mkdir()
    danar(tmp_path / "e" / "chat.zip")
    with pytest.raises(partes.recepcion.Rechazada, match=r"no trae servidor\.py"):
        partes.recepcion.recibir(tmp_path / "e", tmp_path / "copia2")


def test_recibe_los_programas_que_macos_comprime_uno_por_uno(partes, tmp_path):
    (tmp_path / "e").mkdir()
    for nombre in ("servidor.py", "cliente_gui.py"):
        comprimir(tmp_path / "e" / f"{nombre}.zip", {nombre: "1", f"__MACOSX/._{nombre}": "x"})
    suelta = partes.recepcion.recibir(tmp_path / "e", tmp_path / "copia1")
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as paquete:
        for ruta in (tmp_path / "e").iterdir():
            paquete.write(ruta, ruta.name)
    dentro = partes.recepcion.recibir(tmp_path / "e.zip", tmp_path / "copia2")
    for entrega in (suelta, dentro):
        assert sorted(ruta.name for ruta in entrega.carpeta.iterdir() if ruta.is_file()) == ["cliente_gui.py", "servidor.py"]


# ---- una clase


@pytest.fixture
def clase(partes, monkeypatch, tmp_path):
    """(carpeta de la clase, función que la califica sin correr nada). Todas pierden «lista_al_entrar»."""
    def correr(_, carpeta, *opciones):
        (carpeta / "resultados.jsonl").write_text(registro(prueba("lista_al_entrar", "fallado"), {"fin": 1, "semilla": "s", "python": "3"}))
        return ""

    monkeypatch.setattr(partes.calificar, "correr", correr)
    carpeta = tmp_path / "clase"
    carpeta.mkdir()

    def calificar_la_clase():
        partes.lote.Lote(carpeta, tmp_path / "notas", "s").calificar()
        with open(tmp_path / "notas" / "calificaciones.csv", encoding="utf-8-sig", newline="") as archivo:
            return {fila["entrega"]: fila for fila in csv.DictReader(archivo)}

    return carpeta, calificar_la_clase


def entregar(carpeta):
    """Una entrega con los dos programas."""
    carpeta.mkdir()
    for nombre in ("servidor.py", "cliente_gui.py"):
        (carpeta / nombre).write_text("1")
    return carpeta


def test_ninguna_entrega_deja_sin_tabla_a_la_clase(clase):
    carpeta, calificar_la_clase = clase
    entregar(carpeta / "buena")
    latina = os.fsencode(entregar(carpeta / "latina"))
    for nombre in ("señal.wav", "baño.py"):
        with open(latina + b"/" + nombre.encode("latin-1"), "wb") as archivo:
            archivo.write("# ñ".encode("latin-1"))
    entregar(pathlib.Path(os.fsdecode(os.fsencode(carpeta) + "/Núñez".encode("latin-1"))))
    danar(carpeta / "rota.zip")
    (carpeta / "macos").mkdir()
    comprimir(carpeta / "macos" / "servidor.py.zip", {"servidor.py": "1"})
    filas = calificar_la_clase()
    assert {nombre for nombre, fila in filas.items() if fila["nota"]} == {"buena", "latina", "macos", "N\ufffd\ufffdez"}
    assert "no se puede abrir" in filas["rota"]["observación"]


def test_un_error_nuestro_al_comparar_una_no_deja_a_las_demas_sin_comparar(partes, monkeypatch, tmp_path, capsys):
    recibir = partes.recepcion.recibir

    def fallar(ruta, destino):
        if ruta.name == "mala":
            raise RecursionError("demasiado hondo")
        return recibir(ruta, destino)

    monkeypatch.setattr(partes.recepcion, "recibir", fallar)
    rutas = {nombre: entregar(tmp_path / nombre) for nombre in ("mala", "una", "otra")}
    for nombre in ("una", "otra"):
        (rutas[nombre] / "servidor.py").write_text("".join(f"x{k} = f(y, {k})\n" for k in range(40)))
    assert [par[:2] for par in partes.parecido.comparar(rutas, tmp_path / "p.csv")] == [("una", "otra")]
    assert "mala no se comparó" in capsys.readouterr().err


def test_un_programa_enorme_no_se_compara(partes, tmp_path):
    carpeta = entregar(tmp_path / "e")
    propias = "".join(f"x{k} = f(y, {k})\n" for k in range(40))
    (carpeta / "servidor.py").write_text(propias)
    solas = partes.parecido.huellas(carpeta)
    (carpeta / "datos.py").write_text("x = [1]\n" * 200_000)
    assert partes.parecido.huellas(carpeta) == solas != set()


def test_dos_que_se_llaman_igual_no_comparten_correcciones(clase, tmp_path):
    carpeta, calificar_la_clase = clase
    for numero in (77, 91):
        entregar(carpeta / f"Ana López_{numero}_assignsubmission_file_")
    assert set(calificar_la_clase()) == {"Ana López", "Ana López (2)"}
    with open(tmp_path / "notas" / "correcciones.csv", "a", encoding="utf-8") as archivo:
        archivo.write("Ana López (2),lista_al_entrar,4,llegó tarde\n")
    assert {nombre: float(fila["nota"]) for nombre, fila in calificar_la_clase().items()} == {"Ana López": 0, "Ana López (2)": 4}


# ---- la nota


def registro(*renglones):
    """Los renglones de un registro."""
    return "".join(json.dumps(renglon) + "\n" for renglon in renglones)


def prueba(clave, estado, peso=1):
    """Un renglón de una prueba."""
    return {"criterio": clave, "prueba": "p", "peso": peso, "estado": estado, "observado": "" if estado == "superado" else "algo", "que": "q", "segundos": 0.1}


@pytest.mark.parametrize("estado", ["error del calificador", "no comprobable aquí"])
def test_lo_que_no_se_pudo_juzgar_no_quita_lo_que_se_supero(partes, rubrica, estado):
    resultados = partes.nota.juzgar(rubrica, [prueba("lista_al_entrar", "superado"), prueba("lista_al_entrar", estado)])
    hecho = partes.informe.Informe("e", [], [], resultados, None, 1.0, "")
    assert hecho.base == 2.5 and "faltan por revisar a mano 5" in hecho.calificacion


@pytest.mark.parametrize("texto", ["", registro(prueba("a", "superado")), registro(prueba("a", "superado"), {"fin": 2}), registro({"fin": 0}),
                                   registro(prueba("a", "superado"))[:-9] + "\n" + registro({"fin": 1})])
def test_un_registro_que_falta_o_esta_cortado_no_es_nota(partes, tmp_path, texto):
    (tmp_path / "r").write_text(texto)
    assert partes.nota.leer(tmp_path / "r")[1] is None


def test_hay_puntos_parciales_y_los_bloqueados_se_dicen(partes):
    criterio = {"clave": "a", "puntos": 4, "punto": "1", "titulo": "A", "comprueba": "", "seccion": "", "ejemplo": "", "visible": True, "depende_de": []}
    rubrica = {"criterios": [criterio, {**criterio, "clave": "b"}]}
    a, b = partes.nota.juzgar(rubrica, [prueba("a", "superado", 3), prueba("a", "fallado"), prueba("b", "bloqueado")])
    assert (a.estado, a.puntos, b.estado, b.puntos) == ("parcial", 3, "bloqueado", 0)


def test_las_correcciones_del_profesor_se_aplican_y_se_revisan(partes, rubrica, tmp_path):
    (tmp_path / "c.csv").write_text("entrega,criterio,puntos,motivo\nequipo1,lista_al_entrar,4,llegó tarde\n", encoding="utf-8")
    resultados = partes.nota.juzgar(rubrica, [prueba("lista_al_entrar", "fallado")])
    partes.nota.corregir(resultados, "equipo1", partes.nota.leer_correcciones(tmp_path / "c.csv"))
    assert partes.nota.sumar(resultados) == (4, 0)
    (tmp_path / "c.csv").write_text("entrega,criterio,puntos,motivo\nequipo1,lista_al_entrar,cuatro,\n")
    with pytest.raises(ValueError, match="renglón 2"):
        partes.nota.leer_correcciones(tmp_path / "c.csv")


def test_los_informes_llevan_texto_ajeno_sin_obedecerlo(partes, rubrica, tmp_path):
    malo = "<script>alert(1)</script>\x1b[31m\0"
    resultados = partes.nota.juzgar(rubrica, [{**prueba("lista_al_entrar", "fallado"), "observado": malo, "historia": [malo]}])
    hecho = partes.informe.Informe(malo, [malo], [malo], resultados, {"semilla": "1", "python": "3"}, 1.0, "")
    hecho.escribir(tmp_path)
    assert "<script>" not in (tmp_path / "informe.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["tests"]
    assert [partes.lote._celda(texto) for texto in ("=1+1", "", "Ana")] == ["'=1+1", "", "Ana"]


def test_renombrar_no_disimula_un_parecido(partes, tmp_path):
    original = (AQUI / "entregas" / "correctas" / "sencilla" / "cliente_gui.py").read_text(encoding="utf-8")
    for nombre, texto in (("una", original), ("otra", original.replace("mensaje", "dato").replace("sala", "cuarto")),
                          ("distinta", (AQUI / "entregas" / "correctas" / "etiquetas" / "cliente_gui.py").read_text(encoding="utf-8"))):
        (tmp_path / nombre).mkdir()
        (tmp_path / nombre / "cliente_gui.py").write_text(texto, encoding="utf-8")
    pares = partes.parecido.comparar({nombre: tmp_path / nombre for nombre in ("una", "otra", "distinta")}, tmp_path / "p.csv")
    assert set(pares[0][:2]) == {"una", "otra"} and pares[0][2] > 95 and pares[1][2] < 15


# ---- mensajes, sonido y ventanas


@pytest.mark.parametrize("forma", ["json", "etiquetas"])
def test_lo_que_el_par_escribe_lo_lee(partes, forma):
    for mensaje in ({"tipo": "inicio", "user": "Ana", "sala": "s"}, {"tipo": "msj", "user": "Ana", "sala": "s", "content": "a><b <ñ>"},
                    {"tipo": "msj", "privado": True, "from": "Ana", "to": "Bo", "content": "x"}, {"tipo": "usuarios", "sala": "s", "lista": ["Ana", "Bo"]}):
        leido = partes.mensajes.leer(partes.mensajes.escribir(mensaje, forma))
        assert (dict(leido), leido.forma) == (mensaje, forma)


@pytest.mark.parametrize("datos", [b"", b"{", b"[1]", b"\xff", b"<a", b"<a><b>", b"[" * 100_000, b'{"tipo":5}'])
def test_el_par_lee_basura_sin_detenerse(partes, datos):
    partes.mensajes.leer(datos)


def test_la_voz_se_reconoce_a_cualquier_frecuencia_y_sólo_ella(partes):
    azar = random.Random(1)
    voz, otra = partes.sonido.inventar_voz(azar), partes.sonido.inventar_voz(azar)
    for rate, ancho in ((8000, 1), (16000, 2), (44100, 2)):
        datos = partes.sonido.decir(voz, rate, 1, ancho, int(1.3 * rate))
        tonos = partes.sonido.reconocer(datos, rate, 1, partes.sonido.SIN_SIGNO if ancho == 1 else partes.sonido.ENTEROS, ancho)
        assert partes.sonido.es_la_voz(tonos, voz) and not partes.sonido.es_la_voz(tonos, otra)
    assert partes.sonido.reconocer(bytes(32_000), 16000, 1, partes.sonido.ENTEROS, 2) == []


def test_el_pyaudio_simulado_tiene_la_interfaz_del_verdadero():
    pyaudio = pytest.importorskip("pyaudio")
    import inspect

    import pyaudio_simulado

    for clase, simulada in ((pyaudio, pyaudio_simulado), (pyaudio.PyAudio, pyaudio_simulado.PyAudio), (pyaudio.PyAudio.Stream, pyaudio_simulado.PyAudio.Stream)):
        for nombre in (nombre for nombre in dir(clase) if not nombre.startswith("_") and nombre not in ("pa", "locale", "warnings")):
            verdadero, falso = getattr(clase, nombre), getattr(simulada, nombre)
            if isinstance(verdadero, int):
                assert verdadero == falso, nombre
            elif inspect.isfunction(verdadero):
                assert list(inspect.signature(verdadero).parameters) == list(inspect.signature(falso).parameters), nombre


GUION_DE_SONIDO = """
import sys, time
if sys.argv[1] != "verdadero":
    import pyaudio_simulado
    sys.modules["pyaudio"] = pyaudio_simulado
import pyaudio

def ver(que, hacer):
    try:
        dado = hacer()
        print(que, type(dado).__name__, len(dado) if isinstance(dado, bytes) else dado if isinstance(dado, (bool, int, type(None))) else "")
    except Exception as error:
        print(que, type(error).__name__)

pa = pyaudio.PyAudio()
for formato in (pyaudio.paInt16, pyaudio.paUInt8, pyaudio.paFloat32):
    ver("ancho", lambda: pa.get_sample_size(formato))
ver("formato", lambda: [pa.get_format_from_width(ancho) for ancho in (1, 2, 3, 4)])
ver("formato malo", lambda: pa.get_format_from_width(5))
ver("ni entrada ni salida", lambda: pa.open(8000, 1, pyaudio.paInt16))
entrada = pa.open(rate=16000, channels=1, format=pyaudio.paInt16, input=True, frames_per_buffer=400)
ver("leer", lambda: entrada.read(400))
ver("leer sin queja", lambda: entrada.read(800, exception_on_overflow=False))
ver("activo", entrada.is_active)
ver("parado", entrada.is_stopped)
ver("escribir en la entrada", lambda: entrada.write(bytes(800)))
ver("parar", entrada.stop_stream)
ver("parado", entrada.is_stopped)
ver("leer parado", lambda: entrada.read(400))
ver("cerrar", entrada.close)  # reanudar, no: sobre ALSA y PulseAudio el verdadero a veces no puede
ver("activo cerrado", entrada.is_active)
ver("leer cerrado", lambda: entrada.read(400))
salida = pa.open(rate=8000, channels=1, format=pyaudio.paInt16, output=True)
ver("escribir", lambda: salida.write(bytes(1600)))
ver("leer de la salida", lambda: salida.read(400))
ver("parar", salida.stop_stream)
ver("cerrar", salida.close)
oidos = []

def oir(datos, cuantas, horas, estado):
    oidos.append((type(datos).__name__, len(datos), cuantas, sorted(horas), type(estado).__name__))
    return None, pyaudio.paContinue if len(oidos) < 5 else pyaudio.paComplete

flujo = pa.open(16000, 1, pyaudio.paInt16, input=True, frames_per_buffer=400, stream_callback=oir)
limite = time.monotonic() + 8
while flujo.is_active() and time.monotonic() < limite:
    time.sleep(0.02)
ver("activo al completar", flujo.is_active)
ver("parado al completar", flujo.is_stopped)
ver("parar", flujo.stop_stream)
print(len(oidos), oidos[0])
ver("cerrar", flujo.close)
ver("terminar", pa.terminate)
"""


def test_el_pyaudio_simulado_se_porta_como_el_verdadero_sobre_pulseaudio():
    pytest.importorskip("pyaudio")
    sys.modules.pop("wav", None)
    import tarjeta_falsa

    if tarjeta_falsa.falta():
        pytest.skip(tarjeta_falsa.falta())

    def dicho(cual, entorno):
        hecho = subprocess.run([sys.executable, "-c", GUION_DE_SONIDO, cual], env={**os.environ, **entorno, "PYTHONPATH": PARTES[1]}, capture_output=True, text=True, timeout=60)
        assert hecho.returncode == 0, hecho.stderr[-2000:]
        return hecho.stdout.splitlines()

    with tempfile.TemporaryDirectory(prefix="pa-") as carpeta, tarjeta_falsa.TarjetaFalsa(pathlib.Path(carpeta)) as tarjeta:
        verdadero = dicho("verdadero", tarjeta.entorno)
    simulado = dicho("simulado", {})
    assert simulado == verdadero, [par for par in zip(simulado, verdadero) if par[0] != par[1]]


@pytest.mark.parametrize("texto, accion", [("😀 Stickers", "sticker"), ("Enviar sticker", "sticker"), ("Enviar", "enviar"), ("ENVIAR MENSAJE ➤", "enviar"), ("Enviar privado", "privado"),
                                           ("Entrar a otra sala", "otra_sala"), ("Entrar", "entrar"), ("Salir de la sala", "salir"), ("Detener y enviar", "detener"), ("Cancelar", "")])
def test_un_boton_se_reconoce_por_lo_que_dice(partes, rubrica, texto, accion):
    textos = {uno["accion"]: uno["acepta"] for uno in rubrica["textos"]}
    botones = tuple(uno for uno in textos if uno not in partes.ventanas.DE_CAMPO)
    assert partes.ventanas.accion_de(texto, textos, botones)[0] == accion


@pytest.mark.parametrize("rotulo, cuantos, pide", [("Para Ana:", 1, "hola"), ("¿Para quién?", 1, "Ana"), ("Mensaje para Ana", 1, "hola"), ("Escribe el mensaje", 1, "hola"),
                                                   ("Destinatario", 2, "Ana")])
def test_un_dialogo_de_privado_recibe_lo_que_pide(partes, rotulo, cuantos, pide):
    campos = ["primero", "segundo"][:cuantos]
    assert partes.dialogos._lo_que_pide(rotulo, rotulo, campos[0], campos, {"para": "Ana", "texto": "hola"}) == pide


# ---- lo que se ve en las ventanas de verdad


@pytest.fixture(scope="module")
def pantalla_virtual():
    """DISPLAY y XAUTHORITY de una pantalla para estas pruebas."""
    import pantalla

    try:
        with pantalla.PantallaVirtual() as virtual:
            yield virtual.entorno
    except pantalla.ErrorPantalla as error:
        pytest.skip(str(error))


@pytest.fixture
def ventana(partes, rubrica, pantalla_virtual, monkeypatch):
    """Una ventana de Tk de este mismo proceso; su `mirar` es el del calificador."""
    monkeypatch.setenv("XAUTHORITY", pantalla_virtual["XAUTHORITY"])
    raiz = tkinter.Tk(screenName=pantalla_virtual["DISPLAY"])
    usadas = partes.ventanas.Ventanas(None, None, {uno["accion"]: uno["acepta"] for uno in rubrica["textos"]})
    usadas.nombres, usadas.tcl = lambda: {"tk": 0}, lambda _nombre, guion: raiz.eval(guion)

    def mirar():
        raiz.update()
        return usadas.mirar()

    raiz.mirar = mirar
    yield raiz
    raiz.destroy()


def poner_globos(raiz, dichos):
    """Un lienzo con un marco de globos, cada uno con su encabezado."""
    lienzo = tkinter.Canvas(raiz)
    lienzo.pack()
    hoja = tkinter.Frame(lienzo)
    lienzo.create_window(0, 0, window=hoja, anchor="nw")
    for encabezado, texto, color in dichos:
        globo = tkinter.Frame(hoja)
        globo.pack()
        for dicho in (encabezado, texto):
            tkinter.Label(globo, text=dicho, bg=color).pack()


def poner_rotulos(raiz, dichos):
    """Un marco con un rótulo por mensaje."""
    marco = tkinter.Frame(raiz)
    marco.pack()
    for encabezado, texto, color in dichos:
        tkinter.Label(marco, text=f"{encabezado}: {texto}", bg=color).pack()


def poner_lista(raiz, dichos):
    """Una Listbox."""
    lista = tkinter.Listbox(raiz)
    lista.pack()
    for encabezado, texto, color in dichos:
        lista.insert("end", f"{encabezado}: {texto}")
        lista.itemconfig("end", bg=color)


def poner_arbol(raiz, dichos):
    """Un Treeview con columnas."""
    arbol = ttk.Treeview(raiz, columns=("quién", "qué"))
    arbol.pack()
    for encabezado, texto, color in dichos:
        arbol.insert("", "end", values=(encabezado, texto), tags=(color,))


def poner_dibujos(raiz, dichos):
    """Un lienzo en que cada mensaje es un rectángulo con letras encima."""
    lienzo = tkinter.Canvas(raiz)
    lienzo.pack()
    for k, (encabezado, texto, color) in enumerate(dichos):
        lienzo.create_rectangle(0, 60 * k, 300, 60 * k + 50, fill=color)
        lienzo.create_text(5, 60 * k + 10, text=encabezado, anchor="w")
        lienzo.create_text(5, 60 * k + 35, text=texto, anchor="w")


def poner_texto(raiz, dichos):
    """Un Text, con etiquetas."""
    texto = tkinter.Text(raiz, height=9)
    texto.pack()
    for encabezado, dicho, color in dichos:
        texto.insert("end", f"{encabezado}: {dicho}\n", color)
    texto.config(state="disabled")


CONVERSACIONES = [poner_globos, poner_rotulos, poner_lista, poner_arbol, poner_dibujos, poner_texto]


@pytest.mark.parametrize("poner", CONVERSACIONES)
@pytest.mark.parametrize("encabezado, color, distinto", [("Ana", "white", False), ("🔒 Privado de Ana", "white", True), ("Ana", "pink", True)])
def test_un_privado_se_distingue_por_lo_que_dice_o_por_su_color(ventana, criterio, poner, encabezado, color, distinto):
    poner(ventana, [("Ana", "hola a todos", "white"), ("Ana", "cómo están", "white"), (encabezado, "sólo a ti", color)])
    retrato = ventana.mirar()
    charla = retrato.recipiente("hola a todos", "cómo están")
    assert retrato.se_lee("sólo a ti", charla)
    comunes = ["hola a todos", "cómo están", "esto ya no se ve"]
    assert criterio("cliente").marcado(retrato, charla, "sólo a ti", comunes) == distinto


@pytest.mark.parametrize("poner", CONVERSACIONES)
def test_se_cuentan_las_veces_que_se_ve_lo_propio(ventana, poner):
    poner(ventana, [("Yo", "hola", "white"), ("Yo", "hola", "white"), ("Ana", "qué tal", "white")])
    tkinter.Label(ventana, text="Enviado: hola").pack()  # fuera de la conversación no cuenta
    retrato = ventana.mirar()
    assert retrato.contar_en(retrato.recipiente("hola", "qué tal"), "hola") == 2


def test_con_pestanas_se_sale_con_el_boton_que_esta_fuera_de_ellas(partes, ventana, monkeypatch):
    tkinter.Button(ventana, text="Salir de la sala").pack()
    cuaderno = ttk.Notebook(ventana)
    cuaderno.pack()
    pagina = tkinter.Frame(cuaderno)
    cuaderno.add(pagina, text="redes")
    tkinter.Entry(pagina).pack()
    tkinter.Button(pagina, text="Enviar").pack()
    monkeypatch.setattr(partes.persona.dialogos, "confirmar", lambda *_: None)
    alguien, usadas = types.SimpleNamespace(otra_sala="", mirar=ventana.mirar, _comparte_lugar=lambda _sala: False), []
    alguien.zona_de_sala = lambda _sala: partes.persona.buscar_zonas(ventana.mirar())[0]
    alguien.ventanas = types.SimpleNamespace(pulsar=lambda boton: usadas.append(boton.texto), cerrar=lambda _ventana: usadas.append("cerrar"))
    partes.persona.Persona.salir(alguien, "redes")
    assert usadas == ["Salir de la sala"]


@pytest.mark.parametrize("botones", [["Grabar", "Detener", "Enviar audio"], ["Enviar voz", "Grabar", "Detener"]])
def test_se_graba_se_detiene_y_se_envia_con_tres_botones(partes, ventana, monkeypatch, botones):
    for texto in botones:
        tkinter.Button(ventana, text=texto).pack()
    monkeypatch.setattr(partes.adjuntos, "esperar", lambda condicion, *_: condicion())
    alguien, pulsados = types.SimpleNamespace(mirar=ventana.mirar, textos=ventana.mirar().textos), []
    alguien.zona_de_sala = lambda _sala: types.SimpleNamespace(raiz=ventana.mirar().titulos()[0])
    alguien.ventanas = types.SimpleNamespace(mirar=ventana.mirar, pulsar=lambda boton: pulsados.append(boton.texto))
    alguien.programa = types.SimpleNamespace(equipo=3, grabado=lambda: 9.0)
    alguien.par = types.SimpleNamespace(marca=lambda: 0, mensajes=lambda *_: [])
    partes.adjuntos.grabar(alguien, "redes", 1.3)
    assert pulsados == ["Grabar", "Detener", next(texto for texto in botones if "Enviar" in texto)]


# ---- lo que el par dice


class ParDeMentira:
    """Uno que anota lo que envía."""

    def __init__(self, forma="json"):
        self.forma, self.enviados, self.enviar_bytes = forma, [], lambda datos: self.enviados.append(datos)
        self.decir = self.esperar_novedad = lambda *_: None


@pytest.mark.parametrize("forma, formas", [("json", ["json"]), ("etiquetas", ["json", "etiquetas"])])
def test_la_lista_se_da_en_json_y_en_la_forma_de_la_entrega(partes, forma, formas):
    par = ParDeMentira(forma)
    partes.par.Par.decir_lista(par, "s", ["Ana"])
    leidos = [partes.mensajes.leer(datos) for datos in par.enviados]
    assert [uno.forma for uno in leidos] == formas and all(uno == {"tipo": "usuarios", "sala": "s", "lista": ["Ana"]} for uno in leidos)


def test_lo_que_vino_en_trozos_se_dice_en_trozos(partes, criterio):
    def unir(datagramas):
        reconstructor = partes.mensajes.Reconstructor()
        return [hecho for hecho in (reconstructor.agregar(partes.mensajes.leer(datos)) for datos in datagramas) if hecho]

    trozo = partes.mensajes.Mensaje(tipo="trozo", id="0a1b2c3d", sala="s", n=7, m=7, i=0, de=9)
    trozo.cuerpo = bytes(1250)
    voz, otra = random.Random(1).randbytes(115_000), random.Random(2).randbytes(115_000)
    dicho = {"tipo": "audio", "user": "Ana", "sala": "s", "content": "", "id": "0a1b2c3d"}
    original, = unir(partes.mensajes.partir(dicho, voz, trozo, {}))
    aula = types.SimpleNamespace(par=ParDeMentira(), azar=random.Random(3))
    criterio("adjuntos").repetir(aula, original, "Bryan", "redes", otra)
    repetido, = unir(aula.par.enviados)
    assert (repetido["user"], repetido["sala"], repetido["id"], repetido.cuerpo) == ("Bryan", "redes", repetido.trozo["id"], otra)
    assert repetido["id"] != "0a1b2c3d" and max(map(len, aula.par.enviados)) <= 1400


def test_un_sticker_de_muestra_va_en_json_aunque_se_hable_con_etiquetas(partes, criterio):
    aula = types.SimpleNamespace(par=ParDeMentira("etiquetas"), guardado={}, nombre=lambda: "Ana", texto=lambda: "hola")
    ana = types.SimpleNamespace(sala="s", asentar=lambda: types.SimpleNamespace(alcanzables=[]), hasta=lambda *_: True)
    criterio("adjuntos").criterio_recibir_sticker(aula, ana)
    assert [json.loads(datos) for datos in aula.par.enviados] == [{"tipo": "sticker", "user": "Ana", "sala": "s", "content": "aplauso"}]


class Reloj:
    """Un reloj que sólo avanza cuando se le dice, y un oyente que espera con él."""

    def __init__(self):
        self.hora = 0.0

    def monotonic(self):
        return self.hora

    def esperar_novedad(self, plazo):
        self.hora += plazo


class Programa:
    """Uno que trabaja siempre, o nunca."""

    def __init__(self, trabaja):
        self.trabaja = lambda: trabaja


@pytest.mark.parametrize("trabaja, lenta, minimo, maximo", [(False, 0, 2, 2.2), (True, 0, 6, 6.2), (False, 0.3, 4, 10.5), (True, 60, 60, 61)])
def test_de_lo_que_no_paso_se_da_fe_a_su_tiempo(partes, monkeypatch, trabaja, lenta, minimo, maximo):
    reloj = Reloj()
    monkeypatch.setattr(partes.espera, "time", reloj)

    def mirada():
        reloj.hora += lenta

    assert partes.espera.esperar(mirada, 2.0, reloj, (Programa(trabaja),)) is None
    assert minimo <= reloj.hora <= maximo


def test_cada_calificacion_corre_en_su_grupo_de_control_y_no_deja_rastro(partes):
    nombre = f"calificador-prueba-{os.getpid()}"
    with partes.aislamiento.en_su_grupo(nombre) as prefijo:
        if not prefijo:
            pytest.skip("aquí no se pueden crear grupos de control (hace falta ser root)")
        assert nombre in subprocess.check_output([*prefijo, "cat", "/proc/self/cgroup"], text=True)
    assert not [base for base, _ in partes.aislamiento.GRUPOS if pathlib.Path(base, nombre).exists()]


@pytest.mark.parametrize("texto", ["hola", "¿Qué? \"x\" [exec ls] $a {b} \\n; #", "ñ\n\t}", ""])
def test_ningun_texto_se_evalua_al_teclearlo(partes, texto):
    try:
        tcl = tkinter.Tcl()
    except tkinter.TclError as error:
        pytest.skip(str(error))
    assert tcl.eval("set x " + partes.ventanas._entre_llaves(texto)) == texto


# -------------------------------------------------------------------- la jaula

DESDE_DENTRO = """
import os, socket
s = socket.socket(socket.AF_UNIX)
try:
    s.connect("/tmp/.X11-unix/X0")
    print("conecta")
except OSError as error:
    print("no conecta", error)
try:
    open("/tmp/.X11-unix/basura", "wb")
    print("escribe")
except OSError:
    print("no escribe")
try:
    os.remove("/tmp/.X11-unix/X0")
    print("borra")
except OSError:
    print("no borra")
"""
CORRER_DENTRO = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
import aislamiento
trabajo = pathlib.Path(sys.argv[3])
jaula = aislamiento.Jaula(sys.argv[2], trabajo / "copia", trabajo, 0, trabajo / "x11", None)
programa = jaula.lanzar("servidor.py", 2)
programa.proceso.wait(30)
programa.matar()
print(programa.salida)
jaula.cerrar()
"""


def test_desde_la_jaula_se_usa_la_pantalla_y_no_su_carpeta(partes, modo):
    with tempfile.TemporaryDirectory(prefix="jaula-") as carpeta, socket.socket(socket.AF_UNIX) as pantalla:  # la ruta de un socket ha de ser corta
        trabajo = pathlib.Path(carpeta)
        for nombre in ("copia", "x11"):
            (trabajo / nombre).mkdir()
        (trabajo / "x11").chmod(0o777)
        (trabajo / "copia" / "servidor.py").write_text(DESDE_DENTRO)
        pantalla.bind(str(trabajo / "x11" / "X0"))
        (trabajo / "x11" / "X0").chmod(0o777)
        pantalla.listen()
        orden = [*partes.aislamiento.envoltura(modo), sys.executable, "-c", CORRER_DENTRO, PARTES[0], modo, carpeta]
        hecho = subprocess.run(orden, capture_output=True, text=True, timeout=60)
    assert hecho.stdout.split("\n")[:3] == ["conecta", "no escribe", "no borra"], hecho.stdout + hecho.stderr


# -------------------------------------------------------------------- los programas

DONDE_ESTOY = "import os, time; print(os.path.basename(os.getcwd()), sorted(os.environ), flush=True); time.sleep(60)"


def test_sin_proc_ni_env_tambien_se_prueba_un_servidor(partes, monkeypatch, tmp_path):
    """Como en macOS o en Windows: se corre en su carpeta y su entorno, y se le supone en el grupo del enunciado."""
    listar, es_carpeta = os.listdir, os.path.isdir

    def listdir(ruta):
        if ruta == "/proc":
            raise FileNotFoundError(ruta)
        return listar(ruta)

    monkeypatch.setattr(os, "listdir", listdir)
    monkeypatch.setattr(os.path, "isdir", lambda ruta: ruta != "/proc" and es_carpeta(ruta))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SECRETO", "no es suyo")
    (tmp_path / "copia").mkdir()
    (tmp_path / "copia" / "servidor.py").write_text(DONDE_ESTOY)
    programa = partes.aislamiento.Jaula(partes.aislamiento.NINGUNO, tmp_path / "copia", tmp_path, 0, None, None).lanzar("servidor.py", 2)
    try:
        assert partes.par.descubrir(programa) == set() and not programa.trabaja()
        plazo = time.monotonic() + 20
        while not (programa.salida.endswith("\n") and partes.par.descubrir(programa)) and time.monotonic() < plazo:
            select.select([], [], [], 0.05)
        assert programa.salida.startswith("entrega ") and "HOME" in programa.salida and "SECRETO" not in programa.salida
        assert partes.par.descubrir(programa) == {(partes.par.GRUPO, partes.par.PUERTO)}
    finally:
        programa.matar()
    assert not programa.vivo


TARDA_EN_MORIR = """
import signal, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
memoria = bytearray(b"x") * 600_000_000  # soltarla tarda, y el socket se cierra después
print(s.getsockname()[1], flush=True)
signal.pause()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="sólo Linux deja esperar a la muerte de un proceso ajeno")
def test_al_matar_un_programa_ya_cerro_sus_sockets(partes, tmp_path):
    jaula = types.SimpleNamespace(modo=partes.aislamiento.NINGUNO, sonido=tmp_path)
    dicho = tmp_path / "puerto"  # y no en su salida, que quien mata espera a que se cierre
    nieto = f"{shlex.quote(sys.executable)} -c {shlex.quote(TARDA_EN_MORIR)} >{shlex.quote(str(dicho))} 2>&1 & wait"
    programa = partes.aislamiento.Programa(["sh", "-c", nieto], jaula, "programa.py", 2, 0)
    plazo = time.monotonic() + 20
    while not (dicho.exists() and dicho.read_text().endswith("\n")) and time.monotonic() < plazo:
        select.select([], [], [], 0.02)
    puerto = int(dicho.read_text())
    programa.matar()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as otro:
        otro.bind(("127.0.0.1", puerto))  # lanza OSError si aún lo tiene

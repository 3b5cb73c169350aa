"""Recibir las entregas de una clase, vengan como vengan, y darles nota: que ninguna deje sin ella a otra,
correcciones, informes y parecidos."""

import csv
import json
import os
import pathlib
import random
import time
import zipfile

import pytest

from calificador import calificacion
from calificador import informe
from calificador import lote
from calificador import nota
from calificador import parecido
from calificador import recepcion

AQUI = pathlib.Path(__file__).resolve().parent.parent


# ---- recibir


def comprimir(ruta, archivos):
    """Un .zip con esos archivos: nombre → texto."""
    with zipfile.ZipFile(ruta, "w") as paquete:
        for nombre, texto in archivos.items():
            paquete.writestr(nombre, texto)
    return ruta


def test_recibe_lo_que_exporta_moodle(tmp_path):
    carpeta = tmp_path / "José Núñez_12345_assignsubmission_file_"
    carpeta.mkdir()
    comprimir(
        carpeta / "práctica.zip",
        {
            "chat/servidor.py": "1",
            "chat/cliente_gui.py": "# ñ",
            "__MACOSX/chat/._servidor.py": "x",
            "chat/equipo.txt": "1, José",
        },
    )
    entrega = recepcion.recibir(carpeta, tmp_path / "copia")
    assert (entrega.nombre, entrega.integrantes) == ("José Núñez", ["1, José"])
    assert sorted(ruta.name for ruta in entrega.carpeta.iterdir()) == ["cliente_gui.py", "equipo.txt", "servidor.py"]


def test_de_varias_candidatas_dice_cual_eligio(tmp_path):
    ruta = comprimir(tmp_path / "e.zip", {"v1/servidor.py": "", "final/servidor.py": "2", "final/cliente_gui.py": "2"})
    entrega = recepcion.recibir(ruta, tmp_path / "copia")
    assert (entrega.carpeta / "servidor.py").read_text() == "2" and "«final»" in entrega.avisos[0]


def test_convierte_los_fuentes_en_latin_1_y_lo_dice(tmp_path):
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "servidor.py").write_bytes("print('señal')".encode("latin-1"))
    entrega = recepcion.recibir(tmp_path / "e", tmp_path / "copia")
    assert (entrega.carpeta / "servidor.py").read_text(encoding="utf-8") == "print('señal')"
    assert any("Latin-1" in aviso for aviso in entrega.avisos)


@pytest.mark.parametrize("nombre", ["../fuera.py", "/etc/x.py", "a/../../x.py", "C:\\x.py", "..\\x.py"])
def test_rechaza_lo_que_se_sale_de_su_carpeta(tmp_path, nombre):
    ruta = comprimir(tmp_path / "e.zip", {"servidor.py": "", nombre: ""})
    with pytest.raises(recepcion.Rechazada, match="se sale"):
        recepcion.recibir(ruta, tmp_path / "copia")


def test_rechaza_una_bomba_sin_llenar_el_disco(tmp_path):
    with zipfile.ZipFile(tmp_path / "e.zip", "w", zipfile.ZIP_DEFLATED) as paquete:
        for k in range(8):
            paquete.writestr(f"{k}.py", b"\0" * 20_000_000)
    with pytest.raises(recepcion.Rechazada, match="60 MB"):
        recepcion.recibir(tmp_path / "e.zip", tmp_path / "copia")


@pytest.mark.parametrize("nombre", ["e.rar", "e.7z"])
def test_rechaza_otros_formatos_y_dice_que_pedir(tmp_path, nombre):
    (tmp_path / nombre).write_bytes(b"Rar!")
    with pytest.raises(recepcion.Rechazada, match=r"pide que la entreguen en \.zip"):
        recepcion.recibir(tmp_path / nombre, tmp_path / "copia")


def test_no_sigue_enlaces(tmp_path):
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "servidor.py").write_text("")
    (tmp_path / "e" / "secreto.py").symlink_to("/etc/passwd")
    entrega = recepcion.recibir(tmp_path / "e", tmp_path / "copia")
    assert not (entrega.carpeta / "secreto.py").exists()


@pytest.mark.parametrize("sobra", ["respaldo.rar", "datos.gz", "viejo.7z", "roto.zip"])
def test_un_comprimido_de_sobra_que_no_se_abre_se_deja_fuera_y_se_dice(tmp_path, sobra):
    carpeta = tmp_path / "e"
    carpeta.mkdir()
    for nombre in ("servidor.py", "cliente_gui.py", sobra):
        (carpeta / nombre).write_text("1")
    suelta = recepcion.recibir(carpeta, tmp_path / "copia1")
    dentro = recepcion.recibir(
        comprimir(tmp_path / "e.zip", {ruta.name: "1" for ruta in carpeta.iterdir()}), tmp_path / "copia2"
    )
    for entrega in (suelta, dentro):
        assert sorted(ruta.name for ruta in entrega.carpeta.iterdir()) == ["cliente_gui.py", "servidor.py"]
        assert any("Se dejó fuera" in aviso and sobra in aviso for aviso in entrega.avisos)


def test_sin_programas_se_rechaza_y_se_dice_lo_que_se_dejo_fuera(tmp_path):
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "todo.rar").write_bytes(b"Rar!")
    with pytest.raises(recepcion.Rechazada, match=r"no trae servidor\.py.*todo\.rar.*pide que la entreguen en \.zip"):
        recepcion.recibir(tmp_path / "e", tmp_path / "copia")


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


def test_de_un_zip_danado_no_se_califica_la_mitad(tmp_path):
    with pytest.raises(recepcion.Rechazada, match="no se puede abrir"):
        recepcion.recibir(danar(tmp_path / "e.zip"), tmp_path / "copia1")
    (tmp_path / "e").mkdir()
    danar(tmp_path / "e" / "chat.zip")
    with pytest.raises(recepcion.Rechazada, match=r"no trae servidor\.py"):
        recepcion.recibir(tmp_path / "e", tmp_path / "copia2")


def test_recibe_los_programas_que_macos_comprime_uno_por_uno(tmp_path):
    (tmp_path / "e").mkdir()
    for nombre in ("servidor.py", "cliente_gui.py"):
        comprimir(tmp_path / "e" / f"{nombre}.zip", {nombre: "1", f"__MACOSX/._{nombre}": "x"})
    suelta = recepcion.recibir(tmp_path / "e", tmp_path / "copia1")
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as paquete:
        for ruta in (tmp_path / "e").iterdir():
            paquete.write(ruta, ruta.name)
    dentro = recepcion.recibir(tmp_path / "e.zip", tmp_path / "copia2")
    for entrega in (suelta, dentro):
        assert sorted(ruta.name for ruta in entrega.carpeta.iterdir() if ruta.is_file()) == [
            "cliente_gui.py",
            "servidor.py",
        ]


# ---- una clase


@pytest.fixture
def clase(monkeypatch, tmp_path):
    """(carpeta de la clase, función que la califica sin correr nada). Todas pierden «lista_al_entrar»."""
    def correr(_, carpeta, *opciones):
        (carpeta / "resultados.jsonl").write_text(
            registro(prueba("lista_al_entrar", "fallado"), {"fin": 1, "semilla": "s", "python": "3"})
        )
        return ""

    monkeypatch.setattr(calificacion, "correr", correr)
    carpeta = tmp_path / "clase"
    carpeta.mkdir()

    def calificar_la_clase():
        lote.Lote(carpeta, tmp_path / "notas", "s").calificar()
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


def test_un_error_nuestro_al_comparar_una_no_deja_a_las_demas_sin_comparar(monkeypatch, tmp_path, capsys):
    recibir = recepcion.recibir

    def fallar(ruta, destino):
        if ruta.name == "mala":
            raise RecursionError("demasiado hondo")
        return recibir(ruta, destino)

    monkeypatch.setattr(recepcion, "recibir", fallar)
    rutas = {nombre: entregar(tmp_path / nombre) for nombre in ("mala", "una", "otra")}
    for nombre in ("una", "otra"):
        (rutas[nombre] / "servidor.py").write_text("".join(f"x{k} = f(y, {k})\n" for k in range(40)))
    assert [par[:2] for par in parecido.comparar(rutas, tmp_path / "p.csv")] == [("una", "otra")]
    assert "mala no se comparó" in capsys.readouterr().err


def test_un_programa_enorme_no_se_compara(tmp_path):
    carpeta = entregar(tmp_path / "e")
    propias = "".join(f"x{k} = f(y, {k})\n" for k in range(40))
    (carpeta / "servidor.py").write_text(propias)
    solas = parecido.huellas(carpeta)
    (carpeta / "datos.py").write_text("x = [1]\n" * 200_000)
    assert parecido.huellas(carpeta) == solas != set()


def test_dos_que_se_llaman_igual_no_comparten_correcciones(clase, tmp_path):
    carpeta, calificar_la_clase = clase
    for numero in (77, 91):
        entregar(carpeta / f"Ana López_{numero}_assignsubmission_file_")
    assert set(calificar_la_clase()) == {"Ana López", "Ana López (2)"}
    with open(tmp_path / "notas" / "correcciones.csv", "a", encoding="utf-8") as archivo:
        archivo.write("Ana López (2),lista_al_entrar,4,llegó tarde\n")
    assert {nombre: float(fila["nota"]) for nombre, fila in calificar_la_clase().items()} == {
        "Ana López": 0,
        "Ana López (2)": 4,
    }


# ---- la nota


def registro(*renglones):
    """Los renglones de un registro."""
    return "".join(json.dumps(renglon) + "\n" for renglon in renglones)


def prueba(clave, estado, peso=1):
    """Un renglón de una prueba."""
    return {
        "criterio": clave,
        "prueba": "p",
        "peso": peso,
        "estado": estado,
        "observado": "" if estado == "superado" else "algo",
        "que": "q",
        "segundos": 0.1,
    }


@pytest.mark.parametrize("estado", ["error del calificador", "no comprobable aquí"])
def test_lo_que_no_se_pudo_juzgar_no_quita_lo_que_se_supero(rubrica, estado):
    resultados = nota.juzgar(rubrica, [prueba("lista_al_entrar", "superado"), prueba("lista_al_entrar", estado)])
    hecho = informe.Informe("e", [], [], resultados, None, 1.0, "")
    assert hecho.base == 2.5 and "faltan por revisar a mano 5" in hecho.calificacion


@pytest.mark.parametrize(
    "texto",
    [
        "",
        registro(prueba("a", "superado")),
        registro(prueba("a", "superado"), {"fin": 2}),
        registro({"fin": 0}),
        registro(prueba("a", "superado"))[:-9] + "\n" + registro({"fin": 1}),
    ],
)
def test_un_registro_que_falta_o_esta_cortado_no_es_nota(tmp_path, texto):
    (tmp_path / "r").write_text(texto)
    assert nota.leer(tmp_path / "r")[1] is None


def test_hay_puntos_parciales_y_los_bloqueados_se_dicen():
    criterio = {
        "clave": "a",
        "puntos": 4,
        "punto": "1",
        "titulo": "A",
        "comprueba": "",
        "seccion": "",
        "ejemplo": "",
        "visible": True,
        "depende_de": [],
    }
    rubrica = {"criterios": [criterio, {**criterio, "clave": "b"}]}
    a, b = nota.juzgar(rubrica, [prueba("a", "superado", 3), prueba("a", "fallado"), prueba("b", "bloqueado")])
    assert (a.estado, a.puntos, b.estado, b.puntos) == ("parcial", 3, "bloqueado", 0)


def test_las_correcciones_del_profesor_se_aplican_y_se_revisan(rubrica, tmp_path):
    (tmp_path / "c.csv").write_text(
        "entrega,criterio,puntos,motivo\nequipo1,lista_al_entrar,4,llegó tarde\n", encoding="utf-8"
    )
    resultados = nota.juzgar(rubrica, [prueba("lista_al_entrar", "fallado")])
    nota.corregir(resultados, "equipo1", nota.leer_correcciones(tmp_path / "c.csv"))
    assert nota.sumar(resultados) == (4, 0)
    (tmp_path / "c.csv").write_text("entrega,criterio,puntos,motivo\nequipo1,lista_al_entrar,cuatro,\n")
    with pytest.raises(ValueError, match="renglón 2"):
        nota.leer_correcciones(tmp_path / "c.csv")


def test_los_informes_llevan_texto_ajeno_sin_obedecerlo(rubrica, tmp_path):
    malo = "<script>alert(1)</script>\x1b[31m\0"
    resultados = nota.juzgar(rubrica, [{**prueba("lista_al_entrar", "fallado"), "observado": malo, "historia": [malo]}])
    hecho = informe.Informe(malo, [malo], [malo], resultados, {"semilla": "1", "python": "3"}, 1.0, "")
    hecho.escribir(tmp_path)
    assert "<script>" not in (tmp_path / "informe.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["tests"]
    assert "\x1b" not in hecho.tabla() and "\x1b" not in informe.para_terminal(malo)


@pytest.mark.parametrize("texto", ["=1+1", "+1", "@SUM(A1)", 'Ana";=1+1', "Ana\n=1+1", "Ana\t=1+1", "  =1+1"])
@pytest.mark.parametrize("separador", [",", ";", "\t"])
def test_ningun_texto_ajeno_es_una_formula_en_la_hoja_de_calculo(tmp_path, texto, separador):
    """Se abra con el separador que se abra: Excel usa el de su idioma, y no el del archivo."""
    with open(tmp_path / "c.csv", "w", encoding="utf-8", newline="") as archivo:
        csv.writer(archivo).writerow([nota.celda(texto), 1])
    with open(tmp_path / "c.csv", encoding="utf-8", newline="") as archivo:
        celdas = [celda for fila in csv.reader(archivo, delimiter=separador) for celda in fila]
    assert not [celda for celda in celdas if celda.lstrip().startswith(tuple("=+-@"))], celdas


def test_los_parecidos_tampoco_llevan_formulas(tmp_path):
    rutas = {nombre: entregar(tmp_path / str(n)) for n, nombre in enumerate(('=HYPERLINK("x")', "otra"))}
    for ruta in rutas.values():
        (ruta / "servidor.py").write_text("".join(f"x{k} = f(y, {k})\n" for k in range(40)))
    parecido.comparar(rutas, tmp_path / "p.csv")
    assert "'=HYPERLINK('x')" in (tmp_path / "p.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("codigo", ["punycode", "bz2", "hex", "rot13", "idna", "zlib", "uu", "no_existe"])
def test_un_fuente_en_un_codigo_raro_no_detiene_la_recepcion(tmp_path, codigo):
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "servidor.py").write_text("1")
    (tmp_path / "e" / "datos.py").write_text(f"# coding: {codigo}\n" + "x" * 1_500_000 + "-" + "a" * 500_000)
    inicio = time.process_time()
    entrega = recepcion.recibir(tmp_path / "e", tmp_path / "copia")
    assert any("datos.py" in aviso for aviso in entrega.avisos) and time.process_time() - inicio < 5


def test_renombrar_no_disimula_un_parecido(tmp_path):
    original = (AQUI / "entregas" / "correctas" / "sencilla" / "cliente_gui.py").read_text(encoding="utf-8")
    for nombre, texto in (
        ("una", original),
        ("otra", original.replace("mensaje", "dato").replace("sala", "cuarto")),
        ("distinta", (AQUI / "entregas" / "correctas" / "etiquetas" / "cliente_gui.py").read_text(encoding="utf-8")),
    ):
        (tmp_path / nombre).mkdir()
        (tmp_path / nombre / "cliente_gui.py").write_text(texto, encoding="utf-8")
    pares = parecido.comparar({nombre: tmp_path / nombre for nombre in ("una", "otra", "distinta")}, tmp_path / "p.csv")
    assert set(pares[0][:2]) == {"una", "otra"} and pares[0][2] > 95 and pares[1][2] < 15

"""Imágenes y archivos: nombres que no dañen, topes, lo que se ofrece antes de enviarlo; y de punta a punta."""

import dataclasses
import hashlib
import io
import os
import pathlib
import random

import pytest

import campos
from adjuntos import archivos
from adjuntos import contenido
from adjuntos import imagenes
from adjuntos import wav
from ayudas import programas
from ayudas.programas import PLAZO
from ayudas.red_simulada import RedFalsa
from equipo import datos
from fiabilidad import presupuesto
from presencia.eventos import Dicho
from presencia.ofertas import OTRA_VEZ, SIN_LLEGAR, Ofertas

NOMBRES = {
    "../../.bashrc": "bashrc",
    "..\\..\\autoexec.bat": "autoexec.bat",
    "/etc/passwd": "passwd",
    "C:\\Windows\\win.ini": "win.ini.txt",
    "C:": "C_",
    "a:b.txt": "a_b.txt",  # en NTFS, un flujo escondido de «a»
    "CON": "_CON",
    "con.txt": "_con.txt",
    "nul .txt": "_nul.txt",
    "Lpt1.tar.gz": "_Lpt1.tar.gz",
    "COM¹.log": "_COM¹.log",
    "CONIN$": "_CONIN$",
    "aux.h": "_aux.h",
    "consola.txt": "consola.txt",
    "foto\u202egpj.exe": "foto gpj.exe",
    "foto\u2066jpg\u2069.exe": "foto jpg.exe",
    "tarea.py.": "tarea.py",
    "tarea.py . .": "tarea.py",
    " tarea.py": "tarea.py",
    ".": "archivo",
    "..": "archivo",
    "... ...": "archivo",
    "/": "archivo",
    "\u200b": "archivo",
    "a\u200bb\ufeff.txt": "a b.txt",
    "clave.lnk": "clave.lnk.txt",
    "clave.LNK. ": "clave.LNK.txt",
    "desktop.ini": "desktop.ini.txt",
    "sitio.url": "sitio.url.txt",
    "app.desktop": "app.desktop.txt",
    "<script>alert(1)</script>.html": "script_.html",
    'x"|?*.c': "x____.c",
    "José.pdf".replace("é", "e\u0301"): "José.pdf",
    "-rf": "-rf",
    "~": "archivo",
    "ñandú 🎉.zip": "ñandú 🎉.zip",
}


@pytest.mark.parametrize("nombre", NOMBRES)
def test_un_nombre_ajeno_no_es_mas_que_un_nombre(nombre):
    assert archivos.limpiar_nombre(nombre) == NOMBRES[nombre]


def test_cualquier_nombre_se_puede_guardar(tmp_path):
    """Doscientos al azar, con lo que más daño hace: nada fuera de la carpeta, y todos con sus bytes."""
    azar = random.Random(7)
    partes = ["../", "..\\", "/", "CON", "nul", ".", " ", "\u202e", "é" * 90, "🎉" * 70, "a" * 200, ".exe", ".lnk", ":",
              "*", "~", "\u2028", "\ud800", "\x00", "\x1b", "com1", ".tar", "İ", "ẞ", "\u0301"]
    for i in range(200):
        nombre = "".join(azar.choices(partes, k=azar.randint(1, 6)))
        contenido = b"%d" % i
        ruta, _ = archivos.guardar(contenido, nombre, azar.choice(["Ana", "../Eva", "CON", "."]), tmp_path)
        assert ruta.read_bytes() == contenido
        assert ruta.parent.parent == tmp_path and len(ruta.name.encode()) <= archivos.MAX_BYTES_DE_NOMBRE + 10
        largo = len(ruta.name.encode()) > archivos.MAX_BYTES_DE_NOMBRE  # por el «(2)»
        assert largo or archivos.limpiar_nombre(ruta.name) == ruta.name
        assert not ruta.stat().st_mode & 0o111
    assert {uno.name for uno in tmp_path.iterdir()} == {"Ana", "Eva", "_CON", "archivo"}


def test_dos_que_se_llaman_igual(tmp_path):
    def guardar(contenido, nombre):
        return archivos.guardar(contenido, nombre, "Ana", tmp_path)[0].name

    assert guardar(b"uno", "tarea.py") == guardar(b"uno", "tarea.py") == "tarea.py"
    assert guardar(b"dos", "TAREA.py") == "TAREA (2).py"  # en Windows y macOS es el mismo nombre
    assert guardar(b"uno", "Tarea.py") == "tarea.py"
    assert guardar(b"dos", "tarea.py") == "TAREA (2).py"


def test_no_sigue_un_enlace(tmp_path):
    (tmp_path / "Ana").mkdir()
    ajeno = tmp_path / "ajeno.txt"
    ajeno.write_text("mío")
    os.symlink(ajeno, tmp_path / "Ana" / "tarea.py")
    ruta, _ = archivos.guardar(b"uno", "tarea.py", "Ana", tmp_path)
    assert ruta.name == "tarea (2).py" and ajeno.read_text() == "mío"


def test_lo_recibido_tiene_tope_por_persona_y_entre_todas(tmp_path, monkeypatch):
    monkeypatch.setattr(datos, "MAX_DE_UNO", 300)
    monkeypatch.setattr(datos, "MAX_RECIBIDOS", 450)
    guardado = tmp_path / "fuera.py"
    for quien in ("Ana", "Bryan", "Carla"):
        for i in range(5):
            ruta, _ = archivos.guardar(b"%s%03d" % (quien.encode(), i) * 13, f"{i}.py", quien, _carpeta(tmp_path))
            os.utime(ruta, (ord(quien[0]) * 100 + i,) * 2)
        if quien == "Ana":
            guardado.write_bytes(ruta.read_bytes())  # lo que la persona copió fuera
    archivos.guardar(b"x", "fin.py", "Carla", _carpeta(tmp_path))
    quedan = sorted(str(una.relative_to(_carpeta(tmp_path))) for una in _carpeta(tmp_path).rglob("*") if una.is_file())
    pesan = sum((_carpeta(tmp_path) / una).stat().st_size for una in quedan)
    assert pesan <= 450 and "Carla/fin.py" in quedan and "Carla/4.py" in quedan and guardado.exists()
    assert {una.partition("/")[0] for una in quedan} == {"Bryan", "Carla"}
    assert not (_carpeta(tmp_path) / "Ana").exists()  # lo más viejo se fue, y con ello su carpeta


def test_las_voces_y_los_stickers_cuentan_para_el_tope_de_quien_los_envia(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(datos, "MAX_DE_UNO", 3 * 48)
    una = wav.empaquetar(b"\1\2" * 2)
    assert len(una) == 48
    for i in range(6):
        voz = Dicho("audio", "../Eva", "", 1.0, "g", formato="wav", cuerpo=una[:-1] + bytes([i]))
        ruta = pathlib.Path(contenido.conservar(voz)["archivo"])
        os.utime(ruta, (100 + i,) * 2)
        assert ruta.parent.name == "Eva"
    otra = Dicho("audio", "Bryan", "", 1.0, "g", formato="wav", cuerpo=una)
    quedan = pathlib.Path(contenido.conservar(otra)["archivo"]).parent.parent
    assert len(list((quedan / "Eva").iterdir())) == 3 and len(list((quedan / "Bryan").iterdir())) == 1


def _carpeta(tmp_path: pathlib.Path) -> pathlib.Path:
    carpeta = tmp_path / "recibidos"
    carpeta.mkdir(exist_ok=True)
    return carpeta


# -------------------------------------------------------------------- lo que se envía


def test_preparar_un_archivo(tmp_path):
    (tmp_path / "chico.py").write_bytes(b"print(1)")
    assert archivos.preparar(tmp_path / "chico.py") == {"nombre": "chico.py", "cuerpo": b"print(1)"}
    grande = b"x" * (archivos.SIN_PEDIR + 1)
    (tmp_path / "grande.bin").write_bytes(grande)
    sha256 = hashlib.sha256(grande).hexdigest()
    assert archivos.preparar(tmp_path / "grande.bin") == {
        "nombre": "grande.bin", "bytes": len(grande), "sha256": sha256}
    ofrecidos = archivos.Ofrecidos()
    ofrecidos.anotar(sha256, tmp_path / "grande.bin")
    assert ofrecidos.leer(sha256) == grande
    (tmp_path / "grande.bin").write_bytes(b"otro")
    with pytest.raises(archivos.ErrorArchivo, match="cambió"):
        ofrecidos.leer(sha256)


def test_lo_que_no_se_puede_enviar(tmp_path):
    (tmp_path / "vacio.txt").touch()
    (tmp_path / "enorme.bin").touch()
    os.truncate(tmp_path / "enorme.bin", 2**32)  # 4 GB que no ocupan
    os.mkfifo(tmp_path / "tuberia")
    for nombre, motivo in (("vacio.txt", "vacío"), ("enorme.bin", "16 MB"), ("tuberia", "ningún"), ("no.txt", "ningún"),
                           ("", "ningún"), ("a\0b", "n")):
        with pytest.raises(archivos.ErrorArchivo, match=motivo):
            archivos.preparar(os.path.join(tmp_path, nombre))


def test_una_foto_se_envia_encogida_y_sin_decir_donde_se_tomo():
    Image = pytest.importorskip("PIL.Image")
    foto = Image.radial_gradient("L").resize((3_000, 2_000)).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Camara"
    exif[0x0112] = 6  # girada
    exif.get_ifd(0x8825)[1] = "N"  # la posición
    escrita = io.BytesIO()
    foto.save(escrita, "JPEG", exif=exif)
    assert b"Camara" in escrita.getvalue()
    cuerpo, formato = imagenes.preparar_foto(escrita.getvalue())
    assert len(cuerpo) <= imagenes.MAX_FOTO
    assert not [dato for dato in (b"Camara", b"Exif", b"EXIF") if dato in cuerpo]
    enviada = Image.open(io.BytesIO(cuerpo))
    assert enviada.size == (1_707, 2_560) and enviada.format.lower() == formato and not dict(enviada.getexif())
    assert imagenes.revisar(cuerpo) == formato


def test_una_captura_llega_con_los_mismos_pixeles():
    Image = pytest.importorskip("PIL.Image")
    captura = Image.new("RGB", (640, 400), "white")
    captura.paste((200, 30, 30), (10, 10, 300, 200))
    escrita = io.BytesIO()
    captura.save(escrita, "PNG")
    cuerpo, formato = imagenes.preparar_foto(escrita.getvalue())
    assert formato == "webp" and Image.open(io.BytesIO(cuerpo)).convert("RGB").tobytes() == captura.tobytes()


def test_una_imagen_ajena_enorme_no_se_abre():
    Image = pytest.importorskip("PIL.Image")
    escrita = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(escrita, "PNG")
    with pytest.raises(imagenes.ErrorImagen):
        imagenes.revisar(escrita.getvalue())


# -------------------------------------------------------------------- lo que se ofrece

CONTENIDO = b"x" * 1_000
SHA256 = hashlib.sha256(CONTENIDO).hexdigest()
OFERTA = Dicho("archivo", "Ana", "", 1.0, "g", nombre="clase.zip", bytes=1_000, sha256=SHA256, propio=True)


def pedir(ofertas, quien, ahora, personas=()):
    """Lo que pasa si alguien pide lo de OFERTA."""
    return ofertas.atender({"id": quien, "sha256": SHA256}, dict(personas).get, ahora)


def test_una_vez_sirve_a_todos_los_que_piden():
    ofertas = Ofertas()
    assert pedir(ofertas, "b", 0) is None  # no se ofrece
    ofertas.ofrecer(OFERTA)
    assert pedir(ofertas, "b", 0) is OFERTA
    assert pedir(ofertas, "c", 0.5) is None and pedir(ofertas, "b", 2) is None  # ya va saliendo
    assert ofertas.anotar_salida(SHA256, 3) is OFERTA
    assert pedir(ofertas, "b", 4) is None and pedir(ofertas, "c", 5) is None  # les está llegando
    assert pedir(ofertas, "d", 5.9) is None  # por más que pidan, no sale sin parar
    assert pedir(ofertas, "d", 6) is OFERTA  # llegó cuando ya había salido todo
    ofertas.anotar_salida(SHA256, 7)
    assert pedir(ofertas, "d", 7.1 + OTRA_VEZ) is OFERTA  # insiste: no le llegó
    ofertas.retirar(SHA256)
    assert pedir(ofertas, "e", 99) is None


def test_lo_ofrecido_en_privado_lo_pide_su_destinatario():
    ofertas = Ofertas()
    privada = dataclasses.replace(OFERTA, sala=None, to="Bryan")
    ofertas.ofrecer(privada)
    assert pedir(ofertas, "c", 0, {"Bryan": "b", "Carla": "c"}) is None
    assert pedir(ofertas, "b", 0, {"Bryan": "b", "Carla": "c"}) is privada


def test_se_pide_hasta_que_llega_lo_que_se_ofrecio():
    ofertas = Ofertas()
    ajena = dataclasses.replace(OFERTA, propio=False)
    assert ofertas.pedir(ajena, "a", 0)
    assert ofertas.vencer(0) == ([{"tipo": "descargar", "a": "a", "sha256": SHA256}], [])
    assert ofertas.vencer(1) == ([], []) and len(ofertas.vencer(2)[0]) == 1
    assert ofertas.anotar_llegada("Ana", SHA256[:32], 10) is ajena
    assert ofertas.vencer(11 + SIN_LLEGAR)[1] == [ajena]  # se calló a la mitad
    ofertas.pedir(ajena, "a", 100)
    assert ofertas.recibir({"tipo": "archivo", "cuerpo": b"y" * 1_000}) is None  # otros bytes
    assert ofertas.recibir({"tipo": "archivo", "cuerpo": CONTENIDO}) is ajena
    assert ofertas.recibir({"tipo": "archivo", "cuerpo": CONTENIDO}) is None
    for i in range(100):
        ofertas.pedir(dataclasses.replace(ajena, sha256=f"{i:064x}"), "a", 0)
    assert len(ofertas.vencer(1)[0]) <= 32


def test_quien_pide_cuando_ya_va_saliendo_no_se_queda_sin_lo_que_salio(monkeypatch):
    """Le falta casi todo sin haber perdido nada: si eso agotara su presupuesto, lo demás tardaría medio minuto."""
    monkeypatch.setattr(presupuesto, "DE_UNO", (2**18, 2**13))
    sala = campos.sala_de_archivo(SHA256)
    red = RedFalsa(3, perdida=0.2, capacidad=12_500_000, cola=0.25, conocidos={f"{i:08x}" for i in range(1, 4)})
    ana, bryan, carla = red.nodos
    for nodo in red.nodos:
        nodo.entrar()
    red.pasar(3)

    def pedir_a_ana(nodo):
        nodo.receptor.seguir(sala, entera=True)
        nodo.emisor.decir({"tipo": "descargar", "a": ana.id, "sha256": SHA256}, red.ahora)
        red.pasar(0.01)

    pedir_a_ana(bryan)
    ana.emisor.decir({"tipo": "archivo", "user": "Ana", "sala": sala, "content": "", "nombre": "x",
                      "cuerpo": bytes(2**20)}, red.ahora)
    red.pasar(5, lambda: red.dicho[-1][2].get("i", 0) > 500, cada=1)  # de 822
    pedir_a_ana(carla)
    red.pasar(10, lambda: bryan.de("archivo") and carla.de("archivo"))
    assert len(carla.de("archivo")[0]["cuerpo"]) == 2**20 and not carla.textos()


def test_lo_que_amplia_un_presupuesto_vale_una_vez_por_archivo():
    cuentas = presupuesto.Cuentas(0)
    for _ in range(9):
        cuentas.ampliar("b", "una", 1_000, 0, 0)
    cuentas.ampliar("b", "otra", 500, 0, 0)
    assert cuentas.deja("b", 0, 0)
    cuentas.cobrar("b", presupuesto.DE_UNO[0] + 1_499)
    assert cuentas.deja("b", 0, 0)
    cuentas.cobrar("b", 1)
    assert not cuentas.deja("b", 0, 0)


# -------------------------------------------------------------------- de punta a punta


def test_imagenes_y_archivos_de_punta_a_punta(lanzar, tmp_path):
    """Al 20 % de pérdida: lo chico llega, lo grande cuando se pide, y lo privado sólo a quien es."""
    pytest.importorskip("PIL")
    contenido = random.Random(3).randbytes(3 * 2**20)
    sha256 = hashlib.sha256(contenido).hexdigest()
    (tmp_path / "clase.zip").write_bytes(contenido)
    (tmp_path / "tarea.py").write_bytes(b"print('hola')\n")
    ana, bryan, carla = (programas.entrar(lanzar, uno, "general", perdida=20) for uno in ("Ana", "Bryan", "Carla"))
    ana.hacer("archivo", sala="general", archivo=str(tmp_path / "tarea.py"), content="mi tarea")
    chico = bryan.esperar("archivo", nombre="tarea.py", content="mi tarea")
    assert pathlib.Path(chico["archivo"]).read_bytes() == b"print('hola')\n"
    ana.hacer("imagen", to="Bryan", archivo=str(programas.RAIZ / "enunciado" / "imagenes" / "sala.png"), content="mira")
    imagen = bryan.esperar("imagen", **{"from": "Ana", "to": "Bryan", "content": "mira"})
    guardada = pathlib.Path(imagen["archivo"])
    assert hashlib.sha256(guardada.read_bytes()).hexdigest() == imagen["sha256"]
    assert guardada.parent.name == "Ana" and guardada.name.startswith("imagen 20")  # con lo suyo, y con su tope
    ana.hacer("archivo", sala="general", archivo=str(tmp_path / "clase.zip"))
    for uno in (bryan, carla):
        assert "archivo" not in uno.esperar("archivo", nombre="clase.zip", bytes=len(contenido), sha256=sha256)
        uno.hacer("descargar", sha256=sha256)
    for uno in (bryan, carla):
        def buscar(uno=uno):
            return next((e["archivo"] for e in uno.eventos if "archivo" in e and e["sha256"] == sha256), None)

        guardado = uno._esperar(buscar, 2 * PLAZO, "clase.zip")
        assert pathlib.Path(guardado).read_bytes() == contenido
    assert not [e for e in carla.eventos if e["evento"] == "imagen"]
    carla.hacer("descargar", sha256="0" * 64)
    carla.esperar("error", content="Nadie ofrece ese archivo.")

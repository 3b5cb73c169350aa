"""Los stickers: el paquete, los propios, y las imágenes ajenas rotas u hostiles."""

import dataclasses
import io
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

import campos
from equipo import datos
from ayudas import comparar_imagenes
from ayudas import programas
import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from adjuntos import imagenes
from adjuntos import stickers

image = pytest.importorskip("PIL.Image", reason="falta Pillow")
PAQUETE = [*stickers.PAQUETE]
CLARO, OSCURO = (255, 255, 255), (23, 33, 43)  # fondos de una conversación


@pytest.fixture(autouse=True)
def carpeta(tmp_path, monkeypatch):
    """La carpeta de datos de un usuario que empieza."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "datos"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "datos"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def codificar(imagen, formato="PNG", **opciones) -> bytes:
    """Los bytes de una imagen."""
    salida = io.BytesIO()
    imagen.save(salida, formato, **opciones)
    return salida.getvalue()


def ruido(ancho=300, alto=200, modo="RGB"):
    """Una imagen que no se comprime."""
    return image.effect_noise((ancho, alto), 90).convert(modo)


def animar(cuadros, formato="GIF", duracion=70) -> bytes:
    """Los bytes de una animación."""
    return codificar(cuadros[0], formato, save_all=True, append_images=cuadros[1:], duration=duracion, loop=0)


# -------------------------------------------------------------------- el paquete


@pytest.mark.parametrize("nombre", PAQUETE)
def test_cada_sticker_del_paquete(nombre):
    sticker = stickers.abrir(nombre)
    assert campos.validar_nombre(nombre) == nombre and nombre.isascii() and nombre.isalpha()
    for cuadro in sticker.cuadros:
        assert cuadro.size == (stickers.LADO, stickers.LADO) and cuadro.mode == "RGBA"
    alfa = sticker.cuadros[0].getchannel("A")
    assert alfa.getextrema() == (0, 255) and 0.2 < sum(alfa.histogram()[128:]) / stickers.LADO**2 < 0.9
    orilla = [alfa.crop(caja).getextrema()[1]
              for caja in ((0, 0, 256, 1), (0, 255, 256, 256), (0, 0, 1, 256), (255, 0, 256, 256))]
    assert max(orilla) < 128, "toca el borde de la imagen"


def test_el_paquete_tiene_dieciseis_o_mas_y_varios_se_mueven():
    assert len(PAQUETE) >= 16
    assert sum(len(stickers.abrir(nombre).cuadros) > 1 for nombre in PAQUETE) >= 2
    assert sorted(ruta.stem for ruta in stickers.CARPETA.glob("*.png")) == sorted(PAQUETE)


@pytest.mark.parametrize("fondo", [CLARO, OSCURO])
def test_se_leen_sobre_claro_y_sobre_oscuro(fondo):
    """En su contorno hay contraste con el fondo: con la orilla blanca o con la tinta."""
    for nombre in PAQUETE:
        cuadro = stickers.abrir(nombre).cuadros[0]
        lienzo = image.new("RGBA", cuadro.size, fondo)
        lienzo.alpha_composite(cuadro)
        luz = lienzo.convert("L")
        lejos = sum(cuantos for valor, cuantos in enumerate(luz.histogram()) if abs(valor - sum(fondo) / 3) > 80)
        assert lejos > 0.08 * stickers.LADO**2, nombre


@pytest.mark.parametrize("nombre, hallado", [("aplauso", "aplauso"), (" Corazón ", "corazon"), ("SUEÑO", "sueno")])
def test_los_nombres_se_buscan_sin_acentos_ni_mayusculas(nombre, hallado):
    assert stickers.nombre_en_paquete(nombre) == hallado
    assert stickers.ruta_de(nombre).is_file()


@pytest.mark.parametrize("nombre",
                         ["", "nada", "../../x", "/etc/passwd", "aplauso.png", "..\\aplauso", "stickers/aplauso",
                          "a\0b", "\ud800"])
def test_un_nombre_que_no_esta_en_el_paquete_no_es_una_ruta(nombre):
    for pedir in (stickers.ruta_de, stickers.abrir):
        with pytest.raises(imagenes.ErrorImagen, match="No hay ningún sticker"):
            pedir(nombre)


# -------------------------------------------------------------------- imágenes ajenas


def hacer_png(ancho: int, alto: int, datos_=b"", mas=b"") -> bytes:
    """Un PNG byte por byte, que puede mentir sobre sus medidas."""
    def trozo(tipo, contenido):
        return struct.pack(">I", len(contenido)) + tipo + contenido + struct.pack(">I", zlib.crc32(tipo + contenido))

    cabecera = struct.pack(">IIBBBBB", ancho, alto, 8, 6, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + trozo(b"IHDR", cabecera) + mas
            + trozo(b"IDAT", datos_ or zlib.compress(b"\0" * 100)) + trozo(b"IEND", b""))


def hacer_gif(*medidas: "tuple[int, int]") -> bytes:
    """Un GIF en que cada cuadro dice medir tanto."""
    pegadas = [struct.pack("<HH", *una) for una in medidas]
    cuadros = b"".join(b"!\xf9\x04\x08\x05\0\0\0,\0\0\0\0" + una + b"\0\x02\x02D\x01\0" for una in pegadas)
    return b"GIF89a" + pegadas[0] + b"\x80\0\0\0\0\0\xff\xff\xff" + cuadros + b";"


HOSTILES = {
    "vacía": b"",
    "texto": b"hola, soy un sticker",
    "un WAV": b"RIFF\x24\0\0\0WAVEfmt " + bytes(100),
    "BMP, que no se admite": lambda: codificar(ruido(), "BMP"),
    "TIFF, que no se admite": lambda: codificar(ruido(), "TIFF"),
    "EPS, que ejecutaría otro programa": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 50 50\n"
                                         b"%%EndComments\nshowpage\n",
    "bomba de 50 000 × 50 000": lambda: hacer_png(50_000, 50_000, zlib.compress(bytes(10**6))),
    "bomba de 2^31 de ancho": lambda: hacer_png(2**31 - 1, 1),
    "PNG de 3 000 × 10": lambda: hacer_png(3_000, 10),
    "PNG de ancho 0": lambda: hacer_png(0, 10),
    "GIF de 65 535 × 65 535": lambda: hacer_gif((65_535, 65_535)),
    "GIF que crece en su segundo cuadro": lambda: hacer_gif((1, 1), (9_000, 9_000), (9_000, 9_000)),
    "PNG cortado": lambda: codificar(ruido())[:-5_000],
    "JPEG cortado": lambda: codificar(ruido(), "JPEG")[:400],
    "WebP cortado": lambda: codificar(ruido(), "WEBP")[:-300],
    "GIF cortado": lambda: codificar(ruido(), "GIF")[:900],
    "PNG con los datos mal": lambda: hacer_png(64, 64, b"esto no es zlib"),
    "más de 2 MB": lambda: codificar(ruido(1_000, 1_000)),
    "texto comprimido de 100 MB dentro": lambda: hacer_png(8, 8, mas=bomba_de_texto()),
}


def bomba_de_texto() -> bytes:
    """Un trozo zTXt de un PNG que ocupa 100 KB y crece a 100 MB."""
    contenido = b"Comment\0\0" + zlib.compress(bytes(100 * 2**20), 9)
    return struct.pack(">I", len(contenido)) + b"zTXt" + contenido + struct.pack(">I", zlib.crc32(b"zTXt" + contenido))


def crear(caso: str) -> bytes:
    """Los bytes de un caso de HOSTILES."""
    return HOSTILES[caso]() if callable(HOSTILES[caso]) else HOSTILES[caso]


@pytest.mark.parametrize("caso", HOSTILES)
def test_una_imagen_rota_u_hostil_se_rechaza_con_una_frase(caso):
    with pytest.raises(imagenes.ErrorImagen) as error:
        stickers.revisar(crear(caso))
    assert str(error.value).endswith(".")


LIMITE = """
import resource, sys
sys.path[:0] = sys.argv[1:4]
from adjuntos import imagenes
from adjuntos import stickers
import test_stickers
resource.setrlimit(resource.RLIMIT_AS, (400 * 2**20,) * 2)
for caso in test_stickers.HOSTILES:
    try:
        stickers.abrir(test_stickers.crear(caso))
        print("se abrió", caso)
    except imagenes.ErrorImagen as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="setrlimit de memoria sólo sirve en Linux")
def test_ninguna_imagen_hostil_llena_la_memoria():
    orden = [sys.executable, "-c", LIMITE, str(programas.PRACTICA), str(pathlib.Path(__file__).parent),
             str(programas.RAIZ / "pruebas")]
    dicho = subprocess.run(orden, capture_output=True, encoding="utf-8", timeout=60)
    assert dicho.returncode == 0 and len(dicho.stdout.splitlines()) == len(HOSTILES), dicho
    assert "se abrió" not in dicho.stdout and "MemoryError" not in dicho.stdout, dicho.stdout


@settings(deadline=None)
@given(st.data())
def test_ningun_byte_cambiado_lanza_otra_cosa(data):
    """Ni al leer ni al hacer de ella un sticker propio."""
    rota = bytearray(data.draw(st.sampled_from(BUENAS)))
    for _ in range(data.draw(st.integers(1, 8))):
        rota[data.draw(st.integers(0, len(rota) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.NamedTemporaryFile(suffix=".x") as archivo:
        archivo.write(bytes(rota[: data.draw(st.integers(1, len(rota)))]))
        archivo.flush()
        try:
            assert stickers.preparar(archivo.name)[1]
        except imagenes.ErrorImagen:
            pass


BUENAS = [codificar(ruido(24, 24), formato) for formato in ("PNG", "JPEG", "GIF", "WEBP")]
BUENAS += [animar([ruido(24, 24), ruido(24, 24), ruido(24, 24)], formato) for formato in ("PNG", "GIF", "WEBP", "MPO")]


def test_lo_que_pillow_lee_pero_no_escribe_es_un_rechazo(carpeta):
    """Un GIF cuyo segundo cuadro se sale del primero."""
    antes, marca, despues = animar([ruido(10, 10), ruido(10, 10)]).rpartition(b",\0\0\0\0\x0a\0\x0a\0")
    crece = antes + b",\5\0\5\0" + marca[5:] + despues
    (carpeta / "crece.gif").write_bytes(crece)
    assert [cuadro.size for cuadro in stickers.abrir(crece).cuadros] == [(10, 10), (15, 15)]
    with pytest.raises(imagenes.ErrorImagen, match="no se pudo codificar"):
        stickers.agregar(carpeta / "crece.gif")


@pytest.mark.parametrize("metodo", ["quantize", "resize", "copy", "thumbnail", "save", "convert", "load"])
@pytest.mark.parametrize("error", [MemoryError, SystemError, struct.error, OSError, KeyError])
def test_ningun_error_de_pillow_pasa_de_aqui(carpeta, monkeypatch, metodo, error):
    """Falle donde falle, al leer o al escribir, una quieta o una animada."""
    def fallar(*_argumentos, **_opciones):
        raise error("-2")

    (carpeta / "quieta.png").write_bytes(codificar(ruido(20, 20)))
    (carpeta / "animada.gif").write_bytes(animar([ruido(20, 20), ruido(20, 20)]))
    sticker = stickers.abrir((carpeta / "animada.gif").read_bytes())
    monkeypatch.setattr(image.Image, metodo, fallar)
    fallas = []
    for intento in (lambda: stickers.preparar(carpeta / "quieta.png"),
                    lambda: stickers.preparar(carpeta / "animada.gif"),
                    lambda: imagenes.codificar_medida(sticker.cuadros[0], (10, 10))):
        try:
            intento()
        except imagenes.ErrorImagen as falla:
            fallas.append(str(falla))
    assert fallas and all(falla.endswith(".") for falla in fallas)


# -------------------------------------------------------------------- de las rotas, lo que se usa


def test_de_una_foto_vale_la_primera_aunque_falte_la_segunda(carpeta):
    """Quien recorta el archivo de un teléfono, o lo copia a medias, se queda con la foto."""
    fotos = [image.new("RGB", (600, 450), "red"), ruido(300, 225)]
    entera = codificar(fotos[0], "MPO", save_all=True, append_images=fotos[1:])
    sin_segunda = entera[: entera.rindex(b"\xff\xd8\xff")]
    for contenido in (entera, sin_segunda, sin_segunda + b"\xff\xd8", sin_segunda + bytes(500)):
        sticker = stickers.abrir(contenido)
        assert sticker.formato == "jpeg" and len(sticker.cuadros) == 1
        rojo = image.new("RGB", (256, 192), "red")
        assert comparar_imagenes.medir_diferencia(sticker.cuadros[0].convert("RGB"), rojo) < 3


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.filterwarnings("ignore:.*MPO")
def test_una_foto_con_los_datos_exif_rotos_se_ve(carpeta):
    exif = image.Exif()
    exif[0x0112] = 6
    buena = codificar(ruido(40, 20), "JPEG", exif=exif)
    for roto in (b"Exif\0\0MM\0\x2a\xff\xff\xff\xff", b"Exif\0\0II\x2a\0\x08\0\0\0\xff\xff", b"Exif\0\0XX"):
        donde = buena.index(b"Exif")
        contenido = buena[:donde] + roto + buena[donde + len(roto):]
        assert sorted(stickers.abrir(contenido).cuadros[0].size) == [20, 40]


@pytest.mark.parametrize("formato", ["GIF", "PNG", "WEBP"])
def test_de_una_animacion_cortada_se_ven_los_cuadros_buenos(formato):
    entera = animar([ruido(40, 40) for _ in range(6)], formato)
    vistos = [len(stickers.abrir(entera[:largo]).cuadros) for largo in (len(entera), len(entera) * 3 // 5)
              # El WebP dice al principio cuánto mide: cortado, no es nada.
              if formato != "WEBP" or largo == len(entera)]
    assert vistos[0] == 6 and all(1 <= cuantos < 6 for cuantos in vistos[1:])


def hacer_apng_con_respaldo(color: str, *cuadros: str) -> bytes:
    """Un PNG animado cuya primera imagen es sólo para quien no lo sabe animar."""
    salida = io.BytesIO()
    image.new("RGB", (30, 30), color).save(salida, "PNG", save_all=True, default_image=True, duration=300,
                                           append_images=[image.new("RGB", (30, 30), uno) for uno in cuadros])
    return salida.getvalue()


def test_de_un_png_animado_la_imagen_de_respaldo_no_es_un_cuadro():
    sticker = stickers.abrir(hacer_apng_con_respaldo("red", "green", "blue"))
    assert sticker.duraciones == [300, 300]
    assert [cuadro.convert("RGB").getpixel((5, 5)) for cuadro in sticker.cuadros] == [(0, 128, 0), (0, 0, 255)]


def test_si_la_animacion_falta_vale_la_imagen_de_respaldo():
    entero = hacer_apng_con_respaldo("red", "green", "blue")
    donde = entero.index(b"fdAT") - 4
    sticker = stickers.abrir(entero[:donde])
    assert [cuadro.convert("RGB").getpixel((5, 5)) for cuadro in sticker.cuadros] == [(255, 0, 0)]


@pytest.mark.parametrize("formato", ["PNG", "JPEG", "GIF", "WEBP"])
def test_una_imagen_buena_se_muestra_encogida(formato):
    contenido = codificar(ruido(), formato)
    sticker = stickers.abrir(contenido)
    assert sticker.cuadros[0].size == (256, 171) and sticker.formato == stickers.revisar(contenido) == formato.lower()


def test_un_png_de_grises_de_16_bits_conserva_sus_grises():
    contenido = codificar(image.linear_gradient("L").convert("I").point(lambda gris: gris * 257).convert("I;16"))
    assert contenido[24:26] == b"\x10\0"  # 16 bits, gris
    visto = stickers.abrir(contenido).cuadros[0].convert("L")
    assert comparar_imagenes.medir_diferencia(visto, image.linear_gradient("L")) < 1


def test_una_animacion_ajena_enorme_se_corta(monkeypatch):
    contenido = animar([ruido(40, 40) for _ in range(imagenes.MAX_CUADROS + 10)])
    assert len(stickers.abrir(contenido).cuadros) == imagenes.MAX_CUADROS
    monkeypatch.setattr(imagenes, "AJENA", dataclasses.replace(imagenes.AJENA, pixeles=5 * 40 * 40))
    assert len(stickers.abrir(contenido).cuadros) == 5


def test_las_duraciones_son_razonables():
    cuadros = [image.new("RGB", (8, 8), color) for color in ("red", "green", "blue")]
    assert stickers.abrir(animar(cuadros, duracion=[0, 10, 60_000])).duraciones == [100, 20, 10_000]


# -------------------------------------------------------------------- los propios


def test_una_foto_de_telefono_se_encoge(carpeta):
    derecha = image.effect_noise((4_000, 3_000), 60).convert("RGB")
    exif = image.Exif()
    exif[0x0112] = 6  # de lado, como la guardan los teléfonos
    derecha.save(carpeta / "mi gato.jpg", exif=exif)
    nombre, contenido, formato = stickers.preparar(carpeta / "mi gato.jpg")
    assert (nombre, formato) == ("mi gato", "png") and len(contenido) < 100_000
    assert stickers.abrir(contenido).cuadros[0].size == (192, 256)
    assert b"Exif" not in contenido and b"eXIf" not in contenido  # una foto dice dónde se tomó: el sticker, no


def test_de_una_foto_con_otra_detras_vale_la_primera(carpeta):
    """Como las de muchos teléfonos: un JPEG con dos imágenes (MPF), que Pillow llama MPO."""
    fotos = [image.new("RGB", (1_200, 900), "red"), image.new("RGB", (300, 225), "gray")]
    (carpeta / "IMG_0001.jpg").write_bytes(codificar(fotos[0], "MPO", save_all=True, append_images=fotos[1:]))
    sticker = stickers.abrir((carpeta / "IMG_0001.jpg").read_bytes())
    assert sticker.formato == "jpeg" and len(sticker.cuadros) == 1
    _, contenido, formato = stickers.preparar(carpeta / "IMG_0001.jpg")
    visto = stickers.abrir(contenido).cuadros[0]
    assert formato == "png" and visto.size == (256, 192)
    assert comparar_imagenes.medir_diferencia(visto.convert("RGB"), image.new("RGB", visto.size, "red")) < 3


@pytest.mark.parametrize("cuantos, lado", [(2, 100), (30, 400), (200, 120)])
def test_una_animacion_propia_cabe_y_dura_lo_mismo(carpeta, cuantos, lado):
    (carpeta / "baile.gif").write_bytes(animar([ruido(lado, lado) for _ in range(cuantos)]))
    _, contenido, formato = stickers.preparar(carpeta / "baile.gif")
    sticker = stickers.abrir(contenido)
    leidos = min(cuantos, imagenes.MAX_CUADROS)
    assert formato == sticker.formato == "webp" and len(contenido) <= stickers.MAX_STICKER
    assert len(sticker.cuadros) > 1 and sum(sticker.duraciones) == 70 * leidos


def test_la_transparencia_se_conserva(carpeta):
    circulo = image.new("RGBA", (500, 500))
    circulo.paste("red", (100, 100, 400, 400))
    circulo.save(carpeta / "x.png")
    alfa = stickers.abrir(stickers.preparar(carpeta / "x.png")[1]).cuadros[0].getchannel("A")
    assert alfa.getpixel((5, 5)) == 0 and alfa.getpixel((128, 128)) > 250


@pytest.mark.parametrize("archivo, nombre", [
    ("gato.png", "gato"), ("con.png", "con"), ("mi gato (2).png", "mi gato 2"), ("ñandú_azul.png", "ñandú azul"),
    ("....png", "sticker"),
    ("x" * 60 + ".png", "x" * 32), ("🐱.png", "sticker"), ("privado.png", "privado"),
    (".png", "sticker"), ("sin extension", "sin extension"), ("हिन्दी.png", "हिन्दी"), ("ที่นี่.gif", "ที่นี่"),
])
def test_el_nombre_de_un_sticker_propio_es_valido(carpeta, archivo, nombre):
    ruido(20, 20).save(carpeta / archivo, "PNG")
    ficha = stickers.agregar(carpeta / archivo)
    assert ficha.nombre == nombre == campos.validar_nombre(nombre)
    assert ficha.ruta.parent == datos.carpeta_de_datos("stickers") and ficha.ruta.is_file()


def test_lo_que_no_se_puede_usar_se_explica(carpeta):
    (carpeta / "roto.png").write_bytes(b"no soy")
    (carpeta / "enorme.png").write_bytes(hacer_png(30_000, 30_000))
    for ruta in ("roto.png", "enorme.png", "no-existe.png", ".", "nu\0lo.png"):
        with pytest.raises(imagenes.ErrorImagen):
            stickers.agregar(carpeta / ruta)
    assert stickers.propios() == []


def test_el_catalogo_empieza_por_los_propios(carpeta):
    assert [ficha.nombre for ficha in stickers.catalogo()] == PAQUETE
    ruido(20, 20).save(carpeta / "gato.png")
    gato = stickers.agregar(carpeta / "gato.png")
    assert stickers.agregar(carpeta / "gato.png") == gato  # el mismo, una vez
    assert [ficha.nombre for ficha in stickers.catalogo()] == ["gato", *PAQUETE]
    por_nombre = {ficha.nombre: ficha for ficha in stickers.catalogo()}
    assert stickers.mensaje_de(por_nombre["taco"]) == {"content": "taco"}
    assert stickers.mensaje_de(gato) == {"content": "gato", "formato": "png", "cuerpo": gato.ruta.read_bytes()}
    assert (por_nombre["taco"].descripcion, gato.descripcion) == ("come un taco", "gato")
    stickers.quitar(gato)
    assert "gato" not in [ficha.nombre for ficha in stickers.catalogo()]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permisos de Unix")
def test_sin_carpeta_de_datos_el_paquete_funciona(tmp_path, monkeypatch):
    (tmp_path / "archivo").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "archivo"))  # no es una carpeta
    assert [ficha.nombre for ficha in stickers.catalogo()] == PAQUETE
    ruido(20, 20).save(tmp_path / "gato.png")
    with pytest.raises(imagenes.ErrorImagen, match="No se pudo guardar"):
        stickers.agregar(tmp_path / "gato.png")


SIN_PILLOW = """
import sys
sys.modules["PIL"] = None
sys.path.insert(0, sys.argv[1])
from adjuntos import imagenes
from adjuntos import imagenes, stickers
print(imagenes.por_que_no(), len(stickers.catalogo()))
for intento in (lambda: stickers.abrir("hola"), lambda: stickers.revisar(b"x"),
                lambda: stickers.agregar(stickers.ruta_de("hola"))):
    try:
        print(intento())
    except imagenes.ErrorImagen as error:
        print(error)
"""


def test_sin_pillow_lo_dice():
    dicho = subprocess.run([sys.executable, "-c", SIN_PILLOW, str(programas.PRACTICA)], capture_output=True,
                           encoding="utf-8", check=True)
    assert dicho.stdout.count("pip install Pillow") == 4 and f" {len(PAQUETE)}\n" in dicho.stdout, dicho


# -------------------------------------------------------------------- lo recibido


def test_lo_recibido_se_guarda_una_vez_y_con_tope(monkeypatch):
    monkeypatch.setattr(datos, "MAX_ARCHIVOS", 5)
    primero, sha = datos.guardar_recibido(b"uno", "wav")
    assert datos.guardar_recibido(b"uno", "wav") == (primero, sha) and primero.read_bytes() == b"uno"
    rutas = [datos.guardar_recibido(bytes([i]) * 100, "png")[0] for i in range(8)]
    assert {ruta for ruta in rutas if ruta.exists()} == set(rutas[-5:]) and not primero.exists()
    monkeypatch.setattr(datos, "MAX_RECIBIDOS", 250)
    ultimo, _ = datos.guardar_recibido(b"x" * 100, "wav")
    assert sorted(ultimo.parent.iterdir()) == sorted([rutas[-1], ultimo])


def test_un_disco_lleno_no_deja_medios_archivos(monkeypatch):
    def llenarse(*_):
        raise OSError(28, "No queda espacio")

    monkeypatch.setattr(os, "replace", llenarse)
    with pytest.raises(OSError):
        datos.guardar_recibido(b"uno", "wav")
    assert list(datos.carpeta_de_datos("recibidos").iterdir()) == []

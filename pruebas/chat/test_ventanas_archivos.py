"""Imágenes y archivos en las ventanas de verdad: pegar, elegir, descargar, abrir."""

import hashlib
import io
import os
import pathlib
import random
import stat

from PIL import Image
from PIL import ImageChops
from PIL import ImageDraw
from PIL import ImageGrab
import pytest

from ayudas import programa_gui
from ayudas import programas
from ayudas.ventanas_abiertas import abrir  # noqa: F401
from ayudas.ventanas_abiertas import pantalla  # noqa: F401
import protocolo
from ventanas import portapapeles
from ventanas import visor

programa_gui.exigir()


def dibujar_captura(ruta: pathlib.Path) -> Image.Image:
    """Una «captura de pantalla» que cabe en la conversación sin encogerse."""
    captura = Image.new("RGB", (240, 150), "#204060")
    lapiz = ImageDraw.Draw(captura)
    for i in range(12):
        lapiz.rectangle((i * 18, i * 11, i * 18 + 60, i * 11 + 14), fill=(i * 20, 250 - i * 18, 120))
    captura.save(ruta)
    return captura


def buscar_en_pantalla(buscada: Image.Image, xdisplay: str, zona) -> bool:
    """Si en una zona de la pantalla se ve una imagen, píxel por píxel, salvo sus orillas y la hora."""
    vista = ImageGrab.grab(zona, xdisplay=xdisplay).convert("RGB")
    centro = buscada.crop((20, 20, buscada.width - 20, buscada.height - 40))
    clave = centro.tobytes()[: 3 * centro.width]  # su primer renglón
    crudo, ancho = vista.tobytes(), 3 * vista.width
    desde = -1
    while (desde := crudo.find(clave, desde + 1)) >= 0:
        x, y = desde % ancho // 3, desde // ancho
        if desde % 3 == 0 and not ImageChops.difference(
                vista.crop((x, y, x + centro.width, y + centro.height)), centro).getbbox():
            return True
    return False


@pytest.mark.parametrize("perdida", [0, 20])
def test_una_captura_pegada_se_ve_igual_en_la_otra_ventana(servidor, abrir, pantalla, tmp_path, perdida):
    captura = dibujar_captura(tmp_path / "captura.png")
    ana, bryan = (abrir("--usuario", uno, "--sala", "general", f"--perdida={perdida}") for uno in ("Ana", "Bryan"))
    sala, suya = ana.esperar_ventana("general — Ana"), bryan.esperar_ventana("general — Bryan")
    ana.copiar_fuera(str(tmp_path / "captura.png"), programa_gui.COPIAR_IMAGEN)
    ana.enfocar(sala)
    ana.teclas("ctrl+v")
    ana.esperar_abierta("Enviar una imagen")
    ana.teclas("Escape")  # no se envió nada
    ana.esperar_que(lambda: "Enviar una imagen" not in ana.titulos(), "que se cierre")
    ana.tcl(f"wm geometry {sala} +20+1100")
    ana.enfocar(sala)
    ana.teclas("F6", "ctrl+v")  # también desde la conversación
    envio = ana.esperar_abierta("Enviar una imagen")
    enviar = ana.parte(envio, "TButton")
    ana.esperar_que(lambda: ana.tcl(f"{ana.parte(envio, 'TLabel', 1)} cget -image"), "la muestra")
    fondo = f"expr {{[winfo rooty {enviar}] + [winfo height {enviar}] < [winfo screenheight {envio}]}}"
    ana.esperar_tcl(fondo, "1")  # el botón no se sale de la pantalla
    ana.teclas("Return")
    ana.esperar_que(lambda: "Enviar una imagen" not in ana.titulos(), "que se envíe")
    x, y, ancho, alto = (int(bryan.tcl(f"winfo {medida} {suya}")) for medida in ("rootx", "rooty", "width", "height"))
    display, zona = pantalla.entorno["DISPLAY"], (x, y, x + ancho, y + alto)
    bryan.esperar_que(lambda: buscar_en_pantalla(captura, display, zona), "la captura en pantalla")
    if perdida:
        return
    bryan.enfocar(suya)
    bryan.teclas("F6", "Return")
    grande = bryan.esperar_abierta("Imagen de Ana")
    bryan.esperar_que(lambda: "240 × 150" in bryan.rotulos(grande), "la imagen en grande")
    bryan.teclas("plus", "Escape")
    bryan.esperar_que(lambda: "Imagen de Ana" not in bryan.titulos(), "que se cierre")


def test_un_archivo_grande_se_ofrece_y_se_descarga(servidor, lanzar, abrir, tmp_path):
    contenido = random.Random(5).randbytes(3 * 2**20)
    (tmp_path / "clase.zip").write_bytes(contenido)
    sha256 = hashlib.sha256(contenido).hexdigest()
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    bryan = programas.entrar(lanzar, "Bryan", "general")
    ana.enfocar(sala)
    ana.teclas("ctrl+o")
    ana.esperar_que(lambda: "Entry" in ana.tcl("winfo class [focus]"), "el diálogo")
    ana.escribir(str(tmp_path / "clase.zip"))
    ana.teclas("Return")
    ana.esperar_abierta("Enviar un archivo")
    ana.escribir("para hoy")
    ana.teclas("Return")
    bryan.esperar("archivo", nombre="clase.zip", content="para hoy", sha256=sha256, bytes=len(contenido))
    bryan.hacer("descargar", sha256=sha256)
    def guardado(quien):
        return next((e["archivo"] for e in quien.eventos if "archivo" in e), None)

    assert pathlib.Path(bryan._esperar(lambda: guardado(bryan), programas.PLAZO, "clase.zip")).read_bytes() == contenido
    (tmp_path / "otra.zip").write_bytes(contenido[::-1])
    bryan.hacer("archivo", sala="general", archivo=str(tmp_path / "otra.zip"))
    ana.esperar_texto(sala, "Descargar 3.0 MB")
    ana.pulsar_texto(sala, "otra.zip")
    recibidos = tmp_path / "practica3-chat" / "recibidos" / "Bryan" / "otra.zip"
    ana.esperar_que(lambda: recibidos.exists() and recibidos.read_bytes() == contenido[::-1], "el archivo, guardado")
    ana.esperar_que(lambda: not ana.dice(sala, "Descargar"), "que ya no se ofrezca")


def test_lo_que_alguien_deja_de_enviar_a_la_mitad_no_se_queda_llegando(servidor, lanzar, abrir):
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    bryan = lanzar(programas.Sencillo)
    suyo = {"id": "0000000b", "sala": "general"}
    bryan.enviar(tipo="inicio", user="Bryan", **suyo)
    bryan.enviar(tipo="latido", id="0000000b", user="Bryan", salas={"general": 0})
    ana.esperar_personas(sala, "Ana (tú)", "Bryan")
    for i in range(50):
        bryan.enviar_bytes(protocolo.codificar({"tipo": "trozo", **suyo, "n": i + 1, "m": 1, "i": i, "de": 100,
                                                "cuerpo": b"x" * 9}))
    ana.esperar_texto(sala, "Recibiendo 48")
    bryan.enviar_bytes(protocolo.codificar({"tipo": "trozo", **suyo, "n": 51, "m": 1, "i": 0, "de": 1}))
    ana.esperar_texto(sala, "Canceló el envío")
    assert not ana.dice(sala, "Recibiendo") and not ana.dice(sala, "perdió")


def test_un_programa_pregunta_antes_de_abrirse(servidor, lanzar, abrir, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    abridor = tmp_path / "bin" / "xdg-open"
    abridor.write_text(f'#!/bin/sh\necho "$1" >> {tmp_path}/abierto\n')
    abridor.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    (tmp_path / "juego.py").write_text("import os\n\n\ndef main():\n    pass\n")
    (tmp_path / "notas.pdf").write_bytes(b"%PDF-1.4")
    bryan = programas.entrar(lanzar, "Bryan", "general")
    ana = abrir("--usuario", "Ana", "--sala", "general")
    sala = ana.esperar_ventana("general — Ana")
    ana.esperar_personas(sala, "Ana (tú)", "Bryan")
    for nombre in ("juego.py", "notas.pdf"):
        bryan.hacer("archivo", sala="general", archivo=str(tmp_path / nombre))
    ana.esperar_texto(sala, "def main():")  # sus primeros renglones
    ana.esperar_texto(sala, "notas.pdf")
    guardados = tmp_path / "practica3-chat" / "recibidos" / "Bryan"
    ana.esperar_que(lambda: (guardados / "notas.pdf").exists(), "que se guarde")
    ana.pulsar_texto(sala, "notas.pdf")
    ana.esperar_que(lambda: (tmp_path / "abierto").read_text().split() == [f"{guardados}/notas.pdf"]
                    if (tmp_path / "abierto").exists() else False, "que se abra")
    ana.pulsar_texto(sala, "juego.py")
    ana.esperar_que(lambda: "Abrir" in ana.titulos() or ana.tcl("grab current"), "la pregunta")
    ana.teclas("Escape")
    ana.esperar_que(lambda: not ana.tcl("grab current"), "que se cierre")
    assert len((tmp_path / "abierto").read_text().split()) == 1


# -------------------------------------------------------------------- sin ventanas


def test_lo_copiado_se_lee_como_lo_da_tk():
    assert portapapeles._leer_cifras("0x89 0x50 0x4e 0x47 0x0d 0xa 0x0") == b"\x89PNG\r\n\0"
    assert portapapeles._leer_cifras("\x89PNG") == b"\x89PNG"
    lista = "file:///home/ana/mi%20tarea.py\r\nhttp://no.es/archivo\r\n\0"
    assert portapapeles._leer_rutas(lista) == [pathlib.Path("/home/ana/mi tarea.py")]


def test_por_donde_se_mira_una_imagen():
    vista = visor.Vista(1.0)
    vista.acercar(2.0, 100, 50)
    assert (vista.escala, vista.x, vista.y) == (2.0, 50.0, 25.0)  # lo señalado no se mueve
    vista.acotar((1_000, 20), (400, 400))
    assert (vista.x, vista.y) == (50.0, -90.0)  # lo que sobra, a partes iguales
    vista.x = 5_000
    vista.acotar((1_000, 20), (400, 400))
    assert vista.x == 800.0


def test_de_una_imagen_enorme_se_dibuja_lo_que_cabe():
    from adjuntos import imagenes

    enorme = Image.new("RGBA", (2_560, 2_560), "#FF0000FF")
    ppm, esquina = imagenes.recortar(enorme, 8.0, (100.0, 100.0), (400, 300))
    assert Image.open(io.BytesIO(ppm)).size == (400, 300) and esquina == (0, 0)
    ppm, esquina = imagenes.recortar(enorme, 0.1, (-720.0, 0.0), (400, 300))
    assert Image.open(io.BytesIO(ppm)).size == (256, 256) and esquina == (72, 0)

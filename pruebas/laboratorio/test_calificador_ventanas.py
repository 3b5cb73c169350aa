"""Cómo el calificador ve y usa las ventanas, qué reconoce en ellas, y lo que dice y oye en la red y en la tarjeta
de sonido."""

import contextlib
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import tkinter
import types
from tkinter import font
from tkinter import ttk

import pytest

from calificador import caminos
from calificador import dialogos
from calificador import elementos
from calificador import explicar
from calificador import mensajes
from calificador import par
from calificador import persona
from calificador import privados
from calificador import sonido
from calificador import traza
from calificador import ventanas
from calificador import voces
from calificador import zonas
from calificador.dentro import cerrojo

AQUI = pathlib.Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("forma", ["json", "etiquetas"])
def test_lo_que_el_par_escribe_lo_lee(forma):
    for mensaje in (
        {"tipo": "inicio", "user": "Ana", "sala": "s"},
        {"tipo": "msj", "user": "Ana", "sala": "s", "content": "a><b <ñ>"},
        {"tipo": "msj", "privado": True, "from": "Ana", "to": "Bo", "content": "x"},
        {"tipo": "usuarios", "sala": "s", "lista": ["Ana", "Bo"]},
    ):
        leido = mensajes.leer(mensajes.escribir(mensaje, forma))
        assert (dict(leido), leido.forma) == (mensaje, forma)


@pytest.mark.parametrize("datos", [b"", b"{", b"[1]", b"\xff", b"<a", b"<a><b>", b"[" * 100_000, b'{"tipo":5}'])
def test_el_par_lee_basura_sin_detenerse(datos):
    mensajes.leer(datos)


def test_la_voz_se_reconoce_a_cualquier_frecuencia_y_sólo_ella():
    azar = random.Random(1)
    voz, otra = sonido.inventar_voz(azar), sonido.inventar_voz(azar)
    for rate, ancho in ((8000, 1), (16000, 2), (44100, 2)):
        datos = sonido.decir(voz, rate, 1, ancho, int(1.3 * rate))
        tonos = sonido.reconocer(datos, rate, 1, sonido.SIN_SIGNO if ancho == 1 else sonido.ENTEROS, ancho)
        assert sonido.es_la_voz(tonos, voz) and not sonido.es_la_voz(tonos, otra)
    assert sonido.reconocer(bytes(32_000), 16000, 1, sonido.ENTEROS, 2) == []


def test_el_pyaudio_simulado_tiene_la_interfaz_del_verdadero():
    pyaudio = pytest.importorskip("pyaudio")
    import inspect

    from calificador.dentro import pyaudio_simulado

    for clase, simulada in (
        (pyaudio, pyaudio_simulado),
        (pyaudio.PyAudio, pyaudio_simulado.PyAudio),
        (pyaudio.PyAudio.Stream, pyaudio_simulado.PyAudio.Stream),
    ):
        for nombre in (
            nombre for nombre in dir(clase) if not nombre.startswith("_") and nombre not in ("pa", "locale", "warnings")
        ):
            verdadero, falso = getattr(clase, nombre), getattr(simulada, nombre)
            if isinstance(verdadero, int):
                assert verdadero == falso, nombre
            elif inspect.isfunction(verdadero):
                assert list(inspect.signature(verdadero).parameters) == list(
                    inspect.signature(falso).parameters
                ), nombre


GUION_DE_SONIDO = """
import sys, time
if sys.argv[1] != "verdadero":
    import pyaudio_simulado
    sys.modules["pyaudio"] = pyaudio_simulado
import pyaudio

def ver(que, hacer):
    try:
        dado = hacer()
        cuanto = len(dado) if isinstance(dado, bytes) else dado if isinstance(dado, (bool, int, type(None))) else ""
        print(que, type(dado).__name__, cuanto)
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
    from ayudas import tarjeta_falsa

    if tarjeta_falsa.falta():
        pytest.skip(tarjeta_falsa.falta())

    def dicho(cual, entorno):
        hecho = subprocess.run(
            [sys.executable, "-c", GUION_DE_SONIDO, cual],
            env={**os.environ, **entorno, "PYTHONPATH": str(AQUI / "calificador" / "dentro")},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert hecho.returncode == 0, hecho.stderr[-2000:]
        return hecho.stdout.splitlines()

    with (
        tempfile.TemporaryDirectory(prefix="pa-") as carpeta,
        tarjeta_falsa.TarjetaFalsa(pathlib.Path(carpeta)) as tarjeta,
    ):
        verdadero = dicho("verdadero", tarjeta.entorno)
    simulado = dicho("simulado", {})
    assert simulado == verdadero, [par for par in zip(simulado, verdadero) if par[0] != par[1]]


@pytest.mark.parametrize(
    "texto, accion",
    [
        ("😀 Stickers", "sticker"),
        ("Enviar sticker", "sticker"),
        ("Enviar", "enviar"),
        ("ENVIAR MENSAJE ➤", "enviar"),
        ("Enviar privado", "privado"),
        ("Entrar a otra sala", "otra_sala"),
        ("Entrar", "entrar"),
        ("Salir de la sala", "salir"),
        ("Detener y enviar", "detener"),
        ("Cancelar", ""),
    ],
)
def test_un_boton_se_reconoce_por_lo_que_dice(rubrica, texto, accion):
    textos = {uno["accion"]: uno["acepta"] for uno in rubrica["textos"]}
    botones = tuple(uno for uno in textos if uno not in elementos.DE_CAMPO)
    assert elementos.accion_de(texto, textos, botones)[0] == accion


@pytest.mark.parametrize(
    "rotulo, cuantos, pide",
    [
        ("Para Ana:", 1, "hola"),
        ("¿Para quién?", 1, "Ana"),
        ("Mensaje para Ana", 1, "hola"),
        ("Escribe el mensaje", 1, "hola"),
        ("Destinatario", 2, "Ana"),
    ],
)
def test_un_dialogo_de_privado_recibe_lo_que_pide(rotulo, cuantos, pide):
    campos = ["primero", "segundo"][:cuantos]
    assert dialogos._lo_que_pide(rotulo, rotulo, campos[0], campos, {"para": "Ana", "texto": "hola"}) == pide


# ---- lo que se ve en las ventanas de verdad


@pytest.fixture
def ventana(rubrica, raiz):
    """Una ventana de Tk de este mismo proceso; su `mirar` es el del calificador."""
    usadas = ventanas.Ventanas(None, None, {uno["accion"]: uno["acepta"] for uno in rubrica["textos"]})
    usadas.nombres, usadas.tcl = lambda: {"tk": 0}, lambda _nombre, guion: raiz.eval(guion)

    def mirar():
        raiz.update()
        return usadas.mirar()

    raiz.mirar = mirar
    return raiz


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
    """Un marco con un rótulo por mensaje, cada uno con su objeto Font."""
    marco = tkinter.Frame(raiz)
    marco.pack()
    marco.letras = [font.Font(raiz, size=11) for _ in dichos]
    for (encabezado, texto, color), letra in zip(dichos, marco.letras):
        tkinter.Label(marco, text=f"{encabezado}: {texto}", bg=color, font=letra).pack()


def poner_lista(raiz, dichos):
    """Una Listbox."""
    lista = tkinter.Listbox(raiz)
    lista.pack()
    for encabezado, texto, color in dichos:
        lista.insert("end", f"{encabezado}: {texto}")
        lista.itemconfig("end", bg=color)


def poner_arbol(raiz, dichos):
    """Un Treeview con columnas y una etiqueta por mensaje."""
    arbol = ttk.Treeview(raiz, columns=("quién", "qué"))
    arbol.pack()
    for encabezado, texto, color in dichos:
        arbol.insert("", "end", values=(encabezado, texto), tags=(f"de {texto}",))
        arbol.tag_configure(f"de {texto}", background=color)


def poner_dibujos(raiz, dichos):
    """Un lienzo en que cada mensaje es un rectángulo con letras encima."""
    lienzo = tkinter.Canvas(raiz)
    lienzo.pack()
    for k, (encabezado, texto, color) in enumerate(dichos):
        lienzo.create_rectangle(0, 60 * k, 300, 60 * k + 50, fill=color)
        lienzo.create_text(5, 60 * k + 10, text=encabezado, anchor="w")
        lienzo.create_text(5, 60 * k + 35, text=texto, anchor="w")


def poner_texto(raiz, dichos):
    """Un Text con una etiqueta por mensaje, cada una con su objeto Font."""
    texto = tkinter.Text(raiz, height=9)
    texto.pack()
    texto.letras = [font.Font(raiz, size=11) for _ in dichos]
    for (encabezado, dicho, color), letra in zip(dichos, texto.letras):
        texto.insert("end", f"{encabezado}: {dicho}\n", (f"de {dicho}",))
        texto.tag_configure(f"de {dicho}", background=color, font=letra)
    texto.config(state="disabled")


CONVERSACIONES = [poner_globos, poner_rotulos, poner_lista, poner_arbol, poner_dibujos, poner_texto]


@pytest.mark.parametrize("poner", CONVERSACIONES)
@pytest.mark.parametrize(
    "encabezado, color, distinto",
    [("Ana", "white", False), ("🔒 Privado de Ana", "white", True), ("Ana", "pink", True)],
)
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


def test_con_pestanas_se_sale_con_el_boton_que_esta_fuera_de_ellas(ventana, monkeypatch):
    tkinter.Button(ventana, text="Salir de la sala").pack()
    cuaderno = ttk.Notebook(ventana)
    cuaderno.pack()
    pagina = tkinter.Frame(cuaderno)
    cuaderno.add(pagina, text="redes")
    tkinter.Entry(pagina).pack()
    tkinter.Button(pagina, text="Enviar").pack()
    alguien, usadas = (
        types.SimpleNamespace(otra_sala="", salas={}, mirar=ventana.mirar, _confirmar_salida=lambda *_: None),
        [],
    )
    alguien.zona_de_sala = lambda _sala: persona.buscar_zonas(ventana.mirar())[0]
    alguien.ventanas = types.SimpleNamespace(
        accionar=lambda mando: usadas.append(mando.texto), cerrar=lambda _ventana: usadas.append("cerrar")
    )
    persona.Persona.salir(alguien, "redes")
    assert usadas == ["Salir de la sala"]


@pytest.mark.parametrize("botones", [["Grabar", "Detener", "Enviar audio"], ["Enviar voz", "Grabar", "Detener"]])
def test_se_graba_se_detiene_y_se_envia_con_tres_botones(ventana, monkeypatch, botones):
    for texto in botones:
        tkinter.Button(ventana, text=texto).pack()
    monkeypatch.setattr(voces, "esperar", lambda condicion, *_: condicion())
    alguien, pulsados = types.SimpleNamespace(mirar=ventana.mirar, textos=ventana.mirar().textos), []
    alguien.zona_de_sala = lambda _sala: types.SimpleNamespace(raiz=ventana.mirar().titulos()[0])
    alguien.ventanas = types.SimpleNamespace(mirar=ventana.mirar, pulsar=lambda boton: pulsados.append(boton.texto))
    alguien.ventanas.accionar, alguien.ventanas.nombres = alguien.ventanas.pulsar, dict
    alguien.programa = types.SimpleNamespace(equipo=3, grabado=lambda: 9.0 * len(pulsados))
    alguien.par = types.SimpleNamespace(marca=lambda: 0, mensajes=lambda *_: [])
    voces.grabar(alguien, "redes", 1.3)
    assert pulsados == ["Grabar", "Detener", next(texto for texto in botones if "Enviar" in texto)]


@pytest.mark.parametrize(
    "hay", [["la suya"], ["la suya", "la que llegó"], ["la que llegó", "la suya"], ["la que llegó"]]
)
def test_se_oye_hasta_dar_con_la_voz_que_llego_aunque_la_propia_haya_tardado_en_verse(ventana, monkeypatch, hay):
    antes = ventana.mirar()
    botones = {}
    for voz in hay:
        boton = tkinter.Button(ventana, text="▶ Reproducir")
        boton.pack()
        botones[str(boton)] = voz
    monkeypatch.setattr(voces, "esperar", lambda condicion, *_: any(condicion() for _ in range(4)))
    tonos = {"de antes": [1] * 9, "la suya": [2, 3] * 9, "la que llegó": [4, 5] * 9}
    suenan = ["de antes"]
    alguien = types.SimpleNamespace(mirar=ventana.mirar, par=None)
    alguien.programa = types.SimpleNamespace(reproducidos=lambda: [tonos[voz] for voz in suenan], salida="", vivo=True)
    alguien.ventanas = types.SimpleNamespace(pulsar=lambda boton: suenan.append(botones[boton.ruta]))
    with (
        contextlib.nullcontext()
        if "la que llegó" in hay
        else pytest.raises(AssertionError, match="no se reconoce la voz que llegó")
    ):
        voces.reproducir(alguien, antes, 1, tonos["la que llegó"], 1.0)
    assert ("la que llegó" in suenan) == ("la que llegó" in hay) and len(suenan) == len(set(suenan)), suenan


@pytest.mark.parametrize(
    "texto, va",
    [
        ("general", True),
        ("# general (2)", True),
        ("Salir de general", False),
        ("✕ general", False),
        ("Entrar a general", False),
        ("Bienvenida a la sala general de la escuela", False),
    ],
)
def test_a_una_sala_se_pasa_con_el_boton_que_la_nombra_y_no_con_el_que_la_deja(ventana, texto, va):
    tkinter.Button(ventana, text=texto).pack()
    retrato = ventana.mirar()
    boton, = [uno for uno in retrato.alcanzables if uno.es_boton]
    assert caminos._lleva_a("general", boton, retrato) == va


def test_lo_que_se_lee_incluye_una_conversacion_abierta_a_las_teclas_y_no_lo_que_se_escribe(ventana):
    for dicho in ("Ana: hola", "borrador"):
        texto = tkinter.Text(ventana, height=3)
        texto.insert("end", dicho)
        texto.pack()
    tkinter.Button(ventana, text="Enviar").pack()
    retrato = ventana.mirar()
    assert retrato.se_lee("hola") and not retrato.se_lee("borrador")


@pytest.mark.parametrize("clase", [tkinter.Radiobutton, ttk.Radiobutton])
def test_tras_un_privado_lo_marcado_y_lo_elegido_vuelve_a_como_estaba(ventana, clase):
    modo, marcado, para = (
        tkinter.StringVar(ventana, "publico"),
        tkinter.BooleanVar(ventana, False),
        tkinter.StringVar(ventana, "Todos"),
    )
    for valor, texto in (("publico", "Público"), ("privado", "Privado")):
        clase(ventana, text=texto, value=valor, variable=modo).pack()
    tkinter.Checkbutton(ventana, text="Secreto", variable=marcado).pack()
    ttk.Combobox(ventana, values=["Todos", "Bryan"], textvariable=para, state="readonly").pack()
    alguien = types.SimpleNamespace(mirar=ventana.mirar, ventanas=ventana.mirar().ventanas)
    antes = ventana.mirar()
    modo.set("privado"), marcado.set(True), para.set("Bryan")
    privados._devolver(alguien, antes)
    plazo = time.monotonic() + 5
    while (modo.get(), marcado.get(), para.get()) != ("publico", False, "Todos") and time.monotonic() < plazo:
        ventana.update()
    assert (modo.get(), marcado.get(), para.get()) == ("publico", False, "Todos")


@pytest.mark.parametrize("poner", [lambda raiz: ttk.Combobox(raiz, values=["Todos", "Bryan"], state="readonly"),
                                   lambda raiz: tkinter.OptionMenu(raiz, tkinter.StringVar(raiz), "Todos", "Bryan")])
def test_a_quien_va_un_privado_se_elige_en_lo_que_se_despliega(ventana, poner):
    poner(ventana).pack()
    (elemento, fila), = privados._desplegables(ventana.mirar(), "Bryan")
    assert elemento.filas[fila][0] == "Bryan"


@pytest.mark.parametrize("lleno, hay", [(False, True), (True, False)])
def test_un_entrar_apagado_sirve_mientras_falta_escribir(ventana, lleno, hay):
    for texto in ("Nombre", "Sala"):
        tkinter.Label(ventana, text=texto).pack()
        campo = tkinter.Entry(ventana)
        campo.insert(0, "algo" if lleno else "")
        campo.pack()
    tkinter.Button(ventana, text="Entrar", state="disabled").pack()
    retrato = ventana.mirar()
    assert (persona.ingreso.buscar_formulario(retrato, retrato.textos)[1] is not None) == hay


# ---- lo que el par dice


class ParDeMentira:
    """Uno que anota lo que envía."""

    def __init__(self, forma="json"):
        self.forma, self.enviados, self.enviar_bytes = forma, [], lambda datos: self.enviados.append(datos)
        self.decir = self.esperar_novedad = lambda *_: None


@pytest.mark.parametrize("forma, formas", [("json", ["json"]), ("etiquetas", ["json", "etiquetas"])])
def test_la_lista_se_da_en_json_y_en_la_forma_de_la_entrega(forma, formas):
    quien = ParDeMentira(forma)
    par.Par.decir_lista(quien, "s", ["Ana"])
    leidos = [mensajes.leer(datos) for datos in quien.enviados]
    assert [uno.forma for uno in leidos] == formas and all(
        uno == {"tipo": "usuarios", "sala": "s", "lista": ["Ana"]} for uno in leidos
    )


def test_lo_que_vino_en_trozos_se_dice_en_trozos(criterio):
    def unir(datagramas):
        reconstructor = mensajes.Reconstructor()
        return [hecho for hecho in (reconstructor.agregar(mensajes.leer(datos)) for datos in datagramas) if hecho]

    trozo = mensajes.Mensaje(tipo="trozo", id="0a1b2c3d", sala="s", n=7, m=7, i=0, de=9)
    trozo.cuerpo = bytes(1250)
    voz, otra = random.Random(1).randbytes(115_000), random.Random(2).randbytes(115_000)
    dicho = {"tipo": "audio", "user": "Ana", "sala": "s", "content": "", "id": "0a1b2c3d"}
    original, = unir(mensajes.partir(dicho, voz, trozo, {}))
    aula = types.SimpleNamespace(par=ParDeMentira(), azar=random.Random(3))
    criterio("adjuntos").repetir(aula, original, "Bryan", "redes", otra)
    repetido, = unir(aula.par.enviados)
    assert (repetido["user"], repetido["sala"], repetido["id"], repetido.cuerpo) == (
        "Bryan",
        "redes",
        repetido.trozo["id"],
        otra,
    )
    assert repetido["id"] != "0a1b2c3d" and max(map(len, aula.par.enviados)) <= 1400


def test_un_sticker_de_muestra_va_en_json_aunque_se_hable_con_etiquetas(criterio):
    aula = types.SimpleNamespace(
        par=ParDeMentira("etiquetas"),
        copia=AQUI / "calificador",
        guardado={},
        nombre=lambda: "Ana",
        texto=lambda: "hola",
    )
    ana = types.SimpleNamespace(sala="s", asentar=lambda: types.SimpleNamespace(alcanzables=[]), hasta=lambda *_: True)
    criterio("adjuntos").criterio_recibir_sticker(aula, ana)
    assert [json.loads(datos) for datos in aula.par.enviados] == [
        {"tipo": "sticker", "user": "Ana", "sala": "s", "content": "aplauso"}
    ]


@pytest.mark.parametrize("texto", ["hola", "¿Qué? \"x\" [exec ls] $a {b} \\n; #", "ñ\n\t}", ""])
def test_ningun_texto_se_evalua_al_teclearlo(texto):
    try:
        tcl = tkinter.Tcl()
    except tkinter.TclError as error:
        pytest.skip(str(error))
    assert tcl.eval("set x " + ventanas._entre_llaves(texto)) == texto


# ---- lo que alguna vez no se supo usar


def mandos_de(retrato, accion):
    """Lo que dicen las entradas de menú de una acción."""
    return [(uno.elemento.clase, uno.texto) for uno in retrato.mandos(accion)]


@pytest.mark.parametrize("tearoff", [0, 1])
def test_se_ven_todas_las_entradas_de_un_menu_aunque_tenga_linea_de_puntos_y_separadores(ventana, tearoff):
    barra = tkinter.Menu(ventana)
    sala = tkinter.Menu(barra, tearoff=tearoff)
    sala.add_command(label="Otra sala")
    sala.add_separator()
    sala.add_command(label="Salir", state="disabled")
    sala.add_command(label="Salir de la sala")
    barra.add_cascade(label="Chat", menu=sala)
    suelto = tkinter.Menu(ventana, tearoff=0)  # uno que no cuelga de nada no se puede abrir
    suelto.add_command(label="Privado")
    ventana.config(menu=barra)
    retrato = ventana.mirar()
    assert mandos_de(retrato, "otra_sala") == [("Menu", "Otra sala")] and retrato.mandos("privado") == []
    assert mandos_de(retrato, "salir") == [("Menu", "Salir de la sala")]
    assert retrato.mandos("salir")[0].fila == 3 + tearoff
    ventana.config(menu="")


def test_un_marco_con_otro_encima_no_se_ve_y_al_alzarlo_si(ventana):
    marcos = []
    for sala in ("general", "redes"):
        marco = tkinter.Frame(ventana)
        marco.grid(row=0, column=0, sticky="nsew")
        tkinter.Label(marco, text=f"Sala {sala}").pack()
        tkinter.Entry(marco).pack()
        tkinter.Button(marco, text="Enviar").pack()
        marcos.append(marco)
    for arriba, debajo in ((marcos[0], marcos[1]), (marcos[1], marcos[0])):
        arriba.tkraise()
        retrato = ventana.mirar()
        claves = [zona.campo.ruta for zona in zonas.buscar_zonas(retrato)]
        assert len(claves) == 1 and claves[0].startswith(str(arriba)) and not claves[0].startswith(f"{debajo}."), claves
    for marco in marcos:
        marco.destroy()


def poner_sala(ventana, con_boton=True):
    """Lo de una sala en la ventana principal."""
    tkinter.Text(ventana, height=3, state="disabled").pack()
    campo = tkinter.Entry(ventana, name="campo_de_la_sala")
    campo.pack()
    if con_boton:
        tkinter.Button(ventana, text="Enviar").pack()
    return str(campo)


def test_un_privado_en_una_ventana_hija_de_la_principal_no_cambia_la_zona_de_la_sala(ventana):
    campo = poner_sala(ventana)
    antes, = zonas.buscar_zonas(ventana.mirar())
    hija = tkinter.Toplevel(ventana)
    tkinter.Entry(hija).pack()
    tkinter.Button(hija, text="Enviar").pack()
    ahora = zonas.buscar_zonas(ventana.mirar())
    assert antes.clave == ("tk", campo) and antes.clave in [zona.clave for zona in ahora] and len(ahora) == 2
    hija.destroy()


@pytest.mark.parametrize("con_boton", [True, False])
@pytest.mark.parametrize("boton", ["Enviar privado", "Enviar"])
def test_el_formulario_de_privados_no_es_donde_se_habla_en_la_sala(ventana, con_boton, boton):
    campo = poner_sala(ventana, con_boton)
    marco = tkinter.LabelFrame(ventana, text="Mensaje privado")
    marco.pack()
    tkinter.Label(marco, text="Para").pack(side="left")
    ttk.Combobox(marco, values=["Ana"], state="readonly").pack(side="left")
    privado = tkinter.Entry(marco)
    privado.pack(side="left")
    tkinter.Button(marco, text=boton).pack(side="left")
    retrato = ventana.mirar()
    assert [zona.campo.ruta for zona in zonas.buscar_zonas(retrato)] == [campo]
    assert [zona.campo.ruta for zona in zonas.zonas_de_privados(retrato)] == [str(privado)]


def test_de_un_privado_por_renglon_se_pulsa_el_de_su_nombre(ventana):
    poner_sala(ventana)
    marco = tkinter.Frame(ventana)
    marco.pack()
    for n, nombre in enumerate(("Ana", "Bryan", "Carla")):
        tkinter.Label(marco, text=nombre).grid(row=n, column=0)
        tkinter.Button(marco, text="Privado").grid(row=n, column=1)
    retrato = ventana.mirar()
    for n, nombre in enumerate(("Ana", "Bryan", "Carla")):
        elegido = privados._el_de(retrato.mandos("privado"), privados._lugares(retrato, nombre))
        assert elegido.elemento.caja[1] == retrato.elemento("tk", str(marco.grid_slaves(row=n, column=1)[0])).caja[1]


def test_a_una_sala_se_pasa_con_el_selector_y_no_con_el_arbol_que_la_nombra(ventana):
    arbol = ttk.Treeview(ventana, show="tree", height=2)
    arbol.insert("", "end", text="general")
    arbol.pack()
    ttk.Combobox(ventana, values=["general", "redes"], state="readonly").pack()
    tkinter.Radiobutton(ventana, text="general", value="general").pack()
    elegidos = []
    usadas = types.SimpleNamespace(elegir=lambda uno, fila: elegidos.append(uno.clase),
                                   pulsar=lambda uno: elegidos.append(uno.clase))
    alguien = types.SimpleNamespace(ventanas=usadas)
    for accion in caminos.caminos_a(alguien, "general", ventana.mirar()):
        accion()
    assert elegidos == ["Radiobutton", "TCombobox", "Treeview"]


def test_donde_no_basta_un_clic_se_pasa_con_el_boton_de_al_lado_o_con_doble_clic(ventana):
    lista = tkinter.Listbox(ventana, height=2)
    lista.insert("end", "# general")
    lista.pack()
    for rotulo in ("Cambiar nombre", "Cambiar", "Salir"):
        tkinter.Button(ventana, text=rotulo).pack()
    hecho = []
    usadas = types.SimpleNamespace(elegir=lambda uno, fila, doble=False: hecho.append((uno.clase, doble)),
                                   pulsar=lambda uno: hecho.append(uno.texto))
    alguien = types.SimpleNamespace(ventanas=usadas, mirar=ventana.mirar)
    for accion in caminos.caminos_con_insistencia(alguien, "general"):
        accion()
    assert hecho == [("Listbox", False), "Cambiar", ("Listbox", True)]


def test_de_dos_textos_abiertos_se_escribe_en_el_que_atiende_a_enter(ventana):
    campo = tkinter.Text(ventana, height=2)
    campo.bind("<Return>", lambda evento: None)
    campo.pack()
    tkinter.Text(ventana, height=4).pack()
    zona, = zonas.buscar_zonas(ventana.mirar())
    assert zona.campo.ruta == str(campo)


@pytest.mark.parametrize("medida, cabe", [("", "1"), ("60x20", "0")])
def test_se_sabe_si_lo_de_una_ventana_cabe_en_ella(ventana, medida, cabe):
    otra = tkinter.Toplevel(ventana)
    tkinter.Label(otra, text="Nombre de la sala").pack()
    tkinter.Button(otra, text="Entrar").pack()
    otra.geometry(medida)
    assert ventana.mirar().elemento("tk", str(otra)).cabe == cabe
    otra.destroy()


@pytest.mark.parametrize("dice, paso", [("@ Bryan", True), ("En privado con Bryan", True), ("# general", False),
                                        ("Bryan entró a la sala y hay tres personas", False)])
def test_la_sala_paso_a_ser_un_privado_si_un_rotulo_nuevo_nombra_a_la_persona(ventana, dice, paso):
    letrero = tkinter.Label(ventana, text="# redes")
    letrero.pack()
    presente = tkinter.Label(ventana, text="● Bryan")
    presente.pack()
    poner_sala(ventana)
    antes = ventana.mirar()
    letrero.config(text=dice)
    presente.destroy()  # los de los presentes se hacen otra vez con cada lista, y llegan mensajes
    for texto in ("● Bryan", "Bryan: hola"):
        tkinter.Label(ventana, text=texto).pack()
    ahora = ventana.mirar()
    zona, = zonas.buscar_zonas(ahora)
    assert dialogos._paso_a_nombrar("Bryan", zona, antes, ahora) == paso


def test_de_un_menu_que_privado_abre_se_elige_a_la_persona(ventana):
    poner_sala(ventana)
    mando = tkinter.Menubutton(ventana, text="Privado")
    mando["menu"] = menu = tkinter.Menu(mando, tearoff=0)
    for nombre in ("Ana", "Bryan", "Salir de Bryan y los demás"):
        menu.add_command(label=nombre)
    mando.pack()
    antes, elegidos = ventana.mirar(), []
    menu.post(0, 0)
    usadas = types.SimpleNamespace(elegir=lambda uno, fila: elegidos.append(uno.filas[fila][0]))
    dialogos._usar_lo_nuevo(types.SimpleNamespace(ventanas=usadas), antes, ventana.mirar(),
                            {zona.clave for zona in zonas.buscar_zonas(antes)}, {},
                            {"para": "Bryan", "texto": "hola"}, None)
    menu.unpost()
    assert elegidos == ["Bryan"]


@pytest.mark.parametrize("poner, papel", [
    (lambda marco: (tkinter.Label(marco, text="Para"), ttk.Combobox(marco, state="readonly"),
                    tkinter.Entry(marco)), ""),
    (lambda marco: (tkinter.Label(marco, text="Sala"), tkinter.Entry(marco)), "sala"),
])
def test_un_rotulo_es_del_campo_que_tiene_junto_y_no_del_siguiente(ventana, poner, papel):
    marco = tkinter.Frame(ventana)
    marco.pack()
    partes = poner(marco)
    for parte in partes:
        parte.pack(side="left")
    retrato = ventana.mirar()
    assert retrato.papel_de(retrato.elemento("tk", str(partes[-1])))[0] == papel


# ---- lo que se dice


@pytest.mark.parametrize("datos, dice", [
    (b'{"tipo":"msj"}', "«{\"tipo\":\"msj\"}»"), (b"\xff\xfehola", "no es UTF-8"), (b"hola", "que no es un mensaje"),
])
def test_se_dice_lo_que_salio_aunque_no_se_entienda(datos, dice):
    assert dice in explicar.decir_datagrama(par.Datagrama(0.0, "equipo 3", ("", 0), ("239.255.3.3", 5007), datos))


def test_de_un_hilo_que_murio_se_cita_su_excepcion_entera():
    salida = ("inicio\n" + "Exception in thread Thread-1 (recibir):\nTraceback (most recent call last):\n"
              + '  File "red.py", line 9\n' * 14 + "KeyError: 'sala'\n")
    dicho = explicar.ultimas_lineas(types.SimpleNamespace(salida=salida))
    assert dicho.startswith("\nEscribió esta excepción:\nException in thread") and dicho.endswith("KeyError: 'sala'")


def test_con_dos_sockets_se_dice_eso_y_no_que_envie_la_ventana(criterio):
    grupo = '{sa_family=AF_INET, sin_addr=inet_addr("239.255.3.3")}'
    texto = "\n".join(f"{hilo} {llamada}({fd}, 0, 54, 0, {grupo}, 16) = 54"
                      for hilo, llamada, fd in ((11, "sendto", 5), (12, "recvfrom", 6)))
    llamadas = traza.Llamadas(texto, 10)
    criterio("estructura").criterio_hilos_aparte_de_la_ventana(llamadas)
    with pytest.raises(AssertionError, match="por ningún descriptor se envió al grupo y también se recibió"):
        criterio("estructura").criterio_dos_hilos_un_socket(llamadas)


@pytest.mark.parametrize("archivo, funcion, dormida, espera", [
    ("/entrega/cliente_gui.py", "grabar", True, True), ("/entrega/cliente_gui.py", "grabar", False, False),
    ("/usr/lib/python3.11/tkinter/__init__.py", "mainloop", True, False),
    ("/calificador/dentro/pyaudio_simulado.py", "_dormir_hasta", False, True)])
def test_se_sabe_si_la_ventana_espera_a_otra_cosa(archivo, funcion, dormida, espera):
    pila = f'Current thread 0x1 (most recent call first):\n  File "{archivo}", line 7 in {funcion}\n'
    pila += '  File "<frozen runpy>", line 88 in _run_code\n'
    programa = types.SimpleNamespace(salida="", ventana_dormida=lambda: dormida)
    programa.senalar = lambda senal: setattr(programa, "salida", pila)
    dicho = explicar.espera_la_ventana(programa, None)
    assert bool(dicho) == espera and "runpy" not in dicho


DESDE_EL_CERROJO = """
import ctypes, os, subprocess, sys
sys.path.insert(0, sys.argv[1])
import cerrojo
print(cerrojo.cerrar())
libc = ctypes.CDLL(None, use_errno=True)
print(libc.unshare(0x10000000), ctypes.get_errno())
hilo = "import threading; t = threading.Thread(target=print, args=('hilo',)); t.start(); t.join()"
print(subprocess.run([sys.executable, "-c", hilo],
                     capture_output=True, text=True).stdout.strip())
"""


@pytest.mark.skipif(os.uname().machine not in cerrojo.MAQUINAS, reason="el filtro se escribió para x86_64 y aarch64")
def test_con_el_cerrojo_no_se_hacen_espacios_de_usuario_y_lo_demas_sigue():
    orden = [sys.executable, "-c", DESDE_EL_CERROJO, str(AQUI / "calificador" / "dentro")]
    hecho = subprocess.run(orden, capture_output=True, text=True, timeout=30)
    assert hecho.stdout.split("\n")[:3] == ["True", "-1 1", "hilo"], hecho.stdout + hecho.stderr

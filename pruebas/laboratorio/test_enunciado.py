"""El enunciado: que sus textos, tablas, figuras, plantilla y paquete digan lo mismo que el código.

Y que basten: alumno.py, escrito sólo con ellos, conversa con servidor.py.
"""

import base64
import hashlib
import html.parser
import io
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import wave
import zipfile

import pytest

from adjuntos import ayudante
from adjuntos import imagenes
import campos
from equipo import colas
from presencia import mis_salas
from presencia import servidor_oido
from presencia import directorio
from fiabilidad import bloques_propios
from fiabilidad import congestion
from fiabilidad import emisor
from fiabilidad import receptor
from fiabilidad import flujos_ajenos
from fiabilidad import flujos_propios
from fiabilidad import latido
from fiabilidad import presupuesto
from fiabilidad import reparacion
from equipo import pantalla
from ayudas import programas
import protocolo
import puente
import red
from fiabilidad import ritmo
from fiabilidad import saltos
from presencia import direcciones
from presencia import disputas
from presencia import ecos
from presencia import listas
from presencia import eleccion
from presencia import procedencias
from presencia import sencillos
from presencia import silencios
from presencia import tabla
from seguridad import confianza
from seguridad import fuentes
from seguridad import sesiones
import servidor as modulo_servidor
from fiabilidad import trozos

RAIZ = programas.RAIZ
ENUNCIADO = RAIZ / "enunciado"
LAZO_PROPIO = "127.0.0.107"  # otra dirección de bucle: el puerto de los ejemplos es fijo
ALUMNO = RAIZ / "pruebas" / "ayudas" / "alumno.py"
sys.path.insert(0, str(ENUNCIADO))

import figuras
import imprimir
import paquete
import rubrica

TEXTOS = {ruta.name: ruta.read_text(encoding="utf-8") for ruta in (ENUNCIADO / "README.md", ENUNCIADO / "protocolo.md")}
CRITERIOS = rubrica.leer_rubrica()["criterios"]

# ---------------------------------------------------------------- la rúbrica


def test_las_tablas_del_enunciado_son_las_de_la_rubrica():
    al_dia = rubrica.actualizar(TEXTOS["README.md"], rubrica.leer_rubrica())
    assert al_dia == TEXTOS["README.md"], "python3 enunciado --rubrica"


def test_los_puntos_suman_cien():
    base = [criterio for criterio in CRITERIOS if criterio["punto"] != "extra"]
    assert sum(criterio["puntos"] for criterio in base) == 100
    assert len(base) >= 20
    assert {criterio["punto"] for criterio in base} == {"1", "2", "3", "4", "5", "robustez", "estructura"}
    assert any(criterio["punto"] == "extra" for criterio in CRITERIOS)


def test_cada_criterio_dice_donde_se_aprende():
    titulos = re.findall(r"^#+ (.*)$", TEXTOS["README.md"], re.MULTILINE)
    for criterio in CRITERIOS:
        assert criterio["seccion"] in titulos, criterio["clave"]
        assert (RAIZ / "ejemplos" / criterio["ejemplo"]).is_dir(), criterio["clave"]


def test_las_dependencias_se_pueden_cumplir():
    """Cada criterio depende de anteriores de la lista o posteriores, sin círculos, y uno visible, sólo de visibles."""
    por_clave = {criterio["clave"]: criterio for criterio in CRITERIOS}
    assert len(por_clave) == len(CRITERIOS)

    def arriba(clave: str, camino: tuple) -> None:
        assert clave not in camino, camino
        for otra in por_clave[clave]["depende_de"]:
            assert por_clave[otra]["visible"] or not por_clave[clave]["visible"], (clave, otra)
            assert por_clave[otra]["punto"] != "extra" or por_clave[clave]["punto"] == "extra", (clave, otra)
            arriba(otra, (*camino, clave))

    for clave in por_clave:
        arriba(clave, ())


def test_cada_texto_de_ventana_es_de_una_accion():
    """Ningún texto aceptado vale por dos acciones."""
    vistos = [texto.lower() for accion in rubrica.leer_rubrica()["textos"] for texto in accion["acepta"]]
    assert len(vistos) == len(set(vistos))


# ---------------------------------------------------------------- los textos y el código

LA_PRACTICA = [
    '| inicio | Se envía al entrar a una sala | `{"tipo":"inicio","user":"Bryan","sala":"general"}` |',
    '| msj | Mensaje público en una sala | `{"tipo":"msj","user":"Bryan","sala":"general","content":"Hola"}` |',
    '| privado | Mensaje privado entre usuarios | '
    '`{"tipo":"msj","privado":true,"from":"Bryan","to":"Ana","content":"Hola"}` |',
    '| salir | Aviso de que un usuario abandona una sala | `{"tipo":"salir","user":"Bryan","sala":"general"}` |',
]


def test_la_tabla_de_mensajes_es_la_de_la_practica():
    assert "\n".join(LA_PRACTICA) in TEXTOS["README.md"]


def ejemplos_de_mensajes() -> "list[str]":
    """Todo lo que en los textos parece un mensaje: JSON o etiquetas, en bloques y entre comillas invertidas."""
    hallados = []
    for texto in TEXTOS.values():
        for trozo in re.findall(r"^```\w*\n(.*?)^```", texto, re.MULTILINE | re.DOTALL) + re.findall(
            r"`([^`\n]+)`", texto):
            hallados += [linea
                         for linea in trozo.splitlines()
                         if re.match(r'\{"(tipo|id)":|<(inicio|msj|salir|usuarios)>', linea)]
    return sorted(set(hallados))


@pytest.mark.parametrize("ejemplo", ejemplos_de_mensajes())
def test_cada_ejemplo_es_un_mensaje(ejemplo):
    if ejemplo == "<msj><privado>…":  # así se nombra, en una frase, la forma de etiquetas de un privado
        return
    cabecera, salto, cuerpo = ejemplo.partition("⏎")
    mensaje = protocolo.decodificar((cabecera + "\n" * bool(salto) + cuerpo).encode("utf-8"))
    assert mensaje["tipo"] is not None or '"encuesta"' in ejemplo


def test_hay_ejemplos_de_todos_los_tipos():
    leidos = [protocolo.decodificar(ejemplo.replace("⏎", "\n").encode())
              for ejemplo in ejemplos_de_mensajes() if "…" not in ejemplo]
    con_puntos = {"trozo", "paridad", "imagen", "cifrado"}  # llevan «…» por cuerpo
    assert {mensaje["tipo"] for mensaje in leidos} >= protocolo.TIPOS - con_puntos


def ms(segundos: float) -> str:
    return f"{segundos * 1000:g}"


# Lo que el protocolo afirma con un número, escrito con el número del código.
CIFRAS = [
    f"| Grupo de multidifusión | {protocolo.GRUPO},",
    f"| Puerto | {protocolo.PUERTO},",
    f"| TTL | {protocolo.TTL}:",
    f"Se envían datagramas de {protocolo.MAX_ENVIO} bytes como mucho",
    f"se aceptan hasta de {protocolo.MAX_DATAGRAMA:,}".replace(",", " "),
    f"texto de 1 a {campos.MAX_NOMBRE} caracteres",
    f"hasta {campos.MAX_TEXTO} caracteres",
    f"entero de 1 a {campos.MAX_TROZOS:,}".replace(",", " "),
    f"de 0 a {campos.MAX_SEGUNDOS:,}".replace(",", " "),
    f"tiene {campos.MAX_LISTA} nombres como mucho",
    f"Un número de más de {campos.MAX_CIFRAS} cifras o más de {campos.MAX_NIVELES} niveles",
    f"repite `inicio` cada {mis_salas.INICIO:g} s, cinco veces, y después cada {mis_salas.INICIO_LENTO:g} s",
    f"{directorio.SIN_LATIDO:g} s sin oír a ningún servidor → Dentro",
    f"si se le oía y calla, {directorio.SIN_SERVIDOR:g} s",
    f"como mucho, cada {listas.ENTRE_LISTAS:g} s o a {listas.RITMO_LISTAS // 1024} KB/s entre todas",
    f"A los {silencios.SOSPECHA:g} s de silencio le pregunta `quien` cada {ms(silencios.ENTRE_QUIEN)} ms "
    f"y a los {silencios.AUSENCIA:g} s lo quita",
    f"cada {ms(disputas.ENTRE_PREGUNTAS)} ms. Si se le oye después de la petición, el recién llegado recibe un "
    "`aviso`; "
    f"si calla {disputas.PLAZO:g} s",
    f"a los 0, 0.2, 0.4 y 0.6 s y envía sus primeras listas a los {eleccion.ARRANQUE:g} s",
    f"Si no se le oye en {eleccion.SUPLENCIA:g} s",
    f"Un cliente late cada {latido.ENTRE_LATIDOS:g} s y un servidor cada {modulo_servidor.LATIDO_DE_SERVIDOR:g} s",
    f"a los {ms(latido.PRONTO)}, {ms(2 * latido.PRONTO)}, {ms(4 * latido.PRONTO)}…",
    f"entre 0 y {ms(emisor.RESPUESTA)} ms después",
    f"durante {latido.DEJADA:g} s, las salas que se acaban de dejar",
    f"durante {latido.PRIVADO_RECIENTE:g} s, el último `n` dicho",
    f"los últimos {protocolo.HISTORIA} mensajes, {flujos_propios.HISTORIA_BYTES // 1024} KB como mucho",
    f"de `n` − {protocolo.HISTORIA}",
    f"espera al azar de {ms(receptor.DEMORA[0])} a {ms(receptor.DEMORA[1])} ms",
    f"otra, mientras falten, cada {ms(receptor.ENTRE_INSISTENCIAS[0])} a {ms(receptor.ENTRE_INSISTENCIAS[1])} ms más",
    f"se pide como mucho cada {ms(receptor.ENTRE_FALTAS)} ms, o cada {ms(receptor.POR_MIEMBRO)} ms por miembro",
    f"hasta {receptor.LENTITUD} veces la de siempre, o hasta {receptor.LENTITUD_SIN_NOTICIAS} si de ese programa no "
    f"llega nada en {receptor.SIN_NOTICIAS:g} s",
    f"si quien envía calla {flujos_ajenos.MAX_SILENCIO:g} s, o a los {flujos_ajenos.MAX_HUECO:g} s",
    f"Un salto de más de {saltos.MAX_SALTO:,}".replace(",", " "),
    f"| flujos que se siguen | {flujos_ajenos.MAX_AJENOS};",
    f"Un salto está en duda {saltos.EN_DUDA:g} s. Si pasado {saltos.DESORDEN:g} s un latido",
    f"De lo que salió hace más de {reparacion.VIEJO:g} s, hasta los {reparacion.REPETICION_MAXIMA:g} s.",
    f"hacer repetir {presupuesto.DE_UNO[0] // 2**20} MiB, más {presupuesto.DE_UNO[1] // 1024} KiB por segundo",
    f"los que no firman, {presupuesto.EN_COMUN[0] // 2**20} MiB, {presupuesto.EN_COMUN[1] // 1024} KiB por segundo",
    f"apareció hace menos de {flujos_ajenos.ASENTADO:g} s",
    f"de un mismo programa, {flujos_ajenos.MAX_DE_UNO // 2**20} MiB |",
    f"| {procedencias.MAX_NOMBRES_DE_UNA}, {procedencias.MAX_SENCILLOS_DE_UNA}, {procedencias.MAX_SALAS_DE_UNA} |",
    f"se olvida a los {silencios.CADUCIDAD / 60:g} min",
    f"nombres de una lista | {campos.MAX_EN_LATIDO}, {campos.MAX_LISTA} |",
    f"quien lo muestra | {colas.MAX_BYTES // 2**20} MiB;",
    f"| {ayudante.BYTES_QUE_ESPERAN // 2**20} MiB y {ayudante.TAREAS_QUE_ESPERAN}; de cada quien, "
    f"{ayudante.BYTES_DE_UNO // 2**20} MiB y {ayudante.TAREAS_DE_UNO} |",
    f"| {imagenes.AJENA.bytes // 2**20} MiB, {imagenes.AJENA.pixeles // 10**6} millones de píxeles entre todos sus "
    f"cuadros, y {imagenes.AJENA.trabajo // 10**6} millones",
    f"{imagenes.MAX_PARTES} partes (marcadores, trozos o bloques) y una más por cada {imagenes.BYTES_POR_PARTE} bytes",
    f"La que pasa de {fuentes.AGUANTE:g} s se deja de oír {fuentes.CALLADA:g} s",
    f"| sesiones que firman de las que se sabe | {sesiones.MAX_SESIONES};",
    f"| identidades que se recuerdan | {confianza.MAX_IDENTIDADES};",
    f"| {flujos_ajenos.MAX_ESPERANDO // 2**20} MiB; lo demás",
    f"hasta {flujos_propios.MAX_ENVIADO // 2**20} MiB. De las listas",
    f"no se repite dos veces en lo que tarda la red, entre {ms(reparacion.REPETICION)} ms y "
    f"{reparacion.REPETICION_MAXIMA:g} s",
    f"ni lo que salió hace más de {ritmo.TARDE:g} s",
    f"si algo se pide tras repetirlo {reparacion.DEMASIADAS} veces",
    f"| {directorio.PREGUNTAR_TRAS:g} s, {servidor_oido.ENTRE_SONDEOS:g} s, {directorio.SIN_SERVIDOR:g} s |",
    f"los {ms(reparacion.REPETICION)} ms se duplican cada vez, hasta "
    f"{ms(reparacion.REPETICION * 2**reparacion.DUPLICAR)}.",
    f"De cada uno se atienden {protocolo.MAX_RANGOS} rangos y {reparacion.MAX_PEDIDOS} números",
    f"De cada uno se atienden {protocolo.MAX_RANGOS} rangos y {receptor.MAX_PERDIDOS} números",
    f"Al empezar salen {congestion.TREN // ritmo.PESO_LLENO} datagramas, y con cada vuelta el doble, mientras no haya "
    f"cola ({ms(congestion.COLA)} ms)",
    f"un {congestion.MAS:.0%} más si la cola se vacía, hasta un {-congestion.MENOS:.0%} menos".replace("%", " %"),
    f"Si nadie acusa: {congestion.TASA_A_CIEGAS / 1e6:g} MB/s, 10 % más cada {ms(congestion.AJUSTE)} ms",
    f"Nunca a menos de {ritmo.TASA_MINIMA / 1e3:g} KB/s, ni más de {ritmo.RAFAGA} datagramas seguidos",
    f"`k` de 1 a {campos.MAX_BLOQUE}, `j` de 0 a {campos.MAX_PARIDAD - 1}",
    f"De los {campos.MAX_PARIDAD} distintos de un bloque no se pasa más que en tandas, una cada "
    f"{bloques_propios.ENTRE_PARIDADES:g} s",
    f"({ms(receptor.VUELTA_SUPUESTA)} ms si no lo dijo)",
    f"como mucho cada {emisor.ENTRE_RESPUESTAS:g} s",
    f"un rango de {congestion.QUEJA} o más",
    f"Un mensaje mide {trozos.MAX_MENSAJE // 2**20} MiB como mucho",
    f"| {tabla.MAX_MIEMBROS}, {tabla.MAX_SALAS}, {tabla.MAX_SALAS_DE_UNO} |",
    f"| disputas de nombres a la vez | {disputas.MAX_DISPUTAS} |",
    f"termina a los {emisor.CALMA:g} s sin ninguna `falta`, o a los {red.ADIOS:g} s",
    f"si en {direcciones.PRUEBA:g} s su equipo no dice que ahí no escucha nadie",
    f"sin más claves, en {sencillos.CABE} bytes como mucho",
    f"de cada datagrama se recuerda {ecos.RECUERDO:g} s de quién llegó primero",
    f"cada {puente.ENTRE_SALUDOS:g} s. Lleva el de menor `id`, como entre servidores, y nadie hasta "
    f"{puente.ESCUCHA:g} s",
]


@pytest.mark.parametrize("frase", CIFRAS)
def test_las_cifras_del_protocolo_son_las_del_codigo(frase):
    assert frase in " ".join(TEXTOS["protocolo.md"].split())


def test_los_plazos_del_enunciado_son_los_de_la_rubrica():
    plazos = rubrica.leer_rubrica()["plazos"]
    assert plazos["lista"] == plazos["ventana"]
    frase = f"La lista, la ventana y la red tienen {plazos['lista']} s para reaccionar; cerrar, {plazos['cierre']} s."
    assert frase in " ".join(TEXTOS["README.md"].split())


@pytest.mark.parametrize("hz, ancho, segundos", [(16_000, 2, 1.5), (8_000, 1, 6.1)])
def test_la_voz_que_cabe_en_un_datagrama(hz, ancho, segundos):
    """Lo que dice la etapa 8: eso cabe, y una décima más ya no."""
    fila = f"| {hz // 1000} kHz, {8 * ancho} bits, un canal | {hz * ancho:,} bytes | **{segundos} s** |".replace(
        ",000", " 000")
    assert fila in TEXTOS["README.md"]
    largos = []
    for duracion in (segundos, segundos + 0.1):
        archivo = io.BytesIO()
        with wave.open(archivo, "wb") as voz:
            voz.setparams((1, ancho, hz, 0, "NONE", ""))
            voz.writeframes(bytes(round(duracion * hz) * ancho))
        mensaje = {"tipo": "audio", "user": "Bryan", "sala": "general",
                   "content": base64.b64encode(archivo.getvalue()).decode()}
        largos.append(len(protocolo.codificar(mensaje)))
    assert largos[0] <= protocolo.MAX_DATAGRAMA < largos[1]


class Pagina(html.parser.HTMLParser):
    """Los enlaces, las anclas y las figuras de una página."""

    def __init__(self, texto: str):
        super().__init__()
        self.enlaces, self.anclas, self.figuras = [], set(), []
        self.feed(texto)

    def handle_starttag(self, etiqueta, atributos):
        atributos = dict(atributos)
        self.anclas.add(atributos.get("id"))
        if etiqueta == "a":
            self.enlaces.append(atributos["href"])
        if etiqueta == "img":
            self.figuras.append(atributos)


@pytest.fixture(scope="module")
def paginas(tmp_path_factory):
    """Las páginas impresas, por su nombre."""
    return {ruta.name: Pagina(ruta.read_text(encoding="utf-8"))
            for ruta in imprimir.imprimir(tmp_path_factory.mktemp("paginas"))}


def test_los_enlaces_llevan_a_alguna_parte(paginas):
    for nombre, pagina in paginas.items():
        for enlace in pagina.enlaces:
            archivo, _, ancla = enlace.partition("#")
            if ancla:
                assert ancla in paginas[archivo or nombre].anclas, (nombre, enlace)
            elif archivo not in paginas:
                assert (ENUNCIADO / archivo).exists(), (nombre, enlace)


def test_las_figuras_van_dentro_de_la_pagina_y_se_describen(paginas):
    for pagina in paginas.values():
        assert len(pagina.figuras) >= 5
        for figura in pagina.figuras:
            assert figura["src"].startswith("data:image/") and len(figura["alt"]) > 20


@pytest.mark.parametrize("figura", figuras.FIGURAS, ids=lambda figura: figura.__name__)
def test_las_figuras_estan_al_dia(figura):
    guardada = (figuras.IMAGENES / f"{figura.__name__}.svg").read_text(encoding="utf-8")
    assert figura().svg() == guardada, "python3 enunciado --figuras"
    assert any(f"imagenes/{figura.__name__}.svg" in texto for texto in TEXTOS.values())


@pytest.mark.parametrize("nombre", figuras.STICKERS)
def test_los_stickers_de_la_plantilla_son_los_del_paquete(nombre):
    original, copia = (figuras.leer_sticker(carpeta / f"{nombre}.png")
                       for carpeta in (figuras.PAQUETE_DE_STICKERS, ENUNCIADO / "plantilla" / "stickers"))
    assert (copia.size, copia.tobytes()) == (original.size, original.tobytes()), "python3 enunciado --figuras"
    # bytes: cabe en base64 en un datagrama.
    assert (ENUNCIADO / "plantilla" / "stickers" / f"{nombre}.png").stat().st_size < 48_000


# ---------------------------------------------------------------- el texto basta


@pytest.fixture
def alumno(lanzar):
    """Función que lanza el cliente escrito sólo con el texto."""
    return lambda user, sala: lanzar(programas.Programa, str(ALUMNO), user, sala)


def test_un_cliente_escrito_con_el_texto_conversa(servidor, alumno):
    ana = alumno("Ana", "general")
    ana.esperar_linea("lista: Ana")
    inigo = alumno("Íñigo", "general")
    ana.esperar_linea("lista: Ana Íñigo")
    inigo.escribir('¿Qué tal, "Ana"? <ñ>')
    ana.esperar_linea('Íñigo: ¿Qué tal, "Ana"? <ñ>')
    inigo.escribir("salir")
    assert inigo.esperar_fin() == 0
    alumno("Carla", "general")
    ana.esperar_linea("lista: Ana Carla")
    ana.escribir("salir")
    assert ana.esperar_fin() == 0


def test_y_conversa_con_el_cliente_de_la_solucion(servidor, lanzar, alumno):
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    bryan.esperar("listo")
    ana = alumno("Ana", "general")
    bryan.esperar_lista("general", "Ana", "Bryan")
    ana.esperar_linea("lista: Bryan Ana")
    bryan.hacer("mensaje", sala="general", content="Hola, Ana")
    ana.esperar_linea("Bryan: Hola, Ana")
    ana.escribir("Hola, Bryan")
    bryan.esperar("mensaje", user="Ana", content="Hola, Bryan")


def cortar(mensaje: dict, cuerpo: bytes, propio: str) -> "list[bytes]":
    """Lo que dice la sección 9 del protocolo, sin nada nuestro: los trozos de un mensaje largo."""
    entero = json.dumps({**mensaje, "id": propio}).encode() + b"\n" + cuerpo
    partes = [entero[i : i + 1200] for i in range(0, len(entero), 1200)]
    cabecera = {"tipo": "trozo", "id": propio, "sala": mensaje["sala"], "m": 1, "de": len(partes)}
    return [json.dumps({**cabecera, "n": 1 + i, "i": i}).encode() + b"\n" + parte for i, parte in enumerate(partes)]


def test_los_trozos_escritos_con_el_texto_se_entienden(servidor, lanzar, sencillo):
    """Nivel 2: una voz en trozos de quien no late. Perdida una parte, contesta «perdido» y lo siguiente se muestra."""
    bryan = lanzar(programas.Cliente, "Bryan", "general")
    bryan.esperar("listo")
    ana = sencillo()
    ana.enviar(tipo="inicio", user="Ana", sala="general")
    bryan.esperar_lista("general", "Ana", "Bryan")
    archivo = io.BytesIO()
    with wave.open(archivo, "wb") as voz:
        voz.setparams((1, 1, 8000, 0, "NONE", ""))
        voz.writeframes(bytes(range(256)) * 80)
    audio = {"tipo": "audio", "user": "Ana", "sala": "general", "content": "", "formato": "wav"}
    for trozo in cortar(audio, archivo.getvalue(), "0a1b2c3d"):
        ana.enviar_bytes(trozo)
    bryan.esperar("audio", user="Ana", sha256=hashlib.sha256(archivo.getvalue()).hexdigest())

    otros = cortar(audio, archivo.getvalue(), "0a1b2c3e")
    for trozo in otros[:3] + otros[4:]:
        ana.enviar_bytes(trozo)
    falta = ana.esperar(tipo="falta", a="0a1b2c3e")
    assert falta["n"] == [[4, 4]]
    ana.enviar(tipo="perdido", id="0a1b2c3e", sala="general", n=falta["n"])
    bryan.esperar("perdido", sala="general", cuantos=1)


def test_el_alumno_no_usa_nada_nuestro():
    modulos = set(re.findall(r"^(?:import|from) (\w+)", ALUMNO.read_text(encoding="utf-8"), re.MULTILINE))
    assert modulos <= set(sys.stdlib_module_names)


# ---------------------------------------------------------------- el paquete de los alumnos

PROHIBIDO = re.compile(r"/(ocultos|entregas|salida|__pycache__)(/|$)|/practica3/|/pruebas/test_|/\.git")


@pytest.fixture(scope="module")
def abierto(tmp_path_factory):
    """El paquete, descomprimido donde no hay nada más."""
    carpeta = tmp_path_factory.mktemp("alumno")
    with zipfile.ZipFile(paquete.empaquetar(tmp_path_factory.mktemp("salida"))) as comprimido:
        comprimido.extractall(carpeta)
    return carpeta / paquete.NOMBRE


def test_el_paquete_trae_lo_que_debe(abierto):
    nombres = {"/" + ruta.relative_to(abierto).as_posix() for ruta in abierto.rglob("*") if ruta.is_file()}
    assert not [nombre for nombre in nombres if PROHIBIDO.search(nombre)]
    assert nombres >= {
        "/LEEME.md", "/enunciado/README.md", "/enunciado/enunciado.html", "/enunciado/protocolo.md",
        "/enunciado/protocolo.html",
        "/enunciado/rubrica.json", "/enunciado/vectores.json", "/enunciado/imagenes/chat.png",
        "/enunciado/plantilla/servidor.py",
        "/enunciado/plantilla/cliente_gui.py", "/enunciado/plantilla/protocolo.py", "/ejemplos/01_eco/servidor.py",
        "/pruebas/__main__.py", "/equipo/analizador.py", "/equipo/entorno.py", "/equipo/sistema.py", "/setup.cfg",
    }


def test_nada_del_paquete_es_de_la_solucion(abierto):
    """Ni con otro nombre.

    Ningún archivo suyo es igual a uno de practica3, de los ocultos o de las entregas de muestra.
    """
    privadas = (RAIZ / "practica3", RAIZ / "pruebas" / "criterios" / "ocultos", RAIZ / "pruebas" / "entregas")
    compartidos = {f"equipo/{nombre}.py" for nombre in ("analizador", "entorno", "sistema", "tuberias")}
    secretos = {ruta.read_bytes() for carpeta in privadas for ruta in carpeta.rglob("*.py") if ruta.stat().st_size}
    iguales = {ruta.relative_to(abierto).as_posix() for ruta in abierto.rglob("*.py") if ruta.read_bytes() in secretos}
    assert iguales == compartidos


def test_los_programas_del_paquete_encuentran_lo_que_usan(abierto):
    for programa in ("ejemplos", "pruebas", "pruebas/calificador"):
        hecho = subprocess.run([sys.executable, programa, "--help"], cwd=abierto, capture_output=True, encoding="utf-8",
                               timeout=programas.PLAZO,
                               env={**os.environ, "PYTHONIOENCODING": "utf-8"})
        assert hecho.returncode == 0 and hecho.stdout.startswith("uso: "), hecho.stderr
    hallada = subprocess.run([sys.executable, "-c", "from equipo import entorno; print(entorno.RAIZ)"], cwd=abierto,
                             capture_output=True, text=True)
    assert pathlib.Path(hallada.stdout.strip()) == abierto


def test_el_paquete_es_siempre_el_mismo(tmp_path):
    uno, otro = (paquete.empaquetar(tmp_path / nombre).read_bytes() for nombre in ("uno", "otro"))
    assert uno == otro


def correr(carpeta: pathlib.Path, *orden: str, **opciones) -> subprocess.Popen:
    """Lanzar un programa de Python en una carpeta, con los avisos como errores."""
    tubos = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen([sys.executable, "-u", "-X", "dev", *orden], cwd=carpeta, **tubos, **opciones)


def test_un_ejemplo_del_paquete_funciona(abierto):
    """El primero, desde su carpeta del paquete y en una dirección de bucle que nadie más usa."""
    eco = abierto / "ejemplos" / "01_eco"
    with correr(eco, "servidor.py", LAZO_PROPIO) as servidor_de_eco:
        try:
            assert "Escuchando" in servidor_de_eco.stdout.readline()
            with correr(eco, "cliente.py", LAZO_PROPIO) as cliente_de_eco:
                assert "Eco: Hola" in cliente_de_eco.communicate("Hola\nsalir\n", timeout=programas.PLAZO)[0]
        finally:
            servidor_de_eco.kill()


def test_el_servidor_de_la_plantilla_arranca_y_termina(abierto):
    with correr(abierto / "enunciado" / "plantilla", "servidor.py") as plantilla:
        assert "Servidor del grupo" in plantilla.stdout.readline()
        plantilla.send_signal(signal.SIGINT)
        assert plantilla.communicate(timeout=programas.PLAZO)[0] == "Servidor terminado.\n"


def test_las_ventanas_de_la_plantilla_se_abren(abierto):
    """Se escribe nombre y sala y se pulsa Entrar: se abre la sala, y en la terminal no hay ningún error."""
    with pantalla.PantallaVirtual() as virtual:
        entorno = {**os.environ, **virtual.entorno}

        def xdotool(*orden: str) -> str:
            return subprocess.run(["xdotool",
                                   *orden], env=entorno, capture_output=True, text=True, check=True,
                                   timeout=programas.PLAZO).stdout

        with correr(abierto / "enunciado" / "plantilla", "cliente_gui.py", env=entorno) as plantilla:
            try:
                entrada = xdotool("search", "--sync", "--onlyvisible", "--name", "^Chat$").split()[0]
                xdotool("windowfocus", "--sync", entrada, "type", "Ana")
                xdotool("key", "Tab", "type", "general")
                xdotool("key", "Tab", "space")
                xdotool("search", "--sync", "--onlyvisible", "--name", "^Ana en general$")
                assert plantilla.poll() is None
            finally:
                plantilla.terminate()
            assert plantilla.communicate(timeout=programas.PLAZO)[0] == ""


def test_la_plantilla_senala_todas_las_etapas():
    codigo = "".join(ruta.read_text(encoding="utf-8") for ruta in (ENUNCIADO / "plantilla").glob("*.py"))
    senaladas = set(re.findall(r"\d+", " ".join(re.findall(r"PENDIENTE \((.*?)\)", codigo))))
    assert senaladas >= {"1", "2", "3", "4", "5", "6", "7", "8", "9"}

"""El cliente en una terminal: lo que se teclea, en acciones; los eventos, en renglones.

    python cliente.py --usuario Ana --sala general
    texto      Hola a todos · /privado Ana hola · /sticker aplauso · /entrar redes · salir
    --json     {"accion":"mensaje","sala":"general","content":"Hola"} por renglón, y eventos igual

La contraseña de una sala con llave se pregunta al arrancar, o se lee de CHAT_CONTRASENA: en la
línea de órdenes la vería cualquiera que use este equipo.

    renglón ──▶ pedido (un diccionario, como los de --json) ──▶ ACCIONES ──▶ Cliente ──▶ red
    red ──▶ Cliente ──▶ evento (presencia/eventos.py) ──▶ renglón

Qué pedido es cada orden, y cómo se lee cada evento, están en presencia/: ordenes_texto.py,
eventos_texto.py y eventos_json.py.

Las imágenes y voces que llegan las comprueba y las guarda un ayudante, en otro hilo: una que se
abra despacio no detiene la conversación. Se muestran cuando están, y se dice en qué archivo.

El hilo principal atiende una sola cola. A ella llegan los lotes de la red y también los
renglones del teclado, que lee un hilo aparte porque leerlo bloquea (y en Windows `select` no
admite la entrada estándar).
"""

import argparse
import contextlib
import getpass
import json
import os
import sys
import threading
import time

from equipo import entorno
entorno.usar()  # antes de importar lo que busca sus bibliotecas

import campos
import red
from adjuntos import archivos
from adjuntos import ayudante
from adjuntos import contenido
from adjuntos import opus
from adjuntos import stickers
from equipo import opciones
from equipo import relevos
from equipo import terminal
from equipo import tuberias
from equipo.analizador import Analizador
from presencia.eventos import (
    Cancelado, Dicho, Error, ErrorAccion, Pedido, Perdido, Progreso, Rechazo
)
from presencia.eventos_json import escribir_evento
from presencia.eventos_texto import Redaccion
from presencia.ofertas import OfertasAjenas
from presencia.ordenes_texto import Ordenes
from presencia.usuario import Cliente
from seguridad import claves
from seguridad import llaves

MIRADA = 0.05  # s como máximo entre dos miradas a los plazos
CONTRASENA = "CHAT_CONTRASENA"  # la variable con la de las salas con llave
PARA_SALIR = 10.0  # s que se espera, al terminar, a que salga lo que aún no pudo salir
ERRORES = (campos.ErrorProtocolo, ErrorAccion, *contenido.ERRORES)


class Consola:
    """Lo común a las dos caras, texto y JSON: un cliente, sus acciones y cuándo terminar."""

    def __init__(self, conexion: red.Red):
        self.cliente = Cliente(conexion, time.monotonic(), time.time)
        if opus.hay():
            self.cliente.anunciar_ogg()
        self.conexion = conexion
        self.terminar = False
        self._ayudante = ayudante.Ayudante("adjuntos")
        self._rechazadas: "list[str]" = []  # salas a las que no se pudo entrar con ese nombre
        self._ofrecidos = archivos.Ofrecidos()
        self._ajenos = OfertasAjenas()

    def teclear(self, linea: str) -> None:
        """Hacer lo que pide un renglón; si no se puede, mostrar un error y nada más."""
        self.terminar = self.terminar or not linea  # "" es el fin de la entrada
        try:
            pedido = self.interpretar(linea.strip()) if linea.strip() else None
            if pedido is not None:
                getattr(self, ACCIONES[pedido["accion"]][0])(pedido)
        except ERRORES as error:
            self.mostrar(Error(str(error)))

    def recibir(self, lote: list) -> None:
        """Mostrar lo que causa un lote de la red, y obedecer los renglones que traiga."""
        for mensaje, _ in lote:
            if mensaje["tipo"] == "teclado":
                self.teclear(mensaje["linea"])
        for evento in self.cliente.avanzar(lote, time.monotonic()):
            if isinstance(evento, Rechazo):
                self._rechazadas.append(evento.sala)
            if isinstance(evento, Pedido):
                self._entregar(evento.dicho)
            elif not isinstance(evento, (Progreso, Cancelado)):  # de eso sólo dibujan las ventanas
                self._presentar(evento)
            if isinstance(evento, Dicho) and evento.ofrecido and not evento.propio:
                self._ajenos.recordar(evento)
        self.mostrar_lo_hecho()

    def _presentar(self, evento) -> None:
        """Mostrar un evento; si trae bytes ajenos, cuando el ayudante los haya comprobado."""
        cuerpo, dicho = getattr(evento, "cuerpo", None), getattr(evento, "dicho", evento)
        if cuerpo is None or dicho.propio:
            self.mostrar(evento)
        elif not self._ayudante.encargar(None, self.escribir, evento, de=dicho.autor,
                                         peso=len(cuerpo)):
            self.mostrar(Error(f"{dicho.autor} envió algo más. {ayudante.DESCARTADO}"))

    def mostrar(self, evento) -> None:
        """Escribir un evento en uno o varios renglones."""
        for renglon in self.escribir(evento):
            print(renglon)

    def mostrar_lo_hecho(self, espera: float = 0.0) -> None:
        """Mostrar lo que el ayudante ya comprobó; lo que le falte, si acaba en `espera` s."""
        limite = time.monotonic() + espera
        while self._ayudante.pendientes():
            hecha = self._ayudante.recoger(max(0.0, limite - time.monotonic()))
            if hecha is None:
                break
            _, renglones, error = hecha
            if error is not None:
                raise error
            for renglon in renglones:
                print(renglon)

    def _entregar(self, dicho: Dicho) -> None:
        """Enviar un archivo que se ofreció y que alguien pide."""
        try:
            self.cliente.entregar(dicho, self._ofrecidos.leer(dicho.sha256))
        except ERRORES as error:
            self.cliente.cancelar(dicho)
            self.mostrar(Error(str(error)))

    # ---- las acciones, con las claves de --json

    def decir(self, pedido: dict) -> None:
        """«mensaje»: sala, content y quizá cita: user, hora y content de lo que se contesta."""
        cita = {"cita": pedido["cita"]} if "cita" in pedido else {}
        self.cliente.decir(pedido["sala"], pedido["content"], **cita)

    def borrar(self, pedido: dict) -> None:
        """«borrar»: sala o to, y borrada, la hora del mensaje propio."""
        que = {"tipo": "borrar", "borrada": pedido["borrada"]}
        if pedido.get("to") is None:
            self.cliente.decir(pedido.get("sala"), "", **que)
        else:
            self.cliente.decir_privado(pedido["to"], "", time.monotonic(), **que)

    def decir_privado(self, pedido: dict) -> None:
        """«privado»: to, content."""
        self.cliente.decir_privado(pedido["to"], pedido["content"], time.monotonic())

    def adjuntar(self, pedido: dict) -> None:
        """«sticker», «audio», «imagen» y «archivo»: sala o to; y archivo.

        De un sticker del paquete, en su lugar, content; de una imagen o un archivo, además.
        """
        tipo = pedido["accion"]
        clave = "archivo" if "archivo" in pedido or tipo != "sticker" else "content"
        if not isinstance(pedido.get(clave), str):
            raise ErrorAccion(f"Falta «{clave}», un texto que diga cuál.")
        leer = contenido.LECTORES[tipo] if clave == "archivo" else contenido.elegir_sticker
        adjunto = leer(pedido[clave])
        if tipo in ("imagen", "archivo"):
            adjunto["content"] = pedido.get("content", "")
        if "sha256" in adjunto:
            self._ofrecidos.anotar(adjunto["sha256"], pedido[clave])
        if pedido.get("to") is None:
            self.cliente.decir(pedido.get("sala"), tipo=tipo, **adjunto)
        else:
            ahora = time.monotonic()
            self.cliente.decir_privado(pedido["to"], ahora=ahora, tipo=tipo, **adjunto)

    def descargar(self, pedido: dict) -> None:
        """«descargar»: sha256, de un archivo que alguien ofreció."""
        dicho = self._ajenos.buscar(str(pedido["sha256"]))
        if dicho is None:
            raise ErrorAccion("Nadie ofrece ese archivo.")
        self.cliente.descargar(dicho, time.monotonic())

    def entrar(self, pedido: dict) -> str:
        """«entrar»: sala, y si tiene llave, contrasena. Devuelve el nombre de la sala."""
        sala = self.cliente.escribir_sala(pedido["sala"])
        contrasena = pedido.get("contrasena") or os.environ.get(CONTRASENA)
        if contrasena and llaves.tiene_llave(sala) and sala not in self.cliente.salas:
            self.cliente.llaves.poner(sala, llaves.derivar(sala, str(contrasena)))
        return self.cliente.entrar(sala, time.monotonic())

    def salir(self, pedido: dict) -> None:
        """«salir»: sala."""
        self.cliente.salir(pedido["sala"])

    def renombrar(self, pedido: dict) -> None:
        """«nombre»: user. Con él se prueba en las salas que rechazaron el anterior."""
        self.cliente.presentarse(pedido["user"])
        rechazadas, self._rechazadas = self._rechazadas, []
        for sala in rechazadas:
            self.entrar({"sala": sala})

    def usar_relevo(self, pedido: dict) -> None:
        """«relevo»: servidor, su dirección, o "" para volver al grupo; si no se dice, se busca."""
        dicha = pedido.get("servidor")
        try:
            elegido = opciones.leer_direccion(str(dicha)) if dicha else None
        except argparse.ArgumentTypeError as error:
            raise ErrorAccion(f"{error}.") from None
        if dicha is None:
            desde = self.conexion.enlace.actual
            elegido = next(iter(relevos.buscar(self.conexion.puerto, desde)), None)
            if elegido is None:
                raise ErrorAccion("No se halló ningún relevo en esta red.")
        self.conexion.hablar_por(elegido)

    def confiar(self, pedido: dict) -> None:
        """«confiar»: to; y si se las oyó decir, sus cuatro palabras."""
        self.cliente.confiar(pedido["to"], pedido.get("palabras", ""))

    def acabar(self, _pedido: dict) -> None:
        """«terminar»."""
        self.terminar = True


# Qué método hace cada acción, y qué claves no pueden faltar.
ACCIONES = {
    "mensaje": ("decir", {"sala", "content"}),
    "privado": ("decir_privado", {"to", "content"}),
    **dict.fromkeys(contenido.LECTORES, ("adjuntar", set())),
    "descargar": ("descargar", {"sha256"}),
    "borrar": ("borrar", {"borrada"}),
    "entrar": ("entrar", {"sala"}),
    "salir": ("salir", {"sala"}),
    "nombre": ("renombrar", {"user"}),
    "relevo": ("usar_relevo", set()),
    "confiar": ("confiar", {"to"}),
    "terminar": ("acabar", set()),
}


# -------------------------------------------------------------------- en JSON


class ConsolaJson(Consola):
    """Un objeto JSON por renglón, de ida y de vuelta, siempre en UTF-8."""

    def interpretar(self, linea: str) -> dict:
        """El pedido que es un renglón."""
        try:
            pedido = json.loads(linea)
            entendido = ACCIONES[pedido["accion"]][1] <= pedido.keys()
        except (ValueError, RecursionError, LookupError, TypeError):
            entendido = False
        if not entendido:
            raise ErrorAccion(f"No se entiende: {linea[:200]}")
        return pedido

    def escribir(self, evento) -> "list[str]":
        """Un evento, en un renglón."""
        try:
            escrito = escribir_evento(evento, contenido.conservar)
        except contenido.ErrorAdjunto as error:
            escrito = {"evento": "aviso", "content": str(error)}
        if self.cliente.solo_aqui and "propio" in escrito:
            escrito["solo_aqui"] = True  # no es «enviado»: no salió de este equipo
        return [json.dumps(escrito, ensure_ascii=False)]


# -------------------------------------------------------------------- en texto


class ConsolaTexto(Consola):
    """Renglones para una persona. Se habla en la última sala a la que se entró."""

    def __init__(self, conexion: red.Red):
        super().__init__(conexion)
        self._redaccion = Redaccion(self.cliente, contenido.conservar, archivos.describir)
        self._ordenes = Ordenes(self.cliente, self._redaccion, self._ajenos, stickers.PAQUETE,
                                lambda renglon: print(terminal.limpiar(renglon)))

    def entrar(self, pedido: dict) -> str:
        """Entrar a una sala y pasar a hablar en ella."""
        self._ordenes.actual = super().entrar(pedido)
        return self._ordenes.actual

    def salir(self, pedido: dict) -> None:
        """Dejar una sala; si era en la que se hablaba, pasar a otra."""
        super().salir(pedido)
        print(f"Saliste de {terminal.limpiar(self.cliente.escribir_sala(pedido['sala']))}.")
        if self._ordenes.actual not in self.cliente.salas:
            self._ordenes.actual = next(reversed(self.cliente.salas), "")

    def confiar(self, pedido: dict) -> None:
        """Confiar en alguien, y decirlo."""
        super().confiar(pedido)
        como = "ya se compararon" if pedido["palabras"] else "sin comparar"
        print(terminal.limpiar(f"Se recordará a {pedido['to']}; {como} sus palabras."))

    def interpretar(self, linea: str) -> "dict | None":
        """El pedido que es un renglón; None si ya se hizo."""
        return self._ordenes.interpretar(linea)

    def escribir(self, evento) -> "list[str]":
        """Un evento, en uno o varios renglones."""
        try:
            renglones = self._redaccion.redactar(evento)
        except contenido.ErrorAdjunto as error:
            renglones = [f"* {error}"]
        if isinstance(evento, Perdido):
            renglones[0] += f" {relevos.OFERTA}: /relevo."
        return [terminal.limpiar(renglon) for renglon in renglones]


# -------------------------------------------------------------------- el programa


def main(argumentos: "list[str] | None" = None) -> int:
    """Conversar desde la terminal. Devuelve el código de salida."""
    elegidas = leer_opciones(argumentos)
    terminal.preparar_salida("utf-8" if elegidas.json else None)
    terminal.preparar_entrada("utf-8" if elegidas.json else None)
    terminal.oir_el_fin()
    try:
        user = campos.validar_usuario(elegidas.usuario or input("Tu nombre: "))
        salas = [preguntar_contrasena(sala, elegidas.json) for sala in elegidas.sala]
        conexion = red.Red(**opciones.elegir_red(elegidas), sesion=claves.abrir_sesion())
    except (red.ErrorRed, campos.ErrorProtocolo) as error:
        print(f"No se puede empezar: {error}", file=sys.stderr)
        return 1
    except (EOFError, KeyboardInterrupt):
        return 1
    if faltan := entorno.contar_faltantes():
        print(faltan, "Para prepararlo:", entorno.orden_de_preparar(), file=sys.stderr)
    consola = (ConsolaJson if elegidas.json else ConsolaTexto)(conexion)
    conversar(conexion, consola, user, salas)
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    # Sin las despedidas de Python: el hilo del teclado sigue leyendo, y al cerrarle la
    # entrada debajo el intérprete termina a veces con un error fatal.
    os._exit(0)


def leer_opciones(argumentos: "list[str] | None") -> argparse.Namespace:
    """Leer las opciones de la línea de órdenes."""
    analizador = Analizador(prog="cliente.py", description="Cliente del chat, sin ventanas.")
    analizador.add_argument("--usuario", help="tu nombre")
    analizador.add_argument(
        "--sala", action="append", default=[], help="sala a la que entrar; se puede repetir"
    )
    analizador.add_argument(
        "--json", action="store_true", help="un objeto JSON por renglón, para otro programa"
    )
    opciones.agregar_opciones(analizador, es_cliente=True)
    elegidas = analizador.parse_args(argumentos)
    if elegidas.json and not elegidas.usuario:
        analizador.error("--json necesita --usuario")
    return elegidas


def preguntar_contrasena(sala: str, en_json: bool) -> "dict[str, str]":
    """El pedido de entrar a una sala, con su contraseña si la tiene y no se sabe."""
    if en_json or CONTRASENA in os.environ or not llaves.tiene_llave(sala):
        return {"sala": sala}
    pregunta = f"Contraseña de {terminal.limpiar(sala)}: "
    return {"sala": sala, "contrasena": getpass.getpass(pregunta)}


def conversar(conexion: red.Red, consola: Consola, user: str, salas: "list[dict]") -> None:
    """Atender la red y el teclado hasta que se pida terminar; después, despedirse.

    `salas`: los pedidos de entrar.
    """
    conexion.iniciar()
    try:
        consola.cliente.presentarse(user)
        for sala in salas:
            consola.entrar(sala)
        teclado = threading.Thread(target=leer_teclado, args=(conexion,), daemon=True)
        teclado.start()
        while not consola.terminar:
            consola.recibir(conexion.recibir(MIRADA))
        limite = time.monotonic() + PARA_SALIR
        while consola.cliente.tiene_pendientes() and time.monotonic() < limite:
            consola.recibir(conexion.recibir(MIRADA))
    except ERRORES as error:
        consola.mostrar(Error(str(error)))
    except (KeyboardInterrupt, OSError):
        pass  # OSError: nadie lee ya lo que escribimos, como en `… | head`
    terminal.cerrar_en_paz()
    consola.cliente.despedirse()
    conexion.parar()
    with contextlib.suppress(OSError):
        consola.recibir([])
        while lote := conexion.recibir():  # el eco de lo último que salió
            consola.recibir(lote)
        consola.mostrar_lo_hecho(ayudante.AL_CERRAR)


def leer_teclado(conexion: red.Red) -> None:
    """Pasar cada renglón de la entrada estándar a la cola de lo recibido; al final, uno vacío."""
    linea = None
    while linea != "":
        linea = sys.stdin.readline()
        conexion.anotar({"tipo": "teclado", "linea": linea})


if __name__ == "__main__":
    sys.exit(tuberias.tolerar(main))

"""El cliente en una terminal: lo que se teclea, en acciones; los eventos, en renglones.

    texto      Hola a todos · /privado Ana hola · /sticker aplauso · /entrar redes · salir
    --json     {"accion":"mensaje","sala":"general","content":"Hola"} por renglón, y eventos igual

Las imágenes y voces que llegan se comprueban y se guardan en la carpeta de datos del
usuario (datos.py); se dice en qué archivo.

El hilo principal atiende una sola cola. A ella llegan los lotes de la red y también los
renglones del teclado, que lee un hilo aparte porque leerlo bloquea (y en Windows
`select` no admite la entrada estándar).
"""

import argparse
import contextlib
import json
import os
import sys
import threading
import time

import campos
from presencia import usuario
from presencia.eventos import Dicho, Error, EstadoRed, HayServidor, Listo, Perdido, Progreso, Rechazo, Usuarios
from equipo import datos
from equipo import opciones
import red
from adjuntos import stickers
from equipo import errores
from equipo import terminal
from adjuntos import wav
from equipo.analizador import Analizador

RELOJ = 0.05  # s como máximo entre dos miradas a los plazos
DESPEDIDA = 10.0  # s que se espera, al terminar, a que salga lo que aún no pudo salir
ERRORES = (campos.ErrorProtocolo, usuario.ErrorAccion, stickers.ErrorSticker, wav.ErrorAudio)

AYUDA = """Escribe y pulsa Enter para hablar en la sala. Además:
  /privado Ana hola    sólo para Ana          /entrar redes    entrar a otra sala, o pasar a ella
  /sticker aplauso     también gato.png       /salir           dejar la sala
  /audio voz.wav       un mensaje de voz      /quien           quién está
  /nombre Otro         otro nombre, si el tuyo estaba ocupado  salir   terminar
/sticker a secas dice cuáles hay. En privado: /privado Ana /sticker aplauso"""


class Consola:
    """Lo común a las dos caras, texto y JSON: un cliente, sus acciones y cuándo terminar."""

    def __init__(self, conexion: red.Red):
        self.cliente = usuario.Cliente(conexion, time.monotonic(), time.time)
        self.terminar = False
        self.rechazadas: "list[str]" = []  # salas a las que no se pudo entrar con ese nombre

    def teclear(self, linea: str) -> None:
        """Hacer lo que pide un renglón; si no se puede, mostrar un error y nada más."""
        try:
            self._obedecer(linea)
        except ERRORES as error:
            self.mostrar(Error(str(error)))

    def recibir(self, lote: list) -> None:
        """Mostrar lo que causa un lote de la red, y obedecer los renglones que traiga."""
        for mensaje, _ in lote:
            if mensaje["tipo"] == "teclado":
                self.teclear(mensaje["linea"])
                self.terminar = self.terminar or not mensaje["linea"]  # "" es el fin de la entrada
        for evento in self.cliente.avanzar([par for par in lote if par[0]["tipo"] != "teclado"], time.monotonic()):
            if isinstance(evento, Rechazo):
                self.rechazadas.append(evento.sala)
            if not isinstance(evento, Progreso):  # de eso sólo dibujan las ventanas
                self.mostrar(evento)

    def entrar(self, sala: str) -> None:
        """Entrar a una sala."""
        self.cliente.entrar(sala, time.monotonic())

    def enviar(self, tipo: str, adjunto: dict, sala: "str | None", para: "str | None" = None) -> None:
        """Enviar un sticker o un audio a una persona o, si no se dice, a una sala."""
        if para is None:
            self.cliente.decir(sala, tipo=tipo, **adjunto)
        else:
            self.cliente.decir_privado(para, ahora=time.monotonic(), tipo=tipo, **adjunto)

    def renombrar(self, user: str) -> None:
        """Probar con otro nombre en las salas que rechazaron el anterior."""
        self.cliente.presentarse(user)
        rechazadas, self.rechazadas = self.rechazadas, []
        for sala in rechazadas:
            self.entrar(sala)


class ConsolaJson(Consola):
    """Un objeto JSON por renglón, de ida y de vuelta, siempre en UTF-8."""

    def mostrar(self, evento) -> None:
        """Escribir un evento, en la forma que se lee en enunciado/protocolo.md."""
        print(json.dumps(escribir_evento(evento), ensure_ascii=False))

    def _obedecer(self, linea: str) -> None:
        if not linea.strip():
            return
        try:
            pedido = json.loads(linea)
            accion = pedido["accion"]
            valores = [pedido[clave] for clave in self.CLAVES[accion]]
        except (ValueError, RecursionError, LookupError, TypeError):
            raise usuario.ErrorAccion(f"No se entiende: {linea.strip()[:200]}") from None
        if accion in LECTORES:
            self._adjuntar(accion, pedido)
        else:
            getattr(self, f"_{accion}")(*valores)

    CLAVES = {
        "mensaje": ("sala", "content"),
        "privado": ("to", "content"),
        "sticker": (),  # sala o to, content o archivo
        "audio": (),  # sala o to, archivo
        "entrar": ("sala",),
        "salir": ("sala",),
        "nombre": ("user",),
        "terminar": (),
    }

    def _mensaje(self, sala, content) -> None:
        self.cliente.decir(sala, content)

    def _privado(self, to, content) -> None:
        self.cliente.decir_privado(to, content, time.monotonic())

    def _adjuntar(self, tipo: str, pedido: dict) -> None:
        clave = "archivo" if "archivo" in pedido or tipo == "audio" else "content"
        if not isinstance(pedido.get(clave), str):
            raise usuario.ErrorAccion(f"Falta «{clave}», un texto que diga cuál.")
        leer = elegir_sticker if clave == "content" else LECTORES[tipo]
        self.enviar(tipo, leer(pedido[clave]), pedido.get("sala"), pedido.get("to"))

    def _entrar(self, sala) -> None:
        self.entrar(sala)

    def _salir(self, sala) -> None:
        self.cliente.salir(sala)

    def _nombre(self, user) -> None:
        self.renombrar(user)

    def _terminar(self) -> None:
        self.terminar = True


class ConsolaTexto(Consola):
    """Renglones para una persona. Se habla en la última sala a la que se entró."""

    def __init__(self, conexion: red.Red):
        super().__init__(conexion)
        self.listas: "dict[str, list[str]]" = {}
        self.actual = ""

    def entrar(self, sala: str) -> None:
        """Entrar a una sala y pasar a hablar en ella."""
        self.actual = campos.validar_sala(sala)
        super().entrar(sala)

    def _obedecer(self, linea: str) -> None:
        linea = linea.strip()
        orden, _, resto = linea.partition(" ")
        if linea in ("salir", "exit", "quit"):
            self.terminar = True
        elif orden in self.ORDENES:
            self.ORDENES[orden](self, resto.strip())
        elif linea.startswith("/"):
            raise usuario.ErrorAccion(f"No existe {orden}. Con /ayuda se ven las órdenes.")
        elif linea and not self.actual:
            raise usuario.ErrorAccion("No estás en ninguna sala: /entrar general")
        elif linea:
            self.cliente.decir(self.actual, linea)

    def _privado(self, resto: str) -> None:
        # Un nombre puede llevar espacios: vale el más largo de los conocidos que coincida.
        conocidos = [nombre for nombre in self.cliente.directorio.personas() if resto.startswith(nombre + " ")]
        para = max(conocidos, key=len, default=resto.partition(" ")[0])
        content = resto[len(para):].strip()
        if not content:
            raise usuario.ErrorAccion("Se escribe así: /privado Ana hola")
        orden, _, cual = content.partition(" ")
        if orden[1:] in LECTORES and orden[0] == "/":
            self._adjuntar(orden[1:], cual.strip(), para)
        else:
            self.cliente.decir_privado(para, content, time.monotonic())

    def _adjuntar(self, tipo: str, cual: str, para: "str | None" = None) -> None:
        """Enviar un sticker, por su nombre o de un archivo, o una voz de un archivo."""
        if not cual:
            raise usuario.ErrorAccion(f"Stickers: {', '.join(stickers.PAQUETE)}" if tipo == "sticker" else "Se escribe así: /audio voz.wav")
        # «gato.png» y «../gato» son archivos; «aplauso», un nombre del paquete.
        es_nombre = tipo == "sticker" and not set("./\\") & set(cual)
        self.enviar(tipo, elegir_sticker(cual) if es_nombre else LECTORES[tipo](cual), self.actual, para)

    def _salir(self, resto: str) -> None:
        self.cliente.salir(resto or self.actual)
        print(f"Saliste de {terminal.limpiar(resto or self.actual)}.")
        if self.actual not in self.cliente.salas:
            self.actual = next(reversed(self.cliente.salas), "")

    def _quien(self, _resto: str) -> None:
        for sala, nombres in self.listas.items():
            if sala in self.cliente.salas:
                print(terminal.limpiar(f"En {sala}: {', '.join(nombres)}"))

    def _ayuda(self, _resto: str) -> None:
        print(AYUDA)

    ORDENES = {
        "/privado": _privado,
        "/sticker": lambda self, resto: self._adjuntar("sticker", resto),
        "/audio": lambda self, resto: self._adjuntar("audio", resto),
        "/entrar": lambda self, resto: self.entrar(resto),
        "/salir": _salir,
        "/quien": _quien,
        "/nombre": lambda self, resto: self.renombrar(resto),
        "/ayuda": _ayuda,
    }

    def mostrar(self, evento) -> None:
        """Escribir un evento en uno o varios renglones."""
        for renglon in self._redactar(evento):
            print(terminal.limpiar(renglon))

    def _redactar(self, evento) -> "list[str]":
        if isinstance(evento, Dicho):
            donde = f"(privado) {evento.autor} → {evento.to}" if evento.privado else f"[{evento.sala}] {evento.autor}"
            return [f"{donde}: {self._redactar_contenido(evento)}"]
        if isinstance(evento, Listo):
            return [f"Estás en {evento.sala} como {evento.user}. Con /ayuda se ven las órdenes."]
        if isinstance(evento, Usuarios):
            return self._redactar_cambios(evento.sala, evento.lista)
        if isinstance(evento, Perdido):
            cuantos = "Se perdió un mensaje" if evento.cuantos == 1 else f"Se perdieron {evento.cuantos} mensajes"
            return [f"* {cuantos} de {evento.autor}, sin remedio."]
        otra = " Prueba con /nombre y otro." if isinstance(evento, Rechazo) else ""
        return [f"* {evento.content}{otra}"]

    @staticmethod
    def _redactar_contenido(dicho: Dicho) -> str:
        if dicho.tipo == "msj":
            return dicho.content
        try:
            guardado = conservar(dicho)
        except ErrorAdjunto as error:
            return f"({error})"
        donde = f": {guardado['archivo']}" if guardado else ""
        return f"voz de {guardado['duracion']:.0f} s{donde}" if dicho.tipo == "audio" else f"sticker «{dicho.content}»{donde}"

    def _redactar_cambios(self, sala: str, lista: "list[str]") -> "list[str]":
        antes = self.listas.get(sala)
        self.listas[sala] = lista
        if antes is None:
            return [f"En {sala}: {', '.join(lista)}"]
        entraron = [f"→ {nombre} entró a {sala}" for nombre in lista if nombre not in antes]
        return entraron + [f"← {nombre} salió de {sala}" for nombre in antes if nombre not in lista]


# -------------------------------------------------------------------- stickers y voces


def elegir_sticker(nombre: str) -> dict:
    """Lo que lleva un mensaje con un sticker del paquete. Lanza ErrorSticker."""
    return {"content": stickers.nombre_en_paquete(nombre)}


def leer_sticker(ruta: str) -> dict:
    """Lo que lleva un mensaje con un sticker propio. Lanza ErrorSticker."""
    nombre, cuerpo, formato = stickers.preparar(ruta)
    return {"content": nombre, "formato": formato, "cuerpo": cuerpo}


def leer_audio(ruta: str) -> dict:
    """Lo que lleva un mensaje de voz. Lanza ErrorAudio."""
    voz = wav.leer(ruta)
    return {"content": "", "formato": voz.formato, "duracion": round(voz.duracion, 3),
            "cuerpo": voz.contenido}


LECTORES = {"sticker": leer_sticker, "audio": leer_audio}


class ErrorAdjunto(Exception):
    """Los bytes de un sticker o de una voz no se pueden usar o guardar; el texto lo cuenta."""


def conservar(dicho: Dicho) -> dict:
    """Comprobar y guardar los bytes que trae: archivo, sha256 y duracion; {} si no trae. Lanza ErrorAdjunto."""
    if dicho.cuerpo is None:
        return {}
    try:
        if dicho.tipo == "audio":
            voz = wav.revisar(dicho.cuerpo)
            medida, extension = {"duracion": round(voz.duracion, 3)}, voz.formato
        else:
            medida, extension = {}, stickers.revisar(dicho.cuerpo)
        ruta, sha256 = datos.guardar_recibido(dicho.cuerpo, extension)
    except (wav.ErrorAudio, stickers.ErrorSticker) as error:
        raise ErrorAdjunto(f"{dicho.autor} envió un {dicho.tipo} que no se puede usar. {error}") from None
    except OSError as error:
        raise ErrorAdjunto(f"No se pudo guardar un {dicho.tipo}: {errores.explicar(error)}.") from None
    return {"archivo": str(ruta), "sha256": sha256, **medida}


EVENTOS = {Listo: "listo", Usuarios: "usuarios", Perdido: "perdido", Error: "error",
           Rechazo: "aviso", EstadoRed: "aviso", HayServidor: "aviso"}


def escribir_evento(evento) -> dict:
    """Un evento como lo da --json."""
    if isinstance(evento, Dicho):
        return escribir_dicho(evento)
    escrito = {"evento": EVENTOS[type(evento)], **{clave: valor for clave, valor in vars(evento).items() if valor}}
    if isinstance(evento, Perdido):
        escrito["user" if evento.sala else "from"] = escrito.pop("autor")
    elif isinstance(evento, Error) and evento.dicho is not None:
        del escrito["dicho"]
        escrito["mensaje"] = {"tipo": evento.dicho.tipo, **direccion(evento.dicho), "content": evento.dicho.content, "hora": evento.dicho.hora}
    elif isinstance(evento, EstadoRed):
        escrito["red"] = "activa" if escrito.pop("activa", False) else "caida"
    elif isinstance(evento, HayServidor):
        escrito["servidor"] = escrito.pop("hay", False)
    return escrito


def escribir_dicho(dicho: Dicho) -> dict:
    """Un texto, un sticker o una voz como los da --json: con el archivo, si traía bytes."""
    evento = {"msj": "privado" if dicho.privado else "mensaje"}.get(dicho.tipo, dicho.tipo)
    try:
        guardado = conservar(dicho)
    except ErrorAdjunto as error:
        return {"evento": "aviso", "content": str(error)}
    propio = {"propio": True} if dicho.propio else {}
    return {"evento": evento, **direccion(dicho), "content": dicho.content, "hora": dicho.hora, **propio, **guardado}


def direccion(dicho: Dicho) -> dict:
    """De quién y para quién, con las claves del protocolo."""
    return {"from": dicho.autor, "to": dicho.to} if dicho.privado else {"sala": dicho.sala, "user": dicho.autor}


# -------------------------------------------------------------------- el programa


def main(argumentos: "list[str] | None" = None) -> int:
    """Conversar desde la terminal. Devuelve el código de salida."""
    elegidas = leer_opciones(argumentos)
    terminal.preparar_salida("utf-8" if elegidas.json else None)
    terminal.preparar_entrada("utf-8" if elegidas.json else None)
    terminal.oir_el_fin()
    try:
        user = campos.validar_usuario(elegidas.usuario or input("Tu nombre: "))
        conexion = red.Red(**opciones.elegir_red(elegidas))
    except (red.ErrorRed, campos.ErrorProtocolo) as error:
        print(f"No se puede empezar: {error}", file=sys.stderr)
        return 1
    except (EOFError, KeyboardInterrupt):
        return 1
    consola = (ConsolaJson if elegidas.json else ConsolaTexto)(conexion)
    conversar(conexion, consola, user, elegidas.sala)
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    # Sin las despedidas de Python: el hilo del teclado sigue leyendo, y al cerrarle la
    # entrada debajo el intérprete termina a veces con un error fatal.
    os._exit(0)


def leer_opciones(argumentos: "list[str] | None") -> argparse.Namespace:
    """Leer las opciones de la línea de órdenes."""
    analizador = Analizador(prog="cliente.py", description="Cliente del chat, sin ventanas.")
    analizador.add_argument("--usuario", help="tu nombre")
    analizador.add_argument("--sala", action="append", default=[], help="sala a la que entrar; se puede repetir")
    analizador.add_argument("--json", action="store_true", help="un objeto JSON por renglón, para otro programa")
    opciones.agregar_opciones(analizador)
    elegidas = analizador.parse_args(argumentos)
    if elegidas.json and not elegidas.usuario:
        analizador.error("--json necesita --usuario")
    return elegidas


def conversar(conexion: red.Red, consola: Consola, user: str, salas: "list[str]") -> None:
    """Atender la red y el teclado hasta que se pida terminar; después, despedirse."""
    conexion.iniciar()
    try:
        consola.cliente.presentarse(user)
        for sala in salas:
            consola.entrar(sala)
        threading.Thread(target=leer_teclado, args=(conexion,), name="teclado", daemon=True).start()
        while not consola.terminar:
            consola.recibir(conexion.recibir(RELOJ))
        limite = time.monotonic() + DESPEDIDA
        while consola.cliente.tiene_pendientes() and time.monotonic() < limite:
            consola.recibir(conexion.recibir(RELOJ))
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


def leer_teclado(conexion: red.Red) -> None:
    """Pasar cada renglón de la entrada estándar a la cola de lo recibido; al final, uno vacío."""
    linea = None
    while linea != "":
        linea = sys.stdin.readline()
        conexion.anotar({"tipo": "teclado", "linea": linea})


if __name__ == "__main__":
    sys.exit(main())

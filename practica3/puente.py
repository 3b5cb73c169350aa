"""El puente: lleva el chat a donde la multidifusión no llega.

    python puente.py --relevo 5007                           a un Wi-Fi que la filtra
    python puente.py --mqtt mqtts://mqtt.escuela.mx --canal escuela/redes     a otras redes

      grupo ◀──▶ ┌────────┐ ◀──▶ relevo: clientes con --servidor, de uno en uno
                 │ puente │
                 └────────┘ ◀──▶ canal: los puentes de otras redes, por un intermediario MQTT

Los datagramas pasan tal como llegaron: lo firmado sigue firmado y lo cifrado, cifrado. Nada se
ordena ni se repite aquí. Que nada se pierda lo consiguen los dos extremos, con los mismos números y
quejas de siempre (fiabilidad/): es el argumento de extremo a extremo de Saltzer, Reed y Clark
(1984). A quien no tiene números, un cliente sencillo, se le da lo que puede leer
(presencia/sencillos.py).

Cada datagrama se toma sólo de quien lo dio primero (presencia/ecos.py): así no hay vueltas. Si dos
puentes unen una red al mismo canal, lleva sólo el de menor id, y el otro espera por si falta.

Un solo hilo, que espera en `select`; sólo la biblioteca de MQTT tiene además el suyo.
"""

import argparse
import contextlib
import functools
import json
import logging
import os
import secrets
import select
import shutil
import sys
import time

from equipo import entorno
entorno.usar()  # antes de importar lo que busca sus bibliotecas
import protocolo
import red
from equipo import canal as modulo_canal
from equipo import enlace
from equipo import errores
from equipo import opciones
from equipo import procesos
from equipo import puertas as modulo_puertas
from equipo import relevos
from equipo import terminal
from equipo import tuberias
from equipo.analizador import Analizador
from presencia import sencillos
from presencia.directorio import MAX_SALAS_OIDAS
from presencia.ecos import Ecos, Latidos
from presencia.eleccion import Eleccion
from presencia.relevo import Relevo, despedidas
from presencia.tratos import sortear_marca

MIRADA = 0.05  # s entre dos miradas a los plazos
REVISION = 5.0  # s entre dos miradas a qué direcciones tiene este equipo
ENTRE_SALUDOS = 0.5  # s: los puentes de una red se dicen que están
ESCUCHA = 2.5  # s que se escucha antes de llevar nada a un canal, por si otro puente ya lo hace
PONER_TRAS = 3.0  # s sin oír a un servidor: se pone uno
LOCAL = 10.0  # s que se recuerda que un programa está de este lado
ENTRE_ESTADOS = 1.0, 60.0  # s entre renglones de estado: en una terminal, y en un archivo
SALUDO = b'{"tipo":"puente"'  # cómo empieza el de otro puente

registro = logging.getLogger("puente")


class Puente:
    """Los tres lados: el grupo y, si se piden, el relevo y el canal."""

    def __init__(self, propio: str, red_: dict, puertas: "modulo_puertas.Puertas | None",
                 canal: "modulo_canal.Canal | None"):
        self.propio, self.puertas, self.canal = propio, puertas, canal
        self.relevo = Relevo(propio, sortear_marca, self._enviar_a,
                             lambda texto: registro.info("%s", terminal.limpiar(texto)))
        self.grupo, self._puerto = red_["grupo"], red_["puerto"]
        self._socket = enlace.abrir_socket(self._puerto)
        self.enlace = enlace.Enlace(self._socket, self.grupo, self._puerto, red_["interfaz"],
                                    lambda noticia: registro.warning("%s", noticia["content"]))
        self._ecos, self._latidos = Ecos(), Latidos()
        self.empezo = time.monotonic()
        self._eleccion = Eleccion(propio, self.empezo)
        self._locales: "dict[str, float]" = {}  # id → la última vez que se oyó de este lado
        self._salas: "dict[str, float]" = {}  # de las que se ha oído hablar
        self.servidor_oido = float("-inf")
        self._saludo = self._revision = 0.0  # s: cuándo toca
        self.del_grupo = self.al_grupo = self.ecos = self.mal_hechos = 0
        self._como = False  # cómo estaba el canal la última vez que se miró
        self._antes = (self.empezo, {})  # cuándo se describió, y con qué cuentas
        self.servidor = None  # el proceso del que se puso, si no se oía ninguno

    def lleva(self, ahora: float) -> bool:
        """Si este puente es el que une su red al canal."""
        return (self.canal is not None and self._eleccion.habla
                and ahora - self.empezo > ESCUCHA)

    def atender(self, espera: float) -> None:
        """Esperar a que llegue algo, por cualquier lado, y llevarlo a los otros."""
        lados = {self._socket: self._leer_grupo}
        if self.canal:
            lados[self.canal.por_leer] = self._leer_canal
        for puerta, s in self.puertas.sockets.items() if self.puertas else ():
            lados[s] = functools.partial(self._leer_puerta, puerta)
        for s in select.select(list(lados), [], [], espera)[0]:
            lados[s](time.monotonic())
        self._vencer(time.monotonic())

    # ---- lo que llega de cada lado

    def _leer_grupo(self, ahora: float) -> None:
        for _ in range(modulo_puertas.SEGUIDOS):
            try:
                datagrama, direccion = self._socket.recvfrom(protocolo.MAX_DATAGRAMA)
            except OSError:  # ya no queda nada
                return
            if (respuesta := relevos.responder(datagrama)) is not None:
                if self.puertas:
                    self.puertas.enviar(respuesta, direccion)
            elif datagrama.startswith(SALUDO):
                self._oir_saludo(datagrama, ahora)
            elif self._ecos.es_eco(datagrama, ("grupo", *direccion), ahora):
                self.ecos += 1
            elif (mensaje := self._leer(datagrama, ahora)) is not None:
                self.del_grupo += 1
                if self.lleva(ahora):  # si lleva otro puente, lo de allá también se oye en el grupo
                    self._anotar_local(mensaje, ahora)
                self.relevo.repartir(datagrama, mensaje, None, ahora)
                self._publicar(datagrama, mensaje, ahora)

    def _leer_puerta(self, puerta: str, ahora: float) -> None:
        for direccion in self.puertas.ausentes(puerta):
            self.relevo.tabla.ausentar(direccion)
        for datagrama, direccion in self.puertas.leer(puerta):
            if (respuesta := relevos.responder(datagrama)) is not None:
                self.puertas.enviar(respuesta, direccion, puerta)
                continue
            for llegado in self.relevo.recibir(datagrama, direccion, puerta, ahora):
                self._llevar_del_relevo(*llegado, ahora)

    def _enviar_a(self, datagrama: bytes, uno) -> None:
        self.puertas.enviar(datagrama, uno.direccion, uno.puerta)

    def _llevar_del_relevo(self, datagrama: bytes, mensaje: dict, uno, ahora: float) -> None:
        if sencillos.pide_salas(datagrama):
            self.relevo.enviar(uno, sencillos.escribir_salas(self._salas), ahora)
            return
        self._anotar(mensaje, ahora)
        self._anotar_local(mensaje, ahora)
        self._ecos.anotar(datagrama, ("relevo", *uno.direccion), ahora)
        self._enviar_al_grupo(datagrama)
        self.relevo.repartir(datagrama, mensaje, uno, ahora)
        self._publicar(datagrama, mensaje, ahora)

    def _leer_canal(self, ahora: float) -> None:
        for datagrama, de in self.canal.leer(ahora):
            if self._ecos.es_eco(datagrama, ("canal", de), ahora):
                self.ecos += 1
            elif self.lleva(ahora) and (mensaje := self._leer(datagrama, ahora)) is not None:
                self._locales.pop(mensaje.get("id"), None)
                self._enviar_al_grupo(datagrama)
                self.relevo.repartir(datagrama, mensaje, None, ahora)

    def _leer(self, datagrama: bytes, ahora: float) -> "dict | None":
        try:
            mensaje = protocolo.decodificar(datagrama)
        except protocolo.ErrorProtocolo:
            self.mal_hechos += 1
            return None
        self._anotar(mensaje, ahora)
        return mensaje

    def _anotar(self, mensaje: dict, ahora: float) -> None:
        """Aprender qué salas hay, si hay un servidor y si alguien acaba de llegar."""
        self._latidos.notar(mensaje, ahora)
        if "servidor" in mensaje:
            self.servidor_oido = ahora
        if mensaje["tipo"] in ("latido", "inicio", "usuarios"):
            nombradas = mensaje["salas"] if "salas" in mensaje else [mensaje["sala"]]
            for sala in nombradas:
                if sala in self._salas or len(self._salas) < MAX_SALAS_OIDAS:
                    self._salas[sala] = ahora

    def _anotar_local(self, mensaje: dict, ahora: float) -> None:
        if "id" in mensaje:
            self._locales[mensaje["id"]] = ahora

    def _enviar_al_grupo(self, datagrama: bytes) -> None:
        with contextlib.suppress(OSError):  # sin red, o un búfer lleno: lo pedirá quien lo necesite
            self._socket.sendto(datagrama, self.enlace.destino)
            self.al_grupo += 1

    def _publicar(self, datagrama: bytes, mensaje: dict, ahora: float) -> None:
        """Llevar al canal lo que dijo alguien de este lado, si no es sólo para otro de él."""
        if not self.lleva(ahora):
            return
        a_quien = mensaje.get("a", mensaje.get("para"))
        es_de_aqui = a_quien is not None and ahora - self._locales.get(a_quien, 0) < LOCAL
        es_repetido = mensaje["tipo"] == "latido" and not self._latidos.pasa(mensaje, 0, ahora)
        if not (es_de_aqui or es_repetido):
            self.canal.publicar(datagrama, mensaje["tipo"])

    # ---- los otros puentes de esta red, y el paso del tiempo

    def _oir_saludo(self, datagrama: bytes, ahora: float) -> None:
        try:
            saludo = json.loads(datagrama)
            del_canal = self.canal is not None and saludo["canal"] == self.canal.canal
            if del_canal and saludo["id"] != self.propio:
                self._eleccion.anotar({"id": str(saludo["id"]), "oye": saludo["oye"]}, ahora)
        except (ValueError, KeyError, TypeError, RecursionError):
            self.mal_hechos += 1

    def _vencer(self, ahora: float) -> None:
        if ahora >= self._saludo and self.canal is not None:
            self._saludo = ahora + ENTRE_SALUDOS
            saludo = {"tipo": "puente", "id": self.propio, "canal": self.canal.canal,
                      "oye": [*self._eleccion.otros]}
            self._enviar_al_grupo(json.dumps(saludo, separators=(",", ":")).encode())
            if self._eleccion.decidir(ahora):
                registro.info("Este puente pasa a unir su red al canal")
            como = self.canal.falla or self.canal.conectado
            if como != self._como:
                self._como = como
                registro.info("Canal %s: %s", self.canal.canal, self.canal.describir())
        aguardaban, idos = self.relevo.vencer(ahora)
        for llegado in aguardaban:
            self._llevar_del_relevo(*llegado, ahora)
        for uno in idos:
            for salida in despedidas(uno):
                self._llevar_del_relevo(protocolo.codificar(salida), salida, uno, ahora)
        self.enlace.revisar(ahora)
        if ahora >= self._revision:
            self._revision = ahora + REVISION
            if self.puertas:
                self.puertas.revisar()
            for vistos, cuanto in ((self._locales, LOCAL), (self._salas, 2 * LOCAL)):
                for clave in [una for una, visto in vistos.items() if ahora - visto > cuanto]:
                    del vistos[clave]

    def describir(self, ahora: float) -> str:
        """Cómo va todo, en un renglón: por segundo desde la última vez, y lo que salió mal."""
        cuentas = {"del grupo": self.del_grupo, "al grupo": self.al_grupo}
        if self.puertas:
            cuentas["a vecinos"] = self.relevo.enviados
        if self.canal:
            cuentas |= {"publicados": self.canal.publicados, "del canal": self.canal.recibidos}
        cuando, antes = self._antes
        self._antes = ahora, cuentas
        pasaron = max(ahora - cuando, 0.001)
        ritmos = [f"{(cuantas - antes.get(que, 0)) / pasaron:.0f}/s {que}"
                  for que, cuantas in cuentas.items()]
        partes = [self.relevo.describir()] * (self.puertas is not None)
        if self.canal:
            turno = "" if self.lleva(ahora) else ", en espera"
            partes.append(f"canal: {self.canal.describir()}{turno}")
        malos = self.mal_hechos + self.relevo.mal_hechos
        fallas = f"{self.ecos} ecos, {malos} mal hechos, {self.relevo.de_mas} de más"
        return " · ".join([*partes, ", ".join(ritmos), fallas])

    def cerrar(self) -> None:
        """Cerrar todo."""
        if self.puertas:
            self.puertas.cerrar()
        if self.canal:
            self.canal.parar()
        self._socket.close()
        if self.servidor is not None:
            self.servidor.terminate()
            self.servidor.wait()


# -------------------------------------------------------------------- el programa


def main(argumentos: "list[str] | None" = None) -> int:
    """Poner en marcha el puente hasta Ctrl+C. Devuelve el código de salida."""
    elegidas = leer_opciones(argumentos)
    terminal.preparar_salida()
    terminal.oir_el_fin()
    forma = {"format": "%(asctime)s %(message)s", "datefmt": "%H:%M:%S", "level": logging.INFO}
    donde = {"handlers": [terminal.Registro(sys.stdout)]}
    if elegidas.registro:
        donde = {"filename": elegidas.registro, "encoding": "utf-8"}
    try:
        logging.basicConfig(**forma, **donde)
        puente = abrir(elegidas)
    except (red.ErrorRed, modulo_canal.ErrorCanal) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"No se puede empezar: {errores.explicar(error)}.", file=sys.stderr)
        return 1
    print(f"Puente {puente.propio} en {puente.grupo} por la interfaz {puente.enlace.actual}. "
          "Ctrl+C para terminar.", flush=True)
    try:
        servir(puente, elegidas)
    except KeyboardInterrupt:
        print(f"\nPuente terminado. {puente.describir(time.monotonic())}")
    finally:
        terminal.cerrar_en_paz()
        puente.cerrar()
    return 0


def leer_opciones(argumentos: "list[str] | None") -> argparse.Namespace:
    """Leer las opciones de la línea de órdenes."""
    analizador = Analizador(
        prog="puente.py", description="Lleva el chat a donde la multidifusión no llega.")
    analizador.add_argument("--relevo", type=opciones.leer_puerto, metavar="PUERTO",
                            help="atender de uno en uno a los clientes con --servidor")
    analizador.add_argument("--mqtt", metavar="URL", help="unir con otras redes por ese "
                            "intermediario: mqtts://usuario@equipo:8883, y la clave, en la "
                            "variable CHAT_MQTT_CLAVE")
    analizador.add_argument("--canal", default="chat", help="el tema de MQTT que comparten (chat)")
    analizador.add_argument("--ca", metavar="ARCHIVO", help="el certificado con que se comprueba "
                            "el del intermediario, si es de la escuela")
    analizador.add_argument("--registro", metavar="ARCHIVO", help="anotar ahí quién entra y sale")
    opciones.agregar_opciones(analizador)
    elegidas = analizador.parse_args(argumentos)
    if elegidas.relevo is None and elegidas.mqtt is None:
        analizador.error("falta decir con qué unir: --relevo, --mqtt o los dos")
    return elegidas


def abrir(elegidas: argparse.Namespace) -> Puente:
    """El puente que se pidió. Lanza ErrorRed, ErrorCanal u OSError."""
    propio, puertas, canal = secrets.token_hex(4), None, None
    if elegidas.mqtt:
        canal = modulo_canal.Canal(propio, elegidas.mqtt, elegidas.canal, elegidas.ca)
    if elegidas.relevo:
        puertas = modulo_puertas.Puertas(elegidas.relevo, elegidas.interfaz)
        if not puertas.sockets:
            raise red.ErrorRed(f"El puerto {elegidas.relevo} lo tiene otro programa. Prueba otro.")
    puente = Puente(propio, opciones.elegir_red(elegidas), puertas, canal)
    if canal:
        canal.iniciar()
    return puente


def servir(puente: Puente, elegidas: argparse.Namespace) -> None:
    """Llevar lo que llega, sin fin; y si no hay quien diga quién está, poner un servidor."""
    proximo_estado = 0.0
    en_terminal = sys.stdout.isatty()
    while True:
        puente.atender(MIRADA)
        ahora = time.monotonic()
        if ahora >= proximo_estado:
            proximo_estado = ahora + ENTRE_ESTADOS[not en_terminal]
            estado = puente.describir(ahora)
            ancho = shutil.get_terminal_size().columns - 1
            print(f"\r{estado:<{ancho}.{ancho}}" if en_terminal else estado,
                  end="" if en_terminal else "\n", flush=True)
        sin_servidor = ahora - max(puente.servidor_oido, puente.empezo) > PONER_TRAS
        if puente.puertas and puente.servidor is None and sin_servidor:
            puente.servidor = poner_servidor(elegidas)


def poner_servidor(elegidas: argparse.Namespace):
    """Iniciar un servidor que termina con este programa: los sencillos no entran sin lista."""
    argumentos = opciones.escribir_opciones(elegidas.grupo, elegidas.puerto, elegidas.interfaz)
    if os.name == "posix":
        argumentos += ["--padre", str(os.getpid())]
    registro.info("No se oye ningún servidor: se inicia uno")
    return procesos.lanzar_oculto("servidor.py", argumentos)


if __name__ == "__main__":
    sys.exit(tuberias.tolerar(main))

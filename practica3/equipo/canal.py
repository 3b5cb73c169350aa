"""Un canal por un intermediario MQTT (broker): los datagramas de una red, a los puentes de otras.

    puente de A ── publica ──▶ intermediario ── entrega ──▶ puente de B, de C… y de A, que lo tira

Cada datagrama va entero y sin tocar, como cuerpo de un mensaje con la forma de los demás:

    {"tipo":"puente","id":"0a1b2c3d","n":12}⏎datagrama

id es el del puente y n, cuántos lleva publicados: con eso se tira lo propio, que también vuelve, y
lo que llega dos veces, porque QoS 1 es «al menos una». Qué garantiza cada quien:

    QoS 1 de MQTT     que lo dicho llegue al otro puente mientras ninguno de los dos se caiga
    este archivo      que una repetición de MQTT no pase dos veces
    fiabilidad/       lo demás, de extremo a extremo: que nada falte, sobre ni se desordene, aunque
                      se caigan el intermediario o un puente, o pierda la red de cada lado

Latidos, preguntas y quejas van con QoS 0, y sin conexión no se guardan. La
biblioteca, paho-mqtt, tiene su hilo; lo que llega pasa por una cola, y un socket despierta a quien
la atiende en `select`.
"""

import collections
import json
import os
import socket
import ssl
import urllib.parse

QOS_0 = {"latido", "quien", "acuse", "falta", "perdido"}  # de un rato después no sirven
MAX_SIN_CONEXION = 5_000  # mensajes que se guardan sin conexión; lo que no quepa se pedirá otra vez
MAX_POR_LEER = 10_000
MAX_SOBRE = 66_000  # bytes: un datagrama y su cabecera
MAX_ISLAS = 1_000
MAX_CANAL = 200  # bytes de su nombre
EN_CAMINO = 200  # publicados sin que el intermediario los haya acusado
RECORDADOS = 20_000  # mensajes ajenos: lo que puede tardar MQTT en repetir uno
REINTENTOS = 1, 15  # s entre intentos de volver a conectar: el primero y el mayor
ACTIVA = 30.0  # s sin oír a otra isla: ya no se cuenta
VIVO = 20  # s sin nada que decir hasta asegurarse de que el intermediario sigue ahí


class ErrorCanal(Exception):
    """No se puede usar el canal como se pidió; el texto dice por qué y cómo remediarlo."""


class Canal:
    """La conexión con el intermediario. `por_leer` es un socket para `select`."""

    def __init__(self, propio: str, url: str, canal: str, ca: "str | None" = None):
        """`url`: mqtts://usuario@equipo:8883; la clave, en CHAT_MQTT_CLAVE. Lanza ErrorCanal."""
        if set("+#\0") & set(canal) or not 0 < len(canal.encode()) < MAX_CANAL:
            raise ErrorCanal("Un canal no lleva «+» ni «#»; es como escuela/redes.")
        self.canal, self.conectado, self.falla = canal, False, ""
        self.publicados = self.recibidos = self.repetidos = self.tirados = 0
        self.islas: "dict[str, float]" = {}  # id de los otros puentes que publican → cuándo
        self._propio, self._n = propio, 0
        self._llegados = collections.deque()
        self._vistos: "collections.OrderedDict[tuple, None]" = collections.OrderedDict()
        self._mqtt = self._preparar(url, ca)
        self.por_leer, self._aviso = socket.socketpair()
        for s in (self.por_leer, self._aviso):
            s.setblocking(False)

    def _preparar(self, url: str, ca: "str | None"):
        try:
            from paho.mqtt import client  # aquí: sólo la pide --mqtt
        except ImportError:
            raise ErrorCanal("Falta la biblioteca paho-mqtt: pip install paho-mqtt") from None
        partes = leer_url(url)
        mqtt = client.Client(client.CallbackAPIVersion.VERSION2, client_id=f"chat-{self._propio}")
        if partes.username:
            de_la_url = urllib.parse.unquote(partes.password or "")
            clave = de_la_url or os.environ.get("CHAT_MQTT_CLAVE", "")
            mqtt.username_pw_set(urllib.parse.unquote(partes.username), clave)
        if partes.scheme == "mqtts":
            try:
                mqtt.tls_set_context(ssl.create_default_context(cafile=ca))
            except OSError as error:
                raise ErrorCanal(f"No se puede usar el certificado {ca}: {error}") from None
        mqtt.max_inflight_messages_set(EN_CAMINO)
        mqtt.max_queued_messages_set(MAX_SIN_CONEXION)
        mqtt.reconnect_delay_set(*REINTENTOS)
        mqtt.on_connect, mqtt.on_disconnect = self._al_conectar, self._al_desconectar
        mqtt.on_connect_fail = self._al_no_conectar
        mqtt.on_message, mqtt.on_socket_open = self._al_mensaje, _no_esperar
        puerto = partes.port or {"mqtt": 1883, "mqtts": 8883}[partes.scheme]
        mqtt.connect_async(partes.hostname, puerto, VIVO)
        return mqtt

    def iniciar(self) -> None:
        """Conectar, y volver a hacerlo cuantas veces haga falta, en el hilo de la biblioteca."""
        self._mqtt.loop_start()

    def parar(self) -> None:
        """Desconectar en orden."""
        self._mqtt.disconnect()
        self._mqtt.loop_stop()
        for s in (self.por_leer, self._aviso):
            s.close()

    def describir(self) -> str:
        """Cómo está, en una frase."""
        if not self.conectado:
            return self.falla or "conectando"
        return f"{len(self.islas)} islas más, {self.publicados} publicados, {self.tirados} tirados"

    def publicar(self, datagrama: bytes, tipo: "str | None") -> None:
        """Enviar un datagrama a los otros puentes, sin esperar."""
        qos = 0 if tipo in QOS_0 else 1
        if not qos and not self.conectado:
            return
        self._n += 1
        sobre = {"tipo": "puente", "id": self._propio, "n": self._n}
        cabecera = json.dumps(sobre, separators=(",", ":")).encode()
        hecho = self._mqtt.publish(self.canal, cabecera + b"\n" + datagrama, qos)
        if hecho.rc and hecho.rc != 4:  # 4: sin conexión; queda guardado
            self.tirados += 1
        else:
            self.publicados += 1

    def leer(self, ahora: float) -> "list[tuple[bytes, str]]":
        """Los datagramas de otros puentes que llegaron, sin repetir, y el id de cuál."""
        try:
            while self.por_leer.recv(4096):
                pass
        except OSError:  # ya no hay más avisos
            pass
        nuevos = []
        while self._llegados:
            nuevos += self._abrir(self._llegados.popleft(), ahora)
        self.islas = {uno: cuando for uno, cuando in self.islas.items() if ahora - cuando < ACTIVA}
        return nuevos

    def _abrir(self, sobre: bytes, ahora: float) -> "list[tuple[bytes, str]]":
        cabecera, _, datagrama = sobre.partition(b"\n")
        try:
            leida = json.loads(cabecera)
            clave = str(leida["id"])[:16], int(leida["n"])
        except (ValueError, KeyError, TypeError, RecursionError):
            self.tirados += 1  # algo ajeno, en el mismo canal
            return []
        if clave[0] == self._propio:
            return []
        if clave[0] in self.islas or len(self.islas) < MAX_ISLAS:
            self.islas[clave[0]] = ahora
        if clave in self._vistos:
            self.repetidos += 1
            return []
        self._vistos[clave] = None
        if len(self._vistos) > RECORDADOS:
            self._vistos.popitem(last=False)
        self.recibidos += 1
        return [(datagrama, clave[0])]

    # ---- del hilo de la biblioteca

    def _al_conectar(self, mqtt, _datos, _senas, codigo, _propiedades) -> None:
        if codigo.is_failure:
            self.falla = f"el intermediario no deja entrar ({codigo})"
            return
        self.conectado, self.falla = True, ""
        mqtt.subscribe(self.canal, qos=1)

    def _al_desconectar(self, _mqtt, _datos, _senas, codigo, _propiedades) -> None:
        self.conectado = False
        self.falla = self.falla or f"se perdió la conexión ({codigo})"

    def _al_no_conectar(self, _mqtt, _datos) -> None:
        self.falla = "no se puede conectar"

    def _al_mensaje(self, _mqtt, _datos, mensaje) -> None:
        if len(self._llegados) >= MAX_POR_LEER or len(mensaje.payload) > MAX_SOBRE:
            self.tirados += 1
            return
        self._llegados.append(mensaje.payload)
        try:
            self._aviso.send(b".")
        except OSError:  # ya hay avisos de sobra
            pass


def _no_esperar(_mqtt, _datos, s) -> None:
    """Que TCP no junte lo corto (Nagle): cada datagrama esperaría 40 ms al acuse del anterior."""
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def leer_url(url: str) -> urllib.parse.SplitResult:
    """Comprobar mqtt://… o mqtts://… Lanza ErrorCanal."""
    try:
        partes = urllib.parse.urlsplit(url)
        if partes.scheme in ("mqtt", "mqtts") and partes.hostname and partes.port != 0:
            return partes
    except ValueError:
        pass
    raise ErrorCanal(f"«{url}» no es la dirección de un intermediario, como "
                     "mqtts://escuela@mqtt.escuela.mx:8883")

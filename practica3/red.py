"""El socket multidifusión del chat y los dos hilos que lo comparten.

    hilo de la ventana               hilo enviar                      la red
    ──────────────────               ───────────                      ──────
    red.enviar(mensaje) ──▶ cola ──▶ Emisor ─────────▶ sendto ──┐
                              ▲                              [socket] ⇄ 239.255.3.3:5007
                       faltas │      hilo recibir               │
    red.recibir(espera) ◀── cola ◀── Receptor ◀────── recvfrom ─┘

Los dos hilos usan el mismo descriptor a la vez y no les hace falta ningún candado: el
sistema operativo ya serializa `sendto` y `recvfrom`, uno no toca lo del otro, y lo que
debe cruzar de hilo a hilo va por una cola. El Emisor y el Receptor (emisor.py,
fiabilidad.py) hacen que no se pierda nada; para entender este módulo basta saber que a
uno se le da lo que hay que decir y el otro devuelve lo que ya se puede mostrar.

Todo datagrama va al grupo, también un mensaje privado: varios programas de un mismo
equipo comparten el puerto, y una respuesta a su dirección llegaría a uno cualquiera.
"""

import errno
import queue
import random
import secrets
import select
import socket
import sys
import threading
import time

from fiabilidad import emisor
from fiabilidad import receptor
import filtro
import protocolo
from equipo import errores
from equipo import interfaces
from fiabilidad import trozos

# Toda hora de este módulo es de time.perf_counter: el time.monotonic de Windows va, hasta
# Python 3.12, de 15 en 15 ms, y aquí hay plazos de 2.
BUFER_RECEPCION = 4 * 1024 * 1024  # bytes que se piden; el sistema suele conceder menos
MAX_SEGUIDOS, MAX_LOTE = 512, 2**17  # datagramas leídos de una vez antes de entregarlos, y bytes: los que pasan de ahí esperan
MUCHOS, ACUMULAR = 8, 0.001  # si se leyeron tantos, llegan a toda prisa: se dejan juntar esos s, y se despierta menos veces
ATRASO = 0.1  # s como máximo sin quejarse por tener datagramas sin leer
MAX_ORDENES = 300  # que esperan al hilo enviar: lo que otros pidan después se olvida, y lo pedirán otra vez
ORDENES_SEGUIDAS = 64  # que se cumplen antes de volver a enviar: quien pide sin fin no calla a nadie
MAX_LOTES = 256  # lotes que esperan a la ventana; con la cola llena se deja de leer
ECO = 0.02  # s como máximo en contarle a la ventana lo que salió: despertarla a cada rato estorba a quien envía
ESPERA = 0.2  # s: lo que un hilo tarda como mucho en ver que hay que cerrar
REINTENTO = 0.5  # s entre intentos cuando la red no deja enviar
PAUSA = 0.005  # s con el búfer de salida lleno
REVISION = 2.0  # s entre miradas a qué interfaz usa el sistema
CIERRE = 5.0  # s que se espera a cada hilo al cerrar
CALMA = 0.5  # s sin que nadie pida nada, al cerrar, para dar por recibido lo último
PACIENCIA = 3.0  # s que se contesta como mucho al cerrar

PROPIA = ("", 0)  # dirección de lo que no llegó en un datagrama, como la noticia de una pérdida

# El módulo socket no la trae antes de Python 3.13 (valor de <linux/in.h>).
IP_MULTICAST_ALL = getattr(socket, "IP_MULTICAST_ALL", 49)

# Errores de un datagrama y no de la red: repetirlo no serviría de nada.
ERRORES_DEL_DATAGRAMA = (errno.EMSGSIZE, errno.EINVAL)


class ErrorRed(Exception):
    """No se puede usar la red como se pidió; el texto dice por qué y cómo remediarlo."""


# -------------------------------------------------------------------- el socket


def abrir_socket(puerto: int) -> socket.socket:
    """Abrir el socket UDP del chat, sin unirlo todavía a ningún grupo.

    Muchos programas de un equipo pueden abrirlo a la vez. Lanza ErrorRed si otro
    programa tiene el puerto para él solo.
    """
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_REUSEPORT"):  # no existe en Windows; macOS la exige
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFER_RECEPCION)
        # IPPROTO_IP y no SOL_IP, que falta en Windows.
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, protocolo.TTL)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
        if sys.platform == "linux":
            # Si no, el socket oye cualquier grupo al que alguien del equipo se uniera.
            s.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)
        s.bind(("", puerto))  # enlazar al grupo mismo falla en Windows
        # Sin bloqueo: así ningún hilo cambia el modo del socket mientras el otro lo usa.
        s.setblocking(False)
    except OSError as error:
        s.close()
        raise ErrorRed(f"No se puede usar el puerto {puerto}: {errores.explicar(error)}. Prueba otro con --puerto.") from error
    return s


def unirse(s: socket.socket, grupo: str, interfaz: str) -> None:
    """Unir el socket al grupo en una interfaz y enviar por ella. Lanza OSError."""
    abandonar(s, grupo, interfaz)  # tras desconectar un cable la unión queda inservible
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(grupo) + socket.inet_aton(interfaz))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interfaz))


def abandonar(s: socket.socket, grupo: str, interfaz: str) -> None:
    """Salir del grupo en una interfaz; si no se estaba, nada."""
    try:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP, socket.inet_aton(grupo) + socket.inet_aton(interfaz))
    except OSError:
        pass  # no se estaba, o la interfaz ya no existe


def muestras(tipos: "tuple[str, ...]") -> "list[bytes]":
    """Cómo empieza, si lo envía un programa con id, un mensaje de esos tipos (véase filtro.py)."""
    return [b'{"id":"????????","tipo":"%s"' % tipo.encode() for tipo in tipos]


# -------------------------------------------------------------------- los dos hilos


def cumplir(ordenes: queue.SimpleQueue, espera: float = 0.0) -> None:
    """Llamar a lo que otro hilo dejó en una cola, que quizá no sea todo; si está vacía, esperar a la primera `espera` s."""
    try:
        metodo, argumentos = ordenes.get(timeout=espera) if espera > 0 else ordenes.get_nowait()
        metodo(*argumentos)
        for _ in range(min(ordenes.qsize(), ORDENES_SEGUIDAS)):
            metodo, argumentos = ordenes.get_nowait()
            metodo(*argumentos)
    except queue.Empty:
        pass


class Red:
    """El socket compartido y sus dos hilos, enviar y recibir.

    `interfaz` None: la que use el sistema, aunque cambie (otro Wi-Fi). Una red que
    falla no detiene a nadie: se avisa, se reintenta y se avisa al volver. `ignorados`:
    los `tipo` que no hace falta recibir de quien tiene id.
    """

    def __init__(self, grupo: str = protocolo.GRUPO, puerto: int = protocolo.PUERTO, interfaz: "str | None" = None, perdida: float = 0,
                 entre_latidos: float = emisor.LATIDO, pausa: float = 0, ignorados: "tuple[str, ...]" = ()):
        self.grupo = grupo
        self.puerto = puerto
        self.interfaz_pedida = interfaz
        self.interfaz = interfaz or interfaces.interfaz_del_sistema(grupo, puerto)
        self.perdida = perdida  # % de lo recibido que se tira, para verlo en clase
        self.pausa = pausa  # s que se deja acumular lo que llega: quien no conversa despierta menos veces
        self.id = secrets.token_hex(4)  # este programa en marcha, y ningún otro
        self.malformados = 0  # datagramas que no se entendieron
        self._emisor = emisor.Emisor(self.id, time.perf_counter(), random.uniform, entre_latidos)  # del hilo enviar
        self._receptor = receptor.Receptor(self.id, random.uniform)  # del hilo recibir
        self._mio = b'{"id":"%s"' % self.id.encode()  # así empieza todo lo que envía este programa
        self._para_emisor = queue.SimpleQueue()  # (método, argumentos), para que los llame el hilo enviar
        self._para_receptor = queue.SimpleQueue()
        self._recibidos = queue.SimpleQueue()  # lotes de pares (mensaje, dirección)
        self._cerrando = threading.Event()
        self._callado = threading.Event()  # el hilo enviar ya no tiene nada que decir
        self._cierre = 0.0  # s: cuándo se pidió cerrar; del hilo enviar
        self._caida = False
        self._unido = True  # al grupo, en self.interfaz
        self._socket = abrir_socket(puerto)
        filtro.no_oir(self._socket, self._mio, *muestras(ignorados))
        try:
            unirse(self._socket, grupo, self.interfaz)
        except OSError as error:
            self._socket.close()
            raise ErrorRed(f"No se puede usar la interfaz {self.interfaz}: {errores.explicar(error)}.") from error
        self.bufer = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)  # lo concedido
        self._hilo_enviar = threading.Thread(target=self._enviar, name="enviar", daemon=True)
        self._hilo_recibir = threading.Thread(target=self._recibir, name="recibir", daemon=True)

    def iniciar(self) -> None:
        """Poner en marcha los dos hilos."""
        self._hilo_enviar.start()
        self._hilo_recibir.start()

    def parar(self) -> None:
        """Enviar lo que quede, repetirlo mientras alguien lo pida (3 s como mucho) y cerrar el socket."""
        self._cerrando.set()
        self._para_emisor.put((self._emisor.latir, (time.perf_counter(),)))  # despierta al hilo enviar
        for hilo in (self._hilo_enviar, self._hilo_recibir):
            hilo.join(CIERRE)
        # Cerrar antes no despertaría a un hilo que espera en el socket.
        self._socket.close()

    def enviar(self, mensaje: dict) -> None:
        """Dejar un mensaje válido en la cola de salida, sin esperar.

        Lanza ErrorProtocolo si es demasiado largo aun en trozos.
        """
        trozos.exigir_que_quepa(mensaje)
        self._para_emisor.put((self._emisor.decir, (mensaje, time.perf_counter())))

    def seguir(self, sala: str, miembros: int = 1) -> None:
        """Recibir lo que se diga en una sala, en la que hay tantos."""
        self._para_receptor.put((self._receptor.seguir, (sala, miembros)))

    def dejar(self, sala: str) -> None:
        """Dejar de recibir lo de una sala."""
        self._para_receptor.put((self._receptor.dejar, (sala,)))

    def usar(self, interfaz: "str | None") -> None:
        """Pasar a otra interfaz, o a la que use el sistema; se avisa cuando ya es ésa."""
        self.interfaz_pedida = interfaz
        self._para_emisor.put((self._seguir_al_sistema, ()))

    def por_salir(self) -> int:
        """Cuántos mensajes esperan a salir."""
        return self._para_emisor.qsize() + self._emisor.por_salir()

    def cuenta(self) -> "dict[str, int]":
        """Datagramas perdidos, reparados y duplicados hasta ahora."""
        cuenta = self._receptor.cuenta  # sólo se lee; que esté al instante no importa
        return {"perdidos": cuenta.perdidos, "reparados": cuenta.reparados, "duplicados": cuenta.duplicados}

    def recibir(self, espera: float = 0.0) -> "list[tuple[dict, tuple | None]]":
        """Sacar lo siguiente que llegó, como pares (mensaje, dirección); [] si no hay nada en `espera` s.

        Con dirección None, es de este mismo programa: el eco de lo ya enviado, o un
        mensaje de tipo "red" que cuenta cómo está la red.
        """
        try:
            return self._recibidos.get(timeout=espera) if espera > 0 else self._recibidos.get_nowait()
        except queue.Empty:
            return []

    def anotar(self, mensaje: dict) -> None:
        """Dejar entre lo recibido un mensaje propio, para quien espera en `recibir`."""
        self._entregar([(mensaje, None)])

    # ---- hilo recibir

    def _recibir(self) -> None:
        seguidos = 1  # datagramas que se leen sin volver a mirar si los hay
        pausa = self.pausa
        revisado = 0.0  # s: cuándo se miró qué falta
        while not self._callado.is_set():
            espera = min(ESPERA, max(0.0, self._receptor.proximo() - time.perf_counter()))
            hay = select.select([self._socket], [], [], espera)[0]
            if hay and pausa:
                self._callado.wait(pausa)
            if not self._para_receptor.empty():
                cumplir(self._para_receptor)
            lote, leidos, al_dia = self._leer(seguidos) if hay else ([], 0, True)
            ahora = time.perf_counter()
            # Quien va atrasado no se queja todavía: lo que le falta puede estar en lo que aún no lee.
            if al_dia or ahora - revisado > ATRASO:
                lote += self._vencer(ahora)
                revisado = ahora
            self._entregar(lote)
            a_prisa = leidos >= MUCHOS
            pausa = (self.pausa or (ACUMULAR if a_prisa else 0)) if al_dia else 0
            seguidos = MAX_SEGUIDOS if a_prisa else 1 if al_dia else 2 * seguidos

    def _vencer(self, ahora: float) -> list:
        faltas, resueltos = self._receptor.vencer(ahora)
        for falta in faltas if not self._caida else ():  # sin red no salen: se pedirá otra vez
            self._para_emisor.put((self._emisor.decir, (falta, ahora)))
        return [(mensaje, PROPIA) for mensaje in resueltos]

    def _leer(self, maximo: int) -> "tuple[list, int, bool]":
        """Leer hasta tantos datagramas: los mensajes que se pueden entregar, cuántos datagramas fueron, y si eran todos."""
        lote, ocupado = [], 0
        ahora = time.perf_counter()
        for leidos in range(maximo):  # los leídos antes de éste
            try:
                datagrama, direccion = self._socket.recvfrom(protocolo.MAX_DATAGRAMA)
            except OSError:  # ya no queda nada; en Windows, también el «puerto cerrado» de otro equipo
                return lote, leidos, True
            if datagrama.startswith(self._mio):
                continue  # lo que este programa envió le vuelve también a él
            for mensaje in self._interpretar(datagrama, ahora):
                lote.append((mensaje, direccion))
            ocupado += len(datagrama)
            if ocupado > MAX_LOTE:
                break
        return lote, leidos + 1, False

    def _interpretar(self, datagrama: bytes, ahora: float) -> "list[dict]":
        """Los mensajes que se pueden entregar gracias a un datagrama."""
        if self.perdida and random.random() * 100 < self.perdida:
            return []
        try:
            mensaje = protocolo.decodificar(datagrama)
        except protocolo.ErrorProtocolo as error:
            self.malformados += 1
            return self._rechazar(error)
        if mensaje.get("id") == self.id:
            return []
        if emisor.se_contesta(mensaje, self.id) and not self._caida and self._para_emisor.qsize() < MAX_ORDENES:
            self._para_emisor.put((self._emisor.contestar, (mensaje, ahora)))
        return self._receptor.recibir(mensaje, ahora)

    @staticmethod
    def _rechazar(error: protocolo.ErrorProtocolo) -> "list[dict]":
        """Un `inicio` que no vale no se tira sin más: el servidor explica el error a quien quiso entrar."""
        crudo = error.mensaje
        if crudo is None or crudo.get("tipo") != "inicio":
            return []
        # Lo que no es texto no sirve para contestar, y puede ser cualquier cosa: mil listas, una dentro de otra.
        textos = {clave: crudo[clave] for clave in ("id", "user", "sala") if isinstance(crudo.get(clave), str)}
        return [{"tipo": "rechazado", "content": str(error), **textos}]

    # ---- hilo enviar

    def _enviar(self) -> None:
        revisar = time.perf_counter() + REVISION
        dichos, contado = [], 0.0  # lo que salió y aún no se ha contado a la ventana, y cuándo se contó lo anterior
        while not self._puede_callar():
            ahora = time.perf_counter()
            espera = self._emisor.proximo() - ahora
            if dichos and (espera > 0 or ahora - contado > ECO):
                self._entregar(dichos)
                dichos, contado = [], ahora
            cumplir(self._para_emisor, min(ESPERA, espera))
            for datagrama, mensaje in self._emisor.siguientes(time.perf_counter()):
                if self._enviar_datagrama(datagrama) and mensaje is not None and mensaje["tipo"] in protocolo.HABLADOS:
                    dichos.append((mensaje, None))
            if ahora > revisar:
                self._seguir_al_sistema()
                revisar = ahora + REVISION
        self._entregar(dichos)
        self._callado.set()

    def _puede_callar(self) -> bool:
        """Al cerrar: si todo salió y hace un rato que nadie pide nada, o si ya se esperó bastante."""
        if not self._cerrando.is_set():
            self._cierre = time.perf_counter()
            return False
        ahora = time.perf_counter()
        calma = ahora - max(self._cierre, self._emisor.ultima_falta)
        tranquilo = calma > CALMA or not self._emisor.ha_hablado()
        listo = tranquilo and self._emisor.ocioso() and self._para_emisor.empty()
        return listo or ahora - self._cierre > PACIENCIA

    def _enviar_datagrama(self, datagrama: bytes) -> bool:
        """Enviar un datagrama, insistiendo mientras la red no deje; False si no salió."""
        while True:
            try:
                self._socket.sendto(datagrama, (self.grupo, self.puerto))
            except BlockingIOError:
                select.select([], [self._socket], [], ESPERA)  # búfer de salida lleno
            except OSError as error:
                if error.errno in ERRORES_DEL_DATAGRAMA:
                    self._contar("error", f"El sistema no deja enviar {len(datagrama)} bytes juntos: {errores.explicar(error)}.")
                    return False
                if error.errno == errno.ENOBUFS:  # también lleno, en macOS
                    self._cerrando.wait(PAUSA)
                else:
                    self._esperar_red(error)
            else:
                if self._caida:
                    self._anunciar_vuelta()
                return True
            if self._cerrando.is_set():
                return False  # nadie espera ya a que vuelva la red

    def _anunciar_vuelta(self) -> None:
        self._caida = False
        self._contar("activa", f"La red volvió (interfaz {self.interfaz}).")

    def _esperar_red(self, error: OSError) -> None:
        if not self._caida:
            self._caida = True
            self._contar("caida", f"La red no responde ({errores.explicar(error)}). Lo que escribas saldrá cuando vuelva.")
        self._cerrando.wait(REINTENTO)
        self._cambiar_interfaz(self.interfaz_pedida or interfaces.interfaz_del_sistema(self.grupo, self.puerto))

    def _seguir_al_sistema(self) -> None:
        """Pasar a la interfaz que el sistema usa ahora, si no se pidió una fija y cambió."""
        actual = self.interfaz_pedida or interfaces.interfaz_del_sistema(self.grupo, self.puerto)
        cambia = actual != self.interfaz
        if (cambia or not self._unido) and self._cambiar_interfaz(actual) and cambia:
            self._contar("activa", f"Ahora la red es la de la interfaz {actual}.")

    def _cambiar_interfaz(self, nueva: str) -> bool:
        try:
            unirse(self._socket, self.grupo, nueva)
            self._unido = True
        except OSError:
            self._unido = nueva != self.interfaz and self._unido
            return False  # todavía no; se volverá a intentar
        if nueva != self.interfaz:
            abandonar(self._socket, self.grupo, self.interfaz)
        self.interfaz = nueva
        return True

    # ---- de los dos

    def _contar(self, estado: str, texto: str) -> None:
        self.anotar({"tipo": "red", "estado": estado, "content": texto})

    def _entregar(self, lote: list) -> None:
        """Dejar un lote a quien llama a `recibir`; si va muy atrasado, esperarlo: así la memoria no crece."""
        if lote:
            while self._recibidos.qsize() >= MAX_LOTES and not self._cerrando.wait(PAUSA):
                pass
            self._recibidos.put(lote)

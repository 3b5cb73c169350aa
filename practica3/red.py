"""El socket multidifusión del chat y los dos hilos que lo comparten.

    hilo de la ventana               hilo enviar                      la red
    ──────────────────               ───────────                      ──────
    red.enviar(mensaje) ──▶ cola ──▶ Emisor ─────────▶ sendto ──┐
                              ▲                              [socket] ⇄ 239.255.3.3:5007
                       faltas │      hilo recibir               │
    red.recibir(espera) ◀── cola ◀── Receptor ◀────── recvfrom ─┘

Los dos hilos usan el mismo descriptor a la vez sin ningún candado: el sistema operativo ya
serializa `sendto` y `recvfrom`, uno no toca lo del otro, y lo que debe cruzar de hilo a hilo va
por una cola. El Emisor y el Receptor (fiabilidad/) hacen que no se pierda nada; basta saber que a
uno se le da lo que hay que decir y dice qué datagramas tocan ya, y que el otro recibe lo que
llega y devuelve lo que ya se puede mostrar. Cómo se abre el socket y se une al grupo, en
equipo/enlace.py.

Todo datagrama va al grupo, también un mensaje privado: varios programas de un mismo equipo
comparten el puerto, y una respuesta a su dirección llegaría a uno cualquiera. Sólo donde la red
no deja pasar la multidifusión va todo, en un puerto propio, a un relevo (puente.py).
"""

import queue
import random
import secrets
import select
import socket
import threading
import time

import protocolo
from equipo import colas
from equipo import enlace
from equipo import errores
from equipo import filtro
from equipo.enlace import ErrorRed, abrir_socket
from equipo.reloj import afinar_esperas, reloj
from fiabilidad import emisor
from fiabilidad import receptor
from fiabilidad.flujo_ajeno import pesar
from fiabilidad.latido import ENTRE_LATIDOS
from seguridad.entrada import Entrada
from seguridad.fuentes import Fuentes
from seguridad.sesiones import abrir_sesiones

MAX_LEIDOS, MAX_LOTE = 512, 2**17  # datagramas, y bytes, que se leen antes de entregarlos
MUCHOS, ACUMULAR = 8, 0.001  # si llegan tantos a la vez, se dejan juntar esos s
ATRASO = 0.1  # s como máximo sin quejarse por tener datagramas sin leer
MAX_ENCARGOS = 300  # que esperan al hilo enviar: lo que otros pidan después, lo pedirán otra vez
ENCARGOS_SEGUIDOS = 64  # que se toman antes de volver a enviar: quien pide sin fin no calla a nadie
ESPERA = 0.2  # s: lo que un hilo tarda como mucho en ver que hay que cerrar
CIERRE = 5.0  # s que se espera a cada hilo al cerrar
ADIOS = 3.0  # s que se contesta como mucho al cerrar
PROPIA = ("", 0)  # dirección de lo que no llegó en un datagrama, como la noticia de una pérdida


class Red:
    """El socket compartido y sus dos hilos, enviar y recibir.

    `interfaz` None: la del sistema, aunque cambie. `sin_oir`: tipos que no hace falta recibir.
    `sesion`: las claves de este programa (seguridad/); sin ellas va sin proteger, y cree a todos.
    """

    def __init__(self, grupo: str = protocolo.GRUPO, puerto: int = protocolo.PUERTO,
                 interfaz: "str | None" = None, perdida: float = 0,
                 entre_latidos: float = ENTRE_LATIDOS, pausa: float = 0, sin_oir: tuple = (),
                 relevo: "tuple[str, int] | None" = None, sesion=None):
        self.grupo = grupo
        self.puerto = puerto
        self.perdida = perdida  # % de lo recibido que se tira, para verlo en clase
        self.pausa = pausa  # s que se deja acumular lo que llega: se despierta menos veces
        self.sesion, self.conocidos = sesion, abrir_sesiones(sesion)
        self.id = sesion.id if sesion else secrets.token_hex(4)  # de este programa en marcha
        self._fuentes = Fuentes()
        self._mio = b'"id":"%s"' % self.id.encode()
        self._sin_oir = sin_oir
        self._recibidos = colas.Buzon()  # lotes de pares (mensaje, dirección)
        self._abrir(interfaz, relevo)
        self._pedido = relevo  # por dónde se quiere hablar
        self._viejo = None  # el socket que se dejó de usar, para que el hilo recibir lo cierre
        self._emisor = emisor.Emisor(self.id, reloj(), random.uniform, entre_latidos, time.time,
                                     self.conocidos, sesion and sesion.firmar)
        self._receptor = receptor.Receptor(self.id, random.uniform, self.conocidos)
        self.entrada = Entrada(self.conocidos, self._receptor, random.uniform)
        self._encargos = queue.SimpleQueue()  # para el hilo enviar: pares (mensaje, dirección)
        self._salas = queue.SimpleQueue()  # para el hilo recibir: (sala, miembros, entera)
        self._cerrando = threading.Event()
        self._callado = threading.Event()  # el hilo enviar ya no tiene nada que decir
        self._cierre = 0.0  # s: cuándo se vio que había que cerrar
        self._hilo_enviar = threading.Thread(target=self._enviar, name="enviar", daemon=True)
        self._hilo_recibir = threading.Thread(target=self._recibir, name="recibir", daemon=True)

    def _abrir(self, interfaz: "str | None", relevo: "tuple[str, int] | None") -> None:
        """Abrir el socket que habla con el grupo o, en un puerto sólo suyo, con un relevo."""
        s = abrir_socket(0 if relevo else self.puerto)
        filtrado = relevo is not None or self._filtrar(s)
        try:
            enlace_ = enlace.Enlace(s, self.grupo, self.puerto, interfaz, self.anotar, relevo)
        except OSError as error:
            s.close()
            motivo = errores.explicar(error)
            raise ErrorRed(f"No se puede usar la interfaz {interfaz}: {motivo}.") from error
        self._socket, self.enlace = s, enlace_
        self._leer_uno = s.recvfrom if filtrado else filtro.elegir_lector(s, self.grupo)
        self.bufer = s.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)  # lo concedido

    def _filtrar(self, s: socket.socket, calladas=()) -> bool:
        """Que el núcleo no deje pasar lo que no hace falta oír; False si no sabe."""
        muestras = filtro.muestras(self.id, self._sin_oir)
        return filtro.no_oir(s, *muestras, grupo=self.grupo, calladas=calladas)

    # ---- los dos hilos

    def _enviar(self) -> None:
        """El hilo enviar: toma lo que hay que decir y envía los datagramas que ya tocan."""
        while not self._puede_callar():
            self._tomar_encargos(min(self._emisor.proximo(), self.enlace.proximo()) - reloj())
            dichos = []
            for datagrama, mensaje in self._emisor.siguientes(reloj()):
                salio = self._enviar_datagrama(datagrama)
                if salio and mensaje is not None and mensaje["tipo"] in emisor.CON_ECO:
                    dichos.append((mensaje, None))
            self._entregar(dichos + [(uno, None) for uno in self._emisor.sacar_avances()])
            self.enlace.revisar(reloj())
            if self._pedido != self.enlace.relevo:
                self._cambiar_de_socket()
        self._callado.set()

    def _recibir(self) -> None:
        """El hilo recibir: lee lo que llega, entrega lo que está en orden y pide lo que falta."""
        seguidos, revisado = 1, 0.0  # revisado, en s: cuándo se miró qué falta
        while not self._callado.is_set():
            espera = min(ESPERA, max(0.0, self._receptor.proximo() - reloj()))
            hay = select.select([self._socket], [], [], espera)[0]
            if hay and seguidos == MAX_LEIDOS:
                self._callado.wait(self.pausa or ACUMULAR)
            if self._viejo is not None:  # ya nadie espera en él
                self._viejo = self._viejo.close()
            self._seguir_salas()
            lote, leidos, al_dia = self._leer(seguidos) if hay else ([], 0, True)
            # Quien va atrasado no se queja todavía: lo que falta puede estar en lo que aún no lee.
            if al_dia or reloj() - revisado > ATRASO:
                lote += self._pedir_lo_que_falta()
                revisado = reloj()
            if self.enlace.relevo is None:  # de un relevo llega lo de todos
                self._vigilar_fuentes(leidos, al_dia)
            self._entregar(lote, sum(pesar(mensaje) for mensaje, _ in lote))
            # De uno en uno mientras llegan sueltos: mirar si hay otro los retrasaría.
            sueltos = 1 if al_dia else 2 * min(seguidos, MUCHOS)
            seguidos = MAX_LEIDOS if self.pausa or leidos >= MUCHOS else sueltos

    # ---- lo que hacen los demás: la ventana, la terminal o el servidor

    def iniciar(self) -> None:
        """Poner en marcha los dos hilos."""
        afinar_esperas()
        self._hilo_enviar.start()
        self._hilo_recibir.start()

    def parar(self) -> None:
        """Enviar lo que quede, repetirlo mientras alguien lo pida (3 s como mucho) y cerrar."""
        self._cerrando.set()
        # Como si preguntaran por mí: despierta al hilo enviar, y un latido dice qué fue lo último.
        self._encargos.put(({"tipo": "quien", "a": self.id}, PROPIA))
        for hilo in (self._hilo_enviar, self._hilo_recibir):
            hilo.join(CIERRE)
        # Cerrar antes no despertaría a un hilo que espera en el socket.
        self._socket.close()

    def enviar(self, mensaje: dict) -> None:
        """Dejar un mensaje válido en la cola de salida, sin esperar."""
        self._encargos.put((mensaje, None))

    def recibir(self, espera: float = 0.0) -> "list[tuple[dict, tuple | None]]":
        """Sacar lo siguiente que llegó, como pares (mensaje, dirección); [] si nada en `espera` s.

        Con dirección None, es de este mismo programa: el eco de lo ya enviado, o un mensaje de
        tipo "red" que cuenta cómo está la red.
        """
        return self._recibidos.sacar(espera)

    def anotar(self, mensaje: dict) -> None:
        """Dejar entre lo recibido un mensaje propio, para quien espera en `recibir`."""
        self._entregar([(mensaje, None)])

    def seguir(self, sala: str, miembros: int = 1, entera: bool = False) -> None:
        """Recibir lo que se diga en una sala, en la que hay tantos (véase Receptor.seguir)."""
        self._salas.put((sala, miembros, entera))

    def dejar(self, sala: str) -> None:
        """Dejar de recibir lo de una sala."""
        self._salas.put((sala, 0, False))

    def hablar_por(self, relevo: "tuple[str, int] | None") -> None:
        """Hablar desde ahora por un relevo o, con None, con el grupo; lo hace el hilo enviar."""
        self._pedido = relevo

    def por_salir(self) -> int:
        """Cuántos mensajes esperan a salir."""
        return self._encargos.qsize() + self._emisor.por_salir()

    def cuenta(self) -> "dict[str, int]":
        """Datagramas perdidos, reparados y duplicados hasta ahora."""
        return {**self._receptor.cuenta.resumir(), "descartados": self._fuentes.callados}

    # ---- del hilo recibir

    def _leer(self, seguidos: int = MAX_LEIDOS) -> "tuple[list, int, bool]":
        """Leer hasta tantos: lo que se puede entregar, cuántos fueron y si ya no hay más."""
        lote, ocupado = [], 0
        for leidos in range(seguidos):
            try:
                datagrama, direccion = self._leer_uno(protocolo.MAX_DATAGRAMA)
            except OSError:  # ya no queda nada; en Windows, también el «puerto cerrado» de otro
                return lote, leidos, True
            callado = self._fuentes.calla(direccion[0], datagrama, reloj())
            if self.enlace.admite(direccion) and not callado:
                oidos = self._interpretar(datagrama, direccion)
                lote += [(mensaje, direccion) for mensaje in oidos]
            ocupado += len(datagrama)
            if ocupado > MAX_LOTE:
                break
        return lote, leidos + 1, False

    def _vigilar_fuentes(self, leidos: int, al_dia: bool) -> None:
        """Cargar a cada dirección lo que costó oírla, y dejar de oír a la que inunda."""
        for frase in self._fuentes.cobrar(time.thread_time(), leidos, al_dia, reloj()):
            self.anotar({"tipo": "red", "estado": "error", "content": frase})
        calladas = self._fuentes.cambiar(reloj())
        if calladas is not None:
            self._filtrar(self._socket, calladas)

    def _interpretar(self, datagrama: bytes, direccion: tuple) -> "list[dict]":
        """Los mensajes que se pueden entregar gracias a un datagrama."""
        if self._mio in datagrama.partition(b"\n")[0]:
            return []  # lo que este programa envió le vuelve también a él
        if self.perdida and random.random() * 100 < self.perdida:
            return []
        mensaje, entregables = self.entrada.leer(datagrama, reloj())
        if mensaje is None or mensaje.get("id") not in self.conocidos:
            self._fuentes.anotar(direccion[0])
        else:
            self._fuentes.anotar_firma(mensaje["id"], direccion[0])
        contesta = mensaje and emisor.se_contesta(mensaje, self.id) and not self.enlace.caido
        if contesta and self._encargos.qsize() < MAX_ENCARGOS:
            self._encargos.put((mensaje, direccion))
        return entregables

    def _pedir_lo_que_falta(self) -> list:
        faltas, resueltos = self._receptor.vencer(reloj())
        pedidos = faltas + self.entrada.preguntar(reloj())
        for pedido in pedidos if not self.enlace.caido else ():  # sin red, se pedirá otra vez
            self._encargos.put((pedido, None))
        return [(mensaje, PROPIA) for mensaje in resueltos]

    def _seguir_salas(self) -> None:
        while not self._salas.empty():
            sala, miembros, entera = self._salas.get()
            if miembros:
                self._receptor.seguir(sala, miembros, entera)
            else:
                self._receptor.dejar(sala)

    # ---- del hilo enviar

    def _tomar_encargos(self, espera: float) -> None:
        """Dar al Emisor lo que hay que decir o contestar; si no hay nada, esperar `espera` s."""
        encargos = [colas.sacar(self._encargos, min(ESPERA, espera))]
        ya_esperan = min(self._encargos.qsize(), ENCARGOS_SEGUIDOS)
        encargos += [self._encargos.get() for _ in range(ya_esperan)]
        for mensaje, direccion in filter(None, encargos):
            atender = self._emisor.decir if direccion is None else self._emisor.contestar
            atender(mensaje, reloj())

    def _enviar_datagrama(self, datagrama: bytes) -> bool:
        """Enviar un datagrama, insistiendo mientras la red no deje; False si no salió."""
        while self.enlace.hay_red(self._cerrando):
            try:
                self._socket.sendto(datagrama, self.enlace.destino)
                self.enlace.anotar_envio()
                return True
            except OSError as error:
                if not self.enlace.esperar(error, len(datagrama), self._cerrando):
                    break
        return False

    def _cambiar_de_socket(self) -> None:
        viejo = self._socket
        try:
            self._abrir(self.enlace.pedida, self._pedido)
            self._viejo = viejo
            self.anotar({"tipo": "red", "estado": "activa", "content": self.enlace.presentar()})
        except ErrorRed as error:
            self._pedido = self.enlace.relevo
            self.anotar({"tipo": "red", "estado": "error", "content": str(error)})

    def _puede_callar(self) -> bool:
        """Al cerrar: si todo salió y hace un rato que nadie pide nada, o si ya se esperó mucho."""
        if not self._cerrando.is_set():
            return False
        ahora = reloj()
        self._cierre = self._cierre or ahora
        acabo = self._encargos.empty() and self._emisor.acabo(self._cierre, ahora)
        return acabo or ahora - self._cierre > ADIOS

    def _entregar(self, lote: list, bytes_: int = 0) -> None:
        """Dejar un lote, que ocupa tanto, a quien llama a `recibir`."""
        if lote:
            self._recibidos.dejar(lote, bytes_, self._cerrando)

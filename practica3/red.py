"""El socket multidifusión del chat y los dos hilos que lo comparten.

    hilo de la ventana               hilo enviar                            la red
    ──────────────────               ───────────                            ──────
    red.enviar(mensaje) ──▶ cola ──▶ Emisor: numera y codifica ──▶ sendto ──┐
                              ▲                                          [socket] ⇄ 239.255.3.3:5007
          faltas y respuestas │      hilo recibir                           │
    red.recibir(espera) ◀── cola ◀── Receptor ◀─ decodifica ◀─ recvfrom ────┘

Los dos hilos usan el mismo socket a la vez sin ningún candado: el sistema operativo ya serializa
`sendto` y `recvfrom`, el Emisor es sólo de uno y el Receptor sólo del otro, y lo que debe cruzar de
hilo a hilo va por una cola. El Emisor y el Receptor (fiabilidad/) hacen que nada se pierda sin
decirlo; basta saber que a uno se le da lo que hay que decir y da los datagramas que ya tocan
(protocolo.codificar), y que al otro se le da lo que llega (protocolo.decodificar) y da, en orden,
lo que ya se puede mostrar. Cómo se abre el socket, en equipo/extremo.py; cómo se une al grupo, en
equipo/enlace.py; qué se cree de lo que llega, en seguridad/entrada.py.

Todo datagrama va al grupo, también un mensaje privado: varios programas de un mismo equipo
comparten el puerto, y una respuesta a su dirección llegaría a uno cualquiera. Por eso a cada uno le
vuelve también lo que envía, y lo tira. Sólo donde la red no deja pasar la multidifusión va todo, en
un puerto propio, a un relevo (puente.py).
"""

import queue
import random
import secrets
import threading
import time

import protocolo
from equipo import colas
from equipo import filtro
from equipo.enlace import Enlace, ErrorRed
from equipo.extremo import Extremo
from equipo.reloj import afinar_esperas, reloj
from fiabilidad import emisor
from fiabilidad import receptor
from fiabilidad.flujo_ajeno import pesar
from fiabilidad.latido import ENTRE_LATIDOS
from seguridad.entrada import Entrada
from seguridad.sesiones import abrir_sesiones

MAX_LEIDOS, MAX_LOTE = 512, 2**17  # datagramas, y bytes, que se leen antes de entregarlos
MUCHOS, ACUMULAR = 8, 0.001  # si llegan tantos a la vez, se dejan juntar esos s
ATRASO = 0.1  # s como máximo sin quejarse por tener datagramas sin leer
MAX_ENCARGOS = 300  # que esperan al hilo enviar: lo que otros pidan después, lo pedirán otra vez
ENCARGOS_SEGUIDOS = 64  # que se toman antes de volver a enviar: quien pide sin fin no calla a nadie
ESPERA = 0.2  # s: lo que un hilo tarda como mucho en ver que hay que cerrar
CIERRE = 5.0  # s que se espera a cada hilo al cerrar
ADIOS = 3.0  # s que se contesta como mucho al cerrar
PROPIA = ("", 0)  # dirección de lo que no llegó en un datagrama, como que algo se perdió


class Red:
    """El socket compartido y sus dos hilos, enviar y recibir.

    `interfaz` None: la del sistema, aunque cambie. `sin_oir`: tipos que no hace falta recibir.
    `sesion`: las claves de este programa (seguridad/); sin ellas va sin proteger, y cree a todos.
    Lanza ErrorRed si el socket no se puede abrir.
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
        self._recibidos = colas.Buzon()  # lotes de pares (mensaje, dirección)
        no_oir = filtro.muestras(self.id, sin_oir)
        self._extremo = Extremo(grupo, puerto, interfaz, relevo, no_oir, self.anotar)
        self._emisor = emisor.Emisor(self.id, reloj(), random.uniform, entre_latidos, time.time,
                                     self.conocidos, sesion and sesion.firmar)
        self._receptor = receptor.Receptor(self.id, random.uniform, self.conocidos)
        self.entrada = Entrada(self.conocidos, self._receptor, random.uniform)
        # Para el hilo enviar: (mensaje, None) es algo que decir; con una dirección, que contestar.
        self._encargos = queue.SimpleQueue()
        self._salas = queue.SimpleQueue()  # para el hilo recibir: (sala, miembros, entera)
        self._cerrando = threading.Event()
        self._callado = threading.Event()  # el hilo enviar ya no tiene nada que decir
        self._revisado = 0.0  # s: cuándo miró el hilo recibir qué falta
        self._cierre = 0.0  # s: cuándo se vio que había que cerrar
        self._hilo_enviar = threading.Thread(target=self._enviar, name="enviar", daemon=True)
        self._hilo_recibir = threading.Thread(target=self._recibir, name="recibir", daemon=True)

    # ---- los dos hilos

    def _enviar(self) -> None:
        """El hilo enviar: toma lo que hay que decir y envía los datagramas que ya tocan."""
        while not self._puede_callar():
            self._tomar_encargos(min(self._emisor.proximo(), self.enlace.proximo()) - reloj())
            dichos = []
            for datagrama, mensaje in self._emisor.siguientes(reloj()):
                salio = self._extremo.enviar(datagrama, self._cerrando)
                if salio and mensaje is not None and mensaje["tipo"] in emisor.CON_ECO:
                    dichos.append((mensaje, None))
            self._entregar(dichos + [(uno, None) for uno in self._emisor.sacar_avances()])
            self._extremo.revisar(reloj())
        self._callado.set()

    def _recibir(self) -> None:
        """El hilo recibir: lee lo que llega, entrega lo que está en orden y pide lo que falta."""
        seguidos = 1  # cuántos se leen antes de volver a mirar
        while not self._callado.is_set():
            espera = min(ESPERA, max(0.0, self._receptor.proximo() - reloj()))
            hay = self._extremo.esperar(espera)
            if hay and seguidos == MAX_LEIDOS:
                self._callado.wait(self.pausa or ACUMULAR)
            self._seguir_salas()
            lote, leidos, al_dia = self._leer(seguidos) if hay else ([], 0, True)
            lote += self._pedir_lo_que_falta(al_dia)
            self._vigilar_fuentes(leidos, al_dia)
            self._entregar(lote, sum(pesar(mensaje) for mensaje, _ in lote))
            # De uno en uno mientras llegan sueltos: mirar si hay otro los retrasaría.
            sueltos = 1 if al_dia else 2 * min(seguidos, MUCHOS)
            seguidos = MAX_LEIDOS if self.pausa or leidos >= MUCHOS else sueltos

    # ---- lo que hacen los demás: la ventana, la terminal o el servidor

    @property
    def enlace(self) -> Enlace:
        """Lo que une el socket al grupo, o a un relevo."""
        return self._extremo.enlace

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
        self._extremo.cerrar()

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
        self._extremo.hablar_por(relevo)

    def por_salir(self) -> int:
        """Cuántos mensajes esperan a salir."""
        return self._encargos.qsize() + self._emisor.por_salir()

    def cuenta(self) -> "dict[str, int]":
        """Datagramas perdidos, reparados y duplicados hasta ahora."""
        return {**self._receptor.cuenta.resumir(), "descartados": self.entrada.fuentes.callados}

    # ---- del hilo recibir

    def _leer(self, seguidos: int = MAX_LEIDOS) -> "tuple[list, int, bool]":
        """Leer hasta tantos: lo que se puede entregar, cuántos fueron y si ya no hay más."""
        lote, ocupado = [], 0
        for leidos in range(seguidos):
            try:
                datagrama, direccion = self._extremo.leer(protocolo.MAX_DATAGRAMA)
            except OSError:  # ya no queda nada; en Windows, también el «puerto cerrado» de otro
                return lote, leidos, True
            if self.enlace.admite(direccion):
                oidos = self._interpretar(datagrama, direccion)
                lote += [(mensaje, direccion) for mensaje in oidos]
            ocupado += len(datagrama)
            if ocupado > MAX_LOTE:
                break
        return lote, leidos + 1, False

    def _interpretar(self, datagrama: bytes, direccion: tuple) -> "list[dict]":
        """Los mensajes que se pueden entregar gracias a un datagrama."""
        if self.perdida and random.random() * 100 < self.perdida:
            return []
        mensaje, entregables = self.entrada.oir(datagrama, direccion[0], reloj())
        contesta = mensaje and emisor.se_contesta(mensaje, self.id) and not self.enlace.caido
        if contesta and self._encargos.qsize() < MAX_ENCARGOS:
            self._encargos.put((mensaje, direccion))
        return entregables

    def _pedir_lo_que_falta(self, al_dia: bool) -> list:
        """Pedir lo que falta; devuelve lo que por fin se sabe, también que algo se perdió."""
        # Quien va atrasado no se queja todavía: lo que falta puede estar en lo que aún no lee.
        if not al_dia and reloj() - self._revisado <= ATRASO:
            return []
        faltas, resueltos = self._receptor.vencer(reloj())
        pedidos = faltas + self.entrada.preguntar(reloj())
        for pedido in pedidos if not self.enlace.caido else ():  # sin red, se pedirá otra vez
            self._encargos.put((pedido, None))
        self._revisado = reloj()
        return [(mensaje, PROPIA) for mensaje in resueltos]

    def _vigilar_fuentes(self, leidos: int, al_dia: bool) -> None:
        """Dejar de oír a las direcciones que inundan. De un relevo, no: de él llega lo de todos."""
        if self.enlace.relevo is not None:
            return
        fuentes = self.entrada.fuentes
        for frase in fuentes.cobrar(time.thread_time(), leidos, al_dia, reloj()):
            self.anotar({"tipo": "red", "estado": "error", "content": frase})
        if (calladas := fuentes.cambiar(reloj())) is not None:
            self._extremo.callar(calladas)

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

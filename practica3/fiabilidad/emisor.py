"""El que envía: en qué orden sale lo que hay que decir, y con qué número.

    avisos   faltas, latidos, perdidos    sin número: llevan la cuenta, y salen antes que nada
    cortos   lo que cabe en un datagrama  se turna con las repeticiones (reparacion.py)
    paridad  de lo largo, si la piden     antes que más trozos
    largos   una voz, una lista larga     en trozos, al final: un texto no espera tras una voz

Todo, al ritmo que la red aguanta (congestion.py). Es del hilo enviar. No lee el reloj ni toca la
red: la hora llega como `ahora` (s).
"""

import collections

import campos
import protocolo
from fiabilidad import ritmo
from fiabilidad import trozos
from fiabilidad.acuses import Acuses
from fiabilidad.congestion import Congestion
from fiabilidad.flujos_propios import FlujoPropio, FlujosPropios, clave_de
from fiabilidad.latido import ENTRE_LATIDOS, Latido
from fiabilidad.reparacion import Reparacion

MAX_AVISOS = 100  # en la cola: a quien pide sin fin lo olvidado no se le dice más
CALMA = 0.5  # s sin que nadie pida nada, al cerrar, para dar por recibido lo último
RESPUESTA = 0.2  # s como máximo en latir porque alguien preguntó quién está, o llegó
ENTRE_RESPUESTAS = 0.5  # s como mínimo entre latidos porque alguien llegó

# A quien llega (`inicio`) también se le late: así sabe desde dónde puede pedir lo ya dicho.
# De los latidos se aprende quién escucha.
CONTESTADOS = {"falta", "quien", "inicio", "latido", "acuse", "descargar"}
AVISOS = {"falta", "perdido", "quien", "descargar"}
CON_ECO = protocolo.HABLADOS | {"cifrado"}  # quien los dijo quiere saber que salieron
CON_CUENTA = {"inicio", "latido", "aviso"}  # sin n: su cuenta dice si son de antes
DESPUES = ("salir", "usuarios")  # si antes hay algo largo para los mismos, no se le adelantan


def se_contesta(mensaje: dict, propio: str) -> bool:
    """Si un mensaje pide algo al programa con ese id, o a todos."""
    return mensaje["tipo"] in CONTESTADOS and mensaje.get("a", propio) == propio


def es_largo(mensaje: dict) -> bool:
    """Si se ve, sin codificarlo, que un mensaje no cabe en un datagrama."""
    bytes_ = len(mensaje.get("cuerpo", b"")) + len(mensaje.get("content", ""))
    return bytes_ + 3 * len(mensaje.get("lista", ())) > protocolo.MAX_ENVIO


class Emisor:
    """Lo que este programa envía."""

    def __init__(self, propio: str, ahora: float, azar, entre_latidos: float = ENTRE_LATIDOS,
                 hora=None, conocidos=(), firmar=None):
        """`azar(a, b)`: un número al azar entre los dos. `firmar(datagrama)`: él, con su
        firma; None si este programa no firma. Lo demás, como en Latido y en Cuentas.
        """
        self.propio = propio
        self._azar = azar
        self._cubeta = ritmo.Cubeta(ahora)
        self._flujos = FlujosPropios()
        self._latido = Latido(ahora, entre_latidos, hora)
        self._acuses = Acuses()
        self._congestion = Congestion(self._cubeta, self._acuses, ahora)
        self._reparacion = Reparacion(self._flujos, self._congestion, ahora, conocidos)
        self._avisos = collections.deque()
        self._cortos = collections.deque()
        self._largos = collections.deque()
        self._corte = None  # el Corte del largo que va saliendo
        self._clave = None  # la del flujo de lo último largo que salió
        self._tras_corto = False  # si lo último que salió fue corto
        self._avances = []  # noticias de cuánto va de lo largo
        self._firmar, self._firma = firmar or bytes, firmar is not None
        self._cuenta = 0  # la de lo último que salió de CON_CUENTA

    # ---- lo que se le da

    def decir(self, mensaje: dict, ahora: float) -> None:
        """Poner un mensaje en la cola. Un latido dice quién soy y en qué salas, desde ahora."""
        tipo = mensaje["tipo"]
        if tipo == "latido":
            antes = self._latido.estado or mensaje
            if self._firma and antes.get("user") != mensaje.get("user"):
                self._flujos.olvidar_todo()  # con otro nombre no se repite lo que se dijo con éste
            self._latido.cambiar(mensaje, ahora)
        elif tipo == "cancelar":
            self._cancelar(mensaje["mensaje"])
        elif tipo in AVISOS:
            self._avisos.append(mensaje)
        else:
            if tipo == "usuarios" and "ids" in mensaje:
                self._quitar_listas(mensaje["sala"])  # la nueva sustituye a las que no salieron
            self._cortos.append(mensaje)

    def _quitar_listas(self, sala: str) -> None:
        for cola in (self._cortos, self._largos):
            for vieja in [uno for uno in cola if uno["tipo"] == "usuarios" and uno["sala"] == sala]:
                cola.remove(vieja)

    def _cancelar(self, mensaje: dict) -> None:
        """Que no salga un mensaje. Si ya iba saliendo, un trozo dice que ahí se queda."""
        for cola in (self._cortos, self._largos):
            for uno in [uno for uno in cola if uno is mensaje]:
                cola.remove(uno)
        if self._corte is not None and self._corte.mensaje is mensaje:
            self._cortos.append(self._corte.cancelar())
            for cual in [uno for uno, bloque in self._corte.bloques.items() if bloque.le_faltan()]:
                self._flujos.buscar(clave_de(mensaje)).bloques.pop(cual, None)
            self._corte = None

    def contestar(self, mensaje: dict, ahora: float) -> None:
        """Preparar la respuesta a un mensaje que se contesta (véase `se_contesta`)."""
        if mensaje["tipo"] == "falta":
            perdido = self._reparacion.atender(mensaje, ahora)
            if perdido is not None and len(self._avisos) < MAX_AVISOS:
                self._avisos.append(perdido)
        elif mensaje["tipo"] == "acuse":
            self._congestion.oir(mensaje, ahora)
        elif mensaje["tipo"] == "latido":
            donde = mensaje["salas"] if "user" in mensaje else ()
            self._acuses.conocer(mensaje["id"], [("sala", sala) for sala in donde], ahora)
        elif mensaje["tipo"] == "quien" and {"a", "marca"} <= mensaje.keys():
            self._acusar(mensaje, ahora)
        elif mensaje["tipo"] == "quien":
            # Si preguntan a todos, los latidos se reparten en el tiempo para no chocar.
            self._latido.apurar(ahora + (0.0 if "a" in mensaje else self._azar(0.0, RESPUESTA)))
        elif mensaje["tipo"] == "descargar":
            sala = campos.sala_de_archivo(mensaje["sha256"])
            self._acuses.conocer(mensaje["id"], [("sala", sala)], ahora)
            self._reparacion.ampliar(mensaje, sala, ahora)
        elif ("sala", mensaje["sala"]) in self._flujos:
            # Quien llega no sabe lo ya dicho. Si llegan cien a la vez, un latido vale para todos.
            cuando = max(ahora, self._latido.ultimo + ENTRE_RESPUESTAS)
            self._latido.apurar(cuando + self._azar(0.0, RESPUESTA))

    def _acusar(self, quien: dict, ahora: float) -> None:
        if "id" in quien and len(self._avisos) < MAX_AVISOS:
            acuse = {"tipo": "acuse", "a": quien["id"], "marca": quien["marca"]}
            self._avisos.append({**acuse, "t": round(ahora, 6)})

    # ---- lo que se le pregunta

    def por_salir(self) -> int:
        """Cuántos mensajes esperan. Lo puede preguntar otro hilo: es sólo una medida."""
        return len(self._avisos) + len(self._cortos) + len(self._largos)

    def sacar_avances(self) -> "list[dict]":
        """Las noticias, pocas por mensaje, de cuánto ha salido de uno largo."""
        avances, self._avances = self._avances, []
        return avances

    def ocioso(self) -> bool:
        """Si no queda nada por enviar, salvo latidos."""
        return not (self.por_salir() or self._reparacion.pedidos or self._hay_largo())

    def _hay_largo(self) -> bool:
        return bool(self._largos or self._corte or self._reparacion.bloques)

    def acabo(self, cierre: float, ahora: float) -> bool:
        """Si, queriendo cerrar desde `cierre`, todo salió y ya nadie pide nada."""
        callan = ahora - max(cierre, self._reparacion.ultima_falta) > CALMA
        return self.ocioso() and (callan or not self._flujos)

    def proximo(self) -> float:
        """A qué hora hay que llamar a `siguientes`."""
        if self._avisos or self._reparacion.pedidos:
            return self._cubeta.abre
        espera = [self._latido.proximo]
        if self._cortos:
            espera.append(self._reparacion.freno)
        if self._hay_largo():
            freno = 0.0 if self._reparacion.bloques else self._reparacion.freno
            espera.append(max(freno, self._congestion.cuando()))
        return max(self._cubeta.abre, min(espera))

    # ---- lo que sale

    def siguientes(self, ahora: float) -> "list[tuple[bytes, dict | None]]":
        """Los datagramas que salen ahora, cada uno con el mensaje que completa o None."""
        self._cubeta.recargar(ahora)
        self._congestion.revisar(self._hay_largo(), ahora)
        if ahora >= self._latido.proximo and self._cubeta.abierta:
            self._avisos.extend(self._latido.escribir(self._flujos, ahora))
        lote, dichos = [], self._flujos.dichos
        while len(lote) < ritmo.RAFAGA and self._cubeta.abierta:
            par = self._siguiente(ahora)
            if par is None:
                break
            self._cubeta.gastar(len(par[0]))
            lote.append(par)
        if self._flujos.dichos > dichos:
            self._latido.reiniciar(ahora)
        return lote

    def _siguiente(self, ahora: float) -> "tuple[bytes, dict | None] | None":
        if self._avisos:
            aviso = self._avisos.popleft()
            if "marca" in aviso and aviso["tipo"] == "quien":
                self._acuses.salir(aviso, self._congestion.enviado, ahora)
            return self._codificar(aviso), aviso
        par = None
        frenado = ahora < self._reparacion.freno
        # Lo que alguien pide también ha de salir: se turna con lo corto.
        piden = self._reparacion
        pendiente = piden.pedidos or piden.bloques and self._congestion.deja()
        if not frenado and not (self._tras_corto and pendiente):
            par = self._sacar_corto(ahora)
        self._tras_corto = par is not None
        if par is None and piden.pedidos and (repetido := piden.sacar(ahora)) is not None:
            return repetido, None
        if par is None and self._hay_largo() and self._congestion.deja():
            par = self._sacar_largo(frenado, ahora)
        return par

    def _sacar_largo(self, frenado: bool, ahora: float) -> "tuple[bytes, dict | None] | None":
        """Paridad o, si nadie la pide, un trozo; detrás, quizá, una pregunta sobre la red."""
        paridad = self._reparacion.sacar_paridad(ahora)
        if paridad is not None:
            datagrama, clave = self._firmar(paridad[0]), paridad[1]
            par = datagrama, None
        else:
            par = None if frenado else self._sacar_trozo(ahora)
            if par is None:
                return None
            datagrama, clave = par[0], self._clave
        self._congestion.enviar(len(datagrama))
        pregunta = self._acuses.preguntar(clave, self._congestion.arrancando, ahora)
        self._avisos.extend([pregunta] if pregunta else [])
        return par

    def _sacar_corto(self, ahora: float) -> "tuple[bytes, dict] | None":
        while self._cortos:
            mensaje = self._cortos.popleft()
            espera = mensaje["tipo"] in DESPUES and self._va_tras_un_largo(mensaje)
            datagrama = None if espera else self._empaquetar(mensaje, ahora)
            if datagrama is not None:
                return datagrama, mensaje
            self._largos.append(mensaje)
        return None

    def _va_tras_un_largo(self, mensaje: dict) -> bool:
        largos = [*self._largos, *([self._corte.mensaje] if self._corte else [])]
        return any(clave_de(largo) == clave_de(mensaje) for largo in largos)

    def _empaquetar(self, mensaje: dict, ahora: float) -> "bytes | None":
        """Numerar y codificar un mensaje; None si es largo y ha de ir en trozos."""
        clave, tipo = clave_de(mensaje), mensaje["tipo"]
        # Una lista sin ids es para los clientes sencillos: entera y sin número.
        sencilla = tipo == "usuarios" and "ids" not in mensaje
        if clave is None or tipo not in protocolo.NUMERADOS or sencilla:
            if tipo == "inicio" and self._firma:  # y quién es: quien no oyó el latido no haría caso
                self._latido.apurar(ahora)
            return self._codificar(mensaje)
        if es_largo(mensaje):
            return None
        flujo = self._abrir(clave)
        datagrama = self._codificar({**mensaje, "n": flujo.n + 1})
        if len(datagrama) > protocolo.MAX_ENVIO:
            return None
        self._flujos.empezar(flujo, tipo, len(datagrama))
        self._flujos.guardar(flujo, tipo, datagrama, ahora)
        return datagrama

    def _codificar(self, mensaje: dict) -> bytes:
        """Los bytes que salen de un mensaje que cabe en un datagrama."""
        if self._firma and mensaje["tipo"] in CON_CUENTA:
            self._cuenta += 1
            mensaje = {**mensaje, "cuenta": self._cuenta}
        return self._firmar(protocolo.codificar({"id": self.propio, **mensaje}))

    def _sacar_trozo(self, ahora: float) -> "tuple[bytes, dict | None] | None":
        if self._corte is None:
            if not self._largos:
                return None
            mensaje = self._largos.popleft()
            self._clave = clave_de(mensaje)
            # Lo que esperaba detrás de algo largo puede ser corto.
            datagrama = self._empaquetar(mensaje, ahora) if mensaje["tipo"] in DESPUES else None
            if datagrama is not None:
                return datagrama, mensaje
            self._cortar(mensaje)
        corte = self._corte
        self._clave = clave_de(corte.mensaje)
        flujo = self._abrir(self._clave)
        datagrama = corte.sacar(flujo.n + 1)
        self._flujos.guardar(flujo, corte.mensaje["tipo"], datagrama, ahora)
        if not corte.terminado():
            self._avances += corte.contar()
            return datagrama, None
        self._corte = None
        return datagrama, corte.mensaje

    def _cortar(self, mensaje: dict) -> None:
        entero = protocolo.codificar({"id": self.propio, **mensaje})
        flujo = self._abrir(clave_de(mensaje))
        self._flujos.empezar(flujo, mensaje["tipo"], len(entero))
        self._corte = trozos.Corte(mensaje, entero, self.propio, flujo.n + 1, self._firmar)
        flujo.bloques.update(self._corte.bloques)

    def _abrir(self, clave: tuple) -> FlujoPropio:
        estado = self._latido.estado
        return self._flujos.get(clave) or self._flujos.abrir(
            clave, {("sala", sala) for sala in (estado["salas"] if estado else ())}
        )

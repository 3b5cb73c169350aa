"""El que envía: numera lo que dice, lo guarda por si se perdió y lo repite a quien lo pide.

Sale primero lo que lleva la cuenta; luego lo corto, que se turna con las repeticiones, y al
final los trozos: un texto nunca espera detrás de una voz. La teoría está en fiabilidad.py.

Es del hilo enviar. No lee el reloj ni toca la red: la hora llega como `ahora` (s).
"""

import collections

import protocolo
from fiabilidad import ritmo
from fiabilidad import trozos
from fiabilidad.flujo_propio import Salida
from fiabilidad.latido import partir_latido

MAX_ENVIADO = 32 * 2**20  # bytes que se guardan por si hay que repetirlos
MAX_PEDIDOS = 1_024  # números que se repiten por cada falta
REPETICION, REPETICION_MAXIMA = 0.006, 0.5  # s como mínimo entre dos envíos de lo mismo: lo que tarda la red, entre estos topes
SEGUIDAS, DUPLICAR = 6, 4  # repeticiones tras las que la menor pausa se duplica, y cuántas veces: tantas en tan poco sobran
DEMASIADAS = 8  # repeticiones de lo mismo con las que se va más despacio: se piden más rápido de lo que llegan
MAX_AVISOS = 100  # en la cola: a quien pide sin fin lo olvidado no se le dice más
LATIDO_PRONTO, LATIDO = 0.01, 2.0  # s: tras hablar, y en reposo
POR_PARTE = 0.02  # s como mínimo entre dos latidos, por cada datagrama que ocupó el anterior: a la tasa mínima queda sitio para lo demás
ADELANTO = 8_192  # números: a más de éstos de lo que alguien pide, lo nuevo espera…
FRENO, RESPIRO = 0.05, 0.01  # s: …esto, y después pasa un rato: quien pide sin fin no calla a nadie
RESPUESTA = 0.2  # s como máximo en latir porque alguien preguntó quién está, o llegó
ENTRE_RESPUESTAS = 0.5  # s como mínimo entre latidos porque alguien llegó
DEJADA, MAX_DEJADAS = 10.0, 1_000  # s que se sigue nombrando una sala que se dejó, y cuántas como mucho
MAX_FLUJOS = 4_096  # propios: un servidor tiene uno por cada sala que hubo
PRIVADO_RECIENTE = 30.0  # s que se sigue nombrando un privado

# A quien llega (`inicio`) también se le late: así sabe desde dónde puede pedir lo ya dicho.
CONTESTADOS = {"falta", "quien", "inicio"}
AVISOS = {"latido", "falta", "perdido", "quien"}  # llevan la cuenta: salen antes que nada, y sin número


def clave_de(mensaje: dict) -> "tuple[str, str] | None":
    """A qué flujo va un mensaje: ("sala", nombre) o ("para", id); None si a ninguno."""
    if "sala" in mensaje:
        return "sala", mensaje["sala"]
    return ("para", mensaje["para"]) if "para" in mensaje else None


def se_contesta(mensaje: dict, propio: str) -> bool:
    """Si un mensaje pide algo al programa con ese id, o a todos."""
    return mensaje["tipo"] in CONTESTADOS and mensaje.get("a", propio) == propio


class Emisor:
    """Lo que este programa envía: qué sale y en qué orden; lo numera y lo guarda."""

    def __init__(self, propio: str, ahora: float, azar, entre_latidos: float = LATIDO):
        """`azar(a, b)`: un número al azar entre los dos. `entre_latidos`: s, en reposo."""
        self.propio = propio
        self.ultima_falta = ahora  # s: cuándo pidió alguien algo
        self._azar = azar
        self._cubeta = ritmo.Cubeta(ahora)
        self._cronometro = ritmo.Cronometro()
        self._flujos: "dict[tuple, Salida]" = {}  # por clave_de: ("sala", nombre) o ("para", id)
        self._suelo = 0  # el mayor n de los flujos que se olvidaron
        self._avisos = collections.deque()  # mensajes de los de AVISOS
        self._cortos = collections.deque()  # mensajes; salen después
        self._repetir = collections.OrderedDict()  # (Salida, n) → None, en el orden en que se pidieron; después
        self._largos = collections.deque()  # mensajes que no caben en un datagrama, o que van tras ellos; al final
        self._freno = 0.0  # s: hasta cuándo espera lo nuevo
        self._tras_corto = False  # si lo último que salió fue corto
        self._corte = None  # el Corte del largo que va saliendo
        self._orden = collections.deque()  # la Salida de cada datagrama guardado, del más viejo al más nuevo; sin las listas, que son pocas
        self._guardado = 0  # bytes
        self._estado = None  # el latido sin números: quién soy y en qué salas
        self._dejadas = {}  # sala → hasta cuándo nombrarla
        self._entre_latidos = self._demora = entre_latidos
        self._ultimo_latido, self._proximo_latido = ahora, float("inf")
        self._respiro = 0.0  # s como mínimo hasta el siguiente
        self._numerado = False  # si en lo que sale ahora hay algo con número

    def decir(self, mensaje: dict, ahora: float) -> None:
        """Poner un mensaje en la cola. Un latido no sale tal cual: dice quién soy y en qué salas."""
        tipo = mensaje["tipo"]
        if tipo == "latido":
            for sala in (self._estado or mensaje)["salas"].keys() - mensaje["salas"].keys():
                self._dejadas.pop(sala, None)
                self._dejadas[sala] = ahora + DEJADA  # al final: si son muchas se olvidan las primeras
            while len(self._dejadas) > MAX_DEJADAS:
                del self._dejadas[next(iter(self._dejadas))]
            self._estado = mensaje
            self.latir(ahora)
            return
        if tipo == "usuarios" and "ids" in mensaje:
            self._quitar_listas(mensaje["sala"])  # la nueva sustituye a las que no salieron
        if tipo in AVISOS:
            self._avisos.append(mensaje)
        else:
            self._cortos.append(mensaje)

    def _quitar_listas(self, sala: str) -> None:
        for cola in (self._cortos, self._largos):
            for vieja in [otro for otro in cola if otro["tipo"] == "usuarios" and otro["sala"] == sala]:
                cola.remove(vieja)

    def _debe_esperar(self, mensaje: dict) -> bool:
        """Si ha de salir después de lo largo: quien se despide, o una lista tras otra, no se adelanta."""
        largos = list(self._largos) + ([self._corte.mensaje] if self._corte else [])
        return any(clave_de(largo) == clave_de(mensaje) for largo in largos)

    def latir(self, cuando: float) -> None:
        """Latir a más tardar a esa hora, o en cuanto pase un respiro desde el latido anterior."""
        self._proximo_latido = min(self._proximo_latido, max(cuando, self._ultimo_latido + self._respiro))

    def ha_hablado(self) -> bool:
        """Si dijo algo que alguien pueda pedir otra vez."""
        return bool(self._flujos)

    def por_salir(self) -> int:
        """Cuántos mensajes esperan. Se puede preguntar desde otro hilo: que esté al instante no importa."""
        return len(self._avisos) + len(self._cortos) + len(self._largos)

    def ocioso(self) -> bool:
        """Si no queda nada por enviar, salvo latidos."""
        return not (self._avisos or self._cortos or self._repetir or self._largos or self._corte)

    def proximo(self) -> float:
        """A qué hora hay que llamar a `siguientes`."""
        if self._avisos or self._repetir:
            return self._cubeta.cuando()
        latido = self._proximo_latido if self._estado else float("inf")
        return max(self._cubeta.cuando(), latido if self.ocioso() else min(latido, self._freno))

    def siguientes(self, ahora: float) -> "list[tuple[bytes, dict | None]]":
        """Los datagramas que salen ahora, cada uno con el mensaje que completa o None."""
        self._cubeta.recargar(ahora)
        if self._estado and ahora >= self._proximo_latido and self._cubeta.abierta:
            self._preparar_latido(ahora)
        lote, self._numerado = [], False
        while len(lote) < ritmo.RAFAGA and self._cubeta.abierta and (par := self._siguiente(ahora)) is not None:
            self._cubeta.gastar(len(par[0]))
            lote.append(par)
        if self._numerado:
            self._latir_pronto(ahora)
        return lote

    def _latir_pronto(self, ahora: float) -> None:
        """Perder lo último no deja hueco: lo delata un latido, en cuanto se calla o, si no se calla, cuando tocaba."""
        self._demora = LATIDO_PRONTO
        self._proximo_latido = self._ultimo_latido + self._entre_latidos
        self.latir(ahora + LATIDO_PRONTO)

    def _siguiente(self, ahora: float) -> "tuple[bytes, dict | None] | None":
        if self._avisos:
            aviso = self._avisos.popleft()
            return protocolo.codificar({"id": self.propio, **aviso}), aviso
        par = None
        frenado = ahora < self._freno
        if not frenado and not (self._repetir and self._tras_corto):  # lo que alguien pide también ha de salir
            par = self._sacar_corto(ahora)
        self._tras_corto = par is not None
        return par or self._sacar_repeticion(ahora) or (None if frenado else self._sacar_trozo(ahora))

    def _sacar_corto(self, ahora: float) -> "tuple[bytes, dict] | None":
        while self._cortos:
            mensaje = self._cortos.popleft()
            if mensaje["tipo"] in ("salir", "usuarios") and self._debe_esperar(mensaje):
                self._largos.append(mensaje)
                continue
            datagrama = self._empaquetar(mensaje, ahora)
            if datagrama is not None:
                return datagrama, mensaje
            self._largos.append(mensaje)
        return None

    def _sacar_repeticion(self, ahora: float) -> "tuple[bytes, None] | None":
        while self._repetir:
            (flujo, n), _ = self._repetir.popitem(last=False)
            if n in flujo.guardados:  # no se olvidó entretanto
                flujo.repetidos[n] = ahora, flujo.repetidos.get(n, (0.0, 0))[1] + 1
                return flujo.guardados[n][0], None
        return None

    def _empaquetar(self, mensaje: dict, ahora: float) -> "bytes | None":
        """Numerar y codificar un mensaje; None si es largo y ha de ir en trozos."""
        clave = clave_de(mensaje)
        tipo = mensaje["tipo"]
        # Una lista sin ids es para los clientes sencillos: entera y sin número.
        if clave is None or tipo not in protocolo.NUMERADOS or (tipo == "usuarios" and "ids" not in mensaje):
            return protocolo.codificar({"id": self.propio, **mensaje})
        flujo = self._flujo_de(clave)
        datagrama = protocolo.codificar({"id": self.propio, **mensaje, "n": flujo.n + 1})
        if len(datagrama) > protocolo.MAX_ENVIO:
            return None
        self._empezar(tipo, flujo, len(datagrama))
        self._guardar(tipo, flujo, datagrama, ahora)
        return datagrama

    def _sacar_trozo(self, ahora: float) -> "tuple[bytes, dict | None] | None":
        if self._corte is None:
            if not self._largos:
                return None
            mensaje = self._largos.popleft()
            if mensaje["tipo"] in ("salir", "usuarios"):  # pueden ser cortos, y estar aquí por esperar a otro
                datagrama = self._empaquetar(mensaje, ahora)
                if datagrama is not None:
                    return datagrama, mensaje
            self._cortar(mensaje)
        corte = self._corte
        flujo = self._flujo_de(clave_de(corte.mensaje))
        datagrama = corte.sacar(flujo.n + 1)
        self._guardar(corte.mensaje["tipo"], flujo, datagrama, ahora)
        if not corte.terminado():
            return datagrama, None
        self._corte = None
        return datagrama, corte.mensaje

    def _cortar(self, mensaje: dict) -> None:
        entero = protocolo.codificar({"id": self.propio, **mensaje})
        flujo = self._flujo_de(clave_de(mensaje))
        self._empezar(mensaje["tipo"], flujo, len(entero))
        self._corte = trozos.Corte(mensaje, entero, self.propio, flujo.n + 1)

    def _empezar(self, tipo: str, flujo: Salida, largo: int) -> None:
        """Anotar en la historia del flujo que aquí empieza un mensaje."""
        if tipo == "usuarios":  # de una lista sólo importa la última
            self._guardado -= flujo.vaciar()
        flujo.historia.append((flujo.n + 1, largo))

    def _guardar(self, tipo: str, flujo: Salida, datagrama: bytes, ahora: float) -> None:
        self._guardado += flujo.guardar(datagrama, ahora)
        self._numerado = True
        if tipo != "usuarios":
            self._orden.append(flujo)
        while self._guardado > MAX_ENVIADO and self._orden:
            self._guardado -= self._orden.popleft().olvidar_primero()

    def _flujo_de(self, clave: tuple) -> Salida:
        return self._flujos.get(clave) or self._abrir(clave)

    def _abrir(self, clave: tuple) -> Salida:
        """Empezar un flujo; si ya son muchos, olvidando los que llevan más tiempo callados.

        Quien vuelva a hablar en uno de ésos seguirá en números más altos que todos ellos: n nunca vuelve a empezar.
        """
        if len(self._flujos) >= MAX_FLUJOS:
            vivas = {("sala", sala) for sala in (self._estado["salas"] if self._estado else ())}
            callados = sorted(self._flujos.keys() - vivas, key=lambda vieja: self._flujos[vieja].ultima)
            for vieja in callados[: MAX_FLUJOS // 2]:
                flujo = self._flujos.pop(vieja)
                self._guardado -= flujo.vaciar()
                self._suelo = max(self._suelo, flujo.n)
            self._orden = collections.deque(flujo for flujo in self._orden if flujo.guardados)
        self._flujos[clave] = Salida(self._suelo)
        return self._flujos[clave]

    # ---- lo que otros piden

    def contestar(self, mensaje: dict, ahora: float) -> None:
        """Preparar la respuesta a un mensaje que se contesta (véase `se_contesta`)."""
        if mensaje["tipo"] == "falta":
            self.ultima_falta = ahora
            self._atender_falta(mensaje, ahora)
        elif mensaje["tipo"] == "quien":
            # Si preguntan a todos, los latidos se reparten en el tiempo para no chocar.
            self.latir(ahora + (0.0 if "a" in mensaje else self._azar(0.0, RESPUESTA)))
        elif ("sala", mensaje["sala"]) in self._flujos:
            # Quien llega no sabe lo ya dicho. Si llegan cien a la vez, un latido vale para todos.
            self.latir(max(ahora, self._ultimo_latido + ENTRE_RESPUESTAS) + self._azar(0.0, RESPUESTA))

    def _atender_falta(self, falta: dict, ahora: float) -> None:
        """Poner en la cola lo que alguien pide otra vez; de lo que ya no se tiene, decirlo."""
        clave = clave_de(falta)
        flujo = self._flujos.get(clave) or Salida(self._suelo)
        perdidos = []
        por_ver = MAX_PEDIDOS
        for desde, hasta in falta["n"][: protocolo.MAX_RANGOS]:
            hasta = min(hasta, flujo.n)
            if desde <= min(hasta, flujo.primero - 1):
                perdidos.append([desde, min(hasta, flujo.primero - 1)])
            desde = max(desde, flujo.primero)
            if desde <= hasta:
                if flujo.n - desde > ADELANTO and ahora > self._freno + RESPIRO:
                    self._freno = ahora + FRENO
                self._cubeta.quejarse(hasta - desde + 1, flujo.guardados[desde][1], ahora)
                if hasta not in flujo.repetidos and (flujo, hasta) not in self._repetir:
                    self._cronometro.medir(ahora - flujo.guardados[hasta][1], ahora)
            for n in range(desde, min(hasta + 1, desde + por_ver)):
                por_ver -= 1
                self._pedir_repeticion(flujo, n, ahora)
        if perdidos and len(self._avisos) < MAX_AVISOS:
            self._avisos.append({"tipo": "perdido", **dict([clave]), "n": perdidos})

    def _pedir_repeticion(self, flujo: Salida, n: int, ahora: float) -> None:
        salio, veces = flujo.repetidos.get(n, (flujo.guardados[n][1], 0))
        insistencia = REPETICION * 2 ** min(max(0, veces - SEGUIDAS), DUPLICAR)
        if ahora - salio >= min(max(insistencia, self._cronometro.tardanza(ahora)), REPETICION_MAXIMA):
            self._repetir[flujo, n] = None
            if veces == DEMASIADAS:  # una vez por datagrama: quien pide siempre el mismo no calla a nadie
                self._cubeta.bajar(salio, ahora)

    def _preparar_latido(self, ahora: float) -> None:
        self._dejadas = {sala: hasta for sala, hasta in self._dejadas.items() if ahora < hasta}
        callado = Salida(self._suelo)  # el de donde todavía no se ha dicho nada
        salas = {sala: self._flujos.get(("sala", sala), callado) for sala in self._estado["salas"]}
        latido = {
            **self._estado,
            "salas": {sala: flujo.n for sala, flujo in salas.items()},
            "desde": {sala: desde for sala, flujo in salas.items() if (desde := flujo.desde()) is not None},
            "dejadas": {sala: flujo.n if (flujo := self._flujos.get(("sala", sala))) else 0 for sala in self._dejadas if sala not in salas},
            "privados": {para: flujo.n for (clase, para), flujo in self._flujos.items()
                         if clase == "para" and ahora - flujo.ultima < PRIVADO_RECIENTE},
        }
        partes = partir_latido(latido)
        self._avisos.extend(partes)
        self._respiro = POR_PARTE * len(partes)
        self._ultimo_latido, self._proximo_latido = ahora, float("inf")
        self.latir(ahora + self._demora)
        self._demora = min(2 * self._demora, self._entre_latidos)

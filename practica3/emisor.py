"""El que envía: numera lo que dice, lo guarda por si se perdió y lo repite a quien lo pide.

Sale primero lo corto, después las repeticiones y al final los trozos: un texto nunca
espera detrás de una voz. La teoría está en fiabilidad.py.

Es del hilo enviar. No lee el reloj ni toca la red: la hora llega como `ahora` (s).
"""

import collections
import dataclasses

import protocolo
import ritmo
import trozos

MAX_ENVIADO = 32 * 2**20  # bytes que se guardan por si hay que repetirlos
MAX_RANGOS = 64  # de una falta: los que caben en un datagrama
MAX_PEDIDOS = 1_024  # números que se repiten por cada falta
REPETICION = 0.006  # s como mínimo entre dos envíos de lo mismo
VIEJO, REPETICION_VIEJO = 5.0, 0.5  # s: lo de hace tiempo se repite menos
LATIDO_PRONTO, LATIDO = 0.01, 2.0  # s: tras hablar, y en reposo
RESPUESTA = 0.2  # s como máximo en latir porque alguien preguntó quién está, o llegó
DEJADA = 10.0  # s que se sigue nombrando una sala que se dejó
PRIVADO_RECIENTE = 30.0  # s que se sigue nombrando un privado
HISTORIA = 20  # mensajes de una sala que se dan a quien entra…
HISTORIA_BYTES = 256 * 1024  # …si no son más que esto

# A quien llega (`inicio`) también se le late: así sabe desde dónde puede pedir lo ya dicho.
CONTESTADOS = {"falta", "quien", "inicio"}


@dataclasses.dataclass
class Guardado:
    """Un datagrama que ya salió, por si hay que repetirlo."""

    datagrama: bytes
    primera: float  # s: cuándo salió
    ultima: float  # s: cuándo se repitió


class Salida:
    """Un flujo propio: lo dicho en una sala o a una persona."""

    def __init__(self):
        self.n = 0  # el último que salió
        self.ultima = 0.0  # s: cuándo
        self.guardados: "dict[int, Guardado]" = {}  # en orden de n
        self.historia = collections.deque()  # (primer n, bytes) de cada mensaje


def clave_de(mensaje: dict) -> "tuple[str, str] | None":
    """A qué flujo va un mensaje: ("sala", nombre) o ("para", id); None si a ninguno."""
    return next(((clase, mensaje[clase]) for clase in ("sala", "para") if clase in mensaje), None)


class Emisor:
    """Lo que este programa envía: qué sale y en qué orden; lo numera y lo guarda."""

    def __init__(self, propio: str, ahora: float, azar, entre_latidos: float = LATIDO):
        """`azar(a, b)`: un número al azar entre los dos. `entre_latidos`: s, en reposo."""
        self.propio = propio
        self.ultima_falta = ahora  # s: cuándo pidió alguien algo
        self._azar = azar
        self._cubeta = ritmo.Cubeta(ahora)
        self._flujos = collections.defaultdict(Salida)  # por clave_de: ("sala", nombre) o ("para", id)
        self._cortos = collections.deque()  # mensajes; salen antes que nada
        self._repetir = {}  # (flujo, n), en el orden en que se pidieron; después
        self._largos = collections.deque()  # mensajes que no caben en un datagrama, o que van tras ellos; al final
        self._corte = None  # el Corte del largo que va saliendo
        self._guardados = collections.deque()  # (flujo, n), de más viejo a más nuevo
        self._guardado = 0  # bytes
        self._estado = None  # el latido sin números: quién soy y en qué salas
        self._dejadas = {}  # sala → hasta cuándo nombrarla
        self._entre_latidos = self._demora = entre_latidos
        self._ultimo_latido, self._proximo_latido = ahora, float("inf")

    def decir(self, mensaje: dict, ahora: float) -> None:
        """Poner un mensaje en la cola. Un latido no sale tal cual: dice quién soy y en qué salas."""
        if mensaje["tipo"] != "latido":
            self._poner(mensaje)
            return
        for sala in (self._estado or mensaje)["salas"].keys() - mensaje["salas"].keys():
            self._dejadas[sala] = ahora + DEJADA
        self._estado = mensaje
        self.latir(ahora)

    def _poner(self, mensaje: dict) -> None:
        if mensaje["tipo"] == "usuarios" and "ids" in mensaje:  # una lista nueva sustituye a las que no salieron
            for cola in (self._cortos, self._largos):
                viejas = [otro for otro in cola if otro["tipo"] == "usuarios" and otro["sala"] == mensaje["sala"]]
                for vieja in viejas:
                    cola.remove(vieja)
        (self._largos if self._debe_esperar(mensaje) else self._cortos).append(mensaje)

    def _debe_esperar(self, mensaje: dict) -> bool:
        """Si ha de salir después de lo largo: quien se despide, o una lista tras otra, no se adelanta."""
        if mensaje["tipo"] not in ("salir", "usuarios"):
            return False
        largos = list(self._largos) + ([self._corte.mensaje] if self._corte else [])
        return any(clave_de(largo) == clave_de(mensaje) for largo in largos)

    def latir(self, cuando: float) -> None:
        """Latir a más tardar a esa hora."""
        self._proximo_latido = min(self._proximo_latido, cuando)

    def ha_hablado(self) -> bool:
        """Si dijo algo que alguien pueda pedir otra vez."""
        return bool(self._guardados)

    def ocioso(self) -> bool:
        """Si no queda nada por enviar, salvo latidos."""
        return not (self._cortos or self._repetir or self._largos or self._corte)

    def proximo(self) -> float:
        """A qué hora hay que llamar a `siguientes`."""
        if not self.ocioso():
            return self._cubeta.cuando()
        return self._proximo_latido if self._estado else float("inf")

    def siguientes(self, ahora: float) -> "list[tuple[bytes, dict | None]]":
        """Los datagramas que salen ahora, cada uno con el mensaje que completa o None."""
        self._cubeta.recargar(ahora)
        if self._estado and ahora >= self._proximo_latido:
            self._preparar_latido(ahora)
        lote = []
        while len(lote) < ritmo.RAFAGA and self._cubeta.hay() and not self.ocioso():
            par = self._siguiente(ahora)
            if par is not None:
                self._cubeta.gastar(len(par[0]))
                lote.append(par)
        return lote

    def _siguiente(self, ahora: float) -> "tuple[bytes, dict | None] | None":
        if self._cortos:
            mensaje = self._cortos.popleft()
            datagrama = self._empaquetar(mensaje, ahora)
            return datagrama and (datagrama, mensaje)
        if self._repetir:
            return self._repetir_uno(ahora)
        return self._sacar_trozo(ahora)

    def _empaquetar(self, mensaje: dict, ahora: float) -> "bytes | None":
        """Numerar y codificar un mensaje; None si es largo y queda para ir en trozos."""
        clave = clave_de(mensaje)
        sin_ids = mensaje["tipo"] == "usuarios" and "ids" not in mensaje  # la lista entera, para clientes sencillos
        if clave is None or sin_ids or mensaje["tipo"] not in protocolo.NUMERADOS:
            return protocolo.codificar({**mensaje, "id": self.propio})
        datagrama = protocolo.codificar({**mensaje, "id": self.propio, "n": self._flujos[clave].n + 1})
        if len(datagrama) > protocolo.MAX_ENVIO:
            self._largos.append(mensaje)
            return None
        self._empezar(mensaje, clave, len(datagrama))
        self._guardar(clave, datagrama, ahora)
        return datagrama

    def _sacar_trozo(self, ahora: float) -> "tuple[bytes, dict | None]":
        if self._corte is None:
            mensaje = self._largos.popleft()
            if mensaje["tipo"] in ("salir", "usuarios"):
                datagrama = self._empaquetar(mensaje, ahora)
                if datagrama is not None:
                    return datagrama, mensaje
                self._largos.pop()  # es largo de verdad: sale ya, en trozos
            clave = clave_de(mensaje)
            entero = protocolo.codificar({**mensaje, "id": self.propio})
            self._empezar(mensaje, clave, len(entero))
            self._corte = trozos.Corte(mensaje, entero, self.propio, self._flujos[clave].n + 1)
        corte = self._corte
        clave = clave_de(corte.mensaje)
        datagrama = corte.sacar(self._flujos[clave].n + 1)
        self._guardar(clave, datagrama, ahora)
        if not corte.terminado():
            return datagrama, None
        self._corte = None
        return datagrama, corte.mensaje

    def _empezar(self, mensaje: dict, clave: tuple, largo: int) -> None:
        """Anotar en la historia del flujo que aquí empieza un mensaje."""
        flujo = self._flujos[clave]
        if mensaje["tipo"] == "usuarios":  # de una lista sólo importa la última
            self._guardado -= sum(len(uno.datagrama) for uno in flujo.guardados.values())
            flujo.guardados.clear()
            flujo.historia.clear()
        flujo.historia.append((flujo.n + 1, largo))
        while len(flujo.historia) > HISTORIA or sum(bytes_ for _, bytes_ in flujo.historia) > HISTORIA_BYTES:
            flujo.historia.popleft()

    def _guardar(self, clave: tuple, datagrama: bytes, ahora: float) -> None:
        flujo = self._flujos[clave]
        flujo.n += 1
        flujo.ultima = ahora
        flujo.guardados[flujo.n] = Guardado(datagrama, ahora, ahora)
        self._guardados.append((clave, flujo.n))
        self._guardado += len(datagrama)
        while self._guardado > MAX_ENVIADO or self._guardados[0][1] not in self._flujos[self._guardados[0][0]].guardados:
            vieja, n = self._guardados.popleft()
            olvidado = self._flujos[vieja].guardados.pop(n, None)
            self._guardado -= len(olvidado.datagrama) if olvidado else 0
        self._demora = LATIDO_PRONTO
        self._proximo_latido = min(ahora + LATIDO_PRONTO, self._ultimo_latido + self._entre_latidos)

    # ---- lo que otros piden

    def contestar(self, mensaje: dict, ahora: float) -> None:
        """Preparar la respuesta a un mensaje de los de CONTESTADOS, si es para este programa."""
        if mensaje.get("a", self.propio) != self.propio:
            return
        if mensaje["tipo"] == "falta":
            self.ultima_falta = ahora
            self._atender_falta(mensaje, ahora)
        elif mensaje["tipo"] == "quien" or (self._estado and mensaje["sala"] in self._estado["salas"]):
            # Preguntan a todos: repartidos en el tiempo, los latidos no chocan.
            self.latir(ahora + (0.0 if "a" in mensaje else self._azar(0.0, RESPUESTA)))

    def _atender_falta(self, falta: dict, ahora: float) -> None:
        """Poner en la cola lo que alguien pide otra vez; de lo que ya no se tiene, decirlo."""
        clave = clave_de(falta)
        if clave not in self._flujos:
            return
        flujo = self._flujos[clave]
        primero = next(iter(flujo.guardados), flujo.n + 1)
        perdidos = []
        por_ver = MAX_PEDIDOS
        for desde, hasta in falta["n"][:MAX_RANGOS]:
            hasta = min(hasta, flujo.n)
            self._cubeta.quejarse(hasta - desde + 1, ahora)
            if desde <= min(hasta, primero - 1):
                perdidos.append([desde, min(hasta, primero - 1)])
            for n in range(max(desde, primero), min(hasta + 1, max(desde, primero) + por_ver)):
                por_ver -= 1
                self._pedir_repeticion(clave, n, flujo.guardados[n], ahora)
        if perdidos:
            self._cortos.append({"tipo": "perdido", **dict([clave]), "n": perdidos})

    def _pedir_repeticion(self, clave: tuple, n: int, guardado: Guardado, ahora: float) -> None:
        pausa = REPETICION if ahora - guardado.primera < VIEJO else REPETICION_VIEJO
        if ahora - guardado.ultima >= pausa:
            self._repetir[clave, n] = None

    def _repetir_uno(self, ahora: float) -> "tuple[bytes, None] | None":
        clave, n = next(iter(self._repetir))
        del self._repetir[clave, n]
        guardado = self._flujos[clave].guardados.get(n)
        if guardado is None:
            return None  # se olvidó entretanto
        guardado.ultima = ahora
        return guardado.datagrama, None

    def _preparar_latido(self, ahora: float) -> None:
        self._ultimo_latido, self._proximo_latido = ahora, ahora + self._demora
        self._demora = min(2 * self._demora, self._entre_latidos)
        self._dejadas = {sala: hasta for sala, hasta in self._dejadas.items() if ahora < hasta}
        salas = {sala: self._flujos["sala", sala] for sala in self._estado["salas"]}
        latido = {
            **self._estado,
            "salas": {sala: flujo.n for sala, flujo in salas.items()},
            "desde": {sala: flujo.historia[0][0] for sala, flujo in salas.items() if flujo.historia},
            "dejadas": {sala: self._flujos["sala", sala].n for sala in self._dejadas if sala not in salas},
            "privados": {para: flujo.n for (clase, para), flujo in self._flujos.items()
                         if clase == "para" and ahora - flujo.ultima < PRIVADO_RECIENTE},
        }
        self._cortos.extendleft(reversed(protocolo.partir_latido(latido)))

"""Un flujo ajeno: qué números llegaron, cuáles faltan y qué toca entregar.

    1 2 3 4 5 6 7 8 9        entregado = 3   hasta aquí, todo se entregó o se dio por perdido
    ▓ ▓ ▓ ✗ ✗ ▒ ▒ ✗ ▒        esperando = {6, 7, 9}   llegaron, pero falta algo antes
                             huecos = [[4, 5], [8, 8]]   mayor = 9

Los números de entregado + 1 a mayor están en `esperando` o en `huecos`, y en uno solo.
Es del hilo recibir. Cuántos se siguen se decide en flujos_ajenos.py; qué pedir y cuándo,
en receptor.py.
"""

import bisect
import dataclasses
import operator

import campos
import protocolo
from fiabilidad import rangos
from fiabilidad import trozos
from fiabilidad.bloques_ajenos import Largos, basta
from fiabilidad.saltos import Salto, Saltos

PESO_EN_ESPERA = 500  # bytes que ocupa un mensaje en memoria, además de sus textos y su cuerpo
MUCHOS_TROZOS = 64  # de un mensaje del que se cuenta cómo va llegando…
PASOS = 25  # …y cuántas veces se cuenta
POR_BLOQUES = 6  # faltas en vano tras las que se pide todo uno a uno
ESPERA_TEXTO = 0.2  # s con el mismo hueco
PASO_MAXIMO = 0.02  # s
PARADO = 0.5  # s sin que llegue nada: lo que aún no salía de un bloque quizá ya no salga
PERDIDO = {"tipo": None}  # ocupa el lugar de un mensaje que no llegará


@dataclasses.dataclass
class Cuenta:
    """Lo que suman todos los flujos."""

    perdidos: int = 0  # datagramas
    reparados: int = 0
    duplicados: int = 0
    esperando: int = 0  # bytes
    # Los que esperan, de cada id.
    de_cada: "dict[str, int]" = dataclasses.field(default_factory=dict)

    def ocupar(self, quien: str, cuantos: int) -> None:
        """Anotar que de un id esperan tantos bytes más."""
        self.esperando += cuantos
        quedan = self.de_cada.get(quien, 0) + cuantos
        if quedan:
            self.de_cada[quien] = quedan
        else:
            self.de_cada.pop(quien, None)

    def resumir(self) -> "dict[str, int]":
        """Lo que se cuenta a una persona."""
        return {
            "perdidos": self.perdidos,
            "reparados": self.reparados,
            "duplicados": self.duplicados,
        }


def pesar(mensaje: dict) -> int:
    """Los bytes que ocupa un mensaje en memoria, más o menos."""
    textos = 4 * len(mensaje.get("content", "")) + 100 * len(mensaje.get("lista", ()))
    return PESO_EN_ESPERA + len(mensaje.get("cuerpo", b"")) + textos


@dataclasses.dataclass(eq=False)
class FlujoAjeno:
    """Lo que otro dice en una sala, o a mí."""

    id: str
    donde: dict  # {"sala": …} o {"para": …}
    entregado: int  # hasta éste, todos entregados o dados por perdidos
    mayor: int  # el mayor del que se sabe
    historia: "int | None"  # hasta éste, de antes de llegar yo: perderlo no es noticia
    cuenta: Cuenta = dataclasses.field(default_factory=Cuenta)
    vuelta: bool = False  # volví a la sala y aún no sé desde dónde guarda su historia
    # [primero, último] de cada rango que falta, en orden.
    huecos: "list[list[int]]" = dataclasses.field(default_factory=list)
    esperando: dict = dataclasses.field(default_factory=dict)  # n → mensaje, o PERDIDO
    juntador: trozos.Juntador = dataclasses.field(default_factory=trozos.Juntador)
    largos: Largos = dataclasses.field(default_factory=Largos)
    saltos: Saltos = dataclasses.field(default_factory=Saltos)
    ocupado: int = 0  # bytes, en esperando, en el juntador y de paridad
    perdidos: int = 0  # seguidos, sin contar todavía
    avance: float = 0.0  # s: cuándo llegó lo último
    paso: float = 0.001  # s entre dos que llegan seguidos, en promedio
    texto: int = 0  # el mayor n de los mensajes enteros que han tenido que esperar
    hueco: float = 0.0  # s: desde cuándo falta el siguiente
    preguntar: float = 0.0  # s: cuándo pedirlo
    pedido: int = 0  # el mayor que se pidió
    en_vano: int = 0  # faltas seguidas sin que llegara nada de lo pedido

    def __post_init__(self) -> None:
        # (id, sala), o (id, "") si es de lo que me dice en privado.
        self.clave = self.id, self.donde.get("sala", "")

    # ---- los números

    def tiene(self, n: int) -> bool:
        """Si un número ya llegó, o se dio por perdido."""
        return n <= self.entregado or n in self.esperando

    def alcanzar(self, n: int) -> None:
        """Saber que el flujo llega al menos hasta n: lo que no se tenía falta."""
        if n > self.mayor:
            self.huecos.append([self.mayor + 1, n])
            self.mayor = n

    def tapar(self, n: int) -> None:
        """Quitar de los huecos un número que faltaba."""
        i = bisect.bisect(self.huecos, n, key=operator.itemgetter(0)) - 1
        primero, ultimo = self.huecos[i]
        partes = [primero, n - 1], [n + 1, ultimo]
        self.huecos[i : i + 1] = [rango for rango in partes if rango[0] <= rango[1]]

    def saltar(self, hasta: int) -> None:
        """Dar por pasado todo hasta un número."""
        # Casi nunca: rehacer la lista por cada número costaría tiempo cuadrático.
        if self.huecos and self.huecos[0][0] <= hasta:
            quedan = [rango for rango in self.huecos if rango[1] > hasta]
            self.huecos = [[max(primero, hasta + 1), ultimo] for primero, ultimo in quedan]
        self.entregado = max(self.entregado, hasta)
        self.mayor = max(self.mayor, hasta)

    def faltan(self) -> "list[list[int]]":
        """Los rangos que faltan, de menor a mayor; los primeros, si son muchos."""
        return self.huecos[: protocolo.MAX_RANGOS]

    def pedir(self, ahora: float) -> dict:
        """Lo que dice una falta de este flujo; {} si nada de lo que falta toca pedirlo aún.

        Lo largo, por bloques y en cuántos. Si eso se pide en vano o ya no llega nada, todo uno a
        uno; y si un texto ya espera mucho a que su bloque termine de salir, lo que va antes de él.
        """
        if self.en_vano >= POR_BLOQUES or ahora - self.avance > PARADO:
            return {"n": self.faltan()}
        texto = self.texto if ahora - self.hueco > ESPERA_TEXTO else 0
        bloques, cubiertos, limite = self.largos.pedir(self.entregado, self.mayor, texto)
        huecos = rangos.cortar(self.huecos, limite)
        pedido = {"n": rangos.quitar(huecos, cubiertos), "bloques": bloques}
        return {clave: valor for clave, valor in pedido.items() if valor}

    def espera_lo_mismo(self, falta: dict, ahora: float) -> bool:
        """Si lo que otro pide es todo lo que falta aquí."""
        pedido = self.pedir(ahora)
        return bool(pedido) and (
            rangos.cubren(falta.get("n", []), pedido.get("n", []))
            and basta(falta.get("bloques", []), pedido.get("bloques", []))
        )

    def espera_un_texto(self) -> bool:
        """Si lo que espera es poco y hay un texto en ello."""
        return self.texto > self.entregado and self.ocupado < PESO_EN_ESPERA * 100

    def notar(self, ahora: float) -> None:
        """Anotar que llega algo nuevo."""
        self.paso += (min(PASO_MAXIMO, ahora - self.avance) - self.paso) / 8
        self.avance = ahora

    def tomar(self, mensaje: dict) -> "tuple[list[dict], bool]":
        """Lo que se rehace con este trozo de un bloque, y si con él acaba de salir entero."""
        antes = self.largos.ocupado
        if mensaje["tipo"] == "paridad":
            rehechos, acaba = self.largos.tomar_paridad(mensaje), False
        else:
            rehechos, acaba = self.largos.tomar_trozo(mensaje)
        self._ocupar(self.largos.ocupado - antes)
        return rehechos, acaba

    # ---- lo que espera

    def poner(self, n: int, mensaje: dict) -> None:
        """Guardar un mensaje que faltaba, hasta que le toque."""
        self.tapar(n)
        self.esperando[n] = mensaje
        if mensaje["tipo"] not in (None, "trozo"):
            self.texto = max(self.texto, n)
        if trozos.es_cancelacion(mensaje):
            self._quitar_largo(self.largos.cancelar, mensaje["m"])
        self._ocupar(pesar(mensaje))

    def _quitar(self, n: int) -> "dict | None":
        mensaje = self.esperando.pop(n, None)
        if mensaje is not None:
            self._ocupar(-pesar(mensaje))
        return mensaje

    def _ocupar(self, cuantos: int) -> None:
        self.ocupado += cuantos
        self.cuenta.ocupar(self.id, cuantos)

    def vaciar(self) -> None:
        """Olvidar lo que espera: si aún interesa, se pedirá otra vez."""
        for n in list(self.esperando):
            self._quitar(n)
        self.huecos = [[self.entregado + 1, self.mayor]] if self.mayor > self.entregado else []
        self._ocupar(-self.juntador.ocupado - self.largos.ocupado)
        self.juntador, self.largos = trozos.Juntador(), Largos()

    # ---- entregar

    def avanzar(self, ahora: float) -> "list[dict]":
        """Entregar lo que ya está en orden."""
        salida = []
        while (mensaje := self._quitar(self.entregado + 1)) is not None:
            self.hueco = ahora
            if mensaje is PERDIDO:
                self.perder(self.entregado + 1)
            else:
                salida += self.entregar(mensaje)
        if self.entregado == self.mayor:
            salida += self._contar(None)
        return salida

    def entregar(self, mensaje: dict) -> "list[dict]":
        """Entregar el siguiente: él, lo que con él se completa, o nada."""
        self.entregado += 1
        salida = self._contar(mensaje) if self.perdidos else []
        if mensaje["tipo"] == "trozo":
            mensaje = self._juntar(mensaje)
        es_dicho = mensaje["tipo"] in protocolo.HABLADOS or mensaje["tipo"] == "cifrado"
        if self.entregado <= (self.historia or 0) and es_dicho:
            mensaje = {**mensaje, "de_antes": True}
        return salida + [mensaje] if mensaje["tipo"] else salida

    def _quitar_largo(self, quitar, m: int) -> None:
        antes = self.largos.ocupado
        quitar(m)
        self._ocupar(self.largos.ocupado - antes)

    def _cancelar(self, trozo: dict) -> dict:
        """Tirar lo que se llevaba de un mensaje que no va a terminar; la noticia, si lo es."""
        antes = self.juntador.ocupado
        self.juntador.cerrar(trozo["m"])
        self._ocupar(self.juntador.ocupado - antes)
        self._quitar_largo(self.largos.terminar, trozo["m"])
        if self.juntador.ocupado == antes or trozo["n"] <= (self.historia or 0):
            return PERDIDO
        return {"tipo": "cancelado", "id": self.id, **self.donde}

    def _juntar(self, trozo: dict) -> dict:
        if trozos.es_cancelacion(trozo):
            return self._cancelar(trozo)
        antes = self.juntador.ocupado
        entero = self.juntador.juntar(trozo)
        self._ocupar(self.juntador.ocupado - antes)
        if entero is None:
            return self._contar_progreso(trozo) if self.juntador.ocupado > antes else PERDIDO
        try:
            mensaje = self._unificar(protocolo.decodificar(entero))
        except protocolo.ErrorProtocolo:
            mensaje = PERDIDO
        # Lo de dentro ha de ser de quien lo envía y de este flujo, y no otro trozo.
        del_flujo = mensaje.get("id") == self.id and self.donde.items() <= mensaje.items()
        numerado = mensaje["tipo"] in protocolo.NUMERADOS - {"trozo"}
        return mensaje if del_flujo and numerado else PERDIDO

    def _unificar(self, mensaje: dict) -> dict:
        """Lo de dentro, con la sala escrita como la de sus trozos, que ya lo está como aquí."""
        sala = self.donde.get("sala", "")
        return campos.unificar_salas(mensaje, {campos.comparable(sala): sala})

    def _contar_progreso(self, trozo: dict) -> dict:
        """La noticia, pocas veces por mensaje, de cuánto ha llegado de uno largo."""
        llegados, de = trozo["i"] + 1, trozo["de"]
        de_antes = trozo["n"] <= (self.historia or 0)
        mismo_paso = llegados * PASOS // de == trozo["i"] * PASOS // de
        if de_antes or de < MUCHOS_TROZOS or mismo_paso:
            return PERDIDO
        return {"tipo": "progreso", "id": self.id, **self.donde, "llegados": llegados, "de": de}

    # ---- perder

    def perder(self, hasta: int) -> None:
        """Dar por perdido lo que falte hasta un número; perder lo de antes de llegar no cuenta."""
        historia = self.mayor if self.historia is None else self.historia
        self.perdidos += max(0, hasta - max(self.entregado, historia))
        self.saltar(hasta)

    def rendirse(self, ahora: float) -> "list[dict]":
        """Dar por perdido todo lo que falta y entregar lo que esperaba."""
        # Todos a la vez: de uno en uno costaría tiempo cuadrático.
        huecos, self.huecos = self.huecos, []
        salida = self.avanzar(ahora)
        for _, ultimo in huecos:
            self.perder(ultimo)
            salida += self.avanzar(ahora)
        return salida

    def soltar(self) -> "list[dict]":
        """Olvidar lo que quedó a medias, y decirlo."""
        self.perdidos += bool(self.juntador.ocupado)
        self.vaciar()
        return self._contar(None)

    def pasar_por_alto(self, hasta: int) -> None:
        """Empezar después de `hasta`: lo anterior ya no se guarda para quien llega."""
        for n in [n for n in self.esperando if n <= hasta]:
            self._quitar(n)
        self.saltar(hasta)

    def retroceder(self, salto: Salto) -> None:
        """Deshacer un salto que los latidos de quien habla desmienten, y lo que trajo."""
        # Lo dicho desde que saltó se tiró por «repetido»: se vuelve a pedir.
        piso = salto.menor - protocolo.HISTORIA if salto.antes is None else salto.antes
        if self.entregado > salto.mayor:
            self.vaciar()
            self.entregado = max(0, min(piso, salto.menor))
        for n in [n for n in self.esperando if n > salto.mayor]:
            self._quitar(n)
        if self.historia is not None:
            self.historia = min(self.historia, salto.menor)
        self.huecos = rangos.cortar(self.huecos, salto.mayor + 1)
        self.mayor, self.perdidos = max(self.entregado, salto.mayor), 0
        if not self.esperando:
            self.huecos = [[self.entregado + 1, self.mayor]] * (self.mayor > self.entregado)
        self.texto, self.pedido = min(self.texto, self.mayor), min(self.pedido, self.mayor)

    def _contar(self, siguiente: "dict | None") -> "list[dict]":
        """La noticia de lo perdido justo antes de `siguiente`; de un mensaje en trozos, uno."""
        perdidos, self.perdidos = self.perdidos, 0
        if not perdidos:
            return []
        if siguiente is not None and siguiente["tipo"] == "trozo" and siguiente["i"] > 0:
            perdidos = 1
        self.cuenta.perdidos += perdidos
        return [{"tipo": "perdidos", "id": self.id, **self.donde, "cuantos": perdidos}]

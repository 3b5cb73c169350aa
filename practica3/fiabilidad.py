"""Que no se pierda nada: lo que UDP no da, y cómo se construye encima.

UDP multidifusión entrega cada datagrama a cada quien una vez, ninguna o varias, y en
cualquier orden. TCP lo arregla con acuses: el que recibe dice qué llegó. Con un grupo
eso no sirve, porque cien personas acusarían cada mensaje. Aquí es al revés, como en
NORM (RFC 5740) y en NAKACK de JGroups: calla quien recibió todo y se queja quien no.

    Ana                          Bryan                              Carla
    n=7 ───────────────────────▶ 7: lo entrega                      7
    n=8 ─────────────✗                                ───────────▶  8
    n=9 ───────────────────────▶ 9: lo guarda, falta el 8           9
        ◀──────── falta [[8,8]]  (a los 2–6 ms, al azar)
    n=8 ───────────────────────▶ 8: entrega 8 y 9     ───────────▶  8: repetido, lo tira

- Cada programa numera lo que dice, 1, 2, 3…, en cada **flujo**: uno por sala y uno por
  destinatario de sus privados. Un hueco en los números es una pérdida.
- Se pide con `falta`, tras una demora al azar: si otro pide antes lo mismo se espera,
  porque la repetición llega a todos. Mientras falte se vuelve a pedir, pero cada vez más
  tarde si no llega nada: insistir ahogaría a una red que ya va despacio.
- Perder lo último no deja hueco: lo delata el **latido**, que dice el último n de cada
  flujo. Tras hablar se late a los 10, 20, 40… ms; en reposo, cada 2 s.
- Lo largo va en trozos (trozos.py), numerados como lo demás, a un ritmo que los búferes
  aguanten (ritmo.py).
- Quien ya no tiene lo que le piden contesta `perdido`. Nada se espera para siempre: con
  eso, con 10 s de silencio o con 30 s de hueco se da por perdido, se dice y se sigue.

`Emisor` es del hilo enviar y `Receptor` del hilo recibir, y no comparten nada. Ninguno
lee el reloj ni toca la red: la hora llega como `ahora` (s) y el azar, como una función.
"""

import collections

import protocolo
from entrada import PERDIDO, Cuenta, Entrada, cubren

MAX_ESPERANDO = 64 * 2**20  # bytes recibidos que esperan a otros anteriores
POCOS = 32  # números que se piden y se toman por adelantado cuando no hay sitio
MAX_FLUJOS = 4_096
MAX_OLVIDADOS = 65_536  # flujos que no caben, y de los que sólo se recuerda hasta dónde se entregaron
MAX_SALTO = 65_536  # números: más allá no se pide lo que falte

DEMORA = (0.002, 0.006)  # s antes de la primera falta
REPREGUNTA = (0.012, 0.020)  # s entre una falta y la siguiente
ENTRE_FALTAS, POR_MIEMBRO = 0.004, 0.0001  # s como mínimo entre dos de un flujo, y por miembro de la sala
RETROCESO, RETROCESO_MAXIMO = 0.008, 0.064  # s como mínimo si no llega nada de lo pedido, y el doble cada vez…
CALLADO, RETROCESO_CALLADO = 0.5, 0.25  # s sin oír nada de un programa: …hasta esto
SILENCIO = 10.0  # s sin oír nada: lo que le falte se da por perdido
PACIENCIA = 30.0  # s con el mismo hueco, o con algo a medias que no crece: también
PARADO = 2.0  # s sin crecer, si no hay sitio: se suelta lo que más ocupa
REPASO = 1.0  # s entre miradas a lo que quedó a medias
TANDA, PASO = 16, 0.002  # faltas que se piden juntas, y s entre dos tandas: aunque falte en mil flujos


class Receptor:
    """Entrega cada mensaje una vez y en orden, y pide lo que falta."""

    def __init__(self, propio: str, azar):
        """`azar(a, b)`: un número al azar entre los dos."""
        self.propio = propio
        self.cuenta = Cuenta()
        self._azar = azar
        self._salas = {}  # sala → cuántos son, para repartir las quejas
        self._flujos = collections.OrderedDict()  # (id, sala o "") → Entrada; al final, lo más reciente
        self._olvidados = collections.OrderedDict()  # clave de los que estuvieron en _flujos → su entregado
        self._huecos = {}  # los de _flujos a los que les falta algo
        self._oidos = collections.OrderedDict()  # id → cuándo se le oyó; al final, lo más reciente
        self._proximo, self._repaso = float("inf"), 0.0  # s: cuándo toca pedir algo, y mirar lo que quedó a medias
        self._acciones = {"latido": self._al_latido, "falta": self._a_otra_falta, "perdido": self._al_perdido}

    def seguir(self, sala: str, miembros: int = 1) -> None:
        """Recibir los flujos de una sala, en la que son tantos."""
        if sala not in self._salas:
            for (_, donde), flujo in self._flujos.items():
                if donde == sala:  # se vuelve: se sigue donde se estaba o, si ya no lo tienen, en su `desde`
                    flujo.vuelta, flujo.historia = True, None
        self._salas[sala] = miembros

    def dejar(self, sala: str) -> None:
        """Dejar de recibir los flujos de una sala."""
        self._salas.pop(sala, None)
        self._huecos = {clave: flujo for clave, flujo in self._huecos.items() if clave[1] != sala}
        for clave, flujo in self._flujos.items():
            if clave[1] == sala:
                flujo.vaciar()  # si se vuelve, se pide otra vez

    def proximo(self) -> float:
        """A qué hora hay que llamar a `vencer`."""
        nunca = float("inf")
        return min(self._proximo if self._huecos else nunca, self._repaso if self.cuenta.esperando else nunca)

    def recibir(self, mensaje: dict, ahora: float) -> "list[dict]":
        """Los mensajes que se pueden entregar gracias a éste, en orden."""
        if "id" not in mensaje:
            return [mensaje]
        self._oir(mensaje["id"], ahora)
        tipo = mensaje["tipo"]
        if tipo in self._acciones:
            return self._acciones[tipo](mensaje, ahora)
        clave = self._clave(mensaje)
        if clave is None or "n" not in mensaje or (tipo is not None and tipo not in protocolo.NUMERADOS):
            return [mensaje] if tipo not in (None, "trozo") else []
        if clave[1] and clave[1] not in self._salas:  # de otra sala, sólo interesa quién está
            return [mensaje] if tipo in ("usuarios", "salir") else []
        return self._ordenar(clave, mensaje, ahora)

    def _clave(self, mensaje: dict) -> "tuple[str, str] | None":
        if "sala" in mensaje:
            return mensaje["id"], mensaje["sala"]
        return (mensaje["id"], "") if mensaje.get("para") == self.propio else None

    def _oir(self, quien: str, ahora: float) -> None:
        self._oidos[quien] = ahora
        self._oidos.move_to_end(quien)
        if len(self._oidos) > MAX_FLUJOS:
            self._oidos.popitem(last=False)

    # ---- el orden

    def _ordenar(self, clave: tuple, mensaje: dict, ahora: float) -> "list[dict]":
        n = mensaje["n"]
        flujo = self._flujos.get(clave) or self._abrir(clave, max(0, n - 1 - protocolo.HISTORIA) if clave[1] else 0, n - 1)
        self._flujos.move_to_end(clave)
        if flujo.historia is None:
            flujo.historia = n - 1
        if n <= flujo.entregado or n in flujo.esperando:
            self.cuenta.duplicados += 1
            return []
        flujo.avance = ahora
        if self.cuenta.esperando > MAX_ESPERANDO and not self._urge(flujo, mensaje):
            return []  # no hay sitio: se volverá a pedir
        if n == flujo.entregado + 1 == flujo.mayor + 1:  # lo de siempre: es el siguiente y no falta nada
            flujo.mayor = n
            return flujo.entregar(mensaje)
        self.cuenta.reparados += n <= flujo.mayor
        flujo.retroceso *= n > flujo.pedido
        salida = self._saber(flujo, n, ahora)
        flujo.poner(n, mensaje)
        return salida + self._avanzar(flujo, ahora)

    def _abrir(self, clave: tuple, entregado: int, historia: "int | None") -> Entrada:
        if len(self._flujos) >= MAX_FLUJOS:
            self._olvidar(next(iter(self._flujos)))
        donde = {"sala": clave[1]} if clave[1] else {"para": self.propio}
        vuelta = clave in self._olvidados
        if vuelta:  # lo ya entregado no se dice dos veces: se sigue como quien vuelve a una sala
            entregado, historia = self._olvidados.pop(clave), None
        self._flujos[clave] = Entrada(clave[0], donde, entregado, entregado, historia if clave[1] else 0, self.cuenta, vuelta)
        return self._flujos[clave]

    def _olvidar(self, clave: tuple) -> None:
        flujo = self._flujos.pop(clave)
        flujo.vaciar()
        self._huecos.pop(clave, None)
        self._olvidados[clave] = flujo.entregado
        if len(self._olvidados) > MAX_OLVIDADOS:
            self._olvidados.popitem(last=False)

    def _urge(self, flujo: Entrada, mensaje: dict) -> bool:
        """Si, aunque no haya sitio, conviene tomarlo: es el siguiente y no se queda, o completa lo que más ocupa."""
        adelanto = mensaje["n"] - flujo.entregado
        return (adelanto == 1 and mensaje["tipo"] != "trozo") or (adelanto <= POCOS and flujo is self._mas_lleno())

    def _mas_lleno(self) -> Entrada:
        return max(self._flujos.values(), key=lambda flujo: flujo.ocupado)

    def _saber(self, flujo: Entrada, n: int, ahora: float) -> "list[dict]":
        """Anotar que el flujo llega al menos hasta n; lo que un salto enorme dé por perdido."""
        salida = []
        if n - flujo.entregado > MAX_SALTO:
            salida = self._rendirse(flujo, ahora)
            flujo.perder(n - 1)
        flujo.alcanzar(n)
        self._vigilar(flujo, ahora)
        return salida

    def _avanzar(self, flujo: Entrada, ahora: float) -> "list[dict]":
        salida = flujo.avanzar(ahora)
        self._vigilar(flujo, ahora)
        return salida

    def _rendirse(self, flujo: Entrada, ahora: float) -> "list[dict]":
        salida = flujo.rendirse(ahora)
        self._vigilar(flujo, ahora)
        return salida

    # ---- lo que falta

    def _vigilar(self, flujo: Entrada, ahora: float) -> None:
        if flujo.entregado >= flujo.mayor:
            self._huecos.pop(flujo.clave, None)
        elif flujo.clave not in self._huecos:
            self._huecos[flujo.clave] = flujo
            flujo.hueco, flujo.retroceso, flujo.preguntar = ahora, 0.0, ahora + self._azar(*DEMORA)
            self._proximo = min(self._proximo, flujo.preguntar)

    def vencer(self, ahora: float) -> "tuple[list[dict], list[dict]]":
        """Las faltas que hay que enviar ahora, y lo que se entrega por haber dado algo por perdido."""
        if ahora < self.proximo():
            return [], []
        faltas, salida, urgente = [], [], None
        if ahora >= self._repaso:
            salida, self._repaso = self._soltar_parados(ahora), ahora + REPASO
        if self.cuenta.esperando > MAX_ESPERANDO:
            urgente = self._mas_lleno()
        for flujo in list(self._huecos.values()):
            silencio = ahora - self._oidos.get(flujo.id, 0.0)
            if silencio > SILENCIO or ahora - flujo.hueco > PACIENCIA:
                salida += self._rendirse(flujo, ahora)
            elif ahora >= flujo.preguntar and urgente not in (None, flujo):
                flujo.preguntar = ahora + RETROCESO_CALLADO  # no hay sitio: primero, el urgente
            elif ahora >= flujo.preguntar and len(faltas) < TANDA:
                rangos = self._elegir_rangos(flujo, urgente)
                faltas.append({"tipo": "falta", **flujo.donde, "a": flujo.id, "n": rangos})
                reparto = max(ENTRE_FALTAS, POR_MIEMBRO * self._salas.get(flujo.clave[1], 0))
                flujo.preguntar = ahora + max(self._azar(*REPREGUNTA), flujo.retroceso, reparto)
                flujo.pedido = max(flujo.pedido, rangos[-1][1])
                flujo.retroceso = min(max(2 * flujo.retroceso, RETROCESO), RETROCESO_CALLADO if silencio > CALLADO else RETROCESO_MAXIMO)
        self._proximo = min([flujo.preguntar for flujo in self._huecos.values()], default=float("inf"))
        if len(faltas) == TANDA:
            self._proximo = max(self._proximo, ahora + PASO)
        return faltas, salida

    @staticmethod
    def _elegir_rangos(flujo: Entrada, urgente: "Entrada | None") -> "list[list[int]]":
        """Qué pedir: todo lo que falta o, cuando no hay sitio, sólo el principio."""
        if urgente is None:
            return flujo.faltan()
        desde, hasta = flujo.faltan()[0]
        return [[desde, min(desde + POCOS, hasta)]]

    def _soltar_parados(self, ahora: float) -> "list[dict]":
        """Olvidar lo que quedó a medias y ya no crece, y decirlo."""
        salida = []
        for flujo in [flujo for flujo in self._flujos.values() if flujo.juntador.ocupado]:
            callado = ahora - self._oidos.get(flujo.id, 0.0) > SILENCIO
            if callado or ahora - flujo.avance > PACIENCIA:
                salida += flujo.soltar()
        if self.cuenta.esperando > MAX_ESPERANDO and ahora - self._mas_lleno().avance > PARADO:
            salida += self._mas_lleno().soltar()
        return salida

    def _a_otra_falta(self, falta: dict, ahora: float) -> "list[dict]":
        """Alguien pide algo a otro: si es todo lo que me falta a mí, espero a que se lo den."""
        flujo = self._huecos.get((falta["a"], falta.get("sala", "")))
        if flujo is not None and cubren(falta["n"], flujo.faltan()):
            flujo.preguntar = ahora + max(self._azar(*REPREGUNTA), flujo.retroceso)
        return []

    def _al_perdido(self, mensaje: dict, ahora: float) -> "list[dict]":
        flujo = self._flujos.get(self._clave(mensaje))
        if flujo is None:
            return []
        for desde, hasta in mensaje["n"][: protocolo.MAX_RANGOS]:
            faltan = range(max(desde, flujo.entregado + 1), min(hasta, flujo.mayor) + 1)
            for n in faltan[: MAX_SALTO // protocolo.MAX_RANGOS]:
                if n not in flujo.esperando and self.cuenta.esperando < MAX_ESPERANDO:
                    flujo.poner(n, PERDIDO)
        return self._avanzar(flujo, ahora)

    # ---- latidos

    def _al_latido(self, latido: dict, ahora: float) -> "list[dict]":
        salida = [latido]
        for sala, ultimo in latido.get("dejadas", {}).items():
            if (latido["id"], sala) in self._flujos and sala in self._salas:
                salida += self._comparar((latido["id"], sala), 1, ultimo, ahora)
        for sala, ultimo in latido["salas"].items():
            if sala in self._salas:
                salida += self._comparar((latido["id"], sala), max(1, latido.get("desde", {}).get(sala, ultimo + 1)), ultimo, ahora)
        if self.propio in latido.get("privados", {}):
            salida += self._comparar((latido["id"], ""), 1, latido["privados"][self.propio], ahora)
        return salida

    def _comparar(self, clave: tuple, desde: int, ultimo: int, ahora: float) -> "list[dict]":
        """Comparar un flujo con lo que dice de él quien lo envía."""
        flujo = self._flujos.get(clave) or self._abrir(clave, min(desde, ultimo + 1) - 1, ultimo)
        if flujo.historia is None:
            flujo.historia = ultimo
        if flujo.vuelta:
            flujo.pasar_por_alto(min(desde - 1, flujo.historia))
        flujo.vuelta = False
        return self._saber(flujo, ultimo, ahora) + self._avanzar(flujo, ahora)

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

import protocolo
from fiabilidad.flujo_ajeno import PERDIDO, Entrada, cubren
from fiabilidad.flujos import PACIENCIA, POCOS, SILENCIO, Flujos

MAX_SALTO = 65_536  # números: más allá no se pide lo que falte

DEMORA = (0.002, 0.006)  # s antes de la primera falta
REPREGUNTA = (0.012, 0.020)  # s entre una falta y la siguiente
ENTRE_FALTAS, POR_MIEMBRO = 0.004, 0.0001  # s como mínimo entre dos de un flujo, y por miembro de la sala
CALLADO = 0.5  # s sin oír nada de un programa
LENTITUD, LENTITUD_CALLADO = 4, 16  # por cuánto se multiplica la espera, como mucho, si se pide en vano; y si además calla
SIN_SITIO = 0.25  # s entre miradas a lo que espera a que haya sitio
REPASO = 1.0  # s entre miradas a lo que quedó a medias
TANDA, PASO = 16, 0.002  # faltas que se piden juntas, y s entre dos tandas por cada mil flujos en que falte algo
MAX_PERDIDOS = 1_024  # números que se dan por perdidos con cada `perdido`


class Receptor:
    """Entrega cada mensaje una vez y en orden, y pide lo que falta."""

    def __init__(self, propio: str, azar):
        """`azar(a, b)`: un número al azar entre los dos."""
        self.propio = propio
        self._azar = azar
        self._salas = {}  # sala → cuántos son, para repartir las quejas
        self._flujos = Flujos()
        self.cuenta = self._flujos.cuenta
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
        self._flujos.vaciar(sala)

    def proximo(self) -> float:
        """A qué hora hay que llamar a `vencer`."""
        nunca = float("inf")
        return min(self._proximo if self._flujos.incompletos else nunca, self._repaso if self.cuenta.esperando else nunca)

    def recibir(self, mensaje: dict, ahora: float) -> "list[dict]":
        """Los mensajes que se pueden entregar gracias a éste, en orden."""
        if "id" not in mensaje:
            return [mensaje]
        self._flujos.oir(mensaje["id"], ahora)
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

    # ---- el orden

    def _ordenar(self, clave: tuple, mensaje: dict, ahora: float) -> "list[dict]":
        n = mensaje["n"]
        flujo = self._flujos.get(clave) or self._abrir(clave, n)
        self._flujos.move_to_end(clave)
        if flujo.historia is None:
            flujo.historia = n - 1
        if n <= flujo.entregado or n in flujo.esperando:
            self.cuenta.duplicados += 1
            return []
        if not (self._flujos.hay_sitio() or self._flujos.conviene(flujo, mensaje)):
            return []  # se volverá a pedir
        flujo.avance = ahora
        if n == flujo.entregado + 1 == flujo.mayor + 1:  # lo de siempre: es el siguiente y no falta nada
            flujo.mayor = n
            return flujo.entregar(mensaje)
        self.cuenta.reparados += n <= flujo.mayor
        if n <= flujo.pedido:
            flujo.en_vano = 0
        salida = self._saber(flujo, n, ahora)
        flujo.poner(n, mensaje)
        return salida + self._avanzar(flujo, ahora)

    def _abrir(self, clave: tuple, n: int) -> Entrada:
        """Empezar a seguir un flujo por su mensaje n: de una sala, con lo que se acaba de decir en ella."""
        desde = max(0, n - 1 - protocolo.HISTORIA) if clave[1] else 0
        return self._flujos.abrir(clave, self.propio, desde, n - 1)

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
        if self._flujos.revisar(flujo):
            flujo.hueco, flujo.en_vano, flujo.preguntar = ahora, 0, ahora + self._azar(*DEMORA)
            self._proximo = min(self._proximo, flujo.preguntar)

    def vencer(self, ahora: float) -> "tuple[list[dict], list[dict]]":
        """Las faltas que hay que enviar ahora, y lo que se entrega por haber dado algo por perdido."""
        if ahora < self.proximo():
            return [], []
        faltas, salida = [], []
        if ahora >= self._repaso:
            salida, self._repaso = self._flujos.soltar_parados(ahora), ahora + REPASO
        urgente = None if self._flujos.hay_sitio() else self._flujos.mas_lleno()
        for flujo in list(self._flujos.incompletos.values()):
            silencio = self._flujos.silencio(flujo.id, ahora)
            if silencio > SILENCIO or ahora - flujo.hueco > PACIENCIA:
                salida += self._rendirse(flujo, ahora)
            elif ahora >= flujo.preguntar and urgente not in (None, flujo):
                flujo.preguntar = ahora + SIN_SITIO  # primero, el urgente
            elif ahora >= flujo.preguntar and len(faltas) < TANDA:
                rangos = self._elegir_rangos(flujo, urgente)
                faltas.append({"tipo": "falta", **flujo.donde, "a": flujo.id, "n": rangos})
                reparto = max(ENTRE_FALTAS, POR_MIEMBRO * self._salas.get(flujo.clave[1], 0))
                flujo.preguntar = ahora + max(self._esperar(flujo, ahora), reparto)
                flujo.pedido = max(flujo.pedido, rangos[-1][1])
                flujo.en_vano += 1
                self._flujos.al_final(flujo)
        incompletos = self._flujos.incompletos
        self._proximo = min([flujo.preguntar for flujo in incompletos.values()], default=float("inf"))
        if len(faltas) == TANDA:
            self._proximo = max(self._proximo, ahora + PASO * (1 + len(incompletos) // 1_000))
        return faltas, salida

    def _esperar(self, flujo: Entrada, ahora: float) -> float:
        """Cuánto esperar (s) a lo que se acaba de pedir: más, si se pide en vano, para no ahogar a una red lenta."""
        tope = LENTITUD_CALLADO if self._flujos.silencio(flujo.id, ahora) > CALLADO else LENTITUD
        return self._azar(*REPREGUNTA) * min(2 ** (flujo.en_vano // 2), tope)

    @staticmethod
    def _elegir_rangos(flujo: Entrada, urgente: "Entrada | None") -> "list[list[int]]":
        """Qué pedir: todo lo que falta o, cuando no hay sitio, sólo el principio."""
        if urgente is None:
            return flujo.faltan()
        desde, hasta = flujo.faltan()[0]
        return [[desde, min(desde + POCOS - 1, hasta)]]

    def _a_otra_falta(self, falta: dict, ahora: float) -> "list[dict]":
        """Alguien pide algo a otro: si es todo lo que me falta a mí, espero a que se lo den."""
        flujo = self._flujos.incompletos.get((falta["a"], falta.get("sala", "")))
        if flujo is not None and cubren(falta["n"], flujo.faltan()):
            flujo.preguntar = ahora + self._esperar(flujo, ahora)
        return []

    def _al_perdido(self, mensaje: dict, ahora: float) -> "list[dict]":
        clave = self._clave(mensaje)
        if clave not in self._flujos or (clave[1] and clave[1] not in self._salas):
            return []
        flujo, por_ver = self._flujos[clave], MAX_PERDIDOS
        for desde, hasta in mensaje["n"][: protocolo.MAX_RANGOS]:
            faltan = range(max(desde, flujo.entregado + 1), min(hasta, flujo.mayor) + 1)[:por_ver]
            por_ver -= len(faltan)
            for n in faltan:
                if n not in flujo.esperando and self._flujos.hay_sitio():
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
        flujo = self._flujos.get(clave) or self._flujos.abrir(clave, self.propio, min(desde, ultimo + 1) - 1, ultimo)
        if flujo.historia is None:
            flujo.historia = ultimo
        if flujo.vuelta:
            flujo.pasar_por_alto(min(desde - 1, flujo.historia))
        flujo.vuelta = False
        return self._saber(flujo, ultimo, ahora) + self._avanzar(flujo, ahora)

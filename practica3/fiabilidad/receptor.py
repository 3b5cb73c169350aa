"""El que recibe: entrega cada mensaje una vez y en orden, y pide lo que falta.

    llega 7 ──▶ entrega 7           llega 9 ──▶ guarda 9, falta 8 ──▶ …2–6 ms… ──▶ falta [[8,8]]
    llega 8 ──▶ entrega 8 y 9       llega 8 otra vez ──▶ nada

Cada flujo con huecos lleva su plazo: cuándo pedir lo que le falta. Si otro pide antes lo mismo,
el plazo empieza de nuevo (supresión); si se pide en vano, se alarga (espera exponencial). De lo
largo se pide cuánto falta, cuando ya salió el bloque entero (bloques_ajenos.py).

Es del hilo recibir. No lee el reloj ni toca la red: la hora llega como `ahora` (s).
"""

import campos
import protocolo
from fiabilidad.flujo_ajeno import PERDIDO, FlujoAjeno
from fiabilidad.flujos_ajenos import MAX_HUECO, MAX_SILENCIO, POCOS, FlujosAjenos
from fiabilidad.recientes import Recientes
from fiabilidad.saltos import MAX_SALTO

DEMORA = (0.002, 0.006)  # s antes de la primera falta
# S entre una falta y la siguiente, además de lo que tarda la red en ir y volver.
ENTRE_INSISTENCIAS = (0.004, 0.010)
VUELTA_SUPUESTA = 0.006  # s que tarda la red en ir y volver, si quien envía no lo ha dicho…
VUELTA_MINIMA, VUELTA_MAXIMA = 0.004, 0.25  # …y entre qué topes se le cree
MAX_VUELTAS = 1_024  # programas de los que se sabe
ENTRE_LLEGADAS = 0.25  # s: lo que dice alguien al llegar a varias salas se atiende una vez
SIN_TERMINAR = 0.05  # s entre miradas a un bloque que aún no termina de salir
# S como mínimo entre dos de un flujo, y por miembro de la sala.
ENTRE_FALTAS, POR_MIEMBRO = 0.004, 0.0001
SIN_NOTICIAS = 0.5  # s sin oír nada de un programa
# Por cuánto se multiplica la espera, como mucho, si se pide en vano; y si además calla.
LENTITUD, LENTITUD_SIN_NOTICIAS = 4, 16
SIN_SITIO = 0.25  # s entre miradas a lo que espera a que haya sitio
REPASO = 1.0  # s entre miradas a lo que quedó a medias
TANDA, PASO = 16, 0.002  # faltas que se piden juntas, y s como mínimo entre dos tandas
# S entre dos miradas a lo que falta, por cada flujo en que falte algo: mirar mil cuesta 1 ms.
POR_INCOMPLETO = 5e-6
MAX_PERDIDOS = 1_024  # números que se dan por perdidos con cada `perdido`


def es_numerado(mensaje: dict) -> bool:
    """Si un mensaje ocupa un lugar en un flujo; también el que no se entendió."""
    tipo = mensaje["tipo"]
    return "n" in mensaje and (tipo is None or tipo in protocolo.NUMERADOS)


class Receptor:
    """Entrega cada mensaje una vez y en orden, y pide lo que falta."""

    def __init__(self, propio: str, azar, conocidos=()):
        """`azar(a, b)`: un número al azar entre los dos. `conocidos`, como en FlujosAjenos."""
        self.propio = propio
        self._azar = azar
        self._salas = {}  # sala → cuántos son, para repartir las quejas
        self._enteras = set()  # salas de archivos: lo que va saliendo se toma desde el principio
        self._escritas = {}  # forma comparable de las que se siguieron → como se escriben aquí
        self._flujos = FlujosAjenos(conocidos)
        self.cuenta = self._flujos.cuenta
        # S: cuándo toca pedir algo, y mirar lo que quedó a medias.
        self._proximo, self._repaso = float("inf"), 0.0
        self._acciones = {
            "latido": self._al_latido,
            "falta": self._a_otra_falta,
            "perdido": self._al_perdido,
            "paridad": self._a_la_paridad,
            "quien": self._al_quien,
        }
        # id → (lo que dice que tarda la red en ir y volver, cuándo lo dijo), en s.
        self._vueltas = Recientes(MAX_VUELTAS)
        self._llegadas = Recientes(MAX_VUELTAS)  # id → cuándo dijo por última vez que llegaba

    def seguir(self, sala: str, miembros: int = 1, entera: bool = False) -> None:
        """Recibir los flujos de una sala, en la que son tantos.

        `entera`: lo largo que ya va saliendo también se quiere, desde su primer trozo.
        """
        if entera:
            self._enteras.add(sala)
        if sala not in self._salas:
            for (_, donde), flujo in self._flujos.items():
                # Se vuelve: se sigue donde se estaba o, si ya no lo tienen, en su `desde`.
                if donde == sala:
                    flujo.vuelta, flujo.historia = True, None
        self._salas[sala] = miembros
        self._escritas[campos.comparable(sala)] = sala

    def dejar(self, sala: str) -> None:
        """Dejar de recibir los flujos de una sala."""
        self._salas.pop(sala, None)
        self._enteras.discard(sala)
        self._flujos.vaciar(sala)

    def unificar(self, mensaje: dict) -> dict:
        """Un mensaje que llega, con el nombre de cada sala escrito como al seguirla."""
        return campos.unificar_salas(mensaje, self._escritas)

    def proximo(self) -> float:
        """A qué hora hay que llamar a `vencer`."""
        faltas = self._proximo if self._flujos.incompletos else float("inf")
        return min(faltas, self._repaso if self.cuenta.esperando else float("inf"))

    def recibir(self, mensaje: dict, ahora: float) -> "list[dict]":
        """Los mensajes que se pueden entregar gracias a éste, en orden."""
        if "id" not in mensaje:
            return [mensaje]
        self._flujos.oir(mensaje["id"], ahora)
        tipo = mensaje["tipo"]
        if tipo in self._acciones:
            return self._acciones[tipo](mensaje, ahora)
        if tipo == "inicio":
            self._llegadas[mensaje["id"]] = ahora
        clave = self._clave(mensaje)
        if clave is None or not es_numerado(mensaje):
            return [mensaje] if tipo not in (None, "trozo") else []
        if clave[1] and clave[1] not in self._salas:  # de otra sala, sólo interesa quién está
            interesa = tipo in ("usuarios", "salir") and self._flujos.adelanta(clave, mensaje["n"])
            return [mensaje] if interesa else []
        return self._ordenar(clave, mensaje, ahora)

    def _clave(self, mensaje: dict) -> "tuple[str, str] | None":
        if "sala" in mensaje:
            return mensaje["id"], mensaje["sala"]
        return (mensaje["id"], "") if mensaje.get("para") == self.propio else None

    def interesa(self, mensaje: dict, ahora: float) -> bool:
        """Si puede cambiar algo aquí: mirarlo cuesta cien veces menos que comprobar su firma."""
        tipo, quien = mensaje["tipo"], mensaje.get("id")
        es_a_mi = mensaje.get("a", self.propio) == self.propio
        if tipo == "perdido" or tipo == "falta" and not es_a_mi:
            de = quien if tipo == "perdido" else mensaje["a"]
            return (de, mensaje.get("sala", "")) in self._flujos.incompletos
        if tipo == "inicio" and self._salas and quien:  # el servidor, que no sigue salas, los oye
            llego = self._llegadas.get(quien, float("-inf"))
            return mensaje["sala"] in self._salas and ahora - llego > ENTRE_LLEGADAS
        return tipo != "acuse" or es_a_mi

    def es_copia(self, mensaje: dict) -> bool:
        """Si ya se tiene lo que lleva ese número, y con él no hay nada que hacer; se cuenta."""
        if "id" not in mensaje or not es_numerado(mensaje):
            return False
        flujo = self._flujos.get(self._clave(mensaje))
        copia = flujo is not None and flujo.tiene(mensaje["n"])
        self.cuenta.duplicados += copia
        return copia

    def sigue(self, mensaje: dict) -> bool:
        """Si un mensaje es de un flujo que se sigue, aunque todavía no se haya empezado."""
        clave = self._clave(mensaje)
        de_aqui = clave is not None and (not clave[1] or clave[1] in self._salas)
        return de_aqui and es_numerado(mensaje)

    def asomar(self, mensaje: dict) -> None:
        """Anotar que alguien ya hablaba antes de creerle: se le pedirá desde ahí."""
        if self.sigue(mensaje):
            self._flujos.asomar(self._clave(mensaje), mensaje["n"])

    # ---- el orden

    def _ordenar(self, clave: tuple, mensaje: dict, ahora: float) -> "list[dict]":
        n = mensaje["n"]
        flujo = self._flujos.get(clave) or self._abrir(clave, n, ahora)
        self._flujos.tocar(flujo)
        if flujo.vuelta and clave[1] in self._enteras:
            flujo.pasar_por_alto(mensaje.get("m", n) - 1)
            flujo.vuelta, flujo.historia = False, flujo.entregado
        if not self._creer(flujo, n, ahora):
            return []
        if flujo.historia is None:
            flujo.historia = n - 1
        if flujo.tiene(n):
            self.cuenta.duplicados += 1
            return []
        if not self._flujos.cabe(flujo, mensaje):
            return []  # se volverá a pedir
        flujo.notar(ahora)
        rehechos, acaba = flujo.tomar(mensaje) if "k" in mensaje else ([], False)
        salida = self._colocar(flujo, mensaje, ahora)
        for rehecho in rehechos:
            salida += self._ordenar(clave, rehecho, ahora)
        if acaba:
            self._preguntar(flujo, min(flujo.preguntar, ahora + self._demorar(flujo)))
        return salida

    def _colocar(self, flujo: FlujoAjeno, mensaje: dict, ahora: float) -> "list[dict]":
        n = mensaje["n"]
        # Lo de siempre: es el siguiente y no falta nada.
        if n == flujo.entregado + 1 == flujo.mayor + 1:
            flujo.mayor = n
            return flujo.entregar(mensaje)
        self.cuenta.reparados += n <= flujo.mayor
        if n <= flujo.pedido:
            flujo.en_vano = 0
        self._saber(flujo, n, ahora)
        flujo.poner(n, mensaje)
        return self._avanzar(flujo, ahora)

    def _abrir(self, clave: tuple, n: int, ahora: float) -> FlujoAjeno:
        """Empezar a seguir un flujo por su mensaje n; de una sala, con lo último dicho en ella."""
        desde = max(0, n - 1 - protocolo.HISTORIA) if clave[1] not in ("", *self._enteras) else 0
        flujo = self._flujos.abrir(clave, self.propio, desde, n - 1)
        flujo.vuelta = flujo.vuelta or clave[1] in self._enteras
        flujo.saltos.anotar(None if clave[1] else flujo.entregado, n, ahora)
        return flujo

    def _creer(self, flujo: FlujoAjeno, n: int, ahora: float) -> bool:
        """Si se sigue un flujo hasta n; un salto enorme, sólo cuando se confirme."""
        if n > flujo.mayor + 1:
            flujo.saltos.anotar(flujo.mayor, n, ahora)
        return n - flujo.mayor <= MAX_SALTO

    def _decidir_salto(self, flujo: FlujoAjeno, ultimo: int, ahora: float) -> "list[dict]":
        """Con lo que dice un latido, deshacer un salto en falso o seguir uno enorme."""
        salto = flujo.saltos.decidir(ultimo, ahora)
        if salto is None:
            return []
        salida = []
        if salto.menor:
            flujo.retroceder(salto)
        elif salto.hasta - flujo.mayor > MAX_SALTO:
            salida = self._rendirse(flujo, ahora)
            flujo.perder(salto.hasta - 1)
        self._vigilar(flujo, ahora)
        return salida

    def _saber(self, flujo: FlujoAjeno, n: int, ahora: float) -> None:
        """Anotar que el flujo llega al menos hasta n."""
        flujo.alcanzar(n)
        self._vigilar(flujo, ahora)

    def _avanzar(self, flujo: FlujoAjeno, ahora: float) -> "list[dict]":
        salida = flujo.avanzar(ahora)
        self._vigilar(flujo, ahora)
        return salida

    def _rendirse(self, flujo: FlujoAjeno, ahora: float) -> "list[dict]":
        salida = flujo.rendirse(ahora)
        self._vigilar(flujo, ahora)
        return salida

    # ---- lo que falta

    def _vigilar(self, flujo: FlujoAjeno, ahora: float) -> None:
        if self._flujos.revisar(flujo):
            flujo.hueco, flujo.en_vano, flujo.preguntar = ahora, 0, ahora + self._azar(*DEMORA)
            self._proximo = min(self._proximo, flujo.preguntar)

    def vencer(self, ahora: float) -> "tuple[list[dict], list[dict]]":
        """Las faltas que tocan, y lo que se entrega por haber dado algo por perdido."""
        if ahora < self.proximo():
            return [], []
        faltas, salida = [], []
        if ahora >= self._repaso:
            salida, self._repaso = self._flujos.soltar_parados(ahora), ahora + REPASO
        urgente = None if self._flujos.hay_sitio() else self._flujos.mas_lleno()
        for flujo in self._flujos.por_pedir():
            silencio = self._flujos.silencio(flujo.id, ahora)
            if silencio > MAX_SILENCIO or ahora - flujo.hueco > MAX_HUECO:
                salida += self._rendirse(flujo, ahora)
            elif (ahora >= flujo.preguntar and urgente not in (None, flujo)
                  and not flujo.espera_un_texto()):
                flujo.preguntar = ahora + SIN_SITIO  # primero, el urgente
            elif ahora >= flujo.preguntar and len(faltas) < TANDA:
                faltas += self._pedir(flujo, urgente, ahora)
        incompletos = self._flujos.incompletos
        plazos = [flujo.preguntar for flujo in incompletos.values()]
        pausa = max(PASO * (len(faltas) == TANDA), POR_INCOMPLETO * len(incompletos))
        self._proximo = max(min(plazos, default=float("inf")), ahora + pausa)
        return faltas, salida

    def _pedir(self, flujo: FlujoAjeno, urgente: "FlujoAjeno | None", ahora: float) -> "list[dict]":
        """La falta que toca: de todo lo que falta o, cuando no hay sitio, sólo del principio."""
        pedido = flujo.pedir(ahora)
        if urgente is not None:
            desde, hasta = flujo.faltan()[0]
            pedido = {"n": [[desde, min(desde + POCOS - 1, hasta)]]}
        if not pedido:
            flujo.preguntar = ahora + SIN_TERMINAR
            return []
        reparto = max(ENTRE_FALTAS, POR_MIEMBRO * self._salas.get(flujo.clave[1], 0))
        flujo.preguntar = ahora + max(self._esperar(flujo, ahora), reparto)
        flujo.pedido = max([flujo.pedido] + [ultimo for _, ultimo in pedido.get("n", ())])
        flujo.en_vano += 1
        self._flujos.al_final(flujo)
        return [{"tipo": "falta", **flujo.donde, "a": flujo.id, **pedido}]

    def _preguntar(self, flujo: FlujoAjeno, cuando: float) -> None:
        """Pedir lo que falte de un flujo, si algo falta, a esa hora."""
        if flujo.clave in self._flujos.incompletos:
            flujo.preguntar = cuando
            self._proximo = min(self._proximo, cuando)

    def _demorar(self, flujo: FlujoAjeno) -> float:
        """Cuánto esperar (s) antes de pedir, para que no pidan todos a la vez."""
        miembros = self._salas.get(flujo.clave[1], 1)
        return self._azar(DEMORA[0], max(DEMORA[1], DEMORA[0] + POR_MIEMBRO * miembros))

    def _esperar(self, flujo: FlujoAjeno, ahora: float) -> float:
        """Espera exponencial (s) a lo que se acaba de pedir: en vano, ahogaría a una red lenta."""
        callado = self._flujos.silencio(flujo.id, ahora) > SIN_NOTICIAS
        tope = LENTITUD_SIN_NOTICIAS if callado else LENTITUD
        vuelta, cuando = self._vueltas.get(flujo.id, (VUELTA_SUPUESTA, ahora))
        # La cola que hubiera entonces se habrá ido vaciando.
        vuelta = min(max(VUELTA_MINIMA, vuelta - (ahora - cuando)), VUELTA_MAXIMA)
        return (vuelta + self._azar(*ENTRE_INSISTENCIAS)) * min(2 ** (flujo.en_vano // 2), tope)

    def _a_otra_falta(self, falta: dict, ahora: float) -> "list[dict]":
        """Alguien pide algo a otro: si es todo lo que me falta a mí, espero a que se lo den."""
        flujo = self._flujos.incompletos.get((falta["a"], falta.get("sala", "")))
        if flujo is not None and flujo.espera_lo_mismo(falta, ahora):
            flujo.preguntar = ahora + self._esperar(flujo, ahora)
        return []

    def _a_la_paridad(self, mensaje: dict, ahora: float) -> "list[dict]":
        clave = self._clave(mensaje)
        ultimo = mensaje["n"][-1][1]
        flujo = self._flujos.get(clave)
        ajeno = flujo is None or (clave[1] and clave[1] not in self._salas)
        if ajeno or ultimo <= flujo.entregado or not self._flujos.hay_sitio():
            return []
        if not self._creer(flujo, ultimo, ahora):
            return []
        self._saber(flujo, ultimo, ahora)
        salida = []
        flujo.notar(ahora)
        flujo.en_vano = 0
        for rehecho in flujo.tomar(mensaje)[0]:
            salida += self._ordenar(clave, rehecho, ahora)
        # La tanda termina con el último: hasta entonces no hace falta pedir más.
        resta = 2 * flujo.paso * max(0, mensaje["hasta"] - mensaje["salidos"])
        self._preguntar(flujo, ahora + resta + self._demorar(flujo))
        return salida

    def _al_quien(self, quien: dict, ahora: float) -> "list[dict]":
        if "id" in quien and "vuelta" in quien:
            self._vueltas[quien["id"]] = quien["vuelta"], ahora
        return [quien]

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
                desde = max(1, latido.get("desde", {}).get(sala, ultimo + 1))
                salida += self._comparar((latido["id"], sala), desde, ultimo, ahora)
        if self.propio in latido.get("privados", {}):
            salida += self._comparar((latido["id"], ""), 1, latido["privados"][self.propio], ahora)
        return salida

    def _comparar(self, clave: tuple, desde: int, ultimo: int, ahora: float) -> "list[dict]":
        """Comparar un flujo con lo que dice de él quien lo envía."""
        flujo = self._flujos.get(clave)
        if flujo is None:
            entregado = min(desde, ultimo + 1) - 1
            flujo = self._flujos.abrir(clave, self.propio, entregado, ultimo)
            flujo.saltos.anotar(None if clave[1] else flujo.entregado, ultimo, ahora)
            salida = []
        else:
            salida = self._decidir_salto(flujo, ultimo, ahora)
            if not self._creer(flujo, ultimo, ahora):
                return salida
        if flujo.historia is None:
            flujo.historia = ultimo
        if flujo.vuelta:
            flujo.pasar_por_alto(min(desde - 1, flujo.historia))
        flujo.vuelta = False
        self._saber(flujo, ultimo, ahora)
        return salida + self._avanzar(flujo, ahora)

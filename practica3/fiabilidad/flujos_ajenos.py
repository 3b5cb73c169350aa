"""Los flujos ajenos que se siguen, y a quién se oyó: una memoria fija, se reciba lo que se reciba.

- De los flujos que no caben sólo se recuerda hasta dónde se entregaron: lo dicho no se repite.
  Sobra primero el de quien acaba de aparecer, que puede ser un id inventado; después, el que lleva
  más tiempo quieto; y al final los de quien se sabe quién es, porque firma.
- Lo que espera a otros anteriores ocupa MAX_ESPERANDO bytes entre todos. Cuando no hay sitio
  sólo se toma lo que lo deja: lo que ya se puede entregar, y lo que completa al flujo que más
  ocupa, que puede así llegar al doble. Lo demás se tira, y se vuelve a pedir. Un flujo que ocupa
  poco tiene sitio siempre que quede algo que soltar de los recién aparecidos.

Es del hilo recibir, que lo maneja desde receptor.py.
"""

import collections

import protocolo
from fiabilidad.flujo_ajeno import Cuenta, FlujoAjeno
from fiabilidad.recientes import Recientes

MAX_AJENOS = 4_096
MAX_OLVIDADOS = 65_536
MAX_ASOMADO = 4_096  # números que se piden de antes de creerle a alguien
MAX_ESPERANDO = 64 * 2**20  # bytes
POCOS = 32  # números que se piden y se toman por adelantado cuando no hay sitio

ASENTADO = 5.0  # s desde que se oyó a alguien por primera vez: ya no es un recién aparecido
MAX_DE_UNO = MAX_ESPERANDO // 2  # bytes de un mismo programa
PARTE = 2**18  # bytes: un flujo que ocupa menos y espera un texto no es quien lo llena todo
MIRADAS = 64

MAX_SILENCIO = 10.0  # s sin oír nada de un programa: lo que le falte se da por perdido
MAX_HUECO = 30.0  # s con el mismo hueco, o con algo a medias que no crece: también
MAX_PARADO = 2.0  # s sin crecer, si no hay sitio: se suelta lo que más ocupa


class FlujosAjenos(collections.OrderedDict):
    """Por clave (id, sala), o (id, "") si es lo que me dicen en privado; al final, lo reciente."""

    def __init__(self, conocidos=()):
        """`conocidos`: los ids de quien se sabe quién es; lo suyo se suelta al final."""
        super().__init__()
        self.cuenta = Cuenta()
        self.incompletos = {}  # aquellos a los que les falta algo
        self._conocidos = conocidos
        self._olvidados = Recientes(MAX_OLVIDADOS)  # clave → hasta dónde se entregó
        # Id → cuándo se le oyó por última vez, de los asentados; y por primera, de los demás.
        self._oidos, self._recientes = Recientes(MAX_AJENOS), Recientes(MAX_AJENOS)
        self._nuevos = {}  # las claves de los flujos de recién aparecidos, en orden de llegada
        self._lleno, self._miradas = None, 0  # el que más ocupaba, y cuándo mirarlo otra vez
        self._asomados = Recientes(MAX_AJENOS)  # clave → el menor n oído antes de creerle
        self._vistos = Recientes(MAX_OLVIDADOS)  # clave → el último n, en salas que no se siguen

    # ---- a quién se oye

    def oir(self, quien: str, ahora: float) -> None:
        """Anotar que un programa sigue ahí. Mil inventados no hacen olvidar a los de siempre."""
        if quien not in self._oidos:
            if ahora - self._recientes.setdefault(quien, ahora) < ASENTADO:
                return
            del self._recientes[quien]
        self._oidos[quien] = ahora

    def silencio(self, quien: str, ahora: float) -> float:
        """Cuánto hace que no se le oye (s); de un recién aparecido, que apareció."""
        return ahora - self._oidos.get(quien, self._recientes.get(quien, ahora))

    def tocar(self, flujo: FlujoAjeno) -> None:
        """Anotar que de un flujo llega algo: es el más reciente."""
        self.move_to_end(flujo.clave)
        if flujo.clave in self._nuevos and self._esta_asentado(flujo.id):
            del self._nuevos[flujo.clave]

    def _esta_asentado(self, quien: str) -> bool:
        return quien in self._oidos or quien in self._conocidos

    def adelanta(self, clave: "tuple[str, str]", n: int) -> bool:
        """Si un número es el mayor que se ha visto de un flujo que no se sigue; se anota."""
        if n <= self._vistos.get(clave, 0):
            return False
        self._vistos[clave] = n
        return True

    def asomar(self, clave: "tuple[str, str]", n: int) -> None:
        """Anotar un número que se oyó antes de creer a quien lo dijo: se pedirá desde él."""
        self._asomados[clave] = min(n, self._asomados.get(clave, n))

    # ---- cuáles se siguen

    def abrir(self, clave: "tuple[str, str]", para: str, entregado: int,
              historia: "int | None") -> FlujoAjeno:
        """Seguir un flujo nuevo; si no caben más se olvida el que lleva más tiempo quieto.

        `para`: el id propio.
        """
        if len(self) >= MAX_AJENOS:
            self.olvidar(self._el_que_sobra())
        donde = {"sala": clave[1]} if clave[1] else {"para": para}
        menor = max(self._asomados.pop(clave, entregado + 1), entregado - MAX_ASOMADO) - 1
        if menor < entregado:
            historia = historia and min(historia, menor)
            # Lo de antes de lo que se oyó también pudo perderse: es historia, y se pide igual.
            entregado = max(0, menor - (protocolo.HISTORIA if clave[1] else 0))
        vuelta = clave in self._olvidados
        if vuelta:  # lo ya entregado no se dice dos veces: se sigue como quien vuelve a una sala
            entregado, historia = self._olvidados.pop(clave), None
        if not clave[1]:
            historia = 0  # de lo privado no hay nada que se pueda perder sin decirlo
        flujo = FlujoAjeno(clave[0], donde, entregado, entregado, historia, self.cuenta, vuelta)
        self[clave] = flujo
        if not self._esta_asentado(clave[0]):
            self._nuevos[clave] = None
        return flujo

    def _el_que_sobra(self) -> "tuple[str, str]":
        if self._nuevos:
            return next(iter(self._nuevos))
        ajenas = (clave for clave in self if clave[0] not in self._conocidos)
        return next(ajenas, next(iter(self)))

    def olvidar(self, clave: "tuple[str, str]") -> None:
        """Dejar de seguir un flujo."""
        flujo = self.pop(clave)
        flujo.vaciar()
        self.incompletos.pop(clave, None)
        self._nuevos.pop(clave, None)
        self._olvidados[clave] = flujo.entregado

    def vaciar(self, sala: str) -> None:
        """Olvidar lo que espera en una sala que se deja: si se vuelve, se pide otra vez."""
        for clave, flujo in self.items():
            if clave[1] == sala:
                flujo.vaciar()
                self.incompletos.pop(clave, None)

    def revisar(self, flujo: FlujoAjeno) -> bool:
        """Anotar si a un flujo le falta algo; True si es la primera noticia."""
        if flujo.entregado >= flujo.mayor:
            self.incompletos.pop(flujo.clave, None)
            return False
        nueva = flujo.clave not in self.incompletos
        self.incompletos[flujo.clave] = flujo
        return nueva

    def por_pedir(self) -> "list[FlujoAjeno]":
        """Los incompletos; los de recién aparecidos, después de los demás."""
        nuevos, todos = self._nuevos, self.incompletos
        if not nuevos:
            return list(todos.values())
        asentados = [flujo for clave, flujo in todos.items() if clave not in nuevos]
        return asentados + [flujo for clave, flujo in todos.items() if clave in nuevos]

    def al_final(self, flujo: FlujoAjeno) -> None:
        """Pasar un flujo incompleto detrás de los demás, para que todos tengan su turno."""
        self.incompletos[flujo.clave] = self.incompletos.pop(flujo.clave)

    # ---- cuando no hay sitio

    def hay_sitio(self) -> bool:
        """Si cabe más de lo que espera a otros anteriores."""
        return self.cuenta.esperando <= MAX_ESPERANDO

    def mas_lleno(self) -> FlujoAjeno:
        """El flujo que más ocupa; recorrerlos todos con cada datagrama costaría demasiado."""
        self._miradas -= 1
        lleno = self._lleno
        if self._miradas < 0 or self.get(lleno.clave) is not lleno or lleno.ocupado < PARTE:
            self._miradas = MIRADAS
            self._lleno = max(self.values(), key=lambda flujo: flujo.ocupado)
        return self._lleno

    def cabe(self, flujo: FlujoAjeno, mensaje: dict) -> bool:
        """Si se toma un mensaje. Quien ya llena su parte deja sitio a los demás."""
        if self.cuenta.de_cada.get(flujo.id, 0) > MAX_DE_UNO:
            return self.conviene(flujo, mensaje)
        return self.hay_sitio() or self._ceder(flujo, mensaje) or self.conviene(flujo, mensaje)

    def _ceder(self, flujo: FlujoAjeno, mensaje: dict) -> bool:
        """Hacer sitio a un texto, que es corto, a costa del recién aparecido que más ocupa."""
        if mensaje["tipo"] == "trozo" or flujo.ocupado > PARTE or flujo.clave in self._nuevos:
            return False
        nuevos = (self[clave] for clave in self._nuevos)
        cual = max(nuevos, key=lambda nuevo: nuevo.ocupado, default=flujo)
        if cual.ocupado <= flujo.ocupado:
            return False
        cual.vaciar()
        return True

    def conviene(self, flujo: FlujoAjeno, mensaje: dict) -> bool:
        """Si se toma un mensaje aunque no haya sitio.

        Porque es el siguiente y no se queda, o porque completa lo que más ocupa.
        """
        adelanto = mensaje["n"] - flujo.entregado
        if adelanto == 1 and mensaje["tipo"] != "trozo":
            return True
        return adelanto <= POCOS and flujo is self.mas_lleno()

    def soltar_parados(self, ahora: float) -> "list[dict]":
        """Olvidar lo que quedó a medias y ya no crece; lo que hay que decir de ello."""
        salida = []
        for flujo in [flujo for flujo in self.values() if flujo.juntador.ocupado]:
            if self.silencio(flujo.id, ahora) > MAX_SILENCIO or ahora - flujo.avance > MAX_HUECO:
                salida += flujo.soltar()
        if not self.hay_sitio() and ahora - self.mas_lleno().avance > MAX_PARADO:
            salida += self.mas_lleno().soltar()
        return salida

"""Los archivos grandes, que se ofrecen antes de enviarlos: quién pidió qué, y si ya llegó.

    Ana ── archivo "bytes":12582912 "sha256":"3f…" ──▶ la sala        cabe en un datagrama
    Ana ◀── descargar "sha256":"3f…" ── Bryan                         cada 2 s, hasta que llega
    Ana ── archivo y su cuerpo, en trozos ──▶ la sala «3f…»           la oyen quienes lo pidieron

Una sola vez sirve a todos: quien pide cuando ya va saliendo lo toma desde su primer trozo. Lo que
se ofreció en privado va en privado. Aquí sólo se decide: ni se envía ni se lee el reloj.
"""

import dataclasses
import hashlib

import campos
from fiabilidad.recientes import Recientes
from presencia.eventos import Dicho

MAX_MIAS, MAX_PEDIDAS = 500, 32  # ofertas propias que valen, y archivos que se piden a la vez
ENTRE_PETICIONES = 2.0  # s
SIN_LLEGAR = 15.0  # s desde que se pidió, o desde el último trozo: ya no vendrá
MAX_AJENAS = 500  # archivos que otros ofrecen y se recuerdan
MAX_SERVIDOS = 5_000  # que lo toman a la vez
ENTRE_ENVIOS = 3.0  # s desde que salió hasta que sale otra vez, pidan cuantos pidan
OTRA_VEZ = 10.0  # s desde que salió, tras los que a quien insiste no le llegó


@dataclasses.dataclass
class Mia:
    """Un archivo que ofrezco."""

    dicho: Dicho
    servidos: "set[str]" = dataclasses.field(default_factory=set)  # id de quienes lo toman
    saliendo: bool = False
    salio: float = float("-inf")  # s


@dataclasses.dataclass
class Pedida:
    """Un archivo que pedí."""

    dicho: Dicho
    quien: str  # id de quien lo ofrece
    noticia: float  # s: cuándo se pidió, o llegó algo de él
    proxima: float  # s: cuándo pedirlo otra vez


class Ofertas:
    """Lo que ofrezco y lo que pedí, por su SHA-256."""

    def __init__(self):
        self._mias: "dict[str, Mia]" = Recientes(MAX_MIAS)
        self._pedidas: "dict[str, Pedida]" = {}

    # ---- lo que ofrezco

    def ofrecer(self, dicho: Dicho) -> None:
        """Anotar una oferta propia; de ser muchas, la más vieja ya no vale."""
        self._mias[dicho.sha256] = Mia(dicho)

    def retirar(self, sha256: str) -> None:
        """Dejar de ofrecer un archivo."""
        self._mias.pop(sha256, None)

    def atender(self, peticion: dict, id_de, ahora: float) -> "Dicho | None":
        """La oferta cuyos bytes hay que enviar ahora por esta petición; None si no toca.

        `id_de(user)`: el id de cada quien. Lo ofrecido en privado lo pide sólo su destinatario.
        """
        mia, quien = self._mias.get(peticion["sha256"]), peticion["id"]
        if mia is None or mia.dicho.privado and id_de(mia.dicho.to) != quien:
            return None
        if mia.saliendo and len(mia.servidos) < MAX_SERVIDOS:
            mia.servidos.add(quien)
        espera = OTRA_VEZ if quien in mia.servidos else ENTRE_ENVIOS
        if mia.saliendo or ahora - mia.salio < espera:
            return None
        mia.servidos, mia.saliendo = {quien}, True
        return mia.dicho

    def anotar_salida(self, sha256: str, ahora: float) -> "Dicho | None":
        """Anotar que una oferta propia ya salió entera a la red; cuál es."""
        mia = self._mias.get(sha256)
        if mia is None:
            return None
        mia.saliendo, mia.salio = False, ahora
        return mia.dicho

    def mia_entre(self, varios) -> "Dicho | None":
        """La primera oferta propia de ésas, dichas por su SHA-256."""
        return next((self._mias[uno].dicho for uno in varios if uno in self._mias), None)

    # ---- lo que pedí

    def pedir(self, dicho: Dicho, quien: str, ahora: float) -> bool:
        """Empezar a pedir un archivo; False si ya se piden demasiados."""
        if len(self._pedidas) >= MAX_PEDIDAS and dicho.sha256 not in self._pedidas:
            return False
        self._pedidas[dicho.sha256] = Pedida(dicho, quien, ahora, ahora)
        return True

    def olvidar(self, sha256: str) -> "Dicho | None":
        """Dejar de pedir un archivo; lo que se había pedido."""
        pedida = self._pedidas.pop(sha256, None)
        return pedida and pedida.dicho

    def anotar_llegada(self, autor: str, sala: "str | None", ahora: float) -> "Dicho | None":
        """Lo que se pidió y va llegando, de alguien a una sala o, sin ella, en privado."""
        for sha256, pedida in self._pedidas.items():
            en_privado = sala is None and pedida.dicho.privado and pedida.dicho.autor == autor
            if en_privado or sala == campos.sala_de_archivo(sha256):
                pedida.noticia = ahora
                return pedida.dicho
        return None

    def recibir(self, mensaje: dict) -> "Dicho | None":
        """Lo pedido que llega con un «archivo», si sus bytes son los que se ofrecieron."""
        cuerpo = mensaje.get("cuerpo")
        largos = {pedida.dicho.bytes for pedida in self._pedidas.values()}
        if cuerpo is None or len(cuerpo) not in largos:
            return None
        return self.olvidar(hashlib.sha256(cuerpo).hexdigest())

    def vencer(self, ahora: float) -> "tuple[list[dict], list[Dicho]]":
        """Lo que toca pedir otra vez, y lo que ya no vendrá."""
        perdidas = [sha256 for sha256, pedida in self._pedidas.items()
                    if ahora - pedida.noticia > SIN_LLEGAR]
        dichos = [self.olvidar(sha256) for sha256 in perdidas]
        peticiones = []
        for sha256, pedida in self._pedidas.items():
            if ahora >= pedida.proxima:
                pedida.proxima = ahora + ENTRE_PETICIONES
                peticiones.append({"tipo": "descargar", "a": pedida.quien, "sha256": sha256})
        return peticiones, dichos


class OfertasAjenas:
    """Los archivos que otros ofrecen, por su SHA-256, para quien los nombre después."""

    def __init__(self):
        self._dichos: "dict[str, Dicho]" = Recientes(MAX_AJENAS)

    def recordar(self, dicho: Dicho) -> None:
        """Anotar una oferta; de ser muchas, la más vieja se olvida."""
        self._dichos[dicho.sha256] = dicho

    def buscar(self, sha256: str) -> "Dicho | None":
        """La oferta de ese archivo."""
        return self._dichos.get(sha256)

    def buscar_por_nombre(self, nombre: str) -> "str | None":
        """El SHA-256 del último que se ofreció con ese nombre o, si es "", del último."""
        return next((sha256 for sha256, dicho in reversed(self._dichos.items())
                     if not nombre or dicho.nombre == nombre), None)

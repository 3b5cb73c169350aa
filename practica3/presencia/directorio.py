"""Quién está en qué sala y si hay servidor, según lo que un cliente oye.

Hay dos fuentes. Las listas (`usuarios`) son la palabra del servidor. Los latidos son la
de cada programa sobre sí mismo: llegan cada 2 s, incluyen a quien está en otras salas y
siguen llegando cuando no hay servidor. Los clientes sencillos no laten; de ellos se
sabe por las listas y por lo que dicen.

Sólo guarda y contesta: no envía nada ni lee el reloj. Lo usa un solo hilo.
"""

import dataclasses
import itertools

import campos
from fiabilidad.recientes import Recientes
from presencia.autoridad import Autoridad
from presencia.eleccion import MAX_SERVIDORES
from presencia.silencios import CADUCIDAD
from presencia.tabla import MAX_SALAS_DE_UNO
from seguridad.claves import SERVIDOR
from seguridad.confianza import OTRA, Confianza

SIN_LATIDO = 3.0  # s, tres latidos de servidor: antes no se puede decir que no lo hay
PREGUNTAR_TRAS = 3.0  # s, tres latidos de servidor: conviene preguntarle
SIN_SERVIDOR = 10.0  # s sin oír al que había
OLVIDO = 8.0  # s sin un latido: ese programa, o esa sala, ya no está
ENTRE_OLVIDOS = 0.25  # s entre miradas a quién hace mucho que no se oye

RELOJ_IGUAL = 0.5  # s: lo que puede tardar un latido, y lo que difieren dos relojes puestos en hora

RELOJ_RARO = 60.0  # s de diferencia: un reloj muy mal puesto, o algo grabado
MAX_PRESENTES = 5_000  # programas ajenos recordados; más es un ataque, no una clase
MAX_SENCILLOS = 500  # de ellos, nombres sin programa: inventarlos no cuesta nada
MAX_SALAS_OIDAS = 1_000  # salas recordadas de las que nombra el servidor
MAX_NOMBRES = 50_000  # en todas las listas: diez salas llenas


@dataclasses.dataclass
class Presente:
    """Alguien a quien se oye, y en qué salas dice estar."""

    user: str
    id: str  # "" en un cliente sencillo
    visto: float  # s, reloj monótono
    desfase: float = 0.0  # s que el reloj de este equipo va por delante del suyo
    ogg: bool = False  # sabe oír una voz en Ogg Opus
    salas: "set[str]" = dataclasses.field(default_factory=set)


@dataclasses.dataclass
class Presentado:
    """Quién dijo ser un programa que firma, y con qué claves, en base64."""

    user: str
    clave: str
    identidad: str
    trato: str  # lo que esa identidad es para ese nombre: véase seguridad/confianza.py
    marca: int = 0  # la que se le preguntó, para ver si está o es algo que alguien grabó
    vivo: bool = False  # si la acusó
    dudoso: bool = False  # si su reloj va tan mal que hay que verlo
    preguntado: float = 0.0  # s


class Directorio:
    """Lo que se sabe de los demás."""

    def __init__(self, ahora: float, recuerdos: Confianza, conocidos=()):
        """`conocidos`: los ids de quien se sabe quién es; para ésos siempre hay sitio."""
        self.autoridad = Autoridad(recuerdos)
        # Id → Presentado, aunque ya se haya ido.
        self.presentados: "dict[str, Presentado]" = Recientes(MAX_PRESENTES)
        self._recuerdos = recuerdos
        self.listas: "dict[str, dict[str, str]]" = {}  # sala → usuario → id, según el servidor
        self._presentes: "dict[tuple[str, str], Presente]" = {}  # por (id, "") o ("", usuario)
        # Los nombres de clientes sencillos, del que más tiempo lleva callado al que menos.
        self._sencillos: "dict[str, None]" = {}
        # Id → usuario o SERVIDOR, aunque ya se haya ido.
        self._nombres: "dict[str, str]" = Recientes(MAX_PRESENTES)
        self._salas_del_servidor: "dict[str, float]" = {}  # sala → última vez que la nombró
        self._servidores: "dict[str, float]" = {}  # id → última vez oído
        self._hablan: "set[str]" = set()  # de ellos, los que en su último latido nombraban salas
        self._lista_oida: "dict[str, float]" = {}  # sala → cuándo llegó su lista
        self._creado = self._ahora = ahora
        self._repaso = ahora  # s: cuándo mirar otra vez quién ya no está
        self._conocidos = conocidos
        self._latido_oido: "float | None" = None  # la última vez que latió un servidor
        # Cuándo dio una lista un servidor que no late; None si no lo hay, o se duda de él.
        self._sencillo_oido: "float | None" = None

    # ---- lo que se anota

    def anotar_latido(self, mensaje: dict, ahora: float, hora: float) -> None:
        """Guardar lo que dice un latido, de un servidor o de un usuario; `hora`: la de aquí."""
        if "servidor" in mensaje:
            self._latido_oido, self._sencillo_oido = ahora, None
            quien = mensaje["id"]
            self.autoridad.anotar(mensaje, ahora, hora)
            self._nombrar([(quien, SERVIDOR)])
            if quien in self._servidores or len(self._servidores) < MAX_SERVIDORES:
                self._servidores[quien] = ahora
                (self._hablan.add if mensaje["salas"] else self._hablan.discard)(quien)
            for sala in mensaje["salas"] if self.autoridad.vale(quien) else ():
                oidas = self._salas_del_servidor
                if sala in oidas or len(oidas) < MAX_SALAS_OIDAS:
                    oidas[sala] = ahora
            return
        self._presentar(mensaje, hora)
        presente = self._anotar(mensaje["user"], mensaje["id"], ahora)
        desfase = hora - mensaje.get("hora", hora)
        if mensaje["id"] in self.presentados:
            self.presentados[mensaje["id"]].dudoso = abs(desfase) > RELOJ_RARO
        presente.desfase = desfase if abs(desfase) > RELOJ_IGUAL else 0.0
        presente.ogg = "ogg" in mensaje
        if "parte" not in mensaje:
            presente.salas.clear()
        presente.salas.difference_update(mensaje.get("dejadas", ()))
        self._sumar(presente, mensaje["salas"])

    def _presentar(self, latido: dict, hora: float) -> None:
        """Anotar las claves de quien firma; que son suyas ya se comprobó al recibirlo."""
        partes = latido["user"], latido.get("clave", ""), latido.get("identidad", "")
        presentado = self.presentados.get(latido["id"])
        if not all(partes):
            return
        anteriores = presentado and (presentado.user, presentado.clave, presentado.identidad)
        if partes != anteriores:
            presentado = Presentado(*partes, self._recuerdos.ver(partes[0], partes[2], hora))
        self.presentados[latido["id"]] = presentado

    def anotar_sencillo(self, mensaje: dict, ahora: float) -> None:
        """Guardar que alguien sin id habló en una sala; los demás lo dicen en su latido."""
        if "id" not in mensaje:
            self._sumar(self._anotar(mensaje["user"], "", ahora), [mensaje["sala"]])

    def anotar_salida(self, mensaje: dict) -> None:
        """Guardar que alguien dejó una sala."""
        clave = (mensaje["id"], "") if "id" in mensaje else ("", mensaje["user"])
        presente = self._presentes.get(clave)
        if presente is not None:
            presente.salas.discard(mensaje["sala"])
            if not presente.id and not presente.salas:
                self._quitar(clave)  # un cliente sencillo no late: de él no habrá otra señal

    def anotar_lista(self, mensaje: dict, ahora: float) -> bool:
        """Guardar una lista del servidor; False si no hay que hacerle caso."""
        if "ids" not in mensaje:
            if self._late_un_servidor(ahora):
                return False  # la misma lista, repetida sin ids para los clientes sencillos
            self._sencillo_oido = ahora
        if mensaje["sala"] in self.listas or len(self.listas) < MAX_SALAS_OIDAS:
            self._lista_oida[mensaje["sala"]] = ahora
            ids = mensaje.get("ids", [""] * len(mensaje["lista"]))
            self.listas[mensaje["sala"]] = dict(zip(mensaje["lista"], ids))
            self._hacer_sitio()
            pares = zip(mensaje.get("ids", ()), mensaje["lista"])
            # Cómo se llama quien firma lo dice él.
            self._nombrar(par for par in pares if par[0] not in self.presentados)
        return True

    def dudar_del_sencillo(self, ahora: float) -> None:
        """Si hay un servidor que no late y hace mucho que no contesta, dejar de creer en él."""
        if self._sencillo_oido is not None and ahora - self._sencillo_oido > SIN_SERVIDOR:
            self._sencillo_oido = None

    def _hacer_sitio(self) -> None:
        """Si los nombres son demasiados, olvidar las listas que hace más que no se oyen."""
        while sum(map(len, self.listas.values())) > MAX_NOMBRES:
            vieja = min(self._lista_oida, key=self._lista_oida.get)
            del self.listas[vieja], self._lista_oida[vieja]

    def vencer(self, ahora: float, hora: float) -> None:
        """Olvidar a quien hace mucho que no se oye; `hora`: la de aquí, desde 1970."""
        self._ahora = ahora
        self.autoridad.vencer(ahora, hora)
        if ahora < self._repaso:
            return
        self._repaso = ahora + ENTRE_OLVIDOS
        for clave, presente in list(self._presentes.items()):
            if ahora - presente.visto > (OLVIDO if presente.id else CADUCIDAD):
                self._quitar(clave)
        plazos = (self._salas_del_servidor, OLVIDO), (self._servidores, SIN_SERVIDOR)
        for vistos, cuanto in plazos:
            for clave in [clave for clave, visto in vistos.items() if ahora - visto > cuanto]:
                del vistos[clave]
        self._hablan &= self._servidores.keys()

    def _cabe(self, quien: str) -> bool:
        """Si se recuerda a alguien nuevo; a veces, olvidando a otro."""
        if not quien and len(self._sencillos) >= MAX_SENCILLOS:
            self._quitar(("", next(iter(self._sencillos))))  # el que más lleva callado
        if len(self._presentes) >= MAX_PRESENTES and quien in self._conocidos:
            ajenos = (clave for clave in self._presentes if clave[0] not in self._conocidos)
            self._quitar(next(ajenos, next(iter(self._presentes))))
        return len(self._presentes) < MAX_PRESENTES

    def _quitar(self, clave: "tuple[str, str]") -> None:
        del self._presentes[clave]
        self._sencillos.pop(clave[1], None)

    def _anotar(self, user: str, quien: str, ahora: float) -> Presente:
        clave = (quien, "") if quien else ("", user)
        nuevo = Presente(user, quien, ahora)
        if clave not in self._presentes and not self._cabe(quien):
            return nuevo  # no se recuerda
        presente = self._presentes.setdefault(clave, nuevo)
        if not quien:
            self._sencillos.pop(user, None)
            self._sencillos[user] = None
        presente.user, presente.visto = user, ahora
        if quien:
            self._nombrar([(quien, user)])
        return presente

    def _nombrar(self, pares) -> None:
        self._nombres.update((quien, user) for quien, user in pares if quien)

    @staticmethod
    def _sumar(presente: Presente, salas) -> None:
        caben = max(0, MAX_SALAS_DE_UNO - len(presente.salas))
        presente.salas.update(itertools.islice(salas, caben))

    # ---- lo que se pregunta

    def hay_servidor(self, ahora: float) -> "bool | None":
        """True si se oye un servidor, False si no; None mientras es pronto para saberlo."""
        if self._late_un_servidor(ahora) or self._sencillo_oido is not None:
            return True  # un servidor sencillo no late: mientras conteste, se le cree
        return None if self._latido_oido is None and ahora - self._creado < SIN_LATIDO else False

    def _late_un_servidor(self, ahora: float) -> bool:
        return self._latido_oido is not None and ahora - self._latido_oido < SIN_SERVIDOR

    def personas(self) -> "dict[str, tuple[str, str]]":
        """Todas las que se conocen: la forma comparable de su nombre → (nombre, id).

        Quien no tiene id lleva "".
        """
        presentes = sorted(self._presentes.values(), key=lambda uno: (self._fia(uno), uno.visto))
        personas = {campos.comparable(uno.user): (uno.user, uno.id) for uno in presentes}
        # De la identidad de siempre no hay duda: un nombre es suyo mientras se la oye.
        seguros = {campos.comparable(uno.user) for uno in presentes if self._fia(uno)}
        # De quién es un nombre lo dice el servidor: a quien se lo negó también se le oye, con ese
        # nombre.
        for sala, lista in self.listas.items():
            reciente = self._ahora - self._lista_oida[sala] < OLVIDO
            # Una lista vieja puede nombrar a un programa que ya murió: sólo vale si se le oye.
            for user, quien in lista.items():
                clave = campos.comparable(user)
                sin_otro = not quien and clave not in personas
                if clave in seguros or not self._puede_ser(user, quien):
                    continue
                if reciente or (quien, "") in self._presentes or sin_otro:
                    personas[clave] = user, quien
        return personas

    def id_de(self, user: str) -> "str | None":
        """El id de quien se llama así; "" si no tiene, y None si no se le conoce."""
        return self.personas().get(campos.comparable(user), (user, None))[1]

    def _fia(self, presente: Presente) -> bool:
        """Si alguien firma, y con la identidad que se recuerda de su nombre."""
        presentado = self.presentados.get(presente.id)
        return presentado is not None and presentado.trato != OTRA

    def _puede_ser(self, user: str, quien: str) -> bool:
        """Si un programa puede llamarse como dice una lista: quien firma dice cómo se llama."""
        return quien not in self.presentados or (
            campos.comparable(self.presentados[quien].user) == campos.comparable(user))

    def servidores_callados(self, ahora: float) -> "list[str]":
        """Los id de los que hace poco se oían y ahora no."""
        vistos = self._servidores.items()
        return [quien for quien, visto in vistos if ahora - visto > PREGUNTAR_TRAS]

    def da_listas(self, servidor: str, ahora: float) -> bool:
        """Si a ese servidor se le oye ahora, y es de los que hablan."""
        return (servidor in self._hablan
                and ahora - self._servidores.get(servidor, -OLVIDO) < PREGUNTAR_TRAS)

    def es_servidor(self, quien: "str | None") -> bool:
        """Si ese id es de un servidor, aunque ya no esté."""
        return self._nombres.get(quien) == SERVIDOR

    def nombre_de(self, quien: str) -> str:
        """El usuario de un id, aunque ya se haya ido; «alguien» si no se sabe quién es."""
        return self._nombres.get(quien) or "alguien"

    def conoce(self, quien: str) -> bool:
        """Si se sabe qué usuario es un id; un servidor no es ninguno."""
        return bool(self._nombres.get(quien))

    def se_oye(self, quien: str) -> bool:
        """Si el programa de una persona sigue latiendo."""
        return (quien, "") in self._presentes

    def oye_ogg(self, quien: str) -> bool:
        """Si un programa dice que sabe oír una voz en Ogg Opus; quien no tiene id, no lo dice."""
        presente = self._presentes.get((quien, ""))
        return presente is not None and presente.ogg

    def miembros(self, sala: str, segun_la_lista: bool) -> "set[str]":
        """Los id de quienes están en una sala, según ellos y quizá el servidor; "", sin id."""
        listados = self.listas.get(sala, {}).values() if segun_la_lista else ()
        dicen = (presente.id for presente in self._presentes.values() if sala in presente.salas)
        return {*listados, *dicen}

    def desfase(self, quien: "str | None") -> float:
        """Los s que este reloj va por delante del de un id; 0 si no se sabe."""
        presente, presentado = self._presentes.get((quien, "")), self.presentados.get(quien)
        # Si no contesta, lo que se oye de quien firma quizá se grabó otro día.
        grabado = presentado is not None and presentado.dudoso and not presentado.vivo
        return presente.desfase if presente and not grabado else 0.0

    def presentes_en(self, sala: str) -> "set[str]":
        """Quién dice estar en una sala, según cada uno; un nombre puede estar de varios modos."""
        return {presente.user for presente in self._presentes.values() if sala in presente.salas}

    def salas(self) -> "dict[str, int]":
        """Sala → cuántas personas se sabe que hay en ella, de todas las salas que existen."""
        salas = dict.fromkeys(self._salas_del_servidor, 0)
        for presente in self._presentes.values():
            for sala in presente.salas:
                salas[sala] = salas.get(sala, 0) + 1
        # La lista de una sala que se dejó puede ser vieja: no basta para decir que existe, salvo
        # que el servidor sólo dé listas.
        for sala, lista in self.listas.items():
            if lista and (sala in salas or self._sencillo_oido is not None):
                salas[sala] = len(lista)
        return {sala: salas[sala] for sala in campos.quitar_repetidos(salas)}

    def escribir_sala(self, sala: str) -> str:
        """Cómo escriben los demás el nombre de una sala; si no se conoce, así."""
        clave = campos.comparable(sala)
        return next((una for una in self.salas() if campos.comparable(una) == clave), sala)

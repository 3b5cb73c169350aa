"""Las salas en que está un usuario, y cómo entra a ellas.

Entrar a una sala es decir `inicio` hasta que la lista del servidor me nombre: cada
medio segundo, cinco veces, y luego cada 5 s. Lo que se escribe antes aguarda. Si no se
oye ningún servidor a los 3 s, o si a los 5 s al que se oye no nos ha nombrado, se entra igual: los
mensajes no pasan por él. Que se le oiga no prueba que oiga.

    entrar ──▶ inicio, inicio… ──▶ la lista me nombra ──▶ Listo, Usuarios
                               ──▶ no hay lista       ──▶ Listo, Usuarios(provisional=True)
                               ──▶ un aviso           ──▶ Rechazo
"""

import dataclasses

import campos
from presencia import directorio
from presencia.eventos import Listo, Rechazo, Usuarios
from presencia.historia import Historia

INICIO = 0.5  # s entre los primeros `inicio`
INICIOS_SEGUIDOS = 5
INICIO_LENTO = 5.0  # s entre los siguientes
ENTRE_PROVISIONALES = 0.5  # s entre dos listas así: con miles de personas ordenarlas cuesta
SIN_LISTA = 5.0  # s diciendo `inicio` sin que el servidor que se oye nos nombre: no nos oye


@dataclasses.dataclass
class Sala:
    """Una sala en la que estoy, o a la que estoy entrando."""

    dentro: bool = False  # la lista me nombra, o no hay servidor que la dé
    inicios: int = 0  # dichos sin que la lista me nombre todavía
    sin_lista: float = float("inf")  # s: desde cuándo se dicen
    servidor: str = ""  # id del último que me nombró
    proximo_inicio: float = 0.0
    vista: "Usuarios | None" = None  # la última lista que se mostró
    proxima_lista: float = 0.0  # cuándo se puede hacer otra provisional
    ilegibles: "set[str]" = dataclasses.field(default_factory=set)  # quienes usan otra contraseña
    por_decir: "list[dict]" = dataclasses.field(default_factory=list)
    historia: Historia = dataclasses.field(default_factory=Historia)


class MisSalas:
    """Las salas de un usuario, por su nombre."""

    def __init__(self, conexion, directorio_: directorio.Directorio, contar):
        """`conexion`: la de Cliente. `contar(evento)`: algo que mostrar."""
        self._conexion, self._directorio, self._contar = conexion, directorio_, contar
        self.user = ""  # con qué nombre se entra
        self.por_nombre: "dict[str, Sala]" = {}
        # Forma comparable → cómo se escribe aquí, de las salas en que se ha estado.
        self._escritas: "dict[str, str]" = {}

    def abrir(self, sala: str, ahora: float) -> None:
        """Empezar a entrar a una sala."""
        self._escritas[campos.comparable(sala)] = sala
        self.por_nombre[sala] = Sala(historia=Historia(ahora))
        self._conexion.seguir(sala)
        self._insistir(sala, ahora)

    def recordar_escrita(self, sala: str) -> "str | None":
        """Cómo se escribió una sala al entrar; None si no se estuvo en ella."""
        return self._escritas.get(campos.comparable(sala))

    def escribir(self, sala: str) -> str:
        """El nombre de una sala como se escribió al entrar o, si no se estuvo, como los demás."""
        return self.recordar_escrita(sala) or self._directorio.escribir_sala(sala)

    def decir(self, sala: str, mensaje: dict) -> None:
        """Enviar un mensaje a una sala, o guardarlo hasta estar dentro."""
        mia = self.por_nombre[sala]
        if mia.dentro:
            self._conexion.enviar(mensaje)
        else:
            mia.por_decir.append(mensaje)

    def quitar(self, mensaje: dict) -> None:
        """Ya no enviar un mensaje que espera a que se entre."""
        for mia in self.por_nombre.values():
            mia.por_decir = [uno for uno in mia.por_decir if uno is not mensaje]

    def hay_por_decir(self) -> bool:
        """Si algo espera a que se entre."""
        return any(mia.por_decir for mia in self.por_nombre.values())

    # ---- lo que dice el servidor

    def leer_lista(self, mensaje: dict, ahora: float) -> None:
        """Quién está en una sala; si es mía, quizá ya estoy dentro."""
        sala, lista = mensaje["sala"], mensaje["lista"]
        ids = mensaje.get("ids", [self._conexion.id] * len(lista))
        estoy = (self.user, self._conexion.id) in zip(lista, ids)
        mia = self.por_nombre.get(sala)
        if not self._hay_que_creerla(mensaje.get("id"), estoy and mia, ahora):
            return
        if mia is not None and not estoy and self._vale_mas_otra(mia, mensaje, ahora):
            # Que siga valiendo la otra, pero si éste sí oye, que sepa que aquí estoy.
            if mia.proximo_inicio == float("inf"):
                mia.proximo_inicio = ahora
            return
        if self._directorio.anotar_lista(mensaje, ahora) and mia is not None:
            self._revisar_entrada(sala, estoy, ahora)
            mia.servidor = mensaje.get("id", "") if estoy else mia.servidor
            if estoy or not mia.dentro:  # si no, enseguida llega otra, o se hace una provisional
                self._mostrar(Usuarios(sala, lista))
            self._conexion.seguir(sala, max(1, len(lista)))  # 0 sería dejarla

    def _hay_que_creerla(self, quien: "str | None", mia: "Sala | None", ahora: float) -> bool:
        """Si una lista es del servidor que se sigue, o de otro que sí me nombra, en `mia`."""
        autoridad = self._directorio.autoridad
        me_nombra = bool(mia) and mia.servidor != autoridad.seguido
        return autoridad.vale(quien) or me_nombra and autoridad.relevar(quien, ahora)

    def _vale_mas_otra(self, mia: Sala, lista: dict, ahora: float) -> bool:
        """Si una lista que no me nombra es de un servidor que no me oye, y no hay que creerle."""
        me_nombra_otro = mia.servidor != lista.get("id", "")
        return (ahora - mia.sin_lista > SIN_LISTA
                or me_nombra_otro and self._directorio.da_listas(mia.servidor, ahora))

    def _revisar_entrada(self, sala: str, estoy: bool, ahora: float) -> None:
        mia = self.por_nombre[sala]
        if estoy:
            mia.inicios, mia.proximo_inicio, mia.sin_lista = 0, float("inf"), float("inf")
            self._terminar_de_entrar(sala)
        elif mia.proximo_inicio == float("inf"):
            mia.proximo_inicio = ahora  # la lista ya no me nombra: otra vez `inicio`

    def _terminar_de_entrar(self, sala: str) -> None:
        mia = self.por_nombre[sala]
        if not mia.dentro:
            mia.dentro = True
            self._contar(Listo(sala, self.user))
            for mensaje in mia.por_decir:
                self._conexion.enviar(mensaje)
            mia.por_decir.clear()

    def _mostrar(self, usuarios: Usuarios) -> None:
        if usuarios != self.por_nombre[usuarios.sala].vista:
            self.por_nombre[usuarios.sala].vista = usuarios
            self._contar(usuarios)

    def leer_aviso(self, mensaje: dict) -> "Sala | None":
        """El servidor no me deja entrar a una sala, y ya no está entre las mías: cuál era.

        Sin "a", sólo vale si todavía no estaba dentro.
        """
        mia = self.por_nombre.get(mensaje["sala"])
        if mia is None or mensaje.get("a", self._conexion.id) != self._conexion.id:
            return None
        if mensaje["user"] != self.user:
            return None  # era por el nombre anterior
        seguido = self._directorio.autoridad.seguido
        if not self._directorio.autoridad.vale(mensaje.get("id")) or seguido and "a" not in mensaje:
            return None  # de un servidor que no se sigue; y el que se sigue dice siempre a quién
        if "a" not in mensaje and mia.dentro:
            return None
        del self.por_nombre[mensaje["sala"]]
        self._conexion.dejar(mensaje["sala"])
        self._contar(Rechazo(mensaje["sala"], mensaje["user"], mensaje["content"]))
        return mia

    def pedir_listas(self, ahora: float) -> None:
        """A un servidor que se empieza a seguir: las que ya dio no se creyeron."""
        for mia in self.por_nombre.values():
            if mia.dentro:
                mia.proximo_inicio = min(mia.proximo_inicio, ahora)

    # ---- el paso del tiempo

    def vencer(self, ahora: float) -> None:
        """Contar lo que se dijo antes de entrar, y decir los `inicio` que tocan."""
        for sala, mia in self.por_nombre.items():
            for dicho in mia.historia.sacar(ahora):
                self._contar(dicho)
            if ahora >= mia.proximo_inicio:
                self._insistir(sala, ahora)

    def _insistir(self, sala: str, ahora: float) -> None:
        mia = self.por_nombre[sala]
        if mia.inicios == 0:
            mia.sin_lista = ahora
        elif ahora - mia.sin_lista > directorio.SIN_SERVIDOR:
            self._directorio.dudar_del_sencillo(ahora)
        mia.inicios += 1
        mia.proximo_inicio = ahora + (INICIO if mia.inicios < INICIOS_SEGUIDOS else INICIO_LENTO)
        self._conexion.enviar({"tipo": "inicio", "user": self.user, "sala": sala})

    def sin_lista(self, hay: "bool | None", ahora: float) -> "list[str]":
        """Las salas de las que nadie dice quién está; `hay` servidor, según el directorio."""
        return [sala for sala, mia in self.por_nombre.items()
                if hay is False or ahora - mia.sin_lista > SIN_LISTA]

    def entrar_sin_lista(self, salas: "list[str]", ahora: float) -> None:
        """Entrar del todo a esas salas, con una lista provisional: a quienes se oye."""
        for sala in salas:
            self._terminar_de_entrar(sala)
            mia = self.por_nombre[sala]
            if ahora >= mia.proxima_lista:
                mia.proxima_lista = ahora + ENTRE_PROVISIONALES
                otros = sorted(self._directorio.presentes_en(sala))
                estan = sorted(campos.quitar_repetidos([self.user, *otros]))
                self._mostrar(Usuarios(sala, estan, provisional=True))

"""El cliente sin ventanas: las salas de un usuario, sus privados y lo que va pasando.

    python cliente.py --usuario Ana --sala general           en una terminal
    python cliente.py --usuario Ana --sala general --json     para otro programa

`Cliente` recibe mensajes y devuelve eventos (eventos.py), que muestran por igual las
ventanas (cliente_gui.py) y la terminal (cliente.py):

    red ── mensaje ──▶ Cliente ── Dicho(sala="general", …) ──▶ quien los muestre
    red ◀── mensaje ── Cliente ◀── entrar, decir, salir…  ◀── quien teclea

Es de un solo hilo, el que lo creó, y nunca espera.

Entrar a una sala es decir `inicio` hasta que la lista del servidor me nombre: cada
medio segundo, cinco veces, y luego cada 5 s. Lo que se escribe antes aguarda. Si no se
oye ningún servidor a los 3 s, o si a los 5 s al que se oye no nos ha nombrado, se entra igual: los
mensajes no pasan por él. Que se le oiga no prueba que oiga.
"""

import contextlib
import dataclasses

import campos
import protocolo
from fiabilidad import trozos
from presencia import directorio
from presencia.entregas import Entregas
from presencia.eventos import (
    Cancelado, Descargado, Dicho, Entregado, Error, EstadoRed, HayServidor, Listo, Pedido,
    Perdido, Progreso, Rechazo, Usuarios
)
from presencia.historia import Historia
from presencia.ofertas import Ofertas
from presencia.tratos import Tratos
from seguridad.confianza import Confianza

INICIO = 0.5  # s entre los primeros `inicio`
INICIOS_SEGUIDOS = 5
INICIO_LENTO = 5.0  # s entre los siguientes
# S, al servidor que calla: menos que entre sus latidos, que contestar retrasa.
ENTRE_SONDEOS = 0.25
ENTRE_PROVISIONALES = 0.5  # s entre dos listas así: con miles de personas ordenarlas cuesta
SIN_LISTA = 5.0  # s diciendo `inicio` sin que el servidor que se oye nos nombre: no nos oye
MINUTO = 60.0  # s
BUSQUEDA = 2.5  # s que aguarda un privado a que aparezca su destinatario: un latido y algo más

PROVISIONAL = "Los mensajes no pasan por él; la lista de personas es provisional."
FALTA_SERVIDOR = f"No se oye ningún servidor. {PROVISIONAL}"


class ErrorAccion(ValueError):
    """Lo que se pidió no se puede hacer; el texto dice por qué."""


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
    por_decir: "list[dict]" = dataclasses.field(default_factory=list)
    historia: Historia = dataclasses.field(default_factory=Historia)


class Cliente:
    """Un usuario del chat. Entran mensajes, horas y acciones; salen mensajes y eventos."""

    def __init__(self, conexion, ahora: float, reloj):
        """`conexion`: una Red, o algo con sus `id`, `sesion`, `enviar`, `seguir` y `dejar`.

        `reloj()` da los segundos desde 1970: la hora de lo que se dice.
        """
        self._sesion = conexion.sesion
        self._presentacion: "dict[str, str]" = {}  # las claves que dice el latido
        self._recuerdos = Confianza(guardar=self._sesion is not None)
        self.propio = conexion.id
        self.user = ""
        self.salas: "dict[str, Sala]" = {}
        # Forma comparable → cómo se escribe aquí, de las salas en que se ha estado.
        self._escritas: "dict[str, str]" = {}
        self.directorio = directorio.Directorio(
            ahora, self._recuerdos, getattr(conexion, "conocidos", ()))
        self.tratos = Tratos(self._sesion, self.directorio, self._recuerdos)
        self._conexion = conexion
        self._enviar = conexion.enviar
        self._reloj = reloj
        # Por qué no hay quien diga quién está, y lo último que se contó de eso; "" si lo hay.
        self.falta_servidor = self._falta_contada = ""
        self._sirven_en = ""  # la dirección del último servidor que se oyó, para quien lo remedie
        self._proxima_pregunta = ahora  # s: cuándo se le puede preguntar al servidor si sigue ahí
        self._privados: "list[tuple[float, dict]]" = []  # sin destinatario todavía, y hasta cuándo
        self._entregas = Entregas()
        self._ofertas = Ofertas()
        self._ultima_hora = -1.0  # de lo último que se dijo
        self._sin_salir: "list[tuple[dict, Dicho]]" = []  # lo propio que aún no sale a la red
        self._entregando: "dict[str, dict]" = {}  # SHA-256 → el archivo ofrecido que va saliendo
        self.solo_aqui = False  # lo que se envía no sale de este equipo, que no tiene red
        self._oigo_ogg = False  # aquí hay con qué oír una voz en Ogg Opus
        self._eventos: list = []
        self._acciones = {
            **dict.fromkeys(protocolo.HABLADOS, self._al_mensaje),
            "descargar": self._a_la_peticion,
            "cifrado": self._al_cifrado,
            "inicio": self.directorio.anotar_sencillo,
            "salir": lambda mensaje, _: self.directorio.anotar_salida(mensaje),
            "usuarios": self._a_la_lista,
            "aviso": self._al_aviso,
            "latido": self._al_latido,
            "acuse": lambda mensaje, _: self.tratos.leer_acuse(mensaje),
            "quien": self._a_otra_pregunta,
            "perdidos": self._a_la_perdida,
            "progreso": self._al_progreso,
            "cancelado": self._al_cancelado,
        }
        self._enviar({"tipo": "quien"})  # para conocer cuanto antes salas y personas

    # ---- lo que se le pide

    def presentarse(self, user: str) -> None:
        """Tomar un nombre; hace falta antes que nada. Lanza ErrorProtocolo o ErrorAccion."""
        user = campos.validar_usuario(user)
        if self.salas and user != self.user:
            raise ErrorAccion("Para cambiar de nombre, sal antes de todas las salas.")
        self.user = user
        if self._sesion:
            self._presentacion = self._sesion.avalar(user)
            # La propia también se recuerda: así se ve a quien hable con este nombre.
            self.tratos.propia = self._presentacion["identidad"]
            self._recuerdos.aceptar(user, self.tratos.propia, self._reloj())
        self._latir()

    def anunciar_ogg(self) -> None:
        """Decir a los demás que aquí se sabe oír una voz en Ogg Opus."""
        self._oigo_ogg = True
        if self.user:
            self._latir()

    def oyen_ogg(self, sala: "str | None" = None, to: "str | None" = None) -> bool:
        """Si todos en una sala, o una persona, saben oír una voz en Ogg Opus.

        De quien aún no se sabe se supone que no. Sin servidor, la lista puede ser vieja.
        """
        if sala is None:
            return self.directorio.oye_ogg(self.directorio.id_de(to) or "")
        miembros = self.directorio.miembros(sala, segun_la_lista=not self.falta_servidor)
        return all(map(self.directorio.oye_ogg, miembros - {self.propio}))

    def entrar(self, sala: str, ahora: float) -> str:
        """Entrar a una sala; devuelve su nombre normalizado. Habrá un evento listo o un aviso."""
        self._exigir_nombre()
        sala = self.escribir_sala(sala)
        if sala not in self.salas:
            self._escritas[campos.comparable(sala)] = sala
            self.salas[sala] = Sala(historia=Historia(ahora))
            self._conexion.seguir(sala)
            self._insistir(sala, ahora)
            self._latir()
        return sala

    def escribir_sala(self, sala: str) -> str:
        """El nombre de una sala como se escribió al entrar o, si no se estuvo, como los demás."""
        sala = campos.validar_sala(sala)
        escrita = self._escritas.get(campos.comparable(sala))
        return escrita or self.directorio.escribir_sala(sala)

    def salir(self, sala: str) -> None:
        """Dejar una sala. Lanza ErrorAccion si no se estaba en ella."""
        sala = self._exigir_sala(sala)
        for mensaje in self.salas.pop(sala).por_decir:
            self._fallar(mensaje, f"No se envió a {sala}: saliste antes de entrar del todo.")
        self._enviar({"tipo": "salir", "user": self.user, "sala": sala})
        self._dejar(sala)

    def despedirse(self) -> None:
        """Dejar todas las salas."""
        for sala in list(self.salas):
            self.salir(sala)
        self._recuerdos.guardar()

    def decir(self, sala: str, content: str, tipo: str = "msj", **adjunto) -> Dicho:
        """Enviar a una sala un texto, un sticker, un audio, una imagen o un archivo; lo dicho.

        `adjunto`: de un sticker propio o una imagen, formato y cuerpo; de un audio, también
        duracion; de un archivo, nombre y cuerpo o, si sólo se ofrece, bytes y sha256. Lanza
        ErrorProtocolo (es muy largo) o ErrorAccion.
        """
        if isinstance(sala, str):
            sala = self._escritas.get(campos.comparable(sala.strip()), sala)
        mensaje, dicho = self._redactar(tipo, content, adjunto, user=self.user, sala=sala)
        mia = self.salas.get(dicho.sala)
        if mia is None:
            raise ErrorAccion(f"No estás en la sala {dicho.sala}.")
        self._sin_salir.append((mensaje, dicho))
        if mia.dentro:
            self._enviar(mensaje)
        else:
            mia.por_decir.append(mensaje)
        return dicho

    def decir_privado(self, to: str, content: str, ahora: float, tipo: str = "msj",
                      **adjunto) -> Dicho:
        """Enviar a una persona lo mismo que `decir` a una sala."""
        de = {"privado": True, "from": self.user, "to": to}
        mensaje, dicho = self._redactar(tipo, content, adjunto, **de)
        if self._soy(dicho.to):
            raise ErrorAccion("Ese mensaje sería para ti.")
        self._sin_salir.append((mensaje, dicho))
        self._privados.append((ahora + BUSQUEDA, mensaje))
        self._enviar_privados(ahora)
        return dicho

    def confiar(self, user: str, palabras: str = "") -> None:
        """Hablar en privado con alguien aunque no use el equipo de antes. Lanza ErrorAccion.

        `palabras`: las suyas, si se las oyó decir; entonces se recuerda que se compararon.
        """
        comparada = bool(palabras) and palabras.split() == self.tratos.palabras(user).split()
        if palabras and not comparada:
            raise ErrorAccion(f"Ésas no son las palabras de {user}: no es quien dice.")
        if not self.tratos.aceptar(user, self._reloj(), comparada):
            raise ErrorAccion(self.tratos.explicar(user))

    def _redactar(self, tipo: str, content: str, adjunto: dict, **de) -> "tuple[dict, Dicho]":
        self._exigir_nombre()
        hora = campos.acotar_hora(self._reloj())
        if 0 <= self._ultima_hora - hora < 1:  # dos en el mismo milisegundo: la hora los distingue
            hora = round(self._ultima_hora + 0.001, 3)
        self._ultima_hora = hora = campos.acotar_hora(hora)
        mensaje = {"tipo": tipo, **de, "content": content, "hora": hora}
        mensaje = protocolo.validar({**mensaje, **adjunto})
        trozos.exigir_que_quepa(mensaje)
        dicho = Dicho.leer(mensaje, mensaje["hora"], propio=True)
        if dicho.ofrecido:
            self._ofertas.ofrecer(dicho)
        return mensaje, dicho

    # ---- los archivos grandes: se ofrecen, y van cuando alguien los pide

    def descargar(self, dicho: Dicho, ahora: float) -> None:
        """Pedir un archivo que alguien ofreció. Habrá un Descargado, o un Error."""
        quien = self.directorio.id_de(dicho.autor)
        if not quien:
            raise ErrorAccion(f"{dicho.autor} ya no está: su archivo no se puede descargar.")
        if not self._ofertas.pedir(dicho, quien, ahora):
            raise ErrorAccion("Ya se descargan muchos archivos: espera a que termine alguno.")
        if not dicho.privado:
            self._conexion.seguir(campos.sala_de_archivo(dicho.sha256), entera=True)

    def entregar(self, dicho: Dicho, cuerpo: bytes) -> None:
        """Enviar los bytes de un archivo propio que alguien pidió (véase Pedido)."""
        de = {"user": self.user, "sala": campos.sala_de_archivo(dicho.sha256)}
        if dicho.privado and self.tratos.explicar(dicho.to):
            return  # quien lo pide ya no es quien era
        if dicho.privado:
            de = {"privado": True, "from": self.user, "to": dicho.to,
                  "para": self.directorio.id_de(dicho.to)}
        archivo = {"content": dicho.content, "nombre": dicho.nombre, "cuerpo": cuerpo}
        mensaje = protocolo.validar({"tipo": "archivo", **de, **archivo, "hora": dicho.hora})
        self._entregando[dicho.sha256] = mensaje = self._cerrar(mensaje)
        self._enviar(mensaje)

    def cancelar(self, dicho: Dicho) -> None:
        """Dejar de enviar algo propio que no ha salido, de ofrecerlo, o de descargar lo ajeno."""
        if not dicho.propio:
            self._dejar_de_pedir(dicho)
            return
        for mensaje in [uno for uno, suyo in self._sin_salir if suyo is dicho]:
            self._sacar(mensaje)
            self._privados = [par for par in self._privados if par[1] is not mensaje]
            for mia in self.salas.values():
                mia.por_decir = [uno for uno in mia.por_decir if uno is not mensaje]
            self._enviar({"tipo": "cancelar", "mensaje": mensaje})
        if dicho.ofrecido:
            self._ofertas.retirar(dicho.sha256)
            if (mensaje := self._entregando.pop(dicho.sha256, None)) is not None:
                self._enviar({"tipo": "cancelar", "mensaje": mensaje})

    def _dejar_de_pedir(self, dicho: Dicho) -> None:
        self._ofertas.olvidar(dicho.sha256)
        self._conexion.dejar(campos.sala_de_archivo(dicho.sha256))

    def _a_la_peticion(self, mensaje: dict, ahora: float) -> None:
        if mensaje["a"] != self.propio:
            return
        dicho = self._ofertas.atender(mensaje, self.directorio.id_de, ahora)
        if dicho is not None:
            self._eventos.append(Pedido(dicho))

    def _al_archivo_pedido(self, mensaje: dict) -> bool:
        """Si un mensaje trae lo que se pidió."""
        dicho = self._ofertas.recibir(mensaje)
        if dicho is not None:
            self._conexion.dejar(campos.sala_de_archivo(dicho.sha256))
            self._eventos.append(Descargado(dicho, mensaje["cuerpo"]))
        return dicho is not None

    def sin_salir(self) -> "list[Dicho]":
        """Lo dicho que aún no sale a la red."""
        return [dicho for _, dicho in self._sin_salir]

    def _sacar(self, mensaje: dict) -> "Dicho | None":
        """Lo dicho con ese mensaje, que ya salió o no saldrá; es el mismo que se dio a la red."""
        for i, (uno, dicho) in enumerate(self._sin_salir):
            if uno is mensaje:
                del self._sin_salir[i]
                return dicho
        return None

    def _cerrar(self, privado: dict) -> dict:
        """Lo que de verdad sale de un privado, cifrado si se puede."""
        cerrado = self.tratos.cerrar(privado)
        for i, (uno, dicho) in enumerate(self._sin_salir):
            if uno is privado:
                dicho.cifrado = cerrado is not privado
                self._sin_salir[i] = cerrado, dicho
        return cerrado

    def _fallar(self, mensaje: dict, explicacion: str, ausente: bool = False) -> None:
        self._eventos.append(Error(explicacion, self._sacar(mensaje), ausente))

    def tiene_pendientes(self) -> bool:
        """Si hay algo dicho que todavía no se puede enviar."""
        return bool(self._privados) or any(mia.por_decir for mia in self.salas.values())

    def _exigir_nombre(self) -> None:
        if not self.user:
            raise ErrorAccion("Primero escribe tu nombre.")

    def _exigir_sala(self, sala: str) -> str:
        self._exigir_nombre()
        sala = self.escribir_sala(sala)
        if sala not in self.salas:
            raise ErrorAccion(f"No estás en la sala {sala}.")
        return sala

    def _soy(self, user: str) -> bool:
        return campos.comparable(user) == campos.comparable(self.user)

    # ---- lo que llega

    def avanzar(self, lote: list, ahora: float) -> list:
        """Procesar un lote de `Red.recibir` y el paso del tiempo; devolver los eventos nuevos."""
        for mensaje, direccion in lote:
            if direccion is None:
                self._a_lo_propio(mensaje, ahora)
            elif mensaje["tipo"] in self._acciones:
                if "servidor" in mensaje or mensaje["tipo"] == "usuarios":
                    self._sirven_en = direccion[0] or self._sirven_en
                self._acciones[mensaje["tipo"]](mensaje, ahora)
        self._vencer(ahora)
        eventos, self._eventos = self._eventos, []
        return eventos

    def _a_lo_propio(self, mensaje: dict, ahora: float) -> None:
        """El eco de lo que ya salió a la red, o una noticia de la red misma."""
        if mensaje["tipo"] == "avance":
            self._contar_avance(mensaje)
        elif mensaje["tipo"] == "red" and mensaje["estado"] == "error":
            self._eventos.append(Error(mensaje["content"]))
        elif mensaje["tipo"] == "red":
            self.solo_aqui = mensaje["estado"] == "local"
            self._eventos.append(EstadoRed(mensaje["estado"], mensaje["content"]))
        elif (dicho := self._sacar(mensaje)) is not None:
            self._eventos.append(dicho)
            if "para" in mensaje:
                self._entregas.esperar(mensaje["para"], dicho, ahora)
        elif mensaje["tipo"] in ("archivo", "cifrado"):
            self._terminar_de_entregar(mensaje, ahora)

    def _contar_avance(self, avance: dict) -> None:
        """Va saliendo algo largo propio."""
        mensaje = avance["mensaje"]
        dicho = next((suyo for uno, suyo in self._sin_salir if uno is mensaje), None)
        if dicho is None:
            dicho = self._ofertas.mia_entre(uno for uno, suyo in self._entregando.items()
                                            if suyo is mensaje)
        if dicho is not None:
            llegados, de = avance["llegados"], avance["de"]
            self._eventos.append(Progreso(dicho.autor, llegados, de, dicho.sala, dicho))

    def _terminar_de_entregar(self, mensaje: dict, ahora: float) -> None:
        for sha256 in [uno for uno, suyo in self._entregando.items() if suyo is mensaje]:
            del self._entregando[sha256]
            if (dicho := self._ofertas.anotar_salida(sha256, ahora)) is not None:
                self._eventos.append(Progreso(dicho.autor, 1, 1, dicho.sala, dicho))

    def _al_latido(self, mensaje: dict, ahora: float) -> None:
        seguido = self.directorio.autoridad.seguido
        self.directorio.anotar_latido(mensaje, ahora, self._reloj())
        if self.directorio.autoridad.seguido != seguido:
            self._pedir_listas(ahora)
        if (prueba := self.tratos.probar(mensaje["id"], ahora)) is not None:
            self._enviar(prueba)
        if self.propio in mensaje.get("recibidos", ()):
            llegaron = self._entregas.leer(mensaje["id"], mensaje["recibidos"][self.propio])
            self._eventos += map(Entregado, llegaron)

    def _pedir_listas(self, ahora: float) -> None:
        """A un servidor que se empieza a seguir: las que ya dio no se creyeron."""
        for mia in self.salas.values():
            if mia.dentro:
                mia.proximo_inicio = min(mia.proximo_inicio, ahora)

    def _al_cifrado(self, mensaje: dict, ahora: float) -> None:
        if mensaje["para"] == self.propio:
            with contextlib.suppress(protocolo.ErrorProtocolo):
                self._al_mensaje(self.tratos.abrir(mensaje), ahora)

    def _al_mensaje(self, mensaje: dict, ahora: float) -> None:
        if self._al_archivo_pedido(mensaje):
            return
        if "privado" in mensaje:
            if mensaje.get("para", self.propio) == self.propio and self._soy(mensaje["to"]):
                self._eventos.append(self._leer(mensaje))
                if self._entregas.recibir(mensaje, ahora):
                    self._latir()  # ya, con el acuse
            return
        self.directorio.anotar_sencillo(mensaje, ahora)
        if mensaje["sala"] in self.salas:
            historia = self.salas[mensaje["sala"]].historia
            desfase = self.directorio.desfase(mensaje.get("id"))
            historia.recibir(self._leer(mensaje), mensaje, desfase, ahora)
            self._eventos += historia.sacar(ahora)

    def _leer(self, mensaje: dict) -> Dicho:
        """Lo dicho, a la hora del reloj de aquí; el de quien lo dijo puede ir horas mal."""
        desfase = self.directorio.desfase(mensaje.get("id"))
        # Por minutos: lo que se mide cambia un poco cada vez, y la hora de un mensaje no debe.
        desfase = MINUTO * round(desfase / MINUTO)
        corregida = mensaje.get("hora", self._reloj()) + desfase
        mensaje = {**mensaje, "hora": campos.acotar_hora(corregida)}
        if "borrada" in mensaje:
            mensaje["borrada"] = campos.acotar_hora(mensaje["borrada"] + desfase)
        return Dicho.leer(mensaje, self._reloj(), duda=self.tratos.dudar(mensaje))

    def _a_otra_pregunta(self, mensaje: dict, ahora: float) -> None:
        """Alguien pregunta ya al servidor: lo que conteste se oirá también aquí."""
        if self.directorio.es_servidor(mensaje.get("a")):
            self._proxima_pregunta = ahora + ENTRE_SONDEOS

    def _a_la_perdida(self, mensaje: dict, ahora: float) -> None:
        """Algo se perdió sin remedio. De una lista no importa: llegará otra."""
        autor, sala = self.directorio.nombre_de(mensaje["id"]), mensaje.get("sala")
        pedido = self._ofertas.anotar_llegada(autor, sala, ahora)  # de eso, se pide otra vez
        if not self.directorio.es_servidor(mensaje["id"]) and not (pedido and sala):
            self._eventos.append(Perdido(autor, mensaje["cuantos"], sala))

    def _al_progreso(self, mensaje: dict, ahora: float) -> None:
        """Va llegando algo largo; no se sabe qué hasta que está completo. De un servidor, no.

        De quien aún no se sabe quién es no se dice: cuando se supiera, parecería que son dos cosas.
        """
        if self.directorio.conoce(mensaje["id"]):
            autor = self.directorio.nombre_de(mensaje["id"])
            llegados, de, sala = mensaje["llegados"], mensaje["de"], mensaje.get("sala")
            pedido = self._ofertas.anotar_llegada(autor, sala, ahora)
            sala = pedido.sala if pedido else sala
            self._eventos.append(Progreso(autor, llegados, de, sala, pedido))

    def _al_cancelado(self, mensaje: dict, ahora: float) -> None:
        """Alguien deja a la mitad lo que enviaba; si era lo que se pidió, no se pide más."""
        autor, sala = self.directorio.nombre_de(mensaje["id"]), mensaje.get("sala")
        pedido = self._ofertas.anotar_llegada(autor, sala, ahora)
        if pedido and sala:
            self._dejar_de_pedir(pedido)
            self._eventos.append(Error(f"{autor} ya no envía «{pedido.nombre}».", pedido))
        elif self.directorio.conoce(mensaje["id"]):
            self._eventos.append(Cancelado(autor, sala))

    def _a_la_lista(self, mensaje: dict, ahora: float) -> None:
        sala, lista = mensaje["sala"], mensaje["lista"]
        ids = mensaje.get("ids", [self.propio] * len(lista))
        estoy = (self.user, self.propio) in zip(lista, ids)
        mia = self.salas.get(sala)
        if not self._hay_que_creerla(mensaje.get("id"), estoy and mia, ahora):
            return
        if mia is not None and not estoy and self._vale_mas_otra(mia, mensaje, ahora):
            # Que siga valiendo la otra, pero si éste sí oye, que sepa que aquí estoy.
            if mia.proximo_inicio == float("inf"):
                mia.proximo_inicio = ahora
            return
        if self.directorio.anotar_lista(mensaje, ahora) and mia is not None:
            self._revisar_entrada(sala, estoy, ahora)
            mia.servidor = mensaje.get("id", "") if estoy else mia.servidor
            if estoy or not mia.dentro:  # si no, enseguida llega otra, o se hace una provisional
                self._mostrar_lista(Usuarios(sala, lista))
            self._conexion.seguir(sala, max(1, len(lista)))  # 0 sería dejarla

    def _hay_que_creerla(self, quien: "str | None", mia: "Sala | None", ahora: float) -> bool:
        """Si una lista es del servidor que se sigue, o de otro que sí me nombra, en `mia`."""
        autoridad = self.directorio.autoridad
        me_nombra = bool(mia) and mia.servidor != autoridad.seguido
        return autoridad.vale(quien) or me_nombra and autoridad.relevar(quien, ahora)

    def _vale_mas_otra(self, mia: Sala, lista: dict, ahora: float) -> bool:
        """Si una lista que no me nombra es de un servidor que no me oye, y no hay que creerle."""
        me_nombra_otro = mia.servidor != lista.get("id", "")
        return (ahora - mia.sin_lista > SIN_LISTA
                or me_nombra_otro and self.directorio.da_listas(mia.servidor, ahora))

    def _revisar_entrada(self, sala: str, estoy: bool, ahora: float) -> None:
        mia = self.salas[sala]
        if estoy:
            mia.inicios, mia.proximo_inicio, mia.sin_lista = 0, float("inf"), float("inf")
            self._terminar_de_entrar(sala)
        elif mia.proximo_inicio == float("inf"):
            mia.proximo_inicio = ahora  # la lista ya no me nombra: otra vez `inicio`

    def _terminar_de_entrar(self, sala: str) -> None:
        mia = self.salas[sala]
        if not mia.dentro:
            mia.dentro = True
            self._eventos.append(Listo(sala, self.user))
            for mensaje in mia.por_decir:
                self._enviar(mensaje)
            mia.por_decir.clear()

    def _mostrar_lista(self, usuarios: Usuarios) -> None:
        if usuarios != self.salas[usuarios.sala].vista:
            self.salas[usuarios.sala].vista = usuarios
            self._eventos.append(usuarios)

    def _al_aviso(self, mensaje: dict, ahora: float) -> None:
        """El servidor no me deja entrar. Sin "a", sólo vale si todavía no estaba dentro."""
        mia = self.salas.get(mensaje["sala"])
        if mia is None or mensaje.get("a", self.propio) != self.propio:
            return
        if mensaje["user"] != self.user:
            return  # era por el nombre anterior
        seguido = self.directorio.autoridad.seguido
        if not self.directorio.autoridad.vale(mensaje.get("id")) or seguido and "a" not in mensaje:
            return  # de un servidor que no se sigue; y el que se sigue dice siempre a quién
        if "a" not in mensaje and mia.dentro:
            return
        del self.salas[mensaje["sala"]]
        self._dejar(mensaje["sala"])
        self._eventos.append(Rechazo(mensaje["sala"], mensaje["user"], mensaje["content"]))
        for por_decir in mia.por_decir:
            self._fallar(por_decir, f"No se envió a {mensaje['sala']}: {por_decir['content']}")

    # ---- el paso del tiempo

    def _vencer(self, ahora: float) -> None:
        self.directorio.vencer(ahora, self._reloj())
        self._recuerdos.guardar(ahora)
        self._enviar_privados(ahora)
        cambian, perdidos = self._entregas.vencer(self.directorio.se_oye, ahora)
        if cambian:
            self._latir()
        for dicho in perdidos:
            self._eventos.append(Error(f"No llegó a {dicho.to}: ya no está. Reintenta.", dicho))
        self._pedir_archivos(ahora)
        for sala, mia in self.salas.items():
            self._eventos += mia.historia.sacar(ahora)
            if ahora >= mia.proximo_inicio:
                self._insistir(sala, ahora)
        self._vigilar_servidor(ahora)

    def _pedir_archivos(self, ahora: float) -> None:
        peticiones, perdidos = self._ofertas.vencer(ahora)
        for peticion in peticiones:
            self._enviar(peticion)
        for dicho in perdidos:
            self._dejar_de_pedir(dicho)
            explicacion = f"{dicho.autor} ya no envía «{dicho.nombre}»."
            self._eventos.append(Error(explicacion, dicho))

    def _latir(self) -> None:
        """Decir quién soy y en qué salas; la red lo repite hasta que cambie."""
        latido = {"tipo": "latido", "user": self.user, "salas": dict.fromkeys(self.salas, 0),
                  **self._presentacion}
        ogg = {"ogg": True} if self._oigo_ogg else {}
        acuses = self._entregas.escribir()
        self._enviar({**latido, **ogg, **({"recibidos": acuses} if acuses else {})})

    def _dejar(self, sala: str) -> None:
        self._conexion.dejar(sala)
        self._latir()

    def _insistir(self, sala: str, ahora: float) -> None:
        mia = self.salas[sala]
        if mia.inicios == 0:
            mia.sin_lista = ahora
        elif ahora - mia.sin_lista > directorio.SIN_SERVIDOR:
            self.directorio.dudar_del_sencillo(ahora)
        mia.inicios += 1
        mia.proximo_inicio = ahora + (INICIO if mia.inicios < INICIOS_SEGUIDOS else INICIO_LENTO)
        self._enviar({"tipo": "inicio", "user": self.user, "sala": sala})

    def _vigilar_servidor(self, ahora: float) -> None:
        if ahora >= self._proxima_pregunta:
            for quien in self.directorio.servidores_callados(ahora):
                self._enviar({"tipo": "quien", "a": quien})
            self._proxima_pregunta = ahora + ENTRE_SONDEOS
        hay = self.directorio.hay_servidor(ahora)
        sin_lista = [sala for sala, mia in self.salas.items()
                     if hay is False or ahora - mia.sin_lista > SIN_LISTA]
        self._contar_servidor(hay, sin_lista)
        for sala in sin_lista:
            self._terminar_de_entrar(sala)
            mia = self.salas[sala]
            if ahora >= mia.proxima_lista:
                mia.proxima_lista = ahora + ENTRE_PROVISIONALES
                otros = sorted(self.directorio.presentes_en(sala))
                estan = sorted(campos.quitar_repetidos([self.user, *otros]))
                self._mostrar_lista(Usuarios(sala, estan, provisional=True))

    def _contar_servidor(self, hay: "bool | None", sin_lista: "list[str]") -> None:
        falta = ""
        if hay is False:
            falta = FALTA_SERVIDOR
        elif sin_lista and len(sin_lista) == len(self.salas):
            falta = (f"El servidor que se oye, en {self._sirven_en}, no oye a este equipo. "
                     f"{PROVISIONAL} En el equipo del servidor, python diagnostico.py dice cómo "
                     "se remedia: suele ser su cortafuegos.")
        self.falta_servidor = falta
        if falta != self._falta_contada and self.salas:
            self._falta_contada = falta
            self._eventos.append(HayServidor(not falta, falta or "Ya hay servidor."))

    def hay_servidor(self, ahora: float) -> "bool | None":
        """True si un servidor dice quién está, False si no; None si es pronto para saberlo."""
        return False if self.falta_servidor else self.directorio.hay_servidor(ahora)

    def _enviar_privados(self, ahora: float) -> None:
        """Enviar los privados cuyo destinatario se conoce; de los demás, decir que no se pudo."""
        pendientes, self._privados = self._privados, []
        personas = self.directorio.personas() if pendientes else {}
        for vence, mensaje in pendientes:
            clave = campos.comparable(mensaje["to"])
            if clave in personas:
                mensaje["to"], quien = personas[clave]  # un cliente sencillo espera el suyo, exacto
                if not self.tratos.se_conoce(mensaje["to"], quien):
                    if ahora < vence:
                        self._privados.append((vence, mensaje))
                    else:
                        motivo = "aún no dice con qué clave cifrarle; no se envió."
                        self._fallar(mensaje, f"El programa de {mensaje['to']} {motivo}")
                    continue
                if duda := self.tratos.explicar(mensaje["to"]):
                    self._fallar(mensaje, f"No se envió: {duda}")
                    continue
                if quien:
                    mensaje["para"] = quien
                elif len(protocolo.codificar(mensaje)) > protocolo.MAX_DATAGRAMA:
                    motivo = "no recibe mensajes tan largos; no se envió."
                    self._fallar(mensaje, f"El programa de {mensaje['to']} {motivo}")
                    continue
                self._enviar(self._cerrar(mensaje))
            elif ahora < vence:
                self._privados.append((vence, mensaje))
            else:
                self._fallar(mensaje, f"No hay nadie que se llame {mensaje['to']}; no se envió.",
                             ausente=self.tratos.recuerda(mensaje["to"]))

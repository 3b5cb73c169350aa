"""El cliente sin ventanas: las salas de un usuario, sus privados y lo que va pasando.

    python cliente.py --usuario Ana --sala general           en una terminal
    python cliente.py --usuario Ana --sala general --json     para otro programa

`Cliente` recibe mensajes y devuelve eventos (eventos.py), que muestran por igual las
ventanas (cliente_gui.py) y la terminal (cliente.py):

    red ── mensaje ──▶ Cliente ── Dicho(sala="general", …) ──▶ quien los muestre
    red ◀── mensaje ── Cliente ◀── entrar, decir, salir…  ◀── quien teclea

Es de un solo hilo, el que lo creó, y nunca espera.

Cada cosa que hace es de otro objeto, y él los une:

    mis_salas.py       entrar a las salas, y sus listas    por_salir.py   lo que no ha salido
    privados.py        a quién esperan los que no salen    entregas.py    los que llegaron
    transferencias.py  los archivos grandes                tratos.py      si cada quien es él
    servidor_oido.py   si hay servidor, y preguntarle      directorio.py  lo que se sabe de todos
    lectura.py         lo que otros dicen                  avances.py     cuánto va de lo largo
"""

import campos
import protocolo
from fiabilidad import trozos
from presencia.avances import Avances
from presencia.directorio import Directorio
from presencia.entregas import Entregas
from presencia.eventos import Dicho, Entregado, Error, ErrorAccion, EstadoRed
from presencia.lectura import Lectura
from presencia.mis_salas import MisSalas
from presencia.por_salir import PorSalir
from presencia.privados import PrivadosPendientes
from presencia.servidor_oido import ServidorOido
from presencia.transferencias import Transferencias
from presencia.tratos import Tratos
from seguridad.confianza import Confianza
from seguridad.llaves import Llaves

MAX_ILEGIBLES = 20  # personas de una sala de las que se dice que no se las puede leer


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
        self._conexion = conexion
        self._enviar = conexion.enviar
        self._reloj = reloj
        self._eventos: list = []
        self._contar = self._eventos.append  # algo que mostrar
        self.directorio = Directorio(ahora, self._recuerdos, getattr(conexion, "conocidos", ()))
        self.tratos = Tratos(self._sesion, self.directorio, self._recuerdos)
        self._mis_salas = MisSalas(conexion, self.directorio, self._contar)
        self.salas = self._mis_salas.por_nombre
        self._servidor = ServidorOido(self.directorio, conexion.enviar, self._contar, ahora)
        self._por_salir = PorSalir()
        self._privados = PrivadosPendientes(self.directorio, self.tratos, self._por_salir,
                                            conexion.enviar, self._fallar)
        self._entregas = Entregas()
        self.llaves = Llaves()
        self._transferencias = Transferencias(conexion, self.directorio, self.tratos, self.llaves,
                                              self._contar)
        self._avances = Avances(self.directorio, self._por_salir, self._transferencias,
                                self._contar)
        self._lectura = Lectura(self.propio, self.directorio, self.tratos, reloj)
        self._ultima_hora = -1.0  # de lo último que se dijo
        self.solo_aqui = False  # lo que se envía no sale de este equipo, que no tiene red
        self._oigo_ogg = False  # aquí hay con qué oír una voz en Ogg Opus
        self._acciones = {
            **dict.fromkeys(protocolo.HABLADOS, self._al_mensaje),
            "descargar": self._transferencias.atender,
            "cifrado": self._al_cifrado,
            "inicio": self.directorio.anotar_sencillo,
            "salir": lambda mensaje, _: self.directorio.anotar_salida(mensaje),
            "usuarios": self._mis_salas.leer_lista,
            "aviso": self._al_aviso,
            "latido": self._al_latido,
            "acuse": lambda mensaje, _: self.tratos.leer_acuse(mensaje),
            "quien": self._servidor.anotar_pregunta,
            "perdidos": self._avances.leer_perdida,
            "progreso": self._avances.leer_progreso,
            "cancelado": self._avances.leer_cancelado,
        }
        self._enviar({"tipo": "quien"})  # para conocer cuanto antes salas y personas

    # ---- lo que se le pide

    def presentarse(self, user: str) -> None:
        """Tomar un nombre; hace falta antes que nada. Lanza ErrorProtocolo o ErrorAccion."""
        user = campos.validar_usuario(user)
        if self.salas and user != self.user:
            raise ErrorAccion("Para cambiar de nombre, sal antes de todas las salas.")
        self.user = self._mis_salas.user = user
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
        miembros = self.directorio.miembros(sala, segun_la_lista=not self._servidor.falta)
        return all(map(self.directorio.oye_ogg, miembros - {self.propio}))

    def entrar(self, sala: str, ahora: float) -> str:
        """Entrar a una sala; devuelve su nombre normalizado. Habrá un evento listo o un aviso.

        Si tiene llave, antes hay que ponerla en `llaves`. Lanza ErrorProtocolo o ErrorAccion.
        """
        self._exigir_nombre()
        sala = self.escribir_sala(sala)
        if self.llaves.falta(sala):
            raise ErrorAccion(f"Para entrar a {sala} hace falta su contraseña.")
        if sala not in self.salas:
            self._mis_salas.abrir(sala, ahora)
            self._latir()
        return sala

    def escribir_sala(self, sala: str) -> str:
        """El nombre de una sala como se escribió al entrar o, si no se estuvo, como los demás."""
        return self._mis_salas.escribir(campos.validar_sala(sala))

    def salir(self, sala: str) -> None:
        """Dejar una sala. Lanza ErrorAccion si no se estaba en ella."""
        sala = self._exigir_sala(sala)
        for mensaje in self.salas.pop(sala).por_decir:
            self._fallar(mensaje, f"No se envió a {sala}: saliste antes de entrar del todo.")
        self._enviar({"tipo": "salir", "user": self.user, "sala": sala})
        self._conexion.dejar(sala)
        self._latir()

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
            sala = self._mis_salas.recordar_escrita(sala.strip()) or sala
        mensaje, dicho = self._redactar(tipo, content, adjunto, user=self.user, sala=sala)
        if dicho.sala not in self.salas:
            raise ErrorAccion(f"No estás en la sala {dicho.sala}.")
        cerrado = self.llaves.cerrar(mensaje, dicho.sala)
        dicho.cifrado = cerrado is not mensaje
        self._por_salir.anotar(cerrado, dicho)
        self._mis_salas.decir(dicho.sala, cerrado)
        return dicho

    def decir_privado(self, to: str, content: str, ahora: float, tipo: str = "msj",
                      **adjunto) -> Dicho:
        """Enviar a una persona lo mismo que `decir` a una sala."""
        de = {"privado": True, "from": self.user, "to": to}
        mensaje, dicho = self._redactar(tipo, content, adjunto, **de)
        if campos.comparable(dicho.to) == campos.comparable(self.user):
            raise ErrorAccion("Ese mensaje sería para ti.")
        self._por_salir.anotar(mensaje, dicho)
        self._privados.agregar(mensaje, ahora)
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
            self._transferencias.ofrecer(dicho)
        return mensaje, dicho

    def descargar(self, dicho: Dicho, ahora: float) -> None:
        """Pedir un archivo que alguien ofreció. Habrá un Descargado, o un Error."""
        self._transferencias.descargar(dicho, ahora)

    def entregar(self, dicho: Dicho, cuerpo: bytes) -> None:
        """Enviar los bytes de un archivo propio que alguien pidió (véase Pedido)."""
        self._transferencias.entregar(dicho, cuerpo, self.user)

    def cancelar(self, dicho: Dicho) -> None:
        """Dejar de enviar algo propio que no ha salido, de ofrecerlo, o de descargar lo ajeno."""
        if not dicho.propio:
            self._transferencias.abandonar(dicho)
            return
        for mensaje in self._por_salir.mensajes_de(dicho):
            self._por_salir.sacar(mensaje)
            self._privados.quitar(mensaje)
            self._mis_salas.quitar(mensaje)
            self._enviar({"tipo": "cancelar", "mensaje": mensaje})
        if dicho.ofrecido:
            self._transferencias.retirar(dicho)

    def sin_salir(self) -> "list[Dicho]":
        """Lo dicho que aún no sale a la red."""
        return self._por_salir.dichos()

    def _fallar(self, mensaje: dict, explicacion: str, ausente: bool = False) -> None:
        self._contar(Error(explicacion, self._por_salir.sacar(mensaje), ausente))

    def tiene_pendientes(self) -> bool:
        """Si hay algo dicho que todavía no se puede enviar."""
        return self._privados.hay() or self._mis_salas.hay_por_decir()

    def _exigir_nombre(self) -> None:
        if not self.user:
            raise ErrorAccion("Primero escribe tu nombre.")

    def _exigir_sala(self, sala: str) -> str:
        self._exigir_nombre()
        sala = self.escribir_sala(sala)
        if sala not in self.salas:
            raise ErrorAccion(f"No estás en la sala {sala}.")
        return sala

    # ---- lo que llega

    def avanzar(self, lote: list, ahora: float) -> list:
        """Procesar un lote de `Red.recibir` y el paso del tiempo; devolver los eventos nuevos."""
        for mensaje, direccion in lote:
            if direccion is None:
                self._a_lo_propio(mensaje, ahora)
            elif mensaje["tipo"] in self._acciones:
                self._servidor.anotar(mensaje, direccion)
                self._acciones[mensaje["tipo"]](mensaje, ahora)
        self._vencer(ahora)
        eventos = self._eventos.copy()
        self._eventos.clear()
        return eventos

    def _a_lo_propio(self, mensaje: dict, ahora: float) -> None:
        """El eco de lo que ya salió a la red, o una noticia de la red misma."""
        if mensaje["tipo"] == "avance":
            self._avances.leer_avance(mensaje)
        elif mensaje["tipo"] == "red" and mensaje["estado"] == "error":
            self._contar(Error(mensaje["content"]))
        elif mensaje["tipo"] == "red":
            self.solo_aqui = mensaje["estado"] == "local"
            self._contar(EstadoRed(mensaje["estado"], mensaje["content"]))
        elif (dicho := self._por_salir.sacar(mensaje)) is not None:
            self._contar(dicho)
            if "para" in mensaje:
                self._entregas.esperar(mensaje["para"], dicho, ahora)
        elif mensaje["tipo"] in ("archivo", "cifrado"):
            self._transferencias.anotar_salida(mensaje, ahora)

    def _al_latido(self, mensaje: dict, ahora: float) -> None:
        seguido = self.directorio.autoridad.seguido
        self.directorio.anotar_latido(mensaje, ahora, self._reloj())
        if self.directorio.autoridad.seguido != seguido:
            self._mis_salas.pedir_listas(ahora)
        if (prueba := self.tratos.probar(mensaje["id"], ahora)) is not None:
            self._enviar(prueba)
        if self.propio in mensaje.get("recibidos", ()):
            llegaron = self._entregas.leer(mensaje["id"], mensaje["recibidos"][self.propio])
            self._eventos += map(Entregado, llegaron)

    def _al_cifrado(self, mensaje: dict, ahora: float) -> None:
        if "sala" in mensaje:
            self._abrir_de_sala(mensaje, ahora)
        elif (privado := self._lectura.abrir(mensaje)) is not None:
            self._al_mensaje(privado, ahora)

    def _abrir_de_sala(self, mensaje: dict, ahora: float) -> None:
        """Leer lo dicho en una sala con llave, o lo que se pidió de lo ofrecido en una."""
        pedido = self._transferencias.anotar_llegada(mensaje["user"], mensaje["sala"], ahora)
        sala = pedido.sala if pedido else mensaje["sala"]
        try:
            self._al_mensaje(self.llaves.abrir(mensaje, sala), ahora)
        except protocolo.ErrorProtocolo:
            ilegibles = self.salas[sala].ilegibles if sala in self.salas else None
            quien = campos.comparable(mensaje["user"])
            if ilegibles is not None and quien not in ilegibles and len(ilegibles) < MAX_ILEGIBLES:
                ilegibles.add(quien)
                self._contar(Error(f"Lo que dice {mensaje['user']} en {sala} no se puede leer: "
                                   "otra contraseña."))

    def _al_mensaje(self, mensaje: dict, ahora: float) -> None:
        if mensaje["tipo"] == "archivo" and self._transferencias.recibir(mensaje):
            return
        if "privado" in mensaje:
            if self._lectura.es_para(self.user, mensaje):
                self._contar(self._lectura.leer(mensaje))
                if self._entregas.recibir(mensaje, ahora):
                    self._latir()  # ya, con el acuse
            return
        self.directorio.anotar_sencillo(mensaje, ahora)
        if mensaje["sala"] in self.salas:
            historia = self.salas[mensaje["sala"]].historia
            desfase = self.directorio.desfase(mensaje.get("id"))
            dicho = self._lectura.leer(mensaje)
            # Lo que se dijo y no llegó hasta conocer a quien habla no es de antes.
            hace = self._reloj() - mensaje.get("hora", 0.0) - desfase
            dicho.de_antes = "de_antes" in mensaje and hace > ahora - historia.desde
            historia.recibir(dicho, mensaje, desfase, ahora)
            self._eventos += historia.sacar(ahora)

    def _al_aviso(self, mensaje: dict, ahora: float) -> None:
        """El servidor no me deja entrar."""
        mia = self._mis_salas.leer_aviso(mensaje)
        if mia is not None:
            self._latir()
            for por_decir in mia.por_decir:
                dicho = self._por_salir.buscar(por_decir)
                self._fallar(por_decir, f"No se envió a {mensaje['sala']}: {dicho.content}")

    # ---- el paso del tiempo

    def _vencer(self, ahora: float) -> None:
        self.directorio.vencer(ahora, self._reloj())
        self._recuerdos.guardar(ahora)
        self._privados.revisar(ahora)
        cambian, perdidos = self._entregas.vencer(self.directorio.se_oye, ahora)
        if cambian:
            self._latir()
        for dicho in perdidos:
            self._contar(Error(f"No llegó a {dicho.to}: ya no está. Reintenta.", dicho))
        self._transferencias.vencer(ahora)
        self._mis_salas.vencer(ahora)
        self._servidor.preguntar(ahora)
        hay = self.directorio.hay_servidor(ahora)
        sin_lista = self._mis_salas.sin_lista(hay, ahora)
        self._servidor.revisar(hay, len(self.salas), len(sin_lista))
        self._mis_salas.entrar_sin_lista(sin_lista, ahora)

    def _latir(self) -> None:
        """Decir quién soy y en qué salas; la red lo repite hasta que cambie."""
        latido = {"tipo": "latido", "user": self.user, "salas": dict.fromkeys(self.salas, 0),
                  **self._presentacion}
        ogg = {"ogg": True} if self._oigo_ogg else {}
        acuses = self._entregas.escribir()
        self._enviar({**latido, **ogg, **({"recibidos": acuses} if acuses else {})})

    @property
    def falta_servidor(self) -> str:
        """Por qué no hay quien diga quién está; "" si lo hay."""
        return self._servidor.falta

    def hay_servidor(self, ahora: float) -> "bool | None":
        """True si un servidor dice quién está, False si no; None si es pronto para saberlo."""
        return False if self._servidor.falta else self.directorio.hay_servidor(ahora)

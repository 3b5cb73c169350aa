"""El servidor del chat: sabe quién está en cada sala y se lo dice a la sala.

    python servidor.py

Ésa es su única función: los mensajes van de cliente a cliente por el grupo y él no
retransmite ninguno. Cuando alguien entra o sale, envía la lista a la sala:

    Ana ── inicio ──▶ grupo ──▶ servidor ── usuarios ["Ana"] ──▶ grupo ──▶ la sala

Un nombre es de un solo programa a la vez, en todas las salas. Si otro programa lo
quiere, el servidor pregunta a quien lo tiene («quien») si sigue ahí: si contesta, el
recién llegado recibe un `aviso`; si calla 1 s, el nombre cambia de manos. A quien calla
en general también se le pregunta, y a los 8 s se le saca de las listas. Los clientes
sencillos, los que no mandan "id", no saben contestar: a ésos no se les saca nunca.

La clase `Servidor` decide; no toca la red ni el reloj. `main` la conecta con los dos.
"""

import argparse
import dataclasses
import itertools
import logging
import os
import sys
import time

import campos
from equipo import opciones
import protocolo
import red
from presencia import tabla
from equipo import terminal
from equipo.analizador import Analizador
from presencia.tabla import Miembro

ARRANQUE = 0.9  # s: tiempo de oír los latidos de quienes ya estaban, antes de dar listas
PREGUNTAS_AL_ARRANCAR = (0.0, 0.2, 0.4, 0.6)  # s
LATIDO = 1.0  # s entre señales de que hay servidor
RELEVO = 3.0  # s sin oír al servidor que hablaba: habla el siguiente
ENTRE_LISTAS = 0.1  # s como mínimo entre dos listas de una sala
RITMO_LISTAS = 32 * 1024  # bytes/s como máximo de listas de una sala
PAUSA = 0.02  # s que se deja acumular lo que llega: la conversación no es con él
RELOJ = 0.05  # s como máximo entre dos miradas a los plazos

SILENCIO = 4.0  # s sin oír a un programa: se le pregunta
REPREGUNTA = 0.15  # s entre preguntas a quien calla
AUSENCIA = 8.0  # s sin oírlo: se fue
DISPUTA = 1.0  # s que tiene el dueño de un nombre para decir que sigue ahí
REPREGUNTA_DISPUTA = 0.05  # s

MAX_DISPUTAS = 64  # a la vez; a las demás les toca en su siguiente `inicio`
MAX_SERVIDORES = 64
MAX_POR_SALIR = 500  # mensajes que esperan a la red: con más no se dice nada nuevo hasta que salgan
MAX_PREGUNTAS, RONDA = 25, 0.1  # a quienes callan, cada tantos s: a la tasa mínima queda sitio para las listas

registro = logging.getLogger("servidor")


@dataclasses.dataclass
class Disputa:
    """Un programa que pide el nombre que tiene otro, mientras se averigua si el otro vive."""

    nuevo: Miembro  # todavía no está en ninguna lista
    desde: float
    preguntado: float = 0.0


class Servidor:
    """Quién está en qué sala. Entran mensajes y horas; salen mensajes por `enviar`."""

    def __init__(self, conexion, ahora: float):
        """`conexion`: una Red, o algo con sus `id`, `enviar` y `por_salir`; ninguno debe esperar."""
        self.propio = conexion.id
        self.enviar = conexion.enviar
        self.por_salir = conexion.por_salir
        self.tabla = tabla.Salas()
        self.disputas: "dict[tuple[str, str], Disputa]" = {}  # por nombre e id de quien lo pide
        self.otros: "dict[str, tuple[float, float]]" = {}  # otros servidores: id → primera y última vez oídos
        self.pendientes: "dict[str, None]" = {}  # salas cuya lista hay que enviar, en orden
        self.descanso: "dict[str, float]" = {}  # sala → hasta cuándo no se envía otra lista suya
        self.listas_desde = ahora + ARRANQUE
        self.preguntas = [ahora + demora for demora in PREGUNTAS_AL_ARRANCAR]
        self.ronda = ahora  # s: cuándo se puede preguntar otra vez a quienes callan
        self.anunciadas: "set[str] | None" = None  # las salas del último latido
        self.habla = True
        self.acciones = {
            "inicio": self._al_inicio,
            "salir": self._al_salir,
            "msj": self._al_hablar,
            "sticker": self._al_hablar,
            "audio": self._al_hablar,
            "latido": self._al_latido,
            "usuarios": self._a_otra_lista,
            "rechazado": self._al_rechazado,
        }

    def atender(self, mensaje: dict, direccion: tuple, ahora: float) -> None:
        """Actuar según un mensaje recibido."""
        self._anotar_vida(mensaje.get("id"), ahora)
        accion = self.acciones.get(mensaje["tipo"])
        if accion is not None:
            accion(mensaje, direccion, ahora)

    def vencer(self, ahora: float) -> None:
        """Hacer lo que toca por el paso del tiempo; llamarlo varias veces por segundo."""
        self._decidir_quien_habla(ahora)
        while self.preguntas and ahora >= self.preguntas[0]:
            self.preguntas.pop(0)
            self.enviar({"tipo": "quien"})
        self._latir_si_cambia()
        if self._cola_llena():
            self._detener_plazos(ahora)
        else:
            self._vigilar_silencios(ahora)
            self._resolver_disputas(ahora)
        if ahora >= self.listas_desde:
            self._enviar_listas(ahora)

    # ---- entrar y salir

    def _al_inicio(self, mensaje: dict, direccion: tuple, ahora: float) -> None:
        self._pedir_entrada(mensaje["user"], mensaje.get("id", ""), {mensaje["sala"]}, direccion, ahora)
        sala = mensaje["sala"]
        if "id" not in mensaje and sala in self.pendientes and sala not in self.descanso:
            self._enviar_lista(sala, ahora)  # aun arrancando: un cliente sencillo sólo pregunta una vez

    def _al_hablar(self, mensaje: dict, direccion: tuple, ahora: float) -> None:
        """Quien no tiene id y habla en una sala está en ella, aunque su `inicio` se perdiera."""
        if "id" in mensaje or "sala" not in mensaje:
            return
        dueno = self.tabla.miembros.get(mensaje["user"])
        if dueno is None or (dueno.id == "" and mensaje["sala"] not in dueno.salas):
            self._pedir_entrada(mensaje["user"], "", {mensaje["sala"]}, direccion, ahora)

    def _al_salir(self, mensaje: dict, direccion: tuple, ahora: float) -> None:
        miembro = self.tabla.miembros.get(mensaje["user"])
        if miembro is not None and miembro.id == mensaje.get("id", ""):
            self._sacar(miembro, mensaje["sala"], "salió")

    def _al_latido(self, mensaje: dict, direccion: tuple, ahora: float) -> None:
        """Un latido dice todas las salas de un usuario: se entra a las nuevas y se sale de las que omite."""
        if "servidor" in mensaje:
            self._anotar_servidor(mensaje["id"], ahora)
            return
        nuevas = set(itertools.islice(mensaje["salas"], tabla.MAX_SALAS_DE_UNO + 1))  # una de más: para avisar que no caben
        miembro = self.tabla.miembros.get(mensaje["user"])
        if miembro is not None and miembro.id == mensaje["id"]:
            omitidas = miembro.salas - nuevas if "parte" not in mensaje else miembro.salas & set(mensaje.get("dejadas", ()))
            for sala in omitidas:
                self._sacar(miembro, sala, "salió")
            nuevas -= miembro.salas
        if nuevas:
            self._pedir_entrada(mensaje["user"], mensaje["id"], nuevas, direccion, ahora)

    def _pedir_entrada(self, user: str, quien: str, pedidas: "set[str]", direccion: tuple, ahora: float) -> None:
        dueno = self.tabla.miembros.get(user)
        if dueno is not None and dueno.id != quien:
            self._disputar(Miembro(user, quien, direccion, ahora, salas=pedidas), dueno, ahora)
            return
        no_caben = []
        for sala in sorted(pedidas):
            if self.tabla.cabe(user, sala):
                self._meter(Miembro(user, quien, direccion, ahora), sala)
            else:
                no_caben.append(sala)
        if no_caben:  # un aviso por petición, pida las que pida
            self._avisar(user, quien, no_caben[0], "El servidor no admite más salas o personas.")

    def _meter(self, nuevo: Miembro, sala: str) -> None:
        anterior = self.tabla.por_id.get(nuevo.id)
        if anterior is not None and anterior.user != nuevo.user:
            self._despedir(anterior, "cambió de nombre")
        if self.tabla.meter(nuevo, sala):
            self._registrar(nuevo, "entró", sala)
        self._anotar_pendiente(sala)  # también si ya estaba: no oyó la lista, y por eso insiste

    def _sacar(self, miembro: Miembro, sala: str, motivo: str) -> None:
        if self.tabla.sacar(miembro, sala):
            self._anotar_pendiente(sala)
            self._registrar(miembro, motivo, sala)

    def _anotar_pendiente(self, sala: str) -> None:
        self.pendientes[sala] = None
        if len(self.pendientes) > 2 * tabla.MAX_SALAS:  # casi todas ya no existen, y nadie espera su lista
            self.pendientes = {una: None for una in self.pendientes if una in self.tabla.salas}

    def _despedir(self, miembro: Miembro, motivo: str) -> None:
        for sala in sorted(miembro.salas):
            self._sacar(miembro, sala, motivo)
        self.tabla.olvidar(miembro)

    def _registrar(self, miembro: Miembro, hecho: str, sala: str) -> None:
        direccion = ":".join(map(str, miembro.direccion))
        registro.info("%s %s: sala %s, desde %s; en la sala: %d", miembro.user, hecho, sala, direccion, len(self.tabla.en(sala)))

    # ---- quién sigue ahí

    def _anotar_vida(self, quien: "str | None", ahora: float) -> None:
        miembro = self.tabla.por_id.get(quien)
        if miembro is None:
            return
        miembro.visto = ahora
        for clave, disputa in list(self.disputas.items()):
            if disputa.nuevo.user == miembro.user and ahora > disputa.desde:
                del self.disputas[clave]
                self._negar_nombre(disputa.nuevo)

    def _vigilar_silencios(self, ahora: float) -> None:
        dudosos = []
        for miembro in list(self.tabla.por_id.values()):
            callado = ahora - miembro.visto  # s
            if callado >= AUSENCIA:
                self._despedir(miembro, "dejó de responder")
            elif callado >= SILENCIO and ahora >= miembro.preguntado + REPREGUNTA:
                dudosos.append(miembro)
        if dudosos and ahora >= self.ronda:
            self.ronda = ahora + RONDA
            for miembro in sorted(dudosos, key=lambda dudoso: dudoso.preguntado)[:MAX_PREGUNTAS]:
                miembro.preguntado = ahora
                self.enviar({"tipo": "quien", "a": miembro.id})

    def _cola_llena(self) -> bool:
        """Si lo que ya se dijo no acaba de salir: hasta entonces no se dice más, que llenaría la memoria."""
        return self.por_salir() >= MAX_POR_SALIR

    def _detener_plazos(self, ahora: float) -> None:
        """Mientras no se puede preguntar, callar no cuenta: no se saca a nadie ni un nombre cambia de manos."""
        for miembro in self.tabla.por_id.values():
            miembro.visto = max(miembro.visto, ahora - SILENCIO)
        for disputa in self.disputas.values():
            disputa.desde = ahora

    def _disputar(self, nuevo: Miembro, dueno: Miembro, ahora: float) -> None:
        if not dueno.id:
            self._negar_nombre(nuevo)  # no hay modo de preguntarle
        elif (nuevo.user, nuevo.id) in self.disputas:
            self.disputas[nuevo.user, nuevo.id].nuevo.salas |= nuevo.salas
        elif len(self.disputas) < MAX_DISPUTAS:
            self.disputas[nuevo.user, nuevo.id] = Disputa(nuevo, ahora)

    def _resolver_disputas(self, ahora: float) -> None:
        for clave, disputa in list(self.disputas.items()):
            dueno = self.tabla.miembros.get(disputa.nuevo.user)
            if dueno is None or ahora >= disputa.desde + DISPUTA:
                del self.disputas[clave]
                if dueno is not None:
                    self._despedir(dueno, "dejó de responder")
                self._recomenzar_disputas(disputa.nuevo.user, ahora)
                nuevo = disputa.nuevo
                self._pedir_entrada(nuevo.user, nuevo.id, nuevo.salas, nuevo.direccion, ahora)
            elif ahora >= disputa.preguntado + REPREGUNTA_DISPUTA:
                disputa.preguntado = ahora
                self.enviar({"tipo": "quien", "a": dueno.id})

    def _recomenzar_disputas(self, user: str, ahora: float) -> None:
        """El nombre tiene dueño nuevo: a los demás que lo quieren les toca esperar a que él conteste o calle."""
        for disputa in self.disputas.values():
            if disputa.nuevo.user == user:
                disputa.desde = ahora

    def _negar_nombre(self, nuevo: Miembro) -> None:
        for sala in sorted(nuevo.salas):
            self._avisar(nuevo.user, nuevo.id, sala, f"El nombre {nuevo.user} ya está en uso. Elige otro.")

    def _al_rechazado(self, rechazado: dict, direccion: tuple, ahora: float) -> None:
        """Explicar a quien quiso entrar con datos imposibles; si ni así se le puede nombrar, nada."""
        user = rechazado.get("user", "").strip()[: campos.MAX_NOMBRE]
        try:
            aviso = protocolo.validar({"tipo": "aviso", "sala": rechazado.get("sala"), "user": user, "content": ""})
        except protocolo.ErrorProtocolo:
            return
        self._avisar(aviso["user"], rechazado.get("id", ""), aviso["sala"], f"No puedes entrar: {rechazado['content']}.")

    def _avisar(self, user: str, quien: str, sala: str, texto: str) -> None:
        if not self.habla or self._cola_llena():
            return
        aviso = {"tipo": "aviso", "sala": sala, "user": user, "content": texto}
        if quien:
            aviso["a"] = quien
        self.enviar(protocolo.validar(aviso))

    # ---- los otros servidores

    def _latir_si_cambia(self) -> None:
        """Decir que aquí hay un servidor y qué salas conoce; la red lo repite hasta que cambie.

        Quien escucha y no habla no nombra ninguna: sus listas ya no son las buenas, y
        quien llegara después se las pediría.
        """
        nombradas = set(self.tabla.salas) if self.habla else set()
        if nombradas != self.anunciadas:
            self.anunciadas = nombradas
            self.enviar({"tipo": "latido", "servidor": True, "salas": dict.fromkeys(sorted(nombradas), 0)})

    def _anotar_servidor(self, quien: str, ahora: float) -> None:
        if quien not in self.otros:
            if len(self.otros) >= MAX_SERVIDORES:
                return
            registro.info("Hay otro servidor (%s); habla el de menor id", quien)
            self.pendientes.update(dict.fromkeys(self.tabla.salas))  # que conozca a los clientes sencillos
        desde, _ = self.otros.get(quien, (ahora, ahora))
        self.otros[quien] = (desde, ahora)

    def _decidir_quien_habla(self, ahora: float) -> None:
        """De varios servidores habla el de menor id, pasado su arranque; los demás, listos para el relevo."""
        self.otros = {quien: oido for quien, oido in self.otros.items() if ahora - oido[1] < RELEVO}
        antes = self.habla
        self.habla = not any(quien < self.propio and ahora - desde > ARRANQUE for quien, (desde, _) in self.otros.items())
        if self.habla and not antes:
            registro.info("Este servidor toma el relevo")
            self.pendientes.update(dict.fromkeys(self.tabla.salas))

    def _a_otra_lista(self, mensaje: dict, direccion: tuple, ahora: float) -> None:
        """Al arrancar, aprender de otro servidor los clientes sencillos, que no tienen latido."""
        if ahora < self.listas_desde and "ids" in mensaje:
            for user, quien in zip(mensaje["lista"], mensaje["ids"]):
                if not quien and user not in self.tabla.miembros:
                    self._pedir_entrada(user, "", {mensaje["sala"]}, direccion, ahora)

    def _enviar_listas(self, ahora: float) -> None:
        self.descanso = {sala: hasta for sala, hasta in self.descanso.items() if ahora < hasta}
        for sala in [sala for sala in self.pendientes if sala not in self.descanso]:
            self._enviar_lista(sala, ahora)

    def _enviar_lista(self, sala: str, ahora: float) -> None:
        if self._cola_llena():
            return  # sigue pendiente
        del self.pendientes[sala]
        if not self.habla:
            return  # quien habla ya la envió
        miembros = self.tabla.en(sala)  # una sala vacía también se anuncia, vacía
        lista = {"tipo": "usuarios", "sala": sala, "lista": [miembro.user for miembro in miembros]}
        con_ids = {**lista, "ids": [miembro.id for miembro in miembros]}
        largo = len(protocolo.codificar(con_ids))
        self.descanso[sala] = ahora + max(ENTRE_LISTAS, largo / RITMO_LISTAS)
        self.enviar(con_ids)
        if not all(con_ids["ids"]) and largo < protocolo.MAX_DATAGRAMA:
            self.enviar(lista)  # entera y sin números, para los clientes sencillos


# -------------------------------------------------------------------- el programa


def main(argumentos: "list[str] | None" = None) -> int:
    """Poner en marcha el servidor hasta Ctrl+C. Devuelve el código de salida."""
    analizador = Analizador(description="Servidor del chat: dice a cada sala quién está en ella.")
    # Con las ventanas que lo iniciaron termina él, aunque ellas no puedan decírselo.
    analizador.add_argument("--padre", type=int, help=argparse.SUPPRESS)
    opciones.agregar_opciones(analizador)
    elegidas = analizador.parse_args(argumentos)
    terminal.preparar_salida()
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    terminal.oir_el_fin()
    try:
        conexion = red.Red(**opciones.elegir_red(elegidas), entre_latidos=LATIDO, pausa=PAUSA)
    except red.ErrorRed as error:
        print(error, file=sys.stderr)
        return 1
    conexion.iniciar()
    registro.info("Servidor en %s:%d por la interfaz %s. Ctrl+C para terminar.", conexion.grupo, conexion.puerto, conexion.interfaz)
    try:
        servir(conexion, elegidas.padre)
    except KeyboardInterrupt:
        registro.info("Servidor terminado.")
    finally:
        terminal.cerrar_en_paz()
        conexion.parar()
    return 0


def servir(conexion: red.Red, padre: "int | None" = None) -> None:
    """Atender lo que llega, sin fin o mientras viva el proceso `padre`, que inició éste."""
    servidor = Servidor(conexion, time.monotonic())
    while padre is None or os.getppid() == padre:
        for mensaje, direccion in conexion.recibir(RELOJ):
            if direccion is not None:
                servidor.atender(mensaje, direccion, time.monotonic())
            elif mensaje["tipo"] == "red":
                registro.warning("%s", mensaje["content"])
        servidor.vencer(time.monotonic())


if __name__ == "__main__":
    sys.exit(main())

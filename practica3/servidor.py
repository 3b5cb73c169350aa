"""El servidor del chat: sabe quién está en cada sala y se lo dice a la sala.

    python servidor.py

Los mensajes van de cliente a cliente por el grupo y él no retransmite ninguno. Cuando alguien
entra o sale, envía la lista a la sala, sin llenar la red si son muchos (presencia/listas.py):

    Ana ── inicio ──▶ grupo ──▶ servidor ── usuarios ["Ana"] ──▶ grupo ──▶ la sala

Un nombre es de un solo programa a la vez, en todas las salas. Si otro lo quiere se pregunta a
quien lo tiene si sigue ahí (presencia/disputas.py), salvo que firme y se le conozca de otros días
(habituales.py). También se pregunta a quien calla (silencios.py). Los clientes sencillos, los que
no mandan "id", no saben contestar: a ésos se les cree media hora. Si hay varios servidores, uno da
las listas y los demás esperan por si falta (eleccion.py).

La clase `Servidor` decide; no toca la red ni el reloj. `main` la conecta con los dos.
"""

import argparse
import logging
import os
import sys
import time

from equipo import entorno
entorno.usar()  # antes de importar lo que busca sus bibliotecas
import protocolo
import red
from equipo import cortafuegos
from equipo import interfaces
from equipo import opciones
from equipo import terminal
from equipo import tuberias
from equipo.analizador import Analizador
from presencia.disputas import Disputas
from presencia.eleccion import ARRANQUE, Eleccion
from presencia.habituales import Habituales
from presencia.listas import ListasPendientes
from presencia.silencios import Silencios
from presencia.tabla import Miembro, Tabla
from seguridad import claves

LATIDO_DE_SERVIDOR = 1.0  # s entre señales de que hay servidor
PREGUNTAS_AL_ARRANCAR = (0.0, 0.2, 0.4, 0.6)  # s
AGRUPAR = 0.02  # s que se deja acumular lo que llega
# De quien tiene id, lo que se dice no es con él; a los clientes sencillos, sin id, sí se les oye.
SIN_OIR = (*sorted(protocolo.HABLADOS), "cifrado", "trozo")
MIRADA, AISLADO = 0.05, 10.0  # s: entre dos miradas a los plazos, y sin oír a otro equipo
MAX_POR_SALIR = 500  # mensajes que esperan a la red: con más no se dice nada nuevo

registro = logging.getLogger("servidor")


class Servidor:
    """Quién está en qué sala. Entran mensajes y horas; salen mensajes por `enviar`."""

    def __init__(self, conexion, ahora: float, presentacion: "dict | None" = None):
        """`conexion`: una Red, o algo con sus `id`, `enviar` y `por_salir`; ninguno espera."""
        self.presentacion = presentacion or {}  # quién es este servidor; nada, si no firma
        self.habituales = Habituales(recordar=bool(presentacion))
        self.enviar, self.por_salir = conexion.enviar, conexion.por_salir
        self.tabla = Tabla(self._contar_cambio, getattr(conexion, "conocidos", ()))
        self.listas = ListasPendientes(self.tabla)
        self.silencios = Silencios(self.tabla)
        self.disputas = Disputas()
        self.eleccion = Eleccion(conexion.id, ahora)
        self.listas_desde = ahora + ARRANQUE
        self.preguntas = [ahora + tras for tras in PREGUNTAS_AL_ARRANCAR]  # cuándo decir `quien`
        self.anunciado: "dict | None" = None  # el último latido
        self.acciones = {
            "inicio": self._al_inicio,
            "salir": self._al_salir,
            **dict.fromkeys(protocolo.HABLADOS, self._al_hablar),
            "latido": self._al_latido,
            "usuarios": self._a_otra_lista,
            "rechazado": self._al_rechazado,
        }

    def atender(self, mensaje: dict, direccion: tuple, ahora: float) -> None:
        """Actuar según un mensaje recibido."""
        self._anotar_vida(mensaje.get("id"), ahora)
        accion = self.acciones.get(mensaje["tipo"])
        if accion is not None:
            accion(self.tabla.unificar(mensaje), direccion, ahora)

    def vencer(self, ahora: float) -> None:
        """Hacer lo que toca por el paso del tiempo; llamarlo varias veces por segundo."""
        if self.eleccion.decidir(ahora):
            registro.info("Este servidor pasa a dar las listas")
            self.listas.anotar(*self.tabla.salas)
        while self.preguntas and ahora >= self.preguntas[0]:
            self.preguntas.pop(0)
            self.enviar({"tipo": "quien"})
        self._latir_si_cambia()
        self.habituales.guardar(ahora)
        if self._cola_llena():  # no se puede preguntar: callar no cuenta, y ningún nombre cambia
            self.silencios.detener(ahora)
            self.disputas.recomenzar(ahora)
        else:
            self._vigilar_silencios(ahora)
            self._resolver_disputas(ahora)
        if ahora >= self.listas_desde:
            for sala in self.listas.tocan(ahora):
                self._enviar_lista(sala, ahora)

    # ---- entrar y salir

    def _al_inicio(self, mensaje: dict, direccion: tuple, ahora: float) -> None:
        quien, sala = mensaje.get("id", ""), mensaje["sala"]
        self._pedir_entrada(Miembro(mensaje["user"], quien, direccion, ahora, salas={sala}), ahora)
        if not quien and sala in self.listas.tocan(ahora):
            self._enviar_lista(sala, ahora)  # aun arrancando: un sencillo sólo pregunta una vez

    def _al_hablar(self, mensaje: dict, direccion: tuple, ahora: float) -> None:
        """Quien no tiene id y habla en una sala está en ella, aunque su `inicio` se perdiera."""
        if "id" in mensaje or "sala" not in mensaje:
            return
        dueno, sala = self.tabla.dueno(mensaje["user"]), mensaje["sala"]
        if dueno is not None and not dueno.id:
            dueno.visto = ahora
        if dueno is None or (dueno.id == "" and sala not in dueno.salas):
            self._pedir_entrada(Miembro(mensaje["user"], "", direccion, ahora, salas={sala}), ahora)

    def _al_salir(self, mensaje: dict, direccion: tuple, ahora: float) -> None:
        miembro = self.tabla.dueno(mensaje["user"])
        if miembro is not None and miembro.es(mensaje["user"], mensaje.get("id", "")):
            self.tabla.sacar(miembro, mensaje["sala"], "salió")

    def _al_latido(self, mensaje: dict, direccion: tuple, ahora: float) -> None:
        """Un latido dice todas las salas de alguien: entra a las nuevas y sale de las que omite."""
        quien, user = mensaje["id"], mensaje.get("user")
        if "servidor" in mensaje:
            if self.eleccion.anotar(mensaje, ahora):
                registro.info("Hay otro servidor (%s); sólo habla uno de los dos", quien)
                self.listas.anotar(*self.tabla.salas)  # que conozca a los clientes sencillos
            return
        self.habituales.anotar(mensaje)
        nuevas, dejadas = self.tabla.comparar(mensaje)
        for sala in dejadas:
            self.tabla.sacar(self.tabla.dueno(user), sala, "salió")
        if nuevas:
            self._pedir_entrada(Miembro(user, quien, direccion, ahora, salas=nuevas), ahora)

    def _pedir_entrada(self, nuevo: Miembro, ahora: float) -> None:
        """Meter a un miembro en las salas que pide, si el nombre es suyo o está libre."""
        dueno = self.tabla.dueno(nuevo.user)
        if dueno is not None and self.habituales.desplaza(nuevo, dueno):
            self.tabla.despedir(dueno, "el nombre es de otro")
        elif dueno is not None and not dueno.es(nuevo.user, nuevo.id):
            if dueno.id:
                self.disputas.abrir(nuevo, ahora)
            else:
                self._negar_nombre(nuevo)  # a un cliente sencillo no hay modo de preguntarle
            return
        if dueno is not None:
            dueno.visto = ahora
        pedidas, nuevo.salas = sorted(nuevo.salas), set()
        no_caben = [sala for sala in pedidas if not self.tabla.meter(nuevo, sala)]
        self.listas.anotar(*pedidas)  # también si ya estaba: no oyó la lista, y por eso insiste
        if no_caben:  # un aviso por petición, pida las que pida
            self._avisar(nuevo, no_caben[0], "El servidor no admite más salas o personas.")

    def _contar_cambio(self, miembro: Miembro, hecho: str, sala: str) -> None:
        self.listas.anotar(sala)
        datos = miembro.user, hecho, sala, *miembro.direccion, len(self.tabla.en(sala))
        registro.info("%s %s: sala %s, desde %s:%s; en la sala: %s", *datos)

    def _anotar_vida(self, quien: "str | None", ahora: float) -> None:
        miembro = self.tabla.por_id.get(quien)
        if miembro is not None:
            miembro.visto = ahora
            for nuevo in self.disputas.perder(miembro.user, ahora):
                self._negar_nombre(nuevo)

    def _vigilar_silencios(self, ahora: float) -> None:
        for miembro in self.silencios.ausentes(ahora):
            self.tabla.despedir(miembro, "dejó de responder")
        for miembro in self.silencios.dudosos(ahora):
            self.enviar({"tipo": "quien", "a": miembro.id})

    def _resolver_disputas(self, ahora: float) -> None:
        for disputa in list(self.disputas.abiertas.values()):
            dueno = self.tabla.dueno(disputa.nuevo.user)
            if dueno is None or disputa.vencida(ahora):
                self.disputas.cerrar(disputa)
                if dueno is not None:
                    self.tabla.despedir(dueno, "dejó de responder")
                self.disputas.recomenzar(ahora, disputa.nuevo.user)  # los demás, con el nuevo dueño
                self._pedir_entrada(disputa.nuevo, ahora)
            elif disputa.toca_preguntar(ahora):
                self.enviar({"tipo": "quien", "a": dueno.id})

    def _negar_nombre(self, nuevo: Miembro) -> None:
        for sala in sorted(nuevo.salas):
            self._avisar(nuevo, sala, f"El nombre {nuevo.user} ya está en uso. Elige otro.")

    def _al_rechazado(self, rechazado: dict, direccion: tuple, ahora: float) -> None:
        """Explicar a quien quiso entrar con datos imposibles."""
        nuevo = Miembro(rechazado["user"], rechazado.get("id", ""), direccion, ahora)
        self._avisar(nuevo, rechazado["sala"], f"No puedes entrar: {rechazado['content']}.")

    def _avisar(self, a_quien: Miembro, sala: str, texto: str) -> None:
        if self.eleccion.habla and not self._cola_llena():
            aviso = {"tipo": "aviso", "sala": sala, "user": a_quien.user, "content": texto}
            self.enviar({**aviso, "a": a_quien.id} if a_quien.id else aviso)

    def _cola_llena(self) -> bool:
        """Si lo que ya se dijo no acaba de salir: decir más sólo llenaría la memoria."""
        return self.por_salir() >= MAX_POR_SALIR

    # ---- las listas, y los otros servidores

    def _enviar_lista(self, sala: str, ahora: float) -> None:
        if self._cola_llena():
            return  # sigue pendiente
        miembros = self.listas.sacar(sala, ahora)  # una sala vacía también se anuncia, vacía
        if not self.eleccion.habla:
            return  # quien habla ya la envió
        lista = {"tipo": "usuarios", "sala": sala, "lista": [miembro.user for miembro in miembros]}
        ids = [miembro.id for miembro in miembros]
        self.enviar({**lista, "ids": ids})
        if not all(ids):
            for forma in self.tabla.formas(sala):  # entera y sin números, para los sencillos
                self.enviar({**lista, "sala": forma})

    def _latir_si_cambia(self) -> None:
        """Decir qué salas se conocen y a qué servidores se oye; la red lo repite."""
        # Quien no habla no nombra ninguna: sus listas no son las buenas, y se las pedirían.
        salas = dict.fromkeys(self.tabla.salas if self.eleccion.habla else (), 0)
        latido = {"tipo": "latido", "servidor": True, "salas": salas, "oye": self.eleccion.oidos(),
                  **self.presentacion}
        if latido != self.anunciado:
            self.anunciado = latido
            self.enviar(latido)

    def _a_otra_lista(self, mensaje: dict, direccion: tuple, ahora: float) -> None:
        """Al arrancar, aprender de otro servidor los clientes sencillos, que no tienen latido."""
        if ahora < self.listas_desde and "ids" in mensaje:
            for user, quien in zip(mensaje["lista"], mensaje["ids"]):
                if not quien and self.tabla.dueno(user) is None:
                    nuevo = Miembro(user, "", direccion, ahora, salas={mensaje["sala"]})
                    self._pedir_entrada(nuevo, ahora)


def main(argumentos: "list[str] | None" = None) -> int:
    """Poner en marcha el servidor hasta Ctrl+C. Devuelve el código de salida."""
    analizador = Analizador(description="Servidor del chat: dice a cada sala quién está en ella.")
    # Con las ventanas que lo iniciaron termina él, aunque ellas no puedan decírselo.
    analizador.add_argument("--padre", type=int, help=argparse.SUPPRESS)
    opciones.agregar_opciones(analizador)
    elegidas = analizador.parse_args(argumentos)
    terminal.preparar_salida()
    forma = {"format": "%(asctime)s %(message)s", "datefmt": "%H:%M:%S"}
    logging.basicConfig(handlers=[terminal.Registro(sys.stdout)], level=logging.INFO, **forma)
    terminal.oir_el_fin()
    ritmo = {"entre_latidos": LATIDO_DE_SERVIDOR, "pausa": AGRUPAR, "sin_oir": SIN_OIR,
             "sesion": claves.abrir_sesion()}
    try:
        conexion = red.Red(**opciones.elegir_red(elegidas), **ritmo)
    except red.ErrorRed as error:
        print(error, file=sys.stderr)
        return 1
    conexion.iniciar()
    donde = f"{conexion.grupo}:{conexion.puerto} por la interfaz {conexion.enlace.actual}"
    registro.info("Servidor en %s. Ctrl+C para terminar.", donde)
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
    servidor = Servidor(conexion, time.monotonic(), claves.presentar_servidor(conexion.sesion))
    aislado_a_las = time.monotonic() + AISLADO
    while padre is None or os.getppid() == padre:
        for mensaje, direccion in conexion.recibir(MIRADA):
            if direccion is not None:
                servidor.atender(mensaje, direccion, time.monotonic())
                if direccion[0] not in ("", conexion.enlace.actual):
                    aislado_a_las = float("inf")
            elif mensaje["tipo"] == "red":
                registro.warning("%s", mensaje["content"])
        servidor.vencer(time.monotonic())
        if conexion.enlace.actual == interfaces.LAZO:  # por ella no llega a oírse a otro equipo
            aislado_a_las = max(aislado_a_las, time.monotonic() + AISLADO)
        if time.monotonic() > aislado_a_las:
            aislado_a_las = float("inf")
            registro.warning("%s", cortafuegos.explicar_aislamiento(conexion.puerto))


if __name__ == "__main__":
    sys.exit(tuberias.tolerar(main))

"""La aplicación de ventanas: une al Cliente, que sabe qué pasa, con las ventanas, que lo muestran.

    red ─▶ Sondeo ─▶ eventos ─▶ Aplicacion ─┬▶ Salas ────▶ la ventana de cada sala
                                            └▶ Privados ─▶ la de cada persona
    red ◀─ Cliente.decir ◀────────────────────────────────  teclas y botones

Todo lo de las ventanas corre en un hilo, el que las creó; el de la red es de red.py.
"""

import argparse
import time
import tkinter as tk

import red
from presencia import eventos
from presencia import usuario as modulo_usuario
from ventanas import ajustes
from ventanas import atajos
from ventanas import charla as modulo_charla
from ventanas import entrada as modulo_entrada
from ventanas import informe_diagnostico
from ventanas import instalacion
from ventanas import preparador
from ventanas import privados
from ventanas import salas
from ventanas import servidor_propio
from ventanas import sondeo
from ventanas import sonido
from ventanas import ventana_charla
from ventanas.aspecto import foco
from ventanas.aspecto import secundaria
from ventanas.aspecto import tema
from ventanas.aspecto.marcos import Aviso
from ventanas.globos.mensaje import ENVIADO
from ventanas.guardado import historial
from ventanas.guardado import preferencias

ANTES_DE_ENTRANDO = 0.4  # s de espera al entrar directamente antes de mostrar «Entrando…»
DESPEDIDA = 3.0  # s que se espera, al cerrar, a que salga lo que aún no pudo salir
EN_ESPANOL = "::msgcat::mclocale es; ::msgcat::mcload [file join $::tk_library msgs]"


class Aplicacion:
    """Las ventanas de un usuario y el Cliente que las alimenta."""

    def __init__(self, raiz: tk.Tk, conexion: red.Red, elegidas: argparse.Namespace):
        self.raiz, self.conexion = raiz, conexion
        self.terminar = False  # la pone Ctrl+C en la terminal; la ve la siguiente mirada
        self.cliente = modulo_usuario.Cliente(conexion, time.monotonic(), time.time)
        self.preferencias = preferencias.Preferencias()
        self.tema = tema.Tema(raiz, elegidas.tema or self.preferencias.tema,
                              self.preferencias.aumento)
        self.preparador = preparador.Preparador(raiz, self.tema.escala)
        self.sonido = sonido.Sonido(raiz, self.preferencias)
        self.historial = historial.Historial(usar=False)
        self.otra_vez = False  # si al terminar hay que volver a abrir el programa
        self.instalacion = instalacion.Instalacion(raiz, self._volver_a_abrir)
        self.servidor = servidor_propio.ServidorPropio(conexion)
        self.salas, self.privados = salas.Salas(self), privados.Privados(self)
        # De quién y en qué charla: lo escrito y no enviado en una ventana que se cerró.
        self.borradores: "dict[tuple[str, str], str]" = {}
        self._posicion = elegidas.posicion
        # La última abierta de cada clase.
        self._secundarias: "dict[type, secundaria.VentanaSecundaria]" = {}
        self._red_caida = ""
        self._falla_dicha = ""  # la del historial: se dice una vez
        acciones = {
            eventos.Dicho: self._al_dicho,
            eventos.Listo: self.salas.al_listo,
            eventos.Rechazo: self.salas.al_rechazo,
            eventos.Usuarios: self._a_la_lista,
            eventos.EstadoRed: self._al_estado_de_la_red,
            eventos.HayServidor: lambda evento: None,  # lo dice la franja
            eventos.Error: self._al_error,
            eventos.Perdido: self._al_perdido,
            eventos.Progreso: self._al_progreso,
        }
        conexion.enlace.pedir(conexion.enlace.pedida
                              or modulo_entrada.si_existe(self.preferencias.interfaz))
        raiz.withdraw()
        raiz.tk.eval(EN_ESPANOL)  # los diálogos de Tk
        self.conservar(self.preferencias.historial and not elegidas.sin_historial)
        self.entrada = modulo_entrada.VentanaEntrada(self)
        self._sondeo = sondeo.Sondeo(self, acciones)

    def empezar(self, user: "str | None", salas_pedidas: "list[str]") -> None:
        """Mostrar la entrada o, si ya se sabe quién y a dónde, entrar sin preguntar."""
        self.entrada.nombre.set(user or self.preferencias.nombre)
        self.entrada.sala.set(salas_pedidas[0] if salas_pedidas else modulo_entrada.SALA_HABITUAL)
        if user and salas_pedidas and self.salas.entrar(user, salas_pedidas):
            self.raiz.after(round(ANTES_DE_ENTRANDO * 1000),
                            lambda: self.salas.esta_entrando() and self.entrada.mostrar())
        else:
            self.entrada.mostrar()

    # ---- las ventanas

    def charlas(self) -> "list[ventana_charla.VentanaCharla]":
        """Las ventanas de conversación abiertas."""
        return [*self.salas.abiertas.values(), *self.privados.abiertas.values()]

    def _hay_a_la_vista(self) -> bool:
        return any(ventana.esta_a_la_vista() for ventana in self.charlas())

    def pasar_de_ventana(self, actual: ventana_charla.VentanaCharla) -> None:
        """Pasar a la siguiente ventana de conversación."""
        todas = self.charlas()
        todas[(todas.index(actual) + 1) % len(todas)].mostrar()

    def al_cerrar_charla(self) -> None:
        """Se cerró una ventana de conversación; con la última se termina."""
        if self.raiz.state() != "withdrawn":
            # Quizá ya se puede cambiar de nombre.
            self.entrada.esperar(self.salas.esta_entrando())
        elif not self._hay_a_la_vista():
            self.raiz.quit()

    def cerrar_entrada(self) -> None:
        """Cerrar la entrada: con charlas abiertas sólo se oculta; sin ellas, es el fin."""
        self.salas.cancelar()
        if self._hay_a_la_vista():
            self.entrada.ocultar()
        else:
            self.raiz.quit()

    def colocar(self, ventana, ancho: int, alto: int) -> None:
        """Dar su tamaño a una ventana y, con --posicion, también su lugar."""
        paso = self.tema.px(foco.ESCALON) * len(self.charlas())
        foco.colocar(ventana, ancho, alto, [lado + paso for lado in self._posicion or ()])

    def abrir_preferencias(self) -> None:
        """Abrir la ventana de preferencias."""
        self._abrir_una(ajustes.VentanaAjustes)

    def mostrar_atajos(self) -> None:
        """Abrir la lista de atajos de teclado."""
        self._abrir_una(atajos.VentanaAtajos)

    def abrir_diagnostico(self) -> None:
        """Abrir la ventana de diagnóstico."""
        self._abrir_una(informe_diagnostico.VentanaDiagnostico)

    def _abrir_una(self, clase: "type[secundaria.VentanaSecundaria]") -> None:
        """Abrir una ventana secundaria; si ya está abierta, pasar a ella."""
        abierta = self._secundarias.get(clase)
        if abierta is None or not abierta.pasar_a_ella():
            self._secundarias[clase] = clase(self)

    # ---- preferencias

    def elegir_red(self, interfaz: str) -> None:
        """Usar la red de una interfaz, o con "" la que diga el sistema."""
        self.conexion.enlace.pedir(interfaz or None)
        self.servidor.cambiar_de_red()
        self.preferencias.poner(interfaz=interfaz)

    def alternar_tema(self) -> None:
        """Pasar de claro a oscuro, o al revés."""
        self.poner_tema("oscuro" if self.tema.nombre == "claro" else "claro")

    def poner_tema(self, nombre: str) -> None:
        """Vestir de otro color todas las ventanas, y recordarlo."""
        self.tema.poner(nombre)
        self.preferencias.poner(tema=nombre)

    def cambiar_letra(self, paso: int) -> None:
        """Agrandar la letra un punto, achicarla, o con 0 volver a la habitual; y recordarlo."""
        aumento = self.tema.poner_aumento(self.tema.aumento + paso if paso else 0)
        self.preferencias.poner(aumento=aumento)

    def alternar_silencio(self) -> None:
        """Que los mensajes nuevos suenen, o ya no."""
        self.poner_silencio(not self.preferencias.silencio)

    def poner_silencio(self, silencio: bool) -> None:
        """Que los mensajes nuevos no suenen, o que sí."""
        self.preferencias.poner(silencio=silencio)
        for ventana in self.charlas():
            ventana.poner_silencio(silencio)

    def conservar(self, usar: bool) -> None:
        """Conservar conversaciones y adjuntos de una vez a otra, o no."""
        self.historial.usar(usar)
        self.preparador.conservar = usar

    # ---- los eventos

    def _charla_de(self, evento) -> "modulo_charla.Charla | None":
        """La de lo dicho, de lo que va llegando o de lo que se perdió; None si no está abierta."""
        if evento.sala is not None:
            ventana = self.salas.abiertas.get(evento.sala)
        else:
            persona = evento.persona if isinstance(evento, eventos.Dicho) else evento.autor
            ventana = self.privados.abiertas.get(persona)
        return ventana and ventana.charla

    def _al_dicho(self, dicho: eventos.Dicho) -> None:
        if dicho.propio and self._charla_de(dicho) is None:
            self._anotar_enviado(dicho)
        elif dicho.privado:
            self.privados.recibir(dicho)
        else:
            self.salas.recibir(dicho)

    def _anotar_enviado(self, dicho: eventos.Dicho) -> None:
        """Recordar que salió algo dicho en una ventana que ya se cerró."""
        clave = f"@{dicho.to}" if dicho.privado else f"#{dicho.sala}"
        self.historial.anotar(dicho.autor, clave, historial.Fila(
            dicho.tipo, dicho.autor, dicho.content, dicho.hora, True, ENVIADO,
            duracion=dicho.duracion))

    def _al_progreso(self, evento: eventos.Progreso) -> None:
        if (charla := self._charla_de(evento)) is not None:
            charla.recibir_progreso(evento)

    def _al_perdido(self, evento: eventos.Perdido) -> None:
        if (charla := self._charla_de(evento)) is not None:
            charla.anotar_perdida(evento)
        elif evento.sala is None:  # de quien no tiene ventana
            perdidos = modulo_charla.contar_perdidos(evento.cuantos)
            self.anotar_en_todas(f"{perdidos} de {evento.autor}, en privado", True)

    def _al_error(self, evento: eventos.Error) -> None:
        if evento.dicho is None:
            self.anotar_en_todas(evento.content, True)
        elif evento.dicho.privado:
            self.privados.fallar(evento)
        elif (charla := self._charla_de(evento.dicho)) is not None:
            charla.fallar(evento.content, evento.dicho)

    def _a_la_lista(self, evento: eventos.Usuarios) -> None:
        if evento.sala in self.salas.abiertas:
            self.salas.abiertas[evento.sala].poner_lista(evento.lista)

    def _al_estado_de_la_red(self, evento: eventos.EstadoRed) -> None:
        self._red_caida = "" if evento.activa else evento.content
        if evento.activa:
            self.anotar_en_todas(evento.content)
        self.refrescar()

    def anotar_en_todas(self, nota: str, error: bool = False) -> None:
        """Poner una nota en todas las conversaciones."""
        for ventana in self.charlas():
            ventana.conversacion.agregar_nota(nota, error)

    # ---- lo que se mira cada tanto

    def animar(self, ahora: float) -> bool:
        """Mover los stickers que están a la vista; si hay alguno."""
        if self.preferencias.quieto:
            return False
        return any([ventana.conversacion.lista.animar(ahora) for ventana in self.charlas()])

    def refrescar(self) -> None:
        """Poner al día lo que cambia sin que haya un evento."""
        self.servidor.vigilar()
        hay = self.cliente.directorio.hay_servidor(time.monotonic())
        aviso = self._avisar(hay)
        self.entrada.refrescar(aviso, hay)
        self.entrada.faltantes.poner(self.instalacion.aviso)
        for ventana in self.charlas():
            ventana.refrescar(aviso)
        self.privados.refrescar()
        self.historial.volcar()
        if self.charlas() and self.historial.falla != self._falla_dicha:
            self._falla_dicha = self.historial.falla
            if self._falla_dicha:
                self.anotar_en_todas(self._falla_dicha, True)

    def _avisar(self, hay: "bool | None") -> Aviso:
        """Lo que dice la franja de las ventanas."""
        if self._red_caida:
            return Aviso(self._red_caida, "Diagnóstico", self.abrir_diagnostico, es_de_la_red=True)
        texto = self.servidor.avisar(hay)
        if not texto or self.servidor.en_marcha():
            return Aviso(texto)
        return Aviso(texto, "Iniciar servidor", self._iniciar_servidor)

    def _iniciar_servidor(self) -> None:
        self.servidor.iniciar()
        self.refrescar()

    def _volver_a_abrir(self) -> None:
        self.otra_vez = True
        self.raiz.quit()

    def despedirse(self) -> None:
        """Quitar las ventanas, esperar un poco lo que falte por salir y dejar las salas."""
        self._sondeo.parar()
        self.sonido.parar()
        self.raiz.destroy()
        self._recordar_lo_dicho(self._sondeo.pendientes)
        limite = time.monotonic() + DESPEDIDA
        while self.cliente.tiene_pendientes() and time.monotonic() < limite:
            lote = self.conexion.recibir(sondeo.PERIODO / 1000)
            self._recordar_lo_dicho(self.cliente.avanzar(lote, time.monotonic()))
        self.cliente.despedirse()
        self.conexion.parar()
        while lote := self.conexion.recibir():
            self._recordar_lo_dicho(self.cliente.avanzar(lote, time.monotonic()))
        self.historial.usar(False)
        self.servidor.terminar()
        self.preparador.parar()

    def _recordar_lo_dicho(self, sucesos) -> None:
        for suceso in sucesos:
            if isinstance(suceso, eventos.Dicho) and suceso.propio:
                self._anotar_enviado(suceso)

"""La aplicación de ventanas: une al Cliente, que sabe qué pasa, con las ventanas, que lo muestran.

Todo lo de este archivo corre en el hilo de la ventana:

    hilo recibir ─▶ cola ─▶ cada tanto, por after: ─▶ Cliente.avanzar ─▶ eventos ─▶ ventanas
    hilo enviar  ◀─ cola ◀──────────────────────────  Cliente.decir   ◀─ teclas y botones

La cola se mira cada 20 ms, en vez de que el hilo de la red avise con `event_generate`,
porque a Tk sólo lo puede tocar su propio hilo. Cada mirada dura poco: una ráfaga se
reparte en muchas y entre ellas la ventana dibuja y atiende el teclado. Cuando hace rato que
no pasa nada se mira con más calma: despertar a Tk es casi toda la CPU de una ventana quieta.
"""

import argparse
import collections
import contextlib
import time
import tkinter as tk

import campos
from presencia import eventos
from presencia import usuario as modulo_usuario
import red
from ventanas import preparador
from ventanas import dialogo
from ventanas.guardado import historial
from ventanas.aspecto import foco
from ventanas.aspecto import secundaria
from ventanas.guardado import preferencias
from ventanas import servidor_propio
from ventanas import sonido
from ventanas.aspecto import tema
from ventanas import ajustes
from ventanas import ventana_charla
from ventanas import informe_diagnostico
from ventanas import entrada
from ventanas import sala as modulo_sala

PERIODO = 20  # ms entre dos miradas a la cola
PRISA = 5  # ms, si quedó algo por mostrar
CALMA = 60  # ms, si hace rato que no pasa nada: en lo primero que llega no se nota
RATO = 2.0  # s
RONDA = 0.008  # s que dura como mucho cada mirada; el ojo no nota menos de 50 ms
CUADRO = 0.06  # s entre dos cuadros de un sticker animado
REFRESCO = 0.5  # s entre dos miradas a salas, servidor y presencia
PACIENCIA = 0.4  # s de espera al entrar directamente antes de mostrar «Entrando…»
DESPEDIDA = 3.0  # s que se espera, al cerrar, a que salga lo que aún no pudo salir
MAX_PRIVADOS = 20  # ventanas que otros pueden abrir escribiendo en privado…
MAX_OCULTOS = 100  # …y conversaciones, con las que se guardan sin mostrar su ventana
MAX_ADELANTADOS = 1_000  # mensajes de una sala que llegan antes que su ventana
ERRORES = dialogo.ERRORES


class Aplicacion:
    """Las ventanas de un usuario y el Cliente que las alimenta."""

    def __init__(self, raiz: tk.Tk, conexion: red.Red, elegidas: argparse.Namespace):
        self.raiz = raiz
        self.conexion = conexion
        self.cliente = modulo_usuario.Cliente(conexion, time.monotonic(), time.time)
        self.preferencias = preferencias.Preferencias()
        self.tema = tema.Tema(raiz, elegidas.tema or self.preferencias.tema, self.preferencias.aumento)
        self.adjuntos = preparador.Adjuntos(raiz, self.tema.escala)
        self.sonido = sonido.Sonido(raiz, self.preferencias)
        self.historial = historial.Historial(usar=False)
        self.servidor = servidor_propio.ServidorPropio(conexion)
        self.terminar = False  # la pone Ctrl+C en la terminal; la ve la siguiente mirada
        self._posicion = elegidas.posicion
        self._salas: "dict[str, modulo_sala.CharlaSala]" = {}
        self._privados: "dict[str, modulo_sala.CharlaPrivada]" = {}
        self._secundarias: "dict[type, secundaria.VentanaSecundaria]" = {}  # la última abierta de cada clase
        self._entrando: "list[str]" = []  # salas pedidas que aún no contestan
        self._rechazadas: "list[str]" = []  # salas a las que no se pudo entrar con ese nombre
        self._eventos: "collections.deque" = collections.deque()
        self._adelantados: "list[eventos.Dicho]" = []  # lo reciente de una sala a la que se está entrando
        self._red_caida = ""
        self._falla_dicha = ""  # la del historial: se dice una vez
        self._refrescar_a_las = self._animar_a_las = 0.0
        self._calma_a_las = 0.0  # cuándo se podrá mirar con más calma
        self._acciones = {
            eventos.Listo: self._al_listo,
            eventos.Dicho: self._al_dicho,
            eventos.Usuarios: self._a_la_lista,
            eventos.Rechazo: self._al_rechazo,
            eventos.EstadoRed: self._al_estado_de_la_red,
            eventos.HayServidor: lambda evento: None,  # lo dice la franja
            eventos.Error: self._al_error,
            eventos.Perdido: self._al_perdido,
            eventos.Progreso: self._al_progreso,
        }
        conexion.usar(conexion.interfaz_pedida or entrada.si_existe(self.preferencias.interfaz))
        raiz.withdraw()
        raiz.tk.eval("::msgcat::mclocale es; ::msgcat::mcload [file join $::tk_library msgs]")  # los diálogos de Tk, en español
        self.conservar(self.preferencias.historial and not elegidas.sin_historial)
        self.entrada = entrada.VentanaEntrada(self)
        self._sondeo = raiz.after(0, self._mirar)

    def empezar(self, usuario: "str | None", salas: "list[str]") -> None:
        """Mostrar la entrada o, si ya se sabe quién y a dónde, entrar sin preguntar."""
        self.entrada.nombre.set(usuario or self.preferencias.nombre)
        self.entrada.sala.set(salas[0] if salas else entrada.SALA_HABITUAL)
        if usuario and salas and self.entrar(usuario, salas):
            self.raiz.after(round(PACIENCIA * 1000), lambda: self._entrando and self.entrada.mostrar())
        else:
            self.entrada.mostrar()

    # ---- lo que piden las ventanas

    def entrar(self, usuario: str, salas: "list[str]") -> bool:
        """Entrar a unas salas con un nombre, y a las que lo rechazaron antes. False si no se puede ni pedir."""
        try:
            self.cliente.presentarse(usuario)
            pedidas = [campos.validar_sala(sala) for sala in salas]
        except ERRORES as error:
            self.entrada.rechazar(str(error), salas[0])
            return False
        if set(pedidas) & set(self._rechazadas):
            pedidas += self._rechazadas
        self._rechazadas.clear()
        for sala in dict.fromkeys(pedidas):
            self._pedir_sala(sala)
        self._seguir_entrando()
        return True

    def _pedir_sala(self, sala: str) -> None:
        if sala in self.cliente.salas and sala in self._salas:
            self._salas[sala].mostrar()
        elif sala not in self._entrando:  # Enter pulsado dos veces la pide dos veces
            self._entrando.append(self.cliente.entrar(sala, time.monotonic()))

    def _seguir_entrando(self) -> None:
        self.entrada.esperar(bool(self._entrando))
        if not self._entrando and not self._rechazadas:
            self.entrada.ocultar()

    def cancelar_entrada(self) -> None:
        """Dejar de intentar."""
        for sala in self._entrando:
            with contextlib.suppress(*ERRORES):
                self.cliente.salir(sala)
        self._entrando.clear()
        self.entrada.esperar(False)

    def cerrar_entrada(self) -> None:
        """Cerrar la ventana de entrada: con charlas abiertas sólo se oculta; sin ellas, es el fin."""
        self.cancelar_entrada()
        if self._hay_a_la_vista():
            self.entrada.ocultar()
        else:
            self.raiz.quit()

    def tiene_nombre_fijo(self) -> bool:
        """Si el nombre ya no se puede cambiar: hay que salir antes de todas las salas."""
        return any(sala not in self._entrando for sala in self.cliente.salas)

    def decir(self, sala: str, texto: str, tipo: str = "msj", **adjunto) -> eventos.Dicho:
        """Decir algo en una sala. Lanza los ERRORES de dialogo.py si no se puede."""
        return self.cliente.decir(sala, texto, tipo, **adjunto)

    def decir_privado(self, para: str, texto: str, tipo: str = "msj", **adjunto) -> eventos.Dicho:
        """Decir algo a una persona; lo mismo."""
        return self.cliente.decir_privado(para, texto, time.monotonic(), tipo, **adjunto)

    def abrir_privado(self, persona: str) -> None:
        """Abrir la conversación con una persona y pasar a ella."""
        if persona != self.cliente.user:
            self._charla_con(persona).mostrar()

    def _charla_con(self, persona: str) -> modulo_sala.CharlaPrivada:
        if persona not in self._privados:
            self._privados[persona] = modulo_sala.CharlaPrivada(self, persona)
            self._refrescar()
        return self._privados[persona]

    def dejar_charla(self, charla: ventana_charla.Charla) -> None:
        """Olvidar una ventana que se cierra: la de una sala es dejar la sala; la última, terminar."""
        if self._salas.get(charla.nombre) is charla:
            del self._salas[charla.nombre]
            if charla.nombre in self.cliente.salas:
                self.cliente.salir(charla.nombre)
        else:
            del self._privados[charla.nombre]
        if self.raiz.state() != "withdrawn":
            self.entrada.esperar(bool(self._entrando))  # quizá ya se puede cambiar de nombre
        elif not self._hay_a_la_vista():
            self.raiz.quit()

    def _charlas(self) -> "list[ventana_charla.Charla]":
        return [*self._salas.values(), *self._privados.values()]

    def _hay_a_la_vista(self) -> bool:
        return any(charla.esta_a_la_vista() for charla in self._charlas())

    def pasar_de_ventana(self, actual: ventana_charla.Charla) -> None:
        """Pasar a la siguiente ventana de conversación."""
        charlas = self._charlas()
        charlas[(charlas.index(actual) + 1) % len(charlas)].mostrar()

    def colocar(self, ventana, ancho: int, alto: int) -> None:
        """Dar su tamaño a una ventana y, con --posicion, también su lugar."""
        paso = self.tema.px(foco.ESCALON) * len(self._charlas())
        foco.colocar(ventana, ancho, alto, [lado + paso for lado in self._posicion or ()])

    # ---- preferencias

    def elegir_red(self, interfaz: str) -> None:
        """Usar la red de una interfaz, o con "" la que diga el sistema. El hilo de la red se cambia solo."""
        self.conexion.usar(interfaz or None)
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
        for charla in self._charlas():
            charla.poner_silencio(silencio)

    def conservar(self, usar: bool) -> None:
        """Conservar conversaciones y adjuntos de una vez a otra, o no."""
        self.historial.usar(usar)
        self.adjuntos.conservar = usar

    def abrir_preferencias(self) -> None:
        """Abrir la ventana de preferencias."""
        self._abrir_una(ajustes.VentanaAjustes)

    def mostrar_atajos(self) -> None:
        """Abrir la lista de atajos de teclado."""
        self._abrir_una(ajustes.VentanaAtajos)

    def abrir_diagnostico(self) -> None:
        """Abrir la ventana de diagnóstico."""
        self._abrir_una(informe_diagnostico.VentanaDiagnostico)

    def _abrir_una(self, clase: "type[secundaria.VentanaSecundaria]") -> None:
        """Abrir una ventana secundaria; si ya está abierta, pasar a ella."""
        abierta = self._secundarias.get(clase)
        if abierta is not None and abierta.ventana.winfo_exists():
            abierta.ventana.deiconify()
            abierta.ventana.lift()
            abierta.ventana.focus_force()
        else:
            self._secundarias[clase] = clase(self)

    # ---- la cola

    def _mirar(self) -> None:
        quedan = False
        try:
            self._atender(time.monotonic() + RONDA)
            quedan = self.adjuntos.atender() or bool(self._eventos)
            ahora = time.monotonic()
            if ahora >= self._animar_a_las and not self.preferencias.quieto:
                self._animar_a_las = ahora + CUADRO
                if any([charla.conversacion.animar(ahora) for charla in self._charlas()]):
                    self._calma_a_las = ahora + RATO
            if ahora >= self._refrescar_a_las:
                self._refrescar()
        finally:  # pase lo que pase se vuelve a mirar
            periodo = PERIODO if time.monotonic() < self._calma_a_las else CALMA
            self._sondeo = self.raiz.after(PRISA if quedan else periodo, self._mirar)
        if self.terminar:
            # Un diálogo de Tk no dejaría terminar hasta que alguien lo contestara: se le da por cancelado.
            self.raiz.tk.eval("set ::tk::Priv(selectFilePath) {}; set ::tk::Priv(button) {}")
            self.raiz.quit()

    def _atender(self, limite: float) -> None:
        lote = None
        while lote != [] and time.monotonic() < limite:
            while self._eventos and time.monotonic() < limite:
                evento = self._eventos.popleft()
                self._acciones[type(evento)](evento)
            if not self._eventos:
                lote = self.conexion.recibir()
                self._eventos.extend(self.cliente.avanzar(lote, time.monotonic()))
            if self._eventos:
                self._calma_a_las = time.monotonic() + RATO

    def _al_listo(self, evento: eventos.Listo) -> None:
        sala = evento.sala
        if sala in self._entrando:
            self._entrando.remove(sala)
        if sala not in self._salas:
            self._salas[sala] = modulo_sala.CharlaSala(self, sala)
        self._salas[sala].mostrar()
        suyos = [uno for uno in self._adelantados if uno.sala == sala]
        self._adelantados = [uno for uno in self._adelantados if uno.sala in self._entrando]
        for uno in suyos:
            self._salas[sala].dialogo.recibir(uno)
        self._seguir_entrando()
        self._refrescar()

    def _al_dicho(self, dicho: eventos.Dicho) -> None:
        if dicho.propio and self._charla_de(dicho) is None:
            self._anotar_enviado(dicho)
        elif dicho.privado:
            self._al_privado(dicho)
        elif dicho.sala in self._salas:
            self._salas[dicho.sala].dialogo.recibir(dicho)
        elif dicho.sala in self._entrando and len(self._adelantados) < MAX_ADELANTADOS:
            self._adelantados.append(dicho)

    def _al_privado(self, dicho: eventos.Dicho) -> None:
        persona = dicho.persona
        nueva = persona not in self._privados
        if nueva and len(self._privados) >= MAX_OCULTOS:
            self._anotar_en_todas(f"{persona}, en privado: {dicho.content}")
            return
        cabe = dicho.propio or sum(charla.esta_a_la_vista() for charla in self._privados.values()) < MAX_PRIVADOS
        if nueva and not cabe:  # una ventana más sería una molestia: lo suyo espera en la conversación
            self._anotar_en_todas(f"{persona} te escribió en privado")
        charla = self._charla_con(persona)
        charla.dialogo.recibir(dicho)
        if cabe and not charla.esta_a_la_vista():
            charla.mostrar(con_foco=False)

    def _anotar_enviado(self, dicho: eventos.Dicho) -> None:
        """Recordar que salió algo dicho en una ventana que ya se cerró."""
        charla = f"@{dicho.to}" if dicho.privado else f"#{dicho.sala}"
        self.historial.anotar(dicho.autor, charla, autor=dicho.autor, clase=dialogo.CLASES[dicho.tipo], contenido=dicho.content,
                              hora=dicho.hora, propio=True, estado="enviado", duracion=dicho.duracion)

    def _charla_de(self, evento) -> "ventana_charla.Charla | None":
        """La ventana de lo dicho, de lo que va llegando o de lo que se perdió; None si no hay."""
        if evento.sala is not None:
            return self._salas.get(evento.sala)
        return self._privados.get(evento.persona if isinstance(evento, eventos.Dicho) else evento.autor)

    def _al_progreso(self, evento: eventos.Progreso) -> None:
        charla = self._charla_de(evento)
        if charla is not None:
            charla.dialogo.recibir_progreso(evento.autor, evento.llegados / evento.de)

    def _a_la_lista(self, evento: eventos.Usuarios) -> None:
        if evento.sala in self._salas:
            self._salas[evento.sala].poner_lista(evento.lista)

    def _al_estado_de_la_red(self, evento: eventos.EstadoRed) -> None:
        self._red_caida = "" if evento.activa else evento.content
        if evento.activa:
            self._anotar_en_todas(evento.content)
        self._refrescar()

    def _al_rechazo(self, evento: eventos.Rechazo) -> None:
        sala = evento.sala
        self._rechazadas.append(sala)
        if sala in self._entrando:
            self._entrando.remove(sala)
        estaba = sala in self._salas
        if estaba:
            self._salas[sala].conversacion.agregar_nota(f"Ya no estás en la sala. {evento.content}", "error")
        self.entrada.esperar(bool(self._entrando))
        self.entrada.rechazar(evento.content, sala, con_foco=not estaba)  # quien escribía en la sala seguiría en el nombre

    def _al_error(self, evento: eventos.Error) -> None:
        dicho = evento.dicho
        if dicho is None:
            self._anotar_en_todas(evento.content, "error")
        elif dicho.privado:
            charla = self._charla_con(dicho.to)
            charla.dialogo.fallar(evento.content, dicho)
            charla.mostrar(con_foco=False)
        elif dicho.sala in self._salas:
            self._salas[dicho.sala].dialogo.fallar(evento.content, dicho)

    def _al_perdido(self, evento: eventos.Perdido) -> None:
        charla = self._charla_de(evento)
        if charla is not None:
            charla.dialogo.anotar_perdida(evento.autor, evento.cuantos)
        elif evento.sala is None:  # de quien no tiene ventana
            self._anotar_en_todas(f"{dialogo.contar_perdidos(evento.cuantos)} de {evento.autor}, en privado", "error")

    def _anotar_en_todas(self, nota: str, clase: str = "nota") -> None:
        for charla in self._charlas():
            charla.conversacion.agregar_nota(nota, clase)

    def _refrescar(self) -> None:
        ahora = time.monotonic()
        self._refrescar_a_las = ahora + REFRESCO
        hay = self.cliente.directorio.hay_servidor(ahora)
        self.servidor.vigilar()
        if self.raiz.state() in ("normal", "zoomed"):  # «zoomed»: maximizada, en Windows y macOS
            self.entrada.actualizar(self.cliente.directorio.salas(), self.servidor.describir(hay), hay)
        for ventana in [self.entrada, *self._salas.values()]:
            ventana.franja.poner(*self._avisar(hay))
        for charla in self._salas.values():
            charla.poner_cuenta(self.conexion.cuenta())
        personas = self.cliente.directorio.personas() if self._privados else {}
        for persona, charla in self._privados.items():
            charla.poner_presencia(persona in personas)
            charla.franja.poner(self._red_caida)
        for charla in self._charlas():
            charla.dialogo.preparar_visibles()
            charla.dejar_borrador()  # de una vez: si la pantalla desaparece ya no se podrá
        self.historial.volcar()
        if self._charlas() and self.historial.falla != self._falla_dicha:
            self._falla_dicha = self.historial.falla
            if self._falla_dicha:
                self._anotar_en_todas(self._falla_dicha, "error")

    def _avisar(self, hay: "bool | None") -> tuple:
        """Lo que dice la franja de las ventanas: texto, rótulo del botón y qué hace."""
        if self._red_caida:
            return self._red_caida, "Diagnóstico", self.abrir_diagnostico
        aviso = self.servidor.avisar(hay)
        return (aviso, "Iniciar servidor", self.iniciar_servidor) if aviso and not self.servidor.en_marcha() else (aviso,)

    def iniciar_servidor(self) -> None:
        """Poner en marcha un servidor, que terminará con este programa."""
        self.servidor.iniciar()
        self._refrescar()

    def despedirse(self) -> None:
        """Quitar las ventanas, esperar un poco lo que falte por salir y dejar las salas."""
        self.raiz.after_cancel(self._sondeo)
        for charla in self._charlas():
            charla.dejar_borrador()
        self.sonido.parar()
        self.raiz.destroy()
        self._recordar_lo_dicho(self._eventos)
        limite = time.monotonic() + DESPEDIDA
        while self.cliente.tiene_pendientes() and time.monotonic() < limite:
            self._recordar_lo_dicho(self.cliente.avanzar(self.conexion.recibir(PERIODO / 1000), time.monotonic()))
        self.cliente.despedirse()
        self.conexion.parar()
        while lote := self.conexion.recibir():
            self._recordar_lo_dicho(self.cliente.avanzar(lote, time.monotonic()))
        self.historial.usar(False)
        self.servidor.terminar()
        self.adjuntos.parar()

    def _recordar_lo_dicho(self, sucesos: "collections.abc.Iterable") -> None:
        for suceso in sucesos:
            if isinstance(suceso, eventos.Dicho) and suceso.propio:
                self._anotar_enviado(suceso)

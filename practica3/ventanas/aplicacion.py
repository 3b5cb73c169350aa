"""La aplicación de ventanas: une al Cliente, que sabe qué pasa, con las ventanas, que lo muestran.

    hilo recibir ─▶ cola ─▶ cada 20 ms, por after: ─▶ Cliente.avanzar ─▶ eventos ─▶ ventanas
    hilo enviar  ◀─ cola ◀─ Cliente.decir ◀──────────────────────────── teclas y botones

Todo lo de las ventanas corre en un hilo, el que las creó; los de la red son de red.py.

La cola se mira, en vez de que el hilo de la red avise con `event_generate`, porque a Tk sólo
lo puede tocar su propio hilo. Cada mirada dura poco: una ráfaga se reparte en muchas y entre
ellas la ventana dibuja y atiende el teclado. Cuando hace rato que no pasa nada se mira con
más calma: despertar a Tk es casi toda la CPU de una ventana quieta.
"""

import argparse
import collections
import time
import tkinter as tk

import red
from adjuntos import opus
from presencia import eventos
from presencia import usuario as modulo_usuario
from ventanas import avisos
from ventanas import charla as modulo_charla
from ventanas import descargas
from ventanas import entrada as modulo_entrada
from ventanas import instalacion
from ventanas import preparador
from ventanas import privados
from ventanas import relevo_ofrecido
from ventanas import salas
from ventanas import servidor_propio
from ventanas import sonido
from ventanas import ventana_charla
from ventanas.aspecto import campos_de_texto
from ventanas.aspecto import dialogos
from ventanas.aspecto import foco
from ventanas.aspecto import secundaria
from ventanas.aspecto import tema
from ventanas.aspecto.marcos import Aviso
from ventanas.globos.mensaje import ENVIADO
from ventanas.guardado import historial
from ventanas.guardado import preferencias
from ventanas.informe_diagnostico import VentanaDiagnostico

ANTES_DE_ENTRANDO = 0.4  # s de espera al entrar directamente antes de mostrar «Entrando…»
DESPEDIDA = 3.0  # s que se espera, al cerrar, a que salga lo que aún no pudo salir
PERIODO = 20  # ms entre dos miradas a la cola
PRISA = 5  # ms, si quedó algo por mostrar
CALMA = 60  # ms, si hace rato que no pasa nada: en lo primero que llega no se nota
ACTIVIDAD = 2.0  # s que dura «hace rato»
TIEMPO_DE_MIRADA = 0.008  # s como mucho; el ojo no nota menos de 50 ms
ENTRE_CUADROS = 0.06  # s de un sticker animado
ENTRE_REFRESCOS = 0.5  # s entre dos miradas a salas, servidor y presencia


class Aplicacion:
    """Las ventanas de un usuario y el Cliente que las alimenta."""

    def __init__(self, raiz: tk.Tk, conexion: red.Red, elegidas: argparse.Namespace):
        self.raiz, self.conexion = raiz, conexion
        self.terminar = False  # la pone Ctrl+C en la terminal; la ve la siguiente mirada
        self.cliente = modulo_usuario.Cliente(conexion, time.monotonic(), time.time)
        if opus.hay():
            self.cliente.anunciar_ogg()
        self.preferencias = preferencias.Preferencias()
        self.tema = tema.Tema(raiz, elegidas.tema or self.preferencias.tema,
                              self.preferencias.aumento)
        self.preparador = preparador.Preparador(raiz, self.tema.escala)
        self.descargas = descargas.Descargas(self)
        self.sonido = sonido.Sonido(raiz, self.preferencias, self.preparador)
        self.aplazados = privados.Aplazados(self)
        self.avisos = avisos.Avisos(self.preferencias, self.sonido)
        self.historial = historial.Historial(usar=False)
        self.otra_vez = False  # si al terminar hay que volver a abrir el programa
        self.instalacion = instalacion.Instalacion(raiz, self._volver_a_abrir)
        self.servidor = servidor_propio.ServidorPropio(conexion)
        self.relevo = relevo_ofrecido.RelevoOfrecido(self)
        self.salas = salas.Salas(self)
        # Las conversaciones abiertas, por «#sala» o «@persona».
        self.charlas: "dict[str, ventana_charla.VentanaCharla]" = {}
        # De quién y en qué charla: lo escrito y no enviado en una ventana que se cerró.
        self.borradores: "dict[tuple[str, str], str]" = {}
        self._posicion = elegidas.posicion
        # La última abierta de cada clase.
        self._secundarias: "dict[type, secundaria.VentanaSecundaria]" = {}
        self.en_claro: "set[str]" = set()  # a quienes ya se sabe que les va sin cifrar
        # Las personas que se oyen, por la forma comparable de su nombre.
        self.conectados: "dict[str, tuple[str, str]]" = {}
        self._red_caida = ""
        self._falla_dicha = ""  # la del historial: se dice una vez
        self._animar_a_las = self._refrescar_a_las = self._calma_a_las = 0.0
        self._por_mostrar: "collections.deque" = collections.deque()  # eventos
        self._acciones = {
            eventos.Dicho: self._al_dicho,
            eventos.Listo: self.salas.al_listo,
            eventos.Rechazo: self.salas.al_rechazo,
            eventos.Usuarios: self._a_la_lista,
            eventos.EstadoRed: self._al_estado_de_la_red,
            eventos.HayServidor: lambda evento: None,  # lo dice la franja
            eventos.Error: self._al_error,
            eventos.Entregado: self._al_entregado,
            eventos.Perdido: self._al_perdido,
            eventos.Progreso: self._al_progreso,
            eventos.Cancelado: self._al_cancelado,
            eventos.Pedido: self.descargas.al_pedido,
            eventos.Descargado: self.descargas.al_descargado,
        }
        conexion.enlace.pedir(conexion.enlace.pedida
                              or modulo_entrada.si_existe(self.preferencias.interfaz))
        raiz.withdraw()
        dialogos.preparar(raiz)
        campos_de_texto.preparar_teclas(raiz)
        self.conservar(self.preferencias.historial and not elegidas.sin_historial)
        self.entrada = modulo_entrada.VentanaEntrada(self)
        self._siguiente = raiz.after(0, self._mirar)

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

    def charla_de(self, evento) -> "ventana_charla.VentanaCharla | None":
        """La ventana de la conversación a que toca un evento, si está abierta."""
        return self.charlas.get(clave_de(evento))

    def hay_a_la_vista(self) -> bool:
        """Si alguna charla se muestra."""
        return any(ventana.esta_a_la_vista() for ventana in self.charlas.values())

    def pasar_de_ventana(self, actual: ventana_charla.VentanaCharla) -> None:
        """Pasar a la siguiente ventana de conversación."""
        todas = list(self.charlas.values())
        todas[(todas.index(actual) + 1) % len(todas)].mostrar()

    def al_cerrar_charla(self, clave: str) -> None:
        """Se cerró una ventana de conversación: se sale de la sala; con la última, se termina."""
        del self.charlas[clave]
        if clave[0] == "#" and clave[1:] in self.cliente.salas:
            self.cliente.salir(clave[1:])
        if self.raiz.state() != "withdrawn":
            # Quizá ya se puede cambiar de nombre.
            self.entrada.esperar(self.salas.esta_entrando())
        elif not self.hay_a_la_vista():
            self.raiz.quit()

    def colocar(self, ventana, clase: str, medidas: "tuple[int, int]") -> None:
        """Dar a una ventana el tamaño que tuvo la última de su clase o, si no la hubo, ése.

        Con --posicion no se recuerda: tiene su lugar y quizá su ancho.
        """
        if self._posicion is None:
            medidas = self.preferencias.medidas_de(clase, medidas)
            foco.colocar(ventana, *map(self.tema.px, medidas))
            return
        paso = self.tema.px(foco.ESCALON) * len(self.charlas)
        ancho, alto = map(self.tema.px, medidas)
        x, y, *cabe = self._posicion
        foco.colocar(ventana, min(ancho, *cabe, ancho), alto, (x + paso, y + paso))

    def recordar_medidas(self, ventana, clase: str) -> None:
        """Recordar el tamaño de una ventana que se cierra, si no está maximizada."""
        if self._posicion is None and ventana.state() == "normal":
            lados = (ventana.winfo_width(), ventana.winfo_height())
            medidas = [round(lado / self.tema.escala) for lado in lados]
            self.preferencias.poner(medidas={**self.preferencias.medidas, clase: medidas})

    def abrir_privado(self, persona: str) -> None:
        """Abrir la conversación con una persona y pasar a ella."""
        if persona != self.cliente.user:
            privados.ventana_de(self, persona).mostrar()

    def abrir(self, clase: "type[secundaria.VentanaSecundaria]") -> None:
        """Abrir una ventana secundaria; si ya está abierta, pasar a ella."""
        abierta = self._secundarias.get(clase)
        if abierta is None or not abierta.pasar_a_ella():
            self._secundarias[clase] = clase(self)

    # ---- preferencias

    def elegir_red(self, interfaz: str) -> None:
        """Usar la red de una interfaz, o con "" la que diga el sistema."""
        self.conexion.hablar_por(None)  # ya no por un relevo
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

    def poner_silencio(self, silencio: bool) -> None:
        """Que ninguna conversación suene, o que suenen las que no se callaron."""
        self.preferencias.poner(silencio=silencio)
        for ventana in self.charlas.values():
            ventana.mostrar_silencio()

    def conservar(self, usar: bool) -> None:
        """Conservar conversaciones y adjuntos de una vez a otra, o no."""
        self.historial.usar(usar)
        self.preparador.conservar = usar

    # ---- los eventos

    def _al_dicho(self, dicho: eventos.Dicho) -> None:
        ventana = self.charlas.get(clave_de(dicho))
        if ventana is not None and ventana.esta_a_la_vista():
            ventana.charla.recibir(dicho)
        elif ventana is None and dicho.propio:
            self._anotar_enviado(dicho)
        elif dicho.privado:
            privados.recibir(self, dicho)
        else:
            self.salas.adelantar(dicho)

    def _anotar_enviado(self, dicho: eventos.Dicho) -> None:
        """Recordar que salió algo dicho en una ventana que ya se cerró."""
        self.historial.anotar(dicho.autor, clave_de(dicho), historial.Fila(
            dicho.tipo, dicho.autor, dicho.content or str(dicho.borrada or ""), dicho.hora, True,
            ENVIADO,
            duracion=dicho.duracion))

    def _al_entregado(self, evento: eventos.Entregado) -> None:
        if (ventana := self.charlas.get(clave_de(evento.dicho))) is not None:
            ventana.charla.entregar(evento.dicho)

    def _al_progreso(self, evento: eventos.Progreso) -> None:
        if (ventana := self.charlas.get(clave_de(evento))) is not None:
            ventana.charla.recibir_progreso(evento)

    def _al_cancelado(self, evento: eventos.Cancelado) -> None:
        if (ventana := self.charlas.get(clave_de(evento))) is not None:
            ventana.charla.anotar_cancelado(evento)

    def _al_perdido(self, evento: eventos.Perdido) -> None:
        self.relevo.anotar_perdida()
        if (ventana := self.charlas.get(clave_de(evento))) is not None:
            ventana.charla.anotar_perdida(evento)
        elif evento.sala is None:  # de quien no tiene ventana
            perdidos = modulo_charla.contar_perdidos(evento.cuantos)
            self.anotar_en_todas(f"{perdidos} de {evento.autor}, en privado", True)

    def _al_error(self, evento: eventos.Error) -> None:
        if evento.dicho is None:
            self.anotar_en_todas(evento.content, True)
        elif evento.dicho.privado and evento.dicho.propio:
            privados.fallar(self, evento)
        elif (ventana := self.charlas.get(clave_de(evento.dicho))) is not None:
            ventana.charla.fallar(evento.content, evento.dicho)

    def _a_la_lista(self, evento: eventos.Usuarios) -> None:
        if (ventana := self.charlas.get(f"#{evento.sala}")) is not None:
            ventana.poner_lista(evento.lista)

    def _al_estado_de_la_red(self, evento: eventos.EstadoRed) -> None:
        self._red_caida = "" if evento.estado == "activa" else evento.content
        if evento.estado == "activa":
            self.anotar_en_todas(evento.content)
            self.entrada.mostrar_red()  # quizá es un relevo
        self.refrescar()

    def anotar_en_todas(self, nota: str, error: bool = False) -> None:
        """Poner una nota en todas las conversaciones."""
        for ventana in self.charlas.values():
            ventana.conversacion.agregar_nota(nota, error)

    # ---- lo que se mira cada tanto

    def _mirar(self) -> None:
        """Atender lo que llegó y, a su hora, lo demás. Pase lo que pase se vuelve a mirar."""
        quedan = False
        try:
            self._atender_la_red(time.monotonic() + TIEMPO_DE_MIRADA)
            quedan = self.preparador.atender() or bool(self._por_mostrar)
            ahora = time.monotonic()
            if ahora >= self._animar_a_las:
                self._animar_a_las = ahora + ENTRE_CUADROS
                if self._animar(ahora):
                    self._calma_a_las = ahora + ACTIVIDAD
            if ahora >= self._refrescar_a_las:
                self._refrescar_a_las = ahora + ENTRE_REFRESCOS
                self.refrescar()
        finally:
            periodo = PERIODO if time.monotonic() < self._calma_a_las else CALMA
            self._siguiente = self.raiz.after(PRISA if quedan else periodo, self._mirar)
        if self.terminar:
            # Un diálogo de Tk no dejaría terminar hasta que alguien lo contestara: se cancela.
            self.raiz.tk.eval("set ::tk::Priv(selectFilePath) {}; set ::tk::Priv(button) {}")
            self.raiz.quit()

    def _atender_la_red(self, limite: float) -> None:
        lote = None
        while lote != [] and time.monotonic() < limite:
            while self._por_mostrar and time.monotonic() < limite:
                evento = self._por_mostrar.popleft()
                self._acciones[type(evento)](evento)
            if not self._por_mostrar:
                lote = self.conexion.recibir()
                self._por_mostrar.extend(self.cliente.avanzar(lote, time.monotonic()))
            if self._por_mostrar:
                self._calma_a_las = time.monotonic() + ACTIVIDAD

    def _animar(self, ahora: float) -> bool:
        """Mover los stickers que están a la vista; si hay alguno."""
        return not self.preferencias.quieto and any(
            [ventana.conversacion.lista.animar(ahora) for ventana in self.charlas.values()])

    def refrescar(self) -> None:
        """Poner al día lo que cambia sin que haya un evento."""
        self.servidor.vigilar()
        self.conectados = self.cliente.directorio.personas()
        self.aplazados.enviar()
        hay = self.cliente.hay_servidor(time.monotonic())
        self.relevo.mirar(hay, time.monotonic())
        aviso = self.relevo.avisar() or self._avisar()
        self.entrada.refrescar(aviso, hay)
        self.entrada.faltantes.poner(self.instalacion.aviso)
        for ventana in self.charlas.values():
            ventana.refrescar(aviso)
        self.historial.volcar()
        if self.charlas and self.historial.falla != self._falla_dicha:
            self._falla_dicha = self.historial.falla
            if self._falla_dicha:
                self.anotar_en_todas(self._falla_dicha, True)

    def _avisar(self) -> Aviso:
        """Lo que dice la franja de las ventanas."""
        if self._red_caida:
            return Aviso(self._red_caida, "Diagnóstico", lambda: self.abrir(VentanaDiagnostico),
                         es_de_la_red=True)
        texto = self.servidor.avisar(self.cliente.falta_servidor)
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
        self.raiz.after_cancel(self._siguiente)
        self.sonido.callar()
        self.relevo.cerrar()
        self.recordar_medidas(self.raiz, "entrada")
        for ventana in self.charlas.values():
            self.recordar_medidas(ventana.ventana, ventana.clase)
        self.raiz.destroy()
        self._recordar_lo_dicho(self._por_mostrar)
        limite = time.monotonic() + DESPEDIDA
        while self.cliente.tiene_pendientes() and time.monotonic() < limite:
            lote = self.conexion.recibir(PERIODO / 1000)
            self._recordar_lo_dicho(self.cliente.avanzar(lote, time.monotonic()))
        self.cliente.despedirse()
        self.conexion.parar()
        while lote := self.conexion.recibir():
            self._recordar_lo_dicho(self.cliente.avanzar(lote, time.monotonic()))
        self.historial.usar(False)
        self.servidor.terminar()
        self.instalacion.terminar()
        self.preparador.parar()

    def _recordar_lo_dicho(self, sucesos) -> None:
        for suceso in sucesos:
            if isinstance(suceso, eventos.Dicho) and suceso.propio:
                self._anotar_enviado(suceso)


def clave_de(evento) -> str:
    """La conversación a que toca: «#sala», o «@persona» con su nombre en forma comparable."""
    evento = getattr(evento, "dicho", None) or evento
    if evento.sala is not None:
        return f"#{evento.sala}"
    persona = evento.persona if isinstance(evento, eventos.Dicho) else evento.autor
    return privados.clave_de(persona)

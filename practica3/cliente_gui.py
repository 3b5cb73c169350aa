"""El chat con ventanas.

    python cliente_gui.py
    python cliente_gui.py --usuario Ana --sala general --sala redes

Aquí está la aplicación: une al Cliente, que sabe qué pasa, con las ventanas, que lo
muestran. Todo lo de este archivo corre en el hilo de la ventana:

    hilo recibir ─▶ cola ─▶ cada 20 ms, por after: ─▶ Cliente.avanzar ─▶ eventos ─▶ ventanas
    hilo enviar  ◀─ cola ◀──────────────────────────  Cliente.decir   ◀─ teclas y botones

La cola se mira cada tanto, en vez de que el hilo de la red avise con `event_generate`,
porque a Tk sólo lo puede tocar su propio hilo. Cada mirada dura poco: una ráfaga se
reparte en muchas y entre ellas la ventana dibuja y atiende el teclado.
"""

import argparse
import collections
import pathlib
import signal
import subprocess
import sys
import time

import campos
import cliente
import opciones
import red
import terminal

try:
    import tkinter as tk

    import tema
    import ventana_charla
    import ventana_entrada
except ModuleNotFoundError as error:
    if error.name not in ("tkinter", "_tkinter"):
        raise
    sys.exit("Falta Tkinter: sudo apt install python3-tk, o usa python cliente.py en la terminal")

PERIODO = 20  # ms entre dos miradas a la cola
PRISA = 5  # ms, si quedó algo por mostrar
RONDA = 0.008  # s que dura como mucho cada mirada; el ojo no nota menos de 50 ms
REFRESCO = 0.5  # s entre dos miradas a salas, servidor y presencia
PACIENCIA = 0.4  # s de espera al entrar directamente antes de mostrar «Entrando…»
DESPEDIDA = 3.0  # s que se espera, al cerrar, a que salga lo que aún no pudo salir
MAX_PRIVADOS = 20  # ventanas que otros pueden abrir escribiendo en privado
ESCALON = 32  # píxeles entre una ventana y la siguiente, con --posicion
SERVIDOR = pathlib.Path(__file__).with_name("servidor.py")
ERRORES = (campos.ErrorProtocolo, cliente.ErrorAccion)


class Aplicacion:
    """Las ventanas de un usuario y el Cliente que las alimenta."""

    def __init__(self, raiz: tk.Tk, conexion: red.Red, elegidas: argparse.Namespace):
        self.raiz = raiz
        self.conexion = conexion
        self.cliente = cliente.Cliente(conexion, time.monotonic())
        self.tema = tema.Tema(raiz, elegidas.tema)
        self.terminar = False  # la pone Ctrl+C en la terminal; la ve la siguiente mirada
        self._posicion = elegidas.posicion
        self._salas: "dict[str, ventana_charla.CharlaSala]" = {}
        self._privados: "dict[str, ventana_charla.CharlaPrivada]" = {}
        self._entrando: "list[str]" = []  # salas pedidas que aún no contestan
        self._rechazadas: "list[str]" = []  # salas a las que no se pudo entrar con ese nombre
        self._eventos: "collections.deque[dict]" = collections.deque()
        self._red_caida = ""
        self._en_camino = 0  # mensajes propios que aún no salen a la red
        self._servidor_propio: "subprocess.Popen | None" = None
        self._queja_servidor = ""
        self._refrescar_a_las = 0.0
        self._acciones = {
            "listo": self._al_listo,
            "mensaje": lambda evento: self._en_sala(evento, evento["content"]),
            "privado": lambda evento: self._en_privado(evento, evento["content"]),
            "sticker": self._al_adjunto,
            "audio": self._al_adjunto,
            "usuarios": self._a_la_lista,
            "aviso": self._al_aviso,
            "error": self._al_error,
            "perdido": self._al_perdido,
        }
        raiz.withdraw()
        self.entrada = ventana_entrada.VentanaEntrada(self)
        self._sondeo = raiz.after(0, self._mirar)

    def empezar(self, usuario: "str | None", salas: "list[str]") -> None:
        """Mostrar la entrada o, si ya se sabe quién y a dónde, entrar sin preguntar."""
        self.entrada.nombre.set(usuario or "")
        self.entrada.sala.set(salas[0] if salas else ventana_entrada.SALA_HABITUAL)
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
            self._intentar(self.cliente.salir, sala)
        self._entrando.clear()
        self.entrada.esperar(False)

    def cerrar_entrada(self) -> None:
        """Cerrar la ventana de entrada: con charlas abiertas sólo se oculta; sin ellas, es el fin."""
        self.cancelar_entrada()
        if self._salas or self._privados:
            self.entrada.ocultar()
        else:
            self.raiz.quit()

    def tiene_nombre_fijo(self) -> bool:
        """Si el nombre ya no se puede cambiar: hay que salir antes de todas las salas."""
        return any(sala not in self._entrando for sala in self.cliente.salas)

    def decir(self, sala: str, texto: str) -> str:
        """Decir algo en una sala; devuelve por qué no se pudo, o nada."""
        return self._intentar(self.cliente.decir, sala, texto)

    def decir_privado(self, para: str, texto: str) -> str:
        """Decir algo a una persona; devuelve por qué no se pudo, o nada."""
        return self._intentar(self.cliente.decir_privado, para, texto, time.monotonic())

    def _intentar(self, accion, *datos) -> str:
        try:
            accion(*datos)
        except ERRORES as error:
            return str(error)
        self._en_camino += 1
        return ""

    def abrir_privado(self, persona: str) -> None:
        """Abrir la conversación con una persona y pasar a ella."""
        if persona != self.cliente.user:
            self._charla_con(persona).mostrar()

    def _charla_con(self, persona: str) -> ventana_charla.CharlaPrivada:
        if persona not in self._privados:
            self._privados[persona] = ventana_charla.CharlaPrivada(self, persona)
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
        elif not self._salas and not self._privados:
            self.raiz.quit()

    def colocar(self, ventana, ancho: int, alto: int) -> None:
        """Dar su tamaño a una ventana y, con --posicion, también su lugar."""
        ancho, alto = min(ancho, ventana.winfo_screenwidth()), min(alto, ventana.winfo_screenheight() - ESCALON)
        donde = ""
        if self._posicion is not None:
            x, y = self._posicion
            paso = self.tema.px(ESCALON) * (len(self._salas) + len(self._privados))
            donde = f"+{x + paso}+{y + paso}"
        ventana.geometry(f"{ancho}x{alto}{donde}")

    # ---- la cola

    def _mirar(self) -> None:
        try:
            self._atender(time.monotonic() + RONDA)
            if time.monotonic() >= self._refrescar_a_las:
                self._refrescar()
        finally:  # pase lo que pase se vuelve a mirar
            self._sondeo = self.raiz.after(PRISA if self._eventos else PERIODO, self._mirar)
        if self.terminar:
            self.raiz.quit()

    def _atender(self, limite: float) -> None:
        lote = None
        while lote != [] and time.monotonic() < limite:
            while self._eventos and time.monotonic() < limite:
                evento = self._eventos.popleft()
                self._en_camino = max(0, self._en_camino - self._es_propio(evento))
                self._acciones[evento["evento"]](evento)
            if not self._eventos:
                lote = self.conexion.recibir()
                self._eventos.extend(self.cliente.avanzar(lote, time.monotonic()))

    def _es_propio(self, evento: dict) -> bool:
        """Si cierra algo que dijimos: ya salió a la red, o no va a salir."""
        return "mensaje" in evento or evento.get("propio", False)

    def _al_listo(self, evento: dict) -> None:
        sala = evento["sala"]
        if sala in self._entrando:
            self._entrando.remove(sala)
        if sala not in self._salas:
            self._salas[sala] = ventana_charla.CharlaSala(self, sala)
        self._salas[sala].mostrar()
        self._seguir_entrando()
        self._refrescar()

    def _en_sala(self, evento: dict, contenido: str) -> None:
        if evento["sala"] in self._salas:
            self._salas[evento["sala"]].agregar(evento["user"], contenido, evento["hora"], evento.get("propio", False))

    def _en_privado(self, evento: dict, contenido: str) -> None:
        propio = evento.get("propio", False)
        persona = evento["to"] if propio else evento["from"]
        nueva = persona not in self._privados
        if nueva and not propio and len(self._privados) >= MAX_PRIVADOS:
            self._anotar_en_todas(f"{persona}, en privado: {contenido}")  # una ventana más sería una molestia
            return
        charla = self._charla_con(persona)
        charla.agregar(evento["from"], contenido, evento["hora"], propio)
        if nueva:
            charla.mostrar(con_foco=False)

    def _al_adjunto(self, evento: dict) -> None:
        contenido = "[mensaje de voz]" if evento["evento"] == "audio" else f"[sticker {evento['content']}]"
        (self._en_sala if "sala" in evento else self._en_privado)(evento, contenido)

    def _a_la_lista(self, evento: dict) -> None:
        if evento["sala"] in self._salas:
            self._salas[evento["sala"]].poner_lista(evento["lista"])

    def _al_aviso(self, evento: dict) -> None:
        if "sala" in evento:
            self._al_rechazo(evento["sala"], evento["content"])
        elif "red" in evento:
            self._red_caida = evento["content"] if evento["red"] == "caida" else ""
            if not self._red_caida:
                self._anotar_en_todas(evento["content"])
            self._refrescar()

    def _al_rechazo(self, sala: str, explicacion: str) -> None:
        self._rechazadas.append(sala)
        if sala in self._entrando:
            self._entrando.remove(sala)
        if sala in self._salas:
            self._salas[sala].agregar_error(f"Ya no estás en la sala. {explicacion}", None)
        self.entrada.esperar(bool(self._entrando))
        self.entrada.rechazar(explicacion, sala)

    def _al_error(self, evento: dict) -> None:
        mensaje = evento.get("mensaje")
        if mensaje is None:
            self._anotar_en_todas(evento["content"], "error")
        elif "to" in mensaje:
            charla = self._charla_con(mensaje["to"])
            charla.agregar_error(evento["content"], mensaje)
            charla.mostrar(con_foco=False)
        elif mensaje["sala"] in self._salas:
            self._salas[mensaje["sala"]].agregar_error(evento["content"], mensaje)

    def _al_perdido(self, evento: dict) -> None:
        nota = "Se perdió un mensaje" if evento["cuantos"] == 1 else f"Se perdieron {evento['cuantos']} mensajes"
        if "sala" in evento and evento["sala"] in self._salas:
            self._salas[evento["sala"]].conversacion.agregar_nota(f"{nota} de {evento['user']}", "error")
        elif "from" in evento and evento["from"] in self._privados:
            self._privados[evento["from"]].conversacion.agregar_nota(nota, "error")

    def _anotar_en_todas(self, nota: str, clase: str = "nota") -> None:
        for charla in [*self._salas.values(), *self._privados.values()]:
            charla.conversacion.agregar_nota(nota, clase)

    # ---- lo que se mira cada medio segundo

    def _refrescar(self) -> None:
        ahora = time.monotonic()
        self._refrescar_a_las = ahora + REFRESCO
        self._vigilar_servidor_propio()
        hay = self.cliente.directorio.hay_servidor(ahora)
        self.entrada.actualizar(self.cliente.directorio.salas(), self._describir_red(), self._describir_servidor(hay), hay)
        for ventana in [self.entrada, *self._salas.values()]:
            ventana.franja.poner(*self._avisar(hay))
        for charla in self._salas.values():
            charla.poner_cuenta(self.conexion.cuenta())
        personas = self.cliente.directorio.personas() if self._privados else {}
        for persona, charla in self._privados.items():
            charla.poner_presencia(persona in personas)
            charla.franja.poner(self._describir_caida())

    def _describir_caida(self) -> str:
        esperan = f" Mensajes que esperan: {self._en_camino}." if self._red_caida and self._en_camino else ""
        return self._red_caida + esperan

    def _describir_red(self) -> str:
        donde = " (sólo este equipo)" if self.conexion.interfaz == red.LAZO else ""
        return f"Red {self.conexion.interfaz}{donde} · {self.conexion.grupo}:{self.conexion.puerto}"

    def _describir_servidor(self, hay: "bool | None") -> str:
        if self._servidor_propio is not None and hay:
            return "Servidor en marcha: lo inició este programa y termina con él"
        return {True: "Servidor en marcha", False: "No se oye ningún servidor", None: "Buscando un servidor…"}[hay]

    def _avisar(self, hay: "bool | None") -> tuple:
        """Lo que dice la franja de las ventanas: texto, rótulo del botón y qué hace."""
        if self._red_caida:
            return (self._describir_caida(),)
        if hay is not False:
            return ("",)
        if self._servidor_propio is not None:
            return ("Iniciando el servidor…",)
        texto = self._queja_servidor or "No se oye ningún servidor. Los mensajes llegan igual, pero la lista de personas es provisional."
        return (texto, "Iniciar servidor", self.iniciar_servidor)

    # ---- un servidor de este programa

    def iniciar_servidor(self) -> None:
        """Poner en marcha servidor.py en otro proceso, con la misma red; terminará con este programa."""
        orden = [sys.executable, str(SERVIDOR), "--grupo", self.conexion.grupo, "--puerto", str(self.conexion.puerto),
                 "--interfaz", self.conexion.interfaz]
        # Sin CREATE_NO_WINDOW, en Windows se abriría una consola negra.
        sin_ventana = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        nada = subprocess.DEVNULL
        self._queja_servidor = ""
        try:
            self._servidor_propio = subprocess.Popen(orden, stdin=nada, stdout=nada, stderr=nada, creationflags=sin_ventana)
        except OSError as error:
            self._queja_servidor = f"No se pudo iniciar el servidor: {error.strerror}."
        self._refrescar()

    def _vigilar_servidor_propio(self) -> None:
        if self._servidor_propio is not None and self._servidor_propio.poll() is not None:
            self._queja_servidor = f"El servidor que inició este programa terminó (código {self._servidor_propio.returncode})."
            self._servidor_propio = None

    def _terminar_servidor(self) -> None:
        if self._servidor_propio is not None:
            self._servidor_propio.terminate()
            self._servidor_propio.wait()
            self._servidor_propio = None

    # ---- el final

    def despedirse(self) -> None:
        """Quitar las ventanas, esperar un poco lo que falte por salir y dejar las salas."""
        self.raiz.after_cancel(self._sondeo)
        self.raiz.destroy()
        limite = time.monotonic() + DESPEDIDA
        while self.cliente.tiene_pendientes() and time.monotonic() < limite:
            self.cliente.avanzar(self.conexion.recibir(PERIODO / 1000), time.monotonic())
        self.cliente.despedirse()
        self.conexion.parar()
        self._terminar_servidor()


# -------------------------------------------------------------------- el programa


def main(argumentos: "list[str] | None" = None) -> int:
    """Abrir las ventanas y atenderlas hasta que se cierren. Devuelve el código de salida."""
    elegidas = leer_opciones(argumentos)
    terminal.preparar_salida()
    tema.preparar_pantalla()
    try:
        conexion = opciones.abrir_red(elegidas)
        raiz = tk.Tk(className="Chat")
    except red.ErrorRed as error:
        print(error, file=sys.stderr)
        return 1
    except tk.TclError as error:
        print(f"No hay pantalla para las ventanas ({error}). En la terminal: python cliente.py", file=sys.stderr)
        return 1
    conexion.iniciar()
    aplicacion = Aplicacion(raiz, conexion, elegidas)
    for senal in (signal.SIGINT, signal.SIGTERM):
        signal.signal(senal, lambda *_: setattr(aplicacion, "terminar", True))
    aplicacion.empezar(elegidas.usuario, elegidas.sala)
    raiz.mainloop()
    aplicacion.despedirse()
    return 0


def leer_opciones(argumentos: "list[str] | None") -> argparse.Namespace:
    """Leer las opciones de la línea de órdenes."""
    analizador = argparse.ArgumentParser(prog="cliente_gui.py", description="Cliente del chat, con ventanas.")
    analizador.add_argument("--usuario", help="tu nombre")
    analizador.add_argument("--sala", action="append", default=[], help="sala a la que entrar; se puede repetir")
    analizador.add_argument("--tema", choices=sorted(tema.COLORES), default="claro", help="colores de las ventanas")
    # Para la demostración, que pone varios programas en una misma pantalla.
    analizador.add_argument("--posicion", type=leer_posicion, metavar="X,Y", help=argparse.SUPPRESS)
    opciones.agregar_opciones(analizador)
    return analizador.parse_args(argumentos)


def leer_posicion(texto: str) -> "tuple[int, int]":
    """Leer la esquina de la primera ventana, en píxeles."""
    x, coma, y = texto.partition(",")
    if not (coma and x.isdecimal() and y.isdecimal()):
        raise argparse.ArgumentTypeError(f"«{texto}» no es una posición, como 40,60")
    return int(x), int(y)


if __name__ == "__main__":
    sys.exit(main())

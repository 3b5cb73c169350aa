"""La conversación: la lista de globos (lista.py) y lo que con ella se hace.

Con el ratón se elige texto dentro de un mensaje, o varios mensajes; con las flechas se va
de uno en uno. Enter, o un clic, abre enlaces y toca lo que suena; Ctrl+C copia siempre lo
original, emoji incluidos. Buscar no distingue acentos ni mayúsculas.
"""

import threading
import time
import tkinter as tk
import webbrowser

from ventanas.globos import lista
from ventanas.globos import mensajes
from ventanas.aspecto import texto_seguro

PASO_BUSQUEDA = 500  # mensajes que se miran de un tirón al buscar
PASO_VOZ = 2.0  # s que una flecha adelanta o atrasa una voz
TIRON = 60  # píxeles que como mucho se desplaza cada vez, al arrastrar fuera de la ventana


class Conversacion(lista.Lista):
    """Lo dicho en una sala o con una persona. `al_actuar(acción, mensaje, dato)`: lo que se pide con un clic."""

    def __init__(self, madre, tema, al_actuar):
        super().__init__(madre, tema)
        self._al_actuar = al_actuar
        self._por_entregar = ""  # lo elegido, mientras otro programa lo pega por partes
        self.menu = tk.Menu(self, tearoff=False)
        self._enlazar()
        self.vestir()

    def _enlazar(self) -> None:
        lienzo, mando = self.lienzo, self.tema.tecla_mando
        for suceso, orden in (
            ("<Button-1>", self._al_pulsar), ("<B1-Motion>", self._al_arrastrar),
            ("<Double-Button-1>", self._elegir_palabra), ("<Motion>", self._al_pasar),
            ("<Up>", lambda _: self.enfocar(-1)), ("<Down>", lambda _: self.enfocar(1)),
            ("<Shift-Up>", lambda _: self._extender(-1)), ("<Shift-Down>", lambda _: self._extender(1)),
            ("<Left>", lambda _: self._adelantar(-PASO_VOZ)), ("<Right>", lambda _: self._adelantar(PASO_VOZ)),
            ("<Return>", lambda _: self._actuar_enfocado()), ("<space>", lambda _: self._actuar_enfocado()),
            (f"<{mando}-c>", lambda _: self.copiar()), (f"<{mando}-a>", lambda _: self._elegir_todo()), ("<Escape>", self._al_escapar),
            ("<Shift-F10>", self._abrir_menu_con_tecla),
            ("<FocusIn>", lambda _: self._pedir_pintura()), ("<FocusOut>", lambda _: self._pedir_pintura()),
            ("<<TraverseIn>>", lambda _: self.enfocar(0)),
            ("<Button-2>" if lienzo.tk.call("tk", "windowingsystem") == "aqua" else "<Button-3>", self._abrir_menu),
        ):
            lienzo.bind(suceso, orden)
        if lienzo.tk.call("tk", "windowingsystem") == "x11":
            lienzo.bind("<Menu>", self._abrir_menu_con_tecla)
        lienzo.selection_handle(self._entregar_seleccion, selection="PRIMARY")

    # ---- el teclado

    def enfocar(self, paso: int) -> str:
        """Pasar el foco al mensaje siguiente (1) o anterior (-1); con 0, al último visible."""
        if self._mensajes:
            fin = self._base + len(self._mensajes) - 1
            self._enfocado = max(self._base, min(self._desde_donde(paso) + paso, fin))
            self._eleccion = None
            puesto = self._puestos.get(self._enfocado)
            if puesto is None or puesto.y < 0:
                self._mirar(self._enfocado, self.tema.px(lista.ORILLA) if paso < 0 else self.lienzo.winfo_height() // 2)
            elif puesto.y + puesto.alto > self.lienzo.winfo_height():
                self.desplazar(puesto.y + puesto.alto - self.lienzo.winfo_height() + self.tema.px(lista.ORILLA))
            self._pedir_pintura()
        return "break"

    def _desde_donde(self, paso: int) -> int:
        """El mensaje del que se parte: el que tiene el foco o, si ya no está a la vista, uno que sí."""
        if paso and self._enfocado in self._puestos:
            return self._enfocado
        ultimo = max(self._puestos, default=self._base + len(self._mensajes) - 1)
        return ultimo if paso <= 0 else min(self._puestos, default=ultimo + 1) - 1

    def _actuar_enfocado(self) -> str:
        if self._enfocado is not None and self._enfocado in self._puestos:
            zonas = self._puestos[self._enfocado].zonas
            accion = next((zona for zona in zonas if zona[4] in ("tocar", "enlace", "reintentar", "desplegar")), None)
            if accion:
                self._actuar(accion[4], self._mensajes[self._enfocado - self._base], accion[5], 0)
        return "break"

    def _extender(self, paso: int) -> str:
        """Elegir también el mensaje siguiente (1) o el anterior (-1)."""
        if self._enfocado is not None:
            desde = self._eleccion[0] if self._eleccion is not None else self._enfocado
            self.enfocar(paso)
            self._eleccion = (desde, None, self._enfocado, None) if desde != self._enfocado else None
        return "break"

    def _adelantar(self, segundos: float) -> str:
        """Mover una voz desde donde va."""
        if self._enfocado in self._puestos:
            self._al_actuar("adelantar", self._mensajes[self._enfocado - self._base], segundos)
        return "break"

    def _al_escapar(self, _evento) -> None:
        self._eleccion = None
        self._pedir_pintura()

    # ---- el ratón

    def _en(self, x: int, y: int) -> "tuple[int | None, tuple]":
        """El mensaje que está en un punto y la zona de él."""
        for numero, puesto in self._puestos.items():
            if puesto.y <= y < puesto.y + puesto.alto:
                zona = next((z for z in puesto.zonas if z[0] <= x < z[2] and z[1] <= y - puesto.y < z[3]), ())
                return numero, zona
        return None, ()

    def _al_pasar(self, evento) -> None:
        _, zona = self._en(evento.x, evento.y)
        cursor = "hand2" if zona and zona[4] != "mensaje" else "xterm" if zona else "arrow"
        if self.lienzo["cursor"] != cursor:
            self.lienzo.configure(cursor=cursor)

    def _al_pulsar(self, evento) -> None:
        self.lienzo.focus_set()
        numero, zona = self._en(evento.x, evento.y)
        self._eleccion = self._enfocado = None
        if zona and zona[4] != "mensaje":
            self._actuar(zona[4], self._mensajes[numero - self._base], zona[5], evento.x)
        elif numero is not None:
            self._eleccion = (numero, self._posicion(numero, evento)) * 2
        self._pedir_pintura()

    def _posicion(self, numero: int, evento) -> "tuple | None":
        return self.pintor.posicion_en(self._mensajes[numero - self._base], self._puestos[numero], evento.x, evento.y)

    def _al_arrastrar(self, evento) -> None:
        if self._eleccion is None:
            return
        alto = self.lienzo.winfo_height()
        if not 0 <= evento.y < alto:  # fuera de la ventana: se sigue eligiendo y se desplaza
            self.desplazar(max(-TIRON, min(TIRON, evento.y if evento.y < 0 else evento.y - alto)))
        numero, _ = self._en(evento.x, max(0, min(evento.y, alto - 1)))
        if numero is not None:
            self._eleccion = (*self._eleccion[:2], numero, self._posicion(numero, evento))
            self.lienzo.selection_own(selection="PRIMARY")
            self._pedir_pintura()

    def _elegir_palabra(self, evento) -> None:
        numero, zona = self._en(evento.x, evento.y)
        donde = self._posicion(numero, evento) if numero is not None else None
        mensaje = self._mensajes[numero - self._base] if donde else None
        if mensaje is None or mensaje.medidas.acomodo is None or donde[1] >= len(mensaje.medidas.acomodo.renglones[donde[0]]):
            return
        visible = mensaje.medidas.acomodo.renglones[donde[0]][donde[1]].visible
        desde = hasta = min(donde[2], len(visible))
        while desde > 0 and visible[desde - 1].isalnum():
            desde -= 1
        while hasta < len(visible) and visible[hasta].isalnum():
            hasta += 1
        self._eleccion = (numero, (*donde[:2], desde), numero, (*donde[:2], hasta))
        self.lienzo.selection_own(selection="PRIMARY")
        self._pedir_pintura()

    def _actuar(self, accion: str, mensaje: mensajes.Mensaje, dato, x: int) -> None:
        if accion == "enlace":
            url = dato if dato.lower().startswith("http") else f"https://{dato}"
            # En otro hilo: webbrowser espera a que el navegador conteste, que con Firefox pueden ser 5 s.
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
        elif accion == "desplegar":
            self._al_final = False  # lo que crece, que crezca hacia abajo
            self.cambiar(mensaje, maximo=mensaje.maximo + mensajes.TANDA)
        elif accion == "mover":
            self._al_actuar("mover", mensaje, (x - dato[0]) / max(1, dato[1] - dato[0]))
        else:
            self._al_actuar(accion, mensaje, dato)

    # ---- elegir y copiar

    def _elegido_en(self, numero: int) -> "tuple | None":
        """Lo elegido de un mensaje: posiciones inicial y final."""
        if self._eleccion is None:
            return None
        n0, p0, n1, p1 = self._eleccion
        if n0 == n1 == numero:
            return (min(p0, p1), max(p0, p1)) if p0 and p1 and p0 != p1 else None
        if n0 != n1 and min(n0, n1) <= numero <= max(n0, n1):  # de varios mensajes, enteros
            acomodo = self._mensajes[numero - self._base].medidas and self._mensajes[numero - self._base].medidas.acomodo
            return ((0, 0, 0), (len(acomodo.renglones) - 1, len(acomodo.renglones[-1]), 0)) if acomodo else ((0, 0, 0), (0, 0, 0))
        return None

    def _elegir_todo(self) -> str:
        if len(self._mensajes) == 1:
            self._eleccion, self._enfocado = None, self._base  # uno solo, como con las flechas: dándole el foco
        elif self._mensajes:
            self._eleccion = (self._base, None, self._base + len(self._mensajes) - 1, None)
        self._pedir_pintura()
        return "break"

    def leer_eleccion(self) -> str:
        """El texto original de lo elegido; de varios mensajes, cada uno con su hora y su autor."""
        if self._eleccion is None:
            enfocado = self._mensajes[self._enfocado - self._base] if self._enfocado is not None else None
            return enfocado.contenido if enfocado else ""
        n0, _, n1, _ = self._eleccion
        if n0 == n1:
            elegido = self._elegido_en(n0)
            return mensajes.copiar_tramo(self._mensajes[n0 - self._base], elegido) if elegido else ""
        return "\n".join(map(escribir_mensaje, self._mensajes[min(n0, n1) - self._base : max(n0, n1) - self._base + 1]))

    def _entregar_seleccion(self, desde: str, cuantos: str) -> str:
        """Lo pide Tk, de 4 000 en 4 000 letras y desde la primera: sólo entonces se arma el texto."""
        if int(desde) == 0:
            self._por_entregar = self.leer_eleccion()
        return self._por_entregar[int(desde) : int(desde) + int(cuantos)]

    def copiar(self, texto: str = "") -> str:
        """Copiar lo elegido, o el mensaje que tiene el foco."""
        texto = texto or self.leer_eleccion()
        if texto:
            self.clipboard_clear()
            self.clipboard_append(texto)
        return "break"

    def _abrir_menu(self, evento) -> str:
        self.lienzo.focus_set()
        numero, zona = self._en(evento.x, evento.y)
        if numero is not None:
            self._enfocado = numero
            self._ofrecer(self._mensajes[numero - self._base], zona, evento.x_root, evento.y_root)
        return "break"

    def _abrir_menu_con_tecla(self, _evento) -> str:
        if self._enfocado in self._puestos:
            puesto = self._puestos[self._enfocado]
            zona = next((z for z in puesto.zonas if z[4] == "enlace"), ())
            self._ofrecer(self._mensajes[self._enfocado - self._base], zona, self.lienzo.winfo_rootx() + self.tema.px(80),
                          self.lienzo.winfo_rooty() + max(0, puesto.y) + self.tema.px(20))
        return "break"

    def _ofrecer(self, mensaje: mensajes.Mensaje, zona: tuple, x: int, y: int) -> None:
        menu, elegido = self.menu, self.leer_eleccion()
        menu.delete(0, "end")
        if zona and zona[4] == "enlace":
            menu.add_command(label="Abrir enlace", command=lambda: self._actuar("enlace", mensaje, zona[5], 0))
            menu.add_command(label="Copiar enlace", command=lambda: self.copiar(zona[5]))
        if self._eleccion is not None and elegido:
            menu.add_command(label="Copiar lo elegido", command=lambda: self.copiar(elegido))
        if mensaje.contenido:
            menu.add_command(label="Copiar mensaje", command=lambda: self.copiar(mensaje.contenido))
        for rotulo, accion in self._al_actuar("ofrecer", mensaje, "") or ():
            # Después: al cerrarse, el menú devuelve el foco a donde estaba.
            menu.add_command(label=rotulo, command=lambda accion=accion: self.after_idle(self._al_actuar, accion, mensaje, ""))
        self.tema.vestir_menu(menu)
        menu.tk_popup(x, y)
        self._pedir_pintura()

    # ---- buscar

    def buscar(self, texto: str, al_terminar) -> None:
        """Buscar sin acentos ni mayúsculas, por tandas; al final, `al_terminar(números)`."""
        self._aguja, self._hallado = texto_seguro.plegar(texto.strip()), -1
        self._pedir_pintura()
        self._buscar_desde(self._aguja, self._base, [], al_terminar)

    def _buscar_desde(self, aguja: str, desde: int, hallados: list, al_terminar) -> None:
        if aguja != self._aguja:
            return  # ya se busca otra cosa
        desde = max(desde, self._base)
        tanda = self._mensajes[desde - self._base : desde - self._base + PASO_BUSQUEDA] if aguja else []
        hallados += [desde + i for i, mensaje in enumerate(tanda)
                     if not mensaje.es_nota and aguja in texto_seguro.plegar(mensaje.contenido)]
        if tanda:
            self.after(1, self._buscar_desde, aguja, desde + len(tanda), hallados, al_terminar)
        else:
            al_terminar(hallados)

    def mostrar_hallado(self, numero: int) -> None:
        """Ir a uno de los hallados y señalarlo; -1, a ninguno."""
        self._hallado = numero
        if numero >= self._base:
            self._enfocado = numero
            mensaje = self._mensajes[numero - self._base]
            lejos = len(mensaje.contenido) > mensajes.PLEGADO * lista.LETRAS_POR_RENGLON
            if lejos and mensaje.maximo == mensajes.PLEGADO:
                mensaje.cambiar(maximo=mensajes.PLEGADO + mensajes.TANDA)  # que lo hallado no quede plegado
            self.ir_a(numero)
        self._pedir_pintura()


def escribir_mensaje(mensaje: mensajes.Mensaje) -> str:
    """Un mensaje como texto: «[10:42] Ana: Hola»."""
    hora = time.strftime("%d/%m/%Y %H:%M", time.localtime(mensaje.hora))
    que = {"audio": "(mensaje de voz)", "sticker": f"(sticker {mensaje.contenido})"}.get(mensaje.clase, mensaje.contenido)
    perdido = " [no se envió]" if mensaje.estado == "fallo" else ""
    return f"[{hora}] {que}" if mensaje.es_nota else f"[{hora}] {mensaje.autor}: {que}{perdido}"

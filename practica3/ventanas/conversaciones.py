"""La lista de conversaciones: las abiertas y las guardadas, también con quien no está.

    ┌ Conversaciones ──────────────────────────┐
    │ (B) Bryan            se enviará · Ayer   │   Enter, o doble clic, la abre. Escribir
    │ (#) general          Hoy                 │   filtra. A quien no está se le puede
    │ ‹ Filtrar                              › │   escribir: saldrá cuando vuelva.
    └──────────────────────────────────────────┘
"""

import dataclasses
import time
from tkinter import ttk

import campos
from ventanas.aspecto import campos_de_texto
from ventanas.aspecto import marcos
from ventanas.aspecto import secundaria
from ventanas.aspecto import texto_seguro
from ventanas.globos.mensaje import escribir_dia

MAX_CONVERSACIONES = 500  # que se muestran: las últimas
AVATAR = 28  # píxeles a 96 ppp
FILAS = 9


@dataclasses.dataclass(frozen=True)
class Conversacion:
    """Una conversación que se puede abrir."""

    clave: str  # «#sala» o «@persona», en su forma comparable
    nombre: str
    hora: float  # de lo último que se dijo en ella
    detalle: str


def reunir(aplicacion) -> "list[Conversacion]":
    """Las abiertas y las guardadas, de la más reciente a la más vieja."""
    guardadas = aplicacion.historial.leer_conversaciones(
        aplicacion.cliente.user, MAX_CONVERSACIONES)
    horas = {clave: hora for clave, _, hora in guardadas}
    nombres = {clave: autor or clave[1:] for clave, autor, _ in guardadas if clave[0] == "@"}
    nombres |= {clave: clave[1:] for clave in horas if clave[0] == "#"}
    for clave, ventana in aplicacion.charlas.items():
        nombres[clave[0] + campos.comparable(clave[1:])] = ventana.nombre
    todas = [Conversacion(clave, nombre, horas.get(clave, time.time()),
                          _detallar(aplicacion, clave, horas.get(clave)))
             for clave, nombre in nombres.items()]
    return sorted(todas, key=lambda una: -una.hora)[:MAX_CONVERSACIONES]


def _detallar(aplicacion, clave: str, hora: "float | None") -> str:
    dia = escribir_dia(hora, time.time()) if hora else "abierta"
    if clave[0] == "#":
        return dia
    if clave in aplicacion.aplazados.claves:
        return f"se enviará cuando vuelva · {dia}"
    return f"en línea · {dia}" if clave[1:] in aplicacion.conectados else dia


class VentanaConversaciones(secundaria.VentanaSecundaria):
    """La lista de conversaciones."""

    def __init__(self, aplicacion):
        super().__init__(aplicacion, "Conversaciones")
        px = self.tema.px
        self._todas = reunir(aplicacion)
        self._filtro = campos_de_texto.Texto(self.ventana)
        campo = ttk.Entry(self.cuerpo, textvariable=self._filtro, width=52)
        campos_de_texto.proteger_campo(campo)
        campo.pack(fill="x", pady=(0, px(8)))
        tarjeta = marcos.Tarjeta(self.cuerpo, self.tema)
        tarjeta.pack(fill="both", expand=True)
        self.lista = ttk.Treeview(tarjeta, columns=("detalle",), show="tree",
                                  selectmode="browse", height=FILAS)
        self.lista.column("#0", width=px(200), stretch=True)
        self.lista.column("detalle", width=px(260), stretch=False, anchor="e")
        tarjeta.rodear(self.lista)
        self._vacio = ttk.Label(self.lista, style="VacioPanel.TLabel", justify="center")
        self.poner_botones(("Abrir", self.abrir), ("Cerrar", self.ventana.destroy))
        self._filtro.trace_add("write", lambda *_: self._mostrar())
        self.lista.bind("<Double-1>",
                        lambda evento: self.lista.identify_row(evento.y) and self.abrir())
        self.ventana.bind("<Return>", lambda _: self.abrir())
        campo.bind("<Down>", lambda _: self._mover(1))
        campo.bind("<Up>", lambda _: self._mover(-1))
        campo.focus_set()
        self._mostrar()

    def _mostrar(self) -> None:
        """Las que contienen lo escrito; queda elegida la primera."""
        busca = campos.comparable(self._filtro.get().strip())
        self.lista.delete(*self.lista.get_children())
        for lugar, una in enumerate(self._todas):
            visible = texto_seguro.limpiar_linea(una.nombre)
            if busca in campos.comparable(una.nombre):
                self.lista.insert("", "end", iid=str(lugar), text=f"  {visible}",
                                  image=self.tema.avatar(visible, AVATAR), values=(una.detalle,))
        hay = self.lista.get_children()
        self._vacio.place_forget()
        if hay:
            self.lista.selection_set(hay[0])
        else:
            self._vacio.configure(text="Ninguna se llama así." if self._todas
                                  else "Todavía no hay ninguna.")
            self._vacio.place(relx=0.5, rely=0.5, anchor="center")

    def _mover(self, paso: int) -> str:
        """Elegir otra sin dejar el campo en que se escribe."""
        hay, elegida = self.lista.get_children(), self.lista.selection()
        if elegida:
            lugar = max(0, min(hay.index(elegida[0]) + paso, len(hay) - 1))
            self.lista.selection_set(hay[lugar])
            self.lista.see(hay[lugar])
        return "break"

    def abrir(self) -> str:
        """Abrir la elegida y cerrar la lista."""
        for elegida in self.lista.selection():
            una = self._todas[int(elegida)]
            self.ventana.destroy()
            if una.clave[0] == "@":
                self.aplicacion.abrir_privado(una.nombre)
            else:
                self.aplicacion.salas.entrar(self.aplicacion.cliente.user, [una.nombre])
        return "break"

"""La ventana de las preferencias."""

import tkinter as tk
from tkinter import messagebox
from tkinter import ttk

from adjuntos import portaudio
from adjuntos import wav
from adjuntos.aparatos import SONIDO
from ventanas.aspecto import secundaria
from ventanas.aspecto import tema as modulo_tema
from ventanas.aspecto import texto_seguro

HABITUAL = "El habitual del sistema"
PREGUNTA = ("Se borrarán de este equipo todas las conversaciones guardadas, con sus voces e "
            "imágenes. ¿Continuar?")

class VentanaAjustes(secundaria.VentanaSecundaria):
    """Las preferencias: valen en cuanto se cambian."""

    def __init__(self, aplicacion):
        super().__init__(aplicacion, "Preferencias")
        self._filas = ttk.Frame(self.cuerpo)
        self._filas.pack(fill="x")
        self._filas.columnconfigure(1, weight=1)
        nombres = modulo_tema.NOMBRES_DE_TEMAS
        self._poner_opciones("Colores", list(nombres.values()),
                             list(nombres).index(self.tema.nombre),
                             lambda lugar: aplicacion.poner_tema(list(nombres)[lugar]))
        self._poner_letra()
        preferencias = aplicacion.preferencias
        self._poner_casilla("Sonido al llegar un mensaje", not preferencias.silencio,
                            lambda suena: aplicacion.poner_silencio(not suena))
        self._poner_casilla("Avisar en el escritorio", preferencias.avisos,
                            lambda avisar: preferencias.poner(avisos=avisar))
        self._poner_casilla("Mover los stickers animados", not preferencias.quieto,
                            lambda mover: preferencias.poner(quieto=not mover))
        self._poner_casilla("Conservar las conversaciones de una vez a otra",
                            preferencias.historial, self._cambiar_historial)
        self.poner_botones(("Cerrar", self.ventana.destroy), ("Borrar el historial…", self._borrar))
        # Buscarlos tarda: primero, que se vea la ventana.
        self.ventana.after(50, self._poner_aparatos)

    def _poner_fila(self, rotulo: str, widget, fila: "int | None" = None) -> None:
        px = self.tema.px
        fila = self._filas.grid_size()[1] if fila is None else fila
        ttk.Label(self._filas, text=rotulo).grid(row=fila, column=0, sticky="w", pady=px(5))
        widget.grid(row=fila, column=1, sticky="ew", padx=(px(20), 0), pady=px(5))

    def _poner_opciones(self, rotulo: str, opciones: "list[str]", actual: int, al_elegir) -> None:
        """`actual`, y lo que recibe `al_elegir`: un lugar en `opciones`."""
        caja = ttk.Combobox(self._filas, values=opciones, state="readonly", font=self.tema.letra,
                            width=28)
        caja.current(actual)
        caja.bind("<<ComboboxSelected>>",
                  lambda _: caja.selection_clear() or al_elegir(caja.current()))
        self._poner_fila(rotulo, caja)

    def _poner_letra(self) -> None:
        marco = ttk.Frame(self._filas)
        for texto, paso in (("−", -1), ("Normal", 0), ("+", 1)):
            boton = ttk.Button(marco, text=texto,
                               command=lambda paso=paso: self.aplicacion.cambiar_letra(paso))
            boton.pack(side="left", padx=(0, self.tema.px(6)))
        cuanto = ttk.Label(marco, style="Tenue.TLabel")
        cuanto.pack(side="left", padx=self.tema.px(6))
        cuanto.bind("<<ThemeChanged>>",
                    lambda _: cuanto.configure(text=f"{self.tema.porcentaje} %"))
        cuanto.event_generate("<<ThemeChanged>>")
        self._poner_fila("Tamaño de letra", marco)

    def _poner_casilla(self, rotulo: str, actual: bool, al_cambiar) -> None:
        valor = tk.BooleanVar(self.ventana, actual)
        casilla = ttk.Checkbutton(self._filas, text=rotulo, variable=valor,
                                  command=lambda: al_cambiar(valor.get()))
        casilla.grid(row=self._filas.grid_size()[1], column=0, columnspan=2, sticky="w",
                     pady=self.tema.px(4))

    def _poner_aparatos(self) -> None:
        if not self.ventana.winfo_exists():
            return
        try:
            hay = SONIDO.dispositivos()
        except wav.ErrorAudio as error:
            queja = ttk.Label(self._filas, text=str(error), style="Tenue.TLabel",
                              wraplength=self.tema.px(420))
            queja.grid(row=self._filas.grid_size()[1], column=0, columnspan=2, sticky="w",
                       pady=self.tema.px(6))
            return
        self._poner_aparato("Micrófono", "microfono", hay[portaudio.ENTRADA])
        self._poner_aparato("Altavoz", "altavoz", hay[portaudio.SALIDA])

    def _poner_aparato(self, rotulo: str, clave: str, aparatos: "list[tuple[int, str]]") -> None:
        """`clave`: la preferencia con el nombre del aparato; vacía, el habitual."""
        preferencias = self.aplicacion.preferencias
        nombres = ["", *(nombre for _, nombre in aparatos)]
        actual = getattr(preferencias, clave)
        visibles = [HABITUAL, *map(texto_seguro.limpiar_linea, nombres[1:])]
        self._poner_opciones(rotulo, visibles, nombres.index(actual) if actual in nombres else 0,
                             lambda lugar: preferencias.poner(**{clave: nombres[lugar]}))

    def _cambiar_historial(self, usar: bool) -> None:
        self.aplicacion.preferencias.poner(historial=usar)
        self.aplicacion.conservar(usar)

    def _borrar(self) -> None:
        if messagebox.askyesno("Borrar el historial", PREGUNTA, parent=self.ventana):
            falla = self.aplicacion.historial.borrar()
            if falla:
                messagebox.showerror("Borrar el historial", falla, parent=self.ventana)

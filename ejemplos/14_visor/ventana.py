"""La ventana del visor: participantes, datagramas y su detalle a la izquierda.

El diagrama a la derecha.
"""

import signal
import time
import tkinter as tk
from tkinter import filedialog
from tkinter import ttk

import aspecto
import barra
import detalle
import filtro
import grupo
import guardar
import secuencia
import tabla

IZQUIERDA = 0.52  # parte del ancho de la ventana que ocupan las tablas
MEDIDAS = (1500, 860)  # píxeles, si caben
CADENCIA = 100  # ms entre dos miradas a la cola
TANDA = 300  # datagramas por mirada
FLECHAS = 60  # que se dibujan por mirada: más no se alcanzan a ver
SEGUNDO = 1.0  # s entre dos puestas al día de los ritmos


class Visor(tk.Tk):
    """Todo lo que se ve. Lanza tk.TclError si no hay pantalla."""

    def __init__(self, captura, memoria, texto, clases):
        """`memoria`: un Estado. `texto` y `clases`: el filtro del principio."""
        super().__init__()
        self.captura, self.estado = captura, memoria
        grupo, puerto = captura.destino
        self.title(f"Visor del grupo {grupo}:{puerto}")
        ancho = min(MEDIDAS[0], self.winfo_screenwidth())
        alto = min(MEDIDAS[1], self.winfo_screenheight())
        self.geometry(f"{ancho}x{alto}")
        self.letras = aspecto.Letras(self)
        aspecto.preparar(self, self.letras)
        self.barra = barra.Barra(self, self.letras,
                                 f"{grupo}:{puerto}, por la interfaz {captura.interfaz}", texto,
                                 clases)
        self.barra.pack(fill="x")
        self._poner_partes()
        aspecto.atar_teclas(self)
        signal.signal(signal.SIGINT, lambda *_: self.quit())
        self._proximo = 0.0  # s: cuándo poner al día los ritmos
        self.agrandar(0)
        self.after(0, self._mirar)

    def _poner_partes(self):
        partes = ttk.Panedwindow(self, orient="horizontal")
        izquierda = ttk.Panedwindow(partes, orient="vertical")
        self.participantes = tabla.Participantes(izquierda)
        self.datagramas = tabla.Datagramas(izquierda, self.elegir)
        self.detalle = tabla.Detalle(izquierda, self.letras.fija)
        for parte, peso in ((self.participantes, 0), (self.datagramas, 1), (self.detalle, 0)):
            izquierda.add(parte, weight=peso)
        self.secuencia = secuencia.Secuencia(partes, self.letras, self.elegir)
        partes.add(izquierda, weight=1)
        partes.add(self.secuencia, weight=1)
        partes.pack(fill="both", expand=True)
        self.update()  # hasta aquí la ventana no tiene medidas
        partes.sashpos(0, round(self.winfo_width() * IZQUIERDA))

    # ---- cada 100 ms

    def _mirar(self):
        try:
            nuevos = [self.estado.agregar(*uno) for uno in self.captura.sacar(TANDA)]
            if self.estado.cambio_de_nombre() and not self.barra.en_pausa():
                self.refiltrar()
            elif not self.barra.en_pausa():
                pasan = [dato for dato in nuevos if filtro.pasa(dato, *self.barra.filtro())]
                self.datagramas.agregar(pasan)
                self.secuencia.agregar(pasan[-FLECHAS:])
            if time.monotonic() >= self._proximo:
                self._proximo = time.monotonic() + SEGUNDO
                self.participantes.mostrar(list(self.estado.personas.values()), time.time())
                self.barra.contar(self.estado, self.captura.sin_mostrar)
        finally:
            self.after(CADENCIA, self._mirar)

    # ---- lo que se puede hacer

    def refiltrar(self):
        """Volver a mostrar lo guardado, según el filtro de ahora."""
        pasan = [dato for dato in self.estado.datos if filtro.pasa(dato, *self.barra.filtro())]
        self.datagramas.vaciar()
        self.secuencia.vaciar()
        self.datagramas.agregar(pasan[-tabla.MAX_FILAS:])
        self.secuencia.agregar(pasan[-secuencia.MAX_FILAS:])

    def limpiar(self):
        """Olvidar lo capturado."""
        self.estado.olvidar()
        self.refiltrar()

    def elegir(self, numero):
        """Mostrar el detalle de un datagrama y señalarlo en la tabla y en el diagrama."""
        dato = next((dato for dato in self.estado.datos if dato.numero == numero), None)
        if dato is not None:
            self.datagramas.elegir(numero)
            self.secuencia.elegir(numero)
            self.detalle.mostrar(detalle.explicar(dato))

    def agrandar(self, puntos):
        """Cambiar el tamaño de todas las letras."""
        self.letras.cambiar(puntos)
        aspecto.preparar(self, self.letras)
        for una in (self.participantes, self.datagramas):
            una.ajustar(self.letras.normal)
        self.secuencia.redibujar()

    def guardar(self):
        """Preguntar dónde y guardar lo capturado."""
        tipos = [("pcap, para Wireshark", "*.pcap"), ("JSON", "*.json")]
        ruta = filedialog.asksaveasfilename(parent=self, initialfile="captura.pcap",
                                            filetypes=tipos)
        if ruta:
            try:
                guardar.guardar(self.estado.datos, self.captura.destino, ruta)
                self.barra.decir(f"{guardar.contar(self.estado.datos)} en {ruta}")
            except OSError as error:
                self.barra.decir(f"No se pudo guardar: {grupo.explicar(error)}")

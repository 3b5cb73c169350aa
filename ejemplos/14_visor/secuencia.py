"""El diagrama de secuencia: un carril por participante y una flecha por datagrama, hacia abajo.

    servidor      Ana         Bryan
       │   entra a general      │
       │◀──────────●───────────▶│      para todos
       │           │   «Hola»   │
       │┄┄┄┄┄┄┄┄┄┄┄●───────────▶│      sólo para Bryan; los puntos: en la red va a todos
"""

import collections

import aspecto
import flechas
import lectura
from desplazable import Desplazable

MAX_FILAS = 300
ANCHO = 120  # píxeles como mínimo entre carriles


class Secuencia(Desplazable):
    """Los nombres, siempre a la vista, y debajo las flechas."""

    def __init__(self, padre, letras, al_elegir):
        super().__init__(padre)
        self.letras = letras
        self.al_elegir = al_elegir
        self.filas = collections.deque()  # (renglón, dato)
        self.carriles = {}  # nombre → su línea en el lienzo
        self._siguiente = 0  # renglón
        self.lienzo.bind("<Configure>", lambda _: self.redibujar())
        self.lienzo.bind("<Button-1>", self._pulsar)

    # ---- qué se dibuja

    def agregar(self, datos):
        """Añadir flechas al final; si se estaba mirando el final, se sigue mirando."""
        nombres = [nombre for dato in datos for nombre in (dato.de, *(dato.destinos or ()))]
        nuevos = [nombre for nombre in nombres if nombre not in self.carriles]
        if nuevos:  # un carril más corre los otros
            self.carriles = dict.fromkeys(sorted([*self.carriles, *nuevos],
                                                 key=lambda nombre: nombre != lectura.SERVIDOR))
        for dato in datos:
            self.filas.append((self._siguiente, dato))
            self._siguiente += 1
            if not nuevos:
                self._dibujar(*self.filas[-1])
        while len(self.filas) > MAX_FILAS:
            self.lienzo.delete(f"f{self.filas.popleft()[0]}")
        if nuevos:
            self.redibujar()
        else:
            self._extender()

    def vaciar(self):
        """Quitar todas las flechas y los carriles."""
        self.filas.clear()
        self.carriles = {}
        self.redibujar()

    def elegir(self, numero):
        """Señalar la flecha de un datagrama."""
        self.lienzo.delete("elegida")
        for fila, dato in self.filas:
            if dato.numero == numero:
                self.lienzo.create_rectangle(0, fila * self.alto, 10_000, (fila + 1) * self.alto,
                                             fill=aspecto.SELECCION, width=0, tags="elegida")
        self.lienzo.tag_lower("elegida")

    # ---- cómo

    def redibujar(self):
        """Dibujarlo todo de nuevo."""
        self.alto = round(self.letras.normal.metrics("linespace") * 2.1)
        margen = self.letras.chica.measure("00:00:00.000") + 80
        libre = self.lienzo.winfo_width() - margen - 80
        paso = max(ANCHO, libre / max(1, len(self.carriles) - 1))
        self.lugares = {nombre: margen + paso * k for k, nombre in enumerate(self.carriles)}
        self.lienzo.delete("all")
        self.cabeza.delete("all")
        alto = self.letras.fuerte.metrics("linespace") + 16
        self.cabeza.configure(height=alto + 4)
        for nombre, x in self.lugares.items():
            texto = flechas.acortar(nombre, self.letras.fuerte, paso - 24)
            medio = self.letras.fuerte.measure(texto) / 2 + 10
            self.cabeza.create_rectangle(x - medio, 4, x + medio, alto, fill=aspecto.FONDO,
                                         outline=aspecto.TENUE)
            self.cabeza.create_text(x, 2 + alto / 2, text=texto, font=self.letras.fuerte,
                                    fill=aspecto.TEXTO)
            self.carriles[nombre] = self.lienzo.create_line(x, 0, x, 0, fill=aspecto.HILO, width=2)
        for fila, dato in self.filas:
            self._dibujar(fila, dato)
        self._extender()

    def _dibujar(self, fila, dato):
        flechas.dibujar(self.lienzo, self.letras, dato, fila * self.alto, self.alto, self.lugares,
                        f"f{fila}")

    def _extender(self):
        """Alargar los carriles hasta la última flecha."""
        primera = self.filas[0][0] if self.filas else self._siguiente
        inicio, fin = primera * self.alto, max(self._siguiente * self.alto + 12,
                                               primera * self.alto + self.lienzo.winfo_height())
        for nombre, linea in self.carriles.items():
            self.lienzo.coords(linea, self.lugares[nombre], inicio, self.lugares[nombre], fin)
        ancho = max([self.lienzo.winfo_width(), *(x + 80 for x in self.lugares.values())])
        self.medir(inicio, fin, ancho)

    def _pulsar(self, evento):
        fila = int(self.lienzo.canvasy(evento.y) // self.alto)
        for una, dato in self.filas:
            if una == fila:
                self.al_elegir(dato.numero)

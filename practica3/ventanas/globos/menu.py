"""El menú de un mensaje: lo que se puede hacer con él, con un enlace o con un código suyo."""

import threading
import tkinter as tk
import webbrowser

from ventanas.globos import globo
from ventanas.globos.mensaje import Mensaje


class MenuDeMensaje:
    """El menú que se abre con el botón derecho, o con su tecla, sobre un mensaje."""

    def __init__(self, madre: tk.Misc, tema, copiar, opciones_de):
        """`copiar(texto)`: ponerlo en el portapapeles. `opciones_de(mensaje)`: lo demás que se
        puede hacer con él, como pares de rótulo y orden.
        """
        self.menu = tk.Menu(madre, tearoff=False)
        self._tema, self._copiar, self._opciones_de = tema, copiar, opciones_de

    def mostrar(self, mensaje: Mensaje, zonas, zona: "globo.Zona | None", elegido: str,
                donde: "tuple[int, int]") -> None:
        """Abrirlo en un punto de la pantalla.

        `zonas`: las del mensaje; `zona`: en la que se pulsó; `elegido`: el texto que lo está.
        """
        self.menu.delete(0, "end")
        if zona is not None and zona.accion == globo.ABRIR:
            self._agregar("Abrir enlace", lambda: abrir_enlace(zona.objetivo))
            self._agregar("Copiar enlace", lambda: self._copiar(zona.objetivo))
        codigos = [una.objetivo for una in zonas if una.accion == globo.COPIAR]
        for numero, codigo in enumerate(codigos, 1):
            rotulo = f"Copiar código {numero}" if len(codigos) > 1 else "Copiar código"
            self._agregar(rotulo, lambda codigo=codigo: self._copiar(codigo))
        if elegido:
            self._agregar("Copiar lo elegido", lambda: self._copiar(elegido))
        if mensaje.content:
            self._agregar("Copiar mensaje", lambda: self._copiar(mensaje.content))
        for rotulo, orden in self._opciones_de(mensaje):
            # Después: al cerrarse, el menú devuelve el foco a donde estaba.
            self._agregar(rotulo, lambda orden=orden: self.menu.after_idle(orden, mensaje))
        self._tema.vestir_menu(self.menu)
        self.menu.tk_popup(*donde)

    def _agregar(self, rotulo: str, orden) -> None:
        self.menu.add_command(label=rotulo, command=orden)


def abrir_enlace(enlace: str) -> None:
    """Abrir una dirección en el navegador."""
    url = enlace if enlace.lower().startswith("http") else f"https://{enlace}"
    # En otro hilo: webbrowser espera a que el navegador conteste, que con Firefox pueden ser 5 s.
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

"""La ventana: los stickers que llegan y, abajo, los que se pueden enviar.

    ┌───────────────────────────┐
    │ Ana                       │
    │ (♥)                       │   lo que llega: Text admite imágenes entre las letras
    ├───────────────────────────┤
    │ (☺) (♥) (★) [otra imagen] │   un botón por imagen del paquete
    └───────────────────────────┘
"""

import collections
import signal
import sys

import imagenes

try:
    import tkinter as tk
    from tkinter import filedialog

    from PIL import ImageTk
except ImportError as error:
    sys.exit(f"Falta {error.name}. En Debian o Ubuntu: "
             "sudo apt install python3-tk python3-pil.imagetk")

MAX_STICKERS = 100  # que se conservan a la vista
BOTON = 64  # píxeles de las muestras
LETRA = ("TkDefaultFont", 13)


class Ventana(tk.Tk):
    """Los stickers recibidos y los botones para enviar."""

    def __init__(self, titulo, paquete, al_elegir):
        """`paquete`: las rutas de sus imágenes. `al_elegir` recibe la ruta de la que se pulse."""
        try:
            super().__init__()
        except tk.TclError as error:
            sys.exit("No hay pantalla donde abrir la ventana." if "display" in str(error)
                     else f"No se puede abrir la ventana: {error}")
        self.title(titulo)
        self.al_elegir = al_elegir
        # Tk no guarda las imágenes: sin esto se borrarían.
        self.fotos = collections.deque(maxlen=MAX_STICKERS)
        self.muestras = []
        self._poner_botones(paquete)
        self.texto = tk.Text(self, width=46, height=16, state="disabled", wrap="word", font=LETRA,
                             padx=8, pady=8)
        self.texto.pack(fill="both", expand=True)
        signal.signal(signal.SIGINT, terminar)
        print("Ventana abierta. Ctrl+C también la cierra.")

    def _poner_botones(self, paquete):
        barra = tk.Frame(self)
        barra.pack(side="bottom", fill="x")
        for ruta in paquete:
            imagen = imagenes.revisar(ruta.read_bytes())
            imagen.thumbnail((BOTON, BOTON))
            self.muestras.append(ImageTk.PhotoImage(imagen))
            tk.Button(barra, text=ruta.stem, image=self.muestras[-1], compound="top",
                      command=lambda ruta=ruta: self.al_elegir(ruta)).pack(side="left", fill="y")
        tk.Button(barra, text="Otra imagen…", font=LETRA,
                  command=self._elegir_otra).pack(side="left", fill="y")

    def _elegir_otra(self):
        ruta = filedialog.askopenfilename(parent=self)
        if ruta:
            self.al_elegir(ruta)

    def mostrar(self, texto, imagen=None):
        """Añadir un renglón y, debajo, su imagen. Sólo debe llamarla el hilo de la ventana."""
        self.texto.configure(state="normal")
        # Sin caracteres de control ni emojis, que tumban a Tk en algunos sistemas.
        visible = [c if c.isprintable() and c < "\u20d0" and c not in "‼⁉" else "�" for c in texto]
        self.texto.insert("end", "".join(visible) + "\n")
        if imagen is not None:
            self.fotos.append(ImageTk.PhotoImage(imagen))
            self.texto.image_create("end", image=self.fotos[-1], padx=8, pady=8)
            self.texto.insert("end", "\n")
        self.texto.delete("1.0", f"end - {2 * MAX_STICKERS} lines")
        self.texto.configure(state="disabled")
        self.texto.see("end")


def terminar(*_):
    """Ctrl+C: Tk se traga KeyboardInterrupt, pero deja pasar SystemExit, y mainloop acaba."""
    print()
    sys.exit()

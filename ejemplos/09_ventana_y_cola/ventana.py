"""La ventana de los tres programas de esta carpeta, con un reloj que delata cuándo dejó de atender.

    ┌───────────────────────────────┐
    │ Ana: hola                     │  texto: lo que se ha dicho
    │ Bryan: ¿qué tal?              │
    ├───────────────────────────────┤
    │ [ campo para escribir       ] │  Enter llama a `al_escribir`
    │ Reloj: 12.4 s                 │  se mueve mientras la ventana atiende
    └───────────────────────────────┘
"""

import signal
import sys
import time

try:
    import tkinter as tk
except ImportError:
    sys.exit("Falta Tkinter, con el que se hacen las ventanas. En Debian o Ubuntu: "
             "sudo apt install python3-tk")

TIC = 50  # ms entre dos avances del reloj
ADVERTENCIA = 1.0  # s sin atender: ya no es el equipo, que a veces está ocupado
MAX_RENGLONES = 500  # que se conservan: lo demás se olvida


class Ventana(tk.Tk):
    """Una conversación, un campo y un reloj."""

    def __init__(self, titulo, al_escribir):
        try:
            super().__init__()
        except tk.TclError as error:
            sys.exit("No hay pantalla donde abrir la ventana." if "display" in str(error)
                     else f"No se puede abrir la ventana: {error}")
        self.title(titulo)
        self.al_escribir = al_escribir
        self.texto = tk.Text(self, width=44, height=12, state="disabled", wrap="word",
                             font=("TkDefaultFont", 13))
        admitir = self.register(lambda tecleado: tecleado == mostrable(tecleado))
        self.campo = tk.Entry(self, font=("TkDefaultFont", 13), validate="key",
                              validatecommand=(admitir, "%P"))
        self.reloj = tk.Label(self, anchor="w", font=("TkDefaultFont", 13))
        self.reloj.pack(side="bottom", fill="x", padx=8, pady=8)
        self.campo.pack(side="bottom", fill="x", padx=8)
        self.texto.pack(fill="both", expand=True, padx=8, pady=8)
        self.campo.bind("<Return>", self._escribir)
        self.campo.focus_set()
        signal.signal(signal.SIGINT, terminar)
        self.inicio = self.ultimo = time.monotonic()
        self.congelada = 0.0  # s: lo más que ha estado sin atender
        self._avanzar_reloj()
        print("Ventana abierta. Ctrl+C también la cierra.")

    def mostrar(self, texto):
        """Añadir un renglón a la conversación. Sólo debe llamarla el hilo de la ventana."""
        self.texto.configure(state="normal")
        self.texto.insert("end", mostrable(texto) + "\n")
        self.texto.delete("1.0", f"end - {MAX_RENGLONES} lines")
        self.texto.configure(state="disabled")
        self.texto.see("end")

    def _escribir(self, _evento):
        if self.campo.get().strip():
            self.al_escribir(self.campo.get())
            self.campo.delete(0, "end")

    def _avanzar_reloj(self):
        ahora = time.monotonic()
        self.congelada = max(self.congelada, ahora - self.ultimo)
        self.ultimo = ahora
        self.reloj["text"] = f"Reloj: {ahora - self.inicio:.1f} s"
        if self.congelada > ADVERTENCIA:
            self.reloj["text"] += f"   ¡Estuve congelada {self.congelada:.1f} s!"
            self.reloj["foreground"] = "#B3261E"
        self.after(TIC, self._avanzar_reloj)

    def informe(self):
        """Qué dijo el reloj, en una oración."""
        congelada = max(self.congelada, time.monotonic() - self.ultimo)
        if congelada > ADVERTENCIA:
            return f"La ventana llegó a estar congelada {congelada:.1f} s."
        return "La ventana atendió siempre."


def mostrable(texto):
    """Un texto sin caracteres de control ni emojis, que tumban a Tk en algunos sistemas."""
    return "".join(c if c.isprintable() and c < "\u20d0" and c not in "‼⁉" else "�" for c in texto)


def terminar(*_):
    """Ctrl+C: Tk se traga KeyboardInterrupt, pero deja pasar SystemExit, y mainloop acaba."""
    print()
    sys.exit()

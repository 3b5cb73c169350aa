"""Cliente del chat por datagramas, con una ventana.

    python cliente.py                  al servidor de este equipo
    python cliente.py 192.168.1.20     al de otro
"""

import signal
import socket
import sys
import time

try:
    import tkinter
    from tkinter import ttk
except ImportError:
    sys.exit("Falta Tkinter, con el que se hacen las ventanas. En Debian o Ubuntu: "
             "sudo apt install python3-tk")

SERVIDOR = sys.argv[1] if len(sys.argv) > 1 else "localhost"
PUERTO = 65437
MAX_DATAGRAMA = 65_507  # bytes
RONDA = 50  # ms entre dos miradas al socket
LATIDO = 2  # s entre dos ENTRAR
SILENCIO = 5  # s sin oír al servidor para avisar


class Ventana(tkinter.Tk):
    def __init__(self, s):
        super().__init__()
        self.s = s
        self.nombre = ""  # vacío: aún no se ha dicho
        self.latido = self.oido = 0.0  # cuándo se dijo ENTRAR y cuándo se oyó al servidor
        # Paso 1: los widgets. La conversación se queda con el espacio que sobre.
        self.title("Chat por datagramas")
        self.configure(background="white")
        ttk.Style().configure(".", background="white", foreground="black")
        self.estado = ttk.Label(self, text="Escribe tu nombre y pulsa Enter.", padding=10)
        self.charla = tkinter.Text(self, width=52, height=16, wrap="word", state="disabled",
                                   relief="flat",
                                   background="gray96", foreground="black", font="TkDefaultFont",
                                   padx=12, pady=10, spacing3=4, takefocus=False)
        self.charla.tag_configure("aviso", foreground="gray40")
        self.charla.tag_configure("autor", foreground="#1a5fb4")
        self.campo = ttk.Entry(self, validate="key",
                               validatecommand=(self.register(lambda t: t == mostrable(t)), "%P"))
        self.boton = ttk.Button(self, text="Entrar", command=self.enviar)
        self.estado.grid(row=0, columnspan=2, sticky="w")
        self.charla.grid(row=1, columnspan=2, sticky="nsew", padx=10)
        self.campo.grid(row=2, column=0, sticky="ew", padx=10, pady=10)
        self.boton.grid(row=2, column=1, padx=(0, 10))
        self.rowconfigure(1, weight=1)
        self.columnconfigure(0, weight=1)
        self.campo.bind("<Return>", lambda evento: self.enviar())
        self.campo.focus()
        self.ronda()

    def enviar(self):
        """Paso 2: con Enter o el botón. Lo primero que se teclea es el nombre."""
        texto = self.campo.get().strip()
        self.campo.delete(0, "end")
        self.campo.focus()
        if texto and self.nombre:
            enviar(self.s, f"DECIR {texto}")
        elif texto:
            self.nombre, self.latido, self.oido = texto, 0.0, time.monotonic()
            self.boton["text"] = "Enviar"
            self.title(f"{texto} — Chat por datagramas")

    def ronda(self):
        """Paso 3: 20 veces por segundo, recibir lo que haya, sin esperar, y volver a la ventana."""
        ahora = time.monotonic()
        if self.nombre and ahora - self.latido > LATIDO:
            enviar(self.s, f"ENTRAR {self.nombre}")
            self.latido = ahora
        try:
            for _ in range(100):  # como mucho: que la ventana no deje de atender al teclado
                self.mostrar(self.s.recv(MAX_DATAGRAMA).decode("utf-8", errors="replace"))
        except OSError:
            pass  # no hay nada más (BlockingIOError), o no hay servidor
        if self.nombre and ahora - self.oido > SILENCIO:
            self.estado["text"] = "El servidor no contesta. Sigo intentándolo…"
        self.after(RONDA, self.ronda)

    def mostrar(self, datagrama):
        """Paso 4: la primera palabra dice qué es."""
        self.oido = time.monotonic()
        tipo, _, texto = datagrama.partition(" ")
        texto = mostrable(texto[:1000])
        if tipo == "REGISTRADOS":
            self.estado["text"] = f"Registrados: {texto}"
        elif tipo == "ERROR":
            self.estado["text"], self.nombre, self.boton["text"] = texto, "", "Entrar"
        elif tipo == "MENSAJE":
            autor, dos_puntos, dicho = texto.partition(": ")
            self.charla["state"] = "normal"
            self.charla.insert("end", autor + dos_puntos, "autor" if dos_puntos else "aviso",
                               f"{dicho}\n")
            # Sólo los últimos: que no llenen la memoria.
            self.charla.delete("1.0", "end-1000 lines")
            self.charla["state"] = "disabled"
            self.charla.see("end")


def enviar(s, texto):
    try:
        s.send(texto.encode("utf-8", errors="replace"))
    except OSError:
        pass  # sin servidor, o sin red: lo dirá el estado


def mostrable(texto):
    """Sin caracteres de control ni emojis: en algunos Linux, Tk termina si dibuja uno."""
    return "".join(c if c.isprintable() and c < "\u20d0" and c not in "‼⁉" else "?" for c in texto)


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect((SERVIDOR, PUERTO))
        s.setblocking(False)
        ventana = Ventana(s)
        signal.signal(signal.SIGINT, lambda *_: ventana.quit())  # Ctrl+C, como cerrar la ventana
        ventana.mainloop()
        enviar(s, "SALIR")  # Paso 5: que los demás no tengan que esperar a que se note


if __name__ == "__main__":
    try:
        main()
    except OSError:
        sys.exit(f"No se puede llegar a {SERVIDOR}. ¿Está bien escrito, y en la misma red?")
    except tkinter.TclError as error:
        sys.exit("No hay pantalla donde abrir la ventana." if "display" in str(error)
                 else f"No se puede abrir la ventana: {error}")

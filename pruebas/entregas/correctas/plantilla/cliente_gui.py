"""El cliente del chat, con ventanas.

    python cliente_gui.py

Todo lo de este archivo corre en el hilo de la ventana, el único que puede tocarla, salvo
grabar y reproducir, que tardan: cada uno va en su hilo y no toca la ventana.
"""

import base64
import binascii
import io
import pathlib
import queue
import threading
import tkinter as tk
import wave
from tkinter import messagebox
from tkinter import scrolledtext
from tkinter import simpledialog

import protocolo
import red

try:
    import pyaudio
except ImportError:
    pyaudio = None

PERIODO = 50  # ms entre dos miradas a la cola de lo recibido
CADA_VEZ = 100  # mensajes que se atienden como mucho en una mirada
STICKERS = pathlib.Path(__file__).parent / "stickers"
TASA = 8000  # muestras por segundo, de 8 bits: 6 s caben en un datagrama
BLOQUE = 400  # muestras
MAX_BLOQUES = 5 * TASA // BLOQUE


class Aplicacion:
    """La ventana de entrada, las salas abiertas y la red."""

    def __init__(self, raiz):
        self.raiz = raiz
        self.usuario = ""
        self.salas = {}  # sala → VentanaSala
        self.stickers = {ruta.stem: tk.PhotoImage(file=ruta) for ruta in sorted(STICKERS.glob("*.png"))}
        self.red = red.Red()
        self.red.iniciar()
        raiz.title("Chat")
        raiz.protocol("WM_DELETE_WINDOW", self.cerrar)
        self.nombre = self._crear_campo("Nombre")
        self.sala = self._crear_campo("Sala")
        tk.Button(raiz, text="Entrar", command=self.entrar).pack(padx=20, pady=16, fill="x")
        self.aviso = tk.Label(raiz, fg="firebrick", wraplength=260)
        self.aviso.pack(padx=20, pady=(0, 16))
        self.nombre.focus()
        self.revisar_cola()

    def _crear_campo(self, rotulo):
        tk.Label(self.raiz, text=rotulo, anchor="w").pack(padx=20, pady=(14, 2), fill="x")
        campo = tk.Entry(self.raiz, width=30)
        campo.pack(padx=20, fill="x")
        return campo

    def entrar(self):
        """Entrar a la sala escrita, con el nombre escrito."""
        usuario, sala = self.nombre.get().strip(), self.sala.get().strip()
        if not usuario:
            self.aviso["text"] = "Escribe primero tu nombre"
        elif not sala:
            self.aviso["text"] = "Escribe la sala"
        elif sala in self.salas:
            self.aviso["text"] = "Ya estás en " + sala
        elif self.salas and usuario != self.usuario:
            self.aviso["text"] = "Ya entraste como " + self.usuario
        else:
            self.aviso["text"] = ""
            self.usuario = usuario
            self.salas[sala] = VentanaSala(self, sala)
            self.red.enviar({"tipo": "inicio", "user": usuario, "sala": sala})

    def revisar_cola(self):
        """Atender lo que dejó el hilo recibir, sin esperar, y volver dentro de un rato."""
        try:
            for _ in range(CADA_VEZ):
                self.atender(self.red.recibidos.get_nowait())
        except queue.Empty:
            pass
        finally:
            self.raiz.after(PERIODO, self.revisar_cola)

    def atender(self, mensaje):
        """Mostrar un mensaje donde toque, o descartarlo."""
        if protocolo.es_privado(mensaje):
            if mensaje["to"] == self.usuario and mensaje["tipo"] == "msj":
                for sala in self.salas.values():
                    sala.mostrar(f"[privado de {mensaje['from']}] {mensaje['content']}")
            return
        sala = self.salas.get(mensaje["sala"])
        if sala is None:
            return
        if mensaje["tipo"] == "usuarios":
            sala.mostrar_lista(mensaje["lista"])
        elif mensaje["tipo"] == "msj":
            sala.mostrar(f"{mensaje['user']}: {mensaje['content']}")
        elif mensaje["tipo"] == "sticker":
            sala.mostrar_sticker(mensaje["user"], mensaje["content"])
        elif mensaje["tipo"] == "audio":
            sala.mostrar_voz(mensaje["user"], mensaje["content"])

    def cerrar(self):
        """Salir de todas las salas y terminar."""
        for sala in list(self.salas.values()):
            sala.salir()
        self.red.parar()
        self.raiz.destroy()


class VentanaSala:
    """La conversación de una sala."""

    def __init__(self, aplicacion, sala):
        self.aplicacion = aplicacion
        self.nombre = sala
        self.grabacion = None
        self.ventana = tk.Toplevel(aplicacion.raiz)
        self.ventana.title(f"{aplicacion.usuario} en {sala}")
        self.ventana.protocol("WM_DELETE_WINDOW", self.salir)
        self.texto = scrolledtext.ScrolledText(self.ventana, state="disabled", width=56, height=18, wrap="word")
        self.texto.grid(row=0, column=0, padx=8, pady=8, sticky="nsew")
        # Sin exportselection=False, seleccionar texto en otro lado quitaría a la persona elegida.
        self.presentes = tk.Listbox(self.ventana, width=18, exportselection=False)
        self.presentes.grid(row=0, column=1, padx=(0, 8), pady=8, sticky="ns")
        self.campo = tk.Entry(self.ventana)
        self.campo.grid(row=1, column=0, padx=8, sticky="ew")
        self.campo.bind("<Return>", lambda _: self.enviar())
        self.campo.focus()
        tk.Button(self.ventana, text="Enviar", command=self.enviar).grid(row=1, column=1, padx=(0, 8), sticky="ew")
        self._crear_botones().grid(row=2, column=0, columnspan=2, pady=8)
        self.ventana.columnconfigure(0, weight=1)
        self.ventana.rowconfigure(0, weight=1)

    def _crear_botones(self):
        barra = tk.Frame(self.ventana)
        ordenes = (
            ("Stickers", self.elegir_sticker),
            ("Grabar", self.grabar),
            ("Privado", self.escribir_privado),
            ("Salir", self.salir),
        )
        for rotulo, orden in ordenes:
            boton = tk.Button(barra, text=rotulo, command=orden)
            boton.pack(side="left", padx=4)
            if rotulo == "Grabar":
                self.boton_grabar = boton
        return barra

    def mostrar(self, linea):
        """Añadir un renglón a la conversación."""
        self.texto.configure(state="normal")
        self.texto.insert("end", linea + "\n")
        self.texto.configure(state="disabled")
        self.texto.see("end")

    def mostrar_lista(self, usuarios):
        """Mostrar quién está en la sala."""
        self.presentes.delete(0, "end")
        self.presentes.insert("end", *usuarios)

    def mostrar_sticker(self, user, nombre):
        """Mostrar un sticker nuestro; de los que no tenemos, el nombre."""
        imagen = self.aplicacion.stickers.get(nombre)
        if imagen is None:
            self.mostrar(f"{user}: [{nombre}]")
            return
        self._mostrar_widget(user, tk.Label(self.texto, image=imagen))

    def mostrar_voz(self, user, content):
        """Mostrar un botón que reproduce una voz."""
        try:
            datos = base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError):
            return
        self._mostrar_widget(user, tk.Button(self.texto, text="Reproducir", command=lambda: reproducir(datos)))

    def _mostrar_widget(self, user, widget):
        self.texto.configure(state="normal")
        self.texto.insert("end", user + ": ")
        self.texto.window_create("end", window=widget)
        self.texto.insert("end", "\n")
        self.texto.configure(state="disabled")
        self.texto.see("end")

    def enviar(self):
        """Enviar a la sala lo que hay en el campo."""
        contenido = self.campo.get()
        if contenido:
            self._decir("msj", contenido)
            self.campo.delete(0, "end")

    def _decir(self, tipo, content):
        self.aplicacion.red.enviar(
            {"tipo": tipo, "user": self.aplicacion.usuario, "sala": self.nombre, "content": content}
        )

    def escribir_privado(self):
        """Escribir a la persona elegida en la lista."""
        elegida = self.presentes.curselection()
        if not elegida:
            messagebox.showinfo("Privado", "Elige antes a alguien de la lista", parent=self.ventana)
            return
        para = self.presentes.get(elegida[0])
        contenido = simpledialog.askstring("Privado", f"Para {para}:", parent=self.ventana)
        if contenido:
            self.aplicacion.red.enviar(
                {"tipo": "msj", "privado": True, "from": self.aplicacion.usuario, "to": para, "content": contenido}
            )
            self.mostrar(f"[privado para {para}] {contenido}")

    def elegir_sticker(self):
        """Abrir los stickers de la carpeta stickers/ y enviar el que se elija."""
        cuadro = tk.Toplevel(self.ventana)
        cuadro.title("Stickers")
        for columna, (nombre, imagen) in enumerate(self.aplicacion.stickers.items()):
            tk.Button(cuadro, image=imagen, command=lambda nombre=nombre: self._enviar_sticker(cuadro, nombre)).grid(
                row=0, column=columna
            )

    def _enviar_sticker(self, cuadro, nombre):
        cuadro.destroy()
        self._decir("sticker", nombre)

    def grabar(self):
        """Empezar a grabar o, si ya se grababa, terminar y enviar."""
        if self.grabacion is not None:
            self.grabacion.terminar.set()
            return
        if pyaudio is None:
            self.mostrar("(para grabar hace falta PyAudio)")
            return
        self.grabacion = Grabacion()
        self.boton_grabar["text"] = "Detener"
        self._revisar_grabacion()

    def _revisar_grabacion(self):
        if self.grabacion.is_alive():
            self.ventana.after(PERIODO, self._revisar_grabacion)
            return
        self.boton_grabar["text"] = "Grabar"
        voz, self.grabacion = self.grabacion.voz, None
        if voz:
            self._decir("audio", base64.b64encode(voz).decode())
        else:
            self.mostrar("(no se pudo usar el micrófono)")

    def salir(self):
        """Dejar esta sala y cerrar su ventana."""
        self.aplicacion.red.enviar({"tipo": "salir", "user": self.aplicacion.usuario, "sala": self.nombre})
        del self.aplicacion.salas[self.nombre]
        self.ventana.destroy()


class Grabacion(threading.Thread):
    """El hilo que oye el micrófono. Al terminar deja en `voz` un WAV, o None si no se pudo."""

    def __init__(self):
        super().__init__(daemon=True)
        self.terminar = threading.Event()
        self.voz = None
        self.start()

    def run(self):
        aparato = pyaudio.PyAudio()
        try:
            flujo = aparato.open(format=pyaudio.paUInt8, channels=1, rate=TASA, input=True, frames_per_buffer=BLOQUE)
        except OSError:
            aparato.terminate()
            return
        bloques = []
        while not self.terminar.is_set() and len(bloques) < MAX_BLOQUES:
            bloques.append(flujo.read(BLOQUE, exception_on_overflow=False))
        flujo.close()
        aparato.terminate()
        archivo = io.BytesIO()
        with wave.open(archivo, "wb") as voz:
            voz.setnchannels(1)
            voz.setsampwidth(1)
            voz.setframerate(TASA)
            voz.writeframes(b"".join(bloques))
        self.voz = archivo.getvalue()


def reproducir(datos):
    """Oír un WAV sin detener la ventana."""
    if pyaudio is not None:
        threading.Thread(target=_reproducir, args=(datos,), daemon=True).start()


def _reproducir(datos):
    aparato = pyaudio.PyAudio()
    try:
        with wave.open(io.BytesIO(datos)) as voz:
            formato = aparato.get_format_from_width(voz.getsampwidth())
            flujo = aparato.open(format=formato, channels=voz.getnchannels(), rate=voz.getframerate(), output=True)
            flujo.write(voz.readframes(voz.getnframes()))
            flujo.close()
    except (wave.Error, EOFError, OSError):
        print("No se pudo reproducir una voz")
    finally:
        aparato.terminate()


def main():
    raiz = tk.Tk()
    Aplicacion(raiz)
    raiz.mainloop()


if __name__ == "__main__":
    main()

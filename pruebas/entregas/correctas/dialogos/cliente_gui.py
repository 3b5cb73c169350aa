"""Cliente con clases, cuadros de diálogo y colocación absoluta (place). Lo privado va en la sala, marcado."""
import base64
import io
import pathlib
import queue
import threading
import tkinter as tk
import wave
from tkinter import messagebox
from tkinter import simpledialog

import pyaudio

import protocolo
import red

STICKERS = pathlib.Path(__file__).with_name("stickers")


class Grabadora:
    """Graba con la callback de PyAudio: la ventana no espera."""

    def __init__(self):
        self.partes = None

    def empezar(self):
        self.partes = []
        self.pa = pyaudio.PyAudio()
        self.flujo = self.pa.open(
            rate=11025,
            channels=1,
            format=pyaudio.paInt16,
            input=True,
            frames_per_buffer=512,
            stream_callback=self._llega,
        )

    def _llega(self, datos, cuantas, horas, estado):
        self.partes.append(datos)
        return None, pyaudio.paContinue if len(self.partes) < 42 else pyaudio.paComplete

    def terminar(self):
        self.flujo.stop_stream()
        self.flujo.close()
        self.pa.terminate()
        salida = io.BytesIO()
        with wave.open(salida, "wb") as w:
            w.setnchannels(1)
            w.setsampwidth(2)
            w.setframerate(11025)
            w.writeframes(b"".join(self.partes))
        self.partes = None
        return base64.b64encode(salida.getvalue()).decode()


class Sala:
    def __init__(self, app, nombre):
        self.app, self.nombre = app, nombre
        self.fotos = []
        v = self.v = tk.Toplevel(app.raiz)
        v.title(f"{nombre} - {app.usuario}")
        v.geometry("640x420")
        self.charla = tk.Text(v, state="disabled")
        self.charla.tag_config("privado", foreground="purple")
        self.charla.place(x=10, y=10, width=440, height=330)
        tk.Label(v, text="Usuarios").place(x=460, y=10)
        self.nombres = tk.Label(v, text="", justify="left", anchor="nw", relief="groove")
        self.nombres.place(x=460, y=35, width=170, height=220)
        tk.Label(v, text="Para:").place(x=460, y=262)
        self.para = tk.Entry(v)
        self.para.place(x=500, y=260, width=130)
        tk.Button(v, text="En privado", command=self.privado).place(x=460, y=290, width=170)
        self.mensaje = tk.Entry(v)
        self.mensaje.place(x=10, y=350, width=440, height=28)
        self.mensaje.bind("<Return>", self.enviar)
        tk.Button(v, text="Enviar", command=self.enviar).place(x=460, y=350, width=80)
        tk.Button(v, text="Sticker", command=self.sticker).place(x=545, y=350, width=85)
        self.voz = tk.Button(v, text="Grabar voz", command=self.hablar)
        self.voz.place(x=10, y=385)
        tk.Button(v, text="Entrar a otra sala", command=app.pedir_sala).place(x=460, y=385)
        v.protocol("WM_DELETE_WINDOW", self.cerrar)
        self.grabadora = Grabadora()

    def escribir(self, texto, *etiquetas):
        self.charla.config(state="normal")
        self.charla.insert("end", texto, etiquetas)
        self.charla.config(state="disabled")
        self.charla.see("end")

    def enviar(self, *_):
        texto = self.mensaje.get()
        if texto.strip():
            self.app.red.enviar(protocolo.Publico("msj", self.app.usuario, self.nombre, texto))
            self.mensaje.delete(0, "end")

    def privado(self):
        para, texto = self.para.get().strip(), self.mensaje.get()
        if not para or not texto:
            messagebox.showinfo("Privado", "Escribe para quién y qué", parent=self.v)
            return
        self.app.red.enviar(protocolo.Privado(self.app.usuario, para, texto))
        self.escribir(f"(privado para {para}) {texto}\n", "privado")
        self.mensaje.delete(0, "end")

    def sticker(self):
        ventana = tk.Toplevel(self.v)
        lista = tk.Listbox(ventana)
        for nombre in sorted(p.stem for p in STICKERS.glob("*.png")):
            lista.insert("end", nombre)
        lista.pack()

        def elegir(*_):
            if lista.curselection():
                self.app.red.enviar(
                    protocolo.Publico("sticker", self.app.usuario, self.nombre, lista.get(lista.curselection()[0]))
                )
                ventana.destroy()

        lista.bind("<Double-1>", elegir)

    def hablar(self):
        if self.grabadora.partes is None:
            self.grabadora.empezar()
            self.voz.config(text="Detener y enviar")
        else:
            self.app.red.enviar(protocolo.Publico("audio", self.app.usuario, self.nombre, self.grabadora.terminar()))
            self.voz.config(text="Grabar voz")

    def cerrar(self):
        if messagebox.askyesno("Salir", f"¿Dejar {self.nombre}?", parent=self.v):
            self.app.dejar(self)

    def mostrar(self, m):
        if m.tipo == "msj":
            self.escribir(f"<{m.user}> {m.content}\n")
        elif m.tipo == "sticker":
            archivo = {p.stem: p for p in STICKERS.glob("*.png")}.get(m.content)
            self.escribir(f"<{m.user}> ")
            if archivo:
                self.fotos.append(tk.PhotoImage(file=archivo, master=self.v))
                self.charla.config(state="normal")
                self.charla.image_create("end", image=self.fotos[-1])
            self.escribir("\n" if archivo else m.content + "\n")
        elif m.tipo == "audio":
            self.escribir(f"<{m.user}> mensaje de voz\n")
            if m.user == self.app.usuario:
                return
            threading.Thread(target=sonar, args=(m.content,), daemon=True).start()


def sonar(contenido):
    try:
        w = wave.open(io.BytesIO(base64.b64decode(contenido)))
    except (ValueError, EOFError, wave.Error):
        return
    pa = pyaudio.PyAudio()
    flujo = pa.open(
        rate=w.getframerate(), channels=w.getnchannels(), format=pa.get_format_from_width(w.getsampwidth()), output=True
    )
    flujo.write(w.readframes(w.getnframes()))
    flujo.stop_stream()
    flujo.close()
    pa.terminate()


class App:
    def __init__(self):
        self.raiz = tk.Tk()
        self.raiz.title("Chat")
        self.raiz.geometry("240x90+600+500")
        tk.Button(self.raiz, text="Otra sala", command=self.pedir_sala).pack(pady=6)
        tk.Button(self.raiz, text="Terminar", command=self.fin).pack()
        self.raiz.protocol("WM_DELETE_WINDOW", self.fin)
        self.usuario = None
        self.salas = {}
        self.cola = queue.Queue()
        self.red = red.Red(self.cola.put)
        self.raiz.after(50, self.sacar)
        self.raiz.after(10, self.empezar)
        self.raiz.mainloop()

    def empezar(self):
        while not self.usuario:
            dicho = simpledialog.askstring("Bienvenido", "¿Cuál es tu nombre de usuario?", parent=self.raiz)
            if dicho is None:
                self.fin()
                return
            self.usuario = dicho.strip()
        self.pedir_sala()

    def pedir_sala(self):
        if not self.usuario:
            return
        sala = simpledialog.askstring("Sala", "Nombre de la sala", parent=self.raiz)
        if sala and sala.strip() and sala not in self.salas:
            self.salas[sala] = Sala(self, sala)
            self.red.enviar(protocolo.Publico("inicio", self.usuario, sala))

    def dejar(self, sala):
        self.red.enviar(protocolo.Publico("salir", self.usuario, sala.nombre))
        del self.salas[sala.nombre]
        sala.v.destroy()

    def sacar(self):
        for _ in range(100):
            if self.cola.empty():
                break
            m = self.cola.get()
            if isinstance(m, protocolo.Privado):
                if m.para == self.usuario:
                    for sala in self.salas.values():
                        sala.escribir(f"(privado de {m.de}) {m.content}\n", "privado")
            elif m.sala in self.salas:
                if isinstance(m, protocolo.Usuarios):
                    self.salas[m.sala].nombres.config(text="\n".join("• " + n for n in m.lista))
                else:
                    self.salas[m.sala].mostrar(m)
        self.raiz.after(40, self.sacar)

    def fin(self):
        for sala in list(self.salas.values()):
            self.dejar(sala)
        self.red.cerrar()
        self.raiz.destroy()


App()

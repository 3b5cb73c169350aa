# Una ventana para todas las salas: se elige la sala activa en una lista. Conversación en globos, en un Canvas.
# El micrófono se mantiene apretado para grabar.
from comun import *
import base64
import glob
import io
import os
import queue
import threading
import tkinter as tk
import wave

import pyaudio
from PIL import Image
from PIL import ImageTk


class Chat(tk.Tk):
    def __init__(self):
        super().__init__()
        self.title("Mensajero")
        self.yo = ""
        self.activa = None
        self.dichos = {}  # sala o "@persona" -> lista de (autor, clase, dato)
        self.gente = {}
        self.s = abrir()
        self.fuera, self.dentro = queue.Queue(), queue.Queue()
        self.seguir = True
        self.stickers = {}
        for ruta in glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "stickers", "*.png")):
            self.stickers[os.path.basename(ruta)[:-4]] = ImageTk.PhotoImage(
                Image.open(ruta).convert("RGBA").resize((56, 56))
            )
        self.entrada = tk.Frame(self)
        self.entrada.pack(fill="x")
        tk.Label(self.entrada, text="Apodo").pack(anchor="w")
        self.c_nombre = tk.Entry(self.entrada)
        self.c_nombre.pack(fill="x")
        tk.Label(self.entrada, text="Nombre de la sala").pack(anchor="w")
        self.c_sala = tk.Entry(self.entrada)
        self.c_sala.pack(fill="x")
        tk.Button(self.entrada, text="Ingresar", command=self.ingresar).pack()
        self.cuerpo = tk.Frame(self)
        self.l_salas = tk.Listbox(self.cuerpo, width=18, exportselection=False)
        self.l_salas.grid(row=0, column=0, sticky="ns")
        self.l_salas.bind("<<ListboxSelect>>", self.cambiar)
        self.lienzo = tk.Canvas(self.cuerpo, width=420, height=320, bg="white")
        self.lienzo.grid(row=0, column=1)
        self.l_gente = tk.Listbox(self.cuerpo, width=18, exportselection=False)
        self.l_gente.grid(row=0, column=2, sticky="ns")
        self.l_gente.bind("<Double-Button-1>", self.con_quien)
        abajo = tk.Frame(self.cuerpo)
        abajo.grid(row=1, column=0, columnspan=3)
        self.c_texto = tk.Entry(abajo, width=40)
        self.c_texto.pack(side="left")
        self.c_texto.bind("<Return>", lambda e: self.mandar())
        tk.Button(abajo, text="Mandar", command=self.mandar).pack(side="left")
        b = tk.Menubutton(abajo, text="Calcomanías", relief="raised")
        b["menu"] = m = tk.Menu(b, tearoff=0)
        for n, i in self.stickers.items():
            m.add_command(image=i, label=n, command=lambda n=n: self.decir("sticker", n))
        b.pack(side="left")
        mic = tk.Button(abajo, text="●", name="grabar")
        mic.bind("<ButtonPress-1>", self.apretar)
        mic.bind("<ButtonRelease-1>", self.soltar)
        mic.pack(side="left")
        tk.Button(abajo, text="Dejar la sala", command=self.dejar).pack(side="left")
        self.protocol("WM_DELETE_WINDOW", self.cerrar)
        self.hilos = [threading.Thread(target=self.enviador), threading.Thread(target=self.receptor)]
        [h.start() for h in self.hilos]
        self.mirar()

    def enviador(self):
        while (d := self.fuera.get()) is not None:
            try:
                self.s.sendto(d, (GRUPO, PUERTO))
            except OSError as e:
                print(e)

    def receptor(self):
        while self.seguir:
            try:
                self.dentro.put(partir(self.s.recv(65535)))
            except TimeoutError:
                pass

    def ingresar(self):
        yo, sala = self.yo or self.c_nombre.get().strip(), self.c_sala.get().strip()
        if not yo or not sala or sala in self.dichos:
            return self.bell()
        self.yo = yo
        self.c_nombre.config(state="disabled")
        self.c_sala.delete(0, "end")
        self.cuerpo.pack()
        self.agregar(sala)
        self.fuera.put(unir("inicio", yo, sala))

    def agregar(self, clave):
        if clave not in self.dichos:
            self.dichos[clave] = []
            self.l_salas.insert("end", clave)
        self.l_salas.selection_clear(0, "end")
        self.l_salas.selection_set(list(self.dichos).index(clave))
        self.cambiar()

    def cambiar(self, *_):
        if self.l_salas.curselection():
            self.activa = self.l_salas.get(self.l_salas.curselection()[0])
            self.pintar()

    def pintar(self):
        c = self.lienzo
        c.delete("all")
        y = 310
        for autor, clase, dato in reversed(self.dichos.get(self.activa, [])[-30:]):
            x = 60
            if clase == "sticker":
                i = c.create_image(x, y, image=self.stickers[dato], anchor="sw")
            else:
                i = c.create_text(x, y, text=dato, anchor="sw", width=330, fill="blue" if clase == "voz" else "black")
            if clase == "voz":
                c.itemconfig(i, text="▶ voz")
                c.tag_bind(
                    i,
                    "<Button-1>",
                    lambda e, d=dato: threading.Thread(target=self.sonar, args=(d,), daemon=True).start(),
                )
            arriba = c.bbox(i)[1]
            c.create_text(4, arriba, text=autor, anchor="nw", font=("", 7))
            y = arriba - 8
        self.l_gente.delete(0, "end")
        for g in self.gente.get(self.activa, []):
            self.l_gente.insert("end", g)

    def con_quien(self, e):
        for i in self.l_gente.curselection():
            if self.l_gente.get(i) != self.yo:
                self.agregar("@" + self.l_gente.get(i))
                self.title("Privado con " + self.activa[1:])

    def mandar(self):
        t = self.c_texto.get()
        if not t or not self.activa:
            return
        self.c_texto.delete(0, "end")
        if self.activa[0] == "@":
            self.fuera.put(unir("msj", "privado", self.yo, self.activa[1:], t))
            self.anotar(self.activa, self.yo, "texto", t)
        else:
            self.decir("msj", t)

    def decir(self, tipo, t):
        if self.activa and self.activa[0] != "@":
            self.fuera.put(unir(tipo, self.yo, self.activa, t))

    def anotar(self, clave, *que):
        self.dichos[clave].append(que)
        if clave == self.activa:
            self.pintar()

    def mirar(self):
        repintar = False
        for _ in range(200):
            if self.dentro.empty():
                break
            repintar |= self.llegar(self.dentro.get())
        if repintar:
            self.pintar()
        self.after(30, self.mirar)

    def llegar(self, c):
        if c[:1] == ["usuarios"] and len(c) > 1 and c[1] in self.dichos:
            self.gente[c[1]] = c[2:]
        elif c[:2] == ["msj", "privado"] and len(c) == 5 and c[3] == self.yo:
            self.agregar("@" + c[2])
            self.dichos["@" + c[2]].append((c[2], "texto", c[4]))
        elif len(c) == 4 and c[2] in self.dichos and c[1] != "privado":
            if c[0] == "audio":
                try:
                    base64.b64decode(c[3], validate=True)
                except ValueError:
                    return False
            clase = {"msj": "texto", "audio": "voz", "sticker": "sticker" if c[3] in self.stickers else "texto"}.get(
                c[0]
            )
            if clase:
                self.dichos[c[2]].append((c[1], clase, c[3]))
        else:
            return False
        return True

    def apretar(self, e):
        self.partes = []
        self.pa = pyaudio.PyAudio()
        self.flujo = self.pa.open(8000, 1, pyaudio.paInt16, input=True, frames_per_buffer=400, stream_callback=self.oir)

    def oir(self, d, *_):
        self.partes.append(d)
        return None, pyaudio.paContinue

    def soltar(self, e):
        self.flujo.stop_stream()
        self.flujo.close()
        self.pa.terminate()
        b = io.BytesIO()
        with wave.open(b, "wb") as w:
            w.setnchannels(1)
            w.setsampwidth(2)
            w.setframerate(8000)
            w.writeframes(b"".join(self.partes[:58]))
        self.decir("audio", base64.b64encode(b.getvalue()).decode())

    def sonar(self, d):
        w = wave.open(io.BytesIO(base64.b64decode(d)))
        pa = pyaudio.PyAudio()
        f = pa.open(w.getframerate(), w.getnchannels(), pyaudio.paInt16, output=True)
        f.write(w.readframes(w.getnframes()))
        f.stop_stream()
        f.close()
        pa.terminate()

    def dejar(self):
        if self.activa:
            if self.activa[0] != "@":
                self.fuera.put(unir("salir", self.yo, self.activa))
            i = list(self.dichos).index(self.activa)
            self.l_salas.delete(i)
            del self.dichos[self.activa]
            self.activa = None
            if self.dichos:
                self.agregar(next(iter(self.dichos)))
            else:
                self.pintar()

    def cerrar(self):
        for sala in self.dichos:
            if sala[0] != "@":
                self.fuera.put(unir("salir", self.yo, sala))
        self.fuera.put(None)
        self.hilos[0].join(2)
        self.seguir = False
        self.hilos[1].join(2)
        self.s.close()
        self.destroy()


Chat().mainloop()

# Chat con globos: cada sala es una pestaña, cada mensaje un globo y los privados van con candado.
import base64
import io
import pathlib
import queue
import threading
import time
import tkinter as tk
import wave
from tkinter import filedialog
from tkinter import ttk

import pyaudio
from PIL import Image
from PIL import ImageTk

from mensajes import *

STICKERS = pathlib.Path(__file__).resolve().parent / "stickers"
RITMO, BLOQUE = 44100, 2205  # muestras por segundo y por lectura: 50 ms
LARGA = 400  # bloques: veinte segundos de voz
GLOBOS = 200  # los que se conservan en cada sala
AJENO, PROPIO, SECRETO = "#e8e8e8", "#cdeccd", "#f6d5e5"


class Red:
    """El canal y sus dos hilos."""

    def __init__(self):
        self.canal, self.partidor, self.unidor = unirse(), Partidor(), Unidor()
        self.por_salir, self.llegados = queue.Queue(), queue.Queue()
        self.abierta = True
        self.hilos = [threading.Thread(target=self.despachar), threading.Thread(target=self.escuchar)]
        for hilo in self.hilos:
            hilo.start()

    def despachar(self):
        while (pedido := self.por_salir.get()) is not None:
            for k, datos in enumerate(self.partidor.partir(*pedido)):
                if k % 32 == 31:
                    time.sleep(0.005)  # que los demás alcancen a leer
                try:
                    self.canal.sendto(datos, (GRUPO, PUERTO))
                except OSError as problema:
                    print("no salió:", problema)

    def escuchar(self):
        while self.abierta:
            try:
                cabecera, cuerpo = separar(self.canal.recv(65535))
            except TimeoutError:
                continue
            if cabecera and cabecera["tipo"] == "trozo":
                cabecera, cuerpo = self.unidor.unir(cabecera, cuerpo)
            if cabecera:
                self.llegados.put((cabecera, cuerpo))

    def decir(self, cuerpo=b"", **cabecera):
        self.por_salir.put((cabecera, cuerpo))

    def cerrar(self):
        self.por_salir.put(None)
        self.hilos[0].join(3)
        self.abierta = False
        self.hilos[1].join(3)
        self.canal.close()


class Grabadora:
    """Graba en otro hilo hasta que se le dice."""

    def __init__(self):
        self.bloques, self.grabando = [], False

    def empezar(self):
        self.bloques, self.grabando = [], True
        threading.Thread(target=self.oir, daemon=True).start()

    def oir(self):
        pa = pyaudio.PyAudio()
        micro = pa.open(RITMO, 1, pyaudio.paInt16, input=True, frames_per_buffer=BLOQUE)
        while self.grabando and len(self.bloques) < LARGA:
            self.bloques.append(micro.read(BLOQUE))
        micro.close()
        pa.terminate()

    def archivo(self):
        memoria = io.BytesIO()
        with wave.open(memoria, "wb") as voz:
            voz.setnchannels(1)
            voz.setsampwidth(2)
            voz.setframerate(RITMO)
            voz.writeframes(b"".join(self.bloques))
        return memoria.getvalue()


def tocar(datos):
    with wave.open(io.BytesIO(datos)) as voz:
        pa = pyaudio.PyAudio()
        bocina = pa.open(
            voz.getframerate(), voz.getnchannels(), pa.get_format_from_width(voz.getsampwidth()), output=True
        )
        while pedazo := voz.readframes(BLOQUE):
            bocina.write(pedazo)
        bocina.stop_stream()
        bocina.close()
        pa.terminate()


class Sala(ttk.Frame):
    """Una pestaña: los globos, quién está y con qué se escribe."""

    def __init__(self, chat, nombre):
        super().__init__(chat.salas)
        self.chat, self.nombre, self.grabadora, self.globos = chat, nombre, Grabadora(), []
        self.lienzo = tk.Canvas(self, width=430, height=330, bg="white")
        self.hoja = tk.Frame(self.lienzo, bg="white")
        self.lienzo.create_window(0, 0, window=self.hoja, anchor="nw")
        self.hoja.bind("<Configure>", self.acomodar)
        self.presentes = tk.Listbox(self, exportselection=False)
        abajo = ttk.Frame(self)
        abajo.pack(side="bottom", fill="x")
        self.presentes.pack(side="right", fill="y")
        self.lienzo.pack(fill="both", expand=True)
        self.escrito = ttk.Entry(abajo, width=34)
        self.escrito.pack(side="left")
        self.escrito.bind("<Return>", self.enviar)
        for texto, orden in (
            ("Enviar", self.enviar),
            ("Privado", self.enviar_privado),
            ("Sticker…", self.enviar_sticker),
            ("Grabar", self.grabar),
            ("Detener", self.detener),
            ("Enviar audio", self.enviar_audio),
        ):
            ttk.Button(abajo, text=texto, command=orden).pack(side="left")

    def acomodar(self, evento):
        self.lienzo.config(scrollregion=(0, 0, evento.width, evento.height))
        self.lienzo.yview_moveto(1)

    def globo(self, encabezado, color, **que):
        """Un globo con su encabezado; `que` es lo que dice o muestra su rótulo."""
        globo = tk.Frame(self.hoja, bg=color, padx=6, pady=3)
        globo.pack(anchor="w", padx=4, pady=2)
        tk.Label(globo, text=encabezado, bg=color, font=("", 8, "bold")).pack(anchor="w")
        if que:
            tk.Label(globo, bg=color, wraplength=400, justify="left", **que).pack(anchor="w")
        self.globos.append(globo)
        if len(self.globos) > GLOBOS:
            self.globos.pop(0).destroy()
        return globo

    def decir(self, tipo, cuerpo=b"", **claves):
        self.chat.red.decir(cuerpo, tipo=tipo, user=self.chat.yo, sala=self.nombre, **claves)

    def tomar_escrito(self):
        texto = self.escrito.get()
        self.escrito.delete(0, "end")
        return texto

    def enviar(self, evento=None):
        texto = self.tomar_escrito()
        if texto.strip():
            self.decir("msj", content=texto)
            self.globo("Yo", PROPIO, text=texto)

    def enviar_privado(self):
        if self.presentes.curselection():
            persona, texto = self.presentes.get(self.presentes.curselection()[0]), self.tomar_escrito()
            self.chat.red.decir(
                **{"tipo": "msj", "privado": True, "from": self.chat.yo, "to": persona, "content": texto}
            )
            self.globo(f"🔒 Privado para {persona}", SECRETO, text=texto)

    def enviar_sticker(self):
        ruta = filedialog.askopenfilename(
            parent=self, title="Elige un sticker", initialdir=STICKERS, filetypes=[("Imágenes", "*.png *.gif")]
        )
        if ruta:
            datos = pathlib.Path(ruta).read_bytes()
            if len(datos) > 45000:
                return self.globo("Esa imagen es muy grande", AJENO)
            self.decir("sticker", content=base64.b64encode(datos).decode(), formato=ruta[-3:].lower())
            self.mostrar_imagen("Yo", PROPIO, datos)

    def mostrar_imagen(self, autor, color, datos):
        imagen = ImageTk.PhotoImage(Image.open(io.BytesIO(datos)).convert("RGBA").resize((72, 72)))
        self.globo(autor, color, image=imagen).imagen = imagen

    def grabar(self):
        if not self.grabadora.grabando:
            self.grabadora.empezar()

    def detener(self):
        self.grabadora.grabando = False

    def enviar_audio(self):
        if not self.grabadora.grabando and self.grabadora.bloques:
            datos, self.grabadora.bloques = self.grabadora.archivo(), []
            self.decir("audio", datos, content="", formato="wav")
            self.globo("Yo", PROPIO, text="(voz enviada)")

    def llegar(self, tipo, mensaje, cuerpo):
        autor, contenido = mensaje["user"], mensaje["content"]
        if tipo == "msj":
            self.globo(autor, AJENO, text=contenido)
        elif tipo == "sticker":
            conocidos = {uno.stem: uno for uno in STICKERS.glob("*.png")}
            if "formato" in mensaje:
                self.mostrar_imagen(autor, AJENO, cuerpo or base64.b64decode(contenido))
            elif contenido in conocidos:
                self.mostrar_imagen(autor, AJENO, conocidos[contenido].read_bytes())
            else:
                self.globo(autor, AJENO, text=f"[{contenido}]")
        elif tipo == "audio":
            datos = cuerpo or base64.b64decode(contenido)
            wave.open(io.BytesIO(datos)).close()
            oir = threading.Thread
            ttk.Button(
                self.globo(autor, AJENO),
                text="▶ Reproducir",
                command=lambda: oir(target=tocar, args=(datos,), daemon=True).start(),
            ).pack()


class Chat:
    def __init__(self):
        self.raiz, self.red, self.yo = tk.Tk(), Red(), ""
        self.raiz.title("Globos")
        barra = ttk.Frame(self.raiz)
        barra.pack(fill="x")
        ttk.Label(barra, text="Tu nombre:").pack(side="left")
        self.nombre = ttk.Entry(barra, width=16)
        self.nombre.pack(side="left")
        ttk.Label(barra, text="Sala:").pack(side="left")
        self.sala = ttk.Entry(barra, width=16)
        self.sala.pack(side="left")
        ttk.Button(barra, text="Entrar", command=self.entrar).pack(side="left")
        ttk.Button(barra, text="Salir de la sala", command=self.salir).pack(side="right")
        self.salas = ttk.Notebook(self.raiz)
        self.salas.pack(fill="both", expand=True)
        self.raiz.protocol("WM_DELETE_WINDOW", self.cerrar)
        self.revisar()

    def abiertas(self):
        return {sala.nombre: sala for sala in map(self.raiz.nametowidget, self.salas.tabs())}

    def entrar(self):
        nombre, sala = self.nombre.get().strip(), self.sala.get().strip()
        if not nombre or not sala or sala in self.abiertas():
            return self.raiz.bell()
        self.yo = nombre
        self.nombre.config(state="disabled")
        self.salas.add(Sala(self, sala), text=sala)
        self.salas.select(self.salas.tabs()[-1])
        self.red.decir(tipo="inicio", user=nombre, sala=sala)

    def salir(self):
        if self.salas.select():
            sala = self.raiz.nametowidget(self.salas.select())
            self.red.decir(tipo="salir", user=self.yo, sala=sala.nombre)
            self.salas.forget(sala)
            sala.destroy()

    def revisar(self):
        hasta = time.monotonic() + 0.03
        while time.monotonic() < hasta and not self.red.llegados.empty():
            try:
                self.atender(*self.red.llegados.get())
            except (KeyError, TypeError, ValueError, OSError, EOFError, wave.Error, tk.TclError) as problema:
                print("mensaje mal hecho:", repr(problema))
        self.raiz.after(25, self.revisar)

    def atender(self, mensaje, cuerpo):
        tipo, abiertas = mensaje["tipo"], self.abiertas()
        if mensaje.get("privado") is True:
            if tipo == "msj" and mensaje["to"] == self.yo and abiertas:
                self.raiz.nametowidget(self.salas.select()).globo(
                    "🔒 Privado de " + mensaje["from"], SECRETO, text=mensaje["content"]
                )
        elif mensaje.get("sala") in abiertas:
            sala = abiertas[mensaje["sala"]]
            if tipo == "usuarios" and isinstance(mensaje["lista"], list):
                sala.presentes.delete(0, "end")
                sala.presentes.insert("end", *(uno for uno in mensaje["lista"] if isinstance(uno, str)))
            elif tipo != "usuarios" and isinstance(mensaje["user"], str) and mensaje["user"] != self.yo:
                if isinstance(mensaje.get("content"), str):
                    sala.llegar(tipo, mensaje, cuerpo)

    def cerrar(self):
        while self.salas.tabs():
            self.salir()
        self.red.cerrar()
        self.raiz.destroy()


Chat().raiz.mainloop()

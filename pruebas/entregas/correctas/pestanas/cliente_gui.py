# Chat: una sola ventana, una pestaña por sala y por conversación privada. Todo en este archivo.
import base64
import io
import json
import os
import queue
import socket
import struct
import threading
import time
import tkinter as tk
import wave
from tkinter import ttk

import pyaudio
from PIL import Image
from PIL import ImageTk

GRUPO, PUERTO = "239.255.3.3", 5007
AQUI = os.path.dirname(os.path.abspath(__file__))

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind(("", PUERTO))
sock.setsockopt(
    socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack("4sl", socket.inet_aton(GRUPO), socket.INADDR_ANY)
)
sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
sock.settimeout(0.3)

vivo = True
por_enviar, recibidos = queue.Queue(), queue.Queue()


def hilo_enviar():
    while vivo or not por_enviar.empty():
        try:
            sock.sendto(json.dumps(por_enviar.get(timeout=0.3)).encode("utf-8"), (GRUPO, PUERTO))
        except queue.Empty:
            pass
        except OSError as e:
            print(e)


def hilo_recibir():
    while vivo:
        try:
            m = json.loads(sock.recv(65535))
        except (TimeoutError, ValueError):
            continue
        if isinstance(m, dict):
            recibidos.put(m)


yo = ""
pestanas = {}  # "sala" o "@persona" -> Pestana
imagenes = {}

root = tk.Tk()
root.title("Chat de redes")
root.geometry("700x500")
barra = ttk.Frame(root)
barra.pack(fill="x")
ttk.Label(barra, text="Usuario").pack(side="left")
campo_nombre = ttk.Entry(barra)
campo_nombre.pack(side="left")
ttk.Label(barra, text="Sala de chat").pack(side="left")
campo_sala = ttk.Combobox(barra, values=["general", "redes"])
campo_sala.pack(side="left")
boton_entrar = ttk.Button(barra, text="Unirse")
boton_entrar.pack(side="left")
aviso = ttk.Label(barra, foreground="red")
aviso.pack(side="left")
cuaderno = ttk.Notebook(root)
cuaderno.pack(fill="both", expand=True)


class Pestana:
    def __init__(self, clave):
        self.clave = clave
        self.privada = clave.startswith("@")
        self.marco = ttk.Frame(cuaderno)
        cuaderno.add(self.marco, text=clave)
        cuaderno.select(self.marco)
        self.texto = tk.Text(self.marco, state="disabled", wrap="word", height=10)
        abajo = ttk.Frame(self.marco)
        abajo.pack(side="bottom", fill="x")
        self.campo = ttk.Entry(abajo)
        self.campo.pack(side="left", fill="x", expand=True)
        ttk.Button(abajo, text="📤 Enviar mensaje", command=self.enviar).pack(side="left")
        if not self.privada:
            ttk.Button(abajo, text="😀 Stickers", command=self.ver_stickers).pack(side="left")
            self.microfono = ttk.Button(abajo, text="🎤 Nota de voz", command=self.grabar)
            self.microfono.pack(side="left")
            ttk.Button(abajo, text="Abandonar sala", command=self.salir).pack(side="left")
            lado = ttk.Frame(self.marco)
            lado.pack(side="right", fill="y")
            self.lista = ttk.Treeview(lado, show="tree")
            self.lista.pack(fill="y", expand=True)
            ttk.Button(lado, text="Mensaje privado", command=self.privado).pack()
        self.texto.pack(fill="both", expand=True)

    def poner(self, *cosas):
        self.texto.config(state="normal")
        for cosa in cosas:
            if isinstance(cosa, str):
                self.texto.insert("end", cosa)
            elif isinstance(cosa, tk.Widget):
                self.texto.window_create("end", window=cosa)
            else:
                self.texto.image_create("end", image=cosa)
        self.texto.insert("end", "\n")
        self.texto.config(state="disabled")
        self.texto.see("end")

    def enviar(self):
        t = self.campo.get()
        self.campo.delete(0, "end")
        if not t:
            return
        if self.privada:
            por_enviar.put({"tipo": "msj", "privado": True, "from": yo, "to": self.clave[1:], "content": t})
        else:
            por_enviar.put({"tipo": "msj", "user": yo, "sala": self.clave, "content": t})
        self.poner("Yo: " + t)

    def salir(self):
        por_enviar.put({"tipo": "salir", "user": yo, "sala": self.clave})
        cuaderno.forget(self.marco)
        self.marco.destroy()
        del pestanas[self.clave]

    def privado(self):
        for fila in self.lista.selection():
            persona = self.lista.item(fila, "text")
            if persona != yo:
                abrir("@" + persona)

    def ver_stickers(self):
        menu = tk.Menu(root, tearoff=0)
        for nombre in imagenes:
            menu.add_command(label=nombre, command=lambda n=nombre: self.sticker(n))
        menu.post(root.winfo_pointerx(), root.winfo_pointery())

    def sticker(self, nombre):
        por_enviar.put({"tipo": "sticker", "user": yo, "sala": self.clave, "content": nombre})
        self.poner("Yo: ", imagenes[nombre])

    def grabar(self):
        self.microfono.config(state="disabled", text="Grabando 2 s…")
        threading.Thread(target=self.grabar_dos_segundos, daemon=True).start()

    def grabar_dos_segundos(self):
        pa = pyaudio.PyAudio()
        f = pa.open(format=pyaudio.paUInt8, channels=1, rate=8000, input=True, frames_per_buffer=400)
        sonido = b"".join(f.read(400) for _ in range(40))
        f.stop_stream()
        f.close()
        pa.terminate()
        b = io.BytesIO()
        w = wave.open(b, "wb")
        w.setparams((1, 1, 8000, 0, "NONE", ""))
        w.writeframes(sonido)
        w.close()
        por_enviar.put({
            "tipo": "audio",
            "user": yo,
            "sala": self.clave,
            "content": base64.b64encode(b.getvalue()).decode(),
            "formato": "wav",
        })
        recibidos.put({"tipo": "_grabado", "sala": self.clave})


def abrir(clave):
    if clave not in pestanas:
        pestanas[clave] = Pestana(clave)
    return pestanas[clave]


def entrar():
    global yo
    nombre, sala = campo_nombre.get().strip(), campo_sala.get().strip()
    if not nombre:
        aviso.config(text="Primero tu nombre")
        return
    if not sala:
        aviso.config(text="¿A qué sala?")
        return
    aviso.config(text="")
    yo = nombre
    campo_nombre.config(state="readonly")
    if sala not in pestanas:
        abrir(sala)
        por_enviar.put({"tipo": "inicio", "user": yo, "sala": sala})


boton_entrar.config(command=entrar)


def sonar(datos):
    def tocar():
        w = wave.open(io.BytesIO(datos))
        pa = pyaudio.PyAudio()
        f = pa.open(
            format=pa.get_format_from_width(w.getsampwidth()),
            channels=w.getnchannels(),
            rate=w.getframerate(),
            output=True,
        )
        while trozo := w.readframes(400):
            f.write(trozo)
        f.stop_stream()
        f.close()
        pa.terminate()
    threading.Thread(target=tocar, daemon=True).start()


def mostrar(m):
    tipo = m["tipo"]
    if tipo == "msj" and m.get("privado") is True:
        if m["to"] == yo and m["from"] != yo:
            abrir("@" + m["from"]).poner(m["from"] + ": " + m["content"])
        return
    p = pestanas.get(m["sala"])
    if p is None:
        return
    if tipo == "_grabado":
        p.microfono.config(state="normal", text="🎤 Nota de voz")
    elif tipo == "usuarios":
        nombres = [n for n in m["lista"] if isinstance(n, str)]
        p.lista.delete(*p.lista.get_children())
        for n in nombres:
            p.lista.insert("", "end", text=n)
    elif m["user"] == yo and tipo != "audio":
        return
    elif tipo == "msj":
        p.poner(m["user"] + ": " + m["content"])
    elif tipo == "sticker":
        p.poner(m["user"] + ": ", imagenes.get(m["content"], m["content"]))
    elif tipo == "audio":
        datos = base64.b64decode(m["content"], validate=True)
        wave.open(io.BytesIO(datos)).close()
        p.poner(m["user"] + ": ", ttk.Button(p.texto, text="▶ Escuchar", command=lambda: sonar(datos)))


def vaciar():
    fin = time.monotonic() + 0.02
    while time.monotonic() < fin and not recibidos.empty():
        try:
            mostrar(recibidos.get())
        except (KeyError, TypeError, ValueError, EOFError, wave.Error) as e:
            print("mensaje malo:", repr(e))
    root.after(20, vaciar)


def cerrar():
    global vivo
    for clave in list(pestanas):
        if not clave.startswith("@"):
            por_enviar.put({"tipo": "salir", "user": yo, "sala": clave})
    vivo = False
    for h in hilos:
        h.join(2)
    sock.close()
    root.destroy()


for archivo in os.listdir(os.path.join(AQUI, "stickers")):
    if archivo.endswith(".png"):
        imagenes[archivo[:-4]] = ImageTk.PhotoImage(
            Image.open(os.path.join(AQUI, "stickers", archivo)).resize((48, 48))
        )
hilos = [threading.Thread(target=hilo_enviar), threading.Thread(target=hilo_recibir)]
for h in hilos:
    h.start()
root.protocol("WM_DELETE_WINDOW", cerrar)
vaciar()
root.mainloop()

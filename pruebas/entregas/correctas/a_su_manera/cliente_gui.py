# Chat. Los botones se encienden cuando ya se puede: «Entrar» con nombre y sala, «Enviar» con
# texto y «Privado» con alguien elegido.
import base64
import json
import os
import queue
import socket
import threading
import tkinter as tk
import wave
from io import BytesIO
from tkinter import messagebox
from tkinter.scrolledtext import ScrolledText

import pyaudio

os.chdir(os.path.dirname(__file__))  # para encontrar los stickers

GRUPO, PUERTO = "239.255.3.3", 5007

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind(("", PUERTO))
sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GRUPO) + socket.inet_aton("0.0.0.0"))
sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
sock.settimeout(0.4)

por_enviar = queue.Queue()
llegados = queue.Queue()
seguir = True
yo = ""
ventanas = {}  # sala -> VentanaSala


def hilo_enviar():
    while True:
        mensaje = por_enviar.get()
        if mensaje is None:
            break
        try:
            sock.sendto(json.dumps(mensaje, ensure_ascii=False).encode("utf-8"), (GRUPO, PUERTO))
        except OSError as e:
            print("no salió:", e)


def hilo_recibir():
    while seguir:
        try:
            datos = sock.recvfrom(65535)[0]
            mensaje = json.loads(datos.decode("utf-8"))
        except socket.timeout:
            continue
        except ValueError:
            continue  # basura
        llegados.put(mensaje)


def al_llegar(m):
    if m.get("privado") is True:
        if m["to"] == yo:
            for v in ventanas.values():
                v.texto.insert("end", f"*** PRIVADO de {m['from']} para ti: {m['content']}\n", "privado")
        return
    v = ventanas.get(m["sala"])
    if v is None:
        return
    if m["tipo"] == "usuarios":
        v.lista.delete(0, "end")
        v.lista.insert("end", *m["lista"])
        v.mirar_eleccion()
    elif m["tipo"] == "msj":
        v.texto.insert("end", f"{m['user']} dice: {m['content']}\n")
    elif m["tipo"] == "sticker":
        v.texto.insert("end", m["user"] + " ")
        v.texto.image_create("end", image=stickers.get(m["content"], stickers["duda"]))
        v.texto.insert("end", "\n")
    elif m["tipo"] == "audio":
        v.poner_voz(m["user"], base64.b64decode(m["content"]))
    v.texto.see("end")


def revisar():
    while not llegados.empty():
        try:
            al_llegar(llegados.get())
        except Exception as e:  # un mensaje mal hecho no detiene la ventana
            print("mensaje raro:", e)
    raiz.after(40, revisar)


class VentanaSala:
    def __init__(self, sala):
        self.sala = sala
        self.grabando = False
        self.top = tk.Toplevel(raiz)
        self.top.title("Chat en " + sala)
        self.lista = tk.Listbox(self.top, width=18, exportselection=False)
        self.lista.pack(side="right", fill="y")
        self.lista.bind("<<ListboxSelect>>", lambda e: self.mirar_eleccion())
        self.texto = ScrolledText(self.top, width=56, height=16)  # se puede seleccionar y copiar
        self.texto.tag_config("privado", foreground="purple")
        self.texto.pack()
        self.por_decir = tk.StringVar()
        self.por_decir.trace_add("write", lambda *_: self.mirar_texto())
        tk.Entry(self.top, textvariable=self.por_decir, width=50).pack(fill="x")
        barra = tk.Frame(self.top)
        barra.pack()
        self.enviar = tk.Button(barra, text="Enviar", state="disabled", command=self.decir)
        self.privado = tk.Button(barra, text="Privado", state="disabled", command=self.decir_en_privado)
        self.voz = tk.Button(barra, text="Grabar", command=self.grabar)
        salir = tk.Button(barra, text="Salir de " + sala, command=self.salir)
        for boton in (
            self.enviar,
            self.privado,
            tk.Button(barra, text="Stickers", command=self.stickers),
            self.voz,
            salir,
        ):
            boton.pack(side="left")
        self.top.protocol("WM_DELETE_WINDOW", self.salir)

    def mirar_texto(self):
        self.enviar["state"] = "normal" if self.por_decir.get() else "disabled"

    def mirar_eleccion(self):
        self.privado["state"] = "normal" if self.lista.curselection() else "disabled"

    def decir(self):
        por_enviar.put({"tipo": "msj", "user": yo, "sala": self.sala, "content": self.por_decir.get()})
        self.por_decir.set("")

    def decir_en_privado(self):
        para, content = self.lista.get(self.lista.curselection()[0]), self.por_decir.get()
        if content and para != yo:
            por_enviar.put({"tipo": "msj", "privado": True, "from": yo, "to": para, "content": content})
            self.texto.insert("end", f"*** PRIVADO para {para}: {content}\n", "privado")
            self.por_decir.set("")

    def stickers(self):
        hoja = tk.Toplevel(self.top)
        hoja.title("Elige un sticker")

        def mandar(nombre):
            por_enviar.put({"tipo": "sticker", "user": yo, "sala": self.sala, "content": nombre})
            hoja.destroy()

        for i, (nombre, imagen) in enumerate(stickers.items()):
            tk.Button(hoja, image=imagen, command=lambda n=nombre: mandar(n)).grid(row=0, column=i)

    def grabar(self):
        if self.grabando:
            self.grabando = False
            self.voz["text"] = "Grabar"
        else:
            self.grabando = True
            self.voz["text"] = "Detener"
            threading.Thread(target=self.escuchar_microfono, daemon=True).start()

    def escuchar_microfono(self):
        p = pyaudio.PyAudio()
        entrada = p.open(format=pyaudio.paInt16, channels=1, rate=16000, input=True, frames_per_buffer=1024)
        trozos = []
        while self.grabando and len(trozos) < 22:  # lo que cabe en un datagrama
            trozos.append(entrada.read(1024))
        entrada.close()
        p.terminate()
        en_memoria = BytesIO()
        w = wave.open(en_memoria, "wb")
        w.setnchannels(1)
        w.setsampwidth(2)
        w.setframerate(16000)
        w.writeframes(b"".join(trozos))
        w.close()
        por_enviar.put({
            "tipo": "audio",
            "user": yo,
            "sala": self.sala,
            "content": base64.b64encode(en_memoria.getvalue()).decode(),
        })

    def poner_voz(self, quien, wav):
        self.texto.insert("end", quien + " mandó una voz ")
        boton = tk.Button(
            self.texto, text="▶ Oír", command=lambda: threading.Thread(target=tocar, args=(wav,), daemon=True).start()
        )
        self.texto.window_create("end", window=boton)
        self.texto.insert("end", "\n")

    def salir(self):
        por_enviar.put({"tipo": "salir", "user": yo, "sala": self.sala})
        del ventanas[self.sala]
        self.top.destroy()


def tocar(wav):
    w = wave.open(BytesIO(wav))
    p = pyaudio.PyAudio()
    salida = p.open(
        format=p.get_format_from_width(w.getsampwidth()), channels=w.getnchannels(), rate=w.getframerate(), output=True
    )
    salida.write(w.readframes(w.getnframes()))
    salida.stop_stream()
    salida.close()
    p.terminate()


def mirar_entrada(*_):
    entrar["state"] = "normal" if nombre.get().strip() and sala.get().strip() else "disabled"


def al_entrar():
    global yo
    yo, donde = nombre.get().strip(), sala.get().strip()
    if donde in ventanas:
        return
    por_enviar.put({"tipo": "inicio", "user": yo, "sala": donde})
    messagebox.showinfo("Chat", "Entraste a " + donde)
    ventanas[donde] = VentanaSala(donde)


def al_cerrar():
    global seguir
    for v in list(ventanas.values()):
        v.salir()
    por_enviar.put(None)
    hilos[0].join(1)
    seguir = False
    hilos[1].join(1)
    sock.close()
    raiz.destroy()


raiz = tk.Tk()
raiz.title("Entrar al chat")
nombre, sala = tk.StringVar(), tk.StringVar()
for variable, rotulo in ((nombre, "Usuario"), (sala, "Nombre de la sala")):
    tk.Label(raiz, text=rotulo).pack()
    tk.Entry(raiz, textvariable=variable).pack()
    variable.trace_add("write", mirar_entrada)
entrar = tk.Button(raiz, text="Ingresar", state="disabled", command=al_entrar)
entrar.pack()
raiz.protocol("WM_DELETE_WINDOW", al_cerrar)
stickers = {a[:-4]: tk.PhotoImage(file="stickers/" + a) for a in sorted(os.listdir("stickers")) if a.endswith(".png")}
hilos = [threading.Thread(target=hilo_enviar), threading.Thread(target=hilo_recibir)]
for hilo in hilos:
    hilo.start()
raiz.after(40, revisar)
raiz.mainloop()

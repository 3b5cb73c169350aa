"""Cliente del chat con ventanas."""
import base64
import io
import os
import queue
import threading
import tkinter as tk
import wave
from tkinter import messagebox

import pyaudio

from protocolo import GRUPO
from protocolo import PUERTO
from protocolo import codificar
from protocolo import crear_socket
from protocolo import decodificar

CARPETA_STICKERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "stickers")
FRECUENCIA = 16000
BLOQUE = 800
MAX_BLOQUES = 28  # 1.4 s: lo que cabe en un datagrama


class Chat:
    def __init__(self):
        self.usuario = None
        self.salas = {}
        self.privados = {}
        self.salida = queue.Queue()
        self.entrada = queue.Queue()
        self.terminar = threading.Event()
        self.socket = crear_socket()
        self.raiz = tk.Tk()
        self.stickers = {}
        for archivo in sorted(os.listdir(CARPETA_STICKERS)):
            nombre, extension = os.path.splitext(archivo)
            if extension == ".png":
                self.stickers[nombre] = tk.PhotoImage(file=os.path.join(CARPETA_STICKERS, archivo))
        self.hacer_entrada()
        self.hilos = [threading.Thread(target=self.enviar), threading.Thread(target=self.recibir)]
        for hilo in self.hilos:
            hilo.start()
        self.raiz.after(30, self.revisar)

    def hacer_entrada(self):
        self.raiz.title("Chat")
        tk.Label(self.raiz, text="Nombre:").grid(row=0, column=0)
        self.nombre = tk.Entry(self.raiz)
        self.nombre.grid(row=0, column=1)
        tk.Label(self.raiz, text="Sala:").grid(row=1, column=0)
        self.sala = tk.Entry(self.raiz)
        self.sala.grid(row=1, column=1)
        tk.Button(self.raiz, text="Entrar", command=self.entrar).grid(row=2, column=1)
        self.raiz.protocol("WM_DELETE_WINDOW", self.cerrar)

    # los dos hilos

    def enviar(self):
        while True:
            datos = self.salida.get()
            if datos is None:
                return
            try:
                self.socket.sendto(datos, (GRUPO, PUERTO))
            except OSError as error:
                print("No se pudo enviar:", error)

    def recibir(self):
        while not self.terminar.is_set():
            try:
                datos, _ = self.socket.recvfrom(65535)
            except TimeoutError:
                continue
            mensaje = decodificar(datos)
            if mensaje is not None:
                self.entrada.put(mensaje)

    def decir(self, **mensaje):
        self.salida.put(codificar(mensaje))

    # lo que llega

    def revisar(self):
        for _ in range(50):
            try:
                mensaje = self.entrada.get_nowait()
            except queue.Empty:
                break
            self.atender(mensaje)
        self.raiz.after(30, self.revisar)

    def atender(self, mensaje):
        if mensaje.get("privado") is True:
            if mensaje["to"] == self.usuario:
                self.ventana_privada(mensaje["from"]).escribir(mensaje["from"], mensaje["content"])
            return
        sala = self.salas.get(mensaje["sala"])
        if sala is None:
            return
        tipo = mensaje["tipo"]
        if tipo == "usuarios":
            sala.poner_lista(mensaje["lista"])
        elif tipo == "msj":
            sala.escribir(mensaje["user"], mensaje["content"])
        elif tipo == "sticker":
            sala.poner_sticker(mensaje["user"], mensaje["content"])
        elif tipo == "audio":
            sala.poner_audio(mensaje["user"], mensaje["content"])

    # lo que hace el usuario

    def entrar(self):
        nombre, sala = self.nombre.get().strip(), self.sala.get().strip()
        if not nombre or not sala:
            messagebox.showerror("Chat", "Escribe tu nombre y la sala")
            return
        self.usuario = nombre
        self.nombre.config(state="disabled")
        if sala not in self.salas:
            self.salas[sala] = VentanaSala(self, sala)
            self.decir(tipo="inicio", user=nombre, sala=sala)

    def salir(self, sala):
        self.decir(tipo="salir", user=self.usuario, sala=sala)
        self.salas.pop(sala).ventana.destroy()

    def ventana_privada(self, persona):
        if persona not in self.privados:
            self.privados[persona] = VentanaPrivada(self, persona)
        return self.privados[persona]

    def cerrar(self):
        for sala in list(self.salas):
            self.salir(sala)
        self.salida.put(None)
        self.hilos[0].join(2)
        self.terminar.set()
        self.hilos[1].join(2)
        self.socket.close()
        self.raiz.destroy()


class Ventana:
    def __init__(self, chat, titulo):
        self.chat = chat
        self.ventana = tk.Toplevel(chat.raiz)
        self.ventana.title(titulo)
        self.texto = tk.Text(self.ventana, width=50, height=15, state="disabled")
        self.texto.grid(row=0, column=0, columnspan=5)
        self.campo = tk.Entry(self.ventana, width=40)
        self.campo.grid(row=1, column=0)
        self.campo.bind("<Return>", lambda evento: self.enviar())
        tk.Button(self.ventana, text="Enviar", command=self.enviar).grid(row=1, column=1)

    def escribir(self, autor, contenido):
        self.texto.config(state="normal")
        self.texto.insert("end", autor + ": " + contenido + "\n")
        self.texto.config(state="disabled")
        self.texto.see("end")


class VentanaSala(Ventana):
    def __init__(self, chat, sala):
        super().__init__(chat, "Sala " + sala)
        self.sala = sala
        self.grabando = None
        self.lista = tk.Listbox(self.ventana)
        self.lista.grid(row=0, column=5)
        self.lista.bind("<Double-Button-1>", self.abrir_privado)
        tk.Button(self.ventana, text="Stickers", command=self.elegir_sticker).grid(row=1, column=2)
        self.boton_voz = tk.Button(self.ventana, text="Grabar", command=self.grabar)
        self.boton_voz.grid(row=1, column=3)
        tk.Button(self.ventana, text="Salir", command=self.salir).grid(row=1, column=4)
        self.ventana.protocol("WM_DELETE_WINDOW", self.salir)

    def salir(self):
        self.chat.salir(self.sala)

    def enviar(self):
        contenido = self.campo.get()
        if contenido:
            self.chat.decir(tipo="msj", user=self.chat.usuario, sala=self.sala, content=contenido)
            self.campo.delete(0, "end")

    def poner_lista(self, lista):
        self.lista.delete(0, "end")
        for usuario in lista:
            self.lista.insert("end", usuario)

    def abrir_privado(self, evento):
        elegido = self.lista.curselection()
        if elegido:
            persona = self.lista.get(elegido[0])
            if persona != self.chat.usuario:
                self.chat.ventana_privada(persona)

    def elegir_sticker(self):
        ventana = tk.Toplevel(self.ventana)
        ventana.title("Stickers")
        for nombre, imagen in self.chat.stickers.items():
            def enviar(nombre=nombre):
                self.chat.decir(tipo="sticker", user=self.chat.usuario, sala=self.sala, content=nombre)
                ventana.destroy()
            tk.Button(ventana, image=imagen, command=enviar).pack(side="left")

    def poner_sticker(self, autor, nombre):
        self.escribir(autor, "")
        self.texto.config(state="normal")
        if nombre in self.chat.stickers:
            self.texto.image_create("end", image=self.chat.stickers[nombre])
        else:
            self.texto.insert("end", "[" + nombre + "]")
        self.texto.insert("end", "\n")
        self.texto.config(state="disabled")

    def grabar(self):
        if self.grabando is None:
            self.grabando = threading.Event()
            self.boton_voz.config(text="Detener")
            threading.Thread(target=self.grabar_en_hilo, args=(self.grabando,), daemon=True).start()
        else:
            self.grabando.set()
            self.grabando = None
            self.boton_voz.config(text="Grabar")

    def grabar_en_hilo(self, detener):
        audio = pyaudio.PyAudio()
        flujo = audio.open(rate=FRECUENCIA, channels=1, format=pyaudio.paInt16, input=True, frames_per_buffer=BLOQUE)
        bloques = []
        while not detener.is_set() and len(bloques) < MAX_BLOQUES:
            bloques.append(flujo.read(BLOQUE))
        flujo.close()
        audio.terminate()
        archivo = io.BytesIO()
        with wave.open(archivo, "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(2)
            wav.setframerate(FRECUENCIA)
            wav.writeframes(b"".join(bloques))
        contenido = base64.b64encode(archivo.getvalue()).decode("ascii")
        self.chat.decir(tipo="audio", user=self.chat.usuario, sala=self.sala, content=contenido)

    def poner_audio(self, autor, contenido):
        try:
            sonido = base64.b64decode(contenido)
            wav = wave.open(io.BytesIO(sonido))
        except (ValueError, EOFError, wave.Error):
            return
        self.escribir(autor, "mensaje de voz ")
        boton = tk.Button(
            self.texto,
            text="Reproducir",
            command=lambda: threading.Thread(target=reproducir, args=(wav,), daemon=True).start(),
        )
        self.texto.window_create("end", window=boton)


def reproducir(wav):
    wav.rewind()
    audio = pyaudio.PyAudio()
    flujo = audio.open(
        rate=wav.getframerate(),
        channels=wav.getnchannels(),
        format=audio.get_format_from_width(wav.getsampwidth()),
        output=True,
    )
    flujo.write(wav.readframes(wav.getnframes()))
    flujo.stop_stream()
    flujo.close()
    audio.terminate()


class VentanaPrivada(Ventana):
    def __init__(self, chat, persona):
        super().__init__(chat, "Privado con " + persona)
        self.persona = persona
        self.ventana.protocol("WM_DELETE_WINDOW", self.ventana.withdraw)

    def enviar(self):
        contenido = self.campo.get()
        if contenido:
            self.chat.decir(
                tipo="msj", privado=True, **{"from": self.chat.usuario, "to": self.persona}, content=contenido
            )
            self.escribir(self.chat.usuario, contenido)
            self.campo.delete(0, "end")

    def escribir(self, autor, contenido):
        self.ventana.deiconify()
        super().escribir(autor, contenido)


if __name__ == "__main__":
    Chat().raiz.mainloop()

"""Cliente: una ventana pide primero el nombre y después la sala; en cada sala se marca «Privado» y se elige para
quién."""

import json
import queue
import threading
import tkinter as tk
from pathlib import Path
from tkinter import ttk

import conexion
import voz

STICKERS = Path(__file__).resolve().parent / "stickers"


class Entrada(tk.Tk):
    def __init__(self):
        super().__init__()
        self.title("Chat de la clase")
        self.usuario = None
        self.salas = {}
        self.imagenes = {ruta.stem: tk.PhotoImage(file=ruta) for ruta in sorted(STICKERS.glob("*.png"))}
        primero = ttk.LabelFrame(self, text="1. ¿Quién eres?")
        primero.pack(fill="x")
        ttk.Label(primero, text="Nombre:").pack(side="left")
        self.nombre = ttk.Entry(primero)
        self.nombre.pack(side="left")
        self.conectar = ttk.Button(primero, text="Conectar", command=self.al_conectar)
        self.conectar.pack(side="left")
        segundo = ttk.LabelFrame(self, text="2. ¿A dónde vas?")
        segundo.pack(fill="x")
        ttk.Label(segundo, text="Sala:").pack(side="left")
        self.sala = ttk.Entry(segundo)
        self.sala.pack(side="left")
        ttk.Button(segundo, text="Unirse", command=self.al_unirse).pack(side="left")
        self.estado = ttk.Label(self, text="Sin conectar")
        self.estado.pack()
        self.protocol("WM_DELETE_WINDOW", self.al_cerrar)
        self.salida, self.entrada = queue.Queue(), queue.Queue()
        self.red = conexion.Conexion(self.salida, self.entrada)
        self.after(50, self.vaciar)

    def al_conectar(self):
        if self.nombre.get().strip():
            self.usuario = self.nombre.get().strip()
            self.estado.config(text="Conectado como " + self.usuario)

    def al_unirse(self):
        sala = self.sala.get().strip()
        if self.usuario is None:
            self.estado.config(text="Primero conéctate con un nombre")
        elif sala and sala not in self.salas:
            self.salas[sala] = Sala(self, sala)
            self.salida.put({"tipo": "inicio", "user": self.usuario, "sala": sala})

    def vaciar(self):
        try:
            while True:
                datos = self.entrada.get_nowait()
                try:
                    mensaje = json.loads(datos)
                    self.repartir(mensaje)
                except Exception as error:  # no es de los nuestros: nada de lo que llegue detiene la ventana
                    print("Se ignora:", error)
        except queue.Empty:
            self.after(50, self.vaciar)

    def repartir(self, mensaje):
        if mensaje.get("privado"):
            if mensaje["to"] == self.usuario:
                for sala in self.salas.values():
                    sala.anotar(f"[privado] {mensaje['from']}", mensaje["content"])
        elif mensaje["sala"] in self.salas:
            sala = self.salas[mensaje["sala"]]
            accion = {"usuarios": sala.listar, "msj": sala.leer, "sticker": sala.pegar, "audio": sala.escuchar}[
                mensaje["tipo"]
            ]
            accion(mensaje)

    def al_cerrar(self):
        for sala in list(self.salas.values()):
            sala.salir()
        self.red.cerrar()
        self.destroy()


class Sala(tk.Toplevel):
    def __init__(self, entrada, nombre):
        super().__init__(entrada)
        self.title("Sala: " + nombre)
        self.entrada, self.nombre = entrada, nombre
        self.presentes = ttk.Treeview(self, show="tree", height=8)
        self.presentes.pack(side="right", fill="y")
        self.dicho = tk.Text(self, width=50, height=14)
        self.dicho.pack()
        self.escrito = tk.Text(self, width=50, height=2)
        self.escrito.pack()
        barra = ttk.Frame(self)
        barra.pack(fill="x")
        ttk.Button(barra, text="Enviar", command=self.enviar).pack(side="left")
        self.privado = tk.BooleanVar(self)
        ttk.Checkbutton(barra, text="Privado", variable=self.privado).pack(side="left")
        ttk.Label(barra, text="Para:").pack(side="left")
        self.para = ttk.Combobox(barra, state="readonly", width=12)
        self.para.pack(side="left")
        otra = ttk.Frame(self)
        otra.pack(fill="x")
        menu = ttk.Menubutton(otra, text="Stickers")
        menu["menu"] = opciones = tk.Menu(menu, tearoff=False)
        for cual, imagen in entrada.imagenes.items():
            opciones.add_command(
                label=cual, image=imagen, compound="left", command=lambda cual=cual: self.decir("sticker", cual)
            )
        menu.pack(side="left")
        self.micro = ttk.Button(otra, text="Voz", command=self.grabar)
        self.micro.pack(side="left")
        ttk.Button(otra, text="Abandonar sala", command=self.salir).pack(side="left")
        self.protocol("WM_DELETE_WINDOW", self.salir)

    def decir(self, tipo, contenido):
        self.entrada.salida.put({"tipo": tipo, "user": self.entrada.usuario, "sala": self.nombre, "content": contenido})

    def enviar(self):
        texto = self.escrito.get("1.0", "end").strip()
        if not texto:
            return
        if self.privado.get():
            if not self.para.get():
                return
            self.entrada.salida.put(
                {"tipo": "msj", "privado": True, "from": self.entrada.usuario, "to": self.para.get(), "content": texto}
            )
            self.anotar("[privado] para " + self.para.get(), texto)
        else:
            self.decir("msj", texto)
        self.escrito.delete("1.0", "end")

    def listar(self, mensaje):
        self.presentes.delete(*self.presentes.get_children())
        for usuario in mensaje["lista"]:
            self.presentes.insert("", "end", text=usuario)
        self.para["values"] = [usuario for usuario in mensaje["lista"] if usuario != self.entrada.usuario]

    def anotar(self, quien, texto):
        self.dicho.insert("end", f"{quien}: {texto}\n")
        self.dicho.see("end")

    def leer(self, mensaje):
        self.anotar(mensaje["user"], mensaje["content"])

    def pegar(self, mensaje):
        self.dicho.insert("end", mensaje["user"] + ": ")
        self.dicho.image_create("end", image=self.entrada.imagenes[mensaje["content"]])
        self.dicho.insert("end", "\n")

    def grabar(self):
        self.micro.config(state="disabled")  # dura siempre lo mismo
        threading.Thread(target=self.grabar_aparte, daemon=True).start()

    def grabar_aparte(self):
        contenido = voz.grabar(1.35)
        self.decir("audio", contenido)
        self.after(0, lambda: self.micro.config(state="normal"))

    def escuchar(self, mensaje):
        contenido = mensaje["content"]
        self.anotar(mensaje["user"], "mensaje de voz")
        ttk.Button(self, text="Escuchar a " + mensaje["user"], command=lambda: voz.tocar_aparte(contenido)).pack()

    def salir(self):
        self.decir_adios()
        self.entrada.salas.pop(self.nombre, None)
        self.destroy()

    def decir_adios(self):
        self.entrada.salida.put({"tipo": "salir", "user": self.entrada.usuario, "sala": self.nombre})


Entrada().mainloop()

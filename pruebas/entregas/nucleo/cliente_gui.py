"""El chat: la entrada, las salas y lo que llega. Cómo se ve cada cosa lo dice diseno.json."""

import queue
import tkinter as tk
from tkinter import messagebox

import pegatinas
from ingreso import Ingreso
from lugares import LUGARES
from piezas import D
from piezas import preguntar
from privado import VentanaPrivada
from red import Red


class Chat:
    def __init__(self):
        self.usuario = None
        self.salas = {}
        self.privados = {}
        self.guardadas = []  # las imágenes, que si no se guardan desaparecen
        self.tareas = queue.Queue()
        self.raiz = tk.Tk()
        self.raiz.title(D["titulo"])
        self.raiz.protocol("WM_DELETE_WINDOW", self.cerrar)
        self.fotos = pegatinas.leer()
        self.red = Red()
        self.lugar = LUGARES[D["disposicion"]](self)
        self.ingreso = Ingreso(self)
        self.raiz.after(30, self.revisar)

    def hacer(self, tarea):
        """Que la ventana haga algo que pide otro hilo."""
        self.tareas.put(tarea)

    # ---- lo que llega

    def revisar(self):
        for _ in range(50):
            try:
                mensaje = self.red.entrada.get_nowait()
            except queue.Empty:
                break
            self.atender(mensaje)
        while not self.tareas.empty():
            self.tareas.get()()
        self.raiz.after(30, self.revisar)

    def atender(self, mensaje):
        if mensaje.get("privado") is True:
            if mensaje["to"] == self.usuario:
                self.llega_privado(mensaje["from"], mensaje["content"])
            return
        if mensaje["sala"] in self.salas:
            self.lugar.atender(mensaje)

    def llega_privado(self, autor, contenido):
        if D["recibe"] == "ventana":
            una = self.conversacion(autor)
            una.escribir(autor, contenido)
            if D["privado_abre"] != "misma":  # ahí se anuncia entre las salas, sin quitar de la vista la que se lee
                una.mostrar()
        elif self.salas:
            charla = self.lugar.actual().charla
            letrero = "[privado] " + autor if D["recibe"] == "marcado" else autor
            charla.escribir(letrero, contenido, privado=D["recibe"] == "color")

    # ---- lo que hace el usuario

    def entrar(self, nombre, sala):
        if not nombre or not sala:
            messagebox.showerror("Chat", "Escribe tu nombre y la sala", parent=self.raiz)
            return False
        self.usuario = self.usuario or nombre
        if sala not in self.salas:
            self.raiz.after(D["retardo"], self.abrir_sala, sala)
        return True

    def abrir_sala(self, sala):
        self.salas[sala] = self.lugar.abrir(sala)
        self.red.decir(tipo="inicio", user=self.usuario, sala=sala)
        if D["bienvenida"]:
            messagebox.showinfo("Chat", "Ya estás en la sala")

    def entrar_a_otra(self, ventana):
        sala = preguntar(ventana, "Otra sala", "Sala")
        if sala and sala.strip():
            self.entrar(self.usuario, sala.strip())

    def salir(self, sala):
        self.red.decir(tipo="salir", user=self.usuario, sala=sala)
        self.salas.pop(sala)
        self.lugar.quitar(sala)
        if not self.salas:
            self.lugar.sin_salas()

    def ventana_privada(self, persona, sala=None):
        self.conversacion(persona, sala).mostrar()

    def conversacion(self, persona, sala=None):
        if persona not in self.privados:
            self.privados[persona] = self.lugar.privado(persona) or VentanaPrivada(self, persona, sala)
        return self.privados[persona]

    def cerrar(self):
        for sala in list(self.salas):
            self.red.decir(tipo="salir", user=self.usuario, sala=sala)
        self.red.cerrar()
        self.raiz.destroy()


if __name__ == "__main__":
    Chat().raiz.mainloop()

"""El cliente del chat, con ventanas.

    python cliente_gui.py

Todo lo de este archivo corre en el hilo de la ventana, el único que puede tocarla. Lo que
falta está señalado con PENDIENTE y el número de su etapa; mientras tanto, la ventana lo dice.
"""

import tkinter as tk
from tkinter import scrolledtext

import red

PERIODO = 50  # ms entre dos miradas a la cola de lo recibido


class Aplicacion:
    """La ventana de entrada, las salas abiertas y la red."""

    def __init__(self, raiz):
        self.raiz = raiz
        self.usuario = ""
        self.salas = {}  # sala → VentanaSala
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
        # PENDIENTE (etapa 2): enviar «inicio».
        # PENDIENTE (etapa 4): sin nombre o sin sala, decirlo y no entrar.
        # PENDIENTE (etapa 5): ¿y si ya se está en esa sala? ¿Y en otra, con otro nombre?
        self.usuario = self.nombre.get()
        sala = self.sala.get()
        self.salas[sala] = VentanaSala(self, sala)
        self.salas[sala].avisar(2, "enviar «inicio»")

    def revisar_cola(self):
        """Atender lo que dejó el hilo recibir, sin esperar, y volver dentro de un rato."""
        # PENDIENTE (etapa 4): sacar los mensajes de self.red.recibidos con get_nowait, hasta que
        # no haya (queue.Empty) o sean bastantes por esta vez, y dar cada uno a self.atender.
        self.raiz.after(PERIODO, self.revisar_cola)

    def atender(self, mensaje):
        """Mostrar un mensaje donde toque, o descartarlo."""
        # PENDIENTE (etapas 4, 6, 7 y 8): msj, usuarios, privado, sticker y audio.
        # ¿De qué sala es? ¿Estoy en ella? ¿Es mío, que vuelve? Si es privado, ¿es para mí?

    def cerrar(self):
        """Salir de todas las salas y terminar."""
        # PENDIENTE (etapa 4): un «salir» por cada sala, antes de parar la red.
        self.red.parar()
        self.raiz.destroy()


class VentanaSala:
    """La conversación de una sala."""

    def __init__(self, aplicacion, sala):
        self.aplicacion = aplicacion
        self.nombre = sala
        self.ventana = tk.Toplevel(aplicacion.raiz)
        self.ventana.title(f"{aplicacion.usuario} en {sala}")
        self.ventana.protocol("WM_DELETE_WINDOW", self.salir)
        self.texto = scrolledtext.ScrolledText(self.ventana, state="disabled", width=56, height=18,
                                               wrap="word")
        self.texto.grid(row=0, column=0, padx=8, pady=8, sticky="nsew")
        # Sin exportselection=False, seleccionar texto en otro lado quitaría a la persona elegida.
        self.presentes = tk.Listbox(self.ventana, width=18, exportselection=False)
        self.presentes.grid(row=0, column=1, padx=(0, 8), pady=8, sticky="ns")
        self.campo = tk.Entry(self.ventana)
        self.campo.grid(row=1, column=0, padx=8, sticky="ew")
        self.campo.bind("<Return>", lambda _: self.enviar())
        self.campo.focus()
        tk.Button(self.ventana, text="Enviar", command=self.enviar).grid(
            row=1, column=1, padx=(0, 8), sticky="ew")
        self._crear_botones().grid(row=2, column=0, columnspan=2, pady=8)
        self.ventana.columnconfigure(0, weight=1)
        self.ventana.rowconfigure(0, weight=1)

    def _crear_botones(self):
        barra = tk.Frame(self.ventana)
        ordenes = (("Stickers", self.elegir_sticker), ("Grabar", self.grabar),
                   ("Privado", self.escribir_privado), ("Salir", self.salir))
        for rotulo, orden in ordenes:
            tk.Button(barra, text=rotulo, command=orden).pack(side="left", padx=4)
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

    def avisar(self, etapa, falta):
        """Decir en la ventana qué falta por escribir. Al final de la práctica no se usa."""
        self.mostrar(f"(etapa {etapa}: falta {falta})")

    def enviar(self):
        """Enviar a la sala lo que hay en el campo."""
        # PENDIENTE (etapa 2): enviar «msj» y vaciar el campo.
        self.avisar(2, "enviar «msj»")

    def escribir_privado(self):
        """Escribir a la persona elegida en la lista."""
        # PENDIENTE (etapa 6).
        self.avisar(6, "escribir en privado")

    def elegir_sticker(self):
        """Abrir los stickers de la carpeta stickers/ y enviar el que se elija."""
        # PENDIENTE (etapa 7).
        self.avisar(7, "mostrar los stickers")

    def grabar(self):
        """Empezar a grabar o, si ya se grababa, terminar y enviar."""
        # PENDIENTE (etapa 8).
        self.avisar(8, "grabar")

    def salir(self):
        """Dejar esta sala y cerrar su ventana."""
        # PENDIENTE (etapa 2): enviar «salir».
        # PENDIENTE (etapa 5): quitar esta sala de aplicacion.salas, y sólo ésta.
        self.ventana.destroy()


def main():
    raiz = tk.Tk()
    Aplicacion(raiz)
    raiz.mainloop()


if __name__ == "__main__":
    main()

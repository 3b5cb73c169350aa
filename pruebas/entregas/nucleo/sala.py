"""Una sala a la vista: su conversación, quiénes están, el campo y los botones."""

import tkinter as tk
from tkinter import messagebox
from tkinter import ttk

import charlas
import pegatinas
import privado
import voces
from piezas import D
from piezas import boton
from piezas import dice
from piezas import entrada
from piezas import leer
from piezas import preguntar
from piezas import vaciar
from presentes import Presentes


class Sala:
    def __init__(self, chat, padre, sala):
        self.chat, self.padre, self.sala = chat, padre, sala
        self.grabadora, self.ultima_voz = None, None
        arriba, abajo, acciones = tk.Frame(padre), tk.Frame(padre), tk.Frame(padre)
        if D["titulo_en"] == "rotulo":
            self.letrero = tk.Label(padre, text="Sala: " + sala, font=("", 12, "bold"))
            self.letrero.pack(anchor="w")
        partes = [arriba, abajo, acciones]
        if D["orden"] == "arriba":  # se escribe arriba y se lee abajo
            partes = [abajo, acciones, arriba]
        for parte in partes:
            parte.pack(fill="both", padx=4, pady=3)
        paneles = tk.PanedWindow(arriba, sashwidth=6)  # antes que lo que va en él, o lo taparía
        self.charla = charlas.hacer(arriba)
        self.presentes = Presentes(arriba, self.al_elegir)
        if D["paneles"]:
            paneles.add(self.charla.widget)
            paneles.add(self.presentes.widget)
            paneles.pack(fill="both", expand=True)
        else:
            self.presentes.widget.pack(side=D["lado"], fill="y")
            self.charla.widget.pack(side="left", fill="both", expand=True)
        self.pie = tk.Label(arriba)  # el último sticker, donde la conversación no lleva imágenes
        if not self.charla.imagenes or D["sticker_aparte"]:
            self.pie.pack(side="bottom")
        self.poner_campo(abajo)
        self.poner_privado(abajo, padre)
        self.mandos(acciones)

    def ventana(self):
        return self.padre.winfo_toplevel()

    # ---- escribir

    def poner_campo(self, marco):
        if D["campo"] == "texto":
            self.campo = tk.Text(marco, width=36, height=2)
        else:
            self.campo = entrada(marco, width=36)
        self.campo.pack(side="left")
        if D["enviar"] != "enter":
            self.enviar_ = boton(marco, "enviar", self.enviar)
            self.enviar_.pack(side="left")
            if D["apagado"] and D["campo"] != "texto" and D["privado"] != "boton_sala":
                self.enviar_.config(state="disabled")
                encender = lambda evento: self.enviar_.config(state="normal")  # noqa: E731
                self.campo.bind("<KeyRelease>", encender)
        if D["enviar"] != "boton":
            self.campo.bind("<Return>", lambda evento: (self.enviar(), "break")[1])

    def enviar(self):
        contenido = leer(self.campo)
        if not contenido:
            return
        persona = self.chat.lugar.persona()
        if persona:
            privado.decir(self.chat, persona, contenido)
            self.chat.conversacion(persona).escribir(self.chat.usuario, contenido)
        elif self.en_privado():
            para = self.persona_del_modo()
            if not para:
                return
            self.decir_privado(para, contenido)
        else:
            self.chat.red.decir(tipo="msj", user=self.chat.usuario, sala=self.sala, content=contenido)
            if D["eco"] == "local":
                self.charla.escribir(self.chat.usuario, contenido)
        vaciar(self.campo)

    def decir_privado(self, para, contenido):
        self.chat.red.decir(tipo="msj", privado=True, **{"from": self.chat.usuario, "to": para}, content=contenido)
        self.charla.escribir("[privado] para " + para, contenido, True)

    # ---- privados

    def en_privado(self):
        return D["privado"] in ("casilla", "radios") and self.modo.get() == "privado"

    def persona_del_modo(self):
        return self.para.get().strip()

    def poner_privado(self, marco, padre):
        modo = D["privado"]
        if modo in ("casilla", "radios"):
            self.modo = tk.StringVar(marco, "publico")
            if modo == "casilla":
                tk.Checkbutton(marco, text=dice("privado"), variable=self.modo, onvalue="privado",
                               offvalue="publico").pack(side="left")
            else:
                for valor, texto in (("publico", "Público"), ("privado", dice("privado"))):
                    tk.Radiobutton(marco, text=texto, value=valor, variable=self.modo).pack(side="left")
            self.poner_para(marco).pack(side="left")
        elif modo in ("formulario", "formulario_marco"):
            self.poner_formulario(padre)
        elif modo in ("boton_lista", "boton_dialogo", "boton_sala"):
            boton(marco, "privado", self.privado_con_elegido).pack(side="left")
        elif modo == "menubutton":
            self.poner_menu_de_personas(marco)
        elif modo == "boton_pregunta":
            boton(marco, "privado", self.privado_preguntando).pack(side="left")

    def poner_menu_de_personas(self, marco):
        """Un botón con un menú que se llena, al abrirlo, con quienes están."""
        mando = tk.Menubutton(marco, text=dice("privado"), relief="raised")

        def llenar():
            menu.delete(0, "end")
            for persona in self.presentes.lista:
                menu.add_command(label=persona, command=lambda persona=persona: self.al_elegir(persona))

        mando["menu"] = menu = tk.Menu(mando, tearoff=0, postcommand=llenar)
        mando.pack(side="left")

    def poner_para(self, marco):
        """A quién va: se elige o se escribe."""
        caja = tk.Frame(marco)
        tk.Label(caja, text=dice("para")).pack(side="left")
        self.para = tk.StringVar(caja)
        if D["para"] == "combo":
            self.quienes = ttk.Combobox(caja, textvariable=self.para, state="readonly", width=12)
            self.quienes.pack(side="left")
        else:
            tk.Entry(caja, textvariable=self.para, width=12).pack(side="left")
        return caja

    def poner_formulario(self, padre):
        marco = tk.LabelFrame(padre, text="Mensaje privado") if D["privado"] == "formulario_marco" else tk.Frame(padre)
        marco.pack(fill="x", padx=4, pady=4)
        self.poner_para(marco).pack(side="left")
        self.texto_privado = entrada(marco, width=24)
        self.texto_privado.pack(side="left")
        accion = "enviar" if D["privado"] == "formulario_marco" else "privado"
        boton(marco, accion, self.enviar_formulario).pack(side="left")

    def enviar_formulario(self):
        para, contenido = self.persona_del_modo(), leer(self.texto_privado)
        if para and contenido:
            self.decir_privado(para, contenido)
            vaciar(self.texto_privado)

    def privado_con_elegido(self):
        persona = self.presentes.elegido()
        if not persona or persona == self.chat.usuario:
            messagebox.showinfo("Chat", "Elige primero a alguien en la lista", parent=self.ventana())
        elif D["privado"] == "boton_sala":
            contenido = leer(self.campo)
            if contenido:
                self.decir_privado(persona, contenido)
                vaciar(self.campo)
        else:
            self.al_elegir(persona)

    def privado_preguntando(self):
        persona = preguntar(self.ventana(), "Privado", "¿Para quién?")
        contenido = persona and preguntar(self.ventana(), "Privado", "Mensaje")
        if contenido:
            self.decir_privado(persona.strip(), contenido)

    def al_elegir(self, persona):
        """Se eligió a alguien para hablarle en privado."""
        if persona == self.chat.usuario:
            return
        if D["privado"] == "boton_dialogo" or D["privado_abre"] == "dialogo":
            contenido = preguntar(self.ventana(), "Privado", "Mensaje para " + persona)
            if contenido:
                self.decir_privado(persona, contenido)
        else:
            self.chat.ventana_privada(persona, self)

    # ---- botones

    def mandos(self, marco):
        self.marco = marco
        poner = []
        if D["stickers"] != "menu":
            poner.append(pegatinas.poner_boton(marco, self.ventana, self.chat.fotos, self.enviar_sticker))
        if D["grabar"] != "menu":
            self.poner_grabar(marco, poner)
        if D["oir"] == "unico":
            poner.append(boton(marco, "reproducir", self.oir_ultima))
        if D["dejar"] == "boton":
            poner.append(boton(marco, "salir", self.pedir_salir))
        if D["boton_al_reves"]:
            poner.reverse()
        for uno in poner:
            uno.pack(side="left", padx=2)

    def pedir_salir(self):
        if self.chat.lugar.persona():
            return  # se sale de las salas
        if not D["confirma"] or messagebox.askyesno("Chat", "¿Dejar la sala?", parent=self.ventana()):
            self.chat.salir(self.sala)

    # ---- stickers

    def enviar_sticker(self, nombre, datos=None):
        import base64

        if self.chat.lugar.persona():
            return  # en privado, aquí, sólo hay texto
        mensaje = {"tipo": "sticker", "user": self.chat.usuario, "sala": self.sala, "content": nombre}
        if datos is not None:
            mensaje.update(content=base64.b64encode(datos).decode("ascii"), formato="png")
        self.chat.red.decir(**mensaje)
        if D["eco"] == "local":
            self.poner_sticker(mensaje)

    def poner_sticker(self, mensaje):
        foto = pegatinas.foto_de(mensaje, self.chat.fotos)
        if foto is None:
            self.charla.escribir(mensaje["user"], "[" + mensaje["content"][:30] + "]")
            return
        self.chat.guardadas.append(foto)
        if self.charla.imagenes and not D["sticker_aparte"]:
            self.charla.imagen(mensaje["user"], foto)
        else:
            self.pie.config(image=foto, text=mensaje["user"], compound="top")

    # ---- voz

    def poner_grabar(self, marco, poner):
        self.boton_voz = boton(marco, "grabar", self.al_grabar)
        poner.append(self.boton_voz)
        modo = D["grabar"]
        if modo in ("dos", "tres"):
            self.boton_detener = boton(marco, "detener", self.al_detener, state="disabled")
            poner.append(self.boton_detener)
        if modo == "tres":
            self.boton_enviar_voz = tk.Button(marco, text="Enviar audio", command=self.enviar_voz, state="disabled")
            poner.append(self.boton_enviar_voz)
        if modo == "mantener":
            self.boton_voz.config(command=lambda: None)
            self.boton_voz.bind("<ButtonPress-1>", lambda evento: self.empezar())
            self.boton_voz.bind("<ButtonRelease-1>", lambda evento: self.al_detener())

    def empezar(self):
        if self.grabadora is None and not self.chat.lugar.persona():
            sala, terminar = self.sala, self.chat.hacer
            listo = lambda contenido: terminar(lambda: self.voz_grabada(sala, contenido))  # noqa: E731
            self.grabadora = voces.Grabadora(listo)

    def al_grabar(self):
        if self.grabadora is not None:
            if D["grabar"] in ("alterna", "menu"):
                self.al_detener()
            return
        self.empezar()
        modo = D["grabar"]
        if modo == "alterna":
            self.boton_voz.config(text=dice("detener"))
        elif modo in ("dos", "tres"):
            self.boton_detener.config(state="normal")
        elif modo == "fija":
            self.padre.after(1300, self.al_detener)
        elif modo == "cuadro":
            self.cuadro = tk.Toplevel(self.ventana())
            self.cuadro.title("Grabando…")
            boton(self.cuadro, "detener", self.al_detener).pack(padx=30, pady=20)

    def al_detener(self):
        if self.grabadora is None:
            return
        self.grabadora.detener.set()
        if D["grabar"] == "cuadro":
            self.cuadro.destroy()

    def voz_grabada(self, sala, contenido):
        self.grabadora = None
        if not self.padre.winfo_exists():
            return
        if D["grabar"] == "alterna":
            self.boton_voz.config(text=dice("grabar"))
        elif D["grabar"] in ("dos", "tres"):
            self.boton_detener.config(state="disabled")
        self.pendiente = (sala, contenido)
        if D["grabar"] == "tres":
            self.boton_enviar_voz.config(state="normal")
        else:
            self.enviar_voz()

    def enviar_voz(self):
        sala, contenido = self.pendiente
        if D["grabar"] == "tres":
            self.boton_enviar_voz.config(state="disabled")
        mensaje = {"tipo": "audio", "user": self.chat.usuario, "sala": sala, "content": contenido}
        self.chat.red.decir(**mensaje)
        if D["eco"] == "local":
            self.poner_audio(mensaje)

    def poner_audio(self, mensaje):
        wav = voces.abrir(mensaje["content"])
        if wav is None:
            return
        self.ultima_voz = wav
        if D["oir"] == "sola":
            self.charla.escribir(mensaje["user"], "mensaje de voz")
            if mensaje["user"] != self.chat.usuario:
                voces.reproducir(wav)
        elif D["oir"] == "unico":
            self.charla.escribir(mensaje["user"], "mensaje de voz")
        else:
            self.charla.voz(mensaje["user"], lambda: voces.reproducir(wav))

    def oir_ultima(self):
        if self.ultima_voz is not None:
            voces.reproducir(self.ultima_voz)

    # ---- lo que llega

    def listar(self, lista):
        self.presentes.poner(lista)
        if D["para"] == "combo" and D["privado"] in ("casilla", "radios", "formulario", "formulario_marco"):
            self.quienes.config(values=[uno for uno in lista if uno != self.chat.usuario])

    def atender(self, mensaje):
        tipo = mensaje["tipo"]
        if tipo == "usuarios":
            self.listar(mensaje["lista"])
        elif mensaje["user"] == self.chat.usuario and D["eco"] == "local":
            return
        elif tipo == "msj":
            self.charla.escribir(mensaje["user"], mensaje["content"])
        elif tipo == "sticker":
            self.poner_sticker(mensaje)
        elif tipo == "audio":
            self.poner_audio(mensaje)


"""Qué hace cada renglón tecleado y qué se muestra de cada mensaje: sin red ni hilos.

    Hola a todos              a la sala en que estás
    /entrar redes             entrar a otra sala, o volver a una en la que ya estás
    /privado Bryan ¿vienes?   sólo para Bryan, esté o no en tu sala
    /salir                    dejar esta sala
"""

import mensajes


class Usuario:
    """En qué salas estoy. Las cambia el hilo principal; el hilo recibir sólo las mira."""

    def __init__(self, nombre, decir):
        """`decir` recibe cada mensaje que hay que enviar."""
        self.nombre = nombre
        self.decir = decir
        # La última es en la que se escribe. Se sustituye entera: nadie la ve a medio cambiar.
        self.salas = ()

    def pregunta(self):
        """Lo que se escribe delante del cursor."""
        return f"{self.salas[-1]}> " if self.salas else ""

    def entrar(self, sala):
        """Entrar a una sala, o pasar a ella si ya estaba; False si no puede llamarse así."""
        if not mensajes.vale_nombre(sala):
            return False
        if sala not in self.salas:
            self.decir({"tipo": "inicio", "user": self.nombre, "sala": sala})
        self.salas = tuple(otra for otra in self.salas if otra != sala) + (sala,)
        return True

    def salir(self):
        """Dejar la sala en la que se escribe."""
        self.decir({"tipo": "salir", "user": self.nombre, "sala": self.salas[-1]})
        self.salas = self.salas[:-1]

    def obedecer(self, linea):
        """Hacer lo que dice un renglón tecleado."""
        orden, _, resto = linea.partition(" ")
        para, _, content = resto.partition(" ")
        if orden == "/entrar" and self.entrar(resto.strip()):
            return
        if orden == "/salir":
            self.salir()
        elif orden == "/privado" and content and mensajes.vale_nombre(para):
            self.decir({"tipo": "msj", "privado": True, "from": self.nombre, "to": para,
                        "content": content})
        elif orden.startswith("/"):
            print("Las órdenes son /entrar SALA, /privado NOMBRE TEXTO y /salir.")
        elif linea.strip():
            self.decir({"tipo": "msj", "user": self.nombre, "sala": self.salas[-1],
                        "content": linea})

    def contar(self, mensaje):
        """Lo que hay que mostrar de un mensaje recibido; None si no es para mí."""
        if mensaje.get("privado") is True:
            return (f"(privado) {mensaje['from']}: {mensaje['content']}"
                    if mensaje["to"] == self.nombre else None)
        if mensaje["sala"] not in self.salas:
            return None  # de una sala en la que no estoy
        if mensaje["tipo"] == "usuarios":
            return f"[{mensaje['sala']}] en la sala: {', '.join(mensaje['lista']) or 'nadie'}"
        if mensaje["tipo"] == "msj" and mensaje["user"] != self.nombre:  # lo propio también vuelve
            return f"[{mensaje['sala']}] {mensaje['user']}: {mensaje['content']}"
        return None

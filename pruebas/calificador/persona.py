"""Una persona ante la entrega: entra, habla, cambia de sala, graba. Como quien nunca la vio.

Sabe lo que dice el enunciado y nada más: que hay un campo para el nombre, que «Enviar» envía,
que un doble clic en un nombre, o un botón «Privado», sirve para hablar en privado. Prueba esos
caminos en orden y mira, en la red y en las ventanas, si pasó lo que debía. Cómo se busca y se
usa cada cosa está en `zonas`, `ingreso`, `caminos`, `dialogos`, `privados`, `stickers` y `voces`.
"""

from calificador import caminos
from calificador import dialogos
from calificador import ingreso
from calificador import par as par_
from calificador import privados
from calificador import stickers
from calificador import ventanas as ventanas_
from calificador import voces
from calificador import x11
from calificador.dialogos import EFECTO
from calificador.espera import esperar
from calificador.explicar import Detenida
from calificador.explicar import NoHay
from calificador.explicar import donde_esta
from calificador.explicar import no_supe
from calificador.explicar import ultimas_lineas
from calificador.retrato import Retrato
from calificador.zonas import Zona
from calificador.zonas import buscar_zonas
from calificador.zonas import nombre_de_zona

ABRIR = 10.0  # s para la primera ventana
MOSTRAR = 2.0  # s para que se vea dónde conversar tras entrar: el plazo de toda ventana
LIENZO = 200  # píxeles de ancho desde los que un Canvas puede ser una conversación
GRABADO = 1.3  # s ante el micrófono: una voz que cabe en un datagrama
VENTANAS = 6  # las que se cierran, como mucho, para terminar


class Persona:
    """Alguien ante cliente_gui.py en marcha."""

    def __init__(self, programa, pantalla: x11.Pantalla, oyente: par_.Par, textos: dict, fotografiar):
        """`fotografiar(que)`: guarda una foto de la pantalla para el informe."""
        self.programa, self.par, self.textos = programa, oyente, textos
        self.ventanas = ventanas_.Ventanas(pantalla, programa, textos)
        self.fotografiar = fotografiar
        self.nombre = ""
        self.sala = self.otra_sala = ""
        self.salas: "dict[str, tuple]" = {}  # sala → clave de su zona
        self.propio = True  # si se vio lo último que envió, un sticker o una voz
        self.detenida_al_grabar = ""  # dónde esperaba la ventana mientras se grababa; "" si atendía

    # ---- mirar

    def mirar(self) -> Retrato:
        """Lo que hay en las ventanas. Si no contestan, lanza Detenida con dónde está detenido el programa.

        Lo que no cabe en una ventana no se ve: se le da el tamaño que necesita, como haría quien la usa.
        """
        try:
            retrato = self.ventanas.mirar()
            chicas = [ventana for ventana in retrato.titulos() if ventana.cabe == "0"]
            for ventana in chicas:
                self.ventanas.ajustar(ventana)
            return self.ventanas.mirar() if chicas else retrato
        except x11.SinRespuesta as error:
            dicho = f"la ventana no responde ({error}): su hilo está ocupado o esperando.{self.donde()}"
            raise Detenida(dicho) from None

    def donde(self) -> str:
        """Dónde está cada hilo del programa, para el alumno."""
        return donde_esta(self.programa, self.par)

    def hasta(self, condicion, plazo: float):
        """Esperar a que `condicion(retrato)` dé algo cierto."""
        return esperar(lambda: condicion(self.mirar()), plazo, self.par, (self.programa,))

    def asentar(self) -> Retrato:
        """Lo que hay cuando ya atendió todo lo que tenía pendiente: una ventana nueva tarda un poco en estar a la
        vista."""
        esperar(lambda: not self.programa.trabaja(), EFECTO, self.par)
        for nombre in self.ventanas.nombres():
            try:
                # Lo que se pulsa se hace 1 ms después (Ventanas._despues): sin esa espera, podría no estar hecho.
                self.ventanas.tcl(nombre, "after 5; update; list")
            except x11.SinRespuesta:
                pass  # tiene abierto un diálogo, o está detenido: lo dirá la mirada
        return self.mirar()

    def abrir(self) -> Retrato:
        """Esperar la primera ventana."""
        def lista(retrato):
            return (
                retrato
                if retrato.titulos() and (retrato.campos() or any(uno.es_boton for uno in retrato.alcanzables))
                else None
            )

        hallado = esperar(lambda: not self.programa.vivo or lista(self.mirar()), ABRIR, self.par, (self.programa,))
        if not self.programa.vivo:
            raise NoHay(f"cliente_gui.py terminó sin que se viera una ventana suya.{ultimas_lineas(self.programa)}")
        if not hallado:
            visto = self.mirar()
            que = "abrió ventana, pero sin campos ni botones" if visto.titulos() else "no abrió ninguna ventana de Tk"
            raise NoHay(f"en {ABRIR:.0f} s cliente_gui.py {que}.{ultimas_lineas(self.programa)}")
        return hallado

    def mirar_sala(self, sala: str, texto: str, plazo: float) -> None:
        """Esperar a que se vea un texto dicho en una sala; si hace falta, se pasa a ella."""
        if self.hasta(lambda retrato: retrato.se_lee(texto), plazo):
            return
        elegida = caminos.elegir_sala(self, sala)
        if self.hasta(lambda retrato: retrato.se_lee(texto), EFECTO):
            return
        dicho = f"se dijo «{texto}» en la sala «{sala}» y no se ve."
        if self.comparte_lugar(sala) and not elegida:
            raise no_supe(f"no se encontró con qué pasar a la sala «{sala}», y {dicho}", self.mirar(), self.programa)
        raise NoHay(f"{dicho}{ultimas_lineas(self.programa)}\n{self.mirar().describir()}")

    def buscar_privado(self, autor: str, texto: str) -> Retrato:
        """Un privado que no se abre solo: se pasa a la conversación con su autor, si está anunciada en alguna
        lista o botón."""
        caminos.elegir_sala(self, autor)
        retrato = self.hasta(lambda retrato: retrato if retrato.se_lee(texto) else None, EFECTO)
        if not retrato:
            raise NoHay(f"llegó un privado de «{autor}» y no se leyó «{texto}».\n{self.mirar().describir()}")
        return retrato

    # ---- entrar

    def inicios(self, sala: str) -> list:
        """Los «inicio» que salieron con su nombre y esa sala."""
        return self.par.buscar(0, self.programa.equipo, tipo="inicio", user=self.nombre, sala=sala)

    def entrar(self, nombre: str, sala: str) -> None:
        """Escribir nombre y sala y pulsar «Entrar», y ver dónde se conversa. Lanza NoHay."""
        antes = self.pedir_entrar(nombre, sala)
        self._anotar_zona(sala, antes)

    def pedir_entrar(self, nombre: str, sala: str) -> Retrato:
        """Lo mismo, sin esperar a que se vea la sala; devuelve lo que había antes."""
        self.nombre, antes = nombre, self.abrir()
        ingreso.entrar(self, sala, antes)
        return antes

    def entrar_a_otra(self, sala: str) -> None:
        """Entrar a otra sala sin dejar las que hay."""
        ingreso.pedir_otra(self, sala)
        antes = self.mirar()
        ingreso.entrar(self, sala, antes)
        self._anotar_zona(sala, antes)
        self.otra_sala = sala

    def entrar_sin_nombre(self, sala: str) -> None:
        """Pedir entrar con el nombre vacío."""
        roles, boton = ingreso.buscar_formulario(self.abrir(), self.textos)
        ingreso.llenar(self, roles, {"nombre": "", "sala": sala}, boton)

    def cerrar_avisos(self) -> None:
        """Aceptar los avisos que estén a la vista."""
        dialogos.cerrar_avisos(self)

    def _anotar_zona(self, sala: str, antes: Retrato) -> None:
        """Recordar dónde se conversa en una sala: lo que apareció desde `antes` o, si es la misma ventana, lo que
        la nombra."""
        claves = {zona.clave for zona in buscar_zonas(antes)}

        def nueva(retrato):
            zonas = buscar_zonas(retrato)
            return [zona for zona in zonas if zona.clave not in claves] or [
                zona for zona in zonas if sala in nombre_de_zona(retrato, zona)
            ]

        if self.hasta(lambda retrato: dialogos.hay_aviso(retrato) or nueva(retrato), MOSTRAR) and dialogos.hay_aviso(
            self.mirar()
        ):
            self.cerrar_avisos()  # «Bienvenida»: hay quien no abre la sala hasta que se acepta
        hallada = self.hasta(nueva, MOSTRAR)
        if not hallada:  # comparte lugar con otra sala, y no con un privado que siga abierto
            zonas = buscar_zonas(self.mirar())
            hallada = [zona for zona in zonas if zona.clave in self.salas.values()] or zonas[-1:]
        if hallada:
            self.salas[sala] = hallada[-1].clave
            self._agrandar(hallada[-1])

    def _agrandar(self, zona: Zona) -> None:
        """Una conversación dibujada en un lienzo se ve entera sólo si la ventana es alta."""
        retrato = self.mirar()
        if any(uno.clase == "Canvas" and uno.caja[2] - uno.caja[0] > LIENZO for uno in retrato.dentro(zona.raiz)):
            self.ventanas.agrandar(retrato.ventana_de(zona.campo))

    # ---- pasar de una sala a otra

    def zona_de_sala(self, sala: str) -> Zona:
        """Donde se conversa en una sala; queda a la vista y, si varias comparten lugar, elegida."""
        # Puede faltar un momento, como al acabar de grabar.
        zona = self.hasta(lambda retrato: self._buscar_zona(sala, retrato), EFECTO)
        if not zona:
            dicho = (
                f"no se encontró dónde escribir en la sala «{sala}»: se buscó un campo de texto que no fuera el del"
                " nombre ni el de la sala, con un botón «Enviar»."
            )
            raise no_supe(dicho, self.mirar(), self.programa)
        self.mirar().mostrar(zona.campo)
        return zona

    def volver(self) -> None:
        """Pasar a la primera sala, si la ventana mostraba otra cosa; un aviso que quedó abierto se acepta."""
        if dialogos.hay_aviso(self.mirar()):
            self.cerrar_avisos()
        self.zona_de_sala(self.sala)
        caminos.elegir_sala(self, self.sala)

    def _buscar_zona(self, sala: str, retrato) -> "Zona | None":
        zonas = buscar_zonas(retrato)
        suya = next((zona for zona in zonas if zona.clave == self.salas.get(sala)), None)
        if suya and not self.comparte_lugar(sala):
            return suya
        if suya is None:
            dicha = next((zona for zona in zonas if sala in nombre_de_zona(retrato, zona)), None)
            if dicha and self.salas.get(sala) is None:
                return dicha
        caminos.elegir_sala(self, sala)
        retrato = self.mirar()
        zonas = buscar_zonas(retrato)
        suya = next((zona for zona in zonas if zona.clave == self.salas.get(sala)), None)
        if suya is None:  # al pasar de sala se hicieron otra vez sus widgets
            sola = zonas[0] if len(zonas) == 1 and zonas[0].clave not in self.salas.values() else None
            suya = next((zona for zona in zonas if sala in nombre_de_zona(retrato, zona)), sola)
            if suya is not None:
                self.salas[sala] = suya.clave
        return suya

    def comparte_lugar(self, sala: str) -> bool:
        """Si donde se conversa en una sala se conversa también en otra."""
        return list(self.salas.values()).count(self.salas.get(sala)) > 1

    # ---- hablar

    def decir(self, sala: str, texto: str) -> None:
        """Escribir un mensaje en una sala y enviarlo."""
        self.enviar_en(self.zona_de_sala(sala), texto)

    def enviar_en(self, zona: Zona, texto: str) -> None:
        """Escribir en el campo de una zona y pulsar su botón o, si no hay, Enter."""
        self.mirar().mostrar(zona.campo)  # las teclas sólo llegan a lo que está a la vista
        self.ventanas.escribir(zona.campo, texto)
        self.ventanas.pulsar(zona.boton) if zona.boton is not None else self.ventanas.enter(zona.campo)

    def decir_privado(self, sala: str, para: str, texto: str) -> str:
        """Decir algo en privado a quien está en la lista de una sala; devuelve cómo se hizo."""
        return privados.decir(self, sala, para, texto)

    def enviar_sticker(self, sala: str, azar) -> None:
        """Enviar un sticker cualquiera a una sala."""
        stickers.enviar_sticker(self, sala, azar)

    def grabar(self, sala: str, segundos: float = GRABADO) -> None:
        """Grabar una voz ante el micrófono simulado y enviarla."""
        voces.grabar(self, sala, segundos)

    def reproducir(self, antes: Retrato, ya: int, voz: "list[int]", plazo: float) -> None:
        """Pulsar lo que aparezca desde `antes`, cuando ya habían sonado `ya` cosas, hasta que suene una voz."""
        voces.reproducir(self, antes, ya, voz, plazo)

    # ---- salir

    def salir(self, sala: str) -> None:
        """Dejar una sala: con su botón o, si no hay, cerrando su ventana."""
        self.otra_sala = "" if self.otra_sala == sala else self.otra_sala
        zona, retrato = self.zona_de_sala(sala), self.mirar()
        self.salas.pop(sala, None)
        # Con pestañas, un solo «Salir» puede estar fuera de ellas: deja la que está elegida.
        ventana = retrato.ventana_de(zona.campo)
        mandos = retrato.mandos("salir", zona.raiz) or retrato.mandos("salir", ventana)
        self.ventanas.accionar(mandos[0]) if mandos else self.ventanas.cerrar(ventana)
        self._confirmar_salida(sala, retrato)

    def salir_con_la_cruz(self, sala: str) -> None:
        """Dejar una sala cerrando su ventana, tenga botón o no."""
        zona, retrato = self.zona_de_sala(sala), self.mirar()
        self.salas.pop(sala, None)
        self.ventanas.cerrar(retrato.ventana_de(zona.campo))
        self._confirmar_salida(sala, retrato)

    def _confirmar_salida(self, sala: str, antes: Retrato) -> None:
        dialogos.confirmar(self, antes, lambda: self.salidas(sala))

    def salidas(self, sala: str) -> list:
        """Los «salir» que salieron con su nombre y esa sala."""
        return self.par.buscar(0, self.programa.equipo, tipo="salir", user=self.nombre, sala=sala)

    def cerrar_todo(self) -> None:
        """Cerrar las ventanas, la principal primero, hasta que no quede ninguna."""
        for _ in range(VENTANAS):
            try:
                ventanas = self.ventanas.mirar().titulos() if self.programa.vivo else []
            except x11.SinRespuesta:
                return  # ya se le pidió cerrar, y espera a alguien
            if not ventanas:
                return
            self.ventanas.cerrar(min(ventanas, key=lambda uno: uno.ruta.count(".") + len(uno.ruta)))
            esperar(lambda: not self.programa.vivo, EFECTO, self.par)
            if self.programa.vivo:
                self._aceptar_cierre()

    def _aceptar_cierre(self) -> None:
        try:
            self.cerrar_avisos()
        except NoHay:
            pass  # está ocupado cerrando

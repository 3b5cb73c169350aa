"""Una persona ante la entrega: entra, habla, cambia de sala, graba. Como quien nunca la vio.

Sabe lo que dice el enunciado y nada más: que hay un campo para el nombre, que «Enviar» envía,
que un doble clic en un nombre, o un botón «Privado», sirve para hablar en privado. Prueba esos
caminos en orden y mira, en la red y en las ventanas, si pasó lo que debía. Cómo se busca y se
usa cada cosa está en `zonas`, `ingreso`, `dialogos`, `privados` y `adjuntos`.
"""

from calificador import adjuntos
from calificador import dialogos
from calificador import ingreso
from calificador import par as par_
from calificador import privados
from calificador import ventanas as ventanas_
from calificador import x11
from calificador.dialogos import EFECTO
from calificador.elementos import BOTONES
from calificador.elementos import LISTAS
from calificador.elementos import OPCIONES
from calificador.elementos import accion_de
from calificador.elementos import dice
from calificador.espera import esperar
from calificador.explicar import NoHay
from calificador.explicar import donde_esta
from calificador.explicar import no_supe
from calificador.explicar import ultimas_lineas
from calificador.retrato import Retrato
from calificador.zonas import Zona
from calificador.zonas import buscar_zonas
from calificador.zonas import lejania
from calificador.zonas import nombre_de_zona

ABRIR = 10.0  # s para la primera ventana
MOSTRAR = 2.0  # s para que se vea dónde conversar tras entrar: el plazo de toda ventana
LIENZO = 200  # píxeles de ancho desde los que un Canvas puede ser una conversación
GRABADO = 1.3  # s ante el micrófono: una voz que cabe en un datagrama
VENTANAS = 6  # las que se cierran, como mucho, para terminar
ADORNO = 12  # letras que una fila o un botón puede llevar además del nombre de una sala
CIERRA = "✕✖✗✘×❌🗙"  # un botón así deja la sala que nombra
CON_FILAS = ("Listbox", "Treeview", "TNotebook")
# Con qué se pasa de una sala a otra, de lo más a lo menos probable: un árbol puede ser sólo para mirar.
PASAR = ["Cambiar", "Cambiar de sala", "Cambiar a la sala", "Ir", "Ir a la sala", "Ver", "Ver sala"]
ORDEN_DE_CAMINOS = ("TNotebook", "Radiobutton", "TCombobox", "Listbox", "Button", "Menu", "Treeview", "Label")


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
        """Lo que hay en las ventanas. Si no contestan, lanza NoHay con dónde está detenido el programa.

        Lo que no cabe en una ventana no se ve: se le da el tamaño que necesita, como haría quien la usa.
        """
        try:
            retrato = self.ventanas.mirar()
            chicas = [ventana for ventana in retrato.titulos() if ventana.cabe == "0"]
            for ventana in chicas:
                self.ventanas.ajustar(ventana)
            return self.ventanas.mirar() if chicas else retrato
        except x11.SinRespuesta as error:
            raise NoHay(f"la ventana no responde ({error}): su hilo está ocupado o esperando.{self.donde()}") from None

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
        elegida = self.elegir_sala(sala)
        if self.hasta(lambda retrato: retrato.se_lee(texto), EFECTO):
            return
        dicho = f"se dijo «{texto}» en la sala «{sala}» y no se ve."
        if self._comparte_lugar(sala) and not elegida:
            raise no_supe(f"no se encontró con qué pasar a la sala «{sala}», y {dicho}", self.mirar(), self.programa)
        raise NoHay(f"{dicho}{ultimas_lineas(self.programa)}\n{self.mirar().describir()}")

    def buscar_privado(self, autor: str, texto: str) -> Retrato:
        """Un privado que no se abre solo: se pasa a la conversación con su autor, si está anunciada en alguna
        lista o botón."""
        self.elegir_sala(autor)
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
        self.elegir_sala(self.sala)

    def _buscar_zona(self, sala: str, retrato) -> "Zona | None":
        zonas = buscar_zonas(retrato)
        suya = next((zona for zona in zonas if zona.clave == self.salas.get(sala)), None)
        if suya and not self._comparte_lugar(sala):
            return suya
        if suya is None:
            dicha = next((zona for zona in zonas if sala in nombre_de_zona(retrato, zona)), None)
            if dicha and self.salas.get(sala) is None:
                return dicha
        self.elegir_sala(sala)
        retrato = self.mirar()
        zonas = buscar_zonas(retrato)
        suya = next((zona for zona in zonas if zona.clave == self.salas.get(sala)), None)
        if suya is None:  # al pasar de sala se hicieron otra vez sus widgets
            sola = zonas[0] if len(zonas) == 1 and zonas[0].clave not in self.salas.values() else None
            suya = next((zona for zona in zonas if sala in nombre_de_zona(retrato, zona)), sola)
            if suya is not None:
                self.salas[sala] = suya.clave
        return suya

    def _comparte_lugar(self, sala: str) -> bool:
        return list(self.salas.values()).count(self.salas.get(sala)) > 1

    def elegir_sala(self, sala: str) -> bool:
        """Pasar a una sala, o a una conversación, con lo que la nombre; False si nada la nombra.

        Puede nombrarla más de una cosa, y no todas sirven para pasar a ella: se prueban, de la más a la menos
        probable, hasta que algo de lo que se veía ya no se vea. Si nada se quita, ya era la elegida.
        """
        retrato = self.asentar()
        caminos = self._caminos_a(sala, retrato)
        suya = self.salas.get(sala) in {zona.clave for zona in buscar_zonas(retrato)}
        insistir = not suya or self._comparte_lugar(sala)
        for accion in caminos + (self._caminos_con_insistencia(sala) if insistir else []):
            antes = a_la_vista(self.mirar())
            accion()
            if _se_quito_algo(antes, a_la_vista(self.asentar())):
                break
        return bool(caminos)

    def _caminos_a(self, sala: str, retrato) -> list:
        """Con qué se pasaría a una sala: acciones sin argumentos, la más probable primero."""
        caminos = []
        for uno in retrato.alcanzables:
            if uno.clase == "Menu":
                caminos += [
                    (ORDEN_DE_CAMINOS.index("Menu"), lambda mando=mando: self.ventanas.accionar(mando))
                    for mando in retrato.entradas(uno) if _nombra(mando.texto, sala) and not _deja(mando.texto, retrato)
                ]
            elif (uno.clase in CON_FILAS or uno.campo == "1") and not uno.es_boton:
                clase = uno.clase if uno.clase in CON_FILAS else "TCombobox"
                caminos += [
                    (ORDEN_DE_CAMINOS.index(clase), lambda uno=uno, n=n: self.ventanas.elegir(uno, n))
                    for n, (texto, _) in enumerate(uno.filas) if _nombra(texto, sala)
                ]
            elif self._lleva_a(sala, uno, retrato):
                clase = "Radiobutton" if uno.clase in OPCIONES else "Button" if uno.clase in BOTONES else "Label"
                caminos.append((ORDEN_DE_CAMINOS.index(clase), lambda uno=uno: self.ventanas.pulsar(uno)))
        return [accion for _, accion in sorted(caminos, key=lambda par: par[0])]

    def _caminos_con_insistencia(self, sala: str) -> list:
        """Donde no basta con señalar la fila que la nombra: un botón «Cambiar» junto a su lista, o doble clic."""
        retrato = self.mirar()
        filas = [
            (uno, n) for uno in retrato.alcanzables if (uno.clase in LISTAS or uno.campo == "1") and not uno.es_boton
            for n, (texto, _) in enumerate(uno.filas) if _nombra(texto, sala)
        ]
        pasar = [uno for uno in retrato.alcanzables if uno.es_boton and not retrato.accion_de_boton(uno)[0]
                 and dice(uno.texto, PASAR) == 3]

        def senalar_y_pulsar(uno, n, boton):
            self.ventanas.elegir(uno, n)
            self.ventanas.pulsar(boton)

        return [lambda uno=uno, n=n: senalar_y_pulsar(uno, n, min(pasar, key=lambda boton: lejania(uno, boton)))
                for uno, n in filas if pasar] + [
            lambda uno=uno, n=n: self.ventanas.elegir(uno, n, doble=True) for uno, n in filas if uno.clase in LISTAS
        ]

    @staticmethod
    def _lleva_a(sala: str, uno, retrato) -> bool:
        """Si es un botón que pasa a una sala, y no uno para dejarla ni uno que despliega un menú."""
        nombra = uno.es_boton and not uno.menu and _nombra(uno.texto, sala)
        return nombra and not retrato.accion_de_boton(uno)[0] and not _deja(uno.texto, retrato)

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
        adjuntos.enviar_sticker(self, sala, azar)

    def grabar(self, sala: str, segundos: float = GRABADO) -> None:
        """Grabar una voz ante el micrófono simulado y enviarla."""
        adjuntos.grabar(self, sala, segundos)

    def reproducir(self, antes: Retrato, ya: int, voz: "list[int]", plazo: float) -> None:
        """Pulsar lo que aparezca desde `antes`, cuando ya habían sonado `ya` cosas, hasta que suene una voz."""
        adjuntos.reproducir(self, antes, ya, voz, plazo)

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


def a_la_vista(retrato: Retrato) -> "dict[tuple, str]":
    """Lo que dice y muestra cada cosa, sin lo que hay en los campos."""
    return {
        (uno.programa, uno.ruta, que): "\n".join(cosas)
        for uno in retrato.alcanzables if uno.campo != "1"
        for que, cosas in (("textos", uno.textos), ("fotos", uno.fotos))
    }


def _se_quito_algo(antes: "dict[tuple, str]", ahora: "dict[tuple, str]") -> bool:
    """Si algo que se veía ya no se ve. Que se vea algo más no dice nada: puede ser un mensaje que llegó entretanto."""
    return any(not ahora.get(clave, "").startswith(dicho) for clave, dicho in antes.items())


def _nombra(texto: str, sala: str) -> bool:
    return sala in texto and len(texto) < len(sala) + ADORNO


def _deja(texto: str, retrato: Retrato) -> bool:
    """Si un rótulo dice que deja o cierra lo que nombra."""
    return bool(set(CIERRA) & set(texto)) or accion_de(texto, retrato.textos, ("salir", "entrar"))[0] != ""

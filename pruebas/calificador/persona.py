"""Una persona ante la entrega: entra, habla, cambia de sala, graba. Como quien nunca la vio.

Sabe lo que dice el enunciado y nada más: que hay un campo para el nombre, que «Enviar» envía,
que un doble clic en un nombre, o un botón «Privado», sirve para hablar en privado. Prueba esos
caminos en orden y mira, en la red y en las ventanas, si pasó lo que debía.
"""

import dataclasses
import re
import signal
import time

import par as par_
import ventanas as ventanas_
import x11
from ventanas import NoHay

PAUSA = 0.03  # s entre dos miradas
PACIENCIA = 3  # veces el plazo que se espera a un programa que sigue trabajando
ABRIR = 10.0  # s para la primera ventana
EFECTO = 1.2  # s para que un clic haga algo visible
ACEPTAR = ["OK", "Aceptar", "Continuar", "Enviar", "Mandar", "Abrir", "Open", "Elegir", "Seleccionar", "Listo", "Sí", "Yes", "Iniciar", "Crear"]
MENUS = ["Menú", "Opciones", "Más", "Salas", "Sala", "Archivo"]
REPRODUCIBLE = re.compile(r"[▶►⏵🔊🎵]|\bplay\b|reprod|escuch|o[íi]r|\bvoz\b|audio|\d:\d\d|\d ?s\b", re.IGNORECASE)
LIENZO = 200  # píxeles de ancho desde los que un Canvas puede ser una conversación
GRABADO = 1.3  # s ante el micrófono: una voz que cabe en un datagrama
INTENTOS = 12  # cosas nuevas que se pulsan para oír una voz
VOZ_FIJA = 7.0  # s que puede durar una grabación sin botón de detener


def esperar(condicion, plazo: float, oyente: par_.Par, programas: tuple = ()):
    """Lo que devuelva `condicion` en cuanto sea cierto, o lo último que devolvió.

    Vencido el plazo no hay veredicto mientras un programa esté usando el procesador o
    esperando turno para usarlo: un equipo cargado no es un error de la entrega.
    """
    inicio = time.monotonic()
    while True:
        resultado = condicion()
        pasado = time.monotonic() - inicio
        if resultado or (pasado > plazo and not (pasado < PACIENCIA * plazo and any(uno.trabaja() for uno in programas))):
            return resultado
        oyente.esperar_novedad(PAUSA)


@dataclasses.dataclass
class Zona:
    """Donde se conversa: su campo, su botón de enviar y lo que contiene a ambos y a la conversación."""

    campo: ventanas_.Elemento
    boton: "ventanas_.Elemento | None"
    raiz: ventanas_.Elemento

    @property
    def clave(self) -> tuple:
        """Con qué se reconoce entre dos retratos."""
        return (self.raiz.programa, self.raiz.ruta)


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

    # ---- mirar

    def mirar(self) -> ventanas_.Retrato:
        """Lo que hay en las ventanas. Si no contestan, lanza NoHay con dónde está detenido el programa."""
        try:
            return self.ventanas.mirar()
        except x11.SinRespuesta as error:
            raise NoHay(f"la ventana no responde ({error}): su hilo está ocupado o esperando.{self.donde()}") from None

    def donde(self) -> str:
        """Dónde está cada hilo del programa, para el alumno."""
        antes = len(self.programa.salida)
        self.programa.senalar(signal.SIGUSR1)
        esperar(lambda: "most recent call first" in self.programa.salida[antes:], 1.0, self.par)
        lineas = [_traducir(linea) for linea in self.programa.salida[antes:].splitlines()]
        return "\nDónde estaba cada hilo (lo último, arriba):\n" + "\n".join(filter(None, lineas[-80:])) if lineas else ""

    def hasta(self, condicion, plazo: float):
        """Esperar a que `condicion(retrato)` dé algo cierto."""
        return esperar(lambda: condicion(self.mirar()), plazo, self.par, (self.programa,))

    def asentar(self) -> ventanas_.Retrato:
        """Lo que hay cuando ya atendió todo lo que tenía pendiente: una ventana nueva tarda un poco en estar a la vista."""
        esperar(lambda: not self.programa.trabaja(), EFECTO, self.par)
        for nombre in self.ventanas.nombres():
            try:
                self.ventanas.tcl(nombre, "update; list")
            except x11.SinRespuesta:
                pass  # tiene abierto un diálogo, o está detenido: lo dirá la mirada
        return self.mirar()

    def abrir(self) -> ventanas_.Retrato:
        """Esperar la primera ventana."""
        def lista(retrato):
            return retrato if retrato.titulos() and (retrato.campos() or any(uno.es_boton for uno in retrato.alcanzables)) else None

        def condicion():
            return not self.programa.vivo or lista(self.mirar())

        hallado = esperar(condicion, ABRIR, self.par, (self.programa,))
        if not self.programa.vivo:
            raise NoHay(f"cliente_gui.py terminó antes de abrir una ventana.{ultimas_lineas(self.programa)}")
        if not hallado:
            raise NoHay(f"cliente_gui.py no abrió ninguna ventana de Tkinter en {ABRIR:.0f} s.{ultimas_lineas(self.programa)}")
        return hallado

    # ---- zonas de conversación

    def zonas(self, retrato: ventanas_.Retrato) -> "list[Zona]":
        """Todos los lugares donde se puede escribir un mensaje."""
        zonas = [zona for zona in (self._zona_de(retrato, boton) for boton in retrato.botones("enviar")) if zona is not None]
        for ventana in retrato.titulos():
            if not any(zona.raiz.tope == ventana.ruta and zona.raiz.programa == ventana.programa for zona in zonas):
                zonas += self._zona_sin_boton(retrato, ventana)
        crecidas = [self._crecer(retrato, zona, zonas) for zona in zonas]
        return list({zona.clave: zona for zona in reversed(crecidas)}.values())[::-1]

    def _zona_de(self, retrato, boton) -> "Zona | None":
        elemento = retrato.madre(boton)
        while elemento is not None:
            campos = self._campos_de_mensaje(retrato, elemento)
            if campos:
                return Zona(min(campos, key=lambda uno: _lejania(uno, boton)), boton, elemento)
            if elemento.ruta == elemento.tope:
                return None
            elemento = retrato.madre(elemento)
        return None

    def _campos_de_mensaje(self, retrato, zona) -> list:
        """Los campos que no son para otra cosa; si hay de un renglón, ésos."""
        campos = [uno for uno in retrato.campos(zona) if retrato.papel_de(uno)[1] < 3]
        return [uno for uno in campos if uno.clase != "Text"] or campos

    def _zona_sin_boton(self, retrato, ventana) -> "list[Zona]":
        dentro = retrato.dentro(ventana)
        campos = self._campos_de_mensaje(retrato, ventana)
        muestra = [uno for uno in dentro if uno.clase in ventanas_.CON_TEXTO and uno not in campos]
        if not campos or not muestra or retrato.botones("entrar", ventana):
            return []
        return [Zona(max(campos, key=lambda uno: uno.caja[3]), None, ventana)]

    def _crecer(self, retrato, zona: Zona, todas: "list[Zona]") -> Zona:
        """Llevar la raíz de la zona hasta lo más grande que no contenga a otra."""
        raiz = zona.raiz
        while raiz.ruta != raiz.tope:
            madre = retrato.madre(raiz)
            otras = [otra for otra in todas if otra.campo != zona.campo and retrato.esta_en(otra.campo, madre)] if madre else [zona]
            if madre is None or otras or madre.clase == "TNotebook":
                break
            raiz = madre
        return Zona(zona.campo, zona.boton, raiz)

    def nombre_de_zona(self, retrato, zona: Zona) -> str:
        """Lo que dice de qué es una zona: el título de su ventana, su pestaña y sus rótulos."""
        ventana = retrato.ventana_de(zona.campo)
        solas = [otra for otra in self.zonas(retrato) if retrato.ventana_de(otra.campo) == ventana]
        pestanas = [texto for cuaderno in retrato.elementos if cuaderno.clase == "TNotebook" and cuaderno.programa == zona.campo.programa
                    for texto, ruta in cuaderno.filas if zona.raiz.ruta == ruta or zona.raiz.ruta.startswith(ruta + ".")]
        rotulos = [texto for uno, texto in retrato.textos_de(zona.raiz) if uno.clase in ("Label", "TLabel", "Labelframe", "TLabelframe", "Message")]
        return " · ".join([ventana.titulo if ventana and len(solas) == 1 else "", *pestanas, *rotulos])

    def zona_de_sala(self, sala: str) -> Zona:
        """Donde se conversa en una sala; queda a la vista y, si varias comparten lugar, elegida."""
        zona = self._buscar_zona(sala)
        self.mirar().mostrar(zona.raiz)
        return zona

    def _buscar_zona(self, sala: str) -> Zona:
        retrato = self.mirar()
        zonas = self.zonas(retrato)
        por_clave = [zona for zona in zonas if zona.clave == self.salas.get(sala)]
        if por_clave and list(self.salas.values()).count(self.salas[sala]) == 1:
            return por_clave[0]
        if por_clave and self._elegir_sala(sala, retrato):
            zonas = self.zonas(self.mirar())
            return next((zona for zona in zonas if zona.clave == self.salas[sala]), zonas[0] if zonas else por_clave[0])
        nombradas = [zona for zona in zonas if sala in self.nombre_de_zona(retrato, zona)]
        for zona in nombradas + por_clave + (zonas if len(zonas) == 1 else []):
            return zona
        raise NoHay(f"no se encontró dónde escribir en la sala «{sala}»: hace falta un campo de texto y un botón «Enviar».\n{retrato.describir()}")

    def volver(self) -> None:
        """Pasar a la primera sala, si la ventana mostraba otra cosa."""
        zona = self.zona_de_sala(self.sala)
        self._elegir_sala(self.sala, self.mirar(), zona.campo.tope)

    def _elegir_sala(self, sala: str, retrato, tope: str = "") -> bool:
        """Elegir la sala activa, donde varias comparten ventana: en una lista, una pestaña o un botón."""
        for uno in [uno for uno in retrato.alcanzables if tope in ("", uno.tope)]:
            for fila, (texto, _) in enumerate(uno.filas):
                if (uno.clase in ("Listbox", "Treeview", "TNotebook") or uno.campo == "1") and sala in texto and len(texto) < len(sala) + 12:
                    self.ventanas.elegir(uno, fila)
                    return True
            if uno.es_boton and sala in uno.texto:
                self.ventanas.pulsar(uno)
                return True
        return False

    # ---- entrar

    def entrar(self, nombre: str, sala: str) -> str:
        """Escribir nombre y sala y pulsar «Entrar»; devuelve la sala en que se está. Lanza NoHay."""
        self.nombre = nombre
        return self._pedir_sala(sala, self.abrir())

    def entrar_a_otra(self, sala: str) -> None:
        """Entrar a otra sala sin dejar las que hay."""
        retrato = self.mirar()
        if not self._formulario(retrato, retrato.titulos())[1] or retrato.botones("otra_sala"):
            botones = retrato.botones("otra_sala")
            menus = retrato.menus("otra_sala") or ([] if botones else self._abrir_menus("otra_sala", retrato))
            if not botones and not menus:
                raise NoHay("no se encontró cómo entrar a otra sala: ni un botón «Otra sala» ni la ventana de entrada.\n" + retrato.describir())
            roles, _ = self._formulario(retrato, retrato.titulos())
            if "sala" in roles:  # el campo está junto al botón
                self.ventanas.escribir(roles["sala"], sala)
            self.ventanas.pulsar(botones[0]) if botones else self.ventanas.elegir(*menus[0])
            esperar(lambda: self._inicio(sala), EFECTO, self.par, (self.programa,))
        self._pedir_sala(sala, self.mirar())
        self.otra_sala = sala

    def _abrir_menus(self, accion: str, retrato) -> list:
        """Las entradas que dicen una acción en los menús que se abren con un botón."""
        for boton in [uno for uno in retrato.alcanzables if uno.es_boton and ventanas_.dice(uno.texto, MENUS)]:
            self.ventanas.pulsar(boton)
            menus = self.hasta(lambda nuevo: nuevo.menus(accion), EFECTO)
            if menus:
                return menus
        return []

    def entrar_sin_nombre(self, sala: str) -> None:
        """Pedir entrar con el nombre vacío."""
        roles, boton = self._formulario(self.abrir(), self.mirar().titulos())
        self._llenar(roles, {"nombre": "", "sala": sala}, boton)

    def cerrar_avisos(self) -> None:
        """Aceptar los avisos que estén a la vista."""
        for _ in range(3):
            retrato = self.mirar()
            avisos = [ventana for ventana in retrato.titulos() if not retrato.campos(ventana) and ventana.ruta != "."]
            botones = [uno for ventana in avisos for uno in retrato.dentro(ventana) if uno.es_boton and ventanas_.dice(uno.texto, [*ACEPTAR, "Cerrar"])]
            if not botones:
                return
            huella = _huella(retrato)
            self.ventanas.pulsar(botones[0])
            self.hasta(lambda retrato: _huella(retrato) != huella, EFECTO)

    def mirar_sala(self, sala: str, texto: str, plazo: float) -> None:
        """Esperar a que se vea un texto dicho en una sala; si hace falta, se pasa a ella."""
        if self.hasta(lambda retrato: retrato.se_lee(texto), plazo):
            return
        self._elegir_sala(sala, self.mirar())
        if not self.hasta(lambda retrato: retrato.se_lee(texto), EFECTO):
            raise NoHay(f"se dijo algo en la sala «{sala}» y no se ve «{texto}».\n{self.mirar().describir()}")

    def buscar_privado(self, autor: str, texto: str, plazo: float) -> ventanas_.Retrato:
        """Un privado que no se abre solo: se pasa a la conversación con su autor, si está anunciada en alguna lista o botón."""
        self._elegir_sala(autor, self.mirar())
        retrato = self.hasta(lambda retrato: retrato if retrato.se_lee(texto) else None, EFECTO)
        if not retrato:
            raise NoHay(f"llegó un privado de «{autor}» y no se ve «{texto}».\n{self.mirar().describir()}")
        return retrato

    def cerrar_todo(self) -> None:
        """Cerrar las ventanas, la principal primero, hasta que no quede ninguna."""
        for _ in range(6):
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

    def _inicio(self, sala: str) -> list:
        return self.par.buscar(0, self.programa.equipo, tipo="inicio", user=self.nombre, sala=sala)

    def _pedir_sala(self, sala: str, retrato) -> str:
        antes = {zona.clave for zona in self.zonas(retrato)}
        intentos = 0
        while not self._inicio(sala) and intentos < 5:
            intentos += 1
            if any(uno.modal == "1" and not retrato.campos(uno) for uno in retrato.titulos()):
                self.cerrar_avisos()  # uno que tardó en aparecer
                retrato = self.mirar()
            roles, boton = self._formulario(retrato, retrato.titulos())
            if not roles and intentos > 1:
                break
            self._llenar(roles, {"nombre": self.nombre, "sala": sala}, boton)
            huella = _huella(retrato)
            esperar(lambda: self._inicio(sala) or _huella(self.mirar()) != huella, 2 * EFECTO, self.par, (self.programa,))
            esperar(lambda: self._inicio(sala), 0.3, self.par)
            retrato = self.mirar()
        if not self._inicio(sala):
            return self._otra_que_pidio(sala, retrato)
        self._anotar_zona(sala, antes)
        return sala

    def _otra_que_pidio(self, sala: str, retrato) -> str:
        oidos = self.par.buscar(0, self.programa.equipo, tipo="inicio")
        dicho = f"salió {dict(oidos[-1])}" if oidos else "no salió ningún «inicio»"
        raise NoHay(f"tras escribir «{self.nombre}» y «{sala}» y pulsar «Entrar», {dicho}.\n{retrato.describir()}{ultimas_lineas(self.programa)}")

    def _anotar_zona(self, sala: str, antes: set) -> None:
        def nueva(retrato):
            zonas = self.zonas(retrato)
            nuevas = [zona for zona in zonas if zona.clave not in antes]
            return nuevas or [zona for zona in zonas if sala in self.nombre_de_zona(retrato, zona)]

        hallada = self.hasta(nueva, 4.0) or self.zonas(self.mirar())[-1:]
        if hallada:
            self.salas[sala] = hallada[-1].clave
            self._agrandar(hallada[-1])

    def _agrandar(self, zona: Zona) -> None:
        """Una conversación dibujada en un lienzo se ve entera sólo si la ventana es alta."""
        retrato = self.mirar()
        if any(uno.clase == "Canvas" and uno.caja[2] - uno.caja[0] > LIENZO for uno in retrato.dentro(zona.raiz)):
            self.ventanas.agrandar(retrato.ventana_de(zona.campo))

    def _formulario(self, retrato, ventanas: list) -> tuple:
        """({papel: campo}, botón) de la ventana donde se piden nombre o sala; ({}, None) si no hay."""
        mejor = ({}, None)
        modal = [uno for uno in ventanas if uno.modal == "1"]
        for ventana in modal or ventanas:
            botones = retrato.botones("entrar", ventana)
            aceptar = [uno for uno in retrato.dentro(ventana) if uno.es_boton and ventanas_.dice(uno.texto, ACEPTAR)]
            zona = [uno for uno in self.zonas(retrato) if uno.raiz.tope == ventana.ruta and uno.raiz.programa == ventana.programa]
            roles = self._papeles(retrato, ventana, bool(botones) and not zona)
            boton = (botones or ([] if zona else aceptar) or [None])[0]
            if (boton is not None or ventana.modal == "1") and len(roles) > len(mejor[0]):
                mejor = (roles, boton)
        return mejor

    def _papeles(self, retrato, ventana, por_orden: bool) -> dict:
        """Qué campo es el nombre y cuál la sala: por su rótulo o, si no dice nada, por su orden."""
        campos = retrato.campos(ventana)
        roles: dict = {}
        for campo in sorted(campos, key=lambda uno: -retrato.papel_de(uno)[1]):
            papel, puntos = retrato.papel_de(campo)
            if puntos and papel in ("nombre", "sala") and papel not in roles:
                roles[papel] = campo
        dicho = " ".join([ventana.titulo, *(texto for _, texto in retrato.textos_de(ventana))])
        for papel in ("nombre", "sala"):
            libres = [campo for campo in campos if campo not in roles.values()]
            if papel not in roles and len(campos) == 1 and libres and ventanas_.dice(dicho[:60], self.textos[papel]):
                roles[papel] = libres[0]
            elif papel not in roles and por_orden and len(campos) == 2 and libres:
                roles[papel] = libres[0]
        return roles

    def _llenar(self, roles: dict, valores: dict, boton) -> None:
        for papel, campo in roles.items():
            self.ventanas.escribir(campo, valores[papel])
        if boton is not None:
            self.ventanas.pulsar(boton)
        elif roles:
            self.ventanas.enter(list(roles.values())[-1])

    # ---- hablar

    def decir(self, sala: str, texto: str) -> None:
        """Escribir un mensaje en una sala y enviarlo."""
        self._enviar_en(self.zona_de_sala(sala), texto)

    def _enviar_en(self, zona: Zona, texto: str) -> None:
        self.ventanas.escribir(zona.campo, texto)
        self.ventanas.pulsar(zona.boton) if zona.boton is not None else self.ventanas.enter(zona.campo)

    def decir_privado(self, sala: str, para: str, texto: str) -> None:
        """Decir algo en privado a quien está en la lista de una sala, por el camino que ofrezca la entrega."""
        desde = self.par.marca()

        def enviado():
            return [uno for uno in self.par.mensajes(desde, self.programa.equipo) if texto in str(uno.get("content", ""))]

        zona = self.zona_de_sala(sala)
        for camino in (self._privado_por_boton, self._privado_por_doble_clic, self._privado_por_menu):
            antes = self.mirar()
            if camino(antes, zona, para, texto) and self._seguir_dialogos(antes, {"para": para, "texto": texto}, enviado):
                return
        raise NoHay(f"no se encontró cómo escribir en privado a «{para}»: ni doble clic en su nombre ni un botón «Privado».\n{self.mirar().describir()}")

    def _nombres(self, retrato, para: str) -> "list[tuple]":
        """(elemento, fila) donde aparece un nombre en una lista de presentes."""
        hallados = []
        for uno in retrato.alcanzables:
            for fila, (texto, _) in enumerate(uno.filas):
                if uno.clase in (*ventanas_.LISTAS, "Canvas") and para in texto and len(texto) < len(para) + 16:
                    hallados.append((uno, fila))
            if uno.clase in ("Label", "TLabel", *ventanas_.BOTONES) and para in uno.texto and len(uno.texto) < len(para) + 16:
                hallados.append((uno, None))
        return sorted(hallados, key=lambda par: par[0].clase not in ventanas_.LISTAS)

    def _clic_en(self, lugar: tuple, doble: bool = False, boton: int = 1) -> None:
        elemento, fila = lugar
        if fila is None:
            elemento.filas.append(("", ""))
            fila = len(elemento.filas) - 1
        self.ventanas.elegir(elemento, fila, doble, boton)

    def _privado_por_boton(self, antes, zona: Zona, para: str, texto: str) -> bool:
        botones = antes.botones("privado", antes.ventana_de(zona.campo)) or antes.botones("privado")
        botones = [uno for uno in botones if para not in uno.texto]
        if not botones:
            return False
        for lugar in self._nombres(antes, para)[:1]:
            self._clic_en(lugar)
        campo_para = antes.campo_de("para")
        if campo_para is not None and campo_para != zona.campo:
            self.ventanas.escribir(campo_para, para)
        self.ventanas.escribir(zona.campo, texto)
        self.ventanas.pulsar(botones[0])
        if botones[0].clase in ("Checkbutton", "TCheckbutton") and zona.boton is not None:
            self.ventanas.pulsar(zona.boton)
        return True

    def _privado_por_doble_clic(self, antes, zona: Zona, para: str, texto: str) -> bool:
        lugares = self._nombres(antes, para)
        for lugar in lugares[:1]:
            self._clic_en(lugar, doble=True)
        return bool(lugares)

    def _privado_por_menu(self, antes, zona: Zona, para: str, texto: str) -> bool:
        for lugar in self._nombres(antes, para)[:1]:
            self._clic_en(lugar)
            self._clic_en(lugar, boton=3)
        menus = self.hasta(lambda retrato: retrato.menus("privado"), EFECTO)
        for menu in menus[:1]:
            self.ventanas.elegir(*menu)
        return bool(menus)

    def _seguir_dialogos(self, antes, valores: "dict[str, str]", listo) -> bool:
        """Contestar lo que se abra hasta que `listo()`; False si no pasó nada."""
        huella, tocados = _huella(antes), set()
        limite = time.monotonic() + 4 * EFECTO
        claves = {zona.clave for zona in self.zonas(antes)}
        while time.monotonic() < limite:
            if esperar(lambda: listo() or _huella(self.mirar()) != huella, EFECTO, self.par, (self.programa,)) and listo():
                return True
            retrato = self.mirar()
            huella = _huella(retrato)
            nuevas = [uno for uno in retrato.titulos() if uno not in antes.titulos() and uno not in tocados]
            zonas = [zona for zona in self.zonas(retrato) if zona.clave not in claves and zona.clave not in tocados]
            if zonas and "texto" in valores:
                tocados |= {zonas[-1].clave, retrato.ventana_de(zonas[-1].campo)}
                self._enviar_en(zonas[-1], valores["texto"])
            elif nuevas:
                tocados.add(nuevas[-1])
                self._contestar(retrato, nuevas[-1], valores)
            elif "texto" in valores and self._nombre_en_zona(retrato, claves, valores["para"]) and "zona" not in tocados:
                tocados.add("zona")  # la misma ventana pasó a hablar con esa persona
                self._enviar_en(self._nombre_en_zona(retrato, claves, valores["para"])[0], valores["texto"])
            elif not tocados:
                return bool(listo())
        return bool(listo())

    def _nombre_en_zona(self, retrato, claves: set, para: str) -> list:
        return [zona for zona in self.zonas(retrato) if zona.clave in claves and para in self.nombre_de_zona(retrato, zona).split(" · ")[0]]

    def _contestar(self, retrato, ventana, valores: dict) -> None:
        """Llenar un diálogo y aceptarlo."""
        campos = retrato.campos(ventana)
        dicho = ventanas_.normalizar(" ".join([ventana.titulo, *(texto for _, texto in retrato.textos_de(ventana))]))
        for campo in campos:
            rotulo = ventanas_.normalizar(retrato.rotulo_de(campo)) or dicho
            es_para = len(campos) > 1 and campo == campos[0] or re.search(r"\b(quien|para|destinatario|usuario|nombre)\b", rotulo) and not re.search(
                r"\b(mensaje|texto)\b", rotulo)
            valor = valores.get("archivo") or (valores.get("para") if es_para else valores.get("texto"))
            self.ventanas.escribir(campo, valor or "")
        botones = [uno for uno in retrato.dentro(ventana) if uno.es_boton and ventanas_.dice(uno.texto, ACEPTAR + self.textos["privado"])]
        if botones:
            self.ventanas.pulsar(botones[0])
        elif campos:
            self.ventanas.enter(campos[-1])

    # ---- stickers y voces

    def enviar_sticker(self, sala: str, azar) -> None:
        """Enviar un sticker cualquiera a una sala."""
        zona, antes, desde = self.zona_de_sala(sala), self.mirar(), self.par.marca()

        def enviado():
            return self.par.buscar(desde, self.programa.equipo, tipo="sticker")

        botones = antes.botones("sticker", zona.raiz) or antes.botones("sticker")
        if not botones:
            raise NoHay("no se encontró ningún botón «Stickers».\n" + antes.describir())
        de_menu = [uno for uno in antes.elementos if botones[0].menu and uno.ruta == botones[0].menu and uno.filas]
        if de_menu:
            self.ventanas.elegir(de_menu[0], azar.randrange(len(de_menu[0].filas)))
        else:
            self.ventanas.pulsar(botones[0])
        for _ in range(4):
            if esperar(lambda: enviado() or self._stickers_nuevos(antes), 2 * EFECTO, self.par, (self.programa,)) and enviado():
                return
            nuevos = self._stickers_nuevos(antes)
            if not nuevos:
                break
            elegido = azar.choice(nuevos)
            elegido()
            if esperar(enviado, EFECTO, self.par, (self.programa,)):
                return
            retrato = self.mirar()
            for boton in [uno for uno in retrato.alcanzables if uno not in antes.alcanzables and uno.es_boton and ventanas_.dice(uno.texto, ACEPTAR)][:1]:
                self.ventanas.pulsar(boton)
        esperar(enviado, EFECTO, self.par, (self.programa,))

    def _stickers_nuevos(self, antes) -> list:
        """Lo que se puede elegir y no estaba antes de pulsar «Stickers»: acciones sin argumentos."""
        retrato, acciones = self.mirar(), []
        nuevos = [uno for uno in retrato.alcanzables if uno not in antes.alcanzables]
        archivo = [uno for uno in nuevos if uno.clase == "TkFDialog"]
        if archivo:
            ruta = str(self.programa.jaula.dentro["calificador"] / "prueba.png")
            return [lambda: self._contestar(self.mirar(), archivo[0], {"archivo": ruta})]
        otros = ["Cancelar", "Cerrar", "Cancel", "Salir", "Buscar", "Agregar", "Añadir", *ACEPTAR, *self.textos["enviar"]]
        for uno in nuevos:
            if uno.clase == "Menu" and uno.filas:
                acciones += [lambda uno=uno, n=n: self.ventanas.elegir(uno, n) for n in range(len(uno.filas))]
            elif uno.clase in ventanas_.LISTAS and uno.filas:
                acciones += [lambda uno=uno, n=n: self.ventanas.elegir(uno, n, doble=True) for n in range(len(uno.filas))]
            elif uno.es_boton and (uno.fotos or (uno.texto and not ventanas_.dice(uno.texto, otros))):
                acciones.append(lambda uno=uno: self.ventanas.pulsar(uno))
        fotos = [uno for uno in nuevos if uno.es_boton and uno.fotos]
        dibujados = [(uno, pieza) for uno in nuevos if uno.clase == "Canvas" and uno.fotos for pieza in uno.piezas_imagen.split()]
        if fotos:  # donde hay imágenes, los stickers son ellas
            return [lambda uno=uno: self.ventanas.pulsar(uno) for uno in fotos]
        return [lambda par=par: self.ventanas.clic_en_pieza(*par) for par in dibujados] or acciones

    def grabar(self, sala: str, segundos: float = GRABADO) -> None:
        """Grabar una voz ante el micrófono simulado y enviarla."""
        zona, antes, desde = self.zona_de_sala(sala), self.mirar(), self.par.marca()
        botones = antes.botones("grabar", zona.raiz) or antes.botones("grabar")
        if not botones:
            raise NoHay("no se encontró ningún botón para grabar una voz («Grabar», «Micrófono»…).\n" + antes.describir())
        boton, ataduras = botones[0], set(botones[0].atado.split())
        mantener = bool(ataduras & ventanas_.PULSAR and ataduras & ventanas_.SOLTAR)

        def enviada():
            return [uno for uno in self.par.mensajes(desde, self.programa.equipo) if uno.get("tipo") == "audio"]

        self.ventanas.apretar(boton) if mantener else self.ventanas.pulsar(boton)
        if not esperar(lambda: enviada() or self.programa.grabado() >= segundos, 4.0 + segundos, self.par, (self.programa,)):
            raise NoHay(f"al pulsar «{boton.texto}» no se grabó nada con PyAudio.\n{self.mirar().describir()}{ultimas_lineas(self.programa)}")
        if mantener:
            self.ventanas.apretar(boton, soltar=True)
        else:
            self._detener(antes, boton, enviada)
        esperar(enviada, 5.0, self.par, (self.programa,))

    def _detener(self, antes, boton, enviada) -> None:
        """Terminar de grabar por el camino que haya: «Detener», el mismo botón o, si dura un tiempo fijo, esperar."""
        try:
            retrato = self.ventanas.mirar()
        except x11.SinRespuesta:
            esperar(enviada, VOZ_FIJA, self.par, (self.programa,))  # graba en el hilo de la ventana
            return
        igual = next((uno for uno in retrato.alcanzables if uno == boton), None)
        nuevos_enviar = [uno for uno in retrato.botones("enviar") if uno not in antes.alcanzables]
        nuevos = [uno for uno in retrato.botones("detener") if uno == boton or uno not in antes.alcanzables]
        detener = nuevos or [uno for uno in retrato.botones("detener") if uno.tope == boton.tope] or nuevos_enviar
        if detener:
            self.ventanas.pulsar(detener[0])
        elif igual is not None and igual.estado != "disabled" and (igual.texto, igual.fotos) != (boton.texto, boton.fotos):
            self.ventanas.pulsar(igual)
        elif not esperar(enviada, VOZ_FIJA, self.par, (self.programa,)) and igual is not None and igual.estado != "disabled":
            self.ventanas.pulsar(igual)
        if not esperar(enviada, 2 * EFECTO, self.par, (self.programa,)):
            ahora = self.mirar()
            for uno in [uno for uno in ahora.botones("enviar") if uno not in antes.alcanzables or "voz" in uno.texto.lower() or "audio" in uno.texto.lower()][:1]:
                self.ventanas.pulsar(uno)

    def reproducir(self, antes, suena) -> bool:
        """Pulsar lo que haya aparecido desde `antes` para oír una voz, hasta que `suena()`. False si no hay nada."""
        retrato = self.mirar()
        nuevos = [uno for uno in retrato.alcanzables if uno not in antes.alcanzables and uno.es_boton]
        nuevos = [uno for uno in nuevos if REPRODUCIBLE.search(uno.texto)] or [uno for uno in nuevos if uno.fotos] or retrato.botones("reproducir")[-1:] or nuevos
        acciones = [lambda: self.ventanas.pulsar(nuevos[-1])] if nuevos else self._reproducir_del_texto(antes, retrato)
        for accion in acciones[:INTENTOS]:
            accion()
            if esperar(suena, EFECTO, self.par, (self.programa,)):
                break
        return bool(acciones)

    def _reproducir_del_texto(self, antes, retrato) -> list:
        """Donde la voz es un renglón o un dibujo: doble clic en la fila, o clic en el texto o el dibujo que responde a él."""
        acciones = []
        for uno in retrato.alcanzables:
            filas = [n for n, (texto, _) in enumerate(uno.filas) if REPRODUCIBLE.search(texto)]
            if uno.clase in ventanas_.LISTAS and filas:
                acciones.append(lambda uno=uno, n=filas[-1]: self.ventanas.elegir(uno, n, doble=True))
            if uno.clase == "Text" and uno.marcas:
                acciones.append(lambda uno=uno: self.ventanas.clic_en_marca(uno))
            if uno.clase == "Canvas":
                viejas = {pieza for otro in antes.alcanzables if otro == uno for pieza in otro.piezas.split()}
                dibujos = [*uno.piezas_imagen.split()[::-1], *uno.piezas.split()[::-1]]
                acciones += [lambda uno=uno, pieza=pieza: self.ventanas.clic_en_pieza(uno, pieza) for pieza in dict.fromkeys(dibujos) if pieza not in viejas]
                acciones += [lambda uno=uno, n=n: self.ventanas.elegir(uno, n) for n in filas[::-1]]
        return acciones

    # ---- salir

    def salir(self, sala: str) -> None:
        """Dejar una sala: con su botón o, si no hay, cerrando su ventana."""
        self.otra_sala = "" if self.otra_sala == sala else self.otra_sala
        zona, retrato = self.zona_de_sala(sala), self.mirar()
        if list(self.salas.values()).count(self.salas.get(sala)) > 1:
            self._elegir_sala(sala, retrato)
        botones = retrato.botones("salir", zona.raiz)
        ventana = retrato.ventana_de(zona.campo)
        if botones:
            self.ventanas.pulsar(botones[0])
        else:
            self.ventanas.cerrar(ventana)
        self._confirmar(retrato, sala)

    def _confirmar(self, antes, sala: str) -> None:
        """Si se pregunta «¿Seguro?», sí."""
        def preguntado():
            if not self.programa.vivo or self.par.buscar(0, self.programa.equipo, tipo="salir", user=self.nombre, sala=sala):
                return True
            retrato = self.mirar()
            nuevas = [uno for uno in retrato.titulos() if uno not in antes.titulos()]
            return [uno for ventana in nuevas for uno in retrato.dentro(ventana) if uno.es_boton and ventanas_.dice(uno.texto, [*ACEPTAR, "Salir"])]

        try:
            hallado = esperar(preguntado, EFECTO, self.par, (self.programa,))
        except NoHay:
            return  # ya no contesta: se está cerrando
        if isinstance(hallado, list) and hallado:
            self.ventanas.pulsar(hallado[0])


def _traducir(linea: str) -> str:
    """Un renglón de faulthandler, si es de la entrega o dice en qué hilo: lo de dentro de Python sobra, salvo en qué se espera."""
    lugar = re.match(r'\s*File "(.*)", line (\d+) in (\w+)', linea)
    if lugar is None:
        return "" if not linea.strip() else "Hilo de la ventana:" if linea.startswith("Current") else "Otro hilo:"
    archivo, numero, funcion = lugar.groups()
    if not archivo.startswith("/") or archivo.startswith("/entrega/"):
        return f"    {archivo.removeprefix('/entrega/')}, renglón {numero}, en {funcion}"
    return f"    (espera en {funcion})" if funcion in ("wait", "get", "acquire", "join", "recvfrom", "recv", "_call", "sleep") else ""


def _huella(retrato) -> tuple:
    """Lo que cambia cuando se abre o cierra algo, o cambia lo que se puede hacer."""
    return tuple((uno.programa, uno.ruta, uno.titulo, uno.texto if uno.es_boton else "", uno.estado) for uno in retrato.alcanzables if uno.clase != "Menu")


def _lejania(uno, otro) -> tuple:
    """Qué tan lejos están dos elementos; los que comparten renglón, primero."""
    a, b = uno.caja, otro.caja
    mismo = min(a[3], b[3]) - max(a[1], b[1]) > 0
    return (not mismo, abs((a[1] + a[3]) - (b[1] + b[3])) + abs((a[0] + a[2]) - (b[0] + b[2])))


def ultimas_lineas(programa, cuantas: int = 12) -> str:
    """Lo último que escribió un programa, para explicar por qué no hizo lo que debía."""
    lineas = [linea for linea in programa.salida.splitlines() if "runpy" not in linea and "lanzador.py" not in linea]
    return "\nLo último que escribió:\n" + "\n".join(lineas[-cuantas:]) if lineas else ""

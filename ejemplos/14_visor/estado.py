"""Lo que el visor recuerda: los últimos datagramas y quiénes participan, con su ritmo.

Todo tiene un tope: quien envíe millones de datagramas con nombres inventados llena
estas tablas y ni un byte más.
"""

import collections

import lectura
from persona import Persona

MAX_DATOS = 5_000  # datagramas
MAX_BYTES = 32 * 1024 * 1024  # que suman
MAX_PERSONAS = 24  # carriles del diagrama; los demás van juntos en uno
MAX_IDS = 1_000
OTROS = "(otros)"


class Estado:
    """Los datagramas y los participantes. Sólo lo usa un hilo."""

    def __init__(self):
        self.datos = collections.deque()
        self.bytes = 0  # que se guardan
        self.total = 0  # datagramas vistos, aunque ya no se guarden
        self.personas = {}  # nombre → Persona, en orden de aparición
        self._renombrado = False
        self._nombres = collections.OrderedDict()  # id → nombre, lo usado hace poco al final

    def agregar(self, crudo, hora, origen):
        """Entender un datagrama, saber de quién y para quién es, y guardarlo."""
        dato = lectura.leer(crudo, hora, origen)
        self.total += 1
        dato.numero = self.total
        if dato.id and dato.autor:
            self._aprender(dato.id, dato.autor)
        dato.de = self._persona(dato.autor or self._nombres.get(dato.id) or dato.id
                                or f"{origen[0]}:{origen[1]}")
        self.personas[dato.de].anotar(hora, len(crudo))
        self._seguir_salas(dato)
        self._seguir_lista(dato)
        dato.destinos = self._destinos(dato)
        self._guardar(dato)
        return dato

    def _aprender(self, propio, nombre):
        """Saber cómo se llama un programa.

        Si hasta ahora sólo se le conocía por su id, cambiárselo.
        """
        if propio in self.personas and nombre not in self.personas:
            self.personas = {nombre if clave == propio else clave: persona
                             for clave, persona in self.personas.items()}
            self.personas[nombre].nombre = nombre
            for dato in self.datos:
                dato.de = nombre if dato.de == propio else dato.de
                if dato.destinos is not None:
                    dato.destinos = tuple(nombre if uno == propio else uno for uno in dato.destinos)
            self._renombrado = True
        self._nombres[propio] = nombre
        self._nombres.move_to_end(propio)
        if len(self._nombres) > MAX_IDS:
            self._nombres.popitem(last=False)

    def olvidar(self):
        """Olvidar los datagramas, pero no a los participantes."""
        self.datos.clear()
        self.bytes = 0

    def cambio_de_nombre(self):
        """Si desde la última pregunta alguien de quien sólo se sabía el id dijo su nombre."""
        renombrado, self._renombrado = self._renombrado, False
        return renombrado

    def _persona(self, nombre):
        if nombre not in self.personas:
            nombre = nombre if len(self.personas) < MAX_PERSONAS else OTROS
            self.personas.setdefault(nombre, Persona(nombre))
        return nombre

    def _seguir_salas(self, dato):
        """Recordar quién está en qué sala: para ésos es lo que se diga en ella."""
        if dato.de == lectura.SERVIDOR:
            return  # habla de las salas sin estar en ninguna
        salas = self.personas[dato.de].salas
        if dato.salas is not None:
            salas.clear()
            salas.update(dato.salas)
        elif dato.tipo in ("inicio", "msj") and dato.sala and len(salas) < lectura.MAX_LISTA:
            salas.add(dato.sala)
        elif dato.tipo == "salir":
            salas.discard(dato.sala)

    def _seguir_lista(self, dato):
        if dato.lista is not None:
            for persona in self.personas.values():
                cambiar = (persona.salas.add if persona.nombre in dato.lista
                           else persona.salas.discard)
                cambiar(dato.sala)

    def _destinos(self, dato):
        """Para quién es: nombres, o None si es para todos. En la red, siempre lo reciben todos."""
        uno = dato.para or self._nombres.get(dato.para_id, "")
        if uno:
            dato.para = uno
            return (self._persona(uno),)
        if dato.tipo in ("inicio", "salir", "latido", "quien") or not dato.sala:
            return None
        return tuple(p.nombre
                     for p in self.personas.values() if dato.sala in p.salas
                     and p.nombre != dato.de)

    def _guardar(self, dato):
        self.datos.append(dato)
        self.bytes += len(dato.crudo)
        while len(self.datos) > MAX_DATOS or self.bytes > MAX_BYTES:
            self.bytes -= len(self.datos.popleft().crudo)

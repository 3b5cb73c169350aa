"""Control de congestión: a qué ritmo enviar lo largo, que nadie se lo ha dicho.

La multidifusión en Wi-Fi va a 1 o 6 Mb/s, y un cable da mil: el ritmo se averigua. Al empezar sale
un tren de pocos datagramas, y cada acuse (acuses.py) deja salir más, el doble, mientras no haya
cola: es el arranque lento de TCP (slow start). La primera cola dice que se llegó al tope, y desde
entonces se envía lo que el enlace da, un poco más si la cola se vacía y un poco menos si crece:

    tasa = lo que da · (1 + (COLA − cola) / SUAVE)          cola: lo que se espera en ella (s)

Así la cola es corta, y un texto de cualquiera no espera mucho en ella. Varios que envían a la vez
ven la misma y frenan juntos; el poco fijo que además sube cada uno los va igualando (AIMD). Tras
una pausa se empieza a la mitad de lo que daba el enlace: quizá ahora hay otros que también envían.

Si nadie sabe acusar, o los acuses se pierden, queda lo de siempre: subir despacio, y bajar cuando
alguien pierde muchos seguidos, que es un búfer lleno y no la radio.

Es del hilo enviar.
"""

import collections

from fiabilidad import ritmo
from fiabilidad.acuses import Acuses, Medida

TREN = 16 * ritmo.PESO_LLENO  # bytes que salen antes de saber nada
MARGEN = 0.25  # s de lo que da el enlace que pueden ir en camino después
COLA = 0.012  # s que se procura que haya de cola
SUAVE = 0.1  # s
MENOS, MAS = -0.3, 0.25  # topes de lo que se corrige de una vez
APORTE = 10e3  # bytes/s que se sube, además, con cada acuse
COLAS = 3  # medidas de las que vale la menor: quien acusa a veces tarda por otra cosa
SORDO = 0.1  # s sin acuses tras los que se deja de esperarlos, además de la ida y vuelta
REPOSO = 0.3  # s sin enviar nada largo: lo siguiente empieza con otro tren
SIN_NADIE = 3.0  # s sin ningún acuse tras los que se va a ciegas
TASA_A_CIEGAS = 1e6  # bytes/s, si nadie acusa
AJUSTE = 0.05  # s entre cambios de ritmo que no se deben a un acuse
QUEJA = 8  # números seguidos


class Congestion:
    """Pone la tasa de la cubeta, y dice si lo largo ha de esperar a que alguien acuse."""

    def __init__(self, cubeta: ritmo.Cubeta, acuses: Acuses, ahora: float):
        self.arrancando = True
        self.enviado = 0  # bytes largos
        self._cubeta, self._acuses = cubeta, acuses
        self._a_ciegas = False
        self._recibido = 0  # bytes largos que ya no van en camino
        self._tope = TREN  # bytes que pueden ir en camino
        self._recordada = cubeta.tasa  # bytes/s: lo que daba el enlace la última vez
        self._espera = ahora  # s: desde cuándo se espera un acuse
        self._largo = float("-inf")  # s: cuándo hubo algo largo por enviar
        self._subida = self._bajada = ahora  # s: los últimos cambios de ritmo sin acuse
        self._colas = collections.deque(maxlen=COLAS)
        self._cambio = float("-inf")  # s: cuándo se cambió el ritmo por última vez por un acuse

    # ---- lo que sale

    def deja(self) -> bool:
        """Si puede salir algo largo."""
        return self._a_ciegas or self.enviado - self._recibido < self._tope

    def cuando(self) -> float:
        """A qué hora mirar otra vez si puede salir algo largo, si no llega antes un acuse."""
        return 0.0 if self.deja() else self._vence()

    def _vence(self) -> float:
        return self._espera + SORDO + self._acuses.vuelta(self._espera)

    def enviar(self, bytes_: int) -> None:
        """Anotar que sale un datagrama largo."""
        self.enviado += bytes_ + ritmo.COSTE

    def revisar(self, hay_largo: bool, ahora: float) -> None:
        """Notar el tiempo que pasó: si se vuelve a enviar, y si ya no se puede esperar un acuse."""
        if hay_largo and ahora - self._largo > REPOSO:
            self._empezar(ahora)
        if hay_largo:
            self._largo = ahora
        tranquilo = ahora - max(self._subida, self._bajada) > AJUSTE
        if self._a_ciegas and self._cubeta.agotada and tranquilo:
            self._poner(1.1 * self._cubeta.tasa)
            self._subida, self._cubeta.agotada = ahora, False
        elif hay_largo and not self.deja() and ahora >= self._vence():
            self._desesperar(ahora)

    def _empezar(self, ahora: float) -> None:
        self._acuses.olvidar()
        self._recibido, self._espera = self.enviado, ahora
        if self.arrancando:
            self._tope = TREN
        elif not self._a_ciegas:
            self._poner(self._recordada / 2)

    def _desesperar(self, ahora: float) -> None:
        """Nadie acusa: seguir a ciegas, si hace mucho que no se oye a nadie, o ir más despacio."""
        if ahora - self._acuses.oido > SIN_NADIE:
            self._a_ciegas, self._cubeta.tasa = True, TASA_A_CIEGAS
        else:
            self._frenar(ahora)
            # Si no se vio cola, quizá sólo se perdieron los acuses: otro tren, y desde él.
            self.arrancando = self.arrancando and max(self._colas, default=0.0) <= COLA
        if self.arrancando:
            self._tope = TREN
        self._recibido, self._espera = self.enviado, ahora

    # ---- lo que se sabe

    def oir(self, acuse: dict, ahora: float) -> None:
        """Cambiar el ritmo por lo que dice un acuse."""
        medida = self._acuses.medir(acuse, ahora)
        if medida is None:
            return
        if self._a_ciegas:
            self._a_ciegas, self._tope = False, 2 * TREN
        self._recibido = max(self._recibido, self._acuses.recibido)
        self._espera = ahora
        self._colas.append(medida.cola)
        # Lo que salió antes del último cambio aún no dice qué tal ha ido.
        if medida.salida > self._cambio:
            self._cambiar(medida, ahora)

    def _cambiar(self, medida: Medida, ahora: float) -> None:
        cola = min(self._colas)
        if self.arrancando and medida.cola <= COLA:
            self._cambio = ahora
            self._cubeta.tasa = min(2 * self._cubeta.tasa, ritmo.TASA_MAXIMA)
            self._tope *= 2
        elif self.arrancando and medida.enlace:
            self.arrancando, self._cambio = False, ahora
            self._poner((1 + MENOS) * medida.enlace)
            self._recordada = medida.enlace
        elif medida.enlace:
            self._corregir(medida.enlace, (COLA - cola) / SUAVE, ahora)

    def _corregir(self, enlace: float, falta: float, ahora: float) -> None:
        """Acercar la tasa a lo que da el enlace: más si la cola se vacía, menos si crece."""
        if falta < 0:
            self._cambio = ahora
        else:  # sin cola, que llegue poco es que poco se envía: no dice nada del enlace
            enlace = max(enlace, self._cubeta.tasa / (1 + falta))
        self._poner(enlace * (1 + max(MENOS, min(MAS, falta))) + APORTE)
        # Mientras no haya cola, que se enviara poco no dice que el enlace dé menos.
        self._recordada = max(self._recordada * (falta >= 0), self._cubeta.tasa)

    def _poner(self, tasa: float) -> None:
        self._cubeta.tasa = min(max(tasa, ritmo.TASA_MINIMA), ritmo.TASA_MAXIMA)
        self._tope = max(TREN, MARGEN * self._cubeta.tasa)

    def vuelta(self, ahora: float) -> float:
        """Lo que tarda la red en ir y volver (s)."""
        return self._acuses.vuelta(ahora)

    # ---- las quejas

    def quejarse(self, seguidos: int, salio: float, ahora: float) -> None:
        """Frenar si a alguien le faltan muchos seguidos, que salieron a la hora `salio`."""
        if seguidos >= QUEJA:
            self.bajar(salio, ahora)

    def bajar(self, salio: float, ahora: float) -> None:
        """Frenar porque falta algo que salió a la hora `salio`.

        Lo que salió antes de la última bajada ya se castigó: que siga faltando no dice nada nuevo.
        """
        if salio > self._bajada and ahora - self._bajada >= AJUSTE:
            self._frenar(ahora)
            self.arrancando = False

    def _frenar(self, ahora: float) -> None:
        tasa = (1 + MENOS) * self._cubeta.tasa
        self._cubeta.tasa, self._bajada = max(tasa, ritmo.TASA_MINIMA), ahora
        self._recordada = self._cubeta.tasa

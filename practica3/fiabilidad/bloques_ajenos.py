"""Los mensajes largos que otro envía, por bloques: qué llegó de cada uno y cuánto falta.

    bloque 1 de la voz m=20     t62 ✓  t63 ✗  t64 ✓  t65 ✗  …      faltan 2
                                p0 ✓   p1 ✗   p2 ✓                  con p0 y p2 se rehacen t63 y t65

De cada bloque se guarda lo que llega hasta que es tanto como los trozos que tiene; entonces los
que faltan se rehacen (paridad.py), y siguen el camino de los que llegaron. Qué n llevaban lo dice
la paridad; mientras no llegue ninguna, se deduce de los vecinos.

Es del hilo recibir.
"""

import dataclasses
import itertools

from fiabilidad import paridad
from fiabilidad.rangos import desplegar

MAX_BLOQUES = 16  # que se miran y se piden juntos: los primeros a los que les falta algo
MAX_LARGOS = 4  # mensajes a medio llegar en un flujo; el quinto desplaza al más viejo


@dataclasses.dataclass(eq=False)
class BloqueAjeno:
    """Uno de los bloques de un mensaje largo."""

    indices: range  # los i de sus trozos
    cuerpos: "dict[int, bytes]" = dataclasses.field(default_factory=dict)  # los que llegaron, por i
    paridad: "dict[int, bytes]" = dataclasses.field(default_factory=dict)  # la que llegó, por j
    vistos: int = 0  # trozos de paridad que ya salieron, que se sepa
    numeros: "list[int]" = dataclasses.field(default_factory=list)  # los n, si ya se dijeron
    ultimo: int = 0  # bytes del último trozo del mensaje

    def faltan(self) -> int:
        """Cuántos trozos más hacen falta, sean los que sean."""
        return len(self.indices) - len(self.cuerpos) - len(self.paridad)

    def recortar(self, i: int, de: int, cuerpo: bytes) -> bytes:
        """El cuerpo de un trozo rehecho, sin los ceros de más si es el último del mensaje."""
        return cuerpo if i < de - 1 else cuerpo[: self.ultimo]

    def concuerda(self) -> bool:
        """Si la paridad mide toda lo mismo, y no menos que los trozos: si no, no es de ellos."""
        largos = {len(cuerpo) for cuerpo in self.paridad.values()}
        return len(largos) == 1 and max(map(len, self.cuerpos.values()), default=0) <= min(largos)

    def rehacer(self) -> "dict[int, bytes]":
        """Los cuerpos de los trozos que no llegaron, por i."""
        primero = self.indices[0]
        llegaron = {i - primero: cuerpo for i, cuerpo in self.cuerpos.items()}
        hechos = paridad.rehacer(llegaron, self.paridad, len(self.indices))
        return {primero + i: cuerpo for i, cuerpo in hechos.items()}


class Largo:
    """Un mensaje largo que va llegando."""

    def __init__(self, m: int, de: int, k: int):
        self.m, self.de, self.k = m, de, k
        self.cuantos = paridad.contar_bloques(de, k)
        self.numeros = {-1: m - 1}  # los n de los trozos que llegaron, por i
        self.alcanzado = 0  # el último bloque del que llegó algo
        self._primero = 0  # los bloques anteriores están cerrados
        self._bloques = {}  # los incompletos de los que llegó algo, por su lugar
        self.cerrados = set()  # los lugares de los que ya no se espera nada

    def cual(self, i: int) -> int:
        """En qué bloque está el trozo i."""
        return ((i + 1) * self.cuantos - 1) // self.de

    def bloque(self, lugar: int) -> "BloqueAjeno | None":
        """Un bloque del que aún se espera algo; None si no lo hay, o ya no se espera."""
        if lugar in self.cerrados or lugar >= self.cuantos:
            return None
        if lugar not in self._bloques:
            self._bloques[lugar] = BloqueAjeno(paridad.indices(lugar, self.de, self.k))
        return self._bloques[lugar]

    def cerrar(self, lugar: int) -> None:
        """No esperar nada más de un bloque."""
        self.cerrados.add(lugar)
        self._bloques.pop(lugar, None)

    def abiertos(self) -> "list[tuple[int, BloqueAjeno]]":
        """Los primeros de los que se espera algo, con su lugar."""
        while self._primero in self.cerrados:
            self._primero += 1
        lugares = itertools.filterfalse(
            self.cerrados.__contains__, range(self._primero, self.cuantos)
        )
        return [(lugar, self.bloque(lugar)) for lugar in itertools.islice(lugares, MAX_BLOQUES)]

    def empieza(self, bloque: BloqueAjeno) -> int:
        """El menor n que puede tener un bloque."""
        return bloque.indices[0] + self._desfase_antes(bloque.indices[0])

    def deducir(self, bloque: BloqueAjeno) -> "tuple[dict[int, int], int]":
        """Los n de los trozos que faltan de un bloque, por i; y el del último del bloque.

        Entre dos que llegaron no hubo nada más si sus n distan lo que sus i; si no, no se sabe.
        """
        if bloque.numeros:
            numeros = dict(zip(bloque.indices, bloque.numeros))
        else:
            numeros = self._deducir(bloque.indices)
        i = bloque.indices[-1]
        ultimo = numeros.get(i) or i + self._desfase_antes(i + 1)
        return {i: n for i, n in numeros.items() if i not in bloque.cuerpos}, ultimo

    def _deducir(self, indices: range) -> "dict[int, int]":
        numeros, antes = {}, self._desfase_antes(indices[0])
        dudosos = []
        for i in indices:
            dudosos.append(i)
            if i in self.numeros:
                desfase = self.numeros[i] - i
                numeros.update({j: j + desfase for j in dudosos} if desfase == antes else {})
                antes, dudosos = desfase, []
        if self._desfase_despues(indices[-1]) in (antes, None):
            numeros.update({j: j + antes for j in dudosos})
        return numeros

    def _desfase_antes(self, i: int) -> int:
        """Lo que n pasa de i en el último trozo que llegó antes del i."""
        while i - 1 not in self.numeros:
            i -= 1
        return self.numeros[i - 1] - (i - 1)

    def _desfase_despues(self, i: int) -> "int | None":
        """Ídem en el primero que llegó después del i; None si ninguno, 0 si está muy lejos."""
        hasta = min(self.de, i + 1 + 2 * self.k)
        llegados = (j for j in range(i + 1, hasta) if j in self.numeros)
        j = next(llegados, None)
        if j is None:
            return None if self.cual(i) >= self.alcanzado else 0
        return self.numeros[j] - j


class Largos:
    """Los mensajes largos de un flujo que van llegando, por m."""

    def __init__(self):
        self.ocupado = 0  # bytes de paridad
        self._largos: "dict[int, Largo]" = {}
        self._cancelados: "set[int]" = set()  # los que ya no se esperan por bloques, por m

    def cancelar(self, m: int) -> None:
        """Saber que uno no saldrá entero: lo que le falte se pide uno a uno, que nada espere."""
        self._cancelados.add(m)
        if m in self._largos:
            self._olvidar(m)

    def terminar(self, m: int) -> None:
        """Dejar atrás uno que se canceló."""
        self.cancelar(m)
        self._cancelados.discard(m)

    def tomar_trozo(self, trozo: dict) -> "tuple[list[dict], bool]":
        """Anotar un trozo nuevo: los que con él se rehacen, y si acaba de salir un bloque."""
        largo = self._abrir(trozo)
        if largo is None:
            return [], False
        i, lugar = trozo["i"], largo.cual(trozo["i"])
        largo.numeros[i] = trozo["n"]
        bloque = largo.bloque(lugar)
        acaba = lugar > largo.alcanzado or (bloque is not None and i == bloque.indices[-1])
        largo.alcanzado = max(largo.alcanzado, lugar)
        if bloque is None:
            return [], acaba
        bloque.cuerpos[i] = trozo["cuerpo"]
        return self._completar(largo, lugar, trozo), acaba

    def tomar_paridad(self, mensaje: dict) -> "list[dict]":
        """Anotar un trozo de paridad: los trozos que con él se rehacen."""
        largo = self._abrir(mensaje)
        bloque = largo and largo.bloque(mensaje["bloque"])
        numeros = desplegar(mensaje["n"], paridad.MAX_BLOQUE)
        if bloque is None or len(numeros) != len(bloque.indices):
            return []
        bloque.numeros, bloque.ultimo = numeros, mensaje["ultimo"]
        bloque.vistos = max(bloque.vistos, mensaje["salidos"])
        if mensaje["j"] not in bloque.paridad:
            bloque.paridad[mensaje["j"]] = mensaje["cuerpo"]
            self.ocupado += len(mensaje["cuerpo"])
        return self._completar(largo, mensaje["bloque"], mensaje)

    def _abrir(self, mensaje: dict) -> "Largo | None":
        """El mensaje largo del que habla un trozo; None si no concuerda con lo ya dicho de él."""
        m, de, k = mensaje["m"], mensaje["de"], mensaje["k"]
        if m in self._cancelados:
            return None
        largo = self._largos.get(m)
        if largo is None:
            if len(self._largos) >= MAX_LARGOS:
                self._olvidar(next(iter(self._largos)))
            largo = self._largos[m] = Largo(m, de, k)
        return largo if (largo.de, largo.k) == (de, k) else None

    def _olvidar(self, m: int) -> None:
        largo = self._largos.pop(m)
        for lugar in range(largo.alcanzado + 1):
            self._cerrar(largo, lugar)

    def _cerrar(self, largo: Largo, lugar: int) -> None:
        if (bloque := largo.bloque(lugar)) is not None:
            self._tirar_paridad(bloque)
            largo.cerrar(lugar)

    def _tirar_paridad(self, bloque: BloqueAjeno) -> None:
        self.ocupado -= sum(map(len, bloque.paridad.values()))
        bloque.paridad.clear()

    def _completar(self, largo: Largo, lugar: int, origen: dict) -> "list[dict]":
        """Si de un bloque ya hay bastante, rehacer sus trozos y olvidarlo."""
        bloque = largo.bloque(lugar)
        if bloque.faltan() > 0:
            return []
        entero = len(bloque.cuerpos) == len(bloque.indices)
        if not entero and not bloque.concuerda():
            self._tirar_paridad(bloque)
            return []
        rehechos = {} if entero else bloque.rehacer()
        self._cerrar(largo, lugar)
        if len(largo.cerrados) == largo.cuantos:
            del self._largos[largo.m]
        numeros = dict(zip(bloque.indices, bloque.numeros))
        largo.numeros.update(numeros)
        comun = {clave: origen[clave] for clave in ("id", "sala", "para") if clave in origen}
        comun.update(tipo="trozo", m=largo.m, de=largo.de)
        return [
            {**comun, "n": numeros[i], "i": i, "cuerpo": bloque.recortar(i, largo.de, cuerpo)}
            for i, cuerpo in rehechos.items()
        ]

    def pedir(self, entregado: int, mayor: int, texto: int) -> "tuple[list, set[int], int]":
        """Lo que falta de los bloques que ya salieron, como [m, bloque, cuántos, vistos].

        Y los n que por eso no hay que pedir uno a uno, o que pueden esperar a que salga su bloque
        entero; y desde qué n no toca pedir nada. `entregado` y `mayor` son los del flujo. Un texto
        no espera: lo anterior a `texto`, el n del último que aguarda, sí se pide uno a uno.
        """
        pedidos, cubiertos, limite = [], set(), mayor + 1
        for largo in self._largos.values():
            abiertos = largo.abiertos()
            for lugar, bloque in abiertos:
                if largo.empieza(bloque) > mayor:
                    break
                numeros, ultimo = largo.deducir(bloque)
                if numeros and min(numeros.values()) <= entregado:
                    self._cerrar(largo, lugar)  # algo suyo ya se dio por perdido
                    continue
                salio = ultimo <= mayor
                cubiertos.update(n for n in numeros.values() if salio or n > texto)
                dudosos = len(bloque.indices) - len(bloque.cuerpos) - len(numeros)
                if salio and (faltan := bloque.faltan() - dudosos) > 0:
                    pedidos.append([largo.m, lugar, faltan, bloque.vistos])
            if len(abiertos) == MAX_BLOQUES:
                limite = min(limite, largo.empieza(abiertos[-1][1]))
        return pedidos[:MAX_BLOQUES], cubiertos, max(limite, texto)


def basta(otros: "list[list[int]]", mios: "list[list[int]]") -> bool:
    """Si con lo que otro pide sale toda la paridad que me falta a mí."""
    saldran = {(m, lugar): faltan + vistos for m, lugar, faltan, vistos in otros}
    return all(saldran.get((m, lugar), 0) >= faltan + vistos for m, lugar, faltan, vistos in mios)

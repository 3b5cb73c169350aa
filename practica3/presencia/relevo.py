"""El relevo: da a cada vecino, de uno en uno, lo que en el grupo oirían todos a la vez.

    dirección de uno ── datagrama ──▶ recibir ──▶ lo que se puede llevar a los demás lados
    lo de los demás lados ──▶ repartir ──▶ enviar(datagrama, vecino), a los que les toca

Quién hay tras cada dirección y cuánto se le puede dar lo lleva direcciones.py. Sólo decide: no toca
la red ni el reloj; para enviar se le da una función.
"""

import protocolo
from presencia import direcciones
from presencia import sencillos
from presencia.direcciones import Direcciones, Vecino
from presencia.ecos import Latidos


class Relevo:
    """Lo que se hace con lo que dicen los vecinos, y con lo que se dice para ellos."""

    def __init__(self, propio: str, azar, enviar, contar):
        """`enviar(datagrama, vecino)`. `contar(texto)`: quién entra. `azar`: como Direcciones."""
        self.propio = propio
        self.tabla = Direcciones(azar)
        self.enviados = self.de_mas = self.mal_hechos = 0
        self._mandar, self._contar = enviar, contar
        self._latidos = Latidos()

    def recibir(self, datagrama: bytes, direccion: tuple, puerta: str,
                ahora: float) -> "list[tuple[bytes, dict, Vecino]]":
        """Lo que ya se puede llevar a los demás gracias a un datagrama, con quien lo dijo."""
        if sencillos.SENA_EN_BYTES in datagrama.partition(b"\n")[0]:
            return []  # de otro relevo
        uno = self.tabla.oir(direccion, len(datagrama), ahora)
        if uno is None:
            self.de_mas += 1
            return []
        uno.puerta = puerta
        try:
            mensaje = protocolo.decodificar(datagrama)
        except protocolo.ErrorProtocolo:
            self.mal_hechos += 1
            return []
        if mensaje["tipo"] == "acuse" and mensaje["a"] == self.propio:
            return self._soltar(uno) if self.tabla.contestar(uno, mensaje) else []
        if uno.probado and uno.id and mensaje.get("id", uno.id) != uno.id:
            # Por otro no habla nadie; o en ese puerto hay ya otro programa, y ha de probarse.
            self.tabla.ausentar(direccion)
            return []
        self.tabla.leer(uno, mensaje)
        self._presentar(uno)
        if uno.probado:
            return [(datagrama, mensaje, uno)]
        es_corto = len(datagrama) <= protocolo.MAX_ENVIO
        if es_corto and len(uno.aguardan) < direcciones.MAX_AGUARDAN:
            uno.aguardan.append((datagrama, mensaje))
        habla = uno.id or mensaje["tipo"] in sencillos.DICEN or sencillos.pide_salas(datagrama)
        pregunta = self.tabla.preguntar(uno, self.propio) if habla else None
        if pregunta is not None:
            self.enviar(uno, protocolo.codificar(pregunta), ahora)
        return []

    def _presentar(self, uno: Vecino) -> None:
        """Contar que entró, una vez, cuando ya se sabe quién es y se probó que está."""
        if uno.probado and uno.user and not uno.presentado:
            uno.presentado = True
            self._contar(f"Entra {direcciones.nombrar(uno)}")

    def _soltar(self, uno: Vecino) -> "list[tuple[bytes, dict, Vecino]]":
        """Lo que dijo un vecino mientras se probaba que estaba."""
        aguardan, uno.aguardan = uno.aguardan, []
        self._presentar(uno)
        return [(datagrama, mensaje, uno) for datagrama, mensaje in aguardan]

    def repartir(self, datagrama: bytes, mensaje: dict, de: "Vecino | None", ahora: float) -> None:
        """Dar un mensaje a los vecinos a los que les toca; `de`: el que lo dijo, si fue uno."""
        if mensaje["tipo"] == "latido":
            if not self._latidos.pasa(mensaje, len(self.tabla.vecinos), ahora):
                return
        self._latidos.notar(mensaje, ahora)
        for uno in self.tabla.destinatarios(mensaje, de):
            for suyo in [datagrama] if uno.id else sencillos.escribir(mensaje, uno):
                self.enviar(uno, suyo, ahora)
        vuelve = mensaje["tipo"] in sencillos.VUELVEN and "privado" not in mensaje
        if de is not None and not de.id and vuelve:
            # A un sencillo lo suyo le vuelve, como en el grupo: muchos lo muestran al volver.
            for suyo in sencillos.escribir(mensaje, de):
                self.enviar(de, suyo, ahora)

    def enviar(self, uno: Vecino, datagrama: bytes, ahora: float) -> None:
        """Enviar un datagrama a un vecino, si alcanza su presupuesto."""
        if self.tabla.puede(uno, len(datagrama), ahora):
            self.enviados += 1
            self._mandar(datagrama, uno)
        else:
            self.de_mas += 1

    def vencer(self, ahora: float) -> "tuple[list[tuple[bytes, dict, Vecino]], list[Vecino]]":
        """Lo que ya se puede llevar de quien aguardaba, y los vecinos que se fueron."""
        probados, idos = self.tabla.vencer(ahora)
        for uno in idos:
            if uno.presentado:
                self._contar(f"Se fue {direcciones.nombrar(uno)}")
        return [llegado for uno in probados for llegado in self._soltar(uno)], idos

    def describir(self) -> str:
        """Cuántos hay, y cuánto se les ha dado."""
        probados = [uno for uno in self.tabla.vecinos.values() if uno.probado]
        de_sencillos = sum(not uno.id for uno in probados)
        return (f"relevo: {len(probados)} ({de_sencillos} sencillos), "
                f"{len(self.tabla.vecinos) - len(probados)} por probar")


def despedidas(uno: Vecino) -> "list[dict]":
    """Lo que hay que decir por un sencillo que se fue: él no puede, y nadie más lo sabe."""
    if uno.id or not (uno.probado and uno.user):
        return []
    return [{"tipo": "salir", "user": uno.user, "sala": sala} for sala in sorted(uno.salas)]

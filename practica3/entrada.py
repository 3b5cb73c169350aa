"""Un flujo ajeno: qué números llegaron, cuáles faltan y cuál toca entregar.

    1 2 3 4 5 6 7 8 9        entregado = 3   hasta aquí, todo se entregó o se dio por perdido
    ▓ ▓ ▓ ✗ ✗ ▒ ▒ ✗ ▒        esperando = {6, 7, 9}   llegaron, pero falta algo antes
                             huecos = [[4, 5], [8, 8]]   mayor = 9

Los números de entregado + 1 a mayor están en `esperando` o en `huecos`, y en uno solo.
Es del hilo recibir, que lo maneja desde fiabilidad.py.
"""

import bisect
import dataclasses
import operator

import protocolo
import trozos


@dataclasses.dataclass(eq=False)
class Entrada:
    """Lo que otro dice en una sala, o a mí."""

    id: str
    donde: dict  # {"sala": …} o {"para": …}
    entregado: int  # hasta éste, todos entregados o dados por perdidos
    mayor: int  # el mayor del que se sabe
    historia: "int | None"  # hasta éste, de antes de llegar yo: perderlo no es noticia
    vuelta: bool = False  # volví a la sala y aún no sé desde dónde guarda su historia
    esperando: dict = dataclasses.field(default_factory=dict)  # n → mensaje, o PERDIDO
    juntador: trozos.Juntador = dataclasses.field(default_factory=trozos.Juntador)
    perdidos: int = 0  # seguidos, sin contar todavía
    hueco: float = 0.0  # s: desde cuándo falta el siguiente
    preguntar: float = 0.0  # s: cuándo pedirlo
    avance: float = 0.0  # s: cuándo llegó lo último
    ocupado: int = 0  # bytes, en esperando y en el juntador
    demora: float = 0.0  # s: lo que se esperó la última vez a un programa callado

    huecos: "list[list[int]]" = dataclasses.field(default_factory=list)  # [primero, último] de lo que falta, en orden

    def alcanzar(self, n: int) -> None:
        """Saber que el flujo llega al menos hasta n: lo que no se tenía falta."""
        if n > self.mayor:
            self.huecos.append([self.mayor + 1, n])
            self.mayor = n

    def tapar(self, n: int) -> None:
        """Quitar de los huecos un número que faltaba."""
        i = bisect.bisect(self.huecos, n, key=operator.itemgetter(0)) - 1
        primero, ultimo = self.huecos[i]
        self.huecos[i : i + 1] = [rango for rango in ([primero, n - 1], [n + 1, ultimo]) if rango[0] <= rango[1]]

    def saltar(self, hasta: int) -> None:
        """Dar por pasado todo hasta un número."""
        if self.huecos and self.huecos[0][0] <= hasta:  # casi nunca: rehacer la lista por cada número costaría tiempo cuadrático
            self.huecos = [[max(primero, hasta + 1), ultimo] for primero, ultimo in self.huecos if ultimo > hasta]
        self.entregado = max(self.entregado, hasta)
        self.mayor = max(self.mayor, hasta)

    def faltan(self) -> "list[list[int]]":
        """Los rangos que faltan, de menor a mayor; los primeros, si son muchos."""
        return self.huecos[: protocolo.MAX_RANGOS]


def cubren(rangos: "list[list[int]]", faltan: "list[list[int]]") -> bool:
    """Si unos rangos, en orden, contienen a todos los otros."""
    i = 0
    for primero, ultimo in faltan:
        while i < len(rangos) and rangos[i][1] < ultimo:
            i += 1
        if i == len(rangos) or rangos[i][0] > primero:
            return False
    return True

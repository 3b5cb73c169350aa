"""Lo que hay en una conversación: mensajes de alguien y notas del programa.

    Mensaje   tipo y content, como en el protocolo: "msj", "sticker", "imagen"…
                └─ adjunto: AdjuntoSticker (también de una imagen), AdjuntoVoz o AdjuntoArchivo
    Nota      quién entró, qué falló
    Serie     todos, cada uno con un número que no cambia

Aquí no hay Tk ni medidas de letra: medidor.py anota en cada uno lo que ocupa.
"""

import bisect
import dataclasses
import itertools
import pathlib
import time

from presencia import tratos

AGRUPAR = 300  # s: mensajes de un autor con menos tiempo entre sí forman un grupo
PLEGADO, TANDA = 24, 120  # renglones que se ven de un mensaje largo, y los que agrega «Mostrar más»
# Estados de un mensaje propio, y su icono. LOCAL: salió, pero no de este equipo, que no tiene red.
# ENTREGADO: de un privado, llegó.
ESPERA, ENVIADO, ENTREGADO, LOCAL, FALLO = "espera", "enviado", "entregado", "local", "fallo"
NO_LLEGO = "no_llego"  # un privado que salió, y quien debía recibirlo se fue sin acusarlo
APLAZADO = "aplazado"  # un privado que saldrá cuando vuelva quien debe recibirlo
# Los que no salieron o no llegaron, y lo que dice su globo: un clic los reintenta, o los cancela.
FRACASOS = {FALLO: "No se envió · Reintentar", NO_LLEGO: "No llegó · Reintentar",
            APLAZADO: "Se enviará cuando vuelva · Cancelar"}
# Lo que va junto al nombre de quien quizá no es quien dice.
MARCAS = {"": "", **{duda: f" · {dicha}" for duda, dicha in tratos.DUDAS.items()}}
MAX_MENSAJES = 20_000
MAX_LETRAS = 8_000_000  # de todos ellos
SOBRANTE = 1_000  # mensajes que se quitan de una vez
DIAS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MESES = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
         "octubre", "noviembre", "diciembre")


@dataclasses.dataclass(eq=False, slots=True)
class ImagenDeTk:
    """Un sticker ya preparado. La comparten todos los mensajes que lo muestran."""

    medida: "tuple[int, int]"  # píxeles de esta pantalla
    formato: str
    lapsos: "list[int]"  # ms que dura cada cuadro
    # De Tk; vacía si se soltaron para no ocupar memoria, y None si ya se pidieron otra vez.
    fotos: "list | None" = dataclasses.field(default_factory=list)
    por_convertir: "list[bytes]" = dataclasses.field(default_factory=list)  # cuadros en PNG
    quieta: bool = False  # tiene un solo cuadro porque no cabían todos en la memoria

    @property
    def pixeles(self) -> int:
        """Los que ocupan todos sus cuadros."""
        return len(self.fotos or ()) * self.medida[0] * self.medida[1]


@dataclasses.dataclass(eq=False, slots=True)
class AdjuntoSticker:
    """Lo que muestra un mensaje de tipo «sticker» o «imagen»."""

    imagen: "ImagenDeTk | None" = None
    cuadro: int = 0  # el que se ve
    aviso: str = ""  # lo que se lee en lugar de la imagen, si no se puede mostrar
    ruta: "pathlib.Path | None" = None
    cuerpo: "bytes | None" = None  # mientras no salga o no esté en un archivo
    formato: str = ""  # de `cuerpo`; del paquete, ninguno
    por_abrir: bool = False  # está guardado y aún no se prepara

    @property
    def se_solto(self) -> bool:
        """Si su imagen se quitó de la memoria, y hay que pedirla otra vez."""
        return self.imagen is not None and self.imagen.fotos == []


@dataclasses.dataclass(eq=False, slots=True)
class AdjuntoVoz:
    """Lo que muestra un mensaje de tipo «audio»."""

    duracion: float = 0.0  # s
    onda: "list[float]" = dataclasses.field(default_factory=list)
    progreso: "float | None" = None  # de 0 a 1, mientras llega
    posicion: float = 0.0  # s ya oídos
    oida: bool = False  # se empezó a oír alguna vez
    sonando: bool = False
    velocidad: float = 1.0  # con que suena
    aviso: str = ""  # por qué no se puede oír
    ruta: "pathlib.Path | None" = None
    cuerpo: "bytes | None" = None  # mientras no salga o no esté en un archivo
    formato: str = "wav"  # de `cuerpo`
    por_abrir: bool = False  # está guardada y aún no se comprueba

    @property
    def se_puede_oir(self) -> bool:
        """Si hay de dónde leerla, aunque su onda aún no esté: al ir a sonar se comprueba."""
        return not self.aviso and (self.ruta or self.cuerpo) is not None


@dataclasses.dataclass(eq=False, slots=True)
class AdjuntoArchivo:
    """Lo que muestra un mensaje de tipo «archivo»."""

    nombre: str
    bytes: int = 0
    # El Dicho: con él se pide, si se ofreció, y se cancela. None, de otras veces.
    dicho: "object | None" = None
    progreso: "float | None" = None  # de 0 a 1, mientras llega o sale
    aviso: str = ""  # por qué no se puede abrir
    muestra: "list[str]" = dataclasses.field(default_factory=list)  # sus primeros renglones
    ruta: "pathlib.Path | None" = None
    cuerpo: "bytes | None" = None  # mientras no esté en un archivo
    por_abrir: bool = False  # está guardado y aún no se lee su muestra

    @property
    def ofrecido(self) -> bool:
        """Si hay que pedirlo, y se puede."""
        suelto = self.ruta is None and self.cuerpo is None and not self.aviso
        return suelto and self.dicho is not None and not self.dicho.propio


@dataclasses.dataclass(eq=False, slots=True)
class Mensaje:
    """Lo que dijo alguien."""

    tipo: str  # del protocolo
    autor: str
    content: str
    hora: float  # s desde 1970
    propio: bool = False
    estado: str = ""  # de los propios
    adjunto: "AdjuntoSticker | AdjuntoVoz | AdjuntoArchivo | None" = None
    duda: str = ""  # de los ajenos: por qué quizá no es de quien dice (presencia/tratos.py)
    para_mi: bool = False  # me menciona
    cita: "dict | None" = None  # a qué contesta: user, hora y content
    borrado: bool = False  # lo borró quien lo dijo
    copiado: str = ""  # el código suyo que se acaba de copiar
    maximo: int = PLEGADO  # renglones que se muestran
    version: int = 0  # cambia cuando hay que dibujarlo de nuevo
    medidas: "object | None" = None  # las pone medidor.py
    alto: int = 0  # píxeles, con todo; estimado hasta que se mide

    @property
    def nombre(self) -> str:
        """Quién lo dijo y, si hay duda, cuál."""
        return self.autor + MARCAS[self.duda]

    @property
    def fracaso(self) -> str:
        """Lo que dice su globo si no salió, o no llegó; "" si va bien."""
        return FRACASOS.get(self.estado, "")

    @property
    def ajeno_de(self) -> str:
        """Quién lo envía; "" si es propio."""
        return "" if self.propio else self.autor

    def cambiar(self, **datos) -> None:
        """Cambiar algo que se ve."""
        for clave, valor in datos.items():
            setattr(self, clave, valor)
        self.version += 1


@dataclasses.dataclass(eq=False, slots=True)
class Nota:
    """Un renglón discreto del programa."""

    propio, estado, fracaso, adjunto = False, "", "", None  # lo que ninguna tiene

    content: str
    hora: float = dataclasses.field(default_factory=time.time)
    error: bool = False  # con otro color y un triángulo
    maximo: int = PLEGADO
    version: int = 0
    medidas: "object | None" = None
    alto: int = 0


class Serie:
    """Mensajes y notas; al quitar los más viejos los demás siguen con su número."""

    def __init__(self):
        self.primero = 0  # número del más viejo
        self._elementos = []
        self._letras = 0

    def __len__(self) -> int:
        return len(self._elementos)

    def __getitem__(self, numero: int):
        return self._elementos[numero - self.primero]

    def __contains__(self, numero: "int | None") -> bool:
        return numero is not None and self.primero <= numero <= self.ultimo

    @property
    def ultimo(self) -> int:
        """El número del más nuevo; uno menos que `primero`, si no hay ninguno."""
        return self.primero + len(self._elementos) - 1

    def agregar(self, elemento) -> int:
        """Poner uno al final; devuelve cuántos de los más viejos se quitaron."""
        self._elementos.append(elemento)
        self._letras += len(elemento.content)
        if len(self._elementos) <= MAX_MENSAJES and self._letras <= MAX_LETRAS:
            return 0
        sobran = min(SOBRANTE, len(self._elementos) // 2)
        self._letras -= sum(len(uno.content) for uno in self._elementos[:sobran])
        del self._elementos[:sobran]
        self.primero += sobran
        return sobran

    def tramo(self, desde: int, hasta: int) -> list:
        """Los que van de un número a otro, los dos incluidos."""
        return self._elementos[max(0, desde - self.primero) : hasta - self.primero + 1]

    def alto_hasta(self, numero: int) -> int:
        """El alto de todos los anteriores a uno."""
        return sum([uno.alto for uno in self._elementos[: numero - self.primero]])

    def en_altura(self, altura: float) -> "tuple[int, int]":
        """El número que está a tantos píxeles del principio, y a cuántos empieza."""
        sumas = [0, *itertools.accumulate(uno.alto for uno in self._elementos)]
        i = max(0, min(bisect.bisect_right(sumas, altura) - 1, len(self) - 1))
        return self.primero + i, sumas[i]


def son_grupo(uno: "Mensaje | Nota", otro: "Mensaje | Nota") -> bool:
    """Si dos seguidos van juntos, bajo un solo nombre."""
    return (isinstance(uno, Mensaje) and isinstance(otro, Mensaje) and uno.nombre == otro.nombre
            and uno.propio == otro.propio and abs(otro.hora - uno.hora) < AGRUPAR)


def hora_local(hora: float) -> time.struct_time:
    """Unos segundos desde 1970, como los dice un reloj de aquí."""
    try:
        return time.localtime(hora)
    except (OverflowError, OSError, ValueError):  # en Windows, antes de 1970; en todos, muy lejos
        return time.localtime(0)


def escribir_mensaje(mensaje: "Mensaje | Nota") -> str:
    """Un mensaje como texto: «[10/03/2026 10:42] Ana: Hola»."""
    hora = time.strftime("%d/%m/%Y %H:%M", hora_local(mensaje.hora))
    if isinstance(mensaje, Nota):
        return f"[{hora}] {mensaje.content}"
    fracaso = mensaje.fracaso.partition(" ·")[0].lower()
    perdido = f" [{fracaso}]" if fracaso else ""
    return f"[{hora}] {mensaje.nombre}: {resumir(mensaje)}{perdido}"


def resumir(mensaje: "Mensaje | Nota") -> str:
    """Lo que dice, en texto: de un adjunto, cuál es."""
    if isinstance(mensaje, Nota) or mensaje.tipo == "msj":
        return mensaje.content
    nombre = getattr(mensaje.adjunto, "nombre", "")
    que = {"audio": "(mensaje de voz)", "sticker": f"(sticker {mensaje.content})",
           "imagen": f"(imagen) {mensaje.content}",
           "archivo": f"(archivo {nombre}) {mensaje.content}"}
    return que.get(mensaje.tipo, mensaje.content).strip()


def escribir_hora(hora: float) -> str:
    """La hora del día, «10:42»."""
    return time.strftime("%H:%M", hora_local(hora))


def escribir_lapso(segundos: float) -> str:
    """Un lapso, «0:07»."""
    return f"{int(segundos) // 60}:{int(segundos) % 60:02}"


def escribir_dia(hora: float, ahora: float) -> str:
    """«Hoy», «Ayer» o «martes 4 de marzo»; de otros años, con el año."""
    dia, hoy = hora_local(hora), hora_local(ahora)
    if dia[:3] == hoy[:3]:
        return "Hoy"
    if dia[:3] == hora_local(ahora - 86_400)[:3]:
        return "Ayer"
    escrito = f"{DIAS[dia.tm_wday]} {dia.tm_mday} de {MESES[dia.tm_mon - 1]}"
    return escrito if dia.tm_year == hoy.tm_year else f"{escrito} de {dia.tm_year}"

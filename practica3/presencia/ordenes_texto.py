"""Lo que una persona teclea en la terminal, convertido en pedidos: diccionarios, como en --json.

    Hola a todos         {"accion": "mensaje", "sala": la actual, "content": "Hola a todos"}
    /privado Ana hola    {"accion": "privado", "to": "Ana", "content": "hola"}
    /quien               ninguno: se contesta aquí mismo
"""

import campos
from presencia.eventos import ErrorAccion
from presencia.eventos_texto import Redaccion
from presencia.ofertas import OfertasAjenas
from seguridad import llaves


class Ordenes:
    """Interpreta cada renglón; recuerda en qué sala se habla."""

    def __init__(self, cliente, redaccion: Redaccion, ofertas: OfertasAjenas, paquete, escribir):
        """`paquete`: los nombres de los stickers. `escribir(renglon)`: mostrar una respuesta."""
        self._cliente, self._redaccion, self._ofertas = cliente, redaccion, ofertas
        self._paquete, self._escribir = paquete, escribir
        self.actual = ""  # la sala en que se habla

    def interpretar(self, linea: str) -> "dict | None":
        """El pedido que es un renglón; None si ya se hizo. Lanza ErrorAccion."""
        orden, _, resto = linea.partition(" ")
        if linea in ("salir", "exit", "quit"):
            return {"accion": "terminar"}
        if orden in ORDENES:
            return ORDENES[orden][0](self, resto.strip())
        if orden.startswith("/"):
            raise ErrorAccion(f"No existe {orden}. Con /ayuda se ven las órdenes.")
        if not self.actual:
            raise ErrorAccion("No estás en ninguna sala: /entrar general")
        return {"accion": "mensaje", "sala": self.actual, "content": linea}

    def _separar_nombre(self, resto: str) -> "tuple[str, str]":
        # Un nombre puede llevar espacios: vale el más largo de los conocidos que coincida.
        conocidos = self._cliente.directorio.personas()
        espacios = [donde for donde, letra in enumerate(f"{resto} ") if letra == " "]
        posibles = [donde for donde in espacios[:campos.MAX_NOMBRE]
                    if campos.comparable(resto[:donde]) in conocidos]
        fin = max(posibles, default=len(resto.partition(" ")[0]))
        return resto[:fin], resto[fin:].strip()

    def _privado(self, resto: str) -> dict:
        to, content = self._separar_nombre(resto)
        if not content:
            raise ErrorAccion("Se escribe así: /privado Ana hola")
        orden, _, cual = content.partition(" ")
        if orden in ORDENES_DE_ADJUNTO:
            return self._adjunto(orden[1:], cual.strip(), {"to": to})
        return {"accion": "privado", "to": to, "content": content}

    def _adjunto(self, tipo: str, cual: str, a_quien: "dict | None" = None) -> dict:
        if not cual:
            nombres = f"Stickers: {', '.join(self._paquete)}"
            ejemplo = ORDENES[f"/{tipo}"][1]
            asi = f"Se escribe así: /{tipo} {ejemplo}"
            raise ErrorAccion(nombres if tipo == "sticker" else asi)
        # «gato.png» y «../gato» son archivos; «aplauso», un nombre del paquete.
        es_nombre = tipo == "sticker" and not set("./\\") & set(cual)
        clave = "content" if es_nombre else "archivo"
        return {"accion": tipo, **(a_quien or {"sala": self.actual}), clave: cual}

    def _descargar(self, resto: str) -> dict:
        sha256 = self._ofertas.buscar_por_nombre(resto)
        if sha256 is None:
            raise ErrorAccion("Nadie ofrece ese archivo. Se escribe así: /descargar tarea.zip")
        return {"accion": "descargar", "sha256": sha256}

    def _entrar(self, resto: str) -> dict:
        # Lo que va detrás de «(con llave)» es la contraseña.
        nombre, marca, contrasena = resto.partition(llaves.MARCA)
        pedido = {"accion": "entrar", "sala": nombre + marca}
        return {**pedido, "contrasena": contrasena.strip()} if contrasena else pedido

    def _salir(self, resto: str) -> dict:
        return {"accion": "salir", "sala": resto or self.actual}

    def _quien(self, _resto: str) -> None:
        for renglon in self._redaccion.listar():
            self._escribir(renglon)

    def _palabras(self, resto: str) -> None:
        palabras = self._cliente.tratos.palabras(resto)
        de_quien = resto or self._cliente.user
        self._escribir(f"Las palabras de {de_quien}: {palabras}" if palabras else
                       f"{de_quien} no tiene: su programa no firma, o no está.")

    def _confiar(self, resto: str) -> dict:
        to, palabras = self._separar_nombre(resto)
        return {"accion": "confiar", "to": to, "palabras": palabras}

    def _ayuda(self, _resto: str) -> None:
        self._escribir("Escribe y pulsa Enter para hablar en la sala. Además:")
        for orden, (_, ejemplo, para_que) in ORDENES.items():
            self._escribir(f"  {orden} {ejemplo}".ljust(24) + para_que)
        self._escribir("  salir".ljust(24) + "terminar")


def adjuntar(tipo: str):
    """La orden que envía un adjunto de ese tipo."""
    return lambda ordenes, resto: ordenes._adjunto(tipo, resto)


# De cada orden de adjuntos, un ejemplo y para qué sirve.
ORDENES_DE_ADJUNTO = {
    "/sticker": ("aplauso", "también gato.png; a secas dice cuáles hay"),
    "/audio": ("voz.wav", "un mensaje de voz"),
    "/imagen": ("foto.jpg", "una imagen"),
    "/archivo": ("tarea.py", "un archivo de 16 MB como mucho; uno grande se ofrece"),
}
# Qué pedido es cada orden, un ejemplo y para qué sirve. Un pedido None: ya se hizo.
ORDENES = {
    "/privado": (Ordenes._privado, "Ana hola", "sólo para Ana; o /privado Ana /sticker taco"),
    **{orden: (adjuntar(orden[1:]), *datos) for orden, datos in ORDENES_DE_ADJUNTO.items()},
    "/descargar": (Ordenes._descargar, "tarea.zip", "un archivo que alguien ofreció"),
    "/entrar": (Ordenes._entrar, "redes", "entrar a otra sala, o pasar a ella"),
    "/salir": (Ordenes._salir, "", "dejar la sala"),
    "/quien": (Ordenes._quien, "", "quién está"),
    "/palabras": (
        Ordenes._palabras, "Ana", "las que comparar en voz alta con Ana; a secas, las tuyas",
    ),
    "/confiar": (Ordenes._confiar, "Ana", "en Ana, aunque no use el equipo de antes"),
    "/nombre": (
        lambda ordenes, resto: {"accion": "nombre", "user": resto},
        "Otro", "otro nombre, si el tuyo estaba ocupado",
    ),
    "/relevo": (
        lambda ordenes, resto: {"accion": "relevo", **({"servidor": resto} if resto else {})},
        "", "hablar por un relevo, si la red pierde mucho",
    ),
    "/ayuda": (Ordenes._ayuda, "", "estas órdenes"),
}

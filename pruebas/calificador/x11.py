"""Un cliente de X11 mínimo: fotografiar la pantalla y hablar con programas de Tk desde fuera.

Tk sabe evaluar una orden en otro programa de la misma pantalla (`send`). La petición y la
respuesta son texto en una propiedad de una ventana invisible que cada programa tiene:

    nosotros ── ChangeProperty(su ventana, "Comm", "c -n chat -r 4a 7 -s {winfo children .}") ─▶ él
    nosotros ◀─ ChangeProperty(nuestra ventana, "Comm", "r -s 7 -r {.nombre .entrar}") ───────── él

Está escrito sobre el socket y no con Tk por dos razones. El `send` de Tk espera para siempre
a una ventana ocupada; aquí toda espera tiene plazo. Y un programa con Tk también obedece a
los demás: una entrega podría dar órdenes al calificador. Éste no aparece en la lista ni
evalúa nada. Formatos: X Window System Protocol, X11R7 (secciones 8 y 9) y tkUnixSend.c.
"""

import select
import socket
import struct
import time

REVISION = 0.2  # s entre dos miradas a si sigue ahí quien no contesta
PLAZO = 10.0  # s para una respuesta del servidor X, que no es de la entrega
MAX_PROPIEDAD = 4 * 1024 * 1024  # bytes que se leen de lo que contesta un programa
ERROR, RESPUESTA, CAMBIO_DE_PROPIEDAD = 0, 1, 28
CADENA = 31  # átomo predefinido STRING
A_LA_VISTA = 2  # map-state Viewable
AGREGAR = 2  # modo Append de ChangeProperty
TODOS_LOS_PLANOS = 0xFFFFFFFF


class ErrorX(Exception):
    """La pantalla rechazó una petición o no contestó."""


class Expulsado(Exception):
    """Alguien de la pantalla cerró nuestra conexión (KillClient). En ella sólo está la entrega."""


class SinRespuesta(Exception):
    """Un programa no contestó en su plazo: su ventana está detenida."""


class ErrorTcl(Exception):
    """La orden llegó y falló; el texto es el de Tcl."""


class Pantalla:
    """Una conexión con el servidor X."""

    def __init__(self, ruta: str, galleta: bytes):
        """`ruta`: la del socket del servidor; `galleta`: los 16 bytes que autorizan."""
        self._ruta, self._galleta = ruta, galleta
        self._serie = 0
        self._conectar()

    def _conectar(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(PLAZO)
        self._socket.connect(self._ruta)
        self._secuencia = 0
        self._cambios: "set[int]" = set()  # propiedades nuestras que cambiaron
        self._lista = False
        self._presentarse(self._galleta)
        self._comm = self._atomo("Comm")
        self._registro = self._atomo("InterpRegistry")
        self._ventana = self._base
        self._enviar(1, 0, struct.pack("<IIhhHHHHIII", self._ventana, self.raiz, 0, 0, 1, 1, 0, 2, 0, 1 << 11, 1 << 22))
        self._contestado: "dict[int, dict[str, str]]" = {}
        # El cursor nace en medio de la pantalla, y ahí abriría pistas y resaltaría lo que no se pulsa: a la esquina
        # (WarpPointer).
        self._enviar(41, 0, struct.pack("<IIhhHHhh", 0, self.raiz, 0, 0, 0, 0, self.ancho - 1, self.alto - 1))
        self._lista = True

    def _perdida(self, razon: str) -> Exception:
        """Qué lanzar cuando se corta la conexión: si la pantalla sigue ahí, nos echaron, y se vuelve a entrar."""
        if self._lista:
            try:
                self._conectar()
                return Expulsado("tu programa cerró la conexión del calificador con la pantalla (KillClient)")
            except (OSError, ErrorX):
                pass
        return ErrorX(razon)

    def cerrar(self) -> None:
        """Soltar la conexión."""
        self._socket.close()

    # ---- lo que ofrece

    def programas(self) -> "dict[str, int]":
        """Los programas de Tk de la pantalla: nombre → su ventana de comunicación."""
        entradas = self._propiedad(self.raiz, self._registro).decode("utf-8", "replace").split("\0")
        partes = (entrada.partition(" ") for entrada in entradas if " " in entrada)
        return {nombre: int(ventana, 16) for ventana, _, nombre in partes}

    def evaluar(self, nombre: str, ventana: int, guion: str, plazo: float) -> str:
        """Evaluar Tcl en un programa. Lanza SinRespuesta, ErrorTcl o, si ya no existe, ErrorX."""
        self._serie += 1
        serie = self._serie
        texto = f"\0c\0-n {nombre}\0-r {self._ventana:x} {serie}\0-s {guion}\0".encode("utf-8", "surrogatepass")
        relleno = b"\0" * (-len(texto) % 4)
        self._enviar(18, AGREGAR, struct.pack("<IIIB3xI", ventana, self._comm, CADENA, 8, len(texto)) + texto + relleno)
        self._pedir(43, 0, b"")  # GetInputFocus: si la ventana no existe, el error llega antes que esta respuesta
        limite = time.monotonic() + plazo
        while serie not in self._contestado:
            if self._comm in self._cambios:
                self._cambios.clear()
                self._leer_contestado()
            elif select.select([self._socket], [], [], max(0.0, min(REVISION, limite - time.monotonic())))[0]:
                self._atender(self._paquete())
            elif time.monotonic() >= limite:
                raise SinRespuesta(f"no contestó en {plazo:.0f} s")
            else:
                self._propiedad(ventana, self._comm)  # si entretanto se cerró, aquí da error
        opciones = self._contestado.pop(serie)
        if opciones.get("c", "0") != "0":
            raise ErrorTcl(opciones.get("r", ""))
        return opciones.get("r", "")

    def fotografiar(self):
        """Lo que ocupan las ventanas a la vista, como imagen de Pillow; None si no hay ninguna."""
        from PIL import Image

        cajas = [caja for caja in map(self._caja, self._hijas()) if caja is not None]
        if not cajas:
            return None
        x, y = max(0, min(caja[0] for caja in cajas)), max(0, min(caja[1] for caja in cajas))
        ancho, alto = (
            min(self.ancho, max(caja[2] for caja in cajas)) - x,
            min(self.alto, max(caja[3] for caja in cajas)) - y,
        )
        if ancho < 1 or alto < 1:
            return None
        respuesta = self._pedir(73, 2, struct.pack("<IhhHHI", self.raiz, x, y, ancho, alto, TODOS_LOS_PLANOS))
        return Image.frombuffer("RGB", (ancho, alto), respuesta[32:], "raw", "BGRX", 0, 1)

    def _hijas(self) -> "tuple[int, ...]":
        """Las ventanas que cuelgan de la raíz (QueryTree)."""
        respuesta = self._pedir(15, 0, struct.pack("<I", self.raiz))
        return struct.unpack_from(f"<{struct.unpack_from('<H', respuesta, 16)[0]}I", respuesta, 32)

    def _caja(self, ventana: int) -> "tuple[int, int, int, int] | None":
        """Izquierda, arriba, derecha y abajo de una ventana; None si no está a la vista o ya no existe."""
        try:
            if self._pedir(3, 0, struct.pack("<I", ventana))[26] != A_LA_VISTA:  # GetWindowAttributes
                return None
            # GetGeometry
            x, y, ancho, alto = struct.unpack_from("<hhHH", self._pedir(14, 0, struct.pack("<I", ventana)), 12)
        except ErrorX:
            return None
        return x, y, x + ancho, y + alto

    # ---- el protocolo

    def _presentarse(self, galleta: bytes) -> None:
        metodo = b"MIT-MAGIC-COOKIE-1\0\0"
        self._socket.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 18, len(galleta)) + metodo + galleta)
        aceptado, _, largo = struct.unpack("<BxHxxH", self._leer(8))
        resto = self._leer(4 * largo)
        if aceptado != 1:
            raise ErrorX("la pantalla no nos aceptó")
        self._base, _, _, fabricante, _, _, formatos = struct.unpack_from("<IIIHHBB", resto, 4)
        inicio = 32 + fabricante + (-fabricante % 4) + 8 * formatos
        self.raiz, _, _, _, _, self.ancho, self.alto = struct.unpack_from("<IIIIIHH", resto, inicio)

    def _leer(self, cuantos: int) -> bytes:
        leido = bytearray()
        while len(leido) < cuantos:
            try:
                parte = self._socket.recv(min(cuantos - len(leido), 1 << 20))
            except ConnectionError:
                parte = b""
            if not parte:
                raise self._perdida("la pantalla se cerró")
            leido += parte
        return bytes(leido)

    def _paquete(self) -> bytes:
        paquete = self._leer(32)
        if paquete[0] == RESPUESTA:
            paquete += self._leer(4 * struct.unpack_from("<I", paquete, 4)[0])
        return paquete

    def _atender(self, paquete: bytes) -> None:
        if paquete[0] & 0x7F == CAMBIO_DE_PROPIEDAD and paquete[16] == 0:
            self._cambios.add(struct.unpack_from("<I", paquete, 8)[0])

    def _enviar(self, codigo: int, dato: int, cuerpo: bytes) -> None:
        self._secuencia = (self._secuencia + 1) % 65_536
        try:
            self._socket.sendall(struct.pack("<BBH", codigo, dato, 1 + len(cuerpo) // 4) + cuerpo)
        except ConnectionError:
            raise self._perdida("la pantalla se cerró") from None

    def _pedir(self, codigo: int, dato: int, cuerpo: bytes) -> bytes:
        self._enviar(codigo, dato, cuerpo)
        problema = None
        while True:
            paquete = self._paquete()
            if paquete[0] == ERROR:
                problema = ErrorX(f"error {paquete[1]} de X")
            if paquete[0] in (ERROR, RESPUESTA) and struct.unpack_from("<H", paquete, 2)[0] == self._secuencia:
                break
            self._atender(paquete)
        if problema is not None:
            raise problema
        return paquete

    def _atomo(self, nombre: str) -> int:
        texto = nombre.encode()
        cuerpo = struct.pack("<Hxx", len(texto)) + texto + b"\0" * (-len(texto) % 4)
        return struct.unpack_from("<I", self._pedir(16, 0, cuerpo), 8)[0]

    def _propiedad(self, ventana: int, atomo: int, borrar: bool = False) -> bytes:
        respuesta = self._pedir(20, borrar, struct.pack("<IIIII", ventana, atomo, CADENA, 0, MAX_PROPIEDAD // 4))
        return respuesta[32:32 + struct.unpack_from("<I", respuesta, 16)[0]]

    def _leer_contestado(self) -> None:
        """Anotar las respuestas que hay en nuestra propiedad; lo que tenga otra forma se ignora."""
        actual = None
        for trozo in (
            self._propiedad(self._ventana, self._comm, borrar=True).decode("utf-8", "surrogatepass").split("\0")
        ):
            if trozo == "r":
                actual = {}
            elif trozo[:1] == "-" and actual is not None:
                actual[trozo[1:2]] = trozo[3:]
                if trozo[1:2] == "s" and trozo[3:].isdecimal() and int(trozo[3:]) == self._serie:
                    self._contestado = {self._serie: actual}

"""Una pantalla virtual (Xvfb) para mostrar las ventanas donde no hay pantalla, y fotografiarla.

    with PantallaVirtual() as pantalla:
        subprocess.Popen(orden, env={**os.environ, **pantalla.entorno})
        pantalla.fotografiar("captura.png")

La usan la demostración y las pruebas; el chat mismo no la necesita.
"""

import os
import pathlib
import secrets
import shutil
import struct
import subprocess
import tempfile

FAMILIA_CUALQUIERA = 0xFFFF  # FamilyWild de <X11/Xauth.h>: vale para toda dirección
GALLETA = b"MIT-MAGIC-COOKIE-1"


class ErrorPantalla(Exception):
    """No se pudo abrir la pantalla virtual; el texto dice por qué."""


class PantallaVirtual:
    """Un servidor Xvfb propio, con su galleta de autorización y en el primer número libre."""

    def __init__(self, ancho: int = 1600, alto: int = 1000, ppp: int = 96):
        """Medidas en píxeles; `ppp`, en puntos por pulgada (192: pantalla de alta densidad)."""
        self.medidas = f"{ancho}x{alto}x24"
        self.ppp = ppp
        self.entorno: "dict[str, str]" = {}  # DISPLAY y XAUTHORITY para los programas

    def __enter__(self) -> "PantallaVirtual":
        if shutil.which("Xvfb") is None:
            raise ErrorPantalla("Falta Xvfb, la pantalla virtual: sudo apt install xvfb")
        self._carpeta = tempfile.TemporaryDirectory(prefix="pantalla-")
        galleta = pathlib.Path(self._carpeta.name, "galleta")
        galleta.touch(0o600)
        galleta.write_bytes(_codificar_galleta(secrets.token_bytes(16)))
        numero = self._lanzar(galleta)
        self.entorno = {"DISPLAY": f":{numero}", "XAUTHORITY": str(galleta)}
        return self

    def _lanzar(self, galleta: pathlib.Path) -> str:
        """Arrancar Xvfb y devolver el número que eligió: lo escribe cuando ya acepta programas."""
        lectura, escritura = os.pipe()
        orden = ["Xvfb", "-displayfd", str(escritura), "-screen", "0", self.medidas,
                 "-dpi", str(self.ppp), "-auth", str(galleta), "-nolisten", "tcp", "-noreset"]
        nada = subprocess.DEVNULL
        self._proceso = subprocess.Popen(orden, pass_fds=[escritura], stdout=nada, stderr=nada)
        os.close(escritura)
        with open(lectura, "rb") as tubo:
            numero = tubo.readline().decode().strip()  # vacío si Xvfb terminó sin arrancar
        if not numero:
            self.__exit__()
            raise ErrorPantalla("Xvfb no pudo arrancar.")
        return numero

    def __exit__(self, *_error) -> None:
        self._proceso.terminate()
        self._proceso.wait()
        self._carpeta.cleanup()

    def fotografiar(self, ruta: "str | os.PathLike", alto: "int | None" = None) -> None:
        """Guardar en PNG toda la pantalla, o sus primeros `alto` píxeles. Necesita Pillow."""
        from PIL import ImageGrab  # aquí: sin Pillow hay pantalla, aunque no fotos

        anterior = os.environ.get("XAUTHORITY")
        os.environ["XAUTHORITY"] = self.entorno["XAUTHORITY"]  # ImageGrab sólo la toma de aquí
        try:
            foto = ImageGrab.grab(xdisplay=self.entorno["DISPLAY"])
        finally:
            del os.environ["XAUTHORITY"]
            if anterior is not None:
                os.environ["XAUTHORITY"] = anterior
        foto.crop((0, 0, foto.width, alto or foto.height)).save(ruta)


def _codificar_galleta(secreto: bytes) -> bytes:
    """Un registro de .Xauthority.

    Lleva la familia y, cada uno con su largo, la dirección, el número, el método y el secreto.
    """
    campos = (b"", b"", GALLETA, secreto)
    con_largo = [struct.pack(">H", len(campo)) + campo for campo in campos]
    return struct.pack(">H", FAMILIA_CUALQUIERA) + b"".join(con_largo)

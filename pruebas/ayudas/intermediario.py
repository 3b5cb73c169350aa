"""Un Mosquitto de verdad, con TLS, usuario y clave, para las pruebas del puente."""

import pathlib
import shutil
import socket
import subprocess
import time

import pytest

USUARIO, CLAVE = "escuela", "una clave, con espacios y 100%41"
PLAZO = 30.0  # s


def exigir() -> None:
    """Saltar la prueba donde no está Mosquitto, openssl o paho-mqtt, y decirlo."""
    pytest.importorskip("paho.mqtt.client", reason="falta paho-mqtt: pip install paho-mqtt")
    for programa in ("mosquitto", "mosquitto_passwd", "openssl"):
        if buscar(programa) is None:
            pytest.skip(f"falta {programa}: sudo apt install mosquitto openssl")


def buscar(programa: str) -> "str | None":
    """Dónde está: mosquitto se instala donde no todos miran."""
    return shutil.which(programa) or shutil.which(programa, path="/usr/sbin:/usr/local/sbin")


class Intermediario:
    """El programa, que se puede matar y volver a poner en marcha en el mismo puerto."""

    def __init__(self, carpeta: pathlib.Path, direccion: str = "127.0.0.1", prefijo: "tuple[str, ...]" = ()):
        self.direccion, self._prefijo, self._carpeta = direccion, prefijo, carpeta
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.puerto = s.getsockname()[1]
        self.ca = str(carpeta / "ca.pem")
        self.url = f"mqtts://{USUARIO}@{direccion}:{self.puerto}"
        self._proceso = None
        self._hacer_certificados()
        self._escribir_configuracion()
        self.iniciar()

    def _openssl(self, *argumentos: str) -> None:
        subprocess.run([buscar("openssl"), *argumentos], cwd=self._carpeta, check=True, capture_output=True)

    def _hacer_certificados(self) -> None:
        nueva = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
        self._openssl("req", "-x509", *nueva, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Escuela",
                      "-addext", "keyUsage=critical,keyCertSign,cRLSign")  # lo exige Python desde 3.13
        self._openssl("req", *nueva, "-keyout", "suya.key", "-out", "suya.csr", "-subj", f"/CN={self.direccion}")
        (self._carpeta / "ext").write_text(
            f"subjectAltName=IP:{self.direccion}\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n")
        self._openssl("x509", "-req", "-in", "suya.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                      "-days", "2", "-extfile", "ext", "-out", "suya.pem")

    def _escribir_configuracion(self) -> None:
        claves = self._carpeta / "claves"
        subprocess.run([buscar("mosquitto_passwd"), "-b", "-c", claves, USUARIO, CLAVE], check=True)
        for uno in (claves, self._carpeta / "suya.key"):
            uno.chmod(0o644)  # como root, mosquitto cambia de usuario
        self._carpeta.chmod(0o755)
        (self._carpeta / "mosquitto.conf").write_text(
            f"listener {self.puerto} {self.direccion}\nallow_anonymous false\npassword_file {claves}\n"
            f"certfile {self._carpeta}/suya.pem\nkeyfile {self._carpeta}/suya.key\nuser root\n"
            "max_queued_messages 10000\nset_tcp_nodelay true\n")

    def iniciar(self) -> None:
        """Ponerlo en marcha, y esperar a que atienda."""
        orden = [*self._prefijo, buscar("mosquitto"), "-c", str(self._carpeta / "mosquitto.conf")]
        self._proceso = subprocess.Popen(orden, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        limite = time.monotonic() + PLAZO
        while "running" not in (dicho := self._proceso.stderr.readline()):
            assert dicho and time.monotonic() < limite, f"mosquitto no empezó: {dicho}"

    def matar(self) -> None:
        """Como kill -9: sin despedirse de nadie."""
        self._proceso.kill()
        self._proceso.wait()
        self._proceso.stderr.close()

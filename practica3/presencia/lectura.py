"""Lo que otros dicen a un usuario: si es para él, qué decía cifrado, y a qué hora fue."""

import contextlib

import campos
import protocolo
from presencia.directorio import Directorio
from presencia.eventos import Dicho
from presencia.tratos import SIN_CIFRAR, Tratos
from seguridad import llaves

MINUTO = 60.0  # s


class Lectura:
    """Los mensajes que llegan, como se muestran."""

    def __init__(self, propio: str, directorio: Directorio, tratos: Tratos, reloj):
        """`propio`: el id de este programa. `reloj()`: los segundos desde 1970."""
        self._propio, self._directorio, self._tratos = propio, directorio, tratos
        self._reloj = reloj

    def abrir(self, cifrado: dict) -> "dict | None":
        """El privado que va cifrado en un mensaje; None si no es para mí, o no se entiende."""
        if cifrado["para"] == self._propio:
            with contextlib.suppress(protocolo.ErrorProtocolo):
                return self._tratos.abrir(cifrado)
        return None

    def es_para(self, user: str, privado: dict) -> bool:
        """Si un privado es para este programa, con el nombre que tiene ahora."""
        return (privado.get("para", self._propio) == self._propio
                and campos.comparable(privado["to"]) == campos.comparable(user))

    def leer(self, mensaje: dict) -> Dicho:
        """Lo dicho, a la hora del reloj de aquí; el de quien lo dijo puede ir horas mal."""
        desfase = self._directorio.desfase(mensaje.get("id"))
        # Por minutos: lo que se mide cambia un poco cada vez, y la hora de un mensaje no debe.
        desfase = MINUTO * round(desfase / MINUTO)
        corregida = mensaje.get("hora", self._reloj()) + desfase
        mensaje = {**mensaje, "hora": campos.acotar_hora(corregida)}
        if "borrada" in mensaje:
            mensaje["borrada"] = campos.acotar_hora(mensaje["borrada"] + desfase)
        autor = mensaje["from" if "privado" in mensaje else "user"]
        duda = self._tratos.dudar(autor, mensaje.get("id", ""))
        if not duda and llaves.tiene_llave(mensaje.get("sala")) and "cifrado" not in mensaje:
            duda = SIN_CIFRAR
        return Dicho.leer(mensaje, self._reloj(), duda=duda)

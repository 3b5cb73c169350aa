"""A quién conoce el servidor de otros días: su nombre es suyo aunque otro lo esté usando.

Sin esto, quien tomara el nombre de alguien ausente lo dejaría fuera al volver. Sólo vale para quien
firma; entre los demás, el nombre es de quien lo tiene.
"""

import campos
from fiabilidad.recientes import Recientes
from presencia.tabla import Miembro
from seguridad.confianza import COMPARADA, CONOCIDA, Confianza

MAX_HABITUALES = 5_000  # programas


class Habituales:
    """Los programas que firman con la identidad que se recuerda de su nombre."""

    def __init__(self, recordar: bool):
        self._recuerdos = Confianza(recordar)
        self.guardar = self._recuerdos.guardar
        # (id, nombre) → identidad, y si es la de otros días.
        self._vistos: "dict[tuple[str, str], tuple[str, bool]]" = Recientes(MAX_HABITUALES)

    def anotar(self, latido: dict) -> None:
        """Anotar con qué identidad se presenta un programa."""
        clave = latido["id"], campos.comparable(latido["user"])
        if "identidad" in latido and clave not in self._vistos:
            hora = latido.get("hora", 0.0)
            trato = self._recuerdos.ver(latido["user"], latido["identidad"], hora)
            self._vistos[clave] = latido["identidad"], trato in (CONOCIDA, COMPARADA)

    def desplaza(self, nuevo: Miembro, dueno: Miembro) -> bool:
        """Si el nombre que uno pide es, de otros días, suyo y no de quien lo tiene."""
        identidad, es_suyo = self._ver(nuevo)
        la_otra, es_del_otro = self._ver(dueno)
        return es_suyo and not es_del_otro and identidad != la_otra

    def _ver(self, miembro: Miembro) -> "tuple[str, bool]":
        return self._vistos.get((miembro.id, campos.comparable(miembro.user)), ("", False))

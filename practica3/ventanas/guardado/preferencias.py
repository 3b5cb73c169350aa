"""Lo que el chat recuerda de una vez a otra: nombre, tema, tamaño de letra, sonido…

Es un archivo JSON en la carpeta de datos. Lo leen y escriben todos los programas del mismo
usuario: al cambiar algo se lee de nuevo y sólo se cambia eso. Si no se puede guardar, el
chat funciona igual y sólo olvida.
"""

import contextlib
import json

from equipo import datos
from ventanas.aspecto import tema

ARCHIVO = "preferencias.json"
HABITUALES = {
    "nombre": "",
    "tema": "claro",
    "aumento": 0,  # puntos que se suman a la letra
    "silencio": False,  # sin sonido al llegar un mensaje
    "calladas": [],  # las conversaciones de las que no se avisa: «#sala» o «@persona»
    "solo_menciones": [],  # las salas de las que sólo se avisa si me mencionan
    "avisos": True,  # mostrar en el escritorio lo que llega
    "medidas": {},  # de cada clase de ventana: [ancho, alto], en píxeles a 96 ppp
    "historial": True,  # conservar las conversaciones
    "quieto": False,  # sin movimiento: los stickers animados no se mueven
    "interfaz": "",  # dirección de la red elegida; vacía, la del sistema
    "microfono": "",  # nombre del aparato; vacío, el habitual
    "altavoz": "",
    "velocidad": 1.0,  # con que se oyen las voces
}


class Preferencias:
    """Los valores de ahora. Se leen como atributos y se cambian con `poner`."""

    def __init__(self):
        self.__dict__.update(_leer(HABITUALES))

    def poner(self, **cambios) -> None:
        """Cambiar algo y recordarlo."""
        self.__dict__.update(_leer(vars(self)) | cambios)
        with contextlib.suppress(OSError):
            valores = {clave: getattr(self, clave) for clave in HABITUALES}
            guardado = json.dumps(valores, ensure_ascii=False, indent=1)
            datos.escribir(datos.carpeta_de_datos() / ARCHIVO, guardado.encode("utf-8", "replace"))

    def medidas_de(self, clase: str, si_falta: "tuple[int, int]") -> "tuple[int, int]":
        """Las que tuvo la última ventana de una clase; si no las hay o no valen, `si_falta`."""
        medidas = self.medidas.get(clase)
        valen = isinstance(medidas, list) and len(medidas) == 2 and all(
            type(lado) is int and 100 <= lado <= 10_000 for lado in medidas)
        return tuple(medidas) if valen else si_falta


def _leer(si_falta: dict) -> dict:
    """Lo guardado; lo que falte, no valga o no se pueda leer, de `si_falta`."""
    try:
        guardado = json.loads((datos.carpeta_de_datos() / ARCHIVO).read_bytes())
    except (OSError, ValueError, RecursionError):
        guardado = {}
    guardado = guardado if isinstance(guardado, dict) else {}
    leido = {
        clave: guardado[clave] if type(guardado.get(clave)) is type(habitual) else si_falta[clave]
        for clave, habitual in HABITUALES.items()
    }
    if leido["tema"] not in tema.COLORES:
        leido["tema"] = si_falta["tema"]
    return leido

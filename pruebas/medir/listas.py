"""Lo que pesan las listas cuando muchos entran a una sala en 8 segundos.

El servidor es el de verdad y los usuarios, una multitud en un solo proceso (../multitud.py).
Lo ingenuo sería enviar la lista entera a cada entrada, con los ids o, más ligera, sin ellos.
"""

from medir import mensajes
from ayudas import multitud
from ayudas import programas

ENTRADAS = (10, 100, 1_000)
DURANTE = 8.0  # s
PLAZO = 40.0  # s


def medir(progreso, opciones) -> "list[dict]":
    """Una fila por cada número de entradas."""
    progreso.empezar("listas", len(ENTRADAS))
    filas = []
    for cuantos in ENTRADAS:
        progreso.decir(f"{cuantos} entradas")
        filas.append(medir_entradas(cuantos))
        progreso.resultado(f"{filas[-1]['bytes']:,} bytes, todos en la lista a los {filas[-1]['segundos']:.1f} s")
    return filas


def medir_entradas(cuantos: int) -> dict:
    """Llenar una sala con tantos."""
    puerto = mensajes.buscar_puerto()
    servidor = programas.Servidor(puerto)
    try:
        servidor.esperar_linea("Ctrl+C para terminar")
        with multitud.Multitud(puerto, cuantos, DURANTE) as todos:
            segundos = todos.entrar(PLAZO)
    finally:
        servidor.matar()
    return {"entradas": cuantos, "segundos": segundos, "bytes": todos.bytes_de_listas, "listas": todos.listas,
            "ingenuo": multitud.sumar_ingenuo(cuantos),
            "ingenuo_con_ids": multitud.sumar_ingenuo(cuantos, con_ids=True),
            "latidos": todos.latidos}

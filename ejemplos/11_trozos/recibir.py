"""Recibe un archivo en trozos y lo guarda en recibido.bmp, con agujeros si se perdió algo.

    python recibir.py                    la red no pierde nada
    python recibir.py --perdida 20       tira 20 de cada 100 datagramas, como un mal Wi-Fi
    python recibir.py --perdida 20 --reparar     y pide otra vez lo que falta

Lo que llegue no decide dónde se guarda: el nombre lo ponemos nosotros.
"""

import hashlib
import pathlib
import random
import time

import grupo
import trozos

RECIBIDO = pathlib.Path("recibido.bmp")
SILENCIO = 0.5  # s sin un trozo nuevo: ya no vienen más por sí solos
INTENTOS = 6  # peticiones seguidas sin respuesta para darse por vencido
# Lo que ocupa el lugar de un trozo que no llegó: ceros, negro en la imagen.
AGUJERO = bytes(trozos.TAMANO)


def recibir_trozos(s, destino, azar, perdida, intentos):
    """Reunir los trozos de un archivo: {i: bytes}, cuántos son y el SHA-256 que debe tener."""
    llegados, primero, pedidas, limite = {}, None, 0, 0.0
    while primero is None or len(llegados) < primero["de"]:
        if primero is not None and time.monotonic() > limite:
            # Paso 2: callaron y algo falta. Se dice qué
            # falta (NACK); de lo que llegó no se dice nada.
            if pedidas == intentos:
                break
            pedir(s, destino, llegados, primero)
            pedidas, limite = pedidas + 1, time.monotonic() + SILENCIO
        datagrama = grupo.recibir(s)
        mensaje, cuerpo = trozos.decodificar(datagrama) if datagrama is not None else (None, b"")
        if mensaje is None or mensaje["tipo"] != "trozo" or azar.random() * 100 < perdida:
            continue  # ← la pérdida plantada: llegó, y hacemos como que no
        # Paso 1: guardar cada trozo en su lugar. El
        # primero que llegue dice de qué archivo se trata.
        primero = primero or mensaje
        if (mensaje["sha256"], mensaje["de"]) == (primero["sha256"], primero["de"]):
            llegados[mensaje["i"]] = cuerpo
            pedidas, limite = 0, time.monotonic() + SILENCIO
    return llegados, primero["de"], primero["sha256"]


def pedir(s, destino, llegados, primero):
    """Enviar al grupo los números de los trozos que faltan."""
    faltan = [i for i in range(primero["de"]) if i not in llegados][:trozos.MAX_FALTAS]
    print(f"Faltan {len(faltan)}: {' '.join(map(str, faltan))}")
    grupo.enviar(s, trozos.codificar({"tipo": "falta", "sha256": primero["sha256"], "i": faltan}),
                 destino)


def guardar(llegados, de, sha256):
    """Juntar los trozos en orden, compararlos con el original y guardarlos."""
    contenido = b"".join(llegados.get(i, AGUJERO) for i in range(de))
    igual = hashlib.sha256(contenido).hexdigest() == sha256
    print(f"Llegaron {len(llegados)} de {de}\nSHA-256 {hashlib.sha256(contenido).hexdigest()}")
    print("Idéntico al original." if igual else "NO es el original.")
    RECIBIDO.write_bytes(contenido)
    print(f"Guardado en {RECIBIDO}")


def main():
    analizador = grupo.crear_analizador("Recibe un archivo en trozos.")
    analizador.add_argument("--perdida", type=float, default=0, metavar="N",
                            help="tirar el N %% de los trozos recibidos")
    analizador.add_argument("--reparar", action="store_true", help="pedir otra vez los que falten")
    analizador.add_argument("--semilla", type=int, default=17,
                            help="otra semilla, otros trozos perdidos")
    elegidas = analizador.parse_args()
    s, destino = grupo.abrir(elegidas)
    try:
        print("Esperando un archivo.")
        guardar(*recibir_trozos(s, destino, random.Random(elegidas.semilla), elegidas.perdida,
                                INTENTOS if elegidas.reparar else 0))
    except KeyboardInterrupt:
        print("\nSin terminar.")
    except OSError as error:  # disco lleno, carpeta de sólo lectura
        print(f"No se pudo guardar: {grupo.explicar(error)}")
    finally:
        s.close()


if __name__ == "__main__":
    main()

"""Envía un archivo al grupo en trozos y repite los que le pidan.

    python enviar.py foto.bmp

Termina cuando nadie ha pedido nada en 2 s.
"""

import hashlib
import pathlib
import sys
import time

import grupo
import trozos

# s entre trozos: sin esta pausa, quien reciba despacio llenaría su búfer y los perdería de verdad.
RITMO = 0.002
PACIENCIA = 2.0  # s sin que nadie pida nada para dar el envío por terminado


def leer(ruta):
    """Los trozos de un archivo y su SHA-256. Termina el programa si no se puede leer o no cabe."""
    try:
        contenido = pathlib.Path(ruta).read_bytes()
    except OSError as error:
        sys.exit(f"No se puede leer {ruta}: {grupo.explicar(error)}")
    partes = [contenido[k:k + trozos.TAMANO] for k in range(0, len(contenido), trozos.TAMANO)]
    if not 0 < len(partes) <= trozos.MAX_TROZOS:
        sys.exit(f"{ruta} tiene {len(contenido)} bytes; "
                 f"se puede enviar de 1 a {trozos.MAX_TROZOS * trozos.TAMANO}.")
    return partes, hashlib.sha256(contenido).hexdigest()


def enviar_trozo(s, destino, partes, sha256, i):
    """Enviar el trozo i, la primera vez o de nuevo."""
    mensaje = {"tipo": "trozo", "i": i, "de": len(partes), "sha256": sha256}
    grupo.enviar(s, trozos.codificar(mensaje, partes[i]), destino)
    time.sleep(RITMO)


def contestar(s, destino, partes, sha256):
    """Repetir los trozos que se pidan; termina tras PACIENCIA s sin peticiones."""
    limite = time.monotonic() + PACIENCIA
    while time.monotonic() < limite:
        datagrama = grupo.recibir(s)
        mensaje, _ = trozos.decodificar(datagrama) if datagrama is not None else (None, b"")
        if mensaje is None or mensaje["tipo"] != "falta" or mensaje["sha256"] != sha256:
            continue  # nadie habló, o no es para mí
        pedidos = [i for i in mensaje["i"] if type(i) is int and 0 <= i < len(partes)]
        pedidos = pedidos[:trozos.MAX_FALTAS]
        print(f"Piden {len(pedidos)}: se repiten.")
        for i in pedidos:
            enviar_trozo(s, destino, partes, sha256, i)
        limite = time.monotonic() + PACIENCIA


def main():
    analizador = grupo.crear_analizador("Envía un archivo al grupo, en trozos.")
    analizador.add_argument("archivo")
    elegidas = analizador.parse_args()
    s, destino = grupo.abrir(elegidas)
    try:
        # Paso 1: cortar.
        partes, sha256 = leer(elegidas.archivo)
        print(f"{elegidas.archivo}: {sum(map(len, partes))} bytes en {len(partes)} trozos\nSHA-256 "
              f"{sha256}")
        # Paso 2: enviar todos, sin saber si alguien los recibe.
        for i in range(len(partes)):
            enviar_trozo(s, destino, partes, sha256, i)
        # Paso 3: repetir lo que falte.
        contestar(s, destino, partes, sha256)
        print("Nadie pide nada más.")
    except KeyboardInterrupt:
        print("\nEnvío interrumpido.")
    finally:
        s.close()


if __name__ == "__main__":
    main()

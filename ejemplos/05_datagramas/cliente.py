"""Cliente de eco por UDP: si no vuelve el eco lo pide otra vez, cada vez con más paciencia.

    python cliente.py                  al servidor de este equipo
    python cliente.py 192.168.1.20     al de otro
"""

import errno
import socket
import sys
import time

SERVIDOR = sys.argv[1] if len(sys.argv) > 1 else "localhost"
PUERTO = 65436
MAX_DATAGRAMA = 65_507  # bytes
ESPERA = 0.5  # s antes de repetir por primera vez
INTENTOS = 5


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        # Paso 1: connect en UDP no envía nada; fija a quién se envía y de quién se acepta.
        s.connect((SERVIDOR, PUERTO))
        numero = 0
        while (texto := input("Mensaje: ")) != "salir":
            # Paso 2: numerar cada mensaje, para reconocer su eco.
            numero += 1
            try:
                eco = pedir_eco(s, f"{numero} {texto}".encode("utf-8", errors="replace"))
                print("Eco:", eco.decode() if eco else "ninguno. Me rindo.")
            except OSError as error:
                if error.errno != errno.EMSGSIZE:
                    raise
                print("El mensaje no cabe en un datagrama.")


def pedir_eco(s, datagrama):
    """Enviar hasta que vuelva; None si no vuelve nunca."""
    espera = ESPERA
    for intento in range(1, INTENTOS + 1):
        s.send(datagrama)
        if eco := esperar_eco(s, datagrama, espera):
            return eco
        # Paso 4: repetir. El doble de espera cada vez:
        # si la red va llena, insistir más la llena más.
        print(f"  intento {intento}: nada en {espera:.1f} s")
        espera *= 2
    return None


def esperar_eco(s, datagrama, espera):
    """Paso 3: esperar el eco de este datagrama, no el de uno anterior que llega tarde."""
    limite = time.monotonic() + espera
    while (resta := limite - time.monotonic()) > 0:
        s.settimeout(resta)
        try:
            if (eco := s.recv(MAX_DATAGRAMA)) == datagrama:
                return eco
        except TimeoutError:
            pass
    return None


if __name__ == "__main__":
    for flujo in (sys.stdin, sys.stdout):
        if hasattr(flujo, "reconfigure"):  # en IDLE no hace falta
            # Una letra que la terminal no sabe leer o escribir se cambia por otra.
            flujo.reconfigure(errors="replace")
    try:
        main()
    except ConnectionError:
        sys.exit(f"No hay ningún servidor en {SERVIDOR}:{PUERTO}. ¿Lo iniciaste?")
    except OSError:
        sys.exit(f"No se puede llegar a {SERVIDOR}. ¿Está bien escrito, y en la misma red?")
    except (KeyboardInterrupt, EOFError):
        print("\nHasta luego")

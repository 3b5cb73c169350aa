"""El servidor: quién está en cada sala. Nada más; no retransmite ningún mensaje.

    python servidor.py

    Ana ── inicio ──▶ grupo ──▶ servidor ── usuarios ["Ana"] ──▶ grupo ──▶ la sala
"""

import grupo
import mensajes

MAX_ENTRADAS = 1_000  # personas en salas: quien invente miles de nombres no llena la memoria


def atender(mensaje, salas):
    """Anotar una entrada o una salida; devolver la lista que hay que enviar, o None."""
    tipo = mensaje["tipo"]
    if tipo not in ("inicio", "salir"):
        return None
    usuario, sala = mensaje["user"], mensaje["sala"]
    lista = salas.setdefault(sala, [])
    if tipo == "inicio" and usuario not in lista and sum(map(len, salas.values())) < MAX_ENTRADAS:
        lista.append(usuario)
    elif tipo == "salir" and usuario in lista:
        lista.remove(usuario)
    if not lista:
        del salas[sala]
    print(f"{usuario} {'entró a' if tipo == 'inicio' else 'salió de'} {sala}: "
          f"{', '.join(lista) or 'vacía'}")
    return {"tipo": "usuarios", "sala": sala, "lista": lista}


def main():
    analizador = grupo.crear_analizador("Servidor de salas: dice a cada sala quién está en ella.")
    elegidas = analizador.parse_args()
    s, destino = grupo.abrir(elegidas)
    salas = {}  # sala → nombres, en el orden en que llegaron
    try:
        print(f"Servidor de salas en {destino[0]}:{destino[1]}. Ctrl+C para terminar.")
        while True:
            # Paso 1: esperar un mensaje.
            datagrama = grupo.recibir(s)
            mensaje = mensajes.decodificar(datagrama) if datagrama is not None else None
            # Paso 2: si es una entrada o una salida, decir a la sala quién queda.
            lista = atender(mensaje, salas) if mensaje is not None else None
            if lista is not None:
                grupo.enviar(s, mensajes.codificar(lista), destino)
    except KeyboardInterrupt:
        print("\nServidor terminado.")
    finally:
        s.close()


if __name__ == "__main__":
    main()

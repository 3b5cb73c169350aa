"""Una conversación de mentira, para ver el visor. También lleva lo que no debería.

    python muestra.py
"""

import json
import time

import grupo

PAUSA = 0.15  # s entre datagramas, para que se vean llegar
MENSAJES = [
    {"tipo": "inicio", "user": "Ana", "sala": "general"},
    {"tipo": "usuarios", "sala": "general", "lista": ["Ana"]},
    {"tipo": "inicio", "user": "Bryan", "sala": "general"},
    {"tipo": "usuarios", "sala": "general", "lista": ["Ana", "Bryan"]},
    {"tipo": "msj", "user": "Ana", "sala": "general", "content": "Hola a todos"},
    {"tipo": "msj", "privado": True, "from": "Bryan", "to": "Ana", "content": "¿Hiciste la tarea?"},
    b"<msj><privado><Ana><Bryan><Casi>",  # la forma de etiquetas
    {"tipo": "sticker", "user": "Bryan", "sala": "general", "content": "aplauso"},
    {"tipo": "latido", "id": "0a1b2c3d", "user": "Ana", "salas": {"general": 2}},
    {"tipo": "falta", "id": "4e5f6071", "a": "0a1b2c3d", "sala": "general", "n": [[1, 2]]},
    b'{"tipo":"msj","user":"Ana"',  # cortado
    b"\x00\xffesto no es del chat",
    {"tipo": "baile", "user": "Bryan", "sala": "general", "content": "un tipo nuevo"},
    {"tipo": "salir", "user": "Bryan", "sala": "general"},
]


def main():
    analizador = grupo.crear_analizador("Envía al grupo una conversación de mentira.")
    s, destino = grupo.abrir(analizador.parse_args())
    with s:
        for mensaje in MENSAJES:
            datagrama = (mensaje if isinstance(mensaje, bytes)
                         else json.dumps(mensaje, ensure_ascii=False,
                                         separators=(",", ":")).encode())
            grupo.enviar(s, datagrama, destino)
            time.sleep(PAUSA)
    print(f"{len(MENSAJES)} datagramas enviados.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print()

"""Reproduce los mensajes de voz que llegan al grupo, uno tras otro.

    python escuchar.py
"""

import base64
import binascii
import json

import grupo
import sonido


def leer(datagrama):
    """Sacar de un datagrama (quién habla, el WAV, cuánto dura); None si no es un mensaje de voz."""
    try:
        mensaje = json.loads(datagrama.decode("utf-8"))
        if not isinstance(mensaje, dict) or mensaje.get("tipo") != "audio":
            return None
        usuario, content = mensaje.get("user"), mensaje.get("content")
        if not isinstance(usuario, str) or not isinstance(content, str):
            return None
        datos = base64.b64decode(content, validate=True)
    except (ValueError, RecursionError, binascii.Error):  # no es JSON, no es base64
        return None
    # Cuánto dura lo dicen los bytes; «duracion» la escribió un desconocido.
    return usuario[:32], datos, sonido.revisar(datos)


def main():
    analizador = grupo.crear_analizador("Reproduce los mensajes de voz del grupo.")
    s, _ = grupo.abrir(analizador.parse_args())
    try:
        print("Escuchando. Ctrl+C para terminar.")
        while True:
            datagrama = grupo.recibir(s)
            try:
                voz = leer(datagrama) if datagrama is not None else None
                if voz is not None:
                    usuario, datos, segundos = voz
                    grupo.mostrar(f"{usuario} dice algo: {segundos:.1f} s")
                    sonido.reproducir(datos)
            except sonido.ErrorSonido as error:
                grupo.mostrar(str(error))
    except KeyboardInterrupt:
        print()
    finally:
        s.close()


if __name__ == "__main__":
    main()

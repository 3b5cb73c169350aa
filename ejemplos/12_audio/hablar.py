"""Graba un mensaje de voz y lo envía al grupo en un solo datagrama.

    python hablar.py Ana                        1.5 s, 16 kHz y 16 bits
    python hablar.py Ana --calidad larga        6.1 s, 8 kHz y 8 bits

    micrófono ──▶ WAV ──▶ base64 ──▶ {"tipo":"audio", … "content":"UklGRi…"} ──▶ grupo

JSON sólo lleva texto, y los bytes de un sonido no lo son: base64 los escribe con 64
letras, y ocupan un tercio más.
"""

import base64
import json
import sys

import grupo
import sonido

# bytes para lo demás del mensaje: las claves y un nombre de 32 letras de hasta 4 bytes.
CABECERA = 250


def caben(calidad):
    """Segundos de sonido que caben en un datagrama."""
    muestras, ancho = sonido.CALIDADES[calidad]
    # 44 bytes: la cabecera de un WAV.
    return ((grupo.MAX_DATAGRAMA - CABECERA) * 3 // 4 - 44) / (muestras * ancho)


def main():
    analizador = grupo.crear_analizador("Envía un mensaje de voz al grupo.")
    analizador.add_argument("nombre")
    analizador.add_argument("--calidad", choices=sonido.CALIDADES, default="buena")
    analizador.add_argument("--segundos", type=float, help="si no se dice, todo lo que quepa")
    elegidas = analizador.parse_args()
    s, destino = grupo.abrir(elegidas)
    # En este orden: de «nan» no es menor nada, y gana el primero.
    segundos = min(caben(elegidas.calidad), elegidas.segundos or 60)
    try:
        # Paso 1: grabar.
        print(f"Habla: {segundos:.1f} s…")
        datos = sonido.grabar(segundos, elegidas.calidad, lambda nivel: None)
        # Paso 2: un mensaje como los de 10, con los bytes en base64.
        mensaje = {"tipo": "audio", "user": elegidas.nombre[:32], "sala": "general",
                   "formato": "wav", "duracion": round(sonido.revisar(datos), 1),
                   "content": base64.b64encode(datos).decode()}
        cabecera = json.dumps(mensaje, ensure_ascii=False, separators=(",", ":"))
        datagrama = cabecera.encode("utf-8", "replace")
        # Paso 3: un solo envío.
        grupo.enviar(s, datagrama, destino)
        print(f"Sonido: {len(datos)} bytes. Datagrama: {len(datagrama)} bytes.")
    except sonido.ErrorSonido as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        print()
    finally:
        s.close()


if __name__ == "__main__":
    main()

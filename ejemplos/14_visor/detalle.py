"""Lo que se ve de un datagrama al elegirlo: de dónde vino, su JSON y sus bytes."""

import json
import time

import lectura
import resumen

MAX_CLAVES = 40  # que se muestran
MAX_BYTES = 256  # del volcado
BARRAS = "▁▂▃▄▅▆▇█"  # la primera, sólo para cero


def hora_exacta(segundos):
    """12:34:56.789"""
    return f"{time.strftime('%H:%M:%S', time.localtime(segundos))}.{int(segundos * 1000) % 1000:03}"


def dibujar(cuentas):
    """Una gráfica de barras hecha de letras, una por número."""
    mayor = max(max(cuentas), 1)
    return "".join(BARRAS[-(-cuenta * (len(BARRAS) - 1) // mayor)] for cuenta in cuentas)


def explicar(dato):
    """Todo lo que se sabe de un datagrama."""
    partes = [f"Datagrama {dato.numero}   {hora_exacta(dato.hora)}   desde "
              f"{dato.origen[0]}:{dato.origen[1]}   {len(dato.crudo)} bytes"]
    try:
        mensaje, cuerpo = lectura.decodificar(dato.crudo)
    except (ValueError, RecursionError):
        return "\n".join([*partes, dato.resumen, volcar(dato.crudo)])
    partes += [f"{resumen.limpiar(clave):>10}: "
               f"{resumen.limpiar(json.dumps(valor, ensure_ascii=False))}"
               for clave, valor in list(mensaje.items())[:MAX_CLAVES]]
    if cuerpo:
        partes += [f"Cuerpo: {len(cuerpo)} bytes", volcar(cuerpo)]
    return "\n".join(partes)


def volcar(octetos):
    """Los primeros bytes, de 16 en 16, en hexadecimal y como letras."""
    renglones = []
    for inicio in range(0, min(len(octetos), MAX_BYTES), 16):
        tramo = octetos[inicio:inicio + 16]
        letras = "".join(chr(b) if 32 <= b < 127 else "·" for b in tramo)
        renglones.append(f"{inicio:04x}  {tramo.hex(' '):<47}  {letras}")
    return "\n".join(renglones + ["…"] * (len(octetos) > MAX_BYTES))

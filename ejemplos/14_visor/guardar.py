"""Guardar lo capturado: como JSON, para un programa, o como pcap, para Wireshark.

pcap guarda paquetes y el socket sólo entrega lo que iba dentro: las cabeceras se escriben
de nuevo con lo que se sabe (direcciones, puertos, largos).

    ┌────────────────────┬───────────────────┬──────────────────────────┐
    │ IPv4, 20 bytes     │ UDP, 8 bytes      │ el datagrama, tal cual   │
    └────────────────────┴───────────────────┴──────────────────────────┘
"""

import base64
import json
import pathlib
import socket
import struct

import lectura

PCAP = struct.Struct("<IHHiIII")  # cabecera del archivo
# Cabecera de cada paquete: s, µs, bytes guardados, bytes que tenía.
REGISTRO = struct.Struct("<IIII")
MAGIA = 0xA1B2C3D4  # un pcap con microsegundos
LINKTYPE_RAW = 101  # cada paquete empieza en su cabecera IP
UDP = 17  # número de protocolo de IP
TTL = 1  # saltos: el que usa el chat; el socket no dice con cuál llegó


def guardar(datos, destino, ruta):
    """Guardar unos Datos; pcap si el nombre termina así, y si no JSON. Lanza OSError."""
    ruta = pathlib.Path(ruta)
    contenido = a_pcap(datos, destino) if ruta.suffix.lower() == ".pcap" else a_json(datos, destino)
    ruta.write_bytes(contenido)


def contar(datos):
    """Cuántos datagramas son, con palabras."""
    return "1 datagrama" if len(datos) == 1 else f"{len(datos)} datagramas"


def a_json(datos, destino):
    """Una lista de datagramas, con lo que se entendió de cada uno y sus bytes en base64."""
    lista = [{"numero": dato.numero, "hora": dato.hora,
              "origen": f"{dato.origen[0]}:{dato.origen[1]}", "de": dato.de,
              "para": dato.a_quien(), "tipo": dato.tipo, "resumen": dato.resumen,
              "mensaje": _mensaje(dato.crudo),
              "bytes": len(dato.crudo), "base64": base64.b64encode(dato.crudo).decode()}
              for dato in datos]
    todo = {"grupo": destino[0], "puerto": destino[1], "datagramas": lista}
    return json.dumps(todo, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")


def _mensaje(crudo):
    try:
        return lectura.decodificar(crudo)[0]
    except (ValueError, RecursionError):
        return None


def a_pcap(datos, destino):
    """Un archivo pcap clásico, versión 2.4."""
    partes = [PCAP.pack(MAGIA, 2, 4, 0, 0, 65_535, LINKTYPE_RAW)]
    for dato in datos:
        paquete = a_paquete(dato, destino)
        segundos, micros = divmod(round(dato.hora * 1_000_000), 1_000_000)
        partes += [REGISTRO.pack(segundos, micros, len(paquete), len(paquete)), paquete]
    return b"".join(partes)


def a_paquete(dato, destino):
    """El paquete IPv4 con su datagrama UDP, tal como pudo viajar (sin fragmentar)."""
    desde, hasta = socket.inet_aton(dato.origen[0]), socket.inet_aton(destino[0])
    largo = 8 + len(dato.crudo)
    udp = struct.pack("!HHHH", dato.origen[1], destino[1], largo, 0)
    # La suma de UDP incluye las direcciones (RFC 768): un paquete que llegue a quien no es se nota.
    suma_udp = sumar(desde + hasta + struct.pack("!HH", UDP, largo) + udp + dato.crudo) or 0xFFFF
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + largo, dato.numero % 65_536, 0, TTL, UDP, 0)
    ip += desde + hasta
    ip = ip[:10] + struct.pack("!H", sumar(ip)) + ip[12:]
    return ip + udp[:6] + struct.pack("!H", suma_udp) + dato.crudo


def sumar(datos):
    """La suma de comprobación de internet (RFC 1071): complemento a uno de 16 en 16 bits."""
    datos += bytes(len(datos) % 2)
    total = sum(struct.unpack(f"!{len(datos) // 2}H", datos))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF

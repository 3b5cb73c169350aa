"""Los mensajes del chat: validarlos, codificarlos y decodificarlos.

Un datagrama lleva un mensaje: un objeto JSON en UTF-8 en una sola línea y, si el
mensaje trae bytes (un sticker propio, una voz), un salto de línea y esos bytes:

    {"tipo":"msj","user":"Bryan","sala":"general","content":"Hola"}
    {"tipo":"audio","user":"Bryan","sala":"general","content":"","formato":"wav"}⏎RIFF…
    └──────────────── cabecera ─────────────────────────────────────────────────┘ └ cuerpo

Dentro del programa un mensaje es el mismo diccionario, con los bytes bajo la clave "cuerpo".
También se entiende la forma de etiquetas, <msj><Bryan><general><Hola>, aunque nunca se escribe.

Los programas que reparan lo que se pierde añaden quién lo dice y un número:

    {"id":"8f3a1c0d","tipo":"msj",…,"n":7}      el séptimo de su flujo: lo que él dice en esa sala

Aquí no hay sockets, hilos ni relojes: entran bytes y salen diccionarios, o al revés. Lo que llega
mal hecho lanza ErrorProtocolo; si aun así ocupa un lugar en un flujo, queda con tipo None, para
que nadie lo espere. Una clave optativa que no vale se ignora. El texto normativo:
`enunciado/protocolo.md`.
"""

import json

import campos
from campos import MAX_RANGOS, ErrorProtocolo

GRUPO = "239.255.3.3"  # de ámbito local al sitio (RFC 2365): ningún enrutador lo saca
PUERTO = 5007
TTL = 1  # saltos: no sale de la red local

MAX_DATAGRAMA = 65_507  # bytes: 65 535 menos las cabeceras de IP (20) y de UDP (8)
MAX_ENVIO = 1_400  # bytes de lo que enviamos: cabe en una trama Ethernet aun con túneles
HISTORIA = 20  # mensajes ya dichos de una sala que se dan a quien entra

EN_SALA = {"user": campos.validar_usuario, "sala": campos.validar_sala}
EN_PRIVADO = {"from": campos.validar_usuario, "to": campos.validar_usuario}
TEXTO = {"content": campos.validar_texto}
CONTENIDO = {"content": campos.validar_contenido}
FLUJO_DE_SALA = {"id": campos.validar_id, "sala": campos.validar_sala}
FLUJO_PRIVADO = {"id": campos.validar_id, "para": campos.validar_id}

HABLADOS_DESPUES = {"sticker": CONTENIDO, "audio": CONTENIDO} | campos.TAMBIEN_HABLADOS
# Claves obligatorias de cada forma de mensaje. Las de la práctica, tal cual, primero.
OBLIGATORIAS = {
    "inicio": EN_SALA,
    "msj": {**EN_SALA, **TEXTO},
    "msj privado": {**EN_PRIVADO, **TEXTO},
    "salir": EN_SALA,
    "usuarios": {"sala": campos.validar_sala, "lista": campos.validar_lista},
    "aviso": {"sala": campos.validar_sala, "user": campos.validar_nombre, **TEXTO},
    **{tipo: {**EN_SALA, **claves} for tipo, claves in HABLADOS_DESPUES.items()},
    **{f"{tipo} privado": {**EN_PRIVADO, **claves} for tipo, claves in HABLADOS_DESPUES.items()},
    "descargar": campos.DESCARGAR,
    "cifrado": EN_SALA,
    "cifrado privado": {**FLUJO_PRIVADO, "to": campos.validar_usuario},
    "trozo": {**FLUJO_DE_SALA, **campos.TROZO},
    "trozo privado": {**FLUJO_PRIVADO, "to": campos.validar_usuario, **campos.TROZO},
    "latido": {"id": campos.validar_id, "salas": campos.validar_salas},
    "quien": {},
    "acuse": campos.ACUSE,
    "falta": {**FLUJO_DE_SALA, "a": campos.validar_id},
    "falta privado": {**FLUJO_PRIVADO, "a": campos.validar_id},
    "paridad": {**FLUJO_DE_SALA, **campos.PARIDAD},
    "paridad privado": {**FLUJO_PRIVADO, **campos.PARIDAD},
    "perdido": {**FLUJO_DE_SALA, "n": campos.validar_rangos},
    "perdido privado": {**FLUJO_PRIVADO, "n": campos.validar_rangos},
}

# Pueden estar o no. Una que no vale se ignora: un cliente ajeno puede usarla para otra cosa.
OPCIONALES_DE = {
    "usuarios": {"ids": campos.validar_ids},
    "trozo": {"k": campos.validar_k},
    "quien": {"marca": campos.validar_n, "vuelta": campos.validar_segundos},
    "falta": campos.PEDIDO,
    "sticker": {"formato": campos.validar_formato},
    "audio": {"formato": campos.validar_formato, "duracion": campos.validar_segundos},
    "archivo": campos.OFERTA,
    "latido": campos.LATIDO,
}

HABLADOS = {"msj", *HABLADOS_DESPUES}  # lo que se dice, en una sala o en privado
DE_FLUJO = {"trozo", "falta", "perdido", "paridad"}  # hablan de un flujo: (id, sala) o (id, para)
CON_FLUJO_PRIVADO = DE_FLUJO | {"cifrado"}  # en privado, si no dicen sala
NUMERADOS = HABLADOS | {"cifrado", "salir", "usuarios", "trozo"}
TIPOS = {forma.split()[0] for forma in OBLIGATORIAS}
OPCIONALES = {tipo: {**campos.DE_TODOS, **OPCIONALES_DE.get(tipo, {})} for tipo in TIPOS}


def validar(mensaje: dict) -> dict:
    """Devolver una copia con las claves conocidas, normalizadas; ErrorProtocolo si no vale.

    Sirve igual antes de enviar y al recibir: lo que aquí se rechaza no se puede decir.
    """
    tipo = mensaje.get("tipo")
    if not isinstance(tipo, str) or tipo not in TIPOS:
        raise ErrorProtocolo("tipo de mensaje desconocido")
    dicho_en_privado = tipo in HABLADOS and mensaje.get("privado") is True
    flujo_privado = tipo in CON_FLUJO_PRIVADO and "sala" not in mensaje
    forma = f"{tipo} privado" if dicho_en_privado or flujo_privado else tipo
    limpio = {"tipo": tipo, "privado": True} if dicho_en_privado else {"tipo": tipo}
    for clave, revisar in OBLIGATORIAS[forma].items():
        if clave not in mensaje:
            raise ErrorProtocolo(f"a un mensaje «{forma}» le falta «{clave}»")
        limpio[clave] = revisar(mensaje[clave])
    for clave, revisar in OPCIONALES[tipo].items():
        if clave in mensaje and clave not in limpio:
            try:
                limpio[clave] = revisar(mensaje[clave])
            except ErrorProtocolo:
                continue  # se ignora
    if tipo in REVISIONES:
        REVISIONES[tipo](mensaje, limpio)
    return limpio


def _revisar_usuarios(mensaje: dict, limpio: dict) -> None:
    limpio.update(campos.revisar_lista(limpio["lista"], limpio.get("ids")))


def _revisar_trozo(mensaje: dict, limpio: dict) -> None:
    if limpio["i"] >= limpio["de"] or limpio["m"] + limpio["i"] > limpio["n"]:
        raise ErrorProtocolo("los números del trozo no concuerdan")
    _poner_cuerpo(mensaje, limpio)


def _poner_cuerpo(mensaje: dict, limpio: dict) -> None:
    limpio["cuerpo"] = mensaje.get("cuerpo", b"")


def _revisar_falta(mensaje: dict, limpio: dict) -> None:
    if not campos.PEDIDO.keys() & limpio.keys():
        raise ErrorProtocolo("una «falta» que no dice qué falta")


def _revisar_latido(mensaje: dict, limpio: dict) -> None:
    if ("user" in limpio) == ("servidor" in limpio):
        raise ErrorProtocolo("un latido es de un usuario o de un servidor")


def _revisar_sticker(mensaje: dict, limpio: dict) -> None:
    if "formato" in limpio:
        _tomar_cuerpo(mensaje, limpio)
    if "formato" not in limpio or limpio["content"]:
        limpio["content"] = campos.validar_nombre(limpio["content"], "el nombre del sticker")


def _revisar_audio(mensaje: dict, limpio: dict) -> None:
    limpio.setdefault("formato", "wav")
    _tomar_cuerpo(mensaje, limpio)
    campos.validar_texto(limpio["content"])


def _revisar_archivo(mensaje: dict, limpio: dict) -> None:
    """También de una imagen. Un archivo sin cuerpo se ofrece: dice cuánto pesa y cuál es."""
    if mensaje.get("cuerpo"):
        limpio["cuerpo"] = mensaje["cuerpo"]
    elif not campos.OFERTA.keys() <= limpio.keys():
        raise ErrorProtocolo(f"un mensaje «{limpio['tipo']}» sin bytes")


def _tomar_cuerpo(mensaje: dict, limpio: dict) -> None:
    """Dejar los bytes en "cuerpo": los que venían detrás o, si no, los de content en base64."""
    limpio["cuerpo"] = mensaje.get("cuerpo", b"")
    if not limpio["cuerpo"]:
        limpio["cuerpo"] = campos.leer_cuerpo(limpio["content"])
        limpio["content"] = ""
    if not limpio["cuerpo"]:
        raise ErrorProtocolo(f"un mensaje «{limpio['tipo']}» sin bytes")


REVISIONES = {"usuarios": _revisar_usuarios, "trozo": _revisar_trozo, "latido": _revisar_latido}
REVISIONES |= {"sticker": _revisar_sticker, "audio": _revisar_audio}
REVISIONES |= {"imagen": _revisar_archivo, "archivo": _revisar_archivo}
REVISIONES |= {"falta": _revisar_falta, "paridad": _poner_cuerpo, "cifrado": _poner_cuerpo}


# --------------------------------------------------------------- de ida y de vuelta


def codificar(mensaje: dict) -> bytes:
    """Convertir un mensaje válido (véase `validar`) en bytes; pueden pasar de MAX_ENVIO."""
    if "cuerpo" not in mensaje:
        return _ESCRITOR.encode(mensaje).encode("utf-8")
    cabecera = {clave: valor for clave, valor in mensaje.items() if clave != "cuerpo"}
    return _ESCRITOR.encode(cabecera).encode("utf-8") + b"\n" + mensaje["cuerpo"]


def decodificar(datagrama: bytes) -> dict:
    """Leer un datagrama: JSON (con cuerpo o sin él) o etiquetas. Inversa de `codificar`.

    Un mensaje que no se entiende pero dice su lugar en un flujo (id, n y sala o para)
    se devuelve como {"tipo": None, …}: ocupa ese lugar y no se muestra. Sin lugar, un
    tipo desconocido es {"tipo": None} y lo mal hecho lanza ErrorProtocolo.
    """
    crudo = (_leer_etiquetas if datagrama.startswith(b"<") else _leer_json)(datagrama)
    try:
        return validar(crudo)
    except ErrorProtocolo as error:
        lugar = _leer_lugar(crudo)
        tipo = crudo.get("tipo")
        if lugar or (isinstance(tipo, str) and tipo not in TIPOS):
            return {"tipo": None, **lugar}
        error.mensaje = crudo
        raise


def _leer_json(datagrama: bytes) -> dict:
    """El objeto JSON tal como viene y, si lo hay, su cuerpo."""
    cabecera, _, cuerpo = datagrama.partition(b"\n")
    # Números y anidamientos enormes sólo caben en lo largo.
    largo = len(cabecera) > campos.MAX_CIFRAS
    try:
        crudo = (_LECTOR_DE_LO_LARGO if largo else _LECTOR).decode(cabecera.decode("utf-8"))
        if largo:
            campos.exigir_poco_anidado(crudo)
    except ErrorProtocolo:
        raise
    except (ValueError, RecursionError) as error:  # no es UTF-8, no es JSON, muy anidado
        raise ErrorProtocolo(f"no es JSON en UTF-8: {type(error).__name__}") from None
    if not isinstance(crudo, dict):
        raise ErrorProtocolo("se esperaba un objeto JSON y nada más")
    crudo.pop("cuerpo", None)  # esa clave es nuestra: sólo la llenan bytes
    if cuerpo:
        crudo["cuerpo"] = cuerpo
    return crudo


_ESCRITOR = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")
)
_LECTOR = json.JSONDecoder(parse_constant=campos.rechazar_constante)
_NUMEROS = {"parse_int": campos.leer_numero, "parse_float": campos.leer_numero}
_LECTOR_DE_LO_LARGO = json.JSONDecoder(parse_constant=campos.rechazar_constante, **_NUMEROS)


def _leer_lugar(crudo: dict) -> dict:
    """Sacar id, n y sala o para de un mensaje que no vale; {} si no ocupa lugar en un flujo."""
    tipo = crudo.get("tipo")
    if isinstance(tipo, str) and tipo in TIPOS - NUMERADOS:
        return {}
    lugar = {**(FLUJO_DE_SALA if "sala" in crudo else FLUJO_PRIVADO), "n": campos.validar_n}
    try:
        return {clave: revisar(crudo.get(clave)) for clave, revisar in lugar.items()}
    except ErrorProtocolo:
        return {}


# Claves de cada mensaje en la forma de etiquetas, en su orden.
ETIQUETAS = {
    "inicio": ("user", "sala"),
    "msj": ("user", "sala", "content"),
    "msj privado": ("from", "to", "content"),
    "salir": ("user", "sala"),
}


def _leer_etiquetas(datagrama: bytes) -> dict:
    """<msj><Bryan><general><Hola> → el mismo mensaje, como diccionario sin validar."""
    try:
        texto = datagrama.decode("utf-8").rstrip("\r\n\0 ")
    except UnicodeDecodeError:
        raise ErrorProtocolo("no es UTF-8") from None
    if not texto.endswith(">"):
        raise ErrorProtocolo("la última etiqueta no se cierra")
    etiquetas = texto[1:-1].split("><")
    if etiquetas[0] == "usuarios" and len(etiquetas) > 1:
        return {"tipo": "usuarios", "sala": etiquetas[1], "lista": etiquetas[2:]}
    return _leer_campos(etiquetas)


def _leer_campos(etiquetas: "list[str]") -> dict:
    privado = etiquetas[:2] == ["msj", campos.RESERVADO]
    forma = "msj privado" if privado else etiquetas[0]
    claves = ETIQUETAS.get(forma)
    valores = etiquetas[2:] if privado else etiquetas[1:]
    if claves is None or len(valores) < len(claves):
        raise ErrorProtocolo("etiquetas desconocidas o incompletas")
    if claves[-1] == "content":  # el contenido llega hasta el último ">": puede llevar "><"
        valores = valores[: len(claves) - 1] + ["><".join(valores[len(claves) - 1 :])]
    if len(valores) != len(claves):
        raise ErrorProtocolo("sobran etiquetas")
    mensaje = {"tipo": etiquetas[0], **dict(zip(claves, valores))}
    if privado:
        mensaje["privado"] = True
    return mensaje

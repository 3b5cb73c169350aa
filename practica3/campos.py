"""Los campos de un mensaje: qué valores valen, y su forma normalizada.

Cada función recibe el valor tal como llegó (de la red o de una ventana) y devuelve el
que se usa, o lanza ErrorProtocolo con una explicación que puede leer una persona:

    validar_usuario("  Ana ")    → "Ana"
    validar_usuario("privado")   → ErrorProtocolo
    validar_n(True)              → ErrorProtocolo

`protocolo.py` las combina en mensajes completos. Nada de aquí guarda ni envía nada.

Dos nombres, de usuario o de sala, son el mismo si su forma `comparable` es igual, y sólo así se
sabe; se muestra lo que escribió quien lo tiene:

    "Ana", "ana", "Ａna" y "An" + un espacio de ancho cero + "a"    son el mismo
"""

import base64
import binascii
import functools
import itertools
import re
import unicodedata

MAX_NOMBRE = 32  # caracteres, de un usuario o de una sala
MAX_TEXTO = 8_000  # caracteres de un mensaje: 32 000 bytes de UTF-8 en el peor caso
MAX_ENTERO = 2**53 - 1  # el mayor entero que toda implementación de JSON conserva exacto
MAX_TROZOS = 16_384  # trozos de un mensaje: unos 22 MB
MAX_BLOQUE = 64  # trozos de un bloque, para los que se hace paridad
MAX_PARIDAD = 192  # trozos de paridad de un bloque: con los suyos, los números de un byte
MAX_LISTA = 5_000  # usuarios de una sala
# Entradas de cada mapa o lista de un latido: en 1400 bytes no caben más. Lo que sobra se recorta
# antes de mirarlo: quien envía mil salas no hace mirar mil salas a todos.
MAX_EN_LATIDO = 256
MAX_RANGOS = 64  # de una falta, y bloques: caben en un datagrama
MAX_CIFRAS = 1_000  # de un número: convertir muchas más cuesta tiempo cuadrático
MAX_NIVELES = 500  # de un objeto dentro de otro: los que cualquier Python lee
MAX_SEGUNDOS = 4_000_000_000  # desde 1970, el año 2096
MAX_ARCHIVO = 16 * 2**20  # bytes de un archivo
MAX_NOMBRE_DE_ARCHIVO = 255  # caracteres
MAX_CITA = 200  # caracteres de lo que se cita
SALA_DE_ARCHIVO = 32  # cifras de su SHA-256: las que caben en el nombre de una sala

RESERVADO = "privado"  # como usuario haría ambigua la etiqueta <msj><privado>…
MAPAS_DE_SALAS = ("salas", "desde", "dejadas")  # de un latido
MAX_COMPARADOS = 10_000  # nombres cuya forma comparable se recuerda

PATRON_ID = re.compile(r"[0-9a-fA-F]{8}|[0-9a-f]{16}")
LARGO_PROTEGIDO = 16  # cifras del id de un programa que firma (seguridad/)
MAX_CLAVE = 100  # caracteres de una clave o una firma en base64; miden 43 y 86
PATRON_DE_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # y medios caracteres
PATRON_FORMATO = re.compile(r"[a-z0-9]{1,8}")
PATRON_SHA256 = re.compile(r"[0-9a-f]{64}")
# Lo que no se ve ni cuenta: los Default_Ignorable_Code_Point de DerivedCoreProperties.txt, de
# Unicode 16. `unicodedata` no los trae. Los que aún no son de nadie ya están reservados para esto.
PATRON_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]")


class ErrorProtocolo(ValueError):
    """Un mensaje que no cumple el protocolo; el texto lo explica a una persona.

    `mensaje` es el diccionario tal como llegó, si al menos se pudo leer.
    """

    mensaje: "dict | None" = None

    def rechazar(self) -> "list[dict]":
        """De un `inicio`, lo que el servidor necesita para explicar el error a quien quiso entrar.

        Nada, si ni así se le puede nombrar.
        """
        crudo = self.mensaje or {}
        user, propio = crudo.get("user"), crudo.get("id")
        if crudo.get("tipo") != "inicio" or not isinstance(user, str):
            return []
        try:
            nombre = validar_nombre(user.strip()[:MAX_NOMBRE])
            nombrado = {"user": nombre, "sala": validar_nombre(crudo.get("sala"))}
        except ErrorProtocolo:
            return []
        con_id = {"id": propio} if isinstance(propio, str) and PATRON_ID.fullmatch(propio) else {}
        return [{"tipo": "rechazado", **nombrado, **con_id, "content": str(self)}]


def validar_nombre(valor: object, que: str = "el nombre", maximo: int = MAX_NOMBRE,
                   visible: bool = False) -> str:
    """Normalizar un nombre, el que sea: sin espacios alrededor y en NFC.

    Devuelve de 1 a 32 caracteres y, si ha de ser `visible`, con alguna letra o cifra que se vea; si
    no es posible lanza ErrorProtocolo.
    """
    if not isinstance(valor, str) or len(valor) > 4 * maximo:
        raise ErrorProtocolo(f"{que} debe ser un texto de 1 a {maximo} caracteres")
    return _normalizar(valor, que, maximo, visible)


@functools.lru_cache(maxsize=8_192)  # quien habla, y los de una lista, son casi siempre los mismos
def _normalizar(valor: str, que: str, maximo: int, visible: bool) -> str:
    nombre = unicodedata.normalize("NFC", valor.strip())
    if not nombre:
        raise ErrorProtocolo(f"{que} está vacío")
    if len(nombre) > maximo:
        raise ErrorProtocolo(f"{que} tiene {len(nombre)} caracteres; el máximo es {maximo}")
    # Saltos, ESC, NUL…; un medio carácter no existe en UTF-8.
    if not nombre.isprintable() and PATRON_DE_CONTROL.search(nombre):
        raise ErrorProtocolo(f"{que} tiene caracteres de control")
    if visible and not se_ve(nombre):
        raise ErrorProtocolo(f"{que} no tiene ninguna letra ni cifra que se vea")
    return nombre


def comparable(nombre: str) -> str:
    """La forma de un nombre por la que se sabe si otro es el mismo."""
    # Lo de casi siempre: sin nada fuera de ASCII, todo lo demás es quedarse igual.
    return nombre.lower() if nombre.isascii() else _comparable(nombre)


@functools.lru_cache(MAX_COMPARADOS)
def _comparable(nombre: str) -> str:
    return plegar_texto(nombre)


def plegar_texto(texto: str) -> str:
    """Un texto como lo compara Unicode: sin lo que no se ve, en NFKC y sin mayúsculas.

    Es toNFKC_Casefold (Unicode, sección 3.13, D146): dos vueltas, porque plegar puede dejar letras
    que NFKC cambia otra vez, como las griegas con iota.
    """
    visto = PATRON_IGNORABLE.sub("", texto)
    for _ in range(2):
        visto = unicodedata.normalize("NFKC", visto).casefold()
    return unicodedata.normalize("NFKC", visto).strip()


def se_ve(nombre: str) -> bool:
    """Si un nombre tiene al menos una letra o una cifra que se vea."""
    return any(map(str.isalnum, comparable(nombre)))


def quitar_repetidos(nombres) -> "list[str]":
    """Los nombres distintos, en su orden: de los que son el mismo, el primero."""
    distintos: "dict[str, str]" = {}
    for nombre in nombres:
        distintos.setdefault(comparable(nombre), nombre)
    return list(distintos.values())


def unificar_salas(mensaje: dict, escritas: "dict[str, str]") -> dict:
    """El mensaje, con las salas escritas como aquí; `escritas`: forma comparable → cómo."""
    if "sala" in mensaje:
        sala = escritas.get(comparable(mensaje["sala"]), mensaje["sala"])
        return mensaje if sala == mensaje["sala"] else {**mensaje, "sala": sala}
    if mensaje["tipo"] != "latido":
        return mensaje
    return {**mensaje, **{
        mapa: {escritas.get(comparable(sala), sala): n for sala, n in mensaje[mapa].items()}
        for mapa in MAPAS_DE_SALAS if mapa in mensaje
    }}


def validar_sala(valor: object) -> str:
    """Normalizar el nombre de una sala: como `validar_nombre`, y ha de verse."""
    return validar_nombre(valor, "el nombre de la sala", visible=True)


def validar_usuario(valor: object) -> str:
    """Normalizar un nombre de usuario; además de lo de una sala, «privado» no vale."""
    nombre = validar_nombre(valor, "el nombre de usuario", visible=True)
    if comparable(nombre) == RESERVADO:
        raise ErrorProtocolo(f"«{RESERVADO}» es una palabra del protocolo; elige otro nombre")
    return nombre


def validar_nombre_de_archivo(valor: object) -> str:
    """Normalizar el de quien lo envía; no vale como ruta (véase adjuntos/archivos.py)."""
    return validar_nombre(valor, "el nombre del archivo", MAX_NOMBRE_DE_ARCHIVO)


def validar_contenido(valor: object) -> str:
    """Comprobar un texto de cualquier largo, que en base64 es mucho: que cabe en UTF-8."""
    if not isinstance(valor, str):
        raise ErrorProtocolo("el contenido debe ser texto")
    try:
        valor.isascii() or valor.encode("utf-8")
    except UnicodeEncodeError:
        raise ErrorProtocolo("el texto tiene medios caracteres (sustitutos sueltos)") from None
    return valor


def validar_texto(valor: object) -> str:
    """Comprobar el texto de un mensaje, de 8 000 caracteres como mucho."""
    texto = validar_contenido(valor)
    if len(texto) > MAX_TEXTO:
        raise ErrorProtocolo(f"el mensaje tiene {len(texto)} caracteres; el máximo es {MAX_TEXTO}")
    return texto


def validar_n(valor: object, minimo: int = 1, maximo: int = MAX_ENTERO) -> int:
    # type() y no isinstance(): para Python un bool también es un int.
    if type(valor) is not int or not minimo <= valor <= maximo:
        raise ErrorProtocolo(f"se esperaba un entero de {minimo} a {maximo}")
    return valor


def validar_ultimo(valor: object) -> int:
    return validar_n(valor, 0)  # 0: en ese flujo todavía no se ha dicho nada


def validar_total(valor: object) -> int:
    return validar_n(valor, 1, MAX_TROZOS)


def validar_k(valor: object) -> int:
    return validar_n(valor, 1, MAX_BLOQUE)


def validar_j(valor: object) -> int:
    return validar_n(valor, 0, MAX_PARIDAD - 1)


def validar_id(valor: object) -> str:
    if not isinstance(valor, str) or not PATRON_ID.fullmatch(valor):
        raise ErrorProtocolo("un id son 8 o 16 cifras hexadecimales")
    return valor


def es_protegido(propio: "str | None") -> bool:
    """Si un id es de un programa que firma lo que dice."""
    return propio is not None and len(propio) == LARGO_PROTEGIDO


def validar_clave(valor: object) -> str:
    if not isinstance(valor, str) or not valor.isascii() or len(valor) > MAX_CLAVE:
        raise ErrorProtocolo("se esperaba una clave en base64")
    return valor


def validar_formato(valor: object) -> str:
    if not isinstance(valor, str) or not PATRON_FORMATO.fullmatch(valor):
        raise ErrorProtocolo("el formato lleva de 1 a 8 letras minúsculas o cifras")
    return valor


def validar_cita(valor: object) -> dict:
    """Lo que se contesta: de quién es, cuándo lo dijo y cómo empieza."""
    if not isinstance(valor, dict):
        raise ErrorProtocolo("una cita es un objeto")
    cita = {"user": validar_nombre(valor.get("user")), "hora": validar_segundos(valor.get("hora")),
            "content": validar_texto(valor.get("content"))}
    if len(cita["content"]) > MAX_CITA:
        raise ErrorProtocolo(f"lo citado tiene {MAX_CITA} caracteres como mucho")
    return cita


def validar_bytes(valor: object) -> int:
    return validar_n(valor, 1, MAX_ARCHIVO)


def validar_sha256(valor: object) -> str:
    if not isinstance(valor, str) or not PATRON_SHA256.fullmatch(valor):
        raise ErrorProtocolo("un SHA-256 son 64 cifras hexadecimales en minúsculas")
    return valor


def sala_de_archivo(sha256: str) -> str:
    """La sala a la que va un archivo ofrecido: la escuchan sólo quienes lo pidieron."""
    return sha256[:SALA_DE_ARCHIVO]


def validar_segundos(valor: object) -> float:
    """Comprobar una hora, contada desde 1970, o una duración."""
    if type(valor) not in (int, float) or not 0 <= valor <= MAX_SEGUNDOS:  # un NaN no lo cumple
        raise ErrorProtocolo(f"se esperaba un número de 0 a {MAX_SEGUNDOS}")
    return valor


def acotar_hora(segundos: float) -> float:
    """La hora de un reloj, dentro de las que valen: puede ir por 1969 o por 2100."""
    return round(min(max(0.0, segundos), MAX_SEGUNDOS), 3)


def validar_cierto(valor: object) -> bool:
    if valor is not True:
        raise ErrorProtocolo("se esperaba true")
    return True


def validar_lista(valor: object) -> "list[str]":
    if not isinstance(valor, list) or len(valor) > MAX_LISTA:
        raise ErrorProtocolo(f"la lista de usuarios debe ser una lista de {MAX_LISTA} como mucho")
    return [validar_nombre(usuario) for usuario in valor]


def validar_ids(valor: object) -> "list[str]":
    if not isinstance(valor, list) or len(valor) > MAX_LISTA:
        raise ErrorProtocolo(f"ids debe ser una lista de {MAX_LISTA} como mucho")
    return ["" if uno == "" else validar_id(uno) for uno in valor]  # "": quien no tiene id


def revisar_lista(lista: "list[str]", ids: "list[str] | None") -> "dict[str, list[str]]":
    """La lista y los ids, que van a la par, sin los nombres que serían un renglón en blanco."""
    if ids is not None and len(ids) != len(lista):
        raise ErrorProtocolo("lista e ids deben tener el mismo largo")
    visibles = [se_ve(nombre) for nombre in lista]
    juntas = {"lista": lista, **({} if ids is None else {"ids": ids})}
    return {clave: list(itertools.compress(una, visibles)) for clave, una in juntas.items()}


def validar_rangos(valor: object) -> "list[list[int]]":
    if not isinstance(valor, list) or not valor:
        raise ErrorProtocolo("se esperaba una lista de rangos [primero, último]")
    valor = valor[:MAX_RANGOS]
    for rango in valor:
        if not isinstance(rango, list) or len(rango) != 2:
            raise ErrorProtocolo("un rango es [primero, último]")
        validar_n(rango[1], validar_n(rango[0]))
    return valor


def validar_bloques(valor: object) -> "list[list[int]]":
    if not isinstance(valor, list) or not valor:
        raise ErrorProtocolo("se esperaba una lista de bloques [m, bloque, faltan, vistos]")
    valor = valor[:MAX_RANGOS]
    for bloque in valor:
        if not isinstance(bloque, list) or len(bloque) != 4:
            raise ErrorProtocolo("de un bloque se dice [m, bloque, faltan, vistos]")
        for numero, minimo in zip(bloque, (1, 0, 1, 0)):
            validar_n(numero, minimo)
    return valor


def validar_salas(valor: object) -> "dict[str, int]":
    if not isinstance(valor, dict):
        raise ErrorProtocolo("se esperaba un objeto de sala a número")
    return {validar_sala(sala): validar_ultimo(n) for sala, n in recortar(valor)}


def validar_recibidos(valor: object) -> "dict[str, float]":
    if not isinstance(valor, dict):
        raise ErrorProtocolo("se esperaba un objeto de id a hora")
    return {validar_id(de): validar_segundos(hora) for de, hora in recortar(valor)}


def validar_privados(valor: object) -> "dict[str, int]":
    if not isinstance(valor, dict):
        raise ErrorProtocolo("se esperaba un objeto de id a número")
    return {validar_id(para): validar_ultimo(n) for para, n in recortar(valor)}


def validar_oye(valor: object) -> "list[str]":
    return validar_ids(valor[:MAX_EN_LATIDO] if isinstance(valor, list) else valor)


def recortar(mapa: dict):
    """Las primeras entradas de un mapa de un latido, sin mirar las demás."""
    return itertools.islice(mapa.items(), MAX_EN_LATIDO)


# ---- lo que vale en cualquier JSON, sea de la clave que sea


def leer_numero(cifras: str) -> "int | float":
    """Convertir un número, si no es de tantas cifras que tardaría."""
    if len(cifras) > MAX_CIFRAS:
        raise ErrorProtocolo(f"un número de {len(cifras)} cifras")
    return int(cifras) if cifras.lstrip("-").isdecimal() else float(cifras)


def rechazar_constante(nombre: str):
    """NaN e Infinity, que Python acepta y no son JSON."""
    raise ErrorProtocolo(f"{nombre} no es JSON")


def exigir_poco_anidado(valor: object, niveles: int = MAX_NIVELES) -> None:
    """Comprobar que en un valor no hay más de tantas listas u objetos, uno dentro de otro."""
    if isinstance(valor, (dict, list)):
        if not niveles:
            raise ErrorProtocolo(f"más de {MAX_NIVELES} niveles, uno dentro de otro")
        for hijo in valor.values() if isinstance(valor, dict) else valor:
            exigir_poco_anidado(hijo, niveles - 1)


def leer_cuerpo(content: str) -> bytes:
    """El cuerpo de un adjunto que no viene detrás, sino en su `content` y en base64."""
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):  # ValueError: caracteres fuera de ASCII
        raise ErrorProtocolo("el contenido no es base64") from None


# ---- los campos de algunos mensajes (véase protocolo.py)

DE_TODOS = {
    "id": validar_id,
    "a": validar_id,
    "n": validar_n,
    "hora": validar_segundos,
    "para": validar_id,
    "cuenta": validar_n,
    "cita": validar_cita,
}
TAMBIEN_HABLADOS = {
    "imagen": {"content": validar_texto, "formato": validar_formato},
    "archivo": {"content": validar_texto, "nombre": validar_nombre_de_archivo},
    "borrar": {"content": validar_texto, "borrada": validar_segundos},
}
OFERTA = {"bytes": validar_bytes, "sha256": validar_sha256}  # de un archivo sin su cuerpo
DESCARGAR = {"id": validar_id, "a": validar_id, "sha256": validar_sha256}
TROZO = {"n": validar_n, "m": validar_n, "i": validar_ultimo, "de": validar_total}
PEDIDO = {"n": validar_rangos, "bloques": validar_bloques}  # de una falta: alguno de los dos
ACUSE = {"id": validar_id, "a": validar_id, "marca": validar_n, "t": validar_segundos}
PARIDAD = {
    "n": validar_rangos,
    "m": validar_n,
    "de": validar_total,
    "k": validar_k,
    "bloque": validar_ultimo,
    "j": validar_j,
    "salidos": validar_n,
    "hasta": validar_n,
    "ultimo": validar_n,
}
LATIDO = {
    "clave": validar_clave,
    "identidad": validar_clave,
    "aval": validar_clave,
    "arranque": validar_segundos,
    "user": validar_usuario,
    "servidor": validar_cierto,
    "parte": validar_cierto,
    "desde": validar_salas,
    "dejadas": validar_salas,
    "privados": validar_privados,
    "oye": validar_oye,
    "recibidos": validar_recibidos,
    "ogg": validar_cierto,
}

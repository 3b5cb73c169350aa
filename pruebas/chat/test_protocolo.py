"""Los mensajes, con bytes literales: lo que se escribe, lo que se lee y lo que se rechaza."""

import base64
import json

import hypothesis
import pytest
from hypothesis import strategies as st

import campos
import protocolo
from fiabilidad import latido

# Cada fila: los bytes de un datagrama y el mensaje que es. Vale en las dos direcciones.
IDA_Y_VUELTA = [
    (
        b'{"tipo":"borrar","user":"Bryan","sala":"general","content":"","borrada":12.5}',
        {"tipo": "borrar", "user": "Bryan", "sala": "general", "content": "", "borrada": 12.5},
    ),
    (
        b'{"tipo":"imagen","user":"Bryan","sala":"general","content":"mira","formato":"webp"}\nRIFF',
        {"tipo": "imagen", "user": "Bryan", "sala": "general", "content": "mira", "formato": "webp", "cuerpo": b"RIFF"},
    ),
    (
        b'{"tipo":"archivo","privado":true,"from":"Bryan","to":"Ana","content":"","nombre":"a.py"}\nx\ny',
        {
            "tipo": "archivo", "privado": True, "from": "Bryan", "to": "Ana", "content": "", "nombre": "a.py",
            "cuerpo": b"x\ny",
        },
    ),
    (
        b'{"tipo":"descargar","id":"0a1b2c3d","a":"4e5f6a7b","sha256":"%s"}' % (b"0a" * 32),
        {"tipo": "descargar", "id": "0a1b2c3d", "a": "4e5f6a7b", "sha256": "0a" * 32},
    ),
    (b'{"tipo":"inicio","user":"Bryan","sala":"general"}', {"tipo": "inicio", "user": "Bryan", "sala": "general"}),
    (
        b'{"tipo":"msj","user":"Bryan","sala":"general","content":"Hola"}',
        {"tipo": "msj", "user": "Bryan", "sala": "general", "content": "Hola"},
    ),
    (
        b'{"tipo":"msj","privado":true,"from":"Bryan","to":"Ana","content":"Hola"}',
        {"tipo": "msj", "privado": True, "from": "Bryan", "to": "Ana", "content": "Hola"},
    ),
    (b'{"tipo":"salir","user":"Bryan","sala":"general"}', {"tipo": "salir", "user": "Bryan", "sala": "general"}),
    (
        b'{"tipo":"usuarios","sala":"general","lista":["Ana","Bryan"]}',
        {"tipo": "usuarios", "sala": "general", "lista": ["Ana", "Bryan"]},
    ),
    (b'{"tipo":"usuarios","sala":"general","lista":[]}', {"tipo": "usuarios", "sala": "general", "lista": []}),
    (
        b'{"tipo":"usuarios","sala":"general","lista":["Ana","Bryan"],"ids":["0a1b2c3d",""]}',
        {"tipo": "usuarios", "sala": "general", "lista": ["Ana", "Bryan"], "ids": ["0a1b2c3d", ""]},
    ),
    (
        ('{"tipo":"aviso","sala":"general","user":"Ana","content":"El nombre Ana ya está en uso.",'
         '"a":"0a1b2c3d"}').encode(),
        {"tipo": "aviso", "sala": "general", "user": "Ana", "content": "El nombre Ana ya está en uso.",
         "a": "0a1b2c3d"},
    ),
    (
        b'{"tipo":"sticker","user":"Bryan","sala":"general","content":"aplauso"}',
        {"tipo": "sticker", "user": "Bryan", "sala": "general", "content": "aplauso"},
    ),
    (
        b'{"tipo":"sticker","user":"Bryan","sala":"general","content":"gato","formato":"png"}\n\x89PNG\r\n\n',
        {"tipo": "sticker", "user": "Bryan", "sala": "general", "content": "gato", "formato": "png",
         "cuerpo": b"\x89PNG\r\n\n"},
    ),
    (
        b'{"tipo":"audio","privado":true,"from":"Bryan","to":"Ana","content":"","formato":"wav",'
        b'"duracion":3.2}\nRIFF\x00',
        {
            "tipo": "audio", "privado": True, "from": "Bryan", "to": "Ana",
            "content": "", "formato": "wav", "duracion": 3.2, "cuerpo": b"RIFF\x00",
        },
    ),
    (
        ('{"tipo":"msj","user":"Íñigo","sala":"niñez","content":"¿Qué tal? 🎉","id":"0a1b2c3d","n":7,'
         '"hora":1700000000.5}').encode(),
        {
            "tipo": "msj", "user": "Íñigo", "sala": "niñez", "content": "¿Qué tal? 🎉",
            "id": "0a1b2c3d", "n": 7, "hora": 1700000000.5,
        },
    ),
    (
        b'{"tipo":"trozo","id":"0a1b2c3d","sala":"general","n":23,"m":20,"i":3,"de":231}\n\x00\xff\n',
        {"tipo": "trozo", "id": "0a1b2c3d", "sala": "general", "n": 23, "m": 20, "i": 3, "de": 231,
         "cuerpo": b"\x00\xff\n"},
    ),
    (
        b'{"tipo":"trozo","id":"0a1b2c3d","para":"ffffffff","to":"Ana","n":1,"m":1,"i":0,"de":2}\nx',
        {"tipo": "trozo", "id": "0a1b2c3d", "para": "ffffffff", "to": "Ana", "n": 1, "m": 1, "i": 0, "de": 2,
         "cuerpo": b"x"},
    ),
    (
        b'{"tipo":"latido","id":"0a1b2c3d","salas":{"general":17},"user":"Ana","desde":{"general":3},'
        b'"privados":{"ffffffff":4}}',
        {
            "tipo": "latido", "id": "0a1b2c3d", "salas": {"general": 17}, "user": "Ana",
            "desde": {"general": 3}, "privados": {"ffffffff": 4},
        },
    ),
    (
        b'{"tipo":"latido","id":"0a1b2c3d","salas":{},"servidor":true}',
        {"tipo": "latido", "id": "0a1b2c3d", "salas": {}, "servidor": True},
    ),
    (b'{"tipo":"quien"}', {"tipo": "quien"}),
    (b'{"tipo":"quien","a":"0a1b2c3d"}', {"tipo": "quien", "a": "0a1b2c3d"}),
    (
        b'{"tipo":"falta","id":"ffffffff","sala":"general","a":"0a1b2c3d","n":[[5,9],[12,12]]}',
        {"tipo": "falta", "id": "ffffffff", "sala": "general", "a": "0a1b2c3d", "n": [[5, 9], [12, 12]]},
    ),
    (
        b'{"tipo":"falta","id":"ffffffff","sala":"general","a":"0a1b2c3d","bloques":[[20,1,3,0]]}',
        {"tipo": "falta", "id": "ffffffff", "sala": "general", "a": "0a1b2c3d", "bloques": [[20, 1, 3, 0]]},
    ),
    (
        b'{"tipo":"cifrado","id":"0a1b2c3d4e5f6a7b","to":"Bryan","para":"ffffffffffffffff","n":1}\n\x00\xff',
        {"tipo": "cifrado", "id": "0a1b2c3d4e5f6a7b", "to": "Bryan", "para": "ffffffffffffffff", "n": 1,
         "cuerpo": b"\x00\xff"},
    ),
    (
        b'{"tipo":"acuse","id":"ffffffff","a":"0a1b2c3d","marca":7,"t":1.5}',
        {"tipo": "acuse", "id": "ffffffff", "a": "0a1b2c3d", "marca": 7, "t": 1.5},
    ),
    (
        b'{"tipo":"paridad","id":"0a1b2c3d","sala":"general","n":[[1,3]],"m":1,"de":3,"k":64,"bloque":0,"j":2,'
        b'"salidos":3,"hasta":3,"ultimo":12}\nxyz',
        {"tipo": "paridad", "id": "0a1b2c3d", "sala": "general", "n": [[1, 3]], "m": 1, "de": 3, "k": 64, "bloque": 0,
         "j": 2, "salidos": 3, "hasta": 3, "ultimo": 12, "cuerpo": b"xyz"},
    ),
    (
        b'{"tipo":"perdido","id":"0a1b2c3d","para":"ffffffff","n":[[5,5]]}',
        {"tipo": "perdido", "id": "0a1b2c3d", "para": "ffffffff", "n": [[5, 5]]},
    ),
]

# Sólo se leen: etiquetas, espacios, claves desconocidas, base64, opcionales que no valen.
SOLO_IDA = [
    (b"<inicio><Bryan><general>", {"tipo": "inicio", "user": "Bryan", "sala": "general"}),
    (b"<msj><Bryan><general><Hola>", {"tipo": "msj", "user": "Bryan", "sala": "general", "content": "Hola"}),
    (b"<msj><Bryan><general><a<b> y ><x>",
     {"tipo": "msj", "user": "Bryan", "sala": "general", "content": "a<b> y ><x"}),
    (b"<msj><Bryan><general><>", {"tipo": "msj", "user": "Bryan", "sala": "general", "content": ""}),
    (b"<msj><privado><Bryan><Ana><Hola>",
     {"tipo": "msj", "privado": True, "from": "Bryan", "to": "Ana", "content": "Hola"}),
    (b"<salir><Bryan><general>\r\n", {"tipo": "salir", "user": "Bryan", "sala": "general"}),
    (b"<usuarios><general><Ana><Bryan>", {"tipo": "usuarios", "sala": "general", "lista": ["Ana", "Bryan"]}),
    (b"<usuarios><general>", {"tipo": "usuarios", "sala": "general", "lista": []}),
    (b' {"sala": "general", "user": "  Ana ", "tipo": "inicio", "x": [1]} ',
     {"tipo": "inicio", "user": "Ana", "sala": "general"}),
    ("{\"tipo\":\"inicio\",\"user\":\"Jose\u0301\",\"sala\":\"general\"}".encode(),
     {"tipo": "inicio", "user": "José", "sala": "general"}),
    (b'{"tipo":"inicio","user":"Ana","sala":"general"}\n', {"tipo": "inicio", "user": "Ana", "sala": "general"}),
    (
        b'{"tipo":"msj","privado":false,"user":"Ana","sala":"general","content":"x","id":7,"n":true,"hora":1e999}',
        {"tipo": "msj", "user": "Ana", "sala": "general", "content": "x"},
    ),
    (
        b'{"tipo":"audio","user":"Ana","sala":"general","content":"","duracion":-1}\nRIFF',
        {"tipo": "audio", "user": "Ana", "sala": "general", "content": "", "formato": "wav", "cuerpo": b"RIFF"},
    ),
    (
        b'{"tipo":"audio","user":"Ana","sala":"general","content":"UklG\\nRg=="}',
        {"tipo": "audio", "user": "Ana", "sala": "general", "content": "", "formato": "wav", "cuerpo": b"RIFF"},
    ),
    (
        b'{"tipo":"sticker","user":"Ana","sala":"general","content":"iVBORw==","formato":"png"}',
        {"tipo": "sticker", "user": "Ana", "sala": "general", "content": "", "formato": "png", "cuerpo": b"\x89PNG"},
    ),
    (b'{"tipo":"novedad","x":1}', {"tipo": None}),
    (
        b'{"tipo":"novedad","id":"0a1b2c3d","n":4,"sala":"general"}',
        {"tipo": None, "id": "0a1b2c3d", "n": 4, "sala": "general"},
    ),
    (  # no vale, pero dice su lugar en un flujo: lo ocupa
        b'{"tipo":"msj","id":"0a1b2c3d","n":4,"sala":"general","user":"Ana","content":5}',
        {"tipo": None, "id": "0a1b2c3d", "n": 4, "sala": "general"},
    ),
    (
        b'{"tipo":"msj","privado":true,"id":"0a1b2c3d","n":4,"para":"ffffffff"}',
        {"tipo": None, "id": "0a1b2c3d", "n": 4, "para": "ffffffff"},
    ),
]

MAL_HECHOS = [
    b"", b"\n", b"hola", b"[]", b'"hola"', b"null", b"17", b"{}", b"{", b"\xff\xfe{}", b"\x00" * 100,
    b'{"tipo":null}', b'{"tipo":["msj"]}', b'{"tipo":{}}', b'{"tipo":5}',
    b'{"tipo":"inicio","user":"Ana"}', b'{"tipo":"inicio","sala":"general"}',
    b'{"tipo":"inicio","user":null,"sala":"general"}', b'{"tipo":"inicio","user":["Ana"],"sala":"general"}',
    b'{"tipo":"inicio","user":"","sala":"general"}', b'{"tipo":"inicio","user":"   ","sala":"general"}',
    b'{"tipo":"inicio","user":"privado","sala":"general"}',
    b'{"tipo":"inicio","user":"' + b"a" * 33 + b'","sala":"general"}',
    b'{"tipo":"inicio","user":"A\\u0000na","sala":"general"}',
    b'{"tipo":"inicio","user":"A\\u001bna","sala":"general"}',
    b'{"tipo":"inicio","user":"A\\u0085na","sala":"general"}', b'{"tipo":"inicio","user":"\\ud83d","sala":"general"}',
    b'{"tipo":"msj","user":"Ana","sala":"general"}', b'{"tipo":"msj","user":"Ana","sala":"general","content":5}',
    b'{"tipo":"msj","user":"Ana","sala":"general","content":"\\udc00"}',
    b'{"tipo":"msj","user":"Ana","sala":"general","content":"' + b"x" * 8001 + b'"}',
    b'{"tipo":"msj","user":"Ana","sala":"general","content":NaN}', b'{"tipo":"msj","x":Infinity}',
    b'{"tipo":"msj","privado":true,"from":"Ana","content":"x"}',
    b'{"tipo":"usuarios","sala":"general","lista":"[\'Ana\']"}', b'{"tipo":"usuarios","sala":"general","lista":[1]}',
    b'{"tipo":"audio","user":"Ana","sala":"general","content":""}',
    b'{"tipo":"audio","user":"Ana","sala":"general","content":"no es base64!"}',
    b'{"tipo":"sticker","user":"Ana","sala":"general","content":""}',
    b'{"tipo":"trozo","id":"0a1b2c3d","sala":"general","n":true,"m":1,"i":0,"de":1}',
    b'{"tipo":"trozo","id":"0a1b2c3d","sala":"general","n":1.0,"m":1,"i":0,"de":1}',
    b'{"tipo":"latido","id":"0a1b2c3d","salas":[]}', b'{"tipo":"latido","id":"0a1b2c3d","salas":{"x":-1},"user":"Ana"}',
    b'{"tipo":"latido","id":"0a1b2c3d","salas":{}}', b'{"tipo":"latido","salas":{},"user":"Ana"}',
    b'{"tipo":"falta","id":"0a1b2c3d","a":"0a1b2c3d","sala":"x","n":[[9,5]]}',
    b'{"tipo":"falta","id":"0a1b2c3d","a":"0a1b2c3d","sala":"x","n":[[0,5]]}',
    b'{"tipo":"falta","id":"0a1b2c3d","a":"0a1b2c3d","sala":"x","n":[]}',
    b'{"tipo":"falta","id":"0a1b2c3d","a":"0a1b2c3d","sala":"x","n":[[1,9007199254740992]]}',
    *(b'{"tipo":"inicio","user":"Ana","sala":"general","x":' + numero + b"}"
      for numero in (b"1" * 5000, b"1." + b"1" * 1001, b"1e" + b"0" * 1000 + b"1", b"-" + b"9" * 60000)),
    b"[" * 60000, b'{"x":' * 10000,
    b'{"tipo":"inicio","user":"Ana","sala":"general","x":' + b"[" * 1020 + b"]" * 1020 + b"}",
    b'{"x":' + b"[" * 30000 + b"]" * 30000 + b"}",
    b"<", b"<>", b"><", b"<inicio>", b"<inicio><Ana>", b"<inicio><Ana><general", b"<inicio><Ana><general><x>",
    b"<inicio><privado><general>", b"<msj><privado><Ana><general>", b"<novedad><x>", b"<usuarios>",
    b"<msj><\xff><g><x>",
]


@pytest.mark.parametrize("datagrama, mensaje", IDA_Y_VUELTA)
def test_codificar_y_decodificar(datagrama, mensaje):
    assert protocolo.codificar(mensaje) == datagrama
    assert protocolo.decodificar(datagrama) == mensaje


def test_la_tabla_tiene_todos_los_tipos():
    assert {mensaje["tipo"] for _, mensaje in IDA_Y_VUELTA} == protocolo.TIPOS


@pytest.mark.parametrize("datagrama, mensaje", SOLO_IDA)
def test_decodificar(datagrama, mensaje):
    assert protocolo.decodificar(datagrama) == mensaje


@pytest.mark.parametrize("datagrama", MAL_HECHOS, ids=lambda datagrama: repr(datagrama[:60]))
def test_lo_mal_hecho_se_rechaza(datagrama):
    with pytest.raises(protocolo.ErrorProtocolo):
        protocolo.decodificar(datagrama)


def test_el_anidamiento_tiene_el_mismo_tope_en_todos_los_python():
    def anidar(niveles: int) -> bytes:
        return b'{"tipo":"inicio","user":"Ana","sala":"general","x":' + b"[" * niveles + b"]" * niveles + b"}"

    dentro = campos.MAX_NIVELES - 1  # con el objeto que las contiene, el último que vale
    assert protocolo.decodificar(anidar(dentro))["user"] == "Ana"
    with pytest.raises(protocolo.ErrorProtocolo, match="niveles"):
        protocolo.decodificar(anidar(dentro + 1))
    corchetes = {"tipo": "msj", "user": "Ana", "sala": "general", "content": "[" * 2_000}  # un texto no anida nada
    assert protocolo.decodificar(protocolo.codificar(corchetes)) == corchetes


@pytest.mark.parametrize("datagrama", [bytes_ for bytes_, _ in IDA_Y_VUELTA + SOLO_IDA])
def test_truncado_en_cada_byte(datagrama):
    """Cortado donde sea, o se rechaza o es un mensaje válido: nunca otra excepción."""
    for corte in range(len(datagrama)):
        try:
            mensaje = protocolo.decodificar(datagrama[:corte])
        except protocolo.ErrorProtocolo:
            continue
        assert mensaje["tipo"] is None or protocolo.validar(mensaje) == mensaje


def test_el_id_largo_o_corto_se_ignora():
    for malo in ("0a1b2c3", "0a1b2c3d4", "0a1b2c3g", "", None, 17):
        datagrama = json.dumps({"tipo": "inicio", "user": "Ana", "sala": "x", "id": malo}).encode()
        assert "id" not in protocolo.decodificar(datagrama)


def test_nombres_de_32_caracteres_y_texto_de_8000():
    nombre, texto = "ñ" * 32, "🎉" * 8000
    mensaje = {"tipo": "msj", "user": nombre, "sala": nombre, "content": texto}
    assert protocolo.decodificar(protocolo.codificar(protocolo.validar(mensaje))) == mensaje
    for clave, largo in (("user", nombre + "x"), ("sala", nombre + "x"), ("content", texto + "x")):
        with pytest.raises(protocolo.ErrorProtocolo, match="33|8001"):
            protocolo.validar({**mensaje, clave: largo})


def test_base64_de_un_datagrama_lleno():
    voz = bytes(range(256)) * 180  # 46 080 bytes: 1.44 s a 16 kHz y 16 bits
    datagrama = json.dumps({"tipo": "audio", "user": "Ana", "sala": "x",
                            "content": base64.b64encode(voz).decode()}).encode()
    assert len(datagrama) <= protocolo.MAX_DATAGRAMA
    assert protocolo.decodificar(datagrama)["cuerpo"] == voz


def test_la_clave_cuerpo_no_se_puede_falsificar():
    datagrama = b'{"tipo":"audio","user":"Ana","sala":"x","content":"","cuerpo":"abc"}'
    with pytest.raises(protocolo.ErrorProtocolo):
        protocolo.decodificar(datagrama)


def test_el_rechazo_de_un_inicio_guarda_el_mensaje():
    with pytest.raises(protocolo.ErrorProtocolo) as rechazo:
        protocolo.decodificar(b'{"tipo":"inicio","user":"privado","sala":"general"}')
    assert rechazo.value.mensaje == {"tipo": "inicio", "user": "privado", "sala": "general"}


def test_partir_latido():
    salas = {f"sala número {i}": i for i in range(300)}
    partes = latido.partir({"user": "Ana", "salas": salas})
    datagramas = [protocolo.codificar({**parte, "id": "0a1b2c3d"}) for parte in partes]
    assert len(partes) > 1 and max(map(len, datagramas)) <= protocolo.MAX_ENVIO
    leidos = [protocolo.decodificar(datagrama) for datagrama in datagramas]
    assert all(leido["parte"] for leido in leidos)
    assert {sala: n for leido in leidos for sala, n in leido["salas"].items()} == salas
    assert latido.partir({"user": "Ana", "salas": {}}) == [{"tipo": "latido", "user": "Ana", "salas": {}}]


nombres = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=10).map(str.strip)
nombres = nombres.filter(lambda nombre: campos.se_ve(nombre) and campos.comparable(nombre) != campos.RESERVADO)
ids = st.from_regex(campos.PATRON_ID, fullmatch=True)
textos = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)
ultimos = st.integers(0, campos.MAX_ENTERO)


@hypothesis.given(user=nombres, sala=nombres, content=textos, n=st.integers(1, campos.MAX_ENTERO), propio=ids)
def test_ida_y_vuelta_de_cualquier_texto(user, sala, content, n, propio):
    mensaje = protocolo.validar({"tipo": "msj", "user": user, "sala": sala, "content": content, "n": n, "id": propio})
    assert protocolo.decodificar(protocolo.codificar(mensaje)) == mensaje


@hypothesis.given(salas=st.dictionaries(nombres, ultimos, max_size=8),
                  privados=st.dictionaries(ids, ultimos, max_size=4), propio=ids)
def test_ida_y_vuelta_de_cualquier_latido(salas, privados, propio):
    latido = {"tipo": "latido", "id": propio, "user": "Ana", "salas": salas, "privados": privados}
    latido = protocolo.validar(latido)
    assert protocolo.decodificar(protocolo.codificar(latido)) == latido


@hypothesis.given(cuerpo=st.binary(min_size=1, max_size=500), i=st.integers(0, 99))
def test_ida_y_vuelta_de_cualquier_cuerpo(cuerpo, i):
    trozo = {"tipo": "trozo", "id": "0a1b2c3d", "sala": "x", "n": 7 + i, "m": 7, "i": i, "de": 100, "cuerpo": cuerpo}
    assert protocolo.decodificar(protocolo.codificar(trozo)) == trozo


@hypothesis.given(st.binary(max_size=300))
def test_bytes_cualesquiera(datagrama):
    for intento in (datagrama, b"{" + datagrama, b"<msj>" + datagrama + b">"):
        try:
            protocolo.decodificar(intento)
        except protocolo.ErrorProtocolo:
            continue


valores = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda hijos: st.lists(hijos, max_size=4) | st.dictionaries(st.text(max_size=8), hijos, max_size=4),
    max_leaves=10,
)
CLAVES = sorted({clave
                 for tabla in (*protocolo.OBLIGATORIAS.values(), *protocolo.OPCIONALES_DE.values(),
                               campos.DE_TODOS) for clave in tabla})


@hypothesis.given(st.sampled_from(sorted(protocolo.TIPOS)),
                  st.dictionaries(st.sampled_from(CLAVES + ["privado", "cuerpo"]), valores))
def test_json_con_valores_cualesquiera(tipo, claves):
    """Lo que se acepta se puede volver a escribir y leer, igual."""
    datagrama = json.dumps({"tipo": tipo, **claves}).encode()
    try:
        mensaje = protocolo.decodificar(datagrama)
    except protocolo.ErrorProtocolo:
        return
    if mensaje["tipo"] is not None:
        assert protocolo.decodificar(protocolo.codificar(mensaje)) == mensaje


RAROS = ["\ud83d", "\x00", "\ufeff", 10**19, 10**400, -(10**25), float("nan"), float("-inf"), 1e308, -0.0, [[[[]]]],
         True, None]


@hypothesis.given(
    st.sampled_from([mensaje for _, mensaje in IDA_Y_VUELTA]),
    st.dictionaries(st.sampled_from(CLAVES + ["privado", "otra"]), valores | st.sampled_from(RAROS) | nombres | ids,
                    max_size=2),
    st.binary(max_size=3), st.integers(0, 40),
)
def test_con_claves_cambiadas_y_bytes_de_mas_lo_que_se_entiende_se_vuelve_a_entender(mensaje, cambios, bytes_, donde):
    cuerpo = mensaje.get("cuerpo", b"")
    entero = json.dumps({**mensaje, "cuerpo": None, **cambios}).encode()
    for escrita in (entero, entero[:donde] + bytes_ + entero[donde:], b" \t" + entero + b"\r" + bytes_):
        try:
            leido = protocolo.decodificar(escrita + b"\n" + cuerpo)
        except protocolo.ErrorProtocolo:
            continue
        if leido["tipo"] is not None:
            assert protocolo.decodificar(protocolo.codificar(leido)) == leido

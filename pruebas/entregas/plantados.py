"""Los errores que se plantan en un diseño al azar: los del catálogo, dichos sobre las piezas de nucleo/.

Los del servidor y de protocolo.py son los mismos cambios que en el catálogo. De cada uno se dice qué decisiones del
diseño exige, para que el error se pueda cometer en él.
"""

import dataclasses

from entregas import catalogo
from entregas.catalogo import PROTOCOLO
from entregas.catalogo import SERVIDOR

CLIENTE, RED, SALA, PRIVADO, CHARLAS = "cliente_gui.py", "red.py", "sala.py", "privado.py", "charlas.py"
VOCES, STICKERS, PRESENTES, LUGARES = "voces.py", "pegatinas.py", "presentes.py", "lugares.py"
CON_FORMULARIO = {"ingreso": "formulario"}
EN_TEXTO = {"charla": "texto", "formato": "{autor}: {texto}"}
MENSAJE = "            mensaje = decodificar(datos)\n"
PEDIR = (
    '            messagebox.showerror("Chat", "Escribe tu nombre y la sala", parent=self.raiz)\n            return'
    " False\n"
)
SALIR = '        self.red.decir(tipo="salir", user=self.usuario, sala=sala)\n        self.salas.pop(sala)\n'
CERRAR = '            self.red.decir(tipo="salir", user=self.usuario, sala=sala)\n        self.red.cerrar()\n'
ABRIR = "        self.salas[sala] = self.lugar.abrir(sala)\n"
DECIR_PRIVADO = 'tipo="msj", privado=True, **'


@dataclasses.dataclass
class Plantado:
    """Un error: los cambios (archivo, antes, después), lo que exige del diseño y lo que ha de perder."""

    cambios: tuple = ()
    exige: dict = dataclasses.field(default_factory=dict)
    pierde: "set[str]" = dataclasses.field(default_factory=set)
    quiza: "set[str]" = dataclasses.field(default_factory=set)
    duda: "set[str]" = dataclasses.field(default_factory=set)  # lo que ha de quedar por revisar


def _del_catalogo() -> "dict[str, Plantado]":
    """Los que sólo cambian lo que también usan los diseños."""
    plantados = {}
    for error in catalogo.ERRORES:
        cambios = ((error.archivo, error.antes, error.despues), *catalogo.ADEMAS.get(error.nombre, ()))
        if all(archivo in (SERVIDOR, PROTOCOLO) for archivo, *_ in cambios):
            plantados[error.nombre] = Plantado(cambios, {}, error.pierde, error.quiza)
    return plantados


def _uno(archivo, antes, despues, pierde, exige=(), quiza=(), ademas=()):
    return Plantado(((archivo, antes, despues), *ademas), dict(exige), set(pierde), set(quiza))


PLANTADOS = {
    **_del_catalogo(),
    # ---- entrar
    "usa_un_paquete_ajeno": _uno(
        VOCES, "import pyaudio\n", "import pyaudio\nimport customtkinter\n", {"entrar_ventana"}
    ),
    "pregunta_en_la_terminal": _uno(
        CLIENTE, "        self.usuario = None\n", "        self.usuario = input('Nombre: ')\n", {"entrar_ventana"}
    ),
    "ruta_de_su_computadora": _uno(
        STICKERS, 'os.path.join(AQUI, "stickers")', '"/home/beto/practica3/stickers"', {"entrar_ventana"}
    ),
    "sala_en_minusculas": _uno(
        CLIENTE,
        "        self.usuario = self.usuario or nombre\n",
        "        self.usuario, sala = self.usuario or nombre, sala.lower()\n",
        {"entrar_ventana"},
    ),
    "entra_sin_nombre": _uno(CLIENTE, "if not nombre or not sala:", "if not sala:", {"nombre_primero"}, CON_FORMULARIO),
    "nombre_por_omision": _uno(
        CLIENTE,
        "        if not nombre or not sala:",
        "        nombre = nombre or 'Anónimo'\n        if not sala:",
        {"nombre_primero"},
        CON_FORMULARIO,
    ),
    "muere_sin_nombre": _uno(
        CLIENTE, PEDIR, "            raise SystemExit('falta el nombre')\n", {"nombre_primero"}, CON_FORMULARIO
    ),
    "nombre_de_una_palabra": _uno(
        CLIENTE,
        "        self.usuario = self.usuario or nombre\n",
        "        self.usuario = (self.usuario or nombre).split()[0]\n",
        {"mensaje_fiel"},
    ),
    # ---- salas
    "deja_la_primera": _uno(
        CLIENTE,
        ABRIR,
        "        for otra in self.salas:\n            self.red.decir(tipo='salir', user=self.usuario, sala=otra)\n"
        + ABRIR,
        {"varias_salas"},
    ),
    "oye_solo_la_ultima": _uno(
        CLIENTE, 'if mensaje["sala"] in self.salas:', 'if mensaje["sala"] in list(self.salas)[-1:]:', {"varias_salas"}
    ),
    "mezcla_las_salas": _uno(
        CLIENTE,
        '        if mensaje["sala"] in self.salas:\n',
        '        if self.salas and mensaje["sala"] not in self.salas:\n'
        '            mensaje["sala"] = next(iter(self.salas))\n        if self.salas:\n',
        {"salas_separadas"},
    ),
    "envia_a_la_ultima_sala": _uno(
        SALA,
        "user=self.chat.usuario, sala=self.sala, content=contenido)",
        "user=self.chat.usuario, sala=list(self.chat.salas)[-1], content=contenido)",
        {"salas_separadas"},
    ),
    "se_va_sin_avisar": _uno(
        CLIENTE,
        SALIR,
        "        self.salas.pop(sala)\n",
        {"salir_de_sala", "salir_de_una"},
        ademas=((CLIENTE, CERRAR, "            pass\n        self.red.cerrar()\n"),),
    ),
    "sale_sin_decir_de_donde": _uno(
        CLIENTE,
        SALIR,
        SALIR.replace(", sala=sala", ""),
        {"salir_de_sala", "salir_de_una"},
        ademas=((CLIENTE, CERRAR, CERRAR.replace(", sala=sala", "")),),
    ),
    "cierra_sin_avisar": _uno(
        CLIENTE, CERRAR, "            pass\n        self.red.cerrar()\n", {"salir_de_sala"}, {"disposicion": "pestanas"}
    ),
    "la_cruz_no_avisa": _uno(
        LUGARES,
        'WM_DELETE_WINDOW", lambda: self.chat.salir(sala))',
        'WM_DELETE_WINDOW", ventana.destroy)',
        {"salir_de_sala"},
        {"disposicion": "ventanas", "dejar": "boton", "otra": "entrada"},
    ),
    "el_selector_no_pasa_de_sala": _uno(
        LUGARES,
        "        if sala in nombres and sala != self.activa:\n            self.mostrar(sala)\n",
        "        self.activa = sala if sala in nombres else self.activa\n",
        {"varias_salas"},
        {"disposicion": "apiladas", "aparte": False, "selector": "arbol"},
    ),
    "el_menu_se_va_sin_avisar": _uno(
        SALA,
        "            self.chat.salir(self.sala)\n",
        "            self.chat.salas.pop(self.sala)\n            self.chat.lugar.quitar(self.sala)\n"
        "            if not self.chat.salas:\n                self.chat.lugar.sin_salas()\n",
        {"salir_de_sala", "salir_de_una"},
        {"disposicion": "ventanas", "dejar": "menu"},
    ),
    # ---- mensajes
    "bufer_de_512": _uno(
        RED,
        "recvfrom(65535)",
        "recvfrom(512)",
        {"mensaje_fiel", "recibir_audio"},
        {"eco": "local"},
        {"recibir_sticker"},
    ),
    "quita_los_signos": _uno(
        SALA, "sala=self.sala, content=contenido)", "sala=self.sala, content=contenido.strip('<>/'))", {"mensaje_fiel"}
    ),
    "no_dice_quien": _uno(
        CHARLAS,
        '    return D["formato"].format(autor=autor, texto=texto)\n',
        "    return texto\n",
        {"recibir_mensaje"},
        {**EN_TEXTO, "recibe": "ventana", "privado_abre": "ventana", "privado": "doble_clic", "presentes": "listbox"},
    ),
    "lo_propio_dos_veces": _uno(
        SALA,
        'elif mensaje["user"] == self.chat.usuario and D["eco"] == "local":',
        "elif False:",
        {"mensaje_una_vez"},
        {"eco": "local"},
    ),
    "receptor_muere_con_basura": _uno(
        RED, MENSAJE, "            import json\n            mensaje = json.loads(datos)\n", {"cliente_basura"}
    ),
    "uno_cada_vez": _uno(CLIENTE, "range(50)", "range(1)", {"ventana_responde"}),
    "graba_en_la_ventana": _uno(
        VOCES, "self.hilo.start()", "self.hilo.run()", {"ventana_responde"}, {"calidad": 16, "grabar": "alterna"}
    ),
    "no_termina_al_cerrar": _uno(
        RED,
        "        self.terminar.set()\n        self.hilos[1].join(2)\n        self.socket.close()\n",
        "",
        {"cierre_limpio"},
    ),
    "el_sticker_propio_no_se_ve": _uno(
        SALA,
        '        if D["eco"] == "local":\n            self.poner_sticker(mensaje)\n',
        "",
        {"mensaje_una_vez"},
        {"eco": "local"},
    ),
    "la_voz_propia_no_se_ve": _uno(
        SALA,
        '        if D["eco"] == "local":\n            self.poner_audio(mensaje)\n',
        "",
        {"mensaje_una_vez"},
        {"eco": "local"},
    ),
    # ---- listas en la ventana
    "no_muestra_la_lista": _uno(
        SALA,
        "        self.presentes.poner(lista)\n",
        "",
        {"lista_en_ventana", "enviar_privado"},
        {"privado": "doble_clic", "presentes": "listbox"},
    ),
    "la_lista_solo_crece": _uno(
        PRESENTES,
        "        self.lista = list(lista)\n",
        "        lista = self.lista = self.lista + [u for u in lista if u not in self.lista]\n",
        {"lista_baja_en_ventana"},
    ),
    # ---- privados
    "privado_sin_marca": _uno(
        SALA, DECIR_PRIVADO, 'tipo="msj", **', {"enviar_privado"}, ademas=((PRIVADO, DECIR_PRIVADO, 'tipo="msj", **'),)
    ),
    "privado_tambien_publico": _uno(
        SALA,
        '        self.charla.escribir("[privado] para " + para, contenido, True)\n',
        '        self.charla.escribir("[privado] para " + para, contenido, True)\n'
        "        self.chat.red.decir(tipo='msj', user=self.chat.usuario, sala=self.sala, content=contenido)\n",
        {"enviar_privado"},
        ademas=(
            (
                PRIVADO,
                "content=contenido)\n\n\nclass VentanaPrivada:",
                (
                    "content=contenido)\n    sala = list(chat.salas)[0]\n    chat.red.decir(tipo='msj',"
                    " user=chat.usuario, sala=sala, content=contenido)\n\n\nclass VentanaPrivada:"
                ),
            ),
        ),
    ),
    "privado_a_la_vista_de_todos": _uno(CLIENTE, 'if mensaje["to"] == self.usuario:', "if True:", {"privado_ajeno"}),
    "privado_como_publico": _uno(
        CLIENTE,
        'letrero = "[privado] " + autor if D["recibe"] == "marcado" else autor',
        "letrero = autor",
        {"recibir_privado"},
        {"recibe": "marcado"},
    ),
    "la_ventana_privada_habla_en_la_sala": _uno(
        PRIVADO,
        'tipo="msj", privado=True, **claves, content=contenido)',
        'tipo="msj", user=chat.usuario, sala=list(chat.salas)[0], content=contenido)',
        {"enviar_privado"},
        {"privado": "doble_clic", "presentes": "listbox", "privado_abre": "ventana"},
    ),
    "el_formulario_no_mira_para_quien": _uno(
        SALA,
        "        para, contenido = self.persona_del_modo(), leer(self.texto_privado)\n",
        "        para, contenido = self.presentes.lista[0], leer(self.texto_privado)\n",
        {"enviar_privado"},
        {"privado": "formulario"},
    ),
    "el_renglon_escribe_al_de_arriba": _uno(
        PRESENTES,
        "orden = lambda usuario=usuario: self.al_elegir(usuario)",
        "orden = lambda usuario=lista[n - 1]: self.al_elegir(usuario)",
        {"enviar_privado"},
        {"privado": "por_fila", "presentes": "filas", "privado_abre": "ventana"},
    ),
    # ---- stickers y voz
    "sticker_con_otro_tipo": _uno(SALA, '{"tipo": "sticker", ', '{"tipo": "emoji", ', {"enviar_sticker"}),
    "sticker_como_texto": _uno(
        SALA,
        "        foto = pegatinas.foto_de(mensaje, self.chat.fotos)\n",
        "        foto = None\n",
        {"recibir_sticker"},
    ),
    "sticker_sin_referencia": _uno(
        SALA,
        "        self.chat.guardadas.append(foto)\n",
        "        foto = foto.copy()\n",
        {"recibir_sticker"},
        quiza={"mensaje_una_vez"},
    ),
    "el_sticker_ajeno_no_se_ve": _uno(
        SALA,
        "        foto = pegatinas.foto_de(mensaje, self.chat.fotos)\n",
        "        if mensaje['user'] != self.chat.usuario:\n            return\n"
        "        foto = pegatinas.foto_de(mensaje, self.chat.fotos)\n",
        {"recibir_sticker"},
    ),
    "voz_vacia": _uno(VOCES, 'wav.writeframes(b"".join(bloques))', 'wav.writeframes(b"")', {"enviar_audio"}),
    "voz_inventada": _uno(
        VOCES, 'wav.writeframes(b"".join(bloques))', 'wav.writeframes(b"\\x10\\x20" * 8000)', {"enviar_audio"}
    ),
    "voz_que_no_cabe": _uno(
        VOCES, "(16000, pyaudio.paInt16, 2)", "(44100, pyaudio.paInt16, 2)", {"enviar_audio"}, {"calidad": 16}
    ),
    "voz_a_otra_velocidad": _uno(VOCES, "rate=wav.getframerate()", "rate=48000", {"recibir_audio"}),
    "voz_sin_boton": Plantado(
        (
            (
                CHARLAS,
                (
                    '            self.texto.window_create("end", window=tk.Button('
                    'self.texto, text=dice("reproducir"), command=oir))\n'
                ),
                "            pass\n",
            ),
        ),
        {**EN_TEXTO, "oir": "boton"},
        duda={"recibir_audio", "mensaje_una_vez"},
    ),
    # ---- estructura
    "la_ventana_envia": _uno(
        RED,
        "        self.salida.put(codificar(mensaje))",
        "        self.socket.sendto(codificar(mensaje), (GRUPO, PUERTO))",
        {"dos_hilos"},
    ),
    "dos_sockets": _uno(
        RED,
        "self.socket.sendto(datos",
        "self.otro.sendto(datos",
        {"dos_hilos"},
        ademas=(
            (
                RED,
                "        self.socket = crear_socket()\n",
                (
                    "        self.socket = crear_socket()\n        import socket\n"
                    "        self.otro = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                ),
            ),
        ),
    ),
    "difusion_general": _uno(
        RED,
        "sendto(datos, (GRUPO, PUERTO))",
        'sendto(datos, ("255.255.255.255", PUERTO))',
        {"multidifusion", "dos_hilos"},
        ademas=(
            (
                PROTOCOLO,
                "    s.settimeout(0.5)\n",
                "    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)\n    s.settimeout(0.5)\n",
            ),
        ),
    ),
}

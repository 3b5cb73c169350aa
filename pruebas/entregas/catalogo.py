"""Las entregas con que se prueba el calificador: correctas, con un error cada una, y tramposas.

Un error es un cambio pequeño a `correctas/sencilla`: lo de `antes` por lo de `despues`. Así se lee
qué hace mal el alumno, y no doscientos renglones iguales. `pierde` son los criterios que debe
perder, del todo o en parte; los que dependan de ellos quedan bloqueados y ningún otro se pierde.
"""

import dataclasses
import pathlib
import shutil

AQUI = pathlib.Path(__file__).resolve().parent
PLANTILLA = AQUI.parent.parent / "enunciado" / "plantilla"
BASE = "sencilla"
CORRECTAS = tuple(sorted(carpeta.name for carpeta in (AQUI / "correctas").iterdir() if carpeta.is_dir()))
TRAMPAS = tuple(sorted(carpeta.name for carpeta in (AQUI / "trampas").iterdir() if carpeta.is_dir()))
COLORES = {"aplauso": "gold", "risa": "tomato", "duda": "skyblue", "fuego": "orange"}


@dataclasses.dataclass
class Error:
    """Un error de alumno."""

    nombre: str
    archivo: str
    antes: str
    despues: str
    pierde: "set[str]"
    quiza: "set[str]" = dataclasses.field(default_factory=set)  # los que además puede perder, unas veces sí y otras no
    duda: "set[str]" = dataclasses.field(default_factory=set)  # los que han de quedar por revisar


# Quien toca Tk desde otro hilo puede trabarse, o no mostrar lo que llega, en cualquiera de éstos: nadie promete nada.
LO_QUE_LLEGA = {
    "recibir_sticker",
    "recibir_audio",
    "recibir_privado",
    "privado_ajeno",
    "lista_en_ventana",
    "lista_baja_en_ventana",
    "varias_salas",
    "salas_separadas",
    "salir_de_una",
    "salir_de_sala",
    "cierre_limpio",
    "mensaje_fiel",
}
CLIENTE, SERVIDOR, PROTOCOLO = "cliente_gui.py", "servidor.py", "protocolo.py"
ERRORES = (
    # ---- el servidor
    Error(
        "servidor_pide_argumentos",
        SERVIDOR,
        "    s = crear_socket()\n",
        "    import sys\n    print('Puerto', sys.argv[1])\n    s = crear_socket()\n",
        {"servidor_arranca"},
    ),
    Error("lista_como_texto", SERVIDOR, '"lista": usuarios}', '"lista": str(usuarios)}', {"lista_al_entrar"}),
    Error(
        "lista_solo_del_nuevo",
        SERVIDOR,
        '"lista": usuarios}',
        '"lista": [user]}',
        {"lista_de_todos", "lista_por_sala", "lista_al_salir", "lista_sin_repetidos"},
    ),
    Error(
        "listado_dos_veces",
        SERVIDOR,
        ' == "inicio" and user not in usuarios:',
        ' == "inicio":',
        {"lista_sin_repetidos"},
    ),
    Error("sigue_al_volver", SERVIDOR, "            usuarios.remove(user)", "            pass", {"lista_al_salir"}),
    Error(
        "calla_al_salir",
        SERVIDOR,
        '        print(mensaje["tipo"], user, sala)',
        '        if mensaje["tipo"] == "salir":\n            continue',
        {"lista_al_salir"},
    ),
    Error(
        "una_lista_para_todas",
        SERVIDOR,
        "salas.setdefault(sala, [])",
        'salas.setdefault("todas", [])',
        {"lista_de_todos", "lista_por_sala"},
    ),
    Error(
        "salir_de_todas_las_salas",
        SERVIDOR,
        "            usuarios.remove(user)",
        "            for otros in salas.values():\n                if user in otros:\n                   "
        " otros.remove(user)",
        {"salir_de_una"},
    ),
    Error(
        "servidor_retransmite",
        SERVIDOR,
        "        if mensaje is None or",
        "        if mensaje is not None and mensaje['tipo'] == 'msj' and datos[-1:] != b' ':\n           "
        " s.sendto(datos + b' ', (GRUPO, PUERTO))\n        if mensaje is None or",
        {"servidor_solo_listas"},
    ),
    Error(
        "servidor_retransmite_entradas",
        SERVIDOR,
        '        print(mensaje["tipo"], user, sala)',
        "        if datos[-1:] != b' ':\n            s.sendto(datos + b' ', (GRUPO, PUERTO))",
        {"servidor_solo_listas"},
    ),
    Error(
        "servidor_muere_con_basura",
        SERVIDOR,
        "        mensaje = decodificar(datos)\n",
        "        import json\n        mensaje = json.loads(datos)\n",
        {"servidor_basura"},
    ),
    Error(
        "servidor_confia_en_las_claves",
        SERVIDOR,
        "        mensaje = decodificar(datos)\n",
        "        import json\n        try:\n            mensaje = json.loads(datos)\n        except ValueError:\n      "
        "      continue\n        if not isinstance(mensaje, dict) or 'tipo' not in mensaje:\n            continue\n",
        {"servidor_basura"},
    ),
    Error(
        "servidor_contesta_directo",
        SERVIDOR,
        "datos, _ = s.recvfrom(65535)",
        "datos, quien = s.recvfrom(65535)",
        {"multidifusion", "lista_al_entrar"},
    ),
    # ---- entrar
    Error(
        "usa_un_paquete_ajeno",
        CLIENTE,
        "import pyaudio\n",
        "import pyaudio\nimport customtkinter\n",
        {"entrar_ventana"},
    ),
    Error(
        "pregunta_en_la_terminal",
        CLIENTE,
        "        self.usuario = None\n",
        "        self.usuario = input('Tu nombre: ')\n",
        {"entrar_ventana"},
    ),
    Error(
        "ruta_de_su_computadora",
        CLIENTE,
        'os.path.join(os.path.dirname(os.path.abspath(__file__)), "stickers")',
        '"/home/beto/redes/practica3/stickers"',
        {"entrar_ventana"},
    ),
    Error(
        "sala_en_minusculas", CLIENTE, "self.sala.get().strip()", "self.sala.get().strip().lower()", {"entrar_ventana"}
    ),
    Error("entra_sin_nombre", CLIENTE, "if not nombre or not sala:", "if not sala:", {"nombre_primero"}),
    Error(
        "nombre_por_omision",
        CLIENTE,
        "if not nombre or not sala:",
        "nombre = nombre or 'Anónimo'\n        if not sala:",
        {"nombre_primero"},
    ),
    Error(
        "muere_sin_nombre",
        CLIENTE,
        '            messagebox.showerror("Chat", "Escribe tu nombre y la sala")\n            return\n',
        "            raise SystemExit('falta el nombre')\n",
        {"nombre_primero"},
    ),
    Error(
        "puerto_para_el_solo",
        PROTOCOLO,
        "    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n",
        "",
        {"varios_en_un_equipo"},
    ),
    # ---- salas
    Error(
        "deja_la_primera",
        CLIENTE,
        "        if sala not in self.salas:\n",
        "        for otra in list(self.salas):\n            self.salir(otra)\n        if sala not in self.salas:\n",
        {"varias_salas"},
    ),
    Error(
        "oye_solo_la_ultima",
        CLIENTE,
        '        sala = self.salas.get(mensaje["sala"])\n',
        "        sala = list(self.salas.values())[-1] if self.salas else None\n        if sala and sala.sala !="
        ' mensaje["sala"]:\n            return\n',
        {"varias_salas"},
    ),
    Error(
        "mezcla_las_salas",
        CLIENTE,
        '        sala = self.salas.get(mensaje["sala"])\n',
        '        sala = self.salas.get(mensaje["sala"]) or next(iter(self.salas.values()), None)\n',
        {"salas_separadas"},
    ),
    Error(
        "envia_a_la_ultima_sala",
        CLIENTE,
        'self.chat.decir(tipo="msj", user=self.chat.usuario, sala=self.sala, content',
        'self.chat.decir(tipo="msj", user=self.chat.usuario, sala=list(self.chat.salas)[-1], content',
        {"salas_separadas"},
    ),
    Error(
        "se_va_sin_avisar",
        CLIENTE,
        '        self.decir(tipo="salir", user=self.usuario, sala=sala)\n',
        "",
        {"salir_de_sala", "salir_de_una"},
    ),
    Error(
        "sale_sin_decir_de_donde",
        CLIENTE,
        'self.decir(tipo="salir", user=self.usuario, sala=sala)',
        'self.decir(tipo="salir", user=self.usuario)',
        {"salir_de_sala", "salir_de_una"},
    ),
    # ---- mensajes
    Error("bufer_de_512", CLIENTE, "recvfrom(65535)", "recvfrom(512)", {"mensaje_fiel", "recibir_audio"}),
    Error("solo_ascii", PROTOCOLO, '.encode("utf-8")', '.encode("ascii", "replace")', {"mensaje_fiel"}),
    Error("otra_codificacion", PROTOCOLO, 'datos.decode("utf-8")', 'datos.decode("latin-1")', {"mensaje_fiel"}),
    Error(
        "quita_los_signos",
        CLIENTE,
        "sala=self.sala, content=contenido)\n            self.campo",
        "sala=self.sala, content=contenido.strip('<>/'))\n            self.campo",
        {"mensaje_fiel"},
    ),
    Error("no_dice_quien", CLIENTE, 'autor + ": " + contenido', "contenido", {"recibir_mensaje"}),
    Error(
        "lo_propio_dos_veces",
        CLIENTE,
        "sala=self.sala, content=contenido)\n            self.campo",
        "sala=self.sala, content=contenido)\n            self.escribir(self.chat.usuario, contenido)\n           "
        " self.campo",
        {"mensaje_una_vez"},
    ),
    Error(
        "lo_propio_en_dos_rotulos",
        CLIENTE,
        '        self.texto.insert("end", autor + ": " + contenido + "\\n")\n',
        '        tk.Label(self.rotulos, text=autor + ": " + contenido).pack(anchor="w")\n',
        {"mensaje_una_vez"},
    ),
    Error(
        "receptor_muere_con_basura",
        CLIENTE,
        "            mensaje = decodificar(datos)\n",
        "            import json\n            mensaje = json.loads(datos)\n",
        {"cliente_basura"},
    ),
    Error("uno_cada_vez", CLIENTE, "range(50)", "range(1)", {"ventana_responde"}),
    Error(
        "hilo_toca_la_ventana_y_se_traban",
        CLIENTE,
        "                self.entrada.put(mensaje)\n",
        # Sólo con lo que se dice en la sala: así se traba casi siempre en los mismos.
        "                if mensaje['tipo'] == 'msj':\n                    self.atender(mensaje)\n                   "
        " self.eco.set()\n                else:\n                    self.entrada.put(mensaje)\n",
        {"recibir_mensaje", "mensaje_una_vez"},
        LO_QUE_LLEGA,
    ),
    Error(
        "no_termina_al_cerrar",
        CLIENTE,
        "        self.terminar.set()\n        self.hilos[1].join(2)\n        self.socket.close()\n",
        "",
        {"cierre_limpio"},
    ),
    # ---- listas en la ventana
    Error(
        "no_muestra_la_lista",
        CLIENTE,
        '            self.lista.insert("end", usuario)',
        "            pass",
        {"lista_en_ventana", "enviar_privado"},
    ),
    Error(
        "la_lista_solo_crece",
        CLIENTE,
        '        self.lista.delete(0, "end")\n        for usuario in lista:\n',
        '        for usuario in [u for u in lista if u not in self.lista.get(0, "end")]:\n',
        {"lista_baja_en_ventana"},
    ),
    # ---- privados
    Error(
        "privado_sin_marca",
        CLIENTE,
        'tipo="msj", privado=True, **',
        'tipo="msj", **',
        {"enviar_privado"},
    ),
    Error(
        "privado_tambien_publico",
        CLIENTE,
        "            self.escribir(self.chat.usuario, contenido)\n",
        "            self.escribir(self.chat.usuario, contenido)\n            self.chat.decir(tipo='msj',"
        " user=self.chat.usuario, sala=list(self.chat.salas)[0], content=contenido)\n",
        {"enviar_privado"},
    ),
    Error(
        "privado_a_la_vista_de_todos",
        CLIENTE,
        '            if mensaje["to"] == self.usuario:\n',
        "            if True:\n",
        {"privado_ajeno"},
    ),
    Error(
        "privado_como_publico",
        CLIENTE,
        '                self.ventana_privada(mensaje["from"]).escribir(',
        "                for sala in self.salas.values():\n                    sala.escribir(",
        {"recibir_privado"},
    ),
    # ---- stickers y voz
    Error(
        "sticker_con_otro_tipo",
        CLIENTE,
        'self.chat.decir(tipo="sticker"',
        'self.chat.decir(tipo="emoji"',
        {"enviar_sticker"},
    ),
    Error(
        "sticker_como_texto",
        CLIENTE,
        '            self.texto.image_create("end", image=self.chat.stickers[nombre])',
        '            self.texto.insert("end", nombre)',
        {"recibir_sticker"},
    ),
    Error(
        "sticker_sin_referencia",
        CLIENTE,
        'image_create("end", image=self.chat.stickers[nombre])',
        'image_create("end", image=tk.PhotoImage(file=os.path.join(CARPETA_STICKERS, nombre + ".png")))',
        {"recibir_sticker"},
    ),
    Error("voz_vacia", CLIENTE, 'wav.writeframes(b"".join(bloques))', 'wav.writeframes(b"")', {"enviar_audio"}),
    Error(
        "voz_inventada",
        CLIENTE,
        'wav.writeframes(b"".join(bloques))',
        'wav.writeframes(b"\\x10\\x20" * 8000)',
        {"enviar_audio"},
    ),
    Error("voz_que_no_cabe", CLIENTE, "MAX_BLOQUES = 28", "MAX_BLOQUES = 100\nFRECUENCIA = 44100", {"enviar_audio"}),
    Error("voz_a_otra_velocidad", CLIENTE, "rate=wav.getframerate()", "rate=44100", {"recibir_audio"}),
    Error(
        "voz_sin_boton",
        CLIENTE,
        '        self.texto.window_create("end", window=boton)',
        "        boton.destroy()",
        set(),
        duda={"recibir_audio", "mensaje_una_vez"},
    ),
    # ---- lo que uno envía, y la ventana mientras graba
    Error(
        "el_sticker_propio_no_se_ve",
        CLIENTE,
        '        elif tipo == "sticker":\n',
        '        elif tipo == "sticker" and mensaje["user"] != self.usuario:\n',
        {"mensaje_una_vez"},
    ),
    Error(
        "la_voz_propia_no_se_ve",
        CLIENTE,
        '        elif tipo == "audio":\n',
        '        elif tipo == "audio" and mensaje["user"] != self.usuario:\n',
        {"mensaje_una_vez"},
    ),
    Error(
        "graba_en_la_ventana",
        CLIENTE,
        "threading.Thread(target=self.grabar_en_hilo, args=(self.grabando,), daemon=True).start()",
        "self.grabar_en_hilo(self.grabando)",
        {"ventana_responde"},
    ),
    # ---- cerrar con la cruz
    Error(
        "la_cruz_no_avisa",
        CLIENTE,
        'WM_DELETE_WINDOW", self.salir)',
        'WM_DELETE_WINDOW", self.ventana.destroy)',
        {"salir_de_sala"},
    ),
    Error(
        "cierra_sin_avisar",
        CLIENTE,
        "        for sala in list(self.salas):\n            self.salir(sala)\n",
        "",
        {"salir_de_sala"},
    ),
    Error(
        "nombre_de_una_palabra",
        CLIENTE,
        "        self.usuario = nombre\n",
        "        self.usuario = nombre = nombre.split()[0]\n",
        {"mensaje_fiel"},
    ),
    # ---- estructura
    Error(
        "la_ventana_envia",
        CLIENTE,
        "        self.salida.put(codificar(mensaje))",
        "        self.socket.sendto(codificar(mensaje), (GRUPO, PUERTO))",
        {"dos_hilos"},
    ),
    Error(
        "dos_sockets",
        CLIENTE,
        "                self.socket.sendto(datos",
        "                self.otro.sendto(datos",
        {"dos_hilos"},
    ),
    Error(
        "difusion_general",
        PROTOCOLO,
        "    s.settimeout(0.5)\n",
        "    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)\n    s.settimeout(0.5)\n",
        {"multidifusion", "dos_hilos"},
    ),
)
# Lo que no cabe en un solo cambio: más cambios del mismo error.
ADEMAS = {
    "lo_propio_en_dos_rotulos": (
        (
            CLIENTE,
            "        self.campo = tk.Entry(self.ventana, width=40)\n",
            (
                "        self.rotulos = tk.Frame(self.ventana)\n        self.rotulos.grid(row=2, column=0,"
                " columnspan=5)\n        self.campo = tk.Entry(self.ventana, width=40)\n"
            ),
        ),
        (
            CLIENTE,
            "sala=self.sala, content=contenido)\n            self.campo",
            (
                "sala=self.sala, content=contenido)\n            self.escribir(self.chat.usuario, contenido)\n         "
                "   self.campo"
            ),
        ),
    ),
    "servidor_contesta_directo": ((SERVIDOR, '"lista": usuarios}), (GRUPO, PUERTO))', '"lista": usuarios}), quien)'),),
    "hilo_toca_la_ventana_y_se_traban": (
        (
            CLIENTE,
            "        self.salida.put(codificar(mensaje))",
            (
                "        self.eco.clear()\n        self.salida.put(codificar(mensaje))\n        if mensaje['tipo'] =="
                " 'msj':\n            self.eco.wait(30)"
            ),
        ),
        (
            CLIENTE,
            "        self.terminar = threading.Event()\n",
            "        self.terminar = threading.Event()\n        self.eco = threading.Event()\n",
        ),
    ),
    "dos_sockets": (
        (
            CLIENTE,
            "        self.socket = crear_socket()\n",
            (
                "        self.socket = crear_socket()\n        import socket\n        self.otro ="
                " socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
            ),
        ),
    ),
    "difusion_general": ((CLIENTE, "sendto(datos, (GRUPO, PUERTO))", 'sendto(datos, ("255.255.255.255", PUERTO))'),),
}


def construir(nombre: str, destino: pathlib.Path) -> pathlib.Path:
    """Dejar en `destino/nombre` una entrega del catálogo, completa."""
    carpeta = destino / nombre
    if nombre in TRAMPAS:
        shutil.copytree(AQUI / "correctas" / BASE, carpeta)
        shutil.copytree(AQUI / "trampas" / nombre, carpeta, dirs_exist_ok=True)
    elif nombre in CORRECTAS:
        shutil.copytree(AQUI / "correctas" / nombre, carpeta)
    else:
        shutil.copytree(AQUI / "correctas" / BASE, carpeta)
        error = next(uno for uno in ERRORES if uno.nombre == nombre)
        for archivo, antes, despues in ((error.archivo, error.antes, error.despues), *ADEMAS.get(nombre, ())):
            cambiar(carpeta / archivo, antes, despues)
    (carpeta / "equipo.txt").write_text("2026630001, Ana López\n2026630002, Bryan Ruiz\n", encoding="utf-8")
    if nombre == "plantilla":  # ésta trae los suyos, que son grandes
        shutil.copytree(PLANTILLA / "stickers", carpeta / "stickers")
    else:
        dibujar_stickers(carpeta / "stickers")
    return carpeta


def cambiar(ruta: pathlib.Path, antes: str, despues: str) -> None:
    """Hacer un cambio; lo de antes ha de estar una sola vez."""
    texto = ruta.read_text(encoding="utf-8")
    assert texto.count(antes) == 1, f"{ruta.name}: está {texto.count(antes)} veces {antes!r}"
    ruta.write_text(texto.replace(antes, despues), encoding="utf-8")


def dibujar_stickers(carpeta: pathlib.Path) -> None:
    """Unas imágenes cualesquiera."""
    from PIL import Image  # aquí: sin Pillow, lo demás del catálogo sirve igual
    from PIL import ImageDraw

    carpeta.mkdir(exist_ok=True)
    for nombre, color in COLORES.items():
        imagen = Image.new("RGBA", (64, 64))
        ImageDraw.Draw(imagen).ellipse((4, 4, 60, 60), fill=color)
        imagen.save(carpeta / f"{nombre}.png")

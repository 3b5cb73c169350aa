"""Usar desde fuera las ventanas de una entrega, estén como estén hechas.

Un retrato dice qué hay en cada ventana: campos, botones, listas, textos, imágenes. Lo que se
busca se reconoce por lo que es y lo que dice (los textos de enunciado/rubrica.json), nunca por
su lugar. Todo se hace con órdenes de Tk evaluadas en el programa (x11.py), cada una con plazo;
lo que abre diálogos se pide con `after`, porque no regresaría hasta que se cerraran.
"""

import dataclasses
import functools
import pathlib
import re
import unicodedata

import x11

RETRATO = (pathlib.Path(__file__).parent / "retrato.tcl").read_text(encoding="utf-8")
ASPECTO_EN_UN_TEXT = """apply {{w dicho} {
    set hallado [$w search -backwards -- $dicho end]
    if {$hallado eq ""} return
    set aspecto {}
    foreach etiqueta [$w tag names $hallado] {
        foreach opcion [$w tag configure $etiqueta] {
            set valor [lindex $opcion end]
            if {$etiqueta eq "sel" || $valor eq ""} continue
            if {[lindex $opcion 0] eq "-font"} {set valor [font actual $valor]}
            lappend aspecto [lindex $opcion 0] $valor
        }
    }
    set aspecto
}}"""
PLAZO = 8.0  # s que una ventana puede tardar en contestar; más es que está detenida
CAMPOS = ("Entry", "TEntry", "TCombobox", "Spinbox", "TSpinbox")
BOTONES = ("Button", "TButton", "Menubutton", "TMenubutton", "Checkbutton", "TCheckbutton", "Radiobutton", "TRadiobutton")
LISTAS = ("Listbox", "Treeview")
CON_TEXTO = ("Text", "Canvas", *LISTAS)
CLIC = {"<Button-1>", "<ButtonPress-1>", "<ButtonRelease-1>", "<1>", "<Button>", "<ButtonRelease>"}
AL_LADO, ENCIMA = 200, 40  # píxeles entre un campo y su rótulo
DE_CAMPO = ("nombre", "sala", "para")  # lo que dice el rótulo de un campo; lo demás son botones
PULSAR = {"<Button-1>", "<ButtonPress-1>", "<1>"}
SOLTAR = {"<ButtonRelease-1>"}


@dataclasses.dataclass
class Elemento:
    """Una parte de una ventana."""

    programa: str
    ruta: str
    clase: str
    datos: "dict[str, str]"
    filas: "list[tuple[str, str]]"  # de listas, menús, pestañas y lienzos: (texto, identificador)

    def __getattr__(self, nombre: str) -> str:
        return self.datos.get(nombre, "")

    def __hash__(self) -> int:
        return hash((self.programa, self.ruta))

    def __eq__(self, otro) -> bool:
        return isinstance(otro, Elemento) and (self.programa, self.ruta) == (otro.programa, otro.ruta)

    @property
    def caja(self) -> "tuple[int, int, int, int]":
        """Izquierda, arriba, derecha y abajo en la pantalla."""
        x, y = int(self.x), int(self.y)
        return x, y, x + int(self.ancho), y + int(self.alto)

    @property
    def a_la_vista(self) -> bool:
        """Si se ve, o está en una pestaña que se puede elegir."""
        return self.visible == "1"

    @property
    def escribible(self) -> bool:
        """Si se puede escribir en él."""
        return (self.campo == "1" and self.estado in ("", "normal") and self.clase in CAMPOS) or (self.clase == "Text" and self.estado == "normal")

    @property
    def es_boton(self) -> bool:
        """Si se puede pulsar, sea un botón o algo que responde al clic."""
        return self.clase in BOTONES or (self.clase not in (*CAMPOS, *CON_TEXTO) and bool(CLIC & set(self.atado.split())))

    @property
    def encendido(self) -> bool:
        """Si un botón responde, ahora, a quien lo pulsa."""
        return self.estado != "disabled"

    @property
    def textos(self) -> "list[str]":
        """Todo lo que dice: su rótulo, su contenido y sus filas; un lienzo, de corrido."""
        propios = [self.texto, self.dicho if self.clase in ("Text", "Canvas") else ""]
        return [uno for uno in [*propios, *(fila for fila, _ in self.filas if self.clase != "Canvas")] if uno]

    @property
    def fotos(self) -> "list[str]":
        """Los nombres de las imágenes que muestra."""
        return [*self.imagenes.split(), *([self.imagen] if self.imagen else [])]


def normalizar(texto: str) -> str:
    """Sólo letras y cifras, sin acentos ni mayúsculas: «¡Enviar ➤!» → «enviar»."""
    sin_acentos = (c for c in unicodedata.normalize("NFD", texto.lower()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", "".join(sin_acentos)).split())


def dice(texto: str, aceptados: "list[str]") -> int:
    """Qué tanto un rótulo dice una de esas cosas: 3 igual, 2 como palabras enteras, 0 nada."""
    dicho = normalizar(texto)
    if not dicho or len(dicho) > 60:
        return 0
    claves = [normalizar(uno) for uno in aceptados]
    if dicho in claves:
        return 3
    return 2 if any(re.search(rf"\b{clave}\b", dicho) for clave in claves) else 0


def accion_de(texto: str, textos: "dict[str, list[str]]", entre: "tuple[str, ...]") -> "tuple[str, int]":
    """La acción que dice un rótulo y qué tanto; si caben dos, gana el texto más largo: «Enviar sticker»."""
    mejor, largo = ("", 0), 0
    for accion in entre:
        for aceptado in textos[accion]:
            puntos = dice(texto, [aceptado])
            if puntos and len(normalizar(aceptado)) > largo:
                mejor, largo = (accion, puntos), len(normalizar(aceptado))
    return mejor


class Ventanas:
    """Las ventanas de un programa en marcha."""

    def __init__(self, pantalla: x11.Pantalla, programa, textos: "dict[str, list[str]]"):
        """`textos`: acción → rótulos aceptados."""
        self._pantalla, self.programa, self.textos = pantalla, programa, textos
        self._de_quien: "dict[tuple[str, int], bool]" = {}

    # ---- hablar con Tk

    def nombres(self) -> "dict[str, int]":
        """Los intérpretes de Tk de este programa."""
        try:
            registrados = self._pantalla.programas()
        except x11.ErrorX:
            return {}
        for clave in set(registrados.items()) - set(self._de_quien):
            try:
                pid = int(self._pantalla.evaluar(*clave, "pid", PLAZO))
            except (x11.ErrorX, x11.ErrorTcl, x11.SinRespuesta, ValueError):
                continue  # todavía no contesta: se le preguntará otra vez
            self._de_quien[clave] = pid in self.programa.pids_dentro()
        return {nombre: ventana for nombre, ventana in registrados.items() if self._de_quien.get((nombre, ventana))}

    def tcl(self, nombre: str, guion: str, plazo: float = PLAZO) -> str:
        """Evaluar Tcl en el programa. Lanza SinRespuesta si está detenido; "" si ya no existe o falla."""
        try:
            return self._pantalla.evaluar(nombre, self.nombres()[nombre], guion, plazo)
        except (KeyError, x11.ErrorTcl, x11.ErrorX):
            return ""

    def _despues(self, nombre: str, guion: str) -> None:
        self.tcl(nombre, f"after 1 {{catch {{{guion}}}}}; list")

    def mirar(self) -> "Retrato":
        """Lo que hay ahora en sus ventanas."""
        elementos = []
        for nombre in self.nombres():
            for renglon in self.tcl(nombre, RETRATO).splitlines():
                elementos.append(_leer_elemento(nombre, renglon))
        return Retrato(elementos, self)

    # ---- usar

    def escribir(self, campo: Elemento, texto: str) -> None:
        """Dejar un campo con ese texto, como si se hubiera tecleado."""
        w, valor = campo.ruta, _entre_llaves(texto)
        borrar = f"{w} delete 1.0 end; {w} insert 1.0 {valor}" if campo.clase == "Text" else f"{w} delete 0 end; {w} insert 0 {valor}"
        self.tcl(campo.programa, f"catch {{focus -force {w}; update}}; {borrar}; catch {{event generate {w} <KeyRelease> -keysym space}}; list")
        if campo.clase == "TCombobox":
            self.tcl(campo.programa, f"{w} set {valor}; event generate {w} <<ComboboxSelected>>; list")

    def pulsar(self, boton: Elemento) -> None:
        """Pulsar un botón, o algo que hace de botón."""
        w, ataduras = boton.ruta, set(boton.atado.split())
        if boton.clase in BOTONES and not ataduras & CLIC:
            guion = f"tk::MbPost {w}" if boton.clase == "Menubutton" else f"{w} invoke"
        else:
            guion = f"event generate {w} <Enter>; event generate {w} <ButtonPress-1> -x 5 -y 5; event generate {w} <ButtonRelease-1> -x 5 -y 5"
        self._despues(boton.programa, guion)

    def apretar(self, boton: Elemento, soltar: bool = False) -> None:
        """Apretar un botón sin soltarlo, o soltarlo."""
        cual = "ButtonRelease" if soltar else "ButtonPress"
        entrar = "" if soltar else f"event generate {boton.ruta} <Enter>; "
        self._despues(boton.programa, f"{entrar}event generate {boton.ruta} <{cual}-1> -x 5 -y 5")

    def enter(self, campo: Elemento) -> None:
        """La tecla Enter en un campo."""
        w = campo.ruta
        self._despues(campo.programa, f"focus -force {w}; update; event generate {w} <Return>; event generate {w} <KeyRelease-Return>")

    def elegir(self, elemento: Elemento, fila: int, doble: bool = False, boton: int = 1) -> None:
        """Clic, o doble clic, en una fila de una lista, una pestaña, un menú o un texto de un lienzo."""
        w, (_, identidad) = elemento.ruta, elemento.filas[fila]
        if elemento.clase == "Menu":
            self._despues(elemento.programa, f"{w} invoke {fila}; {w} unpost; grab release [grab current {w}]")
        elif elemento.clase == "TNotebook":
            self.tcl(elemento.programa, f"{w} select {identidad}; update; list")
        elif elemento.campo == "1":
            self.tcl(elemento.programa, f"{w} set {_entre_llaves(elemento.filas[fila][0])}; event generate {w} <<ComboboxSelected>>; list")
        else:
            self._clic_en_fila(elemento, fila, identidad, doble, boton)

    def _clic_en_fila(self, elemento: Elemento, fila: int, identidad: str, doble: bool, boton: int) -> None:
        w = elemento.ruta
        donde = {
            "Listbox": f"{w} see {fila}; update idletasks; set b [{w} bbox {fila}]",
            "Treeview": f"{w} see {{{identidad}}}; update idletasks; set b [{w} bbox {{{identidad}}}]",
            "Canvas": f"set b [{w} bbox {identidad}]; set b [list [expr {{[lindex $b 0]-[{w} canvasx 0]}}] [expr {{[lindex $b 1]-[{w} canvasy 0]}}] "
                      f"[expr {{[lindex $b 2]-[lindex $b 0]}}] [expr {{[lindex $b 3]-[lindex $b 1]}}]]",
        }.get(elemento.clase, "set b {0 0 12 12}")
        punto = "set x [expr {int([lindex $b 0]+min(40,[lindex $b 2]/2.0))}]; set y [expr {int([lindex $b 1]+[lindex $b 3]/2.0)}]"
        # Sin `update`, que atendería lo pedido después de esto antes de terminarlo.
        previa = f"raise [winfo toplevel {w}]; catch {{focus -force {w}}}; update idletasks; {donde}; {punto}"
        clic = f"event generate {w} <ButtonPress-{boton}> -x $x -y $y; event generate {w} <ButtonRelease-{boton}> -x $x -y $y"
        mover = f"event generate {w} <Enter> -x $x -y $y; event generate {w} <Motion> -x $x -y $y"
        self._despues(elemento.programa, f"{previa}; {mover}; {clic}{'; ' + clic if doble else ''}")

    def cerrar(self, ventana: Elemento) -> None:
        """El botón de cerrar de una ventana, como lo pulsaría el gestor de ventanas."""
        w = ventana.ruta
        self._despues(ventana.programa, f"set c [wm protocol {w} WM_DELETE_WINDOW]; if {{$c eq {{}}}} {{destroy {w}}} else {{uplevel #0 $c}}")

    def agrandar(self, ventana: Elemento) -> None:
        """Darle todo el alto de la pantalla: hay conversaciones que sólo dibujan lo que cabe."""
        w = ventana.ruta
        self.tcl(ventana.programa, f"wm geometry {w} [winfo width {w}]x[expr {{[winfo screenheight {w}] - 40}}]+[winfo x {w}]+0; update; list")

    def clic_en_pieza(self, lienzo: Elemento, pieza: str) -> None:
        """Clic en el centro de algo dibujado en un lienzo."""
        w = lienzo.ruta
        self._despues(lienzo.programa, (
            f"lassign [{w} bbox {pieza}] a b c d; "
            f"set x [expr {{int(($a+$c)/2.0-[{w} canvasx 0])}}]; set y [expr {{int(($b+$d)/2.0-[{w} canvasy 0])}}]; "
            f"event generate {w} <Enter> -x $x -y $y; event generate {w} <Motion> -x $x -y $y; "
            f"event generate {w} <ButtonPress-1> -x $x -y $y; event generate {w} <ButtonRelease-1> -x $x -y $y"))

    def tamano_de_imagen(self, programa: str, imagen: str) -> "tuple[int, int]":
        """Ancho y alto de una imagen, en píxeles."""
        medidas = self.tcl(programa, f"list [image width {{{imagen}}}] [image height {{{imagen}}}]").split()
        return (int(medidas[0]), int(medidas[1])) if len(medidas) == 2 else (0, 0)

    def clic_en_marca(self, elemento: Elemento) -> None:
        """Clic en el último texto de un Text que responde al clic."""
        w, marca = elemento.ruta, elemento.marcas.split()[-1]
        guion = (f"set r [{w} tag ranges {{{marca}}}]; set i [lindex $r end-1]; {w} see $i; update idletasks; set b [{w} bbox $i]; "
                 f"set x [expr {{[lindex $b 0]+2}}]; set y [expr {{[lindex $b 1]+2}}]; "
                 f"event generate {w} <Motion> -x $x -y $y; event generate {w} <ButtonPress-1> -x $x -y $y; "
                 f"event generate {w} <ButtonRelease-1> -x $x -y $y")
        self._despues(elemento.programa, guion)

    def aspecto_de(self, elemento: Elemento, texto: str) -> str:
        """Con qué se distingue un texto de los demás del mismo elemento: cómo lo muestran sus etiquetas (tags), o los colores de su fila o dibujo.

        Cómo se llama una etiqueta no se ve: hay quien hace una para cada mensaje.
        """
        w, fila = elemento.ruta, next((fila for dicho, fila in reversed(elemento.filas) if texto in dicho), "")
        guion = {
            "Text": f"{ASPECTO_EN_UN_TEXT} {w} {_entre_llaves(texto)}",
            "Listbox": f"list [{w} itemcget {fila} -foreground] [{w} itemcget {fila} -background]",
            "Treeview": f"lmap t [{w} item {{{fila}}} -tags] {{{w} tag configure $t}}",
            # El color de sus letras y el de lo que tiene detrás.
            "Canvas": f"lassign [{w} bbox {fila}] a b c d; set x [expr {{($a+$c)/2}}]; set y [expr {{($b+$d)/2}}]; "
                      f"lmap pieza [{w} find overlapping $x $y $x $y] {{if {{[catch {{{w} itemcget $pieza -fill}} color]}} continue; set color}}",
        }.get(elemento.clase)
        return self.tcl(elemento.programa, guion) if guion else ""


def _leer_elemento(programa: str, renglon: str) -> Elemento:
    partes = renglon.split(" ")
    datos = {clave: _texto(valor) for clave, valor in zip(partes[::2], partes[1::2])}
    filas = []
    while f"e{len(filas)}" in datos:
        filas.append((datos[f"e{len(filas)}"], datos.get(f"i{len(filas)}", str(len(filas)))))
    return Elemento(programa, datos.get("ruta", ""), datos.get("clase", ""), datos, filas)


def _texto(hexadecimal: str) -> str:
    try:
        crudo = bytes.fromhex(hexadecimal).replace(b"\xc0\x80", b"").decode("utf-8", "surrogatepass")
        return crudo.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # Tcl 8.6 parte los emoji en dos
    except ValueError:
        return ""


def _entre_llaves(texto: str) -> str:
    """Un texto cualquiera como palabra de Tcl, sin que nada de él se evalúe."""
    return '"' + "".join(c if c.isalnum() and c.isascii() else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else c for c in texto) + '"'


class Retrato:
    """Lo que había en las ventanas en un momento, y cómo encontrar en ello lo que se busca."""

    def __init__(self, elementos: "list[Elemento]", ventanas: Ventanas):
        self.elementos = elementos
        self.ventanas = ventanas
        self.textos = ventanas.textos
        self._por_ruta = {(uno.programa, uno.ruta): uno for uno in elementos}
        self._pestanas = {(uno.programa, ruta): uno for uno in elementos if uno.clase == "TNotebook" for _, ruta in uno.filas}
        self.alcanzables = [uno for uno in elementos if self._se_alcanza(uno)]

    def _se_alcanza(self, uno: Elemento) -> bool:
        """Si está a la vista, o lo estaría al elegir su pestaña o abrir su menú."""
        if uno.a_la_vista or uno.clase == "Menu":
            return True
        if uno.tope and self.ventana_de(uno) is not None and not self.ventana_de(uno).a_la_vista:
            return False
        return any((uno.programa, ruta) in self._pestanas for ruta in _hacia_arriba(uno.ruta)) and uno.lugar != ""

    # ---- lo que es cada cosa

    def madre(self, uno: Elemento) -> "Elemento | None":
        """El elemento que lo contiene."""
        return self._por_ruta.get((uno.programa, uno.ruta.rpartition(".")[0] or "."))

    def ventana_de(self, uno: Elemento) -> "Elemento | None":
        """La ventana en que está."""
        return self._por_ruta.get((uno.programa, uno.tope))

    def titulos(self) -> "list[Elemento]":
        """Las ventanas que están a la vista."""
        return [uno for uno in self.elementos if uno.titulo + uno.ventana and uno.ruta == uno.tope and uno.a_la_vista and uno.clase != "Menu"]

    def dentro(self, zona: Elemento) -> "list[Elemento]":
        """Lo que contiene un elemento, y él mismo; de una ventana, sin las ventanas que sean hijas suyas."""
        prefijo = zona.ruta.rstrip(".") + "."
        return [uno for uno in self.alcanzables
                if uno == zona or (uno.programa == zona.programa and uno.ruta.startswith(prefijo) and uno.tope == zona.tope)]

    def botones(self, accion: str, zona: "Elemento | None" = None, apagados: bool = False) -> "list[Elemento]":
        """Los botones que dicen una acción, el mejor primero. `apagados`: también, al final, los que se encenderán al escribir o elegir."""
        donde = self.alcanzables if zona is None else self.dentro(zona)
        hallados = []
        for uno in donde:
            if uno.es_boton and (apagados or uno.encendido):
                dicha, puntos = self.accion_de_boton(uno)
                hallados += [(uno.encendido, puntos, uno)] if dicha == accion else []
        return [uno for *_, uno in sorted(hallados, key=lambda trio: trio[:2], reverse=True)]

    def accion_de_boton(self, boton: Elemento) -> "tuple[str, int]":
        """Lo que dice un botón; uno sin letras, el nombre de su widget."""
        botones = tuple(accion for accion in self.textos if accion not in DE_CAMPO)
        nombre = boton.ruta.rpartition(".")[2].rstrip("0123456789")
        if not normalizar(boton.texto) and nombre in botones:
            return nombre, 3
        return accion_de(boton.texto, self.textos, botones)

    def menus(self, accion: str) -> "list[tuple[Elemento, int]]":
        """Las entradas de menú que dicen una acción."""
        return [(uno, n) for uno in self.alcanzables if uno.clase == "Menu" for n, (texto, _) in enumerate(uno.filas)
                if accion_de(texto, self.textos, tuple(uno for uno in self.textos if uno not in DE_CAMPO))[0] == accion]

    def campos(self, zona: "Elemento | None" = None) -> "list[Elemento]":
        """Donde se puede escribir, de arriba abajo."""
        donde = self.alcanzables if zona is None else self.dentro(zona)
        return sorted((uno for uno in donde if uno.escribible), key=lambda uno: (uno.caja[1], uno.caja[0]))

    def rotulo_de(self, campo: Elemento) -> str:
        """Lo que dice junto a un campo: el texto más cercano a su izquierda o arriba, o dentro mientras está vacío."""
        mejor, cerca = "", 10_000.0
        izquierda, arriba, derecha, abajo = campo.caja
        for uno in self.alcanzables:
            rotulo = uno.texto.strip()
            if uno.tope != campo.tope or uno.programa != campo.programa or not rotulo or uno.clase in BOTONES or uno == campo:
                continue
            x0, y0, x1, y1 = uno.caja
            al_lado = y0 < abajo and y1 > arriba and x0 < izquierda <= x1 + AL_LADO
            encima = y1 <= arriba + 6 <= y1 + ENCIMA and x0 < derecha and x1 > izquierda
            contiene = uno.clase in ("Labelframe", "TLabelframe") and campo.ruta.startswith(uno.ruta + ".")
            distancia = 30 if contiene else izquierda - x1 if al_lado else (arriba - y1) + 20 if encima else 10_000
            if -4 <= distancia < cerca:
                mejor, cerca = rotulo, distancia
        return mejor

    def papel_de(self, campo: Elemento) -> "tuple[str, int]":
        """Para qué es un campo (nombre, sala, para), por su rótulo, su texto de muestra o el nombre de su widget."""
        nombre = campo.ruta.rpartition(".")[2].rstrip("0123456789")
        if nombre in DE_CAMPO:
            return nombre, 8
        papel, puntos = accion_de(self.rotulo_de(campo), self.textos, DE_CAMPO)
        if not puntos and dice(campo.dicho, self.textos["nombre"] + self.textos["sala"] + self.textos["para"]) == 3:
            papel, puntos = accion_de(campo.dicho, self.textos, DE_CAMPO)[0], 1
        return papel, puntos

    def campo_de(self, papel: str, zona: "Elemento | None" = None) -> "Elemento | None":
        """El campo que es para una cosa."""
        return max((uno for uno in self.campos(zona) if self.papel_de(uno)[0] == papel), key=lambda uno: self.papel_de(uno)[1], default=None)

    def mostrar(self, uno: Elemento) -> None:
        """Elegir las pestañas que haga falta para que un elemento quede a la vista."""
        for ruta in reversed(_hacia_arriba(uno.ruta)):
            cuaderno = self._pestanas.get((uno.programa, ruta))
            if cuaderno is not None and cuaderno.elegida != ruta:
                self.ventanas.elegir(cuaderno, [pagina for _, pagina in cuaderno.filas].index(ruta))

    # ---- lo que dice

    def textos_de(self, zona: "Elemento | None" = None, sin: "tuple[Elemento, ...]" = ()) -> "list[tuple[Elemento, str]]":
        """(elemento, texto) de todo lo que se lee, sin lo que hay en los campos ni en `sin`."""
        donde = self.alcanzables if zona is None else self.dentro(zona)
        return [(uno, texto) for uno in donde if not self._es_campo(uno) and uno.clase != "Menu" and not any(self.esta_en(uno, otro) for otro in sin)
                for texto in uno.textos]

    def _es_campo(self, uno: Elemento) -> bool:
        """Si es para escribir en él. Un Text lo es si se envía lo suyo: una conversación también puede haber quedado abierta a las teclas."""
        return uno.escribible and (uno.clase != "Text" or uno in self._redactores)

    @functools.cached_property
    def _redactores(self) -> "set[Elemento]":
        import zonas  # aquí: zonas importa este módulo

        return {zona.campo for zona in zonas.buscar_zonas(self)}

    def se_lee(self, texto: str, zona: "Elemento | None" = None) -> "list[tuple[Elemento, str]]":
        """Dónde se lee un texto, sin distinguir cómo se parten los renglones."""
        buscado = _seguido(texto)
        return [(uno, dicho) for uno, dicho in self.textos_de(zona) if buscado in _seguido(dicho)]

    @staticmethod
    def esta_en(uno: Elemento, otro: Elemento) -> bool:
        """Si un elemento es otro o está dentro de él."""
        return uno.programa == otro.programa and (uno.ruta == otro.ruta or uno.ruta.startswith(otro.ruta.rstrip(".") + "."))

    def recipiente(self, texto: str, otro: str) -> "Elemento | None":
        """Donde va una conversación: lo más chico que contiene dos cosas dichas en ella, sea un Text o un marco con rótulos sueltos.

        Si no se ven juntas, donde se ve una; None si no se ve ninguna.
        """
        lugares, otros = ([lugar for lugar, _ in self.se_lee(dicho)] for dicho in (texto, otro))
        comunes = [self._comun(uno, dos) for uno in lugares for dos in otros]
        return max(filter(None, comunes), key=lambda uno: uno.ruta.rstrip(".").count("."), default=([None] + lugares + otros)[-1])

    def _comun(self, uno: Elemento, otro: Elemento) -> "Elemento | None":
        """Lo más chico que contiene a dos elementos de una misma ventana."""
        candidatos = (self._por_ruta.get((uno.programa, ruta)) for ruta in (*_hacia_arriba(uno.ruta), uno.tope))
        return next((zona for zona in candidatos if zona is not None and zona.tope == otro.tope and self.esta_en(otro, zona)), None)

    def parte_de(self, uno: Elemento, charla: Elemento) -> Elemento:
        """Lo más grande que contiene a un elemento de una conversación y no a los demás mensajes: su globo, o él mismo."""
        dentro = [ruta for ruta in _hacia_arriba(uno.ruta) if len(ruta) > len(charla.ruta)]
        return self._por_ruta.get((uno.programa, dentro[-1]), uno) if dentro else uno

    def contar_en(self, lugar: Elemento, texto: str) -> int:
        """Cuántas veces se lee un texto en una conversación."""
        buscado = _seguido(texto)
        return sum(_seguido(dicho).count(buscado) for _, dicho in self.textos_de(lugar))

    def describir(self) -> str:
        """Las ventanas en palabras, para el informe."""
        partes = []
        for ventana in self.titulos():
            cosas = [f"{uno.clase} «{' / '.join(uno.textos)[:60]}»" for uno in self.dentro(ventana) if uno.textos or uno.escribible]
            partes.append(f"ventana «{ventana.titulo}»: " + ", ".join(cosas[:25]))
        return "\n".join(partes) or "no hay ninguna ventana a la vista"


def _seguido(texto: str) -> str:
    return " ".join(unicodedata.normalize("NFC", texto).split())


def _hacia_arriba(ruta: str) -> "list[str]":
    """Una ruta y las de los que la contienen: .a.b.c → .a.b.c, .a.b, .a"""
    partes = ruta.split(".")
    return [".".join(partes[:n]) for n in range(len(partes), 1, -1)]

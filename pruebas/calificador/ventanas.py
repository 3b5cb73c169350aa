"""Usar desde fuera las ventanas de una entrega, estén como estén hechas.

Un retrato dice qué hay en cada ventana: campos, botones, listas, textos, imágenes. Lo que se
busca se reconoce por lo que es y lo que dice (los textos de enunciado/rubrica.json), nunca por
su lugar. Todo se hace con órdenes de Tk evaluadas en el programa (x11.py), cada una con plazo;
lo que abre diálogos se pide con `after`, porque no regresaría hasta que se cerraran.
"""

from calificador import x11
from calificador.elementos import BOTONES
from calificador.elementos import CLIC
from calificador.elementos import Elemento
from calificador.elementos import Mando
from calificador.retrato import RETRATO
from calificador.retrato import Retrato
from calificador.retrato import leer_elemento

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


class Ventanas:
    """Las ventanas de un programa en marcha."""

    def __init__(self, pantalla: x11.Pantalla, programa, textos: "dict[str, list[str]]"):
        """`textos`: acción → rótulos aceptados."""
        self._pantalla, self.programa, self.textos = pantalla, programa, textos
        self.muestras: "dict[tuple[str, str], str]" = {}  # lo que decía de sí un campo antes de escribir en él
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

    def mirar(self) -> Retrato:
        """Lo que hay ahora en sus ventanas."""
        elementos = []
        for nombre in self.nombres():
            for renglon in self.tcl(nombre, RETRATO).splitlines():
                elementos.append(leer_elemento(nombre, renglon))
        return Retrato(elementos, self)

    # ---- usar

    def escribir(self, campo: Elemento, texto: str) -> None:
        """Dejar un campo con ese texto, como si se hubiera tecleado."""
        w, valor = campo.ruta, _entre_llaves(texto)
        borrar = (
            f"{w} delete 1.0 end; {w} insert 1.0 {valor}"
            if campo.clase == "Text"
            else f"{w} delete 0 end; {w} insert 0 {valor}"
        )
        self.tcl(
            campo.programa,
            f"catch {{focus -force {w}; update}}; {borrar}; catch {{event generate {w} <KeyRelease> -keysym space}};"
            " list",
        )
        if campo.clase == "TCombobox":
            self.tcl(campo.programa, f"{w} set {valor}; event generate {w} <<ComboboxSelected>>; list")

    def pulsar(self, boton: Elemento) -> None:
        """Pulsar un botón, o algo que hace de botón."""
        w, ataduras = boton.ruta, set(boton.atado.split())
        if boton.clase in BOTONES and not ataduras & CLIC:
            guion = f"tk::MbPost {w}" if boton.clase == "Menubutton" else f"{w} invoke"
        else:
            guion = (
                f"event generate {w} <Enter>; event generate {w} <ButtonPress-1> -x 5 -y 5; event generate {w}"
                " <ButtonRelease-1> -x 5 -y 5"
            )
        self._despues(boton.programa, guion)

    def accionar(self, mando: Mando) -> None:
        """Pulsar un botón o elegir una entrada de un menú."""
        if mando.fila is None:
            self.pulsar(mando.elemento)
        else:
            self.elegir(mando.elemento, mando.fila)

    def apretar(self, boton: Elemento, soltar: bool = False) -> None:
        """Apretar un botón sin soltarlo, o soltarlo."""
        cual = "ButtonRelease" if soltar else "ButtonPress"
        entrar = "" if soltar else f"event generate {boton.ruta} <Enter>; "
        self._despues(boton.programa, f"{entrar}event generate {boton.ruta} <{cual}-1> -x 5 -y 5")

    def enter(self, campo: Elemento) -> None:
        """La tecla Enter en un campo."""
        w = campo.ruta
        self._despues(
            campo.programa,
            f"focus -force {w}; update; event generate {w} <Return>; event generate {w} <KeyRelease-Return>",
        )

    def elegir(self, elemento: Elemento, fila: int, doble: bool = False, boton: int = 1) -> None:
        """Clic, o doble clic, en una fila de una lista, una pestaña, un menú o un texto de un lienzo."""
        w, (_, identidad) = elemento.ruta, elemento.filas[fila]
        if elemento.clase == "Menu":
            self._despues(elemento.programa, f"{w} invoke {fila}; {w} unpost; grab release [grab current {w}]")
        elif elemento.clase == "TNotebook":
            self.tcl(elemento.programa, f"{w} select {identidad}; update; list")
        elif elemento.campo == "1":
            self.tcl(
                elemento.programa,
                f"{w} set {_entre_llaves(elemento.filas[fila][0])}; event generate {w} <<ComboboxSelected>>; list",
            )
        else:
            self._clic_en_fila(elemento, fila, identidad, doble, boton)

    def _clic_en_fila(self, elemento: Elemento, fila: int, identidad: str, doble: bool, boton: int) -> None:
        w = elemento.ruta
        donde = {
            "Listbox": f"{w} see {fila}; update idletasks; set b [{w} bbox {fila}]",
            "Treeview": f"{w} see {{{identidad}}}; update idletasks; set b [{w} bbox {{{identidad}}}]",
            "Canvas": (
                f"set b [{w} bbox {identidad}]; set b [list [expr {{[lindex $b 0]-[{w} canvasx 0]}}] [expr {{[lindex $b"
                f" 1]-[{w} canvasy 0]}}] [expr {{[lindex $b 2]-[lindex $b 0]}}] [expr {{[lindex $b 3]-[lindex $b 1]}}]]"
            ),
        }.get(elemento.clase, "set b {0 0 12 12}")
        punto = (
            "set x [expr {int([lindex $b 0]+min(40,[lindex $b 2]/2.0))}]; set y [expr {int([lindex $b 1]+[lindex $b"
            " 3]/2.0)}]"
        )
        # Sin `update`, que atendería lo pedido después de esto antes de terminarlo.
        previa = f"raise [winfo toplevel {w}]; catch {{focus -force {w}}}; update idletasks; {donde}; {punto}"
        clic = (
            f"event generate {w} <ButtonPress-{boton}> -x $x -y $y; event generate {w} <ButtonRelease-{boton}> -x $x"
            " -y $y"
        )
        mover = f"event generate {w} <Enter> -x $x -y $y; event generate {w} <Motion> -x $x -y $y"
        self._despues(elemento.programa, f"{previa}; {mover}; {clic}{'; ' + clic if doble else ''}")

    def cerrar(self, ventana: Elemento) -> None:
        """El botón de cerrar de una ventana, como lo pulsaría el gestor de ventanas."""
        w = ventana.ruta
        self._despues(
            ventana.programa,
            f"set c [wm protocol {w} WM_DELETE_WINDOW]; if {{$c eq {{}}}} {{destroy {w}}} else {{uplevel #0 $c}}",
        )

    def agrandar(self, ventana: Elemento) -> None:
        """Darle todo el alto de la pantalla: hay conversaciones que sólo dibujan lo que cabe."""
        w = ventana.ruta
        self.tcl(
            ventana.programa,
            f"wm geometry {w} [winfo width {w}]x[expr {{[winfo screenheight {w}] - 40}}]+[winfo x {w}]+0; update; list",
        )

    def ajustar(self, ventana: Elemento) -> None:
        """Si lo que tiene no cabe en ella y se deja agrandar, agrandarla: lo que no cabe no se ve ni se puede usar."""
        w = ventana.ruta
        self.tcl(
            ventana.programa,
            "update idletasks; "
            f"set a [expr {{max([winfo width {w}], min([winfo reqwidth {w}], [winfo screenwidth {w}]))}}]; "
            f"set b [expr {{max([winfo height {w}], min([winfo reqheight {w}], [winfo screenheight {w}]))}}]; "
            f"if {{($a > [winfo width {w}] || $b > [winfo height {w}]) && [wm resizable {w}] eq {{1 1}}}} "
            f"{{wm geometry {w} ${{a}}x$b; update}}; list",
        )

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
        guion = (
            f"set r [{w} tag ranges {{{marca}}}]; set i [lindex $r end-1]; {w} see $i; update idletasks; set b [{w}"
            f" bbox $i]; set x [expr {{[lindex $b 0]+2}}]; set y [expr {{[lindex $b 1]+2}}]; event generate {w}"
            f" <Motion> -x $x -y $y; event generate {w} <ButtonPress-1> -x $x -y $y; event generate {w}"
            " <ButtonRelease-1> -x $x -y $y"
        )
        self._despues(elemento.programa, guion)

    def aspecto_de(self, elemento: Elemento, texto: str) -> str:
        """Con qué se distingue un texto de los demás del mismo elemento: cómo lo muestran sus etiquetas (tags), o los
        colores de su fila o dibujo.

        Cómo se llama una etiqueta no se ve: hay quien hace una para cada mensaje.
        """
        w, fila = elemento.ruta, next((fila for dicho, fila in reversed(elemento.filas) if texto in dicho), "")
        guion = {
            "Text": f"{ASPECTO_EN_UN_TEXT} {w} {_entre_llaves(texto)}",
            "Listbox": f"list [{w} itemcget {fila} -foreground] [{w} itemcget {fila} -background]",
            "Treeview": f"lmap t [{w} item {{{fila}}} -tags] {{{w} tag configure $t}}",
            # El color de sus letras y el de lo que tiene detrás.
            "Canvas": (
                f"lassign [{w} bbox {fila}] a b c d; set x [expr {{($a+$c)/2}}]; set y [expr {{($b+$d)/2}}]; lmap pieza"
                f" [{w} find overlapping $x $y $x $y] {{if {{[catch {{{w} itemcget $pieza -fill}} color]}} continue;"
                " set color}"
            ),
        }.get(elemento.clase)
        return self.tcl(elemento.programa, guion) if guion else ""


def _entre_llaves(texto: str) -> str:
    """Un texto cualquiera como palabra de Tcl, sin que nada de él se evalúe."""
    return (
        '"'
        + "".join(c if c.isalnum() and c.isascii() else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else c for c in texto)
        + '"'
    )

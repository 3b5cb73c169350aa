"""La ventana de un README: lo que dice que se ve en ella, comprobado en el programa de verdad.

Sirve para cualquier programa de Tk: no sabe nada de él sino lo que se lee y los botones que tiene.
"""

import re

from ayudas import pantalla_tk

SEPARACION = 640  # píxeles entre dos ventanas: que ninguna tape los botones de otra
CAMPOS = ("Entry", "TEntry", "TCombobox", "Text", "Spinbox", "TSpinbox")
ACCION = re.compile(r"(?:\[(?P<texto>.*)\])? ?(?:\((?P<boton>.+)\))? ?(?P<enter>⏎)?")

# Todos los widgets que se ven, de arriba abajo, como pares (widget, texto).
LEER = r"""
set vistos {}
proc bajar w { global vistos
    set clase [expr {[winfo ismapped $w] ? [winfo class $w] : {}}]
    switch $clase {
        Text     { lappend vistos [list $w [$w get 1.0 end-1c]] }
        Label - TLabel - Button - TButton { lappend vistos [list $w [$w cget -text]] }
        Listbox  { lappend vistos [list $w [join [$w get 0 end] \n]] }
        Treeview { foreach f [$w children {}] {
            lappend vistos [list $w [string trim [join [concat [list [$w item $f -text]] [$w item $f -values]]]]]
        } }
        Canvas   { foreach i [$w find all] {
            if {[$w type $i] eq "text"} { lappend vistos [list $w [$w itemcget $i -text]] }
        } }
        Tk - Toplevel { lappend vistos [list $w [wm title $w]] }
    }
    foreach hijo [winfo children $w] { if {$clase ne {} || [winfo toplevel $hijo] eq $hijo} { bajar $hijo } }
}
bajar .
set vistos
"""
CERRAR = ("after idle {if {[wm protocol . WM_DELETE_WINDOW] eq {}} {destroy .} "
          "else {eval [wm protocol . WM_DELETE_WINDOW]}}")


class Ventana:
    """Lo que el README dice de la ventana de un programa, y la ventana."""

    def __init__(self, pantalla: pantalla_tk.PantallaTk, terminal, renglones: "list[str]", lugar: int = 0):
        self.pantalla = pantalla
        self._lugar = lugar  # cuántas se abrieron antes, a su izquierda
        self.terminal = terminal  # la que lanza el programa
        self.renglones = renglones
        self.vistos = 0
        self._colocada = False

    # ---- ver

    def leer(self) -> "list[tuple[str, str]]":
        """Lo que se lee ahora en ella: pares (widget, renglón)."""
        if self.terminal.proceso is None:
            return []
        leido = self.tcl(LEER) or []
        if leido and not self._colocada:
            self._colocada = True
            # «update»: que ya esté ahí cuando se haga clic en la de al lado
            self.tcl(f"wm geometry . +{SEPARACION * self._lugar}+0; update")
        return [(widget, renglon.strip()) for widget, texto in leido for renglon in texto.split("\n")]

    def tcl(self, guion: str) -> "list | str | None":
        """Evaluar Tcl en su programa."""
        return self.pantalla.tcl(self.terminal.proceso.pid, guion)

    def avanzar(self, meta: int, coincide) -> bool:
        """Pasar por los renglones que ya se ven, sin llegar más allá de uno; si se llegó a él."""
        leidos = [renglon for _, renglon in self.leer()]
        while self.vistos < meta and any(coincide(self.renglones[self.vistos], leido) for leido in leidos):
            self.vistos += 1
        return bool(leidos) and self.vistos >= meta

    def accion(self) -> int:
        """El primer renglón por ver que dice qué hacer, como [texto], (botón) o ⏎; si no hay, el final."""
        quedan = range(self.vistos, len(self.renglones))
        return next((n for n in quedan if ACCION.fullmatch(self.renglones[n])), len(self.renglones))

    # ---- actuar

    def actuar(self) -> None:
        """Hacer lo que dice el renglón siguiente."""
        accion = ACCION.fullmatch(self.renglones[self.vistos])
        self.vistos += 1
        if accion["texto"] is not None:
            self.escribir(accion["texto"])
        if accion["boton"] == "×":
            self.tcl(CERRAR)
        elif accion["boton"]:
            self.pulsar(accion["boton"])
        if accion["enter"]:
            self.enfocar()
            self.pantalla.xdotool("key", "Return")

    def enfocar(self) -> str:
        """Dar el teclado a la ventana, como un clic en su título; devuelve el widget que lo tiene en ella."""
        encima = str(self.tcl("lindex [wm stackorder .] end"))
        campo = str(self.tcl(f"focus -lastfor {encima}"))
        self.tcl(f"focus -force {campo}; update")
        return campo

    def escribir(self, texto: str) -> None:
        """Teclear en el campo que tiene el teclado, en lugar de lo que hubiera."""
        campo = self.enfocar()
        assert self.tcl(f"winfo class {campo}") in CAMPOS, f"el teclado no lo tiene un campo, sino {campo}"
        todo = "{1.0 end}" if self.tcl(f"winfo class {campo}") == "Text" else "{0 end}"
        self.tcl(f"{campo} delete {{*}}{todo}")
        self.pantalla.xdotool("type", "--delay", "2", texto)

    def pulsar(self, rotulo: str) -> None:
        """Hacer clic en el botón que dice eso."""
        botones = [widget for widget, renglon in self.leer() if renglon == rotulo]
        assert botones, f"no hay ningún botón que diga «{rotulo}»"
        self.tcl(f"raise [winfo toplevel {botones[-1]}]; update")
        x, y, ancho, alto = (int(self.tcl(f"winfo {medida} {botones[-1]}"))
                             for medida in ("rootx", "rooty", "width", "height"))
        self.pantalla.xdotool("mousemove", str(x + ancho // 2), str(y + alto // 2), "click", "1")

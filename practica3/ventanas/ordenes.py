"""Las órdenes de las ventanas: de aquí salen el menú, las teclas y la lista de atajos.

Cada una se dice una sola vez:

    Orden(qué hace, cómo la llama el menú, qué teclas tiene, qué dice de ella la lista de atajos)

«Mando» es Ctrl, o ⌘ en macOS. Las teclas sin función las atiende el widget en que se está (el
redactor, la conversación): aquí sólo se cuentan.
"""

import dataclasses
import tkinter as tk

from ventanas.ajustes import VentanaAjustes
from ventanas.aspecto import foco
from ventanas.aspecto import marcos
from ventanas.aspecto import secundaria
from ventanas.conversaciones import VentanaConversaciones
from ventanas.informe_diagnostico import VentanaDiagnostico

# Tk: como se escribe.
SIGNOS = {"plus": "+", "minus": "−", "comma": ",", "Tab": "Tab", "Escape": "Esc"}
EN_LAS_DOS, EN_CHARLA = "dos", "charla"  # las ventanas que tienen una orden


@dataclasses.dataclass(frozen=True)
class Orden:
    """Algo que se puede hacer en una ventana."""

    hacer: object  # función de la ventana
    teclas: "tuple[str, ...]" = ()  # de Tk; la primera es la que se muestra
    ayuda: str = ""
    menu: object = ""  # el rótulo, o una función que lo da según la ventana
    lugar: int = 0  # en el menú; la decena es su grupo, y entre dos grupos va una raya
    donde: str = EN_CHARLA
    junto: bool = False  # en la lista de atajos, en el renglón de la anterior


@dataclasses.dataclass(frozen=True)
class Tecla:
    """Lo que hacen unas teclas del widget en que se está."""

    teclas: str
    ayuda: str


def _cambiar_letra(paso: int):
    return lambda ventana: ventana.aplicacion.cambiar_letra(paso)


def _otro_tema(ventana) -> str:
    return "Tema oscuro" if ventana.tema.nombre == "claro" else "Tema claro"


def _otra_velocidad(ventana) -> str:
    return f"Velocidad de las voces: {ventana.aplicacion.sonido.veces:g}×"


ORDENES = (
    Tecla("Enter · Mayús+Enter", "Enviar · otro renglón"),
    Tecla("@ · : · Tab", "Ofrecer nombres · emoji, como «:corazón» · completar lo empezado"),
    Orden(lambda v: v.elegir_sticker(), ("Mando-e",), "Stickers"),
    Orden(lambda v: v.grabar(), ("Mando-r",),
          "grabar un mensaje de voz; otra vez, oírlo antes de enviarlo", junto=True),
    Orden(lambda v: v.charla.archivos.elegir(), ("Mando-o",), "Enviar imágenes o archivos",
          "Enviar imágenes o archivos…", 14),
    Tecla("Mando+V", "Pegar texto, una captura de pantalla o archivos copiados"),
    Orden(lambda v: v.busqueda.abrir(), ("Mando-f",),
          "Buscar; Enter y Mayús+Enter van de uno en otro", "Buscar", 12),
    Orden(lambda v: v.cambiar_de_zona(), ("F6",),
          "Pasar del campo a la conversación y de vuelta"),
    Orden(lambda v: v.conversacion.ir_a_lo_nuevo(), ("Mando-j",), "Ir a lo primero sin leer"),
    Tecla("↑ ↓ Re Pág Av Pág Inicio Fin", "Ir por la conversación, mensaje a mensaje"),
    Tecla("Enter, en un mensaje",
          "Oír la voz, ver la imagen, descargar o abrir el archivo o el enlace, ir a lo citado"),
    Tecla("+ − 0 1, en una imagen", "Acercarla · alejarla · verla toda · a su tamaño"),
    Tecla("← →, en una voz", "Atrasarla o adelantarla dos segundos"),
    Orden(lambda v: v.aplicacion.sonido.cambiar_velocidad(v.conversacion), ("Mando-l",),
          "oír las voces más deprisa", _otra_velocidad, 16, junto=True),
    Tecla("Mayús+↑ ↓ · Mando+A", "Elegir varios mensajes · elegir todo"),
    Tecla("Mando+C", "Copiar el mensaje o lo elegido"),
    Orden(lambda v: v.responder(), ("Mando-Shift-R",),
          "Responder al mensaje, o a lo último que dijo otro"),
    Tecla("Supr, en un mensaje propio", "Borrarlo para todos"),
    Tecla("Mayús+F10 o tecla Menú", "Lo que se puede hacer con el mensaje"),
    Orden(lambda v: v.guardar_conversacion(), ("Mando-s",),
          "Guardar la conversación en un archivo de texto", "Guardar conversación…", 13),
    Orden(lambda v: v.aplicacion.entrada.mostrar(), ("Mando-n",), "Otra sala", "Otra sala…", 11),
    Orden(lambda v: v.aplicacion.abrir(VentanaConversaciones), ("Mando-k",),
          "todas las conversaciones, también con quien no está", "Conversaciones…", 17, junto=True),
    Orden(lambda v: v.aplicacion.pasar_de_ventana(v), ("Mando-Tab",),
          "pasar a otra conversación", junto=True),
    Orden(lambda v: v.aplicacion.alternar_tema(), ("Mando-d",), "Tema claro u oscuro",
          _otro_tema, 21, EN_LAS_DOS),
    Orden(lambda v: v.alternar_silencio(), ("Mando-m",), "sonido o silencio",
          junto=True),
    Orden(lambda v: v.alternar_menciones(), ("Mando-Shift-M",), "avisar sólo de menciones",
          lambda v: v.rotular_menciones(), 15, junto=True),
    Orden(_cambiar_letra(1), ("Mando-plus", "Mando-equal", "Mando-KP_Add"),
          "Letra más grande", "Letra más grande", 22, EN_LAS_DOS),
    Orden(_cambiar_letra(-1), ("Mando-minus", "Mando-KP_Subtract"), "más chica",
          "Letra más chica", 23, EN_LAS_DOS, junto=True),
    Orden(_cambiar_letra(0), ("Mando-0",), "normal", donde=EN_LAS_DOS, junto=True),
    Orden(lambda v: v.aplicacion.abrir(VentanaAjustes), ("Mando-comma",), "Preferencias",
          "Preferencias…", 24, EN_LAS_DOS),
    Orden(lambda v: v.aplicacion.abrir(VentanaDiagnostico), ("Mando-i",), "diagnóstico",
          "Diagnóstico…", 31, EN_LAS_DOS, junto=True),
    Orden(lambda v: v.abrir_menu(), ("F10",), "Menú"),
    Orden(lambda v: v.aplicacion.abrir(VentanaAtajos), ("F1",), "estos atajos",
          "Atajos de teclado", 32, EN_LAS_DOS, junto=True),
    Orden(lambda v: v.cerrar_selector(), ("Escape",), "Cerrar lo abierto"),
    Orden(lambda v: v.cerrar(), ("Mando-w",), "cerrar la ventana",
          lambda v: v.DESPEDIDA, 41, EN_LAS_DOS, junto=True),
)


def enlazar(ventana, donde: str = EN_CHARLA) -> None:
    """Dar a una ventana las teclas de sus órdenes."""
    for orden in ORDENES:
        if isinstance(orden, Orden) and donde in (EN_CHARLA, orden.donde):
            for tecla in orden.teclas:
                suceso = f"<{tecla.replace('Mando', ventana.tema.tecla_mando)}>"
                ventana.ventana.bind(suceso, _al_pulsar(orden, ventana))


def _al_pulsar(orden: Orden, ventana):
    def atender(_evento) -> str:
        orden.hacer(ventana)
        return "break"  # que la tecla no haga además otra cosa

    return atender


def llenar_menu(menu: tk.Menu, ventana) -> None:
    """Poner en un menú las órdenes que llevan rótulo."""
    menu.delete(0, "end")
    en_menu = sorted((una for una in ORDENES if isinstance(una, Orden) and una.menu),
                     key=lambda orden: orden.lugar)
    for antes, orden in zip([None, *en_menu], en_menu):
        if antes is not None and antes.lugar // 10 != orden.lugar // 10:
            menu.add_separator()
        # Después: al cerrarse, el menú devuelve el foco a donde estaba.
        menu.add_command(
            label=orden.menu(ventana) if callable(orden.menu) else orden.menu,
            accelerator=escribir_tecla(orden.teclas[0], ventana.tema),
            command=lambda hacer=orden.hacer: menu.after_idle(hacer, ventana))


def escribir_tecla(tecla: str, tema) -> str:
    """Una tecla como se lee: «Ctrl+N», «Ctrl+Mayús+M»."""
    *mandos, letra = tecla.split("-")
    signo = SIGNOS.get(letra, letra.upper() if len(letra) == 1 else letra)
    leidos = {"Mando": tema.mando, "Shift": "Mayús+"}
    return "".join(leidos[mando] for mando in mandos) + signo


def escribir_atajos(tema) -> "list[tuple[str, str]]":
    """La lista de atajos: en cada renglón, las teclas y lo que hacen."""
    renglones: "list[tuple[str, str]]" = []
    for una in ORDENES:
        if isinstance(una, Tecla):
            renglones.append((una.teclas.replace("Mando+", tema.mando), una.ayuda))
            continue
        tecla = escribir_tecla(una.teclas[0], tema)
        if una.junto:
            teclas, ayuda = renglones.pop()
            renglones.append((f"{teclas} · {tecla}", f"{ayuda} · {una.ayuda}"))
        else:
            renglones.append((tecla, una.ayuda))
    return renglones


class VentanaAtajos(secundaria.VentanaSecundaria):
    """La lista de atajos de teclado."""

    def __init__(self, aplicacion):
        super().__init__(aplicacion, "Atajos de teclado")
        self.poner_botones(("Cerrar", self.ventana.destroy))
        self._renglones = escribir_atajos(self.tema)
        tarjeta = marcos.Tarjeta(self.cuerpo, self.tema)
        tarjeta.pack(fill="both", expand=True)
        # Con letra grande no caben en la pantalla: se desplazan, y lo largo se parte.
        self.texto = tk.Text(tarjeta, wrap="word", borderwidth=0, highlightthickness=0,
                             cursor="arrow", width=10, height=5, takefocus=False)
        tarjeta.rodear(self.texto)
        for teclas, que in self._renglones:
            self.texto.insert("end", teclas, "teclas", f"\t{que}\n")
        self.texto.delete("end-1c")
        self.texto.configure(state="disabled")
        self.ventana.bind("<<ThemeChanged>>",
                          lambda evento: evento.widget is self.ventana and self._vestir(), add=True)
        for tecla, cuanto, que in (("Up", -1, "units"), ("Down", 1, "units"),
                                   ("Prior", -1, "pages"), ("Next", 1, "pages")):
            self.ventana.bind(f"<{tecla}>", lambda _, cuanto=cuanto, que=que:
                              self.texto.yview_scroll(cuanto, que))
        self._vestir()

    def _vestir(self) -> None:
        c, px, tema = self.tema.colores, self.tema.px, self.tema
        columna = px(24) + max(tema.letra_fuerte.measure(teclas) for teclas, _ in self._renglones)
        ancho = columna + max(tema.letra.measure(que) for _, que in self._renglones)
        self.texto.configure(background=c["panel"], foreground=c["texto"], font=tema.letra,
                             selectbackground=c["seleccion"], selectforeground=c["texto"],
                             padx=px(8), pady=px(4), spacing1=px(1), spacing3=px(1), tabs=columna)
        self.texto.tag_configure("todo", lmargin2=columna)
        self.texto.tag_add("todo", "1.0", "end")
        self.texto.tag_configure("teclas", font=tema.letra_fuerte)
        alto = len(self._renglones) * (tema.letra.metrics("linespace") + px(2))
        foco.colocar(self.ventana, ancho + px(110), alto + px(160))

"""El selector de stickers: una cuadrícula con los propios y el paquete.

    ┌ Stickers ─────────────────┐
    │ ☺  ☺  ☺  ☺                │    Flechas, Enter y ratón. Supr quita uno propio.
    │ ☺  ☺  ☺  ☺                │    El nombre y lo que se ve, al pie.
    │ aplauso: aplaude   [+ Agregar]
    └───────────────────────────┘

Las miniaturas, y la imagen que se agrega, las prepara el ayudante de preparador.py; aparecen
conforme están.
"""

import tkinter as tk
from tkinter import filedialog
from tkinter import ttk

from adjuntos import imagenes
from adjuntos import stickers
from equipo import datos
from ventanas.aspecto import rueda
from ventanas.aspecto import texto_seguro
from ventanas.aspecto.foco import CLASE
from ventanas.globos.mensaje import ImagenDeTk
from ventanas.globos.pincel import CHICA, Pincel

POR_FILA = 5
LADO_MINIATURA = 76  # píxeles a 96 ppp de una miniatura
CELDA = 92
FILAS_VISIBLES = 4
IMAGENES = "*.png *.jpg *.jpeg *.gif *.webp *.PNG *.JPG *.JPEG *.GIF *.WEBP"


class SelectorDeStickers:
    """Una ventana junto al redactor. `al_elegir(ficha)` al escoger uno; se cierra sola."""

    def __init__(self, madre: tk.Toplevel, tema, preparador, al_elegir):
        self.tema = tema
        self._preparador, self._al_elegir = preparador, al_elegir
        self._fichas: "list[stickers.Ficha]" = []
        self._fotos: "dict[str, tk.PhotoImage]" = {}
        self._elegido = 0
        px = tema.px
        self.ventana = tk.Toplevel(madre, class_=CLASE, background=tema.colores["borde"],
                                   padx=1, pady=1)
        self.ventana.withdraw()
        self.ventana.title("Stickers")
        self.ventana.transient(madre)
        cuerpo = ttk.Frame(self.ventana)
        cuerpo.pack(fill="both", expand=True)
        self.lienzo = tk.Canvas(
            cuerpo, width=px(CELDA) * POR_FILA, height=px(CELDA) * FILAS_VISIBLES, borderwidth=0,
            highlightthickness=0, takefocus=True, background=tema.colores["fondo"])
        barra = ttk.Scrollbar(cuerpo, command=self.lienzo.yview)
        self.lienzo.configure(yscrollcommand=barra.set)
        pie = ttk.Frame(cuerpo, padding=(px(12), px(8)))
        self._nombre = ttk.Label(pie, style="Tenue.TLabel")
        agregar = ttk.Button(pie, text="Agregar…", command=self.agregar)
        pie.pack(side="bottom", fill="x")
        agregar.pack(side="right")
        self._nombre.pack(side="left", fill="x", expand=True)
        barra.pack(side="right", fill="y")
        self.lienzo.pack(fill="both", expand=True, padx=px(6), pady=(px(6), 0))
        agregar.bind("<Return>", lambda _: agregar.invoke())
        self._enlazar()
        self._cargar()
        self._mostrar(madre)

    def _enlazar(self) -> None:
        lienzo, px = self.lienzo, self.tema.px
        for suceso, orden in (
            ("<Left>", lambda _: self._mover(-1)),
            ("<Right>", lambda _: self._mover(1)),
            ("<Up>", lambda _: self._mover(-POR_FILA)),
            ("<Down>", lambda _: self._mover(POR_FILA)),
            ("<Home>", lambda _: self._mover(-len(self._fichas))),
            ("<End>", lambda _: self._mover(len(self._fichas))),
            ("<Return>", lambda _: self._escoger()),
            ("<space>", lambda _: self._escoger()),
            ("<Delete>", lambda _: self._quitar()),
            ("<Motion>", lambda e: self._senalar(self._en(e))),
            ("<Button-1>", self._al_pulsar),
        ):
            lienzo.bind(suceso, orden)
        lienzo.configure(yscrollincrement=1)
        rueda.enlazar(lienzo, px(CELDA) // 2, lambda pixeles: lienzo.yview_scroll(pixeles, "units"))
        self.ventana.bind("<Escape>", lambda _: self.cerrar())
        self.ventana.protocol("WM_DELETE_WINDOW", self.cerrar)

    def _cargar(self, elegida: "stickers.Ficha | None" = None) -> None:
        self._fichas = stickers.catalogo()
        filas = -(-len(self._fichas) // POR_FILA)
        celda = self.tema.px(CELDA)
        self.lienzo.configure(scrollregion=(0, 0, celda * POR_FILA, celda * filas))
        for ficha in self._fichas:
            origen = ficha.ruta if ficha.propio else ficha.nombre
            self._preparador.pedir_sticker(
                origen, lambda imagen, _, clave=ficha.ruta: self._al_estar(clave, imagen),
                LADO_MINIATURA, animado=False)
        self._dibujar()
        if elegida in self._fichas:
            self._elegido = self._fichas.index(elegida)
        self._mover(0)

    def _al_estar(self, clave, imagen: "ImagenDeTk | None") -> None:
        if not self.ventana.winfo_exists():
            return
        self._fotos[clave] = imagen.fotos[0] if imagen is not None else ""
        for numero, una in enumerate(self._fichas):
            if una.ruta == clave:
                self._dibujar_uno(numero)

    def _mostrar(self, madre: tk.Toplevel) -> None:
        self.ventana.update_idletasks()
        alto = self.ventana.winfo_reqheight()
        x = madre.winfo_rootx() + self.tema.px(10)
        y = madre.winfo_rooty() + madre.winfo_height() - alto - self.tema.px(64)
        self.ventana.geometry(f"+{max(0, x)}+{max(0, y)}")
        self.ventana.deiconify()
        self.lienzo.focus_force()

    # ---- dibujar

    def _dibujar(self) -> None:
        self.lienzo.delete("all")
        for numero in range(len(self._fichas)):
            self._dibujar_uno(numero)

    def _dibujar_uno(self, numero: int) -> None:
        px, c = self.tema.px, self.tema.colores
        ficha, celda = self._fichas[numero], px(CELDA)
        x, y = numero % POR_FILA * celda, numero // POR_FILA * celda
        etiqueta = f"s{numero}"
        self.lienzo.delete(etiqueta)
        if numero == self._elegido:
            m, pincel = px(2), Pincel(self.lienzo, self.tema, etiqueta)
            for color, orilla in (("enlace", m), ("seleccion", 2 * m)):
                caja = (x + orilla, y + orilla, x + celda - orilla, y + celda - orilla)
                pincel.caja(caja, c[color], CHICA)
        foto = self._fotos.get(ficha.ruta)
        if foto:
            self.lienzo.create_image(x + celda // 2, y + celda // 2, image=foto, tags=etiqueta)
        elif foto is not None or imagenes.por_que_no():
            self.lienzo.create_text(
                x + celda // 2, y + celda // 2, text=texto_seguro.limpiar_linea(ficha.nombre),
                width=celda - px(8), font=self.tema.letra_chica, fill=c["texto"],
                justify="center", tags=etiqueta)

    # ---- elegir

    def _en(self, evento) -> int:
        columna = evento.x // self.tema.px(CELDA)
        numero = int(self.lienzo.canvasy(evento.y)) // self.tema.px(CELDA) * POR_FILA + columna
        return numero if columna < POR_FILA and numero < len(self._fichas) else -1

    def _senalar(self, numero: int) -> None:
        if numero < 0:
            return
        antes, self._elegido = self._elegido, numero
        for uno in {antes, numero}:
            if uno < len(self._fichas):
                self._dibujar_uno(uno)
        ficha = self._fichas[numero]
        detalle = "tuyo; Supr lo quita" if ficha.propio else ficha.descripcion
        self._nombre.configure(text=texto_seguro.limpiar_linea(f"{ficha.nombre}: {detalle}"))

    def _mover(self, paso: int) -> str:
        self._senalar(max(0, min(self._elegido + paso, len(self._fichas) - 1)))
        fila, filas = self._elegido // POR_FILA, -(-len(self._fichas) // POR_FILA)
        arriba, abajo = (parte * filas for parte in self.lienzo.yview())
        if fila < arriba:
            self.lienzo.yview_moveto(fila / filas)
        elif fila + 1 > abajo:
            self.lienzo.yview_moveto((fila + 1 - FILAS_VISIBLES) / filas)
        return "break"

    def _al_pulsar(self, evento) -> None:
        if self._en(evento) >= 0:
            self._senalar(self._en(evento))
            self._escoger()

    def _escoger(self) -> str:
        ficha = self._fichas[self._elegido]
        self.cerrar()
        self._al_elegir(ficha)
        return "break"

    def agregar(self) -> None:
        """Pedir una imagen del usuario y ponerla entre sus stickers."""
        ruta = filedialog.askopenfilename(
            parent=self.ventana, title="Elegir una imagen",
            initialdir=datos.carpeta_del_usuario("PICTURES"),
            filetypes=[("Imágenes", IMAGENES), ("Todos los archivos", "*")])
        if ruta:
            self._nombre.configure(text="Agregando…", style="Tenue.TLabel")
            self._preparador.agregar_propio(ruta, self._al_agregar)

    def _al_agregar(self, agregada: "stickers.Ficha | None", falla: str) -> None:
        if not self.ventana.winfo_exists():
            return
        if falla:
            self._nombre.configure(text=texto_seguro.limpiar_linea(falla), style="Error.TLabel")
        else:
            self._cargar(agregada)
            self.lienzo.focus_force()  # Enter lo envía, y no abre otra vez el diálogo

    def _quitar(self) -> str:
        ficha = self._fichas[self._elegido]
        if ficha.propio:
            stickers.quitar(ficha)
            self._cargar()
        return "break"

    def cerrar(self) -> None:
        """Cerrar el selector."""
        self.ventana.destroy()

"""Antes de enviar imágenes o archivos: se ven, se les puede escribir algo, y Cancelar.

    ┌ Enviar una imagen ───────────────┐
    │        ┌────────────────┐        │     Enter envía; Esc cancela.
    │        │  (la imagen)   │        │
    │        └────────────────┘        │
    │ captura.png · 1280 × 800         │
    │ [ ] Como archivo, sin cambiarla  │
    │ [ Escribe algo, si quieres     ] │
    │              [Cancelar] [Enviar] │
    └──────────────────────────────────┘

Encoger una foto puede tomar un segundo: lo hace el ayudante de preparador.py.
"""

import pathlib
import tkinter as tk
from tkinter import ttk

from adjuntos import archivos
from ventanas.aspecto import campos_de_texto
from ventanas.aspecto import foco
from ventanas.aspecto import secundaria
from ventanas.aspecto import texto_seguro

LADO = 340  # píxeles a 96 ppp de la imagen que se ve
MAX_NOMBRADOS = 6  # archivos que se nombran de uno en uno
EXTENSIONES = {".png", ".jpg", ".jpeg", ".gif", ".webp"}
PREGUNTA = "Como archivo, tal cual está"


def es_imagen(origen: "bytes | pathlib.Path") -> bool:
    """Si lo que se va a enviar se puede ver: una captura, o un archivo de imagen."""
    return isinstance(origen, bytes) or origen.suffix.lower() in EXTENSIONES


class VentanaEnvio(secundaria.VentanaSecundaria):
    """Lo que se va a enviar. Llama a `al_enviar(tipo, origen, content)` por cada cosa."""

    def __init__(self, aplicacion, madre: tk.Misc,
                 origenes: "list[bytes | pathlib.Path]", al_enviar):
        self._origenes, self._al_enviar = origenes, al_enviar
        self._imagenes = all(map(es_imagen, origenes))
        super().__init__(aplicacion, self._titular())
        self.ventana.withdraw()  # hasta que esté completa y colocada
        self.ventana.transient(madre.winfo_toplevel())
        self._como_archivo = tk.BooleanVar(self.ventana, False)
        self._dicho = campos_de_texto.Texto(self.ventana)
        px = self.tema.px
        self._muestra = ttk.Label(self.cuerpo, anchor="center")
        self._detalle = ttk.Label(self.cuerpo, style="Tenue.TLabel", justify="left",
                                  wraplength=px(LADO + 60), text=self._describir())
        self._muestra.pack(fill="x")
        self._detalle.pack(anchor="w", pady=(px(8), px(4)))
        if self._imagenes and not any(isinstance(uno, bytes) for uno in origenes):
            casilla = ttk.Checkbutton(self.cuerpo, text=PREGUNTA, variable=self._como_archivo)
            casilla.pack(anchor="w", pady=px(2))
        self.campo = ttk.Entry(self.cuerpo, textvariable=self._dicho, width=44)
        campos_de_texto.proteger_campo(self.campo)
        ttk.Label(self.cuerpo, text="Escribe algo, si quieres").pack(anchor="w", pady=(px(8), 0))
        self.campo.pack(fill="x", pady=(px(2), 0))
        self.poner_botones(("Enviar", self.enviar), ("Cancelar", self.ventana.destroy))
        self.ventana.bind("<Return>", lambda _: self.enviar())
        self.ventana.resizable(False, False)
        self._esquina = madre.winfo_rootx() + px(24), madre.winfo_rooty() - px(24)
        self._colocar()
        self.ventana.deiconify()
        self._pedir_muestra()
        self.campo.focus_set()

    def _colocar(self) -> None:
        """Ponerla sobre su charla, con los botones dentro de la pantalla."""
        ventana = self.ventana
        ventana.update_idletasks()  # ya mide lo que pide
        ventana.geometry(foco.elegir_lugar(
            ventana, ventana.winfo_reqwidth(), ventana.winfo_reqheight(), *self._esquina))

    def _titular(self) -> str:
        cuantos, que = len(self._origenes), "imagen" if self._imagenes else "archivo"
        if cuantos == 1:
            return "Enviar una imagen" if self._imagenes else "Enviar un archivo"
        plural = "imágenes" if que == "imagen" else "archivos"
        return f"Enviar {cuantos} {plural}"

    def _describir(self) -> str:
        renglones = []
        for origen in self._origenes[:MAX_NOMBRADOS]:
            if isinstance(origen, bytes):
                renglones.append("Lo que copiaste")
                continue
            try:
                pesa = archivos.escribir_peso(origen.stat().st_size)
            except (OSError, ValueError):
                pesa = "no se puede leer"
            renglones.append(f"{texto_seguro.limpiar_linea(origen.name)} · {pesa}")
        sobran = len(self._origenes) - MAX_NOMBRADOS
        return "\n".join(renglones + [f"y {sobran} más"] * (sobran > 0))

    def _pedir_muestra(self) -> None:
        if self._imagenes:
            self.aplicacion.preparador.pedir_imagen(
                self._origenes[0], self._al_estar, LADO, animado=False, propia=True)

    def _al_estar(self, imagen, falla: str) -> None:
        if not self.ventana.winfo_exists():
            return
        if imagen is None:
            self._detalle.configure(text=falla, style="Error.TLabel")
        else:
            self._foto = imagen.fotos[0]  # Tk no la conserva por sí mismo
            self._muestra.configure(image=self._foto)
            self._colocar()

    def enviar(self) -> None:
        """Enviarlo todo; lo escrito va con lo primero."""
        content = self._dicho.get().strip()
        tipo = "imagen" if self._imagenes and not self._como_archivo.get() else "archivo"
        for origen in self._origenes:
            self._al_enviar(tipo, origen, content)
            content = ""
        self.ventana.destroy()

"""La ventana del diagnóstico: corre diagnostico.py en otro proceso y muestra lo que va diciendo.

En otro proceso porque revisar el sonido y la red toma segundos, y la ventana no espera. Lo
que escribe va a un archivo temporal que se mira cada tanto: un tubo no se puede leer sin
esperar en Windows.
"""

import json
import pathlib
import subprocess
import tempfile
import tkinter as tk
from tkinter import ttk

from equipo import errores
from equipo import opciones
from equipo import procesos
from equipo import revision
from ventanas.aspecto import marcos
from ventanas.aspecto import plurales
from ventanas.aspecto import secundaria
from ventanas.aspecto import texto_seguro

ENTRE_LECTURAS = 100  # ms
MEDIDAS_INFORME = (640, 620)  # píxeles a 96 ppp
COLOR_DE_ESTADO = {revision.BIEN: "bien", revision.AVISO: "aviso", revision.MAL: "error"}


class VentanaDiagnostico(secundaria.VentanaSecundaria):
    """Los resultados, uno bajo otro, y un botón para copiarlos."""

    def __init__(self, aplicacion):
        super().__init__(aplicacion, "Diagnóstico")
        self._resultados: "list[revision.Resultado]" = []
        self._proceso: "subprocess.Popen | None" = None
        px = self.tema.px
        self._estado = ttk.Label(self.cuerpo, style="Tenue.TLabel")
        self._estado.pack(anchor="w", pady=(0, px(8)))
        self.poner_botones(("Cerrar", self.ventana.destroy), ("Revisar otra vez", self._empezar),
                           ("Copiar", self._copiar))
        tarjeta = marcos.Tarjeta(self.cuerpo, self.tema)
        tarjeta.pack(fill="both", expand=True)
        self.texto = tk.Text(tarjeta, wrap="word", borderwidth=0, highlightthickness=0,
                             cursor="arrow", padx=px(8), width=40, height=10)
        tarjeta.rodear(self.texto)
        self.ventana.bind("<Destroy>",
                          lambda evento: evento.widget is self.ventana and self._parar(), add=True)
        self.ventana.bind("<<ThemeChanged>>",
                          lambda evento: evento.widget is self.ventana and self._vestir(), add=True)
        aplicacion.colocar(self.ventana, "diagnóstico", MEDIDAS_INFORME)
        self._vestir()
        self._empezar()

    def _vestir(self) -> None:
        c, px, texto = self.tema.colores, self.tema.px, self.texto
        texto.configure(background=c["panel"], foreground=c["texto"], font=self.tema.letra,
                        selectbackground=c["seleccion"], selectforeground=c["texto"])
        sangria = px(32)
        texto.tag_configure("que", font=self.tema.letra_fuerte, lmargin2=sangria, spacing1=px(7))
        texto.tag_configure("detalle", lmargin1=sangria, lmargin2=sangria, spacing1=px(2))
        texto.tag_configure("remedio", lmargin1=sangria, lmargin2=sangria, rmargin=px(8),
                            foreground=c["enlace"], spacing1=px(2))
        self._escribir_todo()

    def _empezar(self) -> None:
        self._parar()
        self._resultados.clear()
        self._escribir_todo()
        self._estado.configure(text="Revisando…")
        conexion = self.aplicacion.conexion
        self._carpeta = tempfile.TemporaryDirectory(prefix="diagnostico-")
        self._salida = pathlib.Path(self._carpeta.name, "salida.txt")
        misma_red = opciones.escribir_opciones(
            conexion.grupo, conexion.puerto, conexion.enlace.pedida)
        try:
            with open(self._salida, "wb") as salida:
                self._proceso = procesos.lanzar_oculto("diagnostico.py", ["--json", *misma_red],
                                                       salida)
        except OSError as error:
            self._estado.configure(text=f"No se pudo iniciar: {errores.explicar(error)}.")
            return
        self._mirar()

    def _mirar(self) -> None:
        if self._proceso is None:
            return
        termino = self._proceso.poll() is not None
        lineas = self._salida.read_bytes().split(b"\n")[:-1]
        for linea in lineas[len(self._resultados):]:
            self._resultados.append(revision.Resultado(**json.loads(linea)))
            self._escribir(self._resultados[-1])
        if termino:
            fallas = sum(resultado.estado == revision.MAL for resultado in self._resultados)
            avisos = sum(resultado.estado == revision.AVISO for resultado in self._resultados)
            self._estado.configure(text=_resumir(fallas, avisos))
            self._parar()
        else:
            self.ventana.after(ENTRE_LECTURAS, self._mirar)

    def _parar(self) -> None:
        if self._proceso is not None:
            self._proceso.kill()
            self._proceso.wait()
            self._proceso = None
            self._carpeta.cleanup()

    def _escribir_todo(self) -> None:
        self.texto.configure(state="normal")
        self.texto.delete("1.0", "end")
        self.texto.configure(state="disabled")
        for resultado in self._resultados:
            self._escribir(resultado)

    def _escribir(self, resultado: revision.Resultado) -> None:
        texto = self.texto
        texto.configure(state="normal")
        icono = self.tema.icono(resultado.estado, COLOR_DE_ESTADO[resultado.estado], 18)
        if icono:
            texto.image_create("end", image=icono, padx=self.tema.px(4))
            texto.tag_add("que", "end-2c")
        else:
            texto.insert("end", revision.SIGNOS[resultado.estado] + " ", "que")
        texto.insert("end", f" {texto_seguro.limpiar(resultado.que)}\n", "que")
        for parte, etiqueta in ((resultado.detalle, "detalle"), (resultado.remedio, "remedio")):
            if parte:
                texto.insert("end", f"{texto_seguro.limpiar(parte)}\n", etiqueta)
        if resultado.relevo:
            boton = ttk.Button(texto, text="Hablar por este relevo", style="Acento.TButton",
                               command=lambda: self._hablar_por(resultado.relevo))
            texto.window_create("end", window=boton, padx=self.tema.px(32), pady=self.tema.px(4))
            texto.insert("end", "\n")
            texto.see("end")  # es lo que hay que hacer
        texto.configure(state="disabled")

    def _hablar_por(self, relevo: str) -> None:
        self.aplicacion.relevo.usar(relevo)
        self.ventana.destroy()  # ya está remediado

    def _copiar(self) -> None:
        self.ventana.clipboard_clear()
        self.ventana.clipboard_append("\n".join(map(revision.escribir, self._resultados)))
        self._estado.configure(text="Copiado.")


def _resumir(fallas: int, avisos: int) -> str:
    if not fallas and not avisos:
        return "Todo funciona."
    cuentas = ((fallas, "falla"), (avisos, "aviso"))
    partes = [plurales.contar(cuantos, que) for cuantos, que in cuentas if cuantos]
    return f"Hay {' y '.join(partes)}."

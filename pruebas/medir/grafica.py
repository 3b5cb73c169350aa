"""La gráfica de lo medido: un cuadro por cada cosa que se compara."""

import pathlib

# Por su principio.
COLORES = {"chat": "#1f77b4", "recv": "#7f7f7f", "TCP": "#d62728", "ZeroMQ": "#2ca02c", "uftp": "#ff7f0e",
           "NORM": "#9467bd"}
ANCHO, ALTO = 6.0, 4.0  # pulgadas de cada cuadro


def dibujar(resultado: dict, ruta: pathlib.Path) -> bool:
    """Guardar la gráfica en un PNG; False si falta matplotlib o no hay qué dibujar."""
    try:
        import matplotlib  # aquí: sus hilos estorban a quien se bifurca para medir
        matplotlib.use("Agg")  # sin pantalla
        from matplotlib import pyplot, ticker
    except ImportError:
        return False
    cuadros = [cuadro for parte, hacer in CUADROS.items() if resultado.get(parte) for cuadro in hacer(resultado[parte])]
    if not cuadros:
        return False
    columnas = min(3, len(cuadros))
    renglones = -(-len(cuadros) // columnas)
    figura, ejes = pyplot.subplots(renglones, columnas, figsize=(ANCHO * columnas, ALTO * renglones), squeeze=False)
    for eje, cuadro in zip(ejes.flat, cuadros):
        cuadro(eje)
        eje.grid(alpha=0.3)
        eje.set_axisbelow(True)  # la rejilla, detrás
        if eje.get_yscale() == "log":  # 0.2 y no 2 × 10⁻¹
            eje.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
            eje.yaxis.set_major_formatter("{x:,g}")
            eje.yaxis.set_minor_formatter(ticker.NullFormatter())
    for eje in list(ejes.flat)[len(cuadros):]:
        eje.set_visible(False)
    figura.tight_layout()
    figura.savefig(ruta, dpi=120)
    pyplot.close(figura)
    return True


def _estilo(sistema: str) -> dict:
    """Color por sistema; a rayas, su variante."""
    color = next((color for principio, color in COLORES.items() if sistema.startswith(principio)), "black")
    return {"color": color, "linestyle": "--" if "búfer" in sistema or "frenado" in sistema else "-", "label": sistema}


def _lineas(titulo: str, filas: "list[dict]", x: str, y: str, nombre_x: str, nombre_y: str, escala: str = "log"):
    """Un cuadro con una línea por sistema."""
    def dibujar_en(eje) -> None:
        for sistema in dict.fromkeys(fila["sistema"] for fila in filas):
            puntos = [(fila[x], fila[y]) for fila in filas if fila["sistema"] == sistema and y in fila]
            eje.plot(*zip(*puntos), marker="o", **_estilo(sistema)) if puntos else None
        eje.set(title=titulo, xlabel=nombre_x, ylabel=nombre_y, yscale=escala)
        eje.legend(fontsize=8)

    return dibujar_en


def _de_mensajes(filas: "list[dict]") -> list:
    deprisa = [fila for fila in filas if fila["modo"] == "a toda prisa"]
    con_calma = [fila for fila in filas if fila["modo"] != "a toda prisa"]
    cuadros = []
    if deprisa:
        cuadros.append(_lineas("A toda prisa", deprisa, "clientes", "por_segundo", "clientes",
                               "mensajes por segundo, a cada uno"))
    if con_calma:
        cuadros.append(_lineas("Demora a 200 por segundo, mediana", con_calma, "clientes", "p50", "clientes", "ms"))
        cuadros.append(_lineas("Demora a 200 por segundo, percentil 99", con_calma, "clientes", "p99", "clientes",
                               "ms"))
        cuadros.append(_lineas("CPU de emisor y servidor", con_calma, "clientes", "cpu_mensaje", "clientes",
                               "µs por mensaje", "linear"))
    return cuadros


def _de_archivos(filas: "list[dict]") -> list:
    """Un cuadro por cada largo entre cinco equipos sin tope, y uno por cada aula."""
    aulas = {(fila["enlace"], fila["receptores"]): [] for fila in filas if fila["enlace"]}
    for fila in filas:
        if fila["enlace"] and "texto" not in fila:
            aulas[fila["enlace"], fila["receptores"]].append(fila)
    filas = [fila for fila in filas if not fila["enlace"]]
    largos = sorted({fila["bytes"] for fila in filas})
    por_largo = {largo: [fila for fila in filas if fila["bytes"] == largo] for largo in largos}
    cuadros = [_lineas(f"{largo // 1024} KB a los demás, sin tope", suyas, "perdida", "segundos", "% de pérdida",
                       "s, el último")
               for largo, suyas in por_largo.items()]
    cuadros += [_lineas_con_piso(largos[-1], por_largo[largos[-1]])] if largos else []
    return cuadros + [
        _lineas(f"A {receptores}, por {enlace:g} Mb/s", suyas, "perdida", "segundos", "% de pérdida", "s, el último")
        for (enlace, receptores), suyas in aulas.items() if suyas
    ]


def _lineas_con_piso(largo: int, filas: "list[dict]"):
    lineas = _lineas(f"Bytes enviados, {largo // 1024} KB", filas, "perdida", "udp", "% de pérdida", "veces la carga",
                     "linear")

    def dibujar_en(eje) -> None:
        piso = sorted({(fila["perdida"], fila["piso"]) for fila in filas})
        eje.plot(*zip(*piso), color="black", linestyle=":", label="piso de la repetición pura")
        lineas(eje)

    return dibujar_en


def _de_listas(filas: "list[dict]") -> list:
    def dibujar_en(eje) -> None:
        entradas = [fila["entradas"] for fila in filas]
        for clave, nombre in (("bytes", "las enviadas"), ("ingenuo", "la lista entera a cada entrada")):
            eje.plot(entradas, [fila[clave] for fila in filas], marker="o", label=nombre)
        eje.set(title="Listas", xlabel="entradas en 8 s", ylabel="bytes", xscale="log", yscale="log")
        eje.legend(fontsize=8)

    return [dibujar_en]


def _de_reposo(filas: "list[dict]") -> list:
    def dibujar_en(eje) -> None:
        eje.bar([fila["programa"] for fila in filas], [fila["nucleo"] for fila in filas])
        eje.set(title="CPU en reposo", ylabel="% de un núcleo")

    return [dibujar_en]


CUADROS = {"mensajes": _de_mensajes, "archivos": _de_archivos, "reposo": _de_reposo, "listas": _de_listas}

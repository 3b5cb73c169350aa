"""El enunciado y el protocolo como páginas HTML, para leer e imprimir.

    python3 enunciado --imprimir

Cada página es un solo archivo, con sus figuras dentro. En el navegador, Imprimir: el estilo
deja fuera lo que en papel estorba y no parte figuras, tablas ni bloques de código.
"""

import base64
import html
import pathlib
import re

import rubrica

AQUI = pathlib.Path(__file__).resolve().parent
PAGINAS = {"README.md": "enunciado.html", "protocolo.md": "protocolo.html"}
TIPOS = {".svg": "image/svg+xml", ".png": "image/png"}

ESTILO = """
:root { color-scheme: light; }
body { font: 17px/1.55 Georgia, 'Times New Roman', 'DejaVu Serif', serif; color: #1c2733; }
body { max-width: 50rem; margin: 2rem auto; padding: 0 1.25rem; }
h1, h2, h3, th { font-family: Helvetica, Arial, 'DejaVu Sans', sans-serif; line-height: 1.25; }
h1 { font-size: 2rem; margin: 0 0 .5rem; }
h2 { font-size: 1.45rem; margin: 2.4rem 0 .6rem; }
h2 { padding-bottom: .25rem; border-bottom: 2px solid #1a5fb0; }
h3 { font-size: 1.12rem; margin: 1.7rem 0 .5rem; }
a { color: #1a5fb0; text-decoration-thickness: 1px; text-underline-offset: 2px; }
code, pre { font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: .84em; }
code { background: #eef1f4; border-radius: 3px; padding: .08em .28em; overflow-wrap: anywhere; }
pre { background: #f5f7f9; border-left: 4px solid #b9c6d3; padding: .7rem .9rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.45; }
pre code { background: none; padding: 0; font-size: 1em; }
table { border-collapse: collapse; width: 100%; margin: .9rem 0; font-size: .92em; }
th, td { border: 1px solid #b9c6d3; padding: .38rem .55rem; text-align: left; vertical-align: top; }
th { background: #e4effb; font-size: .92em; }
td code { font-size: .8em; }
td:first-child code { overflow-wrap: normal; }
img { display: block; max-width: 100%; height: auto; margin: 1.2rem auto; }
@page { size: letter; margin: 18mm 17mm 20mm; }
@media print {
  body { font-size: 10.2pt; line-height: 1.42; max-width: none; margin: 0; padding: 0; }
  a { color: inherit; text-decoration: none; }
  h1, h2, h3, h3 + p, p:has(+ pre), p:has(+ ul), p:has(+ ol), p:has(+ table) { break-after: avoid; }
  pre, img, table, tr, li { break-inside: avoid; }
  p { orphans: 3; widows: 3; }
  thead { display: table-header-group; }
  img { max-height: 92mm; }
}
"""

PAGINA = """<!DOCTYPE html>
<html lang="es-MX">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{titulo}</title>
<style>{estilo}</style>
</head>
<body>
{cuerpo}
</body>
</html>
"""


def imprimir(carpeta: pathlib.Path) -> "list[pathlib.Path]":
    """Escribir las páginas en una carpeta; devolver cuáles."""
    carpeta.mkdir(parents=True, exist_ok=True)
    escritas = []
    for origen, destino in PAGINAS.items():
        pagina = carpeta / destino
        pagina.write_text(convertir((AQUI / origen).read_text(encoding="utf-8")), encoding="utf-8",
                          newline="\n")
        escritas.append(pagina)
    return escritas


def convertir(texto: str) -> str:
    """Una página HTML completa a partir de un texto en Markdown."""
    import markdown  # aquí: de este módulo, sólo esto la necesita

    convertidor = markdown.Markdown(
        extensions=["tables", "fenced_code", "sane_lists", "toc"],
        extension_configs={"toc": {"slugify": lambda titulo, _: rubrica.ancla(titulo)}},
    )
    cuerpo = convertidor.convert(texto)
    cuerpo = re.sub(r'src="(imagenes/[\w.]+)"',
                    lambda hallada: f'src="{incrustar(hallada.group(1))}"', cuerpo)
    for origen, destino in PAGINAS.items():
        cuerpo = cuerpo.replace(f'href="{origen}', f'href="{destino}')
    titulo = texto.partition("\n")[0].lstrip("# ")
    return PAGINA.format(titulo=html.escape(titulo), estilo=ESTILO, cuerpo=cuerpo)


def incrustar(ruta: str) -> str:
    """Una figura, como dirección data: que la lleva dentro."""
    archivo = AQUI / ruta
    return f"data:{TIPOS[archivo.suffix]};base64,{base64.b64encode(archivo.read_bytes()).decode()}"

"""La historia de la red como un pequeño diagrama de secuencia, en texto.

      0.00  par        ──▶  {"tipo":"inicio","user":"Rotazo","sala":"muvefi"}
      0.03  equipo 2   ──▶  {"tipo":"usuarios","sala":"muvefi","lista":["Rotazo"]}
"""

ULTIMOS = 40  # renglones
ANCHO = 150  # caracteres de cada datagrama
QUIEN = {"equipo 2": "servidor", "equipo 3": "cliente", "equipo 4": "otro", "equipo 5": "juntos"}


def dibujar(historia: list) -> "list[str]":
    """Los últimos datagramas, con los iguales y seguidos en uno solo."""
    if not historia:
        return []
    inicio, renglones = historia[0].cuando, []
    for uno in historia[-600:]:
        dicho = uno.datos[:3 * ANCHO].decode("utf-8", "replace").replace("\n", "⏎")
        dicho = "".join(c if c.isprintable() else "·" for c in dicho)
        dicho = dicho[:ANCHO] + (f"… ({len(uno.datos)} bytes)" if len(dicho) > ANCHO else "")
        destino = (
            ""
            if uno.destino[0].startswith(("224.", "239."))
            else f" a {uno.destino[0]}:{uno.destino[1]} por {uno.protocolo.upper()}"
        )
        renglones.append((uno.cuando - inicio, QUIEN.get(uno.de, uno.de), destino, dicho))
    juntos: list = []
    for cuando, de, destino, dicho in renglones:
        if juntos and juntos[-1][1:4] == (de, destino, dicho):
            juntos[-1] = (*juntos[-1][:4], juntos[-1][4] + 1)
        else:
            juntos.append((cuando, de, destino, dicho, 1))
    omitidos = [f"        (antes, {len(juntos) - ULTIMOS} más)"] if len(juntos) > ULTIMOS else []
    return omitidos + [f"{cuando:8.2f}  {de:<9}──▶{destino}  {dicho}{f'  ×{veces}' if veces > 1 else ''}"
                       for cuando, de, destino, dicho, veces in juntos[-ULTIMOS:]]

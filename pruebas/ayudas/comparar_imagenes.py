"""Comparar imágenes."""


def medir_diferencia(uno, otro) -> float:
    """Cuánto difieren en promedio dos imágenes, de 0 a 255."""
    from PIL import ImageChops
    from PIL import ImageStat

    return max(ImageStat.Stat(ImageChops.difference(uno, otro)).mean)

"""Decir cuántos y quiénes, como se dice en español."""


def contar(cuantos: int, uno: str, varios: str = "") -> str:
    """1 persona; 2 personas. `varios`: el plural que no es sólo agregar una s."""
    return f"{cuantos} {uno if cuantos == 1 else varios or f'{uno}s'}"


def enumerar(nombres: "list[str]") -> str:
    """["Ana", "Beto", "Carla"] → "Ana, Beto y Carla"; de más de cuatro, los primeros tres."""
    if len(nombres) > 4:
        return f"{', '.join(nombres[:3])} y {contar(len(nombres) - 3, 'persona')} más"
    return " y ".join(filter(None, [", ".join(nombres[:-1]), nombres[-1]]))

"""Lo que un extraño puede hacer desde la misma red, y lo más que cuesta."""

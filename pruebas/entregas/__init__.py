"""Con qué se prueba el calificador: entregas correctas, con un error y tramposas (catalogo), y cómo se ensaya con
ellas (ensayo)."""

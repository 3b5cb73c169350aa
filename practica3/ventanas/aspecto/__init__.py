"""El aspecto de las ventanas y las partes pequeñas que comparten.

    tema              colores, letras, medidas y estilos de ttk
    dibujos           iconos, avatares, esquinas y emoji, hechos con Pillow
    texto_seguro      que ningún texto ajeno haga daño al mostrarse
    botones           el botón con icono y su pista
    marcos            tarjeta y franja de avisos
    campos_de_texto   lo común a los campos donde se escribe
    rueda             desplazar con la rueda del ratón o el panel táctil
    emojis            los emoji, por su nombre en español
    plurales          contar y enumerar, en español
    dialogos          los de Tk, en español y sin archivos ocultos
    foco              colocar ventanas y saber quién tiene el teclado
    atencion          señalar una ventana en la barra de tareas
    secundaria        la forma de las ventanas que se abren desde otra
"""

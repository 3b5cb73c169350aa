"""Las ventanas del chat; las abre cliente_gui.py. De arriba abajo, cada módulo usa los que siguen:

    aplicacion            mira la cola de la red, y reparte los eventos a las ventanas
    salas                 entrar a las salas
    entrada, sala, privados    las ventanas principales; ventana_charla, lo común a las dos últimas
    campo_llave           la contraseña de una sala, en la ventana de entrada
    ajustes, informe_diagnostico, selector_stickers, conversaciones     las que se abren desde otra
    charla                lo dicho en una sala o con una persona: mostrarlo, confirmarlo, recordarlo
    archivos_de_charla    sus imágenes y archivos: enviarlos, pedirlos, verlos, guardarlos
    adjuntos_de_charla    sus stickers, voces e imágenes: prepararlos para que se vean u oigan
    adjuntos_de_mensaje   lo que un mensaje lleva además de su texto
    envio, visor          una imagen antes de enviarla, y en grande; portapapeles, lo copiado
    respuestas            contestar a un mensaje, y borrar uno propio para todos
    avisos                avisar de lo que llega a lo que no se está mirando
    confidencia           si un privado va cifrado, y si la otra persona es la de siempre
    ordenes               lo que se puede hacer: el menú, las teclas y la lista de atajos
    redactor, barra_grabacion, barra_busqueda     las partes de la ventana de una charla
    preparador, sonido    preparar stickers, voces, imágenes y archivos; oír
    descargas             dar los archivos que se ofrecieron, y guardar los que llegan
    instalacion           preparar lo que le falta al equipo
    servidor_propio       el servidor que se inicia de aquí
    relevo_ofrecido       hablar por un relevo, si hace falta y lo hay
    guion                 la conversación que representa `python3 practica3` sin pantalla

    globos/     dibujar los mensajes        aspecto/    colores, letras y piezas
    guardado/   lo que se conserva
"""

"""Las ventanas del chat; las abre cliente_gui.py. De arriba abajo, cada módulo usa los que siguen:

    aplicacion            une al cliente con las ventanas; mira la cola de la red cada 20 ms
    entrada               la ventana para entrar
    sala, ventana_charla  la de una sala o una persona; lo común a las dos
    ajustes, informe_diagnostico, selector_stickers     las que se abren desde otra
    dialogo               lo dicho en una charla: mostrarlo, confirmarlo, recordarlo
    redactor, barra_grabacion, barra_busqueda           las partes de la ventana de una charla
    preparador, sonido    preparar stickers y voces; oírlas
    servidor_propio       el servidor que se inicia de aquí
    guion                 la conversación que representa `python3 practica3` sin pantalla

    globos/     dibujar los mensajes        aspecto/    colores, letras y piezas
    guardado/   lo que se conserva
"""

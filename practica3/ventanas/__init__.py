"""Las ventanas del chat; las abre cliente_gui.py. De arriba abajo, cada módulo usa los que siguen:

    aplicacion       une al Cliente con las ventanas; mira la cola de la red cada 20 ms
    ventana_entrada, ventana_sala, ventana_charla     entrar; una sala; lo común con los privados
    ventana_ajustes, ventana_diagnostico, ventana_stickers     las que se abren desde otra
    redactor, grabacion, barra_busqueda, piezas, dialogo       las partes de una ventana
    conversacion, lista, burbujas                     leer: qué está a la vista, y dibujarlo
    mensajes, renglones, texto_seguro                 medir: cuánto ocupa cada mensaje
    adjuntos, sonido                                  preparar stickers y voces; grabar y oír
    tema, dibujos                                     colores y letra; iconos, emoji, esquinas
    historial, preferencias, servidor_propio          lo que se guarda; el servidor que se inicia de aquí
"""

"""Los globos de una conversación: medirlos, dibujarlos, desplazarse y elegir en ellos.

    conversacion    el widget: la lista de globos, lo elegido y lo que se busca
    lista           qué está a la vista y dónde cae
    pintor          cómo se dibuja cada uno
    mensajes        qué es un mensaje y cuánto mide
    renglones       acomodar un texto en renglones
"""

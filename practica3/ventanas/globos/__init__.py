"""Los globos de una conversación: medirlos, dibujarlos, desplazarse y elegir en ellos.

    conversacion    el widget, que reúne lo que sigue y atiende el ratón y el teclado
    lista           qué está a la vista y dónde cae
    globo, pincel   cómo se dibuja un mensaje; las formas de que se compone
    menu            lo que se puede hacer con un mensaje
    seleccion       el mensaje que tiene el foco y lo elegido
    busqueda        lo que se busca
    medidor         cuánto mide cada uno
    renglones       acomodar un texto en renglones
    mensaje         qué es un mensaje, con su sticker o su voz; una nota; la serie de todos
"""

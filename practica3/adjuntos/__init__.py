"""Lo que se adjunta a un mensaje: comprobar lo ajeno, hacer lo propio, oírlo.

    contenido.py    lo que lleva cada mensaje: del archivo que se envía, y al que se guarda
    archivos.py     archivos de cualquier clase: nombres que no dañen, y dónde se guardan
    ayudante.py     el hilo que abre lo ajeno, con tope en lo que espera
    imagenes.py     abrir, encoger y codificar una imagen, con Pillow y dentro de unos límites
    estructura.py   de qué está hecha una imagen, contado antes de abrirla
    stickers.py     el paquete, los stickers propios de cada quien y cuáles se usan más
    paquete/        las imágenes del paquete (las dibuja enunciado/dibujos/dibujar.py)
    wav.py          los archivos de voz: comprobar, decodificar, dibujar su onda
    comprimidas.py  las que no son un WAV sencillo, con soundfile
    opus.py         codificar en Ogg Opus lo que se va grabando
    velocidad.py    oír una voz más deprisa sin que suene más aguda
    voz.py          grabar del micrófono y oír por el altavoz
    aparatos.py     qué micrófonos y altavoces hay, y quién los usa
    portaudio.py    la biblioteca que habla con ellos: PyAudio o, donde no la hay, sounddevice

Nada de aquí conoce la red ni las ventanas: entran bytes o la ruta de un archivo del usuario, y
lo que no se puede usar es un ErrorImagen, ErrorAudio o ErrorArchivo con una frase.
"""

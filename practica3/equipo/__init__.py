"""Lo que el chat sabe del equipo en que corre. Los demás módulos no preguntan por su sistema.

    errores       el motivo de un error del sistema, en español
    terminal      escribir sin sorpresas lo que llegó de la red; despedirse bien
    tuberias      una entrada o una salida cerradas, o rotas
    analizador    leer las opciones de un programa, en español
    opciones      las de red, que comparten todos
    datos         la carpeta de datos del usuario y sus archivos
    interfaces    las interfaces de red, y la que usa el sistema
    extremo       el socket del chat, y cambiarlo por otro mientras se usa
    enlace        la interfaz por la que va el socket, aunque cambie o se caiga
    puertas       los sockets con que un relevo atiende de uno en uno
    relevos       hallar un relevo en la red sin saber su dirección
    canal         unir redes lejanas por un intermediario MQTT
    letras        con qué se dibujan emoji e iniciales
    colas         lo que va de un hilo a otro, con tope
    reloj         el de la red, y que sus esperas duren lo que se pidió
    filtro        que el núcleo no despierte a un programa con lo que no es para él
    cortafuegos   si está activo, y con qué orden deja pasar al chat
    revision      lo que el diagnóstico ve de cada cosa, y a quién oye
    escritorio    abrir un archivo, mostrarlo en su carpeta, avisar de algo
    procesos      poner en marcha otro programa sin que se vea
    entorno       preparar lo que falte: el entorno virtual y las bibliotecas
    sistema       lo que se pide al sistema, y con qué paquete se consigue
    pantalla      una pantalla virtual, donde no hay pantalla
"""

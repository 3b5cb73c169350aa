"""Quién está en qué sala: como lo sabe el servidor, y como lo ve cada usuario.

    servidor                                   cada usuario
    ────────                                   ────────────
    inicio, latido, salir ──▶ tabla.py         usuarios, latidos ──▶ directorio.py
    usuarios ◀── listas.py ◀──┘                decir, entrar, salir ──▶ usuario.py ──▶ eventos.py

Del servidor:
    tabla.py       qué miembro está en qué sala
    procedencias.py  cuántos nombres y salas vienen de cada dirección
    listas.py      de qué salas hay que dar la lista, y cuándo
    silencios.py   a quién preguntar si sigue ahí, y a quién dar por ido
    habituales.py  quién firma con la identidad de otros días
    disputas.py    de quién es un nombre que dos programas quieren
    eleccion.py    qué servidor habla, cuando hay varios

De un usuario:
    usuario.py     lo que pide y lo que oye (clase Cliente); une a los que siguen
    mis_salas.py   sus salas, y cómo entra a ellas
    historia.py    lo dicho antes de entrar, en su orden
    servidor_oido.py  si hay servidor que diga quién está
    autoridad.py   de cuál se cree
    directorio.py  lo que sabe de los demás
    tratos.py      si cada quien es el de siempre, y si lo que se le diga irá cifrado
    privados.py    los que esperan a su destinatario
    por_salir.py   lo que dijo y aún no sale
    lectura.py     lo que otros le dicen
    avances.py     cuánto va de lo largo, y qué se perdió
    entregas.py    qué privados llegaron
    transferencias.py  los archivos grandes, a quien los pide
    ofertas.py     quién pidió cuál, y si ya toca enviarlo
    eventos.py     lo que le pasa, para que alguien lo muestre
    ordenes_texto.py  lo que teclea en la terminal
    eventos_texto.py  en renglones, para quien lee la terminal
    eventos_json.py   en objetos JSON, para otro programa

Del puente:
    relevo.py      qué se hace con lo que dice y oye quien habla con él de uno en uno
    direcciones.py quién hay tras cada dirección, y cuánto se le puede dar
    sencillos.py   lo que un cliente sencillo puede leer
    ecos.py        que nada dé vueltas entre las redes que une

Aquí no hay sockets, hilos ni relojes: entran mensajes y horas, y salen mensajes y eventos.
"""

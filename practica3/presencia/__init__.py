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
    usuario.py     sus salas, sus privados y lo que pide (clase Cliente)
    directorio.py  lo que sabe de los demás
    tratos.py      si cada quien es el de siempre, y si lo que se le diga irá cifrado
    autoridad.py   de qué servidor se cree quién está
    historia.py    lo dicho antes de entrar, en su orden
    entregas.py    qué privados llegaron
    eventos.py     lo que le pasa, para que alguien lo muestre

Del puente:
    relevo.py      qué se hace con lo que dice y oye quien habla con él de uno en uno
    direcciones.py quién hay tras cada dirección, y cuánto se le puede dar
    sencillos.py   lo que un cliente sencillo puede leer
    ecos.py        que nada dé vueltas entre las redes que une

Aquí no hay sockets, hilos ni relojes: entran mensajes y horas, y salen mensajes y eventos.
"""

"""Lo que pasa en la sala: quién está, qué pide cada uno y el registro. Sin sockets ni hilos.

    cliente → servidor                  servidor → cliente
    NOMBRE Ana                          TEXTO Te damos la bienvenida, Ana. …
    TODOS Hola                          TEXTO Ana: Hola
    PARA Carlos Hola                    TEXTO Ana (sólo a ti): Hola
    SUBIR 48 notas.txt  y 48 bytes      TEXTO Guardado: notas.txt, 48 bytes
    BAJAR notas.txt                     ARCHIVO 48 notas.txt  y 48 bytes
"""

import threading
import time

MAX_NOMBRE = 20  # letras
MAX_ARCHIVO = 1_000_000  # bytes
MAX_ARCHIVOS = 50

# Los hilos recibir de todos los clientes entran aquí a la
# vez. R: el que ya tiene el candado puede volver a tomarlo.
candado = threading.RLock()
clientes = []  # los que tienen conexión, se hayan presentado o no
archivos = {}  # nombre → bytes. En memoria: lo que llega de la red no decide nada en nuestro disco


def atender(cliente, renglon):
    """Hacer lo que pide un cliente.

    ValueError: tras eso ya no se sabe dónde empieza el renglón siguiente.
    """
    orden, _, resto = renglon.partition(" ")
    if cliente.nombre and orden in ORDENES:
        ORDENES[orden](cliente, resto)
    elif orden == "NOMBRE" and not cliente.nombre:
        presentar(cliente, resto[:MAX_NOMBRE])
    else:
        decir(cliente, "No entiendo esa orden.")


def presentar(cliente, nombre):
    with candado:
        if not nombre or " " in nombre or buscar(nombre):
            return decir(cliente,
                         f"«{nombre}» está en uso o no es una palabra. Prueba con /nombre Otro")
        otros = ", ".join(uno.nombre for uno in clientes if uno.nombre) or "nadie más"
        cliente.nombre = nombre
        registrar(f"conexión: {nombre} desde {cliente.direccion}")
        decir(cliente, f"Te damos la bienvenida, {nombre}. En la sala: {otros}.")
        difundir(cliente, f">>> {nombre} se ha unido")


def decir_a_todos(cliente, texto):
    with candado:
        registrar(f"{cliente.nombre} → todos: {texto}")
        difundir(cliente, f"{cliente.nombre}: {texto}")


def decir_a_uno(cliente, resto):
    nombre, _, texto = resto.partition(" ")
    with candado:
        if not (otro := buscar(nombre)):
            return decir(cliente, f"No hay nadie que se llame «{nombre}».")
        registrar(f"{cliente.nombre} → {nombre}: {texto}")
        decir(otro, f"{cliente.nombre} (sólo a ti): {texto}")


def guardar(cliente, resto):
    tamano, _, nombre = resto.partition(" ")
    if not (tamano.isdecimal() and len(tamano) < 8 and int(tamano) <= MAX_ARCHIVO):
        raise ValueError("archivo demasiado grande")
    datos = cliente.entrada.read(int(tamano))  # sin el candado: puede tardar
    if len(datos) < int(tamano):
        raise ValueError("archivo a medias")
    with candado:
        if len(archivos) == MAX_ARCHIVOS and nombre not in archivos:
            return decir(cliente, "Ya no caben más archivos.")
        archivos[nombre] = datos
        registrar(f"{cliente.nombre} → servidor: {nombre}, {len(datos)} bytes")
        decir(cliente, f"Guardado: {nombre}, {len(datos)} bytes")
        difundir(cliente,
                 f">>> {cliente.nombre} subió {nombre}, {len(datos)} bytes. Para tenerlo: "
                 f"/bajar {nombre}")


def devolver(cliente, nombre):
    with candado:
        if nombre not in archivos:
            return decir(cliente, f"No hay ningún archivo «{nombre}».")
        registrar(f"servidor → {cliente.nombre}: {nombre}, {len(archivos[nombre])} bytes")
        cliente.entregar(f"ARCHIVO {len(archivos[nombre])} {nombre}\n".encode())
        cliente.entregar(archivos[nombre])  # con el candado, nada se mete en medio


def entrar(cliente):
    with candado:
        clientes.append(cliente)
        registrar(f"enlace: {cliente.direccion}")


def salir(cliente, motivo):
    with candado:
        clientes.remove(cliente)
        registrar(f"cierre: {cliente.nombre or 'sin nombre'}, {cliente.direccion}, {motivo}")
        if cliente.nombre:
            difundir(cliente, f">>> {cliente.nombre} ha salido")


def buscar(nombre):
    return next((uno for uno in clientes if uno.nombre == nombre), None)


def difundir(autor, texto):
    for cliente in clientes:
        if cliente.nombre and cliente is not autor:
            decir(cliente, texto)


def decir(cliente, texto):
    cliente.entregar(f"TEXTO {texto}\n".encode())


def registrar(hecho):
    with candado:  # print escribe por partes: dos hilos a la vez mezclarían sus renglones
        print(time.strftime("%H:%M:%S"), hecho)


ORDENES = {"TODOS": decir_a_todos, "PARA": decir_a_uno, "SUBIR": guardar, "BAJAR": devolver}

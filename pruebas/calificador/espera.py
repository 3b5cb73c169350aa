"""Esperar a que pase algo en la entrega, o saber que no pasó.

No hay un `sleep` en todo el calificador. Lo que sí pasa se ve en cuanto pasa; de lo que no pasa
sólo se da fe cuando la entrega tuvo su plazo, estaba desocupada y nosotros también.
"""

import time

from calificador import par as par_

PAUSA = 0.03  # s entre dos miradas
MIRADA = 0.12  # s que cuenta como mucho una mirada y su pausa: si tardan más, el equipo está cargado
DESCANSO = 1.0  # s de pausa, como mucho, tras una mirada larga
PACIENCIA = 3  # veces el plazo que se espera a un programa que sigue trabajando
TOPE = 5  # veces el plazo que se le espera en todo caso, y otras tantas las que se tarda en mirarlo


def esperar(condicion, plazo: float, oyente: par_.Par, programas: tuple = ()):
    """Lo que devuelva `condicion` en cuanto sea cierto, o lo último que devolvió.

    Un equipo cargado no es un error de la entrega. Por eso una mirada lenta no gasta más plazo que
    MIRADA, y vencido el plazo no hay veredicto mientras un programa esté usando el procesador o
    esperando turno para usarlo. Todo tiene un tope: también hay entregas que no descansan nunca.

    A una ventana con cientos de partes se le quita, al mirarla, el tiempo en que haría lo suyo: se
    le deja tanto como se le quitó.
    """
    inicio = antes = time.monotonic()
    contado = mirando = 0.0
    while True:
        empezo = time.monotonic()
        resultado = condicion()
        mirada = time.monotonic() - empezo
        mirando += mirada
        real = time.monotonic() - inicio - mirando
        falta = contado <= plazo or (real < PACIENCIA * plazo and any(uno.trabaja() for uno in programas))
        if resultado or not falta or max(real, mirando) > TOPE * plazo:
            return resultado
        oyente.esperar_novedad(min(max(PAUSA, mirada), DESCANSO))
        ahora = time.monotonic()
        contado, antes = contado + min(MIRADA, ahora - antes), ahora

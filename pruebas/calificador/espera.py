"""Esperar a que pase algo en la entrega, o saber que no pasó.

No hay un `sleep` en todo el calificador. Lo que sí pasa se ve en cuanto pasa; de lo que no pasa
sólo se da fe cuando la entrega tuvo su plazo, estaba desocupada y nosotros también.
"""

import time

from calificador import par as par_

PAUSA = 0.03  # s entre dos miradas
MIRADA = 0.12  # s que cuenta como mucho una mirada y su pausa: si tardan más, el equipo está cargado
PACIENCIA = 3  # veces el plazo que se espera a un programa que sigue trabajando
TOPE = 5  # veces el plazo que se espera en todo caso


def esperar(condicion, plazo: float, oyente: par_.Par, programas: tuple = ()):
    """Lo que devuelva `condicion` en cuanto sea cierto, o lo último que devolvió.

    Un equipo cargado no es un error de la entrega. Por eso una mirada lenta no gasta más plazo que
    MIRADA, y vencido el plazo no hay veredicto mientras un programa esté usando el procesador o
    esperando turno para usarlo. Todo tiene un tope: también hay entregas que no descansan nunca.
    """
    inicio = antes = time.monotonic()
    contado = 0.0
    while True:
        resultado = condicion()
        real = time.monotonic() - inicio
        falta = contado <= plazo or (real < PACIENCIA * plazo and any(uno.trabaja() for uno in programas))
        if resultado or not falta or real > TOPE * plazo:
            return resultado
        oyente.esperar_novedad(PAUSA)
        ahora = time.monotonic()
        contado, antes = contado + min(MIRADA, ahora - antes), ahora

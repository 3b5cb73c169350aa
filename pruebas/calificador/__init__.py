"""La maquinaria que califica entregas; cómo se usa, en pruebas/README.md.

    recibir    recepcion, parecido
    correr     calificacion (una), lote (una clase), complemento (el de pytest), aula (lo que se da a los criterios)
    encerrar   aislamiento, jaula, dentro/
    la red     par, mensajes, diagrama, traza
    ventanas   x11 ← elementos ← zonas ← retrato ← ventanas ← dialogos
               ← ingreso, caminos, privados, stickers, voces ← persona
    el sonido  sonido
    decir      espera, explicar; nota, informe
"""

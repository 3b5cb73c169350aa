"""Lo que las ventanas conservan de una vez a otra, en la carpeta de datos del usuario.

    historial      las conversaciones, en SQLite
    preferencias   nombre, tema, sonido…, en JSON
"""

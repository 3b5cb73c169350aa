"""Trampa, o descuido: contestar a todo, también a lo propio, sin parar."""
from protocolo import GRUPO
from protocolo import PUERTO
from protocolo import crear_socket

s = crear_socket()
while True:
    s.sendto(b'{"tipo":"msj","user":"yo","sala":"general","content":"' + b"x" * 8000 + b'"}', (GRUPO, PUERTO))

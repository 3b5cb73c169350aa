# Servidor con etiquetas: <usuarios><sala><uno><otro>
from comun import *

s = abrir()
salas = {}
try:
    while True:
        try:
            campos = partir(s.recv(65535))
        except TimeoutError:
            continue
        if len(campos) == 3 and campos[0] in ("inicio", "salir") and campos[1] and campos[2]:
            tipo, user, sala = campos
            gente = salas.setdefault(sala, [])
            if tipo == "inicio":
                if user not in gente:
                    gente.append(user)
            elif user in gente:
                gente.remove(user)
            s.sendto(unir("usuarios", sala, *gente), (GRUPO, PUERTO))
except KeyboardInterrupt:
    pass

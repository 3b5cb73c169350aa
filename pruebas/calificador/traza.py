"""Qué hilo usa cada socket, según el núcleo: strace sobre el cliente en marcha.

    1234 sendto(5, "{\\"tipo\\"…", 54, 0, {sa_family=AF_INET, …, sin_addr=inet_addr("239.255.3.3")}, 16) = 54
    └ hilo      └ descriptor
"""

import collections
import re
import shutil

import pytest

from calificador.espera import esperar

LLAMADAS = (  # recvmsg no: lo usa Xlib sin parar, y la ventana iría a paso de tortuga
    "sendto,sendmsg,sendmmsg,recvfrom,connect"
)
RENGLON = re.compile(r"^(\d+) +(?:<\.\.\. )?(\w+)(?:\((\d+))?(.*)$")
MULTIDIFUSION = re.compile(r'inet_addr\("2(?:2[4-9]|3\d)\.')


class Llamadas:
    """Por descriptor, cuántas veces lo usó cada hilo para enviar al grupo y para recibir."""

    def __init__(self, texto: str, principal: int):
        self.principal = principal
        self.envian: "dict[int, collections.Counter]" = collections.defaultdict(collections.Counter)
        self.reciben: "dict[int, collections.Counter]" = collections.defaultdict(collections.Counter)
        self.de_internet: "collections.Counter" = collections.Counter()
        conectados: "set[int]" = set()
        pendiente: "dict[int, tuple]" = {}
        for renglon in texto.splitlines():
            hallado = RENGLON.match(renglon)
            if hallado is None:
                continue
            hilo, llamada, descriptor, resto = int(hallado[1]), hallado[2], hallado[3], hallado[4]
            if descriptor is None:  # «<... recvfrom resumed>»: empezó en otro renglón
                llamada, fd = pendiente.pop(hilo, (llamada, -1))
            else:
                fd = int(descriptor)
            if resto.endswith("<unfinished ...>"):
                pendiente[hilo] = (llamada, fd)
            self._anotar(hilo, llamada, fd, resto, conectados)
        for fd in set(self.reciben) - set(self.envian):
            if not self.de_internet[fd]:
                del self.reciben[fd]  # con recv() no se ve de quién es: sólo cuenta si por él también se envía

    def _anotar(self, hilo: int, llamada: str, fd: int, resto: str, conectados: "set[int]") -> None:
        if llamada == "connect":
            conectados |= {fd} if MULTIDIFUSION.search(resto) else set()
        elif llamada.startswith("send") and (MULTIDIFUSION.search(resto) or fd in conectados):
            self.envian[fd][hilo] += 1
        elif llamada.startswith("recv"):
            self.reciben[fd][hilo] += 1
            self.de_internet[fd] += "AF_INET" in resto

    def __str__(self) -> str:
        return f"envían {self.describir(self.envian)}; reciben {self.describir(self.reciben)}"

    def describir(self, uso: dict) -> str:
        """En palabras."""
        partes = [f"el hilo {'de la ventana' if hilo == self.principal else hilo} con el descriptor {fd}"
                  for fd, hilos in uso.items() for hilo in hilos]
        return ", ".join(partes) or "ninguno"


def observar(aula) -> Llamadas:
    """Entrar, decir algo y recibir algo, con strace delante."""
    if not shutil.which("strace"):
        pytest.skip("no comprobable aquí: falta strace (sudo apt install strace)")
    archivo = aula.trabajo / "traza"
    aula.soltar_ana()
    aula.soltar_servidor()
    aula.profesor.iniciar()
    alguien = aula.lanzar_cliente(
        prefijo=("strace", "-f", "--seccomp-bpf", "-q", "-s", "0", "-e", f"trace={LLAMADAS}", "-o", str(archivo))
    )
    try:
        aula.entrar(alguien, aula.nombre())
        for _ in range(3):
            texto, desde = aula.texto(), aula.par.marca()
            alguien.decir(alguien.sala, texto)
            esperar(
                lambda: aula.par.buscar(desde, alguien.programa.equipo, tipo="msj", content=texto),
                4.0,
                aula.par,
                (alguien.programa,),
            )
            llegado = aula.texto()
            aula.par.decir(aula.nombre(), alguien.sala, llegado)
            alguien.hasta(lambda retrato: retrato.se_lee(llegado), 4.0)
        principal = alguien.programa.pids()[0]
    finally:
        alguien.programa.matar()
    texto = archivo.read_text(errors="replace") if archivo.exists() else ""
    if "sendto" not in texto and "sendm" not in texto:
        pytest.skip("no comprobable aquí: strace no puede observar procesos en este equipo")
    return Llamadas(texto, principal)

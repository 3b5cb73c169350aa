"""Lo que un criterio tiene a mano: la entrega en su jaula, una pantalla, el par y personas ante las ventanas.

Arrancar programas es lo que más tarda, así que se comparten: el servidor entre los criterios del
servidor y «ana», que ya entró a una sala, entre los de las ventanas. Cuando uno falla, lo que
usó se descarta y el siguiente estrena: un error no se paga dos veces.
"""

import contextlib
import json
import os
import pathlib
import random
import secrets
import shutil
import subprocess
import sys
import threading
import time

from calificador import aislamiento
from calificador import mensajes
from calificador import par as par_
from calificador import persona
from calificador import sonido
from calificador import x11
from calificador.espera import esperar
from calificador.explicar import NoHay
from calificador.explicar import ultimas_lineas

SERVIDOR, ANA, OTRO, JUNTOS, TERCERO = 2, 3, 4, 5, 6  # equipos en que corre cada quien
PLAZO = 2.0  # s que tienen la lista, la ventana y la red (enunciado/rubrica.json)
ARRANQUE = 8.0  # s para que un programa esté listo
ATENCION = 1.0  # s entre dos listas iguales que da el par cuando hace de servidor
MEDIDAS = "1280x2000x24"  # alta: hay conversaciones que sólo dibujan lo que cabe
UID_PANTALLA = 59_999
FRANJA = 24  # renglones iguales que se dejan de una franja vacía de una foto
MAX_FOTOS = 60
FAMILIA_CUALQUIERA = b"\xff\xff"  # FamilyWild de <X11/Xauth.h>


class Aula:
    """Una entrega y todo lo que hace falta para usarla."""

    def __init__(
        self,
        modo: str,
        copia: pathlib.Path,
        trabajo: pathlib.Path,
        resultado: pathlib.Path,
        indice: int,
        semilla: str,
        rubrica: dict,
    ):
        self.modo, self.resultado, self.trabajo, self.copia = modo, resultado, trabajo, copia
        self.textos = {texto["accion"]: texto["acepta"] for texto in rubrica["textos"]}
        self.voz = sonido.inventar_voz(random.Random(f"{semilla} voz"))
        self.azar = random.Random(semilla)
        self.fotos: "list[str]" = []
        self.guardado: dict = {}  # lo que un criterio deja para otro: el sticker y la voz capturados
        self._xvfb, self.pantalla, galleta = self._abrir_pantalla()
        self.jaula = aislamiento.Jaula(modo, copia, trabajo, indice, self._enchufe, galleta)
        self.par = par_.Par(aislado=modo != aislamiento.NINGUNO)
        self.formas = {"servidor": None, "cliente": None}
        self.trazado = None  # lo que strace vio del cliente
        self._servidor: "aislamiento.Programa | None" = None
        self._ana: "persona.Persona | None" = None
        self._pareja: "list[persona.Persona]" = []
        self.profesor = Profesor(self.par)

    def cerrar(self) -> None:
        """Terminar todo."""
        self.profesor.parar()
        self.jaula.cerrar()
        self.par.cerrar()
        if self._xvfb is not None:
            self.pantalla.cerrar()
            self._xvfb.kill()
            self._xvfb.wait()

    # ---- la pantalla

    def _abrir_pantalla(self) -> tuple:
        """Un Xvfb con su galleta. Su socket está en una carpeta nuestra, que la jaula también ve."""
        self._enchufe = None
        if not shutil.which("Xvfb") or sys.platform != "linux":
            return None, None, None
        secreto, galleta, enchufe = secrets.token_bytes(16), self.trabajo / "galleta", self.trabajo / "x11"
        campos = (b"", b"", b"MIT-MAGIC-COOKIE-1", secreto)
        galleta.write_bytes(FAMILIA_CUALQUIERA + b"".join(len(campo).to_bytes(2, "big") + campo for campo in campos))
        galleta.chmod(0o644)
        enchufe.mkdir(mode=0o777)
        enchufe.chmod(0o777)
        lectura, escritura = os.pipe()
        xvfb = subprocess.Popen(
            [*self._orden_de_pantalla(enchufe, galleta), "-displayfd", str(escritura)],
            pass_fds=[escritura],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(escritura)
        with open(lectura, "rb") as tubo:
            numero = tubo.readline().decode().strip()
        if not numero:
            raise RuntimeError("Xvfb no pudo arrancar")
        os.environ["CALIFICADOR_DISPLAY"] = f":{numero}"
        if self.modo == aislamiento.NINGUNO:
            enchufe = pathlib.Path("/tmp/.X11-unix")  # donde X lo pone siempre
        self._enchufe = enchufe
        return xvfb, x11.Pantalla(f"{enchufe}/X{numero}", secreto), galleta

    def _orden_de_pantalla(self, enchufe: pathlib.Path, galleta: pathlib.Path) -> "list[str]":
        xvfb = ["Xvfb", "-screen", "0", MEDIDAS, "-auth", str(galleta), "-nolisten", "tcp", "-noreset"]
        if self.modo == aislamiento.NINGUNO:
            return xvfb
        soltar = (
            f"setpriv --reuid {UID_PANTALLA} --regid {UID_PANTALLA} --clear-groups "
            if self.modo == aislamiento.ROOT
            else ""
        )
        # El número de pantalla, el candado y el socket van en un /tmp propio: ni chocan ni dejan rastro.
        guion = (
            'mount -t tmpfs -o mode=755 x /mnt && mkdir -p /mnt/t/.X11-unix && cp "$1" /mnt/galleta && chmod 644'
            ' /mnt/galleta && chmod 1777 /mnt/t && mount --bind "$2" /mnt/t/.X11-unix && mount --rbind /mnt/t /tmp &&'
            f' shift 2 && exec {soltar}"$@"'
        )
        xvfb[xvfb.index(str(galleta))] = "/mnt/galleta"
        return ["unshare", "--mount", "sh", "-c", guion, "sh", str(galleta), str(enchufe), *xvfb]

    def fotografiar(self, que: str) -> None:
        """Guardar una foto de la pantalla para el informe."""
        if self.pantalla is None or len(self.fotos) >= MAX_FOTOS:
            return
        with contextlib.suppress(x11.ErrorX, x11.Expulsado, OSError, ImportError):
            foto = self.pantalla.fotografiar()
            if foto is not None:
                nombre = f"{len(self.fotos):02d}-{que}.png"
                (self.resultado / "fotos").mkdir(exist_ok=True)
                sin_vacios(foto).quantize(64, method=2).save(
                    self.resultado / "fotos" / nombre
                )  # 2: el método más rápido
                self.fotos.append(nombre)

    # ---- los programas

    def servidor(self) -> aislamiento.Programa:
        """El servidor de la entrega, en marcha y ya en su grupo."""
        self.profesor.parar()
        if self._servidor is not None and not self._servidor.vivo:
            self.soltar_servidor()
        if self._servidor is None:
            self._servidor = self.lanzar_servidor(SERVIDOR)
        self.par.forma = self.formas["servidor"] or self.par.forma
        return self._servidor

    def lanzar_servidor(self, equipo: int) -> aislamiento.Programa:
        """Poner en marcha servidor.py y esperar a que se una a su grupo."""
        programa = self.jaula.lanzar("servidor.py", equipo)
        hallado = esperar(lambda: not programa.vivo or par_.descubrir(programa), ARRANQUE, self.par, (programa,))
        if not programa.vivo:
            raise NoHay(
                f"servidor.py terminó al arrancar (código {programa.proceso.returncode}).{ultimas_lineas(programa)}"
            )
        if not hallado:
            raise NoHay(
                f"servidor.py no se unió a ningún grupo de multidifusión en {ARRANQUE:.0f} s.{ultimas_lineas(programa)}"
            )
        self.adoptar(hallado)
        if (
            self.modo == aislamiento.NINGUNO
        ):  # en su red está también el par: que el grupo tenga a alguien no dice que ya sea él
            esperar(lambda: not programa.trabaja(), PLAZO, self.par)
        return programa

    def adoptar(self, hallados: "set[tuple[str, int]]") -> None:
        """Usar el grupo y el puerto de la entrega; de varios, el del enunciado o el menor."""
        if (self.par.grupo, self.par.puerto) not in hallados:
            self.par.descubierto(*min(hallados, key=lambda uno: (uno != (par_.GRUPO, par_.PUERTO), uno[1])))

    def soltar_servidor(self) -> None:
        """Terminar el servidor de la entrega."""
        self.soltar_pareja()
        if self._servidor is not None:
            self._servidor.matar()
            self._servidor = None

    def lanzar_cliente(self, equipo: int = ANA, prefijo: "tuple[str, ...]" = ()) -> persona.Persona:
        """Poner en marcha cliente_gui.py, con alguien enfrente que todavía no entra."""
        voz = ",".join(map(str, self.voz))
        programa = self.jaula.lanzar("cliente_gui.py", equipo, prefijo=prefijo, CALIFICADOR_VOZ=voz)
        alguien = persona.Persona(programa, self.pantalla, self.par, self.textos, self.fotografiar)
        alguien.abrir()
        hallado = esperar(lambda: par_.descubrir(programa), 1.0, self.par, (programa,))
        if hallado:
            self.adoptar(hallado)
        return alguien

    def entrar(self, alguien: persona.Persona, sala: str, nombre: "str | None" = None) -> persona.Persona:
        """Que alguien entre a una sala con un nombre al azar."""
        alguien.entrar(nombre or par_.nombre_al_azar(self.azar), sala)
        self.formas["cliente"] = self.par.buscar(0, alguien.programa.equipo, tipo="inicio")[-1].forma
        self.par.forma = self.formas["cliente"]
        hallado = par_.descubrir(alguien.programa)
        if hallado:
            self.adoptar(hallado)
        alguien.sala = sala
        return alguien

    def ana(self) -> persona.Persona:
        """Alguien que ya está en una sala, sin el servidor de la entrega: las listas las da el par."""
        self.soltar_servidor()
        self.profesor.iniciar()
        if self._ana is None or not self._ana.programa.vivo:
            self.soltar_ana()
            self._ana = self.lanzar_cliente()
            self.entrar(self._ana, par_.nombre_al_azar(self.azar))
        self.par.forma = self.formas["cliente"]
        return self._ana

    def soltar_ana(self) -> None:
        """Descartarla: la próxima será otra."""
        if self._ana is not None:
            self._ana.programa.matar()
            self._ana = None

    def pareja(self) -> "list[persona.Persona]":
        """Dos personas en una sala con el servidor de la entrega, cada quien en su equipo.

        Quien ya no viva se reemplaza.
        """
        self.soltar_ana()
        self.servidor()
        sala = self._pareja[0].sala if self._pareja else self.nombre()
        vivas = {una.programa.equipo: una for una in self._pareja if una.programa.vivo}
        self._pareja = [vivas.get(equipo) or self.entrar(self.lanzar_cliente(equipo), sala) for equipo in (ANA, OTRO)]
        return list(self._pareja)

    def soltar_pareja(self) -> None:
        """Descartarla."""
        for una in self._pareja:
            una.programa.matar()
        self._pareja = []

    def limpiar(self) -> None:
        """Tras un fallo: nada de lo que había sirve."""
        self.profesor.parar()
        self._ana = self._servidor = None
        self._pareja = []
        self.jaula.abrir()

    def nombre(self) -> str:
        """Un nombre nuevo."""
        return par_.nombre_al_azar(self.azar)

    def nombre_dificil(self) -> str:
        """Uno con espacios, acentos, eñe, mayúsculas y comillas."""
        return par_.nombre_dificil(self.azar)

    def texto(self) -> str:
        """Un texto nuevo."""
        return par_.texto_al_azar(self.azar)


def sin_vacios(foto):
    """La foto sin las franjas vacías de las ventanas que se agrandaron: lo que queda se lee a su tamaño."""
    ancho, alto = foto.size
    datos, largo = foto.tobytes(), 3 * foto.size[0]
    quedan, iguales = [], 0
    for y in range(alto):
        iguales = iguales + 1 if y and datos[y * largo:(y + 1) * largo] == datos[(y - 1) * largo:y * largo] else 0
        if iguales < FRANJA:
            quedan.append(y)
    nueva = b"".join(datos[y * largo:(y + 1) * largo] for y in quedan)
    from PIL import Image

    return Image.frombytes("RGB", (ancho, len(quedan)), nueva)


class Profesor:
    """El par haciendo de servidor, para que las ventanas se califiquen sin el servidor de la entrega."""

    def __init__(self, oyente: par_.Par):
        self._par = oyente
        self._salas: "dict[str, list[str]]" = {}
        self._parar = threading.Event()
        self._hilo: "threading.Thread | None" = None

    def iniciar(self) -> None:
        """Empezar a dar listas."""
        if self._hilo is None:
            self._parar.clear()
            self._hilo = threading.Thread(target=self._atender, args=(self._par.marca(),), daemon=True)
            self._hilo.start()

    def parar(self) -> None:
        """Dejar de darlas."""
        if self._hilo is not None:
            self._parar.set()
            self._hilo.join()
            self._hilo = None
            self._salas.clear()

    def poner(self, sala: str, *presentes: str) -> None:
        """Que en una sala estén, además de quien entró de verdad, estas personas, y dar la lista."""
        lista = self._salas.setdefault(sala, [])
        lista += [uno for uno in presentes if uno not in lista]
        self._par.decir_lista(sala, list(lista))

    def quitar(self, sala: str, persona_: str) -> None:
        """Que alguien salga."""
        self._salas[sala].remove(persona_)
        self._par.decir_lista(sala, list(self._salas[sala]))

    def _atender(self, desde: int) -> None:
        dadas: "dict[str, tuple]" = {}
        while not self._parar.is_set():
            hasta = self._par.marca()
            for datagrama in self._par.oidos(desde):
                mensaje = datagrama.mensaje
                if mensaje is not None and mensaje.get("tipo") in ("inicio", "salir"):
                    self._anotar(mensaje, dadas)
            desde = hasta
            self._par.esperar_novedad(0.05)

    def _anotar(self, mensaje: "mensajes.Mensaje", dadas: dict) -> None:
        user, sala = mensaje.get("user"), mensaje.get("sala")
        if not (isinstance(user, str) and isinstance(sala, str)):
            return
        lista = self._salas.setdefault(sala, [])
        if mensaje["tipo"] == "inicio" and user not in lista:
            lista.append(user)
        elif mensaje["tipo"] == "salir" and user in lista:
            lista.remove(user)
        antes = dadas.get(sala)
        # Quien insiste no inunda la red
        if antes is None or antes[0] != lista or time.monotonic() - antes[1] > ATENCION:
            dadas[sala] = (list(lista), time.monotonic())
            self._par.forma = mensaje.forma
            self._par.decir_lista(sala, list(lista))


def leer_rubrica(ruta: pathlib.Path) -> dict:
    """La rúbrica del enunciado."""
    return json.loads(ruta.read_text(encoding="utf-8"))

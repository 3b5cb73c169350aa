"""Decir qué funciona en este equipo y cómo remediar lo que no.

    python diagnostico.py            en la terminal
    python diagnostico.py --json     un objeto por renglón: lo lee ventana_diagnostico.py

Revisa, en orden: Python, las ventanas, las imágenes, el sonido y la red. En cada interfaz
envía una pregunta (`quien`) al grupo del chat y escucha un momento:

    ¿vuelve lo propio?         no: el sistema o un cortafuegos impide enviar o recibir
    ¿contesta otro equipo?     sí: la red deja pasar la multidifusión
    ¿sólo los de este equipo?  no hay nadie más, o un cortafuegos o el punto de acceso la filtra

No cambia nada: las órdenes que remedian algo se muestran, y las corre la persona.
"""

import argparse
import dataclasses
import ipaddress
import json
import platform
import secrets
import select
import shutil
import socket
import subprocess
import sys
import time

from equipo import opciones
import protocolo
import red
from equipo import terminal
from adjuntos import wav
from equipo.analizador import Analizador

ESCUCHA = 1.2  # s que se escucha en cada interfaz: los latidos llegan cada 2 s, y a `quien` se contesta en 0.2
REPETIR = 0.3  # s entre dos preguntas
MIRADA = 0.02  # s entre dos miradas al micrófono
MAX_OIDOS = 300  # programas que se cuentan
MAX_INTERFACES = 12  # que se prueban: con máquinas virtuales puede haber docenas
PLAZO_ORDEN = 3.0  # s para una orden del sistema

BIEN, AVISO, MAL = "bien", "aviso", "mal"
SIGNOS = {BIEN: "[bien] ", AVISO: "[ojo]  ", MAL: "[falla]"}


@dataclasses.dataclass(frozen=True)
class Resultado:
    """Lo que se vio de una cosa. `remedio`: qué hacer, con la orden exacta si la hay."""

    estado: str
    que: str
    detalle: str = ""
    remedio: str = ""


def interfaces() -> "list[tuple[str, str]]":
    """Nombre y dirección IPv4 de cada interfaz en marcha; la de bucle, al final."""
    try:
        import psutil  # aquí: sin ella queda la interfaz del sistema
    except ImportError:
        actual = red.interfaz_del_sistema(red.GRUPO, red.PUERTO)
        return [("del sistema", actual)] * (actual != red.LAZO) + [("bucle", red.LAZO)]
    activas = {nombre for nombre, estado in psutil.net_if_stats().items() if estado.isup}
    todas = [(nombre, una.address) for nombre, direcciones in psutil.net_if_addrs().items() if nombre in activas
             for una in direcciones if una.family == socket.AF_INET]
    return sorted(todas, key=lambda par: ipaddress.IPv4Address(par[1]).is_loopback)


def revisar_todo(elegidas: argparse.Namespace):
    """Los resultados, conforme se obtienen."""
    for revisar in (revisar_python, revisar_ventanas, revisar_imagenes, revisar_sonido):
        yield from revisar()
    yield from revisar_red(elegidas)


# -------------------------------------------------------------------- el equipo


def revisar_python():
    version = platform.python_version()
    if (3, 10) <= sys.version_info[:2] <= (3, 13):
        yield Resultado(BIEN, f"Python {version}", f"{platform.system()} {platform.release()}")
    else:
        yield Resultado(AVISO, f"Python {version}", "El chat se prueba con 3.10 a 3.13.", "Instala uno de ellos: https://www.python.org/downloads/")


def revisar_ventanas():
    try:
        import tkinter
        import tkinter.font
    except ImportError:
        remedio = "brew install python-tk" if sys.platform == "darwin" else "sudo apt install python3-tk"
        yield Resultado(MAL, "Ventanas: falta Tkinter", "Sin él queda el cliente de terminal: python cliente.py.", remedio)
        return
    try:
        raiz = tkinter.Tk()
    except tkinter.TclError as error:
        yield Resultado(AVISO, "Ventanas: no hay pantalla", terminal.explicar_pantalla(error), "Abre el programa dentro de un escritorio, o usa python cliente.py.")
        return
    medidas = f"{raiz.winfo_screenwidth()} × {raiz.winfo_screenheight()} píxeles, {raiz.winfo_fpixels('1i'):.0f} ppp"
    detalle = f"Tk {raiz.tk.call('info', 'patchlevel')}, {medidas}"
    raiz.destroy()
    yield Resultado(BIEN, "Ventanas", detalle)


def revisar_imagenes():
    try:
        import PIL
    except ImportError:
        yield Resultado(MAL, "Imágenes: falta Pillow", "Sin ella no hay stickers, iconos ni avatares.", f"{sys.executable} -m pip install Pillow")
        return
    yield Resultado(BIEN, "Imágenes", f"Pillow {PIL.__version__}")
    try:
        from ventanas.aspecto import dibujos
    except ImportError:
        return  # sin Tkinter no hay ventana donde ver un emoji
    if not dibujos.hay_emoji():
        remedio = "sudo apt install fonts-noto-color-emoji" if shutil.which("apt") else ""
        yield Resultado(AVISO, "Emoji sin color", "No hay una letra con emoji en color: se escribe su nombre.", remedio)


def revisar_sonido():
    from adjuntos import voz
    try:
        hay = voz.dispositivos()
    except wav.ErrorAudio as error:
        yield Resultado(MAL, "Sonido", str(error), _remedio_de_sonido())
        return
    for sentido, nombre in ((voz.SALIDA, "Altavoz"), (voz.ENTRADA, "Micrófono")):
        if hay[sentido]:
            yield Resultado(BIEN, nombre, ", ".join(terminal.limpiar(aparato) for _, aparato in hay[sentido][:4]))
        else:
            que = "oír" if sentido == voz.SALIDA else "grabar"
            yield Resultado(AVISO, f"{nombre}: no se encontró ninguno", f"Los mensajes de voz no se podrán {que}.",
                            "Conéctalo y revisa que el sistema lo muestre en sus ajustes de sonido.")
    if hay[voz.ENTRADA]:
        yield _probar_microfono(audio)


def _probar_microfono(audio) -> Resultado:
    """Grabar un instante: sólo así se sabe si hay permiso."""
    grabadora = voz.Grabadora()
    try:
        grabadora.iniciar()
        limite = time.monotonic() + 1.0
        mayor = 0.0
        while grabadora.segundos < 0.4 and time.monotonic() < limite:
            mayor = max(mayor, grabadora.nivel)
            time.sleep(MIRADA)
        oido = grabadora.segundos
    except wav.ErrorAudio as error:
        return Resultado(MAL, "El micrófono no se puede usar", str(error), _remedio_de_permiso())
    finally:
        grabadora.cancelar()
    if not oido:
        return Resultado(MAL, "El micrófono no entrega sonido", "Se abrió, pero no llegó nada.", _remedio_de_permiso())
    if mayor:
        return Resultado(BIEN, "El micrófono graba", f"nivel {mayor:.0%}")
    return Resultado(AVISO, "El micrófono graba, pero sólo silencio", "Quizá está apagado o silenciado.", _remedio_de_permiso())


def _remedio_de_sonido() -> str:
    if sys.platform.startswith("linux"):
        return "sudo apt install python3-pyaudio portaudio19-dev" if shutil.which("apt") else "Instala PortAudio y después: pip install PyAudio"
    return "brew install portaudio && pip install PyAudio" if sys.platform == "darwin" else f"{sys.executable} -m pip install PyAudio"


def _remedio_de_permiso() -> str:
    return {
        "win32": "Configuración → Privacidad → Micrófono: permite que las aplicaciones de escritorio lo usen.",
        "darwin": "Ajustes del Sistema → Privacidad y seguridad → Micrófono: activa Terminal o Python.",
    }.get(sys.platform, "Revisa que no esté silenciado: pavucontrol, pestaña «Dispositivos de entrada».")


# -------------------------------------------------------------------- la red


@dataclasses.dataclass
class Oido:
    """Lo que se oyó por una interfaz."""

    propio: bool = False
    error: str = ""
    personas: "set[str]" = dataclasses.field(default_factory=set)
    servidores: "set[str]" = dataclasses.field(default_factory=set)
    otros_equipos: "set[str]" = dataclasses.field(default_factory=set)


def revisar_red(elegidas: argparse.Namespace):
    """Probar la multidifusión en cada interfaz y decir qué se oyó."""
    lista = [("elegida", elegidas.interfaz)] if elegidas.interfaz else interfaces()[:MAX_INTERFACES]
    if not [una for una in lista if una[1] != red.LAZO] and not elegidas.interfaz:
        yield Resultado(AVISO, "Este equipo no tiene red", "Sólo se oirán entre sí los programas de este equipo.",
                        "Conéctate a un Wi-Fi o a un cable.")
    del_sistema = elegidas.interfaz or red.interfaz_del_sistema(elegidas.grupo, elegidas.puerto)
    propias = {direccion for _, direccion in interfaces()}
    oidos = []
    for nombre, direccion in lista:
        oido = escuchar(elegidas.grupo, elegidas.puerto, direccion, propias)
        oidos.append((direccion, oido))
        yield _contar_interfaz(nombre, direccion, direccion == del_sistema, oido)
    yield from _contar_participantes([oido for _, oido in oidos])
    yield from _explicar_filtros(elegidas, [(direccion, oido) for direccion, oido in oidos if direccion != red.LAZO])


def escuchar(grupo: str, puerto: int, interfaz: str, propias: "set[str]") -> Oido:
    """Preguntar quién está, por una interfaz, y anotar quién contesta."""
    oido = Oido()
    try:
        s = red.abrir_socket(puerto)
    except red.ErrorRed as error:
        oido.error = str(error)
        return oido
    with s:
        try:
            red.unirse(s, grupo, interfaz)
            _preguntar(s, (grupo, puerto), propias, oido)
        except OSError as error:
            oido.error = terminal.explicar(error)
    return oido


def _preguntar(s: socket.socket, destino: tuple, propias: "set[str]", oido: Oido) -> None:
    propio = secrets.token_hex(4)
    pregunta = protocolo.codificar({"tipo": "quien", "id": propio})
    fin = time.monotonic() + ESCUCHA
    siguiente = 0.0
    while (ahora := time.monotonic()) < fin:
        if ahora >= siguiente:
            s.sendto(pregunta, destino)
            siguiente = ahora + REPETIR
        if select.select([s], [], [], min(fin, siguiente) - ahora if siguiente > ahora else 0)[0]:
            try:
                datagrama, (direccion, _) = s.recvfrom(protocolo.MAX_DATAGRAMA)
                mensaje = protocolo.decodificar(datagrama)
            except (OSError, protocolo.ErrorProtocolo):
                continue
            _anotar(mensaje, direccion, propio, propias, oido)


def _anotar(mensaje: dict, direccion: str, propio: str, propias: "set[str]", oido: Oido) -> None:
    if mensaje.get("id") == propio:
        oido.propio = True
        return
    if direccion not in propias and len(oido.otros_equipos) < MAX_OIDOS:
        oido.otros_equipos.add(direccion)
    donde = oido.servidores if "servidor" in mensaje or mensaje["tipo"] == "usuarios" else oido.personas
    quien = mensaje.get("user") or mensaje.get("from") or direccion
    if mensaje["tipo"] not in ("quien", "falta", "perdido") and len(donde) < MAX_OIDOS:
        donde.add(direccion if donde is oido.servidores else quien)


def _contar_interfaz(nombre: str, direccion: str, es_la_del_sistema: bool, oido: Oido) -> Resultado:
    que = f"Red {nombre} ({direccion})" + (", la que se usa" if es_la_del_sistema else "")
    gravedad = MAL if es_la_del_sistema else AVISO
    if oido.error:
        remedio = f"Prueba otra interfaz: python cliente_gui.py --interfaz DIRECCIÓN (ésta, {direccion}, no sirve)."
        return Resultado(gravedad, que, f"No se pudo usar: {oido.error}.", remedio if es_la_del_sistema else "")
    if not oido.propio:
        return Resultado(gravedad, que, "Lo que se envía al grupo no vuelve: algo lo impide en este equipo.", _orden_del_cortafuegos())
    otros = f"; se oye a {len(oido.otros_equipos)} equipo{'s' * (len(oido.otros_equipos) != 1)} más" if oido.otros_equipos else ""
    return Resultado(BIEN, que, f"Se envía y se recibe{otros}.")


def _contar_participantes(oidos: "list[Oido]"):
    personas = sorted(set().union(*(oido.personas for oido in oidos)))
    servidores = sorted(set().union(*(oido.servidores for oido in oidos)))
    if servidores:
        yield Resultado(BIEN, "Servidor", f"{'Se oye uno' if len(servidores) == 1 else f'Se oyen {len(servidores)}'}: {', '.join(servidores[:4])}.")
    else:
        yield Resultado(AVISO, "No se oye ningún servidor", "Los mensajes llegan igual; falta la lista de quién está.",
                        "En cualquier equipo de la red: python servidor.py")
    if personas:
        visibles = [terminal.limpiar(persona) for persona in personas[:12]]
        yield Resultado(BIEN, "Participantes", f"{len(personas)}: {', '.join(visibles)}{'…' * (len(personas) > 12)}")
    else:
        yield Resultado(AVISO, "No se oye a ningún participante", "Quizá no hay nadie todavía.")


def _explicar_filtros(elegidas: argparse.Namespace, oidos: list):
    """Decir si parece que algo filtra la multidifusión entre equipos."""
    if not oidos or any(oido.otros_equipos for _, oido in oidos):
        return
    fuegos = _cortafuegos_activo()
    if fuegos:
        yield Resultado(AVISO, f"Hay un cortafuegos activo: {fuegos}",
                        f"Si otros equipos no te oyen o no los oyes, permite la entrada al puerto UDP {elegidas.puerto}.",
                        _orden_del_cortafuegos(elegidas.puerto, fuegos))
    yield Resultado(AVISO, "No se oye a ningún otro equipo",
                    "Si los hay y con el cortafuegos abierto sigue igual, el punto de acceso filtra la multidifusión: pasa en redes de "
                    "invitados o con «aislamiento de clientes» (AP isolation).",
                    "Usa otra red, el punto de acceso de un teléfono, o un cable; o pide que desactiven el aislamiento.")


def _cortafuegos_activo() -> str:
    """El nombre del cortafuegos que está activo, si se puede saber sin ser administrador."""
    if sys.platform == "win32":
        dicho = _correr("netsh", "advfirewall", "show", "currentprofile", "state")
        return "el de Windows" if {"ON", "ACTIVAR"} & set(dicho.upper().split()) else ""  # apagado: OFF, DESACTIVAR
    if sys.platform == "darwin":
        return "el de macOS" if "enabled" in _correr("/usr/libexec/ApplicationFirewall/socketfilterfw", "--getglobalstate") else ""
    if shutil.which("firewall-cmd") and _correr("firewall-cmd", "--state").strip() == "running":
        return "firewalld"
    return "ufw" if "active" == _correr("systemctl", "is-active", "ufw").strip() and _ufw_habilitado() else ""


def _ufw_habilitado() -> bool:
    try:
        with open("/etc/ufw/ufw.conf", encoding="utf-8") as archivo:
            return "ENABLED=yes" in archivo.read()
    except OSError:
        return False


def _orden_del_cortafuegos(puerto: int = red.PUERTO, fuegos: str = "") -> str:
    """La orden exacta que deja entrar los datagramas del chat en este sistema."""
    if sys.platform == "win32":
        regla = f'name="Chat UDP {puerto}" dir=in action=allow protocol=UDP localport={puerto}'
        return f"En una consola de administrador: netsh advfirewall firewall add rule {regla}"
    if sys.platform == "darwin":
        return f"sudo /usr/libexec/ApplicationFirewall/socketfilterfw --add {sys.executable} --unblockapp {sys.executable}"
    if fuegos == "firewalld" or (not fuegos and shutil.which("firewall-cmd")):
        return f"sudo firewall-cmd --permanent --add-port={puerto}/udp && sudo firewall-cmd --reload"
    if fuegos == "ufw" or shutil.which("ufw"):
        return f"sudo ufw allow {puerto}/udp"
    return f"sudo iptables -I INPUT -p udp --dport {puerto} -j ACCEPT"


def _correr(*orden: str) -> str:
    try:
        fin = subprocess.run(orden, capture_output=True, timeout=PLAZO_ORDEN, stdin=subprocess.DEVNULL)
        return fin.stdout.decode("utf-8", "replace")
    except (OSError, subprocess.TimeoutExpired):
        return ""


# -------------------------------------------------------------------- escribirlo


def escribir(resultado: Resultado) -> str:
    """Un resultado en palabras."""
    detalle = f": {resultado.detalle}" if resultado.detalle else ""
    remedio = f"\n          → {resultado.remedio}" if resultado.remedio else ""
    return f"{SIGNOS[resultado.estado]} {resultado.que}{detalle}{remedio}"


def main(argumentos: "list[str] | None" = None) -> int:
    """Revisar y escribir. Devuelve 1 si algo falla."""
    analizador = Analizador(prog="diagnostico.py", description="Dice qué funciona en este equipo y cómo remediar lo que no.")
    analizador.add_argument("--json", action="store_true", help="un objeto JSON por renglón")
    opciones.agregar_opciones(analizador)
    elegidas = analizador.parse_args(argumentos)
    terminal.preparar_salida("utf-8" if elegidas.json else None)
    fallas = 0
    try:
        for resultado in revisar_todo(elegidas):
            fallas += resultado.estado == MAL
            print(json.dumps(dataclasses.asdict(resultado), ensure_ascii=False) if elegidas.json else escribir(resultado), flush=True)
    except KeyboardInterrupt:
        return 130
    return 1 if fallas else 0


if __name__ == "__main__":
    sys.exit(main())

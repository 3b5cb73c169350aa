"""Decir qué funciona en este equipo y cómo remediar lo que no.

    python diagnostico.py            en la terminal
    python diagnostico.py --json     un objeto por renglón: lo lee la ventana del diagnóstico

Revisa Python, las ventanas, las imágenes, el sonido y la red (véase `revisar_todo`). En cada
interfaz envía una pregunta (`quien`) al grupo del chat y escucha un momento:

    ¿vuelve lo propio?         no: el sistema o un cortafuegos impide enviar o recibir
    ¿contesta otro equipo?     sí: la red deja pasar la multidifusión
    ¿sólo los de este equipo?  no hay nadie más, o un cortafuegos o el punto de acceso la filtra

No cambia nada: las órdenes que remedian algo se muestran, y las corre la persona.
"""

import argparse
import dataclasses
import json
import platform
import shutil
import sys
import time

from equipo import entorno
entorno.usar()  # antes de importar lo que busca sus bibliotecas

from adjuntos import wav
from equipo import cortafuegos
from equipo import enlace
from equipo import errores
from equipo import interfaces
from equipo import letras
from equipo import opciones
from equipo import relevos
from equipo import sistema
from equipo import terminal
from equipo import tuberias
from equipo.analizador import Analizador
from equipo.revision import AVISO, BIEN, MAL, Oido, Resultado, escribir, preguntar
import red

MAX_INTERFACES = 12  # que se prueban: con máquinas virtuales puede haber docenas
GRABACION = 0.4  # s de micrófono que bastan para saber si entrega sonido
ESPERA_MICROFONO = 1.0  # s en que ha de entregarlos
MIRADA = 0.02  # s entre dos miradas al micrófono


def revisar_todo(elegidas: argparse.Namespace):
    """Los resultados, conforme se obtienen."""
    yield revisar_python()
    yield revisar_ventanas()
    yield revisar_firmas()
    yield from revisar_imagenes()
    yield from revisar_sonido()
    yield from revisar_red(elegidas)


# -------------------------------------------------------------------- el equipo


def revisar_python() -> Resultado:
    """Si esta versión de Python es de las probadas."""
    que = f"Python {platform.python_version()}"
    en = f"{platform.system()} {platform.release()}"
    minima, probada = ("{}.{}".format(*una) for una in (entorno.MINIMA, entorno.PROBADA))
    if sys.version_info[:2] < entorno.MINIMA:
        return Resultado(MAL, que, f"El chat necesita {minima} o más nuevo.",
                         "Instala otro: https://www.python.org/downloads/")
    if sys.version_info[:2] > entorno.PROBADA:
        return Resultado(BIEN, que, f"{en}; el chat se ha probado hasta con {probada}")
    return Resultado(BIEN, que, en)


def revisar_ventanas() -> Resultado:
    """Si Tk está y puede abrir una ventana."""
    try:
        import tkinter  # aquí, como las demás: que falte una no impide revisar las otras
    except ImportError:
        return Resultado(MAL, "Ventanas: falta Tkinter",
                         "Sin él queda el cliente de terminal: python cliente.py.",
                         sistema.remediar(["_tkinter"]))
    try:
        raiz = tkinter.Tk()
    except tkinter.TclError as error:
        return Resultado(AVISO, "Ventanas: no hay pantalla", errores.explicar_pantalla(error),
                         "Abre el programa dentro de un escritorio, o usa python cliente.py.")
    medidas = f"{raiz.winfo_screenwidth()} × {raiz.winfo_screenheight()} píxeles"
    version, ppp = raiz.tk.call("info", "patchlevel"), raiz.winfo_fpixels("1i")
    raiz.destroy()
    return Resultado(BIEN, "Ventanas", f"Tk {version}, {medidas}, {ppp:.0f} ppp")


def revisar_firmas() -> Resultado:
    """Si lo que se envía irá firmado, y los privados cifrados."""
    try:
        import nacl
    except ImportError:
        return Resultado(AVISO, "Sin firmar: falta PyNaCl",
                         "Se chatea igual, pero otro puede leer los privados o hablar por ti.",
                         entorno.orden_de_preparar())
    return Resultado(BIEN, "Firmas y privados cifrados", f"PyNaCl {nacl.__version__}")


def revisar_imagenes():
    """Si se pueden ver stickers y emoji en color."""
    try:
        import PIL
    except ImportError:
        yield Resultado(MAL, "Imágenes: falta Pillow",
                        "Sin ella no hay stickers, iconos ni avatares.",
                        entorno.orden_de_preparar())
        return
    yield Resultado(BIEN, "Imágenes", f"Pillow {PIL.__version__}")
    if letras.de_emoji() is None:
        yield Resultado(AVISO, "Emoji sin color",
                        "No hay una letra con emoji en color: se escribe su nombre.",
                        "sudo apt install fonts-noto-color-emoji" if shutil.which("apt") else "")


def revisar_sonido():
    """Si hay por dónde oír y grabar una voz."""
    from adjuntos import portaudio
    from adjuntos import voz
    from adjuntos.aparatos import SONIDO
    try:
        hay = SONIDO.dispositivos()
    except wav.ErrorAudio as error:
        yield Resultado(MAL, "Sonido", str(error), entorno.orden_de_preparar())
        return
    yield contar_aparatos("Altavoz", "oír", hay[portaudio.SALIDA])
    yield contar_aparatos("Micrófono", "grabar", hay[portaudio.ENTRADA])
    if hay[portaudio.ENTRADA]:
        yield revisar_microfono(voz.Grabadora())


def contar_aparatos(nombre: str, verbo: str, aparatos: "list[tuple]") -> Resultado:
    """Cuáles hay de una clase; sin ninguno, qué no se podrá hacer."""
    if aparatos:
        return Resultado(BIEN, nombre, ", ".join(terminal.limpiar(uno) for _, uno in aparatos[:4]))
    return Resultado(AVISO, f"{nombre}: no se encontró ninguno",
                     f"Los mensajes de voz no se podrán {verbo}.",
                     "Conéctalo y revisa que el sistema lo muestre en sus ajustes de sonido.")


def revisar_microfono(grabadora) -> Resultado:
    """Si el micrófono entrega sonido: sólo grabando un instante se sabe si hay permiso."""
    permiso = remediar_permiso()
    mayor = 0.0
    try:
        grabadora.iniciar()
        limite = time.monotonic() + ESPERA_MICROFONO
        while grabadora.segundos < GRABACION and time.monotonic() < limite:
            mayor = max(mayor, grabadora.nivel)
            time.sleep(MIRADA)
        grabado = grabadora.segundos
    except wav.ErrorAudio as error:
        return Resultado(MAL, "El micrófono no se puede usar", str(error), permiso)
    finally:
        grabadora.cancelar()
    if not grabado:
        return Resultado(MAL, "El micrófono no entrega sonido",
                         "Se abrió, pero no llegó nada.", permiso)
    if not mayor:
        return Resultado(AVISO, "El micrófono graba, pero sólo silencio",
                         "Quizá está apagado o silenciado.", permiso)
    return Resultado(BIEN, "El micrófono graba", f"nivel {mayor:.0%}")


def remediar_permiso() -> str:
    """Dónde se da permiso de usar el micrófono en este sistema."""
    if sys.platform == "win32":
        return ("Configuración → Privacidad → Micrófono: "
                "permite que las aplicaciones de escritorio lo usen.")
    if sys.platform == "darwin":
        return "Ajustes del Sistema → Privacidad y seguridad → Micrófono: activa Terminal o Python."
    return "Revisa que no esté silenciado: pavucontrol, pestaña «Dispositivos de entrada»."


# -------------------------------------------------------------------- la red


def revisar_red(elegidas: argparse.Namespace):
    """Si la multidifusión va y vuelve por cada interfaz, y quién se oye en ella."""
    grupo, puerto = elegidas.grupo, elegidas.puerto
    todas = interfaces.listar()
    if all(direccion == interfaces.LAZO for _, direccion in todas) and not elegidas.interfaz:
        yield Resultado(AVISO, "Este equipo no tiene red",
                        "Sólo se oirán entre sí los programas de este equipo.",
                        "Conéctate a un Wi-Fi o a un cable.")
    en_uso = elegidas.interfaz or interfaces.interfaz_del_sistema(grupo, puerto)
    nombres = {direccion: nombre for nombre, direccion in todas[:MAX_INTERFACES]}
    # Quien pide la de bucle no quiere salir de este equipo.
    probadas = {en_uso: "elegida"} if en_uso == interfaces.LAZO else {en_uso: "elegida", **nombres}
    propias = {direccion for _, direccion in todas}
    oidos = {}
    for direccion, nombre in probadas.items():
        oido = oidos[direccion] = escuchar(grupo, puerto, direccion, propias)
        yield contar_interfaz(f"Red {nombre} ({direccion})", direccion == en_uso, puerto, oido)
    sordos = set().union(*(oido.sordos() for oido in oidos.values()))
    yield contar_servidores(oidos)
    if sordos:
        yield contar_sordos(sordos, puerto, sordos <= propias)
    yield contar_participantes(set().union(*(oido.personas for oido in oidos.values())))
    yield from explicar_otra_red(nombres, en_uso, oidos)
    yield from explicar_filtros(puerto, oidos)
    yield from buscar_relevo(puerto, probadas, oidos)


def buscar_relevo(puerto: int, probadas: "dict[str, str]", oidos: "dict[str, Oido]"):
    """Si por estas redes hay un relevo; se pregunta con calma sólo si no se oye a nadie."""
    busqueda = relevos.Busqueda(puerto, list(probadas))
    try:
        hallados = busqueda.insistir()
        if not hallados and not any(oido.otros_equipos for oido in oidos.values()):
            hallados = busqueda.insistir(uno_por_uno=True)
    finally:
        busqueda.cerrar()
    for direccion in map(opciones.escribir_direccion, hallados):
        yield Resultado(BIEN, f"Hay un relevo en {direccion}",
                        "Por él se habla con todos aunque la red filtre la multidifusión.",
                        f"python cliente_gui.py --servidor {direccion}", direccion)


def escuchar(grupo: str, puerto: int, interfaz: str, propias: "set[str]") -> Oido:
    """Preguntar quién está, por una interfaz; si no se puede usar, decir por qué."""
    try:
        with enlace.abrir_socket(puerto) as s:
            enlace.unirse(s, grupo, interfaz)
            return preguntar(s, (grupo, puerto), propias)
    except (red.ErrorRed, OSError) as error:
        return Oido(falla=error)


def contar_interfaz(nombre: str, en_uso: bool, puerto: int, oido: Oido) -> Resultado:
    """Si lo que se envía por una interfaz vuelve."""
    que = f"{nombre}, la que se usa" if en_uso else nombre
    gravedad = MAL if en_uso else AVISO
    if oido.falla is not None:
        es_del_puerto = isinstance(oido.falla, red.ErrorRed)
        motivo = "" if es_del_puerto else "No se pudo usar: "
        return Resultado(gravedad, que, f"{motivo}{errores.explicar(oido.falla).rstrip('.')}.",
                         remediar_falla(oido.falla) if en_uso else "")
    if not oido.propio:
        return Resultado(gravedad, que,
                         "Lo que se envía al grupo no vuelve: algo lo impide en este equipo.",
                         cortafuegos.orden_para_abrir(puerto))
    cuantos = len(oido.otros_equipos)
    otros = f"; se oye a {cuantos} equipo{'s' * (cuantos != 1)} más" if cuantos else ""
    return Resultado(BIEN, que, f"Se envía y se recibe{otros}.")


def remediar_falla(falla: Exception) -> str:
    """Qué hacer con una interfaz que no se puede usar."""
    if isinstance(falla, red.ErrorRed):  # no es la interfaz, sino el puerto
        return ("Cierra el programa que lo usa, o que todos digan otro puerto: "
                "python cliente_gui.py --puerto 5010")
    if errores.falta_permiso_de_red(falla):
        return ("Ajustes del Sistema → Privacidad y seguridad → Red local: activa Terminal o "
                "Python (o el programa desde el que lo abres), y vuelve a abrirlo.")
    return "Prueba otra interfaz: python cliente_gui.py --interfaz DIRECCIÓN"


def contar_servidores(oidos: "dict[str, Oido]") -> Resultado:
    """Si se oye un servidor."""
    servidores = sorted(set().union(*(uno.servidores - uno.sordos() for uno in oidos.values())))
    if not servidores:
        llegan = {direccion for direccion, oido in oidos.items() if oido.propio}
        alcance = ("llegan igual" if llegan - {interfaces.LAZO} else
                   "sólo llegan a los programas de este equipo")
        return Resultado(AVISO, "No se oye ningún servidor",
                         f"Los mensajes {alcance}; falta la lista de quién está." if llegan else "",
                         "En cualquier equipo de la red: python servidor.py")
    cuantos = "Se oye uno" if len(servidores) == 1 else f"Se oyen {len(servidores)}"
    return Resultado(BIEN, "Servidor", f"{cuantos}: {', '.join(servidores[:4])}.")


def contar_sordos(sordos: "set[str]", puerto: int, es_de_aqui: bool) -> Resultado:
    """Que un servidor late y no contesta: a él no le llega nada."""
    orden = cortafuegos.orden_para_abrir(puerto, cortafuegos.nombre_del_activo())
    alla = f"En ese equipo, permite la entrada al puerto UDP {puerto}: python diagnostico.py, " \
           "corrido en él, da la orden."
    return Resultado(MAL, f"Un servidor no nos oye: {', '.join(sorted(sordos)[:4])}",
                     "Se le oye y no contesta, así que no puede decir quién está. "
                     "Casi siempre es el cortafuegos de su equipo.", orden if es_de_aqui else alla)


def contar_participantes(personas: "set[str]") -> Resultado:
    """Si se oye a alguien."""
    if not personas:
        return Resultado(AVISO, "No se oye a ningún participante", "Quizá no hay nadie todavía.")
    visibles = ", ".join(terminal.limpiar(persona) for persona in sorted(personas)[:12])
    mas = "…" if len(personas) > 12 else ""
    return Resultado(BIEN, "Participantes", f"{len(personas)}: {visibles}{mas}")


def explicar_otra_red(nombres: "dict[str, str]", en_uso: str, oidos: "dict[str, Oido]"):
    """Si a los demás equipos se les oye por otra interfaz: la de una VPN o Hyper-V va delante."""
    if en_uso == interfaces.LAZO or oidos[en_uso].otros_equipos:
        return
    mejor = max(oidos, key=lambda direccion: len(oidos[direccion].otros_equipos))
    if oidos[mejor].otros_equipos:
        yield Resultado(MAL, "Los demás están en otra red de este equipo",
                        f"Se les oye por {nombres[mejor]} ({mejor}), y se usa {en_uso}.",
                        f"Elige {nombres[mejor]} ({mejor}) en «Red», al pie de la ventana de "
                        f"entrada; o python cliente_gui.py --interfaz {mejor}")


def explicar_filtros(puerto: int, oidos: "dict[str, Oido]"):
    """Si por ninguna red se oye a otro equipo, qué puede estar filtrando la multidifusión."""
    redes = [oido for direccion, oido in oidos.items() if direccion != interfaces.LAZO]
    if not any(oido.propio for oido in redes) or any(oido.otros_equipos for oido in redes):
        return
    activo = cortafuegos.nombre_del_activo()
    if activo:
        yield Resultado(AVISO, f"Hay un cortafuegos activo: {activo}",
                        "Si otros equipos no te oyen o no los oyes, "
                        f"permite la entrada al puerto UDP {puerto}.",
                        cortafuegos.orden_para_abrir(puerto, activo))
    yield Resultado(AVISO, "No se oye a ningún otro equipo",
                    "Si los hay y con el cortafuegos abierto sigue igual, el punto de acceso "
                    "filtra la multidifusión: pasa en redes de invitados o con «aislamiento de "
                    "clientes» (AP isolation). Si se les oía y a los cuatro minutos no, el "
                    "conmutador vigila IGMP y nadie pregunta (IGMP snooping sin querier).",
                    "Usa otra red, el punto de acceso de un teléfono, o un cable; "
                    "o pide que desactiven el aislamiento, o que activen el querier de IGMP; "
                    "o que alguien, por cable, ponga un relevo: python puente.py --relevo "
                    f"{puerto}")


# -------------------------------------------------------------------- el programa


def main(argumentos: "list[str] | None" = None) -> int:
    """Revisar y escribir. Devuelve 1 si algo falla."""
    analizador = Analizador(
        prog="diagnostico.py",
        description="Dice qué funciona en este equipo y cómo remediar lo que no.")
    analizador.add_argument("--json", action="store_true", help="un objeto JSON por renglón")
    opciones.agregar_opciones(analizador)
    elegidas = analizador.parse_args(argumentos)
    terminal.preparar_salida("utf-8" if elegidas.json else None)
    fallas = 0
    try:
        for resultado in revisar_todo(elegidas):
            fallas += resultado.estado == MAL
            como_json = json.dumps(dataclasses.asdict(resultado), ensure_ascii=False)
            print(como_json if elegidas.json else escribir(resultado), flush=True)
    except KeyboardInterrupt:
        return 130
    return 1 if fallas else 0


if __name__ == "__main__":
    sys.exit(tuberias.tolerar(main))

"""Mensajes cortos: cuántos por segundo, cuánta CPU y cuánta demora, de uno a K clientes.

    emisor ──▶ (servidor) ──▶ receptor 1 … receptor K       cada uno, un proceso de este equipo

Los procesos se entienden por memoria compartida, el Tablero, para no estorbar a lo que se
mide. Cada receptor decodifica cada mensaje y mira su número; así se sabe qué se perdió.
Los sistemas se turnan, ABAB, para que el ruido del equipo toque a todos por igual.
"""

import itertools
import multiprocessing
import signal
import socket
import statistics
import time

from medir import sistemas

CLIENTES = (1, 10, 50)
A_PRISA = (sistemas.Chat, sistemas.ChatSinFirma, sistemas.Pelado, sistemas.PeladoFrenado, sistemas.Tcp, sistemas.ZeroMQ)
CON_CALMA = (sistemas.ChatConServidor, sistemas.ChatConServidorSinFirma, sistemas.Pelado, sistemas.Tcp, sistemas.ZeroMQ,
             sistemas.TcpConCola, sistemas.ZeroMQConCola)
RITMO = 200  # mensajes por segundo, cuando se mide la demora
ARRANQUE = 60.0  # s como máximo hasta que todos oyen
SIN_AVANCE = 10.0  # s sin que llegue nada: lo que falte se perdió
ENTREGA = 40.0  # s como máximo, tras enviar lo último, hasta que llega todo
SIN_AVANCE_PELADO = 0.5  # s: ahí nadie repite nada
MIRADA = 0.01  # s entre miradas al tablero

contexto = multiprocessing.get_context("fork")  # cada proceso hereda lo importado: 50 caben en un equipo pequeño


class Tablero:
    """Lo que todos los procesos ven: cada receptor escribe sólo en su casilla."""

    def __init__(self, clientes: int, cuantos: int = 0):
        """`cuantos`: mensajes de los que se guarda la demora."""
        self.oyen = contexto.RawArray("b", clientes)
        self.recibidos = contexto.RawArray("q", clientes)
        self.saltos = contexto.RawArray("q", clientes)  # veces que un número no fue el siguiente
        self.reparados = contexto.RawArray("q", clientes)
        self.ultimo = contexto.RawArray("d", clientes)  # s: cuándo llegó el último
        self.demoras = contexto.RawArray("d", clientes * cuantos)  # s hasta que lo tiene el hilo que lee…
        self.llegadas = contexto.RawArray("d", clientes * cuantos)  # …y hasta que lo tiene el principal
        self.cuantos = cuantos
        self.vamos = contexto.RawValue("b", 0)
        self.inicio = contexto.RawValue("d", 0)
        self.total = contexto.RawValue("q", 0)  # mensajes enviados, cuando ya se sabe


def lanzar(papel, *argumentos) -> multiprocessing.Process:
    """Correr una función en otro proceso, que sólo termina cuando lo matan: Ctrl+C es asunto de éste."""
    def correr():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        papel(*argumentos)

    proceso = contexto.Process(target=correr, daemon=True)
    proceso.start()
    return proceso


def recibir(sistema, i: int) -> None:
    """El proceso de un cliente: contar lo que llega, hasta que lo maten."""
    tablero = sistema.tablero
    esperado, reciben, ultimo = 1, tablero.recibidos, tablero.ultimo
    for mensaje, listo in sistema.recibir(i):
        n, enviado = sistemas.leer_contenido(mensaje["content"])
        if n == 0:
            tablero.oyen[i] = 1
            continue
        ultimo[i] = listo
        if n != esperado:
            tablero.saltos[i] += 1
        esperado = n + 1
        reciben[i] += 1
        if n <= tablero.cuantos:
            tablero.demoras[i * tablero.cuantos + n - 1] = listo - enviado
            tablero.llegadas[i * tablero.cuantos + n - 1] = time.monotonic() - enviado


def emitir(sistema, segundos: float, ritmo: int) -> None:
    """El proceso que envía: a toda prisa esos segundos, o a tantos por segundo si `ritmo` no es 0."""
    tablero = sistema.tablero
    sistema.abrir_emisor()
    while not all(tablero.oyen):
        sistema.enviar(0)
        sistema.esperar(time.monotonic() + 0.05)
    while not tablero.vamos.value:
        sistema.esperar(time.monotonic() + MIRADA)
    tablero.inicio.value = inicio = time.monotonic()
    for n in itertools.count(1):
        if ritmo:
            sistema.esperar(inicio + n / ritmo)
        sistema.enviar(n)
        if time.monotonic() - inicio > segundos:
            break
    tablero.total.value = n
    while True:
        sistema.esperar(time.monotonic() + 1.0)


def leer_cpu(pids: "list[int]") -> float:
    """Segundos de CPU que llevan unos procesos vivos."""
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids)  # el reloj de otro proceso, en Linux


def buscar_puerto() -> int:
    """Un puerto UDP y TCP que nadie usa."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.bind(("", 0))
        return s.getsockname()[1]


def medir_uno(clase, clientes: int, segundos: float, ritmo: int = 0) -> dict:
    """Una vuelta: un sistema, con tantos clientes."""
    tablero = Tablero(clientes, int(segundos * ritmo))
    sistema = clase(tablero, buscar_puerto())
    de_servidor = sistema.lanzar_servidor(lanzar)
    receptores = [lanzar(recibir, sistema, i) for i in range(clientes)]
    emisor = lanzar(emitir, sistema, segundos, ritmo)
    try:
        if not esperar(lambda: all(tablero.oyen), ARRANQUE):
            return {"fallo": f"sólo oyen {sum(tablero.oyen)} de {clientes}"}
        grupos = ([emisor.pid], de_servidor, [receptor.pid for receptor in receptores])
        antes = [leer_cpu(pids) for pids in grupos]
        tablero.vamos.value = 1
        esperar_entrega(tablero, segundos, SIN_AVANCE_PELADO if clase.pierde else SIN_AVANCE)
        cpu = [leer_cpu(pids) - uno for pids, uno in zip(grupos, antes)]
        return resumir(tablero, *cpu)
    finally:
        emisor.kill()  # en este orden nadie se queja de que otro se fue
        sistema.parar_servidor()
        for proceso in [emisor, *receptores]:
            proceso.kill()
            proceso.join()


def esperar(condicion, plazo: float, mirada: float = MIRADA) -> bool:
    """Esperar a que se cumpla una condición; False si se agota el plazo (s)."""
    limite = time.monotonic() + plazo
    while not condicion() and time.monotonic() < limite:
        sistemas.dormir(mirada)
    return bool(condicion())


def esperar_entrega(tablero: Tablero, segundos: float, sin_avance: float) -> None:
    """Esperar a que llegue todo a todos, o a que deje de llegar."""
    esperar(lambda: tablero.total.value, segundos + SIN_AVANCE)
    llevan, desde = 0, time.monotonic()
    limite = desde + ENTREGA
    while min(tablero.recibidos) < tablero.total.value and time.monotonic() < min(limite, desde + sin_avance):
        sistemas.dormir(MIRADA)
        if sum(tablero.recibidos) > llevan:
            llevan, desde = sum(tablero.recibidos), time.monotonic()


def resumir(tablero: Tablero, cpu_emisor: float, cpu_servidor: float, cpu_receptores: float) -> dict:
    """Los números de una vuelta."""
    enviados, clientes, entregas = tablero.total.value, len(tablero.recibidos), sum(tablero.recibidos)
    if not entregas or not enviados:
        return {"fallo": "no llegó nada"}
    duracion = max(tablero.ultimo) - tablero.inicio.value
    vuelta = {
        "por_segundo": entregas / clientes / duracion,
        "perdidos": 1 - entregas / clientes / enviados,  # o que no llegaron a tiempo
        "saltos": sum(tablero.saltos),
        "reparados": sum(tablero.reparados) / entregas,
        "cpu_emisor": 1e6 * (cpu_emisor + cpu_servidor) / entregas,  # ms del emisor y el servidor por mil entregas
        "cpu_receptores": 1e6 * cpu_receptores / entregas,
        "cpu_mensaje": 1e6 * (cpu_emisor + cpu_servidor) / enviados,  # µs por mensaje
        "cpu_servidor": 1e6 * cpu_servidor / enviados,
    }
    for clave, demoras in (("", tablero.demoras), ("_principal", tablero.llegadas)):
        if demoras := sorted(demora for demora in demoras if demora):
            # ms.
            vuelta["p50" + clave], vuelta["p99" + clave] = (1000 * demoras[int(len(demoras) * p)] for p in (0.50, 0.99))
    return vuelta


def medianas(vueltas: "list[dict]") -> dict:
    """La mediana de cada número; una vuelta que falló se cuenta aparte."""
    buenas = [vuelta for vuelta in vueltas if "fallo" not in vuelta]
    fallos = [vuelta["fallo"] for vuelta in vueltas if "fallo" in vuelta]
    resumen = {clave: statistics.median(vuelta[clave] for vuelta in buenas) for clave in (buenas[0] if buenas else ())}
    if buenas:
        for clave in ("perdidos", "saltos"):
            resumen[clave] = max(vuelta[clave] for vuelta in buenas)  # la peor: perder una vez ya es perder
    return {**resumen, "fallos": fallos, "vueltas": len(vueltas)}


def combinar(opciones):
    """Lo que hay que medir, en orden: (modo, clientes, sistema, segundos, ritmo). Los sistemas se turnan."""
    segundos, veces = (2.0, 2) if opciones.rapido else (4.0, 5)
    for modo, clases, dura, ritmo in (("a toda prisa", A_PRISA, segundos, 0),
                                      ("200 por segundo", CON_CALMA, segundos + 1, RITMO)):
        elegidas = [clase for clase in clases if elegir(clase, opciones) and opciones.modo in (None, modo.split()[0])]
        for clientes, _, clase in itertools.product(opciones.clientes, range(opciones.veces or veces), elegidas):
            yield modo, clientes, clase, dura, ritmo


def elegir(clase, opciones) -> bool:
    """Si hay que medir ese sistema."""
    pedido = not opciones.sistemas or any(uno in clase.__name__.lower() for uno in opciones.sistemas)
    return pedido and (sistemas.zmq is not None or not issubclass(clase, sistemas.ZeroMQ))


def medir(progreso, opciones) -> "list[dict]":
    """Medir todas las combinaciones pedidas; una fila por cada una."""
    if sistemas.zmq is None:
        progreso.avisar("Falta pyzmq: no se mide ZeroMQ.")
    casos = list(combinar(opciones))
    progreso.empezar("mensajes", len(casos))
    filas = {}
    for modo, clientes, clase, segundos, ritmo in casos:
        progreso.decir(f"{modo}, K = {clientes}, {clase.nombre}")
        vuelta = medir_uno(clase, clientes, segundos, ritmo)
        progreso.resultado(vuelta.get("fallo") or describir(vuelta))
        filas.setdefault((modo, clientes, clase.nombre), []).append(vuelta)
    return [{"modo": modo, "clientes": clientes, "sistema": nombre, **medianas(vueltas)}
            for (modo, clientes, nombre), vueltas in filas.items()]


def describir(vuelta: dict) -> str:
    """Una vuelta, en pocas palabras."""
    if "p50" in vuelta:
        return (f"p50 {vuelta['p50']:.2f} ms ({vuelta['p50_principal']:.2f}), "
                f"p99 {vuelta['p99']:.2f} ms ({vuelta['p99_principal']:.2f}), "
                f"{vuelta['cpu_mensaje']:.0f} µs por mensaje")
    return f"{vuelta['por_segundo']:,.0f} por segundo, {vuelta['perdidos']:.1%} perdido"

"""Señalar una ventana en la barra de tareas, hasta que se la mire.

    Windows    FlashWindow: parpadea su botón
    X11        _NET_WM_STATE_DEMANDS_ATTENTION, que se pide al gestor de ventanas con un mensaje a
               la raíz (EWMH, «_NET_WM_STATE»); al darle el foco la apaga él
    macOS      nada: el título ya dice cuántos hay sin leer

Tk no tiene puerta para lo de X11. Se pide por una conexión propia, que dura lo que la petición: en
la de Tk, leer una respuesta podría quitarle un suceso. Un error de X termina el programa, así que
sólo se nombran la raíz y la ventana de Tk, que existe: la crea y la destruye este mismo hilo.
"""

import ctypes
import os
import tkinter as tk

from ventanas.aspecto import foco

CLIENT_MESSAGE = 33  # de <X11/X.h>, como la que sigue
A_QUIEN_MANDA = 1 << 20 | 1 << 19  # SubstructureRedirectMask | SubstructureNotifyMask
PONER, DE_UN_PROGRAMA = 1, 1  # EWMH: _NET_WM_STATE_ADD; quién lo pide
AL_APARECER = 300  # ms: una ventana recién hecha aún no la conoce el gestor


class MensajeAlGestor(ctypes.Structure):
    """XClientMessageEvent, con el relleno de XEvent: 24 enteros largos en todo."""

    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int),
                ("display", ctypes.c_void_p), ("window", ctypes.c_ulong),
                ("message_type", ctypes.c_ulong), ("format", ctypes.c_int),
                ("data", ctypes.c_long * 5), ("relleno", ctypes.c_long * 12)]


def pedir(ventana: tk.Misc) -> None:
    """Que la barra de tareas señale una ventana; donde no se puede, no pasa nada."""
    sistema = ventana.tk.call("tk", "windowingsystem")
    if sistema == "win32":
        ctypes.windll.user32.FlashWindow(int(ventana.wm_frame(), 16), True)
    # GNOME no tiene barra: lo convierte en otro aviso, «la ventana está lista».
    elif sistema == "x11" and "GNOME" not in os.environ.get("XDG_CURRENT_DESKTOP", ""):
        ventana.after(AL_APARECER, _pedir_en_x11, ventana)


def _pedir_en_x11(ventana: tk.Misc) -> None:
    if (not ventana.winfo_exists() or ventana.state() not in ("normal", "iconic")
            or foco.contiene_foco(ventana)):
        return
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return
    x11.XOpenDisplay.restype = ctypes.c_void_p
    pantalla = ctypes.c_void_p(x11.XOpenDisplay(None))
    if pantalla:
        identificador = ventana.winfo_id()
        ventana.winfo_pointerxy()  # con esta pregunta sale lo que Tk tenía por pedir: ya existe
        _enviar(x11, pantalla, identificador)
        x11.XCloseDisplay(pantalla)  # sale lo que falte por salir


def _enviar(x11: ctypes.CDLL, pantalla: ctypes.c_void_p, identificador: int) -> None:
    x11.XDefaultRootWindow.restype = x11.XInternAtom.restype = ctypes.c_ulong
    raiz = ctypes.c_ulong(x11.XDefaultRootWindow(pantalla))
    estado, atencion = (x11.XInternAtom(pantalla, nombre, 0) for nombre in (
        b"_NET_WM_STATE", b"_NET_WM_STATE_DEMANDS_ATTENTION"))
    ventana = _envoltura(x11, pantalla, identificador)
    mensaje = MensajeAlGestor(
        CLIENT_MESSAGE, window=ventana, message_type=estado, format=32,
        data=(PONER, atencion, 0, DE_UN_PROGRAMA))
    x11.XSendEvent(pantalla, raiz, 0, ctypes.c_long(A_QUIEN_MANDA), ctypes.byref(mensaje))


def _envoltura(x11: ctypes.CDLL, pantalla: ctypes.c_void_p, identificador: int) -> int:
    """La ventana que el gestor conoce: Tk mete cada una de las suyas dentro de otra."""
    raiz, madre, hijas, cuantas = (
        ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_void_p(), ctypes.c_uint())
    x11.XQueryTree(pantalla, ctypes.c_ulong(identificador),
                   *map(ctypes.byref, (raiz, madre, hijas, cuantas)))
    if hijas:
        x11.XFree(hijas)
    return madre.value

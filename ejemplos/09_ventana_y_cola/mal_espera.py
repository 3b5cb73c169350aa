"""MAL A PROPÓSITO: la ventana espera a la red, y mientras tanto no atiende a nadie.

    python mal_espera.py Ana

    hilo de la ventana:   after ──▶ recvfrom … … … (nadie habla) … … … ──▶ mostrar ──▶ after
                                    └── ni reloj, ni teclas, ni cerrar ──┘

No hay más hilos. Compáralo con bien.py.
"""

import grupo
from ventana import Ventana

CADENCIA = 50  # ms


def leer(ventana, s):
    """Esperar un datagrama y mostrarlo."""
    datagrama, _ = s.recvfrom(grupo.MAX_DATAGRAMA)  # ← el error: aquí se queda el único hilo
    ventana.mostrar(datagrama.decode("utf-8", "replace"))
    ventana.after(CADENCIA, leer, ventana, s)


def main():
    analizador = grupo.crear_analizador("Un chat con ventana, mal hecho: "
                                        "la ventana espera a la red.")
    analizador.add_argument("nombre")
    elegidas = analizador.parse_args()
    s, destino = grupo.abrir(elegidas)
    s.settimeout(None)  # recvfrom espera lo que haga falta
    with s:
        def enviar(texto):
            dicho = f"{elegidas.nombre}: {texto}"
            grupo.enviar(s, dicho.encode("utf-8", "replace"), destino)

        ventana = Ventana(f"mal_espera — {elegidas.nombre}", enviar)
        ventana.after(300, leer, ventana, s)  # 0.3 s de gracia, para que la ventana llegue a verse
        try:
            ventana.mainloop()
        finally:
            print(ventana.informe())


if __name__ == "__main__":
    main()

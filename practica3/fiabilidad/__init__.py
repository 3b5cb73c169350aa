"""Que no se pierda nada: lo que UDP no da, y cómo se construye encima.

UDP multidifusión entrega cada datagrama a cada quien una vez, ninguna o varias, y en cualquier
orden. TCP lo arregla con acuses: el que recibe dice qué llegó. Con un grupo eso no sirve, porque
cien personas acusarían cada mensaje. Aquí es al revés, con acuses negativos (en inglés, NACK),
como en NORM (RFC 5740) y en NAKACK de JGroups: calla quien recibió todo y se queja quien no.

    Ana                          Bryan                              Carla
    n=7 ───────────────────────▶ 7: lo entrega                      7
    n=8 ─────────────✗                                ───────────▶  8
    n=9 ───────────────────────▶ 9: lo guarda, falta el 8           9
        ◀──────── falta [[8,8]]  (a los 2–6 ms, al azar)
    n=8 ───────────────────────▶ 8: entrega 8 y 9     ───────────▶  8: repetido, lo tira

- Cada programa numera lo que dice, 1, 2, 3…, en cada **flujo**: uno por sala y uno por
  destinatario de sus privados. Un hueco en los números es una pérdida.
- El **acuse negativo** es el mensaje `falta`. Sale tras una demora al azar y, si otro pide antes
  lo mismo, se espera, porque la repetición llega a todos: eso es la **supresión**.
- Mientras falte se vuelve a pedir, cada vez más tarde si no llega nada, con una **espera
  exponencial** (exponential backoff): insistir ahogaría a una red que ya va despacio.
- El **control de congestión** es del que envía: va más despacio cuando alguien pierde muchos
  seguidos, que es un búfer lleno, y no por las pérdidas sueltas de la radio.
- Perder lo último no deja hueco: lo delata el **latido**, que dice el último n de cada flujo.
- Lo largo va en **trozos**, numerados como lo demás.
- Quien ya no tiene lo que le piden contesta `perdido`. Nada se espera para siempre: con eso, con
  10 s de silencio o con 30 s de hueco se da por perdido, se dice y se sigue.

Del hilo enviar:
    emisor.py          en qué orden sale lo que hay que decir
    flujos_propios.py  los flujos propios; cuánto se guarda de lo dicho
    flujo_propio.py    uno: sus números y sus datagramas
    reparacion.py      repetir lo que alguien pide
    latido.py          cuándo latir y qué decir entonces
    ritmo.py           cuánto se puede enviar ya: la cubeta de fichas
    trozos.py          cortar lo largo, y volver a juntarlo

Del hilo recibir:
    receptor.py        entregar en orden, y pedir lo que falta
    flujos_ajenos.py   los flujos que se siguen; cuánto puede esperar en memoria
    flujo_ajeno.py     uno: qué llegó, qué falta y qué toca entregar

Ninguno lee el reloj ni toca la red: la hora llega como `ahora` (s) y el azar, como una función.
"""

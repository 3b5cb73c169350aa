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
- El **control de congestión** es del que envía: mide la cola que se forma en el camino, y va a lo
  que la red da, que puede ser mil veces menos en un Wi-Fi que en un cable.
- Perder lo último no deja hueco: lo delata el **latido**, que dice el último n de cada flujo.
- Lo largo va en **trozos**, numerados como lo demás.
- Repetirle a cada quien lo suyo no escala: si cuarenta pierden uno de cada diez trozos, casi todos
  los trozos los perdió alguien, y se enviaría la voz dos veces y media. La **paridad** son trozos
  de más que sirven a todos, cada uno para lo que le falta: se pide **cuántos** faltan de un bloque
  de 64, y los que basten al que más son bastantes para los demás.
- Quien ya no tiene lo que le piden contesta `perdido`. Nada se espera para siempre: con eso, con
  10 s de silencio o con 30 s de hueco se da por perdido, se dice y se sigue.

Del hilo enviar:
    emisor.py          en qué orden sale lo que hay que decir
    flujos_propios.py  los flujos propios: sus números, y cuánto se guarda de lo dicho
    reparacion.py      repetir lo que alguien pide, o enviarle paridad
    presupuesto.py     cuánto se repite por lo que pide cada quien
    bloques_propios.py cuánta paridad se ha pedido de cada bloque
    latido.py          cuándo latir y qué decir entonces
    congestion.py      a qué ritmo enviar lo largo
    acuses.py          lo que dicen de la red los que acusan recibo
    ritmo.py           cuánto se puede enviar ya: la cubeta de fichas
    trozos.py          cortar lo largo, y volver a juntarlo

Del hilo recibir:
    receptor.py        entregar en orden, y pedir lo que falta
    flujos_ajenos.py   los flujos que se siguen; cuánto puede esperar en memoria
    flujo_ajeno.py     uno: qué llegó, qué falta y qué toca entregar
    saltos.py          si creer que un flujo va ya por un número mucho mayor
    bloques_ajenos.py  lo largo que va llegando: qué se rehace con la paridad y cuánta falta

De los dos:
    paridad.py         hacer paridad, y rehacer con ella lo que se perdió
    rangos.py          rangos de números
    recientes.py       lo último de algo, con tope: un diccionario que no llena la memoria

Ninguno lee el reloj ni toca la red: la hora llega como `ahora` (s) y el azar, como una función.
"""

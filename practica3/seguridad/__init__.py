"""Quién dice qué, y quién lo puede leer: firmas, confianza y privados cifrados.

Una dirección se falsifica con tres líneas de Python, y un nombre o un id también. Lo que no se
puede falsificar es una **firma digital**: se hace con una clave que sólo uno tiene, y cualquiera la
comprueba con otra que es pública (Ed25519, RFC 8032).

    identidad   de un nombre en un equipo; se guarda         «soy la Ana de siempre»
       │ avala
    sesión      de un programa en marcha; muere con él       id = BLAKE2b(su clave), 16 cifras
       │ firma
    datagramas  todos: {"id":…,"tipo":"msj",…,"firma":"…"}   ninguno de ese id vale sin ella

- El id sale de la clave de la sesión: quien lo copia no puede firmar con él. La clave, la identidad
  y el aval van en el latido; hasta oír uno, de ese id no se cree nada, y lo que se tire se repara
  después como cualquier pérdida.
- **Confianza al primer uso** (trust on first use, como SSH): de cada nombre se recuerda la primera
  identidad que se oye. Si un día es otra, se ve; puede ser la misma persona en otro equipo, y por
  eso no se grita: se marca, y se pregunta antes de decirle un privado. Para estar seguros, cuatro
  palabras que se comparan en voz alta.
- **Privados**: con las claves de las dos sesiones se acuerda una que nadie más puede calcular
  (Diffie–Hellman sobre Curve25519, RFC 7748), y con ella se cifra y se autentica el mensaje entero
  (`Box` de NaCl). Las claves de sesión no se guardan: lo que alguien grabó hoy no lo abrirá
  mañana aunque robe el equipo (secreto hacia adelante).
- **Salas con llave**: lo que se dice en ellas va cifrado con una clave que sale de su contraseña.
- Cada uso firma con un **contexto** distinto: un datagrama nunca puede pasar por un aval.

Lo que no protege: el primer encuentro, con quién habla cada quien y cuándo, y que se sature la red.
Quien no tiene PyNaCl va sin proteger, con un id de 8 cifras, y todo lo demás funciona igual.

    claves.py     la identidad, en su archivo, y la sesión propia
    firma.py      poner y quitar la firma de un datagrama
    entrada.py    lo que se hace con cada datagrama que llega
    fuentes.py    de qué direcciones llega una inundación, y cuándo no oírlas
    sesiones.py   las sesiones ajenas: qué datagramas son de verdad suyos
    cifrado.py    los privados
    llaves.py     las salas con contraseña
    confianza.py  qué identidad es la de cada nombre
    palabras.py   las palabras con que se compara una identidad
"""
